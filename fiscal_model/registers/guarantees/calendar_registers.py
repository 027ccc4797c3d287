"""The registers of days: when is paid, what was found and must be put right by when."""

from __future__ import annotations

import datetime as dt

from fiscal_model.registers.refusals import EMPTY, FILLED, below, other_than, refuse, unlike
from fiscal_model.registers.relations import ratio
from fiscal_model.registers.rules import rule
from fiscal_model.registers.schema import column, optional, remark, table
from fiscal_model.words.cells import Amount, Day, Month, Share, Text
from fiscal_model.words.vocabulary import FindingStatus, PaymentKind

# fmt: off
CALENDAR = (
    table("pay_dates", "支付日历", ("month", "kind"), "工资、基本民生、运转和还本付息在各月怎样支付；没有它按月平均。", "工资统发安排、惠民惠农补贴发放计划、还本付息计划",
        "When wages, living needs, running costs and debt service are paid within the year; feeds the treasury by "
        "month. Without it wages are paid in equal months (thirteen when January's payments show it), debt service "
        "when bonds fall due, all else in equal months.",
        column("month", Month, "月份", "1 到 12。"),
        column("kind", PaymentKind, "支出类别", "salaries 工资、living 基本民生、operations 运转、debt 还本付息。"),
        optional("share", Share, "占全年比例", "这个月付全年的多少，小数；一类里填了一个月就要填齐，相加等于 1。与发放日至少填一个。",
            "part of the year's amount paid in this month; all months of a kind add up to 1"),
        optional("day", int, "发放日", "当月几号发放，1 到 31；只用于工资和基本民生，不填按月末。",
            "day of the month, for wages and living needs only; the month's end when empty", ge=1, le=31),
        refuse("share", "占全年比例和发放日都没有填写", "至少填一个；这个月没有安排的，整行不写", share=EMPTY, day=EMPTY),
        refuse("day", "“{kind.label}”填写了发放日 {day}", "发放日只用于工资和基本民生，其他类别请留空，只填占全年比例",
            kind=other_than(PaymentKind.SALARIES, PaymentKind.LIVING), day=FILLED),
        rule(
            refuse("share", "“{kind.label}”各月占全年比例相加为 {total:g}",
                "一类支出各月的比例相加必须等于 1；不清楚的整列留空，程序按月平均", total=unlike(1, by=1e-3)),
            per=("kind",), add="share"),
        example=dict(month=1, day=15),
    ),
    table("findings", "整改台账", ("finding",), "检查、审计发现的“三保”和库款问题，责任单位、期限和销号。", "审计报告、财会监督和“三保”检查通报、整改台账",
        "What audits and inspections found, who puts it right and by when. Overdue is computed as of the end of the "
        "base year.",
        column("finding", Text, "问题编号", "本表内不重复的编号。", "unique"),
        column("found_date", Day, "发现日期", "例如 2025-04-18。"),
        column("topic", Text, "问题", "一句话写明问题，例如 高龄津贴预算安排不足。", "one sentence"),
        optional("amount", Amount, "涉及金额", "涉及的金额，单位见“单位”列；不涉及金额的不填。", "money; empty when none is involved"),
        column("owner", Text, "责任单位", "负责整改的单位。", "who puts it right"),
        column("due_date", Day, "整改期限", "应在哪一天以前整改完，不早于发现日期。", "date, not before it was found"),
        column("status", FindingStatus, "状态", "open 整改中、closed 已销号；是否逾期由程序按期限计算。"),
        optional("closed_date", Day, "销号日期", "已销号的必填，不早于发现日期；整改中的不填。", "required when closed, empty when open"),
        remark("found_by", "发现机构", "审计局、巡察办、财会监督等；用来核对来源。", "who found it"),
        optional("recovered", Amount, "已追回金额", "已经追回、上缴或归位的金额；没有的不填。", "money got back; empty: none"),
        refuse("recovered", "已追回 {recovered:g} 大于涉及金额", "请核对两个金额", recovered=lambda cell, row: cell is not None and cell > (row["amount"] or 0) + 0.005),
        refuse("due_date", "整改期限 {due_date} 早于发现日期 {found_date}", "请核对两个日期", due_date=below("found_date")),
        refuse("closed_date", "销号日期 {closed_date} 早于发现日期 {found_date}", "请核对两个日期", closed_date=below("found_date")),
        refuse("closed_date", "已销号但没有填写销号日期", "请填写销号日期，或把状态改为 open（整改中）",
            status=FindingStatus.CLOSED, closed_date=EMPTY),
        refuse("status", "整改中却填写了销号日期 {closed_date}", "已销号的请把状态改为 closed，否则请删去销号日期",
            status=FindingStatus.OPEN, closed_date=FILLED),
        ratio("amount", "expenditure", "project"),
        example=dict(finding="F01", found_date=dt.date(2024, 3, 12), topic="2023年乡镇公用经费被挪用于项目垫支", owner="某乡镇人民政府",
            due_date=dt.date(2024, 6, 30)),
    ),
)
# fmt: on
