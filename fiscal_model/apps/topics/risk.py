"""Uncertainty: simulated futures, past plans held against what happened.

Examples
--------
>>> import fiscal_model as fm
>>> plan = fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline"))
>>> fm.risk.simulate(plan, paths=100, seed=2026)
<Fan 2026—2030年模拟（100 条路径）>
"""

from fiscal_model.analysis.risk.drawn_futures import sampled
from fiscal_model.analysis.risk.realism import realism
from fiscal_model.analysis.risk.reserve import reserve
from fiscal_model.analysis.risk.revenue_items import revenue_items
from fiscal_model.analysis.risk.reverse_stress import reverse_stress
from fiscal_model.analysis.risk.simulate import simulate
from fiscal_model.analysis.risk.stress import stress_test
from fiscal_model.analysis.risk.variance_parts import explain_variance
from fiscal_model.arithmetic.risk.credit_loss import default_shares
from fiscal_model.blocks.revenue.past_errors import compare_with_outturn, measure_errors
from fiscal_model.report.answers import answer_uncertainty as answer

__all__ = [
    "answer",
    "compare_with_outturn",
    "default_shares",
    "explain_variance",
    "measure_errors",
    "realism",
    "reserve",
    "revenue_items",
    "reverse_stress",
    "sampled",
    "simulate",
    "stress_test",
]  # fmt: skip
