"""What the ledgers of pooled resources change in the plan: spending that leaves the funds burdens the general budget."""

from __future__ import annotations

import pandas as pd

from fiscal_model.blocks.ledgers.effects import Effect
from fiscal_model.inputs.place import Place
from fiscal_model.words.vocabulary import Certainty, MeasureKind


def moved_spending(place: Place, rows: pd.DataFrame) -> pd.DataFrame:
    """Return what the general budget spends more by year, less the income that moves along; below zero as a cut."""
    return pd.DataFrame({"year": rows["year"], "amount": rows["income"].astype(float) - rows["spending"].astype(float),
                         "owner": rows["department"]})  # fmt: skip


EFFECTS = (
    Effect(
        "moved_services", "基金支出转列一般公共预算（转列事项）", MeasureKind.CUT, "flexible_spending", moved_spending,
        certainty=Certainty.CERTAIN,
    ),
)  # fmt: skip
