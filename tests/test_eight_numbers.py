"""The eight numbers and their lights: always eight, and never another rule than the report's own."""

from dataclasses import replace

import numpy as np
import pytest

import fiscal_model as fm
from fiscal_model.analysis.guarantees.early_warning import GRADES, judge_warning
from fiscal_model.law.indicators import band_of
from fiscal_model.report.eight_numbers import NO_DATA, eight_numbers
from fiscal_model.report.standing import balance_sentence, overcommitted

IDS = (
    "own_revenue", "uncommitted_resources", "guarantee_coverage", "debt_ratio", "interest_burden", "funding_gap",
    "hidden_debt_stock", "temporary_payments_stock",
)  # fmt: skip


def numbers_of(plan):
    found = eight_numbers(plan, fm.simulate(plan, paths=100))
    assert tuple(each.id for each in found) == IDS
    return {each.id: each for each in found}


@pytest.mark.parametrize("place", ["lijiang", "zhangye", "gangu", "yunshui"])
def test_every_light_is_the_reports(plan_of, place):
    plan = plan_of(place)
    found = numbers_of(plan)
    assert found["debt_ratio"].light == band_of("debt_ratio", float(plan.line("debt_ratio").max()))
    burdens = {name: plan.line(name).max() for name in ("interest_burden_general", "interest_burden_special")}
    if not np.isnan(list(burdens.values())).all():
        worst = max(burdens, key=lambda name: np.nan_to_num(burdens[name]))
        assert found["interest_burden"].light == band_of(worst, float(burdens[worst]))
    assert found["guarantee_coverage"].light == GRADES[judge_warning(plan).grades.max()]
    assert (found["uncommitted_resources"].light == "red") == overcommitted(plan)


def test_what_the_data_do_not_carry_is_said_and_has_no_light(plan_of):
    found = numbers_of(plan_of("gangu"))
    for name in ("debt_ratio", "interest_burden", "hidden_debt_stock", "temporary_payments_stock"):
        assert (found[name].text, found[name].word, found[name].light) == (NO_DATA, NO_DATA, "none")
    assert all(each.text != NO_DATA for each in numbers_of(plan_of("yunshui")).values())


def test_the_gap_is_red_where_the_report_finds_one_and_else_yellow_or_green(plan_of):
    """Yellow where the budget closes only by its measures: what the report calls 紧平衡."""
    wide = plan_of("yunshui", new_project=20_000.0)
    assert balance_sentence(wide).startswith("收支矛盾突出")
    gap = numbers_of(wide)["funding_gap"]
    assert gap.light == "red" and gap.value == wide.line("funding_gap").max() > 0 and "出现缺口的可能" in gap.why
    tight = plan_of("yunshui")
    assert "紧平衡" in balance_sentence(tight) and numbers_of(tight)["funding_gap"].light == "yellow"
    quiet = replace(tight, steps={name: np.zeros(len(tight.years)) for name in tight.steps})
    assert numbers_of(quiet)["funding_gap"].light == "green"


def test_hidden_debt_and_temporary_payments_go_by_chapter_eight(plan_of):
    plan = plan_of("yunshui")
    found = numbers_of(plan)
    assert found["hidden_debt_stock"].light == "green" and "2028年底清零" in found["hidden_debt_stock"].why
    path = replace(plan.basis.debt.hidden.path, late=np.float64(800.0))
    late = replace(
        plan,
        basis=replace(plan.basis, debt=replace(plan.basis.debt, hidden=replace(plan.basis.debt.hidden, path=path))),
    )
    assert numbers_of(late)["hidden_debt_stock"].light == "red"
    assert (
        found["temporary_payments_stock"].light == "yellow" and "逾期未清1笔" in found["temporary_payments_stock"].why
    )
