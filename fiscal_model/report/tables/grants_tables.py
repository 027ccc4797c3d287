"""Tables 04, 04-1, 13 and 13-1 of the annex: transfers by kind and by line, land sales in total and by parcel."""

from __future__ import annotations

import numpy as np

from fiscal_model.blocks.revenue.parcels import PAYMENTS, levies_due, levies_verified
from fiscal_model.blocks.revenue.transfer_lines import TransferLine
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column, Content, Line, Record, Spread, sum_of, table
from fiscal_model.report.layout import INFERRED, OBSERVED_YEARS, laid_out, over_years, row_values, statement
from fiscal_model.report.wording import UNVERIFIED
from fiscal_model.words.spans import spans
from fiscal_model.words.vocabulary import TransferKind

_NOT_SPLIT = ("transfers_not_split", "general_transfers_not_split", "transfers_inferred")


def _split_notes(plan: Plan) -> list[str]:
    said = {caution.code: caution.message for caution in plan.cautions}
    return [said[code] for code in _NOT_SPLIT if code in said]


transfers_table = statement(
    "04",
    "transfers",
    "上级补助测算",
    """
  rebates
  general_transfers
  special_transfers
*transfers
  transfers_general_purpose
  transfers_earmarked""",
    _split_notes,
)


@table(
    "04-1",
    "transfer_lines",
    "上级补助分项测算",
    "项目",
    [
        Column("财力性", "free", "text"), Column("测算方式", "logic", "text"), Column("首年增幅", "growth", "ratio"),
        Column("增幅上限", "cap", "ratio"), Spread(),
    ],
    row_id="id",
    level=2,
)  # fmt: skip
def transfer_lines_table(plan: Plan) -> Content | None:
    """Transfers line by line with the logic of each; None where only kinds are known."""
    transfers = plan.basis.revenue.transfers
    rows, heads = list[Record | Line](), list[Record | Line]()
    for kind in TransferKind:
        inside = [at for at, line in enumerate(transfers.lines) if line.kind is kind]
        records = [_line_record(transfers.lines[at], transfers.amounts[at]) for at in inside]
        if len(inside) > 1:
            rows.append(sum_of(f"transfer_kind_{kind}", kind.label, records, 1))
        heads += rows[-1:] if len(inside) > 1 else records
        rows += records
    if not rows:
        return None
    rows.append(sum_of("transfers", "上级补助收入", heads))
    first = (f"{plan.base_year}年基期", f"{plan.years[0]}年提前下达")
    return Content(rows, _line_notes(plan), (*first, *(f"{year}年预测" for year in plan.years)))


def _line_record(line: TransferLine, amounts: np.ndarray) -> Record:
    free = line.general_purpose
    return {
        **vars(line),
        "label": line.name,
        "free": "是" if free else "否",
        "id": f"transfer_{line.code}_{'free' if free else 'tied'}",
        "growth": amounts[0] / line.base - 1 + 0 if line.base > 0 else None,
        "values": (line.base, line.notice, *amounts),
    }


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


@table("13", "land", "土地出让测算", "项目")
def land_table(plan: Plan) -> Content | None:
    """Land revenue, its costs, what is levied on the rest and what is left; None when revenue is unknown."""
    if "land_revenue" in plan.unavailable:
        return None
    whole = laid_out(plan, "  land_revenue\n  land_cost")
    revenue, cost = (np.array(row.values[:-1], dtype=float) for row in whole)
    gain, count = revenue - cost, len(plan.years)
    growth = row_values(plan, {plan.base_year: gain[OBSERVED_YEARS - 1]}, gain[-count:])[-1]
    of_marked = any(row.label.endswith(INFERRED) for row in whole)
    mark = INFERRED if of_marked and np.isfinite(gain[OBSERVED_YEARS - 1]) else ""
    named, levies = levies_due(plan.basis.revenue.land, plan.line("land_revenue"), plan.years)
    rows = [
        *whole,
        Line("land_gain", f"土地出让收益{mark}", (*gain, growth), 0, "land_revenue - land_cost"),
        *(
            Line(f"land_levy_{name}", f"应计提{label}", row_values(plan, {}, amounts))
            for (name, label), amounts in zip(named, levies.T, strict=True)
        ),
        Line("land_net", "土地出让净收入（计提后）", row_values(plan, {}, gain[-count:] - levies.sum(axis=1)), 0,
             " - ".join(("land_gain", *(f"land_levy_{name}" for name, _ in named)))),
    ]  # fmt: skip
    if (short := plan.line("land_cost_gap")).max() > 0.5:
        rows.append(Line("land_cost_gap", "其中：没有资金来源的土地成本（基金缺口）", row_values(plan, {}, short)))
    return over_years(plan, rows, _land_notes(plan))


def _land_notes(plan: Plan) -> tuple[str, ...]:
    land = plan.basis.revenue.land
    doubt = "" if levies_verified() else f"，比例{UNVERIFIED}（data/rules/land_levies.csv）"
    short = [year for year, gap in zip(plan.years, plan.line("land_cost_gap"), strict=True) if gap > 0.5]
    notes = [f"{spans(short)}年专项债务偿还在先，成本未能足额安排，未落实部分列为基金缺口（表12）。"] if short else []
    notes += [f"计提按出让收益的比例计算{doubt}；计提资金在政府性基金支出之内安排，不另增支出。"]
    if not land.grain:
        return ("没有出让地块台账，按基期数和假设增速推算。", *notes)
    last = [year for year, known in zip(plan.years, land.covered, strict=True) if known]
    span = f"{last[0]}—{last[-1]}年按{land.grain}测算" if last else f"{land.grain}只作为尾款的下限"
    return (f"{span}，其余年份在上一年基础上按假设增速推算，且不少于已列地块的尾款。", *notes)


@table(
    "13-1",
    "parcels",
    "出让地块测算",
    "地块",
    [
        Column("面积（亩）", "area", "plain"), Column("挂牌年度", "listing_year", "year"),
        Column("单价（万元/亩）", "price", "plain"), Column("成本（万元/亩）", "cost", "plain"),
        Column("实现率", "realisation", "share"), Column("分年付款", lambda row: "/".join(f"{row[name]:.0%}" for name in PAYMENTS), "text"),
        Spread(),
    ],
    label="parcel",
    row_id="parcel_{number}",
)  # fmt: skip
def parcels_table(plan: Plan) -> Content | None:
    """Each parcel with its price, chance, payment and income by year; None without a register."""
    land, parcels = plan.basis.revenue.land, plan.basis.place.rows("parcels").to_dict("records")
    if not len(land.income):
        return None
    records = [
        {**parcel, "number": number, "values": income}
        for number, (parcel, income) in enumerate(zip(parcels, land.income, strict=True), 1)
    ]
    adds, area = (
        " + ".join(f"parcel_{number + 1}" for number in range(len(records))),
        sum(row["area"] for row in records),
    )
    rows = [
        *records,
        Line("parcels_income", "台账收入合计", land.income.sum(axis=0), 0, adds, lead=(area,)),
        Line("parcels_cost", "台账成本合计", land.cost.sum(axis=0), 0, total=False),
    ]
    return Content(rows, ("收入＝面积×单价×实现率×当年付款比例，成本按同一进度支付；未计情景调整。",))
