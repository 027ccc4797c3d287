"""`[history]` of a scenario file: read, written back, refused in Chinese, and followed by the fit."""

import numpy as np
import pytest

from fiscal_model.blocks.revenue.revenue_block import fit
from fiscal_model.inputs.history_choices import HistoryChoices, choices_of
from fiscal_model.inputs.scenario import Scenario, read_scenario
from fiscal_model.words.errors import ScenarioError

HEAD = 'id = "mine"\nname = "试一试"\n\n[assumptions]\n'
WHOLE = """
[history]
remove_breaks = ["vat_refunds_2022", "pandemic_2020"]
exclude_suspects = true

[history.shock_years]
2022 = "lasting"
2020 = "transitory"
"""


def read(tmp_path, text):
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    return read_scenario(path)


def faults_of(tmp_path, text):
    with pytest.raises(ScenarioError) as caught:
        read(tmp_path, text)
    return without_place(tmp_path / "mine.toml", caught.value)


def without_place(path, error):
    """The texts of faults that all name the file and the line on which ``history`` begins."""
    lines = path.read_text(encoding="utf-8").splitlines()
    begins = next(number for number, line in enumerate(lines, 1) if line.lstrip("[").startswith("history"))
    shown = f"{path.as_posix()} 第 {begins} 行："
    assert all(str(fault).startswith(shown) for fault in error.faults), str(error)
    return [str(fault).removeprefix(shown) for fault in error.faults]


def test_a_scenario_decides_about_the_past(tmp_path):
    choices = read(tmp_path, WHOLE).history
    assert choices.shock_years == {2020: "transitory", 2022: "lasting"}
    assert choices.remove_breaks == ("vat_refunds_2022", "pandemic_2020")
    assert choices.exclude_suspects is True


def test_by_default_every_figure_is_used_as_it_is(tmp_path):
    assert read(tmp_path, "").history == HistoryChoices() == HistoryChoices({}, (), False)
    assert choices_of({}, "x") == (HistoryChoices(), [])
    assert all(read_scenario(name).history == HistoryChoices() for name in ("baseline", "pessimistic"))


@pytest.mark.parametrize(
    "choices",
    [
        HistoryChoices(),
        HistoryChoices({2022: "lasting", 2020: "transitory"}),
        HistoryChoices(remove_breaks=("pandemic_2020",)),
        HistoryChoices(exclude_suspects=True),
        HistoryChoices({2020: "lasting"}, ("pandemic_2020", "vat_refunds_2022"), True),
        HistoryChoices(national_events=False),
    ],
)
def test_what_is_written_is_read_back(tmp_path, choices):
    path = tmp_path / "again.toml"
    path.write_text(Scenario("mine", "试一试", "", {}, choices).to_toml(), encoding="utf-8")
    assert read_scenario(path).history == choices


def test_the_lines_of_a_scenario_file(tmp_path):
    choices = read(tmp_path, WHOLE).history
    assert "\n".join(choices.to_toml()) == (
        "\n[history]\n"
        'remove_breaks = ["vat_refunds_2022", "pandemic_2020"]\n'
        "exclude_suspects = true\n"
        "\n[history.shock_years]\n"
        '2020 = "transitory"\n'
        '2022 = "lasting"'
    )
    assert HistoryChoices().to_toml() == []


def test_changing_an_assumption_keeps_what_was_decided(tmp_path):
    scenario = read(tmp_path, WHOLE)
    assert scenario.with_(own_revenue_shift=0.01).history == scenario.history


FAULTS = {
    "no table": ("history = 3", "history 不是一张表。请写成 [history] 和 [history.shock_years]。"),
    "unknown key": (
        "[history]\nshocks = 1",
        "history 里有不认识的项目“shocks”。可填：shock_years、remove_breaks、exclude_suspects、national_events。",
    ),
    "suspects in words": (
        '[history]\nexclude_suspects = "yes"',
        "exclude_suspects 的值是“yes”。只能填 true 或 false。",
    ),
    "events in words": ('[history]\nnational_events = "no"', "national_events 的值是“no”。只能填 true 或 false。"),
    "suspects as a number": ("[history]\nexclude_suspects = 1", "exclude_suspects 的值是“1”。只能填 true 或 false。"),
    "years as a list": (
        "[history]\nshock_years = [2020]",
        'history.shock_years 不是一张表。请写成 2020 = "transitory"。',
    ),
    "a year in words": (
        '[history.shock_years]\nlast = "lasting"',
        "history.shock_years 里有年份“last”。请写四位公历年份，例如 2020。",
    ),
    "a year long ago": (
        '[history.shock_years]\n1949 = "lasting"',
        "history.shock_years 里有年份“1949”。请写四位公历年份，例如 2020。",
    ),
    "an odd digit": (
        '[history.shock_years]\n"²" = "lasting"',
        "history.shock_years 里有年份“²”。请写四位公历年份，例如 2020。",
    ),
    "an unknown reading": (
        '[history.shock_years]\n2020 = "gone"',
        "2020 年的影响方式是“gone”。只能填：transitory（一时因素）、lasting（持续因素）。",
    ),
    "a reading that is none": (
        "[history.shock_years]\n2020 = [1]",
        "2020 年的影响方式是“[1]”。只能填：transitory（一时因素）、lasting（持续因素）。",
    ),
    "breaks as text": (
        '[history]\nremove_breaks = "pandemic_2020"',
        'remove_breaks 不是列表。请写成 ["vat_refunds_2022"]。',
    ),
}


@pytest.mark.parametrize("name", list(FAULTS))
def test_each_fault_has_its_text(tmp_path, name):
    text, expected = FAULTS[name]
    # A bare key must come before the first table.
    path = tmp_path / "mine.toml"
    path.write_text(f"{text}\n{HEAD}" if not text.startswith("[") else f"{HEAD}\n{text}\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_scenario(path)
    assert without_place(path, caught.value) == [expected]


def test_an_unknown_break_is_answered_with_the_known_ones(tmp_path):
    (found,) = faults_of(tmp_path, '[history]\nremove_breaks = ["war_2030"]')
    assert found.startswith("没有断点“war_2030”。见 data/rules/revenue_breaks.csv：")
    assert "、pandemic_2020、" in found and "vat_refunds_2022" in found


def test_a_break_named_twice_is_taken_out_once(tmp_path):
    choices = read(tmp_path, '[history]\nremove_breaks = ["pandemic_2020", "pandemic_2020"]').history
    assert choices.remove_breaks == ("pandemic_2020",)


def test_a_break_that_is_no_name_is_a_fault(tmp_path):
    (found,) = faults_of(tmp_path, "[history]\nremove_breaks = [[2022]]")
    assert found.startswith("没有断点“[2022]”。")


def test_all_faults_are_told_at_once(tmp_path):
    found = faults_of(
        tmp_path,
        '[history]\nx = 1\nexclude_suspects = 0\nremove_breaks = ["a", "b"]\n[history.shock_years]\n20 = "lasting"\n2020 = ""',
    )
    assert len(found) == 6


def test_the_fit_follows_the_file(tmp_path, place):
    lijiang = place("lijiang")
    text = '[history]\nremove_breaks = ["vat_refunds_2022"]\nexclude_suspects = true\n[history.shock_years]\n2020 = "transitory"\n'
    by_file = fit(lijiang, read(tmp_path, text)).own
    chosen = HistoryChoices({2020: "transitory"}, ("vat_refunds_2022",), True)
    plain = fit(lijiang, Scenario("mine", "试一试")).own
    assert not np.array_equal(by_file.statistical.total, plain.statistical.total)
    assert by_file.choices == chosen
    assert {one.year: one.chosen for one in by_file.readings}[2020] == "transitory"
    assert {one.year: one.chosen for one in plain.readings}[2020] == ""
