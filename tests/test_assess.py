"""The affordability assessment: what may pay for what, each gate from both sides, flip points run again, odds on the same paths."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from report_case import said, tables_in

import fiscal_model as fm
from fiscal_model.analysis.affordability.assess_together import try_in_order
from fiscal_model.analysis.affordability.breach_odds import breach_odds
from fiscal_model.analysis.affordability.burden import Sizing, burden_of, with_bonds
from fiscal_model.analysis.affordability.conditions import conditions_for
from fiscal_model.analysis.affordability.flip_points import DIRECTIONS, Trials, flip_points
from fiscal_model.analysis.affordability.gate import CONDITIONAL, PASSED, REFUSED
from fiscal_model.analysis.affordability.payable import counted_offsets, fitted
from fiscal_model.analysis.affordability.trial import Ground, _once, stand_behind, stand_on, stress_of, try_out
from fiscal_model.inputs.proposal import Cost, Offset, Proposal, Source
from fiscal_model.law.affordability_method import METHOD_FILE, method, read_method
from fiscal_model.model.compute import compute
from fiscal_model.model.futures import Drivers
from fiscal_model.model.projection import Plan
from fiscal_model.report.assessment_text import said_in_short
from fiscal_model.report.tables import proposal_tables
from fiscal_model.words.errors import InputError
from fiscal_model.words.proposal_words import CostMoney, CostPart, Evidence, ProposalKind, ProposalSource
from fiscal_model.words.vocabulary import YesNo

PLACES = Path(__file__).parents[1] / "data" / "places"


@pytest.fixture(scope="module")
def plan(lean_county) -> Plan:
    return lean_county


@pytest.fixture(scope="module")
def ground(plan: Plan) -> Ground:
    return stand_on(plan, method(plan.basis.place))


@pytest.fixture(scope="module")
def known(plan: Plan) -> dict[str, Proposal]:
    return {each.proposal_code: each for each in fm.list_proposals(plan.basis.place)}


def _spent(
    known: dict[str, Proposal], part: CostPart, money: CostMoney = CostMoney.GENERAL, **by_year: float
) -> Proposal:
    """A bare policy: so much in each year, nothing else."""
    years = {int(year.removeprefix("y")): amount for year, amount in by_year.items()}
    costs = tuple(Cost(year, part, money, amount) for year, amount in years.items())
    return replace(
        known["YSA08"], costs=costs, sources=(), offsets=(), start_year=min(years), end_year=max(years), kind=ProposalKind.POLICY
    )  # fmt: skip


def test_money_is_what_is_uncommitted_plus_lawful_cuts_less_what_ranks_before(
    ground: Ground, plan: Plan, known: dict[str, Proposal]
) -> None:
    school = try_out(ground, known["YSA03"])
    free = plan.line("uncommitted_resources")
    assert (free[1] < 0) and (free[2] < 0)  # printed negative, not cut to nothing
    np.testing.assert_allclose(school.money.money[:5], free + np.array([0, 2600, 2200, 0, 0]))
    np.testing.assert_allclose(school.money.money[5:], free[-1])  # after the plan its last year goes on
    behind = try_out(stand_behind(ground, school), known["YSA07"])
    left = free + np.array([0, 2600, 2200, 0, 0]) - school.cost[:5] + np.array([0, 1900, 900, 0, 0])
    np.testing.assert_allclose(behind.money.money[:5], left)


def test_without_money_nothing_with_a_cost_passes_and_with_a_named_cut_it_does(
    ground: Ground, plan: Plan, known: dict[str, Proposal]
) -> None:
    small = _spent(known, CostPart.ONE_OFF, y2027=300)
    refused = try_out(ground, small).verdict
    assert refused.outcome == REFUSED and refused.binding.id == "G1.space" and refused.binding.years == (2027,)
    hole = -float(plan.line("uncommitted_resources")[1])

    def cut(amount: float) -> Proposal:
        return replace(small, offsets=(Offset(2027, "operations", "会议", amount, dt.date(2026, 9, 1), ""),))

    assert try_out(ground, cut(hole - 1)).verdict.outcome == REFUSED  # it only fills the hole that is there
    assert "G1.space" not in [each.id for each in try_out(ground, cut(hole + 1)).verdict.refused_by]
    assert try_out(ground, cut(hole + 300 / 0.3)).verdict.outcome == PASSED


def test_no_more_is_counted_of_a_cut_than_the_law_lets_be_cut_and_once(plan: Plan) -> None:
    most = plan.line("offset_operations")
    named = {"operations": np.full(5, 1e6)}
    np.testing.assert_allclose(counted_offsets(named, plan.lines)["operations"], most)
    half = {"operations": most / 2}
    np.testing.assert_allclose(counted_offsets(named, plan.lines, [half])["operations"], most / 2)


def test_money_that_comes_once_pays_nothing_that_goes_on(
    ground: Ground, known: dict[str, Proposal], plan: Plan
) -> None:
    money = try_out(ground, known["YSA01"]).money
    assert (money.one_time[:5] == plan.basis.balance.packages.nontax_one_off).all() and not money.one_time[5:].any()
    once = replace(
        money, uncommitted=money.uncommitted * 0 + 100.0, one_time=money.uncommitted * 0 + 60.0, before=money.before * 0
    )
    goes_on = np.full(len(once.money), 50.0)
    np.testing.assert_allclose(_once(goes_on, once), 10.0)  # 40 lasting money, 10 would be paid out of sales
    np.testing.assert_allclose(_once(goes_on - 10, once), 0.0)
    np.testing.assert_allclose(_once(goes_on, replace(once, one_time=once.one_time * 0)), 0.0)


def test_of_the_stabilisation_fund_only_what_the_plan_does_not_need(
    ground: Ground, known: dict[str, Proposal], plan: Plan
) -> None:
    """2,314 are left at the end of 2030, 1,420 at the end of 2029; what is in it in 2026 the plan draws in 2027."""
    stock = plan.line("stabilization_fund_stock")
    assert stock[1] == 0 < stock[0]

    def drawn(year: int, amount: float) -> np.ndarray:
        spent = _spent(known, CostPart.ONE_OFF, **{f"y{year}": amount})
        source = Source(year, ProposalSource.STABILIZATION, amount, Evidence.LETTER, "纪要")
        return try_out(ground, replace(spent, sources=(source,))).cost

    assert drawn(2026, 500)[0] == 500  # none of it is free
    assert drawn(2029, float(stock[3]))[3] == pytest.approx(0)
    assert drawn(2029, float(stock[3]) + 200)[3] == pytest.approx(200)


def test_fund_money_pays_what_the_funds_have_and_no_more(
    ground: Ground, known: dict[str, Proposal], plan: Plan
) -> None:
    free = float(plan.line("fund_uncommitted")[0])
    assert free > 0
    for amount, refused in ((free - 0.5, False), (free + 0.5, True)):
        verdict = try_out(ground, _spent(known, CostPart.ONE_OFF, CostMoney.FUNDS, y2026=amount)).verdict
        assert ("G1.fund" in [each.id for each in verdict.refused_by]) is refused


def test_a_score_by_hand(ground: Ground, known: dict[str, Proposal], plan: Plan) -> None:
    """1,000 once in 2029 of what is there in that year: T1 in proportion between 30 and 100 %, stress fails, the treasury is thin."""
    trial = try_out(ground, _spent(known, CostPart.ONE_OFF, y2029=1000))
    share = 1000 / float(plan.line("uncommitted_resources")[3])
    lowest = float(trial.figures["treasury_cover_lowest"][:5].min())
    marks = 25 * min((1.0 - share) / 0.7, 1.0) + 10 + 10 + 15 + 5 + 0 + 10 + 10 * (0.1 - lowest) / (0.1 - 0.3)
    assert trial.verdict.score == pytest.approx(marks, abs=1e-5)
    assert trial.verdict.outcome == (PASSED if marks >= 80 else CONDITIONAL)


def test_the_ten_percent_line_asks_whether_an_item_makes_it_worse(
    ground: Ground, known: dict[str, Proposal], plan: Plan
) -> None:
    assert plan.line("interest_burden_special").min() > 0.1
    held = {each.id: each for each in try_out(ground, known["YSA01"]).verdict.gates}
    assert held["G2.interest_special"].passes and "没有加重" in held["G2.interest_special"].said
    parking = {each.id: each for each in try_out(ground, known["YSA04"]).verdict.gates}
    assert parking["G2.interest_special"].passes is False


def test_bonds_of_an_item_go_through_the_debt_block(plan: Plan, known: dict[str, Proposal]) -> None:
    """2,600 in 2028 and 1,600 in 2029 at 2.7 % for 15 years: the stock is higher by them, the interest by what they pay alone."""
    burden = burden_of(plan, known["YSA04"], method())
    after = compute(with_bonds(plan.basis, burden.bonds), Drivers.unchanged(5))[0]
    moved = {
        name: after[name] - plan.lines[name]
        for name in ("debt_special_stock", "interest_special", "issue_fees_special")
    }
    np.testing.assert_allclose(moved["debt_special_stock"], [0, 0, 2600, 4200, 4200], atol=1e-6)
    paid = moved["interest_special"] + moved["issue_fees_special"]
    np.testing.assert_allclose(burden.fund_service[:5], np.maximum(paid - [0, 0, 0, 0, 310], 0), atol=1e-6)
    assert moved["interest_special"][4] == pytest.approx(4200 * 0.027, rel=0.05)
    nothing = with_bonds(plan.basis, {})
    assert nothing is plan.basis
    # dearer bonds cost more
    dearer = burden_of(plan, known["YSA04"], method(), Sizing(rate=0.05))
    assert dearer.fund_service[3] > burden.fund_service[3]


def test_bonds_of_an_item_fit_under_the_limit_or_are_refused(
    plan: Plan, ground: Ground, known: dict[str, Proposal]
) -> None:
    """The plan's own new bonds do not give way: what is left under the limit is 16,413 in 2029."""
    room = float(plan.line("debt_general_headroom")[3])
    for amount, refused in ((room - 1, False), (room + 1, True)):
        bond = Source(2029, ProposalSource.GENERAL_BOND, amount, Evidence.BUDGETED, "")
        item = replace(_spent(known, CostPart.ONE_OFF, y2029=amount), sources=(bond,))
        trial = try_out(ground, item)
        held = {each.id: each for each in trial.verdict.gates}["G2.limit_general"]
        assert (held.passes is False) is refused and (held.years == (2029,)) is refused
        after = compute(trial.basis, Drivers.unchanged(5))[0]["debt_general_issued_new"]
        np.testing.assert_allclose(after - plan.line("debt_general_issued_new"), [0, 0, 0, amount, 0], atol=1e-6)


@pytest.mark.parametrize(
    ("changed", "gate"),
    [
        ({"negative_item": "image_project"}, "G3.negative_list"),
        ({"approvals": YesNo.NO}, "G3.approvals"),
        ({"advance_funding": YesNo.YES}, "G3.advance"),
        ({"design_estimate": 3400 * 1.11}, "G3.estimate"),
        ({"approved_estimate": 3599.0}, "G3.approved"),
        ({"hidden_debt": YesNo.YES}, "G2.hidden_debt"),
    ],
)
def test_each_legal_gate_from_both_sides(ground: Ground, known: dict[str, Proposal], changed: dict, gate: str) -> None:
    school = known["YSA03"]
    assert not try_out(ground, school).verdict.refused_by
    verdict = try_out(ground, replace(school, **changed)).verdict
    assert verdict.outcome == REFUSED and gate in [each.id for each in verdict.refused_by]
    assert try_out(ground, replace(school, design_estimate=3400 * 1.099)).verdict.outcome != REFUSED


@pytest.mark.parametrize("code", ["YSA02", "YSA03", "YSA06", "YSA05"])
def test_flip_points_hold_when_run_again(ground: Ground, known: dict[str, Proposal], code: str) -> None:
    trials = Trials(ground, known[code])
    sized = {
        "amount": lambda value: Sizing(scale=value),
        "start_year": lambda value: Sizing(delay=int(value) - known[code].start_year),
        "own_share": lambda value: Sizing(own_share=value),
        "overrun": lambda value: Sizing(overrun=value),
        "rate": lambda value: Sizing(rate=value),
    }
    found = flip_points(trials)
    assert set(found) == set(DIRECTIONS) and any(found.values())
    for direction, point in found.items():
        if point is not None:
            before, after = (
                try_out(ground, known[code], sized[direction](at)).verdict.outcome for at in (point.value, point.past)
            )
            assert (before, after) == (point.before, point.after) and before == trials.at().verdict.outcome
            assert direction == "start_year" or abs(point.past - point.value) <= 0.01 * max(abs(point.value), 1)


def test_the_largest_size_and_the_earliest_year_are_seen(
    plan: Plan, known: dict[str, Proposal], ground: Ground
) -> None:
    found = fm.assess(plan, known["YSA06"], paths=200)
    scale = found.largest_affordable.scale
    inside, outside = (try_out(ground, known["YSA06"], Sizing(scale=scale * by)).verdict for by in (1.0, 1.001))
    assert inside.affordable and not outside.affordable
    # 80 % of what is free binds, by hand: the first test's margin in 2030, or the gates at a size beyond
    assert found.largest_affordable.yearly == pytest.approx(scale * 500, rel=1e-9)
    assert found.earliest_year == 2029  # in 2027 and 2028 nothing is free, and three years from 2026 reach into them
    assert found.earliest_year not in (2027, 2028)


def test_conditions_pass_when_they_are_put_in(ground: Ground, known: dict[str, Proposal]) -> None:
    school = Trials(ground, known["YSA03"])
    kinds = {each.kinds: each for each in conditions_for(school)}
    assert set(kinds) == {("offset",), ("downsize",)}
    assert all(each.outcome == PASSED and each.score >= 80 for each in kinds.values())
    scale = float(re.search(r"申报的([\d.]+)%", kinds[("downsize",)].said)[1]) / 100
    smaller = try_out(ground, known["YSA03"], Sizing(scale=scale)).verdict
    assert (smaller.outcome, smaller.score) == (PASSED, kinds[("downsize",)].score)
    assert try_out(ground, known["YSA03"], Sizing(scale=scale + 0.002)).verdict.outcome != PASSED
    assert conditions_for(Trials(ground, known["YSA09"])) == ()  # what passes needs none
    assert conditions_for(Trials(ground, known["YSA10"])) == ()  # no condition opens the negative list


def test_a_letter_is_a_condition_where_the_money_from_above_is_only_hoped_for(
    ground: Ground, known: dict[str, Proposal]
) -> None:
    school = known["YSA03"]
    hoped = replace(
        school,
        sources=tuple(replace(each, evidence=Evidence.EXPECTED, document="") for each in school.sources),
        offsets=tuple(replace(each, amount=each.amount + 900) for each in school.offsets),
    )
    assert try_out(ground, replace(hoped, sources=school.sources)).verdict.outcome == PASSED
    assert try_out(ground, hoped).verdict.outcome == CONDITIONAL
    assert ("letter",) in {each.kinds for each in conditions_for(Trials(ground, hoped))}


def test_odds_are_counted_on_the_same_paths(ground: Ground, known: dict[str, Proposal]) -> None:
    nothing = breach_odds(ground, try_out(ground, known["YSA01"], Sizing(scale=0.0)), 500, 7)
    assert not any(nothing.more.values()) and nothing.without == nothing.with_it
    dear = breach_odds(ground, try_out(ground, _spent(known, CostPart.ONE_OFF, y2029=20000)), 2000, 7)
    again = breach_odds(ground, try_out(ground, known["YSA10"]), 2000, 7)
    assert dear.without == again.without  # the same futures
    assert dear.more["funding_gap"] > 0.05 and dear.interval["funding_gap"][0] > 0
    for line in dear.more:
        assert dear.more[line] == pytest.approx(dear.with_it[line] - dear.without[line])
        low, high = dear.interval[line]
        assert low <= dear.more[line] <= high


@pytest.mark.slow
def test_each_stands_on_what_those_before_it_leave_and_the_order_shows(plan: Plan, known: dict[str, Proposal]) -> None:
    both = [_spent(known, CostPart.ONE_OFF, y2029=800), _spent(known, CostPart.ONE_OFF, y2029=1500)]
    both = [
        replace(each, proposal_code=code, priority=at)
        for at, (code, each) in enumerate(zip("AB", both, strict=True), 1)
    ]
    found = fm.assess_together(plan, both, paths=100)
    one, two = found.assessments
    assert two.trial.money.before[3] == 800 and two.ranked_before == ("A",)
    assert {"A": one.outcome, "B": two.outcome} == {"A": found.first["A"], "B": found.last["B"]}
    assert found.order_matters == tuple(
        code
        for code, each in zip("AB", (one, two), strict=True)
        if len({each.outcome, found.first[code], found.last[code]}) > 1
    )
    assert found.order_matters and "排序影响结论" in found.order_text
    apart = [
        replace(both[0], costs=(Cost(2029, CostPart.ONE_OFF, CostMoney.GENERAL, 10.0),)),
        replace(
            both[1], costs=(Cost(2030, CostPart.ONE_OFF, CostMoney.GENERAL, 10.0),), start_year=2030, end_year=2030
        ),
    ]
    assert "都不改变" in fm.assess_together(plan, apart, paths=100).order_text
    refused = replace(known["YSA10"], priority=1)
    assert not fm.assess_together(plan, [refused, replace(both[0], priority=2)], paths=100).assessments[1].ranked_before


def test_what_the_data_do_not_say_lets_nothing_pass_unconditionally(known: dict[str, Proposal]) -> None:
    gangu = fm.project(fm.read_place(PLACES / "gangu"), "baseline")
    spent = replace(_spent(known, CostPart.ONE_OFF, y2025=10), start_year=2025)
    found = fm.assess(gangu, spent, paths=100)
    assert found.unknown and found.outcome != PASSED
    assert all(each.passes is not False for each in found.gates)


@pytest.mark.slow
def test_the_same_in_gives_the_same_out_and_another_method_another_digest(
    plan: Plan, known: dict[str, Proposal], tmp_path: Path
) -> None:
    one, two = (fm.assess(plan, known["YSA03"], paths=100) for _ in range(2))
    assert (one.digest, one.certificate, one.data()) == (two.digest, two.certificate, two.data())
    (tmp_path / METHOD_FILE).write_text(
        'version = "某县2026.1"\n[changes]\n"某县2026.1" = "通过的分界调低"\n[outcome]\npassed = 62\n', encoding="utf-8"
    )
    own = fm.assess(plan, known["YSA03"], method=read_method(tmp_path / METHOD_FILE), paths=100)
    assert (one.outcome, own.outcome) == (CONDITIONAL, PASSED) and own.digest != one.digest
    assert own.method.version == "某县2026.1" and own.certificate.startswith("YSA03-某县2026.1-")


def test_years_before_the_plan(plan: Plan, ground: Ground, known: dict[str, Proposal]) -> None:
    """Over before the plan: nothing to assess. Begun before it: the flip of its start is one that was run."""
    with pytest.raises(InputError, match="2022年已经结束"):
        fm.assess(plan, _spent(known, CostPart.ONE_OFF, y2020=50, y2022=50))
    begun = _spent(known, CostPart.ONE_OFF, y2024=500, y2026=500)
    point = flip_points(Trials(ground, begun))["start_year"]
    assert (point.value, point.past) == (2024, 2025)
    assert (
        try_out(ground, begun, Sizing(delay=1)).verdict.outcome == point.after != try_out(ground, begun).verdict.outcome
    )


@pytest.mark.slow
def test_whose_hole_it_is(plan: Plan, ground: Ground, known: dict[str, Proposal]) -> None:
    """What costs the general budget nothing is not refused for its hole; of what others pay no size is too large."""
    funded = try_out(ground, _spent(known, CostPart.ONE_OFF, CostMoney.FUNDS, y2027=50)).verdict
    assert [each.id for each in funded.refused_by] == ["G1.fund"]
    paid = replace(
        _spent(known, CostPart.ONE_OFF, y2027=50),
        sources=(Source(2027, ProposalSource.SUPERIOR, 50, Evidence.LETTER, "文"),),
    )
    found = fm.assess(plan, paid, paths=100)
    assert found.outcome == PASSED and found.largest_affordable is None
    assert "不占用本级财力" in dict(said_in_short(found))["最大可承受规模"]
    assert (
        fm.assess(plan, _spent(known, CostPart.ONE_OFF, y2029=50), paths=100).exempt
        and not fm.assess(plan, known["YSA04"], paths=100).exempt
    )


def test_under_stress_what_is_guaranteed_is_called_too(ground: Ground, plan: Plan, known: dict[str, Proposal]) -> None:
    stressed = compute(plan.basis, stress_of(plan, ground.method))[0]["uncommitted_resources"]
    called = fm.affordability.stressed_calls(plan) - plan.line("contingent_duties")
    assert (called > 0).any()
    np.testing.assert_allclose(try_out(ground, known["YSA01"]).stressed.money[:5], stressed - called)


def test_a_raise_counts_with_the_guarantees(ground: Ground, known: dict[str, Proposal], plan: Plan) -> None:
    trial = try_out(ground, known["YSA02"])
    priced = fm.guarantees.reprice(plan, known["YSA02"].changes)
    whole = priced[priced["item"] == "total"]["county"].to_numpy()
    np.testing.assert_allclose(trial.cost[:5], whole * [0, 0, 0, 1, 1])
    assert fitted(np.ones(2), 3).tolist() == [1, 1, 0]


def test_the_report_says_what_was_decided_and_only_where_something_is_proposed(
    plan: Plan, known: dict[str, Proposal]
) -> None:
    trials = try_in_order(plan)
    assert [each.burden.proposal.proposal_code for each in trials] == [
        each.proposal_code for each in fm.list_proposals(plan.basis.place)
    ]
    text = said(plan, "10_rating")
    for outcome in (PASSED, CONDITIONAL, REFUSED):
        named = [each.burden.proposal.name for each in trials if each.verdict.outcome == outcome]
        assert f"{outcome}{len(named)}项（{'、'.join(named)}）" in text
    rows = {row.line: row.values for row in tables_in(proposal_tables, plan=plan)["27-9"].rows}
    money = np.array([rows[name] for name in rows if name != "left"]).sum(axis=0)
    np.testing.assert_allclose(money, rows["left"], atol=0.5)
    assert len(tables_in(proposal_tables, plan=plan)["27-8"].rows) == 10
    gangu = fm.project(fm.read_place(PLACES / "gangu"), "baseline")
    found = [{"outcome": PASSED, "names": ["甲", "乙"]}, {"outcome": REFUSED, "names": ["丙"]}]
    registered = said(gangu, "12_projects", proposals=lambda: found)
    assert "没有项目库；登记的新增支出见第十部分（通过2项、不通过1项），本规划未列具体项目" in registered
    assert "没有项目库，也没有登记重大改革和支出政策" in said(gangu, "12_projects")
    assert "登记的新增支出" not in said(gangu, "10_rating") and try_in_order(gangu) == ()


def test_fund_money_is_the_countys_own_for_the_exemption(plan: Plan, known: dict[str, Proposal]) -> None:
    for amount, exempt in ((99.0, True), (100.0, False)):  # below 100 a year and 300 in all
        road = _spent(known, CostPart.ONE_OFF, CostMoney.FUNDS, y2026=amount)
        assert fm.assess(plan, road, paths=100).exempt is exempt


def test_funds_that_nobody_knows_neither_refuse_nor_pass(ground: Ground, known: dict[str, Proposal]) -> None:
    unknown = replace(ground.plan, unavailable=ground.plan.unavailable | {"fund_uncommitted"})
    dark = stand_on(unknown, ground.method)
    road = _spent(known, CostPart.ONE_OFF, CostMoney.FUNDS, y2026=500)
    for of, expected in ((ground, False), (dark, None)):  # known: 62 can be paid
        gates = {each.id: each.passes for each in try_out(of, road).verdict.gates}
        assert gates["G1.fund"] is expected
    assert try_out(dark, road).verdict.outcome == CONDITIONAL
    free = _spent(known, CostPart.ONE_OFF, y2026=500)
    assert {each.id: each.passes for each in try_out(dark, free).verdict.gates}["G1.fund"] is True
