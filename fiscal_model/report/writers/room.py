"""A private room for one run in the user's cache folder; what killed runs left behind is swept by the next one.

A run holds the lock of its room for as long as it lives, so a room whose lock is free has lost its owner. Swept is only what such
a room, older than a day, holds or names as its own: nothing is ever looked for elsewhere.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import platformdirs
from filelock import FileLock, Timeout

from fiscal_model.words.errors import ReportError
from fiscal_model.words.files import why

VARIABLE = "FISCAL_MODEL_CACHE"
UNFINISHED = ".new"
_DAY = 24 * 3600
_ROOM = "run-"
_OWNER, _WRITES = "owner.lock", "writes.txt"


def cache_folder(name: str) -> Path:
    """Return a folder of ours in the user's cache, made when it is not there."""
    folder = Path(os.environ.get(VARIABLE) or platformdirs.user_cache_dir("fiscal-model", appauthor=False)) / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        remedy = f"请用环境变量 {VARIABLE} 指定一个可以写入的文件夹"
        raise ReportError(f"缓存文件夹 {folder.as_posix()} 不能建立（{why(error)}）。{remedy}。") from None
    return folder


@contextlib.contextmanager
def own_room(writes: Path | None = None) -> Iterator[Path]:
    """Yield a new folder that goes when the block ends; ``writes`` is an unfinished folder elsewhere that goes with it."""
    rooms = cache_folder("runs")
    _sweep(rooms)
    room = Path(tempfile.mkdtemp(prefix=_ROOM, dir=rooms))
    lock = FileLock(room / _OWNER)
    try:
        lock.acquire()
        if writes is not None:
            (room / _WRITES).write_text(str(writes.absolute()), encoding="utf-8")
        yield room
    finally:
        lock.release()
        shutil.rmtree(room, ignore_errors=True)


def _sweep(rooms: Path) -> None:
    for room in rooms.glob(f"{_ROOM}*"):
        with contextlib.suppress(OSError, Timeout):
            if room.is_symlink() or not room.is_dir() or time.time() - room.stat().st_mtime < _DAY:
                continue
            with FileLock(room / _OWNER, timeout=0):
                _sweep_unfinished(room / _WRITES)
            shutil.rmtree(room, ignore_errors=True)


def _sweep_unfinished(note: Path) -> None:
    """Remove the report folder a killed run named as its own, if it still looks like one that never was finished."""
    if not note.is_file():
        return
    folder = Path(note.read_text(encoding="utf-8"))
    ours = folder.name.startswith(".") and folder.suffix == UNFINISHED
    if ours and folder.is_dir() and not folder.is_symlink() and folder.stat().st_mtime <= time.time() - _DAY:
        shutil.rmtree(folder, ignore_errors=True)
