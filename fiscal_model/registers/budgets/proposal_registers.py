"""The registers of what is proposed anew: what it costs by year, who else pays, what is given up for it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from fiscal_model.law import classification as accounts
from fiscal_model.law.rules import rule_table, rules
from fiscal_model.registers.function_codes import FUNCTION, NO_FUNCTION
from fiscal_model.registers.refusals import EMPTY, FILLED, Complaint, below, other_than, refuse
from fiscal_model.registers.relations import ratio
from fiscal_model.registers.rules import Finding, ReadTables, Reference, groups
from fiscal_model.registers.schema import LONG_SPAN, column, optional, remark, table
from fiscal_model.words.cells import Amount, Count, Day, Growth, Number, Share, Text, Year
from fiscal_model.words.errors import did_you_mean
from fiscal_model.words.proposal_words import (
    BONDS,
    BUILT,
    ONE_TIME,
    CostMoney,
    CostPart,
    Evidence,
    ProposalKind,
    ProposalSource,
    Rigidity,
)
from fiscal_model.words.vocabulary import Budget, YesNo

PROPOSAL = Reference(
    "proposals.proposal_code", "申报事项里没有编号“{}”", "请核对编号，或者在 proposals 表登记", strict=True
)
STAFF = "staff:"
PRICED = {
    "standard": "标准",
    "persons": "人数",
    "coverage": "覆盖面",
    "pay_per_person": "人均工资",
    "serving_persons": "在职人数",
}
SECTORS = {name: entry["label"] for name, entry in rules("affordability")["running"].items()}
NEGATIVE = {entry["item"]: entry["label"] for entry in rule_table("project_negative_list")}
_TO_THE_FEN = 0.005


def _as_ids(row: dict[str, Any]) -> list[Complaint]:
    """Write sector, item of the negative list and what a rise changes as ids; a fund must be one."""
    found = []
    for name, known, what in (
        ("sector", SECTORS, "领域"),
        ("negative_item", NEGATIVE, "负面清单条目"),
        ("priced_column", PRICED, "调整内容"),
    ):
        row[name] = {label: word for word, label in known.items()}.get(row[name], row[name])
        if row[name] and row[name] not in known:
            near = did_you_mean(row[name], known.values())
            found.append((name, f"没有{what}“{row[name]}”", f"{near}可填：{'、'.join(known.values())}"))
    for said in ("人员：", "人员:"):
        if row["priced_item"].startswith(said):
            row["priced_item"] = STAFF + row["priced_item"].removeprefix(said).strip()
    if row["fund_code"] and (wrong := accounts.why_not_a_code(Budget.FUNDS, row["fund_code"])):
        found.append(("fund_code", wrong, "请填基金收入科目编码，例如 1030148，或者留空"))
    return found


def _unknown_priced(table: str, tables: ReadTables) -> Iterator[Finding]:
    """Find raised items that are neither guarantee items nor staff groups."""
    known = {row["item_code"] for row in tables.records("guarantee_items")}
    known |= {f"{STAFF}{row['group']}" for row in tables.records("staff")}
    for row in tables.records(table) if known else ():
        if row["priced_item"] and row["priced_item"] not in known:
            remedy = f"{did_you_mean(row['priced_item'], sorted(known))}请填三保项目编号，或“人员：”加人员类别"
            yield row["row_line"], "priced_item", f"三保项目清单和人员台账里没有“{row['priced_item']}”", remedy


def _known_offset(row: dict[str, Any]) -> list[Complaint]:
    """Write an offset as its id; what may not be cut by law is refused with the reason."""
    listed = {entry["name"].partition("{")[0]: entry for entry in rule_table("offsets")}
    by_id = {entry["id"]: entry for entry in listed.values()}
    offset = next((entry["id"] for name, entry in listed.items() if row["offset"] == name or row["offset"] in name.split("（")[0]),
                  row["offset"])  # fmt: skip
    row["offset"] = offset
    may = "、".join(
        f"{entry['id']}（{name.split('（')[0]}）" for name, entry in listed.items() if entry["may"] == "yes"
    )
    if offset not in by_id:
        return [("offset", f"没有“{offset}”这一类可压减支出", f"可填：{may}")]
    if by_id[offset]["may"] == "no":
        return [("offset", f"“{by_id[offset]['name']}”不得压减或抵顶：{by_id[offset]['reason']}", f"可填：{may}")]
    return []


def _paid_twice(table: str, tables: ReadTables) -> Iterator[Finding]:
    """Find years in which others pay more than a thing costs, or bonds more than what is built; running costs go on unsaid."""
    costs: dict[tuple[str, int], float] = defaultdict(float)
    built: dict[tuple[str, int], float] = defaultdict(float)
    for row in tables.records("proposal_costs"):
        costs[row["proposal_code"], row["year"]] += row["amount"]
        built[row["proposal_code"], row["year"]] += row["amount"] if row["part"] == CostPart.ONE_OFF else 0.0
    running = {row["proposal_code"] for row in tables.records("proposal_costs") if row["part"] == CostPart.RUNNING}
    open_ended = running | {
        row["proposal_code"]
        for row in tables.records("proposals")
        if row["unit_cost"] is not None or row["kind"] in BUILT
    }
    for same in groups(tables.records(table), ("proposal_code", "year")):
        code, year, line = same[-1]["proposal_code"], same[-1]["year"], same[-1]["row_line"]
        lent = sum(row["amount"] for row in same if row["funding"] in BONDS)
        once = lent + sum(row["amount"] for row in same if row["funding"] in ONE_TIME)
        given = sum(row["amount"] for row in same)
        if lent > built[code, year] + _TO_THE_FEN:
            said = f"“{code}”{year} 年债券 {lent:g} 万元，一次性支出只有 {built[code, year]:g} 万元"
            yield line, "amount", said, "债券只能用于建设，不得用于经常性支出（预算法第三十五条），请核对两张表"
        elif once > built[code, year] + _TO_THE_FEN:
            said = f"“{code}”{year} 年债券和一次性财力共 {once:g} 万元，一次性支出只有 {built[code, year]:g} 万元"
            yield line, "amount", said, "稳调基金、结转结余、资产处置收入是一次性的钱，只付一次性支出，请核对两张表"
        elif (code not in open_ended or (code, year) in costs) and given > costs[code, year] + _TO_THE_FEN:
            said = f"“{code}”{year} 年资金来源 {given:g} 万元，支出只有 {costs[code, year]:g} 万元"
            yield line, "amount", said, "来源不能多于当年支出，请核对两张表"


def _named_twice(table: str, tables: ReadTables) -> Iterator[Finding]:
    """Find an offset that two proposals count on in one year: it is used once."""
    for same in groups(tables.records(table), ("offset", "named", "year")):
        codes = list(dict.fromkeys(row["proposal_code"] for row in same))
        if len(codes) > 1:
            said = f"{same[-1]['year']} 年压减“{same[-1]['named']}”已用于“{codes[0]}”"
            yield same[-1]["row_line"], "named", said, "同一笔压减只能抵一次，请写明各自压减的是什么"


def _outside_its_life(table: str, tables: ReadTables) -> Iterator[Finding]:
    """Find years before a proposal begins or after it ends."""
    known = {row["proposal_code"]: row for row in tables.records("proposals")}
    for row in tables.records(table):
        of = known.get(row["proposal_code"])
        if of and (row["year"] < of["start_year"] or (of["end_year"] and row["year"] > of["end_year"])):
            span = f"{of['start_year']}—{of['end_year']:.0f}年" if of["end_year"] else f"{of['start_year']}年起"
            said = f"“{row['proposal_code']}”的年度 {row['year']} 不在起止年度（{span}）以内"
            yield row["row_line"], "year", said, "请核对年度，或改 proposals 表的起止年度"


# fmt: off
_CODE = column("proposal_code", Text, "事项编号", "与 proposals 表一致。", "as in `proposals`", refers=PROPOSAL)
PROPOSALS = (
    table("proposals", "申报事项", ("proposal_code",),
        "拟新增的政策、提标、投资、债券项目、购买服务、担保、基金等，逐项评估承受能力；登记在这里不改变规划。", "申报表、可研批复、政策文件",
        "Proposed duties: what the affordability assessment looks at. Being registered moves no number of the plan.",
        column("proposal_code", Text, "事项编号", "不重复。", "unique"),
        column("name", Text, "事项名称", "全称。", "full name"),
        column("kind", ProposalKind, "事项种类",
            "policy 支出政策、raise 提标扩面、investment 政府投资、bond_project 债券项目、ppp 特许经营、purchase 跨年度购买服务、guarantee 担保、fund 基金出资、mid_year 执行中追加。"),
        remark("department", "申报单位", "申报的部门或乡镇。", "who asks for it"),
        column("priority", int, "优先级", "1 最优先；排在前面的先占用财力。", "1 first; those before it are paid first", ge=1, le=99),
        column("start_year", Year, "起始年度", "第一个有支出的年度。", "first year with a cost"),
        optional("end_year", Year, "终止年度", "最后一个有支出的年度；长期的留空。", "last year; empty for lasting ones", spans=LONG_SPAN),
        remark("legal_basis", "依据", "法律、文件或会议纪要，写文号。", "law, document or minutes"),
        optional("rigidity", Rigidity, "刚性", "legal 法定、by_policy 政策规定、discretionary 自主安排。"),
        remark("exit_clause", "退出条款", "怎样调整、何时退出；没有的留空。", "how it ends or is cut; empty: none"),
        column("sector", str, "领域", "学校、医院、道路等；没有填运行支出的，按领域的常见比例估计。", "of what is built; its usual running share is borrowed where none is given",
            default="", choices=SECTORS.values()),
        optional("completion_year", Year, "建成年度", "建成的年度，次年起有运行支出；不是建设项目的留空。", "running costs begin the year after", spans=LONG_SPAN),
        optional("beneficiaries", Count, "受益人数", "起始年度的人数；与人均标准一起填。", "persons in the first year"),
        optional("unit_cost", Count, "人均标准", "每人每年，元。", "yuan a person and year"),
        optional("beneficiaries_growth", Growth, "人数增幅", "每年，小数；空＝不变。", "a year, fraction"),
        optional("cost_growth", Growth, "支出增幅", "标准和运行支出每年的增幅，小数；空＝不变。", "of standard and running costs a year, fraction"),
        optional("own_share", Share, "本级负担比例", "人均标准部分由本级负担的比例，小数；空＝全部。", "county's share of the cost by persons; empty: all"),
        remark("priced_item", "提标项目", "提标扩面、调资填三保项目编号，或“人员：”加人员类别，例如 人员：义务教育；由三保测算计价。", "item code or `staff:group`: priced by the guarantee block"),
        column("priced_column", str, "调整内容", "标准、人数、覆盖面、人均工资、在职人数。", "`standard`, `persons`, `coverage`, `pay_per_person` or `serving_persons`",
            default="", choices=PRICED.values()),
        optional("priced_add", Number, "调整幅度", "提高（增加）多少，标准和工资为元，人数为人，覆盖面为小数。", "by how much"),
        FUNCTION, NO_FUNCTION,
        remark("fund_code", "基金科目", "由政府性基金负担的，填基金收入科目编码。", "fund that pays, code of its income"),
        optional("bond_rate", Share, "债券利率", "小数；空＝按测算假设。", "coupon; empty: as assumed"),
        optional("bond_years", int, "债券期限", "年，1 到 30；空＝按测算假设。", "years; empty: as assumed", ge=1, le=30),
        optional("project_income", Amount, "年项目收益", "建成后每年可用于还本付息的净收益。", "net income a year once built"),
        optional("guaranteed", Amount, "担保或风险敞口", "担保余额、风险补偿的贷款余额。", "what is guaranteed"),
        optional("call_rate", Share, "年代偿率", "预计每年代偿的比例，小数。", "part expected to be called a year"),
        optional("feasibility_estimate", Amount, "可研估算", "可行性研究报告的总投资。", "estimate of the feasibility study"),
        optional("design_estimate", Amount, "初设概算", "初步设计的总投资。", "estimate of the design"),
        optional("approved_estimate", Amount, "核定概算", "经核定的总投资。", "approved total"),
        optional("approvals", YesNo, "审批手续", "可研批复、用地、环评等手续是否齐全；不是投资项目的留空。", "`yes`: all there"),
        column("negative_item", str, "负面清单条目", "属于专项债券等投向负面清单的，从下拉表里选；不在清单的留空。", "item of the negative list", default="", choices=NEGATIVE.values()),
        optional("advance_funding", YesNo, "施工垫资", "是否由施工单位垫资建设；没有的填 no 或留空。", "`yes`: the builder advances the money"),
        optional("hidden_debt", YesNo, "变相举债", "是否承诺回购、兜底或由企业举债偿还；没有的填 no 或留空。", "`yes`: a promise that is hidden debt"),
        refuse("end_year", "终止年度 {end_year:.0f} 早于起始年度 {start_year}", "请核对两个年度", end_year=below("start_year")),
        refuse("completion_year", "建成年度 {completion_year:.0f} 早于起始年度 {start_year}", "请核对两个年度", completion_year=below("start_year")),
        refuse("unit_cost", "填写了受益人数，没有填写人均标准", "请补人均标准（元），或删去受益人数", beneficiaries=FILLED, unit_cost=EMPTY),
        refuse("beneficiaries", "填写了人均标准，没有填写受益人数", "请补受益人数，或删去人均标准", beneficiaries=EMPTY, unit_cost=FILLED),
        refuse("priced_item", "提标扩面没有填写提标项目，也没有填写人均标准", "请填三保项目编号和调整幅度，或填受益人数和人均标准",
            kind=ProposalKind.RAISE, priced_item=EMPTY, unit_cost=EMPTY),
        refuse("priced_add", "提标项目“{priced_item}”没有填写调整内容和幅度", "请填 priced_column 和 priced_add", priced_item=FILLED, priced_add=EMPTY),
        refuse("priced_column", "提标项目“{priced_item}”没有填写调整内容", "请填 standard 等", priced_item=FILLED, priced_column=EMPTY),
        refuse("call_rate", "填写了担保或风险敞口，没有填写年代偿率", "请填预计的代偿率，确实没有填 0", guaranteed=FILLED, call_rate=EMPTY),
        refuse("guaranteed", "{kind.label}没有填写担保或风险敞口", "请填担保余额或贷款余额", kind=ProposalKind.GUARANTEE, guaranteed=EMPTY),
        refuse("sector", "{kind.label}没有填写领域", "请填写领域，运行支出要用到", kind=BUILT, sector=EMPTY),
        refuse("bond_years", "不是债券项目，填写了债券期限", "请删去，或把种类改为 bond_project", kind=other_than(*BUILT), bond_years=FILLED),
        _unknown_priced,
        ratio("guaranteed", "expenditure", "investment_size"), ratio("approved_estimate", "expenditure", "investment_size"),
        ratio("feasibility_estimate", "expenditure", "investment_size"), ratio("design_estimate", "expenditure", "investment_size"),
        ratio("project_income", "expenditure", "investment_size"),
        check_row=_as_ids,
        example=dict(proposal_code="A01", name="80岁以上老人意外保险补贴", kind="支出政策", start_year=2027, beneficiaries=4100, unit_cost=60),
    ),
    table("proposal_costs", "申报事项分年支出", ("proposal_code", "year", "part", "money"), "申报事项分年度、分一次性和经常性的全部支出（含别人出的钱）。", "实施方案、可研报告",
        "The whole cost of proposals by year, whoever pays; without running rows what is built is run at the usual share of its sector.",
        _CODE,
        column("year", Year, "年度", "支出年度。", "year of spending", spans=LONG_SPAN),
        column("part", CostPart, "支出性质", "one_off 一次性（建设、购置）、running 经常性（运行、补助）。"),
        column("money", CostMoney, "所在预算", "general 一般公共预算、funds 政府性基金；基金只能负担一次性支出。"),
        column("amount", Amount, "金额", "当年的全部支出。", "whole cost of the year"),
        refuse("money", "经常性支出列在政府性基金", "基金结余是一次性的钱，只付一次性支出，请改为 general", part=CostPart.RUNNING, money=CostMoney.FUNDS),
        refuse("amount", "金额为 0", "没有支出的年度不必登记，请删去这一行", amount=0),
        _outside_its_life,
        ratio("amount", "expenditure", "project"),
        example=dict(proposal_code="A01", year=2027, amount=1200),
    ),
    table("proposal_sources", "申报事项资金来源", ("proposal_code", "year", "funding", "document"), "除本级财力以外由谁出钱，凭证落实到什么程度。", "下达文件、债券额度通知、协议",
        "Who else pays, by year, and how sure that is; the county pays the rest.",
        _CODE,
        column("year", Year, "年度", "资金到位的年度。", "year it comes", spans=LONG_SPAN),
        column("funding", ProposalSource, "资金来源", "superior 上级、general_bond 一般债券、special_bond 专项债券、unit 单位自有、income 项目收益、social 社会资本；本级一次性财力：stabilization 稳调基金、carry_over 结转结余、asset_sale 资产处置，只付一次性支出。"),
        column("amount", Amount, "金额", "当年到位的金额。", "money of that year"),
        column("evidence", Evidence, "落实程度", "letter 有文件、budgeted 已列预算或计划、expected 争取中。"),
        remark("document", "凭证", "文号或协议名称；有文件的必填。", "number or name of the document; needed with `letter`"),
        refuse("document", "落实程度是{evidence.label}，没有填写凭证", "请填文号；没有文件的改填 budgeted 或 expected", evidence=Evidence.LETTER, document=EMPTY),
        _outside_its_life,
        _paid_twice,
        ratio("amount", "expenditure", "project"),
        example=dict(proposal_code="A01", year=2027, amount=600, evidence="已列预算或计划"),
    ),
    table("proposal_offsets", "申报事项抵顶支出", ("proposal_code", "year", "offset", "named"), "为申报事项压减、推迟的支出：指名、有日期、依法可以压减、只用一次。", "压减方案、会议纪要",
        "What is given up for a proposal: named, dated, lawful, used once.",
        _CODE,
        column("year", Year, "年度", "压减见效的年度。", "year of the effect", spans=LONG_SPAN),
        column("offset", Text, "抵顶类别", "data/rules/offsets.csv 里可以压减的一类：projects 储备项目、development 发展类支出、operations 一般性支出、reserve 超额预备费、revolving 补充周转金、funds 基金本项支出。",
            "id of `data/rules/offsets.csv`; what may not be cut is refused", choices=("储备项目", "发展类支出", "一般性支出")),
        column("named", Text, "压减什么", "具体的项目或支出名称。", "what exactly is cut"),
        column("amount", Amount, "金额", "当年压减的金额。", "money of that year"),
        column("decided", Day, "批准日期", "谁在哪一天定的。", "day it was decided"),
        remark("document", "凭证", "会议纪要或批复文号。", "minutes or number"),
        refuse("amount", "金额为 0", "没有效果的年度不必登记，请删去这一行", amount=0),
        _outside_its_life,
        _named_twice,
        ratio("amount", "expenditure", "project"),
        check_row=_known_offset,
        example=dict(proposal_code="A01", year=2027, offset="一般性支出", named="会议、差旅和信息化运维", decided=dt.date(2026, 11, 10)),
    ),
)
# fmt: on
