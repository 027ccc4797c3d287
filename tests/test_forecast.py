"""`fm.forecast`: any yearly amounts in, finite coherent forecasts with honest intervals out, and an account of them."""

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import fiscal_model as fm
from fiscal_model.law.forecast_constants import forecast_rule
from fiscal_model.words.errors import InputError

STEADY = [100.0, 104, 109, 113, 118, 124]
NAN = float("nan")
RNG_SEED = 20260101
AWKWARD = {
    "constant": [100.0] * 12,
    "tenfold": list(100 * 10 ** (np.arange(12) / 11)),
    "level shift": [100.0] * 6 + [50.0] * 6,
    "tenfold in one year": [10.0, 11, 12, 120, 126, 130],
    "collapse": [100.0] * 11 + [1.0],
    "zeros": [0.0, 0, 5, 0, 7, 0, 9, 0],
    "zero at the end": [40.0, 42, 45, 44, 47, 0],
    "nothing but zeros": [0.0] * 6,
    "negative years": [10.0, -4, 12, 3, -8, 15],
    "nothing but negative": [-5.0, -6, -7, -6, -8],
    "huge": list(1e12 * (1 + np.arange(8.0))),
    "tiny": list(1e-6 * (1 + np.arange(8.0))),
    "trailing gap": [50.0, 52, 55, 57, 60, NAN, NAN],
    "interior gap": [50.0, NAN, 55, NAN, NAN, 63],
    "leading gap": [NAN, NAN, 55, 57, 60, 63],
    "only one known": [NAN, 8.0, NAN],
    "zigzag": [100.0, 140, 90, 150, 80, 160, 85, 150, 95],
}


@pytest.fixture(autouse=True)
def warnings_are_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def series(values, last=2025, name=None):
    return pd.Series(np.asarray(values, dtype=float), index=range(last - len(values) + 1, last + 1), name=name)


def items(count=4, years=12, seed=RNG_SEED):
    """Random walks that differ tenfold in size."""
    random = np.random.default_rng(seed)
    growth = random.normal(0.05, 0.08, (years, count))
    amounts = 10.0 ** np.arange(1, count + 1) * np.exp(np.cumsum(growth, axis=0))
    return pd.DataFrame(amounts, index=range(2026 - years, 2026), columns=[f"item {number}" for number in range(count)])


def means(found):
    return found.xs("mean", axis=1, level=1)


def refused(*arguments, **options):
    with pytest.raises(InputError) as caught:
        fm.forecast(*arguments, **options)
    return [str(fault) for fault in caught.value.faults]


# shape -----------------------------------------------------------------------------------------------------


def test_a_series_gives_one_column_a_statistic():
    found = fm.forecast(series(STEADY), 3)
    assert list(found.columns) == ["mean", "lo-80", "hi-80", "lo-95", "hi-95"]
    assert list(found.index) == [2026, 2027, 2028]
    assert found.index.name == "year"
    assert {str(kind) for kind in found.dtypes} == {"float64"}


def test_a_frame_gives_pairs_of_item_and_statistic():
    found = fm.forecast(items(2), 4)
    assert found.shape == (4, 10)
    assert list(found.columns[:2]) == [("item 0", "mean"), ("item 0", "lo-80")]
    assert list(found["item 1"].columns) == ["mean", "lo-80", "hi-80", "lo-95", "hi-95"]
    assert list(fm.forecast(series(STEADY).to_frame("甲"), 1)["甲"].columns) == list(found["item 1"].columns)


def test_a_series_and_its_frame_agree():
    alone, framed = fm.forecast(series(STEADY), 5), fm.forecast(series(STEADY).to_frame("amount"), 5)
    np.testing.assert_array_equal(alone.to_numpy(), framed["amount"].to_numpy())


def test_levels_keep_the_order_in_which_they_were_asked():
    found = fm.forecast(series(STEADY), 2, levels=(0.9, 0.5, 0.975))
    assert list(found.columns) == ["mean", "lo-90", "hi-90", "lo-50", "hi-50", "lo-97.5", "hi-97.5"]
    assert (found["hi-50"] < found["hi-90"]).all() and (found["hi-90"] < found["hi-97.5"]).all()
    usual = fm.forecast(series(STEADY), 2, levels=[0.95, 0.8])
    np.testing.assert_array_equal(usual["hi-95"], fm.forecast(series(STEADY), 2)["hi-95"])


@pytest.mark.parametrize("horizon", [1, 5, 6, 20, np.int64(3)])
def test_any_horizon_up_to_twenty_starts_with_the_same_years(horizon):
    found, longest = fm.forecast(series(STEADY), horizon), fm.forecast(series(STEADY), 20)
    assert len(found) == horizon
    np.testing.assert_allclose(found, longest.iloc[: int(horizon)], rtol=1e-12)


@pytest.mark.parametrize(
    "index",
    [
        pd.period_range("2020", periods=6, freq="Y"),
        pd.date_range("2020-12-31", periods=6, freq="YE"),
        [str(year) for year in range(2020, 2026)],
        np.arange(2020.0, 2026),
    ],
    ids=["periods", "dates", "text", "floats"],
)
def test_years_may_be_written_in_any_usual_way(index):
    found = fm.forecast(pd.Series(STEADY, index=index), 2)
    pd.testing.assert_frame_equal(found, fm.forecast(series(STEADY), 2))


def test_years_may_come_in_any_order_and_with_years_missing():
    history = series(STEADY)
    pd.testing.assert_frame_equal(fm.forecast(history[::-1], 2), fm.forecast(history, 2))
    gap = history.copy()
    gap[2022] = NAN
    pd.testing.assert_frame_equal(fm.forecast(history.drop(2022), 2), fm.forecast(gap, 2))


def test_cells_without_a_number_are_unknown():
    known = pd.Series([100.0, NAN, 109, 113], index=range(2022, 2026))
    expected = fm.forecast(known, 2)
    for given_as in (known.astype("Int64"), known.astype("Float64"), known.astype(object).where(known > 0, pd.NA)):
        pd.testing.assert_frame_equal(fm.forecast(given_as, 2), expected)


def test_a_part_of_a_forecast_is_a_plain_frame_and_the_whole_survives_pickling():
    found = fm.forecast(series(STEADY), 2)
    assert type(found[["mean"]]) is pd.DataFrame
    again = pickle.loads(pickle.dumps(found))
    pd.testing.assert_frame_equal(again, found)


# what is always true ---------------------------------------------------------------------------------------


def check(history, found, levels=(0.8, 0.95)):
    """What holds of every forecast of one item."""
    assert np.isfinite(found.to_numpy()).all()
    ordered = [f"lo-{level * 100:g}" for level in sorted(levels, reverse=True)]
    ordered += ["mean", *(f"hi-{level * 100:g}" for level in sorted(levels))]
    values = found[ordered].to_numpy()
    slack = 1e-9 * np.abs(values).max()
    assert (np.diff(values, axis=1) >= -slack).all()
    if (history.dropna() >= 0).all():
        assert (values >= 0).all()
    if (history.dropna() > 0).all():
        check_symmetry(found, levels)


def check_symmetry(found, levels):
    for level in levels:
        up = np.log(found[f"hi-{level * 100:g}"] / found["mean"]).to_numpy()
        down = np.log(found["mean"] / found[f"lo-{level * 100:g}"]).to_numpy()
        np.testing.assert_allclose(up, down, rtol=1e-6)
        assert (np.diff(up) >= -1e-9).all()
        assert (up > 0).all()


@pytest.mark.parametrize("name", list(AWKWARD))
def test_awkward_histories_alone_and_together(name):
    history = series(AWKWARD[name])
    check(history, fm.forecast(history, 7))
    frame = pd.DataFrame({"this": history, "other": series(STEADY, last=2024)})
    found = fm.forecast(frame, 3, levels=(0.5, 0.99))
    check(frame["this"], found["this"], (0.5, 0.99))
    check(frame["other"], found["other"], (0.5, 0.99))
    assert found.explain()


@pytest.mark.parametrize("length", [*range(1, 12), 19, 20, 21, 40])
def test_histories_of_any_length(length):
    history = series(100 * 1.04 ** np.arange(length) * (1 + 0.02 * (-1) ** np.arange(length)))
    found = fm.forecast(history, 5)
    check(history, found)
    assert 0.9 < found["mean"].iloc[0] / history.iloc[-1] < 1.2


def test_years_before_the_last_twenty_do_not_matter():
    long = series(np.concatenate([np.full(15, 3.0), 100 * 1.05 ** np.arange(20)]))
    np.testing.assert_allclose(fm.forecast(long, 5), fm.forecast(long.iloc[-20:], 5), rtol=1e-12)


def test_nothing_stays_nothing():
    found = fm.forecast(series([0.0] * 5), 3)
    assert (found == 0).all(axis=None)


def test_a_constant_hardly_moves():
    found = fm.forecast(series([100.0] * 12), 5)
    assert found["mean"].between(99, 104).all()


def test_an_item_that_ends_earlier_is_carried_on_from_its_own_last_year():
    found = fm.forecast(pd.DataFrame({"a": series(STEADY), "b": series(STEADY, last=2022)}), 2)
    alone = fm.forecast(series(STEADY), 5)
    assert found.index[0] == 2026
    # Same history, three years earlier: the first year shown is the fourth ahead.
    assert found["b"]["mean"][2026] > found["a"]["mean"][2026]
    ratio = found["b"]["hi-80"][2026] / found["b"]["mean"][2026]
    assert ratio > found["a"]["hi-80"][2026] / found["a"]["mean"][2026]
    assert ratio == pytest.approx(alone["hi-80"][2029] / alone["mean"][2029], rel=0.1)


def test_the_same_question_has_the_same_answer():
    frame = items()
    pd.testing.assert_frame_equal(fm.forecast(frame, 5), fm.forecast(frame, 5))


def test_the_order_of_columns_does_not_matter():
    frame = items(6)
    frame["total"] = frame.sum(axis=1)
    found, turned = fm.forecast(frame, 5), fm.forecast(frame[frame.columns[::-1]], 5)
    for name in frame.columns:
        np.testing.assert_allclose(turned[name], found[name], rtol=1e-9)


@pytest.mark.parametrize("factor", [1e-8, 1e-4, 1e4, 1e8])
def test_money_may_be_counted_in_any_unit(factor):
    frame = items(3).assign(zeros=[0.0, 3] * 6, signed=[-2.0, 5, 4] * 4)
    frame["total"] = frame.sum(axis=1)
    found, scaled = fm.forecast(frame, 5), fm.forecast(frame * factor, 5)
    np.testing.assert_allclose(scaled, found * factor, rtol=1e-8, atol=1e-9 * factor)
    assert scaled.account.parents == found.account.parents != {}


money = st.floats(0.0, 1e9).map(lambda amount: round(amount, 3))
amounts = st.one_of(money, st.floats(1.0, 1e4), st.just(0.0), st.none())


@given(st.lists(amounts, min_size=1, max_size=40), st.integers(1, 20))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_any_non_negative_history_has_a_forecast(values, horizon):
    history = series([NAN if value is None else value for value in values])
    assume(history.notna().any())
    check(history, fm.forecast(history, horizon))


@given(
    st.lists(
        st.lists(st.floats(-1e6, 1e6).map(lambda amount: round(amount, 3)), min_size=6, max_size=6),
        min_size=2,
        max_size=4,
    )
)
@settings(max_examples=25, deadline=None, derandomize=True)
def test_any_items_add_up_to_their_total(rows):
    frame = pd.DataFrame(np.array(rows).T, index=range(2020, 2026))
    frame.columns = [f"item {number}" for number in frame.columns]
    total = frame.sum(axis=1)
    assume(total.abs().max() > 1e-3 and (frame.abs().max() > 1e-3).sum() > 1)
    found = fm.forecast(frame.assign(total=total), 5)
    for name in frame.columns:
        check(frame[name], found[name])
    mean = means(found)
    if set(found.account.parents.values()) == {"total"}:
        np.testing.assert_allclose(mean["total"], mean.drop(columns="total").sum(axis=1), atol=0.01)
    else:  # one item is the sum of the others as well
        assert len(set(found.account.parents.values())) == 1


@given(st.lists(st.floats(0.0, 1e6), min_size=5, max_size=12), st.sampled_from([1e-4, 100.0, 1e4]))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_scaling_a_history_scales_its_forecast(values, factor):
    assume(max(values) > 1e-3 and min((value for value in values if value), default=1) > 1e-3)
    found, scaled = fm.forecast(series(values), 3), fm.forecast(series(values) * factor, 3)
    np.testing.assert_allclose(scaled, found * factor, rtol=1e-6, atol=1e-9 * factor * max(values))


# sums ------------------------------------------------------------------------------------------------------


def official():
    """Codes under groups under a total; sizes from tens to hundreds of thousands."""
    frame = items(5, years=10)
    frame.columns = ["10101", "10104", "10399", "10302", "10301"]
    frame["101"] = frame["10101"] + frame["10104"]
    frame["103"] = frame["10302"] + frame["10301"] + frame["10399"]
    frame["合计"] = frame["101"] + frame["103"]
    return frame


def check_official(mean):
    np.testing.assert_allclose(mean["101"] + mean["103"], mean["合计"], atol=0.01)
    np.testing.assert_allclose(mean["10101"] + mean["10104"], mean["101"], atol=0.01)
    np.testing.assert_allclose(mean["10301"] + mean["10302"] + mean["10399"], mean["103"], atol=0.01)


def test_codes_groups_and_the_total_add_up():
    found = fm.forecast(official(), 5)
    check_official(means(found))
    assert found.account.parents == {
        "10101": "101",
        "10104": "101",
        "10301": "103",
        "10302": "103",
        "10399": "103",
        "101": "合计",
        "103": "合计",
    }


def test_the_total_keeps_its_own_forecast_and_items_keep_their_intervals():
    frame = official()
    found = fm.forecast(frame, 5)
    # Without the last digits nothing is known of the tree: the same panel, forecast item by item.
    apart = fm.forecast(
        frame.rename(columns=lambda name: f"x{name}").drop(columns="x合计").assign(y=frame["合计"] * 1.5), 5
    )
    assert apart.account.parents == {}
    assert found["合计"]["mean"][2026] == pytest.approx(apart["y"]["mean"][2026] / 1.5, rel=1e-9)
    for name in ("10101", "103"):
        width = found[name]["hi-95"] / found[name]["mean"]
        np.testing.assert_allclose(width, apart[f"x{name}"]["hi-95"] / apart[f"x{name}"]["mean"], rtol=1e-9)


def test_sums_hold_where_years_are_unknown():
    frame = official()
    frame.loc[2017, "10104"] = NAN
    frame.loc[[2016, 2019], "合计"] = NAN
    frame.loc[2025, "103"] = NAN
    check_official(means(fm.forecast(frame, 5)))


def test_rounded_figures_still_add_up():
    frame = official().round(0)
    check_official(means(fm.forecast(frame, 5)))


def test_items_without_their_total_stay_as_they_are():
    frame = items(4)
    found = fm.forecast(frame, 3)
    assert found.account.parents == {}
    assert "五、合计" not in found.explain()


def test_small_figures_are_no_sums_of_each_other_for_being_small():
    """Half a unit is no rounding where the amounts are tenths."""
    frame = items(3) / 1e5
    assert fm.forecast(frame, 3).account.parents == {}


def test_items_that_turn_negative_leave_the_others_at_or_above_zero():
    frame = pd.DataFrame(
        {"refunds": [-30.0, 20, -90, 10, -160], "tax": [40.0, 42, 45, 44, 47], "fees": [1.0, 2, 1, 3, 2]},
        index=range(2021, 2026),
    )
    found = fm.forecast(frame.assign(total=frame.sum(axis=1)), 8)
    mean = means(found)
    assert set(found.account.parents.values()) == {"total"}
    np.testing.assert_allclose(mean["total"], mean[["refunds", "tax", "fees"]].sum(axis=1), atol=0.01)
    for name in frame.columns:
        check(frame[name], found[name])


# peers, drivers, shock years -------------------------------------------------------------------------------


def test_peers_pull_a_short_history_towards_their_growth():
    short = series([100.0, 101, 102])
    years = range(2014, 2026)
    fast, slow = (
        pd.DataFrame({name: 100 * rate ** np.arange(12.0) for name in "abcdef"}, index=years) for rate in (1.12, 0.98)
    )
    up, alone, down = (fm.forecast(short, 5, peers=peers)["mean"][2030] for peers in (fast, None, slow))
    assert up > alone > down


def test_peers_are_not_forecast_and_their_later_years_not_looked_at():
    peers = items(3, years=12)
    later = pd.concat([peers, pd.DataFrame(1e9, index=[2026, 2027], columns=peers.columns)])
    found = fm.forecast(series(STEADY), 3, peers=peers)
    assert list(found.columns) == ["mean", "lo-80", "hi-80", "lo-95", "hi-95"]
    pd.testing.assert_frame_equal(fm.forecast(series(STEADY), 3, peers=later), found)
    assert fm.forecast(series(STEADY), 3, peers=peers["item 0"]).account.peers == 1


def test_peers_of_other_years_change_nothing():
    found = fm.forecast(series(STEADY), 3, peers=series([5.0, 6, 7], last=1990))
    pd.testing.assert_frame_equal(found, fm.forecast(series(STEADY), 3))
    assert found.account.peers == 0


def test_a_driver_that_will_grow_faster_raises_the_forecast():
    history = series(100 * 1.05 ** np.arange(10))
    gdp = 1000 * 1.05 ** np.arange(10)
    slow, fast = (
        fm.forecast(history, 3, drivers=series([*gdp, *(gdp[-1] * rate ** np.arange(1, 4))], last=2028))
        for rate in (1.0, 1.15)
    )
    assert (fast["mean"] > slow["mean"]).all()
    assert "并参照驱动指标" in fast.explain()


def test_a_driver_nobody_assumes_goes_on_as_in_its_last_three_years():
    history, gdp = series(STEADY), series(1000 * 1.06 ** np.arange(6))
    told = pd.concat([gdp, pd.Series({2026: gdp[2025] * 1.06, 2027: gdp[2025] * 1.06**2})])
    pd.testing.assert_frame_equal(
        fm.forecast(history, 2, drivers=gdp), fm.forecast(history, 2, drivers=told), rtol=1e-9
    )


def test_a_driver_in_any_unit_and_only_for_the_item_of_its_name():
    frame = items(2)
    gdp = series(1000 * 1.06 ** np.arange(12))
    one = fm.forecast(frame, 3, drivers=gdp.to_frame("item 1"))
    other = fm.forecast(frame, 3, drivers=(gdp * 1e6).to_frame("item 1"))
    pd.testing.assert_frame_equal(one, other, rtol=1e-9)
    assert one.account.panel.followed.tolist() == [False, True]
    assert fm.forecast(frame, 3, drivers=gdp).account.panel.followed.all()


def test_a_driver_without_a_year_in_common_changes_nothing():
    found = fm.forecast(series(STEADY), 3, drivers=series([5.0, 6, 7], last=1990))
    pd.testing.assert_frame_equal(found, fm.forecast(series(STEADY), 3))


def test_a_last_year_taken_out_moves_the_drivers_start_with_it():
    """The year taken out is as if it had never been known, beside its driver too."""
    gdp = series(1000 * np.array([1, 1.1, 1.15, 1.3, 1.35, 1.5, 1.52, 1.7, 1.9, 2.4, 2.5]), last=2026)
    history = gdp.loc[:2025] / 10
    shocked = history.copy()
    shocked[2025] = 1.0
    taken = fm.forecast(shocked, 1, drivers=gdp, calendar={2025: "transitory"})
    missing = fm.forecast(history.where(history.index < 2025), 1, drivers=gdp)
    pd.testing.assert_frame_equal(taken, missing)


SHOCK = [100.0, 105, 110, 116, 80, 126, 133, 140]  # a dip in 2022
SHIFT = [100.0, 105, 110, 116, 80, 84, 88, 92]  # a new level from 2022 on


def test_a_passing_year_is_as_if_it_were_unknown():
    history = series(SHOCK)
    unknown = history.copy()
    unknown[2022] = NAN
    found = fm.forecast(history, 5, calendar={2022: "transitory"})
    pd.testing.assert_frame_equal(found, fm.forecast(unknown, 5))
    assert not found.equals(fm.forecast(history, 5))


def test_a_lasting_year_is_as_if_the_years_before_had_been_at_the_new_level():
    history = series(SHIFT)
    growth = np.diff(np.log(history))
    usual = np.median(np.delete(growth, 3))
    level = history.copy()
    level.iloc[:4] *= np.exp(growth[3] - usual)
    found = fm.forecast(history, 5, calendar={2022: "lasting"})
    pd.testing.assert_frame_equal(found, fm.forecast(level, 5), rtol=1e-9)
    assert (found["mean"] > fm.forecast(history, 5)["mean"]).all()


def test_a_known_effect_is_taken_out_of_the_past():
    calendar = pd.DataFrame({"year": [2022], "kind": ["transitory"], "effect": [np.log(0.8)]})
    repaired = series(SHOCK)
    repaired[2022] = 100.0
    pd.testing.assert_frame_equal(fm.forecast(series(SHOCK), 3, calendar=calendar), fm.forecast(repaired, 3), rtol=1e-9)
    lasting = calendar.assign(kind="lasting")
    level = series(SHIFT)
    level.iloc[:4] *= 0.8
    pd.testing.assert_frame_equal(fm.forecast(series(SHIFT), 3, calendar=lasting), fm.forecast(level, 3), rtol=1e-9)


def test_a_known_effect_to_come_moves_mean_and_bounds():
    plain = fm.forecast(series(STEADY), 3)
    once, on = (
        fm.forecast(series(STEADY), 3, calendar=pd.DataFrame({"year": [2027], "kind": [kind], "effect": [np.log(1.1)]}))
        for kind in ("一时", "持续")
    )
    np.testing.assert_allclose((once / plain).to_numpy(), np.array([[1.0], [1.1], [1.0]]) * np.ones(5))
    np.testing.assert_allclose((on / plain).to_numpy(), np.array([[1.0], [1.1], [1.1]]) * np.ones(5))


def test_a_shock_of_one_item_leaves_the_others_histories_alone():
    frame = items(3)
    calendar = pd.DataFrame(
        {"year": [2026, 2026], "kind": ["lasting"] * 2, "item": ["item 1", None], "effect": [-0.2, 0.1]}
    )
    plain, found = fm.forecast(frame, 2), fm.forecast(frame, 2, calendar=calendar)
    ratio = means(found) / means(plain)
    np.testing.assert_allclose(ratio["item 0"], np.exp(0.1))
    np.testing.assert_allclose(ratio["item 1"], np.exp(-0.1))


def test_years_outside_history_and_forecast_change_nothing():
    for calendar in ({1999: "lasting", 2040: "transitory"}, {2027: "lasting"}, {}, pd.Series({1999: "持续"})):
        pd.testing.assert_frame_equal(fm.forecast(series(STEADY), 3, calendar=calendar), fm.forecast(series(STEADY), 3))


def test_so_many_years_cannot_be_taken_out_that_nothing_is_left():
    found = fm.forecast(series(STEADY), 3, calendar=dict.fromkeys(range(2020, 2026), "transitory"))
    check(series(STEADY), found)


# the account -----------------------------------------------------------------------------------------------


def test_the_account_of_a_short_series_line_by_line():
    found = fm.forecast(series(STEADY), 2)
    rule = forecast_rule().growth
    lines = found.explain().splitlines()
    course = lines.pop(2)
    assert lines == [
        "预测 2026—2027 年，依据 2020—2025 年的历史数据，共 1 个序列。",
        "一、各序列的增速",
        "二、规律",
        f"  近期增速按时间加权（半衰期{rule.half_life:g}年），末年更低的以末年为准，并向长期增速收缩；历史越短、波动越大，收缩越多。",
        f"  高出长期增速的部分逐年回落；下降不往后推，补回其中的{rule.rebound:.0%}。长期增速由通常增速"
        f"（{np.expm1(rule.usual):.1%}）和本序列的直线趋势合成。",
        "三、异常年份",
        "  没有指定异常年份，各年数据原样使用。",
        "四、区间",
        "  80%、95%区间按增速波动和同一方法往年的误差（提前一年共 3 个）定宽，倍数在其他财政序列上得到，取对数对称；历史短的加宽。",
    ]
    growth = found.account.panel.growth
    assert course.startswith(f"  amount：近期增速{np.expm1(growth.recent[0]):.1%}（本地")
    assert f"占{growth.own_share[0]:.0%}" in course


def test_common_growth_pulls_a_short_history_and_a_path_is_followed():
    short = series([100.0, 130])
    slow, fast = (fm.forecast(short, 3, common_growth={2024: rate, 2025: rate})["mean"] for rate in (0.0, 0.15))
    assert (slow < fast).all() and (fast < fm.forecast(short, 3)["mean"] * 1.2).all()
    pd.testing.assert_series_equal(
        fm.forecast(short, 3, common_growth={1999: 0.3})["mean"], fm.forecast(short, 3)["mean"]
    )
    planned = fm.forecast(series(STEADY), 3, common_growth=pd.Series({2025: 0.045, 2027: 0.08, 2028: 0.08}))["mean"]
    assert planned[2028] / planned[2027] == pytest.approx(1.08, abs=0.01)
    assert "给定的共同增速" in fm.forecast(short, 1, common_growth={2025: 0.02}).explain()


def test_the_account_names_what_is_special():
    frame = pd.DataFrame({"罚没": [0.0, 3, 5, 4, 6], "契税": [10.0, 11, 12, 12, NAN]}, index=range(2021, 2026))
    lines = fm.forecast(frame, 1, peers=items(3)).explain().splitlines()
    assert lines[0] == "预测 2026 年，依据 2021—2025 年的历史数据，共 2 个序列。"
    assert lines[1] == "最后一年没有数、从各自最后有数的年份起预测的：“契税”。"
    assert lines[2] == "有零或负数、加常数后取对数的：“罚没”。"
    assert "  另有 3 个参照序列只参与收缩，不作预测。" in lines
    assert any("向5个同组序列的中位数收缩" in line for line in lines)


def test_the_account_of_too_short_a_series_says_that_nothing_was_tested():
    lines = fm.forecast(series([90.0]), 1).explain().splitlines()
    assert lines[0] == "预测 2026 年，依据 2025 年的历史数据，共 1 个序列。"
    assert any("通常误差（历史太短，不能回测）" in line for line in lines)


def test_the_account_of_many_items_is_cut():
    frame = items(14)
    frame.columns = [f"项目{number}" for number in range(14)]
    lines = fm.forecast(frame.reindex([*frame.index, 2026]), 1).explain().splitlines()
    assert "  其余 2 个序列从略。" in lines
    assert lines[1].endswith("“项目11”等14个。")


def test_the_account_shows_the_effect_of_either_reading():
    history = series(SHOCK)
    chosen = {
        reading: fm.forecast(history, 3, calendar={2022: reading})["mean"][2028]
        for reading in ("transitory", "lasting")
    }
    plain = fm.forecast(history, 3)["mean"][2028]

    def said(value):
        change = value / chosen["transitory"] - 1
        return f"2028年预测{'高' if change >= 0 else '低'}{abs(change):.1%}"

    lines = fm.forecast(history, 3, calendar={2022: "一时"}).explain().splitlines()
    assert (
        f"  2022年（全部序列）：按一时因素处理；若按持续因素，{said(chosen['lasting'])}，若不处理，{said(plain)}。"
        in lines
    )


def test_the_account_tells_shocks_to_come_and_those_without_effect():
    calendar = pd.DataFrame(
        {"year": [2027, 2040], "kind": ["transitory", "lasting"], "item": ["amount", None], "effect": [0.1, None]}
    )
    lines = fm.forecast(series(STEADY), 3, calendar=calendar).explain().splitlines()
    assert "  2027年（amount）：按一时因素处理，影响 +10.5%；计入预测。" in lines
    assert "  2040年（全部序列）：按持续因素处理；不在历史和预测期内，没有影响。" in lines


def test_the_account_of_sums():
    lines = fm.forecast(official(), 2).explain().splitlines()
    assert lines[-2:] == ["五、合计", "  “101”、“103”、“合计”单独预测，下级项目按各自预测的比例调整到与上级相等。"]


# faults ----------------------------------------------------------------------------------------------------

NOT_A_TABLE = "请给 pandas 的 Series 或 DataFrame，索引为年份。"
FAULTS = {
    "horizon zero": ({"horizon": 0}, "horizon：预测年数是 0。请填 1 到 20 的整数。"),
    "horizon too long": ({"horizon": 21}, "horizon：预测年数是 21。请填 1 到 20 的整数。"),
    "horizon text": ({"horizon": "三"}, "horizon：预测年数是 三。请填 1 到 20 的整数。"),
    "horizon half": ({"horizon": 2.5}, "horizon：预测年数是 2.5。请填 1 到 20 的整数。"),
    "horizon true": ({"horizon": True}, "horizon：预测年数是 True。请填 1 到 20 的整数。"),
    "levels in percent": (
        {"levels": (80, 0.3, 0.9)},
        "levels：置信水平是80、0.3。请填 0.5 到 0.99 之间的小数，例如 0.8。",
    ),
    "levels text": ({"levels": ("高",)}, "levels：置信水平是高。请填 0.5 到 0.99 之间的小数，例如 0.8。"),
    "levels empty": ({"levels": ()}, "levels：置信水平是空。请填 0.5 到 0.99 之间的小数，例如 0.8。"),
    "levels unknown": ({"levels": [NAN]}, "levels：置信水平是nan。请填 0.5 到 0.99 之间的小数，例如 0.8。"),
    "levels no list": ({"levels": 0.8}, "levels：置信水平是0.8，不是一列数。请写成一列，例如 (0.8, 0.95)。"),
    "levels twice": ({"levels": (0.9, 0.9)}, "levels：置信水平有重复。每个水平只写一次。"),
    "history a list": ({"history": [1, 2]}, f"history：不是表格，而是 list。{NOT_A_TABLE}"),
    "history empty": ({"history": pd.Series(dtype=float)}, "history：没有任何数。至少要有一年的金额。"),
    "history unknown": (
        {"history": series([NAN, NAN], name="契税")},
        "history：“契税”没有任何数。至少要有一年的金额。",
    ),
    "history counted": ({"history": pd.Series(STEADY)}, "history：索引“0”不是年份。索引请用四位公历年份，例如 2025。"),
    "history half years": (
        {"history": pd.Series([1.0, 2], index=[2020, 2020.5])},
        "history：索引“2020.5”不是年份。索引请用四位公历年份，例如 2025。",
    ),
    "history endless index": (
        {"history": pd.Series([1.0, 2], index=[2020, np.inf])},
        "history：索引“inf”不是年份。索引请用四位公历年份，例如 2025。",
    ),
    "history no date": (
        {"history": pd.Series([1.0, 2], index=pd.to_datetime(["2020-12-31", None]))},
        "history：索引“NaT”不是年份。索引请用四位公历年份，例如 2025。",
    ),
    "history text index": (
        {"history": pd.Series([1.0, 2], index=["2020年", "2021年"])},
        "history：索引“2020年”不是年份。索引请用四位公历年份，例如 2025。",
    ),
    "history year twice": (
        {"history": pd.Series([1.0, 2, 3], index=[2020, 2021, 2020])},
        "history：2020 年有两行。每年只留一行。",
    ),
    "history column twice": (
        {"history": pd.DataFrame([[1.0, 2]], index=[2025], columns=["契税", "契税"])},
        "history：列名有重复。每个项目一列，列名不重复。",
    ),
    "history text": (
        {"history": pd.Series(["100", "约120"], index=[2024, 2025])},
        "history：有不是数字的单元格。金额写数字，未知的留空。",
    ),
    "history infinite": (
        {"history": series([1.0, np.inf])},
        "history：有无穷大或大得不合理的数。请检查数据，未知的留空。",
    ),
    "history beyond reason": (
        {"history": series([1.0, 1e200])},
        "history：有无穷大或大得不合理的数。请检查数据，未知的留空。",
    ),
    "common growth in percent": (
        {"common_growth": {2025: 5.0}},
        "common_growth：共同增速超出 ±80%。请写小数，例如 0.05。",
    ),
    "common growth a list": ({"common_growth": [0.05]}, f"common_growth：不是表格，而是 list。{NOT_A_TABLE}"),
    "peers a list": ({"peers": [1, 2]}, f"peers：不是表格，而是 list。{NOT_A_TABLE}"),
    "peers year twice": ({"peers": pd.Series([1.0, 2], index=[2020, 2020])}, "peers：2020 年有两行。每年只留一行。"),
    "drivers a list": ({"drivers": [1, 2]}, f"drivers：不是表格，而是 list。{NOT_A_TABLE}"),
    "drivers zero": (
        {"drivers": series([1.0, 0])},
        "drivers：驱动指标有零或负数。请给正数，例如地区生产总值；未知的年份留空。",
    ),
    "drivers of nobody": (
        {"drivers": series([1.0, 2]).to_frame("gdp")},
        "drivers：没有一列的列名与项目相同。列名应为：amount。",
    ),
    "calendar a list": (
        {"calendar": [2020]},
        'calendar：不是对照表，而是 list。请写成 {2020: "transitory"}，或有 year、kind 两列的表。',
    ),
    "calendar without columns": (
        {"calendar": pd.DataFrame({"年份": [2020]})},
        "calendar：缺少列：kind、year。需要 year、kind，可加 item、effect。",
    ),
    "calendar kind": (
        {"calendar": {2020: "gone"}},
        "calendar：2020 年的 kind 是“gone”。只能填 transitory（一时）或 lasting（持续）。",
    ),
    "calendar year": ({"calendar": {"去年": "lasting"}}, "calendar：年度是“去年”。请写四位公历年份。"),
    "calendar odd digit": ({"calendar": {"²": "lasting"}}, "calendar：年度是“²”。请写四位公历年份。"),
    "calendar item": (
        {"calendar": pd.DataFrame({"year": [2022], "kind": ["lasting"], "item": ["契税"]})},
        "calendar：没有项目“契税”。可填：amount。",
    ),
    "calendar effect text": (
        {"calendar": pd.DataFrame({"year": [2022], "kind": ["lasting"], "effect": ["一成"]})},
        "calendar：影响 effect 是“一成”。请填对数值，例如 -0.1（约低 10%）；不知道就留空。",
    ),
    "calendar effect in percent": (
        {"calendar": pd.DataFrame({"year": [2022], "kind": ["lasting"], "effect": [-10]})},
        "calendar：影响 effect 是“-10”。请填对数值，例如 -0.1（约低 10%）；不知道就留空。",
    ),
}


@pytest.mark.parametrize("name", list(FAULTS))
def test_each_fault_has_its_text(name):
    spoilt, expected = FAULTS[name]
    asked = {"history": series(STEADY), "horizon": 3, **spoilt}
    assert refused(asked.pop("history"), asked.pop("horizon"), **asked) == [expected]


def test_all_faults_are_told_at_once():
    found = refused(
        pd.DataFrame({"a": [NAN], "b": [np.inf]}, index=[2025]),
        0,
        levels=(2,),
        peers="none",
        drivers=series([-1.0]),
        calendar=pd.DataFrame({"year": ["x"], "kind": ["y"], "item": ["z"], "effect": ["w"]}),
    )
    assert [fault.split("：")[0] for fault in found] == [
        "horizon", "levels", "history", "calendar", "calendar", "calendar", "peers", "drivers",
    ]  # fmt: skip
    assert "没有项目" not in "".join(found), "nobody knows the items of a history that cannot be read"


def test_a_fault_lists_itself_in_chinese():
    with pytest.raises(InputError) as caught:
        fm.forecast(series(STEADY), 0)
    assert str(caught.value) == "输入有 1 处错误：\n  1. horizon：预测年数是 0。请填 1 到 20 的整数。"
