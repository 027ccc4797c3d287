"""What must be equal in every plan beyond each line's own formula, and the check that it is."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fiscal_model.words.errors import IdentityError
from fiscal_model.words.formula import evaluate, formula
from fiscal_model.words.lines import COUNTED_TWICE, LINES, compute_line

TOLERANCE = 0.005
"""Identities hold to half a hundredth of 万元 (fifty yuan): far above float noise, far below a printed unit."""

EQUAL_SIDES = (
    ("resources_total", "uses_total"),
    ("fund_resources_total", "fund_uses_total"),
    ("state_capital_resources_total", "state_capital_uses_total"),
)
_IDENTITIES = (
    *((f"{LINES[one].label} = {LINES[other].label}", one, other) for one, other in EQUAL_SIDES),
    ("基金、国资调出 = 一般公共预算调入", "transfer_in", "fund_transfer_out + state_capital_transfer_out"),
    ("一般公共预算调出 = 基金调入", "fund_transfer_in", "transfer_out"),
    *(
        (f"{LINES[opening].label} = 上年的{LINES[closing].label}", opening, f"lag({closing}, {opening})")
        for opening, closing in (
            ("carry_in", "carry_out"),
            ("refinancing_carry_in", "refinancing_carry_out"),
            ("fund_refinancing_carry_in", "fund_refinancing_carry_out"),
            ("fund_carry_in", "fund_carry_out"),
            ("state_capital_carry_in", "state_capital_carry_out"),
            ("debt_general_opening_stock", "debt_general_stock"),
            ("debt_special_opening_stock", "debt_special_stock"),
            ("temporary_payments_opening_stock", "temporary_payments_stock"),
        )
    ),
)
"""What must be equal beyond every line's own formula: label, line, formula. Both sides of every budget; what one budget
pays out another takes in, once; what a year leaves the next one opens with."""


def check_identities(values: Mapping[str, np.ndarray], years: tuple[int, ...]) -> None:
    """Hold the totals that were counted twice against their formulas, and everything else that must be equal.

    Parameters
    ----------
    values : mapping of str to (..., year) float
        A computed plan.
    years : tuple of int

    Raises
    ------
    IdentityError
        Names each line and year that does not add up; a fault of the model.
    """
    broken = []
    for name in COUNTED_TWICE:
        broken += _broken(LINES[name].label, values[name], compute_line(name, values), years)
    for label, name, text in _IDENTITIES:
        broken += _broken(label, values[name], evaluate(formula(text), values), years)
    broken += _bond_money(values, years)
    if broken:
        raise IdentityError("恒等式不成立（模型错误，请报告）：\n" + "\n".join(f"  {row}" for row in broken[:20]))


def _broken(label: str, printed: np.ndarray, added: np.ndarray, years: tuple[int, ...]) -> list[str]:
    printed, added = np.broadcast_arrays(np.asarray(printed, dtype=float), np.asarray(added, dtype=float))
    # An unknown limit is infinite on both sides: equal, and no difference to take.
    difference = np.abs(np.subtract(printed, added, out=np.zeros(printed.shape), where=printed != added))
    worst = difference.reshape(-1, difference.shape[-1]).max(axis=0)
    return [f"{label} {year}：差 {gap:.4f} 万元" for year, gap in zip(years, worst, strict=True) if gap > TOLERANCE]


def _bond_money(values: Mapping[str, np.ndarray], years: tuple[int, ...]) -> list[str]:
    """Bond money repays principal or pays for what the bonds are for; nothing of it is left for interest."""
    broken = []
    passed = values["fund_transfers"] + values["fund_received_from_below"] - values["fund_paid_to_below"]
    spent = {"general": values["bond_spending_general"], "special": np.asarray(values["fund_tied_spending"]) - passed}
    for kind, label in (("general", "一般债务"), ("special", "专项债务")):
        refinanced = np.asarray(values[f"debt_{kind}_refinanced"], dtype=float)
        left = np.asarray(values[f"debt_proceeds_{kind}"]) - refinanced - spent[kind]
        beyond = refinanced - values[f"principal_{kind}"]
        worst = np.maximum(np.abs(left), beyond)
        for year, gap in zip(years, worst.reshape(-1, worst.shape[-1]).max(axis=0), strict=True):
            if gap > TOLERANCE:
                broken.append(f"{label}{year}：发债收入有 {gap:.4f} 万元未用于还本或对应支出，付息不得用新发债券支付")
    return broken
