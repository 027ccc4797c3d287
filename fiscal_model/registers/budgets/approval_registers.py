"""The registers of the approved budget: what was approved, paid out and asked to be moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from fiscal_model.law import classification as accounts
from fiscal_model.law.line_or_code import line_or_code
from fiscal_model.registers.refusals import EMPTY, FILLED, Complaint, at_most, below, other_than, refuse, unlike
from fiscal_model.registers.relations import ratio, steady
from fiscal_model.registers.rules import Finding, OneValue, ReadTables, groups
from fiscal_model.registers.schema import column, optional, remark, table
from fiscal_model.words.cells import Amount, Day, Money, Month, Text, Year
from fiscal_model.words.vocabulary import ApprovalKind, Budget, MoneyFrom, ReallocationKind, YesNo


def _approved_fault(row: dict[str, Any]) -> list[Complaint]:
    """Write the line of an approved figure as an id; only some lines may be negative."""
    found = _name_lines(row, "line_or_code")
    negative = row["line_or_code"] in accounts.TOTALS_NEGATIVE
    if row["amount"] < 0 and not (negative or accounts.may_be_negative(row["line_or_code"], row["note"])):
        found.append(("amount", f"批准数为负（{row['amount']:g} 万元）", "收支两边都填正数"))
    return found


def _name_lines(row: dict[str, Any], *named: str) -> list[Complaint]:
    """Write the lines that some cells name as ids."""
    remedy = "请填年度总量的项目或当年政府收支分类科目编码，并检查“budget”列"
    if row["budget"] is Budget.SOCIAL_INSURANCE:
        remedy = "请登记在 insurance 表，数据版本填 budget（预算数）"
    found = []
    for name in named:
        if row[name]:
            row[name], wrong = line_or_code(row["budget"], row[name])
            found += [(name, wrong, remedy)] if wrong else []
    return found


def _moved_lines(row: dict[str, Any]) -> list[Complaint]:
    return _name_lines(row, "from_line", "to_line")


def _payment_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check that the code of a payment is one of spending in its budget."""
    wrong = line_or_code(row["budget"], row["code"])[1]
    if wrong:
        return [("code", wrong, "请填支出功能分类科目编码，并检查“budget”列")]
    if not row["code"].startswith("2"):
        return [("code", f"“{row['code']}”不是支出科目", "拨付台账只登记支出，请填 2 开头的支出科目编码")]
    return []


def _out_of_season(day: dt.date, row: Mapping[str, Any]) -> bool:
    return not dt.date(row["year"] - 1, 10, 1) <= day <= dt.date(row["year"], 12, 31)


def _told_twice(table: str, tables: ReadTables) -> Iterator[Finding]:
    """Find one figure told by code and by name."""
    for same in groups(tables.records(table), ("year", "budget", "line_or_code", "kind", "approved_on")):
        if len(same) > 1:
            listed = "、".join(str(row["row_line"]) for row in same[:-1])
            said = f"与第 {listed} 行是同一个项目（{same[-1]['line_or_code']}，代码和中文名是一样的）"
            yield same[-1]["row_line"], None, said, "同一个数只保留一行"


def _adjusted_too_early(table: str, tables: ReadTables) -> Iterator[Finding]:
    """Find adjustments of a budget that nobody approved, or approved later."""
    for rows in groups(tables.records(table), ("year",)):
        days = {kind: [row["approved_on"] for row in rows if row["kind"] == kind] for kind in ApprovalKind}
        original, adjusted, year = days[ApprovalKind.ORIGINAL], days[ApprovalKind.ADJUSTED], rows[0]["year"]
        line = max((row["row_line"] for row in rows if row["kind"] == ApprovalKind.ADJUSTED), default=0)
        if adjusted and not original:
            yield line, None, f"{year}年只有调整预算，没有年初预算", "请先登记年初批准的预算"
        elif adjusted and min(adjusted) <= min(original):
            said = f"{year}年调整预算的批准日期 {min(adjusted)} 不晚于年初预算 {min(original)}"
            yield line, "approved_on", said, "请核对两个日期"


_APPROVED_ON = "{year}年{kind.label}的批准日期是 {approved_on}"

# fmt: off
APPROVALS = (
    table("approved_budget", "批准预算", ("year", "budget", "line_or_code", "kind", "approved_on"),
        "人大批准的预算、调整预算和决算数，带日期和届次；批准后不再改动，用来核对规划、拨付和公开。", "人大及其常委会关于预算、预算调整和决算的决议及附表",
        "What the people's congress (or its standing committee) approved, with date and meeting: the yearly budget, "
        "each adjustment, the final accounts. Rows are frozen: correct a slip, never a decision. The plan does not "
        "read them; they are held against the plan, the payments, the requests and the dates of publication. Same "
        "scope as `place.toml`.",
        column("year", Year, "年度", "预算年度。", "budget year"),
        column("budget", Budget, "预算", "general 一般公共预算、funds 政府性基金、state_capital 国有资本经营。",
            "`general`, `funds` or `state_capital`"),
        column("line_or_code", Text, "项目或科目", "年度总量的项目（代码或中文名），或科目编码，照批准的预算书填写。",
            "a line of `totals` (id or Chinese name) or an official code, as the approved book prints it",
            choices=accounts.TOTALS_LINES.values()),
        column("kind", ApprovalKind, "批准种类", "original 年初预算、adjusted 调整预算、final_accounts 决算。"),
        column("amount", Money, "批准数", "批准的全年数；调整预算填调整后的全年数，不是增减额。",
            "whole year; an adjustment gives the figure after it, not the change"),
        column("approved_on", Day, "批准日期", "人民代表大会或者常务委员会批准的日期。"),
        column("meeting", Text, "会议届次", "例如 第十九届人民代表大会第五次会议。", "which meeting"),
        remark("document", "批准文件", "决议文号或名称，可不填。", "resolution"),
        optional("key", YesNo, "重点支出", "预算安排的重点支出填 yes，调减它要作预算调整；只在年初预算的行填写。",
            "`yes` for key spending (original rows only): cutting it is an adjustment"),
        optional("published_on", Day, "公开日期", "向社会公开的日期；还没有公开的留空。",
            "date of publication; empty when not yet published"),
        refuse("published_on", "公开日期 {published_on} 早于批准日期 {approved_on}", "请核对两个日期", published_on=below("approved_on")),
        refuse("key", "{kind.label}的行填写了重点支出", "重点支出按年初预算认定，请填在年初预算的行，这里留空",
            kind=other_than(ApprovalKind.ORIGINAL), key=FILLED),
        refuse("approved_on", _APPROVED_ON, "年初预算在上年底到当年内批准，请核对年度和日期",
            kind=ApprovalKind.ORIGINAL, approved_on=_out_of_season),
        refuse("approved_on", _APPROVED_ON, "预算调整在预算年度内批准，请核对年度和日期",
            kind=ApprovalKind.ADJUSTED, approved_on=unlike("year", by=0)),
        refuse("approved_on", _APPROVED_ON, "决算在年度终了后批准，请核对年度和日期",
            kind=ApprovalKind.FINAL_ACCOUNTS, approved_on=at_most("year")),
        _told_twice,
        OneValue("approved_on", ("year", "kind"), "{year}年{kind.label}有 {count} 个批准日期（{values}）",
            "一年只批准一次，请核对；以后的变动填 adjusted（调整预算）",
            where={"kind": other_than(ApprovalKind.ADJUSTED)}, whole_row=True),
        _adjusted_too_early,
        OneValue("meeting", ("year", "kind", "approved_on"),
            "{year}年{kind.label}（{approved_on} 批准）有 {count} 个会议届次（{values}）", "同一次批准的各行应一致"),
        OneValue("published_on", ("year", "kind", "approved_on"),
            "{year}年{kind.label}（{approved_on} 批准）有 {count} 个公开日期（{values}）", "同一次批准的各行应一致"),
        steady("amount", "budget", "line_or_code"),
        ratio("amount", "line_or_code", "approved", account=True),
        ratio("amount", "expenditure", "budget_part", account=True, where={"budget": Budget.GENERAL}),
        ratio("amount", "expenditure", "fund_part", account=True),
        check_row=_approved_fault,
        example=dict(line_or_code="一般公共预算收入", kind="决算", amount=30300, approved_on=dt.date(2026, 8, 28), meeting="第十九届人大常委会第二十九次会议",
            document="人常发〔2026〕17号"),
    ),
    table("payments", "拨付台账", ("year", "month", "budget", "code", "project_code", "unit_name", "document", "superior_document"),
        "按月按科目的拨付数；有它，逐科目核对无预算、超预算拨付。", "预算管理一体化系统、总会计账、国库集中支付系统",
        "What was paid out, by month and spending code. Held against the approved budget: paid without a line, beyond "
        "it, or before the adjustment was approved.",
        column("year", Year, "年度", "预算年度。", "budget year"),
        column("month", Month, "月份", "1 到 12。"),
        column("budget", Budget, "预算", "general、funds 或 state_capital。", "`general`, `funds` or `state_capital`"),
        column("code", Text, "科目编码", "支出功能分类科目编码，类、款、项都可以。",
            "spending code (3, 5 or 7 digits); counts against every approved code above it"),
        column("amount", Amount, "拨付金额", "当月拨付数；一个月可以分单位、分项目填几行。", "paid in the month"),
        remark("project_code", "项目编号", "项目支出填项目库编号，可不填。", "of `projects`; one that is not there is listed"),
        remark("unit_name", "用款单位", "可不填。", "who received it"),
        remark("document", "拨款文号", "拨款文件或凭证号，可不填。", "payment order"),
        remark("superior_document", "上级追加文号", "用年度中上级增加的专项转移支付拨付的，填上级文号；不算超预算。",
            "extra special transfer that pays for it: then it is no breach"),
        steady("amount", "budget", "code", "project_code", "unit_name", band="volatile", along=("year", "month")),
        ratio("amount", "expenditure", "month_part", account=True),
        check_row=_payment_fault,
        example=dict(month=3, code="201", amount=6480),
    ),
    table("reallocations", "调剂申请", ("request_id",), "年度中的科目、级次、用途调剂和追加申请；逐笔判定是否属于预算调整、由谁批准。", "部门调剂申请、财政部门办理意见",
        "Requests within the year to move or add money. Each is tested: must the budget be adjusted, who approves.",
        column("request_id", Text, "申请编号", "本表内不重复的编号。", "unique"),
        column("requested_on", Day, "申请日期", "申请调剂的日期，年度按它确定。", "date; its year is the budget year"),
        column("budget", Budget, "预算", "general、funds 或 state_capital。", "`general`, `funds` or `state_capital`"),
        column("kind", ReallocationKind, "调剂种类", "codes 科目之间、levels 级次之间、uses 用途（项目）之间。"),
        remark("from_line", "调出科目", "调减的项目或科目编码；只追加、不调减的留空。",
            "line or code that is cut; empty when money is only added"),
        remark("to_line", "调入科目", "调增的项目或科目编码；只调减、不追加的留空。",
            "line or code that gets more; empty when money is only cut"),
        column("amount", Amount, "金额", "调剂或追加、追减的金额。"),
        column("money_from", MoneyFrom, "资金来源",
            "within 原预算调剂、superior 上级增加专项、stabilization 动用稳调基金、debt 新增举借债务、over_collection 超收收入、reserve 预备费、thrift "
            "节约开支、other 其他。"),
        optional("matching", Amount, "需本级配套", "上级增加专项要求本级配套的金额，不需要的填 0；资金来源为上级增加专项时必填。",
            "county money that an extra special transfer asks for, 0 when none; required with `superior`"),
        optional("new_policy", YesNo, "新出台政策", "属于年度中新出台的增支或减收政策、措施的填 yes。",
            "`yes` for a measure newly made within the year"),
        column("reason", Text, "事由", "一句话。", "one sentence"),
        refuse("from_line", "调出科目和调入科目都没有填写", "调减的填调出科目，追加的填调入科目", from_line=EMPTY, to_line=EMPTY),
        refuse("to_line", "调出、调入科目都是“{to_line}”", "两个科目应不同；同一科目内的项目之间调剂请填到项级科目",
            to_line=lambda line, row: line and line == row["from_line"]),
        refuse("money_from", "资金来源是原预算调剂，但只填了一边的科目", "原预算调剂要同时填写调出科目和调入科目；追加的请改填资金来源",
            money_from=lambda source, row: source is MoneyFrom.WITHIN and not (row["from_line"] and row["to_line"])),
        refuse("money_from", "资金来源是节约开支，却填写了调入科目", "节约开支只填调出科目；节约的钱改作他用的，资金来源填 within（原预算调剂）",
            money_from=MoneyFrom.THRIFT, to_line=FILLED),
        refuse("matching", "上级增加专项没有填写是否需要本级配套", "不需要本级配套的填 0，需要的填配套金额；是否属于预算调整由它决定", money_from=MoneyFrom.SUPERIOR,
            matching=EMPTY),
        ratio("amount", "expenditure", "project"),
        ratio("matching", ("amount",), "whole_part"),
        check_row=_moved_lines,
        example=dict(request_id="T01", requested_on=dt.date(2026, 5, 8), amount=300, from_line="227", to_line="224", money_from="预备费", reason="暴雨冲毁道路抢修，动用预备费"),
    ),
)
# fmt: on
