"""Cases of the ledgers of the safeguards, worked by hand from the rows of 云水."""

from __future__ import annotations

import pytest

from fiscal_model.report.all_ledgers import build_ledgers, declared_ledgers
from fiscal_model.report.ledger import DOUBT, set_by
from fiscal_model.report.writers.progress_note import progress_parts


@pytest.fixture(scope="module")
def found(plan_of):
    plan = plan_of("yunshui")
    return lambda name, key: declared_ledgers()[name].find(plan).set_index(key)


def test_the_matrix_marks_what_is_done_and_late(found):
    """财政局 leads eleven tasks, five done, 任务三 was due on 31 December 2025; nobody leads 任务十二."""
    rows = found("pilot_duties", "department")
    assert rows.loc["县财政局", ["task_1", "task_3", "task_5", "task_12"]].tolist() == ["牵头√", "牵头×", "牵头", ""]
    assert rows.loc["县财政局", ["finished", "late", "doubt"]].tolist() == [5, 1, "有逾期任务，限期完成或说明"]
    assert rows.loc["县教育局", "doubt"] == ""
    assert rows.attrs["without"] == "没有牵头部门的：任务十二。"


def test_documents_due(found):
    rows = found("pilot_documents", "title")["doubt"]
    assert rows[["“三保”风险预警和处置办法", "项目支出标准管理办法", "国有资产共享共用办法"]].tolist() == [
        "没有文号，补登", "逾期没有印发，限期印发", "",
    ]  # fmt: skip


def test_the_pipeline_against_the_library(found):
    """YSP01: 4200 + 2600 + 600 + 600 = 8000 of 8600. YSP04: 9240 of 12000 is 77 %."""
    rows = found("project_pipeline", "pipeline_code")
    assert rows.loc["YSG01", ["funded", "gap", "doubt"]].tolist() == [8000, 600, ""]
    assert rows.loc["YSG04", "rate"] == pytest.approx(0.77)
    assert rows.loc[["YSG04", "YSG05"], "doubt"].tolist() == [
        "资金没有落实，补资金或缓建",
        "没有入库，论证入库或退出储备",
    ]


def test_the_list_of_departments_holds_the_doubts_of_all(plan_of, found):
    """An office counts to its department; every doubt of a ledger with departments is there once."""
    rows = found("department_list", "item")
    assert rows.loc[["YSF03", "YSF08"], "department"].tolist() == ["县财政局"] * len(rows.loc[["YSF03", "YSF08"]])
    assert not rows["department"].isin(["", "nan"]).any()
    assert rows.loc["2025年反馈应用", "department"] == "没有写责任部门"
    pipeline = declared_ledgers()["project_pipeline"].find(plan_of("yunshui"))
    assert (rows["ledger"].str.startswith("53-3 ")).sum() == (pipeline[DOUBT] != "").sum() == 2
    assert rows["department"].is_monotonic_increasing


@pytest.mark.slow
def test_tasks_are_grouped_by_who_set_them_and_the_note_follows(plan_of):
    plan = plan_of("yunshui")
    overview, *tables = build_ledgers(plan)
    assert (
        {row.values[2] for row in overview.rows if row.label.startswith("47-")}
        == {set_by(7)}
        == {"财政部安排的试点任务"}
    )
    parts = progress_parts(plan, tables)
    assert [(part.heading, len(part.paragraphs)) for part in parts] == [
        ("一、省级安排的试点任务", 3), ("二、财政部安排的试点任务", 5), ("三、自主探索的试点任务", 4),
    ]  # fmt: skip
    # 任务二: lead and three supporting, all done; one document, issued.
    assert parts[0].paragraphs[1].endswith("职责4项、完成4项；文件1项、印发1项。")
    # 任务四: 文体广旅局 is late, so is one of two documents.
    assert parts[1].paragraphs[0].endswith("职责4项、完成3项，逾期1项；文件2项、印发1项，逾期1项。")
    assert parts[2].paragraphs[0].endswith("没有登记文件。")
