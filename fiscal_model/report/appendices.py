"""The two appendices of the body: what data are missing, and what was not verified, each said once."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from fiscal_model.inputs.scenario import kind_of_assumption
from fiscal_model.model.planbook import list_assumptions
from fiscal_model.model.projection import Plan
from fiscal_model.report import wording
from fiscal_model.report.material import Chapter
from fiscal_model.report.wording import DOUBT_MARK, UNVERIFIED, plainly
from fiscal_model.words.table import ReportRow, ReportTable, printed

_MISSING_DATA = (
    "unknown",
    "old",
    "rolled",
    "missing",
    "borrowed",
    "not_split",
    "inferred",
    "few_years",
    "no_backtest",
    "unlisted",
    "nothing_new",
    "known_later",
)
"""How the code of a caution on missing data ends."""


def appendices(plan: Plan, tables: Sequence[ReportTable]) -> tuple[tuple[Chapter, ...], tuple[ReportTable, ...]]:
    """Return the appendices, and the tables that they print and the annex does not hold."""
    parameters, partly, others = _parameters(plan), _partly_given(plan), _other_grounds(plan)
    listed = "missing_data" in {each.id for each in tables}
    missing = (*(("missing_data",) if listed else ()), *((partly.id,) if partly.rows else ()))
    unverified = tuple(table.id for table in (others, parameters) if table.rows)
    chapters = (
        Chapter("附录一", "资料缺口", (_missing_data(len(partly.rows), listed),), missing),
        Chapter("附录二", "未核实参数", _unverified(plan), unverified),
    )
    return chapters, (partly, others, parameters)


def _missing_data(partly: int, listed: bool) -> str:
    whole = (
        "下表列出没有提供的资料、现在的办法和补上以后更准的项目，涉及金额大的在前。"
        if listed
        else "没有整份缺少的资料。"
    )
    return whole + (f"已提供的资料里还缺{partly}处，另表列出。" if partly else "")


def _partly_given(plan: Plan) -> ReportTable:
    """What is missing inside the data that were given."""
    said = [(each.where, each.message) for each in plan.cautions if each.code.endswith(_MISSING_DATA)]
    return _listed("partly_given", "已提供资料的缺项", said)


def _other_grounds(plan: Plan) -> ReportTable:
    """What beside the parameters was not verified."""
    said = [
        (each.where, each.message)
        for each in plan.cautions
        if UNVERIFIED in each.message and each.code != "unverified_assumptions"
    ]
    return _listed("other_grounds", "其他没有核实的依据", said)


def _listed(id: str, title: str, said: Sequence[tuple[str, str]]) -> ReportTable:
    """Cautions as rows, each once."""
    rows = tuple(ReportRow(where, (marked(message),), "text", 0) for where, message in dict.fromkeys(said))
    return ReportTable("", id, title, "", "事项", ("现在的处理和要补的资料",), rows, (), ("text",))


def _unverified(plan: Plan) -> tuple[str, ...]:
    count = int((list_assumptions(plan)["quality"] == "unverified").sum())
    said = [
        f"正文和表中标{DOUBT_MARK}的数和依据没有找到正式文件或本地数据。共{count}项参数{UNVERIFIED}，列在下表，"
        "来源见附表30；核实一项，就在情景或地区的假设里写明取值和来源。"
    ]
    if plan.basis.place.doubts:
        said.append(f"录入的数另有{len(plan.basis.place.doubts)}处疑点待核对，逐处见附表31。")
    return tuple(said)


def _parameters(plan: Plan) -> ReportTable:
    """Two assumptions a row: name and value, without asides and sources, which the annex gives."""
    rows = list_assumptions(plan)
    rows = rows[rows["quality"] == "unverified"]
    short = rows["label"].str.replace(r"（[^（）]*）$", "", regex=True)
    labels = short.where(~short.duplicated(keep=False), rows["label"])
    found = [(label, _values(plan, each)) for label, each in zip(labels, rows.to_dict("records"), strict=True)]
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
    """Put the mark in place of the words, which the appendix explains once, and names in place of what the program calls things.

    Examples
    --------
    >>> marked("对应比例未经核实"), marked("高龄津贴（未经核实）")
    ('对应比例※', '高龄津贴※')
    """
    return plainly(wording.marked(text).replace(UNVERIFIED, DOUBT_MARK))
