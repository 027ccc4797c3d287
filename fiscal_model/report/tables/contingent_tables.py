"""Tables 25-2 and 25-3 of the annex: contingent liabilities item by item, and by year beside the bands of the debt ratio."""

from __future__ import annotations

import numpy as np

from fiscal_model.analysis.affordability.contingent import Contingency, contingent
from fiscal_model.blocks.balance.contingents import stress_level
from fiscal_model.law.limits import as_percent
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column, Content, Line, Record, table
from fiscal_model.report.layout import INFERRED
from fiscal_model.report.wording import UNVERIFIED, band
from fiscal_model.words.vocabulary import FUNDS_LENT, ContingentKind

_RISKS = {"default_rate": "违约率", "loss_given_default": "违约损失率", "correlation": "相关系数"}


@table(
    "25-2", "contingent_items", "或有负债逐项测算", "事项",
    [
        Column("种类", "kind", "text"), Column("余额或年投放", "exposure"), Column("预期支出", "expected"), Column("压力口径支出", "stressed"),
        Column("预期损失", "loss"), Column("压力口径损失", "loss_stressed"), Column("资金规模", "reserve"), Column("资金÷压力口径损失", "adequacy", "ratio"),
        Column("判断", lambda row: _verdict(row), "text"),
    ],
    label=lambda row: row["item"] + INFERRED * bool(row["assumed"]), row_id="item_{at}",
)  # fmt: skip
def items_table(plan: Plan) -> Content | None:
    """Each item in the first year in which it runs: cash, losses, reserve, and whether it holds."""
    found = contingent(plan)
    if found is None:
        return None
    return Content(found.items.assign(at=range(1, len(found.items) + 1)), (*_model_notes(), *_assumed_notes(found)))


def _verdict(row: Record) -> str:
    """Say what an item's figures come to: a pool's adequacy, a company's multiple, what a fund can lend and gives back."""
    if row["kind"] == ContingentKind.GUARANTEE:
        held = f"担保{row['multiple']:.1f}倍，上限{row['allowed']:g}倍（{UNVERIFIED}），"
        return held + (
            f"还可担保{row['headroom']:,.0f}" if row["headroom"] >= 0 else f"超出{-row['headroom']:,.0f}，须压降或增资"
        )
    if row["kind"] in FUNDS_LENT:
        back = f"；{row['to_year']:.0f}年收回预算约{row['returned']:,.0f}" if np.isfinite(row["returned"]) else ""
        return f"一年周转{row['turnover']:.1f}次，最多投放{row['capacity']:,.0f}{back}"
    if row["kind"] == ContingentKind.RISK_POOL and np.isfinite(row["adequacy"]):
        return "够用" if row["adequacy"] >= 1 else f"不够，差{row['loss_stressed'] - row['reserve']:,.0f}"
    return ""


def _level() -> str:
    return as_percent(float(stress_level()[0]))


def _model_notes() -> tuple[str, ...]:
    return (
        f"各项为开始执行的第一年；压力口径为{_level()}的年份都不超过的数（设计值，{UNVERIFIED}）。预期支出已列入规划的“或有事项预期支出”；压力口径不列入规划，用于风险测算。",
        "资金池、担保公司先用自有资金（准备金）代偿，超过的部分才由县级按比例负担；约定每年补足的，代偿多少补多少；担保以公司净资产为限。违约相关按单因素模型（Vasicek）。",
        f"{rules('contingent')['government']['source']}。周转金收回预算的部分是一次性资金，没有计入规划财力。",
    )


def _assumed_notes(found: Contingency) -> tuple[str, ...]:
    """Name the risks that the rule file stands in for."""
    kinds = [
        ContingentKind(kind) for kind in dict.fromkeys(row.kind for row in found.items.itertuples() if row.assumed)
    ]
    if not kinds:
        return ()
    usual = {kind: rules("contingent")[str(kind)] for kind in kinds}
    said = "；".join(
        kind.label + "、".join(f"{label}{usual[kind][name]:g}" for name, label in _RISKS.items()) for kind in kinds
    )
    return (f"{INFERRED}台账没有填写的违约率、违约损失率或相关系数用缺省值（{said}），没有本地记录，{UNVERIFIED}。",)


@table("25-3", "contingent_years", "或有负债分年支出和加计后的债务率", "项目")
def years_table(plan: Plan) -> Content | None:
    """Cash by kind and year, in the mean and in a bad year; the debt ratio with and without; what emergency funds bridge."""
    found, held = contingent(plan), plan.basis.balance.contingents
    if found is None or held is None:
        return None
    parts: dict[str, np.ndarray] = {}
    for each in held.items:
        parts[each.kind] = parts.get(each.kind, np.zeros(len(plan.years))) + each.expected
    calls = held.expected - sum(each.expected for each in held.items)
    rows = [Line(f"expected_{kind}", ContingentKind(kind).label, values) for kind, values in parts.items()]
    rows += [Line("expected_calls", "基金和股权出资", calls)] if calls.any() else []
    ratios = (found.debt_ratio, found.debt_ratio_called)
    rows = [
        *rows,
        Line("contingent_duties", "预期支出合计（列入规划）", found.expected, 0, " + ".join(row.id for row in rows)),
        Line("stressed", "压力口径支出", found.stressed, 0),
        Line("called", "其中：发生损失或条件成就才支出", found.called, 2),
        Line("debt_ratio", "债务率", ratios[0], kind="ratio"),
        Line("debt_ratio_called", "债务率（债务加计或有支出）", ratios[1], kind="ratio"),
        *(
            Line(f"{name}_band", label, [band("debt_ratio", float(value)) or None for value in values], kind="text")
            for name, label, values in (("plain", "档次", ratios[0]), ("called", "档次（加计后）", ratios[1]))
        ),
    ]  # fmt: skip
    notes = [
        f"压力口径：各项同在{_level()}的坏年份，按各项相加，偏保守；“发生损失或条件成就才支出”不含贴息、降费补贴和已签约出资。"
    ]
    if found.months is not None:
        sums = found.months.groupby("year")[["due", "bridged"]].sum()
        rows += [
            Line("maturities_due", "存量债务到期本金", sums["due"].to_numpy()),
            Line("maturities_bridged", "其中：债务应急周转金可以垫付", sums["bridged"].to_numpy(), 2),
        ]
        held = found.months["days"][found.months["due"].idxmax()]
        notes += [
            "应急周转金逐月垫付，垫付的必须在占用期内由再融资债券或预算归还，不减少应还本金（分月见表52-14）。",
            f"到期最多的一个月，周转金可以同时垫住{held:.1f}天的到期本金；按占用天数逐笔归还后再垫下一笔。",
        ]
    return Content(rows, notes)
