"""Where a scenario stands in the simulation of the plan, in one sentence."""

from __future__ import annotations

from fiscal_model.analysis.risk.positions import positions_of
from fiscal_model.model.projection import Plan
from fiscal_model.report.material import Material
from fiscal_model.report.wording import percent, percentile_text


def position_sentence(m: Material, other: Plan) -> str:
    """Say by construction where a scenario's revenue stands, and where its last year is found in the plan's simulation."""
    name, scenario = other.basis.scenario.name, m.plan.basis.scenario.name
    said = (
        f"“{name}”的收入取同一模拟（不含突发事件）的第{percentile_text(other.basis.assumed.path('percentile'))}百分位"
    )
    if other is m.plan:
        return f"{said}，各年自有收入都在该分位；本规划的模拟以此为中位。"
    found = positions_of(other, m.fan) if other.years == m.years else {}
    named = {"own_revenue": "自有收入", "available_resources": "可用财力", "uncommitted_resources": "未安排财力"}
    parts = [f"{label}在第{100 * found[line][-1]:.0f}百分位" for line, label in named.items() if line in found]
    gap = found.get("funding_gap")
    if gap is not None and other.line("funding_gap")[-1] > 0.5:
        parts.append(f"收支缺口大于模拟中{percent(gap[-1])}的情形")
    where = f"；在“{scenario}”含突发事件的模拟中，其{m.years[-1]}年{'，'.join(parts)}，各年见附表28-1" if parts else ""
    return f"{said}{where}。"
