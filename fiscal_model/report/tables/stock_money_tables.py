"""Tables 18-7, 18-8, 25 and 25-1 of the annex: stock funds by age and destination, temporary payments to zero."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from fiscal_model.analysis.balance.stock_money import AGES, StockMoney, age_stock_money
from fiscal_model.analysis.balance.temporary_payments import roll_temporary_payments
from fiscal_model.law.limits import fund_carryover_mark
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column, Content, Line, Record, Spread, day, sum_of, table
from fiscal_model.report.layout import laid_out, over_years, row_values
from fiscal_model.report.wording import UNVERIFIED
from fiscal_model.words.spans import spans
from fiscal_model.words.vocabulary import StockDestination

_MOVEMENTS = """
  temporary_payments_opening_stock
  temporary_payments_new
  digestion
  temporary_payments_collected
  temporary_payments_in_kind
*temporary_payments_stock"""


@table(
    "18-7",
    "stock_ageing",
    "存量资金账龄和去向",
    "用途",
    [
        Column("用款单位", "unit_name", "text"), Column("形成年度", "{origin_year}年", "text"), Spread(),
        Column("到期去向", "destination", "text"), Column("到期年度", "due", "text"),
    ],
    label="purpose",
    row_id="id",
)  # fmt: skip
def ageing_table(plan: Plan) -> Content | None:
    """What is carried over by purpose, its age and where it goes once kept too long; None without a register."""
    found = age_stock_money(plan)
    if found is None:
        return None
    rows: list[Record | Line] = []
    for budget, part in found.rows.groupby("budget", sort=False):
        records = [_stock_record(row, number) for number, row in enumerate(part.to_dict("records"), 1)]
        whole = sum_of(f"stock_{budget}", f"{budget.label}结转", records)
        ages = [float(found.ageing.at[budget, years]) for years in AGES]
        rows += [replace(whole, values=(whole.values[0], *ages)), *records]
    headings = ("余额", *(f"账龄{years}年" for years in AGES[:-1]), f"账龄{AGES[-1]}年及以上")
    return Content(rows, _stock_notes(plan, found), headings)


def _stock_record(row: Record, number: int) -> Record:
    """Ages are told by the column; the amount stands in one of them."""
    age = min(int(row["age"]), AGES[-1])
    return {
        **row,
        "id": f"stock_{row['budget']}_{number}",
        "values": (row["amount"], *(row["amount"] if years == age else None for years in AGES)),
        "due": f"{row['due_year']:.0f}年" if pd.notna(row["due_year"]) else "规划期后",
    }


def _stock_notes(plan: Plan, found: StockMoney) -> list[str]:
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
    return notes


@table("18-8", "stock_recoverable", "可收回存量资金", "去向", row_id="id")
def recoverable_table(plan: Plan) -> Content | None:
    """What falls due in each plan year, by destination; None without a register."""
    found = age_stock_money(plan)
    if found is None:
        return None
    records = [
        {"id": f"recoverable_{where}", "label": StockDestination(where).label, "values": (*amounts, amounts.sum())}
        for where, amounts in found.recoverable.iterrows()
    ]
    notes = (
        f"按基期年末余额计算，是上限：到期以前用掉的部分不再收回；表16的“基金结转超过{fund_carryover_mark()}部分调出”按规划各年年末结转和收入计算，数额可以不同。交回上级的不增加本级财力；"
        "平衡中只使用首年到期、可以由本级重新安排的一般公共预算资金。",
    )
    rows = [*records, sum_of("recoverable_total", "合计", records)]
    return Content(rows, notes, (*(f"{year}年" for year in plan.years), "合计"))


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
    over = [year for year, inside in zip(plan.years, found.passes, strict=True) if not inside]
    verdict = f"{spans(over)}年超过控制线" if over else "各年均在控制线以内"
    zero = f"{found.zero_year}年末清零" if found.zero_year else f"{plan.years[-1]}年末没有清零"
    notes = (
        f"控制线为{found.limit:.0%}{doubt}；{verdict}，{zero}。",
        "只有预算列支的消化占用当年财力，收回和以资抵顶的不占用；新增暂付款按假设计算，没有消化计划的保留在余额中。",
    )
    return over_years(plan, rows, notes)


@table(
    "25-1",
    "temporary_payment_ledger",
    "财政暂付款台账",
    "暂付项目",
    [
        Column("欠款单位", "debtor", "text"), Column("消化方式", "clearing", "text"), Column("到期日", "due", "text"),
        Column("逾期", "late", "text"), Spread(),
    ],
    label="item",
    row_id="id",
)  # fmt: skip
def ledger_table(plan: Plan) -> Content | None:
    """Every temporary payment, how and when it is cleared; None without a register."""
    found = roll_temporary_payments(plan)
    if found is None:
        return None
    rows, heads = list[Record | Line](), list[Line]()
    for origin, part in found.ledger.groupby("origin", sort=False):
        records = [_payment_record(row, number, plan.years) for number, row in enumerate(part.to_dict("records"), 1)]
        heads.append(sum_of(f"payments_{origin}", origin.label, records))
        rows += [heads[-1], *records]
    rows.append(sum_of("payments_total", "合计", heads))
    headings = (f"{plan.base_year}年末余额", *(f"{year}年消化" for year in plan.years), "规划期末余额")
    overdue = float(found.ledger.loc[found.ledger["overdue"], "balance"].sum())
    notes = (f"{plan.base_year}年末逾期未清{overdue:,.0f}万元。",) if overdue > 0.5 else ()
    return Content(rows, notes, headings)


def _payment_record(row: Record, number: int, years: tuple[int, ...]) -> Record:
    return {
        **row,
        "id": f"payment_{row['origin']}_{number}",
        "due": day(row["due_date"]) or "",
        "late": "是" if row["overdue"] else "",
        "values": (row["balance"], *(row[year] for year in years), row["left"]),
    }
