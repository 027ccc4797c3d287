"""Chapters 5 to 7: spending, available resources and balance, cross-year measures."""

from __future__ import annotations

import numpy as np

from fiscal_model.arithmetic.budgets.waterfall import STEPS
from fiscal_model.blocks.balance.base_spending import DUTIES
from fiscal_model.law.balance_steps import balance_steps
from fiscal_model.law.limits import reserve_band, reserve_inside
from fiscal_model.report.chapters.balance_rules_text import balance_rule_sentences
from fiscal_model.report.chapters.consistency_text import consistency_sentences
from fiscal_model.report.chapters.functions_text import function_sentences
from fiscal_model.report.chapters.funds_text import funds_balance
from fiscal_model.report.chapters.measures_text import measure_sentences, pooling_sentences, stock_money_sentences
from fiscal_model.report.chapters.warning_text import light_sentence
from fiscal_model.report.lower_levels_text import beside
from fiscal_model.report.material import Chapter, Material
from fiscal_model.report.standing import closes_by_itself
from fiscal_model.report.wording import NOT_GIVEN, UNVERIFIED, and_so, known, money, percent
from fiscal_model.report.wording_by_year import against_base, by_year, money_by_year, money_in_years, percent_range
from fiscal_model.words.lines import LINES


def spending(m: Material) -> Chapter:
    """Write chapter 5."""
    paragraphs = [
        "（一）支出总量",
        *_total(m),
        "（二）“三保”支出",
        *_guarantees(m),
        "（三）债务付息和其他刚性支出",
        *_rigid(m),
        "（四）项目和其他支出",
        *_projects(m),
        "（五）政府性基金支出",
        *_funds(m),
    ]
    return Chapter("五", "支出预测", tuple(paragraphs), ("spending", "functions"))


def _total(m: Material) -> list[str]:
    spent, base = m.line("expenditure"), m.plan.basis.balance.opening.flows["expenditure"]
    share = m.line("contingency_reserve") / spent
    band = f"预算法第四十条{reserve_band()}"
    law = f"符合{band}的规定" if reserve_inside(share).all() else f"部分年份不在{band}的范围内，须调整"
    return [
        and_so(f"规划期一般公共预算支出预计为：{money_by_year(m.years, spent)}", against_base(base, spent)) + "。",
        *function_sentences(m.plan),
        f"每年安排预备费，占当年支出的{percent_range(share)}，{law}。",
    ]


def _guarantees(m: Material) -> list[str]:
    names = (("guarantee_living", "保基本民生"), ("guarantee_salaries", "保工资"), ("guarantee_operations", "保运转"))
    total = m.line("guarantees_total")
    split = "、".join(f"{label}{money(m.line(name)[-1])}" for name, label in names)
    return [
        f"“三保”需求{m.years[0]}年{money(total[0])}，{m.years[-1]}年{money(total[-1])}（{split}），"
        f"{against_base(m.seen('guarantees_total'), total)}，"
        f"占一般公共预算支出{percent(total[-1] / m.line('expenditure')[-1])}。测算细度为“{m.plan.basis.grain['guarantees']}”。"
        + light_sentence(m.plan)
    ]


def _rigid(m: Material) -> list[str]:
    interest = m.line("interest_general")
    found = [
        f"一般债务付息：{money_by_year(m.years, interest)}。" if known(*interest) else f"一般债务付息{NOT_GIVEN}。"
    ]
    for name, label in (("digestion", "暂付款消化"), ("hidden_debt_budget", "预算安排化解隐性债务（含利息）")):
        values = m.line(name)
        if not known(*values):
            found.append(f"{label}{NOT_GIVEN}。")
        elif float(values.sum()) > 0.5:
            found.append(f"{label}：{money_by_year(m.years, values)}，合计{money(values.sum())}。")
        else:
            found.append(f"{label}：规划期没有安排。")
    found += _insurance(m)
    return found


def _insurance(m: Material) -> list[str]:
    """What the general budget owes the insurance schemes beside the subsidies that the three guarantees hold."""
    usual, shortfall = m.line("insurance_subsidy"), m.line("insurance_shortfall")
    if not known(*usual, *shortfall):
        return [f"社会保险基金补贴{NOT_GIVEN}。"]
    found = f"“三保”以外的社会保险基金补贴：{money_by_year(m.years, usual)}。" if usual.sum() > 0.5 else ""
    if shortfall.sum() > 0.5:
        found += f"险种滚存结余用完后须追加的补贴：{money_by_year(m.years, shortfall)}，按必须履行的支出安排。"
    return [found] if found else []


def _projects(m: Material) -> list[str]:
    found = ["项目库未提供，未测算储备项目。"]
    if m.plan.basis.place.has("projects"):
        asked = m.plan.basis.balance.commitments.candidate_projects.sum()
        given = m.line("candidate_projects").sum()
        found = [
            f"已签约项目县级支出合计{money(m.line('committed_projects').sum())}；储备项目申报{money(asked)}，"
            f"经跨年度平衡后安排{money(given)}，压减{money(asked - given)}。"
        ]
    found.append(f"其他一般支出（除“三保”、付息、项目等以外）：{money_by_year(m.years, m.line('flexible_spending'))}。")
    found.append(_other_spending(m))
    if spare := money_in_years(m.years, m.line("unallocated")):
        found.append(f"平衡后尚有待安排财力：{spare}，应首先用于化解债务和补充储备，不预先安排经常性支出。")
    return found


def _other_spending(m: Material) -> str:
    """What other spending starts from, how it goes on, and what was taken out of it as counted elsewhere."""
    basis = m.plan.basis
    spent, entry = basis.balance.spending, basis.assumed.entries["other_spending_growth"]
    growth = basis.assumed.path("other_spending_growth")
    rate = f"每年{percent(growth[0])}" if np.ptp(growth) < 1e-9 else by_year(m.years, growth, percent)
    doubt = f"；{UNVERIFIED}" if entry.quality == "unverified" else ""
    apart = "、".join(f"{LINES[duty].label}{money(spent[duty])}" for duty in DUTIES if spent[duty] > 0.5)
    said = f"{m.base}年支出中{apart}已单独列出，不再含在其他一般支出之内；" if apart else ""
    if spent["flexible_spending"] <= 0:
        return f"{said}基期其他一般支出没有正数，规划期不增不减。"
    return f"{said}其余{money(spent['flexible_spending'])}按{rate}延续（{entry.source}{doubt}），再减去统筹、压减措施。"


def _funds(m: Material) -> list[str]:
    if not m.knows("fund_expenditure"):
        return [f"政府性基金支出{NOT_GIVEN}。"]
    spent, base = m.line("fund_expenditure"), m.seen("fund_expenditure")
    said = f"规划期政府性基金支出预计为：{money_by_year(m.years, spent)}。"
    if known(base) and base > 0 and spent[0] < 0.5 * base:
        said += f"{m.years[0]}年支出不足基期{money(base)}的一半：{_why_less(m, base)}与基金支出相比的指标因此偏高，使用时须注意。"
    return [said]


def _why_less(m: Material, base: float) -> str:
    """Say why fund spending falls off: money that was not itemised, carry-over that is used up, or unknown."""
    unlisted = m.seen("fund_other_resources")
    carried, left = m.seen("fund_carry_in"), float(m.line("fund_carry_in")[0])
    if known(unlisted) and unlisted > 0.2 * base:
        return f"基期有{money(unlisted)}收入来源（专项债务转贷、上级补助等）没有分项公布，规划期未预计，不代表支出真的下降，"
    if known(carried) and carried - left > 0.2 * base:
        return f"上年结转由基期的{money(carried)}减少到{money(left)}，"
    return "原因有待核实，"


def resources(m: Material) -> Chapter:
    """Write chapter 6."""
    available, rigid, space = m.line("available_resources"), m.line("rigid_total"), m.line("fiscal_space")
    share, side = m.line("rigid_share"), m.line("resources_total")
    gap = money_in_years(m.years, m.line("funding_gap"), "含收支缺口")
    closed = f"其中{gap}，缺口如实列在收入一侧" if gap else "各年均不留收支缺口"
    paragraphs = [
        "（一）可用财力",
        f"可用财力按“自有收入＋调入资金＋动用预算稳定调节基金＋财力性转移支付{beside(m.plan, '＋下级上解－补助下级的财力性资金')}－上解支出”计算，不含有既定用途的转移支付和债务收入。"
        f"规划期预计为：{money_by_year(m.years, available)}，"
        f"{against_base(m.seen('available_resources'), available)}。",
        "（二）刚性支出、延续性支出和未安排财力",
        f"由本级财力负担的“三保”、一般债务付息、自有资金还本、化债、暂付款消化、“三保”以外的社保补贴、预备费和已签约项目等刚性支出合计为："
        f"{money_by_year(m.years, rigid)}，占可用财力的比重为{by_year(m.years, share, percent)}。" + _left_out(m),
        f"可用财力扣除刚性支出后为：{money_by_year(m.years, space)}。{_space_words(m, space)}"
        "这部分财力还要承担其他延续性支出，不是可以新增安排的财力。",
        _uncommitted(m),
        "（三）收支平衡",
        f"一般公共预算收入总计与支出总计每年相等，规划期分别为：{money_by_year(m.years, side)}，{closed}。"
        f"{'；'.join(_other_balances(m))}。",
        _carried_over(m),
    ]
    return Chapter(
        "六",
        "可用财力与平衡",
        tuple(paragraphs),
        ("capacity", "uncommitted_money", "offsets", "general_balance"),
        ("general_balance",),
    )


def _carried_over(m: Material) -> str:
    """Say by which rule carry-over moves, and what its first move gives the year or takes from it."""
    before, out, share = m.plan.basis.balance.opening.flows["carry_out"], m.line("carry_out"), m.plan.basis.assumed
    if max(before, float(out.max())) < 0.5:
        return "各年末没有结转资金。"
    freed = before - float(out[0])
    said = f"一般公共预算{m.base}年末结转{money(before)}，规划期年末结转按占上级补助的比重（{by_year(m.years, share.path('carryover_share'), percent)}）"
    said += f"随上级补助变动：{money_by_year(m.years, out)}"
    if abs(freed) > 0.5:
        moved = "少" if freed > 0 else "多"
        said += f"；{m.years[0]}年末比年初{moved}结转{money(abs(freed))}，当年支出相应{'增加' if freed > 0 else '减少'}"
    return said + "。"


def _uncommitted(m: Material) -> str:
    """What is left once everything that goes on is paid, and what may be cut or put off by rule besides."""
    free, offset = m.line("uncommitted_resources"), m.line("offset_capacity")
    said = f"再扣除其他延续性支出（压减前）等，未安排财力（动用稳调前）为：{money_by_year(m.years, free)}。"
    if short := [str(year) for year, value in zip(m.years, free, strict=True) if value < -0.5]:
        said += (
            f"{'、'.join(short)}年延续性支出超过当年财力，须靠动用稳调、压减或推迟才能平衡，没有可用于新增政策的财力。"
        )
    said += f"依规还可压减或推迟的支出为：{money_by_year(m.years, offset)}（比例为设计值，{UNVERIFIED}）。"
    return said + (_free_of_funds(m) if m.knows("fund_uncommitted") else "")


def _free_of_funds(m: Material) -> str:
    """What the funds have left, told apart by whether it may serve anything but its own use."""
    free, tied, short = (m.line(f"fund_{name}") for name in ("uncommitted", "tied_left", "short"))
    found = money_in_years(m.years, free)
    said = f"可统筹的政府性基金{'另有未安排资金：' + found if found else '没有未安排资金'}"
    if float(tied.max()) > 0.5:
        said += f"；限定用途的基金未安排的{money_by_year(m.years, tied)}，只能用于本项，不能用于新增政策"
    if lacking := money_in_years(m.years, short):
        said += f"；政府性基金延续性支出超出本基金财力：{lacking}"
    return said + "。"


def _left_out(m: Material) -> str:
    labels = {
        "interest_general": "一般债务付息", "hidden_debt_budget": "化债支出", "digestion": "暂付款消化",
        "insurance_shortfall": "社会保险基金补贴",
    }  # fmt: skip
    missing = [label for name, label in labels.items() if not m.knows(name)]
    return f"其中{'、'.join(missing)}未提供，未计入，刚性支出因此偏低。" if missing else ""


def _space_words(m: Material, space: np.ndarray) -> str:
    negative = [str(year) for year, value in zip(m.years, space, strict=True) if value < 0]
    if negative:
        return f"{'、'.join(negative)}年可用财力不足以覆盖刚性支出，不得新增任何支出政策。"
    return f"最少的年份为{m.years[int(np.argmin(space))]}年。"


def _other_balances(m: Material) -> list[str]:
    state = "国有资本经营预算各年平衡" if m.knows("state_capital_revenue") else f"国有资本经营预算{NOT_GIVEN}"
    return [funds_balance(m.plan), state]


def measures(m: Material) -> Chapter:
    """Write chapter 7."""
    paragraphs = [
        "（一）平衡机制",
        "收大于支时，结余补充预算稳定调节基金（预算法第六十六条），余额超过设定上限的部分待安排。支大于收时，依次动用预算稳定调节基金、"
        "收回结转两年以上的资金（预算法第四十二条）、加大国有资本经营预算调入、压减储备项目和发展类支出、压减一般性支出、"
        "申请上级临时救助并在次年归还（预算法实施条例第七十八条）；前一项用尽才用后一项，“三保”支出不压减，仍不能弥补的如实列为缺口。"
        f"基金余额上限按支出的{percent(m.plan.basis.assumed.number('stabilization_cap_share'))}掌握（{UNVERIFIED}）。",
        "（二）分年措施",
        *[_year_measures(m, position) for position in range(len(m.years))],
        "（三）预算稳定调节基金和缺口",
        _fund_and_gap(m),
        "（四）两套方案和平衡规则",
        *balance_rule_sentences(m.plan),
        "（五）措施、统筹和存量资金",
        *_or_absent(measure_sentences(m.plan), "增收节支措施"),
        *pooling_sentences(m.plan),
        *stock_money_sentences(m.plan),
        "（六）批准预算、调整和一致性",
        *consistency_sentences(m.plan),
        "动用预算稳定调节基金、增加或减少预算总支出、调减已安排的重点支出的，须编制预算调整方案报同级人民代表大会常务委员会审查批准"
        "（预算法第六十七条）。",
    ]
    return Chapter("七", "跨年度平衡措施", tuple(paragraphs), ("both_plans", "waterfall", "measures"), ("measures",))


def _or_absent(sentences: list[str], what: str) -> list[str]:
    return sentences or [f"{what}{NOT_GIVEN}。"]


def _year_measures(m: Material, position: int) -> str:
    taken = [
        f"{balance_steps()[step].label}{money(m.plan.steps[step][position])}"
        for step in STEPS
        if m.plan.steps[step][position] > 0.5
    ]
    return f"{m.years[position]}年：{'；'.join(taken) if taken else '收支相抵，不需采取措施'}。"


def _fund_and_gap(m: Material) -> str:
    said = f"预算稳定调节基金年末余额预计为：{money_by_year(m.years, m.line('stabilization_fund_stock'))}。"
    gap = money_in_years(m.years, m.line("funding_gap"))
    if not gap:
        measured = "" if closes_by_itself(m.plan) else "采取上述措施后，"
        return f"{said}{measured}一般公共预算各年没有收支缺口。"
    return f"{said}采取全部措施后仍有收支缺口：{gap}，须在年度预算编制前另行提出增收节支方案或报请上级支持，不得带缺口编制预算。"
