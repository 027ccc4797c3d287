"""Findings on the ten percent rule on interest and the way back under it, for chapter eight and its details."""

from __future__ import annotations

from typing import Any

import numpy as np

from fiscal_model.analysis.debt.interest_rule import check_interest
from fiscal_model.analysis.debt.restructuring import LeverPath, Restructuring, restructure
from fiscal_model.model.debt_ratios import crossing_of
from fiscal_model.report.material import Material
from fiscal_model.words.vocabulary import DebtKind

_SHOWN = 5e-4
"""Half of the last digit of a ratio as it is printed."""
_NEARLY = 0.9
"""From which part on of all the money that can be given it is all of it."""
_SPENDING = {DebtKind.GENERAL: "expenditure", DebtKind.SPECIAL: "fund_expenditure"}
_INCOME = {DebtKind.GENERAL: ("own_revenue", "自有收入"), DebtKind.SPECIAL: ("fund_revenue", "政府性基金收入")}


def interest(m: Material) -> dict[str, Any]:
    """Where the ten percent rule on interest bites: since when, how far, what would cure it; what was not judged or stays within."""
    judged = check_interest(m.plan)
    whole = {found.kind for found in judged if np.isfinite(found.burden).all()}
    hit = []
    for found in judged:
        if found.first_year is None:
            continue
        at, line = found.years.index(found.first_year), f"interest_burden_{found.kind}"
        chance = m.fan.probabilities.get(line)
        hit.append({
            "label": found.kind.label, "since": crossing_of(m.plan, line).years, "highest": float(np.nanmax(found.burden)),
            "year": found.first_year, "excess": found.excess[at], "retire": found.debt_to_retire[at],
            "chance": None if chance is None else chance[-1],
        })  # fmt: skip
    before = {kind.label: crossing_of(m.plan, f"interest_burden_{kind}").before for kind in DebtKind}
    return {
        "hit": hit,
        "within": [found.kind.label for found in judged if found.first_year is None],
        "unknown": [kind.label for kind in DebtKind if kind not in whole],
        "earlier": [{"label": label, "years": years} for label, years in before.items() if years],
    }


def restructuring(m: Material) -> list[dict[str, Any]]:
    """The way back of every kind above the line.

    Each lever and all together, the years in which stopping new bonds raises the ratio, the last year's on the plan's own
    spending, new bonds the plan goes on issuing, what one thing alone would have to be.
    """
    return [
        {
            "kind": one.kind, "rule": one.rule, "together": one.together, "raised": _raised(one, one.together),
            "levers": [{**_facts(path), "raised": _raised(one, path)} for path in one.levers],
            "same_spending": one.rule.burden[-1] - one.together.interest_saved[-1] / m.line(_SPENDING[one.kind])[-1],
            "all_room": bool(one.together.cost.sum() > _NEARLY * one.room.sum() > 0),
            "planned_new": m.line(f"debt_{one.kind}_issued_new").sum(),
            "alone": _alone(m, one), "beyond": _beyond(one),
        }
        for one in restructure(m.plan)
    ]  # fmt: skip


def _facts(path: LeverPath) -> dict[str, Any]:
    return {
        name: getattr(path, name)
        for name in ("lever", "label", "burden", "interest_saved", "extra_repaid", "assets", "cost")
    }


def _raised(one: Restructuring, path: LeverPath) -> list[int]:
    """Years whose ratio is above the plan's: less is spent out of new bonds."""
    pairs = zip(one.years, one.rule.burden, path.burden, strict=True)
    return [year for year, now, then in pairs if then > now + _SHOWN]


def _alone(m: Material, one: Restructuring) -> list[dict[str, Any]]:
    """How much of one thing alone would bring the last year back; those that cannot are left out."""
    line, income = _INCOME[one.kind]
    planned, retire, more = (float(each[-1]) for each in (m.line(line), one.rule.debt_to_retire, one.income_needed))
    stock = float(m.line(f"debt_{one.kind}_opening_stock")[-1])
    ways = [
        {"way": "debt", "size": retire, "share": retire / stock if stock > 0 else np.nan},
        {
            "way": "income",
            "size": more if planned > 0 else np.nan,
            "income": income,
            "multiple": more / max(planned, 1.0),
        },
        {"way": "repay", "size": one.repay_share[-1]},
        {"way": "coupon", "size": one.coupon_cut[-1]},
    ]
    return [each for each in ways if np.isfinite(each["size"])]


def _beyond(one: Restructuring) -> list[str]:
    """Things of which not even all brings the last year back."""
    sizes = {"到期本金全部以自有资金偿还": one.repay_share[-1], "新发债券不付利息": one.coupon_cut[-1]}
    return [words for words, size in sizes.items() if not np.isfinite(size)]


FINDINGS = {"interest": interest, "restructuring": restructuring}
