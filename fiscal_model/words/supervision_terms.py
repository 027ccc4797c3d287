"""The words of the ledgers of financial supervision."""

from __future__ import annotations

from fiscal_model.words.vocabulary import Term


# fmt: off
class Theme(Term):
    TRANSFERS = "transfers", "转移支付"
    SPECIAL_BONDS = "special_bonds", "专项债券"
    GUARANTEES = "guarantees", "三保"
    TEMPORARY_PAYMENTS = "temporary_payments", "暂付款"
    REVENUE = "revenue", "收入真实性"
    SUBSIDIES = "subsidies", "惠民补贴"
    OTHER = "other", "其他"

class SupervisingBody(Term):
    FINANCE = "finance", "财政"
    AUDIT = "audit", "审计"
    INSPECTION = "inspection", "巡察"
    DISCIPLINE = "discipline", "纪检监察"

class ViolationKind(Term):
    MISUSE = "misuse", "挤占挪用"
    FALSE_ACCOUNTS = "false_accounts", "虚列收支"
    BEYOND_BUDGET = "beyond_budget", "无预算超预算"
    FALSE_CLAIM = "false_claim", "虚报冒领"
    PROCUREMENT = "procurement", "采购违规"
    OTHER = "other", "其他"

class CaseState(Term):
    INVESTIGATING = "investigating", "查办中"
    CLOSED = "closed", "已结案"

class SelfCheckKind(Term):
    INTERNAL_CONTROL = "internal_control", "内部控制"
    INTERNAL_AUDIT = "internal_audit", "内部审计"
    PERFORMANCE = "performance", "绩效自评"

class SupervisedMoney(Term):
    TRANSFER = "transfer", "转移支付"
    SPECIAL_BOND = "special_bond", "专项债券"
# fmt: on
