"""The answers handed to the report's notebook: only to the same question, only the bytes of this run, gone afterwards."""

import os
from types import MappingProxyType

import pytest

from fiscal_model.inputs.scenario import read_scenario
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
    keys = {question_key(place("gangu"), read_scenario("baseline"), *each) for each in asked}
    keys.add(question_key(place("gangu"), read_scenario("pessimistic"), *asked[0]))
    keys.add(question_key(place("lijiang"), read_scenario("baseline"), *asked[0]))
    assert len(keys) == 7
