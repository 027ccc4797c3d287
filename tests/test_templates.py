"""Templates of the chapters: sound as shipped, no figure written by hand; a bureau's copy wins, its faults are named, it can do no harm."""

import re

import pytest
from conftest import ROOT
from jinja2 import nodes

from fiscal_model.report.chapters.sandbox import build_environment
from fiscal_model.report.chapters.template_files import check_template, laid_out, render_all
from fiscal_model.report.chapters.template_words import FILTERS, NAMES
from fiscal_model.report.wording import amount, marked, one_unit
from fiscal_model.words.errors import InputError

SHIPPED = sorted((ROOT / "data" / "templates").glob("*.md"))
DOCUMENT = re.compile(r"〔\d{4}〕\d+号")
"""The number of an official document is its name, no figure."""


def tree_of(path):
    return build_environment(FILTERS).parse(path.read_text(encoding="utf-8"))


def faults(tmp_path, source, name="01_basis", **context):
    """What is said of a bureau's copy."""
    folder = tmp_path / "somewhere"
    (folder / "templates").mkdir(parents=True)
    (folder / "templates" / f"{name}.md").write_text(source, encoding="utf-8")
    with pytest.raises(InputError) as error:
        render_all((name,), folder, context)
    return error.value


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_templates_have_no_fault(path):
    assert check_template(path.name, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_figure_comes_from_the_plan(path):
    """No digit stands in the words of a template, in a text that it prints, or alone in an output."""
    tree = tree_of(path)
    words = [node.data for node in tree.find_all(nodes.TemplateData)]
    words += [node.value for node in tree.find_all(nodes.Const) if isinstance(node.value, str)]
    assert [text for text in words if re.search(r"\d", DOCUMENT.sub("", text))] == []
    alone = [child for node in tree.find_all(nodes.Output) for child in node.nodes if isinstance(child, nodes.Const)]
    assert not [child for child in alone if not isinstance(child.value, str)]


def test_the_page_for_bureaus_names_everything_a_template_may_use():
    page = (ROOT / "docs" / "templates.md").read_text(encoding="utf-8")
    assert {*NAMES, *FILTERS} <= {*re.findall(r"`(\w+)", page)}


# A bureau's own copy


def test_a_copy_in_the_place_folder_wins(tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "01_basis.md").write_text("# 总则\n\n本局自己的话。\n", encoding="utf-8")
    assert render_all(("01_basis",), tmp_path, {})["01_basis"].paragraphs == ("本局自己的话。",)


def test_all_faults_of_all_templates_are_listed_with_file_and_line(tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "01_basis.md").write_text(
        '# 总则\n\n{{ line("own_revenu") | last | money }}\n{{ lne("gdp") }}\n{{ base | wan }}\n', encoding="utf-8"
    )
    (tmp_path / "templates" / "02_base_year.md").write_text("# 基期\n\n{% if base %}\n没有结束\n", encoding="utf-8")
    (tmp_path / "templates" / "zhaiyao.md").write_text("# 摘要\n", encoding="utf-8")
    with pytest.raises(InputError) as error:
        render_all(("01_basis", "02_base_year"), tmp_path, {})
    said = str(error.value)
    assert "输入有 5 处错误" in said
    shown = f"{tmp_path.name}/templates/01_basis.md"
    assert f"{shown} 第 3 行：没有编号为“own_revenu”的项目行。是否想写“own_revenue”。" in said
    assert f"{shown} 第 4 行：没有“lne”这个名称。是否想写“line”。" in said
    assert f"{shown} 第 5 行：没有“wan”这种格式。" in said
    assert (
        f"{tmp_path.name}/templates/02_base_year.md 第 4 行：语法有错：有语句没有结束，请补上 endif 或 endfor。" in said
    )
    assert "zhaiyao.md：不是任何一章的模板，不会被采用。" in said


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("{% iff base %}x{% endif %}", 3, "没有“iff”这种语句"),
        ("{{ place.nmae }}", 3, "没有“nmae”这一项"),
        ("{{ growth }}", 3, "数字没有写格式"),
        ("{{ annex('nosuch') }}", 3, "没有编号为“nosuch”的附表"),
        ("{{ knows('gdp', 'gdq') }}", 3, "没有编号为“gdq”的项目行"),
        ("{{ crossing('debt_ration') }}", 3, "没有编号为“debt_ration”的指标"),
        ("{{ base is odder }}", 3, "没有“odder”这种判断"),
    ],
)
def test_a_fault_names_its_line(tmp_path, source, line, said):
    found = faults(tmp_path, f"# 总则\n\n{source}\n", place={"name": "某县"}, growth=0.5)
    assert f"第 {line} 行" in str(found) and said in str(found)


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__ }}", "{{ line.__globals__ }}", "{{ line.func }}", "{{ place['__class__'] }}", "{{ place.items() }}",
        "{{ 'a'.format(1) }}", "{{ 'a' * 1000000000 }}", "{{ 9 ** 999999999 }}", "{{ '%09999999d' % 1 }}", "{% include 'x' %}",
        "{% import 'x' as y %}", "{{ range(10) }}", "{% macro f() %}{{ f() }}{% endmacro %}", "{{ place | attr('x') }}",
        "{% for a in years %}{% for b in years %}{% for c in years %}{% for d in years %}x{% endfor %}{% endfor %}{% endfor %}{% endfor %}",
        "{% for a in years recursive %}{{ loop(years) }}{% endfor %}", "{{ [].append(1) }}", "{{ cycler('a') }}",
    ],
)  # fmt: skip
def test_a_hostile_template_is_refused(tmp_path, source):
    found = faults(tmp_path, f"# 总则\n\n{source}\n", place={"name": "某县"}, years=(1, 2), line=len, base=2025)
    assert len(found.faults) >= 1 and found.faults[0].where.endswith("01_basis.md") and "Traceback" not in str(found)


def test_a_template_that_is_no_text_or_has_no_title_is_refused(tmp_path):
    assert "没有标题" in str(faults(tmp_path / "a", "只有一句话。\n"))
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "01_basis.md").write_bytes("# 总则".encode("gbk"))
    with pytest.raises(InputError, match="UTF-8"):
        render_all(("01_basis",), tmp_path, {})


# Layout


def test_sections_are_numbered_and_dropped_where_nothing_is_said():
    found = laid_out("# 标题\n## 甲\n\n## 乙\n话\n续。\n\n## 丙\n- 一点\n\n- 另一点\n\n话。\n- 孤点\n")
    assert found.paragraphs == ("（一）乙", "话续。", "（二）丙", "1.一点", "2.另一点", "话。", "孤点")


def test_text_from_data_makes_no_heading(tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "01_basis.md").write_text("# 总则\n\n{{ place.name }}。\n", encoding="utf-8")
    found = render_all(("01_basis",), tmp_path, {"place": {"name": "某县\n\n## 假标题\n\n- 假点"}})["01_basis"]
    assert found.paragraphs == ("某县 ## 假标题 - 假点。",)


def test_a_sentence_has_one_unit():
    assert one_unit(f"收{amount(600_000)}，支{amount(550_000)}。") == "收60.00亿元，支55.00亿元。"
    assert one_unit(f"收{amount(600_000)}，少{amount(31.2)}。") == "收600,000万元，少31万元。"
    assert one_unit(f"另有5万元，收{amount(600_000)}。") == "另有5万元，收600,000万元。"
    assert one_unit(f"收{amount(-0.2)}、{amount(float('nan'))}。") == "收0、（未提供）。"


def test_a_mark_stands_for_the_words_of_doubt():
    assert marked("重整（国办函〔2016〕88号，条文未经核实），须办。") == "重整（国办函〔2016〕88号※），须办。"
    assert marked("一律注明“未经核实”。") == "一律注明“未经核实”。"
