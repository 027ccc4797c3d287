"""Sentences stand only where they are true: each has a condition, held against every shipped place under every shipped scenario."""

import re
from dataclasses import replace

import numpy as np
import pytest
from conftest import PLACES
from report_case import Case, case_of, shipped_case

from fiscal_model.inputs.scenario import SHIPPED
from fiscal_model.law.rules import rules
from fiscal_model.model.debt_ratios import crossing_of
from fiscal_model.model.observed import find_crossing
from fiscal_model.model.planbook import inferred_lines
from fiscal_model.report.standing import balance_sentence
from fiscal_model.report.tables import early_warning_tables
from fiscal_model.report.wording_by_year import peak_sentence
from fiscal_model.words.lines import LINES
from fiscal_model.words.table import printed_row

YEARS = (2026, 2027, 2028)
CASES = {("yunshui", "baseline"), ("gangu", "baseline"), ("gangu", "pessimistic")}
"""What is tried where the slow tests are left out: every register, few figures, and those where revenue falls behind."""


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(
            (place, scenario), marks=() if (place, scenario) in CASES else pytest.mark.slow, id=f"{place}-{scenario}"
        )
        for place in PLACES
        for scenario in SHIPPED
    ],
)
def case(plan_of, request) -> Case:
    """Every shipped place under every shipped scenario."""
    place, scenario = request.param
    return shipped_case(plan_of, place) if scenario == "baseline" else case_of(plan_of(place, scenario))


def table_of(case, number):
    return next((table for table in case.tables if table.number == number), None)


def cells(table, heading):
    """Cells of one column by row label."""
    at = table.columns.index(heading)
    return {row.label: printed_row(table, row)[at] for row in table.rows}


# Since when a line is crossed


@pytest.mark.parametrize(
    ("seen", "ahead", "said"),
    [
        ({2024: 1.3, 2025: 1.3}, (1.3, 1.3, 1.3), "2024年（此前无数据）起"),
        ({2023: 1.0, 2024: 1.3, 2025: 1.3}, (1.3, 1.3, 1.3), "2024年起"),
        ({2024: 1.3, 2025: 1.0}, (1.0, 1.3, 1.3), "2027年起"),
        ({2025: 1.0}, (1.3, 1.3, 1.3), "2026年起"),
        ({}, (1.3, 1.3, 1.3), "2026年（此前无数据）起"),
        ({2025: 1.0}, (1.3, 1.0, 1.3), "2028年起"),
        ({2025: 1.0}, (1.3, 1.3, 1.0), "2026、2027年"),
        ({2024: 1.3, 2025: 1.0}, (1.3, 1.3, 1.0), "2026、2027年（2024年已超过）"),
        ({2025: 1.3}, (1.0, 1.0, 1.0), ""),
        ({2025: 1.0}, (1.0, 1.0, 1.0), ""),
        ({}, (np.nan, np.nan, np.nan), ""),
    ],
)
def test_years_of_a_breach_are_searched_from_the_first_year_with_a_figure(seen, ahead, said):
    """Worked by hand on the line of 120 %: where it was over in 2024 already, the plan's first year is not the first."""
    assert find_crossing("debt_ratio", seen, np.array(ahead), YEARS).years == said


@pytest.mark.slow
def test_the_first_plan_year_is_never_called_the_first_breach_where_it_was_crossed_before(case):
    assert "规划首年即突破" not in case.text
    table = table_of(case, "26")
    for row in table.rows:
        name, shown = row.line, printed_row(table, row)[table.columns.index("首次突破")]
        if name == "overdue_ratio":
            continue
        found = crossing_of(case.plan, name)
        if "breach" not in rules("indicators")[name]:
            assert shown == "—"
        elif not found.seen and not found.known:
            assert shown == "无数据"
        elif found.before:
            assert shown.startswith(f"{found.before[0]}年")
        else:
            assert shown.startswith(f"{found.ahead[0]}年") if found.ahead else "无" in shown


@pytest.mark.slow
def test_an_indicator_without_data_is_said_to_have_none(plan_of):
    """甘谷 has no debt figures: 债务率 printed 无 under 首次突破, as if it had never been crossed."""
    gangu = cells(table_of(shipped_case(plan_of, "gangu"), "26"), "首次突破")
    assert gangu["债务率"] == gangu["负债率"] == gangu["一般债务限额使用率"] == "无数据"
    assert gangu["三保保障倍数"] == "无"
    lijiang = cells(table_of(shipped_case(plan_of, "lijiang"), "26"), "首次突破")
    assert lijiang["债务率"] == "2024年（此前无数据）"
    assert lijiang["一般债务付息支出占一般公共预算支出比重"] == "无"
    assert lijiang["新增债务率"] == "—"
    assert cells(table_of(shipped_case(plan_of, "yunshui"), "26"), "首次突破")["债务率"] == "2025年"


def test_the_ten_percent_rule_names_the_kind_that_it_could_not_judge(case):
    unknown = [
        f"{label}债务付息支出资料不全"
        for kind, label in (("general", "一般"), ("special", "专项"))
        if not np.isfinite(case.plan.line(f"interest_burden_{kind}")).all()
    ]
    if len(unknown) == 1:
        assert f"{unknown[0]}，是否超过10%未作判断" in case.text
    assert ("均未超过10%" in case.text) <= (not unknown)


# What assumptions rest on


def test_a_mean_is_named_after_the_years_it_is_taken_of(case):
    """丽江 has two years of what were once called means of three; what is worked out is not called measured."""
    table = table_of(case, "30")
    said = [cell for row in table.rows for cell in printed_row(table, row) if isinstance(cell, str)]
    assert not any("近三年" in cell or "实测" in cell or "{" in cell for cell in said)
    assert "实测" not in case.text


def test_the_years_of_a_mean_are_those_with_figures(plan_of):
    def source(place, name):
        return plan_of(place).basis.assumed.entries[name].source

    assert source("lijiang", "refinancing_share_general").startswith("以2024—2025年（2年）再融资额")
    assert source("yunshui", "refinancing_share_general").startswith("以2023—2025年（3年）再融资额")
    assert source("gangu", "new_issue_special").startswith("以2024年新增发行的年均数推算")
    assert source("gangu", "new_issue_special").endswith("；历史年份没有公布新增数，由债务转贷收入减再融资估算")
    assert "估算" not in source("zhangye", "new_issue_special")


# Peaks, remedies


@pytest.mark.parametrize(
    ("amounts", "said"),
    [
        ((3.0, 3.0, 3.0), "每年3万元"),
        ((3.2, 3.0, 3.4), "每年3万元"),
        ((3.0, 5.0, 4.0), "高峰在2027年（5万元）"),
        ((5.0, 3.0, 5.0), "最高的是2026、2028年（5万元）"),
    ],
)
def test_a_level_series_has_no_peak(amounts, said):
    assert peak_sentence(YEARS, np.array(amounts)) == said


def test_a_peak_is_named_only_where_one_year_stands_out(case):
    for kind, label in (("general", "一般债务"), ("special", "专项债务")):
        repaid = case.plan.line(f"debt_{kind}_repaid")
        said = re.search(rf"{label}规划期到期本金.+?；", case.text)
        if said and np.isfinite(repaid).all():
            assert ("高峰在" in said[0]) <= (np.ptp(repaid) > 0.5)


def test_more_spending_is_no_remedy_for_interest(case):
    assert not re.search(r"支出增加[\d.,]+[亿万]元", case.text)
    table = table_of(case, "26-3")
    assert table is None or not any("支出须增加" in row.label for row in table.rows)


# Balanced, advice


def test_balanced_is_said_only_where_nothing_stands_against_it(case):
    """丽江 was called balanced beside a mandatory restructuring, 云水 beside an exhausted scheme and land costs without money."""
    plan = case.plan
    clean = (
        all(float(plan.line(name).max()) <= 0.5 for name in ("funding_gap", "guarantees_shortfall"))
        and all(
            np.isfinite(plan.line(name)).all() and float(plan.line(name).max()) <= 0.5
            for name in ("fund_gap", "fund_transfer_in", "insurance_shortfall")
        )
        and not any(crossing_of(plan, f"interest_burden_{kind}").ahead for kind in ("general", "special"))
        and float(plan.line("uncommitted_resources").min()) >= -0.5
        and all(float(values.sum()) <= 0.5 for name, values in plan.steps.items() if not name.startswith("surplus"))
    )
    assert ("能够保持收支平衡" in case.text) <= clean


def changed(plan, **lines):
    """A plan with other lines, its steps of balancing empty."""
    nothing = np.zeros(len(plan.years))
    steps = {name: nothing for name in plan.steps}
    return replace(plan, lines={**plan.lines, **lines}, steps=steps, unavailable=frozenset())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("fund_gap", "政府性基金预算有缺口"),
        ("fund_transfer_in", "专项债务须由一般公共预算补助偿还"),
        ("insurance_shortfall", "有社会保险基金险种的滚存结余用完"),
        ("guarantees_shortfall", "可用财力不足以保障“三保”"),
        ("interest_burden_general", "一般债务付息占比超过10%的财政重整线"),
        ("interest_burden_special", "专项债务付息占比超过10%的财政重整线"),
    ],
)
def test_each_hole_alone_forbids_the_word_balanced(plan_of, line, said):
    plan = plan_of("yunshui")
    fine = dict.fromkeys(
        ("funding_gap", "fund_gap", "fund_transfer_in", "insurance_shortfall", "guarantees_shortfall",
         "interest_burden_general", "interest_burden_special"), np.zeros(len(plan.years)),
    )  # fmt: skip
    fine["uncommitted_resources"] = np.zeros(len(plan.years))
    assert balance_sentence(changed(plan, **fine)) == "能够保持收支平衡"
    over = fine | {"uncommitted_resources": np.array([0.0, -1000.0, 0.0, 0.0, 0.0])}
    assert balance_sentence(changed(plan, **over)).endswith("，但部分年份延续性支出超过当年财力（未安排财力为负）")
    hit = np.array([0.0, 0.0, 0.0, 0.0, 1000.0])
    assert balance_sentence(changed(plan, **fine | {line: hit})).startswith(f"一般公共预算收支相抵，但{said}")
    assert balance_sentence(changed(plan, **fine | {"funding_gap": hit})).startswith("收支矛盾突出")


def test_budgets_without_data_are_not_called_balanced(plan_of):
    assert "社会保险基金预算未提供，未作判断" in balance_sentence(plan_of("gangu"))


def test_the_lower_bound_is_no_budget(case):
    """The lower bound of 2030 was 47 % under the forecast; the text once asked to plan spending on it."""
    assert "按区间下限安排支出" not in case.text


def test_intervals_are_said_to_widen_only_where_they_do(case):
    low, high = (case.fan.lines["own_revenue"][case.fan.quantiles.index(level)] for level in (0.1, 0.9))
    assert ("区间随年份加宽" in case.text) == bool((np.diff(high - low) > 0).all())


def test_guarantees_are_said_to_grow_only_where_they_do(case):
    assert "规划期继续增长" not in case.text
    assert "基金收入增长基础有待巩固" not in case.text


# Inferred figures carry a mark


def marked(case):
    """Rows of every statement by table: label and what the base year's column prints."""
    base = case.plan.base_year
    for table in case.tables:
        headings = [name for name in table.columns if name in (f"{base}年执行", f"{base}年决算")]
        for row in table.rows if headings else ():
            yield table, row, printed_row(table, row)[table.columns.index(headings[0])]


def test_no_inferred_figure_stands_under_execution_without_a_mark(case):
    """丽江's and 甘谷's split of the three guarantees and 张掖's principal stood under 执行 as if they had been published."""
    inferred = inferred_lines(case.plan)
    for table, row, cell in marked(case):
        if row.line in LINES and table.number != "15" and cell != "—":
            assert row.label.endswith("＊") == (row.line in inferred), (table.number, row.label)
        if row.label.endswith("＊"):
            assert any("带＊的项目" in note for note in table.notes), table.number
    assert all(
        any(row.label.endswith("＊") for row in table.rows)
        for table in case.tables
        if any("带＊" in n for n in table.notes)
    )


@pytest.mark.slow
def test_counted_rows_below_the_lines_carry_the_mark_too(plan_of):
    """云水's need of a group was counted from its register and stood under 2025年执行; the light of the base year rested on it."""
    yunshui = shipped_case(plan_of, "yunshui")
    table = table_of(yunshui, "08")
    at = table.columns.index("2025年执行")
    items = [row for row in table.rows if row.line.startswith("guarantee_item_")]
    assert items and all(row.label.endswith("＊") == (printed_row(table, row)[at] not in ("—", "0")) for row in items)
    lights = {row.line: row.label for row in table_of(yunshui, "08-3").rows}
    assert lights["coverage"].endswith("＊") and not lights["treasury_cover"].endswith("＊")
    assert any("本级财力负担不是公布数" in note for note in table_of(yunshui, "08-3").notes)
    # Where the base year's guarantees and resources were published nothing is marked.
    plan = plan_of("yunshui")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(early_warning_tables, "inferred_lines", lambda _: frozenset())
        bare = early_warning_tables.warning_table(plan, yunshui.fan)
    assert not any(row.label.endswith("＊") for row in bare.rows) and not any("带＊" in note for note in bare.notes)


def test_which_figures_of_the_base_year_are_inferred(plan_of):
    """By what each place published of its base year: 丽江's ledger books principal and interest, 张掖 only totals."""
    split = {"guarantee_living", "guarantee_salaries", "guarantee_operations", "transfers_general_purpose"}
    assert split <= inferred_lines(plan_of("lijiang"))
    assert split <= inferred_lines(plan_of("gangu"))
    booked = {"own_revenue", "expenditure", "principal_general", "interest_general", "transfers"}
    assert not booked & inferred_lines(plan_of("lijiang"))
    assert {"principal_general", "interest_general", "interest_burden_general", "other_uses"} <= inferred_lines(
        plan_of("zhangye")
    )
    assert not {"own_revenue", "expenditure", "transfers"} & inferred_lines(plan_of("zhangye"))
    assert "principal_general" not in inferred_lines(plan_of("gangu"))


def test_an_inferred_need_is_called_so_in_the_text(case):
    if "guarantees_total" in inferred_lines(case.plan):
        assert re.search(r"基期“三保”需求[\d.,]+[亿万]元（推算数）", case.text)


# Other claims that hold for some places only


def test_land_is_said_to_be_simulated_only_where_it_is_known(case):
    assert ("和土地出让收入作" in case.text) == bool(np.isfinite(case.plan.line("land_revenue")).all())


def test_four_conditions_are_named_only_where_projects_are_registered(case):
    assert ("按四项条件测试" in case.text) <= case.plan.basis.place.has("special_projects")


def test_hidden_debt_is_said_to_be_cleared_only_where_its_balance_is_nothing(case):
    cleared = re.search(r"按计划(\d{4})年底清零", case.text)
    if cleared:
        assert case.plan.line("hidden_debt_stock")[case.plan.years.index(int(cleared[1]))] < 0.5


def test_the_rest_is_paid_from_own_money_only_where_there_is_a_rest(case):
    share = case.plan.line("refinancing_dependence")
    assert ("其余须以自有资金偿还" in case.text) == bool(np.isfinite(share).all() and share.min() < 1 - 1e-9)


@pytest.mark.slow
def test_the_highest_year_of_a_level_series_is_not_named(plan_of):
    """张掖's principal is the same in every year, 丽江's in every year after the approved budget's, 云水's ladder peaks in 2028."""
    cases = [shipped_case(plan_of, place) for place in ("zhangye", "lijiang", "yunshui")]
    level, later, peak = (each.chapter("八") + each.chapter("附件3") for each in cases)
    assert "自有资金还本每年由" in level
    assert "高峰在" not in level + later
    assert "自有资金还本最高的2027—2030年每年由" in later
    assert "自有资金还本最高的2028年由" in peak
    assert "一般债务规划期到期本金89,550万元，高峰在2028年（22,800万元）" in peak


# What rests on an official text


def test_bands_of_the_debt_ratio_are_official_and_no_other_ratio_borrows_it(case):
    """The four bands of 债务率 stand in published budget papers; 负债率 and the ratio with hidden debt have no such text."""
    sources = cells(table_of(case, "26"), "分档依据")
    for label, source in sources.items():
        official = label.startswith("债务率")
        assert ("未经核实" in source) == (not official and "限额使用率" not in label), label
        assert not official or "口径" in source or "张掖" in source
    said = [row for row in case.chapter("八").splitlines() if re.match(r"\d\.(债务率|负债率).*警戒线", row)]
    for row in said:
        assert ("的警戒线※" in row) == ("负债率" in row.split("：")[0]), row
