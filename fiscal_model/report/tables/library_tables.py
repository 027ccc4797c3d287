"""Tables 11-3 to 11-8: the zero-based library reviewed, by class, line by line, against last year; policies and what grows by rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np

from fiscal_model.analysis.affordability.library_review import CLASSES, Library, review_library, valid_until
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column, Content, Line, Spread, sum_of, table
from fiscal_model.report.wording import UNVERIFIED
from fiscal_model.words.library_terms import LibraryOutcome, Maturity
from fiscal_model.words.vocabulary import QUALITIES

_NONE = "—"
_SAME = "不变"


@table(
    "11-3", "library", "项目库评审结果（县级财力）", "项目",
    [Column("类别", "category", "text"), Column("成熟度", lambda row: row["maturity"] or _NONE, "text"), Column("事前绩效", "score", "tenth"),
     Column("申报合计", "asked"), Spread(), Column("核定合计", "reviewed"), Column("结果", "outcome", "text"), Column("理由", "reason", "text")],
    label="name", row_id="library_{project_code}",
)  # fmt: skip
def library_table(plan: Plan) -> Content | None:
    """Every project with what it asks, what it gets by year, and why; None where no maturity is told."""
    found = review_library(plan)
    if found is None:
        return None
    rows: list[Mapping[Any, Any] | Line] = [
        {**row, "asked": asked.sum(), "reviewed": money.sum(), "values": money}
        for row, asked, money in zip(found.projects.to_dict("records"), found.asked, found.reviewed, strict=True)
    ]
    total = (_NONE, _NONE, None, found.asked.sum())
    rows.append(
        Line("library_total", "合计", (*found.reviewed.sum(axis=0), found.reviewed.sum(), "", ""), 0, lead=total)
    )
    rule = rules("project_library")
    notes = (
        "项目库评审只提意见，不改变规划；核定数＝数量×单价（不高于标准）×本级负担比例，不高于申报数，再按上年绩效折算；已签约的按合同。",
        f"储备有效{rule['reserve']['years']}年、事前绩效{rule['ex_ante']['support']}分支持、{rule['ex_ante']['partial']}分以下不予支持（设计）；"
        f"绩效分档依据{UNVERIFIED}，乘数为设计：" + "、".join(f"{band['label']}{band['multiplier']:g}" for band in rule["performance"].values()) + "，乘数为0的退出。",
        *_pool(found, plan),
        *_targets(found, plan),
    )  # fmt: skip
    return Content(rows, notes)


def _pool(found: Library, plan: Plan) -> list[str]:
    """The library by maturity, and what leaves it by its date within a year of the base year's end."""
    rows = found.projects.assign(asked=found.asked.sum(axis=1))
    states = [(state, rows[rows["maturity"] == state]) for state in Maturity]
    said = [f"{state.label}{len(part)}个{part['asked'].sum():,.0f}万元" for state, part in states if len(part)]
    last = dt.date(plan.base_year + 1, 12, 31)
    waiting = rows[rows["maturity"].isin([Maturity.RESERVE, Maturity.MATURE])]
    dated = [(valid_until(row), row["name"]) for row in waiting.to_dict("records")]
    due = sorted((day, name) for day, name in dated if day is not None and day <= last)
    listed = "、".join(f"{name}（{day}）" for day, name in due) or "没有"
    return [f"按成熟度的申报数：{'、'.join(said)}。", f"{last}以前储备到期的：{listed}。"]


def _targets(found: Library, plan: Plan) -> list[str]:
    """Tell which projects that enter have no target, and targets below the benchmark of the indicator library."""
    entering = found.of(LibraryOutcome.ENTERS)
    bare = entering.loc[entering["targets"] == 0, "name"]
    place = plan.basis.place
    beside = place.rows("project_targets").merge(
        place.rows("performance_indicators"), on="indicator_code", suffixes=("", "_of")
    )
    sign = np.where(beside["better"] == "lower", -1.0, 1.0)
    below = beside[sign * (beside["target"] - beside["benchmark"]).astype(float) < 0]
    names = dict(zip(found.projects["project_code"], found.projects["name"], strict=True))
    lower = [
        f"{names[row.project_code]}的{row.name}{row.target:g}（标杆{row.benchmark:g}）"
        for row in below.itertuples(index=False)
    ]
    return [
        *([f"进入预算、没有绩效目标的：{'、'.join(bare)}。"] if len(bare) else []),
        *([f"目标没有达到指标库标杆值的：{'、'.join(lower)}。"] if lower else []),
    ]


@table("11-4", "library_classes", "五类项目和中心工作：申报与核定", "类别", [Spread()], row_id="id")
def classes_table(plan: Plan) -> Content | None:
    """Asked and reviewed by class and year, and the county's central tasks."""
    found = review_library(plan)
    if found is None:
        return None
    rows: list[Line] = []
    for words, money in (("申报", found.asked), ("核定进入预算", found.reviewed)):
        name = "asked" if money is found.asked else "reviewed"
        parts = [
            Line(
                f"{name}_{each.value}",
                each.label,
                money[(found.projects["category"] == each).to_numpy()].sum(axis=0),
                2,
            )
            for each in CLASSES
        ]
        rows += [sum_of(f"{name}_total", words, parts), *parts]
    whole = found.reviewed.sum()
    for at, (work, mine) in enumerate(found.projects[found.projects["central_work"] != ""].groupby("central_work").groups.items()):  # fmt: skip
        money = found.reviewed[list(mine)].sum(axis=0)
        said = f"中心工作：{work}（占核定的{money.sum() / whole:.1%}）" if whole else f"中心工作：{work}"
        rows.append(Line(f"central_{at + 1}", said, money, 1))
    rule = rules("project_library")
    notes = [
        f"{each.label}：测算依据为{rule['class'][each.value]['basis']}；安排方式为{rule['class'][each.value]['rule']}。"
        for each in CLASSES
    ]
    return Content(rows, [*notes, f"类别次序就是安排次序；{rule['class_basis']['source']}。"])


@table(
    "11-5", "library_lines", "项目测算明细核定", "明细",
    [Column("年度", "year", "year"), Column("数量", "quantity", "plain"), Column("申报单价（元）", "price", "plain"),
     Column("标准（元）", "standard", "plain"), Column("本级负担比例", "share", "ratio"), Column("凭证", lambda row: row["evidence"] or _NONE, "text"),
     Column("申报", "asked"), Column("核定", "reviewed"), Column("核定意见", "reason", "text")],
    label="label",
)  # fmt: skip
def lines_table(plan: Plan) -> Content | None:
    """Every line of the working in the plan years; None without a library or lines."""
    found = review_library(plan)
    lines = None if found is None else found.lines[found.lines["year"].isin(plan.years)]
    if found is None or lines is None or not len(lines):
        return None
    names = found.projects.set_index("project_code")["name"]
    lines = lines.assign(label=[f"{names[code]}：{item}" for code, item in zip(lines["project_code"], lines["item"], strict=True)])  # fmt: skip
    covered = lines.loc[lines["standard"].notna(), "asked"].sum() / lines["asked"].sum()
    notes = (f"核定＝数量×较低的单价（申报、标准）×本级负担比例；标准库（含三保标准）覆盖申报额的{covered:.1%}。",)
    return Content(lines.sort_values(["project_code", "year"], kind="stable"), notes)


@table(
    "11-6", "library_moves", "项目增减进退", "项目",
    [Column("上年", "before"), Column("规划第一年", "now"), Column("增减", lambda row: row["now"] - row["before"], "change"),
     Column("进退", "event", "text"), Column("理由", "reason", "text")],
    label="name", row_id="move_{project_code}",
)  # fmt: skip
def moves_table(plan: Plan) -> Content | None:
    """Entries, exits, rises and cuts; None without a library."""
    found = review_library(plan)
    if found is None:
        return None
    change = (found.moved["now"] - found.moved["before"]).groupby(found.moved["event"], sort=False).agg(["size", "sum"])
    counts = "、".join(f"{event}{row['size']:.0f}个{row['sum']:+,.0f}" if event != _SAME else f"{event}{row['size']:.0f}个"
                      for event, row in change.iterrows())  # fmt: skip
    return Content(found.moved, (f"上年数：{found.against}。{counts}，相抵净增减{change['sum'].sum():+,.0f}万元。",))


@table(
    "11-7", "library_policies", "支出政策清理", "政策",
    [Column("文号", "legal_basis", "text"), Column("起始", "start_year", "year"), Column("终止", "end_year", "year"), Column("状态", "state", "text"),
     Column("规划期核定", "money"), Column("清理意见", "advice", "text")],
    label="name", row_id="policy_{policy_code}",
)  # fmt: skip
def policies_table(plan: Plan) -> Content | None:
    """Policies by their state; None without a library or policies."""
    found = review_library(plan)
    rule = rules("project_library")["review"]
    note = f"没有期限的政策满{rule['years']}年没有清理评估的，应当清理（设计）；核定数为依据该政策的项目进入预算的县级财力。"
    return None if found is None else Content(found.policies, (note,))


@table(
    "11-8", "library_doubts", "固定增长和挂钩的疑点", "项目或政策", [Column("疑点", "kind", "text"), Column("依据", "said", "text")],
    label="name", unit="",
)  # fmt: skip
def doubts_table(plan: Plan) -> Content | None:
    """What grows by rule; None where nothing does."""
    found = review_library(plan)
    rule = rules("project_library")
    notes = (
        f"{rule['linkage']['source']}（{QUALITIES[rule['linkage']['quality']]}）。",
        f"至少{rule['growth']['rates']}个增幅、相差不超过{100 * rule['growth']['tolerance']:g}个百分点的列为疑点（设计），须改按数量和标准测算；人数等数量本身在变的，核实后说明。",
    )
    return None if found is None else Content(found.doubts, notes)
