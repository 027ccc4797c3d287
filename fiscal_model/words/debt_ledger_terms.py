"""The words of the ledgers of government debt."""

from __future__ import annotations

from fiscal_model.words.vocabulary import Term


# fmt: off
class BookedIn(Term):
    UNIT = "unit", "行政事业资产台账"
    INFRASTRUCTURE = "infrastructure", "公共基础设施台账"
    FIRM = "firm", "企业国有资产台账"
# fmt: on
