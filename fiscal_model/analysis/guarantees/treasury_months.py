"""The treasury of a plan month by month: a year that closes can still lack the money on a pay day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.debt.bond_schedule import monthly
from fiscal_model.arithmetic.elementary import MONTHS, divided
from fiscal_model.arithmetic.spending.treasury import (
    MonthlyPath,
    MonthlyTerms,
    Spread,
    month_shares,
    pays_a_thirteenth_month,
    run_treasury,
    spread,
    spread_known,
    wage_shares,
)
from fiscal_model.inputs.place import Place
from fiscal_model.law.rules import rules
from fiscal_model.model.basis import Basis
from fiscal_model.model.projection import Plan
from fiscal_model.words.cautions import Caution
from fiscal_model.words.markup import Sheet, shows_itself, years_sheet
from fiscal_model.words.vocabulary import GuaranteeClass, PaymentKind

CASH_IN = (
    "own_revenue", "transfers", "debt_proceeds_general", "received_from_below", "other_resources", "rescue_in", "fund_revenue",
    "fund_transfers", "fund_received_from_below", "debt_proceeds_special", "fund_other_resources", "state_capital_revenue", "state_capital_transfers",
    "temporary_payments_collected",
)  # fmt: skip
"""Lines that bring money into the treasury; carried-over money and transfers between budgets move none."""

CASH_OUT = (
    "expenditure", "remitted_up", "principal_general", "paid_to_below", "other_uses", "rescue_repaid",
    "carryover_returned",    "fund_expenditure",
    "fund_remitted_up", "principal_special", "fund_paid_to_below", "fund_other_uses", "state_capital_expenditure",
    "state_capital_paid_to_below",
    "temporary_payments_new",
)  # fmt: skip
"""Lines that take money out of it; ``digestion`` is taken off, because that money left the treasury years ago, and
``fund_gap``, which is not paid."""

_RECENT_YEARS = 3
_DAYS_OF_A_MONTH = 30


@shows_itself
@dataclass(frozen=True, repr=False)
class Months:
    """The treasury of a plan by month, 万元; arrays of shape (year, 12).

    Parameters
    ----------
    opening : float
        Balance before the first month.
    inflow, outflow : (year, 12) float
    first_at_risk : tuple of (int, int) or None
        Year and month in which something first cannot be paid when due.
    thirteenth : bool
        Whether a thirteenth month's wage is paid in January.
    """

    years: tuple[int, ...]
    opening: float
    inflow: np.ndarray
    outflow: np.ndarray
    path: MonthlyPath
    first_at_risk: tuple[int, int] | None
    thirteenth: bool
    cautions: tuple[Caution, ...]

    @property
    def sheet(self) -> Sheet:
        """The worst month of each year, as a table."""
        path = self.path
        cover = "最低保障水平（月）"
        rows = {
            "最低月末库款": path.balance.min(axis=1), cover: path.cover.min(axis=1),
            "发放日缺少的资金": path.short_on_pay_day.max(axis=1),
        }  # fmt: skip
        risk = self.first_at_risk
        note = f"{risk[0]}年{risk[1]}月起不能按时支付" if risk else "各月都能按时支付"
        return years_sheet(
            f"{self.years[0]}—{self.years[-1]}年库款", self.years, rows.items(), (note,), kinds={cover: "number"}
        )

    @property
    def states(self) -> np.ndarray:
        """State of the treasury by month, (year, 12) of 短缺, 警示, 偏低, 正常 or 闲置."""
        cuts = rules("guarantee_warning")["treasury_states"]
        bounds = [0.0, cuts["alert"], cuts["low"], np.nextafter(cuts["idle"], np.inf)]
        return np.array(["短缺", "警示", "偏低", "正常", "闲置"])[np.digitize(self.path.cover, bounds)]

    def frame(self) -> pd.DataFrame:
        """Return the months as a table, one row a month.

        year, month, inflow, outflow, balance, cover, days_short, short_on_pay_day, unpaid_guarded, state.
        """
        years = np.repeat(self.years, MONTHS)
        columns = {
            "inflow": self.inflow,
            "outflow": self.outflow,
            "balance": self.path.balance,
            "cover": self.path.cover,
            "days_short": self.path.days_short,
            "short_on_pay_day": self.path.short_on_pay_day,
            "unpaid_guarded": self.path.unpaid_guarded,
            "state": self.states,
        }
        month = np.tile(np.arange(1, MONTHS + 1), len(self.years))
        return pd.DataFrame(
            {"year": years, "month": month, **{name: values.ravel() for name, values in columns.items()}}
        )


def follow_treasury(plan: Plan) -> Months | None:
    """Follow a plan's treasury month by month.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    Months or None
        None without a treasury register.

    Notes
    -----
    The balance at a year's end is the last observed one plus what the plan brings in less what it pays, so it moves with
    carried-over money, the stabilisation fund, temporary payments and gaps of the general budget, whose duties are due all the same;
    what the funds cannot pay stays unpaid and takes no cash out. Assumptions in docs/method.md.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> follow_treasury(fm.project(fm.read_place("data/places/gangu"), fm.read_scenario("baseline"))) is None
    True
    """
    terms = monthly_terms(plan.basis, plan.lines)
    if terms is None:
        return None
    path = run_treasury(terms)
    inflow, wages, living, other = map(np.asarray, (terms.inflow, terms.wages, terms.living, terms.other))
    found = np.argwhere(path.at_risk)
    first = (plan.years[found[0][0]], int(found[0][1]) + 1) if len(found) else None
    return Months(
        plan.years,
        terms.opening,
        inflow,
        wages + living + other,
        path,
        first,
        _thirteenth(plan.basis),
        (*_input_cautions(plan.basis), *_risk_cautions(path, plan.years, first)),
    )


def monthly_terms(basis: Basis, lines: Mapping[str, np.ndarray]) -> MonthlyTerms | None:
    """Lay the yearly lines of a plan, or of many paths at once, out by month.

    Months of shape (..., year, 12); None without a treasury register.

    ``lines``: mapping of str to (..., year) float, from `model.compute`.
    """
    if not basis.place.has("treasury"):
        return None
    opening = _opening(basis.place, basis.base_year)
    if opening is None:
        return None
    inflow_shares, outflow_shares = (
        month_shares(_whole_years(basis.place, basis.base_year, column)) for column in ("inflow", "outflow")
    )
    place, equal = basis.place, wage_shares(False)
    wages, living, operations = (
        spread(lines[f"guarantee_{group}"], usual if (given := _shares(place, kind)) is None else given)
        for group, kind, usual in (
            (GuaranteeClass.SALARIES, PaymentKind.SALARIES, _wages(basis)),
            (GuaranteeClass.LIVING, PaymentKind.LIVING, equal),
            (GuaranteeClass.OPERATIONS, PaymentKind.OPERATIONS, equal),
        )
    )
    debt, refinancing = _debt_months(basis, lines)
    # A cost of the funds that nobody can pay is not paid: the gap is printed, the money does not leave.
    paid = sum(lines[name] for name in CASH_OUT) - lines["digestion"] - lines["fund_gap"]
    named = sum(lines[f"guarantee_{group}"] for group in GuaranteeClass) + _debt_service(lines)
    refinanced = lines["debt_general_refinanced"] + lines["debt_special_refinanced"]
    received = sum(lines[name] for name in CASH_IN) - refinanced
    return MonthlyTerms(
        opening=opening[0],
        inflow=spread(received, inflow_shares) + refinancing,
        wages=wages,
        living=living,
        other=operations + debt + spread(paid - named, outflow_shares),
        wages_at_hand=_at_hand(place, PaymentKind.SALARIES),
        living_at_hand=_at_hand(place, PaymentKind.LIVING),
    )


def _debt_service(lines: Mapping[str, np.ndarray]) -> np.ndarray:
    names = ("interest_general", "interest_special", "principal_general", "principal_special")
    return sum(lines[name] for name in names)  # type: ignore[return-value]


def _debt_months(basis: Basis, lines: Mapping[str, np.ndarray]) -> tuple[Spread, Spread]:
    """Debt service by month, and what refinancing brings in, which comes when the principal falls due."""
    principal = lines["principal_general"] + lines["principal_special"]
    interest = lines["interest_general"] + lines["interest_special"]
    refinanced = lines["debt_general_refinanced"] + lines["debt_special_refinanced"]
    shares = _shares(basis.place, PaymentKind.DEBT)
    if shares is not None:
        return spread(principal + interest, shares), spread(refinanced, shares)
    known_interest, known_principal = _known_months(basis)
    repaid = spread_known(principal, known_principal)
    (known, months), (rest, equal) = repaid.parts
    part = divided(refinanced, principal)
    back = Spread(((part * known, months), (np.where(principal > 0, part * rest, refinanced), equal)))
    return repaid + spread_known(interest, known_interest), back


@lru_cache(maxsize=16)  # every chunk of paths asks
def _known_months(basis: Basis) -> tuple[np.ndarray, np.ndarray]:
    """Interest and principal by month of the bonds that are out at the end of the base year."""
    return monthly(basis.debt.ledger.bonds, basis.years)


@lru_cache(maxsize=64)
def _shares(place: Place, kind: PaymentKind) -> np.ndarray | None:
    """The shares of the months as the calendar of payments gives them; None where it gives none."""
    dates = place.rows("pay_dates")
    rows = dates[dates["kind"] == kind]
    given = rows["share"].notna() if len(rows) else rows["share"].astype(bool)
    if not given.any():
        return None
    shares = np.zeros(MONTHS)
    shares[rows.loc[given, "month"].to_numpy(dtype=int) - 1] = rows.loc[given, "share"].to_numpy(dtype=float)
    return shares / shares.sum()


@lru_cache(maxsize=64)
def _at_hand(place: Place, kind: PaymentKind) -> np.ndarray:
    """Part of the month's money that is in before the pay day; all of it where no day is given."""
    parts, dates = np.ones(MONTHS), place.rows("pay_dates")
    rows = dates[dates["kind"] == kind]
    for month, day in zip(rows["month"], rows["day"], strict=True):
        if pd.notna(day):
            parts[int(month) - 1] = min((float(day) - 1) / _DAYS_OF_A_MONTH, 1.0)
    return parts


def _wages(basis: Basis) -> np.ndarray:
    return wage_shares(_thirteenth(basis))


def _thirteenth(basis: Basis) -> bool:
    wages = float(basis.guarantees.need[GuaranteeClass.SALARIES][0])
    return pays_a_thirteenth_month(_whole_years(basis.place, basis.base_year, "outflow"), wages)


@lru_cache(maxsize=64)
def _whole_years(place: Place, base_year: int, column: str) -> np.ndarray:
    """Return the last whole years of a treasury column up to the base year, shape (year, 12)."""
    rows = place.rows("treasury")
    rows = rows[rows["year"] <= base_year]
    if not len(rows):
        return np.zeros((0, MONTHS))
    table = rows.pivot(index="year", columns="month", values=column).reindex(columns=range(1, MONTHS + 1))
    whole = table.dropna().tail(_RECENT_YEARS).to_numpy(dtype=float)
    return whole[whole.sum(axis=1) > 0]


@lru_cache(maxsize=64)
def _opening(place: Place, base_year: int) -> tuple[float, int, int] | None:
    """Balance, year and month of the last row up to the base year's end."""
    rows = place.rows("treasury")
    rows = rows[rows["year"] <= base_year].sort_values(["year", "month"])
    if not len(rows):
        return None
    last = rows.iloc[-1]
    return float(last["closing_balance"]), int(last["year"]), int(last["month"])


def _input_cautions(basis: Basis) -> tuple[Caution, ...]:
    found = []
    opening = _opening(basis.place, basis.base_year)
    if opening is not None and opening[1:] != (basis.base_year, MONTHS):
        text = f"{basis.base_year}年12月末库款余额未提供，按{opening[1]}年{opening[2]}月末的余额起算"
        found.append(Caution("treasury_opening", "库款", text))
    if not len(_whole_years(basis.place, basis.base_year, "outflow")):
        text = "库款月报没有一个完整年度，收支按月平均测算，月度缺口不可靠"
        found.append(Caution("treasury_months_equal", "库款", text))
    return tuple(found)


def _risk_cautions(path: MonthlyPath, years: tuple[int, ...], first: tuple[int, int] | None) -> tuple[Caution, ...]:
    if first is None:
        return ()
    row, column = years.index(first[0]), first[1] - 1
    short = float(path.short_on_pay_day[row, column])
    missing = max(-float(path.balance[row, column]), 0.0)
    what = f"工资和基本民生在发放日缺 {short:,.0f} 万元" if short > 0.5 else f"月末库款缺 {missing:,.0f} 万元"
    return (Caution("treasury_short", "库款", f"{first[0]}年{first[1]}月{what}，须提前调度"),)
