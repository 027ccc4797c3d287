"""Task 4: policies and what ending them saves, the reserve pool, three factors and the cut line, classes, ex-ante scores, ceilings, standards."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.analysis.affordability.library_review import CLASSES, Library, review_library, valid_until
from fiscal_model.analysis.balance.priority import project_cuts
from fiscal_model.arithmetic.elementary import divided
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column
from fiscal_model.report.ledger import ledger, rule_note
from fiscal_model.report.ledgers.guarantee_execution_ledgers import guarantee_gate
from fiscal_model.words.library_terms import LibraryOutcome, Maturity
from fiscal_model.words.vocabulary import ProjectStatus, YesNo

RULE = "ledger_zero_base"
"""The rule file of task 4. Who answers for a project that is kept out is asked once, by table 11-3: projects name no owner here."""
_LEAST = 0.005


@ledger(
    "44-1", "policy_library", "支出政策库：到期清理、同类整合", "policies",
    ["department", "legal_basis", "start_year", "end_year", Column("状态", "state", "text"), "yearly_cost",
     Column("规划期项目核定", "money", "number"), Column("退出、整合一年最多节约", "saving", "number")],
    label="name", totals=("yearly_cost", "money", "saving"), at_stake="saving",
    said="{total}项政策中{count}项应当退出、清理或整合，一年最多节约{at_stake}万元：{names}。",
    fine="{total}项政策都有期限，没有挂钩条款，没有重复。",
    notes=lambda plan, found: (
        "按状态：" + "；".join(f"{state}{count}项" for state, count in found["state"].value_counts(sort=False).items()) + "。",
        "最多节约＝到期政策的年支出；受益对象相同的政策，除年支出最大的一项以外的年支出（整合的上限）。",
    ),
)  # fmt: skip
def policy_library(plan: Plan) -> pd.DataFrame:
    """Every policy by its state: what has ended, what serves the same group as another, what is tied to growth."""
    library = review_library(plan)
    if library is None:
        return pd.DataFrame()
    rows = library.policies
    cost, ended = rows["yearly_cost"].astype(float), rows["state"] == "已经到期"
    group = rows["target_group"].where(~ended & (rows["target_group"] != ""))
    same = group.map(group.value_counts()) > 1
    smaller = same & (cost.groupby(group).rank(ascending=False, method="first") > 1)
    doubt = np.select(
        [ended, rows["linkage"].notna(), smaller, rows["state"] == "没有期限，应当清理", cost.isna(), rows["legal_basis"].duplicated(keep=False)],
        ["到期退出，延续的重新评估", "取消挂钩条款，按数量测算", "受益对象相同，研究整合", "清理评估，写明期限", "没有登记年支出，补登", "文号与另一项相同，核对是否同一项"], "",
    )  # fmt: skip
    return rows.assign(yearly_cost=cost, saving=cost.where(ended | smaller, 0.0), doubt=doubt)


@ledger(
    "44-2", "project_pool", "项目储备库：成熟度、有效期和重复使用", "projects",
    ["category", "maturity", "entered", Column("有效期止", "until", "text"), "reuse", Column("上年安排", "before", "number"),
     Column("规划期申报", "total", "number")],
    label="name", totals=("before", "total"), at_stake="total",
    said="{total}个项目中{count}个到期、不能重复使用或没有评价，规划期申报{at_stake}万元：{names}。",
    fine="{total}个项目都在有效期内，能重复使用的都有上年评价。",
    notes=lambda plan, found: (
        "按成熟度：" + "、".join(f"{state}{len(part)}个{part['total'].sum():,.0f}万元" for state, part in found.groupby(found["maturity"].map(lambda each: each.label), sort=False)) + "。",
        "能重复使用的是经常性项目，项目卡下年重新测算后继续用；一次性项目安排以后退出储备，再申报的重新入库。",
    ),
)  # fmt: skip
def project_pool(plan: Plan) -> pd.DataFrame:
    """The pool by state: until when a card is good, and whether it may be used for another year."""
    library = review_library(plan)
    if library is None:
        return pd.DataFrame()
    rows = library.projects.assign(total=library.asked.sum(axis=1), before=library.projects["before"].astype(float))
    until = pd.Series([valid_until(row) for row in rows.to_dict("records")], rows.index, dtype=object)
    candidate, again = rows["status"] != ProjectStatus.COMMITTED, rows["before"] > _LEAST
    doubt = np.select(
        [
            rows["outcome"] == LibraryOutcome.EXPIRED, rows["reuse"].isna(),
            candidate & again & (rows["reuse"] == YesNo.NO) & (rows["total"] > _LEAST),
            candidate & again & (rows["reuse"] == YesNo.YES) & rows["performance"].isna(),
        ],
        ["入库到期，重新论证或退库", "没有登记能否重复使用，补登", "一次性项目再申报，重新入库", "先做上年绩效评价再重复使用"], "",
    )  # fmt: skip
    order = rows["maturity"].map(list(Maturity).index, na_action="ignore")
    shown = until.where(until.notna(), "—").astype(str)
    return rows.assign(until=shown, doubt=doubt).iloc[np.argsort(order, kind="stable")].drop(columns="unit_name")


def ranked(library: Library) -> pd.DataFrame:
    """Return the candidate projects by their score of three factors, the best first; one that lacks a factor stands last.

    ``need``: what quantity and standard bear out of what is asked, of 100; ``merit``: last year's performance, else the
    ex-ante score.
    """
    rows = library.projects
    lines = library.lines[library.lines["year"].isin(library.years)].groupby("project_code")
    built = rows["project_code"].map(lines["reviewed"].sum()).astype(float)
    asked = library.asked.sum(axis=1)
    need = 100 * np.minimum(divided(built.to_numpy(), asked, np.nan), 1.0)
    merit = rows["performance"].astype(float).fillna(rows["score"].astype(float))
    weight = rules(RULE)["weight"]["value"]
    factors = {"轻重缓急": rows["urgency"].astype(float), "实际需求": need, "绩效": merit}
    score = sum(weight[name] * factor for name, factor in factors.items()) / sum(weight.values())
    rows = rows.assign(urgency=rows["urgency"].astype(float), need=need, merit=merit, rating=score, at=range(len(rows)))
    rows = rows[(rows["status"] != ProjectStatus.COMMITTED) & (asked > _LEAST)]
    return rows.sort_values("rating", ascending=False, kind="stable", na_position="last").drop(columns="unit_name")


@ledger(
    "44-3", "project_order", "项目排序：轻重缓急、实际需求、绩效和财力线", "projects",
    ["category", Column("轻重缓急", "urgency", "exact"), Column("实际需求", "need", "tenth"), Column("绩效", "merit", "tenth"),
     Column("得分", "rating", "tenth"), Column("名次", "rank", "count"), Column("当年核定", "money", "number"),
     Column("累计", "running", "number"), Column("财力线", "line", "text")],
    label="name", totals=("money",), at_stake="wanted",
    said="{total}个储备项目中{count}个在财力线以下、缺评分或没有通过评审，当年申报{at_stake}万元：{names}。",
    fine="{total}个储备项目都排在财力线以上。",
    notes=lambda plan, found: (
        f"{plan.years[0]}年财力线{room_of(plan)[0]:,.2f}万元：一般公共预算未安排财力（附表10-3），动用预算稳定调节基金之前；核定数见附表11-3，评审没有通过的为0。",
        "实际需求＝按数量和标准核定÷申报×100；绩效为上年绩效得分，没有的取事前绩效得分。缺一个因素的排在最后。",
        rule_note(RULE, "weight"),
    ),
)  # fmt: skip
def project_order(plan: Plan) -> pd.DataFrame:
    """Candidates from the best to the worst, their money of the first year added up until it reaches what is free."""
    library = review_library(plan)
    if library is None:
        return pd.DataFrame()
    rows = ranked(library)
    money, running = library.reviewed[rows["at"], 0], library.reviewed[rows["at"], 0].cumsum()
    enters, inside = (rows["outcome"] == LibraryOutcome.ENTERS).to_numpy(), running <= room_of(plan)[0] + _LEAST
    doubt = np.select(
        [~enters, rows["rating"].isna(), (money > _LEAST) & ~inside],
        ["评审没有通过，本年不安排", "缺评分，补评以后排序", "在财力线以下，推迟或压减"], "",
    )  # fmt: skip
    line = np.select([~enters | (money <= _LEAST), inside], ["—", "线上"], "线下")
    return rows.assign(
        rank=rows["rating"].rank(ascending=False, method="min"), money=money, running=running,
        wanted=library.asked[rows["at"], 0], line=line, doubt=doubt,
    )  # fmt: skip


def room_of(plan: Plan) -> np.ndarray:
    """What new projects may cost by year: the general budget's money free after everything that goes on."""
    return np.maximum(plan.line("uncommitted_resources"), 0.0)


@ledger(
    "44-4", "class_growth", "五类项目：总数和增减", "projects",
    [Column("项目数", "count", "count"), Column("上年安排", "before", "number"), Column("当年申报", "asked", "number"),
     Column("申报增减", "asked_growth", "move"), Column("当年核定", "reviewed", "number"), Column("核定增减", "growth", "move"),
     Column("占核定的比重", "share", "ratio"), Column("规划期申报", "asked_all", "number"), Column("规划期核定", "reviewed_all", "number")],
    label="class", stub="项目类别", totals=("count", "before", "asked", "reviewed", "asked_all", "reviewed_all"), at_stake="more",
    said="{total}类项目中{count}类申报增加较多，比上年多申报{at_stake}万元：{names}。",
    fine="{total}类项目的申报都没有大幅增加。",
    notes=lambda plan, found: (f"当年为{plan.years[0]}年；上年没有安排的不算增幅；分年数见附表11-4。", rule_note(RULE, "class_rise")),
)  # fmt: skip
def class_growth(plan: Plan) -> pd.DataFrame:
    """Totals of each class with their growth on last year."""
    library = review_library(plan)
    if library is None:
        return pd.DataFrame()
    rows = library.projects.assign(
        count=1.0, before=library.projects["before"].astype(float), asked=library.asked[:, 0], reviewed=library.reviewed[:, 0],
        asked_all=library.asked.sum(axis=1), reviewed_all=library.reviewed.sum(axis=1),
    )  # fmt: skip
    names = ["count", "before", "asked", "reviewed", "asked_all", "reviewed_all"]
    found = (
        rows.groupby(rows["category"].astype(str))[names].sum().reindex([each.value for each in CLASSES]).fillna(0.0)
    )
    before, more = found["before"].where(found["before"] > _LEAST), found["asked"] - found["before"]
    rise = found["asked"] / before - 1
    doubt = np.select(
        [before.isna() & (more > _LEAST), rise > rules(RULE)["class_rise"]["value"]],
        ["上年没有安排，按新增逐项评估", "申报增加多，逐项说明再核定"], "",
    )  # fmt: skip
    whole = found["reviewed"].sum()
    return found.assign(
        **{"class": [each.label for each in CLASSES]}, asked_growth=rise, growth=found["reviewed"] / before - 1,
        share=found["reviewed"] / whole if whole else np.nan, more=more.clip(lower=0), doubt=doubt,
    )  # fmt: skip


_DIMENSIONS = {name: each["label"] for name, each in rules("project_library")["dimension"].items()}


@ledger(
    "44-5", "ex_ante_scores", "事前绩效评估：五个维度和结论", "projects",
    [*_DIMENSIONS, Column("得分", "score", "tenth"), Column("结论", "verdict", "text"), Column("最弱的维度", "weakest", "text"),
     Column("规划期申报", "total", "number"), Column("规划安排", "kept", "number")],
    label="name", totals=("total", "kept"), at_stake="kept",
    said="{total}个新增项目中{count}个没有评估、部分支持或不予支持，规划给它们安排{at_stake}万元：{names}。",
    fine="{total}个新增项目都做了事前绩效评估，予以支持。",
    notes=lambda plan, found: (
        "新增项目：没有签约、上年没有安排的；五个维度满分合计100分，"
        "{support:g}分以上支持，{partial:g}分以上部分支持，以下不予支持（{source}）。".format_map(rules("project_library")["ex_ante"]),
        "规划安排＝附表17-5各年申报减压减；没有评估、不予支持的，在 projects 表“决定不安排”填 yes，规划随之不再安排（表44-8）。",
    ),
)  # fmt: skip
def ex_ante_scores(plan: Plan) -> pd.DataFrame:
    """New projects by their ex-ante score: supported, in part, or not; without one nothing is arranged."""
    library = review_library(plan)
    if library is None:
        return pd.DataFrame()
    rows = library.projects.assign(total=library.asked.sum(axis=1), kept=_kept(plan, library))
    rows = rows[(rows["status"] != ProjectStatus.COMMITTED) & (rows["before"].astype(float) <= _LEAST)]
    line, score = rules("project_library")["ex_ante"], rows["score"].astype(float)
    most = pd.Series({name: float(each["points"]) for name, each in rules("project_library")["dimension"].items()})
    points = rows[list(_DIMENSIONS)].astype(float) / most
    weakest = [_DIMENSIONS[str(each)] if filled else "—" for each, filled in
               zip(points.fillna(1.0).idxmin(axis=1), points.notna().all(axis=1), strict=True)]  # fmt: skip
    cases = [score.isna(), score < line["partial"], score < line["support"]]
    verdict = np.select(cases, ["没有评估", "不予支持", "部分支持"], "支持")
    stays = rows["kept"] > _LEAST
    doubt = np.select(
        [cases[0] & stays, cases[1] & stays, *cases],
        ["没有事前评估，退出规划安排", "不予支持，退出规划安排", "没有事前评估，不得安排", "不予支持，不得安排", "部分支持，补强后按核定安排"], "",
    )  # fmt: skip
    return rows.assign(score=score, verdict=verdict, weakest=weakest, doubt=doubt).drop(columns="unit_name")


def _kept(plan: Plan, library: Library) -> pd.Series:
    """What the plan arranges for each project of the library."""
    if not len(plan.basis.balance.commitments.candidates):
        return pd.Series(0.0, library.projects.index)
    kept = project_cuts(plan).groupby("project_code")["kept"].sum()
    return library.projects["project_code"].map(kept).astype(float).fillna(0.0)


@ledger(
    "44-8", "blocked_projects", "没有通过评审评估的不得安排：储备项目逐个核对", "projects",
    ["certificate", Column("评审结果", "outcome", "text"), Column("理由", "reason", "text"), "dropped",
     Column("规划期申报", "total", "number"), Column("规划安排", "kept", "number"), Column("其中不得安排", "blocked", "number")],
    label="name", totals=("total", "kept", "blocked"), at_stake="blocked",
    said="{total}个储备项目中{count}个没有通过而规划仍有安排，或者通过了却决定不安排，不得安排的{at_stake}万元：{names}。",
    fine="{total}个储备项目中没有通过评审、评估的，规划都没有安排。",
    notes=(
        "评审结果和理由见附表11-3（评估意见书、事前绩效、有效期、成熟度）；规划安排＝附表17-5各年申报减压减。",
        "在 projects 表“决定不安排”填 yes，规划扣除这个项目的全部县级财力，改回来就恢复；扣减列在各项措施里。",
    ),
)  # fmt: skip
def blocked_projects(plan: Plan) -> pd.DataFrame:
    """Every candidate: whether it passed, what was decided, and what the plan still arranges for it."""
    library = review_library(plan)
    if library is None:
        return pd.DataFrame()
    rows = library.projects.assign(total=library.asked.sum(axis=1), kept=_kept(plan, library))
    rows = rows[rows["status"] == ProjectStatus.CANDIDATE].drop(columns="unit_name")
    passed, dropped = rows["outcome"] == LibraryOutcome.ENTERS, rows["dropped"] == YesNo.YES
    blocked = rows["kept"].where(~passed, 0.0)
    doubt = np.select(
        [blocked > _LEAST, passed & dropped], ["没有通过，决定不安排或补评估", "通过了却不安排，核对决定"], ""
    )
    return rows.assign(blocked=blocked, doubt=doubt)


@ledger(
    "44-6", "project_ceilings", "储备项目分年上限和退出次序", "projects",
    [Column("三保没有保足", "gap", "number"), Column("项目上限（未安排财力）", "room", "number"), Column("储备项目申报", "asked", "number"),
     Column("核定", "reviewed", "number"), Column("申报超上限", "over", "number"), Column("核定超上限", "reviewed_over", "number"),
     Column("退出次序（从最后一名起）", "dropped", "text")],
    label="{year}年", stub="年度", totals=("asked", "reviewed"), at_stake="over",
    said="{total}年中{count}年申报超财力或三保没有保足，申报共超{at_stake}万元：{names}。",
    fine="{total}年申报的储备项目都在上限以内。",
    notes=(
        "项目上限＝一般公共预算未安排财力（附表10-3），为负的按0；已签约项目在延续性支出里先保障。三保没有保足＝财力不够的缺口，加预算没有足额编制的缺口（三保足额编制闸门表），财力不够的年份上限为0。",
        "退出次序按项目排序表的得分从低到高，退到不超上限为止；规划动用预算稳定调节基金后实际压减的见附表17-5。",
    ),
)  # fmt: skip
def project_ceilings(plan: Plan) -> pd.DataFrame:
    """By year: what all candidates ask against what is free, and who goes first until it fits."""
    library = review_library(plan)
    if library is None:
        return pd.DataFrame()
    rows, short = ranked(library), plan.line("guarantees_shortfall")
    room, gap = np.where(short > _LEAST, 0.0, room_of(plan)), short + _not_budgeted(plan)
    asked, reviewed = library.asked[rows["at"]], library.reviewed[rows["at"]].sum(axis=0)
    names, total = rows["name"].to_numpy(), asked.sum(axis=0)
    dropped = ["、".join(names[(part > _LEAST) & (part.cumsum() > most + _LEAST)][::-1]) or "—"
               for part, most in zip(asked.T, room, strict=True)]  # fmt: skip
    over = np.maximum(total - room, 0.0)
    doubt = np.select([gap > _LEAST, over > _LEAST], ["先补足三保，再安排新上项目", "申报超财力，按次序退出或推迟"], "")
    return pd.DataFrame({
        "year": list(plan.years), "gap": gap, "room": room, "asked": total, "reviewed": reviewed, "over": over,
        "reviewed_over": np.maximum(reviewed - room, 0.0), "dropped": dropped, "doubt": doubt,
    })  # fmt: skip


def _not_budgeted(plan: Plan) -> np.ndarray:
    """What the budgets of the guarantees lack by year, as far as their execution is registered."""
    gate = guarantee_gate.find(plan) if plan.basis.place.has(guarantee_gate.register) else pd.DataFrame()
    lacking = gate.groupby("year")["gap"].sum() if len(gate) else pd.Series(dtype=float)
    return lacking.reindex(list(plan.years)).fillna(0.0).to_numpy(dtype=float)


@ledger(
    "44-7", "standard_coverage", "支出标准库覆盖率（分项目）", "project_lines",
    [Column("明细行数", "count", "count"), Column("规划期申报", "asked", "number"), Column("有标准的", "covered", "number"),
     Column("覆盖率", "share", "ratio"), Column("按标准核减", "cut", "number"), Column("标准（元）和依据", "standards", "text")],
    label="name", stub="项目", totals=("count", "asked", "covered", "cut"), at_stake="bare",
    said="{total}个项目中{count}个多数支出没有标准，没有标准的{at_stake}万元：{names}。",
    fine="{total}个项目的多数支出都有标准。",
    notes=lambda plan, found: (
        f"标准库（含三保标准）覆盖申报额的{found['covered'].sum() / found['asked'].sum():.1%}；各年执行的标准取当年有效的一版，逐行见附表11-5。",
        rule_note(RULE, "least_covered"),
    ),
)  # fmt: skip
def standard_coverage(plan: Plan) -> pd.DataFrame:
    """By project: how much of what is asked has a standard in the library, and what the standard takes off."""
    library = review_library(plan)
    lines = pd.DataFrame() if library is None else library.lines[library.lines["year"].isin(plan.years)]
    if library is None or not len(lines):
        return pd.DataFrame()
    has = lines["standard"].notna()
    over = lines["price"].astype(float) > lines["standard"]
    lines = lines.assign(count=1.0, covered=lines["asked"].where(has, 0.0),
                         cut=(lines["asked"] - lines["reviewed"]).where(over & (lines["evidence"] != ""), 0.0))  # fmt: skip
    by = lines.groupby("project_code", sort=False)
    found = by[["count", "asked", "covered", "cut"]].sum()
    versions = plan.basis.place.rows("spending_standards")
    said = {row.standard_code: f"{row.name}{row.standard:,.0f}元/{row.per}（{row.document or '没有依据'}）"
            for row in versions[versions["start_year"] <= plan.years[0]].sort_values("start_year").itertuples()}  # fmt: skip
    used = by["standard_code"].agg(
        lambda codes: "、".join(said.get(code, code) for code in dict.fromkeys(codes) if code) or "—"
    )
    share = found["covered"] / found["asked"]
    low = share < rules(RULE)["least_covered"]["value"]
    names = library.projects.set_index("project_code")["name"]
    return found.assign(name=names.reindex(found.index), share=share, standards=used, bare=found["asked"] - found["covered"],
                        doubt=np.where(low, "多数没有标准，先定标准", "")).reset_index()  # fmt: skip
