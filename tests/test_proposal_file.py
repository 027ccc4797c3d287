"""A proposal as an applicant hands it in, TOML or the Excel form; the method as it is printed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import docx
import numpy as np
import openpyxl
import pytest

import fiscal_model as fm
from fiscal_model.apps.cli import main
from fiscal_model.inputs.place import Place
from fiscal_model.inputs.proposal_form import new_proposal_form, proposal_form_bytes
from fiscal_model.law.affordability_method import METHOD_FILE
from fiscal_model.words.errors import InputError

YUNSHUI = Path(__file__).parents[1] / "data" / "places" / "yunshui"
SCHOOL = """[proposal]
proposal_code = "YSA03"
"事项名称" = "城关第二小学扩建"
kind = "政府投资项目"
start_year = 2027
"领域" = "学校、幼儿园"
completion_year = 2028
cost_growth = "2%"
approvals = true
[[costs]]
year = 2027
part = "建设"
amount = 1800
[[costs]]
year = 2028
part = "建设"
amount = 0.18
unit = "亿元"
[[sources]]
year = 2027
funding = "上级补助"
amount = 1100
evidence = "有文件"
document = "省级通知"
[[sources]]
year = 2028
funding = "上级补助"
amount = 1000
evidence = "有文件"
document = "省级通知"
[[offsets]]
year = 2027
offset = "发展类支出"
named = "旅游节会补助"
amount = 900
decided = 2026-09-18
"""
BY_HAND = [700, 800, 108, 110.16]
"""1,800 less 1,100 and 1,000; then 3 % of 3,600, 2 % more a year."""
ABOUT = {"事项编号": "YSA03", "事项名称": "城关第二小学扩建", "事项种类": "政府投资项目", "起始年度": "2027年", "领域": "学校、幼儿园",
         "建成年度": 2028, "支出增幅": "2%", "核定概算（万元）": "3,600", "审批手续": "是"}  # fmt: skip


@pytest.fixture(scope="module")
def place() -> Place:
    return fm.read_place(YUNSHUI)


def _run(*words: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(list(words))
    return int(left.value.code or 0)


def _toml(folder: Path, text: str) -> Path:
    path = folder / "proposal.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _filled(folder: Path, *changes: tuple[str, str, object]) -> Path:
    """The form as an applicant fills it; ``changes``: sheet, cell, what stands there."""
    path = new_proposal_form(folder / "申报表.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book["申报表"]
    for row in range(1, sheet.max_row + 1):
        if sheet.cell(row, 1).value in ABOUT:
            sheet.cell(row, 2).value = ABOUT[sheet.cell(row, 1).value]
    rows = {
        "分年支出": [(2027, "一次性", "一般公共预算", 1800), (2028, "一次性", "一般公共预算", 1800)],
        "资金来源": [(2027, "上级资金", 1100, "有文件", "省级通知"), (2028, "上级资金", 1000, "有文件", "省级通知")],
        "抵顶支出": [(2027, "发展类支出", "旅游节会补助", 900, "2026.9.18", "纪要")],
    }
    for name, given in rows.items():
        for line, cells in enumerate(given, 4):
            for at, cell in enumerate(cells, 1):
                book[name].cell(line, at).value = cell
    for name, cell, value in changes:
        book[name][cell].value = value
    book.save(path)
    return path


def test_both_files_say_the_same(tmp_path: Path, place: Place) -> None:
    found = [fm.read_proposal(_toml(tmp_path, SCHOOL), place), fm.read_proposal(_filled(tmp_path), place)]
    for each in found:
        np.testing.assert_allclose(each.life().cost[:4], BY_HAND)
        assert (each.proposal_code, each.sector, each.investment) == ("YSA03", "school", 3600)
        assert [(offset.offset, offset.amount) for offset in each.offsets] == [("development", 900)]
        assert each.confirmed_share() == 1
    assert found[1].approved_estimate == 3600 and found[0].priority == 50
    assert "按领域的常见比例估计" in str(found[0].sheet)


@pytest.mark.parametrize(
    ("before", "after", "line", "said"),
    [
        ("政府投资项目", "政府投资工程", 4, "政府投资工程"),
        ("amount = 1800\n", 'amount = "一千八"\n', 10, "一千八"),
        ('"领域" = ', '"领或" = ', 6, "领或"),
        ("[[costs]]\nyear = 2027", "[[cost]]\nyear = 2027", None, "TOML 格式有误|不认识的“cost”"),
        ('document = "省级通知"\n', "", None, "没有填写凭证"),
        ("[proposal]", "[propsal]", 1, "不认识的“propsal”"),
        ("2026-09-18", '"九月"', None, "九月"),
    ],
)
def test_faults_of_toml(tmp_path: Path, place: Place, before: str, after: str, line: int | None, said: str) -> None:
    assert before in SCHOOL
    with pytest.raises(InputError) as error:
        fm.read_proposal(_toml(tmp_path, SCHOOL.replace(before, after, 1)), place)
    told = str(error.value)
    assert any(each in told for each in said.split("|")), told
    assert line is None or f" 第 {line} 行" in told, told


def test_an_offset_of_another_proposal_is_not_used_again(tmp_path: Path, place: Place) -> None:
    text = SCHOOL.replace("YSA03", "YSB01").replace("旅游节会补助", "招商引资奖补、旅游节会补助")
    with pytest.raises(InputError, match="已用于“YSA03”"):
        fm.read_proposal(_toml(tmp_path, text), place)
    assert fm.read_proposal(_toml(tmp_path, text.replace("YSB01", "YSA03")), place).offsets


def test_figures_of_another_size_are_refused_beside_the_place(tmp_path: Path, place: Place) -> None:
    text = SCHOOL.replace("amount = 1800", "amount = 18000000")
    with pytest.raises(InputError, match=r"proposal\.toml"):
        fm.read_proposal(_toml(tmp_path, text), place)


def test_faults_of_the_form_name_sheet_and_row(tmp_path: Path, place: Place) -> None:
    with pytest.raises(InputError) as error:
        fm.read_proposal(_filled(tmp_path, ("申报表", "B7", "修路"), ("分年支出", "D4", "很多")), place)
    told = str(error.value)
    assert "申报表.xlsx“申报表” 第 7 行“事项种类”列" in told and "“分年支出” 第 4 行" in told and "修路" in told


def test_an_empty_form_a_foreign_file_and_a_taken_name(tmp_path: Path) -> None:
    path = new_proposal_form(tmp_path / "申报表.xlsx")
    assert path.read_bytes() == proposal_form_bytes()
    with pytest.raises(InputError, match="“填写”一列是空的"):
        fm.read_proposal(path)
    with pytest.raises(InputError, match="文件已经存在"):
        new_proposal_form(path)
    openpyxl.Workbook().save(tmp_path / "其他.xlsx")
    with pytest.raises(InputError, match="没有工作表“申报表”"):
        fm.read_proposal(tmp_path / "其他.xlsx")
    with pytest.raises(InputError, match="没有这个文件"):
        fm.read_proposal(tmp_path / "没有.toml")


def test_the_verbs_print_the_method_and_lay_the_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import docx

    assert _run("proposal-form", str(tmp_path / "表.xlsx")) == 0 and (tmp_path / "表.xlsx").is_file()
    assert _run("method", "--to", str(tmp_path / "办法.docx")) == 0
    document = docx.Document(str(tmp_path / "办法.docx"))
    said = "\n".join(each.text for each in document.paragraphs)
    assert said.startswith("财政承受能力评估办法") and "不是法律法规" in said and "总分80分及以上为通过" in said
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "本级一般公共预算负担的支出÷可以用的财力" in cells and "T1 年度财力占用" in cells
    assert _run("method", "--to", str(tmp_path / "办法.pdf")) == 1
    capsys.readouterr()
    own = Path(shutil.copytree(YUNSHUI, tmp_path / "yunshui"))
    (own / METHOD_FILE).write_text(
        'version = "云水2027"\n[changes]\n"云水2027" = "从严"\n[test.T1]\nlimit = 0.7\n', encoding="utf-8"
    )
    assert _run("method", str(own), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [each["key"] for each in told["differences"]] == ["version", "test.T1.limit", "changes.云水2027"]
    assert _run("method", str(own)) == 0
    text = capsys.readouterr().out
    assert "两版办法的不同" in text and "年度财力占用·合格线" in text
    assert _run("method", "--against", str(own / METHOD_FILE)) == 0
    assert "年度财力占用·合格线" in capsys.readouterr().out
    assert not fm.read_place(own).unread


@pytest.mark.slow
def test_the_certificate_is_one_page_of_answers_and_the_forms_are_five(tmp_path: Path, capsys) -> None:
    assert _run("assess", str(YUNSHUI), "YSA01", "--paths", "100", "--to", str(tmp_path)) == 0
    said = capsys.readouterr().out
    assert "结论：有条件通过" in said and "意见书编号：YSA01-2026.1-" in said
    paper = docx.Document(str(tmp_path / "评估意见书-YSA01.docx"))
    cells = {row.cells[0].text: row.cells[1].text for row in paper.tables[0].rows}
    assert cells["评估结论"].startswith("有条件通过（") and "条件落实之前不得安排预算" in cells["评估结论"]
    assert {"条件", "结论何时改变", "风险", "有效期", "测算人"} <= set(cells) and len(paper.tables) == 1
    forms = docx.Document(str(tmp_path / "评估表-YSA01.docx"))
    headings = [each.text for each in forms.paragraphs if each.text.startswith("表") and "　" in each.text]
    assert headings == ["表1　申报表", "表2　测算表", "表3　财力影响表", "表4　指标评分表", "表5　评估意见"]
    assert _run("assess", str(YUNSHUI), "YSA3", "x.toml") == 1
    assert "没有登记编号为“YSA3”的申报事项" in (error := capsys.readouterr().err) and "x.toml：没有这个文件" in error
    assert _run("assess", str(YUNSHUI.parent / "gangu")) == 1
    assert "没有登记申报事项" in capsys.readouterr().err
