"""Which volume holds what: the plan's body with short tables and few figures, the annex with every table whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from fiscal_model.model.projection import Plan
from fiscal_model.report.chapters.all_chapters import ANNEX
from fiscal_model.report.extracts import with_the_rest
from fiscal_model.report.material import SUBHEADING, Chapter, subheading
from fiscal_model.words.table import ReportRow, ReportTable

BODY_TABLES: Mapping[str, tuple[str, ...]] = {
    "plan_bridge": (),
    "own_revenue": ("tax_revenue", "revenue_10101", "revenue_10104", "revenue_10119", "nontax_revenue", "own_revenue"),
    "transfers": ("transfers_general_purpose", "transfers_earmarked", "transfers"),
    "spending": (
        "guarantee_living", "guarantee_salaries", "guarantee_operations", "interest_general", "committed_projects",
        "earmarked_spending", "flexible_spending", "contingency_reserve", "expenditure",
    ),
    "general_balance": (
        "own_revenue", "transfers_general_purpose", "transfers_earmarked", "debt_proceeds_general", "carry_in", "transfer_in",
        "stabilization_draw", "funding_gap", "resources_total", "expenditure", "remitted_up", "principal_general",
        "stabilization_topup", "carry_out", "uses_total",
    ),
    "capacity": (
        "available_resources", "rigid_total", "continuing_spending", "uncommitted_resources", "offset_capacity",
        "guarantee_coverage",
    ),
    "waterfall": (
        "before_measures", "step_surplus_to_fund", "step_draw", "step_recover_carryover", "step_extra_transfer_in", "step_cut_projects",
        "step_cut_operations", "step_rescue", "step_gap",
    ),
    "debt": (
        "debt_general_stock", "debt_limit_general_stock", "debt_special_stock", "debt_limit_special_stock", "debt_stock",
    ),
    "debt_service": (
        "debt_general_repaid", "debt_general_refinanced", "principal_general_own", "interest_general", "issue_fees_general",
        "debt_special_repaid", "debt_special_refinanced", "principal_special_own", "interest_special", "issue_fees_special",
        "own_service", "refinancing_dependence",
    ),
    "guarantees": ("guarantees_total", "guarantees_county", "guarantees_shortfall", "guarantee_coverage"),
    "rating": (),
    "proposals_assessed": (),
    "measures": ("*",),
    "fan": (
        "probability_funding_gap", "probability_fund_gap", "probability_guarantee_coverage", "probability_debt_ratio",
        "probability_interest_burden_general", "probability_interest_burden_special", "probability_treasury",
    ),
    "scenarios": ("uncommitted_resources", "funding_gap", "debt_ratio"),
    "scenario_responses": ("*",),
    "reserve": (),
}  # fmt: skip
"""Tables of the body and the rows that stand there: all of them for a star, without names those printed in bold. Rows of nothing but noughts are left out."""
_BODY_COLUMNS: Mapping[str, str] = {
    "measures": r"责任部门|起止日期|\d{4}年收支差额改善|合计",
    "fan": r"\d{4}年|至少一年",
    "proposals_assessed": r"结论|得分|起决定作用的|全周期负担",
}
"""Columns of the body where they are not the last ones."""

THIN_TABLES = ("general_balance", "capacity", "debt")
"""What the body of a plan on yearly totals holds of them: the others would say the totals again."""

BODY_FIGURES = ("plan_bridge", "own_revenue", "general_balance", "debt_stock", "hidden_debt", "fans", "tornado")
THIN_FIGURES: tuple[str, ...] = ()
THIN_LEFT = ("压力测试", "什么情况会打破规划", "怎样防")
"""Parts of chapters that the body of a plan on yearly totals leaves to the annex, by their titles."""

_WORDS_ARE_LABELS = frozenset({"waterfall"})
"""Tables whose words tell what a row is, not what came of it: a step that nobody takes is left out of the body."""
_MOST_COLUMNS = 7
_MOST_FIGURES = 6


def is_thin(plan: Plan) -> bool:
    """Tell whether a plan rests on yearly totals alone, without accounts by subject."""
    return not plan.basis.place.has("ledger")


def body_of(plan: Plan, chapters: Iterable[Chapter]) -> tuple[Chapter, ...]:
    """Return the chapters of the body with the tables and figures that stand there."""
    thin = is_thin(plan)
    tables, figures = (THIN_TABLES, THIN_FIGURES) if thin else ((*BODY_TABLES,), BODY_FIGURES)
    body = [each for each in chapters if not each.number.startswith(ANNEX)]
    named = [figure for each in body for figure in each.figures if figure in figures][:_MOST_FIGURES]
    return tuple(
        replace(
            each,
            paragraphs=_counted([part for part in _parted(each.paragraphs) if not (thin and _is_left(part))]),
            tables=tuple(table for table in each.tables if table in tables),
            figures=tuple(figure for figure in each.figures if figure in named),
        )
        for each in body
    )


def annex_of(plan: Plan, chapters: Iterable[Chapter]) -> tuple[Chapter, ...]:
    """Return the chapters of the annex; the last one takes what the body of a thin plan left."""
    chapters = tuple(chapters)
    *annex, last = (each for each in chapters if each.number.startswith(ANNEX))
    left = [part for each in chapters if is_thin(plan) for part in _parted(each.paragraphs) if _is_left(part)]
    return (*annex, replace(last, paragraphs=_counted([*_parted(last.paragraphs), *left])))


def _parted(paragraphs: Iterable[str]) -> list[list[str]]:
    """Cut a chapter at its second-level headings; what stands before the first is a part too."""
    parts: list[list[str]] = [[]]
    for text in paragraphs:
        if SUBHEADING.fullmatch(text):
            parts.append([])
        parts[-1].append(text)
    return parts


def _is_left(part: Sequence[str]) -> bool:
    return bool(part) and part[0].partition("）")[2] in THIN_LEFT


def _counted(parts: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Parts in a row, their headings counted anew."""
    first, *headed = parts
    titled = ((subheading(at, part[0].partition("）")[2]), *part[1:]) for at, part in enumerate(headed))
    return (*first, *(text for part in titled for text in part))


def figures_left(chapters: Iterable[Chapter], body: Iterable[Chapter]) -> tuple[str, ...]:
    """Return the figures that chapters name and the body does not print, in their order."""
    printed = {figure for each in body for figure in each.figures}
    return tuple(dict.fromkeys(figure for each in chapters for figure in each.figures if figure not in printed))


def short_form(table: ReportTable) -> ReportTable:
    """Return what of a table stands in the body: its named rows, the base year, the plan years and the growth.

    Examples
    --------
    >>> rows = (ReportRow("a", (1.0,)), ReportRow("b", (0.0,)), ReportRow("sum", (1.0,), total=True))
    >>> [row.label for row in short_form(ReportTable("1", "any", "t", "", "", ("x",), rows)).rows]
    ['sum']
    """
    named = BODY_TABLES.get(table.id, ())
    rows = [row for row in table.rows if "*" in named or (row.line.split(".")[0] in named if named else row.total)]
    rows = [row for row in rows if row.total or not _says_nothing(row, table)]
    if all(_says_nothing(row, table) for row in rows):
        rows = [row for row in table.rows if not _says_nothing(row, table)] or [*table.rows]
    columns = _columns(table, rows)
    # What the columns left out hold alone is nothing in the body.
    rows = [row for row in rows if row.total or not _says_nothing(_only(row, columns), table)] or rows
    whole = with_the_rest(table, {at for at, row in enumerate(table.rows) if any(row is one for one in rows)}, columns)
    return _with_columns(whole, whole.rows, columns, parts=True)


def full_form(table: ReportTable) -> ReportTable:
    """Return a table without the columns that no row fills."""
    kept = [at for at in range(len(table.columns)) if any(_filled(row, at) for row in table.rows)]
    return table if len(kept) in {0, len(table.columns)} else _with_columns(table, table.rows, kept, parts=True)


def _columns(table: ReportTable, rows: Sequence[ReportRow]) -> Sequence[int]:
    keep = [at for at in range(len(table.columns)) if any(_filled(row, at) for row in rows)]
    if table.id in _BODY_COLUMNS:
        return [at for at in keep if re.fullmatch(_BODY_COLUMNS[table.id], table.columns[at])]
    if len(keep) > _MOST_COLUMNS:
        keep = [at for at in keep if "公布预算" not in table.columns[at]][-_MOST_COLUMNS:]
    return keep


def _with_columns(
    table: ReportTable, rows: Sequence[ReportRow], columns: Sequence[int], parts: bool = False
) -> ReportTable:
    shown = tuple(
        replace(
            row,
            values=tuple(row.values[at] for at in columns if at < len(row.values)),
            parts=row.parts if parts else (),
        )
        for row in rows
    )
    kinds = tuple(table.kinds[at] if at < len(table.kinds) else None for at in columns)
    return replace(table, columns=tuple(table.columns[at] for at in columns), rows=shown, kinds=kinds, growth=None)


def _only(row: ReportRow, columns: Sequence[int]) -> ReportRow:
    return replace(row, values=tuple(row.values[at] for at in columns if at < len(row.values)))


def _filled(row: ReportRow, at: int) -> bool:
    return at < len(row.values) and row.values[at] not in (None, "", "—") and row.values[at] == row.values[at]


def _says_nothing(row: ReportRow, table: ReportTable) -> bool:
    """Whether a row has nothing but noughts and, where they only say what a step is, words."""
    said = [value for value in row.values if not (table.id in _WORDS_ARE_LABELS and isinstance(value, str))]
    return all(value in (None, "", "—") or value == 0 or value != value for value in said)
