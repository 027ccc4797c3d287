"""The three guarantees, persons times standards worked by hand (docs/method.md), and the grain chosen."""

import shutil

import numpy as np
import pytest
from conftest import ROOT
from plain_guarantees import Items, Staff, item_need, staff_cost, staff_cost_now

from fiscal_model.arithmetic.spending.growth import grown
from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.scenario import read_scenario
from fiscal_model.model.projection import project
from fiscal_model.words.vocabulary import GuaranteeClass


def one(**values):
    return {name: np.array([float(value)]) for name, value in values.items()}


def items(**changes):
    usual = {"persons_growth": 0, "standard_step": 0, "periods": 1, "coverage": 1, "county_share": 0.05}
    return Items(**one(**{**usual, **changes}))


def staff(**changes):
    usual = {
        "serving_persons": 0, "retired_persons": 0, "entries": 0, "exits": 0, "pay_per_person": 0, "employer_rate": 0,
        "housing_rate": 0, "retiree_cost_per_person": 0, "operations_quota": 0, "fiscal_share": 1,
    }  # fmt: skip
    return Staff(**one(**{**usual, **changes}))


# items -----------------------------------------------------------------------------------------------------


def test_pupils():
    """10 000 primary pupils at 720 yuan a year, falling by 3 % a year; the county bears 5 %."""
    need, county = item_need(items(persons=10_000, persons_growth=-0.03, standard=720), 2)
    assert need[:, 0].round(6).tolist() == [720.0, 698.4, 677.448]
    assert county[:, 0].round(6).tolist() == [36.0, 34.92, 33.8724]


def test_insured_persons():
    """200 000 insured at 700 yuan, 30 yuan more each year (docs/method.md): a step, not a rate."""
    need, county = item_need(items(persons=200_000, standard=700, standard_step=30, county_share=0.08), 3)
    assert need[:, 0].round(6).tolist() == [14_000.0, 14_600.0, 15_200.0, 15_800.0]
    assert county[:, 0].round(6).tolist() == [1_120.0, 1_168.0, 1_216.0, 1_264.0]


def test_monthly_benefits_and_coverage():
    """30 000 old people at 143 yuan a month, nine in ten drawing it."""
    need, _ = item_need(items(persons=30_000, standard=143, periods=12, coverage=0.9), 0)
    assert need[0, 0] == pytest.approx(30_000 * 143 * 12 * 0.9 / 10_000)


def test_a_falling_standard_stops_at_zero():
    need, _ = item_need(items(persons=100, standard=100, standard_step=-60), 3)
    assert need[:, 0].round(6).tolist() == [1.0, 0.4, 0.0, 0.0]


# staff -----------------------------------------------------------------------------------------------------


def test_pay_with_employer_contributions():
    """1 000 serving at 80 000 yuan; 16 + 8 + 6 % employer's contributions and 12 % housing fund make 1.42 times."""
    group = staff(serving_persons=1000, pay_per_person=80_000, employer_rate=0.30, housing_rate=0.12)
    salaries, operations = staff_cost(group, np.array([0.05, 0.05]), np.zeros(2))
    assert salaries[:, 0].round(6).tolist() == [11_360 * 1.05, 11_360 * 1.05**2]
    assert operations[:, 0].tolist() == [0.0, 0.0]
    assert staff_cost_now(group)[0].round(6).tolist() == [11_360.0]


def test_entries_exits_and_retired():
    """100 serving, 5 come and 8 leave each year; who leaves draws 6 000 yuan a year."""
    group = staff(
        serving_persons=100, retired_persons=40, entries=5, exits=8, pay_per_person=100_000,
        retiree_cost_per_person=6_000, operations_quota=10_000,
    )  # fmt: skip
    salaries, operations = staff_cost(group, np.zeros(3), np.zeros(3))
    assert salaries[:, 0].round(6).tolist() == [970 + 28.8, 940 + 33.6, 910 + 38.4]
    assert operations[:, 0].round(6).tolist() == [97.0, 94.0, 91.0]
    now = staff_cost_now(group)
    assert (now[0].round(6).tolist(), now[1].round(6).tolist()) == ([1000 + 24.0], [100.0])


def test_units_paid_in_part_and_a_group_that_empties():
    group = staff(serving_persons=10, exits=6, pay_per_person=50_000, fiscal_share=0.6, operations_quota=1_000)
    salaries, operations = staff_cost(group, np.zeros(3), np.array([0.1, 0.0, 0.0]))
    assert salaries[:, 0].round(6).tolist() == [12.0, 0.0, 0.0]
    assert operations[:, 0].round(6).tolist() == [0.264, 0.0, 0.0]


def test_a_published_county_adds_up_by_item():
    """One county's items: 37 013 + 2 498 + 21 314 = 60 825; its printed totals differ (docs/method.md)."""
    need, _ = item_need(
        Items(*(np.array([37_013e4, 2_498e4, 21_314e4]), *(np.array([v] * 3) for v in (0, 1, 0, 1, 1, 1)))), 0
    )
    assert need.sum() == pytest.approx(60_825)


def test_one_amount_along_growth():
    assert grown(100.0, np.array([0.1, -0.5])).round(9).tolist() == [110.0, 55.0]


# which grain -----------------------------------------------------------------------------------------------


def test_registers_come_first(plan_of):
    plan = plan_of("yunshui")
    guarantees = plan.basis.guarantees
    assert guarantees.grain == "人员台账和三保项目清单"
    detail = guarantees.detail.groupby(["guarantee", "year"])[["need", "county"]].sum()
    for group in GuaranteeClass:
        for row, year in enumerate((plan.base_year, *plan.years)):
            need, county = detail.loc[(str(group), year)]
            assert need == pytest.approx(guarantees.need[group][row])
            assert county == pytest.approx(guarantees.county[group][row])
    assert [caution.where for caution in guarantees.cautions if caution.code == "arranged_below_need"] != []


@pytest.mark.parametrize(
    ("name", "grain", "code"),
    [
        ("zhangye", "公布的三保分类数", "guarantees_published"),
        ("lijiang", "功能科目对应", "guarantees_mapped"),
        ("gangu", "借用外地比例", "guarantees_borrowed"),
    ],
)
def test_coarser_grains_are_said_aloud(plan_of, name, grain, code):
    plan = plan_of(name)
    assert plan.basis.guarantees.grain == plan.basis.grain["guarantees"] == grain
    assert code in {caution.code for caution in plan.cautions}


def test_borrowed_shares_of_expenditure(plan_of):
    plan = plan_of("gangu")
    need = plan.basis.guarantees.need
    shares = {GuaranteeClass.LIVING: 0.0705, GuaranteeClass.SALARIES: 0.3627, GuaranteeClass.OPERATIONS: 0.0298}
    for group, share in shares.items():
        assert need[group][0] == pytest.approx(409_525 * share)
    growth = need[GuaranteeClass.SALARIES][1:] / need[GuaranteeClass.SALARIES][:-1]
    np.testing.assert_allclose(growth, 1.02)


def test_a_split_published_for_next_year_is_moved_to_this_years_total(tmp_path, tiny_place):
    figures = {"own_revenue": {2024: 1000}, "expenditure": {2024: 10_000}, "guarantees_total": {2024: 4_000}}
    budget = [
        {"line": line, "year": 2025, "status": "budget", "amount": amount}
        for line, amount in (("guarantee_living", 1000), ("guarantee_salaries", 3500), ("guarantee_operations", 500))
    ]
    actual = [
        {"line": line, "year": year, "amount": amount}
        for line, rows in figures.items()
        for year, amount in rows.items()
    ]
    plan = project(read_place(tiny_place(tmp_path / "x", {}, {"totals": actual + budget})), read_scenario("baseline"))
    now = [float(plan.basis.guarantees.need[group][0]) for group in GuaranteeClass]
    assert now == [800.0, 2800.0, 400.0]
    assert "2025年公布的分类数" in next(c.message for c in plan.cautions if c.code == "guarantees_published")


PROPOSALS = ("proposals", "proposal_costs", "proposal_sources", "proposal_offsets")
RESTING_ON = {
    "guarantee_items": ("standard_changes", *PROPOSALS),
    "staff": ("staff_ages", "pay_items", "pay_events", "units"),
}
"""Tables that say more about the rows of another one."""


@pytest.mark.parametrize(
    ("missing", "kept", "grain"),
    [("guarantee_items", {"salaries"}, "人员台账，保基本民生按"), ("staff", {"living"}, "三保项目清单，保工资按")],
)
def test_one_register_alone_replaces_its_own_classes(tmp_path, missing, kept, grain):
    folder = tmp_path / "yunshui"
    shutil.copytree(ROOT / "data" / "places" / "yunshui", folder)
    whole = project(read_place(folder), read_scenario("baseline")).basis.guarantees
    for table in (missing, *RESTING_ON[missing]):
        (folder / f"{table}.csv").unlink()
    part = project(read_place(folder), read_scenario("baseline")).basis.guarantees
    same = {str(group) for group in whole.need if np.allclose(whole.need[group], part.need[group])}
    assert same == kept
    assert part.grain.startswith(grain)
    assert any(caution.code == "guarantees_borrowed" for caution in part.cautions)


@pytest.mark.slow
def test_listed_operations_stay_without_the_staff_register(tmp_path):
    # Villages, communities and townships: 590 cadres x 3,000 x 12, 118 x 60,000, 12 x 250,000, 13 x 300,000 yuan = 3,522 万元, of
    # which the county pays 45 %, 40 %, 60 %, all: 1,809.0. Without a register of staff they used to vanish in the estimate.
    folder = tmp_path / "yunshui"
    shutil.copytree(ROOT / "data" / "places" / "yunshui", folder)
    for table in ("staff", *RESTING_ON["staff"]):
        (folder / f"{table}.csv").unlink()
    with_items = project(read_place(folder), read_scenario("baseline")).basis.guarantees
    for table in ("guarantee_items", *RESTING_ON["guarantee_items"]):
        (folder / f"{table}.csv").unlink()
    estimate = project(read_place(folder), read_scenario("baseline")).basis.guarantees.need["operations"]
    need, county = with_items.need["operations"], with_items.county["operations"]
    assert need[0] == pytest.approx(estimate[0])  # nothing counts twice
    assert county[0] == pytest.approx(estimate[0] - 3_522 + 1_809.0)
    # Cadres' pay rises by 60 yuan a month and year, a village's grant by 5,000 yuan from July 2028 on; the estimate goes on.
    rise = np.arange(len(need)) * 590 * 60 * 12 / 10_000 + np.array([0, 0, 0, 0.5, 1, 1]) * 118 * 5_000 / 10_000
    np.testing.assert_allclose(need, 3_522 + rise + estimate * (1 - 3_522 / estimate[0]))
    assert "保运转按清单项目加借用外地比例" in with_items.grain
