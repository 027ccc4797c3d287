"""Debt of a place that publishes balances and limits only: net issues go on as the balance moved; interest must be its own."""

import pandas as pd
import pytest

import fiscal_model as fm
from fiscal_model.blocks.balances_history import rate_is_off, yearly_change
from fiscal_model.inputs.place import read_place

FIGURES = {"own_revenue": {2021: 1000, 2022: 1040, 2023: 1080}, "expenditure": {2021: 5000, 2022: 5100, 2023: 5200}}
STOCKS = {
    ("general", "closing_stock"): {2020: 1000, 2021: 1100, 2022: 1150, 2023: 1300},
    ("special", "closing_stock"): {2020: 500, 2021: 800, 2022: 1000, 2023: 1100},
    ("general", "limit_stock"): {2020: 1200, 2023: 1800},
    ("special", "limit_stock"): {2023: 1200},
}


@pytest.fixture
def planned(tmp_path, tiny_place):
    def run(stocks=STOCKS, figures=FIGURES, scenario="baseline", more=()):
        debt = [
            {"kind": kind, "item": item, "year": year, "amount": amount}
            for (kind, item), by_year in stocks.items()
            for year, amount in by_year.items()
        ]
        return fm.plan(read_place(tiny_place(tmp_path / "x", figures, {"debt": [*debt, *more]})), scenario)

    return run


def test_balances_go_on_as_they_moved(planned):
    """General: (1,300 - 1,000) / 3 = 100 a year, special over two years: (1,100 - 800) / 2 = 150; they stood still or fell before."""
    plan = planned()
    assert plan.line("debt_general_stock").tolist() == pytest.approx([1400, 1500, 1600, 1700, 1800])
    assert plan.line("debt_special_stock").tolist() == pytest.approx([1250, 1400, 1550, 1700, 1850])


def test_new_bonds_are_net_issues_and_what_is_repaid_from_own_money(planned):
    """General: a tenth of 1,300 falls due, a tenth of that is own money: 100 + 13; special: a fourteenth of 1,100, a fifth of it own: 150 + 15.71."""
    plan = planned()
    assert plan.line("debt_general_issued_new")[0] == pytest.approx(113)
    assert plan.line("principal_general_own")[0] == pytest.approx(13)
    assert plan.line("debt_special_issued_new")[0] == pytest.approx(150 + 0.2 * 1100 / 14)


def test_a_limit_goes_on_as_it_moved_else_with_the_new_bonds(planned):
    plan = planned()
    assert plan.line("debt_limit_general_stock")[:2].tolist() == pytest.approx([2000, 2200])
    assert plan.line("debt_limit_special_stock")[:2].tolist() == pytest.approx(
        [1200 + 165.714, 1200 + 2 * 165.714], abs=0.01
    )


def test_the_plan_says_what_it_took_from_balances_and_what_to_fill_in(planned):
    plan = planned()
    said = next(one.message for one in plan.cautions if one.code == "new_issue_off_balances")
    assert "新增一般债券每年 113 万元、新增专项债券每年 166 万元" in said and "issued_new" in said
    sources = fm.list_assumptions(plan).set_index("name")["source"]
    assert sources["new_issue_special"].startswith("没有公布发行数：按2021、2023年年末余额的年均变动")


def test_a_falling_balance_issues_nothing(planned):
    """Own money repays 13 of 1,300 a year; the fall of 100 a year is more than that and asks for no new bonds."""
    falling = {**STOCKS, ("general", "closing_stock"): {2020: 1600, 2023: 1300}}
    assert planned(falling).line("debt_general_issued_new").max() == 0


def test_no_scenario_moves_the_base_year(planned):
    """Proceeds and spending of the base year stood in from the first plan year of the scenario's own debt."""
    usual = planned()
    stopped = planned(
        scenario=fm.read_scenario("baseline").with_(new_issue_general=0.0, coupon_shift=0.01, refinancing_shift=-0.2)
    )
    assert stopped.line("debt_general_issued_new").max() == 0
    assert stopped.basis.balance.opening.flows == usual.basis.balance.opening.flows
    assert stopped.basis.balance.spending == usual.basis.balance.spending
    assert usual.basis.balance.spending["bond_spending_general"] == pytest.approx(113)


def test_published_issues_and_one_balance_alone_are_as_before(planned):
    issued = [{"kind": "special", "item": "issued_new", "year": 2023, "amount": 60}]
    plan = planned(more=issued)
    assert "new_issue_special" not in plan.basis.assumed.off_balances
    assert plan.basis.assumed.path("new_issue_special")[0] == 60
    alone = {key: {2023: by_year[2023]} for key, by_year in STOCKS.items()}
    assert planned(alone).line("debt_special_issued_new").max() == 0


def test_interest_that_cannot_be_the_stocks_is_not_carried_forward(planned):
    """6 on 1,150 is 0.52 %: the usual rate stands in, and the plan says so; 35 (3.04 %) is carried."""
    off = planned(figures={**FIGURES, "interest_general": {2023: 6}})
    assert off.basis.assumed.path("effective_rate_general")[0] == 0.03
    said = next(one.message for one in off.cautions if one.code == "general_interest_not_carried")
    assert said.startswith(
        "2023年一般债务付息 6 万元，合年初余额的 0.52%，与存量债务通常的利率相差一半以上，没有沿用，按 3.00% 测算"
    )
    kept = planned(figures={**FIGURES, "interest_general": {2023: 35}})
    assert kept.basis.assumed.path("effective_rate_general")[0] == pytest.approx(35 / 1150)
    assert not [one for one in kept.cautions if one.code == "general_interest_not_carried"]


@pytest.mark.parametrize(("rate", "off"), [(0.0149, True), (0.0151, False), (0.0449, False), (0.0451, True)])
def test_half_of_the_usual_rate_is_the_line(rate, off):
    assert rate_is_off(rate, "general") is off


def later(by_year):
    return {year + 1: amount for year, amount in by_year.items()}


def test_bonds_that_swapped_hidden_debt_do_not_go_on(planned):
    """A year on, the rise of 100 falls into 2024: a third (33.5 %) came once. (200 + 66.5) / 2 = 133.25 a year; general debt as before."""
    figures = {name: later(by_year) for name, by_year in FIGURES.items()}
    plan = planned({key: later(by_year) for key, by_year in STOCKS.items()}, figures)
    assert plan.line("debt_special_stock")[:2].tolist() == pytest.approx([1233.25, 1366.5])
    assert plan.line("debt_general_stock")[0] == pytest.approx(1400)
    told = fm.list_assumptions(plan).set_index("name").loc["new_issue_special"]
    assert told["source"].endswith("；2024年的增加额按全国比重扣除置换债券 33.5%") and told["quality"] == "unverified"
    said = next(one.message for one in plan.cautions if one.code == "new_issue_off_balances")
    assert "已按全国比重扣除置换隐性债务的债券" in said and "推算偏高" not in said


def test_a_limit_raised_for_the_swap_goes_on_with_the_new_bonds(planned):
    """The limit rose by 900 in 2024 for swaps of three years: nobody raises it by that again."""
    figures = {name: later(by_year) for name, by_year in FIGURES.items()}
    stocks = {key: later(by_year) for key, by_year in STOCKS.items()} | {
        ("special", "limit_stock"): {2023: 1200, 2024: 2100}
    }
    plan = planned(stocks, figures)
    usual = plan.basis.assumed.path("new_issue_special")
    assert plan.line("debt_limit_special_stock")[:2] - 2100 == pytest.approx([usual[0], usual[:2].sum()])


def test_a_balance_that_fell_in_the_swap_years_is_left_as_it_fell():
    stocks = pd.Series({2022: 100.0, 2023: 90.0, 2025: 70.0})
    assert yearly_change(stocks, 2023, 3, swaps=True) == yearly_change(stocks, 2023, 3)
    rising = pd.Series({2022: 100.0, 2025: 130.0})
    assert yearly_change(rising, 2023, 3, swaps=True)[0] == pytest.approx(10 * (1 - 0.335 * 2 / 3))
