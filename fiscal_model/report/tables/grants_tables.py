"""Tables 04, 04-1, 13 and 13-1 of the annex: transfers by kind and by line, land sales in total and by parcel."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fiscal_model.blocks.revenue.parcels import PAYMENTS, levies_due, levies_verified
from fiscal_model.blocks.revenue.transfer_lines import TransferLine
from fiscal_model.model.projection import Plan
from fiscal_model.report.layout import OBSERVED_YEARS, mean_growth, statement
from fiscal_model.report.wording import UNVERIFIED
from fiscal_model.words.table import ReportRow, ReportTable, Value
from fiscal_model.words.vocabulary import TransferKind


def transfers_table(plan: Plan) -> ReportTable:
    """Table 04: transfers by kind, and how much of them is free of a use."""
    layout = """
  rebates
  general_transfers
  special_transfers
*transfers
  transfers_general_purpose
  transfers_earmarked"""
    split = {caution.code: caution.message for caution in plan.cautions}
    codes = ("transfers_not_split", "general_transfers_not_split", "transfers_inferred")
    notes = tuple(split[code] for code in codes if code in split)
    return statement(plan, "04", "transfers", "上级补助测算", layout, notes)


def transfer_lines_table(plan: Plan) -> ReportTable | None:
    """Table 04-1: transfers line by line with the logic of each; None where only kinds are known."""
    transfers = plan.basis.revenue.transfers
    if not transfers.lines:
        return None
    rows: list[ReportRow] = []
    heads: list[int] = []
    for kind in TransferKind:
        inside = [at for at, line in enumerate(transfers.lines) if line.kind is kind]
        if inside:
            heads.append(len(rows))
            money = (
                sum(transfers.lines[at].base for at in inside),
                _added([transfers.lines[at].notice for at in inside]),
                *map(float, transfers.amounts[inside].sum(axis=0)),
            )
            parts = tuple((len(rows) + 1 + count, 1) for count in range(len(inside)))
            found = [_line_row(transfers.lines[at], transfers.amounts[at]) for at in inside]
            alone = len(inside) == 1
            rows += found if alone else [_total(kind.label, money, f"transfer_kind_{kind}", parts), *found]
    whole = (
        sum(line.base for line in transfers.lines),
        _added([line.notice for line in transfers.lines]),
        *map(float, transfers.amounts.sum(axis=0)),
    )
    rows.append(_total("上级补助收入", whole, "transfers", tuple((head, 1) for head in heads)))
    columns = (
        *("财力性", "测算方式", "首年增幅", "增幅上限", f"{plan.base_year}年基期", f"{plan.years[0]}年提前下达"),
        *(f"{year}年预测" for year in plan.years),
    )
    return ReportTable(
        "04-1", "transfer_lines", "上级补助分项测算", "万元", "项目", columns, tuple(rows), _line_notes(plan)
    )


def _line_row(line: TransferLine, amounts: np.ndarray) -> ReportRow:
    notice = float(line.notice) if np.isfinite(line.notice) else None
    first = f"{amounts[0] / line.base - 1 + 0:.1%}" if line.base > 0 else None
    words: tuple[Value, ...] = ("是" if line.general_purpose else "否", line.logic.label, first)
    cap = f"{line.cap:.1%}" if np.isfinite(line.cap) else None
    use = "free" if line.general_purpose else "tied"
    return ReportRow(
        line.name,
        (*words, cap, float(line.base), notice, *map(float, amounts)),
        "money",
        2,
        f"transfer_{line.code}_{use}",
    )


def _total(label: str, money: tuple[Value, ...], line: str, parts: tuple[tuple[int, int], ...]) -> ReportRow:
    level = 0 if line == "transfers" else 1
    return ReportRow(label, ("", "", "", "", *money), "money", level, line, parts, True)


def _added(notices: list[float]) -> Value:
    known = [notice for notice in notices if np.isfinite(notice)]
    return float(sum(known)) if known else None


def _line_notes(plan: Plan) -> tuple[str, ...]:
    lines = plan.basis.revenue.transfers.lines
    notes = [
        "因素法按假设增速并受增幅上限约束，专款专用随所补助的支出变动，按提前下达只计已下达或按一般比例可确定的部分，"
        "一次性到期为零；提前下达数是首年的下限（预算法第三十八条、实施条例第四十八条）。"
    ]
    if any(line.quality == "unverified" for line in lines):
        notes.append(f"测算方式和增幅上限{UNVERIFIED}，见 data/rules/transfer_lines.csv。")
    tied = [f"{line.name}对应{line.tied_to}" for line in lines if line.tied_to]
    return (*notes, *([f"专款对应的支出：{'；'.join(tied)}。"] if tied else []))


def land_table(plan: Plan) -> ReportTable | None:
    """Table 13: land revenue, its costs, what is levied on the rest and what is left; None when revenue is unknown."""
    if "land_revenue" in plan.unavailable:
        return None
    table = statement(plan, "13", "land", "土地出让测算", "  land_revenue\n  land_cost")
    revenue, cost = (row.values for row in table.rows)
    width, count = len(table.columns), len(plan.years)
    gain = tuple(_subtracted(first, second) for first, second in zip(revenue, cost, strict=True))
    rows = [
        *table.rows,
        ReportRow("土地出让收益", _with_growth(gain, count), "money", 0, "land_gain", ((0, 1), (1, -1)), True),
    ]
    named, levies = levies_due(plan.basis.revenue.land, plan.line("land_revenue"), plan.years)
    for position, (name, label) in enumerate(named):
        shown: list[Value] = [None] * width
        shown[width - 1 - count : width - 1] = [float(value) for value in levies[:, position]]
        rows.append(ReportRow(f"应计提{label}", tuple(shown), "money", 1, f"land_levy_{name}"))
    left: list[Value] = [None] * width
    ahead = np.array(gain[width - 1 - count : width - 1], dtype=float) - levies.sum(axis=1)
    left[width - 1 - count : width - 1] = [float(value) for value in ahead]
    parts = ((2, 1), *((3 + position, -1) for position in range(len(named))))
    rows.append(ReportRow("土地出让净收入（计提后）", tuple(left), "money", 0, "land_net", parts, True))
    return replace(table, rows=tuple(rows), notes=_land_notes(plan))


def _with_growth(values: tuple[Value, ...], count: int) -> tuple[Value, ...]:
    return (*values[:-1], mean_growth(values[OBSERVED_YEARS - 1], list(values[-count - 1 : -1])))


def _subtracted(first: Value, second: Value) -> Value:
    return first - second if isinstance(first, float) and isinstance(second, float) else None


def _land_notes(plan: Plan) -> tuple[str, ...]:
    land = plan.basis.revenue.land
    doubt = "" if levies_verified() else f"，比例{UNVERIFIED}（data/rules/land_levies.csv）"
    due = plan.line("land_revenue") * land.cost_share
    short = [str(year) for year, gap in zip(plan.years, due - plan.line("land_cost"), strict=True) if gap > 0.5]
    notes = [f"{'、'.join(short)}年专项债务偿还在先，成本未能足额安排。"] if short else []
    notes += [f"计提按出让收益的比例计算{doubt}；计提资金在政府性基金支出之内安排，不另增支出。"]
    if not land.grain:
        return ("没有出让地块台账，按基期数和假设增速推算。", *notes)
    last = [year for year, known in zip(plan.years, land.covered, strict=True) if known]
    span = f"{last[0]}—{last[-1]}年按{land.grain}测算" if last else f"{land.grain}只作为尾款的下限"
    return (f"{span}，其余年份在上一年基础上按假设增速推算，且不少于已列地块的尾款。", *notes)


def parcels_table(plan: Plan) -> ReportTable | None:
    """Table 13-1: each parcel with its price, chance, payment and income by year; None without a register."""
    rows_of, land = plan.basis.place.rows("parcels"), plan.basis.revenue.land
    if not len(land.income):
        return None
    rows = []
    for (_, parcel), income in zip(rows_of.iterrows(), land.income, strict=True):
        schedule = "/".join(f"{parcel[name]:.0%}" for name in PAYMENTS)
        words: tuple[Value, ...] = (
            f"{parcel['area']:,.4g}",
            f"{parcel['listing_year']}",
            f"{parcel['price']:,.4g}",
            f"{parcel['cost']:,.4g}",
            f"{parcel['realisation']:.0%}",
            schedule,
        )
        values = (*words, *map(float, income))
        rows.append(ReportRow(str(parcel["parcel"]), values, "money", 1, f"parcel_{parcel['parcel']}"))
    blank: tuple[Value, ...] = (f"{rows_of['area'].sum():,.4g}", "", "", "", "", "")
    sums, costs = (tuple(map(float, part.sum(axis=0))) for part in (land.income, land.cost))
    parts = tuple((index, 1) for index in range(len(rows)))
    rows.append(ReportRow("台账收入合计", (*blank, *sums), "money", 0, "parcels_income", parts, True))
    rows.append(ReportRow("台账成本合计", (*[""] * 6, *costs), "money", 0, "parcels_cost"))
    columns = ("面积（亩）", "挂牌年度", "单价（万元/亩）", "成本（万元/亩）", "实现率", "分年付款")
    return ReportTable(
        "13-1",
        "parcels",
        "出让地块测算",
        "万元",
        "地块",
        (*columns, *(f"{year}年" for year in plan.years)),
        tuple(rows),
        ("收入＝面积×单价×实现率×当年付款比例，成本按同一进度支付；未计情景调整。",),
    )
