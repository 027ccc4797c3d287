"""Expenditure by function and by economic class: sums, the base year, each known item once, cuts, words."""

from dataclasses import replace

import numpy as np
import pytest
from report_case import said, tables_in

from fiscal_model.analysis.spending.classes import by_economic_class
from fiscal_model.analysis.spending.departments import department_ceilings
from fiscal_model.analysis.spending.functions import Function, Spending, by_function
from fiscal_model.analysis.spending.parts import Part, spending_parts
from fiscal_model.arithmetic.spending.carried_parts import carry_parts
from fiscal_model.blocks.guarantees.guarantees_block import mapped_parts
from fiscal_model.law.rules import rule_table
from fiscal_model.law.spending_classes import economic_classes, is_function, landings
from fiscal_model.model.compute import Drivers, compute
from fiscal_model.model.projection import project
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.report.chapters import functions_text
from fiscal_model.report.chapters.sandbox import plain
from fiscal_model.report.tables import functions_tables
from fiscal_model.words.lines import LINES
from fiscal_model.words.vocabulary import Budget, GuaranteeClass, ProjectCategory, UnitClass

ITEMISED = ("lijiang", "yunshui")
NEVER_CUT = ("guarantee_living", "guarantee_salaries", "guarantee_operations", "interest_general", "committed_projects")


@pytest.fixture(params=ITEMISED)
def itemised(request, plan_of, scenario_id):
    return plan_of(request.param, scenario_id)


def test_known_parts_stand_and_the_rest_follows_the_base_year():
    base, known_base = np.array([100.0, 60.0, 40.0]), np.array([70.0, 0.0, 0.0])
    # 30 + 60 + 40 are left; the total of 226 leaves 226 - 80 = 146 for them: 33.69.., 67.38.., 44.92..
    found = carry_parts(np.array([226.0]), np.array([[80.0, 0.0, 0.0]]), base, known_base)
    np.testing.assert_allclose(found, [[80 + 146 * 30 / 130, 146 * 60 / 130, 146 * 40 / 130]])
    np.testing.assert_allclose(carry_parts(np.array([200.0]), known_base[None], base, known_base), base[None])


def test_what_is_known_beyond_the_books_stays_beyond_them():
    # 90 is known of a function that booked 80: it stays 10 below what is known; the other takes the rest.
    found = carry_parts(np.array([120.0]), np.array([[95.0, 0.0]]), np.array([80.0, 20.0]), np.array([90.0, 0.0]))
    np.testing.assert_allclose(found, [[85.0, 35.0]])


def test_functions_add_up_to_expenditure_and_start_from_the_ledger(itemised):
    spent, history = by_function(itemised), itemised.basis.history
    booked = history.codes[Budget.GENERAL].loc[itemised.base_year]
    np.testing.assert_allclose(sum(each.path for each in spent.at(0)), itemised.line("expenditure"), atol=1e-6)
    assert sum(each.base for each in spent.at(0)) == pytest.approx(history.value("expenditure", itemised.base_year))
    for each in spent.functions:
        if each.code in booked.index and np.isfinite(booked[each.code]):
            assert each.base == booked[each.code]
        below = [one for one in spent.functions if one.level == each.level + 1 and one.code.startswith(each.code)]
        if below and "~" not in each.code:
            np.testing.assert_allclose(sum(one.path for one in below), each.path, atol=1e-6, err_msg=each.code)
            assert sum(one.base for one in below) == pytest.approx(each.base, abs=1e-6)


def test_every_line_is_split_into_parts_once(itemised):
    parts = spending_parts(itemised)
    for line in LINES["expenditure"].parts:
        inside = [part for part in parts if part.line == line]
        np.testing.assert_allclose(sum((part.path for part in inside), np.zeros(5)), itemised.lines[line], atol=1e-6)
        started = itemised.basis.balance.spending.get(line, 0.0)
        assert sum(part.base for part in inside) == pytest.approx(started, abs=1e-6)
    spent = by_function(itemised)
    landed = sum(part.path for part in parts if part.function)
    np.testing.assert_allclose(sum(each.known for each in spent.at(0)), landed, atol=1e-6)
    np.testing.assert_allclose(sum(by_economic_class(itemised).values()), itemised.line("expenditure"), atol=1e-6)


def test_known_items_land_where_they_belong(plan_of):
    plan = plan_of("yunshui")
    spent, items = by_function(plan), plan.basis.guarantees.items
    at = {each.code: each for each in spent.functions}
    np.testing.assert_allclose(at["232"].path, plan.line("interest_general"))
    np.testing.assert_allclose(at["227"].path, plan.line("contingency_reserve"))
    pensions = sum(items.need[1:, items.codes.index(code)] for code in ("L09", "L10", "L11"))
    subsidy = [part for part in spent.of("20826", ("guarantee_living",))]
    np.testing.assert_allclose(sum(part.path for part in subsidy), pensions)
    school = [part for part in spent.of("20502", ("committed_projects",))]
    assert [(part.label, part.key) for part in school] == [("第二初级中学迁建", "YSP02")]


def test_a_dearer_item_lands_once_in_its_own_function(place, plan_of):
    given = place("yunshui")
    rows = given.rows("guarantee_items").copy()
    rows["persons"] = rows["persons"] + np.where(rows["item_code"] == "L16", 100.0, 0.0)
    dearer = project(
        replace(given, tables={**given.tables, "guarantee_items": rows}), plan_of("yunshui").basis.scenario
    )
    before, after = (
        {each.code: each.known for each in by_function(plan).at(0)} for plan in (plan_of("yunshui"), dearer)
    )
    heads = 100 * 1.01 ** np.arange(1, 6)
    standard = dearer.basis.guarantees.items.national_standard[1:, list(rows["item_code"]).index("L16")]
    moved = {code: after[code] - before[code] for code in before if code not in {"215", "227"}}
    np.testing.assert_allclose(moved.pop("208"), heads * standard * 12 / 10_000)
    for code, change in moved.items():
        np.testing.assert_allclose(change[:1], 0.0, atol=1e-6, err_msg=code)


def test_many_futures_are_split_like_one(plan_of):
    plan, factor = plan_of("yunshui"), np.array([[1.0] * 5, [0.7] * 5, [1.2] * 5])
    lines, _ = compute(plan.basis, Drivers(factor, factor, factor))
    spent, classes = by_function(plan, lines), by_economic_class(plan, lines)
    np.testing.assert_allclose(sum(each.path for each in spent.at(0)), lines["expenditure"], atol=1e-6)
    np.testing.assert_allclose(sum(classes.values()), lines["expenditure"], atol=1e-6)
    for many, one in zip(spent.functions, by_function(plan).functions, strict=True):
        np.testing.assert_allclose(many.path[0], one.path, atol=1e-6)
    assert lines["expenditure"][1].sum() < lines["expenditure"][0].sum()


def test_cuts_leave_the_guarantees_and_debt_service_of_every_function(plan_of):
    plan, factor = plan_of("yunshui"), np.full(5, 0.7)
    lines, _ = compute(plan.basis, Drivers(factor, factor, factor))
    calm, cut = by_function(plan), by_function(plan, lines)
    for each in calm.at(0):
        first, second = (sum((p.path for p in spent.of(each.code, NEVER_CUT)), np.zeros(5)) for spent in (calm, cut))
        np.testing.assert_allclose(first, second, err_msg=each.code)
    smaller = [one.path.sum() < two.path.sum() for one, two in zip(cut.at(0), calm.at(0), strict=True)]
    assert all(smaller[[each.code for each in calm.at(0)].index(code)] for code in ("201", "205", "213"))


@pytest.mark.parametrize("name", ["zhangye", "gangu"])
def test_without_a_ledger_there_are_no_functions(plan_of, name):
    plan = plan_of(name)
    assert by_function(plan) is None
    assert tables_in(functions_tables, plan=plan) == {}
    assert functions_text.growing_functions(plan) == []


def test_the_printed_tables_add_up(itemised):
    for number, printed in tables_in(functions_tables, plan=itemised).items():
        rate = printed.columns.index("年均增速") if "年均增速" in printed.columns else None
        for column in range(len(printed.columns)):
            for row in printed.rows:
                amounts = [printed.rows[at].values[column] for at, _ in row.parts]
                whole = row.values[column]
                if amounts and all(isinstance(amount, float) for amount in (*amounts, whole)) and column != rate:
                    assert sum(amounts) == whole, (number, row.label, column)


def test_ceilings_of_departments_are_part_of_expenditure(plan_of):
    plan = plan_of("yunshui")
    found = department_ceilings(plan)
    education = found["县教育局"]
    staff = plan.basis.guarantees.staff
    heads = {"行政": 22, "高中及职教": 186 + 92}
    pay = sum(
        staff.salaries[1, at] / staff.heads.serving[0, at] * heads.get(group, 0)
        for at, group in enumerate(staff.groups)
    )
    assert education["pay"][0] == pytest.approx(pay)
    np.testing.assert_allclose(education["operations"], staff.units.by_department[1:, 1])
    assert sum(kinds["projects"].sum() for kinds in found.values()) < plan.line("expenditure").sum()
    assert department_ceilings(plan_of("lijiang")) is None


def test_no_code_stands_in_the_guarantees_beyond_what_was_spent(plan_of):
    """残疾人事业 (20811) held 6,892 万元: its 行政运行 (1,057) and 机关服务 (43) have rules of their own and were counted twice."""
    plan = plan_of("lijiang")
    spent = plan.basis.history.codes[Budget.GENERAL].loc[2025]
    parts = mapped_parts(plan.basis.history, 2025)
    disabled = {(part.group, part.code): part.amount for part in parts if part.code.startswith("20811")}
    assert disabled[GuaranteeClass.LIVING, "20811"] == 6892 - 1057 - 43
    assert sum(disabled.values()) == pytest.approx(6892)
    for code in (each for each in spent.dropna().index if each.startswith("2")):
        held = sum(part.amount for part in parts if part.code.startswith(code))
        assert held <= spent[code] + max(-spent[spent.index.str.startswith(code)].min(), 0) + 1, code


def test_every_row_of_the_mapping_names_codes_that_are_there():
    for row in rule_table("spending_classes"):
        assert not row["function"] or is_function(row["function"]), row
        assert not row["economic"] or row["economic"] in economic_classes(), row
        assert row["source"] and row["quality"] in {"design", "unverified"}
    assert {*landings("line")} == {*LINES["expenditure"].parts}
    assert {*landings("item")} == {row["rule"] for row in rule_table("guarantee_standards")}
    assert {*landings("staff_pay")} == {*landings("staff_operations")} == {each.value for each in UnitClass}
    assert {*landings("project")} == {each.value for each in ProjectCategory}
    for row in rule_table("guarantee_items"):
        assert not row["economic"] or row["economic"] in economic_classes()


@pytest.mark.parametrize("name", ["guarantee_items", "staff", "projects"])
def test_a_code_that_is_no_function_is_refused(name):
    refusal = next(each for each in TABLES[name].refusals if each.column == "function_code")
    assert refusal.complaints({"function_code": "20502"}) == refusal.complaints({"function_code": ""}) == []
    found = refusal.complaints({"function_code": "231"})
    assert found[0][1] == "“231”不是一般公共预算的支出功能科目编码"


def _spending(*last):
    functions = tuple(
        Function(code, label, 100.0, np.linspace(100.0, end, 6)[1:], np.zeros(5))
        for code, label, end in zip(("205", "208"), ("教育支出", "社会保障和就业支出"), last, strict=True)
    )
    pension = Part("guarantee_living", "养老金", "208", "510", 40.0, np.linspace(40.0, 65.0, 6)[1:])
    return Spending("", (2026, 2027, 2028, 2029, 2030), functions, (pension,))


def test_the_words_name_what_grows_and_what_drives_it(plan_of, monkeypatch):
    plan = plan_of("yunshui")
    monkeypatch.setattr(functions_text, "by_function", lambda _: _spending(90.0, 130.0))
    (found,) = functions_text.growing_functions(plan)
    assert found.pop("rate") == pytest.approx(1.3**0.2 - 1)
    assert found == {"label": "社会保障和就业支出", "added": 30.0, "driver": "养老金", "by_driver": 25.0}
    text = said(plan, "05_spending", growing_functions=lambda: plain([{**found, "rate": 0.054}]))
    assert "增长最快的是社会保障和就业支出（年均增长5.4%，2030年比基期多30万元，主要是养老金）。" in text
    monkeypatch.setattr(functions_text, "by_function", lambda _: _spending(190.0, 130.0))
    found, *_ = functions_text.growing_functions(plan)
    assert (found["driver"], found["by_driver"]) == ("没有固定去向的其余部分", 90.0)
    monkeypatch.setattr(functions_text, "by_function", lambda _: _spending(90.0, 99.0))
    assert functions_text.growing_functions(plan) == []


def test_classes_of_the_guarantees_are_those_of_the_list(plan_of):
    parts = spending_parts(plan_of("lijiang"))
    living = [part for part in parts if part.line == f"guarantee_{GuaranteeClass.LIVING}"]
    assert all(part.function for part in living)
