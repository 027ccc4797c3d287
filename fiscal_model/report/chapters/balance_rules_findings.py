"""The rules of balancing: which were looked at, which are broken, what is cut by them and what stays open."""

from __future__ import annotations

from typing import Any

from fiscal_model.analysis.balance.priority import funding_of, project_cuts
from fiscal_model.analysis.balance.rule_outcomes import NOT_MET, review_rules
from fiscal_model.law.rules import rule_table
from fiscal_model.report.material import Material


def balance_rules(_: Material) -> list[str]:
    """The ids of the rules, in their order."""
    return [rule["id"] for rule in rule_table("balance_rules")]


def broken_rules(m: Material) -> Any:
    """The rules of balancing that are not met: name, article, what was found."""
    outcomes = review_rules(m.plan)
    return outcomes[outcomes["status"] == NOT_MET]


def cut_projects(m: Material) -> Any:
    """Candidate projects with what is cut of each, the first cut first; none at all without candidates."""
    if not len(m.plan.basis.balance.commitments.candidates):
        return None
    cuts = project_cuts(m.plan)
    return cuts[cuts["cut"] > 0.5].groupby(["project_code", "name"], sort=False)["cut"].sum().reset_index()


def gap_falls_on(m: Material) -> Any:
    """The tiers of spending that a remaining gap leaves open, by year."""
    funding = funding_of(m.plan)
    return funding[funding["open"] > 0.5]


FINDINGS = {each.__name__: each for each in (balance_rules, broken_rules, cut_projects, gap_falls_on)}
