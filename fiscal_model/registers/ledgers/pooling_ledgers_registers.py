"""Task 5: all income in a budget, services moved to the general budget, units' own money first, shared tasks."""

from __future__ import annotations

from typing import Any

from fiscal_model.law.classification import why_not_a_code
from fiscal_model.registers.ledgers.topics import Topic, adopted
from fiscal_model.registers.refusals import FILLED, Complaint, refuse
from fiscal_model.registers.rules import OneValue, Reference
from fiscal_model.registers.schema import COMING, column, remark, table
from fiscal_model.words.cells import Amount, Share, Text, Year
from fiscal_model.words.ledger_terms import YesNo
from fiscal_model.words.pooling_terms import BudgetedIn, IncomeKind, OwnIncome, ServiceNature, TaskRole
from fiscal_model.words.vocabulary import Budget

_TASK = Reference("work_tasks.task_code", "任务清单没有“{}”", "请先在 work_tasks 表登记任务", strict=True)
_PROJECT = Reference("projects.project_code", "项目库没有“{}”", "请填 projects 表的项目编号，或者留空")
_UNIT = Reference("unit_funds.unit_name", "unit_funds 表没有单位“{}”", "请先在 unit_funds 表登记单位资金")


def _no_fund(row: dict[str, Any]) -> list[Complaint]:
    code = row["fund_code"]
    wrong = why_not_a_code(Budget.FUNDS, code) or (
        "" if code.startswith(("10301", "10310")) else f"“{code}”不是基金收入科目"
    )
    return [("fund_code", wrong, "请填基金收入科目编码，例如 1030148")] if wrong else []


# fmt: off
TOPIC = Topic(5, "任务五　财政资源和预算统筹", "钱统得起来：没有纳入预算的收入、应转列的支出、单位该先用的自有资金、重复安排的任务逐条列出；已决定转列的计入规划", (
    table("income_accounts", "政府收入清单", ("account_code",), "各部门收取的每一项政府收入，列在哪本预算。", "非税收入征管系统、财政专户和单位账户清理表",
        "Every stream of government income and the budget that holds it; what is outside is listed. Moves no number of the plan.",
        column("account_code", Text, "收入编号", "不重复。", "unique"),
        column("name", Text, "收入名称", "例如 城市停车收费。", "name"),
        column("unit_name", Text, "执收单位", "收取的单位。", "who collects it"),
        column("kind", IncomeKind, "收入种类", "tax 税收、non_tax 非税收入、fund 政府性基金收入、capital 国有资本收益、insurance 社会保险基金收入、tuition 教育收费。"),
        column("budgeted_in", BudgetedIn, "所在预算", "general 一般公共预算、funds 政府性基金预算、state_capital 国有资本经营预算、social_insurance 社会保险基金预算、special_account 财政专户、nowhere 未纳入。"),
        remark("revenue_code", "收入科目", "预算所列科目；没有列的留空。", "revenue code; empty: none"),
        column("year", Year, "年度", "金额所属年度。", "year of the money"),
        column("amount", Amount, "年收入", "当年收取数。", "collected in that year"),
        refuse("revenue_code", "未纳入预算，又填写了收入科目“{revenue_code}”", "已列预算的填所在预算，没有列的清空科目", budgeted_in=BudgetedIn.NOWHERE, revenue_code=FILLED),
        example=dict(account_code="SR001", name="城市停车收费", unit_name="县住房和城乡建设局", kind="非税收入", budgeted_in="一般公共预算", revenue_code="10307", year=2025, amount=120),
    ),
    table("moved_services", "转列一般公共预算事项", ("item_code", "year"), "政府性基金里用于基本公共服务、人员和机构运转的支出，转列一般公共预算，一年一行。", "政府性基金支出明细、转列方案",
        "Fund spending on services, wages and running costs that moves to the general budget, with its income. Decided rows raise general spending net of that income.",
        column("item_code", Text, "事项编号", "同一事项各年相同。", "the same in all years"),
        column("year", Year, "年度", "从这一年起转列的，逐年登记。", "year it counts in", spans=COMING),
        column("name", Text, "事项", "一句话。", "name"),
        column("department", Text, "部门", "使用资金的部门。", "department"),
        column("fund_code", Text, "基金收入科目", "原来由哪项基金安排，例如 1030148。", "revenue code of the fund"),
        column("nature", ServiceNature, "性质", "wages 人员经费、running 机构运转、service 基本公共服务、building 工程建设。"),
        column("spending", Amount, "转列支出", "当年由基金安排的支出。", "spending that moves"),
        column("income", Amount, "随同转列收入", "随之转列一般公共预算的收入；没有填 0。", "income that moves with it, 0 when none"),
        adopted(),
        refuse("adopted", "工程建设填写了计入规划", "工程建设不转列，留在基金；改填 no，或者核对性质", nature=ServiceNature.BUILDING, adopted=YesNo.YES),
        example=dict(item_code="ZL01", year=2027, name="征地工作人员经费", department="县自然资源局", fund_code="1030148", nature="人员经费", spending=180, income=0, adopted="否"),
        check_row=_no_fund,
    ),
    table("unit_income_history", "单位非财政拨款收入（历年）", ("unit_name", "year", "kind"), "单位历年的事业、经营和其他收入，用来预测。", "单位决算报表",
        "Own income of units by year; carried forward and compared with what `unit_funds` declares. Moves no number of the plan.",
        column("unit_name", Text, "预算单位", "与 unit_funds 表一致。", "as in `unit_funds`", refers=_UNIT),
        column("year", Year, "年度", "决算年度。", "year of accounts"),
        column("kind", OwnIncome, "收入类别", "provision 事业收入、trading 经营收入、other 其他收入。"),
        column("amount", Amount, "金额", "当年收入。", "income of that year"),
        example=dict(unit_name="县第一中学", year=2025, kind="事业收入", amount=240),
    ),
    table("unit_needs", "单位支出需求", ("unit_name", "year"), "单位的人员、公用、项目支出需求和申请的财政拨款。", "部门预算草案",
        "What a unit needs for wages, running costs, projects, and what it asks for; its own money of `unit_funds` pays first. Moves no number of the plan.",
        column("unit_name", Text, "预算单位", "与 unit_funds 表一致。", "as in `unit_funds`", refers=_UNIT),
        column("year", Year, "年度", "预算年度。", "budget year"),
        column("wages", Amount, "人员经费", "全部资金来源的需求。", "need from all sources"),
        column("running", Amount, "公用经费", "全部资金来源的需求。", "need from all sources"),
        column("projects", Amount, "项目支出", "全部资金来源的需求。", "need from all sources"),
        column("fiscal_requested", Amount, "申请财政拨款", "单位申请的财政拨款合计。", "appropriation asked for"),
        refuse("fiscal_requested", "申请财政拨款 {fiscal_requested:g} 大于三项需求之和 {total:g}", "申请不得超过需求，请核对",
            of=("wages", "running", "projects"), fiscal_requested=lambda cell, row: cell > row["total"] + 0.005),
        example=dict(unit_name="县第一中学", year=2026, wages=2600, running=300, projects=150, fiscal_requested=2700),
    ),
    table("work_tasks", "重点任务和资金", ("task_code",), "县委县政府确定的任务，需要多少钱，对应哪个项目。", "政府工作报告任务分解、部门预算",
        "Tasks and the money each needs; matched with projects. Moves no number of the plan.",
        column("task_code", Text, "任务编号", "不重复。", "unique"),
        column("name", Text, "任务", "一句话。", "name"),
        column("year", Year, "年度", "任务年度。", "year", spans=COMING),
        column("cost", Amount, "需要资金", "当年全部来源。", "money of the year from all sources"),
        remark("project_code", "项目编号", "对应的 projects 表项目；没有资金项目的留空。", "as in `projects`; empty: none", refers=_PROJECT),
        OneValue("task_code", ("project_code", "year"), "项目 {project_code} {year}年对应{count}个任务：{values}", "一个项目一年只对应一个任务，免得同一笔钱算两次",
            where={"project_code": FILLED}),
        example=dict(task_code="RW01", name="农村饮水安全", year=2026, cost=4800),
    ),
    table("task_shares", "牵头和配合部门分担", ("task_code", "department"), "同一任务由几个部门承担的，各自分担比例和申请的资金。", "任务分工方案、部门预算草案",
        "Who leads a shared task, who supports it, each department's share and what it asks for. Moves no number of the plan.",
        column("task_code", Text, "任务编号", "与 work_tasks 表一致。", "as in `work_tasks`", refers=_TASK),
        column("department", Text, "部门", "承担部门。", "department"),
        column("role", TaskRole, "角色", "lead 牵头、support 配合。"),
        column("share", Share, "分担比例", "占任务资金的比例，小数。", "fraction of the task's money"),
        column("requested", Amount, "申请资金", "本部门为这项任务申请的。", "what the department asks for it"),
        example=dict(task_code="RW01", department="县水务局", role="牵头", share=0.8, requested=3840),
    ),
))
# fmt: on
