"""Lay an empty place folder: every table with its header row, ``place.toml`` and a Chinese guide."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

from fiscal_model.inputs.guide import guide_files
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.registers.schema import Table
from fiscal_model.words.errors import Fault, InputError
from fiscal_model.words.files import why
from fiscal_model.words.plain import LONGEST_NAME, csv_text, toml_text

_PLACE_TOML = """\
# 地区说明。井号后面是注释，不影响程序。

# 地区全称（必填），印在报告封面和各表标题上。
name = {name}

# 级次：county 县（市、区），prefecture 市（州）。
level = "county"

# 所属省份，去掉前面的井号后填写。
# province = "甘肃省"

# 规划按哪个口径编制：whole 全辖（含乡镇或所辖县区），own_level 本级。两种口径绝不相加。
scope = "whole"

# 数字是否虚构。填 true 时，所有报告都会标明“虚构”。
invented = false

# 编制单位，可不填；填了印在规划文本的封面上，去掉前面的井号后填写。
# issuing_office = "山丹县财政局"

# 需要读者知道的话，可不填。
# note = "2023 年起开发区财政并入。"

# 本地已知的测算参数，可不填。每个参数都要有数值、来源和可信程度：
# observed 实际数，law 法规规定，official 官方文件，expert 经验判断，unverified 未核实。
# [assumptions.参数名]
# value = 0.9
# source = "文件名、文号或出处"
# quality = "official"
"""


def new_place(folder: Path, name: str, *, chinese_headers: bool = False) -> tuple[Path, ...]:
    """Lay a new place folder, ready to be filled in.

    The folder appears whole or not at all: everything is written beside it first and then moved into place.

    Returns the files laid: ``place.toml``, the guide and its reference, then one file a table in the order of `TABLES`.

    ``folder``: where to lay it; must not exist yet, or be empty.
    ``name``: Chinese name of the place, e.g. ``山丹县``.
    ``chinese_headers``: write Chinese column titles instead of the English names; the reader takes both.

    Raises
    ------
    InputError
        When the folder holds files already, the name is empty, or the disk refuses.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as parent:
    ...     files = new_place(Path(parent) / "shandan", "山丹县")
    >>> [file.name for file in files[:4]]
    ['place.toml', '填表说明.md', '填表参考.md', 'totals.csv']
    """
    folder = Path(folder)
    shown = folder.as_posix()
    faults = refuse_name(name) + refuse_taken(folder)
    if faults:
        raise InputError(faults)
    contents = {
        "place.toml": _PLACE_TOML.format(name=toml_text(name.strip())).encode(),
        **guide_files(name.strip(), shown, chinese_headers=chinese_headers),
        **{f"{table.name}.csv": _header(table, chinese_headers) for table in TABLES.values()},
    }
    lay(folder, contents, shown)
    return tuple(folder / file for file in contents)


def refuse_name(name: str) -> list[Fault]:
    """Return a fault where a name is none, or too long."""
    if len(name.strip()) > LONGEST_NAME:
        return [Fault("地区名称", f"有 {len(name.strip())} 个字", f"请不超过 {LONGEST_NAME} 个字")]
    if name.strip() and name.isprintable():
        return []
    return [Fault("地区名称", f"填写的是“{name.strip()}”", "请填写地区全称，例如“山丹县”，不要换行")]


def refuse_taken(folder: Path) -> list[Fault]:
    """Return a fault where a new place folder would lie on what is there already."""
    shown = folder.as_posix()
    if folder.exists() and not folder.is_dir():
        return [Fault(shown, "这里已经有一个同名的文件", "请换一个文件夹名")]
    if folder.is_dir() and (present := sorted(item.name for item in folder.iterdir())):
        remedy = "请换一个新的文件夹名，或先把里面的文件移到别处；已有的文件没有改动"
        return [Fault(shown, f"文件夹不是空的，里面有 {len(present)} 个文件（{present[0]} 等）", remedy)]
    return []


def _header(table: Table, chinese: bool) -> bytes:
    titles = [table.label_of(column) for column in table.columns] if chinese else table.columns
    return csv_text([titles]).encode("utf-8-sig")  # with the mark, or Excel shows Chinese as garbage


def lay(folder: Path, contents: Mapping[str, bytes], shown: str) -> None:
    """Lay files as a new folder, whole or not at all."""
    target = folder.resolve()
    staging = target.with_name(f".{target.name}.{uuid4().hex[:8]}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        staging.mkdir()
        for file, content in contents.items():
            (staging / file).write_bytes(content)
        if target.exists():
            target.rmdir()  # Windows does not rename onto an empty folder
        staging.rename(target)
    except OSError as error:
        reason = why(error)
        remedy = "请检查磁盘空间和写权限，或换一个位置"
        raise InputError([Fault(shown, f"文件夹无法写入（{reason}）", remedy)]) from None
    finally:
        shutil.rmtree(staging, ignore_errors=True)
