"""The words of the ledgers of state firms and of the state-capital budget."""

from __future__ import annotations

from fiscal_model.words.vocabulary import Term


# fmt: off
class FirmState(Term):
    OPERATING = "operating", "正常经营"
    SUSPENDED = "suspended", "停业"
    LIQUIDATING = "liquidating", "清算中"
    CANCELLED = "cancelled", "已注销"

class ReceiptKind(Term):
    DIVIDEND = "dividend", "股利股息"
    PROPERTY = "property", "产权转让"
    LIQUIDATION = "liquidation", "清算收入"
    OTHER = "other", "其他"

class SpendingArea(Term):
    KEY_FIELD = "key_field", "关键领域"
    WEAK_LINK = "weak_link", "薄弱环节"
    REFORM_COST = "reform_cost", "历史遗留和改革成本"
    OTHER = "other", "其他"
# fmt: on
