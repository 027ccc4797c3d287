"""Scenarios on the command line and by name: written with every assumption, listed, compared; the short road to a plan."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from documented_json import unlike

import fiscal_model as fm
from fiscal_model.apps.cli import DONE, INPUT_FAULTS, main
from fiscal_model.inputs.scenario import SHIPPED, defaults, read_scenario
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import project
from fiscal_model.report.scenario_text import compared, comparison_text
from fiscal_model.report.writers.scenario_form import scenario_form
from fiscal_model.words.errors import InputError, ScenarioError


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as caught:
        main(list(arguments))
    printed = capsys.readouterr()
    return int(caught.value.code or 0), printed.out, printed.err


@pytest.fixture(scope="module")
def county(tmp_path_factory, tiny_place):
    """A small place with an assumption of its own that changes in one year, and two scenarios: one new, one changed by hand."""
    toml = '[assumptions.pay_growth]\nvalue = 0.03\nsource = "人社局"\nquality = "official"\nby_year = {2026 = 0.05}\n'
    return tiny_place(tmp_path_factory.mktemp("county") / "xian", toml=toml)


@pytest.fixture(scope="module")
def written(county):
    told = io.StringIO()
    with contextlib.redirect_stdout(told), pytest.raises(SystemExit) as left:
        main(["scenario", "new", "调资", "--for", str(county), "--json"])
    file, answer = county / "scenarios" / "调资.toml", json.loads(told.getvalue())
    assert left.value.code == 0 and not unlike(answer, "scenario new")
    assert (answer["file"], answer["name"]) == (file.as_posix(), "调资")
    return file


# new -------------------------------------------------------------------------------------------------------


def test_a_new_scenario_is_the_baseline_until_something_is_changed(county, written, capsys):
    fresh = read_scenario(written)
    assert (fresh.id, fresh.name, dict(fresh.assumptions)) == ("调资", "调资", {})
    plan, baseline = fm.plan(county, "调资"), fm.plan(county)
    assert all(np.array_equal(plan.line(name), baseline.line(name), equal_nan=True) for name in plan.lines)


@pytest.mark.parametrize("name", ["lijiang", "yunshui", "xian"])
def test_every_assumption_stands_in_it_with_present_value_bounds_and_meaning(name, county, plan_of, tmp_path):
    plan = fm.plan(county) if name == "xian" else plan_of(name)
    text = scenario_form(plan, "全部")
    for each, rule in rules("assumptions").items():
        assert f"# {rule['label']}。范围 {rule['low']:g} 至 {rule['high']:g}。\n" in text
        assert f"#[assumptions.{each}]\n#value = " in text
    opened = re.sub(r"^#(?! )", "", text, flags=re.MULTILINE).replace('source = ""', 'source = "试算"')
    (tmp_path / "all.toml").write_text(opened, encoding="utf-8")
    every = read_scenario(tmp_path / "all.toml")
    assert set(every.assumptions) == set(defaults())
    for each, assumption in every.assumptions.items():
        present = plan.basis.assumed.path(each)
        np.testing.assert_allclose(assumption.path(plan.years), present, atol=5e-7, err_msg=each)


def test_one_item_is_opened_by_taking_the_marks_away_and_needs_a_source(county, written, tmp_path):
    text = written.read_text(encoding="utf-8")
    entry = re.search(r"#\[assumptions\.pay_growth\](\n#.*)+", text)[0]
    assert entry.splitlines()[1:3] == ["#value = 0.03", "#by_year = {2026 = 0.05}"]
    opened = text.replace(entry, entry.replace("\n#", "\n")[1:])
    (tmp_path / "x.toml").write_text(opened, encoding="utf-8")
    with pytest.raises(ScenarioError, match="没有写来源 source。请写明这个假设从哪里来"):
        read_scenario(tmp_path / "x.toml")
    opened = opened.replace('\nsource = ""', '\nsource = "人社局通知"').replace("2026 = 0.05", "2026 = 0.09")
    (tmp_path / "x.toml").write_text(opened, encoding="utf-8")
    assert fm.plan(county, tmp_path / "x.toml").basis.assumed.path("pay_growth").tolist() == [
        0.03,
        0.09,
        0.03,
        0.03,
        0.03,
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("baseline", "已有情景“baseline”。请换一个名称。现有：baseline、"),
        (
            "调资",
            "已有情景“调资”。请换一个名称。现有：baseline、optimistic、pessimistic、land_slump、refinancing_squeeze、调资。",
        ),
        ("../x", "情景的 id 是“../x”。id 用作文件夹名"),
    ],
)
def test_a_name_that_is_taken_or_none_is_refused(county, written, capsys, name, expected):
    before = written.read_bytes()
    code, _, error = run(capsys, "scenario", "new", name, "--for", str(county))
    assert code == INPUT_FAULTS and expected in error
    assert written.read_bytes() == before and len(list(written.parent.iterdir())) == 1


def test_the_folder_of_scenarios_is_part_of_a_place(county, written, capsys):
    code, out, _ = run(capsys, "check", str(county), "--json")
    answer = json.loads(out)
    assert code == DONE and answer["unread"] == [] and not unlike(answer, "check")


# list ------------------------------------------------------------------------------------------------------


def test_the_list_names_shipped_and_own_ones_and_why_one_cannot_be_read(county, written, capsys):
    broken = written.with_name("坏.toml")
    broken.write_text("[assumptions]\npay_growth = 0.04\n", encoding="utf-8")
    try:
        code, out, _ = run(capsys, "scenario", "list", "--for", str(county), "--json")
        shown = run(capsys, "scenario", "list", "--for", str(county))[1]
    finally:
        broken.unlink()
    answer = json.loads(out)
    assert code == DONE and not unlike(answer, "scenario list")
    assert [each["id"] for each in answer["scenarios"] if each["kind"] == "shipped"] == list(SHIPPED)
    bad, own = [each for each in answer["scenarios"] if each["kind"] == "place"]
    assert (own["id"], own["file"], own["fault"]) == ("调资", written.as_posix(), None)
    assert "只有数，没有写来源 source" in bad["fault"]
    assert (
        "land_slump            土地下滑情景（自带）：土地出让收入第一年下降五成" in shown and "调资（本地区）" in shown
    )


# compare ---------------------------------------------------------------------------------------------------


def test_scenarios_side_by_side_show_what_differs_and_what_follows(plan_of):
    plans = [plan_of("gangu"), plan_of("gangu", "land_slump"), plan_of("gangu", "pessimistic")]
    found = compared(plans)
    differ = {each["name"] for each in found["assumptions"]}
    paths = {name: {tuple(plan.basis.assumed.path(name)) for plan in plans} for name in plans[0].basis.assumed.entries}
    assert differ == {name for name, different in paths.items() if len(different) > 1} >= {"land_revenue_growth"}
    (land,) = [each for each in found["assumptions"] if each["name"] == "land_revenue_growth"]
    assert land["values"]["land_slump"] == {"2025": -0.5, "2026": -0.3, "2027": 0.0, "2028": 0.0, "2029": 0.0}
    own = found["lines"]["own_revenue"]["pessimistic"]
    assert list(own.values()) == pytest.approx(plans[2].line("own_revenue"), abs=1e-6)
    text = comparison_text(plans)
    assert re.search(r"土地出让收入增速 +基准情景 +0.0%.*\n +土地下滑情景 +-50.0% +-30.0% +0.0%", text)
    assert f"{own['2029']:,.0f}" in text and "二、主要指标（万元）" in text


def test_a_single_scenario_is_held_against_the_baseline(county, written, capsys):
    code, out, _ = run(capsys, "scenario", "compare", str(county), "land_slump", "--json")
    answer = json.loads(out)
    assert code == DONE and not unlike(answer, "scenario compare")
    assert [each["id"] for each in answer["scenarios"]] == ["baseline", "land_slump"]
    code, out, _ = run(capsys, "scenario", "compare", str(county), "调资", "--years", "3")
    assert code == DONE and "各情景的假设没有不同" in out and "2027年" in out and "2028年" not in out


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["baseline", "pesimistic"], "pesimistic：没有这个情景文件。是否想写“pessimistic”？现有：baseline、"),
        (["baseline", "baseline"], "情景的 id“baseline”写了两次"),
    ],
)
def test_what_cannot_be_compared_is_refused(county, written, capsys, names, expected):
    code, _, error = run(capsys, "scenario", "compare", str(county), *names)
    assert code == INPUT_FAULTS and expected in error


# assumptions -----------------------------------------------------------------------------------------------


def test_all_assumptions_are_listed_as_they_are_declared(capsys):
    answer = json.loads(run(capsys, "assumptions", "--json")[1])
    assert not unlike(answer, "assumptions")
    table = rules("assumptions")
    assert [each["name"] for each in answer["assumptions"]] == list(table)
    by_name = {each["name"]: each for each in answer["assumptions"]}
    assert (by_name["pay_growth"]["default"], by_name["pay_growth"]["unit"]) == (0.02, "fraction")
    assert by_name["land_cost_share"]["default"] is None and by_name["land_cost_share"]["fallback"] == 0.8
    assert by_name["new_project"]["unit"] == "10k_yuan" and by_name["new_issue_month"]["unit"] == "number"
    shown = run(capsys, "assumptions")[1]
    assert (
        "pay_growth  人均工资增速\n    小数，缺省 0.02，范围 -0.2 至 0.5；设计缺省值；调整工资标准按年份另填" in shown
    )
    assert "小数，缺省 自动（推算不出时 0.8），范围 0 至 1" in shown and shown.count("\n    ") == len(table)


# the short road --------------------------------------------------------------------------------------------


def test_a_scenario_may_be_named_and_a_folder_planned_at_once(place, plan_of, county, written):
    named = project(place("gangu"), "land_slump", fitted=plan_of("gangu", "land_slump").basis.revenue.fitted)
    np.testing.assert_array_equal(named.line("land_revenue"), plan_of("gangu", "land_slump").line("land_revenue"))
    short = fm.plan(county, "pessimistic", years=3)
    assert (short.years, short.basis.scenario.id) == ((2025, 2026, 2027), "pessimistic")
    assert fm.plan(short.basis.place, years=3).basis.scenario.id == "baseline"


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda county: fm.project(str(county), "baseline"), "第一项应是 read_place 读出的地区"),
        (lambda county: fm.project(fm.read_place(county), "basline"), "没有这个情景文件。是否想写“baseline”？现有："),
        (lambda county: fm.plan("lijang"), "没有这个地区文件夹。是否想写“lijiang”？"),
    ],
)
def test_what_is_not_there_is_said_with_what_to_write(county, call, expected):
    with pytest.raises(InputError, match=re.escape(expected)):
        call(county)


def test_a_contradicting_place_is_refused_on_the_short_road_too(tmp_path, root):
    folder = Path(shutil.copytree(root / "data" / "places" / "gangu", tmp_path / "gangu"))
    text = (folder / "totals.csv").read_text(encoding="utf-8-sig")
    (folder / "totals.csv").write_text(text.replace(",409525,", ",419525,"), encoding="utf-8-sig")
    with pytest.raises(InputError, match="V1 各本预算收支两边相等"):
        fm.plan(folder)


# years outside the plan, values without a source -----------------------------------------------------------

TABLE = '[assumptions.pay_growth]\nvalue = 0.02\nsource = "x"\nquality = "expert"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            f"{TABLE}by_year = {{2026 = 0.03, 2062 = 0.04}}\n",
            "第 5 行：“pay_growth”（人均工资增速）写了2062 年，不在规划期 2025—2029 年（5 年）内",
        ),
        (
            f"{TABLE}[assumptions.pay_growth.by_year]\n2024 = 0.1\n2029 = 0.1\n",
            "第 6 行：“pay_growth”（人均工资增速）写了2024 年",
        ),
        (f"{TABLE}by_plan_year = {{6 = 0.04}}\n", "写了规划期第 6 年，不在规划期 2025—2029 年（5 年）内"),
        (
            f"{TABLE}[assumptions.pay_growth.by_plan_year]\n7 = 0.1\n",
            "第 6 行：“pay_growth”（人均工资增速）写了规划期第 7 年",
        ),
    ],
)
def test_a_year_outside_the_plan_is_refused_in_every_spelling(county, tmp_path, text, said):
    (tmp_path / "x.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        fm.plan(county, tmp_path / "x.toml")
    (fault,) = caught.value.faults
    assert fault.where.endswith("/x.toml") and said in str(fault) and "用 --years 或 --base-year" in str(fault)


def test_a_changed_year_outside_the_plan_is_refused_too_and_one_inside_counts(county):
    place, baseline = fm.read_place(county), fm.read_scenario("baseline")
    with pytest.raises(ScenarioError, match="情景“baseline”：“pay_growth”（人均工资增速）写了2030 年"):
        project(place, baseline.with_(pay_growth={2030: 0.1}))
    assert project(place, baseline.with_(pay_growth={2030: 0.1}), years=6).basis.assumed.path("pay_growth")[-1] == 0.1


@pytest.mark.parametrize(
    "text",
    ["[assumptions]\npay_growth = 0.04\n", "assumptions.pay_growth = 0.04\n", "assumptions = {pay_growth = 0.04}\n"],
)
def test_a_bare_number_has_no_source_and_is_refused(tmp_path, text):
    (tmp_path / "x.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match="只有数，没有写来源 source。请写成"):
        read_scenario(tmp_path / "x.toml")
