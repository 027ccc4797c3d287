"""Task 12: what public money moves in loans and capital, who borrows how much, what funds and grants ask of the plan."""

from __future__ import annotations

import datetime as dt

from fiscal_model.registers.budgets.measure_registers import PROJECT
from fiscal_model.registers.ledgers.topics import Topic, adopted
from fiscal_model.registers.refusals import above, below, refuse
from fiscal_model.registers.rules import OneValue, Reference
from fiscal_model.registers.schema import COMING, LONG_SPAN, column, optional, table
from fiscal_model.words.cells import Amount, Count, Day, Share, Text, Year
from fiscal_model.words.finance_terms import ExposureKind, FinanceWay, Segment
from fiscal_model.words.ledger_terms import YesNo
from fiscal_model.words.vocabulary import ProjectFunding

_CODE_LENGTH = 18
_SUBSIDY = Reference(
    "contingent_liabilities.item", "或有负债台账没有贴息事项“{}”", "请核对名称，或者先在 contingent_liabilities 表登记"
)

# fmt: off
TOPIC = Topic(12, "任务十二　“财政＋金融”", "看清每元财政资金撬动多少、借款户合并敞口、基金认缴和奖补是否列入规划、周转金有没有逾期", (
    table("finance_programmes", "财政金融投入", ("programme", "year"), "各项财政支持资金的投入方式、带动的贷款和社会资本、预计收回多少。", "资金管理办法、银行和基金报表",
        "Public money put into development, by way, with the loans and capital that came with it. Moves no number of the plan.",
        column("programme", Text, "项目或资金", "名称。", "name"),
        column("year", Year, "年度", "投入年度。", "calendar year"),
        column("way", FinanceWay, "投入方式", "grant 无偿补助、subsidy 财政贴息、equity 股权投资、pool 风险补偿、guidance 融资引导。"),
        column("fiscal", Amount, "财政投入", "当年各级财政投入。", "public money of the year"),
        column("recovered", Amount, "预计收回", "其中预计能收回的；没有填 0。", "of it expected back, 0 when none"),
        column("loans", Amount, "带动贷款", "当年带动的银行贷款、融资租赁。", "loans and leases that came with it"),
        column("capital", Amount, "带动社会资本", "当年跟进的社会资本。", "private capital that came with it"),
        column("target", Count, "目标倍数", "带动的贷款和社会资本应达到财政投入的倍数。", "loans and capital over public money, as agreed"),
        refuse("fiscal", "财政投入是 0", "没有投入的不必登记，请删去这一行", fiscal=0),
        refuse("recovered", "预计收回 {recovered:g} 大于财政投入 {fiscal:g}", "请核对两个数", recovered=above("fiscal")),
        example=dict(programme="特色产业贷款贴息", way="财政贴息", fiscal=90, recovered=0, loans=4500, capital=0, target=20),
    ),
    table("credit_exposures", "企业融资台账", ("credit_code", "lender", "kind"), "财政支持企业的贷款、担保、租赁余额，按统一社会信用代码合并。", "银行、担保、租赁公司报表",
        "Loans, guarantees and leases of supported firms, joined by credit code. Moves no number of the plan.",
        column("credit_code", Text, "统一社会信用代码", "18 位。", "18 characters"),
        column("firm", Text, "企业", "名称。", "name"),
        column("segment", Segment, "类别", "light 轻资产、farming 种养业、trade 商贸、industry 制造业。"),
        column("kind", ExposureKind, "融资种类", "loan 贷款、guarantee 担保、lease 融资租赁。"),
        column("lender", Text, "机构", "银行、担保公司、租赁公司。", "bank, guarantee or leasing company"),
        column("balance", Amount, "余额", "基期年末。", "end of the base year"),
        refuse("credit_code", "统一社会信用代码“{credit_code}”不是 18 位", "请照营业执照填写", credit_code=lambda cell, row: len(cell) != _CODE_LENGTH),
        OneValue("segment", ("credit_code",), "{credit_code} 的类别前后不同：{values}", "同一企业请填同一类别"),
        example=dict(credit_code="91620000MA00000001", firm="演示企业", lender="农商行", balance=300),
    ),
    table("fund_agreements", "基金认缴协议", ("fund_name",), "市级引导基金、产业基金的县级认缴和已缴，和分年出资表核对。", "合伙协议、出资通知",
        "What the county has agreed to put into funds and has paid; held against `capital_calls`, which enters the plan.",
        column("fund_name", Text, "基金", "与 capital_calls 表的名称一致。", "as in `capital_calls`"),
        column("size", Amount, "基金规模", "各方认缴合计。", "of all partners"),
        column("committed", Amount, "县级认缴", "县级财政认缴总额。", "of the county"),
        column("paid", Amount, "县级已缴", "基期年末累计。", "by the end of the base year"),
        refuse("paid", "已缴 {paid:g} 大于认缴 {committed:g}", "请核对两个数", paid=above("committed")),
        refuse("committed", "县级认缴 {committed:g} 大于基金规模 {size:g}", "请核对两个数", committed=above("size")),
        example=dict(fund_name="特色产业发展引导基金", size=5000, committed=500, paid=0),
    ),
    table("equity_investments", "财政股权投资", ("firm", "year"), "每项股权投资分年投入和预计收到的分红、退出款，以及收到的可能。", "投资协议、退出方案",
        "Equity of the county: money paid and expected by year. What is still to be paid enters the plan through `capital_calls`.",
        column("firm", Text, "被投企业", "名称；以后年度出资在 capital_calls 表用同一名称。", "as in `capital_calls`"),
        column("year", Year, "年度", "年份。", "calendar year", spans=LONG_SPAN),
        column("paid", Amount, "投入", "当年投入；没有填 0。", "0 when none"),
        column("received", Amount, "预计收到", "分红、退出款；没有填 0。", "dividends and exit, 0 when none"),
        column("probability", Share, "收到可能", "预计收到的可能，小数；已收到填 1。", "that it comes, fraction"),
        example=dict(firm="演示农业公司", paid=200, received=0, probability=1),
    ),
    table("project_financing", "重大项目资金来源", ("project_code", "funding"), "县委、县政府重大项目各项资金来源落实了没有。", "融资方案、批复、贷款合同",
        "Sources of the money of major projects, and which are sure; held against `project_costs`. Moves no number of the plan.",
        column("project_code", Text, "项目编号", "与 projects 表一致。", "as in `projects`", refers=PROJECT),
        column("funding", ProjectFunding, "资金来源", "与 project_costs 表相同的来源。", "as in `project_costs`"),
        column("amount", Amount, "金额", "各年合计。", "of all years"),
        column("secured", YesNo, "已落实", "yes 有批复或合同，no 没有。", "`yes`: approved or signed"),
        example=dict(project_code="P01", amount=900),
    ),
    table("inclusive_grants", "普惠金融奖补", ("code", "year"), "普惠金融发展示范区奖补资金多少、列在哪一项上级补助、怎样分配。", "上级下达文件、资金分配方案",
        "Grants for inclusive finance and their use. They count in the plan through `transfers` where that holds their code; other decided rows count as earmarked transfers of their year.",
        column("code", Text, "科目编码", "上级补助台账（transfers）中包含它的科目；台账没有的填 11002、11003 开头的科目。", "code in `transfers` that holds it, else one of 11002 or 11003"),
        column("year", Year, "年度", "下达年度。", "calendar year", spans=COMING),
        column("amount", Amount, "奖补金额", "下达金额。", "as granted"),
        column("to_pool", Amount, "补充风险补偿", "没有填 0。", "into risk pools, 0 when none"),
        column("to_interest", Amount, "用于贴息", "没有填 0。", "for interest, 0 when none"),
        column("to_fees", Amount, "用于担保降费", "没有填 0。", "for guarantee fees, 0 when none"),
        adopted(),
        refuse("code", "“{code}”不是一般性或专项转移支付科目", "请填 11002、11003 开头的科目编码", code=lambda code, row: not code.startswith(("11002", "11003"))),
        refuse("amount", "分配 {total:g} 大于奖补金额 {amount:g}", "请核对分配方案", of=("to_pool", "to_interest", "to_fees"), total=above("amount")),
        example=dict(code="11003", year=2026, amount=300, to_pool=200, to_interest=100, to_fees=0, adopted="否"),
    ),
    table("interest_subsidies", "财政贴息明细", ("item", "year"), "每项贴息政策一年的贷款、利率、报价利率（LPR）和上限、受益户数，测算应贴多少。", "贴息办法、银行贷款和付息清单",
        "Loans that are subsidised: rate, prime rate (LPR) and cap, borrowers; what is due by the policy against what was paid. The plan's cost stands in `contingent_liabilities`. Moves no number of the plan.",
        column("item", Text, "贴息事项", "与 contingent_liabilities 表的贴息事项一致。", "as in `contingent_liabilities`", refers=_SUBSIDY),
        column("year", Year, "年度", "贴息年度。", "calendar year", spans=COMING),
        column("loans", Amount, "年均贷款余额", "符合条件的贷款。", "loans that qualify, mean of the year"),
        column("loan_rate", Share, "贷款利率", "合同利率（加权平均），小数。", "contract rate, fraction"),
        column("lpr", Share, "报价利率（LPR）", "贷款时公布的同期限贷款市场报价利率，小数。", "loan prime rate when lent, fraction"),
        column("over_lpr", Share, "上限加点", "办法允许贷款利率高于 LPR 的幅度，小数，1.5 个百分点写 0.015。", "most above the prime rate that the policy admits, fraction"),
        column("subsidy_rate", Share, "贴息率", "各级财政合计的年贴息率，小数。", "points subsidised by all levels, fraction"),
        column("days", int, "贴息天数", "一年内贴息的天数。", "days subsidised within the year", ge=1, le=366),
        column("borrowers", Count, "受益户数", "户数。", "count of borrowers"),
        optional("paid", Amount, "县级已贴", "县级已拨付的贴息；没有拨付的留空。", "paid by the county; empty: not yet"),
        refuse("subsidy_rate", "贴息率 {subsidy_rate:g} 大于贷款利率 {loan_rate:g}", "贴息不能多于利息，请核对两个利率", subsidy_rate=above("loan_rate")),
        example=dict(item="演示贴息", year=2026, loans=4500, loan_rate=0.042, lpr=0.03, over_lpr=0.015, subsidy_rate=0.02, days=365, borrowers=86, paid=45),
    ),
    table("bridge_loans", "转贷资金台账", ("case_code",), "企业应急周转金逐笔：转贷多少、几天、还了没有。", "周转金台账、借款合同",
        "Bridge loans one by one. Moves no number of the plan.",
        column("case_code", Text, "编号", "不重复。", "unique"),
        column("firm", Text, "企业", "名称。", "name"),
        column("bank_loan", Amount, "到期贷款", "需要归还的银行贷款。", "bank loan that falls due"),
        column("amount", Amount, "转贷金额", "周转金借出的金额。", "lent by the fund"),
        column("lent_on", Day, "借出日期", "年-月-日。"),
        column("due_on", Day, "约定归还日期", "年-月-日。", "day agreed"),
        optional("repaid_on", Day, "实际归还日期", "没有归还的留空。", "empty: not yet"),
        refuse("due_on", "约定归还日期 {due_on} 早于借出日期 {lent_on}", "请核对两个日期", due_on=below("lent_on")),
        refuse("repaid_on", "实际归还日期 {repaid_on} 早于借出日期 {lent_on}", "请核对两个日期", repaid_on=below("lent_on")),
        refuse("amount", "转贷金额 {amount:g} 大于到期贷款 {bank_loan:g}", "周转金只用于归还到期贷款，请核对", amount=above("bank_loan")),
        example=dict(case_code="B01", firm="演示企业", bank_loan=500, amount=400, lent_on=dt.date(2025, 3, 3), due_on=dt.date(2025, 3, 13)),
    ),
))
# fmt: on
