"""The approved budget of the first plan year: taken, weighed by its record, or only a floor; nothing without one."""

import shutil

import numpy as np
import pandas as pd
import pytest
from conftest import WITHOUT_BUDGET
from hypothesis import given
from hypothesis import strategies as st
from report_case import said

import fiscal_model as fm
from fiscal_model.arithmetic.budgets.funds import each_fund
from fiscal_model.blocks.approved_budget import Treatment, notified, taken, weighed
from fiscal_model.model.compute import compute, fund_terms
from fiscal_model.model.futures import Drivers


def plan_of(name: str, folder=None, **changes):
    return fm.project(fm.read_place(folder or f"data/places/{name}"), fm.read_scenario("baseline").with_(**changes))


@pytest.fixture(scope="module")
def lijiang():
    return plan_of("lijiang")


@pytest.fixture(scope="module")
def bare():
    return plan_of("lijiang", **WITHOUT_BUDGET)


# what is taken ---------------------------------------------------------------------------------------------


def test_what_binds_equals_the_published_figure_to_the_yuan(lijiang):
    published = {
        "rebates": 42_859, "general_transfers": 1_011_510, "special_transfers": 154_497, "transfers": 1_208_866,
        "fund_transfers": 41_158, "insurance_revenue": 400_845, "insurance_expenditure": 369_090,
    }  # fmt: skip
    assert {line: lijiang.line(line)[0] for line in published} == pytest.approx(published, abs=1e-4)
    funds = dict(zip(lijiang.basis.balance.funds.codes, _fund_revenue(lijiang).T, strict=True))
    assert {code: funds[code][0] for code in ("1030155", "1030156", "10310")} == pytest.approx(
        {"1030155": 7_500, "1030156": 735, "10310": 110_083}, abs=1e-4
    )


def _fund_revenue(plan):
    return each_fund(fund_terms(plan.basis, dict(plan.lines)))["revenue"]


def test_each_insurance_scheme_starts_from_its_own_budget(lijiang):
    found = lijiang.basis.balance.insurance
    rows = dict(zip(found.schemes, zip(found.path.revenue[0], found.path.expenditure[0], strict=True), strict=True))
    assert rows["城镇职工基本医疗保险基金"] == pytest.approx((86_970, 70_038))
    assert rows["机关事业单位基本养老保险基金"] == pytest.approx((123_963, 131_935))
    assert rows["城乡居民基本养老保险基金"] == pytest.approx((68_189, 51_164))
    # 19,206 of subsidies outside the three guarantees, and those of a scheme without a budgeted one: 23 grown by 3 %.
    assert lijiang.line("insurance_subsidy")[0] == pytest.approx(19_206 + 23 * 1.03)


def test_later_years_grow_from_the_first_as_they_would_have(lijiang, bare):
    for line in ("general_transfers", "special_transfers", "fund_transfers", "land_revenue", "fund_other_revenue"):
        ratio = lijiang.line(line) / bare.line(line)
        assert ratio == pytest.approx(np.full(5, ratio[0])), line


def test_a_fund_is_taken_by_itself(lijiang, bare):
    """More of one fund's budget leaves every other fund's income alone."""
    first, without = _fund_revenue(lijiang)[0], _fund_revenue(bare)[0]
    at = {code: place for place, code in enumerate(lijiang.basis.balance.funds.codes)}
    moved = first - without
    assert moved[at["10310"]] == pytest.approx(110_083 - 119_674)
    assert moved[at["1030155"]] == pytest.approx(7_500 - 7_703)


def test_transfers_notified_in_part_are_a_floor():
    """张掖 prints 396,000 of earmarked transfers, what was announced early: 43 % of the year before."""
    plan, bare = plan_of("zhangye"), plan_of("zhangye", **WITHOUT_BUDGET)
    assert plan.line("transfers_earmarked")[0] == bare.line("transfers_earmarked")[0]
    assert plan.line("transfers_general_purpose")[0] == pytest.approx(772_000 + 38_000)
    found = {one.line: one.treatment for one in plan.basis.revenue.transfers.approved}
    assert found["transfers_earmarked"] is Treatment.FLOOR and found["transfers_general_purpose"] is Treatment.TAKEN
    assert "专用性转移支付的预算只列已提前下达的部分" in said(plan, "93_03_approved_budget")


@given(budget=st.floats(1, 1e6), own=st.floats(1, 1e6), base=st.floats(1, 1e6), share=st.floats(0.5, 1.0))
def test_notified_transfers_are_never_below_the_notice(budget, own, base, share):
    found = notified("transfers", budget, own, base, share)
    assert found.value == budget if budget >= share * base else found.value == max(own, budget)


@pytest.mark.slow
def test_registered_notices_stand_before_the_budgets_sums():
    plan = plan_of("yunshui")
    assert plan.basis.revenue.transfers.approved == ()
    assert plan.line("transfers")[0] == plan_of("yunshui", **WITHOUT_BUDGET).line("transfers")[0]


def test_a_scenario_moves_what_was_taken(lijiang):
    """Growth a point above the usual raises the taken first year by that point: the budget never hides a scenario."""
    usual = lijiang.basis.assumed.path("transfers_general_purpose_growth")[0]
    more = plan_of("lijiang", transfers_general_purpose_growth=usual + 0.01, land_revenue_growth=-0.5)
    part = "general_purpose"
    mine, theirs = (getattr(plan.basis.revenue.transfers.path, part)[0] for plan in (more, lijiang))
    assert mine / theirs == pytest.approx((1 + usual + 0.01) / (1 + usual))
    assert more.line("land_revenue")[0] == pytest.approx(0.5 * lijiang.line("land_revenue")[0])


# what is weighed -------------------------------------------------------------------------------------------


def test_land_of_lijiang_worked_by_hand(lijiang):
    """Own 42,707, budget 94,831; the one budget before was 108,037 where 42,707 came."""
    error = np.log(42_707 / 108_037)
    bias = error / (1 + 12)
    skill = ((error - bias) ** 2 / 0.6**2 + 4) / (1 + 4)
    variance = ((error - bias) ** 2 + 4 * skill * 0.6**2) / (1 + 4)
    weight = (1 / variance) / (1 / variance + 1 / 0.3**2)
    assert weight == pytest.approx(0.154, abs=0.0005)
    expected = np.exp((1 - weight) * np.log(42_707) + weight * (np.log(94_831) + bias))
    found = lijiang.basis.revenue.land.approved
    assert (found.weight, found.value) == pytest.approx((weight, expected))
    assert lijiang.line("land_revenue") == pytest.approx(np.full(5, expected))
    own, theirs = (1 - weight) * 0.3, weight * np.sqrt(variance)
    assert found.deviation**2 == pytest.approx(0.2 * (own**2 + theirs**2) + 0.8 * (own + theirs) ** 2)
    later = lijiang.basis.revenue.land.deviation
    assert later**2 - later[0] ** 2 == pytest.approx(0.09 * np.arange(5))


@given(own=st.floats(1e3, 1e6), budget=st.floats(1e3, 1e6), deviation=st.floats(0.02, 0.5), past=st.floats(0.3, 3.0))
def test_the_blend_lies_between_the_plans_own_and_the_budget_freed_of_its_bias(own, budget, deviation, past):
    before, came = pd.Series({2025: 100.0}), pd.Series({2025: 100.0 * past})
    found = weighed("x", budget, own, deviation, before, came, "funds")
    freed = budget * np.exp(found.record.bias[1])
    assert min(own, freed) * (1 - 1e-9) <= found.value <= max(own, freed) * (1 + 1e-9)
    assert 0 < found.weight < 1


@given(small=st.floats(0.0, 0.5), more=st.floats(0.05, 1.0))
def test_the_weight_falls_as_the_budgets_own_error_grows(small, more):
    def weight(error):
        years = range(2016, 2026)
        came = pd.Series(100.0, index=years)
        swing = np.where(np.arange(10) % 2, 1.0, -1.0)  # wrong both ways: no bias to take off
        said = pd.Series(100.0 * np.exp(error * swing), index=years)
        return weighed("x", 120.0, 100.0, 0.1, said, came, "total").weight

    assert weight(small + more) < weight(small) or weight(small) == pytest.approx(weight(0.0))
    assert weight(small + more) <= weight(small)


def test_own_revenue_is_weighed_by_item_where_items_have_a_record(lijiang, bare):
    rows = [row for row in lijiang.basis.revenue.own.comparisons if row.year == 2026]
    heard = {row.line: row for row in rows if row.weight > 0}
    assert len(heard) == 19 and not {"own_revenue", "tax_revenue", "nontax_revenue"} & {*heard}
    fees = heard["10302"]  # budgeted 25,653 in 2025, 14,801 came
    error = np.log(14_801 / 25_653)
    bias = error / 13
    skill = ((error - bias) ** 2 / 0.21**2 + 4) / 5
    variance = ((error - bias) ** 2 + 4 * skill * 0.21**2) / 5
    own = bare.basis.revenue.forecast.deviation[0]
    weight = min((1 / variance) / (1 / variance + 1 / own**2), 0.333 + (0.8 - 0.333) / 5)
    assert fees.weight == pytest.approx(weight)
    assert fees.blended == pytest.approx(fees.ours * (15_523 * np.exp(bias) / fees.ours) ** weight)
    assert lijiang.line("own_revenue")[0] == pytest.approx(lijiang.revenue_items[0].sum())
    assert lijiang.basis.revenue.forecast.deviation[0] < own


def test_own_revenue_is_weighed_in_all_where_only_sums_have_a_record():
    rows = [row for row in plan_of("yunshui").basis.revenue.own.comparisons if row.forecaster == "年初预算"]
    assert {row.line for row in rows if row.weight > 0} == {"own_revenue"}


# laws ------------------------------------------------------------------------------------------------------


def test_without_a_budget_nothing_changes(tmp_path):
    for name, folder in (("gangu", None), ("lijiang", tmp_path / "lijiang")):
        if folder:
            shutil.copytree(f"data/places/{name}", folder)
            for file in folder.glob("*.csv"):
                frame = pd.read_csv(file, dtype=str)
                if "status" in frame.columns:
                    ahead = (frame["year"] == "2026") & (frame["status"] == "budget")
                    frame[~ahead].to_csv(file, index=False)
        with_rule, without = plan_of(name, folder), plan_of(name, folder, **WITHOUT_BUDGET)
        for line, values in without.lines.items():
            np.testing.assert_array_equal(with_rule.lines[line], values, line)


def test_nothing_is_taken_or_weighed_at_weight_nothing(bare):
    assert bare.line("land_revenue").tolist() == [42_707.0] * 5
    assert bare.line("special_transfers")[0] == pytest.approx(144_850 * 1.01)
    assert said(bare, "93_03_approved_budget") == "预算数只作比较，不进入预测。"


def test_paths_start_from_the_blended_year(lijiang):
    """Every path multiplies the very first year of the plan, and the simulated spread is that of the blend."""
    ones = Drivers.unchanged(5)
    twice = Drivers(*(np.stack([part, 1.1 * part]) for part in (ones.own_revenue, ones.general_purpose, ones.land)))
    lines, _ = compute(lijiang.basis, twice)
    for line in ("own_revenue", "land_revenue", "fund_transfers"):
        assert np.atleast_2d(lines[line])[0] == pytest.approx(lijiang.lines[line]), line
    assert lines["land_revenue"][1] == pytest.approx(1.1 * lijiang.lines["land_revenue"])
    fan = fm.simulate(lijiang, paths=4000, seed=7, events=False)
    low, high = (np.log(fan.lines["own_revenue"][fan.quantiles.index(level), 0]) for level in (0.25, 0.75))
    assert (high - low) / (2 * 0.6745) == pytest.approx(lijiang.basis.revenue.forecast.deviation[0], rel=0.06)


def test_the_sentence_names_what_was_done(lijiang):
    text = said(lijiang, "93_03_approved_budget")
    assert "上级补助、政府性基金补助、土地以外3项基金收入、社会保险基金收支照批准数采用；" in text
    assert "国有土地使用权出让收入（预算占15%）" in text and "只作比较，不进入预测" not in text


def test_half_a_weight_goes_half_way():
    assert taken("x", 90.0, 100.0, 0.5).value == 95.0
