"""Every line of the plan, defined once: id, block, Chinese label and, for a sum, its parts.

The printed tables, the identities, ``explain`` and the formulas of the workbook all come from this one list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fiscal_model.words.errors import IdentityError

MONEY, RATIO = "万元", "小数"
TOLERANCE = 0.005
"""Identities hold to half a hundredth of 万元 (fifty yuan): far above float noise, far below a printed unit."""


@dataclass(frozen=True)
class Line:
    """One line of a statement; ``parts`` add up to it, ``less`` is taken off."""

    id: str
    block: str
    label: str
    unit: str = MONEY
    parts: tuple[str, ...] = ()
    less: tuple[str, ...] = ()


def _line(block: str, name: str, label: str, parts: str = "", less: str = "", unit: str = MONEY) -> Line:
    return Line(name, block, label, unit, tuple(parts.split()), tuple(less.split()))


LINES: dict[str, Line] = {
    line.id: line
    for line in (
        # 一般公共预算
        _line("general", "tax_revenue", "税收收入"),
        _line("general", "nontax_revenue", "非税收入"),
        _line("general", "own_revenue", "一般公共预算收入"),
        _line("general", "transfers_general_purpose", "财力性转移支付（含返还）"),
        _line("general", "transfers_earmarked", "专用性转移支付"),
        _line("general", "rebates", "返还性收入"),
        _line("general", "general_transfers", "一般性转移支付收入"),
        _line("general", "special_transfers", "专项转移支付收入"),
        _line("general", "transfers", "上级补助收入", "transfers_general_purpose transfers_earmarked"),
        _line("general", "debt_proceeds_general", "一般债务转贷收入"),
        _line("general", "carry_in", "上年结转"),
        _line("general", "transfer_in", "调入资金"),
        _line("general", "stabilization_draw", "动用预算稳定调节基金"),
        _line("general", "other_resources", "其他收入来源（区域间转移、下级上解、未列明）"),
        _line("general", "rescue_in", "上级临时救助"),
        _line("general", "funding_gap", "收支缺口（待弥补）"),
        _line(
            "general",
            "resources_total",
            "收入总计",
            "own_revenue transfers_general_purpose transfers_earmarked debt_proceeds_general carry_in transfer_in "
            "stabilization_draw other_resources rescue_in funding_gap",
        ),
        _line("general", "bond_spending_general", "新增、置换一般债券安排的支出"),
        _line("general", "earmarked_spending", "专用性转移支付和结转安排的其他支出"),
        _line("general", "flexible_spending", "其他一般支出"),
        _line("general", "candidate_projects", "储备项目支出"),
        _line("general", "contingency_reserve", "预备费"),
        _line("general", "unallocated", "待安排支出（新增财力）"),
        _line(
            "general",
            "expenditure",
            "一般公共预算支出",
            "guarantee_living guarantee_salaries guarantee_operations interest_general issue_fees_general digestion "
            "hidden_debt_budget committed_projects bond_spending_general earmarked_spending flexible_spending "
            "candidate_projects contingency_reserve unallocated",
        ),
        _line("general", "remitted_up", "上解上级支出"),
        _line("general", "principal_general", "一般债务还本支出"),
        _line("general", "stabilization_topup", "安排预算稳定调节基金"),
        _line("general", "revolving_topup", "补充预算周转金"),
        _line("general", "transfer_out", "调出资金"),
        _line("general", "other_uses", "其他支出去向（补助下级、区域间转移、未列明）"),
        _line("general", "rescue_repaid", "归还上年临时救助"),
        _line("general", "carryover_returned", "上交超期未分配的上级专项结转"),
        _line("general", "carry_out", "结转下年"),
        _line(
            "general",
            "uses_total",
            "支出总计",
            "expenditure remitted_up principal_general stabilization_topup revolving_topup transfer_out other_uses "
            "rescue_repaid carryover_returned carry_out",
        ),
        _line("general", "stabilization_fund_stock", "预算稳定调节基金年末余额"),
        _line("general", "revolving_fund_stock", "预算周转金年末余额"),
        # 政府性基金预算
        _line("funds", "land_revenue", "国有土地使用权出让收入"),
        _line("funds", "fund_other_revenue", "其他政府性基金收入"),
        _line("funds", "fund_revenue", "政府性基金收入", "land_revenue fund_other_revenue"),
        _line("funds", "fund_transfers", "政府性基金转移支付收入"),
        _line("funds", "debt_proceeds_special", "专项债务转贷收入"),
        _line("funds", "fund_carry_in", "基金上年结转"),
        _line("funds", "fund_transfer_in", "一般公共预算调入（偿债补助）"),
        _line("funds", "fund_other_resources", "基金其他收入来源"),
        _line("funds", "fund_gap", "基金缺口（待弥补）"),
        _line(
            "funds",
            "fund_resources_total",
            "政府性基金收入总计",
            "fund_revenue fund_transfers debt_proceeds_special fund_carry_in fund_transfer_in fund_other_resources fund_gap",
        ),
        _line("funds", "interest_special", "专项债务付息支出"),
        _line("funds", "issue_fees_special", "专项债务发行费用"),
        _line("funds", "land_cost", "土地出让成本性支出"),
        _line("funds", "fund_tied_spending", "补助和新增、置换专项债券安排的支出"),
        _line("funds", "fund_other_spending", "其他基金支出"),
        _line(
            "funds",
            "fund_expenditure",
            "政府性基金支出",
            "interest_special issue_fees_special land_cost fund_tied_spending fund_other_spending",
        ),
        _line("funds", "fund_remitted_up", "基金上解支出"),
        _line("funds", "fund_transfer_out", "基金调出资金"),
        _line("funds", "principal_special", "专项债务还本支出"),
        _line("funds", "fund_other_uses", "基金其他支出去向"),
        _line("funds", "fund_carry_out", "基金结转下年"),
        _line(
            "funds",
            "fund_uses_total",
            "政府性基金支出总计",
            "fund_expenditure fund_remitted_up fund_transfer_out principal_special fund_other_uses fund_carry_out",
        ),
        # 国有资本经营预算
        _line("state_capital", "state_capital_revenue", "国有资本经营收入"),
        _line("state_capital", "state_capital_transfers", "国有资本经营转移支付收入"),
        _line("state_capital", "state_capital_carry_in", "国有资本经营上年结转"),
        _line(
            "state_capital",
            "state_capital_resources_total",
            "国有资本经营收入总计",
            "state_capital_revenue state_capital_transfers state_capital_carry_in",
        ),
        _line("state_capital", "state_capital_expenditure", "国有资本经营支出"),
        _line("state_capital", "state_capital_transfer_out", "国有资本经营调出资金"),
        _line("state_capital", "state_capital_carry_out", "国有资本经营结转下年"),
        _line(
            "state_capital",
            "state_capital_uses_total",
            "国有资本经营支出总计",
            "state_capital_expenditure state_capital_transfer_out state_capital_carry_out",
        ),
        # 社会保险基金预算
        _line("social_insurance", "insurance_revenue", "社会保险基金收入"),
        _line("social_insurance", "insurance_expenditure", "社会保险基金支出"),
        _line("social_insurance", "insurance_balance", "本年收支结余", "insurance_revenue", "insurance_expenditure"),
        _line("social_insurance", "insurance_stock", "年末滚存结余"),
        # 三保
        _line("guarantees", "guarantee_living", "保基本民生"),
        _line("guarantees", "guarantee_salaries", "保工资"),
        _line("guarantees", "guarantee_operations", "保运转"),
        _line(
            "guarantees", "guarantees_total", "三保需求合计", "guarantee_living guarantee_salaries guarantee_operations"
        ),
        _line("guarantees", "guarantees_from_above", "三保需求：上级专项资金负担"),
        _line("guarantees", "guarantees_county", "三保需求：本级财力负担", "guarantees_total", "guarantees_from_above"),
        _line("guarantees", "guarantees_arranged", "可用财力可保障数"),
        _line("guarantees", "guarantees_shortfall", "三保缺口", "guarantees_county", "guarantees_arranged"),
        _line("guarantees", "guarantee_coverage", "三保保障倍数", unit=RATIO),
        # 债务
        *(
            line
            for kind, label in (("general", "一般"), ("special", "专项"))
            for line in (
                _line("debt", f"debt_{kind}_opening_stock", f"{label}债务年初余额"),
                _line("debt", f"debt_{kind}_refinanced", f"{label}债务再融资"),
                _line("debt", f"debt_{kind}_issued_new", f"新增{label}债券"),
                _line("debt", f"debt_{kind}_swapped", f"{label}债务置换债券"),
                _line("debt", f"debt_{kind}_repaid", f"{label}债务还本"),
                _line(
                    "debt",
                    f"debt_{kind}_stock",
                    f"{label}债务年末余额",
                    f"debt_{kind}_opening_stock debt_{kind}_refinanced debt_{kind}_issued_new debt_{kind}_swapped debt_{kind}_other_change",
                    f"debt_{kind}_repaid",
                ),
                _line("debt", f"debt_{kind}_other_change", f"{label}债务其他增减"),
                _line("debt", f"debt_limit_{kind}_stock", f"{label}债务限额"),
                _line(
                    "debt",
                    f"debt_{kind}_headroom",
                    f"{label}债务限额空间",
                    f"debt_limit_{kind}_stock",
                    f"debt_{kind}_stock",
                ),
                _line("debt", f"principal_{kind}_own", f"自有资金偿还{label}债务本金"),
            )
        ),
        _line("debt", "interest_general", "一般债务付息支出"),
        _line("debt", "issue_fees_general", "一般债务发行费用"),
        _line("debt", "debt_stock", "政府债务余额合计", "debt_general_stock debt_special_stock"),
        _line("debt", "hidden_debt_resolved", "隐性债务化解"),
        _line("debt", "hidden_debt_stock", "隐性债务余额"),
        _line("debt", "hidden_debt_budget", "预算安排化解隐性债务（含利息）"),
        _line("debt", "temporary_payments_opening_stock", "暂付款年初余额"),
        _line("debt", "temporary_payments_new", "新增暂付款"),
        _line("debt", "digestion", "暂付款消化（预算列支）"),
        _line("debt", "temporary_payments_collected", "暂付款收回"),
        _line("debt", "temporary_payments_in_kind", "暂付款以资抵顶"),
        _line(
            "debt",
            "temporary_payments_stock",
            "暂付款余额",
            "temporary_payments_opening_stock temporary_payments_new",
            "digestion temporary_payments_collected temporary_payments_in_kind",
        ),
        # 可用财力
        _line("capacity", "committed_projects", "已签约和新增项目县级支出"),
        _line(
            "capacity",
            "available_resources",
            "可用财力",
            "own_revenue transfer_in stabilization_draw transfers_general_purpose",
            "remitted_up",
        ),
        _line("capacity", "reserve_unallocated", "其中：待安排支出对应的预备费"),
        _line(
            "capacity",
            "rigid_total",
            "刚性支出合计",
            "guarantees_county interest_general principal_general_own hidden_debt_budget digestion contingency_reserve "
            "committed_projects rescue_repaid",
            "reserve_unallocated",
        ),
        _line("capacity", "fiscal_space", "财政空间", "available_resources", "rigid_total"),
        # 指标
        _line("indicators", "gdp", "地区生产总值"),
        _line("indicators", "comprehensive_capacity_a", "综合财力（口径A）"),
        _line("indicators", "comprehensive_capacity_b", "综合财力（口径B）"),
        _line("indicators", "comprehensive_capacity_c", "综合财力（口径C）"),
        _line("indicators", "debt_ratio", "债务率（口径C）", unit=RATIO),
        _line("indicators", "debt_ratio_a", "债务率（口径A）", unit=RATIO),
        _line("indicators", "debt_ratio_b", "债务率（口径B）", unit=RATIO),
        _line("indicators", "debt_to_gdp", "负债率", unit=RATIO),
        _line("indicators", "interest_burden_general", "一般债务付息占一般公共预算支出", unit=RATIO),
        _line("indicators", "interest_burden_special", "专项债务付息占政府性基金支出", unit=RATIO),
        _line("indicators", "debt_service_ratio", "偿债率", unit=RATIO),
        _line("indicators", "limit_use_general", "一般债务限额使用率", unit=RATIO),
        _line("indicators", "limit_use_special", "专项债务限额使用率", unit=RATIO),
        _line("indicators", "self_sufficiency_ratio", "财政自给率", unit=RATIO),
        _line("indicators", "rigid_share", "刚性支出占可用财力", unit=RATIO),
        _line("indicators", "refinancing_dependence", "借新还旧依赖度", unit=RATIO),
    )
}

EQUAL_SIDES = (
    ("resources_total", "uses_total"),
    ("fund_resources_total", "fund_uses_total"),
    ("state_capital_resources_total", "state_capital_uses_total"),
)


def add_up(line: Line, values: Mapping[str, np.ndarray]) -> np.ndarray:
    """Add a line from its parts, shape (..., year)."""
    total = sum(values[part] for part in line.parts)
    return total - sum(values[part] for part in line.less)  # type: ignore[operator,return-value]


def check_identities(values: Mapping[str, np.ndarray], years: tuple[int, ...]) -> None:
    """Hold every sum against its parts and both sides of every budget against each other.

    Parameters
    ----------
    values : mapping of str to (..., year) float
        A computed plan.
    years : tuple of int

    Raises
    ------
    IdentityError
        Names each line and year that does not add up; a fault of the model.
    """
    broken = []
    for line in LINES.values():
        if line.parts and line.id in values and all(part in values for part in (*line.parts, *line.less)):
            broken += _broken(line.label, values[line.id], add_up(line, values), years)
    for resources, uses in EQUAL_SIDES:
        broken += _broken(f"{LINES[resources].label} = {LINES[uses].label}", values[resources], values[uses], years)
    broken += _between_budgets(values, years)
    broken += _bond_money(values, years)
    if broken:
        raise IdentityError("恒等式不成立（模型错误，请报告）：\n" + "\n".join(f"  {row}" for row in broken[:20]))


def _broken(label: str, printed: np.ndarray, added: np.ndarray, years: tuple[int, ...]) -> list[str]:
    printed, added = np.broadcast_arrays(np.asarray(printed, dtype=float), np.asarray(added, dtype=float))
    # An unknown limit is infinite on both sides: equal, and no difference to take.
    difference = np.abs(np.subtract(printed, added, out=np.zeros(printed.shape), where=printed != added))
    worst = difference.reshape(-1, difference.shape[-1]).max(axis=0)
    return [f"{label} {year}：差 {gap:.4f} 万元" for year, gap in zip(years, worst, strict=True) if gap > TOLERANCE]


def _between_budgets(values: Mapping[str, np.ndarray], years: tuple[int, ...]) -> list[str]:
    """What one budget pays out another takes in, once."""
    pairs = (
        (("fund_transfer_out", "state_capital_transfer_out"), "transfer_in", "基金、国资调出 = 一般公共预算调入"),
        (("transfer_out",), "fund_transfer_in", "一般公共预算调出 = 基金调入"),
    )
    broken = []
    for out, into, label in pairs:
        broken += _broken(label, values[into], sum(values[name] for name in out), years)  # type: ignore[arg-type]
    return broken


def _bond_money(values: Mapping[str, np.ndarray], years: tuple[int, ...]) -> list[str]:
    """Bond money repays principal or pays for what the bonds are for; nothing of it is left for interest."""
    broken = []
    spent = {
        "general": values["bond_spending_general"],
        "special": np.asarray(values["fund_tied_spending"]) - values["fund_transfers"],
    }
    for kind, label in (("general", "一般债务"), ("special", "专项债务")):
        refinanced = np.asarray(values[f"debt_{kind}_refinanced"], dtype=float)
        left = np.asarray(values[f"debt_proceeds_{kind}"]) - refinanced - spent[kind]
        beyond = refinanced - values[f"principal_{kind}"]
        worst = np.maximum(np.abs(left), beyond)
        for year, gap in zip(years, worst.reshape(-1, worst.shape[-1]).max(axis=0), strict=True):
            if gap > TOLERANCE:
                broken.append(f"{label}{year}：发债收入有 {gap:.4f} 万元未用于还本或对应支出，付息不得用新发债券支付")
    return broken
