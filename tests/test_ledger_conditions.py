"""Doubts of ledgers that 云水 does not show: one cell of a register is changed, and the row is found."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from fiscal_model.registers.catalogue import TABLES
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


def test_a_number_that_no_library_holds_is_not_taken_for_none(changed):
    rows, _ = changed("proposed_standards", "cost_studies", ("study_code", "YSC01"), standard_code="YSB94")
    doubts = rows.set_index("study_code")["doubt"]
    assert doubts[["YSC01", "YSC03"]].tolist() == ["现行标准编号查不到，核对编号", "没有现行标准，先定标准入库"]


def test_what_was_paid_and_never_declared_is_seen(changed):
    rows, _ = changed("profit_declarations", "profit_declarations", ("year", 2023), paid=200.0)
    assert set(rows.loc[rows["year"] == 2023, "doubt"]) == {"已交多于申报，补报或退库"}


def test_a_pool_is_no_interest_subsidy(changed):
    rows, _ = changed("interest_subsidies", "interest_subsidies", ("year", 2024), item="特色产业贷款风险补偿资金池")
    assert rows["doubt"].iloc[0] == "不是或有负债台账的贴息事项，核对"


def test_what_comes_back_after_the_base_year_was_still_lent(changed):
    rows, _ = changed("bridge_loans", "bridge_loans", ("case_code", "YSG07"), repaid_on=dt.date(2026, 2, 1))
    assert rows.set_index("case_code")["doubt"]["YSG07"] == "逾期未还，催收并报告"


@pytest.mark.parametrize(
    ("table", "cells", "said"),
    [
        ("firm_registry", {"state": "cancelled", "covered": "yes", "exempt_reason": ""}, "已注销的企业不再纳入国资预算"),
        ("state_capital_receipts", {"received": 150.0, "base": 180.0, "share": 0.4, "year": 2025, "due_date": dt.date(2025, 11, 30)},
         "已收 150 大于应收（总额 180 × 份额 0.4）"),
        ("state_capital_execution", {"code": "1010102"}, "科目“1010102”不是国资预算科目"),
        ("evaluations", {"revised": 2027, "year": 2025}, "指标修订年度 2027 晚于评价年度 2025 的次年"),
        ("pilot_documents", {"number": "县财发〔2025〕1号", "issued_on": None}, "有文号没有印发日期"),
    ],
)  # fmt: skip
def test_what_a_row_may_not_say(table, cells, said):
    assert said in [complaint[1] for complaint in TABLES[table].complaints(cells)]
