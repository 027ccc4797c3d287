"""What the ledger of a place says of each fund: its income, what it was spent on, and what the rules let its money do."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from fiscal_model.inputs.history import shallow_sum
from fiscal_model.law.rules import rule_table

LAND, PROJECTS, GRANTS = "1030148", "10310", "11004"
_INTEREST = "23204"


def fund_rule(code: str) -> Mapping[str, str]:
    """Return the row of `data/rules/funds.csv` that holds for a fund.

    Examples
    --------
    >>> fund_rule("1030155")["gives"], fund_rule("1030177")["gives"]
    ('no', 'excess')
    """
    rows = {row["code"]: row for row in rule_table("funds")}
    return rows.get(code, rows["*"])


def pays_special_debt(code: str) -> bool:
    """Tell whether a fund's money may pay special debt at all: any debt, or such as is raised for the fund itself.

    Examples
    --------
    >>> [pays_special_debt(code) for code in ("1030148", "10310", "1030178", "1030155", "11004")]
    [True, True, True, False, False]
    """
    rule = fund_rule(code)
    return rule["serves"] == "any" or bool(rule["interest"])


def fund_incomes(codes: pd.DataFrame, year: int) -> dict[str, float]:
    """Return a year's income by fund: 7-digit codes of 10301, and project income, 万元.

    Empty unless land revenue and at least one other fund stand in the ledger: then only totals are known.

    ``codes``: index year, columns codes of the fund budget.
    """
    if year not in codes.index:
        return {}
    row = codes.loc[year].dropna()
    found = {
        str(code): float(amount)
        for code, amount in sorted(row.items())
        if amount > 0 and (code == PROJECTS or (str(code).startswith("10301") and len(str(code)) == 7))
    }
    return found if LAND in found and len(found) > 1 else {}


def giving_income(codes: pd.DataFrame, base: int) -> pd.Series | None:
    """Return by year the income of the funds that may be moved to the general budget; None where only totals are known."""
    giving = [code for code in fund_incomes(codes, base) if fund_rule(code)["gives"] == "yes"]
    return codes[giving].sum(axis=1, min_count=1) if giving else None


def debtor_shares(ledger: pd.DataFrame, funds: tuple[str, ...], year: int) -> np.ndarray:
    """Return which part of special debt was raised for each fund, (fund,): by the interest that the ledger books for it.

    Interest of other funds, and all of it where the ledger shows none by fund, falls on project income, else on land.
    """
    items = ledger.loc[year].dropna() if year in ledger.index else pd.Series(dtype=float)
    items = items[[code for code in items.index if code.startswith(_INTEREST) and len(code) == 7]]
    paid = {code: float(items[items.index.isin(fund_rule(code)["interest"].split())].sum()) for code in funds}
    whole = float(items.sum())
    rest = PROJECTS if PROJECTS in funds else LAND
    if whole <= 0:
        return np.array([float(code == rest) for code in funds])
    paid[rest] += whole - sum(paid.values())
    return np.array(list(paid.values())) / whole


def own_spending(codes: pd.DataFrame, code: str, year: int) -> float:
    """Return what a fund's own spending beside its costs takes of its income, by the fund's spending code in the ledger.

    Zero where the ledger shows none. Land whose items are not shown has no other spending: all of it counts as costs.
    """
    spent = spending_of(codes, code, year)
    costs = cost_of(codes, code, year)
    own = spent - (costs if np.isfinite(costs) else spent if fund_rule(code)["costs"] else 0.0)
    return float(np.clip(np.nan_to_num(own) / codes.at[year, code], 0.0, 1.0))


def spending_of(codes: pd.DataFrame, code: str, year: int) -> float:
    """Return what the ledger shows under a fund's spending code, 万元; NaN where it shows nothing."""
    spending = fund_rule(code)["spending"]
    return float(shallow_sum(codes, (spending,)).get(year, np.nan)) if spending and len(codes) else np.nan


def cost_of(codes: pd.DataFrame, code: str, year: int) -> float:
    """Return the cost items within a fund's spending, 万元; NaN where the ledger does not show its items.

    Costs of land: clearing and resettlement, development, help for farmers who lost land, the sale itself.
    """
    rule = fund_rule(code)
    if year not in codes.index or not rule["costs"]:
        return np.nan
    items = codes.loc[year, [item for item in codes.columns if item.startswith(rule["spending"]) and len(item) == 7]]
    return float(items[items.index.isin(rule["costs"].split())].sum()) if items.notna().any() else np.nan
