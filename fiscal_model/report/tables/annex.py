"""The annex: numbered tables of a plan, each built from lines that are defined once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from fiscal_model.analysis.rating.rating import Rating
from fiscal_model.analysis.risk.simulate import Fan
from fiscal_model.model.projection import Plan
from fiscal_model.report import tables
from fiscal_model.report.declaration import TableDeclaration
from fiscal_model.words.table import ReportTable, rounded


@cache
def declared_tables() -> dict[str, TableDeclaration]:
    """Return every table that a file of this folder declares by id, in the order of their numbers."""
    names = [each.name for each in iter_modules(tables.__path__) if each.name.endswith("_tables")]
    modules = [import_module(f"{tables.__name__}.{name}") for name in names]
    found = [declared for module in modules for declared in declared_in(module)]
    return {declared.id: declared for declared in sorted(found, key=table_order)}


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
        Rounded so that every sum adds up as printed.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> tables = fm.build_tables(plan, fm.simulate(plan, paths=100), fm.rate(plan), {})
    >>> tables[0]
    <ReportTable 01 主要经济指标预测>
    """
    sources = {"plan": plan, "fan": fan, "rating": rating, "alternatives": alternatives}
    built = (declared(*(sources[name] for name in declared.needs)) for declared in declared_tables().values())
    return tuple(rounded(table) for table in built if table is not None)


def table_order(table: TableDeclaration) -> tuple[int, ...]:
    """Where a table stands in the annex: 18 before 18-1 before 19."""
    return tuple(int(part) for part in table.number.split("-"))
