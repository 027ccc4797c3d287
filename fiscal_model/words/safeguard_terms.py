"""The words of the ledgers of the safeguards."""

from __future__ import annotations

from fiscal_model.words.vocabulary import Term


# fmt: off
class DutyRole(Term):
    LEAD = "lead", "牵头"
    SUPPORT = "support", "配合"

class PilotDocument(Term):
    SCHEME = "scheme", "实施方案"
    RULES = "rules", "配套办法"
# fmt: on
