"""The workbook is the model: yellow cells changed in a spreadsheet engine that is not ours come to what Python makes of them."""

import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import ironcalc
import numpy as np
import pytest
from python_calamine import CalamineWorkbook

from fiscal_model.model.trace import with_inputs
from fiscal_model.report.writers.workbook import write_workbook
from fiscal_model.report.writers.workbook_entries import INPUTS, MODEL, MONEY_FORMAT, Live, live_model
from fiscal_model.report.writers.workbook_formulas import FIRST, NO_BOUND
from fiscal_model.report.writers.workbook_inputs import number_format

CLOSE = 0.01
"""万元; figures in fractions are held to a hundred-thousandth."""


@pytest.fixture(scope="module")
def book(plan_of, place_id, tmp_path_factory):
    plan = plan_of(place_id)
    path = tmp_path_factory.mktemp("live") / "plan.xlsx"
    write_workbook(path, plan, [])
    return path, live_model(plan)


def drawn(live: Live, draw: np.random.Generator) -> tuple[dict[int, float], dict[str, np.ndarray]]:
    """Move every input by up to 5 % in half of the cases; by node, and as `with_inputs` takes them."""
    changed, arrays = {}, {}
    for name, nodes in live.found.inputs.items():
        arrays[name] = np.zeros(live.rows.shapes[name])
        for at, node in nodes.items():
            value = live.rows.nodes[node].value
            if node in live.found.reached and np.isfinite(value) and draw.random() < 0.5:
                value *= 1 - 0.05 * draw.random()
                changed[node] = value
            arrays[name][at] = value
    return changed, arrays


def different(live: Live, read, expected) -> list[str]:
    """Name the lines and years in which a workbook does not say what Python does."""
    found = []
    for line, values in expected.items():
        row = live.row(line)
        for year, value in enumerate(np.broadcast_to(values, (len(live.plan.years),))):
            got = read(row, FIRST + year)
            if np.isnan(value) or not np.isfinite(value):
                same = not isinstance(got, float) or abs(got) > 1e300
            else:
                same = isinstance(got, float) and abs(got - value) <= max(
                    CLOSE if abs(value) > 10 else 1e-5, 1e-12 * abs(value)
                )
            if not same:
                found.append(f"{line} {live.plan.years[year]}: {got} {value}")
    return found


def cells(live: Live) -> dict[int, tuple[int, int]]:
    """Row and column of each yellow cell, counted from nothing."""
    return {
        node: (4 + at, column) for at, (_, _, nodes) in enumerate(live.input_rows) for column, node in nodes.items()
    }


def reader(model, sheet: int):
    """Read a cell of a sheet, counted from nothing; numbers as numbers."""

    def read(row: int, column: int) -> object:
        value = model.get_cell_value(sheet, row + 1, column + 1)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else value

    return read


def differences(book, count: int, seed: int) -> list[str]:
    """Change the yellow cells so often; what the workbook then says otherwise than Python, the first time that it does."""
    path, live = book
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    sheets = [each["name"] for each in model.get_worksheets_properties()]
    inputs, lines, where, draw = sheets.index(INPUTS), sheets.index(MODEL), cells(live), np.random.default_rng(seed)

    read = reader(model, lines)
    for _ in range(count):
        changed, arrays = drawn(live, draw)
        for node, (row, column) in where.items():
            value = changed.get(node, live.rows.nodes[node].value)
            if np.isfinite(value):
                model.update_cell_with_number(inputs, row + 1, column + 1, value)
        model.evaluate()
        if found := different(live, read, with_inputs(live.plan, arrays)):
            return found
    return []


def test_changed_yellow_cells_come_to_what_python_makes_of_them(book):
    assert differences(book, 5, 7) == []


@pytest.mark.slow
def test_a_thousand_changes(book):
    assert differences(book, 1_000, 2026) == []


def test_every_input_of_the_tape_is_a_yellow_cell_and_every_line_a_row(book):
    _, live = book
    reached = {node for nodes in live.found.inputs.values() for node in nodes.values() if node in live.found.reached}
    assert set(cells(live)) == reached
    assert {entry.id for entry in live.entries} >= {*live.found.lines}


def test_most_rows_are_one_formula(book):
    """Written as a spreadsheet copies it, a row's formula is the same in every year but for a few."""
    path, live = book
    spelled = sum(len(row.cells) for nodes, row in live.rows.rows.items() if nodes in live.rows.placed)
    assert spelled < 0.15 * len(live.rows.placed) * len(live.plan.years)
    package = zipfile.ZipFile(path)
    formulas = re.findall(r"<f>(.*?)</f>", package.read("xl/worksheets/sheet4.xml").decode())
    assert max(map(len, formulas)) < 700
    assert not [each for each in formulas if re.search(r"LET\(|LAMBDA\(|_xlfn|#REF", each)]


def test_the_contents_say_whether_anything_moved(book):
    path, live = book
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    model.evaluate()
    said = [model.get_cell_value(0, row, 1) for row in range(1, 12)]
    assert "模型各行与 Python 原值全部相等" in said
    node = live.found.inputs["drivers.own_revenue"][(0,)]
    row, column = cells(live)[node]
    model.update_cell_with_number(1, row + 1, column + 1, 0.9)
    model.evaluate()
    said = [str(model.get_cell_value(0, row, 1)) for row in range(1, 12)]
    assert any(re.match(r"模型有\d+行与 Python 原值不同", each) for each in said)


@pytest.mark.slow
def test_libreoffice_agrees(book, tmp_path):
    """One change of every yellow cell, recalculated by LibreOffice."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("no LibreOffice here")
    import openpyxl

    path, live = book
    changed, arrays = drawn(live, np.random.default_rng(3))
    written = openpyxl.load_workbook(path)  # what it saves has no cached values, so that all is worked out
    for node, value in changed.items():
        row, column = cells(live)[node]
        written[INPUTS].cell(row + 1, column + 1).value = value
    written.save(tmp_path / "changed.xlsx")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [
        office,
        profile,
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        str(tmp_path / "out"),
        str(tmp_path / "changed.xlsx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    sheet = (
        CalamineWorkbook.from_path(Path(tmp_path / "out" / "changed.xlsx"))
        .get_sheet_by_name(MODEL)
        .to_python(skip_empty_area=False)
    )
    assert not different(live, lambda row, column: sheet[row][column], with_inputs(live.plan, arrays))


def test_an_amount_without_bounds_is_a_word(plan_of):
    """甘谷 publishes no limit of debt: its yellow cell says so, and takes a number all the same."""
    live = live_model(plan_of("gangu"))
    endless = [node for node in live.found.inputs["debt.legal.general.terms.limit"].values()]
    assert [live.rows.nodes[node].value for node in endless] == [np.inf]
    assert number_format("万元").startswith(NO_BOUND) and MONEY_FORMAT.startswith(NO_BOUND)
