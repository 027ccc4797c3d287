"""A report folder moved into place whole: a crash leaves the last good report untouched, two runs never mix."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from fiscal_model.report.writers.room import UNFINISHED, cache_folder, own_room
from fiscal_model.words.errors import ReportError, TargetError
from fiscal_model.words.files import why

WAIT_SECONDS = 600
MANIFEST, RECORD = "manifest.json", "plan.ipynb"
"""What closes a report, and the notebook as it was run: the record."""
BESIDE = "beside"
"""Of a manifest: files that another program kept open, each with the name of the new one that lies beside it."""
_MOST_BESIDE = 9


@contextlib.contextmanager
def whole_folder(target: Path | Callable[[Path], Path], wait: float = WAIT_SECONDS) -> Iterator[Path]:
    """Yield an empty folder that becomes ``target`` when the block ends well.

    An older report is replaced at the very end, anything else refused (`TargetError`); a file of it that Word or Excel keeps open
    stays, the new one lies beside it (`BESIDE`). A run waits for another that is writing the same report, at most ``wait``
    seconds (`ReportError`). ``target`` may be who tells from the finished folder, which lies below ``reports`` until then, its place.
    """
    with contextlib.ExitStack() as held:
        known = held.enter_context(_held(target, wait)) if isinstance(target, Path) else None
        near = known or Path("reports", "report").absolute()
        fresh = near.parent / f".{near.name}.{uuid.uuid4().hex[:12]}{UNFINISHED}"
        with own_room(writes=fresh), _made(fresh.parent):
            _make(fresh)
            try:
                yield fresh
                _replace(known or held.enter_context(_held(target(fresh), wait)), fresh)  # type: ignore[operator]
            finally:
                shutil.rmtree(fresh, ignore_errors=True)


@contextlib.contextmanager
def _held(target: Path, wait: float) -> Iterator[Path]:
    """Keep other runs from a target that may be written, and yield its full path."""
    from filelock import FileLock, Timeout

    target = target.absolute()
    refuse_what_is_no_report(target)
    lock = FileLock(cache_folder("locks") / f"{hashlib.sha256(os.fsencode(target.resolve())).hexdigest()}.lock")
    try:
        lock.acquire(timeout=wait)
    except Timeout:
        raise ReportError(f"另一个任务正在写 {target.as_posix()}，等待 {wait:g} 秒后放弃。请稍后再试。") from None
    except OSError as error:
        raise ReportError(f"缓存文件夹不能写入（{why(error)}）。请检查权限。") from None
    try:
        with _made(target.parent):
            _restore(target)
            yield target
    finally:
        lock.release()


@contextlib.contextmanager
def _made(folder: Path) -> Iterator[None]:
    """Make a folder and those above it; what was made goes again when the block fails and left it empty."""
    new = [each for each in (folder, *folder.parents) if not each.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReportError(f"无法建立文件夹 {folder.as_posix()}：{why(error)}。请检查路径和写入权限。") from None
    try:
        yield
    except BaseException:  # an interruption too leaves no empty folder behind; whatever it was goes on
        for each in new:
            with contextlib.suppress(OSError):
                each.rmdir()
        raise


def is_unfinished(folder: Path) -> bool:
    """Tell whether a folder is one that a run of ours fills and moves into place itself."""
    return folder.name.startswith(".") and folder.suffix == UNFINISHED and folder.is_dir()


def _make(fresh: Path) -> None:
    try:
        fresh.mkdir()
    except OSError as error:
        raise ReportError(f"无法写入 {fresh.parent.as_posix()}（{why(error)}）。请检查路径和权限。") from None


def refuse_what_is_no_report(target: Path) -> None:
    """Refuse a target that stands there already, unless it is empty or a report of ours: `TargetError` says what to do."""
    refuse_foreign(target, is_report, "报告", f"本程序写出的报告（没有本程序的 {MANIFEST}），不会覆盖")


def refuse_foreign(target: Path, is_ours: Callable[[Path], bool], word: str, not_ours: str) -> None:
    """Refuse a target that is a link, a file, or a folder that holds anything and is not ours (`TargetError`)."""
    shown = target.as_posix()
    if target.is_symlink():
        raise TargetError(f"{shown} 是一个链接，不能作为{word}文件夹。请换一个 --to。")
    if target.exists() and not target.is_dir():
        raise TargetError(f"{shown} 是一个文件，不能作为{word}文件夹。请换一个 --to。")
    if target.is_dir() and any(target.iterdir()) and not is_ours(target):
        raise TargetError(f"{shown} 里已有其他文件，又不是{not_ours}。请换一个 --to。")


def refuse_target(to: str | Path | None) -> None:
    """Fail before anything is computed where no report can go; by default one goes below ``reports``."""
    if to is not None:
        refuse_what_is_no_report(Path(to))
    target = Path(to or Path("reports", "place", "scenario"))
    near = next(folder for folder in target.absolute().parents if os.path.lexists(folder))
    try:
        with tempfile.TemporaryDirectory(prefix=".", suffix=UNFINISHED, dir=near):
            pass
    except OSError as error:
        refused = "系统不允许在这里建立文件夹" if isinstance(error, FileNotFoundError) else why(error)
        raise ReportError(
            f"{Path(to or 'reports').as_posix()} 不能写入（{near.as_posix()}：{refused}）。请换一个 --to。"
        ) from None


def is_report(folder: Path) -> bool:
    """Tell whether a folder carries the manifest that a report of this package is closed with."""
    try:
        manifest = read_manifest(folder)
        return "fiscal-model" in manifest["versions"] and "files" in manifest
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _old(target: Path) -> Path:
    return target.parent / f".{target.name}.old"


def _restore(target: Path) -> None:
    """Put the last good report back when an earlier run was cut off between its two renames."""
    if _old(target).exists() and not target.exists():
        _old(target).rename(target)


def _replace(target: Path, fresh: Path) -> None:
    """Swap folders by renaming; put the old one back when the new one cannot take its place."""
    old = _old(target)
    if old.exists():
        refuse_what_is_no_report(old)
        shutil.rmtree(old, ignore_errors=True)
    moved = False
    try:
        if target.exists():
            target.rename(old)
            moved = True
        fresh.rename(target)
    except OSError:
        if moved and not target.exists():
            old.rename(target)
        try:
            _swap_files(target, fresh)
        except (OSError, ValueError):
            said = "请关闭正在打开的报告文件后重试，原报告没有改动。"
            raise ReportError(f"无法替换 {target.as_posix()}。{said}") from None
    shutil.rmtree(old, ignore_errors=True)


def _swap_files(target: Path, fresh: Path) -> None:
    """Put new files in place of old ones one by one, the manifest last; what is held open stays, the new one goes beside it.

    Windows renames no folder of which a file is open. Old files wait in ``fresh``, and go back when anything fails.
    """
    before = _files_of(target)
    names = [path.relative_to(fresh) for path in sorted(fresh.rglob("*")) if path.is_file()]
    moves: list[tuple[Path, Path]] = []
    beside: dict[str, str] = {}
    try:
        for name in sorted(names, key=lambda name: name.as_posix() == MANIFEST):
            last = name.as_posix() == MANIFEST
            if last and beside:
                _say_beside(fresh / MANIFEST, beside)
            place = _freed(target / name, fresh / ".before" / name, 1 if last else _MOST_BESIDE, moves)
            if place.name != name.name:
                beside[name.as_posix()] = place.relative_to(target).as_posix()
            _move(fresh / name, place, moves)
    except OSError:
        for source, place in reversed(moves):
            place.rename(source)
        raise
    for gone in before - _files_of(target) - set(beside):
        with contextlib.suppress(OSError):
            (target / gone).unlink()


def _freed(place: Path, aside: Path, most: int, moves: list[tuple[Path, Path]]) -> Path:
    """Move what lies at a place aside; where it is held open try ``plan-2.docx``, ``plan-3.docx`` …; return the place that is free."""
    for number in range(1, most + 1):
        name = place.name if number == 1 else f"{place.stem}-{number}{place.suffix}"
        free = place.with_name(name)
        with contextlib.suppress(PermissionError):
            if free.exists():
                _move(free, aside.with_name(name), moves)
            return free
    raise PermissionError(f"{place} is held open")


def _move(source: Path, place: Path, moves: list[tuple[Path, Path]]) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    source.rename(place)
    moves.append((source, place))


def _files_of(folder: Path) -> set[str]:
    return set(read_manifest(folder)["files"])


def _say_beside(manifest: Path, beside: dict[str, str]) -> None:
    told = read_manifest(manifest.parent)
    told["files"] = {beside.get(name, name): digest for name, digest in told["files"].items()}
    write_manifest(manifest.parent, {**told, BESIDE: beside})


def read_manifest(folder: Path) -> Any:
    """Read what a report says of itself."""
    return json.loads((folder / MANIFEST).read_text(encoding="utf-8"))


def write_manifest(folder: Path, told: dict[str, Any]) -> None:
    """Write what a report says of itself."""
    text = json.dumps(told, ensure_ascii=False, indent=2)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")


def digest(path: Path) -> str:
    """Return what a file's bytes are known by."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
