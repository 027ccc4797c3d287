"""What is known to have moved a place's revenue: its own one-offs and the dated breaks of the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.revenue.adjustments import amount_of_log_effect
from fiscal_model.inputs.history import History
from fiscal_model.inputs.place import Place
from fiscal_model.law.classification import REVENUE_LINES, TOTALS_LINES, is_general, revenue_label
from fiscal_model.law.rules import rule_table
from fiscal_model.words.errors import Fault, InputError
from fiscal_model.words.vocabulary import Budget, OneOffKind, YesNo

_KINDS = {"level_shift": OneOffKind.POLICY, "scope": OneOffKind.SCOPE, "transitory": OneOffKind.ONE_OFF}
GROUP_OF = {"101": "tax_revenue", "103": "nontax_revenue"}
"""The total that the codes of a class of the general budget make up."""


@dataclass(frozen=True)
class Break:
    """A dated break of `data/rules/revenue_breaks.csv`."""

    # id, name: one break may stand in several rows, the finest grain first
    id: str
    name: str
    lines: tuple[str, ...]  # Codes or line ids that it moved
    from_year: int
    to_year: int | None  # None while it goes on
    kind: str  # ``level_shift``, ``scope`` or ``transitory``
    # Typical size in log points by year, national; empty where no published figure allows one
    effect: Mapping[int, float]
    source: str
    quality: str
    note: str
    # The official document of a national event that passed: such a year is left out where the place's own figures show it
    document: str


@dataclass(frozen=True)
class Entry:
    """One row of the table of adjustments: what happened, how large it was, what was done about it."""

    year: int
    name: str
    line: str  # Code or line id
    amount: float | None  # 万元, positive when revenue was higher by it; None where no size is known
    kind: OneOffKind
    lasting: bool
    treatment: str  # Chinese
    source: str
    quality: str
    note: str


@cache
def revenue_breaks() -> tuple[Break, ...]:
    """Return the calendar of breaks, in file order.

    Examples
    --------
    >>> next(rule for rule in revenue_breaks() if rule.id == "vat_refunds_2022").effect[2022]
    -0.31
    """
    return tuple(
        Break(
            lines=tuple(GROUP_OF.get(line, line) for line in row["codes"].split(";")),
            from_year=int(row["from_year"]),
            to_year=int(row["to_year"]) if row["to_year"] else None,
            effect={
                int(year): float(size) for year, size in (part.split(":") for part in row["effect"].split(";") if part)
            },
            **{name: row[name] for name in ("id", "name", "kind", "source", "quality", "note", "document")},
        )
        for row in rule_table("revenue_breaks")
    )


def events_of(
    place: Place, figures: pd.DataFrame, base_year: int, years: tuple[int, ...], breaks: tuple[str, ...] = ()
) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """Return a place's own one-offs and the breaks that touch its history, each with what is done about it.

    ``place``: its table ``one_offs`` may be absent.
    ``figures``: from `revenue_figures`.
    ``breaks``: ids of `revenue_breaks` to take out by their typical size; a one-off of the place on the same line and
    year comes first. All others that touch the history are only listed, without an amount.
    Returns (own, listed).

    Raises
    ------
    InputError
        An unknown break, or one-offs as large as the figure that they are to be taken out of.
    """
    _refuse_unknown(breaks)
    own = _own_entries(place, figures, base_year, years)
    _refuse_too_large(place, own, figures, base_year)
    return own, _break_entries(figures, own, breaks)


def revenue_figures(history: History, base_year: int) -> pd.DataFrame:
    """Return the figures of every revenue line and code, 万元, index year up to the base year, NaN where unknown."""
    lines = history.actual.reindex(columns=list(REVENUE_LINES))
    found = [lines]
    for budget in (Budget.GENERAL, Budget.FUNDS):
        codes = history.codes[budget]
        inside = [code for code in codes.columns if code.startswith(tuple(GROUP_OF)) and len(code) > 3]
        if inside:
            found.append(codes[inside])
    figures = pd.concat(found, axis=1).sort_index()
    return figures.loc[:base_year]


def lines_holding(line: str) -> tuple[str, ...]:
    """Return a line with all the lines that hold it, the narrowest first.

    Examples
    --------
    >>> lines_holding("1030706")
    ('1030706', '10307', 'nontax_revenue', 'own_revenue')
    >>> lines_holding("land_revenue")
    ('land_revenue', 'fund_revenue')
    """
    if line in {"tax_revenue", "nontax_revenue"}:
        return (line, "own_revenue")
    if line == "land_revenue":
        return (line, "fund_revenue")
    if line in TOTALS_LINES:
        return (line,)
    codes = tuple(line[:size] for size in range(len(line), 4, -2))
    if is_general(line):
        return (*codes, GROUP_OF[line[:3]], "own_revenue")
    return (*codes, *(("land_revenue",) if line.startswith("1030148") else ()), "fund_revenue")


def _figure(known: pd.DataFrame, line: str, year: int) -> float:
    return float(known.at[year, line]) if line in known.columns and year in known.index else np.nan


def _narrowest(known: pd.DataFrame, line: str, year: int) -> str | None:
    return next((above for above in lines_holding(line) if np.isfinite(_figure(known, above, year))), None)


def _own_entries(place: Place, known: pd.DataFrame, base_year: int, years: tuple[int, ...]) -> tuple[Entry, ...]:
    found = []
    for _, row in place.rows("one_offs").iterrows():
        year, lasting = int(row["year"]), row["lasting"] is YesNo.YES
        if year in years:
            treatment = "自当年起计入预测" if lasting else "计入当年预测"
        elif year > base_year:
            treatment = "在规划期以外，未使用"
        elif _narrowest(known, row["line_or_code"], year) is None:
            treatment = "当年没有该项数据，未调整"
        else:
            treatment = f"{year}年以前按同口径换算" if lasting else "自历史数据剔除"
        found.append(
            Entry(
                year,
                row["name"],
                row["line_or_code"],
                float(row["amount"]),
                row["kind"],
                lasting,
                treatment,
                row["source"],
                "observed" if year <= base_year else "planner",
                row["note"],
            )
        )
    return tuple(found)


def _break_entries(known: pd.DataFrame, own: tuple[Entry, ...], wanted: tuple[str, ...]) -> tuple[Entry, ...]:
    found: list[Entry] = []
    settled: set[str] = set()
    for rule in revenue_breaks():
        lines = [line for line in rule.lines if np.isfinite(_figure(known, line, rule.from_year))]
        later_than_first = len(known) > 0 and rule.from_year > known.index.min()
        if not lines or not later_than_first or rule.id in settled:
            continue
        settled.add(rule.id)
        for line in lines:
            for year in rule.effect or (rule.from_year,):
                if year in known.index:
                    found.append(_break_entry(rule, line, year, known, own, rule.id in wanted))
    return tuple(found)


def _break_entry(rule: Break, line: str, year: int, known: pd.DataFrame, own: tuple[Entry, ...], wanted: bool) -> Entry:
    lasting, amount = rule.kind != "transitory", None
    if any(entry.line == line and entry.year == year for entry in own):
        treatment = "已填本地数，以本地数为准"
    elif not wanted:
        treatment = "只作提示，未调整"
    elif year not in rule.effect:
        treatment = "没有公布的幅度，未调整；请在 one_offs 表填本地数"
    else:
        effect = np.array([rule.effect[year]])
        amount = float(amount_of_log_effect(np.array([_figure(known, line, year)]), effect)[0])
        treatment = "按全国幅度" + (f"，{year}年以前按同口径换算" if lasting else "自历史数据剔除")
    quality = rule.quality if amount is None else "unverified"  # a national size is no fact about a county
    return Entry(year, rule.name, line, amount, _KINDS[rule.kind], lasting, treatment, rule.source, quality, rule.note)


def _refuse_unknown(breaks: tuple[str, ...]) -> None:
    known = list(dict.fromkeys(rule.id for rule in revenue_breaks()))
    faults = [
        Fault("情景", f"不认识的口径变化“{name}”", f"可填：{'、'.join(known)}") for name in breaks if name not in known
    ]
    if faults:
        raise InputError(faults)


def _refuse_too_large(place: Place, own: tuple[Entry, ...], known: pd.DataFrame, base_year: int) -> None:
    shown, faults = f"{place.folder.as_posix()}/one_offs", []
    lines = place.rows("one_offs")["row_line"].tolist()
    for number, entry in zip(lines, own, strict=True):
        line = _narrowest(known, entry.line, entry.year) if entry.year <= base_year else None
        if line is None:
            continue
        figure = _figure(known, line, entry.year)
        taken = sum(
            float(other.amount or 0) for other in own if other.year == entry.year and line in lines_holding(other.line)
        )
        if taken >= figure:
            remedy = "请核对金额、单位和科目；影响金额不能大于当年收入"
            text = f"“{revenue_label(line)}”{entry.year}年收入 {figure:,.2f} 万元，影响金额合计 {taken:,.2f} 万元"
            faults.append(Fault(shown, text, remedy, line=int(number), column="amount"))
    if faults:
        raise InputError(faults)
