"""Table 30-1: the assumptions that drive the plan, held against the record and moved by one deviation each."""

from __future__ import annotations

from collections.abc import Callable

from fiscal_model.analysis.risk.realism import LAST, WORST, Realism, realism
from fiscal_model.law.limits import as_percent
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column, Content, Record, table
from fiscal_model.report.wording import percent


def _change(side: str, line: str, at: int) -> Callable[[Record], float]:
    return lambda record: float(getattr(record["one"], side)[line][at])


@table(
    "30-1", "realism", "主要假设的现实性和敏感性", "假设（按影响大小）",
    [
        Column("规划取值", "value", "ratio"), Column("比本地多大比例的时期有利", "own", "ratio"), Column("时期数", lambda record: record["periods"] or None, "count"),
        Column("比可比地区多大比例有利", "peers", "ratio"), Column("判断", "judged", "text"), Column("一个标准差", "deviation", "ratio"),
        Column("标准差依据", "deviation_of", "text"),
        Column("偏不利：末年未安排财力", _change("worse", "uncommitted_resources", LAST)),
        Column("偏不利：最差年未安排财力", _change("worse", "uncommitted_resources", WORST)),
        Column("偏不利：最大缺口", _change("worse", "funding_gap", WORST)),
        Column("偏不利：最低保障倍数", _change("worse", "guarantee_coverage", WORST), "thousandth"),
        Column("偏不利：最高债务率", _change("worse", "debt_ratio", WORST), "ratio"),
        Column("偏有利：末年未安排财力", _change("kinder", "uncommitted_resources", LAST)),
    ],
    row_id="id",
)  # fmt: skip
def realism_table(plan: Plan) -> Content:
    """Each assumption's place in the record, and what becomes of the answer when it alone is off."""
    found = realism(plan)
    rows = found.frame.to_dict("records")
    records = [{**row, "one": one} for row, one in zip(rows, found.tried, strict=True)]
    return Content(records, tuple(_notes(plan, found)))


def _notes(plan: Plan, found: Realism) -> list[str]:
    share, new_debt = (rules("realism")[name]["value"] for name in ("optimism", "new_debt"))
    notes = [
        f"规划取值为规划期年均；本地历史取同样年数的移动平均（不足五个时期的缩短年数），可比地区为各省{plan.base_year}年以前的同口径增速。"
        "财力性转移支付与上级补助合计比，延续性支出与一般公共预算支出合计比。",
        f"有利指对收支平衡有利；比{as_percent(share)}以上的历史时期或可比地区有利的判为偏乐观（设计）。",
        "每次只动一项，各年都偏一个标准差，经过与规划相同的计算和平衡规则；变动为相对本规划的差。标准差没有本地记录的，取 data/rules/risk.toml 的数，"
        f"债务限额和新增债券偏{as_percent(new_debt)}（设计）。专用性转移支付和新增债券连带它们的支出：偏少时支出随之减少。",
    ]
    if found.records:
        notes.append(
            f"自有收入预测自己的记录：以往 {found.records} 次提前一年的预测，平均误差 {percent(found.error)}。"
        )
    if found.bias == found.bias:
        way = "高于" if found.bias > 0 else "低于"
        notes.append(f"本地以往规划的自有收入，实际数平均{way}规划数 {percent(abs(found.bias))}。")
    return notes
