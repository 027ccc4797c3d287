"""Table 03 of the annex: how each revenue item was worked out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from fiscal_model.model.planbook import revenue_items
from fiscal_model.model.projection import Plan
from fiscal_model.report.layout import number_or_none
from fiscal_model.words.table import Kind, ReportRow, ReportTable, Value
from fiscal_model.words.vocabulary import QUANTITIES

_STEPS: tuple[tuple[str, str, Kind], ...] = (
    ("base", "税基", "money"),
    ("growth", "增幅", "ratio"),
    ("effective_rate", "有效税率", "text"),
    ("collection", "征收率", "ratio"),
    ("gross", "税收总额", "money"),
    ("share", "县级分成", "ratio"),
    ("income", "县级收入", "money"),
)
_OWN = "其余部分"
_TENTHS = tuple(f"万{unit.label.removeprefix('万')}" for unit in QUANTITIES)


def tax_workings_table(plan: Plan) -> ReportTable | None:
    """Table 03: base, growth, effective rate, collection, share and income of items with a known base; else the method.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    ReportTable or None
        None where only the total of own revenue is known. What an item's parts do not explain, the forecast of the rest
        and the fit to the total, is a row of its own, so that the parts add up to the item as printed.
    """
    items = revenue_items(plan)
    if not items:
        return None
    structural = plan.basis.revenue.own.structural
    workings = structural.workings if structural is not None else pd.DataFrame(columns=["code", "part"])
    rows: list[ReportRow] = []
    for code, label, seen, values in items:
        booked = seen.get(plan.base_year, np.nan)
        whole = np.array([booked, *values])
        parts = workings[workings["code"] == code]
        engine = plan.basis.revenue.forecast.method(code)
        method = "按下列各部分相加" if len(parts) else engine
        detail, incomes = _details(plan, code, parts, whole, len(rows) + 1, engine)
        rows.append(ReportRow(label, _cells(whole, method), "money", 1, f"working_{code}", incomes))
        rows += detail
    columns = (f"{plan.base_year}年", *(f"{year}年预测" for year in plan.years), "测算方法")
    notes = ["没有税基台账和重点税源的项目，按所列方法预测。"]
    if structural is not None and len(workings):
        notes.append("县级收入＝税基×有效税率×征收率×县级分成；按数量计征的，税率为每单位税额（元）。")
        notes.append(f"“{_OWN}”是没有税基的部分以及与收入合计衔接的调整。")
        unverified = [caution.message for caution in structural.cautions if "未经核实" in caution.message]
        notes += [f"{message}。" for message in unverified]
    return ReportTable("03", "tax_workings", "分税种测算底稿", "万元", "项目", columns, tuple(rows), tuple(notes))


def _details(
    plan: Plan, code: str, parts: pd.DataFrame, whole: np.ndarray, first: int, engine: str
) -> tuple[list[ReportRow], tuple[tuple[int, int], ...]]:
    """The rows below one item, and which of them add up to it."""
    rows: list[ReportRow] = []
    incomes: list[tuple[int, int]] = []
    explained = np.zeros(len(whole))
    for number, (name, part) in enumerate(parts.groupby("part", sort=False), 1):
        part = part.set_index("year").reindex([plan.base_year, *plan.years])
        explained += part["income"].to_numpy(dtype=float)
        for column, label, kind in _STEPS:
            figures = part[column].to_numpy(dtype=float)
            if not np.isfinite(figures).any():
                continue
            last = column == "income"
            if last:
                incomes.append((first + len(rows), 1))
            unit = part["unit"].iloc[0]
            shown = _rates(figures, unit in _TENTHS) if kind == "text" else None
            named = label if unit in {"", "万元"} or column != "base" else f"{label}（{unit}）"
            cells = _cells(figures, part["method"].iloc[0] if last else "", shown)
            quantity = column == "base" and unit in _TENTHS
            rows.append(
                ReportRow(
                    f"{name}：{named}", cells, "number" if quantity else kind, 2, f"working_{code}_{number}_{column}"
                )
            )
    rest = whole - explained
    if len(parts) and np.nanmax(np.abs(rest[1:])) > 0.5:
        incomes.append((first + len(rows), 1))
        method = engine if abs(rest[0]) > 0.5 else "当年推算、政策因素和第二意见的调整"
        rows.append(ReportRow(_OWN, _cells(rest, method), "money", 2, f"working_{code}_rest"))
    return rows, tuple(incomes)


def _rates(figures: np.ndarray, quantity: bool) -> list[Value]:
    """Effective rates need more digits than other percentages: a property tax is below one."""
    texts = [f"{figure:.2f}元" if quantity else f"{figure:.2%}" for figure in figures]
    return [text if np.isfinite(figure) else None for text, figure in zip(texts, figures, strict=True)]


def _cells(figures: np.ndarray, method: str, shown: Sequence[Value] | None = None) -> tuple[Value, ...]:
    return (*(shown if shown is not None else [number_or_none(figure) for figure in figures]), method)
