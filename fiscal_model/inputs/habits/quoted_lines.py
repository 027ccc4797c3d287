"""Line breaks inside a quoted cell of a text file: Alt+Enter is read, a quote that swallowed rows is refused where it opens."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fiscal_model.words.errors import Fault

CLOSE_THE_QUOTE = "请删去多余的英文引号，或在该格末尾补上；格内确有换行的，改成一行"


def broken_cells(
    cells: Sequence[str], header: Sequence[str], start: int, end: int, shown: str, delimiter: str = ","
) -> list[Fault]:
    """Return a fault where the quote of a cell, opened on line ``start``, swallowed the rows down to ``end``.

    A cell with line breaks of its own passes: its row is as wide as the others, and no line inside reads like a row.
    """
    for place, cell in enumerate(cells):
        if "\n" not in cell and "\r" not in cell:
            continue
        inside = cell.splitlines()[1:]
        like_a_row = max(1, len(header) // 2)
        closed = len(cells) >= len(header) and '"' not in cell and cell.strip() and not cell.endswith(("\n", "\r"))
        if closed and all(line.count(delimiter) < like_a_row for line in inside):
            continue
        until = "到文件末尾也没有关上" if cell.endswith("\n") else f"到第 {end} 行才关上"
        swallowed = f"，其后 {end - start} 行被吞进一格" if end > start else ""
        column = header[place] if place < len(header) else None
        return [Fault(shown, f"这里打开的引号{until}{swallowed}", CLOSE_THE_QUOTE, line=start, column=column)]
    return []


def on_one_line(cell: str) -> str:
    """Join the lines of a cell: without a blank between Chinese characters.

    Examples
    --------
    >>> on_one_line("云水县\\n第一中学"), on_one_line("a\\r\\nb")
    ('云水县第一中学', 'a b')
    """
    joined = re.sub(r"(?<=[^\x00-\xff])\s*[\r\n]+\s*|\s*[\r\n]+\s*(?=[^\x00-\xff])", "", cell)
    return re.sub(r"\s*[\r\n]+\s*", " ", joined)
