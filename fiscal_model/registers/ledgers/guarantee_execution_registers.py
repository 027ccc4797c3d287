"""Task 2: the three guarantees in execution: paid by item, dedicated accounts by month, payments, arrears."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator

from fiscal_model.registers.function_codes import NO_FUNCTION
from fiscal_model.registers.ledgers.topics import Topic
from fiscal_model.registers.refusals import above, refuse
from fiscal_model.registers.rules import Finding, ReadTables, Reference, groups
from fiscal_model.registers.schema import column, optional, remark, table
from fiscal_model.words.cells import Amount, Day, Money, Month, Text, Year
from fiscal_model.words.guarantee_ledger_terms import PaidFrom, PaidTo
from fiscal_model.words.vocabulary import GuaranteeClass

_ITEM = Reference("guarantee_items.item_code", "三保项目清单里没有项目“{}”", "请填 guarantee_items 表的项目编号")


def _falls(table: str, tables: ReadTables) -> Iterator[Finding]:
    """What was paid since January never falls from one month to the next."""
    for group in groups(tables.records(table), ("item_code", "year")):
        rows = sorted(group, key=lambda row: row["month"])
        for before, row in itertools.pairwise(rows):
            if row["paid"] < before["paid"] - 0.005:
                said = f"{row['month']} 月累计已拨付 {row['paid']:g} 小于 {before['month']} 月的 {before['paid']:g}"
                yield row["row_line"], "paid", said, "已拨付填年初以来累计数，请核对"


# fmt: off
TOPIC = Topic(2, "任务二　兜牢“三保”底线", "三保有闸门：逐项看得见是否足额安排、是否按进度拨付、专户够不够付、有没有挪用；登记了拖欠的，预警直接为红", (
    table("guarantee_execution", "三保预算执行", ("item_code", "year", "month"), "三保项目当年的预算安排和累计拨付，一个月一行。", "三保预算执行月报",
        "Budget and cumulative payment of each guarantee item. Held against the need of its year and the months gone; moves no number of the plan.",
        column("item_code", Text, "项目编号", "与 guarantee_items 表一致。", "as in `guarantee_items`", refers=_ITEM),
        column("year", Year, "年度", "预算年度。", "budget year"),
        column("month", Month, "截至月份", "1 到 12，拨付为当年累计。", "1 to 12, cumulative to its end"),
        column("budget", Amount, "预算安排", "全年，各级资金合计。", "whole year, money of all levels"),
        column("paid", Amount, "已拨付", "年初至本月累计。", "since January"),
        refuse("paid", "已拨付 {paid:g} 大于预算安排 {budget:g}", "超过预算的先办理调剂，或者核对两个数", paid=above("budget", by=0.005)),
        _falls,
        example=dict(item_code="L01", year=2026, month=9, budget=807, paid=600),
    ),
    table("guarantee_accounts", "三保专户月报", ("account", "year", "month"), "工资专户、基本民生专户每月的流入、流出和余额。", "专户银行对账单、专户会计账",
        "Dedicated accounts by month; closing = opening + inflow - outflow is held. Moves no number of the plan.",
        column("account", PaidFrom, "专户", "wages 工资专户、living 基本民生专户。"),
        column("year", Year, "年度", "账户年度。", "year"),
        column("month", Month, "月份", "1 到 12。", "1 to 12"),
        column("opening", Money, "月初余额", "上月末余额。", "balance at the month's begin"),
        column("inflow", Amount, "流入", "当月拨入。", "paid in that month"),
        column("outflow", Amount, "流出", "当月支付。", "paid out that month"),
        column("closing", Money, "月末余额", "＝月初＋流入－流出。", "opening + inflow - outflow"),
        column("due_next", Amount, "下月应付", "下个月应当支付的工资或基本民生。", "what is to be paid next month"),
        refuse("account", "专户写成“{account.label}”", "只填 wages 工资专户或 living 基本民生专户", account=PaidFrom.TREASURY),
        refuse("closing", "月初 {opening:g}＋流入 {inflow:g}－流出 {outflow:g} 不等于月末 {closing:g}", "请按对账单核对四个数",
            closing=lambda cell, row: abs(row["opening"] + row["inflow"] - row["outflow"] - cell) > 0.01),
        example=dict(account="工资专户", year=2026, month=1, opening=7000, inflow=6900, outflow=6800, closing=7100, due_next=6900),
    ),
    table("guarantee_payments", "三保支付明细", ("payment_code",), "作为三保列支的每一笔支付：从哪里付、付给谁、列什么科目。", "国库集中支付系统、专户支付凭证",
        "Payments booked as guarantees: from where, to whom, under which code. Tested against the scope list; moves no number of the plan.",
        column("payment_code", Text, "支付编号", "不重复。", "unique"),
        column("paid_on", Day, "支付日期", "支付当天。", "day of payment"),
        column("paid_from", PaidFrom, "支付来源", "wages 工资专户、living 基本民生专户、treasury 国库直接支付。"),
        column("guarantee", GuaranteeClass, "三保类别", "living 保基本民生、salaries 保工资、operations 保运转。"),
        remark("item_code", "三保项目", "与 guarantee_items 表一致；工资等不在清单的留空。", "as in `guarantee_items`; empty for wages", refers=_ITEM),
        column("function_code", Text, "功能科目", "支出功能分类的款或项。", "functional code"), NO_FUNCTION,
        column("purpose", Text, "用途", "一句话。", "what it was for"),
        column("paid_to", PaidTo, "收款人", "person 个人、supplier 供应商、unit 单位实有资金账户、fiscal 财政其他账户。"),
        column("amount", Amount, "金额", "支付数。", "money paid"),
        example=dict(payment_code="F001", paid_on=dt.date(2026, 9, 15), paid_from="工资专户", guarantee="保工资", function_code="2050202", purpose="9月教师工资", paid_to="个人", amount=2400),
    ),
    table("guarantee_arrears", "三保拖欠", ("arrears_code",), "到了发放日没有付清的工资、运转和基本民生，付清以前预警为红。", "主管部门报告、专户和国库支付记录",
        "What was not paid on its day. Not yet paid: the warning light is red from the year it fell due to the first plan year.",
        column("arrears_code", Text, "拖欠编号", "不重复。", "unique"),
        column("name", Text, "拖欠事项", "一句话。", "what was owed"),
        column("guarantee", GuaranteeClass, "三保类别", "living 保基本民生、salaries 保工资、operations 保运转。"),
        column("unit_name", Text, "责任单位", "应当支付的单位。", "who had to pay"),
        column("due_date", Day, "应付日期", "规定的发放日。", "day it was due"),
        column("amount", Amount, "拖欠金额", "应付未付数。", "money owed"),
        optional("paid_on", Day, "付清日期", "全部付清的日期；没有付清的留空。", "day it was paid in full; empty: still open"),
        refuse("paid_on", "付清日期 {paid_on} 不晚于应付日期 {due_date}", "按时付清的不是拖欠，请核对日期或删除本行",
            paid_on=lambda cell, row: cell is not None and cell <= row["due_date"]),
        example=dict(arrears_code="Q001", name="8月困难群众救助金", guarantee="保基本民生", unit_name="县民政局", due_date=dt.date(2025, 8, 10), amount=120, paid_on=dt.date(2025, 8, 30)),
    ),
))
# fmt: on
