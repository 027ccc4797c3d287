"""Task 10, what came out: cost of a unit and the standard that follows, evaluations, trends, results applied."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.blocks.ledgers.performance_effects import multiplier_of, standards_proposed
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column
from fiscal_model.report.ledger import UNDECIDED, given, ledger, rule_note
from fiscal_model.report.ledgers.performance_ledgers import RULE
from fiscal_model.words.ledger_terms import YesNo
from fiscal_model.words.library_terms import Maturity
from fiscal_model.words.performance_terms import Evaluated


@ledger(
    "50-7", "unit_costs", "成本预算绩效：单位成本", "cost_studies",
    ["department", "year", "direct", "indirect", Column("总成本", "whole", "number"), Column("间接成本占比", "overhead", "ratio"),
     "output", "per", Column("单位成本（元）", "unit_cost", "number"), "benchmark", Column("比标杆", "above", "move"),
     Column("高于标杆的成本", "excess", "number")],
    label="name", totals=("direct", "indirect", "whole", "excess"), at_stake="excess",
    said="{total}项服务中{count}项单位成本高于标杆或间接成本偏高，高于标杆{at_stake}万元：{names}。",
    fine="{total}项服务的单位成本都在标杆附近，间接成本合适。",
    notes=lambda plan, found: (rule_note(RULE, "cost_band", "indirect_share"),),
)  # fmt: skip
def unit_costs(plan: Plan) -> pd.DataFrame:
    """Total, direct and indirect cost over output, against the benchmark."""
    place = plan.basis.place
    rows = standards_proposed(place, place.rows("cost_studies"))
    indirect, whole, benchmark = (
        given(rows, "indirect"),
        given(rows, "direct") + given(rows, "indirect"),
        given(rows, "benchmark"),
    )
    above, overhead = rows["unit_cost"] / benchmark.where(benchmark > 0) - 1, indirect / whole.where(whole > 0)
    excess = ((rows["unit_cost"] - benchmark) * given(rows, "output") / 10_000).clip(lower=0)
    doubt = np.select(
        [above > rules(RULE)["cost_band"]["value"], overhead > rules(RULE)["indirect_share"]["value"]],
        ["高于标杆，查明原因并压降", "间接成本偏高，核实分摊"], "",
    )  # fmt: skip
    return rows.assign(whole=whole, overhead=overhead, above=above, excess=excess, doubt=doubt)


@ledger(
    "50-8", "proposed_standards", "成本分析形成的支出标准", "cost_studies",
    ["per", Column("单位成本（元）", "unit_cost", "number"), "standard_code", Column("用于", "of", "text"),
     Column("现行标准（元）", "current", "number"), Column("建议标准（元）", "proposed", "number"), "demand", "share", "from_year",
     Column("县级一年增支", "more", "number"), "adopted"],
    label="name", totals=("more",), at_stake="more",
    said="{total}项建议标准中{count}项没有决定或不能计入规划，县级一年增支{at_stake}万元（负数为节约）：{names}。",
    fine="{total}项建议标准都已决定或与现行标准相同；增减计入规划的其他一般支出。",
    notes=("建议标准＝单位成本，不高于标杆；增支＝（建议标准－现行标准）×年需求量×县级负担比例，从执行年度起逐年相同。",
           "属三保的，现行标准取三保项目清单（标准×期数），决定以后登记 standard_changes 表，不在这里计入规划。"),
)  # fmt: skip
def proposed_standards(plan: Plan) -> pd.DataFrame:
    """The standard that a study gives, and what it costs the county a year at the units needed."""
    place = plan.basis.place
    rows = standards_proposed(place, place.rows("cost_studies"))
    doubt = np.select(
        [rows["current"].isna() & (rows["standard_code"] != ""), rows["current"].isna(), rows["of"] == "三保", (rows["adopted"] == YesNo.NO) & (rows["more"].abs() > 0.005)],
        ["现行标准编号查不到，核对编号", "没有现行标准，先定标准入库", "属三保，登记标准调整", UNDECIDED], "",
    )  # fmt: skip
    return rows.assign(more=rows["more"].fillna(0.0), doubt=doubt)


@ledger(
    "50-9", "evaluations", "财政重点评价", "evaluations",
    ["kind", "department", "year", "money", "score", Column("等级", "band", "text")],
    label="name", totals=("money",), at_stake="money",
    said="{total}项重点评价中{count}项没有完成或评为中、差，涉及资金{at_stake}万元：{names}。",
    fine="{total}项重点评价都完成，都在良以上。",
    notes=lambda plan, found: (_bands_said(),),
)  # fmt: skip
def evaluations(plan: Plan) -> pd.DataFrame:
    """Evaluations of projects and policies with their band."""
    rows = plan.basis.place.rows("evaluations")
    rows = rows[rows["kind"] != Evaluated.DEPARTMENT]
    score, bands = given(rows, "score"), rules("project_library")["performance"]
    band = np.select([score.isna(), *(score >= each["least"] for each in bands.values())],
                     ["未评", *(each["label"] for each in bands.values())], "")  # fmt: skip
    doubt = np.select(
        [score.isna(), score < bands["fair"]["least"], score < bands["good"]["least"]],
        ["没有完成，催办", "评为差，退出或重新立项", "评为中，整改并压减"], "",
    )  # fmt: skip
    return rows.assign(band=band, doubt=doubt)


@ledger(
    "50-10", "department_trends", "部门整体绩效得分走势", "evaluations",
    [Column("评价年数", "years", "count"), Column("最近年度", "year", "year"), Column("上次得分", "before", "exact"),
     Column("最近得分", "latest", "exact"), Column("升降", "change", "exact"), Column("平均", "mean", "exact"),
     Column("指标修订年度", "revised", "year")],
    label="department", stub="部门",
    said="{total}个部门中{count}个得分下降或指标多年没有更新：{names}。",
    fine="{total}个部门的得分都没有明显下降，指标都及时更新。",
    notes=lambda plan, found: (rule_note(RULE, "score_drop", "revision_years"),),
)  # fmt: skip
def department_trends(plan: Plan) -> pd.DataFrame:
    """Each department's scores over the years, and when the indicators behind the last one were revised."""
    rows, rule = plan.basis.place.rows("evaluations"), rules(RULE)
    rows = rows[(rows["kind"] == Evaluated.DEPARTMENT) & given(rows, "score").notna()].sort_values("year")
    by = rows.assign(score=given(rows, "score"), revised=given(rows, "revised")).groupby("department", sort=False)
    found = pd.DataFrame({"years": by.size(), "year": by["year"].last(), "latest": by["score"].last(),
                          "before": by["score"].apply(lambda scores: scores.iloc[-2] if len(scores) > 1 else np.nan),
                          "mean": by["score"].mean().round(1), "revised": by["revised"].max()})  # fmt: skip
    change = found["latest"] - found["before"]
    old = ~(found["year"] - found["revised"] < rule["revision_years"]["value"])
    doubt = np.select(
        [change <= -rule["score_drop"]["value"], old], ["得分下降，查明原因", "指标没有及时更新，修订"], ""
    )
    return found.assign(change=change, doubt=doubt).reset_index()


@ledger(
    "50-11", "result_applications", "绩效结果应用", "result_applications",
    ["department", "kind", "year", "score", "base", Column("乘数", "multiplier", "exact"), Column("核减", "cut", "number"),
     Column("应用后限额", "ceiling", "number"), "project_code", Column("项目库得分", "listed", "exact"), "adopted"],
    label="name", totals=("base", "cut", "ceiling"), at_stake="cut",
    said="{total}项结果中{count}项没有落实，应核减{at_stake}万元：{names}。",
    fine="{total}项结果都已落实：部门的核减计入规划，项目的得分与项目库一致。",
    notes=lambda plan, found: ("项目库的项目按 projects 表的绩效得分核定或退出（附表11-3），不在这里重复计入规划。", _bands_said()),
)  # fmt: skip
def result_applications(plan: Plan) -> pd.DataFrame:
    """Base times the multiplier of its score; projects are held against their score and state in the library."""
    place = plan.basis.place
    rows, library = place.rows("result_applications"), place.rows("projects").set_index("project_code")
    multiplier, base, score = multiplier_of(rows["score"]), given(rows, "base"), given(rows, "score")
    listed = pd.to_numeric(rows["project_code"].map(library["performance"]))
    exited, in_library = rows["project_code"].map(library["maturity"]) == Maturity.EXITED, rows["project_code"] != ""
    doubt = np.select(
        [in_library & ~exited & ~((listed - score).abs() < 0.05), in_library & ~exited & (multiplier == 0),
         ~in_library & (rows["adopted"] == YesNo.NO) & (multiplier < 1)],
        ["项目库得分没有更新，补填", "应退出，项目库登记退出", UNDECIDED], "",
    )  # fmt: skip
    cut = base * (1 - multiplier)
    return rows.assign(multiplier=multiplier, cut=cut, ceiling=base - cut, listed=listed, doubt=doubt)


def _bands_said() -> str:
    rule = rules("project_library")
    said = "、".join(
        f"{each['least']:g}分以上{each['label']}×{each['multiplier']:g}" for each in rule["performance"].values()
    )
    return f"分档和乘数：{said}（{rule['performance_basis']['source']}）。"
