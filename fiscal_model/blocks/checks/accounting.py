"""Checks V1-V11: what must add up in any set of accounts (docs/method.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fiscal_model.blocks.checks.register_checks import item_sums
from fiscal_model.inputs.found import CAUTION, FAULT, Found, Look, booked, frames, looked_at, row_of, tolerance, where
from fiscal_model.inputs.history import History, shallow_sum
from fiscal_model.inputs.place import Place, budget_rows
from fiscal_model.law.classification import SIDES
from fiscal_model.words.vocabulary import ACTUAL, BUDGETED, Budget, DebtKind, Scope, Status, Unit


@dataclass(frozen=True)
class _Balance:
    """One budget's balance: its totals, the lines without which a side is not whole, its debt flows."""

    budget: Budget
    totals: tuple[str, str]
    resources_needed: tuple[str, ...]
    uses_needed: tuple[str, ...]
    debt_flows: tuple[str, ...] = ()


_BALANCES = (
    _Balance(
        Budget.GENERAL,
        ("resources_total", "uses_total"),
        ("own_revenue", "transfers", "carry_in"),
        ("expenditure", "carry_out"),
        ("debt_proceeds_general", "principal_general"),
    ),
    _Balance(
        Budget.FUNDS,
        ("fund_resources_total", "fund_uses_total"),
        ("fund_revenue", "fund_carry_in"),
        ("fund_expenditure", "fund_carry_out"),
        ("debt_proceeds_special", "principal_special"),
    ),
    _Balance(
        Budget.STATE_CAPITAL,
        ("state_capital_resources_total", "state_capital_uses_total"),
        ("state_capital_revenue", "state_capital_carry_in"),
        ("state_capital_expenditure", "state_capital_carry_out"),
    ),
)


def _sides(place: Place, history: History, balance: _Balance) -> Iterator[Look]:
    """Hold printed totals against their lines and both sides against each other, in every year that lets it.

    A side is whole when its indispensable lines are there; below a printed total an incomplete side only draws a caution.
    """
    resources, uses = SIDES[balance.budget]
    for label, frame in frames(history):
        for year, row in frame.to_dict("index").items():
            unit = _rounding(place, int(year))
            named, found = f"{year}年{label}{balance.budget.label}", []
            for lines, total, side in ((resources, balance.totals[0], "收入"), (uses, balance.totals[1], "支出")):
                added, whole = float(np.nansum(_figures(row, lines))), _whole(row, balance, side)
                (printed,) = _figures(row, [total])
                found.append(printed if np.isfinite(printed) else added if whole else np.nan)
                if np.isfinite(printed):
                    gap = added - printed
                    text = f"{named}{side}各项相加 {added:,.2f} 万元，与总计 {printed:,.2f} 万元{where(place, total, int(year))}差 {gap:,.2f} 万元"
                    text = text if abs(gap) > unit * len(lines) else ""
                    yield FAULT if whole or gap > 0 else CAUTION, text, booked(year, total)
            if np.isfinite(found).all():
                gap = found[0] - found[1]
                text = f"收入总计 {found[0]:,.2f} 万元不等于支出总计 {found[1]:,.2f} 万元，差 {gap:,.2f} 万元"
                text = f"{named}{text}" if abs(gap) > unit * (len(resources) + len(uses)) else ""
                yield FAULT, text, booked(year, *balance.totals, *uses, *resources)


def _figures(row: Mapping[str, float], lines: Iterable[str]) -> list[float]:
    return [float(row.get(line, np.nan)) for line in lines]


def _whole(row: Mapping[str, float], balance: _Balance, side: str) -> bool:
    needed = balance.resources_needed if side == "收入" else balance.uses_needed
    debt = np.isfinite(_figures(row, balance.debt_flows))
    return not np.isnan(_figures(row, needed)).any() and bool(debt.all() or not debt.any())


def _rounding(place: Place, year: int) -> float:
    """Half a unit of the coarsest unit printed that year: 0.5 for 万元, 500 for 亿元 with one decimal."""
    totals = place.rows("totals")
    coarse = len(totals) > 0 and bool(((totals["year"] == year) & (totals["unit"] == Unit.HUNDRED_MILLION_YUAN)).any())
    return 500.0 if coarse else 0.5


@looked_at
def sides_equal(place: Place, history: History) -> Iterator[Look]:
    """V1: both sides of each budget are equal."""
    for balance in _BALANCES:
        yield from _sides(place, history, balance)


@looked_at
def carry_over_continues(place: Place, history: History) -> Iterator[Look]:
    """V2: what is carried out of a year is carried into the next."""
    for carry_out, carry_in, name in (
        ("carry_out", "carry_in", "一般公共预算"),
        ("fund_carry_out", "fund_carry_in", "政府性基金"),
        ("state_capital_carry_out", "state_capital_carry_in", "国有资本经营"),
    ):
        for year in history.actual.index:
            left, right = history.value(carry_out, year), history.value(carry_in, year + 1)
            if np.isfinite(left) and np.isfinite(right):
                text = f"{name}{year}年结转下年 {left:,.2f} 万元，{year + 1}年上年结转 {right:,.2f} 万元"
                yield CAUTION, text if abs(left - right) > 1 else ""


@looked_at
def stabilization_rolls(place: Place, history: History) -> Iterator[Look]:
    """V3: the stabilisation fund rolls forward."""
    for year in history.actual.index:
        names = ("stabilization_topup", "stabilization_draw", "stabilization_fund_stock")
        topup, draw, stock = (history.value(name, year) for name in names)
        opening = history.value("stabilization_fund_stock", year - 1)
        if np.isfinite([topup, draw, stock, opening]).all():
            text = f"{year}年预算稳定调节基金：{opening:,.2f} + {topup:,.2f} - {draw:,.2f} 不等于年末 {stock:,.2f} 万元"
            yield FAULT, text if abs(opening + topup - draw - stock) > 2 else "", booked(year, names[2])


@looked_at
def stock_within_limit(place: Place, history: History) -> Iterator[Look]:
    """V4: debt stays within its limit."""
    for kind in DebtKind:
        for label, frame in frames(history):
            columns = [f"{kind}_closing_stock", f"{kind}_limit_stock"]
            if not set(columns) <= set(frame.columns):
                continue
            for year, (stock, limit) in frame[columns].dropna().iterrows():
                text = f"{year}年{label}{kind.label}余额 {stock:,.2f} 万元超过限额 {limit:,.2f} 万元"
                yield CAUTION, text if stock > limit + 0.01 else ""


def debt_rolls(place: Place, history: History) -> Found:
    """V5: debt rolls forward, in the place's own scope and in the other one where it is given.

    Published tables seldom close to the unit (swap bonds booked as repayment, loans from abroad at the year's rate), so what is
    wanting is a caution that offers it as `other_change`; last year's closing stands in for an unpublished opening.
    """
    looks, cautions = 0, list[str]()
    for scope, label, frame, actual in _debt_frames(place, history):
        for kind in DebtKind:
            of = lambda item, kind=kind, frame=frame: frame.get(f"{kind}_{item}", pd.Series(np.nan, index=frame.index))  # noqa: E731
            before = actual.get(f"{kind}_closing_stock", pd.Series(dtype=float))
            before = before.set_axis(before.index + 1).reindex(frame.index)
            rows = pd.concat(
                [of("opening_stock"), before, of("issued"), of("repaid"), of("closing_stock"), of("other_change")],
                axis=1,
            )
            for year, (opening, last, issued, repaid, closing, other) in rows.iterrows():
                opened = opening if np.isfinite(opening) else last
                if not np.isfinite([opened, issued, repaid, closing]).all():
                    continue
                looks += 1
                named, wanting = f"{year}年{label}{scope}{kind.label}", closing - opened - issued + repaid
                gap = np.nan_to_num(other) - wanting
                if abs(gap) > 2:
                    cautions.append(
                        f"{named}：年初＋发行－还本＋其他增减与年末余额差 {gap:,.2f} 万元；核对无误的（常见于置换债券列入还本、外债汇率变动），"
                        f"在 debt 表填“其他增减”（other_change）{wanting:,.2f} 万元"
                    )
                if np.isfinite([opening, last]).all() and abs(last - opening) > 2:
                    cautions.append(
                        f"{named}年初余额 {opening:,.2f} 万元，上年末余额 {last:,.2f} 万元，请核对；上年末数是预计执行数的，改用决算数"
                    )
    return Found(looks, (), tuple(cautions))


def _debt_frames(place: Place, history: History) -> list[tuple[str, str, pd.DataFrame, pd.DataFrame]]:
    """Return scope as named in a message, version, figures by year and what really happened, own scope first."""
    found = [("", label, frame, history.actual) for label, frame in frames(history)]
    rows = place.rows("debt")
    for scope in Scope:
        others = rows[rows["scope"] == scope] if len(rows) and scope != place.scope else rows.iloc[:0]
        if len(others):
            actual, planned = (_debt_by_year(others, statuses) for statuses in (ACTUAL, BUDGETED))
            found += [(scope.label, "", actual, actual), (scope.label, "预算", planned, actual)]
    return found


def _debt_by_year(rows: pd.DataFrame, statuses: tuple[Status, ...]) -> pd.DataFrame:
    """One column an item of a kind; the first of the statuses that gives a figure wins."""
    kept = rows[rows["status"].isin(statuses)]
    order = kept["status"].map({status: place for place, status in enumerate(statuses)})
    kept = kept.assign(order=order.astype(int)).sort_values("order", kind="stable")
    kept = kept.drop_duplicates(["kind", "item", "year"])
    kept = kept.assign(name=[f"{kind}_{item}" for kind, item in zip(kept["kind"], kept["item"], strict=True)])
    return kept.pivot(index="year", columns="name", values="amount")


@looked_at
def transfers_match(place: Place, history: History) -> Iterator[Look]:
    """V7: what leaves one budget enters another."""
    for year in history.actual.index:
        moved_in = history.value("transfer_in", year)
        sources = [history.value(name, year) for name in ("fund_transfer_out", "state_capital_transfer_out")]
        if np.isfinite(moved_in) and np.isfinite(sources).any():
            given = float(np.nansum(sources))
            text = ""
            if given > moved_in + 2:
                text = f"{year}年基金和国资调出 {given:,.2f} 万元，一般公共预算调入只有 {moved_in:,.2f} 万元"
            elif moved_in > given + 2:
                text = f"{year}年一般公共预算调入 {moved_in:,.2f} 万元，其中 {moved_in - given:,.2f} 万元没有对应的基金或国资调出"
            yield CAUTION, text


@looked_at
def taxes_add_up(place: Place, history: History) -> Iterator[Look]:
    """V8: taxes and non-tax revenue add up to own revenue."""
    for year, named, given in _printed_totals(place):
        if {"own_revenue", "tax_revenue", "nontax_revenue"} <= set(given.index):
            gap = given["tax_revenue"] + given["nontax_revenue"] - given["own_revenue"]
            text = f"{named}税收加非税与一般公共预算收入差 {gap:,.2f} 万元" if abs(gap) > 2 else ""
            yield FAULT, text, booked(year, "own_revenue")
    ledger, totals = history.codes[Budget.GENERAL], place.rows("totals")
    if len(ledger) and len(totals):
        added = shallow_sum(ledger, ("101", "103"))
        own = (totals["line"] == "own_revenue") & (totals["scope"] == place.scope) & totals["status"].isin(ACTUAL)
        for year, printed in zip(totals.loc[own, "year"], totals.loc[own, "amount"], strict=True):
            if np.isfinite(added.get(year, np.nan)):
                text = f"{year}年 ledger 税收加非税 {added[year]:,.2f} 万元，totals 收入 {printed:,.2f} 万元"
                yield FAULT, text if abs(added[year] - printed) > 2 else "", booked(year, "own_revenue")


def _printed_totals(place: Place) -> Iterator[tuple[int, str, pd.Series]]:
    """Year, year and version as named in a message, and the totals printed for them in the place's own scope, by line."""
    totals = place.rows("totals")
    for (year, status), rows in totals[totals["scope"] == place.scope].groupby(["year", "status"]):
        amounts = rows.drop_duplicates("line", keep="last").set_index("line")["amount"]
        yield int(year), f"{year}年{Status(status).label}", amounts


@looked_at
def codes_add_up(place: Place, history: History) -> Iterator[Look]:
    """V9: codes add up to their parents."""
    ledger = place.rows("ledger")
    for (budget, scope, year, status), rows in ledger.groupby(["budget", "scope", "year", "status"]):
        given = dict(zip(rows["code"], rows["amount"], strict=True))
        children: dict[str, list[float]] = {}
        for code, amount in given.items():
            if len(code) > 3 and code[:-2] in given and code[:-2] != "230" and code[:-2] != "110":
                children.setdefault(code[:-2], []).append(amount)
        for parent, amounts in children.items():
            gap = sum(amounts) - given[parent]
            text = f"{year}年{Status(status).label}{Budget(budget).label}{scope.label}科目 {parent}：下级相加 {sum(amounts):,.2f}，本级 {given[parent]:,.2f} 万元"
            # A hundred times the parent is no missing row: the unit or a digit is wrong.
            kind = FAULT if abs(gap) > 100 * max(abs(given[parent]), 1.0) else CAUTION
            at = row_of("ledger", budget=budget, scope=scope, year=year, status=status, code=parent)
            yield kind, text if abs(gap) > tolerance(len(amounts)) + 0.5 else "", at


@looked_at
def transfers_add_up(place: Place, history: History) -> Iterator[Look]:
    """V10: transfers by kind add up; a register's lines are those of the ledger."""
    kinds = ("rebates", "general_transfers", "special_transfers")
    for year, named, given in _printed_totals(place):
        if {"transfers", *kinds} <= set(given.index):
            gap = sum(given[kind] for kind in kinds) - given["transfers"]
            text = f"{named}返还、一般、专项相加与上级补助收入差 {gap:,.2f} 万元" if abs(gap) > 2 else ""
            yield FAULT, text, booked(year, "transfers")
    entered, register = budget_rows(place, Budget.GENERAL), place.rows("transfers")
    ledger = {(row.code, row.year, str(row.status)): row.amount for row in entered.itertuples()}
    for row in register.itertuples():
        other = ledger.get((row.code, row.year, str(row.status)))
        if other is not None:
            text = (
                f"{row.year}年{row.status.label}{row.code}{row.name}：transfers 表第 {row.row_line} 行 {row.amount:,.2f}，"
                f"ledger 表 {other:,.2f} 万元，应一致"
            )
            at = row_of("transfers", row_line=row.row_line)
            yield FAULT, text if abs(row.amount - other) > 1 else "", at


@looked_at
def guarantees_add_up(place: Place, history: History) -> Iterator[Look]:
    """V11: the three guarantees add up."""
    classes = [f"guarantee_{name}" for name in ("living", "salaries", "operations")]
    for label, frame in frames(history):
        if {*classes, "guarantees_total"} <= set(frame.columns):
            for year, row in frame[[*classes, "guarantees_total"]].dropna().iterrows():
                added, printed = row[classes].sum(), row["guarantees_total"]
                text = f"{year}年{label}三保分类相加 {added:,.2f}，合计 {printed:,.2f} 万元"
                yield CAUTION, text if abs(added - printed) > 2 else ""
    yield from item_sums(place, history)
