"""Findings on special-bond projects: coverage, subsidies, review, assets, reserve and the quota test."""

from __future__ import annotations

from typing import Any

import numpy as np

from fiscal_model.analysis.debt.interest_gate import gate_projects
from fiscal_model.analysis.debt.project_assets import unbooked_assets
from fiscal_model.analysis.debt.quota_test import TERMS, check_quota
from fiscal_model.analysis.debt.reserve_fund import follow_reserve
from fiscal_model.analysis.debt.special_projects import judge_projects
from fiscal_model.blocks.debt.issue_review import RETURN
from fiscal_model.law.limits import interest_line
from fiscal_model.law.rules import rules
from fiscal_model.model.debt_ratios import crossing_of
from fiscal_model.report.material import Material

_NAMED = 2


def special_projects(m: Material) -> dict[str, Any]:
    """Which special-bond projects do not cover their bonds, the subsidies they need and who pays them; empty without a register."""
    found = judge_projects(m.plan)
    if found is None:
        return {}
    line, cover = rules("special_projects")["coverage"]["approval"], [*map(float, found.whole.life)]
    pairs = sorted(zip(found.names, cover, strict=True), key=lambda pair: pair[1])
    return {
        "count": len(pairs), "judged": int(found.judged.sum()), "known": int(np.isfinite(cover).sum()), "line": f"{line:g}",
        "weak": [{"name": name, "cover": times} for name, times in pairs if times < line],
        "subsidy": found.subsidy_total, "funds": found.funds.sum(), "general": found.general.sum(),
        "unpaid": found.unpaid.sum(),
    }  # fmt: skip


def new_bond_reviews(m: Material) -> dict[str, Any]:
    """Which projects that ask for new bonds are returned, and which make a ratio above the line worse; empty without any."""
    reviews, gate = gate_projects(m.plan)
    if gate is None:
        return {}
    returned = [{"name": one.name, "reasons": one.reasons[:_NAMED]} for one in reviews if one.outcome == RETURN]
    return {
        "count": len(reviews), "returned": returned,
        "above": bool((np.nan_to_num(gate.with_item) > interest_line()).any()),
        "worse": [one.name for one, passed in zip(reviews, gate.passed, strict=True) if not passed],
    }  # fmt: skip


def project_reserve(m: Material) -> dict[str, Any]:
    """What is put by for the projects' bonds, against what the next year needs, and how far sources cover what falls due."""
    found = follow_reserve(m.plan)
    if found is None:
        return {}
    lowest = np.nanmin(found.cover) if np.isfinite(found.cover).any() else np.nan
    return {"closing": found.closing, "adequacy": found.adequacy, "cover": found.cover, "lowest": lowest}


def bond_quota(m: Material) -> dict[str, Any]:
    """How many new special bonds the tests allow and which of them binds, where the plan is above it or below its scenario."""
    test = check_quota(m.plan)
    known = {name: np.isfinite(test.terms.get(name, np.nan)) for name in TERMS}
    bound = zip(m.years, test.quota, test.binding_words, strict=True)
    return {
        "over_interest": crossing_of(m.plan, "interest_burden_special").years, "what": test.what,
        "known": bool(np.isfinite(test.quota).all()), "affordable": test.quota, "excess": np.nan_to_num(test.excess),
        "untested": [TERMS[name] for name in test.terms if not known[name].any()], "read_off": test.read_off,
        "bound": [{"year": year, "amount": most, "by": words} for year, most, words in bound if words],
        "tested": [label for name, label in TERMS.items() if known[name].all()], "whole": all(map(np.all, known.values())),
        "settled": bool((test.published | (test.excess <= 0.5)).all()), "followed": test.followed,
        "forgone": np.maximum(test.wanted - test.planned, 0.0),
    }  # fmt: skip


FINDINGS = {each.__name__: each for each in (special_projects, new_bond_reviews, project_reserve, bond_quota)} | {
    "unbooked_assets": lambda m: unbooked_assets(m.plan)
}
