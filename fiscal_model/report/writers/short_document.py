"""A short official document (GB/T 9704): a title, chapters with paragraphs and tables, nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from fiscal_model.report.method_text import Part
from fiscal_model.report.writers.document_parts import saved, set_properties, write_paragraph, write_table
from fiscal_model.report.writers.document_styles import number_pages, set_up_page, set_up_styles
from fiscal_model.words.errors import Fault, InputError
from fiscal_model.words.files import why
from fiscal_model.words.shortened import MOST_PRINTED


def write_short_document(
    path: str | Path, titles: Iterable[str], parts: Iterable[Part], subject: str, most: int = MOST_PRINTED
) -> Path:
    """Write it and return its path; equal input gives equal bytes. A table prints ``most`` rows in full.

    Raises
    ------
    InputError
        The name does not end in ``.docx``, or the disk refuses.
    """
    import docx

    path, titles = Path(path), tuple(titles)
    if path.suffix.lower() != ".docx":
        raise InputError([Fault(path.as_posix(), "要写的是 Word 文档", "请把文件名写成 某某.docx")])
    document = docx.Document()
    set_up_styles(document)
    set_properties(document, titles[0], subject, "")
    set_up_page(document.sections[0])
    number_pages(document, document.sections[0])
    for title in titles:
        write_paragraph(document, "title" if title is titles[0] else "cover", title)
    for part in parts:
        write_paragraph(document, "heading1", part.heading)
        for said in part.paragraphs:
            write_paragraph(document, "body", said)
        for table in part.tables:
            write_table(document, table, most=most)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(saved(document))
    except OSError as error:
        raise InputError(
            [Fault(path.as_posix(), f"不能写入（{why(error)}）", "请关闭正在打开它的程序，或换一个文件夹")]
        ) from error
    return path
