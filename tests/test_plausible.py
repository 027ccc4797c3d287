"""What cannot be meant is refused with file, line and the likely reading; what is odd but real draws a caution or nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from conftest import cell

from fiscal_model.inputs.place import Place, read_place
from fiscal_model.registers.relations import alike, ratio, steady
from fiscal_model.registers.rules import ReadTables
from fiscal_model.registers.schema import column, table
from fiscal_model.registers.yardsticks import Yardsticks
from fiscal_model.words.cells import Money
from fiscal_model.words.errors import InputError

Slip = Callable[[Path], None]


def read_with(root: Path, tmp_path: Path, place: str, *slips: Slip) -> Place:
    """Read a copy of a shipped place with slips in it."""
    folder = tmp_path / place
    shutil.copytree(root / "data" / "places" / place, folder)
    for slip in slips:
        slip(folder)
    return read_place(folder)


def said_of(root: Path, tmp_path: Path, place: str, *slips: Slip) -> list[str]:
    """The faults for which a copy is refused."""
    with pytest.raises(InputError) as caught:
        read_with(root, tmp_path, place, *slips)
    return [str(fault).removeprefix(f"{(tmp_path / place).as_posix()}/") for fault in caught.value.faults]


MISDATED = {
    "a pay round in the year 1": (
        cell("pay_events.csv", 2, "effective_date", "0001-07-01"),
        "pay_events.csv 第 2 行“effective_date”列：填写的是 0001-07-01，离决算或执行数的最后一年 2025 年有 2,024 年，像是年份写错。"
        "请核对；这里应在 2010 至 2037 年之间。",
    ),
    "a parcel listed in 2000": (
        cell("parcels.csv", 3, "listing_year", "2000"),
        "parcels.csv 第 3 行“listing_year”列：填写的是 2000，离决算或执行数的最后一年 2025 年有 25 年，像是年份写错。",
    ),
    "a measure fifty years ahead": (
        cell("taxpayers.csv", 5, "year", "2076"),
        "taxpayers.csv 第 5 行“year”列：填写的是 2076，离决算或执行数的最后一年 2025 年有 51 年",
    ),
    "a sale beyond any plan": (
        cell("asset_disposals.csv", 2, "sold_on", "2037-06-30"),
        "asset_disposals.csv 第 2 行“sold_on”列：填写的是 2037-06-30，离决算或执行数的最后一年 2025 年有 12 年，像是年份写错。请核对；这里应在 2010 至 2035 年之间。",
    ),
    "an asset booked before its time": (
        cell("project_asset_entries.csv", 2, "registered_on", "2036-06-30"),
        "project_asset_entries.csv 第 2 行“registered_on”列：填写的是 2036-06-30，离决算或执行数的最后一年 2025 年有 11 年",
    ),
    "one number for two documents": (
        cell("regulations.csv", 3, "number", "云政办〔2024〕21号（虚构）"),
        "regulations.csv 第 3 行“document_code”列：文号“云政办〔2024〕21号（虚构）”登记了2份文件：YSW01、YSW02。一个文号只有一份文件",
    ),
    "a bond that falls due after a century": (
        cell("bonds.csv", 3, "maturity_date", "2128-08-22"),
        "bonds.csv 第 3 行“maturity_date”列：填写的是 2128-08-22，离决算或执行数的最后一年 2025 年有 103 年",
    ),
    "accounts of a year to come": (
        cell("totals.csv", 2, "year", "2098"),
        "年以后还没有决算数和执行数。请核对年度；以后年度的数是预算数（budget）或预测数（forecast）。",
    ),
    "staff of fifty years ago": (cell("staff.csv", 2, "year", "1995"), "staff.csv 第 2 行“year”列：填写的是 1995"),
}


@pytest.mark.parametrize(("slip", "expected"), MISDATED.values(), ids=MISDATED.keys())
def test_a_year_that_cannot_be_meant_is_refused(root: Path, tmp_path: Path, slip: Slip, expected: str) -> None:
    assert any(expected in each for each in said_of(root, tmp_path, "yunshui", slip))


def test_far_but_real_dates_stand(root: Path, tmp_path: Path) -> None:
    """A parcel sold three years ago, a bond of thirty years from the last year on, a pay round ten years ahead."""
    slips = (
        cell("parcels.csv", 3, "listing_year", "2022"),
        cell("special_projects.csv", 2, "end_year", "2055"),
        cell("pay_events.csv", 2, "effective_date", "2035-07-01"),
    )
    assert read_with(root, tmp_path, "yunshui", *slips).has("parcels")


def test_an_underscore_is_no_digit(root: Path, tmp_path: Path) -> None:
    """Python reads 1_000 as a thousand; a planner who writes it means something else."""
    said = said_of(
        root, tmp_path, "gangu", cell("totals.csv", 2, "amount", "37_756"), cell("totals.csv", 3, "year", "2_020")
    )
    assert said[0].startswith("totals.csv 第 2 行“amount”列：应为数字，填写的是“37_756”")
    assert said[1].startswith("totals.csv 第 3 行“year”列：应为整数，填写的是“2_020”")


SLIPS = {
    "a transfer line in yuan": (
        "yunshui", cell("transfers.csv", 3, "amount", "886000000"),
        "transfers.csv 第 3 行“amount”列：“1100202 2025年 均衡性转移支付收入”金额 886,000,000 万元，是2025年决算或执行数 88,600 万元的 10,000 倍",
        "像是把元的数写成了万元，或多写了 4 位数字（应是 88,600 左右）。请核对数位和“unit”列。",
    ),
    "an opinion in 亿元": (
        "yunshui", cell("opinions.csv", 2, "amount", "1.73"), "opinions.csv 第 2 行“amount”列：“税务局 税收收入 2021 2022年”预测数 1.73 万元",
        "像是把亿元的数写成了万元，或少写了 4 位数字（应是 17,300 左右）",
    ),
    "an approved budget in 亿元": (
        "yunshui", cell("approved_budget.csv", 5, "amount", "23.34"), "approved_budget.csv 第 5 行“amount”列：“2026年 一般公共预算 上级补助收入 年初预算”批准数 23.34 万元",
        "像是把亿元的数写成了万元，或少写了 4 位数字（应是 233,400 左右）",
    ),
    "a limit in the wrong unit": (
        "lijiang", cell("debt.csv", 23, "unit", "100m_yuan"), "debt.csv 第 23 行“amount”列：“一般债务 年末限额 2026年”金额",
        "像是把万元的数写成了亿元，或多写了 4 位数字（应是 1,655,791 左右）",
    ),
    "refinancing with three digits more": (
        "lijiang", cell("debt.csv", 16, "amount", "212645000"), "debt.csv 第 16 行“amount”列：“一般债务 再融资债券 2025年”金额 212,645,000 万元",
        "像是多写了 3 位数字（应是 212,645 左右）",
    ),
    "fund grants with three digits more": (
        "zhangye", cell("totals.csv", 53, "amount", "15200"), "totals.csv 第 53 行“amount”列：“政府性基金转移支付收入 2025年”金额 152,000,000 万元",
        "位数字",
    ),
    "one year's GDP with two digits more": (
        "yunshui", cell("macro.csv", 9, "amount", "8460"), "macro.csv 第 9 行“amount”列：“地区生产总值 2023年”数值 84,600,000 万元，是",
        "像是多写了 2 位数字（应是 846,000 左右）",
    ),
    "retired persons with two digits more": (
        "yunshui", cell("staff.csv", 5, "retired_persons", "115000"), "staff.csv 第 5 行“retired_persons”列：“义务教育”离退休 115,000，是同一行编制数 1,980 的 58 倍",
        "像是多写了 2 位数字（应是 1,150 左右）",
    ),
    "a project in yuan": (
        "yunshui", cell("project_costs.csv", 2, "amount", "42000000"), "project_costs.csv 第 2 行“amount”列：", "像是把元的数写成了万元，或多写了 4 位数字（应是 4,200 左右）",
    ),
    "a guarantee standard with two digits more": (
        "yunshui", cell("guarantee_items.csv", 2, "standard", "72000"), "guarantee_items.csv 第 2 行：“L01 小学公用经费”对象数×", "像是多写了 2 位数字",
    ),
    "a balance of debt in yuan": (
        "zhangye", cell("debt.csv", 11, "unit", "yuan"), "debt.csv 第 11 行“amount”列：“专项债务 年末余额 2024年”金额", "像是把亿元的数写成了元，或少写了 8 位数字",
    ),
    "a month in 亿元": (
        "yunshui", cell("monthly.csv", 5, "amount", "0.2297"), "monthly.csv 第 5 行“cumulative”列：", "而4 月当月数合计 0.23 万元",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("place", "slip", "found", "reading"), SLIPS.values(), ids=SLIPS.keys())
def test_a_slip_that_no_place_shows_is_refused_with_its_reading(
    root: Path, tmp_path: Path, place: str, slip: Slip, found: str, reading: str
) -> None:
    said = said_of(root, tmp_path, place, slip)
    assert any(found in each and reading in each for each in said), said


def in_another_unit(table: str, old: str, new: str) -> Slip:
    """Say of a whole table that its money is in another unit."""

    def spoil(folder: Path) -> None:
        path = folder / f"{table}.csv"
        path.write_text(path.read_text(encoding="utf-8-sig").replace(f",{old},", f",{new},"), encoding="utf-8")

    return spoil


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [("insurance", "10k_yuan", "100m_yuan"), ("insurance", "10k_yuan", "yuan"), ("macro", "100m_yuan", "10k_yuan")],
)
def test_a_table_wholly_in_another_unit_is_refused_by_the_size_of_the_budget(
    root: Path, tmp_path: Path, table: str, old: str, new: str
) -> None:
    said = said_of(root, tmp_path, "yunshui", in_another_unit(table, old, new))
    assert all(each.startswith(f"{table}.csv 第 ") and "一般公共预算支出决算或执行数" in each for each in said)


DOUBTED = {
    "a taxpayer that pays ten times as much": (
        "yunshui",
        cell("taxpayers.csv", 5, "amount", "5400"),
        "taxpayers.csv 第 5 行：",
    ),
    "retired persons with a digit more": (
        "yunshui",
        cell("staff.csv", 5, "retired_persons", "11500"),
        "staff.csv 第 5 行：",
    ),
    "a parcel ten times as large": ("yunshui", cell("parcels.csv", 7, "area", "1200"), "parcels.csv 第 7 行："),
    "persons with a digit less": (
        "yunshui",
        cell("guarantee_items.csv", 13, "persons", "15100"),
        "guarantee_items.csv 第 13 行：",
    ),
    "a small item's standard with a digit less": (
        "yunshui",
        cell("guarantee_items.csv", 11, "standard", "2.2"),
        "guarantee_items.csv 第 11 行：",
    ),
    "money from above with a digit less": (
        "yunshui",
        cell("guarantee_items.csv", 22, "earmarked", "73.656"),
        "guarantee_items.csv 第 22 行：",
    ),
    "a rise of a hundredth": (
        "yunshui",
        cell("guarantee_items.csv", 10, "standard_step", "0.1"),
        "guarantee_items.csv 第 10 行：",
    ),
    "a hidden debt ten times as large": (
        "yunshui",
        cell("hidden_debt.csv", 10, "balance", "90000"),
        "hidden_debt.csv 第 10 行：",
    ),
    "a hidden debt of a thousandth": (
        "yunshui",
        cell("hidden_debt.csv", 4, "balance", "3.6"),
        "hidden_debt.csv 第 4 行：",
    ),
    "a temporary payment ten times as large": (
        "yunshui",
        cell("temporary_payments.csv", 2, "balance", "26000"),
        "temporary_payments.csv 第 2 行：",
    ),
    "a parcel of a thousandth": ("yunshui", cell("parcels.csv", 4, "area", "0.16"), "parcels.csv 第 4 行："),
    "a parcel that costs a tenth": ("yunshui", cell("parcels.csv", 5, "cost", "5.8"), "parcels.csv 第 5 行："),
    "a firm's profit ten times as large": (
        "yunshui",
        cell("firms.csv", 2, "net_profit", "11500"),
        "firms.csv 第 2 行：",
    ),
    "a share of a hundredth": ("yunshui", cell("firms.csv", 2, "ownership_share", "0.01"), "firms.csv 第 2 行："),
    "a rate of births ten times as high": (
        "yunshui",
        cell("population_rates.csv", 3, "rate", "0.62"),
        "population_rates.csv 第 3 行：",
    ),
    "a finding a thousand times as large": (
        "yunshui",
        cell("findings.csv", 5, "amount", "25000"),
        "findings.csv 第 5 行：",
    ),
    "a transfer that outgrows all of them": (
        "yunshui",
        cell("transfers.csv", 2, "amount", "390000"),
        "transfers.csv 第 2 行：",
    ),
    "refinancing of a tenth beside all that was issued": (
        "yunshui",
        cell("debt.csv", 20, "amount", "1180"),
        "debt.csv 第 19 行：",
    ),
}


@pytest.mark.parametrize(("place", "slip", "found"), DOUBTED.values(), ids=DOUBTED.keys())
def test_what_is_doubtful_but_possible_is_a_caution_that_names_the_line(
    root: Path, tmp_path: Path, place: str, slip: Slip, found: str
) -> None:
    doubts = [doubt.text for doubt in read_with(root, tmp_path, place, slip).doubts]
    assert any(each.startswith(found) for each in doubts), doubts


def test_real_oddities_are_never_refused(root: Path) -> None:
    """甘谷's land fell by 91 %, 丽江's forestry moved to another level: 甘谷 has 1 doubt, 张掖 none, 丽江 8 of 6,846 rows of codes, the invented county none."""
    found = {
        place: len(read_place(root / "data" / "places" / place).doubts)
        for place in ("gangu", "zhangye", "lijiang", "yunshui")
    }
    assert found == {"gangu": 1, "zhangye": 0, "lijiang": 8, "yunshui": 0}


def test_all_doubts_are_said_in_one_sentence_and_that_there_are_none_too(root: Path) -> None:
    said = {
        place: read_place(root / "data" / "places" / place).doubts_said for place in ("gangu", "lijiang", "yunshui")
    }
    assert said["gangu"].startswith(
        "数据疑点：录入的数有1处与其他数相差悬殊，请先核对；规划按录入的数测算。（1）totals.csv 第 "
    )
    assert (
        "（5）" in said["lijiang"]
        and "（6）" not in said["lijiang"]
        and said["lijiang"].endswith("。其余3处见附表31。")
    )
    assert said["yunshui"] == "录入的数互相对照，没有相差悬殊的。"


def _series(*amounts: float, first: int = 2018) -> tuple[ReadTables, Yardsticks]:
    rows = pd.DataFrame(
        {"year": range(first, first + len(amounts)), "amount": amounts, "row_line": range(2, 2 + len(amounts))}
    )
    tables = ReadTables({"x": rows}, "", {"x": "x.csv"})
    return tables, Yardsticks(tables, "whole")


X = SimpleNamespace(name="x", money=("amount",), label_of=str)


@pytest.mark.parametrize(
    ("amounts", "rows", "power", "refused"),
    [
        ((10, 11, 12, 13, 14), [], 0, False),
        ((10, 11, 120_000, 13, 14), [(2,)], 4, True),  # one figure: the years on both sides are not blamed
        ((10, 11, 12, 130_000, 140_000), [(3, 4)], 4, True),  # the shorter run is blamed
        ((100_000, 11, 12, 13, 14), [(0,)], 4, True),
        ((10, 11, 120, 13, 14), [(2,)], 1, False),  # tenfold: within what places show
        ((10, 11, 12, 1, 14), [(3,)], -1, False),
        ((10, 11, 12 * 400, 13, 14), [(2,)], 3, True),  # 400 is 1,000 × 0.4, and 0.4 is usual
    ],
)  # fmt: skip
def test_a_series_blames_the_run_off_its_longest(
    amounts: tuple[float, ...], rows: list[tuple[int, ...]], power: int, refused: bool
) -> None:
    """Items: usual from 0.14 to 7, possible from 0.02 to 50."""
    found = list(steady("amount").oddities(X, *_series(*amounts)))
    assert [odd.rows for odd in found] == rows
    assert all((odd.powers, odd.refused) == ((power,), refused) for odd in found)


ALIKE = {
    "tenfold": ((10, 12, 9, 100), [(3, 1)]),
    "a thousandth": ((10, 12, 9, 0.01), [(3, -3)]),
    "fourfold at most": ((10, 12, 9, 42), []),
    "too few to tell": ((10, 12, 1000), []),
    "rows that differ by themselves": ((1, 10, 100, 1_000, 10_000, 100_000), []),
}


@pytest.mark.parametrize(("amounts", "found"), ALIKE.values(), ids=ALIKE.keys())
def test_rows_of_a_register_are_held_against_their_median(
    amounts: tuple[float, ...], found: list[tuple[int, int]]
) -> None:
    """Four times, or three median deviations (of 1 to 100,000: 1.5 powers of ten, thus 6.7); never a refusal."""
    odd = list(alike("amount").oddities(X, *_series(*amounts)))
    assert [(each.rows[0], each.powers[0]) for each in odd] == found
    assert not any(each.refused for each in odd)


def test_a_sum_of_one_part_is_no_whole() -> None:
    """New bonds alone are not all that was issued; new and refinancing ones are, from 2020 on."""
    rows = pd.DataFrame({"year": [2021, 2021, 2022], "amount": [5.0, 1.0, 5.0], "all": 20.0, "row_line": [2, 3, 4]})
    tables = ReadTables({"x": rows}, "", {"x": "x.csv"})
    parts = ratio("amount", ("all",), "issues", per=("year",), parts=2)
    assert [odd.rows for odd in parts.oddities(X, tables, Yardsticks(tables, "whole"))] == [(0, 1)]


def test_before_2003_only_another_unit_is_refused() -> None:
    """A prefecture became a city in the nineties: 60 times in a year is real; 10,000 times is not."""
    for slip, refused in ((600, False), (100_000, True)):
        (odd,) = steady("amount").oddities(X, *_series(10, slip, 11, 12, first=1992))
        assert odd.refused is refused


def test_a_table_names_no_column_that_it_has_not() -> None:
    with pytest.raises(TypeError, match=r"no such columns \['amuont'\]"):
        table(
            "x",
            "表",
            (),
            "",
            "",
            "",
            column("amount", Money, "金额", "金额。"),
            ratio("amuont", "expenditure", "project"),
        )
