"""Chapter 8: government debt, its service and its risk; hidden debt, projects, temporary payments, contingent liabilities."""

from __future__ import annotations

from fiscal_model.law.indicators import label_of_indicator
from fiscal_model.law.limits import interest_mark
from fiscal_model.law.rules import rules
from fiscal_model.model.debt_ratios import crossing_of
from fiscal_model.report.chapters.bonds_text import maturity_sentences
from fiscal_model.report.chapters.contingent_text import contingent_sentences
from fiscal_model.report.chapters.hidden_debt_text import hidden_sentences
from fiscal_model.report.chapters.indicators_text import indicator_sentences, rule_sentences
from fiscal_model.report.chapters.legal_debt_text import legal_debt_sentences
from fiscal_model.report.chapters.measures_text import temporary_payment_sentences
from fiscal_model.report.chapters.projects_text import project_sentences
from fiscal_model.report.material import Chapter, Material
from fiscal_model.report.standing import nobody_knows_who_pays
from fiscal_model.report.wording import NOT_GIVEN, UNVERIFIED, band, doubt, known, money, numbered, percent
from fiscal_model.report.wording_by_year import money_by_year, money_in_years, peak_sentence
from fiscal_model.words.vocabulary import DebtKind

_DEBT_INDICATORS = (
    "debt_ratio",
    "debt_to_gdp",
    "interest_burden_general",
    "interest_burden_special",
    "debt_service_ratio",
)
_TABLES = (
    "debt",
    "debt_service",
    "restructuring",
    "restructuring_needed",
    "hidden_debt",
    "swap_order",
    "asset_pool",
    "special_projects",
    "special_quota",
    "temporary_payments",
    "contingent_items",
    "contingent_years",
)
_FIGURES = ("debt_stock", "maturity_wall", "debt_service", "hidden_debt", "project_coverage", "interest_burden")


def debt(m: Material) -> Chapter:
    """Write chapter 8."""
    paragraphs = [
        "（一）债务限额、余额和新增举债",
        *[_stock(m, kind) for kind in DebtKind],
        *legal_debt_sentences(m),
        "（二）还本付息和偿债来源",
        *_service(m),
        *maturity_sentences(m),
        "（三）债务风险指标",
        *_indicators(m),
        f"（四）付息支出超过{interest_mark()}的处置要求",
        *rule_sentences(m),
        "（五）隐性债务化解",
        *hidden_sentences(m),
        "（六）专项债券项目",
        *project_sentences(m),
        "（七）财政暂付款消化",
        _temporary_payments(m),
        *contingent_sentences(m.plan),
    ]
    return Chapter("八", "政府债务与化债", tuple(paragraphs), _TABLES, _FIGURES)


def _stock(m: Material, kind: DebtKind) -> str:
    if not m.knows(f"debt_{kind}_stock"):
        return f"{kind.label}余额{NOT_GIVEN}，有关指标不计算。"
    stock, issued = m.line(f"debt_{kind}_stock"), m.line(f"debt_{kind}_issued_new")
    opening = float(m.line(f"debt_{kind}_opening_stock")[0])
    said = (
        f"{kind.label}余额由规划期初{money(opening)}变化到{m.years[-1]}年末{money(stock[-1])}，"
        f"{f'规划期新增{money(issued.sum())}' if issued.sum() > 0.5 else '规划期未安排新增债券'}，各年末余额为：{money_by_year(m.years, stock)}。"
    )
    use = m.line(f"limit_use_{kind}")
    if known(*use):
        over = [str(year) for year, value in zip(m.years, use, strict=True) if value > 1.0000001]
        said += f"限额使用率最高{percent(use.max())}，" + (
            f"{'、'.join(over)}年余额超过限额，违反预算法实施条例第四十三条，必须调减举债。"
            if over
            else "各年余额均未超过限额。"
        )
    codes = {f"{kind}_stock_old", f"{kind}_stock_rolled", f"{kind}_limit_unknown"}
    return said + "".join(f"（{caution.message}。）" for caution in m.plan.cautions if caution.code in codes)


def _service(m: Material) -> list[str]:
    found = []
    for kind in DebtKind:
        repaid, refinanced = m.line(f"debt_{kind}_repaid"), m.line(f"debt_{kind}_refinanced")
        own, interest = m.line(f"principal_{kind}_own"), m.line(f"interest_{kind}")
        if not known(*repaid, *refinanced, *own):
            found.append(f"{kind.label}还本{NOT_GIVEN}。")
            continue
        total = float(repaid.sum())
        said = f"{kind.label}规划期到期本金{money(total)}"
        if total > 0.5:
            said += (
                f"，{peak_sentence(m.years, repaid)}；其中再融资{money(refinanced.sum())}，"
                f"占{percent(float(refinanced.sum()) / total)}，自有资金偿还{money(own.sum())}"
            )
        said += f"；付息{money(interest.sum())}" if known(*interest) else f"；付息{NOT_GIVEN}"
        found.append(said + "。")
    found.append(
        "一般债务付息列一般公共预算，专项债务还本付息列政府性基金预算，以对应的基金收入和项目收益偿还，"
        f"利息不得用新发债券支付。测算细度为“{m.plan.basis.grain['debt']}”。"
    )
    found += [f"{said}。" for said in nobody_knows_who_pays(m.plan)]
    if support := money_in_years(m.years, m.line("fund_transfer_in")):
        found.append(f"政府性基金收入不足以偿付专项债务本息，须由一般公共预算调入资金补足：{support}。")
    return found


def _indicators(m: Material) -> list[str]:
    found = []
    for name in _DEBT_INDICATORS:
        label, values = label_of_indicator(name), m.line(name)
        if not known(*values):
            found.append(f"{label}：{NOT_GIVEN}。")
            continue
        shown = "、".join(
            f"{year}年{percent(value)}（{band(name, value)}）" for year, value in zip(m.years, values, strict=True)
        )
        partial = name == "debt_service_ratio" and not m.knows("interest_general", "interest_special")
        note = "付息资料不全，该指标未含全部付息，偏低。" if partial else ""
        found.append(f"{label}：{shown}。{_breach(m, name)}{note}")
    found.append(
        f"上述分档中，凡没有正式文件依据的均按通行做法或设计值确定，{UNVERIFIED}，只作内部预警，不作为对外认定债务风险等级的依据。"
    )
    return [*numbered(found[:-1]), found[-1], *indicator_sentences(m)]


def _breach(m: Material, name: str) -> str:
    """Say when an indicator is over its line, since when where it was before the plan; the years where it comes and goes."""
    found = crossing_of(m.plan, name)
    line = f"{float(rules('indicators')[name]['breach']):.0%}的警戒线" + (
        f"（该线{doubt(name)}）" if doubt(name) else ""
    )
    if found.ahead:
        return f"{found.years}突破{line}。"
    earlier = f"，{'、'.join(map(str, found.before))}年曾突破" if found.before else ""
    return f"规划期未突破{line}{earlier}。"


def _temporary_payments(m: Material) -> str:
    if not m.knows("digestion"):
        return f"财政暂付款{NOT_GIVEN}。"
    return "".join(temporary_payment_sentences(m.plan))
