"""A published budget is never left out of a column that compares with it, in any table of any place."""

import numpy as np
import pytest
from conftest import PLACES
from report_case import shipped_case

from fiscal_model.model.planbook import published_first_year
from fiscal_model.words.vocabulary import Budget

HEADING = "公布预算"


def published_by_row(plan):
    """Every published figure of the first plan year by the id of the row that it belongs to."""
    found, first = dict(published_first_year(plan)), plan.years[0]
    for budget, prefix in ((Budget.GENERAL, "revenue_"), (Budget.FUNDS, "fund_")):
        codes = plan.basis.history.planned_codes[budget]
        if first in codes.index:
            found |= {f"{prefix}{code}": float(amount) for code, amount in codes.loc[first].dropna().items()}
    insurance = plan.basis.balance.insurance
    for item, frame in insurance.budgeted.items():
        for at, scheme in enumerate(insurance.schemes):
            if first in frame.index and np.isfinite(frame.at[first, scheme]):
                found[f"insurance_{at}_{item}"] = float(frame.at[first, scheme])
    return found


@pytest.mark.parametrize("name", PLACES)
def test_no_table_leaves_out_a_published_figure(plan_of, name):
    plan = plan_of(name)
    published, seen = published_by_row(plan), set()
    for table in shipped_case(plan_of, name).tables:
        columns = [at for at, heading in enumerate(table.columns) if HEADING in heading]
        for row in table.rows if columns else ():
            if row.line in published:
                seen.add(row.line)
                for at in columns:
                    assert row.values[at] == pytest.approx(published[row.line], abs=1.0), (table.number, row.line)
    assert bool(seen) == bool(published_first_year(plan))


def test_sums_that_published_lines_make_up_by_hand(plan_of):
    """丽江 2026: funds 213,149 + 41,158 + 370,000 + 51,358 on one side, 351,519 + 3,319 + 40,215 + 237,600 + 43,012 on the other."""
    found = published_first_year(plan_of("lijiang"))
    assert found["fund_resources_total"] == found["fund_uses_total"] == 675_665
    assert found["fund_other_revenue"] == 213_149 - 94_831
    assert found["land_cost"] == 8_048 + 15_500 + 399 + 350
    assert found["state_capital_resources_total"] == 3_058 + 47 + 60 == 582 + 2_583
    invented = published_first_year(plan_of("yunshui"))
    assert invented["transfers_general_purpose"] == 3_900 + 81_190 + 15_760 + 5_130 + 8_980 + 18_900 + 5_590
    assert invented["transfers_earmarked"] == 15_120 + 14_110 + 25_010 + 11_820 + 3_390 + 24_500


def test_a_budget_that_does_not_close_has_no_total(plan_of):
    """张掖 prints income and the total of resources, no use: its own total stays, the other is not made up."""
    found = published_first_year(plan_of("zhangye"))
    assert found["fund_resources_total"] == 250_000 and "fund_uses_total" not in found
    assert "land_cost" not in found and "fund_other_revenue" not in found
