"""The registers of staff, their ages and pay, and of the quotas of running costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from fiscal_model.registers.function_codes import FUNCTION, NO_FUNCTION
from fiscal_model.registers.refusals import EMPTY, FILLED, above, below, between, other_than, outside, refuse, unlike
from fiscal_model.registers.relations import ratio
from fiscal_model.registers.rules import Finding, ReadTables, Reference, rule
from fiscal_model.registers.schema import COMING, OF_THE_BASE, column, optional, remark, table
from fiscal_model.words.cells import Age, Amount, Count, Day, Growth, Number, Share, Text, Year
from fiscal_model.words.vocabulary import PayEventKind, Sex, UnitClass, UnitFunding, YesNo

EVERY_GROUP = "全部"
"""The group of a pay event that touches all."""
RATES = ("pension_rate", "annuity_rate", "medical_rate", "other_rate")
"""Employer's contributions by kind, the housing fund apart."""
KINDS = (
    "单位缴费（未分项）",
    "养老保险单位缴费",
    "职业年金单位缴费",
    "医疗保险单位缴费",
    "其他社会保险单位缴费",
    "住房公积金",
)
"""Employer's contributions as they are printed: those not told apart, then by kind, the housing fund last."""
ANNUITY, RETIREES, CONTRACT = "职业年金做实", "离退休人员", "编外聘用人员"
ONE_ITEM = "工资（未分项）"
"""Pay of a group whose pay items are not known."""
LEAST_YEARLY_PAY, LEAST_QUOTA = 1_000, 10
"""Yuan a person and year: less is a figure in 万元."""


def _rates_in_part(row: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Find a staff group with some of the four contributions only."""
    missing = [name for name in RATES if row.get(name) is None]
    if not 0 < len(missing) < len(RATES):
        return []
    said = f"四项缴费率只填了 {len(RATES) - len(missing)} 项"
    return [(missing[0], said, "四项缴费率要么都填，要么都不填；确实不缴的填 0")]


def _without_quota(table: str, tables: ReadTables) -> Iterator[Finding]:
    """Find units that neither their own row nor their class gives a quota."""
    begins: dict[tuple[str, str], int] = {}
    for row in tables.records("quotas"):
        key = (row["quota_class"], row["quota_band"])
        begins[key] = min(row["valid_from"].year, begins.get(key, row["valid_from"].year))
    for unit in tables.records(table):
        key = (unit["quota_class"], unit["quota_band"])
        if unit["quota"] is None and unit["heads"] > 0 and begins.get(key, 9999) > unit["year"]:
            name = "、".join(word for word in key if word)
            found = f"“{unit['unit_name']}”没有单位定额，quotas 表里也没有“{name}”在 {unit['year']} 年执行的定额"
            remedy = "请在 quotas 表补上这一类（档），或在 quota 列填单位定额"
            yield unit["row_line"], "quota_class", found, remedy


# fmt: off
GROUP = Reference("staff.group", "staff 表里没有人员组“{}”", "{near}只能填 staff 表里的人员组：{known}", "请先填写 staff 表（人员台账）", cutoff=0.5)
EVERY_GROUP_OR_ONE = replace(GROUP, others=(EVERY_GROUP,))
QUOTA_IN_YUAN = refuse("quota", "人均定额 {quota:g} 元，像是以万元填写", "请按元填写，例如 12000", quota=between(0, LEAST_QUOTA))

STAFF = (
    table("staff", "人员台账", ("group",), "分组的编制、实有、工资，用于保工资和公用经费。", "编制实名制系统、工资统发系统",
        "Staff. Groups of staff: salaries and running costs bottom-up.",
        column("group", Text, "人员组", "例如 行政、公检法司、义务教育、卫生、其他事业、乡镇。", "name of the group, unique"),
        column("year", Year, "年度", "年末数所属年份（基期年）。", "year of the counts (base year)", spans=OF_THE_BASE),
        column("posts", Count, "编制数", "核定编制，人。", "authorised posts, persons"),
        column("serving_persons", Count, "在职实有", "财政供养在职人数。", "serving staff on the budget, persons"),
        column("retired_persons", Count, "离退休", "由财政负担统筹外待遇的离退休人数。", "retired staff paid by the budget, persons"),
        column("entries", Count, "每年新进", "预计每年新进人数。", "persons a year"),
        column("exits", Count, "每年退出", "预计每年退休、调出人数。", "persons a year"),
        column("pay_per_person", Count, "人均工资", "在职人均年工资（国家规定部分），元/年。", "yuan a year"),
        optional("employer_rate", Share, "单位缴费率", "养老、年金、医疗、失业、工伤单位缴费合计占工资比例，小数；下面四项缴费率填全了可以不填。",
            "employer contributions, fraction of pay; may be left out when the four rates below are given"),
        column("housing_rate", Share, "公积金率", "住房公积金单位缴存比例，小数。", "housing fund, fraction of pay"),
        column("retiree_cost_per_person", Count, "离退休人均", "离退休人均年统筹外支出，元/年。", "yuan a year"),
        column("operations_quota", Count, "公用定额", "在职人均公用经费定额，元/年。", "running-cost quota, yuan a year and person"),
        column("fiscal_share", Share, "财政负担比例", "全额为 1，差额单位按补助比例。", "part paid by the budget, fraction"),
        optional("unit_class", UnitClass, "单位类别",
            "administrative 行政、civil_service 参公、institution 事业、teachers 教师、medical 医疗、workers 工勤、other 其他；"
            "决定女职工的退休年龄。",
            "`administrative`, `civil_service`, `institution`, `teachers`, `medical`, `workers`, `other`; women "
            "retire earlier as `workers`"),
        remark("grade_band", "职级档", "例如 科级及以下、副高以上；只供查看。", "for reading only"),
        optional("funding", UnitFunding, "供养方式", "full 全额、partial 差额；与财政负担比例一致。",
            "`full` (share 1) or `partial` (share below 1)"),
        optional("transfers_out", Count, "每年调出", "每年退出中调走、不退休的人数；空＝退出的都退休。",
            "the part of the exits that does not retire; empty: all retire"),
        optional("contract_persons", Count, "编外人数", "占编制以外的聘用人员，由财政负担的人数。",
            "contract staff outside the posts whom the budget pays; together with their cost"),
        optional("contract_cost", Count, "编外人均", "编外人员人均年支出（含保险），元/年。", "yuan a year"),
        optional("grade_drift", Growth, "职级晋升年增幅", "晋级晋档每年使人均工资提高的幅度，小数；新人工资低、抵消晋升的可填负数。",
            "yearly rise of mean pay by promotion, fraction"),
        optional("pension_rate", Share, "养老缴费率", "单位缴费，小数；四项缴费率要么都填，要么都不填。",
            "fraction of pay; the four rates together or none, adding up to `employer_rate` where that is given"),
        optional("annuity_rate", Share, "职业年金缴费率", "单位缴费，小数；退休时才做实的填 0。",
            "paid in yearly; 0 where it is funded on retirement"),
        optional("medical_rate", Share, "医疗缴费率", "单位缴费，小数。", "fraction of pay"),
        optional("other_rate", Share, "其他缴费率", "失业、工伤等单位缴费，小数。", "unemployment, injury, fraction of pay"),
        optional("annuity_funding", Count, "年金做实", "每名退休人员退休时一次性做实的职业年金，元/人。",
            "yuan funded once for each person who retires"),
        FUNCTION, NO_FUNCTION,
        refuse("pay_per_person", "人均年工资 {pay_per_person:g} 元，像是以万元填写", "请按元填写，例如 72000",
            pay_per_person=between(0, LEAST_YEARLY_PAY)),
        refuse("fiscal_share", "供养方式是全额，财政负担比例是 {fiscal_share:g}", "全额单位填 1；差额单位请改供养方式",
            funding=UnitFunding.FULL, fiscal_share=other_than(1)),
        refuse("fiscal_share", "供养方式是差额，财政负担比例是 1", "请填补助比例，例如 0.6；全额单位请改供养方式",
            funding=UnitFunding.PARTIAL, fiscal_share=1),
        refuse("transfers_out", "每年调出 {transfers_out:g} 人，多于每年退出 {exits:g} 人", "每年退出包括退休和调出，请核对",
            transfers_out=above("exits")),
        refuse("contract_cost", "编外人员只填了人数", "编外人数和编外人均要一起填，或都不填", contract_persons=FILLED, contract_cost=EMPTY),
        refuse("contract_persons", "编外人员只填了人均支出", "编外人数和编外人均要一起填，或都不填", contract_persons=EMPTY, contract_cost=FILLED),
        refuse("employer_rate", "没有单位缴费率，也没有分项缴费率", "请填单位缴费率，或把养老、职业年金、医疗、其他四项缴费率填全",
            dict.fromkeys(RATES, EMPTY), employer_rate=EMPTY),
        refuse("employer_rate", "单位缴费率 {employer_rate:g}，四项缴费率相加为 {total:g}", "请核对；四项相加必须等于单位缴费率，或把单位缴费率留空",
            dict.fromkeys(RATES, FILLED), of=RATES, total=unlike("employer_rate", by=1e-6)),
        ratio("serving_persons", ("posts",), "staffed"),
        ratio("retired_persons", ("posts",), "retired"),
        ratio("contract_persons", ("posts",), "retired"),
        ratio("entries", ("serving_persons",), "turnover"),
        ratio("exits", ("serving_persons",), "turnover"),
        ratio("pay_per_person", (), "pay"),
        ratio("retiree_cost_per_person", ("pay_per_person",), "quota_of_pay"),
        ratio("contract_cost", ("pay_per_person",), "within_pay"),
        ratio("operations_quota", ("pay_per_person",), "quota_of_pay"),
        ratio("operations_quota", (), "quota"),
        ratio("employer_rate", (), "employer"),
        ratio("annuity_funding", ("pay_per_person",), "within_pay"),
        ratio("grade_drift", (), "growth"),
        check_row=_rates_in_part,
        example=dict(group="行政", posts=760, serving_persons=742, retired_persons=520, entries=22, exits=26, pay_per_person=84000,
            employer_rate=0.3, housing_rate=0.12, retiree_cost_per_person=6200, operations_quota=12000, fiscal_share=1),
    ),
    table("staff_ages", "人员年龄结构", ("group", "sex", "age"), "各组在职人员的年龄；有它，退休人数按法定退休年龄逐年推算。", "编制实名制系统、人事档案",
        "Serving staff by age. Their retirements then follow the statutory ages of `data/rules/retirement_ages.csv` "
        "instead of `exits`, scaled to the serving persons of the group.",
        column("group", Text, "人员组", "与 staff 表一致。", "as in `staff`", refers=GROUP),
        column("sex", Sex, "性别", "male 男、female 女；没有分性别的填 total 或不填，按男性退休年龄测算。",
            "`male`, `female`; `total` or empty: taken for men", default=Sex.TOTAL),
        column("age", Age, "年龄", "staff 表年末的周岁（年度减出生年份）。",
            "at the end of the register's year: year less year of birth, 16 to 75"),
        column("persons", Count, "人数", "这个年龄的在职人数。", "serving persons of this age"),
        refuse("age", "{age} 岁有 {persons:g} 名在职人员", "请核对年龄，应在 16 至 75 岁之间", persons=above(0), age=outside(15, 76)),
        ratio("persons", "staff.serving_persons", "same", on=("group",), per=("group",)),
        example=dict(group="行政", age=45, persons=31),
    ),
    table("pay_items", "工资项目", ("group", "item"), "各组人均工资由哪些项目组成、哪些计入缴费基数。", "工资统发系统",
        "What pay is made of. Their sum replaces `pay_per_person` of the group; contributions and the housing fund are "
        "due on the pensionable ones only.",
        column("group", Text, "人员组", "与 staff 表一致。", "as in `staff`", refers=GROUP),
        column("item", Text, "工资项目", "基本工资、津贴补贴、绩效工资、奖金、乡镇工作补贴、艰苦边远津贴等，同组不重复。",
            "基本工资, 津贴补贴, 绩效工资, 奖金, 乡镇工作补贴, 艰苦边远津贴 …"),
        column("amount", Count, "人均金额", "在职人均，元/年；各项之和代替 staff 表的人均工资。", "yuan a person and year"),
        column("pensionable", YesNo, "计缴费", "yes 计入缴费基数（含公积金）、no 不计入。", "`yes`: contributions are due on it; `no`"),
        refuse("item", "“{item}”不是工资项目", "单位缴费、公积金、离退休和编外人员由 staff 表计算，请删去这一行",
            item=(*KINDS, ANNUITY, RETIREES, CONTRACT, ONE_ITEM)),
        rule(
            refuse("amount", "“{group}”各项工资之和每人每年 {total:g} 元，像是以万元填写", "请按元填写，例如 72000",
                total=below(LEAST_YEARLY_PAY)),
            per=("group",), add="amount", blame_first=True),
        ratio("amount", "staff.pay_per_person", "same", on=("group",), per=("group",)),
        example=dict(group="行政", item="基本工资", amount=37200),
    ),
    table("pay_events", "工资调整", ("group", "effective_date", "kind"), "已定或预计的调资，按执行月份计入。", "调整工资标准的文件",
        "Pay rounds by date, on top of the assumed growth of pay. One of July counts half a year, whole from the next "
        "year on; one of the base year brings its other half a year later.",
        column("group", Text, "人员组", "与 staff 表一致；所有组都调整的填 全部。", "as in `staff`, or 全部", refers=EVERY_GROUP_OR_ONE),
        column("effective_date", Day, "执行日期", "例如 2027-07-01；从这个月起算（15 日以后的从下月起），7 月执行当年计半年。",
            "in force from this month on, after the 15th from the next", spans=COMING),
        column("kind", PayEventKind, "方式", "rate 按涨幅、amount 按人均增资额。"),
        column("value", Number, "数值", "涨幅填小数（5% 写 0.05）；增资额填元/人·年。", "fraction of pay, or yuan a person and year"),
        refuse("value", "涨幅填写的是 {value:g}", "涨幅用小数：5% 写 0.05；按金额调整的方式填 amount",
            kind=PayEventKind.RATE, value=outside(-1, 1)),
        refuse("value", "增资额填写的是 {value:g} 元", "增资额按元/人·年填写，例如每月 300 元写 3600；按涨幅调整的方式填 rate",
            kind=PayEventKind.AMOUNT, value=lambda value, row: 0 < abs(value) < LEAST_QUOTA),
        ratio("value", (), "raise", where={"kind": PayEventKind.AMOUNT}),
        ratio("value", (), "growth", where={"kind": PayEventKind.RATE}),
        example=dict(group="全部", effective_date=dt.date(2027, 7, 1), kind="增资额", value=3000),
    ),
    table("units", "预算单位", ("department", "unit_name", "group", "quota_class", "quota_band"),
        "逐个单位的定额人数和固定数，用于公用经费定员定额。", "部门预算、公用经费定额文件",
        "Running costs by quota, unit by unit: heads × quota of class and band + fixed sum, added up by department. "
        "These heads no longer count for the group's `operations_quota`; they move like those of the group.",
        column("department", Text, "主管部门", "例如 县教育局；各单位按它汇总。", "department that the unit belongs to"),
        column("unit_name", Text, "预算单位", "单位全称。", "full name"),
        column("group", Text, "人员组", "单位人员属于 staff 表的哪一组；这些人不再按该组的公用定额重复计算。",
            "the group of `staff` that counts these heads; its `fiscal_share` holds", refers=GROUP),
        column("quota_class", Text, "定额类别", "与 quotas 表一致，例如 行政一类、事业三类。", "as in `quotas`"),
        remark("quota_band", "定额档次", "与 quotas 表一致；不分档的不填。", "as in `quotas`"),
        column("year", Year, "年度", "人数所属年份（基期年）。", "year of the heads (base year)", spans=OF_THE_BASE),
        column("heads", Count, "人数", "按定额核算的人数。", "persons"),
        optional("quota", Count, "单位定额", "元/人·年；空＝按 quotas 表的类别和档次。", "yuan a head and year; empty: by class and band"),
        optional("fixed_sum", Amount, "固定数", "与人数无关的定额（取暖、车辆等），没有的不填。",
            "money a year whatever the heads (heating, vehicles)"),
        QUOTA_IN_YUAN,
        _without_quota,
        ratio("heads", "staff.serving_persons", "whole_part", on=("group",), per=("group",)),
        ratio("quota", (), "quota"),
        ratio("fixed_sum", ("heads",), "fixed_sum"),
        example=dict(department="县财政局", unit_name="县财政局机关", group="行政", quota_class="行政一类", heads=42),
    ),
    table("quotas", "公用经费定额", ("quota_class", "quota_band", "valid_from"), "各类各档单位的人均公用经费定额，按执行日期。", "公用经费定额文件",
        "Quota a head by class and band of units, dated; a change within a year counts by months.",
        column("quota_class", Text, "定额类别", "例如 行政一类、事业三类。", "行政一类, 事业三类 …"),
        remark("quota_band", "定额档次", "同类分档的名称；不分档的不填。", "band within the class"),
        column("quota", Count, "定额", "元/人·年。", "yuan a head and year"),
        column("valid_from", Day, "执行日期", "从哪一天起执行；调整定额另起一行。",
            "in force from this month on, after the 15th from the next, until a later row"),
        QUOTA_IN_YUAN,
        ratio("quota", (), "quota"),
        example=dict(quota_class="行政一类", quota=11400, valid_from=dt.date(2024, 1, 1)),
    ),
)
# fmt: on
