"""Tables 18-7, 18-8, 25 and 25-1 of the annex: stock funds by age and destination, temporary payments to zero."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.analysis.balance.stock_money import AGES, StockMoney, age_stock_money
from fiscal_model.analysis.balance.temporary_payments import roll_temporary_payments
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Content, Line, table
from fiscal_model.report.layout import laid_out, over_years, row_values
from fiscal_model.report.wording import UNVERIFIED
from fiscal_model.words.table import ReportRow, ReportTable, Value
from fiscal_model.words.vocabulary import Budget, StockDestination

_MOVEMENTS = """
  temporary_payments_opening_stock
  temporary_payments_new
  digestion
  temporary_payments_collected
  temporary_payments_in_kind
*temporary_payments_stock"""


def stock_money_tables(plan: Plan) -> list[ReportTable]:
    """Build the tables of stock funds; none where the place keeps no register of carry-over.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    list of ReportTable
    """
    found = age_stock_money(plan)
    return [] if found is None else [ageing_table(plan, found), recoverable_table(plan, found)]


def ageing_table(plan: Plan, found: StockMoney) -> ReportTable:
    """Table 18-7: what is carried over by purpose, its age and where it goes once kept too long."""
    rows: list[ReportRow] = []
    heads: list[int] = []
    for budget, part in found.rows.groupby("budget", sort=False):
        heads.append(len(rows))
        inside = tuple((len(rows) + 1 + count, 1) for count in range(len(part)))
        ages = tuple(float(found.ageing.at[budget, years]) for years in AGES)
        label = f"{Budget(str(budget)).label}结转"
        whole: tuple[Value, ...] = ("", "", float(part["amount"].sum()), *ages, "", "")
        rows.append(ReportRow(label, whole, "money", 0, f"stock_{budget}", inside, True))
        rows += [_stock_row(row, budget) for row in part.to_dict("records")]
    ages_named = (*(f"账龄{years}年" for years in AGES[:-1]), f"账龄{AGES[-1]}年及以上")
    columns = ("用款单位", "形成年度", "余额", *ages_named, "到期去向", "到期年度")
    notes = [
        f"账龄按{plan.base_year}年末计算，改变用途不重新计算；连续两年未用完的按结余处理（预算法第四十二条）。",
        f"到期去向：一般公共预算自有资金补充预算稳定调节基金，上级专项未分配的交回上级、已分配的收回同级财政重新安排（后一项{UNVERIFIED}）；"
        "政府性基金收回后仍按该基金的用途安排。",
    ]
    if len(found.funds):
        excess = found.funds["excess"].sum()
        tested = "、".join(found.funds["purpose"])
        notes.append(
            f"按{found.limit:.0%}线核对的基金：{tested}，超线{excess:,.0f}万元（该线出自盘活存量资金文件）；没有填基金科目的未核对。"
        )
    return ReportTable("18-7", "stock_ageing", "存量资金账龄和去向", "万元", "用途", columns, tuple(rows), tuple(notes))


def _stock_row(row: dict, budget: object) -> ReportRow:
    """Ages are told by the column; the amount stands in one of them."""
    age = min(int(row["age"]), AGES[-1])
    cells: list[Value] = [None] * len(AGES)
    cells[AGES.index(age)] = float(row["amount"])
    due = f"{row['due_year']:.0f}年" if np.isfinite(row["due_year"]) else "规划期后"
    values = (
        str(row["unit_name"]),
        f"{row['origin_year']}年",
        float(row["amount"]),
        *cells,
        StockDestination(str(row["destination"])).label,
        due,
    )
    return ReportRow(str(row["purpose"]), values, "money", 1, f"stock_{budget}_{row['purpose']}_{row['origin_year']}")


def recoverable_table(plan: Plan, found: StockMoney) -> ReportTable:
    """Table 18-8: what falls due in each plan year, by destination."""
    rows = []
    for where, amounts in found.recoverable.iterrows():
        values = (*map(float, amounts), float(amounts.sum()))
        rows.append(ReportRow(StockDestination(str(where)).label, values, "money", 1, f"recoverable_{where}"))
    totals = found.recoverable.sum()
    parts = tuple((at, 1) for at in range(len(rows)))
    values = (*map(float, totals), float(totals.sum()))
    rows.append(ReportRow("合计", values, "money", 0, "recoverable_total", parts, True))
    notes = (
        "按基期年末余额计算，是上限：到期以前用掉的部分不再收回。交回上级的不增加本级财力；"
        "平衡中只使用首年到期、可以由本级重新安排的一般公共预算资金。",
    )
    columns = (*(f"{year}年" for year in plan.years), "合计")
    return ReportTable("18-8", "stock_recoverable", "可收回存量资金", "万元", "去向", columns, tuple(rows), notes)


@table("25", "temporary_payments", "财政暂付款消化", "项目")
def payments_table(plan: Plan) -> Content | None:
    """The four movements of temporary payments, the clearing rate and the test against the limit."""
    found = roll_temporary_payments(plan)
    if found is None:
        return None
    rows = [
        *laid_out(plan, _MOVEMENTS),
        Line(
            "clearing_rate",
            "清理率（消化和收回占年初余额）",
            row_values(plan, {}, found.path.clearing_rate),
            kind="ratio",
        ),
        Line("payments_share", "年末余额占一般公共预算和基金支出", row_values(plan, {}, found.share), kind="ratio"),
    ]
    doubt = "" if found.verified else f"，{UNVERIFIED}"
    over = [f"{year}年" for year, inside in zip(plan.years, found.passes, strict=True) if not inside]
    verdict = f"{'、'.join(over)}超过控制线" if over else "各年均在控制线以内"
    zero = f"{found.zero_year}年末清零" if found.zero_year else f"{plan.years[-1]}年末没有清零"
    notes = (
        f"控制线为{found.limit:.0%}{doubt}；{verdict}，{zero}。",
        "只有预算列支的消化占用当年财力，收回和以资抵顶的不占用；新增暂付款按假设计算，没有消化计划的保留在余额中。",
    )
    return over_years(plan, rows, notes)


def ledger_table(plan: Plan) -> ReportTable | None:
    """Table 25-1: every temporary payment, how and when it is cleared."""
    found = roll_temporary_payments(plan)
    if found is None:
        return None
    rows: list[ReportRow] = []
    heads = []
    for origin, part in found.ledger.groupby("origin", sort=False):
        heads.append((len(rows), 1))
        sums = _money(part[["balance", *plan.years, "left"]].sum())
        inside = tuple((len(rows) + 1 + count, 1) for count in range(len(part)))
        blank = ("", "", "", "")
        rows.append(ReportRow(origin.label, (*blank, *sums), "money", 0, f"payments_{origin}", inside, True))
        rows += [_payment_row(row, plan.years) for row in part.to_dict("records")]
    totals = _money(found.ledger[["balance", *plan.years, "left"]].sum())
    rows.append(ReportRow("合计", ("", "", "", "", *totals), "money", 0, "payments_total", tuple(heads), True))
    columns = (
        "欠款单位",
        "消化方式",
        "到期日",
        "逾期",
        f"{plan.base_year}年末余额",
        *(f"{year}年消化" for year in plan.years),
        "规划期末余额",
    )
    overdue = float(found.ledger.loc[found.ledger["overdue"], "balance"].sum())
    notes = (f"{plan.base_year}年末逾期未清{overdue:,.0f}万元。",) if overdue > 0.5 else ()
    return ReportTable(
        "25-1", "temporary_payment_ledger", "财政暂付款台账", "万元", "暂付项目", columns, tuple(rows), notes
    )


def _payment_row(row: dict, years: tuple[int, ...]) -> ReportRow:
    due = row["due_date"].isoformat() if row["due_date"] is not None and pd.notna(row["due_date"]) else ""
    words = (str(row["debtor"]), row["clearing"].label, due, "是" if row["overdue"] else "")
    amounts = (float(row["balance"]), *(float(row[year]) for year in years), float(row["left"]))
    return ReportRow(str(row["item"]), (*words, *amounts), "money", 1, f"payment_{row['item']}")


def _money(values: pd.Series) -> tuple[Value, ...]:
    return tuple(map(float, values))
