"""What a product holds, told alike on every machine: counts, and a digest of its texts and numbers without pictures and last digits."""

from __future__ import annotations

import hashlib
import re
import zipfile
from pathlib import Path

from fiscal_model.words.markup import Sheet, sheet_of
from fiscal_model.words.plain import csv_text
from fiscal_model.words.table import ReportTable, Value

_COUNTED: dict[str, dict[str, bytes]] = {
    ".docx": {"段": rb"<w:p[ >]", "张表": rb"<w:tbl>", "幅图": rb"<pic:pic[ >]"},
    ".xlsx": {"张工作表": rb"<sheet ", "行": rb"<row ", "个公式": rb"<f[ >]"},
    ".html": {"张表": rb"<table", "幅图": rb"<img|<svg"},
    ".csv": {"行": rb"\n"},
    ".toml": {"行": rb"\n"},
}
_PICTURE = re.compile(rb"data:image/[^\"')]+")
_LONG = re.compile(rb"(\.(?<=\d\.)\d{6})\d+(?![\deE])")
"""Machines differ in the last of sixteen digits."""


def contents_of(*paths: Path) -> Sheet:
    """Return what files hold as a sheet, one row a file; they are read back for it, so that what is written is whole.

    Examples
    --------
    >>> contents_of(Path("data/scenarios/baseline.toml")).frame.columns.tolist()
    ['内容', '摘要']
    """
    rows = []
    for path in paths:
        content = _content(path)
        counts = _COUNTED.get(path.suffix, {}).items()
        held = "、".join(f"{len(re.findall(sign, content)):,} {word}" for word, sign in counts)
        rows.append((path.name, (held, hashlib.sha256(content).hexdigest()[:16])))
    return sheet_of("写出的文件", ("内容", "摘要"), rows)


def _content(path: Path) -> bytes:
    if path.suffix not in {".docx", ".xlsx"}:
        return _LONG.sub(rb"\1", _PICTURE.sub(b"", path.read_bytes()))
    with zipfile.ZipFile(path) as parts:
        names = [name for name in sorted(parts.namelist()) if not name.endswith(".png")]
        return b"\n".join(_LONG.sub(rb"\1", parts.read(name)) for name in names)


def write_printed(table: ReportTable, path: Path) -> None:
    """Write a printed table as CSV, each row with its line."""
    rows = [[row.label, *map(_cell, row.values), row.line] for row in table.rows]
    text = csv_text([[table.stub, *table.columns, "行代码"], *rows])
    path.write_text(text, encoding="utf-8-sig", newline="")


def _cell(value: Value) -> float | str:
    """Ratios to six decimals: enough to read, and the same bytes on machines whose last digit differs."""
    if value is None:
        return ""
    return round(value, 6) if isinstance(value, float) else value
