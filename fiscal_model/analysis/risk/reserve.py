"""The stabilisation fund that a place needs: so much at the start that wages are paid and nothing is short, in so many futures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from fiscal_model.analysis.risk.drawn_futures import sampled
from fiscal_model.analysis.risk.red_lines import ASKED, SEEN
from fiscal_model.model.compute import compute
from fiscal_model.model.futures import Drivers, joined
from fiscal_model.model.projection import Plan
from fiscal_model.words.markup import Sheet, frame_sheet, shows_itself

LEVELS = (0.9, 0.95, 0.96, 0.975, 0.99)
"""Shares of the futures that are to hold; the second is what is asked for, the third what one point more takes."""
MAIN = 1
EXACT = 0.5
"""A fund is found to so many 万元."""
FEW = 1_000  # paths
SPREAD = 1.96
"""Deviations to each side that hold 95 % of sampling errors."""


@shows_itself
@dataclass(frozen=True, repr=False)
class Reserve:
    """The opening stabilisation fund that holds the three guarantees, without a gap, in every plan year.

    Parameters
    ----------
    years : tuple of int
    paths, seed : int
    levels, funds : tuple of float
        Shares of the paths and the smallest opening fund with which so many hold over all years, 万元; infinite where no
        fund does.
    error : (2,) tuple of float
        The fund of the main level lies between these with 95 %, as the paths are a sample.
    has, held_with : float
        What the place has at the start of the first plan year, and the share of the paths that hold with it.
    known : bool
        Whether that balance was published.
    held_without, held_at_most : float
        The shares without a fund, and with any fund.
    plan_needs : float
        What the plan itself needs, without any surprise.
    limit : float
        Balance that the plan's assumption lets the fund keep (``$stabilization_cap_share`` of the first year's expenditure).
    check : (2,) tuple of float
        Shares of the paths that hold, run again, with the fund of the main level and with one percent less.
    """

    years: tuple[int, ...]
    paths: int
    seed: int
    levels: tuple[float, ...]
    funds: tuple[float, ...]
    error: tuple[float, float]
    has: float
    known: bool
    held_with: float
    held_without: float
    held_at_most: float
    plan_needs: float
    limit: float
    check: tuple[float, float]

    @property
    def needed(self) -> float:
        """The fund of the main level."""
        return self.funds[MAIN]

    @property
    def short(self) -> float:
        """What the place lacks of it."""
        return max(self.needed - self.has, 0.0)

    @property
    def point(self) -> float:
        """What one point above the main level takes; NaN where no fund holds it."""
        return self.price(MAIN + 1)

    def price(self, at: int) -> float:
        """Return what each point from the level before takes, 万元; NaN for the first and where no fund holds it."""
        if not at or not np.isfinite(self.funds[at]):
            return np.nan
        return (self.funds[at] - self.funds[at - 1]) / (100 * (self.levels[at] - self.levels[at - 1]))

    @property
    def sheet(self) -> Sheet:
        """Funds and prices by level, as a table."""
        import pandas as pd

        rows = pd.DataFrame(
            {
                "level": [f"{level:.1%}" for level in self.levels],
                "fund": [fund if np.isfinite(fund) else np.nan for fund in self.funds],
                "price": [self.price(at) for at in range(len(self.levels))],
            }
        )
        heads = {"level": "把握", "fund": "需要的年初余额", "price": "每多一个百分点"}
        title = f"{self.years[0]}—{self.years[-1]}年需要的预算稳定调节基金（{self.paths:,}条路径）"
        return frame_sheet(title, rows.set_index("level", drop=False), heads)


@lru_cache(maxsize=16)  # a report asks in several places
def reserve(plan: Plan, *, paths: int = 10_000, seed: int = 2026) -> Reserve:
    """Find the opening stabilisation fund with which the guarantees are held and no gap opens in 95 % of the futures.

    All plan years together, on the paths of `simulate`; every path goes through the waterfall, which draws the fund first
    and fills it again from surpluses up to its cap. The funds' own gaps are none of it: no stabilisation fund may fill them.

    Parameters
    ----------
    plan : Plan
    paths, seed : int

    Returns
    -------
    Reserve

    Notes
    -----
    More fund never holds fewer paths, so each level is bisected on the opening fund, the same random numbers throughout;
    a path is run again only while it is open whether it holds.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> found = reserve(fm.plan("data/places/gangu"), paths=500)
    >>> found.funds == tuple(sorted(found.funds)), found.check[0] >= 0.95 > found.check[1]
    (True, True)
    """
    has = plan.basis.balance.opening.stabilization_stock
    drivers, held = _drawn(plan, paths, seed)
    search = _Search(plan, drivers, has, held)
    wide = SPREAD * np.sqrt(LEVELS[MAIN] * (1 - LEVELS[MAIN]) / paths)
    asked = (*LEVELS, LEVELS[MAIN] - wide, min(LEVELS[MAIN] + wide, 1.0))
    *funds, least, most = search.funds(asked)
    still = Drivers.unchanged(len(plan.years))
    alone = _Search(plan, {"own_revenue": np.asarray(still.own_revenue)[None]}, has, _holds(plan.lines)[None])
    (needs,) = alone.funds((1.0,))
    needed = funds[MAIN]
    check = (search.share(needed), search.share(0.99 * needed)) if np.isfinite(needed) else (np.nan, np.nan)
    return Reserve(
        plan.years,
        paths,
        seed,
        LEVELS,
        tuple(funds),
        (least, most),
        has,
        all(each.code != "stabilization_stock_unknown" for each in plan.cautions),
        search.share(has),
        search.share(0.0),
        search.share(search.largest),
        needs,
        float(plan.basis.assumed.path("stabilization_cap_share")[0] * plan.lines["expenditure"][0]),
        check,
    )


def _holds(lines: Mapping[str, np.ndarray]) -> np.ndarray:
    """Tell which futures have no gap of the general budget and the guarantees covered in every year, (...,) bool."""
    short = np.maximum(lines["funding_gap"], lines["guarantees_county"] - lines["available_resources"])
    return np.asarray((short <= SEEN).all(axis=-1))


def _drawn(plan: Plan, paths: int, seed: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Return what moves on the paths of the simulation, (path, year) float by driver, and which hold with what the place has."""
    parts = [(drivers, _holds(lines)) for drivers, lines in sampled(plan, paths, seed)]
    moved = joined([drivers for drivers, _ in parts])
    held = [np.broadcast_to(found, len(np.asarray(drivers.own_revenue))) for drivers, found in parts]
    return {name: getattr(moved, name) for name in ("own_revenue", *moved.moved())}, np.concatenate(held)


class _Search:
    """What is known of each path: the largest fund with which it fell short and the smallest with which it held."""

    def __init__(self, plan: Plan, drivers: dict[str, np.ndarray], has: float, held: np.ndarray) -> None:
        self.plan, self.drivers = plan, drivers
        self.short = np.where(held, -1.0, has)
        self.held = np.where(held, has, np.inf)
        self.largest = float(2 * plan.lines["expenditure"].sum())
        self.run(np.array([0.0, self.largest]))

    def run(self, funds: np.ndarray) -> int:
        """Run the paths of which it is open whether they hold with each of some funds; return how many those were."""
        path, at = np.nonzero((self.short[:, None] < funds) & (funds < self.held[:, None]))
        if not len(path):
            return 0
        opening = self.plan.basis.balance.opening
        moved = replace(opening, stabilization_stock=funds[at])  # type: ignore[arg-type]  # one a path
        basis = replace(self.plan.basis, balance=replace(self.plan.basis.balance, opening=moved))
        lines, _ = compute(basis, Drivers(**{name: each[path] for name, each in self.drivers.items()}), ASKED)
        held = _holds(lines)
        np.minimum.at(self.held, path[held], funds[at][held])
        np.maximum.at(self.short, path[~held], funds[at][~held])
        return len(path)

    def share(self, fund: float) -> float:
        """Return the share of the paths that hold with a fund."""
        self.run(np.array([fund]))
        return float((self.held <= fund).mean())

    def funds(self, shares: tuple[float, ...]) -> tuple[float, ...]:
        """Return the smallest fund with which each share of the paths holds; infinite where none does."""
        wanted = np.ceil(np.array(shares) * len(self.held) - 1e-9).astype(int)
        ran = len(self.held)
        while True:
            # The order statistic of what is known bounds the fund from both sides.
            low, high = (np.sort(each)[wanted - 1] for each in (self.short, self.held))
            low = np.maximum(low, 0.0)
            open_ = np.isfinite(high) & (high - low > EXACT) & (high > 0)
            if not open_.any():
                return tuple(float(each) for each in high)
            # Few paths cost hardly more than one: the stretch is cut into more parts.
            parts = 2 if ran > FEW else 8
            inside = np.arange(1, parts)[:, None] / parts
            ran = self.run(np.unique((low + (high - low) * inside)[:, open_]))
