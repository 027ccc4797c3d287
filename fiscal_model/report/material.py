"""What a chapter is, and everything that chapters are written from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fiscal_model.analysis.rating.rating import Rating
from fiscal_model.analysis.risk.simulate import Fan
from fiscal_model.model.planbook import observed_lines
from fiscal_model.model.projection import Plan
from fiscal_model.words.area_words import area_word
from fiscal_model.words.table import ReportTable
from fiscal_model.words.vocabulary import Scope

SUBHEADING = re.compile(r"（[一二三四五六七八九十]+）[^。；：]{1,40}")
"""A paragraph of a chapter that is a second-level heading."""
_NUMERALS = (*"一二三四五六七八九十", *(f"十{digit}" for digit in "一二三四五六七八九"))


def subheading(at: int, title: str) -> str:
    """Return a second-level heading with its number; ``at`` counts from 0.

    Examples
    --------
    >>> subheading(1, "基期收支")
    '（二）基期收支'
    """
    return f"（{_NUMERALS[min(at, len(_NUMERALS) - 1)]}）{title}"


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
        """How the text calls the place: 全县, 县本级, 全市, 州本级 …"""
        whole = self.plan.basis.place.scope == Scope.WHOLE
        return f"全{self.government}" if whole else f"{self.government}本级"

    @property
    def government(self) -> str:
        return area_word(self.plan.basis.place.name, self.plan.basis.place.level)

    def line(self, name: str) -> np.ndarray:
        """Return a plan line by year, NaN where not available."""
        return self.plan.line(name)

    def seen(self, name: str, year: int | None = None) -> float:
        """Return an observed figure, NaN where nothing was published."""
        return float(self.observed.get(name, {}).get(self.base if year is None else year, float("nan")))

    def knows(self, *names: str) -> bool:
        """Tell whether every plan line is there in every year."""
        return all(bool(np.isfinite(self.line(name)).all()) for name in names)
