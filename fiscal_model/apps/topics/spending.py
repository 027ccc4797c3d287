"""General expenditure by function and by economic class, and what departments may spend.

Examples
--------
>>> import fiscal_model as fm
>>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
>>> fm.spending.by_function(plan)
<Spending 丽江市2026—2030年支出按功能分类>
"""

from fiscal_model.analysis.spending.classes import by_economic_class
from fiscal_model.analysis.spending.departments import department_ceilings
from fiscal_model.analysis.spending.functions import by_function

__all__ = ["by_economic_class", "by_function", "department_ceilings"]
