"""The workbook's scenario switch, in a spreadsheet engine that is not ours: each scenario comes to the plan that Python makes of it."""

from dataclasses import replace

import ironcalc
import numpy as np
import openpyxl
import pytest
from test_live_workbook import cells, different, drawn, reader

from fiscal_model.inputs.balance_choices import BalanceChoices
from fiscal_model.inputs.scenario import SHIPPED, read_scenario
from fiscal_model.inputs.scenario_sheet import scenario_from_workbook
from fiscal_model.model.projection import project
from fiscal_model.model.trace import with_inputs
from fiscal_model.report.writers.workbook import write_workbook
from fiscal_model.report.writers.workbook_entries import INPUTS, MODEL, SCENARIOS, live_model
from fiscal_model.report.writers.workbook_formulas import FIRST, UNKNOWN
from fiscal_model.report.writers.workbook_scenarios import scenario_names

SHEETS = ["目录", INPUTS, SCENARIOS, MODEL]
CHOICE = 3, 1
"""Row and column of the cell in which a scenario is chosen, from one on."""


@pytest.fixture(scope="module", params=["gangu", "yunshui"])
def book(request, plan_of, tmp_path_factory):
    """A workbook with the shipped scenarios, and one that no input comes to."""
    plan = plan_of(request.param)
    unbalanced = replace(
        plan.basis.scenario, id="unbalanced", name="不采取措施", balance=BalanceChoices(measures=False)
    )
    others = [*(plan_of(request.param, each) for each in SHIPPED[1:]), project(plan.basis.place, unbalanced)]
    path = tmp_path_factory.mktemp("switch") / "plan.xlsx"
    write_workbook(path, plan, [], [plan, *others])
    return path, live_model(plan, others)


@pytest.fixture(scope="module")
def engine(book):
    return ironcalc.load_from_xlsx(str(book[0]), "en", "UTC", "en")


def choose(engine, name):
    engine.set_user_input(SHEETS.index(SCENARIOS), *CHOICE, name)
    engine.evaluate()


def contents(engine):
    return [engine.get_cell_value(0, row, 1) for row in range(1, 12)]


def test_each_scenario_comes_to_its_plan_and_the_checks_hold_against_it(book, engine):
    _, live = book
    names = scenario_names(live)
    assert len(live.offered) == len(SHIPPED) - 1
    for name, other in [*zip(names[1:], live.offered, strict=False), (names[0], None)]:
        choose(engine, name)
        plan = live.plan if other is None else other.plan
        assert different(live, reader(engine, SHEETS.index(MODEL)), plan.lines) == [], name
        assert "模型各行与 Python 原值全部相等" in contents(engine), name
    moved = [
        [not np.array_equal(each.plan.lines[line], live.plan.lines[line]) for line in live.plan.lines]
        for each in live.offered
    ]
    assert all(map(any, moved)), "a scenario that moved nothing would show nothing"


def test_yellow_cells_change_on_top_of_a_scenario(book, engine):
    _, live = book
    draw, names = np.random.default_rng(5), scenario_names(live)
    for name, other in zip(names[1:3], live.offered, strict=False):
        changed, arrays = drawn(live, draw)
        for node, value in changed.items():
            row, column = cells(live)[node]
            engine.update_cell_with_number(SHEETS.index(INPUTS), row + 1, column + 1, value)
        for node, by in other.changes.items():
            arrays[live.rows.nodes[node].name][live.rows.nodes[node].at] += by
        choose(engine, name)
        assert different(live, reader(engine, SHEETS.index(MODEL)), with_inputs(live.plan, arrays)) == []
        assert "模型各行与 Python 原值全部相等" not in contents(engine)
        for node in changed:
            row, column = cells(live)[node]
            engine.update_cell_with_number(SHEETS.index(INPUTS), row + 1, column + 1, live.rows.nodes[node].value)
    choose(engine, names[0])


def test_a_scenario_that_no_input_comes_to_is_listed_with_its_reason_and_not_offered(book):
    path, live = book
    sheet = openpyxl.load_workbook(path)[SCENARIOS]
    rows = {row[0].value: [cell.value for cell in row[1:5]] for row in sheet.iter_rows(min_row=6, max_row=11)}
    *offered, refused = scenario_names(live)
    assert [rows[name][2] for name in offered] == ["本规划", *["能"] * (len(offered) - 1)]
    assert rows[refused][0] == UNKNOWN and rows[refused][2] == "不能" and "请用 fiscal-model plan" in rows[refused][3]
    (choice,) = sheet.data_validations.dataValidation
    assert choice.formula1 == f"$A$6:$A${5 + len(offered)}" and str(choice.sqref) == "A3"


def test_the_way_back_reads_what_was_changed_and_not_what_was_chosen(book, tmp_path):
    path, live = book
    opened = openpyxl.load_workbook(path)
    opened[SCENARIOS].cell(*CHOICE).value = scenario_names(live)[1]
    opened.save(tmp_path / "plan.xlsx")
    assert scenario_from_workbook(tmp_path / "plan.xlsx") == (read_scenario("baseline"), ())


def test_what_is_unknown_shows_a_dash_until_its_input_is_filled(book, engine):
    """甘谷 publishes no gross domestic product; nothing that waits for it is an error or a zero."""
    _, live = book
    unknown = [line for line, values in live.plan.lines.items() if np.isnan(values).all()]
    assert bool(unknown) == (live.plan.basis.place.id == "gangu")
    sheet, dimension = SHEETS.index(MODEL), FIRST + len(live.plan.years)
    shown = [
        engine.get_formatted_cell_value(sheet, row + 5, column + 1)
        for row in range(len(live.entries))
        for column in range(dimension)
    ]
    assert not [each for each in shown if str(each).startswith("#")]
    for line in unknown:
        assert engine.get_cell_value(sheet, live.row(line) + 1, FIRST + 1) == UNKNOWN
    empty = [node for node in cells(live) if np.isnan(live.rows.nodes[node].value)]
    for node in empty:
        row, column = cells(live)[node]
        engine.update_cell_with_number(SHEETS.index(INPUTS), row + 1, column + 1, 1_000_000.0)
    engine.evaluate()
    for line in unknown:
        assert engine.get_cell_value(sheet, live.row(line) + 1, FIRST + 1) > 0, line
