"""Table 17-3 of the annex: every package of measures, who answers for it, what it changes in the plan."""

from __future__ import annotations

import numpy as np

from fiscal_model.analysis.balance.with_and_without import Measures, compare_measures
from fiscal_model.blocks.balance.packages import shares_verified
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.wording import UNVERIFIED
from fiscal_model.words.table import ReportRow, ReportTable, Value
from fiscal_model.words.vocabulary import Certainty

_LEAST = 0.5


def measures_table(plan: Plan, found: Measures | None = None) -> ReportTable | None:
    """Table 17-3: packages by their effect, with owner, start and certainty.

    Parameters
    ----------
    plan : Plan
    found : Measures, optional
        Saves computing them again.

    Returns
    -------
    ReportTable or None
        None where the place has no measures.
    """
    found = found or compare_measures(plan)
    if found is None:
        return None
    rows = [_row(found, str(code)) for code in found.about.index]
    if np.abs(found.interaction["relief"]).sum() > _LEAST:
        rows.append(_sums("措施之间的相互影响", found, found.interaction, "measures_interaction"))
    parts = tuple((at, 1) for at in range(len(rows)))
    total = _sums("各项措施合计", found, found.together, "measures_total")
    rows.append(ReportRow(total.label, total.values, "money", 0, total.line, parts, True))
    columns = (
        *("种类", "责任部门", "开始日期", "把握程度", "登记金额", "计入金额"),
        *(f"{year}年收支差额改善" for year in plan.years),
        "合计",
        "财政空间变动合计",
        "期末稳调基金变动",
    )
    return ReportTable("17-3", "measures", "增收节支措施及效果", "万元", "措施", columns, tuple(rows), _notes(found))


def _row(found: Measures, code: str) -> ReportRow:
    about = found.about.loc[code]
    words = (about["kind"].label, str(about["owner"]), about["start_date"].isoformat(), str(about["certainty"]))
    relief = found.of(code, "relief")
    values = (
        *words,
        float(about["registered"]),
        float(about["effect"]),
        *map(float, relief),
        float(relief.sum()),
        float(found.of(code, "space").sum()),
        float(found.of(code, "fund")[-1]),
    )
    return ReportRow(str(about["name"]), values, "money", 1, f"measure_{code}")


def _sums(label: str, found: Measures, amounts: dict | object, line: str) -> ReportRow:
    relief = amounts["relief"]  # type: ignore[index]
    known = line == "measures_total"
    told: tuple[Value, ...] = (
        (float(found.about["registered"].sum()), float(found.about["effect"].sum())) if known else (None, None)
    )
    values = (
        *("", "", "", ""),
        *told,
        *map(float, relief),
        float(relief.sum()),
        float(amounts["space"].sum()),  # type: ignore[index]
        float(amounts["fund"][-1]),  # type: ignore[index]
    )
    return ReportRow(label, values, "money", 1, line)


def _notes(found: Measures) -> tuple[str, ...]:
    shares = "、".join(
        f"{word.label}{float(rules('measure_certainty')[word.value]['share']):.0%}" for word in Certainty
    )
    doubt = "" if shares_verified() else f"（{UNVERIFIED}）"
    notes = [
        f"计入金额＝登记金额×把握程度比例（{shares}{doubt}），增收、压减的首年按开始月份折算。",
        "收支差额改善＝有这项措施与没有这项措施的规划在动用各项平衡手段之前的差额之差，按合计从大到小排列；"
        "推迟的项目以后年度照样支出，合计接近于零。压减支出同时减少相应的预备费；基金收入先用于基金自身的支出，只有调入一般公共预算的部分计入。",
    ]
    if found.packages.postponed_beyond > _LEAST:
        notes.append(f"推迟到规划期以后的项目支出{found.packages.postponed_beyond:,.0f}万元，届时仍要安排。")
    return tuple(notes)
