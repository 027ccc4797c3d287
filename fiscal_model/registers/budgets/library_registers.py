"""The registers of the zero-based library beside `projects`: policies, standards, indicators, how a cost is worked out, certificates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from fiscal_model.registers.budgets.measure_registers import PROJECT
from fiscal_model.registers.refusals import EMPTY, FILLED, below, refuse
from fiscal_model.registers.relations import ratio
from fiscal_model.registers.rules import Finding, ReadTables, Reference
from fiscal_model.registers.schema import LONG_SPAN, column, optional, remark, table
from fiscal_model.words.cells import Amount, Count, Day, Number, Share, Text, Year
from fiscal_model.words.errors import did_you_mean
from fiscal_model.words.library_terms import Better, CertificateOutcome, IndicatorKind, Linkage


def _unknown_standard(table: str, tables: ReadTables) -> Iterator[Finding]:
    """Find lines by a standard that neither the standard library nor the guarantee items hold."""
    known = {row["standard_code"] for row in tables.records("spending_standards")}
    known |= {row["item_code"] for row in tables.records("guarantee_items")}
    for row in tables.records(table):
        if row["standard_code"] and row["standard_code"] not in known:
            remedy = (
                f"{did_you_mean(row['standard_code'], sorted(known))}请填标准库或三保项目的编号；库里没有标准的留空"
            )
            yield row["row_line"], "standard_code", f"标准库没有编号“{row['standard_code']}”", remedy


# fmt: off
LIBRARY = (
    table("policies", "政策库", ("policy_code",), "本级出台、执行的支出政策，有没有期限、有没有挂钩条款。", "政策文件、会议纪要",
        "Spending policies: since when, until when, last reviewed, whether a clause ties spending to growth. Moves no number of the plan.",
        column("policy_code", Text, "政策编号", "不重复。", "unique"),
        column("name", Text, "政策名称", "文件名称或一句话。", "name"),
        remark("department", "主管部门", "负责执行的部门。", "who carries it out"),
        column("legal_basis", Text, "文号", "文件名和文号。", "document and number"),
        column("start_year", Year, "起始年度", "开始执行的年度。", "first year"),
        optional("end_year", Year, "终止年度", "文件写明的最后一年；没有写明的留空。", "last year that the document says; empty: none", spans=LONG_SPAN),
        optional("reviewed", Year, "最近清理年度", "最近一次清理评估的年度。", "year of the last review"),
        optional("yearly_cost", Amount, "年支出", "县级财力一年为这项政策安排多少；没有统计的留空。", "county money a year; empty: not counted"),
        remark("target_group", "受益对象", "同一对象的政策写同一个词，用来查重。", "the same word for the same group: shows policies to merge"),
        optional("linkage", Linkage, "挂钩条款", "fixed 固定增长、gdp 与生产总值、revenue 与财政收支、other 与其他指标挂钩；没有的留空。",
            "`fixed`, `gdp`, `revenue` or `other`: the clause ties spending to it; empty: none"),
        remark("clause", "条款原文", "挂钩或增长条款的原文。", "words of that clause"),
        refuse("end_year", "终止年度 {end_year:.0f} 早于起始年度 {start_year}", "请核对两个年度", end_year=below("start_year")),
        refuse("clause", "填写了挂钩条款“{linkage.label}”，没有写条款原文", "请抄写原文，没有这样的条款就留空", linkage=FILLED, clause=EMPTY),
        example=dict(policy_code="Z01", name="招商引资企业奖补办法", legal_basis="县政发〔2023〕12号", start_year=2023, end_year=2027),
    ),
    table("spending_standards", "支出标准库", ("standard_code", "start_year"), "项目支出的单价标准；三保标准在三保项目清单，不在这里重复。", "标准文件、成本分析、政府采购成交价",
        "Standards of project spending, dated; those of the guarantees stand in `guarantee_items` and are not repeated.",
        column("standard_code", Text, "标准编号", "同一标准各年用同一编号。", "the same in all versions"),
        column("start_year", Year, "起始年度", "从这一年起执行，到下一版为止。", "in force from this year to the next version"),
        column("name", Text, "标准名称", "例如 机房运维。", "name"),
        column("per", Text, "计量单位", "例如 平方米、人·年。", "what it is for one of"),
        column("standard", Count, "标准", "每一计量单位，元。", "yuan for one"),
        remark("document", "依据", "文件或成本分析报告。", "document"),
        refuse("standard", "标准为 0", "没有标准的不必登记，请删去这一行", standard=0),
        example=dict(standard_code="B01", start_year=2025, name="乡村道路路面维修", per="平方米", standard=180),
    ),
    table("performance_indicators", "绩效指标库", ("indicator_code",), "可选用的绩效指标和标杆值。", "绩效指标体系、行业标准",
        "Performance indicators to choose from, with a benchmark.",
        column("indicator_code", Text, "指标编号", "不重复。", "unique"),
        column("name", Text, "指标名称", "例如 道路完好率。", "name"),
        column("kind", IndicatorKind, "指标类型", "quantity 数量、quality 质量、timeliness 时效、cost 成本、benefit 效益、satisfaction 满意度。"),
        column("measured_in", Text, "计量单位", "例如 %、公里、元。", "unit of the figure"),
        optional("benchmark", Number, "标杆值", "行业或历史标杆；没有的留空。", "benchmark; empty: none"),
        optional("better", Better, "方向", "higher 越高越好、lower 越低越好；空＝越高越好。", "`higher` (the default) or `lower`"),
        remark("field", "领域", "教育、农业、水务等。", "field"),
        example=dict(indicator_code="I01", name="道路完好率", measured_in="%", benchmark=95),
    ),
    table("project_targets", "项目绩效目标", ("project_code", "indicator_code"), "项目从绩效指标库选用的指标和目标值。", "绩效目标申报表",
        "Indicators that a project has chosen, with its target.",
        column("project_code", Text, "项目编号", "与 projects 表一致。", "as in `projects`", refers=PROJECT),
        column("indicator_code", Text, "指标编号", "与 performance_indicators 表一致。", "as in `performance_indicators`",
            refers=Reference("performance_indicators.indicator_code", "绩效指标库没有编号“{}”", "请从指标库选用，或者先登记指标", strict=True)),
        column("target", Number, "目标值", "按指标的计量单位。", "in the indicator's unit"),
        example=dict(project_code="P01", indicator_code="I01", target=96),
    ),
    table("project_lines", "项目测算明细", ("project_code", "year", "item"), "项目县级财力逐项的测算：数量×单价×本级负担比例，每行写凭证。", "项目申报书、报价、合同、概算",
        "How a project's county money is worked out: quantity x price x share, with evidence on every line. `project_costs` stays what is asked for.",
        column("project_code", Text, "项目编号", "与 projects 表一致。", "as in `projects`", refers=PROJECT),
        column("year", Year, "年度", "支出年度。", "year of spending"),
        column("item", Text, "明细事项", "一行一件事。", "one thing a row"),
        column("quantity", Count, "数量", "按标准的计量单位。", "in the unit of the standard"),
        remark("standard_code", "标准编号", "标准库的编号，三保项目填三保项目编号；没有标准的留空。", "as in `spending_standards`, or an item code of `guarantee_items`; empty: no standard"),
        column("price", Count, "申报单价", "元。", "yuan, as asked for"),
        column("share", Share, "本级负担比例", "由县级财力负担的比例，小数；全部填 1。", "the county's part, fraction"),
        remark("evidence", "凭证", "合同、报价、概算批复、名册；没有凭证的不予核定。", "contract, quotation, approval, list; without it the line is not accepted"),
        refuse("quantity", "数量或单价为 0", "没有支出的事项不必登记，请删去这一行", quantity=0),
        refuse("price", "数量或单价为 0", "没有支出的事项不必登记，请删去这一行", price=0),
        _unknown_standard,
        ratio("price", "expenditure", "project", times=("quantity", "share"), scale=1e-4),
        example=dict(project_code="P01", year=2027, item="路面维修", quantity=42000, price=180, share=0.6, evidence="施工图预算"),
    ),
    table("certificates", "评估意见书", ("code",), "已出具的财政承受能力评估意见书。", "评估意见书",
        "Certificates of the affordability assessment that were issued; `projects` names them.",
        column("code", Text, "意见书编号", "不重复。", "unique"),
        column("proposal", Text, "评估事项", "申报事项或项目的编号。", "code of the proposal or project"),
        column("outcome", CertificateOutcome, "结论", "passed 通过、conditional 有条件通过、refused 不通过。"),
        column("date", Day, "出具日期", "意见书的日期。"),
        column("valid_until", Day, "有效期止", "过期须复评。", "last day; then it is to be assessed again", spans=LONG_SPAN),
        remark("method_version", "办法版本", "评估办法的版本。", "version of the method"),
        remark("digest", "校验码", "评估输出的校验码。", "digest that the assessment printed"),
        refuse("valid_until", "有效期止 {valid_until} 早于出具日期 {date}", "请核对两个日期", valid_until=below("date")),
        example=dict(code="评2026-01", proposal="A01", date=dt.date(2026, 5, 20), valid_until=dt.date(2027, 5, 19)),
    ),
)
# fmt: on
