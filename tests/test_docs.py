"""What the documents promise: links that resolve, commands that exist, line ids that are in the plan, examples that run."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from click import Group

from fiscal_model.apps.cli import app
from fiscal_model.arithmetic.budgets.waterfall import STEPS
from fiscal_model.blocks.checks.all_checks import run_checks
from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.scenario import defaults, read_scenario
from fiscal_model.law.classification import TOTALS_LINES
from fiscal_model.model.projection import project
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.registers.places_page import with_tables
from fiscal_model.words.lines import LINES

ROOT = Path(__file__).resolve().parents[1]
ROOMS = (".ci", "benchmarks", "data", "docs", "fiscal_model", "notebooks", "reports/sample", "requirements", "tests")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"(python run\.py|fiscal-model(?:\.exe)?) +([\w-][^`\n]*)")
SNAKE = re.compile(r"(?<![\w$./-])[a-z]+(?:_[a-z0-9]+)+(?![\w./(-])")
# Letters in brackets keep this file from finding itself.
HOSTS = re.compile(r"py[p]i\.|pytho[n]hosted|anacond[a]\.(org|com)|--(extra-)?inde[x]-url|mirror[s]?\.\w|/simpl[e]/")
MACHINE_PATHS = re.compile(r"(?<![\w.:/-])/(wor[k]|roo[t]|hom[e]|User[s])/\w|[A-Z]:\\+User[s]\\")


def _files() -> list[Path]:
    inside = [path for room in ROOMS for path in (ROOT / room).rglob("*") if "__pycache__" not in path.parts]
    own = (path for path in ROOT.glob("*") if path.name != ".git")  # a file in a linked checkout
    return sorted(path for path in (*own, ROOT / ".gitignore", *inside) if path.is_file())


FILES = _files()
DOCUMENTS = [path for path in FILES if path.suffix == ".md"] + [ROOT / "reports" / "README.md"]
CODE = [f"/{path.relative_to(ROOT).as_posix()}" for path in FILES if path.suffix == ".py"]


def _shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _blocks(path: Path, language: str) -> list[str]:
    return [body for name, body in FENCE.findall(path.read_text(encoding="utf-8")) if name == language]


@pytest.fixture(scope="module")
def method() -> str:
    return (ROOT / "docs" / "method.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", DOCUMENTS, ids=_shown)
def test_relative_links_resolve(path):
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    targets = [target for target in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in target]
    missing = [target for target in targets if not _resolves(path, target)]
    assert not missing, f"{_shown(path)}: {missing}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=_shown)
def test_files_of_code_that_are_named_exist(path):
    named = re.findall(r"`([a-z_/]+\.py)`", path.read_text(encoding="utf-8"))
    assert not [name for name in named if not any(file.endswith(f"/{name}") for file in CODE)]


def _resolves(path: Path, target: str) -> bool:
    name, _, anchor = target.partition("#")
    file = path.parent / name if name else path
    if not file.exists() or not anchor:
        return file.exists()
    headings = re.findall(r"^#+ +(.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return anchor in {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _commands(path: Path) -> Iterator[tuple[str, bool]]:
    """Every command a document shows, and whether it stands alone in a block (then it must parse as a whole)."""
    text = path.read_text(encoding="utf-8")
    for _, body in FENCE.findall(text):
        yield from ((found.group(0), True) for found in map(COMMAND.search, body.splitlines()) if found)
    for found in COMMAND.finditer(FENCE.sub("", text)):
        yield found.group(0), False


@pytest.mark.parametrize("path", [path for path in DOCUMENTS if any(_commands(path))], ids=_shown)
def test_commands_exist(path):
    for command, whole in _commands(path):
        _, rest = COMMAND.match(command).groups()
        words = shlex.split(rest.split(">>")[0].replace("\\", "/"))
        if words[0] == "test" and command.startswith("python run.py"):
            continue
        if words[0].startswith("-"):
            assert words[0] in {"--help", "-h", "--version", "-V"}, command
            continue
        name, verb, arguments = words[0], app.commands.get(words[0]), words[1:]
        if isinstance(verb, Group) and arguments:
            name, verb, arguments = arguments[0], verb.commands.get(arguments[0]), arguments[1:]
        assert verb is not None, f"{_shown(path)}: {command}"
        options = {name for option in verb.params for name in option.opts} | {"--help", "-h"}
        given = {word.split("=")[0] for word in arguments if word.startswith("--")}
        assert given <= options, f"{_shown(path)}: {command}"
        if whole:
            verb.make_context(name, arguments)  # a usage error fails the test


def test_front_pages_show_the_two_commands():
    for name in ("README.md", "README.zh-CN.md"):
        assert "\npython run.py plan data/places/lijiang\n" in (ROOT / name).read_text(encoding="utf-8")
    assert "\npython run.py test\n" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_line_has_its_equation(method):
    named = set(re.findall(r"(?<![\w$])[a-z][a-z0-9_]*", method))
    assert set(LINES) <= named, sorted(set(LINES) - named)


def test_equations_name_only_lines_of_the_plan(method):
    blocks = "\n".join(body for _, body in FENCE.findall(method))
    named = set(re.findall(r"(?<![\w$])([a-z]+(?:_[a-z0-9]+)+)\(", blocks))
    assert named <= set(LINES), sorted(named - set(LINES))


def test_assumptions_and_steps_of_the_method_exist(method):
    named = set(re.findall(r"\$([a-z_]+)", method))
    assert named <= set(defaults()), sorted(named - set(defaults()))
    assert set(STEPS) <= set(re.findall(r"`([a-z_]+)`", method))


@pytest.fixture(scope="module")
def vocabulary() -> set[str]:
    """Every word of the code and the rules, with the line ids that are put together from parts."""
    sources = [*(ROOT / "fiscal_model").rglob("*.py"), *(ROOT / "data" / "rules").glob("*")]
    words = {word for path in sources for word in re.findall(r"\w+", path.read_text(encoding="utf-8-sig"))}
    return words | set(LINES) | set(TOTALS_LINES)


@pytest.mark.parametrize("name", ["method", "terms", "places"])
def test_identifiers_in_documents_exist(name, vocabulary):
    text = FENCE.sub("", (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8"))
    spans = re.findall(r"`([^`]+)`", text)
    named = {word for span in spans for word in SNAKE.findall(span)}
    if name == "terms":
        named |= {span for span in spans if re.fullmatch(r"[a-z][a-z0-9_]*", span)}
    affixes = {word for word in named if word.startswith("_") or word.endswith("_")}
    assert named - affixes <= vocabulary, sorted(named - affixes - vocabulary)


def test_places_document_lists_every_column():
    text = (ROOT / "docs" / "places.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^### `(\w+)` .*?\n(.*?)(?=^###|\Z)", text, re.MULTILINE | re.DOTALL))
    assert list(sections) == list(TABLES)
    for name, table in TABLES.items():
        rows = re.findall(r"^\| `(\w+)` \| (\S+) \| (yes|) \|", sections[name].split("####")[0], re.MULTILINE)
        expected = [
            (column, table.label_of(column), "yes" if column in table.required else "") for column in table.columns
        ]
        assert [(column, label, required) for column, label, required in rows] == expected, name


def test_places_document_is_written_from_the_declarations():
    text = (ROOT / "docs" / "places.md").read_text(encoding="utf-8")
    assert text == with_tables(text), "python -m fiscal_model.registers.places_page docs/places.md"


def test_places_document_lists_every_line_and_check():
    text = (ROOT / "docs" / "places.md").read_text(encoding="utf-8")
    assert dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|$", text.split("#### Lines")[1], re.MULTILINE)) == TOTALS_LINES
    checks = run_checks(read_place(ROOT / "data" / "places" / "gangu"))
    assert re.findall(r"^\| (V\d+) \|", text, re.MULTILINE) == [check.id for check in checks]


def test_library_example_of_the_front_page_runs(capsys):
    (example,) = _blocks(ROOT / "README.md", "python")
    exec(example.replace("data/places/lijiang", (ROOT / "data/places/gangu").as_posix()), {})
    assert "收支缺口" in capsys.readouterr().out


def test_table_and_scenario_of_the_guide_can_be_used(tmp_path):
    guide = ROOT / "README.zh-CN.md"
    (table,), (scenario,) = _blocks(guide, "csv"), _blocks(guide, "toml")
    (tmp_path / "totals.csv").write_text(table, encoding="utf-8")
    (tmp_path / "place.toml").write_text('name = "山丹县"\n', encoding="utf-8")
    place = read_place(tmp_path)
    assert not [check for check in run_checks(place) if check.outcome == "fault"]
    (tmp_path / "raise.toml").write_text(scenario, encoding="utf-8")
    plan = project(place, read_scenario(tmp_path / "raise.toml"))
    assert plan.base_year == 2025
    assert plan.line("committed_projects").tolist() == [0.0, 0.0, 800.0, 800.0, 800.0]


def test_scheduled_notebook_knows_its_parameters():
    text = (ROOT / "docs" / "scheduling.md").read_text(encoding="utf-8")
    notebook = json.loads((ROOT / "notebooks" / "90_report.ipynb").read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook["cells"] if "parameters" in cell["metadata"].get("tags", []))
    known = set(re.findall(r"^(\w+) =", "".join(cell["source"]), re.MULTILINE))
    assert set(re.findall(r"-p (\w+)", text)) <= known
    further = re.search(r"Further parameters: (.*?)\.", text).group(1)
    assert set(re.findall(r"`(\w+)`", further)) <= known


@pytest.mark.parametrize(("what", "pattern"), [("registry host", HOSTS), ("machine path", MACHINE_PATHS)])
def test_no_traces_of_a_machine(what, pattern):
    found = []
    for path in FILES:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        found += [f"{_shown(path)}:{number}" for number, line in enumerate(lines, 1) if pattern.search(line)]
    assert not found, f"{what}: {found[:20]}"


def test_licence_is_whole():
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text and "END OF TERMS AND CONDITIONS" in text
    assert "Copyright 2026 fiscal_model contributors" in text
