"""Every line of the plan, defined once: id, block, Chinese label and, unless the arithmetic delivers it, its formula.

The printed tables, the identities, ``explain`` and the formulas of the workbook all come from this one list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from graphlib import TopologicalSorter

import numpy as np

from fiscal_model.words.formula import Formula, Operation, evaluate, formula, names_in, signed_names

MONEY, RATIO = "万元", "小数"


@dataclass(frozen=True)
class Line:
    """One line of a statement: a leaf, or a formula over other lines and `TERMS`."""

    id: str
    block: str
    label: str
    unit: str = MONEY
    formula: Formula | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Lines and terms that the formula is over; none for a leaf."""
        return names_in(self.formula) if self.formula else ()

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """Lines that add up to this one; none where it is no sum."""
        return tuple(name for name, sign in self._signed if sign > 0)

    @cached_property
    def less(self) -> tuple[str, ...]:
        """Lines that are taken off the parts."""
        return tuple(name for name, sign in self._signed if sign < 0)

    @cached_property
    def _signed(self) -> tuple[tuple[str, int], ...]:
        return signed_names(self.formula) if self.formula else ()


_BUDGETS_AND_GUARANTEES = """
[general]
tax_revenue 税收收入
nontax_revenue 非税收入
own_revenue 一般公共预算收入
transfers_general_purpose 财力性转移支付（含返还）
transfers_earmarked 专用性转移支付
rebates 返还性收入
general_transfers 一般性转移支付收入
special_transfers 专项转移支付收入
transfers 上级补助收入 = transfers_general_purpose + transfers_earmarked
debt_proceeds_general 一般债务转贷收入
carry_in 上年结转
refinancing_carry_in 上年待偿债再融资一般债券结余
transfer_in 调入资金
stabilization_draw 动用预算稳定调节基金
received_from_below 下级上解收入
other_resources 其他收入来源（区域间转移、未列明）
rescue_in 上级临时救助
funding_gap 收支缺口（待弥补）
resources_total 收入总计 = own_revenue + transfers_general_purpose + transfers_earmarked + debt_proceeds_general
    + carry_in + refinancing_carry_in + transfer_in + stabilization_draw + received_from_below + other_resources + rescue_in
    + funding_gap
insurance_subsidy 社会保险基金补贴（三保以外）
insurance_shortfall 弥补社会保险基金支付缺口
contingent_duties 或有事项预期支出（贴息、补偿、代偿、出资）
sudden_duties 突发刚性支出（担保代偿、救灾等）
bond_spending_general 新增、置换一般债券安排的支出 = debt_general_issued_new + debt_general_swapped
earmarked_spending 专用性转移支付和结转安排的其他支出
flexible_spending 其他一般支出
candidate_projects 储备项目支出
contingency_reserve 预备费
unallocated 待安排支出（新增财力）
expenditure 一般公共预算支出 = guarantee_living + guarantee_salaries + guarantee_operations + interest_general
    + issue_fees_general + digestion + hidden_debt_budget + insurance_subsidy + insurance_shortfall + committed_projects
    + contingent_duties + sudden_duties + bond_spending_general + earmarked_spending + flexible_spending + candidate_projects + contingency_reserve + unallocated
remitted_up 上解上级支出
principal_general 一般债务还本支出
stabilization_topup 安排预算稳定调节基金
revolving_topup 补充预算周转金
transfer_out 调出资金
passed_free 补助下级支出：财力性
passed_tied 补助下级支出：专用性
paid_to_below 补助下级支出 = passed_free + passed_tied
other_uses 其他支出去向（区域间转移、转贷下级、未列明）
rescue_repaid 归还上年临时救助
carryover_returned 上交超期未分配的上级专项结转
refinancing_carry_out 年末待偿债再融资一般债券结余
carry_out 结转下年
uses_total 支出总计 = expenditure + remitted_up + principal_general + stabilization_topup + revolving_topup + transfer_out
    + paid_to_below + other_uses + rescue_repaid + carryover_returned + refinancing_carry_out + carry_out
stabilization_fund_stock 预算稳定调节基金年末余额
revolving_fund_stock 预算周转金年末余额
[funds]
land_revenue 国有土地使用权出让收入
fund_other_revenue 其他政府性基金收入
fund_revenue 政府性基金收入 = land_revenue + fund_other_revenue
fund_transfers 政府性基金转移支付收入
fund_received_from_below 政府性基金下级上解收入
debt_proceeds_special 专项债务转贷收入
fund_carry_in 基金上年结转
fund_refinancing_carry_in 上年待偿债再融资专项债券结余
fund_transfer_in 一般公共预算调入（偿债补助）
fund_other_resources 基金其他收入来源
fund_debt_gap 专项债务偿还缺口
land_cost_gap 土地出让成本缺口
fund_gap 基金缺口（待弥补） = fund_debt_gap + land_cost_gap
fund_resources_total 政府性基金收入总计 = fund_revenue + fund_transfers + fund_received_from_below + debt_proceeds_special + fund_carry_in + fund_refinancing_carry_in
    + fund_transfer_in + fund_other_resources + fund_gap
interest_special 专项债务付息支出
issue_fees_special 专项债务发行费用
land_cost 土地出让成本性支出
fund_tied_spending 补助和新增、置换专项债券安排的支出 = fund_transfers + fund_received_from_below - fund_paid_to_below + debt_special_issued_new + debt_special_swapped
fund_other_spending 其他基金支出
fund_expenditure 政府性基金支出 = interest_special + issue_fees_special + land_cost + fund_tied_spending
    + fund_other_spending
fund_remitted_up 基金上解支出
fund_transfer_out 基金调出资金
principal_special 专项债务还本支出
fund_paid_to_below 政府性基金补助下级支出
fund_other_uses 基金其他支出去向
fund_refinancing_carry_out 年末待偿债再融资专项债券结余
fund_carry_out 基金结转下年
fund_own_continuing 基金本项延续性支出（压减前）
fund_own_free 可统筹基金的本项延续性支出
fund_continuing_spending 基金延续性支出合计 = fund_remitted_up + interest_special + issue_fees_special + principal_special_own
    + land_cost + fund_own_continuing + fund_transfer_out
fund_uncommitted 可统筹基金未安排资金
fund_tied_left 限定用途基金只能用于本项的未安排资金
fund_short 基金延续性支出超出本基金财力
fund_offset_capacity 可统筹基金可依规压减的本项支出 = fund_own_free * (development_cut_share + operations_cut_share)
fund_uses_total 政府性基金支出总计 = fund_expenditure + fund_remitted_up + fund_transfer_out + principal_special
    + fund_paid_to_below + fund_other_uses + fund_refinancing_carry_out + fund_carry_out
[state_capital]
state_capital_revenue 国有资本经营收入
state_capital_transfers 国有资本经营转移支付收入
state_capital_carry_in 国有资本经营上年结转
state_capital_resources_total 国有资本经营收入总计 = state_capital_revenue + state_capital_transfers + state_capital_carry_in
state_capital_expenditure 国有资本经营支出
state_capital_paid_to_below 国有资本经营补助下级支出
state_capital_transfer_out 国有资本经营调出资金
state_capital_carry_out 国有资本经营结转下年
state_capital_uses_total 国有资本经营支出总计 = state_capital_expenditure + state_capital_paid_to_below + state_capital_transfer_out + state_capital_carry_out
[social_insurance]
insurance_revenue 社会保险基金收入
insurance_expenditure 社会保险基金支出
insurance_balance 本年收支结余 = insurance_revenue - insurance_expenditure
insurance_stock 年末滚存结余
[guarantees]
guarantee_living 保基本民生
guarantee_salaries 保工资
guarantee_operations 保运转
guarantees_total 三保需求合计 = guarantee_living + guarantee_salaries + guarantee_operations
guarantees_from_above 三保需求：上级专项资金负担
guarantees_county 三保需求：本级财力负担 = guarantees_total - guarantees_from_above
guarantees_arranged 可用财力可保障数 = min(max(available_resources, 0), guarantees_county)
guarantees_shortfall 三保缺口 = guarantees_county - guarantees_arranged
guarantee_coverage 三保保障倍数 = available_resources / guarantees_county
"""
_DEBT_OF_A_KIND = """
[debt]
debt_{kind}_opening_stock {name}债务年初余额
debt_{kind}_refinanced {name}债务再融资
debt_{kind}_issued_new 新增{name}债券
debt_{kind}_swapped {name}债务置换债券
debt_{kind}_repaid {name}债务还本
debt_{kind}_stock {name}债务年末余额 = debt_{kind}_opening_stock + debt_{kind}_refinanced + debt_{kind}_issued_new
    + debt_{kind}_swapped + debt_{kind}_other_change - debt_{kind}_repaid
debt_{kind}_other_change {name}债务其他增减
debt_limit_{kind}_stock {name}债务限额
debt_{kind}_headroom {name}债务限额空间 = debt_limit_{kind}_stock - debt_{kind}_stock
principal_{kind}_own 自有资金偿还{name}债务本金 = principal_{kind} - debt_{kind}_refinanced - {fund}refinancing_carry_in
    + {fund}refinancing_carry_out
"""
_OTHER_DEBT_CAPACITY_AND_INDICATORS = """
[debt]
interest_general 一般债务付息支出
issue_fees_general 一般债务发行费用
debt_stock 政府债务余额合计 = debt_general_stock + debt_special_stock
hidden_debt_resolved 隐性债务化解
hidden_debt_stock 隐性债务余额
hidden_debt_budget 预算安排化解隐性债务（含利息）
temporary_payments_opening_stock 暂付款年初余额
temporary_payments_new 新增暂付款
digestion 暂付款消化（预算列支）
temporary_payments_collected 暂付款收回
temporary_payments_in_kind 暂付款以资抵顶
temporary_payments_stock 暂付款余额 = temporary_payments_opening_stock + temporary_payments_new - digestion
    - temporary_payments_collected - temporary_payments_in_kind
[capacity]
committed_projects 已签约和新增项目县级支出
available_resources 可用财力 = own_revenue + transfer_in + stabilization_draw + transfers_general_purpose
    + received_from_below - passed_free - remitted_up
reserve_unallocated 其中：待安排支出对应的预备费 = unallocated * (reserve_rate / (1 - reserve_rate))
rigid_total 刚性支出合计 = guarantees_county + interest_general + principal_general_own + hidden_debt_budget + digestion
    + insurance_subsidy + insurance_shortfall + contingency_reserve + committed_projects + contingent_duties + sudden_duties + rescue_repaid - reserve_unallocated
fiscal_space 财力扣除刚性支出 = available_resources - rigid_total
other_continuing_spending 其他延续性支出（压减前）
continuing_spending 延续性支出合计 = rigid_total + issue_fees_general + other_continuing_spending + transfer_out + revolving_topup
    + other_uses - other_resources
uncommitted_resources 未安排财力（动用稳调前） = available_resources - stabilization_draw - continuing_spending
offset_projects 可推迟的储备项目支出 = candidate_projects
offset_development 可压减的发展类支出 = max(max(other_continuing_spending, 0) * development_cut_share
    - (other_continuing_spending - flexible_spending), 0)
offset_operations 可压减的一般性支出 = min(max(other_continuing_spending, 0) * operations_cut_share,
    max(max(other_continuing_spending, 0) * (development_cut_share + operations_cut_share)
    - (other_continuing_spending - flexible_spending), 0))
offset_other_spending 可压减的其他一般支出 = offset_development + offset_operations
offset_reserve 超过法定下限的预备费
offset_revolving 可不安排的补充预算周转金 = max(revolving_topup, 0)
offset_capacity 可依规压减或推迟的支出 = offset_projects + offset_other_spending + offset_reserve + offset_revolving
available_resources_broad 可用财力（宽口径，含专用转移支付和上年结转） = own_revenue + transfers + carry_in + transfer_in
    + stabilization_draw + received_from_below - paid_to_below
guarantee_coverage_broad 三保保障倍数（宽口径） = available_resources_broad / guarantees_total
[indicators]
gdp 地区生产总值
comprehensive_capacity_a 综合财力（口径A） = own_revenue + transfers + carry_in + transfer_in + stabilization_draw
    + received_from_below - paid_to_below - remitted_up - transfer_out + fund_revenue + fund_transfers
    + fund_received_from_below - fund_paid_to_below + fund_carry_in + fund_transfer_in - fund_remitted_up
    - fund_transfer_out
comprehensive_capacity_b 综合财力（口径B） = own_revenue + transfers + received_from_below - paid_to_below + carry_in + transfer_in + stabilization_draw
    + fund_revenue + state_capital_revenue
comprehensive_capacity_c 综合财力（口径C） = own_revenue + transfers + received_from_below - paid_to_below - remitted_up
    + fund_revenue + fund_transfers + fund_received_from_below - fund_paid_to_below
    + state_capital_revenue
debt_ratio 债务率（口径C） = debt_stock / comprehensive_capacity_c
debt_ratio_a 债务率（口径A） = debt_stock / comprehensive_capacity_a
debt_ratio_b 债务率（口径B） = debt_stock / comprehensive_capacity_b
debt_to_gdp 负债率 = debt_stock / gdp
interest_burden_general 一般债务付息占一般公共预算支出 = interest_general / expenditure
interest_burden_special 专项债务付息占政府性基金支出 = interest_special / fund_expenditure
debt_service_ratio 偿债率 = (principal_general_own + principal_special_own + interest_general + interest_special)
    / comprehensive_capacity_c
limit_use_general 一般债务限额使用率 = debt_general_stock / debt_limit_general_stock
limit_use_special 专项债务限额使用率 = debt_special_stock / debt_limit_special_stock
self_sufficiency_ratio 财政自给率 = own_revenue / expenditure
rigid_share 刚性支出占可用财力 = rigid_total / available_resources
refinancing_dependence 借新还旧依赖度 = (debt_general_refinanced + debt_special_refinanced) / (debt_general_repaid
    + debt_special_repaid)
"""


def _lines(text: str) -> Iterator[Line]:
    """Read lines declared as ``id label`` or ``id label = formula`` under the name of their block; more indented goes on."""
    block = ""
    for row in text.strip().replace("\n    ", " ").splitlines():
        if row.startswith("["):
            block = row.strip("[]")
            continue
        declared, _, written = row.partition(" = ")
        name, label = declared.split()
        counted = formula(written) if written else None
        is_ratio = isinstance(counted, Operation) and counted.kind == "/"
        yield Line(name, block, label, RATIO if is_ratio else MONEY, counted)


LINES: dict[str, Line] = {
    line.id: line
    for text in (
        _BUDGETS_AND_GUARANTEES,
        *(
            _DEBT_OF_A_KIND.format(kind=kind, name=name, fund=fund)
            for kind, name, fund in (("general", "一般", ""), ("special", "专项", "fund_"))
        ),
        _OTHER_DEBT_CAPACITY_AND_INDICATORS,
    )
    for line in _lines(text)
}

OF_LOWER_LEVELS = frozenset({
    "received_from_below", "passed_free", "passed_tied", "paid_to_below", "fund_received_from_below",
    "fund_paid_to_below", "state_capital_paid_to_below",
})  # fmt: skip
"""Dealings with the governments below: nothing for a whole area, where they cancel out; not printed where nothing is there."""

HELD_TO_REPAY = (
    "refinancing_carry_in",
    "refinancing_carry_out",
    "fund_refinancing_carry_in",
    "fund_refinancing_carry_out",
)
"""Proceeds of refinancing bonds that wait for the debt they repay: in few places."""
OF_FUTURES = frozenset({"sudden_duties"})
"""What only a future of a plan brings: nothing in the plan itself, whose books leave it out."""
OF_REGISTERS = frozenset({"contingent_duties"})
"""Duties that only their own register tells of."""
RARE = OF_LOWER_LEVELS | frozenset(HELD_TO_REPAY) | OF_FUTURES | OF_REGISTERS
"""Not printed where nothing is there, nothing where nobody gives them."""

_NO_RARE = dict.fromkeys(RARE, np.zeros(1))

COUNTED_TWICE = (
    "resources_total", "expenditure", "uses_total", "fund_revenue", "fund_resources_total", "fund_expenditure",
    "fund_uses_total", "debt_general_stock", "debt_special_stock", "temporary_payments_stock",
)  # fmt: skip
"""Lines that the arithmetic counts in its own way: kept as it found them and held against their formulas."""

_FORMULAS = {line.id: line.formula for line in LINES.values() if line.formula}
LEAVES = frozenset(LINES) - (frozenset(_FORMULAS) - frozenset(COUNTED_TWICE))
"""What the arithmetic delivers: lines without a formula, and those it counts in its own way."""
_ORDER = tuple(
    name
    for name in TopologicalSorter({name: LINES[name].names for name in _FORMULAS}).static_order()
    if name in _FORMULAS and name not in COUNTED_TWICE
)
TERMS = frozenset(name for line in LINES.values() for name in line.names) - frozenset(LINES)
"""Assumptions that formulas name beside lines."""


def complete(
    leaves: Mapping[str, np.ndarray], terms: Mapping[str, np.ndarray], names: Iterable[str] = LINES
) -> dict[str, np.ndarray]:
    """Compute every line of a plan from its leaves, or those asked for.

    Parameters
    ----------
    leaves : mapping of str to (..., year) float
        The lines of `LEAVES`.
    terms : mapping of str to (..., year) float
        The assumptions of `TERMS`.
    names : iterable of str
        Lines asked for; every one by default.

    Returns
    -------
    dict of str to (..., year) float
        Every line of ``names``.
    """
    values = {**_NO_RARE, **terms, **leaves}
    for name in _order_to(tuple(names)):
        values[name] = evaluate(_FORMULAS[name], values)
    return {name: values[name] for name in names}


@lru_cache
def _order_to(names: tuple[str, ...]) -> tuple[str, ...]:
    """The lines with a formula that some lines rest on, each after those in it."""
    needed = set(names)
    for name in reversed(_ORDER):
        if name in needed:
            needed.update(LINES[name].names)
    return tuple(name for name in _ORDER if name in needed)


def compute_line(name: str, values: Mapping[str, np.ndarray]) -> np.ndarray:
    """Compute one line from the lines and terms of its formula, shape (..., year); without lower levels theirs are nothing.

    Examples
    --------
    >>> compute_line("insurance_balance", {"insurance_revenue": np.array([5.0]), "insurance_expenditure": np.array([3.0])})
    array([2.])
    """
    return evaluate(_FORMULAS[name], {**_NO_RARE, **values})


CALLED: dict[str, tuple[str, ...]] = {
    "自有收入": ("own_revenue",), "债务率": ("debt_ratio",), "可用财力": ("available_resources",),
    **dict.fromkeys(("付息占比", "付息占支出"), ("interest_burden_general", "interest_burden_special")),
    **dict.fromkeys(("保障倍数", "三保保障倍数"), ("guarantee_coverage",)), "上级补助": ("transfers",),
    "隐性债务": ("hidden_debt_stock",), "暂付款": ("temporary_payments_stock",), "待安排财力": ("step_surplus_unallocated",),
}  # fmt: skip
"""What texts call a line whose label does not hold the word, or holds it among others; several where the word may mean each."""
