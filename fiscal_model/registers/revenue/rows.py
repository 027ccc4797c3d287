"""The registers behind the revenue forecast, one row a thing: months, tax bases, key taxpayers, land parcels, transfers."""

from __future__ import annotations

from pydantic import Field

from fiscal_model.words.cells import (
    NOTE,
    SCOPE,
    SOURCE,
    UNIT,
    Amount,
    Count,
    Growth,
    Month,
    Number,
    Row,
    Share,
    Text,
    Year,
)
from fiscal_model.words.vocabulary import BaseUnit, OneOffKind, Scope, TransferLogic, TransferStatus, Unit, YesNo


class TransferRow(Row):
    code: Text = Field(
        title="科目编码", description="11001 返还性、11002 一般性、11003 专项及其下级科目（项 7 位），照预算书填写。"
    )
    name: Text = Field(title="项目名称", description="科目或资金名称。")
    year: Year = Field(title="年度", description="公历年份；提前下达数填所属年度（下一年）。")
    status: TransferStatus = Field(
        title="数据版本", description="final_accounts 决算数、estimate 执行数、budget 预算数、prenotified 提前下达数。"
    )
    amount: Amount = Field(title="金额", description="当年数；提前下达数填下达文件的金额。")
    logic: TransferLogic | None = Field(
        default=None,
        title="测算方式",
        description="fixed 固定数额、formula 因素法、prenotified 按提前下达、earmarked 专款专用、one_off 一次性；"
        "不填按 data/rules/transfer_lines.csv。",
    )
    growth: Growth | None = Field(
        default=None, title="年增幅", description="本项自己的年增幅，小数；不填用假设的增速。"
    )
    tied_to: str = Field(
        default="",
        title="对应支出",
        description="专款所补助的三保项目编号（多个用、隔开）或支出科目编码；填了三保项目，补助随其需求变动。",
    )
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class ParcelRow(Row):
    parcel: Text = Field(title="地块", description="地块编号或名称，不重复。")
    area: Count = Field(title="面积", description="出让面积，亩。")
    listing_year: Year = Field(
        title="挂牌年度", description="计划（或已经）挂牌成交的年度；以前年度成交、尚有价款未收的也填。"
    )
    price: Amount = Field(title="单价", description="每亩成交价，单位见“单位”列（通常为万元）。")
    cost: Amount = Field(title="每亩成本", description="每亩征拆、补偿和前期开发成本，单位同单价。")
    realisation: Share = Field(title="实现率", description="预计真正成交的比例或把握，小数；已成交填 1。")
    pay_first: Share = Field(title="当年付款", description="成交当年收到的价款比例；三年相加必须等于 1。")
    pay_second: Share = Field(title="次年付款", description="第二年收到的比例，没有填 0。")
    pay_third: Share = Field(title="第三年付款", description="第三年收到的比例，没有填 0。")
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class TaxBaseRow(Row):
    code: Text = Field(title="科目编码", description="由这个税基计征的税种，款 5 位，例如 10107 资源税。")
    base: Text = Field(title="税基", description="税基名称，例如 煤炭销售额、应税土地面积；一个税种可有几个税基。")
    year: Year = Field(title="年度", description="公历年份；以前年度填实际数，规划年度填计划数，中间可以不填。")
    amount: Amount = Field(title="税基数额", description="金额（营业收入、销售额等）或数量，按“单位”列计。")
    unit: BaseUnit = Field(
        title="单位", description="万元、元、亿元，或 吨、万吨、平方米、万平方米、辆；同一税基各年一致。"
    )
    effective_rate: Count | None = Field(
        default=None,
        title="有效税率",
        description="金额税基填小数（5% 写 0.05），数量税基填每单位税额（元）；自本年度起执行，不填按近三年入库数反推。",
    )
    collection_rate: Share | None = Field(
        default=None, title="征收率", description="应征税款中实际入库的比例，小数；自本年度起执行，不填按 1。"
    )
    growth: Growth | None = Field(
        default=None,
        title="税基年增幅",
        description="以后各年的增幅，小数；不填时金额税基随地区生产总值、数量税基持平。",
    )
    source: Text = SOURCE
    note: str = NOTE


class CollectionRow(Row):
    code: Text = Field(title="科目编码", description="税种，款 5 位，例如 10101 增值税、10102 消费税。")
    year: Year = Field(title="年度", description="公历年份。")
    amount: Amount = Field(title="全口径征收数", description="本地区征收的该税种，中央、省、市、县各级合计。")
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class TaxpayerRow(Row):
    firm: Text = Field(title="纳税人", description="重点税源企业或项目名称。")
    code: Text = Field(title="科目编码", description="税种或非税项目，款 5 位，例如 10101 增值税。")
    year: Year = Field(title="年度", description="公历年份；以前年度填实际数，规划年度填预计数；停产后填 0。")
    amount: Amount = Field(title="县级入库数", description="该企业当年该税种归本级的部分；确实没有才填 0。")
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class OneOffRow(Row):
    name: Text = Field(title="事项", description="例如 某公司清缴欠税、国有资产处置、留抵退税、管辖企业划转。")
    line_or_code: Text = Field(
        title="项目或科目",
        description="收入项目（own_revenue、tax_revenue、nontax_revenue、fund_revenue、land_revenue 或中文名）或收入科目编码。",
    )
    year: Year = Field(title="年度", description="发生的年度；持续的填开始的年度；规划期内将发生的也填。")
    amount: Number = Field(
        title="影响金额", description="使当年收入多了多少填正数，少了填负数。持续的填比上年新增的影响。"
    )
    kind: OneOffKind = Field(
        title="性质", description="one_off 一次性（清欠、处置、退税）、scope 口径变化、policy 政策调整。"
    )
    lasting: YesNo = Field(title="是否持续", description="yes 从这一年起一直有，no 只影响这一年。一次性因素填 no。")
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class OpinionRow(Row):
    forecaster: Text = Field(
        title="预测单位", description="税务局、财政局、主管部门等；“年初预算”按收入目标处理，缺省不参与预测。"
    )
    line_or_code: Text = Field(
        title="项目或科目", description="一般公共预算的收入项目（own_revenue、tax_revenue、nontax_revenue）或科目编码。"
    )
    made_in: Year = Field(title="作出年度", description="作出这个预测的年度。")
    year: Year = Field(title="预测年度", description="预测的是哪一年；以前年度的预测也填，用来看以往准不准。")
    amount: Amount = Field(title="预测数", description="预测的全年收入。")
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class MonthlyRow(Row):
    line_or_code: Text = Field(
        title="项目或科目",
        description="收入项目（own_revenue、tax_revenue、nontax_revenue、fund_revenue、land_revenue 或中文名）或收入科目编码。",
    )
    scope: Scope = SCOPE
    year: Year = Field(title="年度", description="公历年份。")
    month: Month = Field(title="月份", description="1 到 12。1—2 月合并公布的写在 2 月一行，1 月不写。")
    amount: Number | None = Field(
        default=None, title="当月数", description="当月收入；退库大于入库时填负数。与累计数至少填一个。"
    )
    cumulative: Number | None = Field(
        default=None, title="累计数", description="当年 1 月至本月累计。与当月数至少填一个。"
    )
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE
