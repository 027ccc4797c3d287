"""What the people's congress approved, frozen by year, and check V24 of it against the published budget."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import pandas as pd

from fiscal_model.inputs.found import CAUTION, Look, looked_at
from fiscal_model.inputs.history import History, read_history
from fiscal_model.inputs.place import Place
from fiscal_model.law.classification import TOTALS_LINES, label_of
from fiscal_model.law.line_or_code import budget_of_line
from fiscal_model.words.markup import Sheet, frame_sheet, shows_itself
from fiscal_model.words.vocabulary import ApprovalKind, Budget, Status, YesNo

PUBLISHED_AS = MappingProxyType(
    {
        ApprovalKind.ORIGINAL: Status.BUDGET,
        ApprovalKind.ADJUSTED: Status.ADJUSTED_BUDGET,
        ApprovalKind.FINAL_ACCOUNTS: Status.FINAL_ACCOUNTS,
    }
)
"""The version under which ledger and totals hold what an approval froze."""
_EQUAL = 0.5
"""Half a unit: published figures are whole 万元."""


@shows_itself
@dataclass(frozen=True, repr=False)
class Approved:
    """The approved budget of one year. Money is 万元.

    Parameters
    ----------
    lines : DataFrame
        budget, line, label, original, adjusted (the last adjustment, NaN without one), in_force, final_accounts, key,
        row_line; one row a line or code, in the order of the register.
    approvals : DataFrame
        kind, approved_on, meeting, document, published_on, rows, digest; one row an approval, in order of date. The digest
        changes when any of its figures is changed afterwards.
    steps : DataFrame
        budget, line, approved_on, amount: every figure that was in force, by date (final accounts left out).
    """

    year: int
    lines: pd.DataFrame
    approvals: pd.DataFrame
    steps: pd.DataFrame

    @property
    def sheet(self) -> Sheet:
        """The key spending and totals in force, as a table."""
        heads = {
            "label": "项目", "original": "年初预算", "adjusted": "调整预算", "in_force": "现行",
        }  # fmt: skip
        return frame_sheet(f"{self.year}年批准预算", self.lines.head(12), heads)

    def amount(self, budget: Budget, line: str) -> float:
        """Return what is in force for a line or code, NaN when nothing was approved."""
        found = self.lines[(self.lines["budget"] == budget) & (self.lines["line"] == line)]
        return float(found["in_force"].iloc[0]) if len(found) else float("nan")

    def amounts_on(self, budget: Budget, line: str, days: pd.DatetimeIndex) -> np.ndarray:
        """Return what was in force for a line on each day, (day,); the original figure holds from 1 January."""
        steps = self.steps[(self.steps["budget"] == budget) & (self.steps["line"] == line)]
        if not len(steps):
            return np.full(len(days), np.nan)
        past = pd.DatetimeIndex(steps["approved_on"]).searchsorted(days, side="right")
        return steps["amount"].to_numpy(dtype=float)[np.maximum(past - 1, 0)]

    @property
    def key_lines(self) -> tuple[tuple[Budget, str], ...]:
        """Budget and line of the key spending."""
        rows = self.lines[self.lines["key"]]
        return tuple(zip(rows["budget"], rows["line"], strict=True))


def line_label(budget: Budget, line: str) -> str:
    """Return how a line or code is printed.

    Examples
    --------
    >>> line_label(Budget.GENERAL, "205"), line_label(Budget.GENERAL, "expenditure")
    ('205教育支出', '一般公共预算支出')
    """
    return TOTALS_LINES.get(line) or f"{line}{label_of(budget, line)}"


def approved_years(place: Place) -> tuple[int, ...]:
    """Return the years whose budget was approved, in order."""
    rows = place.rows("approved_budget")
    rows = rows[rows["kind"] != ApprovalKind.FINAL_ACCOUNTS]
    return tuple(sorted({int(year) for year in rows["year"]})) if len(rows) else ()


def find_approved(place: Place, year: int) -> Approved | None:
    """Return the approved budget of a year.

    Parameters
    ----------
    place : Place
    year : int

    Returns
    -------
    Approved or None
        None when the place has no approved figures for the year.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> find_approved(fm.read_place("data/places/gangu"), 2025) is None
    True
    >>> approved = find_approved(fm.read_place("data/places/yunshui"), 2026)
    >>> approved.amount(Budget.GENERAL, "expenditure"), approved.approvals["kind"].map(str).tolist()
    (273100.0, ['original', 'adjusted'])
    """
    rows = place.rows("approved_budget")
    rows = rows[rows["year"] == year]
    if not len(rows):
        return None
    lines = [
        _line(budget, line, group.sort_values("approved_on", kind="stable"))
        for (budget, line), group in rows.groupby(["budget", "line_or_code"], sort=False)
    ]
    approvals = [
        (
            kind,
            day,
            group["meeting"].iloc[0],
            group["document"].iloc[0],
            _first(group["published_on"]),
            len(group),
            _digest(group),
        )
        for (day, kind), group in rows.groupby(["approved_on", "kind"], sort=True)
    ]
    in_force = rows[rows["kind"] != ApprovalKind.FINAL_ACCOUNTS].sort_values("approved_on", kind="stable")
    steps = in_force.rename(columns={"line_or_code": "line"})[["budget", "line", "approved_on", "amount"]]
    return Approved(
        int(year),
        pd.DataFrame(lines),
        pd.DataFrame(
            approvals, columns=["kind", "approved_on", "meeting", "document", "published_on", "rows", "digest"]
        ),
        steps.reset_index(drop=True),
    )


def _line(budget: Budget, line: str, rows: pd.DataFrame) -> dict[str, object]:
    """One line as approved; of several approvals of a kind the last, which stands below."""
    last = {kind: float(amount) for kind, amount in zip(rows["kind"], rows["amount"], strict=True)}
    original, adjusted, final = (
        last.get(kind, float("nan"))
        for kind in (ApprovalKind.ORIGINAL, ApprovalKind.ADJUSTED, ApprovalKind.FINAL_ACCOUNTS)
    )
    return {
        "budget": budget,
        "line": line,
        "label": line_label(budget, line),
        "original": original,
        "adjusted": adjusted,
        "in_force": adjusted if np.isfinite(adjusted) else original,
        "final_accounts": final,
        "key": any(value == YesNo.YES for value in rows["key"]),
        "row_line": int(rows["row_line"].iloc[-1]),
    }


def _first(values: pd.Series) -> object:
    known = values.dropna()
    return known.iloc[0] if len(known) else None


def _digest(rows: pd.DataFrame) -> str:
    """Fingerprint of an approval's figures, the same in whatever order the rows stand."""
    told = sorted(f"{row.budget}|{row.line_or_code}|{row.amount:.6f}" for row in rows.itertuples())
    head = f"{rows['year'].iloc[0]}|{rows['kind'].iloc[0]}|{rows['approved_on'].iloc[0]}|{rows['meeting'].iloc[0]}"
    return hashlib.sha256("\n".join([head, *told]).encode()).hexdigest()[:12]


def published_figures(place: Place, status: Status) -> dict[tuple[Budget, str, int], float]:
    """Return what ledger and totals hold under one status, by budget, line or code, and year.

    Lines of `accounts.TOTALS_LINES` under their own budget, codes under theirs; 万元.
    """
    kept = {
        name: rows[rows["status"] == status] if name in {"ledger", "totals", "debt"} else rows
        for name, rows in place.tables.items()
    }
    kept = {name: rows for name, rows in kept.items() if len(rows)}
    history = read_history(replace(place, tables=MappingProxyType(kept)))
    actual = status is Status.FINAL_ACCOUNTS
    lines, codes = (history.actual, history.codes) if actual else (history.planned, history.planned_codes)
    found = {
        (budget_of_line(line), line, int(year)): float(amount)
        for line in lines.columns
        if line in TOTALS_LINES
        for year, amount in lines[line].dropna().items()
    }
    for budget, frame in codes.items():
        found |= {
            (budget, code, int(year)): float(amount)
            for code in frame.columns
            for year, amount in frame[code].dropna().items()
        }
    return found


@looked_at
def approvals_match(place: Place, history: History) -> Iterator[Look]:
    """V24: what was approved is what ledger and totals hold under the same version; differences are named."""
    rows = place.rows("approved_budget")
    for kind, status in PUBLISHED_AS.items():
        part = rows[rows["kind"] == kind].sort_values("approved_on", kind="stable")
        part = part.drop_duplicates(["year", "budget", "line_or_code"], keep="last")
        published = published_figures(place, status) if len(part) else {}
        for row in part.itertuples():
            other = published.get((row.budget, row.line_or_code, int(row.year)))
            if other is not None:
                text = (
                    f"{row.year}年{kind.label}“{line_label(row.budget, row.line_or_code)}”批准 {row.amount:,.2f} 万元"
                    f"（{row.approved_on}，{row.meeting}，approved_budget 表第 {row.row_line} 行），"
                    f"ledger 或 totals 表{status.label} {other:,.2f} 万元，相差 {row.amount - other:,.2f} 万元"
                )
                yield CAUTION, text if abs(row.amount - other) > _EQUAL else ""
