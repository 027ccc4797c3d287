"""The plan as a table that other programs read: its columns, its lines, and what was observed."""

import numpy as np
import pandas as pd
import pytest

from fiscal_model.model.planbook import (
    COLUMNS,
    INFERRED,
    NOT_AVAILABLE,
    OBSERVED,
    inferred_lines,
    left_out,
    list_assumptions,
    observed_lines,
    plan_table,
    published_first_year,
    revenue_items,
    show_lines,
)
from fiscal_model.words.lines import LINES, MONEY, OF_FUTURES, RATIO

STABLE_LINES = [
    "own_revenue",
    "tax_revenue",
    "nontax_revenue",
    "transfers_general_purpose",
    "transfers_earmarked",
    "debt_proceeds_general",
    "carry_in",
    "transfer_in",
    "stabilization_draw",
    "resources_total",
    "expenditure",
    "remitted_up",
    "principal_general",
    "stabilization_topup",
    "transfer_out",
    "carry_out",
    "uses_total",
    "funding_gap",
    "fund_revenue",
    "land_revenue",
    "fund_resources_total",
    "fund_uses_total",
    "guarantee_living",
    "guarantee_salaries",
    "guarantee_operations",
    "guarantees_total",
    "guarantee_coverage",
    "interest_general",
    "interest_special",
    "debt_general_stock",
    "debt_special_stock",
    "debt_limit_general_stock",
    "debt_limit_special_stock",
    "available_resources",
    "rigid_total",
    "fiscal_space",
    "debt_ratio",
    "interest_burden_general",
    "interest_burden_special",
    "self_sufficiency_ratio",
]
"""Other programs read these by name: a line may be added, none may go."""

LIJIANG_2025 = {
    "own_revenue": 567_755,
    "tax_revenue": 288_755,
    "nontax_revenue": 279_000,
    "resources_total": 2_081_074,
    "uses_total": 2_081_074,
    "expenditure": 1_763_231,
    "debt_proceeds_general": 237_945,
    "principal_general": 234_021,
    "carry_in": 48_541,
    "carry_out": 45_807,
    "fund_revenue": 170_713,
    "land_revenue": 42_707,
    "fund_resources_total": 772_096,
    "fund_uses_total": 772_096,
    "interest_general": 46_367,
    "interest_special": 96_233,
    "insurance_revenue": 403_606,
    "insurance_expenditure": 349_008,
    "insurance_stock": 702_888,
    "debt_general_stock": 1_562_724.25,
    "debt_special_stock": 3_218_050,
    "debt_stock": 1_562_724.25 + 3_218_050,
    "debt_limit_general_stock": 1_615_791,
    "debt_limit_special_stock": 3_250_800,
    "debt_general_issued_new": 21_000 + 4_299.86,
    "debt_special_issued_new": 152_300,
}
"""As printed in the 2025 execution and 2026 budget, 万元."""


@pytest.fixture(scope="module")
def table(plan):
    return plan_table(plan)


def test_columns_are_these_and_in_this_order(table):
    assert tuple(table.columns) == COLUMNS
    assert COLUMNS == ("scenario", "block", "line", "label", "year", "amount", "unit", "grain")


def test_every_promised_line_is_there_for_every_plan_year(plan, table):
    assert set(STABLE_LINES) <= set(LINES)
    for line in STABLE_LINES:
        years = table.loc[table["line"] == line, "year"]
        assert set(plan.years) <= set(years), line


def test_a_line_and_year_stand_once(table):
    assert not table.duplicated(["line", "year"]).any()
    assert set(table["unit"]) == {MONEY, RATIO}
    assert table["label"].map(len).min() > 0


def test_planned_amounts_are_the_plans(plan, table):
    planned = table[table["year"].isin(plan.years)]
    wide_form = planned.pivot(index="line", columns="year", values="amount")
    for line in LINES.keys() - left_out(plan):
        np.testing.assert_array_equal(wide_form.loc[line].to_numpy(dtype=float), plan.line(line))
    assert not any(plan.lines[line].any() or line in wide_form.index for line in left_out(plan))
    assert left_out(plan) >= OF_FUTURES


def test_what_is_not_available_is_empty_and_said_so(plan, table):
    absent = table[table["grain"] == NOT_AVAILABLE]
    assert absent["amount"].isna().all()
    assert set(absent["line"]) == set(plan.unavailable)
    here = table[~table["line"].isin(plan.unavailable) & table["year"].isin(plan.years)]
    assert here["amount"].notna().all() or set(here.loc[here["amount"].isna(), "line"]) <= {
        line.id for line in LINES.values() if line.unit == RATIO
    }


def test_observed_years_end_with_the_base_year(plan, table):
    observed = table[table["grain"].isin({OBSERVED, INFERRED})]
    assert observed["year"].max() == plan.base_year
    assert observed["year"].min() >= plan.base_year - 2
    assert observed["amount"].notna().all()
    inferred = table[table["grain"] == INFERRED]
    assert set(inferred["year"]) <= {plan.base_year} and set(inferred["line"]) <= inferred_lines(plan)


def test_the_table_goes_to_csv_and_back(tmp_path, table):
    table.to_csv(tmp_path / "plan.csv", index=False, encoding="utf-8-sig")
    again = pd.read_csv(tmp_path / "plan.csv", encoding="utf-8-sig")
    np.testing.assert_array_equal(again["amount"].to_numpy(), table["amount"].to_numpy(dtype=float))


def test_the_base_year_closes_as_it_is_printed(plan):
    observed = observed_lines(plan)
    base = plan.base_year
    assert observed["resources_total"][base] == pytest.approx(observed["uses_total"][base], abs=0.5)
    for total in ("resources_total", "uses_total", "expenditure"):
        parts = sum(observed.get(part, {}).get(base, 0.0) for part in LINES[total].parts)
        assert parts == pytest.approx(observed[total][base], abs=0.5), total
    if "fund_resources_total" in observed:
        assert observed["fund_resources_total"][base] == pytest.approx(observed["fund_uses_total"][base], abs=0.5)


@pytest.mark.parametrize("line", list(LIJIANG_2025))
def test_lijiang_2025_is_shown_as_published(plan_of, line):
    assert observed_lines(plan_of("lijiang"))[line][2025] == pytest.approx(LIJIANG_2025[line])


def test_lijiangs_ratios_of_the_year_by_hand(plan_of):
    observed = observed_lines(plan_of("lijiang"))
    assert observed["self_sufficiency_ratio"][2025] == pytest.approx(567_755 / 1_763_231)
    assert observed["interest_burden_general"][2025] == pytest.approx(46_367 / 1_763_231)
    assert observed["interest_burden_special"][2025] == pytest.approx(96_233 / 340_531)
    assert observed["limit_use_special"][2025] == pytest.approx(3_218_050 / 3_250_800)


@pytest.mark.parametrize(("base_year", "total"), [(2024, 451_227), (2023, 481_342), (2021, 411_143)])
def test_gangu_is_shown_as_published(plan_of, base_year, total):
    observed = observed_lines(plan_of("gangu", base_year=base_year))
    assert observed["resources_total"][base_year] == pytest.approx(total)
    assert observed["uses_total"][base_year] == pytest.approx(total)


def test_observed_items_and_debt_of_the_ledger(plan_of):
    items = {code: (label, seen, ahead) for code, label, seen, ahead in revenue_items(plan_of("lijiang"))}
    assert items["10101"][0] == "增值税"
    assert sum(seen[2025] for _, seen, _ in items.values()) == pytest.approx(567_755)
    ahead = sum(values for _, _, values in items.values())
    np.testing.assert_allclose(ahead, plan_of("lijiang").line("own_revenue"))
    assert revenue_items(plan_of("gangu")) == []


def test_the_places_own_budget_for_the_first_year(plan_of):
    published = published_first_year(plan_of("lijiang"))
    assert published["own_revenue"] == 579_110
    assert published["expenditure"] == 1_789_680
    assert published["fund_revenue"] == 213_149
    assert published["debt_general_stock"] == 1_585_224.25
    assert published_first_year(plan_of("gangu")) == {}


def test_every_assumption_is_listed_with_its_source(plan):
    rows = list_assumptions(plan)
    assert list(rows["name"]) == list(plan.basis.assumed.entries)
    assert rows["source"].map(str.strip).map(len).min() > 0
    assert rows[list(plan.years)].notna().all(axis=None)
    assert set(rows["quality"]) <= {"observed", "law", "official", "expert", "unverified", "planner"}


def test_lines_for_the_screen(plan):
    shown = show_lines(plan, ("own_revenue", "debt_ratio"))
    assert list(shown.index) == [LINES["own_revenue"].label, LINES["debt_ratio"].label]
    assert list(shown.columns) == [*range(plan.base_year - 2, plan.base_year + 1), *plan.years]
    np.testing.assert_array_equal(shown.iloc[0, 3:].to_numpy(dtype=float), plan.line("own_revenue"))
    assert shown.iloc[0, 2] == plan.basis.balance.opening.flows["own_revenue"]
