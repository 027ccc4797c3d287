"""The rules of balancing B1 to B14, each checked or carried out by the plan, with its article."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from fiscal_model.analysis.balance.flows import check_flows, list_flows
from fiscal_model.analysis.control.adjustment import requests_of
from fiscal_model.analysis.control.policy_dates import list_midyear_policies
from fiscal_model.blocks.revenue.transfer_listing import rule_of
from fiscal_model.inputs.scenario import QUALITIES
from fiscal_model.law.balance_steps import balance_steps
from fiscal_model.law.limits import as_percent, limit, reserve_inside
from fiscal_model.law.rules import rule_table
from fiscal_model.model.projection import Plan
from fiscal_model.words.identities import EQUAL_SIDES
from fiscal_model.words.lines import LINES
from fiscal_model.words.vocabulary import DebtKind, MoneyFrom, ProjectFunding, TransferStatus

MET, DONE, NOT_APPLICABLE, NOT_MET = "满足", "已执行", "不适用", "未满足"
TOLERANCE = 0.5
_MAY_BE_UNKNOWN = {
    "fund_revenue": "政府性基金",
    "state_capital_revenue": "国有资本经营",
    "insurance_revenue": "社会保险基金",
}
Outcome = tuple[str, str, Mapping[int, float]]
"""Status, a Chinese sentence, amounts by year."""


def review_rules(plan: Plan) -> pd.DataFrame:
    """Say rule by rule what the plan did and whether it holds.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    DataFrame
        id, name, article, text, status (满足, 已执行, 不适用, 未满足), said (Chinese), one column a plan year with the amount the
        rule is about (万元, NaN where there is none), source, quality (Chinese).

    Examples
    --------
    >>> import fiscal_model as fm
    >>> outcomes = review_rules(fm.project(fm.read_place("data/places/gangu"), fm.read_scenario("baseline")))
    >>> outcomes["id"].tolist()[:3], outcomes["status"].tolist()[:2]
    (['B1', 'B2', 'B3'], ['满足', '满足'])
    """
    rows = []
    for rule in rule_table("balance_rules"):
        status, said, amounts = _OUTCOMES[rule["id"]](plan)
        row: dict[object, object] = {name: rule[name] for name in ("id", "name", "article", "text")}
        row |= {"status": status, "said": said}
        row |= {year: float(amounts.get(year, np.nan)) for year in plan.years}
        rows.append(row | {"source": rule["source"], "quality": QUALITIES[rule["quality"]]})
    return pd.DataFrame(rows)


def _by_year(plan: Plan, values: np.ndarray) -> dict[int, float]:
    return dict(zip(plan.years, map(float, values), strict=True))


def _acted(plan: Plan, amounts: np.ndarray, done: str, idle: str) -> Outcome:
    if (np.abs(amounts) > TOLERANCE).any():
        return DONE, done, _by_year(plan, amounts)
    return NOT_APPLICABLE, idle, {}


def unknown_budgets(plan: Plan) -> dict[str, str]:
    """Return the budgets that nothing is known of, by the line of their revenue: whether they balance nobody can say."""
    return {line: label for line, label in _MAY_BE_UNKNOWN.items() if not np.isfinite(plan.line(line)).all()}


_GAPS = {"funding_gap": "一般公共预算", "fund_gap": "政府性基金预算"}
"""Budgets that may be left with a gap, by the line of it."""


def _no_deficit(plan: Plan) -> Outcome:
    gap = plan.lines["funding_gap"] + np.nan_to_num(plan.line("fund_gap"))
    sides = max(float(np.abs(plan.lines[resources] - plan.lines[uses]).max()) for resources, uses in EQUAL_SIDES)
    broken = check_flows(list_flows(plan), plan)
    if sides > TOLERANCE or broken:
        return NOT_MET, "；".join(broken) or f"收支两边最多相差 {sides:,.2f} 万元", {}
    if (gap > TOLERANCE).any():
        short = [word for line, word in _GAPS.items() if (np.nan_to_num(plan.line(line)) > TOLERANCE).any()]
        return NOT_MET, f"{'、'.join(short)}仍有缺口，编制年度预算前必须弥补", _by_year(plan, gap)
    unknown = "、".join(unknown_budgets(plan).values())
    if unknown:
        return MET, f"已提供的预算各年收支总计相等，没有缺口；{unknown}预算未提供，未作判断", {}
    return MET, "四本预算各年收支总计相等，没有缺口", {}


def _reserve(plan: Plan) -> Outcome:
    reserve, whole = plan.lines["contingency_reserve"], plan.lines["expenditure"]
    share = reserve / whole
    said = f"预备费占支出 {share.min():.2%} 至 {share.max():.2%}"
    return MET if reserve_inside(share).all() else NOT_MET, said, _by_year(plan, reserve)


def _revolving(plan: Plan) -> Outcome:
    moved, stock = plan.lines["revolving_topup"], plan.lines["revolving_fund_stock"]
    known = "revolving_fund_stock" not in plan.unavailable
    most = as_percent(limit("revolving_fund"))
    over = stock > limit("revolving_fund") * plan.lines["expenditure"] + TOLERANCE
    if over.any():
        return NOT_MET, f"周转金余额超过支出总额的{most}，超出部分应调回", _by_year(plan, stock)
    if (np.abs(moved) > TOLERANCE).any():
        return DONE, f"按设定补充或调回，余额不超过支出总额的{most}", _by_year(plan, moved)
    if known:
        return MET, f"余额不超过支出总额的{most}，规划期不增不减", _by_year(plan, stock)
    return NOT_APPLICABLE, "预算周转金余额未提供，规划期不增不减", {}


def _over_collection(plan: Plan) -> Outcome:
    base, history = plan.base_year, plan.basis.history
    budget = _budgeted(plan, "own_revenue")
    actual, topup = history.value("own_revenue", base), history.value("stabilization_topup", base)
    if not np.isfinite(budget) or not np.isfinite(actual):
        return NOT_APPLICABLE, f"{base}年收入预算数未提供，基期超收未核对；规划按预测数，没有超收", {}
    over = actual - budget
    if over <= TOLERANCE:
        return NOT_APPLICABLE, f"{base}年收入比预算少 {-over:,.0f} 万元，没有超收", {}
    if not np.isfinite(topup):
        return NOT_MET, f"{base}年超收 {over:,.0f} 万元，补充稳调基金数未提供，去向不明", {}
    if topup + TOLERANCE >= over:
        return MET, f"{base}年超收 {over:,.0f} 万元，补充稳调基金 {topup:,.0f} 万元", {}
    return NOT_MET, f"{base}年超收 {over:,.0f} 万元，只补充稳调基金 {topup:,.0f} 万元", {}


def _budgeted(plan: Plan, line: str) -> float:
    planned = plan.basis.history.planned
    if line not in planned.columns or plan.base_year not in planned.index:
        return float("nan")
    return float(planned.at[plan.base_year, line])


def _surplus(plan: Plan) -> Outcome:
    topup = plan.steps["surplus_from_funds"] + plan.steps["surplus_to_fund"]
    return _acted(plan, topup, "结余补充预算稳定调节基金", "各年没有结余")


def _carryover(plan: Plan) -> Outcome:
    taken = plan.steps["recover_carryover"] + plan.steps["surplus_carryover"] + plan.lines["carryover_returned"]
    if not plan.basis.place.has("carryovers"):
        return NOT_APPLICABLE, "结转资金台账未提供，形成年度不明", {}
    return _acted(plan, taken, "结转两年以上资金收回重新安排、补充稳调基金或者上交上级", "没有结转两年以上的资金")


def _shortage(plan: Plan) -> Outcome:
    taken = np.sum(
        [plan.steps[step] for step in ("draw", "extra_transfer_in", "cut_projects", "cut_operations", "rescue")], axis=0
    )
    if (plan.steps["gap"] > TOLERANCE).any():
        return NOT_MET, "措施用尽后仍有缺口", _by_year(plan, plan.steps["gap"])
    return _acted(plan, taken, "按法定顺序弥补，未增列赤字", "各年没有短收")


def _funds(plan: Plan) -> Outcome:
    if "fund_revenue" in plan.unavailable:
        return NOT_APPLICABLE, "政府性基金收支未提供", {}
    gap, helped, unpaid = (plan.lines[name] for name in ("fund_debt_gap", "fund_transfer_in", "land_cost_gap"))
    if (gap > TOLERANCE).any():
        return NOT_MET, "基金收入不足以偿还专项债务", _by_year(plan, gap)
    budget = _budgeted(plan, "fund_revenue")
    over = plan.basis.history.value("fund_revenue", plan.base_year) - budget
    known = (
        f"{plan.base_year}年基金比预算{'超' if over > 0 else '短'}收 {abs(over):,.0f} 万元；"
        if np.isfinite(over)
        else ""
    )
    if (helped > TOLERANCE).any():
        return DONE, known + "偿债缺口由一般公共预算补助", _by_year(plan, helped)
    if over > TOLERANCE:
        return _fund_over_collection(plan, over, known)
    if (unpaid > TOLERANCE).any():
        return NOT_MET, known + "偿债之后的土地出让收入不足以付清土地成本", _by_year(plan, unpaid)
    return MET, known + "以收定支，先付专项债务本息", {}


def _fund_over_collection(plan: Plan, over: float, known: str) -> Outcome:
    """Over-collection of the base year is carried into the first plan year and pays special debt there before all else."""
    carried, first = plan.basis.balance.fund_opening.carry_in, plan.years[0]
    if carried + TOLERANCE < over:
        return NOT_MET, known + f"结转下年只有 {carried:,.0f} 万元，超收应结转下年安排", {}
    due = sum(
        float(plan.lines[line][0]) for line in ("interest_special", "issue_fees_special", "principal_special_own")
    )
    used = min(over, due)
    return DONE, known + f"已结转下年，首先用于{first}年专项债务还本付息 {used:,.0f} 万元", {first: used}


def _state_capital(plan: Plan) -> Outcome:
    if "state_capital_revenue" in plan.unavailable:
        return NOT_APPLICABLE, "国有资本经营收支未提供", {}
    out, revenue = plan.lines["state_capital_transfer_out"], plan.lines["state_capital_revenue"]
    least = plan.basis.assumed.path("state_capital_transfer_share") * revenue
    held = bool((out + TOLERANCE >= least).all() and ((out > 0) | (revenue <= TOLERANCE)).all())
    said = "各年均有调出，不少于设定比例" if held else "有年份没有调出或低于设定比例"
    return DONE if held else NOT_MET, said, _by_year(plan, out)


def _adjustments(plan: Plan) -> Outcome:
    steps = ("draw", "cut_projects", "cut_operations", "extra_transfer_in", "rescue")
    amounts = np.sum([plan.steps[step] for step in steps], axis=0)
    issued = np.sum([plan.lines[f"debt_{kind}_issued_new"] for kind in DebtKind], axis=0)
    named = "、".join(balance_steps()[step].label for step in steps if (plan.steps[step] > TOLERANCE).any())
    said = f"以下措施如在年初预算批准后采取，须先报本级人大常委会批准预算调整：{named}"
    if (issued > TOLERANCE).any():
        said += "；新增债券超过年初预算的部分同样须作调整"
    return _acted(plan, amounts, said, "各年没有须作预算调整的措施")


def _new_policies(plan: Plan) -> Outcome:
    found = list_midyear_policies(plan.basis.place)
    late = found[found["approved"].to_numpy(dtype=bool)]
    if len(late):
        amounts = late.groupby("year")["first_year_amount"].sum(min_count=1)
        named = "、".join(f"{year}年“{what}”" for year, what in zip(late["year"], late["what"], strict=True))
        said = f"预算批准后出台增支或减收政策 {len(late)} 项：{named}；确需出台的，应在预算调整方案中作出安排"
        return NOT_MET, said, {int(year): float(amount) for year, amount in amounts.items()}
    if len(found):
        return MET, f"登记的增支减收政策 {len(found)} 项，均在该年预算批准以前，应编入年初预算", {}
    return NOT_APPLICABLE, "没有登记年度中出台的增支减收政策；规划按已定政策测算", {}


def _notices(plan: Plan) -> Outcome:
    rows = plan.basis.place.rows("transfers")
    if not len(rows):
        return NOT_APPLICABLE, "上级补助台账未提供，提前下达数不明", {}
    first = rows[(rows["status"] == TransferStatus.PRENOTIFIED) & (rows["year"] == plan.years[0])]
    noticed = float(first["amount"].sum())
    if noticed <= 0:
        return NOT_APPLICABLE, f"{plan.years[0]}年提前下达数未提供", {}
    planned = float(plan.lines["transfers"][0])
    status = MET if planned + TOLERANCE >= noticed else NOT_MET
    said = "不少于" if status == MET else "少于"
    return (status, f"补助{said}提前下达数 {noticed:,.0f} 万元" + _noticed_early(plan, first), {plan.years[0]: planned})


def _noticed_early(plan: Plan, first: pd.DataFrame) -> str:
    """Hold what the superior announced against the base year: at least its usual part of general and special transfers."""
    rows = plan.basis.place.rows("transfers")
    now = rows[(rows["status"] != TransferStatus.PRENOTIFIED) & (rows["year"] == plan.base_year)]
    said = ""
    for code, name in (("11002", "一般性"), ("11003", "专项")):
        least = float(rule_of(code)["notified_share"])
        whole, early = (float(part.loc[part["code"].str.startswith(code), "amount"].sum()) for part in (now, first))
        if whole > 0 and early > 0:
            short = "" if early >= least * whole else f"，低于{least:.0%}，其余按预计数"
            said += f"；{name}转移支付提前下达数为{plan.base_year}年的{early / whole:.0%}{short}"
    return said


def _matching(plan: Plan) -> Outcome:
    place = plan.basis.place
    asked = [one for one in requests_of(place) if one.money_from is MoneyFrom.SUPERIOR and one.matching > TOLERANCE]
    if asked:
        amounts: dict[int, float] = {}
        for one in asked:
            amounts[one.requested_on.year] = amounts.get(one.requested_on.year, 0.0) + one.matching
        said = f"上级追加专项要求本级配套的 {len(asked)} 笔：{'、'.join(one.reason for one in asked)}；"
        return NOT_MET, said + "除国务院规定上下级共同承担的事项外，不得要求配套", amounts
    costs = place.rows("project_costs")
    if not len(costs):
        return NOT_APPLICABLE, "规划不为专项转移支付预设配套；共同财政事权按分担比例计入三保", {}
    wide = costs.pivot_table(index=["project_code", "year"], columns="funding", values="amount", aggfunc="sum")
    wide = wide.reindex(columns=[ProjectFunding.SUPERIOR, ProjectFunding.COUNTY]).fillna(0.0)
    both = wide[(wide > TOLERANCE).all(axis=1)][ProjectFunding.COUNTY].groupby("year").sum()
    said = "没有登记上级要求的配套"
    if len(both):
        said += "；同时用上级资金和县级财力的项目，县级部分须核对是否为上级要求的配套"
    return MET, said, {int(year): float(amount) for year, amount in both.items()}


def _forecasts(plan: Plan) -> Outcome:
    label, own = LINES["own_revenue"].label, _by_year(plan, plan.lines["own_revenue"])
    if (plan.basis.revenue.forecast.deviation > 0).all():
        return MET, f"“{label}”等各项均为预测数，各年附预测区间，不是征收任务", own
    return NOT_MET, f"“{label}”有年份没有预测区间，容易被当作任务下达", own


_OUTCOMES: dict[str, Callable[[Plan], Outcome]] = {
    "B1": _no_deficit,
    "B2": _reserve,
    "B3": _revolving,
    "B4": _over_collection,
    "B5": _surplus,
    "B6": _carryover,
    "B7": _shortage,
    "B8": _funds,
    "B9": _state_capital,
    "B10": _adjustments,
    "B11": _new_policies,
    "B12": _notices,
    "B13": _matching,
    "B14": _forecasts,
}
