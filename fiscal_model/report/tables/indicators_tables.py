"""Table 26 of the annex: ratios with their bands, three conventions, distance and probability, the ten percent rule."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from fiscal_model.analysis.debt.interest_rule import check_interest
from fiscal_model.analysis.debt.judged_ratios import CONVENTIONS, conventions_of, judge_ratios, overdue_ratio
from fiscal_model.analysis.risk.simulate import Fan
from fiscal_model.law.indicators import BANDS, band_of, first_breach, label_of_indicator
from fiscal_model.law.rules import rules
from fiscal_model.model.debt_ratios import values_of
from fiscal_model.model.projection import Plan
from fiscal_model.report.layout import number_or_none
from fiscal_model.report.wording import UNVERIFIED, money
from fiscal_model.words.table import ReportRow, ReportTable, Value

BAND_WORDS = {"green": "绿", "yellow": "黄", "orange": "橙", "red": "红", "none": "—"}


def indicator_tables(plan: Plan, fan: Fan) -> list[ReportTable | None]:
    """Build the tables on indicators.

    Parameters
    ----------
    plan : Plan
    fan : Fan
        Of the same plan.

    Returns
    -------
    list of ReportTable or None
        26 to 26-3; 26-3 only where the ten percent rule bites.
    """
    return [indicators_table(plan), conventions_table(plan), bands_table(plan, fan), interest_rule_table(plan, fan)]


def indicators_table(plan: Plan) -> ReportTable:
    """Table 26: ratios with their bands and first breach."""
    computed, rows = values_of(plan), []
    for name, rule in rules("indicators").items():
        if name == "overdue_ratio":
            rows += _overdue_row(plan, rule)
            continue
        values = computed[name] if name in computed else plan.line(name)
        if name not in plan.lines and not np.isfinite(values).any():
            continue
        shown = tuple(_banded(name, float(value)) for value in values)
        breach = first_breach(name, values, plan.years)
        rows.append(_judged(name, rule, shown, f"{breach}年" if breach else "无"))
    columns = (*(f"{year}年" for year in plan.years), "突破线", "首次突破", "分档依据")
    notes = ("口径A含结转和调入，口径B为收入加转移性收入，未注明的为口径C（不含债务收入和结转）。",)
    return ReportTable("26", "indicators", "财政与债务指标红橙黄绿总览", "", "指标", columns, tuple(rows), notes)


def _overdue_row(plan: Plan, rule: Mapping[str, object]) -> list[ReportRow]:
    """Only the base year knows what is overdue: it stands in the label, the plan years stay empty."""
    value = overdue_ratio(plan)
    if not np.isfinite(value):
        return []
    label = f"{rule['label']}（{plan.base_year}年{_banded('overdue_ratio', value)}）"
    empty: tuple[Value, ...] = (None,) * len(plan.years)
    return [_judged("overdue_ratio", {**rule, "label": label}, empty, "—")]


def _judged(name: str, rule: Mapping[str, object], shown: tuple[Value, ...], breach: str) -> ReportRow:
    verified = "" if rule["quality"] in {"law", "official"} else f"（{UNVERIFIED}）"
    line = "—" if "breach" not in rule else _line_text(name, rule)
    label = str(rule.get("label") or label_of_indicator(name))
    return ReportRow(label, (*shown, line, breach, f"{rule['source']}{verified}"), "text", 1, name)


def _banded(name: str, value: float) -> Value:
    if not np.isfinite(value):
        return None
    number = f"{value:.2f}" if name == "guarantee_coverage" else f"{value:.1%}"
    return f"{number} {BAND_WORDS[band_of(name, value)]}"


def _line_text(name: str, rule: Mapping[str, object]) -> str:
    value = float(rule["breach"])  # type: ignore[arg-type]
    # A line a hair above a round one: what must not be exceeded may be reached.
    worse = ">" if value > round(value, 4) else "≥"
    sign = worse if rule["direction"] == "higher_is_worse" else "<"
    return f"{sign}{value:.2f}" if name == "guarantee_coverage" else f"{sign}{value:.0%}"


def conventions_table(plan: Plan) -> ReportTable | None:
    """Table 26-1: 综合财力 and the ratios to it in the three conventions side by side."""
    found = conventions_of(plan)
    if not np.isfinite(found["debt_ratio"]).any():
        return None
    rows = []
    for title, column, kind in (
        ("综合财力", "capacity", "money"),
        ("与口径C相差", "difference", "money"),
        ("债务率", "debt_ratio", "ratio"),
        ("偿债率", "debt_service_ratio", "ratio"),
    ):
        for name, label in CONVENTIONS.items():
            if column == "difference" and name == "c":
                continue
            values = found.loc[found["convention"] == name, column]
            rows.append(ReportRow(f"{title}（{label}）", tuple(map(number_or_none, values)), kind, 1))  # type: ignore[arg-type]
        if kind == "ratio":
            spread = found.groupby("year")[column].agg(lambda part: part.max() - part.min())
            values = tuple(f"{100 * value:.1f}个百分点" if np.isfinite(value) else None for value in spread)
            rows.append(ReportRow(f"{title}三种口径最多相差", values, "text", 1))
    notes = (
        "口径A：一般公共预算和政府性基金预算的本级收入、补助、结转、调入、动用稳调基金，扣除上解、调出；"
        "口径B：一般公共预算收入、转移性收入、基金收入和国资收入；口径C：本级收入、补助减上解，加基金、基金补助和国资收入，"
        f"不含债务和结转。没有找到统一规定，{UNVERIFIED}；对外使用前应与上级核对口径。",
    )
    columns = tuple(f"{year}年" for year in plan.years)
    return ReportTable("26-1", "debt_conventions", "债务指标三种口径对照", "万元", "项目", columns, tuple(rows), notes)


def bands_table(plan: Plan, fan: Fan) -> ReportTable | None:
    """Table 26-2: how far each ratio is from its next band, and how probable each band is."""
    found = judge_ratios(plan, fan)
    if not len(found):
        return None
    rows = []
    for name, part in found[found["indicator"] != "overdue_ratio"].groupby("indicator", sort=False):
        for row in part.to_dict("records"):
            if row["year"] not in {plan.years[0], plan.years[-1]} and not _moves(part, row["year"]):
                continue
            chances = (_chance(row[f"p_{band}"]) for band in BANDS)
            values: tuple[Value, ...] = (
                f"{row['year']}年",
                _banded(str(name), row["value"]),
                BAND_WORDS.get(row["next_band"], "已在最差一档") if row["band"] != "none" else None,
                number_or_none(row["distance"]),
                number_or_none(row["to_leave"]),
                str(row["of"]),
                *chances,
                f"{row['first_breach']}年" if pd.notna(row["first_breach"]) else "",
            )
            rows.append(ReportRow(str(row["label"]), values, "money", 1, str(name)))
    columns = (
        "年度",
        "数值和档次",
        "下一档",
        "离下一档",
        "退出本档须减",
        "以何计",
        *(f"{BAND_WORDS[band]}的概率" for band in BANDS),
        "首次突破",
    )
    notes = (
        "列出规划首年、末年和档次变化的年份。离下一档、退出本档须减：分母不变时，分子（“以何计”一栏）还能增加或须减少的金额。",
        f"概率为{fan.paths:,}条模拟路径中处于该档的比例；债务余额不随路径变动的指标概率为0或1。分档依据见上表，多数{UNVERIFIED}。",
    )
    return ReportTable("26-2", "debt_bands", "债务指标分档、距离和概率", "万元", "指标", columns, tuple(rows), notes)


def _moves(part: pd.DataFrame, year: int) -> bool:
    """Whether the band of a year is another than the year before."""
    bands = part.set_index("year")["band"]
    return bool(bands.get(year) != bands.get(year - 1))


def _chance(value: float) -> Value:
    return f"{value:.1%}" if np.isfinite(value) else None


def interest_rule_table(plan: Plan, fan: Fan) -> ReportTable | None:
    """Table 26-3: the ten percent rule where it bites: excess, cure, probability, what it triggers."""
    rule, rows = rules("interest_rule"), []
    for found in check_interest(plan):
        if found.first_year is None:
            continue
        label = found.kind.label
        rows += [
            ReportRow(f"{label}付息占支出", tuple(map(number_or_none, found.burden)), "ratio", 0, "", (), True),
            ReportRow(f"超过{rule['line']:.0%}的付息", tuple(map(float, found.excess)), "money", 1),
            ReportRow("或：支出须增加", tuple(map(float, found.spending_needed)), "money", 1),
            ReportRow("相当于须减少的债务", tuple(map(number_or_none, found.debt_to_retire)), "money", 1),
        ]
        chance = fan.probabilities.get(f"interest_burden_{found.kind}")
        if chance is not None:
            rows.append(ReportRow("超过的概率（模拟）", tuple(map(float, chance)), "ratio", 1))
    if not rows:
        return None
    notes = (
        f"{rule['source']}（条文{UNVERIFIED}）：付息支出超过支出10%的须{rule['consequence']}，由{rule['owner']}牵头，"
        f"措施包括{'、'.join(rule['actions'])}。",
        "“超过的付息”为支出不变时须减少的付息，“支出须增加”为付息不变时该预算支出须增加的数额，二者取一；"
        "“须减少的债务”按当年平均利率折算。",
    )
    columns = tuple(f"{year}年" for year in plan.years)
    return ReportTable("26-3", "interest_rule", "付息支出超过10%的处置", "万元", "项目", columns, tuple(rows), notes)


def cure_sentence(plan: Plan) -> str:
    """Say in one sentence what would cure a breach of the ten percent rule in its first year; empty without one."""
    said = []
    for found in check_interest(plan):
        if found.first_year is None:
            continue
        at = found.years.index(found.first_year)
        said.append(
            f"{found.kind.label}{found.first_year}年付息超出{money(float(found.excess[at]))}，"
            f"须少付息{money(float(found.excess[at]))}，或该预算支出增加{money(float(found.spending_needed[at]))}"
        )
    return f"{'；'.join(said)}，才能回到10%以内。" if said else ""
