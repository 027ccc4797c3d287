"""What the body says and what it leaves to the annex: a short plan on yearly totals, no word of the program's own, nothing lost."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from printed_sums import sum_parts
from report_case import shipped_case

from fiscal_model.report.extracts import with_the_rest
from fiscal_model.report.tables.risk_tables import waterfall_table
from fiscal_model.report.volumes import BODY_TABLES, THIN_LEFT, annex_of, body_of, is_thin, short_form
from fiscal_model.report.wording import plainly
from fiscal_model.report.writers.document import write_document
from fiscal_model.report.writers.page_estimate import estimated_pages
from fiscal_model.words.table import Growth, ReportRow, ReportTable

PLACES = ("gangu", "lijiang", "yunshui", "zhangye")
INTERNAL = re.compile(
    r"[a-z]+_[a-z_]+|\.toml|\.csv|(?<![A-Za-z0-9])[BVS]\d{1,2}(?![0-9])|(?<![a-z.])(?:totals|ledger|debt|insurance|staff|macro)(?![a-z.])"
)


def written(case: Any, path: Path, **facts: str) -> Any:
    plan = case.plan
    if facts:
        place = replace(plan.basis.place, **facts)
        plan = replace(plan, basis=replace(plan.basis, place=place))
    write_document(path, plan, case.chapters, case.tables, {})
    return docx.Document(str(path))


@pytest.mark.parametrize("place", PLACES)
def test_the_body_says_nothing_in_the_programs_own_words(plan_of, place, tmp_path):
    document = written(shipped_case(plan_of, place), tmp_path / "plan.docx")
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    texts = [text for text in (*(each.text for each in document.paragraphs), *cells) if "manifest.json" not in text]
    assert [text for text in texts if INTERNAL.search(text)] == []
    assert INTERNAL.search("情景中写 new_issue_within_quota = 0") and INTERNAL.search("B7 压减支出")


@pytest.mark.parametrize("place", ("gangu", "zhangye"))
def test_a_plan_on_yearly_totals_has_at_most_twelve_pages(plan_of, place, tmp_path):
    plan = plan_of(place)
    assert is_thin(plan)
    pages = estimated_pages(written(shipped_case(plan_of, place), tmp_path / "plan.docx"))
    assert 3 + max(pages.values()) <= 12, "cover, summary and contents are not numbered"


def test_what_a_short_body_leaves_stands_in_the_annex(plan_of):
    case = shipped_case(plan_of, "zhangye")
    body = [said for each in body_of(case.plan, case.chapters) for said in each.paragraphs]
    annex = [said for each in annex_of(case.plan, case.chapters) for said in each.paragraphs]
    bare = re.compile(r"^（.{1,2}）")
    whole = {bare.sub("", said) for each in case.chapters for said in each.paragraphs}
    assert {bare.sub("", said) for said in (*body, *annex)} == whole
    for title in THIN_LEFT:
        assert not any(said.endswith(title) for said in body)
        assert any(said.endswith(f"）{title}") for said in annex)
    for each in body_of(case.plan, case.chapters):
        counted = [said[1] for said in each.paragraphs if bare.match(said) and "。" not in said]
        assert counted == list("一二三四五六七八九十")[: len(counted)], each.title


def test_the_cover_names_the_office_where_the_place_says_it(plan_of, tmp_path):
    case = shipped_case(plan_of, "zhangye")
    for office, line in (("张掖市财政局", "编制单位：张掖市财政局"), ("", f"编制单位：{'　' * 10}")):
        document = written(case, tmp_path / "plan.docx", issuing_office=office)
        assert line in [each.text for each in document.paragraphs]


def test_only_tables_of_a_place_are_named():
    assert plainly("请在 debt 表补；见 abc 表") == "请在“政府债务”表补；见 abc 表"


def test_a_step_that_nobody_takes_is_left_out_and_the_gap_never_is(plan_of):
    plan = plan_of("yunshui")
    idle = {name for name, amounts in plan.steps.items() if not amounts.any()}
    lines = {row.line for row in short_form(waterfall_table(plan)).rows}
    named = {f"step_{name}" for name in plan.steps} & {*BODY_TABLES["waterfall"]}
    assert {"cut_operations", "gap"} <= idle
    assert lines == {"before_measures", "step_gap", *(named - {f"step_{name}" for name in idle})}
    assert all(row.values[1] for row in short_form(waterfall_table(plan)).rows[1:]), "who sees to it and by when"


def test_a_short_table_whose_named_rows_are_empty_prints_what_is_known(plan_of):
    table = next(each for each in shipped_case(plan_of, "gangu").tables if each.id == "debt")
    rows = short_form(table).rows
    assert rows and {row.line for row in rows}.isdisjoint(BODY_TABLES["debt"])
    assert all(any(value for value in row.values if value is not None) for row in rows)


@pytest.mark.parametrize("place", PLACES)
def test_every_sum_of_the_body_adds_up_as_printed(plan_of, place):
    case, seen = shipped_case(plan_of, place), 0
    shown = {table for chapter in body_of(case.plan, case.chapters) for table in chapter.tables}
    for table in (each for each in case.tables if each.id in shown):
        short = short_form(table)
        labels = [row.label for row in short.rows]
        for at, row in enumerate(short.rows):
            whole = next((each for each in table.rows if (each.line, each.label) == (row.line, row.label)), row)
            beside = [table.rows[part].label for part, _ in whole.parts if table.rows[part].label in labels]
            assert row.parts or not beside, (table.id, row.label, beside)
            for column, value in enumerate(row.values):
                if row.parts and isinstance(value, float) and short.kinds[column] in (None, "money"):
                    seen += 1
                    assert sum_parts(short, at, column), (table.id, row.label, short.columns[column])
    assert seen > 20


def test_what_is_left_out_of_a_sum_is_one_row_or_a_few_rows_themselves():
    sizes = {
        "a": (5.0, 10.0, 1.0),
        "b": (2.0, 4.0, 1.0),
        "c": (1.0, 2.0, 1.0),
        "d": (4.0, 8.0, 1.0),
        "e": (0.0, 0.0, 0.0),
    }
    rows = [ReportRow(name, values, level=1) for name, values in sizes.items()]
    total = ReportRow("sum", (12.0, 24.0, 1.0), level=0, parts=tuple((at, 1) for at in range(5)), total=True)
    table = ReportTable(
        "06", "any", "t", "", "", ("x", "y", "z"), (*rows, total), (), (None, None, "ratio"), Growth(2, 0, 1, 1)
    )
    found = with_the_rest(table, {0, 5}, range(3))
    assert [(row.label, row.values) for row in found.rows][1:] == [
        ("其他（附表06）", (7.0, 14.0, 1.0)),
        ("sum", total.values),
    ]
    assert [row.label for row in with_the_rest(table, {0, 1, 5}, range(3)).rows] == ["a", "b", "c", "d", "sum"]
    assert [row.label for row in with_the_rest(table, {5}, range(3)).rows] == ["sum"], "a total alone claims no parts"


def test_a_row_that_only_a_column_left_out_fills_is_nothing_in_the_body():
    """张掖's budget of 2026 names 调入资金, the plan has none: the body prints no row of noughts."""
    rows = (
        ReportRow("own", (None, 5.0, 6.0), line="own_revenue"),
        ReportRow("in", (2.0, 0.0, 0.0), line="transfer_in"),
    )
    table = ReportTable("05", "general_balance", "t", "", "", ("2026年公布预算", *(f"{year}年" for year in range(2023, 2031))),
                        tuple(replace(row, values=(*row.values, *row.values[1:] * 3)) for row in rows))  # fmt: skip
    assert [row.label for row in short_form(table).rows] == ["own"]
