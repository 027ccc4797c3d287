"""The register of findings: closing rate and overdue as of a day, never of today; fault texts."""

import datetime as dt
import shutil

import pandas as pd
import pytest
from conftest import ROOT

from fiscal_model.analysis.guarantees.open_findings import findings_on, review_findings
from fiscal_model.blocks.guarantees.finding_states import CLOSED, CLOSED_LATE, OPEN, OVERDUE
from fiscal_model.inputs.place import read_place
from fiscal_model.words.errors import InputError

COLUMNS = ["finding", "found_date", "topic", "amount", "owner", "due_date", "status", "closed_date", "unit", "source"]


def write(tmp_path, *rows):
    folder = tmp_path / "yunshui"
    shutil.copytree(ROOT / "data" / "places" / "yunshui", folder)
    frame = pd.DataFrame([(*row, "10k_yuan", "测试") for row in rows], columns=COLUMNS)
    frame.to_csv(folder / "findings.csv", index=False, encoding="utf-8-sig")
    for name in ("supervision_deductions", "joint_findings"):  # they name the example's own findings
        (folder / f"{name}.csv").unlink()
    return folder


def one(name, found, due, status="open", closed="", amount=""):
    return (name, found, "问题", amount, "某局", due, status, closed)


def test_states_by_hand(tmp_path):
    """At the end of 2025: closed in time, closed late, open in time, overdue by 31 days, closed only afterwards, found later."""
    folder = write(
        tmp_path,
        one("A", "2025-01-05", "2025-06-30", "closed", "2025-06-30", 12.5),
        one("B", "2025-01-05", "2025-06-30", "closed", "2025-07-01"),
        one("C", "2025-11-01", "2025-12-31"),
        one("D", "2025-11-01", "2025-11-30"),
        one("E", "2025-11-01", "2025-12-01", "closed", "2026-01-10"),
        one("F", "2026-01-02", "2026-03-31"),
    )
    found = findings_on(read_place(folder), dt.date(2025, 12, 31))
    states = dict(zip(found.rows["finding"], found.rows["state"], strict=True))
    assert states == {"A": CLOSED, "B": CLOSED_LATE, "C": OPEN, "D": OVERDUE, "E": OVERDUE}
    assert (found.count, found.closed, found.closing_rate) == (5, 2, 0.4)
    assert found.overdue["finding"].tolist() == ["D", "E"]
    assert found.overdue["days_overdue"].tolist() == [31, 30]
    assert found.rows["amount"].iloc[0] == 12.5 and found.rows["amount"].isna().iloc[1], "empty is never zero"


def test_a_day_later_one_more_is_overdue(tmp_path):
    place = read_place(write(tmp_path, one("C", "2025-11-01", "2025-12-31")))
    assert len(findings_on(place, dt.date(2025, 12, 31)).overdue) == 0
    assert len(findings_on(place, dt.date(2026, 1, 1)).overdue) == 1


def test_a_plan_looks_at_the_end_of_its_base_year(plan_of):
    found = review_findings(plan_of("yunshui"))
    assert found.as_of == dt.date(2025, 12, 31)
    assert (found.count, found.closed) == (9, 4)
    assert found.overdue["finding"].tolist() == ["YSF03", "YSF09"]
    assert review_findings(plan_of("yunshui", base_year=2024)).count == 3
    assert review_findings(plan_of("lijiang")) is None


def test_faults(tmp_path):
    folder = write(
        tmp_path,
        one("A", "2025-06-30", "2025-06-01"),
        one("B", "2025-06-30", "2025-07-30", "closed"),
        one("C", "2025-06-30", "2025-07-30", "open", "2025-07-01"),
        one("D", "2025-06-30", "2025-07-30", "closed", "2025-06-01"),
        one("E", "2025-06-30", "2025-07-30", "done"),
        one("A", "2025-06-30", "2025-07-30"),
    )
    with pytest.raises(InputError) as caught:
        read_place(folder)
    said = sorted(str(fault).split("findings.csv ")[1] for fault in caught.value.faults)
    assert said == [
        "第 2 行“due_date”列：整改期限 2025-06-01 早于发现日期 2025-06-30。请核对两个日期。",
        "第 3 行“closed_date”列：已销号但没有填写销号日期。请填写销号日期，或把状态改为 open（整改中）。",
        "第 4 行“status”列：整改中却填写了销号日期 2025-07-01。已销号的请把状态改为 closed，否则请删去销号日期。",
        "第 5 行“closed_date”列：销号日期 2025-06-01 早于发现日期 2025-06-30。请核对两个日期。",
        "第 6 行“status”列：填写的是“done”。只能填：open（整改中）、closed（已销号）。",
        "第 7 行：与第 2 行重复（finding=A）。同一个数只保留一行。",
    ]
