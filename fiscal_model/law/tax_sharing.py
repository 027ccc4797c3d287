"""Who keeps how much of a tax, and which taxes follow from others: the dated tables of `data/rules/`, read and checked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from fiscal_model.law.dated_table import days_in_force, founding_faults, number_of, read_dated
from fiscal_model.law.rules import rule_table

NATION = "全国"
SHARES_FILE, RATES_FILE = "data/rules/revenue_shares.csv", "data/rules/tax_rates.csv"
_WHAT = "比例"
_LEVELS = ("central", "local", "province", "city", "county")


@dataclass(frozen=True)
class SharePeriod:
    """How one tax is shared while a rule is in force; fractions of all that is collected."""

    # jurisdiction, code, label: ``全国`` or a province, official code, Chinese name
    jurisdiction: str
    code: str
    label: str
    valid_from: dt.date  # First day in force
    valid_to: dt.date | None  # Last day in force; None: still in force
    # central, local: they add up to one
    central: float
    local: float
    # province, city, county: they add up to ``local``; NaN where only the local part as a whole is known
    province: float
    city: float
    county: float
    source: str
    quality: str


@dataclass(frozen=True)
class RatePeriod:
    """The statutory rate of a tax on other taxes while it is in force."""

    # code, label, location: official code, Chinese name, where it holds (empty: everywhere)
    code: str
    label: str
    location: str
    base_codes: tuple[str, ...]  # Taxes it is levied on
    rate: float
    valid_from: dt.date
    valid_to: dt.date | None
    source: str
    quality: str


def shares_of(province: str, code: str) -> tuple[SharePeriod, ...]:
    """Return the shares of one tax in a province, the nation's where the province has none.

    By date; empty when the tax is not listed.

    ``province``: as in ``place.toml``; ``甘肃`` and ``甘肃省`` are the same.
    ``code``: official code.

    Examples
    --------
    >>> [(period.valid_from.year, period.county) for period in shares_of("甘肃省", "10101")]
    [(2016, 0.325), (2024, 0.325)]
    >>> [period.local for period in shares_of("云南省", "10101")]
    [0.25, 0.5]
    """
    listed = _share_periods()
    for jurisdiction in (_bare(province), NATION):
        found = [p for p in listed if p.code == code and _bare(p.jurisdiction) == jurisdiction]
        if jurisdiction and found:
            return tuple(sorted(found, key=lambda period: period.valid_from))
    return ()


def rates_of(code: str) -> tuple[RatePeriod, ...]:
    """Return the statutory rates of a tax on other taxes, by date.

    Examples
    --------
    >>> sorted(period.rate for period in rates_of("10109") if period.valid_to is None)
    [0.01, 0.05, 0.07]
    """
    found = [period for period in _rate_periods() if period.code == code]
    return tuple(sorted(found, key=lambda period: (period.valid_from, period.location)))


def dates_of(periods: Iterable[SharePeriod | RatePeriod]) -> tuple[np.ndarray, np.ndarray]:
    """Return first and last days in force as arrays for `arithmetic.revenue.shares.share_in_year`, ``NaT`` for no end.

    Examples
    --------
    >>> dates_of(shares_of("甘肃省", "10101"))[1].astype(str).tolist()
    ['2023-12-31', 'NaT']
    """
    periods = tuple(periods)
    starts = [period.valid_from.isoformat() for period in periods]
    ends = [period.valid_to.isoformat() if period.valid_to else "NaT" for period in periods]
    return np.array(starts, dtype="datetime64[D]"), np.array(ends, dtype="datetime64[D]")


def read_shares(rows: Iterable[Mapping[str, str]], shown: str = SHARES_FILE) -> tuple[SharePeriod, ...]:
    """Check and read rows of the table of shares.

    ``rows``: as `rules.rule_table` returns them.
    ``shown``: the file's name in messages.

    Raises
    ------
    InputError
        Shares that do not add up, overlapping dates, a number, date or quality that cannot be read: all at once.
    """

    def read(row: Mapping[str, str]) -> SharePeriod:
        dated = days_in_force(row)
        central, local, province, city, county = (_fraction(row[name]) for name in _LEVELS)
        return SharePeriod(
            row["jurisdiction"], row["code"], row["name"], *dated, central, local, province, city, county,
            row["source"], row["quality"],
        )  # fmt: skip

    return read_dated(
        rows, shown, _WHAT, read=read, remedy="比例写小数，日期写成 2016-05-01", faults_of=_share_faults,
        name_of=lambda period: f"{period.jurisdiction}{period.label}",
    )  # fmt: skip


def read_rates(rows: Iterable[Mapping[str, str]], shown: str = RATES_FILE) -> tuple[RatePeriod, ...]:
    """Check and read rows of the table of statutory rates; parameters and errors as in `read_shares`."""

    def read(row: Mapping[str, str]) -> RatePeriod:
        dated, rate = days_in_force(row), _fraction(row["rate"])
        bases, texts = tuple(row["base_codes"].split()), (row["code"], row["name"], row["location"])
        return RatePeriod(*texts, bases, rate, *dated, row["source"], row["quality"])

    def faults_of(period: RatePeriod) -> list[tuple[str, str]]:
        without = ("没有写计征的税种", "请在 base_codes 列填科目编码，用空格分开")
        return founding_faults(period, _WHAT) + ([] if period.base_codes else [without])

    return read_dated(
        rows, shown, _WHAT, read=read, remedy="税率写小数，日期写成 2016-05-01", faults_of=faults_of,
        name_of=lambda period: f"{period.label}{period.location}",
    )  # fmt: skip


@cache
def _share_periods() -> tuple[SharePeriod, ...]:
    return read_shares(rule_table("revenue_shares"))


@cache
def _rate_periods() -> tuple[RatePeriod, ...]:
    return read_rates(rule_table("tax_rates"))


def _bare(jurisdiction: str) -> str:
    return jurisdiction.strip().removesuffix("自治区").removesuffix("省").removesuffix("市")


def _fraction(cell: str) -> float:
    """Empty is unknown, never zero."""
    value = number_of(cell)
    if value < 0 or value > 1:
        raise ValueError(f"“{cell}”不在 0 到 1 之间")
    return value


def _share_faults(period: SharePeriod) -> list[tuple[str, str]]:
    found = founding_faults(period, _WHAT)
    whole = period.central + period.local
    if not abs(whole - 1) < 1e-9:
        found.append((f"中央与地方比例相加为 {whole:g}", "两级相加必须等于 1"))
    parts = [period.province, period.city, period.county]
    if np.isfinite(parts).any() and not abs(sum(parts) - period.local) < 1e-9:
        remedy = f"三级相加必须等于地方比例 {period.local:g}；不知道时三级都留空"
        found.append((f"省、市、县比例相加为 {sum(parts):g}", remedy))
    return found
