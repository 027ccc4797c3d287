"""Doubts of ledgers that 云水 does not show: one cell of a register is changed, and the row is found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fiscal_model.report.all_ledgers import declared_ledgers
from fiscal_model.words.ledger_terms import YesNo


@pytest.fixture
def changed(plan_of):
    """A ledger of 云水, its frame and its notes, with cells of one register changed where a column has a value."""

    def found(name, register, where, **cells):
        plan = plan_of("yunshui")
        rows = plan.basis.place.rows(register).copy()
        column, value = where
        for field, cell in cells.items():
            rows.loc[rows[column] == value, field] = cell
        place = replace(plan.basis.place, tables={**plan.basis.place.tables, register: rows})
        plan = replace(plan, basis=replace(plan.basis, place=place))
        return declared_ledgers()[name].find(plan), declared_ledgers()[name](plan).notes

    return found


def test_a_joint_finding_has_the_amount_of_the_register(changed):
    # Both bodies say 2300; the register then says 1800
    rows, _ = changed("joint_findings", "findings", ("finding", "YSF03"), amount=1800.0)
    assert rows.set_index("shared")["doubt"]["YSF03"] == "与整改台账金额不一致，核对"
    rows, notes = changed("findings_by_owner", "findings", ("finding", "YSF05"), amount=500.0)
    # YSF05 is closed: its money is the owner's, not what is overdue (2300 + 64)
    assert rows.set_index("owner").loc["县财政局国库股", ["amount", "late_amount"]].tolist() == [2800, 2300]
    assert "涉及2,364.00万元" in notes[0]


def test_the_registry_and_the_profits_agree(changed):
    rows, _ = changed("state_firm_coverage", "firms", ("firm", "云水县文化旅游公司"), ownership_share=1.0)
    assert rows.set_index("firm")["doubt"]["云水县文化旅游公司"] == "股比或类别与 firms 表不符，核对"


def test_a_covered_firm_that_declares_nothing_is_named(changed):
    _, notes = changed("profit_declarations", "firm_registry", ("firm", "云水县粮食储备公司"), covered=YesNo.YES)
    assert "名录已纳入国资预算、没有申报的：云水县粮食储备公司（2024年），催报。" in notes


def test_of_each_class_the_option_that_brings_most_counts(changed):
    # 751.09 of the firms that compete and 137.81 of the public ones; the third is decided
    _, notes = changed("pay_ratio_options", "pay_ratio_options", ("option", "方案三"), pay_ratio=0.3)
    assert "增加国资收益888.9" in notes[0]


def test_a_joint_review_has_the_score_of_the_library_and_what_is_sent_back_gets_nothing(changed):
    rows, _ = changed("joint_reviews", "joint_reviews", ("project_code", "YSP13"), score=95.0)
    found = rows.set_index("project_code")
    assert found["doubt"]["YSP13"] == "得分与项目库五个维度不符，核对"
    assert found.loc["YSP08", ["opinion", "advised"]].tolist() == ["退回重编", 0]


def test_what_is_to_be_scrapped_has_a_plan_and_what_is_sold_is_not_lent(changed):
    rows, _ = changed("unit_assets", "unit_assets", ("asset_code", "YSA10"), state="scrap")
    assert rows.set_index("asset_code")["doubt"]["YSA10"] == "待报废没有处置计划，列入处置"
    rows, _ = changed("asset_market", "asset_disposals", ("asset_code", "YSA03"), adopted=YesNo.YES)
    assert rows.set_index("request_code").loc["YSX03", ["found", "doubt"]].tolist() == ["—", ""]


def test_a_bridge_fund_that_lends_as_planned_is_fine(changed):
    rows, _ = changed("bridge_fund", "contingent_liabilities", ("item", "企业应急转贷周转金"), balance=2000.0)
    assert rows.set_index("year")["doubt"][2025] == "有逾期，催收并停止续借"
