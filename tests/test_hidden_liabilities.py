"""Hidden debt of a place: its yearly plan, swaps and their loops, platforms, assets, the strategy against the register."""

import csv
import datetime as dt

import numpy as np
import pytest
from conftest import copy_place
from report_case import tables_in

from fiscal_model.analysis.debt.assets import match_assets
from fiscal_model.analysis.debt.hidden_account import account_hidden
from fiscal_model.analysis.debt.platforms import BEHIND, review_platforms
from fiscal_model.analysis.debt.repayment_strategy import plan_strategy
from fiscal_model.analysis.debt.swaps import rank_swaps, unmatched_swaps
from fiscal_model.arithmetic.debt.asset_matching import match_cash
from fiscal_model.blocks.debt.hidden_plan import hidden_plan_of
from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.scenario import read_scenario
from fiscal_model.model.projection import project
from fiscal_model.report.canvas import png
from fiscal_model.report.figures.hidden_debt_figure import draw_hidden_debt
from fiscal_model.report.tables import hidden_debt_tables
from fiscal_model.report.wording import money
from fiscal_model.words.errors import InputError
from fiscal_model.words.vocabulary import DebtKind

TABLES = ("debt", "bonds", "hidden_debt", "hidden_debt_plan", "swap_ledger", "platforms", "platform_money", "assets")
"""What registers of hidden debt are held against."""
YEARS = (2026, 2027, 2028, 2029, 2030)
END = dt.date(2025, 12, 31)


def edited(folder, changes, *tables):
    """Copy yunshui, or those tables of it, and change cells: {(table, key column value, column): value}."""
    target = copy_place("yunshui", folder / "yunshui", *tables)
    for (table, key, column), value in changes.items():
        path = target / f"{table}.csv"
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        position = key if isinstance(key, int) else [next(iter(row.values())) for row in rows].index(key)
        rows[position][column] = value
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, rows[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return target


# the plan of the register ------------------------------------------------------------------------------------


def test_the_yearly_plan_replaces_the_planned_year(place):
    hidden = hidden_plan_of(place("yunshui"), 2025, YEARS)
    income = hidden.path.by_source[:, 4]
    assert income.tolist() == [2000, 2500, 3000, 0, 0]
    assert hidden.path.resolved.sum() == hidden.path.stock[0] + hidden.path.resolved[0] == 52_000
    # YSH08: 3,000 at 5.1 % in 2026, at 3.6 % in 2027 and 2028; the budget repays them in 2028.
    (eased,) = np.flatnonzero(hidden.parts["funding"] == "restructuring")
    assert hidden.path.part_interest[:, eased].round(6).tolist() == [153, 108, 108, 0, 0]
    assert hidden.path.resolved_by_budget.tolist() == [3600, 3500, 3000, 0, 0]


def test_swapped_is_what_is_resolved_by_swap_by_kind_of_bond(place):
    hidden = hidden_plan_of(place("yunshui"), 2025, YEARS)
    assert hidden.swapped[DebtKind.SPECIAL].tolist() == [12_400, 0, 0, 0, 0]
    assert hidden.swapped[DebtKind.GENERAL].tolist() == [0, 12_000, 0, 0, 0]
    np.testing.assert_allclose(sum(hidden.swapped.values()), hidden.path.by_source[:, 2])


def test_instruments_add_up_to_the_path(place):
    hidden = hidden_plan_of(place("yunshui"), 2025, YEARS)
    table = hidden.by_instrument()
    by_year = table.groupby("year")[["resolved", "stock", "interest"]].sum()
    np.testing.assert_allclose(by_year["resolved"], hidden.path.resolved)
    np.testing.assert_allclose(by_year["stock"], hidden.path.stock)
    np.testing.assert_allclose(by_year["interest"], hidden.path.interest - hidden.path.contract_interest)


def test_a_place_without_a_register_has_nothing_to_say(plan_of):
    plan = plan_of("gangu")
    assert account_hidden(plan) is rank_swaps(plan) is review_platforms(plan) is match_assets(plan) is None
    assert plan_strategy(plan) is None
    assert tables_in(hidden_debt_tables, plan=plan) == {}


def test_what_the_budget_cannot_carry_is_said_by_year(plan_of):
    account = account_hidden(plan_of("yunshui"))
    lines = plan_of("yunshui").lines
    asked = lines["hidden_debt_budget"]
    room = np.maximum(lines["fiscal_space"] + asked, 0)
    np.testing.assert_allclose(account.uncovered_budget, np.clip(asked - room, 0, None))
    assert account.uncovered_assets.tolist() == [0, 0, 0, 0, 0]


# swaps -------------------------------------------------------------------------------------------------------


def test_the_order_of_swaps_follows_the_rule(plan_of):
    swaps = rank_swaps(plan_of("yunshui"))
    order = swaps.order
    assert order["debt_code"].tolist()[:2] == ["YSH01", "YSH04"]
    assert set(order["debt_code"][:3]) == {"YSH01", "YSH04", "YSH03"}
    assert order["debt_code"].iloc[-1] == "YSH09"
    middle = order["saving"][3:-1].tolist()
    assert middle == sorted(middle, reverse=True)
    row = order.iloc[0]
    years_left = (dt.date(2026, 9, 20) - END).days / 365.25
    # The bond issued in exchange is a special one of 20 years: the coupon that the plan charges for it, not that of 10 years.
    assert row["saving"] == pytest.approx(8000 * (0.046 - 0.02385) * years_left)


@pytest.mark.slow
def test_one_coupon_for_the_bond_issued_in_exchange(plan_of):
    for changes in ({}, {"coupon_shift": {2027: 0.01}}, {"new_issue_rate": 0.03}):
        plan = project(read_place("data/places/yunshui"), read_scenario("baseline").with_(**changes))
        charged = {kind: plan.basis.debt.legal[kind].terms.swap.rate for kind in DebtKind}
        order = rank_swaps(plan).order.set_index("debt_code")
        # YSH01 goes into special bonds of 2026, YSH02 into general ones of 2027.
        assert order.loc["YSH01", "new_rate"] == charged["special"][0]
        assert order.loc["YSH02", "new_rate"] == charged["general"][1]
        found = plan_strategy(plan)
        terms = found.strategy.terms
        for code, rates in zip(found.debts["debt_code"], terms.swap_rate, strict=True):
            kind = "general" if code == "YSH02" else "special"
            np.testing.assert_array_equal(rates, charged[kind])
        np.testing.assert_array_equal(
            terms.refinancing_rate, plan.basis.debt.legal[DebtKind.GENERAL].terms.refinancing.rate
        )


def test_what_swaps_save_by_hand(plan_of):
    # 8,000 at 4.6 % until 2026-09-20 and 4,400 at 6.8 % until 2026-05-15 into special bonds at 2.385 %, 12,000 at 4.2 % until
    # 2027-11-30 into general ones at 1.972 %: 127.6 + 71.8 + 511.7. At 1.972 % for all it was 742.
    days = [(dt.date(*day) - END).days / 365.25 for day in ((2026, 9, 20), (2026, 5, 15), (2027, 11, 30))]
    saved = 8000 * 0.02215 * days[0] + 4400 * 0.04415 * days[1] + 12_000 * 0.02228 * days[2]
    assert saved == pytest.approx(711.1, abs=0.1)
    assert rank_swaps(plan_of("yunshui")).saving == pytest.approx(saved)


def test_progress_and_loops(plan_of):
    swaps = rank_swaps(plan_of("yunshui"))
    assert (swaps.swapped, swaps.planned) == (3000, 24_400)
    assert swaps.progress == pytest.approx(3000 / 27_400)
    assert swaps.ledger["state"].tolist() == ["已闭环", "未闭环", "计划中"]
    assert swaps.unmatched.to_numpy().tolist() == [[3, "YSH04", "付款后 148 天仍未销号，超过 90 天"]]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({("swap_ledger", 0, "payment_amount"): "1990"}, "付款金额 1,990.00 万元与置换金额 2,000.00 万元不一致"),
        ({("swap_ledger", 0, "payment_date"): "2025-07-10"}, "付款日期 2025-07-10 早于置换日期 2025-07-18"),
        ({("swap_ledger", 0, "bond_code"): "YSZ9999"}, "债券台账中没有“YSZ9999”"),
        ({("swap_ledger", 0, "bond_code"): ""}, "没有对应的债券编码"),
        ({("swap_ledger", 0, "closure_proof"): ""}, "没有销号凭证"),
        ({("swap_ledger", 0, "closure_date"): "2025-07-20"}, "销号日期 2025-07-20 早于付款日期 2025-07-24"),
        (
            {
                ("swap_ledger", 0, "payment_date"): "",
                ("swap_ledger", 0, "payment_amount"): "",
                ("swap_ledger", 0, "closure_date"): "",
            },
            "置换后 166 天仍未付款，超过 30 天",
        ),
        (
            {("swap_ledger", 0, "balance_before"): "9000"},
            "隐性债务台账余额 8,000.00 万元没有核减，应不超过 7,000.00 万元",
        ),
        ({("swap_ledger", 0, "balance_before"): "1500"}, "置换金额 2,000.00 万元超过置换前余额 1,500.00 万元"),
        (
            {("swap_ledger", 2, "swap_date"): "2025-12-20", ("swap_ledger", 2, "balance_before"): ""},
            "置换金额 10,000.00 万元超过置换前余额",
        ),
        ({("swap_ledger", 0, "swap_date"): "2025-07-16"}, "置换日期 2025-07-16 早于债券起息日 2025-07-17"),
        (
            {
                ("swap_ledger", 0, "amount"): "8000",
                ("swap_ledger", 0, "payment_amount"): "8000",
                ("swap_ledger", 0, "balance_before"): "16000",
            },
            "债券“YSZ2502”用于置换合计 9,000.00 万元，超过转贷金额 8,400.00 万元",
        ),
    ],
)
def test_what_does_not_match_is_listed_with_its_row(changes, reason, tmp_path):
    found = unmatched_swaps(read_place(edited(tmp_path, changes, *TABLES)), END)
    said = found.loc[found["debt_code"] == "YSH01", "reason"].tolist()
    if "10,000.00" in reason:
        assert "重复置换：第 2、4 行合计 10,000.00 万元" not in said  # 10,000 of 10,000 is no double swap
        assert not [one for one in said if "超过置换前余额" in one]
        return
    assert reason in said
    assert set(found.loc[found["debt_code"] == "YSH01", "row_line"]) == {2}


def test_swapping_twice_is_seen(tmp_path):
    changes = {("swap_ledger", 2, "swap_date"): "2025-12-20", ("swap_ledger", 0, "balance_before"): "8000"}
    found = unmatched_swaps(read_place(edited(tmp_path, changes, *TABLES)), END)
    assert "重复置换：第 2、4 行合计 10,000.00 万元，超过置换前余额 8,000.00 万元" in found["reason"].tolist()


# platforms ---------------------------------------------------------------------------------------------------


def test_platforms_with_debt_left_at_their_exit(plan_of):
    platforms = review_platforms(plan_of("yunshui"))
    assert platforms.rows["residual"].tolist() == [8000, 0, 0]
    assert platforms.behind["state"].tolist() == [BEHIND]
    assert not len(platforms.differing)
    np.testing.assert_allclose(platforms.rows["registered"], [25_400, 19_500, 0])


# assets ------------------------------------------------------------------------------------------------------


def test_the_earliest_due_takes_the_fastest_cash():
    cash, need = np.array([30.0, 20.0]), np.array([25.0, 20.0])
    ready, due = np.array([5, 1]), np.array([9, 2])
    assert match_cash(cash, ready, need, due).tolist() == [[25, 0], [0, 20]]
    # Nothing is in time for the second when its cash comes later.
    assert match_cash(cash, np.array([5, 3]), need, due).sum(axis=0).tolist() == [25, 0]
    assert match_cash(cash, np.array([5, 3]), need, due, late=True).tolist() == [[25, 0], [0, 20]]


def test_matching_with_leading_axes_is_the_same_path_by_path():
    rng = np.random.default_rng(3)
    cash, need = rng.uniform(0, 10, (4, 5)), rng.uniform(0, 10, (4, 3))
    ready, due = rng.integers(0, 6, 5), rng.integers(0, 6, 3)
    both = match_cash(cash, ready, need, due)
    for path in range(4):
        np.testing.assert_allclose(both[path], match_cash(cash[path], ready, need[path], due))
    assert (both.sum(axis=-1) <= cash + 1e-12).all()
    assert (both.sum(axis=-2) <= need + 1e-12).all()
    assert (both[:, ready[:, None] > due[None, :]] == 0).all()


def test_the_pool_adds_up_and_keeps_encumbered_assets_out(plan_of):
    pool = match_assets(plan_of("yunshui"))
    np.testing.assert_allclose(pool.in_time + pool.bridged + pool.uncovered, pool.need)
    assert pool.cash.tolist() == [0, 7200, 3600, 1470, 0]
    # The office building comes in July, a month after the trust loan: 5000 less 2720 in time.
    assert pool.bridged.tolist() == [0, 2280, 0, 0, 0]
    assert pool.wait.tolist() == [0, 1, 0, 0, 0]
    assert pool.encumbered["asset_code"].tolist() == ["YSA05"]


# strategy ----------------------------------------------------------------------------------------------------


def test_the_strategy_clears_in_time_and_costs_no_more_than_the_register(plan_of):
    found = plan_strategy(plan_of("yunshui"))
    chosen, terms = found.strategy.outcome, found.strategy.terms
    assert found.strategy.status == "optimal"
    assert chosen.stock[YEARS.index(2028) :].tolist() == pytest.approx([0, 0, 0], abs=0.01)
    assert chosen.cost <= found.baseline.cost
    assert (chosen.service <= terms.space + 0.05).all()
    np.testing.assert_allclose(chosen.amounts.sum(axis=(1, 2)), terms.balance)
    assert (chosen.amounts[:, :, 2].sum(axis=0) <= terms.swap_quota + 0.05).all()
    assert found.decisions["amount"].sum() == pytest.approx(52_000, abs=0.5)


def test_without_swap_quota_the_strategy_falls_short_and_names_the_year(plan_of):
    found = plan_strategy(plan_of("yunshui"), swap_quota={}, squeeze=0.05)
    assert found.strategy.status == "short"
    assert found.strategy.outcome.unresolved.sum() > 1000
    assert found.strategy.binding
    assert {year for _, year in found.strategy.binding} <= {2026, 2027, 2028}
    # With nothing to cut either, even the interest of what is left exceeds the space after 2028.
    worse = plan_strategy(plan_of("yunshui"), swap_quota={}, squeeze=0.0).strategy
    assert worse.outcome.unresolved.sum() > found.strategy.outcome.unresolved.sum()
    assert worse.shortage[:3].tolist() == pytest.approx([0, 0, 0], abs=0.01)
    assert (worse.shortage[3:] > 100).all()


def notes_of(plan, number):
    table = tables_in(hidden_debt_tables, plan=plan)[number]
    return table.notes, {row.label: row.values for row in table.rows}


def test_peaks_are_printed_with_their_year(plan_of):
    notes, rows = notes_of(plan_of("yunshui"), "22-5")
    found = plan_strategy(plan_of("yunshui"))
    own, base = found.strategy.outcome.service, found.baseline.service
    assert found.peak_avoided == base.max() - own.max()
    assert notes[1].startswith(f"自有资金偿付高峰：原计划{YEARS[int(base.argmax())]}年{base.max():,.0f}万元，策略")
    assert notes[1].endswith("原计划各年都不超出可用财力。")
    assert rows["其中：策略避免的"] == (0, 0, 0, 0, 0)


def test_a_year_beyond_its_space_is_said_with_what_the_strategy_avoids(tmp_path):
    place = read_place(edited(tmp_path, {("hidden_debt", "YSH07", "balance"): "60000"}))
    plan = project(place, read_scenario("baseline"))
    found, (notes, _) = plan_strategy(plan), notes_of(plan, "22-5")
    beyond, own = found.beyond_space, found.strategy.outcome.service
    assert beyond[1] > 1000
    np.testing.assert_allclose(found.avoided, np.maximum(beyond - np.maximum(own - found.strategy.terms.space, 0), 0))
    assert f"2027年超出{money(beyond[1])}，策略避免{money(found.avoided[1])}" in notes[1]
    gap = money(plan.lines["funding_gap"][1])
    assert f"规划有收支缺口：2027年{gap}；补足缺口才能按计划化解。" in notes_of(plan, "22")[0]
    assert "YSH07（" in "".join(notes)


def test_what_no_sale_brings_is_said_beside_the_target(tmp_path):
    changes = {("assets", code, "encumbered"): "yes" for code in ("YSA01", "YSA02")}
    plan = project(read_place(edited(tmp_path, changes)), read_scenario("baseline"))
    # 5,000 to be sold in 2027 and in 2028, only 3,600 comes in, in 2028.
    notes, _ = notes_of(plan, "22")
    assert "其中没有资金来源：2027年5,000万元、2028年1,400万元；不落实就不能如期清零。" in notes


def test_a_contract_that_falls_due_and_is_swapped_becomes_a_bond(tmp_path):
    changes = {
        ("hidden_debt", "YSH09", "funding"): "swap",
        ("hidden_debt", "YSH09", "planned_year"): "2029",
        ("hidden_debt", "YSH09", "maturity_date"): "2029-06-30",
    }
    plan = project(read_place(edited(tmp_path, changes)), read_scenario("baseline"))
    assert plan.lines["debt_special_swapped"].tolist() == [12_400, 0, 0, 9_000, 0]
    # Apart from hidden debt still: it is neither in its stock nor in what is resolved.
    assert plan.lines["hidden_debt_resolved"].sum() == 52_000


# report ------------------------------------------------------------------------------------------------------


def test_tables_are_numbered_and_add_up(plan_of):
    tables = tables_in(hidden_debt_tables, plan=plan_of("yunshui")).values()
    assert [table.number for table in tables] == ["22", *(f"22-{part}" for part in range(1, 8))]
    for table in tables:
        assert all(len(row.values) == len(table.columns) for row in table.rows)
    text = "\n".join(note for table in tables for note in table.notes)
    assert "按计划2028年底清零。" in text
    assert text.count("未经核实") >= 4


def test_the_figure_is_the_same_every_time(plan_of):
    plan = plan_of("yunshui")
    assert png(draw_hidden_debt(plan)) == png(draw_hidden_debt(plan))
    assert png(draw_hidden_debt(plan_of("gangu")))


# faults ------------------------------------------------------------------------------------------------------

FAULTS = [
    ({("hidden_debt", "YSH01", "rate"): "0.46"}, "hidden_debt.csv 第 2 行“rate”列：利率 0.46 高于 20%。利率用小数：4.6% 写 0.046"),
    ({("hidden_debt", "YSH01", "rate"): "4.6"}, "第 2 行“rate”列：不得大于 1，填写的是“4.6”"),
    ({("hidden_debt", "YSH01", "planned_year"): "2025"}, "计划化解年度 2025 已过，2025 年末仍有余额 8,000.00 万元"),
    ({("hidden_debt", "YSH09", "planned_year"): "2027"}, "填了 2028 年后按合同，计划化解年度却是 2027"),
    ({("hidden_debt", "YSH03", "funding"): "restructuring"}, "化解来源是债务重组，没有填写展期至"),
    ({("hidden_debt", "YSH08", "restructured_to"): "2030"}, "展期至 2030 年，超过 2028 年底清零期限"),
    ({("hidden_debt", "YSH01", "platform"): "城投"}, "hidden_debt.csv 第 2 行“platform”列：融资平台表中没有“城投”"),
    ({("hidden_debt", "YSH01", "instrument"): "lone"}, "是否想写“loan”"),
    ({("hidden_debt_plan", 0, "debt_code"): "YSH6"}, "hidden_debt_plan.csv 第 2 行“debt_code”列：隐性债务台账中没有“YSH6”。是否想写“YSH06”"),
    ({("hidden_debt_plan", 0, "amount"): "1000"}, "“YSH06”分年计划合计 6,500.00 万元，不等于台账余额 7,500.00 万元"),
    ({("hidden_debt_plan", 2, "year"): "2029"}, "“YSH06”计划在 2029 年化解，超过 2028 年底清零期限"),
    ({("hidden_debt_plan", 0, "year"): "2025"}, "“YSH06”化解年度 2025 已过，余额是 2025 年末的"),
    ({("hidden_debt_plan", 0, "funding"): "restructuring"}, "“YSH06”计划债务重组，台账没有填写重组后利率和展期至"),
    ({("swap_ledger", 0, "debt_code"): "YSH99"}, "swap_ledger.csv 第 2 行“debt_code”列：隐性债务台账中没有“YSH99”"),
    ({("swap_ledger", 2, "amount"): "9000"}, "“YSH01”2025 年后计划置换合计 9,000.00 万元，超过台账余额 8,000.00 万元"),
    ({("swap_ledger", 0, "amount"): "0"}, "swap_ledger.csv 第 2 行“amount”列：置换金额是 0"),
    ({("swap_ledger", 0, "payment_date"): ""}, "填写了付款金额，没有付款日期"),
    ({("platforms", 2, "exit_date"): ""}, "platforms.csv 第 4 行“exit_date”列：已退出但没有填写退出日期"),
    ({("platforms", 0, "exit_date"): "2025-01-01"}, "没有退出却填写了退出日期 2025-01-01"),
    ({("assets", "YSA01", "haircut"): "20"}, "assets.csv 第 2 行“haircut”列：不得大于 1，填写的是“20”"),
    ({("assets", "YSA01", "months_to_cash"): "600"}, "变现月数填写的是 600"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "expected"), FAULTS, ids=[text[:24] for _, text in FAULTS])
def test_bad_registers_are_refused_with_row_and_remedy(changes, expected, tmp_path):
    with pytest.raises(InputError) as caught:
        read_place(edited(tmp_path, changes, *TABLES))
    assert expected in str(caught.value)
