"""The registers of debt: bonds, hidden debt and how it is resolved."""

from __future__ import annotations

import datetime as dt

from fiscal_model.law.limits import as_percent, clear_by, usual_payments
from fiscal_model.registers.debt.bond_rules import HIGHEST_COUPON, bond_fault
from fiscal_model.registers.refusals import EMPTY, FILLED, above, at_most, below, both, other_than, refuse, unlike
from fiscal_model.registers.relations import alike, ratio
from fiscal_model.registers.rules import Reference, rule
from fiscal_model.registers.schema import LONG_SPAN, OF_THE_BASE, column, optional, remark, table
from fiscal_model.words.cells import Amount, Count, Day, PaymentsPerYear, Share, Text, Year
from fiscal_model.words.vocabulary import Amortisation, BondPurpose, DebtKind, HiddenFunding, HiddenInstrument, YesNo

# fmt: off
SPECIAL_PROJECT = Reference("special_projects.project_code", "special_projects 表里没有项目“{}”",
    "请填 special_projects 表的项目编号，或先登记这个项目")
HIDDEN_DEBT = Reference("hidden_debt.debt_code", "隐性债务台账中没有“{}”", "{near}请与隐性债务台账的写法一致，或先在隐性债务台账登记", strict=True)
PLATFORM = Reference("platforms.platform", "融资平台表中没有“{}”", "{near}请与融资平台表的写法一致，或先在融资平台表登记")

_RESTRUCTURED = HiddenFunding.RESTRUCTURING
_TO_THE_FEN = 0.005

DEBT = (
    table("bonds", "债券台账", ("bond_code",), "逐笔转贷债券。有它，本息逐笔计算。", "地方政府债务管理系统、转贷协议",
        "Bond ledger. Bond by bond; interest and principal are then computed exactly.",
        column("bond_code", Text, "债券编码", "债券代码或转贷协议号，不重复。", "unique"),
        column("kind", DebtKind, "债务类别", "general 一般或 special 专项。"),
        column("purpose", BondPurpose, "用途", "new 新增、refinancing 再融资、swap 置换。"),
        column("face", Amount, "转贷金额", "转贷本县的金额。", "money on-lent"),
        column("coupon_rate", Share, "票面利率", "小数，3.05% 写 0.0305。", "fraction a year: 0.0305"),
        column("issue_date", Day, "起息日", "例如 2021-05-20。", "interest starts"),
        column("maturity_date", Day, "到期日", "晚于起息日。", "after the issue date", spans=LONG_SPAN),
        column("amortisation", Amortisation, "还本方式",
            "bullet 到期一次还本、equal_principal 等额本金、level 等额本息、instalments 分期还本（宽限期后每年等额）、call 含赎回权（提前偿还）。",
            "`bullet`, `equal_principal`, `level`, `instalments` or `call`, see below"),
        optional("interest_frequency", PaymentsPerYear, "每年付息次数", f"1、2、4 或 12；空＝{usual_payments()}（未经核实的惯例）。",
            "1, 2, 4 or 12; empty: once a year below ten years, else twice (an **unverified** habit, said in a "
            "caution)"),
        optional("grace_years", int, "宽限年数", "分期还本的债券只付息不还本的年数，短于期限；空＝0。",
            "years without principal; `instalments` only", ge=0, le=30),
        optional("principal_frequency", PaymentsPerYear, "每年还本次数",
            "等额本金、分期还本每年还本几次，须能整除每年付息次数；空＝1，地方政府债券按年还本；每个付息日都还本的，填与付息次数相同的数。",
            "of `equal_principal` and `instalments`; divides `interest_frequency`; empty: 1"),
        optional("call_date", Day, "提前偿还日", "含赎回权的债券预计提前偿还本金的日期；空＝到期偿还。",
            "`call` only: the day on which all is repaid; empty: at maturity", spans=LONG_SPAN),
        optional("payment_fee_rate", Share, "兑付手续费率", "按每次付息还本金额计收的手续费，小数，十万分之五写 0.00005；空＝按测算假设。",
            "fraction of each payment; empty: `$payment_fee_rate`"),
        remark("project_code", "项目编号", "专项债券对应的项目编号，没有对应项目的留空。", "the special-bond project it pays for",
            refers=SPECIAL_PROJECT),
        ratio("coupon_rate", (), "coupon"),
        ratio("face", "debt_stock", "one_bond"),
        alike("face"),
        check_row=bond_fault,
        remarks=(
            "`bullet` repays all at maturity, `call` on its call date. `equal_principal` repays equal parts on the "
            "yearly dates counted from the issue date, the last at maturity; `instalments` the same after its grace. "
            "`level` pays the same sum of interest and principal on each interest date. Local government bonds repay "
            "principal yearly also where they pay interest twice a year, so `principal_frequency` is 1 unless the row "
            "says otherwise; with the value of `interest_frequency` a part of the principal falls on every interest "
            "date. A bond keeps its row after it is repaid as long as the year of repayment is to be checked against "
            "the accounts (V6, V23)."
        ),
        example=dict(bond_code="G2101", face=16000, coupon_rate=0.0302, issue_date=dt.date(2021, 6, 15),
            maturity_date=dt.date(2031, 6, 15), interest_frequency=2),
    ),
    table("hidden_debt", "隐性债务台账", ("debt_code",), "逐笔余额与化解计划。", "隐性债务监测平台、化债方案",
        "Hidden debt. Debt by debt, with the planned year of resolution.",
        column("debt_code", Text, "债务编号", "隐性债务系统编号，不重复。", "unique"),
        column("creditor", Text, "债权人", "银行、信托、工程款等。", "bank, trust, contractor …"),
        column("balance", Amount, "余额", "基期年末余额。", "money at the end of the base year"),
        column("rate", Share, "利率", "小数。", "fraction a year"),
        column("planned_year", Year, "计划化解年度", "化债方案确定的年度。", "year of resolution", spans=LONG_SPAN),
        column("funding", HiddenFunding, "化解来源",
            "budget 预算、asset_sale 资产处置、swap 置换、restructuring 债务重组、project_income 项目收益。"),
        column("after_2028", YesNo, f"{clear_by()}年后按合同", f"棚改等 {clear_by() + 1} 年及以后到期按合同偿还的填 yes，其余 no。",
            "`yes`: runs on by contract, kept apart; `no`"),
        column("year", Year, "年度", "余额所属年份（基期年）。", "year of the balance", spans=OF_THE_BASE),
        optional("instrument", HiddenInstrument, "债务形式", "贷款、信托、融资租赁、工程欠款、棚改贷款等，可不填。"),
        optional("maturity_date", Day, "合同到期日", "合同约定的最后还款日，可不填。", "last day of the contract", spans=LONG_SPAN),
        remark("platform", "融资平台", "承债的平台名称，与融资平台表一致。", "as in `platforms`", refers=PLATFORM),
        optional("swap_kind", DebtKind, "置换债券类别", "以置换化解的填；空＝special（专项）。", "`general`, `special`; empty is special"),
        optional("restructured_rate", Share, "重组后利率", "小数；自重组的次年起执行，化解来源为债务重组的必填。",
            "fraction a year, from the year after the restructuring; needed with `restructuring`"),
        optional("restructured_to", Year, "展期至", f"展期后偿还本金的年度，届时由预算偿还；除按合同的外不晚于 {clear_by()}。",
            f"year in which the budget repays a restructured debt, at the latest {clear_by()} unless it runs on by contract", spans=LONG_SPAN),
        refuse("rate", f"利率 {{rate:g}} 高于 {as_percent(HIGHEST_COUPON)}", "利率用小数：4.6% 写 0.046", rate=above(HIGHEST_COUPON)),
        refuse("restructured_rate", f"重组后利率 {{restructured_rate:g}} 高于 {as_percent(HIGHEST_COUPON)}", "利率用小数：4.6% 写 0.046",
            restructured_rate=above(HIGHEST_COUPON)),
        refuse("planned_year", "计划化解年度 {planned_year} 已过，{year} 年末仍有余额 {balance:,.2f} 万元",
            "请按最新化债方案填写以后年度；已化解的余额填 0", balance=above(0), planned_year=at_most("year")),
        refuse("restructured_to", "展期至 {restructured_to} 年，早于重组年度 {planned_year}", "请核对两个年度",
            funding=_RESTRUCTURED, restructured_to=below("planned_year")),
        refuse("planned_year", "填了 {clear_by} 年后按合同，计划化解年度却是 {planned_year}",
            "按合同偿还的填最后到期年度；{clear_by} 年底前化解的请把“after_2028”改为 no",
            balance=above(0), after_2028=YesNo.YES, planned_year=both(above("year"), at_most(clear_by))),
        refuse("restructured_to", "化解来源是债务重组，没有填写展期至", "债务重组要同时填写重组后利率和展期至",
            funding=_RESTRUCTURED, restructured_to=EMPTY),
        refuse("restructured_rate", "化解来源是债务重组，没有填写重组后利率", "债务重组要同时填写重组后利率和展期至",
            funding=_RESTRUCTURED, restructured_to=FILLED, restructured_rate=EMPTY),
        refuse("restructured_to", "展期至 {restructured_to} 年，超过 {clear_by} 年底清零期限",
            "展期不得晚于 {clear_by} 年；按合同在 {clear_by} 年后偿还的“after_2028”填 yes",
            restructured_to=above(clear_by), after_2028=YesNo.NO),
        ratio("balance", "expenditure", "investment_size"),
        ratio("balance", "platforms.hidden_debt", "whole_part", on=("platform",), per=("platform",)),
        ratio("rate", (), "loan_rate"),
        alike("balance"),
        example=dict(debt_code="H01", creditor="某国有商业银行县支行（项目贷款）", balance=8000, rate=0.046, planned_year=2026, funding="债券置换",
            after_2028="否"),
    ),
    table("hidden_debt_plan", "隐性债务分年计划", ("debt_code", "year", "funding"), "一笔债务分几年、几个来源化解时填；填了的债务以本表为准。", "化债方案",
        "Splits a hidden debt over several years and sources; where it is given it replaces `planned_year` and "
        f"`funding` of that debt. The rows of a debt add up to its balance; none is later than {clear_by()} unless the debt "
        "runs on by contract.",
        column("debt_code", Text, "债务编号", "隐性债务台账的编号。", "as in `hidden_debt`", refers=HIDDEN_DEBT),
        column("year", Year, "化解年度", "这一笔在哪一年化解；债务重组的填重组年度。",
            "year of this part; of a restructured part the year in which it is restructured", spans=LONG_SPAN),
        column("funding", HiddenFunding, "化解来源",
            "budget 预算、asset_sale 资产处置、swap 置换、restructuring 债务重组、project_income 项目收益。", "as in `hidden_debt`"),
        column("amount", Amount, "金额", "一笔债务各行相加必须等于台账余额。"),
        rule(
            refuse("amount", "“{debt_code}”分年计划合计 {total:,.2f} 万元，不等于台账余额 {hidden_debt.balance:,.2f} 万元",
                "各年各来源相加必须等于余额，请补齐或核对", total=unlike("hidden_debt.balance", by=_TO_THE_FEN)),
            beside="hidden_debt.debt_code", per=("debt_code",), add="amount"),
        rule(
            refuse("year", "“{debt_code}”化解年度 {year} 已过，余额是 {hidden_debt.year} 年末的", "请填写以后年度",
                year=at_most("hidden_debt.year")),
            refuse("year", "“{debt_code}”计划在 {year} 年化解，超过 {clear_by} 年底清零期限",
                "请改为 {clear_by} 年及以前；按合同在 {clear_by} 年后偿还的，台账“after_2028”填 yes",
                {"hidden_debt.after_2028": other_than(YesNo.YES)}, year=above(clear_by)),
            *(refuse("funding", "“{debt_code}”计划债务重组，台账没有填写重组后利率和展期至", "请在隐性债务台账填写这两列，或改填其他来源",
                {f"hidden_debt.{eased}": EMPTY}, funding=_RESTRUCTURED) for eased in ("restructured_rate", "restructured_to")),
            refuse("year", "“{debt_code}”{year} 年重组，台账展期至 {hidden_debt.restructured_to:.0f} 年", "请核对两个年度",
                funding=_RESTRUCTURED, year=above("hidden_debt.restructured_to")),
            beside="hidden_debt.debt_code"),
        example=dict(debt_code="H01", year=2027, funding="项目收益", amount=2000),
    ),
    table("swap_ledger", "隐性债务置换台账", ("debt_code", "bond_code", "swap_date"),
        "逐笔置换的债券、付款和销号；有它，核对债务、付款、销号是否闭环。", "再融资债券置换项目台账、国库支付凭证、结清证明",
        "Which bond replaced which hidden debt, when the creditor was paid, when the old contract was closed. Loops "
        "that are not closed by the end of the base year are listed in the report; later rows are plans. A debt that "
        "is swapped whole stays in `hidden_debt` with a balance of 0.",
        column("debt_code", Text, "债务编号", "隐性债务台账的编号；已全部置换的也留在台账里，余额填 0。", "as in `hidden_debt`", refers=HIDDEN_DEBT),
        remark("bond_code", "债券编码", "债券台账的编号；债券尚未下达的留空。", "as in `bonds`; empty while the bond is not issued"),
        column("swap_date", Day, "置换日期", "置换资金到账日；计划中的填计划日期。", "day on which the money came, or is to come"),
        optional("balance_before", Amount, "置换前余额", "这次置换前该笔债务的余额，可不填。", "balance of the debt before this swap"),
        column("amount", Amount, "置换金额", "这批债券置换该笔债务的金额。", "money of this bond for this debt"),
        optional("payment_date", Day, "付款日期", "实际付给债权人的日期。", "day on which the creditor was paid"),
        optional("payment_amount", Amount, "付款金额", "实际付给债权人的本金，应等于置换金额。", "principal paid to the creditor"),
        optional("closure_date", Day, "销号日期", "原债务合同终止、监测系统销号的日期。", "old contract ended"),
        remark("closure_proof", "销号凭证", "结清证明、销号截图等文件名或文号。", "name or number of the document"),
        refuse("amount", "置换金额是 0", "没有置换的整行不写", amount=0),
        refuse("payment_date", "填写了付款金额，没有付款日期", "请填写付款日期；尚未付款的两项都留空", payment_date=EMPTY, payment_amount=FILLED),
        rule(
            refuse("amount",
                "“{debt_code}”{hidden_debt.year} 年后计划置换合计 {total:,.2f} 万元，超过台账余额 {hidden_debt.balance:,.2f} 万元",
                "请核对置换金额和余额", total=above("hidden_debt.balance", by=_TO_THE_FEN)),
            beside="hidden_debt.debt_code", where={"swap_date": above("hidden_debt.year")}, per=("debt_code",), add="amount"),
        ratio("amount", ("balance_before",), "whole_part"),
        ratio("payment_amount", ("amount",), "same"),
        example=dict(debt_code="H01", swap_date=dt.date(2025, 7, 18), amount=2000, payment_date=dt.date(2025, 7, 24),
            payment_amount=2000),
    ),
    table("platforms", "融资平台", ("platform",), "各平台分类债务和退出时间；有它，看得见退出时还剩多少隐性债务。", "融资平台名单、化债方案、企业财务报表",
        "Financing platforms, their debt by type and when they leave the list.",
        column("platform", Text, "平台名称", "融资平台全称，不重复。", "full name"),
        column("year", Year, "年度", "余额所属年份（基期年）。", "year of the balances", spans=OF_THE_BASE),
        column("legal_debt", Amount, "政府债务", "平台承担的已纳入政府债务的余额。", "legal government debt it carries"),
        column("hidden_debt", Amount, "隐性债务", "平台承担的隐性债务余额，应与隐性债务台账一致。",
            "hidden debt it carries; should be that of `hidden_debt`"),
        column("operating_debt", Amount, "经营性债务", "不由财政偿还的经营性债务余额。", "debt that the budget does not repay"),
        column("planned_exit", Day, "计划退出日期", "计划退出融资平台的日期。", "day on which it is to leave"),
        column("exited", YesNo, "是否退出", "已退出填 yes，否则填 no。"),
        optional("exit_date", Day, "退出日期", "已退出的必填。", "needed when it has left"),
        remark("exit_proof", "退出凭证", "公告、批复等文件名或文号。", "name or number of the document"),
        refuse("exit_date", "已退出但没有填写退出日期", "请填写退出日期，或把是否退出改为 no", exited=YesNo.YES, exit_date=EMPTY),
        refuse("exited", "没有退出却填写了退出日期 {exit_date}", "已退出的填 yes，否则请删去退出日期", exited=YesNo.NO, exit_date=FILLED),
        ratio("legal_debt", "expenditure", "debt_size"),
        ratio("hidden_debt", "expenditure", "debt_size"),
        ratio("operating_debt", "expenditure", "debt_size"),
        example=dict(platform="城市建设投资有限公司", legal_debt=0, hidden_debt=25400, operating_debt=6800, planned_exit=dt.date(2027, 12, 31),
            exited="否"),
    ),
    table("assets", "可化债资产", ("asset_code",), "可变现的资产、折扣和变现时间；有它，资产变现与到期债务逐年匹配。", "国有资产台账、资产评估报告、不动产登记",
        "Assets that can be turned into money for debt. Encumbered ones are listed and never counted.",
        column("asset_code", Text, "资产编号", "本表内不重复的编号。", "unique"),
        column("name", Text, "资产名称", "可用于化债的房产、土地、股权、收费权等。", "building, land, shares, right to charge …"),
        column("owner", Text, "权属单位", "产权登记的单位。", "registered owner"),
        column("book_value", Amount, "账面价值", "账面净值。", "net book value"),
        optional("appraised_value", Amount, "评估价值", "有评估的填；没有的留空，按账面价值。", "counts before the book value"),
        column("haircut", Share, "折扣", "变现时低于价值的比例，小数：打七折写 0.3。",
            "fraction by which the money falls short of the value"),
        column("months_to_cash", Count, "变现月数", "从可处置之日到资金入库要几个月。", "months from `available_from` to the money"),
        column("encumbered", YesNo, "是否受限", "抵押、查封、权属争议等填 yes；受限资产只列示，不计入。",
            "`yes`: mortgaged, seized, in dispute; `no`"),
        column("available_from", Day, "可处置日期", "手续齐备、可以挂牌或出让的日期。", "day from which it can be put up for sale"),
        refuse("months_to_cash", "变现月数填写的是 {months_to_cash:g}", "请按月填写，例如 18", months_to_cash=above(240)),
        ratio("book_value", "expenditure", "investment_size"),
        ratio("appraised_value", ("book_value",), "appraised"),
        example=dict(asset_code="A01", name="旧行政办公楼", owner="县机关事务服务中心", book_value=4200, haircut=0.2, months_to_cash=16,
            encumbered="否", available_from=dt.date(2026, 3, 1)),
    ),
)
# fmt: on
