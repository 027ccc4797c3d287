"""Tables on the revenue history: suspect figures, what was taken out of it, and the forecasts of others."""

from __future__ import annotations

import numpy as np

from fiscal_model.blocks.revenue.history_adjustments import Adjustments, adjustment_rows
from fiscal_model.blocks.revenue.revenue_quality import Suspect, suspect_rows
from fiscal_model.blocks.revenue.second_opinions import Comparison, opinion_rows
from fiscal_model.inputs.scenario import QUALITIES
from fiscal_model.words.table import ReportRow, ReportTable

_UNVERIFIED = "未经核实"


def suspects_table(suspects: tuple[Suspect, ...], number: str, left_out: bool) -> ReportTable | None:
    """Return the table of revenue quality (收入质量核查表), None when no figure is suspect.

    Parameters
    ----------
    suspects : tuple of Suspect
    number : str
        Number in the annex.
    left_out : bool
        Whether the scenario leaves suspect figures out of the fit.
    """
    rows = []
    for _, row in suspect_rows(suspects).iterrows():
        when = f"{row['year']}年" + (f"{row['month']:.0f}月" if np.isfinite(row["month"] or np.nan) else "")
        treatment = "不参加拟合" if left_out and row["excluded"] else "只列示"
        values = (when, float(row["amount"]), row["title"], row["message"], treatment)
        rows.append(ReportRow(row["label"], values, "money", 1, row["rule"]))
    notes = ("核查规则为设计规则，不是法规；所列各数有待核实，不等于有问题。",)
    columns = ("时间", "金额", "核查规则", "情况", "处理")
    return _table(number, "revenue_quality", "收入质量核查表", "科目", columns, rows, notes)


def adjustments_table(adjustments: Adjustments, number: str) -> ReportTable | None:
    """Return the table of what was taken out of the history and put into the forecast (历史数据调整表), None when empty.

    Parameters
    ----------
    adjustments : Adjustments
    number : str
        Number in the annex.
    """
    rows = []
    for _, row in adjustment_rows(adjustments).iterrows():
        doubt = f"（{_UNVERIFIED}）" if row["quality"] == "unverified" else ""
        amount = float(row["amount"]) if row["amount"] is not None else np.nan
        values = (
            f"{row['year']}年",
            amount if np.isfinite(amount) else None,
            row["name"],
            row["kind"],
            f"{row['treatment']}{doubt}",
            QUALITIES[row["quality"]],
            "；".join(text for text in (row["source"], row["note"]) if text),
        )
        rows.append(ReportRow(row["label"], values, "money", 1, row["line"]))
    notes = (
        "影响金额为正表示当年收入因此多了这些；持续的影响，以前年度按同口径换算，最近一年的水平不变。",
        "没有金额的各行来自全国口径变化日历，只作提示；是否剔除由情景决定。",
    )
    columns = ("时间", "影响金额", "事项", "性质", "处理", "依据级别", "来源")
    return _table(number, "history_adjustments", "历史数据调整表", "科目", columns, rows, notes)


def opinions_table(comparisons: tuple[Comparison, ...], number: str) -> ReportTable | None:
    """Return the table of second opinions (第二意见对照表), None when nobody else gave a forecast.

    Parameters
    ----------
    comparisons : tuple of Comparison
    number : str
        Number in the annex.
    """
    rows = []
    for _, row in opinion_rows(comparisons).iterrows():
        values = (
            row["forecaster"],
            f"{row['year']}年",
            float(row["theirs"]),
            float(row["ours"]),
            f"{row['difference']:+.1%}" if np.isfinite(row["difference"]) else None,
            f"{row['weight']:.0%}",
            float(row["blended"]),
            row["record"],
            row["note"],
        )
        rows.append(ReportRow(row["label"], values, "money", 1, row["line"]))
    notes = ("权重按各家以往误差与本模型误差确定；没有记录的意见最多占三分之一，权重为 0 的只作对照。",)
    columns = ("预测单位", "年度", "其预测", "本模型", "相差", "权重", "采用", "以往准确度", "说明")
    return _table(number, "second_opinions", "第二意见对照表", "科目", columns, rows, notes)


def _table(
    number: str,
    table_id: str,
    title: str,
    stub: str,
    columns: tuple[str, ...],
    rows: list[ReportRow],
    notes: tuple[str, ...],
) -> ReportTable | None:
    return ReportTable(number, table_id, title, "万元", stub, columns, tuple(rows), notes) if rows else None
