"""The words of the ledgers of fiscal data."""

from __future__ import annotations

from fiscal_model.words.vocabulary import Term


# fmt: off
class RecordKind(Term):
    ELECTRICITY = "electricity", "用电量"
    LAND_USE = "land_use", "用地面积"
    PROPERTY = "property", "不动产成交额"
    EMPLOYEES = "employees", "参保人数"

class CodeKind(Term):
    GENERAL = "general", "一般公共预算科目"
    FUNDS = "funds", "政府性基金科目"
    STATE_CAPITAL = "state_capital", "国有资本经营科目"
    SOCIAL_INSURANCE = "social_insurance", "社会保险基金科目"
    UNIT = "unit", "预算单位"
    TOWNSHIP = "township", "乡镇"

class DataCategory(Term):
    BUDGET = "budget", "预算"
    REVENUE = "revenue", "收入"
    SPENDING = "spending", "支出"
    DEBT = "debt", "债务"
    ASSET = "asset", "资产"
    PEOPLE = "people", "人员"
    PROJECT = "project", "项目和绩效"
    SUPERVISION = "supervision", "监督"
    REFERENCE = "reference", "基础和参考"

class DataLevel(Term):
    CORE = "core", "核心"
    IMPORTANT = "important", "重要"
    SENSITIVE = "sensitive", "敏感"
    ORDINARY = "ordinary", "一般"

class Refresh(Term):
    MONTHLY = "monthly", "按月"
    QUARTERLY = "quarterly", "按季"
    YEARLY = "yearly", "按年"
    AS_NEEDED = "as_needed", "不定期"

class Sharing(Term):
    OPEN = "open", "公开"
    UNCONDITIONAL = "unconditional", "无条件共享"
    CONDITIONAL = "conditional", "有条件共享"
    NONE = "none", "不予共享"
# fmt: on
