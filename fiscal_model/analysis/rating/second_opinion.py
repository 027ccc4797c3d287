"""A second opinion by a foreign statute: Japan's early-warning and rebuilding lines, on what our lines can say of its ratios."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.words.formula import evaluate, formula, names_in
from fiscal_model.words.markup import Sheet, sheet_of, shows_itself

STANDS = {"rebuild": "越过财政再生线", "early": "越过早期健全化线", "between": "在早期线的区间内，取决于标准财政规模",
          "within": "未越过", "unknown": "缺数据，不能计算"}  # fmt: skip
"""Where a ratio may stand, in Chinese."""


@shows_itself
@dataclass(frozen=True, repr=False)
class ForeignRatio:
    """One ratio of the foreign statute; ``values`` one a plan year."""

    id: str
    label: str
    values: tuple[float, ...]
    early: tuple[float, float]  # The line is a range where it depends on a size that we do not know
    rebuild: float  # NaN where the statute has none
    stands: str  # Of `STANDS`, worst plan year
    lacks: str  # In what ours differs from the statute's ratio

    @property
    def sheet(self) -> Sheet:
        """The ratio by year, and where it stands."""
        years = [f"第{at}年" for at in range(1, len(self.values) + 1)]
        cells = ["—" if np.isnan(each) else f"{each:.1%}" for each in self.values]
        notes = (f"{rules('rating')['second_opinion']['label']}：{STANDS[self.stands]}", self.lacks)
        return sheet_of(f"{self.label}（外国法，不参与评级）", years, [(self.label, cells)], notes)


def second_opinion(plan: Plan) -> tuple[ForeignRatio, ...]:
    """Hold a plan against Japan's two lines for municipalities: a foreign law, no part of the rating.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> [(each.id, each.stands) for each in second_opinion(plan)][2:]
    [('debt_service', 'within'), ('future_burden', 'unknown')]
    """
    found = []
    for name, rule in rules("rating")["second_opinion"]["line"].items():
        written = formula(rule["formula"])
        values = evaluate(written, {each: plan.line(each) for each in names_in(written)})
        averaged = np.array(
            [values[max(at - rule.get("years", 1) + 1, 0) : at + 1].mean() for at in range(len(values))]
        )
        early, rebuild = (float(rule["early"][0]), float(rule["early"][1])), float(rule.get("rebuild", np.nan))
        stands = _stands(float(averaged.max()), early, rebuild)
        found.append(ForeignRatio(name, rule["label"], tuple(averaged.tolist()), early, rebuild, stands, rule["lacks"]))
    return tuple(found)


def _stands(worst: float, early: tuple[float, float], rebuild: float) -> str:
    """Return where the worst year stands; on a line is beyond it.

    Examples
    --------
    >>> [_stands(value, (0.1125, 0.15), 0.2) for value in (0.11, 0.1125, 0.15, 0.2)]
    ['within', 'between', 'early', 'rebuild']
    """
    if np.isnan(worst):
        return "unknown"
    if worst >= rebuild:
        return "rebuild"
    return "early" if worst >= early[1] else "between" if worst >= early[0] else "within"
