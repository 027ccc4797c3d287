"""Affordability: the county's rating.

Examples
--------
>>> import fiscal_model as fm
>>> plan = fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline"))
>>> fm.affordability.rate(plan).grade
'一般'
"""

from fiscal_model.analysis.affordability.rating import rate
from fiscal_model.report.answers import answer_affordability as answer

__all__ = ["answer", "rate"]
