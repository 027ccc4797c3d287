"""The register of findings (整改台账): what is closed, what is overdue at the end of the base year."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from fiscal_model.blocks.guarantees.finding_states import CLOSED, CLOSED_LATE, OVERDUE, finding_states
from fiscal_model.inputs.place import Place
from fiscal_model.model.projection import Plan
from fiscal_model.words.markup import Sheet, frame_sheet, shows_itself


@shows_itself
@dataclass(frozen=True, repr=False)
class Findings:
    """The findings known on one day.

    Parameters
    ----------
    rows : DataFrame
        finding, found_date, topic, amount (万元, may be empty), owner, due_date, closed_date, state, days_overdue; in the
        order of the register.
    """

    as_of: dt.date
    rows: pd.DataFrame

    @property
    def sheet(self) -> Sheet:
        """The findings that are overdue, as a table."""
        heads = {
            "finding": "编号", "topic": "问题", "amount": "金额", "owner": "责任单位",
            "days_overdue": "逾期天数",
        }  # fmt: skip
        title = f"逾期未销号的问题（{self.as_of:%Y-%m-%d}，共 {self.count} 项，已销号 {self.closed} 项）"
        return frame_sheet(title, self.overdue, heads)

    @property
    def count(self) -> int:
        return len(self.rows)

    @property
    def closed(self) -> int:
        """How many are closed, in time or late."""
        return int(self.rows["state"].isin([CLOSED, CLOSED_LATE]).sum())

    @property
    def closing_rate(self) -> float:
        """Closed over all findings, NaN without any."""
        return self.closed / self.count if self.count else float("nan")

    @property
    def overdue(self) -> pd.DataFrame:
        """Findings past their date and still open, the longest overdue first."""
        late = self.rows[self.rows["state"] == OVERDUE]
        return late.sort_values("days_overdue", ascending=False, kind="stable")


def review_findings(plan: Plan) -> Findings | None:
    """Read the findings as they stood at the end of a plan's base year.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    Findings or None
        None without a register, or when all was found later.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> review_findings(fm.project(fm.read_place("data/places/gangu"), fm.read_scenario("baseline"))) is None
    True
    """
    found = findings_on(plan.basis.place, dt.date(plan.base_year, 12, 31))
    return found if found.count else None


def findings_on(place: Place, as_of: dt.date) -> Findings:
    """Read the findings as they stood on a day; today's date is never looked at.

    ``as_of``: what was found later is left out; what was closed later was still open.
    """
    return Findings(as_of, finding_states(place, as_of))
