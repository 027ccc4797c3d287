"""The set-up script: standard library only, installs once, falls back to pip, passes verbs on."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, told to install into an empty folder."""
    spec = importlib.util.spec_from_file_location("run_script", ROOT / "run.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "PYTHON", tmp_path / ".venv" / "python")
    return module


def recorded(script: ModuleType, monkeypatch: pytest.MonkeyPatch, fails: tuple[str, ...] = ()) -> list[list[str]]:
    """Record the commands instead of running them; those that contain a failing word fail."""
    commands: list[list[str]] = []

    def run(command: list[str], quiet: bool = False) -> bool:
        commands.append([str(word) for word in command])
        (script.VENV).mkdir(exist_ok=True)
        script.PYTHON.touch()
        return not any(word in command for word in fails)

    monkeypatch.setattr(script, "run", run)
    return commands


def test_only_the_standard_library_is_imported() -> None:
    tree = ast.parse((ROOT / "run.py").read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names <= set(sys.stdlib_module_names)


def test_installs_once_under_the_constraints(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    commands = recorded(script, monkeypatch)
    assert script.install("")
    assert any("constraints.txt" in word for word in commands[-1])
    count = len(commands)
    assert script.install("")
    assert len(commands) == count


def test_tests_need_their_own_packages(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    commands = recorded(script, monkeypatch)
    assert script.install("") and script.install("dev")
    assert commands[-1][-1].endswith("[dev]")
    count = len(commands)
    assert script.install("")
    assert len(commands) == count


def test_pip_takes_over_where_uv_does_not_work(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script.shutil, "which", lambda name: None)
    commands = recorded(script, monkeypatch, fails=("uv",))
    assert script.install("")
    assert commands[-1][1:4] == ["-m", "pip", "install"] and "-e" in commands[-1]


def test_a_failed_installation_is_said_and_leaves_no_stamp(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    recorded(script, monkeypatch, fails=("install",))
    assert script.main(["plan", "x"]) == 3
    assert "安装失败" in capsys.readouterr().err
    assert not list(script.VENV.glob(".installed*"))


def test_other_verbs_go_on_to_the_command_line(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded(script, monkeypatch)
    ran: list[list[str]] = []

    def finish(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        ran.append(command)
        return subprocess.CompletedProcess(command, 7)

    monkeypatch.setattr(script.subprocess, "run", finish)
    assert script.main(["check", "data/places/gangu", "--json"]) == 7
    assert ran[-1][1:] == ["-m", "fiscal_model", "check", "data/places/gangu", "--json"]
    script.main(["test", "-k", "bonds"])
    assert ran[-1][1:4] == ["-m", "pytest", "tests"] and ran[-1][-4:] == ["-m", "not slow", "-k", "bonds"]
    script.main(["test", "--slow", "-x"])
    assert ran[-1][-3:] == ["-m", "slow", "-x"]


def test_constraints_name_no_host() -> None:
    text = (ROOT / "requirements" / "constraints.txt").read_text(encoding="utf-8")
    assert "://" not in text and "==" in text
