"""Chapters 1 to 3: basis and principles, the base year, the outlook."""

from __future__ import annotations

import numpy as np

from fiscal_model.model.planbook import inferred_lines
from fiscal_model.report.chapters.bridge_text import bridge_sentences
from fiscal_model.report.lower_levels_text import reliance
from fiscal_model.report.material import Chapter, Material
from fiscal_model.report.standing import balance_sentence, doubted
from fiscal_model.report.wording import NOT_GIVEN, UNVERIFIED, and_so, known, money, numbered, percent
from fiscal_model.report.wording_by_year import against_base, average_growth, by_year, change
from fiscal_model.words.lines import LINES
from fiscal_model.words.vocabulary import DebtKind

STATUS_WORDS = {"final_accounts": "决算数", "estimate": "执行数"}
_BLOCKS = {
    "revenue": "自有收入", "transfers": "上级补助", "guarantees": "“三保”", "debt": "政府债务", "funds": "政府性基金",
    "state_capital": "国有资本经营", "projects": "项目", "social_insurance": "社会保险基金",
}  # fmt: skip


def basis_and_principles(m: Material) -> Chapter:
    """Write chapter 1."""
    place = m.plan.basis.place
    grain = "、".join(f"{_BLOCKS[block]}（{text}）" for block, text in m.plan.basis.grain.items())
    described = m.plan.basis.scenario.description.rstrip("。")
    paragraphs = [
        *_invented(m),
        *doubted(m.plan),
        "（一）编制依据",
        "本规划依据《中华人民共和国预算法》第十二条关于建立跨年度预算平衡机制、第三十五条关于地方各级预算不列赤字的规定，"
        "《中华人民共和国预算法实施条例》关于四本预算编制、预算稳定调节基金和超收短收处理的规定，以及《政府投资条例》第八条、"
        "第十八条关于统筹安排政府投资资金应当根据中期财政规划、政府投资年度计划应当和本级预算相衔接的规定编制。"
        "编制方法参照《国务院关于实行中期财政规划管理的意见》（国发〔2015〕3号，据转载文本，条文以原件为准）"
        "关于逐年滚动、更新基期的要求。",
        "（二）基本原则",
        "一是量入为出、收支平衡。各本预算每年收支相等；短收时按预算法实施条例第七十八条规定的途径弥补，县级不列赤字。"
        if m.government == "县"
        else "一是量入为出、收支平衡。各本预算每年收支相等；短收时按预算法实施条例第七十八条规定的途径弥补，市级不列赤字。",
        "二是“三保”优先。基本民生、工资、运转支出先于其他支出安排，任何平衡措施均不压减“三保”支出。",
        "三是债务可持续。一般债务和专项债务余额均不突破限额（预算法实施条例第四十三条），还本付息列入预算，不新增隐性债务。",
        "四是实事求是。收入按历史规律测算，不作为收入任务下达（预算法第五十五条）；测算出的缺口如实列示，不作人为平衡；"
        f"没有正式依据的标准和参数，一律注明“{UNVERIFIED}”。",
        "（三）规划范围和口径",
        f"规划期为{m.span}，以{m.base}年为基期，口径为{place.scope.label}（{m.area}），金额单位为万元，"
        f"按年度滚动更新。测算采用“{m.plan.basis.scenario.name}”" + (f"（{described}）。" if described else "。"),
        f"各部分测算的细度为：{grain}。",
        *([f"数据情况：{place.note}"] if place.note else []),
    ]
    return Chapter("一", "依据与原则", tuple(paragraphs))


def _invented(m: Material) -> list[str]:
    if not m.plan.basis.place.invented:
        return []
    name = m.plan.basis.place.name
    return [f"特别声明：{name}为虚构地区，本规划的全部数据均为虚构，仅供演示和学习，不反映任何真实地区的财政状况。"]


def base_year(m: Material) -> Chapter:
    """Write chapter 2."""
    paragraphs = [
        "（一）上轮规划执行情况",
        *_against_budget(m),
        f"（二）{m.base}年一般公共预算执行情况",
        *_general_budget(m),
        "（三）其他三本预算执行情况",
        *_other_budgets(m),
        "（四）债务和存量资金情况",
        *_stocks(m),
    ]
    tables = ("plan_bridge", "plan_outturn", "plan_record", "carried_commitments")
    return Chapter("二", "上轮规划与基期执行", tuple(paragraphs), tables, ("plan_bridge",))


def _against_budget(m: Material) -> list[str]:
    planned = m.plan.basis.history.planned
    parts = []
    for line, label in (("own_revenue", "一般公共预算收入"), ("expenditure", "一般公共预算支出")):
        if line in planned.columns and m.base in planned.index:
            budget, actual = float(planned.at[m.base, line]), m.plan.basis.history.value(line, m.base)
            if known(budget, actual) and budget > 0:
                parts.append(f"{label}预算{money(budget)}，实际完成{money(actual)}，为预算的{percent(actual / budget)}")
    past = bridge_sentences(m)
    first = "" if past else "本次编制未提供上一轮中期财政规划文本及其评估资料，未作逐项对照。"
    return [
        *past,
        first
        + (f"与{m.base}年预算比较，{'；'.join(parts)}。" if parts else f"{m.base}年预算数未提供，未作执行偏差分析。"),
    ]


def _general_budget(m: Material) -> list[str]:
    history, base = m.plan.basis.history, m.base
    status = history.status.reindex(index=[base], columns=["own_revenue"]).iat[0, 0]
    own, spent = history.value("own_revenue", base), history.value("expenditure", base)
    word = STATUS_WORDS.get(str(status), "实际数")
    tax = history.value("tax_revenue", base)
    parts = [
        and_so(f"{base}年，{m.area}一般公共预算收入（{word}）{money(own)}", _versus_last(m, "own_revenue")),
        f"其中税收收入{money(tax)}，占{percent(tax / own)}" if known(tax) and own > 0 else "税收和非税收入未分列",
    ]
    found = ["；".join(parts) + "。" + and_so(f"一般公共预算支出{money(spent)}", _versus_last(m, "expenditure")) + "。"]
    found.append(f"当年{_flows(m)}收入总计与支出总计均为{money(m.seen('resources_total'))}。")
    series = history.series("own_revenue", base)
    if len(series) >= 3:
        first = int(series.index.min())
        growth = average_growth(float(series.iloc[0]), own, base - first)
        found.append(f"{first}年至{base}年，一般公共预算收入由{money(series.iloc[0])}变化到{money(own)}，{growth}。")
    return found


def _flows(m: Material) -> str:
    """List the other flows of the general budget; one that was not published is never printed as zero."""
    names = (
        "transfers", "debt_proceeds_general", "transfer_in", "stabilization_draw", "principal_general", "remitted_up",
        "carry_out",
    )  # fmt: skip
    labels = {name: LINES[name].label for name in names} | {"remitted_up": "上解支出"}
    flows, published = m.plan.basis.balance.opening.flows, m.plan.basis.balance.opening.published
    said = [
        f"{label}{money(flows[line])}" + ("" if line in published else "（未公布，为推算数）")
        for line, label in labels.items()
        if line in published or abs(flows[line]) > 0.5
    ]
    absent = [label for line, label in labels.items() if line not in published and abs(flows[line]) <= 0.5]
    return "，".join(said) + (f"；{'、'.join(absent)}未公布，未计列。" if absent else "。")


def _versus_last(m: Material, line: str) -> str:
    history = m.plan.basis.history
    said = change(history.value(line, m.base), history.value(line, m.base - 1))
    if not said:
        return "上年数未提供"
    return said if said.startswith("与") else f"比上年{said}"


def _other_budgets(m: Material) -> list[str]:
    found = []
    funds = m.seen("fund_revenue")
    if known(funds):
        land = m.seen("land_revenue")
        detail = f"，其中国有土地使用权出让收入{money(land)}" if known(land) else "，土地出让收入未分列"
        spent = f"；基金支出{money(m.seen('fund_expenditure'))}" if known(m.seen("fund_expenditure")) else ""
        found.append(f"政府性基金预算：收入{money(funds)}{detail}{spent}。")
    else:
        found.append(f"政府性基金预算：收支{NOT_GIVEN}。")
    state = m.seen("state_capital_revenue")
    found.append(
        f"国有资本经营预算：收入{money(state)}，调入一般公共预算{money(m.seen('state_capital_transfer_out'))}。"
        if known(state)
        else f"国有资本经营预算：收支{NOT_GIVEN}。"
    )
    insurance = m.seen("insurance_revenue")
    found.append(
        f"社会保险基金预算：收入{money(insurance)}，支出{money(m.seen('insurance_expenditure'))}，年末滚存结余"
        f"{money(m.seen('insurance_stock'))}{_short_schemes(m)}。社会保险基金不得用于平衡其他预算。"
        if known(insurance, m.seen("insurance_expenditure"))
        else f"社会保险基金预算：收支{NOT_GIVEN}。"
    )
    return found


def _short_schemes(m: Material) -> str:
    insurance = m.plan.basis.balance.insurance
    short = [
        f"{scheme}当年收不抵支{money(-balance)}"
        for scheme, balance in zip(insurance.schemes, insurance.base_balance, strict=True)
        if balance < -0.5
    ]
    return f"，其中{'、'.join(short)}" if short else ""


def _stocks(m: Material) -> list[str]:
    found, history = [], m.plan.basis.history
    for kind in DebtKind:
        series = history.series(f"{kind}_closing_stock", m.base)
        if not m.plan.basis.debt.known[kind] or not len(series):
            found.append(f"{kind.label}：余额{NOT_GIVEN}。")
            continue
        year, stock = int(series.index[-1]), float(series.iloc[-1])
        limit = history.value(f"{kind}_limit_stock", year)
        said = f"{kind.label}：{year}年末余额{money(stock)}"
        said += f"，限额{money(limit)}，低于限额{money(limit - stock)}" if known(limit) and limit >= stock else ""
        said += f"，限额{money(limit)}，余额超过限额，须立即核实" if known(limit) and limit < stock else ""
        said += "，限额未提供" if not known(limit) else ""
        since = history.rolled.get(f"{kind}_closing_stock")
        said += f"（按{since}年末公布的余额加发行、减还本推算）" if since else ""
        found.append(said + ("。" if year == m.base else f"；{m.base}年末余额未提供，以此代替。"))
    unknown_fund = any(caution.code == "stabilization_stock_unknown" for caution in m.plan.cautions)
    fund = m.plan.basis.balance.opening.stabilization_stock
    found.append(
        f"预算稳定调节基金：年末余额未提供，按{f'不少于当年安排数{money(fund)}' if fund > 0.5 else '没有余额'}起算。"
        if unknown_fund
        else f"预算稳定调节基金：年末余额{money(fund)}。"
    )
    place = m.plan.basis.place
    for table, label in (("hidden_debt", "隐性债务"), ("temporary_payments", "财政暂付款")):
        total = float(place.rows(table)["balance"].sum()) if place.has(table) else float("nan")
        found.append(f"{label}：余额{money(total)}。" if place.has(table) else f"{label}：{NOT_GIVEN}。")
    return found


def outlook(m: Material) -> Chapter:
    """Write chapter 3."""
    paragraphs = ["（一）经济社会形势", *_economy(m), "（二）财政运行面临的形势", *_fiscal_outlook(m)]
    return Chapter("三", "经济社会与财政形势", tuple(paragraphs), ("economy",))


def _economy(m: Material) -> list[str]:
    entry = m.plan.basis.assumed.entries["gdp_growth"]
    growth = m.plan.basis.assumed.path("gdp_growth")
    doubtful = (
        f"（来源：{entry.source}；{UNVERIFIED}）" if entry.quality == "unverified" else f"（来源：{entry.source}）"
    )
    macro = m.plan.basis.place.rows("macro")
    gdp = macro[macro["indicator"] == "gdp"].set_index("year")["amount"].sort_index() if len(macro) else macro
    found = []
    if len(gdp):
        past = gdp[gdp.index <= m.base]
        year = int(past.index.max())
        found.append(and_so(f"{year}年地区生产总值{money(past[year])}", _macro_change(past, year)) + "。")
    else:
        found.append("地区生产总值未提供，负债率等与经济总量有关的指标不计算。")
    if np.ptp(growth) < 1e-9:
        found.append(f"规划期地区生产总值名义增速按每年{percent(growth[0])}考虑{doubtful}。")
    else:
        found.append(f"规划期地区生产总值名义增速按{by_year(m.years, growth, percent)}考虑{doubtful}。")
    if m.knows("gdp"):
        found.append(f"据此，到{m.years[-1]}年地区生产总值预计达到{money(m.line('gdp')[-1])}。")
    people = (
        macro[macro["indicator"] == "resident_population"].set_index("year")["amount"].sort_index()
        if len(macro)
        else macro
    )
    people = people[people.index <= m.base] if len(people) else people
    if len(people):
        year = int(people.index.max())
        found.append(f"{year}年末常住人口{float(people[year]) / 1e4:,.1f}万人。")
    return ["".join(found)]


def _macro_change(series: object, year: int) -> str:
    values = series
    if year - 1 not in values.index:  # type: ignore[attr-defined]
        return ""
    said = change(float(values[year]), float(values[year - 1]))  # type: ignore[index]
    return f"名义增速{percent(float(values[year]) / float(values[year - 1]) - 1)}" if said else ""  # type: ignore[index]


def _fiscal_outlook(m: Material) -> list[str]:
    points = []
    flows = m.plan.basis.balance.opening.flows
    own, spent = flows["own_revenue"], flows["expenditure"]
    kept, part = reliance(m.plan)
    points.append(
        f"自给能力方面，{m.base}年财政自给率{percent(own / spent)}，{kept}相当于支出的{percent(part)}，"
        f"收支平衡对转移支付的依赖{'很高' if own / spent < 0.3 else '较高' if own / spent < 0.5 else '适中'}。"
    )
    land = m.seen("land_revenue")
    if known(land):
        earlier = m.seen("land_revenue", m.base - 1)
        moved = change(land, earlier)
        said = f"土地方面，{m.base}年土地出让收入{money(land)}"
        said += f"，{moved if moved.startswith('与') else f'比上年{moved}'}" if moved else ""
        points.append(
            f"{said}，相当于一般公共预算收入的{percent(land / own)}{'，基金收入增长基础偏弱' if land < earlier else ''}。"
        )
    else:
        points.append("土地方面，土地出让收入未提供，未作分析。")
    need = m.seen("guarantees_total")
    if known(need):
        points.append(
            f"刚性支出方面，基期“三保”需求{money(need)}{'（推算数）' if 'guarantees_total' in inferred_lines(m.plan) else ''}，占一般公共预算支出的{percent(need / spent)}，"
            f"到{m.years[-1]}年{against_base(need, m.line('guarantees_total'))}。"
        )
    if m.knows("debt_stock"):
        due = m.line("debt_general_repaid") + m.line("debt_special_repaid")
        renewed = sum(float(m.line(f"debt_{kind}_refinanced").sum()) for kind in DebtKind)
        share = f"，到期本金的{percent(renewed / due.sum())}靠再融资偿还" if due.sum() > 0.5 and known(renewed) else ""
        points.append(
            f"债务方面，规划期政府债务到期本金合计{money(due.sum())}，付息合计"
            f"{money(m.line('interest_general').sum() + m.line('interest_special').sum())}{share}。"
        )
    else:
        points.append("债务方面，债务余额资料不全，偿债压力只能按已有的还本付息数估计。")
    return [f"综合判断，规划期{m.area}财政{balance_sentence(m.plan)}，主要有以下特点：", *numbered(points)]
