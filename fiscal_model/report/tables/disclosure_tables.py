"""Tables 21-1 to 21-4 of the annex: what is to be disclosed of government debt, in the official layout, 亿元."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Content, Line, Spread, TableDeclaration, table
from fiscal_model.words.vocabulary import ACTUAL, BUDGETED, Budget, DebtItem, DebtKind, Scope, Status

RULE = "版式按《地方政府债务信息公开办法（试行）》（财预〔2018〕209号）所附表样；“—”为没有数据，不是零。"
_HUNDRED_MILLION = 10_000.0
_WHERE = {Scope.WHOLE: "本地区", Scope.OWN_LEVEL: "本级"}
_INTEREST = {DebtKind.GENERAL: (Budget.GENERAL, "23203"), DebtKind.SPECIAL: (Budget.FUNDS, "23204")}
_LIMITS = (
    "债务限额 A=B+C", "一般债务限额 B", "专项债务限额 C", "债务余额 D=E+F", "一般债务余额 E", "专项债务余额 F",
)  # fmt: skip
_ByKind = Mapping[DebtKind, np.ndarray]


@dataclass(frozen=True)
class _Figures:
    """Published figures by scope, of the base year and of the budget after it; 万元, NaN unknown. None is the plan's."""

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

    def each(self, kind: DebtKind, item: DebtItem, year: int | None = None, budget: bool = False) -> np.ndarray:
        """A figure of the debt table, (scope,)."""
        statuses = BUDGETED if budget else ACTUAL
        rows = self._debt(item, year or self.year, statuses)
        return np.array([_first(rows[(rows["kind"] == kind) & (rows["scope"] == s)], statuses) for s in self.scopes])

    def both(self, item: DebtItem, year: int | None = None, budget: bool = False) -> dict[DebtKind, np.ndarray]:
        """A figure of the debt table for either kind."""
        return {kind: self.each(kind, item, year, budget) for kind in DebtKind}

    def interest(self, year: int, budget: bool = False) -> dict[DebtKind, np.ndarray]:
        """Interest of a year for either kind from totals, else from the ledger, each (scope,)."""
        return {kind: self._interest(kind, year, BUDGETED if budget else ACTUAL) for kind in DebtKind}

    def _interest(self, kind: DebtKind, year: int, statuses: tuple[Status, ...]) -> np.ndarray:
        budget, code = _INTEREST[kind]
        totals, ledger = self.plan.basis.place.rows("totals"), self.plan.basis.place.rows("ledger")
        sources = (
            totals[(totals["year"] == year) & (totals["line"] == f"interest_{kind}")],
            ledger[(ledger["year"] == year) & (ledger["budget"] == budget) & (ledger["code"] == code)],
        )
        found = np.array([[_first(rows[rows["scope"] == s], statuses) for s in self.scopes] for rows in sources])
        return np.where(np.isfinite(found[0]), found[0], found[1])

    def _debt(self, item: DebtItem, year: int, statuses: tuple[Status, ...]) -> pd.DataFrame:
        rows = self.plan.basis.place.rows("debt")
        return rows[(rows["item"] == item) & (rows["year"] == year) & rows["status"].isin(statuses)]


def _first(rows: pd.DataFrame, statuses: tuple[Status, ...]) -> float:
    """The figure of the best status, NaN without any."""
    found = [rows.loc[rows["status"] == status, "amount"] for status in statuses]
    return next((float(amounts.iloc[-1]) for amounts in found if len(amounts)), float("nan"))


def _disclosure(
    number: str, id: str, title: str, find: Callable[[_Figures], Content], stub: str = "项目"
) -> TableDeclaration:
    """Declare a table of the official set; a place without any figure of it prints none."""

    @table(number, id, f"{{year}}年地方政府{title}", stub, [Spread()], unit="亿元")
    def declared(plan: Plan) -> Content | None:
        if not len(plan.basis.place.rows("debt")):
            return None
        content = find(_Figures(plan))
        known = np.isfinite([row.values for row in content.rows if isinstance(row, Line)]).any()
        return replace(content, notes=(RULE, *content.notes), year=plan.base_year) if known else None

    return declared


def _line(id: str, label: str, values: np.ndarray, level: int = 0, adds: str = "") -> Line:
    return Line(id, label, values / _HUNDRED_MILLION, level, adds, total=False, kind="hundred_million")


def _limits(figures: _Figures) -> Content:
    """表1-1: limits and stocks by area; sums run along the row."""
    columns: list[np.ndarray] = []
    for item in (DebtItem.LIMIT_STOCK, DebtItem.CLOSING_STOCK):
        general, special = (np.round(values) for values in figures.both(item).values())
        columns += [general + special, general, special]
    areas = zip(figures.scopes, np.transpose(columns), strict=True)
    rows = [_line(f"limits_{scope}", _WHERE[scope], values) for scope, values in areas]
    return Content(rows, (f"余额为{figures.year}年末{figures.done}。",), _LIMITS)


def _stocks(figures: _Figures, kind: DebtKind) -> Content:
    """表1-2 and 表1-3: one kind of debt from last year's stock to this year's, and next year's limit."""
    year, name, general = figures.year, kind.label, kind is DebtKind.GENERAL
    nothing = np.full(len(figures.scopes), np.nan)
    limit = figures.each(kind, DebtItem.LIMIT_STOCK)
    following = figures.each(kind, DebtItem.LIMIT_STOCK, year + 1, True)

    def budgeted(id: str, label: str, values: np.ndarray) -> Line:
        return _line(id, label, np.stack([values, nothing], axis=1).ravel())

    def done(id: str, label: str, values: np.ndarray, level: int = 0, adds: str = "") -> Line:
        return _line(id, label, np.stack([nothing, values], axis=1).ravel(), level, adds)

    issued, abroad = figures.each(kind, DebtItem.ISSUED), figures.each(kind, DebtItem.BORROWED_ABROAD)
    rows = [
        done("opening", f"一、{year - 1}年末地方政府{name}余额实际数", figures.each(kind, DebtItem.OPENING_STOCK)),
        budgeted("limit", f"二、{year}年末地方政府{name}余额限额", limit),
        done("issued", f"三、{year}年地方政府{name}发行额", issued, adds="abroad + bonds" if general else ""),
    ]
    if general:
        rows += [
            done("abroad", "中央转贷地方的国际金融组织和外国政府贷款", abroad, 1),
            done("bonds", f"{year}年地方政府一般债券发行额", issued - np.nan_to_num(abroad), 1),
        ]
    rows += [
        done("repaid", f"四、{year}年地方政府{name}还本额", figures.each(kind, DebtItem.REPAID)),
        done("closing", f"五、{year}年末地方政府{name}余额{figures.done}", figures.each(kind, DebtItem.CLOSING_STOCK)),
        budgeted("deficit", f"六、{year + 1}年地方财政赤字", nothing) if general
        else budgeted("raised", f"六、{year + 1}年地方政府{name}新增限额", following - limit),
        # The official forms have 年 in one and 年末 in the other.
        budgeted("following", f"七、{year + 1}年{'' if general else '末'}地方政府{name}余额限额", following),
    ]  # fmt: skip
    headings = [f"{_WHERE[scope]}{word}" for scope in figures.scopes for word in ("预算数", "执行数")]
    return Content(rows, ("年初余额＋发行－还本与年末余额之差，为存量债务的其他增减。",), headings)


def _issues(figures: _Figures) -> Content:
    """表1-4: bonds issued, principal and interest; the base year as executed, the next year as its published budget has it."""
    year, done, issued = figures.year, figures.done, figures.both(DebtItem.ISSUED)
    issued[DebtKind.GENERAL] -= np.nan_to_num(figures.each(DebtKind.GENERAL, DebtItem.BORROWED_ABROAD))
    again = {"again": ("其中：再融资债券", "CE", figures.both(DebtItem.ISSUED_REFINANCING))}
    due = figures.both(DebtItem.REPAID, year + 1, budget=True)
    renewed = figures.both(DebtItem.ISSUED_REFINANCING, year + 1, budget=True)
    # Where more is borrowed anew than is due, the published figures do not tell what of it pays principal.
    renewed = {kind: np.where(renewed[kind] <= due[kind], renewed[kind], np.nan) for kind in DebtKind}
    own = {kind: due[kind] - renewed[kind] for kind in DebtKind}
    parts = {"renewed": ("其中：再融资", "", renewed), "own": ("财政预算安排", "NP", own)}
    interest = figures.interest(year + 1, budget=True)
    rows = [
        *_group("issued", f"一、{year}年发行{done}", "ABD", issued, again),
        *_group("repaid", f"二、{year}年还本{done}", "FGH", figures.both(DebtItem.REPAID)),
        *_group("paid", f"三、{year}年付息{done}", "IJK", figures.interest(year)),
        *_group("due", f"四、{year + 1}年还本预算数", "LMO", due, parts),
        *_group("interest", f"五、{year + 1}年付息预算数", "QRS", interest),
    ]
    unpublished = [
        word
        for word, values in (("还本", due), ("付息", interest))
        if not np.isfinite(np.array(list(values.values()))).all()
    ]
    notes = (
        f"各栏均为已公布数（还本含非债券形式的存量债务），不含本规划测算数；“财政预算安排”为公布的{year + 1}年还本预算数"
        "减再融资债券预算数。",
        *([f"{year + 1}年{'、'.join(unpublished)}预算数没有公布或没有公布全，相应各栏留空。"] if unpublished else []),
    )
    return Content(rows, notes, [_WHERE[scope] for scope in figures.scopes])


def _group(
    id: str, label: str, letters: str, by_kind: _ByKind, parts: Mapping[str, tuple[str, str, _ByKind]] | None = None
) -> Sequence[Line]:
    """One numbered block of 表1-4: the sum of both kinds, each kind, and what it consists of."""
    heading = f"{label}（{letters[0]}={letters[1]}+{letters[2]}）"
    whole = np.sum(list(by_kind.values()), axis=0)
    rows = [_line(id, heading, whole, 0, " + ".join(f"{id}_{kind}" for kind in by_kind))]
    for at, (kind, word) in enumerate(zip(by_kind, ("（一）一般债券", "（二）专项债券"), strict=True)):
        split = np.array([values[kind] for _, _, values in (parts or {}).values()])
        complete = len(split) > 1 and np.array_equal(np.isfinite(split).all(axis=0), np.isfinite(by_kind[kind]))
        below = " + ".join(f"{id}_{kind}_{part}" for part in parts or ()) if complete else ""
        rows.append(_line(f"{id}_{kind}", f"{word}（{letters[1 + at]}）", by_kind[kind], 1, below))
        for part, (name, marks, values) in (parts or {}).items():
            mark = f"（{marks[at]}）" if marks else ""
            rows.append(_line(f"{id}_{kind}_{part}", f"{name}{mark}", values[kind], 2))
    return rows


limits_table = _disclosure("21-1", "disclosure_limits", "债务限额及余额情况表（表1-1）", _limits, "地区")
general_table = _disclosure(
    "21-2", "disclosure_general", "一般债务余额情况表（表1-2）", lambda figures: _stocks(figures, DebtKind.GENERAL)
)
special_table = _disclosure(
    "21-3", "disclosure_special", "专项债务余额情况表（表1-3）", lambda figures: _stocks(figures, DebtKind.SPECIAL)
)
issues_table = _disclosure("21-4", "disclosure_issues", "债券发行及还本付息情况表（表1-4）", _issues)
