"""Interest and principal of a frame of bonds, by year and by month, as long tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from fiscal_model.analysis.debt.bond_frame import read_bonds
from fiscal_model.arithmetic.debt.bond_schedule import BondArray, monthly_by_bond, schedule
from fiscal_model.arithmetic.elementary import MONTHS
from fiscal_model.registers.debt.bond_rules import HIGHEST_COUPON
from fiscal_model.words.errors import Fault, InputError

EARLIEST, LATEST = 1900, 2200
_NAMED = 20
"""So many faulty coupons are named; the others are of the same kind."""


def schedule_bonds(bonds: pd.DataFrame, years: Iterable[int], coupon_rates: np.ndarray | None = None) -> pd.DataFrame:
    """Spread bonds into the interest and principal they pay in each year.

    Parameters
    ----------
    bonds : DataFrame
        One row a bond: ``bond_code`` (unique), ``kind`` (general, special), ``face`` (in any one unit), ``coupon_rate``
        (fraction a year), ``issue_date``, ``maturity_date`` (text, date or Timestamp), ``amortisation`` (bullet,
        equal_principal, level, instalments, call, or their Chinese names), ``interest_frequency`` (1, 2, 4 or 12).
        Optional: ``grace_years`` (instalments), ``principal_frequency`` (equal_principal and instalments; 1 where it is
        not given), ``call_date``, ``payment_fee_rate``.
    years : iterable of int
        Calendar years, each once, in any order.
    coupon_rates : (path, bond) float, optional
        Coupons by path instead of those of the frame, bonds in its order.

    Returns
    -------
    DataFrame
        ``bond_code, year, interest, principal``: every bond in every year, bonds in their order, in the unit of ``face``.
        With ``coupon_rates`` a column ``path`` (from 0) comes first, and every path has all bonds.

    Raises
    ------
    InputError
        Lists every missing column, every faulty cell with its row (the first is 1), and what is wrong with ``years``
        and ``coupon_rates``.

    Notes
    -----
    Interest days are counted from the issue date; a broken period stands at the end. A bond of ``equal_principal`` or
    ``instalments`` repays **once a year** even where it pays interest twice, as local government bonds do: ten years
    have ten parts. Give ``principal_frequency`` the value of ``interest_frequency`` for a part of the principal on
    every interest day, as loans have it: twenty parts. ``level`` pays on every interest day.

    Examples
    --------
    >>> bonds = pd.DataFrame({
    ...     "bond_code": ["A"], "kind": ["general"], "face": [100.0], "coupon_rate": [0.03],
    ...     "issue_date": ["2025-05-20"], "maturity_date": ["2027-05-20"],
    ...     "amortisation": ["bullet"], "interest_frequency": [1]})
    >>> print(schedule_bonds(bonds, range(2025, 2028)).to_string(index=False))
    bond_code  year  interest  principal
            A  2025       0.0        0.0
            A  2026       3.0        0.0
            A  2027       3.0      100.0

    Half-yearly interest, principal once a year, and on every interest day:

    >>> halves = bonds.assign(amortisation="equal_principal", interest_frequency=2)
    >>> schedule_bonds(halves, range(2025, 2028))["principal"].tolist()
    [0.0, 50.0, 50.0]
    >>> schedule_bonds(halves.assign(principal_frequency=2), range(2025, 2028))["principal"].tolist()
    [25.0, 50.0, 25.0]

    Two paths of the coupon:

    >>> print(schedule_bonds(bonds, [2026], np.array([[0.03], [0.02]])).to_string(index=False))
     path bond_code  year  interest  principal
        0         A  2026       3.0        0.0
        1         A  2026       2.0        0.0
    """
    calendar, array = _checked(bonds, years, coupon_rates)
    paid = schedule(array, calendar)
    interest, principal = (np.swapaxes(part, -1, -2) for part in (paid.interest, paid.principal))
    return _long(bonds["bond_code"], {"year": calendar}, interest, principal)


def schedule_months(bonds: pd.DataFrame, years: Iterable[int]) -> pd.DataFrame:
    """Spread bonds into the interest and principal they pay in each month.

    Parameters
    ----------
    bonds, years
        As for `schedule_bonds`.

    Returns
    -------
    DataFrame
        ``bond_code, year, month, interest, principal``: every bond in every month of every year.

    Raises
    ------
    InputError
        As for `schedule_bonds`.

    Examples
    --------
    >>> bonds = pd.DataFrame({
    ...     "bond_code": ["A"], "kind": ["general"], "face": [100.0], "coupon_rate": [0.03],
    ...     "issue_date": ["2025-05-20"], "maturity_date": ["2027-05-20"],
    ...     "amortisation": ["bullet"], "interest_frequency": [2]})
    >>> paid = schedule_months(bonds, [2027])
    >>> print(paid[paid["interest"] > 0].to_string(index=False))
    bond_code  year  month  interest  principal
            A  2027      5       1.5      100.0
    """
    calendar, array = _checked(bonds, years)
    times = MONTHS * len(calendar)
    interest, principal = (
        np.moveaxis(part, -1, 0).reshape(len(bonds), times) for part in monthly_by_bond(array, calendar)
    )
    month = np.tile(np.arange(1, MONTHS + 1), len(calendar))
    return _long(bonds["bond_code"], {"year": np.repeat(calendar, MONTHS), "month": month}, interest, principal)


def _checked(
    bonds: pd.DataFrame, years: Iterable[int], coupon_rates: np.ndarray | None = None
) -> tuple[np.ndarray, BondArray]:
    calendar, faults = _calendar(years)
    array, found = read_bonds(bonds)
    if coupon_rates is not None and array is not None:
        rates, strange = _coupons(coupon_rates, len(bonds))
        array, faults = replace(array, rate=rates), [*faults, *strange]
    if faults or found or array is None:
        raise InputError([*found, *faults])
    return calendar, array


def _coupons(given: np.ndarray, count: int) -> tuple[np.ndarray, list[Fault]]:
    """Check coupons by path: one for every bond, each a fraction."""
    try:
        rates = np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        return np.zeros((0, count)), [Fault("coupon_rates", "应为数字的数组", "每条路径一行，每笔债券一列")]
    if rates.ndim != 2 or rates.shape[-1] != count:
        shape = "×".join(map(str, rates.shape)) or "单个数"
        found = f"形状为 {shape}，应为 路径数×{count}"
        return rates, [Fault("coupon_rates", found, "每条路径一行，每笔债券一列，按 bonds 的行序")]
    wrong = np.argwhere(~((rates >= 0) & (rates <= HIGHEST_COUPON)))
    return rates, [
        Fault(
            "coupon_rates",
            f"第 {path + 1} 条路径、第 {bond + 1} 笔债券的利率 {rates[path, bond]:g} 不在 0 与 {HIGHEST_COUPON:.0%} 之间",
            "利率用小数：3.05% 写 0.0305",
        )
        for path, bond in wrong[:_NAMED]
    ]


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
    """Lay (bond, time) arrays out as a long table, (path, bond, time) ones with their path."""
    times, paths = interest.shape[-1], interest.shape[:-2]
    rows = len(codes) * times
    named = codes.array.repeat(times)
    if paths:
        named = named.take(np.tile(np.arange(rows), paths[0]))
    return pd.DataFrame(
        {
            **({"path": np.repeat(np.arange(paths[0]), rows)} if paths else {}),
            "bond_code": named,
            **{name: np.tile(values, len(named) // len(values)) for name, values in calendar.items()},
            "interest": interest.reshape(-1),
            "principal": principal.reshape(-1),
        },
        copy=False,
    )
