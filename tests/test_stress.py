"""Stress: shipped shocks and bad years of the past, each held against the plan itself."""

import json
import re
import tomllib

import numpy as np
import pandas as pd
import pytest
from documented_json import unlike
from report_case import said as said_in
from report_case import tables_in

from fiscal_model.analysis.risk.replays import replays_of
from fiscal_model.analysis.risk.stress import BREACHES, PLAN, left_out, stress_drivers, stress_test
from fiscal_model.apps.cli import main
from fiscal_model.inputs.find import list_scenarios
from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.scenario import SHIPPED, Scenario, read_scenario
from fiscal_model.model.compute import compute
from fiscal_model.model.projection import project
from fiscal_model.report.figures.stress_figure import draw_tornado
from fiscal_model.report.tables import stress_tables
from fiscal_model.words.resources import STRESSES

PLACES = ("lijiang", "zhangye", "gangu", "yunshui")
FREE = {"new_issue_within_quota": 0.0}
"""New bonds that do not follow the quota test, which answers to land revenue."""


@pytest.fixture(params=PLACES)
def stressed(request, plan_of):
    plan = plan_of(request.param)
    return plan, stress_test(plan)


# the files ---------------------------------------------------------------------------------------------------


def test_the_stresses_are_the_files_of_the_folder(root):
    files = {path.stem: path for path in (root / "data" / "scenarios" / "stress").glob("*.toml")}
    assert set(files) == set(STRESSES) and not set(STRESSES) & set(SHIPPED)
    for name, path in files.items():
        assert tomllib.loads(path.read_text(encoding="utf-8"))["id"] == name


@pytest.mark.parametrize("name", STRESSES)
def test_a_stress_says_what_it_is_and_that_its_size_is_a_design(name):
    scenario = read_scenario(name)
    assert re.search("[一-鿿]", scenario.name) and scenario.description.endswith("。")
    assert all("设计值" in each.source and each.quality == "expert" for each in scenario.assumptions.values())


def test_shocks_that_come_together_are_made_of_single_ones():
    sizes = {name: sizes_of(read_scenario(name)) for name in STRESSES}
    singles = [of for of in sizes.values() if len(of) == 1]
    assert all({key: value} in singles for of in sizes.values() if len(of) > 1 for key, value in of.items())


def sizes_of(scenario):
    return {key: (each.value, *each.by_plan_year.items()) for key, each in scenario.assumptions.items()}


def test_the_list_shows_stresses_apart():
    kinds = {each["id"]: each["kind"] for each in list_scenarios()}
    assert {name for name, kind in kinds.items() if kind == "stress"} == set(STRESSES)
    assert all(kinds[name] == "shipped" for name in SHIPPED)


# laws --------------------------------------------------------------------------------------------------------


def test_the_first_row_is_the_plan_bit_for_bit_and_a_stress_of_nothing_moves_nothing(stressed):
    plan, found = stressed
    for line, values in found.lines.items():
        np.testing.assert_array_equal(values[0], plan.line(line))
    assert stress_drivers(plan, Scenario("nothing", "无")).moved() == ()


def test_a_stress_never_improves_money_or_coverage(stressed):
    plan, found = stressed
    worse = [at for at, each in enumerate(found.stresses) if each.kind != "relief"]
    money, lacking = (found.change(line)[worse] for line in ("uncommitted_resources", "fund_gap"))
    short = np.nansum(np.abs(lacking), axis=1) > 0.5
    assert np.nanmax(money[~short]) <= 1e-9
    # Of less land less may be carried over: what the fund must not keep goes to the general budget a year before its own gap.
    assert (np.nansum(money - np.nan_to_num(lacking), axis=1)[short] < 0).all()
    # Coverage as printed counts what is drawn and moved in to balance, more of it under stress: held before both.
    before = [cover_before_help(plan, found.stresses[at]) for at in worse]
    assert all((cover <= before[0] + 1e-9).all() for cover in before)


def cover_before_help(plan, stress):
    lines, _ = compute(plan.basis, stress.drivers)
    helped = lines["stabilization_draw"] + lines["transfer_in"]
    return (lines["available_resources"] - helped) / lines["guarantees_county"]


def test_relief_is_told_apart(plan_of):
    kinds = stress_test(plan_of("yunshui")).summary()["kind"]
    assert list(kinds.index[kinds == "relief"]) == ["pupils_down_10"] and kinds["pupils_up_10"] == "single"
    assert (
        stress_test(plan_of("yunshui")).change("uncommitted_resources")[list(kinds.index).index("pupils_down_10")].min()
        > 0
    )


def test_together_is_at_least_as_bad_as_each_part(stressed):
    _, found = stressed
    sizes = {name: sizes_of(read_scenario(name)) for name in STRESSES}
    rows = found.summary()
    for name in (each.id for each in found.stresses if each.kind == "combined"):
        parts = [one for one, of in sizes.items() if one in rows.index and of.items() <= sizes[name].items()]
        assert len(parts) > 1
        for line in ("uncommitted", "coverage"):
            assert (rows.loc[name, line] <= rows.loc[parts, line] + 1e-9).all(), (name, line)


def test_a_larger_shock_takes_more(stressed):
    rows = stressed[1].summary()["uncommitted"]
    for small, large in (("tax_down_5", "tax_down_10"), ("transfers_down_2", "transfers_down_5")):
        assert rows[large] < rows[small] < rows[PLAN]


@pytest.mark.parametrize(("place_name", "ids"), [("gangu", STRESSES), ("yunshui", ("worst_combined", "pupils_up_10"))])
def test_planned_by_itself_a_stress_comes_to_its_row(plan_of, place_name, ids):
    found = stress_test(plan_of(place_name, **FREE))
    for stress in (each for each in found.stresses if each.id in ids):
        alone = plan_of(place_name, stress.id, **FREE)
        for line, values in found.lines.items():
            np.testing.assert_allclose(values[found.row(stress.id)], alone.line(line), rtol=1e-9, atol=1e-6)


def test_taxes_fall_and_the_rest_of_revenue_stays(plan_of):
    plan, less = plan_of("yunshui"), plan_of("yunshui", "tax_down_10")
    measures = plan.basis.balance.packages
    taxes = plan.line("tax_revenue") - (measures.all_own_revenue - measures.all_nontax)
    np.testing.assert_allclose(plan.line("tax_revenue") - less.line("tax_revenue"), 0.1 * taxes)
    np.testing.assert_allclose(less.line("nontax_revenue"), plan.line("nontax_revenue"))
    np.testing.assert_allclose(less.revenue_items.sum(axis=1), less.line("own_revenue"))


def test_by_hand(tmp_path, tiny_place):
    """No taxes told apart: a tenth of all own revenue goes. The plan's free money is first to go, the rest is spending less, of
    which the reserve is 1 %; so free money falls by what is lost less a hundredth of what is not spent (102.83 - 0.95)."""
    place = read_place(tiny_place(tmp_path / "x", figures={"own_revenue": dict.fromkeys((2022, 2023, 2024), 1000),
                                                           "expenditure": dict.fromkeys((2022, 2023, 2024), 9000)}))  # fmt: skip
    plan = project(place, "baseline")
    found = stress_test(plan)
    row = found.row("tax_down_10")
    np.testing.assert_allclose(found.lines["own_revenue"][row], 0.9 * plan.line("own_revenue"))
    lost = 0.1 * plan.line("own_revenue")
    not_spent = lost - plan.line("uncommitted_resources")
    np.testing.assert_allclose(found.change("uncommitted_resources")[row], -(lost - 0.01 * not_spent))
    assert found.change("uncommitted_resources")[row, 0] == pytest.approx(-101.88, abs=0.005)
    assert "land_down_50" not in found.summary().index and left_out(plan)[:2] == ["土地减30%", "土地减50%"]


def test_pupils_move_what_their_items_cost_the_county(plan_of):
    """Eight items of 云水 count pupils or children in kindergartens; a tenth more costs the county a tenth of their part."""
    plan = plan_of("yunshui")
    counted = ["L01", "L02", "L03", "L04", "L05", "L06", "L07", "L08"]
    items = plan.basis.guarantees.items
    theirs = sum(items.county[1:, items.codes.index(code)] for code in counted)
    more = plan_of("yunshui", "pupils_up_10").line("guarantees_county") - plan.line("guarantees_county")
    np.testing.assert_allclose(more, 0.1 * theirs)


# the past ----------------------------------------------------------------------------------------------------


def test_the_worst_year_comes_back_exactly(stressed):
    plan, found = stressed
    history = plan.basis.history.series("own_revenue", plan.base_year)
    growth = (history / history.shift(1) - 1)[history.index.to_series().diff() == 1].nsmallest(3)
    base = history[plan.base_year]
    planned = plan.line("own_revenue")
    for year, seen in growth.items():
        row = found.lines["own_revenue"][found.row(f"own_{year}")]
        assert row[0] / base - 1 == pytest.approx(min(seen, planned[0] / base - 1), abs=1e-12)
        measures = plan.basis.balance.packages.all_own_revenue
        later = (row - measures) / (planned - measures)
        np.testing.assert_allclose(later, later[0])


def test_published_years_are_replayed_as_they_were_printed(plan_of):
    by_id = {each.id: each for each in replays_of(plan_of("lijiang"))}
    assert by_id["nation_2020"].growth == pytest.approx((-0.009,))
    assert by_id["province_2022"].growth == pytest.approx((1949.46 / 2278.24 - 1,))
    usual = (0.162 + 0.129 + 0.099) / 3
    assert by_id["slowdown_2015"].growth == pytest.approx((83002.04 / 75860 - 1 - usual, 0.074 - usual))
    found = stress_test(plan_of("lijiang"))
    own = found.lines["own_revenue"]
    rates = own[:, 1] / own[:, 0] - 1
    assert rates[found.row("slowdown_2015")] - rates[0] == pytest.approx(0.074 - usual, abs=1e-9)


def test_a_place_without_province_is_held_against_the_nation_only(tmp_path, tiny_place):
    plan = project(read_place(tiny_place(tmp_path / "x")), "baseline")
    ids = [each.id for each in replays_of(plan)]
    assert [each for each in ids if each.startswith("province")] == [] and "nation_2022" in ids
    assert sum(each.startswith("own_") for each in ids) == 2


# what is printed ---------------------------------------------------------------------------------------------


def test_the_first_breach_is_the_first_year_whose_line_breaches(stressed):
    _, found = stressed
    over = {
        "uncommitted_resources": lambda value: value < -0.5, "funding_gap": lambda value: value > 0.5,
        "fund_gap": lambda value: value > 0.5, "guarantee_coverage": lambda value: value < 1,
        "debt_ratio": lambda value: value >= 1.2,
    }  # fmt: skip
    assert set(over) == set(BREACHES)
    frame = found.frame().set_index(["id", "line", "year"])["amount"]
    for stress in found.stresses:
        first = found.first_breaches(stress.id)
        for line, is_over in over.items():
            years = [year for year in found.years if is_over(frame[stress.id, line, year])]
            assert first.get(line) == (years[0] if years else None)


def test_the_tables_print_what_was_found(stressed):
    plan, found = stressed
    tables = tables_in(stress_tables, plan=plan)
    rows = {row.line: row for row in tables["28-2"].rows}
    assert list(rows) == [each.id for each in found.stresses]
    money = {each.id: found.lines["uncommitted_resources"][at].sum() for at, each in enumerate(found.stresses)}
    assert all(rows[id].values[0] == pytest.approx(value, abs=1) for id, value in money.items())
    assert ("税收没有单独提供，按全部自有收入计。" in tables["28-2"].notes) == ("tax_revenue" in plan.unavailable)
    assert any("土地减30%" in note and "未测算" in note for note in tables["28-2"].notes) == (
        "land_revenue" in plan.unavailable
    )
    yearly = {row.line for row in tables["28-3"].rows}
    assert {f"{PLAN}.uncommitted_resources", "transfers_down_5.uncommitted_resources"} <= yearly


@pytest.mark.parametrize(
    ("name", "said", "unsaid"),
    [
        ("zhangye", ["本规划已有收支缺口17,819万元；", "税收没有单独提供，税收的压力按全部自有收入计。"], ["本规划没有收支缺口"]),
        ("yunshui", ["本规划没有收支缺口；1项压力下出现收支缺口", "本规划已有政府性基金缺口"], ["税收没有单独提供"]),
        ("gangu", ["本规划没有收支缺口；2项压力下出现收支缺口，最早在2025年，最大的是“各项最坏同时发生”、“自有收入减10%（税收没有分列）且转移支付减5%”",
                   "本规划没有政府性基金缺口，各项压力都没有造成缺口。"], ["本规划已有"]),
    ],
)  # fmt: skip
def test_the_chapter_says_it_both_ways(plan_of, name, said, unsaid):
    text = said_in(plan_of(name), "93_15_stress")
    assert all(each in text for each in said) and not any(each in text for each in unsaid)
    assert "各项压力下可用财力都够保“三保”" in text


def test_single_shocks_and_their_mirror_images(stressed):
    plan, found = stressed
    assert next(iter(found.swings)) in {"transfers_down_5", "tax_down_10", "refinancing_down_20"}
    for id, (down, up) in found.swings.items():
        assert down == pytest.approx(found.change("uncommitted_resources")[found.row(id)].sum()) and down <= 0 <= up
    widths = [up - down for down, up in found.swings.values()]
    assert widths == sorted(widths, reverse=True)
    assert isinstance(found.frame(), pd.DataFrame) and "压力测试" in found.sheet.table.title
    assert stress_test(plan) is found


def test_the_verb_prints_the_table_and_its_data(tmp_path, tiny_place, capsys):
    folder = tiny_place(tmp_path / "x")
    with pytest.raises(SystemExit) as ended:
        main(["stress", str(folder), "--years", "3", "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert not ended.value.code and not unlike(answer, "stress")
    found = stress_test(project(read_place(folder), "baseline", years=3))
    assert [each["id"] for each in answer["stresses"]] == [each.id for each in found.stresses]
    row = next(each for each in answer["stresses"] if each["id"] == "pay_up_5")["lines"]["uncommitted_resources"]
    assert list(row.values()) == pytest.approx(found.lines["uncommitted_resources"][found.row("pay_up_5")], abs=1e-6)
    with pytest.raises(SystemExit):
        main(["stress", str(folder), "--years", "3"])
    said = capsys.readouterr().out
    assert "年压力测试（万元）" in said and "工资涨5%：规划第一年起" in said


def test_the_tornado_draws_every_swing_widest_on_top(plan_of):
    plan = plan_of("zhangye")
    axes = draw_tornado(plan).axes[0]
    swings = [ends for ends in stress_test(plan).swings.values() if abs(ends[0]) > 0.5]
    bars = {(round(bar.get_y() + bar.get_height() / 2), bar.get_width()) for bar in axes.patches}
    assert bars == {(len(swings) - 1 - at, end) for at, ends in enumerate(swings) for end in ends}
