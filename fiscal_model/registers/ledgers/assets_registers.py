"""Task 11: what administrative units and public institutions own, what of it is to be scrapped."""

from __future__ import annotations

import datetime as dt

from fiscal_model.registers.ledgers.topics import Topic, adopted
from fiscal_model.registers.refusals import EMPTY, FILLED, above, refuse
from fiscal_model.registers.relations import alike
from fiscal_model.registers.rules import Reference
from fiscal_model.registers.schema import LONG_SPAN, column, optional, table
from fiscal_model.words.asset_terms import AssetKind, AssetState
from fiscal_model.words.cells import Amount, Count, Day, Text

_ASSET = Reference("unit_assets.asset_code", "资产台账没有编号“{}”", "请核对编号，或者先登记资产", strict=True)

# fmt: off
TOPIC = Topic(11, "任务十一　“财政＋国资”", "资产有台账：闲置、低效、可以共用和待处置的逐件看得见；已决定处置的，收入按年计入规划", (
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
        column("sold_on", Day, "处置日期", "成交或预计成交的日期。", "day of sale, expected or done"),
        column("reserve_price", Amount, "底价", "评估确定的最低价。", "lowest price admitted"),
        optional("price", Amount, "成交价", "网上竞价成交价；没有成交的留空。", "price of the online auction; empty: not yet sold"),
        column("cost", Amount, "处置费用", "评估、拍卖、税费；没有填 0。", "cost of the sale, 0 when none"),
        adopted(),
        refuse("price", "成交价 {price:g} 低于底价 {reserve_price:g}", "低于底价的不得成交，请核对或重新核定底价", price=FILLED, reserve_price=above("price")),
        refuse("cost", "处置费用 {cost:g} 大于底价 {reserve_price:g}", "得不偿失的按无偿报废办理，请核对", cost=above("reserve_price")),
        example=dict(asset_code="Z001", sold_on=dt.date(2027, 6, 30), reserve_price=90, cost=6, adopted="否"),
    ),
))
# fmt: on
