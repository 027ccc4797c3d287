"""Staff groups by year: who serves, comes, leaves and retires; pay, contributions, annuities, retired and contract staff."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fiscal_model.arithmetic.spending.growth import YUAN


@dataclass(frozen=True)
class StaffGroups:
    """Staff groups at the end of the base year; arrays of shape (..., group), money in yuan a person and year."""

    # posts, serving_persons, retired_persons: authorised posts, serving and retired persons
    posts: np.ndarray
    serving_persons: np.ndarray
    retired_persons: np.ndarray
    # entries, exits, transfers_out: persons a year; ``transfers_out`` is the part of the exits that does not retire
    entries: np.ndarray
    exits: np.ndarray
    transfers_out: np.ndarray
    contribution_base: np.ndarray  # Part of pay on which contributions are due, fraction
    # (..., group, kind) array: Employer's rates by kind, housing fund included, fraction of that part
    contributions: np.ndarray
    retiree_cost: np.ndarray  # A retired person's yearly cost
    annuity_funding: np.ndarray  # What is funded once when a person retires
    # contract_persons, contract_cost: staff outside the posts
    contract_persons: np.ndarray
    contract_cost: np.ndarray
    fiscal_share: np.ndarray  # Part that the budget pays


@dataclass(frozen=True)
class Heads:
    """Persons by year and group, arrays of shape (..., year + 1, group); flows of the base year are zero."""

    serving: np.ndarray
    entries: np.ndarray
    transfers_out: np.ndarray
    retirements: np.ndarray
    retired: np.ndarray
    over_posts: np.ndarray


@dataclass(frozen=True)
class Salaries:
    """The wage bill by part, 万元, arrays of shape (..., year + 1, group); what the budget pays."""

    pay: np.ndarray
    contributions: np.ndarray  # (..., year + 1, group, kind) array
    annuity_funding: np.ndarray
    retirees: np.ndarray
    contract_staff: np.ndarray

    @property
    def total(self) -> np.ndarray:
        """All parts together, shape (..., year + 1, group)."""
        return np.asarray(
            self.pay + self.contributions.sum(axis=-1) + self.annuity_funding + self.retirees + self.contract_staff
        )


def head_paths(staff: StaffGroups, years: int, retirements: np.ndarray | None = None) -> Heads:
    """Carry the persons of each group forward.

    ``retirements``: (..., year, group) float, from an age profile; NaN, or left out, where a group has none: then exits
    that do not transfer retire.

    Notes
    -----
    ``serving(t) = serving(t-1) + entries - retirements(t) - transfers_out(t)``; nobody leaves who is not there.

    Examples
    --------
    >>> one = lambda x: np.array([float(x)])
    >>> group = StaffGroups(*map(one, (90, 100, 40, 5, 8, 2, 1)), np.zeros((1, 1)), *map(one, (0, 0, 0, 0, 1)))
    >>> heads = head_paths(group, 2)
    >>> heads.serving[:, 0].tolist(), heads.retired[:, 0].tolist(), heads.over_posts[:, 0].tolist()
    ([100.0, 97.0, 94.0], [40.0, 46.0, 52.0], [10.0, 7.0, 4.0])
    """
    serving, retired = staff.serving_persons, staff.retired_persons
    none = np.zeros_like(serving, dtype=float)
    paths = [(serving, none, none, none, retired)]
    for year in range(years):
        known = np.full_like(none, np.nan) if retirements is None else retirements[..., year, :]
        due = np.where(np.isnan(known), staff.exits - staff.transfers_out, known)
        there = serving + staff.entries
        retiring = np.minimum(due, there)
        moving = np.minimum(staff.transfers_out, there - retiring)
        serving, retired = there - retiring - moving, retired + retiring
        paths.append((serving, staff.entries, moving, retiring, retired))
    shape = np.broadcast_shapes(*(np.shape(part) for row in paths for part in row))
    serving, entries, moving, retiring, retired = (
        np.stack([np.broadcast_to(part, shape) for part in column], axis=-2) for column in zip(*paths, strict=True)
    )
    over = np.maximum(serving - staff.posts[..., None, :], 0.0)
    return Heads(serving, entries, moving, retiring, retired, over)


def salary_bill(staff: StaffGroups, heads: Heads, pay: np.ndarray, contract_index: np.ndarray) -> Salaries:
    """Work out what a year's staff costs the budget, part by part.

    ``pay``: (..., year + 1, group) float, mean pay of each year, yuan a person.
    ``contract_index``: (..., year + 1) float, what contract staff cost against the base year, 1 in it.

    Notes
    -----
    ``fiscal share x [serving x pay x (1 + base x rates) + retirements x annuity + retired x cost + contract]``.

    Examples
    --------
    >>> one = lambda x: np.array([float(x)])
    >>> group = StaffGroups(*map(one, (90, 100, 40, 0, 0, 0, 1)), np.array([[0.3, 0.1]]), *map(one, (5_000, 0, 10, 30_000, 1)))
    >>> bill = salary_bill(group, head_paths(group, 0), np.array([[80_000.0]]), np.ones(1))
    >>> bill.pay.round(6).tolist(), bill.contributions.round(6).tolist(), bill.total.round(6).tolist()
    ([[800.0]], [[[240.0, 80.0]]], [[1170.0]])
    """
    paid = YUAN * staff.fiscal_share[..., None, :]
    wages = paid * heads.serving * pay
    base = wages * staff.contribution_base[..., None, :]
    contract = staff.contract_persons * staff.contract_cost
    return Salaries(
        pay=wages,
        contributions=base[..., None] * staff.contributions[..., None, :, :],
        annuity_funding=paid * heads.retirements * staff.annuity_funding[..., None, :],
        retirees=paid * heads.retired * staff.retiree_cost[..., None, :],
        contract_staff=paid * contract[..., None, :] * np.asarray(contract_index)[..., None],
    )
