"""Social insurance: each scheme stands alone, and what the tables print is what was published."""

from dataclasses import replace

import numpy as np
import pytest
from conftest import WITHOUT_BUDGET
from report_case import case_of

import fiscal_model as fm
from fiscal_model.analysis.balance.flows import check_flows, list_flows
from fiscal_model.analysis.control.conflicts import list_conflicts
from fiscal_model.analysis.rating.rating import rate
from fiscal_model.model.planbook import observed_lines, published_first_year
from fiscal_model.report.tables.budgets_tables import insurance_table
from fiscal_model.report.tables.four_budgets_tables import lasting_table, schemes_table
from fiscal_model.words.vocabulary import GuaranteeClass

BUDGET_2026 = {"城乡居民基本养老保险基金": 68_189, "城镇职工基本医疗保险基金": 86_970, "居民基本医疗保险基金": 121_723, "机关事业单位基本养老保险基金": 123_963}  # fmt: skip
"""Income of 丽江's schemes as printed in table 38 of its 2026 budget, 万元."""


def row(table, label):
    return dict(zip(table.columns, next(line.values for line in table.rows if line.label == label), strict=True))


# what is printed ---------------------------------------------------------------------------------------------


def test_the_published_budget_and_the_years_before_stand_beside_each_scheme(plan_of):
    table = insurance_table(plan_of("lijiang"))
    for scheme, income in BUDGET_2026.items():
        assert row(table, f"{scheme}收入")["2026年公布预算"] == income
    pension = row(table, "机关事业单位基本养老保险基金滚存结余")
    assert (pension["2024年决算"], pension["2025年执行"], pension["2026年公布预算"]) == (122_986, 120_766, 113_218)
    assert row(table, "社会保险基金收入")["2026年公布预算"] == sum(BUDGET_2026.values())
    balance = row(table, "本年收支结余")
    assert balance["2026年公布预算"] == pytest.approx(400_845 - 369_090)
    assert row(insurance_table(plan_of("yunshui")), "社会保险基金收入")["2023年决算"] == 8_520 + 17_902


def test_a_year_in_which_a_scheme_is_missing_has_no_total(plan_of):
    found = plan_of("lijiang").basis.balance.insurance
    assert set(found.totals("revenue", 2025)) == {2024, 2025}
    assert set(found.totals("revenue", 2025, budgeted=True)) == {2025, 2026}
    short = {"revenue": found.observed["revenue"].copy()}
    short["revenue"].iloc[0, 0] = float("nan")
    missing = replace(found, observed=short, budgeted={})
    assert set(missing.totals("revenue", 2025)) == {2025}
    assert missing.totals("revenue", 2025, budgeted=True) == {} == missing.totals("revenue", 2019)


def test_what_was_published_stands_in_the_plan_table_too(plan_of):
    plan = plan_of("lijiang")
    assert published_first_year(plan)["insurance_stock"] == 208_401 + 299_442 + 106_195 + 113_218
    assert observed_lines(plan)["insurance_revenue"][2024] == 384_512
    assert "insurance_revenue" not in published_first_year(plan_of("yunshui"))


# each scheme stands alone --------------------------------------------------------------------------------------

STAFF, RESIDENTS = "机关事业单位基本养老保险基金", "城乡居民基本养老保险基金"


def small_plan(tiny_place, folder, *schemes, years=3, **changes):
    """A tiny county of 10,000 万元 with schemes of (name, revenue, subsidy in it, expenditure, balance)."""
    rows = [
        {"scheme": name, "item": item, "year": 2024, "amount": amount}
        for name, *amounts in schemes
        for item, amount in zip(("revenue", "subsidy", "expenditure", "balance_stock"), amounts, strict=True)
    ]
    place = fm.read_place(tiny_place(folder, tables={"insurance": rows} if rows else {}))
    level = {"insurance_revenue_growth": 0.0, "insurance_expenditure_growth": 0.0} | changes
    return fm.project(place, fm.read_scenario("baseline").with_(**level), years=years)


def test_yunshui_by_hand(plan_of):
    """19,315 at 3 % against 19,420 at 5 %, from a balance of 1,128: used up in the second year."""
    lines, held, added = plan_of("yunshui").lines, 1_128.0, []
    for year in range(1, 6):
        held += 19_315 * 1.03**year - 19_420 * 1.05**year
        added.append(max(-held, 0.0))
        held = max(held, 0.0)
    np.testing.assert_allclose(lines["insurance_shortfall"], added)
    assert [round(each) for each in added] == [0, 288, 1_375, 1_866, 2_394]
    np.testing.assert_allclose(lines["insurance_subsidy"], [7_600 * 1.03**year for year in range(1, 6)])


def test_a_hole_of_one_scheme_is_the_general_budgets_and_no_surplus_fills_it(tiny_place, tmp_path):
    """100 in, 130 out, 50 held: 20 left, then 10 lacking, then 30; the other scheme's 900 a year change nothing."""
    rich, poor = ("甲险种", 1_000, 0, 100, 5_000), ("乙险种", 100, 40, 130, 50)
    plan = small_plan(tiny_place, tmp_path / "both", rich, poor)
    np.testing.assert_allclose(plan.line("insurance_shortfall"), [0, 10, 30])
    np.testing.assert_allclose(plan.line("insurance_subsidy"), [40, 40, 40])
    np.testing.assert_allclose(plan.line("insurance_stock"), [5_900 + 20, 6_800, 7_700])
    alone = small_plan(tiny_place, tmp_path / "alone", poor)
    np.testing.assert_allclose(alone.line("insurance_shortfall"), plan.line("insurance_shortfall"))
    np.testing.assert_allclose(alone.line("funding_gap"), plan.line("funding_gap"))


def test_what_the_general_budget_adds_is_a_duty_that_nothing_cuts(tiny_place, tmp_path):
    """With all other spending cut, one more yuan of benefits is one more yuan of the gap, with its reserve of 1 %."""
    holed, deeper = (
        small_plan(tiny_place, tmp_path / f"hole{hole}", ("乙险种", 100, 0, 100 + hole, 0), operations_cut_share=1.0)
        for hole in (9_000, 9_001)
    )
    assert (holed.line("flexible_spending") <= 0).all() and (holed.line("funding_gap") > 0).all()
    np.testing.assert_allclose(holed.line("insurance_shortfall"), 9_000)
    for line in ("funding_gap", "rigid_total"):
        np.testing.assert_allclose(deeper.line(line) - holed.line(line), 1 / (1 - 0.01))
    assert (deeper.line("fiscal_space") < holed.line("fiscal_space")).all()


def test_a_subsidy_of_the_base_year_is_not_counted_twice(tiny_place, tmp_path):
    """It was in other spending before: split out, the year's spending is what it was."""
    level = {"other_spending_growth": 0.0}
    none = small_plan(tiny_place, tmp_path / "none", ("乙险种", 100, 0, 100, 50), **level)
    some = small_plan(tiny_place, tmp_path / "some", ("乙险种", 100, 40, 100, 50), **level)
    assert some.basis.balance.spending["insurance_subsidy"] == 40
    assert none.basis.balance.spending["flexible_spending"] - some.basis.balance.spending["flexible_spending"] == 40
    np.testing.assert_allclose(some.line("expenditure"), none.line("expenditure"))
    listed = small_plan(tiny_place, tmp_path / "listed", (RESIDENTS, 100, 40, 100, 50), **level)
    assert listed.basis.balance.spending["insurance_subsidy"] == 0  # residents' subsidies are among the guarantees
    np.testing.assert_allclose(listed.line("flexible_spending"), none.line("flexible_spending"))


def test_a_residents_subsidy_follows_the_guarantees_that_pay_it(tiny_place, tmp_path):
    plan = small_plan(tiny_place, tmp_path / "xian", (RESIDENTS, 100, 40, 100, 50), living_growth=0.1)
    found = plan.basis.balance.insurance
    np.testing.assert_allclose(found.guaranteed[:, 0], [44, 48.4, 53.24])
    np.testing.assert_allclose(found.path.revenue[:, 0], [104, 108.4, 113.24])
    living = plan.basis.guarantees.need[GuaranteeClass.LIVING]
    np.testing.assert_allclose(found.guaranteed[:, 0] / living[1:], 40 / living[0])


def test_the_list_and_the_residents_pension_are_one_figure_in_every_year(plan_of):
    """2030: basic pensions 9,042 and other benefits of 958 at 5 %, subsidy 9,392 on income of its own of 3,100 at 3 %."""
    plan = plan_of("yunshui")
    items, path = plan.basis.guarantees.items, plan.basis.balance.insurance.path
    pensions = items.need[1:, ["基础养老金" in name for name in items.names]].sum(axis=1)
    subsidy = pensions + items.need[1:, ["养老保险缴费补贴" in name for name in items.names]].sum(axis=1)
    at = plan.basis.balance.insurance.schemes.index(RESIDENTS)
    base = 29_400 * (143 + 22) * 12 / 1e4
    count = np.arange(1, 6)
    np.testing.assert_allclose(path.subsidy[:, at], subsidy)
    np.testing.assert_allclose(path.expenditure[:, at], pensions + (6_780 - base) * 1.05**count)
    np.testing.assert_allclose(path.revenue[:, at], subsidy + (9_250 - 6_150) * 1.03**count)
    assert (round(pensions[-1]), round(subsidy[-1])) == (9_042, 9_392)
    assert not [each for each in list_conflicts(plan)["what"] if "养老保险基金" in each]


def test_two_figures_for_one_pension_are_a_conflict_of_that_year(plan_of):
    plan = plan_of("yunshui")
    insurance = plan.basis.balance.insurance
    subsidy = insurance.path.subsidy.copy()
    subsidy[3, insurance.schemes.index(RESIDENTS)] -= 500.0
    balance = replace(plan.basis.balance, insurance=replace(insurance, path=replace(insurance.path, subsidy=subsidy)))
    found = list_conflicts(replace(plan, basis=replace(plan.basis, balance=balance)))
    row = found[found["what"] == f"2029年{RESIDENTS}财政补贴"].iloc[0]
    assert row["amount_a"] - row["amount_b"] == pytest.approx(500.0)


def test_every_subsidy_leaves_one_budget_and_enters_the_other_once(plan_of):
    for name in ("yunshui", "lijiang"):
        plan = plan_of(name)
        flows = list_flows(plan)
        into = flows[flows["line_in"] == "insurance_revenue"].groupby("year")["amount"].sum()
        path = plan.basis.balance.insurance.path
        np.testing.assert_allclose(into.to_numpy(), (path.subsidy + path.shortfall).sum(axis=1))
        assert check_flows(flows, plan) == []
        short = flows.assign(amount=flows["amount"].where(flows["line_out"] != "insurance_subsidy", 0.0))
        assert any("社会保险基金补贴（三保以外）" in each for each in check_flows(short, plan))


# what is said --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_surplus_of_all_schemes_is_said_only_where_every_scheme_has_one(tiny_place, tmp_path):
    rich = ("甲险种", 1_000, 0, 100, 5_000)
    sound = case_of(small_plan(tiny_place, tmp_path / "sound", rich, ("乙险种", 100, 0, 90, 50)))
    assert "各险种各年当年均有结余" in sound.text
    assert not [each for each in sound.plan.cautions if each.code.startswith("insurance")]
    even = case_of(small_plan(tiny_place, tmp_path / "even", rich, ("乙险种", 100, 0, 100, 50)))
    assert "当年均有结余" not in even.text and "各险种各年当年均没有收不抵支" in even.text
    falling = case_of(small_plan(tiny_place, tmp_path / "falling", rich, ("乙险种", 100, 0, 110, 50)))
    assert "当年均有结余" not in falling.text
    said = "乙险种2025—2027年各年当年收不抵支（2024年已收不抵支），2027年末滚存结余20万元，可支付2.2个月"
    assert f"社会保险基金支付：{said}。" in falling.text and "其中乙险种当年收不抵支10万元" in falling.text
    emptied = case_of(small_plan(tiny_place, tmp_path / "emptied", rich, ("乙险种", 100, 0, 130, 50)))
    assert "滚存结余2026年用完，规划期须由一般公共预算在现行补贴以外追加40万元" in emptied.text
    assert "险种滚存结余用完后须追加的补贴：2025年0、2026年10万元、2027年30万元" in emptied.text
    assert "用完" not in falling.text + sound.text


def test_tables_say_when_a_scheme_is_used_up(plan_of):
    plan = plan_of("yunshui")
    assert row(lasting_table(plan), STAFF) == {
        "基期末滚存结余": 1_128, "期末滚存结余": 0, "期末可支付月数": 0,
        "收不抵支年份": "2026、2027、2028、2029、2030", "滚存结余用完年份": "2027", "规划期追加补贴": pytest.approx(5_923, abs=0.5),
    }  # fmt: skip
    assert row(lasting_table(plan), RESIDENTS)["滚存结余用完年份"] == "规划期内没有"
    added = [line.values for line in schemes_table(plan).rows if "追加补贴" in line.label and line.level == 2]
    np.testing.assert_allclose(np.sum(added, axis=0), plan.line("insurance_shortfall"))
    assert lasting_table(plan_of("gangu")) is None and schemes_table(plan_of("gangu")) is None


def test_the_rating_is_the_worst_schemes(tiny_place, tmp_path, plan_of):
    rich, poor = ("甲险种", 1_000, 0, 100, 5_000), ("乙险种", 95, 0, 100, 75)
    scores = {each.name: each for each in rate(small_plan(tiny_place, tmp_path / "xian", rich, poor)).scores}
    assert scores["insurance_surplus_rate"].value == pytest.approx(-0.05)
    assert scores["insurance_months"].value == pytest.approx(12 * 60 / 100)
    assert rate(plan_of("lijiang", **WITHOUT_BUDGET)).indices["社保可持续"] == pytest.approx(30.2, abs=0.05)
    # The approved budget has the staff's scheme 7,972 short in 2026, not 4,779: the worst scheme is worse.
    assert rate(plan_of("lijiang")).indices["社保可持续"] == pytest.approx(17.0, abs=0.05)
    assert np.isnan(rate(plan_of("gangu")).indices["社保可持续"])
