"""Task 11: what units, firms and the county as owner of natural resources have, what of it can be used better."""

from __future__ import annotations

import datetime as dt
from typing import Any

from fiscal_model.law.classification import why_not_a_code
from fiscal_model.registers.ledgers.topics import Topic, adopted
from fiscal_model.registers.refusals import EMPTY, FILLED, Complaint, above, at_most, refuse
from fiscal_model.registers.relations import alike
from fiscal_model.registers.rules import OneValue, Reference
from fiscal_model.registers.schema import LONG_SPAN, PLANNED, column, optional, remark, table
from fiscal_model.words.asset_terms import AssetKind, AssetOption, AssetState, ResourceKind, SaleMethod
from fiscal_model.words.cells import Amount, Count, Day, Money, Share, Text, Year
from fiscal_model.words.ledger_terms import YesNo
from fiscal_model.words.vocabulary import Budget

_ASSET = Reference("unit_assets.asset_code", "资产台账没有编号“{}”", "请核对编号，或者先登记资产", strict=True)
_FIRM = Reference("firms.firm", "企业名录没有“{}”", "请核对名称（最接近：{near}），或者先登记企业")
_RESOURCE = Reference(
    "natural_resources.resource_code", "自然资源清单没有编号“{}”", "请核对编号，或者先登记资源", strict=True
)


def _no_revenue_code(row: dict[str, Any]) -> list[Complaint]:
    """Refuse a code that is no revenue of the general or the funds budget."""
    code = row["revenue_code"]
    wrong = why_not_a_code(Budget.FUNDS if code.startswith("10301") else Budget.GENERAL, code)
    if wrong or not code.startswith(("101", "103")):
        return [("revenue_code", wrong or f"“{code}”不是收入科目", "请填收入科目编码（101、103 开头）")]
    return []


# fmt: off
TOPIC = Topic(11, "任务十一　“财政＋国资”", "资产、企业、自然资源有台账：闲置可以调剂的、怎样盘活合算、企业合并家底、清查到哪里；已决定的处置和资源收入按年计入规划", (
    table("unit_assets", "行政事业资产台账", ("asset_code",), "行政事业单位的房屋、土地、设备、车辆，用了多少，闲置多久。", "资产管理信息系统、资产年报",
        "What administrative units and public institutions own, how much of it is used, since when it is idle. Moves no number of the plan.",
        column("asset_code", Text, "资产编号", "不重复。", "unique"),
        column("name", Text, "资产名称", "一句话。", "name"),
        column("unit_name", Text, "占有单位", "预算单位名称。", "unit that holds it"),
        column("kind", AssetKind, "类别", "building 房屋、land 土地、equipment 设备、vehicle 车辆、other 其他。"),
        column("state", AssetState, "状态", "used 在用、shared 共用、leased 出租、idle 闲置、scrap 待报废。"),
        column("book_value", Amount, "账面价值", "净值。", "net book value"),
        optional("market_value", Amount, "市场价值", "评估或参考成交价；没有的留空。", "appraised; empty: none"),
        optional("income", Amount, "年收入", "出租、共用一年的收入；没有的留空。", "yearly income from lease or sharing"),
        remark("measure", "计量单位", "平方米、台时、天等；与需求撮合时须相同。", "square metres, hours, days; requests are matched in the same one"),
        column("capacity", Count, "可用量", "面积、台时、可用天数等一年可用的数量。", "what can be used in a year: area, hours, days"),
        column("used", Count, "使用量", "同一计量单位，一年实际使用的数量。", "what was used of it, in the same measure"),
        optional("idle_since", Day, "闲置起始日", "停止使用的日期；在用的留空。", "first idle day; empty when in use", spans=LONG_SPAN),
        refuse("used", "使用量 {used:g} 大于可用量 {capacity:g}", "请核对计量单位和两个数量", used=above("capacity")),
        refuse("idle_since", "状态是“{state.label}”，没有写闲置起始日", "请填停止使用的日期，或者改正状态", state=AssetState.IDLE, idle_since=EMPTY),
        refuse("idle_since", "状态是“{state.label}”，又写了闲置起始日", "在用的资产请清空这一格", state=(AssetState.USED, AssetState.SHARED, AssetState.LEASED), idle_since=FILLED),
        alike("book_value", "kind"),
        example=dict(asset_code="Z001", name="老财政所办公楼", unit_name="县财政局", kind="房屋", state="闲置", book_value=120, capacity=800, used=0, idle_since=dt.date(2024, 3, 1)),
    ),
    table("asset_disposals", "资产处置计划", ("asset_code",), "待报废、待处置的资产，底价和处置方式。", "资产处置申请、评估报告、网上竞价公告",
        "Assets to be scrapped or sold, reserve price and way of sale. Decided rows count as income of their year (10307).",
        column("asset_code", Text, "资产编号", "与 unit_assets 表一致。", "as in `unit_assets`", refers=_ASSET),
        column("method", SaleMethod, "处置方式", "online_auction 网上竞价、auction 拍卖、exchange 产权交易所挂牌、agreement 协议转让。"),
        column("sold_on", Day, "处置日期", "成交或预计成交的日期。", "day of sale, expected or done", spans=PLANNED),
        column("reserve_price", Amount, "底价", "评估确定的最低价。", "lowest price admitted"),
        optional("price", Amount, "成交价", "网上竞价成交价；没有成交的留空。", "price of the online auction; empty: not yet sold"),
        column("cost", Amount, "处置费用", "评估、拍卖、税费；没有填 0。", "cost of the sale, 0 when none"),
        adopted(),
        refuse("price", "成交价 {price:g} 低于底价 {reserve_price:g}", "低于底价的不得成交，请核对或重新核定底价", price=FILLED, reserve_price=above("price")),
        refuse("cost", "处置费用 {cost:g} 大于底价 {reserve_price:g}", "得不偿失的按无偿报废办理，请核对", cost=above("reserve_price")),
        example=dict(asset_code="Z001", sold_on=dt.date(2027, 6, 30), reserve_price=90, cost=6, adopted="否"),
    ),
    table("asset_options", "资产盘活方案", ("asset_code", "option"), "同一资产出租、出售、注入企业、发行不动产基金几种办法的收支，比较现值。", "盘活方案、评估报告",
        "Ways to revive an asset with what each brings and costs; compared by present value. A sale that is decided belongs into `asset_disposals`. "
        "Moves no number of the plan.",
        column("asset_code", Text, "资产编号", "与 unit_assets 表一致。", "as in `unit_assets`", refers=_ASSET),
        column("option", AssetOption, "盘活方式", "lease 出租、sell 出售、inject 注入企业、trust 不动产投资信托等证券化。"),
        column("one_off", Amount, "一次性收入", "当年收到的价款；没有填 0。", "received at once, 0 when none"),
        column("yearly_income", Amount, "年净收入", "租金、分红等一年的净收入；没有填 0。", "net income a year, 0 when none"),
        column("years", int, "收益年数", "年净收入持续几年；没有填 0。", "for how many years", ge=0, le=70),
        column("cost", Amount, "投入", "修缮、评估、税费等一次性投入；没有填 0。", "spent at once, 0 when none"),
        column("chosen", YesNo, "拟采用", "yes 拟采用，no 备选。", "`yes`: the one proposed"),
        OneValue("option", ("asset_code",), "{asset_code} 有{count}个方案拟采用：{values}", "一件资产只能采用一个方案，其余填 no", where={"chosen": YesNo.YES}),
        refuse("years", "填写了年净收入，收益年数是 0", "请填收益年数", yearly_income=above(0), years=at_most(0)),
        example=dict(asset_code="Z001", option="出租", one_off=0, yearly_income=6, years=20, cost=15),
    ),
    table("firm_accounts", "县属企业季度报表", ("firm", "year", "quarter"), "县属企业每季末的资产、负债和当年累计的收入、利润，合并时抵销企业之间的往来。", "企业财务快报、国有资产统计报表",
        "Balance sheets and profit of the county's firms by quarter; what they owe and hold of each other is taken out of the total. Moves no number of the plan.",
        column("firm", Text, "企业", "与 firms 表一致。", "as in `firms`", refers=_FIRM),
        column("year", Year, "年度", "年份。", "calendar year"),
        column("quarter", int, "季度", "1 至 4，数字是季末的。", "1 to 4, figures of its end", ge=1, le=4),
        column("assets", Amount, "资产总额", "季末。"),
        column("liabilities", Amount, "负债总额", "季末。"),
        column("minority_interest", Amount, "少数股东权益", "净资产中不归县里的部分；没有填 0。", "part of net assets that others own, 0 when none"),
        column("due_from_firms", Amount, "应收县属企业", "对其他县属企业的应收和借款；没有填 0。", "claims on other firms of the county, 0 when none"),
        column("due_to_firms", Amount, "应付县属企业", "欠其他县属企业的应付和借款；没有填 0。", "owed to other firms of the county, 0 when none"),
        column("invested_in_firms", Amount, "对县属企业投资", "对其他县属企业的股权投资；没有填 0。", "shares in other firms of the county, 0 when none"),
        column("revenue", Amount, "营业收入", "当年累计。", "since the beginning of the year"),
        column("profit", Money, "净利润", "当年累计，亏损为负。", "since the beginning of the year, a loss below zero"),
        refuse("due_to_firms", "应付县属企业 {due_to_firms:g} 大于负债总额 {liabilities:g}", "请核对两个数", due_to_firms=above("liabilities")),
        refuse("due_from_firms", "企业间债权和投资 {total:g} 大于资产总额 {assets:g}", "请核对三个数",
            of=("due_from_firms", "invested_in_firms"), total=above("assets")),
        example=dict(firm="县城投公司", year=2025, quarter=4, assets=90000, liabilities=52000, minority_interest=0, due_from_firms=1200, due_to_firms=0,
            invested_in_firms=3000, revenue=8600, profit=320),
    ),
    table("natural_resources", "自然资源资产清单", ("resource_code",), "全民所有的土地、矿产、森林、草地、水资源，确权和清查到哪里。", "自然资源资产清查成果、确权登记簿",
        "Natural resources that the county manages for the state: quantity, title, survey. Moves no number of the plan.",
        column("resource_code", Text, "资源编号", "不重复。", "unique"),
        column("name", Text, "资源名称", "一句话。", "name"),
        column("kind", ResourceKind, "种类", "land 土地、mineral 矿产、forest 森林、grassland 草地、water 水资源。"),
        column("quantity", Count, "数量", "台账数量。", "as listed"),
        column("measure", Text, "计量单位", "亩、万吨、万立方米等，同一种类只用一个。", "one for each kind"),
        column("manager", Text, "管理单位", "代行管理职责的单位。", "who manages it"),
        column("titled", YesNo, "已确权登记", "yes 已登记，no 未登记。", "`yes`: title registered"),
        optional("surveyed", Count, "清查数量", "实地清查的数量；没有清查的留空。", "found in the survey; empty: not surveyed"),
        optional("surveyed_on", Day, "清查日期", "清查完成的日期。", "day of the survey"),
        optional("value", Amount, "经济价值", "清查核算的价值；没有的留空。", "as valued in the survey; empty: none"),
        refuse("surveyed_on", "填写了清查数量，没有写清查日期", "请填清查完成的日期", surveyed=FILLED, surveyed_on=EMPTY),
        refuse("surveyed", "填写了清查日期，没有写清查数量", "请填清查数量，或者清空日期", surveyed=EMPTY, surveyed_on=FILLED),
        OneValue("measure", ("kind",), "“{kind.label}”有{count}个计量单位：{values}", "同一种类请换算成一个计量单位"),
        example=dict(resource_code="R001", name="国有林场林地", kind="森林", quantity=18600, measure="亩", manager="县国有林场"),
    ),
    table("resource_income", "资源收益测算", ("resource_code", "revenue_code", "year"), "各项资源每年出让、有偿使用多少，单价高低三种情形，收入入哪个科目。", "资源开发利用计划、基准价、成交案例",
        "What resources may bring by year at a low, usual and high price, with the revenue code it belongs to. Decided rows count as revenue of their year; "
        "land sales kept in `parcels` do not belong here.",
        column("resource_code", Text, "资源编号", "与 natural_resources 表一致。", "as in `natural_resources`", refers=_RESOURCE),
        column("revenue_code", Text, "收入科目", "入库的收入科目编码，如 10307、1030148。土地出让已在 parcels 表登记的不要重复。", "official revenue code"),
        column("year", Year, "年度", "入库年度。", "year in which it is paid"),
        column("sold", Count, "出让数量", "当年出让、有偿使用的数量，计量单位与清单相同。", "in the measure of the list"),
        column("price", Count, "单价（元）", "元／计量单位。", "yuan for one measure"),
        column("low_price", Count, "低价（元）", "不利情形的单价，元。", "in a bad market, yuan"),
        column("high_price", Count, "高价（元）", "有利情形的单价，元。", "in a good market, yuan"),
        column("county_share", Share, "县级分成", "归县级的比例，小数。", "part of the county"),
        adopted(),
        refuse("low_price", "低价 {low_price:g} 高于单价 {price:g}", "请核对三个单价", low_price=above("price")),
        refuse("high_price", "单价 {price:g} 高于高价 {high_price:g}", "请核对三个单价", price=above("high_price")),
        check_row=_no_revenue_code,
        example=dict(resource_code="R001", revenue_code="10307", year=2027, sold=900, price=400, low_price=300, high_price=480, adopted="否"),
    ),
))
# fmt: on
