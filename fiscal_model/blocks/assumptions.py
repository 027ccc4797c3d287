"""Assumptions left on ``auto``: worked out from a place's own last years, or taken from the stated fallback."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.debt.block import remaining_years
from fiscal_model.blocks.balances_history import rate_is_off, swap_years, swaps_left_out, yearly_change
from fiscal_model.blocks.fund_ledger import LAND, cost_of, giving_income, spending_of
from fiscal_model.blocks.published_debt import STOOD_IN, approved_debt, approved_settings, opening_of, published_year
from fiscal_model.inputs.history import History
from fiscal_model.inputs.scenario import AUTO, Assumption
from fiscal_model.law.coupon_curve import coupon_at
from fiscal_model.law.rules import rules
from fiscal_model.words.spans import spans
from fiscal_model.words.vocabulary import Budget, DebtKind

RECENT_YEARS = 3
LEAST_YEARS = 4
"""Fewer figures show no trend."""
SHOWN_TENOR = 10
"""Tenor at which the coupon curve is shown among the assumptions."""


@dataclass(frozen=True, repr=False)
class Assumed:
    """Every assumption with a number in it, and where that number comes from."""

    years: tuple[int, ...]
    entries: Mapping[str, Assumption]  # ``value`` is a number in all of them
    auto: frozenset[str] = frozenset()  # Those that nobody gave a number for every year
    # Name to the plan years whose number is the place's own published budget
    published: Mapping[str, frozenset[int]] = field(default_factory=dict)
    off_balances: frozenset[str] = frozenset()  # Those read off how balances moved, for want of flows

    def path(self, name: str) -> np.ndarray:
        """Return an assumption by plan year, shape (year,)."""
        if name not in self._paths:
            self._paths[name] = self.entries[name].path(self.years)
        return self._paths[name].copy()

    @cached_property
    def _paths(self) -> dict[str, np.ndarray]:
        return {}  # those asked for, by name: every run of the plan asks again

    def curve(self, tenor: np.ndarray) -> np.ndarray:
        """Return the coupon of the curve at each year's tenor, shape (year,)."""
        return coupon_at(tenor)

    def number(self, name: str) -> float:
        """Return the level of an assumption that does not vary by year."""
        return float(self.entries[name].value)  # type: ignore[arg-type]

    def is_published(self, name: str) -> np.ndarray:
        """Return in which plan years the number is the place's own published one, shape (year,) bool."""
        published = self.published.get(name, ())
        return np.array([year in published for year in self.years], dtype=bool)

    def is_chosen(self, name: str) -> np.ndarray:
        """Return in which plan years a planner or a file chose the number against what is published or usual."""
        return self.is_given(name) & ~self.is_published(name)

    def is_given(self, name: str) -> np.ndarray:
        """Return in which plan years a planner or a file gave the number, shape (year,) bool."""
        entry = self.entries[name]
        return np.array(
            [
                name not in self.auto or year in entry.by_year or count in entry.by_plan_year
                for count, year in enumerate(self.years, 1)
            ],
            dtype=bool,
        )


def calibrate(
    assumptions: Mapping[str, Assumption],
    history: History,
    base_year: int,
    years: tuple[int, ...],
    registered: Mapping[str, float] | None = None,
) -> Assumed:
    """Put a number into every assumption left on ``auto``.

    ``assumptions``: from `scenario.assumptions_of`.
    ``base_year``: nothing after it is looked at.
    ``registered``: numbers that a place's registers show, NaN where they show none.
    """
    drawn = _observed(history, base_year)
    found = {name: each.value for name, each in drawn.items()} | dict(registered or {})
    table = rules("assumptions")
    entries = {}
    for name, assumption in assumptions.items():
        if assumption.value != AUTO:
            entries[name] = assumption
        elif np.isfinite(found.get(name, np.nan)):
            rule, each = table[name], drawn.get(name, Drawn(np.nan))
            low, high = (rule.get(f"history_{end}", rule[end]) for end in ("low", "high"))
            said = rule["balances_source"] if each.off_balances else assumption.source
            source = said.replace("{years}", each.told if name in drawn else "登记数") + each.how
            quality = "unverified" if each.swaps else "observed"
            if "history_low" in rule and not low <= found[name] <= high:
                end = "低于下限，按下限" if found[name] < low else "高于上限，按上限"
                source, quality = f"{source}；推算值 {found[name]:.1%}，{end}", "unverified"
            value = float(np.clip(found[name], low, high))
            entries[name] = replace(assumption, value=value, source=source, quality=quality)
        else:
            rule = table[name]
            entries[name] = replace(
                assumption, value=rule["fallback"], source=rule["fallback_source"], quality="unverified"
            )
    if entries["land_cost_share"].quality == "unverified" and assumptions["land_cost_share"].value == AUTO:
        entries["land_cost_share"] = _land_cost_at_most(entries["land_cost_share"], history, base_year)
    entries["new_issue_rate"] = _coupon(entries["new_issue_rate"], assumptions["new_issue_rate"])
    published = {}
    for kind in DebtKind:
        # A limit goes on as the place's own past issues did: a judgement, and never moved by what a scenario issues.
        growth = entries[f"limit_growth_{kind}"]
        if growth.quality == "observed":
            entries[growth.name] = replace(growth, quality="expert")
        rate = f"effective_rate_{kind}"
        entries[rate] = _budgeted_rate(entries[rate], assumptions[rate], history, base_year, years[0], kind)
        for name, value in approved_settings(history, base_year, years[0], kind).items():
            if assumptions[name].value == AUTO and not {years[0], 1} & {
                *entries[name].by_year,
                *entries[name].by_plan_year,
            }:
                own = entries[name]
                entries[name] = replace(own, by_year={**own.by_year, years[0]: value})
                published[name] = frozenset({years[0]})
    auto = frozenset(name for name, given in assumptions.items() if given.value == AUTO)
    told = {name for name, each in drawn.items() if each.off_balances and np.isfinite(each.value)}
    read_off = frozenset(told & auto)
    return Assumed(years, entries, auto, published, read_off)


class Drawn(NamedTuple):
    """A number drawn from a place's history, and from which of its years."""

    value: float
    years: tuple[int, ...] = ()
    how: str = ""  # What else is to be said of it
    off_balances: bool = False  # Whether balances and limits told it, for want of flows
    swaps: bool = False  # Whether the nation's share of swap bonds was taken out

    @property
    def told(self) -> str:
        """The years in words: as many as there were, not as many as were looked at."""
        if len(self.years) > 1 and self.years == tuple(range(self.years[0], self.years[-1] + 1)):
            return f"{self.years[0]}—{self.years[-1]}年（{len(self.years)}年）"
        return f"{spans(self.years)}年" if self.years else "历史"


@lru_cache(maxsize=16)
def _observed(history: History, base: int) -> dict[str, Drawn]:
    value = lambda line: history.value(line, base)  # noqa: E731
    found = {
        "land_cost_share": Drawn(
            _divide(cost_of(history.codes[Budget.FUNDS], LAND, base), value("land_revenue")), (base,)
        ),
        "fund_transfer_out_share": _transfer_out_share(history, base),
        "state_capital_transfer_share": _recent_mean(
            history, base, "state_capital_transfer_out", "state_capital_revenue"
        ),
        "carryover_share": _carried_share(history, base),
    }
    for name in ("other_spending_growth", "unlisted_growth"):
        found[name] = _trend(history.series("expenditure", base), rules("assumptions")[name]["history_years"])
    for kind in DebtKind:
        found |= _observed_debt(history, base, kind)
    return found


def _observed_debt(history: History, base: int, kind: DebtKind) -> dict[str, Drawn]:
    refinancing = _recent_mean(history, base, f"{kind}_issued_refinancing", f"{kind}_repaid")
    share = (
        min(refinancing.value, 1.0)
        if np.isfinite(refinancing.value)
        else rules("assumptions")[f"refinancing_share_{kind}"]["fallback"]
    )
    issued = _recent(history, base, f"{kind}_issued_new").add(
        _recent(history, base, f"{kind}_borrowed_abroad"), fill_value=0.0
    )
    how = "" if len(issued) else "；历史年份没有公布新增数，由债务转贷收入减再融资估算"
    if not len(issued):
        proceeds, principal = (
            _recent(history, base, f"debt_proceeds_{kind}"),
            _recent(history, base, f"principal_{kind}"),
        )
        issued = (proceeds - share * principal).dropna().clip(lower=0.0)
    opening, repaid, interest = published_year(history, base, kind)
    due = Drawn(_divide(repaid, opening), (base,))
    if not np.isfinite(due.value):
        due = _recent_mean(history, base, f"{kind}_repaid", f"{kind}_opening_stock")
    usual = Drawn(float(issued.mean()) if len(issued) else np.nan, _years_of(issued), how)
    raised = usual
    if not len(issued):
        usual, raised = _off_balances(history, base, kind, share, due.value)
    rate = _divide(interest, opening)
    return {
        f"refinancing_share_{kind}": refinancing,
        f"new_issue_{kind}": usual,
        f"limit_growth_{kind}": raised,
        f"due_share_{kind}": due,
        f"average_remaining_years_{kind}": Drawn(remaining_years(1.0, due.value), due.years),
        f"effective_rate_{kind}": Drawn(np.nan if rate_is_off(rate, kind) else rate, (base,)),
    }


def _off_balances(history: History, base: int, kind: DebtKind, share: float, due: float) -> tuple[Drawn, Drawn]:
    """New bonds a year that carry the balance on as it moved, and how far the limit rises, for want of published issues.

    Net issues are the yearly change of the balance over the last years; what the place repays from own money comes on top.
    Special debt that swapped hidden debt came once: it is taken out, and a limit raised for it goes on with the new bonds.
    """
    table, special = rules("assumptions"), kind is DebtKind.SPECIAL
    since = base - STOOD_IN
    moved = (
        (history.series(f"{kind}_{item}_stock", base), since, table[f"{name}_{kind}"]["balances_years"], special)
        for item, name in (("closing", "new_issue"), ("limit", "limit_growth"))
    )
    net, raised = (Drawn(*yearly_change(*each), off_balances=True) for each in moved)
    if raised.value < 0:  # room that was handed on to others once: no place is told to shrink every year
        raised = raised._replace(value=0.0, how="；限额下降的，规划期按不变")
    due = due if np.isfinite(due) else 0.5 / table[f"average_remaining_years_{kind}"]["fallback"]
    repaid = (1.0 - share) * due * opening_of(history, base, kind)[0]
    gross = net._replace(value=max(net.value + repaid, 0.0) if np.isfinite(net.value) else np.nan)
    if special and (swapped := swap_years(net.years)):
        gross = gross._replace(how=swaps_left_out(swapped), swaps=True)
    if special and swap_years(raised.years):  # raised at once for what was swapped: goes on with the new bonds
        return gross, gross._replace(years=raised.years, how="；其中含一次性的置换额度，改按与每年新增相同", swaps=True)
    return gross, raised if np.isfinite(raised.value) else gross


def _land_cost_at_most(own: Assumption, history: History, base: int) -> Assumption:
    """Cost of land without its items: no more than all that was spent out of land revenue."""
    spent = _divide(spending_of(history.codes[Budget.FUNDS], LAND, base), history.value("land_revenue", base))
    if not spent < float(own.value or 0.0):
        return own
    return replace(own, value=spent, source=rules("assumptions")[own.name]["whole_source"])


def _coupon(own: Assumption, given: Assumption) -> Assumption:
    """A coupon left on ``auto`` follows the curve by tenor; what is shown for it is the curve at `SHOWN_TENOR` years."""
    if given.value != AUTO:
        return own
    shown = float(coupon_at(SHOWN_TENOR))
    return replace(own, value=shown, source=rules("assumptions")[own.name]["source"], quality="unverified")


def _budgeted_rate(
    own: Assumption, given: Assumption, history: History, base: int, year: int, kind: DebtKind
) -> Assumption:
    """A rate left on ``auto`` is what the first year's budget pays on the stock it opens with, where both were published."""
    rate = _divide(approved_debt(history, year, kind).interest, opening_of(history, base, kind)[0])
    rule = rules("assumptions")[own.name]
    if given.value != AUTO or np.isnan(rate) or rate_is_off(rate, kind):
        return own
    source = rule["approved_source"].replace("{years}", f"{year}年")
    return replace(own, value=rate, source=source, quality="observed")


def _trend(series: pd.Series, years: int) -> Drawn:
    """Yearly growth along the straight line through the logarithms of the last years; NaN for less than four figures."""
    recent = series[series > 0].loc[series.index.max() - years + 1 :] if len(series) else series
    if len(recent) < LEAST_YEARS:
        return Drawn(np.nan)
    logs = np.log(recent.to_numpy(dtype=float))
    return Drawn(float(np.expm1(np.polyfit(recent.index.to_numpy(dtype=float), logs, 1)[0])), _years_of(recent))


def _carried_share(history: History, base: int) -> Drawn:
    """The last known carry-over over that year's transfers; a base year's unpublished carry-out equals its carry-in."""
    carried, carried_in = (_recent(history, base, line) for line in ("carry_out", "carry_in"))
    both = pd.concat(
        [carried.combine_first(carried_in.loc[base:]), _recent(history, base, "transfers")],
        axis=1,
        keys=["part", "whole"],
    ).dropna()
    share = _divide(float(both["part"].iloc[-1]), float(both["whole"].iloc[-1])) if len(both) else np.nan
    return Drawn(share, _years_of(both)[-1:])


def _recent(history: History, base: int, line: str) -> pd.Series:
    return history.series(line, base).loc[base - RECENT_YEARS + 1 :]


def _years_of(rows: pd.Series | pd.DataFrame) -> tuple[int, ...]:
    return tuple(int(year) for year in rows.index)


def _recent_mean(history: History, base: int, part: str, whole: str) -> Drawn:
    """Return the ratio of sums over the recent years in which both are published."""
    both = pd.concat(
        [_recent(history, base, part), _recent(history, base, whole)], axis=1, keys=["part", "whole"]
    ).dropna()
    return Drawn(_divide(float(both["part"].sum()), float(both["whole"].sum())), _years_of(both))


def _transfer_out_share(history: History, base: int) -> Drawn:
    """Money moved to the general budget over the income of the funds that may give it, else over all fund revenue."""
    codes = history.codes[Budget.FUNDS]
    giving = giving_income(codes, base) if len(codes) else None
    if giving is None:
        return _recent_mean(history, base, "fund_transfer_out", "fund_revenue")
    both = pd.concat([_recent(history, base, "fund_transfer_out"), giving], axis=1, keys=["out", "income"]).dropna()
    return Drawn(_divide(float(both["out"].sum()), float(both["income"].sum())), _years_of(both))


def _divide(part: float, whole: float) -> float:
    return part / whole if np.isfinite(part) and np.isfinite(whole) and whole > 0 else np.nan
