"""The registers behind the three guarantees, one row a thing: people by age, pay events, units, pay dates, findings."""

from __future__ import annotations

from pydantic import Field

from fiscal_model.words.cells import NOTE, SOURCE, UNIT, Age, Amount, Count, Day, Month, Number, Row, Share, Text, Year
from fiscal_model.words.vocabulary import (
    FindingStatus,
    PayEventKind,
    PaymentKind,
    RateKind,
    Sex,
    StandardPart,
    Unit,
    YesNo,
)


class StandardChangeRow(Row):
    item_code: Text = Field(title="项目编号", description="与 guarantee_items 表一致。")
    effective: Day = Field(
        title="执行日期", description="从哪一天起执行，例如 2027-07-01；当年按月计，7 月起执行计半年。"
    )
    part: StandardPart = Field(title="标准类别", description="national 国家标准、local 地方标准（含国家标准）。")
    standard: Count = Field(title="标准", description="新的标准，每人（村）每期，元。")
    source: Text = SOURCE
    note: str = NOTE


class PopulationRow(Row):
    year: Year = Field(title="年度", description="年末人口所属年份；可以填几年，用不晚于基期的最近一年。")
    sex: Sex = Field(title="性别", description="male 男、female 女；没有分性别的填 total 合计，按男女各半测算。")
    age: Age = Field(title="年龄", description="周岁，从 0 岁起每岁一行；最后一岁代表该岁及以上。")
    persons: Count = Field(title="人数", description="常住人口，人；这个年龄确实没有人的填 0。")
    source: Text = SOURCE
    note: str = NOTE


class PopulationRateRow(Row):
    kind: RateKind = Field(
        title="比率",
        description="fertility 生育率、survival 存活率、newborn_survival 新生儿存活率、sex_ratio 出生性别比（女＝1）、"
        "migration 净迁移率、enrolment 在学率、eligibility 享受率。",
    )
    group: str = Field(
        default="",
        title="对象",
        description="在学率、享受率必填，与三保项目清单的“对象”一字不差，例如 小学在校生；其他比率不填。",
    )
    sex: Sex = Field(title="性别", description="male 男、female 女、total 不分性别；生育率填 female。")
    age_from: Age | None = Field(default=None, title="起始年龄", description="周岁；空＝从 0 岁起。")
    age_to: Age | None = Field(default=None, title="终止年龄", description="周岁，含本岁；空＝到最高年龄。")
    rate: Number = Field(
        title="数值",
        description="小数。存活率：这个年龄的人活过一年的比例；生育率：每名妇女一年生育数；净迁移率：迁出多于迁入的填负数。",
    )
    year: Year = Field(title="起用年度", description="从哪一年起用；以后没有新的一行就一直用。")
    source: Text = SOURCE
    note: str = NOTE


class PayDateRow(Row):
    month: Month = Field(title="月份", description="1 到 12。")
    kind: PaymentKind = Field(
        title="支出类别", description="salaries 工资、living 基本民生、operations 运转、debt 还本付息。"
    )
    share: Share | None = Field(
        default=None,
        title="占全年比例",
        description="这个月付全年的多少，小数；一类里填了一个月就要填齐，相加等于 1。与发放日至少填一个。",
    )
    day: int | None = Field(
        default=None,
        title="发放日",
        description="当月几号发放，1 到 31；只用于工资和基本民生，不填按月末。",
        ge=1,
        le=31,
    )
    source: Text = SOURCE
    note: str = NOTE


class FindingRow(Row):
    finding: Text = Field(title="问题编号", description="本表内不重复的编号。")
    found_date: Day = Field(title="发现日期", description="例如 2025-04-18。")
    topic: Text = Field(title="问题", description="一句话写明问题，例如 高龄津贴预算安排不足。")
    amount: Amount | None = Field(
        default=None, title="涉及金额", description="涉及的金额，单位见“单位”列；不涉及金额的不填。"
    )
    owner: Text = Field(title="责任单位", description="负责整改的单位。")
    due_date: Day = Field(title="整改期限", description="应在哪一天以前整改完，不早于发现日期。")
    status: FindingStatus = Field(title="状态", description="open 整改中、closed 已销号；是否逾期由程序按期限计算。")
    closed_date: Day | None = Field(
        default=None, title="销号日期", description="已销号的必填，不早于发现日期；整改中的不填。"
    )
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class StaffAgeRow(Row):
    group: Text = Field(title="人员组", description="与 staff 表一致。")
    sex: Sex = Field(
        default=Sex.TOTAL,
        title="性别",
        description="male 男、female 女；没有分性别的填 total 或不填，按男性退休年龄测算。",
    )
    age: Age = Field(title="年龄", description="staff 表年末的周岁（年度减出生年份）。")
    persons: Count = Field(title="人数", description="这个年龄的在职人数。")
    source: Text = SOURCE
    note: str = NOTE


class PayItemRow(Row):
    group: Text = Field(title="人员组", description="与 staff 表一致。")
    item: Text = Field(
        title="工资项目", description="基本工资、津贴补贴、绩效工资、奖金、乡镇工作补贴、艰苦边远津贴等，同组不重复。"
    )
    amount: Count = Field(title="人均金额", description="在职人均，元/年；各项之和代替 staff 表的人均工资。")
    pensionable: YesNo = Field(title="计缴费", description="yes 计入缴费基数（含公积金）、no 不计入。")
    source: Text = SOURCE
    note: str = NOTE


class PayEventRow(Row):
    group: Text = Field(title="人员组", description="与 staff 表一致；所有组都调整的填 全部。")
    effective_date: Day = Field(
        title="执行日期", description="例如 2027-07-01；从这个月起算（15 日以后的从下月起），7 月执行当年计半年。"
    )
    kind: PayEventKind = Field(title="方式", description="rate 按涨幅、amount 按人均增资额。")
    value: Number = Field(title="数值", description="涨幅填小数（5% 写 0.05）；增资额填元/人·年。")
    source: Text = SOURCE
    note: str = NOTE


class BudgetUnitRow(Row):
    department: Text = Field(title="主管部门", description="例如 县教育局；各单位按它汇总。")
    unit_name: Text = Field(title="预算单位", description="单位全称。")
    group: Text = Field(
        title="人员组", description="单位人员属于 staff 表的哪一组；这些人不再按该组的公用定额重复计算。"
    )
    quota_class: Text = Field(title="定额类别", description="与 quotas 表一致，例如 行政一类、事业三类。")
    quota_band: str = Field(default="", title="定额档次", description="与 quotas 表一致；不分档的不填。")
    year: Year = Field(title="年度", description="人数所属年份（基期年）。")
    heads: Count = Field(title="人数", description="按定额核算的人数。")
    quota: Count | None = Field(default=None, title="单位定额", description="元/人·年；空＝按 quotas 表的类别和档次。")
    fixed_sum: Amount | None = Field(
        default=None, title="固定数", description="与人数无关的定额（取暖、车辆等），没有的不填。"
    )
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class QuotaRow(Row):
    quota_class: Text = Field(title="定额类别", description="例如 行政一类、事业三类。")
    quota_band: str = Field(default="", title="定额档次", description="同类分档的名称；不分档的不填。")
    quota: Count = Field(title="定额", description="元/人·年。")
    valid_from: Day = Field(title="执行日期", description="从哪一天起执行；调整定额另起一行。")
    source: Text = SOURCE
    note: str = NOTE
