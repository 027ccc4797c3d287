"""The state of each finding (整改台账) on a day: closed, late, open, overdue."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from fiscal_model.inputs.place import Place
from fiscal_model.words.vocabulary import FindingStatus

CLOSED, CLOSED_LATE, OPEN, OVERDUE = "已销号", "逾期销号", "整改中", "逾期未销号"


def finding_states(place: Place, as_of: dt.date) -> pd.DataFrame:
    """Return the findings as they stood on a day with ``state`` and ``days_overdue``; what was found later is left out."""
    rows = place.rows("findings")
    rows = rows[np.array([date <= as_of for date in rows["found_date"]], dtype=bool)]
    states = [_state(row, as_of) for row in rows.to_dict("records")]
    late = [(as_of - due).days if state == OVERDUE else 0 for due, state in zip(rows["due_date"], states, strict=True)]
    columns = ["finding", "found_date", "topic", "amount", "owner", "due_date", "closed_date"]
    table = rows[columns].assign(
        amount=rows["amount"].astype(float), state=states, days_overdue=np.asarray(late, dtype=int)
    )
    return table.reset_index(drop=True)


def _state(row: dict, as_of: dt.date) -> str:
    closed = row["closed_date"]
    if row["status"] == FindingStatus.CLOSED and closed <= as_of:
        return CLOSED if closed <= row["due_date"] else CLOSED_LATE
    return OVERDUE if row["due_date"] < as_of else OPEN
