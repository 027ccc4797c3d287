"""Task 8, the work: special checks, the draw by risk, cases, self-checks, joint findings, money on the platform."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from fiscal_model.analysis.guarantees.open_findings import CLOSED, CLOSED_LATE, OVERDUE, findings_on
from fiscal_model.inputs.place import Place
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column
from fiscal_model.report.ledger import ledger, rule_note
from fiscal_model.report.wording import percent
from fiscal_model.words.supervision_terms import CaseState, SupervisedMoney, Theme
from fiscal_model.words.vocabulary import ACTUAL

_FILE = "ledger_supervision"


@ledger(
    "48-1", "supervision_themes", "财会监督专项行动：进度和覆盖面", "supervision_themes",
    ["theme", "starts", "ends", "units_planned", "units_done", "money_in_scope", "money_checked",
     Column("资金覆盖面", "coverage", "ratio")],
    label="name", totals=("money_in_scope", "money_checked"), at_stake="money_in_scope",
    said="{total}项专项行动中{count}项没有查完或者覆盖面低，专题资金{at_stake}万元：{names}。",
    fine="{total}项专项行动都按期查完，覆盖面够。",
    notes=lambda plan, found: (*_themes_left(found), rule_note(_FILE, "least_coverage")),
)  # fmt: skip
def supervision_themes(plan: Plan) -> pd.DataFrame:
    """Special checks as they stand at the end of the base year."""
    rows, end = plan.basis.place.rows("supervision_themes"), dt.date(plan.base_year, 12, 31)
    scope = rows["money_in_scope"].astype(float)
    coverage = (rows["money_checked"] / scope.where(scope > 0)).astype(float)
    over = np.array([day <= end for day in rows["ends"]])
    doubt = np.select(
        [over & (rows["units_done"] < rows["units_planned"]), coverage < rules(_FILE)["least_coverage"]["value"]],
        ["到期没有查完，补查", "覆盖面低，扩大检查范围"], "",
    )  # fmt: skip
    return rows.assign(coverage=coverage, doubt=doubt)


def _themes_left(found: pd.DataFrame) -> tuple[str, ...]:
    """Name the themes that no check of the register looks at."""
    left = [theme.label for theme in Theme if theme != Theme.OTHER and theme not in set(found["theme"])]
    return (f"没有安排专项行动的专题：{'、'.join(left)}。",) if left else ()


@ledger(
    "48-2", "supervision_sample", "按风险抽取的检查名单", "supervision_objects",
    ["unit_name", "theme", "amount", "anomalies", "last_checked", Column("抽中机会", "chance", "ratio")],
    label="name", totals=("amount",), at_stake="amount",
    said="{total}个对象中抽取{count}个，涉及资金{at_stake}万元：{names}。",
    fine="{total}个对象没有抽取。",
    notes=lambda plan, found: (
        "机会＝金额×（1＋异常线索×倍数）占全部的比重，不放回抽取；登记和种子不变，抽取结果不变。",
        rule_note(_FILE, "sample_size", "anomaly_weight", "seed"),
    ),
)  # fmt: skip
def supervision_sample(plan: Plan) -> pd.DataFrame:
    """What is drawn for a check, in proportion to size and anomalies."""
    rows, rule = plan.basis.place.rows("supervision_objects").sort_values("object_code"), rules(_FILE)
    weight = rows["amount"].to_numpy(dtype=float) * (
        1 + rule["anomaly_weight"]["value"] * rows["anomalies"].to_numpy(dtype=float)
    )
    drawn = draw_by_risk(weight, int(rule["sample_size"]["value"]), int(rule["seed"]["value"]))
    total = weight.sum()
    chance = weight / total if total > 0 else weight
    return rows.assign(chance=chance, doubt=np.where(drawn, "抽中，安排检查", ""))


def draw_by_risk(weight: np.ndarray, size: int, seed: int) -> np.ndarray:
    """Draw so many without putting back, each in proportion to its weight; tells what was drawn, (object,) bool.

    Examples
    --------
    >>> draw_by_risk(np.array([0.0, 2.0, 3.0]), 2, 1).tolist()
    [False, True, True]
    """
    drawn = np.zeros(len(weight), dtype=bool)
    size = min(size, int((weight > 0).sum()))
    if size:
        drawn[np.random.default_rng(seed).choice(len(weight), size, replace=False, p=weight / weight.sum())] = True
    return drawn


@ledger(
    "48-3", "supervision_cases", "违规违纪案件", "supervision_cases",
    ["unit_name", "kind", "found_on", "amount", "to_recover", "recovered", Column("未追回", "open", "number"), "transferred",
     "state", Column("查办天数", "days", "count")],
    label="subject", totals=("amount", "to_recover", "recovered", "open"), at_stake="open",
    said="{total}件中{count}件久查未结或者没有追回，未追回{at_stake}万元：{names}。",
    fine="{total}件都在期限内查办，应追回的已追回。",
    notes=lambda plan, found: (
        "按性质：" + "、".join(f"{kind.label}{len(rows)}件{rows['amount'].sum():,.2f}万元" for kind, rows in found.groupby("kind", sort=False))
        + "。",
        rule_note(_FILE, "case_days"),
    ),
)  # fmt: skip
def supervision_cases(plan: Plan) -> pd.DataFrame:
    """Cases with what is still to be recovered, and how long they take, at the end of the base year."""
    rows, end = plan.basis.place.rows("supervision_cases"), dt.date(plan.base_year, 12, 31)
    closed = (rows["state"] == CaseState.CLOSED).to_numpy()
    ends = [day if shut else end for day, shut in zip(rows["closed_on"], closed, strict=True)]
    days = np.array([(last - first).days for first, last in zip(rows["found_on"], ends, strict=True)])
    still = (rows["to_recover"] - rows["recovered"]).astype(float)
    doubt = np.select(
        [closed & (still > 0.005), ~closed & (days > rules(_FILE)["case_days"]["value"])],
        ["没有追回就结案，继续追缴", "久查未结，限期办结"], "",
    )  # fmt: skip
    return rows.assign(open=still, days=np.maximum(days, 0), doubt=doubt)


@ledger(
    "48-4", "unit_self_checks", "单位内控、内审、绩效自评", "unit_self_checks",
    ["year", "kind", "due_date", "submitted_on", "score", "problems", "fixed"],
    label="unit_name", totals=("problems", "fixed"),
    said="{total}份自查中{count}份没有报送、得分低或者没有改完：{names}。",
    fine="{total}份自查都已报送，问题都已整改。",
    notes=lambda plan, found: (
        f"报送率{percent(float(found['submitted_on'].notna().mean()))}，其中按期{percent(float(found['in_time'].mean()))}。",
        rule_note(_FILE, "least_self_score"),
    ),
)  # fmt: skip
def unit_self_checks(plan: Plan) -> pd.DataFrame:
    """Self-checks handed in, their score, and what is mended."""
    rows, end = plan.basis.place.rows("unit_self_checks"), dt.date(plan.base_year, 12, 31)
    missing = rows["submitted_on"].isna().to_numpy() & np.array([day <= end for day in rows["due_date"]])
    in_time = pd.to_datetime(rows["submitted_on"]) <= pd.to_datetime(rows["due_date"])
    doubt = np.select(
        [missing, rows["score"].astype(float) < rules(_FILE)["least_self_score"]["value"], rows["fixed"] < rows["problems"]],
        ["到期没有报送，催报", "得分低，列入重点检查", "问题没有改完，跟踪整改"], "",
    )  # fmt: skip
    return rows.assign(in_time=in_time, doubt=doubt)


@ledger(
    "48-5", "joint_findings", "各家监督发现的问题：统一编号、不重复计算", "joint_findings",
    [Column("监督主体", "bodies", "text"), Column("本家编号", "numbers", "text"), "unit_name", "subject",
     Column("合并后金额", "amount", "number"), Column("整改台账金额", "booked", "number"), Column("重复金额", "twice", "number")],
    label="shared", stub="统一编号", totals=("amount", "twice"), at_stake="amount",
    said="{total}个问题中{count}个没有统一编号或者各家、台账金额不一，{at_stake}万元：{names}。",
    fine="{total}个问题都有统一编号，各家、台账金额一致。",
    notes=lambda plan, found: (
        "几家发现的同一问题按统一编号合并，金额取最大的一家，其余列为重复金额，不再相加。", *_not_told(plan, found),
    ),
)  # fmt: skip
def joint_findings(plan: Plan) -> pd.DataFrame:
    """Findings of all bodies, one row a shared number; those without one are held against those that have one."""
    rows = plan.basis.place.rows("joint_findings")
    named = rows["finding"] != ""
    twin = rows[named].drop_duplicates(["unit_name", "amount"]).set_index(["unit_name", "amount"])["finding"]
    near = twin.reindex(pd.MultiIndex.from_frame(rows[["unit_name", "amount"]])).fillna("").to_numpy()
    near = np.where(named | (rows["amount"] == 0), "", near)
    shared = np.where(named, rows["finding"], "未编号（" + rows["body_number"] + "）")
    bodies = [body.label for body in rows["body"]]
    groups = rows.assign(shared=shared, near=near, bodies=bodies).groupby("shared", sort=False)
    found = groups.agg(
        bodies=("bodies", "、".join), numbers=("body_number", "、".join), unit_name=("unit_name", "first"),
        subject=("subject", "first"), amount=("amount", "max"), least=("amount", "min"), all=("amount", "sum"),
        near=("near", "first"), named=("finding", "first"),
    ).reset_index()  # fmt: skip
    registered = plan.basis.place.rows("findings").set_index("finding")["amount"].astype(float).fillna(0.0)
    booked = found["named"].map(registered)
    doubt = np.select(
        [found["near"] != "", found["named"] == "", found["least"] < found["amount"], (booked - found["amount"]).abs() > 0.005],
        ["疑与" + found["near"] + "是同一问题，核对合并", "没有统一编号，登记到整改台账", "各家金额不一致，核对", "与整改台账金额不一致，核对"], "",
    )  # fmt: skip
    return found.assign(booked=booked, twice=found["all"] - found["amount"], doubt=doubt)


def _not_told(plan: Plan, found: pd.DataFrame) -> tuple[str, ...]:
    """Name findings of the register that no body reported here."""
    rows = plan.basis.place.rows("findings")
    left = rows.loc[~rows["finding"].isin(found["named"]), "finding"]
    return (f"整改台账中没有列入各家发现的：{'、'.join(left)}。",) if len(left) else ()


@ledger(
    "48-6", "platform_rows", "监管平台导出数据校验", "platform_money",
    ["kind", "code", "document", "unit_name", "project", "year", "amount", "paid"],
    label="{code} {who}", stub="资金", totals=("amount", "paid"), at_stake="amount",
    said="{total}行中{count}行不能导出，{at_stake}万元：{names}。",
    fine="{total}行都能导出。",
    notes=lambda plan, found: ("没有意见的行写入 platform.csv。", rule_note(_FILE, "platform_layout")),
)  # fmt: skip
def platform_rows(plan: Plan) -> pd.DataFrame:
    """Rows entered on the platform, each with what keeps it from being exported."""
    place = plan.basis.place
    rows = place.rows("platform_money")
    known = supervised(place)
    strange = ~rows["code"].isin(known["code"]) & rows["kind"].isin(
        known["kind"]
    )  # Nothing known of a kind: nothing held
    doubt = np.select(
        [strange, rows["document"] == "", rows["unit_name"] == "", rows["paid"] > rows["amount"]],
        ["台账没有这个编码，核对", "缺文号，补填", "缺用款单位，补填", "支付大于下达，核对"], "",
    )  # fmt: skip
    who = rows["unit_name"].mask(rows["unit_name"] == "", "（缺单位）")
    return rows.assign(who=who, doubt=doubt)


@ledger(
    "48-7", "platform_coverage", "转移支付和专项债券资金纳入监管", "platform_money",
    ["kind", "code", Column("应纳入", "expected", "number"), Column("已录入", "entered", "number"),
     Column("未录入", "missing", "number"), Column("纳入率", "share", "ratio")],
    label="name", stub="资金", totals=("expected", "entered", "missing"), at_stake="missing",
    said="{total}项资金中{count}项没有全部纳入监管，未录入{at_stake}万元：{names}。",
    fine="{total}项资金全部纳入监管。",
    notes=lambda plan, found: (
        f"纳入率{percent(float(1 - found['missing'].sum() / found['expected'].sum()))}；转移支付为基期一般性和专项转移支付，专项债券为历年新增债券。",
    ),
)  # fmt: skip
def platform_coverage(plan: Plan) -> pd.DataFrame:
    """All transfers of the base year and special bonds, against what was entered."""
    place = plan.basis.place
    due, rows = supervised(place), place.rows("platform_money")
    last = due.loc[due["kind"] == SupervisedMoney.TRANSFER, "year"].max()
    rows = rows[(rows["kind"] != SupervisedMoney.TRANSFER) | (rows["year"] == last)]
    entered = due["code"].map(rows.groupby("code")["amount"].sum()).fillna(0.0).astype(float)
    missing = np.maximum(due["expected"] - entered, 0.0)
    doubt = np.select(
        [entered == 0, missing > 0.005, entered > due["expected"] + 0.005],
        ["没有纳入平台，补录", "纳入不全，补录差额", "录入大于台账，核对"], "",
    )  # fmt: skip
    return due.assign(entered=entered, missing=missing, share=1 - missing / due["expected"], doubt=doubt)


def supervised(place: Place) -> pd.DataFrame:
    """Return the money that the platform should hold: transfers of the last year with figures, bonds by project."""
    transfers, projects = place.rows("transfers"), place.rows("special_projects").set_index("project_code")["name"]
    known = transfers[transfers["status"].isin(ACTUAL) & transfers["code"].str.startswith(("11002", "11003"))]
    known = known[known["year"] == known["year"].max()].drop_duplicates("code", keep="last")
    bonds = place.rows("special_project_bonds").groupby("project_code", as_index=False)["amount"].sum()
    bonds = bonds.assign(name=bonds["project_code"].map(projects), kind=SupervisedMoney.SPECIAL_BOND)
    listed = [
        known.assign(kind=SupervisedMoney.TRANSFER)[["kind", "code", "name", "year", "amount"]],
        bonds.rename(columns={"project_code": "code"})[["kind", "code", "name", "amount"]],
    ]
    found = pd.concat(listed, ignore_index=True).rename(columns={"amount": "expected"})
    return found[found["expected"] > 0].astype({"expected": float})


@ledger(
    "48-9", "findings_by_owner", "问题整改库：各责任单位销号率", "findings",
    [Column("问题", "count", "count"), Column("已销号", "closed", "count"), Column("销号率", "rate", "ratio"),
     Column("逾期未销号", "late", "count"), "amount", Column("逾期未销号金额", "late_amount", "number")],
    label="owner", totals=("count", "closed", "late", "amount", "late_amount"), at_stake="late_amount",
    said="{total}个责任单位中{count}个有逾期没有销号的问题，涉及{at_stake}万元：{names}。",
    fine="{total}个责任单位没有逾期没有销号的问题。",
    notes=("逐个问题见附表08-7；状态为基期年末。",),
)  # fmt: skip
def findings_by_owner(plan: Plan) -> pd.DataFrame:
    """The register of findings by who answers for them, at the end of the base year."""
    rows = findings_on(plan.basis.place, dt.date(plan.base_year, 12, 31)).rows
    late = rows["state"] == OVERDUE
    marked = rows.assign(
        closed=rows["state"].isin([CLOSED, CLOSED_LATE]), late=late, late_amount=rows["amount"].where(late)
    )
    found = marked.groupby("owner", sort=False).agg(
        count=("finding", "size"), closed=("closed", "sum"), late=("late", "sum"), amount=("amount", "sum"),
        late_amount=("late_amount", "sum"),
    )  # fmt: skip
    found = found.reset_index().assign(rate=found["closed"].to_numpy() / found["count"].to_numpy())
    return found.assign(doubt=np.where(found["late"] > 0, "有问题逾期，督办销号", ""))
