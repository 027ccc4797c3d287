"""What a line comes to in a year is printed once: the same in every table, a year's end as the next one's beginning."""

import re
from collections import defaultdict
from math import floor

import pytest
from printed_sums import sum_parts
from report_case import shipped_case

from fiscal_model.report import wording
from fiscal_model.report.chapters.all_chapters import write_chapters
from fiscal_model.report.one_rounding import HEADLINES, rounding_of
from fiscal_model.report.tables.annex import declared_tables
from fiscal_model.report.wording import beside, whole
from fiscal_model.words.identities import _IDENTITIES
from fiscal_model.words.lines import LINES
from fiscal_model.words.table import ADDED_IN, ReportRow, ReportTable, kind_at, printed

_YEAR = re.compile(r"(\d{4})年?(预测|决算|执行)?$")
_OF_OTHER_PLANS = {"scenarios", "stress", "stress_years", "plan_bridge", "variance", "both_plans", "approved_budget"}
"""Tables in which a row of a line shows another plan's figure, or one published."""
_ROLLS = [(opening, match[1]) for _, opening, text in _IDENTITIES if (match := re.match(r"lag\((\w+), ", text))]


def printed_cells(tables):
    """Printed money of every line and year: the tables in which it stands, by what they print."""
    found = defaultdict(lambda: defaultdict(set))
    for table in tables:
        for row in table.rows if table.id not in _OF_OTHER_PLANS else ():
            for column, value in enumerate(row.values):
                year = _YEAR.match(table.columns[column])
                step = ADDED_IN.get(kind_at(table, row, column), 0)
                if row.line in LINES and year and step and isinstance(value, float):
                    found[row.line, int(year[1])][round(value * step)].add(table.id)
    return found


@pytest.fixture(scope="module", params=("yunshui", "zhangye"))
def tables(plan_of, request):
    return shipped_case(plan_of, request.param).tables


def test_a_line_prints_the_same_in_every_table(tables):
    cells = printed_cells(tables)
    assert sum(len(set.union(*shown.values())) > 1 for shown in cells.values()) > 50
    assert {key: dict(shown) for key, shown in cells.items() if len(shown) > 1} == {}


def test_what_a_year_leaves_the_next_one_opens_with(tables):
    cells = printed_cells(tables)
    met = [
        ((opening, year), {*shown}, {*cells[closing, year - 1]})
        for opening, closing in _ROLLS
        for (name, year), shown in [*cells.items()]
        if name == opening and (closing, year - 1) in cells
    ]
    assert len(met) > 5
    assert [each for each in met if each[1] != each[2]] == []


def test_what_the_text_names_prints_as_its_nearest_unit(tables, plan_of):
    plan = plan_of("yunshui" if any(table.id == "measures" for table in tables) else "zhangye")
    shown = {
        key: {*found} for key, found in printed_cells(tables).items() if key[0] in HEADLINES and key[1] in plan.years
    }
    nearest = {(line, year): {round(float(plan.line(line)[plan.years.index(year)]))} for line, year in shown}
    away = {key for key in shown if shown[key] != nearest[key]}
    # Where whole amounts leave no part that could give way, a sum does.
    assert (
        len(shown) > 30 and len(away) <= 3 and not {line for line, _ in away} & {"own_revenue", "uncommitted_resources"}
    )


def test_every_sum_that_adds_up_does_so_as_printed(plan_of):
    """Found in the tables before they are rounded, so that a sum that rounding breaks is not taken for none."""
    plan = plan_of("yunshui")
    whole = [table for each in declared_tables().values() if each.needs == ("plan",) and (table := each(plan))]
    rounding, seen = rounding_of(whole), 0
    for table in whole:
        shown = rounding.apply(table)
        for at, row in enumerate(table.rows):
            for column in range(len(table.columns)):
                step = ADDED_IN.get(kind_at(table, row, column), 1)
                parts = sum_parts(table, at, column)
                added = sum(sign * round(shown.rows[part].values[column] * step) for part, sign in parts)
                seen += bool(parts)
                assert not parts or added == round(shown.rows[at].values[column] * step), (table.id, row.line, column)
    assert seen > 500


def test_equal_amounts_print_alike_in_every_table_and_a_half_goes_up():
    rows = (ReportRow("a", (-2.5,)), ReportRow("b", (1.2,)))
    first, second = (
        ReportTable("1", name, "t", "万元", "", ("2026",), rows[::way]) for name, way in (("x", 1), ("y", -1))
    )
    made = rounding_of((first, second))
    assert [row.values[0] for row in made.apply(first).rows] == [-3.0, 1.0]
    assert [row.values[0] for row in made.apply(second).rows] == [1.0, -3.0]


def test_a_difference_is_that_of_the_two_columns_as_printed():
    rows = (
        ReportRow("a", (10.0, 7.4, -2.6)),
        ReportRow("b", (5.0, 7.4, 2.4)),
        ReportRow("sum", (15.0, 14.8, -0.2), parts=((0, 1), (1, 1)), total=True),
    )
    table = ReportTable("1", "x", "t", "万元", "", ("预算数", "规划数", "差额"), rows)
    for row in rounding_of((table,)).apply(table).rows:
        assert row.values[2] == row.values[1] - row.values[0]
    # What is one column less another in some rows only is no difference.
    other = ReportTable("1", "x", "t", "万元", "", table.columns, (*rows[:2], ReportRow("c", (1.0, 1.4, 9.4))))
    assert rounding_of((other,)).apply(other).rows[0].values == (10.0, 7.0, -3.0)


def test_an_amount_that_recurs_is_a_quantity_of_its_own_in_a_year_where_sums_ask_for_it():
    names = ("2026年", "2027年", "2028年")
    rows = (
        ReportRow("opening", (3.0, 2 + 1 / 3, 1 + 2 / 3)),
        ReportRow("paid", (2 / 3, 2 / 3, 2 / 3)),
        ReportRow("closing", (2 + 1 / 3, 1 + 2 / 3, 1.0), parts=((0, 1), (1, -1))),
    )
    table = ReportTable("1", "x", "t", "万元", "", names, rows)
    opening, paid, closing = (row.values for row in rounding_of((table,)).apply(table).rows)
    assert [a - b for a, b in zip(opening, paid, strict=True)] == [*closing]
    assert opening[1:] == closing[:-1] and sum(paid) == 2.0


@pytest.mark.parametrize(("value", "kind"), [(-0.2, "money"), (-0.2, "change"), (-0.0004, "ratio"), (0.0, "move"), (-1e-5, "rate"), (-0.01, "tenth")])  # fmt: skip
def test_nothing_has_no_sign(value, kind):
    assert printed(value, kind)[0] == "0"


PLACES = ("gangu", "lijiang", "yunshui", "zhangye")


@pytest.mark.parametrize("place", PLACES)
def test_an_amount_prints_in_the_text_as_in_the_tables(plan_of, place, monkeypatch):
    case = shipped_case(plan_of, place)
    sources = {"plan": case.plan, "fan": case.fan, "rating": case.rating, "alternatives": case.alternatives}
    shown = {table.id: table for table in case.tables}
    cells = defaultdict(set)
    for declared in declared_tables().values():
        raw = declared(*(sources[name] for name in declared.needs))
        for at, row in enumerate(raw.rows if raw else ()):
            for column, value in enumerate(row.values):
                if ADDED_IN.get(kind_at(raw, row, column)) == 1 and isinstance(value, float):
                    cells[f"{abs(value):.6f}"].add(abs(shown[raw.id].rows[at].values[column]))
    said = []

    def noted(value, *tags):
        said.append((abs(float(value)), abs(whole(value, *tags))))
        return whole(value, *tags)

    monkeypatch.setattr(wording, "whole", noted)
    write_chapters(case.plan, case.fan, case.rating, case.tables, case.alternatives)
    met = [(value, printed) for value, printed in said if f"{value:.6f}" in cells]
    assert len(met) > 20
    assert [(value, printed) for value, printed in met if printed not in cells[f"{value:.6f}"]] == []


def test_a_text_without_tables_rounds_by_itself(plan_of):
    case = shipped_case(plan_of, "lijiang")
    living = float(case.plan.line("guarantee_living")[-1])
    with beside(case.tables):
        assert whole(living) == whole(-living) * -1 == floor(living) + 1 != floor(living + 0.5)
        with beside(()):
            assert whole(living) == floor(living + 0.5)
        assert whole(living) == floor(living) + 1
    assert whole(living) == floor(living + 0.5)
