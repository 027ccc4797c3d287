"""What stands against calling a plan balanced: gaps of any budget, schemes used up, what the law asks for, odds, what nobody knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from fiscal_model.analysis.balance.rule_outcomes import unknown_budgets
from fiscal_model.analysis.risk.simulate import Fan
from fiscal_model.law.indicators import band_of
from fiscal_model.law.limits import interest_mark
from fiscal_model.model.debt_limits import over_limit
from fiscal_model.model.debt_ratios import crossing_of
from fiscal_model.model.projection import Plan
from fiscal_model.report.wording import UNVERIFIED, money, odds_percent, percent
from fiscal_model.words.vocabulary import DebtKind

_AGAINST = {
    "fund_gap": "政府性基金预算有缺口",
    "fund_transfer_in": "专项债务须由一般公共预算补助偿还",
    "insurance_shortfall": "有社会保险基金险种的滚存结余用完须追加补贴",
    "guarantees_shortfall": "可用财力不足以保障“三保”",
}

_DUTIES = {
    "interest_general": "一般债务付息", "hidden_debt_budget": "化债支出", "digestion": "暂付款消化", "insurance_shortfall": "社会保险基金补贴",
}  # fmt: skip
_OWED = {
    "debt_stock": "政府债务余额", "interest_general": "一般债务付息", "interest_special": "专项债务付息", "hidden_debt_stock": "隐性债务",
    "digestion": "暂付款",
}  # fmt: skip
_ESTIMATED = {
    "guarantees_borrowed": "按张掖市公布比例借用估计",
    "guarantees_mapped": f"按功能科目对应推算，对应比例{UNVERIFIED}",
}
"""How the need of the three guarantees was come by where nobody gave it, by the caution that says so."""
_GROWTH_ALONE = "上级补助没有公布、按收支倒算，基期没有余缺，以后各年的余缺只是收入、补助和支出假设增速之差"
_EVEN = 0.5
"""From which chance on a gap is more likely than none."""


def closes_by_itself(plan: Plan) -> bool:
    """Tell whether the general budget has no gap and needs no step of balancing but putting a surplus by."""
    return all(float(plan.steps[name].sum()) <= 0.5 for name in taken(plan.steps))


def taken(steps: Iterable[str]) -> list[str]:
    """Return the steps of balancing that find money, without those that put a surplus by."""
    return sorted(name for name in steps if not name.startswith("surplus"))


def has_gap(plan: Plan) -> bool:
    """Tell whether a gap of the general budget is left after every step of balancing."""
    return float(plan.line("funding_gap").sum()) > 0.5


def transfers_inferred(plan: Plan) -> bool:
    """Tell whether transfers are what closes the base year: then it has no surplus and no shortfall by construction."""
    return "transfers" not in plan.basis.balance.opening.published


def growth_alone(plan: Plan) -> str:
    """Say what uncommitted money rests on where transfers are inferred, with what the plan adds beyond growth."""
    helped = float(np.nan_to_num(plan.line("fund_transfer_in")).max()) > 0.5
    return f"{_GROWTH_ALONE}{'和规划期才列支的专项债务补助' if helped else ''}"


def overcommitted(plan: Plan) -> bool:
    """Tell whether what goes on anyway costs more than a year's free money."""
    return float(plan.line("uncommitted_resources").min()) < -0.5


def stands_against(plan: Plan) -> list[str]:
    """List what forbids to say that the finances balance though the general budget closes; empty where nothing does."""
    found = [said for name, said in _AGAINST.items() if float(np.nan_to_num(plan.line(name)).max()) > 0.5]
    if overcommitted(plan):
        found.append("部分年份延续性支出超过当年财力（未安排财力为负）")
    most = plan.line("debt_ratio")
    if np.isfinite(most).all() and band_of("debt_ratio", float(most.max())) == "red":
        found.append(f"债务率最高{percent(float(most.max()))}（红档）")
    if any(each.published for each in over_limit(plan.basis, {name: plan.line(name) for name in plan.lines})):
        found.append("政府债务余额超过公布的限额")
    kinds = [kind.label for kind in DebtKind if crossing_of(plan, f"interest_burden_{kind}").ahead]
    if kinds:
        found.append(f"{'、'.join(kinds)}付息占比超过{interest_mark()}的财政重整线（条文{UNVERIFIED}）")
    return found


def doubted(plan: Plan) -> list[str]:
    """List what was handed in and is odd beside other figures; the plan takes it as it is. Empty where nothing is."""
    return [plan.basis.place.doubts_said] if plan.basis.place.doubts else []


def duties_unknown(plan: Plan) -> list[str]:
    """Name the duties nobody gave figures of: money called free may be theirs."""
    return _unknown(plan, _DUTIES)


def owed_unknown(plan: Plan) -> list[str]:
    """Name what is owed that nobody gave figures of: its risk is not judged."""
    return _unknown(plan, _OWED)


def _unknown(plan: Plan, lines: Mapping[str, str]) -> list[str]:
    return [label for name, label in lines.items() if not np.isfinite(plan.line(name)).all()]


def left_open(plan: Plan) -> str:
    """Say which budgets and debts nobody gave figures of, and that nothing is said of them; nothing where all is known."""
    unknown = [*not_judged(plan), *owed_unknown(plan)]
    return f"{'、'.join(unknown)}未提供，未作判断" if unknown else ""


def guarantees_estimated(plan: Plan) -> str:
    """Say in a bracket how the three guarantees were estimated; nothing where they were given."""
    codes = {each.code for each in plan.cautions}
    return "".join(f"（{said}）" for code, said in _ESTIMATED.items() if code in codes)


def gap_is_likely(fan: Fan) -> bool:
    """Tell whether more futures than not have a gap in some plan year: then nobody may be told that it balances without a but."""
    return "funding_gap" in fan.odds and fan.odds["funding_gap"].ever > _EVEN


def chance_said(fan: Fan, line: str, what: str) -> str:
    """Say how likely it is that something happens in any plan year, and in the worst one; nothing where it was not simulated.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/gangu"), fm.read_scenario("baseline"))
    >>> chance_said(fm.simulate(plan, paths=100), "funding_gap", "一般公共预算出现缺口")
    '规划期至少一年一般公共预算出现缺口的可能52.0%（单年最高34.0%）'
    """
    if line not in fan.odds:
        return ""
    odds = fan.odds[line]
    if odds.ever <= 0:
        return f"模拟中没有一年{what}"
    return f"规划期至少一年{what}的可能{odds_percent(odds.ever)}（单年最高{odds_percent(float(odds.by_year.max()))}）"


def nobody_knows_who_pays(plan: Plan) -> list[str]:
    """Say that unknown funds leave open who pays special debt, and how much of it; empty where the funds are known."""
    owed = np.nansum(
        [plan.line(name) for name in ("interest_special", "issue_fees_special", "principal_special_own")], axis=0
    )
    if "fund_revenue" not in plan.unavailable or owed.sum() <= 0.5:
        return []
    return [
        f"{plan.base_year}年政府性基金收支未提供，规划期专项债务自有资金偿债{money(owed.sum())}由基金负担还是须由一般公共预算补助，无法判断，"
        "没有计入一般公共预算支出"
    ]


def not_judged(plan: Plan) -> list[str]:
    """List the budgets that nothing is known of; the plan says nothing of their balance."""
    labels = {line: f"{label}预算" for line, label in unknown_budgets(plan).items()}
    if "fund_revenue" in labels and nobody_knows_who_pays(plan):
        labels["fund_revenue"] += "（连同专项债务的偿还）"
    return list(labels.values())


def not_judged_said(plan: Plan) -> str:
    """Say so in a bracket behind what is judged; nothing where every budget is known."""
    unknown = not_judged(plan)
    return f"（{'、'.join(unknown)}未提供，未作判断）" if unknown else ""


def balance_sentence(plan: Plan) -> str:
    """Say how the finances stand: a gap, tight, closed with what stands against it, or balanced, as far as is known."""
    if has_gap(plan):
        return "收支矛盾突出，采取全部平衡措施后仍有缺口"
    against, unknown = stands_against(plan), not_judged(plan)
    if not closes_by_itself(plan):
        said = "处于紧平衡状态，一般公共预算须采取平衡措施才能收支相抵"
    elif against or unknown:
        said = "一般公共预算收支相抵"
    else:
        return "能够保持收支平衡"
    if against:
        said += f"，但{'、'.join(against)}"
    return said + not_judged_said(plan)
