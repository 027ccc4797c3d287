"""Growth of the nation's and the provinces' local budgets: what every place of a year has in common."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from fiscal_model.law.rules import rule_table

NATION = "全国"


@cache
def common_growth(item: str, province: str = "") -> pd.Series:
    """Return yearly growth in logs, index year: the province's where it is known, else the nation's.

    The ministry prints growth against the revised figure of the year before, and where rules changed also the growth on
    the same rules (2016 the VAT reform, 2022 the credit refunds): that one is taken. Where no growth is printed it follows
    from the two amounts, and what the change of rules did to the nation is taken out of a province's too.
    Source: `data/rules/growth_of_the_nation.csv`.

    ``item``: ``own_revenue`` or ``expenditure``, of all local governments together.
    ``province``: its name as in `place.toml`; none, or one without figures, gives the nation's.

    Examples
    --------
    >>> float(np.expm1(common_growth("own_revenue")[2016]).round(3))
    0.074
    >>> float(np.expm1(common_growth("own_revenue", "云南省")[2023]).round(3))
    0.103
    """
    nation, own = _by_year(_rows_of(item, NATION)), _by_year(_rows_of(item, province))
    same_rules = nation["comparable_growth"].fillna(nation["growth"])
    change_of_rules = (same_rules - nation["growth"]).reindex(own.index, fill_value=0)
    return (own["growth"] + change_of_rules).combine_first(same_rules).dropna().rename("growth")


@cache
def growth_of_provinces(item: str) -> pd.DataFrame:
    """Return yearly growth of every province in logs, index year, one column a province; NaN where it is not known.

    On the same rules as `common_growth`.

    Examples
    --------
    >>> found = growth_of_provinces("own_revenue")
    >>> found.shape[1], bool(found.at[2023, "云南省"] == common_growth("own_revenue", "云南省")[2023])
    (31, True)
    """
    rows = _rows()[_rows()["item"] == item]
    nation = _by_year(_rows_of(item, NATION))
    change_of_rules = nation["comparable_growth"].fillna(nation["growth"]) - nation["growth"]
    provinces = rows[rows["region"] != NATION]
    amounts, growth = (
        provinces.pivot(index="year", columns="region", values=name).astype(float) for name in ("amount", "growth")
    )
    found = growth.where(growth.notna(), amounts / amounts.shift() - 1)
    return np.log1p(found).add(change_of_rules.reindex(found.index, fill_value=0), axis=0).iloc[1:]


@cache
def printed_growth(item: str, region: str = NATION) -> pd.Series:
    """Return yearly growth in logs as it was printed, or as the amounts say, on the rules of each year; index year.

    What a change of rules took was gone all the same: 2022 holds the credit refunds. Empty where nothing is known.

    Examples
    --------
    >>> [float(np.expm1(printed_growth("own_revenue", region)[2022]).round(3)) for region in ("全国", "甘肃省")]
    [-0.021, -0.094]
    """
    return _by_year(_rows_of(item, region))["growth"].dropna()


def growth_around(item: str, province: str = "") -> pd.Series:
    """Return what a place's growth is pulled to, in logs, index year: the mean of the nation's and its province's.

    On 148 prefectures the mean was nearer than either (docs/accuracy.md).

    Examples
    --------
    >>> growth_around("own_revenue").equals(common_growth("own_revenue"))
    True
    """
    return (common_growth(item) + common_growth(item, province)).dropna() / 2


_NUMBERS = {"year": int, "amount": float, "growth": float, "comparable_growth": float}


@cache
def _rows() -> pd.DataFrame:
    return pd.DataFrame(rule_table("growth_of_the_nation")).replace("", None).astype(_NUMBERS)


def _rows_of(item: str, region: str) -> pd.DataFrame:
    """The rows of a region, known by the first two signs of its name; none without a name."""
    rows = _rows()
    return rows[(rows["item"] == item) & (rows["region"].str[:2] == (region[:2] or None))]


def _by_year(rows: pd.DataFrame) -> pd.DataFrame:
    """Growth in logs, as printed or else as the amounts say, and on the same rules where printed."""
    table = rows.set_index("year").sort_index()[["amount", "growth", "comparable_growth"]]
    before = table["amount"].reindex(table.index - 1).to_numpy()
    table["growth"] = table["growth"].fillna(table["amount"] / before - 1)
    return np.log1p(table[["growth", "comparable_growth"]])
