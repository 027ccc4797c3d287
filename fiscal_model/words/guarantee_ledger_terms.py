"""The words of the ledgers of the three guarantees."""

from __future__ import annotations

from fiscal_model.words.vocabulary import Term


# fmt: off
class PaidFrom(Term):
    WAGES = "wages", "工资专户"
    LIVING = "living", "基本民生专户"
    TREASURY = "treasury", "国库直接支付"

class PaidTo(Term):
    PERSON = "person", "个人"
    SUPPLIER = "supplier", "供应商"
    UNIT = "unit", "单位实有资金账户"
    FISCAL = "fiscal", "财政其他账户"
# fmt: on
