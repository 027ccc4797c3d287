"""The registers of guarantee items, their dated standards and the people behind them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from fiscal_model.law.guarantee_rows import LEVELS
from fiscal_model.law.guarantee_standards import rule_names, why_unknown
from fiscal_model.registers.function_codes import FUNCTION, NO_FUNCTION
from fiscal_model.registers.guarantees.population_rules import age_faults, rate_faults
from fiscal_model.registers.refusals import EMPTY, FILLED, Complaint, above, below, other_than, refuse, unlike
from fiscal_model.registers.relations import ratio, steady
from fiscal_model.registers.rules import Finding, ReadTables, Reference, rule
from fiscal_model.registers.schema import COMING, LONG_SPAN, OF_THE_BASE, column, optional, remark, table
from fiscal_model.words.cells import Age, Amount, Count, Day, Growth, Number, Share, Text, Year
from fiscal_model.words.vocabulary import DRIVER_RATES, GuaranteeClass, RateKind, Sex, StandardPart

ITEM = Reference(
    "guarantee_items.item_code",
    "三保项目清单里没有项目“{}”",
    "请填 guarantee_items 表的项目编号",
    "请先填写 guarantee_items 表（三保项目清单）",
)

_DEATHS = "，用小数：99.5% 写 0.995；填的是死亡率的，改成 1 减死亡率"
_RATES = (
    (RateKind.FERTILITY, 0, 1, "每名妇女一年生育数用小数：千分之 45 写 0.045"),
    (RateKind.SURVIVAL, 0.3, 1, f"填活过一年的比例{_DEATHS}"),
    (RateKind.NEWBORN_SURVIVAL, 0.3, 1, f"填活到年末的比例{_DEATHS}"),
    (RateKind.SEX_RATIO, 0.8, 1.5, "填每个女婴对应的男婴数：108 写 1.08"),
    (RateKind.MIGRATION, -1, 1, "净迁移占同龄人的比例用小数：迁出 2% 写 -0.02"),
    (RateKind.ENROLMENT, 0, 2, "占同龄人的比例用小数：98% 写 0.98；外来学生多的可以大于 1"),
    (RateKind.ELIGIBILITY, 0, 2, "占同龄人的比例用小数：98% 写 0.98；户籍人口多于常住的可以大于 1"),
)
"""Lowest and highest value of each rate, and what to write instead."""


def _named_rule(row: dict[str, Any]) -> list[Complaint]:
    """Write the rule of a guarantee item as an id."""
    by_label = {label: rule for rule, label in rule_names().items()}
    row["rule"] = rule = by_label.get(row["rule"], row["rule"])
    wrong = why_unknown(rule) if rule else None
    return [("rule", f"不认识的规则“{rule}”", wrong)] if wrong else []


def _below_the_national_one(table: str, tables: ReadTables) -> Iterator[Finding]:
    """Find local standards below the national one that the place's own tables give for their day."""
    items, changes = {row["item_code"]: row for row in tables.records("guarantee_items")}, tables.records(table)
    for row in changes:
        if row["part"] is not StandardPart.LOCAL or row["item_code"] not in items:
            continue
        same = [
            other
            for other in changes
            if (other["item_code"], other["part"]) == (row["item_code"], StandardPart.NATIONAL)
        ]
        begun = [other for other in same if other["effective"] <= row["effective"]]
        national = max(begun, key=lambda other: other["effective"], default=items[row["item_code"]])["standard"]
        if row["standard"] < national - 1e-9:
            said = f"地方标准 {row['standard']:g} 元低于国家标准 {national:g} 元"
            yield row["row_line"], "standard", said, "地方标准含国家标准，不得低于它"


# fmt: off
GUARANTEES = (
    table("guarantee_items", "三保项目清单", ("item_code",), "逐项的对象、标准、期数和分担比例。", "三保清单、各主管部门提标文件",
        "Guarantee items. Persons × standard × periods × coverage, and who pays.",
        column("item_code", Text, "项目编号", "本表内不重复的编号。", "unique"),
        column("name", Text, "项目名称", "例如 城乡居民基本医疗保险财政补助。", "name of the item"),
        column("guarantee", GuaranteeClass, "类别", "living 保基本民生、operations 保运转。",
            "`living` or `operations` (or `salaries`)"),
        column("driver", Text, "对象", "保障对象，例如 参保人数、小学在校生、行政村。", "who is counted"),
        column("year", Year, "年度", "对象数与标准所属年份（基期年）。", "year of persons and standard", spans=OF_THE_BASE),
        column("persons", Count, "对象数", "人数、村数等。", "persons, villages …"),
        column("persons_growth", Growth, "对象年增幅", "每年增减，小数；下降填负数。", "a year, fraction"),
        column("standard", Count, "标准", "每人（村）每期标准，元。", "yuan a person and period"),
        column("standard_step", Number, "标准年提高", "每年提高多少元；不提高填 0。", "yuan added each year"),
        column("periods", Count, "每年期数", "按月发放填 12，按年填 1。", "12 when paid monthly, 1 yearly"),
        column("coverage", Share, "覆盖率", "实际享受比例，小数。", "fraction that really receives it"),
        column("central_share", Share, "中央负担", "小数；四级相加必须等于 1。", "fraction; the four add up to 1"),
        column("province_share", Share, "省级负担", "小数。", "fraction"),
        column("city_share", Share, "市级负担", "小数。", "fraction"),
        column("county_share", Share, "县级负担", "小数。", "fraction"),
        column("arranged", Amount, "预算安排", "基期年预算已安排金额（各级资金合计），单位见“单位”列。",
            "money in the base year's budget, all levels"),
        remark("rule", "规则编号",
            "data/rules/guarantee_standards.csv 的规则编号，例如 basic_pension；填了以后，规划期的国家标准和中央负担按规则数据，基期仍按本行。",
            "id (or Chinese name) in `data/rules/guarantee_standards.csv`; plan years then follow the law's data"),
        optional("local_standard", Count, "地方标准", "每人（村）每期的地方标准，含国家标准，元；没有地方提高的留空。填了本列，“标准”一列即为国家标准。",
            "yuan a person and period, the national part included; `standard` is then the national one"),
        optional("extra_county_share", Share, "提高部分县级负担", "地方提高部分由县级负担的比例，小数；空＝1。",
            "the county's part of what the local standard adds; empty: all of it"),
        optional("earmarked", Amount, "上级专项", "基期上级已经下达、专门用于本项目的资金，单位见“单位”列；填了以后县级负担＝需求－上级专项，不再按比例。",
            "the superior's money for this very item in the base year; the county then pays the rest, not its share"),
        optional("small_places", Count, "小规模学校数", "不足100人的学校（教学点）数；每所按100人核定公用经费，下限见 data/rules/limits.toml。没有的留空。",
            "schools with fewer pupils than the least number counted (100): each counts as that many"),
        optional("small_persons", Count, "小规模学校人数", "这些学校的实有人数，已包含在对象数里。",
            "pupils of these schools, part of `persons`"),
        FUNCTION, NO_FUNCTION,
        refuse("small_persons", "填了小规模学校数，没有填这些学校的人数", "请填写人数，没有学生的填 0", small_places=FILLED, small_persons=EMPTY),
        refuse("small_places", "填了小规模学校人数，没有填学校数", "请填写学校数", small_places=EMPTY, small_persons=FILLED),
        refuse("small_persons", "小规模学校人数 {small_persons:g} 多于对象数 {persons:g}", "小规模学校的人数是对象数的一部分，请核对",
            small_persons=above("persons")),
        refuse("local_standard", "地方标准 {local_standard:g} 元低于国家标准 {standard:g} 元",
            "地方标准含国家标准，不得低于它；没有地方提高的留空", local_standard=below("standard", by=1e-9)),
        refuse("county_share", "四级负担比例相加为 {total:g}", "中央、省、市、县四级相加必须等于 1",
            of=tuple(f"{level}_share" for level in LEVELS), total=unlike(1, by=1e-6)),
        ratio("persons", ("arranged",), "same", times=("standard", "periods", "coverage"), scale=1e-4),
        ratio("persons", "resident_population", "population_part"),
        ratio("arranged", "expenditure", "guarantee_class"),
        ratio("earmarked", ("arranged",), "earmarked_part"),
        ratio("persons_growth", (), "growth"),
        ratio("standard_step", ("standard",), "step"),
        ratio("local_standard", ("standard",), "appraised"),
        check_row=_named_rule,
        example=dict(item_code="L01", name="小学公用经费", driver="小学在校生", persons=11200, persons_growth=-0.03, standard=720,
            standard_step=0, periods=1, coverage=1, central_share=0.8, province_share=0.13, city_share=0.02, county_share=0.05,
            arranged=807),
    ),
    table("standard_changes", "标准调整", ("item_code", "part", "effective"), "三保项目已确定的提标，按执行日期登记；年中执行的按月计。", "提标文件",
        "Rises of a standard that are already decided, by date; a rise in July counts half a year.",
        column("item_code", Text, "项目编号", "与 guarantee_items 表一致。", "as in `guarantee_items`", refers=ITEM),
        column("effective", Day, "执行日期", "从哪一天起执行，例如 2027-07-01；当年按月计，7 月起执行计半年。",
            "first day in force, not before the item's year", spans=COMING),
        column("part", StandardPart, "标准类别", "national 国家标准、local 地方标准（含国家标准）。",
            "`national`, `local` (the national part included)"),
        column("standard", Count, "标准", "新的标准，每人（村）每期，元。", "the new standard, yuan a person and period"),
        rule(
            refuse("effective", "执行日期 {effective} 早于该项目的基期 {guarantee_items.year}年", "基期以前的标准已经包含在清单的标准里，不要再填",
                effective=below("guarantee_items.year")),
            beside="guarantee_items.item_code"),
        _below_the_national_one,
        ratio("standard", "guarantee_items.standard", "appraised", on=("item_code",)),
        example=dict(item_code="L11", effective=dt.date(2027, 1, 1), part="地方标准", standard=48),
    ),
    table("population", "分年龄人口", ("year", "sex", "age"), "年末常住人口，按年龄、性别；有它，学生、老人等对象人数逐年推算。", "人口普查、公安户籍和统计部门的年龄构成",
        "People by age and sex at the end of a year, residents. Carried forward year by year; the last count up to the "
        "base year is used, an older one is first carried to the base year. Every age from 0, one row each and sex; "
        "the last one is open-ended.",
        column("year", Year, "年度", "年末人口所属年份；可以填几年，用不晚于基期的最近一年。", "the count is of the end of this year"),
        column("sex", Sex, "性别", "male 男、female 女；没有分性别的填 total 合计，按男女各半测算。",
            "`male`, `female`; `total` where nobody counted sexes apart: half of each"),
        column("age", Age, "年龄", "周岁，从 0 岁起每岁一行；最后一岁代表该岁及以上。",
            "completed years; the largest stands for it and more, at least 60"),
        column("persons", Count, "人数", "常住人口，人；这个年龄确实没有人的填 0。", "persons; 0 only where there is really nobody"),
        age_faults,
        steady("persons", "year", "sex", band="age", along=("age",), least=0.2),
        ratio("persons", "resident_population", "same", per=("year",)),
        example=dict(age=7, persons=682),
    ),
    table("population_rates", "人口测算率", ("kind", "group", "sex", "age_from", "year"),
        "生育、存活、迁移，以及各年龄上学、参保、享受待遇的比例。", "统计、卫健、教育、人社、医保部门资料",
        "What carries people forward, and which part of an age counts for a guarantee item. No age may have two values "
        "of a rate from the same year on. Without fertility, survival or sex ratio those of "
        "`data/rules/population_rates.csv` stand in, 未经核实; without migration nobody moves.",
        column("kind", RateKind, "比率",
            "fertility 生育率、survival 存活率、newborn_survival 新生儿存活率、sex_ratio 出生性别比（女＝1）、migration 净迁移率、enrolment 在学率、"
            "eligibility 享受率。",
            "`fertility` births a woman and year; `survival` living through the year from the age at its start; "
            "`newborn_survival` from birth to the end of the year (without it survival of age 0); `sex_ratio` boys "
            "a girl at birth; `migration` net, over those of the age at the end of the year; `enrolment`, "
            "`eligibility` persons of the driver over people of the age"),
        remark("group", "对象", "在学率、享受率必填，与三保项目清单的“对象”一字不差，例如 小学在校生；其他比率不填。",
            "only of `enrolment` and `eligibility`: the driver exactly as `guarantee_items` writes it"),
        column("sex", Sex, "性别", "male 男、female 女、total 不分性别；生育率填 female。", "`male`, `female` or `total` for both"),
        optional("age_from", Age, "起始年龄", "周岁；空＝从 0 岁起。", "empty: from 0"),
        optional("age_to", Age, "终止年龄", "周岁，含本岁；空＝到最高年龄。", "this age included; empty: to the last age"),
        column("rate", Number, "数值", "小数。存活率：这个年龄的人活过一年的比例；生育率：每名妇女一年生育数；净迁移率：迁出多于迁入的填负数。",
            "fraction; migration is negative when more leave"),
        column("year", Year, "起用年度", "从哪一年起用；以后没有新的一行就一直用。",
            "from this year until a later row; the earliest rows hold before it too", spans=LONG_SPAN),
        refuse("group", "{kind.label}没有填写对象", "请填三保项目清单里“对象”的名称，例如 小学在校生", kind=DRIVER_RATES, group=EMPTY),
        refuse("group", "{kind.label}填了对象“{group}”", "这一列请留空；在学率、享受率才填对象",
            kind=other_than(*DRIVER_RATES), group=FILLED),
        refuse("sex", "生育率填了男", "生育率按妇女填写，性别填 female", kind=RateKind.FERTILITY, sex=Sex.MALE),
        refuse("age_to", "终止年龄 {age_to} 小于起始年龄 {age_from}", "请核对两个年龄", age_to=below("age_from")),
        *(refuse("rate", f"{{kind.label}} {{rate:g}} 大于 {highest:g}", remedy, kind=kind, rate=above(highest))
            for kind, _, highest, remedy in _RATES),
        *(refuse("rate", f"{{kind.label}} {{rate:g}} 小于 {lowest:g}", remedy, kind=kind, rate=below(lowest))
            for kind, lowest, _, remedy in _RATES),
        rate_faults,
        ratio("rate", (), "migration", where={"kind": RateKind.MIGRATION}),
        ratio("rate", (), "births", where={"kind": RateKind.FERTILITY}),
        example=dict(sex="女", rate=0.008),
    ),
)
# fmt: on
