"""The words a table may use: an English identifier each, its Chinese name, other usual names; all are read."""

from __future__ import annotations

from enum import StrEnum


class Term(StrEnum):
    """A word of the vocabulary: an English identifier, its Chinese name in ``label``, other usual names; all are read."""

    label: str
    others: tuple[str, ...]

    def __new__(cls, value: str, label: str = "", *others: str) -> Term:
        word = str.__new__(cls, value)
        word._value_ = value
        word.label = label
        word.others = others
        return word

    @classmethod
    def _missing_(cls, value: object) -> Term | None:
        return next((word for word in cls if value == word.label or value in word.others), None)


# fmt: off
class Budget(Term):
    GENERAL = "general", "一般公共预算"
    FUNDS = "funds", "政府性基金预算"
    STATE_CAPITAL = "state_capital", "国有资本经营预算"
    SOCIAL_INSURANCE = "social_insurance", "社会保险基金预算"

class Scope(Term):
    WHOLE = "whole", "全辖", "全县", "全市", "全区", "全州", "全旗", "全盟", "全地区"
    OWN_LEVEL = "own_level", "本级", "县本级", "市本级", "区本级", "州本级", "旗本级", "盟本级", "地区本级"

class Status(Term):
    FINAL_ACCOUNTS = "final_accounts", "决算数", "决算"
    ESTIMATE = "estimate", "执行数", "预计执行数", "执行"
    ADJUSTED_BUDGET = "adjusted_budget", "调整预算数", "调整预算"
    BUDGET = "budget", "预算数", "预算", "年初预算数"
    FORECAST = "forecast", "预测数"

ACTUAL = (Status.FINAL_ACCOUNTS, Status.ESTIMATE)
"""Statuses that tell what happened, the better one first."""

BUDGETED = (Status.ADJUSTED_BUDGET, Status.BUDGET, Status.FORECAST)
"""Statuses that tell what was budgeted, the one in force first."""

class Unit(Term):
    TEN_THOUSAND_YUAN = "10k_yuan", "万元"
    YUAN = "yuan", "元"
    HUNDRED_MILLION_YUAN = "100m_yuan", "亿元"

class YesNo(Term):
    YES = "yes", "是"
    NO = "no", "否"

class DebtKind(Term):
    GENERAL = "general", "一般债务", "一般", "一般债券"
    SPECIAL = "special", "专项债务", "专项", "专项债券"

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
    OVERDUE_STOCK = "overdue_stock", "逾期债务余额"

class BondPurpose(Term):
    NEW = "new", "新增", "新增债券"
    REFINANCING = "refinancing", "再融资", "再融资债券"
    SWAP = "swap", "置换", "置换债券"

class Amortisation(Term):
    BULLET = "bullet", "到期一次还本", "一次还本", "到期还本", "到期一次性还本", "bullet repayment"
    EQUAL_PRINCIPAL = "equal_principal", "等额本金", "等额还本", "equal principal", "linear"
    LEVEL = "level", "等额本息", "level payment", "annuity"
    INSTALMENTS = "instalments", "分期还本", "分期偿还", "分年还本", "installments", "instalment"
    CALL = "call", "含赎回权", "提前偿还", "提前还本", "赎回", "callable"

class GuaranteeClass(Term):
    LIVING = "living", "保基本民生"
    SALARIES = "salaries", "保工资"
    OPERATIONS = "operations", "保运转"

class StandardPart(Term):
    NATIONAL = "national", "国家标准"
    LOCAL = "local", "地方标准"

class ProjectCategory(Term):
    OPERATIONS = "operations", "保障运转"
    SOCIAL = "social", "社会事业"
    INDUSTRY = "industry", "产业发展"
    CONSTRUCTION = "construction", "重点建设"
    SPECIFIC = "specific", "特定事项"

class PayClass(Term):
    RESOURCE = "resource", "资源类"
    COMPETITIVE = "competitive", "一般竞争类"
    PUBLIC = "public", "公益类"
    DEFERRED = "deferred", "暂缓上交"

class ProjectStatus(Term):
    COMMITTED = "committed", "已签约"
    CANDIDATE = "candidate", "储备"

class ProjectFunding(Term):
    COUNTY = "county", "县级财力"
    SUPERIOR = "superior", "上级资金"
    GENERAL_BOND = "general_bond", "一般债券"
    SPECIAL_BOND = "special_bond", "专项债券"
    NON_FISCAL = "non_fiscal", "单位自有资金", "非财政拨款"
    CARRY_OVER = "carry_over", "单位结转", "单位上年结转"
    OTHER = "other", "其他资金"

class PooledSource(Term):
    SUPERIOR = "superior", "上级资金", "上级补助"
    FUNDS = "funds", "政府性基金"
    STATE_CAPITAL = "state_capital", "国有资本经营"

class ProjectSector(Term):
    TRANSPORT = "transport", "交通", "交通基础设施"
    ENERGY = "energy", "能源"
    WATER_AND_FARMING = "water_and_farming", "农林水利"
    ENVIRONMENT = "environment", "生态环保"
    SOCIAL = "social", "社会事业"
    LOGISTICS = "logistics", "物流", "城乡冷链等物流基础设施"
    MUNICIPAL = "municipal", "市政和产业园区", "市政和产业园区基础设施"
    HOUSING = "housing", "保障性安居工程", "棚户区改造"
    NEW_INFRASTRUCTURE = "new_infrastructure", "新型基础设施"
    LAND_RESERVE = "land_reserve", "土地储备"
    OTHER = "other", "其他"

class ProjectStage(Term):
    PREPARATION = "preparation", "前期"
    CONSTRUCTION = "construction", "在建", "建设"
    OPERATION = "operation", "运营"
    STOPPED = "stopped", "停缓建", "停建"

class HiddenFunding(Term):
    BUDGET = "budget", "预算资金"
    ASSET_SALE = "asset_sale", "资产处置"
    SWAP = "swap", "债券置换"
    RESTRUCTURING = "restructuring", "债务重组", "展期降息", "债务重组（展期降息）"
    PROJECT_INCOME = "project_income", "项目收益"

class HiddenInstrument(Term):
    LOAN = "loan", "贷款", "银行贷款"
    BOND = "bond", "债券"
    TRUST = "trust", "信托"
    LEASING = "leasing", "融资租赁"
    ARREARS = "arrears", "工程欠款", "拖欠工程款"
    SHANTYTOWN = "shantytown", "棚改贷款", "棚改"
    OTHER = "other", "其他"

NON_STANDARD = (HiddenInstrument.TRUST, HiddenInstrument.LEASING)
"""Instruments that are traded nowhere: costly, and quick to be called."""

class PaymentOrigin(Term):
    BEFORE_2019 = "before_2019", "2018年底存量"
    AFTER_2018 = "after_2018", "2019年后新增"

class PaymentClearing(Term):
    BUDGET = "budget", "预算列支", "列支"
    COLLECT = "collect", "收回", "清收"
    ASSET = "asset", "以资抵顶", "资产抵顶"

class StockDestination(Term):
    STABILIZATION = "stabilization", "补充预算稳定调节基金"
    GENERAL = "general", "调入一般公共预算并补充稳调基金"
    RETURNED = "returned", "交回上级"
    TREASURY = "treasury", "收回同级财政重新安排"

class MeasureKind(Term):
    RAISE = "raise", "增收"
    CUT = "cut", "压减"
    TRANSFER = "transfer", "调入"
    SELL = "sell", "处置资产"
    POSTPONE = "postpone", "推迟"

class Certainty(Term):
    CERTAIN = "certain", "确定"
    LIKELY = "likely", "较有把握"
    POSSIBLE = "possible", "可能"

class ContingentKind(Term):
    INTEREST_SUBSIDY = "interest_subsidy", "财政贴息", "贴息", "贷款贴息"
    RISK_POOL = "risk_pool", "风险补偿资金池", "风险补偿"
    GUARANTEE = "guarantee", "融资担保", "担保"
    BRIDGE_FUND = "bridge_fund", "应急转贷周转金", "过桥资金", "转贷资金", "企业应急周转金"
    MATURITY_FUND = "maturity_fund", "债务应急周转金", "地方债务风险化解应急周转金"

FUNDS_LENT = (ContingentKind.BRIDGE_FUND, ContingentKind.MATURITY_FUND)
"""Kinds of contingent liabilities that lend a fund for days and get it back."""

class Guarantor(Term):
    COMPANY = "company", "持牌融资担保公司", "融资担保公司", "担保公司"
    GOVERNMENT = "government", "县级政府及部门", "县政府", "政府"

class CallCertainty(Term):
    CONTRACTED = "contracted", "已签约认缴", "认缴", "已签约"
    CONDITIONAL = "conditional", "满足条件才出资", "有条件"

class TransferKind(Term):
    REBATE = "rebate", "返还性收入"
    GENERAL = "general", "一般性转移支付"
    SPECIAL = "special", "专项转移支付"

class TransferLogic(Term):
    FIXED = "fixed", "固定数额"
    FORMULA = "formula", "因素法"
    PRENOTIFIED = "prenotified", "按提前下达", "提前下达"
    EARMARKED = "earmarked", "专款专用"
    ONE_OFF = "one_off", "一次性"

class TransferStatus(Term):
    FINAL_ACCOUNTS = "final_accounts", "决算数", "决算"
    ESTIMATE = "estimate", "执行数", "预计执行数", "执行"
    BUDGET = "budget", "预算数", "预算", "年初预算数"
    PRENOTIFIED = "prenotified", "提前下达数", "提前下达"

class OneOffKind(Term):
    ONE_OFF = "one_off", "一次性因素", "一次性"
    SCOPE = "scope", "口径变化", "口径"
    POLICY = "policy", "政策调整", "政策"

class Sex(Term):
    MALE = "male", "男"
    FEMALE = "female", "女"
    TOTAL = "total", "合计", "不分性别"

class RateKind(Term):
    FERTILITY = "fertility", "生育率"
    SURVIVAL = "survival", "存活率"
    NEWBORN_SURVIVAL = "newborn_survival", "新生儿存活率"
    SEX_RATIO = "sex_ratio", "出生性别比"
    MIGRATION = "migration", "净迁移率"
    ENROLMENT = "enrolment", "在学率", "入学率"
    ELIGIBILITY = "eligibility", "享受率"

DRIVER_RATES = (RateKind.ENROLMENT, RateKind.ELIGIBILITY)
"""Rates that turn people of an age into persons of a guarantee item."""

class PaymentKind(Term):
    SALARIES = "salaries", "工资", "保工资"
    LIVING = "living", "基本民生", "保基本民生"
    OPERATIONS = "operations", "运转", "保运转"
    DEBT = "debt", "还本付息"

class FindingStatus(Term):
    OPEN = "open", "整改中", "未销号"
    CLOSED = "closed", "已销号", "已整改"

class ApprovalKind(Term):
    ORIGINAL = "original", "年初预算", "批准预算"
    ADJUSTED = "adjusted", "调整预算", "预算调整方案"
    FINAL_ACCOUNTS = "final_accounts", "决算"

class ReallocationKind(Term):
    CODES = "codes", "科目", "科目之间"
    LEVELS = "levels", "级次", "级次之间"
    USES = "uses", "用途", "项目之间"

class MoneyFrom(Term):
    WITHIN = "within", "原预算调剂", "调剂"
    SUPERIOR = "superior", "上级增加专项", "上级专项转移支付"
    STABILIZATION = "stabilization", "动用稳调基金", "预算稳定调节基金"
    DEBT = "debt", "新增举借债务", "新增债券"
    OVER_COLLECTION = "over_collection", "超收收入"
    RESERVE = "reserve", "预备费"
    THRIFT = "thrift", "节约开支", "厉行节约"
    OTHER = "other", "其他资金"

class UnitClass(Term):
    ADMINISTRATIVE = "administrative", "行政"
    CIVIL_SERVICE = "civil_service", "参公", "参照公务员法管理"
    INSTITUTION = "institution", "事业"
    TEACHERS = "teachers", "教师"
    MEDICAL = "medical", "医疗", "卫生"
    WORKERS = "workers", "工勤", "工人"
    OTHER = "other", "其他"

class UnitFunding(Term):
    FULL = "full", "全额", "全额拨款"
    PARTIAL = "partial", "差额", "差额补助"

class PayEventKind(Term):
    RATE = "rate", "涨幅"
    AMOUNT = "amount", "增资额"

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
    PRIMARY_OUTPUT = "primary_output", "第一产业增加值"
    SECONDARY_OUTPUT = "secondary_output", "第二产业增加值"
    TERTIARY_OUTPUT = "tertiary_output", "第三产业增加值"
    INDUSTRIAL_OUTPUT = "industrial_output", "工业增加值"
    FIXED_INVESTMENT = "fixed_investment", "固定资产投资"

class MacroUnit(Term):
    TEN_THOUSAND_YUAN = "10k_yuan", "万元"
    YUAN = "yuan", "元"
    HUNDRED_MILLION_YUAN = "100m_yuan", "亿元"
    PERSONS = "persons", "人"
    TEN_THOUSAND_PERSONS = "10k_persons", "万人"
    FRACTION = "fraction", "小数"

class BaseUnit(Term):
    TEN_THOUSAND_YUAN = "10k_yuan", "万元"
    YUAN = "yuan", "元"
    HUNDRED_MILLION_YUAN = "100m_yuan", "亿元"
    TONNES = "tonnes", "吨"
    TEN_THOUSAND_TONNES = "10k_tonnes", "万吨"
    SQUARE_METRES = "square_metres", "平方米"
    TEN_THOUSAND_SQUARE_METRES = "10k_square_metres", "万平方米"
    VEHICLES = "vehicles", "辆"

QUANTITIES = frozenset(BaseUnit) - {BaseUnit.TEN_THOUSAND_YUAN, BaseUnit.YUAN, BaseUnit.HUNDRED_MILLION_YUAN}
"""Units of a tax base that is no money: its rate is yuan a unit."""

IN_BASE_UNITS: dict[str, float] = {
    Unit.TEN_THOUSAND_YUAN: 1.0, Unit.YUAN: 1e-4, Unit.HUNDRED_MILLION_YUAN: 1e4,
    MacroUnit.PERSONS: 1.0, MacroUnit.TEN_THOUSAND_PERSONS: 1e4, MacroUnit.FRACTION: 1.0,
    BaseUnit.TONNES: 1e-4, BaseUnit.TEN_THOUSAND_TONNES: 1.0, BaseUnit.SQUARE_METRES: 1e-4,
    BaseUnit.TEN_THOUSAND_SQUARE_METRES: 1.0, BaseUnit.VEHICLES: 1e-4,
}
"""What one of a unit is in memory: money in 万元, people in persons, rates as fractions.

Quantities that a tax is levied on are counted in ten thousands: at a rate in yuan a unit they then give 万元.
"""
# fmt: on

QUALITIES = {
    "observed": "据历史数推算",
    "law": "法规",
    "official": "官方文件",
    "expert": "经验判断",
    "unverified": "未经核实",
    "planner": "规划人员设定",
}
