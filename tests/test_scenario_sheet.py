"""The way back from the workbook: yellow cells that were changed become a scenario, and that scenario the workbook's figures."""

import json

import openpyxl
import pytest
from documented_json import unlike
from test_cli import run

from fiscal_model.apps.cli import DONE, INPUT_FAULTS
from fiscal_model.inputs.scenario import read_scenario
from fiscal_model.inputs.scenario_sheet import INPUTS, scenario_from_workbook
from fiscal_model.model.projection import project
from fiscal_model.model.trace import with_inputs
from fiscal_model.report.writers.workbook import write_workbook


@pytest.fixture(scope="module")
def book(plan_of, tmp_path_factory):
    file = tmp_path_factory.mktemp("book") / "plan.xlsx"
    write_workbook(file, plan_of("gangu"), ())
    return file


def changed(book, to, cells):
    """Save a copy with other numbers in some rows, by name of the input and column title."""
    opened = openpyxl.load_workbook(book)
    sheet = opened[INPUTS]
    titles = {cell.value: cell.column for cell in sheet[4]}
    rows = {row[titles["名称"] - 1].value: row[0].row for row in sheet.iter_rows(min_row=5)}
    for (name, title), value in cells.items():
        sheet.cell(rows[name], titles[title]).value = value
    opened.save(to)
    return to


def test_an_untouched_workbook_changes_nothing(book):
    scenario, beside = scenario_from_workbook(book)
    assert scenario == read_scenario("baseline") and beside == ()


def test_a_changed_assumption_is_the_plan_of_that_scenario(book, tmp_path, plan_of):
    cells = {("assumed.pay_growth", "2027年"): 0.06, ("assumed.transfers_general_purpose_growth", "2026年"): -0.02}
    scenario, beside = scenario_from_workbook(changed(book, tmp_path / "x.xlsx", cells))
    assert beside == () and scenario.assumptions["pay_growth"].by_year == {2027: 0.06}
    before = plan_of("gangu")
    after = project(before.basis.place, scenario)
    inputs = {}
    for (name, title), value in cells.items():
        path = before.basis.assumed.path(name.removeprefix("assumed."))
        path[before.years.index(int(title[:4]))] = value
        inputs[name] = path
    expected = with_inputs(before, inputs)
    for line in ("guarantee_salaries", "funding_gap", "uncommitted_resources", "available_resources"):
        assert after.lines[line] == pytest.approx(expected[line])
    assert after.lines["guarantee_salaries"][3] > before.lines["guarantee_salaries"][3]


def test_the_verb_writes_the_file_and_lists_what_no_scenario_holds(book, tmp_path, capsys):
    cells = {("assumed.pay_growth", "2027年"): 0.06, ("base.guarantee_living", "基期或定值"): 1.0}
    file, to = changed(book, tmp_path / "x.xlsx", cells), tmp_path / "pay.toml"
    code, out, error = run(capsys, "import-scenario", str(file), "--to", str(to), "--json")
    answer = json.loads(out)
    assert (code, error, unlike(answer, "import-scenario")) == (DONE, "", [])
    assert answer["changed"] == ["pay_growth"]
    assert [(each["label"], each["after"]) for each in answer["beside"]] == [("基期保基本民生需求", 1.0)]
    assert read_scenario(to).assumptions["pay_growth"].by_year == {2027: 0.06}
    before = to.read_bytes()
    code, _, error = run(capsys, "import-scenario", str(file), "--to", str(to))
    assert code == INPUT_FAULTS and "已经存在" in error and to.read_bytes() == before


def test_every_fault_is_told_and_nothing_is_written(book, tmp_path, capsys):
    cells = {("assumed.pay_growth", "2027年"): "百分之六", ("assumed.living_growth", "2028年"): None}
    file, to = changed(book, tmp_path / "x.xlsx", cells), tmp_path / "pay.toml"
    code, _, error = run(capsys, "import-scenario", str(file), "--to", str(to))
    assert code == INPUT_FAULTS and "百分之六" in error and "是空的" in error and not to.exists()
    for name, content in (("a.xlsx", b"no workbook"), ("b.xlsx", None)):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        code, _, error = run(capsys, "import-scenario", str(tmp_path / name), "--to", str(to))
        assert code == INPUT_FAULTS and "Traceback" not in error and not to.exists()
    openpyxl.Workbook().save(tmp_path / "c.xlsx")
    code, _, error = run(capsys, "import-scenario", str(tmp_path / "c.xlsx"), "--to", str(to))
    assert code == INPUT_FAULTS and f"没有工作表“{INPUTS}”" in error


def test_a_number_out_of_bounds_is_refused_as_in_any_scenario(book, tmp_path, capsys):
    file = changed(book, tmp_path / "x.xlsx", {("assumed.reserve_rate", "2027年"): 0.5})
    code, _, error = run(capsys, "import-scenario", str(file), "--to", str(tmp_path / "x.toml"))
    assert code == INPUT_FAULTS and "reserve_rate" in error and not (tmp_path / "x.toml").exists()
