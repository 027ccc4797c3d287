"""The house rules, read from the source: floors, heavy imports, lengths, docstrings, one set of packages."""

import ast
import re
import subprocess
import sys
import tomllib

import pytest
import yaml
from conftest import ROOT

PACKAGE = ROOT / "fiscal_model"
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))
FLOORS = (
    {"errors", "vocabulary", "cells", "registers", "tables", "accounts", "resources"},
    {"debt"},
    {"inputs", "scenario", "rules", "history_choices", "balance_choices"},
    {"revenue", "spending", "budgets", "capacity"},
    {
        "base_spending", "basis", "calibration", "opening", "rigid", "fitting", "grain", "model", "insurance", "doubts", "once", "projection", "statements", "planbook", "cautions", "outlook", "guarantees", "liabilities", "balancing", "control", "rolling",
        "risk", "affordability",
    },
    {"report", "explore", "lab", "cli", "__main__"},
)  # fmt: skip
"""Ground floor first; an import never goes up."""
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
APART = {"revenue", "spending", "debt", "budgets"}
"""Pure arithmetic: these know neither each other nor files, scenarios and rules."""
HEAVY = {"matplotlib", "docx", "xlsxwriter", "papermill", "nbconvert", "statsmodels"}
LONGEST_MODULE, LONGEST_FUNCTION = 400, 80


def _name(path):
    return path.relative_to(ROOT).as_posix()


def _tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def _room(path):
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[0]


def _rooms_of(node):
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("fiscal_model.")}
    if isinstance(node, ast.ImportFrom) and node.module == "fiscal_model":
        return {alias.name for alias in node.names}
    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("fiscal_model."):
        return {node.module.split(".")[1]}
    return set()


def _imported(path):
    return {room for node in ast.walk(_tree(path)) for room in _rooms_of(node) if room in FLOOR_OF}


def _at_import(body):
    """Yield the statements that run when a module is imported: not those in functions, not those for type checkers."""
    for node in body:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        yield node
        for field in ("body", "orelse", "finalbody", "handlers"):
            yield from _at_import(getattr(node, field, []))


def _functions(path, public=False):
    """Yield functions and methods of a module; public ones are at the top or in a public class."""
    for node in _tree(path).body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        if isinstance(node, ast.ClassDef) and not (public and node.name.startswith("_")):
            for child in node.body:
                if isinstance(child, ast.FunctionDef):
                    yield f"{node.name}.{child.name}", child


# floors ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [path for path in MODULES if path != PACKAGE / "__init__.py"], ids=_name)
def test_imports_go_down_the_floors(path):
    room = _room(path)
    assert room in FLOOR_OF, f"give {room} a floor"
    above = {other for other in _imported(path) if FLOOR_OF[other] > FLOOR_OF[room]}
    assert not above, f"{_name(path)} imports from above: {sorted(above)}"


@pytest.mark.parametrize("path", [path for path in MODULES if _room(path) in APART], ids=_name)
def test_arithmetic_knows_neither_files_nor_its_neighbours(path):
    strange = {other for other in _imported(path) if other != _room(path) and FLOOR_OF[other] > 0}
    assert not strange


def test_capacity_reads_rules_and_nothing_else_of_the_inputs():
    assert _imported(PACKAGE / "capacity.py") <= {"rules"} | FLOORS[0]


def test_the_ground_floor_imports_only_itself():
    for path in MODULES:
        if _room(path) in FLOORS[0]:
            assert _imported(path) <= FLOORS[0], _name(path)


def test_no_module_imports_a_private_name_of_another():
    for path in MODULES:
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("fiscal_model"):
                private = [alias.name for alias in node.names if alias.name.startswith("_")]
                assert not private, f"{_name(path)} imports {private} from {node.module}"


# weight ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_heavy_libraries_are_imported_where_they_are_used(path):
    found = set()
    for node in _at_import(_tree(path).body):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").split(".")[0])
    assert not found & HEAVY


def test_importing_the_package_is_light():
    code = "import sys, fiscal_model; print([name for name in ('numpy', 'pandas') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# form ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_is_short_and_says_what_it_is_for(path):
    assert ast.get_docstring(_tree(path))
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_functions_are_short(path):
    long = {name: node.end_lineno - node.lineno + 1 for name, node in _functions(path)}
    assert not {name: lines for name, lines in long.items() if lines > LONGEST_FUNCTION}


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_public_functions_have_docstrings(path):
    def plain(node):
        return any(
            isinstance(mark, ast.Name) and mark.id in {"property", "cached_property"}
            for mark in node.decorator_list
        )

    bare = [
        name
        for name, node in _functions(path, public=True)
        if not node.name.startswith("_") and not plain(node) and not ast.get_docstring(node)
    ]
    assert not bare


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_nothing_warns_or_catches_everything(path):
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"bare except in line {node.lineno}"
        if isinstance(node, ast.Call):
            assert ast.unparse(node.func) not in {"warnings.warn", "warn"}, f"line {node.lineno}"


# one set of packages ---------------------------------------------------------------------------------------

ON_CONDA = {"matplotlib-base": "matplotlib"}
"""Packages that conda-forge calls otherwise."""


def _package(requirement):
    name, version = re.fullmatch(r"([A-Za-z0-9._-]+?)\s*([<>=!~].*)?", requirement.strip()).groups()
    name = re.sub(r"[._-]+", "-", name.lower())
    return ON_CONDA.get(name, name), (version or "").replace(" ", "")


def test_the_conda_environment_holds_the_packages_of_pyproject():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = dict(map(_package, project["dependencies"]))
    wanted["python"] = project["requires-python"].replace(" ", "")
    given = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    by_pip = [entry for group in given if isinstance(group, dict) for entry in group["pip"]]
    assert "-e ." in by_pip
    listed = [entry for entry in given if isinstance(entry, str)] + [
        entry for entry in by_pip if not entry.startswith("-")
    ]
    found = dict(map(_package, listed))
    assert len(found) == len(listed), "a package is listed twice"
    assert found.pop("pip") == ""
    assert found == wanted
