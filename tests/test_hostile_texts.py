"""Texts from data come out as texts: a county whose every name, note and source is an attack, written to every kind of output."""

from __future__ import annotations

import ast
import csv
import html
import json
import os
import re
import shutil
import warnings
import zipfile
from dataclasses import replace
from pathlib import Path

import mistune
import nbformat
import numpy as np
import pandas as pd
import papermill
import pytest
from lxml import etree
from lxml import html as pages
from official_book import import_book
from papermill.parameterize import parameterize_path
from papermill.translators import translate_parameters
from report_case import Case, case_of, small_table, write_pixel

from fiscal_model.analysis.rolling.kept_plans import vintage_of
from fiscal_model.apps.desk_layout import make_switch
from fiscal_model.inputs.find import place_title
from fiscal_model.inputs.official import import_official, write_place
from fiscal_model.inputs.past_plans import read_vintages
from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.place_facts import checked_facts
from fiscal_model.inputs.scenario import Scenario, read_scenario
from fiscal_model.inputs.template import new_place
from fiscal_model.model.projection import project
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.report.decision_summary import summarise
from fiscal_model.report.figures.measures_figure import draw_measures
from fiscal_model.report.figures.plan_figures import draw_scenarios
from fiscal_model.report.figures.projects_figure import draw_project_coverage
from fiscal_model.report.text_table import text_table
from fiscal_model.report.writers import notebook
from fiscal_model.report.writers.annex_document import write_annex
from fiscal_model.report.writers.contents import write_printed
from fiscal_model.report.writers.document import write_document
from fiscal_model.report.writers.page import write_page
from fiscal_model.report.writers.vintage import store_vintage
from fiscal_model.report.writers.workbook import write_workbook
from fiscal_model.words.errors import Fault, InputError, ReportError
from fiscal_model.words.markup import Sheet
from fiscal_model.words.plain import csv_cell, csv_frame, from_csv_cell, markdown_text, one_line, toml_text
from fiscal_model.words.table import ReportTable, printed_row

pytestmark = pytest.mark.slow

YUNSHUI = Path(__file__).parents[1] / "data" / "places" / "yunshui"
CODES = {
    "line", "code", "credit_code", "revenue_code", "scheme", "function_code", "driver", "rule", "instrument", "project_code", "item_code", "negative_item",
    "line_or_code", "from_line", "to_line", "target", "tied_to", "base", "fund_code", "old_code", "new_code",
}  # fmt: skip
"""Columns whose words the model knows; every other text is a planner's own."""
CODES_OF = {
    "population_rates": {"group"},
    "proposals": {"priced_item", "priced_column", "sector"},
    "proposal_offsets": {"offset"},
}
STARTS = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "＝1", "－x", "＋x", "＠x", "'=1", "_", "R&D", "A<B ")
BODY = "<script>alert(1)</script><img src=x>{{7*191}}{%x%}$\\frac{1}{2}$|[点](http://evil.example)`x`# &amp; "
UNSEEN = "\x1b[31m\u202e\x07"
NAME = "=R&D|<b>{{7*191}}$x_1$[县](http://e.x)\\"


def attack(text: str) -> str:
    return f"{STARTS[sum(map(ord, text)) % len(STARTS)]}{BODY}{UNSEEN}{text}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented county with an attack in every text of every table, the same one wherever a name is used again."""
    made = tmp_path_factory.mktemp("hostile") / "yunshui"
    shutil.copytree(YUNSHUI, made, ignore=shutil.ignore_patterns("vintages"))
    for table in TABLES.values():
        path = made / f"{table.name}.csv"
        if not path.exists():
            continue
        words = {each.name for each in table.fields if "str" in str(each.kind)}
        texts = words - CODES - CODES_OF.get(table.name, set())
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            row |= {name: attack(row[name]) for name in texts & set(row) if row[name] not in {"", "全部"}}
        pd.DataFrame(rows).to_csv(path, index=False)
    about = (made / "place.toml").read_text(encoding="utf-8").replace('"云水县"', json.dumps(NAME, ensure_ascii=False))
    about = about.replace('note = "虚构', f"note = {json.dumps(attack(''), ensure_ascii=False)[:-1]}")
    (made / "place.toml").write_text(about, encoding="utf-8")
    if os.name == "posix":
        (made / "旧\x1b[31m账\udcff.txt").touch()
    return made


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    path = tmp_path_factory.mktemp("scenario") / "mine.toml"
    said = json.dumps(attack("说\n明"))
    path.write_text(
        f"name = {json.dumps('_' + NAME)}\ndescription = {said}\n"
        f'[assumptions.pay_growth]\nvalue = 0.02\nsource = {said}\nquality = "planner"\n',
        encoding="utf-8",
    )
    return read_scenario(path)


@pytest.fixture(scope="module")
def case(folder: Path, scenario: Scenario, plan_of) -> Case:
    return case_of(project(read_place(folder), scenario), plan_of("yunshui"))


@pytest.fixture(scope="module")
def attacked(case: Case) -> list[ReportTable]:
    """A dozen tables that print attacks, for what is slow to write."""
    return [table for table in case.tables if any(BODY in row.label for row in table.rows)][:12]


@pytest.fixture(scope="module")
def said(case: Case) -> list[str]:
    """Every text that the report prints."""
    cells = [cell for table in case.tables for row in table.rows for cell in (row.label, *printed_row(table, row))]
    return [*cells, *case.text.splitlines(), *(note for table in case.tables for note in table.notes)]


def test_the_attacks_are_read_as_texts_and_reach_the_report(case: Case, said: list[str], folder: Path) -> None:
    """Each text is one line without control signs; what it says moves no figure."""
    assert sum(BODY in text for text in said) > 300
    assert not [text for text in said if one_line(text) != text]
    assert os.name != "posix" or any("旧[31m账.txt" in text for text in said)
    assert case.plan.basis.place.name == NAME == place_title(folder).removesuffix("（虚构）")
    clean = case.alternatives["baseline"].lines
    for name, values in case.plan.lines.items():
        np.testing.assert_allclose(values, clean[name], atol=1e-6, err_msg=name)


def test_no_cell_of_a_csv_file_is_a_formula_and_each_reads_back(case: Case, tmp_path: Path) -> None:
    starts = re.compile(r"\s*[=+\-@＝＋－＠]")
    for table in case.tables:
        write_printed(table, tmp_path / "a.csv")
        with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))[1:]
        for cells, row in zip(rows, table.rows, strict=True):
            strange = [
                cell for cell in cells if starts.match(cell) and re.search("[A-Za-z(<|]", cell.replace("e-", ""))
            ]
            assert not strange, (table.id, strange)
            texts = [value for value in (row.label, *row.values) if isinstance(value, str)]
            assert set(texts) <= {from_csv_cell(cell) for cell in cells}
    frame = pd.DataFrame({"name": ["=1", "R&D"], "amount": [-1.0, 2.0]})
    assert csv_frame(frame).to_csv(index=False) == "name,amount\n'=1,-1.0\nR&D,2.0\n"


@pytest.mark.parametrize(
    "text",
    [
        "R&D",
        "A<B",
        "-5%说明",
        "—",
        "-",
        "-1,234.5",
        "+3.0%",
        "-1e-05",
        "132.6% 黄",
        "+1.0%～+3.0%",
        "－5",
        "'说明",
        "甲=乙",
    ],
)
def test_harmless_texts_stand_in_a_csv_file_as_they_are(text: str) -> None:
    assert csv_cell(text) == text == from_csv_cell(text)


@pytest.mark.parametrize(
    "text", [*STARTS[:9], "\t=1", "\r=1", " =1", "-1+1", "-A1", "-（1）", "+86-0888-1", "-5ＡＢ（1）", "''=1"]
)
def test_a_text_that_a_spreadsheet_would_compute_carries_an_apostrophe(text: str) -> None:
    assert csv_cell(text) == f"'{text}" and from_csv_cell(csv_cell(text)) == text


def test_a_workbook_holds_no_formula_link_or_header_code_of_a_text(case: Case, tmp_path: Path) -> None:
    write_workbook(tmp_path / "plan.xlsx", case.plan, case.tables)
    with zipfile.ZipFile(tmp_path / "plan.xlsx") as book:
        parts = {name: etree.fromstring(book.read(name)) for name in book.namelist()}
    formulas = [cell.text for part in parts.values() for cell in part.iter("{*}f")]
    # What our own formulas say in words stands here; a text of the data would be none of it.
    ours = r'输入!|模型!|"—"|"模型各行与 Python 原值全部相等"|"模型有"&lines_moved&"行与 Python 原值不同（改过输入则属正常）"|lines_moved|scenario_number'
    assert formulas and not [
        formula for formula in formulas if not re.fullmatch(r"[-+*A-Z0-9()/^.,<>=$:\"]+", re.sub(ours, "", formula))
    ]
    assert not [part for name in parts if "sheet" in name for part in [parts[name]] if "evil" in str(part.attrib)]
    assert not [each for part in parts.values() for each in part.iter("{*}Relationship") if each.get("TargetMode")]
    headers = {each.text for part in parts.values() for each in part.iter("{*}oddHeader")}
    assert len(headers) == 1 and "=R&&D|<b>" in headers.pop()
    shared = ["".join(each.itertext()) for each in parts["xl/sharedStrings.xml"].iter("{*}si")]
    assert sum(BODY.strip() in text for text in shared) > 100


def test_a_text_too_long_for_a_cell_is_cut_and_says_where_it_stands(case: Case, tmp_path: Path) -> None:
    table = small_table()
    row = replace(table.rows[0], label="长" * 40_000, values=(*table.rows[0].values[:-1], "𠀀" * 20_000))
    write_workbook(
        tmp_path / "a.xlsx", case.plan, [replace(table, rows=(row, *table.rows[1:]), notes=("注" * 40_000,))]
    )
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        texts = ["".join(each.itertext()) for each in etree.fromstring(book.read("xl/sharedStrings.xml")).iter("{*}si")]
    assert sorted(text[:1] for text in texts if text.endswith("……（太长，没有列完）")) == sorted("长𠀀注")


def test_a_document_is_sound_and_holds_no_field_or_link_of_a_text(
    case: Case, attacked: list[ReportTable], tmp_path: Path
) -> None:
    named = next(chapter for chapter in case.chapters if chapter.paragraphs)
    chapters = [replace(each, title=attack("章")) if each is named else each for each in case.chapters]
    chapters = [replace(each, title=one_line(each.title)) for each in chapters]
    figures = {"rating": write_pixel(tmp_path / "a.png")}
    write_document(tmp_path / "plan.docx", case.plan, chapters, attacked, figures)
    write_annex(tmp_path / "annex.docx", case.plan, chapters, attacked, figures)
    text = ""
    for name in ("plan.docx", "annex.docx"):
        with zipfile.ZipFile(tmp_path / name) as packed:
            parts = {name: packed.read(name) for name in packed.namelist()}
        fields = {
            each.text.strip()
            for name in parts
            if name.endswith(".xml")
            for each in etree.fromstring(parts[name]).iter("{*}instrText")
        }
        numbered = re.compile(r"PAGEREF (chapter\d\d|annex\d\d|figures|table_[a-z_0-9]+) \\h")
        assert all(field in {"PAGE", "NUMPAGES"} or numbered.fullmatch(field) for field in fields)
        body = etree.fromstring(parts["word/document.xml"])
        assert not list(body.iter("{*}fldSimple")) and "evil" not in parts["word/_rels/document.xml.rels"].decode()
        text += "\n".join("".join(each.itertext()) for each in body.iter("{*}p"))
    assert text.count(BODY.strip()) > 50 and NAME in text


@pytest.fixture(scope="module")
def page(case: Case, attacked: list[ReportTable], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The web page with a dozen tables and every chapter."""
    folder = tmp_path_factory.mktemp("page")
    figures = {"rating": write_pixel(folder / "a.png")}
    said = (case.chapters, attacked, figures, case.alternatives, summarise(case.plan, case.fan))
    write_page(folder / "plan.html", case.plan, case.fan, *said)
    return (folder / "plan.html").read_text(encoding="utf-8")


def test_a_page_holds_no_script_picture_link_or_template_of_a_text(page: str, said: list[str]) -> None:
    """Our data, our script and our pictures alone; every link stays inside; the data end no script."""
    found = pages.document_fromstring(page)
    assert [each.get("type") for each in found.xpath("//script")] == ["application/json", None]
    assert not found.xpath("//iframe | //@onerror | //@style | //a[@href and not(starts-with(@href, '#'))]")
    assert not found.xpath("//img[not(starts-with(@src, 'data:image/png;base64,'))]")
    text = "".join(found.xpath("//body//text()[not(ancestor::script)]"))
    assert text.count(BODY.strip()) > 50 and NAME in found.find(".//title").text and "1337" not in text
    data = json.loads(found.xpath("//script[@id='data']")[0].text)
    assert data["scenarios"][0]["name"] == "_" + NAME and not {"<", "&"} & {
        *found.xpath("//script[@id='data']")[0].text
    }


def test_jupyterlab_sets_no_formula_in_a_table(case: Case) -> None:
    for table in case.tables:
        outermost = pages.fragment_fromstring(Sheet(table)._repr_html_())
        assert outermost.tag == "div" and outermost.get("class") == "mathjax_ignore tex2jax_ignore"
    assert html.escape("A<B") in Sheet(small_table())._repr_html_().replace("按“总量”&lt;测算", "A&lt;B")


def test_a_switch_of_the_desk_shows_a_name_as_it_is() -> None:
    switch = make_switch(NAME, True, lambda _: None)
    assert switch.description == NAME.replace("$", "＄").replace("\\", "＼") and not switch.description_allow_html


def test_a_chart_draws_names_as_they_are(case: Case) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figures = [draw_scenarios(case.alternatives), draw_measures(case.plan), draw_project_coverage(case.plan)]
    texts = [each for figure in figures for each in figure.findobj(lambda each: hasattr(each, "get_parse_math"))]
    assert not [text for text in texts if text.get_text() and text.get_parse_math()]
    legend = [text.get_text() for text in figures[0].legends[0].get_texts()]
    assert legend[0].startswith(" _=R&D|<b>{{7*191}}$x") and len(legend) == 2


@pytest.mark.parametrize(
    "text",
    [BODY.strip(), NAME, *STARTS, "# 甲", "1. 甲", "- 甲", "www.evil.example", "a@evil.example", "2025年预算（草案）"],
)
def test_markdown_shows_a_text_as_it_is(text: str) -> None:
    shown = mistune.create_markdown(plugins=["url", "table", "math", "strikethrough"])(markdown_text(text))
    assert html.unescape(html.unescape(shown)) == f"<p>{html.unescape(text.strip())}</p>\n"
    assert len(etree.fromstring(shown)) == 0


def test_toml_that_is_written_reads_back_and_says_nothing_else(tmp_path: Path, scenario: Scenario) -> None:
    (tmp_path / "again.toml").write_text(scenario.to_toml(), encoding="utf-8")
    assert read_scenario(tmp_path / "again.toml") == scenario and scenario.name == "_" + NAME
    assert toml_text('a"\n[x]\n\x7f') == '"a\\" [x] "'
    new_place(tmp_path / "new", 'a"b\\{x}<i>')
    assert 'name = "a\\"b\\\\{x}<i>"' in (tmp_path / "new" / "place.toml").read_text(encoding="utf-8")
    assert (tmp_path / "new" / "填表说明.md").read_text(encoding="utf-8").startswith('# a"b\\\\{x}\\<i\\>填表说明\n')


def test_what_is_imported_is_written_as_text_and_reads_back(tmp_path: Path) -> None:
    imported = import_book(tmp_path)
    ledger = tuple(row.model_copy(update={"source": f"=1{BODY}"}) for row in imported.ledger)
    write_place(replace(imported, name=NAME, document=BODY, ledger=ledger), tmp_path / "place")
    place = read_place(tmp_path / "place")
    assert place.name == NAME and set(place.rows("ledger")["source"]) == {f"=1{BODY}".strip()}
    with (tmp_path / "place" / "ledger.csv").open(encoding="utf-8-sig", newline="") as file:
        assert all(f"'=1{BODY}" in row for row in list(csv.reader(file))[1:])
    said = (tmp_path / "place" / "SOURCES.md").read_text(encoding="utf-8")
    assert f"# {markdown_text(NAME)}：数据来源\n" in said and f"《{markdown_text(BODY)}》" in said


def test_a_kept_plan_reads_back_with_its_texts(case: Case, folder: Path) -> None:
    try:
        store_vintage(vintage_of(case.plan, "2026-01-01"), folder)
        [kept] = read_vintages(case.plan.basis.place)
    finally:
        shutil.rmtree(folder / "vintages", ignore_errors=True)
    assert kept.cautions == () and kept.scenario == case.plan.basis.scenario
    for name, rows in kept.tables.items():
        was = case.plan.basis.place.rows(name)
        assert rows["source"].tolist() == was["source"].tolist() and BODY in rows["source"][0]


@pytest.mark.parametrize(
    "value", [BODY, NAME, 'a"+__import__("os")+"', "'''\n\"\"\"", "\\", 2026, -0.5, None, True, ['a"b', 1]]
)
def test_a_parameter_of_a_notebook_is_a_literal(value: object) -> None:
    [line] = [
        each for each in translate_parameters("python3", "python", {"place": value}).splitlines() if each[0] != "#"
    ]
    assert notebook._is_literal(value) and ast.literal_eval(line.removeprefix("place = ")) == value


def test_what_is_no_literal_and_a_folder_with_braces_change_no_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template, output = tmp_path / "{place}" / "a.ipynb", tmp_path / "{7*7}{place}" / "plan.ipynb"
    template.parent.mkdir()
    cell = nbformat.v4.new_code_cell('place = "a"', metadata={"tags": ["parameters"]})
    nbformat.write(
        nbformat.v4.new_notebook(
            cells=[cell], metadata={"kernelspec": {"name": "python3", "display_name": "", "language": "python"}}
        ),
        template,
    )
    with pytest.raises(ReportError, match="笔记本参数 place 不是文字、数字、真假、空值"):
        notebook.run_notebook(template, output, {"place": Path("a")}, cwd=tmp_path)

    def execute(given: str, to: str, parameters: dict, **_: object) -> None:
        assert [parameterize_path(path, parameters) for path in (given, to)] == [str(template), str(output)]
        shutil.copy(template, output)

    monkeypatch.setattr(papermill, "execute_notebook", execute)
    output.parent.mkdir()
    notebook.run_notebook(template, output, {"place": "b"}, cwd=tmp_path)
    assert output.exists()


def test_the_console_shows_no_markup_colour_or_control_sign() -> None:
    assert "[bold]甲:smile:" in text_table("表", ("项目", "数"), [("[bold]甲:smile:", "1")])
    assert (
        str(Fault("a\x1b[2J.csv", "填写的是“\x1b[31m甲\r\n乙\u202e”", "请改正"))
        == "a[2J.csv：填写的是“[31m甲 乙”。请改正。"
    )


def test_a_fact_of_a_form_is_one_line_too() -> None:
    facts, faults = checked_facts({"name": f"=甲\n乙{UNSEEN}", "note": "R&D"}, "填报表", lambda _: None)
    assert not faults and (facts["name"], facts["note"]) == ("=甲 乙[31m", "R&D")


def test_a_name_is_at_most_sixty_letters(tmp_path: Path) -> None:
    (tmp_path / "place.toml").write_text(f'name = "{"甲" * 61}"\n', encoding="utf-8")
    with pytest.raises(
        InputError, match=r"place.toml 第 1 行：name 有 61 个字。地区名称印在每张表上，请不超过 60 个字"
    ):
        read_place(tmp_path)
    with pytest.raises(InputError, match=r"place.toml 第 1 行：name 有 61 个字。情景名称印在各表标题上"):
        read_scenario(tmp_path / "place.toml")
    with pytest.raises(InputError, match="地区名称：有 61 个字"):
        new_place(tmp_path / "new", "甲" * 61)
    import_book(tmp_path)
    with pytest.raises(InputError, match="地区名称：有 61 个字"):
        import_official(tmp_path / "book.xlsx", name="甲" * 61)
