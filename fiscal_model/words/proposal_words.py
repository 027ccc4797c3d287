"""The words of what is proposed anew: its kind, what it costs, who pays, how sure that is."""

from fiscal_model.words.vocabulary import Term


# fmt: off
class ProposalKind(Term):
    POLICY = "policy", "支出政策", "政策"
    RAISE = "raise", "提标扩面", "提标", "调资"
    INVESTMENT = "investment", "政府投资项目", "投资项目"
    BOND_PROJECT = "bond_project", "债券项目", "专项债券项目", "一般债券项目"
    PPP = "ppp", "特许经营", "政府和社会资本合作", "PPP"
    PURCHASE = "purchase", "跨年度购买服务", "政府购买服务", "购买服务"
    GUARANTEE = "guarantee", "担保和风险补偿", "担保", "风险补偿"
    FUND = "fund", "基金和出资", "引导基金", "出资"
    MID_YEAR = "mid_year", "执行中追加", "追加事项"

BUILT = (ProposalKind.INVESTMENT, ProposalKind.BOND_PROJECT, ProposalKind.PPP)
"""Kinds of proposals that build something, which is run afterwards."""

class Rigidity(Term):
    LEGAL = "legal", "法定", "法律规定"
    POLICY = "by_policy", "政策规定", "政策"
    DISCRETIONARY = "discretionary", "自主安排", "自主"

class CostPart(Term):
    ONE_OFF = "one_off", "一次性", "建设", "一次性支出"
    RUNNING = "running", "经常性", "运行", "经常性支出"

class CostMoney(Term):
    GENERAL = "general", "一般公共预算"
    FUNDS = "funds", "政府性基金"

class ProposalSource(Term):
    SUPERIOR = "superior", "上级资金", "上级补助"
    GENERAL_BOND = "general_bond", "一般债券"
    SPECIAL_BOND = "special_bond", "专项债券"
    UNIT = "unit", "单位自有资金"
    INCOME = "income", "项目收益", "项目收入"
    SOCIAL = "social", "社会资本", "社会资金"
    STABILIZATION = "stabilization", "动用预算稳定调节基金", "稳调基金"
    CARRY_OVER = "carry_over", "结转结余资金", "结转结余"
    ASSET_SALE = "asset_sale", "资产处置收入", "资产处置"

BONDS = (ProposalSource.GENERAL_BOND, ProposalSource.SPECIAL_BOND)
"""Sources that are paid back: they pay for what is built only."""

ONE_TIME = (ProposalSource.STABILIZATION, ProposalSource.CARRY_OVER, ProposalSource.ASSET_SALE)
"""The county's own money that comes once: it pays for what is spent once."""

class Evidence(Term):
    LETTER = "letter", "有文件", "已下达", "已批准"
    BUDGETED = "budgeted", "已列预算或计划", "已列预算", "已列计划"
    EXPECTED = "expected", "争取中", "预计"
# fmt: on
