"""Whether one more duty fits: gates, score, what binds, how far from another answer, under which conditions, at what odds."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from fiscal_model.analysis.affordability.breach_odds import BreachOdds, breach_odds
from fiscal_model.analysis.affordability.burden import Sizing
from fiscal_model.analysis.affordability.conditions import Remedy, conditions_for
from fiscal_model.analysis.affordability.flip_points import (
    MOST_TRIED,
    FlipPoint,
    Trials,
    earliest,
    flip_points,
    largest,
)
from fiscal_model.analysis.affordability.gate import Held
from fiscal_model.analysis.affordability.trial import Ground, Trial, stand_behind, stand_on, try_out
from fiscal_model.inputs.proposal import Proposal
from fiscal_model.law.affordability_method import Method
from fiscal_model.law.affordability_method import method as method_of
from fiscal_model.model.compute import compute
from fiscal_model.model.futures import Drivers
from fiscal_model.model.projection import Plan
from fiscal_model.words.errors import Fault, InputError
from fiscal_model.words.markup import Sheet, card, shows_itself

CROWDED = (
    "candidate_projects", "flexible_spending", "unallocated", "stabilization_fund_stock", "debt_general_issued_new",
    "debt_special_issued_new", "funding_gap", "fund_gap",
)  # fmt: skip
"""Lines in which a plan gives way to one more duty; gaps grow, all others fall."""
_A_FEN = 0.005


@dataclass(frozen=True)
class Size:
    """A size of a proposal: against the proposed one, what the county bears in all and in its dearest year, all money, 万元."""

    scale: float
    county: float
    yearly: float
    whole: float

    @property
    def said(self) -> str:
        """How large it is against the proposed one; where the search ended: at least."""
        return f"申报的{self.scale:.3g}倍{'以上' if self.scale >= MOST_TRIED else ''}"


@shows_itself
@dataclass(frozen=True, eq=False, repr=False)
class Assessment:
    """The assessment of one proposal on one plan.

    Parameters
    ----------
    proposal : Proposal
    outcome : str
        通过, 有条件通过 or 不通过.
    score : float
        Out of 100.
    binding : Held
        What decides.
    gates, tests : tuple of Held
    flip_point : mapping of str to FlipPoint or None
        By direction: `flip_points.DIRECTIONS`.
    largest_affordable : Size or None
        The largest that opens every gate and keeps the margin of the first test; None where no size does.
    earliest_year : int or None
        The first start in the plan that does.
    odds : BreachOdds
    conditions : tuple of Remedy
    crowded_out : mapping of str to (year,) float
        What gives way in the plan, 万元: what of each line is less (of a gap: negative where it grows).
    exempt : bool
        So small, and without bonds, that the method lets it go unassessed.
    trial : Trial
        The figures behind it.
    method : Method
    digest : str
        SHA-256 of method, proposal, plan and what ranks before: two with the same one agree in everything above.
    """

    proposal: Proposal
    outcome: str
    score: float
    binding: Held
    gates: tuple[Held, ...]
    tests: tuple[Held, ...]
    flip_point: Mapping[str, FlipPoint | None]
    largest_affordable: Size | None
    earliest_year: int | None
    odds: BreachOdds
    conditions: tuple[Remedy, ...]
    crowded_out: Mapping[str, np.ndarray]
    exempt: bool
    trial: Trial
    ranked_before: tuple[str, ...]  # Codes
    method: Method
    digest: str

    @property
    def certificate(self) -> str:
        """The number of its certificate, which lines of the library and the budget carry."""
        return f"{self.proposal.proposal_code}-{self.method.version}-{self.digest[:8]}"

    @property
    def breach_probability_with(self) -> Mapping[str, float]:
        """Odds of each breach in any plan year with the proposal."""
        return self.odds.with_it

    @property
    def breach_probability_without(self) -> Mapping[str, float]:
        """Odds of each breach in any plan year without it."""
        return self.odds.without

    @property
    def unknown(self) -> tuple[str, ...]:
        """What the data do not say."""
        return self.trial.verdict.unknown

    @property
    def sheet(self) -> Sheet:
        """The answer, as a card."""
        largest, earliest = self.largest_affordable, self.earliest_year
        said = {
            "结论": f"{self.outcome}（{self.score:.1f}分）",
            "起决定作用的": self.binding.label,
            "本级负担，全周期（万元）": f"{self.trial.cost.sum():,.1f}",
            "最大可承受规模": largest.said if largest else "没有" if self.trial.cost.any() else "不占用本级财力",
            "最早可承受的起始年度": f"{earliest}年" if earliest else "规划期内没有",
            "条件": "；或者".join(each.said for each in self.conditions) or "没有",
            "意见书编号": self.certificate,
        }
        return card(f"评估意见：{self.proposal.name}", said.items())

    def data(self) -> dict[str, Any]:
        """Return it as plain data, for JSON (docs/json.md)."""
        return _plain(self)


def assess(
    plan: Plan,
    proposal: Proposal,
    *,
    before: Iterable[Proposal] = (),
    method: Method | None = None,
    paths: int = 10_000,
    seed: int = 2026,
) -> Assessment:
    """Assess one proposal on a plan: what it costs, whether that can be paid, what would change the answer.

    Parameters
    ----------
    plan : Plan
    proposal : Proposal
    before : iterable of Proposal
        Ranked before it and let in: they take their money, their cuts and their room for bonds first, in this order.
    method : Method, optional
        The method that holds for the place by default.
    paths, seed : int
        Futures that the odds are counted on, the same with the proposal and without it.

    Returns
    -------
    Assessment

    Raises
    ------
    InputError
        The proposal ended before the plan begins.

    Notes
    -----
    A year's money is what the plan leaves uncommitted after everything that goes on, plus what is named as cut for the proposal (no
    more than the law lets the plan cut), less what ranks before; money that comes once pays what is spent once, fund money what the
    funds bear. After the plan the money of its last year goes on. See docs/method.md.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/yunshui"), "baseline")
    >>> school = next(each for each in fm.list_proposals(plan.basis.place) if each.proposal_code == "YSA03")
    >>> found = assess(plan, school, paths=100)
    >>> found.outcome, found.binding.id, found.earliest_year
    ('不通过', 'T1', 2028)
    """
    if proposal.last_year < plan.years[0]:
        said = f"“{proposal.name}”{proposal.last_year}年已经结束，在规划期（{plan.years[0]}年起）以前"
        raise InputError([Fault(proposal.said_in, said, "请核对起止年度；已经结束的事项不作评估")])
    ground, ranked = stand_on(plan, method or method_of(plan.basis.place)), tuple(before)
    for each in ranked:
        ground = stand_behind(ground, try_out(ground, each))
    return assess_on(ground, proposal, tuple(each.proposal_code for each in ranked), paths, seed)


def assess_on(ground: Ground, proposal: Proposal, before: tuple[str, ...], paths: int, seed: int) -> Assessment:
    """Assess a proposal on the ground that others left it."""
    trials = Trials(ground, proposal)
    trial = trials.at()
    verdict, borne = trial.verdict, trial.cost + trial.fund_cost
    return Assessment(
        proposal,
        verdict.outcome,
        verdict.score,
        verdict.binding,
        verdict.gates,
        verdict.tests,
        flip_points(trials),
        _largest(trials),
        earliest(trials, lambda each: each.verdict.affordable),
        breach_odds(ground, trial, paths, seed),
        conditions_for(trials),
        _crowded_out(ground, trial),
        not trial.burden.bonds and ground.method.is_exempt(float(borne.max(initial=0.0)), float(borne.sum())),
        trial,
        before,
        ground.method,
        _digest(ground, trial),
    )


def _largest(trials: Trials) -> Size | None:
    if not trials.at().cost.any():  # Nothing of it is the county's, however large
        return None
    scale = largest(trials, lambda each: each.verdict.affordable)
    if scale <= 0:
        return None
    found = trials.at(Sizing(scale=scale))
    return Size(scale, float(found.cost.sum()), float(found.cost.max()), float(found.burden.whole.sum()))


def _crowded_out(ground: Ground, trial: Trial) -> dict[str, np.ndarray]:
    unmoved = Drivers.unchanged(len(ground.plan.years))
    with_it = compute(trial.basis, unmoved)[0]
    moved = {
        name: ground.lines[name] - with_it[name] + _own_bonds(trial, name)
        for name in CROWDED
        if name not in ground.plan.unavailable
    }
    return {name: less for name, less in moved.items() if np.abs(less).max() > _A_FEN}


def _own_bonds(trial: Trial, line: str) -> np.ndarray | float:
    return sum(amount for kind, (_, amount) in trial.burden.bonds.items() if line == f"debt_{kind}_issued_new")


def _digest(ground: Ground, trial: Trial) -> str:
    proposal = {
        each.name: str(getattr(trial.burden.proposal, each.name)) for each in fields(Proposal) if each.name != "said_in"
    }
    figures = {
        name: [round(float(value), 4) for value in values]
        for name, values in ground.lines.items()
        if not np.isnan(values).any()
    }
    taken = [[round(float(value), 4) for value in cost] for cost in ground.taken.cost]
    said: list[Any] = [ground.method.digest, proposal, ground.plan.years, figures, taken]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _plain(found: Assessment) -> dict[str, Any]:
    """Return an assessment as plain data: names as in docs/json.md, 万元 and fractions, nothing that is not a number."""
    largest = found.largest_affordable
    return {
        "proposal": found.proposal.proposal_code,
        "name": found.proposal.name,
        "outcome": found.outcome,
        "score": found.score,
        "binding": _held(found.binding),
        "gates": [_held(each) for each in found.gates],
        "tests": [_held(each) for each in found.tests],
        "years": list(found.trial.years),
        "cost": _numbers(found.trial.cost),
        "payable": _numbers(found.trial.money.money),
        "uncommitted": _numbers(found.trial.money.uncommitted),
        "payable_stressed": _numbers(found.trial.stressed.money),
        "flip_point": {
            name: {key: getattr(point, key, None) for key in ("now", "value", "past", "before", "after")}
            for name, point in found.flip_point.items()
        },
        "largest_affordable": vars(largest) if largest else dict.fromkeys(("scale", "county", "yearly", "whole"), 0),
        "earliest_year": found.earliest_year,
        "breach_probability_with": dict(found.odds.with_it),
        "breach_probability_without": dict(found.odds.without),
        "breach_probability_more": dict(found.odds.more),
        "breach_probability_interval": {line: list(each) for line, each in found.odds.interval.items()},
        "paths": found.odds.paths,
        "conditions": [vars(each) | {"kinds": list(each.kinds)} for each in found.conditions],
        "crowded_out": {name: _numbers(less) for name, less in found.crowded_out.items()},
        "exempt": found.exempt,
        "unknown": list(found.unknown),
        "ranked_before": list(found.ranked_before),
        "certificate": found.certificate,
        "method_version": found.method.version,
        "digest": found.digest,
    }


def _held(held: Held) -> dict[str, Any]:
    value = held.value if math.isfinite(held.value) else None
    return {**vars(held), "value": value, "years": list(held.years)}


def _numbers(values: np.ndarray) -> list[float | None]:
    return [round(float(value), 6) + 0.0 if np.isfinite(value) else None for value in values]
