"""What the project library changes in the plan: a candidate that it was decided not to fund leaves with its money."""

from __future__ import annotations

import pandas as pd

from fiscal_model.blocks.ledgers.effects import Effect
from fiscal_model.inputs.place import Place
from fiscal_model.words.vocabulary import Certainty, MeasureKind, ProjectFunding, ProjectStatus


def dropped_money(place: Place, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the county money of the candidates among the rows by year; what is signed stays."""
    codes, costs = rows.loc[rows["status"] == ProjectStatus.CANDIDATE, "project_code"], place.rows("project_costs")
    costs = costs[(costs["funding"] == ProjectFunding.COUNTY) & costs["project_code"].isin(codes)]
    return costs[["year", "amount", "project_code"]].rename(columns={"project_code": "target"})


EFFECTS = (
    Effect(
        "projects",
        "没有通过评估的项目不安排（项目库）",
        MeasureKind.CUT,
        "",
        dropped_money,
        Certainty.CERTAIN,
        decision="dropped",
    ),
)
