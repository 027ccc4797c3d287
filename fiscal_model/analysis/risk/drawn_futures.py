"""Futures around a plan, chunk by chunk: every driver drawn jointly, the whole arithmetic run on each path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

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
from fiscal_model.model.basis import Basis
from fiscal_model.model.compute import Lines, compute
from fiscal_model.model.futures import Drivers, deviations
from fiscal_model.model.projection import Plan

SHOCKS = ("student_t", "normal", "bootstrap")
"""Tails as each driver's degrees of freedom say; none; whole years of the place's own history."""
CHUNK = 8_000
"""Paths computed at once: keeps memory flat at any number of paths. Changes no figure."""
HISTORY_OF = {"own_revenue": "own_revenue", "general_purpose": "transfers", "land": "land_revenue", "gdp": "gdp"}
"""Published series that a driver's own years are taken from."""
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

    @property
    def paired(self) -> bool:
        """Whether path 2k + 1 mirrors path 2k."""
        return self.sampling == "antithetic"


def shock_model(basis: Basis, *, shocks: str = "student_t", sampling: str = "antithetic") -> ShockModel:
    """Put together how a place's drivers move."""
    for given, known, what in ((shocks, SHOCKS, "shocks"), (sampling, SAMPLINGS, "sampling")):
        if given not in known:
            raise ValueError(f"{what} 只能是 {'、'.join(known)}，不是 {given!r}")
    names = ("own_revenue", "general_purpose", "land")
    degrees = np.array([np.inf, np.inf, basis.assumed.number("land_tail_degrees")])
    terms = ShockTerms(steps_of(deviations(basis)), np.ones(3), np.zeros((3, 2)), degrees)
    history = _own_years(basis, names) if shocks == "bootstrap" else None
    return ShockModel(names, terms, shocks, sampling, history)


def drawn(model: ShockModel, seed: int, start: int, stop: int) -> Drivers:
    """Draw the drivers of paths ``start`` to ``stop``, arrays of shape (path, year); years lie one after the other in memory."""
    years = model.terms.deviation.shape[1]
    found = np.empty((len(model.names), years, stop - start))
    for block, inside, place in blocks(start, stop):
        found[:, :, place] = _block(model, seed, block, years)[:, :, inside]
    logs = levels(found, model.terms)
    moving = np.any(model.terms.deviation > 0, axis=1)
    return Drivers(
        **{name: np.exp(logs[at]).T for at, name in enumerate(model.names) if moving[at]}
        | {name: np.ones((stop - start, years)) for at, name in enumerate(model.names) if not moving[at]}
    )


def _block(model: ShockModel, seed: int, block: int, years: int) -> np.ndarray:
    """Shocks of unit variance of one block, (driver, year, `BLOCK`) float."""
    terms, generator = model.terms, generator_of(seed, block)
    numbers = (terms.loadings.shape[1] + len(model.names), years)
    found = joint_shocks(standard_normals(generator, numbers, model.sampling, seed, block), terms)
    if model.shocks == "student_t":
        degrees = sorted({float(each) for each in terms.degrees if np.isfinite(each)})
        sizes = {each: tail_sizes(generator, each, (years, BLOCK), model.paired) for each in degrees}
        return fatten(found, sizes, terms)
    if model.history is not None:
        known = np.isfinite(model.history).all(axis=0)
        found[known] = resampled_years(generator, model.history[:, known], (years, BLOCK))
    return found


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
    plan: Plan, paths: int, seed: int, *, shocks: str = "student_t", sampling: str = "antithetic", chunk: int = CHUNK
) -> Iterator[tuple[Drivers, Lines]]:
    """Yield the paths of `simulate` chunk by chunk: what moved, and every line of the plan under it.

    Parameters
    ----------
    plan : Plan
    paths, seed : int
        The first paths stay the same when more are asked for.
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
    model = shock_model(plan.basis, shocks=shocks, sampling=sampling)
    for start in range(0, paths, chunk):
        drivers = drawn(model, seed, start, min(start + chunk, paths))
        yield drivers, compute(plan.basis, drivers)[0]
