"""The registers of the approved budget: what was approved, paid out and asked to be moved."""

from __future__ import annotations

from fiscal_model.registers.budgets.checks_approval import (
    approval_table_faults,
    approved_fault,
    payment_fault,
    reallocation_fault,
)
from fiscal_model.registers.refusals import EMPTY, FILLED, below, other_than, refuse
from fiscal_model.registers.schema import MONEY_TAIL, Table, column, optional, remark
from fiscal_model.words.cells import Amount, Day, Money, Month, Text, Year
from fiscal_model.words.vocabulary import ApprovalKind, Budget, MoneyFrom, ReallocationKind, YesNo

# fmt: off
APPROVALS = (
    Table(
        "approved_budget", "批准预算", "人大批准的预算、调整预算和决算数，带日期和届次；批准后不再改动，用来核对规划、拨付和公开。", "人大及其常委会关于预算、预算调整和决算的决议及附表",
        "What the people's congress (or its standing committee) approved, with date and meeting: the yearly budget, "
        "each adjustment, the final accounts. Rows are frozen: correct a slip, never a decision. The plan does not "
        "read them; they are held against the plan, the payments, the requests and the dates of publication. Same "
        "scope as `place.toml`.",
        key=("year", "budget", "line_or_code", "kind", "approved_on"), check_row=approved_fault,
        check_tables=approval_table_faults,
        refusals=(
            refuse("published_on", "公开日期 {published_on} 早于批准日期 {approved_on}", "请核对两个日期", published_on=below("approved_on")),
            refuse("key", "{kind.label}的行填写了重点支出", "重点支出按年初预算认定，请填在年初预算的行，这里留空",
                kind=other_than(ApprovalKind.ORIGINAL), key=FILLED),
        ),
        fields=(
            column("year", Year, "年度", "预算年度。", "budget year"),
            column("budget", Budget, "预算", "general 一般公共预算、funds 政府性基金、state_capital 国有资本经营。",
                "`general`, `funds` or `state_capital`"),
            column("line_or_code", Text, "项目或科目", "年度总量的项目（代码或中文名），或科目编码，照批准的预算书填写。",
                "a line of `totals` (id or Chinese name) or an official code, as the approved book prints it"),
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
            *MONEY_TAIL,
        ),
    ),
    Table(
        "payments", "拨付台账", "按月按科目的拨付数；有它，逐科目核对无预算、超预算拨付。", "预算管理一体化系统、总会计账、国库集中支付系统",
        "What was paid out, by month and spending code. Held against the approved budget: paid without a line, beyond "
        "it, or before the adjustment was approved.",
        key=("year", "month", "budget", "code", "project_code", "unit_name", "document", "superior_document"),
        check_row=payment_fault,
        fields=(
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
            *MONEY_TAIL,
        ),
    ),
    Table(
        "reallocations", "调剂申请", "年度中的科目、级次、用途调剂和追加申请；逐笔判定是否属于预算调整、由谁批准。", "部门调剂申请、财政部门办理意见",
        "Requests within the year to move or add money. Each is tested: must the budget be adjusted, who approves.",
        key=("request_id",), check_row=reallocation_fault,
        refusals=(
            refuse("money_from", "资金来源是节约开支，却填写了调入科目",
                "节约开支只填调出科目；节约的钱改作他用的，资金来源填 within（原预算调剂）",
                money_from=MoneyFrom.THRIFT, to_line=FILLED),
            refuse("matching", "上级增加专项没有填写是否需要本级配套",
                "不需要本级配套的填 0，需要的填配套金额；是否属于预算调整由它决定",
                money_from=MoneyFrom.SUPERIOR, matching=EMPTY),
        ),
        fields=(
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
            *MONEY_TAIL,
        ),
    ),
)
# fmt: on
