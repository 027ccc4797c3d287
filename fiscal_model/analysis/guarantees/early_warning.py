"""The warning light of the three guarantees: a grade with its reason for every year, on the plan and on paths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from fiscal_model.analysis.guarantees.coverage_ground import NOT_JUDGED, coverage_is_judged
from fiscal_model.analysis.guarantees.treasury_months import Months, follow_treasury, monthly_terms
from fiscal_model.arithmetic.elementary import MONTHS
from fiscal_model.arithmetic.spending.treasury import TreasuryRisk, watch_treasury
from fiscal_model.arithmetic.spending.warning_light import GREEN, RED, Bounds, first_year_at, grade_of, worst
from fiscal_model.law.rules import rules
from fiscal_model.model.basis import Basis
from fiscal_model.model.planbook import observed_lines
from fiscal_model.model.projection import Plan
from fiscal_model.words.formula import ratio
from fiscal_model.words.markup import Sheet, sheet_of, shows_itself

GRADES = ("green", "yellow", "orange", "red")
"""Grade names by their number in `arithmetic.spending.warning_light`."""
MEASURES = ("coverage", "arranged_rate", "share_of_resources", "deviation", "treasury_cover")


@shows_itself
@dataclass(frozen=True, repr=False)
class EarlyWarning:
    """The light of each plan year.

    Parameters
    ----------
    years : tuple of int
        Plan years.
    grades : (year,) int
        Position in `GRADES`.
    reasons : tuple of str
        One Chinese sentence a year: what makes the grade.
    first_breach : int or None
        First plan year graded orange or red.
    base_grade : int
        Light of the base year, as far as its budget is known.
    measures : DataFrame
        measure, label, year (the base year first), value, grade, counts, source, quality.
    """

    years: tuple[int, ...]
    grades: np.ndarray
    reasons: tuple[str, ...]
    first_breach: int | None
    base_grade: int
    base_reason: str
    measures: pd.DataFrame
    judged: bool = True  # False where nothing that counts is known: then no grade says anything

    @property
    def sheet(self) -> Sheet:
        """The light of each year and why, as a table."""
        said = zip((f"{year}年" for year in self.years), zip(self.words, self.reasons, strict=True), strict=True)
        return sheet_of(f"{self.years[0]}—{self.years[-1]}年“三保”预警", ("等级", "原因"), said)

    @property
    def words(self) -> tuple[str, ...]:
        """The grades in Chinese, one a year."""
        return tuple(grade_word(int(grade)) if self.judged else NOT_JUDGED for grade in self.grades)


def grade_word(grade: int) -> str:
    """Return a grade's Chinese word.

    Examples
    --------
    >>> [grade_word(grade) for grade in range(4)]
    ['绿', '黄', '橙', '红']
    """
    return str(rules("guarantee_warning")["grades"][GRADES[grade]]["label"])


def judge_warning(plan: Plan) -> EarlyWarning:
    """Put the warning light on every year of a plan.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    EarlyWarning
        Bounds from ``data/rules/guarantee_warning.toml``; they are nobody's law and unverified.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> judge_warning(fm.project(fm.read_place("data/places/gangu"), fm.read_scenario("baseline"))).words
    ('绿', '绿', '绿', '绿', '绿')
    """
    months = follow_treasury(plan)
    values = _measures(plan, months)
    path = months.path if months is not None else None
    owed = _still_owed(plan.basis)
    arrears = (owed > 0) | (np.concatenate([[False], path.arrears]) if path is not None else False)
    judged = {name: grade_of(found, bounds_of(name)) for name, found in values.items()}
    counted = [grades for name, grades in judged.items() if _rule(name)["counts"]]
    grades = worst([*counted, np.where(arrears, RED, GREEN)])
    reasons = [_reason(position, grades, values, judged, months, owed) for position in range(len(grades))]
    return EarlyWarning(
        plan.years,
        grades[1:],
        tuple(reasons[1:]),
        first_year_at(grades[1:], plan.years),
        int(grades[0]),
        reasons[0],
        _frame(plan, values, judged),
        light_is_judged(plan.basis, plan.lines),
    )


def light_is_judged(basis: Basis, lines: Mapping[str, np.ndarray]) -> bool:
    """Tell whether the light rests on anything: coverage that may be judged, the treasury's months, or arrears."""
    return coverage_is_judged(basis) or watched_beside_lines(basis, lines)


def grades_on_paths(basis: Basis, lines: Mapping[str, np.ndarray]) -> tuple[np.ndarray, TreasuryRisk | None]:
    """Put the light on many futures at once.

    ``lines``: mapping of str to (..., year) float, from `model.compute`.
    Returns ``grades``: (..., year) int.
    Returns ``path``: TreasuryRisk or None, the treasury of each future by month; None without a treasury register.
    """
    terms = monthly_terms(basis, lines)
    path = watch_treasury(terms) if terms is not None else None
    measured = {
        "coverage": lines["guarantee_coverage"],
        "arranged_rate": ratio(lines["guarantees_arranged"], lines["guarantees_county"]),
        "share_of_resources": ratio(lines["guarantees_county"], lines["available_resources"]),
    }
    if not coverage_is_judged(basis):
        measured = {name: np.full_like(values, np.nan) for name, values in measured.items()}
    if path is not None:
        measured["treasury_cover"] = path.lowest_cover
    judged = [grade_of(found, bounds_of(name)) for name, found in measured.items() if _rule(name)["counts"]]
    arrears = (_still_owed(basis)[1:] > 0) | (path.arrears if path is not None else False)
    return worst([*judged, np.where(arrears, np.int8(RED), np.int8(GREEN))]), path


def watched_beside_lines(basis: Basis, lines: Mapping[str, np.ndarray]) -> bool:
    """Tell whether the light rests on more than yearly lines: the treasury's months, arrears not yet paid."""
    return monthly_terms(basis, lines) is not None or bool(_still_owed(basis)[1:].any())


def bounds_of(measure: str) -> Bounds:
    """Return a measure's bounds from the rules."""
    rule = _rule(measure)
    return Bounds((rule["green"], rule["yellow"], rule["orange"]), rule["direction"] == "lower_is_worse")


def _rule(measure: str) -> Mapping[str, Any]:
    return rules("guarantee_warning")[measure]


def _still_owed(basis: Basis) -> np.ndarray:
    """Registered arrears that nobody has paid, from the year they fell due to the first plan year, (year + 1,)."""
    rows, years = basis.place.rows("guarantee_arrears"), np.array([basis.base_year, *basis.years])
    if not len(rows):
        return np.zeros(len(years))
    rows = rows[rows["paid_on"].isna()]
    due = np.array([day.year for day in rows["due_date"]], dtype=int)[:, None]
    open_in = (due <= years) & (years <= np.maximum(due, years[1]))
    return np.asarray(rows["amount"].to_numpy(dtype=float) @ open_in)


def _measures(plan: Plan, months: Months | None) -> dict[str, np.ndarray]:
    """Every measure from the base year on, shape (year + 1,), NaN where it is not known."""
    seen, base = observed_lines(plan), plan.base_year
    available = _from(seen, "available_resources", base, plan)
    county = _from(seen, "guarantees_county", base, plan)
    arranged = ratio(plan.line("guarantees_arranged"), plan.line("guarantees_county"))
    cover = months.path.cover.min(axis=1) if months is not None else np.full(len(plan.years), np.nan)
    unknown = np.full(len(plan.years), np.nan)
    told = 1.0 if coverage_is_judged(plan.basis) else np.nan
    return {
        "coverage": told * ratio(available, county),
        "arranged_rate": told * np.array([_arranged_in_base(plan), *arranged]),
        "share_of_resources": told * ratio(county, available),
        "deviation": np.array([_deviation(plan), *unknown]),
        "treasury_cover": np.array([_cover_in_base(plan), *cover]),
    }


def _from(seen: Mapping[str, Mapping[int, float]], line: str, base: int, plan: Plan) -> np.ndarray:
    return np.array([seen.get(line, {}).get(base, np.nan), *plan.line(line)])


def _arranged_in_base(plan: Plan) -> float:
    """What the base year's budget arranged of the items' need; more for one item never makes up for another."""
    items, detail = plan.basis.place.rows("guarantee_items"), plan.basis.guarantees.detail
    if not len(items) or not len(detail):
        return float("nan")
    need = detail[detail["year"] == plan.base_year].groupby("label")["need"].sum()
    wanted = need.reindex(items["name"]).to_numpy(dtype=float)
    arranged = np.minimum(items["arranged"].to_numpy(dtype=float), wanted)
    known = np.isfinite(wanted)
    return float(arranged[known].sum() / wanted[known].sum()) if wanted[known].sum() > 0 else float("nan")


def _deviation(plan: Plan) -> float:
    """How far the guarantees of the base year came out from their budget: by item where December is registered, else in all."""
    rows = plan.basis.place.rows("guarantee_execution")
    rows = rows[(rows["year"] == plan.base_year) & (rows["month"] == MONTHS)]
    if len(rows):
        return float((rows["paid"] - rows["budget"]).abs().sum() / rows["budget"].sum())
    history, base = plan.basis.history, plan.base_year
    planned, line = history.planned, "guarantees_total"
    if line not in planned.columns or base not in planned.index:
        return float("nan")
    budget, actual = float(planned.at[base, line]), history.value(line, base)
    return abs(actual - budget) / budget if budget > 0 else float("nan")


def _cover_in_base(plan: Plan) -> float:
    rows = plan.basis.place.rows("treasury")
    rows = rows[rows["year"] == plan.base_year]
    usual = float(rows["outflow"].mean()) if len(rows) == 12 else float("nan")
    return float(rows["closing_balance"].min()) / usual if usual > 0 else float("nan")


def _reason(
    position: int,
    grades: np.ndarray,
    values: Mapping[str, np.ndarray],
    judged: Mapping[str, np.ndarray],
    months: Months | None,
    owed: np.ndarray,
) -> str:
    """Say what makes the grade: every counted measure that is as bad as the light, or all of them when it is green."""
    said = []
    for name in MEASURES:
        if _rule(name)["counts"] and np.isfinite(values[name][position]):
            guilty = judged[name][position] == grades[position]
            if guilty:
                said.append(_said(name, float(values[name][position]), int(judged[name][position])))
    if position and months is not None and months.path.arrears[position - 1]:
        short = months.path.short_on_pay_day[position - 1]
        listed = "、".join(f"{month + 1}月" for month in np.flatnonzero(short > 0.5)[:3]) or "个别月份"
        said.append(f"{listed}工资或基本民生在发放日库款不足，最多缺{short.max():,.0f}万元")
    if owed[position] > 0:
        said.append(f"登记的拖欠{owed[position]:,.0f}万元没有付清")
    return "；".join(said) if said else "没有可用的指标"


def _said(name: str, value: float, grade: int) -> str:
    rule = _rule(name)
    number = f"{value:.2f}" if name == "coverage" else f"{value:.1%}"
    text = f"{rule['label']}{number}"
    if grade == GREEN:
        return text
    line = float(rule[GRADES[grade - 1]])
    side = "低于" if rule["direction"] == "lower_is_worse" else "高于"
    shown = f"{line:.2f}" if name == "coverage" else f"{line:.0%}"
    if number == (f"{line:.2f}" if name == "coverage" else f"{line:.1%}"):
        text = f"{rule['label']}{value:.4f}" if name == "coverage" else f"{rule['label']}{value:.3%}"
    return f"{text}，{side}{shown}"


def _frame(plan: Plan, values: Mapping[str, np.ndarray], judged: Mapping[str, np.ndarray]) -> pd.DataFrame:
    rows = [
        (name, _rule(name)["label"], year, value, int(grade), bool(_rule(name)["counts"]), _rule(name)["source"],
         _rule(name)["quality"])
        for name in MEASURES
        for year, value, grade in zip((plan.base_year, *plan.years), values[name], judged[name], strict=True)
    ]  # fmt: skip
    columns = ["measure", "label", "year", "value", "grade", "counts", "source", "quality"]
    return pd.DataFrame(rows, columns=columns)
