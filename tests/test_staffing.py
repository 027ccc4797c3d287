"""Salaries: rounds, retirements, contributions, annuities worked by hand (tests/cases/staffing.toml); laws; faults."""

import shutil
from dataclasses import replace

import numpy as np
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_guarantees import Staff, staff_cost, staff_cost_now
from printed_sums import sum_parts
from staff_case import cases, check_case, need_of, need_of_place, write_staff

from fiscal_model.arithmetic.spending.dated_steps import Change, carried, opening_level, steps_of
from fiscal_model.arithmetic.spending.retirement import RetirementAges, retirement_months, retirement_shares
from fiscal_model.arithmetic.spending.staff_groups import StaffGroups, head_paths, salary_bill
from fiscal_model.inputs.place import read_place
from fiscal_model.law.rules import rule_table
from fiscal_model.report.one_rounding import rounded
from fiscal_model.report.tables.staff_tables import staff_parts_table, staff_table
from fiscal_model.words.errors import InputError

YUNSHUI = ROOT / "data" / "places" / "yunshui"


@pytest.mark.parametrize("case", cases("staffing"), ids=lambda case: case["name"])
def test_worked_by_hand(tmp_path, case):
    need = check_case(tmp_path / "x", case)
    np.testing.assert_allclose(sum(need.components.values()), need.salaries)


# retirement ages -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("category", "born", "goes"),
    [
        ("male", (1964, 12), (2024, 12)),
        ("male", (1965, 1), (2025, 2)),
        ("male", (1965, 5), (2025, 7)),
        ("male", (1976, 9), (2039, 9)),
        ("male", (1990, 1), (2053, 1)),
        ("female_cadre", (1969, 12), (2024, 12)),
        ("female_cadre", (1970, 1), (2025, 2)),
        ("female_cadre", (1981, 9), (2039, 9)),
        ("female_worker", (1974, 12), (2024, 12)),
        ("female_worker", (1975, 1), (2025, 2)),
        ("female_worker", (1975, 3), (2025, 5)),
        ("female_worker", (1984, 11), (2039, 11)),
    ],
)
def test_statutory_ages_rise_by_month(category, born, goes):
    """60 to 63, 55 to 58 by a month every four months, 50 to 55 by a month every two, from January 2025."""
    rule = next(rule for rule in rule_table("retirement_ages") if rule["category"] == category)
    ages = RetirementAges(
        *(np.array([int(rule[name])]) for name in ("age_before", "age_after", "step_months")), np.array([2025])
    )
    month = retirement_months(np.array([born[0]]), ages)[0, born[1] - 1]
    assert (month // 12, month % 12 + 1) == goes


def test_ages_that_nobody_verified_are_marked():
    for rule in rule_table("retirement_ages"):
        assert rule["source"] and rule["legal_reference"]
        assert rule["quality"] == "unverified"


@given(st.integers(1955, 2005), st.sampled_from([(60, 63, 4), (55, 58, 4), (50, 55, 2)]))
def test_everyone_retires_exactly_once(birth_year, rule):
    ages = RetirementAges(*(np.array([number]) for number in rule), np.array([2025]))
    shares = retirement_shares(np.array([birth_year]), ages, 2025, 60)
    assert shares.min() >= 0
    assert shares.sum() == pytest.approx(1.0)


# laws ------------------------------------------------------------------------------------------------------

numbers = st.floats(0, 1e5, allow_nan=False)
shares = st.floats(0, 1, allow_nan=False)


@st.composite
def groups(draw):
    serving = draw(st.floats(200, 5000))
    return {
        "serving_persons": serving,
        "retired_persons": draw(st.floats(0, 5000)),
        "entries": draw(st.floats(0, 30)),
        "exits": draw(st.floats(0, 30)),
        "pay_per_person": draw(numbers),
        "employer_rate": draw(shares),
        "housing_rate": draw(shares),
        "retiree_cost_per_person": draw(numbers),
        "operations_quota": 0.0,
        "fiscal_share": draw(shares),
    }


def laid(rows):
    """Groups of today's columns as arrays of the old and of the new arithmetic."""
    columns = {name: np.array([row[name] for row in rows], dtype=float) for name in rows[0]}
    old = Staff(**columns)
    none = np.zeros(len(rows))
    new = StaffGroups(
        posts=none,
        serving_persons=old.serving_persons,
        retired_persons=old.retired_persons,
        entries=old.entries,
        exits=old.exits,
        transfers_out=none,
        contribution_base=none + 1,
        contributions=np.column_stack([old.employer_rate, old.housing_rate]),
        retiree_cost=old.retiree_cost_per_person,
        annuity_funding=none,
        contract_persons=none,
        contract_cost=none,
        fiscal_share=old.fiscal_share,
    )
    return old, new


def bill_of(new, pay, growth):
    """The wage bill along growth of shape (..., year)."""
    years, count = growth.shape[-1], len(pay)
    steps = steps_of([], years, count)
    path = carried(pay, np.broadcast_to((1 + growth)[..., None], (*growth.shape, count)), steps)
    return salary_bill(new, head_paths(new, years), path, np.ones(years + 1)).total


@given(st.lists(groups(), min_size=1, max_size=4), st.lists(st.floats(-0.1, 0.2), min_size=1, max_size=6))
@settings(max_examples=50)
def test_with_the_old_columns_only_the_old_numbers_come_out(rows, growth):
    old, new = laid(rows)
    growth = np.array(growth)
    found = bill_of(new, old.pay_per_person, growth)
    np.testing.assert_allclose(found[0], staff_cost_now(old)[0], rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(found[1:], staff_cost(old, growth, np.zeros(len(growth)))[0], rtol=1e-12, atol=1e-9)


@given(groups(), shares)
@settings(max_examples=50)
def test_a_group_split_in_two_costs_the_same(row, part):
    persons = ("serving_persons", "retired_persons", "entries", "exits")
    halves = [{**row, **{name: row[name] * share for name in persons}} for share in (part, 1 - part)]
    growth = np.array([0.02, 0.03])
    whole, split = (
        bill_of(laid(rows)[1], np.array([r["pay_per_person"] for r in rows]), growth) for rows in ([row], halves)
    )
    np.testing.assert_allclose(split.sum(axis=1), whole.sum(axis=1), rtol=1e-9, atol=1e-9)


def test_paths_of_growth_go_through_at_once():
    old, new = laid([{**dict.fromkeys(Staff.__dataclass_fields__, 1.0), "serving_persons": 100.0}])
    growth = np.array([[0.0, 0.1], [0.05, -0.02], [0.2, 0.0]])
    together = bill_of(new, old.pay_per_person, growth)
    assert together.shape == (3, 3, 1)
    for path, row in zip(growth, together, strict=True):
        np.testing.assert_allclose(bill_of(new, old.pay_per_person, path), row)


@given(st.floats(0, 500), st.floats(0, 60), st.floats(0, 60), shares)
def test_persons_are_never_lost(serving, entries, exits, moving):
    none = np.zeros(1)
    _, new = laid(
        [
            {
                **dict.fromkeys(Staff.__dataclass_fields__, 0.0),
                "serving_persons": serving,
                "entries": entries,
                "exits": exits,
            }
        ]
    )
    heads = head_paths(replace(new, transfers_out=none + moving * exits, posts=none + 50), 6)
    before, after = heads.serving[:-1], heads.serving[1:]
    left = (heads.retirements + heads.transfers_out)[1:]
    np.testing.assert_allclose(after, before + heads.entries[1:] - left, atol=1e-9)
    np.testing.assert_allclose(np.diff(heads.retired, axis=0), heads.retirements[1:], atol=1e-9)
    assert heads.serving.min() >= 0
    np.testing.assert_array_equal(heads.over_posts, np.maximum(heads.serving - 50, 0))


@given(st.integers(1, 12), st.floats(-0.5, 0.5), st.floats(0, 1e4), st.floats(1e4, 1e5))
def test_a_mean_of_the_base_year_gives_back_its_opening_level(month, rate, amount, mean):
    changes = [Change(0, month, np.array([True]), 1 + rate, amount)]
    steps = steps_of(changes, 1, 1)
    path = carried(opening_level(np.array([mean]), steps), np.ones((1, 1)), steps)
    assert path[0, 0] == pytest.approx(mean)


# the shipped place -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def need():
    return need_of_place(read_place(YUNSHUI), years=(2026, 2027, 2028, 2029, 2030), pay_growth=0.02)


def test_yunshui_adds_up_by_group_part_and_detail(need):
    np.testing.assert_allclose(sum(need.components.values()), need.salaries)
    detail = need.detail.groupby(["guarantee", "year"], sort=True)["need"].sum()
    np.testing.assert_allclose(detail["salaries"], need.salaries.sum(axis=1))
    np.testing.assert_allclose(detail["operations"], need.operations.sum(axis=1))
    assert (need.detail["need"] == need.detail["county"]).all()


def test_yunshui_without_the_new_tables_plans_as_before(tmp_path):
    folder = tmp_path / "yunshui"
    shutil.copytree(YUNSHUI, folder)
    for name in ("staff_ages", "pay_items", "pay_events", "units", "quotas"):
        (folder / f"{name}.csv").unlink()
    lines = [line.split(",") for line in (folder / "staff.csv").read_text(encoding="utf-8-sig").splitlines()]
    old = [lines[0].index(name) for name in (*Staff.__dataclass_fields__, "group", "year", "posts", "source")]
    text = "\n".join(",".join(line[column] for column in old) for line in lines)
    (folder / "staff.csv").write_text(text + "\n", encoding="utf-8-sig")
    place = read_place(folder)
    rows = place.rows("staff")
    staff = Staff(**{name: rows[name].to_numpy(dtype=float) for name in Staff.__dataclass_fields__})
    found = need_of_place(place, pay_growth=0.02, operations_growth=0.01)
    salaries, operations = staff_cost(staff, np.array([0.02, 0.02]), np.array([0.01, 0.01]))
    np.testing.assert_allclose(found.salaries[0], staff_cost_now(staff)[0])
    np.testing.assert_allclose(found.operations[0], staff_cost_now(staff)[1])
    np.testing.assert_allclose(found.salaries[1:], salaries)
    np.testing.assert_allclose(found.operations[1:], operations)
    whole = need_of_place(read_place(YUNSHUI))
    assert whole.salaries[0].sum() == pytest.approx(found.salaries[0].sum(), rel=0.005)
    assert whole.operations[0].sum() == pytest.approx(found.operations[0].sum())


def test_a_place_without_a_register_has_none(place):
    assert need_of_place(place("gangu")) is None


def test_tables_add_up_as_printed(plan_of):
    plan = plan_of("yunshui")
    table = rounded(staff_table(plan))
    labels = [row.label for row in table.rows]
    assert labels[-7:] == [
        "编制（人）", "年末在职（人）", "超编（人）", "新进（人）", "退休（人）", "调出（人）", "年末离退休（人）",
    ]  # fmt: skip
    for label in ("合计", "按构成合计"):
        for column in range(4, len(table.columns)):
            parts = sum_parts(table, labels.index(label), column)
            printed = sum(table.rows[row].values[column] for row, _ in parts)
            assert printed == table.rows[labels.index(label)].values[column]
    assert table.rows[labels.index("合计")].values[4:] == table.rows[labels.index("按构成合计")].values[4:]
    assert any("（未经核实）" in note for note in table.notes)
    assert staff_parts_table(plan).title == "人员变动与人员经费构成（2026年）"
    assert staff_table(plan_of("gangu")) is None


# cautions --------------------------------------------------------------------------------------------------


def messages(need):
    return {caution.code: caution.message for caution in need.cautions}


def test_too_many_for_the_posts_and_staff_outside_them(tmp_path):
    row = {
        "group": "乡镇", "posts": 90, "serving_persons": 100, "pay_per_person": 60000, "contract_persons": 5, "contract_cost": 40000,
    }  # fmt: skip
    found = messages(need_of(tmp_path / "x", {"staff": [row]}))
    assert found["staff_over_posts"] == "“乡镇”2025年在职 100 人，编制 90 人，超编 10 人，当年工资和缴费约 60.0 万元"
    assert found["contract_staff"] == "“乡镇”有编外聘用 5 人，基期年 20.0 万元，不占编制，应逐步清理"
    assert found["retirement_profile_missing"] == "没有年龄结构的人员组：乡镇；退休人数按每年退出数，看不出退休高峰"


def test_thin_evidence_is_said(tmp_path):
    tables = {
        "staff": [{"group": "行政", "serving_persons": 100, "pay_per_person": 60000}],
        "staff_ages": [{"group": "行政", "age": 59, "persons": 90}],
        "pay_items": [{"group": "行政", "item": "基本工资", "amount": 50000, "pensionable": "yes"}],
        "pay_events": [{"group": "行政", "effective_date": "2027-07-01", "kind": "rate", "value": 0.03}],
        "units": [
            {
                "department": "县财政局",
                "unit_name": "机关",
                "group": "行政",
                "quota_class": "甲",
                "quota": 9000,
                "heads": 120,
            }
        ],
    }
    found = messages(need_of(tmp_path / "x", tables))
    assert found["staff_ages_differ"] == "“行政”年龄结构合计 90 人，在职 100 人，退休人数按在职数折算"
    assert found["staff_ages_without_sex"] == "“行政”的年龄结构没有分性别，按男性法定退休年龄测算，女性较多的退休会偏少"
    assert "未经核实" in found["retirement_ages_unverified"]
    assert found["pay_items_differ"] == "“行政”各项工资之和每人每年 50,000 元，人员台账填 60,000 元，按各项之和测算"
    assert found["pay_event_on_top"].startswith("2027年7月的工资调整在“人均工资增速”之外另计")
    assert found["units_exceed_staff"] == "“行政”各单位定额人数合计 120 人，多于在职 100 人"


# faults ----------------------------------------------------------------------------------------------------

STAFF = {"group": "行政", "serving_persons": 100, "pay_per_person": 60000, "employer_rate": 0.3, "exits": 5}
UNIT = {"department": "县财政局", "unit_name": "县财政局机关", "group": "行政", "quota_class": "行政一类", "heads": 4}
FAULTS = {
    "no rate at all": (
        {"staff": [{**STAFF, "employer_rate": ""}]},
        "staff.csv 第 2 行“employer_rate”列：没有单位缴费率，也没有分项缴费率。"
        "请填单位缴费率，或把养老、职业年金、医疗、其他四项缴费率填全。",
    ),
    "some rates": (
        {"staff": [{**STAFF, "pension_rate": 0.16, "annuity_rate": 0.08}]},
        "staff.csv 第 2 行“medical_rate”列：四项缴费率只填了 2 项。四项缴费率要么都填，要么都不填；确实不缴的填 0。",
    ),
    "rates that do not add up": (
        {"staff": [{**STAFF, "pension_rate": 0.16, "annuity_rate": 0.08, "medical_rate": 0.08, "other_rate": 0}]},
        "staff.csv 第 2 行“employer_rate”列：单位缴费率 0.3，四项缴费率相加为 0.32。请核对；四项相加必须等于单位缴费率，或把单位缴费率留空。",
    ),
    "full funding in part": (
        {"staff": [{**STAFF, "funding": "full", "fiscal_share": 0.6}]},
        "staff.csv 第 2 行“fiscal_share”列：供养方式是全额，财政负担比例是 0.6。全额单位填 1；差额单位请改供养方式。",
    ),
    "partial funding in full": (
        {"staff": [{**STAFF, "funding": "差额", "fiscal_share": 1}]},
        "“fiscal_share”列：供养方式是差额，财政负担比例是 1。请填补助比例，例如 0.6；全额单位请改供养方式。",
    ),
    "more transfers than exits": (
        {"staff": [{**STAFF, "transfers_out": 6}]},
        "“transfers_out”列：每年调出 6 人，多于每年退出 5 人。每年退出包括退休和调出，请核对。",
    ),
    "contract staff without cost": (
        {"staff": [{**STAFF, "contract_persons": 6}]},
        "“contract_cost”列：编外人员只填了人数。编外人数和编外人均要一起填，或都不填。",
    ),
    "a child at work": (
        {"staff": [STAFF], "staff_ages": [{"group": "行政", "sex": "male", "age": 5, "persons": 2}]},
        "staff_ages.csv 第 2 行“age”列：5 岁有 2 名在职人员。请核对年龄，应在 16 至 75 岁之间。",
    ),
    "a group that is not there": (
        {"staff": [STAFF], "staff_ages": [{"group": "行正", "sex": "male", "age": 35, "persons": 2}]},
        "staff_ages.csv 第 2 行“group”列：staff 表里没有人员组“行正”。是否想写“行政”？只能填 staff 表里的人员组：行政。",
    ),
    "no register": (
        {"pay_events": [{"group": "全部", "effective_date": "2026-07-01", "kind": "rate", "value": 0.05}]},
        "pay_events.csv 第 2 行“group”列：没有 staff 表，这张表不会用到。请先填写 staff 表（人员台账）。",
    ),
    "a rate in percent": (
        {"staff": [STAFF], "pay_events": [{"group": "全部", "effective_date": "2026-07-01", "kind": "涨幅", "value": 5}]},
        "pay_events.csv 第 2 行“value”列：涨幅填写的是 5。涨幅用小数：5% 写 0.05；按金额调整的方式填 amount。",
    ),
    "an amount that is a rate": (
        {"staff": [STAFF], "pay_events": [{"group": "全部", "effective_date": "2026-07-01", "kind": "amount", "value": 0.05}]},
        "“value”列：增资额填写的是 0.05 元。增资额按元/人·年填写，例如每月 300 元写 3600；按涨幅调整的方式填 rate。",
    ),
    "an item that is no pay": (
        {"staff": [STAFF], "pay_items": [{"group": "行政", "item": "住房公积金", "amount": 5000, "pensionable": "no"}]},
        "pay_items.csv 第 2 行“item”列：“住房公积金”不是工资项目。单位缴费、公积金、离退休和编外人员由 staff 表计算，请删去这一行。",
    ),
    "items in 万元": (
        {"staff": [STAFF], "pay_items": [{"group": "行政", "item": "基本工资", "amount": 6.2, "pensionable": "yes"}]},
        "pay_items.csv 第 2 行“amount”列：“行政”各项工资之和每人每年 6.2 元，像是以万元填写。请按元填写，例如 72000。",
    ),
    "an unknown unit class": (
        {"staff": [{**STAFF, "unit_class": "学校"}]},
        "“unit_class”列：填写的是“学校”。只能填：administrative（行政）、civil_service（参公）",
    ),
    "a unit without a quota": (
        {"staff": [STAFF], "units": [UNIT], "quotas": [{"quota_class": "行政一类", "quota": 9000, "valid_from": "2026-01-01"}]},
        "units.csv 第 2 行“quota_class”列：“县财政局机关”没有单位定额，quotas 表里也没有“行政一类”在 2025 年执行的定额。"
        "请在 quotas 表补上这一类（档），或在 quota 列填单位定额。",
    ),
    "a quota in 万元": (
        {"staff": [STAFF], "units": [{**UNIT, "quota": 1.2}]},
        "units.csv 第 2 行“quota”列：人均定额 1.2 元，像是以万元填写。请按元填写，例如 12000。",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_faults_name_file_line_value_and_remedy(tmp_path, name):
    tables, text = FAULTS[name]
    with pytest.raises(InputError) as error:
        read_place(write_staff(tmp_path / "x", tables))
    assert len(error.value.faults) == 1
    assert text in str(error.value)
