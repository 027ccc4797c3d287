"""What a plan's resources start from, by hand: the cumulated shift of own revenue, the other funds' revenue."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.scenario import read_scenario
from fiscal_model.model.compute import compute
from fiscal_model.model.futures import Drivers
from fiscal_model.model.projection import project
from fiscal_model.words.vocabulary import Certainty, MeasureKind

BASELINE = read_scenario("baseline")
FIGURES = {
    "own_revenue": {2020: 800, 2021: 850, 2022: 900, 2023: 950, 2024: 1000},
    "transfers": {2024: 9400},
    "expenditure": {2024: 10000},
    "fund_revenue": {2024: 2000},
    "land_revenue": {2024: 1500},
    "fund_expenditure": {2024: 2000},
}
RAISED = {
    "package_code": "T1", "name": "措施", "kind": MeasureKind("raise"), "target": "fund_revenue", "owner": "县财政局",
    "start_date": dt.date(2025, 1, 1), "finish_date": None, "basis": None, "year": 2026, "amount": 40.0, "postponed_to": None,
    "certainty": Certainty("certain"), "unit": "10k_yuan", "source": "测试", "note": "", "row_line": 2,
}  # fmt: skip


@pytest.fixture(scope="module")
def tiny(tmp_path_factory, tiny_place):
    return read_place(tiny_place(tmp_path_factory.mktemp("first") / "xian", FIGURES))


def test_a_shift_of_growth_stays_in_all_later_years(tiny):
    # 10 points more, 5 less, nothing, 20 more, nothing: 1.1, 1.1 x 0.95 = 1.045, 1.045, 1.045 x 1.2 = 1.254, 1.254.
    before = project(tiny, BASELINE)
    after = project(tiny, BASELINE.with_(own_revenue_shift={2025: 0.1, 2026: -0.05, 2027: 0.0, 2028: 0.2, 2029: 0.0}))
    found = after.line("own_revenue") / before.line("own_revenue")
    np.testing.assert_allclose(found, [1.1, 1.045, 1.045, 1.254, 1.254])


GROWTH = {2025: 0.1, 2026: -0.2, 2027: 0.5, 2028: 0.0, 2029: 0.0}


def test_other_fund_revenue_is_what_is_not_land_and_grows_year_upon_year(tiny):
    # 2,000 less 1,500 of land are 500: x 1.1 = 550, x 0.8 = 440, x 1.5 = 660, and 660 from then on.
    plan = project(tiny, BASELINE.with_(fund_revenue_growth=GROWTH))
    lines, _ = compute(plan.basis, Drivers.unchanged(5))
    np.testing.assert_allclose(lines["fund_other_revenue"], [550, 440, 660, 660, 660])
    np.testing.assert_allclose(plan.line("fund_revenue"), plan.line("land_revenue") + lines["fund_other_revenue"])


def test_what_a_measure_raises_is_added_after_growth_and_moves_with_the_other_funds(tiny):
    # 40 of a measure in 2026 only: 440 + 40 = 480, the growth of 2027 starts from 440. Halved futures halve both: 240.
    place = replace(tiny, tables=dict(tiny.tables) | {"measures": pd.DataFrame([RAISED])})
    plan = project(place, BASELINE.with_(fund_revenue_growth=GROWTH))
    by_hand = np.array([550, 480, 660, 660, 660])
    for factor, land in ((1.0, 3.0), (0.5, 1.0)):
        drivers = replace(Drivers.unchanged(5), land=np.full(5, land), fund_other=np.full(5, factor))
        lines, _ = compute(plan.basis, drivers)
        np.testing.assert_allclose(lines["fund_other_revenue"], factor * by_hand)
        np.testing.assert_allclose(lines["land_revenue"], land * plan.line("land_revenue"))
