"""Affordability: the county's rating.

Examples
--------
>>> import fiscal_model as fm
>>> fm.affordability.rate(plan)  # doctest: +SKIP
"""

from fiscal_model.analysis.affordability.rating import rate
from fiscal_model.report.answers import answer_affordability as answer

__all__ = ["answer", "rate"]
