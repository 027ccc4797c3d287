"""The words of the ledgers of public money and finance."""

from __future__ import annotations

from fiscal_model.words.vocabulary import Term


# fmt: off
class FinanceWay(Term):
    GRANT = "grant", "无偿补助"
    SUBSIDY = "subsidy", "财政贴息"
    EQUITY = "equity", "股权投资"
    POOL = "pool", "风险补偿"
    GUIDANCE = "guidance", "融资引导"

class ExposureKind(Term):
    LOAN = "loan", "贷款"
    GUARANTEE = "guarantee", "担保"
    LEASE = "lease", "融资租赁"

class Segment(Term):
    LIGHT = "light", "轻资产"
    FARMING = "farming", "种养业"
    TRADE = "trade", "商贸"
    INDUSTRY = "industry", "制造业"
# fmt: on
