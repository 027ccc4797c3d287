"""How past plans compare with what happened: plan against outturn, errors by line and horizon, what they do to intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import ndtri

from fiscal_model.inputs.history import History
from fiscal_model.inputs.past_plans import one_a_year, read_vintages
from fiscal_model.inputs.place import Place
from fiscal_model.inputs.vintages import QUANTILES, Vintage
from fiscal_model.words.lines import LINES
from fiscal_model.words.vocabulary import Budget, DebtKind

_SAME_NAME = (
    "own_revenue", "tax_revenue", "nontax_revenue", "transfers", "rebates", "general_transfers", "special_transfers",
    "debt_proceeds_general", "carry_in", "transfer_in", "stabilization_draw", "expenditure", "remitted_up",
    "principal_general", "interest_general", "stabilization_topup", "transfer_out", "carry_out", "fund_revenue",
    "land_revenue", "fund_transfers", "debt_proceeds_special", "fund_expenditure", "fund_transfer_out",
    "principal_special", "interest_special", "state_capital_revenue", "state_capital_expenditure",
)  # fmt: skip
OUTTURN_OF = {
    **{line: line for line in _SAME_NAME},
    **{f"debt_{kind}_stock": f"{kind}_closing_stock" for kind in DebtKind},
}
"""Plan line to the observed line that means the same; what a plan splits by its own assumptions is not compared."""
_RESOURCES = ("own_revenue", "transfers", "debt_proceeds_general", "carry_in", "transfer_in", "stabilization_draw")
_LEAST_CAUSE = 0.5
FEWEST_PLANS = 3
"""Past plans with an error at a horizon before the interval there is touched."""
PATIENCE = 5.0
"""As many errors that are just as large as the interval says are added before the widening is worked out."""


def outturns(history: History) -> pd.DataFrame:
    """Return what happened by plan line: index year, columns line ids and ``revenue_<code>``, 万元, NaN where unknown.

    Examples
    --------
    >>> from fiscal_model.inputs.history import read_history
    >>> import fiscal_model as fm
    >>> float(outturns(read_history(fm.read_place("data/places/gangu"))).at[2024, "own_revenue"])
    42100.0
    """
    actual, codes = history.actual, history.codes[Budget.GENERAL]
    found = {line: actual[seen] for line, seen in OUTTURN_OF.items() if seen in actual.columns}
    found |= {f"revenue_{code}": codes[code] for code in codes.columns}
    return pd.DataFrame(found, dtype=float).sort_index()


def compare_with_outturn(vintage: Vintage, history: History, place: Place | None = None) -> pd.DataFrame:
    """Hold a past plan against what happened.

    Parameters
    ----------
    vintage : Vintage
    history : History
        Of today.
    place : Place, optional
        Names registered one-off events as a cause.

    Returns
    -------
    DataFrame
        ``line, label, year, planned, outturn, difference, percent, cause``, every line and year of the plan that has an
        outturn. ``difference`` is outturn less plan, 万元; ``percent`` is its share of the plan, a fraction. ``cause`` is the
        part or resource that differs most, empty where none is known.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> from fiscal_model.inputs.history import read_history
    >>> place = fm.read_place("data/places/gangu")
    >>> compared = [fm.risk.compare_with_outturn(past, read_history(place), place) for past in fm.read_vintages(place)]
    >>> len(compared)
    1
    """
    seen, planned, labels = outturns(history), vintage.lines(), vintage.labels()
    rows = []
    for line in (line for line in labels if line in planned and line in seen.columns):
        for at, year in enumerate(vintage.years):
            plan, fact = float(planned[line][at]), _at(seen, year, line)
            if np.isfinite(plan) and np.isfinite(fact):
                share = (fact - plan) / plan if plan > 0 else np.nan
                rows.append((line, labels[line], year, plan, fact, fact - plan, share))
    frame = pd.DataFrame(rows, columns=["line", "label", "year", "planned", "outturn", "difference", "percent"])
    moved = {(row.line, row.year): float(row.difference) for row in frame.itertuples()}
    frame["cause"] = [_cause(row.line, int(row.year), moved, labels, place) for row in frame.itertuples()]
    return frame


def measure_errors(vintages: Sequence[Vintage], history: History) -> pd.DataFrame:
    """Return how wrong past plans were, by line and horizon.

    Parameters
    ----------
    vintages : sequence of Vintage
        One of each base year counts: the baseline, where it was kept.
    history : History

    Returns
    -------
    DataFrame
        ``line, label, horizon, count, mean_error, mean_absolute_percent, bias, coverage``. An error is outturn less plan:
        ``mean_error`` 万元, ``bias`` its mean share of the plan, ``mean_absolute_percent`` the mean of its absolute share;
        ``coverage`` the share of outturns inside the kept 80 percent interval, NaN where none was kept. Fractions.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> from fiscal_model.inputs.history import read_history
    >>> place = fm.read_place("data/places/gangu")
    >>> fm.risk.measure_errors(fm.read_vintages(place), read_history(place)).columns.tolist()[:4]
    ['line', 'label', 'horizon', 'count']
    """
    used = one_a_year(vintages, history.last_year)
    parts = [
        compare_with_outturn(vintage, history).assign(
            base=vintage.base_year, inside=lambda frame, kept=vintage: _inside(frame, kept)
        )
        for vintage in used
    ]
    columns = ["line", "label", "horizon", "count", "mean_error", "mean_absolute_percent", "bias", "coverage"]
    parts = [part for part in parts if len(part)]
    if not parts:
        return pd.DataFrame(columns=columns)
    errors = pd.concat(parts, ignore_index=True)
    errors["horizon"] = errors["year"] - errors["base"]
    rows = [
        (
            line,
            mine["label"].iloc[-1],
            horizon,
            len(mine),
            mine["difference"].mean(),
            mine["percent"].abs().mean(),
            mine["percent"].mean(),
            mine["inside"].mean(),
        )
        for (line, horizon), mine in errors.groupby(["line", "horizon"], sort=False)
    ]
    order = {line: at for at, line in enumerate(dict.fromkeys(errors["line"]))}
    rows.sort(key=lambda row: (order[row[0]], row[2]))
    return pd.DataFrame(rows, columns=columns)


def widened(place: Place, history: History, base_year: int, deviation: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Widen the interval of own revenue where the place's own past plans missed by more than their intervals said.

    ``base_year``: nothing after it is looked at.
    ``deviation``: (year,) float, standard deviation in logs by horizon.
    Returns ``deviation``, ``factor``: (year,) float, never narrower; the same array and ones where the place keeps
    fewer than `FEWEST_PLANS` past plans.

    Notes
    -----
    z is the log error over the deviation kept with the plan. With n past plans at a horizon the factor is
    sqrt(max(1, (sum z² + PATIENCE) / (n + PATIENCE))); later horizons without enough plans take the last factor, and widths
    never fall with the horizon.
    """
    unchanged = np.ones(len(deviation))
    used = one_a_year(read_vintages(place), base_year)
    if len(used) < FEWEST_PLANS:
        return deviation, unchanged
    scores = _scores(used, history, base_year, len(deviation))
    count = np.isfinite(scores).sum(axis=0)
    ratio = (np.nansum(scores**2, axis=0) + PATIENCE) / (count + PATIENCE)
    factor, last = unchanged.copy(), 1.0
    for step, enough in enumerate(count >= FEWEST_PLANS):
        last = float(np.sqrt(max(1.0, ratio[step]))) if enough else last
        factor[step] = last
    if (factor == 1.0).all():
        return deviation, unchanged
    wider = np.maximum.accumulate(deviation * factor)
    return np.maximum(wider, deviation), factor


def _scores(used: Sequence[Vintage], history: History, base_year: int, horizon: int) -> np.ndarray:
    """Log errors of own revenue in units of the kept deviation, shape (plan, horizon), NaN where unknown."""
    known = history.series("own_revenue", base_year)
    found = np.full((len(used), horizon), np.nan)
    for row, vintage in enumerate(used):
        low, middle, high = (vintage.line("own_revenue", kind) for kind in QUANTILES.values())
        for step, year in enumerate(vintage.years[:horizon]):
            if year in known.index and 0 < low[step] < high[step]:
                spread = np.log(high[step] / low[step]) / (ndtri(0.9) - ndtri(0.1))
                found[row, step] = np.log(float(known[year]) / middle[step]) / spread
    return found


def _inside(frame: pd.DataFrame, vintage: Vintage) -> pd.Series:
    low, high = (vintage.line("own_revenue", QUANTILES[level]) for level in (0.1, 0.9))
    bounds = {year: (low[at], high[at]) for at, year in enumerate(vintage.years)}
    return pd.Series(
        [
            float(bounds[row.year][0] <= row.outturn <= bounds[row.year][1])
            if row.line == "own_revenue" and np.isfinite(bounds[row.year]).all()
            else np.nan
            for row in frame.itertuples()
        ],
        index=frame.index,
        dtype=float,
    )


def _at(seen: pd.DataFrame, year: int, line: str) -> float:
    return float(seen.at[year, line]) if year in seen.index else float("nan")


def _cause(
    line: str, year: int, moved: dict[tuple[str, int], float], labels: dict[str, str], place: Place | None
) -> str:
    """The part that differs most in the direction of the line; for expenditure, the resource."""
    parts = _parts(line, labels)
    whole = moved[line, year]
    known = {part: moved[part, year] for part in parts if (part, year) in moved}
    same_way = {part: amount for part, amount in known.items() if amount * whole > 0}
    said = []
    if same_way and abs(whole) > _LEAST_CAUSE:
        part = max(same_way, key=lambda name: abs(same_way[name]))
        word = "多" if same_way[part] > 0 else "少"
        said.append(f"{labels.get(part, part)}比规划{word}{abs(same_way[part]):,.0f}万元")
    return "；".join([*said, *_events(line, year, place)])


def _parts(line: str, labels: dict[str, str]) -> tuple[str, ...]:
    if line == "expenditure":
        return _RESOURCES
    if line == "own_revenue":
        items = tuple(name for name in labels if name.startswith("revenue_"))
        return items or ("tax_revenue", "nontax_revenue")
    if line in {"tax_revenue", "nontax_revenue"}:
        code = "101" if line == "tax_revenue" else "103"
        return tuple(name for name in labels if name.startswith(f"revenue_{code}"))
    if line == "transfers":
        return ("rebates", "general_transfers", "special_transfers")
    return LINES[line].parts if line in LINES else ()


def _events(line: str, year: int, place: Place | None) -> list[str]:
    """Registered one-off events of the year on this line."""
    events = place.rows("one_offs") if place is not None else pd.DataFrame()
    if not len(events):
        return []
    name = line.removeprefix("revenue_")
    mine = events[(events["year"] == year) & (events["line_or_code"].astype(str) == name)]
    return [str(event) for event in mine["name"]]
