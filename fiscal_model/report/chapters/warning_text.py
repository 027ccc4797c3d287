"""What the plan says of early warning: the light and its reason, the months, the findings that are overdue."""

from __future__ import annotations

import numpy as np

from fiscal_model.analysis.guarantees.early_warning import EarlyWarning, grade_word, judge_warning
from fiscal_model.analysis.guarantees.open_findings import review_findings
from fiscal_model.analysis.guarantees.treasury_months import Months, follow_treasury
from fiscal_model.analysis.risk.simulate import Fan
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.wording import NOT_GIVEN, UNVERIFIED, money, odds_percent, percent
from fiscal_model.report.wording_by_year import by_year


def warning_sentences(plan: Plan, fan: Fan) -> list[str]:
    """Write on early warning: the light by year with its reason and its chance, the treasury by month, findings."""
    warning = judge_warning(plan)
    return [_light(plan, warning), *_chances(fan), _treasury(plan, fan, follow_treasury(plan)), *_findings(plan)]


def light_sentence(plan: Plan) -> str:
    """Say the light of every year in one sentence."""
    warning = judge_warning(plan)
    if len(set(warning.words)) == 1:
        listed = f"各年均为{warning.words[0]}"
    else:
        pairs = zip(warning.years, warning.words, strict=True)
        listed = "、".join(f"{year}年{word}" for year, word in pairs)
    return f"“三保”预警等级：{listed}（分档为设计值，{UNVERIFIED}）。"


def _light(plan: Plan, warning: EarlyWarning) -> str:
    said = light_sentence(plan)
    worst = int(np.max(warning.grades))
    position = int(np.argmax(warning.grades))
    if worst:
        advice = rules("guarantee_warning")["grades"][("green", "yellow", "orange", "red")[worst]]["advice"]
        said += f"最差为{warning.years[position]}年{grade_word(worst)}：{warning.reasons[position]}。应对：{advice}。"
    if warning.first_breach is not None:
        said += f"首次达到橙色及以上的年份为{warning.first_breach}年。"
    else:
        said += "规划期没有达到橙色及以上的年份。"
    if warning.base_grade:
        said += f"基期{plan.base_year}年为{grade_word(warning.base_grade)}：{warning.base_reason}。"
    return said


def _chances(fan: Fan) -> list[str]:
    if not fan.grades:
        return []
    bad = fan.grades["orange"] + fan.grades["red"]
    return [f"模拟显示，预警等级为橙或红的概率为：{by_year(fan.years, bad, odds_percent)}。"]


def _treasury(plan: Plan, fan: Fan, months: Months | None) -> str:
    if months is None:
        return f"库款月报{NOT_GIVEN}，年度平衡是否掩盖月度缺口未作判断。"
    cover = months.path.cover
    row, column = np.unravel_index(int(np.argmin(cover)), cover.shape)
    lowest = f"{plan.years[row]}年{column + 1}月"
    said = (
        f"按月测算，库款月末余额最低为{lowest}的{money(months.path.balance[row, column])}，"
        f"相当于月均流出的{cover[row, column]:.2f}倍（{months.states[row, column]}）。"
    )
    if months.first_at_risk is None:
        said += "各月到期支付都有库款。"
    else:
        year, month = months.first_at_risk
        position = plan.years.index(year)
        gaps = np.nansum([plan.line(name)[: position + 1] for name in ("funding_gap", "fund_gap")])
        why = "收支缺口尚未弥补" if gaps > 0.5 else "年度收支虽平，月度仍有缺口"
        said += f"最早在{year}年{month}月出现到期不能支付，{why}，须提前向上级申请调度。"
    if fan.months_at_risk is not None and float(fan.months_at_risk.max()) >= 0.0005:
        year_at, month_at = np.unravel_index(int(np.argmax(fan.months_at_risk)), fan.months_at_risk.shape)
        chance = float(fan.months_at_risk[year_at, month_at])
        said += f"模拟显示不足概率最高的是{plan.years[year_at]}年{month_at + 1}月，为{odds_percent(chance)}。"
    return said


def _findings(plan: Plan) -> list[str]:
    found = review_findings(plan)
    if found is None:
        return []
    said = f"整改台账截至{plan.base_year}年底共{found.count}件，销号率{percent(found.closing_rate)}"
    late = found.overdue
    if not len(late):
        return [f"{said}，没有逾期未销号的问题。"]
    listed = "、".join(f"“{row.topic}”（{row.owner}，逾期{row.days_overdue}天）" for row in late.itertuples())
    return [f"{said}；逾期未销号{len(late)}件：{listed}。"]
