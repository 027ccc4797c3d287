"""What the plan says of its rules: both plans side by side, rules broken, what is cut and what stays open."""

from __future__ import annotations

from fiscal_model.analysis.balance.priority import funding_of, project_cuts
from fiscal_model.analysis.balance.rule_outcomes import NOT_MET, review_rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.wording import money
from fiscal_model.report.wording_by_year import money_in_years


def balance_rule_sentences(plan: Plan) -> list[str]:
    """Write the paragraphs on the rules of balancing for the chapter on measures across years."""
    return [_both_plans(plan), _rules(plan), *_cuts(plan), *_open(plan)]


def _both_plans(plan: Plan) -> str:
    bare = money_in_years(plan.years, plan.without_measures.lines["funding_gap"])
    left = money_in_years(plan.years, plan.lines["funding_gap"])
    if not bare:
        return "两套方案对照：不采取任何措施，各年也没有收支缺口。"
    return f"两套方案对照：不采取措施的缺口为{bare}；采取措施后{'仍有缺口' + left if left else '各年没有缺口'}。"


def _rules(plan: Plan) -> str:
    outcomes = review_rules(plan)
    broken = outcomes[outcomes["status"] == NOT_MET]
    if not len(broken):
        return f"对照{len(outcomes)}条预算平衡规则（B1至B14），没有违反。"
    listed = "；".join(
        f"{row['id']} {row['name']}（{row['article']}）：{row['said']}" for row in broken.to_dict("records")
    )
    return f"对照{len(outcomes)}条预算平衡规则（B1至B14），有{len(broken)}条未满足：{listed}。"


def _cuts(plan: Plan) -> list[str]:
    if not len(plan.basis.balance.commitments.candidates):
        return []
    cuts = project_cuts(plan)
    cut = cuts[cuts["cut"] > 0.5].groupby(["project_code", "name"], sort=False)["cut"].sum()
    if not len(cut):
        return ["储备项目全部予以安排。"]
    listed = "、".join(f"{name}{money(amount)}" for (_, name), amount in cut.items())
    return [f"按类别和优先级从后往前逐项压减储备项目：{listed}。"]


def _open(plan: Plan) -> list[str]:
    funding = funding_of(plan)
    open_rows = funding[funding["open"] > 0.5]
    if not len(open_rows):
        return []
    listed = "、".join(f"{row.year}年“{row.tier}”{money(row.open)}" for row in open_rows.itertuples(index=False))
    return [f"缺口落在保障顺序的最后几级：{listed}。"]
