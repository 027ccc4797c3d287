"""A table too long to be read prints its largest rows and the rest as one line; its sums are what they were."""

import re

import numpy as np
import pytest

from fiscal_model.report.writers.document_tables import table_xml
from fiscal_model.words.markup import Sheet
from fiscal_model.words.shortened import MOST_PRINTED, shortened
from fiscal_model.words.table import ReportRow, ReportTable


def long_table(count=1000, number="20"):
    """Two groups of rows with a total each, and the total of both; two columns of money, one of words, one of a share."""
    money = np.random.default_rng(7).integers(-50, 10_000, (count, 2)).astype(float)
    rows = [ReportRow(f"行{at}", (*money[at], "句", 0.5), "money", 1, f"r{at}") for at in range(count)]
    half = count // 2
    for label, these in (("甲类合计", range(half)), ("乙类合计", range(half, count))):
        values = (*money[list(these)].sum(axis=0), "", None)
        rows.append(ReportRow(label, values, "money", 0, label, tuple((at, 1) for at in these), True))
    values = (*money.sum(axis=0), "", None)
    rows.append(ReportRow("合计", values, "money", 0, "all", ((count, 1), (count + 1, 1)), True))
    columns, kinds = ("收入", "支出", "说明", "比例"), ("money", "money", "text", "ratio")
    return ReportTable(number, "long", "长表", "万元", "项目", columns, tuple(rows), (), kinds)


def test_a_table_that_can_be_read_is_itself():
    short = long_table(100)
    assert len(short.rows) <= MOST_PRINTED and shortened(short) is short


@pytest.mark.parametrize("count", [130, 1000, 20_000])
def test_every_total_is_still_the_sum_of_the_rows_printed_for_it(count):
    table = long_table(count)
    short = shortened(table)
    assert len(short.rows) <= MOST_PRINTED + 2
    totals = [row for row in short.rows if row.parts]
    assert [row.values for row in totals] == [row.values for row in table.rows[-3:]]
    for row in totals:
        for column in (0, 1):
            assert sum(sign * short.rows[part].values[column] for part, sign in row.parts) == row.values[column]
    assert sum(int(re.sub(r"\D", "", row.label)) for row in short.rows if row.label.startswith("其余")) == count - sum(
        row.label.startswith("行") for row in short.rows
    )


def test_the_largest_rows_stay_in_their_order_and_what_does_not_add_up_is_no_number():
    table = long_table()
    short = shortened(table)
    kept = [row for row in short.rows if row.label.startswith("行")]
    left = {row.label for row in table.rows[:-3]} - {row.label for row in kept}
    size = {row.label: max(map(abs, row.values[:2])) for row in table.rows}
    assert min(size[row.label] for row in kept) >= max(size[label] for label in left)
    assert [row.label for row in kept] == sorted((row.label for row in kept), key=lambda label: int(label[1:]))
    rests = [row for row in short.rows if row.label.startswith("其余")]
    assert [row.values[2:] for row in rests] == [("", None)] * 2


def test_rows_of_no_printed_total_are_not_added_up_and_rows_of_words_stay_from_the_first():
    money = ReportTable(
        "", "m", "表", "万元", "项", ("金额",), tuple(ReportRow(f"行{at}", (1.0,)) for at in range(500))
    )
    assert shortened(money).rows[-1].values == (None,) and shortened(money).rows[-1].label == "其余 380 项"
    words = ReportTable("31", "w", "表", "", "项", ("说明",), tuple(ReportRow(f"行{at}", ("话",)) for at in range(500)))
    assert [row.label for row in shortened(words).rows[:-1]] == [f"行{at}" for at in range(MOST_PRINTED)]


def test_documents_pages_and_prompts_print_the_short_table_and_say_where_the_whole_is():
    table = long_table()
    for text in (Sheet(table)._repr_html_(), repr(Sheet(table))):
        assert "其余" in text and text.count("行") < 400 and "全部各行见plan.xlsx" in text
    assert len(Sheet(table).frame) == 1003
    assert len(table_xml(shortened(table), 247.0)) < 250_000
    assert "“.frame”" in shortened(long_table(number="")).notes[-1]
