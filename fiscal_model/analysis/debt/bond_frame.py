"""Check a frame of bonds that a caller hands in, column by column at once, and turn it into an array of bonds."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.debt.bond_schedule import BondArray
from fiscal_model.registers.debt.bond_rules import DATE_RULES, HIGHEST_COUPON, TERM_RULES, BondRule
from fiscal_model.words.errors import Fault
from fiscal_model.words.vocabulary import Amortisation, DebtKind, Term

REQUIRED = (
    "bond_code", "kind", "face", "coupon_rate", "issue_date", "maturity_date", "amortisation",
    "interest_frequency",
)  # fmt: skip
OPTIONAL = ("grace_years", "principal_frequency", "call_date", "payment_fee_rate")
FREQUENCIES = (1, 2, 4, 12)
HIGHEST_FEE = 0.01
_DATES = {"string", "date", "datetime", "datetime64", "empty"}
_AS_DATE = "请写成 2025-12-31 的样子"
_SHORTEST_DAY = len("2025-1-1")

Blame = tuple[int, Fault]
"""A fault and the row it stands in, so that faults can be listed row by row."""


def read_bonds(frame: pd.DataFrame) -> tuple[BondArray | None, list[Fault]]:
    """Read a frame of bonds; its columns are those of `schedule.schedule_bonds`, (BondArray or None, list of Fault).

    No array where there are faults; these row by row, the first row is 1.

    Examples
    --------
    >>> print(read_bonds(pd.DataFrame({"face": [1.0]}))[1][0])
    bonds：缺少列“bond_code”。需要的列：bond_code、kind、face、coupon_rate、issue_date、maturity_date、amortisation、interest_frequency。
    """
    if not isinstance(frame, pd.DataFrame):
        found = f"应为 pandas.DataFrame，给出的是 {type(frame).__name__}"
        return None, [Fault("bonds", found, f"请给出一张表，每行一笔债券，列为：{'、'.join(REQUIRED)}")]
    missing = [name for name in REQUIRED if name not in frame.columns]
    if missing:
        remedy = f"需要的列：{'、'.join(REQUIRED)}"
        return None, [Fault("bonds", f"缺少列“{name}”", remedy) for name in missing]
    twice = [name for name in (*REQUIRED, *OPTIONAL) if list(frame.columns).count(name) > 1]
    if twice:
        return None, [Fault("bonds", f"列“{name}”出现不止一次", "每列只保留一个") for name in twice]
    array, blames = _read(frame)
    blames = sorted([*_code_faults(frame), *blames], key=lambda blame: blame[0])
    return (None if blames else array), [fault for _, fault in blames]


def _read(frame: pd.DataFrame) -> tuple[BondArray, list[Blame]]:
    _, kind_faults = _words(frame, "kind", DebtKind)
    amortisation, word_faults = _words(frame, "amortisation", Amortisation)
    face, face_faults = _numbers(frame, "face", "金额填正数")
    rate, rate_faults = _numbers(frame, "coupon_rate", "利率用小数：3.05% 写 0.0305")
    frequency, frequency_faults = _whole(frame, "interest_frequency", FREQUENCIES, "只能填 1、2、4 或 12")
    issue, issue_faults = _days(frame, "issue_date")
    maturity, maturity_faults = _days(frame, "maturity_date")
    grace, grace_faults = _whole(frame, "grace_years", range(101), "请填整数年，没有宽限期的填 0", 0)
    often, often_faults = _whole(frame, "principal_frequency", FREQUENCIES, "只能填 1、2、4 或 12", 1)
    call, call_faults = _days(frame, "call_date", optional=True)
    fee, fee_faults = _numbers(frame, "payment_fee_rate", "费率用小数：十万分之五写 0.00005", 0.0)
    bonds = BondArray(face, rate, issue, maturity, frequency, amortisation, grace, often, call, fee)
    blames = [
        *kind_faults, *word_faults, *face_faults, *rate_faults, *frequency_faults, *issue_faults, *maturity_faults,
        *grace_faults, *often_faults, *call_faults, *fee_faults, *_size_faults(frame, bonds), *_rule_faults(frame, bonds, DATE_RULES),
    ]  # fmt: skip
    return bonds, blames if blames else _rule_faults(frame, bonds, TERM_RULES)


def _code_faults(frame: pd.DataFrame) -> list[Blame]:
    codes = frame["bond_code"]
    empty = _absent(frame, "bond_code")
    again = codes.duplicated().to_numpy() & ~empty

    def first(row: int) -> str:
        return f"与第 {int(np.argmax((codes == codes.iloc[row]).to_numpy(dtype=bool))) + 1} 行重复（{codes.iloc[row]}）"

    return [
        *_blame(frame, "bond_code", empty, lambda row: "没有填写", "请填债券编码，不重复"),
        *_blame(frame, "bond_code", again, first, "同一笔债券只保留一行；确是两笔的请分别编码"),
    ]


def _size_faults(frame: pd.DataFrame, bonds: BondArray) -> list[Blame]:
    def percent(row: int) -> str:
        hint = f"，像是百分数，是否想写 {bonds.rate[row] / 100:g}" if bonds.rate[row] <= 20 else ""
        return f"票面利率 {bonds.rate[row]:g} 高于 {HIGHEST_COUPON:.0%}{hint}"

    fee = np.asarray(bonds.payment_fee_rate)
    return [
        *_blame(frame, "coupon_rate", bonds.rate > HIGHEST_COUPON, percent, "利率用小数：3.05% 写 0.0305"),
        *_blame(frame, "payment_fee_rate", fee > HIGHEST_FEE, _quoted(frame, "payment_fee_rate"),
                "费率用小数：十万分之五写 0.00005"),
    ]  # fmt: skip


def _rule_faults(frame: pd.DataFrame, bonds: BondArray, rules: tuple[BondRule, ...]) -> list[Blame]:
    return [
        blame
        for rule in rules
        for blame in _blame(frame, rule.column, rule.wrong(bonds), partial(rule.text, bonds), rule.remedy)
    ]


def _blame(
    frame: pd.DataFrame, column: str, wrong: np.ndarray, found: Callable[[int], str], remedy: str
) -> list[Blame]:
    blames = []
    for row in map(int, np.flatnonzero(wrong)):
        code = frame["bond_code"].iloc[row]
        where = f"bonds 第 {row + 1} 行（债券 {'未填' if pd.isna(code) or code == '' else code}）"
        blames.append((row, Fault(where, found(row), remedy, column=column)))
    return blames


def _quoted(frame: pd.DataFrame, column: str) -> Callable[[int], str]:
    return lambda row: f"填写的是“{frame[column].iloc[row]}”"


def _absent(frame: pd.DataFrame, column: str) -> np.ndarray:
    cells = frame[column]
    if cells.dtype.kind in "iufM":
        return cells.isna().to_numpy()
    plain = cells.to_numpy(dtype=object)  # many times as fast to compare as a column of text
    return pd.isna(plain) | (plain == "")


def _empty(frame: pd.DataFrame, column: str, remedy: str) -> list[Blame]:
    return _blame(frame, column, _absent(frame, column), lambda row: "没有填写", remedy)


def _numbers(
    frame: pd.DataFrame, column: str, remedy: str, usual: float | None = None
) -> tuple[np.ndarray, list[Blame]]:
    """Read a column of numbers from zero up; with a usual value cells and the column itself may be empty."""
    if column not in frame.columns:
        return np.full(len(frame), usual, dtype=float), []
    absent = _absent(frame, column)
    values = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    strange = ~np.isfinite(values) & ~absent
    blames = [
        *_blame(frame, column, strange, lambda row: f"应为数字，{_quoted(frame, column)(row)}", remedy),
        *_blame(frame, column, values < 0, lambda row: f"不得为负，{_quoted(frame, column)(row)}", remedy),
    ]
    if usual is None:
        return values, [*_empty(frame, column, remedy), *blames]
    return np.where(absent, usual, values), blames


def _whole(
    frame: pd.DataFrame, column: str, allowed: tuple[int, ...] | range, remedy: str, usual: int | None = None
) -> tuple[np.ndarray, list[Blame]]:
    """Read a column of whole numbers out of a few; faulty cells stand as 1 so that the others can be judged."""
    if column not in frame.columns:
        return np.full(len(frame), usual, dtype=int), []
    absent = _absent(frame, column)
    values = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    good = np.isin(values, list(allowed))
    blames = _blame(frame, column, ~good & ~absent, _quoted(frame, column), remedy)
    if usual is None:
        blames = [*_empty(frame, column, remedy), *blames]
    return np.where(good, values, 1 if usual is None else usual).astype(int), blames


def _words(frame: pd.DataFrame, column: str, words: type[Term]) -> tuple[np.ndarray, list[Blame]]:
    """Read a column of vocabulary words, English or Chinese, each different one once."""
    number, given = pd.factorize(frame[column].to_numpy(dtype=object), use_na_sentinel=False)
    read = [_word(cell, words) for cell in given]
    values = np.array(["" if word is None else word.value for word in read], dtype="U24")[number]
    choices = "、".join(f"{word.value}（{word.label}）" for word in words)
    if all(word is not None for word in read):
        return values, []
    blank = np.array([pd.isna(cell) or cell == "" for cell in given], dtype=bool)[number]
    return values, [
        *_blame(frame, column, blank, lambda row: "没有填写", f"只能填：{choices}"),
        *_blame(frame, column, (values == "") & ~blank, _quoted(frame, column), f"只能填：{choices}"),
    ]


def _word(cell: object, words: type[Term]) -> Term | None:
    if not isinstance(cell, str):
        return None
    try:
        return words(cell.strip() if cell.strip() in set(words) else cell.strip().lower())
    except ValueError:
        return None


def _days(frame: pd.DataFrame, column: str, optional: bool = False) -> tuple[np.ndarray, list[Blame]]:
    """Read a column of days: text, dates, Timestamps; a bare number is no day."""
    if column not in frame.columns:
        return np.full(len(frame), np.datetime64("NaT"), dtype="datetime64[D]"), []
    cells = frame[column]
    if pd.api.types.infer_dtype(cells, skipna=True) not in _DATES:
        cells = cells.map(lambda cell: pd.NaT if isinstance(cell, bool | int | float) else str(cell))
    days = pd.to_datetime(cells, errors="coerce", format="ISO8601")
    if isinstance(days.dtype, pd.DatetimeTZDtype):
        days = days.dt.tz_localize(None)  # the day at the place, not in Greenwich
    other = days.isna().to_numpy()
    if other.any():
        plain = cells[other].astype(str).str.strip().str.replace(r"[/年月.]", "-", regex=True).str.rstrip("日")
        days = days.copy()
        days[other] = pd.to_datetime(plain, errors="coerce", format="%Y-%m-%d").astype(days.dtype)
    values = days.to_numpy().astype("datetime64[D]")
    values[_months_only(cells, values)] = np.datetime64("NaT")
    if not np.isnat(values).any():
        return values, []
    strange = np.isnat(values) & ~_absent(frame, column)
    blames = _blame(frame, column, strange, lambda row: f"应为日期，{_quoted(frame, column)(row)}", _AS_DATE)
    return values, blames if optional else [*_empty(frame, column, _AS_DATE), *blames]


def _months_only(cells: pd.Series, values: np.ndarray) -> np.ndarray:
    """Find text that names a year or a month only: it was read as the first day."""
    firsts = np.flatnonzero(values == values.astype("datetime64[M]"))
    if cells.dtype.kind == "M" or not len(firsts):
        return np.zeros(0, dtype=int)
    texts = cells.to_numpy(dtype=object)[firsts]
    return firsts[[isinstance(text, str) and len(text.strip()) < _SHORTEST_DAY for text in texts]]
