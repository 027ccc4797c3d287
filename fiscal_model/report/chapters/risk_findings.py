"""Findings on the rating, scenarios, the simulation, projects and risks, for the templates of chapters 10 to 13."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from fiscal_model.analysis.affordability.assess_together import try_in_order
from fiscal_model.analysis.affordability.candidates import list_candidates
from fiscal_model.analysis.affordability.gate import CONDITIONAL, PASSED, REFUSED
from fiscal_model.analysis.affordability.library_review import review_library
from fiscal_model.analysis.affordability.portfolio import portfolio as choose
from fiscal_model.analysis.balance.priority import project_cuts
from fiscal_model.analysis.rating.rating_outlook import outlook
from fiscal_model.analysis.risk.realism import realism
from fiscal_model.analysis.risk.reserve import MAIN, reserve
from fiscal_model.analysis.risk.simulate import WORST
from fiscal_model.analysis.risk.stress import PLAN, stress_test
from fiscal_model.analysis.risk.variance_parts import parts_of
from fiscal_model.blocks.checks.certificates import list_starts
from fiscal_model.law.limits import as_percent, breach_mark, interest_mark
from fiscal_model.model.projection import Plan
from fiscal_model.report.material import Material
from fiscal_model.report.portfolio_text import given_beyond, portfolio_sentences
from fiscal_model.report.tables.rating_tables import OUTLOOKS
from fiscal_model.report.wording import odds_percent
from fiscal_model.words.library_terms import LibraryOutcome
from fiscal_model.words.vocabulary import ProjectFunding, ProjectStatus

_MEANS = {PASSED: "可以按程序报批", CONDITIONAL: "条件落实之前不得安排预算", REFUSED: "不得安排预算"}
_STRESSES = {"single": "单项中", "combined": "几项同时发生时", "replay": "历史重演中"}
_DATA_CAUTIONS = (
    "unknown", "inferred", "not_split", "left_out", "few_years", "_old", "_rolled", "unlisted", "published", "_nothing_new", "known_later", "mapped", "borrowed",
    "no_backtest",
)  # fmt: skip
_STANDING_RISKS = {
    "funding_gap_breach": "收支缺口", "fund_debt_gap_breach": "政府性基金缺口", "land_cost_gap_breach": "政府性基金缺口",
    "fund_transfer_in_breach": "专项债务偿债", "guarantees_shortfall_breach": "“三保”", "interest_burden_general_breach": "付息负担",
    "interest_burden_special_breach": "付息负担", "transfer_in_unmatched": "一次性收入", "insurance_exhausted": "社会保险基金支付",
    "insurance_deficit": "社会保险基金支付", "temporary_payments_left": "暂付款", "general_over_limit": "债务超限额", "special_over_limit": "债务超限额", "arranged_below_need": "“三保”预算安排不足",
}  # fmt: skip


def rating(m: Material) -> dict[str, Any]:
    """The grade with what makes it: scores, gates, the weakest indicators, what is missing, its chances, where it is heading."""
    given = m.rating
    weak = sorted((each for each in given.scores if np.isfinite(each.score)), key=lambda each: each.score)[:3]
    heading = outlook(m.plan, m.fan.outlook)
    return {
        "rated": given.rated, "verdict": given.reasons[0],
        "indices": [{"label": label, "score": score} for label, score in given.indices.items()],
        "vetoes": [veto.reason for veto in given.vetoes], "missing": [*given.missing], "weak": [each.label for each in weak],
        "chances": [{"grade": name, "chance": share} for name, share in m.fan.ratings.items() if share > 0 and given.rated],
        "outlook": OUTLOOKS[heading.outlook] if heading else "",
    }  # fmt: skip


def proposals(m: Material) -> list[dict[str, Any]]:
    """Registered proposals by what the gate said of them, and what that means."""
    trials = try_in_order(m.plan)
    names = {
        outcome: [each.burden.proposal.name for each in trials if each.verdict.outcome == outcome] for outcome in _MEANS
    }
    return [{"outcome": each, "names": found, "means": _MEANS[each]} for each, found in names.items() if found]


def scenarios(m: Material) -> list[dict[str, Any]]:
    """What each scenario comes to; which other one it equals where the place has nothing it could move."""
    first = next(iter(m.alternatives.values()), None)
    return [{**_scenario(each), "same": _same(each, first)} for each in m.alternatives.values()]


def _scenario(plan: Plan) -> dict[str, Any]:
    gap = plan.line("funding_gap")
    short = [year for year, value in zip(plan.years, gap, strict=True) if value > 0.5]
    sums = {
        "gap": "funding_gap",
        "fund_gap": "fund_gap",
        "support": "fund_transfer_in",
        "insurance": "insurance_shortfall",
    }
    return {
        "name": plan.basis.scenario.name, "own": plan.line("own_revenue")[-1], "cover": plan.line("guarantee_coverage").min(),
        "ratio": plan.line("debt_ratio").max(), "gap_year": short[0] if short else None,
        **{name: float(plan.line(line).sum()) for name, line in sums.items()},
    }  # fmt: skip


def _same(plan: Plan, first: Plan | None) -> str:
    if first is None or plan is first:
        return ""
    alike = all(np.array_equal(plan.lines[line], first.lines[line], equal_nan=True) for line in plan.lines)
    return first.basis.scenario.name if alike else ""


def stress(m: Material) -> dict[str, Any]:
    """The worst stress of every kind, the gaps that stresses open, those under which the three guarantees are not covered."""
    rows = stress_test(m.plan).summary()
    worst = []
    for kind, lead in _STRESSES.items():
        of_kind = rows[(rows["kind"] == kind) & (rows["uncommitted_change"] < -0.5)]
        if len(of_kind):
            row = of_kind.loc[of_kind["uncommitted_change"].idxmin()]
            worst.append({"lead": lead, "name": row["name"], "lost": -row["uncommitted_change"], "coverage": row["coverage"]})  # fmt: skip
    before = float(rows.loc[PLAN, "funding_gap"])
    gaps = rows[rows["funding_gap"] > before + 0.5].sort_values("funding_gap", ascending=False, kind="stable")
    stressed = rows[~rows["kind"].isin(["plan", "relief"])]
    return {
        "worst": worst, "gap_before": before, "gaps": [*gaps["name"]],
        "gap_most": float(gaps["funding_gap"].max()) if len(gaps) else 0.0,
        "uncovered": [*stressed.loc[stressed["coverage"] < 1, "name"]],
    }  # fmt: skip


def odds(m: Material) -> list[dict[str, Any]]:
    """In any plan year and by year, in which share of the futures what goes wrong goes wrong; what never does is left out, what always does said once."""
    labels = {
        "funding_gap": "出现收支缺口", "fund_gap": "政府性基金出现缺口", "guarantee_coverage": "不够保“三保”",
        "debt_ratio": f"债务率超过{breach_mark('debt_ratio')}",
        "interest_burden_general": f"一般债务付息超过{interest_mark()}", "interest_burden_special": f"专项债务付息超过{interest_mark()}",
    }  # fmt: skip
    cost = m.fan.probabilities.get("land_cost_gap", np.zeros(1))
    if "fund_gap" in m.fan.probabilities and cost.any():
        same = np.array_equal(cost, m.fan.probabilities["fund_gap"])
        labels["fund_gap"] += f"（{'都有' if same else '其中部分有'}土地成本不能付清）"
    known = {name: m.fan.probabilities[name] for name in labels if name in m.fan.probabilities}
    told = {name: each for name, each in known.items() if name == "funding_gap" or each.any()}
    said = {name: [odds_percent(chance) for chance in each] for name, each in told.items()}
    return [
        {
            "label": labels[name],
            "chances": each,
            "ever": m.fan.odds[name].ever if name in m.fan.odds else float("nan"),
            "year": m.years[said[name].index(said[name][int(np.argmax(each))])] if len({*said[name]}) > 1 else None,
            "always": bool((each == 1).all()),
        }
        for name, each in told.items()
    ]


def deepest_gap(m: Material) -> dict[str, Any]:
    """The mean gap of the worst futures in the year in which it is deepest."""
    depth = m.fan.shortfalls.get("funding_gap")
    if depth is None:
        return {"amount": 0.0}
    at = int(depth[0].argmax())
    return {"share": as_percent(WORST), "year": m.years[at], "amount": depth[0][at]}


def first_bad_month(m: Material) -> dict[str, Any]:
    """How many futures know a month that cannot pay, and the one in which that happens first most often."""
    first = m.fan.first_months
    if first is None or first.sum() < 0.005:
        return {}
    year, month = np.unravel_index(int(first.argmax()), first.shape)
    part = first[year, month] / first.sum()
    return {"share": float(first.sum()), "year": m.years[year], "month": int(month) + 1, "part": part}


def uncertain_because(m: Material) -> list[dict[str, Any]]:
    """The two groups of drivers that make the last year's uncommitted money uncertain."""
    found = parts_of(m.plan, m.fan.seed)
    shares = found.shares["uncommitted_resources"][:, -1]
    if not np.isfinite(shares).all():
        return []
    return [{"label": found.groups[at], "share": shares[at]} for at in np.argsort(-shares)[:2]]


def fund_needed(m: Material) -> dict[str, Any]:
    """How large the stabilisation fund must be, what is there, how much of the futures it holds."""
    found = reserve(m.plan, paths=m.fan.paths, seed=m.fan.seed)
    return {
        "asked": as_percent(found.levels[MAIN]), "needed": found.needed, "has": found.has, "held": found.held_with,
        "limit": found.limit, "short": found.short, "at_most": found.held_at_most, "known": found.known, "point": found.point,
    }  # fmt: skip


def project_groups(m: Material) -> list[dict[str, Any]]:
    """The registered projects by status: how many, how much, from which money."""
    place = m.plan.basis.place
    if not place.has("projects") or not place.has("project_costs"):
        return []
    costs = place.rows("project_costs").merge(place.rows("projects"), on="project_code", suffixes=("", "_project"))
    found = []
    for _, part in costs[costs["year"].isin(m.years)].groupby("status", sort=True):
        sources = [
            {"label": source.label, "amount": float(rows["amount"].sum())}
            for source, rows in part.groupby("funding", sort=True)
        ]
        found.append({
            "label": part["status"].iloc[0].label, "count": part["project_code"].nunique(), "amount": float(part["amount"].sum()),
            "sources": sources,
        })  # fmt: skip
    return found


def library(m: Material) -> dict[str, Any]:
    """What the review of the library comes to, and what waits for a certificate; empty where it tells no maturity."""
    found = review_library(m.plan)
    if found is None:
        return {}
    outcomes = [{"label": each.label, "count": len(found.of(each))} for each in LibraryOutcome if len(found.of(each))]
    lacking = [start.name for start in list_starts(m.plan.basis.place, m.plan.base_year) if start.wrong]
    cuts = project_cuts(m.plan)
    return {
        "asked": found.asked.sum(), "reviewed": found.reviewed.sum(), "outcomes": outcomes, "lacking": lacking,
        "held_for_lacking": float(cuts.loc[cuts["name"].isin(lacking), "kept"].sum()),
    }  # fmt: skip


def unfunded_bonds(m: Material) -> list[dict[str, float]]:
    """Years in which signed projects count on more new special bonds than the plan issues."""
    place = m.plan.basis.place
    if not m.knows("debt_special_issued_new") or not place.has("projects") or not place.has("project_costs"):
        return []
    costs = place.rows("project_costs").merge(place.rows("projects")[["project_code", "status"]], on="project_code")
    wanted = costs[(costs["status"] == ProjectStatus.COMMITTED) & (costs["funding"] == ProjectFunding.SPECIAL_BOND)]
    asked = wanted.groupby("year")["amount"].sum().reindex(m.years).fillna(0.0)
    pairs = zip(m.years, asked, m.line("debt_special_issued_new"), strict=True)
    return [{"year": year, "asked": most, "short": most - given} for year, most, given in pairs if most > given + 0.5]


def portfolio(m: Material) -> list[str]:
    """What the choice from the library comes to; nothing without candidates."""
    if not list_candidates(m.plan):
        return []
    found = choose(m.plan, paths=m.fan.paths, seed=m.fan.seed)
    given = float(m.line("candidate_projects").sum())
    return [*portfolio_sentences(found), *given_beyond(found, given, m.plan.basis.scenario.name)]


def standing_risks(m: Material) -> list[dict[str, str]]:
    """Cautions that are risks of the plan itself."""
    known: Mapping[str, str] = _STANDING_RISKS
    return [{"label": known[each.code], "message": each.message} for each in m.plan.cautions if each.code in known]


def data_doubts(m: Material) -> list[str]:
    """Cautions about figures that were worked out or are missing."""
    found = [each for each in m.plan.cautions if each.code not in _STANDING_RISKS]
    return [each.message for each in found if any(mark in each.code for mark in _DATA_CAUTIONS)]


FINDINGS = {
    each.__name__: each
    for each in (
        rating, proposals, scenarios, stress, odds, deepest_gap, first_bad_month, uncertain_because, fund_needed, project_groups,
        library, unfunded_bonds, portfolio, standing_risks, data_doubts,
    )
} | {
    "optimistic": lambda m: realism(m.plan).optimistic,
    "simulated_paths": lambda m: f"{m.fan.paths:,}",
}  # fmt: skip
