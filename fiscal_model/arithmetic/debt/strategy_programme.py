"""The programme behind a strategy: its columns and rows, and the solver it is handed to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from scipy import sparse
from scipy.optimize import LinearConstraint, linprog, milp

from fiscal_model.arithmetic.debt.hidden import SOURCES
from fiscal_model.arithmetic.debt.strategy_terms import (
    ASSET_SALE,
    PROJECT_INCOME,
    RESTRUCTURING,
    SWAP,
    StrategyTerms,
    debt_flows,
    early_flows,
    refinancing_flows,
)


@dataclass(frozen=True)
class Region:
    """Upper bounds of the columns and further rows ``row x <= bound``."""

    upper: np.ndarray
    rows: tuple[tuple[np.ndarray, float], ...] = ()

    def capped(self, row: np.ndarray, bound: float) -> Region:
        """Add a row."""
        return replace(self, rows=(*self.rows, (row, bound)))


@dataclass(frozen=True)
class Programme:
    """Minimise ``cost x`` with ``limits x <= room``, each debt's shares and what is left of it adding up to one.

    Columns: shares of debts resolved, legal principal refinanced, bonds repaid early, shares left, money short; money is
    counted in the total debt. The rows of ``limits`` are `strategy.LIMITS` by year, in this order; those of ``calls`` hold
    early repayment to the bonds there are, and refinancing to the principal that was not repaid early.
    """

    places: tuple[np.ndarray, np.ndarray, np.ndarray]
    call_places: tuple[np.ndarray, np.ndarray]
    shares: slice
    refinanced: slice
    early: slice
    left: slice
    shortage: slice
    cost: np.ndarray
    order: np.ndarray
    limits: sparse.csr_array
    room: np.ndarray
    debts: sparse.csr_array
    calls: sparse.csr_array
    call_room: np.ndarray
    upper: np.ndarray
    whole: np.ndarray
    weight_shortage: np.ndarray
    weight_unresolved: np.ndarray
    years: int

    def tight(self) -> Region:
        """Nothing left, nothing short."""
        upper = self.upper.copy()
        upper[self.left] = upper[self.shortage] = 0.0
        return Region(upper)

    def loose(self) -> Region:
        """Debt may be left and money short."""
        return Region(self.upper)


@dataclass(frozen=True)
class Solution:
    """Columns of a solved programme, the objective it was solved for and the region it was solved in."""

    values: np.ndarray
    objective: float
    region: Region


def build_programme(terms: StrategyTerms) -> Programme:
    """Lay out the columns and rows of a strategy."""
    years, debts, scale = len(terms.years), len(terms.balance), terms.scale
    places, share_cost, share_rows = _share_columns(terms)
    call_places, early_cost, early_rows = _early_columns(terms)
    refinancing = [refinancing_flows(terms, year) for year in range(years)]
    kept = np.outer(terms.rate * terms.balance / scale, np.ones(terms.horizon))
    cost = np.concatenate([
        share_cost,
        [flows.service @ terms.discount for flows in refinancing],
        early_cost,
        kept @ terms.discount,
        np.zeros(years),
    ])  # fmt: skip
    nothing = np.zeros((3 * years, years))
    rows = [
        share_rows,
        np.vstack([np.array([flows.service[:years] + flows.principal for flows in refinancing]).T, nothing]),
        early_rows,
        np.vstack([kept[:, :years].T, np.zeros((3 * years, debts))]),
        np.vstack([-np.eye(years), nothing]),
    ]
    edges = np.cumsum([0, *(block.shape[1] for block in rows)])
    parts = [slice(int(start), int(end)) for start, end in pairwise(edges)]
    width = int(edges[-1])
    upper = np.full(width, np.inf)
    upper[parts[0]] = upper[parts[3]] = 1.0
    upper[parts[1]] = terms.refinancing_cap * terms.legal_due / scale
    whole = np.zeros(width)
    whole[parts[0]] = terms.whole[places[0]]
    columns, left = np.arange(parts[0].start, parts[0].stop), np.arange(parts[3].start, parts[3].stop)
    of_debt = _incidence(np.append(places[0], np.arange(debts)), np.append(columns, left), (debts, width))
    calls, call_room = _call_rows(terms, call_places, parts[1], parts[2], width)
    room = [terms.space - terms.legal_due, terms.swap_quota, np.cumsum(terms.asset_cash), terms.project_income]
    return Programme(
        places, call_places, parts[0], parts[1], parts[2], parts[3], parts[4],
        cost=cost,
        order=np.sqrt(np.arange(1.0, width + 1) / width),  # no two pairs of columns add up alike
        limits=sparse.csr_array(np.hstack(rows)),
        room=np.concatenate(room) / scale,
        debts=of_debt,
        calls=calls,
        call_room=call_room,
        upper=upper,
        whole=whole,
        weight_shortage=_weights(width, parts[4], np.ones(years)),
        weight_unresolved=_weights(width, parts[3], terms.balance / scale),
        years=years,
    )  # fmt: skip


def _incidence(rows: np.ndarray, columns: np.ndarray, shape: tuple[int, int]) -> sparse.csr_array:
    return sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=shape)


def _call_rows(
    terms: StrategyTerms, places: tuple[np.ndarray, np.ndarray], refinanced: slice, early: slice, width: int
) -> tuple[sparse.csr_array, np.ndarray]:
    """No bond is repaid twice, and principal that was repaid early is not refinanced in its year any more."""
    bonds, columns = len(terms.call_amount), np.arange(early.start, early.stop)
    once = _incidence(places[0], columns, (bonds, width)).toarray()
    ends = terms.call_end[places[0]]
    years = [year for year, calendar in enumerate(terms.years) if (ends == calendar).any()]
    still = np.zeros((len(years), width))
    for row, year in enumerate(years):
        still[row, refinanced.start + year] = 1.0
        still[row, columns[ends == terms.years[year]]] = terms.refinancing_cap[year]
    due = terms.refinancing_cap[years] * terms.legal_due[years]
    room = np.concatenate([terms.call_amount, due]) / terms.scale
    return sparse.csr_array(np.vstack([once, still])), room


def _weights(width: int, part: slice, values: np.ndarray) -> np.ndarray:
    weights = np.zeros(width)
    weights[part] = values
    return weights


def _share_columns(terms: StrategyTerms) -> tuple[tuple[np.ndarray, np.ndarray, np.ndarray], np.ndarray, np.ndarray]:
    """One column a debt, year and source that is allowed: its place, cost and rows of limits."""
    years, share = len(terms.years), terms.balance / terms.scale
    places, costs, columns = [], [], []
    for year, calendar in enumerate(terms.years):
        for source in range(len(SOURCES)):
            able = terms.allowed[:, source] & (terms.settle_by >= calendar)
            if source == RESTRUCTURING:
                able &= (terms.eased_to > calendar) & (terms.eased_to <= terms.years[-1])
            debts = np.flatnonzero(able)
            flows = debt_flows(terms, year, source)
            use = np.zeros((len(debts), 4 * years))
            use[:, :years] = flows.service[debts, :years] + flows.principal[debts]
            if source == SWAP:
                use[:, years + year] = 1.0
            if source == ASSET_SALE:
                use[:, 2 * years + year : 3 * years] = 1.0
            if source == PROJECT_INCOME:
                use[:, 3 * years + year] = 1.0
            places.append(np.array([debts, np.full(len(debts), year), np.full(len(debts), source)]))
            costs.append(share[debts] * (flows.service[debts] @ terms.discount + flows.loss))
            columns.append(share[debts, None] * use)
    debt, year_at, source_at = np.hstack(places).astype(int)
    return (debt, year_at, source_at), np.concatenate(costs), np.vstack(columns).T


def _early_columns(terms: StrategyTerms) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray, np.ndarray]:
    """One column a callable bond and year before its maturity."""
    years = len(terms.years)
    bonds, when, costs, columns = [], [], [], []
    for year, calendar in enumerate(terms.years):
        flows = early_flows(terms, year)
        for bond in np.flatnonzero((terms.call_from <= calendar) & (calendar < terms.call_end)):
            bonds.append(bond)
            when.append(year)
            costs.append(float(flows.service[bond] @ terms.discount))
            columns.append(np.concatenate([flows.service[bond, :years] + flows.principal[bond], np.zeros(3 * years)]))
    rows = np.array(columns).T if columns else np.zeros((4 * years, 0))
    return (np.array(bonds, dtype=int), np.array(when, dtype=int)), np.array(costs), rows


def least(programme: Programme, objective: np.ndarray, region: Region) -> Solution | None:
    """Minimise an objective over a region. None when the region is empty."""
    constraints = [LinearConstraint(programme.limits, -np.inf, programme.room)]
    if programme.debts.shape[0]:
        constraints.append(LinearConstraint(programme.debts, 1.0, 1.0))
    if programme.calls.shape[0]:
        constraints.append(LinearConstraint(programme.calls, -np.inf, programme.call_room))
    constraints += [LinearConstraint(row[None, :], -np.inf, bound) for row, bound in region.rows]
    found = milp(
        objective,
        constraints=constraints,
        bounds=(np.zeros(len(region.upper)), region.upper),  # type: ignore[arg-type]
        integrality=programme.whole,
        options={"mip_rel_gap": 0.0},
    )
    if found.x is None:
        return None
    return Solution(found.x, float(objective @ found.x), region)


def shadow_prices(programme: Programme, stage: str, solution: Solution) -> dict[str, np.ndarray]:
    """Return what one more 万元 of each limit in each year is worth, from the linear relaxation.

    ``stage``: {"cost", "unresolved", "shortage"}, what is minimised: cost in 万元 a 万元, debt left, money short.
    ``solution``: of the same stage; its region's rows hold what was settled before.
    Returns mapping of str to (year,) float.
    """
    weights, region = _stage(programme, stage, solution)
    rows = region.rows
    stacked = [programme.limits, programme.calls, *(sparse.csr_array(row[None, :]) for row, _ in rows)]
    found = linprog(
        weights,
        A_ub=sparse.vstack([block for block in stacked if block.shape[0]]),
        b_ub=np.concatenate([programme.room, programme.call_room, [bound for _, bound in rows]]),
        A_eq=programme.debts,
        b_eq=np.ones(programme.debts.shape[0]),
        bounds=np.column_stack([np.zeros(len(weights)), solution.region.upper]),
        method="highs",
    )
    names, years = ("space", "swap_quota", "asset_cash", "project_income"), programme.years
    if found.x is None:
        return {name: np.zeros(years) for name in names}
    marginal = np.maximum(-found.ineqlin.marginals[: 4 * years], 0.0).reshape(4, years)
    return {name: np.where(marginal[row] < 1e-9, 0.0, marginal[row]) for row, name in enumerate(names)}


def lifted_limits(programme: Programme, stage: str, solution: Solution) -> np.ndarray:
    """Return how much the objective of a stage falls when a single limit of a single year is lifted.

    Whole debts can make one more 万元 worth nothing where enough money for the whole debt is worth much.

    ``stage``: {"cost", "unresolved", "shortage"}.
    ``solution``: of the same stage, as for `shadow_prices`.
    Returns (limit, year) float: rows in the order of the limits.
    """
    weights, region = _stage(programme, stage, solution)
    reached, gains = float(weights @ solution.values), np.zeros(len(programme.room))
    for row in range(len(programme.room)):
        room = programme.room.copy()
        room[row] = np.inf
        found = least(replace(programme, room=room), weights, region)
        gains[row] = 0.0 if found is None else reached - found.objective
    return np.where(gains < 1e-6, 0.0, gains).reshape(4, programme.years)


def _stage(programme: Programme, stage: str, solution: Solution) -> tuple[np.ndarray, Region]:
    """What a stage minimises, and the region in which it did so."""
    weights = {
        "cost": programme.cost,
        "unresolved": programme.weight_unresolved,
        "shortage": programme.weight_shortage,
    }[stage]
    kept = {"cost": solution.region.rows, "unresolved": solution.region.rows[:1], "shortage": ()}[stage]
    return weights, Region(solution.region.upper, kept)
