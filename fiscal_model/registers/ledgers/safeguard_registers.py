"""The safeguards of all tasks: who does what by when, which documents are out, what the development bureau's pipeline holds."""

from __future__ import annotations

import datetime as dt

from fiscal_model.registers.ledgers.topics import Topic
from fiscal_model.registers.refusals import EMPTY, FILLED, refuse
from fiscal_model.registers.rules import OneValue, Reference
from fiscal_model.registers.schema import column, optional, remark, table
from fiscal_model.words.cells import Amount, Count, Day, Text, Year
from fiscal_model.words.safeguard_terms import DutyRole, PilotDocument

_PROJECT = Reference("projects.project_code", "项目库没有项目“{}”", "请填 projects 表的项目编号，没有入库的留空")
_TASK = column(
    "task", Count, "试点任务", "1 到 12，试点方案的任务序号。", "1 to 12, task of the pilot plan", ge=1, le=12
)

# fmt: off
TOPIC = Topic(13, "保障措施", "十二项任务有人管、有文件、有进度：职责矩阵、文件清单、发改储备对接、部门清单，自动生成进展情况", (
    table("pilot_duties", "试点任务职责", ("task", "department"), "每项任务谁牵头、谁配合，什么时候完成。", "试点方案附件、任务分解表",
        "Lead and supporting departments of each task with due and done dates. Moves no number of the plan.",
        _TASK,
        column("department", Text, "部门", "部门名称。", "department"),
        column("role", DutyRole, "职责", "lead 牵头、support 配合。"),
        column("due_date", Day, "应完成日期", "任务分解表的期限。", "day it is due"),
        optional("done_on", Day, "完成日期", "没有完成的留空。", "empty: not done"),
        example=dict(task=1, department="县财政局", role="牵头", due_date=dt.date(2026, 6, 30)),
    ),
    table("pilot_documents", "实施方案和配套办法", ("title",), "各领域的实施方案、配套办法，什么时候该印发、印发没有。", "试点方案、办法印发文件",
        "Schemes and rules that the tasks need, due and issued. Moves no number of the plan.",
        column("title", Text, "文件名称", "不重复。", "unique"),
        _TASK,
        column("kind", PilotDocument, "种类", "scheme 实施方案、rules 配套办法。"),
        column("department", Text, "起草部门", "谁起草。", "who drafts it"),
        column("due_date", Day, "应印发日期", "工作计划的期限。", "day it is due"),
        optional("issued_on", Day, "印发日期", "没有印发的留空。", "empty: not issued"),
        remark("number", "文号", "印发文件的文号。", "document number"),
        refuse("issued_on", "有文号没有印发日期", "请填印发日期；没有印发的请清空文号", number=FILLED, issued_on=EMPTY),
        OneValue("title", ("number",), "文号“{number}”登记了{count}份文件：{values}", "一个文号只有一份文件，请核对文号，或者合并", where={"number": FILLED}),
        example=dict(title="财政承受能力评估办法", task=1, kind="配套办法", department="县财政局", due_date=dt.date(2026, 3, 31)),
    ),
    table("project_pipeline", "发改储备项目", ("pipeline_code",), "发展改革局储备、申报的项目和投资计划，与项目库对接。", "国家重大建设项目库导出、投资计划文件",
        "The development bureau's pipeline with its investment plan, held against `projects` and `project_costs`. Moves no number of the plan.",
        column("pipeline_code", Text, "储备编号", "发改项目代码，不重复。", "unique"),
        column("name", Text, "项目名称", "一句话。", "name"),
        column("department", Text, "项目单位主管部门", "部门名称。", "department"),
        remark("project_code", "项目编号", "与 projects 表一致；没有入库的留空。", "as in `projects`; empty: not in it", refers=_PROJECT),
        column("start_year", Year, "计划开工年度", "投资计划所列。", "first year of the investment plan"),
        column("investment", Amount, "计划总投资", "各级资金合计。", "money of all sources"),
        example=dict(pipeline_code="2026-620000-01", name="城区供水管网改造", department="县住房和城乡建设局", start_year=2026, investment=3600),
    ),
))
# fmt: on
