"""Examples in docstrings share what they ask for: a place is read once, a plan computed once; what takes long is told apart."""

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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark as slow what is tried on a further place and the notebook that writes a whole report; keep files together.

    One process runs a file, and one all files that read the whole reports of shipped places: each report takes seconds.
    """
    for item in items:
        whole = hasattr(getattr(item, "module", None), "shipped_case")
        item.add_marker(pytest.mark.xdist_group("whole reports" if whole else item.nodeid.partition("::")[0]))
        given = getattr(getattr(item, "callspec", None), "params", {}).values()
        further = any(isinstance(each, str) and each in OTHER_PLACES for each in given)
        if further or item.path.name == LONG_NOTEBOOK:
            item.add_marker(pytest.mark.slow)
