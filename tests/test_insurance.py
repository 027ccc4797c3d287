"""Social insurance: each scheme stands alone, and what the tables print is what was published."""

from dataclasses import replace

import pytest

from fiscal_model.model.planbook import observed_lines, published_first_year
from fiscal_model.report.tables.budgets_tables import insurance_table

BUDGET_2026 = {"城乡居民基本养老保险基金": 68_189, "城镇职工基本医疗保险基金": 86_970, "居民基本医疗保险基金": 121_723, "机关事业单位基本养老保险基金": 123_963}  # fmt: skip
"""Income of 丽江's schemes as printed in table 38 of its 2026 budget, 万元."""


def row(table, label):
    return dict(zip(table.columns, next(line.values for line in table.rows if line.label == label), strict=True))


# what is printed ---------------------------------------------------------------------------------------------


def test_the_published_budget_and_the_years_before_stand_beside_each_scheme(plan_of):
    table = insurance_table(plan_of("lijiang"))
    for scheme, income in BUDGET_2026.items():
        assert row(table, f"{scheme}收入")["2026年公布预算"] == income
    pension = row(table, "机关事业单位基本养老保险基金滚存结余")
    assert (pension["2024年决算"], pension["2025年执行"], pension["2026年公布预算"]) == (122_986, 120_766, 113_218)
    assert row(table, "社会保险基金收入")["2026年公布预算"] == sum(BUDGET_2026.values())
    balance = row(table, "本年收支结余")
    assert balance["2026年公布预算"] == pytest.approx(400_845 - 369_090)
    assert row(insurance_table(plan_of("yunshui")), "社会保险基金收入")["2023年决算"] == 8_520 + 17_902


def test_a_year_in_which_a_scheme_is_missing_has_no_total(plan_of):
    found = plan_of("lijiang").basis.balance.insurance
    assert set(found.totals("revenue", 2025)) == {2024, 2025}
    assert set(found.totals("revenue", 2025, budgeted=True)) == {2025, 2026}
    short = {"revenue": found.observed["revenue"].copy()}
    short["revenue"].iloc[0, 0] = float("nan")
    missing = replace(found, observed=short, budgeted={})
    assert set(missing.totals("revenue", 2025)) == {2025}
    assert missing.totals("revenue", 2025, budgeted=True) == {} == missing.totals("revenue", 2019)


def test_what_was_published_stands_in_the_plan_table_too(plan_of):
    plan = plan_of("lijiang")
    assert published_first_year(plan)["insurance_stock"] == 208_401 + 299_442 + 106_195 + 113_218
    assert observed_lines(plan)["insurance_revenue"][2024] == 384_512
    assert "insurance_revenue" not in published_first_year(plan_of("yunshui"))
