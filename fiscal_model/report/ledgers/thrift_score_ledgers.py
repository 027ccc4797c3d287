"""Task 7, assessment: each department's score from the ledgers of thrift, and the ceiling that it cuts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.blocks.ledgers.thrift_effects import thrift_cut
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column
from fiscal_model.report.ledger import DOUBT, UNDECIDED, Ledger, given, ledger, rule_note
from fiscal_model.report.ledgers import thrift_assets_ledgers as assets
from fiscal_model.report.ledgers import thrift_ledgers as running
from fiscal_model.report.ledgers.thrift_ledgers import RULE
from fiscal_model.words.ledger_terms import YesNo

_SCORED = {
    each.number: each for each in (*vars(running).values(), *vars(assets).values()) if isinstance(each, Ledger)
}  # by the number under which the rule file weighs it


def thrift_score(plan: Plan) -> pd.DataFrame:
    """Return each department's score out of 100, its rows and those with a doubt; index the department.

    A ledger gives its weight times the share of the department's rows without a doubt; one without its rows does not count.
    """
    parts = []
    for name, weight in rules(RULE)["weight"]["value"].items():
        if plan.basis.place.has(_SCORED[name].register):
            rows = _SCORED[name].find(plan)
            doubted = (rows[DOUBT] != "").groupby(rows["department"])
            parts.append(pd.DataFrame({"rows": doubted.size(), "doubted": doubted.sum(), "weight": float(weight),
                                       "lost": weight * doubted.mean(), "failed": doubted.any()}))  # fmt: skip
            parts[-1]["where"] = np.where(parts[-1]["failed"], _SCORED[name].title.split("：")[0], "")
    if not parts:
        return pd.DataFrame({"score": []}, dtype=float)
    every = pd.concat(parts).groupby(level=0)
    summed = every[["rows", "doubted", "weight", "lost"]].sum()
    where = every["where"].agg(lambda names: "、".join(filter(None, names)))
    return summed.assign(score=(100 * (1 - summed["lost"] / summed["weight"])).round(1), where=where)


@ledger(
    "47-13", "thrift_scores", "过紧日子考核得分", "running_costs",
    [Column("名次", "rank", "count"), Column("检查事项", "rows", "count"), Column("有意见", "doubted", "count"),
     Column("得分", "score", "exact"), Column("失分在", "where", "text")],
    label="department", stub="部门",
    said="{total}个部门中{count}个低于及格线：{names}。",
    fine="{total}个部门的得分都不低于及格线。",
    notes=lambda plan, found: (rule_note(RULE, "weight"), rule_note(RULE, "pass_line")),
)  # fmt: skip
def thrift_scores(plan: Plan) -> pd.DataFrame:
    """Departments by their score."""
    found = thrift_score(plan).sort_values("score", ascending=False, kind="stable")
    low = found["score"] < rules(RULE)["pass_line"]["value"]
    rank = found["score"].rank(ascending=False, method="min")
    return found.assign(rank=rank, doubt=np.where(low, "低于及格线，约谈整改", "")).reset_index(names="department")


@ledger(
    "47-14", "thrift_ceilings", "过紧日子得分挂钩部门限额", "thrift_ceilings",
    ["score", Column("台账测算得分", "computed", "exact"), "base", Column("核减率", "rate", "ratio"),
     Column("核减", "cut", "number"), Column("核减后限额", "ceiling", "number"), "adopted"],
    label="{department}（{year}年）", stub="部门", totals=("base", "cut", "ceiling"), at_stake="cut",
    said="{total}项考核中{count}项得分与台账不符或者没有决定，核减{at_stake}万元：{names}。",
    fine="{total}项考核都与台账相符；应核减的都已决定，核减其他一般支出。",
    notes=lambda plan, found: ("台账测算得分见过紧日子考核得分表，只与规划年度的确认得分核对。", rule_note(RULE, "cut_rate")),
)  # fmt: skip
def thrift_ceilings(plan: Plan) -> pd.DataFrame:
    """The confirmed score beside the one that the ledgers give, and what the department's ceiling loses."""
    rows = plan.basis.place.rows("thrift_ceilings")
    computed = rows["department"].map(thrift_score(plan)["score"]).where(rows["year"] > plan.base_year)
    base, cut = given(rows, "base"), thrift_cut(plan.basis.place, rows)["amount"]
    doubt = np.select(
        [(given(rows, "score") - computed).abs() > 0.5, (rows["adopted"] == YesNo.NO) & (cut > 0)],
        ["得分与台账不符，核对", UNDECIDED], "",
    )  # fmt: skip
    return rows.assign(computed=computed, rate=cut / base.where(base > 0), cut=cut, ceiling=base - cut, doubt=doubt)
