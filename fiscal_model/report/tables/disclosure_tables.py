"""Tables 21-1 to 21-4 of the annex: what is to be disclosed of government debt, in the official layout, 亿元."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from fiscal_model.model.projection import Plan
from fiscal_model.words.table import ReportRow, ReportTable, Value, rounded
from fiscal_model.words.vocabulary import ACTUAL, Budget, DebtItem, DebtKind, Scope, Status

UNIT = "亿元"
RULE = "版式按《地方政府债务信息公开办法（试行）》（财预〔2018〕209号）所附表样；“—”为没有数据，不是零。"
_HUNDRED_MILLION = 10_000.0
_BUDGETED = (Status.ADJUSTED_BUDGET, Status.BUDGET, Status.FORECAST)
_WHERE = {Scope.WHOLE: "本地区", Scope.OWN_LEVEL: "本级"}
_INTEREST = {DebtKind.GENERAL: (Budget.GENERAL, "23203"), DebtKind.SPECIAL: (Budget.FUNDS, "23204")}
_Entry = tuple[str, str, list[Value], int, tuple[int, ...]]


@dataclass(frozen=True)
class _Figures:
    """Published figures of the base year by scope, and the plan's first year for the place's own scope."""

    plan: Plan

    @property
    def year(self) -> int:
        return self.plan.base_year

    @property
    def scopes(self) -> list[Scope]:
        """Scopes in official order: the place's own one always, the other where figures of it are given."""
        place = self.plan.basis.place
        given = set(place.rows("debt")["scope"])
        return [scope for scope in Scope if scope == place.scope or scope in given]

    @property
    def done(self) -> str:
        """What the base year's figures are called."""
        statuses = set(self._debt(DebtItem.CLOSING_STOCK, self.year, ACTUAL)["status"])
        return "决算数" if statuses == {Status.FINAL_ACCOUNTS} else "预计执行数"

    def each(self, kind: DebtKind, item: DebtItem, year: int | None = None, budget: bool = False) -> list[Value]:
        """A figure of the debt table by scope, None where there is none."""
        rows = self._debt(item, year or self.year, _BUDGETED if budget else ACTUAL)
        rows = rows[rows["kind"] == kind]
        return [_first(rows[rows["scope"] == scope], _BUDGETED if budget else ACTUAL) for scope in self.scopes]

    def interest(self, kind: DebtKind) -> list[Value]:
        """Interest of the base year by scope, from totals or the ledger."""
        budget, code = _INTEREST[kind]
        totals, ledger = self.plan.basis.place.rows("totals"), self.plan.basis.place.rows("ledger")
        found = []
        for scope in self.scopes:
            rows = [
                table[(table["year"] == self.year) & (table["scope"] == scope) & chosen]
                for table, chosen in (
                    (totals, totals["line"] == f"interest_{kind}"),
                    (ledger, (ledger["budget"] == budget) & (ledger["code"] == code)),
                )
            ]
            printed = [_first(given, ACTUAL) for given in rows]
            found.append(next((value for value in printed if value is not None), None))
        return found

    def planned(self, line: str) -> list[Value]:
        """The plan's first year in the place's own scope; the other one is not planned."""
        value = float(self.plan.line(line)[0])
        own = self.plan.basis.place.scope
        return [value if scope == own and np.isfinite(value) else None for scope in self.scopes]

    def _debt(self, item: DebtItem, year: int, statuses: tuple[Status, ...]) -> pd.DataFrame:
        rows = self.plan.basis.place.rows("debt")
        return rows[(rows["item"] == item) & (rows["year"] == year) & rows["status"].isin(statuses)]


def disclosure_tables(plan: Plan) -> list[ReportTable]:
    """Return the disclosure tables for which the place has a figure.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    list of ReportTable
        表1-1 to 表1-4; whole 万元 shown as 亿元 with four decimals, so that sums add up as printed.
    """
    if not len(plan.basis.place.rows("debt")):
        return []
    figures = _Figures(plan)
    tables = [
        _limits(figures),
        _stocks(figures, DebtKind.GENERAL, "21-2", "表1-2"),
        _stocks(figures, DebtKind.SPECIAL, "21-3", "表1-3"),
        _issues(figures),
    ]
    return [table for table in tables if any(value is not None for row in table.rows for value in row.values)]


def _limits(figures: _Figures) -> ReportTable:
    """表1-1: limits and stocks by area; sums run along the row."""
    by_item = [
        [figures.each(kind, item) for kind in DebtKind] for item in (DebtItem.LIMIT_STOCK, DebtItem.CLOSING_STOCK)
    ]
    rows = []
    for at, scope in enumerate(figures.scopes):
        cells: list[Value] = []
        for general, special in by_item:
            whole = [_whole(general[at]), _whole(special[at])]
            cells += [_added(*whole), *whole]
        rows.append(ReportRow(_WHERE[scope], tuple(map(_shown, cells)), "text", 0, f"limits_{scope}"))
    columns = (
        "债务限额 A=B+C", "一般债务限额 B", "专项债务限额 C",
        "债务余额 D=E+F", "一般债务余额 E", "专项债务余额 F",
    )  # fmt: skip
    title = f"{figures.year}年地方政府债务限额及余额情况表（表1-1）"
    notes = (RULE, f"余额为{figures.year}年末{figures.done}。")
    return ReportTable("21-1", "disclosure_limits", title, UNIT, "地区", columns, tuple(rows), notes)


def _stocks(figures: _Figures, kind: DebtKind, number: str, official: str) -> ReportTable:
    """表1-2 and 表1-3: one kind of debt from last year's stock to this year's, and next year's limit."""
    year, name = figures.year, kind.label
    limit, following = (
        figures.each(kind, DebtItem.LIMIT_STOCK, year),
        figures.each(kind, DebtItem.LIMIT_STOCK, year + 1, True),
    )
    nothing: list[Value] = [None] * len(figures.scopes)
    issued = figures.each(kind, DebtItem.ISSUED)
    abroad = figures.each(kind, DebtItem.BORROWED_ABROAD)
    rows = [
        _pair(f"一、{year - 1}年末地方政府{name}余额实际数", nothing, figures.each(kind, DebtItem.OPENING_STOCK)),
        _pair(f"二、{year}年末地方政府{name}余额限额", limit, nothing),
        _pair(f"三、{year}年地方政府{name}发行额", nothing, issued),
    ]
    if kind is DebtKind.GENERAL:
        bonds = [_less(whole, part) for whole, part in zip(issued, abroad, strict=True)]
        rows[2] = replace(rows[2], parts=((3, 1), (4, 1)))
        rows += [
            _pair("中央转贷地方的国际金融组织和外国政府贷款", nothing, abroad, 1),
            _pair(f"{year}年地方政府一般债券发行额", nothing, bonds, 1),
        ]
    rows += [
        _pair(f"四、{year}年地方政府{name}还本额", nothing, figures.each(kind, DebtItem.REPAID)),
        _pair(f"五、{year}年末地方政府{name}余额{figures.done}", nothing, figures.each(kind, DebtItem.CLOSING_STOCK)),
    ]
    raised = [_less(after, now) if now is not None else None for after, now in zip(following, limit, strict=True)]
    rows.append(
        _pair(f"六、{year + 1}年地方财政赤字", nothing, nothing)
        if kind is DebtKind.GENERAL
        else _pair(f"六、{year + 1}年地方政府{name}新增限额", raised, nothing)
    )
    end = "" if kind is DebtKind.GENERAL else "末"  # as the official forms have it
    rows.append(_pair(f"七、{year + 1}年{end}地方政府{name}余额限额", following, nothing))
    columns = tuple(f"{_WHERE[scope]}{word}" for scope in figures.scopes for word in ("预算数", "执行数"))
    notes = (RULE, "年初余额＋发行－还本与年末余额之差，为存量债务的其他增减。")
    title = f"{year}年地方政府{name}余额情况表（{official}）"
    return _in_hundred_millions(
        ReportTable(number, f"disclosure_{kind}", title, UNIT, "项目", columns, tuple(rows), notes)
    )


def _pair(label: str, budget: list[Value], done: list[Value], level: int = 0) -> ReportRow:
    """One row of 表1-2 or 表1-3: for each scope what was budgeted and what was done."""
    return ReportRow(label, tuple(value for pair in zip(budget, done, strict=True) for value in pair), "money", level)


def _issues(figures: _Figures) -> ReportTable:
    """表1-4: bonds issued, principal and interest; the base year as executed, the plan's first year as budgeted."""
    year, done = figures.year, figures.done
    issued = {kind: figures.each(kind, DebtItem.ISSUED) for kind in DebtKind}
    abroad = figures.each(DebtKind.GENERAL, DebtItem.BORROWED_ABROAD)
    general = issued[DebtKind.GENERAL]
    issued[DebtKind.GENERAL] = [_less(whole, part) for whole, part in zip(general, abroad, strict=True)]
    again = {kind: figures.each(kind, DebtItem.ISSUED_REFINANCING) for kind in DebtKind}
    repaid = {kind: figures.each(kind, DebtItem.REPAID) for kind in DebtKind}
    paid = {kind: figures.interest(kind) for kind in DebtKind}
    due, renewed, own, interest = (
        {kind: figures.planned(line.format(kind)) for kind in DebtKind}
        for line in ("debt_{}_repaid", "debt_{}_refinanced", "principal_{}_own", "interest_{}")
    )
    rows = [
        *_group(0, f"一、{year}年发行{done}", "ABD", issued, (("其中：再融资债券", "CE", again),)),
        *_group(5, f"二、{year}年还本{done}", "FGH", repaid),
        *_group(8, f"三、{year}年付息{done}", "IJK", paid),
        *_group(
            11, f"四、{year + 1}年还本预算数", "LMO", due, (("其中：再融资", "", renewed), ("财政预算安排", "NP", own)), True
        ),
        *_group(18, f"五、{year + 1}年付息预算数", "QRS", interest),
    ]  # fmt: skip
    notes = (
        RULE,
        f"{year}年为已公布数（还本含非债券形式的存量债务），{year + 1}年为本规划测算数；没有编制规划的口径留空。",
    )
    title = f"{year}年地方政府债券发行及还本付息情况表（表1-4）"
    columns = tuple(_WHERE[scope] for scope in figures.scopes)
    return _in_hundred_millions(
        ReportTable("21-4", "disclosure_issues", title, UNIT, "项目", columns, tuple(rows), notes)
    )


def _group(
    start: int,
    label: str,
    letters: str,
    by_kind: dict[DebtKind, list[Value]],
    parts: tuple[tuple[str, str, dict[DebtKind, list[Value]]], ...] = (),
    complete: bool = False,
) -> list[ReportRow]:
    """One numbered block of 表1-4: the sum of both kinds, each kind, and what it consists of."""
    general, special = by_kind.values()
    step = 1 + len(parts)
    total = [_added(first, second) for first, second in zip(general, special, strict=True)]
    heads = ((start + 1, 1), (start + 1 + step, 1))
    rows = [ReportRow(f"{label}（{letters[0]}={letters[1]}+{letters[2]}）", tuple(total), "money", 0, "", heads)]
    for at, (kind, word) in enumerate(((DebtKind.GENERAL, "（一）一般债券"), (DebtKind.SPECIAL, "（二）专项债券"))):
        below = tuple((start + 2 + at * step + count, 1) for count in range(len(parts))) if complete else ()
        rows.append(ReportRow(f"{word}（{letters[1 + at]}）", tuple(by_kind[kind]), "money", 1, "", below))
        for name, marks, values in parts:
            mark = f"（{marks[at]}）" if marks else ""
            rows.append(ReportRow(f"{name}{mark}", tuple(values[kind]), "money", 2))
    return rows


def _first(rows: pd.DataFrame, statuses: tuple[Status, ...]) -> Value:
    """The figure of the best status, None without any."""
    for status in statuses:
        amounts = rows.loc[rows["status"] == status, "amount"]
        if len(amounts):
            return float(amounts.iloc[-1])
    return None


def _added(first: Value, second: Value) -> Value:
    return first + second if isinstance(first, float) and isinstance(second, float) else None


def _less(whole: Value, part: Value) -> Value:
    """What is left of a figure after a part that may not be given."""
    if not isinstance(whole, float):
        return None
    return whole - part if isinstance(part, float) else whole


def _whole(value: Value) -> Value:
    return float(round(value)) if isinstance(value, float) else None


def _in_hundred_millions(table: ReportTable) -> ReportTable:
    """Settle sums in whole 万元, then print four decimals of 亿元: the same digits."""
    settled = rounded(table)
    rows = tuple(replace(row, values=tuple(map(_shown, row.values)), kind="text", parts=()) for row in settled.rows)
    return replace(settled, rows=rows)


def _shown(value: Value) -> Value:
    return f"{value / _HUNDRED_MILLION:,.4f}" if isinstance(value, float) else None
