"""The three guarantees: the warning light, the treasury by month, what changes cost, what closes a gap.

Examples
--------
>>> import fiscal_model as fm
>>> plan = fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline"))
>>> fm.guarantees.judge_warning(plan)
<EarlyWarning 2026—2030年“三保”预警>
"""

from fiscal_model.analysis.guarantees.early_warning import judge_warning
from fiscal_model.analysis.guarantees.levers import list_levers
from fiscal_model.analysis.guarantees.open_findings import review_findings
from fiscal_model.analysis.guarantees.reprice import cost_one_more, reprice
from fiscal_model.analysis.guarantees.treasury_months import follow_treasury
from fiscal_model.report.answers import answer_guarantees as answer

__all__ = ["answer", "cost_one_more", "follow_treasury", "judge_warning", "list_levers", "reprice", "review_findings"]
