"""Payments against the approved budget: what was paid without a budget line or beyond it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from fiscal_model.inputs.approvals import Approved, find_approved, line_label
from fiscal_model.inputs.place import Place
from fiscal_model.law.classification import is_expenditure
from fiscal_model.law.rules import rules
from fiscal_model.words.vocabulary import Budget

NO_LINE, OVER, NO_PROJECT = "无预算", "超预算", "项目不在项目库"
_COLUMNS = [
    "budget", "line", "label", "kind", "approved", "paid", "from_above", "over", "first_month", "where", "reason",
]  # fmt: skip
_EQUAL = 0.5
_TOTALS = {
    Budget.GENERAL: "expenditure",
    Budget.FUNDS: "fund_expenditure",
    Budget.STATE_CAPITAL: "state_capital_expenditure",
}


@dataclass(frozen=True)
class _Line:
    """The payments that count against one approved line."""

    budget: Budget
    line: str
    rows: pd.DataFrame


def list_breaches(place: Place, year: int) -> pd.DataFrame:
    """List what was paid without or beyond the approved budget of a year.

    A payment counts against every approved code above it. What extra special transfers paid for does not count. Held
    against what was in force at the end of each month: paying first and adjusting later is a breach too.

    Parameters
    ----------
    place : Place
    year : int

    Returns
    -------
    DataFrame
        budget, line, label, kind (无预算, 超预算, 项目不在项目库), approved (NaN without a line), paid (own money),
        from_above, over, first_month, where, reason; 万元, one row a breach. Empty without payments or approved budget.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> breaches = list_breaches(fm.read_place("data/places/yunshui"), 2026)
    >>> breaches[["label", "kind", "approved", "paid", "over", "first_month"]].values.tolist()
    [['216商业服务业等支出', '超预算', 794.0, 920.0, 126.0, 8]]
    """
    rows, approved = place.rows("payments"), find_approved(place, year)
    rows = rows[rows["year"] == year]
    found: list[dict[str, object]] = []
    if approved is not None and len(rows):
        for budget, paid in rows.groupby("budget", sort=True):
            codes = _approved_codes(approved, Budget(budget))
            found += _without_line(Budget(budget), paid, codes) if codes else []
            found += [breach for line in _lines(Budget(budget), paid, approved) for breach in _over(line, approved)]
    if len(rows):
        found += _unknown_projects(place, rows)
    found = [breach | {"where": place.in_its_words(str(breach["where"]))} for breach in found]
    return pd.DataFrame(found, columns=_COLUMNS)


def _approved_codes(approved: Approved, budget: Budget) -> tuple[str, ...]:
    lines = approved.lines
    codes = lines[(lines["budget"] == budget) & lines["in_force"].notna()]["line"]
    return tuple(code for code in codes if code.isdigit() and code.startswith("2"))


def _lines(budget: Budget, paid: pd.DataFrame, approved: Approved) -> list[_Line]:
    found = [_Line(budget, code, paid[paid["code"].str.startswith(code)]) for code in _approved_codes(approved, budget)]
    total = _TOTALS[budget]
    if np.isfinite(approved.amount(budget, total)):
        found.append(_Line(budget, total, paid[[is_expenditure(code) for code in paid["code"]]]))
    return [line for line in found if len(line.rows)]


def _own(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["superior_document"] == ""]


def _where(rows: pd.DataFrame) -> str:
    return f"payments 表第 {'、'.join(str(number) for number in sorted(rows['row_line']))} 行"


def _over(line: _Line, approved: Approved) -> list[dict[str, object]]:
    own = _own(line.rows)
    by_month = own.groupby("month")["amount"].sum().reindex(range(1, 13), fill_value=0.0).cumsum()
    month_ends = pd.date_range(f"{approved.year}-01-01", periods=12, freq="ME")
    limits = pd.Series(approved.amounts_on(line.budget, line.line, month_ends), index=by_month.index)
    beyond = by_month - limits
    if not (beyond > _EQUAL).any():
        return []
    first = int(beyond.index[beyond > _EQUAL][0])
    paid, limit = float(by_month.iloc[-1]), float(limits.iloc[-1])
    over = max(paid - limit, 0.0)
    article = rules("budget_adjustment")["payments"]["article"]
    label = line_label(line.budget, line.line)
    if over > _EQUAL:
        reason = f"“{label}”批准{limit:,.0f}万元，已拨{paid:,.0f}万元，超{over:,.0f}万元，{first}月起超出（{article}）"
    else:
        over = float(beyond.max())
        reason = (
            f"“{label}”{first}月累计拨付{by_month[first]:,.0f}万元，超过当时批准的{limits[first]:,.0f}万元，"
            f"调整预算批准在后，属于先支后调（{article}）"
        )
    upto = own[own["month"] >= first]
    return [_breach(line, OVER, limit, paid, over, first, _where(upto if len(upto) else own), reason)]


def _breach(
    line: _Line, kind: str, approved: float, paid: float, over: float, first: int, where: str, reason: str
) -> dict[str, object]:
    from_above = float(line.rows["amount"].sum() - _own(line.rows)["amount"].sum())
    values = (
        line.budget, line.line, line_label(line.budget, line.line), kind, approved, paid, from_above, over, first, where, reason,
    )  # fmt: skip
    return dict(zip(_COLUMNS, values, strict=True))


def _without_line(budget: Budget, paid: pd.DataFrame, codes: tuple[str, ...]) -> list[dict[str, object]]:
    own = _own(paid)
    known = [any(code.startswith(line) or line.startswith(code) for line in codes) for code in own["code"]]
    strange = own[~np.array(known, dtype=bool)]
    article = rules("budget_adjustment")["payments"]["article"]
    found = []
    for code, rows in strange.groupby("code", sort=True):
        amount = float(rows["amount"].sum())
        line = _Line(budget, str(code), paid[paid["code"] == code])
        reason = f"批准的预算里没有“{line_label(budget, str(code))}”，已拨{amount:,.0f}万元，未列入预算的不得支出（{article}）"
        first = int(rows["month"].min())
        found.append(_breach(line, NO_LINE, float("nan"), amount, amount, first, _where(rows), reason))
    return found


def _unknown_projects(place: Place, paid: pd.DataFrame) -> list[dict[str, object]]:
    """Payments for projects that the project library does not hold; not asked where there is no library."""
    if not place.has("projects"):
        return []
    known = set(place.rows("projects")["project_code"])
    strange = paid[(paid["project_code"] != "") & ~paid["project_code"].isin(known)]
    found = []
    for (budget, project), rows in strange.groupby(["budget", "project_code"], sort=True):
        amount = float(rows["amount"].sum())
        line = _Line(Budget(budget), str(rows["code"].iloc[0]), rows)
        reason = f"拨付{amount:,.0f}万元给项目“{project}”，项目库里没有这个项目（实施条例第四十一条：项目支出实行项目库管理）"
        first = int(rows["month"].min())
        found.append(_breach(line, NO_PROJECT, float("nan"), amount, amount, first, _where(rows), reason))
    return found
