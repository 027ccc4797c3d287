"""Task 3: data of tax-related departments, tax by firm, who submits when, how data are classed, codes of old years."""

from __future__ import annotations

import datetime as dt

from fiscal_model.law.credit_code import is_credit_code
from fiscal_model.registers.ledgers.topics import Topic
from fiscal_model.registers.refusals import EMPTY, FILLED, Refusal, below, refuse
from fiscal_model.registers.rules import Reference
from fiscal_model.registers.schema import LONG_SPAN, Column, column, optional, remark, table
from fiscal_model.words.cells import Amount, Count, Day, Text, Year
from fiscal_model.words.data_terms import CodeKind, DataCategory, DataLevel, RecordKind, Refresh, Sharing

_FIRM = Reference(
    "tax_registrations.credit_code", "税务登记里没有代码“{}”", "请先在 tax_registrations 表登记企业", strict=True
)
_NO_CREDIT_CODE = refuse(
    "credit_code", "“{credit_code}”不是统一社会信用代码", "18 位，字母大写，不含 I、O、S、V、Z，末位为校验码（GB 32100），请照营业执照核对",
    credit_code=lambda code, row: not is_credit_code(code),
)  # fmt: skip


def _credit_code(refers: Reference | None = None) -> Column:
    return column("credit_code", Text, "统一社会信用代码", "18 位。", "unified social credit code, check digit held", refers=refers)  # fmt: skip


def _coded(refers: Reference | None = None) -> tuple[Column, Refusal]:
    return _credit_code(refers), _NO_CREDIT_CODE


# fmt: off
TOPIC = Topic(3, "任务三　财政数字化", "涉税数据按企业代码汇到一起：匹配率、没有申报的线索、财源结构、谁迟报；财政数据有目录、有分级，编码分年有版本", (
    table("tax_registrations", "税务登记户", ("credit_code",), "登记的纳税人，行业和乡镇，其他涉税数据按代码对到它。", "税务登记信息",
        "Registered taxpayers by credit code, sector and township; what others submit is joined to them. Moves no number of the plan.",
        *_coded(),
        column("firm", Text, "纳税人", "企业全称。", "full name"),
        column("sector", Text, "行业", "一个词。", "sector"),
        column("township", Text, "乡镇", "所在乡镇、街道。", "township"),
        example=dict(credit_code="91350100M000100Y43", firm="水泥有限责任公司", sector="建材", township="城关镇"),
    ),
    table("tax_payments", "分户税收", ("credit_code", "code", "year"), "纳税人分税种的计税依据和县级入库数。", "税务部门分户入库明细",
        "County tax by firm, kind and year, with the base declared. Moves no number of the plan.",
        _credit_code(_FIRM),
        column("code", Text, "税种", "收入科目，款 5 位，例如 10101。", "five-digit revenue code"),
        column("year", Year, "年度", "入库年度。", "year paid"),
        optional("taxable_base", Amount, "申报计税依据", "增值税填申报销售额；没有的留空。", "declared base, of VAT the sales"),
        column("paid", Amount, "县级入库数", "入县级库的数，与重点税源表同口径。", "the county's share, as in `taxpayers`"),
        refuse("code", "“{code}”不是税收科目的款", "请填 5 位的税收科目，例如 10101 增值税", code=lambda cell, row: not (len(cell) == 5 and cell.isdigit() and cell.startswith("101"))),
        refuse("taxable_base", "申报计税依据 {taxable_base:g} 小于入库数 {paid:g}", "税额不会大于计税依据，请核对单位", taxable_base=below("paid")),
        example=dict(credit_code="91350100M000100Y43", code="10101", year=2025, taxable_base=18000, paid=620),
    ),
    table("department_records", "涉税部门数据", ("department", "kind", "credit_code", "year"), "供电、自然资源、人社等部门按企业报送的数据。", "综合治税平台、部门报送文件",
        "What departments know of firms: electricity, land, property sold, employees. Joined by credit code; moves no number of the plan.",
        column("department", Text, "报送部门", "涉税成员单位。", "department"),
        column("kind", RecordKind, "数据种类", "electricity 用电量、land_use 用地面积、property 不动产成交额、employees 参保人数。"),
        *_coded(),
        column("firm", Text, "企业名称", "部门登记的名称。", "name as the department has it"),
        column("year", Year, "年度", "数据所属年度。", "year of the figure"),
        column("quantity", Count, "数量", "用电量填千瓦时、用地填平方米、成交额填万元、参保填人。", "kWh, square metres, 10k yuan or persons"),
        example=dict(department="县供电公司", kind="用电量", credit_code="91350100M000100Y43", firm="水泥有限责任公司", year=2025, quantity=8600000),
    ),
    table("data_submissions", "涉税数据报送日历", ("department", "kind", "due_date"), "谁在哪一天以前报什么，报了没有，报全没有。", "综合治税工作方案、平台接收记录",
        "Submission calendar of the departments. Moves no number of the plan.",
        column("department", Text, "报送部门", "涉税成员单位。", "department"),
        column("kind", Text, "报送内容", "一句话。", "what is to be submitted"),
        column("due_date", Day, "应报日期", "规定的日期。", "due day"),
        column("expected", Count, "应报条数", "按登记户数等确定。", "rows expected"),
        optional("submitted_on", Day, "报送日期", "没有报送的留空。", "empty: not submitted"),
        optional("received", Count, "实收条数", "没有报送的留空。", "rows received; empty: none"),
        refuse("received", "填了报送日期，没有填实收条数", "请填平台接收的条数", submitted_on=FILLED, received=EMPTY),
        example=dict(department="县供电公司", kind="企业用电量", due_date=dt.date(2025, 7, 10), expected=120),
    ),
    table("data_classes", "财政数据分类分级", ("dataset",), "每一张财政数据表的类别、级别、责任单位、更新频率和共享属性。", "财政数据分类分级规范、数据资源目录",
        "Category, level, owner, refresh and sharing of every dataset; registers of this house that are filled must be in it. Moves no number of the plan.",
        column("dataset", Text, "数据表", "本系统的表填英文表名，例如 staff；其他系统的写全名。", "register's id, or the name of another dataset"),
        column("category", DataCategory, "类别", "budget 预算、revenue 收入、spending 支出、debt 债务、asset 资产、people 人员、project 项目和绩效、supervision 监督、reference 基础和参考。"),
        column("level", DataLevel, "级别", "core 核心、important 重要、sensitive 敏感、ordinary 一般。"),
        remark("owner", "责任单位", "数据的责任股室或单位。", "who answers for it"),
        column("refresh", Refresh, "更新频率", "monthly 按月、quarterly 按季、yearly 按年、as_needed 不定期。"),
        optional("updated_on", Day, "最近更新", "没有更新记录的留空。", "last refresh; empty: never recorded"),
        column("sharing", Sharing, "共享属性", "open 公开、unconditional 无条件共享、conditional 有条件共享、none 不予共享。"),
        example=dict(dataset="staff", category="人员", level="敏感", owner="预算股", refresh="按年", updated_on=dt.date(2025, 12, 20), sharing="不予共享"),
    ),
    table("code_versions", "编码表（分年版本）", ("kind", "code", "from_year"), "科目、单位、乡镇的编码从哪一年用到哪一年，停用以后改用哪一个。", "财政部年度政府收支分类科目修订说明、机构改革文件、行政区划代码表",
        "Codes of subjects, units and townships with the years in which they hold and what replaces them. Subjects of today's chart and units that "
        "never changed need no row. Uses outside a code's years are listed with the code that replaces it. Moves no number of the plan.",
        column("kind", CodeKind, "种类", "general 一般公共预算科目、funds 政府性基金科目、state_capital 国有资本经营科目、social_insurance 社会保险基金科目、unit 预算单位、township 乡镇。"),
        column("code", Text, "编码", "科目编码、单位编码，乡镇填 9 位行政区划代码。", "subject, unit, or the nine digits of a township"),
        remark("name", "名称", "当时的名称；单位和乡镇必填，其他表按名称对到编码。", "name in those years; units and townships are known by it elsewhere"),
        column("from_year", Year, "启用年度", "从哪一年起使用；不详的填最早有数的一年。", "first year", spans=LONG_SPAN),
        optional("to_year", Year, "停用年度", "使用的最后一年；仍在使用的留空。", "last year; empty: in use", spans=LONG_SPAN),
        remark("new_code", "新编码", "停用以后改用的编码；撤销的留空。", "what replaces it; empty: nothing does"),
        refuse("name", "{kind.label}没有填写名称", "请填写当时的全称，其他表按名称对照", kind=(CodeKind.UNIT, CodeKind.TOWNSHIP), name=EMPTY),
        refuse("to_year", "停用年度 {to_year} 早于启用年度 {from_year}", "请核对两个年度", to_year=below("from_year")),
        refuse("to_year", "填写了新编码 {new_code}，没有填停用年度", "请填旧编码使用的最后一年", new_code=FILLED, to_year=EMPTY),
        refuse("new_code", "新编码与旧编码相同（{new_code}）", "没有改的不需要对照，请删去新编码", new_code=lambda cell, row: cell == row["code"]),
        example=dict(kind="一般公共预算科目", code="2110602", from_year=2007, to_year=2023, new_code="2110699"),
    ),
))
# fmt: on
