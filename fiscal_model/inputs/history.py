"""What happened: one frame of yearly lines, one of revenue and spending codes, drawn from totals and ledger together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd

from fiscal_model.inputs.place import Place, budget_rows
from fiscal_model.law import classification as accounts
from fiscal_model.words.traced import Named
from fiscal_model.words.vocabulary import ACTUAL, BUDGETED, Budget, DebtItem, DebtKind, Status

SUMS = {
    "own_revenue": ("tax_revenue", "nontax_revenue"),
    "transfers": ("rebates", "general_transfers", "special_transfers"),
}
"""Published lines that are read as the sum of others where these are there."""


@dataclass(frozen=True, eq=False, repr=False)  # is itself: what was found for it is remembered by identity
class History:
    """Observed lines by year, in 万元; NaN where nothing was published."""

    # actual, planned: index year, columns line ids of `accounts.TOTALS_LINES` (and a few more); final accounts before
    # estimates. ``planned`` holds approved budgets: what is known of the first plan year.
    actual: pd.DataFrame
    planned: pd.DataFrame
    status: pd.DataFrame  # Same shape as ``actual``: which version each figure is
    codes: dict[Budget, pd.DataFrame]  # Index year, columns official codes, actual figures
    planned_codes: dict[Budget, pd.DataFrame]
    # Lines of the debt table carried on to the base year by published flows, each with the last year it was published for
    rolled: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def last_year(self) -> int:
        """The last year with both own revenue and expenditure."""
        both = self.actual.reindex(columns=["own_revenue", "expenditure"]).dropna()
        return int(both.index.max()) if len(both) else 0

    def value(self, line: str, year: int) -> float:
        """Return an actual figure, NaN when it was not published."""
        return self._figures.get(line, {}).get(year, float("nan"))

    @cached_property
    def _figures(self) -> dict[str, dict[int, float]]:
        """The actual figures as plain numbers: asked thousands of times for one plan."""
        return self.actual.to_dict()  # type: ignore[return-value]

    def booked(self, line: str, year: int) -> float:
        """Return an actual figure, zero when it was not published."""
        return Named(np.nan_to_num(self.value(line, year)), f"history.{line}.{year}")

    def series(self, line: str, until: int) -> pd.Series:
        """Return the published figures of a line up to a year, without gaps filled."""
        if line not in self.actual.columns:
            return pd.Series(dtype=float)
        return self.actual.loc[:until, line].dropna()


@lru_cache(maxsize=4)  # every scenario of a place asks
def read_history(place: Place) -> History:
    """Draw the yearly lines of a place from its tables.

    Ledger figures come before totals of the same status; final accounts before estimates. A code's own row comes before
    the sum of its children, so that a parent and its children are never added together.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> history = read_history(fm.read_place("data/places/gangu"))
    >>> history.value("own_revenue", 2024)
    42100.0
    """
    codes, planned_codes = {}, {}
    actual, planned = _totals_by_status(place)
    for budget in (Budget.GENERAL, Budget.FUNDS, Budget.STATE_CAPITAL):
        rows = budget_rows(place, budget)
        by_status = {status: _pivot(rows[rows["status"] == status]) for status in Status}
        codes[budget] = _first_of([by_status[status] for status in ACTUAL])
        planned_codes[budget] = _first_of([by_status[status] for status in BUDGETED])
        for status, frame in by_status.items():
            target = actual if status in ACTUAL else planned
            target[status] = _over(_lines_of(budget, frame), target[status])
    for target in (actual, planned):
        for status in target:
            target[status] = _with_debt(place, status, _with_sums(target[status]))
    best = _first_of([actual[status] for status in ACTUAL])
    statuses = pd.DataFrame(np.nan, index=best.index, columns=best.columns, dtype=object)
    for status in reversed(ACTUAL):
        known = actual[status].reindex_like(statuses).notna().to_numpy(dtype=bool)  # of no columns too
        statuses = statuses.mask(known, str(status))
    return History(
        actual=best,
        planned=_first_of([planned[status] for status in BUDGETED]),
        status=statuses,
        codes=codes,
        planned_codes=planned_codes,
    )


def shallow_sum(frame: pd.DataFrame, prefixes: tuple[str, ...]) -> pd.Series:
    """Add up codes below some prefixes, taking each branch at its highest given level.

    By year; NaN in years where no code below the prefixes is given.

    ``frame``: index year, columns codes.
    """
    below = [(place, code) for place, code in enumerate(frame.columns.tolist()) if code.startswith(prefixes)]
    codes = [code for _, code in below]
    amounts = frame.to_numpy(dtype=float)[:, [place for place, _ in below]]
    total = np.full(len(frame), np.nan)
    for row, given in enumerate(np.isfinite(amounts)):
        present = {code for code, known in zip(codes, given, strict=True) if known}
        tops = [
            code in present and not any(code[:size] in present for size in range(3, len(code), 2)) for code in codes
        ]
        if any(tops):
            total[row] = amounts[row, tops].sum()
    return pd.Series(total, index=frame.index)


def _totals_by_status(place: Place) -> tuple[dict[Status, pd.DataFrame], dict[Status, pd.DataFrame]]:
    rows = place.rows("totals")
    rows = rows[rows["scope"] == place.scope]
    frames = {status: _pivot(rows[rows["status"] == status], "line") for status in Status}
    return ({status: frames[status] for status in ACTUAL}, {status: frames[status] for status in BUDGETED})


def _pivot(rows: pd.DataFrame, columns: str = "code") -> pd.DataFrame:
    if not len(rows):
        return pd.DataFrame(dtype=float)
    latest = rows.assign(as_of=pd.to_datetime(rows["as_of"])).sort_values("as_of", na_position="first", kind="stable")
    latest = latest.drop_duplicates(["year", columns], keep="last")
    return latest.pivot(index="year", columns=columns, values="amount").sort_index().rename_axis(columns=None)


def _lines_of(budget: Budget, frame: pd.DataFrame) -> pd.DataFrame:
    if not len(frame):
        return pd.DataFrame(dtype=float)
    lines = {
        line: shallow_sum(frame, codes)
        for line, codes in accounts.LINE_OF_CODES[budget]
        if any(code.startswith(codes) for code in frame.columns)
    }
    spending = tuple(sorted({code[:3] for code in frame.columns if accounts.is_expenditure(code)}))
    name = {
        Budget.GENERAL: "expenditure",
        Budget.FUNDS: "fund_expenditure",
        Budget.STATE_CAPITAL: "state_capital_expenditure",
    }
    lines[name[budget]] = shallow_sum(frame, spending) if spending else pd.Series(np.nan, index=frame.index)
    if budget is Budget.FUNDS:
        lines["fund_revenue"] = shallow_sum(frame, ("103",))
    if budget is Budget.STATE_CAPITAL:
        lines["state_capital_revenue"] = shallow_sum(frame, ("103",))
    return pd.DataFrame(lines).dropna(axis="columns", how="all")


def _over(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Fill what the first frame lacks from the second (one array operation: ``combine_first`` goes column by column)."""
    if not len(first) or not len(second):
        return first if len(first) else second
    index, columns = first.index.union(second.index), first.columns.union(second.columns, sort=False)
    top, below = (frame.reindex(index=index, columns=columns).to_numpy(dtype=float) for frame in (first, second))
    return pd.DataFrame(np.where(np.isfinite(top), top, below), index=index, columns=columns)


def _first_of(frames: list[pd.DataFrame]) -> pd.DataFrame:
    best = pd.DataFrame(dtype=float)
    for frame in reversed(frames):
        best = _over(frame, best)
    return best.sort_index()


def _with_sums(frame: pd.DataFrame) -> pd.DataFrame:
    for total, parts in SUMS.items():
        if all(part in frame.columns for part in parts):
            added = frame[list(parts)].sum(axis=1, min_count=len(parts))
            frame = frame.assign(**{total: added.combine_first(frame[total]) if total in frame.columns else added})
    return frame


def _with_debt(place: Place, status: Status, frame: pd.DataFrame) -> pd.DataFrame:
    """Add stocks, limits, issues and repayments of the debt table as lines such as ``general_closing_stock``."""
    rows = place.rows("debt")
    if not len(rows):
        return frame
    rows = rows[(rows["scope"] == place.scope) & (rows["status"] == status)]
    found = {part: amounts.set_index("year")["amount"] for part, amounts in rows.groupby(["kind", "item"], sort=False)}
    parts = [(kind, item) for kind in DebtKind for item in DebtItem if (kind, item) in found]
    return _over(frame, pd.DataFrame({f"{kind}_{item}": found[kind, item] for kind, item in parts})) if parts else frame
