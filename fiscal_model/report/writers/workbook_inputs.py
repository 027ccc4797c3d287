"""What the inputs of a plan are called in the workbook: Chinese label, unit, source and quality of each name on the tape."""

from __future__ import annotations

import re
from typing import NamedTuple

from fiscal_model.inputs.scenario import kind_of_assumption
from fiscal_model.law.classification import revenue_label
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.words.drivers import DRIVERS_BY_ID
from fiscal_model.words.vocabulary import QUALITIES

GROUPS = {
    "assumed": "假设（按年度）",
    "base": "基期数和登记数",
    "revenue": "收入",
    "guarantees": "三保",
    "debt": "债务",
    "balance": "收支平衡",
    "law": "票面利率曲线",
    "drivers": "冲击（不变为1，相加的为0）",
}
"""By the first word of a name, in the order of the sheet."""
_WORDS = """
approved_land 批准的土地出让收入
approved_transfers 批准的转移支付
general_purpose 财力性转移支付
rebates 返还性收入
special 专项转移支付
tied_general 一般性转移支付中的专用部分
gdp 地区生产总值
guarantee_living 基本民生
guarantee_operations 运转
guarantee_salaries 工资
land_revenue 土地出让收入
living_county_share 基本民生县级负担比例
projects_candidate 储备项目支出
projects_committed 已定项目支出
remitted_quota 定额上解
remitted_rest 其他上解
temporary_payments 暂付款余额
temporary_payments_cleared 暂付款消化
flexible_saved 其他一般支出节约额
old_carryover 结转两年以上资金
returned_carryover 上交的超期结转
contingents 或有事项
expected 预期支出
fund_opening 基金期初
carryover_share 结转比例
other_revenue 其他收入
remitted_share 上解比例
transfers 转移支付
carry_in 上年结转
debtor 承担专项债务的份额
excess 超线结转
other 其他基金收入份额
own_spending 本项支出份额
insurance 社会保险基金
guaranteed 已列三保的补贴
listed_benefits 三保清单内待遇
opening 期初
own_revenue 自有收入
expenditure 支出
subsidy 财政补贴
lower_levels 上下级往来
passed_free 补助下级（财力性）
passed_tied 补助下级（专用性）
received 下级上解
fund_passed 基金补助下级
fund_received 基金下级上解
state_capital_passed 国资预算补助下级
carry_out 年末结转
stabilization_stock 预算稳定调节基金余额
revolving_stock 预算周转金余额
unlisted_in 未列明来源
unlisted_out 未列明去向
packages 增收节支措施
flexible_cut 压减其他支出
from_funds 从基金预算调入
from_state_capital 从国资预算调入
fund_revenue 基金收入
nontax_one_off 一次性非税
own_revenue_nontax 自有收入（非税）
project_money 项目资金
spending 支出
flexible_spending 其他一般支出
state_capital 国资预算
revenue 收入
hidden 隐性债务
contract_by_budget 预算安排的合同支出
interest 利息
resolved 化解额
resolved_by_budget 预算化解额
stock 余额
swapped 置换
general 一般债券
held 结存待偿债资金
carried 结转的新债
amount 金额
rate 利率
extra_fees 其他费用
limit 限额
new 新增债券
new_early_share 新增债券上半年发行份额
new_most 新增上限
old_due 存量到期本金
old_early_share 存量上半年到期份额
old_interest 存量利息
old_rate 存量利率
other_change 其他变动
refinancing 再融资债券
tax_share 税收占比
cost_share 土地成本比例
mean 预测（中位）
salaries 工资
operations 运转
need 需求
county 县级负担
living 基本民生
coupon_curve 票面利率（期限，年）
"""
_LABELS: dict[str, str] = dict(line.split(" ", 1) for line in _WORDS.strip().splitlines())  # type: ignore[misc]
_SILENT = {"base", "revenue", "guarantees", "balance", "debt", "law", "path", "terms", "legal", "fitted", "own", "forecast", "opening.flows", "flows",
           "commitments", "funds", "split", "items", "staff", "land"}  # fmt: skip
"""Words of a name that say only where it stands."""
_SHARE = re.compile(r"share|rate$|coupon|debtor|split\.(other|excess|own_spending)")


class Named(NamedTuple):
    """What stands beside an input."""

    label: str
    unit: str
    source: str = ""
    quality: str = ""


def named(plan: Plan, name: str) -> Named:
    """Say what an input of the tape is."""
    first, rest = name.split(".", 1)
    if first == "assumed" and rest in plan.basis.assumed.entries:
        entry, kind = plan.basis.assumed.entries[rest], kind_of_assumption(rest)
        unit = {"money": "万元", "plain": "数"}.get(kind, "小数")
        return Named(
            str(rules("assumptions")[rest]["label"]), unit, " ".join(entry.source.split()), QUALITIES[entry.quality]
        )
    if first == "drivers":
        driver = DRIVERS_BY_ID[rest]
        return Named(
            driver.label, "倍数" if driver.neutral else "万元" if rest == "duties" else "小数", "情景所取的分位"
        )
    words = name.split(".")
    if words[:2] == ["debt", "legal"]:
        words[2] = {"general": "一般债务", "special": "专项债务"}[words[2]]
    said = [
        _LABELS.get(word, f"第{int(word) + 1}笔" if word.isdigit() and first == "debt" else word)
        for word in words
        if word not in _SILENT
    ]
    return Named("：".join(said) or name, "小数" if _SHARE.search(name) else "万元", "模型各部分由登记表和历史数据得出")


def item_of(plan: Plan, name: str, index: tuple[int, ...]) -> str:
    """Say which item of an input a row is."""
    if not index:
        return ""
    basis, at = plan.basis, index[-1]
    names: tuple[str, ...] = ()
    if name == "revenue.fitted.own.forecast.mean":
        names = tuple(revenue_label(code) for code in basis.revenue.forecast.items)
    elif name.startswith("balance.insurance") and basis.balance.insurance.schemes:
        names = tuple(basis.balance.insurance.schemes)
    elif name.startswith("guarantees.items"):
        names = tuple(getattr(basis.guarantees.items, "names", ()))
    return names[at] if at < len(names) else "·".join(str(each + 1) for each in index)
