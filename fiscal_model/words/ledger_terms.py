"""The words that several management ledgers share."""

from __future__ import annotations

from fiscal_model.words.vocabulary import Term


# fmt: off
class YesNo(Term):
    YES = "yes", "是", "已"
    NO = "no", "否", "未"
# fmt: on
