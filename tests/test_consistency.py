"""Plan, budgets and registers against each other: nothing on a clean place, one row for each thing that disagrees."""

import datetime as dt
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest
from report_case import said, tables_in

from fiscal_model.analysis.control.budget_conflicts import COMPARED, approved_amounts
from fiscal_model.analysis.control.conflict import apart, rows_of
from fiscal_model.analysis.control.conflicts import COLUMNS, list_conflicts
from fiscal_model.blocks.checks.register_checks import base_needs
from fiscal_model.law.classification import TOTALS_LINES
from fiscal_model.law.line_or_code import budget_of_line
from fiscal_model.report.tables import consistency_tables
from fiscal_model.words.lines import LINES
from fiscal_model.words.vocabulary import (
    ApprovalKind,
    Budget,
    DebtKind,
    HiddenFunding,
    InsuranceItem,
    ProjectFunding,
    ProjectStatus,
)


def with_tables(plan, **tables):
    """The same computed plan over other registers; None takes a table away."""
    place = plan.basis.place
    kept = {name: rows for name, rows in {**place.tables, **tables}.items() if rows is not None}
    return replace(plan, basis=replace(plan.basis, place=replace(place, tables=MappingProxyType(kept))))


def with_lines(plan, **lines):
    return replace(plan, lines=MappingProxyType({**plan.lines, **lines}))


def approved_rows(plan, amounts):
    return pd.DataFrame(
        [
            {
                "year": plan.years[0], "budget": budget_of_line(line), "line_or_code": line,
                "kind": ApprovalKind.ORIGINAL, "amount": amount, "approved_on": dt.date(plan.years[0], 1, 20),
                "meeting": "第一次会议", "document": "", "key": None, "published_on": None, "row_line": number,
            }
            for number, (line, amount) in enumerate(amounts.items(), 2)
        ]
    )  # fmt: skip


@pytest.fixture(scope="module")
def clean(plan_of):
    """Yunshui with every register made to agree with the plan."""
    plan = plan_of("yunshui")
    place = plan.basis.place
    lines = {line: float(plan.line(line)[0]) for line in COMPARED if np.isfinite(plan.line(line)[0])}
    costs = place.rows("project_costs")
    bonds = costs["funding"].isin([ProjectFunding.GENERAL_BOND, ProjectFunding.SPECIAL_BOND])
    costs = costs[~bonds].copy()
    first = [
        {
            "project_code": "YSP01", "year": plan.years[0], "funding": ProjectFunding(f"{kind}_bond"),
            "amount": float(plan.line(f"debt_{kind}_issued_new")[0]), "source": "x", "note": "", "row_line": 90 + at,
        }
        for at, kind in enumerate(DebtKind)
    ]  # fmt: skip
    costs = pd.concat([costs, pd.DataFrame(first)], ignore_index=True)
    items = place.rows("guarantee_items").assign(arranged=base_needs(place))
    staff = place.rows("staff")
    hidden = place.rows("hidden_debt")
    return with_tables(
        with_lines(plan, guarantees_shortfall=np.zeros(len(plan.years))),
        approved_budget=approved_rows(plan, lines),
        project_costs=costs,
        guarantee_items=items,
        staff=staff.assign(posts=staff["serving_persons"]),
        hidden_debt=hidden[hidden["funding"] != HiddenFunding.PROJECT_INCOME],
        special_projects=None,
        special_project_flows=None,
    )


def only(plan):
    frame = list_conflicts(plan)
    assert len(frame) == 1, frame[["what", "amount_a", "amount_b"]]
    return frame.iloc[0]


def test_a_clean_place_has_no_conflict(clean, plan_of):
    frame = list_conflicts(clean)
    assert list(frame.columns) == list(COLUMNS)
    assert not len(frame), frame[["what", "amount_a", "amount_b"]]
    assert not len(list_conflicts(plan_of("gangu")))


def test_compared_lines_are_lines_of_the_plan_and_of_the_totals():
    assert set(COMPARED) <= set(LINES) & set(TOTALS_LINES)


def test_the_approved_budget(clean):
    amounts = {line: amount for line, (amount, _) in approved_amounts(clean, clean.years[0]).items()}
    planned = float(clean.line("expenditure")[0])
    row = only(with_tables(clean, approved_budget=approved_rows(clean, amounts | {"expenditure": planned * 0.9})))
    assert (row["area_a"], row["area_b"], row["what"]) == ("规划", "2026年批准预算", "一般公共预算支出")
    assert row["difference"] == pytest.approx(planned * 0.1)
    assert row["where"].startswith("approved_budget 表第 ")


def test_a_code_stands_for_the_line_it_makes_up_alone(clean):
    rows = approved_rows(clean, {"interest_general": 1.0})
    rows["line_or_code"] = "232"
    plan = with_tables(clean, approved_budget=rows)
    assert approved_amounts(plan, plan.years[0]) == {"interest_general": (1.0, 2)}


def test_the_published_budget_where_nothing_is_approved(clean):
    frame = list_conflicts(with_tables(clean, approved_budget=None))
    assert set(frame["area_b"]) == {"2026年公布预算"}
    expenditure = frame[frame["what"] == "一般公共预算支出"].iloc[0]
    assert expenditure["amount_b"] == 272_300.0
    assert expenditure["where"] == "ledger 或 totals 表 2026年预算数"


def bond_cost(plan, kind, year, amount):
    costs = plan.basis.place.rows("project_costs")
    row = {
        "project_code": "YSP02", "year": year, "funding": ProjectFunding(f"{kind}_bond"), "amount": amount,
        "source": "x", "note": "", "row_line": 120,
    }  # fmt: skip
    return pd.concat([costs, pd.DataFrame([row])], ignore_index=True)


def test_bond_money_of_committed_projects_beyond_the_new_bonds_of_the_year(clean):
    year, issued = clean.years[1], float(clean.line("debt_general_issued_new")[1])
    room = clean.line("debt_limit_general_stock") - clean.line("debt_general_stock")
    wide = with_lines(
        clean, debt_limit_general_stock=clean.line("debt_limit_general_stock") + np.maximum(1e4 - room, 0)
    )
    row = only(with_tables(wide, project_costs=bond_cost(wide, "general", year, issued + 500.0)))
    assert (row["area_a"], row["area_b"]) == ("项目库", "新增债券计划")
    assert row["what"] == "2027年已签约项目用新增一般债券"
    assert row["difference"] == pytest.approx(500.0)


def test_bond_money_beyond_the_debt_limit(clean):
    tight = with_lines(clean, debt_limit_special_stock=clean.line("debt_special_stock"))
    year, issued = clean.years[1], float(clean.line("debt_special_issued_new")[1])
    frame = list_conflicts(with_tables(tight, project_costs=bond_cost(tight, "special", year, issued + 500.0)))
    row = frame[frame["area_b"] == "债务限额"].iloc[0]
    assert row["what"] == "到2027年已签约项目累计用新增专项债券"
    assert row["difference"] == pytest.approx(500.0)


def test_new_bonds_without_a_project(clean):
    costs = clean.basis.place.rows("project_costs")
    costs = costs[costs["funding"] != ProjectFunding.SPECIAL_BOND]
    row = only(with_tables(clean, project_costs=costs))
    assert row["what"] == "2026年新增专项债券对应的项目"
    assert (row["amount_a"], row["amount_b"]) == (clean.line("debt_special_issued_new")[0], 0.0)


def test_guarantees_not_arranged_and_not_payable(clean):
    items = clean.basis.place.rows("guarantee_items").copy()
    items.loc[0, "arranged"] -= 100.0
    row = only(with_tables(clean, guarantee_items=items))
    assert (row["area_a"], row["area_b"]) == ("三保项目清单", "2025年预算安排")
    assert row["difference"] == pytest.approx(100.0)
    short = np.array([0.0, 50.0, 0.0, 0.0, 0.0])
    need = clean.line("guarantees_county")
    row = only(with_lines(clean, guarantees_shortfall=short, guarantees_arranged=need - short))
    assert (row["what"], row["difference"]) == ("2027年三保本级需求与可保障数", pytest.approx(50.0))


def test_committed_projects_left_out_of_the_plan(clean):
    less = clean.line("committed_projects").copy()
    less[1] -= 300.0
    row = only(with_lines(clean, committed_projects=less))
    assert (row["what"], row["difference"]) == ("2027年已签约项目县级支出", pytest.approx(300.0))


def test_the_project_library(clean):
    place = clean.basis.place
    projects, costs = place.rows("projects"), place.rows("project_costs")
    stray = costs.copy()
    stray.loc[stray["project_code"] == "YSP10", "project_code"] = "YSP99"
    frame = list_conflicts(with_tables(clean, project_costs=stray))
    assert frame["what"].tolist() == ["项目“YSP99”有支出、没有入库", "“招商引资企业奖补”已入库、没有分年支出"]
    assert frame["amount_a"].iloc[0] == 4_000.0
    ended = projects.copy()
    ended.loc[ended["project_code"] == "YSP07", "end_year"] = 2028
    row = only(with_tables(clean, projects=ended))
    assert (row["what"], row["amount_a"]) == ("“应急物资储备和乡镇消防站运维”2028年完成后仍有支出", 520.0)
    twice = projects.copy()
    twice.loc[twice["project_code"] == "YSP10", "name"] = "乡村道路提升改造"
    row = only(with_tables(clean, projects=twice))
    assert row["what"] == "“乡村道路提升改造”登记了 2 次（YSP08、YSP10）"
    assert np.isnan(row["difference"])


def test_special_bond_projects(clean):
    special = pd.DataFrame(
        [{"project_code": "YSP01", "name": "县城供水水源改扩建工程", "row_line": 2}, {"project_code": "Z9", "name": "招商引资企业奖补", "row_line": 3}]
    )  # fmt: skip
    costs = clean.basis.place.rows("project_costs").copy()
    costs.loc[costs["funding"] == ProjectFunding.SPECIAL_BOND, "project_code"] = "YSP09"
    frame = list_conflicts(with_tables(clean, special_projects=special, project_costs=costs))
    assert frame["what"].tolist() == [
        "储备项目“高原夏菜冷链物流园二期”用专项债券，没有收益测算",
        "“招商引资企业奖补”在两张表的编号不同（YSP10、Z9）",
    ]
    assert clean.basis.place.rows("projects").set_index("project_code").at["YSP09", "status"] == ProjectStatus.CANDIDATE


def test_persons_beyond_posts(clean):
    staff = clean.basis.place.rows("staff").copy()
    staff.loc[0, "posts"] -= 8
    row = only(with_tables(clean, staff=staff))
    assert (row["what"], row["difference"], row["where"]) == ("“行政”在职人数与编制（人）", 8.0, "staff 表第 2 行")


def test_hidden_debt_by_project_income(clean, plan_of):
    debts = plan_of("yunshui").basis.place.rows("hidden_debt")
    flows = pd.DataFrame(
        [{"year": 2028, "income": 900.0, "operating_cost": 300.0, "tax": 100.0}, {"year": 2033, "income": 9_000.0, "operating_cost": 0.0, "tax": 0.0}]
    )  # fmt: skip
    row = only(with_tables(clean, hidden_debt=debts, special_project_flows=flows))
    assert row["what"] == "2028年用项目收益化解的隐性债务与项目净收益"
    assert (row["amount_a"], row["amount_b"]) == (7_500.0, 500.0)


def test_insurance_subsidies(clean):
    insurance = clean.basis.place.rows("insurance").copy()
    pension = insurance["scheme"].str.contains("居民基本养老") & (insurance["year"] == 2025)
    insurance.loc[pension & (insurance["item"] == InsuranceItem.SUBSIDY), "amount"] = 4_000.0
    row = only(with_tables(clean, insurance=insurance))
    assert (row["area_a"], row["area_b"]) == ("三保项目清单", "社会保险基金")
    need = 29_400 * (143 + 22) * 12 / 1e4 + 84_000 * 0.95 * 42 / 1e4
    assert (row["amount_a"], row["amount_b"]) == (pytest.approx(need), 4_000.0)


def test_ledgers_against_the_base_year(clean):
    place = clean.basis.place
    carried = place.rows("carryovers").copy()
    carried.loc[carried["budget"] == Budget.FUNDS, "amount"] *= 0.5
    row = only(with_tables(clean, carryovers=carried))
    assert (row["what"], row["amount_a"], row["amount_b"]) == ("2025年政府性基金结转下年", 2_400.0, 4_800.0)
    old = place.rows("temporary_payments").assign(year=2024)
    row = only(with_tables(clean, temporary_payments=old))
    assert row["what"] == "暂付款年末余额的台账年度是 2024，基期是 2025"
    history = clean.basis.history
    total = float(place.rows("temporary_payments")["balance"].sum())
    actual = history.actual.assign(temporary_payments_stock=total + 200.0)
    fitted = replace(clean.basis.revenue.fitted, history=replace(history, actual=actual))
    row = only(replace(clean, basis=replace(clean.basis, revenue=replace(clean.basis.revenue, fitted=fitted))))
    assert (row["what"], row["difference"]) == ("2025年暂付款年末余额", pytest.approx(-200.0))


def test_bonds_against_the_balance(clean):
    bonds = clean.basis.place.rows("bonds")
    twice = bonds["face"].where(bonds["kind"] != DebtKind.SPECIAL, bonds["face"] * 2)
    frame = list_conflicts(with_tables(clean, bonds=bonds.assign(face=twice)))
    assert set(frame["area_a"]) == {"债券台账"}
    assert frame["what"].str.contains("专项债").all()


def test_the_order_of_rows_does_not_matter(plan_of):
    plan = plan_of("yunshui")
    turned = {name: rows.iloc[::-1].reset_index(drop=True) for name, rows in plan.basis.place.tables.items()}
    first, second = list_conflicts(plan), list_conflicts(with_tables(plan, **turned))
    keys = ["area_a", "area_b", "what"]
    pd.testing.assert_frame_equal(
        first.sort_values(keys, ignore_index=True), second.sort_values(keys, ignore_index=True)
    )


def test_helpers():
    assert not apart(10_000.0, 10_500.0)
    assert apart(10_000.0, 10_600.0)
    assert rows_of([3], "bonds") == "bonds 表第 3 行"


def test_tables_and_sentences(plan_of, clean):
    tables = tables_in(consistency_tables, plan=plan_of("yunshui"))
    assert list(tables) == ["18-1", "18-2", "18-3", "18-4", "18-5", "18-6"]
    for table in tables.values():
        assert all(len(row.values) == len(table.columns) for row in table.rows)
    approved, asked, paid, _, apart = said(plan_of("yunshui"), "93_05_balance_rules").split("\n")[-5:]
    assert approved.startswith("2026年预算经2026-01-22第十九届人民代表大会第五次会议（年初预算）、2026-09-18")
    assert approved.endswith("批准后应在二十日内公开，2026年调整预算逾期7天。")
    assert asked.startswith(
        "登记的调剂、追加申请5件，其中须作预算调整1件（YST04）；规划比批准预算2026年一般公共预算支出多29,665万元、"
    )
    assert paid.startswith("拨付台账发现无预算、超预算拨付1项：2026年“216商业服务业等支出”超预算126万元")
    found = list_conflicts(plan_of("yunshui"))["area_b"]
    budget = (found == "2026年批准预算").sum()
    assert f"和各台账相互核对，发现不一致{len(found)}项（与2026年批准预算{budget}项、" in apart
    bare = tables_in(consistency_tables, plan=plan_of("gangu"))
    assert list(bare) == ["18-5"]
    assert bare["18-5"].rows[0].label == "没有发现不一致"
    rules, last = said(plan_of("gangu"), "93_05_balance_rules").split("\n")[1:]
    assert rules == "对照14条预算平衡规则（B1至B14），没有违反。"
    assert last == "规划与预算、债务限额、三保清单、项目库和各台账相互核对，没有发现不一致。"
