"""How firm a grade is: under weights drawn at random, and with what is missing at its good or at its bad end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fiscal_model.analysis.rating.rating_scores import GRADES, Judged, judge, judge_values, word_of
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan

AROUND, UNIFORM = "around", "uniform"
ALL = "all"


@dataclass(frozen=True)
class Weighting:
    """What becomes of the grade under many weightings drawn in one way."""

    id: str
    label: str
    kept: float  # Share of the weightings that leave the grade, gates applied
    kept_by_score: float  # Share that leaves the grade by points alone
    chances: Mapping[str, float]  # Grade to the share that gives it, best first, those that occur
    low: float  # Points below which a tenth of the weightings lies
    high: float  # Points above which a tenth lies


@dataclass(frozen=True)
class Gap:
    """An index that lacks indicators, or all of them together (`ALL`), with these at either end of their scale."""

    id: str
    label: str
    missing: tuple[str, ...]  # Labels of the indicators
    gates: tuple[str, ...]  # Labels of the gates that nobody can judge: whole at the good end, broken at the bad end
    good: str  # Grade with all of it at the good end
    bad: str
    highest: float  # Points, NaN while another index lacks its data
    lowest: float
    span: float  # Points of the county that lie between the two ends
    needed: bool  # Whether there is no grade without it
    given: str  # Grade today

    @property
    def decides(self) -> bool:
        """Whether the grade hangs on it: it changes at one end, or differs between the ends where there is none today."""
        return self.good != self.bad or (self.given != self.good and not self.needed)


def weigh_at_random(judged: Judged) -> tuple[Weighting, ...]:
    """Grade once more under weights drawn from two Dirichlet distributions over the indices that carry weight.

    Returns
    -------
    tuple of Weighting
        Around the file's weights (parameters ``concentration x weight``) and uniform over all weightings (parameters 1);
        nothing where there is no grade. Number, seed and concentration are those of ``[weightings]`` in `data/rules/rating.toml`.
    """
    rule, names = rules("rating")["weightings"], [name for name, weight in judged.weights.items() if weight]
    if judged.grade < 0:
        return ()
    around = float(rule["concentration"]) * np.array([judged.weights[name] for name in names])
    ways = {AROUND: ("围绕现行权重", around), UNIFORM: ("权重任意组合", np.ones(len(names)))}
    found = []
    for way, (label, parameters) in ways.items():
        drawn = np.random.default_rng(int(rule["seed"])).dirichlet(parameters, int(rule["count"]))
        again = judged.weighed(dict(zip(names, drawn.T, strict=True)))
        grades, points = again.grade, again.total
        shares = {grade: float(np.mean(grades == position)) for position, grade in enumerate(GRADES)}
        low, high = np.quantile(points, (0.1, 0.9))
        kept, kept_by_score = (
            float(np.mean(now == was)) for now, was in ((grades, judged.grade), (again.by_score, judged.by_score))
        )
        given = {grade: one for grade, one in shares.items() if one}
        found.append(Weighting(way, label, kept, kept_by_score, given, float(low), float(high)))
    return tuple(found)


def fill_gaps(plan: Plan) -> tuple[Gap, ...]:
    """Rate a plan with what each index lacks at the good and at the bad end of its scale, then with all that is lacking.

    A gate whose lines the place does not have breaks nothing today; at the bad end it is broken.
    """
    judged, table = judge_plan(plan), rules("rating")
    lacking = {name: [each for each in index["indicators"] if not np.isfinite(judged.values[each])]
               for name, index in table["index"].items()}  # fmt: skip
    unknown = {name: rule for name, rule in table["veto"].items()
               if any(not np.isfinite(plan.line(each)).all() for each in rule.get("lines") or rule["indicators"])}  # fmt: skip
    found = []
    for name, label in {
        **{name: index["label"] for name, index in table["index"].items()},
        ALL: "所有缺项合计",
    }.items():
        within = [each for each in lacking if name in {each, ALL}]
        rows = {each: table["index"][index]["indicators"][each] for index in within for each in lacking[index]}
        gates = {veto: rule["label"] for veto, rule in unknown.items() if rule["index"] in within}
        if not rows and not gates:
            continue
        best, worst = (
            judge_values({**judged.values, **{each: np.asarray(float(rule[end])) for each, rule in rows.items()}},
                         {**judged.broken, **{gate: np.array([end == "bad"]) for gate in gates}})
            for end in ("good", "bad")
        )  # fmt: skip
        labels = tuple(str(rule["label"]) for rule in rows.values())
        span = sum(judged.weights[each] * (best.indices[each] - worst.indices[each]) for each in within)
        needed = any(judged.weights[each] and not np.isfinite(judged.indices[each]) for each in within)
        found.append(Gap(name, label, labels, tuple(gates.values()), word_of(best.grade), word_of(worst.grade),
                         float(best.total), float(worst.total), float(span), needed, word_of(judged.grade)))  # fmt: skip
    return tuple(found)


def judge_plan(plan: Plan) -> Judged:
    """Score a plan."""
    return judge(plan.basis, {name: plan.line(name) for name in plan.lines})
