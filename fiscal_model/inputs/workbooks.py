"""The one door for Excel workbooks: what would fill the memory, hides a document type or hangs on other files is refused unopened.

A workbook is a ZIP archive of XML parts, and a few kilobytes can hold gigabytes. The archive's directory is read first,
then each part is unpacked piece by piece and thrown away, counting; only then is it opened. Links are never followed.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fiscal_model.words.errors import Fault
from fiscal_model.words.files import sized

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

MOST_UNPACKED = 200 * 1024**2
"""Bytes that the parts of a workbook may come to; the largest published one known has 6 million."""
MOST_CELLS = 5_000_000
"""Cells from the first to the last filled row and column, all sheets: reading makes room for every one of them."""
_MOST_SHARED = 1024**3
"""Bytes that shared texts may come to, were every cell that shows one to show the longest."""
_MOST_PARTS = 10_000
_PIECE = 1024**2
_NOT_MINE = {"xl/workbook.bin", "content.xml"}
"""Parts of the binary and the open-document kind, which may hide what is not counted here."""
_READ_PARTS = re.compile(rb"/(?:worksheet|chartsheet|dialogsheet|xlMacrosheet|sharedStrings|styles)$")
_RELATION = re.compile(rb"<[^<>]*Relationship\s[^<>]*>")
_ATTRIBUTE = re.compile(rb"""(\w+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_ANY_CELL = re.compile(rb"<(?:[^\s<>/!?]*:)?c[\s/>]")
_CELL = re.compile(rb"""<(?:\w+:)?c r="([A-Z]{1,3})([1-9][0-9]{0,6})"(?: \w+="[^"<>]*")* ?(/?)>""")
"""Letters and row of a cell, and a slash where nothing stands in it; as every spreadsheet program writes it."""
_SHARED_TEXT = re.compile(rb"<(?:\w+:)?si[\s>]")
_XML = (".xml", ".rels", ".vml")
_ZIP, _ENTRY, _OLD = b"PK\x03\x04", b"PK\x01\x02", b"\xd0\xcf\x11\xe0"
_NO_WORKBOOK = "不是可以读取的 Excel 工作簿（可能已加密、损坏，或只是改了后缀）"
_SAVE_AGAIN = "请在 Excel/WPS 中打开核对，只留要用的行列，另存为 .xlsx 或 CSV UTF-8"


class _Refused(Exception):
    """Why a workbook is not opened, in Chinese."""


@dataclass
class _Seen:
    """What the parts were found to hold."""

    cells: int = 0  # up to the last filled row and column, all sheets
    shared: int = 0  # cells that show a shared text
    longest: int = 0  # bytes of the longest shared text


def open_workbook(content: bytes, shown: str, published: bool = False) -> tuple[CalamineWorkbook | None, list[Fault]]:
    """Open a workbook that has passed the guard; ``shown`` is its name in messages.

    ``published``: by somebody else, who cannot be asked to save it anew: links to other workbooks are not followed but the
    figures kept of them are read, and so is the old ``.xls`` kind.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        if content.startswith(_ZIP):
            _look_through(content, published)
        elif not content.startswith(_OLD):
            return None, [no_workbook(shown)]
        elif not published:
            return None, [Fault(shown, "是旧版 .xls 格式，或加了密码", "请在 Excel/WPS 中打开，去掉密码后另存为 .xlsx")]
        return CalamineWorkbook.from_filelike(io.BytesIO(content)), []
    except _Refused as refused:
        return None, [Fault(shown, f"{refused}，没有打开", _SAVE_AGAIN)]
    except (CalamineError, OSError, ValueError, NotImplementedError, zipfile.BadZipFile, zlib.error, struct.error):
        return None, [no_workbook(shown)]


def no_workbook(shown: str) -> Fault:
    """What is said of a file that no reader of workbooks makes sense of."""
    return Fault(shown, _NO_WORKBOOK, "请在 Excel/WPS 中打开，去掉密码后重新另存为 .xlsx 或 CSV UTF-8")


def _look_through(content: bytes, published: bool) -> None:
    if content.count(_ENTRY) > _MOST_PARTS:
        raise _Refused(f"里面的文件超过 {_MOST_PARTS:,} 个")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = packed.infolist()
    names = [part.filename.lower().replace("\\", "/") for part in parts]
    if len(set(names)) < len(names) or _NOT_MINE & set(names):
        raise ValueError("not a workbook of this kind")
    declared = sum(part.file_size for part in parts)
    if declared > MOST_UNPACKED:
        times = f"{declared / len(content):,.0f} 倍"
        raise _Refused(f"展开后有 {sized(declared)}（是文件大小的 {times}），超过上限 {sized(MOST_UNPACKED)}")
    links = [name.rpartition("/")[2] for name in names if "/externallinks/" in name and name.endswith(".xml")]
    if links and not published:
        said = f"链接到 {len(links)} 个别的工作簿，取自那里的数可能已经过时"
        raise _Refused(f"{said}（在“数据→编辑链接”里断开链接即可）")
    seen = _Seen()
    for part, name in zip(parts, names, strict=True):
        _look_at(content, part, name, seen)
    if seen.shared * seen.longest > _MOST_SHARED:
        raise _Refused(f"有一段长 {sized(seen.longest)} 的文字，而引用共用文字的格子有 {seen.shared:,} 个")


def _look_at(content: bytes, part: zipfile.ZipInfo, name: str, seen: _Seen) -> None:
    """Unpack one part, throwing it away, and count what it holds."""
    pieces = _unpacked(content, part)
    if not name.endswith(_XML):
        for _ in pieces:
            pass
        return
    rows, columns, shared = 0, 0, _SharedTexts()
    for block in _whole_tags(pieces):
        _refuse_what_excel_never_writes(block)
        cells = _CELL.findall(block)
        if len(cells) != len(_ANY_CELL.findall(block)):
            raise ValueError("cells written in another way than a spreadsheet program's")
        before = rows * columns
        rows = max([rows, *map(int, {row for _, row, blank in cells if not blank})])
        columns = max([columns, *map(_number_of, {letters for letters, _, blank in cells if not blank})])
        seen.cells += rows * columns - before
        if seen.cells > MOST_CELLS:
            said = f"最后一个有内容的格子在第 {rows:,} 行第 {columns:,} 列"
            raise _Refused(f"{said}，各表共 {seen.cells:,} 格，超过上限 {MOST_CELLS:,} 格")
        seen.shared += block.count(b't="s"')
        seen.longest = max(seen.longest, shared.longest_in(block))


class _SharedTexts:
    """Measures the shared texts of a part that comes in blocks."""

    def __init__(self) -> None:
        self.so_far: int | None = None

    def longest_in(self, block: bytes) -> int:
        """Return the bytes of the longest text up to the end of the block; none where no text has begun."""
        first, *others = _SHARED_TEXT.split(block)
        lengths = [*([] if self.so_far is None else [self.so_far + len(first)]), *map(len, others)]
        self.so_far = lengths[-1] if lengths else None
        return max(lengths, default=0)


def _refuse_what_excel_never_writes(block: bytes) -> None:
    if b"<!DOCTYPE" in block or b"<!ENTITY" in block:
        raise _Refused("含有文档类型声明（DTD），它能借实体展开占满内存，Excel 从不写它")
    if b"\x00" in block:
        raise ValueError("another encoding, which is not looked through")
    for relation in _RELATION.findall(block):
        said = {name: double or single for name, double, single in _ATTRIBUTE.findall(relation)}
        if _READ_PARTS.search(said.get(b"Type", b"")) and not said.get(b"Target", b"").lower().endswith(b".xml"):
            raise ValueError("a sheet under a name that is not looked through")


def _whole_tags(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Join pieces so that none ends inside a tag."""
    rest = b""
    for piece in pieces:
        block = rest + piece
        cut = max(block.rfind(b"<"), 0)
        yield block[:cut]
        rest = block[cut:]
        if len(rest) > _PIECE:
            raise _Refused(f"有一格文字超过 {sized(_PIECE)}")
    yield rest


def _unpacked(content: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Unpack a part as the archive holds it, and refuse one that is larger than the archive's directory declares."""
    if part.flag_bits & 1 or part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise ValueError("encrypted, or packed in a way that no spreadsheet program writes")
    name, extra = struct.unpack_from("<HH", content, part.header_offset + 26)
    start, size = part.header_offset + 30 + name + extra, 0
    rest = content[start : start + part.compress_size]
    unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
    while rest:
        if part.compress_type == zipfile.ZIP_STORED:
            piece, rest = rest[:_PIECE], rest[_PIECE:]
        else:
            piece = unpacking.decompress(rest, _PIECE)
            rest = b"" if unpacking.eof else unpacking.unconsumed_tail
        size += len(piece)
        if size > part.file_size:
            raise _Refused(f"其中的 {part.filename} 比它声明的 {sized(part.file_size)} 更大")
        yield piece


def _number_of(letters: bytes) -> int:
    """Count a column from its letters: A is 1, XFD 16,384."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number
