"""Task 7, running costs: three publics, meetings, training, cuts, standards, contract staff."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column
from fiscal_model.report.ledger import given, ledger, rule_note
from fiscal_model.words.thrift_terms import THREE_PUBLICS, EventKind

RULE = "ledger_thrift"
"""The rule file of task 7."""


@ledger(
    "47-1", "three_publics", "“三公”经费只减不增", "running_costs",
    [Column("上年决算", "before", "number"), Column("本年预算", "budget", "number"), Column("本年决算", "actual", "number"),
     Column("增减", "change", "number"), Column("人均（元）", "per_head", "number"), Column("下年预算", "next", "number"),
     Column("比上年预算节约", "saving", "number")],
    label="department", totals=("before", "budget", "actual", "change", "next", "saving"), at_stake="rise",
    said="{total}个部门中{count}个的“三公”经费超预算或不降反升，超出的共{at_stake}万元：{names}。",
    fine="{total}个部门的“三公”经费都没有超预算，只减不增。",
    notes=lambda plan, found: ("人均按部门人员台账的在职人数；节约＝本年预算－下年预算。", rule_note(RULE, "only_down")),
)  # fmt: skip
def three_publics(plan: Plan) -> pd.DataFrame:
    """Each department's total of the last year with accounts, against the year before, its budget and the next budget."""
    place = plan.basis.place
    rows = place.rows("running_costs")
    rows = rows[rows["item"].isin(THREE_PUBLICS)]
    rows = rows.assign(actual=given(rows, "actual"), budget=given(rows, "budget"))
    if not rows["actual"].notna().any():
        return pd.DataFrame()
    year = int(rows.loc[rows["actual"].notna(), "year"].max())
    sums = rows.groupby(["department", "year"], sort=False)[["budget", "actual"]].sum(min_count=1).unstack("year")
    none = pd.Series(np.nan, sums.index)
    found = pd.DataFrame({"before": sums.get(("actual", year - 1), none), "budget": sums["budget", year],
                          "actual": sums["actual", year], "next": sums.get(("budget", year + 1), none)})  # fmt: skip
    staff = place.rows("department_staff")
    heads = staff[staff["year"] == year].set_index("department")["heads"].reindex(found.index).astype(float)
    slack = rules(RULE)["only_down"]["value"]
    over, up, more = (found["actual"] - found["budget"], found["actual"] - found["before"],
                      found["next"] - found["budget"])  # fmt: skip
    doubt = np.select(
        [over > slack, up > slack, more > slack],
        ["超预算支出，查明原因并核减", "决算比上年增加，下年压减", "预算安排增加，退回重编"], "",
    )  # fmt: skip
    return found.assign(change=up, per_head=found["actual"] / heads * 10_000, saving=-more, doubt=doubt,
                        rise=pd.concat([over, up, more], axis=1).max(axis=1).clip(lower=0)).reset_index()  # fmt: skip


def _events(
    plan: Plan, kind: EventKind, quota: str, taper: dict[str, float], longest: dict[str, float]
) -> pd.DataFrame:
    """Events of a kind with their ceiling, quota x persons x days in 万元, and what is taken off their cost.

    ``taper``: share of the quota beyond so many days; ``longest``: days by grade.
    """
    rows = plan.basis.place.rows("events")
    rows = rows[rows["kind"] == kind]
    grade, days = rows["grade"].map(lambda each: each.label), given(rows, "days")
    price = grade.map(rules(RULE)[quota]["value"]).astype(float)
    steps = [(0.0, 1.0), *sorted((float(beyond), share) for beyond, share in taper.items())]
    full = sum(share * (days.clip(upper=end) - start).clip(lower=0)
               for (start, share), end in zip(steps, [*(start for start, _ in steps[1:]), np.inf], strict=True))  # fmt: skip
    ceiling = price * given(rows, "persons") * full / 10_000
    cost, unplanned = given(rows, "actual").fillna(given(rows, "budget")), rows["planned"] == "no"
    overrun = (cost - ceiling).clip(lower=0)
    doubt = np.select(
        [unplanned, overrun > 0.005, days > grade.map(longest).astype(float).fillna(np.inf)],
        ["没有列入年度计划，不予安排", "超过定额标准，核减到上限", "天数过长，压缩会期"], "",
    )  # fmt: skip
    return rows.assign(quota=price, ceiling=ceiling, overrun=overrun, cut=cost.where(unplanned, overrun), doubt=doubt)


_EVENT: list[str | Column] = ["department", "grade", "persons", "days", Column("定额（元/人天）", "quota", "count"), "planned", "budget", "actual",
          Column("费用上限", "ceiling", "number"), Column("超上限", "overrun", "number"),
          Column("应核减", "cut", "number")]  # fmt: skip


_CUT = "应核减：没有列入年度计划的为全部费用，其余为超上限的部分；有结算数的按结算数，没有的按预算数。"


@ledger(
    "47-2", "meetings", "会议费：定额×人数×天数", "events", _EVENT,
    label="name", totals=("budget", "ceiling", "overrun", "cut"), at_stake="cut",
    said="{total}个会议中{count}个没有计划、超定额或过长，应核减{at_stake}万元：{names}。",
    fine="{total}个会议都有计划，没有超定额的。",
    notes=lambda plan, found: (_CUT, rule_note(RULE, "meeting_quota", "meeting_days")),
)  # fmt: skip
def meetings(plan: Plan) -> pd.DataFrame:
    """Meetings against their ceiling."""
    return _events(plan, EventKind.MEETING, "meeting_quota", {}, rules(RULE)["meeting_days"]["value"])


@ledger(
    "47-3", "trainings", "培训费：定额×人数×天数", "events", _EVENT,
    label="name", totals=("budget", "ceiling", "overrun", "cut"), at_stake="cut",
    said="{total}个培训班中{count}个没有计划或超定额，应核减{at_stake}万元：{names}。",
    fine="{total}个培训班都有计划，没有超定额的。",
    notes=lambda plan, found: (_CUT, rule_note(RULE, "training_quota", "training_taper")),
)  # fmt: skip
def trainings(plan: Plan) -> pd.DataFrame:
    """Courses against their ceiling."""
    return _events(plan, EventKind.TRAINING, "training_quota", rules(RULE)["training_taper"]["value"], {})


@ledger(
    "47-4", "general_cuts", "一般性支出压减目标和进度", "cut_targets",
    ["year", "base", "rate", Column("目标数", "ceiling", "number"), "arranged", Column("应压减", "target", "number"),
     Column("已压减", "cut", "number"), Column("完成", "done", "ratio"), "spent", Column("支出进度", "progress", "ratio"),
     Column("差额", "short", "number")],
    label="department", totals=("base", "ceiling", "arranged", "target", "cut", "spent", "short"), at_stake="short",
    said="{total}个部门中{count}个压减不到位，差{at_stake}万元：{names}。",
    fine="{total}个部门都完成了压减目标。",
)  # fmt: skip
def general_cuts(plan: Plan) -> pd.DataFrame:
    """Each department's target, what its budget leaves of it, and what was spent of the target."""
    rows = plan.basis.place.rows("cut_targets")
    base, arranged, spent = (given(rows, name) for name in ("base", "arranged", "spent"))
    target = base * given(rows, "rate")
    ceiling = base - target
    short = np.maximum(arranged, spent.fillna(0)) - ceiling
    doubt = np.select(
        [spent > ceiling + 0.005, arranged > ceiling + 0.005],
        ["支出已超目标数，停止支付并说明", "安排没有压减到位，退回重编"], "",
    )  # fmt: skip
    return rows.assign(
        target=target, ceiling=ceiling, cut=base - arranged, done=(base - arranged) / target.where(target > 0),
        progress=spent / ceiling.where(ceiling > 0), short=short.clip(lower=0), doubt=doubt,
    )  # fmt: skip


@ledger(
    "47-5", "standard_payments", "支出标准执行", "standard_payments",
    ["department", "year", "standard_code", "quantity", "price", Column("标准（元）", "standard", "number"),
     Column("超标准", "excess", "number")],
    label="name", totals=("excess",), at_stake="excess",
    said="{total}笔支付中{count}笔超标准或没有标准，超标准{at_stake}万元：{names}。",
    fine="{total}笔支付都有标准，没有超标准的。",
    notes=("标准取支付年度执行的一版（支出标准库）；超标准＝（单价－标准）×数量。",),
)  # fmt: skip
def standard_payments(plan: Plan) -> pd.DataFrame:
    """Unit prices paid against the standard in force in the year of payment."""
    place = plan.basis.place
    rows, versions = place.rows("standard_payments"), place.rows("spending_standards")
    versions = versions[["standard_code", "start_year", "standard"]].astype({"standard": float})
    in_force = rows[["payment_code", "standard_code", "year"]].merge(versions, on="standard_code")
    in_force = in_force[in_force["start_year"] <= in_force["year"]].sort_values("start_year")
    standard = rows["payment_code"].map(in_force.groupby("payment_code")["standard"].last()).astype(float)
    excess = ((given(rows, "price") - standard) * given(rows, "quantity") / 10_000).clip(lower=0)
    doubt = np.select([standard.isna(), excess > 0], ["没有执行中的标准，先定标准再支付", "超标准，核减或收回"], "")
    return rows.assign(standard=standard, excess=excess.fillna(0.0), doubt=doubt)


@ledger(
    "47-6", "contract_staff", "编外人员和经费", "department_staff",
    ["year", "contract_cap", "contract_persons", Column("超控制数", "over", "count"), "contract_cost",
     Column("上年经费", "before", "number"), Column("人均经费", "per_head", "number"),
     Column("人均增长", "growth", "move"), Column("超控制数的经费", "excess", "number")],
    label="department", totals=("contract_cap", "contract_persons", "over", "contract_cost", "before", "excess"),
    at_stake="excess",
    said="{total}个部门中{count}个编外超控制数或经费增长过快，超控制数的经费{at_stake}万元：{names}。",
    fine="{total}个部门的编外人数和人均经费都在控制以内。",
    notes=lambda plan, found: (rule_note(RULE, "contract_growth"),),
)  # fmt: skip
def contract_staff(plan: Plan) -> pd.DataFrame:
    """Contract staff of the last year against their cap and against the year before."""
    rows = plan.basis.place.rows("department_staff")
    year = rows["year"].max()
    earlier = rows[rows["year"] == year - 1].set_index("department")
    rows = rows[rows["year"] == year]
    persons, cost = given(rows, "contract_persons"), given(rows, "contract_cost")
    before = rows["department"].map(earlier["contract_cost"]).astype(float)
    persons_before = rows["department"].map(earlier["contract_persons"]).astype(float)
    per_head = cost / persons.where(persons > 0)
    growth = per_head / (before / persons_before.where(persons_before > 0)) - 1
    over = (persons - given(rows, "contract_cap")).clip(lower=0)
    doubt = np.select(
        [over > 0, growth > rules(RULE)["contract_growth"]["value"]],
        ["超控制数，清退或转岗", "人均经费增长过快，核减"], "",
    )  # fmt: skip
    return rows.assign(before=before, per_head=per_head, growth=growth, over=over,
                       excess=(over * per_head).fillna(0.0), doubt=doubt)  # fmt: skip
