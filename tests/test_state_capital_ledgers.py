"""Cases of the ledgers of task 9, worked by hand from the rows of 云水."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fiscal_model.blocks.ledgers.state_capital_effects import option_income
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.report.all_ledgers import declared_ledgers


@pytest.fixture(scope="module")
def found(plan_of):
    plan = plan_of("yunshui")
    return lambda name, key="firm": declared_ledgers()[name].find(plan).set_index(key)


def test_who_should_pay_and_what_changed(found):
    """Six of seven firms should be covered (one is cancelled), five are: 83.3 %."""
    covered = found("state_firm_coverage")
    assert (covered["due"].sum(), (covered["due"] & (covered["covered"] == "yes")).sum()) == (6, 5)
    assert covered.loc["云水县粮食储备公司", "doubt"] == "未纳入，补报并纳入国资预算"
    assert covered.loc["云水县交通建设公司", "doubt"] == "利润没有登记，补登 firms 表"
    changed = found("state_firm_changes")
    assert changed.loc["云水县文化旅游公司", ["change", "doubt"]].tolist() == [
        "国有股比：100.0%→70.0%",
        "没有依据文件，补齐文号",
    ]
    assert changed.loc["云水县客运公司", "doubt"] == "没有注销就不再列入，核实去向"
    assert changed.loc["云水县食品公司", ["change", "doubt"]].tolist() == ["状态：清算中→已注销", ""]
    assert "云水县农业发展公司" not in changed.index


def test_due_declared_and_paid(found):
    """670 x 0.9 x 0.2 = 120.6, declared 108; (400 - 100) x 0.9 x 0.15 = 40.5, paid 25; a loss owes nothing."""
    rows = found("profit_declarations", ["firm", "year"]).sort_index()
    assert rows.loc[("云水县供水供热公司", 2024), ["due", "arrears"]].tolist() == pytest.approx([120.6, 12.6])
    assert rows.loc[("云水县供水供热公司", 2024), "doubt"] == "申报少于应交，补报补交"
    assert rows.loc[("云水县文化旅游公司", 2024), "arrears"] == pytest.approx(15.5)
    assert rows.loc[("云水县农业发展公司", 2024), ["due", "doubt"]].tolist() == [0, ""]


def test_other_receipts_are_due_by_the_share_held(found):
    """180 x 0.4 = 72, 50 came in by the day: 22 open. 1200 x 0.05 = 60, all paid."""
    rows = found("state_capital_receipts", ["firm", "year"]).sort_index()
    assert rows.loc[("云水县水泥公司", 2025), ["due", "open"]].tolist() == [72, 22]
    assert rows.loc[("云水县水泥公司", 2025), "doubt"] == "到期没有收齐，催缴入库"
    assert rows.loc[("云水农商银行", 2025), ["due", "doubt"]].tolist() == [60, ""]


def test_what_paying_leaves_a_firm(found):
    """城投 2026: profit 1173, base (1173 - 180) x 0.9 = 893.7, pays 178.74; keeps 1173 + 420 - 178.74 = 1414.26 for 1400.

    At 30 % it pays 268.11 and keeps 1324.89, 0.946 of what it needs; it bears (1593 - 1400) / 893.7 = 21.6 %."""
    row = found("firm_funding").loc["云水县城市建设投资公司"]
    assert row[["paid", "kept", "cover_more", "bearable"]].tolist() == pytest.approx(
        [178.74, 1414.26, 1324.89 / 1400, 193 / 893.7]
    )
    assert row["doubt"] == "提高以后不够，不宜再提高"
    assert found("firm_funding").loc["云水县供水供热公司", "doubt"] == ""


def test_what_a_ratio_brings_beyond_todays(plan_of, found):
    """方案一 2026: 893.7 x (0.25 - 0.20) + (436.8 - 60) x 0.9 x 0.7 x (0.25 - 0.15) = 44.685 + 23.7384."""
    place = plan_of("yunshui").basis.place
    income = option_income(place, place.rows("pay_ratio_options"))
    first = income[(income["at"] == 0) & (income["year"] == 2026)]["amount"].item()
    assert first == pytest.approx(44.685 + 23.7384)
    assert income[income["at"] == 2]["year"].min() == 2027
    assert found("pay_ratio_options", ["option", "pay_class"])["doubt"].tolist() == ["未决定，不计入规划"] * 3 + [""]


def test_transfers_and_spending_stay_within_the_years_money(found):
    plans = found("state_capital_transfer_plans", "year")
    assert plans["doubt"].tolist() == ["", "未决定，不计入规划", "超过当年收入，压减"]
    assert plans.loc[2029, "share"] == pytest.approx((plans.loc[2029, "moved"] + 300) / plans.loc[2029, "revenue"])
    years = found("state_capital_plan", "year")
    assert (years["room"] == years["available"] - years["amount"]).all()
    assert years["amount"].tolist() == [265, 100, 30, 40, 0]


def test_progress_focus_and_ties(found):
    """30 of 55 by September is 20.5 points slow; 45 of 45 is 25 fast; 215 of 330 is 9.8 slow, within 15 points.

    文旅 paid 16.2 + 25 and is given 40: 0.97 of it. 供水 paid 210.6 and is given 160: 0.76."""
    progress = found("state_capital_execution", "code")
    assert progress.loc[["1030602", "22301", "22302", "23008"], "doubt"].tolist() == [
        "收入进度慢，催缴入库", "支出快于序时，控制拨付", "", "",
    ]  # fmt: skip
    assert progress.loc["1030602", "deviation"] == pytest.approx(-11.25)
    assert found("state_capital_focus", "name").loc["实景演出更新", "doubt"] == "不属重点，重新论证或者退出"
    ties = found("state_capital_ties")
    assert ties.loc["云水县文化旅游公司", ["ratio", "doubt"]].tolist() == [
        pytest.approx(40 / 41.2),
        "接近上交数，按领域重新论证",
    ]
    assert ties.loc["云水县供水供热公司", ["ratio", "doubt"]].tolist() == [pytest.approx(160 / 210.6), ""]


def test_the_rank_is_said_both_ways(plan_of):
    ledger = declared_ledgers()["state_capital_ties"]
    rows = ledger.find(plan_of("yunshui"))
    for given, said in ((rows["paid"], "整体上与上交挂钩"), (-rows["paid"], "整体上没有挂钩")):
        made = replace(ledger, find=lambda plan, given=given: rows.assign(amount=given))(plan_of("yunshui"))
        assert said in made.notes[1]


@pytest.mark.parametrize(
    ("table", "cells", "said"),
    [
        ("firm_registry", {"covered": "yes", "exempt_reason": "清算"}, "已纳入国资预算，又写了未纳入理由"),
        ("state_capital_spending", {"code": "201"}, "科目“201”不是国资预算支出科目"),
    ],
)
def test_what_a_row_may_not_say(table, cells, said):
    assert said in [found for _, found, _ in TABLES[table].complaints(cells)]
