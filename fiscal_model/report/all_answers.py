"""A plan with everything that is said about it: fan, rating, other scenarios, tables, chapters, the page for one who decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from fiscal_model.analysis.rating.rating import Rating, rate
from fiscal_model.analysis.risk.simulate import DEFAULT_PATHS, Fan, simulate
from fiscal_model.inputs.find import place_at, scenario_of
from fiscal_model.inputs.place import Place
from fiscal_model.inputs.scenario import SHIPPED, Scenario, read_scenario
from fiscal_model.model.from_folder import read_checked
from fiscal_model.model.projection import Plan, project_all
from fiscal_model.report.answers import (
    answer_affordability,
    answer_balance,
    answer_debt,
    answer_guarantees,
    answer_revenue,
    answer_uncertainty,
)
from fiscal_model.report.decision_summary import Summary, summarise
from fiscal_model.report.material import Chapter
from fiscal_model.report.tables.annex import build_tables
from fiscal_model.report.wording import beside
from fiscal_model.words.markup import Sheet, card, shows_itself
from fiscal_model.words.table import ReportTable


@shows_itself
@dataclass(frozen=True, repr=False)
class Answers:
    """A plan with everything that is said about it."""

    plan: Plan
    fan: Fan
    rating: Rating
    alternatives: Mapping[str, Plan]
    tables: tuple[ReportTable, ...]

    @cached_property
    def summary(self) -> Summary:
        """The page for one who decides."""
        with beside(self.tables):
            return summarise(self.plan, self.fan)

    @cached_property
    def chapters(self) -> Sequence[Chapter]:
        """The text of the plan."""
        from fiscal_model.report.chapters.all_chapters import write_chapters

        return write_chapters(self.plan, self.fan, self.rating, self.tables, self.alternatives)

    @property
    def sheet(self) -> Sheet:
        """The answer to each of the six questions, as a table."""
        plan, fan = self.plan, self.fan
        with beside(self.tables):
            said = {
                "收入": answer_revenue(plan, fan),
                "三保": answer_guarantees(plan, fan),
                "债务": answer_debt(plan),
                "平衡": answer_balance(plan, fan),
                "不确定性": answer_uncertainty(plan, fan, self.alternatives),
                "承受能力": answer_affordability(plan, self.rating),
            }
        return card(plan.sheet.table.title, said.items())


def answer(
    place: str | Path | Place,
    scenario: str | Path | Scenario = "baseline",
    *,
    base_year: int | None = None,
    years: int = 5,
    paths: int = DEFAULT_PATHS,
    seed: int = 2026,
    scope: str = "",
) -> Answers:
    """Compute a plan, its fan, its rating, the shipped scenarios beside it and the annex.

    Parameters
    ----------
    place : str, Path or Place
        A folder, or its name under ``data/places``.
    scenario : Scenario, path of a scenario file, or name of a shipped, saved or own one
    base_year : int, optional
    years, paths, seed : int
    scope : str
        Of a place not yet read: ``whole`` or ``own_level``; what ``place.toml`` says by default.

    Returns
    -------
    Answers

    Raises
    ------
    InputError, ScenarioError
        The input has faults.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> fm.answer("data/places/zhangye", paths=100)
    <Answers 张掖市2026—2030年财政规划（基准情景）>
    """
    found = place if isinstance(place, Place) else place_at(place)
    chosen = scenario_of(scenario, found.folder if isinstance(found, Place) else found)
    read = found if isinstance(found, Place) else read_checked(found, scope)
    others = [read_scenario(name) for name in SHIPPED if name != chosen.id]
    computed = {plan.basis.scenario.id: plan for plan in project_all(read, [*others, chosen], base_year, years)}
    alternatives = {name: computed[name] for name in dict.fromkeys((*SHIPPED, chosen.id))}
    plan = alternatives[chosen.id]
    fan, rating = simulate(plan, paths=paths, seed=seed), rate(plan)
    return Answers(plan, fan, rating, alternatives, build_tables(plan, fan, rating, alternatives))
