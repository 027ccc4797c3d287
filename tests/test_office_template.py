"""An office's own Word template: its styles, page, header and footer are used, what it lacks is said, what is no template is refused."""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from report_case import Case, shipped_case

from fiscal_model.apps.cli.verb import app
from fiscal_model.report.writers.annex_document import write_annex
from fiscal_model.report.writers.document import write_document
from fiscal_model.report.writers.office_template import check_template
from fiscal_model.words.errors import InputError


@pytest.fixture(scope="module")
def case(plan_of) -> Case:
    return shipped_case(plan_of, "gangu")


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    own = docx.Document()
    for name in ("公文正文", "封面", "表题", "表文"):
        own.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).font.size = Pt(15)
    own.styles.add_style("公文表格", WD_STYLE_TYPE.TABLE)
    own.styles["heading 1"].font.name = "本局字体"
    section = own.sections[0]
    section.page_width, section.page_height, section.left_margin, section.top_margin = Mm(210), Mm(297), Mm(31), Mm(33)
    section.header.paragraphs[0].text, section.footer.paragraphs[0].text = "某县财政局文件", "内部资料"
    own.add_paragraph("模板里的字")
    own.add_section()
    path = tmp_path_factory.mktemp("template") / "own.docx"
    own.save(str(path))
    return path


@pytest.mark.parametrize("write", [write_document, write_annex])
def test_both_volumes_are_written_in_the_template(case: Case, template: Path, tmp_path: Path, write) -> None:
    write(tmp_path / "a.docx", case.plan, case.chapters, case.tables, {}, template=template)
    written = docx.Document(str(tmp_path / "a.docx"))
    used = {each.style.name for each in written.paragraphs}
    assert {"公文正文", "封面", "表题", "Heading 1"} <= used
    assert not used & {"规划正文", "规划封面", "规划表题", "模板里的字"}
    assert "规划表单位" in used, "what the template lacks is ours"
    assert "本局字体" in written.styles.element.xml
    assert {table.style.name for table in written.tables} == {"公文表格"}
    assert {cell.paragraphs[0].style.name for cell in written.tables[0].rows[0].cells} == {"表文"}
    first, wide = written.sections[0], [each for each in written.sections if each.page_width > each.page_height]
    assert (round(first.left_margin.mm), round(first.top_margin.mm)) == (31, 33)
    assert bool(wide) is (write is write_annex)
    assert all(round(each.top_margin.mm) == 31 for each in wide), "the page is turned with its margins"
    assert (first.header.paragraphs[0].text, first.footer.paragraphs[0].text) == ("某县财政局文件", "内部资料")
    assert all(each.footer.paragraphs[0].text == "内部资料" for each in written.sections)
    assert "模板里的字" not in [each.text for each in written.paragraphs]
    for table in written.tables:
        section = wide[0] if wide else first
        text = section.page_width - section.left_margin - section.right_margin
        assert sum(int(column.get(qn("w:w"))) for column in table._tbl.tblGrid) <= text / 635 + 20


def test_what_a_template_lacks_is_said_in_one_line(template: Path, tmp_path: Path) -> None:
    assert check_template(template) == "模板里没有这些样式，改用软件自带的：规划目录、表单位、表注。"
    whole = docx.Document(str(template))
    for name in ("规划目录", "表单位", "表注"):
        whole.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    whole.save(str(tmp_path / "whole.docx"))
    assert check_template(tmp_path / "whole.docx") == ""


def _packed(path: Path, kinds: str) -> None:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("[Content_Types].xml", kinds)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: None, "模板读不出来"),
        (lambda path: path.mkdir(), "模板读不出来"),
        (lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0 more"), "模板加了密码，或是旧的 .doc 格式"),
        (lambda path: path.write_text("not a document"), "模板不是 Word 文档（.docx），或者已经损坏"),
        (lambda path: _packed(path, "<Types/>"), "模板不是 Word 文档（.docx），或者已经损坏"),
        (lambda path: _packed(path, "application/vnd.ms-word.document.macroEnabled.main+xml"), "模板带有宏"),
    ],
)
def test_what_is_no_template_is_refused_before_anything_is_written(tmp_path: Path, make, said: str) -> None:
    path = tmp_path / "own.docx"
    make(path)
    with pytest.raises(InputError) as refused:
        check_template(path)
    (fault,) = refused.value.faults
    assert fault.where == path.as_posix() and fault.found.startswith(said) and fault.remedy.startswith("请")
    asked = ["plan", "data/places/gangu", "--template", str(path), "--to", str(tmp_path / "out"), "--quiet"]
    answered = CliRunner().invoke(app, asked)
    assert answered.exit_code != 0 and not (tmp_path / "out").exists()
