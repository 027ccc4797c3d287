"""The registers of pooled money and of measures."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from fiscal_model.law import classification as accounts
from fiscal_model.registers.refusals import EMPTY, FILLED, Complaint, above, at_most, below, other_than, refuse
from fiscal_model.registers.relations import alike, ratio, steady
from fiscal_model.registers.rules import Finding, OneValue, ReadTables, Reference, groups
from fiscal_model.registers.schema import column, optional, remark, table
from fiscal_model.words.cells import Amount, Day, Text, Year
from fiscal_model.words.vocabulary import ACTUAL, Budget, Certainty, MeasureKind, PooledSource, ProjectFunding

PROJECT = Reference("projects.project_code", "项目库没有编号“{}”", "请核对编号，或者在 projects 表登记", strict=True)

REVENUE_LINES = {"own_revenue": "本级收入", "fund_revenue": "基金收入", "state_capital_revenue": "国有资本经营收入"}
FLEXIBLE = "flexible_spending"
_SOURCES = (PooledSource.FUNDS, PooledSource.STATE_CAPITAL)
_SAME = {
    "name": "措施名称",
    "kind": "措施种类",
    "owner": "责任部门",
    "start_date": "开始日期",
    "finish_date": "完成日期",
    "basis": "依据",
}
_TO_THE_FEN = 0.005


def _target_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check that the target of a measure fits its kind."""
    kind, target = row["kind"], row["target"]
    if kind in {MeasureKind.RAISE, MeasureKind.SELL}:
        budget = Budget.FUNDS if target.startswith("10301") else Budget.GENERAL
        wrong = accounts.why_not_a_code(budget, target) if target not in REVENUE_LINES else None
        if wrong or not (target in REVENUE_LINES or target.startswith(("101", "103"))):
            known = "、".join(f"{line}（{label}）" for line, label in REVENUE_LINES.items())
            said = f"{kind.label}的对象填写的是“{target}”"
            return [("target", said, f"请填收入科目编码（101、103 开头），或 {known}")]
    if kind == MeasureKind.TRANSFER and target not in _SOURCES:
        known = "、".join(f"{word.value}（{word.label}）" for word in _SOURCES)
        return [("target", f"调入的对象填写的是“{target}”", f"只能填：{known}")]
    return []


def _carried_over_again(table: str, tables: ReadTables) -> Iterator[Finding]:
    """Find a carry-over told again after a unit's first year."""
    for unit in groups(tables.records(table), ("unit_name",)):
        first = min(row["year"] for row in unit)
        for row in unit:
            if row["year"] > first and row["carried_over"] is not None:
                remedy = f"只在第一个年度（{first} 年）填写，以后由程序滚算，请删去"
                yield row["row_line"], "carried_over", f"{row['year']} 年又填写了上年结转", remedy


def _unknown_or_beyond_its_cost(table: str, tables: ReadTables) -> Iterator[Finding]:
    """Find unknown projects; where all are known, more put off or cut than a project costs the county in a year."""
    rows = [
        row
        for row in tables.records(table)
        if row["kind"] == MeasureKind.POSTPONE or (row["kind"] == MeasureKind.CUT and row["target"] != FLEXIBLE)
    ]
    known = {project["project_code"] for project in tables.records("projects")}
    unknown = [row for row in rows if row["target"] not in known]
    for row in unknown:
        remedy = f"请填 projects 表的项目编号；压减一般性支出填 {FLEXIBLE}"
        yield row["row_line"], "target", f"项目库没有编号“{row['target']}”", remedy
    costs: dict[tuple[str, int], float] = defaultdict(float)
    for row in tables.records("project_costs"):
        if row["funding"] == ProjectFunding.COUNTY:
            costs[row["project_code"], row["year"]] += row["amount"]
    for same in [] if unknown else groups(rows, ("target", "year")):
        code, year = same[-1]["target"], same[-1]["year"]
        cost, taken = costs[code, year], sum(row["amount"] for row in same)
        if taken > cost + _TO_THE_FEN:
            said = f"项目“{code}”{year} 年县级资金 {cost:g} 万元，推迟和压减合计 {taken:g} 万元"
            remedy = "推迟和压减不能超过 project_costs 表当年的县级资金"
            yield same[-1]["row_line"], "amount", said, remedy


def _larger_than_the_budget(table: str, tables: ReadTables) -> Iterator[Finding]:
    """Find measures as large as the whole budget: figures in yuan told as 万元."""
    spent = [row for row in tables.records("totals") if row["line"] == "expenditure" and row["status"] in ACTUAL]
    last = max((row["year"] for row in spent), default=None)
    whole = max((row["amount"] for row in spent if row["year"] == last), default=float("inf"))
    for row in tables.records(table):
        if row["amount"] > whole:
            said = f"金额 {row['amount']:,.0f} 万元，大于一般公共预算支出 {whole:,.0f} 万元"
            yield row["row_line"], "amount", said, "请核对“unit”列：以元填写的单位写 yuan"


# fmt: off
MEASURES = (
    table("unit_funds", "单位资金", ("department", "unit_name", "year"),
        "单位的非财政拨款结转和收入，以及拟申请的县级财力；有它，先用单位自己的和同部门单位的钱。", "部门预算、单位会计账、结转结余资金台账",
        "Money of units that is no appropriation, and what they ask the county for outside projects. Its own money "
        "pays first, then sister units of the same department. One row a unit and plan year.",
        column("department", Text, "主管部门", "同一部门所属单位之间可以调配。", "units of one department may help each other"),
        column("unit_name", Text, "预算单位", "预算单位名称。", "unit; belongs to one department"),
        column("year", Year, "年度", "规划年度。", "plan year"),
        optional("carried_over", Amount, "上年结转", "单位非财政拨款的年初结转结余；只在该单位第一个年度填写，以后由程序滚算。",
            "balance at the start, only in the unit's first year; later ones are rolled forward"),
        column("income", Amount, "非财政拨款收入", "当年事业收入、经营收入等，不含财政拨款。", "operating and other income of the year"),
        column("earmarked", Amount, "其中限定用途", "结转和收入中有限定用途、不能统筹的部分，没有填 0。",
            "part of balance and income that is bound to a use, 0 when none"),
        column("requested", Amount, "拟由县级安排", "项目库以外，单位拟申请县级财力安排的公用经费、专项等（统筹前，不含三保）；没有填 0。",
            "county money asked for outside projects and the three guarantees, before pooling; 0 when none"),
        refuse("earmarked", "限定用途 {earmarked:g} 万元大于结转与收入之和 {total:g} 万元", "限定用途是结转和收入的一部分，请核对金额和单位",
            of=("carried_over", "income"), carried_over=FILLED, earmarked=above("total", by=_TO_THE_FEN)),
        OneValue("department", ("unit_name",), "单位“{unit_name}”登记在两个主管部门：{values}", "一个单位只归一个部门"),
        _carried_over_again,
        steady("income", "unit_name"),
        steady("requested", "unit_name"),
        ratio("carried_over", "expenditure", "project"),
        ratio("income", "expenditure", "project"),
        ratio("requested", "expenditure", "project"),
        example=dict(department="县教育局", unit_name="县第一中学", income=240, earmarked=60, requested=150),
    ),
    table("project_money", "项目可用资金", ("project_code", "year", "money", "document"),
        "项目分年支出没有列入的上级、基金和国资资金；有它，先用这些钱，再用县级财力。", "上级下达文件、基金和国资预算安排",
        "Money for a project that `project_costs` does not list yet; it pays before the county. Money from above must "
        "be counted in the transfers already.",
        column("project_code", Text, "项目编号", "与 projects 表一致。", "as in `projects`", refers=PROJECT),
        column("year", Year, "年度", "资金可用的年度；用不完的留给本项目下年。", "year it can be used; what is left stays with the project"),
        column("money", PooledSource, "资金种类", "superior 上级资金、funds 政府性基金、state_capital 国有资本经营；上级资金须已计入上级补助。"),
        column("amount", Amount, "可用金额", "project_costs 表没有列入、可以用于本项目的金额。"),
        remark("document", "文号", "下达或批准文号，可不填。", "document that gave it"),
        ratio("amount", "expenditure", "project"),
        ratio("amount", "project_costs.amount", "whole_part", on=("project_code", "year"), named="该项目当年支出"),
        example=dict(project_code="P02", amount=600),
    ),
    table("measures", "增收节支措施", ("package_code", "target", "year"),
        "带日期、责任部门和把握程度的措施；有它，规划计入各项措施，并比较有无每项措施的差别。", "增收节支方案、资产处置计划、部门承诺",
        "Dated packages of measures, one row a package, target and year.",
        column("package_code", Text, "措施编号", "同一项措施各年用同一编号。",
            "the same in all years; its name, kind, owner and start must agree"),
        column("name", Text, "措施名称", "一句话。", "one sentence"),
        column("kind", MeasureKind, "措施种类", "raise 增收、cut 压减、transfer 调入、sell 处置资产、postpone 推迟。"),
        column("target", Text, "对象",
            "增收、处置：收入科目编码，或 own_revenue（本级收入）、fund_revenue（基金收入）、state_capital_revenue（国有资本经营收入）；压减：flexible_spending（一般性支出）或项目编号；调入：funds 或 "
            "state_capital；推迟：项目编号。",
            "raise, sell: a revenue code, `own_revenue`, `fund_revenue` or `state_capital_revenue`; cut: `flexible_spending` or a project; "
            "transfer: `funds` or `state_capital`; postpone: a project"),
        column("owner", Text, "责任部门", "由谁负责。", "who answers for it"),
        column("start_date", Day, "开始日期", "增收、压减从这个月起算，首年按月折算。", "a raise or cut counts from this month"),
        optional("finish_date", Day, "完成日期", "按方案办完的日期，没有定的不填。", "by when it is to be done"),
        optional("basis", Text, "依据", "法规、文件名称和文号或会议纪要，没有的不填。", "law, document or minutes that it rests on"),
        column("year", Year, "年度", "见效的年度；推迟的填原来的年度。",
            "year of the effect; for `postpone` the year it was planned for"),
        column("amount", Amount, "金额", "全年数；推迟的填推迟的县级资金。", "of a whole year; for `postpone` the county money put off"),
        optional("postponed_to", Year, "推迟到", "推迟到的年度；只有推迟类填写。",
            "later year, only with `postpone`, at most ten years on"),
        column("certainty", Certainty, "把握程度", "certain 确定、likely 较有把握、possible 可能；按 measure_certainty 规则折算。",
            "`certain`, `likely` or `possible`, weighed by `data/rules/measure_certainty.toml`"),
        refuse("postponed_to", "推迟的措施没有填写推迟到哪一年", "请填写年度；取消项目的改填 cut 压减",
            kind=MeasureKind.POSTPONE, postponed_to=EMPTY),
        refuse("postponed_to", "{kind.label}措施填写了推迟到 {postponed_to}", "只有推迟类填写本列，请删去",
            kind=other_than(MeasureKind.POSTPONE), postponed_to=FILLED),
        refuse("postponed_to", "推迟到 {postponed_to} 年，不晚于原来的 {year} 年", "推迟到的年度应更晚",
            kind=MeasureKind.POSTPONE, postponed_to=at_most("year")),
        refuse("postponed_to", "推迟到 {postponed_to} 年，超出最长的规划期（10 年）", "请填规划期内的年度；不再实施的改填 cut 压减",
            kind=MeasureKind.POSTPONE, postponed_to=above("year", by=10)),
        refuse("amount", "金额为 0", "没有效果的年度不必登记，请删去这一行", amount=0),
        refuse("year", "见效年度 {year} 早于开始日期 {start_date}", "请核对年度和开始日期",
            kind=other_than(MeasureKind.POSTPONE), year=below("start_date")),
        refuse("finish_date", "完成日期 {finish_date} 早于开始日期 {start_date}", "请核对两个日期", finish_date=below("start_date")),
        *(OneValue(name, ("package_code",), f"措施“{{package_code}}”的{label}前后不一致",
            "同一编号只能是同一项措施；另一项措施请换一个编号") for name, label in _SAME.items()),
        _unknown_or_beyond_its_cost,
        _larger_than_the_budget,
        alike("amount", "kind"),
        ratio("amount", "target", "one_off", account=True, where={"kind": (MeasureKind.RAISE, MeasureKind.SELL)}),
        ratio("amount", "expenditure", "project"),
        check_row=_target_fault,
        example=dict(package_code="M01", name="停车、广告等国有资源有偿使用", target="10307", owner="县城市管理局", start_date=dt.date(2026, 7, 1), year=2026,
            amount=240, certainty="较有把握"),
    ),
)
# fmt: on
