"""Table 26 of the annex: ratios with their bands, three conventions, distance and probability, the ten percent rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from fiscal_model.analysis.debt.interest_rule import check_interest
from fiscal_model.analysis.debt.judged_ratios import CONVENTIONS, conventions_of, judge_ratios, overdue_ratio
from fiscal_model.analysis.guarantees.coverage_ground import coverage_is_judged
from fiscal_model.analysis.risk.simulate import Fan
from fiscal_model.law.indicators import BAND_WORDS, BANDS, label_of_indicator
from fiscal_model.law.limits import interest_mark
from fiscal_model.law.rules import rules
from fiscal_model.model.debt_ratios import crossing_of, values_of
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column, Content, Line, Record, Spread, table
from fiscal_model.report.lower_levels_text import beside
from fiscal_model.report.wording import UNVERIFIED, band, doubt
from fiscal_model.words.table import Kind

_SIDE_BY_SIDE: tuple[tuple[str, str, Kind], ...] = (
    ("capacity", "综合财力", "money"),
    ("difference", "与口径C相差", "money"),
    ("debt_ratio", "债务率", "ratio"),
    ("debt_service_ratio", "偿债率", "ratio"),
)


@table(
    "26",
    "indicators",
    "财政与债务指标红橙黄绿总览",
    "指标",
    [
        Spread(),
        Column("突破线", "line", "text"),
        Column("首次突破", "breach", "text"),
        Column("分档依据", "source", "text"),
    ],
    row_id="indicator",
    unit="",
)
def indicators_table(plan: Plan) -> Content:
    """Ratios with their bands and first breach."""
    computed, records = values_of(plan), []
    for name in rules("indicators"):
        if name == "overdue_ratio":
            records += _overdue(plan)
        else:
            values = computed[name] if name in computed else plan.line(name)
            if name == "guarantee_coverage" and not coverage_is_judged(plan.basis):
                continue
            if name in plan.lines or np.isfinite(values).any():
                records.append(_record(name, [_banded(name, value) for value in values], _first_year(plan, name)))
    notes = (
        "口径A含结转和调入，口径B为收入加转移性收入，未注明的为口径C（不含债务收入和结转）。",
        "首次突破从有公布数的第一年起查找；“此前无数据”为有数据的第一年即已突破，更早的年份没有数据；“—”为没有设突破线。",
    )
    return Content(records, notes)


def _overdue(plan: Plan) -> list[Record]:
    """Only the base year knows what is overdue: it stands in the label, the plan years stay empty."""
    shown = _banded("overdue_ratio", overdue_ratio(plan))
    if shown is None:
        return []
    record = _record("overdue_ratio", [None] * len(plan.years), "—")
    return [{**record, "label": f"{record['label']}（{plan.base_year}年{shown}）"}]


def _first_year(plan: Plan, name: str) -> str:
    """The first year over the line of all that have a figure; that there is no figure, no line, or no such year."""
    found = crossing_of(plan, name)
    if "breach" not in rules("indicators")[name]:
        return "—"
    if not found.seen and not found.known:
        return "无数据"
    if found.first is None:
        return "无" if len(found.known) == len(plan.years) else "有数据的年份无"
    return f"{found.first}年" + ("（此前无数据）" if found.from_the_start else "")


def _record(name: str, shown: Sequence[str | None], breach: str) -> dict[str, Any]:
    rule, unsure = rules("indicators")[name], doubt(name)
    line = _line_text(name, rule) if "breach" in rule else "—"
    source = f"{rule['source']}（{unsure}）" if unsure else rule["source"]
    label = label_of_indicator(name)
    return {"indicator": name, "label": label, "values": shown, "line": line, "breach": breach, "source": source}


def _banded(name: str, value: float) -> str | None:
    if not np.isfinite(value):
        return None
    return f"{value:.2f} {band(name, value)}" if name == "guarantee_coverage" else f"{value:.1%} {band(name, value)}"


def _line_text(name: str, rule: Mapping[str, Any]) -> str:
    value = float(rule["breach"])
    # A line a hair above a round one: what must not be exceeded may be reached.
    worse = ">" if value > round(value, 4) else "≥"
    sign = worse if rule["direction"] == "higher_is_worse" else "<"
    return f"{sign}{value:.2f}" if name == "guarantee_coverage" else f"{sign}{value:.0%}"


@table("26-1", "debt_conventions", "债务指标三种口径对照", "项目")
def conventions_table(plan: Plan) -> Content | None:
    """综合财力 and the ratios to it in the three conventions side by side."""
    found = conventions_of(plan)
    if not np.isfinite(found["debt_ratio"]).any():
        return None
    rows = []
    for column, title, kind in _SIDE_BY_SIDE:
        wide = found.pivot(index="convention", columns="year", values=column)
        for name in wide.index.drop("c") if column == "difference" else wide.index:
            rows.append(Line(f"{column}_{name}", f"{title}（{CONVENTIONS[name]}）", wide.loc[name], kind=kind))
        if kind == "ratio":
            spread = [f"{100 * value:.1f}个百分点" if np.isfinite(value) else None for value in wide.max() - wide.min()]
            rows.append(Line(f"{column}_spread", f"{title}三种口径最多相差", spread, kind="text"))
    notes = (
        "口径A：一般公共预算和政府性基金预算的本级收入、补助、结转、调入、动用稳调基金，扣除上解、调出；"
        "口径B：一般公共预算收入、转移性收入、基金收入和国资收入；口径C：本级收入、补助减上解，加基金、基金补助和国资收入，"
        f"不含债务和结转。{beside(plan, '补助均为加下级上解、减补助下级后的净额。')}没有找到统一规定，{UNVERIFIED}；对外使用前应与上级核对口径。",
    )
    return Content(rows, notes)


@table(
    "26-2", "debt_bands", "债务指标分档、距离和概率", "指标",
    [
        Column("年度", "{year}年", "text"), Column("数值和档次", "judged", "text"), Column("下一档", "next", "text"),
        Column("离下一档", "distance"), Column("退出本档须减", "to_leave"), Column("以何计", "of", "text"),
        *(Column(f"{BAND_WORDS[band]}的概率", f"p_{band}", "ratio") for band in BANDS),
        Column("首次突破", "breach", "text"),
    ],
    row_id="{indicator}.{year}",
)  # fmt: skip
def bands_table(plan: Plan, fan: Fan) -> Content | None:
    """How far each ratio is from its next band, and how probable each band is."""
    found = judge_ratios(plan, fan)
    if not len(found):
        return None
    found = found[found["indicator"] != "overdue_ratio"]
    moved = found["band"] != found.groupby("indicator")["band"].shift()
    shown = found[moved | found["year"].isin((plan.years[0], plan.years[-1]))]
    records = [
        {
            **row,
            "judged": _banded(row["indicator"], row["value"]),
            "next": None if row["band"] == "none" else BAND_WORDS.get(row["next_band"], "已在最差一档"),
            "breach": _first_year(plan, row["indicator"]),
        }
        for row in shown.to_dict("records")
    ]
    notes = (
        "列出规划首年、末年和档次变化的年份。离下一档、退出本档须减：分母不变时，分子（“以何计”一栏）还能增加或须减少的金额。",
        f"概率为{fan.paths:,}条模拟路径中处于该档的比例；债务余额不随路径变动的指标概率为0或1。分档依据见上表，多数{UNVERIFIED}。",
    )
    return Content(records, notes)


@table("26-3", "interest_rule", f"付息支出超过{interest_mark()}的处置", "项目")
def interest_rule_table(plan: Plan, fan: Fan) -> Content:
    """The ten percent rule where it bites: excess, cure, probability, what it triggers."""
    rule, rows = rules("interest_rule"), list[Line]()
    for found in check_interest(plan):
        if found.first_year is not None:
            kind, chance = found.kind, fan.probabilities.get(f"interest_burden_{found.kind}")
            rows += [
                Line(f"interest_burden_{kind}", f"{kind.label}付息占支出", found.burden, 0, kind="ratio"),
                Line(f"interest_excess_{kind}", f"超过{rule['line']:.0%}的付息", found.excess),
                Line(f"debt_to_retire_{kind}", "相当于须减少的债务", found.debt_to_retire),
                *([Line(f"chance_{kind}", "超过的概率（模拟）", chance, kind="ratio")] if chance is not None else []),
            ]
    notes = (
        f"{rule['source']}（条文{UNVERIFIED}）：付息支出超过支出{rule['line']:.0%}的须{rule['consequence']}，由{rule['owner']}牵头，"
        f"措施包括{'、'.join(rule['actions'])}。",
        "“超过的付息”为支出不变时须减少的付息；扩大支出规模只降低比值，不减轻付息，不作为措施；"
        "“须减少的债务”按当年平均利率折算。",
    )
    return Content(rows, notes)
