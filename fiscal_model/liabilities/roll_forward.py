"""Published balances held against their own flows: does each year close, and does the next one open where it closed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.debt.portfolio import roll_forward
from fiscal_model.errors import Fault, InputError

NEEDED = ("kind", "year", "opening_stock", "issued", "repaid", "closing_stock")
OPTIONAL = ("other_change", "limit_stock")
_SHOWN = "债务滚存核对表"


def check_roll_forward(frame: pd.DataFrame, tolerance: float = 0.01) -> pd.DataFrame:
    """Hold published balances of debt against their flows, in whatever unit they are given.

    Parameters
    ----------
    frame : DataFrame
        Columns ``kind, year, opening_stock, issued, repaid, closing_stock``; where known also ``scope``,
        ``other_change`` (an empty cell is none) and ``limit_stock``. All amounts in one unit.
    tolerance : float
        Two figures this near are the same, in the frame's unit.

    Returns
    -------
    DataFrame
        The same rows with ``difference`` (opening + issued - repaid + other change - closing), ``continues`` (whether
        the next year of the same kind and scope opens where this one closes) and ``within_limit``; <NA> where the data
        do not say.

    Raises
    ------
    InputError
        Names every missing column, every cell that is no number and every year given twice.

    Examples
    --------
    >>> rows = pd.DataFrame({"kind": ["general"], "year": [2024], "opening_stock": [32.5340], "issued": [3.8038],
    ...                      "repaid": [1.7615], "closing_stock": [34.5763]})
    >>> checked = check_roll_forward(rows)
    >>> float(checked["difference"].round(6).iloc[0]), checked["continues"].iloc[0]
    (0.0, <NA>)
    """
    _refuse_unusable(frame)
    amounts = {name: frame[name].to_numpy(dtype=float) for name in NEEDED[2:]}
    other = np.nan_to_num(_column(frame, "other_change"))
    closing = amounts["closing_stock"]
    difference = roll_forward(amounts["opening_stock"], amounts["issued"], amounts["repaid"], other) - closing
    limit = _column(frame, "limit_stock")
    return frame.assign(
        difference=difference,
        continues=_continues(frame, tolerance),
        within_limit=_known(closing <= limit + tolerance, np.isfinite(limit) & np.isfinite(closing)),
    )


def _refuse_unusable(frame: pd.DataFrame) -> None:
    faults = [
        Fault(_SHOWN, f"缺少列“{name}”", f"请补上；必须有的列：{'、'.join(NEEDED)}")
        for name in NEEDED
        if name not in frame.columns
    ]
    for name in (*NEEDED[1:], *OPTIONAL):
        if name not in frame.columns:
            continue
        numbers = pd.to_numeric(frame[name], errors="coerce")
        for position in np.flatnonzero((numbers.isna() & frame[name].notna()).to_numpy()):
            found = f"{name} 列的“{frame[name].iloc[position]}”不是数字"
            faults.append(Fault(f"{_SHOWN}第 {position + 1} 行", found, "请只填数字，各行用同一个单位"))
    keys = _keys(frame)
    if not faults and frame.duplicated([*keys, "year"]).any():
        for _, row in frame[frame.duplicated([*keys, "year"])].iterrows():
            named = " ".join(str(row[key]) for key in keys)
            faults.append(Fault(_SHOWN, f"{named} {row['year']}年有两行", "每个口径每年只留一行"))
    if faults:
        raise InputError(faults)


def _keys(frame: pd.DataFrame) -> list[str]:
    return [name for name in ("kind", "scope") if name in frame.columns]


def _column(frame: pd.DataFrame, name: str) -> np.ndarray:
    return frame[name].to_numpy(dtype=float) if name in frame.columns else np.full(len(frame), np.nan)


def _continues(frame: pd.DataFrame, tolerance: float) -> pd.arrays.BooleanArray:
    """The opening stock of the following year, looked up by kind, scope and year."""
    keys = _keys(frame)
    opens = {
        (*(row[key] for key in keys), int(row["year"])): float(row["opening_stock"])
        for _, row in frame.iterrows()
    }
    following = np.array(
        [
            opens.get((*(row[key] for key in keys), int(row["year"]) + 1), float("nan"))
            for _, row in frame.iterrows()
        ],
        dtype=float,
    )
    gap = np.abs(frame["closing_stock"].to_numpy(dtype=float) - following)
    return _known(gap <= tolerance, np.isfinite(gap))


def _known(values: np.ndarray, given: np.ndarray) -> pd.arrays.BooleanArray:
    return pd.arrays.BooleanArray(np.asarray(values, dtype=bool), ~given)
