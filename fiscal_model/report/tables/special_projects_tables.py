"""Tables 23 and 24 of the annex: special-bond projects, their review and assets, the quota test, the reserve."""

from __future__ import annotations

import numpy as np

from fiscal_model.analysis.debt.interest_gate import InterestGate, gate_projects
from fiscal_model.analysis.debt.project_assets import asset_records
from fiscal_model.analysis.debt.quota_test import TERMS, check_quota
from fiscal_model.analysis.debt.reserve_fund import follow_reserve
from fiscal_model.analysis.debt.special_projects import judge_projects
from fiscal_model.blocks.debt.issue_review import PASS
from fiscal_model.law.limits import interest_line, interest_mark
from fiscal_model.law.rules import rules
from fiscal_model.model.new_bonds import own_debt_only
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column, Content, Line, table
from fiscal_model.report.wording import UNVERIFIED, percent
from fiscal_model.words.table import Kind, printed
from fiscal_model.words.vocabulary import YesNo


def verdict_of(cover: float) -> str:
    """Say what a coverage over the whole life means.

    Examples
    --------
    >>> [verdict_of(value) for value in (1.3, 1.15, 0.9, 9.0, float("nan"))]
    ['达标', '低于审核线', '低于预警线', '偏高待核实', '未判断']
    """
    line = rules("special_projects")["coverage"]
    if not np.isfinite(cover):
        return "未判断"
    if cover > line["implausible"]:
        return "偏高待核实"
    if cover >= line["approval"]:
        return "达标"
    return "低于审核线" if cover >= line["alert"] else "低于预警线"


@table(
    "23",
    "special_projects",
    "专项债券项目收支平衡",
    "项目",
    [
        Column("领域", "sector", "text"), Column("阶段", "stage", "text"), Column("总投资", "total_investment"),
        Column("资本金/最低", "capital", "text"), Column("债券余额", "bonds_open"), Column("计划新发", "bonds_planned"),
        Column("全周期覆盖", "coverage_life", "number"), Column("剩余期覆盖", "coverage_remaining", "number"),
        Column("年均覆盖", "coverage_average", "number"), Column("最低年覆盖", "minimum", "text"),
        Column("最低累计资金", "lowest", "text"), Column("判断", "verdict", "text"),
    ],
    label="name",
    row_id="project_code",
)  # fmt: skip
def projects_table(plan: Plan) -> Content | None:
    """Every project's coverage, least cash and capital ratio; None without a register of projects."""
    projects = judge_projects(plan)
    if projects is None:
        return None
    rows = projects.frame().assign(**projects.register[["sector", "stage", "total_investment"]])
    rows["capital"] = [
        f"{row.capital_ratio:.1%}/{row.capital_minimum:.0%}" if np.isfinite(row.capital_ratio) else None
        for row in rows.itertuples()
    ]
    rows["minimum"] = [_in_year(row.coverage_minimum, "number", row.coverage_minimum_year) for row in rows.itertuples()]
    rows["lowest"] = [
        "" if row.lowest_cash >= -0.5 else _in_year(row.lowest_cash, "money", row.lowest_cash_year)
        for row in rows.itertuples()
    ]
    line = rules("special_projects")["coverage"]
    notes = (
        "覆盖倍数＝项目净收益（收入减付现成本和税费）÷债券本金和利息；全周期从有收支起，剩余期从规划首年起，"
        "平均和最低只看运营期有本息的年份；最低累计资金为运营期累计净收益减本息，负数须再融资或另筹资金，不为负的不列。",
        f"预警线{line['alert']:g}倍、审核线{line['approval']:g}倍，超过{line['implausible']:g}倍提示可能高估；"
        f"各领域最低资本金比例和上述界限均{UNVERIFIED}，可在 data/rules 修改。",
        *(f"{caution.message}。" for caution in projects.cautions),
    )
    return Content(rows.assign(verdict=rows["coverage_life"].map(verdict_of)), notes)


def _in_year(value: float, kind: Kind, year: int) -> str | None:
    return f"{printed(value, kind)}（{year}年）" if np.isfinite(value) else None


@table("23-1", "special_project_years", "专项债券项目分年收支和补助", "项目")
def yearly_table(plan: Plan) -> Content | None:
    """Income, cost, service and subsidy by year; sums of the projects that are judged."""
    projects = judge_projects(plan)
    if projects is None:
        return None
    count, judged, flows = len(projects.years), projects.judged[:, None], projects.flows
    within = slice(projects.first, projects.first + count)

    def total(values: np.ndarray) -> np.ndarray:
        return np.where(judged, values, 0.0).sum(axis=0)

    income, cost, tax = (total(part[:, within]) for part in (flows.income, flows.operating_cost, flows.tax))
    rows = [
        Line("income", "项目收入", income),
        Line("operating_cost", "付现成本", cost),
        Line("tax", "税费", tax),
        Line("net_income", "项目净收益", income - cost - tax, 0, "income - operating_cost - tax"),
        Line("own_service", "债券本息（扣除再融资）", total(projects.own[:, :count]), 0),
        Line("subsidy", "净收益不足本息，须补助", projects.subsidy_total, 0, "funds + general + unpaid"),
        Line("funds", "其中：政府性基金收入负担", projects.funds),
        Line("general", "　　　一般公共预算调入负担", projects.general),
        Line("unpaid", "　　　基金缺口，没有来源", projects.unpaid),
        *(
            Line(f"subsidy_{code}", f"须补助：{name}", subsidy)
            for code, name, subsidy in zip(
                projects.register["project_code"], projects.names, projects.subsidy, strict=True
            )
            if subsidy.sum() > 0.5
        ),
    ]
    notes = (
        "补助由规划总账统一负担：专项债务本息先用政府性基金收入，不足的由一般公共预算调入（即基金预算的“一般公共预算调入”），"
        "本表只说明这些钱补了哪些项目，不另加支出；一个项目的结余不抵另一个项目的不足。",
        "含各项目申报的计划新发债券的利息，未扣除发行审核退回的项目；再融资按规划的专项债务再融资比例。",
    )
    return Content(rows, notes)


@table("23-2", "special_project_sensitivity", "专项债券项目敏感性分析", "项目", unit="倍")
def sensitivity_table(plan: Plan) -> Content | None:
    """Coverage over the years left when income and cost come out otherwise."""
    projects = judge_projects(plan)
    if projects is None:
        return None
    found = projects.sensitivity()
    middle, last = len(found.changes) // 2, len(found.changes) - 1
    picks = [0, middle // 2, middle, middle + (last - middle) // 2, last]
    rows = []
    for at in np.flatnonzero(projects.judged & np.isfinite(found.life).any(axis=(1, 2))):
        life, even = found.life[at], np.array([found.income_break_even[at], found.cost_break_even[at]])
        covers = (*life[picks, middle], *life[middle, [0, last]], life[0, last], found.minimum[at, 0, last])
        within = np.where(np.abs(even) <= 1, even, np.nan)
        rows.append(
            Line(projects.register["project_code"].iloc[at], projects.names[at], (*covers, *within), kind="number")
        )
    shown = [f"{100 * change:+.0f}%" if abs(change) > 1e-9 else "不变" for change in found.changes]
    headings = (
        *(f"收入{shown[at]}" for at in picks), *(f"成本{shown[at]}" for at in (0, last)),
        f"收入{shown[0]}且成本{shown[last]}", "此时最低年",
        f"收入变动到{found.line:g}倍", f"成本变动到{found.line:g}倍",
    )  # fmt: skip
    notes = (
        f"剩余期（规划首年起）本息覆盖倍数，收入和成本各按{len(found.changes)}档变动，表中列主要几档；税费随收入变动。",
        f"最后两列为其他不变时恰好达到{found.line:g}倍的变动幅度，超过±100%的不列。",
    )
    return Content(rows, notes, headings, (*[None] * (len(headings) - 2), "move", "move"))


@table(
    "23-3",
    "special_project_review",
    "专项债券发行审核",
    "项目",
    [
        Column("规划期计划新发", "need"), Column("结论", "outcome", "text"), Column("问题", "against", "text"),
        Column("通过的项目", "passed", "text"), Column("付息占比", "burden", "text"),
    ],
    label="name",
    row_id="project_code",
)  # fmt: skip
def review_table(plan: Plan) -> Content | None:
    """Projects that ask for new bonds, passed or returned, with reasons."""
    reviews, gate = gate_projects(plan)
    rows = [
        {
            **vars(review),
            "burden": _gated(gate, at) if gate is not None else None,
            "against": "；".join(review.reasons) or "没有问题",
            "passed": "、".join(name for name, (outcome, _) in review.findings.items() if outcome == PASS),
        }
        for at, review in enumerate(reviews)
    ]
    notes = (
        f"负面清单、资本金比例和覆盖倍数的界限均{UNVERIFIED}，结论只供内部审核参考。",
        f"付息占比：在现行规划之上加该项目计划新发的债券（付息按新发债券利率，支出为债券资金和项目净收益，净收益按新发债券占项目债券的比例计），比值未超过{interest_mark()}"
        f"或已超过但不加重的不受限；加重的须有减债或增收来源后再发（该线条文{UNVERIFIED}）。",
    )
    return Content(rows, notes)


def _gated(gate: InterestGate, at: int) -> str:
    """Say whether a project makes an interest ratio above the line worse, and in which year most."""
    with_item = gate.with_item[at]
    if not np.isfinite(with_item).any():
        return "无数据"
    if gate.passed[at]:
        above = float(np.nanmax(with_item)) > interest_line()
        return "超过但不加重" if above else f"不超过{interest_mark()}"
    more = np.where(gate.worse[at], with_item - gate.without, -np.inf)
    worst = int(np.argmax(more))
    return f"加重（{gate.years[worst]}年增加{100 * more[worst]:.2f}个百分点）"


@table(
    "23-4",
    "special_project_assets",
    "专项债券项目资产",
    "资产",
    [
        Column("项目", "name", "text"), Column("价值", "value"), Column("完工", "completed", "text"),
        Column("验收", "accepted", "text"), Column("入账", "entered", "text"), Column("权属单位", "owner", "text"),
        Column("年收益", "income"), Column("提示", "hint", "text"),
    ],
    label="asset",
)  # fmt: skip
def assets_table(plan: Plan) -> Content | None:
    """What the projects built, and whether it is accepted and booked."""
    if not plan.basis.place.has("special_projects"):
        return None
    assets = asset_records(plan)
    late = assets[assets["late"]]
    rows = assets.assign(
        completed=assets["completed_date"].map(str).where(assets["completed_date"].notna(), "未完工"),
        entered=[f"是（{row.booked_date}）" if row.booked == YesNo.YES else "否" for row in assets.itertuples()],
        hint=[f"应入账未入账，已{row.days_late}天" if row.late else "" for row in assets.itertuples()],
    )
    said = (
        f"截至{plan.base_year}年底已验收未入账{len(late)}项，价值{late['value'].sum():,.0f}万元，须限期入账。"
        if len(late)
        else f"截至{plan.base_year}年底已验收的资产都已入账。"
    )
    return Content(rows, (said,))


@table("23-5", "special_quota", "新增专项债券额度测试", "项目")
def quota_table(plan: Plan) -> Content | None:
    """How many new special bonds each year can bear and which term binds; also without a register of projects."""
    test = check_quota(plan)
    if not np.isfinite(test.quota).any():
        return None
    rows = [
        *(Line(name, TERMS[name], values) for name, values in test.terms.items()),
        Line("quota", f"{test.what}的新增专项债券", test.quota, 0),
        Line("binding", "起约束作用的一项", [words or None for words in test.binding_words]),
        *([Line("wanted", "情景拟发的新增专项债券", test.wanted)] if test.held_back.any() else []),
        Line("planned", "规划安排的新增专项债券", test.planned),
        Line("excess", "规划超过可承受数", test.excess),
        Line("debt_income", "可以偿还专项债务的基金收入", test.income),
        Line("match", "专项债务自有资金还本付息占可以偿债的基金收入", test.match, kind="ratio"),
    ]
    for (code, name), part in test.allocation.groupby(["project_code", "name"], sort=False):
        given = part.set_index("year")["given"].reindex(plan.years)
        rows.append(Line(f"given_{code}", f"分配：{name}", given))
    said = (
        f"基金收入只计土地出让收入和可以举借专项债务的基金（规则文件列有付息科目），不计限定用途、不能偿还专项债务的{'、'.join(test.tied)}（data/rules/funds.csv，{UNVERIFIED}）。"
        if test.tied
        else "没有分基金的收入，基金收入按总数计，其中限定用途的部分无从区分。"
        if plan.basis.balance.funds is None
        else f"各基金都可以举借专项债务，收入都计入；其中{'、'.join(own)}只能偿还本基金的专项债务，测试没有分基金配比，付得起的数偏宽。"
        if (own := own_debt_only(plan.basis))
        else "各基金的收入都可以偿还专项债务。"
    )
    notes = (
        "取各项中最小的一项：限额减发行前余额；发行审核未退回的项目当年需求；债务率（口径C）不差于基期所在档（基期没有债务率的，首年发行前所在档）；"
        "基金收入扣除上解、土地成本和已有专项债务本息后付得起的债券（按等额本息）。各年以规划安排的以前年度发行为前提。",
        said,
        f"分配先续建、后新开，同类按覆盖倍数。本测试为设计办法，{UNVERIFIED}。"
        + ("" if "projects" in test.terms else "没有专项债券项目台账，项目需求一项未测算。"),
        test.followed,
    )
    return Content(rows, notes)


@table("24", "debt_reserve", "偿债备付金", "项目")
def reserve_table(plan: Plan) -> Content | None:
    """The reserve rolled forward and how far secured sources cover what falls due."""
    reserve = follow_reserve(plan)
    if reserve is None:
        return None
    # Rounded here, so that a year opens with the very figure that the year before closed with.
    opening, used, closing = (np.round(values) for values in (reserve.opening, reserve.used, reserve.closing))
    sources = [
        Line(f"source_{number}", f"偿债来源：{label}", values)
        for number, (label, values) in enumerate(reserve.sources.items(), 1)
    ]
    rows = [
        Line("opening", "年初备付金余额", opening),
        Line("accrued", "当年计提", closing - opening + used),
        Line("used", "当年使用", used),
        Line("closing", "年末备付金余额", closing, 0, "opening + accrued - used"),
        Line("from_projects", "计提中项目自己结余能提足的", reserve.from_projects),
        Line("target", "目标：次年项目债券本息", reserve.target),
        Line("adequacy", "年末余额÷目标", reserve.adequacy, kind="ratio"),
        *sources,
        Line("sources", "偿债来源合计", np.sum([each.values for each in sources], axis=0), 0,
             " + ".join(each.id for each in sources)),
        Line("due", "专项债务到期本息", reserve.due),
        Line("cover", "偿债资金来源覆盖率", reserve.cover, 0, kind="ratio"),
        Line("score", "得分", reserve.score, kind="count"),
    ]  # fmt: skip
    rule = rules("special_projects")["reserve"]
    notes = (
        f"计提取项目收入的{percent(rule['income_share'])}与次年本息除以债券剩余年数中的大者，提到次年本息为止；"
        f"项目收入不足时使用，各项目的备付金只用于本项目。比例为设计值，{UNVERIFIED}。",
        "备付金另行列示，没有计入规划总账；项目自己提不足的部分须由预算另行安排。"
        + ("" if reserve.opening_known else "各项目现有备付金余额未提供，按没有起算。"),
    )
    return Content(rows, notes)
