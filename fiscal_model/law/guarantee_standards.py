"""What the nation sets for guarantee items and who shares it, by year: the dated data of `data/rules/` asked."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TypeVar

import numpy as np

from fiscal_model.arithmetic.elementary import MONTHS
from fiscal_model.law.guarantee_rows import (
    LEVELS,
    STANDARDS_FILE,
    ProvincePeriod,
    StandardPeriod,
    TierPeriod,
    read_standards,
    read_tier_shares,
    read_tiers,
)
from fiscal_model.law.rules import rule_table
from fiscal_model.words.errors import Fault, InputError, did_you_mean

Dated = TypeVar("Dated", StandardPeriod, TierPeriod, ProvincePeriod)


@cache
def law_of(rule: str) -> tuple[StandardPeriod, ...]:
    """Return the dated standards of one item rule, by date.

    Raises
    ------
    InputError
        No such rule.

    Examples
    --------
    >>> law = law_of("basic_pension")
    >>> law[-1].label, law[-1].periods, law[-1].standard
    ('城乡居民基础养老金', 12.0, 143.0)
    """
    found = [period for period in _standards() if period.rule == rule]
    if not found:
        raise InputError([Fault(STANDARDS_FILE, f"没有规则“{rule}”", why_unknown(rule))])
    return tuple(sorted(found, key=lambda period: period.valid_from))


def rule_names() -> dict[str, str]:
    """Return every item rule with its Chinese name, in file order."""
    return {period.rule: period.label for period in _standards()}


def why_unknown(rule: str) -> str:
    """Say in Chinese what to write instead of an unknown rule; empty for one that exists.

    Examples
    --------
    >>> why_unknown("basic_pensoin")[:20]
    '是否想写“basic_pension”？'
    """
    names = rule_names()
    if rule in names:
        return ""
    hint = did_you_mean(rule, [*names, *names.values()])
    return f"{hint}可填的规则编号见 {STANDARDS_FILE} 的 rule 列"


@cache
def standard_in_year(rule: str, year: int) -> float:
    """Return a national standard as the mean of a calendar year's months, yuan a person and period.

    NaN before the first date and where the nation sets none. Months without a standard in force count as zero: an item
    that begins in September costs a third of its standard in the first year.

    Notes
    -----
    A month belongs to the standard in force on its fifteenth day.

    Examples
    --------
    >>> standard_in_year("basic_pension", 2024)  # 103 to June, 123 from July
    113.0
    >>> standard_in_year("resident_medical", 2027)  # 700 in 2025, thirty more each year
    760.0
    """
    return mean_standard(law_of(rule), year)


def mean_standard(law: tuple[StandardPeriod, ...], year: int) -> float:
    """Return the mean of a year's months of dated standards, as `standard_in_year` does for a rule of the data."""
    if not law or year < law[0].valid_from.year:
        return float("nan")
    weights = _weights(law, year)
    return float(sum(_carried(period, year) * weight for period, weight in weights.items()))


@cache
def is_verified(rule: str, year: int) -> bool:
    """Tell whether a year's standard rests on a text that somebody has read; what a step or rate adds never does.

    Examples
    --------
    >>> is_verified("basic_health", 2025), is_verified("basic_health", 2026), is_verified("basic_health", 2024)
    (True, False, False)
    """
    used = _weights(law_of(rule), year)
    carried = any(
        year > period.valid_from.year and np.nan_to_num([period.step, period.growth]).any() for period in used
    )
    return not carried and all(period.quality != "unverified" for period in used)


@cache
def tier_of(province: str, year: int) -> str | None:
    """Return the sharing tier of a province in a year, None where it is not known.

    Examples
    --------
    >>> tier_of("甘肃省", 2025), tier_of("某省", 2025)
    ('第一档', None)
    """
    named = tuple(period for period in _tiers() if _bare(period.province) == _bare(province))
    period = _in_force(named, dt.date(year, 12, 15))
    return period.tier if period is not None and province.strip() else None


@cache
def shares_in_year(rule: str, province: str, year: int) -> np.ndarray:
    """Return who pays a national standard, shape (level,): centre, province, city, county; NaN where not known.

    A year in which the shares change gets the mean of its months.

    Examples
    --------
    >>> shares_in_year("resident_medical", "甘肃省", 2025).tolist()
    [0.8, nan, nan, nan]
    """
    tier = tier_of(province, year)
    dated = tuple(period for period in _shares() if period.rule == rule and period.tier == tier)
    weights = _weights(dated, year)
    covered = sum(weights.values()) > 1 - 1e-9
    parts = [np.array(period.shares) * weight for period, weight in weights.items()]
    shares = np.sum(parts, axis=0) if covered else np.full(len(LEVELS), np.nan)
    shares.setflags(write=False)  # kept for the next caller
    return shares


@cache
def shares_are_verified(rule: str, province: str, year: int) -> bool:
    """Tell whether a year's shares and the province's tier rest on a text that somebody has read."""
    tier = tier_of(province, year)
    used = [period.quality for period in _shares() if period.rule == rule and period.tier == tier]
    used += [period.quality for period in _tiers() if _bare(period.province) == _bare(province)]
    return "unverified" not in used


@cache
def _standards() -> tuple[StandardPeriod, ...]:
    return read_standards(rule_table("guarantee_standards"))


@cache
def _shares() -> tuple[TierPeriod, ...]:
    return read_tier_shares(rule_table("guarantee_shares"), rule_names())


@cache
def _tiers() -> tuple[ProvincePeriod, ...]:
    return read_tiers(rule_table("sharing_tiers"))


def _in_force(dated: tuple[Dated, ...], day: dt.date) -> Dated | None:
    inside = (p for p in dated if p.valid_from <= day and (p.valid_to is None or day <= p.valid_to))
    return next(inside, None)


def _weights(dated: tuple[Dated, ...], year: int) -> dict[Dated, float]:
    """The part of a year's months that each period is in force; months by their fifteenth day."""
    days = [dt.date(year, month, 15) for month in range(1, MONTHS + 1)]
    used = [period for day in days if (period := _in_force(dated, day)) is not None]
    return {period: used.count(period) / MONTHS for period in dict.fromkeys(used)}


def _carried(period: StandardPeriod, year: int) -> float:
    """A standard as dated; the last one is raised by its step or rate in the years after the one it began in."""
    count = year - period.valid_from.year if period.valid_to is None else 0
    if np.isfinite(period.growth):
        return period.standard * (1 + period.growth) ** count
    return max(period.standard + count * float(np.nan_to_num(period.step)), 0.0)


def _bare(province: str) -> str:
    name = province.strip()
    for end in ("壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "省", "市"):
        name = name.removesuffix(end)
    return name
