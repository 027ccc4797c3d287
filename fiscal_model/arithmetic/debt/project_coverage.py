"""Special-bond projects: does a project's own income pay the principal and interest of its bonds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class ProjectFlows:
    """Money of projects by year, 万元, arrays of shape (..., year)."""

    income: np.ndarray
    operating_cost: np.ndarray
    tax: np.ndarray
    interest: np.ndarray
    # (..., year) float: repaid, less what refinancing bonds of the same project paid: no principal counts twice
    principal: np.ndarray
    # (..., year) bool: years from the start of operation on; before it interest is paid from the project's capital. All
    # by default.
    operating: np.ndarray | None = None

    @property
    def net_income(self) -> np.ndarray:
        return self.income - self.operating_cost - self.tax

    @property
    def service(self) -> np.ndarray:
        return self.interest + self.principal

    def from_year(self, position: int) -> ProjectFlows:
        """Return the flows from one year on."""
        operating = None if self.operating is None else self.operating[..., position:]
        income, cost, tax, interest, principal = (
            part[..., position:] for part in (self.income, self.operating_cost, self.tax, self.interest, self.principal)
        )
        return ProjectFlows(income, cost, tax, interest, principal, operating)

    def counted(self, values: np.ndarray, otherwise: float) -> np.ndarray:
        """Return values of the operating years, something else in the others."""
        return values if self.operating is None else np.where(self.operating, values, otherwise)


@dataclass(frozen=True)
class Coverage:
    """How far net income covers principal and interest, arrays of shape (...,); NaN where nothing is to be paid."""

    life: np.ndarray  # Sum of net income over sum of principal and interest, all years given
    # average, minimum: of the yearly coverages, over the operating years with principal or interest to pay
    average: np.ndarray
    minimum: np.ndarray
    minimum_at: np.ndarray  # Position of the worst year; -1 without any
    # Least cash after principal and interest, accumulated over the operating years from nothing; below zero others must
    # pay, or the bond must be refinanced
    lowest_cash: np.ndarray
    lowest_cash_at: np.ndarray  # Position of the year with the least accumulated cash


@dataclass(frozen=True)
class Sensitivity:
    """Coverage when income and operating cost come out otherwise."""

    changes: np.ndarray  # (step,) float: relative changes, from the worst fall to the largest rise
    # life, minimum: (..., income step, cost step) float, coverage over all years given and of the worst year
    life: np.ndarray
    minimum: np.ndarray
    # (...,) float: change of income alone, of cost alone, at which coverage meets ``line``; NaN where none does
    income_break_even: np.ndarray
    cost_break_even: np.ndarray
    line: float


def divided_or_nan(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Divide, NaN where the whole is nothing."""
    part, whole = np.broadcast_arrays(np.asarray(part, dtype=float), np.asarray(whole, dtype=float))
    return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 1e-9)


def coverage_of(flows: ProjectFlows) -> Coverage:
    """Measure the coverage of projects over the years given.

    ``flows``: whole life or what is left of it; any leading axes.

    Examples
    --------
    >>> years = lambda *values: np.array(values, dtype=float)
    >>> flows = ProjectFlows(years(10, 30, 40), years(2, 5, 5), years(0, 1, 2), years(3, 3, 3), years(0, 0, 50))
    >>> found = coverage_of(flows)
    >>> float(found.life.round(3)), float(found.minimum.round(3)), int(found.minimum_at), float(found.lowest_cash)
    (1.102, 0.623, 2, 5.0)
    """
    net, service = flows.net_income, flows.service
    yearly = flows.counted(divided_or_nan(net, service), np.nan)
    pays = np.isfinite(yearly)
    any_year = pays.any(axis=-1)
    count = np.maximum(pays.sum(axis=-1), 1)
    cash = np.cumsum(flows.counted(net - service, 0.0), axis=-1)
    return Coverage(
        life=divided_or_nan(net.sum(axis=-1), service.sum(axis=-1)),
        average=np.where(any_year, np.where(pays, yearly, 0.0).sum(axis=-1) / count, np.nan),
        minimum=np.where(any_year, np.where(pays, yearly, np.inf).min(axis=-1), np.nan),
        minimum_at=np.where(any_year, np.where(pays, yearly, np.inf).argmin(axis=-1), -1),
        lowest_cash=cash.min(axis=-1),
        lowest_cash_at=cash.argmin(axis=-1),
    )


def sensitivity_of(flows: ProjectFlows, changes: np.ndarray, line: float = 1.0) -> Sensitivity:
    """Shift income and operating cost both ways; taxes move with income.

    ``flows``: years that can still come out otherwise.
    ``changes``: (step,) float, relative changes, for example -0.08 to 0.08.
    ``line``: coverage that the break-even changes are to meet.

    Examples
    --------
    >>> years = lambda *values: np.array(values, dtype=float)
    >>> flows = ProjectFlows(years(60, 60), years(10, 10), years(0, 0), years(5, 5), years(0, 70))
    >>> found = sensitivity_of(flows, np.array([-0.08, 0.0, 0.08]))
    >>> found.life.round(3)[:, 1].tolist(), float(found.income_break_even.round(4))
    ([1.13, 1.25, 1.37], -0.1667)
    """
    changes = np.asarray(changes, dtype=float)
    up = 1 + changes[:, None, None]
    across = 1 + changes[None, :, None]
    taxed = (flows.income - flows.tax)[..., None, None, :]
    cost, service = flows.operating_cost[..., None, None, :], flows.service[..., None, None, :]
    net = taxed * up - cost * across
    yearly = divided_or_nan(net, service)
    if flows.operating is not None:
        yearly = np.where(flows.operating[..., None, None, :], yearly, np.nan)
    worst = np.where(np.isfinite(yearly), yearly, np.inf).min(axis=-1)
    earned, spent, due = (
        values.sum(axis=-1) for values in (flows.income - flows.tax, flows.operating_cost, flows.service)
    )
    return Sensitivity(
        changes,
        life=divided_or_nan(net.sum(axis=-1), np.broadcast_to(service, net.shape).sum(axis=-1)),
        minimum=np.where(np.isfinite(worst), worst, np.nan),
        income_break_even=np.where(due > 1e-9, divided_or_nan(line * due + spent, earned) - 1, np.nan),
        cost_break_even=np.where(due > 1e-9, divided_or_nan(earned - line * due, spent) - 1, np.nan),
        line=line,
    )


def subsidies(net_income: np.ndarray, own_service: np.ndarray) -> np.ndarray:
    """Return what others must add where net income does not pay a year's principal and interest, (..., year) float.

    Project by project: one project's surplus never pays another's debt here.

    ``net_income``, ``own_service``: (..., year) float, 万元; service after refinancing. A loss in a year is for the
    operator, not for debt.

    Examples
    --------
    >>> subsidies(np.array([[5.0, -2.0]]), np.array([[8.0, 3.0]])).tolist()
    [[3.0, 3.0]]
    """
    return np.maximum(own_service - np.maximum(net_income, 0.0), 0.0)


def who_pays(
    subsidy: np.ndarray, from_general: np.ndarray, gap: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Divide projects' subsidies among the budgets, as the plan's fund budget pays special debt.

    ``subsidy``: (..., year) float, what projects lack in all, 万元.
    ``from_general``: (..., year) float, what the plan moves from the general budget for special debt.
    ``gap``: (..., year) float, what the plan's fund budget leaves unpaid.
    Returns ``funds``, ``general``, ``unpaid``: (..., year) float, they add up to the subsidy: the unpaid gap first,
    then the general budget, fund income the rest.

    Examples
    --------
    >>> [float(part[0]) for part in who_pays(np.array([100.0]), np.array([30.0]), np.array([0.0]))]
    [70.0, 30.0, 0.0]
    """
    unpaid = np.minimum(np.maximum(gap, 0.0), subsidy)
    general = np.minimum(np.maximum(from_general, 0.0), subsidy - unpaid)
    return subsidy - unpaid - general, general, unpaid
