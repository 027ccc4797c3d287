"""One kind of legal debt of a place: from its ledger, from a block of balances, or from flows alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from fiscal_model.arithmetic.debt.block import calibrate_block, meet_first, run_off
from fiscal_model.arithmetic.debt.bond_schedule import BondArray, monthly_by_bond
from fiscal_model.arithmetic.debt.portfolio import DebtPath, DebtTerms, Issue, Vintage, project_debt
from fiscal_model.arithmetic.elementary import divided
from fiscal_model.blocks.assumptions import Assumed
from fiscal_model.blocks.published_debt import (
    ApprovedDebt,
    approved_debt,
    approved_limit,
    new_bonds_in,
    opening_of,
    published_year,
)
from fiscal_model.inputs.history import History
from fiscal_model.words.cautions import Caution
from fiscal_model.words.traced import as_array
from fiscal_model.words.vocabulary import DebtKind


@dataclass(frozen=True)
class LegalDebt:
    """One kind of debt under a scenario."""

    kind: DebtKind
    terms: DebtTerms  # What the path was computed from; a what-if changes them and projects again
    path: DebtPath
    known: bool  # Whether a balance was published; without one only flows are carried on
    cautions: tuple[Caution, ...]
    # Lines of the first plan year, without ``debt_<kind>_``, that are the published budget's figures by rule
    taken: frozenset[str] = frozenset()
    held: np.ndarray = field(
        default_factory=lambda: np.zeros(1)
    )  # (year + 1,): proceeds that wait for the debt they repay, base year first


def legal_debt_of(
    bonds: BondArray, history: History, base: int, assumed: Assumed, kind: DebtKind, swapped: np.ndarray
) -> LegalDebt:
    """Project one kind of legal debt.

    ``bonds``: of this kind, in the base year's closing balance; none without a ledger.
    ``swapped``: (year,) float, bonds to be issued in exchange for hidden debt, 万元.
    """
    stock, limit = opening_of(history, base, kind)
    known, approved = bool(np.isfinite(stock)), approved_debt(history, assumed.years[0], kind)
    taken = _taken(approved, assumed, kind, bool(len(bonds.face)), known)
    if np.isnan(approved_limit(history, assumed.years[0], kind)):
        taken -= {"limit"}
    approved = ApprovedDebt(
        *(value if name in taken else np.nan for name, value in zip(APPROVED_LINES, approved, strict=True))
    )
    terms = common_terms(assumed, kind, swapped)
    if len(bonds.face):
        terms = _from_ledger(bonds, assumed.years, terms)
        terms = _with_refinanced(terms, approved.refinanced)
    elif known:
        terms = _from_block(history, base, assumed, kind, stock, terms, approved)
    else:
        terms = _from_flows(history, base, kind, terms, approved)
    other = np.where(np.arange(len(assumed.years)) == 0, np.nan_to_num(approved.other_change), 0.0)
    terms = replace(terms, other_change=other)
    if known:
        # A limit of the first plan year is told as what it adds to the balance. Without any, none binds.
        unknown = stock if assumed.is_published(f"limit_growth_{kind}")[0] else np.inf
        terms = replace(terms, stock=stock, limit=limit if np.isfinite(limit) else unknown)
    else:
        terms = replace(terms, stock=float(np.sum(terms.old_due)), limit=np.inf)
    terms = _with_interest(terms, approved.interest, history, assumed, kind)
    terms, held = _with_held(terms, history.booked(HELD[kind], base), assumed, kind)
    return replace(_debt_of(kind, terms, known, assumed), taken=taken, held=held)


HELD = {DebtKind.GENERAL: "refinancing_carry_out", DebtKind.SPECIAL: "fund_refinancing_carry_out"}
"""Proceeds of refinancing bonds not yet used, by kind of debt."""

APPROVED_LINES = ("repaid", "refinanced", "interest", "other_change")
"""What `ApprovedDebt` holds, in its order."""


def _taken(approved: ApprovedDebt, assumed: Assumed, kind: DebtKind, ledger: bool, known: bool) -> frozenset[str]:
    """Which figures of an approved budget the first plan year takes: a ledger's dates and a number set for the year come first."""
    fresh = {
        "repaid": not ledger and not assumed.is_given(f"due_share_{kind}")[0],
        "refinanced": assumed.is_published(f"refinancing_share_{kind}")[0] and not assumed.path("refinancing_shift")[0],
        "interest": not ledger and not assumed.is_chosen(f"effective_rate_{kind}")[0],
        "other_change": known,
    }
    found = {name for name, value in zip(APPROVED_LINES, approved, strict=True) if np.isfinite(value) and fresh[name]}
    found |= {
        line
        for line, name in (("issued_new", "new_issue"), ("limit", "limit_growth"))
        if assumed.is_published(f"{name}_{kind}")[0]
    }
    return frozenset(found)


def _with_refinanced(terms: DebtTerms, refinanced: float) -> DebtTerms:
    """The approved refinancing as a share of what a ledger lets fall due in the first year; no more than that."""
    due = terms.old_due[..., 0]
    if not np.isfinite(refinanced) or not (due > 0).all():
        return terms
    share = terms.refinancing_share.copy()
    share[..., 0] = np.minimum(refinanced / due, 1.0)
    return replace(terms, refinancing_share=share)


def _with_interest(terms: DebtTerms, interest: float, history: History, assumed: Assumed, kind: DebtKind) -> DebtTerms:
    """Move the old debt's interest of the first year so that what the budget plans costs what it publishes.

    Coupons that a scenario shifts and new bonds that it sets against the budget come on top.
    """
    if not np.isfinite(interest):
        return terms
    planned = new_bonds_in(history.planned.loc[assumed.years[0]], kind)
    new, shift = terms.new_issue.copy(), assumed.path("coupon_shift")
    new[0] = planned if np.isfinite(planned) else new[0]
    usual, again, swap = (
        replace(issue, rate=np.maximum(issue.rate - shift, 0.0)) for issue in (terms.new, terms.refinancing, terms.swap)
    )
    budgeted = project_debt(replace(terms, new_issue=new, new=usual, refinancing=again, swap=swap))
    more = np.zeros_like(terms.old_interest)
    more[..., 0] = interest - budgeted.interest[..., 0]
    return replace(terms, old_interest=terms.old_interest + more)


def _with_held(terms: DebtTerms, held: float, assumed: Assumed, kind: DebtKind) -> tuple[DebtTerms, np.ndarray]:
    """Let proceeds that wait repay the first principal that falls due, in place of bonds; where refinancing was published, of own money."""
    path = project_debt(terms)
    published = assumed.is_published(f"refinancing_share_{kind}")
    left = np.maximum(held - np.cumsum(np.where(published, path.own_principal, path.repaid)), 0.0)
    stock = np.concatenate([[held], left])
    used = np.where(published, 0.0, stock[:-1] - stock[1:])
    return (replace(terms, less_refinanced=terms.less_refinanced + used) if held else terms), stock


def hold_back(debt: LegalDebt, most: np.ndarray, assumed: Assumed) -> LegalDebt:
    """Return the same debt with no more new bonds than a test allows, ``most`` of shape (year,)."""
    held = _debt_of(debt.kind, replace(debt.terms, new_most=most), debt.known, assumed)
    return replace(held, taken=debt.taken, held=debt.held)


def moved_debt(debt: LegalDebt, coupon: np.ndarray | float, refinancing: np.ndarray | float) -> DebtPath:
    """Roll the same debt forward in other futures; what is outstanding keeps its dates and coupons.

    ``coupon``: (..., year), points on the coupons of bonds issued in the plan years, never below nothing; without a known
    balance such bonds pay none, as in the plan.
    ``refinancing``: (..., year), points on the share of principal that is refinanced, within nothing and what waiting
    proceeds leave to refinance. No path passes the limit or issues more new bonds than the plan: own money that repays
    brings no quota.
    """
    terms, used = debt.terms, debt.held[:-1] - debt.held[1:]
    beside = np.maximum(used - terms.less_refinanced, 0.0) if len(used) else 0.0
    share = np.clip(terms.refinancing_share + refinancing, 0.0, 1 - divided(beside, debt.path.repaid))
    named = sum(amount for _, amount in terms.of_items)
    terms = replace(terms, refinancing_share=share, new_most=debt.path.issued_new - named)
    if debt.known:
        new, again, swap = (
            replace(issue, rate=np.maximum(issue.rate + coupon, 0.0))
            for issue in (terms.new, terms.refinancing, terms.swap)
        )
        of_items = tuple(
            (replace(issue, rate=np.maximum(issue.rate + coupon, 0.0)), amount) for issue, amount in terms.of_items
        )
        terms = replace(terms, new=new, refinancing=again, swap=swap, of_items=of_items)
    return project_debt(terms)


def _debt_of(kind: DebtKind, terms: DebtTerms, known: bool, assumed: Assumed) -> LegalDebt:
    path = project_debt(terms)
    return LegalDebt(kind, terms, path, known, _cut(kind, path, assumed))


def held_lines(legal: Mapping[DebtKind, LegalDebt]) -> dict[str, np.ndarray]:
    """Return the statement lines of proceeds that wait for the debt they repay, arrays of shape (year,), 万元."""
    ends = (("in", slice(None, -1)), ("out", slice(1, None)))
    return {HELD[kind].removesuffix("out") + end: debt.held[part] for kind, debt in legal.items() for end, part in ends}


def debt_lines(paths: Mapping[DebtKind, DebtPath]) -> dict[str, np.ndarray]:
    """Return the statement lines of legal debt, arrays of shape (..., year), 万元."""
    lines: dict[str, np.ndarray] = {}
    for kind, path in paths.items():
        lines |= {
            f"debt_{kind}_opening_stock": path.opening,
            f"debt_{kind}_refinanced": path.refinanced,
            f"debt_{kind}_issued_new": path.issued_new,
            f"debt_{kind}_swapped": path.swapped,
            f"debt_{kind}_repaid": path.repaid,
            f"debt_{kind}_other_change": path.other_change,
            f"debt_{kind}_stock": path.stock,
            f"debt_limit_{kind}_stock": path.limit,
            f"principal_{kind}": path.repaid,
            f"debt_proceeds_{kind}": path.proceeds,
            f"interest_{kind}": path.interest,
            f"issue_fees_{kind}": path.fees,
        }
    return lines


def issue_of(assumed: Assumed, use: str, kind: DebtKind) -> Issue:
    """Return what bonds of one use and kind carry in each plan year.

    The coupon is ``$new_issue_rate`` where a planner set it, else the curve at the tenor; ``$coupon_shift`` on top.

    ``use``: ``new_issue`` or ``refinancing``.
    """
    tenor = np.rint(assumed.path(f"{use}_tenor_{kind}")).astype(int)
    own = assumed.is_given("new_issue_rate")
    rate = np.where(own, assumed.path("new_issue_rate"), assumed.curve(tenor))
    return Issue(
        rate=np.maximum(rate + assumed.path("coupon_shift"), 0.0),
        tenor=tenor,
        half_yearly=tenor >= assumed.number("half_yearly_from_years"),
    )


def common_terms(assumed: Assumed, kind: DebtKind, swapped: np.ndarray) -> DebtTerms:
    """Return what a scenario says of one kind of debt, whatever is known of the debt that is outstanding.

    ``swapped``: (year,) float, bonds to be issued in exchange for hidden debt, 万元.
    """
    nothing = np.zeros(len(assumed.years))
    new = issue_of(assumed, "new_issue", kind)
    share = assumed.path(f"refinancing_share_{kind}") + assumed.path("refinancing_shift")
    return DebtTerms(
        stock=0.0,
        limit=np.inf,
        old_due=nothing,
        old_interest=nothing,
        old_early_share=nothing,
        old_rate=nothing,
        due_share=nothing + np.nan,
        refinancing_share=np.clip(share, 0.0, 1.0),
        less_refinanced=assumed.path(f"extra_repayment_{kind}"),
        new_issue=assumed.path(f"new_issue_{kind}"),
        new_early_share=(assumed.path("new_issue_month") <= 6).astype(float),
        # A published limit holds the bonds of its year that swap hidden debt; by rule they come on top.
        limit_growth=assumed.path(f"limit_growth_{kind}")
        - np.where(assumed.is_published(f"limit_growth_{kind}"), swapped, 0.0),
        swapped=as_array(swapped),
        other_change=nothing,
        refinancing=issue_of(assumed, "refinancing", kind),
        new=new,
        swap=new,
        issue_fee_rate=assumed.path("issue_fee_rate"),
        payment_fee_rate=assumed.path("payment_fee_rate"),
        extra_fees=nothing,
    )


def _from_ledger(bonds: BondArray, years: tuple[int, ...], terms: DebtTerms) -> DebtTerms:
    interest, principal = monthly_by_bond(bonds, years)
    fees = (bonds.payment_fee_rate * (interest + principal)).sum(axis=(-2, -1))
    early, due = (part.sum(axis=(-2, -1)) for part in (principal[..., :6, :], principal))
    paid = interest.sum(axis=(-2, -1))
    usual = terms.payment_fee_rate * (due + paid)
    return replace(terms, old_due=due, old_interest=paid, old_early_share=divided(early, due), extra_fees=fees - usual)


def _from_block(
    history: History,
    base: int,
    assumed: Assumed,
    kind: DebtKind,
    stock: float,
    terms: DebtTerms,
    approved: ApprovedDebt,
) -> DebtTerms:
    """Run the base year's opening debt off evenly; what was issued in the base year is carried as its own vintages.

    Principal taken from an approved budget stands in the first year, the later years of the ladder move in proportion.
    """
    opening, repaid, _ = published_year(history, base, kind)
    average, rate = assumed.number(f"average_remaining_years_{kind}"), assumed.path(f"effective_rate_{kind}")
    calibrated = bool(np.isfinite([opening, repaid, history.value(f"{kind}_closing_stock", base)]).all())
    carried: tuple[Vintage, ...] = ()
    if calibrated:
        came = min(max(stock - (opening - repaid), 0.0), max(stock - np.nan_to_num(approved.principal), 0.0))
        carried = _base_vintages(history, base, kind, came, terms)
    if np.isfinite(approved.principal):  # it holds all that falls due in the first year
        carried = tuple(vintage for vintage in carried if vintage.tenor > 1)
    if np.isfinite(approved.interest):  # the rate is that of all debt the year opens with
        carried = tuple(replace(vintage, rate=rate[0]) for vintage in carried)
    block = calibrate_block(opening, average, 0.0, repaid) if calibrated else calibrate_block(stock, average, 0.0)
    old = stock - sum(float(vintage.amount) for vintage in carried)
    due = run_off(replace(block, opening=np.asarray(old)), len(assumed.years))[0]
    share = assumed.path(f"due_share_{kind}")
    return replace(
        terms,
        old_due=meet_first(due, old, approved.principal),
        old_rate=rate,
        due_share=np.where(assumed.is_given(f"due_share_{kind}"), share, np.nan),
        carried=carried,
    )


def _base_vintages(history: History, base: int, kind: DebtKind, amount: float, terms: DebtTerms) -> tuple[Vintage, ...]:
    """Split what came into the stock in the base year into refinancing and all other bonds; none is due at once."""
    refinanced = history.value(f"{kind}_issued_refinancing", base)
    refinanced = min(float(np.nan_to_num(refinanced)), amount)
    parts = ((terms.refinancing, refinanced), (terms.new, amount - refinanced))
    return tuple(
        Vintage(
            -1, np.asarray(part), np.zeros(()), issue.rate[0], int(issue.tenor[0]), bool(issue.half_yearly[0])
        )
        for issue, part in parts
    )  # fmt: skip


def _from_flows(history: History, base: int, kind: DebtKind, terms: DebtTerms, approved: ApprovedDebt) -> DebtTerms:
    """Without a balance the last known principal and interest go on, the base year's or the approved budget's of the first.

    Nothing else is known to pay interest.
    """
    _, repaid, interest = published_year(history, base, kind)
    level = np.ones_like(terms.new_issue)
    last = lambda budget, seen: budget if np.isfinite(budget) else np.nan_to_num(seen)  # noqa: E731

    def free(issue: Issue) -> Issue:
        return replace(issue, rate=0.0 * issue.rate)

    return replace(
        terms,
        old_due=level * last(approved.principal, repaid),
        old_interest=level * last(approved.interest, interest),
        refinancing=free(terms.refinancing),
        new=free(terms.new),
        swap=free(terms.swap),
    )


def _cut(kind: DebtKind, path: DebtPath, assumed: Assumed) -> tuple[Caution, ...]:
    """Say which new bonds found no room under the limit, and whether the scenario itself asked for them."""
    listed = [
        f"{year}年 {cut:,.0f} 万元（拟发 {wanted:,.0f}，限额内可发 {room:,.0f}）"
        for year, cut, wanted, room in zip(
            assumed.years, path.cut, path.wanted, np.maximum(path.room, 0.0), strict=True
        )
        if cut > 0.5
    ]
    if not listed:
        return ()
    bonds = kind.label.replace("债务", "债券")
    message = f"新增{bonds}超过限额空间的部分没有安排：{'、'.join(listed)}"
    if (assumed.is_chosen(f"new_issue_{kind}") & (path.cut > 0.5)).any():
        message += (
            f"；这是情景的错误：举债不得突破限额（预算法实施条例第四十三条），请调低 new_issue_{kind}，"
            f"上级已核定新限额的写入 limit_growth_{kind}"
        )
    return (Caution(f"{kind}_new_issue_cut", "政府债务", message),)
