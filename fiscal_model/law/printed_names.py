"""How published accounts name the lines of a budget: printed words to line ids."""

from __future__ import annotations

import re
from functools import cache

from fiscal_model.law.classification import SIDES, TOTALS_LINES
from fiscal_model.words.lines import LINES
from fiscal_model.words.vocabulary import Budget

INSURANCE_LINES = {
    "insurance_revenue": LINES["insurance_revenue"].label,
    "insurance_carry_in": "社会保险基金上年结余",
    "insurance_expenditure": LINES["insurance_expenditure"].label,
    "insurance_carry_out": "社会保险基金年末结余",
}
"""Both sides of a social-insurance scheme, or of all of them: two lines of income, two of use."""

BOOKED: dict[Budget, tuple[tuple[str, ...], tuple[str, ...]]] = {
    **SIDES,
    Budget.SOCIAL_INSURANCE: (
        ("insurance_revenue", "insurance_carry_in"),
        ("insurance_expenditure", "insurance_carry_out"),
    ),
}
"""The lines of both sides of all four budgets."""

BESIDES: dict[Budget, tuple[dict[str, str], dict[str, str]]] = {
    Budget.GENERAL: (
        {"other_resources": "其他收入来源", "rescue_in": LINES["rescue_in"].label, "funding_gap": "收支缺口"},
        {
            "other_uses": "其他支出去向",
            "rescue_repaid": LINES["rescue_repaid"].label,
            "carryover_returned": "上交超期结转",
        },
    ),
    Budget.FUNDS: ({"fund_gap": "基金收支缺口"}, {"fund_other_uses": LINES["fund_other_uses"].label}),
    Budget.STATE_CAPITAL: ({}, {}),
    Budget.SOCIAL_INSURANCE: ({}, {}),
}
"""Lines beside the official ones, resources and uses: what a plan shows, or what accounts print without a line of its own."""

TOTALS = {
    Budget.GENERAL: ("resources_total", "uses_total"),
    Budget.FUNDS: ("fund_resources_total", "fund_uses_total"),
    Budget.STATE_CAPITAL: ("state_capital_resources_total", "state_capital_uses_total"),
    Budget.SOCIAL_INSURANCE: ("insurance_resources_total", "insurance_uses_total"),
}
"""The line of each side's total."""

CARRY_OUT = {
    Budget.GENERAL: "carry_out",
    Budget.FUNDS: "fund_carry_out",
    Budget.STATE_CAPITAL: "state_capital_carry_out",
    Budget.SOCIAL_INSURANCE: "insurance_carry_out",
}
"""Carried into the next year: some accounts leave it out of the printed total."""

_STATE_CAPITAL_PARTS = {
    "state_capital_profits": "利润收入",
    "state_capital_dividends": "股利股息收入",
    "state_capital_sales": "产权转让收入",
    "state_capital_liquidation": "清算收入",
    "state_capital_other_revenue": "其他国有资本经营收入",
    "state_capital_injections": "资本性支出",
    "state_capital_costs": "费用性支出",
    "state_capital_other_spending": "其他国有资本经营支出",
}
PARTS: dict[str, tuple[str, ...]] = {
    "own_revenue": ("tax_revenue", "nontax_revenue"),
    "transfers": ("rebates", "general_transfers", "special_transfers"),
    "state_capital_revenue": tuple(_STATE_CAPITAL_PARTS)[:5],
    "state_capital_expenditure": tuple(_STATE_CAPITAL_PARTS)[5:],
}
"""Lines that make up another one; they stand for it where it was not given, and are held against it where it was."""

INSIDE = {
    "expenditure": ("interest_general", "issue_fees_general", "contingency_reserve"),
    "fund_revenue": ("land_revenue",),
    "fund_expenditure": ("interest_special", "issue_fees_special"),
}
"""Lines inside another one: no side is the larger for them."""

_SHARED = {
    "carry_in": "上年结转 上年结余 上年结转收入 上年结余收入 上年结转结余 上年滚存结余 上年结转结余收入 prev_carryover "
    "prev_year_carryover",
    "refinancing_carry_in": "待偿债再融资债券上年结余 上年待偿债再融资债券结余",
    "transfer_in": "调入资金 调入 transfers_in",
    "transfer_out": "调出资金 调出 transferred_out",
    "remitted_up": "上解上级支出 上解上级 上解支出 上解",
    "paid_to_below": "补助下级支出 补助下级 对下级补助支出 转移支付下级",
    "received_from_below": "下级上解收入 下级上解 上解收入",
    "onlent_to_below": "债务转贷支出 转贷下级支出 债务转贷下级支出",
    "refinancing_carry_out": "待偿债再融资债券结余 待偿债再融资债券年末结余 年终待偿债再融资债券结余",
    "carry_out": "结转下年 结转 结转下年支出 年终结转 年终结余 年终结转结余 结转结余 年末结转 年末结余 结转下年使用 carry_forward",
}
_PRINTED: dict[Budget, dict[str, str]] = {
    Budget.GENERAL: {
        **_SHARED,
        "own_revenue": "本级收入 本年收入 本级一般公共预算收入 地方一般公共预算收入 县级一般公共预算收入 own general_public_revenue",
        "tax_revenue": "税收 税收收入合计",
        "nontax_revenue": "非税 非税收入合计 nontax",
        "transfers": "上级补助 上级补助收入 上级转移支付 上级转移支付收入 转移支付收入 上级补助收入合计 transfers_from_above",
        "rebates": "返还性收入 税收返还 税收返还收入 tax_return",
        "general_transfers": "一般性转移支付 一般性转移支付收入",
        "special_transfers": "专项转移支付 专项转移支付收入",
        "debt_proceeds_general": "债务转贷 债务转贷收入 一般债券转贷收入 地方政府债务转贷收入 地方政府一般债务转贷收入 "
        "地方政府一般债券转贷收入 债券转贷收入 general_bond_onlending",
        "stabilization_draw": "动用稳调 动用稳调基金 调入预算稳定调节基金 动用预算稳定调节基金收入 stabilisation_drawdown "
        "drawdown_stabilisation_fund",
        "regional_in": "区域间转移性收入 接受其他地区援助收入 接受其他地区援助 接受援助收入 接受援助",
        "regional_out": "区域间转移性支出 区域间 援助其他地区支出 援助其他地区 对外援助支出",
        "expenditure": "本级支出 本年支出 本级一般公共预算支出 地方一般公共预算支出 县级一般公共预算支出 general_public_expenditure",
        "principal_general": "还本 还本支出 债务还本 债务还本支出 地方政府债务还本支出 地方政府一般债务还本支出 一般债券还本支出 "
        "general_debt_principal general_debt_principal_repaid",
        "stabilization_topup": "补稳调 安排稳调基金 补充稳调基金 补充预算稳定调节基金 安排(补充)预算稳定调节基金 to_stabilisation "
        "added_to_stabilisation_fund",
        "revolving_topup": "周转金 预算周转金 补充周转金 增设预算周转金 设置预算周转金 working_capital_added",
        "resources_total": "收入总计 总收入 total_resources",
        "uses_total": "支出总计 总支出 total_uses",
    },
    Budget.FUNDS: {
        **{
            f"fund_{line}": " ".join([words, *(f"fund_{word}" for word in words.split() if word.isascii())])
            for line, words in _SHARED.items()
        },
        "fund_revenue": "本级收入 本年收入 本级基金收入 政府性基金预算收入 本级政府性基金收入 基金收入 gov_fund_revenue",
        "fund_transfers": "上级补助 上级补助收入 上级转移支付收入 转移支付收入 政府性基金补助收入 政府性基金上级补助收入 fund_transfers_from_above",
        "debt_proceeds_special": "债务转贷 债务转贷收入 专项债券转贷收入 地方政府专项债务转贷收入 地方政府专项债券转贷收入 债券转贷收入 "
        "special_bond_onlending",
        "fund_expenditure": "本级支出 本年支出 政府性基金预算支出 本级政府性基金支出 基金支出 gov_fund_expenditure",
        "principal_special": "还本 还本支出 债务还本 债务还本支出 地方政府专项债务还本支出 专项债券还本支出 special_debt_principal_repaid",
        "fund_resources_total": "收入总计 总收入 fund_total_resources",
        "fund_uses_total": "支出总计 总支出 fund_total_uses",
    },
    Budget.STATE_CAPITAL: {
        **{
            f"state_capital_{line}": words
            for line, words in _SHARED.items()
            if line in {"carry_in", "transfer_out", "paid_to_below", "carry_out"}
        },
        "state_capital_revenue": "本级收入 本年收入 国有资本经营预算收入 国资收入",
        "state_capital_transfers": "上级补助 上级补助收入 转移支付收入 国有资本经营预算转移支付收入",
        "state_capital_expenditure": "本级支出 本年支出 国有资本经营预算支出 国资支出",
        "state_capital_resources_total": "收入总计 总收入",
        "state_capital_uses_total": "支出总计 总支出",
    },
    Budget.SOCIAL_INSURANCE: {
        "insurance_revenue": "本年收入 社会保险基金预算收入 基金收入 收入",
        "insurance_carry_in": "上年结余 上年滚存结余 上年末滚存结余 年初结余 上年结转",
        "insurance_expenditure": "本年支出 社会保险基金预算支出 基金支出 支出",
        "insurance_carry_out": "年末结余 年末滚存结余 累计结余 滚存结余 结转下年 insurance_stock",
        "insurance_resources_total": "收入总计",
        "insurance_uses_total": "支出总计",
    },
}


def label_of_line(budget: Budget, line: str) -> str:
    """Return the Chinese name of a line of a budget.

    Examples
    --------
    >>> label_of_line(Budget.GENERAL, "carry_in"), label_of_line(Budget.GENERAL, "rescue_in")
    ('上年结转', '上级临时救助')
    """
    besides = BESIDES[budget][0] | BESIDES[budget][1]
    total = {"insurance_resources_total": "收入总计", "insurance_uses_total": "支出总计"}
    return (TOTALS_LINES | INSURANCE_LINES | _STATE_CAPITAL_PARTS | besides | total)[line]


def line_of(budget: Budget, printed: str) -> str | None:
    """Return the line that a printed name means, None when it is none of this budget.

    Numbering, blanks, 其中/加/减 and full-width brackets do not matter.

    Examples
    --------
    >>> line_of(Budget.GENERAL, "三、地方政府一般债务转贷收入"), line_of(Budget.FUNDS, "上年结余"), line_of(Budget.FUNDS, "x")
    ('debt_proceeds_general', 'fund_carry_in', None)
    """
    return known_names(budget).get(_plain(printed))


def lines_of(printed: str) -> tuple[str, ...]:
    """Return the yearly totals that a printed name may mean: its own label alone, else one a budget that prints it.

    Examples
    --------
    >>> lines_of("（一）税收收入"), lines_of("上年结转"), lines_of("上年结余")[:2], lines_of("x")
    (('tax_revenue',), ('carry_in',), ('carry_in', 'fund_carry_in'), ())
    """
    if printed in TOTALS_LINES:
        return (printed,)
    own = [line for line, label in TOTALS_LINES.items() if _plain(label) == _plain(printed)]
    meant = dict.fromkeys(own or filter(None, (line_of(budget, printed) for budget in Budget)))
    return tuple(line for line in meant if line in TOTALS_LINES)


@cache
def known_names(budget: Budget) -> dict[str, str]:
    """Return every name that a line of a budget may have, with its line."""
    lines = [*BOOKED[budget][0], *BOOKED[budget][1], *BESIDES[budget][0], *BESIDES[budget][1], *TOTALS[budget]]
    lines += [part for whole in (*PARTS.items(), *INSIDE.items()) if whole[0] in lines for part in whole[1]]
    names = {_plain(word): line for line, words in _PRINTED[budget].items() for word in words.split()}
    own = {_plain(label_of_line(budget, line)): line for line in lines}
    return names | own | {line.lower(): line for line in lines}


def _plain(name: str) -> str:
    text = str(name).translate(str.maketrans("（）：", "():")).lower()
    text = re.sub(r"\s", "", text)
    text = re.sub(r"^(\([一二三四五六七八九十\d]+\)|[一二三四五六七八九十\d]+[、.．])", "", text)
    return re.sub(r"^(其中|加|减):?(?=.)", "", text)
