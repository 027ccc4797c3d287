"""Task 8, the libraries: experts, assessment, typical cases, checks as rules, documents and their publication."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from fiscal_model.analysis.balance.rule_outcomes import NOT_MET, review_rules
from fiscal_model.blocks.checks.all_checks import OUTCOMES, run_checks
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column
from fiscal_model.report.ledger import NO_OPINION, ledger, rule_note
from fiscal_model.report.wording import percent
from fiscal_model.words.ledger_terms import YesNo

_FILE = "ledger_supervision"


def _left(plan: Plan, days: pd.Series) -> np.ndarray:
    """Days from the end of the base year to each date, NaN where there is none."""
    end = dt.date(plan.base_year, 12, 31)
    return np.array([(day - end).days if isinstance(day, dt.date) else np.nan for day in days], dtype=float)


@ledger(
    "48-8", "supervision_experts", "人才库和专家库", "supervision_experts",
    ["unit_name", "expertise", "appointed_on", "valid_until", "times_called"],
    label="name", totals=(),
    said="{total}人中{count}人聘期已过、将满或者没有用过：{names}。",
    fine="{total}人都在聘期内，都参加过检查。",
    notes=lambda plan, found: (
        "按专长：" + "、".join(f"{skill}{count}人" for skill, count in found.groupby("expertise", sort=False).size().items()) + "。",
        rule_note(_FILE, "ending_days"),
    ),
)  # fmt: skip
def supervision_experts(plan: Plan) -> pd.DataFrame:
    """Who can be called at the end of the base year."""
    rows = plan.basis.place.rows("supervision_experts")
    left = _left(plan, rows["valid_until"])
    doubt = np.select(
        [left < 0, left < rules(_FILE)["ending_days"]["value"], rows["times_called"] == 0],
        ["聘期已过，续聘或者出库", "聘期将满，考核后续聘", "没有用过，安排任务或者出库"], "",
    )  # fmt: skip
    return rows.assign(doubt=doubt)


@ledger(
    "48-10", "assessment_indicators", "财会监督考核：各部门加权得分", "assessment_indicators",
    ["year", Column("指标（权重）得分", "sheet", "text"), Column("加权得分", "total", "exact"), Column("得分最低的指标", "weakest", "text"),
     Column("名次", "rank", "count")],
    label="department",
    said="{total}个部门中{count}个得分偏低：{names}。",
    fine="{total}个部门得分都在判断线以上。",
    notes=lambda plan, found: (rule_note(_FILE, "least_assessment"),),
)  # fmt: skip
def assessment_indicators(plan: Plan) -> pd.DataFrame:
    """Weighted scores of the last year, by department."""
    rows = plan.basis.place.rows("assessment_indicators")
    rows = rows[rows["year"] == rows["year"].max()].assign(points=rows["weight"] * rows["score"])
    rows["sheet"] = [f"{row.indicator}（{percent(row.weight)}）{row.score:g}" for row in rows.itertuples()]
    lowest = rows.sort_values("score", kind="stable").drop_duplicates("department").set_index("department")["indicator"]
    found = rows.groupby("department", sort=False).agg(
        year=("year", "first"), sheet=("sheet", "、".join), total=("points", "sum")
    )
    found = found.assign(weakest=lowest, rank=found["total"].rank(ascending=False, method="min")).reset_index()
    low = found["total"].round(6) < rules(_FILE)["least_assessment"]["value"]
    return found.sort_values("rank", kind="stable").assign(doubt=np.where(low, "得分偏低，约谈整改", ""))


@ledger(
    "48-11", "typical_cases", "典型案例库", "supervision_cases",
    [Column("违反的制度", "rule", "text"), "kind", "unit_name", "amount", "lesson"],
    label="subject", at_stake="amount",
    said="{total}个典型案例中{count}个没有标注制度、要点或者还没有结案：{names}。",
    fine="{total}个典型案例都标注了制度和要点。",
    notes=("按“违反的制度”筛选检索（ledgers.xlsx 自带筛选）。",),
)  # fmt: skip
def typical_cases(plan: Plan) -> pd.DataFrame:
    """Cards of the cases that are used as examples, tagged by the rule broken."""
    place = plan.basis.place
    titles = place.rows("regulations").set_index("document_code")["title"]
    rows = place.rows("supervision_cases")
    rows = rows[rows["typical"] == YesNo.YES].sort_values(["rule_code", "case_code"])
    doubt = np.select(
        [rows["closed_on"].isna(), rows["rule_code"] == "", rows["lesson"] == ""],
        ["没有结案，结案后再入库", "没有标注违反的制度，补填", "没有写警示要点，补填"], "",
    )  # fmt: skip
    return rows.assign(rule=[titles.get(code, NO_OPINION) for code in rows["rule_code"]], doubt=doubt)


@ledger(
    "48-12", "business_rules", "业务规则库运行结果", "supervision_themes",
    [Column("类别", "family", "text"), Column("结果", "outcome", "text"), Column("说明", "detail", "text")],
    label="{id} {title}", stub="规则",
    said="{total}条规则中{count}条没有通过或者缺少数据没有核对：{names}。",
    fine="{total}条规则全部通过。",
    notes=("数据校验规则 V 逐条核对登记的数，平衡规则 B 逐条核对规划（附表17-2，依据和核实情况见该表）。",),
)  # fmt: skip
def business_rules(plan: Plan) -> pd.DataFrame:
    """Every check of the data and every rule of balance, as run on this plan."""
    advice = {"fault": "数字矛盾，改正原表", "caution": "按说明逐项核对", "not_run": "缺少数据，补登以后再核对"}
    checks = [
        {"id": check.id, "title": check.title, "family": "数据校验", "outcome": OUTCOMES[check.outcome],
         "detail": "；".join(check.details), "doubt": advice.get(check.outcome, "")}
        for check in run_checks(plan.basis.place)
    ]  # fmt: skip
    balance = [
        {"id": row["id"], "title": row["name"], "family": "平衡规则", "outcome": row["status"], "detail": row["said"],
         "doubt": "没有满足，按说明整改" if row["status"] == NOT_MET else ""}
        for row in review_rules(plan).to_dict("records")
    ]  # fmt: skip
    return pd.DataFrame([*checks, *balance])


@ledger(
    "48-13", "regulations", "政策法规库：有效期", "regulations",
    ["number", "topic", "issuer", "issued_on", "valid_until", Column("状态", "state", "text"), "key_article"],
    label="title",
    said="{total}份文件中{count}份失效、将满或者没有摘录要点：{names}。",
    fine="{total}份文件都有效，要点都已摘录。",
    notes=lambda plan, found: (
        "、".join(f"{state}{count}份" for state, count in found.groupby("state", sort=False).size().items()) + "；状态为基期年末。",
        rule_note(_FILE, "ending_days"),
    ),
)  # fmt: skip
def regulations(plan: Plan) -> pd.DataFrame:
    """Documents with their validity at the end of the base year."""
    rows = plan.basis.place.rows("regulations")
    left, repealed = _left(plan, rows["valid_until"]), (rows["repealed"] == YesNo.YES).to_numpy()
    ending = ~repealed & (left >= 0) & (left < rules(_FILE)["ending_days"]["value"])
    state = np.select([repealed, left < 0], ["已废止", "已过有效期"], "有效")
    doubt = np.select(
        [repealed, left < 0, ending, rows["key_article"] == ""],
        ["已废止，不得再引用", "已过有效期，修订、延期或者废止", "有效期将满，提前评估", "没有摘录要点，补录"], "",
    )  # fmt: skip
    return rows.assign(state=state, doubt=doubt)


@ledger(
    "48-14", "regulations_published", "信息发布平台：制度文件发布清单", "regulations",
    ["number", "issuer", "issued_on", "published_on", Column("状态", "state", "text")],
    label="title",
    said="{total}份文件中{count}份应发布没有发布，或者失效没有撤下：{names}。",
    fine="{total}份文件该发布的都已发布，失效的没有挂在平台上。",
    notes=("规划的网页版是 plan.html，断网也能打开，可以放到发布平台；预决算公开的各表排在 disclosure.docx。",),
)  # fmt: skip
def regulations_published(plan: Plan) -> pd.DataFrame:
    """Whether documents in force are public, and those that ended are not."""
    rows = regulations.find(plan)
    shown, valid = rows["published_on"].notna(), rows["state"] == "有效"
    doubt = np.select([valid & ~shown, ~valid & shown], ["没有发布，发布或者注明理由", "已失效，撤下或者注明失效"], "")
    return rows.assign(doubt=doubt)
