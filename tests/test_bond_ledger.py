"""Bad bond ledgers: each is named with its row, what was found and what to do; nothing is dropped silently."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import copy_place
from test_input_faults import cell, doubled, without_lines

from fiscal_model.blocks.checks.all_checks import run_checks
from fiscal_model.blocks.debt.ledger import ledger_cautions
from fiscal_model.inputs.place import read_place
from fiscal_model.words.errors import InputError

PLACES = Path(__file__).parents[1] / "data" / "places"
TABLES = ("debt", "bonds", "special_projects", "special_project_flows", "special_project_bonds")
"""What a ledger of bonds is held against."""
Spoil = Callable[[Path], object]


def spoilt(tmp_path: Path, *spoils: Spoil) -> Path:
    folder = copy_place("yunshui", tmp_path / "yunshui", *TABLES)
    for spoil in spoils:
        spoil(folder)
    return folder


def with_column(name: str, line: int, value: str) -> Spoil:
    """Add a column to the ledger, filled in one line."""

    def spoil(folder: Path) -> None:
        lines = (folder / "bonds.csv").read_text(encoding="utf-8-sig").rstrip("\n").split("\n")
        lines = [
            f"{text},{name if not number else value if number == line - 1 else ''}" for number, text in enumerate(lines)
        ]
        (folder / "bonds.csv").write_text("\n".join(lines), encoding="utf-8-sig")

    return spoil


def every(column: str, change: Callable[[str], str]) -> Spoil:
    """Change a column in every row of the ledger."""

    def spoil(folder: Path) -> None:
        lines = (folder / "bonds.csv").read_text(encoding="utf-8-sig").rstrip("\n").split("\n")
        place = lines[0].split(",").index(column)
        rows = [text.split(",") for text in lines[1:]]
        for row in rows:
            row[place] = change(row[place])
        (folder / "bonds.csv").write_text("\n".join([lines[0], *map(",".join, rows)]), encoding="utf-8-sig")

    return spoil


def without_projects(folder: Path) -> None:
    """Their registers are held against the ledger when they are read."""
    for path in folder.glob("special_project*.csv"):
        path.unlink()


def outcome(folder: Path, check: str) -> tuple[str, tuple[str, ...]]:
    found = next(one for one in run_checks(read_place(folder)) if one.id == check)
    return found.outcome, found.details


# rows ------------------------------------------------------------------------------------------------------

ROWS: dict[str, tuple[tuple[Spoil, ...], str]] = {
    "maturity on the day of issue": (
        (cell("bonds.csv", 2, "maturity_date", "2016-06-15"),),
        "bonds.csv 第 2 行“maturity_date”列：到期日 2016-06-15 不晚于起息日 2016-06-15。请核对两个日期。",
    ),
    "coupon as percent": (
        (cell("bonds.csv", 2, "coupon_rate", "3.05"),),
        "bonds.csv 第 2 行“coupon_rate”列：不得大于 1，填写的是“3.05”。比例用小数：90% 写 0.9，3.05% 写 0.0305；是否想写 0.0305。",
    ),
    "face with a percent sign": (
        (cell("bonds.csv", 2, "face", "3.05%"),),
        "bonds.csv 第 2 行“face”列：应为数字，填写的是“3.05%”。请只填阿拉伯数字，例如 12345.6，单位写在“unit”列。",
    ),
    "coupon below one percent as percent": (
        (cell("bonds.csv", 2, "coupon_rate", "0.305"),),
        "bonds.csv 第 2 行“coupon_rate”列：票面利率 0.305 高于 20%。利率用小数：3.05% 写 0.0305；是否想写 0.00305。",
    ),
    "double code": ((doubled("bonds.csv", 4),), "bonds.csv 第 5 行：与第 4 行重复（bond_code=YSG1802）。同一个数只保留一行。"),
    "three payments a year": (
        (cell("bonds.csv", 2, "interest_frequency", "3"),),
        "bonds.csv 第 2 行“interest_frequency”列：填写的是“3”。1、2、4 或 12；空＝10年以下每年1次、10年及以上每年2次（未经核实的惯例）。",
    ),
    "call before issue": (
        (cell("bonds.csv", 2, "amortisation", "call"), cell("bonds.csv", 2, "call_date", "2016-06-01")),
        "“call_date”列：提前偿还日 2016-06-01 不在起息日 2016-06-15 与到期日 2026-06-15 之间。请核对日期；不提前偿还的留空。",
    ),
    "call after maturity": (
        (cell("bonds.csv", 2, "amortisation", "call"), cell("bonds.csv", 2, "call_date", "2026-06-16")),
        "“call_date”列：提前偿还日 2026-06-16 不在起息日 2016-06-15 与到期日 2026-06-15 之间",
    ),
    "call of a bullet": (
        (cell("bonds.csv", 2, "call_date", "2025-06-15"),),
        "“call_date”列：还本方式为 到期一次还本，却填了提前偿还日。预计提前偿还的把还本方式填 call，否则留空。",
    ),
    "grace as long as the bond": (
        (cell("bonds.csv", 2, "amortisation", "instalments"), cell("bonds.csv", 2, "grace_years", "10")),
        "“grace_years”列：宽限期 10 年不短于债券期限。宽限期要短于期限。",
    ),
    "grace of equal principal": (
        (cell("bonds.csv", 2, "amortisation", "等额本金"), cell("bonds.csv", 2, "grace_years", "2")),
        "“grace_years”列：还本方式为 等额本金，不能有宽限期。有宽限期的填 instalments（分期还本）。",
    ),
    "principal between interest days": (
        (cell("bonds.csv", 4, "amortisation", "分期还本"), with_column("principal_frequency", 4, "2")),
        "“principal_frequency”列：每年还本 2 次不能整除每年付息 1 次。还本日须同时是付息日。",
    ),
    "unknown way of repaying": (
        (cell("bonds.csv", 2, "amortisation", "buллet"),),
        "只能填：bullet（到期一次还本）、equal_principal（等额本金）、level（等额本息）、instalments（分期还本）、call（含赎回权）",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_a_bad_row_is_refused_with_a_clear_text(name: str, tmp_path: Path) -> None:
    spoils, expected = ROWS[name]
    with pytest.raises(InputError) as caught:
        read_place(spoilt(tmp_path, *spoils))
    assert expected in str(caught.value)


def test_instalments_need_no_grace(tmp_path: Path) -> None:
    spoil = cell("bonds.csv", 10, "amortisation", "instalments")  # YSG2201 was equal principal: the same bond
    assert outcome(spoilt(tmp_path, spoil), "V6")[0] == "ok"


# the ledger against the balance ----------------------------------------------------------------------------


@pytest.mark.slow
def test_the_ledger_ties_to_the_balances_it_covers() -> None:
    """2025 and, because all repayment of 2025 is in the ledger, 2024: two kinds, two years."""
    assert outcome(PLACES / "yunshui", "V6") == ("ok", ("核对 4 处",))
    assert outcome(PLACES / "yunshui", "V23")[0] == "ok"
    assert outcome(PLACES / "yunshui", "V25")[0] == "ok"
    assert outcome(PLACES / "lijiang", "V6")[0] == "not_run"


LEDGERS: dict[str, tuple[tuple[Spoil, ...], str]] = {
    "a bond of another level": (
        (cell("bonds.csv", 4, "maturity_date", "2026-09-10"),),
        "2025年末一般债券台账未还本金 179,500.00 万元，债务余额 168,000.00 万元，差 11,500.00 万元；"
        "债券 YSG1802（第 4 行） 未还本金正好等于差额，请核对是否属于本口径、是否已还本",
    ),
    "a bond that matured too early": (
        (cell("bonds.csv", 17, "maturity_date", "2025-12-31"),),
        "2025年末一般债券台账未还本金 157,600.00 万元，债务余额 168,000.00 万元，差 -10,400.00 万元；"
        "债券 YSG2502（第 17 行） 已在2025年末以前到期，金额正好等于差额，请核对到期日",
    ),
    "a bond issued too late": (
        (cell("bonds.csv", 17, "issue_date", "2026-08-14"),),
        "差 -10,400.00 万元；债券 YSG2502（第 17 行） 在2025年末以后起息，金额正好等于差额，请核对起息日",
    ),
    "a wrong face": (
        (cell("bonds.csv", 2, "face", "16005"),),
        "差 5.00 万元；没有一笔债券单独等于差额，请核对是否漏登或重登",
    ),
    "a face in 万元 that the row calls yuan": (
        (cell("bonds.csv", 17, "unit", "yuan"),),
        "差 -10,398.96 万元；债券 YSG2502（第 17 行） 以万元计正好没有差额，请核对“unit”列",
    ),
    "all faces in 亿元": (
        (every("face", lambda face: str(float(face) / 1e4)), without_projects),
        "相差约一万倍：转贷金额像是以亿元填写，请核对“unit”列",
    ),
}  # fmt: skip


SLIPS: dict[str, tuple[tuple[Spoil, ...], str]] = {
    "one face in yuan": (
        (cell("bonds.csv", 2, "face", "160000000"),),
        "bonds.csv 第 2 行“face”列：“YSG1601”转贷金额 160,000,000 万元，是近年政府债务余额 343,800 万元的 465 倍",
    ),
    "all faces in yuan": (
        (every("face", lambda face: face + "0000"),),
        "bonds.csv 第 3 行“face”列：“YSG1801”转贷金额 150,000,000 万元，是近年政府债务余额 343,800 万元的 436 倍",
    ),
    "a coupon divided twice by a hundred": (
        (cell("bonds.csv", 2, "coupon_rate", "0.000302"),),
        "bonds.csv 第 2 行“coupon_rate”列：“YSG1601”票面利率 0.000302，常见的是 0.011 至 0.06，像是少写了 2 位数字（应是 0.0302 左右）",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_of_digits_is_not_read(name: str, tmp_path: Path) -> None:
    spoils, expected = SLIPS[name]
    with pytest.raises(InputError) as caught:
        read_place(spoilt(tmp_path, *spoils))
    assert expected in str(caught.value)


@pytest.mark.parametrize("name", LEDGERS)
def test_a_ledger_that_is_not_the_balance_names_the_difference(name: str, tmp_path: Path) -> None:
    spoils, expected = LEDGERS[name]
    found, details = outcome(spoilt(tmp_path, *spoils), "V6")
    assert found == "fault"
    assert any(expected in text for text in details), details


def test_an_earlier_year_that_the_ledger_covers_is_a_caution(tmp_path: Path) -> None:
    """A bond of 2025 that was really issued in 2024: 2025 still ties, 2024 does not."""
    found, details = outcome(spoilt(tmp_path, cell("bonds.csv", 17, "issue_date", "2024-08-14")), "V6")
    assert found == "caution"
    assert details == (
        "2024年末一般债券台账未还本金 169,700.00 万元，债务余额 159,300.00 万元，差 10,400.00 万元；"
        "债券 YSG2502（第 17 行） 未还本金正好等于差额，请核对是否属于本口径、是否已还本",
    )


# payments and terms ----------------------------------------------------------------------------------------


def test_published_interest_is_held_against_the_ledger(tmp_path: Path) -> None:
    folder = spoilt(tmp_path, cell("bonds.csv", 2, "coupon_rate", "0.0402"))
    shutil.copy(PLACES / "yunshui" / "ledger.csv", folder)
    found, details = outcome(folder, "V23")
    assert found == "caution"
    assert details == ("2025年一般债务付息（232）账上 5,109.00 万元，债券台账算出 5,268.59 万元，差 -159.59 万元",)


TERMS: dict[str, tuple[tuple[Spoil, ...], str]] = {
    "unusual tenor": (
        (cell("bonds.csv", 2, "maturity_date", "2028-06-15"),),
        "债券 YSG1601（第 2 行） 期限不是1、2、3、5、7、10、15、20、30年之一，请核对起息日和到期日",
    ),
    "no number of payments": (
        (cell("bonds.csv", 2, "interest_frequency", ""),),
        "债券 YSG1601（第 2 行） 没有填每年付息次数，按惯例测算：10年以下每年1次、10年及以上每年2次（未经核实）",
    ),
    "issued after the base year": (
        (cell("bonds.csv", 17, "issue_date", "2026-08-14"), cell("bonds.csv", 17, "maturity_date", "2036-08-14")),
        "债券 YSG2502（第 17 行） 在2025年末以后发行，不在基期余额内，规划没有计入；新增债券请在假设中安排",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TERMS)
def test_unusual_terms_are_said(name: str, tmp_path: Path) -> None:
    spoils, expected = TERMS[name]
    found, details = outcome(spoilt(tmp_path, *spoils), "V25")
    assert found == "caution" and details == (expected,)


def test_a_general_bond_with_a_project_is_said(tmp_path: Path) -> None:
    found, details = outcome(spoilt(tmp_path, with_column("project_code", 2, "YSS01")), "V25")
    assert found == "caution"
    assert details == (
        "债券 YSG1601（第 2 行） 是一般债券却填了项目编号；一般债券用于没有收益的公益性事业，请核对类别",
    )


def test_a_plan_says_which_bonds_it_leaves_out_and_what_it_fills_in(tmp_path: Path) -> None:
    assert ledger_cautions(read_place(PLACES / "yunshui"), 2025) == ()
    assert ledger_cautions(read_place(PLACES / "gangu"), 2024) == ()
    empty = spoilt(tmp_path, cell("bonds.csv", 2, "interest_frequency", ""))
    left_out, filled = ledger_cautions(read_place(empty), 2024)
    assert left_out.message == (
        "债券 YSG2501、YSG2502、YSZ2501、YSZ2502 在2024年末以后发行，不在基期余额内，规划没有计入"
    )
    assert filled.message == ("债券 YSG1601 没有填每年付息次数，按10年以下每年1次、10年及以上每年2次测算（未经核实）")


def test_a_missing_bond_is_the_balance_less_its_face(tmp_path: Path) -> None:
    found, details = outcome(spoilt(tmp_path, without_lines("bonds.csv", "YSG2502")), "V6")
    assert found == "fault" and "差 -10,400.00 万元；没有一笔债券单独等于差额" in details[0]
