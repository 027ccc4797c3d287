"""The public schedule of a frame of bonds: its long table, and every way a frame can be wrong."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from fiscal_model.analysis.debt.bond_frame import REQUIRED, read_bonds
from fiscal_model.analysis.debt.schedule import schedule_bonds, schedule_months
from fiscal_model.arithmetic.debt.bond_schedule import monthly_by_bond, schedule
from fiscal_model.words.errors import InputError


def frame(**changed):
    """Three sound bonds, with some cells of the columns named changed."""
    columns = {
        "bond_code": ["A", "B", "C"],
        "kind": ["general", "专项债务", "special"],
        "face": [100.0, 200.0, 300.0],
        "coupon_rate": [0.03, 0.025, 0.02],
        "issue_date": ["2024-05-20", "2025-06-18", "2025-06-18"],
        "maturity_date": ["2027-05-20", "2035-06-18", "2030-06-18"],
        "amortisation": ["bullet", "到期一次还本", "Equal_Principal"],
        "interest_frequency": [1, 2, 1],
    }
    return pd.DataFrame({**columns, **changed})


def complaints(bonds, years=(2026,)):
    with pytest.raises(InputError) as caught:
        schedule_bonds(bonds, years)
    return [str(fault) for fault in caught.value.faults]


# results ---------------------------------------------------------------------------------------------------


def test_every_bond_in_every_year_bonds_in_their_order():
    found = schedule_bonds(frame(), [2027, 2025])
    assert list(found.columns) == ["bond_code", "year", "interest", "principal"]
    assert found["bond_code"].tolist() == ["A", "A", "B", "B", "C", "C"]
    assert found["year"].tolist() == [2027, 2025] * 3
    assert found["interest"].round(9).tolist() == [3, 3, 5, 2.5, 4.8, 0]
    assert found["principal"].round(9).tolist() == [100, 0, 0, 0, 60, 0]


def test_the_frame_is_the_array_in_long_form():
    bonds, years = frame(), range(2024, 2040)
    array, faults = read_bonds(bonds)
    assert not faults
    paid, long = schedule(array, years), schedule_bonds(bonds, years)
    np.testing.assert_array_equal(long["interest"].to_numpy().reshape(3, -1), paid.interest.T)
    np.testing.assert_array_equal(long["principal"].to_numpy().reshape(3, -1), paid.principal.T)
    months = schedule_months(bonds, years)
    assert list(months.columns) == ["bond_code", "year", "month", "interest", "principal"]
    assert len(months) == 3 * 16 * 12
    by_year = months.groupby(["bond_code", "year"], sort=False)[["interest", "principal"]].sum()
    np.testing.assert_allclose(by_year["interest"], long["interest"], atol=1e-9)
    np.testing.assert_allclose(by_year["principal"], long["principal"], atol=1e-9)
    interest, _ = monthly_by_bond(array, years)
    np.testing.assert_array_equal(months["interest"].to_numpy().reshape(3, 16, 12), np.moveaxis(interest, -1, 0))


@pytest.mark.parametrize(
    "dates",
    [
        ["2025/6/18", "2025年6月18日", "2025-06-18"],
        [dt.date(2025, 6, 18)] * 3,
        pd.to_datetime(["2025-06-18"] * 3),
        [pd.Timestamp("2025-06-18"), dt.date(2025, 6, 18), "2025-06-18"],
        [dt.datetime(2025, 6, 18), np.datetime64("2025-06-18"), "2025.6.18"],
        pd.to_datetime(["2025-06-18"] * 3).tz_localize("Asia/Shanghai"),
        ["2025-06-18T00:00:00+08:00"] * 3,
        pd.Categorical(["2025-06-18"] * 3),
    ],
)
def test_usual_ways_to_write_a_day(dates):
    expected = schedule_bonds(frame(issue_date=["2025-06-18"] * 3), range(2025, 2036))
    pd.testing.assert_frame_equal(schedule_bonds(frame(issue_date=dates), range(2025, 2036)), expected)


def test_optional_columns_may_hold_empty_cells():
    bonds = frame(
        amortisation=["call", "instalments", "equal_principal"],
        interest_frequency=[1, 2, 2],
        grace_years=[np.nan, 5, None],
        principal_frequency=[None, 1, 2],
        call_date=["2026-05-20", None, ""],
        payment_fee_rate=[None, 5e-5, None],
    )
    found = schedule_bonds(bonds, range(2025, 2036)).set_index("bond_code")
    assert found.loc["A", "principal"].tolist() == [0, 100, *[0] * 9]
    assert found.loc["B", "principal"].round(9).tolist() == [*[0] * 6, *[40] * 5]
    assert found.loc["C", "principal"].round(9).tolist() == [30, *[60] * 4, 30, *[0] * 5]


def test_numbers_may_stand_as_text_and_no_bonds_give_no_rows():
    text = frame(face=["100", "200", "300"], coupon_rate=["0.03", "0.025", "0.02"])
    pd.testing.assert_frame_equal(schedule_bonds(text, [2026]), schedule_bonds(frame(), [2026]))
    assert schedule_bonds(frame().iloc[:0], [2026]).empty


def test_no_bonds_give_no_months_either():
    assert schedule_months(frame().iloc[:0], [2026]).empty
    assert schedule_bonds(frame().iloc[:0], [2026], np.zeros((2, 0))).empty


@pytest.mark.parametrize("kinds", [["一般", "专项", "专项"], ["一般债券", "专项债券", "专项债务"]])
def test_kinds_by_their_usual_chinese_names(kinds):
    pd.testing.assert_frame_equal(schedule_bonds(frame(kind=kinds), [2026]), schedule_bonds(frame(), [2026]))


def test_equal_principal_falls_once_a_year_or_on_every_interest_day_as_told():
    bonds = frame(amortisation="equal_principal", maturity_date="2027-06-18", issue_date="2025-06-18")
    bonds["interest_frequency"] = 2
    yearly = schedule_bonds(bonds, range(2025, 2028)).set_index("bond_code")
    assert yearly.loc["A", "principal"].tolist() == [0, 50, 50]
    assert yearly.loc["A", "interest"].round(9).tolist() == [1.5, 1.5 + 0.75, 0.75]
    often = schedule_bonds(bonds.assign(principal_frequency=2), range(2025, 2028)).set_index("bond_code")
    assert often.loc["A", "principal"].tolist() == [25, 50, 25]
    assert often.loc["A", "interest"].round(9).tolist() == [1.5, 1.125 + 0.75, 0.375]


def test_coupons_by_path_are_so_many_frames():
    rates = np.random.default_rng(5).uniform(0.01, 0.05, (4, 3))
    years = [2027, 2025, 2033]
    found = schedule_bonds(frame(), years, rates)
    assert list(found.columns) == ["path", "bond_code", "year", "interest", "principal"]
    for path, rate in enumerate(rates):
        one = found[found["path"] == path].drop(columns="path").reset_index(drop=True)
        pd.testing.assert_frame_equal(one, schedule_bonds(frame(coupon_rate=rate), years))


@pytest.mark.parametrize(
    ("rates", "expected"),
    [
        ([0.03] * 3, "coupon_rates：形状为 3，应为 路径数×3。每条路径一行，每笔债券一列，按 bonds 的行序。"),
        (0.03, "coupon_rates：形状为 单个数，应为 路径数×3。每条路径一行，每笔债券一列，按 bonds 的行序。"),
        (
            [[0.03, 3.05, 0.02]],
            "coupon_rates：第 1 条路径、第 2 笔债券的利率 3.05 不在 0 与 20% 之间。利率用小数：3.05% 写 0.0305。",
        ),
        (
            [[0.03, np.nan, 0.02]],
            "coupon_rates：第 1 条路径、第 2 笔债券的利率 nan 不在 0 与 20% 之间。利率用小数：3.05% 写 0.0305。",
        ),
        ("低", "coupon_rates：应为数字的数组。每条路径一行，每笔债券一列。"),
    ],
)
def test_coupons_by_path_that_cannot_be_used(rates, expected):
    with pytest.raises(InputError) as caught:
        schedule_bonds(frame(), [2026], rates)
    assert [str(fault) for fault in caught.value.faults] == [expected]


def test_the_callers_frame_is_left_as_it_was():
    bonds = frame(issue_date=["2024/5/20", "2025-06-18", "2025-06-18"])
    before = bonds.copy(deep=True)
    schedule_bonds(bonds, range(2025, 2030))
    pd.testing.assert_frame_equal(bonds, before)


def test_ten_thousand_bonds_in_one_call_are_the_sum_of_small_calls():
    generator = np.random.default_rng(3)
    count = 10_000
    issue = np.datetime64("2015-01-01") + generator.integers(0, 4000, count)
    many = pd.DataFrame(
        {
            "bond_code": [f"B{number}" for number in range(count)],
            "kind": "special",
            "face": generator.uniform(1, 1e5, count),
            "coupon_rate": generator.uniform(0.01, 0.05, count),
            "issue_date": issue,
            "maturity_date": issue + generator.integers(300, 11_000, count),
            "amortisation": generator.choice(["bullet", "equal_principal", "level", "instalments", "call"], count),
            "interest_frequency": generator.integers(1, 3, count),
        }
    )
    whole = schedule_bonds(many, range(2025, 2065))
    assert len(whole) == 400_000
    pieces = [schedule_bonds(many.iloc[start : start + 2500], range(2025, 2065)) for start in range(0, count, 2500)]
    pd.testing.assert_frame_equal(whole, pd.concat(pieces, ignore_index=True))


# faults ----------------------------------------------------------------------------------------------------

CASES = {
    "maturity not after issue": (
        {"maturity_date": ["2024-05-20", "2035-06-18", "2030-06-18"]},
        "bonds 第 1 行（债券 A）“maturity_date”列：到期日 2024-05-20 不晚于起息日 2024-05-20。请核对两个日期。",
    ),
    "coupon as percent": (
        {"coupon_rate": [0.03, 3.05, 0.02]},
        "bonds 第 2 行（债券 B）“coupon_rate”列：票面利率 3.05 高于 20%，像是百分数，是否想写 0.0305。利率用小数：3.05% 写 0.0305。",
    ),
    "negative coupon": (
        {"coupon_rate": [0.03, -0.01, 0.02]},
        "bonds 第 2 行（债券 B）“coupon_rate”列：不得为负，填写的是“-0.01”。利率用小数：3.05% 写 0.0305。",
    ),
    "negative face": (
        {"face": [100.0, 200.0, -300.0]},
        "bonds 第 3 行（债券 C）“face”列：不得为负，填写的是“-300.0”。金额填正数。",
    ),
    "text in the face": (
        {"face": [100.0, "二百", 300.0]},
        "bonds 第 2 行（债券 B）“face”列：应为数字，填写的是“二百”。金额填正数。",
    ),
    "infinite face": (
        {"face": [100.0, np.inf, 300.0]},
        "bonds 第 2 行（债券 B）“face”列：应为数字，填写的是“inf”。金额填正数。",
    ),
    "missing face": ({"face": [100.0, np.nan, 300.0]}, "bonds 第 2 行（债券 B）“face”列：没有填写。金额填正数。"),
    "unknown way of repaying": (
        {"amortisation": ["bullet", "baloon", "bullet"]},
        "bonds 第 2 行（债券 B）“amortisation”列：填写的是“baloon”。只能填：bullet（到期一次还本）、"
        "equal_principal（等额本金）、level（等额本息）、instalments（分期还本）、call（含赎回权）。",
    ),
    "missing kind": (
        {"kind": ["general", None, "special"]},
        "bonds 第 2 行（债券 B）“kind”列：没有填写。只能填：general（一般债务）、special（专项债务）。",
    ),
    "double code": (
        {"bond_code": ["A", "B", "A"]},
        "bonds 第 3 行（债券 A）“bond_code”列：与第 1 行重复（A）。同一笔债券只保留一行；确是两笔的请分别编码。",
    ),
    "missing code": (
        {"bond_code": ["A", None, "C"]},
        "bonds 第 2 行（债券 未填）“bond_code”列：没有填写。请填债券编码，不重复。",
    ),
    "three payments a year": (
        {"interest_frequency": [1, 3, 1]},
        "bonds 第 2 行（债券 B）“interest_frequency”列：填写的是“3”。只能填 1、2、4 或 12。",
    ),
    "no number of payments": (
        {"interest_frequency": [1, np.nan, 1]},
        "bonds 第 2 行（债券 B）“interest_frequency”列：没有填写。只能填 1、2、4 或 12。",
    ),
    "not a day": (
        {"issue_date": ["2024-05-20", "去年", "2025-06-18"]},
        "bonds 第 2 行（债券 B）“issue_date”列：应为日期，填写的是“去年”。请写成 2025-12-31 的样子。",
    ),
    "no such day": (
        {"issue_date": ["2024-05-20", "2025-02-30", "2025-06-18"]},
        "bonds 第 2 行（债券 B）“issue_date”列：应为日期，填写的是“2025-02-30”。请写成 2025-12-31 的样子。",
    ),
    "a number is no day": (
        {"issue_date": [20240520, 20250618, 20250618]},
        "bonds 第 1 行（债券 A）“issue_date”列：应为日期，填写的是“20240520”。请写成 2025-12-31 的样子。",
    ),
    "a year is no day": (
        {"issue_date": ["2024", "2025-06-18", "2025-06-18"]},
        "bonds 第 1 行（债券 A）“issue_date”列：应为日期，填写的是“2024”。请写成 2025-12-31 的样子。",
    ),
    "a month is no day": (
        {"issue_date": ["2024-05-01", "2025-06", "2025-06-18"]},
        "bonds 第 2 行（债券 B）“issue_date”列：应为日期，填写的是“2025-06”。请写成 2025-12-31 的样子。",
    ),
    "missing day": (
        {"maturity_date": ["2027-05-20", None, "2030-06-18"]},
        "bonds 第 2 行（债券 B）“maturity_date”列：没有填写。请写成 2025-12-31 的样子。",
    ),
    "grace as long as the bond": (
        {"amortisation": ["instalments", "bullet", "bullet"], "grace_years": [3, 0, 0]},
        "bonds 第 1 行（债券 A）“grace_years”列：宽限期 3 年不短于债券期限。宽限期要短于期限。",
    ),
    "grace without instalments": (
        {"grace_years": [0, 0, 2]},
        "bonds 第 3 行（债券 C）“grace_years”列：还本方式为 equal_principal，不能有宽限期。有宽限期的填 instalments（分期还本）。",
    ),
    "principal between interest days": (
        {"principal_frequency": [1, 1, 2]},
        "bonds 第 3 行（债券 C）“principal_frequency”列：每年还本 2 次不能整除每年付息 1 次。还本日须同时是付息日。",
    ),
    "call after maturity": (
        {"amortisation": ["call", "bullet", "bullet"], "call_date": ["2028-01-01", None, None]},
        "bonds 第 1 行（债券 A）“call_date”列：提前偿还日 2028-01-01 不在起息日 2024-05-20 与到期日 2027-05-20 之间。"
        "请核对日期；不提前偿还的留空。",
    ),
    "call of a bond that has none": (
        {"call_date": ["2026-01-01", None, None]},
        "bonds 第 1 行（债券 A）“call_date”列：还本方式为 bullet，却填了提前偿还日。预计提前偿还的把还本方式填 call，否则留空。",
    ),
    "fee as percent": (
        {"payment_fee_rate": [0.05, 0.0, 0.0]},
        "bonds 第 1 行（债券 A）“payment_fee_rate”列：填写的是“0.05”。费率用小数：十万分之五写 0.00005。",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_faulty_cell_is_named_with_row_column_value_and_remedy(name):
    changed, expected = CASES[name]
    assert expected in complaints(frame(**changed))


def test_all_faults_come_at_once_row_by_row():
    found = complaints(frame(face=[-1.0, "x", 3.0], coupon_rate=[0.03, 3.05, np.nan]), [2026, 2026])
    assert [text.split("（")[0] for text in found[:4]] == [
        "bonds 第 1 行",
        "bonds 第 2 行",
        "bonds 第 2 行",
        "bonds 第 3 行",
    ]
    assert found[4] == "years：年份 2026 重复。每个年份只给一次。"


@pytest.mark.parametrize("column", REQUIRED)
def test_a_missing_column_is_named(column):
    needed = "、".join(REQUIRED)
    assert complaints(frame().drop(columns=column)) == [f"bonds：缺少列“{column}”。需要的列：{needed}。"]


def test_a_column_given_twice_is_named():
    twice = pd.concat([frame(), frame()[["face"]]], axis=1)
    assert complaints(twice) == ["bonds：列“face”出现不止一次。每列只保留一个。"]


def test_what_is_no_frame_is_refused():
    assert complaints({"bond_code": ["A"]})[0].startswith("bonds：应为 pandas.DataFrame，给出的是 dict。")


@pytest.mark.parametrize(
    ("years", "expected"),
    [
        ([], "years：没有年份。请给出至少一个年份，例如 range(2026, 2031)。"),
        ([2026, 2027.5], "years：“2027.5”不是整数年份。请给出整数年份，例如 range(2026, 2031)。"),
        (["2026"], "years：“2026”不是整数年份。请给出整数年份，例如 range(2026, 2031)。"),
        ([True], "years：“True”不是整数年份。请给出整数年份，例如 range(2026, 2031)。"),
        ([2026, 2026], "years：年份 2026 重复。每个年份只给一次。"),
        ([26], "years：年份 26 不在 1900 至 2200 之间。请核对年份。"),
        (None, "years：“None”不是整数年份。请给出整数年份，例如 range(2026, 2031)。"),
    ],
)
def test_years_that_cannot_be_used(years, expected):
    assert complaints(frame(), years) == [expected]


def test_years_may_be_numpy_integers():
    assert schedule_bonds(frame(), np.arange(2026, 2028))["year"].tolist() == [2026, 2027] * 3
