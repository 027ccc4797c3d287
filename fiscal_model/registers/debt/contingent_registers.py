"""The registers of contingent liabilities: what the county pays, or pays if something happens, of loans that others take."""

from __future__ import annotations

from fiscal_model.law.rules import rules
from fiscal_model.registers.refusals import EMPTY, FILLED, above, at_most, below, other_than, refuse
from fiscal_model.registers.relations import alike, ratio
from fiscal_model.registers.schema import LONG_SPAN, OF_THE_BASE, column, optional, remark, table
from fiscal_model.words.cells import Amount, Count, Growth, Share, Text, Year
from fiscal_model.words.vocabulary import FUNDS_LENT, CallCertainty, ContingentKind, Guarantor, YesNo

_SUBSIDY, _POOL, _GUARANTEE = ContingentKind.INTEREST_SUBSIDY, ContingentKind.RISK_POOL, ContingentKind.GUARANTEE
_LOANS = (_SUBSIDY, _POOL, _GUARANTEE)
_NEEDED = {
    "balance": ("余额", _LOANS), "fund": ("资金规模", (_POOL, *FUNDS_LENT)), "rate": ("补贴率", (_SUBSIDY,)),
    "bearing_share": ("承担比例", (_POOL, _GUARANTEE)), "net_assets": ("净资产", (_GUARANTEE,)),
    "guarantor": ("担保人", (_GUARANTEE,)), "days": ("平均占用天数", FUNDS_LENT),
}  # fmt: skip
_ONLY_GUARANTEES = {"net_assets": "净资产", "guarantor": "担保人", "small_business": "主要服务小微三农"}

# fmt: off
CONTINGENT = (
    table("contingent_liabilities", "或有负债台账", ("item",),
        "贴息、风险补偿、融资担保、转贷和债务应急周转金；预期支出进入规划，压力口径进入风险测算。", "资金池管理办法和协议、担保公司报表、贴息办法、周转金台账",
        "Contingent liabilities. Interest subsidies, risk pools, guarantees, bridge funds and the emergency fund for maturities: expected "
        "cash enters the plan as a duty, what is called in one of a hundred years the risk chapter. What is left empty of default rate, loss and "
        "correlation is taken from `data/rules/contingent.toml`, unverified, and printed with a star.",
        column("item", Text, "事项", "资金池、担保公司、周转金或贴息政策的名称，不重复。", "unique"),
        column("kind", ContingentKind, "种类",
            "interest_subsidy 财政贴息、risk_pool 风险补偿资金池、guarantee 融资担保、bridge_fund 应急转贷周转金、maturity_fund 债务应急周转金。"),
        column("year", Year, "年度", "余额所属年份（基期年）。", "year of the balance", spans=OF_THE_BASE),
        optional("guarantor", Guarantor, "担保人", "融资担保必填：只能是持牌融资担保公司；政府及部门不得担保（预算法第三十五条）。",
            "guarantees only: a licensed company; a government may guarantee nothing (budget law, article 35)"),
        optional("balance", Amount, "余额", "贴息填年均贷款余额，风险补偿填入池贷款余额，融资担保填在保余额，周转金填一年计划投放额（空＝按周转能力）。",
            "loans subsidised, loans of the pool, what is guaranteed; of a fund what is lent in a year (empty: its capacity)"),
        optional("growth", Growth, "余额年增幅", "小数；空＝不变。", "of the balance a year; empty: none"),
        optional("fund", Amount, "资金规模", "资金池、担保准备金、周转金的基期年末余额。", "pool, reserves of the company or fund, at the end of the base year"),
        optional("net_assets", Amount, "净资产", "担保公司的净资产。", "of the guarantee company"),
        optional("small_business", YesNo, "主要服务小微三农", "担保公司主要为小微企业和“三农”服务的填 yes，倍数上限较高。", "`yes`: the higher multiple"),
        optional("rate", Share, "补贴率", "贴息的年补贴率，或担保降费由县级补贴的年费率；小数，2% 写 0.02。",
            "points of interest subsidised, or of the guarantee fee that the county pays; fraction a year"),
        optional("bearing_share", Share, "承担比例", "资金池或担保公司在损失中承担的比例，其余由银行、再担保等承担。", "of a loss, beside bank and others"),
        column("county_share", Share, "县级比例", "贴息、补充资金池由县级负担的比例；担保公司填县级持股比例。", "of the subsidy or refill; the county's share in the company"),
        optional("default_rate", Share, "年违约率", "一年不能归还、须代偿的比例；转贷按一次计；空＝缺省值（未经核实）。", "a year, of a bridge loan each time; empty: default, unverified"),
        optional("loss_given_default", Share, "违约损失率", "代偿后追不回的比例；空＝缺省值（未经核实）。", "after what is recovered; empty: default, unverified"),
        optional("correlation", Share, "违约相关系数", "小于 1；空＝缺省值（未经核实）。", "of the borrowers' worth, below one; empty: default, unverified"),
        optional("borrowers", Count, "户数", "借款户数；空＝很多户。", "count of borrowers; empty: very many"),
        optional("stop_rate", Share, "止损线", "损失占贷款余额达到这一比例即不再补偿；没有的留空。", "loss over loans at which the pool stops paying; empty: none"),
        optional("refilled", YesNo, "每年补足", "协议约定由财政每年补足原规模的填 yes；空＝no，先用原有资金。", "`yes`: the county refills it each year; empty: its own money pays first"),
        optional("days", int, "平均占用天数", "周转金一次平均占用的天数。", "days for which the fund is lent, on average", ge=1, le=365),
        optional("from_year", Year, "起始年度", "以后才开始的填开始年度；空＝已在执行。", "first year, where it begins later"),
        optional("to_year", Year, "终止年度", "最后一年；周转金为收回预算的年度；空＝规划期内一直执行。", "last year; of a fund the year in which it returns to the budget", spans=LONG_SPAN),
        optional("base_paid", Amount, "基期已列支", "基期年支出中已经为它列支的金额，避免与其他一般支出重复；没有的留空。",
            "what the base year's spending already held for it, so that it is not counted twice"),
        refuse("guarantor", "担保人是{guarantor.label}：" + str(rules("contingent")["government"]["source"]),
            "政府不得担保，请由持牌融资担保公司承保；已出具的担保函、承诺函应依法清理，属于隐性债务的登记到隐性债务台账",
            guarantor=Guarantor.GOVERNMENT),
        *(refuse(name, f"{{kind.label}}没有填写{label}", f"请填写{label}", {name: EMPTY}, kind=kinds) for name, (label, kinds) in _NEEDED.items()),
        *(refuse(name, f"{{kind.label}}填写了{label}", "只有融资担保填写本列，请删去", {name: FILLED}, kind=other_than(_GUARANTEE))
            for name, label in _ONLY_GUARANTEES.items()),
        refuse("correlation", "违约相关系数 {correlation:g} 不小于 1", "请填 0 至 0.99 的小数", correlation=above(0.99, by=1e-9)),
        refuse("to_year", "终止年度 {to_year} 早于起始年度 {from_year}", "请核对两个年度", to_year=below("from_year")),
        refuse("to_year", "终止年度 {to_year} 已过，{year} 年末仍有余额", "已经结束的请删去这一行", to_year=at_most("year")),
        ratio("balance", "expenditure", "investment_size"),
        ratio("fund", "expenditure", "project"),
        ratio("net_assets", "expenditure", "project"),
        ratio("base_paid", "expenditure", "project"),
        alike("balance", "kind"),
        example=dict(item="特色产业贷款风险补偿资金池", kind="风险补偿资金池", balance=6000, fund=400, bearing_share=0.5, county_share=1, borrowers=120,
            stop_rate=0.08),
    ),
    table("capital_calls", "基金和股权出资", ("fund_name", "year", "certainty"),
        "政府引导基金、产业基金和股权投资的分年认缴，以及满足条件才出资的部分。", "合伙协议、出资通知、政府会议纪要",
        "Calls of capital. Dated calls of guidance funds and equity; a conditional call enters the plan with its probability and the risk whole.",
        column("fund_name", Text, "基金或企业", "引导基金、产业基金或被投企业名称。", "fund or firm"),
        column("year", Year, "年度", "出资年度。", "year of the call"),
        column("amount", Amount, "出资金额", "县级财政当年出资。", "money of the county in that year"),
        column("certainty", CallCertainty, "出资约定", "contracted 已签约认缴、conditional 满足条件才出资。"),
        optional("probability", Share, "出资可能", "满足条件才出资的，条件成就的可能，小数。", "that the condition comes true; `conditional` only"),
        remark("condition", "出资条件", "满足什么条件才出资。", "what the call waits for"),
        refuse("probability", "满足条件才出资，没有填写出资可能", "请填 0 到 1 的小数", certainty=CallCertainty.CONDITIONAL, probability=EMPTY),
        refuse("probability", "已签约认缴填写了出资可能 {probability:g}", "已签约的必须出资，请删去，或改填 conditional",
            certainty=CallCertainty.CONTRACTED, probability=FILLED),
        ratio("amount", "expenditure", "project"),
        alike("amount"),
        example=dict(fund_name="特色产业发展引导基金", year=2027, amount=500, certainty="满足条件才出资", probability=0.3),
    ),
)
# fmt: on
