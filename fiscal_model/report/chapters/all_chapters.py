"""The words of the plan: thirteen chapters and two annexes, every figure taken from the plan itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from fiscal_model.analysis.rating.rating import Rating
from fiscal_model.analysis.risk.simulate import Fan
from fiscal_model.model.projection import Plan
from fiscal_model.report.chapters.template_files import Written, render_all
from fiscal_model.report.chapters.template_words import context_of
from fiscal_model.report.material import Chapter, Material, subheading
from fiscal_model.report.series import TITLES
from fiscal_model.report.tables.annex import declared_tables
from fiscal_model.report.wording import beside, marked, one_unit, tidy
from fiscal_model.words.table import ReportTable

ANNEX = "附件"
"""What the number of an annex begins with."""


@dataclass(frozen=True)
class Slot:
    """Where a chapter stands: its number, its template in ``data/templates``, the tables and figures printed in it.

    ``parts``: templates of its sections, each with the section's title; those that say nothing are left out.
    """

    number: str
    template: str
    tables: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


_NOTES_TABLES = ("assumptions", "cautions", "grain")
_CHAPTERS: tuple[Slot, ...] = (
    Slot("一", "01_basis"),
    Slot("二", "02_base_year", ("plan_bridge", "plan_outturn", "plan_record", "carried_commitments"), ("plan_bridge",)),
    Slot("三", "03_outlook", ("economy",)),
    Slot("四", "04_revenue", ("own_revenue", "transfers"), ("own_revenue",)),
    Slot("五", "05_spending", ("spending", "functions")),
    Slot("六", "06_resources", ("capacity", "uncommitted_money", "offsets", "general_balance"), ("general_balance",)),
    Slot("七", "07_measures", ("both_plans", "waterfall", "measures"), ("measures",)),
    Slot(
        "八",
        "08_debt",
        (
            "debt", "debt_service", "restructuring", "restructuring_needed", "hidden_debt", "swap_order", "asset_pool",
            "special_projects", "special_quota", "temporary_payments", "contingent_items", "contingent_years",
        ),
        ("debt_stock", "maturity_wall", "debt_service", "hidden_debt", "project_coverage", "interest_burden"),
    ),
    Slot(
        "九",
        "09_guarantees",
        ("guarantees", "guarantee_warning", "treasury_months", "gap_measures", "findings"),
        ("guarantees", "guarantee_warning", "treasury_months"),
    ),
    Slot("十", "10_rating", ("rating", "proposals_assessed"), ("rating",)),
    Slot(
        "十一",
        "11_scenarios",
        ("scenarios", "scenario_responses", "scenario_positions", "stress", "fan", "variance", "reverse_stress", "likely_break", "first_signs", "reserve"),
        ("scenarios", "tornado", "fans", "probabilities", "variance", "break_map"),
    ),
    Slot(
        "十二",
        "12_projects",
        ("projects", "library", "library_classes", "library_lines", "library_moves", "library_policies", "library_doubts"),
    ),
    Slot("十三", "13_risks"),
    Slot(f"{ANNEX}1", "91_tables"),
    Slot(f"{ANNEX}2", "92_notes", _NOTES_TABLES),
    Slot(
        f"{ANNEX}3",
        "93_details",
        parts=(
            "93_01_revenue_method", "93_02_transfers", "93_03_approved_budget", "93_04_land",
            "93_05_balance_rules", "93_06_measures", "93_07_legal_debt", "93_08_interest_line",
            "93_09_hidden_debt", "93_10_special_projects", "93_11_payments_and_contingencies",
            "93_12_early_warning", "93_13_rating", "93_14_scenario_positions", "93_15_stress",
            "93_16_simulation", "93_17_breaks",
        ),
    ),
)  # fmt: skip


def write_chapters(
    plan: Plan, fan: Fan, rating: Rating, tables: Sequence[ReportTable], alternatives: Mapping[str, Plan]
) -> tuple[Chapter, ...]:
    """Write the text of a plan: thirteen chapters (docs/method.md), 附件1 附表 and 附件2 编制说明.

    Chapters name only those of the tables that are given; one that nobody declares is a slip of the pen (`ValueError`).

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/gangu"), fm.read_scenario("baseline"))
    >>> [chapter.title for chapter in write_chapters(plan, fm.simulate(plan, paths=50), fm.rate(plan), (), {})][:2]
    ['依据与原则', '上轮规划与基期执行']
    """
    material = Material.of(plan, fan, rating, tables, alternatives)
    have = {table.id for table in tables}
    with beside(tables):
        written = render_all(
            (name for slot in _CHAPTERS for name in (slot.template, *slot.parts)),
            plan.basis.place.folder,
            context_of(material),
        )
        chapters = [_filled(slot, written, material) for slot in _CHAPTERS]
    unknown = {table for chapter in chapters for table in chapter.tables} - {*declared_tables()}
    if unknown:
        raise ValueError(f"chapters name tables that nobody declares: {sorted(unknown)}")
    return tuple(
        replace(
            chapter,
            paragraphs=tuple(tidy(text) for text in chapter.paragraphs),
            tables=tuple(table for table in chapter.tables if table in have),
            figures=tuple(figure for figure in chapter.figures if _is_drawn(material, figure)),
        )
        for chapter in chapters
    )


def _filled(slot: Slot, written: Mapping[str, Written], m: Material) -> Chapter:
    """One unit a sentence; in the body a mark in the place of what the appendix says of doubts; 附表 holds every table but those of the notes."""
    title, said = written[slot.template].title, [*written[slot.template].paragraphs]
    for number, part in enumerate(written[name] for name in slot.parts if written[name].paragraphs):
        said += [subheading(number, part.title), *part.paragraphs]
    said = [one_unit(text) for text in said]
    if not slot.number.startswith(ANNEX):
        said = [marked(text) for text in said]
    whole = tuple(table.id for table in m.tables if table.id not in _NOTES_TABLES)
    return Chapter(
        slot.number, title, tuple(said), whole if slot.template == "91_tables" else slot.tables, slot.figures
    )


def _is_drawn(m: Material, figure: str) -> bool:
    """An empty frame is no figure: leave out a chart none of whose lines the data carry."""
    lines = {"debt_stock": ("debt_stock",), "interest_burden": ("interest_burden_general", "interest_burden_special")}
    if figure == "treasury_months":
        return m.plan.basis.place.has("treasury")
    return figure not in lines or any(m.knows(line) for line in lines[figure])


def plan_title(plan: Plan) -> str:
    """Return the title of the plan as a document.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan_title(fm.project(fm.read_place("data/places/gangu"), fm.read_scenario("baseline")))
    '甘谷县2025—2029年财政规划（中期财政规划）'
    """
    return f"{plan.basis.place.title}{plan.years[0]}—{plan.years[-1]}年财政规划（中期财政规划）"


def figure_title(figure: str) -> str:
    """Return the caption of a figure; its id where it has none."""
    return TITLES.get(figure, figure)
