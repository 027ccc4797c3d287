"""Own revenue: forecasts, their accuracy and the current year.

Examples
--------
>>> import fiscal_model as fm
>>> import pandas as pd
>>> history = pd.Series([100.0, 104.0, 108.0, 113.0, 117.0, 122.0], index=range(2020, 2026))
>>> list(fm.revenue.forecast(history, horizon=3).columns)
['mean', 'lo-80', 'hi-80', 'lo-95', 'hi-95']
"""

from fiscal_model.blocks.revenue.accuracy import backtest_place
from fiscal_model.blocks.revenue.forecasting import forecast
from fiscal_model.blocks.revenue.nowcasting import nowcast
from fiscal_model.report.answers import answer_revenue as answer

__all__ = ["answer", "backtest_place", "forecast", "nowcast"]
