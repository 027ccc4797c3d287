"""Budgets that live from their own income beside the government funds: state capital, social insurance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fiscal_model.words.traced import as_array


@dataclass(frozen=True)
class InsurancePath:
    """Social insurance by scheme, 万元, arrays of shape (..., year, scheme).

    ``revenue`` holds the subsidy and what makes up the shortfall; ``stock`` is never below zero, because a scheme that
    cannot pay is subsidised, and no scheme's money pays for another.
    """

    revenue: np.ndarray
    subsidy: np.ndarray
    shortfall: np.ndarray
    expenditure: np.ndarray
    stock: np.ndarray

    @property
    def own_balance(self) -> np.ndarray:
        """What a year leaves each scheme before its shortfall is made up."""
        return self.revenue - self.shortfall - self.expenditure


@dataclass(frozen=True)
class StateCapitalPath:
    """The state-capital budget by year, 万元, arrays of shape (year,)."""

    revenue: np.ndarray
    transfers: np.ndarray
    carry_in: np.ndarray
    expenditure: np.ndarray
    transfer_out: np.ndarray
    carry_out: np.ndarray


def firm_income(
    net_profit: np.ndarray,
    prior_loss: np.ndarray,
    ownership: np.ndarray,
    pay_ratio: np.ndarray,
    growth: np.ndarray,
    years: int,
    reserve: float,
) -> np.ndarray:
    """Compute what firms pay in, shape (year, firm), 万元.

    Notes
    -----
    ``max(profit - losses not yet made good, 0) x (1 - statutory reserve) x state share x ratio``
    (docs/method.md); a loss of earlier years, or of a plan year, is carried until profits have used it up.

    Examples
    --------
    >>> one = lambda x: np.array([float(x)])
    >>> firm_income(one(1000), one(0), one(1), one(0.2), one(0), 1, 0.1).round(6).tolist()
    [[180.0]]
    """
    return profit_base(net_profit, prior_loss, growth, years, reserve)[0] * ownership * pay_ratio


def profit_base(
    net_profit: np.ndarray, prior_loss: np.ndarray, growth: np.ndarray, years: int, reserve: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what firms' payments are counted on, their profits, and the losses still open, (year, firm), 万元.

    Examples
    --------
    >>> one = lambda x: np.array([float(x)])
    >>> base, profit, loss = profit_base(one(100), one(250), one(0), 4, 0.1)
    >>> base.ravel().round(6).tolist(), loss.ravel().tolist()
    ([0.0, 0.0, 45.0, 90.0], [150.0, 50.0, 0.0, 0.0])
    """
    count = np.arange(1, years + 1)[:, None]
    profit = net_profit * (1 + growth) ** count
    open_loss = np.asarray(prior_loss, dtype=float)
    base, losses = np.zeros(profit.shape), np.zeros(profit.shape)
    for year in range(years):
        left = profit[year] - open_loss
        base[year] = np.maximum(left, 0.0) * (1 - reserve)
        open_loss = np.maximum(-left, 0.0)
        losses[year] = open_loss
    return base, profit, losses


def project_state_capital(
    revenue: np.ndarray, transfers: np.ndarray, transfer_share: np.ndarray, carry_in: float
) -> StateCapitalPath:
    """Transfer the set share to the general budget, spend the rest; what was carried in is spent in the first year.

    ``revenue``, ``transfers``, ``transfer_share``: (year,) float.

    Examples
    --------
    >>> path = project_state_capital(np.array([100.0]), np.zeros(1), np.array([0.3]), 5.0)
    >>> path.transfer_out.tolist(), path.expenditure.tolist()
    ([30.0], [75.0])
    """
    carried = np.zeros(len(revenue), like=revenue)
    carried[0] = carry_in
    transfer_out = transfer_share * revenue
    expenditure = revenue + transfers + carried - transfer_out
    return StateCapitalPath(
        revenue=revenue,
        transfers=transfers,
        carry_in=carried,
        expenditure=expenditure,
        transfer_out=transfer_out,
        carry_out=np.zeros(len(revenue)),
    )


def project_insurance(
    own_revenue: np.ndarray, subsidy: np.ndarray, expenditure: np.ndarray, opening: np.ndarray
) -> InsurancePath:
    """Roll each social-insurance scheme forward by itself; no money leaves it, its holes are the general budget's.

    ``own_revenue``, ``subsidy``, ``expenditure``: (..., year, scheme) float, what comes in without and with the usual
    subsidy, what is paid out, 万元.
    ``opening``: (scheme,) float, the balance at the end of the base year.

    Examples
    --------
    >>> flat = lambda *rows: np.array(rows, dtype=float)
    >>> path = project_insurance(flat([10], [10]), flat([2], [2]), flat([16], [16]), np.array([5.0]))
    >>> path.stock.tolist(), path.shortfall.tolist()
    ([[1.0], [0.0]], [[0.0], [3.0]])
    """
    balance = own_revenue + subsidy - expenditure
    stock, shortfall = (np.zeros(balance.shape, order="F", like=balance) for _ in range(2))
    held: np.ndarray = as_array(opening)
    for year in range(balance.shape[-2]):
        left = held + balance[..., year, :]
        held = np.maximum(left, 0.0)
        stock[..., year, :], shortfall[..., year, :] = held, np.maximum(-left, 0.0)
    return InsurancePath(own_revenue + subsidy + shortfall, subsidy, shortfall, expenditure, stock)
