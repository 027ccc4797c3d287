"""The house rules, read from the source: ten rooms, heavy imports, lengths, docstrings, one set of packages."""

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from graphlib import CycleError, TopologicalSorter

import yaml
from conftest import ROOT

PACKAGE = ROOT / "fiscal_model"
MODULES = sorted(PACKAGE.rglob("*.py"))
ROOMS = (
    "words", "arithmetic", "law", "registers", "inputs", "blocks", "model", "analysis", "report", "apps",
)  # fmt: skip
"""Ground floor first: a file imports from rooms below its own and from its own room, never in a circle."""
DOORS = {"fiscal_model", "fiscal_model.__main__"}
"""Files outside the rooms: the public names and ``python -m fiscal_model``."""
HEAVY = {"matplotlib", "docx", "xlsxwriter", "papermill", "nbconvert", "statsmodels"}
LONGEST_MODULE, LONGEST_FUNCTION = 400, 80


def _name(path):
    return path.relative_to(ROOT).as_posix()


@cache
def _tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def _module(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {_module(path): path for path in MODULES}


def _room(module):
    return module.split(".")[1]


def _imports(path):
    """Name the files of this package that a file imports anywhere in it."""
    found = set()
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= inner & set(FILES) or {node.module}
    return {name for name in found if name in FILES and name not in DOORS}


@cache
def _graph():
    """The import graph as it is: file to the files that it imports."""
    return {module: _imports(path) for module, path in FILES.items() if module not in DOORS}


def _circle(graph):
    """Return one circle of a graph, empty when there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return []


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


# rooms -----------------------------------------------------------------------------------------------------


def test_every_file_stands_in_one_of_the_ten_rooms():
    assert {_room(module) for module in _graph()} == set(ROOMS)
    loose = {_name(path) for path in PACKAGE.glob("*.py")} - {"fiscal_model/__init__.py", "fiscal_model/__main__.py"}
    assert not loose


def test_imports_go_down_the_rooms():
    level = {room: at for at, room in enumerate(ROOMS)}
    climbs = [
        f"{module} imports {other}"
        for module, others in _graph().items()
        for other in others
        if level[_room(other)] > level[_room(module)]
    ]
    assert not climbs


def test_no_circle_of_files_and_none_of_rooms():
    assert not _circle(_graph())
    rooms = {room: set() for room in ROOMS}
    for module, others in _graph().items():
        rooms[_room(module)] |= {_room(other) for other in others} - {_room(module)}
    assert not _circle(rooms)


def test_no_circle_of_folders():
    """Topic folders of one room lean on each other one way at most."""
    folders = {}
    for module, others in _graph().items():
        mine = folders.setdefault(_folder(module), set())
        mine |= {_folder(other) for other in others} - {_folder(module)}
    assert not _circle(folders)


def _folder(module):
    parts = module.split(".")
    return ".".join(parts[:3]) if len(parts) > 3 else module


def test_arithmetic_knows_only_words_what_is_elementary_and_its_own_topic():
    for module, others in _graph().items():
        if _room(module) == "arithmetic":
            topics = {"elementary", module.split(".")[2] if module.count(".") > 1 else ""}
            strange = {other for other in others if _room(other) != "words" and other.split(".")[2] not in topics}
            assert not strange, module


def test_no_module_imports_a_private_name_of_another():
    for path in MODULES:
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("fiscal_model"):
                private = [alias.name for alias in node.names if alias.name.startswith("_")]
                assert not private, f"{_name(path)} imports {private} from {node.module}"


# weight ----------------------------------------------------------------------------------------------------


def test_heavy_libraries_are_imported_where_they_are_used():
    for path in MODULES:
        found = set()
        for node in _at_import(_tree(path).body):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            if isinstance(node, ast.ImportFrom) and not node.level:
                found.add((node.module or "").split(".")[0])
        assert not found & HEAVY, _name(path)


def test_importing_the_package_is_light():
    code = "import sys, fiscal_model; print([name for name in ('numpy', 'pandas') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# form ------------------------------------------------------------------------------------------------------


def test_a_module_is_short_and_says_what_it_is_for():
    for path in MODULES:
        assert ast.get_docstring(_tree(path)), _name(path)
        assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE, _name(path)


def test_functions_are_short():
    for path in MODULES:
        long = {name: node.end_lineno - node.lineno + 1 for name, node in _functions(path)}
        assert not {name: lines for name, lines in long.items() if lines > LONGEST_FUNCTION}, _name(path)


def test_public_functions_have_docstrings():
    def plain(node):
        return any(
            isinstance(mark, ast.Name) and mark.id in {"property", "cached_property"} for mark in node.decorator_list
        )

    bare = [
        f"{_name(path)}:{name}"
        for path in MODULES
        for name, node in _functions(path, public=True)
        if not node.name.startswith("_") and not plain(node) and not ast.get_docstring(node)
    ]
    assert not bare


def test_nothing_warns_or_catches_everything():
    for path in MODULES:
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.ExceptHandler):
                assert node.type is not None, f"bare except: {_name(path)}:{node.lineno}"
            if isinstance(node, ast.Call):
                warns = ast.unparse(node.func) in {"warnings.warn", "warn"}
                assert not warns, f"{_name(path)}:{node.lineno}"


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
