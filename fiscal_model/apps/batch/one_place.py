"""One place of many: its plan in a row of the table of results, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fiscal_model.analysis.rating.rating import rate
from fiscal_model.analysis.risk.simulate import simulate
from fiscal_model.inputs.find import place_title
from fiscal_model.model.from_folder import plan as plan_of
from fiscal_model.model.projection import Plan
from fiscal_model.report.eight_numbers import eight_numbers
from fiscal_model.words.errors import FiscalModelError, InputError
from fiscal_model.words.plain import one_line
from fiscal_model.words.table import Kind

PLANNED, REFUSED, FAILED = "planned", "refused", "failed"
"""How it went: there is a plan; the figures do not carry one; the program or the machine did not get through."""
STATUS_WORDS = {PLANNED: "已测算", REFUSED: "不能测算", FAILED: "没有算完"}

COLUMNS: Mapping[str, tuple[str, Kind]] = {
    "place": ("地区", "text"),
    "name": ("名称", "text"),
    "province": ("省份", "text"),
    "status": ("结果", "text"),
    "first_year": ("首年", "text"),
    "last_year": ("末年", "text"),
    "own_revenue": ("自有收入首年（万元）", "money"),
    "own_revenue_last": ("自有收入末年（万元）", "money"),
    "uncommitted_resources": ("未安排财力最少（万元）", "money"),
    "guarantee_coverage": ("三保保障倍数最低", "number"),
    "debt_ratio": ("债务率最高", "ratio"),
    "interest_burden": ("付息占支出最高", "ratio"),
    "funding_gap": ("收支缺口最大（万元）", "money"),
    "uncommitted_resources_light": ("未安排财力档次", "text"),
    "guarantee_coverage_light": ("三保预警档次", "text"),
    "debt_ratio_light": ("债务率档次", "text"),
    "interest_burden_light": ("付息档次", "text"),
    "funding_gap_light": ("缺口档次", "text"),
    "grade": ("财政承受能力", "text"),
    "grain": ("收入测算粒度", "text"),
    "doubts": ("录入疑点（处）", "number"),
    "reason": ("原因", "text"),
}
"""The table of results: ASCII name, Chinese heading, how a figure is printed."""
_NUMBERS = ("uncommitted_resources", "guarantee_coverage", "debt_ratio", "interest_burden", "funding_gap")

Row = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """What is asked of every place; a scenario is a name or a file."""

    scenario: str = "baseline"
    years: int = 5
    paths: int = 1_000
    seed: int = 2026
    reports: str = ""  # Folder under which each place's full report goes; empty for none


def row_of(folder: str, question: Question) -> Row:
    """Plan one place and return its row; never raises: what went wrong is the row's reason.

    ``folder``: of the place.

    Examples
    --------
    >>> found = row_of("data/places/gangu", Question())
    >>> found["status"], found["first_year"], found["funding_gap_light"]
    ('planned', 2025, 'yellow')
    >>> row_of("data/places/nowhere", Question())["status"]
    'refused'
    """
    place = Path(folder)
    named = {"place": place.name, "name": place_title(place)}
    try:
        plan = plan_of(place, question.scenario, years=question.years)
        found = _planned(plan, question)
        if question.reports:
            _report(place, question, named["place"])
        return {**named, **found}
    except InputError as error:
        return {**named, "status": REFUSED, "reason": _reason(error, place)}
    except (FiscalModelError, OSError) as error:
        return {**named, "status": FAILED, "reason": _inside(str(error), place)}
    except Exception as error:  # a fault of ours that only this place meets must not end the others
        return {**named, "status": FAILED, "reason": one_line(f"程序出错（{type(error).__name__}：{error}）")}


def _planned(plan: Plan, question: Question) -> Row:
    numbers = {each.id: each for each in eight_numbers(plan, simulate(plan, paths=question.paths, seed=question.seed))}
    rating, own = rate(plan), plan.line("own_revenue")
    return {
        "province": plan.basis.place.province,
        "status": PLANNED,
        "first_year": plan.years[0],
        "last_year": plan.years[-1],
        "own_revenue": _figure(own[0]),
        "own_revenue_last": _figure(own[-1]),
        **{name: _figure(numbers[name].value) for name in _NUMBERS},
        **{f"{name}_light": numbers[name].light for name in _NUMBERS},
        "grade": rating.grade,
        "grain": plan.basis.grain["revenue"],
        "doubts": len(plan.basis.place.doubts),
        "reason": "",
    }


def _figure(value: float) -> float | None:
    return round(float(value), 4) + 0.0 if np.isfinite(value) else None


def _reason(error: InputError, place: Path) -> str:
    """Say the first fault, and how many more there are."""
    rest = f"（另有 {len(error.faults) - 1} 处）" if len(error.faults) > 1 else ""
    return _inside(f"{error.faults[0]}{rest}" if error.faults else str(error), place)


def _inside(text: str, place: Path) -> str:
    """Name files as they are called inside the place: where it lies is the same for all of its row."""
    return one_line(text.replace(f"{place.as_posix()}/", ""))


def _report(place: Path, question: Question, name: str) -> None:
    from fiscal_model.report.writers.run_report import write_report

    write_report(place, question.scenario, years=question.years, seed=question.seed, to=Path(question.reports) / name)
