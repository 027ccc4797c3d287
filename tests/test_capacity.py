"""Available resources, comprehensive capacity, bands and first breach."""

import numpy as np
import pytest

from fiscal_model.law.indicators import band_of, first_breach
from fiscal_model.law.rules import rules
from fiscal_model.words.formula import ratio
from fiscal_model.words.lines import compute_line

YEARS = (2026, 2027, 2028)


def test_available_resources_of_a_published_county():
    """舟曲 2024: 11 200 own revenue, 828 from the fund, 127 243.26 of general-purpose transfers (docs/method.md)."""
    lines = {
        "own_revenue": np.array([11_200.0]), "stabilization_draw": np.array([828.0]), "transfer_in": np.zeros(1),
        "transfers_general_purpose": np.array([127_243.26]), "remitted_up": np.zeros(1),
    }  # fmt: skip
    assert compute_line("available_resources", lines)[0] == pytest.approx(139_271.26)


def test_remittances_are_taken_off_and_transfers_in_added():
    lines = dict(zip(("own_revenue", "transfer_in", "stabilization_draw", "transfers_general_purpose", "remitted_up"),
                     np.array([[100.0], [10.0], [5.0], [200.0], [30.0]]), strict=True))  # fmt: skip
    assert compute_line("available_resources", lines).tolist() == [285.0]


FLOWS = {
    "own_revenue": 100, "transfers_general_purpose": 200, "transfers_earmarked": 80, "carry_in": 20, "transfer_in": 15,
    "stabilization_draw": 5, "remitted_up": 12, "transfer_out": 3, "fund_revenue": 50, "fund_transfers": 8,
    "fund_carry_in": 6, "fund_transfer_in": 3, "fund_remitted_up": 1, "fund_transfer_out": 10, "state_capital_revenue": 4,
}  # fmt: skip


def test_comprehensive_capacity_in_its_three_conventions():
    flows = {name: np.array([float(value)]) for name, value in FLOWS.items()}
    flows["transfers"] = compute_line("transfers", flows)
    capacity = {letter: compute_line(f"comprehensive_capacity_{letter}", flows) for letter in "abc"}
    assert capacity["a"].tolist() == [100 + 280 + 20 + 15 + 5 - 12 - 3 + (50 + 8 + 6 + 3 - 1 - 10)]
    assert capacity["b"].tolist() == [100 + 280 + 20 + 15 + 5 + 50 + 4]
    assert capacity["c"].tolist() == [100 + 280 - 12 + 50 + 8 + 4]


def test_a_ratio_to_nothing_is_no_number():
    assert ratio(np.array([1.0, 1.0, 1.0]), np.array([2.0, 0.0, -1.0])).tolist()[:1] == [0.5]
    assert np.isnan(ratio(np.ones(2), np.array([0.0, -1.0]))).all()
    assert ratio(np.ones((2, 3)), np.full(3, 4.0)).shape == (2, 3)


@pytest.mark.parametrize(
    ("indicator", "value", "band"),
    [
        ("debt_ratio", 1.19, "green"), ("debt_ratio", 1.2, "yellow"), ("debt_ratio", 2.0, "orange"),
        ("debt_ratio", 3.0, "red"), ("debt_ratio", 9.9, "red"), ("debt_ratio", float("nan"), "none"),
        ("debt_ratio", float("inf"), "none"),
        ("guarantee_coverage", 1.10, "green"), ("guarantee_coverage", 1.09, "yellow"),
        ("guarantee_coverage", 0.99, "orange"), ("guarantee_coverage", 0.94, "red"),
        ("interest_burden_general", 0.1001, "red"), ("interest_burden_general", 0.10, "orange"), ("interest_burden_special", 0.0999, "orange"),
        ("limit_use_general", 1.0, "orange"), ("limit_use_general", 1.001, "red"),
        ("debt_to_gdp", 0.6, "red"), ("self_sufficiency_ratio", 0.10, "orange"),
    ],
)  # fmt: skip
def test_bands(indicator, value, band):
    assert band_of(indicator, value) == band


@pytest.mark.parametrize("indicator", list(rules("indicators")))
def test_bands_only_worsen_along_their_direction(indicator):
    rule = rules("indicators")[indicator]
    values = np.linspace(-0.5, 4.0, 200)
    order = ["green", "yellow", "orange", "red"]
    ranks = [order.index(band_of(indicator, float(value))) for value in values]
    steps = np.diff(ranks if rule["direction"] == "higher_is_worse" else ranks[::-1])
    assert (steps >= 0).all()
    assert rule["direction"] in {"higher_is_worse", "lower_is_worse"}
    assert rule["source"]
    assert rule["quality"]


@pytest.mark.parametrize(
    ("indicator", "values", "year"),
    [
        ("debt_ratio", (1.0, 1.3, 1.1), 2027),
        ("debt_ratio", (1.0, 1.1, 1.19), None),
        ("guarantee_coverage", (1.0, 0.99, 0.98), 2027),
        ("interest_burden_general", (0.1, 0.2, 0.3), 2027),
        ("debt_ratio", (np.nan, np.nan, 1.5), 2028),
        ("self_sufficiency_ratio", (0.0, 0.0, 0.0), None),
    ],
)
def test_first_breach(indicator, values, year):
    assert first_breach(indicator, np.array(values), YEARS) == year
