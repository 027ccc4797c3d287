"""What the ledgers of pooled resources change in the plan: services of the funds move to the general budget, with their income."""

from __future__ import annotations

import pandas as pd

from fiscal_model.blocks.ledgers.effects import Effect
from fiscal_model.inputs.place import Place
from fiscal_model.words.vocabulary import Certainty, MeasureKind


def moved_spending(place: Place, rows: pd.DataFrame) -> pd.DataFrame:
    """Return both sides by year: the general budget spends more (a cut below zero) and takes the income, which the fund loses.

    A fund spends what comes in (以收定支): what it is relieved of beyond that income stays with it for its own use.
    """
    at = {"year": rows["year"], "owner": rows["department"]}
    spent, income = rows["spending"].astype(float), rows["income"].astype(float)
    return pd.concat([
        pd.DataFrame({**at, "amount": -spent, "kind": MeasureKind.CUT, "target": "flexible_spending"}),
        pd.DataFrame({**at, "amount": income, "kind": MeasureKind.RAISE, "target": MOVED_TO}),
        pd.DataFrame({**at, "amount": -income, "kind": MeasureKind.RAISE, "target": rows["fund_code"]}),
    ]).query("amount != 0")  # fmt: skip


MOVED_TO = "10399"
"""Revenue code of the general budget for income that moved there: other non-tax revenue."""


EFFECTS = (
    Effect(
        "moved_services", "基金支出转列一般公共预算（转列事项）", MeasureKind.CUT, "flexible_spending", moved_spending,
        certainty=Certainty.CERTAIN,
    ),
)  # fmt: skip
