"""The answers handed to the report's notebook: only to the same question, only the bytes of this run, gone afterwards."""

import os
from shutil import copytree
from types import MappingProxyType

import pytest

from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.scenario import read_scenario
from fiscal_model.report.writers import bundle
from fiscal_model.report.writers.bundle import answer
from fiscal_model.report.writers.handover import VARIABLE, handed_over, question_key, received

ANSWERS = MappingProxyType({"a": (1.0, MappingProxyType({"b": 2}))})


def test_the_same_question_receives_the_answers_while_the_run_lasts(tmp_path):
    with handed_over(ANSWERS, "key", tmp_path):
        assert received("key") == ANSWERS and received("other") is None
    assert received("key") is None and VARIABLE not in os.environ
    assert list(tmp_path.iterdir()) == []


def test_bytes_that_this_run_did_not_write_are_never_opened(tmp_path):
    with handed_over(ANSWERS, "key", tmp_path):
        (kept,) = tmp_path.iterdir()
        kept.write_bytes(b"cos\nsystem\n(S'false'\ntR.")
        assert received("key") is None


def test_a_crash_leaves_nothing(tmp_path):
    with pytest.raises(RuntimeError), handed_over(ANSWERS, "key", tmp_path):
        raise RuntimeError
    assert VARIABLE not in os.environ and list(tmp_path.iterdir()) == []


def test_every_parameter_is_part_of_the_question(place):
    asked = [(2024, 5, 100, 1), (2023, 5, 100, 1), (2024, 4, 100, 1), (2024, 5, 101, 1), (2024, 5, 100, 2)]
    keys = {question_key(place("gangu"), "whole", read_scenario("baseline"), *each) for each in asked}
    keys.add(question_key(place("gangu"), "own_level", read_scenario("baseline"), *asked[0]))
    keys.add(question_key(place("gangu"), "whole", read_scenario("pessimistic"), *asked[0]))
    keys.add(question_key(place("lijiang"), "whole", read_scenario("baseline"), *asked[0]))
    assert len(keys) == 8


def test_a_folder_asks_what_the_place_read_from_it_asked_until_a_file_of_it_changes(tmp_path):
    folder = copytree("data/places/gangu", tmp_path / "gangu")
    asked = question_key(read_place(folder), "whole", read_scenario("baseline"), 2024)
    assert question_key(folder, "whole", read_scenario("baseline"), 2024) == asked
    with (folder / "totals.csv").open("a", encoding="utf-8") as totals:
        totals.write("\n")
    assert question_key(folder, "whole", read_scenario("baseline"), 2024) != asked


def test_who_receives_the_answers_reads_no_table(tmp_path, monkeypatch):
    folder = copytree("data/places/gangu", tmp_path / "gangu")
    key = question_key(folder, "whole", read_scenario("baseline"), 2024, 5, 100, 1)
    monkeypatch.setattr(bundle, "read_checked", None)
    with handed_over(ANSWERS, key, tmp_path):
        assert answer(folder, base_year=2024, paths=100, seed=1, scope="whole") == ANSWERS
