"""Chapters 8 to 10: debt, the three guarantees, the affordability rating."""

from __future__ import annotations

import numpy as np

from fiscal_model.affordability.rating import Score
from fiscal_model.capacity import first_breach
from fiscal_model.report.narrative_warning import warning_sentences
from fiscal_model.report.wording import (
    NOT_GIVEN,
    UNVERIFIED,
    Chapter,
    Material,
    against_base,
    and_so,
    band,
    by_year,
    doubt,
    in_years,
    known,
    money,
    money_by_year,
    numbered,
    percent,
    warning,
)
from fiscal_model.rules import rules
from fiscal_model.vocabulary import DebtKind

_DEBT_INDICATORS = (
    "debt_ratio",
    "debt_to_gdp",
    "interest_burden_general",
    "interest_burden_special",
    "debt_service_ratio",
)
_RESTRUCTURING = ("interest_burden_general", "interest_burden_special")


def debt(m: Material) -> Chapter:
    """Write chapter 8."""
    paragraphs = [
        "（一）债务限额和余额",
        *[_stock(m, kind) for kind in DebtKind],
        "（二）还本付息和偿债来源",
        *_service(m),
        "（三）债务风险指标",
        *_indicators(m),
        "（四）付息支出超过10%的处置要求",
        *_restructuring(m),
        "（五）隐性债务化解和暂付款消化",
        *_hidden(m),
    ]
    tables = ("debt", "debt_service", "hidden_debt", "temporary_payments")
    return Chapter(
        "八", "政府债务与化债", tuple(paragraphs), tables, ("debt_stock", "debt_service", "interest_burden")
    )


def _stock(m: Material, kind: DebtKind) -> str:
    if not m.knows(f"debt_{kind}_stock"):
        return f"{kind.label}余额{NOT_GIVEN}，有关指标不计算。"
    stock, issued = m.line(f"debt_{kind}_stock"), m.line(f"debt_{kind}_issued_new")
    opening = float(m.line(f"debt_{kind}_opening_stock")[0])
    said = (
        f"{kind.label}余额由规划期初{money(opening)}变化到{m.years[-1]}年末{money(float(stock[-1]))}，"
        f"{f'规划期新增{money(float(issued.sum()))}' if issued.sum() > 0.5 else '规划期未安排新增债券'}，各年末余额为：{money_by_year(m.years, stock)}。"
    )
    use = m.line(f"limit_use_{kind}")
    if known(*use):
        over = [str(year) for year, value in zip(m.years, use, strict=True) if value > 1.0000001]
        said += f"限额使用率最高{percent(float(use.max()))}，" + (
            f"{'、'.join(over)}年余额超过限额，违反预算法实施条例第四十三条，必须调减举债。"
            if over
            else "各年余额均未超过限额。"
        )
    codes = {f"{kind}_stock_old", f"{kind}_limit_unknown"}
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
            peak = int(np.argmax(repaid))
            said += (
                f"，高峰在{m.years[peak]}年（{money(float(repaid[peak]))}）；其中再融资{money(float(refinanced.sum()))}，"
                f"占{percent(float(refinanced.sum()) / total)}，自有资金偿还{money(float(own.sum()))}"
            )
        said += f"；付息{money(float(interest.sum()))}" if known(*interest) else f"；付息{NOT_GIVEN}"
        found.append(said + "。")
    found.append(
        "一般债务付息列一般公共预算，专项债务还本付息列政府性基金预算，以对应的基金收入和项目收益偿还，"
        f"利息不得用新发债券支付。测算细度为“{m.plan.basis.grain['debt']}”。"
    )
    support = in_years(m.years, m.line("fund_transfer_in"))
    if support:
        listed = "、".join(f"{year}年{money(value)}" for year, value in support)
        found.append(f"政府性基金收入不足以偿付专项债务本息，须由一般公共预算调入资金补足：{listed}。")
    return found


def _indicators(m: Material) -> list[str]:
    found = []
    for name in _DEBT_INDICATORS:
        label, values = str(rules("indicators")[name]["label"]), m.line(name)
        if not known(*values):
            found.append(f"{label}：{NOT_GIVEN}。")
            continue
        shown = "、".join(
            f"{year}年{percent(float(value))}（{band(name, float(value))}）"
            for year, value in zip(m.years, values, strict=True)
        )
        partial = name == "debt_service_ratio" and not m.knows("interest_general", "interest_special")
        note = "付息资料不全，该指标未含全部付息，偏低。" if partial else ""
        found.append(f"{label}：{shown}。{_breach(m, name, values)}{note}")
    found.append(
        f"上述分档中，凡没有正式文件依据的均按通行做法或设计值确定，{UNVERIFIED}，只作内部预警，不作为对外认定债务风险等级的依据。"
        + _conventions(m)
    )
    return numbered(found[:-1]) + found[-1:]


def _breach(m: Material, name: str, values: np.ndarray) -> str:
    year = first_breach(name, values, m.years)
    line = float(rules("indicators")[name]["breach"])
    tail = f"（该线{doubt(name)}）" if doubt(name) else ""
    if year is None:
        return f"规划期未突破{line:.0%}的警戒线{tail}。"
    return (
        f"自{year}年起突破{line:.0%}的警戒线{tail}。"
        if year > m.years[0]
        else f"规划首年即突破{line:.0%}的警戒线{tail}。"
    )


def _conventions(m: Material) -> str:
    if not m.knows("debt_ratio", "debt_ratio_a", "debt_ratio_b"):
        return ""
    a, b, c = (float(m.line(name)[-1]) for name in ("debt_ratio_a", "debt_ratio_b", "debt_ratio"))
    return (
        f"债务率分母“综合财力”有三种口径，{m.years[-1]}年债务率按口径A（含结转、调入）为{percent(a)}，"
        f"按口径B（收入加转移性收入）为{percent(b)}，按本规划采用的口径C（不含债务收入和结转）为{percent(c)}。"
    )


def _restructuring(m: Material) -> list[str]:
    found, hit = [], False
    for name in _RESTRUCTURING:
        values, label = m.line(name), str(rules("indicators")[name]["label"])
        if not known(*values):
            continue
        year = first_breach(name, values, m.years)
        if year is not None:
            hit = True
            found.append(f"{label}自{year}年起超过10%，规划期最高{percent(float(values.max()))}。")
    rule = f"按国办函〔2016〕88号（条文{UNVERIFIED}），一般债务付息支出占一般公共预算支出、或专项债务付息支出占政府性基金支出超过10%的，"
    if hit:
        found.append(
            f"{rule}必须启动财政重整。据此应由{m.government}政府债务管理领导机构牵头，先核实规则原文和计算口径，再按程序研究以下措施："
            "拓宽财源、增加收入，压减基本民生以外的支出，处置政府资产，申请上级救助，加强预算审查和审计监督。"
        )
    elif any(known(*m.line(name)) for name in _RESTRUCTURING):
        found.append(f"规划期付息支出占比均未超过10%。{rule}须启动财政重整，本规划逐年监测。")
    else:
        found.append(f"付息支出资料未提供，是否超过10%未作判断。{rule}须启动财政重整。")
    return found


def _hidden(m: Material) -> list[str]:
    found = []
    if m.knows("hidden_debt_stock"):
        stock, resolved = m.line("hidden_debt_stock"), m.line("hidden_debt_resolved")
        cleared = next((year for year, value in zip(m.years, stock, strict=True) if value < 0.5), None)
        said = (
            f"隐性债务规划期化解{money(float(resolved.sum()))}，年末余额为：{money_by_year(m.years, stock)}，"
        )
        said += f"{cleared}年底清零。" if cleared else f"{m.years[-1]}年末尚未清零。"
        contract = m.plan.basis.hidden.contract_stock
        said += f"按合同在2029年及以后偿还的{money(contract)}单列，不在上述余额内。" if contract > 0.5 else ""
        found.append(said)
    else:
        found.append(f"隐性债务{NOT_GIVEN}。不得新增隐性债务，不得以任何形式违法违规举债。")
    if m.knows("digestion"):
        stock = m.line("temporary_payments_stock")
        found.append(
            f"财政暂付款规划期消化{money(float(m.line('digestion').sum()))}，{m.years[-1]}年末余额{money(float(stock[-1]))}，不再新增。"
        )
    else:
        found.append(f"财政暂付款{NOT_GIVEN}。")
    return found


def guarantees(m: Material) -> Chapter:
    """Write chapter 9."""
    total, own = m.line("guarantees_total"), m.line("guarantees_county")
    above, cover = m.line("guarantees_from_above"), m.line("guarantee_coverage")
    paragraphs = [
        "（一）保障需求",
        f"“三保”需求（各级资金合计）规划期为：{money_by_year(m.years, total)}，"
        f"{against_base(m.seen('guarantees_total'), float(total[-1]), len(m.years))}。"
        + _from_above(above, own, m),
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
    return f"其中由本级财力负担{m.years[0]}年{money(float(own[0]))}、{m.years[-1]}年{money(float(own[-1]))}，其余由上级专项资金负担。"


def _sources(m: Material) -> list[str]:
    borrowed = "外地" in m.plan.basis.grain["guarantees"]
    found = [
        warning(caution) for caution in m.plan.cautions if caution.code.startswith(("guarantee", "arranged"))
    ]
    if borrowed:
        found.append(f"“三保”分类数借用外地比例推算，{UNVERIFIED}，应以本地“三保”清单替换。")
    return ["口径说明：" + "".join(found)] if found else []


def _items(m: Material) -> list[str]:
    detail = m.plan.basis.guarantees.detail
    if not len(detail):
        return ["人员台账和“三保”项目清单未提供，未作分人员、分项目测算。"]
    last = detail[detail["year"] == m.years[-1]].sort_values("need", ascending=False).head(6)
    listed = "、".join(f"{row.label}{money(float(row.need))}" for row in last.itertuples())
    return [f"{m.years[-1]}年需求居前的分组和项目为：{listed}。"]


def _coverage(m: Material, cover: np.ndarray) -> list[str]:
    shown = "、".join(
        f"{year}年{value:.2f}倍（{band('guarantee_coverage', float(value))}）"
        for year, value in zip(m.years, cover, strict=True)
    )
    year = first_breach("guarantee_coverage", cover, m.years)
    said = f"三保保障倍数（可用财力与本级负担的“三保”需求之比）为：{shown}。分档为设计值，{UNVERIFIED}。"
    short = in_years(m.years, m.line("guarantees_shortfall"))
    if short:
        listed = "、".join(f"{when}年{money(value)}" for when, value in short)
        said += f"{year}年起可用财力不足以保障“三保”，缺口为：{listed}，必须立即向上级报告并压减其他支出。"
    else:
        said += f"各年可用财力均能覆盖“三保”需求，没有缺口，最低为{m.years[int(np.argmin(cover))]}年。"
    chance = m.fan.probabilities.get("guarantee_coverage")
    if chance is not None:
        said += f"模拟显示，保障倍数低于1的概率为：{by_year(m.years, chance, percent)}。"
    return [said]


def rating(m: Material) -> Chapter:
    """Write chapter 10."""
    given = m.rating
    scored = "；".join(
        f"{label}{value:.1f}分（权重{percent(given.weights[label])}）"
        if np.isfinite(value)
        else f"{label}因缺数据未评"
        for label, value in given.indices.items()
    )
    paragraphs = [
        "（一）评估方法",
        "从收入稳健、支出结构、债务可持续、社保可持续、预算管理、财政保障六个方面，以本规划测算结果逐项评分。"
        f"指标、权重和分界均为设计值，没有找到正式办法，{UNVERIFIED}，结果只供内部参考，可按正式办法重设后重算。",
        "（二）评估结果",
        f"六项指数得分为：{scored}。综合得分{given.total:.1f}分，评定为“{given.grade}”。",
        *[f"{reason}。" for reason in given.reasons[1:]],
        "（三）结论和应用",
        _conclusion(m),
    ]
    return Chapter("十", "财政承受能力评估", tuple(paragraphs), ("rating",), ("rating",))


def _conclusion(m: Material) -> str:
    space, gap = m.line("fiscal_space"), float(m.line("funding_gap").sum())
    weak = sorted((score for score in m.rating.scores if np.isfinite(score.score)), key=_points)[:3]
    parts = [f"制约承受能力的主要因素依次是{'、'.join(score.label for score in weak)}"] if weak else []
    parts.append(
        "规划期存在收支缺口，不具备新增支出政策的空间" if gap > 0.5
        else "规划期部分年份财政空间为负，不具备新增支出政策的空间" if float(space.min()) < 0
        else "规划期能够保持收支平衡，新增支出政策和政府投资项目须逐项作财政承受能力评估，通过后方可列入预算"
    )  # fmt: skip
    return and_so(*parts) + "。"


def _points(score: Score) -> float:
    return score.score
