"""Laws that hold whatever the figures: scaling, order, monotony, reproducibility, one arithmetic for one future and many."""

import csv
import random
import shutil
import tempfile
import warnings
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from conftest import PLACES, write_tiny_place
from hypothesis import given, settings
from hypothesis import strategies as st
from risk_case import futures_by, shocks_by

from fiscal_model.analysis.rating.rating import rate
from fiscal_model.analysis.risk.drawn_futures import drawn
from fiscal_model.analysis.risk.simulate import FAN_LINES, simulate
from fiscal_model.arithmetic.debt.bond_schedule import BondArray, schedule
from fiscal_model.blocks.revenue.revenue_block import fit
from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.scenario import read_scenario
from fiscal_model.model.compute import compute
from fiscal_model.model.futures import Drivers
from fiscal_model.model.planbook import plan_table
from fiscal_model.model.projection import project
from fiscal_model.words.lines import LINES, MONEY
from fiscal_model.words.vocabulary import Amortisation

BASELINE = read_scenario("baseline")
FIGURES = {
    "own_revenue": {2022: 900, 2023: 950, 2024: 1000},
    "tax_revenue": {2024: 640},
    "nontax_revenue": {2024: 360},
    "transfers": {2023: 9100, 2024: 9400},
    "debt_proceeds_general": {2024: 700},
    "carry_in": {2024: 500},
    "stabilization_draw": {2024: 100},
    "expenditure": {2022: 9000, 2023: 9500, 2024: 10000},
    "interest_general": {2024: 90},
    "remitted_up": {2024: 300},
    "principal_general": {2024: 600},
    "stabilization_topup": {2024: 50},
    "carry_out": {2023: 500, 2024: 450},
    "stabilization_fund_stock": {2024: 400},
    "fund_revenue": {2024: 2000},
    "land_revenue": {2024: 1500},
    "fund_transfers": {2024: 100},
    "fund_expenditure": {2024: 2000},
    "interest_special": {2024: 60},
    "principal_special": {2024: 200},
    "debt_proceeds_special": {2024: 500},
    "fund_transfer_out": {2024: 150},
    "fund_carry_out": {2024: 120},
    "state_capital_revenue": {2024: 40},
    "state_capital_transfer_out": {2024: 12},
}
DEBT = [
    {"kind": kind, "item": item, "year": 2024, "amount": amount}
    for kind, amounts in (("general", (2800, 3200, 600, 550, 3000)), ("special", (2000, 2600, 200, 180, 2300)))
    for item, amount in zip(
        ("opening_stock", "limit_stock", "repaid", "issued_refinancing", "closing_stock"), amounts, strict=True
    )
]
GDP = [{"indicator": "gdp", "year": year, "amount": 20000 + 1000 * (year - 2020)} for year in range(2021, 2025)]
STEPPED = ("baseline", "pessimistic")
TABLES = {"debt": DEBT, "macro": GDP}


def assert_same_plan(first, second, rtol=0.0):
    assert first.unavailable == second.unavailable
    for name in LINES:
        np.testing.assert_allclose(first.line(name), second.line(name), rtol=rtol, atol=1e-6 * (rtol > 0), err_msg=name)


# one future and many ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("scenario", ["baseline", "pessimistic"])
def test_futures_without_variance_are_the_plan_bit_for_bit(plan_of, place_id, scenario):
    plan = plan_of(place_id, scenario)
    drivers = futures_by(3, np.zeros((3, len(plan.years))), 4)
    lines, steps = compute(plan.basis, drivers)
    for name, values in lines.items():
        assert np.array_equal(np.broadcast_to(plan.lines[name], np.shape(values)), values, equal_nan=True), name
    for name, values in steps.items():
        assert values.shape == (4, len(plan.years))
        assert (values == plan.steps[name]).all(), name


def test_many_futures_at_once_are_the_same_as_one_by_one(plan_of, place_id):
    plan = plan_of(place_id, "pessimistic")
    deviation = np.outer((0.1, 0.05, 0.4), np.sqrt(np.arange(1, 6)))
    drivers = futures_by(5, deviation, 6)
    together, steps = compute(plan.basis, drivers)
    for path in range(6):
        alone = Drivers(drivers.own_revenue[path], drivers.general_purpose[path], drivers.land[path])
        lines, one = compute(plan.basis, alone)
        for name, values in lines.items():
            many = np.broadcast_to(together[name], (6, 5))
            np.testing.assert_allclose(many[path], values, rtol=1e-12, atol=1e-6, err_msg=name)
        for name, values in one.items():
            np.testing.assert_allclose(steps[name][path], values, rtol=1e-12, atol=1e-6, err_msg=name)


def test_any_leading_axes_will_do(plan_of):
    plan = plan_of("yunshui")
    drivers = futures_by(5, np.full((3, 5), 0.2), 6)
    flat, _ = compute(plan.basis, drivers)
    folded = Drivers(*(getattr(drivers, name).reshape(2, 3, 5) for name in ("own_revenue", "general_purpose", "land")))
    lines, _ = compute(plan.basis, folded)
    for name in ("uses_total", "fund_uses_total", "fiscal_space", "debt_ratio"):
        assert np.array_equal(lines[name].reshape(6, 5), flat[name]), name


# simulation ------------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_fan(plan_of):
    plan = plan_of("gangu")
    first, again, other = (simulate(plan, paths=200, seed=seed) for seed in (1, 1, 2))
    for name in first.lines:
        assert np.array_equal(first.lines[name], again.lines[name])
    assert not np.array_equal(first.lines["own_revenue"], other.lines["own_revenue"])


@given(st.integers(1, 1500), st.integers(1, 1500), st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_more_paths_keep_the_first_ones(paths, more, seed):
    deviation = np.outer((0.1, 0.05, 0.4), np.sqrt(np.arange(1, 6)))
    few = futures_by(seed, deviation, paths)
    many = futures_by(seed, deviation, paths + more)
    for name in ("own_revenue", "general_purpose", "land"):
        assert np.array_equal(getattr(few, name), getattr(many, name)[:paths])
    parts = [drawn(shocks_by(deviation), seed, *ends).land for ends in ((0, paths), (paths, paths + more))]
    assert np.array_equal(np.concatenate(parts), many.land)


def test_a_fan_is_ordered_around_the_plan(plan_of, place_id):
    plan = plan_of(place_id)
    fan = simulate(plan, paths=2000, seed=11)
    moving = set(fan.lines) - set(FAN_LINES)
    assert set(fan.lines) == set(FAN_LINES) - plan.unavailable | moving and not moving & plan.unavailable
    assert len(fan.lines) >= 45
    for name, values in fan.lines.items():
        assert values.shape == (len(fan.quantiles), len(plan.years))
        assert (np.diff(values, axis=0) >= -1e-9 * np.abs(values[1:])).all(), name
    middle = simulate(plan, paths=2000, seed=11, events=False).lines["own_revenue"][fan.quantiles.index(0.5)]
    np.testing.assert_allclose(middle, plan.line("own_revenue"), rtol=0.03)
    spread = fan.lines["own_revenue"][-1] / fan.lines["own_revenue"][0]
    assert (np.diff(spread) > -1e-9).all(), "own revenue is ever less certain"
    for name, chance in fan.probabilities.items():
        assert ((chance >= 0) & (chance <= 1)).all(), name
    assert list(fan.frame().columns) == ["line", "year", "quantile", "amount"]


def test_own_revenue_spreads_as_wide_as_the_forecast_says(plan_of):
    plan = plan_of("yunshui")
    fan = simulate(plan, paths=20_000, seed=4, events=False)
    low, high = (np.log(fan.lines["own_revenue"][fan.quantiles.index(level)]) for level in (0.25, 0.75))
    np.testing.assert_allclose((high - low) / 1.34898, plan.basis.revenue.forecast.deviation, rtol=0.04)


# figures in, figures out -----------------------------------------------------------------------------------


@given(st.sampled_from([2.0, 7.0, 10.0, 13.7, 1000.0]))
@settings(max_examples=5, deadline=None)
def test_money_scaled_by_k_scales_all_money(k):
    with tempfile.TemporaryDirectory() as folder:
        one = project(read_place(write_tiny_place(Path(folder) / "one", FIGURES, TABLES)), BASELINE)
        many = project(read_place(write_tiny_place(Path(folder) / "many", FIGURES, TABLES, scale=k)), BASELINE)
    assert not {"debt_stock", "fund_revenue", "land_revenue", "debt_to_gdp"} & one.unavailable
    for name, line in LINES.items():
        factor = k if line.unit == MONEY else 1.0
        np.testing.assert_allclose(many.line(name), one.line(name) * factor, rtol=1e-9, atol=1e-9, err_msg=name)


def test_yuan_and_hundred_millions_give_the_same_plan(tmp_path, tiny_place):
    rows = [
        {"line": line, "year": year, "amount": amount}
        for line, years in FIGURES.items()
        for year, amount in years.items()
    ]
    in_yuan = [{**row, "amount": row["amount"] * 10_000, "unit": "yuan"} for row in rows]
    in_hundred_millions = [{**row, "amount": row["amount"] / 10_000, "unit": "100m_yuan"} for row in rows]
    plain = project(read_place(tiny_place(tmp_path / "a", FIGURES)), BASELINE)
    for name, given_rows in (("b", in_yuan), ("c", in_hundred_millions)):
        other = project(read_place(tiny_place(tmp_path / name, {}, {"totals": given_rows})), BASELINE)
        assert_same_plan(plain, other, rtol=1e-9)


@pytest.mark.parametrize("name", PLACES)
def test_the_order_of_rows_does_not_matter(tmp_path, root, plan_of, name):
    folder = tmp_path / name
    shutil.copytree(root / "data" / "places" / name, folder)
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *rows = csv.reader(file)
        random.Random(1).shuffle(rows)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])
    assert_same_plan(plan_of(name), project(read_place(folder), BASELINE), rtol=1e-9)


# horizons and reuse ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("scenario", STEPPED)
def test_a_longer_horizon_does_not_alter_earlier_years(plan_of, place_id, scenario):
    short, long = plan_of(place_id, scenario, years=3), plan_of(place_id, scenario, years=10)
    assert short.years == long.years[:3]
    for name in LINES:
        np.testing.assert_allclose(long.line(name)[:3], short.line(name), rtol=1e-12, atol=1e-9, err_msg=name)
    for name, values in short.steps.items():
        np.testing.assert_allclose(long.steps[name][:3], values, rtol=1e-12, atol=1e-9, err_msg=name)
    np.testing.assert_allclose(long.revenue_items[:3], short.revenue_items, rtol=1e-12)
    deviation = long.basis.revenue.forecast.deviation
    np.testing.assert_allclose(deviation[:3], short.basis.revenue.forecast.deviation, rtol=1e-12)


@pytest.mark.parametrize("name", PLACES)
def test_a_fit_may_be_used_again(place, plan_of, name):
    """For every scenario that leaves own revenue alone; land sales, output and opinions are part of the fit."""
    fitted = fit(place(name), BASELINE)
    for changes in ({}, {"transfers_earmarked_growth": 0.05}):
        again = project(place(name), BASELINE.with_(**changes), fitted=fitted)
        assert_same_plan(again, plan_of(name, **changes))


def test_figures_after_the_base_year_are_not_looked_at(tmp_path, root, plan_of):
    """But for the first plan year's approved budget, which is known when the plan is made."""
    folder = tmp_path / "gangu"
    shutil.copytree(root / "data" / "places" / "gangu", folder)
    lines = (folder / "totals.csv").read_text(encoding="utf-8-sig").splitlines(keepends=True)
    (folder / "totals.csv").write_text(
        "".join(line for line in lines if ",2024," not in line or ",2024,budget," in line), encoding="utf-8-sig"
    )
    assert_same_plan(project(read_place(folder), BASELINE), plan_of("gangu", base_year=2023))


def test_bonds_issued_after_the_base_year_are_not_looked_at(tmp_path, root, plan_of):
    folder = tmp_path / "yunshui"
    shutil.copytree(root / "data" / "places" / "yunshui", folder)
    lines = (folder / "bonds.csv").read_text(encoding="utf-8-sig").splitlines(keepends=True)
    kept = [line for line in lines if not line.split(",")[5].startswith(("2024-", "2025-"))]
    assert 0 < len(kept) < len(lines)
    (folder / "bonds.csv").write_text("".join(kept), encoding="utf-8-sig")
    gone = {line.split(",")[0] for line in lines} - {line.split(",")[0] for line in kept}
    uses = folder / "special_project_bonds.csv"
    told = uses.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    uses.write_text("".join(line for line in told if line.split(",")[1] not in gone), encoding="utf-8-sig")
    assert_same_plan(project(read_place(folder), BASELINE, base_year=2023), plan_of("yunshui", base_year=2023))


# scenarios -------------------------------------------------------------------------------------------------


def test_a_zero_shock_is_the_baseline(plan_of, place_id):
    baseline = plan_of(place_id)
    assert_same_plan(project(baseline.basis.place, BASELINE.with_(), fitted=baseline.basis.revenue.fitted), baseline)
    nothing = {"own_revenue_shift": 0.0, "refinancing_shift": 0.0, "new_project": 0.0}
    assert_same_plan(plan_of(place_id, **nothing), baseline)


@pytest.mark.parametrize("scenario", STEPPED)
def test_better_own_revenue_never_lowers_resources_nor_widens_the_gap(plan_of, place_id, scenario):
    plans = [plan_of(place_id, scenario, own_revenue_shift=shift) for shift in (-0.1, 0.0, 0.05)]
    for worse, better in pairwise(plans):
        assert (better.lines["own_revenue"] > worse.lines["own_revenue"]).all()
        assert (better.lines["resources_total"] >= worse.lines["resources_total"] - 1e-6).all()
        assert (better.lines["funding_gap"] <= worse.lines["funding_gap"] + 1e-6).all()
        assert (better.lines["stabilization_fund_stock"] >= worse.lines["stabilization_fund_stock"] - 1e-6).all()


@pytest.mark.parametrize("scenario", STEPPED)
def test_a_new_project_never_raises_space(plan_of, place_id, scenario):
    before = plan_of(place_id, scenario)
    for size in (500.0, 50_000.0):
        after = plan_of(place_id, scenario, new_project=size)
        assert (after.lines["fiscal_space"] <= before.lines["fiscal_space"] + 1e-6).all()
        assert (after.lines["funding_gap"] >= before.lines["funding_gap"] - 1e-6).all()


@pytest.mark.parametrize("scenario", STEPPED)
def test_a_project_of_one_year_never_raises_space_before_the_reserve(plan_of, place_id, scenario):
    # The reserve goes by what is spent, and a later year may put less into spending and more into the fund.
    before = plan_of(place_id, scenario)
    changed = before.basis.scenario.with_(new_project={before.years[0]: 20_000.0})
    after = project(before.basis.place, changed, fitted=before.basis.revenue.fitted)
    space = [plan.lines["fiscal_space"] + plan.lines["contingency_reserve"] for plan in (before, after)]
    assert (space[1] <= space[0] + 1e-6).all()


def test_a_project_rescued_by_the_superior_never_raises_space(tmp_path, tiny_place):
    """What rescue must repay next year is no free money of that year (docs/method.md)."""
    figures = {**FIGURES, "state_capital_revenue": {2024: 2000}, "state_capital_transfer_out": {2024: 0}}
    place = read_place(tiny_place(tmp_path / "xian", figures, TABLES))
    known = {"rescue_limit_share": 0.5, "own_revenue_shift": 0.0, "transfers_general_purpose_growth": 0.03}
    before = project(place, BASELINE.with_(**known))
    after = project(place, BASELINE.with_(**known, new_project={2025: 6000.0}))
    assert after.line("rescue_in")[0] > before.line("rescue_in")[0]
    assert (after.line("fiscal_space") <= before.line("fiscal_space") + 1e-6).all()


def test_more_land_never_hurts(plan_of, place_id):
    plans = [plan_of(place_id, land_revenue_growth=growth) for growth in (-0.5, 0.0, 0.1)]
    for worse, better in pairwise(plans):
        for name in ("funding_gap", "fund_debt_gap", "fund_transfer_in"):
            assert (better.lines[name] <= worse.lines[name] + 1e-6).all(), name
        # Land that is not sold costs nothing, while debt that it would have paid falls on the general budget: what is
        # missing in all never rises with land, though less of it may be land costs.
        missing = [plan.lines["fund_gap"] + plan.lines["fund_transfer_in"] for plan in (better, worse)]
        assert (missing[0] <= missing[1] + 1e-6).all()


# debt ------------------------------------------------------------------------------------------------------


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_a_portfolio_is_the_sum_of_its_bonds(data):
    count = data.draw(st.integers(1, 6))

    def column(strategy):
        return np.array(data.draw(st.lists(strategy, min_size=count, max_size=count)))

    issue = np.datetime64("2010-01-01") + column(st.integers(0, 6000))
    no_call = np.full(count, np.datetime64("NaT"), dtype="datetime64[D]")
    ledger = BondArray(
        column(st.floats(1, 1e6)), column(st.floats(0, 0.1)), issue, issue + column(st.integers(100, 10_000)),
        column(st.sampled_from([1, 2])), column(st.sampled_from([word.value for word in Amortisation])),
        np.zeros(count, dtype=int), np.ones(count, dtype=int), no_call,
    )  # fmt: skip
    together = schedule(ledger, range(2025, 2060))
    for bond in range(count):
        alone = schedule(ledger.take(np.array([bond])), range(2025, 2060))
        np.testing.assert_array_equal(alone.interest[:, 0], together.interest[:, bond])
        np.testing.assert_array_equal(alone.principal[:, 0], together.principal[:, bond])


# quiet -----------------------------------------------------------------------------------------------------


def test_the_whole_model_warns_of_nothing(place, place_id):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plan = project(place(place_id), read_scenario("pessimistic"), years=3)
        assert rate(plan).grade
        assert len(plan_table(plan))
        assert simulate(plan, paths=50).paths == 50


MISSING = ("funding_gap", "stabilization_draw", "rescue_in", "transfer_in")
LEFT = ("unallocated", "flexible_spending", "candidate_projects", "earmarked_spending", "stabilization_topup")
"""What gives way in the general budget: more is missing or asked for, less is left over, put by or spent at will."""


def test_one_more_yuan_of_cost_raises_a_gap_or_lowers_a_balance_by_one_yuan(plan_of, place_id):
    """1,000 万元 of a signed project in the first year, and the reserve on it: neither vanishes nor counts twice."""
    plan = plan_of(place_id)
    scenario = BASELINE.with_(new_project={plan.years[0]: 1000.0})
    more = project(plan.basis.place, scenario, fitted=plan.basis.revenue.fitted)
    named = (*MISSING, *LEFT, "revolving_topup", "contingency_reserve")
    first = {name: float(more.lines[name][0] - plan.lines[name][0]) for name in named}
    gives = [first[name] for name in MISSING] + [-first[name] for name in LEFT]
    others = first["revolving_topup"] + first["contingency_reserve"]
    assert sum(gives) == pytest.approx(1000 + others, abs=0.01)
    assert min(gives) > -0.01
    # No other budget's gap moves, and the general one's never falls.
    for name in ("fund_debt_gap", "land_cost_gap"):
        np.testing.assert_allclose(more.lines[name], plan.lines[name], err_msg=name)
    assert (more.lines["funding_gap"] - plan.lines["funding_gap"] > -0.01).all()
    assert (more.lines["stabilization_fund_stock"] - plan.lines["stabilization_fund_stock"] < 0.01).all()
