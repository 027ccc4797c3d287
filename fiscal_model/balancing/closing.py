"""Whether published figures close a budget: both sides added up, what is missing, what separates them."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping

import pandas as pd

from fiscal_model.accounts import SIDES, TOTALS_LINES
from fiscal_model.errors import Fault, InputError
from fiscal_model.vocabulary import Budget

COLUMNS = ("side", "line", "label", "amount", "note")
RESOURCES, USES = "收入", "支出"
BALANCED, UNBALANCED, INCOMPLETE = "平衡", "不平衡", "资料不全"
_TOTALS = {
    Budget.GENERAL: ("resources_total", "uses_total"),
    Budget.FUNDS: ("fund_resources_total", "fund_uses_total"),
    Budget.STATE_CAPITAL: ("state_capital_resources_total", "state_capital_uses_total"),
}


def close_budget(figures: Mapping[str, float | None], budget: Budget | str = Budget.GENERAL) -> pd.DataFrame:
    """Add up both sides of a budget and say whether they are equal.

    Parameters
    ----------
    figures : mapping of str to float
        Published figures of one year, 万元, by line id or Chinese name of `accounts.TOTALS_LINES`; both sides positive
        (only the revolving fund may be negative). Leave a line out, or give None, when it was not published. A total
        (``resources_total`` …) is held against the sum of its side.
    budget : Budget or str
        ``general``, ``funds`` or ``state_capital``, or its Chinese name.

    Returns
    -------
    DataFrame
        side, line, label, amount, note: one row a line, then both totals and the difference; the note of the last row is the
        verdict: 平衡, 不平衡 or 资料不全, with what is missing. Equal means within one 万元 a figure, as figures are rounded.

    Raises
    ------
    InputError
        Names every line that is none of this budget, and every amount that is no number or negative.

    Examples
    --------
    >>> closed = close_budget({"政府性基金收入": 3089, "fund_transfers": 3753, "fund_carry_in": 28501,
    ...     "debt_proceeds_special": 25130, "fund_expenditure": 40907, "principal_special": 11680,
    ...     "fund_carry_out": 7886}, "funds")
    >>> closed["note"].iloc[-1]
    '平衡'
    """
    budget = _budget(budget)
    given = _checked(figures, budget)
    rows, sums, missing = [], {}, []
    for side, lines in zip((RESOURCES, USES), SIDES[budget], strict=True):
        for line in lines:
            if line in given:
                rows.append((side, line, TOTALS_LINES[line], given[line], ""))
            else:
                missing.append(TOTALS_LINES[line])
        sums[side] = sum(given[line] for line in lines if line in given)
    tolerance = max(len(rows), 1)
    for side, total in zip((RESOURCES, USES), _TOTALS[budget], strict=True):
        note = ""
        if total in given and abs(given[total] - sums[side]) > tolerance:
            note = (
                f"公布的总计为 {given[total]:,.2f} 万元，与各项合计相差 {given[total] - sums[side]:,.2f} 万元"
            )
        rows.append((side, total, f"{side}总计", sums[side], note))
    difference = sums[RESOURCES] - sums[USES]
    rows.append(("差额", "", "收入总计减支出总计", difference, _verdict(difference, tolerance, missing)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _verdict(difference: float, tolerance: float, missing: list[str]) -> str:
    if abs(difference) <= tolerance:
        return BALANCED
    more, less = (RESOURCES, USES) if difference > 0 else (USES, RESOURCES)
    said = f"{more}多 {abs(difference):,.2f} 万元"
    if missing:
        return f"{INCOMPLETE}：{said}；未给出：{'、'.join(missing)}"
    return f"{UNBALANCED}：{said}，请核对{less}各项"


def _budget(budget: Budget | str) -> Budget:
    try:
        found = Budget(budget)
    except ValueError:
        found = Budget.SOCIAL_INSURANCE
    if found not in SIDES:
        known = "、".join(f"{one.value}（{one.label}）" for one in SIDES)
        raise InputError([Fault("收支平衡核对", f"没有预算“{budget}”可以核对", f"可填：{known}")])
    return found


def _checked(figures: Mapping[str, float | None], budget: Budget) -> dict[str, float]:
    allowed = (*SIDES[budget][0], *SIDES[budget][1], *_TOTALS[budget])
    names = {TOTALS_LINES[line]: line for line in allowed}
    found: dict[str, float] = {}
    faults = []
    for name, amount in figures.items():
        line = names.get(name, name)
        if line not in allowed:
            near = difflib.get_close_matches(name, [*names, *allowed], n=1)
            remedy = f"是否想写“{near[0]}”？" if near else f"可填：{'、'.join(names)}"
            faults.append(Fault("收支平衡核对", f"“{name}”不是{budget.label}收支两边的项目", remedy))
        elif line in found:
            faults.append(Fault("收支平衡核对", f"“{name}”给了两次", "代码和中文名只写一个"))
        elif amount is None or (isinstance(amount, float) and math.isnan(amount)):
            continue
        elif isinstance(amount, bool) or not isinstance(amount, int | float) or math.isinf(amount):
            faults.append(Fault("收支平衡核对", f"“{name}”的金额“{amount}”不是数字", "请填万元数"))
        elif amount < 0 and line != "revolving_topup":
            remedy = "收支两边都填正数，只有周转金可以为负"
            faults.append(Fault("收支平衡核对", f"“{name}”的金额 {amount:,.2f} 是负数", remedy))
        else:
            found[line] = float(amount)
    if faults:
        raise InputError(faults)
    return found
