"""Which inputs belong together, and short digests of them: did history change since, or the rules, or neither?"""

from __future__ import annotations

import hashlib
from functools import cache

import pandas as pd

from fiscal_model.inputs.place import Place
from fiscal_model.inputs.vintages import content_digest
from fiscal_model.words.resources import rules_files

DATA, PRICE_HEADCOUNT, POLICY = "new_data", "price_headcount", "policy"
GROUPS = (DATA, PRICE_HEADCOUNT, POLICY)
"""Groups of inputs, in the order in which a bridge swaps them."""
_GROUP_OF = {
    **dict.fromkeys(
        ("staff", "staff_ages", "units", "guarantee_items", "population", "population_rates"), PRICE_HEADCOUNT
    ),
    **dict.fromkeys(
        ("standard_changes", "pay_events", "pay_items", "quotas", "one_offs", "projects", "project_costs", "measures"),
        POLICY,
    ),
}  # fmt: skip
OBSERVED_BY_YEAR = frozenset(
    {"totals", "ledger", "macro", "debt", "insurance", "treasury", "monthly", "tax_bases", "collections"}
)
"""Tables that grow by a year each year; a past plan can be run again from today's, up to its base year."""
NOT_KEPT = OBSERVED_BY_YEAR | {"approved_budget", "payments", "reallocations"}
"""Tables a kept plan does without: those, and the execution of one year's budget, which no plan rests on."""
_SAID_NOT_COUNTED = frozenset({"source", "note", "row_line"})


def group_of(table: str) -> str:
    """Return the group a table belongs to: registers of persons, of decisions, else data.

    Examples
    --------
    >>> group_of("staff"), group_of("pay_events"), group_of("ledger")
    ('price_headcount', 'policy', 'new_data')
    """
    return _GROUP_OF.get(table, DATA)


def history_fingerprint(place: Place, base_year: int) -> str:
    """Return a digest of what a place observed up to a year. The order of rows, sources and notes do not matter.

    ``base_year``: later years are left out, so that a new outturn alone changes nothing.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> place = fm.read_place("data/places/gangu")
    >>> history_fingerprint(place, 2023) == history_fingerprint(place, 2024)
    False
    """
    texts = [str(place.scope)]
    for name in sorted(OBSERVED_BY_YEAR & set(place.tables)):
        rows = place.rows(name)
        texts.append(f"{name}\n{_text(rows[rows['year'] <= base_year])}")
    return hashlib.sha256("\n".join(texts).encode("utf-8")).hexdigest()[:16]


@cache
def rules_digest() -> str:
    """Return a digest of every rules file this package was installed with."""
    parts = [f"{path.name}:{content_digest(path.read_text(encoding='utf-8-sig'))}" for path in rules_files()]
    return hashlib.sha256("\n".join(parts).encode("utf-8")).hexdigest()[:16]


def _text(rows: pd.DataFrame) -> str:
    columns = sorted(column for column in rows.columns if column not in _SAID_NOT_COUNTED)
    lines = [
        ",".join(f"{name}={_cell(value)}" for name, value in zip(columns, row, strict=True))
        for row in rows[columns].itertuples(index=False)
    ]
    return "\n".join(sorted(lines))


def _cell(value: object) -> str:
    # An empty optional column reads as NaN or None, depending on its neighbours.
    if value is None or (isinstance(value, float) and value != value):
        return ""
    return f"{value:.12g}" if isinstance(value, int | float) else str(value)
