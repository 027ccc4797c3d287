"""Scenarios: every fault in words, copies with changes, round trips, and which assumption wins."""

import tomllib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fiscal_model.blocks.revenue.revenue_block import fit
from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.scenario import (
    AUTO,
    QUALITIES,
    SHIPPED,
    Assumption,
    Scenario,
    assumptions_of,
    defaults,
    read_scenario,
)
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import project
from fiscal_model.words.errors import ScenarioError

YEARS = (2026, 2027, 2028)
BASELINE = read_scenario("baseline")


@pytest.fixture
def faults_of(tmp_path):
    def faults(text, encoding="utf-8"):
        path = tmp_path / "qingjing.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        with pytest.raises(ScenarioError) as caught:
            read_scenario(path)
        shown = str(caught.value).replace(path.as_posix(), "qingjing.toml")
        head, *rows = shown.splitlines()
        assert head == f"输入有 {len(rows)} 处错误："
        return [row.split(". ", 1)[1] for row in rows]

    return faults


def entry(name, value, source="某文件", quality="expert"):
    return f'[assumptions.{name}]\nvalue = {value}\nsource = "{source}"\nquality = "{quality}"\n'


# faults of a file ------------------------------------------------------------------------------------------


def test_an_unknown_name_is_answered_with_the_nearest(faults_of):
    assert faults_of(entry("land_revenue_grwth", 0.1)) == [
        "qingjing.toml 第 1 行：“land_revenue_grwth”不是本模型的假设。是否想写“land_revenue_growth”（土地出让收入增速）？"
        "全部假设见 data/rules/assumptions.toml。"
    ]


def test_a_name_like_nothing_gets_no_guess(faults_of):
    assert faults_of(entry("zzz", 0.1)) == [
        "qingjing.toml 第 1 行：“zzz”不是本模型的假设。全部假设见 data/rules/assumptions.toml。"
    ]


def test_percent_instead_of_a_fraction(faults_of):
    assert faults_of(entry("refinancing_share_general", 90)) == [
        "qingjing.toml 第 1 行：“refinancing_share_general”（一般债券到期本金再融资比重）的值 90 超出范围。"
        "应在 0 到 1 之间；比例用小数，90% 写 0.9。"
    ]


def test_an_amount_out_of_bounds_gets_no_hint_about_percent(faults_of):
    assert faults_of(entry("new_project", -5)) == [
        "qingjing.toml 第 1 行：“new_project”（新增项目每年县级支出（万元））的值 -5 超出范围。应在 0 到 1e+08 之间。"
    ]


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "0.51"])
def test_no_number_slips_past_the_bounds(faults_of, value):
    (fault,) = faults_of(entry("own_revenue_shift", value))
    assert "超出范围。应在 -0.5 到 0.5 之间" in fault


def test_text_where_a_number_belongs(faults_of):
    assert faults_of(entry("pay_growth", '"很高"')) == [
        "qingjing.toml 第 1 行：“pay_growth”（人均工资增速）的值是“很高”，不是数字。请写小数，例如 0.02。"
    ]


@pytest.mark.parametrize("value", ["true", '"auto"', "[0.1]"])
def test_other_things_that_are_no_number(faults_of, value):
    (fault,) = faults_of(entry("pay_growth", value))
    assert fault.endswith("不是数字。请写小数，例如 0.02。")


def test_a_missing_source(faults_of):
    assert faults_of('[assumptions.pay_growth]\nvalue = 0.03\nquality = "expert"\n') == [
        "qingjing.toml 第 1 行：“pay_growth”（人均工资增速）没有写来源 source。请写明这个假设从哪里来。"
    ]
    assert len(faults_of(entry("pay_growth", 0.03, source="  "))) == 1


def test_an_unknown_quality(faults_of):
    assert faults_of(entry("pay_growth", 0.03, quality="好")) == [
        f"qingjing.toml 第 1 行：“pay_growth”的 quality 是“好”。只能填：{'、'.join(QUALITIES)}。"
    ]


def test_unknown_keys(faults_of):
    text = 'id = "x"\ntitle = "y"\n' + entry("pay_growth", 0.03) + "low = 0.1\n"
    assert faults_of(text) == [
        "qingjing.toml 第 2 行：不认识的项目“title”。可填：id、name、description、assumptions、history、balance。",
        "qingjing.toml 第 3 行：假设“pay_growth”里有不认识的项目“low”。可填：value、by_year、by_plan_year、source、quality。",
    ]


def test_assumptions_that_are_no_table(faults_of):
    assert faults_of("assumptions = 3\n") == [
        "qingjing.toml 第 1 行：assumptions 不是一张表。请写成 [assumptions.名称] 加 value、source、quality。"
    ]
    assert faults_of('[assumptions]\npay_growth = "3%"\n') == [
        "qingjing.toml 第 2 行：假设“pay_growth”的写法不对。请写成 [assumptions.名称] 加 value、source、quality。"
    ]


_STEPS = {
    'by_year = {2027 = "多"}': "第 5 行：“pay_growth”的 by_year 里“2027 = 多”不是数字。",
    'by_year = {"明年" = 0.1}': "第 5 行：“pay_growth”的 by_year 里“明年 = 0.1”不是数字。",
    "by_year = {2027 = true}": "第 5 行：“pay_growth”的 by_year 里“2027 = true”不是数字。",
    'by_year = {2027 = "0.02"}': "第 5 行：“pay_growth”的 by_year 里“2027 = 0.02”不是数字。",
    "by_year = {2026 = 0.02, 2027 = nan}": "第 5 行：“pay_growth”的 by_year 里“2027 = nan”不是数字。",
    "by_plan_year = {1 = false}": "第 5 行：“pay_growth”的 by_plan_year 里“1 = false”不是数字。",
    "by_year = {2_027 = 0.02}": "第 5 行：“pay_growth”的 by_year 里“2_027 = 0.02”不是数字。",
    "by_year = 3": "第 1 行：“pay_growth”的 by_year 不是一张表。",
    "by_plan_year = [1]": "第 1 行：“pay_growth”的 by_plan_year 不是一张表。",
}


@pytest.mark.parametrize("steps", _STEPS)
def test_years_that_are_no_numbers(faults_of, steps):
    """True was read as 1 and a number in quotes as a number; both are refused on their own line."""
    [fault] = faults_of(entry("pay_growth", 0.03) + steps + "\n")
    assert fault.startswith(f"qingjing.toml {_STEPS[steps]}")


def test_a_truth_under_a_year_is_refused_on_its_own_line(faults_of):
    text = entry("pay_growth", 0.03) + "[assumptions.pay_growth.by_year]\n2026 = 0.02\n2027 = true\n2028 = 1\n"
    assert faults_of(text) == [
        "qingjing.toml 第 7 行：“pay_growth”的 by_year 里“2027 = true”不是数字。"
        "左边写年份，右边写小数，不加引号，例如 2027 = 0.02。",
        "qingjing.toml 第 1 行：“pay_growth”（人均工资增速）的值 1 超出范围。应在 -0.2 到 0.5 之间；比例用小数，90% 写 0.9。",
    ]
    with pytest.raises(ScenarioError, match="里“2027 = true”不是数字"):
        Scenario("x", "x").with_(pay_growth={2027: True})


def test_a_step_out_of_bounds(faults_of):
    (fault,) = faults_of(entry("land_revenue_growth", 0.0) + "[assumptions.land_revenue_growth.by_year]\n2027 = -30\n")
    assert "的值 -30 超出范围。应在 -1 到 3 之间；比例用小数" in fault


def test_every_fault_is_listed_at_once(faults_of):
    text = entry("pay_growth", 3, source="", quality="x") + entry("nothing", 1) + entry("living_growth", 0.01)
    faults = faults_of(text)
    assert len(faults) == 4
    assert [
        word in fault for word, fault in zip(("超出范围", "来源", "quality", "不是本模型"), faults, strict=True)
    ] == [True] * 4


@pytest.mark.parametrize(
    "name", ["", " ", "..", ".", "../../x", "/abs/path", "a/b", "a\\\\b", "con", "LPT1", "x.", "x" * 61]
)
def test_an_id_is_a_name_and_never_a_path(faults_of, name):
    [fault] = faults_of(f'id = "{name}"\n')
    assert "用作文件夹名，只能用汉字、字母、数字、“-”和“_”" in fault
    with pytest.raises(ScenarioError, match="用作文件夹名"):
        Scenario(name.replace("\\\\", "\\"), "改过的情景")


def test_an_id_may_be_chinese_and_a_file_without_one_lends_its_name(tmp_path):
    assert Scenario("悲观_2-甲", "悲观").id == "悲观_2-甲"
    path = tmp_path / "悲观 情景 (2).toml"
    path.write_text('name = "悲观"\n', encoding="utf-8")
    assert read_scenario(path).id == "悲观-情景-2-"


def test_not_toml(faults_of):
    (fault,) = faults_of("[assumptions\n")
    assert fault.startswith("qingjing.toml 第 1 行：TOML 格式有误（")
    assert fault.endswith("。请对照 data/scenarios 里的样例，用 UTF-8 保存。")
    (fault,) = faults_of("name = “基准”\n")
    assert "TOML 格式有误" in fault


def test_gbk_is_read_like_every_other_file_and_no_encoding_at_all_is_refused(faults_of, tmp_path):
    (tmp_path / "a.toml").write_text('name = "基准"\n', encoding="gbk")
    assert read_scenario(tmp_path / "a.toml").name == "基准"
    (fault,) = faults_of('name = "基准"\n', encoding="utf-32-le")
    assert fault == "qingjing.toml 第 1 行：文字编码无法识别。请用 UTF-8 保存。"


def test_a_file_saved_with_a_mark_is_read(tmp_path):
    (tmp_path / "a.toml").write_text('name = "带标记"\n', encoding="utf-8-sig")
    assert read_scenario(tmp_path / "a.toml") == Scenario("a", "带标记", "", {})


def test_a_missing_file():
    with pytest.raises(ScenarioError) as caught:
        read_scenario("data/scenarios/meiyou.toml")
    assert str(caught.value) == (
        "输入有 1 处错误：\n  1. data/scenarios/meiyou.toml：没有这个情景文件。"
        "请检查路径，或用自带情景：baseline、optimistic、pessimistic、land_slump、refinancing_squeeze。"
    )


# with_ -----------------------------------------------------------------------------------------------------


def test_a_number_is_for_every_year_and_replaces_what_was_there():
    slump = read_scenario("land_slump").with_(land_revenue_growth=0.1)
    changed = slump.assumptions["land_revenue_growth"]
    assert changed.path(YEARS).tolist() == [0.1, 0.1, 0.1]
    assert (changed.source, changed.quality) == ("规划人员设定", "planner")


def test_a_mapping_changes_some_years_and_keeps_the_others():
    slump = read_scenario("land_slump").with_(land_revenue_growth={2027: 0.2})
    assert slump.assumptions["land_revenue_growth"].path(YEARS).tolist() == [-0.5, 0.2, 0.0]
    twice = slump.with_(land_revenue_growth={2028: 0.3})
    assert twice.assumptions["land_revenue_growth"].path(YEARS).tolist() == [-0.5, 0.2, 0.3]


def test_a_mapping_on_an_untouched_assumption_keeps_its_default():
    merged = assumptions_of({}, BASELINE.with_(pay_growth={2027: 0.1}), "place.toml")
    assert merged["pay_growth"].path(YEARS).tolist() == [0.02, 0.1, 0.02]


def test_a_mapping_on_auto_keeps_what_is_calibrated(plan_of):
    plan = plan_of("lijiang")
    changed = project(
        plan.basis.place, BASELINE.with_(refinancing_share_general={2027: 0.5}), fitted=plan.basis.revenue.fitted
    )
    path, before = (p.basis.assumed.path("refinancing_share_general") for p in (changed, plan))
    assert path[1] == 0.5
    np.testing.assert_array_equal(np.delete(path, 1), np.delete(before, 1))


def test_the_original_is_left_alone():
    before = read_scenario("pessimistic")
    after = before.with_(own_revenue_shift=0.1, pay_growth=0.01)
    assert before == read_scenario("pessimistic")
    assert after.assumptions["gdp_growth"] == before.assumptions["gdp_growth"]
    assert (after.id, after.name) == (before.id, before.name)
    with pytest.raises(TypeError):
        after.assumptions["pay_growth"] = None


def test_nothing_changed_is_the_same_scenario():
    assert read_scenario("pessimistic").with_() == read_scenario("pessimistic")


def test_changes_are_checked_together():
    with pytest.raises(ScenarioError) as caught:
        BASELINE.with_(pay_grwth=0.1, refinancing_shift=-20, living_growth={2027: 40})
    assert [str(fault) for fault in caught.value.faults] == [
        "情景“baseline”：“pay_grwth”不是本模型的假设。是否想写“pay_growth”（人均工资增速）？全部假设见 data/rules/assumptions.toml。",
        "情景“baseline”：“refinancing_shift”（再融资比重调整）的值 -20 超出范围。应在 -1 到 1 之间；比例用小数，90% 写 0.9。",
        "情景“baseline”：“living_growth”（保基本民生支出增速（无项目清单时用））的值 40 超出范围。应在 -0.2 到 0.5 之间；比例用小数，90% 写 0.9。",
    ]


@pytest.mark.parametrize("change", ["很高", {2027: "很高"}, {"明年": 0.1}, {2027: None}, [0.1], True])
def test_a_change_that_is_no_number_is_refused_in_words(change):
    with pytest.raises(ScenarioError, match="不是数字"):
        BASELINE.with_(pay_growth=change)


def test_numbers_of_numpy_are_numbers():
    changed = BASELINE.with_(pay_growth=np.float64(0.1), new_project=np.int64(300))
    assert changed.assumptions["new_project"].path(YEARS).tolist() == [300.0, 300.0, 300.0]


# files and back --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_scenarios_go_to_a_file_and_back(tmp_path, name):
    scenario = read_scenario(name)
    assert scenario.id == name
    assert scenario.name
    assert scenario.description
    (tmp_path / "x.toml").write_text(scenario.to_toml(), encoding="utf-8")
    assert read_scenario(tmp_path / "x.toml") == scenario


WORDS = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=12).filter(str.strip)
NUMBERS = st.floats(-0.2, 0.5)
CHANGES = st.one_of(NUMBERS, st.dictionaries(st.integers(2025, 2040), NUMBERS, min_size=1, max_size=3))


@given(
    WORDS,
    WORDS,
    st.dictionaries(st.sampled_from(["pay_growth", "living_growth", "land_revenue_growth"]), CHANGES),
    WORDS,
)
@settings(max_examples=50, deadline=None)
def test_any_scenario_goes_to_text_and_back(tmp_path_factory, name, description, changes, source):
    scenario = Scenario("x", name, description).with_(**changes)
    own = {**scenario.assumptions, "gdp_growth": Assumption("gdp_growth", 0.05, source, "official", {}, {1: 0.03})}
    scenario = Scenario("x", name, description, own)
    path = tmp_path_factory.mktemp("s") / "x.toml"
    path.write_text(scenario.to_toml(), encoding="utf-8", newline="\n")
    assert read_scenario(path) == scenario


def test_auto_goes_to_a_file_and_back(tmp_path):
    scenario = BASELINE.with_(carryover_share=AUTO)
    (tmp_path / "x.toml").write_text(scenario.to_toml(), encoding="utf-8")
    assert read_scenario(tmp_path / "x.toml").assumptions["carryover_share"].value == AUTO


# which one wins --------------------------------------------------------------------------------------------


def test_scenario_over_place_over_default():
    own = {"pay_growth": {"value": 0.05, "source": "人社局", "quality": "official"},
           "living_growth": {"value": 0.06, "source": "民政局", "quality": "official"}}  # fmt: skip
    merged = assumptions_of(own, BASELINE.with_(pay_growth=0.07), "place.toml")
    assert merged["pay_growth"].value == 0.07
    assert (merged["living_growth"].value, merged["living_growth"].source) == (0.06, "民政局")
    assert merged["operations_growth"].value == rules("assumptions")["operations_growth"]["value"]
    assert set(merged) == set(defaults()) == set(rules("assumptions"))


def test_the_scenario_changes_years_of_what_the_place_knows():
    own = {"pay_growth": {"value": 0.05, "source": "人社局", "quality": "official"}}
    merged = assumptions_of(own, BASELINE.with_(pay_growth={2028: 0.0}), "place.toml")
    assert merged["pay_growth"].path(YEARS).tolist() == [0.05, 0.05, 0.0]


def test_a_places_own_assumptions_reach_the_plan(tmp_path, tiny_place):
    toml = '[assumptions.reserve_rate]\nvalue = 0.02\nsource = "县政府决定"\nquality = "official"\n'
    plan = project(read_place(tiny_place(tmp_path / "x", toml=toml)), BASELINE)
    np.testing.assert_allclose(plan.line("contingency_reserve") / plan.line("expenditure"), 0.02, rtol=0.02)
    assert plan.basis.assumed.entries["reserve_rate"].source == "县政府决定"


def test_faults_of_place_toml_are_told_with_its_name(tmp_path, tiny_place):
    toml = '[assumptions.reserve_rte]\nvalue = 0.02\nsource = "x"\nquality = "law"\n'
    folder = tiny_place(tmp_path / "x", toml=toml)
    with pytest.raises(ScenarioError) as caught:
        fit(read_place(folder), BASELINE)
    assert f"{folder.as_posix()}/place.toml 第 6 行：“reserve_rte”不是本模型的假设。是否想写“reserve_rate”" in str(
        caught.value
    )


def test_calendar_years_come_before_plan_years_before_the_level():
    assumption = Assumption("land_revenue_growth", 0.0, "x", "expert", {2027: 0.3}, {1: -0.5, 2: -0.3})
    assert assumption.path(YEARS).tolist() == [-0.5, 0.3, 0.0]
    assert assumption.path((2030, 2031, 2032)).tolist() == [-0.5, -0.3, 0.0]


def test_plan_years_follow_the_base_year(plan_of):
    for base_year in (2023, 2025):
        slump = plan_of("yunshui", "land_slump", base_year=base_year).line("land_revenue")
        usual = plan_of("yunshui", base_year=base_year).line("land_revenue")
        np.testing.assert_allclose(slump, usual * np.array([0.5, 0.35, 0.35, 0.35, 0.35]))


# the rules file --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", defaults())
def test_every_default_is_documented_and_within_its_bounds(name):
    rule = rules("assumptions")[name]
    assert rule["label"]
    assert rule["source"]
    assert rule["quality"] in QUALITIES
    level = rule["fallback"] if rule["value"] == AUTO else rule["value"]
    assert rule["low"] <= level <= rule["high"]
    assert (rule["value"] == AUTO) == ("fallback" in rule) == ("fallback_source" in rule)


def test_shipped_scenarios_are_the_files_of_the_folder(root):
    assert {path.stem for path in (root / "data" / "scenarios").glob("*.toml")} == set(SHIPPED)
    for path in (root / "data" / "scenarios").glob("*.toml"):
        assert tomllib.loads(path.read_text(encoding="utf-8"))["id"] == path.stem
