"""The reserve for special debt and the test of new special bonds: worked cases, laws, the plan's own figures."""

import numpy as np
import pytest

from fiscal_model.analysis.debt.quota_test import TERMS, check_quota
from fiscal_model.analysis.debt.reserve_fund import follow_reserve
from fiscal_model.analysis.debt.special_projects import judge_projects
from fiscal_model.arithmetic.debt.quota_formula import least_term, room_below, service_rate, share_out
from fiscal_model.arithmetic.debt.reserve_path import ReserveTerms, run_reserve, score_by_steps


def years(*values):
    return np.array(values, dtype=float)


def test_reserve_by_hand():
    """Three years: 10 % of income against a quarter of next year's service, a shortfall beyond the reserve in the last."""
    terms = ReserveTerms(
        opening=2.0,
        income=years(100, 60, 20),
        next_service=years(32, 48, 40),
        shortfall=years(0, 5, 60),
        income_share=0.1,
        service_share=years(0.25, 0.25, 0.25),
    )
    path = run_reserve(terms)
    assert path.accrued.tolist() == [10, 12, 10]
    assert path.used.tolist() == [0, 5, 29]
    assert path.closing.tolist() == [12, 19, 0]
    np.testing.assert_allclose(path.adequacy, [12 / 32, 19 / 48, 0])


def test_reserve_identity_and_target():
    generator = np.random.default_rng(5)
    income, service, lacking = generator.uniform(0, 100, (3, 200, 6))
    for stop in (False, True):
        path = run_reserve(ReserveTerms(3.0, income, service, lacking, 0.1, np.full(6, 0.2), stop))
        np.testing.assert_allclose(path.closing, path.opening + path.accrued - path.used)
        np.testing.assert_array_equal(path.opening[:, 1:], path.closing[:, :-1])
        assert (path.closing >= -1e-12).all() and (path.used <= lacking + 1e-12).all()
        if stop:
            grown = path.closing > path.opening + 1e-9
            assert (path.closing <= path.target + 1e-9)[grown].all()


def test_scores_of_secured_sources():
    steps = [[1.10, 100], [1.00, 85], [0.90, 60]]
    assert score_by_steps(years(1.10, 1.0999, 1.0, 0.95, 0.8999), steps).tolist() == [100, 85, 85, 60, 0]


def test_level_payment():
    rate = float(service_rate(0.02, 20))
    left = 1.0
    for _ in range(20):
        left = left * 1.02 - rate
    assert left == pytest.approx(0, abs=1e-12)


def test_room_below_the_next_band():
    capacity = np.full(4, 100.0)
    room = room_below(years(119, 120, 250, 300), capacity, (1.2, 2.0, 3.0))
    np.testing.assert_allclose(room, [1, 80, 50, 0])
    assert np.isnan(room_below(years(10.0), years(0.0), (1.2,)))[0]


def test_the_least_term_binds_and_unknown_ones_do_not():
    quota, binds = least_term({"a": years(5, np.nan, 3), "b": years(7, np.nan, 3), "c": years(np.nan, np.nan, np.inf)})
    np.testing.assert_array_equal(quota, [5, np.nan, 3])
    assert binds.tolist() == [[True, False, True], [False, False, True], [False, False, False]]


def test_sharing_out_never_gives_more_than_there_is():
    generator = np.random.default_rng(7)
    quota, needs = generator.uniform(-5, 50, (4, 5)), generator.uniform(0, 30, (4, 5, 6))
    given = share_out(quota, needs, (3, 1, 5))
    assert (given <= needs + 1e-12).all() and (given[..., [0, 2, 4]] == 0).all()
    wanted = np.minimum(np.maximum(quota, 0), needs[..., [3, 1, 5]].sum(axis=-1))
    np.testing.assert_allclose(given.sum(axis=-1), wanted)


@pytest.mark.parametrize("name", ["yunshui", "lijiang"])
def test_terms_come_from_the_plan(plan_of, name):
    plan = plan_of(name)
    test = check_quota(plan)
    new = plan.line("debt_special_issued_new")
    room = plan.line("debt_limit_special_stock") - plan.line("debt_special_stock") + new
    np.testing.assert_allclose(test.terms["headroom"], room)
    after = plan.line("debt_stock") - new + test.terms["band"]
    ratio = after / plan.line("comprehensive_capacity_c")
    assert np.isclose(ratio[:, None], [1.2, 2.0, 3.0]).any(axis=1).all() or (ratio >= 3).any()
    np.testing.assert_allclose(test.quota, np.min(list(test.terms.values()), axis=0))
    for at, names in enumerate(test.binding):
        assert names and all(abs(test.terms[term][at] - test.quota[at]) <= 0.5 for term in names)
    assert set(test.terms) == set(TERMS) - (set() if name == "yunshui" else {"projects"})


def test_quota_goes_to_projects_that_pass(plan_of):
    plan = plan_of("yunshui")
    test = check_quota(plan)
    assert set(test.allocation["project_code"]) == {"YSS09", "YSS10"}
    for at, year in enumerate(plan.years):
        part = test.allocation[test.allocation["year"] == year]
        assert (part["given"] <= part["need"] + 1e-9).all()
        assert part["given"].sum() <= test.quota[at] + 1e-9
    assert test.terms["projects"].tolist() == [9200, 2600, 0, 0, 0]


def test_without_balances_there_is_no_headroom_to_speak_of(plan_of):
    test = check_quota(plan_of("gangu"))
    assert np.isnan(test.terms["headroom"]).all() and np.isnan(test.terms["band"]).all()


def test_reserve_of_the_invented_county(plan_of):
    plan = plan_of("yunshui")
    projects = judge_projects(plan)
    reserve = follow_reserve(plan)
    assert reserve.opening[0] == 1000 and reserve.opening_known
    np.testing.assert_allclose(reserve.closing, reserve.opening + reserve.accrued - reserve.used)
    np.testing.assert_allclose(reserve.target, projects.service.own[:, 1:].sum(axis=0))
    assert (reserve.used <= projects.subsidy_total + 1e-9).all()
    assert (reserve.from_projects <= reserve.accrued + 1e-9).all()
    np.testing.assert_allclose(reserve.due, plan.line("interest_special") + plan.line("principal_special"))
    np.testing.assert_allclose(reserve.cover, sum(reserve.sources.values()) / reserve.due)
    assert follow_reserve(plan_of("lijiang")) is None
