"""What the ledgers of the budget chain change in the plan: slow and poor projects and open findings cut other spending."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from fiscal_model.blocks.guarantees.finding_states import finding_states
from fiscal_model.blocks.ledgers.effects import Effect
from fiscal_model.inputs.place import Place
from fiscal_model.law.rules import rules
from fiscal_model.words.vocabulary import MeasureKind


def project_cuts(place: Place, rows: pd.DataFrame) -> pd.DataFrame:
    """Return what may be cut: by the score, or what is behind the months gone, whichever is more; never what is paid."""
    budget, paid, score = (rows[name].to_numpy(dtype=float) for name in ("budget", "paid", "score"))
    bands = sorted(rules("project_library")["performance"].values(), key=lambda band: -band["least"])
    kept = np.select([score >= band["least"] for band in bands], [band["multiplier"] for band in bands], 1.0)
    behind = budget * rows["month"].to_numpy(dtype=float) / 12 - paid
    slow = behind > budget * rules("ledger_budget_chain")["lag"]["value"] + 1e-9
    cut = np.minimum(np.maximum(budget * (1 - kept), np.where(slow, behind, 0.0)), budget - paid)
    return pd.DataFrame(
        {"year": rows["year"].to_numpy(), "amount": cut, "owner": rows["department"].to_numpy(), "slow": slow, "kept": kept}
    )  # fmt: skip


def finding_cuts(place: Place, rows: pd.DataFrame) -> pd.DataFrame:
    """Return what findings take: money not yet got back times the share of their state at the end of the year before."""
    shares, parts = rules("ledger_budget_chain")["deduction"]["value"], []
    recovered = place.rows("findings").set_index("finding")["recovered"].astype(float)
    for year, part in rows.groupby("year", sort=False):
        states = finding_states(place, dt.date(int(year) - 1, 12, 31)).set_index("finding").reindex(part["finding"])
        left = (states["amount"] - recovered.reindex(part["finding"]).fillna(0.0)).fillna(0.0).to_numpy()
        share = states["state"].map(shares).fillna(0.0).to_numpy()
        state = states["state"].fillna("").to_numpy()
        parts.append(pd.DataFrame({"year": year, "amount": left * share, "owner": part["department"].to_numpy(),
                                   "state": state, "share": share, "left": left}, index=part.index))  # fmt: skip
    return pd.concat(parts).loc[rows.index].reset_index(drop=True)


EFFECTS = (
    Effect("budget_cuts", "调减低效预算（低效预算调减台账）", MeasureKind.CUT, "flexible_spending", project_cuts),
    Effect(
        "supervision_deductions", "监督发现问题扣减预算（挂钩台账）", MeasureKind.CUT, "flexible_spending", finding_cuts
    ),
)
