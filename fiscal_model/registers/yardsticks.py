"""The sizes of a place that its registers are held against: what it spends and takes in, its economy, its people, its debt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fiscal_model.law.classification import LINE_OF_CODES, TOTALS_LINES
from fiscal_model.law.rules import rules
from fiscal_model.registers.rules import ReadTables
from fiscal_model.words.vocabulary import ACTUAL, Budget, DebtItem

if TYPE_CHECKING:
    from collections.abc import Mapping

_LAST = 3
"""So many last years make a size, by their median: one of them may have slipped."""
_LABELS = {
    "gdp": "地区生产总值",
    "resident_population": "常住人口",
    "debt_general": "一般债务余额",
    "debt_special": "专项债务余额",
    "debt_stock": "政府债务余额",
}
_CLASSES = 8
"""So many classes of spending in a year make it whole; a budget has more than twenty."""
_FUND_CODES = ("10301", "10310")


@dataclass(frozen=True)
class Yardsticks:
    """Sizes of a place, in 万元 and persons, drawn from its tables in its own scope."""

    tables: ReadTables
    scope: str

    @cached_property
    def _booked(self) -> pd.DataFrame:
        """Accounts and estimates by budget, line or code, and year."""
        found = []
        for name, key in (("totals", "line"), ("ledger", "code")):
            if name in self.tables:
                rows = self.tables[name]
                rows = rows[(rows["scope"] == self.scope) & rows["status"].isin(ACTUAL)]
                budget = rows["budget"].map(str) if name == "ledger" else ""
                found.append(
                    pd.DataFrame({"budget": budget, "key": rows[key], "year": rows["year"], "amount": rows["amount"]})
                )
        booked = pd.concat(found) if found else pd.DataFrame(columns=["budget", "key", "year", "amount"])
        return booked.drop_duplicates(["budget", "key", "year"])

    @cached_property
    def _series(self) -> dict[tuple[str, str], tuple[np.ndarray, np.ndarray]]:
        ordered = self._booked.sort_values(["budget", "key", "year"], kind="stable", ignore_index=True)
        budgets, keys = ordered["budget"].to_numpy(dtype=str), ordered["key"].to_numpy(dtype=str)
        years, amounts = (ordered[column].to_numpy(dtype=float) for column in ("year", "amount"))
        starts: np.ndarray = (
            np.flatnonzero(np.append(True, (budgets[1:] != budgets[:-1]) | (keys[1:] != keys[:-1])))
            if len(ordered)
            else np.array([], dtype=int)
        )
        ends = np.append(starts[1:], len(ordered)).astype(int)[: len(starts)]
        found = {
            (str(budgets[at]), str(keys[at])): (years[at:end], amounts[at:end])
            for at, end in zip(starts, ends, strict=True)
        }
        classes = tuple(
            sorted({key for budget, key in found if budget and len(key) == 3 and key[0] == "2"} - {"230", "231"})
        )
        spending = {
            Budget.GENERAL: (("expenditure", classes),),
            Budget.STATE_CAPITAL: (("state_capital_revenue", ("103",)),),
            Budget.FUNDS: (("fund_expenditure", classes), ("fund_revenue", ("103",))),
        }
        for budget, lines in LINE_OF_CODES.items():
            for line, codes in (*lines, *spending.get(budget, ())):
                parts = [found[str(budget), code] for code in codes if (str(budget), code) in found]
                if parts:
                    told, printed = found.get(("", line), (np.array([]), np.array([])))
                    of_year: dict[float, float] = {}
                    for part_years, part_amounts in parts:
                        for year, amount in zip(part_years.tolist(), part_amounts.tolist(), strict=True):
                            of_year[year] = of_year.get(year, 0.0) + amount
                    whole = (
                        _CLASSES if line == "expenditure" else 1
                    )  # a year with some classes of spending only is no size
                    counted = {year: sum(year in part for part, _ in parts) for year in of_year}
                    new = sorted(year for year in set(of_year) - set(told.tolist()) if counted[year] >= whole)
                    if new:
                        found["", line] = (np.append(told, new), np.append(printed, [of_year[year] for year in new]))
        return found

    @cached_property
    def _sizes(self) -> Mapping[str, float]:
        found: dict[str, float] = {
            key: _size(years, amounts) for (budget, key), (years, amounts) in self._series.items() if not budget
        }
        if "own_revenue" not in found and {"tax_revenue", "nontax_revenue"} <= set(found):
            found["own_revenue"] = found["tax_revenue"] + found["nontax_revenue"]
        if "transfers" not in found and "general_transfers" in found:
            found["transfers"] = sum(
                found.get(kind, 0.0) for kind in ("rebates", "general_transfers", "special_transfers")
            )
        found["fund"] = max(
            [found[line] for line in ("fund_revenue", "fund_expenditure") if line in found], default=np.nan
        )
        return found | self._of_economy() | self._of_debt()

    def _of_economy(self) -> dict[str, float]:
        if "macro" not in self.tables:
            return {}
        rows = self.tables["macro"].sort_values("year", kind="stable")
        return {
            str(name): _size(each["year"].to_numpy(float), each["amount"].to_numpy(float))
            for name, each in rows.groupby("indicator")
        }

    def _of_debt(self) -> dict[str, float]:
        if "debt" not in self.tables:
            return {}
        rows = self.tables["debt"]
        rows = rows[(rows["scope"] == self.scope) & (rows["item"] == DebtItem.CLOSING_STOCK)]
        held = rows.groupby(["year", "status"])["amount"].sum().reset_index()
        return {"debt_stock": _size(held["year"].to_numpy(float), held["amount"].to_numpy(float))} if len(held) else {}

    def value(self, name: str) -> float:
        """Return a size, NaN where the place's tables do not tell."""
        return float(self._sizes.get(name, np.nan))

    def words(self, name: str) -> str:
        """Name a size as a message does."""
        label = _LABELS.get(name) or TOTALS_LINES.get(name, {"fund": "政府性基金规模"}.get(name, name))
        unit = "人" if name == "resident_population" else "万元"
        return f"近年{label} {self.value(name):,.10g} {unit}"

    def accounts(self, rows: pd.DataFrame, column: str) -> tuple[np.ndarray, Callable[[int], str]]:
        """The booked figure of the line or code of each row, in the year nearest to the row's; and how a message names it."""
        found, years = np.full(len(rows), np.nan), np.zeros(len(rows), dtype=int)
        keys = rows[column].astype(str).to_numpy(dtype=str) if column in rows else np.full(len(rows), column)
        budgets = rows["budget"].astype(str).to_numpy(dtype=str) if "budget" in rows else np.full(len(rows), "")
        asked = rows["year"].to_numpy(dtype=float)
        for budget, key in sorted(set(zip(budgets.tolist(), keys.tolist(), strict=True))):
            own = budget or str(Budget.FUNDS if key.startswith(_FUND_CODES) else Budget.GENERAL)
            series = self._series.get(("", key)) or self._series.get((own, key))
            if series is not None:
                at = np.flatnonzero((budgets == budget) & (keys == key))
                nearest = np.argmin(np.abs(asked[at, None] - series[0]), axis=1)
                found[at], years[at] = series[1][nearest], series[0][nearest].astype(int)
        line = TOTALS_LINES.get(column, "")
        return found, lambda at: f"{years[at]}年{line}决算或执行数 {found[at]:,.10g} 万元"

    def matters(self, amount: float, share: str = "share") -> bool:
        """Tell whether an amount of money is large enough to be worth a word."""
        spent = self.value("expenditure")
        return not np.isfinite(spent) or amount >= float(rules("plausible")["material"][share]) * spent


def _size(years: np.ndarray, amounts: np.ndarray) -> float:
    """The median of the last years."""
    return float(np.median(amounts[np.argsort(years, kind="stable")][-_LAST:]))
