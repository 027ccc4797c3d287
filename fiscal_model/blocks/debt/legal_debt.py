"""One kind of legal debt of a place: from its ledger, from a block of balances, or from flows alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from fiscal_model.arithmetic.debt.block import calibrate_block, run_off
from fiscal_model.arithmetic.debt.bond_schedule import BondArray, monthly_by_bond
from fiscal_model.arithmetic.debt.portfolio import DebtPath, DebtTerms, Issue, Vintage, project_debt
from fiscal_model.arithmetic.elementary import divided
from fiscal_model.blocks.assumptions import Assumed, opening_of, published_year
from fiscal_model.inputs.history import History
from fiscal_model.law.coupon_curve import coupon_at
from fiscal_model.words.cautions import Caution
from fiscal_model.words.vocabulary import DebtKind


@dataclass(frozen=True)
class LegalDebt:
    """One kind of debt under a scenario."""

    kind: DebtKind
    terms: DebtTerms  # What the path was computed from; a what-if changes them and projects again
    path: DebtPath
    known: bool  # Whether a balance was published; without one only flows are carried on
    cautions: tuple[Caution, ...]


def legal_debt_of(
    bonds: BondArray, history: History, base: int, assumed: Assumed, kind: DebtKind, swapped: np.ndarray
) -> LegalDebt:
    """Project one kind of legal debt.

    ``bonds``: of this kind, in the base year's closing balance; none without a ledger.
    ``swapped``: (year,) float, bonds to be issued in exchange for hidden debt, 万元.
    """
    stock, limit = opening_of(history, base, kind)
    known = bool(np.isfinite(stock))
    terms = _common_terms(assumed, kind, swapped)
    if len(bonds.face):
        terms = _from_ledger(bonds, assumed.years, terms)
    elif known:
        terms = _from_block(history, base, assumed, kind, stock, terms)
    else:
        terms = _from_flows(history, base, kind, terms)
    if known:
        terms = replace(terms, stock=stock, limit=limit)
    else:
        terms = replace(terms, stock=float(np.sum(terms.old_due)), limit=np.inf)
    return _debt_of(kind, terms, known, assumed)


def hold_back(debt: LegalDebt, most: np.ndarray, assumed: Assumed) -> LegalDebt:
    """Return the same debt with no more new bonds than a test allows, ``most`` of shape (year,)."""
    return _debt_of(debt.kind, replace(debt.terms, new_most=most), debt.known, assumed)


def _debt_of(kind: DebtKind, terms: DebtTerms, known: bool, assumed: Assumed) -> LegalDebt:
    path = project_debt(terms)
    return LegalDebt(kind, terms, path, known, _cut(kind, path, assumed))


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
    rate = np.where(own, assumed.path("new_issue_rate"), coupon_at(tenor))
    return Issue(
        rate=np.maximum(rate + assumed.path("coupon_shift"), 0.0),
        tenor=tenor,
        half_yearly=tenor >= assumed.number("half_yearly_from_years"),
    )


def _common_terms(assumed: Assumed, kind: DebtKind, swapped: np.ndarray) -> DebtTerms:
    """What a scenario says, whatever is known of the debt that is outstanding."""
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
        swapped=np.asarray(swapped, dtype=float),
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
    history: History, base: int, assumed: Assumed, kind: DebtKind, stock: float, terms: DebtTerms
) -> DebtTerms:
    """Run the base year's opening debt off evenly; what was issued in the base year is carried as its own vintages."""
    opening, repaid, interest = published_year(history, base, kind)
    average = assumed.number(f"average_remaining_years_{kind}")
    years = len(assumed.years)
    calibrated = bool(np.isfinite([opening, repaid, history.value(f"{kind}_closing_stock", base)]).all())
    if calibrated:
        block = calibrate_block(opening, average, np.nan_to_num(interest), repaid)
        due = run_off(block, years + 1)[0][1:]
        carried = _base_vintages(history, base, kind, max(stock - (opening - repaid), 0.0), terms)
    else:
        due, carried = run_off(calibrate_block(stock, average, 0.0), years)[0], ()
    share = assumed.path(f"due_share_{kind}")
    return replace(
        terms,
        old_due=due,
        old_rate=assumed.path(f"effective_rate_{kind}"),
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


def _from_flows(history: History, base: int, kind: DebtKind, terms: DebtTerms) -> DebtTerms:
    """Without a balance the base year's principal and interest go on; nothing else is known to pay interest."""
    _, repaid, interest = published_year(history, base, kind)
    level = np.ones_like(terms.new_issue)

    def free(issue: Issue) -> Issue:
        return replace(issue, rate=0.0 * issue.rate)

    return replace(
        terms,
        old_due=level * np.nan_to_num(repaid),
        old_interest=level * np.nan_to_num(interest),
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
