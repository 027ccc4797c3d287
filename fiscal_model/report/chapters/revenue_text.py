"""Chapter 4: revenue of the four budgets."""

from __future__ import annotations

import numpy as np

from fiscal_model.analysis.control.first_year import first_year_differences
from fiscal_model.blocks.approved_budget import Treatment
from fiscal_model.blocks.revenue.second_opinions import BUDGET
from fiscal_model.inputs.history_choices import READINGS
from fiscal_model.model.approved_year import SAME
from fiscal_model.model.planbook import published_first_year, revenue_items
from fiscal_model.model.projection import Plan
from fiscal_model.report.chapters.grants_text import land_sentences, land_tail_sentence, transfer_sentences
from fiscal_model.report.event_wording import by_calendar
from fiscal_model.report.lower_levels_text import passed_on_sentences
from fiscal_model.report.material import Chapter, Material
from fiscal_model.report.wording import NOT_GIVEN, UNVERIFIED, and_so, known, money, percent
from fiscal_model.report.wording_by_year import against_base, average_growth, by_year, change, money_by_year
from fiscal_model.words.lines import LINES


def revenue(m: Material) -> Chapter:
    """Write chapter 4."""
    paragraphs = [
        "（一）测算方法",
        *_method(m),
        "（二）一般公共预算收入",
        *_own(m),
        "（三）上级补助收入",
        *_transfers(m),
        "（四）政府性基金收入",
        *_funds(m),
        "（五）国有资本经营和社会保险基金收入",
        *_others(m),
        "（六）与公布预算的比较",
        *_against_published(m),
        "（七）预测区间",
        *_interval(m),
    ]
    return Chapter("四", "收入预测", tuple(paragraphs), ("own_revenue", "transfers"), ("own_revenue",))


def _method(m: Material) -> list[str]:
    revenue = m.plan.basis.revenue.forecast
    said = (
        f"一般公共预算收入{m.plan.basis.grain['revenue']}测算。近期增速由本地各年增速和全国、本省同口径增速按本地记录的长短、"
        f"稳定程度合成，逐年回落到长期增速；末年下降的不往后推。合计：{revenue.method('own_revenue')}"
    )
    tail = "分项各自预测，再按比例调整到与合计数相等。" if revenue.items != ("own_revenue",) else ""
    if not revenue.records:
        return [f"{said}。本地历史年份不足，未能单独回测，预测区间以公布的误差记录为下限，结果应谨慎使用。{tail}"]
    tested = f"同一方法在本地往年{revenue.records}次提前一年预测中，平均绝对误差{percent(revenue.error)}"
    return [f"{said}。{tested}。{tail}", *_sources(m)]


def _sources(m: Material) -> list[str]:
    """What besides the history's own course went into the forecast."""
    own = m.plan.basis.revenue.own
    found = []
    if own.structural is not None and len(own.structural.workings):
        found.append("有税基台账、重点税源的项目按税基、税率、征收率和县级分成测算，见附表03。")
    if any(entry.amount is not None for entry in own.adjustments.entries):
        found.append("历史数据中的一次性因素和口径变化在预测前剔除、已知的政策影响在预测后计入，见附表02-3。")
    if own.readings:
        treated = [f"{one.year}年按{READINGS[one.chosen]}处理{by_calendar(one)}" for one in own.readings if one.chosen]
        said = "，".join(treated) if treated else "本情景未作处理"
        found.append(f"异常年份：{said}；不同处理的影响见附表02-4。")
    if own.suspects:
        left = "本情景已剔除其中次年回落的" if own.choices.exclude_suspects else "本情景未剔除"
        found.append(f"收入质量核查发现{len(own.suspects)}处异常数据，{left}，见附表02-5。")
    if own.current is not None:
        current = own.current
        line = current.lines["own_revenue"]
        use = {
            "first_plan_year": "规划第一年采用这一推算",
            "base_year": "作为规划基期",
            "beside": "基期仍用执行数，这一推算只作对照",
        }
        found.append(
            f"{current.year}年1至{current.months_known}月收入{money(line.so_far)}，据此推算全年{money(line.mean)}，"
            f"80%区间为{money(line.lower[0])}至{money(line.upper[0])}，{use[current.role]}，见附表02-1。"
        )
    used = [one for one in own.comparisons if one.weight > 0]
    if own.comparisons:
        names = "、".join(dict.fromkeys(one.forecaster for one in used))
        said = f"其中{names}的预测按以往准确度加权采用" if names else "均只作对照，未采用"
        found.append(f"其他单位的收入预测与本模型并列于附表02-2，{said}。")
    return found


def _own(m: Material) -> list[str]:
    own, base = m.line("own_revenue"), m.seen("own_revenue")
    found = [
        and_so(
            f"规划期一般公共预算收入预计为：{money_by_year(m.years, own)}",
            f"五年合计{money(own.sum())}" if len(m.years) == 5 else f"合计{money(own.sum())}",
            against_base(base, own),
        )
        + "。"
    ]
    if m.knows("tax_revenue"):
        tax = m.line("tax_revenue")
        found.append(
            f"其中税收收入由{m.years[0]}年的{money(tax[0])}变化到{m.years[-1]}年的{money(tax[-1])}，"
            f"占一般公共预算收入比重由{percent(tax[0] / own[0])}变为{percent(tax[-1] / own[-1])}。"
        )
    else:
        found.append("税收与非税收入未分列，未作结构预测。")
    return found + _items(m)


def _items(m: Material) -> list[str]:
    items = [
        (label, seen, values) for _, label, seen, values in revenue_items(m.plan) if float(np.abs(values).max()) > 0.5
    ]
    if not items:
        return ["分税种资料未提供，未作分税种测算。"]
    total = m.line("own_revenue")
    largest = sorted(items, key=lambda item: -item[2][-1])[:5]
    said = "；".join(
        and_so(
            f"{label}{money(values[-1])}（占{percent(values[-1] / total[-1])}",
            average_growth(seen.get(m.base, float("nan")), float(values[-1]), len(m.years)),
        )
        + "）"
        for label, seen, values in largest
    )
    return [f"分项目看，{m.years[-1]}年规模居前的项目为：{said}。全部项目见附表02。"]


def _transfers(m: Material) -> list[str]:
    general, tied = m.line("transfers_general_purpose"), m.line("transfers_earmarked")
    total, base = general + tied, m.plan.basis.balance.opening.flows["transfers"]
    entry = m.plan.basis.assumed.entries["transfers_general_purpose_growth"]
    doubt = f"，{UNVERIFIED}" if entry.quality == "unverified" else ""
    growth = m.plan.basis.assumed.path("transfers_general_purpose_growth")
    rate = f"每年{percent(growth[0])}" if np.ptp(growth) < 1e-9 else by_year(m.years, growth, percent)
    found = [
        and_so(f"规划期上级补助收入预计为：{money_by_year(m.years, total)}", against_base(base, total))
        + f"。其中财力性转移支付（含税收返还）{m.years[-1]}年{money(general[-1])}，占{percent(general[-1] / total[-1])}，"
        + ("按台账逐项测算" if m.plan.basis.revenue.transfers.lines else f"增速按{rate}考虑（{entry.source}{doubt}）")
        + "；其余为有既定用途的转移支付，不能用于平衡预算。"
    ]
    codes = {"transfers_inferred", "transfers_not_split", "general_transfers_not_split"}
    found += [f"口径说明：{caution.message}。" for caution in m.plan.cautions if caution.code in codes]
    return [*found, *passed_on_sentences(m.plan), *transfer_sentences(m.plan)]


def _funds(m: Material) -> list[str]:
    if not m.knows("fund_revenue"):
        return [f"政府性基金收支{NOT_GIVEN}。"]
    total, land = m.line("fund_revenue"), m.line("land_revenue")
    found = [f"规划期政府性基金收入预计为：{money_by_year(m.years, total)}。"]
    if m.knows("land_revenue"):
        entry = m.plan.basis.assumed.entries["land_revenue_growth"]
        doubt = f"（假设{UNVERIFIED}）" if entry.quality == "unverified" else ""
        moved = against_base(m.seen("land_revenue"), land)
        found.append(
            f"其中国有土地使用权出让收入{m.years[0]}年{money(land[0])}、{m.years[-1]}年{money(land[-1])}，"
            f"{moved}{doubt}。土地市场波动大，应与情景测试一并使用。"
        )
    else:
        found.append("土地出让收入未分列，基金收入按总量测算。")
    return ["".join(found), *land_sentences(m.plan)]


def _others(m: Material) -> list[str]:
    found = []
    if m.knows("state_capital_revenue"):
        state, out = m.line("state_capital_revenue"), m.line("state_capital_transfer_out")
        found.append(
            f"国有资本经营预算收入{m.years[0]}年{money(state[0])}、{m.years[-1]}年{money(state[-1])}，"
            f"规划期合计{money(state.sum())}，其中调入一般公共预算{money(out.sum())}。"
        )
    else:
        found.append(f"国有资本经营预算{NOT_GIVEN}。")
    if m.knows("insurance_revenue"):
        income, outgo, stock = (m.line(f"insurance_{name}") for name in ("revenue", "expenditure", "stock"))
        found.append(
            f"社会保险基金收入{m.years[-1]}年预计{money(income[-1])}、支出{money(outgo[-1])}，"
            f"年末滚存结余{money(stock[-1])}。{_schemes(m)}收支增速为设定值，{UNVERIFIED}。"
        )
    else:
        found.append(f"社会保险基金预算{NOT_GIVEN}。")
    return found


def _schemes(m: Material) -> str:
    """Each scheme stands alone: a surplus of one is said beside the deficit of another, never instead of it."""
    insurance = m.plan.basis.balance.insurance
    balance, each = insurance.path.own_balance, "各险种" if len(insurance.schemes) > 1 else ""
    if (balance > -0.5).all():
        return f"{each}各年当年均{'有结余' if (balance > 0.5).all() else '没有收不抵支'}。"
    said = [c.message for c in m.plan.cautions if c.code in {"insurance_exhausted", "insurance_deficit"}]
    return f"各险种资金不得相互调剂：{'；'.join(said)}（附表15-1、15-2）。"


def _against_published(m: Material) -> list[str]:
    published, first = published_first_year(m.plan), m.years[0]
    lines = ("own_revenue", "expenditure", "fund_revenue", "land_revenue", "available_resources", "guarantees_total")
    said = []
    for line in lines:
        if line in published and np.isfinite(m.line(line)[0]):
            ours, theirs = float(m.line(line)[0]), published[line]
            moved = change(ours, theirs).replace("增长", "高").replace("下降", "低").replace("与上年持平", "一致")
            large = "，差异较大，应查明原因" if theirs > 0 and abs(ours / theirs - 1) > 0.1 else ""
            said.append(
                f"{LINES[line].label}公布预算{money(theirs)}，本规划测算{money(ours)}，{moved or '无法比较'}{large}"
            )
    if not said:
        return [f"{first}年预算数未提供，未作比较。"]
    return [
        f"{first}年预算已经公布。与之比较：{'；'.join(said)}。",
        budget_use_sentence(m.plan),
        differences_sentence(m.plan),
    ]


def differences_sentence(plan: Plan) -> str:
    """Name the largest differences from the approved budget, item by item; empty without one."""
    entries = [one for one in first_year_differences(plan) if not one.difference.line.endswith("_rest")]
    if not entries:
        return ""
    items = [one for one in entries if not one.parts]
    same = sum(abs(one.difference.amount) < SAME for one in items)
    said = f"{plan.years[0]}年有批准数的{len(items)}项中，{same}项与批准数一致"
    apart = [one for one in items if abs(one.difference.amount) >= SAME]
    most = sorted(apart, key=lambda one: -abs(one.difference.amount))[:3]
    named = [
        f"{one.label}比预算{'多' if one.difference.amount > 0 else '少'}{money(abs(one.difference.amount))}"
        f"（{one.difference.reason.label}）"
        for one in most
    ]
    return f"{said}{'；差额最大的是' + '、'.join(named) if named else ''}。逐项差异和原因见附表01-5。"


def budget_use_sentence(plan: Plan) -> str:
    """Say what of the approved budget was taken, weighed or kept as a floor."""
    revenue, balance = plan.basis.revenue, plan.basis.balance
    granted, funds = list(revenue.transfers.approved), dict(balance.fund_opening.approved)
    used = [one for one in (*granted, *funds.values(), *balance.insurance.approved, revenue.land.approved) if one]
    taken = [one.line for one in used if one.treatment is Treatment.TAKEN and one.weight > 0]
    floors = [one.line for one in used if one.treatment is Treatment.FLOOR]
    transfers = [LINES[one.line].label for one in granted if one.line in taken]
    others = sum(line in taken for line in funds if line != "fund_transfers")
    names = [
        *(transfers if len(transfers) < len(granted) else ["上级补助"] if granted else []),
        *(["政府性基金补助"] if "fund_transfers" in taken else []),
        *([f"土地以外{others}项基金收入"] if others else []),
        *(["社会保险基金收支"] if any(one.line in taken for one in balance.insurance.approved) else []),
    ]
    heard = [
        ("自有收入合计" if row.line == "own_revenue" else "自有收入分项", row.weight)
        for row in revenue.own.comparisons
        if row.forecaster == BUDGET and row.weight > 0
    ]
    heard += [
        (LINES[one.line].label, one.weight) for one in used if one.treatment is Treatment.WEIGHED and one.weight > 0
    ]
    weighed = []
    for name in dict.fromkeys(name for name, _ in heard):
        low, *_, high = sorted(weight for other, weight in heard if other == name) * 2
        weighed.append(f"{name}（预算占{low:.0%}{f'至{high:.0%}' if high - low > 0.01 else ''}）")
    said = [
        *([f"{'、'.join(names)}照批准数采用"] if names else []),
        *([f"{'、'.join(weighed)}按以往预算、本模型各自的误差加权"] if weighed else []),
        *(f"{LINES[line].label}的预算只列已提前下达的部分，作为下限" for line in floors),
    ]
    if not said:
        return "预算数只作比较，不进入预测。"
    return f"其中{'；'.join(said)}；其余只作比较。以后年度按首年与本模型自身预测之比顺延。"


def _interval(m: Material) -> list[str]:
    low, high = interval(m, "own_revenue")
    if not known(*low, *high):
        return ["未作区间测算。"]
    pairs = "；".join(
        f"{year}年{money(least)}至{money(most)}" for year, least, most in zip(m.years, low, high, strict=True)
    )
    own = m.plan.basis.revenue.own
    months = f"（{'、'.join(map(str, own.below_floor))}年已有部分月份的实际数，更窄）" if own.below_floor else ""
    wider = "区间随年份加宽，越往后的年份越应作为参考。" if (np.diff(high - low) > 0).all() else ""
    return [
        f"按历史预测误差模拟，一般公共预算收入的80%区间为：{pairs}。{wider}"
        f"宽度由本地历史（占{percent(own.widths.own_share)}）与同类地区的通常宽度合并，不窄于公布的误差记录{months}，"
        "见附表02-6。",
        *([land_tail_sentence(m.plan)] if m.knows("land_revenue") else []),
    ]


def interval(m: Material, line: str, low: float = 0.1, high: float = 0.9) -> tuple[np.ndarray, np.ndarray]:
    """Return two quantiles of a simulated line by year, NaN where it was not simulated."""
    if line not in m.fan.lines:
        nothing = np.full(len(m.years), np.nan)
        return nothing, nothing
    values = m.fan.lines[line]
    return values[m.fan.quantiles.index(low)], values[m.fan.quantiles.index(high)]
