"""What the ledgers of the state-capital budget change in the plan: higher pay ratios, dividends and sales, more moved to the general budget."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.budgets.stock_funds import profit_base
from fiscal_model.blocks.ledgers.effects import Effect
from fiscal_model.inputs.place import Place
from fiscal_model.law.limits import limit
from fiscal_model.words.vocabulary import MeasureKind

_REVENUE = "state_capital_revenue"
_YEARS = 10
"""The longest plan."""


def firm_bases(place: Place) -> pd.DataFrame:
    """Return by year what each firm of `firms` pays on, its state share taken, 万元: columns are the firms' places."""
    firms = place.rows("firms")
    profit, loss, growth, share = (
        firms[name].to_numpy(dtype=float) for name in ("net_profit", "prior_loss", "profit_growth", "ownership_share")
    )
    base = profit_base(profit, loss, growth, _YEARS, limit("statutory_reserve"))[0] * share
    first = int(firms["year"].max()) + 1 if len(firms) else 0
    return pd.DataFrame(base, index=range(first, first + _YEARS))


def option_income(place: Place, rows: pd.DataFrame) -> pd.DataFrame:
    """Return what ratios bring beyond today's by year, of the firms of each row's class; ``at`` is the row's place."""
    firms, base = place.rows("firms"), firm_bases(place)
    same = rows["pay_class"].to_numpy(object)[:, None] == firms["pay_class"].to_numpy(object)[None, :]
    today = firms["pay_ratio"].to_numpy(dtype=float)
    rise = same * (rows["pay_ratio"].to_numpy(dtype=float)[:, None] - today[None, :])
    years, start = np.asarray(base.index)[:, None], rows["from_year"].to_numpy(dtype=int)[None, :]
    more = np.where(years >= start, base.to_numpy() @ rise.T, 0.0)
    found = np.nonzero(more)
    return pd.DataFrame({"year": np.asarray(base.index)[found[0]], "amount": more[found], "at": found[1]})


def receipt_income(place: Place, rows: pd.DataFrame) -> pd.DataFrame:
    """Return what is due by the share held, by year."""
    return pd.DataFrame({"year": rows["year"], "amount": rows["base"].astype(float) * rows["share"].astype(float)})


def moved_income(place: Place, rows: pd.DataFrame) -> pd.DataFrame:
    """Return what is moved beyond the planned share."""
    return pd.DataFrame({"year": rows["year"], "amount": rows["extra"].astype(float)})


EFFECTS = (
    Effect("pay_ratio_options", "调整国有资本收益上交比例（比例方案）", MeasureKind.RAISE, _REVENUE, option_income),
    Effect(
        "state_capital_receipts", "股利股息、产权转让和清算收入（台账）", MeasureKind.RAISE, _REVENUE, receipt_income
    ),
    Effect(
        "state_capital_transfer_plans",
        "增加国资收益调入（调入安排）",
        MeasureKind.TRANSFER,
        "state_capital",
        moved_income,
    ),
)
