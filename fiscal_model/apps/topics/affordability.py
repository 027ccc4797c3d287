"""Affordability: the county's rating, and the projects of its library that it can pay for.

Examples
--------
>>> import fiscal_model as fm
>>> plan = fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline"))
>>> rating = fm.affordability.rate(plan)
>>> rating.grade, [veto.name for veto in rating.vetoes]
('偏弱', ['fund_gap', 'insurance', 'interest'])
"""

from fiscal_model.analysis.affordability.assess import assess
from fiscal_model.analysis.affordability.assess_together import assess_together
from fiscal_model.analysis.affordability.candidates import Candidate, list_candidates
from fiscal_model.analysis.affordability.choose_projects import choose_projects
from fiscal_model.analysis.affordability.contingent import contingent, stressed_calls
from fiscal_model.analysis.affordability.library_review import review_library
from fiscal_model.analysis.rating.rating import rate
from fiscal_model.analysis.rating.second_opinion import second_opinion
from fiscal_model.report.answers import answer_affordability as answer

__all__ = [
    "Candidate",
    "answer",
    "assess",
    "assess_together",
    "choose_projects",
    "contingent",
    "list_candidates",
    "rate",
    "review_library",
    "second_opinion",
    "stressed_calls",
]
