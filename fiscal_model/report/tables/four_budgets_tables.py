"""Annex tables of the four budgets: each fund, each firm, flows both sides, rules, log, the plan with and without measures."""

from __future__ import annotations

import numpy as np

from fiscal_model.analysis.balance.carryover_ages import age_carryover
from fiscal_model.analysis.balance.flows import list_flows
from fiscal_model.analysis.balance.log import STOCKS, WITHIN_YEAR, trace_steps
from fiscal_model.analysis.balance.priority import category_label, funding_of, project_cuts
from fiscal_model.analysis.balance.rule_outcomes import review_rules
from fiscal_model.arithmetic.budgets.funds import FUND_RESOURCES, FUND_USES, each_fund
from fiscal_model.arithmetic.budgets.stock_funds import profit_base
from fiscal_model.blocks.fund_ledger import fund_rule
from fiscal_model.law.limits import as_percent, fund_carryover_mark, limit
from fiscal_model.model.compute import fund_terms
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column, Content, Line, Spread, table
from fiscal_model.report.wording import UNVERIFIED
from fiscal_model.words.lines import LINES

_FUND_NAMES = {
    "revenue": "本年收入",
    "transfers": "上级补助",
    "proceeds": "专项债务转贷收入",
    "carry_in": "上年结转",
    "transfer_in": "一般公共预算调入",
    "gap": "缺口（来源未落实）",
    "expenditure": "支出（含付息）",
    "principal": "专项债务还本",
    "remitted_up": "上解",
    "transfer_out": "调出",
    "carry_out": "结转下年",
}
_SIDES = {"resources": ("收入", FUND_RESOURCES), "uses": ("支出", FUND_USES)}
_COMPARED = (
    "own_revenue",
    "transfers",
    "transfer_in",
    "stabilization_draw",
    "expenditure",
    "candidate_projects",
    "flexible_spending",
    "stabilization_fund_stock",
    "rescue_in",
    "funding_gap",
    "uncommitted_resources",
    "guarantees_shortfall",
)


@table("12-1", "each_fund", "政府性基金分基金收支", "基金")
def each_fund_table(plan: Plan) -> Content | None:
    """Both sides of every fund; None where only totals are known."""
    accounts = plan.basis.balance.funds
    if accounts is None or "fund_revenue" in plan.unavailable:
        return None
    found, rows = each_fund(fund_terms(plan.basis, dict(plan.lines))), []
    for fund, (code, label) in enumerate(zip(accounts.codes, accounts.labels, strict=True)):
        mine = {name: amounts[:, fund] for name, amounts in found.items()}
        for side, (word, names) in _SIDES.items():
            whole = np.sum([mine[name] for name in names], axis=0)
            rows.append(Line(f"fund_{code}_{side}", f"{label}：{word}合计", whole, 0))
            moved = [name for name in names if np.abs(mine[name]).max() > 0.5]
            rows += [Line(f"fund_{code}_{name}", _FUND_NAMES[name], mine[name]) for name in moved]
        if (over := mine["excess_transfer_out"]).any():
            rows.append(Line(f"fund_{code}_excess", f"其中：结转超过{fund_carryover_mark()}部分调出", over, 2))
    carried = "上年结转按结转台账分基金" if accounts.carry_known else "结转台账未提供，上年结转按收入分摊"
    ties = "；".join(
        f"{label}：{fund_rule(code)['rule'].format(limit=fund_carryover_mark())}"
        for code, label in zip(accounts.codes, accounts.labels, strict=True)
    )
    notes = (
        f"各基金收入合计等于支出合计，合计数见表12；{carried}。",
        "专项债务本息先由举债所对应的基金负担，不足部分由可以统筹偿债的基金（土地出让）负担，再不足由一般公共预算补助；"
        f"限定用途的资金不补其他缺口，用不完的留在本基金。{ties}；{UNVERIFIED}（data/rules/funds.csv）。",
    )
    return Content(rows, notes)


@table("14-1", "firms", "国有企业收益上交", "企业")
def firms_table(plan: Plan) -> Content | None:
    """What each firm pays in; None without a register of firms."""
    firms, rows = plan.basis.place.rows("firms"), []
    if not len(firms):
        return None
    profit, loss, growth = (firms[name].to_numpy(dtype=float) for name in ("net_profit", "prior_loss", "profit_growth"))
    base, profits, left = profit_base(profit, loss, growth, len(plan.years), limit("statutory_reserve"))
    for at, firm in enumerate(firms.to_dict("records")):
        kind = firm["pay_class"].label if firm["pay_class"] else "未分类"
        paid = base[:, at] * (firm["ownership_share"] * firm["pay_ratio"])
        rows += [
            Line(f"firm_{at + 1}_paid", f"{firm['firm']}（{kind}，上交比例{firm['pay_ratio']:.0%}）", paid, 0),
            Line(f"firm_{at + 1}_profit", "归母净利润", profits[:, at]),
            Line(f"firm_{at + 1}_loss", "年末待弥补亏损", left[:, at]),
            Line(
                f"firm_{at + 1}_base",
                f"上交基数（弥补亏损、提取{as_percent(limit('statutory_reserve'))}公积金后）",
                base[:, at],
            ),
        ]
    notes = ["上交数＝上交基数×国有股比×上交比例；亏损结转到用利润弥补完为止；国资支出不与各企业上交数挂钩。"]
    if firms["pay_class"].notna().any():
        notes.append(f"没有填上交比例的按类别缺省比例，{UNVERIFIED}。")
    return Content(rows, notes)


@table("15-1", "insurance_flows", "社会保险基金分险种平衡", "险种")
def schemes_table(plan: Plan) -> Content:
    """Each scheme's balance, and the subsidies that stand in both budgets."""
    found, rows = plan.basis.balance.insurance, []
    path, outside = found.path, found.path.subsidy - found.guaranteed
    for at, scheme in enumerate(found.schemes):
        income, outgo, stock = path.revenue[:, at], path.expenditure[:, at], path.stock[:, at]
        rows += [
            Line(f"scheme_{at + 1}_opening", f"{scheme}：年初滚存结余", stock - income + outgo, 0, total=False),
            Line(f"scheme_{at + 1}_revenue", "收入", income),
            Line(f"scheme_{at + 1}_guaranteed", "其中：三保以内的财政补贴", found.guaranteed[:, at], 2),
            Line(f"scheme_{at + 1}_subsidy", "其中：三保以外的财政补贴", outside[:, at], 2),
            Line(f"scheme_{at + 1}_shortfall", "其中：弥补支付缺口的追加补贴", path.shortfall[:, at], 2),
            Line(f"scheme_{at + 1}_expenditure", "支出", outgo),
            Line(f"scheme_{at + 1}_balance", "追加补贴前当年结余", path.own_balance[:, at]),
            Line(f"scheme_{at + 1}_stock", "年末滚存结余", stock, 0),
        ]
    notes = (
        "年末＝年初＋收入－支出，各险种自求平衡，不相互调剂；补贴在一般公共预算支出和社保基金收入各记一次；社会保险基金不得调出（预算法第十一条）。",
        "三保项目清单中的养老金、医保补助等，与险种的补贴和待遇是同一个数；滚存结余不够支付的部分由一般公共预算追加补贴（社会保险法第六十五条）。",
    )
    return Content(rows, notes)


@table(
    "15-2",
    "insurance_schemes",
    "社会保险基金分险种支付能力",
    "险种",
    [
        Column("基期末滚存结余", "opening"), Column("期末滚存结余", "closing"), Column("期末可支付月数", "months", "number"),
        Column("收不抵支年份", "short", "text"), Column("滚存结余用完年份", "emptied", "text"),
        Column("规划期追加补贴", "added"),
    ],
    label="scheme",
)  # fmt: skip
def lasting_table(plan: Plan) -> Content:
    """How long each scheme lasts by itself, and what the general budget must add."""
    found, rows = plan.basis.balance.insurance, []
    path = found.path
    for at, scheme in enumerate(found.schemes):
        short, emptied = (
            [str(year) for year, hit in zip(plan.years, hits, strict=True) if hit]
            for hits in (path.own_balance[:, at] < -0.5, path.shortfall[:, at] > 0.5)
        )
        rows.append(
            {
                "scheme": scheme,
                "opening": path.stock[0, at] - path.revenue[0, at] + path.expenditure[0, at],
                "closing": path.stock[-1, at],
                "months": 12 * path.stock[-1, at] / path.expenditure[-1, at],
                "short": "、".join(short) or "规划期内没有",
                "emptied": emptied[0] if emptied else "规划期内没有",
                "added": path.shortfall[:, at].sum(),
            }
        )
    return Content(rows, ("收不抵支按追加补贴前计。一般公共预算的追加补贴列入表06和刚性支出，不属于现行补贴。",))


@table(
    "16-1",
    "flows",
    "预算间流向（两边）",
    "流向",
    [
        Column("调出预算和项目", "{source}：{out.label}", "text"), Column("调入预算和项目", "{target}：{into.label}", "text"),
        Column("依据", "rule", "text"), Spread(),
    ],
    label="flow",
)  # fmt: skip
def flows_table(plan: Plan) -> Content:
    """Every flow between budgets with the line on either side and its rule."""
    firsts = ((part.iloc[0], part["amount"]) for _, part in list_flows(plan).groupby("flow", sort=False))
    rows = [{**row, "out": LINES[row.line_out], "into": LINES[row.line_in], "values": each} for row, each in firsts]
    return Content(rows, ("每笔在调出、调入两边各记一次；社会保险基金没有调出。",))


@table("17-1", "both_plans", "两套方案对照", "项目")
def both_plans_table(plan: Plan) -> Content:
    """The plan with its measures beside the no-measures baseline."""
    rows = []
    for name in (name for name in _COMPARED if name not in plan.unavailable):
        measured, bare = plan.lines[name], plan.without_measures.lines[name]
        rows += [
            Line(name, f"{LINES[name].label}：采取措施", measured, 0, total=False),
            Line(f"bare_{name}", "不采取措施", bare),
            Line(f"effect_{name}", "措施影响", measured - bare),
        ]
    notes = (
        "不采取措施：不实施增收节支措施，不动用稳调基金、不压减、不申请救助，只有法律规定自行发生的事项（结余和两年以上结转补充稳调基金）。",
    )
    return Content(rows, notes)


@table(
    "17-2",
    "balance_rules",
    "平衡规则执行情况",
    "规则",
    [Column("依据", "article", "text"), Column("结果", "status", "text"), Column("说明", "said", "text"), Spread()],
    label="{id} {name}",
    row_id="id",
    level=0,
)
def rules_table(plan: Plan) -> Content:
    """The rules B1 to B14 and what the plan did."""
    outcomes = review_rules(plan)
    return Content(outcomes.assign(values=outcomes[list(plan.years)].to_numpy(dtype=float).tolist(), bold=False))


@table(
    "17-4",
    "balance_log",
    "平衡措施日志",
    "措施",
    [
        Column("预算", "budget", "text"), Column("依据", "rule", "text"), Column("账户", "account", "text"),
        Column("金额", "amount"), Column("措施前", "before"), Column("措施后", "after"),
    ],
    label="{year}年 {label}",
)  # fmt: skip
def log_table(plan: Plan) -> Content:
    """Every action in the order in which it was taken, with the balance before and after."""
    log = trace_steps(plan)
    notes = (
        "按本表从基期年末余额逐笔重演，得到规划期末各项余额；弥补差额的措施在“当年待弥补差额”和所动用的余额各列一行。",
    )
    return Content(log.assign(account=log["account"].map({**STOCKS, **WITHIN_YEAR})), notes)


@table(
    "17-5",
    "project_cuts",
    "储备项目逐项压减",
    "项目",
    [Column("类别", "category", "text"), Column("优先级", "priority", "count"), Spread()],
)
def cuts_table(plan: Plan) -> Content | None:
    """Candidate projects in the order of funding and what was cut; None without candidates."""
    if not len(plan.basis.balance.commitments.candidates):
        return None
    rows = []
    for code, part in project_cuts(plan).groupby("project_code", sort=False):
        first = part.iloc[0]
        lead = (category_label(first["category"]), float(first["priority"]))
        rows += [
            Line(f"{code}_asked", f"{first['name']}：申报", part["asked"], 0, total=False, lead=lead),
            Line(f"{code}_cut", "压减", part["cut"], lead=lead),
        ]
    return Content(rows, (f"按类别、优先级排序，从后往前逐项压减；类别顺序为设计，{UNVERIFIED}。",))


@table("17-6", "funding", "支出保障顺序", "顺序")
def funding_table(plan: Plan) -> Content:
    """What each tier wants and what a remaining gap leaves open."""
    rows = []
    for number, (tier, part) in enumerate(funding_of(plan).groupby("tier", sort=False), 1):
        rows += [
            Line(f"tier_{number}_wanted", f"{tier}：需要", part["wanted"], 0, total=False),
            Line(f"tier_{number}_open", "未能安排", part["open"]),
        ]
    return Content(rows, ("按表中顺序保障，缺口从最后一级起计；采取压减措施之后的数。",))


@table("18-9", "carryover_ages", "一般公共预算结转按形成年度", "形成年度")
def carryover_table(plan: Plan) -> Content:
    """Carry-over at each year's end by year of origin."""
    ages, years = age_carryover(plan), [plan.base_year, *plan.years]
    wide = ages.pivot_table(index="origin_year", columns="year", values="amount", aggfunc="sum")
    wide = wide.reindex(columns=years).fillna(0.0)
    rows = [Line(f"origin_{origin}", f"{origin}年形成", amounts) for origin, amounts in wide.iterrows()]
    notes = (
        "先用早年形成的资金；满两年的收回（表17“收回结转两年以上资金”“按结余补充”）。"
        + ("" if ages["known"].all() else "结转台账未提供，基期结转全部按当年形成处理。"),
    )
    return Content([*rows, Line("carry_out", "结转合计", wide.sum(), 0)], notes, [f"{year}年末" for year in years])
