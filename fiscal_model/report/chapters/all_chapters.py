"""The words of the plan: thirteen chapters and two annexes, every figure taken from the plan itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from fiscal_model.analysis.rating.rating import Rating
from fiscal_model.analysis.risk.simulate import Fan
from fiscal_model.inputs.scenario import QUALITIES
from fiscal_model.model.planbook import list_assumptions
from fiscal_model.model.projection import Plan
from fiscal_model.report.chapters.capacity_text import guarantees
from fiscal_model.report.chapters.capacity_text import rating as rating_chapter
from fiscal_model.report.chapters.debt_text import debt
from fiscal_model.report.chapters.opening_text import base_year, basis_and_principles, outlook
from fiscal_model.report.chapters.outlook_text import reforms, risks, scenarios
from fiscal_model.report.chapters.revenue_text import revenue
from fiscal_model.report.chapters.spending_text import measures, resources, spending
from fiscal_model.report.lower_levels_text import beside
from fiscal_model.report.material import Chapter, Material
from fiscal_model.report.series import TITLES
from fiscal_model.report.tables.annex import declared_tables
from fiscal_model.report.wording import UNVERIFIED, numbered, tidy, warning
from fiscal_model.words.table import ReportTable

ANNEX = "附件"
"""What the number of an annex begins with."""

_CHAPTERS = (
    basis_and_principles, base_year, outlook, revenue, spending, resources, measures, debt, guarantees, rating_chapter,
    scenarios, reforms, risks,
)  # fmt: skip
_NOTES_TABLES = ("assumptions", "cautions", "grain")


def write_chapters(
    plan: Plan, fan: Fan, rating: Rating, tables: Sequence[ReportTable], alternatives: Mapping[str, Plan]
) -> tuple[Chapter, ...]:
    """Write the text of a plan: thirteen chapters (docs/method.md), 附件1 附表 and 附件2 假设与口径说明.

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
    chapters = [write(material) for write in _CHAPTERS]
    chapters += [_tables_annex(material), _notes_annex(material)]
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


def _tables_annex(m: Material) -> Chapter:
    listed = [table for table in m.tables if table.id not in _NOTES_TABLES]
    paragraphs = [
        f"附表共{len(m.tables)}张，编号不连续的为本次没有数据、未编制的表。表中“—”表示没有数据，不是零。",
        *[f"附表{table.number}　{table.title}" for table in m.tables],
    ]
    return Chapter(f"{ANNEX}1", "附表", tuple(paragraphs), tuple(table.id for table in listed))


def _notes_annex(m: Material) -> Chapter:
    rows = list_assumptions(m.plan)
    counts = rows["quality"].value_counts()
    graded = "、".join(f"{QUALITIES[str(quality)]}{count}项" for quality, count in counts.items())
    paragraphs = [
        "（一）假设",
        f"共{len(rows)}项假设，按依据级别分：{graded}。标注“{UNVERIFIED}”的没有找到正式依据或本地数据，应逐项核实替换；"
        "逐项取值和来源见附表30。",
        "（二）口径",
        *numbered(_definitions(m)),
        "（三）提示事项",
        *numbered(f"{caution.where}：{warning(caution)}" for caution in m.plan.cautions),
    ]
    return Chapter(f"{ANNEX}2", "假设与口径说明", tuple(paragraphs), _NOTES_TABLES)


def _definitions(m: Material) -> list[str]:
    below, net = (
        beside(m.plan, words) for words in ("＋下级上解－补助下级的财力性资金", "＋下级上解－补助下级（基金同）")
    )
    return [
        f"统计口径为{m.plan.basis.place.scope.label}，不同口径的数据不相加；基期数据以决算数优先，没有决算数的用执行数。",
        f"可用财力＝自有收入＋调入资金＋动用预算稳定调节基金＋财力性转移支付{below}－上解支出。",
        "三保保障倍数＝可用财力÷本级负担的“三保”需求；未安排财力＝可用财力－动用稳调－延续性支出。",
        f"综合财力（口径C）＝自有收入＋上级补助{net}－上解＋政府性基金收入＋基金补助＋国有资本经营收入；债务率＝政府债务余额÷综合财力。",
        "没有数据的项目印“—”，在计算合计时按没有该项处理，不作为零公布。",
        "表内合计经取整调平，表内各项相加等于合计；因四舍五入，文字与附表、附表与附表之间个别数字可能相差1万元。",
        "80%区间指模拟结果的10%分位到90%分位；概率为模拟路径中发生的比例，以模型和历史误差为条件。",
    ]
