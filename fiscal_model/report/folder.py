"""A report folder moved into place whole: a crash leaves the last good report untouched, two runs never mix."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from fiscal_model.errors import ReportError

WAIT_SECONDS = 600


@contextlib.contextmanager
def whole_folder(target: Path, wait: float = WAIT_SECONDS) -> Iterator[Path]:
    """Yield a temporary folder that becomes ``target`` when the block ends well.

    Parameters
    ----------
    target : Path
        The report folder; an older one there is replaced at the very end.
    wait : float
        Seconds to wait for another run that is writing the same report.

    Yields
    ------
    Path
        An empty folder beside the target.

    Raises
    ------
    ReportError
        Another run holds the lock for too long, or the target cannot be replaced.
    """
    from filelock import FileLock, Timeout

    target = target.absolute()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReportError(
            f"无法建立文件夹 {target.parent.as_posix()}：{error.strerror}。请检查路径和写入权限。"
        ) from None
    if target.exists() and not target.is_dir():
        raise ReportError(f"{target.as_posix()} 是一个文件，不能作为报告文件夹。请换一个 --to。")
    lock = FileLock(target.parent / f".{target.name}.lock")
    try:
        lock.acquire(timeout=wait)
    except Timeout:
        raise ReportError(
            f"另一个任务正在写 {target.as_posix()}，等待 {wait:g} 秒后放弃。请稍后再试。"
        ) from None
    except OSError as error:
        raise ReportError(f"无法写入 {target.parent.as_posix()}：{error.strerror}。请检查权限。") from None
    fresh = target.parent / f".{target.name}.{os.getpid()}.new"
    try:
        _restore(target)
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        yield fresh
        _replace(target, fresh)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        lock.release()


def _old(target: Path) -> Path:
    return target.parent / f".{target.name}.old"


def _restore(target: Path) -> None:
    """Put the last good report back when an earlier run was cut off between its two renames."""
    if _old(target).exists() and not target.exists():
        _old(target).rename(target)


def _replace(target: Path, fresh: Path) -> None:
    """Swap folders by renaming; put the old one back when the new one cannot take its place."""
    old = _old(target)
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
        raise ReportError(
            f"无法替换 {target.as_posix()}。请关闭正在打开的报告文件后重试，原报告没有改动。"
        ) from None
    shutil.rmtree(old, ignore_errors=True)
