"""Every management ledger, in the order of the tasks, behind a list of them with their conclusions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from fiscal_model.model.projection import Plan
from fiscal_model.report import ledgers
from fiscal_model.report.declaration import Column, Content, table
from fiscal_model.report.ledger import FIRST_NUMBER, NO_OPINION, Ledger
from fiscal_model.words.table import ReportTable, rounded


@cache
def declared_ledgers() -> dict[str, Ledger]:
    """Return every ledger that a file of `report/ledgers/` declares by id, in the order of their numbers."""
    names = [each.name for each in iter_modules(ledgers.__path__) if each.name.endswith("_ledgers")]
    modules = [import_module(f"{ledgers.__name__}.{name}") for name in names]
    found = [each for module in modules for each in vars(module).values() if isinstance(each, Ledger)]
    order = {each.id: tuple(int(part) for part in each.number.split("-")) for each in found}
    return {each.id: each for each in sorted(found, key=lambda each: order[each.id])}


def build_ledgers(plan: Plan) -> tuple[ReportTable, ...]:
    """Build every ledger that the place keeps, behind a list of them; none where it keeps none.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> build_ledgers(fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline")))
    ()
    """
    built = [(each, made) for each in declared_ledgers().values() if (made := each(plan)) is not None]
    return (rounded(_overview(built)), *(rounded(made) for _, made in built)) if built else ()


def _overview(built: Sequence[tuple[Ledger, ReportTable]]) -> ReportTable:
    """Table 40: how many rows each ledger has, and how many with a doubt."""
    rows = []
    for each, made in built:
        opinions = [row.values[-1] for row in made.rows if not row.total]
        doubts = sum(opinion != NO_OPINION for opinion in opinions)
        rows.append({"label": f"{each.number} {each.title}", "id": each.id, "rows": float(len(opinions)),
                     "doubts": float(doubts), "sentence": made.notes[0]})  # fmt: skip
    columns = [
        Column("行数", "rows", "count"),
        Column("有意见的", "doubts", "count"),
        Column("结论", "sentence", "text"),
    ]
    listed = table(str(FIRST_NUMBER), "ledgers", "管理台账总览", "台账", columns, row_id="id", unit="")(
        lambda plan: Content(rows)
    )
    overview = listed(None)
    assert overview is not None
    return overview
