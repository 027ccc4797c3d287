"""Tables 02-1 to 02-5: the current year, second opinions, adjusted history, shock years, revenue quality."""

from __future__ import annotations

import pandas as pd

from fiscal_model.blocks.revenue.current_base import current_year_rows
from fiscal_model.blocks.revenue.history_adjustments import adjustment_rows
from fiscal_model.blocks.revenue.revenue_quality import suspect_rows
from fiscal_model.blocks.revenue.second_opinions import opinion_rows
from fiscal_model.inputs.history_choices import READINGS
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column, Content, table
from fiscal_model.report.event_wording import by_calendar, event_notes, event_text
from fiscal_model.report.wording import UNVERIFIED
from fiscal_model.words.vocabulary import QUALITIES


@table(
    "02-1", "current_year", "{year}年当年收入预计", "项目",
    [
        Column("累计数", "so_far"), Column("往年同期占全年", "share", "ratio"), Column("全年预计", "estimate"),
        Column("区间下限（80%）", "lower"), Column("区间上限（80%）", "upper"), Column("年初预算", "budget"),
        Column("比预算", "against_budget"), Column("上年数", "last_year"), Column("比上年", "growth", "move"),
    ],
    row_id="line",
    level="indent",
)  # fmt: skip
def current_year_table(plan: Plan) -> Content | None:
    """The year under way from its months."""
    current = plan.basis.revenue.own.current
    if current is None:
        return None
    notes = (f"根据{current.year}年1至{current.months_known}月实际数推算；往年同期占全年的比重按历史各月合并估计。",)
    return Content(current_year_rows(current), notes, year=current.year)


@table(
    "02-2", "second_opinions", "第二意见对照表", "科目",
    [
        Column("预测单位", "forecaster", "text"), Column("年度", "{year}年", "text"), Column("其预测", "theirs"),
        Column("本模型", "ours"), Column("相差", "difference", "move"), Column("权重", "weight", "share"),
        Column("采用", "blended"), Column("以往准确度", "record", "text"), Column("说明", "note", "text"),
    ],
    row_id="line",
)  # fmt: skip
def opinions_table(plan: Plan) -> Content:
    """Second opinions beside the model's own; nothing when nobody else gave a forecast."""
    notes = ("权重按各家以往误差与本模型误差确定；没有记录的意见最多占三分之一，权重为 0 的只作对照。",)
    return Content(opinion_rows(plan.basis.revenue.own.comparisons), notes)


@table(
    "02-3", "history_adjustments", "历史数据调整表", "科目",
    [
        Column("时间", "{year}年", "text"), Column("影响金额", "amount"), Column("事项", "name", "text"),
        Column("性质", "kind", "text"), Column("处理", "{treatment}{doubt}", "text"),
        Column("依据级别", lambda row: QUALITIES[row["quality"]], "text"),
        Column("来源", lambda row: "；".join(filter(None, (row["source"], row["note"]))), "text"),
    ],
    row_id="line",
)  # fmt: skip
def adjustments_table(plan: Plan) -> Content:
    """What was taken out of the history and put into the forecast."""
    found = adjustment_rows(plan.basis.revenue.own.adjustments)
    notes = (
        "影响金额为正表示当年收入因此多了这些；持续的影响，以前年度按同口径换算，最近一年的水平不变。",
        "没有金额的各行来自全国口径变化日历，只作提示；是否剔除由情景决定。",
    )
    return Content(found.assign(doubt=found["quality"].map({"unverified": f"（{UNVERIFIED}）"}).fillna("")), notes)


@table(
    "02-4", "shock_years", "异常年份处理对照表", "年度",
    [
        Column("事项", "name", "text"), Column("本地当年", "seen", "text"),
        Column("本情景的处理", "reading", "text"), Column("原样使用", "as_it_is"),
        Column("按一时因素", "transitory"), Column("差异", "transitory_moves", "move"),
        Column("按持续因素", "lasting"), Column("差异 ", "lasting_moves", "move"),
    ],
    label="{year}年",
    row_id="shock_{year}",
)  # fmt: skip
def readings_table(plan: Plan) -> Content:
    """What each reading of a shock year does to the last plan year's own revenue."""
    records = [
        {
            **vars(one),
            "seen": event_text(one.event),
            "reading": READINGS.get(one.chosen, "未处理，原样使用") + by_calendar(one),
            "transitory_moves": one.transitory / one.as_it_is - 1 if one.as_it_is else None,
            "lasting_moves": one.lasting / one.as_it_is - 1 if one.as_it_is else None,
        }
        for one in plan.basis.revenue.own.readings
    ]
    notes = (
        f"表中是{plan.years[-1]}年自有收入的统计预测数（结构测算、政策因素和第二意见之前）。",
        *event_notes(plan.basis.revenue.own.events),
        "规划人员可在情景文件 [history.shock_years] 中逐年指定处理方式，指定的优先；national_events = false 则全部原样使用。",
    )
    return Content(records, notes)


@table(
    "02-5", "revenue_quality", "收入质量核查表", "科目",
    [
        Column("时间", "when", "text"), Column("金额", "amount"), Column("核查规则", "title", "text"),
        Column("情况", "message", "text"), Column("处理", "treatment", "text"),
    ],
    row_id="rule",
)  # fmt: skip
def suspects_table(plan: Plan) -> Content:
    """The figures of the history that are suspect, and whether they are left out of the fit."""
    own = plan.basis.revenue.own
    left_out = own.choices.exclude_suspects
    records = [
        {
            **row,
            "when": f"{row['year']}年" + (f"{row['month']:.0f}月" if pd.notna(row["month"]) else ""),
            "treatment": "不参加拟合" if left_out and row["excluded"] else "只列示",
        }
        for row in suspect_rows(own.suspects).to_dict("records")
    ]
    return Content(records, ("核查规则为设计规则，不是法规；所列各数有待核实，不等于有问题。",))
