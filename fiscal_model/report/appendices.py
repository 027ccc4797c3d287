"""The two appendices of the body: what data are missing, and what was not verified, each said once."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from fiscal_model.inputs.scenario import kind_of_assumption
from fiscal_model.model.planbook import list_assumptions
from fiscal_model.model.projection import Plan
from fiscal_model.report import wording
from fiscal_model.report.material import Chapter
from fiscal_model.report.wording import DOUBT_MARK, UNVERIFIED, numbered
from fiscal_model.words.table import ReportRow, ReportTable, printed

_MISSING_DATA = ("unknown", "old", "rolled", "missing", "not_split", "inferred", "few_years", "no_backtest", "unlisted")
"""How the code of a caution on missing data ends."""


def appendices(plan: Plan, tables: Sequence[ReportTable]) -> tuple[tuple[Chapter, ...], tuple[ReportTable, ...]]:
    """Return the appendices, and the tables that they print and the annex does not hold."""
    parameters = _parameters(plan)
    have = {each.id for each in tables}
    missing = tuple(id for id in ("missing_data",) if id in have)
    chapters = (
        Chapter("附录一", "资料缺口", _missing_data(plan, bool(missing)), missing),
        Chapter("附录二", "未核实参数", _unverified(plan), (parameters.id,) if parameters.rows else ()),
    )
    return chapters, (parameters,)


def _missing_data(plan: Plan, listed: bool) -> tuple[str, ...]:
    said = [
        f"{caution.where}：{marked(caution.message)}"
        for caution in plan.cautions
        if caution.code.endswith(_MISSING_DATA)
    ]
    opening = (
        ["下表列出没有提供的资料、现在的办法和补上以后更准的项目，涉及金额大的在前。"]
        if listed
        else ["没有缺少的资料。"]
    )
    return (*opening, *([f"已提供的资料里还缺{len(said)}处：", *numbered(said)] if said else []))


def _unverified(plan: Plan) -> tuple[str, ...]:
    count = int((list_assumptions(plan)["quality"] == "unverified").sum())
    others = [
        f"{each.where}：{each.message}"
        for each in plan.cautions
        if UNVERIFIED in each.message and each.code != "unverified_assumptions"
    ]
    said = [
        f"正文和表中标{DOUBT_MARK}的数和依据没有找到正式文件或本地数据。共{count}项参数{UNVERIFIED}，列在下表，"
        "来源见附表30；核实一项，就在情景或地区的假设里写明取值和来源。"
    ]
    if others:
        said += ["其他没有核实的依据：", *numbered(others)]
    if plan.basis.place.doubts:
        said.append(f"录入的数另有{len(plan.basis.place.doubts)}处疑点待核对，逐处见附表31。")
    return tuple(said)


def _parameters(plan: Plan) -> ReportTable:
    """Two assumptions a row: name and value, without their sources, which the annex gives."""
    rows = list_assumptions(plan)
    rows = rows[rows["quality"] == "unverified"]
    found = [(str(each["label"]), _values(plan, each)) for each in rows.to_dict("records")]
    half = (len(found) + 1) // 2
    beside = [*found[half:], *[("", "")] * half][:half]
    pairs = zip(found[:half], beside, strict=True)
    made = tuple(ReportRow(left[0], (left[1], *right), "text", 0) for left, right in pairs)
    return ReportTable("", "unverified", "未核实的参数", "", "参数", ("取值", "参数 ", "取值 "), made)


def _values(plan: Plan, row: Mapping[Hashable, Any]) -> str:
    """The first and the last year's value, one where they print alike."""
    kind = kind_of_assumption(str(row["name"]))
    first, last = (printed(float(row[year]), kind) for year in (plan.years[0], plan.years[-1]))
    return first if first == last else f"{first}→{last}"


def marked(text: str) -> str:
    """Put the mark in place of the words; the appendix says once what it means.

    Examples
    --------
    >>> marked("对应比例未经核实"), marked("高龄津贴（未经核实）")
    ('对应比例※', '高龄津贴※')
    """
    return wording.marked(text).replace(UNVERIFIED, DOUBT_MARK)
