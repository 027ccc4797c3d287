"""Laws of every declared table: one number, one id, one title; every printed row has an id of its own, in ASCII."""

import re
from dataclasses import replace

import pytest
from report_case import shipped_case

import fiscal_model as fm
from fiscal_model.report.declaration import Column, Content, Line, Spread, table
from fiscal_model.report.one_rounding import rounded
from fiscal_model.report.tables.annex import declared_tables, table_order
from fiscal_model.words.errors import ReportError
from fiscal_model.words.table import ADDED_IN, FORMATS, kind_at, printed_row

PLACES = ("gangu", "lijiang", "yunshui", "zhangye")
NUMBER = re.compile(r"[-+]?[\d,]*\d(\.\d+)?%?")


@pytest.fixture(scope="module")
def tables_of(plan_of):
    return lambda place: shipped_case(plan_of, place).tables


def test_numbers_ids_and_titles_are_said_once():
    declared = declared_tables().values()
    for names in (
        [each.number for each in declared],
        [each.id for each in declared],
        [each.title for each in declared],
    ):
        assert [name for name in names if names.count(name) > 1] == []
    assert len(declared) > 85
    assert [each.number for each in declared] == [each.number for each in sorted(declared, key=table_order)]


@pytest.mark.parametrize("place", PLACES)
def test_every_printed_row_has_an_ascii_id_of_its_own(tables_of, place):
    for printed in tables_of(place):
        ids = [row.line for row in printed.rows]
        assert all(re.fullmatch(r"[A-Za-z0-9_.:-]+", name) for name in ids), (printed.number, ids)
        assert len(set(ids)) == len(ids), printed.number


@pytest.mark.parametrize("place", PLACES)
def test_every_row_fills_every_column_and_no_number_is_written_as_text(tables_of, place):
    for printed in tables_of(place):
        for row in printed.rows:
            assert len(row.values) == len(printed.columns), (printed.number, row.label)
            for column, value in enumerate(row.values):
                if isinstance(value, str):
                    assert not NUMBER.fullmatch(value) or kind_at(printed, row, column) == "text", (printed.number, row)


def test_a_table_built_alone_is_the_one_of_the_annex_but_for_what_rounding_moves(plan_of):
    case = shipped_case(plan_of, "gangu")
    known = {table.id: table for table in case.tables}
    beside = {"fan": case.fan, "rating": case.rating, "alternatives": case.alternatives}
    for name in declared_tables():
        shown = fm.show_table(case.plan, name, **beside).table
        whole = known[name].rows if name in known else ()
        assert [replace(row, values=()) for row in shown.rows] == [replace(row, values=()) for row in whole], name
        for row, same in zip(shown.rows, whole, strict=True):
            for column, (value, kept) in enumerate(zip(row.values, same.values, strict=True)):
                step = ADDED_IN.get(kind_at(shown, row, column), 0)
                near = step and isinstance(value, float) and abs(value - kept) * step <= 2  # rounded alone, or with all
                assert near or value == kept, (name, row.label, column)


def test_what_a_table_still_needs_is_said(plan_of):
    plan = plan_of("gangu")
    with pytest.raises(ReportError, match=r"^表“fan”（不确定性（模拟区间与概率））还要给出 fan=fm.simulate\(plan\)。$"):
        fm.show_table(plan, "fan")
    with pytest.raises(ReportError, match=r"还要给出 rating=fm.rate\(plan\)、fan=fm.simulate\(plan\)。$"):
        fm.show_table(plan, "rating")
    for source in (plan, ()):
        with pytest.raises(ReportError, match=r"^没有名为“balance_lg”的表。是否想写“balance_log”？$"):
            fm.show_table(source, "balance_lg")
        with pytest.raises(ReportError, match=r"^没有名为“xyz”的表。可用的表：economy、"):
            fm.show_table(source, "xyz")


def test_the_title_of_a_table_that_is_not_there_has_no_year():
    @table("99", "example", "{year}年批准数（{year}年）", "项目")
    def example(plan: object) -> Content:
        return Content([Line("a", "甲", [1.0])], headings=["2026年"], year=2026)

    assert example.title == "批准数"
    assert example(None).title == "2026年批准数（2026年）"


def test_records_and_lines_become_rows():
    @table(
        "99", "example", "例", "债券", [Column("利率", "rate", "rate"), Column("用途", "use", "text"), Spread()],
        label="{code} {name}", row_id="bond_{code}",
    )  # fmt: skip
    def example(plan: object) -> Content:
        records = [
            {"code": "A1", "name": "甲", "rate": 0.0305, "use": "水库", "values": (1.0, float("nan"))},
            {"code": "乙", "name": "乙", "rate": float("nan"), "use": None, "values": (2.0, 3.0)},
        ]
        return Content([*records, Line("total", "合计", (3.0, 3.0), 0, "bond_A1 + example.2")], headings=("x", "y"))

    made = example(None)
    assert [row.line for row in made.rows] == ["bond_A1", "example.2", "total"]
    assert made.rows[2].parts == ((0, 1), (1, 1)) and made.rows[2].total
    assert printed_row(made, made.rows[0]) == ("3.05%", "水库", "1", "—")
    assert printed_row(made, made.rows[1]) == ("—", "—", "2", "3")


def test_a_sum_finds_rows_whose_codes_are_chinese_or_hold_blanks():
    @table("99", "example", "例", "项目", label="{code}", row_id="project_{code}")
    def example(plan: object) -> Content:
        records = [{"code": code, "values": (value,)} for code, value in (("水库", 1.4), ("YS 01", 1.4), ("Z-9", 0.4))]
        return Content(
            [*records, Line("net", "合计", (2.4,), 0, "project_水库 + project_YS 01 - project_Z-9")], headings=["x"]
        )

    made = example(None)
    assert [row.line for row in made.rows] == ["example.1", "example.2", "project_Z-9", "net"]
    assert made.rows[-1].parts == ((0, 1), (1, 1), (2, -1))
    first, second, third, net = (row.values[0] for row in rounded(made).rows)
    assert net == 2 == first + second - third


def test_a_source_that_is_not_there_is_refused_when_the_table_is_declared():
    with pytest.raises(TypeError, match="no such source"):
        table("99", "example", "例", "项目")(lambda weather: None)


def test_every_kind_has_both_formats():
    assert all(format.excel for format in FORMATS.values())
