"""Keep a past plan beside its place: written whole or not at all, never over another one."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from fiscal_model.analysis.rolling.kept_plans import vintage_files
from fiscal_model.inputs.vintages import FOLDER, HEADER_FILE, Vintage
from fiscal_model.words.errors import ReportError
from fiscal_model.words.files import why


def store_vintage(vintage: Vintage, place_folder: str | Path) -> Path:
    """Keep a past plan in ``vintages/<base year>-<scenario>`` below the place folder and return that folder.

    With ``-2``, ``-3`` … when a different plan of that name is kept already; one that is kept already, made on whatever day,
    changes nothing. A folder that cannot be written is a `ReportError`.
    """
    root, files = Path(place_folder) / FOLDER, vintage_files(vintage)
    number = 1
    while (target := root / (vintage.name if number == 1 else f"{vintage.name}-{number}")).exists():
        if _same(target, files):
            return target
        number += 1
    fresh = root / f".{target.name}.{os.getpid()}.new"
    try:
        root.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        for name, content in files.items():
            (fresh / name).parent.mkdir(exist_ok=True)
            (fresh / name).write_bytes(content)
        fresh.rename(target)
    except OSError as error:
        raise ReportError(
            f"无法保存规划底稿 {target.as_posix()}：{why(error)}。请检查权限和磁盘空间，原有底稿没有改动。"
        ) from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return target


def _same(folder: Path, files: dict[str, bytes]) -> bool:
    """Whether a folder holds the same plan, whatever the day it was made."""
    kept = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return kept == set(files) and all(
        _undated(name, (folder / name).read_bytes()) == _undated(name, content) for name, content in files.items()
    )


def _undated(name: str, content: bytes) -> bytes:
    content = content.replace(b"\r\n", b"\n")
    return re.sub(rb"(?m)^made_on = .*$", b"", content) if name == HEADER_FILE else content
