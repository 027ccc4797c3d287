"""How a statement is laid out: which years stand in the columns, which lines in the rows, how much they grow."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fiscal_model.model.planbook import observed_lines, published_first_year
from fiscal_model.model.projection import Plan
from fiscal_model.words.lines import LINES, RATIO
from fiscal_model.words.markup import kind_of
from fiscal_model.words.table import ReportRow, ReportTable, Value

OBSERVED_YEARS = 3
"""Observed years printed before the plan years."""


def year_columns(plan: Plan) -> tuple[str, ...]:
    """Return the column headings: observed years, the published budget beside them, plan years, mean growth."""
    history = plan.basis.history
    names = []
    for year in range(plan.base_year - OBSERVED_YEARS + 1, plan.base_year + 1):
        status = history.status.reindex(index=[year], columns=["own_revenue"]).iat[0, 0]
        names.append(
            f"{year}年{'决算' if status == 'final_accounts' else '执行'}" if isinstance(status, str) else f"{year}年"
        )
    budget = (f"{plan.years[0]}年公布预算",) if published_first_year(plan) else ()
    return (*names, *budget, *(f"{year}年预测" for year in plan.years), "年均增速")


def statement(
    plan: Plan, number: str, table_id: str, title: str, layout: str, notes: tuple[str, ...] = (), unit: str = "万元"
) -> ReportTable:
    """Lay out lines as a table: ``layout`` names one line a row, two spaces an indent, ``*`` a total in bold."""
    observed, budget = observed_lines(plan), published_first_year(plan)
    entries = [(len(text) - len(text.lstrip()), text.strip()) for text in layout.splitlines() if text.strip()]
    names = [name.lstrip("*") for _, name in entries]
    rows = []
    for (indent, name), line_id in zip(entries, names, strict=True):
        line = LINES[line_id]
        parts = [(names.index(part), 1) for part in line.parts if part in names]
        parts += [(names.index(part), -1) for part in line.less if part in names]
        whole = len(parts) == len(line.parts) + len(line.less)
        seen = observed.get(line_id, {})
        if line_id not in plan.unavailable or seen:
            rows.append(
                ReportRow(
                    line.label,
                    row_values(plan, seen, plan.line(line_id), budget, line_id, line.unit),
                    kind_of(line_id),
                    indent // 2,
                    line_id,
                    tuple(parts) if whole and line.parts else (),
                    name.startswith("*"),
                )
            )
        else:
            rows.append(ReportRow(line.label, (None,) * len(year_columns(plan)), "money", indent // 2, line_id))
    return ReportTable(number, table_id, title, unit, "项目", year_columns(plan), tuple(rows), notes)


def row_values(
    plan: Plan, seen: Mapping[int, float], planned: np.ndarray, budget: Mapping[str, float], line: str, unit: str
) -> tuple[Value, ...]:
    """Return one row's values in the order of `year_columns`."""
    window = range(plan.base_year - OBSERVED_YEARS + 1, plan.base_year + 1)
    history = [seen.get(year) for year in window]
    comparison = [budget.get(line)] if budget else []
    ahead = [number_or_none(value) for value in planned]
    return (*history, *comparison, *ahead, mean_growth(history[-1], ahead) if unit != RATIO else None)


def mean_growth(base: Value, ahead: list[Value]) -> Value:
    """Return the yearly average growth over the plan as printed percent; None where it says nothing."""
    last = ahead[-1] if ahead else None
    if not isinstance(base, float) or not isinstance(last, float) or base <= 0 or last <= 0:
        return None
    return f"{(last / base) ** (1 / len(ahead)) - 1:.1%}"


def number_or_none(value: float) -> Value:
    """Return a float, None for NaN: not available is printed as a dash."""
    return float(value) if np.isfinite(value) else None
