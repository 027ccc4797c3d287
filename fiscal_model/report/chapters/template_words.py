"""What a template may name: figures by line or table cell, formats for them, small queries; all plain data in, plain data out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatch
from functools import cache, partial
from typing import Any

import numpy as np
from jinja2 import pass_context

from fiscal_model.law.indicators import label_of_indicator
from fiscal_model.law.limits import as_percent, breach_mark, clear_by, interest_mark, reserve_band, reserve_inside
from fiscal_model.law.rules import rules
from fiscal_model.model.debt_ratios import crossing_of
from fiscal_model.model.planbook import inferred_lines, list_assumptions
from fiscal_model.report.chapters.findings import FINDINGS
from fiscal_model.report.chapters.sandbox import TemplateSlip, listed, plain
from fiscal_model.report.material import Material
from fiscal_model.report.tables.annex import declared_tables
from fiscal_model.report.wording import DOUBT_MARK, amount, band, doubt, in_futures, odds_percent, percent, whole
from fiscal_model.words.lines import LINES
from fiscal_model.words.spans import spans
from fiscal_model.words.table import printed_row
from fiscal_model.words.vocabulary import DebtKind, Scope

Path = Sequence[float]
LOW, HIGH = 0.1, 0.9
"""Quantiles between which an interval is printed."""


def _values(m: Material) -> dict[str, Any]:
    """Names that stand for a text, a year or a small record."""
    place, scenario = m.plan.basis.place, m.plan.basis.scenario
    return {
        "base": m.base,
        "first": m.years[0],
        "final": m.years[-1],
        "years": m.years,
        "span": m.span,
        "area": m.area,
        "government": m.government,
        "place": {
            "name": place.name, "title": place.title, "note": place.note, "scope": place.scope.label, "invented": place.invented,
            "counties": place.level != "county" and place.scope == Scope.WHOLE, "doubts": len(place.doubts), "doubts_said": place.doubts_said if place.doubts else "",
        },
        "scenario": {"name": scenario.name, "description": scenario.description.rstrip("。")},
        "kinds": tuple({"id": str(kind), "label": kind.label} for kind in DebtKind),
        "mark": DOUBT_MARK,
        "interval": {"low": as_percent(LOW), "high": as_percent(HIGH), "share": as_percent(HIGH - LOW)},
        "law": {
            "interest_mark": interest_mark(), "reserve_band": reserve_band(), "clear_by": clear_by(),
            "interest": plain({key: each for key, each in rules("interest_rule").items() if key != "line"}),
        },
    }  # fmt: skip


def line(m: Material, name: str, year: int | None = None) -> Any:
    """Return a line by plan year; of one year the plan's figure, or the observed one before the plan."""
    values = tuple(float(value) for value in m.line(name))
    if year is None:
        return values
    return values[m.years.index(year)] if year in m.years else m.seen(name, year)


def seen(m: Material, name: str, year: int | None = None) -> float:
    """Return an observed figure, of the base year unless another is named; not a number where nothing was published."""
    return m.seen(name, year)


def knows(m: Material, *names: str) -> bool:
    """Tell whether lines are known in every plan year."""
    return m.knows(*names)


def total(m: Material, *names: str) -> float:
    """Return the sum of lines over the plan, of what is known of them."""
    return float(np.nansum([m.line(name) for name in names]))


def growth(m: Material, name: str) -> float:
    """Return the yearly average growth from the base year to the last, not a number where that says nothing."""
    return average(m, m.seen(name), float(m.line(name)[-1]), len(m.years))


def average(_: Material, start: float, end: float, years: int) -> float:
    """Return the yearly average growth between two amounts, not a number where that says nothing."""
    sound = np.isfinite(start) and np.isfinite(end) and start > 0 and end > 0 and years > 0
    return (end / start) ** (1 / years) - 1 if sound else float("nan")


def over(m: Material, values: Path, limit: float = 0.5) -> tuple[int, ...]:
    """Return the plan years in which a path is above a limit."""
    return tuple(year for year, value in zip(m.years, values, strict=True) if value > limit)


def under(m: Material, values: Path, limit: float = -0.5) -> tuple[int, ...]:
    """Return the plan years in which a path is below a limit."""
    return tuple(year for year, value in zip(m.years, values, strict=True) if value < limit)


def worst_year(m: Material, values: Path) -> int:
    """Return the year of the lowest figure."""
    return m.years[int(np.nanargmin(values))]


def peak_year(m: Material, values: Path) -> int:
    """Return the year of the highest figure."""
    return m.years[int(np.nanargmax(values))]


def peak_years(m: Material, values: Path) -> tuple[int, ...]:
    """Return the years whose amount prints like the highest one."""
    return tuple(year for year, value in zip(m.years, values, strict=True) if round(value) == round(max(values)))


def crossing(m: Material, indicator: str) -> Any:
    """Return when an indicator was and will be over its line: years, ahead, before, known."""
    return plain(crossing_of(m.plan, indicator))


def band_word(_: Material, indicator: str, value: float) -> str:
    """Return the colour of an indicator's figure."""
    return band(indicator, value)


def bands_alike(_: Material, indicator: str, values: Path) -> bool:
    """Tell whether a path stays in one colour."""
    return len({band(indicator, value) for value in values}) == 1


def indicator(_: Material, name: str) -> dict[str, str]:
    """Return an indicator's name, its line as printed if it has one, and the mark of doubt where its line is unverified."""
    line = breach_mark(name) if "breach" in rules("indicators")[name] else ""
    return {"label": label_of_indicator(name), "line": line, "doubt": DOUBT_MARK if doubt(name) else ""}


def cautions(m: Material, *patterns: str) -> tuple[dict[str, str], ...]:
    """Return the cautions of the plan whose code fits one of the patterns, all without one."""
    found = [each for each in m.plan.cautions if not patterns or any(fnmatch(each.code, one) for one in patterns)]
    return tuple({"code": each.code, "where": each.where, "message": each.message} for each in found)


def assumed(m: Material, name: str) -> dict[str, Any]:
    """Return an assumption: values by year, whether they are level, source, mark of doubt."""
    entry, values = m.plan.basis.assumed.entries[name], plain(m.plan.basis.assumed.path(name))
    mark = DOUBT_MARK if entry.quality == "unverified" else ""
    level = max(values) - min(values) < 1e-9
    return {"values": values, "level": level, "source": entry.source, "doubt": mark, "unverified": bool(mark)}


def assumptions(m: Material) -> tuple[dict[str, Any], ...]:
    """Return every assumption of the plan, as in table 30."""
    return plain(list_assumptions(m.plan))


def inferred(m: Material, name: str) -> bool:
    """Tell whether the base year's figure of a line was not published but worked out."""
    return name in inferred_lines(m.plan)


def chance(m: Material, name: str) -> tuple[float, ...]:
    """Return by year in which share of the simulated futures something happens; empty where it was not simulated."""
    return tuple(float(value) for value in m.fan.probabilities.get(name, ()))


def ever(m: Material, name: str) -> float:
    """Return in which share of the simulated futures something happens in any plan year; not a number where it was not simulated."""
    return m.fan.odds[name].ever if name in m.fan.odds else float("nan")


def quantile(m: Material, name: str, level: float) -> tuple[float, ...]:
    """Return a quantile of a simulated line by year, not a number where it was not simulated."""
    if name not in m.fan.lines:
        return (float("nan"),) * len(m.years)
    return tuple(float(value) for value in m.fan.lines[name][m.fan.quantiles.index(level)])


def annex(m: Material, *tables: str) -> str:
    """Return where tables stand, ``附表10-1、10-2``, of those that this plan has; empty without one."""
    here = [table.number for table in m.tables if table.id in tables]
    return f"附表{listed(here)}" if here else ""


def cell(m: Material, table: str, row: str, column: str) -> str:
    """Return a cell of an annex table as it is printed, by the row's id or label and the column's heading."""
    found = next((each for each in m.tables if each.id == table), None)
    wanted = next((each for each in found.rows if row in (each.line, each.label)), None) if found else None
    if found is None or wanted is None or column not in found.columns:
        raise TemplateSlip(f"本规划的表“{table}”没有“{row}”行“{column}”列，请先用条件判断")
    return printed_row(found, wanted)[found.columns.index(column)]


def all_in_reserve_band(_: Material, shares: Path) -> bool:
    """Tell whether the reserve keeps to the share of spending that the law sets, in every year."""
    return bool(reserve_inside(np.array(shares)).all())


def ratio(_: Material, above: Any, below: Any) -> Any:
    """Divide one path or amount by another, year by year."""
    if isinstance(above, int | float):
        return above / below if below else float("nan")
    return tuple(one / other if other else float("nan") for one, other in zip(above, below, strict=True))


def add(_: Material, *paths: Path) -> tuple[float, ...]:
    """Add paths year by year."""
    return tuple(float(value) for value in np.sum(paths, axis=0))


_WORDS: dict[str, Callable[..., Any]] = {
    each.__name__: each
    for each in (
        line, seen, knows, total, growth, average, over, under, worst_year, peak_year, peak_years, crossing, band_word, bands_alike,
        indicator, cautions, assumed, assumptions, inferred, chance, ever, quantile, annex, cell, all_in_reserve_band, ratio, add,
    )
}  # fmt: skip
_VALUES = frozenset({"base", "first", "final", "years", "span", "area", "government", "place", "scenario", "kinds", "mark", "interval", "law"})  # fmt: skip
NAMES = frozenset(_WORDS) | frozenset(FINDINGS) | _VALUES
"""Every name a template may use."""


def _lines() -> Iterable[str]:
    return LINES


def _tables() -> Iterable[str]:
    return declared_tables()


def _indicators() -> Iterable[str]:
    return rules("indicators")


CHECKED: Mapping[str, tuple[str, Callable[[], Iterable[str]], bool]] = {
    **dict.fromkeys(("line", "seen", "growth", "inferred"), ("项目行", _lines, False)),
    **dict.fromkeys(("knows", "total"), ("项目行", _lines, True)),
    **dict.fromkeys(("crossing", "band_word", "indicator"), ("指标", _indicators, False)),
    "annex": ("附表", _tables, True),
    "cell": ("附表", _tables, False),
}
"""Functions whose written ids are held against what there is: what it is called, all of them, whether every argument is one."""


def context_of(m: Material) -> dict[str, Any]:
    """Return what the templates of one plan are rendered with; each finding is looked for once."""
    words = {name: partial(each, m) for name, each in _WORDS.items()}
    found = {name: cache(partial(_finding, each, m)) for name, each in FINDINGS.items()}
    return {**_values(m), **words, **found}


def _finding(look: Callable[..., Any], m: Material, *asked: Any) -> Any:
    return plain(look(m, *asked))


# Formats


def times(value: float) -> str:
    """Print a multiple: ``1.70倍``."""
    return f"{value:.2f}倍"


def points(value: float) -> str:
    """Print points, or percentage points already times a hundred, with one decimal."""
    return f"{value:.1f}"


def moved(rate: float) -> str:
    """Print a rate as a movement: ``增长3.2%``, ``下降1.0%``, ``持平``."""
    if not np.isfinite(rate):
        raise TemplateSlip("变动率算不出来，请先用 is known 判断")
    return "持平" if abs(rate) < 0.0005 else f"{'增长' if rate > 0 else '下降'}{percent(abs(rate))}"


def coupon(value: float) -> str:
    """Print a rate with two decimals: ``1.97%``."""
    return f"{value:.2%}"


def in_full(value: float) -> str:
    """Print an amount in 万元 whatever its size: for amounts of several paragraphs that are compared."""
    return f"{whole(value):,d}万元"


def whole_percent(value: float) -> str:
    """Print a level or a share without decimals: ``95%``."""
    return f"{value:.0%}"


def number(value: float) -> str:
    """Print a number with no more decimals than it has: ``10``, ``1.5``."""
    return f"{value:g}"


def aside(text: str) -> str:
    """Put a text in brackets; nothing where there is none."""
    return f"（{text}）" if text else ""


_FORMATS: dict[str, Callable[[float], str]] = {
    "money": amount, "percent": percent, "odds": odds_percent, "times": times, "points": points, "moved": moved, "coupon": coupon,
    "whole_percent": whole_percent, "number": number, "in_futures": in_futures, "in_full": in_full,
}  # fmt: skip


@pass_context
def by_year(context: Mapping[str, Any], values: Path, shown: str = "money") -> str:
    """Print a path by year, once where all years print alike: ``2026年10.0%、2027年20.0%``, ``每年10.0%``."""
    printed = [_FORMATS[shown](value) for value in values]
    if shown == "money":
        printed = [amount(value, f"{year}年") for year, value in zip(context["years"], values, strict=True)]
    if len({round(value) if shown == "money" else text for value, text in zip(values, printed, strict=True)}) == 1:
        return f"每年{printed[0]}"
    return listed(f"{year}年{text}" for year, text in zip(context["years"], printed, strict=True))


@pass_context
def in_years(context: Mapping[str, Any], values: Path, word: str = "") -> str:
    """Print the amounts of the years that have more than half a 万元, ``2027年缺3万元`` with a word."""
    return listed(
        f"{year}年{word}{amount(value, f'{year}年')}"
        for year, value in zip(context["years"], values, strict=True)
        if value > 0.5
    )


def year_list(years: Sequence[int]) -> str:
    """Print years: ``2026、2027年``; three or more in a row ``2026—2030年``."""
    return f"{spans(years)}年"


def named(values: Sequence[str] | str, most: int = 0) -> str:
    """Print names in quotes, ``“甲”、“乙”等``: all of them, or the first ``most``."""
    names = (values,) if isinstance(values, str) else tuple(values)
    shown = names[:most] if most else names
    return listed(f"“{name}”" for name in shown) + ("等" if len(shown) < len(names) else "")


def count(values: Sequence[object]) -> int:
    """Count what there is."""
    return len(values)


def known(value: Any) -> bool:
    """Tell whether a figure, or every figure of a path, is there."""
    return bool(np.isfinite(np.array(value, dtype=float)).all())


FILTERS: dict[str, Callable[..., Any]] = {
    **_FORMATS, "by_year": by_year, "in_years": in_years, "year_list": year_list, "listed": listed, "named": named, "aside": aside, "count": count, "known": known,
}  # fmt: skip
"""Every format of ours; ``known`` tells whether a figure is there."""
