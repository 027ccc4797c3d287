"""Pictures are read mark by mark: a rectangle over each bar and point, the printed cells of the table that it draws."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from report_case import case_of

from fiscal_model.report import canvas
from fiscal_model.report.figures.plan_figures import all_figures
from fiscal_model.report.figures.readings import READINGS, read_marks
from fiscal_model.report.marks import Mark, marks_of
from fiscal_model.report.series import TITLES
from fiscal_model.report.writers.page_charts import charts_of
from fiscal_model.words.table import ReportRow, ReportTable, printed, printed_row

BEHIND = {"measures": 1.0, "guarantee_warning": 0.25, "treasury_months": 1.0, "hidden_debt": 0.9, "project_coverage": 1.0,
          "probabilities": 1.0, "variance": 1.0, "tornado": 0.5, "rating": 1.0, "plan_bridge": 1.0}  # fmt: skip
"""The least share of a picture's marks that its table prints; the others draw what no table does (bands, the other way, years before)."""


@pytest.fixture(scope="module", params=["yunshui", "gangu"])
def read(request, plan_of):
    """Of a place: its case, its figures as pictures, their marks and what those tell."""
    case = case_of(plan_of(request.param))
    figures = all_figures(case.plan, case.fan, {}, case.rating)
    pictures = {name: canvas.png(figures[name], colours=None) for name in READINGS if name in figures}
    marks = {name: marks_of(figures[name]) for name in pictures}
    return case, pictures, marks, {name: read_marks(name, each, case.plan, case.tables) for name, each in marks.items()}


def test_every_picture_of_the_page_is_declared(read):
    case, *_ = read
    assert set(READINGS) == set(TITLES) - set(charts_of(case.plan)) - {"debt_stock", "debt_service", "interest_burden"}


def test_a_mark_tells_the_printed_cells_of_its_row(read):
    case, _, _, told = read
    tables = {each.id: each for each in case.tables}
    for name, share in BEHIND.items():
        if found := told.get(name):
            cells = {
                text
                for row in tables[READINGS[name].table].rows
                for text in printed_row(tables[READINGS[name].table], row)
            }
            assert sum(rows[0][1] in cells for _, rows in found) >= share * len(found), name
    name, rows = told["tornado"][0]
    [row] = [each for each in tables["stress"].rows if each.label == name]
    assert rows == (
        ("比规划", printed(row.values[1], "money")), ("未安排财力合计", printed(row.values[0], "money")), ("首次突破", row.values[-1]),
    )  # fmt: skip


def test_a_rectangle_lies_on_what_it_tells(read):
    """In the middle of a wide bar stands the bar, not paper."""
    _, pictures, marks, _ = read
    for name in ("tornado", "rating", "measures", "project_coverage"):
        bars = [mark for mark in marks.get(name, ()) if mark.box[2] > 0.05 and mark.box[3] > 0.03]
        if not bars:
            continue
        pixels = np.asarray(Image.open(BytesIO(pictures[name])).convert("RGB"))
        for left, top, width, height in (bar.box for bar in bars):
            x, y = int((left + 0.8 * width) * pixels.shape[1]), int((top + 0.25 * height) * pixels.shape[0])
            assert pixels[y, x].min() < 235, name


def test_marks_have_words_and_places_inside_the_picture(read):
    _, _, marks, told = read
    for name, found in told.items():
        for mark, (title, rows) in zip(marks[name], found, strict=True):
            left, top, width, height = mark.box
            assert min(left, top) > -0.01 and max(left + width, top + height) < 1.01, name
            assert title and rows and all(label and text for label, text in rows), (name, mark)


def test_a_cell_that_does_not_bear_what_is_drawn_is_not_told(plan_of):
    """The same row and column of another figure: the number drawn is printed instead."""
    table = ReportTable(
        "1", "debt_service", "t", "万元", "项目", ("2026年",), (ReportRow("一般债务到期本金", (1234.0,)),)
    )
    for drawn, said in ((1234.9, "1,234"), (1300.0, "1,300")):
        mark = Mark((0, 0, 1, 1), "", "一般债务还本", "2026年", 2026.0, (drawn,))
        assert read_marks("maturity_wall", [mark], plan_of("gangu"), [table]) == [("2026年", (("一般债务还本", said),))]
