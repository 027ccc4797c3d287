"""What cannot be meant is refused with file, line and the likely reading; what is odd but real draws a caution or nothing."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from fiscal_model.inputs.place import Place, read_place
from fiscal_model.words.errors import InputError

Slip = Callable[[Path], None]


def cell(table: str, line: int, column: str, value: str) -> Slip:
    """Write one cell of a table, named as in a message."""

    def spoil(folder: Path) -> None:
        path = folder / f"{table}.csv"
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        rows[line - 1][rows[0].index(column)] = value
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)

    return spoil


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
        cell("pay_events", 2, "effective_date", "0001-07-01"),
        "pay_events.csv 第 2 行“effective_date”列：填写的是 0001-07-01，离决算或执行数的最后一年 2025 年有 2,024 年，像是年份写错。"
        "请核对；这里应在 2010 至 2037 年之间。",
    ),
    "a parcel listed in 2000": (
        cell("parcels", 3, "listing_year", "2000"),
        "parcels.csv 第 3 行“listing_year”列：填写的是 2000，离决算或执行数的最后一年 2025 年有 25 年，像是年份写错。",
    ),
    "a measure fifty years ahead": (
        cell("taxpayers", 5, "year", "2076"),
        "taxpayers.csv 第 5 行“year”列：填写的是 2076，离决算或执行数的最后一年 2025 年有 51 年",
    ),
    "a bond that falls due after a century": (
        cell("bonds", 3, "maturity_date", "2128-08-22"),
        "bonds.csv 第 3 行“maturity_date”列：填写的是 2128-08-22，离决算或执行数的最后一年 2025 年有 103 年",
    ),
    "accounts of a year to come": (
        cell("totals", 2, "year", "2098"),
        "年以后还没有决算数和执行数。请核对年度；以后年度的数是预算数（budget）或预测数（forecast）。",
    ),
    "staff of fifty years ago": (cell("staff", 2, "year", "1995"), "staff.csv 第 2 行“year”列：填写的是 1995"),
}


@pytest.mark.parametrize(("slip", "expected"), MISDATED.values(), ids=MISDATED.keys())
def test_a_year_that_cannot_be_meant_is_refused(root: Path, tmp_path: Path, slip: Slip, expected: str) -> None:
    assert any(expected in each for each in said_of(root, tmp_path, "yunshui", slip))


def test_far_but_real_dates_stand(root: Path, tmp_path: Path) -> None:
    """A parcel sold three years ago, a bond of thirty years from the last year on, a pay round ten years ahead."""
    slips = (
        cell("parcels", 3, "listing_year", "2022"),
        cell("special_projects", 2, "end_year", "2055"),
        cell("pay_events", 2, "effective_date", "2035-07-01"),
    )
    assert read_with(root, tmp_path, "yunshui", *slips).has("parcels")


def test_an_underscore_is_no_digit(root: Path, tmp_path: Path) -> None:
    """Python reads 1_000 as a thousand; a planner who writes it means something else."""
    said = said_of(root, tmp_path, "gangu", cell("totals", 2, "amount", "37_756"), cell("totals", 3, "year", "2_020"))
    assert said[0].startswith("totals.csv 第 2 行“amount”列：应为数字，填写的是“37_756”")
    assert said[1].startswith("totals.csv 第 3 行“year”列：应为整数，填写的是“2_020”")
