"""Roll one kind of debt forward: repay, refinance, swap, issue within the limit, pay interest and fees."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from fiscal_model.words.traced import as_array


@dataclass(frozen=True)
class Issue:
    """What the bonds of one use carry, by year of issue, arrays of shape (..., year)."""

    rate: np.ndarray  # (..., year) float: coupon, fraction a year
    tenor: np.ndarray  # (year,) int: whole years until all of it falls due
    half_yearly: np.ndarray  # (year,) bool: two coupons a year; otherwise one


@dataclass(frozen=True)
class Vintage:
    """Bonds issued in one year for one use.

    Parameters
    ----------
    year : int
        Year of issue, counted from the first plan year; negative before the plan.
    amount, early : (...,) float
        万元; ``early`` is the part of it issued by the end of June.
    rate : (...,) float
    """

    year: int
    amount: np.ndarray
    early: np.ndarray
    rate: np.ndarray
    tenor: int
    half_yearly: bool


@dataclass(frozen=True)
class DebtTerms:
    """What one kind of debt does in each plan year, 万元; any leading axes, last axis the year."""

    # stock, limit: float or (...,) array, at the end of the base year
    stock: float | np.ndarray
    limit: float | np.ndarray
    # old_due, old_interest: (..., year) float, principal and interest of the debt outstanding at the end of the base
    # year, as far as they are known as amounts
    old_due: np.ndarray
    old_interest: np.ndarray
    # (..., year) float: part of ``old_due`` that falls due by the end of June; its refinancing pays interest from then
    # on
    old_early_share: np.ndarray
    # (..., year) float: what is left of that debt also pays this rate; zero where ``old_interest`` says it all
    old_rate: np.ndarray
    # (..., year) float: share of the whole opening stock falling due out of the old debt; NaN where ``old_due`` holds
    due_share: np.ndarray
    refinancing_share: np.ndarray  # (..., year) float
    new_issue: np.ndarray  # (..., year) float
    new_early_share: np.ndarray  # (..., year) float: part of new and swap bonds issued by the end of June
    limit_growth: np.ndarray  # (..., year) float
    swapped: np.ndarray  # (..., year) float
    other_change: np.ndarray  # (..., year) float
    refinancing: Issue
    new: Issue
    swap: Issue
    issue_fee_rate: np.ndarray  # (..., year) float: of what is issued
    payment_fee_rate: np.ndarray  # (..., year) float: of principal and interest paid
    # (..., year) float: what the old debt's own fee rates add to ``payment_fee_rate``, 万元
    extra_fees: np.ndarray | float = 0.0
    # Bonds of the base year that are part of ``stock`` but not of the old debt
    carried: tuple[Vintage, ...] = field(default=())
    # (..., year) float: principal repaid beyond ``refinancing_share``, at most what would be refinanced, 万元
    less_refinanced: np.ndarray | float = 0.0
    new_most: np.ndarray | float = (
        np.inf
    )  # (..., year) float: most new bonds that a test allows, whatever the limit leaves
    # New bonds of single items, (..., year) float each, with their own coupon and tenor: issued whatever the limit, on top of all
    # other new bonds, which do not give way to them
    of_items: tuple[tuple[Issue, np.ndarray], ...] = ()


@dataclass(frozen=True)
class DebtPath:
    """One kind of debt by year, 万元, arrays of shape (..., year).

    ``wanted`` is new issue before limit and test cut it, ``room`` the limit less the balance before those; both without bonds of
    items.
    """

    opening: np.ndarray
    repaid: np.ndarray
    refinanced: np.ndarray
    issued_new: np.ndarray
    swapped: np.ndarray
    other_change: np.ndarray
    stock: np.ndarray
    limit: np.ndarray
    interest: np.ndarray
    fees: np.ndarray
    wanted: np.ndarray
    room: np.ndarray
    extra_repaid: np.ndarray  # Of the principal paid from own money: what the refinancing share would have refinanced

    @property
    def own_principal(self) -> np.ndarray:
        """Principal paid from own money."""
        return self.repaid - self.refinanced

    @property
    def proceeds(self) -> np.ndarray:
        """On-lending received: refinancing, new and swap bonds."""
        return self.refinanced + self.issued_new + self.swapped

    @property
    def spent(self) -> np.ndarray:
        """Bond money that pays for what the bonds are for: everything but refinancing."""
        return self.issued_new + self.swapped

    @property
    def cut(self) -> np.ndarray:
        """New bonds that found no room under the limit."""
        return np.maximum(self.wanted - np.maximum(self.room, 0.0), 0.0)

    @property
    def held_back(self) -> np.ndarray:
        """New bonds that the limit leaves room for and the test does not."""
        return self.wanted - self.cut - self.issued_new


def roll_forward(
    opening: float | np.ndarray, issued: float | np.ndarray, repaid: float | np.ndarray, other: float | np.ndarray = 0.0
) -> np.ndarray:
    """Return the closing stock of debt, whatever the shapes and the unit. ``opening + issued - repaid + other``.

    ``opening``, ``issued``, ``repaid``, ``other``: broadcast against each other.

    Examples
    --------
    >>> float(roll_forward(32.5340, 3.8038, 1.7615).round(4))
    34.5763
    """
    return np.asarray(opening, dtype=float) + issued - repaid + other


def project_debt(terms: DebtTerms) -> DebtPath:
    """Roll debt forward under its limit, one future or many at once.

    Notes
    -----
    ``stock(t) = stock(t-1) + refinanced(t) + new(t) + swapped(t) + other(t) - repaid(t)``; new bonds are cut so that
    ``stock(t) <= limit(t)``, and to ``new_most``. Swap bonds raise the limit by their own amount. What is issued pays from the right
    half-year on: half-yearly bonds issued by June pay half a year's interest in the year of issue and the other half
    in the year they fall due, all others whole years from the following one. It falls due after its tenor, is then
    refinanced by the same share, and a refinancing bond is issued in the half-year in which the old one falls due.

    Other changes that add to the stock fall due like new bonds of their year and pay from the next year on; those that take
    from it leave the old debt.

    Examples
    --------
    >>> flat = lambda x: np.full(2, float(x))
    >>> bond = Issue(flat(0.02), np.full(2, 10), np.full(2, True))
    >>> terms = DebtTerms(
    ...     stock=100.0, limit=110.0, old_due=flat(10), old_interest=flat(0), old_early_share=flat(0), old_rate=flat(0.03),
    ...     due_share=flat(np.nan), refinancing_share=flat(0.9), new_issue=flat(20), new_early_share=flat(1),
    ...     limit_growth=flat(5), swapped=flat(0), other_change=flat(0), refinancing=bond, new=bond, swap=bond,
    ...     issue_fee_rate=flat(0.001), payment_fee_rate=flat(0))
    >>> path = project_debt(terms)
    >>> path.stock.round(6).tolist(), path.cut.round(6).tolist(), path.interest.round(6).tolist()
    ([115.0, 120.0], [4.0, 14.0], [3.16, 3.26])
    """
    shape = _shape(terms)
    columns = {name: np.zeros(shape, order="F", like=terms.new_issue) for name in DebtPath.__dataclass_fields__}
    columns["limit"][...] = as_array(terms.limit)[..., None] + np.cumsum(
        terms.limit_growth + as_array(terms.swapped), axis=-1
    )
    stock = np.broadcast_to(as_array(terms.stock), shape[:-1])
    old = stock - sum(vintage.amount for vintage in terms.carried)
    vintages = list(terms.carried)
    for year in range(shape[-1]):
        found, issued, old_repaid = _one_year(terms, vintages, stock, old, columns["limit"][..., year], year)
        vintages += issued
        interest = _at(terms.old_interest, year) + _at(terms.old_rate, year) * old
        found["interest"] = interest + sum(_coupons(vintage, year) for vintage in vintages)
        old = np.maximum(old - old_repaid + np.minimum(found["other_change"], 0.0), 0.0)
        stock = found["stock"]
        for name, value in found.items():
            columns[name][..., year] = value
    issues = columns["refinanced"] + columns["issued_new"] + columns["swapped"]
    payments = columns["repaid"] + columns["interest"]
    columns["fees"] = terms.issue_fee_rate * issues + terms.payment_fee_rate * payments + terms.extra_fees
    return DebtPath(**columns)


def _shape(terms: DebtTerms) -> tuple[int, ...]:
    by_year = [
        getattr(terms, name)
        for name in (
            "old_due", "old_interest", "old_early_share", "old_rate", "due_share", "refinancing_share", "new_issue",
            "new_early_share", "limit_growth", "swapped", "other_change", "issue_fee_rate", "payment_fee_rate",
            "less_refinanced",
        )
    ]  # fmt: skip
    by_year += [issue.rate for issue in (terms.refinancing, terms.new, terms.swap)]
    by_year += [values for issue, amount in terms.of_items for values in (issue.rate, amount)]
    leading = [np.shape(terms.stock), np.shape(terms.limit)]
    leading += [np.shape(value) for vintage in terms.carried for value in (vintage.amount, vintage.rate)]
    return np.broadcast_shapes(*(np.shape(value) for value in by_year), *((*axes, 1) for axes in leading))


def _one_year(
    terms: DebtTerms, vintages: list[Vintage], stock: np.ndarray, old: np.ndarray, limit: np.ndarray, year: int
) -> tuple[dict[str, np.ndarray], list[Vintage], np.ndarray]:
    """Return the year's flows, the bonds issued in it and what of the old debt was repaid."""
    share = _at(terms.due_share, year)
    asked = np.where(np.isnan(share), _at(terms.old_due, year), share * stock)
    old_repaid = np.minimum(asked, old)
    fallen = [vintage for vintage in vintages if vintage.year + vintage.tenor == year]
    repaid = old_repaid + sum(vintage.amount for vintage in fallen)
    early = old_repaid * _at(terms.old_early_share, year) + sum(vintage.early for vintage in fallen)
    planned = _at(terms.refinancing_share, year) * repaid
    refinanced = np.maximum(planned - _at(terms.less_refinanced, year), 0.0)
    part = _at(terms.refinancing_share, year) * (refinanced / np.where(planned > 0, planned, 1.0))
    swapped, other = _at(terms.swapped, year), _at(terms.other_change, year)
    of_items = [(issue, _at(amount, year)) for issue, amount in terms.of_items]
    items = sum(amount for _, amount in of_items)
    before_new = stock - repaid + refinanced + swapped + other + items
    wanted = _at(terms.new_issue, year)
    room = limit - before_new + sum(np.cumsum(amount, axis=-1)[..., year] for _, amount in terms.of_items)
    most = np.broadcast_to(terms.new_most, np.shape(terms.new_issue))[..., year]
    issued_new = np.minimum(wanted, np.maximum(np.minimum(room, most), 0.0))
    new_early = _at(terms.new_early_share, year)
    issued = [
        _vintage(terms.refinancing, year, refinanced, part * early),
        _vintage(terms.new, year, issued_new, new_early * issued_new),
        _vintage(terms.swap, year, swapped, new_early * swapped),
        _vintage(terms.new, year, np.maximum(other, 0.0), 0.0 * other),
        *(_vintage(issue, year, amount, new_early * amount) for issue, amount in of_items),
    ]
    # What is issued on no path costs nothing on any.
    issued = [vintage for vintage in issued if np.ndim(vintage.amount) or np.any(vintage.amount)]
    found = {
        "opening": stock,
        "repaid": repaid,
        "refinanced": refinanced,
        "issued_new": issued_new + items,
        "swapped": swapped,
        "other_change": other,
        "stock": before_new + issued_new,
        "wanted": wanted,
        "room": room,
        "extra_repaid": planned - refinanced,
    }
    return found, issued, old_repaid


def _vintage(issue: Issue, year: int, amount: np.ndarray, early: np.ndarray) -> Vintage:
    return Vintage(year, amount, early, _at(issue.rate, year), int(issue.tenor[year]), bool(issue.half_yearly[year]))


def _coupons(vintage: Vintage, year: int) -> np.ndarray:
    """Interest of one vintage in one year."""
    age = year - vintage.year
    half = 0.5 * vintage.early if vintage.half_yearly else np.zeros(())
    if age == 0:
        return vintage.rate * half if vintage.half_yearly else half
    if age < vintage.tenor:
        return vintage.rate * vintage.amount
    return vintage.rate * (vintage.amount - half) if age == vintage.tenor else np.zeros(())


def _at(values: np.ndarray | float, year: int) -> np.ndarray:
    found = as_array(values)
    return found[..., year] if found.ndim else found
