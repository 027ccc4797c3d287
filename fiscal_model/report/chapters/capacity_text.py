"""Chapters 9 and 10: the three guarantees, the affordability rating."""

from __future__ import annotations

import numpy as np

from fiscal_model.analysis.rating.rating import Score
from fiscal_model.report.chapters.proposals_text import proposal_sentences
from fiscal_model.report.chapters.rating_text import rating_sentences
from fiscal_model.report.chapters.warning_text import warning_sentences
from fiscal_model.report.material import Chapter, Material
from fiscal_model.report.standing import balance_sentence, stands_against
from fiscal_model.report.wording import UNVERIFIED, and_so, band, money, numbered, odds_percent, percent, tidy, warning
from fiscal_model.report.wording_by_year import against_base, by_year, in_years, money_by_year


def guarantees(m: Material) -> Chapter:
    """Write chapter 9."""
    total, own = m.line("guarantees_total"), m.line("guarantees_county")
    above, cover = m.line("guarantees_from_above"), m.line("guarantee_coverage")
    paragraphs = [
        "（一）保障需求",
        f"“三保”需求（各级资金合计）规划期为：{money_by_year(m.years, total)}，"
        f"{against_base(m.seen('guarantees_total'), total)}。" + _from_above(above, own, m),
        *_sources(m),
        *_items(m),
        "（二）保障能力",
        *_coverage(m, cover),
        "（三）预警、库款和整改",
        *warning_sentences(m.plan, m.fan),
        "（四）保障措施",
        "“三保”支出在预算中优先足额安排，先国家标准、后地方标准；在“三保”预算没有足额安排之前，不安排其他支出。"
        "执行中单列预算、单独核算、优先拨付，库款优先保障工资和基本民生支出，按月监测。",
    ]
    tables = ("guarantees", "guarantee_warning", "treasury_months", "gap_measures", "findings")
    figures = ("guarantees", "guarantee_warning", "treasury_months")
    return Chapter("九", "“三保”保障", tuple(paragraphs), tables, figures)


def _from_above(above: np.ndarray, own: np.ndarray, m: Material) -> str:
    if float(above.max()) < 0.5:
        return "上级负担部分未分列，全部按本级财力负担测算，保障倍数因此偏于保守。"
    return f"其中由本级财力负担{m.years[0]}年{money(own[0])}、{m.years[-1]}年{money(own[-1])}，其余由上级专项资金负担。"


def _sources(m: Material) -> list[str]:
    borrowed = "外地" in m.plan.basis.grain["guarantees"]
    found = [warning(caution) for caution in m.plan.cautions if caution.code.startswith(("guarantee", "arranged"))]
    if borrowed:
        found.append(f"“三保”分类数借用外地比例推算，{UNVERIFIED}，应以本地“三保”清单替换。")
    return ["口径说明：" + "".join(found)] if found else []


def _items(m: Material) -> list[str]:
    detail = m.plan.basis.guarantees.detail
    if not len(detail):
        return ["人员台账和“三保”项目清单未提供，未作分人员、分项目测算。"]
    last = detail[detail["year"] == m.years[-1]].sort_values("need", ascending=False).head(6)
    listed = "、".join(f"{row.label}{money(row.need)}" for row in last.itertuples())
    return [f"{m.years[-1]}年需求居前的分组和项目为：{listed}。"]


def _coverage(m: Material, cover: np.ndarray) -> list[str]:
    shown = "、".join(
        f"{year}年{value:.2f}倍（{band('guarantee_coverage', value)}）"
        for year, value in zip(m.years, cover, strict=True)
    )
    said = f"三保保障倍数（可用财力与本级负担的“三保”需求之比）为：{shown}。分档为设计值，{UNVERIFIED}。"
    short = in_years(m.years, m.line("guarantees_shortfall"))
    if short:
        listed = "、".join(f"{when}年{money(value)}" for when, value in short)
        said += f"可用财力不足以保障“三保”，缺口为：{listed}，必须立即向上级报告并压减其他支出。"
    else:
        said += f"各年可用财力均能覆盖“三保”需求，没有缺口，最低为{m.years[int(np.argmin(cover))]}年。"
    chance = m.fan.probabilities.get("guarantee_coverage")
    if chance is not None:
        said += f"模拟显示，保障倍数低于1的概率为：{by_year(m.years, chance, odds_percent)}。"
    return [said]


def rating(m: Material) -> Chapter:
    """Write chapter 10."""
    given = m.rating
    scored = "；".join(
        f"{label}{value:.1f}分（权重{percent(given.weights[label])}）" if np.isfinite(value) else f"{label}因缺数据未评"
        for label, value in given.indices.items()
    )
    paragraphs = [
        "（一）评估方法",
        "从收入稳健、支出结构、债务可持续、社保可持续、预算管理、财政保障六个方面，以本规划测算结果逐项评分。"
        f"指标、权重和分界均为设计值，没有找到正式办法，{UNVERIFIED}，结果只供内部参考，可按正式办法重设后重算。"
        "触及否决项的，不论得分高低，评级不高于该项的封顶等级；否决项和封顶等级同为设计值；有权重的指数缺少必需数据的，不评级。",
        "（二）评估结果",
        f"六项指数得分为：{scored}。{tidy(given.reasons[0])}。",
        *_vetoes(m),
        *[f"{reason}。" for reason in given.reasons[1 + len(given.vetoes) :]],
        *_chances(m),
        *rating_sentences(m),
        "（三）结论和应用",
        _conclusion(m),
        *proposal_sentences(m.plan),
    ]
    return Chapter("十", "财政承受能力评估", tuple(paragraphs), ("rating", "proposals_assessed"), ("rating",))


def _vetoes(m: Material) -> list[str]:
    """What gates are broken, rated or not; that none is, where the place is rated."""
    if not m.rating.vetoes:
        return ["没有触及否决项。"] if m.rating.rated else []
    return ["触及的否决项：", *numbered(f"{tidy(veto.reason)}。" for veto in m.rating.vetoes)]


def _chances(m: Material) -> list[str]:
    listed = "、".join(f"“{grade}”{odds_percent(chance)}" for grade, chance in m.fan.ratings.items() if chance > 0)
    return (
        [f"模拟{m.fan.paths:,}条路径，触及否决项的同样封顶，各等级的概率为：{listed}。"]
        if listed and m.rating.rated
        else []
    )


def _conclusion(m: Material) -> str:
    free, gap = m.line("uncommitted_resources"), float(m.line("funding_gap").sum())
    short = "、".join(str(year) for year, value in zip(m.years, free, strict=True) if value < -0.5)
    weak = sorted((score for score in m.rating.scores if np.isfinite(score.score)), key=_points)[:3]
    parts = [f"制约承受能力的主要因素依次是{'、'.join(score.label for score in weak)}"] if weak else []
    first = "先落实上述问题的解决办法，再" if stands_against(m.plan) else ""
    parts.append(
        "规划期存在收支缺口，不具备新增支出政策的空间" if gap > 0.5
        else f"{short}年延续性支出超出当年财力（未安排财力为负），该{'几' if '、' in short else ''}年新增支出政策须有压减、推迟或新的财力相抵，"
        f"并{first}逐项作财政承受能力评估，通过后方可列入预算" if short
        else f"规划期{balance_sentence(m.plan)}，新增支出政策和政府投资项目须{first}逐项作财政承受能力评估，通过后方可列入预算"
    )  # fmt: skip
    return and_so(*parts) + "。"


def _points(score: Score) -> float:
    return score.score
