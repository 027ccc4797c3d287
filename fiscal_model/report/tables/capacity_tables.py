"""Tables 10-3 and 10-4 of the annex: uncommitted money by budget and fund, and what may be cut or put off by which rule."""

from __future__ import annotations

import numpy as np

from fiscal_model.arithmetic.budgets.funds import each_fund
from fiscal_model.blocks.fund_ledger import fund_rule
from fiscal_model.law.limits import as_percent, fund_carryover_mark, limit
from fiscal_model.law.rules import rule_table
from fiscal_model.model.compute import fund_terms
from fiscal_model.model.planbook import left_out
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column, Content, Line, Spread, sum_of, table
from fiscal_model.report.wording import UNVERIFIED
from fiscal_model.words.lines import LINES

_RULES = Column("依据", "", "text")
_GENERAL = ("continuing_spending", "uncommitted_resources", "offset_capacity")
_FUNDS = ("fund_continuing_spending", "fund_uncommitted", "fund_tied_left", "fund_short", "fund_offset_capacity")
_ONE_FUND = {
    "own_continuing": "其中：本项支出延续（压减前）",
    "uncommitted": "未安排，可以统筹",
    "tied_left": "未安排，只能用于本项",
    "short": "延续性支出超出本基金财力",
}


@table("10-3", "uncommitted_money", "分预算、分基金未安排资金", "预算、基金", [_RULES, Spread()])
def uncommitted_table(plan: Plan) -> Content:
    """What goes on, what is left free of a use and what may be cut, for the general budget and every fund."""
    rows = [
        Line(name, f"一般公共预算：{LINES[name].label}", plan.line(name), 0, total=False, lead=("",))
        for name in _GENERAL
    ]
    accounts = plan.basis.balance.funds
    if accounts is None or "fund_revenue" in plan.unavailable:
        return Content(rows, ("政府性基金没有分基金的收支，哪些资金有限定用途无从区分，未安排资金不作测算。",))
    found = each_fund(fund_terms(plan.basis, dict(plan.lines)))
    for fund, (code, label) in enumerate(zip(accounts.codes, accounts.labels, strict=True)):
        mine = {name: amounts[:, fund] for name, amounts in found.items()}
        rule = fund_rule(code)["rule"].format(limit=fund_carryover_mark())
        continuing = np.sum([mine[name] for name in ("remitted_up", "owed", "transfer_out")], axis=0)
        rows.append(Line(f"fund_{code}_continuing", f"{label}：延续性支出", continuing, 0, total=False, lead=(rule,)))
        shown = [name for name in _ONE_FUND if np.abs(mine[name]).max() > 0.5]
        rows += [Line(f"fund_{code}_{name}", _ONE_FUND[name], mine[name], lead=("",)) for name in shown]
    rows += [Line(name, f"合计：{LINES[name].label}", plan.line(name), 0, lead=("",)) for name in _FUNDS]
    notes = (
        "基金的延续性支出＝上解＋付息、发行费用和自有资金还本＋土地成本＋本项支出＋调出；未安排＝收入＋上年结转－结转下年－延续性支出，"
        "按基金分别计算，一个基金的剩余不抵另一个基金的不足。台账没有列出本项支出的基金，其支出不计为延续性支出。",
        f"限定用途的基金剩余只能用于本项，不能用于新增政策；各基金能否统筹按 data/rules/funds.csv，{UNVERIFIED}。"
        "基金调出的部分已经计入一般公共预算的财力，不重复计算。",
    )
    return Content(rows, notes)


@table(
    "10-4",
    "offsets",
    "可依规压减或推迟的支出分类",
    "类别",
    [Column("规则", "rule", "text"), Column("理由", "reason", "text"), Spread()],
    row_id="id",
)
def offsets_table(plan: Plan) -> Content:
    """What may be cut or put off, each category with its rule and reason, and what may never be."""
    least = as_percent(limit("reserve_lowest"))
    records = [
        {
            **rule,
            "id": f"offset_{rule['id']}",
            "label": rule["name"].format(reserve=least),
            "rule": f"{rule['article']} {rule['source']}".strip(),
            "reason": rule["reason"] + f"（{UNVERIFIED}）" * (rule["may"] == "yes" and rule["quality"] == "unverified"),
            "values": _sum_of_lines(plan, rule["lines"].split()),
        }
        for rule in rule_table("offsets")
        if rule["lines"] not in left_out(plan)
    ]
    may, never = ([record for record in records if record["may"] == word] for word in ("yes", "no"))
    notes = (
        "压减、推迟须作财政承受能力评估，安排时注明压减的项目；“合计”以下各类不压减，只列当年数。",
        "“—”为没有数据；补贴没有单列，在发展类支出的比例之内。",
    )
    return Content([*may, sum_of("offset_total", "可依规压减或推迟合计", may), *never], notes)


def _sum_of_lines(plan: Plan, lines: list[str]) -> np.ndarray:
    known = [plan.line(name) for name in lines if name not in plan.unavailable]
    return np.sum(known, axis=0) if known else np.full(len(plan.years), np.nan)
