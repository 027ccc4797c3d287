"""What-if: extra cost equals recomputing the registers, adds up over items, and refuses what the registers would refuse."""

from dataclasses import replace

import numpy as np
import pytest

from fiscal_model.analysis.guarantees.reprice import STAFF, TOTAL, cost_one_more, reprice
from fiscal_model.blocks.guarantees.guarantees_block import guarantees_of
from fiscal_model.words.errors import InputError

CHANGES = {
    "L12": {"standard": {"add": 30}},
    "L01": {"persons": {"add": 500}, "county_share": 0.1},
    "L23": {"standard": 100},
    "O01": {"persons": {"add": -2}},
    f"{STAFF}行政": {"serving_persons": {"add": 10}, "posts": {"add": 10}},
    f"{STAFF}乡镇": {"operations_quota": 10_000},
}


@pytest.fixture(scope="module")
def plan(plan_of):
    return plan_of("yunshui")


def extra(frame, item, amount="county"):
    return frame.loc[frame["item"] == item, amount].to_numpy(dtype=float)


def by_hand(plan, table, key, name, **values):
    """The same plan's need with a register row written over."""
    place = plan.basis.place
    rows = place.rows(table).copy()
    for column, value in values.items():
        rows[column] = rows[column].astype(float)
        rows.loc[rows[key] == name, column] = value
    changed = replace(place, tables=dict(place.tables) | {table: rows})
    after = guarantees_of(changed, plan.basis.history, plan.base_year, plan.basis.assumed)
    before = plan.basis.guarantees
    return (after.need_total - before.need_total)[1:], (after.county_total - before.county_total)[1:]


def test_exactly_what_the_changed_register_needs(plan):
    """A column that nothing else overrules: the changed register, computed again, and nothing but that."""
    items = plan.basis.place.rows("guarantee_items").set_index("item_code")
    more = float(items.at["L12", "persons"]) + 1000
    frame = reprice(plan, {"L12": {"persons": {"add": 1000}}})
    need, county = by_hand(plan, "guarantee_items", "item_code", "L12", persons=more)
    np.testing.assert_array_equal(extra(frame, "L12", "need"), need)
    np.testing.assert_array_equal(extra(frame, "L12"), county)
    np.testing.assert_array_equal(extra(reprice(plan, {"L12": {"persons": more}}), "L12"), county)


@pytest.mark.parametrize("code", ["L01", "L09", "L10", "L11", "L12", "L23", "O01", "O02"])
def test_thirty_yuan_more_cost_thirty_yuan_for_everybody(plan, code):
    """Whatever the standard rests on (register, law, dated change, local extra): persons x 30 x periods x coverage."""
    items = plan.basis.guarantees.items
    at = items.codes.index(code)
    expected = items.persons[1:, at] * 30 * items.periods[at] * items.coverage[at] / 10_000
    frame = reprice(plan, {code: {"standard": {"add": 30}}})
    np.testing.assert_allclose(extra(frame, code, "need"), expected, rtol=1e-9, atol=1e-7)
    share = items.by_level[1:, at, 3] / items.national_need[1:, at]
    np.testing.assert_allclose(extra(frame, code), expected * share, rtol=1e-9, atol=1e-7)


def test_pay_that_is_the_sum_of_its_items_moves_all_of_them(plan):
    """行政 has pay items: a thousand yuan more a head cost at least a thousand for each of those serving."""
    (serving,) = plan.basis.place.rows("staff").query("group == '行政'")["serving_persons"]
    more = extra(reprice(plan, {f"{STAFF}行政": {"pay_per_person": {"add": 1000}}}), f"{STAFF}行政")
    assert more[0] > 0.9 * serving * 1000 / 10_000


def test_a_column_that_a_finer_table_overrules_is_refused(plan):
    with pytest.raises(InputError) as caught:
        reprice(
            plan, {"L01": {"periods": 2, "persons_growth": 0.0}, f"{STAFF}行政": {"exits": 1, "employer_rate": 0.2}}
        )
    assert [str(fault) for fault in caught.value.faults] == [
        "调整测算：“L01”的“persons_growth”已由人口预测（population）取代，改它不影响测算。请改 persons，或改人口表的比率。",
        "调整测算：“L01”的“periods”已由法定标准（guarantee_standards）取代，改它不影响测算。请改 standard 或 coverage。",
        "调整测算：“staff:行政”的“exits”已由人员年龄表（staff_ages）取代，改它不影响测算。请改 serving_persons 或 entries。",
        "调整测算：“staff:行政”的“employer_rate”已由分项缴费率取代，改它不影响测算。"
        "请改 pension_rate、annuity_rate、medical_rate、other_rate。",
    ]


def test_staff_exactly(plan):
    staff = plan.basis.place.rows("staff").set_index("group")
    serving = float(staff.at["行政", "serving_persons"]) + 10
    need, county = by_hand(plan, "staff", "group", "行政", serving_persons=serving)
    frame = reprice(plan, {f"{STAFF}行政": {"serving_persons": {"add": 10}}})
    np.testing.assert_array_equal(extra(frame, f"{STAFF}行政", "need"), need)
    np.testing.assert_array_equal(extra(frame, f"{STAFF}行政"), county)


def test_items_add_up(plan):
    frame = reprice(plan, CHANGES)
    assert frame["item"].unique().tolist() == [*CHANGES, TOTAL]
    for amount in ("need", "county"):
        parts = sum(extra(frame, item, amount) for item in CHANGES)
        np.testing.assert_allclose(parts, extra(frame, TOTAL, amount), atol=1e-6)
        for item, change in CHANGES.items():
            alone = reprice(plan, {item: change})
            np.testing.assert_allclose(extra(alone, item, amount), extra(frame, item, amount), atol=1e-9)


def test_back_and_forth_is_nothing(plan):
    staff = plan.basis.place.rows("staff").set_index("group")
    same = {"L12": {"standard": {"add": 0}}, f"{STAFF}行政": {"posts": float(staff.at["行政", "posts"])}}
    frame = reprice(plan, same)
    assert not frame[["need", "county"]].to_numpy().any()


def test_more_costs_more_and_a_share_moves_money_between_levels(plan):
    frame = reprice(plan, {"L12": {"county_share": 0.2}})
    np.testing.assert_allclose(extra(frame, "L12", "need"), 0, atol=1e-9)
    assert (extra(frame, "L12") > 0).all()
    assert (extra(reprice(plan, {"L12": {"standard": {"add": 10}}}), "L12") > 0).all()
    assert (extra(reprice(plan, {"L12": {"standard": {"add": -10}}}), "L12") < 0).all()


def test_the_plan_itself_is_untouched(plan):
    before = plan.basis.guarantees.county_total.copy()
    rows = plan.basis.place.rows("guarantee_items").copy()
    reprice(plan, CHANGES)
    np.testing.assert_array_equal(plan.basis.guarantees.county_total, before)
    assert rows.equals(plan.basis.place.rows("guarantee_items"))


def test_marginal_costs_are_reprices(plan):
    costs = cost_one_more(plan)
    items, groups = (len(plan.basis.place.rows(name)) for name in ("guarantee_items", "staff"))
    assert len(costs) == (2 * items + groups) * len(plan.years)
    for item, step, change in (
        ("L01", "多1个对象", {"persons": {"add": 1}}),
        ("L12", "标准提高10元", {"standard": {"add": 10}}),
        (f"{STAFF}卫生（差额）", "多1个编制并实有1人", {"posts": {"add": 1}, "serving_persons": {"add": 1}}),
    ):
        mine = costs[(costs["item"] == item) & (costs["step"] == step)]
        frame = reprice(plan, {item: change})
        for amount in ("need", "county"):
            np.testing.assert_allclose(mine[amount], extra(frame, item, amount), atol=1e-6)


def test_one_more_pupil_costs_the_standard(plan):
    """A pupil more at 720 yuan, the county's 5 %: 36 yuan in the base year, a little less as pupils fall by 3 %."""
    costs = cost_one_more(plan)
    first = costs[(costs["item"] == "L01") & (costs["step"] == "多1个对象")].iloc[0]
    assert 0 < first["need"] <= 0.0721 and first["county"] == pytest.approx(0.05 * first["need"])


def test_without_registers_there_is_nothing_to_reprice(plan_of):
    assert not len(cost_one_more(plan_of("gangu")))
    with pytest.raises(InputError) as caught:
        reprice(plan_of("gangu"), {"L12": {"standard": 700}})
    assert [str(fault) for fault in caught.value.faults] == [
        "调整测算：没有三保项目清单，“L12”无法测算。请先填写 guarantee_items 表。"
    ]


def test_every_fault_at_once(plan):
    with pytest.raises(InputError) as caught:
        reprice(
            plan,
            {
                "L99": {"standard": 1},
                "L12": {"standrd": 1, "persons": "多"},
                f"{STAFF}乡镇站所": {"posts": 1},
                "L01": 3,
                "L02": {"coverage": {"add": 0.2}},
                "L03": {"county_share": 0.3, "central_share": 0.9},
            },
        )
    said = [str(fault) for fault in caught.value.faults]
    assert said[0].startswith("调整测算：没有三保项目“L99”。是否想写“L19”？可填：L01、L02、")
    assert said[1].startswith("调整测算：“L12”没有可调整的列“standrd”。是否想写“standard”？可填：persons、")
    assert said[2] == '调整测算：“L12”的“persons”应为数字，填写的是“多”。请填新的数值，或写 {"add": 增减数}。'
    assert said[3].startswith("调整测算：没有人员组“乡镇站所”。")
    assert said[4] == "调整测算：“L01”没有写明调整哪一列。请写成 列名和数值，例如 {'persons': {'add': 1}}。"
    assert said[5].startswith("调整测算：“L02”的“coverage”调整后为 1.2，超出范围。")
    assert said[6] == "调整测算：“L03”四级负担比例调整后相加为 1.35。中央、省、市、县四级相加必须等于 1。"
    assert len(said) == 7


def test_no_change_is_a_fault(plan):
    with pytest.raises(InputError, match="没有写任何调整"):
        reprice(plan, {})
