"""Laws of every management ledger: both outcomes are seen, sentences follow the rows, what was decided moves the plan and nothing else does."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from importlib import import_module
from pkgutil import iter_modules

import numpy as np
import pandas as pd
import pytest

from fiscal_model.blocks.balance.packages import packages_of
from fiscal_model.blocks.ledgers.effects import Effect, effects, ledger_measures
from fiscal_model.inputs.place import Place
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import project
from fiscal_model.registers.ledgers.topics import topics
from fiscal_model.report import ledgers
from fiscal_model.report.all_ledgers import build_ledgers, declared_ledgers
from fiscal_model.report.ledger import DOUBT, Ledger
from fiscal_model.words.ledger_terms import YesNo

YEARS = (2026, 2027, 2028, 2029, 2030)
LISTS = frozenset({"department_list"})
"""Ledgers that only list: all of their rows are doubts of others, or nothing in them can be wrong."""


def decided(place: Place, effect: Effect, how: YesNo) -> Place:
    """The place with every row of one ledger decided one way."""
    rows = place.tables[effect.register].assign(**{effect.decision: how})
    return replace(place, tables={**place.tables, effect.register: rows})


def test_every_register_of_a_topic_is_kept_in_the_example_and_shown_in_a_ledger(plan_of):
    kept, shown = plan_of("yunshui").basis.place.tables, {each.register for each in declared_ledgers().values()}
    registers = {table.name for topic in topics() for table in topic.registers}
    assert not [f"data/places/yunshui/{name}.csv" for name in registers - set(kept)], "files to write"
    assert shown <= registers | set(kept)


@pytest.mark.parametrize("topic", topics(), ids=lambda topic: str(topic.task))
def test_registers_of_a_topic_are_classed_and_told_in_the_example(plan_of, root, topic):
    names = [table.name for table in topic.registers]
    classed = set(plan_of("yunshui").basis.place.rows("data_classes")["dataset"])
    assert not set(names) - classed, "rows to add to data/places/yunshui/data_classes.csv"
    said = f"`{names[0]}`" + (f" 等{'零一二三四五六七八九十'[len(names)]}张表" if len(names) > 1 else "")
    assert said in (root / "data/places/yunshui/SOURCES.md").read_text(encoding="utf-8"), (
        "to say in data/places/yunshui/SOURCES.md"
    )


@pytest.mark.parametrize("name", declared_ledgers())
def test_both_outcomes_are_seen_and_said(plan_of, name):
    ledger = declared_ledgers()[name]
    found = ledger.find(plan_of("yunshui"))
    doubted = found[found[DOUBT] != ""]
    assert name in LISTS or 0 < len(doubted) < len(found), "rows with a doubt and rows without"
    for rows, outcome in ((found, ledger.said if len(doubted) else ledger.fine), (found.assign(doubt=""), ledger.fine)):
        made = replace(ledger, find=lambda plan, rows=rows: rows)(plan_of("yunshui"))
        assert re.fullmatch(re.sub(r"\\{\w+\\}", ".+", re.escape(outcome)), made.notes[0]), made.notes[0]


def test_no_id_and_no_number_is_given_twice():
    modules = [import_module(f"{ledgers.__name__}.{each.name}") for each in iter_modules(ledgers.__path__)]
    declared = {id(each): each for module in modules for each in vars(module).values() if isinstance(each, Ledger)}
    for name in ("id", "number"):
        count = Counter(getattr(each, name) for each in declared.values())
        assert not {each: times for each, times in count.items() if times > 1}, "take the next free one"


def test_a_place_without_ledgers_has_none(plan_of):
    assert build_ledgers(plan_of("lijiang")) == ()
    assert ledger_measures(plan_of("lijiang").basis.place) == []


def test_the_list_of_ledgers_counts_their_doubts(plan_of):
    overview, *tables = build_ledgers(plan_of("yunshui"))
    assert [row.label.split()[0] for row in overview.rows] == [table.number for table in tables]
    for row, table in zip(overview.rows, tables, strict=True):
        assert row.values[1] == sum(each.values[-1] != "—" for each in table.rows if not each.total)


@pytest.mark.parametrize("effect", effects(), ids=lambda effect: effect.register)
def test_what_was_decided_moves_the_plan_by_its_amount_and_back(plan_of, effect):
    place = plan_of("yunshui").basis.place
    without, with_all = (decided(place, effect, how) for how in (YesNo.NO, YesNo.YES))
    rows = with_all.rows(effect.register)
    amounts = effect.amounts(with_all, rows)
    inside = amounts[amounts["year"].isin(YEARS)]
    share = float(rules("measure_certainty")[effect.certainty.value]["share"])
    before, after = (packages_of(each, 2025, YEARS) for each in (without, with_all))
    assert len(inside) and effect.code not in before.codes
    assert after.only(effect.code).rows["effect"].sum() == pytest.approx(share * inside["amount"].sum())
    basis = plan_of("yunshui").basis
    # What a ledger decides is no history: the forecasts stay as they were fitted.
    first, second = (project(each, basis.scenario, fitted=basis.revenue.fitted) for each in (without, with_all))
    lines = ("funding_gap", "fiscal_space", "uncommitted_resources")
    assert sum(np.abs(second.line(line) - first.line(line)).sum() for line in lines) > 0.01
    again = packages_of(decided(with_all, effect, YesNo.NO), 2025, YEARS)
    pd.testing.assert_frame_equal(again.rows, before.rows)
