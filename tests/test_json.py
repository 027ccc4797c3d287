"""Every verb's JSON against docs/json.md: nothing undocumented, nothing missing, every type as it says."""

from __future__ import annotations

import json
import re

import pytest
from documented_json import PAGE, sections, unlike
from official_book import import_book
from panel_case import write_panel
from test_cli import PLACES, VERBS, run

from fiscal_model.apps.cli import DONE, INPUT_FAULTS, USAGE
from fiscal_model.apps.cli.verb import SCHEMA

ELSEWHERE = {
    "plan",
    "roll",
    "backtest",
    "scenario new",
    "scenario list",
    "scenario compare",
    "stress",
    "assumptions",
    "import-scenario",
}
"""Held against the page where they run anyway (test_bundle, test_roll, test_backtest, test_scenario_verbs, test_scenario_sheet)."""


def test_every_verb_is_documented_and_no_other():
    assert set(sections()) - {"Every answer", "failure"} == {" ".join(words) for words in VERBS}
    assert f"`schema` is {SCHEMA}." in PAGE.read_text(encoding="utf-8")


HERE = {
    "check": [str(PLACES / "gangu")],
    "new": ["{tmp}/shandan", "--name", "山丹县"],
    "explain": [str(PLACES / "lijiang"), "funding_gap", "2027"],
    "proposal-form": ["{tmp}/form.xlsx"],
    "method": ["--to", "{tmp}/method.docx"],
    "assess": [str(PLACES / "yunshui"), "YSA03", "--paths", "100", "--to", "{tmp}/assessed"],
    "choose": [
        str(PLACES / "yunshui"),
        "--paths",
        "500",
        "--held",
        "0.55",
        "--offset",
        "development=6000",
        "--offset",
        "operations=3000",
    ],
    "import": ["{tmp}/book.xlsx", "--to", "{tmp}/imported"],
    "batch": ["{tmp}/panel.csv", "--to", "{tmp}/batch", "--workers", "1"],
    "lab": [],
    "desk": [],
    "notebooks": ["{tmp}"],
    "version": [],
}


@pytest.mark.slow
@pytest.mark.parametrize(("verb", "arguments"), HERE.items(), ids=HERE)
def test_the_answer_is_what_the_page_says(capsys, monkeypatch, tmp_path, verb, arguments):
    monkeypatch.setattr("fiscal_model.apps.lab.start_lab", lambda *_, **__: 0)
    monkeypatch.setattr("fiscal_model.apps.desk.start_desk", lambda place, tell, browser: tell("http://localhost:1/"))
    monkeypatch.setattr("fiscal_model.report.writers.notebook.refresh_notebooks", lambda folder: None)
    if verb == "import":
        import_book(tmp_path)
    if verb == "batch":
        write_panel(tmp_path / "panel.csv")
    code, out, error = run(capsys, verb, *(each.format(tmp=tmp_path) for each in arguments), "--json")
    assert (code, error, out.count("\n")) == (DONE, "", 1)
    assert not unlike(json.loads(out), verb)


def test_what_is_not_run_here_is_run_elsewhere():
    source = (PAGE.parents[1] / "tests").glob("test_*.py")
    held = set(
        re.findall(r'unlike\([^"\n]*"([a-z -]+)"\)', "\n".join(path.read_text(encoding="utf-8") for path in source))
    )
    assert held >= ELSEWHERE
    assert {" ".join(words) for words in VERBS} - ELSEWHERE == set(HERE)


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["plan", str(PLACES / "nowhere")], (INPUT_FAULTS, "input_faults")),
        (["plan"], (USAGE, "usage")),
        (["scenario", "nwe"], (USAGE, "usage")),
    ],
)
def test_a_failure_is_what_the_page_says(capsys, arguments, status):
    code, out, error = run(capsys, *arguments, "--json")
    answer = json.loads(out)
    assert (code, answer["status"], error) == (*status, "")
    missing = {"verb is documented and missing", *(f"faults[].{key} is documented and missing" for key in
               ("file", "line", "column", "found", "remedy") if status[1] != "input_faults")}  # fmt: skip
    assert set(unlike(answer, "failure")) == missing


def test_the_judge_of_answers_sees_what_is_missing_strange_or_of_another_type():
    good = {"schema": 1, "verb": "version", "status": "done", "version": "1"}
    assert not unlike(good, "version")
    assert unlike(good | {"version": 1}, "version") == ["version: 1 is not string"]
    assert unlike(good | {"more": True}, "version") == ["more: True is not documented"]
    assert unlike({key: good[key] for key in list(good)[:3]}, "version") == ["version is documented and missing"]
