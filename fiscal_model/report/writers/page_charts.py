"""What the charts of the web page draw: lines of the plan by name, so that the page redraws them when the lines move."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from fiscal_model.analysis.balance.temporary_payments import roll_temporary_payments
from fiscal_model.analysis.guarantees.early_warning import bounds_of, light_is_judged, watched_beside_lines
from fiscal_model.analysis.risk.simulate import Fan
from fiscal_model.law.indicators import BAND_WORDS, BANDS
from fiscal_model.law.limits import interest_line, interest_mark
from fiscal_model.law.rules import rules
from fiscal_model.model.planbook import left_out
from fiscal_model.model.projection import Plan
from fiscal_model.report.canvas import BRICK, INK, MIST, NAVY, OCHRE, SAND, STEEL
from fiscal_model.report.eight_numbers import hidden_debt_number
from fiscal_model.report.series import TITLES, history_of
from fiscal_model.report.standing import taken
from fiscal_model.words.lines import LINES
from fiscal_model.words.markup import kind_of
from fiscal_model.words.vocabulary import DebtKind

Series = dict[str, Any]
BLOCKS = {
    "general": "一般公共预算", "funds": "政府性基金预算", "state_capital": "国有资本经营预算", "social_insurance": "社会保险基金预算",
    "guarantees": "三保", "debt": "债务", "capacity": "承受能力", "indicators": "指标",
}  # fmt: skip
"""How the blocks of lines are called."""
_QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
_SOME = float(np.nextafter(0.5, 1.0))
"""More than half a 万元 over all years is something."""
_DIGITS = 8
"""Decimals that the page is given: more than anything prints, fewer than machines differ in."""


def lines_of(plan: Plan) -> list[dict[str, Any]]:
    """Return what the page knows of each line: id, label, kind, block, observed years."""
    absent = left_out(plan)
    return [
        {
            "id": line.id,
            "label": line.label,
            "kind": kind_of(line.id),
            "block": BLOCKS[line.block],
            "history": {year: _number(value) for year, value in history_of(plan, line.id).items()},
        }
        for line in LINES.values()
        if line.id not in absent
    ]


def values_of(plan: Plan) -> dict[str, list[float | None]]:
    """Return every line of a plan by year, and the steps of balancing, None where there is no figure.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/gangu"), fm.read_scenario("baseline"))
    >>> len(values_of(plan)["own_revenue"]), values_of(plan)["debt_ratio"][0]
    (5, None)
    """
    steps = {named_step(name): _numbers(plan.steps[name]) for name in taken(plan.steps)}
    return {line: _numbers(plan.line(line)) for line in LINES} | steps


def named_step(step: str) -> str:
    """Return how a step of balancing is called among the lines of the page."""
    return f"step.{step}"


def fan_of(fan: Fan) -> dict[str, list[list[float | None]]]:
    """Return the bands of every line that the futures move: a row a quantile."""
    at = [fan.quantiles.index(each) for each in _QUANTILES]
    return {name: [_numbers(each[row]) for row in at] for name, each in fan.lines.items() if np.isfinite(each).any()}


def charts_of(plan: Plan) -> dict[str, list[dict[str, Any]]]:
    """Return the charts of each figure that the page draws itself, by the names of `TITLES`; the others are pictures.

    A chart has stacked ``bars`` (a list of series a bar), ``lines``, lines on the ``right`` axis, the ``fan`` of a line or one
    line under every scenario (``compare``), and a ``mark``. A series adds up lines of the plan, each times its sign.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/gangu"), fm.read_scenario("baseline"))
    >>> [chart["title"] for chart in charts_of(plan)["fans"]][:2]
    ['三保保障倍数', '收支缺口（待弥补）']
    """
    fans = ("guarantee_coverage", "funding_gap", "debt_ratio")
    compared = ("available_resources", "guarantee_coverage", "funding_gap", "debt_ratio")
    found = {
        "own_revenue": [_chart(TITLES["own_revenue"], fan="own_revenue")],
        "general_balance": [_balance()],
        "guarantees": [_guarantees()],
        "debt_stock": [_debt()],
        "interest_burden": [_interest()],
        "debt_service": [_service()],
        "fans": [_chart(LINES[line].label, fan=line) for line in fans],
        "scenarios": [_chart(LINES[line].label, compare=line) for line in compared],
    }
    return {
        name: known for name, charts in found.items() if (known := [each for each in charts if _is_known(plan, each)])
    }


def cards_of(plan: Plan) -> list[dict[str, Any] | None]:
    """Return how each of the eight numbers and its light are read off the lines when they move.

    A light has tests: of a line, or one line as a share of others together, from which value on in any year, or in all years
    together, it is which word, the worst first; what passes all is green or what is said otherwise. A light that nothing moves
    is fixed. No tests where the report's light rests on more than lines.
    """
    burdens = [f"interest_burden_{kind}" for kind in DebtKind]
    return [
        _card("first", "own_revenue", _by_bands("self_sufficiency_ratio")),
        _card("least", "uncommitted_resources", _test("uncommitted_resources", ("red", -0.5), less=True)),
        _card("least", "guarantee_coverage", *_warning(plan)),
        _card("most", "debt_ratio", _by_bands("debt_ratio")),
        {"lines": burdens, "at": "most", "light": [_by_bands(each) for each in burdens]},
        _card("most", "funding_gap", *_balanced(plan)),
        _card("last", "hidden_debt_stock", {"fixed": hidden_debt_number(plan).word}),
        _card("last", "temporary_payments_stock", *_payments(plan)),
    ]


def _card(at: str, line: str, *light: dict[str, Any]) -> dict[str, Any]:
    return {"lines": [line], "at": at, "light": light}


def _test(
    line: str, *bands: tuple[str, float], less: bool, share_of: Sequence[str] = (), **more: Any
) -> dict[str, Any]:
    """``less``: whether a value is worse below a bound, else on it and above."""
    return more | {"of": [line, *share_of], "less": less, "bands": [[BAND_WORDS[band], at] for band, at in bands]}


def _by_bands(indicator: str) -> dict[str, Any]:
    rule = rules("indicators")[indicator]
    bands = [(band, rule[band]) for band in reversed(BANDS) if band in rule]
    return _test(indicator, *bands, less=rule["direction"] == "lower_is_worse")


def _warning(plan: Plan) -> list[dict[str, Any]]:
    """The early warning where nothing but yearly lines counts: months of a treasury and arrears are no lines."""
    if watched_beside_lines(plan.basis, plan.lines) or not light_is_judged(plan.basis, plan.lines):
        return []
    tests = []
    for name, line, share_of in (
        ("coverage", "guarantee_coverage", ()),
        ("arranged_rate", "guarantees_arranged", ("guarantees_county",)),
    ):
        bounds = bounds_of(name)
        bands = [*zip(("red", "orange", "yellow"), reversed(bounds.lines), strict=True)]
        tests.append(_test(line, *bands, less=bounds.lower_is_worse, share_of=share_of))
    return tests


def _balanced(plan: Plan) -> list[dict[str, Any]]:
    """A gap that is left, else any step that finds money: `report.standing`."""
    steps = [_test(named_step(name), ("yellow", _SOME), less=False, total=True) for name in taken(plan.steps)]
    return [_test("funding_gap", ("red", _SOME), less=False, total=True), *steps]


def _payments(plan: Plan) -> list[dict[str, Any]]:
    """What is left as a share of both budgets' spending; what is overdue stands in the register. Unknown funds leave it open."""
    found, spent = roll_temporary_payments(plan), ("expenditure", "fund_expenditure")
    if found is None or not np.isfinite(plan.line("fund_expenditure")).all():
        return []
    over, otherwise = float(np.nextafter(found.limit, np.inf)), "黄" if found.ledger["overdue"].any() else "绿"
    return [_test("temporary_payments_stock", ("red", over), less=False, share_of=spent, otherwise=otherwise)]


def _chart(title: str, **drawn: Any) -> dict[str, Any]:
    return {
        "title": title,
        "kind": "money",
        **({"kind": kind_of(line)} if (line := drawn.get("fan") or drawn.get("compare")) else {}),
    } | drawn


def _series(label: str, colour: str, *added: str, less: Iterable[str] = (), dash: bool = False) -> Series:
    terms = {**dict.fromkeys(added, 1), **dict.fromkeys(less, -1)}
    return {"label": label, "colour": colour, "terms": terms, "dash": dash}


def _one(line: str, colour: str, dash: bool = False) -> Series:
    return _series(LINES[line].label, colour, line, dash=dash)


def _balance() -> dict[str, Any]:
    """Both sides of the general budget in the parts of the printed figure; what is not named apart is in the last."""
    named = ("own_revenue", "transfers_general_purpose", "transfers_earmarked", "funding_gap")
    paid = ("guarantees_total", "interest_general")
    resources = [
        _series("自有收入", NAVY, "own_revenue"),
        _series("财力性转移支付", STEEL, "transfers_general_purpose"),
        _series("专用性转移支付", MIST, "transfers_earmarked"),
        _series("债务转贷和其他来源", "#d6d6d6", "resources_total", less=named),
        _series("收支缺口", "#e8a59a", "funding_gap"),
    ]
    uses = [
        _series("三保", BRICK, "guarantees_total"),
        _series("一般债务还本付息", OCHRE, "interest_general", "principal_general"),
        _series("其他支出", SAND, "expenditure", less=paid),
        _series("上解、调出和结转等", "#bfb08a", "uses_total", less=("expenditure", "principal_general")),
    ]
    return _chart(f"{TITLES['general_balance']}（左柱收入，右柱支出）", bars=[resources, uses])


def _guarantees() -> dict[str, Any]:
    needed = [
        _series("三保需求：本级财力负担", BRICK, "guarantees_county"),
        _series("三保需求：上级专项负担", SAND, "guarantees_from_above"),
    ]
    cover = _series("三保保障倍数（右轴）", INK, "guarantee_coverage")
    return _chart(
        TITLES["guarantees"], bars=[needed, [_one("available_resources", STEEL)]], right=[cover], right_kind="number"
    )


def _debt() -> dict[str, Any]:
    stocks = [[_one("debt_general_stock", NAVY)], [_one("debt_special_stock", STEEL)]]
    limits = [_one("debt_limit_general_stock", NAVY, dash=True), _one("debt_limit_special_stock", STEEL, dash=True)]
    ratio = _series("债务率（口径C，右轴）", BRICK, "debt_ratio")
    return _chart(TITLES["debt_stock"], bars=stocks, lines=limits, right=[ratio], right_kind="ratio", observed=True)


def _interest() -> dict[str, Any]:
    lines = [_one("interest_burden_general", NAVY), _one("interest_burden_special", OCHRE)]
    mark = {"value": interest_line(), "label": f"{interest_mark()}：启动财政重整", "colour": BRICK}
    return _chart(TITLES["interest_burden"], lines=lines, mark=mark, observed=True) | {"kind": "ratio"}


def _service() -> dict[str, Any]:
    parts = [
        _series("一般债务还本：再融资", MIST, "debt_general_refinanced"),
        _series("一般债务还本：自有资金", NAVY, "principal_general_own"),
        _series("专项债务还本：再融资", SAND, "debt_special_refinanced"),
        _series("专项债务还本：自有资金", OCHRE, "principal_special_own"),
        _series("付息（一般和专项）", BRICK, "interest_general", "interest_special"),
    ]
    return _chart(TITLES["debt_service"], bars=[parts])


def _is_known(plan: Plan, chart: Mapping[str, Any]) -> bool:
    """An empty frame is no chart: leave out one that the data carry no line of."""
    drawn = [*(each for bar in chart.get("bars", ()) for each in bar), *chart.get("lines", ()), *chart.get("right", ())]
    names = {name for each in drawn for name in each["terms"]} | {chart.get("fan"), chart.get("compare")} - {None}
    return any(np.isfinite(plan.line(name)).any() for name in names if name)


def _numbers(values: np.ndarray) -> list[float | None]:
    return [_number(value) for value in values]


def _number(value: float) -> float | None:
    return round(float(value), _DIGITS) + 0.0 if np.isfinite(value) else None
