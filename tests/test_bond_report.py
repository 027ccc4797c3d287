"""What the report says of the bond ledger: table by bond, table by month, maturity wall, sentences."""

import numpy as np
import pytest
from report_case import said

from fiscal_model.analysis.debt.maturity_wall import wall_of
from fiscal_model.report.canvas import png
from fiscal_model.report.figures.bonds_figure import draw_maturity_wall
from fiscal_model.report.one_rounding import rounded
from fiscal_model.report.tables.bonds_tables import bond_months_table, bonds_table
from fiscal_model.words.vocabulary import DebtKind


def test_bonds_add_up_as_printed_and_to_the_plan(plan_of):
    plan = plan_of("yunshui")
    table = rounded(bonds_table(plan))
    assert (table.number, len(table.rows)) == ("20", 27 + 3)
    for row in table.rows:
        for column, value in enumerate(row.values):
            if row.parts and isinstance(value, float):
                assert value == sum(table.rows[part].values[column] for part, _ in row.parts)
    by_label = {row.label: row for row in table.rows}
    balance = table.columns.index("2025年末余额")
    assert by_label["一般债务合计"].values[balance] == 168_000
    assert by_label["专项债务合计"].values[balance] == 214_000
    assert "台账中3笔债券2025年末已还清，不列。" in table.notes
    assert by_label["YSG2402"].values[1] == "分期还本（宽限5年）"
    assert by_label["YSZ2001"].values[1] == "2032年5月提前偿还"
    wall = wall_of(plan)
    first = table.columns.index("2026年还本")
    found = [by_label["债券合计"].values[first + number] for number in range(5)]
    np.testing.assert_allclose(found, wall.total_principal[:5], atol=0.5)


def test_months_add_up_to_the_years_of_the_bonds(plan_of):
    plan = plan_of("yunshui")
    table, wall = bond_months_table(plan), wall_of(plan)
    assert len(table.rows) == 13 and len(table.columns) == 8
    total = table.rows[-1].values
    expected = [
        part[kind][number] for number in range(2) for kind in DebtKind for part in (wall.principal, wall.interest)
    ]
    np.testing.assert_allclose(total, expected, atol=1e-5)
    np.testing.assert_allclose(np.sum([row.values for row in table.rows[:-1]], axis=0), total, atol=1e-5)


def test_the_wall_is_all_that_is_owed(plan_of):
    wall = wall_of(plan_of("yunshui"))
    assert wall.years == tuple(range(2026, 2046)) and wall.from_ledger == set(DebtKind)
    assert wall.principal[DebtKind.GENERAL].sum() == pytest.approx(168_000)
    assert wall.principal[DebtKind.SPECIAL].sum() == pytest.approx(214_000)


def test_without_a_ledger_the_wall_is_the_plans_own(plan_of):
    plan = plan_of("lijiang")
    wall = wall_of(plan)
    assert wall.years == plan.years and not wall.from_ledger
    np.testing.assert_array_equal(wall.principal[DebtKind.GENERAL], plan.line("debt_general_repaid"))
    assert bonds_table(plan) is None and bond_months_table(plan) is None
    assert not [
        word for word in ("债券台账", "到期本息", "没有到期", "余额最大") if word in said(plan, "93_07_legal_debt")
    ]


def test_sentences_name_peak_months_and_the_largest_bond(plan_of):
    text = said(plan_of("yunshui"), "93_07_legal_debt")
    for sentence in (
        "按债券台账，2025年末未偿还本金382,000万元，其中规划期到期141,650万元，占37.1%，最后一笔在2045年到期",
        "还本高峰在2028年，到期39,800万元（一般债务22,800万元、专项债务17,000万元）",
        "2026年到期本息33,884万元，集中在6月18,795万元（其中还本17,200万元）",
        "余额最大的一笔是专项债券YSZ2501，余额28,000万元、票面利率2.12%、2045年到期。",
    ):
        assert sentence in text


def test_a_wall_after_the_plan_and_a_year_without_bonds_are_said(plan_of):
    told = {
        "left": 900.0,
        "within": (0.0, 200.0, 0.0, 0.0, 0.0),
        "last": 2034,
        "most": 350.0,
        "years": (2033, 2034),
        "kinds": (),
        "later": True,
    }
    text = said(
        plan_of("yunshui"), "93_07_legal_debt", maturity_wall=lambda: told, largest_bond=lambda: {},
        maturities=lambda: {"year": 2026, "due": 0.0, "months": ()},
    )  # fmt: skip
    assert (
        "占22.2%，最后一笔在2034年到期；到期最多的是2033、2034年，各350万元，规划期内最高的是2027年的200万元。"
        "2026年没有到期的债券本息。\n" in text
    )


@pytest.mark.parametrize("name", ["yunshui", "lijiang", "gangu"])
def test_the_chart_is_drawn_the_same_each_time(plan_of, name):
    plan = plan_of(name)
    assert png(draw_maturity_wall(plan)) == png(draw_maturity_wall(plan))
