"""The words that several management ledgers share."""

from __future__ import annotations

from fiscal_model.words.vocabulary import Term

FIRST_LEDGER = 40
"""Tables of the annex are numbered below; 40 lists the ledgers, those of task n stand under 40 + n."""


# fmt: off
class YesNo(Term):
    YES = "yes", "是", "已"
    NO = "no", "否", "未"
# fmt: on
