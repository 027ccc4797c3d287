"""What moves between the four budgets: every flow once out and once in, with the rule that allows it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.budgets.funds import project_funds
from fiscal_model.model.compute import fund_terms
from fiscal_model.model.projection import Plan
from fiscal_model.words.vocabulary import Budget

COLUMNS = ("flow", "source", "target", "line_out", "line_in", "rule", "year", "amount")
TOLERANCE = 0.005

GENERAL, FUNDS, STATE, INSURANCE = (
    Budget.GENERAL.label,
    Budget.FUNDS.label,
    Budget.STATE_CAPITAL.label,
    Budget.SOCIAL_INSURANCE.label,
)


def list_flows(plan: Plan) -> pd.DataFrame:
    """List every flow between the budgets by year.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    DataFrame
        `COLUMNS`, 万元. ``line_out`` and ``line_in`` are the lines of the plan in which the flow stands on either side;
        a subsidy to social insurance stands inside general expenditure and inside insurance revenue. Social insurance pays
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
    state = lines["state_capital_transfer_out"] - extra
    usual = lines["fund_transfer_out"] - excess
    subsidy = plan.basis.balance.insurance.subsidy
    flows = [
        ("基金统筹调出", FUNDS, GENERAL, "fund_transfer_out", "transfer_in", "统筹使用政府性基金的地方规定", usual),
        ("基金结转超过30%部分调出", FUNDS, GENERAL, "fund_transfer_out", "transfer_in",
         "国办发〔2014〕70号的地方实施文本", excess),
        ("国有资本收益调出", STATE, GENERAL, "state_capital_transfer_out", "transfer_in", "预算法第十条", state),
        ("加大国有资本收益调出", STATE, GENERAL, "state_capital_transfer_out", "transfer_in", "预算法第十条", extra),
        ("专项债务偿债补助", GENERAL, FUNDS, "transfer_out", "fund_transfer_in",
         "专项债券项目收入不足的财政补助（2024年12月起）", lines["fund_transfer_in"]),
    ]  # fmt: skip
    if subsidy is not None:
        flows.append(
            ("社会保险基金财政补贴", GENERAL, INSURANCE, "expenditure", "insurance_revenue",
             "预算法实施条例第三条", subsidy.sum(axis=1))
        )  # fmt: skip
    rows = [
        (*flow[:6], year, float(np.broadcast_to(flow[6], (len(plan.years),))[at]))
        for flow in flows
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
    }
    for line, (side, label) in whole.items():
        sums = flows[flows[side] == line].groupby("year")["amount"].sum()
        for at, year in enumerate(plan.years):
            difference = float(plan.lines[line][at]) - float(sums.get(year, 0.0))
            if abs(difference) > TOLERANCE:
                broken.append(f"{year}年{label}与预算间流向合计相差 {difference:,.2f} 万元")
    return broken
