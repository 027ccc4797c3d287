"""A proposal tried on a plan: what it puts on it, what may pay for it, and what the method says of that; any size, any start."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from fiscal_model.analysis.affordability.burden import AS_PROPOSED, Burden, Sizing, burden_of, with_bonds
from fiscal_model.analysis.affordability.contingent import stressed_calls
from fiscal_model.analysis.affordability.gate import Verdict, judge
from fiscal_model.analysis.affordability.payable import (
    ByKind,
    Payable,
    Taken,
    counted_offsets,
    cut_from,
    fitted,
    named_offsets,
    payable,
    stabilization_drawn,
)
from fiscal_model.analysis.guarantees.treasury_months import monthly_terms
from fiscal_model.arithmetic.elementary import longer
from fiscal_model.arithmetic.spending.treasury import run_treasury
from fiscal_model.inputs.proposal import Proposal
from fiscal_model.law.affordability_method import Method
from fiscal_model.law.indicators import BANDS, band_of
from fiscal_model.model.basis import Basis
from fiscal_model.model.compute import Lines, compute
from fiscal_model.model.futures import Drivers
from fiscal_model.model.projection import Plan
from fiscal_model.words.assessment import TERMS
from fiscal_model.words.lines import LINES

_OF_THE_ITEM = frozenset(
    {line.id for line in LINES.values() if line.block == "indicators"}
    | {name for name in LINES if name.endswith("_headroom")}
)
"""Lines that are read off the plan with the proposal in it; all others off the plan that has to pay for it."""


@dataclass(frozen=True, eq=False)
class Ground:
    """What a proposal stands on: a plan, a method, and what is ranked before it."""

    plan: Plan
    method: Method
    basis: Basis  # Of the plan with those before in it
    taken: Taken = field(default_factory=Taken)
    commitments_before: np.ndarray = field(
        default_factory=lambda: np.zeros(1)
    )  # Long commitments of those before, (year,)

    @cached_property
    def lines(self) -> Lines:
        """Lines of the plan with those before in it; NaN where the data do not carry them."""
        return self._known(compute(self.basis, _unmoved(self.plan))[0])

    @cached_property
    def stressed(self) -> Lines:
        """Lines of the plan under the method's stress, its contingent liabilities called as in a bad year (`contingent.stressed_calls`)."""
        lines = self._known(compute(self.plan.basis, stress_of(self.plan, self.method))[0])
        called = np.maximum(stressed_calls(self.plan) - self.plan.lines["contingent_duties"], 0.0)
        return lines | {"uncommitted_resources": lines["uncommitted_resources"] - called}

    @cached_property
    def own_lines(self) -> Lines:
        """Lines of the plan itself."""
        return {name: self.plan.line(name) for name in LINES}

    def _known(self, lines: Lines) -> Lines:
        return {
            name: np.full(np.shape(values), np.nan) if name in self.plan.unavailable else values
            for name, values in lines.items()
        }


@dataclass(frozen=True, eq=False)
class Trial:
    """A proposal tried: arrays of shape (year,) from the plan's first year to the last of its life, 万元."""

    burden: Burden
    verdict: Verdict
    basis: Basis  # Of the plan with it
    money: Payable
    stressed: Payable
    cost: np.ndarray  # What the general budget bears, whatever the funds cannot pay included
    fund_cost: np.ndarray
    taken_over: np.ndarray  # Of the cost: service of its special bonds that the funds cannot pay
    offsets: ByKind  # Counted
    figures: dict[str, np.ndarray]

    @property
    def years(self) -> tuple[int, ...]:
        """From the plan's first to the last of its life."""
        return self.burden.years


def stand_on(plan: Plan, method: Method) -> Ground:
    """Return the ground of a plan with nothing ranked before."""
    return Ground(plan, method, plan.basis)


def stand_behind(ground: Ground, trial: Trial) -> Ground:
    """Return the ground that a proposal which was let in leaves to the next."""
    taken, burden = ground.taken, trial.burden
    drawn = stabilization_drawn(burden.proposal, burden.sizing, ground.own_lines, burden.years, taken)[1]
    taken = Taken(
        (*taken.cost, trial.cost),
        (*taken.fund_cost, trial.fund_cost),
        (*taken.offsets, trial.offsets),
        (*taken.stabilization, drawn),
    )
    long = ground.commitments_before
    if burden.proposal.is_long_commitment:
        years = max(len(long), len(trial.cost))
        long = fitted(long, years) + fitted(trial.cost, years)
    return Ground(ground.plan, ground.method, trial.basis, taken, long)


def try_out(ground: Ground, proposal: Proposal, sizing: Sizing = AS_PROPOSED) -> Trial:
    """Try a proposal, as proposed or resized, on its ground.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> from fiscal_model.inputs.proposal import list_proposals
    >>> from fiscal_model.law.affordability_method import method
    >>> plan = fm.project(fm.read_place("data/places/yunshui"), "baseline")
    >>> park = next(each for each in list_proposals(plan.basis.place) if each.proposal_code == "YSA10")
    >>> try_out(stand_on(plan, method()), park).verdict.outcome
    '不通过'
    """
    plan, by = ground.plan, ground.method
    burden = burden_of(plan, proposal, by, sizing)
    years, named = burden.years, named_offsets(proposal, burden.years)
    money = payable(plan.basis, ground.own_lines, len(years), named, ground.taken)
    stressed = payable(plan.basis, ground.stressed, len(years), named, ground.taken)
    wanted, drawn = stabilization_drawn(proposal, sizing, ground.own_lines, years, ground.taken)
    room = np.maximum(np.nan_to_num(money.fund), 0.0)
    taken_over = np.maximum(burden.fund_service - room, 0.0)
    cost = burden.cost + taken_over + np.maximum(wanted - drawn, 0.0)
    fund_cost = burden.fund_one_off + burden.fund_service - taken_over
    offsets = counted_offsets(named, ground.own_lines, ground.taken.offsets)
    basis = with_item(ground.basis, burden, cost - burden.service - taken_over + drawn, offsets)
    lines = ground._known(compute(basis, _unmoved(plan))[0])
    asked = (by.names | {"debt_ratio", "debt_service_ratio"}) & frozenset(LINES)
    figures, without = (
        {name: longer((read if name in _OF_THE_ITEM else ground.own_lines)[name], len(years)) for name in asked}
        for read in (lines, ground.lines)
    )
    nothing = np.zeros(len(years))
    shared = {
        "payable": money.money, "fund_payable": money.fund, "costs_before": money.before,
        "payable_stressed": stressed.money, "debt_service_ratio_without": without["debt_service_ratio"],
        "resources_growth": np.asarray(_growth(plan.line("available_resources"))),
    }  # fmt: skip
    long = fitted(ground.commitments_before, len(years)) if proposal.is_long_commitment else nothing
    figures |= shared | {
        "cost": cost, "recurrent_from_one_time": _once(burden.recurrent, money), "fund_cost": fund_cost, "fund_shortfall": _short(fund_cost, money.fund), "recurrent_cost": burden.recurrent, "cost_growth": np.asarray(_growth(cost)),
        "debt_band_rise": _bands(figures["debt_ratio"]) - _bands(without["debt_ratio"]),
        "long_commitments": long + cost if proposal.is_long_commitment else nothing,
        "confirmed_share": np.asarray(proposal.confirmed_share(by)),
        "treasury_cover_lowest": longer(_lowest_cover(basis, lines), len(years)),
        **{name: np.asarray(value) for name, value in proposal.answers(scale=sizing.scale, overrun=sizing.overrun).items()},
    }  # fmt: skip
    without |= shared | dict.fromkeys(set(TERMS) - set(shared), nothing)
    verdict = judge(by, figures, without, years, len(plan.years))
    return Trial(burden, verdict, basis, money, stressed, cost, fund_cost, taken_over, offsets, figures)


def with_item(basis: Basis, burden: Burden, cost: np.ndarray, offsets: ByKind) -> Basis:
    """Put a proposal into a plan: its cost as a signed duty, what is given up for it off other spending, its bonds as its own.

    ``cost``: (year,) 万元 of the general budget, the service of its bonds apart, which the debt pays.
    """
    commitments, count = basis.balance.commitments, len(basis.years)
    flexible, projects, beside = cut_from(basis, offsets)
    commitments = replace(
        commitments,
        committed_projects=commitments.committed_projects + cost[:count] - beside,
        candidate_projects=np.maximum(commitments.candidate_projects - projects, 0.0),
        flexible_saved=commitments.flexible_saved + flexible,
    )
    return with_bonds(replace(basis, balance=replace(basis.balance, commitments=commitments)), burden.bonds)


def stress_of(plan: Plan, method: Method) -> Drivers:
    """Return the method's stress as a future of the plan: falls are parts of the level, refinancing is points."""
    flat = np.ones(len(plan.years))
    moved = {name: flat * (1 + change) for name, change in method.stress.items() if name != "refinancing"}
    return Drivers(**moved, refinancing=0.0 * flat + method.stress.get("refinancing", 0.0))


def _unmoved(plan: Plan) -> Drivers:
    return Drivers.unchanged(len(plan.years))


def _once(recurrent: np.ndarray, money: Payable) -> np.ndarray:
    """What goes on and would be paid with money that comes once: what the lasting part does not reach."""
    return np.maximum(np.minimum(recurrent, money.money) - np.maximum(money.lasting, 0.0), 0.0)


def _short(cost: np.ndarray, fund: np.ndarray) -> np.ndarray:
    """What the funds cannot pay; NaN where there is something to pay and nobody knows from what."""
    return np.where(cost > 0, np.maximum(cost - np.maximum(fund, 0.0), 0.0), 0.0)


def _growth(values: np.ndarray) -> float:
    """Yearly growth from the first year with an amount to the last; nothing with a single one."""
    at = np.flatnonzero(np.nan_to_num(values) > 0)
    if len(at) < 2:
        return 0.0 if len(at) else float("nan") if np.isnan(values).all() else 0.0
    return float((values[at[-1]] / values[at[0]]) ** (1 / (at[-1] - at[0])) - 1)


def _bands(ratio: np.ndarray) -> np.ndarray:
    return np.array(
        [np.nan if np.isnan(value) else BANDS.index(band_of("debt_ratio", float(value))) for value in ratio]
    )


def _lowest_cover(basis: Basis, lines: Lines) -> np.ndarray:
    terms = monthly_terms(basis, lines)
    return np.full(len(basis.years), np.nan) if terms is None else run_treasury(terms).cover.min(axis=-1)
