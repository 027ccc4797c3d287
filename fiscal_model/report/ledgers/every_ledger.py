"""Which ledgers there are: what the files ``*_ledgers.py`` beside this one declare."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from fiscal_model.report import ledgers
from fiscal_model.report.ledger import Ledger


@cache
def declared_ledgers() -> dict[str, Ledger]:
    """Return every ledger that a file of `report/ledgers/` declares by id, in the order of their numbers."""
    names = [each.name for each in iter_modules(ledgers.__path__) if each.name.endswith("_ledgers")]
    modules = [import_module(f"{ledgers.__name__}.{name}") for name in names]
    found = [each for module in modules for each in vars(module).values() if isinstance(each, Ledger)]
    order = {each.id: tuple(int(part) for part in each.number.split("-")) for each in found}
    return {each.id: each for each in sorted(found, key=lambda each: order[each.id])}
