"""The words of the ledgers of the budget chain."""

from __future__ import annotations

from fiscal_model.words.vocabulary import Term


# fmt: off
class CycleStep(Term):
    """The steps of a budget in their order; what the last one finds opens the next round."""
    PLAN = "plan", "规划"
    BUDGET = "budget", "编制和批复"
    EXECUTE = "execute", "执行"
    EVALUATE = "evaluate", "评价"
    FEEDBACK = "feedback", "反馈应用"

class DiscloserLevel(Term):
    COUNTY = "county", "政府预决算"
    DEPARTMENT = "department", "部门预决算"
# fmt: on
