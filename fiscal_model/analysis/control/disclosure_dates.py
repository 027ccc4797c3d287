"""When approved figures have to be published and passed on to departments and units."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from fiscal_model.inputs.approvals import find_approved
from fiscal_model.inputs.place import Place
from fiscal_model.law.rules import rules
from fiscal_model.words.budget_chain_terms import DiscloserLevel
from fiscal_model.words.vocabulary import ApprovalKind

_COLUMNS = [
    "year", "kind", "approved_on", "meeting", "duty", "days", "due", "done_on", "days_late", "state", "article", "quality",
]  # fmt: skip
IN_TIME, LATE, NOT_KNOWN = "按期", "逾期", "未登记完成日期"


def list_disclosure_dates(place: Place) -> pd.DataFrame:
    """List what has to be published and passed on after each approval, with the last day for it.

    Parameters
    ----------
    place : Place

    Returns
    -------
    DataFrame
        year, kind, approved_on, meeting, duty, days, due, done_on (None where the register does not say), days_late (0 when in
        time, NaN when not known), state, article, quality; by approval and due date. Empty without approved figures.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> frame = list_disclosure_dates(fm.read_place("data/places/yunshui"))
    >>> frame[frame["duty"] == "向社会公开"][["kind", "due", "state"]].map(str).values.tolist()[-1]
    ['adjusted', '2026-10-08', '逾期']
    """
    rows = place.rows("approved_budget")
    found = []
    for year in sorted({int(year) for year in rows["year"]}):
        approved = find_approved(place, year)
        for approval in approved.approvals.itertuples() if approved is not None else ():
            for name, rule in rules("budget_adjustment")["deadlines"].items():
                if approval.kind is ApprovalKind.ADJUSTED and name != "published":
                    continue  # the law sets no such day for adjustments
                due = approval.approved_on + dt.timedelta(days=int(rule["days"]))
                done = approval.published_on if name == "published" else None
                if name == "to_departments":
                    done = _passed_on(place, year, approval.kind)
                late = max((done - due).days, 0) if done is not None else float("nan")
                state = NOT_KNOWN if done is None else LATE if late else IN_TIME
                found.append(
                    (
                        year,
                        approval.kind,
                        approval.approved_on,
                        approval.meeting,
                        rule["label"],
                        int(rule["days"]),
                        due,
                        done,
                        late,
                        state,
                        rule["article"],
                        rule["quality"],
                    )
                )
    return pd.DataFrame(found, columns=_COLUMNS)


def _passed_on(place: Place, year: int, kind: ApprovalKind) -> dt.date | None:
    """The last day on which a department got its figures, as `disclosures` has it; None where no department stands there."""
    rows = place.rows("disclosures")
    rows = rows[(rows["level"] == DiscloserLevel.DEPARTMENT) & (rows["year"] == year) & (rows["kind"] == kind)]
    return max(rows["approved_on"], default=None)
