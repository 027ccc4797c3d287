"""Task 10, what is asked for: documents, checklists, targets, indicators of sectors, joint reviews."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column
from fiscal_model.report.ledger import given, ledger, rule_note
from fiscal_model.words.library_terms import Better, IndicatorKind
from fiscal_model.words.performance_terms import DocumentTier, Sector, Theme

RULE = "ledger_performance"
"""The rule file of task 10."""
EX_ANTE = ("necessity", "economy", "goals", "feasibility", "financing")
"""The five dimensions of the ex-ante score in `projects`."""


@ledger(
    "50-1", "performance_documents", "“1+1+5+N”绩效制度完整性", "performance_documents",
    [Column("应有", "due", "count"), Column("已印发", "issued", "count"), Column("在执行", "in_force", "count"),
     Column("完整率", "share", "ratio"), Column("未印发", "open", "text"), Column("已过期", "expired", "text")],
    label="{tier.label}", stub="层次", totals=("due", "issued", "in_force"),
    said="{total}个层次的制度中{count}个不完整或有过期的：{names}。",
    fine="{total}个层次的制度都齐全、都在有效期内。",
    notes=lambda plan, found: ("有效期看规划第一年年初。", rule_note(RULE, "document_count")),
)  # fmt: skip
def performance_documents(plan: Plan) -> pd.DataFrame:
    """Each tier's documents, issued and still in force when the plan begins, against how many there should be."""
    rows, due = plan.basis.place.rows("performance_documents"), rules(RULE)["document_count"]["value"]
    start = dt.date(plan.base_year + 1, 1, 1)
    issued = rows["document"] != ""
    late = issued & rows["valid_until"].map(lambda day: isinstance(day, dt.date) and day < start).astype(bool)
    found = []
    for tier in DocumentTier:
        of = rows["tier"] == tier
        in_force, wanted = int((of & issued & ~late).sum()), due[tier.label]
        short = f"缺{wanted - in_force:g}项，补齐" if in_force < wanted else "有过期的，修订或废止"
        open_, expired = ("、".join(rows["name"][of & which]) for which in (~issued, late))
        found.append({"tier": tier, "due": wanted, "issued": int((of & issued).sum()), "in_force": in_force,
                      "share": min(in_force / wanted, 1) if wanted else 1.0, "open": open_, "expired": expired,
                      "doubt": short if in_force < wanted or expired else ""})  # fmt: skip
    return pd.DataFrame(found)


@ledger(
    "50-2", "theme_checks", "重点领域绩效制度检查得分", "theme_checks",
    [Column("检查事项", "items", "count"), Column("满分", "points", "exact"), Column("得分", "scored", "exact"),
     Column("得分率", "rate", "ratio"), Column("没有佐证或没有得满的", "lost", "text")],
    label="{theme.label}", stub="领域", totals=("items", "points", "scored"),
    said="{total}个重点领域中{count}个得分率低于要求：{names}。",
    fine="{total}个重点领域的制度得分率都达到要求。",
    notes=lambda plan, found: ("没有佐证的事项不得分。", rule_note(RULE, "theme_line")),
)  # fmt: skip
def theme_checks(plan: Plan) -> pd.DataFrame:
    """Score of each field; an item without evidence scores nothing, a field without items is missing."""
    rows = plan.basis.place.rows("theme_checks")
    rows = rows.assign(points=given(rows, "points"), scored=given(rows, "score").where(rows["evidence"] != "", 0.0))
    lost = rows[rows["scored"] < rows["points"]].groupby("theme")["item"].agg("、".join)
    found = rows.groupby("theme")[["points", "scored"]].sum().assign(items=rows.groupby("theme").size(), lost=lost)
    found = found.reindex(list(Theme))
    rate = found["scored"] / found["points"].where(found["points"] > 0)
    line = rules(RULE)["theme_line"]["value"]
    doubt = np.select([rate.isna(), rate < line], ["没有检查，补做", "得分率偏低，补齐失分事项"], "")
    filled = {"points": 0.0, "scored": 0.0, "items": 0.0, "lost": ""}
    return found.fillna(filled).assign(rate=rate, doubt=doubt).reset_index(names="theme")


@ledger(
    "50-3", "target_quality", "绩效目标质量评估", "project_targets",
    [Column("指标数", "targets", "count"), Column("指标类型数", "kinds", "count"), Column("量化", "quantified", "ratio"),
     Column("对标", "benchmarked", "ratio"), Column("达标", "reaching", "ratio"), Column("质量分", "score", "exact")],
    label="{project_code} {name}", stub="项目",
    said="{total}个项目中{count}个的绩效目标须退回或修改：{names}。",
    fine="{total}个项目的绩效目标质量都达到要求。",
    notes=lambda plan, found: (rule_note(RULE, "target_weight", "target_kinds"),
                               rule_note(RULE, "return_line", "improve_line")),
)  # fmt: skip
def target_quality(plan: Plan) -> pd.DataFrame:
    """Every project of the library with the quality of its targets; one without any scores nothing."""
    place, rule = plan.basis.place, rules(RULE)
    targets = place.rows("project_targets").merge(
        place.rows("performance_indicators"), on="indicator_code", suffixes=("", "_")
    )
    benchmark, target = given(targets, "benchmark"), given(targets, "target")
    reaches = (target <= benchmark).where(targets["better"] == Better.LOWER, target >= benchmark)
    each = targets.assign(quantified=target != 0, benchmarked=benchmark.notna(), reaching=reaches.astype(bool))
    by = each.groupby("project_code")
    found = by[["quantified", "benchmarked", "reaching"]].mean().assign(targets=by.size(), kinds=by["kind"].nunique())
    found = place.rows("projects")[["project_code", "name"]].merge(found, on="project_code", how="left").fillna(
        dict.fromkeys(("quantified", "benchmarked", "reaching", "targets", "kinds"), 0.0))  # fmt: skip
    weight, breadth = rule["target_weight"]["value"], (found["kinds"] / rule["target_kinds"]["value"]).clip(upper=1)
    score = (weight["量化"] * found["quantified"] + weight["对标"] * found["benchmarked"]
             + weight["达标"] * found["reaching"] + weight["类型"] * breadth).round(1)  # fmt: skip
    doubt = np.select(
        [found["targets"] == 0, score < rule["return_line"]["value"], score < rule["improve_line"]["value"]],
        ["没有绩效目标，退回补报", "质量不合格，退回重报", "修改完善后再报"], "",
    )  # fmt: skip
    return found.assign(score=score, doubt=doubt)


@ledger(
    "50-4", "sector_indicators", "行业绩效指标树", "sector_indicators",
    ["kind", "common", "measured_in", "standard", "document", Column("项目选用", "used", "count")],
    label="{sector.label}：{name}", stub="行业和指标",
    said="{total}个指标中{count}个没有标准值或依据：{names}。",
    fine="{total}个指标都有标准值和依据。",
    notes=("按行业、类型、指标排列；项目选用＝绩效指标库中同名指标被项目绩效目标选用的次数。",),
)  # fmt: skip
def sector_indicators(plan: Plan) -> pd.DataFrame:
    """Indicators in the order of the tree, with how many projects chose one of that name."""
    place = plan.basis.place
    rows = place.rows("sector_indicators")
    order = [list(Sector).index(sector) * 10 + list(IndicatorKind).index(kind) for sector, kind in
             zip(rows["sector"], rows["kind"], strict=True)]  # fmt: skip
    rows = rows.assign(order=order).sort_values("order", kind="stable")
    names = place.rows("performance_indicators").set_index("indicator_code")["name"]
    used = place.rows("project_targets")["indicator_code"].map(names).value_counts()
    doubt = np.select(
        [given(rows, "standard").isna(), rows["document"] == ""], ["没有标准值，测算补齐", "没有依据，注明来源"], ""
    )
    return rows.assign(used=rows["name"].map(used).fillna(0), doubt=doubt)


@ledger(
    "50-5", "sector_frameworks", "共性绩效指标框架", "sector_indicators",
    [Column("指标数", "all", "count"), Column("共性指标数", "common", "count"), Column("有标准值的", "valued", "count"),
     Column("已有类型", "kinds", "count"), Column("类型覆盖率", "coverage", "ratio"), Column("缺少的类型", "missing", "text")],
    label="{sector.label}", stub="行业", totals=("all", "common", "valued"),
    said="{total}个部门中{count}个的共性指标框架没有建立或不完整：{names}。",
    fine="{total}个部门的共性指标框架都完整。",
    notes=("试点方案写“5类共性绩效指标框架”，列举的是教育、农业、林草、水务、卫健、住建六个部门；这里按六个部门列，是否合并为五类请核定。",
           "类型覆盖率＝共性指标已有的类型数÷六种类型；各框架的指标就是行业绩效指标树中的共性指标；供部门填报的样表是 indicators.csv（按行业筛选，缺少的类型留了空行）。"),
)  # fmt: skip
def sector_frameworks(plan: Plan) -> pd.DataFrame:
    """Each department named in the plan with the kinds of its common indicators."""
    rows, found = plan.basis.place.rows("sector_indicators"), []
    for sector in Sector:
        of = rows[rows["sector"] == sector]
        common = of[of["common"] == "yes"]
        missing = [kind.label for kind in IndicatorKind if kind not in set(common["kind"])]
        doubt = "没有框架，先行建立" if not len(common) else "类型不全，补齐框架" if missing else ""
        found.append({"sector": sector, "all": len(of), "common": len(common), "kinds": len(IndicatorKind) - len(missing),
                      "valued": int(given(common, "standard").notna().sum()), "missing": "、".join(missing),
                      "coverage": 1 - len(missing) / len(IndicatorKind), "doubt": doubt})  # fmt: skip
    return pd.DataFrame(found)


@ledger(
    "50-6", "joint_reviews", "评估评审一体化意见", "joint_reviews",
    ["year", "asked", "reviewed", Column("核减率", "rate", "ratio"), "score", Column("一个意见", "opinion", "text"),
     Column("建议安排", "advised", "number"), Column("项目库得分", "listed", "exact")],
    label="{project_code} {name}", stub="项目", totals=("asked", "reviewed", "advised"), at_stake="asked",
    said="{total}个项目中{count}个不能按审定金额安排，送审{at_stake}万元：{names}。",
    fine="{total}个项目都通过评估评审，按审定金额安排。",
    notes=lambda plan, found: (_support_said(), rule_note(RULE, "review_cut", "partial_share")),
)  # fmt: skip
def joint_reviews(plan: Plan) -> pd.DataFrame:
    """One opinion of both reviews: supported by score, at the amount accepted; without one of the two there is none."""
    place, rule, line = plan.basis.place, rules(RULE), rules("project_library")["ex_ante"]
    rows = place.rows("joint_reviews")
    asked, reviewed, score = (given(rows, name) for name in ("asked", "reviewed", "score"))
    rate = 1 - reviewed / asked.where(asked > 0)
    library = place.rows("projects").set_index("project_code")
    listed = rows["project_code"].map(library[list(EX_ANTE)].astype(float).sum(axis=1, min_count=len(EX_ANTE)))
    cases = [
        score.isna() | reviewed.isna(),
        score < line["partial"],
        rate > rule["review_cut"]["value"],
        score < line["support"],
    ]
    opinion = np.select(cases, ["未完成", "不予支持", "退回重编", "部分支持"], "支持")
    share = np.select(cases, [0, 0, 0, rule["partial_share"]["value"]], 1)
    doubt = np.select(
        [*cases[:3], (listed - score).abs() > 0.05, cases[3]],
        ["缺评审或评估，补齐后再报", "不予支持，不安排预算", "核减过大，退回重新编报", "得分与项目库五个维度不符，核对", "部分支持，压减后安排"],
        "",
    )  # fmt: skip
    return rows.assign(name=rows["project_code"].map(library["name"]), rate=rate, opinion=opinion, listed=listed,
                       advised=(reviewed * share).fillna(0.0), doubt=doubt)  # fmt: skip


def _support_said() -> str:
    line = rules("project_library")["ex_ante"]
    return f"{line['support']:g}分以上支持，{line['partial']:g}分以上部分支持，以下不予支持（{line['source']}）。"
