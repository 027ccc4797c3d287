"""Controlled rounding: printed tables add up exactly as printed, and no figure strays."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from printed_sums import sum_parts

from fiscal_model.report.one_rounding import rounded
from fiscal_model.words.table import ReportRow, ReportTable, printed, printed_row


def table(rows, columns=("2026",)):
    return ReportTable("1", "t", "t", "万元", "项目", columns, tuple(rows))


def column(made, number=0):
    return [row.values[number] for row in made.rows]


AMOUNTS = st.floats(0, 1e6).map(lambda amount: round(amount, 3))


@st.composite
def trees(draw, negative=False):
    """Random trees of sums, parents before or after their parts; returns rows of one column."""
    rows = []

    def node(depth):
        count = draw(st.integers(1, 6)) if depth and draw(st.booleans()) else 0
        if not count:
            rows.append((draw(AMOUNTS), ()))
            return len(rows) - 1
        parts = tuple((node(depth - 1), draw(st.sampled_from([1, -1])) if negative else 1) for _ in range(count))
        rows.append((sum(sign * rows[part][0] for part, sign in parts), parts))
        return len(rows) - 1

    for _ in range(draw(st.integers(1, 3))):
        node(draw(st.integers(1, 3)))
    order = draw(st.permutations(range(len(rows))))
    place = {old: new for new, old in enumerate(order)}
    return [
        ReportRow(f"r{old}", (rows[old][0],), parts=tuple((place[part], sign) for part, sign in rows[old][1]))
        for old in order
    ]


@given(trees())
@settings(max_examples=60, deadline=None)
def test_random_trees_add_up_as_printed_and_stay_near(rows):
    made = rounded(table(rows))
    values = column(made)
    for number, row in enumerate(rows):
        assert values[number] == int(values[number])
        assert abs(values[number] - row.values[0]) < 2.5 + 1e-6, "printed more than two units away"
        if row.parts:
            assert values[number] == sum(sign * values[part] for part, sign in row.parts)


@given(trees(negative=True))
@settings(max_examples=50, deadline=None)
def test_trees_with_deductions_add_up_as_printed(rows):
    values = column(rounded(table(rows)))
    for number, row in enumerate(rows):
        if row.parts:
            assert values[number] == sum(sign * values[part] for part, sign in row.parts)


@given(st.lists(AMOUNTS, min_size=1, max_size=8), st.lists(AMOUNTS, min_size=1, max_size=8))
@settings(max_examples=50, deadline=None)
def test_equal_totals_print_alike(left, right):
    """Resources and uses: the shorter side is topped up to the longer."""
    total = max(sum(left), sum(right))
    left, right = [*left, total - sum(left)], [*right, total - sum(right)]
    rows = [ReportRow(f"part {at}", (float(amount),)) for at, amount in enumerate((*left, *right))]
    ends = (range(len(left)), range(len(left), len(left) + len(right)))
    rows += [ReportRow("total", (float(total),), parts=tuple((part, 1) for part in side), total=True) for side in ends]
    values = column(rounded(table(rows)))
    assert values[-1] == values[-2]
    for side, value in zip(ends, values[-2:], strict=True):
        assert sum(values[part] for part in side) == value


@given(trees())
@settings(max_examples=50, deadline=None)
def test_rounding_twice_changes_nothing(rows):
    once = rounded(table(rows))
    assert rounded(once) == once


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=8))
@settings(max_examples=50, deadline=None)
def test_whole_numbers_are_left_alone(amounts):
    rows = [ReportRow("part", (float(amount),)) for amount in amounts]
    rows.append(ReportRow("total", (float(sum(amounts)),), parts=tuple((part, 1) for part in range(len(amounts)))))
    assert column(rounded(table(rows))) == [*map(float, amounts), float(sum(amounts))]


def test_a_zero_is_not_made_a_unit():
    rows = [
        ReportRow("a", (0.0,)),
        ReportRow("b", (1.4,)),
        ReportRow("c", (1.4,)),
        ReportRow("s", (2.8,), parts=((0, 1), (1, 1), (2, 1))),
    ]
    assert column(rounded(table(rows)))[0] == 0.0
    assert sum(column(rounded(table(rows)))[:3]) == 3.0


def test_what_is_not_available_stays_so_and_a_total_may_stand_alone():
    rows = [
        ReportRow("a", (None, 1.4)),
        ReportRow("b", (float("nan"), 1.4)),
        ReportRow("s", (7.6, 2.8), parts=((0, 1), (1, 1))),
    ]
    made = rounded(table(rows, ("2025", "2026")))
    assert column(made)[0] is None
    assert np.isnan(column(made)[1])
    assert column(made)[2] == 8.0
    assert sum_parts(made, 2, 0) == ()
    assert sum_parts(made, 2, 1) == ((0, 1), (1, 1))
    assert column(made, 1)[2] == column(made, 1)[0] + column(made, 1)[1] == 3.0


def test_sums_in_hundred_millions_add_up_to_the_last_of_four_decimals():
    parts = [ReportRow(name, (0.00014,), "hundred_million") for name in "abc"]
    made = rounded(table([*parts, ReportRow("s", (0.00042,), "hundred_million", parts=((0, 1), (1, 1), (2, 1)))]))
    shown = [printed_row(made, row)[0] for row in made.rows]
    assert sorted(shown[:3]) == ["0.0001", "0.0001", "0.0002"] and shown[3] == "0.0004"
    assert sum_parts(made, 3, 0) == ((0, 1), (1, 1), (2, 1))


def test_only_money_is_rounded():
    rows = [ReportRow("r", (0.123456,), kind="ratio"), ReportRow("m", (1.6,)), ReportRow("t", ("无",), kind="text")]
    assert column(rounded(table(rows))) == [0.123456, 2.0, "无"]


def test_columns_are_rounded_one_by_one():
    rows = [ReportRow("a", (0.4, 0.6)), ReportRow("b", (0.4, 0.6)), ReportRow("s", (0.8, 1.2), parts=((0, 1), (1, 1)))]
    made = rounded(table(rows, ("2026", "2027")))
    for number in (0, 1):
        first, second, total = column(made, number)
        assert (first + second, total) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (1234567.4, "money", "1,234,567"), (-0.2, "money", "0"), (0.0, "money", "0"), (None, "money", "—"),
        (float("nan"), "ratio", "—"), (float("inf"), "money", "—"), (0.1234, "ratio", "12.3%"), (-0.05, "ratio", "-5.0%"), (-0.05, "rate", "-5.00%"),
        (1234.567, "number", "1,234.57"), (5.0, "count", "5"), ("文字", "text", "文字"), (-1234.6, "money", "-1,235"),
    ],
)  # fmt: skip
def test_values_as_printed(value, kind, text):
    assert printed(value, kind) == text
