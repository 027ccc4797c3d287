"""Examples in docstrings share what they ask for: a place is read once, a plan computed once; what takes long is told apart."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import fiscal_model as fm

# How fast examples are drawn says how busy the machine is, nothing of the code.
settings.register_profile("any_machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any_machine")


def _once(verb, key):
    """Answer a question again from memory; places, plans and fans are frozen."""
    known = {}

    def asked(*given, **named):
        question = key(given, named)
        if question not in known:
            known[question] = verb(*given, **named)
        return known[question]

    return asked


def _told(scenario):
    return scenario if isinstance(scenario, str) else scenario.to_toml()


OTHER_PLACES = {"lijiang", "zhangye"}
"""What is tried on every shipped place runs on the other two where slow tests are left out: yearly totals only, and every register."""
LONG_NOTEBOOK = "90_report.ipynb"
"""Its run is a whole report."""
SHARED = {
    "plan": _once(fm.plan, lambda given, named: (given, *named.items())),
    "read_place": _once(fm.read_place, lambda given, named: (given, *named.items())),
    "project": _once(fm.project, lambda given, named: (given[0].folder, _told(given[1]), *named.items())),
}


@pytest.fixture(autouse=True)
def shared_examples(request, monkeypatch):
    """Hand examples the places and plans that other examples asked for."""
    if isinstance(request.node, pytest.DoctestItem):
        for name, verb in SHARED.items():
            monkeypatch.setattr(fm, name, verb)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Run a file in one process, and in one process all files that read whole reports of shipped places: each takes seconds."""
    from xdist.scheduler import LoadFileScheduling

    tests = Path(__file__).parent / "tests"
    whole = {f"tests/{each.name}" for each in tests.glob("*.py") if "shipped_case" in each.read_text(encoding="utf-8")}

    class Together(LoadFileScheduling):
        def _split_scope(self, nodeid):
            file = super()._split_scope(nodeid)
            return "whole reports" if file in whole else file

    return Together(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_modifyitems(items):
    """Mark as slow what is tried on a further place and the notebook that writes a whole report."""
    for item in items:
        given = getattr(getattr(item, "callspec", None), "params", {}).values()
        further = any(isinstance(each, str) and each in OTHER_PLACES for each in given)
        if further or item.path.name == LONG_NOTEBOOK:
            item.add_marker(pytest.mark.slow)
