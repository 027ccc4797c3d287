"""Table 17-3 of the annex: every package of measures, who answers for it, what it changes in the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from fiscal_model.analysis.balance.with_and_without import Measures, compare_measures
from fiscal_model.blocks.balance.packages import shares_verified
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column, Content, Line, Spread, sum_of, table
from fiscal_model.report.wording import UNVERIFIED
from fiscal_model.words.vocabulary import Certainty

_LEAST = 0.5


def _dates(about: Mapping[Any, Any]) -> str | None:
    """From when until when, as far as it is laid down."""
    start, finish = about.get("start_date"), about.get("finish_date")
    if start is None:
        return None
    return f"{start}起" if pd.isna(finish) else f"{start}至{finish}"


@table(
    "17-3",
    "measures",
    "增收节支措施及效果",
    "措施",
    [
        Column("种类", "kind", "text"), Column("责任部门", "owner", "text"), Column("起止日期", _dates, "text"),
        Column("把握程度", "certainty", "text"), Spread(),
    ],
    label="name",
    row_id="id",
)  # fmt: skip
def measures_table(plan: Plan) -> Content | None:
    """Packages by their effect, with owner, start and certainty; None where the place has no measures."""
    found = compare_measures(plan)
    if found is None:
        return None
    rows: list[Mapping[Any, Any] | Line] = [
        {**about, "id": f"measure_{code}",
         "values": _effects(about, {name: found.of(code, name) for name in ("relief", "space", "fund")})}
        for code, about in found.about.to_dict("index").items()
    ]  # fmt: skip
    between = found.interaction
    if max(np.abs(between["relief"]).sum(), abs(between["space"].sum()), abs(between["fund"][-1])) > _LEAST:
        unknown = {"registered": None, "effect": None}
        rows.append(Line("measures_interaction", "措施之间的相互影响", _effects(unknown, between)))
    headings = (
        *("登记金额", "计入金额", *(f"{year}年收支差额改善" for year in plan.years)),
        *("合计", "财力扣除刚性支出变动合计", "期末稳调基金变动"),
    )
    # What they change together is computed, not added up: a small interaction is not printed.
    whole = _effects(found.about[["registered", "effect"]].sum(), found.together)
    total = replace(sum_of("measures_total", "各项措施合计", rows), values=whole)
    return Content([*rows, total], _notes(found), headings)


def _effects(about: Mapping[Any, Any], moved: Mapping[str, np.ndarray]) -> tuple[Any, ...]:
    relief = moved["relief"]
    return about["registered"], about["effect"], *relief, relief.sum(), moved["space"].sum(), moved["fund"][-1]


def _notes(found: Measures) -> tuple[str, ...]:
    shares = "、".join(
        f"{word.label}{float(rules('measure_certainty')[word.value]['share']):.0%}" for word in Certainty
    )
    doubt = "" if shares_verified() else f"（{UNVERIFIED}）"
    beyond = found.packages.postponed_beyond
    names = (
        found.about.assign(basis=found.about["basis"].fillna("")).groupby("basis", sort=False)["name"].agg("、".join)
    )
    rests = [f"{names[basis]}依据{basis}" for basis in names.index if basis]
    bare = [f"没有登记依据的：{names['']}"] if "" in names and rests else []
    return (
        f"计入金额＝登记金额×把握程度比例（{shares}{doubt}），增收、压减的首年按开始月份折算。",
        "收支差额改善＝有这项措施与没有这项措施的规划在动用各项平衡手段之前的差额之差，按合计从大到小排列；"
        "推迟的项目以后年度照样支出，合计接近于零。压减支出同时减少相应的预备费；基金收入先用于基金自身的支出，只有调入一般公共预算的部分计入。",
        *(["；".join([*rests, *bare]) + "。"] if rests else []),
        *([f"推迟到规划期以后的项目支出{beyond:,.0f}万元，届时仍要安排。"] if beyond > _LEAST else []),
    )
