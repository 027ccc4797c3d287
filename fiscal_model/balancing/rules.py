"""The rules of balancing B1 to B14, each checked or carried out by the plan, with its article."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from fiscal_model.balancing.flows import check_flows, flows_of
from fiscal_model.budgets.waterfall import REVOLVING_LIMIT, STEPS
from fiscal_model.projection import Plan
from fiscal_model.rules import rule_table
from fiscal_model.scenario import QUALITIES
from fiscal_model.statements import EQUAL_SIDES, LINES
from fiscal_model.vocabulary import DebtKind, TransferStatus

MET, DONE, NOT_APPLICABLE, NOT_MET = "满足", "已执行", "不适用", "未满足"
TOLERANCE = 0.5
Outcome = tuple[str, str, Mapping[int, float]]
"""Status, a Chinese sentence, amounts by year."""


def rule_outcomes(plan: Plan) -> pd.DataFrame:
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
    >>> from fiscal_model.inputs.place import read_place
    >>> from fiscal_model.projection import project
    >>> from fiscal_model.scenario import read_scenario
    >>> outcomes = rule_outcomes(project(read_place("data/places/gangu"), read_scenario("baseline")))
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


def _no_deficit(plan: Plan) -> Outcome:
    gap = plan.lines["funding_gap"] + plan.lines["fund_gap"]
    sides = max(
        float(np.abs(plan.lines[resources] - plan.lines[uses]).max()) for resources, uses in EQUAL_SIDES
    )
    broken = check_flows(flows_of(plan), plan)
    if sides > TOLERANCE or broken:
        return NOT_MET, "；".join(broken) or f"收支两边最多相差 {sides:,.2f} 万元", {}
    if (gap > TOLERANCE).any():
        return NOT_MET, "仍有缺口，编制年度预算前必须弥补", _by_year(plan, gap)
    return MET, "四本预算各年收支总计相等，没有缺口", {}


def _reserve(plan: Plan) -> Outcome:
    reserve, whole = plan.lines["contingency_reserve"], plan.lines["expenditure"]
    share = reserve / whole
    held = bool(((share >= 0.01 - 1e-9) & (share <= 0.03 + 1e-9)).all())
    said = f"预备费占支出 {share.min():.2%} 至 {share.max():.2%}"
    return MET if held else NOT_MET, said, _by_year(plan, reserve)


def _revolving(plan: Plan) -> Outcome:
    moved, stock = plan.lines["revolving_topup"], plan.lines["revolving_fund_stock"]
    known = "revolving_fund_stock" not in plan.unavailable
    over = stock > REVOLVING_LIMIT * plan.lines["expenditure"] + TOLERANCE
    if over.any():
        return NOT_MET, "周转金余额超过支出总额的1%，超出部分应调回", _by_year(plan, stock)
    if (np.abs(moved) > TOLERANCE).any():
        return DONE, "按设定补充或调回，余额不超过支出总额的1%", _by_year(plan, moved)
    if known:
        return MET, "余额不超过支出总额的1%，规划期不增不减", _by_year(plan, stock)
    return NOT_APPLICABLE, "预算周转金余额未提供，规划期不增不减", {}


def _over_collection(plan: Plan) -> Outcome:
    base, history = plan.base_year, plan.basis.fitted.history
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
    planned = plan.basis.fitted.history.planned
    if line not in planned.columns or plan.base_year not in planned.index:
        return float("nan")
    return float(planned.at[plan.base_year, line])


def _surplus(plan: Plan) -> Outcome:
    topup = plan.steps["surplus_from_funds"] + plan.steps["surplus_to_fund"]
    return _acted(plan, topup, "结余补充预算稳定调节基金", "各年没有结余")


def _carryover(plan: Plan) -> Outcome:
    taken = plan.steps["recover_carryover"] + plan.steps["surplus_carryover"]
    if not plan.basis.place.has("carryovers"):
        return NOT_APPLICABLE, "结转资金台账未提供，形成年度不明", {}
    return _acted(plan, taken, "结转两年以上资金收回重新安排或补充稳调基金", "没有结转两年以上的资金")


def _shortage(plan: Plan) -> Outcome:
    taken = np.sum(
        [
            plan.steps[step]
            for step in ("draw", "extra_transfer_in", "cut_projects", "cut_operations", "rescue")
        ],
        axis=0,
    )
    if (plan.steps["gap"] > TOLERANCE).any():
        return NOT_MET, "措施用尽后仍有缺口", _by_year(plan, plan.steps["gap"])
    return _acted(plan, taken, "按法定顺序弥补，未增列赤字", "各年没有短收")


def _funds(plan: Plan) -> Outcome:
    if "fund_revenue" in plan.unavailable:
        return NOT_APPLICABLE, "政府性基金收支未提供", {}
    gap, helped = plan.lines["fund_gap"], plan.lines["fund_transfer_in"]
    if (gap > TOLERANCE).any():
        return NOT_MET, "基金收入不足以偿还专项债务", _by_year(plan, gap)
    budget = _budgeted(plan, "fund_revenue")
    actual = plan.basis.fitted.history.value("fund_revenue", plan.base_year)
    over = actual - budget
    known = (
        f"{plan.base_year}年基金比预算{'超' if over > 0 else '短'}收 {abs(over):,.0f} 万元；"
        if np.isfinite(over)
        else ""
    )
    if (helped > TOLERANCE).any():
        return DONE, known + "偿债缺口由一般公共预算补助", _by_year(plan, helped)
    return MET, known + "以收定支，先付专项债务本息", {}


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
    named = "、".join(STEPS[step][0] for step in steps if (plan.steps[step] > TOLERANCE).any())
    said = f"以下措施如在年初预算批准后采取，须先报本级人大常委会批准预算调整：{named}"
    if (issued > TOLERANCE).any():
        said += "；新增债券超过年初预算的部分同样须作调整"
    return _acted(plan, amounts, said, "各年没有须作预算调整的措施")


def _new_policies(plan: Plan) -> Outcome:
    return NOT_APPLICABLE, "规划按年初已定政策测算；年度中新出台的增支减收政策见预算调剂核对", {}


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
    return status, f"补助不少于提前下达数 {noticed:,.0f} 万元", {plan.years[0]: planned}


def _matching(plan: Plan) -> Outcome:
    return NOT_APPLICABLE, "规划不为专项转移支付预设配套；共同财政事权按分担比例计入三保", {}


def _forecasts(plan: Plan) -> Outcome:
    return MET, f"“{LINES['own_revenue'].label}”等各项均为预测数，不是征收任务", {}


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
