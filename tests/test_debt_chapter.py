"""What chapter eight says of debt: its amounts add up, each clause stands where it is so and nowhere else."""

import numpy as np
import pytest
from report_case import said

from fiscal_model.report.chapters.interest_findings import restructuring
from fiscal_model.report.material import Material
from fiscal_model.words.vocabulary import DebtKind


@pytest.mark.parametrize("name", ["lijiang", "zhangye", "yunshui"])
def test_what_the_chapter_names_leads_from_the_first_balance_to_the_last(plan_of, name):
    """Opening balance, new bonds, swaps, what the budget adds besides, less own repayment: the closing balance, nothing unsaid."""
    plan = plan_of(name)
    for kind in DebtKind:
        of = lambda item, kind=kind: np.nan_to_num(plan.line(f"debt_{kind}_{item}"))  # noqa: E731
        moved = (
            of("issued_new") + of("swapped") + of("other_change") - np.nan_to_num(plan.line(f"principal_{kind}_own"))
        )
        assert of("opening_stock")[0] + moved.sum() == pytest.approx(of("stock")[-1], abs=0.01)


@pytest.mark.parametrize(
    ("clause", "where", "nowhere"),
    [
        ("置换隐性债务增加12,000万元", "yunshui", "lijiang"),
        ("按公布预算其他增加40,000万元（含义待核）", "lijiang", "yunshui"),
        ("以上按全市合计判断；该线由每一级政府各自对照", "lijiang", "yunshui"),
        ("2028—2030年比值反而上升；按现行规划的支出计，2030年为", "lijiang", "zhangye"),
        ("隐性债务（不含按合同在2028年以后偿还的9,000万元，其利息照付）", "yunshui", "lijiang"),
        ("重整期内不新上政府投资项目、新增举债以不加重付息占比为准※，须逐项说明。", "yunshui", "zhangye"),
    ],
)
def test_a_clause_stands_where_it_is_so(plan_of, clause, where, nowhere):
    assert clause in said(plan_of(where), "08_debt") and clause not in said(plan_of(nowhere), "08_debt")


def test_hidden_debt_that_is_paid_by_contract_is_named_apart(plan_of):
    assert "（其中9,000万元按合同在2028年以后偿还，单列）" in said(plan_of("yunshui"), "02_base_year")


def test_the_ratio_on_the_plans_own_spending_is_its_interest_less_what_is_saved(plan_of):

    plan = plan_of("lijiang")
    (one,) = restructuring(Material.of(plan, None, None, (), {}))
    interest = plan.line("interest_special")[-1] - one["together"].interest_saved[-1]
    assert one["same_spending"] == pytest.approx(interest / plan.line("fund_expenditure")[-1])


def test_a_guarantee_budgeted_below_its_need_is_a_risk_with_a_measure(plan_of):
    text = "“三保”预算安排低于需求的项目，2026年调整预算时先补足"
    assert text in said(plan_of("yunshui"), "13_risks") and text not in said(plan_of("lijiang"), "13_risks")
