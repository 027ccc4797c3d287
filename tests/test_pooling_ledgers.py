"""Cases of the ledgers of task 5, worked by hand from the rows of 云水."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import fiscal_model as fm
from fiscal_model.blocks.ledgers.pooling_effects import moved_spending
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.report.all_ledgers import declared_ledgers
from fiscal_model.words.ledger_terms import YesNo
from fiscal_model.words.pooling_terms import BudgetedIn, ServiceNature


@pytest.fixture(scope="module")
def found(plan_of):
    plan = plan_of("yunshui")
    return lambda name, key: declared_ledgers()[name].find(plan).set_index(key)


def test_income_outside_the_budgets_or_in_another(found):
    """停车收费 is in no budget, 污水处理费 is a fund, 10388 is no code; tuition and insurance need no code."""
    doubt = found("income_accounts", "account_code")["doubt"]
    assert doubt[["YSR01", "YSR04", "YSR07"]].tolist() == [
        "没有纳入预算，列入一般公共预算", "所列预算不对，改列政府性基金预算", "科目不在该预算，核对编码",
    ]  # fmt: skip
    assert (doubt.drop(["YSR01", "YSR04", "YSR07"]) == "").all()


def test_no_list_holds_more_than_its_account(plan_of):
    """配套费 of 2025 came to 790 in the ledger; a list that says 791 is wrong."""
    plan = plan_of("yunshui")
    for amount, said in ((790, ""), (791, "多于该科目全部收入，核对")):
        rows = plan.basis.place.tables["income_accounts"]
        rows = rows.assign(amount=rows["amount"].where(rows["account_code"] != "YSR03", amount))
        place = replace(plan.basis.place, tables={**plan.basis.place.tables, "income_accounts": rows})
        found = declared_ledgers()["income_accounts"].find(replace(plan, basis=replace(plan.basis, place=place)))
        assert found.set_index("account_code").loc["YSR03", ["booked", "doubt"]].tolist() == [790, said]


def test_what_moves_to_the_general_budget(plan_of, found):
    """160 of wages move with 90 of income: 70 net; building stays; a tied fund asks first."""
    rows = found("moved_services", ["item_code", "year"])
    assert rows.loc[("YSL01", 2025), ["general", "fund", "doubt"]].tolist() == [70, 70, ""]
    assert rows.loc[("YSL03", 2027), "doubt"] == "专款专用基金，先报批再转列"
    assert rows.loc[("YSL04", 2027), "doubt"] == "工程建设不转列，留在基金"
    place = plan_of("yunshui").basis.place
    moved = moved_spending(place, place.rows("moved_services")).set_index("target")["amount"]
    assert moved["flexible_spending"].tolist() == [-160, -180, -180, -320, -900]
    assert moved["10399"].tolist() == [90, 300] and moved[["1030156", "1030178"]].tolist() == [-90, -300]


def test_both_budgets_move(plan_of):
    """The sewage plant: 320 of spending and 300 of income leave the fund, which spends 300 less."""
    plan = plan_of("yunshui")
    rows = plan.basis.place.tables["moved_services"]
    rows = rows.assign(adopted=[YesNo.YES if code == "YSL03" else YesNo.NO for code in rows["item_code"]])
    place = replace(plan.basis.place, tables={**plan.basis.place.tables, "moved_services": rows})
    after = fm.project(place, plan.basis.scenario)
    at = plan.years.index(2027)
    change = {
        line: after.line(line)[at] - plan.line(line)[at]
        for line in ("own_revenue", "fund_revenue", "fund_expenditure", "uncommitted_resources")
    }
    assert change["own_revenue"] == pytest.approx(300) and change["fund_revenue"] == pytest.approx(-300)
    assert change["fund_expenditure"] == pytest.approx(-300)
    # The budget of a year with a gap grows by the income only, the reserve by 1 % of that.
    assert change["uncommitted_resources"] == pytest.approx(300 - 320 - 3, abs=0.1)


def test_what_cannot_be_moved_is_refused():
    row = dict(fund_code="10304", nature=ServiceNature.BUILDING, adopted=YesNo.YES)
    said = [(column, found) for column, found, _ in TABLES["moved_services"].complaints(row)]
    assert said == [("fund_code", "科目编码“10304”不在政府性基金预算的科目表里"), ("adopted", "工程建设填写了计入规划")]
    assert TABLES["moved_services"].complaints({**row, "fund_code": "1030148", "adopted": YesNo.NO}) == []
    nowhere = dict(budgeted_in=BudgetedIn.NOWHERE, revenue_code="10307")
    assert TABLES["income_accounts"].complaints(nowhere)[0][1] == "未纳入预算，又填写了收入科目“10307”"


def test_own_income_is_carried_forward_damped(found):
    """职教中心: 150 to 174 in three years; a year on at 0.8 of that growth, 130 are declared."""
    growth = (174 / 150) ** (1 / 3) - 1
    row = found("unit_income_forecast", "unit_name").loc["县职业教育中心"]
    assert row[["growth", "forecast"]].tolist() == pytest.approx([growth, 174 * (1 + 0.8 * growth)])
    assert row[["short", "doubt"]].tolist() == [pytest.approx(row["forecast"] - 130), "申报偏低，按预测核增"]
    assert found("unit_income_forecast", "unit_name").loc["县第一中学", "doubt"] == ""


def test_own_money_pays_first(found):
    """职教中心 has 95 + 130 - 30 = 195, needs 1518 and asks for all of it. 人民医院: 330 for 260 of projects."""
    rows = found("unit_needs", "unit_name")
    columns = ["own", "own_wages", "own_running", "own_projects", "due", "excess"]
    assert rows.loc["县职业教育中心", columns].tolist() == [195, 195, 0, 0, 1323, 195]
    assert rows.loc["县人民医院", columns].tolist() == [330, 0, 0, 260, 0, 0]
    assert rows.loc[["县第一中学", "县农业技术推广中心"], "doubt"].tolist() == ["", "先用自有资金，核减财政拨款"]


def test_shared_tasks_and_their_money(found):
    """供水 4800 x 0.15 = 720, 900 asked: 180 twice. 避险搬迁 needs 3400 and has 2600 + 480."""
    shares = found("task_shares", ["task_code", "department"]).sort_index()
    assert shares.loc[("YSW01", "县住房和城乡建设局"), "excess"] == pytest.approx(180)
    assert shares.loc["YSW06", "doubt"].tolist() == ["牵头部门不是一个，明确分工"] * 2
    assert shares.loc["YSW05", "doubt"].tolist() == ["比例之和不是1，重新核定"] * 2
    money = found("task_money", "name")
    assert money.loc["避险搬迁", ["short", "doubt"]].tolist() == [320, "资金不足，补足或压减任务"]
    assert money.loc[["城市书房建设", "招商引资企业奖补", "教育优质均衡"], "doubt"].tolist() == [
        "有任务没有资金，落实来源或调整", "有资金没有任务，核实去向", "",
    ]  # fmt: skip


def test_the_four_budgets_side_by_side(found):
    rows = found("four_budgets_alike", "budget")
    assert rows["doubt"].tolist() == ["", "", "", "没有批准数，一并编报"]
    assert rows["lines"].tolist()[:3] == [31, 9, 3] and np.isnan(rows["lines"].iloc[3])


def test_an_appropriation_is_never_more_than_the_need():
    cells = {"wages": 5.0, "running": 1.0, "projects": 0.0, "fiscal_requested": 7.0}
    assert "申请财政拨款 7 大于三项需求之和 6" in [said for _, said, _ in TABLES["unit_needs"].complaints(cells)]
