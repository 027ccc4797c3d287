"""The tables of a place folder: one class a table, which checks every row and documents every column.

The ``title`` of a column is its Chinese name, which a header may use instead of the English one; its ``description``
tells a planner what belongs there. `TABLES` lists them all, `fiscal-model new` prints them as a guide.
Money columns are listed in ``money``; the ``unit`` column of the same row says what they are counted in.
"""

from __future__ import annotations

from dataclasses import dataclass

from fiscal_model.cells import Row
from fiscal_model.debt_registers import BondRow, HiddenDebtRow
from fiscal_model.guarantee_registers import (
    BudgetUnitRow,
    FindingRow,
    PayDateRow,
    PayEventRow,
    PayItemRow,
    PopulationRateRow,
    PopulationRow,
    QuotaRow,
    StaffAgeRow,
    StandardChangeRow,
)
from fiscal_model.registers import (
    CarryoverRow,
    FirmRow,
    GuaranteeItemRow,
    ProjectCostRow,
    ProjectRow,
    StaffRow,
    TemporaryPaymentRow,
    TreasuryRow,
)
from fiscal_model.revenue_registers import (
    CollectionRow,
    MonthlyRow,
    OneOffRow,
    OpinionRow,
    ParcelRow,
    TaxBaseRow,
    TaxpayerRow,
    TransferRow,
)
from fiscal_model.yearly_registers import DebtRow, InsuranceRow, LedgerRow, MacroRow, TotalsRow


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
            "staff_ages",
            "人员年龄结构",
            "各组在职人员的年龄；有它，退休人数按法定退休年龄逐年推算。",
            "编制实名制系统、人事档案",
            StaffAgeRow,
            ("group", "sex", "age"),
        ),
        Table(
            "pay_items",
            "工资项目",
            "各组人均工资由哪些项目组成、哪些计入缴费基数。",
            "工资统发系统",
            PayItemRow,
            ("group", "item"),
        ),
        Table(
            "pay_events",
            "工资调整",
            "已定或预计的调资，按执行月份计入。",
            "调整工资标准的文件",
            PayEventRow,
            ("group", "effective_date", "kind"),
        ),
        Table(
            "units",
            "预算单位",
            "逐个单位的定额人数和固定数，用于公用经费定员定额。",
            "部门预算、公用经费定额文件",
            BudgetUnitRow,
            ("department", "unit_name", "group", "quota_class", "quota_band"),
            ("fixed_sum",),
        ),
        Table(
            "quotas",
            "公用经费定额",
            "各类各档单位的人均公用经费定额，按执行日期。",
            "公用经费定额文件",
            QuotaRow,
            ("quota_class", "quota_band", "valid_from"),
        ),
        Table(
            "guarantee_items",
            "三保项目清单",
            "逐项的对象、标准、期数和分担比例。",
            "三保清单、各主管部门提标文件",
            GuaranteeItemRow,
            ("item_code",),
            ("arranged", "earmarked"),
        ),
        Table(
            "standard_changes",
            "标准调整",
            "三保项目已确定的提标，按执行日期登记；年中执行的按月计。",
            "提标文件",
            StandardChangeRow,
            ("item_code", "part", "effective"),
        ),
        Table(
            "population",
            "分年龄人口",
            "年末常住人口，按年龄、性别；有它，学生、老人等对象人数逐年推算。",
            "人口普查、公安户籍和统计部门的年龄构成",
            PopulationRow,
            ("year", "sex", "age"),
        ),
        Table(
            "population_rates",
            "人口测算率",
            "生育、存活、迁移，以及各年龄上学、参保、享受待遇的比例。",
            "统计、卫健、教育、人社、医保部门资料",
            PopulationRateRow,
            ("kind", "group", "sex", "age_from", "year"),
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
        Table(
            "pay_dates",
            "支付日历",
            "工资、基本民生、运转和还本付息在各月怎样支付；没有它按月平均。",
            "工资统发安排、惠民惠农补贴发放计划、还本付息计划",
            PayDateRow,
            ("month", "kind"),
        ),
        Table(
            "findings",
            "整改台账",
            "检查、审计发现的“三保”和库款问题，责任单位、期限和销号。",
            "审计报告、财会监督和“三保”检查通报、整改台账",
            FindingRow,
            ("finding",),
            ("amount",),
        ),
        Table(
            "tax_bases",
            "税基台账",
            "税种的税基、有效税率和征收率；有它，该税种按税基测算。",
            "税务部门税源资料、统计部门、企业申报",
            TaxBaseRow,
            ("code", "base", "year"),
            ("amount",),
        ),
        Table(
            "collections",
            "全口径税收",
            "本地征收的各税种各级合计，用来推算县级留成比例和附加税的计征依据。",
            "税务部门收入月报（大口径）、国库收入日报",
            CollectionRow,
            ("code", "year"),
            ("amount",),
        ),
        Table(
            "taxpayers",
            "重点税源",
            "重点企业各年归本级的税收，投产、停产、合同到期按年计入。",
            "税务部门重点税源监控、企业走访",
            TaxpayerRow,
            ("firm", "code", "year"),
            ("amount",),
        ),
        Table(
            "transfers",
            "上级补助台账",
            "逐项的补助、测算方式和提前下达数；有它，补助按项目测算。",
            "上级下达文件、转移支付台账、年终结算单",
            TransferRow,
            ("code", "year", "status"),
            ("amount",),
        ),
        Table(
            "parcels",
            "出让地块台账",
            "逐宗的面积、价格、实现率和付款进度；有它，土地收入按地块测算。",
            "自然资源部门土地供应计划、出让合同",
            ParcelRow,
            ("parcel",),
            ("price", "cost"),
        ),
        Table(
            "one_offs",
            "一次性因素",
            "清欠、资产处置、退税、口径和政策变化；预测前按同口径剔除，规划期内的计入预测。",
            "税收分析报告、决算说明、政策文件",
            OneOffRow,
            ("name", "line_or_code", "year"),
            ("amount",),
        ),
        Table(
            "opinions",
            "收入预测意见",
            "税务、财政和主管部门自己的收入预测，与本模型的预测对照，按以往准确度加权。",
            "税务部门收入预测、部门预算说明",
            OpinionRow,
            ("forecaster", "line_or_code", "made_in", "year"),
            ("amount",),
        ),
        Table(
            "monthly",
            "年内分月收入",
            "各月收入。当年的用来推算全年，以往各年的用来看各月占全年多少。",
            "收入月报（快报）、国库收入月报、预算执行情况表",
            MonthlyRow,
            ("line_or_code", "scope", "year", "month"),
            ("amount", "cumulative"),
        ),
    )
}
