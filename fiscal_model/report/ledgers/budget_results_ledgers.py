"""Task 1: transfers followed to payment, low-use budgets, disclosure, and what findings recover and take from the next budget."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from fiscal_model.analysis.control.disclosure_dates import list_disclosure_dates
from fiscal_model.blocks.guarantees.finding_states import CLOSED, CLOSED_LATE, OVERDUE, finding_states
from fiscal_model.blocks.ledgers.budget_chain_effects import finding_cuts, project_cuts
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column
from fiscal_model.report.ledger import ledger, rule_note
from fiscal_model.words.budget_chain_terms import DiscloserLevel
from fiscal_model.words.ledger_terms import YesNo


@ledger(
    "41-5", "transfer_documents", "转移支付穿透：文号、项目、支付", "transfer_documents",
    ["document", "project_code", "department", "received_on", "allocated_on", Column("用时（天）", "lead", "count"),
     "amount", "allocated", "paid", Column("支付率", "rate", "ratio"), Column("未支付", "idle", "number")],
    label="name", totals=("amount", "allocated", "paid", "idle"), at_stake="idle",
    said="{total}笔中{count}笔分配迟、没有分完或闲置，未支付{at_stake}万元：{names}。",
    fine="{total}笔都按期分配，没有闲置。",
    notes=lambda plan, found: (
        "用时＝收文到分配的天数，没有分配的算到统计日期；未支付＝下达－已支付。",
        rule_note("ledger_budget_chain", "allocation_days", "idle_days", "least_paid"),
    ),
)  # fmt: skip
def transfer_documents(plan: Plan) -> pd.DataFrame:
    """Days from receipt to allocation (so far, where there is none), and how much of the money was paid."""
    rows, rule = plan.basis.place.rows("transfer_documents"), rules("ledger_budget_chain")
    received, allocated_on, as_of = (pd.to_datetime(rows[name]) for name in ("received_on", "allocated_on", "as_of"))
    amount, allocated, paid = (rows[name].astype(float) for name in ("amount", "allocated", "paid"))
    lead, age = (allocated_on.fillna(as_of) - received).dt.days, (as_of - received).dt.days
    rate, late = paid / amount.where(amount > 0), lead > rule["allocation_days"]["value"]
    doubt = np.select(
        [late & (allocated == 0),
         (allocated < amount - 0.005) & (age > rule["allocation_days"]["value"]),
         (age > rule["idle_days"]["value"]) & (rate < rule["least_paid"]["value"]), late],
        ["过期没有分配，立即下达", "没有分完，分解到项目", "支付过慢，推进或收回", "分配超过期限，查明原因"], "",
    )  # fmt: skip
    return rows.assign(lead=lead, rate=rate, idle=amount - paid, doubt=doubt)


@ledger(
    "41-6", "budget_cuts", "低效预算调减", "budget_cuts",
    ["department", "year", "month", "budget", "paid", Column("执行率", "rate", "ratio"), "score",
     Column("可调减", "cut", "number"), "adopted"],
    label="name", stub="项目", totals=("budget", "paid", "cut"), at_stake="cut",
    said="{count}个项目应当调减、还没有决定，可以腾出{at_stake}万元：{names}。",
    fine="{total}个项目没有应当调减而没有决定的。",
    notes=lambda plan, found: (
        "可调减＝绩效乘数折减（项目库同一分档）和落后于序时进度的部分中较大的，已支付的不调；已决定的从当年其他支出中减去。",
        rule_note("ledger_budget_chain", "lag"),
    ),
)  # fmt: skip
def budget_cuts(plan: Plan) -> pd.DataFrame:
    """Projects with what may be cut by score and pace."""
    place = plan.basis.place
    rows = place.rows("budget_cuts")
    cuts, open_ = project_cuts(place, rows), (rows["adopted"] == YesNo.NO).to_numpy()
    cut = cuts["amount"].to_numpy()
    names = place.rows("projects").set_index("project_code")["name"]
    doubt = np.select(
        [open_ & (cut > 0.005) & cuts["slow"].to_numpy(), open_ & (cut > 0.005)],
        ["执行慢，决定是否调减", "绩效不高，决定是否调减"], "",
    )  # fmt: skip
    budget = rows["budget"].astype(float)
    rate = rows["paid"].astype(float) / budget.where(budget > 0)
    return rows.assign(name=rows["project_code"].map(names), rate=rate, cut=cut, doubt=doubt)


@ledger(
    "41-7", "disclosures", "预决算公开：应公开的表和期限", "disclosures",
    ["approved_on", Column("最晚公开", "due", "text"), Column("应公开（张）", "needed", "count"),
     Column("已公开（张）", "shown", "count"), Column("迟公开天数", "late", "count"), Column("缺少或迟公开的表", "wanting", "text")],
    label="{publisher}{year}年{kind.label}", stub="公开文件",
    said="{total}套预决算中{count}套缺表、没有登记或公开迟：{names}。",
    fine="{total}套预决算的表都按期公开。",
    notes=lambda plan, found: (
        f"批准或批复后{_days()}日内公开（预算法第十四条）；部门向所属单位批复的期限见附表18-6。附表18-6用批准预算登记的公开日期，本表逐张核对，两者不同的以本表为准。",
        f"登记了、不在应公开之列的表（核对表名）：{'、'.join(found.attrs['strange']) or '没有'}。",
        rule_note("ledger_budget_chain", "county_tables", "department_tables"),
    ),
)  # fmt: skip
def disclosures(plan: Plan) -> pd.DataFrame:
    """Each document's required tables against those published, and the latest day of them."""
    rows = plan.basis.place.rows("disclosures")
    due = pd.to_datetime(rows["approved_on"]) + pd.Timedelta(days=_days())
    rows = rows.assign(late=(pd.to_datetime(rows["published_on"]) - due).dt.days, due=due.dt.strftime("%Y-%m-%d"))
    found = []
    for (publisher, level, year, kind), part in rows.groupby(["publisher", "level", "year", "kind"], sort=False):
        shown = part[part["late"].notna()]
        required = rules("ledger_budget_chain")[f"{level}_tables"]["value"]
        missing = [each for each in required if each not in set(shown["table_name"])]
        late = max(shown["late"].max(), 0) if len(shown) else 0
        found.append({
            "publisher": publisher, "publisher_level": level, "year": year, "kind": kind, "approved_on": part["approved_on"].iloc[0],
            "due": part["due"].iloc[0], "needed": len(required), "shown": len(required) - len(missing), "late": late,
            "wanting": "、".join([*missing, *shown.loc[shown["late"] > 0, "table_name"]]) or "—",
            "doubt": "缺表，立即补齐公开" if missing else "公开超过期限，下次提前" if late else "",
        })  # fmt: skip
    known = [each for name in DiscloserLevel for each in rules("ledger_budget_chain")[f"{name}_tables"]["value"]]
    listed = {(row["year"], row["kind"]) for row in found if row["publisher_level"] == DiscloserLevel.COUNTY}
    approved = list_disclosure_dates(plan.basis.place)
    for row in approved[approved["duty"] == rules("budget_adjustment")["deadlines"]["published"]["label"]].itertuples():
        if (row.year, row.kind) not in listed:
            found.append({"publisher": "政府", "year": row.year, "kind": row.kind, "approved_on": row.approved_on, "due": f"{row.due}",
                          "wanting": "—", "doubt": "没有登记公开的表，补登"})  # fmt: skip
    made = pd.DataFrame(found)
    made.attrs["strange"] = [each for each in rows["table_name"].unique() if each not in known]
    return made


def _days() -> int:
    return int(rules("budget_adjustment")["deadlines"]["published"]["days"])


@ledger(
    "41-8", "findings_recovered", "问题整改：发现机构、销号和追回", "findings",
    ["topic", "found_by", "owner", "amount", "recovered", Column("追回率", "rate", "ratio"), "due_date",
     Column("整改状态", "state", "text"), Column("逾期天数", "days_overdue", "count")],
    label="finding", totals=("amount", "recovered"), at_stake="amount",
    said="{total}个问题中{count}个逾期、没有登记发现机构或没有登记追回，涉及{at_stake}万元：{names}。",
    fine="{total}个问题都有发现机构，没有逾期未销号的。",
    notes=lambda plan, found: (
        f"截至{plan.base_year}年末销号率{found['state'].isin([CLOSED, CLOSED_LATE]).mean():.1%}，"
        f"追回{found['recovered'].astype(float).sum():,.2f}万元。",
    ),
)  # fmt: skip
def findings_recovered(plan: Plan) -> pd.DataFrame:
    """Findings at the end of the base year with who found them and what came back."""
    rows = finding_states(plan.basis.place, dt.date(plan.base_year, 12, 31))
    held = plan.basis.place.rows("findings").set_index("finding").reindex(rows["finding"])
    recovered, found_by = held["recovered"].to_numpy(dtype=float), held["found_by"].to_numpy(object)
    closed = rows["state"].isin([CLOSED, CLOSED_LATE])
    doubt = np.select(
        [rows["state"] == OVERDUE, found_by == "", closed & (rows["amount"] > 0) & np.isnan(recovered)],
        ["逾期未销号，挂牌督办", "没有发现机构，补登来源", "销号没有登记追回金额，补登"], "",
    )  # fmt: skip
    rate = np.nan_to_num(recovered) / rows["amount"].where(rows["amount"] > 0)
    return rows.assign(recovered=recovered, found_by=found_by, rate=rate, doubt=doubt)


@ledger(
    "41-9", "supervision_deductions", "监督结果与预算挂钩：扣减部门预算", "supervision_deductions",
    ["finding", "department", "year", Column("整改状态", "state", "text"), Column("未追回金额", "left", "number"),
     Column("扣减比例", "share", "ratio"), Column("扣减", "deduction", "number"), "adopted"],
    label="topic", stub="问题", totals=("deduction",), at_stake="deduction",
    said="{count}项应当扣减、还没有决定，共{at_stake}万元：{names}。",
    fine="{total}项没有应当扣减而没有决定的。",
    notes=lambda plan, found: (_by_department(found), rule_note("ledger_budget_chain", "deduction")),
)  # fmt: skip
def supervision_deductions(plan: Plan) -> pd.DataFrame:
    """What each finding takes from its department's budget."""
    place = plan.basis.place
    rows = place.rows("supervision_deductions").reset_index(drop=True)
    cuts, topics = finding_cuts(place, rows), place.rows("findings").set_index("finding")["topic"]
    open_ = (rows["adopted"] == YesNo.NO) & (cuts["amount"] > 0.005)
    return rows.assign(
        topic=rows["finding"].map(topics), state=cuts["state"], left=cuts["left"], share=cuts["share"],
        deduction=cuts["amount"], doubt=np.where(open_, "未决定，预算没有扣减，提请决定", ""),
    )  # fmt: skip


def _by_department(found: pd.DataFrame) -> str:
    sums = found[found["deduction"] > 0].groupby(["department", "year"], sort=False)["deduction"].sum()
    said = "；".join(f"{department}{year}年{amount:,.2f}万元" for (department, year), amount in sums.items())
    return f"按部门：{said or '没有扣减'}。"
