"""Published roll-forwards of debt, and the check that any reader may run on their own."""

import pandas as pd
import pytest

from fiscal_model.analysis.debt.roll_forward import check_roll_forward
from fiscal_model.blocks.checks.accounting import debt_rolls
from fiscal_model.inputs.history import read_history
from fiscal_model.inputs.place import read_place
from fiscal_model.words.errors import InputError

SHUCHENG = pd.DataFrame(
    {
        "kind": ["general", "special"],
        "year": [2024, 2024],
        "opening_stock": [32.5340, 133.2224],
        "issued": [3.8038, 18.0311],
        "repaid": [1.7615, 14.7551],
        "closing_stock": [34.5763, 136.4984],
        "limit_stock": [35.5, 138.8228],
    }
)
"""舒城县 2024, 亿元: 政务公开的政府债务限额余额、一般债务余额、专项债务余额表 (表1-1 to 表1-3)."""


@pytest.fixture(scope="module")
def gansu(root):
    return check_roll_forward(pd.read_csv(root / "tests" / "cases" / "gansu_debt_roll_forward.csv"))


def test_shucheng_closes_to_the_printed_digit():
    checked = check_roll_forward(SHUCHENG)
    assert checked["difference"].abs().max() < 1e-9
    assert checked["within_limit"].tolist() == [True, True]
    assert checked["continues"].isna().all()


def test_gansus_special_debt_closes_within_rounding(gansu):
    special = gansu[gansu["kind"] == "special"]
    assert special["difference"].round(2).tolist() == [0.0, 0.0, -0.01, -0.01, -0.03]
    assert special["continues"].tolist()[:-1] == [True] * 4
    assert special["within_limit"].all()


def test_gansus_general_debt_does_not_close_and_the_table_does_not_say_why(gansu):
    """Foreign loans are booked at the year's rate; next year's opening is the actual, not the estimate of 2023."""
    general = gansu[gansu["kind"] == "general"]
    assert general["difference"].round(2).tolist() == [0.14, -0.49, -0.10, -0.07, 0.13]
    assert general["continues"].tolist()[:-1] == [True, True, False, True]
    assert (general["difference"].abs() < 0.0003 * general["closing_stock"]).all()


@pytest.mark.parametrize("scope", ["whole", "own_level"])
@pytest.mark.parametrize("year", [2024, 2025, 2026])
@pytest.mark.parametrize("kind", ["general", "special"])
def test_lijiang_closes_and_continues_in_both_scopes(place, scope, year, kind):
    rows = place("lijiang").rows("debt")
    rows = rows[(rows["scope"] == scope) & (rows["kind"] == kind)]
    wide = rows.pivot(index="year", columns="item", values="amount").reset_index().assign(kind=kind, scope=scope)
    checked = check_roll_forward(wide).set_index("year").loc[year]
    assert abs(checked["difference"]) < 0.01
    assert bool(checked["within_limit"])
    assert checked["continues"] is pd.NA if year == 2026 else bool(checked["continues"])


def test_v5_looks_at_both_scopes(place):
    found = debt_rolls(place("lijiang"), read_history(place("lijiang")))
    assert (found.looked_at, found.faults, found.cautions) == (12, (), ())


def rolled(tmp_path, tiny_place, scope, **items):
    """V5 of a place whose special debt of 2024 is given, or of 2023 where the name ends in it."""
    debt = [
        {"kind": "special", "scope": scope, "item": name.removesuffix("_2023"), "year": 2023 if name.endswith("2023") else 2024, "amount": amount}
        for name, amount in items.items()
    ]  # fmt: skip
    place = read_place(tiny_place(tmp_path / "x", tables={"debt": debt}))
    return debt_rolls(place, read_history(place))


def test_v5_offers_what_is_wanting_as_other_change_in_the_other_scope_too(tmp_path, tiny_place):
    """It was a fault that stopped the plan; official tables seldom close: 100 + 30 - 10 = 120, and 125 is printed."""
    found = rolled(tmp_path, tiny_place, "own_level", opening_stock=100, issued=30, repaid=10, closing_stock=125)
    assert (found.looked_at, found.faults) == (1, ())
    assert found.cautions == (
        "2024年本级专项债务：年初＋发行－还本＋其他增减与年末余额差 -5.00 万元；核对无误的（常见于置换债券列入还本、外债汇率变动），"
        "在 debt 表填“其他增减”（other_change）5.00 万元",
    )
    taken = rolled(
        tmp_path, tiny_place, "own_level", opening_stock=100, issued=30, repaid=10, closing_stock=125, other_change=5
    )
    assert (taken.looked_at, taken.cautions) == (1, ())


def test_v5_opens_with_last_years_closing_where_no_opening_was_published(tmp_path, tiny_place):
    found = rolled(tmp_path, tiny_place, "whole", closing_stock_2023=100, issued=30, repaid=10, closing_stock=125)
    assert found.looked_at == 1 and "与年末余额差 -5.00 万元" in found.cautions[0]
    assert rolled(tmp_path, tiny_place, "whole", issued=30, repaid=10, closing_stock=125).looked_at == 0


# bad tables ------------------------------------------------------------------------------------------------


def faults_of(frame):
    with pytest.raises(InputError) as raised:
        check_roll_forward(frame)
    return str(raised.value)


def test_missing_columns_are_all_named():
    text = faults_of(SHUCHENG.drop(columns=["issued", "kind"]))
    for name in ("kind", "issued"):
        assert (
            f"债务滚存核对表：缺少列“{name}”。请补上；必须有的列：kind、year、opening_stock、issued、repaid、closing_stock"
            in text
        )


def test_a_word_among_the_figures_is_named_with_its_row():
    bad = SHUCHENG.astype({"repaid": object})
    bad.loc[1, "repaid"] = "约15"
    assert "债务滚存核对表第 2 行：repaid 列的“约15”不是数字。请只填数字，各行用同一个单位" in faults_of(bad)


@pytest.mark.parametrize(
    ("column", "cells", "expected"),
    [
        ("year", [None, 2024], "债务滚存核对表第 1 行：year 列没有填写。请填四位年份，例如 2025。"),
        ("year", [2024, 2024.5], "债务滚存核对表第 2 行：year 列的“2024.5”不是年份。请填四位年份，例如 2025。"),
        ("issued", [float("inf"), 1.0], "债务滚存核对表第 1 行：issued 列的“inf”不是数字。请只填数字，各行用同一个单位。"),
    ],
)  # fmt: skip
def test_cells_that_cannot_be_used_are_named(column, cells, expected):
    assert expected in faults_of(SHUCHENG.assign(**{column: cells}))


def test_what_is_no_table_and_a_column_given_twice_are_refused():
    assert "债务滚存核对表：应为 pandas.DataFrame，给出的是 NoneType。" in faults_of(None)
    twice = pd.concat([SHUCHENG, SHUCHENG[["issued"]]], axis=1)
    assert "债务滚存核对表：列“issued”出现不止一次。每列只保留一个。" in faults_of(twice)


@pytest.mark.parametrize("cells", [[None, 18.0311], ["", "18.0311"], pd.array([pd.NA, 18.0311], dtype="Float64")])
def test_a_figure_that_was_not_published_leaves_the_year_open(cells):
    checked = check_roll_forward(SHUCHENG.assign(issued=cells))
    assert checked["closes"].tolist() == [pd.NA, True]


def test_figures_as_text_close_too_and_no_rows_give_no_rows():
    assert check_roll_forward(SHUCHENG.astype(str))["closes"].tolist() == [True, True]
    assert check_roll_forward(SHUCHENG.iloc[:0]).empty
    off = check_roll_forward(SHUCHENG.assign(repaid=[1.7615, 14.8]))
    assert off["closes"].tolist() == [True, False]


def test_a_year_given_twice_is_refused():
    twice = pd.concat([SHUCHENG, SHUCHENG.iloc[:1]])
    assert "债务滚存核对表：general 2024年有两行。每个口径每年只留一行" in faults_of(twice)


def test_other_changes_and_empty_cells():
    frame = SHUCHENG.assign(other_change=[None, 2.0], closing_stock=[34.5763, 138.4984])
    checked = check_roll_forward(frame.astype({"other_change": float}))
    assert checked["difference"].abs().max() < 1e-9
    assert checked["within_limit"].tolist() == [True, True]
    unknown = check_roll_forward(SHUCHENG.drop(columns="limit_stock"))
    assert unknown["within_limit"].isna().all()
