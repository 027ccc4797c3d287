"""Uncertainty: simulated futures, past plans held against what happened.

Examples
--------
>>> import fiscal_model as fm
>>> fm.risk.simulate(plan, paths=10_000, seed=2026)  # doctest: +SKIP
"""

from fiscal_model.analysis.risk.simulate import simulate
from fiscal_model.blocks.revenue.past_errors import compare_with_outturn, measure_errors
from fiscal_model.report.answers import answer_uncertainty as answer

__all__ = ["answer", "compare_with_outturn", "measure_errors", "simulate"]
