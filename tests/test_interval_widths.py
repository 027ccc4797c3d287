"""Width of own revenue: the place's own, pulled towards places of its size, one figure for print and simulation."""

from statistics import NormalDist

import numpy as np
import pytest
from report_case import case_of, said, tables_in

from fiscal_model.analysis.risk.simulate import simulate
from fiscal_model.arithmetic.revenue.width_shrinkage import ComparableWidths, shrunk_widths
from fiscal_model.law.forecast_constants import comparable_widths, least_deviation
from fiscal_model.law.rules import rule_table
from fiscal_model.model.compute import own_revenue_at
from fiscal_model.report.tables import width_tables

PLACES = ("lijiang", "zhangye", "gangu", "yunshui")
USUAL = ComparableWidths(np.array([0.0, 500_000.0]), np.array([[0.12, 0.18], [0.08, 0.12]]), 4.0, 2025)
NO_FLOOR = np.zeros(2)


def test_the_mixture_by_hand():
    # Four years against four: the geometric mean, sqrt(0.16 x 0.12) = 0.13856 and sqrt(0.27 x 0.18) = 0.22045.
    found = shrunk_widths(np.array([0.16, 0.27]), 4, 499_999.0, USUAL, NO_FLOOR)
    assert found.used == pytest.approx([0.138564, 0.220454], abs=1e-6) and found.own_share == 0.5
    # Twelve years: three quarters its own: 0.16^0.75 x 0.08^0.25 = 0.13454.
    larger = shrunk_widths(np.array([0.16, 0.27]), 12, 500_000.0, USUAL, NO_FLOOR)
    assert larger.used[0] == pytest.approx(0.134543, abs=1e-6) and (larger.position, found.position) == (1, 0)


def test_longer_histories_stay_nearer_to_their_own():
    own, last = np.array([0.20, 0.30]), None
    for years in (3, 5, 10, 20, 1000):
        used = shrunk_widths(own, years, 0.0, USUAL, NO_FLOOR).used
        assert last is None or (used > last).all()  # the class is narrower than the place's own
        last = used
    assert last == pytest.approx(own, rel=0.01)


def test_never_below_the_floor_never_falling_and_beyond_the_table():
    floor = least_deviation(8)
    found = shrunk_widths(np.full(8, 0.01), 10, 0.0, USUAL, floor)
    assert (found.used >= floor).all() and (np.diff(found.used) >= 0).all() and len(found.comparable) == 8


def test_what_ships_says_what_it_was_fitted_on():
    rows, usual = rule_table("revenue_widths"), comparable_widths()
    assert usual.deviation.shape == (4, 5) and (np.diff(usual.deviation, axis=1) > 0).all()
    assert all(int(row["places"]) >= 18 and int(row["first_target"]) >= 2016 for row in rows)
    assert all(row["quality"] == "observed" and "自行测算" in row["source"] for row in rows)
    assert usual.own_years == 16


@pytest.mark.parametrize("name", PLACES)
def test_one_width_for_the_interval_that_is_printed_and_the_paths(plan_of, name):
    plan = plan_of(name)
    fan = simulate(plan, paths=20_000, events=False)
    for share in (0.1, 0.9):
        drawn = fan.lines["own_revenue"][fan.quantiles.index(share)]
        assert own_revenue_at(plan.basis, share) == pytest.approx(drawn, rel=0.01)
    assert own_revenue_at(plan.basis, 0.5) == pytest.approx(plan.lines["own_revenue"])
    assert (plan.basis.revenue.own.widths.used >= least_deviation(5) - 1e-12).all()


def test_lijiang_by_hand(plan_of):
    """Seven years with a figure beside the one left out: 7/23 its own, 16/23 that of the class from 50 to 100 亿元."""
    widths = plan_of("lijiang").basis.revenue.own.widths
    with_size = [row for row in rule_table("revenue_widths") if row["least_size"] == "50"]
    assert (widths.known_years, widths.own_share) == (7, pytest.approx(7 / 23))
    for at, row in enumerate(with_size):
        expected = widths.own[at] ** (7 / 23) * float(row["deviation"]) ** (16 / 23)
        assert widths.used[at] == pytest.approx(expected)
    spread = np.exp(NormalDist().inv_cdf(0.9) * widths.used[0])
    assert 1.14 < spread < 1.18


def test_the_table_says_what_the_width_rests_on(plan_of):
    table = tables_in(width_tables, plan=plan_of("lijiang"))["02-6"]
    notes = "\n".join(table.notes)
    assert "本地7年有数的历史占30.4%，同类地区占69.6%" in notes and "年收入50亿元以上、100亿元以下" in notes
    assert "县级没有成套" not in notes
    first = dict(zip(table.columns, table.rows[0].values, strict=True))
    own = plan_of("lijiang").basis.revenue.own
    assert first["采用"] == pytest.approx(np.expm1(NormalDist().inv_cdf(0.9) * own.forecast.deviation[0]))
    found = tables_in(width_tables, plan=plan_of("gangu"))
    small = "\n".join(found["02-6"].notes)
    assert "县级没有成套的公开历史可测" in small and "年收入50亿元以下" in small
    assert "见附表02-6" in said(plan_of("gangu"), "93_01_revenue_method", tables=tuple(found.values()))


def test_where_other_knowledge_moved_the_width_the_table_says_so(plan_of):
    moved, plain = (tables_in(width_tables, plan=plan_of(name))["02-6"].notes[-1] for name in ("yunshui", "zhangye"))
    assert "2026年已有部分月份的实际数，宽度因此可以小于公布下限" in moved and "小于公布下限" not in plain


@pytest.mark.slow
def test_an_interval_below_the_floor_is_said_to_be_one(plan_of):
    """Months known of yunshui's first year narrow it below the floor; nothing else does anywhere."""
    assert {name: plan_of(name).basis.revenue.own.below_floor for name in PLACES} == {
        "lijiang": (), "zhangye": (), "gangu": (), "yunshui": (2026,),
    }  # fmt: skip
    assert "不窄于公布的误差记录（2026年已有部分月份的实际数，更窄）" in case_of(plan_of("yunshui")).text
    assert "不窄于公布的误差记录，见附表02-6" in case_of(plan_of("zhangye")).text
