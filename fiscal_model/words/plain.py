"""Texts from data stay texts: one line of visible letters when they are read, and in each kind of output nothing that it acts on.

HTML is escaped where a table becomes markup (`words.markup`, `html.escape`), Word's XML in `report.writers.document_tables`.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

LONGEST_NAME = 60
"""Letters of the name of a place or scenario, which stands in titles, page headers and document properties."""
_BREAKS = re.compile("[\t-\r\x1c-\x1f\x85\u2028\u2029]+")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
"""Signs of control (terminals, printers), of the direction of writing, and what no XML may hold."""
_ACTIVE = re.compile(r"\s*'*\s*[=+\-@＝＋－＠]")
_NUMBER = r"\d[\d,.]*([eE][-+]?\d+)?"
_CHINESE = r"[^\x00-\x7f！-／：-＠［-｀｛-～Ａ-Ｚａ-ｚ]|[（），。：；％～]"
_HARMLESS = re.compile(rf"[-+−＋－—～]*({_NUMBER}([\d.,% ]|{_CHINESE}|(?<=[^\x00-\x7f])[-+−](?=\d))*)?")
"""Dashes, or a number with its sign and what a number is followed by in Chinese prose; no formula has this form."""
_MARKDOWN = re.compile(r"[\\`*_\[\]<>|$~#]|&(?=#?\w+;)|:(?=//)|(?<=www)\.|@|^[-+=!](?=\s|$)|(?<=^\d)[.)]")


def one_line(text: str) -> str:
    """Return a text as one line of visible letters: breaks and tabs are blanks, control signs are left out.

    Examples
    --------
    >>> one_line("一、税收\\r\\n收入\\x1b[31m\\u202e"), one_line("R&D　A<B")
    ('一、税收 收入[31m', 'R&D　A<B')
    """
    return text if text.isprintable() else _UNSEEN.sub("", _BREAKS.sub(" ", text.strip("\n\v\f\r")))


def csv_cell(value: Any) -> Any:
    """Return what stands for a value in a CSV file: an apostrophe keeps a spreadsheet from computing a text (OWASP).

    Numbers, dashes and numbers followed by Chinese words stand as they are. `from_csv_cell` takes the apostrophe off.

    Examples
    --------
    >>> [csv_cell(text) for text in ("=1+1", "－cmd", "'=x", "-5%说明", "—", "-1,234.5", "R&D", -3.0)]
    ["'=1+1", "'－cmd", "''=x", '-5%说明', '—', '-1,234.5', 'R&D', -3.0]
    """
    if not isinstance(value, str) or not _ACTIVE.match(value) or _HARMLESS.fullmatch(value):
        return value
    return f"'{value}"


def from_csv_cell(text: str) -> str:
    """Take off the apostrophe that `csv_cell` put on."""
    return text[1:] if text.startswith("'") and _ACTIVE.match(text[1:]) else text


def csv_text(rows: Iterable[Iterable[Any]]) -> str:
    """Return rows, the header first, as the text of a CSV file."""
    target = io.StringIO()
    csv.writer(target, lineterminator="\n").writerows([csv_cell(value) for value in row] for row in rows)
    return target.getvalue()


def csv_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose texts may be written to a CSV file."""
    return frame.assign(**{name: frame[name].map(csv_cell) for name in frame if frame[name].dtype.kind not in "biufM"})


def toml_text(text: object) -> str:
    """Return a text as a TOML string."""
    return json.dumps(one_line(str(text)), ensure_ascii=False)


def markdown_text(text: str) -> str:
    """Return a text that Markdown shows as it is: no heading, list, table, link, code, formula or HTML begins in it.

    Examples
    --------
    >>> markdown_text("[点](http://a.b)|<b>$x$"), markdown_text("2025年预算（草案）、R&D")
    ('\\\\[点\\\\](http\\\\://a.b)\\\\|\\\\<b\\\\>\\\\$x\\\\$', '2025年预算（草案）、R&D')
    """
    return _MARKDOWN.sub(lambda found: f"\\{found[0]}", one_line(text))


def widget_text(text: str) -> str:
    """Return a text for the description of a widget, where two dollar signs, or backslashes, would enclose a formula.

    Examples
    --------
    >>> widget_text("甲$x$<b>")
    '甲＄x＄<b>'
    """
    return text.translate({ord("$"): "＄", ord("\\"): "＼"})


def page_header_text(text: str) -> str:
    """Return a text for the header of a spreadsheet's page, where ``&D`` would be the date."""
    return text.replace("&", "&&")
