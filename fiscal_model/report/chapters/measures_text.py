"""Sentences on temporary payments; nothing where a place has no register of them."""

from __future__ import annotations

import numpy as np

from fiscal_model.analysis.balance.temporary_payments import roll_temporary_payments
from fiscal_model.model.projection import Plan
from fiscal_model.report.wording import UNVERIFIED, money, percent

_LEAST = 0.5


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
