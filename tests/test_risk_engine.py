"""Joint futures of a plan: nothing moves without variance, first paths stay, threads and chunks change nothing, drivers move as the file says."""

import numpy as np
import pytest
from scipy.special import gamma

from fiscal_model.analysis.risk import simulate as engine
from fiscal_model.analysis.risk.drawn_futures import DRIVEN, EVENTS, drawn, sampled, shock_model
from fiscal_model.analysis.risk.fan_counts import GUARANTEE_LIGHT, TREASURY
from fiscal_model.analysis.risk.simulate import simulate
from fiscal_model.analysis.risk.variance_parts import GROUPS, explain_variance
from fiscal_model.law.risk_constants import correlation, driver_shocks, risk_events
from fiscal_model.model.compute import compute
from fiscal_model.model.futures import Drivers, deviations
from fiscal_model.words.drivers import DRIVERS

PLACES = ("lijiang", "zhangye", "gangu", "yunshui")


@pytest.mark.parametrize("name", PLACES)
def test_without_variance_every_future_is_the_plan_bit_for_bit(plan_of, name):
    plan = plan_of(name)
    fan = simulate(plan, paths=30, moving=())
    for line, values in fan.lines.items():
        assert np.array_equal(values, np.tile(plan.line(line), (9, 1)), equal_nan=True), line
    ((_, lines),) = sampled(plan, 3, 1, moving=())
    for line, values in lines.items():
        assert np.array_equal(np.broadcast_to(values, (3, 5)), np.tile(plan.lines[line], (3, 1)), equal_nan=True), line


@pytest.mark.parametrize("sampling", ["antithetic", "sobol", "plain"])
def test_the_first_paths_stay_the_same(plan_of, sampling):
    model = shock_model(plan_of("yunshui").basis, sampling=sampling)
    few, many = drawn(model, 5, 0, 100), drawn(model, 5, 0, 3000)
    late = drawn(model, 5, 2990, 3000)
    for name in DRIVERS:
        assert np.array_equal(getattr(few, name), getattr(many, name)[:100]), name
        assert np.array_equal(getattr(late, name), getattr(many, name)[2990:]), name


def test_threads_and_chunks_change_nothing(plan_of, monkeypatch):
    plan = plan_of("yunshui")
    whole = simulate(plan, paths=1500, seed=3)
    monkeypatch.setattr(engine, "CHUNK", 400)
    parts = simulate(plan, paths=1500, seed=3, threads=2)
    for line in whole.lines:
        np.testing.assert_allclose(whole.lines[line], parts.lines[line], rtol=1e-9, err_msg=line)
    assert whole.odds.keys() == parts.odds.keys()
    for name, odds in whole.odds.items():
        assert odds.ever == parts.odds[name].ever and np.array_equal(odds.by_year, parts.odds[name].by_year)
    assert np.array_equal(whole.first_months, parts.first_months) and whole.ratings == parts.ratings


def test_many_paths_kept_at_half_the_memory_say_the_same(plan_of, monkeypatch):
    plan = plan_of("gangu")
    whole = simulate(plan, paths=2000)
    monkeypatch.setattr(engine, "EXACT_PATHS", 100)
    monkeypatch.setattr(engine, "MOST_KEPT", 30 * 2000 * 5 * 4)
    half = simulate(plan, paths=2000)
    assert 25 <= len(half.lines) <= 30 < len(whole.lines) and set(engine.FAN_LINES) - plan.unavailable <= set(
        half.lines
    )
    for line, values in half.lines.items():
        np.testing.assert_allclose(values, whole.lines[line], rtol=1e-6, atol=0.1, err_msg=line)


def test_drivers_move_together_and_as_far_as_said(plan_of):
    """The first year of 60,000 futures: deviation and correlation of the file, own records for own revenue, transfers and land."""
    basis = plan_of("lijiang").basis
    drivers = drawn(shock_model(basis, events=False), 4, 0, 60_000)
    usual = {each.driver: each for each in driver_shocks()}
    own = dict(zip(("own_revenue", "general_purpose", "land"), deviations(basis), strict=True))
    steps = []
    for name in DRIVEN:
        value = getattr(drivers, name)
        level = value if usual[name].driver in ("coupon", "refinancing") else np.log(value)
        expected = own[name] if name in own else usual[name].deviation * np.ones(1)
        np.testing.assert_allclose(level.std(axis=0)[: len(expected)], expected, rtol=0.05, err_msg=name)
        steps.append(level[:, 0])
    wanted = correlation()[np.ix_([DRIVERS.index(name) for name in DRIVEN], [DRIVERS.index(name) for name in DRIVEN])]
    # A normal step beside one of Student's t keeps E[size] of the correlation: of two sizes only one is wild.
    fat = np.isfinite(shock_model(basis, events=False).terms.degrees)
    kept = np.where(fat[:, None] == fat, 1.0, gamma(1.5) / gamma(2.0))
    np.testing.assert_allclose(np.corrcoef(steps), wanted * kept, atol=0.025)


def test_a_shock_stays_as_long_as_the_file_says(plan_of):
    """Of other funds half a step stays: level two years on holds step 2 and half of step 1, variance 1.25."""
    drivers = drawn(shock_model(plan_of("lijiang").basis, events=False), 4, 0, 40_000)
    spread = np.log(drivers.fund_other).std(axis=0) / 0.1
    assert next(each for each in driver_shocks() if each.driver == "fund_other").carry == 0.5
    np.testing.assert_allclose(spread, np.sqrt(1 + 0.25 * np.arange(5)), rtol=0.02)


def test_events_come_as_often_as_said_and_move_what_they_name(plan_of):
    basis, events = plan_of("lijiang").basis, {each.id: each for each in risk_events()}
    cut = events["transfer_cut"]
    drivers = drawn(shock_model(basis, events=("transfer_cut",), moving=(EVENTS,)), 6, 0, 60_000)
    hit = drivers.earmarked < 1
    assert hit.mean() == pytest.approx(cut.probability, rel=0.05)
    fall = -np.log(drivers.general_purpose[hit])
    assert np.median(fall) == pytest.approx(cut.size * cut.moves["general_purpose"], rel=0.03)
    np.testing.assert_allclose(-np.log(drivers.own_revenue[hit]), cut.moves["own_revenue"] * fall)
    assert (drivers.own_revenue[~hit] == 1).all() and drivers.land == 1
    duties = drawn(shock_model(basis, events=("disaster",), moving=(EVENTS,)), 6, 0, 60_000).duties
    usual = events["disaster"]
    spent = basis.balance.opening.flows["expenditure"]
    assert (duties > 0).mean() == pytest.approx(usual.probability, rel=0.05)
    assert np.median(duties[duties > 0]) == pytest.approx(usual.size * spent, rel=0.05)


def test_events_left_out_leave_all_other_numbers_as_they_were(plan_of):
    basis = plan_of("yunshui").basis
    without, pay = (
        drawn(shock_model(basis, events=False), 1, 0, 500),
        drawn(shock_model(basis, moving=("pay",)), 1, 0, 500),
    )
    assert np.array_equal(without.pay, pay.pay) and pay.moved() == ("pay",)


def test_whole_years_of_a_place_keep_their_company(plan_of):
    """云水 has ten years of revenue, transfers and land: resampled growth is correlated as history is."""
    model = shock_model(plan_of("yunshui").basis, shocks="bootstrap", events=False)
    known = np.isfinite(model.history).all(axis=0)
    assert [name for name, own in zip(model.names, known, strict=True) if own] == [
        "own_revenue",
        "general_purpose",
        "land",
    ]
    drivers = drawn(model, 2, 0, 40_000)
    first = [np.log(getattr(drivers, name)[:, 0]) for name in ("own_revenue", "general_purpose", "land")]
    history = model.history[:, known]
    np.testing.assert_allclose(np.corrcoef(first), np.corrcoef(history.T), atol=0.02)
    assert first[0].std() == pytest.approx(deviations(plan_of("yunshui").basis)[0, 0], rel=0.02)


def test_every_path_is_the_plan_run_alone(plan_of):
    """A slow way of the same: two hundred futures one by one, every driver moving, wages first on each."""
    plan = plan_of("yunshui")
    ((drivers, lines),) = sampled(plan, 200, 9)
    for path in range(0, 200, 4):
        alone = Drivers(
            **{name: value[path] if np.ndim(value := getattr(drivers, name)) else value for name in DRIVERS}
        )
        for name, values in compute(plan.basis, alone)[0].items():
            np.testing.assert_allclose(
                np.broadcast_to(lines[name], (200, 5))[path], values, rtol=1e-9, atol=1e-6, err_msg=name
            )
    short = lines["funding_gap"] > 0.5
    assert short.any() and (lines["stabilization_fund_stock"][short] < 0.5).all(), "no gap while the fund has money"


def test_odds_by_year_and_ever_with_their_error(plan_of):
    plan = plan_of("yunshui")
    fan = simulate(plan, paths=4000, seed=1)
    gaps = np.concatenate([lines["funding_gap"] for _, lines in sampled(plan, 4000, 1)]) > 0.5
    found = fan.odds["funding_gap"]
    assert np.array_equal(found.by_year, gaps.mean(axis=0)) and found.ever == gaps.any(axis=1).mean()
    assert np.array_equal(fan.probabilities["funding_gap"], found.by_year)
    pairs = gaps.reshape(2000, 2, 5).mean(axis=1)
    np.testing.assert_allclose(found.error, pairs.std(axis=0) / np.sqrt(2000))
    assert max(found.by_year) <= found.ever <= found.by_year.sum() and 0 < found.ever_error < 0.01
    light = fan.odds[GUARANTEE_LIGHT].by_year
    np.testing.assert_allclose(light, fan.grades["orange"] + fan.grades["red"])
    assert fan.odds[TREASURY].ever == pytest.approx(fan.first_months.sum())
    assert (fan.odds[TREASURY].by_year >= fan.months_at_risk.max(axis=1)).all()


def test_depth_of_a_gap_by_hand(plan_of):
    plan = plan_of("yunshui")
    fan = simulate(plan, paths=3000, seed=1)
    gaps = np.concatenate([lines["funding_gap"] for _, lines in sampled(plan, 3000, 1)])
    worst, mean = fan.shortfalls["funding_gap"]
    np.testing.assert_allclose(worst, np.sort(gaps, axis=0)[-150:].mean(axis=0))
    np.testing.assert_allclose(mean, [year[year > 0.5].mean() if (year > 0.5).any() else 0 for year in gaps.T])
    ((_, lines),) = sampled(plan, 3000, 1)
    months = 12 * lines["available_resources"] / lines["guarantee_salaries"]
    np.testing.assert_allclose(fan.months_of_wages[4], np.median(months, axis=0))


@pytest.mark.parametrize(
    "given, said",
    [
        ({"shocks": "cauchy"}, "shocks 只能是 student_t、normal、bootstrap，不是 'cauchy'"),
        ({"sampling": "halton"}, "sampling 只能是 antithetic、plain、sobol，不是 'halton'"),
        ({"events": ("flood",)}, "events 只能是 .*disaster.*不是 'flood'"),
        ({"moving": ("duty",)}, "moving 只能是 own_revenue、.*不是 'duty'"),
    ],
)
def test_words_that_mean_nothing_are_refused(plan_of, given, said):
    with pytest.raises(ValueError, match=said):
        simulate(plan_of("gangu"), paths=10, **given)


def test_bootstrap_needs_history(plan_of):
    with pytest.raises(ValueError, match='本地历史不足，请改用 shocks="student_t"'):
        simulate(plan_of("gangu"), paths=10, shocks="bootstrap")


def test_shares_of_variance_add_up_and_name_who_moves_it(plan_of):
    """Every driver stands in one group; what one group moves alone is all its own."""
    assert sorted(name for group in GROUPS.values() for name in group) == sorted([*DRIVEN, EVENTS])
    plan = plan_of("yunshui")
    found = explain_variance(plan, paths=200, lines=("own_revenue", "land_revenue", "uncommitted_resources"))
    for shares in found.shares.values():
        np.testing.assert_allclose(shares.sum(axis=0), 1)
    by = {line: dict(zip(found.groups, shares, strict=True)) for line, shares in found.shares.items()}
    np.testing.assert_allclose(by["land_revenue"]["土地和基金"], 1)
    np.testing.assert_allclose(by["own_revenue"]["收入"] + by["own_revenue"]["事件"], 1)
    ((_, lines),) = sampled(plan, 200, 2026)
    np.testing.assert_allclose(found.deviation["uncommitted_resources"], lines["uncommitted_resources"].std(axis=0))
