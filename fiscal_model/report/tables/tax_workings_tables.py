"""Table 03 of the annex: how each revenue item was worked out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from fiscal_model.model.planbook import revenue_items
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column, Content, Line, Spread, table
from fiscal_model.words.table import Kind
from fiscal_model.words.vocabulary import QUANTITIES

_STEPS: tuple[tuple[str, str, Kind], ...] = (
    ("base", "税基", "money"),
    ("growth", "增幅", "ratio"),
    ("effective_rate", "有效税率", "rate"),
    ("collection", "征收率", "ratio"),
    ("gross", "税收总额", "money"),
    ("share", "县级分成", "ratio"),
    ("income", "县级收入", "money"),
)
_OWN = "其余部分"
_TENTHS = tuple(f"万{unit.label.removeprefix('万')}" for unit in QUANTITIES)


@table("03", "tax_workings", "分税种测算底稿", "项目", [Spread(), Column("测算方法", "method", "text")])
def tax_workings_table(plan: Plan) -> Content | None:
    """Base, growth, effective rate, collection, share and income of items with a known base; of the others the method.

    None where only the total of own revenue is known. What an item's parts do not explain, the forecast of the rest and
    the fit to the total, is a row of its own, so that the parts add up to the item as printed.
    """
    items, structural = revenue_items(plan), plan.basis.revenue.own.structural
    workings = structural.workings if structural is not None else pd.DataFrame(columns=["code", "part"])
    rows: list[Line] = []
    for code, label, seen, values in items:
        whole = np.array([seen.get(plan.base_year, np.nan), *values])
        engine, parts = plan.basis.revenue.forecast.method(code), workings[workings["code"] == code]
        below = [*_steps(plan, code, parts), *_rest(plan, parts, whole, engine, f"working_{code}_rest")]
        adds = " + ".join(row.id for row in below if row.id.endswith(("_income", "_rest")))
        rows += [Line(f"working_{code}", label, (*whole, "按下列各部分相加" if below else engine), 1, adds), *below]
    notes = ["没有税基台账和重点税源的项目，按所列方法预测。"]
    if structural is not None and len(workings):
        notes.append("县级收入＝税基×有效税率×征收率×县级分成；按数量计征的，税率为每单位税额（元）。")
        notes.append(f"“{_OWN}”是没有税基的部分以及与收入合计衔接的调整。")
        notes += [f"{caution.message}。" for caution in structural.cautions if "未经核实" in caution.message]
    return Content(rows, notes, (f"{plan.base_year}年", *(f"{year}年预测" for year in plan.years)))


def _steps(plan: Plan, code: str, parts: pd.DataFrame) -> Iterator[Line]:
    """The steps from base to income of each part of an item, as far as they are known."""
    for number, (name, part) in enumerate(parts.groupby("part", sort=False), 1):
        part = part.set_index("year").reindex([plan.base_year, *plan.years])
        unit, method = part["unit"].iloc[0], part["method"].iloc[0]
        quantity = unit in _TENTHS
        for column, label, kind in _STEPS:
            figures = part[column].to_numpy(dtype=float)
            if np.isfinite(figures).any():
                base = column == "base"
                named = f"{label}（{unit}）" if base and unit not in {"", "万元"} else label
                yuan = kind == "rate" and quantity
                shown = [f"{figure:.2f}元" if yuan and np.isfinite(figure) else figure for figure in figures]
                values = (*shown, method if column == "income" else "")
                kind_here: Kind = "number" if base and quantity else kind
                yield Line(f"working_{code}_{number}_{column}", f"{name}：{named}", values, 2, kind=kind_here)


def _rest(plan: Plan, parts: pd.DataFrame, whole: np.ndarray, engine: str, row_id: str) -> Iterator[Line]:
    """What the parts of an item leave over."""
    if not len(parts):
        return
    explained = parts.groupby("year")["income"].agg(lambda part: part.sum(skipna=False))
    rest = whole - explained.reindex([plan.base_year, *plan.years]).to_numpy(dtype=float)
    if np.nanmax(np.abs(rest[1:])) > 0.5:
        method = engine if abs(rest[0]) > 0.5 else "当年推算、政策因素和第二意见的调整"
        yield Line(row_id, _OWN, (*rest, method), 2)
