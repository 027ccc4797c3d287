"""Why spending jumps: which of the sources that pay for it moved with it."""

from __future__ import annotations

from typing import Any

import numpy as np

from fiscal_model.report.material import Material
from fiscal_model.words.vocabulary import DebtKind

_STEP, _FUND_STEP = 0.05, 1 / 3
"""From which change on a first year's spending, and a year's fund spending, asks for a reason."""
_CAUSE, _NAMED = 0.2, 2
"""Which part of the change a source counts from, and how many are named."""
_Sources = dict[str, tuple[str, ...]]
_GENERAL: _Sources = {
    "自有收入": ("own_revenue",),
    "上级补助": ("transfers_general_purpose", "transfers_earmarked"),
    "发债减还本": ("debt_proceeds_general", "refinancing_carry_in", "-principal_general", "-refinancing_carry_out"),
    "动用的结转（减结转下年）": ("carry_in", "-carry_out"),
    "调入减调出": ("transfer_in", "-transfer_out"),
    "动用减补充稳定调节基金": ("stabilization_draw", "-stabilization_topup"),
}
_FUNDS: _Sources = {
    "基金收入": ("fund_revenue",),
    "上级补助": ("fund_transfers",),
    "专项债券（减还本）": (
        "debt_proceeds_special", "fund_refinancing_carry_in", "-principal_special", "-fund_refinancing_carry_out",
    ),
    "动用的基金结转": ("fund_carry_in", "-fund_carry_out"),
    "没有分项公布来源的资金（规划期不预计，不代表支出真的下降）": ("fund_other_resources", "-fund_other_uses"),
    "一般公共预算调入减调出": ("fund_transfer_in", "-fund_transfer_out"),
}  # fmt: skip


def spending_jump(m: Material) -> dict[str, Any]:
    """Why the first year's spending moves more than a twentieth against the base year's; empty where it does not."""
    spent = _path(m, "expenditure")
    if not np.isfinite(spent[:2]).all() or spent[0] <= 0 or abs(spent[1] / spent[0] - 1) < _STEP:
        return {}
    return {"rate": spent[1] / spent[0] - 1, "causes": _causes(m, _GENERAL, spent, 0, 1)}


def fund_jumps(m: Material) -> dict[str, Any]:
    """The years in which fund spending moves by more than a third, and why; whether ratios to it peak for that reason.

    Against the year before; where it slides without such a step, the year farthest from the base year against that.
    """
    spent = _path(m, "fund_expenditure")
    if not np.isfinite(spent).all() or spent.min() <= 0:
        return {"jumps": [], "held_back": False, "rated": False, "peak": None}
    steps = [(at - 1, at) for at in range(1, len(spent)) if _is_step(spent, at - 1, at)]
    farthest = int(np.abs(spent[1:] - spent[0]).argmax()) + 1
    if not steps and _is_step(spent, 0, farthest):
        steps = [(0, farthest)]
    jumps = [
        {
            "year": m.years[to - 1], "against": f"{m.base}年" if start == 0 else "上年", "rate": spent[to] / spent[start] - 1,
            "causes": _causes(m, _FUNDS, spent, start, to),
        }
        for start, to in steps
    ]  # fmt: skip
    fallen, peak = [each["year"] for each in jumps if each["rate"] < 0], _peak(m)
    return {
        "jumps": jumps, "held_back": bool(jumps) and _held_back(m), "rated": bool(fallen) and peak is not None,
        "peak": peak if peak in fallen else None,
    }  # fmt: skip


def _is_step(spent: np.ndarray, start: int, to: int) -> bool:
    return bool(abs(spent[to] / spent[start] - 1) > _FUND_STEP)


def _path(m: Material, name: str) -> np.ndarray:
    """A line from the base year on."""
    return np.array([m.seen(name), *m.line(name)])


def _causes(m: Material, sources: _Sources, spent: np.ndarray, start: int, to: int) -> list[dict[str, Any]]:
    """The sources that moved the same way between two years, the largest first; what nobody knows counts as nothing."""
    whole, found = spent[to] - spent[start], list[dict[str, Any]]()
    for label, lines in sources.items():
        paths = [(-1 if name.startswith("-") else 1) * np.nan_to_num(_path(m, name.lstrip("-"))) for name in lines]
        moved = float(np.sum(paths, axis=0)[to] - np.sum(paths, axis=0)[start])
        if moved * whole > 0 and abs(moved) >= _CAUSE * abs(whole):
            found.append({"label": label, "amount": moved})
    return sorted(found, key=lambda each: -abs(each["amount"]))[:_NAMED]


def _peak(m: Material) -> int | None:
    """The year in which interest takes the largest part of fund spending; None where that is not known."""
    burden = m.line("interest_burden_special")
    return m.years[int(burden.argmax())] if np.isfinite(burden).all() else None


def _held_back(m: Material) -> bool:
    """Whether new special bonds are set to what the quota test allows in some year."""
    return bool((m.plan.basis.debt.paths[DebtKind.SPECIAL].held_back > 0.5).any())


FINDINGS = {each.__name__: each for each in (spending_jump, fund_jumps)}
