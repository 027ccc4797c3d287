"""Task 9: who belongs to the state-capital budget, what firms owe and pay, what the money is spent on."""

from __future__ import annotations

import datetime as dt
from typing import Any

from fiscal_model.registers.ledgers.topics import Topic, adopted
from fiscal_model.registers.refusals import FILLED, above, refuse
from fiscal_model.registers.relations import alike
from fiscal_model.registers.rules import OneValue, Reference
from fiscal_model.registers.schema import COMING, column, optional, remark, table
from fiscal_model.words.cells import Amount, Day, Money, Month, Share, Text, Year
from fiscal_model.words.firm_terms import FirmState, ReceiptKind, SpendingArea
from fiscal_model.words.ledger_terms import YesNo
from fiscal_model.words.vocabulary import PayClass

_LISTED = Reference(
    "firm_registry.firm", "企业名录没有“{}”", "请核对企业名称，或者先在 firm_registry 表登记", strict=True
)
_PAYING = Reference("firms.firm", "firms 表没有“{}”", "请先在 firms 表登记企业利润")
_CODES = ("22301", "22302", "22303", "22399")


def _more_than_due(received: float | None, row: dict[str, Any]) -> bool:
    return received is not None and received == received and received > row["base"] * row["share"] + 0.005


# fmt: off
TOPIC = Topic(9, "任务九　国有资本经营预算", "国企应纳尽纳、足额上交看得见：名录变动、申报缴纳、留存和上交的得失逐户列出；已决定提高的比例和调入计入规划", (
    table("firm_registry", "国有企业名录（分年）", ("firm", "year"), "每年年末的县属国有企业：出资人、类别、股比、状态，是否纳入国资预算。", "国资监管部门企业名录、工商登记、产权登记",
        "State firms at each year's end. Years are compared for changes; the last one tells who should pay and does not. Moves no number of the plan.",
        column("firm", Text, "企业", "县属国有企业全称，各年一致。", "full name, the same in all years"),
        column("year", Year, "年度", "年末。", "end of that year"),
        column("holder", Text, "出资人", "履行出资人职责的部门。", "who holds the state's shares"),
        column("sector", Text, "行业", "一个词。", "sector"),
        column("pay_class", PayClass, "收益上交类别", "resource 资源类、competitive 一般竞争类、public 公益类、deferred 暂缓上交。"),
        column("ownership_share", Share, "国有股比", "小数。", "fraction"),
        column("state", FirmState, "状态", "operating 正常经营、suspended 停业、liquidating 清算中、cancelled 已注销。"),
        column("covered", YesNo, "纳入国资预算", "yes 已纳入、no 未纳入。", "`yes` when in the state-capital budget"),
        remark("exempt_reason", "未纳入理由", "依文件可以不纳入的写明依据；没有的留空。", "why it need not be covered; empty: no reason"),
        remark("document", "变动依据", "新设、划转、注销、股比和类别变动的文号。", "document behind a change of this year"),
        refuse("covered", "已注销的企业不再纳入国资预算", "请把是否纳入改为 no，或者核对状态", state=FirmState.CANCELLED, covered=YesNo.YES),
        refuse("exempt_reason", "已纳入国资预算，又写了未纳入理由", "请清空理由，或者把是否纳入改为 no", covered=YesNo.YES, exempt_reason=FILLED),
        example=dict(firm="城市建设投资公司", year=2025, holder="县国资局", sector="城市建设", ownership_share=1),
    ),
    table("state_capital_receipts", "股利股息、产权转让和清算收入", ("firm", "kind", "year"), "利润以外的国有资本收益，按股比应收、已收。", "企业分红决议、产权交易凭证、清算报告",
        "Dividends, sales of shares, proceeds of liquidation: what is due by the share held, what came in. Decided rows count as state-capital revenue.",
        column("firm", Text, "企业", "控股、参股企业名称。", "firm, also those held in part"),
        column("kind", ReceiptKind, "种类", "dividend 股利股息、property 产权转让、liquidation 清算收入、other 其他。"),
        column("year", Year, "年度", "应收年度。", "year in which it is due", spans=COMING),
        column("base", Amount, "分配或转让总额", "全部股东的分红总额、产权转让净价、清算净值。", "dividend of all shareholders, net price, net proceeds"),
        column("share", Share, "国有份额", "县本级应得的份额，小数。", "the county's part, fraction"),
        optional("received", Amount, "已收", "已缴入国库的；没有的留空。", "paid in; empty: nothing yet"),
        column("due_date", Day, "应缴日期", "约定或规定的缴库日期。", "day by which it is to be paid in"),
        adopted(),
        refuse("received", "已收 {received:g} 大于应收（总额 {base:g} × 份额 {share:g}）", "请核对总额、份额和已收", received=_more_than_due),
        refuse("due_date", "应缴日期 {due_date} 早于应收年度 {year}", "请核对年度和日期", year=above("due_date")),
        example=dict(firm="农商银行", kind="股利股息", year=2026, base=1300, share=0.05, due_date=dt.date(2026, 8, 31), adopted="否"),
    ),
    table("profit_declarations", "国有资本收益申报和上交", ("firm", "year"), "企业按上年利润申报、核定和上交的收益。", "国有资本收益申报表、缴款书",
        "What a firm declared and paid on a year's profit; what was due is worked out from the same row. Moves no number of the plan.",
        column("firm", Text, "企业", "与企业名录一致。", "as in `firm_registry`", refers=_LISTED),
        column("year", Year, "利润年度", "利润所属年份，次年上交。", "year of the profit"),
        column("net_profit", Money, "归母净利润", "经审计的；亏损填负数。", "audited; a loss negative"),
        column("prior_loss", Amount, "以前年度亏损", "待弥补亏损。", "money still to make good"),
        column("ownership_share", Share, "国有股比", "小数。", "fraction"),
        column("pay_ratio", Share, "上交比例", "当年适用的比例，小数。", "ratio in force, fraction"),
        column("declared", Amount, "申报数", "企业申报的应交收益。", "declared by the firm"),
        column("paid", Amount, "已交数", "已缴入国库的。", "paid in"),
        alike("net_profit"),
        example=dict(firm="城市建设投资公司", year=2024, net_profit=1120, prior_loss=310, ownership_share=1, pay_ratio=0.2, declared=145.8, paid=145.8),
    ),
    table("firm_funding", "企业投资、还债和留存", ("firm",), "企业下一年要投资、要还的本金和折旧，用来比较留存和上交。", "企业财务决算、投资计划、债务台账",
        "What a firm must invest and repay, against what paying in leaves it. Moves no number of the plan.",
        column("firm", Text, "企业", "与 firms 表一致。", "as in `firms`", refers=_PAYING),
        column("depreciation", Amount, "折旧摊销", "一年计提的，不付现。", "yearly, no cash"),
        column("capex", Amount, "必要投资", "企业自有资金应承担的一年投资。", "a year's investment from own money"),
        column("principal_due", Amount, "到期本金", "一年内须用自有资金归还的。", "to be repaid from own money within the year"),
        example=dict(firm="城市建设投资公司", depreciation=420, capex=900, principal_due=500),
    ),
    table("pay_ratio_options", "收益上交比例方案", ("option", "pay_class"), "按企业类别拟定的上交比例，比较各方案的收入。", "国资收益收取办法修订稿",
        "Ratios proposed by class of firm, and what each brings against today's. Decided rows raise state-capital revenue by the difference to `firms`.",
        column("option", Text, "方案", "例如 方案一。", "name of the option"),
        column("pay_class", PayClass, "企业类别", "resource 资源类、competitive 一般竞争类、public 公益类、deferred 暂缓上交。"),
        column("from_year", Year, "执行年度", "从哪一年上交起执行。", "first year it holds", spans=COMING),
        column("pay_ratio", Share, "上交比例", "小数。", "fraction of profit"),
        adopted(),
        OneValue("option", ("pay_class",), "“{pay_class.label}”有{count}个方案计入规划：{values}", "同一类企业只能决定一个方案，其余填 no",
            where={"adopted": YesNo.YES}),
        example=dict(option="方案一", from_year=2026, pay_ratio=0.25, adopted="否"),
    ),
    table("state_capital_transfer_plans", "国资收益调入一般公共预算安排", ("year",), "在现有比重以上拟增加的调入，一年一行。", "国资预算草案、调入方案",
        "What is to be moved to the general budget beyond the planned share. Decided rows count in the plan.",
        column("year", Year, "年度", "规划年度。", "plan year", spans=COMING),
        column("extra", Amount, "增加调入", "在规划按比重调入以外再增加的。", "beyond the planned share"),
        remark("document", "依据", "文号或会议，可不填。", "document"),
        adopted(),
        example=dict(year=2026, extra=60, adopted="否"),
    ),
    table("state_capital_spending", "国资预算支出安排", ("item_code",), "国资预算逐项支出：用在哪个领域，给哪家企业。", "国资预算草案、支出项目申报书",
        "Spending of the state-capital budget line by line: field, beneficiary. Held against what the plan can spend; moves no number of it.",
        column("item_code", Text, "项目编号", "不重复。", "unique"),
        column("name", Text, "支出项目", "一句话。", "name"),
        column("year", Year, "年度", "安排年度。", "budget year", spans=COMING),
        column("code", Text, "科目编码", "22301、22302、22303、22399。", "spending code", choices=_CODES),
        column("area", SpendingArea, "领域", "key_field 关键领域、weak_link 薄弱环节、reform_cost 历史遗留和改革成本、other 其他。"),
        remark("firm", "受益企业", "与企业名录一致；不给企业的留空。", "as in `firm_registry`; empty: no firm", refers=_LISTED),
        column("amount", Amount, "安排数", "当年安排。", "money of that year"),
        refuse("code", "科目“{code}”不是国资预算支出科目", "只能填：" + "、".join(_CODES), code=lambda code, row: code not in _CODES),
        example=dict(item_code="G01", name="供水管网更新资本金", year=2026, code="22302", amount=160),
    ),
    table("state_capital_execution", "国资预算执行", ("year", "month", "code"), "国资预算逐科目的预算数和累计执行数。", "国资预算执行月报",
        "Budget and cumulative execution of each line of the state-capital budget. Moves no number of the plan.",
        column("year", Year, "年度", "预算年度。", "budget year"),
        column("month", Month, "截至月份", "1 到 12，执行数为当年累计。", "1 to 12, cumulative to its end"),
        column("code", Text, "科目编码", "收入 10306 各项、支出 223 各款、调出 23008。", "revenue of 10306, spending of 223, transfer 23008"),
        column("name", Text, "科目名称", "照预算书。", "label"),
        column("budget", Amount, "预算数", "全年。", "whole year"),
        column("executed", Amount, "执行数", "年初至本月累计。", "since January"),
        refuse("code", "科目“{code}”不是国资预算科目", "收入填 10306 各项，支出填 223 各款，调出填 23008", code=lambda code, row: not code.startswith(("10306", "223", "23008"))),
        example=dict(year=2026, month=9, code="1030601", name="利润收入", budget=325, executed=300),
    ),
))
# fmt: on
