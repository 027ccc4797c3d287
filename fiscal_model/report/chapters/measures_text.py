"""Sentences on pooling, stock funds, temporary payments and measures; nothing where a place has no such registers."""

from __future__ import annotations

import numpy as np

from fiscal_model.analysis.balance.pooled_money import LABELS, trace_pooling
from fiscal_model.analysis.balance.stock_money import age_stock_money
from fiscal_model.analysis.balance.temporary_payments import roll_temporary_payments
from fiscal_model.analysis.balance.with_and_without import Measures, compare_measures
from fiscal_model.blocks.balance.packages import shares_verified
from fiscal_model.model.projection import Plan
from fiscal_model.report.wording import UNVERIFIED, money, percent
from fiscal_model.report.wording_by_year import money_by_year
from fiscal_model.words.spans import spans
from fiscal_model.words.vocabulary import StockDestination

_LEAST = 0.5
_NAMED = 3


def pooling_sentences(plan: Plan) -> list[str]:
    """Say what pooling saves the county, by rule and by year; empty where the place keeps no registers for it."""
    found = trace_pooling(plan)
    if found is None:
        return []
    by_rule = found.saved.sum(axis=1)
    told = [f"{LABELS[source]}{money(amount)}" for source, amount in by_rule.items() if abs(float(amount)) > _LEAST]
    if not told:
        return ["项目和单位没有可以先于县级财力使用的其他资金，统筹没有减少县级负担。"]
    said = [
        f"项目和单位支出先用其他资金、后用县级财力，规划期节约县级财力{money(by_rule.sum())}："
        f"{'、'.join(told)}，见附表10-1、10-2。"
    ]
    short = sum(amounts for amounts in found.uncovered.values())
    if float(np.sum(short)) > _LEAST:
        said.append(f"其中{money(np.sum(short))}超出规划的专项、基金或国资支出，须核实能否安排。")
    return said


def stock_money_sentences(plan: Plan) -> list[str]:
    """Say how old the carried-over money is, what falls due and where it goes; empty without a register of carry-over."""
    found = age_stock_money(plan)
    if found is None:
        return []
    old = float(found.rows.loc[found.rows["age"] >= 2, "amount"].sum())
    first = found.recoverable[plan.years[0]]
    told = [
        f"{StockDestination(str(where)).label}{money(amount)}"
        for where, amount in first.items()
        if float(amount) > _LEAST
    ]
    said = [
        f"{plan.base_year}年末存量资金{money(found.rows['amount'].sum())}，其中两年及以上{money(old)}，见附表18-7。"
    ]
    if told:
        said.append(f"{plan.years[0]}年应清理：{'、'.join(told)}。")
    return said


def temporary_payment_sentences(plan: Plan) -> list[str]:
    """Say how temporary payments are cleared, at whose cost, and whether they stay within the limit; empty without a register."""
    found = roll_temporary_payments(plan)
    if found is None:
        return []
    path = found.path
    zero = f"{found.zero_year}年末清零" if found.zero_year else f"{plan.years[-1]}年末余额{money(path.closing[-1])}"
    cost = f"预算列支{money(path.by_budget.sum())}"
    back = float(path.recovered.sum())
    if back > _LEAST:
        cost += f"、收回和以资抵顶{money(back)}"
    said = [f"财政暂付款{plan.base_year}年末{money(path.opening[0])}，规划期{cost}，{zero}。"]
    if float(path.new.sum()) > _LEAST:
        said.append(f"规划期假设新增暂付款{money(path.new.sum())}，没有消化计划。")
    doubt = "" if found.verified else f"（{UNVERIFIED}）"
    worst = int(np.argmax(found.share))
    verdict = "不超过" if found.passes.all() else "超过"
    said.append(
        f"暂付款余额占一般公共预算和基金支出最高为{plan.years[worst]}年的{percent(found.share[worst])}，"
        f"{verdict}{found.limit:.0%}控制线{doubt}。"
    )
    late = found.ledger[found.ledger["overdue"]]
    if len(late):
        said.append(f"逾期未清{len(late)}笔、{money(late['balance'].sum())}：{'、'.join(late['item'])}。")
    return said


def measure_sentences(plan: Plan, found: Measures | None = None) -> list[str]:
    """Say what the packages bring together, which bring most, and how sure they are; empty where there are no measures."""
    found = found or compare_measures(plan)
    if found is None:
        return []
    about = found.about
    doubt = f"，折算比例{UNVERIFIED}" if not shares_verified() else ""
    said = [
        f"已登记增收节支措施{len(about)}项，登记金额{money(about['registered'].sum())}，按把握程度折算计入"
        f"{money(about['effect'].sum())}{doubt}；各年收支差额改善为：{money_by_year(plan.years, found.together['relief'])}。"
    ]
    best = [
        f"{row['name']}（{row['owner']}）{money(found.of(str(code), 'relief').sum())}"
        for code, row in about.head(_NAMED).iterrows()
    ]
    said.append(f"效果最大的是{'、'.join(best)}，见附表17-3。")
    worse = [year for year, amount in zip(plan.years, found.together["relief"], strict=True) if amount < -_LEAST]
    if worse:
        said.append(f"{spans(worse)}年因前期推迟的项目集中支出，收支差额反而变差。")
    return said
