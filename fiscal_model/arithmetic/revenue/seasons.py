"""Months within the year: gaps filled, the usual shape of a year, the ways to get from the months so far to the year."""

from __future__ import annotations

import numpy as np

from fiscal_model.arithmetic.elementary import MONTHS

PROFILE_YEARS = 6
"""Years that shape the profile: older years had other filing dates."""
PACE_MONTHS = 3.0
"""How many months it takes until the year's own pace weighs as much as last year's."""
SLOW, QUICK = 0.1, 0.3
"""How fast the running level follows what came in: months of memory against news."""
LARGEST_MOVE = 0.2
"""The most that one month moves a level, as a part of last year's."""
TREND_YEARS, LARGEST_TREND = 10, 0.02
"""Years that the trend is drawn through; the most it moves a level in a month."""
UNSTEADY = 3.0
"""Half of past growth is believed where its variance is one in so many of its square."""
LARGEST_STEP, LARGEST_GROWTH = 0.5, 0.3
USUAL_VOLATILITY, VOLATILITY_YEARS, LARGEST_SWING = 0.12, 7, 0.7
"""Spread of yearly growth, in logs, that counts like one more year of evidence; years it is measured on; its cap."""
ROUTES = ("进度法", "上年剩余月份法", "慢速水平法", "快速水平法", "水平加趋势法", "年度预测")
"""From the months so far to the year; the order of the first axis of `routes`."""

Array = np.ndarray


def fill_months(months: Array, annual: Array) -> tuple[Array, Array, Array]:
    """Make past years whole and the current year whole up to its last known month.

    ``months``: (year, month, item) float, 万元, NaN where unknown; the last row is the current year. A February without
    its January holds both, as statistics print them: then January is counted into February in every year.
    ``annual``: (year, item) float, full years, NaN where unknown; closes a past year that lacks months.
    Returns ``filled``: (year, month, item) float, past years whole or wholly NaN; the current year NaN after its last
    known month.
    Returns ``known``: (item,) int, months known of the current year, 0 to 12.
    Returns ``guessed``: (item,) int, months of the current year that lie before the last known one and had to be put
    in.

    Examples
    --------
    >>> months = np.full((2, 12, 1), 10.0); months[0, 4, 0] = months[1, 3:, 0] = np.nan
    >>> filled, known, guessed = fill_months(months, np.array([[125.0], [np.nan]]))
    >>> float(filled[0, 4, 0]), known.tolist(), guessed.tolist()
    (15.0, [3], [0])
    """
    amounts = _pair_first_two(np.array(months, dtype=float))
    current = np.isfinite(amounts[-1])
    known = np.where(current.any(axis=0), MONTHS - np.argmax(current[::-1], axis=0), 0)
    shape = _rough_shape(amounts)
    for year in range(len(amounts) - 1):
        amounts[year] = _whole_year(amounts[year], annual[year], shape)
    inside = np.arange(MONTHS)[:, None] < known
    missing = inside & ~np.isfinite(amounts[-1])
    seen = np.where(current, amounts[-1], 0.0).sum(axis=0)
    of_year = np.where(current, shape, 0.0).sum(axis=0)
    pace = np.where(of_year > 1e-9, seen / np.where(of_year > 1e-9, of_year, 1.0), 0.0)
    amounts[-1] = np.where(missing, shape * pace, amounts[-1])
    return amounts, known, missing.sum(axis=0)


def _pair_first_two(amounts: Array) -> Array:
    first, second = amounts[:, 0], amounts[:, 1]
    paired = (np.isnan(first) & np.isfinite(second)).any(axis=0)
    together = np.where(np.isfinite(second), np.nan_to_num(first) + second, np.nan)
    alone = np.where(np.isfinite(together), 0.0, np.nan)
    amounts[:, 0], amounts[:, 1] = np.where(paired, alone, first), np.where(paired, together, second)
    return amounts


def _rough_shape(amounts: Array) -> Array:
    """Return the mean share of each month over the years that are whole, level where none is: (month, item)."""
    past = amounts[:-1]
    total = past.sum(axis=1, keepdims=True)
    usable = np.isfinite(total) & (np.abs(total) > 1e-9)
    shares = np.where(usable, past / np.where(usable, total, 1.0), 0.0)
    count = usable.sum(axis=0)
    return np.where(count > 0, shares.sum(axis=0) / np.maximum(count, 1), 1.0 / MONTHS)


def _whole_year(amounts: Array, annual: Array, shape: Array) -> Array:
    """Spread what the year's total leaves over the months that are missing; without a total half a year must be known."""
    given = np.isfinite(amounts)
    seen, of_year = np.where(given, amounts, 0.0).sum(axis=0), np.where(given, shape, 0.0).sum(axis=0)
    left = np.where(given, 0.0, shape)
    count = (~given).sum(axis=0)
    spread = np.where(np.abs(left.sum(axis=0)) > 1e-9, left, (~given) / np.maximum(count, 1))
    spread = spread / np.where(spread.sum(axis=0) != 0, spread.sum(axis=0), 1.0)
    pace = np.where(of_year > 0.5, seen / np.where(of_year > 0.5, of_year, 1.0) - seen, np.nan)
    rest = np.where(np.isfinite(annual), annual - seen, pace)
    rest = np.where(given.any(axis=0), rest, np.nan)
    return np.where(given.all(axis=0), amounts, np.where(given, amounts, spread * rest) + 0.0 * rest)


def profiles(amounts: Array) -> Array:
    """Return the usual shape of each year as it was known when the year began, (year, month, item) float.

    Each month's factor is its mean over up to `PROFILE_YEARS` earlier years, pulled towards a level year as far as
    the factors vary from year to year more than from month to month (empirical Bayes).

    Factors with mean one; level where no earlier year is known.

    ``amounts``: (year, month, item) float, whole past years, NaN elsewhere.
    """
    total = amounts.sum(axis=1)
    usable = np.isfinite(total) & (total > 0)
    factors = np.where(usable[:, None], amounts * MONTHS / np.where(usable, total, 1.0)[:, None], np.nan).clip(
        -3.0, MONTHS
    )
    shape = np.ones_like(amounts)
    for year in range(1, len(amounts)):
        window = factors[max(0, year - PROFILE_YEARS) : year]
        there = np.isfinite(window)
        count = there[:, 0].sum(axis=0)
        mean = np.where(there, window, 0.0).sum(axis=0) / np.maximum(count, 1)
        spread = (np.where(there, window - mean, 0.0) ** 2).sum(axis=0) / np.maximum(count - 1, 1)
        noise = spread.mean(axis=0) / np.maximum(count, 1)
        signal = np.maximum(((mean - 1) ** 2).sum(axis=0) / (MONTHS - 1) - noise, 0.0)
        trust = np.where(count > 1, signal / np.maximum(signal + noise, 1e-12), 0.7)
        pulled = 1 + trust * (mean - 1)
        centre = pulled.mean(axis=0)
        shape[year] = np.where((count > 0) & (centre > 1e-3), pulled / np.where(centre > 1e-3, centre, 1.0), 1)
    return shape


def steady_growth(annual: Array) -> Array:
    """Return the growth in logs that each year could count on when it began: the less the more past growth varied.

    The mean of past growth, half-life three years, times its square over that square and `UNSTEADY` variances: even
    growth is believed whole, growth that came and went hardly at all.

    ``annual``: (year, item) float, NaN or not positive where growth cannot be measured.
    Returns (year, item) float.

    Examples
    --------
    >>> np.expm1(steady_growth(np.array([[100.0], [110], [121], [np.nan]]))[-1]).round(6).tolist()
    [0.1]
    """
    steps = _steps(annual, LARGEST_STEP)
    growth = np.zeros_like(annual, dtype=float)
    for year in range(2, len(annual)):
        weight = 0.5 ** ((year - 2 - np.arange(year - 1)) / 3.0)[:, None]
        count, total, mean, squares = _moments(steps[: year - 1], weight)
        spread = squares / total * np.maximum(count, 2) / np.maximum(count - 1, 1)
        trust = mean**2 / np.maximum(mean**2 + UNSTEADY * spread, 1e-12)
        growth[year] = np.where(count >= 2, trust * mean, 0.0).clip(-LARGEST_GROWTH, LARGEST_GROWTH)
    return growth


def volatility(annual: Array) -> Array:
    """Return how much growth differed from year to year, as each year could know it when it began, (year, item) float.

    Standard deviation of yearly growth in logs, pulled towards `USUAL_VOLATILITY`.

    ``annual``: (year, item) float, NaN or not positive where growth cannot be measured.

    Examples
    --------
    >>> volatility(np.array([[100.0], [110], [121], [np.nan]]))[:, 0].round(3).tolist()
    [0.12, 0.12, 0.12, 0.085]
    """
    steps = _steps(annual, LARGEST_SWING)
    spread = np.full_like(annual, USUAL_VOLATILITY, dtype=float)
    for year in range(2, len(annual)):
        past = steps[max(0, year - 1 - VOLATILITY_YEARS) : year - 1]
        count, _, _, squares = _moments(past, np.ones((len(past), 1)))
        spread[year] = np.sqrt((squares + USUAL_VOLATILITY**2) / np.maximum(count, 1))
    return spread


def _steps(annual: Array, largest: float) -> Array:
    """Yearly growth in logs, at most so large, (year - 1, item); NaN where it cannot be measured."""
    return np.diff(np.log(np.where(annual > 0, annual, np.nan)), axis=0).clip(-largest, largest)


def _moments(past: Array, weight: Array) -> tuple[Array, Array, Array, Array]:
    """Count, whole weight, mean and weighed squares about it of the steps that are known, by item."""
    seen = np.isfinite(past)
    weight = weight * seen
    total = np.maximum(weight.sum(axis=0), 1e-12)
    mean = (weight * np.where(seen, past, 0.0)).sum(axis=0) / total
    return seen.sum(axis=0), total, mean, (weight * np.where(seen, past - mean, 0.0) ** 2).sum(axis=0)


def half_trend(annual: Array, growth: Array) -> Array:
    """Return half the slope of a straight line through earlier years, beyond what steady growth explains.

    Half, because a level that follows the news already carries the rest (the theta method).

    ``annual``, ``growth``: (year, item) float, growth from `steady_growth`.
    Returns (year, item) float: 万元 a month that a month's level moves, zero with less than three years in a row.

    Examples
    --------
    >>> half_trend(np.array([[144.0], [288], [432], [np.nan]]), np.zeros((4, 1)))[-1].tolist()
    [0.5]
    """
    slope = np.zeros_like(annual)
    for year in range(3, len(annual)):
        past = annual[max(0, year - TREND_YEARS) : year]
        back = np.arange(len(past) - 1, -1, -1.0)[:, None]
        past = past * np.exp(back * growth[year])
        unbroken = np.logical_and.accumulate(np.isfinite(past)[::-1], axis=0)[::-1]
        count = np.maximum(unbroken.sum(axis=0), 1)
        centred = np.where(unbroken, back - np.where(unbroken, back, 0.0).sum(axis=0) / count, 0.0)
        squares = np.maximum((centred**2).sum(axis=0), 1e-12)
        fitted = -(centred * np.where(unbroken, past, 0.0)).sum(axis=0) / squares
        slope[year] = np.where(unbroken.sum(axis=0) >= 3, fitted, 0.0)
    monthly = slope / (2 * MONTHS**2)
    most = LARGEST_TREND * np.abs(np.nan_to_num(_earlier(annual, 1))) / MONTHS
    return monthly.clip(-most, most)


def routes(amounts: Array, annual: Array, shape: Array, growth: Array, trend: Array, month: int) -> Array:
    """Estimate every year from its first months, knowing only earlier years and those months.

    ``amounts``: (year, month, item) float.
    ``annual``: (year, item) float, full years, the current one NaN.
    ``shape``: (year, month, item) float, from `profiles`.
    ``growth``, ``trend``: (year, item) float, from `steady_growth` and `half_trend`.
    ``month``: months known, 0 to 12.
    Returns (route, year, item) float: in the order of `ROUTES`; NaN where the year before is not known.
    """
    so_far = amounts[:, :month].sum(axis=1)
    last, rest_last = _earlier(annual, 1), _earlier(annual - so_far, 1)
    share = shape[:, :month].sum(axis=1) / MONTHS
    usual = share * last
    paced = (so_far > 0) & (usual > 0)
    ahead = np.log(np.where(paced, so_far, 1.0) / np.where(paced, usual, 1.0)).clip(-1.0, 1.0)
    weight = month / (month + PACE_MONTHS)
    slow, quick, moving = _running_levels(amounts, annual, shape, growth, trend, month)
    found = np.stack(
        [
            so_far + (1 - share) * last * np.exp(weight * ahead + (1 - weight) * growth),
            so_far + rest_last * np.exp(growth),
            so_far + slow,
            so_far + quick,
            so_far + moving,
            last * np.exp(growth),
        ]
    )
    return np.where(np.isfinite(so_far), found, np.nan)


def _running_levels(amounts: Array, annual: Array, shape: Array, growth: Array, trend: Array, month: int) -> Array:
    """Follow the level through the last two years and the months so far, weighing large months more.

    Return the months to come, (level, year, item): slow, quick, and quick with its trend.
    """
    drift = np.array([0.0, 0.0, 1.0])[:, None, None] * trend
    last, before = _earlier(annual, 1) / MONTHS, _earlier(annual, 2) / MONTHS
    near = np.isfinite(before) & (np.abs(before - last) <= np.abs(last))
    bound = LARGEST_MOVE * np.abs(last)
    start = np.where(near, before, last) - drift * MONTHS / 2  # a year's mean is the level of its middle
    first = _followed(start, _earlier(amounts, 2), shape, drift, bound)
    level = np.where(near, first, start) * np.exp(growth)
    level = _followed(level, _earlier(amounts, 1), shape, drift, bound) * np.exp(growth)
    level = _followed(level, amounts[:, :month], shape, drift, bound)
    ahead = np.arange(1, MONTHS - month + 1)[:, None]
    return np.asarray(level * shape[:, month:].sum(axis=1) + drift * (ahead * shape[:, month:]).sum(axis=1))


def _earlier(values: Array, back: int) -> Array:
    """Put at each year what was so many years before."""
    return np.concatenate([np.full_like(values[:back], np.nan), values[:-back]])


def _followed(level: Array, amounts: Array, shape: Array, drift: Array, bound: Array) -> Array:
    pace = np.array([SLOW, QUICK, QUICK])[:, None, None]
    scale = np.maximum((shape**2).mean(axis=1), 1e-9)
    for position in range(amounts.shape[1]):
        factor = shape[:, position]
        level = level + drift
        miss = amounts[:, position] - level * factor
        step = np.where(np.isfinite(miss), pace * miss * factor / scale, 0.0)
        level = level + np.clip(step, -bound, bound)
    return level
