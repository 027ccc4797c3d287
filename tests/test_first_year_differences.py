"""The table of differences from the approved budget: every figure, sums that hold, reasons that are true."""

import numpy as np
import pytest
from conftest import WITHOUT_BUDGET
from report_case import said

from fiscal_model.analysis.control.first_year import first_year_differences, past_errors
from fiscal_model.model.approved_year import Reason
from fiscal_model.report.one_rounding import rounded
from fiscal_model.report.tables.bridge_tables import first_year_table
from fiscal_model.words.table import printed_row

WITH_BUDGET = ("lijiang", "zhangye", "yunshui")


def entries_of(plan):
    return {one.difference.line: one for one in first_year_differences(plan)}


@pytest.mark.parametrize("name", WITH_BUDGET)
def test_the_differences_of_the_parts_add_up_to_that_of_the_sum(plan_of, name):
    found = entries_of(plan_of(name))
    sums = [one for one in found.values() if one.parts]
    assert sums
    for one in sums:
        for side in ("published", "planned", "amount"):
            parts = sum(getattr(found[part].difference, side) for part in one.parts)
            assert parts == pytest.approx(getattr(one.difference, side), abs=1e-6), one.label


@pytest.mark.parametrize("name", WITH_BUDGET)
def test_sums_hold_as_printed(plan_of, name):
    table = rounded(first_year_table(plan_of(name)))
    rows = {at: row for at, row in enumerate(table.rows)}
    for row in table.rows:
        if row.parts:
            for column in range(3):
                added = sum(sign * round(rows[part].values[column]) for part, sign in row.parts)
                assert added == round(row.values[column]), (row.label, column)
    assert all(round(row.values[1]) - round(row.values[0]) == pytest.approx(row.values[2], abs=1) for row in table.rows)


def test_every_published_figure_of_lijiang_stands_in_the_table(plan_of):
    found = entries_of(plan_of("lijiang"))
    budgets = {
        "own_revenue": 579_110, "revenue_10101": 122_963, "revenue_10309": 8_965, "transfers": 1_208_866,
        "expenditure": 1_789_680, "land_revenue": 94_831, "fund_10310": 110_083, "fund_1030155": 7_500,
        "fund_revenue": 213_149, "fund_expenditure": 351_519, "principal_special": 237_600, "principal_general": 232_500,
        "interest_general": 42_819, "interest_special": 95_844, "debt_limit_special_stock": 3_490_800,
        "debt_special_issued_new": 150_000, "insurance_城镇职工基本医疗保险基金_revenue": 86_970,
        "insurance_revenue": 400_845, "insurance_expenditure": 369_090, "state_capital_revenue": 3_058,
        "fund_transfer_out": 40_215, "transfer_in": 48_948, "carry_out": 40_111, "resources_total": 2_097_731,
    }  # fmt: skip
    assert {line: found[line].difference.published for line in budgets} == pytest.approx(budgets)


def test_each_reason_is_true(plan_of):
    """Taken means equal; a better record is printed with both; new information names it."""
    for name in WITH_BUDGET:
        plan = plan_of(name)
        records, seen = past_errors(plan), set()
        for line, one in entries_of(plan).items():
            reason, why = one.difference.reason, one.difference.why
            seen.add(reason)
            if reason is Reason.BETTER and not why.startswith("各项之和"):
                assert records[line].model < records[line].budget, line
                assert "预算" in why and "本模型" in why and "平均绝对误差" in why
            if reason is Reason.TAKEN and "另计" not in why:
                assert abs(one.difference.amount) < 1, line
            if reason is Reason.NEW:
                assert any(word in why for word in ("台账", "下达", "各项之和")), why
        assert Reason.TAKEN in seen


def test_records_are_those_of_the_same_years(plan_of):
    """丽江 2025: land was budgeted at 108,037, the year before held 52,985, 42,707 came."""
    record = past_errors(plan_of("lijiang"))["land_revenue"]
    assert record.years == (2025,)
    assert (record.budget, record.model) == pytest.approx((108_037 / 42_707 - 1, 52_985 / 42_707 - 1))
    assert past_errors(plan_of("yunshui"))["own_revenue"].years == (2023, 2024, 2025)


def test_the_land_row_as_printed(plan_of):
    table = rounded(first_year_table(plan_of("lijiang")))
    row = next(row for row in table.rows if row.line == "land_revenue")
    assert printed_row(table, row) == (
        "94,831", "47,760", "-47,071", "本模型记录更好", "预算占15%；2025年平均绝对误差：预算153.0%，本模型24.1%",
    )  # fmt: skip


def test_without_a_budget_there_is_no_table_and_no_sentence(plan_of):
    assert first_year_differences(plan_of("gangu")) == () and first_year_table(plan_of("gangu")) is None
    assert "批准数" not in said(plan_of("gangu"), "04_revenue")


def test_a_plan_that_takes_nothing_says_so(plan_of):
    found = entries_of(plan_of("lijiang", **WITHOUT_BUDGET))
    assert found["general_transfers"].difference.reason is not Reason.TAKEN
    assert found["land_revenue"].difference.planned == 42_707


def test_the_sentence_names_the_largest_differences(plan_of):
    for name in WITH_BUDGET:
        plan = plan_of(name)
        items = [
            one for one in first_year_differences(plan) if not one.parts and not one.difference.line.endswith("_rest")
        ]
        most = max(items, key=lambda one: abs(one.difference.amount))
        text = said(plan, "04_revenue")
        assert f"差额最大的是{most.label}" in text and f"有批准数的{len(items)}项" in text
        same = sum(abs(one.difference.amount) < 0.5 for one in items)
        assert f"{same}项与批准数一致" in text and np.isfinite(most.difference.amount)
