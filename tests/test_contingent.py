"""Contingent liabilities of a place: what enters the plan, what a promise may not say, what each kind costs by hand."""

from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import pytest
from report_case import said as said_in

from fiscal_model.analysis.affordability.contingent import contingent, stressed_calls
from fiscal_model.analysis.risk.drawn_futures import sampled
from fiscal_model.analysis.risk.stress import stress_test
from fiscal_model.arithmetic.debt.bond_schedule import monthly
from fiscal_model.arithmetic.risk.credit_loss import default_shares
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import project
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.report.one_rounding import rounded
from fiscal_model.report.tables.contingent_tables import items_table, years_table
from fiscal_model.words.vocabulary import CallCertainty, ContingentKind, DebtKind, Guarantor, YesNo

REGISTERS = ("contingent_liabilities", "capital_calls")
LEVEL = np.array([0.99])


def without(place, *names):
    """A place without these tables."""
    return replace(
        place, tables=MappingProxyType({name: rows for name, rows in place.tables.items() if name not in names})
    )


def changed(place, **cells):
    """A place whose register of contingent liabilities says something else in these columns."""
    rows = place.rows("contingent_liabilities").assign(**cells)
    return replace(place, tables=MappingProxyType({**place.tables, "contingent_liabilities": rows}))


@pytest.fixture(scope="module")
def run(plan_of):
    """Project 云水 with other tables."""
    plan = plan_of("yunshui")

    def projected(place, **assumptions):
        scenario = plan.basis.scenario.with_(**assumptions) if assumptions else plan.basis.scenario
        return project(place, scenario, fitted=plan.basis.revenue.fitted)

    return projected


@pytest.fixture(scope="module")
def contingents(plan_of):
    return plan_of("yunshui").basis.balance.contingents


@lru_cache
def item_named(contingents, part):
    return next(each for each in contingents.items if part in each.name)


def test_subsidies_and_calls_by_hand(contingents):
    """9 000 growing by 3 %, two points, half; 5 000 at one point from 2027 to 2029; 400, 400 and 30 % of 600."""
    np.testing.assert_allclose(item_named(contingents, "种养业").expected, 9000 * 1.03 ** np.arange(1, 6) * 0.02 * 0.5)
    np.testing.assert_allclose(item_named(contingents, "技术改造").expected, [0, 50, 50, 50, 0])
    rest = contingents.expected - sum(each.expected for each in contingents.items)
    np.testing.assert_allclose(rest, [400, 400, 180, 0, 0])
    whole = contingents.cash_at(LEVEL)[:, 0] - sum(each.cash_at(LEVEL)[:, 0] for each in contingents.items)
    np.testing.assert_allclose(whole, [400, 400, 600, 0, 0])  # a condition of 30 % comes true in a bad year


def test_a_pool_kept_full_costs_its_loss_and_stops_at_its_line(contingents):
    """6 000 of loans, half of the loss, stop at 5 %: never above 150."""
    pool, shares = item_named(contingents, "特色产业贷款"), default_shares(0.02, 0.12, 120)
    loss = 6000 * 0.5 * np.minimum(0.6 * shares.share, 0.05)
    np.testing.assert_allclose(pool.expected, float(shares.mean(loss)))
    assert pool.cash_at(np.array([0.99, 0.999999])).max() == pytest.approx(150)
    assert pool.assumed == () and item_named(contingents, "工业园区").assumed == (
        "default_rate",
        "loss_given_default",
        "correlation",
    )
    usual = rules("contingent")["risk_pool"]
    assert item_named(contingents, "工业园区").risks == {
        name: usual[name] for name in ("default_rate", "loss_given_default", "correlation")
    }


def test_a_guarantee_pays_out_of_its_reserves_and_costs_the_county_its_share_of_the_rest(contingents):
    company = item_named(contingents, "云水县融资担保")
    guaranteed = 52_000 * 1.05
    share = float(default_shares(0.015, 0.15, 310).quantile(LEVEL)[0])
    paid = guaranteed * 0.4 * min(0.7 * share, 0.05)
    by_hand = 0.001 * guaranteed + 0.7 * min(max(paid - 600, 0), 6000)
    assert company.cash_at(LEVEL)[0, 0] == pytest.approx(by_hand)


def test_a_bridge_fund_can_be_lost_once(contingents, plan_of):
    fund = item_named(contingents, "转贷")
    assert fund.loss_at(np.array([1 - 1e-12])).max() <= 2000
    assert fund.exposure.tolist() == [30_000] * 4 + [0]  # back in the budget after 2029
    lent = item_named(contingents, "债务风险").exposure
    np.testing.assert_allclose(lent, 5000 * 365 / 20)


def test_the_sum_of_the_items_is_a_duty_of_the_plan(plan_of, contingents):
    plan = plan_of("yunshui")
    np.testing.assert_array_equal(plan.line("contingent_duties"), contingents.expected)
    assert (contingents.stressed > contingents.expected).all()
    for name in ("lijiang", "zhangye", "gangu"):
        other = plan_of(name)
        assert other.basis.balance.contingents is None and not other.line("contingent_duties").any()


def test_the_gap_grows_by_exactly_the_expected_cash(plan_of, contingents):
    """A plan short in every year, no measures: each yuan of the duty is missing once, and the reserve that the law puts on it."""
    place, usual = changed(plan_of("yunshui").basis.place, base_paid=np.nan), plan_of("yunshui").basis
    scenario = usual.scenario.with_(new_project=60_000.0)
    scenario = replace(scenario, balance=replace(scenario.balance, measures=False))
    having, bare = (
        project(each, scenario, fitted=usual.revenue.fitted) for each in (place, without(place, *REGISTERS))
    )
    assert (bare.line("funding_gap") > 0).all()
    gap, reserve = (having.line(name) - bare.line(name) for name in ("funding_gap", "contingency_reserve"))
    np.testing.assert_allclose(gap - reserve, contingents.expected, atol=1e-6)
    rate = having.basis.assumed.path("reserve_rate")
    np.testing.assert_allclose(reserve, contingents.expected * rate / (1 - rate), atol=1e-6)


def test_uncommitted_money_falls_by_the_duty_and_its_part_of_the_reserve(plan_of, run, contingents):
    place = changed(plan_of("yunshui").basis.place, base_paid=np.nan)
    having, bare = run(place), run(without(place, *REGISTERS))
    reserve = 1 - having.basis.assumed.path("reserve_rate")
    fallen = bare.line("uncommitted_resources") - having.line("uncommitted_resources")
    assert fallen[0] == pytest.approx(contingents.expected[0] / reserve[0])
    assert (fallen > 0).all()


def test_what_the_base_year_already_paid_stands_in_the_plan_once(plan_of, run):
    place = plan_of("yunshui").basis.place
    paid, told = (run(each).basis.balance.spending for each in (place, changed(place, base_paid=np.nan)))
    assert paid["contingent_duties"] == 172 and "contingent_duties" not in told
    assert told["flexible_spending"] - paid["flexible_spending"] == pytest.approx(172)
    assert sum(paid.values()) == pytest.approx(sum(told.values()))


def test_without_the_registers_every_number_is_what_it_was(plan_of, run):
    """Nothing promised and no register are the same plan to the last digit."""
    place = plan_of("yunshui").basis.place
    nothing = {name: 0.0 for name in ("balance", "fund", "net_assets")} | {"base_paid": np.nan}
    zero = changed(without(place, "capital_calls"), **nothing)
    one, other = run(zero), run(without(place, *REGISTERS))
    for name, values in one.lines.items():
        np.testing.assert_array_equal(values, other.lines[name], err_msg=name)


ROW = dict.fromkeys(TABLES["contingent_liabilities"].columns) | {"kind": ContingentKind.GUARANTEE, "balance": 100.0, "net_assets": 20.0, "bearing_share": 0.4, "guarantor": Guarantor.COMPANY, "year": 2025}  # fmt: skip


def test_a_government_may_guarantee_nothing():
    table = TABLES["contingent_liabilities"]
    assert table.complaints(dict(ROW)) == []
    (fault,) = table.complaints(ROW | {"guarantor": Guarantor.GOVERNMENT})
    assert fault[0] == "guarantor" and "预算法（2018年修正）第三十五条" in fault[1] and "持牌融资担保公司" in fault[2]


@pytest.mark.parametrize(
    ("cells", "column", "said"),
    [
        ({"net_assets": None}, "net_assets", "融资担保没有填写净资产"),
        ({"guarantor": None}, "guarantor", "融资担保没有填写担保人"),
        (
            {"kind": ContingentKind.RISK_POOL, "guarantor": None, "net_assets": None},
            "fund",
            "风险补偿资金池没有填写资金规模",
        ),
        ({"kind": ContingentKind.INTEREST_SUBSIDY, "guarantor": None}, "net_assets", "财政贴息填写了净资产"),
        ({"correlation": 1.0}, "correlation", "违约相关系数 1 不小于 1"),
        ({"from_year": 2028, "to_year": 2027}, "to_year", "终止年度 2027 早于起始年度 2028"),
        ({"to_year": 2025}, "to_year", "终止年度 2025 已过，2025 年末仍有余额"),
    ],
)
def test_what_a_promise_may_not_leave_out(cells, column, said):
    assert (column, said) in [complaint[:2] for complaint in TABLES["contingent_liabilities"].complaints(ROW | cells)]


@pytest.mark.parametrize(
    ("certainty", "probability", "said"),
    [
        (CallCertainty.CONDITIONAL, None, ["满足条件才出资，没有填写出资可能"]),
        (CallCertainty.CONTRACTED, 0.4, ["已签约认缴填写了出资可能 0.4"]),
        (CallCertainty.CONTRACTED, None, []),
    ],
)
def test_only_a_conditional_call_has_a_chance(certainty, probability, said):
    row = {"certainty": certainty, "probability": probability, "amount": 1.0}
    assert [complaint[1] for complaint in TABLES["capital_calls"].complaints(row)] == said


def test_a_pool_of_its_own_money_pays_first(plan_of, run):
    """Refilled or not: the county's cash is the loss, or what goes beyond the pool; the loss is the same."""
    place = plan_of("yunshui").basis.place
    kept, own = (run(changed(place, refilled=word)).basis.balance.contingents for word in (YesNo.YES, YesNo.NO))
    for one, other in zip(kept.items, own.items, strict=True):
        np.testing.assert_allclose(one.pool.loss, other.pool.loss)
        assert (one.expected >= other.expected - 1e-9).all()
    assert kept.expected.sum() > own.expected.sum()


# what is said of it ----------------------------------------------------------------------------------------------


def test_pools_companies_and_funds_are_judged_both_ways(plan_of, run):
    place = plan_of("yunshui").basis.place
    found = contingent(plan_of("yunshui"))
    assert found.short["item"].tolist() == ["工业园区小微企业风险补偿资金池"]
    assert found.beyond["item"].tolist() == ["云水县农业担保有限公司"]
    rows = place.rows("contingent_liabilities")
    sound = contingent(run(changed(place, fund=rows["fund"] * 2, small_business=YesNo.YES)))
    assert not len(sound.short) and not len(sound.beyond)
    company = found.items.set_index("item").loc["云水县农业担保有限公司"]
    assert company["headroom"] == 10 * 2000 - 23_000 and company["multiple"] == 11.5
    fund = found.items.set_index("item").loc["企业应急转贷周转金"]
    assert fund["turnover"] == pytest.approx(365 / 12) and fund["capacity"] == pytest.approx(2000 * 365 / 12)
    lost = 30_000 * 0.6 * 0.004  # a year, four years
    assert fund["returned"] == pytest.approx(2000 - 4 * lost, rel=0.002)


def test_the_add_on_to_debt_is_what_may_be_called(plan_of, contingents):
    plan = plan_of("yunshui")
    found = contingent(plan)
    certain = contingents.calls[:, :2].sum(axis=1) + sum(each.fixed for each in contingents.items)
    np.testing.assert_allclose(found.called, contingents.stressed - certain)
    rise = (found.debt_ratio_called - found.debt_ratio) * plan.line("comprehensive_capacity_c")
    np.testing.assert_allclose(rise, found.called)
    np.testing.assert_array_equal(stressed_calls(plan), contingents.stressed)
    assert contingent(plan_of("gangu")) is None and not stressed_calls(plan_of("gangu")).any()


def test_an_emergency_fund_bridges_no_more_than_falls_due(plan_of):
    """5 000 for 20 days: at most 7 500 of the principal of a month."""
    found, plan = contingent(plan_of("yunshui")), plan_of("yunshui")
    by_month = sum(monthly(plan.basis.debt.ledger.of(kind).bonds, plan.years)[1] for kind in DebtKind)
    np.testing.assert_allclose(found.months["due"], by_month.ravel())
    np.testing.assert_allclose(found.months["bridged"], np.minimum(by_month, 7500).ravel())
    assert found.months["days"][by_month.argmax()] == pytest.approx(5000 * 30 / by_month.max())


def test_the_chapter_says_what_holds_and_what_does_not(plan_of, run):
    place = plan_of("yunshui").basis.place
    template = "93_11_payments_and_contingencies"
    said = said_in(plan_of("yunshui"), template).split("\n")
    assert len(said) == 6
    assert "按99%口径最多的一年是2028年" in said[3] and "其中4项的违约参数为缺省值，未经核实" in said[3]
    assert (
        "工业园区小微企业风险补偿资金池的资金300万元，不足" in said[4]
        and "净资产的11.5倍，超过10倍的上限（未经核实）" in said[4]
    )
    assert "档次不变" in said[5]
    rows = place.rows("contingent_liabilities")
    risks = {name: rows[name].fillna(0.01) for name in ("default_rate", "loss_given_default", "correlation")}
    sound = said_in(run(changed(place, fund=rows["fund"] * 9, small_business=YesNo.YES, **risks)), template).split("\n")
    assert "缺省值" not in sound[3]
    assert sound[4] == "各资金池的资金都够一个坏年份的损失，担保都在净资产倍数以内。"
    huge = run(changed(place, balance=rows["balance"] * 120, net_assets=rows["net_assets"] * 120, stop_rate=np.nan))
    assert "由黄档变为橙档" in said_in(huge, template)
    assert said_in(plan_of("gangu"), template) == ""


def test_tables_print_every_kind_and_the_star_of_what_nobody_told(plan_of):
    plan = plan_of("yunshui")
    items, years = rounded(items_table(plan)), rounded(years_table(plan))
    assert [row.label.endswith("＊") for row in items.rows] == [False, False, False, True, False, True, True, True]
    assert "预算法（2018年修正）第三十五条" in items.notes[2] and "＊台账没有填写" in items.notes[3]
    parts = [row.values for row in years.rows if row.line.startswith("expected_")]
    whole = next(row.values for row in years.rows if row.line == "contingent_duties")
    np.testing.assert_allclose(np.sum(parts, axis=0), whole)
    assert items_table(plan_of("lijiang")) is None and years_table(plan_of("lijiang")) is None


# futures ---------------------------------------------------------------------------------------------------------


def test_a_register_replaces_the_general_call_in_the_futures(plan_of, run):
    """Duties beyond the plan: none in half of the futures, in one of a hundred what the register says."""
    plan = plan_of("yunshui")
    held, alone = plan.basis.balance.contingents, {"events": ["guarantee_call"], "moving": ["events"]}
    ((drivers, lines),) = sampled(plan, 20_000, 7, chunk=20_000, **alone)
    beyond = np.maximum(held.cash_at(np.array([0.9, 0.99])) - held.expected[:, None], 0)
    np.testing.assert_allclose(np.quantile(drivers.duties, [0.9, 0.99], axis=0).T, beyond, rtol=0.06, atol=12)
    assert (np.mean(drivers.duties > 0, axis=0) < 0.6).all() and (drivers.duties >= 0).all()
    np.testing.assert_array_equal(lines["contingent_duties"], held.expected)
    bare = run(without(plan.basis.place, *REGISTERS))
    ((general, _),) = sampled(bare, 20_000, 7, chunk=20_000, **alone)
    assert np.mean(general.duties > 0) == pytest.approx(0.02, abs=0.003)  # data/rules/risk.toml
    ((quiet, _),) = sampled(plan, 500, 7, events=False)
    assert not np.any(quiet.duties)


def test_a_larger_promise_makes_bad_futures_likelier_never_rarer(plan_of, run):
    place = plan_of("yunshui").basis.place
    rows = place.rows("contingent_liabilities")
    more = run(changed(place, balance=rows["balance"] * 2, net_assets=rows["net_assets"] * 2, stop_rate=np.nan))
    one, two = (next(sampled(each, 2_000, 3))[1]["sudden_duties"] for each in (plan_of("yunshui"), more))
    assert two.mean() > one.mean() and np.quantile(two, 0.99) > np.quantile(one, 0.99)


def test_a_bad_year_for_all_of_them_is_a_stress_of_its_own(plan_of):
    plan, other = plan_of("yunshui"), plan_of("gangu")
    found, held = stress_test(plan), plan.basis.balance.contingents
    stress = found.stresses[found.row("contingent_calls")]
    assert stress.name == "或有负债按99%口径支出"
    np.testing.assert_allclose(stress.drivers.duties, held.stressed - held.expected)
    assert (found.change("uncommitted_resources")[found.row("contingent_calls")] <= 1e-6).all()
    assert "contingent_calls" not in [each.id for each in stress_test(other).stresses]
