"""Legal debt of a place: ledger, block or flows; curve and shift, limits, what a planner overrides, the lines it fills."""

import numpy as np
import pytest
from budget_case import without_budget
from printed_sums import sum_parts
from report_case import said as said_in

from fiscal_model.arithmetic.debt.block import calibrate_block, remaining_years, run_off
from fiscal_model.arithmetic.debt.bond_schedule import monthly, schedule
from fiscal_model.blocks.debt.ledger import ledger_of
from fiscal_model.blocks.published_debt import opening_of, published_year
from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.scenario import QUALITIES, read_scenario
from fiscal_model.law.coupon_curve import coupon_at
from fiscal_model.law.rules import rule_table
from fiscal_model.model.projection import project
from fiscal_model.report.chapters.legal_debt_findings import shocked_own_principal
from fiscal_model.report.one_rounding import rounded
from fiscal_model.report.tables.debt_tables import debt_table, refinancing_table
from fiscal_model.words.errors import IdentityError
from fiscal_model.words.identities import check_identities
from fiscal_model.words.vocabulary import DebtKind

BASELINE = read_scenario("baseline")
TEN_YEARS, TWENTY_YEARS = 0.01972, 0.02385
"""Points of the curve."""
LIJIANG = {
    "general": {"opening": 1_539_216.34, "repaid": 234_020.69, "interest": 46_367, "closing": 1_562_724.25, "again": 212_645},
    "special": {"opening": 2_991_120, "repaid": 361_400, "interest": 96_233, "closing": 3_218_050, "again": 335_030},
}  # fmt: skip
"""Printed in the bureau's attachment for 2025 (表四十四, 表二, 表七), 万元."""


def sentences(plan):
    return said_in(plan, "93_07_legal_debt")


# balances only ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(DebtKind))
def test_lijiangs_base_year_is_met_bit_for_bit(plan_of, kind):
    history, printed = plan_of("lijiang").basis.history, LIJIANG[kind]
    opening, repaid, interest = published_year(history, 2025, kind)
    assert (opening, repaid, interest) == (printed["opening"], printed["repaid"], printed["interest"])
    block = calibrate_block(opening, remaining_years(opening, repaid), interest, repaid)
    due, paid = run_off(block, 1)
    assert (due[0], paid[0]) == (printed["repaid"], printed["interest"])


@pytest.fixture(scope="session")
def lijiang_alone(place):
    """丽江 without its budget of 2026: what the ladder says by itself."""
    return project(without_budget(place("lijiang"), 2026), BASELINE)


@pytest.mark.parametrize("kind", list(DebtKind))
def test_lijiangs_first_year_without_its_budget_by_hand(lijiang_alone, kind):
    plan, printed = lijiang_alone, LIJIANG[kind]
    left = printed["opening"] - printed["repaid"]
    came = printed["closing"] - left
    new_rate = TEN_YEARS if kind is DebtKind.GENERAL else TWENTY_YEARS
    new = plan.line(f"debt_{kind}_issued_new")[0]
    expected = left * printed["interest"] / printed["opening"]
    expected += printed["again"] * TEN_YEARS + (came - printed["again"]) * new_rate
    expected += 0.5 * new * new_rate  # new bonds are issued by June; refinancing ones pay from the next year
    assert plan.line(f"interest_{kind}")[0] == pytest.approx(expected, rel=1e-12)
    np.testing.assert_allclose(plan.line(f"debt_{kind}_repaid"), printed["repaid"], rtol=1e-12)
    fees = 0.001 * plan.line(f"debt_proceeds_{kind}") + 0.00005 * (
        plan.line(f"debt_{kind}_repaid") + plan.line(f"interest_{kind}")
    )
    np.testing.assert_allclose(plan.line(f"issue_fees_{kind}"), fees, rtol=1e-12)
    assert plan.basis.debt.legal[kind].taken == frozenset()


def test_the_ladder_alone_is_nearer_to_lijiangs_budget_for_2026_than_one_rate_on_everything(lijiang_alone):
    """42 819 and 95 844 万元 of interest are budgeted (表二十 and 表二十五 of the attachment)."""
    for kind, budgeted in (("general", 42_819), ("special", 95_844)):
        one_rate = LIJIANG[kind]["interest"] / LIJIANG[kind]["opening"] * LIJIANG[kind]["closing"]
        assert abs(lijiang_alone.line(f"interest_{kind}")[0] - budgeted) < 0.6 * abs(one_rate - budgeted)


def test_zhangye_has_a_balance_of_2024_and_nothing_else(plan_of):
    plan = plan_of("zhangye")
    assert opening_of(plan.basis.history, 2025, DebtKind.GENERAL) == (917_800.0, 953_300.0)
    assert not np.isfinite(published_year(plan.basis.history, 2025, "general")[1:]).any()
    # Stock / (2 x 5 years) and 3 % of what is left: both stated fallbacks.
    np.testing.assert_allclose(plan.line("debt_general_repaid"), 91_780.0)
    # New bonds read off the balances, 917,800 - 852,600 = 65,200 and 9,178 of own principal, pay half a year at 1.972 %.
    assert plan.line("interest_general")[0] == pytest.approx(0.03 * 917_800 + 74_378 * 0.01972 / 2)
    assert plan.basis.assumed.entries["average_remaining_years_general"].quality == "unverified"
    np.testing.assert_allclose(plan.line("debt_special_repaid"), 2_416_200 / 14)


def test_gangu_carries_on_the_flows_it_published(plan_of):
    plan = plan_of("gangu")
    np.testing.assert_allclose(plan.line("debt_general_repaid"), 8_200.0)
    assert np.isnan(plan.line("debt_general_stock")).all()
    assert np.isnan(plan.line("debt_general_headroom")).all()
    assert not plan.basis.debt.known[DebtKind.GENERAL]


def test_a_planners_share_or_life_replaces_the_ladder(plan_of):
    share = plan_of("lijiang", due_share_general=0.1)
    np.testing.assert_allclose(
        share.line("debt_general_repaid"), 0.1 * share.line("debt_general_opening_stock"), rtol=1e-12
    )
    # A life says how the ladder runs on, not what the approved budget repays: 232,500 of 1,305,195.65 in 2026, and of what
    # the rest would have lost without it, 1,305,195.65 - 153,921.634 = 1,151,274.016, each year 1,072,695.65 / 1,151,274.016.
    life = plan_of("lijiang", average_remaining_years_general=5.0)
    later = 1_539_216.34 / 10 * (1_305_195.65 - 232_500) / (1_305_195.65 - 1_539_216.34 / 10)
    np.testing.assert_allclose(life.line("debt_general_repaid"), [232_500, *[later] * 4], rtol=1e-12)
    scenario = BASELINE.with_(due_share_general={2027: 0.2})
    plan = project(share.basis.place, scenario, fitted=share.basis.revenue.fitted)
    due, opening = plan.line("debt_general_repaid"), plan.line("debt_general_opening_stock")
    assert due[0] == 232_500  # the approved budget's; only 2027 was set
    assert due[1] == pytest.approx(0.2 * opening[1])


# the ledger ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(DebtKind))
def test_yunshuis_principal_and_interest_are_the_ledgers_and_the_new_bonds(plan_of, place, kind):
    plan = plan_of("yunshui")
    bonds = ledger_of(place("yunshui"), 2025).of(kind).bonds
    paid = schedule(bonds, plan.years)
    np.testing.assert_allclose(plan.line(f"principal_{kind}"), paid.principal.sum(axis=1))
    early = monthly(bonds, plan.years)[1][:, :6].sum(axis=1)
    path, terms = plan.basis.debt.paths[kind], plan.basis.debt.legal[kind].terms
    expected = paid.interest.sum(axis=1)
    for year in range(len(plan.years)):
        rate = terms.refinancing.rate[year]
        expected[year] += 0.5 * rate * terms.refinancing_share[year] * early[year]
        expected[year + 1 :] += rate * path.refinanced[year]
        expected[year] += 0.5 * terms.new.rate[year] * path.spent[year]
        expected[year + 1 :] += terms.new.rate[year] * path.spent[year]
    np.testing.assert_allclose(plan.line(f"interest_{kind}"), expected, rtol=1e-12)


def test_swap_bonds_follow_the_register_of_hidden_debt(plan_of):
    plan = plan_of("yunshui")
    swapped = plan.line("debt_special_swapped")
    assert swapped.sum() > 0
    np.testing.assert_allclose(
        plan.line("fund_tied_spending"), plan.line("fund_transfers") + plan.line("debt_special_issued_new") + swapped
    )
    np.testing.assert_allclose(
        plan.line("debt_proceeds_special"),
        plan.line("debt_special_refinanced") + plan.line("debt_special_issued_new") + swapped,
    )


def test_no_swap_is_planned_without_a_register_so_that_the_printed_roll_forward_adds_up(plan_of):
    plan = plan_of("lijiang")
    for kind in DebtKind:
        parts = ("opening_stock", "refinanced", "issued_new", "swapped", "other_change")
        added = sum(plan.line(f"debt_{kind}_{part}") for part in parts) - plan.line(f"debt_{kind}_repaid")
        np.testing.assert_allclose(added, plan.line(f"debt_{kind}_stock"))


# curve and limit -------------------------------------------------------------------------------------------


def test_every_point_of_the_curve_says_where_it_comes_from():
    for row in rule_table("coupon_curve"):
        assert row["quality"] in QUALITIES
        assert "山东省财政厅2025年政府债券发行" in row["source"]
        assert row["as_of"] == "2025-12-31"
    assert coupon_at(np.array([10, 20])).tolist() == [TEN_YEARS, TWENTY_YEARS]


def test_bonds_of_ten_years_and_more_pay_twice_a_year(place):
    tenors = {2026: 1, 2027: 7, 2028: 10, 2029: 30}
    plan = project(place("lijiang"), BASELINE.with_(new_issue_tenor_general=tenors))
    new = plan.basis.debt.legal[DebtKind.GENERAL].terms.new
    assert new.half_yearly[:4].tolist() == [False, False, True, True]


def test_a_shift_raises_every_coupon_and_an_own_rate_replaces_the_curve(plan_of):
    # What the quota test allows depends on the coupon: the stocks are the same where the plan does not follow it.
    usual, shifted = (
        plan_of("lijiang", new_issue_within_quota=0.0, **extra) for extra in ({}, {"coupon_shift": 0.005})
    )
    for kind in DebtKind:
        before, after = (plan.basis.debt.legal[kind].terms for plan in (usual, shifted))
        np.testing.assert_allclose(after.new.rate - before.new.rate, 0.005)
        np.testing.assert_allclose(after.refinancing.rate - before.refinancing.rate, 0.005)
        assert (shifted.line(f"interest_{kind}")[1:] > usual.line(f"interest_{kind}")[1:]).all()
        # On top of the approved budget's interest of 2026: half a year of the year's new bonds, of which general debt has none.
        more = shifted.line(f"interest_{kind}")[0] - usual.line(f"interest_{kind}")[0]
        assert more == pytest.approx(0.5 * 0.005 * (0 if kind is DebtKind.GENERAL else 150_000), abs=1e-6)
        np.testing.assert_array_equal(shifted.line(f"debt_{kind}_stock"), usual.line(f"debt_{kind}_stock"))
        own = plan_of("lijiang", new_issue_rate=0.03).basis.debt.legal[kind].terms
        assert own.new.rate.tolist() == own.refinancing.rate.tolist() == [0.03] * 5
    assert plan_of("lijiang", "pessimistic").basis.assumed.number("coupon_shift") == 0.005


def test_a_longer_tenor_costs_what_the_curve_says(plan_of):
    terms = (
        plan_of("lijiang", new_issue_tenor_general=15.0, refinancing_tenor_general=7.0)
        .basis.debt.legal[DebtKind.GENERAL]
        .terms
    )
    assert terms.new.rate[0] == pytest.approx(0.02281)
    assert terms.refinancing.rate[0] == pytest.approx(0.01841)
    assert (bool(terms.new.half_yearly[0]), bool(terms.refinancing.half_yearly[0])) == (True, False)


def test_new_bonds_above_the_limit_are_cut_with_a_caution(plan_of):
    plan = plan_of("lijiang", limit_growth_special=0.0, new_issue_special=30_000.0)
    path = plan.basis.debt.paths[DebtKind.SPECIAL]
    # 90,000 of other changes in the approved budget for 2026 fill the room of 32,750 and more.
    room = 3_250_800 - 3_218_050 - 90_000 + np.cumsum(path.own_principal)
    room -= np.concatenate([[0.0], np.cumsum(path.issued_new)[:-1]])
    np.testing.assert_allclose(path.issued_new, np.clip(room, 0.0, 30_000.0), atol=1e-6)
    assert room[0] < 0 < path.issued_new.max()
    assert path.cut.max() > 0
    said = [caution.message for caution in plan.cautions if caution.code == "special_new_issue_cut"]
    first = int(np.argmax(path.cut > 0.5))
    year, cut, issued = plan.years[first], path.cut[first], path.issued_new[first]
    assert said[0].startswith(
        f"新增专项债券超过限额空间的部分没有安排：{year}年 {cut:,.0f} 万元（拟发 30,000，限额内可发 {issued:,.0f}）"
    )
    assert said[0].endswith(
        "；这是情景的错误：举债不得突破限额（预算法实施条例第四十三条），请调低 new_issue_special，"
        "上级已核定新限额的写入 limit_growth_special"
    )
    assert said[0] + "。" in refinancing_table(plan).notes
    assert any(row.label == "因限额没有安排的新增债券" for row in refinancing_table(plan).rows)
    assert f"超过限额空间、没有安排的新增债券：{year}年" in sentences(plan)
    assert not [caution for caution in plan_of("lijiang").cautions if caution.code.endswith("issue_cut")]


def test_bond_money_is_never_left_for_interest(plan_of):
    plan = plan_of("yunshui")
    broken = dict(plan.lines) | {
        "fund_tied_spending": plan.lines["fund_tied_spending"] - 100.0,
        "fund_other_spending": plan.lines["fund_other_spending"] + 100.0,
    }
    with pytest.raises(IdentityError) as raised:
        check_identities(broken, plan.years)
    assert "专项债务2026：发债收入有 100.0000 万元未用于还本或对应支出，付息不得用新发债券支付" in str(raised.value)


# what is printed -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["lijiang", "zhangye", "yunshui", "gangu"])
def test_tables_19_and_21_add_up_as_printed(plan_of, name):
    for table in (debt_table(plan_of(name)), refinancing_table(plan_of(name))):
        printed = rounded(table)
        for index, row in enumerate(printed.rows):
            for column in range(len(printed.columns)):
                parts = sum_parts(printed, index, column)
                if row.parts and parts:
                    added = sum(sign * printed.rows[part].values[column] for part, sign in parts)
                    assert added == row.values[column], (row.label, column)


def test_table_21_says_who_pays(plan_of):
    rows = {row.line: row for row in refinancing_table(plan_of("zhangye")).rows}
    subsidy = np.array(rows["fund_transfer_in"].values)
    assert (subsidy > 0).all()
    service, own, gap = (
        np.array(rows[name].values) for name in ("special_own_service", "special_from_funds", "fund_debt_gap")
    )
    np.testing.assert_allclose(own + subsidy + gap, service)
    assert rows["special_dependence"].values[0] == pytest.approx(0.8)


def test_the_sentences_compute_the_shock(plan_of):
    plan = plan_of("lijiang")
    before = sum(plan.line(f"principal_{kind}_own") for kind in DebtKind)
    after = sum(shocked_own_principal(debt) for debt in plan.basis.debt.legal.values())
    np.testing.assert_allclose((after - before)[0], 0.2 * (232_500 + 237_600), rtol=1e-12)
    text = sentences(plan)  # 20 % of 470,100 in 2026 and of 234,353 + 381,124 in each of four years: 586,402
    assert (
        "若再融资比重低20个百分点，自有资金还本最高的2027—2030年每年由42,793万元增至165,888万元，多123,095万元；规划期合计多586,402万元。"
        in text
    )
    assert (
        "新增一般债券10年期1.97%、再融资一般债券10年期1.97%、新增专项债券20年期2.38%、再融资专项债券10年期1.97%" in text
    )
    assert "用于本地未经核实" in text
    assert "利率由规划人员设定" in sentences(plan_of("lijiang", new_issue_rate=0.03))
    invented = plan_of("yunshui")
    for kind in DebtKind:
        if invented.line(f"debt_{kind}_swapped").sum() > 0:
            said = f"另有置换存量隐性债务的债券{invented.line(f'debt_{kind}_swapped').sum():,.0f}万元"
            assert said in sentences(invented)


def test_a_place_without_any_debt_says_nothing_of_a_shock(tmp_path, tiny_place):
    plan = project(read_place(tiny_place(tmp_path / "x")), BASELINE)
    assert "再融资比重低" not in sentences(plan)
