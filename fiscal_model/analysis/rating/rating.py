"""County-wide rating: six indices scored on the plan, a grade no better than broken gates leave, and the reasons for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fiscal_model.analysis.rating.rating_scores import GRADES, broken_lines, judge, word_of
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.words.lines import LINES, RATIO
from fiscal_model.words.markup import Sheet, sheet_of, shows_itself
from fiscal_model.words.spans import spans


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


@dataclass(frozen=True)
class Veto:
    """A gate that the plan breaks: in which years, how badly, and the best grade that it leaves."""

    name: str
    label: str
    years: tuple[int, ...]
    worst: str  # The worst figure, in Chinese
    cap: str

    @property
    def reason(self) -> str:
        """What is broken and what that means for the grade, in Chinese."""
        return f"{self.label}：{spans(self.years)}年，{self.worst}，评级不高于“{self.cap}”"


@shows_itself
@dataclass(frozen=True, repr=False)
class Rating:
    """The county's rating.

    Parameters
    ----------
    indices : mapping of str to float
        Label of the index to its score, NaN where an indicator that it needs could not be computed.
    weights : mapping of str to float
    total : float
        Weighted score, 0 to 100; NaN when the county is not rated.
    grade : str
        No better than the vetoes leave; `not_rated` of the rules when an index that carries weight lacks its data.
    by_score : str
        The grade without the vetoes.
    vetoes : tuple of Veto
        Gates that the plan breaks.
    missing : mapping of str to str
        Label of an index that lacks its data to what is missing and which table brings it.
    reachable : tuple of str
        Grades reached when any one weight is moved as the rules say, best first.
    reasons : tuple of str
        Vetoes, the three weakest indicators and what was missing, in Chinese.
    """

    indices: dict[str, float]
    weights: dict[str, float]
    total: float
    grade: str
    by_score: str
    vetoes: tuple[Veto, ...]
    missing: dict[str, str]
    reachable: tuple[str, ...]
    scores: tuple[Score, ...]
    reasons: tuple[str, ...]

    @property
    def rated(self) -> bool:
        """Whether there is a grade."""
        return not self.missing

    @property
    def sheet(self) -> Sheet:
        """The six indices with their scores and weights, as a table."""
        rows = [
            (label, (f"{score:.1f}" if np.isfinite(score) else "—", f"{self.weights.get(label, 0.0):.0%}"))
            for label, score in self.indices.items()
        ]
        said = f"“{self.grade}”（{self.total:.1f} 分）" if self.rated else f"：{self.grade}"
        return sheet_of(f"财政承受能力{said}", ("得分", "权重"), rows, self.reasons)


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
    ``score = 100 clip((bad - x) / (bad - good), 0, 1)`` works in both directions (docs/method.md). Weights, bounds and
    vetoes are a design; no official county method was found.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> rating = fm.rate(plan)
    >>> list(rating.indices)[:3], [veto.cap for veto in rating.vetoes]
    (['收入稳健', '支出结构', '债务可持续'], ['偏弱'])
    >>> fm.rate(fm.project(fm.read_place("data/places/gangu"), fm.read_scenario("baseline"))).grade
    '资料不足，不评级'
    """
    table = rules("rating")
    judged = judge(plan.basis, {name: plan.line(name) for name in plan.lines})
    scores = tuple(
        Score(index["label"], name, str(rule["label"]), float(judged.values[name]), float(rule["good"]),
              float(rule["bad"]), float(judged.scores[name]))
        for index in table["index"].values()
        for name, rule in index["indicators"].items()
    )  # fmt: skip
    labels = {name: str(index["label"]) for name, index in table["index"].items()}
    missing = {labels[name]: _lacking(name, scores) for name in labels if judged.weights[name]
               and not np.isfinite(judged.indices[name])}  # fmt: skip
    given, by_score = word_of(judged.grade), word_of(judged.by_score)
    vetoes = _vetoes(plan)
    reachable = tuple(grade for grade in GRADES if grade in {word_of(each) for each in judged.reachable})
    total = float(judged.total)
    return Rating(
        {labels[name]: float(points) for name, points in judged.indices.items()},
        {labels[name]: float(weight) for name, weight in judged.weights.items()},
        total,
        given,
        by_score,
        vetoes,
        missing,
        reachable,
        scores,
        (_headline(total, given, by_score, missing), *(veto.reason for veto in vetoes), *_reasons(scores, reachable)),
    )


def _lacking(index: str, scores: tuple[Score, ...]) -> str:
    rule = rules("rating")["index"][index]
    absent = [score for score in scores if score.name in rule["indicators"] and not np.isfinite(score.value)]
    lacking = [score.label for score in absent if score.name in rule["needs"]] or [score.label for score in absent]
    return f"缺{'、'.join(lacking)}，请补{rule['fill']}"


def _vetoes(plan: Plan) -> tuple[Veto, ...]:
    """The gates that the plan breaks, each with the worst figure of every line that breaks it."""
    found, lines = [], {name: plan.line(name) for name in plan.lines}
    for name, rule in rules("rating")["veto"].items():
        hits = {each: broken for each, broken in broken_lines(name, lines, plan.basis).items() if broken.any()}
        if not hits:
            continue
        years = [year for year, broken in zip(plan.years, np.any(list(hits.values()), axis=0), strict=True) if broken]
        worst = [f"{LINES[each].label}最高{_amount(each, float(np.nanmax(lines[each])))}" for each in hits]
        found.append(Veto(name, rule["label"], tuple(years), "、".join(worst), rule["cap"]))
    return tuple(found)


def _amount(line: str, value: float) -> str:
    return f"{value:.1%}" if LINES[line].unit == RATIO else f" {value:,.0f} 万元"


def _headline(total: float, grade: str, by_score: str, missing: dict[str, str]) -> str:
    if missing:
        return f"{grade}：" + "；".join(f"{label}{lacking}" for label, lacking in missing.items())
    if grade == by_score:
        return f"综合得分 {total:.1f} 分，评定为“{grade}”"
    return f"综合得分 {total:.1f} 分，按得分为“{by_score}”，因触及否决项评定为“{grade}”"


def _reasons(scores: tuple[Score, ...], reachable: tuple[str, ...]) -> tuple[str, ...]:
    known = sorted((score for score in scores if np.isfinite(score.score)), key=lambda score: score.score)
    weakest = [f"{score.label} {_shown(score)}，得 {score.score:.0f} 分" for score in known[:3]]
    missing = [score.label for score in scores if not np.isfinite(score.score)]
    reasons = ["得分最低的指标：" + "；".join(weakest)]
    if reachable:
        moved = float(rules("rating")["weights_moved"])
        within = f"都是“{reachable[0]}”" if len(reachable) == 1 else f"在“{'”“'.join(reachable)}”之间变动"
        reasons.append(f"任一组权重增减{moved:.0%}，评级{within}")
    if missing:
        reasons.append(f"因缺数据未评 {len(missing)} 项：{'、'.join(missing)}")
    return tuple(reasons)


def _shown(score: Score) -> str:
    ratio = abs(score.good) <= 3 and abs(score.bad) <= 3 and "月" not in score.label and "倍数" not in score.label
    return f"{score.value:.1%}" if ratio else f"{score.value:.2f}"
