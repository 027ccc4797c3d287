"""What a proposal may be paid from: uncommitted money, lawful cuts that are named and used once, less what ranks before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fiscal_model.analysis.affordability.burden import Sizing
from fiscal_model.arithmetic.elementary import longer
from fiscal_model.inputs.proposal import Proposal
from fiscal_model.law.rules import rule_table
from fiscal_model.model.basis import Basis
from fiscal_model.words.proposal_words import ProposalSource

FUNDS = "funds"
"""Id of the offset that frees fund money; all others free money of the general budget."""
_CUTS_OTHER_SPENDING = ("development", "operations")
_DEFERS_PROJECTS = "projects"
Lines = Mapping[str, np.ndarray]
ByKind = Mapping[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class Taken:
    """What proposals ranked before took of a plan, 万元 by year: arrays of shape (year,), of each its own length."""

    cost: tuple[np.ndarray, ...] = ()
    fund_cost: tuple[np.ndarray, ...] = ()
    offsets: tuple[ByKind, ...] = ()
    stabilization: tuple[np.ndarray, ...] = ()


@dataclass(frozen=True, eq=False)
class Payable:
    """Money of the plan years and after them, 万元, arrays of shape (..., year); after the plan that of its last year goes on.

    ``uncommitted`` after everything continuing, negative where that is more than there is; ``offsets`` as far as the law lets the
    plan cut; ``before`` what proposals ranked before take, their own offsets apart; ``one_time`` the part of uncommitted money that
    comes once.
    """

    uncommitted: np.ndarray
    offsets: np.ndarray
    offsets_before: np.ndarray
    before: np.ndarray
    one_time: np.ndarray
    fund: np.ndarray

    @property
    def money(self) -> np.ndarray:
        """What may pay for one more duty."""
        return self.uncommitted + self.offsets + self.offsets_before - self.before

    @property
    def lasting(self) -> np.ndarray:
        """What of it may pay for one that goes on."""
        return self.money - self.one_time


def named_offsets(proposal: Proposal, years: tuple[int, ...]) -> dict[str, np.ndarray]:
    """Return what a proposal names as given up for it, by id of `data/rules/offsets.csv`, (year,) 万元."""
    found: dict[str, np.ndarray] = {}
    for each in proposal.offsets:
        if each.year in years:
            found.setdefault(each.offset, np.zeros(len(years)))[years.index(each.year)] += each.amount
    return found


def counted_offsets(named: ByKind, lines: Lines, taken: Sequence[ByKind] = ()) -> dict[str, np.ndarray]:
    """Return what of named cuts counts: no more than the law still lets the plan cut of that kind, those before them first.

    ``named``: (year,) 万元 by id; ``lines``: (..., plan year) of the plan or of its futures.

    Examples
    --------
    >>> lines = {"offset_operations": np.array([100.0, 100.0])}
    >>> named, used = {"operations": np.array([80.0, 80.0, 80.0])}, {"operations": np.array([0.0, 50.0])}
    >>> counted_offsets(named, lines, [used])["operations"].tolist()
    [80.0, 50.0, 80.0]
    """
    capacity = {entry["id"]: entry["lines"].split() for entry in rule_table("offsets") if entry["may"] == "yes"}
    found = {}
    for kind, amount in named.items():
        most = longer(np.asarray(sum(lines[name] for name in capacity[kind])), len(amount))
        used = sum((fitted(each[kind], len(amount)) for each in taken if kind in each), np.zeros(1))
        found[kind] = np.clip(np.nan_to_num(most) - used, 0.0, amount)
    return found


def payable(basis: Basis, lines: Lines, years: int, offsets: ByKind, taken: Taken) -> Payable:
    """Lay out what may pay for a proposal in so many years from the plan's first.

    ``lines``: (..., plan year) of the plan without the proposal and those before it, or of its futures; ``offsets``: as named.
    """
    counted = counted_offsets(offsets, lines, taken.offsets)
    before: list[dict[str, np.ndarray]] = []
    for each in taken.offsets:
        before.append(counted_offsets({kind: fitted(each[kind], years) for kind in each}, lines, before))
    nothing = np.zeros(years)
    fund = longer(lines["fund_uncommitted"], years) + counted.get(FUNDS, nothing)
    fund = fund + sum(each.get(FUNDS, nothing) for each in before) - _added(taken.fund_cost, years)
    one_time = fitted(basis.balance.packages.nontax_one_off, years)
    # What came once in the plan's last year does not come again after it.
    once_more = np.where(np.arange(years) < len(basis.years), 0.0, one_time[len(basis.years) - 1])
    return Payable(
        longer(lines["uncommitted_resources"], years) - once_more,
        general(counted, years),
        sum((general(each, years) for each in before), nothing),
        _added(taken.cost, years),
        one_time,
        fund,
    )


def general(offsets: ByKind, years: int) -> np.ndarray:
    """Add up what offsets free in the general budget, (..., year) 万元."""
    return sum((amount for kind, amount in offsets.items() if kind != FUNDS), np.zeros(years))


def stabilization_drawn(
    proposal: Proposal, sizing: Sizing, lines: Lines, years: tuple[int, ...], taken: Taken
) -> tuple[np.ndarray, np.ndarray]:
    """Return what a proposal names of the stabilisation fund, and what of it the plan itself does not need, (year,) 万元 each.

    Money drawn in a year is missing in the fund in every year after it: what counts is what is left in the worst of them.
    """
    named = np.zeros(len(years))
    for each in proposal.sources:
        if each.funding == ProposalSource.STABILIZATION and each.year + sizing.delay in years:
            named[years.index(each.year + sizing.delay)] += each.amount * sizing.scale
    left = longer(lines["stabilization_fund_stock"], len(years)) - np.cumsum(_added(taken.stabilization, len(years)))
    room = np.minimum.accumulate(left[::-1])[::-1]
    counted, sofar = np.zeros(len(years)), 0.0
    for at, amount in enumerate(named):
        counted[at] = min(amount, max(float(room[at]) - sofar, 0.0))
        sofar += counted[at]
    return named, counted


def cut_from(basis: Basis, offsets: ByKind) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Say where offsets are cut in the plan: other spending, candidate projects, what else they leave over; (year,) each."""
    nothing = np.zeros(len(basis.years))
    part = {kind: amount[: len(nothing)] for kind, amount in offsets.items()}
    flexible = sum((part[kind] for kind in _CUTS_OTHER_SPENDING if kind in part), nothing)
    projects = part.get(_DEFERS_PROJECTS, nothing)
    beside = (*_CUTS_OTHER_SPENDING, _DEFERS_PROJECTS, FUNDS)
    return flexible, projects, sum((amount for kind, amount in part.items() if kind not in beside), nothing)


def fitted(values: np.ndarray | float, years: int) -> np.ndarray:
    """Cut a path to so many years, or let nothing follow its end, (year,).

    Examples
    --------
    >>> fitted(np.array([3.0, 5.0]), 3).tolist(), fitted(np.array([3.0, 5.0]), 1).tolist()
    ([3.0, 5.0, 0.0], [3.0])
    """
    found = np.zeros(years)
    given = np.atleast_1d(np.asarray(values, dtype=float))[:years]
    found[: len(given)] = given
    return found


def _added(paths: Sequence[np.ndarray], years: int) -> np.ndarray:
    return sum((fitted(each, years) for each in paths), np.zeros(years))
