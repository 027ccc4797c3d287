"""County-wide rating: six indices scored on the plan, a grade, and the reasons for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fiscal_model.inputs.history import shallow_sum
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.words.markup import Sheet, sheet_of, shows_itself
from fiscal_model.words.vocabulary import Budget


@dataclass(frozen=True)
class Score:
    """One indicator: its value, the bounds it was scored between, its score from 0 to 100; NaN when not computed."""

    index: str
    name: str
    label: str
    value: float
    good: float
    bad: float
    score: float


@shows_itself
@dataclass(frozen=True, repr=False)
class Rating:
    """The county's rating.

    Parameters
    ----------
    indices : mapping of str to float
        Label of the index to its score, NaN when none of its indicators could be computed.
    weights : mapping of str to float
        Weights really used: indices without a score give theirs to the others.
    total : float
        Weighted score, 0 to 100.
    reasons : tuple of str
        The three weakest indicators and what was missing, in Chinese.
    """

    indices: dict[str, float]
    weights: dict[str, float]
    total: float
    grade: str
    scores: tuple[Score, ...]
    reasons: tuple[str, ...]

    @property
    def sheet(self) -> Sheet:
        """The six indices with their scores and weights, as a table."""
        rows = [
            (label, (f"{score:.1f}" if np.isfinite(score) else "—", f"{self.weights.get(label, 0.0):.0%}"))
            for label, score in self.indices.items()
        ]
        return sheet_of(f"财政承受能力“{self.grade}”（{self.total:.1f} 分）", ("得分", "权重"), rows, self.reasons)


def rate(plan: Plan) -> Rating:
    """Rate a plan on the six indices of `data/rules/rating.toml`.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    Rating

    Notes
    -----
    ``score = 100 clip((bad - x) / (bad - good), 0, 1)`` works in both directions (docs/method.md). Weights and
    bounds are a design; no official county method was found.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> rating = fm.rate(plan)
    >>> rating.grade, list(rating.indices)[:3]
    ('一般', ['收入稳健', '支出结构', '债务可持续'])
    """
    table = rules("rating")
    values = _values(plan)
    scores = tuple(
        _score(index["label"], name, rule, values.get(name, float("nan")))
        for index in table["index"].values()
        for name, rule in index["indicators"].items()
    )
    indices = {
        index["label"]: _mean([s.score for s in scores if s.index == index["label"]])
        for index in table["index"].values()
    }
    given = {
        index["label"]: index["weight"] for index in table["index"].values() if np.isfinite(indices[index["label"]])
    }
    weights = {label: weight / sum(given.values()) for label, weight in given.items()}
    total = sum(weights[label] * indices[label] for label in weights)
    grade = next(name for name, least in table["grades"].items() if total >= least)
    return Rating(indices, weights, total, grade, scores, _reasons(scores, grade, total))


def _score(index: str, name: str, rule: dict[str, float], value: float) -> Score:
    good, bad = float(rule["good"]), float(rule["bad"])
    score = 100 * float(np.clip((bad - value) / (bad - good), 0, 1)) if np.isfinite(value) else float("nan")
    return Score(index, name, str(rule["label"]), value, good, bad, score)


def _mean(numbers: list[float]) -> float:
    known = [number for number in numbers if np.isfinite(number)]
    return sum(known) / len(known) if known else float("nan")


def _reasons(scores: tuple[Score, ...], grade: str, total: float) -> tuple[str, ...]:
    known = sorted((score for score in scores if np.isfinite(score.score)), key=lambda score: score.score)
    weakest = [f"{score.label} {_shown(score)}，得 {score.score:.0f} 分" for score in known[:3]]
    missing = [score.label for score in scores if not np.isfinite(score.score)]
    reasons = [f"综合得分 {total:.1f}，评定为“{grade}”", "得分最低的指标：" + "；".join(weakest)]
    if missing:
        reasons.append(f"因缺数据未评 {len(missing)} 项：{'、'.join(missing)}")
    return tuple(reasons)


def _shown(score: Score) -> str:
    ratio = abs(score.good) <= 3 and abs(score.bad) <= 3 and "月" not in score.label and "倍数" not in score.label
    return f"{score.value:.1%}" if ratio else f"{score.value:.2f}"


def _values(plan: Plan) -> dict[str, float]:
    line = plan.line
    worst = {
        name: float(np.max(line(name)))
        for name in (
            "debt_ratio",
            "interest_burden_general",
            "interest_burden_special",
            "debt_service_ratio",
            "rigid_share",
        )
    }
    own, expenditure = line("own_revenue"), line("expenditure")
    return {
        **worst,
        "own_revenue_to_gdp": float(np.mean(own / line("gdp"))),
        "self_sufficiency_ratio": float(np.mean(line("self_sufficiency_ratio"))),
        "tax_share": float(np.mean(line("tax_revenue") / own)),
        "land_dependence": float(np.mean(line("land_revenue") / (line("land_revenue") + own))),
        "guarantees_share": float(np.mean(line("guarantees_total") / expenditure)),
        "administration_share": _function_share(plan, "201"),
        "education_share": _function_share(plan, "205"),
        "limit_use": float(np.max([line("limit_use_general"), line("limit_use_special")])),
        **_worst_scheme(plan),
        "revenue_deviation": _revenue_deviation(plan),
        "clearing_rate": _clearing_rate(plan),
        "treasury_cover": _treasury_cover(plan),
        "guarantee_coverage": float(np.min(line("guarantee_coverage"))),
        "gap_share": float(np.max(line("funding_gap") / expenditure)),
        "uncommitted_share": float(np.min(line("uncommitted_resources") / line("available_resources"))),
    }


def _worst_scheme(plan: Plan) -> dict[str, float]:
    """No scheme's money pays for another: the weakest one counts, before its shortfall is made up."""
    insurance = plan.basis.balance.insurance
    if not insurance.schemes:
        return {}
    path = insurance.path
    rates = np.mean(path.own_balance / path.expenditure, axis=0)
    months = 12 * path.stock[-1] / path.expenditure[-1]
    return {"insurance_surplus_rate": float(rates.min()), "insurance_months": float(months.min())}


def _function_share(plan: Plan, code: str) -> float:
    codes = plan.basis.history.codes[Budget.GENERAL]
    amount = shallow_sum(codes, (code,)).get(plan.base_year, float("nan")) if len(codes) else float("nan")
    return float(amount) / plan.basis.balance.opening.flows["expenditure"]


def _revenue_deviation(plan: Plan) -> float:
    history = plan.basis.history
    planned = history.planned.get("own_revenue")
    if planned is None or plan.base_year not in planned.index:
        return float("nan")
    return abs(history.value("own_revenue", plan.base_year) / float(planned[plan.base_year]) - 1)


def _clearing_rate(plan: Plan) -> float:
    if "digestion" in plan.unavailable:
        return float("nan")
    return float(plan.basis.balance.commitments.payments.clearing_rate[0])


def _treasury_cover(plan: Plan) -> float:
    months = plan.basis.place.rows("treasury")
    months = months[months["year"] == plan.base_year]
    if len(months) < 12:
        return float("nan")
    return float(months["closing_balance"].mean() / months["outflow"].mean())
