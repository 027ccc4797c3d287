"""What is uncommitted and what may be cut, by budget and fund, by year and on paths: only what is free of a tied use."""

from dataclasses import replace

import numpy as np
import pytest
from conftest import WITHOUT_BUDGET
from report_case import case_of
from test_stock_funds import FOUR, SPLIT, flat

from fiscal_model.arithmetic.budgets.funds import each_fund, project_funds
from fiscal_model.law.rules import rule_table
from fiscal_model.model.compute import compute, fund_terms
from fiscal_model.model.futures import Drivers
from fiscal_model.report.tables.capacity_tables import offsets_table, uncommitted_table
from fiscal_model.words.lines import LINES, compute_line

FREE, TIED = ("1030148", "1030156"), ("1030155", "1030178", "10310", "11004", "1030147", "1030199")


def drawn(plan, paths=40):
    """Lines of a plan in many futures, (path, year)."""
    draw = np.random.default_rng(11)
    shape = (paths, len(plan.years))
    drivers = Drivers(*(np.exp(draw.normal(0, deviation, shape)) for deviation in (0.1, 0.05, 0.6)))
    return compute(plan.basis, drivers)[0]


def test_four_funds_by_hand():
    """Land keeps half; of a lottery's 8.6 and the grants' 15.4 what is not carried on may serve its own use only."""
    loose = replace(FOUR, split=replace(SPLIT, carryover_share=np.array([0.1, 0.1, 0.1, 0.4])))
    found = {name: values[0].round(6).tolist() for name, values in each_fund(loose).items()}
    # Land: 100 + 6 - 5 remitted - 6 of service - 40 of costs - 20 for its own use - 10 moved - 10 carried on.
    assert found["uncommitted"] == [15, 0, 0, 0]
    assert found["tied_left"] == [0, 0, 7.8, 9.7]
    assert found["short"] == [0, 0, 0, 0]
    # Costs of 120: 101 - 6 - 120 - 20 lacks 45, of which 25 are a gap and 20 are not spent; the others' money fills nothing.
    dear = {
        name: values[0].round(6).tolist()
        for name, values in each_fund(replace(loose, land_cost_share=flat(1.2))).items()
    }
    assert dear["uncommitted"] == [0, 0, 0, 0] and dear["short"] == [45, 0, 0, 0]
    assert dear["gap"] == [25, 0, 0, 0] and dear["tied_left"] == found["tied_left"]


@pytest.mark.parametrize("name", ["lijiang", "yunshui"])
def test_every_fund_adds_up_on_paths(plan_of, name):
    """Income and what was carried in, less what is carried on and all that goes on, fund by fund and in every future."""
    plan = plan_of(name)
    lines = drawn(plan)
    terms = fund_terms(plan.basis, lines)
    found, total = each_fund(terms), project_funds(terms)
    left = found["uncommitted"] + found["tied_left"] - found["short"]
    continuing = found["remitted_up"] + found["owed"] + found["transfer_out"]
    np.testing.assert_allclose(left, found["revenue"] + found["carry_in"] - found["carry_out"] - continuing, atol=1e-6)
    np.testing.assert_allclose(
        left, found["other_spending"] - found["own_continuing"] - found["gap"] - found["transfer_in"], atol=1e-6
    )
    for key in ("uncommitted", "tied_left", "short"):
        np.testing.assert_allclose(found[key].sum(axis=-1), lines[f"fund_{key}"], atol=1e-6)
        np.testing.assert_array_equal(getattr(total, key), lines[f"fund_{key}"])
    assert (lines["fund_short"] > 0).any() and (lines["fund_tied_left"] > 0).all()  # land cannot pay in many futures


@pytest.mark.parametrize("name", ["lijiang", "yunshui"])
def test_tied_money_is_never_free(plan_of, name):
    plan = plan_of(name)
    found = each_fund(fund_terms(plan.basis, drawn(plan)))
    codes = plan.basis.balance.funds.codes
    for at, code in enumerate(codes):
        assert (code in FREE) or (code in TIED), code
        assert not found["tied_left" if code in FREE else "uncommitted"][..., at].any(), code
    assert found["uncommitted"].any()


def test_totals_only_tell_nothing_of_ties(plan_of):
    plan = plan_of("gangu")
    assert {"fund_uncommitted", "fund_tied_left", "fund_offset_capacity"} <= plan.unavailable
    table = uncommitted_table(plan)
    assert len(table.rows) == 3 and "无从区分" in table.notes[0]
    assert not {"fund_uncommitted", "fund_tied_left"} & plan_of("lijiang").unavailable


@pytest.mark.parametrize(
    ("cut", "development", "operations"),
    [(0, 100, 50), (60, 40, 50), (100, 0, 50), (130, 0, 20), (150, 0, 0), (400, 0, 0)],
)
def test_what_was_cut_is_no_offset_again(cut, development, operations):
    """Of 1,000 a tenth and a twentieth: development goes first, as the waterfall cuts it."""
    lines = {
        "other_continuing_spending": np.array([1000.0]), "flexible_spending": np.array([1000.0 - cut]),
        "development_cut_share": np.array([0.1]), "operations_cut_share": np.array([0.05]),
    }  # fmt: skip
    for name, expected in (("offset_development", development), ("offset_operations", operations)):
        assert compute_line(name, lines)[0] == pytest.approx(expected)


@pytest.mark.parametrize("name", ["lijiang", "zhangye", "gangu", "yunshui"])
def test_offsets_are_what_may_be_cut_and_no_more_on_paths(plan_of, name):
    lines = drawn(plan_of(name))
    parts = ("offset_projects", "offset_development", "offset_operations", "offset_reserve", "offset_revolving")
    np.testing.assert_allclose(lines["offset_capacity"], sum(lines[part] for part in parts))
    assert all((lines[part] >= 0).all() for part in parts)
    flexible = np.maximum(lines["flexible_spending"], 0) + lines["candidate_projects"]
    reserve = lines["contingency_reserve"] - 0.01 * lines["expenditure"]
    np.testing.assert_array_less(lines["offset_capacity"], flexible + np.maximum(reserve, 0) + 1)


def test_the_reserve_offers_what_is_above_its_legal_floor(plan_of):
    """At 2 % half of it; at the floor nothing."""
    plan = plan_of("yunshui", reserve_rate=0.02)
    np.testing.assert_allclose(plan.line("offset_reserve"), plan.line("contingency_reserve") / 2)
    np.testing.assert_allclose(plan_of("yunshui").line("offset_reserve"), 0, atol=1e-6)


def test_a_revolving_fund_need_not_be_filled(plan_of):
    plan = plan_of("yunshui", revolving_topup=100.0)
    topup = plan.line("revolving_topup")
    assert topup.any()
    np.testing.assert_allclose(plan.line("offset_revolving"), np.maximum(topup, 0))


def test_every_category_has_its_rule_and_reason_and_guarantees_offer_nothing(plan_of):
    for rule in rule_table("offsets"):
        assert rule["source"] and rule["reason"] and all(line in LINES for line in rule["lines"].split())
    offered = {line for rule in rule_table("offsets") if rule["may"] == "yes" for line in rule["lines"].split()}
    assert not {line for line in offered if line.startswith(("guarantee", "interest", "principal"))}
    plan = plan_of("yunshui")
    table = offsets_table(plan)
    total = next(row for row in table.rows if row.line == "offset_total")
    np.testing.assert_allclose(
        total.values[-5:], np.add(plan.line("offset_capacity"), plan.line("fund_offset_capacity")).astype(float)
    )
    never = [row for row in table.rows if row.label.startswith(("三保支出", "政府债务付息"))]
    assert len(never) == 2 and all("不" in str(row.values[1]) or "必须" in str(row.values[1]) for row in never)


def test_the_table_by_fund_shows_what_is_free_and_what_is_tied(plan_of):
    """丽江's lottery has 7,636 a year for its own use, the infrastructure levy 218 that may be moved."""
    rows = {row.line: row for row in uncommitted_table(plan_of("lijiang", **WITHOUT_BUDGET)).rows}
    np.testing.assert_allclose(np.array(rows["fund_1030155_tied_left"].values[-5:], dtype=float), 7_636, atol=0.6)
    np.testing.assert_allclose(np.array(rows["fund_1030156_uncommitted"].values[-5:], dtype=float), 218, atol=0.6)
    assert "fund_1030155_uncommitted" not in rows and "不调出" in str(rows["fund_1030155_continuing"].values[0])


@pytest.mark.slow
def test_chapter_6_tells_free_money_of_the_funds_from_tied(plan_of):
    lijiang = case_of(plan_of("lijiang")).chapter("六")
    assert "可统筹的政府性基金另有未安排资金" in lijiang and "限定用途的基金未安排的" in lijiang
    yunshui = case_of(plan_of("yunshui", **WITHOUT_BUDGET)).chapter("六")
    assert "可统筹的政府性基金没有未安排资金" in yunshui and "政府性基金延续性支出超出本基金财力" in yunshui
    assert "可统筹的政府性基金" not in case_of(plan_of("gangu")).chapter("六")
