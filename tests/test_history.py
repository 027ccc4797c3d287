"""Yearly lines out of totals and ledger: which version wins, and nothing is added twice."""

import numpy as np
import pandas as pd
import pytest

from fiscal_model.inputs.history import read_history, shallow_sum
from fiscal_model.inputs.place import read_place
from fiscal_model.words.vocabulary import Budget


@pytest.fixture
def history(tmp_path, tiny_place):
    def read(totals=(), ledger=(), debt=(), toml=""):
        tables = {"totals": list(totals), "ledger": list(ledger), "debt": list(debt)}
        folder = tiny_place(tmp_path / "xian", {}, {name: rows for name, rows in tables.items() if rows}, toml=toml)
        if not totals:
            (folder / "totals.csv").unlink()
        return read_history(read_place(folder))

    return read


def total(line, amount, year=2024, **more):
    return {"line": line, "year": year, "amount": amount, **more}


def code(number, amount, year=2024, budget="general", **more):
    return {"budget": budget, "code": number, "year": year, "amount": amount, **more}


# which version ---------------------------------------------------------------------------------------------


def test_final_accounts_come_before_estimates(history):
    found = history([total("own_revenue", 990, status="estimate"), total("own_revenue", 1000)])
    assert found.value("own_revenue", 2024) == 1000
    assert found.status.at[2024, "own_revenue"] == "final_accounts"


def test_an_estimate_stands_where_there_are_no_final_accounts(history):
    found = history(
        [
            total("own_revenue", 990, status="estimate"),
            total("expenditure", 9000, status="estimate"),
            total("expenditure", 9100),
        ]
    )
    assert found.value("own_revenue", 2024) == 990
    assert found.value("expenditure", 2024) == 9100
    assert found.status.loc[2024].to_dict() == {"own_revenue": "estimate", "expenditure": "final_accounts"}


def test_estimated_ledger_does_not_beat_final_totals(history):
    found = history(
        [total("own_revenue", 1000)], [code("101", 600, status="estimate"), code("103", 300, status="estimate")]
    )
    assert found.value("own_revenue", 2024) == 1000
    assert found.value("tax_revenue", 2024) == 600


def test_the_ledger_comes_before_totals_of_the_same_status(history):
    found = history([total("tax_revenue", 650), total("carry_in", 5)], [code("101", 700)])
    assert found.value("tax_revenue", 2024) == 700
    assert found.value("carry_in", 2024) == 5


def test_the_version_published_last_wins_whatever_the_order_of_rows(history):
    late, early, undated = (
        total("own_revenue", 3, as_of="2025-09-30"),
        total("own_revenue", 2, as_of="2025-01-15"),
        total("own_revenue", 1),
    )
    for rows in ([late, early, undated], [undated, early, late], [early, late, undated]):
        assert history(rows).value("own_revenue", 2024) == 3


def test_budgets_never_enter_what_happened(history):
    statuses = ("budget", "adjusted_budget", "forecast")
    found = history(
        [total("own_revenue", 10 + number, status=status) for number, status in enumerate(statuses)]
        + [total("own_revenue", 5, year=2023)],
        [code("101", 99, status=status) for status in statuses],
    )
    assert np.isnan(found.value("own_revenue", 2024))
    assert np.isnan(found.value("tax_revenue", 2024))
    assert found.series("own_revenue", 2030).to_dict() == {2023: 5}
    assert found.planned.at[2024, "own_revenue"] == 11, "the adjusted budget comes before the first one"
    assert not len(found.codes[Budget.GENERAL])
    assert found.planned_codes[Budget.GENERAL].at[2024, "101"] == 99


def test_another_scope_is_not_mixed_in(history):
    rows = [
        total("own_revenue", 1000),
        total("own_revenue", 400, scope="own_level"),
        total("carry_in", 9, scope="own_level"),
    ]
    found = history(rows, [code("101", 1, scope="own_level")])
    assert found.value("own_revenue", 2024) == 1000
    assert np.isnan(found.value("carry_in", 2024))
    assert np.isnan(found.value("tax_revenue", 2024))


def test_what_is_not_there_is_no_zero(history):
    found = history([total("own_revenue", 1000)])
    assert np.isnan(found.value("own_revenue", 2023))
    assert np.isnan(found.value("fund_revenue", 2024))
    assert not len(found.series("fund_revenue", 2030))
    assert found.last_year == 0


def test_a_zero_that_was_written_is_a_zero(history):
    found = history([total("transfer_out", 0), total("own_revenue", 1), total("expenditure", 1)])
    assert found.value("transfer_out", 2024) == 0
    assert found.last_year == 2024


def test_the_last_year_has_both_revenue_and_spending(history):
    found = history([total("own_revenue", 1, year) for year in (2022, 2023, 2024)] + [total("expenditure", 1, 2023)])
    assert found.last_year == 2023


def test_a_series_ends_where_it_is_asked_to(history):
    found = history([total("own_revenue", year, year) for year in (2020, 2022, 2024)])
    assert found.series("own_revenue", 2023).to_dict() == {2020: 2020, 2022: 2022}


# sums ------------------------------------------------------------------------------------------------------


def test_parents_and_children_are_never_added():
    frame = pd.DataFrame(
        {
            "101": [100.0, np.nan],
            "10101": [60.0, 50.0],
            "1010101": [30.0, 25.0],
            "10104": [40.0, np.nan],
            "1010401": [1.0, 35.0],
        },
        index=[2023, 2024],
    )
    assert shallow_sum(frame, ("101",)).tolist() == [100.0, 85.0]


def test_a_branch_is_taken_at_its_highest_level_below_the_prefix():
    frame = pd.DataFrame({"2050201": [1.0], "20502": [10.0], "2050101": [2.0], "2050102": [3.0]}, index=[2024])
    assert shallow_sum(frame, ("205",)).tolist() == [15.0]
    assert np.isnan(shallow_sum(frame, ("206",))[2024])


def test_nothing_given_is_no_number():
    frame = pd.DataFrame({"101": [np.nan, 1.0]}, index=[2023, 2024])
    assert np.isnan(shallow_sum(frame, ("101",))[2023])


def test_lines_of_the_ledger(history):
    found = history(
        ledger=[
            code("101", 600), code("10101", 300), code("10104", 300),
            code("10302", 50), code("1030203", 50), code("10304", 70),
            code("11001", 10), code("11002", 500), code("1100202", 400), code("1100245", 100), code("11003", 40),
            code("11008", 30), code("201", 80), code("20101", 60), code("2050201", 200), code("2050202", 100),
            code("232", 12), code("23006", 9), code("231", 20), code("23009", 25),
        ]
    )  # fmt: skip
    expected = {
        "tax_revenue": 600, "nontax_revenue": 120, "own_revenue": 720, "rebates": 10, "general_transfers": 500,
        "special_transfers": 40, "transfers": 550, "carry_in": 30, "expenditure": 80 + 300 + 12,
        "interest_general": 12, "remitted_up": 9, "principal_general": 20, "carry_out": 25,
    }  # fmt: skip
    for line, amount in expected.items():
        assert found.value(line, 2024) == amount, line


def test_other_budgets_have_their_own_lines(history):
    found = history(
        ledger=[
            code("1030148", 70, budget="funds"), code("1030156", 20, budget="funds"), code("11004", 5, budget="funds"),
            code("21208", 60, budget="funds"), code("23204", 8, budget="funds"), code("231", 9, budget="funds"),
            code("10306", 15, budget="state_capital"), code("223", 11, budget="state_capital"),
            code("23008", 4, budget="state_capital"),
        ]
    )  # fmt: skip
    expected = {
        "fund_revenue": 90, "land_revenue": 70, "fund_transfers": 5, "fund_expenditure": 68, "interest_special": 8,
        "principal_special": 9, "state_capital_revenue": 15, "state_capital_expenditure": 11,
        "state_capital_transfer_out": 4,
    }  # fmt: skip
    for line, amount in expected.items():
        assert found.value(line, 2024) == amount, line
    assert np.isnan(found.value("own_revenue", 2024))


def test_own_revenue_is_tax_and_nontax_only_when_both_are_known(history):
    assert np.isnan(history([total("tax_revenue", 6)]).value("own_revenue", 2024))
    assert history([total("tax_revenue", 6), total("nontax_revenue", 4)]).value("own_revenue", 2024) == 10


def test_debt_rows_become_lines(history):
    rows = [
        {"kind": "general", "item": "closing_stock", "year": 2024, "amount": 500, "status": "estimate"},
        {"kind": "general", "item": "closing_stock", "year": 2024, "amount": 510, "status": "final_accounts"},
        {"kind": "special", "item": "limit_stock", "year": 2025, "amount": 900, "status": "budget"},
        {
            "kind": "special",
            "item": "limit_stock",
            "year": 2024,
            "amount": 1,
            "status": "estimate",
            "scope": "own_level",
        },
    ]
    found = history([total("own_revenue", 1)], debt=rows)
    assert found.value("general_closing_stock", 2024) == 510
    assert np.isnan(found.value("special_limit_stock", 2024))
    assert found.planned.at[2025, "special_limit_stock"] == 900


def test_real_places_are_read_as_published(place):
    lijiang = read_history(place("lijiang"))
    assert lijiang.last_year == 2025
    assert lijiang.value("own_revenue", 2025) == 567_755
    assert lijiang.value("expenditure", 2025) == 1_763_231
    assert lijiang.value("own_revenue", 2018) == 428_645
    assert lijiang.planned.at[2026, "own_revenue"] == 579_110
    assert np.isnan(lijiang.value("own_revenue", 2026))
    gangu = read_history(place("gangu"))
    assert gangu.value("revolving_topup", 2023) == -21
    assert gangu.value("resources_total", 2023) == gangu.value("uses_total", 2023) == 481_342
