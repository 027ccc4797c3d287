"""How a statement is laid out: which years stand in the columns, which lines in the rows, how much they grow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from fiscal_model.model.planbook import inferred_lines, observed_lines, published_first_year
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Content, Line, TableDeclaration, table
from fiscal_model.words.lines import LINES, RARE, RATIO
from fiscal_model.words.markup import kind_of
from fiscal_model.words.table import Growth, Value

OBSERVED_YEARS = 3
"""Observed years printed before the plan years."""

INFERRED = "＊"
"""Stands behind the label of a line whose base year was not published."""


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
    number: str,
    id: str,
    title: str,
    layout: str,
    notes: Callable[[Plan], Sequence[str]] = lambda _: (),
    only_with: str = "",
) -> TableDeclaration:
    """Declare a table of lines: ``layout`` names one line a row, two spaces an indent, ``*`` a total in bold.

    Parameters
    ----------
    number, id, title : str
    layout : str
    notes : callable, optional
        What stands below, of a plan.
    only_with : str, optional
        A line without which there is no such table.
    """

    @table(number, id, title, "项目")
    def declared(plan: Plan) -> Content | None:
        return None if only_with in plan.unavailable else over_years(plan, laid_out(plan, layout), notes(plan))

    return declared


def laid_out(plan: Plan, layout: str) -> list[Line]:
    """Lay out lines over the observed years, the published budget and the plan years."""
    observed, budget, inferred = observed_lines(plan), published_first_year(plan), inferred_lines(plan)
    entries = [(len(text) - len(text.lstrip()), text.strip()) for text in layout.splitlines() if text.strip()]
    names = [name.lstrip("*") for _, name in entries]
    rows, blank = list[Line](), (None,) * len(year_columns(plan))
    for (indent, name), line_id in zip(entries, names, strict=True):
        line, seen = LINES[line_id], observed.get(line_id, {})
        if line_id in RARE and not (any(seen.values()) or plan.lines[line_id].any()):
            continue
        known = line_id not in plan.unavailable or bool(seen) or line_id in budget
        values = row_values(plan, seen, plan.line(line_id), budget.get(line_id)) if known else blank
        whole = bool(line.parts) and {*line.parts, *line.less} <= {*names}
        adds = " - ".join((" + ".join(line.parts), *line.less)) if whole and known else ""
        total = known and name.startswith("*")
        kind = kind_of(line_id) if known else "money"
        shown = values if line.unit != RATIO else (*values[:-1], None)
        mark = INFERRED if line_id in inferred and values[OBSERVED_YEARS - 1] is not None else ""
        rows.append(Line(line_id, line.label + mark, shown, indent // 2, adds, total, kind))
    return rows


def over_years(plan: Plan, rows: Sequence[Line], notes: Sequence[str] = (), budget: bool = True) -> Content:
    """Return rows of `row_values` as the content of a table; without ``budget`` the published one has no column."""
    headings = year_columns(plan) if budget else tuple(name for name in year_columns(plan) if "公布预算" not in name)
    if any(row.label.endswith(INFERRED) for row in rows):
        notes = (
            *notes,
            f"带{INFERRED}的项目，{plan.base_year}年数不是公布的决算、执行数：为推算、分拆或平衡得出，没有公布的按0计列。",
        )
    last = len(headings) - 1
    growth = Growth(last, OBSERVED_YEARS - 1, last - 1, len(plan.years))
    return Content(rows, notes, headings, (*[None] * last, "ratio"), growth)


def row_values(
    plan: Plan, seen: Mapping[int, float], planned: Sequence[float] | np.ndarray, published: Value = None
) -> tuple[Value, ...]:
    """Return one row's money in the order of `year_columns`, with its yearly average growth."""
    window = range(plan.base_year - OBSERVED_YEARS + 1, plan.base_year + 1)
    history = [seen.get(year) for year in window]
    comparison = [published] if published_first_year(plan) else []
    ahead = [number_or_none(value) for value in planned]
    return (*history, *comparison, *ahead, mean_growth(history[-1], ahead))


def mean_growth(base: Value, ahead: list[Value]) -> Value:
    """Return the yearly average growth over the plan; None where it says nothing."""
    last = ahead[-1] if ahead else None
    if not isinstance(base, float) or not isinstance(last, float) or base <= 0 or last <= 0:
        return None
    return (last / base) ** (1 / len(ahead)) - 1


def number_or_none(value: float) -> Value:
    """Return a float, None for NaN: not available is printed as a dash."""
    return float(value) if np.isfinite(value) else None
