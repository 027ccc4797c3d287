"""How figures and findings are put into words: amounts, percents, lists by year, all from one plan."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fiscal_model.analysis.affordability.rating import Rating
from fiscal_model.analysis.risk.simulate import Fan
from fiscal_model.law.rules import rules
from fiscal_model.model.planbook import observed_lines
from fiscal_model.model.projection import Plan
from fiscal_model.words.cautions import Caution
from fiscal_model.words.table import ReportTable
from fiscal_model.words.vocabulary import Scope

LARGE = 100_000.0
"""From 10 亿元 on, an amount reads better in 亿元."""

NOT_GIVEN = "未提供，未测算"
UNVERIFIED = "未经核实"
BAND_WORDS = {"green": "绿", "yellow": "黄", "orange": "橙", "red": "红"}


@dataclass(frozen=True)
class Chapter:
    """A chapter of the plan.

    Parameters
    ----------
    number : str
        ``一`` … ``十三``; ``附件1`` and ``附件2`` for the annexes.
    title : str
    paragraphs : tuple of str
        A paragraph of the form ``（一）标题`` without a full stop is a second-level heading.
    tables : tuple of str
        Ids of the tables printed in the chapter.
    figures : tuple of str
        Ids of the figures printed in the chapter.
    """

    number: str
    title: str
    paragraphs: tuple[str, ...]
    tables: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Material:
    """Everything the chapters are written from."""

    plan: Plan
    fan: Fan
    rating: Rating
    tables: tuple[ReportTable, ...]
    alternatives: Mapping[str, Plan]
    observed: Mapping[str, Mapping[int, float]]

    @classmethod
    def of(
        cls, plan: Plan, fan: Fan, rating: Rating, tables: Sequence[ReportTable], alternatives: Mapping[str, Plan]
    ) -> Material:
        """Gather the material of a plan, with its observed years."""
        return cls(plan, fan, rating, tuple(tables), alternatives, observed_lines(plan))

    @property
    def years(self) -> tuple[int, ...]:
        return self.plan.years

    @property
    def span(self) -> str:
        """Plan period as printed, ``2026—2030年``."""
        return f"{self.years[0]}—{self.years[-1]}年"

    @property
    def base(self) -> int:
        return self.plan.base_year

    @property
    def area(self) -> str:
        """How the text calls the place: 全县, 县本级, 全市 or 市本级."""
        place = self.plan.basis.place
        word = "县" if place.level == "county" else "市"
        return f"全{word}" if place.scope == Scope.WHOLE else f"{word}本级"

    @property
    def government(self) -> str:
        return "县" if self.plan.basis.place.level == "county" else "市"

    def line(self, name: str) -> np.ndarray:
        """Return a plan line by year, NaN where not available."""
        return self.plan.line(name)

    def seen(self, name: str, year: int | None = None) -> float:
        """Return an observed figure, NaN where nothing was published."""
        return float(self.observed.get(name, {}).get(self.base if year is None else year, float("nan")))

    def knows(self, *names: str) -> bool:
        """Tell whether every plan line is there in every year."""
        return all(bool(np.isfinite(self.line(name)).all()) for name in names)


def known(*values: float) -> bool:
    """Tell whether every value is a finite number."""
    return all(bool(np.isfinite(value)) for value in values)


def money(value: float) -> str:
    """Print an amount given in 万元.

    Examples
    --------
    >>> money(12345.6), money(1234567.0), money(float("nan"))
    ('12,346万元', '123.46亿元', '（未提供）')
    """
    if not np.isfinite(value):
        return "（未提供）"
    return f"{value / 1e4:,.2f}亿元" if abs(value) >= LARGE else f"{round(float(value)) + 0:,d}万元"


def percent(value: float) -> str:
    """Print a fraction as a percent with one decimal.

    Examples
    --------
    >>> percent(0.1234), percent(-0.0001)
    ('12.3%', '0.0%')
    """
    return f"{round(float(value), 3) + 0:.1%}" if np.isfinite(value) else "（未提供）"


def percent_range(values: np.ndarray) -> str:
    """Print the least and the highest fraction, once where they print alike."""
    least, most = percent(values.min()), percent(values.max())
    return least if least == most else f"{least}至{most}"


def change(new: float, old: float) -> str:
    """Say by how much an amount moved; empty when that cannot be said.

    Examples
    --------
    >>> change(110.0, 100.0), change(90.0, 100.0), change(100.0, 100.0), change(1.0, float("nan"))
    ('增长10.0%', '下降10.0%', '与上年持平', '')
    """
    if not known(new, old) or old <= 0:
        return ""
    rate = new / old - 1
    if abs(rate) < 0.0005:
        return "与上年持平"
    return f"{'增长' if rate > 0 else '下降'}{percent(abs(rate))}"


def average_growth(first: float, last: float, years: int) -> str:
    """Say the yearly average growth; empty when that cannot be said.

    Examples
    --------
    >>> average_growth(100.0, 121.0, 2), average_growth(100.0, 100.0, 2), average_growth(float("nan"), 1.0, 2)
    ('年均增长10.0%', '总体持平', '')
    """
    if not known(first, last) or first <= 0 or last <= 0:
        return ""
    rate = (last / first) ** (1 / years) - 1
    if abs(rate) < 0.0005:
        return "总体持平"
    return f"年均{'增长' if rate > 0 else '下降'}{percent(abs(rate))}"


def against_base(first: float, path: np.ndarray) -> str:
    """Say how the last plan year stands to the base year, ``比基期年均增长3.1%``; empty when that cannot be said."""
    said = average_growth(first, float(path[-1]), len(path))
    return f"与基期{said}" if said.startswith("总体") else f"比基期{said}" if said else ""


def by_year(years: Iterable[int], values: Iterable[float], shown: Callable[[float], str]) -> str:
    """List values by year; once where all years print alike.

    Examples
    --------
    >>> by_year((2026, 2027), (0.1, 0.2), percent), by_year((2026, 2027), (0.1, 0.1), percent)
    ('2026年10.0%、2027年20.0%', '每年10.0%')
    """
    printed = [(year, shown(float(value))) for year, value in zip(years, values, strict=True)]
    if len(printed) > 1 and len({text for _, text in printed}) == 1:
        return f"每年{printed[0][1]}"
    return "、".join(f"{year}年{text}" for year, text in printed)


def money_by_year(years: Iterable[int], values: np.ndarray) -> str:
    """List amounts by year, all in 亿元 or all in 万元."""
    large = bool(np.nanmax(np.abs(values)) >= LARGE)
    unit = (lambda value: f"{value / 1e4:,.2f}亿元") if large else (lambda value: f"{round(value) + 0:,d}万元")
    return by_year(years, values, lambda value: "0" if abs(value) < 0.5 else unit(value))


def money_in_years(years: Iterable[int], values: np.ndarray, word: str = "") -> str:
    """List the years in which an amount is more than half a 万元; empty when there are none.

    Examples
    --------
    >>> money_in_years((2026, 2027, 2028), np.array([3.0, 0.0, 4.0])), money_in_years((2026,), np.array([5.0]), "缺")
    ('2026年3万元、2028年4万元', '2026年缺5万元')
    """
    return "、".join(f"{year}年{word}{money(value)}" for year, value in in_years(years, values))


def from_to(years: Sequence[int], values: np.ndarray) -> str:
    """Name the amounts of the first and the last year."""
    return f"{years[0]}年{money(values[0])}、{years[-1]}年{money(values[-1])}"


def in_years(years: Iterable[int], values: np.ndarray) -> list[tuple[int, float]]:
    """Return the years in which an amount is more than half a 万元."""
    return [(year, float(value)) for year, value in zip(years, values, strict=True) if value > 0.5]


def and_so(*parts: str) -> str:
    """Join the parts that are not empty with commas."""
    return "，".join(part for part in parts if part)


def band(indicator: str, value: float) -> str:
    """Return an indicator's colour word, empty without a number."""
    from fiscal_model.law.indicators import band_of

    return BAND_WORDS.get(band_of(indicator, value), "")


def doubt(indicator: str) -> str:
    """Return what to say of an indicator's bands: nothing for law, that they are unverified otherwise."""
    quality = rules("indicators")[indicator]["quality"]
    return "" if quality in {"law", "official"} else UNVERIFIED


def warning(caution: Caution) -> str:
    """Return a caution as a sentence; one that rests on the unverified ten percent rule says so."""
    tail = f"（规则条文{UNVERIFIED}）" if caution.code.startswith("interest_burden") else ""
    return f"{caution.message}{tail}。"


def tidy(text: str) -> str:
    """Close the gaps that messages leave between Chinese and figures.

    Examples
    --------
    >>> tidy("基期安排 270.0 万元，得 5 分")
    '基期安排270.0万元，得5分'
    """
    return re.sub(r"(?<=[\u4e00-\u9fff”）]) (?=[\d“-])|(?<=[\d%]) (?=[\u4e00-\u9fff])", "", text)


def numbered(texts: Iterable[str]) -> list[str]:
    """Number short points 1. 2. 3., as the third level of an official text."""
    return [f"{count}.{text}" for count, text in enumerate(texts, 1)]
