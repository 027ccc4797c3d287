"""Published balances held against their own flows: does each year close, and does the next one open where it closed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.debt.portfolio import roll_forward
from fiscal_model.words.errors import Fault, InputError

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
        The same rows with ``difference`` (opening + issued - repaid + other change - closing), ``closes`` (whether it is
        within the tolerance), ``continues`` (whether the next year of the same kind and scope opens where this one
        closes) and ``within_limit``; <NA> where the data do not say.

    Raises
    ------
    InputError
        Names every missing or doubled column, every cell that is no number or no year, and every year given twice.

    Examples
    --------
    >>> rows = pd.DataFrame({"kind": ["general"], "year": [2024], "opening_stock": [32.5340], "issued": [3.8038],
    ...                      "repaid": [1.7615], "closing_stock": [34.5763]})
    >>> checked = check_roll_forward(rows)
    >>> float(checked["difference"].round(6).iloc[0]), checked["continues"].iloc[0]
    (0.0, <NA>)
    """
    _refuse_unusable(frame)
    amounts = {name: _column(frame, name) for name in NEEDED[2:]}
    other = np.nan_to_num(_column(frame, "other_change"))
    closing = amounts["closing_stock"]
    difference = roll_forward(amounts["opening_stock"], amounts["issued"], amounts["repaid"], other) - closing
    limit = _column(frame, "limit_stock")
    return frame.assign(
        difference=difference,
        closes=_known(np.abs(difference) <= tolerance, np.isfinite(difference)),
        continues=_continues(frame, tolerance),
        within_limit=_known(closing <= limit + tolerance, np.isfinite(limit) & np.isfinite(closing)),
    )


def _refuse_unusable(frame: pd.DataFrame) -> None:
    if not isinstance(frame, pd.DataFrame):
        found = f"应为 pandas.DataFrame，给出的是 {type(frame).__name__}"
        raise InputError([Fault(_SHOWN, found, f"请给出一张表，每行一类债务的一年，列为：{'、'.join(NEEDED)}")])
    given = list(frame.columns)
    faults = [
        Fault(_SHOWN, f"缺少列“{name}”", f"请补上；必须有的列：{'、'.join(NEEDED)}")
        for name in NEEDED
        if name not in given
    ]
    faults += [
        Fault(_SHOWN, f"列“{name}”出现不止一次", "每列只保留一个")
        for name in (*NEEDED, *OPTIONAL, "scope")
        if given.count(name) > 1
    ]
    if faults:
        raise InputError(faults)
    for name in (*NEEDED[1:], *OPTIONAL):
        if name in given:
            faults += _cell_faults(frame, name)
    keys = _keys(frame)
    if not faults and frame.duplicated([*keys, "year"]).any():
        for _, row in frame[frame.duplicated([*keys, "year"])].iterrows():
            named = " ".join(str(row[key]) for key in keys)
            faults.append(Fault(_SHOWN, f"{named} {row['year']}年有两行", "每个口径每年只留一行"))
    if faults:
        raise InputError(faults)


def _cell_faults(frame: pd.DataFrame, name: str) -> list[Fault]:
    """Name the cells of a column that are no finite number, and in the column of years those that are no year."""
    numbers = _column(frame, name)
    empty = frame[name].isna().to_numpy() | (frame[name].astype(str).str.strip() == "").to_numpy()
    wrong = ~np.isfinite(numbers) & ~empty
    word, remedy = "数字", "请只填数字，各行用同一个单位"
    if name == "year":
        wrong = ~np.isfinite(numbers) | (numbers != np.floor(numbers))
        word, remedy = "年份", "请填四位年份，例如 2025"
    return [
        Fault(
            f"{_SHOWN}第 {position + 1} 行",
            f"{name} 列没有填写" if empty[position] else f"{name} 列的“{frame[name].iloc[position]}”不是{word}",
            remedy,
        )
        for position in np.flatnonzero(wrong)
    ]


def _keys(frame: pd.DataFrame) -> list[str]:
    return [name for name in ("kind", "scope") if name in frame.columns]


def _column(frame: pd.DataFrame, name: str) -> np.ndarray:
    """Read a column of numbers; NaN where a cell, or the column, is empty or no number."""
    if name not in frame.columns:
        return np.full(len(frame), np.nan)
    return pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=float, na_value=np.nan)


def _continues(frame: pd.DataFrame, tolerance: float) -> pd.arrays.BooleanArray:
    """The opening stock of the following year, looked up by kind, scope and year."""
    named = list(frame[_keys(frame)].astype(str).itertuples(index=False, name=None))
    years = _column(frame, "year").astype(int).tolist()
    opens = dict(zip(zip(named, years, strict=True), _column(frame, "opening_stock"), strict=True))
    following = np.array(
        [opens.get((name, year + 1), np.nan) for name, year in zip(named, years, strict=True)], dtype=float
    )
    gap = np.abs(_column(frame, "closing_stock") - following)
    return _known(gap <= tolerance, np.isfinite(gap))


def _known(values: np.ndarray, given: np.ndarray) -> pd.arrays.BooleanArray:
    return pd.arrays.BooleanArray(np.asarray(values, dtype=bool), ~given)
