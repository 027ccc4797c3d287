"""Assumptions on ``auto``, worked out by hand from the figures that the places published."""

import numpy as np
import pytest

from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.scenario import AUTO, read_scenario
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import project

BASELINE = read_scenario("baseline")
LIJIANG = {
    # Interest in the budget for 2026 over the stock it opens with; it was that of 2025, 46,367 / 1,539,216.34 and 96,233 / 2,991,120.
    # Seven tenths the last year: the nation's 2.4 %; the year before 1.7 % and Yunnan's 2,149.439 to 2,193.68, half each.
    "common_growth": np.expm1(0.7 * np.log(1.024) + 0.3 * (np.log(1.017) + np.log(2193.68 / 2149.439)) / 2),
    "effective_rate_general": 42_819 / 1_562_724.25,
    "effective_rate_special": 95_844 / 3_218_050,
    "refinancing_share_general": (158_830 + 212_645) / (175_205.55 + 234_020.69),
    "refinancing_share_special": (278_670 + 335_030) / (288_400 + 361_400),
    "due_share_general": 234_020.69 / 1_539_216.34,
    "due_share_special": 361_400 / 2_991_120,
    "average_remaining_years_general": 1_539_216.34 / 234_020.69 / 2,
    "average_remaining_years_special": 2_991_120 / 361_400 / 2,
    "new_issue_rate": 0.01972,
    "new_issue_general": (19_000 + 2_950 + 21_000 + 4_299.86) / 2,
    "new_issue_special": (141_000 + 152_300) / 2,
    "limit_growth_general": (19_000 + 2_950 + 21_000 + 4_299.86) / 2,
    "limit_growth_special": (141_000 + 152_300) / 2,
    "carryover_share": 45_807 / 1_186_259,
    # Over land and the infrastructure levy: what is tied to a use is never moved.
    "fund_transfer_out_share": (36_789 + 17_312) / (52_985 + 816 + 42_707 + 629),
    "state_capital_transfer_share": (5_655 + 2_716) / (6_911 + 3_042),
    # Clearing 5,018, development 6,984, help for farmers 8, the sale itself 220; 33,021 is all that land revenue paid for.
    "land_cost_share": (5_018 + 6_984 + 8 + 220) / 42_707,
    # The straight line through 2018 to 2025 rises by about 12,670 of 1,735,000 a year, 0.7 %, is below the floor.
    "other_spending_growth": 0.01,
    "unlisted_growth": 0.01,
}
"""Printed figures of 2024 final accounts and 2025 execution; new general bonds include loans from abroad."""


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, rule in rules("assumptions").items()
        if rule["value"] == AUTO and name != "carryover_unspent_share"  # needs a register of carry-over
    ],
)
def test_lijiang_by_hand(plan_of, name):
    assumption = plan_of("lijiang").basis.assumed.entries[name]
    assert assumption.value == pytest.approx(LIJIANG[name], rel=1e-12)
    expected = {
        "limit_growth": "expert",
        "new_issue_rate": "unverified",
        "other_spending": "unverified",
        "unlisted": "unverified",
    }
    assert assumption.quality == next((said for part, said in expected.items() if name.startswith(part)), "observed")
    trend = name in ("other_spending_growth", "unlisted_growth")
    years, bound = ("2018—2025年（8年）", "；推算值 0.7%，低于下限，按下限") if trend else ("2024—2025年（2年）", "")
    if name.startswith(("due_share", "average_remaining", "land_cost", "carryover")):
        years = "2025年"
    said = rules("assumptions")[name]
    if name.startswith("effective_rate"):
        assert assumption.source == said["approved_source"].replace("{years}", "2026年")
    else:
        assert assumption.source == said["source"].replace("{years}", years) + bound


def test_a_place_without_debt_figures_falls_back_and_says_so(plan_of):
    entries = plan_of("gangu").basis.assumed.entries
    for name in (
        "refinancing_share_general",
        "due_share_special",
        "effective_rate_general",
        "state_capital_transfer_share",
        "carryover_unspent_share",
    ):
        rule = rules("assumptions")[name]
        assert (entries[name].value, entries[name].source) == (rule["fallback"], rule["fallback_source"])
        assert entries[name].quality == "unverified"


def test_new_bonds_without_a_debt_table_are_proceeds_beyond_refinancing(plan_of):
    """甘谷: 18 195 less 90 % of 12 667 in 2023, 13 038 less 90 % of 8 200 in 2024."""
    entries = plan_of("gangu").basis.assumed.entries
    expected = ((18_195 - 0.9 * 12_667) + (13_038 - 0.9 * 8_200)) / 2
    assert entries["new_issue_general"].value == pytest.approx(expected)
    assert entries["carryover_share"].value == pytest.approx(25_694 / 387_613)


def test_what_a_planner_gave_is_known_by_year(plan_of):
    plan = plan_of("lijiang")
    assert not plan.basis.assumed.is_given("due_share_general").any()
    assert plan.basis.assumed.is_given("coupon_shift").all()
    scenario = BASELINE.with_(due_share_general={2028: 0.1})
    changed = project(plan.basis.place, scenario, fitted=plan.basis.revenue.fitted).basis.assumed
    assert changed.is_given("due_share_general").tolist() == [False, False, True, False, False]


def test_repayment_of_three_years_stands_in_for_an_unpublished_base_year(tmp_path, tiny_place):
    debt = [
        {"kind": "general", "item": item, "year": year, "amount": amount}
        for item, year, amount in (
            ("opening_stock", 2022, 1000), ("repaid", 2022, 100), ("opening_stock", 2023, 1000), ("repaid", 2023, 60),
            ("closing_stock", 2024, 1100),
        )
    ]  # fmt: skip
    plan = project(read_place(tiny_place(tmp_path / "x", tables={"debt": debt})), BASELINE)
    assert plan.basis.assumed.number("due_share_general") == pytest.approx(0.08)
    assert plan.basis.assumed.number("average_remaining_years_general") == pytest.approx(6.25)
    np.testing.assert_allclose(plan.line("debt_general_repaid"), 1100 / 12.5)


def test_nothing_after_the_base_year_but_the_approved_budget_is_looked_at(plan_of):
    entries = plan_of("lijiang", base_year=2024).basis.assumed.entries
    assert entries["carryover_share"].value == pytest.approx(48_541 / 1_222_946)
    # Nothing but the budget approved for 2025, which is published before that year's plan is made: 45,794 of interest.
    assert entries["effective_rate_general"].value == pytest.approx(45_794 / 1_539_216.34)


def test_a_number_in_the_scenario_is_not_calibrated(plan_of):
    entries = plan_of("lijiang", carryover_share=0.01).basis.assumed.entries
    assert entries["carryover_share"].value == 0.01
    assert entries["carryover_share"].quality == "planner"


def test_a_limit_never_follows_the_new_bonds_of_a_scenario(plan_of):
    # It used to grow by whatever a scenario issued. Published for 2026 (1,655,791 and 3,490,800), by the place's past after.
    plan = plan_of("lijiang")
    scenario = BASELINE.with_(new_issue_general={2027: 1_000.0})
    changed = project(plan.basis.place, scenario, fitted=plan.basis.revenue.fitted).basis.assumed
    assert changed.path("new_issue_general")[1] == 1_000.0
    after = LIJIANG["limit_growth_general"]
    assert changed.path("limit_growth_general").tolist() == pytest.approx([40_000.0, *[after] * 4])
    assert plan.line("debt_limit_general_stock")[:2].tolist() == pytest.approx([1_655_791, 1_655_791 + after])
    assert plan.line("debt_limit_special_stock")[0] == 3_490_800
    assert plan.line("debt_special_issued_new")[0] == 150_000
    assert plan.line("debt_general_issued_new")[0] == 0  # 215,000 are published, all of it refinancing
    flooded = plan_of("yunshui", new_issue_special=100_000.0, new_issue_within_quota=0.0)
    for kind in ("general", "special"):
        name = f"debt_limit_{kind}_stock"
        np.testing.assert_array_equal(flooded.line(name), plan_of("yunshui").line(name))
    fixed = BASELINE.with_(limit_growth_general=7.0)
    assumed = project(plan.basis.place, fixed, fitted=plan.basis.revenue.fitted).basis.assumed
    assert assumed.path("limit_growth_general").tolist() == [7.0] * 5


def test_shares_are_held_within_their_bounds(tmp_path, tiny_place):
    """沅陵 2024: special refinancing of 37 200 against 7 100 falling due makes no share above one (docs/method.md)."""
    debt = [
        {"kind": "special", "item": item, "year": 2024, "amount": amount}
        for item, amount in (("issued_refinancing", 37_200), ("repaid", 7_100), ("closing_stock", 90_000))
    ]
    plan = project(read_place(tiny_place(tmp_path / "x", tables={"debt": debt})), BASELINE)
    assert plan.basis.assumed.number("refinancing_share_special") == 1.0
    assert plan.line("principal_special_own").tolist() == [0.0] * 5


def test_every_assumption_has_a_number(plan):
    for name, assumption in plan.basis.assumed.entries.items():
        assert isinstance(assumption.value, int | float), name
        assert assumption.source, name
        path = plan.basis.assumed.path(name)
        rule = rules("assumptions")[name]
        assert ((path >= rule["low"]) & (path <= rule["high"])).all(), name
