"""The registers of debt, one row a thing: bonds, hidden debts."""

from __future__ import annotations

from pydantic import Field

from fiscal_model.words.cells import NOTE, SOURCE, UNIT, Amount, Count, Day, PaymentsPerYear, Row, Share, Text, Year
from fiscal_model.words.vocabulary import (
    Amortisation,
    BondPurpose,
    DebtKind,
    HiddenFunding,
    HiddenInstrument,
    ProjectSector,
    ProjectStage,
    Unit,
    YesNo,
)


class BondRow(Row):
    bond_code: Text = Field(title="债券编码", description="债券代码或转贷协议号，不重复。")
    kind: DebtKind = Field(title="债务类别", description="general 一般或 special 专项。")
    purpose: BondPurpose = Field(title="用途", description="new 新增、refinancing 再融资、swap 置换。")
    face: Amount = Field(title="转贷金额", description="转贷本县的金额。")
    coupon_rate: Share = Field(title="票面利率", description="小数，3.05% 写 0.0305。")
    issue_date: Day = Field(title="起息日", description="例如 2021-05-20。")
    maturity_date: Day = Field(title="到期日", description="晚于起息日。")
    amortisation: Amortisation = Field(
        title="还本方式",
        description="bullet 到期一次还本、equal_principal 等额本金、level 等额本息、instalments 分期还本（宽限期后每年等额）、"
        "call 含赎回权（提前偿还）。",
    )
    interest_frequency: PaymentsPerYear | None = Field(
        default=None,
        title="每年付息次数",
        description="1、2、4 或 12；空＝10年以下每年1次、10年及以上每年2次（未经核实的惯例）。",
    )
    grace_years: int | None = Field(
        default=None, title="宽限年数", description="分期还本的债券只付息不还本的年数，短于期限；空＝0。", ge=0, le=30
    )
    principal_frequency: PaymentsPerYear | None = Field(
        default=None,
        title="每年还本次数",
        description="等额本金、分期还本每年还本几次，须能整除每年付息次数；空＝1，地方政府债券按年还本；"
        "每个付息日都还本的，填与付息次数相同的数。",
    )
    call_date: Day | None = Field(
        default=None, title="提前偿还日", description="含赎回权的债券预计提前偿还本金的日期；空＝到期偿还。"
    )
    payment_fee_rate: Share | None = Field(
        default=None,
        title="兑付手续费率",
        description="按每次付息还本金额计收的手续费，小数，十万分之五写 0.00005；空＝按测算假设。",
    )
    project_code: str = Field(default="", title="项目编号", description="专项债券对应的项目编号，没有对应项目的留空。")
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class HiddenDebtRow(Row):
    debt_code: Text = Field(title="债务编号", description="隐性债务系统编号，不重复。")
    creditor: Text = Field(title="债权人", description="银行、信托、工程款等。")
    balance: Amount = Field(title="余额", description="基期年末余额。")
    rate: Share = Field(title="利率", description="小数。")
    planned_year: Year = Field(title="计划化解年度", description="化债方案确定的年度。")
    funding: HiddenFunding = Field(
        title="化解来源",
        description="budget 预算、asset_sale 资产处置、swap 置换、restructuring 债务重组、project_income 项目收益。",
    )
    after_2028: YesNo = Field(
        title="2028年后按合同", description="棚改等 2029 年及以后到期按合同偿还的填 yes，其余 no。"
    )
    year: Year = Field(title="年度", description="余额所属年份（基期年）。")
    instrument: HiddenInstrument | None = Field(
        default=None, title="债务形式", description="贷款、信托、融资租赁、工程欠款、棚改贷款等，可不填。"
    )
    maturity_date: Day | None = Field(default=None, title="合同到期日", description="合同约定的最后还款日，可不填。")
    platform: str = Field(default="", title="融资平台", description="承债的平台名称，与融资平台表一致。")
    swap_kind: DebtKind | None = Field(
        default=None, title="置换债券类别", description="以置换化解的填；空＝special（专项）。"
    )
    restructured_rate: Share | None = Field(
        default=None, title="重组后利率", description="小数；自重组的次年起执行，化解来源为债务重组的必填。"
    )
    restructured_to: Year | None = Field(
        default=None, title="展期至", description="展期后偿还本金的年度，届时由预算偿还；除按合同的外不晚于 2028。"
    )
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class HiddenPlanRow(Row):
    debt_code: Text = Field(title="债务编号", description="隐性债务台账的编号。")
    year: Year = Field(title="化解年度", description="这一笔在哪一年化解；债务重组的填重组年度。")
    funding: HiddenFunding = Field(
        title="化解来源",
        description="budget 预算、asset_sale 资产处置、swap 置换、restructuring 债务重组、project_income 项目收益。",
    )
    amount: Amount = Field(title="金额", description="一笔债务各行相加必须等于台账余额。")
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class SwapRow(Row):
    debt_code: Text = Field(title="债务编号", description="隐性债务台账的编号；已全部置换的也留在台账里，余额填 0。")
    bond_code: str = Field(default="", title="债券编码", description="债券台账的编号；债券尚未下达的留空。")
    swap_date: Day = Field(title="置换日期", description="置换资金到账日；计划中的填计划日期。")
    balance_before: Amount | None = Field(
        default=None, title="置换前余额", description="这次置换前该笔债务的余额，可不填。"
    )
    amount: Amount = Field(title="置换金额", description="这批债券置换该笔债务的金额。")
    payment_date: Day | None = Field(default=None, title="付款日期", description="实际付给债权人的日期。")
    payment_amount: Amount | None = Field(
        default=None, title="付款金额", description="实际付给债权人的本金，应等于置换金额。"
    )
    closure_date: Day | None = Field(default=None, title="销号日期", description="原债务合同终止、监测系统销号的日期。")
    closure_proof: str = Field(default="", title="销号凭证", description="结清证明、销号截图等文件名或文号。")
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class PlatformRow(Row):
    platform: Text = Field(title="平台名称", description="融资平台全称，不重复。")
    year: Year = Field(title="年度", description="余额所属年份（基期年）。")
    legal_debt: Amount = Field(title="政府债务", description="平台承担的已纳入政府债务的余额。")
    hidden_debt: Amount = Field(title="隐性债务", description="平台承担的隐性债务余额，应与隐性债务台账一致。")
    operating_debt: Amount = Field(title="经营性债务", description="不由财政偿还的经营性债务余额。")
    planned_exit: Day = Field(title="计划退出日期", description="计划退出融资平台的日期。")
    exited: YesNo = Field(title="是否退出", description="已退出填 yes，否则填 no。")
    exit_date: Day | None = Field(default=None, title="退出日期", description="已退出的必填。")
    exit_proof: str = Field(default="", title="退出凭证", description="公告、批复等文件名或文号。")
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class AssetRow(Row):
    asset_code: Text = Field(title="资产编号", description="本表内不重复的编号。")
    name: Text = Field(title="资产名称", description="可用于化债的房产、土地、股权、收费权等。")
    owner: Text = Field(title="权属单位", description="产权登记的单位。")
    book_value: Amount = Field(title="账面价值", description="账面净值。")
    appraised_value: Amount | None = Field(
        default=None, title="评估价值", description="有评估的填；没有的留空，按账面价值。"
    )
    haircut: Share = Field(title="折扣", description="变现时低于价值的比例，小数：打七折写 0.3。")
    months_to_cash: Count = Field(title="变现月数", description="从可处置之日到资金入库要几个月。")
    encumbered: YesNo = Field(title="是否受限", description="抵押、查封、权属争议等填 yes；受限资产只列示，不计入。")
    available_from: Day = Field(title="可处置日期", description="手续齐备、可以挂牌或出让的日期。")
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class SpecialProjectRow(Row):
    project_code: Text = Field(title="项目编号", description="专项债券项目编号，不重复。")
    name: Text = Field(title="项目名称", description="项目全称。")
    sector: ProjectSector = Field(title="领域", description="交通、市政和产业园区、社会事业等投向领域。")
    stage: ProjectStage = Field(
        title="阶段", description="preparation 前期、construction 在建、operation 运营、stopped 停缓建。"
    )
    total_investment: Amount = Field(title="总投资", description="批复的总投资，单位见“单位”列。")
    capital: Amount = Field(title="资本金", description="项目资本金，不大于总投资；单位见“单位”列。")
    start_year: Year = Field(title="开工年度", description="开工的年度；此前没有收支。")
    operation_year: Year = Field(title="运营年度", description="开始运营、有收入的年度。")
    end_year: Year = Field(title="期满年度", description="项目收益期最后一年；此后没有收支。")
    on_negative_list: YesNo = Field(title="是否负面清单", description="属于投向负面清单的填 yes，其余 no。")
    negative_item: str = Field(
        default="",
        title="负面清单条目",
        description="data/rules/project_negative_list.csv 的条目，例如 形象工程和政绩工程；不在清单的留空。",
    )
    approved: YesNo | None = Field(
        default=None, title="前期手续", description="可研批复、用地、环评等手续是否齐全；不清楚的留空。"
    )
    bond_rate: Share | None = Field(
        default=None, title="拟发债券利率", description="计划新发债券的利率，小数；空＝按测算假设。"
    )
    bond_years: int | None = Field(
        default=None, title="拟发债券期限", description="计划新发债券的年数，1 到 30；空＝按规则缺省。", ge=1, le=30
    )
    reserve_balance: Amount | None = Field(
        default=None, title="偿债备付金余额", description="基期年末已计提未使用的备付金；没有的留空。"
    )
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class SpecialProjectFlowRow(Row):
    project_code: Text = Field(title="项目编号", description="special_projects 表的项目编号。")
    year: Year = Field(title="年度", description="收支所属年份，从开工年度到期满年度逐年填写。")
    income: Amount = Field(title="项目收入", description="当年项目收入（专项收入、经营收入）；没有填 0。")
    operating_cost: Amount = Field(title="运营成本", description="当年付现的运营成本，不含利息和折旧。")
    tax: Amount = Field(title="税费", description="当年相关税费。")
    bond_need: Amount | None = Field(
        default=None, title="计划新发债券", description="当年计划新发行的专项债券；已发行的不再填。"
    )
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class SpecialProjectBondRow(Row):
    project_code: Text = Field(title="项目编号", description="special_projects 表的项目编号。")
    bond_code: Text = Field(title="债券编码", description="bonds 表的债券编码；再融资债券也要登记。")
    amount: Amount = Field(title="使用金额", description="这笔债券用于本项目的金额，各项目合计不大于转贷金额。")
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class SpecialProjectAssetRow(Row):
    project_code: Text = Field(title="项目编号", description="special_projects 表的项目编号。")
    asset: Text = Field(title="资产名称", description="项目形成的资产，例如 厂房、管网。")
    value: Amount = Field(title="资产价值", description="竣工决算或暂估价值，单位见“单位”列。")
    completed_date: Day | None = Field(default=None, title="完工日期", description="未完工的留空。")
    accepted: YesNo = Field(title="是否验收", description="yes 已竣工验收、no 未验收。")
    booked: YesNo = Field(title="是否入账", description="yes 已登记入账（国有资产台账）、no 未入账。")
    booked_date: Day | None = Field(default=None, title="入账日期", description="未入账的留空。")
    owner: Text = Field(title="权属单位", description="持有或管理资产的单位。")
    income: Amount | None = Field(default=None, title="年收益", description="资产每年的收益；不清楚的留空。")
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE
