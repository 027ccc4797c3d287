"""The annex: numbered tables of a plan, each built from lines that are defined once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from fiscal_model.analysis.rating.rating import Rating
from fiscal_model.analysis.risk.simulate import Fan
from fiscal_model.model.projection import Plan
from fiscal_model.report import tables
from fiscal_model.report.all_ledgers import declared_ledgers
from fiscal_model.report.declaration import TableDeclaration
from fiscal_model.report.one_rounding import rounded, rounding_of
from fiscal_model.words.errors import ReportError
from fiscal_model.words.table import ReportTable

_MADE_BY = {
    "plan": "fm.project(place, scenario)",
    "fan": "fm.simulate(plan)",
    "rating": "fm.rate(plan)",
    "alternatives": '{"baseline": plan}',
}
"""How whoever asks for a table makes what it rests on."""


@cache
def declared_tables() -> dict[str, TableDeclaration]:
    """Return every table that a file of this folder declares by id, in the order of their numbers."""
    names = [each.name for each in iter_modules(tables.__path__) if each.name.endswith("_tables")]
    modules = [import_module(f"{tables.__name__}.{name}") for name in names]
    found = [table for module in modules for table in declared_in(module)]
    return {table.id: table for table in sorted(found, key=table_order)}


def declared(name: str) -> TableDeclaration:
    """Return the table or ledger of an id; a misspelt one is a `ReportError` that names the nearest."""
    known: dict[str, TableDeclaration] = declared_tables() | declared_ledgers()
    if name in known:
        return known[name]
    near = get_close_matches(name, known, n=1)
    hint = f"是否想写“{near[0]}”？" if near else f"可用的表：{'、'.join(known)}。"
    raise ReportError(f"没有名为“{name}”的表。{hint}")


def declared_in(module: ModuleType) -> Iterator[TableDeclaration]:
    """Yield the tables that a module declares."""
    return (named for named in vars(module).values() if isinstance(named, TableDeclaration))


def build_tables(plan: Plan, fan: Fan, rating: Rating, alternatives: Mapping[str, Plan]) -> tuple[ReportTable, ...]:
    """Build every table of the annex that the place's data carry.

    Parameters
    ----------
    plan : Plan
    fan : Fan
    rating : Rating
    alternatives : mapping of str to Plan
        Scenario id to plan, for the comparison.

    Returns
    -------
    tuple of ReportTable
        Rounded together: what is one quantity prints alike in all of them, every sum adds up as printed.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> tables = fm.build_tables(plan, fm.simulate(plan, paths=100), fm.rate(plan), {})
    >>> tables[0]
    <ReportTable 01 主要经济指标预测>
    """
    sources = {"plan": plan, "fan": fan, "rating": rating, "alternatives": alternatives}
    built = [found for each in declared_tables().values() if (found := _built(each, sources)) is not None]
    rounding = rounding_of(built)
    return tuple(rounding.apply(each) for each in built)


def build_table(name: str, sources: Mapping[str, Any]) -> ReportTable | None:
    """Build one table alone; None where the place's data do not carry it.

    Its sums add up as printed; a part may print a unit apart from the annex, where all tables are rounded together.

    Raises
    ------
    ReportError
        There is no such table, or it rests on a source that is not given: says which and how to give it.
    """
    found = declared(name)
    lacking = [each for each in found.needs if each not in sources]
    if lacking:
        ways = "、".join(f"{each}={_MADE_BY[each]}" for each in lacking)
        raise ReportError(f"表“{name}”（{found.title}）还要给出 {ways}。")
    built = _built(found, sources)
    return built if built is None else rounded(built)


def _built(table: TableDeclaration, sources: Mapping[str, Any]) -> ReportTable | None:
    return table(*(sources[name] for name in table.needs))


def table_order(table: TableDeclaration) -> tuple[int, ...]:
    """Where a table stands in the annex: 18 before 18-1 before 19."""
    return tuple(int(part) for part in table.number.split("-"))
