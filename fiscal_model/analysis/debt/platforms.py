"""Financing platforms: what they owe, when they are to leave the list, what hidden debt is left by then."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fiscal_model.model.projection import Plan
from fiscal_model.words.markup import Sheet, frame_sheet, shows_itself
from fiscal_model.words.vocabulary import YesNo

LEFT, ON_TIME, BEHIND, LEFT_WITH_DEBT = "已退出", "按期可退出", "退出前未清零", "已退出但隐性债务未清零"
_TOLERANCE = 0.5


@shows_itself
@dataclass(frozen=True, repr=False)
class Platforms:
    """Platforms as they stand at the end of the base year, 万元.

    Parameters
    ----------
    rows : DataFrame
        platform, legal_debt, hidden_debt, operating_debt, planned_exit, exited (bool), exit_date, exit_proof, registered
        (hidden debt of its debts in the register), residual (what the plan leaves unresolved on the day of exit, contracts
        after 2028 included), state, row_line.
    """

    rows: pd.DataFrame

    @property
    def sheet(self) -> Sheet:
        """Every platform, what it owes and when it leaves, as a table."""
        heads = {
            "platform": "融资平台", "hidden_debt": "隐性债务", "operating_debt": "经营性债务",
            "planned_exit": "计划退出", "residual": "退出时未化解", "state": "状态",
        }  # fmt: skip
        return frame_sheet("融资平台债务和退出", self.rows, heads)

    @property
    def behind(self) -> pd.DataFrame:
        """Platforms whose hidden debt is not resolved when they leave."""
        return self.rows[self.rows["state"].isin([BEHIND, LEFT_WITH_DEBT])]

    @property
    def differing(self) -> pd.DataFrame:
        """Platforms whose hidden debt is not what the register of hidden debt says."""
        return self.rows[(self.rows["hidden_debt"] - self.rows["registered"]).abs() > _TOLERANCE]


def review_platforms(plan: Plan) -> Platforms | None:
    """Hold the exit dates of platforms against the planned resolution of their hidden debt.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    Platforms or None
        None without a register of platforms.

    Notes
    -----
    The plan knows the year in which a debt is resolved, not the day: only on 31 December is the year's debt resolved.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> review_platforms(fm.project(fm.read_place("data/places/gangu"), fm.read_scenario("baseline"))) is None
    True
    """
    place = plan.basis.place
    if not place.has("platforms"):
        return None
    parts = plan.basis.debt.hidden.parts
    found = []
    for row in place.rows("platforms").to_dict("records"):
        mine = parts[(parts["platform"] == row["platform"]).to_numpy(dtype=bool)]
        gone = row["exited"] == YesNo.YES
        left = _residual(mine, row["exit_date"] if gone else row["planned_exit"])
        registered = float(mine["amount"].sum())
        found.append(
            {
                **{name: row[name] for name in ("platform", "legal_debt", "hidden_debt", "operating_debt")},
                **{name: row[name] for name in ("planned_exit", "exit_date", "exit_proof", "row_line")},
                "exited": gone,
                "registered": registered,
                "residual": left,
                "state": _state(gone, left),
            }
        )
    return Platforms(pd.DataFrame(found))


def _residual(parts: pd.DataFrame, leaves: dt.date) -> float:
    resolved_by = leaves.year if (leaves.month, leaves.day) == (12, 31) else leaves.year - 1
    amount = parts["amount"].to_numpy(dtype=float)
    return float(np.where(parts["year"].to_numpy(dtype=int) > resolved_by, amount, 0.0).sum())


def _state(gone: bool, left: float) -> str:
    if gone:
        return LEFT_WITH_DEBT if left > _TOLERANCE else LEFT
    return BEHIND if left > _TOLERANCE else ON_TIME
