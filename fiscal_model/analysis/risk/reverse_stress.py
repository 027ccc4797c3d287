"""Reverse stress: how far each driver may go until a line is crossed, and what crosses it most likely."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from fiscal_model.analysis.risk.drawn_futures import shock_model
from fiscal_model.analysis.risk.first_sign import Sign, first_signs
from fiscal_model.analysis.risk.likely_break import LikelyBreak, likely_break
from fiscal_model.analysis.risk.red_lines import ASKED, RED_LINES, beyond_lines, known_lines
from fiscal_model.model.compute import Lines, compute
from fiscal_model.model.futures import Drivers
from fiscal_model.model.projection import Plan
from fiscal_model.words.drivers import DRIVERS, DRIVERS_BY_ID
from fiscal_model.words.markup import Sheet, frame_sheet, shows_itself

WORSE = {
    **dict.fromkeys(("own_revenue", "general_purpose", "earmarked", "land", "fund_other", "gdp"), -1.0),
    **dict.fromkeys(("prices", "persons", "standards", "pay", "insurance"), 1.0),
    "coupon": 0.1,
    "refinancing": -1.0,
}
"""How far each driver is tried, from the plan's own: income to nothing, costs to twice, ten points of a coupon, no refinancing; duties
to the whole expenditure of the first year."""
GRID, PARTS, ROUNDS = 16, 4, 10
"""The whole range is cut into so many steps; the first that crosses is cut into parts, so many times: to 1e-8 of the range."""


@dataclass(frozen=True)
class Break:
    """How far one driver, all else as planned, goes until one line is crossed.

    Parameters
    ----------
    line, driver : str
        Of `RED_LINES` and `DRIVERS`.
    year : int or None
        The only year that is moved; None moves every year from the first.
    status : str
        ``breaks``: crosses at ``size``; ``holds``: does not cross however far; ``repairs``: the plan is beyond the line
        already and ``size`` brings it back; ``no_help``: it is beyond and this driver does not bring it back.
    size : float
        Change of the driver: share of its level, points of a rate, 万元 of duties; NaN without one.
    deviations : float
        ``size`` in deviations of what has added up of the driver's surprises by ``crossed_in``; NaN where it has none.
    crossed_in : int or None
        First year beyond the line just past it; of a repair the last year that comes back.
    before, past : float
        The line in that year as computed just before and just past the size.
    """

    line: str
    driver: str
    year: int | None
    status: str
    size: float = np.nan
    deviations: float = np.nan
    crossed_in: int | None = None
    before: float = np.nan
    past: float = np.nan


@shows_itself
@dataclass(frozen=True, repr=False)
class ReverseStress:
    """What it takes to break a plan.

    Parameters
    ----------
    years : tuple of int
    already : mapping of str to tuple of int
        Years in which the plan itself is beyond each line that the place's data carry.
    breaks : tuple of Break
        By line, driver and year; drivers that act on nothing of this place are left out.
    likely : mapping of str to LikelyBreak or None
        The most likely joint shock that crosses each line; None where none does within reach.
    signs : mapping of str to tuple of Sign
        What would show it, the nearest first; empty where no watched driver alone can cross the line.
    """

    years: tuple[int, ...]
    already: Mapping[str, tuple[int, ...]]
    breaks: tuple[Break, ...]
    likely: Mapping[str, LikelyBreak | None]
    signs: Mapping[str, tuple[Sign, ...]]

    def break_of(self, line: str, driver: str, year: int | None = None) -> Break | None:
        """Return one of the breaks; None for a driver that acts on nothing here."""
        return next((each for each in self.breaks if (each.line, each.driver, each.year) == (line, driver, year)), None)

    def lasting(self, line: str) -> list[Break]:
        """Return what each driver does to a line when it stays there from the first year on, the nearest first."""
        found = [each for each in self.breaks if each.line == line and each.year is None]
        return sorted(found, key=lambda each: (np.isnan(each.deviations), each.deviations, np.isnan(each.size)))

    def frame(self) -> pd.DataFrame:
        """Return all breaks as a long table."""
        return pd.DataFrame([vars(each) for each in self.breaks])

    @property
    def sheet(self) -> Sheet:
        """How far each driver may go when it stays there, as a table."""
        rows = {
            each: {line: size_text(self.break_of(line, each)) for line in self.already}
            for each in dict.fromkeys(one.driver for one in self.breaks)
        }
        shown = pd.DataFrame({DRIVERS_BY_ID[name].label: cells for name, cells in rows.items()}).T.reset_index()
        heads = {"index": "因素", **{line: RED_LINES[line] for line in self.already}}
        title = f"{self.years[0]}—{self.years[-1]}年反向压力测试（从{self.years[0]}年起一直保持）"
        return frame_sheet(title, shown.set_index(shown["index"]), heads, kinds=dict.fromkeys(self.already, "text"))


def size_text(found: Break | None) -> str:
    """Say how far in words of a table.

    Examples
    --------
    >>> size_text(Break("fund_gap", "land", None, "breaks", -0.25)), size_text(Break("fund_gap", "pay", None, "holds"))
    ('下降25.0%', '不会突破')
    """
    if found is None:
        return "不起作用"
    if found.status in ("holds", "no_help"):
        return "不会突破" if found.status == "holds" else "已突破，靠它补不上"
    return ("已突破，需" if found.status == "repairs" else "") + change_text(found.driver, found.size)


def change_text(driver: str, size: float) -> str:
    """Say a change of a driver.

    Examples
    --------
    >>> change_text("coupon", 0.02), change_text("duties", 1234.4), change_text("pay", 0.1234)
    ('提高2.00个百分点', '1,234万元', '上升12.3%')
    """
    if driver == "duties":
        return f"{size:,.0f}万元" if size >= 0 else f"减少{-size:,.0f}万元"
    if driver in ("coupon", "refinancing"):
        return f"{'提高' if size > 0 else '降低'}{abs(size) * 100:.{2 if driver == 'coupon' else 1}f}个百分点"
    return f"{'上升' if size > 0 else '下降'}{abs(size):.1%}"


@lru_cache(maxsize=16)  # a report asks in several places
def reverse_stress(plan: Plan) -> ReverseStress:
    """Find what breaks a plan: a gap, the guarantees short, the next debt band.

    Every driver alone, staying from the first year on or in one year only; then the most likely joint shock; then what
    would show it first. What the plan decided stays decided, the waterfall balances each future.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    ReverseStress

    Examples
    --------
    >>> import fiscal_model as fm
    >>> found = reverse_stress(fm.plan("data/places/lijiang"))
    >>> found.already["funding_gap"], found.break_of("fund_gap", "pay").status
    ((), 'holds')
    """
    here = beyond_lines(plan, plan.lines)
    already = {
        line: tuple(year for year, over in zip(plan.years, values > 0, strict=True) if over)
        for line, values in here.items()
    }
    breaks = tuple(_breaks(plan, already))
    likely = likely_break(plan, tuple(line for line, years in already.items() if not years))
    lasting = {line: [each for each in breaks if each.line == line and each.year is None] for line in already}
    sizes = {
        line: {each.driver: (each.size, each.deviations, each.crossed_in) for each in found if each.status == "breaks"}
        for line, found in lasting.items()
    }
    return ReverseStress(
        plan.years, already, breaks, likely, {line: first_signs(plan, found) for line, found in sizes.items()}
    )


def _breaks(plan: Plan, already: Mapping[str, tuple[int, ...]]) -> Iterator[Break]:
    """Cut the whole range of every driver into steps, then the first step that crosses into parts."""
    count = len(plan.years)
    farthest = {name: WORSE.get(name, float(plan.lines["expenditure"][0])) for name in DRIVERS}
    acting = _acting(plan, farthest)
    when = [-1, *range(count)]
    lines = tuple(known_lines(plan))
    # One target a line, driver and time of the shock; of a line that is crossed already the way back is sought.
    target = np.array([(line, driver, at) for line in range(len(lines)) for driver in acting for at in when]).reshape(
        -1, 3
    )
    back = np.array([bool(already[lines[line]]) for line in target[:, 0]], dtype=bool)
    reach = np.array([farthest[DRIVERS[driver]] for driver in target[:, 1]]) * np.where(back, -1.0, 1.0)

    def changed(rows: np.ndarray, sizes: np.ndarray) -> np.ndarray:
        """Tell at which sizes each target differs from the plan, (target, size) bool."""
        moved = (sizes * reach[rows, None]).ravel()
        futures = _moved(plan, np.repeat(target[rows], sizes.shape[1], axis=0), moved)
        lines_at = compute(plan.basis, futures, ASKED)[0]
        crossed = np.stack(
            [(each > 0).any(axis=-1) + np.zeros(len(moved), bool) for each in _of(plan, lines_at, lines)]
        )
        own = crossed[np.repeat(target[rows, 0], sizes.shape[1]), np.arange(len(moved))]
        return own.reshape(sizes.shape) != back[rows, None]

    low, high = _narrowed(changed, len(target))
    yield from _told(plan, lines, target, back, reach, low, high)


def _narrowed(changed, count: int) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[no-untyped-def]
    """Return the last size that changes nothing and the first that does, (target,) float; NaN where none does."""
    rows, steps = np.arange(count), np.arange(1, GRID + 1) / GRID
    found = changed(rows, np.tile(steps, (count, 1)))
    first = found.argmax(axis=1)
    high = np.where(found.any(axis=1), steps[first], np.nan)
    low = high - 1 / GRID
    rows = np.flatnonzero(np.isfinite(high))
    for _ in range(ROUNDS if len(rows) else 0):
        inside = low[rows, None] + (high - low)[rows, None] * np.arange(1, PARTS + 1) / PARTS
        hit = changed(rows, inside)
        hit[:, -1] = True
        at = hit.argmax(axis=1)
        step = (high - low)[rows] / PARTS
        high[rows] = inside[np.arange(len(rows)), at]
        low[rows] = high[rows] - step
    return low, high


def _told(
    plan: Plan,
    lines: tuple[str, ...],
    target: np.ndarray,
    back: np.ndarray,
    reach: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
) -> Iterator[Break]:
    """Run just before and just past each size once more and say what was found."""
    edges = np.concatenate([np.nan_to_num(low), np.nan_to_num(high)]) * np.tile(reach, 2)
    found = compute(plan.basis, _moved(plan, np.tile(target, (2, 1)), edges))[0]
    over = {line: np.broadcast_to(each > 0, (len(edges), len(plan.years))) for line, each in _named(plan, found, lines)}
    for at, (line, driver, when) in enumerate(target):
        name, year = lines[line], None if when < 0 else plan.years[when]
        about = (name, DRIVERS[driver], year)
        if np.isnan(high[at]):
            yield Break(*about, "no_help" if back[at] else "holds")
            continue
        before, past = over[name][at], over[name][len(target) + at]
        moved = int(np.flatnonzero(before & ~past)[-1] if back[at] else np.flatnonzero(past & ~before)[0])
        values = np.broadcast_to(found[name], (len(edges), len(plan.years)))[:, moved]
        size = float(high[at] * reach[at])
        yield Break(
            *about,
            "repairs" if back[at] else "breaks",
            size,
            _in_deviations(plan, DRIVERS[driver], size, moved),
            plan.years[moved],
            float(values[at]),
            float(values[len(target) + at]),
        )


def _of(plan: Plan, lines: Lines, names: tuple[str, ...]) -> list[np.ndarray]:
    return [each for _, each in _named(plan, lines, names)]


def _named(plan: Plan, lines: Lines, names: tuple[str, ...]) -> list[tuple[str, np.ndarray]]:
    found = beyond_lines(plan, lines)
    return [(name, found[name]) for name in names]


def _acting(plan: Plan, farthest: Mapping[str, float]) -> list[int]:
    """Positions of the drivers that move any line of this place at all."""
    rows = np.array([(0, driver, -1) for driver in range(len(DRIVERS))])
    lines, _ = compute(plan.basis, _moved(plan, rows, np.array([farthest[name] for name in DRIVERS])))
    moved = np.zeros(len(DRIVERS), dtype=bool)
    for name, values in lines.items():
        if values.ndim > 1 and name not in plan.unavailable:
            moved |= ~np.isclose(values, plan.lines[name], rtol=1e-9, atol=1e-6, equal_nan=True).all(axis=1)
    return np.flatnonzero(moved).tolist()


def _moved(plan: Plan, target: np.ndarray, sizes: np.ndarray) -> Drivers:
    """Return the futures of targets moved by sizes, arrays of shape (target, year)."""
    count = len(plan.years)
    hit = (target[:, 2, None] < 0) | (target[:, 2, None] == np.arange(count))
    return Drivers(
        **{
            name: DRIVERS_BY_ID[name].neutral + hit * np.where(target[:, 1] == at, sizes, 0.0)[:, None]
            for at, name in enumerate(DRIVERS)
            if (target[:, 1] == at).any()
        }
    )


def _in_deviations(plan: Plan, driver: str, size: float, year: int) -> float:
    """A change in deviations of the driver's level in the year in which it counts, as the simulation draws it."""
    model = shock_model(plan.basis)
    if driver not in model.names:
        return np.nan
    row = model.names.index(driver)
    steps = model.terms.deviation[row]
    deviation = np.sqrt(steps[year] ** 2 + model.terms.carry[row] ** 2 * (steps[:year] ** 2).sum())
    step = abs(size) if DRIVERS_BY_ID[driver].neutral == 0 else abs(np.log(max(1 + size, 1e-12)))
    return float(step / deviation) if deviation > 0 else np.nan
