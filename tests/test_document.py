"""The Word document: page, fonts, real tables, page numbers, equal bytes."""

import re
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from report_case import Case, shipped_case, small_table, write_pixel

from fiscal_model.report.appendices import appendices, marked
from fiscal_model.report.volumes import BODY_TABLES, annex_of, body_of, full_form, short_form
from fiscal_model.report.writers.annex_document import PRINTED_IN_BODY, write_annex
from fiscal_model.report.writers.document import write_document
from fiscal_model.report.writers.document_tables import looks_numeric, table_xml
from fiscal_model.words.table import ReportRow, ReportTable


@pytest.fixture(scope="module")
def case(plan_of) -> Case:
    return shipped_case(plan_of, "yunshui")


@pytest.fixture(scope="module")
def path(case: Case, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("document")
    figures = {"own_revenue": write_pixel(folder / "a.png"), "rating": write_pixel(folder / "b.png")}
    write_document(folder / "plan.docx", case.plan, case.chapters, case.tables, figures)
    return folder / "plan.docx"


@pytest.fixture(scope="module")
def document(path: Path):
    return docx.Document(str(path))


def _xml(path: Path, member: str) -> str:
    return zipfile.ZipFile(path).read(member).decode()


@pytest.fixture(scope="module")
def annex_path(case: Case, path: Path) -> Path:
    figures = {"own_revenue": path.parent / "a.png", "rating": path.parent / "b.png"}
    write_annex(path.parent / "annex.docx", case.plan, case.chapters, case.tables, figures)
    return path.parent / "annex.docx"


@pytest.fixture(scope="module")
def annex(annex_path: Path):
    return docx.Document(str(annex_path))


def test_page_is_a4_with_official_margins(document, annex) -> None:
    assert len(document.sections) == 2
    for section in (*document.sections, annex.sections[0]):
        margins = [section.top_margin, section.left_margin, section.right_margin, section.bottom_margin]
        assert [round(margin.mm) for margin in margins] == [37, 28, 26, 35]
        assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    wide = [section for section in annex.sections if section.page_width > section.page_height]
    assert len(wide) == 2


def test_fonts_are_east_asian_and_free_of_themes(path: Path, document) -> None:
    for member in ("word/styles.xml", "word/document.xml"):
        assert not re.search(r"<w:rFonts[^>]*Theme=", _xml(path, member)), member
    styles = {style.get(qn("w:styleId")): style for style in document.styles.element.findall(qn("w:style"))}
    wanted = {
        "Title": ("方正小标宋简体", "44"), "PlanBody": ("仿宋_GB2312", "32"), "Heading1": ("黑体", "32"),
        "Heading2": ("楷体_GB2312", "32"), "PlanTableText": ("宋体", "18"),
    }  # fmt: skip
    for name, (font, size) in wanted.items():
        assert styles[name].find(f".//{qn('w:rFonts')}").get(qn("w:eastAsia")) == font
        assert styles[name].find(f".//{qn('w:sz')}").get(qn("w:val")) == size
    spacing = styles["PlanBody"].find(f".//{qn('w:spacing')}")
    assert (spacing.get(qn("w:line")), spacing.get(qn("w:lineRule"))) == ("579", "exact")
    assert styles["PlanBody"].find(f".//{qn('w:ind')}").get(qn("w:firstLineChars")) == "200"
    named = [p.find(f".//{qn('w:pStyle')}") for p in document.element.body.iter(qn("w:p"))]
    used = {style.get(qn("w:val")) for style in named if style is not None}
    assert used <= set(styles)


def test_every_table_is_real_and_repeats_its_header(case: Case, document, annex) -> None:
    body = sum(len(chapter.tables) for chapter in body_of(case.plan, case.chapters))
    added = sum(len(chapter.tables) for chapter in appendices(case.plan, case.tables)[0])
    assert len(document.tables) == body + added
    assert body <= 16
    assert len(annex.tables) == len([table for table in case.tables if table.id not in PRINTED_IN_BODY])
    for table in (*document.tables, *annex.tables):
        assert table._tbl.tr_lst[0].find(f".//{qn('w:tblHeader')}") is not None
        widths = [int(column.get(qn("w:w"))) for column in table._tbl.tblGrid]
        assert min(widths) > 0
        assert sum(widths) <= 247 * 56.7 + 5
    titles = [p.text for p in document.paragraphs if p.style.name == "规划表题"]
    assert [title.split("　")[0] for title in titles] == [f"表{at}" for at in range(1, body + added + 1)]
    units = [p.text for p in document.paragraphs if p.style.name == "规划表单位"]
    assert "单位：万元，全表见附表05" in units
    whole = [p.text for p in annex.paragraphs if p.style.name == "规划表题"]
    assert "附表05　一般公共预算收支平衡表" in whole
    assert len(whole) == len(set(whole)) == len(annex.tables)


def test_text_headings_contents_and_figures(case: Case, document, annex) -> None:
    texts = [paragraph.text for paragraph in document.paragraphs]
    headings = [p.text for p in document.paragraphs if p.style.name.lower() == "heading 1"]
    assert headings[0] == "一、依据与原则"
    assert headings[-2:] == ["附录一　资料缺口", "附录二　未核实参数"]
    rest = [p.text for p in annex.paragraphs if p.style.name.lower() == "heading 1"]
    assert [text.split("　")[0] for text in rest] == ["附件1", "附件2", "附件3", "附图"]
    assert len(headings) - 2 + len(rest) - 1 == len(case.chapters)
    for each in (document, annex):
        links = [link.get(qn("w:anchor")) for link in each.element.body.iter(qn("w:hyperlink"))]
        marks = [mark.get(qn("w:name")) for mark in each.element.body.iter(qn("w:bookmarkStart"))]
        assert sorted(links) == sorted(marks)
    drawn = [text for text in texts if re.fullmatch(r"图\d　.+", text)]
    assert drawn == ["图1　一般公共预算收入：实际与预测区间"]
    assert [p.text for p in annex.paragraphs if p.style.name == "规划图题"] == ["图1　财政承受能力评级"], (
        "what the text leaves out"
    )
    assert texts[5] == "云水县（虚构）"
    assert all(marked(said) in texts for chapter in body_of(case.plan, case.chapters) for said in chapter.paragraphs)
    below = [p.text for p in annex.paragraphs]
    listed = re.compile("附表\\S+　.+")
    assert all(
        said in below
        for chapter in annex_of(case.plan, case.chapters)
        for said in chapter.paragraphs
        if not listed.fullmatch(said)
    )


def test_contents_print_a_page_number_for_every_chapter(document, annex) -> None:
    for each in (document, annex):
        pages = []
        for link in each.element.body.iter(qn("w:hyperlink")):
            assert f" PAGEREF {link.get(qn('w:anchor'))} " in "".join(
                code.text for code in link.iter(qn("w:instrText"))
            )
            pages.append(int([text.text for text in link.iter(qn("w:t"))][-1]))
        assert pages[0] == 1
        in_text = pages if each is document else [page for page in pages if page]
        assert in_text[:1] == [1] and all(0 < page <= 200 for page in in_text)
    assert pages[:-3] == sorted(pages[:-3]), "the annex's tables stand in the order of their numbers"


def test_what_was_not_verified_is_said_once(case: Case, document) -> None:
    said = [p.text for p in document.paragraphs if "未经核实" in p.text]
    assert len(said) <= 2, "the list of attachments and the appendix"
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert not any("未经核实" in text for text in cells)
    assert any("※" in p.text for p in document.paragraphs)


def test_attachments_are_listed(document) -> None:
    texts = [p.text for p in document.paragraphs]
    at = texts.index("附件目录")
    assert texts[at + 1] == "1. 附表、附图和编制说明（annex.docx）"
    assert any("plan.xlsx" in text for text in texts[at:])
    assert any("带＊的项目，基期数没有公布" in text for text in texts[at:])  # the body prints the sign too


def test_tables_of_the_body_are_declared() -> None:
    from fiscal_model.report.tables.annex import declared_tables

    assert {*BODY_TABLES, *PRINTED_IN_BODY} <= {*declared_tables()}


def test_page_numbers_stand_outside_and_run_on(path: Path, document, annex) -> None:
    for each in (document, annex):
        cover, body, *rest = each.sections
        assert cover.footer.paragraphs[0].text == ""
        assert "— " in body.footer.paragraphs[0].text
        odd, even = (f._element.find(f".//{qn('w:jc')}").get(qn("w:val")) for f in (body.footer, body.even_page_footer))
        assert (odd, even) == ("right", "left")
        assert each.settings.odd_and_even_pages_header_footer
        assert [section._sectPr.find(qn("w:pgNumType")) is not None for section in each.sections] == [
            False, True, *[False] * len(rest)
        ]  # fmt: skip
    assert "updateFields" not in _xml(path, "word/settings.xml"), "no question when the document is opened"


def test_nothing_unavailable_prints_as_a_number(path: Path) -> None:
    text = re.sub(r"<[^>]+>", "|", _xml(path, "word/document.xml"))
    assert "nan" not in text
    assert "None" not in text
    assert "—" in text


def test_equal_input_equal_bytes(case: Case, path: Path, tmp_path: Path) -> None:
    folder = path.parent
    figures = {"own_revenue": folder / "a.png", "rating": folder / "b.png"}
    write_document(tmp_path / "again.docx", case.plan, case.chapters, case.tables, figures)
    assert (tmp_path / "again.docx").read_bytes() == path.read_bytes()
    assert {member.date_time[0] for member in zipfile.ZipFile(path).infolist()} == {2000}
    properties = docx.Document(str(path)).core_properties
    assert properties.created.year == properties.modified.year == 2000
    assert properties.comments == ""


def test_cells_of_a_table() -> None:
    from docx.oxml import parse_xml

    table = parse_xml(table_xml(small_table(), 247))
    rows = [
        ["\n".join(t.text or "" for t in cell.iter(qn("w:t"))) for cell in row.findall(qn("w:tc"))]
        for row in table.iter(qn("w:tr"))
    ]
    assert rows[0][:3] == ["项目", "2024年\n决算", "2025年\n执行"]
    assert rows[1][-1] == "按“总量”<测算>"
    assert rows[2][1] == "—"
    assert rows[5][5] == "—"
    cells = list(table.iter(qn("w:tc")))
    align = [cell.find(f".//{qn('w:jc')}").get(qn("w:val")) for cell in cells[8:16]]
    assert align[0] == "left"
    assert align[1:7] == ["right"] * 6
    total = list(table.iter(qn("w:tr")))[4]
    assert all(cell.find(f".//{qn('w:b')}") is not None for cell in total.findall(qn("w:tc")))
    fills = {shade.get(qn("w:fill")) for shade in list(table.iter(qn("w:tr")))[6].iter(qn("w:shd"))}
    assert fills == {"FFF4B8", "D5EBCF", "F8CBC6"}


def test_short_form_keeps_base_year_plan_years_and_leading_rows() -> None:
    wide = replace(
        small_table(), columns=tuple(f"{year}年" for year in range(2020, 2030)), kinds=(), growth=None,
        rows=(ReportRow("甲", tuple(map(float, range(10)))),),
    )  # fmt: skip
    assert short_form(wide).columns == tuple(f"{year}年" for year in range(2023, 2030))
    assert short_form(wide).rows[0].values == tuple(map(float, range(3, 10)))
    rows = tuple(ReportRow(str(count), (1.0,), level=count % 3, total=count % 3 == 0) for count in range(60))
    tall = short_form(ReportTable("1", "t", "t", "", "", ("x",), rows))
    assert all(row.total for row in tall.rows)
    named = tuple(ReportRow("r", (0.0,), line=line) for line in ("funding_gap", "uses_total"))
    balance = ReportTable("05", "general_balance", "t", "", "", ("x",), named)
    assert short_form(balance).rows == named, "rows of nothing but noughts are all that there is"
    filled = replace(
        balance, rows=(*named, ReportRow("own", (5.0,), line="own_revenue"), ReportRow("not named", (9.0,)))
    )
    assert [row.label for row in short_form(filled).rows] == ["own"]


def test_a_column_that_no_row_fills_is_left_out() -> None:
    rows = (ReportRow("a", (1.0, None, "—", 3.0)), ReportRow("b", (2.0, None, "", 4.0)))
    table = full_form(
        ReportTable("1", "t", "t", "", "", ("x", "y", "z", "w"), rows, kinds=(None, "ratio", "text", "rate"))
    )
    assert table.columns == ("x", "w")
    assert [row.values for row in table.rows] == [(1.0, 3.0), (2.0, 4.0)]
    assert table.kinds == (None, "rate")


@pytest.mark.parametrize("text", ["1,234", "-0.5%", "—", "≥120%", "132.6% 黄", "", "2.48 绿"])
def test_figures_stand_right(text: str) -> None:
    assert looks_numeric(text)


@pytest.mark.parametrize("text", ["基准情景", "2026年", "0.5 / 0.05", "无"])
def test_words_stand_left(text: str) -> None:
    assert not looks_numeric(text)


def test_long_headings_wrap_before_names_do():
    """A register with long headings over short numbers leaves the names their room."""
    columns = ("单位", *(f"拟由县级安排的第{number}种资金抵减" for number in range(8)))
    row = ReportRow("县农业技术推广中心其他支出", ("县农业技术推广中心", *(100.0,) * 8))
    table = ReportTable("1", "t", "t", "万元", "项目和支出", columns, (row,))
    grid = re.findall(r'<w:gridCol w:w="(\d+)"/>', table_xml(table, 247))
    assert min(int(width) for width in grid[:2]) > 9 * 9 * 20  # nine characters of 9 pt


def test_a_sign_is_not_parted_from_its_number() -> None:
    rows = (ReportRow("a", ("要求大于0，现为-6,549.9", -6549.9, "2026-01")),)
    xml = table_xml(ReportTable("1", "t", "t", "", "", ("x", "y", "z"), rows, kinds=(None, "money", None)), 160.0)
    assert "现为\u20116,549.9" in xml and "-6,550" in xml and "2026-01" in xml


def test_a_short_table_shows_no_column_that_its_rows_leave_empty() -> None:
    rows = (ReportRow("part", (1.0, 2.0)), ReportRow("sum", (None, 2.0), total=True))
    assert short_form(ReportTable("1", "any", "t", "", "", ("x", "y"), rows)).columns == ("y",)
