"""The registers of balancing, one row a thing: approvals, requests, payments, measures, unit money."""

from __future__ import annotations

from pydantic import Field

from fiscal_model.words.cells import NOTE, SOURCE, UNIT, Amount, Day, Month, Number, Row, Text, Year
from fiscal_model.words.vocabulary import (
    ApprovalKind,
    Budget,
    Certainty,
    MeasureKind,
    MoneyFrom,
    PooledSource,
    ReallocationKind,
    Unit,
    YesNo,
)


class ApprovedBudgetRow(Row):
    year: Year = Field(title="年度", description="预算年度。")
    budget: Budget = Field(
        title="预算", description="general 一般公共预算、funds 政府性基金、state_capital 国有资本经营。"
    )
    line_or_code: Text = Field(
        title="项目或科目", description="年度总量的项目（代码或中文名），或科目编码，照批准的预算书填写。"
    )
    kind: ApprovalKind = Field(
        title="批准种类", description="original 年初预算、adjusted 调整预算、final_accounts 决算。"
    )
    amount: Number = Field(title="批准数", description="批准的全年数；调整预算填调整后的全年数，不是增减额。")
    approved_on: Day = Field(title="批准日期", description="人民代表大会或者常务委员会批准的日期。")
    meeting: Text = Field(title="会议届次", description="例如 第十九届人民代表大会第五次会议。")
    document: str = Field(default="", title="批准文件", description="决议文号或名称，可不填。")
    key: YesNo | None = Field(
        default=None,
        title="重点支出",
        description="预算安排的重点支出填 yes，调减它要作预算调整；只在年初预算的行填写。",
    )
    published_on: Day | None = Field(default=None, title="公开日期", description="向社会公开的日期；还没有公开的留空。")
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class PaymentRow(Row):
    year: Year = Field(title="年度", description="预算年度。")
    month: Month = Field(title="月份", description="1 到 12。")
    budget: Budget = Field(title="预算", description="general、funds 或 state_capital。")
    code: Text = Field(title="科目编码", description="支出功能分类科目编码，类、款、项都可以。")
    amount: Amount = Field(title="拨付金额", description="当月拨付数；一个月可以分单位、分项目填几行。")
    project_code: str = Field(default="", title="项目编号", description="项目支出填项目库编号，可不填。")
    unit_name: str = Field(default="", title="用款单位", description="可不填。")
    document: str = Field(default="", title="拨款文号", description="拨款文件或凭证号，可不填。")
    superior_document: str = Field(
        default="", title="上级追加文号", description="用年度中上级增加的专项转移支付拨付的，填上级文号；不算超预算。"
    )
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class ReallocationRow(Row):
    request_id: Text = Field(title="申请编号", description="本表内不重复的编号。")
    requested_on: Day = Field(title="申请日期", description="申请调剂的日期，年度按它确定。")
    budget: Budget = Field(title="预算", description="general、funds 或 state_capital。")
    kind: ReallocationKind = Field(
        title="调剂种类", description="codes 科目之间、levels 级次之间、uses 用途（项目）之间。"
    )
    from_line: str = Field(default="", title="调出科目", description="调减的项目或科目编码；只追加、不调减的留空。")
    to_line: str = Field(default="", title="调入科目", description="调增的项目或科目编码；只调减、不追加的留空。")
    amount: Amount = Field(title="金额", description="调剂或追加、追减的金额。")
    money_from: MoneyFrom = Field(
        title="资金来源",
        description="within 原预算调剂、superior 上级增加专项、stabilization 动用稳调基金、debt 新增举借债务、"
        "over_collection 超收收入、reserve 预备费、thrift 节约开支、other 其他。",
    )
    matching: Amount | None = Field(
        default=None,
        title="需本级配套",
        description="上级增加专项要求本级配套的金额，不需要的填 0；资金来源为上级增加专项时必填。",
    )
    new_policy: YesNo | None = Field(
        default=None, title="新出台政策", description="属于年度中新出台的增支或减收政策、措施的填 yes。"
    )
    reason: Text = Field(title="事由", description="一句话。")
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class UnitFundRow(Row):
    department: Text = Field(title="主管部门", description="同一部门所属单位之间可以调配。")
    unit_name: Text = Field(title="预算单位", description="预算单位名称。")
    year: Year = Field(title="年度", description="规划年度。")
    carried_over: Amount | None = Field(
        default=None,
        title="上年结转",
        description="单位非财政拨款的年初结转结余；只在该单位第一个年度填写，以后由程序滚算。",
    )
    income: Amount = Field(title="非财政拨款收入", description="当年事业收入、经营收入等，不含财政拨款。")
    earmarked: Amount = Field(title="其中限定用途", description="结转和收入中有限定用途、不能统筹的部分，没有填 0。")
    requested: Amount = Field(
        title="拟由县级安排",
        description="项目库以外，单位拟申请县级财力安排的公用经费、专项等（统筹前，不含三保）；没有填 0。",
    )
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class ProjectMoneyRow(Row):
    project_code: Text = Field(title="项目编号", description="与 projects 表一致。")
    year: Year = Field(title="年度", description="资金可用的年度；用不完的留给本项目下年。")
    money: PooledSource = Field(
        title="资金种类",
        description="superior 上级资金、funds 政府性基金、state_capital 国有资本经营；上级资金须已计入上级补助。",
    )
    amount: Amount = Field(title="可用金额", description="project_costs 表没有列入、可以用于本项目的金额。")
    document: str = Field(default="", title="文号", description="下达或批准文号，可不填。")
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class MeasureRow(Row):
    package_code: Text = Field(title="措施编号", description="同一项措施各年用同一编号。")
    name: Text = Field(title="措施名称", description="一句话。")
    kind: MeasureKind = Field(
        title="措施种类", description="raise 增收、cut 压减、transfer 调入、sell 处置资产、postpone 推迟。"
    )
    target: Text = Field(
        title="对象",
        description="增收、处置：收入科目编码，或 own_revenue（本级收入）、fund_revenue（基金收入）；压减：flexible_spending（一般性支出）或"
        "项目编号；调入：funds 或 state_capital；推迟：项目编号。",
    )
    owner: Text = Field(title="责任部门", description="由谁负责。")
    start_date: Day = Field(title="开始日期", description="增收、压减从这个月起算，首年按月折算。")
    year: Year = Field(title="年度", description="见效的年度；推迟的填原来的年度。")
    amount: Amount = Field(title="金额", description="全年数；推迟的填推迟的县级资金。")
    postponed_to: Year | None = Field(default=None, title="推迟到", description="推迟到的年度；只有推迟类填写。")
    certainty: Certainty = Field(
        title="把握程度", description="certain 确定、likely 较有把握、possible 可能；按 measure_certainty 规则折算。"
    )
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE
