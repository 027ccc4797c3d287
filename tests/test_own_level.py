"""A place in its own level's scope: which tables it reads, both sides of its budgets, what it passes on to lower levels."""

import json
from dataclasses import replace

import numpy as np
import pytest
from report_case import case_of, said, tables_in
from test_waterfall import EVEN

from fiscal_model.apps.cli import main
from fiscal_model.arithmetic.budgets.waterfall import balance_general
from fiscal_model.blocks.balance.lower_levels import lower_levels_of, moved_with
from fiscal_model.inputs.history import read_history
from fiscal_model.inputs.past_plans import read_vintages
from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.scenario import read_scenario
from fiscal_model.law.classification import SIDES
from fiscal_model.model.compute import Drivers, compute
from fiscal_model.model.planbook import observed_lines
from fiscal_model.model.projection import project
from fiscal_model.report.lower_levels_text import beside, onlent_note, passes_on, reliance
from fiscal_model.report.tables import budgets_tables
from fiscal_model.words.errors import InputError
from fiscal_model.words.lines import OF_LOWER_LEVELS, compute_line
from fiscal_model.words.vocabulary import Budget, Scope

LIJIANG = "data/places/lijiang"


@pytest.fixture(scope="module")
def own():
    return read_place(LIJIANG, scope="own_level")


@pytest.fixture(scope="module")
def plan(own):
    return project(own, read_scenario("baseline"))


def test_only_tables_that_tell_their_scope_are_read(own):
    assert (own.title, own.id, own.scope) == ("丽江市本级", "lijiang-own_level", Scope.OWN_LEVEL)
    assert set(own.tables) == {"totals", "ledger", "debt", "insurance"}
    assert own.left_out == ("经济指标",)
    assert own.note == "按本级口径，只用分口径登记的表：科目明细、政府债务、社会保险基金。"
    whole = read_place(LIJIANG, scope="whole")
    assert (whole.title, whole.id, whole.left_out) == ("丽江市", "lijiang", ())


def test_a_scope_that_is_not_there_is_refused():
    with pytest.raises(InputError, match="totals 表和 ledger 表里没有“本级”口径的行。请在 scope 列填写 own_level 的数"):
        read_place("data/places/gangu", scope="own_level")
    with pytest.raises(InputError, match="口径填写的是“county”。只能填 whole（全辖）或 own_level（本级）"):
        read_place(LIJIANG, scope="county")


def test_past_plans_of_another_scope_are_none_of_it():
    gangu = read_place("data/places/gangu")
    assert len(read_vintages(gangu)) == 1
    assert read_vintages(replace(gangu, id="gangu-own_level")) == ()


@pytest.mark.parametrize("year", [2024, 2025, 2026])
@pytest.mark.parametrize("budget", [Budget.GENERAL, Budget.FUNDS, Budget.STATE_CAPITAL])
def test_published_sides_of_the_own_level_are_equal(own, budget, year):
    """Transfers to lower levels and money on-lent to them are uses, what lower levels remit is a resource."""
    history = read_history(own)
    frame = history.actual if year <= 2025 else history.planned
    income, outgo = (
        sum(float(np.nan_to_num(frame.loc[year].get(line, 0.0))) for line in side) for side in SIDES[budget]
    )
    assert income > 0
    # A line that the workbook does not print for a year is nothing on its side.
    assert income == pytest.approx(outgo, abs=1)
    if budget is Budget.GENERAL:
        assert round(income) == {2024: 1738153, 2025: 1722881, 2026: 1764403}[year]


def test_what_is_passed_on_is_split_by_its_use(own, plan):
    transfers = plan.basis.revenue.transfers.base
    tied = transfers.tied_general / 997380
    below = lower_levels_of(read_history(own), 2025, transfers)
    assert below.passed_tied == pytest.approx(136446 + 785932 * tied)
    assert below.passed_free == pytest.approx(25249 + 785932 * (1 - tied))
    assert (below.received, below.fund_received, below.fund_passed) == (34316, 1635, 41467)
    assert moved_with(50.0, np.array([110.0]), 100.0).tolist() == [55.000000000000007]


def test_the_base_year_and_every_plan_year_have_equal_sides(plan):
    for of in (lambda name: observed_lines(plan)[name][2025], plan.line):
        for budget in ("", "fund_"):
            np.testing.assert_allclose(of(f"{budget}resources_total"), of(f"{budget}uses_total"), atol=1e-6)
    seen = observed_lines(plan)
    assert (seen["resources_total"][2025], seen["paid_to_below"][2025]) == pytest.approx((1722881, 947627))
    assert seen["other_uses"][2025] == 102295
    assert seen["state_capital_paid_to_below"][2025] == 74
    np.testing.assert_allclose(plan.line("state_capital_paid_to_below"), 74)


def test_money_passed_on_is_no_spending_and_no_resource_of_the_level(plan):
    """Without this rule 660 million of 2026 were spent by the level itself, with a gap of 198 million."""
    free, tied = plan.line("passed_free"), plan.line("passed_tied")
    own = (
        plan.line("own_revenue") + plan.line("transfer_in") + plan.line("stabilization_draw") - plan.line("remitted_up")
    )
    kept = plan.line("transfers_general_purpose") - free
    np.testing.assert_allclose(plan.line("available_resources"), own + kept + plan.line("received_from_below"))
    grown = plan.line("own_revenue") / plan.line("own_revenue")[0]
    assert (plan.line("expenditure") < 534904 * grown).all()
    assert (plan.line("earmarked_spending") <= plan.line("transfers_earmarked") - tied + plan.line("carry_in")).all()
    net = plan.line("fund_transfers") + plan.line("fund_received_from_below") - plan.line("fund_paid_to_below")
    bonds = plan.line("debt_special_issued_new") + plan.line("debt_special_swapped")
    np.testing.assert_allclose(plan.line("fund_tied_spending"), net + bonds, atol=1e-6)


def test_one_more_yuan_of_tied_money_passed_on_is_one_less_to_spend():
    # EVEN spends 891 and a reserve of 9; a yuan less of tied spending frees 1/99 of reserve, which fills the fund.
    more = replace(EVEN, passed_tied=np.ones(3), other_uses=EVEN.other_uses + 1)
    before, after = balance_general(EVEN), balance_general(more)
    np.testing.assert_allclose(before.earmarked_spending - after.earmarked_spending, 1)
    np.testing.assert_allclose(before.expenditure - after.expenditure, 1 + 1 / 99)
    np.testing.assert_allclose(after.steps["surplus_to_fund"], 1 / 99)
    np.testing.assert_allclose(after.uses_total, 1010)
    # Taken for a use like any other it would be short instead.
    assert balance_general(replace(more, passed_tied=None)).stabilization_draw[0] == pytest.approx(1)


def test_on_paths_what_is_passed_on_follows_what_is_received(plan):
    factor = np.array([[1.0] * 5, [0.9] * 5])
    lines, _ = compute(plan.basis, Drivers(factor, factor, factor))
    np.testing.assert_allclose(lines["passed_free"][1], 0.9 * lines["passed_free"][0])
    np.testing.assert_allclose(lines["passed_tied"], np.broadcast_to(lines["passed_tied"], (5,)))
    np.testing.assert_allclose(lines["resources_total"], lines["uses_total"])


def test_a_whole_area_has_no_lower_levels(plan_of):
    plan = plan_of("lijiang")
    assert not any(plan.lines[name].any() for name in OF_LOWER_LEVELS)
    assert not passes_on(plan)
    assert said(plan, "93_02_transfers") == ""
    assert beside(plan, "＋下级上解") == ""
    assert onlent_note(plan, "onlent_to_below", "其他支出去向") == ()
    share = plan.basis.balance.opening.flows["transfers"] / plan.basis.balance.opening.flows["expenditure"]
    assert reliance(plan) == ("上级补助", share)
    parts = {"own_revenue": 1.0, "transfer_in": 2.0, "stabilization_draw": 3.0, "transfers_general_purpose": 4.0}
    assert compute_line("available_resources", {**parts, "remitted_up": 1.0}) == 9.0


def test_the_report_says_what_is_not_known_of_the_level(plan):
    templates = ("01_basis", "02_base_year", "03_outlook", "92_notes", "93_02_transfers")
    text = "\n".join(said(plan, template) for template in templates)
    for sentence in (
        "按本级口径编制，只用分口径登记的表；经济指标没有分口径登记，没有使用",
        "自有收入只有2年实际数",
        "没有数据、未作测算的有：隐性债务、",
        "扣除补助下级后的上级补助相当于支出的47.7%",
        "＋财力性转移支付＋下级上解－补助下级的财力性资金－上解",
        "上级补助中转移给下级的（补助下级支出），2025年94.76亿元",
        "市本级一般公共预算收入",
    ):
        assert sentence in text, sentence
    general = tables_in(budgets_tables, plan=plan)["05"]
    assert [row.label for row in general.rows if "下级" in row.label][:2] == ["下级上解收入", "补助下级支出"]
    assert any("含转贷下级的 102,295 万元" in note for note in general.notes)
    assert "全市" not in said(plan, "02_base_year")


@pytest.mark.slow
def test_the_whole_area_says_nothing_of_lower_levels(plan_of):
    case = case_of(plan_of("lijiang"))
    assert "补助下级" not in case.text
    assert not any("下级上解" in row.label for printed in case.tables for row in printed.rows)


def test_the_command_checks_in_the_scope_it_is_given(capsys):
    with pytest.raises(SystemExit) as left:
        main(["check", LIJIANG, "--scope", "own_level", "--json"])
    assert left.value.code == 0
    said = json.loads(capsys.readouterr().out)
    assert {row["id"]: row["outcome"] for row in said["checks"]}["V1"] == "ok"
