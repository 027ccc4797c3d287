"""The tables of a place folder: one class a table, which checks every row and documents every column.

The ``title`` of a column is its Chinese name, which a header may use instead of the English one; its ``description``
tells a planner what belongs there. `TABLES` lists them all, `fiscal-model new` prints them as a guide.
Money columns are listed in ``money``; the ``unit`` column of the same row says what they are counted in.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


class Term(StrEnum):
    """A word of the vocabulary: an English identifier, its Chinese name in ``label``, other usual names; all are read."""

    label: str
    others: tuple[str, ...]

    def __new__(cls, value: str, label: str, *others: str) -> Term:
        word = str.__new__(cls, value)
        word._value_ = value
        word.label = label
        word.others = others
        return word

    @classmethod
    def _missing_(cls, value: object) -> Term | None:
        return next((word for word in cls if value == word.label or value in word.others), None)


class Budget(Term):
    GENERAL = "general", "一般公共预算"
    FUNDS = "funds", "政府性基金预算"
    STATE_CAPITAL = "state_capital", "国有资本经营预算"
    SOCIAL_INSURANCE = "social_insurance", "社会保险基金预算"


class Scope(Term):
    WHOLE = "whole", "全辖", "全县", "全市", "全区", "全州"
    OWN_LEVEL = "own_level", "本级", "县本级", "市本级", "区本级", "州本级"


class Status(Term):
    FINAL_ACCOUNTS = "final_accounts", "决算数", "决算"
    ESTIMATE = "estimate", "执行数", "预计执行数", "执行"
    ADJUSTED_BUDGET = "adjusted_budget", "调整预算数", "调整预算"
    BUDGET = "budget", "预算数", "预算", "年初预算数"
    FORECAST = "forecast", "预测数"


ACTUAL = (Status.FINAL_ACCOUNTS, Status.ESTIMATE)
"""Statuses that tell what happened, the better one first."""


class Unit(Term):
    TEN_THOUSAND_YUAN = "10k_yuan", "万元"
    YUAN = "yuan", "元"
    HUNDRED_MILLION_YUAN = "100m_yuan", "亿元"


class YesNo(Term):
    YES = "yes", "是"
    NO = "no", "否"


class DebtKind(Term):
    GENERAL = "general", "一般债务"
    SPECIAL = "special", "专项债务"


class DebtItem(Term):
    OPENING_STOCK = "opening_stock", "上年末余额"
    LIMIT_STOCK = "limit_stock", "年末限额"
    ISSUED = "issued", "发行额"
    ISSUED_NEW = "issued_new", "新增债券"
    ISSUED_REFINANCING = "issued_refinancing", "再融资债券"
    ISSUED_SWAP = "issued_swap", "置换债券"
    BORROWED_ABROAD = "borrowed_abroad", "外国政府及国际金融组织借款"
    REPAID = "repaid", "还本额"
    OTHER_CHANGE = "other_change", "其他增减"
    CLOSING_STOCK = "closing_stock", "年末余额"


class BondPurpose(Term):
    NEW = "new", "新增"
    REFINANCING = "refinancing", "再融资"
    SWAP = "swap", "置换"


class Amortisation(Term):
    BULLET = "bullet", "到期一次还本"
    EQUAL_PRINCIPAL = "equal_principal", "等额本金"


class GuaranteeClass(Term):
    LIVING = "living", "保基本民生"
    SALARIES = "salaries", "保工资"
    OPERATIONS = "operations", "保运转"


class ProjectCategory(Term):
    OPERATIONS = "operations", "保障运转"
    SOCIAL = "social", "社会事业"
    INDUSTRY = "industry", "产业发展"
    CONSTRUCTION = "construction", "重点建设"
    SPECIFIC = "specific", "特定事项"


class ProjectStatus(Term):
    COMMITTED = "committed", "已签约"
    CANDIDATE = "candidate", "储备"


class ProjectFunding(Term):
    COUNTY = "county", "县级财力"
    SUPERIOR = "superior", "上级资金"
    GENERAL_BOND = "general_bond", "一般债券"
    SPECIAL_BOND = "special_bond", "专项债券"
    OTHER = "other", "其他资金"


class HiddenFunding(Term):
    BUDGET = "budget", "预算资金"
    ASSET_SALE = "asset_sale", "资产处置"
    SWAP = "swap", "债券置换"
    PROJECT_INCOME = "project_income", "项目收益"


class PaymentOrigin(Term):
    BEFORE_2019 = "before_2019", "2018年底存量"
    AFTER_2018 = "after_2018", "2019年后新增"


class InsuranceItem(Term):
    REVENUE = "revenue", "收入"
    CONTRIBUTIONS = "contributions", "保险费收入"
    INTEREST = "interest", "利息收入"
    SUBSIDY = "subsidy", "财政补贴收入"
    EXPENDITURE = "expenditure", "支出"
    BENEFITS = "benefits", "待遇支出"
    BALANCE = "balance", "本年收支结余"
    BALANCE_STOCK = "balance_stock", "年末滚存结余"


class Indicator(Term):
    GDP = "gdp", "地区生产总值"
    RESIDENT_POPULATION = "resident_population", "常住人口"
    REGISTERED_POPULATION = "registered_population", "户籍人口"
    RETAIL_SALES = "retail_sales", "社会消费品零售总额"
    CPI_GROWTH = "cpi_growth", "居民消费价格涨幅"


class MacroUnit(Term):
    TEN_THOUSAND_YUAN = "10k_yuan", "万元"
    YUAN = "yuan", "元"
    HUNDRED_MILLION_YUAN = "100m_yuan", "亿元"
    PERSONS = "persons", "人"
    TEN_THOUSAND_PERSONS = "10k_persons", "万人"
    FRACTION = "fraction", "小数"


IN_BASE_UNITS: dict[str, float] = {
    Unit.TEN_THOUSAND_YUAN: 1.0,
    Unit.YUAN: 1e-4,
    Unit.HUNDRED_MILLION_YUAN: 1e4,
    MacroUnit.PERSONS: 1.0,
    MacroUnit.TEN_THOUSAND_PERSONS: 1e4,
    MacroUnit.FRACTION: 1.0,
}
"""What one of a unit is in memory: money in 万元, people in persons, rates as fractions."""


def _plain_number(value: Any) -> Any:
    """Accept thousands separators and the spaces that spreadsheets leave; anything else stays as it was written."""
    if isinstance(value, str):
        return value.strip().replace(",", "").replace("，", "")
    return value


def _plain_date(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, str):
        text = value.strip().replace("/", "-").replace("年", "-").replace("月", "-").replace("日", "")
        parts = text.split("-")
        if len(parts) == 3 and all(part.isdigit() for part in parts):
            return f"{int(parts[0]):04d}-{int(parts[1]):02d}-{int(parts[2]):02d}"
    return value


Number = Annotated[float, BeforeValidator(_plain_number), Field(allow_inf_nan=False)]
Amount = Annotated[float, BeforeValidator(_plain_number), Field(ge=0, allow_inf_nan=False)]
Share = Annotated[float, BeforeValidator(_plain_number), Field(ge=0, le=1, allow_inf_nan=False)]
Growth = Annotated[float, BeforeValidator(_plain_number), Field(ge=-1, le=1, allow_inf_nan=False)]
Count = Annotated[float, BeforeValidator(_plain_number), Field(ge=0, allow_inf_nan=False)]
Year = Annotated[int, BeforeValidator(_plain_number), Field(ge=1990, le=2100)]
Month = Annotated[int, BeforeValidator(_plain_number), Field(ge=1, le=12)]
Day = Annotated[dt.date, BeforeValidator(_plain_date)]
Text = Annotated[str, Field(min_length=1)]

SOURCE = Field(title="来源", description="这个数出自哪里：文件名、表号、页码或网址。没有来源的数不能用。")
NOTE = Field(default="", title="备注", description="可不填。")
UNIT = Field(title="单位", description="本行金额的单位：万元、元或亿元。")
SCOPE = Field(
    title="口径", description="whole（全辖，含乡镇或所辖县区）或 own_level（本级）。两种口径绝不相加。"
)
STATUS = Field(
    title="数据版本",
    description="final_accounts 决算数、estimate 执行数、adjusted_budget 调整预算数、budget 预算数、forecast 预测数。",
)
AS_OF = Field(
    default=None, title="数据日期", description="这个数公布的日期，可不填；同一个数有两版时以后公布的为准。"
)


class Row(BaseModel):
    """One row of a table. Unknown columns are refused, empty is never zero."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class TotalsRow(Row):
    line: Text = Field(title="项目", description="指标代码或中文名，见下方“年度总量可填的项目”。")
    scope: Scope = SCOPE
    year: Year = Field(title="年度", description="公历年份，例如 2025。")
    status: Status = STATUS
    amount: Number = Field(title="金额", description="金额。没有这个数就不要写这一行，不要写 0。")
    unit: Unit = UNIT
    as_of: Day | None = AS_OF
    source: Text = SOURCE
    note: str = NOTE


class LedgerRow(Row):
    budget: Budget = Field(
        title="预算", description="general 一般公共预算、funds 政府性基金、state_capital 国有资本经营。"
    )
    scope: Scope = SCOPE
    code: Text = Field(
        title="科目编码", description="政府收支分类科目编码（类 3 位、款 5 位、项 7 位），照预算书填写。"
    )
    name: str = Field(default="", title="科目名称", description="科目名称，可不填；填了便于核对。")
    year: Year = Field(title="年度", description="公历年份。")
    status: Status = STATUS
    amount: Number = Field(title="金额", description="金额，收支两边都填正数。")
    unit: Unit = UNIT
    as_of: Day | None = AS_OF
    source: Text = SOURCE
    note: str = NOTE


class MacroRow(Row):
    indicator: Indicator = Field(
        title="指标", description="gdp 地区生产总值、resident_population 常住人口等。"
    )
    year: Year = Field(title="年度", description="公历年份。")
    amount: Number = Field(title="数值", description="数值。")
    unit: MacroUnit = Field(
        title="单位", description="亿元、万元、元、人、万人；涨幅用“小数”（2% 写 0.02）。"
    )
    source: Text = SOURCE
    note: str = NOTE


class DebtRow(Row):
    kind: DebtKind = Field(title="债务类别", description="general 一般债务或 special 专项债务。")
    scope: Scope = SCOPE
    item: DebtItem = Field(
        title="项目",
        description="opening_stock 上年末余额、limit_stock 限额、issued 发行额、issued_new 新增、issued_refinancing "
        "再融资、repaid 还本额、other_change 其他增减、closing_stock 年末余额等。",
    )
    year: Year = Field(title="年度", description="公历年份。")
    status: Status = STATUS
    amount: Number = Field(title="金额", description="金额。")
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class InsuranceRow(Row):
    scheme: Text = Field(title="险种", description="险种名称，例如 城乡居民基本养老保险基金。")
    item: InsuranceItem = Field(
        title="项目", description="revenue 收入、expenditure 支出、balance_stock 年末滚存结余等。"
    )
    scope: Scope = SCOPE
    year: Year = Field(title="年度", description="公历年份。")
    status: Status = STATUS
    amount: Number = Field(title="金额", description="金额；当年收不抵支时结余填负数。")
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class StaffRow(Row):
    group: Text = Field(title="人员组", description="例如 行政、公检法司、义务教育、卫生、其他事业、乡镇。")
    year: Year = Field(title="年度", description="年末数所属年份（基期年）。")
    posts: Count = Field(title="编制数", description="核定编制，人。")
    serving_persons: Count = Field(title="在职实有", description="财政供养在职人数。")
    retired_persons: Count = Field(title="离退休", description="由财政负担统筹外待遇的离退休人数。")
    entries: Count = Field(title="每年新进", description="预计每年新进人数。")
    exits: Count = Field(title="每年退出", description="预计每年退休、调出人数。")
    pay_per_person: Count = Field(title="人均工资", description="在职人均年工资（国家规定部分），元/年。")
    employer_rate: Share = Field(
        title="单位缴费率", description="养老、年金、医疗、失业、工伤单位缴费合计占工资比例，小数。"
    )
    housing_rate: Share = Field(title="公积金率", description="住房公积金单位缴存比例，小数。")
    retiree_cost_per_person: Count = Field(title="离退休人均", description="离退休人均年统筹外支出，元/年。")
    operations_quota: Count = Field(title="公用定额", description="在职人均公用经费定额，元/年。")
    fiscal_share: Share = Field(title="财政负担比例", description="全额为 1，差额单位按补助比例。")
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
    arranged: Amount = Field(
        title="预算安排", description="基期年预算已安排金额（各级资金合计），单位见“单位”列。"
    )
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class BondRow(Row):
    bond_code: Text = Field(title="债券编码", description="债券代码或转贷协议号，不重复。")
    kind: DebtKind = Field(title="债务类别", description="general 一般或 special 专项。")
    purpose: BondPurpose = Field(title="用途", description="new 新增、refinancing 再融资、swap 置换。")
    face: Amount = Field(title="转贷金额", description="转贷本县的金额。")
    coupon_rate: Share = Field(title="票面利率", description="小数，3.05% 写 0.0305。")
    issue_date: Day = Field(title="起息日", description="例如 2021-05-20。")
    maturity_date: Day = Field(title="到期日", description="晚于起息日。")
    amortisation: Amortisation = Field(
        title="还本方式", description="bullet 到期一次还本、equal_principal 等额本金。"
    )
    interest_frequency: int = Field(title="每年付息次数", description="1 或 2。", ge=1, le=2)
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
        title="化解来源", description="budget 预算、asset_sale 资产处置、swap 置换、project_income 项目收益。"
    )
    after_2028: YesNo = Field(
        title="2028年后按合同", description="棚改等 2029 年及以后到期按合同偿还的填 yes，其余 no。"
    )
    year: Year = Field(title="年度", description="余额所属年份（基期年）。")
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class ProjectRow(Row):
    project_code: Text = Field(title="项目编号", description="项目库编号，不重复。")
    name: Text = Field(title="项目名称", description="项目全称。")
    category: ProjectCategory = Field(title="项目类别", description="五大类之一。")
    priority: int = Field(title="优先级", description="1 最优先；压减时从大到小。", ge=1, le=99)
    status: ProjectStatus = Field(
        title="状态", description="committed 已签约（刚性）、candidate 储备（可压减）。"
    )
    source: Text = SOURCE
    note: str = NOTE


class ProjectCostRow(Row):
    project_code: Text = Field(title="项目编号", description="与 projects 表一致。")
    year: Year = Field(title="年度", description="支出年度。")
    funding: ProjectFunding = Field(
        title="资金来源", description="county 县级财力、superior 上级、general_bond、special_bond、other。"
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
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class CarryoverRow(Row):
    budget: Budget = Field(title="预算", description="general 或 funds。")
    purpose: Text = Field(title="用途", description="结转资金的用途。")
    origin_year: Year = Field(title="形成年度", description="资金最初下达的年度。")
    year: Year = Field(title="年度", description="余额所属年份（基期年）。")
    amount: Amount = Field(title="金额", description="结转余额。")
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class FirmRow(Row):
    firm: Text = Field(title="企业", description="县属国有企业名称，不重复。")
    year: Year = Field(title="年度", description="利润所属年份（基期年）。")
    net_profit: Number = Field(title="归母净利润", description="亏损填负数。")
    prior_loss: Amount = Field(title="以前年度亏损", description="待弥补亏损。")
    ownership_share: Share = Field(title="国有股比", description="小数。")
    pay_ratio: Share = Field(title="收益上交比例", description="小数。")
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


@dataclass(frozen=True)
class Table:
    """A table of the place folder.

    Parameters
    ----------
    name : str
        File stem: ``ledger`` is read from ``ledger.csv`` (or ``ledger.xlsx``).
    label, purpose, where_found : str
        Chinese name, what the table is for, where a bureau finds the figures.
    row : type[Row]
        Checks one row, documents the columns.
    key : tuple of str
        Columns that together may stand only once.
    money : tuple of str
        Columns counted in the row's ``unit``.
    """

    name: str
    label: str
    purpose: str
    where_found: str
    row: type[Row]
    key: tuple[str, ...]
    money: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.row.model_fields)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(name for name, field in self.row.model_fields.items() if field.is_required())

    def label_of(self, column: str) -> str:
        """Return a column's Chinese name."""
        return self.row.model_fields[column].title or column


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "totals",
            "年度总量",
            "各年的大数。只有这一张表也能出规划。",
            "历年财政决算、预算执行报告、统计年鉴",
            TotalsRow,
            ("line", "scope", "year", "status", "as_of"),
            ("amount",),
        ),
        Table(
            "ledger",
            "科目明细",
            "按科目编码的收支明细；有它，收入按税种、支出按科目测算。",
            "预算草案附表、决算公开表、预算管理一体化系统",
            LedgerRow,
            ("budget", "scope", "code", "year", "status", "as_of"),
            ("amount",),
        ),
        Table(
            "macro",
            "经济指标",
            "地区生产总值等，用于收入弹性和负债率。",
            "统计公报、统计年鉴",
            MacroRow,
            ("indicator", "year"),
            ("amount",),
        ),
        Table(
            "debt",
            "政府债务",
            "限额、余额、发行、还本，一般与专项分开。",
            "政府债务限额和余额情况表（预决算公开附表）",
            DebtRow,
            ("kind", "scope", "item", "year", "status"),
            ("amount",),
        ),
        Table(
            "insurance",
            "社会保险基金",
            "分险种收支与滚存结余。",
            "社会保险基金预算表",
            InsuranceRow,
            ("scheme", "item", "scope", "year", "status"),
            ("amount",),
        ),
        Table(
            "staff",
            "人员台账",
            "分组的编制、实有、工资，用于保工资和公用经费。",
            "编制实名制系统、工资统发系统",
            StaffRow,
            ("group",),
        ),
        Table(
            "guarantee_items",
            "三保项目清单",
            "逐项的对象、标准、期数和分担比例。",
            "三保清单、各主管部门提标文件",
            GuaranteeItemRow,
            ("item_code",),
            ("arranged",),
        ),
        Table(
            "bonds",
            "债券台账",
            "逐笔转贷债券。有它，本息逐笔计算。",
            "地方政府债务管理系统、转贷协议",
            BondRow,
            ("bond_code",),
            ("face",),
        ),
        Table(
            "hidden_debt",
            "隐性债务台账",
            "逐笔余额与化解计划。",
            "隐性债务监测平台、化债方案",
            HiddenDebtRow,
            ("debt_code",),
            ("balance",),
        ),
        Table(
            "projects", "项目库", "项目的类别、优先级和状态。", "预算项目库", ProjectRow, ("project_code",)
        ),
        Table(
            "project_costs",
            "项目分年支出",
            "每个项目分年度、分来源的支出。",
            "项目实施方案、合同",
            ProjectCostRow,
            ("project_code", "year", "funding"),
            ("amount",),
        ),
        Table(
            "temporary_payments",
            "暂付款台账",
            "暂付款余额与消化计划。",
            "总会计账、暂付款消化方案",
            TemporaryPaymentRow,
            ("item",),
            ("balance",),
        ),
        Table(
            "carryovers",
            "结转资金台账",
            "结转资金按形成年度登记，用于两年规则。",
            "结转结余资金台账",
            CarryoverRow,
            ("budget", "purpose", "origin_year"),
            ("amount",),
        ),
        Table(
            "firms",
            "国有企业名录",
            "企业利润与上交比例。",
            "国资预算申报表、企业财务决算",
            FirmRow,
            ("firm",),
            ("net_profit", "prior_loss"),
        ),
        Table(
            "treasury",
            "库款月报",
            "分月流入、流出和月末余额。",
            "国库库款月报",
            TreasuryRow,
            ("year", "month"),
            ("inflow", "outflow", "closing_balance"),
        ),
    )
}
