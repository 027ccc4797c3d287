"""Ways to carry a short yearly series forward: a damped trend, an elasticity to output, the last value."""

from __future__ import annotations

import warnings

import numpy as np

DAMPED_TREND = "阻尼趋势"
ELASTICITY = "GDP弹性"
LAST_VALUE = "上年水平"


def damped_trend(history: np.ndarray, horizon: int) -> np.ndarray:
    """Extend a positive series by Holt's damped trend on logs (statsmodels).

    Parameters
    ----------
    history : (year,) float
        Positive, at least five values.
    horizon : int

    Returns
    -------
    (horizon,) float

    Notes
    -----
    ``log y(t+h) = l + (phi + ... + phi^h) b``; level, trend and damping are estimated by statsmodels, damping between
    0.8 and 0.98 (Gardner and McKenzie 1985).

    Examples
    --------
    >>> damped_trend(np.array([100.0, 104, 108, 113, 117, 122]), 2).round(0).tolist()
    [126.0, 131.0]
    """
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    logs = np.log(history)
    with warnings.catch_warnings():
        # A short smooth series sits at a bound of the likelihood; the optimiser's remark changes nothing here.
        warnings.simplefilter("ignore")
        fit = ExponentialSmoothing(
            logs,
            trend="add",
            damped_trend=True,
            initialization_method="heuristic" if len(logs) >= 10 else "known",
            initial_level=None if len(logs) >= 10 else float(logs[0]),
            initial_trend=None if len(logs) >= 10 else float(np.mean(np.diff(logs))),
            bounds={"damping_trend": (0.8, 0.98)},
        ).fit(use_brute=False)
        ahead = np.asarray(fit.forecast(horizon))
    return np.exp(np.where(np.isfinite(ahead), ahead, logs[-1]))


def elasticity(
    history: np.ndarray, driver: np.ndarray, driver_ahead: np.ndarray, shrinkage: float
) -> np.ndarray:
    """Extend a positive series along a driver such as GDP.

    Parameters
    ----------
    history, driver : (year,) float
        Positive, the same years.
    driver_ahead : (horizon,) float
        The driver's level in the years to come.
    shrinkage : float
        Weight of the prior elasticity of one, in years of observations.

    Returns
    -------
    (horizon,) float

    Notes
    -----
    ``R(t) = R(0) (D(t)/D(0))^e`` with ``e`` the slope of ``ln R`` on ``ln D`` shrunk towards one (docs/method.md):
    ``e = (n e_ols + k) / (n + k)``, held within 0 and 2.

    Examples
    --------
    >>> elasticity(np.array([10.0, 11, 12.1]), np.array([1.0, 1.1, 1.21]), np.array([1.331]), 8).round(2).tolist()
    [13.31]
    """
    x, y = np.log(driver), np.log(history)
    spread = np.sum((x - x.mean()) ** 2)
    slope = np.sum((x - x.mean()) * (y - y.mean())) / spread if spread > 0 else 1.0
    shrunk = np.clip((len(x) * slope + shrinkage) / (len(x) + shrinkage), 0.0, 2.0)
    return history[-1] * (driver_ahead / driver[-1]) ** shrunk


def last_value(history: np.ndarray, horizon: int) -> np.ndarray:
    """Repeat the last value: the yardstick every engine must beat."""
    return np.full(horizon, history[-1], dtype=float)
