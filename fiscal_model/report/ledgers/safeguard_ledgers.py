"""The safeguards: duties by department and task, documents, the pipeline, and what every ledger asks of each department."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column
from fiscal_model.report.ledger import DOUBT, ledger, rule_note
from fiscal_model.report.ledgers.department_asks import asked_of_departments
from fiscal_model.report.ledgers.every_ledger import declared_ledgers
from fiscal_model.words.safeguard_terms import DutyRole

TASKS = range(1, 13)
_NUMERALS = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]
_OWNERS = ("department", "owner", "unit_name", "publisher")
_NOBODY = "没有写责任部门"
_DUE = ("due_date", "year", "end_year")


def overdue(plan: Plan, due: pd.Series, done: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Which rows were done by the end of the base year, and which were due by then and not."""
    end = dt.date(plan.base_year, 12, 31)
    finished = np.array([isinstance(day, dt.date) and day <= end for day in done], dtype=bool)
    return finished, np.array([day <= end for day in due], dtype=bool) & ~finished


@ledger(
    "53-1", "pilot_duties", "职责矩阵：部门和十二项任务", "pilot_duties",
    [*(Column(f"任务{said}", f"task_{task}", "text") for task, said in zip(TASKS, _NUMERALS, strict=True)),
     Column("完成", "finished", "count"), Column("逾期", "late", "count")],
    label="department", totals=("finished", "late"),
    said="{total}个部门中{count}个有逾期没有完成的任务：{names}。",
    fine="{total}个部门没有逾期的任务。",
    notes=lambda plan, found: (f"截至{plan.base_year}年末；√完成，×逾期。{found.attrs['without']}",),
)  # fmt: skip
def pilot_duties(plan: Plan) -> pd.DataFrame:
    """One row a department, one column a task."""
    rows = plan.basis.place.rows("pilot_duties")
    finished, late = overdue(plan, rows["due_date"], rows["done_on"])
    rows = rows.assign(finished=finished, late=late, column=[f"task_{task:.0f}" for task in rows["task"]])
    rows["mark"] = [role.label for role in rows["role"]] + np.select([finished, late], ["√", "×"], "")
    marks = rows.pivot(index="department", columns="column", values="mark")
    marks = marks.reindex(index=rows["department"].unique(), columns=[f"task_{task}" for task in TASKS]).fillna("")
    counts = rows.groupby("department", sort=False)[["finished", "late"]].sum()
    found = marks.join(counts).reset_index()
    led = set(rows.loc[rows["role"] == DutyRole.LEAD, "task"])
    without = "、".join(_NUMERALS[task - 1] for task in TASKS if task not in led)
    found.attrs["without"] = f"没有牵头部门的：任务{without}。" if without else "十二项任务都有牵头部门。"
    return found.assign(doubt=np.where(found["late"] > 0, "有逾期任务，限期完成或说明", ""))


@ledger(
    "53-2", "pilot_documents", "实施方案和配套办法清单", "pilot_documents",
    ["task", "kind", "department", "due_date", "issued_on", "number"],
    label="title",
    said="{total}件文件中{count}件逾期没有印发或没有文号：{names}。",
    fine="{total}件文件没有逾期的。",
    notes=lambda plan, found: (
        f"截至{plan.base_year}年末印发{found['issued'].mean():.0%}；没有登记文件的任务："
        + ("、".join(_NUMERALS[task - 1] for task in TASKS if task not in set(found["task"])) or "没有") + "。",
    ),
)  # fmt: skip
def pilot_documents(plan: Plan) -> pd.DataFrame:
    """Documents due and issued at the end of the base year."""
    rows = plan.basis.place.rows("pilot_documents")
    issued, late = overdue(plan, rows["due_date"], rows["issued_on"])
    doubt = np.select(
        [late, issued & (rows["number"] == "").to_numpy()], ["逾期没有印发，限期印发", "没有文号，补登"], "",
    )  # fmt: skip
    return rows.assign(issued=issued, doubt=doubt)


@ledger(
    "53-3", "project_pipeline", "发改储备项目与项目库对接", "project_pipeline",
    ["department", "project_code", "start_year", "investment", Column("项目库已安排", "funded", "number"),
     Column("落实率", "rate", "ratio"), Column("缺口", "gap", "number")],
    label="name", totals=("investment", "funded", "gap"), at_stake="gap",
    said="{total}个储备项目中{count}个没有入库或资金没有落实，缺口{at_stake}万元：{names}。",
    fine="{total}个储备项目都已入库，资金落实。",
    notes=lambda plan, found: (
        "项目库已安排＝规划期内各年各级资金（project_costs）。", rule_note("ledger_safeguards", "least_funded"),
    ),
)  # fmt: skip
def project_pipeline(plan: Plan) -> pd.DataFrame:
    """The pipeline's investment against what the library plans for the same project."""
    place = plan.basis.place
    rows, costs = place.rows("project_pipeline"), place.rows("project_costs")
    inside = costs[costs["year"].isin(plan.years)].groupby("project_code")["amount"].sum().astype(float)
    investment = rows["investment"].astype(float)
    funded = rows["project_code"].map(inside).fillna(0.0).astype(float)
    rate = funded / investment.where(investment > 0)
    doubt = np.select(
        [rows["project_code"] == "", rate < rules("ledger_safeguards")["least_funded"]["value"]],
        ["没有入库，论证入库或退出储备", "资金没有落实，补资金或缓建"], "",
    )  # fmt: skip
    return rows.assign(funded=funded, rate=rate, gap=np.maximum(investment - funded, 0.0), doubt=doubt)


@ledger(
    "53-4", "department_list", "部门清单：各台账和附表要各部门办的事", "pilot_duties",
    [Column("台账或附表", "ledger", "text"), Column("事项", "item", "text"), Column("期限或年度", "due", "text")],
    label="department",
    said="各台账和附表共有{count}件事要部门办，涉及：{names}。",
    fine="各台账和附表{total}件事都没有意见。",
    notes=("汇总各台账写明部门、单位或责任人、有意见的行，以及附表中要部门办的事；所属单位、内设股室归到主管部门。",
           "在 ledgers.xlsx 的这张表按部门筛选，就是各部门的清单。"),
)  # fmt: skip
def department_list(plan: Plan) -> pd.DataFrame:
    """What all other ledgers doubt and tables of the plan ask for that names a department, unit or owner, by department."""
    place = plan.basis.place
    head = {unit: department for rows in place.tables.values() if {"unit_name", "department"} <= set(rows)
            for unit, department in zip(rows["unit_name"], rows["department"], strict=True)}  # fmt: skip
    known = place.rows("pilot_duties")["department"].unique()

    def department(owner: str) -> str:
        """Its own, that of a unit, or the one it is an office of."""
        return (
            head.get(owner)
            or max((each for each in known if owner.startswith(each)), key=len, default=owner)
            or _NOBODY
        )

    found = [
        {"department": department(_plain(row["owner"])), "item": str(row["item"]), DOUBT: row["asks"],
         "due": _dated(row["due"]), "ledger": row["table"]}
        for row in (*_doubted(plan), *asked_of_departments(plan))
    ]  # fmt: skip
    return (
        pd.DataFrame(found).sort_values("department", kind="stable").reset_index(drop=True) if found else pd.DataFrame()
    )


def _doubted(plan: Plan) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of other ledgers that name an owner and have a doubt."""
    for each in declared_ledgers().values():
        if each.id == "department_list" or not plan.basis.place.has(each.register) or not len(rows := each.find(plan)):
            continue
        owner, due = (next((name for name in names if name in rows), "") for names in (_OWNERS, _DUE))
        label = str(each.label)
        for row in rows[rows[DOUBT] != ""].to_dict("records") if owner else []:
            yield {"table": f"{each.number} {each.title}", "owner": row[owner], "asks": row[DOUBT], "due": row.get(due),
                   "item": label.format_map(row) if "{" in label else row[label]}  # fmt: skip


def _dated(value: Any) -> str:
    """A day or a year as text; a dash where there is none."""
    said = _plain(value).removesuffix(".0") or "—"
    return f"{said}年" if said.isdigit() else said


def _plain(value: Any) -> str:
    """What a cell says, nothing where it is empty."""
    return "" if value is None or value != value else str(value)
