"""Pooling: other money pays first, never more than the need; what each rule saves adds up; the order of rows is nothing."""

import tomllib
from dataclasses import replace

import numpy as np
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from fiscal_model.analysis.balance.pooled_money import LABELS, RULES, trace_pooling
from fiscal_model.arithmetic.budgets.pooling_order import NOBODY, SOURCES, PoolTerms, pool, saved_by_source
from fiscal_model.model.projection import project
from fiscal_model.words.vocabulary import ProjectStatus

CASE = tomllib.loads((ROOT / "tests" / "cases" / "pooling.toml").read_text(encoding="utf-8"))
GIVEN = ("superior", "funds", "state_capital")


def by_hand():
    numbers = {name: np.array(CASE[name], dtype=float) for name in ("need", "opening", "income", "superior", "funds")}
    return PoolTerms(
        numbers["need"],
        {"superior": numbers["superior"], "funds": numbers["funds"]},
        np.array(CASE["unit_of"]),
        np.array(CASE["department_of"]),
        numbers["opening"],
        numbers["income"],
    )


def test_two_years_by_hand():
    path, expected = pool(by_hand()), CASE["expected"]
    np.testing.assert_allclose(path.county, expected["county"])
    for source in ("superior", "carry_over", "non_fiscal", "siblings", "funds"):
        np.testing.assert_allclose(path.paid[source].sum(axis=1), expected[source], err_msg=source)
    np.testing.assert_allclose(path.left, expected["left"])
    np.testing.assert_allclose(path.lent, expected["lent"])


def test_savings_by_hand():
    """Lending 15 in the first year saves it then; the second year's own bill does not change."""
    saved = {source: part.sum(axis=1) for source, part in saved_by_source(by_hand()).items()}
    np.testing.assert_allclose(saved["superior"], [35, 0])
    np.testing.assert_allclose(saved["carry_over"], [50, 10])
    np.testing.assert_allclose(saved["non_fiscal"], [25, 25])
    np.testing.assert_allclose(saved["siblings"], [15, 15])
    np.testing.assert_allclose(saved["funds"], [25, 15])


def test_an_unknown_source_is_refused():
    with pytest.raises(ValueError, match="no source of money"):
        pool(by_hand(), ("superior", "luck"))


def test_a_source_that_is_not_there_or_not_allowed_does_not_stop_those_after_it():
    money = {"superior": 30.0, "funds": 50.0, "state_capital": 15.0}
    one = PoolTerms(np.array([[100.0]]), {}, np.array([0]), np.array([0]), np.array([20.0]), np.array([[10.0]]))

    def county(given, sources=SOURCES):
        given = {name: np.array([[money[name]]]) for name in given}
        return pool(replace(one, given=given), sources).county.tolist()

    assert county(["funds"]) == [[20.0]]  # 100 less the unit's 20 and 10, less 50
    assert county(["state_capital"]) == [[55.0]]
    assert county(GIVEN, ("superior", "funds")) == [[20.0]]
    assert county(GIVEN, ("state_capital", "non_fiscal")) == [[75.0]]


money = st.integers(0, 200).map(float)


@st.composite
def terms(draw):
    years, needs, units = (draw(st.integers(1, top)) for top in (4, 5, 4))

    def table(*shape):
        size = int(np.prod(shape))
        return np.array(draw(st.lists(money, min_size=size, max_size=size))).reshape(shape)

    def numbers(low, high, count):
        return np.array(draw(st.lists(st.integers(low, high), min_size=count, max_size=count)), dtype=int)

    return PoolTerms(
        table(years, needs),
        {source: table(years, needs) for source in GIVEN},
        numbers(NOBODY, units - 1, needs),
        numbers(0, 1, units),
        table(units),
        table(years, units),
    )


@given(terms())
@settings(max_examples=60, deadline=None)
def test_every_need_is_paid_once_and_no_money_is_made(case):
    path = pool(case)
    paid = sum(path.paid.values())
    np.testing.assert_allclose(paid + path.county, case.need, atol=1e-9)
    assert all((part >= -1e-9).all() for part in (*path.paid.values(), path.county, path.left, path.lent))
    own = path.paid["carry_over"] + path.paid["non_fiscal"] + path.paid["siblings"]
    had = case.opening.sum() + case.income.sum()
    np.testing.assert_allclose(own.sum() + path.left[-1].sum(), had, atol=1e-6)
    np.testing.assert_allclose(path.lent.sum(axis=1), path.paid["siblings"].sum(axis=1), atol=1e-9)
    for source in GIVEN:
        came = np.cumsum(case.given[source], axis=0)
        assert (np.cumsum(path.paid[source], axis=0) <= came + 1e-9).all(), source


@given(terms())
@settings(max_examples=40, deadline=None)
def test_savings_add_up_to_what_the_county_is_spared(case):
    saved = saved_by_source(case)
    np.testing.assert_allclose(sum(saved.values()), case.need - pool(case).county, atol=1e-9)
    assert all(part.sum() >= -1e-9 for source, part in saved.items() if source in {"superior", "non_fiscal"})


@given(terms(), st.floats(1, 300))
@settings(max_examples=40, deadline=None)
def test_more_money_from_above_never_raises_the_county_s_bill(case, more):
    richer = replace(case, given=case.given | {"superior": case.given["superior"] + more})
    assert pool(richer).county.sum() <= pool(case).county.sum() + 1e-6


@given(terms())
@settings(max_examples=30, deadline=None)
def test_paths_are_pooled_like_the_plan(case):
    """A leading axis of paths gives each path the plan's own answer."""
    stacked = replace(case, need=np.stack([case.need, case.need]))
    for name, part in pool(stacked).paid.items():
        np.testing.assert_array_equal(part[0], pool(case).paid[name], err_msg=name)
        np.testing.assert_array_equal(part[1], part[0])


# on a place ------------------------------------------------------------------------------------------------


def with_tables(plan, **tables):
    place = replace(plan.basis.place, tables=dict(plan.basis.place.tables) | tables)
    return project(place, plan.basis.scenario, fitted=plan.basis.revenue.fitted)


def without_tables(plan, *names):
    kept = {name: rows for name, rows in plan.basis.place.tables.items() if name not in names}
    place = replace(plan.basis.place, tables=kept)
    return project(place, plan.basis.scenario, fitted=plan.basis.revenue.fitted)


def test_every_source_has_a_name_and_a_rule():
    assert set(LABELS) == set(RULES) == set(SOURCES)


def test_a_place_without_the_registers_is_not_pooled(plan_of):
    for name in ("gangu", "lijiang", "zhangye"):
        plan = plan_of(name)
        assert trace_pooling(plan) is None
        assert not plan.basis.balance.commitments.flexible_saved.any()


def test_pooling_lowers_the_county_s_bill_by_what_it_says(plan_of):
    plan = plan_of("yunshui")
    bare = without_tables(plan, "unit_funds", "project_money")
    found = trace_pooling(plan)
    np.testing.assert_allclose(found.rows["asked"].sum() - found.rows["county"].sum(), found.saved.to_numpy().sum())
    now, before = plan.basis.balance.commitments, bare.basis.balance.commitments
    fell = (
        before.committed_projects
        + before.candidate_projects
        - now.committed_projects
        - now.candidate_projects
        + now.flexible_saved
    )
    np.testing.assert_allclose(fell, found.saved.sum().to_numpy(), atol=1e-9)
    assert (fell >= 0).all()
    assert fell[0] > 1000
    assert sum(plan.lines["funding_gap"]) <= sum(bare.lines["funding_gap"]) + 1e-6


def test_sisters_help_and_strangers_do_not(plan_of):
    """The middle school is helped by the schools of its department; the hospital's money stays at the hospital."""
    found = trace_pooling(plan_of("yunshui"))
    helped = found.rows[found.rows["siblings"] > 0]
    assert set(helped["unit_name"]) == {"第二初级中学", "县职业教育中心", "县动物疫病预防控制中心"}
    lent = found.units.groupby("unit_name")["lent"].sum()
    assert lent["县人民医院"] == 0
    np.testing.assert_allclose(lent.sum(), found.rows["siblings"].sum())


def test_the_order_of_rows_does_not_matter(plan_of):
    plan = plan_of("yunshui")
    names = ("unit_funds", "project_money", "project_costs", "projects", "measures", "temporary_payments", "carryovers")
    turned = with_tables(plan, **{name: plan.basis.place.rows(name).iloc[::-1] for name in names})
    for line, values in plan.lines.items():
        np.testing.assert_allclose(turned.lines[line], values, atol=1e-6, err_msg=line)
    np.testing.assert_allclose(trace_pooling(turned).saved, trace_pooling(plan).saved)


def test_money_of_other_budgets_fits_into_their_lines(plan_of):
    plan = plan_of("yunshui")
    found = trace_pooling(plan)
    assert all(not short.any() for short in found.uncovered.values())
    rows = plan.basis.place.rows("project_money").copy()
    rows.loc[rows["money"] == "state_capital", "amount"] = 250.0
    pledged = with_tables(plan, project_money=rows)
    assert not trace_pooling(pledged).uncovered["state_capital"].any(), "money pledged to a project was moved away"
    moved = plan.steps["extra_transfer_in"][1] - pledged.steps["extra_transfer_in"][1]
    assert moved == pytest.approx(210)
    idle = plan.basis.place.rows("firms").assign(net_profit=0.0)
    too_much = trace_pooling(with_tables(plan, project_money=rows, firms=idle))
    assert too_much.uncovered["state_capital"].any()


def test_signed_projects_are_served_before_candidates(plan_of):
    money = plan_of("yunshui").basis.balance.commitments.project_money
    signed = (money.projects["status"] == ProjectStatus.COMMITTED).tolist()
    assert signed == sorted(signed, reverse=True)
    priority = money.projects.loc[~np.array(signed), "priority"].tolist()
    assert priority == sorted(priority)
