"""Task 7: what departments spend on themselves, and what they ask for to be bought, built and repaired."""

from __future__ import annotations

from fiscal_model.registers.ledgers.topics import Topic, adopted
from fiscal_model.registers.refusals import FILLED, above, refuse
from fiscal_model.registers.rules import Reference
from fiscal_model.registers.schema import COMING, LONG_SPAN, Column, column, optional, remark, table
from fiscal_model.words.asset_terms import AssetKind
from fiscal_model.words.cells import Amount, Count, Share, Text, Year
from fiscal_model.words.ledger_terms import YesNo
from fiscal_model.words.thrift_terms import BuildingWork, EventClass, EventKind, RunningItem

_STANDARD = Reference(
    "spending_standards.standard_code", "支出标准库没有编号“{}”", "请核对编号，或者先登记标准", strict=True
)
_ASSET = Reference(
    "unit_assets.asset_code", "资产台账没有编号“{}”", "请核对编号；没有可调剂的请清空这一格", strict=True
)


def department() -> Column:
    """Declare the department, by which thrift is scored."""
    return column("department", Text, "部门", "一级预算部门，各表一致。", "the same in all ledgers")


# fmt: off
TOPIC = Topic(7, "任务七　习惯过紧日子", "一般性支出管得住：超标准、超预算、可以调剂共用的逐项看得见；按部门得分核减的限额，决定以后计入规划", (
    table("running_costs", "“三公”经费和一般性支出", ("department", "item", "year"), "各部门“三公”经费、会议、培训、差旅的预算数和决算数。", "部门预算、部门决算、“三公”经费公开表",
        "What departments spend on cars, receptions, travel, meetings and training: budget and accounts. Moves no number of the plan.",
        department(),
        column("item", RunningItem, "项目", "abroad 因公出国（境）、vehicle_purchase 公务用车购置、vehicle_running 公务用车运行、reception 公务接待、meetings 会议费、training 培训费、travel 差旅费、other 其他。"),
        column("year", Year, "年度", "预算年度。", "budget year", spans=COMING),
        column("budget", Amount, "预算数", "年初部门预算。", "budget"),
        optional("actual", Amount, "决算数", "当年还没有决算的留空。", "accounts; empty: not yet closed"),
        example=dict(department="县财政局", item="公务接待费", year=2025, budget=6, actual=5.2),
    ),
    table("department_staff", "部门人员和编外人员", ("department", "year"), "各部门在职人数、编外人员的控制数、实有人数和经费。", "机构编制台账、编外用工审批表、工资统发数据",
        "Staff of departments, contract staff with their cap and cost. Moves no number of the plan.",
        department(),
        column("year", Year, "年度", "年末。", "end of that year"),
        column("heads", Count, "在职人数", "在编在岗人数。", "posts filled"),
        column("contract_cap", Count, "编外控制数", "批准的编外人员数；没有批准的填 0。", "contract staff admitted, 0 when none"),
        column("contract_persons", Count, "编外实有人数", "劳务派遣、合同聘用和临时人员。", "contract staff"),
        column("contract_cost", Amount, "编外经费", "一年的工资、社保和劳务费。", "yearly cost of contract staff"),
        example=dict(department="县财政局", year=2025, heads=58, contract_cap=4, contract_persons=4, contract_cost=17),
    ),
    table("events", "会议和培训计划", ("department", "name", "year"), "各部门计划召开的会议、举办的培训班。", "年度会议计划、年度培训计划、结算单",
        "Meetings and courses planned, held against quota x persons x days. Moves no number of the plan.",
        department(),
        column("name", Text, "名称", "会议或培训班名称。", "name"),
        column("kind", EventKind, "种类", "meeting 会议、training 培训。"),
        column("grade", EventClass, "类别", "one 一类、two 二类、three 三类、four 四类；培训只有前三类。"),
        column("year", Year, "年度", "计划年度。", "year", spans=COMING),
        column("persons", Count, "人数", "参加人数，含工作人员。", "persons, staff included"),
        column("days", Count, "天数", "会期或培训天数，含报到离开。", "days, arrival included"),
        column("planned", YesNo, "列入年度计划", "yes 已批准列入、no 没有列入。", "`yes` when in the approved plan of the year"),
        column("budget", Amount, "预算数", "申报或批准的费用。", "cost asked for"),
        optional("actual", Amount, "结算数", "实际支付；没有结算的留空。", "cost paid; empty: not yet"),
        refuse("grade", "培训没有“{grade.label}”", "培训只分一类、二类、三类", kind=EventKind.TRAINING, grade=EventClass.FOUR),
        example=dict(department="县财政局", name="预算编制会", kind="会议", grade="三类", year=2026, persons=80, days=1, planned="是", budget=4.4),
    ),
    table("cut_targets", "一般性支出压减目标", ("department", "year"), "各部门压减的基数、压减率，安排和支出了多少。", "压减通知、部门预算、预算执行",
        "Each department's base, rate of cut, budget and spending. Moves no number of the plan: what is decided is entered in `thrift_ceilings` or `measures`.",
        department(),
        column("year", Year, "年度", "压减年度。", "year of the cut", spans=COMING),
        column("base", Amount, "压减基数", "上年预算的一般性支出。", "general running costs of last year's budget"),
        column("rate", Share, "压减率", "小数。", "fraction to be cut"),
        column("arranged", Amount, "安排数", "当年预算安排的一般性支出。", "budget of the year"),
        optional("spent", Amount, "已支出", "年初至今；还没有执行的留空。", "spent so far; empty: not yet"),
        example=dict(department="县财政局", year=2026, base=120, rate=0.05, arranged=114, spent=61),
    ),
    table("standard_payments", "支出标准执行", ("payment_code",), "已支付事项的数量和单价，对照支出标准库。", "支付凭证、采购合同、验收单",
        "Quantity and unit price of what was paid, held against `spending_standards`. Moves no number of the plan.",
        column("payment_code", Text, "支付编号", "支付凭证号，不重复。", "unique"),
        department(),
        column("name", Text, "支付事项", "一句话。", "name"),
        column("year", Year, "年度", "支付年度。", "year of payment"),
        remark("standard_code", "标准编号", "与 spending_standards 表一致；没有标准的留空。", "as in `spending_standards`; empty: no standard", refers=_STANDARD),
        column("quantity", Count, "数量", "与标准同一计量单位。", "in the measure of the standard"),
        column("price", Count, "实际单价", "元。", "yuan for one, as paid"),
        example=dict(payment_code="P001", name="养老服务站运营补助", year=2025, standard_code="", quantity=6, price=80000),
    ),
    table("asset_requests", "新增资产配置申请", ("request_code",), "申请新购、新租的资产，先看存量能不能调剂共用。", "部门新增资产配置预算表、资产管理信息系统",
        "Assets asked for, held against what the stock of `unit_assets` can share. Moves no number of the plan.",
        column("request_code", Text, "申请编号", "不重复。", "unique"),
        department(),
        column("name", Text, "资产名称", "一句话。", "name"),
        column("kind", AssetKind, "类别", "building 房屋、land 土地、equipment 设备、vehicle 车辆、other 其他。"),
        column("year", Year, "年度", "申请配置年度。", "budget year", spans=COMING),
        remark("measure", "计量单位", "平方米、台时、天等，与资产台账相同。", "as in `unit_assets`"),
        column("needed", Count, "需要量", "与可调剂资产同一计量单位。", "in the measure of the asset that could be shared"),
        column("amount", Amount, "申请金额", "购置或租赁费用。", "cost of buying or renting"),
        remark("asset_code", "可调剂资产", "资产台账编号；查询后没有的留空。", "asset of the stock that could serve; empty: none", refers=_ASSET),
        example=dict(request_code="X01", name="租用会议室", kind="房屋", year=2026, needed=30, amount=9, asset_code=""),
    ),
    table("office_space", "办公用房", ("unit_name",), "各单位办公室使用面积和按职级的人数。", "办公用房管理台账、机关事务管理部门",
        "Office area of units and their heads by rank. Moves no number of the plan.",
        column("unit_name", Text, "单位", "不重复。", "unique"),
        department(),
        column("area", Count, "办公室面积", "使用面积，平方米，不含服务、设备和附属用房。", "usable area of offices, square metres"),
        column("county_chiefs", Count, "县级正职", "人数，没有填 0。", "persons of that rank"),
        column("county_deputies", Count, "县级副职", "人数，没有填 0。", "persons of that rank"),
        column("section_chiefs", Count, "正科级", "人数，没有填 0。", "persons of that rank"),
        column("section_deputies", Count, "副科级", "人数，没有填 0。", "persons of that rank"),
        column("others", Count, "科级以下", "人数，没有填 0。", "persons below"),
        refuse("others", "一个人也没有", "请填各职级人数", of=("county_chiefs", "county_deputies", "section_chiefs", "section_deputies", "others"), total=lambda total, row: total == 0),
        example=dict(unit_name="县财政局机关", area=480, county_chiefs=0, county_deputies=0, section_chiefs=2, section_deputies=5, others=35),
    ),
    table("information_systems", "政务信息平台项目", ("system_code",), "申请开发、升级的信息平台：建设费、运维费，能不能复用。", "项目建议书、信息化主管部门审查意见",
        "Information platforms asked for: cost of building and keeping them, what could be used instead. Moves no number of the plan.",
        column("system_code", Text, "项目编号", "不重复。", "unique"),
        department(),
        column("name", Text, "平台名称", "一句话。", "name"),
        column("build_cost", Amount, "建设费", "一次性投入。", "once"),
        column("yearly_cost", Amount, "年运维费", "云资源、安全、维护一年的费用。", "a year"),
        column("years", Count, "使用年限", "预计使用年数。", "expected life, years"),
        remark("existing", "可复用平台", "省市统建或本县已有、功能相同的平台；没有的留空。", "platform of the province, city or county with the same functions; empty: none"),
        remark("document", "审批文件", "信息化主管部门的审查意见；没有的留空。", "approval; empty: none"),
        example=dict(system_code="T01", name="智慧巡查平台", build_cost=120, yearly_cost=14, years=6),
    ),
    table("building_works", "政府投资建设和维修改造", ("work_code",), "新建、改扩建、维修改造项目的估算、概算、面积和上次维修。", "可研批复、初设概算批复、维修改造申请",
        "New buildings, extensions and repairs: estimates, area, last repair. Moves no number of the plan.",
        column("work_code", Text, "项目编号", "不重复。", "unique"),
        department(),
        column("name", Text, "项目名称", "全称。", "name"),
        column("kind", BuildingWork, "性质", "new 新建、extension 改扩建、repair 维修改造。"),
        optional("feasibility", Amount, "可研估算", "可行性研究报告批复的总投资；没有的留空。", "approved estimate of the feasibility study; empty: none"),
        column("estimate", Amount, "概算（预算）", "初步设计提出的概算；维修改造填预算。", "estimate of the initial design; of repairs their budget"),
        column("expected", Amount, "预计总投资", "按目前进度预计完成的总投资。", "total expected by now"),
        column("area", Count, "面积", "平方米；不按面积的填 0。", "square metres, 0 when not by area"),
        optional("last_repaired", Year, "上次维修年度", "同一处房屋上次维修改造的年度；没有的留空。", "year of the last repair; empty: none", spans=LONG_SPAN),
        column("year", Year, "年度", "计划开工年度。", "year of start", spans=COMING),
        refuse("last_repaired", "上次维修年度 {last_repaired} 晚于 {year}", "请核对年度", last_repaired=above("year")),
        refuse("last_repaired", "“{kind.label}”又写了上次维修年度", "只有维修改造填这一格", kind=(BuildingWork.NEW, BuildingWork.EXTENSION), last_repaired=FILLED),
        example=dict(work_code="W01", name="屋面防水维修", kind="维修改造", feasibility=None, estimate=26, expected=26, area=800, last_repaired=2012, year=2026),
    ),
    table("thrift_ceilings", "过紧日子考核与部门限额", ("department", "year"), "考核确认的得分，按得分核减的一般性支出。", "过紧日子考核通报、预算控制数通知",
        "The confirmed score and the running costs that it cuts. Decided rows lower flexible spending.",
        department(),
        column("year", Year, "年度", "核减哪一年的限额。", "year of the ceiling", spans=COMING),
        column("score", Count, "确认得分", "上年考核得分，0 到 100。", "confirmed score, 0 to 100", le=100),
        column("base", Amount, "核减基数", "该部门可以压减的一般性支出。", "running costs that can be cut"),
        adopted(),
        example=dict(department="县财政局", year=2026, score=92, base=110, adopted="否"),
    ),
))
# fmt: on
