"""What a scenario decides about balancing: whether measures are taken, in which order, and what is cut first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fiscal_model.law.balance_steps import balance_steps
from fiscal_model.words.errors import Fault, unknown_keys
from fiscal_model.words.vocabulary import ProjectCategory

MEASURES = {step: about.measure for step, about in balance_steps().items() if about.measure}
"""Measures against a shortage in their usual order, with their Chinese names."""

NEVER = {
    "guarantees": "三保支出不得压减或后置",
    "debt_service": "政府债务还本付息不得压减或后置",
    "interest": "政府债务付息不得压减或后置",
    "principal": "政府债务还本不得压减或后置",
}
"""What a planner may take for a measure, and why it is none."""


@dataclass(frozen=True)
class BalanceChoices:
    """Decisions about balancing; by default the usual order of docs/method.md."""

    # Whether shortages are met by measures at all; without them the plan is the no-measures baseline
    measures: bool = True
    order: tuple[str, ...] = tuple(MEASURES)  # Keys of `MEASURES` in the order in which they are taken
    # Project categories (`vocabulary.ProjectCategory`), the one cut first at the front; those left out are cut after
    cut_order: tuple[str, ...] = ()

    def said(self) -> list[str]:
        """Say in Chinese what is decided; nothing for the default."""
        categories = [ProjectCategory(name).label for name in self.cut_order]
        decided = {
            "不采取平衡措施": not self.measures,
            f"平衡措施顺序：{'、'.join(MEASURES[name] for name in self.order)}": self.order != tuple(MEASURES),
            f"先压减：{'、'.join(categories)}": bool(categories),
        }
        return [said for said, holds in decided.items() if holds]

    def to_toml(self) -> list[str]:
        """Return the lines of a scenario file that say the same; none for the default."""
        if self == BalanceChoices():
            return []
        quoted = [", ".join(f'"{name}"' for name in names) for names in (self.order, self.cut_order)]
        return [
            "",
            "[balance]",
            f"measures = {str(self.measures).lower()}",
            f"order = [{quoted[0]}]",
            f"cut_order = [{quoted[1]}]",
        ]


def balance_choices_of(given: Any, shown: str) -> tuple[BalanceChoices, list[Fault]]:
    """Read the ``[balance]`` table of a scenario file.

    ``given``: what TOML gave.
    ``shown``: the file's name in messages.

    Examples
    --------
    >>> balance_choices_of({"order": ["cut_projects"]}, "情景.toml")[0].order[:3]
    ('cut_projects', 'draw', 'recover_carryover')
    """
    if not isinstance(given, dict):
        remedy = "请写成 [balance] 加 measures、order、cut_order"
        return BalanceChoices(), [Fault(shown, "balance 不是一张表", remedy)]
    faults = unknown_keys(given, ("measures", "order", "cut_order"), "balance ", shown)
    measures = given.get("measures", True)
    if not isinstance(measures, bool):
        faults.append(Fault(shown, f"balance.measures 的值是“{measures}”", "只能填 true 或 false"))
    order = _names(given.get("order", []), "order", MEASURES, shown, faults)
    if "rescue" in order and order[-1] != "rescue":
        said = "balance.order 把上级临时救助（rescue）放在其他措施前面"
        remedy = "先用尽本级措施才能申请救助（预算法实施条例第七十八条），请放在最后"
        faults.append(Fault(shown, said, remedy))
    categories = {word.value: word.label for word in ProjectCategory}
    cut_order = _names(given.get("cut_order", []), "cut_order", categories, shown, faults)
    rest = [name for name in MEASURES if name not in order and name != "rescue"]
    whole = (*(name for name in order if name != "rescue"), *rest, "rescue")
    return BalanceChoices(measures is True, whole, cut_order), faults


def _names(given: Any, key: str, known: dict[str, str], shown: str, faults: list[Fault]) -> tuple[str, ...]:
    if not isinstance(given, list):
        faults.append(Fault(shown, f"balance.{key} 不是列表", f'请写成 {key} = ["{next(iter(known))}"]'))
        return ()
    listed = "、".join(f"{name}（{label}）" for name, label in known.items())
    found: list[str] = []
    for name in map(str, given):
        if name in NEVER:
            faults.append(Fault(shown, f"balance.{key} 里有“{name}”：{NEVER[name]}", f"可填：{listed}"))
        elif name not in known:
            faults.append(Fault(shown, f"balance.{key} 里有不认识的“{name}”", f"可填：{listed}"))
        elif name in found:
            faults.append(Fault(shown, f"balance.{key} 里“{name}”写了两次", "每项只写一次"))
        else:
            found.append(name)
    return tuple(found)
