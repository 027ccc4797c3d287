"""Conditions under which a proposal passes: worked out, put into it, and tried again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from fiscal_model.analysis.affordability.burden import AS_PROPOSED, Sizing
from fiscal_model.analysis.affordability.flip_points import Trials, largest, starts
from fiscal_model.analysis.affordability.gate import PASSED, REFUSED, Verdict
from fiscal_model.analysis.affordability.payable import counted_offsets, named_offsets
from fiscal_model.inputs.proposal import Cost, Offset, Proposal, Source
from fiscal_model.words.proposal_words import BUILT, CostPart, Evidence, ProposalSource
from fiscal_model.words.vocabulary import YesNo

SUNSET_YEARS = 3
"""Years after which a lasting proposal is to end or to be assessed anew (design: 三年一评)."""
_OFFSET = "operations", "development"
_TO_BE_NAMED = "待指名的压减支出"
MOST = 6
Part = TypeVar("Part", Cost, Source)
Changed = tuple[Proposal, Sizing, str]
"""A proposal with a condition in it, how it is sized, what the condition says."""


@dataclass(frozen=True)
class Remedy:
    """A condition, or two together, under which a proposal comes out as said; it was tried again with them in."""

    kinds: tuple[str, ...]
    said: str
    outcome: str
    score: float


def conditions_for(trials: Trials) -> tuple[Remedy, ...]:
    """Find conditions under which a proposal passes that does not pass as it stands, the mildest first.

    One condition by itself where one is enough, else two together; none where nothing helps that a county could lay down. What
    passes needs none.
    """
    if trials.at().verdict.outcome == PASSED:
        return ()
    alone = [_tried(trials, (kind,), made) for kind, make in _KINDS.items() for made in make(trials)]
    found = [each for each in alone if each.outcome == PASSED]
    if not found:
        found = [each for each in _together(trials) if each.outcome == PASSED]
    if not found:  # What at least turns a refusal into a pass with conditions
        found = [each for each in alone if trials.at().verdict.outcome == REFUSED and each.outcome != REFUSED]
    return tuple(found[:MOST])


def _tried(trials: Trials, kinds: tuple[str, ...], made: Changed) -> Remedy:
    proposal, sizing, said = made
    verdict = _verdict(trials, proposal, sizing)
    return Remedy(kinds, said, verdict.outcome, verdict.score)


def _verdict(trials: Trials, proposal: Proposal, sizing: Sizing) -> Verdict:
    of = trials if proposal is trials.proposal else Trials(trials.ground, proposal)
    return of.at(sizing).verdict


def _together(trials: Trials) -> Iterator[Remedy]:
    """Put a condition that only changes the proposal first, then size, put off or pay for what is left."""
    for first in ("approvals", "letter", "cap", "sunset", "stagger"):
        for changed in _KINDS[first](trials):
            inner = Trials(trials.ground, changed[0])
            for second in ("stagger", "delay", "offset", "downsize"):
                if second != first:
                    for made in _KINDS[second](inner):
                        yield _tried(inner, (first, second), (made[0], made[1], f"{changed[2]}；{made[2]}"))


def _approvals(trials: Trials) -> Iterator[Changed]:
    proposal = trials.proposal
    if proposal.kind in BUILT and proposal.approvals != YesNo.YES:
        yield replace(proposal, approvals=YesNo.YES), AS_PROPOSED, "补齐审批手续后再安排"


def _letter(trials: Trials) -> Iterator[Changed]:
    proposal = trials.proposal
    open_ones = [each for each in proposal.sources if _unsure(each)]
    if open_ones:
        sure = tuple(replace(each, evidence=Evidence.LETTER) if _unsure(each) else each for each in proposal.sources)
        amount = sum(each.amount for each in open_ones)
        yield replace(proposal, sources=sure), AS_PROPOSED, f"取得上级资金{amount:,.0f}万元的下达或批准文件后再开工"


def _unsure(source: Source) -> bool:
    return source.funding == ProposalSource.SUPERIOR and source.evidence != Evidence.LETTER


def _cap(trials: Trials) -> Iterator[Changed]:
    proposal = trials.proposal
    running = [each for each in proposal.costs if each.part == CostPart.RUNNING]
    most = min(running, key=lambda each: each.year).amount if running else 0.0
    costs = tuple(replace(each, amount=min(each.amount, most)) if each in running else each for each in proposal.costs)
    persons, cost = (min(rate or 0.0, 0.0) for rate in (proposal.beneficiaries_growth, proposal.cost_growth))
    capped = replace(proposal, costs=costs, beneficiaries_growth=persons, cost_growth=cost)
    if costs != proposal.costs or max(proposal.beneficiaries_growth or 0.0, proposal.cost_growth or 0.0) > 0:
        yield capped, AS_PROPOSED, "支出总额封顶在起始年度的水平，人数、标准的增长另行报批"


def _sunset(trials: Trials) -> Iterator[Changed]:
    proposal = trials.proposal
    last = proposal.start_year + SUNSET_YEARS - 1
    if proposal.is_lasting and proposal.kind not in BUILT:
        ending = replace(
            proposal,
            end_year=last,
            costs=tuple(each for each in proposal.costs if each.year <= last),
            sources=tuple(each for each in proposal.sources if each.year <= last),
            offsets=tuple(each for each in proposal.offsets if each.year <= last),
        )
        yield ending, AS_PROPOSED, f"设到期条款：{last}年到期，续办重新评估"


def _stagger(trials: Trials) -> Iterator[Changed]:
    """Spread what is built over one year more: half of each year's work and of what pays it moves into the next."""
    proposal = trials.proposal
    if proposal.investment <= 0 or proposal.kind not in BUILT:
        return
    costs = tuple(
        part for each in proposal.costs for part in (_halves(each) if each.part == CostPart.ONE_OFF else (each,))
    )
    sources = tuple(
        part
        for each in proposal.sources
        for part in (_halves(each) if each.funding != ProposalSource.INCOME else (each,))
    )
    last = max(each.year for each in costs)
    longer = replace(
        proposal, costs=costs, sources=sources,
        completion_year=proposal.completion_year and proposal.completion_year + 1,
        end_year=proposal.end_year and max(proposal.end_year, last),
    )  # fmt: skip
    yield longer, AS_PROPOSED, f"分步实施：工期延长一年，到{last}年，各年投入减半摊开"


def _halves(each: Part) -> tuple[Part, ...]:
    return replace(each, amount=each.amount / 2), replace(each, amount=each.amount / 2, year=each.year + 1)


def _delay(trials: Trials) -> Iterator[Changed]:
    later = [(year, sizing) for year, sizing in starts(trials).items() if sizing.delay > 0]
    found = next((at for at in later if trials.outcome(at[1]) == PASSED), None) or next(
        (at for at in later if trials.outcome(at[1]) != REFUSED), None
    )
    if found is not None:
        yield trials.proposal, found[1], f"推迟到{found[0]}年开始"


def _downsize(trials: Trials) -> Iterator[Changed]:
    scale = np.floor(largest(trials, lambda trial: trial.verdict.outcome == PASSED, 1.0) * 1000) / 1000
    if 0 < scale < 1:
        cost = trials.at(Sizing(scale=float(scale))).cost.sum()
        yield trials.proposal, Sizing(scale=float(scale)), f"规模压到申报的{scale:.1%}（本级全周期负担{cost:,.0f}万元）"


def _offset(trials: Trials) -> Iterator[Changed]:
    """Name cuts year by year: as much as lets it pass, no more than may lawfully still be cut in any year."""
    proposal, now = trials.proposal, trials.at()
    years = now.years[: len(trials.ground.plan.years)]
    cost, money = now.cost[: len(years)], now.money.money[: len(years)]
    for kind in _OFFSET:
        asked = np.where(cost > 0, np.inf, 0.0)
        room = _still_to_cut(trials, kind, asked)
        if not (room > 0).any():
            continue

        def named(share: float, kind: str = kind, room: np.ndarray = room) -> Proposal:
            wanted = np.maximum(cost / share - money, 0.0) * (cost > 0)
            return _with_offsets(proposal, kind, dict(zip(years, np.ceil(np.minimum(wanted, room)), strict=True)))

        # From a cut that leaves a margin of nothing (share 1) to one that leaves full marks (0.3): the least that passes.
        for share in (1.0, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3):
            changed = named(share)
            added = {each.year: each.amount for each in changed.offsets if each.named == _TO_BE_NAMED}
            if added and _verdict(trials, changed, AS_PROPOSED).outcome == PASSED:
                amounts = "、".join(f"{year}年{amount:,.0f}万元" for year, amount in added.items())
                what = {"operations": "一般性支出", "development": "发展类支出"}[kind]
                yield changed, AS_PROPOSED, f"先指名压减{what}：{amounts}，作出决定并留存依据"
                return


def _still_to_cut(trials: Trials, kind: str, asked: np.ndarray) -> np.ndarray:
    ground = trials.ground
    own = named_offsets(trials.proposal, ground.plan.years)
    return counted_offsets({kind: asked}, ground.own_lines, (*ground.taken.offsets, own))[kind]


def _with_offsets(proposal: Proposal, kind: str, amounts: dict[int, float]) -> Proposal:
    decided = dt.date(proposal.start_year, 1, 1)
    more = tuple(
        Offset(year, kind, _TO_BE_NAMED, float(amount), decided, "") for year, amount in amounts.items() if amount > 0
    )
    return replace(proposal, offsets=(*proposal.offsets, *more))


_KINDS: dict[str, Callable[[Trials], Iterator[Changed]]] = {
    "approvals": _approvals,
    "letter": _letter,
    "cap": _cap,
    "sunset": _sunset,
    "stagger": _stagger,
    "delay": _delay,
    "offset": _offset,
    "downsize": _downsize,
}
"""Ways to let a proposal pass, the mildest first."""
