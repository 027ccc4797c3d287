"""Re-add every total that a budget workbook prints, and say in Chinese which do not tie."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from fiscal_model.inputs.official_lines import DebtFigure, InsuranceFigure, Line
from fiscal_model.inputs.official_tables import Column, PrintedTable
from fiscal_model.words.vocabulary import IN_BASE_UNITS, DebtItem, DebtKind, InsuranceItem, Scope, Status, Unit

DEBT_TOLERANCE = 0.01
_GRAIN = {Unit.TEN_THOUSAND_YUAN: 1.0, Unit.YUAN: 1.0, Unit.HUNDRED_MILLION_YUAN: 0.01}
"""Last printed place of a figure in each unit; half of it per addend is what rounding can cost."""

_ISSUES = (DebtItem.ISSUED_NEW, DebtItem.ISSUED_REFINANCING, DebtItem.ISSUED_SWAP, DebtItem.BORROWED_ABROAD)

Printed = Mapping[tuple[str, str, Scope, Column], tuple[str, float]]
"""Printed totals by subject, line, scope and column: the table they stand in and the amount in 万元."""


@dataclass(frozen=True)
class Tie:
    """One printed figure that was re-added from other printed figures.

    Examples
    --------
    >>> print(Tie("表一", "2025年执行数“税收收入”，下级科目之和", 100.0, 98.0, 1.0))
    表一：2025年执行数“税收收入”，下级科目之和：印的是 100，重新计算是 98，相差 2
    """

    table: str
    label: str
    printed: float
    added: float
    tolerance: float
    one_sided: bool = False

    @property
    def difference(self) -> float:
        return round(self.printed - self.added, 6)

    @property
    def ok(self) -> bool:
        gap = self.difference if self.one_sided else abs(self.difference)
        return gap <= self.tolerance + 1e-9

    def __str__(self) -> str:
        printed, added, difference = map(_plain, (self.printed, self.added, self.difference))
        if self.one_sided:
            return f"{self.table}：{self.label}：印的是 {printed}，上限是 {added}，超出 {difference}"
        return f"{self.table}：{self.label}：印的是 {printed}，重新计算是 {added}，相差 {difference}"


def statement_ties(table: PrintedTable, lines: tuple[Line, ...]) -> Iterator[Tie]:
    """Re-add one statement by code: each group from its parts, each total from the lines above it.

    Tolerance is half of the last printed place for each addend.
    """
    parts: dict[int, list[Line]] = {}
    for line in lines:
        if line.parent >= 0 and line.kind != "memo":
            parts.setdefault(line.parent, []).append(line)
    for column in _columns(line.amounts for line in lines):
        above: list[float] = []
        for index, line in enumerate(lines):
            amount = line.amounts.get(column)
            total = line.kind.endswith("_total")
            addends = above if total else _filled(parts.get(index, ()), column)
            if amount is not None and addends:
                how = "上列各项之和" if total else "下级科目之和"
                label = f"{shown(column)}“{line.code}{line.label}”，{how}"
                yield Tie(name_of(table), label, amount, sum(addends), _rounding(table, len(addends)))
            if total:
                above = [] if line.kind == "grand_total" or amount is None else [amount]
            elif line.parent < 0 and line.kind != "memo" and amount is not None:
                above.append(amount)


def side_ties(printed: Printed) -> Iterator[Tie]:
    """Compare the two sides of each budget, given the totals of whole sides as ``收入`` and ``支出``."""
    for (budget, side, scope, column), (table, amount) in printed.items():
        other = printed.get((budget, "支出", scope, column))
        if side == "收入" and other is not None:
            label = f"{scope.label}{shown(column)}{budget}收入总计，与支出总计（{other[0]}）相等"
            yield Tie(table, label, amount, other[1], 0.5)


def insurance_ties(tables: Iterable[tuple[PrintedTable, tuple[InsuranceFigure, ...]]]) -> Iterator[Tie]:
    """Re-add social insurance: totals over schemes, revenue less expenditure, balances rolled forward."""
    read = list(tables)
    known: dict[tuple[str, InsuranceItem, Scope, Column], float] = {}
    for table, figures in read:
        for figure in figures:
            for column, amount in figure.row.amounts.items():
                known.setdefault((figure.scheme, figure.item, table.scope, column), amount)
    for table, figures in read:
        for column in _columns(figure.row.amounts for figure in figures):
            yield from _insurance_totals(table, figures, column)
            for figure in figures:
                yield from _insurance_balances(table, figure, column, known)


def debt_ties(table: PrintedTable, figures: tuple[DebtFigure, ...]) -> Iterator[Tie]:
    """Re-add a debt table: roll-forward, issues by kind, general and special, balance within the limit."""
    for column in _columns(figure.row.amounts for figure in figures):
        known = {
            (figure.kind, figure.item): figure.row.amounts[column] for figure in figures if column in figure.row.amounts
        }
        for kind in (DebtKind.GENERAL, DebtKind.SPECIAL, None):
            of_kind = {item: amount for (of, item), amount in known.items() if of is kind}
            yield from _debt_kind_ties(table, column, kind.label if kind else "债务合计", of_kind)
        for item in DebtItem:
            halves = [known[kind, item] for kind in DebtKind if (kind, item) in known]
            if (None, item) in known and halves:
                label = f"{shown(column)}债务合计“{item.label}”，一般与专项之和"
                yield _debt_tie(table, label, known[None, item], sum(halves))


def repeat_tie(table: PrintedTable, what: str, amount: float, first: tuple[str, float]) -> Tie:
    """Compare a figure with the same one in an earlier table, which counts; both amounts in 万元."""
    label = f"{what}，与{first[0]}所印同一个数相等（以{first[0]}为准）"
    return Tie(name_of(table), label, amount, first[1], 0.0)


def name_of(table: PrintedTable) -> str:
    """Return a table's printed number, or its title where it has none."""
    return table.number or table.title


def shown(column: Column) -> str:
    """Return a column as a planner reads it, e.g. 2025年执行数."""
    return f"{column[0]}年{column[1].label}"


def in_ten_thousand_yuan(table: PrintedTable, amount: float) -> float:
    """Convert a printed amount to 万元 so that figures of two tables can be compared."""
    return amount * IN_BASE_UNITS[table.unit or Unit.TEN_THOUSAND_YUAN]


def _insurance_totals(table: PrintedTable, figures: tuple[InsuranceFigure, ...], column: Column) -> Iterator[Tie]:
    for total in figures:
        if total.scheme or column not in total.row.amounts:
            continue
        rows = (figure.row.amounts for figure in figures if figure.scheme and figure.item is total.item)
        addends = [amounts[column] for amounts in rows if column in amounts]
        if addends:
            label = f"{shown(column)}“{total.label}”，各险种之和"
            tolerance = _rounding(table, len(addends))
            yield Tie(name_of(table), label, total.row.amounts[column], sum(addends), tolerance)


def _insurance_balances(
    table: PrintedTable,
    figure: InsuranceFigure,
    column: Column,
    known: Mapping[tuple[str, InsuranceItem, Scope, Column], float],
) -> Iterator[Tie]:
    amount = figure.row.amounts.get(column)
    if amount is None:
        return
    who = figure.scheme or "合计"

    def of(item: InsuranceItem, at: Column) -> float | None:
        return known.get((figure.scheme, item, table.scope, at))

    if figure.item is InsuranceItem.BALANCE:
        revenue, spent = of(InsuranceItem.REVENUE, column), of(InsuranceItem.EXPENDITURE, column)
        if revenue is not None and spent is not None:
            label = f"{shown(column)}{who}本年收支结余，收入减支出"
            yield Tie(name_of(table), label, amount, revenue - spent, _rounding(table, 2))
    before = _year_before(column)
    if figure.item is InsuranceItem.BALANCE_STOCK and before is not None:
        opening, balance = of(InsuranceItem.BALANCE_STOCK, before), of(InsuranceItem.BALANCE, column)
        if opening is not None and balance is not None:
            label = f"{shown(column)}{who}年末滚存结余，上年末滚存结余加本年收支结余"
            yield Tie(name_of(table), label, amount, opening + balance, _rounding(table, 2))


def _year_before(column: Column) -> Column | None:
    """The column a closing balance starts from: an outturn from final accounts, a new budget from an outturn.

    The budget of a year that is over was drawn up before its opening balance was known; it is not rolled on.
    """
    year, status = column
    return {Status.ESTIMATE: (year - 1, Status.FINAL_ACCOUNTS), Status.BUDGET: (year - 1, Status.ESTIMATE)}.get(status)


def _debt_kind_ties(table: PrintedTable, column: Column, kind: str, of: Mapping[DebtItem, float]) -> Iterator[Tie]:
    closing = of.get(DebtItem.CLOSING_STOCK)
    issues = [of[item] for item in _ISSUES if item in of]
    if DebtItem.ISSUED in of and issues:
        yield _debt_tie(table, f"{shown(column)}{kind}发行额，各类债券之和", of[DebtItem.ISSUED], sum(issues))
    if closing is None:
        return
    if DebtItem.OPENING_STOCK in of:
        # 调减未置换存量债务 is printed as a plus: with it, and only with it, the balances roll forward
        issued, repaid = of.get(DebtItem.ISSUED, 0.0), of.get(DebtItem.REPAID, 0.0)
        rolled = of[DebtItem.OPENING_STOCK] + issued - repaid + of.get(DebtItem.OTHER_CHANGE, 0.0)
        label = f"{shown(column)}{kind}年末余额，上年末余额加发行减还本加“调减”项"
        yield _debt_tie(table, label, closing, rolled)
    if DebtItem.LIMIT_STOCK in of:
        label = f"{table.scope.label}{shown(column)}{kind}年末余额，不超过限额"
        yield Tie(name_of(table), label, closing, of[DebtItem.LIMIT_STOCK], DEBT_TOLERANCE, one_sided=True)


def _debt_tie(table: PrintedTable, label: str, printed: float, added: float) -> Tie:
    return Tie(name_of(table), f"{table.scope.label}{label}", printed, added, DEBT_TOLERANCE)


def _rounding(table: PrintedTable, addends: int) -> float:
    return 0.5 * _GRAIN[table.unit or Unit.TEN_THOUSAND_YUAN] * addends


def _plain(figure: float) -> str:
    return f"{figure:,.6f}".rstrip("0").rstrip(".")


def _columns(amounts: Iterable[Mapping[Column, float]]) -> tuple[Column, ...]:
    return tuple(dict.fromkeys(column for row in amounts for column in row))


def _filled(lines: Iterable[Line], column: Column) -> list[float]:
    return [line.amounts[column] for line in lines if column in line.amounts]
