"""Say what each printed row is: a code and its parent, a total, an item of social insurance or of debt.

Books print some rows without a code (two kinds of transfers, the whole state-capital budget) and some rows
beside the group that their code belongs to; both are settled here, once, for import and re-adding alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from fiscal_model.inputs.official_tables import Column, PrintedRow, PrintedTable
from fiscal_model.law.classification import chart, why_not_a_code
from fiscal_model.words.vocabulary import Budget, DebtItem, DebtKind, InsuranceItem

Kind = Literal["item", "detail", "memo", "own_total", "grand_total"]

_UNCODED = {
    Budget.GENERAL: {
        "一般性转移支付收入": "11002",
        "专项转移支付收入": "11003",
        "一般性转移支付支出": "23002",
        "专项转移支付支出": "23003",
    },
    Budget.FUNDS: {},
    Budget.STATE_CAPITAL: {
        "利润收入": "1030601",
        "股利、股息收入": "1030602",
        "产权转让收入": "1030603",
        "清算收入": "1030604",
        "其他国有资本经营预算收入": "1030698",
        "转移性收入": "11005",
        "上年结转": "11008",
        "上年结转收入": "11008",
        "转移性支出": "230",
        "国有资本经营预算转移支付": "23005",
        "国有资本经营预算转移支付支出": "23005",
        "调出资金": "23008",
        "结转下年": "23009",
        "年终结转": "23009",
        "年终结余": "23009",
    },
}
"""Rows that books print without a code; the state-capital book prints 转移支付收入 simply as 转移性收入."""

_NUMBERING = re.compile(r"^(?:[一二三四五六七八九十]+[、.．]|[（(][一二三四五六七八九十]+[）)]|\d+[、.．])")
_OWN_TOTAL = re.compile(
    r"(?:全[省市县区州旗盟]|.{0,20}[省市县区州旗盟]|.{0,20}本级|本年|地方)?"
    r"(?:一般公共预算|政府性基金预算|政府性基金|国有资本经营预算|国有资本经营)(收入|支出)(?:合计|小计)?"
)
_TOTAL = re.compile(r"(各项|本年)?(收入|支出)(合计|总计|小计)")
_SCHEME = re.compile(
    r"(.+?保险(?:（[^）]*）)?)(?:基金)?(?:预算)?(?:本年)?(收入|支出|收支结余|(?:年末)?(?:滚存|累计)结余)"
)
_INSURANCE_TOTAL = re.compile(r"(?:本年)?(收入|支出)(?:小计|合计|总计)|本年(收支结余)|年末((?:滚存|累计)结余)")
_INSURANCE_PARTS = {
    "保险费收入": InsuranceItem.CONTRIBUTIONS,
    "利息收入": InsuranceItem.INTEREST,
    "财政补贴收入": InsuranceItem.SUBSIDY,
    "待遇支出": InsuranceItem.BENEFITS,
    "社会保险待遇支出": InsuranceItem.BENEFITS,
}
_INSURANCE_WHOLES = {
    "收入": InsuranceItem.REVENUE,
    "支出": InsuranceItem.EXPENDITURE,
    "收支结余": InsuranceItem.BALANCE,
}
_DEBT_ITEMS = (
    (r"调减", DebtItem.OTHER_CHANGE),
    (r"限额", DebtItem.LIMIT_STOCK),
    (r"上年末.*余额", DebtItem.OPENING_STOCK),
    (r"年末.*余额", DebtItem.CLOSING_STOCK),
    (r"外国政府及国际金融组织", DebtItem.BORROWED_ABROAD),
    (r"再融资", DebtItem.ISSUED_REFINANCING),
    (r"置换", DebtItem.ISSUED_SWAP),
    (r"发行新增", DebtItem.ISSUED_NEW),
    (r"发行额", DebtItem.ISSUED),
    (r"还本", DebtItem.REPAID),
)
"""First match wins: 调减未置换存量债务 is not a swap bond, 余额限额 is not a balance."""


@dataclass(frozen=True)
class Line:
    """One row of a statement by code.

    ``parent`` is the index of the line it is part of, or -1 at the top level. ``kind`` is ``item`` (has a
    code), ``detail`` (part of its parent, no code), ``memo`` (其中, not an addend), ``own_total`` or
    ``grand_total``.
    """

    kind: Kind
    code: str
    label: str
    parent: int
    row: PrintedRow

    @property
    def amounts(self) -> Mapping[Column, float]:
        return self.row.amounts


@dataclass(frozen=True)
class InsuranceFigure:
    """One printed figure of the social-insurance budget; ``scheme`` is empty in the rows of totals."""

    scheme: str
    item: InsuranceItem
    label: str
    row: PrintedRow


@dataclass(frozen=True)
class DebtFigure:
    """One printed row of the debt table; ``kind`` is None in the rows of both kinds together."""

    kind: DebtKind | None
    item: DebtItem
    label: str
    row: PrintedRow


def statement_lines(table: PrintedTable, budget: Budget) -> tuple[Line, ...]:
    """Give every row of a statement its code, its parent and its part in the sums.

    In printed order. A row that no code is known for is a ``detail``; at the top level the import reports it.

    ``budget``: decides how rows without a code are named.
    """
    lines: list[Line] = []
    open_lines: list[int] = []
    for row in table.rows:
        label = plain_label(row.label)
        total = None if row.code else _total_kind(label, lines)
        if total is not None:
            lines.append(Line(total, "", label, -1, row))
            open_lines = []
            continue
        code = row.code or _code_of(label, budget, lines)
        while open_lines and not _holds(lines[open_lines[-1]], code, row.indent):
            open_lines.pop()
        kind: Kind = "memo" if label.startswith("其中") else "item" if code else "detail"
        lines.append(Line(kind, code, label, open_lines[-1] if open_lines else -1, row))
        open_lines.append(len(lines) - 1)
    return tuple(_carry_over_beside(lines))


def insurance_figures(table: PrintedTable) -> Iterator[InsuranceFigure]:
    """Read the rows of a social-insurance table; rows that are no scheme or known part are passed over."""
    scheme = ""
    for row in table.rows:
        label = re.sub(r"（或缺口）", "", plain_label(row.label).replace("(", "（").replace(")", "）"))
        part = _INSURANCE_PARTS.get(re.sub(r"^其中[:：]?", "", label))
        if part is not None:
            yield InsuranceFigure(scheme, part, label, row)
        elif total := _INSURANCE_TOTAL.fullmatch(label):
            scheme = ""
            word = next(group for group in total.groups() if group)
            yield InsuranceFigure("", _INSURANCE_WHOLES.get(word, InsuranceItem.BALANCE_STOCK), label, row)
        elif match := _SCHEME.fullmatch(label):
            scheme = "" if match.group(1) == "社会保险" else f"{match.group(1)}基金"
            item = _INSURANCE_WHOLES.get(match.group(2), InsuranceItem.BALANCE_STOCK)
            yield InsuranceFigure(scheme, item, label, row)


def debt_figures(table: PrintedTable) -> Iterator[DebtFigure]:
    """Read the rows of a table of debt limits and balances; a heading says which kind of debt follows."""
    kind: DebtKind | None = None
    for row in table.rows:
        label = plain_label(row.label)
        item = next((item for pattern, item in _DEBT_ITEMS if re.search(pattern, label)), None)
        if item is None:
            kind = _debt_kind(label, None)
            continue
        yield DebtFigure(_debt_kind(label, kind), item, label, row)


def plain_label(label: str) -> str:
    """Return a label without numbering and white space.

    Examples
    --------
    >>> plain_label("一、税收收入"), plain_label("  4.外国政府及国际金融组织借款")
    ('税收收入', '外国政府及国际金融组织借款')
    """
    return _NUMBERING.sub("", re.sub(r"\s+", "", label))


def _debt_kind(label: str, heading: DebtKind | None) -> DebtKind | None:
    """A row's own word decides; a row that says neither 一般 nor 专项 goes by the heading above it."""
    return next((kind for kind in DebtKind if kind.label[:2] in label), heading)


def _total_kind(label: str, lines: list[Line]) -> Kind | None:
    """Own total (一般公共预算收入, 支出合计), total of a whole side (各项收入合计), or None."""
    if _OWN_TOTAL.fullmatch(label):
        return "own_total"
    match = _TOTAL.fullmatch(label)
    if match is None:
        return None
    last = next((line.kind for line in reversed(lines) if line.kind.endswith("_total")), "grand_total")
    whole_side = match.group(1) == "各项" or match.group(3) == "总计" or last == "own_total"
    return "grand_total" if whole_side else "own_total"


@cache
def _codes_by_label(budget: Budget) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for (of_budget, code), account in chart().items():
        if of_budget is budget:
            found[account.label] = (*found.get(account.label, ()), code)
    return found


def _code_of(label: str, budget: Budget, lines: list[Line]) -> str:
    """Code of a row that prints none: a known name, else the one code of that name near the last row."""
    if label in _UNCODED[budget]:
        return _UNCODED[budget][label]
    codes = _codes_by_label(budget).get(label, ())
    last = next((line.code for line in reversed(lines) if line.code), "")
    near = [code for code in codes if code != last and code[:-2] in {last, last[:-2]} and len(code) > 3]
    classes = [code for code in codes if len(code) == 3]
    return next((choice[0] for choice in (near, classes, codes) if len(choice) == 1), "")


def _holds(line: Line, code: str, indent: int) -> bool:
    """Tell whether an open line can hold the next row: by code where both have one, else by indentation."""
    if line.code and code:
        return code.startswith(line.code) and code != line.code
    return indent > line.row.indent and not (code and not line.code)


def _carry_over_beside(lines: list[Line]) -> Iterator[Line]:
    """Take the carry-over (23009) out of 转移性支出 where the book prints it beside that group.

    Fund books print it inside, state-capital books beside; the printed total of the group says which.
    """
    for line in lines:
        if line.code == "23009" and line.parent >= 0:
            group = lines[line.parent]
            parts = [other for other in lines if other.parent == line.parent and other is not line]
            if all(_adds_up(group, parts, column) for column in group.amounts if column in line.amounts):
                yield replace(line, parent=-1)
                continue
        yield line


def _adds_up(group: Line, parts: list[Line], column: Column) -> bool:
    figures = [part.amounts[column] for part in parts if column in part.amounts]
    return abs(group.amounts[column] - sum(figures)) <= 0.5 * max(len(figures), 1)


def why_not_written(line: Line, budget: Budget) -> str:
    """Say in Chinese why a row has no place in the ledger; empty when it has, or is part of one that has."""
    if line.kind == "item":
        return why_not_a_code(budget, line.code) or ""
    if line.kind == "detail" and line.parent < 0 and any(line.amounts.values()):
        return "没有科目编码，名称也对不上科目表"
    return ""
