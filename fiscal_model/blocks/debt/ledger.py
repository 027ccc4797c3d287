"""The bond ledger of a place: its rows, and the same bonds as one array; empty cells mean what is usual."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.debt.bond_schedule import BondArray
from fiscal_model.arithmetic.debt.coupon_dates import after_months
from fiscal_model.arithmetic.elementary import MONTHS
from fiscal_model.inputs.place import Place
from fiscal_model.law.limits import half_yearly_from, usual_payments
from fiscal_model.words.cautions import Caution
from fiscal_model.words.vocabulary import DebtKind


@dataclass(frozen=True)
class Ledger:
    """Bonds in the order of the file, as rows and as an array."""

    rows: pd.DataFrame
    bonds: BondArray

    def __len__(self) -> int:
        return len(self.rows)

    def of(self, kind: DebtKind) -> Ledger:
        """Return the bonds of one kind."""
        return self._by_kind[kind]

    @cached_property
    def _by_kind(self) -> dict[DebtKind, Ledger]:
        return {kind: self.only(self.rows["kind"] == kind) for kind in DebtKind}

    def only(self, which: pd.Series) -> Ledger:
        """Return the bonds whose rows are marked."""
        mask = which.to_numpy(dtype=bool)
        return Ledger(self.rows[mask], self.bonds.take(mask))


@lru_cache(maxsize=16)
def ledger_of(place: Place, issued_by: int | None = None, payment_fee_rate: float = 0.0) -> Ledger:
    """Return the bonds issued up to the end of a year: later ones are no part of its closing balance.

    ``issued_by``: the year; all bonds by default.
    ``payment_fee_rate``: of bonds whose row gives none.

    Examples
    --------
    >>> from fiscal_model.arithmetic.debt.bond_schedule import outstanding
    >>> import fiscal_model as fm
    >>> ledger = ledger_of(fm.read_place("data/places/yunshui"), 2025).of(DebtKind.GENERAL)
    >>> float(outstanding(ledger.bonds, [2025]).sum())
    168000.0
    >>> len(ledger_of(fm.read_place("data/places/gangu"), 2024))
    0
    """
    rows = place.rows("bonds")
    if issued_by is not None:
        rows = rows[np.array([day.year <= issued_by for day in rows["issue_date"]], dtype=bool)]
    return Ledger(rows, bond_array(rows, payment_fee_rate))


def bond_array(rows: pd.DataFrame, payment_fee_rate: float = 0.0) -> BondArray:
    """Turn rows of the bond ledger into arrays, empty cells into what is usual.

    A bond without a number of interest payments pays as `usual_frequency` says; without one of principal payments, once
    a year.

    ``rows``: columns of `the register of bonds`, as `Place.rows("bonds")` gives them; optional ones may be absent.
    ``payment_fee_rate``: of bonds whose row gives none.
    """
    issue, maturity = (_days(rows, name) for name in ("issue_date", "maturity_date"))
    usual = usual_frequency(issue, maturity)
    return BondArray(
        face=rows["face"].to_numpy(dtype=float),
        rate=rows["coupon_rate"].to_numpy(dtype=float),
        issue=issue,
        maturity=maturity,
        frequency=_numbers(rows, "interest_frequency", usual).astype(int),
        amortisation=np.array([str(word) for word in rows["amortisation"]], dtype="U16"),
        grace_years=_numbers(rows, "grace_years", 0).astype(int),
        principal_frequency=_numbers(rows, "principal_frequency", 1).astype(int),
        call=_days(rows, "call_date"),
        payment_fee_rate=_numbers(rows, "payment_fee_rate", payment_fee_rate),
    )


def usual_frequency(issue: np.ndarray, maturity: np.ndarray) -> np.ndarray:
    """Return how often bonds of such a term pay interest: twice a year from the term on that the rules give, else once.

    ``issue``, ``maturity``: (bond,) datetime64[D].
    Returns (bond,) int.

    Examples
    --------
    >>> issue = np.array(["2025-05-20", "2025-05-20"], dtype="datetime64[D]")
    >>> usual_frequency(issue, np.array(["2032-05-20", "2035-05-20"], dtype="datetime64[D]")).tolist()
    [1, 2]
    """
    long = after_months(issue, np.full(len(issue), int(half_yearly_from() * MONTHS))) <= maturity
    return np.where(long, 2, 1)


def ledger_cautions(place: Place, base: int) -> tuple[Caution, ...]:
    """Say which bonds a plan leaves out, and where it fills in an empty cell.

    ``base``: base year: bonds issued after it are no part of the balance the plan starts from.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> print(ledger_cautions(fm.read_place("data/places/yunshui"), 2024)[0].message)
    债券 YSG2501、YSG2502、YSZ2501、YSZ2502 在2024年末以后发行，不在基期余额内，规划没有计入
    """
    rows = place.rows("bonds")
    later = np.array([day.year > base for day in rows["issue_date"]], dtype=bool)
    guessed = pd.to_numeric(rows["interest_frequency"]).isna().to_numpy(dtype=bool) & ~later
    texts = (
        ("bonds_left_out", later, f"在{base}年末以后发行，不在基期余额内，规划没有计入"),
        ("bond_frequency_usual", guessed, f"没有填每年付息次数，按{usual_payments()}测算（未经核实）"),
    )
    return tuple(
        Caution(code, "政府债务", f"债券 {'、'.join(rows.loc[which, 'bond_code'])} {text}")
        for code, which, text in texts
        if which.any()
    )


def _days(rows: pd.DataFrame, column: str) -> np.ndarray:
    if column not in rows:
        return np.full(len(rows), np.datetime64("NaT"), dtype="datetime64[D]")
    return pd.to_datetime(rows[column]).to_numpy().astype("datetime64[D]")


def _numbers(rows: pd.DataFrame, column: str, usual: float | np.ndarray) -> np.ndarray:
    if column not in rows:
        return np.broadcast_to(np.asarray(usual, dtype=float), len(rows)).copy()
    given = pd.to_numeric(rows[column]).to_numpy(dtype=float)
    return np.where(np.isnan(given), usual, given)
