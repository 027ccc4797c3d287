"""Own revenue: forecasts, their accuracy and the current year.

Examples
--------
>>> import fiscal_model as fm
>>> fm.revenue.forecast(history, horizon=3)  # doctest: +SKIP
"""

from fiscal_model.blocks.revenue.accuracy import backtest_place
from fiscal_model.blocks.revenue.forecasting import forecast
from fiscal_model.blocks.revenue.nowcasting import nowcast
from fiscal_model.report.answers import answer_revenue as answer

__all__ = ["answer", "backtest_place", "forecast", "nowcast"]
