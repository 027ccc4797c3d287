"""What the report's writers are tested on: plans with everything said about them, each computed once a session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from types import ModuleType, SimpleNamespace

from fiscal_model.analysis.rating.rating import Rating, rate
from fiscal_model.analysis.risk.simulate import Fan, simulate
from fiscal_model.model.projection import Plan
from fiscal_model.report.chapters.all_chapters import write_chapters
from fiscal_model.report.chapters.template_files import render_all
from fiscal_model.report.chapters.template_words import context_of
from fiscal_model.report.material import Chapter, Material
from fiscal_model.report.one_rounding import rounded
from fiscal_model.report.tables.annex import build_tables, declared_in, table_order
from fiscal_model.report.wording import one_unit, tidy
from fiscal_model.words.table import Growth, ReportRow, ReportTable


@dataclass(frozen=True)
class Case:
    """One plan with its fan, rating, scenarios, tables and text."""

    plan: Plan
    fan: Fan
    rating: Rating
    alternatives: dict[str, Plan]
    tables: tuple[ReportTable, ...]
    chapters: tuple[Chapter, ...]

    @property
    def text(self) -> str:
        """Every paragraph of every chapter, one a line."""
        return "\n".join(paragraph for chapter in self.chapters for paragraph in chapter.paragraphs)

    def chapter(self, number: str) -> str:
        """Text of one chapter."""
        return "\n".join(next(chapter for chapter in self.chapters if chapter.number == number).paragraphs)


@lru_cache(maxsize=16)  # a plan is itself; those of the session's fixtures are the same in every file
def case_of(plan: Plan, *others: Plan) -> Case:
    """Say everything about a plan that the report says."""
    alternatives = {each.basis.scenario.id: each for each in (plan, *others)}
    fan, rating = simulate(plan, paths=200), rate(plan)
    tables = build_tables(plan, fan, rating, alternatives)
    return Case(plan, fan, rating, alternatives, tables, write_chapters(plan, fan, rating, tables, alternatives))


def shipped_case(plan_of: Callable[..., Plan], name: str) -> Case:
    """Say everything about a shipped place's baseline, its pessimistic scenario beside it: one case for whoever reads a whole report."""
    return case_of(plan_of(name), plan_of(name, "pessimistic"))


def said(
    plan: Plan,
    template: str,
    fan: Fan | None = None,
    tables: tuple[ReportTable, ...] = (),
    beside: tuple[Plan, ...] = (),
    **findings: object,
) -> str:
    """What one template says of a plan, one paragraph a line; ``findings`` put something else in the place of what was found."""
    alternatives = {each.basis.scenario.id: each for each in (plan, *beside)}
    context = context_of(Material.of(plan, fan or simulate(plan, paths=50), rate(plan), tables, alternatives))
    written = render_all((template,), plan.basis.place.folder, {**context, **findings})[template]
    return "\n".join(tidy(one_unit(text)) for text in written.paragraphs)


def tables_in(*modules: ModuleType, **sources: object) -> dict[str, ReportTable]:
    """The tables that modules declare, by number, rounded; those the sources have nothing for are left out."""
    declared = sorted((each for module in modules for each in declared_in(module)), key=table_order)
    found = [each(*(sources[name] for name in each.needs)) for each in declared]
    return {table.number: rounded(table) for table in found if table is not None}


def with_own(**fields: object) -> SimpleNamespace:
    """What stands for a plan where only a part of its own revenue is asked for."""
    return SimpleNamespace(basis=SimpleNamespace(revenue=SimpleNamespace(own=SimpleNamespace(**fields))))


def small_table() -> ReportTable:
    """A table with all there is: a sum, a sum with an unknown part, a deduction, text, bands, growth."""
    columns = ("2024年决算", "2025年执行", "2026年公布预算", "2026年预测", "2027年预测", "年均增速", "说明")
    rows = (
        ReportRow("税收", (100.0, 110.0, 130.0, 120.0, 121.0, 0.0488, "按“总量”<测算>"), level=1),
        ReportRow("非税", (None, 50.0, None, 60.0, 55.0, 0.0488, ""), level=1),
        ReportRow("上解", (5.0, 10.0, None, 10.0, 10.0, None, ""), level=2),
        ReportRow("财力", (150.0, 150.0, None, 170.0, 166.0, 0.052, ""), parts=((0, 1), (1, 1), (2, -1)), total=True),
        ReportRow("缺口", (-7.0, 0.0, None, -3.0, float("nan"), None, "")),
        ReportRow("债务率", ("132.6% 黄", "90.0% 绿", None, "310.0% 红", "—", None, ""), kind="text"),
        ReportRow("自给率", (0.1, 0.12, None, 0.13, None, None, ""), kind="ratio"),
    )
    return ReportTable("05", "small", "小表（试）", "万元", "项目", columns, rows, ("第一条说明", "第二条说明"),
                       (*[None] * 5, "ratio", None), Growth(5, 1, 4, 2))  # fmt: skip


@cache
def pixel() -> bytes:
    """A PNG of one grey point."""
    from matplotlib.figure import Figure

    raw = BytesIO()
    Figure(figsize=(0.1, 0.1)).savefig(raw, format="png")
    return raw.getvalue()


def write_pixel(path: Path) -> Path:
    """Write the PNG of one grey point and return its path."""
    path.write_bytes(pixel())
    return path
