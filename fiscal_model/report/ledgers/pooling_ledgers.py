"""Task 5: income outside the budgets, services to move, units' own money first, shared tasks and their money."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.law.classification import why_not_a_code
from fiscal_model.law.rules import rule_table, rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column
from fiscal_model.report.ledger import UNDECIDED, ledger, rule_note
from fiscal_model.words.ledger_terms import YesNo
from fiscal_model.words.pooling_terms import BudgetedIn, IncomeKind, ServiceNature, TaskRole
from fiscal_model.words.vocabulary import ACTUAL, Budget

_BELONGS = {
    IncomeKind.TAX: BudgetedIn.GENERAL, IncomeKind.NON_TAX: BudgetedIn.GENERAL, IncomeKind.FUND: BudgetedIn.FUNDS,
    IncomeKind.CAPITAL: BudgetedIn.STATE_CAPITAL, IncomeKind.INSURANCE: BudgetedIn.SOCIAL_INSURANCE,
    IncomeKind.TUITION: BudgetedIn.SPECIAL_ACCOUNT,
}  # fmt: skip
_WITH_CODES = {
    BudgetedIn.GENERAL: Budget.GENERAL, BudgetedIn.FUNDS: Budget.FUNDS, BudgetedIn.STATE_CAPITAL: Budget.STATE_CAPITAL,
}  # fmt: skip


@ledger(
    "45-1", "income_accounts", "政府收入纳入预算核对", "income_accounts",
    ["unit_name", "kind", "budgeted_in", "revenue_code", "amount", Column("该科目收入", "booked", "number")],
    label="name", totals=("amount",), at_stake="amount",
    said="{total}项政府收入中{count}项没有纳入预算或列得不对，{at_stake}万元：{names}。",
    fine="{total}项政府收入都已按种类纳入预算。",
    notes=("应列预算：税收和非税收入列一般公共预算，基金收入列政府性基金预算，国有资本收益列国有资本经营预算，社保收入列社会保险基金预算，教育收费缴财政专户管理。",
           "该科目收入：收支台账当年的全辖数，没有的为“—”；清单可以只登记其中几项，合计不应多于它。"),
)  # fmt: skip
def income_accounts(plan: Plan) -> pd.DataFrame:
    """Income by the budget that holds it, against the one it belongs to, and its code against that budget's chart."""
    place = plan.basis.place
    rows = place.rows("income_accounts")
    due, held, code = rows["kind"].map(_BELONGS), rows["budgeted_in"], rows["revenue_code"]
    coded = [
        each not in _WITH_CODES or (bool(its) and why_not_a_code(_WITH_CODES[each], its) is None)
        for each, its in zip(held, code, strict=True)
    ]
    book = place.rows("ledger")
    book = book[(book["scope"].astype(str) == "whole") & book["status"].isin(ACTUAL)].astype({"budget": str})
    sums = book.groupby(["budget", "code", "year"])["amount"].sum().to_dict()
    booked = pd.Series(
        [float(sums.get(key, np.nan)) for key in zip(held.astype(str), code, rows["year"], strict=True)], rows.index
    )
    listed = rows["amount"].astype(float).groupby([held.astype(str), code, rows["year"]]).transform("sum")
    named = [each.label for each in due]
    doubt = np.select(
        [held == BudgetedIn.NOWHERE, held != due, ~np.array(coded, bool), listed > booked + 0.005],
        [[f"没有纳入预算，列入{name}" for name in named], [f"所列预算不对，改列{name}" for name in named], "科目不在该预算，核对编码",
         "多于该科目全部收入，核对"], "",
    )  # fmt: skip
    return rows.assign(booked=booked, doubt=doubt)


@ledger(
    "45-2", "moved_services", "基金支出转列一般公共预算", "moved_services",
    ["department", "fund_code", "nature", "spending", "income", Column("一般公共预算净增支", "general", "number"),
     Column("基金腾出、留作本项用途", "fund", "number"), "adopted"],
    label="{name}（{year}年）", stub="事项", totals=("spending", "income", "general", "fund"), at_stake="spending",
    said="{total}项中{count}项没有决定或者不宜转列，{at_stake}万元：{names}。",
    fine="{total}项都已决定转列，计入规划。",
    notes=(
        "已决定的两边都计入规划：一般公共预算增加转列支出和随同收入（列10399其他收入），政府性基金减少同额收入；"
        "基金以收定支，支出随收入减少，腾出的净额留在本基金用于本项，需要调入一般公共预算的另列基金调入措施。",
    ),
)  # fmt: skip
def moved_services(plan: Plan) -> pd.DataFrame:
    """Effect on both balances: the general budget bears what the fund is relieved of."""
    rows = plan.basis.place.rows("moved_services")
    net = rows["spending"].astype(float) - rows["income"].astype(float)
    bound = {fund["code"] for fund in rule_table("funds") if fund["gives"] == "no"}
    doubt = np.select(
        [rows["nature"] == ServiceNature.BUILDING, rows["fund_code"].isin(bound), rows["adopted"] == YesNo.NO],
        ["工程建设不转列，留在基金", "专款专用基金，先报批再转列", UNDECIDED], "",
    )  # fmt: skip
    return rows.assign(general=net, fund=net, doubt=doubt)


@ledger(
    "45-3", "unit_income_forecast", "单位非财政拨款收入预测", "unit_income_history",
    [Column("最近年度", "last_year", "text"), Column("实际收入", "actual", "number"), Column("年均增幅", "growth", "move"),
     Column("预测年度", "year", "text"), Column("预测收入", "forecast", "number"), Column("申报收入", "income", "number"),
     Column("申报少于预测", "short", "number")],
    label="unit_name", totals=("actual", "forecast", "income", "short"), at_stake="short",
    said="{total}个单位中{count}个申报的收入偏离预测，合计少报{at_stake}万元：{names}。",
    fine="{total}个单位申报的收入与预测相符。",
    notes=lambda plan, found: (
        "预测＝最近年度实际×各年（1＋年均增幅×保留部分的年数次方）；三类收入合并预测，与 unit_funds 表首个年度比较。",
        rule_note("ledger_pooling", "damping", "income_band"),
    ),
)  # fmt: skip
def unit_income_forecast(plan: Plan) -> pd.DataFrame:
    """Own income carried forward with damped growth to the first year that the unit declares."""
    place, rule = plan.basis.place, rules("ledger_pooling")
    history = place.rows("unit_income_history").groupby(["unit_name", "year"])["amount"].sum().astype(float)
    by = history.reset_index().groupby("unit_name").agg(
        first_year=("year", "min"), last_year=("year", "max"), first=("amount", "first"), actual=("amount", "last")
    )  # fmt: skip
    declared = place.rows("unit_funds").sort_values("year").groupby("unit_name")[["year", "income"]].first()
    rows = by.join(declared, how="inner").reset_index()
    span, ratio = rows["last_year"] - rows["first_year"], (rows["actual"] / rows["first"].where(rows["first"] > 0))
    growth = (ratio ** (1 / span.where(span > 0)) - 1).fillna(0.0)
    ahead, forecast = (rows["year"] - rows["last_year"]).to_numpy(), rows["actual"].to_numpy(dtype=float)
    for step in range(1, int(ahead.max(initial=0)) + 1):
        forecast = forecast * np.where(step <= ahead, 1 + growth * rule["damping"]["value"] ** step, 1.0)
    income, band = rows["income"].astype(float), rule["income_band"]["value"]
    doubt = np.select(
        [income < forecast * (1 - band), income > forecast * (1 + band)],
        ["申报偏低，按预测核增", "申报偏高，核实来源"], "",
    )  # fmt: skip
    return rows.assign(
        growth=growth, forecast=forecast, short=np.maximum(forecast - income, 0.0), doubt=doubt,
        year=rows["year"].astype(str), last_year=rows["last_year"].astype(str),
    )  # fmt: skip


@ledger(
    "45-4", "unit_needs", "单位先用自有资金再用财政拨款", "unit_needs",
    [Column("可用自有资金", "own", "number"), Column("自有资金：人员", "own_wages", "number"),
     Column("公用", "own_running", "number"), Column("项目", "own_projects", "number"),
     Column("应由财政拨款", "due", "number"), "fiscal_requested", Column("可核减", "excess", "number")],
    label="{unit_name}（{year}年）", stub="单位", totals=("own", "due", "fiscal_requested", "excess"), at_stake="excess",
    said="{total}个单位中{count}个没有先用自有资金，可核减财政拨款{at_stake}万元：{names}。",
    fine="{total}个单位都先用了自有资金。",
    notes=("自有资金＝上年结转＋当年收入－限定用途（unit_funds 表；首年以后的结转由规划滚算，见附表10-1，这里只计当年收入），依次抵人员、公用、项目。",),
)  # fmt: skip
def unit_needs(plan: Plan) -> pd.DataFrame:
    """Own money down the waterfall of wages, running costs, projects; what is left is due from the budget."""
    place = plan.basis.place
    funds = place.rows("unit_funds")[["unit_name", "year", "carried_over", "income", "earmarked"]]
    rows = place.rows("unit_needs").merge(funds, how="left", on=["unit_name", "year"])
    money = rows[["carried_over", "income", "earmarked"]].astype(float).fillna(0.0)
    own = np.maximum(money["carried_over"] + money["income"] - money["earmarked"], 0.0).to_numpy()
    needs = rows[["wages", "running", "projects"]].to_numpy(dtype=float)
    used = np.diff(np.minimum(needs.cumsum(axis=1), own[:, None]), axis=1, prepend=0.0)
    due = (needs - used).sum(axis=1)
    excess = np.maximum(rows["fiscal_requested"].to_numpy(dtype=float) - due, 0.0)
    doubt = np.select(
        [rows["income"].isna(), excess > 0.005], ["没有登记单位资金，补登", "先用自有资金，核减财政拨款"], ""
    )
    return rows.assign(own=own, own_wages=used[:, 0], own_running=used[:, 1], own_projects=used[:, 2],
                       due=due, excess=excess, doubt=doubt)  # fmt: skip


@ledger(
    "45-5", "task_shares", "“牵头＋配合”任务分担", "task_shares",
    ["department", "role", "share", Column("分担额", "allotted", "number"), "requested", Column("超出分担", "excess", "number")],
    label="name", stub="任务", totals=("allotted", "requested", "excess"), at_stake="excess",
    said="{total}条分担中{count}条分工不清或重复安排，超出分担{at_stake}万元：{names}。",
    fine="{total}条分担都清楚，没有重复安排。",
    notes=("分担额＝任务需要资金×分担比例；一个任务只有一个牵头部门，各部门比例之和为1。",),
)  # fmt: skip
def task_shares(plan: Plan) -> pd.DataFrame:
    """Each department's part of a shared task against what it asks for."""
    place = plan.basis.place
    tasks, rows = place.rows("work_tasks").set_index("task_code"), place.rows("task_shares")
    of = rows["task_code"]
    allotted = of.map(tasks["cost"]).astype(float) * rows["share"].astype(float)
    excess = np.maximum(rows["requested"].astype(float) - allotted, 0.0)
    leads = (rows["role"] == TaskRole.LEAD).groupby(of).transform("sum")
    whole = rows["share"].astype(float).groupby(of).transform("sum")
    doubt = np.select(
        [leads != 1, (whole - 1).abs() > 1e-6, excess > 0.005],
        ["牵头部门不是一个，明确分工", "比例之和不是1，重新核定", "超过分担额，重复安排，核减"], "",
    )  # fmt: skip
    return rows.assign(name=of.map(tasks["name"]), allotted=allotted, excess=excess, doubt=doubt)


@ledger(
    "45-6", "task_money", "任务和资金匹配", "work_tasks",
    ["project_code", "cost", Column("项目资金", "money", "number"), Column("其中县级", "county", "number"),
     Column("任务缺资金", "short", "number")],
    label="{name}（{year}年）", stub="任务或项目", totals=("cost", "money", "county", "short"), at_stake="short",
    said="{total}项中{count}项任务和资金对不上，任务缺资金{at_stake}万元：{names}。",
    fine="{total}项任务和资金都对得上。",
    notes=("项目资金取 project_costs 表当年全部来源；任务登记年度里有资金、没有任务的项目也列出。",),
)  # fmt: skip
def task_money(plan: Plan) -> pd.DataFrame:
    """Tasks of a year beside the money of its projects: tasks without money, money without a task."""
    place = plan.basis.place
    tasks, costs = place.rows("work_tasks"), place.rows("project_costs")
    costs = costs[costs["year"].isin(tasks["year"])]
    money = costs.assign(county=costs["amount"].where(costs["funding"] == "county", 0.0).astype(float)).groupby(
        ["project_code", "year"])[["amount", "county"]].sum().astype(float).reset_index()  # fmt: skip
    rows = tasks[["name", "year", "cost", "project_code"]].merge(money, how="outer", on=["project_code", "year"])
    names = place.rows("projects").set_index("project_code")["name"]
    rows["name"] = rows["name"].fillna(rows["project_code"].map(names))
    cost, given = rows["cost"].astype(float).fillna(0.0), rows["amount"].fillna(0.0)
    short = np.maximum(cost - given, 0.0)
    doubt = np.select(
        [given == 0, cost == 0, short > 0.005],
        ["有任务没有资金，落实来源或调整", "有资金没有任务，核实去向", "资金不足，补足或压减任务"], "",
    )  # fmt: skip
    return rows.assign(cost=cost, money=given, county=rows["county"].fillna(0.0), short=short, doubt=doubt)


@ledger(
    "45-7", "four_budgets_alike", "四本预算同一制度", "approved_budget",
    [Column("批准日期", "approved_on", "text"), Column("会议", "meeting", "text"), Column("科目行数", "lines", "count"),
     Column("科目不符", "wrong", "count"), Column("公开日期", "published_on", "text"), Column("公开天数", "days", "count")],
    label="{budget}（{year}年）", stub="预算",
    said="{total}本预算中{count}本没有同一时间、同一科目编报：{names}。",
    fine="{total}本预算都在同一次会议批准，科目一致。",
    notes=("取最近一个有年初预算的年度；科目按 data/rules/accounts.csv 核对。",),
)  # fmt: skip
def four_budgets_alike(plan: Plan) -> pd.DataFrame:
    """The latest original budgets side by side: same meeting, known codes, published; one that is missing is listed."""
    rows = plan.basis.place.rows("approved_budget")
    rows = rows[(rows["kind"] == "original") & (rows["year"] == rows.loc[rows["kind"] == "original", "year"].max())]
    code = rows["line_or_code"]
    wrong = [text[:1].isdigit() and why_not_a_code(Budget(budget), text) is not None
             for text, budget in zip(code, rows["budget"], strict=True)]  # fmt: skip
    by = rows.assign(wrong=np.array(wrong, float)).groupby(rows["budget"].astype(str))
    found = by.agg(approved_on=("approved_on", "max"), meeting=("meeting", "last"), published_on=("published_on", "max"),
                   lines=("budget", "size"), wrong=("wrong", "sum")).reindex([each.value for each in Budget])  # fmt: skip
    days = (pd.to_datetime(found["published_on"]) - pd.to_datetime(found["approved_on"])).dt.days
    usual = rows["meeting"].mode().iloc[0] if len(rows) else ""
    doubt = np.select(
        [found["lines"].isna(), found["meeting"] != usual, found["wrong"] > 0, days.isna() & found["lines"].notna()],
        ["没有批准数，一并编报", "不是同一次会议批准，核实", "科目不在科目表，统一编码", "没有公开，及时公开"], "",
    )  # fmt: skip
    year = int(rows["year"].max()) if len(rows) else ""
    shown = found[["approved_on", "meeting", "published_on"]].astype(object).where(found["lines"].notna(), "—")
    return found.assign(**shown, budget=[each.label for each in Budget], year=year, days=days, doubt=doubt)
