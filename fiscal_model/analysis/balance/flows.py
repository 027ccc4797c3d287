"""What moves between the four budgets: every flow once out and once in, with the rule that allows it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.budgets.funds import project_funds
from fiscal_model.law.limits import as_percent
from fiscal_model.law.rules import rule_table
from fiscal_model.model.compute import fund_terms
from fiscal_model.model.projection import Plan
from fiscal_model.words.vocabulary import Budget

COLUMNS = ("flow", "source", "target", "line_out", "line_in", "rule", "year", "amount")
TOLERANCE = 0.005

INSURANCE = Budget.SOCIAL_INSURANCE.label


def list_flows(plan: Plan) -> pd.DataFrame:
    """List every flow between the budgets by year.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    DataFrame
        `COLUMNS`, 万元. ``line_out`` and ``line_in`` are the lines of the plan in which the flow stands on either side;
        a subsidy to social insurance stands in one line of general expenditure and inside insurance revenue. Social insurance pays
        nobody.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> flows = list_flows(fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline")))
    >>> sorted(set(flows["target"]))
    ['一般公共预算', '政府性基金预算', '社会保险基金预算']
    """
    lines = plan.lines
    excess = project_funds(fund_terms(plan.basis, dict(lines))).excess_transfer_out
    extra = plan.steps["extra_transfer_in"]
    amounts = {
        "fund_usual": lines["fund_transfer_out"] - excess,
        "fund_excess": excess,
        "state_usual": lines["state_capital_transfer_out"] - extra,
        "state_extra": extra,
        "special_debt": lines["fund_transfer_in"],
    }
    if plan.basis.balance.insurance.schemes:
        amounts["insurance_guaranteed"] = plan.basis.balance.insurance.guaranteed.sum(axis=1)
        amounts |= {name: lines[name] for name in ("insurance_subsidy", "insurance_shortfall")}
    carried = as_percent(float(plan.basis.assumed.path("fund_carryover_limit")[0]))
    rows = [
        (
            rule["label"].format(limit=carried),
            Budget(rule["source_budget"]).label,
            Budget(rule["target_budget"]).label,
            rule["line_out"],
            rule["line_in"],
            rule["article"],
            year,
            float(np.broadcast_to(amounts[rule["flow"]], (len(plan.years),))[at]),
        )
        for rule in rule_table("budget_flows")
        if rule["flow"] in amounts
        for at, year in enumerate(plan.years)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def check_flows(flows: pd.DataFrame, plan: Plan) -> list[str]:
    """Hold the flows against the lines of both budgets.

    Chinese, one sentence a year and line that does not tie; empty when every flow stands once on either side and social
    insurance pays nobody.

    ``flows``: from `list_flows`.
    """
    broken = [
        f"{row.year}年社会保险基金调出 {row.amount:,.2f} 万元，社会保险基金不得用于其他支出（预算法第十一条）"
        for row in flows[flows["source"] == INSURANCE].itertuples()
        if abs(row.amount) > TOLERANCE
    ]
    whole = {
        "fund_transfer_out": ("line_out", "政府性基金预算调出"),
        "state_capital_transfer_out": ("line_out", "国有资本经营预算调出"),
        "transfer_out": ("line_out", "一般公共预算调出"),
        "transfer_in": ("line_in", "一般公共预算调入"),
        "fund_transfer_in": ("line_in", "政府性基金预算调入"),
        "insurance_subsidy": ("line_out", "社会保险基金补贴（三保以外）"),
        "insurance_shortfall": ("line_out", "弥补社会保险基金支付缺口"),
    }
    for line, (side, label) in whole.items():
        sums = flows[flows[side] == line].groupby("year")["amount"].sum()
        for at, year in enumerate(plan.years):
            difference = float(plan.lines[line][at]) - float(sums.get(year, 0.0))
            if abs(difference) > TOLERANCE:
                broken.append(f"{year}年{label}与预算间流向合计相差 {difference:,.2f} 万元")
    return broken
