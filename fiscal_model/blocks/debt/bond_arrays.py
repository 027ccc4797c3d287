"""Rows of the bond ledger as an array of bonds."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.debt.bond_schedule import BondArray
from fiscal_model.arithmetic.debt.coupon_dates import MONTHS, after_months

HALF_YEARLY_FROM = 10
"""Local government bonds of ten years and more pay interest twice a year, shorter ones once (unverified habit)."""


def bond_array(rows: pd.DataFrame, payment_fee_rate: float = 0.0) -> BondArray:
    """Turn rows of the bond ledger into arrays, empty cells into what is usual.

    Parameters
    ----------
    rows : DataFrame
        Columns of `registers.debt.BondRow`, as `Place.rows("bonds")` gives them; optional ones may be absent.
    payment_fee_rate : float
        Of bonds whose row gives none.

    Returns
    -------
    BondArray
        A bond without a number of interest payments pays as `usual_frequency` says; without one of principal payments,
        once a year.
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
    """Return how often bonds of such a term pay interest: twice a year from ten years on, else once.

    Parameters
    ----------
    issue, maturity : (bond,) datetime64[D]

    Returns
    -------
    (bond,) int

    Examples
    --------
    >>> issue = np.array(["2025-05-20", "2025-05-20"], dtype="datetime64[D]")
    >>> usual_frequency(issue, np.array(["2032-05-20", "2035-05-20"], dtype="datetime64[D]")).tolist()
    [1, 2]
    """
    long = after_months(issue, np.full(len(issue), HALF_YEARLY_FROM * MONTHS)) <= maturity
    return np.where(long, 2, 1)


def _days(rows: pd.DataFrame, column: str) -> np.ndarray:
    if column not in rows:
        return np.full(len(rows), np.datetime64("NaT"), dtype="datetime64[D]")
    return pd.to_datetime(rows[column]).to_numpy().astype("datetime64[D]")


def _numbers(rows: pd.DataFrame, column: str, usual: float | np.ndarray) -> np.ndarray:
    if column not in rows:
        return np.broadcast_to(np.asarray(usual, dtype=float), len(rows)).copy()
    given = pd.to_numeric(rows[column]).to_numpy(dtype=float)
    return np.where(np.isnan(given), usual, given)
