"""Special-bond projects: worked cases, identities with the plan, the review, the assets, what is not judged."""

import datetime as dt
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from report_case import tables_in

from fiscal_model.analysis.debt.project_assets import asset_records, unbooked_assets
from fiscal_model.analysis.debt.special_projects import judge_projects
from fiscal_model.arithmetic.debt.bond_schedule import schedule
from fiscal_model.arithmetic.debt.project_coverage import ProjectFlows, coverage_of, sensitivity_of, subsidies, who_pays
from fiscal_model.blocks.debt.issue_review import LOOK_AGAIN, PASS, RETURN, review_issues
from fiscal_model.blocks.debt.ledger import bond_array
from fiscal_model.blocks.debt.project_bonds import project_links
from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.scenario import read_scenario
from fiscal_model.law.rules import rule_table
from fiscal_model.model.projection import project
from fiscal_model.report.figures import projects_figure
from fiscal_model.report.figures.projects_figure import draw_project_coverage
from fiscal_model.report.tables import special_projects_tables
from fiscal_model.report.tables.special_projects_tables import verdict_of
from fiscal_model.words.vocabulary import ProjectSector

CASES = tomllib.loads((Path(__file__).parent / "cases" / "special_projects.toml").read_text("utf-8"))["case"]


def flows_of(case):
    names = ("income", "operating_cost", "tax", "interest", "principal")
    return ProjectFlows(*(np.array(case[name], dtype=float) for name in names), np.array(case["operating"]))


@pytest.fixture(scope="module")
def projects(plan_of):
    return judge_projects(plan_of("yunshui"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_worked_cases(case):
    flows = flows_of(case)
    found = coverage_of(flows)
    for name in ("life", "average", "minimum", "minimum_at", "lowest_cash"):
        assert getattr(found, name) == pytest.approx(case[name]), name
    shifted = sensitivity_of(flows, np.linspace(-0.08, 0.08, 9), 1.2)
    assert shifted.income_break_even == pytest.approx(case["income_break_even"])
    assert shifted.cost_break_even == pytest.approx(case["cost_break_even"])
    assert shifted.life[0, -1] == pytest.approx(case["worst_corner"])
    assert shifted.life[4, 4] == pytest.approx(case["life"])


def test_break_even_meets_the_line():
    flows = flows_of(CASES[0])
    found = sensitivity_of(flows, np.array([0.0]), 1.2)
    up, across = 1 + found.income_break_even, 1 + found.cost_break_even
    assert coverage_of(replace(flows, income=flows.income * up, tax=flows.tax * up)).life == pytest.approx(1.2)
    assert coverage_of(replace(flows, operating_cost=flows.operating_cost * across)).life == pytest.approx(1.2)


@pytest.mark.parametrize("steps", [9, 17])
def test_sensitivity_rises_with_income_and_falls_with_cost(steps):
    found = sensitivity_of(flows_of(CASES[0]), np.linspace(-0.08, 0.08, steps))
    for grid in (found.life, found.minimum):
        assert (np.diff(grid, axis=0) > 0).all()
        assert (np.diff(grid, axis=1) < 0).all()


def test_leading_axes_do_not_matter():
    one = flows_of(CASES[0])
    scale = np.array([[1.0, 0.5], [2.0, 1.1]])[..., None]
    many = replace(one, income=one.income * scale)
    found, grid = coverage_of(many), sensitivity_of(many, np.array([-0.08, 0.08]))
    for at in np.ndindex(2, 2):
        alone = replace(one, income=one.income * scale[at])
        assert found.life[at] == pytest.approx(coverage_of(alone).life)
        assert found.minimum_at[at] == coverage_of(alone).minimum_at
        np.testing.assert_allclose(grid.life[at], sensitivity_of(alone, np.array([-0.08, 0.08])).life)


def test_scaling_money_leaves_coverage_alone():
    one = flows_of(CASES[0])
    parts = (one.income, one.operating_cost, one.tax, one.interest, one.principal)
    tenfold = ProjectFlows(*(10 * part for part in parts), one.operating)
    assert coverage_of(tenfold).life == pytest.approx(coverage_of(one).life)
    assert coverage_of(tenfold).lowest_cash == pytest.approx(10 * coverage_of(one).lowest_cash)


def test_nothing_to_pay_is_no_number():
    nothing = np.zeros(3)
    found = coverage_of(ProjectFlows(np.ones(3), nothing, nothing, nothing, nothing))
    assert np.isnan(found.life) and np.isnan(found.minimum) and found.minimum_at == -1


def test_a_surplus_never_pays_another_projects_debt():
    assert subsidies(np.array([[100.0], [2.0]]), np.array([[10.0], [5.0]])).tolist() == [[0.0], [3.0]]
    funds, general, unpaid = who_pays(np.array([10.0, 10.0]), np.array([4.0, 20.0]), np.array([3.0, 0.0]))
    assert (funds.tolist(), general.tolist(), unpaid.tolist()) == ([3.0, 0.0], [4.0, 10.0], [3.0, 0.0])


# the invented county ------------------------------------------------------------------------------------------


def test_service_of_the_projects_is_their_bonds(plan_of, projects):
    """Every new special bond of the invented county belongs whole to one project: sums by year are the ledger's."""
    rows = plan_of("yunshui").basis.place.rows("bonds")
    linked = rows[rows["bond_code"].isin(project_links(plan_of("yunshui").basis.place)["bond_code"])]
    paid = schedule(bond_array(linked), projects.life)
    assert len(linked) == 9 and projects.service.planned.sum() == 26800
    total = paid.principal.sum() + projects.service.planned.sum()
    assert projects.service.principal.sum() == pytest.approx(total)
    without_plans = projects.service.planned.sum(axis=1) == 0
    alone = schedule(bond_array(linked[linked["bond_code"] != "YSZ2501"]), projects.life)
    np.testing.assert_allclose(projects.service.interest[without_plans].sum(axis=0), alone.interest.sum(axis=1))
    # 26,000 over twenty years at 3.52 % is 18,304 of interest.
    park = projects.names.index("工业集中区基础设施")
    assert projects.flows.service[park].sum() == pytest.approx(26000 + 18304)
    assert projects.whole.life[park] == pytest.approx(projects.flows.net_income[park].sum() / 44304)


def test_subsidies_tie_to_the_plan(plan_of, projects):
    plan = plan_of("yunshui")
    np.testing.assert_allclose(projects.funds + projects.general + projects.unpaid, projects.subsidy_total, atol=1e-9)
    assert (projects.general <= plan.lines["fund_transfer_in"] + 1e-9).all()
    assert (projects.unpaid <= plan.lines["fund_debt_gap"] + 1e-9).all()
    service = projects.own[:, : len(plan.years)]
    assert (projects.subsidy <= np.maximum(service, 0) + 1e-9).all()


def test_when_land_fails_the_general_budget_pays_for_projects(plan_of):
    plan = plan_of("yunshui", land_revenue_growth=-0.9, fund_revenue_growth=-0.9)
    found = judge_projects(plan)
    assert found.general.sum() > 0
    assert (found.general <= plan.lines["fund_transfer_in"] + 1e-9).all()


def test_projects_move_the_plan_by_its_new_bonds_only(plan_of, tmp_path):
    # Since the plan follows the quota test, their need is one of its terms; without the test nothing of them moves a line.
    place = read_place("data/places/yunshui")
    names = [name for name in place.tables if name.startswith("special_project")]
    assert len(names) == 4
    without = replace(place, tables={name: rows for name, rows in place.tables.items() if name not in names})
    free = read_scenario("baseline").with_(new_issue_within_quota=0.0)
    plan, bare = plan_of("yunshui", new_issue_within_quota=0.0), project(without, free)
    assert judge_projects(bare) is None
    for line, values in plan.lines.items():
        np.testing.assert_array_equal(values, bare.lines[line], err_msg=line)


def test_refinancing_bonds_count_no_principal_twice(plan_of):
    place = plan_of("yunshui").basis.place
    links, bonds = place.rows("special_project_bonds"), place.rows("bonds")
    row = links.iloc[[0]].assign(project_code="YSS01", bond_code="YSZX1", amount=15700.0)
    new = bonds[bonds["bond_code"] == "YSZ1701"].assign(bond_code="YSZX1", purpose="refinancing")
    new = new.assign(issue_date=[dt.date(2027, 8, 18)], maturity_date=[dt.date(2037, 8, 18)])
    tables = {
        **place.tables,
        "special_project_bonds": pd.concat([links, row], ignore_index=True),
        "bonds": pd.concat([bonds, new], ignore_index=True),
    }
    found = judge_projects(project(replace(place, tables=tables), read_scenario("baseline")))
    assert found.service.principal[0].sum() == pytest.approx(15700)
    assert found.service.principal[0][found.life.index(2027)] == pytest.approx(0)
    assert found.service.principal[0][found.life.index(2037)] == pytest.approx(15700)


def test_the_link_table_comes_before_the_ledgers_own_project(plan_of):
    place = plan_of("yunshui").basis.place
    bonds = place.rows("bonds").copy()
    bonds["project_code"] = ["YSS01" if code in {"YSZ2001", "YSZ2402"} else "" for code in bonds["bond_code"]]
    links = project_links(replace(place, tables={**place.tables, "bonds": bonds}))
    assert links.loc[links["bond_code"] == "YSZ2001", "project_code"].tolist() == ["YSS04"]
    assert links.loc[links["bond_code"] == "YSZ2402", ["project_code", "amount"]].to_numpy().tolist() == [
        ["YSS01", 5000]
    ]


def test_review_passes_and_returns_with_reasons(projects):
    found = {review.project_code: review for review in review_issues(projects.contracted)}
    assert {code: review.outcome for code, review in found.items()} == {
        "YSS09": PASS,
        "YSS10": PASS,
        "YSS11": RETURN,
        "YSS12": RETURN,
    }
    assert "负面清单：属于负面清单“形象工程和政绩工程”" in found["YSS12"].reasons
    assert found["YSS11"].findings["前期手续"] == (LOOK_AGAIN, "未填写")
    assert found["YSS11"].findings["收支平衡"] == (RETURN, "全周期覆盖1.14倍，低于审核线1.2倍")
    assert found["YSS12"].findings["收支平衡"] == (RETURN, "全周期覆盖0.32倍，低于预警线1.1倍")
    assert found["YSS12"].findings["期限"] == (RETURN, "债券2048年到期，晚于项目期满2042年")


def test_what_is_accepted_but_not_booked_is_listed(plan_of):
    late = unbooked_assets(plan_of("yunshui"))
    assert late[["asset", "value", "days_late"]].to_numpy().tolist() == [["标准化厂房", 21000.0, 762]]
    assert len(asset_records(plan_of("yunshui"))) == 7
    assert unbooked_assets(plan_of("gangu")).empty


def test_a_project_without_flows_is_cautioned_and_never_zero(plan_of):
    place = plan_of("yunshui").basis.place
    flows = place.rows("special_project_flows")
    tables = {**place.tables, "special_project_flows": flows[flows["project_code"] != "YSS05"]}
    found = judge_projects(project(replace(place, tables=tables), read_scenario("baseline")))
    position = found.names.index("工业集中区基础设施")
    assert not found.judged[position]
    assert np.isnan(found.whole.life[position]) and found.subsidy[position].sum() == 0
    (caution,) = found.cautions
    assert caution.message == (
        f"项目“工业集中区基础设施”没有分年收支，规划期债券本息 {5 * 26000 * 0.0352:,.0f} 万元，未作收支平衡判断"
    )


def test_without_a_ledger_linked_bonds_are_not_judged(plan_of):
    place = plan_of("yunshui").basis.place
    tables = {name: rows for name, rows in place.tables.items() if name != "bonds"}
    found = judge_projects(project(replace(place, tables=tables), read_scenario("baseline")))
    assert found.judged.tolist() == [False] * 9 + [True] * 3
    assert "没有债券台账，本息无法测算" in found.cautions[0].message


def test_every_sector_has_a_least_capital_and_a_source():
    rows = rule_table("capital_ratio")
    assert {row["sector"] for row in rows} == {str(sector) for sector in ProjectSector}
    for row in (*rows, *rule_table("project_negative_list")):
        assert row["source"] and row["quality"] == "unverified"


def test_an_implausible_multiple_is_flagged():
    assert verdict_of(3.2) == "偏高待核实"
    assert verdict_of(1.2) == "达标"


def test_tables_add_up_as_printed(plan_of):
    tables = tables_in(special_projects_tables, plan=plan_of("yunshui"))
    assert list(tables) == ["23", "23-1", "23-2", "23-3", "23-4", "23-5", "24"]
    for table in tables.values():
        for row in table.rows:
            assert len(row.values) == len(table.columns)
            for column, value in enumerate(row.values):
                if row.parts and isinstance(value, float):
                    added = sum(sign * table.rows[part].values[column] for part, sign in row.parts)
                    assert added == value, (table.number, row.label)
    assert list(tables_in(special_projects_tables, plan=plan_of("lijiang"))) == ["23-5"]
    assert any("未经核实" in note for note in tables["23"].notes)
    opening, closing = tables["24"].rows[0].values, tables["24"].rows[3].values
    assert opening[1:] == closing[:-1]


def test_the_chart_of_very_many_projects_shows_the_weakest_and_says_so(plan_of, monkeypatch):
    plan = plan_of("yunshui")
    whole = draw_project_coverage(plan).axes[0]
    monkeypatch.setattr(projects_figure, "_MOST", 3)
    few = draw_project_coverage(plan).axes[0]
    assert [bar.get_width() for bar in few.patches] == [bar.get_width() for bar in whole.patches][-3:]
    assert "只列覆盖倍数最低的 3 个" in few.get_xlabel() and "只列" not in whole.get_xlabel()
