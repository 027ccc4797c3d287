"""Which projects of the library to start, and when: under uncommitted money of all years together, held in nearly all futures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from fiscal_model.analysis.affordability.candidates import BONDS, Candidate, Ways, list_candidates, ways_of
from fiscal_model.analysis.affordability.left_out import CENT, brought_in, short_of, why_left_out
from fiscal_model.analysis.affordability.payable import counted_offsets
from fiscal_model.analysis.risk.drawn_futures import sampled
from fiscal_model.arithmetic.elementary import longer
from fiscal_model.arithmetic.spending.joint_totals import share_held
from fiscal_model.arithmetic.spending.project_choice import Chosen, choose
from fiscal_model.model.compute import compute
from fiscal_model.model.projection import Plan
from fiscal_model.words.markup import Sheet, shows_itself, years_sheet
from fiscal_model.words.vocabulary import DebtKind, ProjectCategory, ProjectStatus

COLUMNS = [
    "project_code",
    "name",
    "category",
    "score",
    "value",
    "county",
    "start",
    "reason",
    "subsidy",
    "leaves_with_land",
    "must",
    "alone",
    "extra",
    "fits",
    "delay",
]
HELD = 0.95
LAND_FALL = 0.5
"""Share that land revenue keeps where the choice is made again without half of it."""
KINDS = ("development", "operations", "reserve", "revolving")
"""Cuts of `data/rules/offsets.csv` that free money for the library: what its own candidates would take is not in continuing spending."""
MOST_RETRIED = 20
"""So many projects left out are tried again with the subsidy that would bring them in; beyond it is an estimate."""


@shows_itself
@dataclass(frozen=True, repr=False)
class Portfolio:
    """The projects chosen and what is known of the choice; no solver is believed, all is counted again.

    Parameters
    ----------
    projects : DataFrame
        Per candidate: project_code, name, category, score, value, county (万元 of all years), start (0 when left out),
        reason, subsidy (万元 of county money less that would bring it in, NaN when chosen or none would), leaves_with_land
        (chosen, but not when land revenue is halved); must; and of one left out that is not paid even alone: alone (share of the
        futures that pay it alone, best start), extra (万元 a year more, while it costs, that would hold it alone), fits (share of its size
        that holds alone), delay (first later start in the plan that holds alone, 0 without one).
    years : tuple of int
        Of the plan and after it, as far as costs reach.
    totals : (year,) float
        County money of the chosen projects.
    money : (3, year) float
        Uncommitted money and offsets of the futures: the quantile that is to hold, the median, the plan.
    held : float
        Share of the futures searched whose uncommitted money pays the totals of every year.
    held_afresh, balanced_afresh : float
        On futures that the search has not seen: the same share, and the share in which the waterfall cuts no chosen project
        and leaves no gap.
    value, bound : float
        Value of the choice; no choice that holds is worth more than the bound.
    price : (year,) float
        Value of one more 万元 in a year.
    """

    projects: pd.DataFrame
    years: tuple[int, ...]
    totals: np.ndarray
    money: np.ndarray
    held: float
    held_afresh: float
    balanced_afresh: float
    value: float
    bound: float
    price: np.ndarray
    asked: float
    paths: int
    unpaid: tuple[str, ...] = ()  # Names of what must be started where that could not be paid: chosen as if it need not

    @property
    def chosen(self) -> pd.DataFrame:
        """The rows of `projects` that start."""
        return self.projects[self.projects["start"] > 0]

    @property
    def gap(self) -> float:
        """How much more the best choice could be worth at most, as a share of the bound."""
        return max(self.bound - self.value, 0.0) / self.bound if self.bound > 0 else 0.0

    @property
    def class_shares(self) -> dict[ProjectCategory, float]:
        """Share of each class in the county money chosen."""
        money = self.chosen.groupby("category", sort=False)["county"].sum()
        return {category: float(part / money.sum()) for category, part in money.items()}

    def data(self) -> dict[str, Any]:
        """Return what JSON carries."""

        def by_year(values: np.ndarray) -> dict[str, float]:
            return {str(year): round(float(value), 6) + 0.0 for year, value in zip(self.years, values, strict=True)}

        rows = self.projects.to_dict("records")
        return {
            "asked": self.asked, "paths": self.paths, "held": self.held, "held_afresh": self.held_afresh,
            "balanced_afresh": self.balanced_afresh, "value": self.value, "bound": self.bound, "gap": self.gap,
            "unpaid": list(self.unpaid), "totals": by_year(self.totals), "price": by_year(self.price),
            "money": {name: by_year(row) for name, row in zip(("held", "median", "plan"), self.money, strict=True)},
            "class_shares": {str(name): share for name, share in self.class_shares.items()},
            "projects": [{name: _plain(value) for name, value in row.items()} for row in rows],
        }  # fmt: skip

    @property
    def sheet(self) -> Sheet:
        """The totals beside the money they are paid from."""
        rows = [
            ("选中项目的县级资金", self.totals),
            (f"可用于项目的财力：{1 - self.asked:.0%}分位", self.money[0]),
            ("可用于项目的财力：中位", self.money[1]),
        ]
        notes = (
            f"{len(self.chosen)}个项目入选，{len(self.projects) - len(self.chosen)}个未选；各年资金同时够用的未来占{self.held:.1%}"
            f"（另抽未来复核{self.held_afresh:.1%}，经平衡规则执行不压减、无缺口{self.balanced_afresh:.1%}），要求{self.asked:.0%}",
            f"入选总价值{self.value:,.0f}，任何满足条件的组合不超过{self.bound:,.0f}（相差至多{self.gap:.2%}）",
        )
        return years_sheet("项目组合", self.years, rows, notes)


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6) + 0.0 if np.isfinite(value) else None
    return str(value) if isinstance(value, ProjectCategory) else value


def choose_projects(
    plan: Plan,
    library: Sequence[Candidate] | None = None,
    *,
    held: float = HELD,
    paths: int = 10_000,
    seed: int = 2026,
    offsets: Mapping[str, float | np.ndarray] | np.ndarray | float = 0.0,
    bond_room: np.ndarray | None = None,
    class_shares: Mapping[ProjectCategory, tuple[float, float]] | None = None,
    gap: float = 1e-3,
    seconds: float = 10.0,
) -> Portfolio | None:
    """Choose the projects of a library, and their start years, that are worth most and can be paid in nearly all futures.

    Parameters
    ----------
    plan : Plan
    library : sequence of Candidate, optional
        The candidates of the place's own library by default.
    held : float
        Least share of futures whose uncommitted money pays the chosen projects in every year, all years together.
    paths, seed : int
        Futures searched; as many others test the choice.
    offsets : (year,) float, or mapping of str to (year,) float, optional
        Cuts of continuing spending, named and decided, that pay for projects too, 万元, all together or by kind (`KINDS`); in a
        future no more than may still lawfully be cut in it (``offset_capacity`` without the candidates themselves).
    bond_room : (year,) float, optional
        New bonds that the chosen projects may use by year, 万元; the plan's own new bonds by default.
    class_shares : mapping of ProjectCategory to (float, float), optional
        Least and most share of a class in the county money chosen.
    gap, seconds : float
        How close to its bound the search must come, and after how long each of its programmes stops.

    Returns
    -------
    Portfolio, or None where what must be started cannot be paid.

    Notes
    -----
    Money of a year after the plan is that of the future's last year: costs after the last start year must fit too.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline"))
    >>> found = choose_projects(plan, paths=500)
    >>> found.held >= 0.95, found.value <= found.bound
    (True, True)
    """
    candidates = tuple(library) if library is not None else list_candidates(plan)
    room = _bond_room(plan) if bond_room is None else bond_room
    ways = ways_of(candidates, plan.years, room, class_shares)
    free = partial(_free_money, plan, paths, offsets, len(ways.years))
    money, afresh = free(seed), free(seed + 1)
    found = choose(ways.options, money, held, gap, seconds)
    if found is None:
        return None
    again = choose(ways.options, free(seed, LAND_FALL), held, gap, seconds)
    return Portfolio(
        _rows(ways, found, again, money, held, gap, seconds),
        ways.years,
        found.totals,
        np.vstack([np.quantile(money, [1 - held, 0.5], axis=0), _in_the_plan(plan, offsets, len(ways.years))]),
        found.held,
        share_held(afresh, found.totals),
        _balanced(plan, found.totals[: len(plan.years)], paths, seed + 1),
        found.value,
        found.bound,
        found.price,
        held,
        paths,
    )


Offsets = Mapping[str, float | np.ndarray] | np.ndarray | float


def _cut(offsets: Offsets, lines: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return what named cuts free, (..., year): no more than may lawfully be cut; a postponed candidate frees nothing for another."""
    if not isinstance(offsets, Mapping):
        return np.minimum(offsets, lines["offset_capacity"] - lines["offset_projects"])
    if unknown := set(offsets) - set(KINDS):
        raise ValueError(f"不能为项目压减：{'、'.join(sorted(unknown))}；可以压减的是{'、'.join(KINDS)}")
    years = np.shape(lines["offset_capacity"])[-1]
    named = {kind: np.broadcast_to(np.asarray(amount, dtype=float), years) for kind, amount in offsets.items()}
    return np.asarray(sum(counted_offsets(named, lines).values(), np.zeros(years)))


def _free_money(plan: Plan, paths: int, offsets: Offsets, years: int, seed: int, land: float = 1.0) -> np.ndarray:
    """Uncommitted money and offsets of each future, (path, year) float; after the plan those of its last year."""
    drawn = []
    for drivers, lines in sampled(plan, paths, seed):
        moved = lines if land == 1.0 else compute(plan.basis, replace(drivers, land=drivers.land * land))[0]
        money = moved["uncommitted_resources"] + _cut(offsets, moved)
        drawn.append(np.broadcast_to(money, (len(lines["own_revenue"]), len(plan.years))))
    return longer(np.concatenate(drawn), years)


def _in_the_plan(plan: Plan, offsets: Offsets, years: int) -> np.ndarray:
    lines = {name: plan.line(name) for name in plan.lines}
    return longer(lines["uncommitted_resources"] + _cut(offsets, lines), years)


def _balanced(plan: Plan, totals: np.ndarray, paths: int, seed: int) -> float:
    """Share of futures in which the waterfall, with the chosen projects in the budget, cuts none of them and leaves no gap."""
    balance = plan.basis.balance
    commitments = replace(balance.commitments, candidate_projects=totals)
    basis = replace(plan.basis, balance=replace(balance, commitments=commitments))
    kept = 0.0
    for drivers, _ in sampled(plan, paths, seed):
        lines, _ = compute(basis, drivers)
        whole = (lines["candidate_projects"] >= totals * (1 - CENT)) & (
            lines["funding_gap"] <= CENT * totals.max(initial=1.0)
        )
        kept += float(np.broadcast_to(whole, (len(lines["own_revenue"]), len(totals))).all(axis=1).sum())
    return kept / paths


def _bond_room(plan: Plan) -> np.ndarray:
    """New bonds of the plan that no signed project uses, (year,) float, 万元."""
    issued = sum(plan.line(f"debt_{kind}_issued_new") for kind in DebtKind)
    place = plan.basis.place
    signed = np.zeros(len(plan.years))
    if place.has("projects") and place.has("project_costs"):
        projects, costs = place.rows("projects"), place.rows("project_costs")
        codes = projects.loc[projects["status"] == ProjectStatus.COMMITTED, "project_code"]
        mine = costs[costs["project_code"].isin(codes) & costs["funding"].isin(BONDS)]
        signed = mine.groupby("year")["amount"].sum().reindex(plan.years, fill_value=0.0).to_numpy(dtype=float)
    return np.maximum(np.asarray(issued) - signed, 0.0)


def _rows(
    ways: Ways, found: Chosen, again: Chosen | None, money: np.ndarray, held: float, gap: float, seconds: float
) -> pd.DataFrame:
    start = _starts(ways, found)
    without_land = _starts(ways, again) if again is not None else np.zeros_like(start)
    rows, retried = [], 0
    for at, each in enumerate(ways.candidates):
        reason, subsidy, short = "", np.nan, dict.fromkeys(("alone", "extra", "fits", "delay"), np.nan)
        if not start[at]:
            short |= short_of(ways, at, money, held)
            reason, part = why_left_out(ways, found, start, at, money, held)
            try_it = 0 < part < 1 and retried < MOST_RETRIED
            retried += try_it
            if try_it:
                part = brought_in(ways, at, part, money, held, gap, seconds)
            subsidy = part * each.county.sum()
        rows.append(
            {
                "project_code": each.code, "name": each.name, "category": each.category, "score": each.score,
                "value": each.value, "county": each.county.sum(), "start": int(start[at]), "reason": reason,
                "subsidy": subsidy, "leaves_with_land": bool(start[at] and not without_land[at]), "must": each.must, **short,
            }
        )  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def _starts(ways: Ways, found: Chosen) -> np.ndarray:
    start = np.zeros(len(ways.candidates), dtype=int)
    start[ways.options.project[found.taken]] = ways.start[found.taken]
    return start
