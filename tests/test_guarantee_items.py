"""Guarantee items: hand-worked cases, the law's data, both grains alike, faults, and a new item as a data edit."""

import csv
import shutil
import tomllib

import numpy as np
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from fiscal_model.arithmetic.spending.item_levels import county_part, item_need, own_need, split
from fiscal_model.blocks.checks.all_checks import run_checks
from fiscal_model.blocks.guarantees.guarantee_items import item_needs
from fiscal_model.blocks.guarantees.persons import Persons, persons_by_driver
from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.scenario import read_scenario
from fiscal_model.law.guarantee_rows import read_standards, read_tier_shares, read_tiers
from fiscal_model.law.guarantee_standards import (
    is_verified,
    law_of,
    rule_names,
    shares_in_year,
    standard_in_year,
    tier_of,
)
from fiscal_model.law.rules import rule_table
from fiscal_model.model.projection import project
from fiscal_model.report.one_rounding import rounded
from fiscal_model.report.tables.guarantee_items_tables import (
    guarantee_gaps_table,
    guarantee_items_table,
    guarantee_levels_table,
)
from fiscal_model.report.tables.guarantees_tables import guarantees_table
from fiscal_model.words.errors import InputError
from fiscal_model.words.table import printed_row
from fiscal_model.words.vocabulary import GuaranteeClass

CASES = tomllib.loads((ROOT / "tests" / "cases" / "guarantee_items.toml").read_text(encoding="utf-8"))["case"]
NOBODY = Persons({}, None)
YUNSHUI = ROOT / "data" / "places" / "yunshui"


def row(base_year, **values):
    usual = {
        "item_code": "X1", "name": "某项", "guarantee": "living", "driver": "某对象", "year": base_year,
        "persons_growth": 0, "standard_step": 0, "periods": 1, "coverage": 1, "central_share": 0,
        "province_share": 0, "city_share": 0, "arranged": 0,
    }  # fmt: skip
    return {**usual, **values}


def needs_of(tiny_place, folder, items, changes=(), *, base_year=2024, province="甘肃省", persons=NOBODY):
    tables = {"guarantee_items": items}
    if changes:
        tables["standard_changes"] = [{"item_code": "X1", **change} for change in changes]
    path = tiny_place(folder, None, tables)
    about = (path / "place.toml").read_text(encoding="utf-8").replace("某省", province)
    (path / "place.toml").write_text(about, encoding="utf-8")
    years = tuple(range(base_year + 1, base_year + 4))
    return item_needs(read_place(path), base_year, years, persons)


# worked by hand --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_hand_worked(case, tmp_path, tiny_place):
    base_year = case.get("base_year", 2024)
    items = [row(base_year, **case["item"])]
    province = case.get("province", "甘肃省")
    found = needs_of(tiny_place, tmp_path / "x", items, case.get("changes", ()), base_year=base_year, province=province)
    assert case["working"].strip()
    assert found.need[:, 0].round(6).tolist() == case["need"]
    assert found.county[:, 0].round(6).tolist() == case["county"]
    assert found.by_level[-1, 0].round(6).tolist() == case["levels"]


def test_the_county_whose_totals_do_not_add_is_reported_with_the_sum(tmp_path, tiny_place):
    case = tomllib.loads((ROOT / "tests" / "cases" / "guarantees_that_do_not_add.toml").read_text(encoding="utf-8"))
    figures = {
        "own_revenue": {2024: 20_000}, "expenditure": {2024: 200_000}, "guarantees_total": {2024: case["printed_total"]},
        **{f"guarantee_{group}": {2024: case[group]} for group in ("living", "salaries", "operations")},
    }  # fmt: skip
    place = read_place(tiny_place(tmp_path / "x", figures))
    check = next(check for check in run_checks(place) if check.id == "V11")
    assert (check.outcome, check.details) == ("caution", (case["expected"]["text"],))
    plan = project(place, read_scenario("baseline"))
    assert plan.basis.guarantees.need_total[0] == case["expected"]["sum"]


def test_items_are_held_against_the_published_class(tmp_path, tiny_place):
    figures = {"own_revenue": {2024: 1000}, "expenditure": {2024: 9000}, "guarantee_living": {2024: 120}}
    items = [row(2024, persons=1000, standard=1000, county_share=1, arranged=100)]
    place = read_place(tiny_place(tmp_path / "x", figures, {"guarantee_items": items}))
    check = next(check for check in run_checks(place) if check.id == "V11")
    assert check.details == ("2024年三保项目清单中保基本民生各项相加 100.00，公布的分类数 120.00 万元",)


# arithmetic ------------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_identities_with_leading_axes(seed):
    draw = np.random.default_rng(seed)
    persons, national, extra = draw.uniform(0, 1e5, (3, 2, 4, 5))
    periods, coverage, above = draw.uniform(0, 12, 5), draw.uniform(0, 1, 5), draw.uniform(0, 1, 5)
    shares = draw.dirichlet(np.ones(4), (4, 5))
    need = item_need(persons, national, extra, periods, coverage)
    levels = split(need[0], shares)
    np.testing.assert_allclose(levels.sum(axis=-1), need[0])
    county = county_part(shares[..., 3], above, need)
    np.testing.assert_allclose(county, levels[..., 3] + need[1] * above)
    alone = item_need(persons[1], national[1], extra[1], periods, coverage)
    np.testing.assert_array_equal(need[0][1], alone[0])
    np.testing.assert_allclose(sum(item_need(2 * persons, national, extra, periods, coverage)), 2 * sum(need))
    np.testing.assert_allclose(own_need(sum(need), 0 * county), sum(need))
    assert (own_need(sum(need), 2 * sum(need)) == 0).all()


def test_persons_follow_the_projection_of_their_driver(tmp_path, tiny_place):
    items = [row(2024, persons=1000, persons_growth=0.5, standard=1000, county_share=1)]
    persons = Persons({"某对象": np.array([500.0, 450.0, 400.0, 300.0])}, None)
    found = needs_of(tiny_place, tmp_path / "x", items, persons=persons)
    assert found.need[:, 0].round(6).tolist() == [100.0, 90.0, 80.0, 60.0]


def test_registers_of_yunshui_and_their_class_totals_as_published_agree(tmp_path, plan_of):
    fine = plan_of("yunshui").basis.guarantees
    folder = tmp_path / "yunshui"
    shutil.copytree(YUNSHUI, folder)
    for table in ("guarantee_items", "standard_changes", "staff", "staff_ages", "pay_items", "pay_events", "units"):
        (folder / f"{table}.csv").unlink()
    with (folder / "totals.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for group in GuaranteeClass:
        line = {
            "line": f"guarantee_{group}",
            "scope": "whole",
            "year": "2025",
            "status": "estimate",
            "unit": "10k_yuan",
        }
        rows.append(
            {**dict.fromkeys(rows[0], ""), **line, "amount": repr(float(fine.need[group][0])), "source": "测试"}
        )
    with (folder / "totals.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    coarse = project(read_place(folder), read_scenario("baseline")).basis.guarantees
    assert coarse.grain == "公布的三保分类数"
    for group in GuaranteeClass:
        assert coarse.need[group][0] == pytest.approx(fine.need[group][0], rel=1e-12)
    assert coarse.need_total[0] == pytest.approx(fine.items.need[0].sum() + _staff(fine), rel=1e-12)


def _staff(guarantees):
    return float(guarantees.staff.salaries[0].sum() + guarantees.staff.operations[0].sum())


def test_a_register_without_the_new_columns_reads_as_before(tmp_path):
    """need = persons (1 + growth)^t (standard + t step) periods coverage, county = need x share: to the last digit."""
    folder = tmp_path / "yunshui"
    shutil.copytree(YUNSHUI, folder)
    (folder / "standard_changes.csv").unlink()
    with (folder / "guarantee_items.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    new = ("rule", "local_standard", "extra_county_share", "earmarked")
    kept = [column for column in rows[0] if column not in new]
    with (folder / "guarantee_items.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, kept, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    found = item_needs(read_place(folder), 2025, (2026, 2027), NOBODY)
    given = {name: np.array([float(each[name]) for each in rows]) for name in kept if name in (
        "persons", "persons_growth", "standard", "standard_step", "periods", "coverage", "county_share")}  # fmt: skip
    count = np.arange(3)[:, None]
    heads = given["persons"] * (1 + given["persons_growth"]) ** count
    standard = np.maximum(given["standard"] + count * given["standard_step"], 0.0)
    need = heads * standard * given["periods"] * given["coverage"] * 1e-4
    np.testing.assert_array_equal(found.need, need)
    np.testing.assert_array_equal(found.county, need * given["county_share"])
    assert set(found.marks) == {""}


# the law's data --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "year", "standard"),
    [
        ("resident_medical", 2019, 520), ("resident_medical", 2025, 700), ("resident_medical", 2026, 730),
        ("basic_health", 2019, 69), ("basic_health", 2025, 99), ("basic_health", 2030, 124),
        ("primary_operations", 2016, 600), ("primary_operations", 2023, 720), ("junior_operations", 2023, 940),
        ("basic_pension", 2018, 88), ("basic_pension", 2020, 90.5), ("basic_pension", 2023, 103),
        ("basic_pension", 2024, 113), ("basic_pension", 2025, 143), ("basic_pension", 2026, 163),
        ("special_education_operations", 2025, 6000),
    ],
)  # fmt: skip
def test_national_standards(rule, year, standard):
    assert standard_in_year(rule, year) == pytest.approx(standard)


def test_what_is_not_known_is_not_a_number():
    assert np.isnan(standard_in_year("basic_pension", 2017))
    assert np.isnan(standard_in_year("orphans", 2025))
    assert tier_of("云南省", 2025) is None
    assert np.isnan(shares_in_year("resident_medical", "云南省", 2025)).all()


def test_nothing_from_general_knowledge_passes_for_law():
    for table in ("guarantee_standards", "guarantee_shares", "sharing_tiers"):
        rows = rule_table(table)
        assert {entry["quality"] for entry in rows} <= {"unverified", "official"}
        assert all(entry["source"].strip() for entry in rows)
        assert all("未核实" in entry["source"] for entry in rows if "一般知识" in entry["source"])
    assert is_verified("basic_health", 2025) and not is_verified("basic_health", 2026)


def test_every_item_of_the_list_has_a_rule():
    classes = {law_of(rule)[0].guarantee for rule in rule_names()}
    assert classes == {GuaranteeClass.LIVING, GuaranteeClass.OPERATIONS}
    assert len(rule_names()) >= 38


STANDARD = {
    "rule": "x", "name": "某项", "class": "living", "driver": "某对象", "unit": "元/人·年", "periods": "1",
    "national_standard": "10", "valid_from": "2024-01-01", "valid_to": "", "step": "", "growth": "",
    "legal_reference": "", "source": "测试", "quality": "unverified", "note": "",
}  # fmt: skip
SHARE = {
    "rule": "x", "tier": "第一档", "valid_from": "2024-01-01", "valid_to": "", "central": "0.8", "province": "",
    "city": "", "county": "", "source": "测试", "quality": "unverified",
}  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (
            [{}, {"valid_from": "2025-07-01"}],
            "“x”2024-01-01 至 长期 与 2025-07-01 起的一行重叠。同一天只能有一个数；请填前一行的截止日。",
        ),
        ([{"national_standard": "十"}], "第 2 行：“十”不是数字。数字写阿拉伯数字"),
        ([{"class": "生活"}], "第 2 行：类别是“生活”"),
        ([{"step": "1", "growth": "0.1"}], "第 2 行：同时填了 step 和 growth。以后年度"),
        ([{"quality": "good"}], "quality 是“good”。只能填："),
        ([{"source": " "}], "没有写来源 source。请写明这个数从哪里来。"),
        ([{"valid_to": "2023-12-31"}], "截止日 2023-12-31 早于起始日 2024-01-01"),
        ([{"valid_from": "去年"}], "日期“去年”至“”无法识别"),
        ([{"periods": ""}], "没有写每年期数 periods。按月发放填 12，按年填 1。"),
        ([{"national_standard": "-1"}], "标准为负（-1 元）。国家没有定标准的留空。"),
        ([{"valid_to": "2024-12-31"}, {"valid_from": "2025-01-01", "unit": "元/人·月"}], "规则“x”各行的含义不一致"),
    ],
)
def test_faults_of_standards(rows, text):
    with pytest.raises(InputError) as caught:
        read_standards([{**STANDARD, **changes} for changes in rows])
    assert text in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"central": "1.2"}, "负担比例 1.2 不在 0 到 1 之间。比例用小数：80% 写 0.8。"),
        ({"province": "0.1", "city": "0.1", "county": "0.1"}, "四级比例相加为 1.1。四级相加必须等于 1"),
        ({"tier": "第六档"}, "分档是“第六档”。只能填：第一档、第二档、第三档、第四档、第五档。"),
        ({"rule": "y"}, "没有规则“y”。请先在 data/rules/guarantee_standards.csv 增加这一规则。"),
    ],
)
def test_faults_of_shares(changes, text):
    with pytest.raises(InputError) as caught:
        read_tier_shares([{**SHARE, **changes}], ["x"])
    assert text in str(caught.value)
    assert len(caught.value.faults) == 1


def test_faults_of_tiers_and_unknown_rules():
    tier = {"province": "某省", "tier": "一档", "valid_from": "2024-01-01", "valid_to": "", "source": "测试",
            "quality": "law"}  # fmt: skip
    with pytest.raises(InputError, match="分档是“一档”"):
        read_tiers([tier])
    with pytest.raises(InputError, match="没有规则“basic_pensoin”。是否想写“basic_pension”？"):
        law_of("basic_pensoin")


def test_a_scheme_that_has_ended_costs_nothing():
    from fiscal_model.law.guarantee_standards import mean_standard

    ended = read_standards([{**STANDARD, "valid_to": "2025-08-31"}])
    assert [round(mean_standard(ended, year), 6) for year in (2024, 2025, 2026)] == [10.0, 6.666667, 0.0]
    begun = read_standards([{**STANDARD, "valid_from": "2025-09-01", "growth": "0.1"}])
    assert [round(mean_standard(begun, year), 6) for year in (2025, 2026)] == [3.333333, 11.0]


# faults and cautions of a place ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "changes", "text"),
    [
        ({"rule": "basic_helth"}, [], "guarantee_items.csv 第 2 行“rule”列：不认识的规则“basic_helth”。是否想写“basic_health”？"),
        ({"local_standard": 90}, [], "第 2 行“local_standard”列：地方标准 90 元低于国家标准 100 元。地方标准含国家标准"),
        ({"extra_county_share": 1.5}, [], "第 2 行“extra_county_share”列：不得大于 1"),
        ({"earmarked": -1}, [], "第 2 行“earmarked”列：不得小于 0"),
        (
            {},
            [{"item_code": "X9", "effective": "2026-07-01", "part": "national", "standard": 1}],
            "standard_changes.csv 第 2 行“item_code”列：三保项目清单里没有项目“X9”。请填 guarantee_items 表的项目编号。",
        ),
        (
            {},
            [{"effective": "2023-07-01", "part": "national", "standard": 120}],
            "第 2 行“effective”列：执行日期 2023-07-01 早于该项目的基期 2024年。",
        ),
        (
            {},
            [{"effective": "2026-07-01", "part": "local", "standard": 80}],
            "第 2 行“standard”列：地方标准 80 元低于国家标准 100 元。地方标准含国家标准，不得低于它。",
        ),
    ],
)  # fmt: skip
def test_faults_of_the_register(item, changes, text, tmp_path, tiny_place):
    items = [row(2024, persons=10, standard=100, county_share=1, **item)]
    with pytest.raises(InputError) as caught:
        needs_of(tiny_place, tmp_path / "x", items, changes)
    assert text in str(caught.value)


def test_dated_standards_without_the_register_are_of_no_use(tmp_path, tiny_place):
    changes = [{"item_code": "X1", "effective": "2026-07-01", "part": "national", "standard": 1}]
    with pytest.raises(InputError, match="没有 guarantee_items 表，这张表不会用到"):
        read_place(tiny_place(tmp_path / "x", None, {"standard_changes": changes}))


def test_register_and_law_apart_in_the_base_year_is_said(tmp_path, tiny_place):
    items = [
        row(2024, name="医保补助", rule="居民医保", persons=1000, standard=650, central_share=0.7, county_share=0.3)
    ]
    items[0]["rule"] = "城乡居民基本医疗保险财政补助"  # the rule's Chinese name is read too
    found = needs_of(tiny_place, tmp_path / "x", items)
    assert found.rules == ("resident_medical",)
    texts = {caution.code: caution.message for caution in found.cautions}
    assert texts["guarantee_standard_differs"] == (
        "“医保补助”台账的国家标准 650 元，规则数据2024年为 670 元；基期按台账，以后各年按规则，请核对"
    )
    assert texts["guarantee_share_differs"] == (
        "“医保补助”台账的中央负担 70%，规则数据2024年为 80%；基期按台账，以后各年按规则，请核对"
    )
    assert "未经核实：医保补助" in texts["guarantee_rules_unverified"]
    assert found.marks == ("未经核实",)


def test_earmarked_beyond_the_need_is_said(tmp_path, tiny_place):
    items = [row(2024, persons=10, standard=1000, county_share=1, earmarked=5, arranged=5)]
    found = needs_of(tiny_place, tmp_path / "x", items)
    assert found.county.tolist() == [[0.0]] * 4
    assert [c.message for c in found.cautions if c.code == "guarantee_earmarked_beyond_need"] == [
        "“某项”上级专项资金多于基期需求，超出部分没有计入"
    ]


# printed ---------------------------------------------------------------------------------------------------


def test_adding_an_item_is_a_data_edit(tmp_path):
    folder = tmp_path / "yunshui"
    shutil.copytree(YUNSHUI, folder)
    with (folder / "guarantee_items.csv").open("a", encoding="utf-8") as file:
        file.write("L99,就业见习补贴,living,见习青年,2025,200,0,500,0,12,1,0,0.5,0,0.5,100,,,,,,10k_yuan,测试,\n")
    plan = project(read_place(folder), read_scenario("baseline"))
    assert "就业见习补贴（保基本民生）＊" in [entry.label for entry in guarantees_table(plan).rows]
    table = guarantee_items_table(plan)
    (line,) = [entry for entry in table.rows if entry.label == "就业见习补贴"]
    assert line.values[4:7] == (120.0, 100.0, 20.0)
    assert printed_row(table, line)[7] == "83.3%"
    assert line.values[-1] == "台账"


def test_tables_of_yunshui_add_up_and_say_what_is_unverified(plan_of):
    plan = plan_of("yunshui")
    items = plan.basis.guarantees.items
    whole = rounded(guarantee_items_table(plan))
    assert whole.rows[-1].values[4] == round(items.need[0].sum())
    marked = {entry.label for entry in whole.rows if entry.values[-1] == "规则，未经核实"}
    assert "城乡居民基础养老金（国家标准）" in marked and "临时救助" not in marked
    labels = [entry.label for entry in guarantees_table(plan).rows]
    assert "小学公用经费（保基本民生，未经核实）＊" in labels
    levels = rounded(guarantee_levels_table(plan)).rows[-1].values
    assert levels[5] == round(items.need[1].sum())
    assert sum(items.by_level[1].sum(axis=0)) + items.local_extra[1].sum() == pytest.approx(items.need[1].sum())
    gaps = {entry.label: entry.values for entry in guarantee_gaps_table(plan).rows}
    assert gaps["保基本民生项目缺口"][0] == pytest.approx(25.2)
    assert "缺口：高龄津贴（未经核实）" in gaps


def test_places_without_a_register_print_no_item_tables(plan_of):
    plan = plan_of("zhangye")
    assert plan.basis.guarantees.items is None
    for table in (guarantee_items_table, guarantee_levels_table, guarantee_gaps_table):
        assert table(plan) is None


def test_yunshui_shows_both_standards(place):
    years = (2026, 2027, 2028)
    found = item_needs(place("yunshui"), 2025, years, persons_by_driver(place("yunshui"), 2025, years))
    at = found.codes.index("L11")
    assert found.national_standard[:, at].tolist() == [30.0] * 4
    assert found.local_standard[:, at].tolist() == [42.0, 42.0, 48.0, 48.0]
    at = found.codes.index("O02")
    assert found.national_standard[:, at].tolist() == [60_000.0, 60_000.0, 60_000.0, 62_500.0]


@pytest.mark.parametrize(
    ("changes", "mark"),
    [
        ({"local_standard": "30"}, "未经核实"),
        ({"local_standard": "30", "note": "云政办〔2024〕9号"}, ""),
        ({"local_standard": ""}, ""),
    ],
)
def test_a_local_standard_without_rule_or_document_is_marked(tmp_path, changes, mark):
    folder = tmp_path / "yunshui"
    shutil.copytree(ROOT / "data" / "places" / "yunshui", folder)
    with (folder / "guarantee_items.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[9].update(changes)  # L10 names no rule; its standard is 22 yuan
    with (folder / "guarantee_items.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    found = item_needs(read_place(folder), 2025, (2026, 2027), NOBODY)
    assert found.marks[9] == mark
    said = [caution.message for caution in found.cautions if caution.code == "guarantee_local_unverified"]
    assert bool(said) == bool(mark)
    assert not said or said[0] == (
        "以下项目的地方标准没有填规则编号，也没有在备注写明文号，未经核实：城乡居民基础养老金（省市县提高部分）"
    )


def items_with(tmp_path, position, **changes):
    """Yunshui's list with one row changed."""
    folder = tmp_path / "yunshui"
    shutil.copytree(ROOT / "data" / "places" / "yunshui", folder)
    with (folder / "guarantee_items.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [{"small_places": "", "small_persons": "", **row} for row in csv.DictReader(file)]
    rows[position].update(changes)
    with (folder / "guarantee_items.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return folder


def test_a_small_school_counts_as_a_hundred(tmp_path):
    # 11,200 pupils, 760 of them in 14 small schools, which count as 1,400: 640 more, at 720 yuan 46.08 万元. Pupils fall by 3 %.
    usual = item_needs(read_place("data/places/yunshui"), 2025, (2026, 2027), NOBODY)
    found = item_needs(
        read_place(items_with(tmp_path, 0, small_places="14", small_persons="760")), 2025, (2026, 2027), NOBODY
    )
    more = [1_400 - 760 * 0.97**year for year in range(3)]
    assert (found.persons[:, 0] - usual.persons[:, 0]).tolist() == pytest.approx(more)
    assert found.need[0, 0] == pytest.approx(806.4 + 46.08)
    np.testing.assert_array_equal(found.need[:, 1:], usual.need[:, 1:])
    said = [caution.message for caution in found.cautions if caution.code == "guarantee_small_schools"]
    assert said == ["小规模学校按100人核定（未经核实），基期对象数比实有人数多：“小学公用经费”640人"]
    assert not [caution for caution in usual.cautions if caution.code == "guarantee_small_schools"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"small_places": "14"}, "填了小规模学校数，没有填这些学校的人数"),
        ({"small_persons": "760"}, "填了小规模学校人数，没有填学校数"),
        ({"small_places": "14", "small_persons": "20000"}, "小规模学校人数 20000 多于对象数 11200"),
    ],
)
def test_small_schools_that_do_not_fit_are_refused(tmp_path, changes, said):
    with pytest.raises(InputError, match=said):
        read_place(items_with(tmp_path, 0, **changes))
