"""Interest and principal of a frame of bonds, by year and by month, as long tables."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from fiscal_model.debt.bonds import BondArray, monthly_by_bond, schedule
from fiscal_model.debt.coupon_dates import MONTHS
from fiscal_model.errors import Fault, InputError
from fiscal_model.liabilities.bond_frame import read_bonds

EARLIEST, LATEST = 1900, 2200


def debt_schedule(bonds: pd.DataFrame, years: Iterable[int]) -> pd.DataFrame:
    """Spread bonds into the interest and principal they pay in each year.

    Parameters
    ----------
    bonds : DataFrame
        One row a bond: ``bond_code`` (unique), ``kind`` (general, special), ``face`` (in any one unit), ``coupon_rate``
        (fraction a year), ``issue_date``, ``maturity_date`` (text, date or Timestamp), ``amortisation`` (bullet,
        equal_principal, level, instalments, call, or their Chinese names), ``interest_frequency`` (1, 2, 4 or 12).
        Optional: ``grace_years`` (instalments), ``principal_frequency``, ``call_date``, ``payment_fee_rate``.
    years : iterable of int
        Calendar years, each once, in any order.

    Returns
    -------
    DataFrame
        ``bond_code, year, interest, principal``: every bond in every year, bonds in their order, in the unit of ``face``.

    Raises
    ------
    InputError
        Lists every missing column, every faulty cell with its row (the first is 1), and what is wrong with ``years``.

    Examples
    --------
    >>> bonds = pd.DataFrame({
    ...     "bond_code": ["A"], "kind": ["general"], "face": [100.0], "coupon_rate": [0.03],
    ...     "issue_date": ["2025-05-20"], "maturity_date": ["2027-05-20"],
    ...     "amortisation": ["bullet"], "interest_frequency": [1]})
    >>> print(debt_schedule(bonds, range(2025, 2028)).to_string(index=False))
    bond_code  year  interest  principal
            A  2025       0.0        0.0
            A  2026       3.0        0.0
            A  2027       3.0      100.0
    """
    calendar, array = _checked(bonds, years)
    paid = schedule(array, calendar)
    return _long(bonds["bond_code"], {"year": calendar}, paid.interest.T, paid.principal.T)


def debt_months(bonds: pd.DataFrame, years: Iterable[int]) -> pd.DataFrame:
    """Spread bonds into the interest and principal they pay in each month.

    Parameters
    ----------
    bonds, years
        As for `debt_schedule`.

    Returns
    -------
    DataFrame
        ``bond_code, year, month, interest, principal``: every bond in every month of every year.

    Raises
    ------
    InputError
        As for `debt_schedule`.

    Examples
    --------
    >>> bonds = pd.DataFrame({
    ...     "bond_code": ["A"], "kind": ["general"], "face": [100.0], "coupon_rate": [0.03],
    ...     "issue_date": ["2025-05-20"], "maturity_date": ["2027-05-20"],
    ...     "amortisation": ["bullet"], "interest_frequency": [2]})
    >>> paid = debt_months(bonds, [2027])
    >>> print(paid[paid["interest"] > 0].to_string(index=False))
    bond_code  year  month  interest  principal
            A  2027      5       1.5      100.0
    """
    calendar, array = _checked(bonds, years)
    interest, principal = (
        np.moveaxis(part, -1, 0).reshape(len(bonds), -1) for part in monthly_by_bond(array, calendar)
    )
    month = np.tile(np.arange(1, MONTHS + 1), len(calendar))
    return _long(
        bonds["bond_code"], {"year": np.repeat(calendar, MONTHS), "month": month}, interest, principal
    )


def _checked(bonds: pd.DataFrame, years: Iterable[int]) -> tuple[np.ndarray, BondArray]:
    calendar, faults = _calendar(years)
    array, found = read_bonds(bonds)
    if faults or found or array is None:
        raise InputError([*found, *faults])
    return calendar, array


def _calendar(years: Iterable[int]) -> tuple[np.ndarray, list[Fault]]:
    given: list[object] = list(years) if isinstance(years, Iterable) else [years]
    strange = [year for year in given if isinstance(year, bool) or not isinstance(year, int | np.integer)]
    if strange:
        remedy = "请给出整数年份，例如 range(2026, 2031)"
        return np.zeros(0, int), [Fault("years", f"“{strange[0]}”不是整数年份", remedy)]
    if not given:
        return np.zeros(0, int), [Fault("years", "没有年份", "请给出至少一个年份，例如 range(2026, 2031)")]
    calendar = np.array(given).astype(int)
    faults = [
        Fault("years", f"年份 {year} 不在 {EARLIEST} 至 {LATEST} 之间", "请核对年份")
        for year in calendar[(calendar < EARLIEST) | (calendar > LATEST)]
    ]
    values, counts = np.unique(calendar, return_counts=True)
    faults += [Fault("years", f"年份 {year} 重复", "每个年份只给一次") for year in values[counts > 1]]
    return calendar, faults


def _long(
    codes: pd.Series, calendar: dict[str, np.ndarray], interest: np.ndarray, principal: np.ndarray
) -> pd.DataFrame:
    """Lay (bond, time) arrays out as a long table."""
    times = interest.shape[1]
    columns = {name: np.tile(values, len(codes)) for name, values in calendar.items()}
    return pd.DataFrame(
        {
            "bond_code": codes.array.repeat(times),
            **columns,
            "interest": interest.reshape(-1),
            "principal": principal.reshape(-1),
        },
        copy=False,
    )
