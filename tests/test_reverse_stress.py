"""Reverse stress: what crosses a line, run again just before and just past it; the nearest joint shock; the first sign."""

from types import SimpleNamespace

import numpy as np
import pytest
from report_case import said as said_in
from report_case import tables_in

from fiscal_model.analysis.risk import likely_break as joint
from fiscal_model.analysis.risk import reverse_stress as module
from fiscal_model.analysis.risk.break_map import ACROSS, UP, break_map
from fiscal_model.analysis.risk.drawn_futures import shock_model
from fiscal_model.analysis.risk.first_sign import WATCHED, clear_month, first_signs
from fiscal_model.analysis.risk.red_lines import RED_LINES, beyond_lines, next_band
from fiscal_model.analysis.risk.reverse_stress import WORSE, _narrowed, reverse_stress
from fiscal_model.arithmetic.risk.shocks import levels
from fiscal_model.inputs.monthly_totals import read_months
from fiscal_model.model.compute import compute
from fiscal_model.model.futures import Drivers
from fiscal_model.report.figures.stress_figure import draw_break_map
from fiscal_model.report.tables import reverse_stress_tables
from fiscal_model.words.drivers import DRIVERS, DRIVERS_BY_ID

PLACES = ("lijiang", "zhangye", "gangu", "yunshui")
CLOSE = 1e-4


@pytest.fixture(params=PLACES)
def reversed_(request, plan_of):
    plan = plan_of(request.param)
    return plan, reverse_stress(plan)


def crossed(plan, moves):
    """Which lines futures cross: one row for each (driver, year or None, size)."""
    count = len(plan.years)
    paths = {name: np.full((len(moves), count), DRIVERS_BY_ID[name].neutral) for name in DRIVERS}
    for row, (driver, year, size) in enumerate(moves):
        paths[driver][row, slice(None) if year is None else plan.years.index(year)] += size
    moved = {name: path for name, path in paths.items() if (path != DRIVERS_BY_ID[name].neutral).any()}
    lines, _ = compute(plan.basis, Drivers(**{"own_revenue": np.ones((len(moves), count))} | moved))
    return {
        line: np.broadcast_to((over > 0).any(axis=-1), len(moves)) for line, over in beyond_lines(plan, lines).items()
    }


# one driver at a time ----------------------------------------------------------------------------------------


def test_every_size_run_again_crosses_just_past_it_and_not_just_before(reversed_):
    plan, found = reversed_
    told = [each for each in found.breaks if np.isfinite(each.size)]
    assert told
    before = crossed(plan, [(each.driver, each.year, each.size * (1 - CLOSE)) for each in told])
    past = crossed(plan, [(each.driver, each.year, each.size * (1 + CLOSE)) for each in told])
    for row, each in enumerate(told):
        back = each.status == "repairs"
        assert (before[each.line][row], past[each.line][row]) == (back, not back), each
        mark = next_band(plan)[plan.years.index(each.crossed_in)] if each.line == "debt_ratio" else 0.5
        assert (each.before > mark, each.past > mark) == (back, not back), each


def test_what_holds_crosses_at_no_size_and_what_breaks_at_none_before(reversed_):
    plan, found = reversed_
    most = plan.lines["expenditure"][0]
    for each in (one for one in found.breaks if one.year is None and one.status in ("holds", "breaks")):
        end = each.size * (1 - CLOSE) if each.status == "breaks" else WORSE.get(each.driver, most)
        sizes = np.linspace(0, end, 12)
        assert not crossed(plan, [(each.driver, None, size) for size in sizes])[each.line].any(), each


def test_years_beyond_a_line_in_the_plan_are_those_of_its_own_lines(reversed_):
    plan, found = reversed_
    for line, years in found.already.items():
        over = beyond_lines(plan, plan.lines)[line] > 0
        assert years == tuple(np.array(plan.years)[over])
        statuses = {each.status for each in found.breaks if each.line == line}
        assert statuses <= ({"repairs", "no_help"} if years else {"breaks", "holds"})
        assert (line in found.likely) == (not years)


def test_places_as_they_are(plan_of):
    assert reverse_stress(plan_of("yunshui")).already["fund_gap"]
    assert "debt_ratio" not in reverse_stress(plan_of("gangu")).already
    held = reverse_stress(plan_of("lijiang"))
    assert held.break_of("funding_gap", "own_revenue").status == "breaks"
    assert held.break_of("funding_gap", "gdp").status == "holds"


def test_land_breaks_the_funds_and_no_general_money_beyond_the_plan_s_rule_fills_it(plan_of):
    plan = plan_of("lijiang")
    found = reverse_stress(plan)
    assert found.break_of("fund_gap", "land").status == "breaks"
    assert found.break_of("funding_gap", "land").status == "holds"
    lines, _ = compute(plan.basis, Drivers(own_revenue=np.ones(5), land=np.full(5, 0.05)))
    assert lines["fund_gap"].max() > 0.5 and lines["funding_gap"].max() == 0
    # What the general budget gives is for special debt, and nothing else of the funds.
    owed = lines["interest_special"] + lines["issue_fees_special"] + lines["principal_special_own"]
    assert (lines["fund_transfer_in"] <= owed + 1e-6).all()


def test_a_size_is_narrowed_to_the_line_by_hand():
    marks = np.array([0.3, 0.99999, 2.0])
    low, high = _narrowed(lambda rows, sizes: sizes >= marks[rows, None], 3)
    assert (low[:2] < marks[:2]).all() and (marks[:2] <= high[:2]).all() and (high[:2] - low[:2] < 1e-7).all()
    assert np.isnan(high[2])


def test_the_first_crossing_counts_where_there_are_two():
    _, high = _narrowed(lambda rows, sizes: ((sizes > 0.2) & (sizes < 0.3)) | (sizes > 0.9), 1)
    assert high[0] == pytest.approx(0.2, abs=1e-7)


def test_the_next_band_is_the_one_above_the_plan_s_own():
    plan = SimpleNamespace(line=lambda _: np.array([0.9, 1.2, 2.5, 3.0, np.nan]))
    np.testing.assert_array_equal(next_band(plan), [1.2, 2.0, 3.0, np.nan, np.nan])


# the joint shock ---------------------------------------------------------------------------------------------


def nearest(beyond, size=4, years=2, seed=1):
    paths = np.random.default_rng(seed).standard_normal((500, size))
    call = lambda shocks: {"line": np.column_stack([np.full(len(shocks), -1.0)] * (years - 1) + [beyond(shocks)])}  # noqa: E731
    return joint._side_by_side({"line": joint._nearest(paths, call(paths)["line"])}, call)["line"]


def test_the_nearest_point_of_a_plane_by_hand():
    # 3 x + 4 y = 10 lies 10 / 5 = 2 from the origin, at (1.2, 1.6).
    point = nearest(lambda u: 3 * u[:, 0] + 4 * u[:, 1] - 10)
    np.testing.assert_allclose(point, [1.2, 1.6, 0, 0], atol=0.05)
    assert np.linalg.norm(point) == pytest.approx(2, abs=2e-3)


def test_the_nearest_point_of_a_gap_that_says_nothing_before_it_opens_by_hand():
    # Two planes must both be passed: x = 1 and y = 2 meet at the square root of 5.
    point = nearest(lambda u: np.maximum(np.minimum(u[:, 0] - 1, u[:, 1] - 2), 0) - 1e-9)
    assert np.linalg.norm(point) == pytest.approx(5**0.5, rel=0.02)


def test_nothing_is_found_beyond_reach():
    assert nearest(lambda u: u[:, 0] - 9) is None


@pytest.mark.parametrize("place", ["lijiang", "yunshui"])
def test_no_sampled_path_is_more_likely_than_the_likely_break(plan_of, place):
    known = [one for one in reverse_stress(plan_of(place)).likely.values() if one]
    assert any(np.isfinite(each.nearest_sampled) for each in known)
    for each in known:
        assert each.before <= 0 < each.past
        assert sum(each.shares.values()) == pytest.approx(1)
        assert not each.nearest_sampled < each.length * (1 - 1e-3)
        # A half-space holds less than the sampled share, but for what the surface bends away.
        assert each.sampled_share > each.chance * 0.5 - 0.005


def test_the_shock_as_told_has_the_length_as_told_and_crosses_as_told(plan_of):
    plan = plan_of("lijiang")
    model = shock_model(plan.basis)
    at = {name: row for row, name in enumerate(model.names)}
    for line, each in reverse_stress(plan).likely.items():
        rows = [at[name] for name in each.drivers]
        logs = np.array(
            [np.log1p(path) if DRIVERS_BY_ID[name].neutral else np.asarray(path) for name, path in each.drivers.items()]
        )
        steps = np.zeros_like(logs)
        for year in range(logs.shape[1]):
            steps[:, year] = logs[:, year] - model.terms.carry[rows] * steps[:, :year].sum(axis=1)
        scale = model.terms.deviation[rows]
        shocks = np.divide(steps, scale, out=np.zeros_like(steps), where=scale > 0)
        inverse = np.linalg.inv(model.terms.correlation[np.ix_(rows, rows)])
        assert np.einsum("iy,ij,jy->", shocks, inverse, shocks) ** 0.5 == pytest.approx(each.length, rel=1e-6)
        for factor, over in ((1.002, True), (0.998, False)):
            moved = {
                name: np.exp(factor * path) if DRIVERS_BY_ID[name].neutral else factor * path
                for name, path in zip(each.drivers, logs, strict=True)
            }
            values = beyond_lines(plan, compute(plan.basis, Drivers(**moved))[0])[line]
            assert (values > 0).any() == over, (line, factor)


def test_nearby_directions_are_no_shorter(plan_of):
    plan = plan_of("lijiang")
    each = reverse_stress(plan).likely["funding_gap"]
    model = shock_model(plan.basis)
    root = np.linalg.cholesky(model.terms.correlation)
    changes = np.array([each.drivers[name] for name in model.names])
    neutral = np.array([DRIVERS_BY_ID[name].neutral for name in model.names])
    logs = np.where(neutral[:, None] == 1, np.log1p(changes * neutral[:, None]), changes)
    steps = np.zeros_like(logs)
    for year in range(logs.shape[1]):
        steps[:, year] = logs[:, year] - model.terms.carry * steps[:, :year].sum(axis=1)
    way = np.linalg.solve(root, steps / model.terms.deviation)
    turned = way + np.random.default_rng(3).normal(0, 0.4 * each.length / way.size**0.5, (300, *way.shape))
    turned *= 0.99 * each.length / np.linalg.norm(turned, axis=(1, 2), keepdims=True)
    moved = levels(np.einsum("ij,pjy->iyp", root, turned), model.terms)
    paths = {name: (np.exp(moved[row]) if neutral[row] else moved[row]).T for row, name in enumerate(model.names)}
    assert not (compute(plan.basis, Drivers(**paths))[0]["funding_gap"] > 0.5).any()


def test_a_change_is_counted_in_what_adds_up_of_its_surprises_by_hand(plan_of, monkeypatch):
    # Steps of 0.3 and 0.4 that stay: 0.5 by the second year. A fall by 1 - exp(-1) is two of them.
    terms = SimpleNamespace(deviation=np.array([[0.3, 0.4]]), carry=np.array([1.0]))
    monkeypatch.setattr(module, "shock_model", lambda basis: SimpleNamespace(names=("land",), terms=terms))
    counted = lambda driver, size, year: module._in_deviations(SimpleNamespace(basis=None), driver, size, year)  # noqa: E731
    assert counted("land", np.exp(-1) - 1, 1) == pytest.approx(2) and counted(
        "land", np.exp(0.3) - 1, 0
    ) == pytest.approx(1)
    assert np.isnan(counted("duties", 100.0, 1))


def test_without_surprises_nothing_breaks(plan_of, monkeypatch):
    plan = plan_of("lijiang")
    model = shock_model(plan.basis)
    still = SimpleNamespace(names=model.names, terms=SimpleNamespace(deviation=np.zeros_like(model.terms.deviation)))
    monkeypatch.setattr(joint, "shock_model", lambda basis: still)
    assert joint.likely_break(plan, ("funding_gap",)) == {"funding_gap": None}


# the first sign ----------------------------------------------------------------------------------------------


def test_a_month_tells_where_the_fall_is_larger_than_the_season_s_own_moves_by_hand():
    months = np.full((3, 12), 10.0)
    months[0, :3], months[0, 3:6] = 12.0, 8.0  # March holds 36, 30, 30 of 120: 25 to 30 %
    # Of three shares .30 .25 .25 the mean is .2667, the deviation .0289: 1.64 of it are 17.8 % of the mean.
    assert clear_month(months, 0, 0.18)[0] == 3
    month, share, years = clear_month(months, 0, 0.17)
    assert month == 4 and years == 3 and share == pytest.approx((44 + 40 + 40) / 360)
    assert clear_month(months[:2], 0, 0.5) == (12, 1.0, 0)
    assert clear_month(months, 11, 0.5) == (12, 1.0, 0)


def test_the_trigger_is_the_plan_s_running_sum_at_the_size_that_breaks(reversed_):
    plan, found = reversed_
    for line, signs in found.signs.items():
        assert [each.deviations for each in signs] == sorted(each.deviations for each in signs)
        for sign in signs:
            limit = found.break_of(line, sign.driver)
            assert (limit.status, limit.size, limit.crossed_in) == ("breaks", sign.size, sign.crossed_in)
            whole = plan.line(WATCHED[sign.driver][0])[0]
            assert sign.planned == pytest.approx(whole * sign.share)
            assert sign.trigger == pytest.approx(sign.planned * (1 + limit.size))


def test_months_that_are_over_are_not_waited_for(plan_of):
    plan = plan_of("yunshui")
    known = read_months(plan.basis.place)["own_revenue"].loc[plan.years[0]].notna().sum()
    (sign,) = first_signs(plan, {"own_revenue": (-0.3, 2.0, 2027)})
    assert known == 9 and sign.month == 10 and sign.seasonal_years >= 3
    (far,) = first_signs(plan, {"land": (-0.3, 2.0, 2027), "own_revenue": (-0.9, 9.0, 2027), "pay": (0.1, 1.0, 2027)})
    assert far.driver == "land"


# the map ------------------------------------------------------------------------------------------------------


def test_every_cell_of_the_map_is_a_plan_computed_with_both_moves(reversed_):
    plan, found = reversed_
    map_ = break_map(plan)
    here, years = int(np.flatnonzero(map_.changes == 0)[0]), np.ones((1, len(plan.years)))
    assert {line: bool(cells[here, here]) for line, cells in map_.crossed.items()} == {
        line: bool(over) for line, over in found.already.items()
    }
    for up, across in ((0, 40), (40, 3), (25, 25), (12, 31)):
        moves = {ACROSS: (1 + map_.changes[across]) * years, UP: (1 + map_.changes[up]) * years}
        beyond = beyond_lines(plan, compute(plan.basis, Drivers(**moves))[0])
        for line, cells in map_.crossed.items():
            assert bool(cells[up, across]) == bool((beyond[line] > 0).any())
    falls = {ACROSS: lambda cells: cells[here], UP: lambda cells: cells[:, here]}
    for line, cells in map_.crossed.items():
        for driver, along in falls.items():
            limit = found.break_of(line, driver)
            if not found.already[line]:
                reached = -limit.size if limit.status == "breaks" else np.inf
                assert along(cells)[here:].tolist() == (-map_.changes[here:] >= reached - 1e-6).tolist()


def test_the_map_says_inside_each_region_what_breaks_there(reversed_):
    plan, found = reversed_
    axes = draw_break_map(plan).axes[0]
    codes = {tuple(cells.ravel()[at] for cells in break_map(plan).crossed.values()) for at in range(41 * 41)}
    numbers = sorted(int(text.get_text().split("\n")[0]) for text in axes.texts)
    assert numbers == list(range(1, len(codes) + 1))
    assert any("收支缺口" in text.get_text() for text in axes.texts)
    assert ("规划本身已有基金缺口" in axes.get_title(loc="right")) == bool(found.already["fund_gap"])


# what is said ------------------------------------------------------------------------------------------------


def test_sentences_say_what_was_found_and_only_that(reversed_):
    plan, found = reversed_
    said = said_in(plan, "93_17_breaks").split("\n")[1:]
    assert len(said) == len(found.already)
    for text, (line, years) in zip(said, found.already.items(), strict=True):
        assert RED_LINES[line] in text
        broken = [each for each in found.lasting(line) if each.status == "breaks"]
        assert ("规划本身在" in text) == bool(years)
        assert ("任何一个因素单独变动" in text) == (not years and not broken)
        assert ("最近的是" in text) == any(each.deviations <= 8 for each in broken)
        assert ("最可能的情形" in text) == bool(found.likely.get(line))
        # A whole year's figure that comes when the line is crossed already is no first sign (it was told as one).
        first = found.signs[line][:1]
        assert ("先看" in text) == any(sign.month < 12 or sign.year < sign.crossed_in for sign in first)
        sampled = found.likely[line].sampled_share if found.likely.get(line) else None
        assert ("没有一条突破" in text, "有0.0%" in text) == (sampled == 0, False)
        repaired = any(each.status == "repairs" for each in found.lasting(line))
        assert ("并一直保持" in text, "好转都补不上" in text) == (repaired, bool(years) and not repaired)


def test_tables_print_what_breaks(reversed_):
    plan, found = reversed_
    tables = tables_in(reverse_stress_tables, plan=plan)
    ids = {row.line for row in tables["29-4"].rows}
    assert ids == {f"{each.line}.{each.driver}" for each in found.breaks if each.status in ("breaks", "repairs")}
    assert ("29-5" in tables) == any(found.likely.values())
    assert ("29-6" in tables) == any(found.signs.values())
    assert found.sheet.frame.shape[1] == len(found.already)
