"""The registers of what the balance starts from: projects, temporary payments, carry-over, firms, treasury."""

from __future__ import annotations

from typing import Any

from fiscal_model.law import classification as accounts
from fiscal_model.law.limits import fund_carryover_mark
from fiscal_model.law.rules import rule_table, rules
from fiscal_model.registers.function_codes import FUNCTION, NO_FUNCTION
from fiscal_model.registers.refusals import EMPTY, FILLED, Complaint, above, below, refuse, unlike
from fiscal_model.registers.relations import alike, ratio, steady
from fiscal_model.registers.rules import Reference
from fiscal_model.registers.schema import LONG_SPAN, OF_THE_BASE, column, optional, remark, table
from fiscal_model.words.cells import Amount, Day, Growth, Money, Month, Share, Text, Year
from fiscal_model.words.library_terms import Maturity
from fiscal_model.words.vocabulary import (
    Budget,
    PayClass,
    PaymentClearing,
    PaymentOrigin,
    ProjectCategory,
    ProjectFunding,
    ProjectStatus,
    YesNo,
)

UNIT_NAME = Reference("unit_funds.unit_name", "unit_funds 表没有单位“{}”", "请与 unit_funds 表的单位名称一致，或者留空")

DIMENSIONS = tuple(
    (name, entry["label"], entry["points"]) for name, entry in rules("project_library")["dimension"].items()
)
"""Ex-ante assessment: column of `projects`, what it is, most points."""
_DIMENSION_NAMES = tuple(name for name, _, _ in DIMENSIONS)
_ALL_FILLED = dict.fromkeys(_DIMENSION_NAMES, FILLED)


def _fund_code_fault(row: dict[str, Any]) -> list[Complaint]:
    if not row["code"]:
        return []
    of_a_fund = row["budget"] == Budget.FUNDS
    wrong = accounts.why_not_a_code(Budget.FUNDS, row["code"]) if of_a_fund else "基金科目只用于政府性基金的结转"
    return [("code", wrong, "请填基金收入科目编码，例如 1030148，或者留空")] if wrong else []


def _usual_pay_ratio(row: dict[str, Any]) -> list[Complaint]:
    """Give a firm without a ratio the one of its class.

    Examples
    --------
    >>> row = {"pay_ratio": None, "pay_class": "resource", "net_profit": 100.0}
    >>> _usual_pay_ratio(row), row["pay_ratio"]
    ([], 0.1)
    """
    if row["pay_ratio"] is None and row["pay_class"] is not None:
        ratios = {entry["class"]: float(entry["ratio"]) for entry in rule_table("firm_pay_classes")}
        row["pay_ratio"] = ratios[str(row["pay_class"])]
    return []


# fmt: off
BALANCE = (
    table("projects", "项目库", ("project_code",), "项目的类别、优先级和状态。", "预算项目库",
        "Project library. Category, priority, state of each project.",
        column("project_code", Text, "项目编号", "项目库编号，不重复。", "unique"),
        column("name", Text, "项目名称", "项目全称。", "full name"),
        column("category", ProjectCategory, "项目类别", "五大类之一。"),
        column("priority", int, "优先级", "1 最优先；压减时从大到小。", "1 first; cut from the largest number", ge=1, le=99),
        column("status", ProjectStatus, "状态", "committed 已签约（刚性；对社会保险的法定补助责任等也登记为这一类）、candidate 储备（可压减）。",
            "`committed` (rigid; legal duties towards social insurance too) or `candidate` (may be cut)"),
        optional("end_year", Year, "完成年度", "项目完成的年度，此后不应再有支出；长期项目留空。",
            "year the project is finished; costs after it are a conflict; empty for lasting ones", spans=LONG_SPAN),
        remark("unit_name", "实施单位", "与 unit_funds 表的单位一致；填了先用该单位自己的钱。",
            "as in `unit_funds`; its own money pays first", refers=UNIT_NAME),
        FUNCTION, NO_FUNCTION,
        optional("score", float, "事前绩效得分", "储备项目的事前绩效评估得分，0 至 100；用于项目组合的选择。",
            "ex-ante score of a candidate, 0 to 100: what the choice of projects goes by", ge=0, le=100),
        optional("latest_start", Year, "最晚开工年度", "储备项目可以推迟到的年度，不填可在规划期内任一年开始。",
            "last year in which a candidate may start; any year of the plan when empty", spans=LONG_SPAN),
        remark("requires", "前置项目", "必须先于或同时开始的储备项目编号。", "candidate that must start before or with it",
            refers=Reference("projects.project_code", "项目库没有编号“{}”", "请核对前置项目的编号，或者留空", strict=True)),
        remark("excludes", "互斥组", "同一组（例如“医院扩建方案”）的储备项目只选一个。", "of the candidates of one group only one is taken"),
        optional("must_fund", YesNo, "必须安排", "必须安排的储备项目填 yes，只选开始年度。", "`yes`: only its start is chosen"),
        remark("certificate", "评估意见书编号", "财政承受能力评估意见书的编号；规划期新开始、超过小额免评数的项目须填。",
            "id of the certificate of the affordability assessment; needed by what starts in the plan above the exemption"),
        optional("dropped", YesNo, "决定不安排", "没有通过评估、决定不安排的储备项目填 yes，规划扣除它的全部县级财力；空＝no。",
            "`yes`: decided that this candidate is not funded, all of its county money leaves the plan; empty: `no`"),
        optional("maturity", Maturity, "成熟度", "reserve 储备、mature 成熟、budgeted 已列预算、executing 执行、exited 退出；填了才评审项目库。",
            "state in the reserve pool; the library is reviewed once it is told"),
        optional("entered", Day, "入库日期", "进入储备库的日期。", "day it entered the pool", spans=LONG_SPAN),
        optional("valid_until", Day, "入库有效期止", "不填按入库日期加储备有效年数。", "last day in the pool; else the usual years from `entered`", spans=LONG_SPAN),
        remark("policy_code", "政策依据", "与 policies 表的编号一致；政策到期项目退出。", "as in `policies`; ends with it",
            refers=Reference("policies.policy_code", "政策库没有编号“{}”", "请核对政策编号，或者在 policies 表登记", strict=True)),
        optional("reuse", YesNo, "重复使用", "yes 经常性项目，项目卡下年重新测算后继续使用；no 一次性项目，安排以后退出储备。",
            "`yes`: a lasting project, whose card is measured anew and used again next year; `no`: one-off, leaves the pool once funded"),
        optional("urgency", float, "轻重缓急评分", "当年非办不可的程度，0 至 100；与实际需求、绩效一起排序。",
            "how little it can wait, 0 to 100: ranked with need and performance", ge=0, le=100),
        remark("central_work", "中心工作", "服务县委、县政府哪一项中心工作，写简称；不是的留空。", "which of the county's central tasks it serves"),
        optional("performance", float, "上年绩效得分", "上年绩效评价得分，0 至 100；没有评价的留空。", "last year's performance score, 0 to 100", ge=0, le=100),
        *(optional(name, float, label, f"事前绩效评估五个维度之一，满分 {most:g} 分；五项相加折成百分为事前绩效得分。",
            f"ex-ante points, at most {most:g}; the five make the score", ge=0, le=int(most)) for name, label, most in DIMENSIONS),
        refuse("score", "事前绩效得分 {score:g} 与五个维度相加折成百分的 {total:g} 不一致", "请核对，或者只填五个维度",
            {**_ALL_FILLED, "score": unlike("total", by=0.5)}, of=_DIMENSION_NAMES),
        *(refuse(name, f"五个维度没有填全，缺少“{label}”", "五个维度一起填，或者都不填", {name: EMPTY}, of=_DIMENSION_NAMES, total=above(0))
            for name, label, _ in DIMENSIONS),
        refuse("dropped", "已签约的项目，决定不安排填写的是“是”", "已签约的必须履行，请删去；解除合同的先改状态",
            status=ProjectStatus.COMMITTED, dropped=YesNo.YES),
        refuse("maturity", "已签约的项目，成熟度填写的是“{maturity.label}”", "已签约的填 budgeted 或 executing，没有签约的把状态改为 candidate",
            status=ProjectStatus.COMMITTED, maturity=(Maturity.RESERVE, Maturity.EXITED)),
        refuse("valid_until", "入库有效期止 {valid_until} 早于入库日期 {entered}", "请核对两个日期", valid_until=below("entered")),
        example=dict(project_code="P01", name="县城供水水源改扩建工程", category="重点建设"),
    ),
    table("project_costs", "项目分年支出", ("project_code", "year", "funding"), "每个项目分年度、分来源的支出。", "项目实施方案、合同",
        "Project costs. Cost by project, year and source of money; only county money enters the plan.",
        column("project_code", Text, "项目编号", "与 projects 表一致。", "as in `projects`"),
        column("year", Year, "年度", "支出年度。", "year of spending"),
        column("funding", ProjectFunding, "资金来源",
            "county 县级财力、superior 上级、general_bond、special_bond、non_fiscal 单位自有、carry_over 单位结转、other。"),
        column("amount", Amount, "金额", "当年支出。", "money of that year"),
        ratio("amount", "expenditure", "project"),
        steady("amount", "project_code", "funding", band="volatile"),
        example=dict(project_code="P01", amount=4200),
    ),
    table("temporary_payments", "暂付款台账", ("item",), "暂付款余额与消化计划。", "总会计账、暂付款消化方案",
        "Temporary payments. Balances to be cleared, and by when.",
        column("item", Text, "暂付项目", "借出单位或事由，不重复。", "borrower or reason, unique"),
        column("origin", PaymentOrigin, "形成时间", "before_2019 或 after_2018。"),
        column("year", Year, "年度", "余额所属年份（基期年）。", "year of the balance", spans=OF_THE_BASE),
        column("balance", Amount, "余额", "基期年末余额。", "money at the end of the base year"),
        column("clear_from", Year, "消化起始年", "计划开始消化的年度。", "first year of clearing"),
        column("clear_to", Year, "消化完成年", "计划消化完的年度；期间平均消化。", "last year; spread evenly"),
        remark("debtor", "欠款单位", "向谁收回，可不填。", "who owes it; needed where it is to be got back"),
        optional("due_date", Day, "到期日", "约定归还的日期；没有约定的留空。", "day it was to be paid back"),
        optional("clearing", PaymentClearing, "消化方式", "budget 预算列支、collect 收回、asset 以资抵顶；只有预算列支的占用财力，空＝预算列支。",
            "`budget` (the default), `collect`, `asset`; only `budget` costs the plan"),
        refuse("clear_to", "消化完成年 {clear_to} 早于起始年 {clear_from}", "请核对两个年度", clear_to=below("clear_from")),
        refuse("debtor", "消化方式是{clearing.label}，没有填写欠款单位", "请写明向谁收回，否则消化方式填 budget",
            clearing=(PaymentClearing.COLLECT, PaymentClearing.ASSET), debtor=EMPTY),
        ratio("balance", "expenditure", "project"),
        alike("balance"),
        example=dict(item="县自来水公司管网改造借款", balance=2600, clear_from=2026, clear_to=2028, debtor="县供水供热公司"),
    ),
    table("carryovers", "结转资金台账", ("budget", "purpose", "origin_year"), "结转资金按形成年度登记，用于两年规则。", "结转结余资金台账",
        "Carry-over. By year of origin, for the two-year rule.",
        column("budget", Budget, "预算", "general 或 funds。", "`general` or `funds`"),
        column("purpose", Text, "用途", "结转资金的用途。", "what it is for"),
        column("origin_year", Year, "形成年度", "资金最初下达的年度。", "year the money first came"),
        column("year", Year, "年度", "余额所属年份（基期年）。", "year of the balance", spans=OF_THE_BASE),
        column("amount", Amount, "金额", "结转余额。"),
        remark("unit_name", "用款单位", "钱在哪个单位，可不填。", "who holds it"),
        remark("code", "基金科目", f"政府性基金的收入科目编码；填了可以按该基金收入核对{fund_carryover_mark()}线。",
            "a fund's revenue code, for its 30 % line"),
        optional("superior", YesNo, "上级专项", "上级专项转移支付结转的填 yes。", "`yes` for special money from above"),
        optional("distributed", YesNo, "已分配", "已分配到单位或项目的填 yes；上级专项必填。",
            "`yes` once given to a unit or project; needed where `superior` is `yes`"),
        refuse("origin_year", "形成年度 {origin_year} 晚于余额年度 {year}", "请填资金最初下达的年度", origin_year=above("year")),
        refuse("distributed", "上级专项没有填写是否已分配", "已分配到单位或项目填 yes，没有分配填 no", superior=YesNo.YES, distributed=EMPTY),
        ratio("amount", "carry_out", "whole_part", account=True, where={"budget": Budget.GENERAL}, per=("budget", "year")),
        ratio("amount", "fund_carry_out", "whole_part", account=True, where={"budget": Budget.FUNDS}, per=("budget", "year")),
        alike("amount", "budget"),
        check_row=_fund_code_fault,
        example=dict(purpose="衔接推进乡村振兴补助资金", amount=2650),
    ),
    table("firms", "国有企业名录", ("firm",), "企业利润与上交比例。", "国资预算申报表、企业财务决算",
        "State firms. Profit and pay-in ratio.",
        column("firm", Text, "企业", "县属国有企业名称，不重复。", "unique"),
        column("year", Year, "年度", "利润所属年份（基期年）。", "year of the profit", spans=OF_THE_BASE),
        column("net_profit", Money, "归母净利润", "亏损填负数。", "money, a loss negative"),
        column("prior_loss", Amount, "以前年度亏损", "待弥补亏损。", "money still to make good"),
        column("ownership_share", Share, "国有股比", "小数。", "fraction"),
        optional("pay_ratio", Share, "收益上交比例", "小数；空＝按企业类别的缺省比例（未经核实）。",
            "fraction of profit paid in; empty takes the class's (`data/rules/firm_pay_classes.csv`, unverified)"),
        optional("pay_class", PayClass, "收益上交类别", "resource 资源类、competitive 一般竞争类、public 公益类、deferred 暂缓上交；没有上交比例的必填。",
            "`resource`, `competitive`, `public` or `deferred`; needed without a ratio"),
        column("profit_growth", Growth, "利润年增幅", "小数。", "a year, fraction"),
        refuse("pay_ratio", "收益上交比例和收益上交类别都没有填", "填本级规定的上交比例；没有规定的填类别，按 data/rules/firm_pay_classes.csv 的缺省比例（未经核实）",
            pay_ratio=EMPTY, pay_class=EMPTY),
        ratio("net_profit", "expenditure", "project"),
        ratio("prior_loss", "expenditure", "project"),
        ratio("profit_growth", (), "growth"),
        ratio("net_profit", "state_capital_revenue", "same", times=("ownership_share", "pay_ratio"), account=True, per=("year",)),
        ratio("ownership_share", (), "ownership"),
        alike("net_profit"),
        check_row=_usual_pay_ratio,
        example=dict(firm="城市建设投资公司", net_profit=1150, prior_loss=180, pay_ratio=0.2, ownership_share=1),
    ),
    table("treasury", "库款月报", ("year", "month"), "分月流入、流出和月末余额。", "国库库款月报",
        "Treasury by month. Feeds the treasury cover in the rating and the treasury projected month by month.",
        column("year", Year, "年度", "公历年份。", "calendar year"),
        column("month", Month, "月份", "1 到 12。"),
        column("inflow", Amount, "库款流入", "当月流入。"),
        column("outflow", Amount, "库款流出", "当月流出。"),
        column("closing_balance", Amount, "月末余额", "月末库款余额。", "money at the end of the month"),
        steady("inflow", "month", band="month"),
        steady("outflow", "month", band="month"),
        steady("closing_balance", band="month", along=("year", "month")),
        ratio("inflow", "expenditure", "month_part", account=True),
        ratio("outflow", "expenditure", "month_part", account=True),
        example=dict(month=1, inflow=34659, outflow=30018, closing_balance=24669),
    ),
)
# fmt: on
