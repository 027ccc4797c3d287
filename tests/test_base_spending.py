"""The base year's spending holds every yuan once, and what a county already does goes on."""

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from report_case import case_of, said, shipped_case

from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.scenario import read_scenario
from fiscal_model.model.projection import project

BASELINE = read_scenario("baseline")
DUTIES = {"hidden_debt_budget": 300, "digestion": 100, "committed_projects": 200}


@pytest.fixture
def planned(tmp_path, tiny_place):
    """A county of 10,000 万元 that spends what it says, without growth."""

    def plan_of_tiny(name, figures=None, **changes):
        given = {"own_revenue": {2024: 1_000}, "expenditure": {2024: 10_000}} | (figures or {})
        return project(read_place(tiny_place(tmp_path / name, given)), BASELINE.with_(**changes))

    return plan_of_tiny


def test_what_the_base_year_paid_for_duties_is_not_in_the_rest_as_well(planned):
    """300 + 100 + 200 as published and the legal 1 % of 10,000: the rest holds 700 less."""
    none = planned("none").basis.balance.spending
    some = planned("some", {line: {2024: amount} for line, amount in DUTIES.items()}).basis.balance.spending
    assert none["contingency_reserve"] == some["contingency_reserve"] == 100
    assert none["flexible_spending"] - some["flexible_spending"] == pytest.approx(600)
    for spread in (none, some):
        assert sum(spread.values()) == pytest.approx(10_000)


def test_yunshui_by_hand(plan_of):
    """13,785 of 2026 stood in the plan beside a rest of 90,508.8 that held the like of 2025: 13,682.2 of it."""
    spent = plan_of("yunshui").basis.balance.spending
    apart = [spent[name] for name in (*DUTIES, "contingency_reserve", "contingent_duties")]
    assert apart == [5_900, 900, 3_600, pytest.approx(3_110.2), 172]  # the last as its register says
    assert spent["flexible_spending"] + sum(apart) == pytest.approx(90_508.8, abs=0.1)
    assert sum(spent.values()) == pytest.approx(311_020)


def test_a_year_like_the_base_year_costs_what_the_base_year_did(planned):
    """Nothing grows, the same duties: expenditure before measures is the base year's, reserve and all."""
    still = {
        name: 0.0
        for name in (
            "other_spending_growth", "living_growth", "pay_growth", "operations_growth", "transfers_earmarked_growth",
        )
    }  # fmt: skip
    lines = planned("still", **still).without_measures.lines
    spent = lines["expenditure"] - lines["unallocated"] / (1 - 0.01)
    assert spent == pytest.approx(10_000, rel=1e-3)


def without_published(place):
    rows = place.rows("totals")
    kept = {**place.tables, "totals": rows[~rows["line"].isin(DUTIES)]}
    return replace(place, tables=MappingProxyType(kept))


def test_unpublished_duties_go_by_the_first_plan_year_and_it_is_said(plan_of):
    place = without_published(plan_of("yunshui").basis.place)
    plan = project(place, BASELINE)
    spent, first = plan.basis.balance.spending, {name: plan.line(name)[0] for name in DUTIES}
    assert spent["hidden_debt_budget"] == pytest.approx(first["hidden_debt_budget"])
    assert spent["digestion"] == pytest.approx(first["digestion"]) == 950
    assert spent["committed_projects"] == 0  # a new project says nothing of the year before
    message = next(caution.message for caution in plan.cautions if caution.code == "base_duties_inferred")
    assert "暂付款消化（预算列支） 950" in message and "不与规划期同类支出重复计算" in message
    alone = project(place, BASELINE.with_(base_duties_share=0.0))
    assert alone.basis.balance.spending["hidden_debt_budget"] == alone.basis.balance.spending["digestion"] == 0
    more = alone.basis.balance.spending["flexible_spending"] - spent["flexible_spending"]
    assert more == pytest.approx(first["hidden_debt_budget"] + 950)


def test_the_budget_of_the_base_year_tells_its_reserve(plan_of):
    """丽江 booked 0 under 227 in 2025, as all accounts do; its budget of 2025 had 18,500."""
    assert plan_of("lijiang").basis.balance.spending["contingency_reserve"] == 18_500


@pytest.mark.parametrize(
    ("yearly", "years", "expected", "quality"),
    [
        (0.02, 8, 0.02, "observed"),
        (0.10, 8, 0.03, "unverified"),
        (0.0, 8, 0.01, "unverified"),
        (-0.05, 8, 0.01, "unverified"),
        (0.015, 3, 0.02, "unverified"),
    ],
    ids=["as it was", "capped", "flat", "falling", "too short"],
)
def test_other_spending_goes_on_as_the_place_has_grown(planned, yearly, years, expected, quality):
    span = range(2025 - years, 2025)
    spent = {year: 10_000 * (1 + yearly) ** (year - 2024) for year in span}
    plan = planned("grown", {"own_revenue": dict.fromkeys(span, 1_000), "expenditure": spent})
    entry = plan.basis.assumed.entries["other_spending_growth"]
    assert (entry.value, entry.quality) == (pytest.approx(expected), quality)
    assert ("上限，按" in entry.source) == (yearly > 0.03)
    assert ("低于下限" in entry.source) == (yearly < 0.01)
    started = plan.basis.balance.spending["flexible_spending"]
    asked = plan.basis.balance.other_spending(plan.basis.assumed)
    np.testing.assert_allclose(asked, started * (1 + expected) ** np.arange(1, 6))
    text = said(plan, "05_spending")
    assert f"按每年{expected:.1%}延续" in text and (f"按每年{expected:.1%}延续※" in text) == (quality == "unverified")


def test_a_planner_may_hold_it_and_the_report_says_so(planned):
    plan = planned("held", other_spending_growth=0.0)
    asked = plan.basis.balance.other_spending(plan.basis.assumed)
    np.testing.assert_allclose(asked, plan.basis.balance.spending["flexible_spending"])
    assert "按每年0.0%延续" in said(plan, "05_spending")


@pytest.mark.parametrize("name", ["lijiang", "zhangye", "gangu", "yunshui"])
def test_no_place_stands_still_in_silence(plan_of, name):
    basis = plan_of(name).basis
    assert (np.diff(basis.balance.other_spending(basis.assumed)) > 0).all()
    unlisted = plan_of(name).line("other_uses")
    assert unlisted[0] == 0 or (np.diff(unlisted) > 0).all()


# what is uncommitted -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["lijiang", "zhangye", "gangu", "yunshui"])
def test_uncommitted_money_is_what_the_waterfall_gives_out_or_finds(plan_of, name):
    """What candidates, the fund and 待安排 take, less what was cut, lent or left open."""
    lines, steps = plan_of(name).lines, plan_of(name).steps
    cut = lines["other_continuing_spending"] - lines["flexible_spending"]
    over = (
        lines["candidate_projects"] + lines["unallocated"] + lines["reserve_unallocated"] + lines["stabilization_topup"]
    )
    rate = plan_of(name).basis.assumed.path("reserve_rate")
    recovered = (steps["recover_carryover"] + steps["surplus_carryover"]) * (1 - rate)
    clipped = np.maximum(
        lines["guarantees_from_above"] + lines["carry_out"] - lines["transfers_earmarked"] - lines["carry_in"], 0.0
    )
    np.testing.assert_allclose(
        lines["uncommitted_resources"],
        over - cut - lines["funding_gap"] - lines["rescue_in"] - lines["stabilization_draw"] - recovered + clipped,
        atol=0.01,
    )


def test_capacity_by_hand(planned):
    """1,000 own and 5,841 free of 9,000 transferred; the broad convention holds all 10,000 and what was carried in."""
    lines = planned("hand", {"transfers": {2024: 9_000}}).lines
    np.testing.assert_allclose(lines["fiscal_space"], lines["available_resources"] - lines["rigid_total"])
    np.testing.assert_allclose(
        lines["available_resources_broad"] - lines["available_resources"],
        lines["transfers_earmarked"] + lines["carry_in"] + lines["remitted_up"],
    )
    np.testing.assert_allclose(lines["offset_capacity"], lines["offset_projects"] + lines["offset_other_spending"])
    assert (lines["offset_other_spending"] <= np.maximum(lines["other_continuing_spending"], 0) * 0.15 + 1e-9).all()


def test_one_more_yuan_signed_is_one_less_uncommitted(plan_of):
    """With the legal reserve on it: 100 / 0.99; less than that only where cuts take their part of the reserve along."""
    plan = plan_of("gangu")
    more = plan_of("gangu", new_project=100.0)
    for one, other in ((plan, more), (plan.without_measures, more.without_measures)):
        less = one.lines["uncommitted_resources"] - other.lines["uncommitted_resources"]
        np.testing.assert_allclose(less, other.lines["continuing_spending"] - one.lines["continuing_spending"])
        cut = sum(other.steps[step] - one.steps[step] for step in ("cut_projects", "cut_operations"))
        np.testing.assert_allclose(less, 100 / 0.99 - 0.01 * cut)


def test_table_10_says_which_convention_a_multiple_uses(plan_of):
    case = shipped_case(plan_of, "zhangye")
    table = next(table for table in case.tables if table.number == "10")
    printed = [row.label for row in table.rows]
    assert "财力扣除刚性支出" in printed and "未安排财力（动用稳调前）" in printed and "财政空间" not in case.text
    assert any("宽口径倍数" in note for note in table.notes)
    assert "未安排财力（动用稳调前）为" in case.chapter("六")


@pytest.mark.slow
def test_the_conclusion_goes_by_what_is_uncommitted(plan_of):
    """甘谷 has money left in 2025 and 2026 and none from 2027 on; its resources less rigid spending are near 100,000 in every year."""
    plan = plan_of("gangu")
    assert (plan.line("fiscal_space") > 90_000).all() and (plan.line("uncommitted_resources")[2:] < 0).all()
    assert "2027—2029年延续性支出超出当年财力" in case_of(plan).chapter("十")
    rich = plan_of("gangu", other_spending_growth=-0.1)
    assert (rich.line("uncommitted_resources") > 0).all()
    assert "延续性支出超出" not in case_of(rich).chapter("十")
