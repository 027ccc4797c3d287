"""The registers of a place, one row a thing: staff groups, guarantee items, projects, firms, months."""

from __future__ import annotations

from pydantic import Field

from fiscal_model.words.cells import (
    NOTE,
    SOURCE,
    UNIT,
    Amount,
    Count,
    Day,
    Growth,
    Month,
    Number,
    Row,
    Share,
    Text,
    Year,
)
from fiscal_model.words.vocabulary import (
    Budget,
    GuaranteeClass,
    PayClass,
    PaymentClearing,
    PaymentOrigin,
    ProjectCategory,
    ProjectFunding,
    ProjectStatus,
    Unit,
    UnitClass,
    UnitFunding,
    YesNo,
)


class StaffRow(Row):
    group: Text = Field(title="人员组", description="例如 行政、公检法司、义务教育、卫生、其他事业、乡镇。")
    year: Year = Field(title="年度", description="年末数所属年份（基期年）。")
    posts: Count = Field(title="编制数", description="核定编制，人。")
    serving_persons: Count = Field(title="在职实有", description="财政供养在职人数。")
    retired_persons: Count = Field(title="离退休", description="由财政负担统筹外待遇的离退休人数。")
    entries: Count = Field(title="每年新进", description="预计每年新进人数。")
    exits: Count = Field(title="每年退出", description="预计每年退休、调出人数。")
    pay_per_person: Count = Field(title="人均工资", description="在职人均年工资（国家规定部分），元/年。")
    employer_rate: Share | None = Field(
        default=None,
        title="单位缴费率",
        description="养老、年金、医疗、失业、工伤单位缴费合计占工资比例，小数；下面四项缴费率填全了可以不填。",
    )
    housing_rate: Share = Field(title="公积金率", description="住房公积金单位缴存比例，小数。")
    retiree_cost_per_person: Count = Field(title="离退休人均", description="离退休人均年统筹外支出，元/年。")
    operations_quota: Count = Field(title="公用定额", description="在职人均公用经费定额，元/年。")
    fiscal_share: Share = Field(title="财政负担比例", description="全额为 1，差额单位按补助比例。")
    unit_class: UnitClass | None = Field(
        default=None,
        title="单位类别",
        description="administrative 行政、civil_service 参公、institution 事业、teachers 教师、medical 医疗、workers 工勤、"
        "other 其他；决定女职工的退休年龄。",
    )
    grade_band: str = Field(default="", title="职级档", description="例如 科级及以下、副高以上；只供查看。")
    funding: UnitFunding | None = Field(
        default=None, title="供养方式", description="full 全额、partial 差额；与财政负担比例一致。"
    )
    transfers_out: Count | None = Field(
        default=None, title="每年调出", description="每年退出中调走、不退休的人数；空＝退出的都退休。"
    )
    contract_persons: Count | None = Field(
        default=None, title="编外人数", description="占编制以外的聘用人员，由财政负担的人数。"
    )
    contract_cost: Count | None = Field(
        default=None, title="编外人均", description="编外人员人均年支出（含保险），元/年。"
    )
    grade_drift: Growth | None = Field(
        default=None,
        title="职级晋升年增幅",
        description="晋级晋档每年使人均工资提高的幅度，小数；新人工资低、抵消晋升的可填负数。",
    )
    pension_rate: Share | None = Field(
        default=None, title="养老缴费率", description="单位缴费，小数；四项缴费率要么都填，要么都不填。"
    )
    annuity_rate: Share | None = Field(
        default=None, title="职业年金缴费率", description="单位缴费，小数；退休时才做实的填 0。"
    )
    medical_rate: Share | None = Field(default=None, title="医疗缴费率", description="单位缴费，小数。")
    other_rate: Share | None = Field(default=None, title="其他缴费率", description="失业、工伤等单位缴费，小数。")
    annuity_funding: Count | None = Field(
        default=None, title="年金做实", description="每名退休人员退休时一次性做实的职业年金，元/人。"
    )
    source: Text = SOURCE
    note: str = NOTE


class GuaranteeItemRow(Row):
    item_code: Text = Field(title="项目编号", description="本表内不重复的编号。")
    name: Text = Field(title="项目名称", description="例如 城乡居民基本医疗保险财政补助。")
    guarantee: GuaranteeClass = Field(title="类别", description="living 保基本民生、operations 保运转。")
    driver: Text = Field(title="对象", description="保障对象，例如 参保人数、小学在校生、行政村。")
    year: Year = Field(title="年度", description="对象数与标准所属年份（基期年）。")
    persons: Count = Field(title="对象数", description="人数、村数等。")
    persons_growth: Growth = Field(title="对象年增幅", description="每年增减，小数；下降填负数。")
    standard: Count = Field(title="标准", description="每人（村）每期标准，元。")
    standard_step: Number = Field(title="标准年提高", description="每年提高多少元；不提高填 0。")
    periods: Count = Field(title="每年期数", description="按月发放填 12，按年填 1。")
    coverage: Share = Field(title="覆盖率", description="实际享受比例，小数。")
    central_share: Share = Field(title="中央负担", description="小数；四级相加必须等于 1。")
    province_share: Share = Field(title="省级负担", description="小数。")
    city_share: Share = Field(title="市级负担", description="小数。")
    county_share: Share = Field(title="县级负担", description="小数。")
    arranged: Amount = Field(title="预算安排", description="基期年预算已安排金额（各级资金合计），单位见“单位”列。")
    rule: str = Field(
        default="",
        title="规则编号",
        description="data/rules/guarantee_standards.csv 的规则编号，例如 basic_pension；填了以后，规划期的国家标准和中央"
        "负担按规则数据，基期仍按本行。",
    )
    local_standard: Count | None = Field(
        default=None,
        title="地方标准",
        description="每人（村）每期的地方标准，含国家标准，元；没有地方提高的留空。填了本列，“标准”一列即为国家标准。",
    )
    extra_county_share: Share | None = Field(
        default=None, title="提高部分县级负担", description="地方提高部分由县级负担的比例，小数；空＝1。"
    )
    earmarked: Amount | None = Field(
        default=None,
        title="上级专项",
        description="基期上级已经下达、专门用于本项目的资金，单位见“单位”列；填了以后县级负担＝需求－上级专项，不再按比例。",
    )
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class ProjectRow(Row):
    project_code: Text = Field(title="项目编号", description="项目库编号，不重复。")
    name: Text = Field(title="项目名称", description="项目全称。")
    category: ProjectCategory = Field(title="项目类别", description="五大类之一。")
    priority: int = Field(title="优先级", description="1 最优先；压减时从大到小。", ge=1, le=99)
    status: ProjectStatus = Field(
        title="状态",
        description="committed 已签约（刚性；对社会保险的法定补助责任等也登记为这一类）、candidate 储备（可压减）。",
    )
    end_year: Year | None = Field(
        default=None, title="完成年度", description="项目完成的年度，此后不应再有支出；长期项目留空。"
    )
    unit_name: str = Field(
        default="", title="实施单位", description="与 unit_funds 表的单位一致；填了先用该单位自己的钱。"
    )
    source: Text = SOURCE
    note: str = NOTE


class ProjectCostRow(Row):
    project_code: Text = Field(title="项目编号", description="与 projects 表一致。")
    year: Year = Field(title="年度", description="支出年度。")
    funding: ProjectFunding = Field(
        title="资金来源",
        description="county 县级财力、superior 上级、general_bond、special_bond、non_fiscal 单位自有、carry_over 单位结转、other。",
    )
    amount: Amount = Field(title="金额", description="当年支出。")
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class TemporaryPaymentRow(Row):
    item: Text = Field(title="暂付项目", description="借出单位或事由，不重复。")
    origin: PaymentOrigin = Field(title="形成时间", description="before_2019 或 after_2018。")
    year: Year = Field(title="年度", description="余额所属年份（基期年）。")
    balance: Amount = Field(title="余额", description="基期年末余额。")
    clear_from: Year = Field(title="消化起始年", description="计划开始消化的年度。")
    clear_to: Year = Field(title="消化完成年", description="计划消化完的年度；期间平均消化。")
    debtor: str = Field(default="", title="欠款单位", description="向谁收回，可不填。")
    due_date: Day | None = Field(default=None, title="到期日", description="约定归还的日期；没有约定的留空。")
    clearing: PaymentClearing | None = Field(
        default=None,
        title="消化方式",
        description="budget 预算列支、collect 收回、asset 以资抵顶；只有预算列支的占用财力，空＝预算列支。",
    )
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class CarryoverRow(Row):
    budget: Budget = Field(title="预算", description="general 或 funds。")
    purpose: Text = Field(title="用途", description="结转资金的用途。")
    origin_year: Year = Field(title="形成年度", description="资金最初下达的年度。")
    year: Year = Field(title="年度", description="余额所属年份（基期年）。")
    amount: Amount = Field(title="金额", description="结转余额。")
    unit_name: str = Field(default="", title="用款单位", description="钱在哪个单位，可不填。")
    code: str = Field(
        default="", title="基金科目", description="政府性基金的收入科目编码；填了可以按该基金收入核对30%线。"
    )
    superior: YesNo | None = Field(default=None, title="上级专项", description="上级专项转移支付结转的填 yes。")
    distributed: YesNo | None = Field(
        default=None, title="已分配", description="已分配到单位或项目的填 yes；上级专项必填。"
    )
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class FirmRow(Row):
    firm: Text = Field(title="企业", description="县属国有企业名称，不重复。")
    year: Year = Field(title="年度", description="利润所属年份（基期年）。")
    net_profit: Number = Field(title="归母净利润", description="亏损填负数。")
    prior_loss: Amount = Field(title="以前年度亏损", description="待弥补亏损。")
    ownership_share: Share = Field(title="国有股比", description="小数。")
    pay_ratio: Share | None = Field(
        default=None, title="收益上交比例", description="小数；空＝按企业类别的缺省比例（未经核实）。"
    )
    pay_class: PayClass | None = Field(
        default=None,
        title="收益上交类别",
        description="resource 资源类、competitive 一般竞争类、public 公益类、deferred 暂缓上交；没有上交比例的必填。",
    )
    profit_growth: Growth = Field(title="利润年增幅", description="小数。")
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class TreasuryRow(Row):
    year: Year = Field(title="年度", description="公历年份。")
    month: Month = Field(title="月份", description="1 到 12。")
    inflow: Amount = Field(title="库款流入", description="当月流入。")
    outflow: Amount = Field(title="库款流出", description="当月流出。")
    closing_balance: Amount = Field(title="月末余额", description="月末库款余额。")
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE
