"""Steps of the balance and measures against a gap: what each is called and the article it rests on, as the rules give them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from fiscal_model.law.rules import rule_table


@dataclass(frozen=True)
class BalanceStep:
    """A step of the balance."""

    label: str  # As the plan prints it
    measure: str  # As a scenario names it; empty where it is no measure
    owner: str  # Who sees to it and by when: proposals, empty for what no one decides
    by: str
    source: str  # The rule it rests on, with its number of `data/rules/balance_rules.csv`
    quality: str


@dataclass(frozen=True)
class Lever:
    """One kind of measure that may close a gap."""

    id: str
    label: str
    tier: int  # How lawful it is, smaller first
    # source, quality: the article it rests on, and how sure we are of it
    source: str
    quality: str
    takes_from: tuple[str, ...]  # Plan lines the money comes from
    step: str  # Step of the balance that uses it, empty when the plan does not
    closes: bool  # False for what helps later years only and is never counted against this year's gap


@cache
def balance_steps() -> Mapping[str, BalanceStep]:
    """Return every step of the balance by its id: those of the waterfall first, in their order.

    Examples
    --------
    >>> balance_steps()["recover_carryover"].source
    'B6 预算法第四十二条'
    """
    rows = rule_table("balance_steps")
    names = ("label", "measure", "owner", "by", "source", "quality")
    return MappingProxyType({row["step"]: BalanceStep(*(row[name] for name in names)) for row in rows})


@cache
def levers() -> tuple[Lever, ...]:
    """Return every measure that may close a gap; the three guarantees are none."""
    return tuple(
        Lever(
            row["lever"],
            row["label"],
            int(row["tier"]),
            row["source"],
            row["quality"],
            tuple(row["takes_from"].split()),
            row["step"],
            row["closes"] == "yes",
        )
        for row in rule_table("levers")
    )
