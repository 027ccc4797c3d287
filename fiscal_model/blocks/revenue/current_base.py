"""A plan that rests on the year under way: its budget and its estimate as the base year, or as the first plan year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from fiscal_model.blocks.revenue.current_year import CurrentYear
from fiscal_model.inputs.history import History
from fiscal_model.law.classification import SIDES
from fiscal_model.words.cautions import Caution
from fiscal_model.words.vocabulary import Budget, DebtKind, Status

_GROUPS = {"tax_revenue": "101", "nontax_revenue": "103"}
_LEAST = 0.5


def current_year_rows(current: CurrentYear) -> pd.DataFrame:
    """Return the rows of the table 当年收入预计, wholes before their parts; 万元, shares and growth as fractions.

    In the order own revenue, taxes and their items, non-tax revenue and its items, funds. Columns line, label, indent,
    so_far, share, estimate, lower, upper, budget, against_budget, last_year, growth; NaN where unknown.

    Examples
    --------
    >>> from fiscal_model.blocks.revenue.current_year import current_year, months_of
    >>> from fiscal_model.inputs.history import read_history
    >>> import fiscal_model as fm
    >>> place = fm.read_place("data/places/yunshui")
    >>> history = read_history(place)
    >>> current_year_rows(current_year(months_of(place, history), history))["label"].tolist()
    ['一般公共预算收入', '税收收入', '非税收入']
    """
    columns = [
        "line", "label", "indent", "so_far", "share", "estimate", "lower", "upper", "budget", "against_budget", "last_year",
        "growth",
    ]  # fmt: skip
    rows = [
        (
            line, entry.label, 0 if line in {"own_revenue", "fund_revenue"} else 2 if line in current.codes else 1,
            entry.so_far, entry.share, entry.mean, entry.lower[0], entry.upper[0], entry.budget, entry.mean - entry.budget,
            entry.last_year, entry.growth,
        )
        for line, entry in current.lines.items()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def with_current_year(history: History, current: CurrentYear | None) -> tuple[History, tuple[Caution, ...]]:
    """Let the year under way stand as the base year: its approved budget, its own revenue as estimated.

    What the estimate falls short of the budget leaves expenditure (实施条例 78: cut spending), what it exceeds it by goes
    to the stabilisation fund (预算法 66); likewise in the funds budget, where a surplus is carried over.

    Returns (History, tuple of Caution): the history unchanged, and no caution, unless the current year is the base
    year.

    Examples
    --------
    >>> from fiscal_model.blocks.revenue.current_year import current_year, months_of
    >>> from fiscal_model.inputs.history import read_history
    >>> import fiscal_model as fm
    >>> place = fm.read_place("data/places/yunshui")
    >>> history = read_history(place)
    >>> with_current_year(history, current_year(months_of(place, history, 2026), history))[0].last_year
    2026
    """
    if current is None or current.role != "base_year":
        return history, ()
    year = current.year
    budget = history.planned.loc[year].dropna()
    row = budget.copy()
    for line, entry in current.lines.items():
        if line in row.index or line in {"own_revenue", "tax_revenue", "nontax_revenue"}:
            row[line] = entry.mean
    cautions = [_from_budget(year), *_carry_difference(row, budget, year)]
    _close_sides(row)
    _roll_fund(row, history, year)
    cautions += _roll_debt(row, history, year)
    status = pd.Series({line: str(Status.BUDGET) for line in row.index}, dtype=object)
    status[[line for line in current.lines if line in row.index]] = str(Status.FORECAST)
    codes = {name: _with_row(frame, history.planned_codes[name], year) for name, frame in history.codes.items()}
    codes[Budget.GENERAL] = _with_estimates(codes[Budget.GENERAL], current)
    return (
        replace(
            history,
            actual=_set_row(history.actual, row, year),
            status=_set_row(history.status, status, year),
            codes=codes,
        ),
        tuple(cautions),
    )


def anchor_first_year(
    total: np.ndarray, items: np.ndarray, names: Sequence[str], current: CurrentYear
) -> tuple[np.ndarray, np.ndarray]:
    """Let the first plan year be what the months say, and later years grow from it as forecast.

    ``total``: (..., year) float, own revenue as forecast by year, 万元.
    ``items``: (..., year, item) float, its items, adding up to it.
    ``names``: official codes of the items.
    ``current``: with the role ``first_plan_year``; anything else changes nothing.
    Returns ((..., year) float, (..., year, item) float): items still add up to the total in every year.

    Examples
    --------
    >>> from fiscal_model.blocks.revenue.current_year import current_year, months_of
    >>> from fiscal_model.inputs.history import read_history
    >>> import fiscal_model as fm
    >>> place = fm.read_place("data/places/yunshui")
    >>> history = read_history(place)
    >>> current = current_year(months_of(place, history), history)
    >>> total, items = anchor_first_year(np.array([100.0, 110]), np.array([[60.0, 40], [66, 44]]), ("10101", "10302"), current)
    >>> bool(total[0] == current.mean("own_revenue")), round(float(total[1] / total[0]), 6), bool(np.allclose(items.sum(-1), total))
    (True, 1.1, True)
    """
    if current.role != "first_plan_year":
        return total, items
    moved = total * (current.mean("own_revenue") / total[..., :1])
    moved[..., 0] = current.mean("own_revenue")
    scale = np.ones(items.shape[-1])
    first = items[..., 0, :].reshape(-1, items.shape[-1])[0]
    for position, name in enumerate(names):
        group = next((line for line, prefix in _GROUPS.items() if name.startswith(prefix)), "")
        if name in current.codes and first[position] > 0:
            scale[position] = current.mean(name) / first[position]
        elif group in current.lines:
            inside = [one for one, other in enumerate(names) if other.startswith(_GROUPS[group])]
            whole = first[inside].sum()
            scale[position] = current.mean(group) / whole if whole > 0 else 1.0
    changed = items * np.maximum(scale, 0.0)
    added = changed.sum(axis=-1, keepdims=True)
    ratio = np.where(added > 0, moved[..., None] / np.where(added > 0, added, 1.0), 1.0)
    return moved, changed * ratio


def narrower_deviation(deviation: np.ndarray, current: CurrentYear) -> np.ndarray:
    """Replace the first year's standard deviation by that of the months where it is narrower, (year,) float.

    Later years keep their own: they start from a better base but as far from it.

    ``deviation``: (year,) float, standard deviation in logs by horizon.
    """
    if current.role != "first_plan_year":
        return deviation
    own = current.lines["own_revenue"]
    spread = np.log(own.upper[0] / own.lower[0]) / (2 * 1.2815515655446004) if own.lower[0] > 0 else np.inf
    return np.concatenate([[min(float(deviation[0]), float(spread))], deviation[1:]])


def _from_budget(year: int) -> Caution:
    message = f"{year}年尚未结束，作为基期：收入按分月推算，其余各项按{year}年预算数，决算后请换成实际数"
    return Caution("base_year_from_budget", "基期", message)


def _carry_difference(row: pd.Series, budget: pd.Series, year: int) -> list[Caution]:
    """Close both budgets again after revenue has moved away from them; changes ``row``."""
    cautions = []
    for revenue, spending, surplus, totals, name, rule in (
        (
            "own_revenue",
            "expenditure",
            "stabilization_topup",
            ("resources_total", "uses_total"),
            "一般公共预算",
            "补充预算稳定调节基金（预算法第六十六条）",
        ),
        (
            "fund_revenue",
            "fund_expenditure",
            "fund_carry_out",
            ("fund_resources_total", "fund_uses_total"),
            "政府性基金",
            "结转下年",
        ),
    ):
        if revenue not in row.index or revenue not in budget.index or spending not in row.index:
            continue
        gap = float(row[revenue] - budget[revenue])
        if abs(gap) < 1e-9:
            continue
        for total in totals:
            if total in row.index:
                row[total] += gap
        if gap < 0:
            row[spending] += gap
        else:
            row[surplus] = (float(row[surplus]) if surplus in row.index else 0.0) + gap
        if abs(gap) >= _LEAST:
            text = (
                f"{year}年{name}预计短收 {-gap:,.0f} 万元，基期支出按压减同额处理（预算法实施条例第七十八条）"
                if gap < 0
                else f"{year}年{name}预计超收 {gap:,.0f} 万元，基期按{rule}处理"
            )
            cautions.append(Caution(f"base_year_{revenue}_gap", name, text))
    return cautions


def _roll_fund(row: pd.Series, history: History, year: int) -> None:
    """A budget seldom prints the fund's closing balance: last year's, plus what goes in, less what is drawn."""
    before = history.value("stabilization_fund_stock", year - 1)
    if np.isfinite(before):
        flow = row.get("stabilization_topup", 0.0) - row.get("stabilization_draw", 0.0)
        row["stabilization_fund_stock"] = max(before + float(flow), 0.0)


def _close_sides(row: pd.Series) -> None:
    """A budget prints no carry-over: it plans to spend what came in; what it leaves is carried over."""
    for budget, carried in (
        (Budget.GENERAL, "carry_out"),
        (Budget.FUNDS, "fund_carry_out"),
        (Budget.STATE_CAPITAL, "state_capital_carry_out"),
    ):
        resources, uses = (row.reindex(list(side)).dropna() for side in SIDES[budget])
        if carried not in row.index and len(resources) > 1 and len(uses):
            row[carried] = max(float(resources.sum() - uses.sum()), 0.0)


def _roll_debt(row: pd.Series, history: History, year: int) -> list[Caution]:
    """Carry the stocks of debt to the end of the year by the budget's proceeds and principal; limits stay."""
    rolled = []
    for kind in DebtKind:
        stock, limit = f"{kind}_closing_stock", f"{kind}_limit_stock"
        before, flows = history.value(stock, year - 1), (f"debt_proceeds_{kind}", f"principal_{kind}")
        if stock in row.index or not np.isfinite(before) or not set(flows) <= set(row.index):
            continue
        row[f"{kind}_opening_stock"] = before
        row[stock] = max(before + float(row[flows[0]] - row[flows[1]]), 0.0)
        approved = history.value(limit, year - 1)
        if limit not in row.index and np.isfinite(approved):
            row[limit] = max(approved, float(row[stock]))
        rolled.append(kind.label)
    message = f"{year}年末{'、'.join(rolled)}余额按上年末余额加预算发行减预算还本推算，未公布的限额沿用上年"
    return [Caution("base_year_debt_rolled", "政府债务", message)] if rolled else []


def _set_row(frame: pd.DataFrame, row: pd.Series, year: int) -> pd.DataFrame:
    columns = [*frame.columns, *(line for line in row.index if line not in frame.columns)]
    wider = frame.reindex(index=sorted({*frame.index, year}), columns=columns)
    wider = wider.astype(object) if row.dtype == object else wider
    wider.loc[year] = row.reindex(columns)
    return wider


def _with_row(frame: pd.DataFrame, planned: pd.DataFrame, year: int) -> pd.DataFrame:
    return _set_row(frame, planned.loc[year].dropna(), year) if year in planned.index else frame


def _with_estimates(codes: pd.DataFrame, current: CurrentYear) -> pd.DataFrame:
    """Scale the budget's revenue items to their group's estimate, so that they add up to it at every level."""
    year = current.year
    if year not in codes.index:
        return codes
    row = codes.loc[year].copy()
    for line, prefix in _GROUPS.items():
        inside = [code for code in codes.columns if code.startswith(prefix) and np.isfinite(row[code])]
        fives = [code for code in inside if len(code) == 5]
        whole = float(row[fives].sum()) if fives else float(row[prefix]) if prefix in inside else 0.0
        target = current.mean(line)
        if not np.isfinite(target) or whole <= 0:
            target = current.mean("own_revenue") * _part(row, prefix)
        if not np.isfinite(target) or whole <= 0:
            continue
        for code in inside:
            parent = code[:5]
            ratio = target / whole
            if parent in current.codes and parent in row.index and codes.at[year, parent] > 0:
                ratio = current.mean(parent) / float(codes.at[year, parent])
            row[code] = target if code == prefix else float(codes.at[year, code]) * ratio
    codes = codes.copy()
    codes.loc[year] = row
    return codes


def _part(row: pd.Series, prefix: str) -> float:
    both = {one: float(row[one]) for one in _GROUPS.values() if one in row.index and np.isfinite(row[one])}
    return both.get(prefix, 0.0) / sum(both.values()) if len(both) == len(_GROUPS) else float("nan")
