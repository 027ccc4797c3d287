"""Whether published figures close a budget: both sides added up, what is missing, what separates them."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from decimal import Decimal
from numbers import Real

import pandas as pd

from fiscal_model.law.classification import TOTALS_NEGATIVE
from fiscal_model.law.printed_names import (
    BESIDES,
    BOOKED,
    CARRY_OUT,
    INSIDE,
    PARTS,
    TOTALS,
    known_names,
    label_of_line,
    line_of,
)
from fiscal_model.words.errors import Fault, InputError
from fiscal_model.words.lines import HELD_TO_REPAY
from fiscal_model.words.vocabulary import IN_BASE_UNITS, Budget, Unit

COLUMNS = ("side", "line", "label", "amount", "note")
RESOURCES, USES = "收入", "支出"
BALANCED, UNBALANCED, INCOMPLETE = "平衡", "不平衡", "资料不全"
_WHERE = "收支平衡核对"
_ADDED = frozenset({"regional_in", "regional_out"})
"""Lines that accounts print in two rows: help between regions and other transfers between them."""


def close_budget(
    figures: Mapping[str, float | None],
    budget: Budget | str = Budget.GENERAL,
    unit: Unit | str = Unit.TEN_THOUSAND_YUAN,
) -> pd.DataFrame:
    """Add up both sides of a budget and say whether they are equal.

    Parameters
    ----------
    figures : mapping of str to float
        Published figures of one year by line id (``own_revenue`` …) or by the name printed in the accounts (``上级补助收入``,
        ``三、上年结余`` …); both sides positive (only the revolving fund may be negative). Leave a line out, or give None, when it
        was not published. Parts (taxes and other revenue; rebates, general and special transfers) stand for a line that was
        not given and are held against one that was; a total (``收入总计``) is held against the sum of its side.
    budget : Budget or str
        ``general``, ``funds`` (all of them, or one), ``state_capital`` or ``social_insurance`` (all schemes, or one), or its
        Chinese name.
    unit : Unit or str
        Unit of ``figures``: ``10k_yuan`` (万元), ``yuan`` (元), ``100m_yuan`` (亿元).

    Returns
    -------
    DataFrame
        side, line, label, amount (万元), note: one row a line, then both totals and the difference; the note of the last row
        is the verdict: 平衡 (what rounding alone may leave is said), 不平衡 or 资料不全, with what is missing. Rounding may leave half
        of the last decimal printed a figure.

    Raises
    ------
    InputError
        Names every line that is none of this budget, and every amount that is no number or negative.

    Examples
    --------
    >>> closed = close_budget({"政府性基金收入": 3089, "上级补助收入": 3753, "上年结余": 28501,
    ...     "专项债券转贷收入": 25130, "fund_expenditure": 40907, "债务还本支出": 11680, "结转下年": 7886}, "funds")
    >>> closed["note"].iloc[-1]
    '平衡'
    """
    budget, factor = _budget(budget), _factor(unit)
    given = _checked(figures, budget)
    step = _printed_step(given) * factor
    given = {line: amount * factor for line, amount in given.items()}
    notes = _parts(given, budget, step)
    rows, sums, missing, count = [], {}, [], 0
    for at, side in enumerate((RESOURCES, USES)):
        found = [line for line in (*BOOKED[budget][at], *BESIDES[budget][at]) if line in given]
        missing += [label_of_line(budget, line) for line in BOOKED[budget][at] if line not in {*given, *HELD_TO_REPAY}]
        rows += [(side, line, label_of_line(budget, line), given[line], notes.get(line, "")) for line in found]
        sums[side] = sum(given[line] for line in found)
        count += len(found)
    tolerance = 0.5 * step * max(count, 1) + 1e-6
    for side, total in zip((RESOURCES, USES), TOTALS[budget], strict=True):
        note = _total_note(given, budget, total, sums[side], tolerance)
        rows.append((side, total, f"{side}总计", sums[side], note))
    difference = sums[RESOURCES] - sums[USES]
    sides = {side for side, *_ in rows[:count]}
    verdict = _verdict(difference, tolerance, missing, sides)
    if len(sides) == 2:
        verdict += _unit_hint(given, budget, difference, tolerance)
    rows.append(("差额", "", "收入总计减支出总计", difference, verdict))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _verdict(difference: float, tolerance: float, missing: list[str], sides: set[str]) -> str:
    if len(sides) < 2:
        return f"{INCOMPLETE}：没有给出{'、'.join(side for side in (RESOURCES, USES) if side not in sides)}各项"
    if abs(difference) < 0.005:
        return BALANCED
    if abs(difference) <= tolerance:
        return f"{BALANCED}（四舍五入相差 {abs(difference):,.2f} 万元）"
    more, less = (RESOURCES, USES) if difference > 0 else (USES, RESOURCES)
    said = f"{more}多 {abs(difference):,.2f} 万元"
    if missing:
        return f"{INCOMPLETE}：{said}；未给出：{'、'.join(missing)}"
    return f"{UNBALANCED}：{said}，请核对{less}各项"


def _total_note(given: dict[str, float], budget: Budget, total: str, added: float, tolerance: float) -> str:
    if total not in given or abs(given[total] - added) <= tolerance:
        return ""
    away = given[total] - added
    said = f"公布的总计为 {given[total]:,.2f} 万元，与各项合计相差 {away:,.2f} 万元"
    kept = CARRY_OUT[budget]
    if total == TOTALS[budget][1] and abs(away + given.get(kept, 0.0)) <= tolerance:
        return f"{said}，恰为{label_of_line(budget, kept)}，公布的总计没有包括它"
    return said


def _parts(given: dict[str, float], budget: Budget, step: float) -> dict[str, str]:
    """Let parts stand for a line that was not given; say where they do not make up one that was."""
    notes = {}
    for line, parts in PARTS.items():
        here = [part for part in parts if part in given]
        added = sum(given[part] for part in here)
        names = "、".join(label_of_line(budget, part) for part in here)
        if here and line not in given:
            given[line] = added
            notes[line] = f"由{names}相加"
            left_out = [label_of_line(budget, part) for part in parts if part not in given]
            notes[line] += f"；未给出{'、'.join(left_out)}" if left_out else ""
        elif here:
            away = added - given[line]
            most = step * len(parts)
            if away > most or (len(here) == len(parts) and -away > most):
                notes[line] = f"{names}合计 {added:,.2f} 万元，相差 {away:,.2f} 万元"
    for line, parts in INSIDE.items():
        inside = sum(given.get(part, 0.0) for part in parts)
        if line in given and inside > given[line] + step * len(parts):
            notes[line] = f"其中项合计 {inside:,.2f} 万元，比它还大"
    return notes


def _unit_hint(given: dict[str, float], budget: Budget, difference: float, tolerance: float) -> str:
    """Name the one figure that would close the budget in another unit."""
    if abs(difference) <= tolerance:
        return ""
    for at, sign in enumerate((1.0, -1.0)):
        for line in BOOKED[budget][at]:
            for factor, word in ((1e4, "亿元"), (1e-4, "元")):
                amount = given.get(line, 0.0)
                if amount and abs(difference + sign * amount * (factor - 1)) <= max(tolerance, 0.5 * factor):
                    return f"；“{label_of_line(budget, line)}”如果是{word}数，两边就相等，请核对单位"
    return ""


def _printed_step(given: Mapping[str, float]) -> float:
    """The last decimal that the figures are printed with: 1, 0.1 or 0.01 (finer figures count as 0.01)."""
    for step in (1.0, 0.1):
        if all(abs(amount / step - round(amount / step)) < 1e-6 for amount in given.values()):
            return step
    return 0.01


def _budget(budget: Budget | str) -> Budget:
    try:
        return Budget(budget)
    except ValueError:
        known = "、".join(f"{one.value}（{one.label}）" for one in BOOKED)
        raise InputError([Fault(_WHERE, f"没有预算“{budget}”可以核对", f"可填：{known}")]) from None


def _factor(unit: Unit | str) -> float:
    try:
        return IN_BASE_UNITS[Unit(unit)]
    except ValueError:
        known = "、".join(f"{one.value}（{one.label}）" for one in Unit)
        raise InputError([Fault(_WHERE, f"没有单位“{unit}”", f"可填：{known}")]) from None


def _checked(figures: Mapping[str, float | None], budget: Budget) -> dict[str, float]:
    if not isinstance(figures, Mapping | pd.Series):
        remedy = "请给出“项目：金额”的对照表，例如 {'上级补助收入': 1000}"
        raise InputError([Fault(_WHERE, "给出的不是各项目的金额", remedy)])
    found: dict[str, float] = {}
    named: dict[str, str] = {}
    faults = []
    for name, amount in figures.items():
        line = line_of(budget, str(name))
        if line is None:
            faults.append(_unknown(str(name), budget))
        elif amount is None or amount is pd.NA or (isinstance(amount, Real) and math.isnan(amount)):
            continue
        elif isinstance(amount, bool) or not isinstance(amount, Real | Decimal) or not math.isfinite(amount):
            faults.append(Fault(_WHERE, f"“{name}”的金额“{amount}”不是数字", "请填数字，不带千分号和单位"))
        elif amount < 0 and line not in TOTALS_NEGATIVE:
            remedy = "收支两边都填正数，只有返还性收入和周转金可以为负"
            faults.append(Fault(_WHERE, f"“{name}”的金额 {amount:,.2f} 是负数", remedy))
        elif line in found and line not in _ADDED:
            found_as = f"“{named[line]}”和“{name}”是同一个项目，给了两次"
            faults.append(Fault(_WHERE, found_as, "只写一个"))
        else:
            found[line] = found.get(line, 0.0) + float(amount)
            named[line] = str(name)
    if faults:
        raise InputError(faults)
    return found


def _unknown(name: str, budget: Budget) -> Fault:
    near = difflib.get_close_matches(name, list(known_names(budget)), n=1)
    lines = (*BOOKED[budget][0], *BOOKED[budget][1])
    can = f"可填：{'、'.join(label_of_line(budget, line) for line in lines)}"
    elsewhere = next((one for one in BOOKED if one is not budget and line_of(one, name) is not None), None)
    if near:
        can = f"是否想写“{near[0]}”？"
    elif elsewhere is not None:
        can = f"它是{elsewhere.label}的项目"
    return Fault(_WHERE, f"“{name}”不是{budget.label}收支两边的项目", can)
