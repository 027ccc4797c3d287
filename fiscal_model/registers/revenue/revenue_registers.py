"""The registers behind the revenue forecast: tax bases, taxpayers, transfers, parcels, one-offs, opinions, months."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from fiscal_model.law import classification as accounts
from fiscal_model.law.classification import REVENUE_LINES, TOTALS_LINES, revenue_line
from fiscal_model.registers.refusals import EMPTY, FILLED, Complaint, above, below, other_than, refuse, unlike
from fiscal_model.registers.relations import alike, ratio, steady
from fiscal_model.registers.revenue.month_rules import month_faults
from fiscal_model.registers.rules import Finding, ReadTables, groups
from fiscal_model.registers.schema import COMING, SCOPE, column, optional, remark, table
from fiscal_model.words.cells import Amount, Count, Growth, Money, Month, Share, Text, Year
from fiscal_model.words.errors import did_you_mean
from fiscal_model.words.vocabulary import (
    QUANTITIES,
    BaseUnit,
    Budget,
    GuaranteeClass,
    OneOffKind,
    TransferLogic,
    TransferStatus,
    YesNo,
)

_TRANSFERS = ("11001", "11002", "11003")
_WHOLE_CLASSES = {"101": "tax_revenue", "103": "nontax_revenue"}
_NAMED = tuple(TOTALS_LINES[line] for line in REVENUE_LINES)
_OF_FUNDS = ("fund_revenue", "land_revenue", "10301", "10310")


def _tax_code_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check that a row names a revenue item of five digits."""
    code, wrong = row["code"], accounts.why_not_a_code(Budget.GENERAL, row["code"])
    if wrong is None and not (len(code) == 5 and code.startswith(("101", "103"))):
        wrong = f"科目编码“{code}”不是收入科目的款"
    return [("code", wrong, "请填 5 位的收入科目，例如 10101 增值税")] if wrong else []


def _transfer_code_fault(row: dict[str, Any]) -> list[Complaint]:
    code = row["code"]
    if code.startswith(_TRANSFERS) and not accounts.why_not_a_code(Budget.GENERAL, code):
        return []
    remedy = "只能填 11001 返还性、11002 一般性、11003 专项或其下级科目；债券、调入、结转不在本表"
    return [("code", f"科目编码“{code}”不是上级补助", remedy)]


def _no_rebate(code: Any, row: Mapping[str, Any]) -> bool:
    return not accounts.may_be_negative(str(code), "")


def _named_revenue(row: dict[str, Any]) -> list[Complaint]:
    """Write the revenue that a row is about as an id."""
    given = row["line_or_code"]
    line = revenue_line(given)
    if line is not None:
        row["line_or_code"] = _WHOLE_CLASSES.get(line, line)
        return []
    hint = did_you_mean(next((name for name in _NAMED if given in name), given), [*REVENUE_LINES, *_NAMED])
    remedy = f"{hint}可填：{'、'.join(_NAMED)}，或 101、103 开头的收入科目编码"
    return [("line_or_code", f"不认识的收入项目“{given}”", remedy)]


def _rated_in_part_or_twice(table: str, tables: ReadTables) -> Iterator[Finding]:
    """Find a tax with a rate on some of its bases only, and one whose taxpayers are listed too: it would count twice."""
    listed = {row["code"] for row in tables.records("taxpayers")}
    for rows in groups(tables.records(table), ("code",)):
        code, line = rows[-1]["code"], rows[-1]["row_line"]
        rated = {row["base"] for row in rows if row["effective_rate"] is not None}
        bare = "、".join(sorted({row["base"] for row in rows} - rated))
        if rated and bare:
            found = f"“{code}”的几个税基只有一部分填了有效税率，没有填的是“{bare}”"
            yield line, "effective_rate", found, "同一税种的税基要么都填，要么都不填"
        if rated and code in listed:
            found = f"“{code}”填了有效税率，taxpayers 表又列有该税种的企业"
            remedy = "两处会重复计算：请清空有效税率（按扣除这些企业后的入库数反推），或从 taxpayers 表删去该税种"
            yield line, "effective_rate", found, remedy


def _money_and_quantity(table: str, tables: ReadTables) -> Iterator[Finding]:
    """Find a base in money one year and in tonnes the next."""
    for rows in groups(tables.records(table), ("code", "base")):
        quantities = [row["unit"] for row in rows if row["unit"] in QUANTITIES]
        if 0 < len(quantities) < len(rows):
            found = f"“{rows[0]['code']}”的税基“{rows[0]['base']}”有的年份按金额、有的年份按{quantities[0].label}"
            yield rows[-1]["row_line"], "unit", found, "同一税基各年用同一种单位"


def tied_codes(text: str) -> tuple[str, ...]:
    """Split what a transfer is tied to into its codes.

    Examples
    --------
    >>> tied_codes("L01、L02; L03")
    ('L01', 'L02', 'L03')
    """
    return tuple(part for part in re.split(r"[、，,;；\s]+", text) if part)


def _beside_its_parent(table: str, tables: ReadTables) -> Iterator[Finding]:
    """Find a code beside its own parent in one year and version."""
    for rows in groups(tables.records(table), ("year", "status")):
        lines = {row["code"]: row["row_line"] for row in rows}
        for code, line in lines.items():
            parent = next((other for other in lines if other != code and code.startswith(other)), None)
            if parent:
                version = f"{rows[0]['year']}年{rows[0]['status'].label}"
                found = f"{version}既有“{parent}”（第 {lines[parent]} 行）又有其下级“{code}”"
                yield line, "code", found, "同一年同一版本只填一级，免得重复相加"


def _tied_to_nothing(table: str, tables: ReadTables) -> Iterator[Finding]:
    """Find ties to what no table holds; without guarantee items nobody can say, and the plan says that."""
    items = {row["item_code"] for row in tables.records("guarantee_items")}
    for row in tables.records(table) if items else ():
        unknown = [code for code in tied_codes(row["tied_to"]) if code not in items and not _is_spending(code)]
        if unknown:
            remedy = "请填 guarantee_items 表的项目编号、三保类别（living、salaries、operations）或支出科目编码"
            yield row["row_line"], "tied_to", f"对应支出“{'、'.join(unknown)}”找不到", remedy


def _is_spending(code: str) -> bool:
    spending = code.startswith("2") and accounts.why_not_a_code(Budget.GENERAL, code) is None
    return spending or code in list(GuaranteeClass)


# fmt: off
REVENUE = (
    table("tax_bases", "税基台账", ("code", "base", "year"), "税种的税基、有效税率和征收率；有它，该税种按税基测算。", "税务部门税源资料、统计部门、企业申报",
        "Tax bases. A tax with a known base is forecast as base × rate × collection × retained share. Years up to the "
        "base year are what was, later ones what is planned; years between are carried forward.",
        column("code", Text, "科目编码", "由这个税基计征的税种，款 5 位，例如 10107 资源税。", "five-digit revenue code, e.g. `10107`"),
        column("base", Text, "税基", "税基名称，例如 煤炭销售额、应税土地面积；一个税种可有几个税基。", "name of the base; a tax may have several"),
        column("year", Year, "年度", "公历年份；以前年度填实际数，规划年度填计划数，中间可以不填。", "calendar year"),
        column("amount", Amount, "税基数额", "金额（营业收入、销售额等）或数量，按“单位”列计。", "money or a quantity"),
        column("unit", BaseUnit, "单位", "万元、元、亿元，或 吨、万吨、平方米、万平方米、辆；同一税基各年一致。",
            "`10k_yuan`, `yuan` or `100m_yuan`; or `tonnes`, `10k_tonnes`, `square_metres`, `10k_square_metres`, "
            "`vehicles`"),
        optional("effective_rate", Count, "有效税率", "金额税基填小数（5% 写 0.05），数量税基填每单位税额（元）；自本年度起执行，不填按近三年入库数反推。",
            "fraction of money, yuan a unit of a quantity, from this year on; empty: measured on the books of "
            "three years"),
        optional("collection_rate", Share, "征收率", "应征税款中实际入库的比例，小数；自本年度起执行，不填按 1。",
            "collected over due, fraction, from this year on; empty: 1"),
        optional("growth", Growth, "税基年增幅", "以后各年的增幅，小数；不填时金额税基随地区生产总值、数量税基持平。",
            "of the years after this one, fraction; empty: money grows with GDP, a quantity stays level"),
        refuse("effective_rate", "有效税率 {effective_rate:g} 大于 1", "金额税基的税率用小数：5% 写 0.05；按数量计征的请把“unit”列写成吨、平方米等",
            effective_rate=above(1), unit=other_than(*QUANTITIES)),
        _money_and_quantity,
        _rated_in_part_or_twice,
        steady("amount", "code", "base", band="likely_same"),
        ratio("amount", "code", "likely_same", times=("effective_rate",), account=True),
        ratio("growth", (), "growth"),
        check_row=_tax_code_fault,
        example=dict(code="10110", base="计税房产原值", amount=109500),
    ),
    table("collections", "全口径税收", ("code", "year"), "本地征收的各税种各级合计，用来推算县级留成比例和附加税的计征依据。", "税务部门收入月报（大口径）、国库收入日报",
        "Collections. What all levels together collected of a tax in the place; gives the share that stays, and what "
        "urban maintenance tax and the education surcharges are levied on.",
        column("code", Text, "科目编码", "税种，款 5 位，例如 10101 增值税、10102 消费税。", "five-digit code of the tax"),
        column("year", Year, "年度", "公历年份。", "calendar year"),
        column("amount", Amount, "全口径征收数", "本地区征收的该税种，中央、省、市、县各级合计。", "money, all levels together"),
        steady("amount", "code"),
        ratio("amount", "code", "collected", account=True),
        check_row=_tax_code_fault,
        example=dict(code="10101", amount=22490),
    ),
    table("taxpayers", "重点税源", ("firm", "code", "year"), "重点企业各年归本级的税收，投产、停产、合同到期按年计入。", "税务部门重点税源监控、企业走访",
        "Key taxpayers. What each firm pays to the place, year by year: it is taken out of the item before the rest is "
        "forecast, and put back as listed.",
        column("firm", Text, "纳税人", "重点税源企业或项目名称。", "firm or project"),
        column("code", Text, "科目编码", "税种或非税项目，款 5 位，例如 10101 增值税。", "five-digit revenue code"),
        column("year", Year, "年度", "公历年份；以前年度填实际数，规划年度填预计数；停产后填 0。",
            "calendar year; a plan year that is missing keeps the last amount"),
        column("amount", Amount, "县级入库数", "该企业当年该税种归本级的部分；确实没有才填 0。",
            "money, the place's own part; 0 from the year of closure"),
        steady("amount", "firm", "code"),
        ratio("amount", "code", "taxpayer", account=True),
        check_row=_tax_code_fault,
        example=dict(firm="水泥有限责任公司", code="10101", amount=620),
    ),
    table("transfers", "上级补助台账", ("code", "year", "status"), "逐项的补助、测算方式和提前下达数；有它，补助按项目测算。", "上级下达文件、转移支付台账、年终结算单",
        "Transfers from above, line by line: base-year amounts, what was announced for the next year, how each line "
        "moves. Without it the ledger's items of 11002 serve, else the kinds.",
        column("code", Text, "科目编码", "11001 返还性、11002 一般性、11003 专项及其下级科目（项 7 位），照预算书填写。",
            "11001, 11003 or 7-digit items of 11001, 11002, 11003; a code and its parent never together"),
        column("name", Text, "项目名称", "科目或资金名称。", "name of the line"),
        column("year", Year, "年度", "公历年份；提前下达数填所属年度（下一年）。", "calendar year; of a notice the year it is for"),
        column("status", TransferStatus, "数据版本",
            "final_accounts 决算数、estimate 执行数、budget 预算数、prenotified 提前下达数。",
            "`final_accounts`, `estimate` (base-year amounts), `budget` (not used), `prenotified` (提前下达数)"),
        column("amount", Money, "金额", "当年数；提前下达数填下达文件的金额。返还性收入可以为负。"),
        optional("logic", TransferLogic, "测算方式",
            "fixed 固定数额、formula 因素法、prenotified 按提前下达、earmarked 专款专用、one_off 一次性；不填按 data/rules/transfer_lines.csv。"
            "", "`fixed`, `formula`, `prenotified`, `earmarked`, `one_off`; else `data/rules/transfer_lines.csv`"),
        optional("growth", Growth, "年增幅", "本项自己的年增幅，小数；不填用假设的增速。",
            "the line's own growth, fraction; else the assumption"),
        remark("tied_to", "对应支出", "专款所补助的三保项目编号（多个用、隔开）或支出科目编码；填了三保项目，补助随其需求变动。",
            "what an earmarked line pays: item codes of `guarantee_items` (several with 、), `living`, `salaries`, "
            "`operations`, or a spending code"),
        refuse("amount", "金额为负（{amount:g} 万元）", "只有返还性收入（11001）可以为负", amount=below(0), code=_no_rebate),
        refuse("code", "一般性转移支付填写的是合计", "一般性转移支付有的可统筹、有的有既定用途，请按项（7 位编码）逐项填写", code="11002"),
        refuse("tied_to", "测算方式是“{logic.label}”，却填了对应支出“{tied_to}”", "只有专款专用（earmarked）的项目随支出变动；请改测算方式或清空本列",
            tied_to=FILLED, logic=other_than(TransferLogic.EARMARKED)),
        refuse("growth", "测算方式是“{logic.label}”，却填了年增幅", "一次性和按提前下达的项目不用增幅，请清空本列",
            growth=FILLED, logic=(TransferLogic.ONE_OFF, TransferLogic.PRENOTIFIED)),
        _beside_its_parent,
        _tied_to_nothing,
        steady("amount", "code", band="restless"),
        ratio("amount", "code", "restless", account=True),
        ratio("amount", "transfers", "whole_part"),
        ratio("amount", "transfers", "transfer_sum", account=True, per=("year", "status")),
        ratio("growth", (), "growth"),
        check_row=_transfer_code_fault,
        example=dict(code="11001", name="返还性收入", amount=3900),
    ),
    table("parcels", "出让地块台账", ("parcel",), "逐宗的面积、价格、实现率和付款进度；有它，土地收入按地块测算。", "自然资源部门土地供应计划、出让合同",
        "Land parcels to be sold, or sold with money still owed.",
        column("parcel", Text, "地块", "地块编号或名称，不重复。", "number or name, unique"),
        column("area", Count, "面积", "出让面积，亩。", "亩"),
        column("listing_year", Year, "挂牌年度", "计划（或已经）挂牌成交的年度；以前年度成交、尚有价款未收的也填。",
            "year of the sale; earlier years where money is still owed", spans=COMING),
        column("price", Amount, "单价", "每亩成交价，单位见“单位”列（通常为万元）。", "money an 亩"),
        column("cost", Amount, "每亩成本", "每亩征拆、补偿和前期开发成本，单位同单价。", "clearing and development, money an 亩"),
        column("realisation", Share, "实现率", "预计真正成交的比例或把握，小数；已成交填 1。", "share or chance really sold, fraction"),
        column("pay_first", Share, "当年付款", "成交当年收到的价款比例；三年相加必须等于 1。",
            "share of the price paid in the listing year; the three add up to 1"),
        column("pay_second", Share, "次年付款", "第二年收到的比例，没有填 0。", "share paid a year later"),
        column("pay_third", Share, "第三年付款", "第三年收到的比例，没有填 0。", "share paid two years later"),
        refuse("pay_third", "三年付款比例相加为 {total:g}", "当年、次年、第三年相加必须等于 1",
            of=("pay_first", "pay_second", "pay_third"), total=unlike(1, by=1e-6)),
        ratio("price", (), "land_price", by_piece=True),
        ratio("cost", ("price",), "land_cost", by_piece=True),
        ratio("area", "fund", "parcel_size", times=("price",)),
        alike("area"),
        ratio("realisation", (), "realisation"),
        example=dict(parcel="城东2026-3号（商住）", area=60, listing_year=2026, price=96, cost=58, realisation=1, pay_first=0.6,
            pay_second=0.4, pay_third=0),
    ),
    table("one_offs", "一次性因素", ("name", "line_or_code", "year"),
        "清欠、资产处置、退税、口径和政策变化；预测前按同口径剔除，规划期内的计入预测。", "税收分析报告、决算说明、政策文件",
        "One-offs, changes of scope and policy. Past ones are taken out of the history before it is carried forward, "
        "coming ones are put into the forecast.",
        column("name", Text, "事项", "例如 某公司清缴欠税、国有资产处置、留抵退税、管辖企业划转。", "what happened"),
        column("line_or_code", Text, "项目或科目",
            "收入项目（own_revenue、tax_revenue、nontax_revenue、fund_revenue、land_revenue 或中文名）或收入科目编码。",
            "`own_revenue`, `tax_revenue`, `nontax_revenue`, `fund_revenue`, `land_revenue` or an official revenue "
            "code", choices=_NAMED),
        column("year", Year, "年度", "发生的年度；持续的填开始的年度；规划期内将发生的也填。",
            "when it happened or, if it lasts, set in; may lie ahead"),
        column("amount", Money, "影响金额", "使当年收入多了多少填正数，少了填负数。持续的填比上年新增的影响。",
            "money by which that year's revenue was higher (negative: lower); of a lasting one what is new against "
            "the year before"),
        column("kind", OneOffKind, "性质", "one_off 一次性（清欠、处置、退税）、scope 口径变化、policy 政策调整。"),
        column("lasting", YesNo, "是否持续", "yes 从这一年起一直有，no 只影响这一年。一次性因素填 no。",
            "`yes` from that year on, `no` in that year only (all of kind `one_off`)"),
        refuse("lasting", "一次性因素填了持续", "只影响一年的填 no；从此一直有的，性质请填 scope（口径变化）或 policy（政策调整）",
            kind=OneOffKind.ONE_OFF, lasting=YesNo.YES),
        refuse("amount", "影响金额是 0", "没有影响的事项不要填；金额不清楚的整行不写", amount=0),
        ratio("amount", "line_or_code", "one_off", account=True),
        check_row=_named_revenue,
        example=dict(name="大规模留抵退税", line_or_code="10101", amount=-1250, lasting="否"),
    ),
    table("opinions", "收入预测意见", ("forecaster", "line_or_code", "made_in", "year"),
        "税务、财政和主管部门自己的收入预测，与本模型的预测对照，按以往准确度加权。", "税务部门收入预测、部门预算说明",
        "Forecasts of others. The tax office's, the bureau's or a department's own numbers, past ones too: they show "
        "how far to trust the next.",
        column("forecaster", Text, "预测单位", "税务局、财政局、主管部门等；“年初预算”按收入目标处理，缺省不参与预测。",
            "税务局, 财政局 …; 年初预算 is a target and only compared"),
        column("line_or_code", Text, "项目或科目", "一般公共预算的收入项目（own_revenue、tax_revenue、nontax_revenue）或科目编码。",
            "`own_revenue`, `tax_revenue`, `nontax_revenue` or a revenue code of the general budget", choices=_NAMED[:3]),
        column("made_in", Year, "作出年度", "作出这个预测的年度。", "year in which the forecast was made"),
        column("year", Year, "预测年度", "预测的是哪一年；以前年度的预测也填，用来看以往准不准。", "year that it is about, not before `made_in`"),
        column("amount", Amount, "预测数", "预测的全年收入。", "money, whole year"),
        refuse("year", "预测年度 {year} 早于作出年度 {made_in}", "请核对两个年度；事后的估计不是预测，不要填", year=below("made_in")),
        refuse("amount", "预测数是 0", "没有预测的不要填；预测确为零的项目请在情景里说明", amount=0),
        refuse("line_or_code", "“{line_or_code}”是政府性基金收入", "本表只用于一般公共预算收入；土地和其他基金收入请用情景假设",
            line_or_code=lambda line, row: line.startswith(_OF_FUNDS)),
        steady("amount", "forecaster", "line_or_code", band="likely_same"),
        ratio("amount", "line_or_code", "likely_same", account=True),
        check_row=_named_revenue,
        example=dict(forecaster="税务局", line_or_code="税收收入", amount=17300),
    ),
    table("monthly", "年内分月收入", ("line_or_code", "scope", "year", "month"),
        "各月收入。当年的用来推算全年，以往各年的用来看各月占全年多少。", "收入月报（快报）、国库收入月报、预算执行情况表",
        "Revenue by month. The current year's months give its full year, earlier years' what each month usually "
        "brings.",
        column("line_or_code", Text, "项目或科目",
            "收入项目（own_revenue、tax_revenue、nontax_revenue、fund_revenue、land_revenue 或中文名）或收入科目编码。",
            "`own_revenue`, `tax_revenue`, `nontax_revenue`, `fund_revenue`, `land_revenue` or a revenue code",
            choices=_NAMED),
        SCOPE,
        column("year", Year, "年度", "公历年份。", "calendar year"),
        column("month", Month, "月份", "1 到 12。1—2 月合并公布的写在 2 月一行，1 月不写。",
            "1 to 12; January and February published together stand in one row of month 2"),
        optional("amount", Money, "当月数", "当月收入；退库大于入库时填负数。与累计数至少填一个。",
            "money of the month, negative when refunds prevail"),
        optional("cumulative", Money, "累计数", "当年 1 月至本月累计。与当月数至少填一个。",
            "money from January to this month; one of the two is needed"),
        refuse("amount", "当月数和累计数都没有填写", "至少填一个；这个月还没有数的，整行不写", amount=EMPTY, cumulative=EMPTY),
        month_faults,
        steady("amount", "line_or_code", "scope", "month", band="month"),
        steady("cumulative", "line_or_code", "scope", "month", band="month"),
        check_row=_named_revenue,
        remarks=(
            "Own revenue (or taxes and non-tax revenue, which give it) is what the plan needs; codes are used where "
            "they add up to their whole. Two whole past years are enough for a start, five are better."
        ),
        example=dict(line_or_code="一般公共预算收入", month=1, cumulative=2806),
    ),
)
# fmt: on
