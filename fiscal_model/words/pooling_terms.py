"""The words of the ledgers of pooled resources."""

from __future__ import annotations

from fiscal_model.words.vocabulary import Term


# fmt: off
class IncomeKind(Term):
    TAX = "tax", "税收"
    NON_TAX = "non_tax", "非税收入"
    FUND = "fund", "政府性基金收入"
    CAPITAL = "capital", "国有资本收益"
    INSURANCE = "insurance", "社会保险基金收入"
    TUITION = "tuition", "教育收费"

class BudgetedIn(Term):
    GENERAL = "general", "一般公共预算"
    FUNDS = "funds", "政府性基金预算"
    STATE_CAPITAL = "state_capital", "国有资本经营预算"
    SOCIAL_INSURANCE = "social_insurance", "社会保险基金预算"
    SPECIAL_ACCOUNT = "special_account", "财政专户"
    NOWHERE = "nowhere", "未纳入预算"

class ServiceNature(Term):
    WAGES = "wages", "人员经费"
    RUNNING = "running", "机构运转"
    SERVICE = "service", "基本公共服务"
    BUILDING = "building", "工程建设"

class OwnIncome(Term):
    PROVISION = "provision", "事业收入"
    TRADING = "trading", "经营收入"
    OTHER = "other", "其他收入"

class TaskRole(Term):
    LEAD = "lead", "牵头"
    SUPPORT = "support", "配合"
# fmt: on
