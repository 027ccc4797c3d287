"""How far a proposal is from another answer: along its size, start, own share, overrun and rate; found by trying, not by formula."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from fiscal_model.analysis.affordability.burden import AS_PROPOSED, Sizing
from fiscal_model.analysis.affordability.trial import Ground, Trial, try_out
from fiscal_model.inputs.proposal import Proposal

_CLOSE = 1e-4
"""How close around a flip point the two answers were seen, as a part of the range searched."""
_NOTHING = 1e-9
_LARGER = (1.05, 1.1, 1.2, 1.35, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 6.0, 10.0, 20.0, 40.0)
MOST_TRIED = _LARGER[-1]
"""Largest size that is tried, of the proposed one."""
_SMALLER = (0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.02)
_SHARES = tuple(count / 20 for count in range(21))
_OVERRUNS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 1.5, 2.0)
_RATES = tuple(count / 200 for count in range(21))
DIRECTIONS = {
    "amount": "规模（相当于申报的倍数）",
    "start_year": "起始年度",
    "own_share": "本级负担比例",
    "overrun": "超概算比例",
    "rate": "债券利率",
}
Passes = Callable[[Trial], bool]


@dataclass(frozen=True)
class FlipPoint:
    """Where the answer changes along one direction.

    ``value`` is the last one seen with the answer of the proposal as it stands, ``past`` the first one seen with another; both were run.
    """

    direction: str
    now: float
    value: float
    past: float
    before: str
    after: str


class Trials:
    """The trials of one proposal on one ground: each size is run once."""

    def __init__(self, ground: Ground, proposal: Proposal) -> None:
        self.ground, self.proposal = ground, proposal
        self._seen: dict[Sizing, Trial] = {}

    def at(self, sizing: Sizing = AS_PROPOSED) -> Trial:
        """Return the trial of a size."""
        if sizing not in self._seen:
            self._seen[sizing] = try_out(self.ground, self.proposal, sizing)
        return self._seen[sizing]

    def outcome(self, sizing: Sizing) -> str:
        """Return the answer at a size."""
        return self.at(sizing).verdict.outcome


def flip_points(trials: Trials) -> dict[str, FlipPoint | None]:
    """Find the nearest change of the answer along each of `DIRECTIONS`; None where none was found in the range searched.

    Notes
    -----
    Values around the present one are tried outward, then the interval in which the answer changes is halved until its ends, which
    were both run, are closer than a part in ten thousand.
    """
    proposal, now = trials.proposal, trials.at()
    has_bonds, built = bool(now.burden.bonds), proposal.investment > 0
    life = now.burden.life
    shared = 1 - float(life.terms.received.sum() / life.whole.sum()) if life.whole.sum() > 0 else 1.0
    rate = next((float(issue.rate[0]) for issue, _ in now.burden.bonds.values()), 0.0)
    return {
        "amount": _nearest(trials, "amount", 1.0, (_LARGER, _SMALLER), lambda value: Sizing(scale=value)),
        "start_year": _nearest_start(trials),
        "own_share": _nearest(trials, "own_share", shared, _both_sides(_SHARES, shared), lambda value: Sizing(own_share=value)) if not proposal.priced_item else None,
        "overrun": _nearest(trials, "overrun", 0.0, (_OVERRUNS,), lambda value: Sizing(overrun=value)) if built else None,
        "rate": _nearest(trials, "rate", rate, _both_sides(_RATES, rate), lambda value: Sizing(rate=value)) if has_bonds else None,
    }  # fmt: skip


def largest(trials: Trials, passes: Passes, most: float = MOST_TRIED) -> float:
    """Return the largest scale at which a trial passes, 0 where none does; the next larger one that was run does not."""
    held = [scale for scale in (*reversed(_SMALLER), 1.0, *_LARGER) if passes(trials.at(Sizing(scale=scale)))]
    if not held:
        return 0.0
    low = max(held)
    high = min((scale for scale in (*_SMALLER, 1.0, *_LARGER) if scale > low), default=0.0)
    return low if low >= most else _between(low, high, lambda scale: passes(trials.at(Sizing(scale=scale))))[0]


def starts(trials: Trials) -> dict[int, Sizing]:
    """Return the sizings of every start in the plan, and of the proposed one and those after it before the plan, by year."""
    years, first = trials.ground.plan.years, trials.proposal.start_year
    return {year: replace(AS_PROPOSED, delay=year - first) for year in range(min(first, years[0]), years[-1] + 1)}


def earliest(trials: Trials, passes: Passes) -> int | None:
    """Return the first start in the plan at which a trial passes."""
    inside = trials.ground.plan.years
    return next((year for year, sizing in starts(trials).items() if year in inside and passes(trials.at(sizing))), None)


def _both_sides(grid: Sequence[float], now: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    return tuple(value for value in grid if value > now), tuple(value for value in reversed(grid) if value < now)


def _nearest(
    trials: Trials, direction: str, now: float, sides: Sequence[Sequence[float]], sized: Callable[[float], Sizing]
) -> FlipPoint | None:
    """Try the values of each side outward; halve the interval in which the answer first changes; the nearer side counts."""
    before, found = trials.at().verdict.outcome, []
    for side in sides:
        last = now
        for value in side:
            if trials.outcome(sized(value)) != before:
                if value <= _NOTHING:  # Only a proposal of which nothing is left
                    break
                low, high = _between(last, value, lambda at: trials.outcome(sized(at)) == before)
                found.append(FlipPoint(direction, now, low, high, before, trials.outcome(sized(high))))
                break
            last = value
    return min(found, key=lambda each: abs(each.past - now)) if found else None


def _nearest_start(trials: Trials) -> FlipPoint | None:
    before, first = trials.at().verdict.outcome, trials.proposal.start_year
    other = [year for year, sizing in starts(trials).items() if trials.outcome(sizing) != before]
    if not other:
        return None
    past = min(other, key=lambda year: (abs(year - first), year))
    value = past - 1 if past > first else past + 1
    return FlipPoint("start_year", first, value, past, before, trials.outcome(starts(trials)[past]))


def _between(same: float, other: float, holds: Callable[[float], bool]) -> tuple[float, float]:
    """Halve the interval between a value that holds and one that does not; return its two ends, both run."""
    width = abs(other - same)
    while abs(other - same) > _CLOSE * min(width, max(abs(same), _CLOSE)):
        middle = (same + other) / 2
        same, other = (middle, other) if holds(middle) else (same, middle)
    return same, other
