"""What a run leaves behind: nothing of its own once it is gone for a day, and never anything of another's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from filelock import FileLock

from fiscal_model.apps.cli.outcomes import break_off
from fiscal_model.report.writers.folder import whole_folder
from fiscal_model.report.writers.room import own_room

KILLED = """
import os, sys
from pathlib import Path
from fiscal_model.report.writers.folder import whole_folder
with whole_folder(Path(sys.argv[1])) as folder:
    (folder / "half").write_text("half")
    print(folder, flush=True)
    os.kill(os.getpid(), 9)
"""


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FISCAL_MODEL_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def aged(*paths: Path, days: float = 2) -> None:
    for path in paths:
        os.utime(path, (time.time() - days * 86400,) * 2)


def rooms(cache: Path) -> list[Path]:
    return list((cache / "runs").iterdir())


def run_and_kill(target: Path) -> Path:
    killed = subprocess.run([sys.executable, "-c", KILLED, str(target)], capture_output=True, text=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    return Path(killed.stdout.strip())


def test_a_run_leaves_the_report_alone_and_no_lock_beside_it(cache: Path, tmp_path: Path) -> None:
    with whole_folder(tmp_path / "out" / "report") as folder:
        (folder / "plan.txt").write_text("good")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["report"]
    assert not rooms(cache) and len(list((cache / "locks").iterdir())) <= 1


def test_what_a_killed_run_left_is_swept_after_a_day_and_not_before(cache: Path, tmp_path: Path) -> None:
    left = run_and_kill(tmp_path / "out" / "report")
    (room,) = rooms(cache)
    with own_room():
        assert left.is_dir() and room.is_dir()
    aged(left, room)
    with own_room():
        assert not left.exists() and not room.exists()
    assert not rooms(cache) and not list((tmp_path / "out").iterdir())


def test_a_run_that_lives_is_left_alone_however_old(cache: Path, tmp_path: Path) -> None:
    with own_room(writes=tmp_path / ".x.1.new") as room:
        (tmp_path / ".x.1.new").mkdir()
        aged(room, tmp_path / ".x.1.new")
        with own_room():
            pass
        assert room.is_dir() and (tmp_path / ".x.1.new").is_dir()


@pytest.mark.parametrize("named", ["mine", ".mine", "mine.new"])
def test_only_an_unfinished_folder_named_by_a_room_is_swept(named: str, cache: Path, tmp_path: Path) -> None:
    for name in (named, ".other.123.new"):
        (tmp_path / name).mkdir()
    room = cache / "runs" / "run-abc"
    (cache / "runs" / "notes").mkdir(parents=True)
    room.mkdir()
    (room / "writes.txt").write_text(str(tmp_path / named), encoding="utf-8")
    aged(room, cache / "runs" / "notes", tmp_path / named, tmp_path / ".other.123.new")
    with own_room():
        pass
    assert (tmp_path / named).is_dir() and (tmp_path / ".other.123.new").is_dir()
    assert [path.name for path in rooms(cache)] == ["notes"]


def test_a_link_named_like_an_unfinished_folder_is_not_followed(cache: Path, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "mine").write_text("mine")
    left = run_and_kill(tmp_path / "report")
    (left / "half").unlink()
    left.rmdir()
    left.symlink_to(tmp_path / "real", target_is_directory=True)
    aged(*rooms(cache), tmp_path / "real")
    with own_room():
        pass
    assert (tmp_path / "real" / "mine").read_text() == "mine"


def test_a_folder_that_cannot_hold_the_cache_is_said_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from fiscal_model.words.errors import ReportError

    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("FISCAL_MODEL_CACHE", str(tmp_path / "file"))
    with (
        pytest.raises(ReportError, match=r"缓存文件夹 .* 不能建立（.*）。请用环境变量 FISCAL_MODEL_CACHE 指定"),
        own_room(),
    ):
        pass


def test_connection_files_of_kernels_lie_in_the_room(cache: Path, tmp_path: Path) -> None:
    import nbformat

    from fiscal_model.report.writers.notebook import refresh_notebooks, run_notebook

    book = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("import ipykernel.connect as c; c.get_connection_file()")]
    )
    nbformat.write(book, tmp_path / "a.ipynb")
    refresh_notebooks(tmp_path)
    run_notebook(tmp_path / "a.ipynb", tmp_path / "b.ipynb", {}, cwd=tmp_path)
    for name in ("a", "b"):
        (cell,) = nbformat.read(tmp_path / f"{name}.ipynb", as_version=4).cells
        assert str(cache / "runs" / "run-") in cell.outputs[0]["data"]["text/plain"]
    assert not rooms(cache)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without a word")
def test_a_terminated_plan_tidies_up(cache: Path, tmp_path: Path) -> None:
    place, target = Path(__file__).parents[1] / "data" / "places" / "gangu", tmp_path / "out" / "report"
    command = [sys.executable, "-m", "fiscal_model", "plan", str(place), "--to", str(target), "--paths", "100"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running:
        while running.poll() is None and not list(tmp_path.glob("out/.report.*.new/figures")):
            time.sleep(0.05)
        running.send_signal(signal.SIGTERM)
        said = running.stderr.read() if running.stderr else ""
    assert running.returncode == 3 and "已中断，原有报告没有改动。" in said
    assert not (tmp_path / "out").exists() and not rooms(cache)


@pytest.mark.skipif(sys.platform == "win32", reason="no interval timer")
def test_a_run_is_broken_off_outside_of_the_import_machinery() -> None:
    """Inside, the lock of all imports would be kept and the thread of the progress wait for ever."""
    kept = signal.getsignal(signal.SIGALRM)
    inside = SimpleNamespace(f_code=SimpleNamespace(co_filename="<frozen importlib._bootstrap>"))
    try:
        break_off(signal.SIGTERM, inside)  # type: ignore[arg-type]
        with pytest.raises(KeyboardInterrupt):
            time.sleep(5)
        with pytest.raises(KeyboardInterrupt):
            break_off(signal.SIGTERM, sys._getframe())
    finally:
        signal.signal(signal.SIGALRM, kept)


def test_the_lock_of_a_report_is_one_for_all_its_spellings(cache: Path, tmp_path: Path) -> None:
    from fiscal_model.words.errors import ReportError

    (tmp_path / "a").mkdir()
    with whole_folder(tmp_path / "report"):
        (lock,) = (cache / "locks").iterdir()
        assert FileLock(lock).lock_file == str(lock)
        with (
            pytest.raises(ReportError, match="另一个任务正在写"),
            whole_folder(tmp_path / "a" / ".." / "report", wait=0.1),
        ):
            pass
