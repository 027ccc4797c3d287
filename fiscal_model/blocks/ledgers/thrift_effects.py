"""What the thrift ledgers change in the plan: a low score cuts the department's running costs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.blocks.ledgers.effects import Effect
from fiscal_model.inputs.place import Place
from fiscal_model.law.rules import rules
from fiscal_model.words.vocabulary import MeasureKind


def rate_of(score: pd.Series, rates: dict[str, float]) -> np.ndarray:
    """Return the rate of the highest band that each score reaches; ``rates`` by the lowest score of a band.

    Examples
    --------
    >>> rate_of(pd.Series([95, 60, 12]), {"90": 0.0, "60": 0.03, "0": 0.06}).tolist()
    [0.0, 0.03, 0.06]
    """
    bands = sorted((float(least), rate) for least, rate in rates.items())
    least, found = (np.array(each) for each in zip(*bands, strict=True))
    return found[np.searchsorted(least, score.to_numpy(dtype=float), side="right") - 1]


def thrift_cut(place: Place, rows: pd.DataFrame) -> pd.DataFrame:
    """Return what each department's ceiling loses by its score."""
    rate = rate_of(rows["score"], rules("ledger_thrift")["cut_rate"]["value"])
    return pd.DataFrame(
        {"year": rows["year"], "amount": rows["base"].astype(float) * rate, "owner": rows["department"]}
    )


EFFECTS = (
    Effect("thrift_ceilings", "过紧日子考核核减部门限额（台账）", MeasureKind.CUT, "flexible_spending", thrift_cut),
)
