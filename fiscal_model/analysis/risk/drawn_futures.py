"""Futures around a plan, chunk by chunk: every driver drawn jointly, the whole arithmetic run on each path."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.special import ndtr

from fiscal_model.arithmetic.risk.events import called_beyond, event_sizes
from fiscal_model.arithmetic.risk.random_numbers import BLOCK, SAMPLINGS, blocks, generator_of, standard_normals
from fiscal_model.arithmetic.risk.shocks import (
    ShockTerms,
    fatten,
    joint_shocks,
    levels,
    resampled_years,
    standardised,
    steps_of,
    tail_sizes,
)
from fiscal_model.law.risk_constants import Event, driver_shocks, loadings, risk_events
from fiscal_model.model.basis import Basis
from fiscal_model.model.compute import Lines, compute
from fiscal_model.model.futures import Drivers, deviations
from fiscal_model.model.projection import Plan
from fiscal_model.words.drivers import DRIVERS, DRIVERS_BY_ID

SHOCKS = ("student_t", "normal", "bootstrap")
"""Tails as each driver's degrees of freedom say; none; whole years of the place's own history."""
CHUNK = 8 * BLOCK
"""Paths computed at once: keeps memory flat at any number of paths, draws no block twice. Changes no figure."""
DRIVEN = tuple(name for name in DRIVERS if name != "duties")
"""Drivers that are drawn; duties come with events only."""
RECORDED = ("own_revenue", "general_purpose", "land")
"""Drivers whose deviation by horizon the place or its scenario gives (`deviations`)."""
EVENTS = "events"
"""Name of all events among the drivers that may move."""
HISTORY_OF = {"own_revenue": "own_revenue", "general_purpose": "transfers", "land": "land_revenue", "gdp": "gdp"}
"""Published series that a driver's own years are taken from."""
CALLED = "guarantee_call"
"""The event that a register of contingent liabilities replaces by its own chances and sizes."""
SCORES = np.linspace(-4.0, 5.0, 361)
"""Standard normal scores from a good year to a bad one at which that register is asked."""
LEAST_YEARS = 5
"""A driver with fewer yearly growths than this has no history to take years from."""


@dataclass(frozen=True, eq=False)
class ShockModel:
    """How the drivers of one place move together."""

    names: tuple[str, ...]  # drivers, in the order of their random numbers
    terms: ShockTerms
    shocks: str = "student_t"
    sampling: str = "antithetic"
    history: np.ndarray | None = None  # (year, driver) float, standardised growth; NaN for a driver without
    events: tuple[Event, ...] = ()  # those that may come, of `risk_events`
    wholes: Mapping[str, float] = field(default_factory=dict)  # what the size of an event is a share of, 万元
    # (year, score) float, 万元: what the place's own contingent liabilities call beyond the plan, in place of `CALLED`
    called: np.ndarray | None = None

    @property
    def paired(self) -> bool:
        """Whether path 2k + 1 mirrors path 2k."""
        return self.sampling == "antithetic"

    def only(self, moving: Collection[str]) -> ShockModel:
        """Return the model in which these drivers alone move (`EVENTS`: the events), on the same random numbers."""
        kept = np.isin(self.names, [*moving])[:, None]
        terms = replace(self.terms, deviation=np.where(kept, self.terms.deviation, 0.0))
        return replace(self, terms=terms, events=self.events if EVENTS in moving else ())


def shock_model(
    basis: Basis,
    *,
    shocks: str = "student_t",
    sampling: str = "antithetic",
    events: bool | Collection[str] = True,
    moving: Collection[str] | None = None,
) -> ShockModel:
    """Put together how a place's drivers move: its own record where it has one, else `data/rules/risk.toml`."""
    asked = () if isinstance(events, bool) else events
    _refuse_unknown("shocks", (shocks,), SHOCKS)
    _refuse_unknown("sampling", (sampling,), SAMPLINGS)
    _refuse_unknown("events", asked, [each.id for each in risk_events()])
    _refuse_unknown("moving", moving or (), [*DRIVEN, EVENTS])
    usual = [each for each in driver_shocks() if each.driver in DRIVEN]
    deviation = np.repeat([[each.deviation] for each in usual], len(basis.years), axis=1)
    carry, degrees = (np.array([getattr(each, name) for each in usual]) for name in ("carry", "degrees"))
    own = [DRIVEN.index(name) for name in RECORDED]
    # A record holds collapses too: with events they come apart from the usual ups and downs, without all of it is one normal law.
    widths = np.array([usual[at].width if events is True else 1.0 for at in own])[:, None]
    deviation[own], carry[own] = steps_of(deviations(basis) * widths), 1.0
    degrees[own] = np.where(events is True, degrees[own], np.inf)
    degrees[DRIVEN.index("land")] = basis.assumed.number("land_tail_degrees")
    model = ShockModel(
        DRIVEN,
        ShockTerms(deviation, carry, loadings()[[DRIVERS.index(name) for name in DRIVEN]], degrees),
        shocks,
        sampling,
        _own_years(basis, DRIVEN) if shocks == "bootstrap" else None,
        tuple(each for each in risk_events() if (each.id in asked or (events is True and each.counted))),
        {"expenditure": basis.balance.opening.flows["expenditure"], "gdp": float(basis.revenue.gdp[0])},
        _called(basis),
    )
    return model if moving is None else model.only(moving)


def _called(basis: Basis) -> np.ndarray | None:
    """What the place's own contingent liabilities call beyond the duty that the plan holds; None without a register."""
    held = basis.balance.contingents
    return None if held is None else np.maximum(held.cash_at(ndtr(SCORES)) - held.expected[:, None], 0.0)


def _refuse_unknown(what: str, given: Collection[str], known: Collection[str]) -> None:
    wrong = [each for each in given if each not in known]
    if wrong:
        raise ValueError(f"{what} 只能是 {'、'.join(known)}，不是 {'、'.join(map(repr, wrong))}")


def drawn(model: ShockModel, seed: int, start: int, stop: int) -> Drivers:
    """Draw the drivers of paths ``start`` to ``stop``, (path, year) each, a year's paths one after the other in memory."""
    years = model.terms.deviation.shape[1]
    found = np.empty((len(model.names), years, stop - start))
    come = np.empty((len(risk_events()) if model.events else 0, years, stop - start))
    for block, inside, place in blocks(start, stop):
        shocks, numbers = _block(model, seed, block, years)
        found[:, :, place], come[:, :, place] = shocks[:, :, inside], numbers[: len(come), :, inside]
    logs = levels(found, model.terms)
    duties: np.ndarray | float = 0.0
    moved = set(np.array(model.names)[np.any(model.terms.deviation > 0, axis=1)])
    for event, numbers in zip(risk_events(), come, strict=False):
        if event in model.events and event.id == CALLED and model.called is not None:
            duties = duties + called_beyond(numbers, SCORES, model.called).T
        elif event in model.events:
            size = event_sizes(numbers, event.probability, event.size, event.spread, event.duration)
            for name, share in event.moves.items():
                logs[model.names.index(name)] -= share * size
            moved |= {*event.moves}
            if event.share_of:
                duties = duties + size.T * np.nan_to_num(model.wholes[event.share_of])
    levelled = {
        name: (np.exp(log) if DRIVERS_BY_ID[name].neutral else log).T
        for name, log in zip(model.names, logs, strict=True)
        if name in moved
    }
    # Whatever moves, a path is a row of its own.
    return Drivers(**{"own_revenue": np.ones((years, stop - start)).T, "duties": duties, **levelled})


def _block(model: ShockModel, seed: int, block: int, years: int) -> tuple[np.ndarray, np.ndarray]:
    """Shocks of unit variance of one block, (driver, year, `BLOCK`) float, and the numbers of the events, (event, year, `BLOCK`)."""
    terms, generator = model.terms, generator_of(seed, block)
    numbers = (terms.loadings.shape[1] + len(model.names), years)
    found = joint_shocks(standard_normals(generator, numbers, model.sampling, seed, block), terms)
    if model.shocks == "student_t":
        degrees = sorted({float(each) for each in terms.degrees if np.isfinite(each)})
        sizes = {each: tail_sizes(generator, each, (years, BLOCK), model.paired) for each in degrees}
        found = fatten(found, sizes, terms)
    elif model.history is not None:
        known = np.isfinite(model.history).all(axis=0)
        found[known] = resampled_years(generator, model.history[:, known], (years, BLOCK))
    return found, generator.standard_normal((len(risk_events()), years, BLOCK)) if model.events else found[:0]


def _own_years(basis: Basis, names: tuple[str, ...]) -> np.ndarray:
    """Growth in logs of each driver in the years that all of them have, standardised, (year, driver) float."""
    seen = {name: basis.history.series(HISTORY_OF[name], basis.base_year) for name in names if name in HISTORY_OF}
    growth = {name: np.log(each[each > 0]).diff().dropna() for name, each in seen.items()}
    long = {name: each for name, each in growth.items() if len(each) >= LEAST_YEARS}
    if not long:
        raise ValueError('bootstrap 需要一般公共预算收入等至少6年的决算数，本地历史不足，请改用 shocks="student_t"')
    common = sorted(set.intersection(*(set(each.index) for each in long.values())))
    empty = np.full(len(common), np.nan)
    return standardised(np.column_stack([long[name][common] if name in long else empty for name in names]))


def sampled(
    plan: Plan,
    paths: int,
    seed: int,
    *,
    shocks: str = "student_t",
    sampling: str = "antithetic",
    events: bool | Collection[str] = True,
    moving: Collection[str] | None = None,
    chunk: int = CHUNK,
) -> Iterator[tuple[Drivers, Lines]]:
    """Yield the paths of `simulate` chunk by chunk: what moved, and every line of the plan under it.

    Parameters
    ----------
    plan : Plan
    paths, seed : int
        The first paths stay the same when more are asked for.
    shocks, sampling, events, moving
        As in `simulate`.
    chunk : int
        Paths at once; changes no figure.

    Yields
    ------
    Drivers, dict of str to (path, year) float
        Lines that no driver moves have the shape (year,).

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> [lines["own_revenue"].shape for _, lines in sampled(plan, 250, 2026, chunk=100)]
    [(100, 5), (100, 5), (50, 5)]
    """
    model = shock_model(plan.basis, shocks=shocks, sampling=sampling, events=events, moving=moving)
    for start in range(0, paths, chunk):
        drivers = drawn(model, seed, start, min(start + chunk, paths))
        yield drivers, compute(plan.basis, drivers)[0]
