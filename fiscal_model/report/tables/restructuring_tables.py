"""Tables 26-4 and 26-5 of the annex: what brings an interest ratio back under the ten percent line, and how much it would take."""

from __future__ import annotations

from typing import Any

import numpy as np

from fiscal_model.analysis.debt.restructuring import TOGETHER, LeverPath, Restructuring, restructure
from fiscal_model.law.limits import interest_mark
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column, Content, Line, Record, Spread, table
from fiscal_model.report.wording import UNVERIFIED
from fiscal_model.words.vocabulary import DebtKind

CANNOT = "规划期内不能"


def back_words(back: int | None) -> str:
    """Say from which year on a ratio is within the line."""
    return f"{back}年起" if back else CANNOT


def carried_words(path: LeverPath) -> str:
    """Say whether the general budget can carry a lever."""
    if (path.cost <= 0.5).all() and (path.gap_added <= 0.5).all():
        return "不增加负担"
    return "可承担" if path.carried else "不能承担"


@table(
    "26-4", "restructuring", f"付息占比回到{interest_mark()}以内的路径", "措施",
    [
        Column("规划期少付息", "saved"), Column("多还本金", "repaid"), Column("本预算支出减少", "lost"),
        Column("一般公共预算承担", "cost"), Column("其中最多一年", "most"), Column("资产处置收入", "assets"),
        Spread(kind="ratio"), Column(f"回到{interest_mark()}以内", "back", "text"), Column("能否承担", "carried", "text"),
    ],  # The last seven are what a portrait page shows in the chapter
    row_id="id", level="level",
)  # fmt: skip
def restructuring_table(plan: Plan) -> Content | None:
    """Every lever alone and all together: the ratio by year, when it is back, what it costs whom."""
    found = restructure(plan)
    records: list[Record] = []
    for one in found:
        records.append(_record(f"now_{one.kind}", f"{one.kind.label}付息占支出（现行规划）", one.rule.burden, 0))
        records += [_of_path(one, path) for path in (*one.levers, one.together)]
    rule = rules("restructuring")
    notes = (
        f"{rule['source']}，{UNVERIFIED}（data/rules/restructuring.toml）。每项措施都作为一个情景用本模型重新测算，其余照现行规划；已公布的当年新增债券照公布数。",
        "停止新增债券，债券安排的支出同时停止，比值可能因分母变小而上升，债务和付息仍是减少的；“本预算支出减少”为一般债务的一般公共预算支出、专项债务的政府性基金支出。",
        "“一般公共预算承担”为未安排财力的减少（专项债务多还的本金由一般公共预算调入基金），负数为节省；能否承担以未安排财力加可依规压减或推迟的支出、登记资产的处置收入为限，并以不新增缺口为准。",
    )
    return Content(records, notes) if records else None


def _of_path(one: Restructuring, path: LeverPath) -> Record:
    return _record(
        f"{path.lever}_{one.kind}", path.label, path.burden, 0 if path.lever == TOGETHER else 1,
        back=back_words(path.back), saved=path.interest_saved.sum(), repaid=path.extra_repaid.sum(),
        lost=path.spending_lost.sum(), cost=path.cost.sum(), most=max(float(path.cost.max()), 0.0),
        assets=path.assets.sum(), carried=carried_words(path),
    )  # fmt: skip


def _record(id: str, label: str, burden: np.ndarray, level: int, **cells: Any) -> Record:
    empty = {"back": "", "carried": "", **dict.fromkeys(("saved", "repaid", "lost", "cost", "most", "assets"), np.nan)}
    return {"id": id, "label": label, "values": burden, "level": level, "bold": level == 0} | empty | cells


@table("26-5", "restructuring_needed", f"付息占比回到{interest_mark()}以内所需的规模", "项目")
def needed_table(plan: Plan) -> Content | None:
    """For each year, how much of each single lever would be enough; that none is, where none is."""
    rows = []
    for one in restructure(plan):
        kind, over = one.kind, one.rule.over
        income = "基金收入" if kind == DebtKind.SPECIAL else "自有收入"
        rows += [
            Line(f"room_{kind}", f"{kind.label}：可动用的一般公共预算资金", one.room),
            Line(f"retire_{kind}", f"{kind.label}：须减少的债务", one.rule.debt_to_retire),
            Line(f"income_{kind}", f"{kind.label}：须增加的{income}", one.income_needed),
            Line(
                f"repay_{kind}",
                f"{kind.label}：须由自有资金偿还的再融资比例",
                _cells(one.repay_share, over),
                kind="text",
            ),
            Line(
                f"coupon_{kind}",
                f"{kind.label}：新发债券利率须降低",
                _cells(one.coupon_cut, over, points=True),
                kind="text",
            ),
        ]
    notes = (
        "各行分别测算，其余照现行规划；为该年回到线内所需的最小规模，收入、还本和利率从规划首年起同比例变动。“不能”为用足这一项（不再融资、利率为零）仍不能。",
        "“须减少的债务”按当年平均利率折算；“须增加的收入”只是所需规模，不是预测，增加的收入按现行规则安排支出。“可动用”为未安排财力加可依规压减或推迟的支出。",
    )
    return Content(rows, notes) if rows else None


def _cells(sizes: np.ndarray, over: np.ndarray, *, points: bool = False) -> list[str | None]:
    def said(size: float) -> str:
        if not np.isfinite(size):
            return "不能"
        return f"{100 * size:.2f}个百分点" if points else f"{size:.1%}"

    return [said(float(size)) if above else "已在线内" for size, above in zip(sizes, over, strict=True)]
