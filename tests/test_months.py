"""The treasury by month: a hand-worked gap, identities, calendars, what the plan's years close at, fault texts."""

import shutil
import tomllib
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from report_case import said as said_in

from fiscal_model.analysis.guarantees.early_warning import judge_warning
from fiscal_model.analysis.guarantees.treasury_months import follow_treasury, monthly_terms
from fiscal_model.analysis.risk.simulate import simulate
from fiscal_model.arithmetic.spending.treasury import (
    MonthlyTerms,
    month_shares,
    pays_a_thirteenth_month,
    run_treasury,
    spread,
    spread_known,
    wage_shares,
    watch_treasury,
)  # fmt: skip
from fiscal_model.inputs.place import read_place
from fiscal_model.model.compute import compute
from fiscal_model.model.futures import Drivers
from fiscal_model.report.tables.early_warning_tables import months_table
from fiscal_model.words.errors import InputError

CASE = tomllib.loads((ROOT / "tests" / "cases" / "wage_month_gap.toml").read_text(encoding="utf-8"))


def terms(opening, inflow, wages, living, other, at_hand=1.0):
    ones = np.ones(12)
    return MonthlyTerms(opening, inflow, wages * ones, living * ones, other * ones, at_hand * ones, at_hand * ones)


def worked():
    inflow = np.array([CASE["inflow"]], dtype=float)
    return run_treasury(terms(CASE["opening"], inflow, CASE["wages"], 0.0, CASE["other"], (CASE["pay_day"] - 1) / 30))


# a year that closes and months that do not ------------------------------------------------------------------


def test_a_closing_year_hides_a_wage_month_gap():
    path, expected = worked(), CASE["expected"]
    for name in ("balance", "short_on_pay_day", "unpaid_guarded", "unpaid_other"):
        np.testing.assert_allclose(getattr(path, name)[0], expected[name], atol=1e-9, err_msg=name)
    assert path.cover[0, 0] == pytest.approx(expected["cover_january"])
    assert path.days_short[0, 0] == pytest.approx(expected["days_short_january"])
    assert (np.flatnonzero(path.at_risk[0]) + 1).tolist() == expected["months_at_risk"]
    assert path.balance[0, -1] == CASE["opening"], "the year itself closes"
    assert path.arrears.tolist() == [True]


def test_the_dedicated_account_is_paid_before_anything_else():
    """Money for the wages alone: no wage waits, all the rest does."""
    path = run_treasury(terms(0.0, np.full((1, 12), 60.0), 40.0, 20.0, 30.0))
    assert not path.unpaid_guarded.any() and not path.short_on_pay_day.any()
    assert path.unpaid_other[0, -1] == pytest.approx(360.0)


def test_of_two_pay_days_the_earlier_needs_its_own_money_only():
    """Wages 30 on a day when 30 is in, living 30 when 60 is in: both paid; the other way round living lacks nothing either."""
    half, whole = np.full(12, 0.5), np.ones(12)
    inflow, thirty = np.full((1, 12), 60.0), np.full(12, 30.0)
    for days in ((half, whole), (whole, half)):
        path = run_treasury(MonthlyTerms(0.0, inflow, thirty, thirty, 0 * thirty, *days))
        assert not path.short_on_pay_day.any()
    path = run_treasury(MonthlyTerms(0.0, inflow, thirty, thirty, 0 * thirty, half, half))
    assert path.short_on_pay_day[0, 0] == 30.0


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_what_is_missing_is_what_waits(seed):
    generator = np.random.default_rng(seed)
    shape = (3, 2, 12)
    inflow, wages, living, other = (generator.uniform(0, 100, shape) for _ in range(4))
    hand = generator.uniform(0, 1, (2, 12))
    given = MonthlyTerms(generator.uniform(0, 200), inflow, wages, living, other, *hand)
    path, watched = run_treasury(given), watch_treasury(given)
    for found, kept in (
        (watched.at_risk, path.at_risk),
        (watched.arrears, path.arrears),
        (watched.lowest_cover, path.cover.min(axis=-1)),
    ):
        np.testing.assert_allclose(found, kept, rtol=1e-12)
    cash, guarded, waits = given.opening, 0.0, 0.0  # the first county paid by hand
    for year, month in np.ndindex(2, 12):
        at = (0, year, month)
        guarded, waits, cash = guarded + wages[at] + living[at], waits + other[at], cash + inflow[at]
        paid = min(cash, guarded)
        guarded, cash = guarded - paid, cash - paid
        paid = min(cash, waits)
        waits, cash = waits - paid, cash - paid
        now = [each[at] for each in (path.cash, path.unpaid_guarded, path.unpaid_other)]
        np.testing.assert_allclose(now, [cash, guarded, waits], atol=1e-8)
    np.testing.assert_allclose(path.balance, path.cash - path.unpaid_guarded - path.unpaid_other, atol=1e-8)
    for values in (path.cash, path.unpaid_guarded, path.unpaid_other, path.short_on_pay_day):
        assert (values >= 0).all()
    assert (path.cash * path.unpaid_other <= 1e-8).all(), "nothing waits while there is money"
    assert (path.unpaid_guarded * path.cash <= 1e-8).all()
    for position in range(shape[0]):  # leading axes are so many counties
        alone = run_treasury(
            MonthlyTerms(path.balance[position, 0, 0] - inflow[position, 0, 0] + wages[position, 0, 0]
                         + living[position, 0, 0] + other[position, 0, 0],
                         inflow[position], wages[position], living[position], other[position], *hand)
        )  # fmt: skip
        np.testing.assert_allclose(alone.balance, path.balance[position], atol=1e-8)


def test_scaling_the_money_leaves_cover_and_days():
    small = worked()
    inflow = np.array([CASE["inflow"]], dtype=float) * 7
    large = run_treasury(terms(CASE["opening"] * 7, inflow, CASE["wages"] * 7, 0.0, CASE["other"] * 7, 0.3))
    np.testing.assert_allclose(large.cover, small.cover)
    np.testing.assert_allclose(large.days_short, small.days_short)
    np.testing.assert_allclose(large.balance, 7 * small.balance)


# calendars -------------------------------------------------------------------------------------------------


def test_spreading_keeps_the_year():
    amount = np.array([[120.0, 60.0], [12.0, 0.0]])
    known = np.zeros((2, 12))
    known[0, 3], known[1, 8] = 50.0, 30.0
    for spread_out in map(np.asarray, (spread(amount, wage_shares(True)), spread_known(amount, known))):
        np.testing.assert_allclose(spread_out.sum(axis=-1), amount)
        assert (spread_out >= 0).all()


def test_shares_of_months_are_the_mean_of_whole_years():
    first = np.array([3.0] + [1.0] * 9 + [0.0, 0.0])
    second = np.ones(12)
    shares = month_shares(np.vstack([first, 10 * second]))
    assert shares[0] == pytest.approx((3 / 12 + 1 / 12) / 2)
    assert shares.sum() == pytest.approx(1.0)
    assert month_shares(np.zeros((0, 12))).tolist() == [1 / 12] * 12


def test_a_thirteenth_wage_shows_in_january():
    """Wages of 120 a year; January pays 10 more than other months, a whole month's wage."""
    outflow = np.array([[30.0] + [20.0] * 10 + [90.0]])
    assert pays_a_thirteenth_month(outflow, 120.0)
    assert not pays_a_thirteenth_month(outflow, 300.0), "ten is less than half a month of 25"
    assert not pays_a_thirteenth_month(np.zeros((0, 12)), 120.0)
    np.testing.assert_allclose(wage_shares(True), [2 / 13] + [1 / 13] * 11)


# on plans --------------------------------------------------------------------------------------------------


def test_year_ends_follow_the_books_of_yunshui(plan_of, scenario_id):
    """Treasury = carried-over money of three budgets + stabilisation fund - temporary payments - the general budget's gaps so far.

    What a debtor settled with assets is no cash: it stays away from the treasury. What the funds cannot pay is not paid: it
    once left the treasury all the same.
    """
    plan = plan_of("yunshui", scenario_id)
    lines, months = plan.lines, follow_treasury(plan)
    carried = lines["carry_out"] + lines["fund_carry_out"] + lines["state_capital_carry_out"]
    gaps = np.cumsum(lines["funding_gap"])
    in_kind = np.cumsum(lines["temporary_payments_in_kind"])
    books = carried + lines["stabilization_fund_stock"] - lines["temporary_payments_stock"] - in_kind - gaps
    np.testing.assert_allclose(months.path.balance[:, -1], books, atol=0.01)


def test_a_gap_of_the_funds_takes_no_cash_out_and_is_told(plan_of):
    """云水: a land cost of 1,517, 1,308 and 551 that nobody can pay stays unpaid; with 100 less of it 100 more leaves."""
    plan = plan_of("yunshui")
    assert plan.line("fund_gap")[-1] > 100
    less = {**plan.lines, "fund_gap": plan.lines["fund_gap"] - np.array([0, 0, 0, 0, 100.0])}
    found, other = (run_treasury(monthly_terms(plan.basis, lines)) for lines in (plan.lines, less))
    np.testing.assert_allclose(found.balance[:-1], other.balance[:-1])
    assert found.balance[-1, -1] - other.balance[-1, -1] == pytest.approx(100)
    fan = simulate(plan, paths=50)
    assert any("按没有支付处理，不计流出" in note for note in months_table(plan, fan).notes)
    rich = replace(plan, lines={**plan.lines, "fund_gap": np.zeros(5)})
    assert not any("按没有支付处理" in note for note in months_table(rich, fan).notes)


def test_opening_is_the_last_observed_balance(plan_of):
    months = follow_treasury(plan_of("yunshui"))
    assert months.opening == 9535
    assert months.frame().shape == (60, 10)
    assert not months.thirteenth
    # Under the baseline every wage month is covered; where revenue falls behind, gaps of the general budget use it up (the funds' had emptied it a year before).
    assert months.first_at_risk is None and not months.cautions
    worse = follow_treasury(plan_of("yunshui", "pessimistic", percentile=0.03))
    assert worse.first_at_risk == (2026, 12) and len(worse.cautions) == 1


def test_without_a_treasury_register_there_are_no_months(plan_of):
    for name in ("lijiang", "zhangye", "gangu"):
        assert follow_treasury(plan_of(name)) is None


def test_paths_are_so_many_plans(plan_of):
    """Two futures at once give each future's own months."""
    basis = plan_of("yunshui").basis
    factors = np.array([[1.0] * 5, [0.8] * 5])
    both, _ = compute(basis, Drivers(factors, factors, np.ones((2, 5))))
    together = run_treasury(monthly_terms(basis, both)).balance
    for row in range(2):
        lines, _ = compute(basis, Drivers(factors[row], factors[row], np.ones(5)))
        np.testing.assert_allclose(run_treasury(monthly_terms(basis, lines)).balance, together[row], atol=1e-6)


def test_chance_of_a_month_at_risk(plan_of):
    fan = simulate(plan_of("yunshui"), paths=300)
    assert fan.months_at_risk.shape == (5, 12)
    assert ((fan.months_at_risk >= 0) & (fan.months_at_risk <= 1)).all()


def with_treasury(plan, **columns):
    """The same plan with another treasury register."""
    place = plan.basis.place
    rows = place.rows("treasury").assign(**columns)
    tables = dict(place.tables) | {"treasury": rows}
    return replace(plan, basis=replace(plan.basis, place=replace(place, tables=tables)))


def test_an_empty_treasury_makes_wages_late_and_the_light_red(plan_of):
    plan = plan_of("yunshui")
    poor = with_treasury(plan, closing_balance=-20_000.0)
    months = follow_treasury(poor)
    assert months.first_at_risk == (2026, 1)
    assert months.states[0, 0] == "短缺"
    found = judge_warning(poor)
    assert found.words[0] == "红" and "工资或基本民生在发放日库款不足" in found.reasons[0]
    assert months.cautions[0].message.startswith("2026年1月工资和基本民生在发放日缺 ")


def test_a_register_that_ends_early_says_so(plan_of):
    plan = plan_of("yunshui")
    rows = plan.basis.place.rows("treasury")
    short = rows[(rows["year"] == 2025) & (rows["month"] <= 9)]
    tables = dict(plan.basis.place.tables) | {"treasury": short}
    place = replace(plan.basis.place, tables=tables)
    months = follow_treasury(replace(plan, basis=replace(plan.basis, place=place)))
    assert months.opening == 17068
    assert [caution.message for caution in months.cautions][:2] == [
        "2025年12月末库款余额未提供，按2025年9月末的余额起算",
        "库款月报没有一个完整年度，收支按月平均测算，月度缺口不可靠",
    ]


# faults ----------------------------------------------------------------------------------------------------


def faults_of(tmp_path, table, rows, columns):
    folder = tmp_path / "yunshui"
    shutil.copytree(ROOT / "data" / "places" / "yunshui", folder)
    frame = pd.DataFrame(rows, columns=columns.split())
    frame.to_csv(folder / f"{table}.csv", index=False, encoding="utf-8-sig")
    with pytest.raises(InputError) as caught:
        read_place(folder)
    return [str(fault).split(f"/yunshui/{table}", 1)[1] for fault in caught.value.faults]


def test_faults_of_pay_dates(tmp_path):
    rows = [(1, "salaries", "", "", "测试"), (2, "debt", 0.5, 20, "测试"), (13, "living", "", 40, "测试")]
    assert faults_of(tmp_path, "pay_dates", rows, "month kind share day source") == [
        ".csv 第 4 行“month”列：不得大于 12，填写的是“13”。1 到 12。",
        ".csv 第 4 行“day”列：不得大于 31，填写的是“40”。当月几号发放，1 到 31；只用于工资和基本民生，不填按月末。",
        ".csv 第 2 行“share”列：占全年比例和发放日都没有填写。至少填一个；这个月没有安排的，整行不写。",
        ".csv 第 3 行“day”列：“还本付息”填写了发放日 20。发放日只用于工资和基本民生，其他类别请留空，只填占全年比例。",
    ]


def test_shares_of_a_kind_add_up_to_one(tmp_path):
    rows = [(1, "debt", 0.5, "", "测试"), (7, "debt", 0.4, "", "测试")]
    assert faults_of(tmp_path, "pay_dates", rows, "month kind share day source") == [
        ".csv 第 3 行“share”列：“还本付息”各月占全年比例相加为 0.9。一类支出各月的比例相加必须等于 1；不清楚的整列留空，程序按月平均。"
    ]


# report ----------------------------------------------------------------------------------------------------


def test_the_report_says_why_money_is_missing(plan_of):
    """A gap of the year is called a gap; a year that closes and misses a pay day is called that."""
    gap = plan_of("yunshui", "pessimistic", percentile=0.03)
    said = said_in(gap, "93_12_early_warning")
    assert follow_treasury(gap).first_at_risk is not None and "收支缺口尚未弥补，须提前向上级申请调度。" in said
    poor = with_treasury(plan_of("yunshui"), closing_balance=-20_000.0)
    said = said_in(poor, "93_12_early_warning")
    assert "最早在2026年1月出现到期不能支付，年度收支虽平，月度仍有缺口" in said


def test_the_table_of_months_prints_what_was_computed(plan_of):
    plan = plan_of("yunshui")
    table, months = months_table(plan, simulate(plan, paths=50)), follow_treasury(plan)
    assert table.number == "08-4" and len(table.rows) == 12
    assert [row.values[2] for row in table.rows] == months.path.balance[0].tolist()
    assert months_table(plan_of("gangu"), simulate(plan_of("gangu"), paths=50)) is None
