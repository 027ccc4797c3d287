"""A pessimistic scenario stands at the tenth percentile of the same simulation by construction, an optimistic at the ninetieth."""

import numpy as np
import pytest
from conftest import WITHOUT_BUDGET
from report_case import case_of, said
from risk_case import futures_by

from fiscal_model.analysis.risk.positions import position_in
from fiscal_model.analysis.risk.simulate import simulate
from fiscal_model.inputs.scenario import read_scenario
from fiscal_model.model.compute import compute
from fiscal_model.model.futures import at_percentile, deviations
from fiscal_model.model.projection import project
from fiscal_model.report.tables import risk_tables

PLACES = ("lijiang", "zhangye", "gangu", "yunshui")
AT = {"pessimistic": 0.1, "optimistic": 0.9}
PATHS = 20_000


@pytest.fixture(scope="module")
def futures(plan_of):
    """Lines of the baseline's simulated futures, by place."""

    def drawn(name):
        basis = plan_of(name).basis
        drivers = futures_by(7, deviations(basis), PATHS, basis.assumed.number("land_tail_degrees"))
        return compute(basis, drivers)[0]

    return {name: drawn(name) for name in PLACES}


def share_below(futures, line, values):
    return (np.broadcast_to(futures[line], (PATHS, len(values))) < values).mean(axis=0)


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("scenario", AT)
def test_revenue_and_resources_stand_where_the_scenario_says(futures, plan_of, name, scenario):
    plan = plan_of(name, scenario)
    assert share_below(futures[name], "own_revenue", plan.lines["own_revenue"]) == pytest.approx(AT[scenario], abs=0.01)
    for line in ("available_resources", "uncommitted_resources"):
        assert share_below(futures[name], line, plan.lines[line]) == pytest.approx(AT[scenario], abs=0.03), line
    free = {"free": futures[name]["own_revenue"] + futures[name]["transfers_general_purpose"]}
    mine = plan.lines["own_revenue"] + plan.lines["transfers_general_purpose"]
    assert share_below(free, "free", mine) == pytest.approx(AT[scenario], abs=0.02)
    if "land_revenue" not in plan.unavailable:
        assert share_below(futures[name], "land_revenue", plan.lines["land_revenue"]) == pytest.approx(
            AT[scenario], abs=0.01
        )


@pytest.mark.parametrize("name", PLACES)
def test_pessimistic_is_below_the_baseline_is_below_optimistic_each_year(plan_of, name):
    for line in ("own_revenue", "transfers_general_purpose", "available_resources", "uncommitted_resources"):
        worse, usual, better = (plan_of(name, each).lines[line] for each in ("pessimistic", "baseline", "optimistic"))
        assert (worse < usual).all() and (usual < better).all(), line


@pytest.mark.parametrize("name", PLACES)
def test_half_way_is_the_plan_itself_bit_for_bit(plan_of, name):
    plain, middle = plan_of(name), plan_of(name, percentile=0.5)
    assert all(np.array_equal(plain.lines[line], middle.lines[line], equal_nan=True) for line in plain.lines)


def test_transfers_by_hand(plan_of):
    """Lijiang's first year: own A s = 590,386 x 0.1091, transfers B t = B x 0.03; score z (sqrt(a² + b²) - a) / b of them."""
    plain, worse = (plan_of("lijiang", name, **WITHOUT_BUDGET) for name in ("baseline", "pessimistic"))
    z = -1.2815515655446004
    own = plain.basis.revenue.forecast.total[0] * plain.basis.revenue.forecast.deviation[0]
    free = plain.basis.revenue.transfers.path.general_purpose[0]
    transfers = free * 0.09
    expected = np.exp(z * 0.09 * (np.hypot(own, transfers) - own) / transfers)
    assert at_percentile(worse.basis).general_purpose[0] == pytest.approx(expected)
    assert worse.lines["own_revenue"][0] == pytest.approx(plain.lines["own_revenue"][0] * np.exp(z * 0.10908), rel=1e-3)


def test_without_spread_every_percentile_is_the_same(plan_of):
    """Transfers that never move stay where they are, whatever the percentile."""
    plan = plan_of("gangu", "pessimistic", transfers_deviation=0.0, land_deviation=0.0)
    moved = at_percentile(plan.basis)
    assert (moved.general_purpose == 1).all() and (moved.land == 1).all() and (moved.own_revenue < 1).all()


def test_output_does_not_move_own_revenue_once_more(place):
    """The spread already holds slow years: the scenario's growth moves output itself, not own revenue beside the percentile."""
    zhangye, worse = place("zhangye"), read_scenario("pessimistic")
    slow, usual = (project(zhangye, worse.with_(gdp_growth=growth)) for growth in (-0.05, 0.045))
    assert np.array_equal(slow.lines["own_revenue"], usual.lines["own_revenue"])
    assert (slow.lines["gdp"] < usual.lines["gdp"]).all()
    plain = [project(zhangye, read_scenario("baseline").with_(gdp_growth=growth)) for growth in (-0.05, 0.045)]
    assert (plain[0].lines["own_revenue"] < plain[1].lines["own_revenue"]).all()


def test_a_simulation_around_a_scenario_has_it_in_the_middle(plan_of):
    plan = plan_of("yunshui", "pessimistic")
    fan = simulate(plan, paths=PATHS, events=False)
    assert fan.lines["own_revenue"][fan.quantiles.index(0.5)] == pytest.approx(plan.lines["own_revenue"], rel=0.01)


@pytest.mark.parametrize("scenario", AT)
def test_events_are_not_in_the_percentile_and_move_where_it_stands_among_all_futures(plan_of, scenario):
    """It was said to be the percentile of the very simulation, whose table puts the optimistic at the 97th."""
    plan, own = plan_of("zhangye"), plan_of("zhangye", scenario).lines["own_revenue"]
    calm, all_ = (
        position_in(simulate(plan, paths=4000, events=events), "own_revenue", own) for events in (False, True)
    )
    assert calm == pytest.approx(AT[scenario], abs=0.02) and all_[-1] > AT[scenario] + 0.05


def test_positions_lie_between_quantiles_and_say_when_beyond(plan_of):
    fan = simulate(plan_of("gangu"), paths=2000)
    for level in fan.quantiles[1:]:
        found = position_in(fan, "own_revenue", fan.lines["own_revenue"][fan.quantiles.index(level)])
        assert found == pytest.approx(level)
    assert (position_in(fan, "own_revenue", np.zeros(5)) == 0).all()
    assert (position_in(fan, "own_revenue", np.full(5, 1e9)) == 1).all()
    assert np.isnan(position_in(fan, "no_such_line", np.zeros(5))).all()


@pytest.mark.slow
def test_the_report_says_what_is_at_the_percentile_and_where_the_gap_falls(plan_of):
    plan, worse = plan_of("lijiang"), plan_of("lijiang", "pessimistic")
    sources = {
        "plan": plan,
        "fan": simulate(plan, paths=10_000, events=False, moving=("own_revenue", "general_purpose", "land")),
        "alternatives": {"baseline": plan, "pessimistic": worse},
    }
    # Of what the percentile moves; all that moves beside it makes any gap likelier.
    table = risk_tables.positions_table(sources["plan"], sources["fan"], sources["alternatives"])
    rows = {row.line: row.values for row in table.rows}
    assert [float(one) for one in rows["own_revenue.pessimistic"][1:]] == pytest.approx([0.1] * 5, abs=0.02)
    assert [float(one) for one in rows["funding_gap.pessimistic"][1:]] == pytest.approx([0.91] * 5, abs=0.03)
    assert "第10百分位：自有收入在该分位，土地出让收入也是" in "".join(table.notes)
    text = case_of(plan, worse).chapter("附件3")
    assert (
        "“悲观情景”的收入取同一模拟（不含突发事件）的第10百分位；在“基准情景”含突发事件的模拟中，其2030年自有收入在第"
        in text
    )
    assert "收支缺口大于模拟中" in text


def test_a_scenario_without_percentile_says_nothing_of_one(plan_of):
    plan, other = plan_of("zhangye"), plan_of("zhangye", "land_slump")
    assert "同一模拟（不含突发事件）的第" not in said(plan, "93_14_scenario_positions", beside=(other,))
    table = risk_tables.positions_table(plan, simulate(plan, paths=500), {"baseline": plan, "land_slump": other})
    assert len(table.notes) == 1
    worse = risk_tables.positions_table(
        plan, simulate(plan, paths=500), {"baseline": plan, "pessimistic": plan_of("zhangye", "pessimistic")}
    )
    assert "土地" not in "".join(worse.notes)  # its land is not known


def test_a_report_of_the_scenario_itself_says_that_its_simulation_is_around_it(plan_of):
    assert "各年自有收入都在该分位；本规划的模拟以此为中位" in said(
        plan_of("gangu", "pessimistic"), "93_14_scenario_positions"
    )


@pytest.mark.parametrize("name", PLACES)
def test_less_refinancing_is_a_scenario_of_its_own(plan_of, name):
    """Same revenue, never more money left, and more of its own money for principal where something falls due."""
    plain, tight = plan_of(name), plan_of(name, "refinancing_squeeze")
    assert np.array_equal(plain.lines["own_revenue"], tight.lines["own_revenue"])
    assert (tight.lines["debt_general_refinanced"] <= plain.lines["debt_general_refinanced"] + 1e-9).all()
    assert (tight.lines["uncommitted_resources"] <= plain.lines["uncommitted_resources"] + 1e-6).all()
    assert tight.lines["uncommitted_resources"].sum() < plain.lines["uncommitted_resources"].sum()
