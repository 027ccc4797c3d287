"""The rows of the national standards of guarantee items, of who shares them and of the provinces' tiers: read and checked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from fiscal_model.law.dated_table import days_in_force, founding_faults, number_of, read_dated
from fiscal_model.words.errors import Fault
from fiscal_model.words.vocabulary import GuaranteeClass

STANDARDS_FILE = "data/rules/guarantee_standards.csv"
CENTRAL_FILE, TIERS_FILE = "data/rules/guarantee_shares.csv", "data/rules/sharing_tiers.csv"
TIERS = ("第一档", "第二档", "第三档", "第四档", "第五档")
_WHAT = "数"
LEVELS = ("central", "province", "city", "county")


@dataclass(frozen=True)
class StandardPeriod:
    """The national standard of one item while it is in force."""

    # rule, label: stable id, Chinese name
    rule: str
    label: str
    guarantee: GuaranteeClass
    # driver, unit: who is counted; what the standard is counted in, e.g. ``元/人·月``.
    driver: str
    unit: str
    periods: float  # Periods a year: 12 when paid monthly
    standard: float  # Yuan a person and period; NaN where the nation sets none
    valid_from: dt.date  # First day in force
    valid_to: dt.date | None  # Last day in force; None: still in force
    # How it goes on after the year of ``valid_from``: yuan a year, or a rate; NaN where nothing is assumed
    step: float
    growth: float
    reference: str
    source: str
    quality: str


@dataclass(frozen=True)
class TierPeriod:
    """Who pays the national standard of an item in one tier of provinces; fractions by level, NaN where unknown."""

    rule: str
    tier: str
    valid_from: dt.date
    valid_to: dt.date | None
    shares: tuple[float, float, float, float]
    source: str
    quality: str


@dataclass(frozen=True)
class ProvincePeriod:
    """The tier a province is in while that holds."""

    province: str
    tier: str
    valid_from: dt.date
    valid_to: dt.date | None
    source: str
    quality: str


def read_standards(rows: Iterable[Mapping[str, str]], shown: str = STANDARDS_FILE) -> tuple[StandardPeriod, ...]:
    """Check and read rows of the table of standards.

    ``rows``: as `rules.rule_table` returns them.
    ``shown``: the file's name in messages.

    Raises
    ------
    InputError
        Dates that overlap, rows of one rule that contradict each other, what cannot be read: all at once.
    """

    def read(row: Mapping[str, str]) -> StandardPeriod:
        numbers = [number_of(row[name]) for name in ("national_standard", "step", "growth", "periods")]
        dated = days_in_force(row)
        if row["class"] not in {word.value for word in GuaranteeClass}:
            raise ValueError(f"类别是“{row['class']}”")
        standard, step, growth, count = numbers
        return StandardPeriod(
            row["rule"], row["name"], GuaranteeClass(row["class"]), row["driver"], row["unit"], count, standard, *dated,
            step, growth, row["legal_reference"], row["source"], row["quality"],
        )  # fmt: skip

    remedy = "数字写阿拉伯数字，日期写成 2024-07-01，类别写 living、salaries 或 operations"
    return read_dated(
        rows, shown, _WHAT, read=read, remedy=remedy, faults_of=_standard_faults, name_of=lambda period: period.rule,
        together=_mixed,
    )  # fmt: skip


def read_tier_shares(
    rows: Iterable[Mapping[str, str]], rules: Iterable[str], shown: str = CENTRAL_FILE
) -> tuple[TierPeriod, ...]:
    """Check and read rows of the table of shares by tier; errors as in `read_standards`, and rules nobody knows."""
    known = set(rules)

    def read(row: Mapping[str, str]) -> TierPeriod:
        dated, shares = days_in_force(row), tuple(number_of(row[level]) for level in LEVELS)
        return TierPeriod(row["rule"], row["tier"], *dated, shares, row["source"], row["quality"])  # type: ignore[arg-type]

    def faults_of(period: TierPeriod) -> list[tuple[str, str]]:
        unknown = (f"没有规则“{period.rule}”", f"请先在 {STANDARDS_FILE} 增加这一规则")
        return _tier_share_faults(period) + ([] if period.rule in known else [unknown])

    return read_dated(
        rows, shown, _WHAT, read=read, remedy="比例写小数，日期写成 2019-01-01", faults_of=faults_of,
        name_of=lambda period: f"{period.rule}{period.tier}",
    )  # fmt: skip


def read_tiers(rows: Iterable[Mapping[str, str]], shown: str = TIERS_FILE) -> tuple[ProvincePeriod, ...]:
    """Check and read rows of the table of provinces' tiers; errors as in `read_standards`."""

    def read(row: Mapping[str, str]) -> ProvincePeriod:
        return ProvincePeriod(row["province"], row["tier"], *days_in_force(row), row["source"], row["quality"])

    return read_dated(
        rows, shown, _WHAT, read=read, remedy="日期写成 2019-01-01", name_of=lambda period: period.province,
        faults_of=lambda period: _tier_faults(period) + founding_faults(period, _WHAT),
    )  # fmt: skip


def _standard_faults(period: StandardPeriod) -> list[tuple[str, str]]:
    found = founding_faults(period, _WHAT)
    if period.standard < 0:
        found.append((f"标准为负（{period.standard:g} 元）", "国家没有定标准的留空"))
    if not period.periods > 0:
        found.append(("没有写每年期数 periods", "按月发放填 12，按年填 1"))
    if np.isfinite(period.step) and np.isfinite(period.growth):
        found.append(("同时填了 step 和 growth", "以后年度按每年提高多少元或按增幅，只填一个"))
    return found


def _tier_share_faults(period: TierPeriod) -> list[tuple[str, str]]:
    found = founding_faults(period, _WHAT) + _tier_faults(period)
    if any(share < 0 or share > 1 for share in period.shares):
        shown = "、".join(f"{share:g}" for share in period.shares if share < 0 or share > 1)
        found.append((f"负担比例 {shown} 不在 0 到 1 之间", "比例用小数：80% 写 0.8"))
    known = [share for share in period.shares if np.isfinite(share)]
    if len(known) == len(LEVELS) and abs(sum(known) - 1) > 1e-9:
        found.append((f"四级比例相加为 {sum(known):g}", "四级相加必须等于 1；不知道的留空"))
    return found


def _tier_faults(period: TierPeriod | ProvincePeriod) -> list[tuple[str, str]]:
    wrong = period.tier not in TIERS
    return [(f"分档是“{period.tier}”", f"只能填：{'、'.join(TIERS)}")] if wrong else []


def _mixed(periods: list[StandardPeriod], shown: str) -> list[Fault]:
    """Rows of one rule must agree on what is counted, or a change of standard would hide a change of meaning."""
    faults = []
    for rule in dict.fromkeys(period.rule for period in periods):
        meanings = {(p.label, p.guarantee, p.driver, p.unit, p.periods) for p in periods if p.rule == rule}
        if len(meanings) > 1:
            remedy = "同一规则的名称、类别、对象、单位、期数要一致；含义变了请另设规则编号"
            faults.append(Fault(shown, f"规则“{rule}”各行的含义不一致", remedy))
    return faults
