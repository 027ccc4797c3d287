"""The public interface: complete, documented, light, completed by an editor, and shipped with its types."""

import ast
import importlib
import inspect
import re
import subprocess
import sys

import pytest
from conftest import ROOT

import fiscal_model as fm

TOPICS = ("revenue", "guarantees", "debt", "balance", "spending", "risk", "affordability", "figures", "products")
STUB = ast.parse((ROOT / "fiscal_model" / "__init__.pyi").read_text(encoding="utf-8"))


def test_about_two_dozen_verbs_and_nine_topics_stand_at_the_top():
    assert set(TOPICS) <= set(fm.__all__)
    assert len(fm.__all__) - len(TOPICS) == 32
    assert set(fm.__all__) <= set(dir(fm))


def test_the_stub_that_editors_read_names_what_is_there():
    listed = {alias.asname for node in STUB.body for alias in getattr(node, "names", [])}
    assert listed == set(fm.__all__)
    assert all(inspect.isfunction(getattr(fm, name)) for name in set(fm.__all__) - set(TOPICS))
    assert all(inspect.ismodule(getattr(fm, name)) for name in TOPICS)
    assert (ROOT / "fiscal_model" / "py.typed").exists()


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_lists_what_it_holds_with_an_example(topic):
    module = importlib.import_module(f"fiscal_model.apps.topics.{topic}")
    held = {name for name in vars(module) if not name.startswith("_")}
    assert set(module.__all__) == held
    assert ">>> " in module.__doc__ and f"fm.{topic}." in module.__doc__
    assert all(inspect.getdoc(getattr(module, name)) for name in held)
    assert not [name for name in held if name.endswith("_of") or name.startswith("test_")]
    # one name in definition, topic and docs; only the answer of each topic is defined under its longer name
    defined = {name: getattr(module, name).__name__ for name in held}
    assert {name for name in held if defined[name] != name} <= {"answer"}


def test_every_verb_has_a_docstring():
    assert all(inspect.getdoc(getattr(fm, name)) for name in fm.__all__)


def test_every_public_name_has_an_example_that_runs():
    held = {name: value for topic in (fm, *(getattr(fm, name) for name in TOPICS)) for name, value in _published(topic)}
    without = {name for name, value in held.items() if not re.search(r"^\s*>>> ", value.__doc__ or "", re.MULTILINE)}
    assert not without
    skipped = {name for name, value in held.items() if "doctest: +SKIP" in value.__doc__}
    products = {f"products.{name}" for name in fm.products.__all__} - {"products.begin_report"}
    assert skipped == {"write_report", "roll"} | products, "only what writes a report for many seconds"


def _published(topic):
    """Yield the functions and classes that a topic publishes, by their full name."""
    for name in topic.__all__:
        value = getattr(topic, name)
        if not inspect.ismodule(value):
            yield (name if topic is fm else f"{topic.__name__.rpartition('.')[2]}.{name}"), value


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'debt_schedule'"):
        _ = fm.debt_schedule


def test_listing_the_names_imports_nothing_heavy():
    code = "import sys, fiscal_model as fm; dir(fm); print({'numpy', 'pandas', 'matplotlib'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
    code = "import sys, fiscal_model as fm; fm.figures, fm.debt; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
