"""The most likely joint shock that carries a plan over a line: the point of the line nearest to the plan (FORM, Hasofer and Lind 1974)."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import nnls
from scipy.special import ndtr

from fiscal_model.analysis.risk.drawn_futures import shock_model
from fiscal_model.analysis.risk.red_lines import ASKED, beyond_lines
from fiscal_model.arithmetic.risk.shocks import ShockTerms, levels
from fiscal_model.model.compute import compute
from fiscal_model.model.futures import Drivers
from fiscal_model.model.projection import Plan
from fiscal_model.words.drivers import DRIVERS_BY_ID

FARTHEST = 8.0
"""Length of a shock beyond which nothing is looked for: one in 10^15."""
POINTS, ROUNDS, FINE = 16, 3, 5
"""A direction is cut into so many points, the part that crosses into so many again: to two thousandths of a deviation, the answer finer."""
TURNS, BLENDS, SMALL = 8, (1.0, 0.5, 0.2), 1e-3
"""Turns of the search; how far each turns towards the steepest way; an improvement not worth another turn."""
KEPT = 2
"""After the first turn only the nearest years are followed on."""
IDLE = 2
"""Turns without a shorter way after which the search ends."""
STEP, INSIDE = 0.05, 0.01
"""Slopes are measured by steps of so many deviations, by that part beyond the line: a gap has no slope before it."""
CHECKED, NEAREST, SEED = 2_000, 100, 2026
"""Sampled paths that the answer is held against, those of them that are drawn back to the line, their seed."""

Search = Generator[np.ndarray, np.ndarray, Any]
"""A search of one line: asks for shocks, (shock, number), and is sent how far beyond its line each is, (shock, year)."""


@dataclass(frozen=True)
class LikelyBreak:
    """The most likely joint shock that crosses one line.

    Parameters
    ----------
    line : str
    year : int
        First year beyond the line.
    length : float
        Mahalanobis length of the shock: deviations from the plan, all drivers and years together.
    chance : float
        First-order chance of crossing in these years: beyond the plane through the point, normal law.
    drivers : mapping of str to (year,) float
        Change of each driver's level: share of it, or points; those that count for less than 1 % are in it too.
    shares : mapping of str to float
        Part of each driver in the squared length; they sum to one.
    before, past : float
        How far beyond the line the plan stands with 99.9 and 100.1 % of the shock: not, and beyond; 万元 or points of a
        ratio.
    sampled_share : float
        Share of sampled normal paths that cross the line in any year.
    nearest_sampled : float
        Length of the shortest sampled crossing path, drawn back to the line; NaN where none crosses.
    """

    line: str
    year: int
    length: float
    chance: float
    drivers: Mapping[str, np.ndarray]
    shares: Mapping[str, float]
    before: float
    past: float
    sampled_share: float
    nearest_sampled: float


def likely_break(plan: Plan, lines: tuple[str, ...]) -> dict[str, LikelyBreak | None]:
    """Search, for each line, the shortest joint shock that crosses it.

    Notes
    -----
    Shocks are independent normals u, (driver, year): mixed by the root of the drivers' correlation, scaled and carried as
    in the simulation, normal here whatever its tails. Between the paths that cross and the steepest way the direction is
    turned until the way to the line gets no shorter, also to the shortest shock beyond all the planes met so far, which finds
    corners; each year's line is searched by itself.
    """
    model = shock_model(plan.basis)
    terms = model.terms
    moving = np.flatnonzero(terms.deviation.any(axis=1))
    if not len(moving):
        return dict.fromkeys(lines)
    some = ShockTerms(terms.deviation[moving], terms.carry[moving], terms.loadings[moving], terms.degrees[moving])
    names, root = [model.names[at] for at in moving], np.linalg.cholesky(some.correlation)
    count = len(plan.years)

    def drivers_at(shocks: np.ndarray) -> Drivers:
        mixed = np.matmul(root, shocks.reshape(-1, len(names), count).T).swapaxes(0, 1)
        logs = levels(mixed, some)
        moved = {
            name: np.exp(logs[at]).T if DRIVERS_BY_ID[name].neutral else logs[at].T for at, name in enumerate(names)
        }
        return Drivers(**({"own_revenue": np.ones((len(shocks), count))} | moved))

    def beyond(shocks: np.ndarray) -> dict[str, np.ndarray]:
        found = beyond_lines(plan, compute(plan.basis, drivers_at(shocks), ASKED)[0])
        return {line: np.broadcast_to(each, (len(shocks), count)) for line, each in found.items()}

    paths = np.random.default_rng(SEED).standard_normal((CHECKED, len(names) * count))
    sampled = beyond(paths)
    searches = {line: _told(plan, line, drivers_at, (paths, sampled[line]), (names, root)) for line in lines}
    return _side_by_side(searches, beyond)


def _side_by_side(
    searches: Mapping[str, Search], beyond: Callable[[np.ndarray], Mapping[str, np.ndarray]]
) -> dict[str, Any]:
    """Run the searches of all lines at once: what they ask for next is computed together, as often as the longest asks."""
    found: dict[str, Any] = dict.fromkeys(searches)
    answers: dict[str, Any] = dict.fromkeys(searches)
    while answers:
        asked = {}
        for line, answer in answers.items():
            try:
                asked[line] = searches[line].send(answer)
            except StopIteration as ended:
                found[line] = ended.value
        if not asked:
            break
        values = beyond(np.concatenate(list(asked.values())))
        ends = np.cumsum([len(shocks) for shocks in asked.values()])
        answers = {
            line: values[line][end - len(asked[line]) : end] for line, end in zip(asked, ends.tolist(), strict=True)
        }
    return found


def _nearest(paths: np.ndarray, sampled: np.ndarray) -> Search:
    """Find the shortest shock on the line, (number,) float; None where nothing within reach crosses it."""
    years, size = sampled.shape[1], paths.shape[1]
    starts, wanted = _starts(paths, sampled)
    radius = yield from _radius(starts, wanted)
    # Of each year the nearest start.
    best: dict[int, tuple[float, np.ndarray]] = {}
    for year in range(years):
        mine = np.flatnonzero((wanted == year) & np.isfinite(radius))
        if len(mine):
            at = mine[radius[mine].argmin()]
            best[year] = (float(radius[at]), starts[at])
    cuts: dict[int, list[tuple[np.ndarray, float]]] = {year: [] for year in best}
    probe, idle = dict(best), 0
    while best and idle < IDLE and len(cuts[min(cuts)]) < TURNS:
        asked = np.array(sorted(best))
        ways = np.stack([best[year][1] for year in asked])
        points = np.stack([probe[year][0] * probe[year][1] for year in asked])
        steep = yield from _steepest(points * (1 + INSIDE), asked)
        for at, year in enumerate(asked):
            cuts[year].append((steep[at], float(steep[at] @ points[at])))
        inner = np.stack([_least(cuts[year]) for year in asked])
        tried = np.stack([*(_unit(ways + blend * (steep - ways)) for blend in BLENDS), _unit(ways + inner), inner])
        radius = yield from _radius(tried.reshape(-1, size), np.tile(asked, len(tried)))
        radius = np.where(np.isfinite(radius), radius, np.inf).reshape(len(tried), -1)
        idle += 1
        for at, year in enumerate(asked):
            choice = int(radius[:, at].argmin())
            if np.isfinite(radius[choice, at]):
                probe[year] = (float(radius[choice, at]), tried[choice, at])
            if probe[year][0] < best[year][0] * (1 - SMALL):
                best[year], idle = probe[year], 0
        best = dict(sorted(best.items(), key=lambda each: each[1][0])[:KEPT])
        cuts = {year: cuts[year] for year in best}
    if not best:
        return None
    year = min(best, key=lambda each: best[each][0])
    way = best[year][1]
    return way * (yield from _radius(way[None], np.array([year]), FINE))


def _starts(paths: np.ndarray, sampled: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First directions and the year each is for: where the sampled paths that cross lie, each driver moved alike in every year."""
    years, size = sampled.shape[1], paths.shape[1]
    summed = np.repeat(np.eye(size // years), years, axis=1)
    ways, wanted = [], []
    for year in range(years):
        over = sampled[:, year] > 0
        mean = [_unit(paths[over].mean(axis=0))[None]] if over.any() else []
        found = np.concatenate([*mean, _unit(summed), -_unit(summed)])
        ways.append(found)
        wanted.append(np.full(len(found), year))
    return np.concatenate(ways), np.concatenate(wanted)


def _radius(ways: np.ndarray, wanted: np.ndarray, rounds: int = ROUNDS) -> Search:
    """Find how long each direction is until it crosses the line in the year it is for, (way,) float, NaN beyond reach."""
    low, width = np.zeros(len(ways)), np.full(len(ways), FARTHEST)
    reached = np.ones(len(ways), dtype=bool)
    for _ in range(rounds):
        rows = np.flatnonzero(reached)
        if not len(rows):
            break
        inside = low[rows, None] + width[rows, None] * np.arange(1, POINTS + 1) / POINTS
        shocks = (inside[..., None] * ways[rows, None]).reshape(-1, ways.shape[1])
        values = yield shocks
        over = values[np.arange(len(shocks)), np.repeat(wanted[rows], POINTS)].reshape(-1, POINTS) > 0
        reached[rows] = over.any(axis=1)
        width[rows] /= POINTS
        low[rows] = inside[np.arange(len(rows)), over.argmax(axis=1)] - width[rows]
    return np.where(reached, low + width, np.nan)


def _steepest(points: np.ndarray, wanted: np.ndarray) -> Search:
    """Find the direction in which the line falls away fastest from each point, (point, number) float of unit length."""
    size = points.shape[1]
    steps = STEP * np.concatenate([np.zeros((1, size)), np.eye(size), -np.eye(size)])
    shocks = (points[:, None] + steps).reshape(-1, size)
    values = yield shocks
    values = values[np.arange(len(shocks)), np.repeat(wanted, len(steps))].reshape(len(points), -1)
    up, down = values[:, 1 : size + 1] - values[:, :1], values[:, :1] - values[:, size + 1 :]
    # Back before the line a gap says nothing: the side that moves more is the slope.
    return _unit(np.where(np.abs(up) >= np.abs(down), up, down))


def _least(cuts: list[tuple[np.ndarray, float]]) -> np.ndarray:
    """Return the direction of the shortest shock beyond all planes found so far (least distance, Lawson and Hanson 1974).

    ``cuts``: slope of unit length and how far out its plane lies.
    """
    planes = np.array([[*slope, out] for slope, out in cuts]).T
    weights, _ = nnls(planes, np.append(np.zeros(len(planes) - 1), 1.0))
    return _unit(planes[:-1] @ weights)


def _unit(ways: np.ndarray) -> np.ndarray:
    length = np.linalg.norm(ways, axis=-1, keepdims=True)
    return np.divide(ways, length, out=np.zeros_like(ways), where=length > 0)


def _told(
    plan: Plan,
    line: str,
    drivers_at: Callable[[np.ndarray], Drivers],
    checked: tuple[np.ndarray, np.ndarray],
    fitted: tuple[list[str], np.ndarray],
) -> Search:
    """Find the shortest shock that crosses a line and say what it is, `LikelyBreak`; None where nothing within reach crosses it."""
    (paths, sampled), (names, root) = checked, fitted
    point = yield from _nearest(paths, sampled)
    if point is None:
        return None
    length, drivers = float(np.linalg.norm(point)), drivers_at(point[None])
    edges = yield np.stack([0.999 * point, 1.001 * point])
    year = int(np.flatnonzero(edges[1] > 0)[0])
    shocks = point.reshape(len(names), -1)
    mixed = root @ shocks
    parts = (mixed * np.linalg.solve(root.T, shocks)).sum(axis=1) / length**2
    over = np.flatnonzero((sampled > 0).any(axis=1))
    near = over[np.argsort(np.linalg.norm(paths[over], axis=1))[:NEAREST]]
    nearest = np.nan
    if len(near):
        first = (sampled[near] > 0).argmax(axis=1)
        drawn_back = yield from _radius(_unit(paths[near]), first)
        nearest = float(np.nanmin(drawn_back)) if np.isfinite(drawn_back).any() else np.nan
    return LikelyBreak(
        line,
        plan.years[year],
        length,
        float(ndtr(-length)),
        {name: getattr(drivers, name)[0] - DRIVERS_BY_ID[name].neutral for name in names},
        dict(zip(names, parts.tolist(), strict=True)),
        float(edges[0, year]),
        float(edges[1, year]),
        len(over) / len(paths),
        nearest,
    )
