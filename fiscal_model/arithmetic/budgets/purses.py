"""Money of several funds, each in a purse of its own: how totals spread over them, what is taken, shared and left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Purses = list[np.ndarray]
"""One array of shape (...) a fund: on thousands of paths far quicker than one array with a short last axis."""

_BUILT = (float, bool, np.generic)
NOTHING = np.zeros(())
"""What a fund has no part in: most funds take part in little, and nothing is computed of that."""


@dataclass(frozen=True)
class FundSplit:
    """How the totals of the fund budget spread over its funds, and what each fund's money may do."""

    land: np.ndarray  # (fund,) float: one for the fund that land revenue belongs to, zero for the others
    other: np.ndarray  # (year, fund) float: shares of the other fund revenue
    grants: np.ndarray  # (fund,) float: shares of the grants
    debtor: np.ndarray  # (fund,) float: shares of special debt, by the fund it was raised for
    carry_in: np.ndarray  # (fund,) float: carried into the first year, 万元
    excess: np.ndarray  # (fund,) float: part of it above the legal limit of its year, as far as known by fund
    # (fund,) float: share of a year's own income and grants that a fund carries on, before the legal limit
    carryover_share: np.ndarray
    own_spending: np.ndarray  # (fund,) float: share of its revenue that a fund's own spending goes on at
    serves_others: np.ndarray  # (fund,) bool: whether its money may serve special debt that was raised for another fund
    may_give: np.ndarray  # (fund,) bool: whether what its own spending leaves may be moved to the general budget
    gives_excess: np.ndarray  # (fund,) bool: whether its carry-over above the legal limit moves there


def pay_together(purses: Purses, wanted: np.ndarray) -> Purses:
    """Take an amount out of several purses, from each in proportion to what is there: the order of the purses is nothing.

    ``purses``: list of (...) float, one a fund, not negative.
    ``wanted``: (...) float.
    Returns list of (...) float: adds up to ``wanted`` or to all the money, whichever is less.

    Examples
    --------
    >>> purses = [np.array(30.0), np.array(10.0), np.array(0.0)]
    >>> [float(paid) for paid in pay_together(purses, np.array(20.0))]
    [15.0, 5.0, 0.0]
    """
    total = together(purses)
    if total is NOTHING:
        return list(purses)
    share = np.minimum(total, wanted) / np.where(total > 0, total, 1.0)
    return [purse if purse is NOTHING else purse * share for purse in purses]


def take(purses: Purses, wanted: Purses) -> tuple[Purses, Purses]:
    """Take from every purse what is wanted of it, as far as it goes; what is taken, and what is left."""
    taken = [
        NOTHING if purse is NOTHING or amount is NOTHING else np.minimum(purse, amount)
        for purse, amount in zip(purses, wanted, strict=True)
    ]
    return taken, [less(purse, amount) for purse, amount in zip(purses, taken, strict=True)]


def part_of(amount: np.ndarray, share: float | bool | np.ndarray) -> np.ndarray:
    """A share that is one number says how the funds are built: none of it, and all of it, is no arithmetic."""
    built = isinstance(share, _BUILT)
    if amount is NOTHING or (built and not share):
        return NOTHING
    return amount if built and share == 1 else amount * share


def less(amount: np.ndarray, taken: np.ndarray) -> np.ndarray:
    """Return what is left of an amount."""
    return amount if taken is NOTHING else amount - taken


def together(purses: Purses) -> np.ndarray:
    """Add up what there is; nothing where no fund has a part in it."""
    total = NOTHING
    for purse in purses:
        if purse is not NOTHING:
            total = purse if total is NOTHING else total + purse
    return total
