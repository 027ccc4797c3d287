"""The Excel form: declared as the registers are, read as it is, and the same place as the CSV folder it was filled from."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

import fiscal_model as fm
from fiscal_model.apps.cli import DONE, INPUT_FAULTS, main
from fiscal_model.inputs.form_sheets import form_bytes
from fiscal_model.inputs.form_words import (
    FACTS_SHEET,
    FORM_FILE,
    HEADER_ROW,
    NEEDS,
    PROGRESS,
    WORDS,
    columns_of,
    form_tables,
    need_of,
    title_of,
)
from fiscal_model.inputs.guide import ADVISED
from fiscal_model.inputs.new_form import new_form
from fiscal_model.inputs.place import Place, read_place
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.registers.example_row import EXAMPLE_MARK, example_row
from fiscal_model.registers.raw_rows import RawTable, check_table
from fiscal_model.words.errors import InputError

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
ENOUGH = [
    {"line": line, "scope": "全辖", "year": year, "status": "决算数", "amount": amount, "source": "决算公开"}
    for line, first in (("一般公共预算收入", 900), ("一般公共预算支出", 9000))
    for year, amount in ((2022, first), (2023, first * 1.05), (2024, first * 1.1))
]
BOND = {
    **{"bond_code": "G1", "kind": "一般债务", "purpose": "新增", "face": 1000, "coupon_rate": 0.03},
    **{"issue_date": "2021-05-20", "maturity_date": "2031-05-20", "amortisation": "到期一次还本", "source": "系统"},
}


@pytest.fixture(scope="module")
def empty() -> bytes:
    """A form with nothing in it but the place's name."""
    return form_bytes({"name": "山丹县"}, {})


@pytest.fixture
def few_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lay a few of the sheets only: all of them take half a second."""
    names = ("totals", "bonds", "special_projects", "hidden_debt", "hidden_debt_plan", "platforms", "assumptions")
    few = {name: form_tables()[name] for name in names}
    monkeypatch.setattr("fiscal_model.inputs.form_sheets.form_tables", lambda: few)


@pytest.fixture
def filled(tmp_path: Path, few_sheets: None) -> Callable[..., Path]:
    """Write a form of rows and return it."""

    def fill(rows: Rows, name: str = "山丹.xlsx", **facts: Any) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(form_bytes({"name": "山丹县", **facts}, {"totals": ENOUGH, **rows}))
        return path

    return fill


def _said(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_place(path)
    return [str(fault).removeprefix(f"{path.parent.as_posix()}/") for fault in caught.value.faults]


def _edited(path: Path, was: str, now: str, part: str = "xl/sharedStrings.xml") -> None:
    """Write a word of a workbook over, as a planner would in Excel."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    assert was in parts[part].decode()
    parts[part] = parts[part].decode().replace(was, now).encode()
    with zipfile.ZipFile(path, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)


def test_every_table_has_a_sheet_with_its_columns(empty: bytes) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(empty))
    assert book.sheet_names == [PROGRESS, FACTS_SHEET, *(table.label for table in form_tables().values()), WORDS]
    assert set(TABLES) < set(form_tables())
    for table in form_tables().values():
        assert len(table.label) <= 31 and not re.search(r"[\[\]:*?/\\']", table.label)
        header = book.get_sheet_by_name(table.label).to_python(skip_empty_area=False)[HEADER_ROW - 1]
        assert header == [title_of(table, column) for column in columns_of(table)]
    money = book.get_sheet_by_name("债券台账").to_python(skip_empty_area=False)[HEADER_ROW - 1]
    assert "转贷金额（万元）" in money and "单位" not in money
    assert "单位" in book.get_sheet_by_name("经济指标").to_python(skip_empty_area=False)[HEADER_ROW - 1]


def test_sheets_stand_in_the_order_of_need(empty: bytes) -> None:
    needs = [need_of(name) for name in form_tables()]
    assert needs == sorted(needs, key=NEEDS.index)
    assert next(iter(form_tables())) == "totals" and set(needs) == set(NEEDS)
    assert set(TABLES) >= ADVISED


def test_the_same_form_is_the_same_bytes(empty: bytes) -> None:
    assert form_bytes({"name": "山丹县"}, {}) == empty


@pytest.mark.parametrize("name", form_tables())
def test_every_example_is_a_row_that_would_be_read(name: str) -> None:
    """What the form shows as an example passes the checks of its own table, so that nobody copies a fault."""
    table, cells = form_tables()[name], example_row(form_tables()[name])
    raw = RawTable(tuple(cells), ((1, tuple(str(cell) for cell in cells.values())),))
    checked = check_table(raw, table, name)
    assert not checked.faults and not [said for row in checked.rows for said in table.complaints(row.values)]
    assert EXAMPLE_MARK in cells["source"]


def test_what_a_place_holds_comes_back_from_its_form(
    place: Callable[[str], Place], place_id: str, tmp_path: Path
) -> None:
    """Write, read: the same rows, the same facts, the same assumptions; money of one unit stands in 万元."""
    known = place(place_id)
    read = read_place(new_form(tmp_path / "甲.xlsx", like=known.folder)[0])
    assert list(read.tables) == list(known.tables)
    for name, rows in known.tables.items():
        moved = ["row_line", *(["unit"] if len(columns_of(TABLES[name])) < len(TABLES[name].fields) else [])]
        assert rows.drop(columns=moved).equals(read.tables[name].drop(columns=moved)), name
    for fact in ("name", "level", "province", "scope", "invented", "note", "assumptions"):
        assert getattr(read, fact) == getattr(known, fact), fact
    assert (read.id, read.unread) == ("甲", ())


def test_a_plan_from_the_form_is_the_plan_from_the_folder(
    plan_of: Callable[..., fm.Plan], root: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "gangu"
    new_form(folder, like=root / "data" / "places" / "gangu")
    plan, known = fm.project(read_place(folder), fm.read_scenario("baseline"), years=3), plan_of("gangu", years=3)
    assert fm.plan_table(plan).equals(fm.plan_table(known))


def test_an_empty_form_says_what_is_needed_first(tmp_path: Path) -> None:
    new_form(tmp_path / "shandan", "山丹县")
    assert _said(tmp_path / "shandan") == [
        "shandan/填报表.xlsx“年度总量” 第 1 行：“年度总量”表和“科目明细”表都没有数。请至少在“年度总量”表填写历年收入和支出总量。"
    ]


def test_the_example_is_not_read_and_one_written_over_is(filled: Callable[..., Path]) -> None:
    assert set(read_place(filled({})).tables) == {"totals"}
    place = read_place(filled({"bonds": [{**example_row(TABLES["bonds"]), "source": "系统"}]}))
    assert {name: len(rows) for name, rows in place.tables.items()} == {"totals": 6, "bonds": 1}


def test_an_example_changed_but_for_its_source_is_refused(filled: Callable[..., Path]) -> None:
    """Row 4 is the first below the example: it keeps the example's source, so nobody can tell whose figure it is."""
    changed = {**BOND, "source": f"2025年财政决算公开表（{EXAMPLE_MARK}）"}
    assert _said(filled({"bonds": [changed]})) == [
        "山丹.xlsx“债券台账” 第 4 行 O 列“来源”：这一行改动了示例行，来源还是示例的。若填的是本地的数，请改写来源；若是示例，请整行删除。"
    ]


def test_faults_are_said_with_sheet_row_and_chinese_title(filled: Callable[..., Path]) -> None:
    path = filled({"bonds": [BOND, {**BOND, "bond_code": "G2", "coupon_rate": 3.05, "kind": "一半", "source": ""}]})
    assert _said(path) == [
        "山丹.xlsx“债券台账” 第 5 行 B 列“债务类别”：填写的是“一半”。只能填：一般债务、专项债务。",
        "山丹.xlsx“债券台账” 第 5 行 E 列“票面利率”：不得大于 1，填写的是“3.05”。"
        "比例用小数：90% 写 0.9，3.05% 写 0.0305；是否想写 0.0305。",
        "山丹.xlsx“债券台账” 第 5 行 O 列“来源”：没有填写。这个数出自哪里：文件名、表号、页码或网址。没有来源的数不能用。",
    ]


def test_faults_between_tables_name_the_sheet(filled: Callable[..., Path]) -> None:
    plan = {"debt_code": "H9", "year": 2027, "funding": "预算资金", "amount": 5, "source": "方案"}
    assert _said(filled({"hidden_debt_plan": [plan]}))[0].startswith(
        "山丹.xlsx“隐性债务分年计划” 第 4 行 A 列“债务编号”：隐性债务台账中没有“H9”。"
    )


def test_a_title_in_another_unit_counts_the_sheet(filled: Callable[..., Path]) -> None:
    path = filled({"bonds": [BOND]})
    _edited(path, "转贷金额（万元）", "转贷金额（亿元）")
    assert read_place(path).tables["bonds"]["face"].tolist() == [1000 * 10_000]


def test_what_planners_do_to_a_sheet_is_read(filled: Callable[..., Path]) -> None:
    """A percentage as typed, a total at the foot that adds up, a bond without amounts of its own unit: the form is no stricter than a file."""
    total = {"bond_code": "合计", "face": 3000}
    bonds = [{**BOND, "coupon_rate": "3.05%"}, {**BOND, "bond_code": "G2", "face": 2000}, total]
    place = read_place(filled({"bonds": bonds}))
    assert place.tables["bonds"]["coupon_rate"].tolist() == [0.0305, 0.03]
    assert place.made_of == (
        "债券台账表（山丹.xlsx“债券台账”）：跳过第 6 行（合计）；“票面利率”列百分数按小数读（3.05%＝0.0305）",
    )


def test_years_may_stand_side_by_side_below_a_unit(filled: Callable[..., Path]) -> None:
    """The yearly totals as a yearbook prints them: two lines, three years, 亿元 above."""
    path = filled({})
    book = openpyxl.load_workbook(path)
    sheet = book["年度总量"]
    sheet.delete_rows(HEADER_ROW, 20)
    sheet["H1"] = "单位：亿元"
    sheet.append(["项目", "口径", "数据版本", "2022年", "2023年", "2024年", "来源"])
    sheet.append(["一般公共预算收入", "全县", "决算", 2.9, 3.0, 3.1, "决算公开"])
    sheet.append(["一般公共预算支出", "全县", "决算", 28, 29, 29.8, "决算公开"])
    book.save(path)
    totals = read_place(path).tables["totals"]
    assert totals[totals["line"] == "own_revenue"]["amount"].tolist() == [29000, 30000, 31000]
    assert totals["year"].tolist() == [2022, 2023, 2024, 2022, 2023, 2024]


def test_facts_are_checked(filled: Callable[..., Path]) -> None:
    assert _said(filled({}, level="镇", name="甲.xlsx")) == [
        "甲.xlsx“基本情况” 第 4 行：级次 填写的是“镇”。只能填：县、市。"
    ]


def test_own_assumptions_by_year_and_unknown_ones(filled: Callable[..., Path]) -> None:
    row = {"assumption": "地区生产总值名义增速", "value": 0.05, "quality": "官方文件", "source": "规划纲要"}
    place = read_place(filled({"assumptions": [row, {**row, "year": 2027, "value": 0.06}]}))
    assert place.assumptions == {
        "gdp_growth": {"value": 0.05, "by_year": {2027: 0.06}, "source": "规划纲要", "quality": "official"}
    }
    assert _said(filled({"assumptions": [{**row, "assumption": "地区生产总值增速"}]}, name="乙.xlsx")) == [
        "乙.xlsx“本地参数” 第 4 行“参数”列：没有“地区生产总值增速”这个参数。是否想写“地区生产总值名义增速”？请从下拉表里选。"
    ]


def test_a_form_beside_csvs_fills_what_they_leave_and_never_twice(
    tiny_place: Callable[..., Path], tmp_path: Path, few_sheets: None
) -> None:
    folder = tiny_place(tmp_path / "xian")
    (folder / FORM_FILE).write_bytes(
        form_bytes({"name": "小县", "province": "某省", "invented": True}, {"bonds": [BOND]})
    )
    place = read_place(folder)
    assert set(place.tables) == {"totals", "bonds"} and set(place.digests) == {"place.toml", "totals.csv", FORM_FILE}
    assert place.unread == () and read_place(folder / FORM_FILE).id == "xian"
    (folder / FORM_FILE).write_bytes(form_bytes({"name": "大县"}, {"totals": ENOUGH}))
    said = _said(folder)
    assert (
        f"xian/{FORM_FILE}：“基本情况”与 place.toml 不一致：地区名称、数字是否虚构。请改成一致，或删去 place.toml。"
        in said
    )
    assert (
        "xian/totals.csv：填报表.xlsx“年度总量” 里也填了年度总量。同一张表只填一处，请把要用的行并到一处，清空另一处。"
        in said
    )


def test_an_empty_template_yields_to_the_filled_workbook_beside_it(
    tiny_place: Callable[..., Path], tmp_path: Path
) -> None:
    folder = tiny_place(tmp_path / "xian")
    with xlsxwriter.Workbook(folder / "bonds.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [*BOND, "unit"])
        sheet.write_row(1, 0, [*BOND.values(), "万元"])
    header = (",".join(TABLES["bonds"].columns) + "\n").encode()
    (folder / "bonds.csv").write_bytes(header)
    place = read_place(folder)
    assert len(place.tables["bonds"]) == 1 and "bonds.xlsx" in place.digests
    cells = {**dict.fromkeys(TABLES["bonds"].columns, ""), **BOND, "unit": "万元"}
    (folder / "bonds.csv").write_bytes(header + ",".join(map(str, cells.values())).encode())
    assert _said(folder) == [
        "xian/bonds.csv：bonds.xlsx 里也填了债券台账。同一张表只填一处，请把要用的行并到一处，清空另一处。"
    ]


def test_a_workbook_that_is_no_form(tmp_path: Path, root: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04")
    assert _said(tmp_path / "a.xlsx")[0].startswith("a.xlsx：不是可以读取的 Excel 工作簿")
    sample = root / "reports" / "sample" / "lijiang-2026" / "plan.xlsx"
    (tmp_path / "b.xlsx").write_bytes(sample.read_bytes())
    assert _said(tmp_path / "b.xlsx")[0].startswith("b.xlsx：不是填报表：没有“基本情况”，也没有一张认识的工作表")


def test_sheets_of_ones_own_are_named_and_renamed_ones_refused(filled: Callable[..., Path]) -> None:
    path = filled({"bonds": [BOND]})
    _edited(path, "债券台账", "债券台帐", part="xl/workbook.xml")
    assert any(
        said.startswith("山丹.xlsx“债券台帐”：不认识的工作表，不会被读取，表头像是“债券台账”") for said in _said(path)
    )
    path = filled({}, name="丙.xlsx")
    _edited(path, 'name="债券台账"', 'name="我的草稿"', part="xl/workbook.xml")
    said = "丙.xlsx“我的草稿”：不认识的工作表，不会被读取，表头像是“债券台账”"  # Nobody should fill it in vain
    assert [fault[: len(said)] for fault in _said(path)] == [said]


def test_the_command_line_lays_checks_and_says_it_in_chinese(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, root: Path, few_sheets: None
) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as left:
            main(list(arguments))
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out + said.err

    code, said = run("new", str(tmp_path / "shandan"), "--name", "山丹县", "--excel")
    assert code == DONE and "填报表.xlsx。填好存盘后运行：fiscal-model check" in said
    assert sorted(path.name for path in (tmp_path / "shandan").iterdir()) == [
        "填报表.xlsx",
        "填表参考.md",
        "填表说明.md",
    ]
    assert run("check", str(tmp_path / "shandan"))[0] == INPUT_FAULTS
    assert run("new", str(tmp_path / "甘谷.xlsx"), "--from", str(root / "data" / "places" / "gangu"))[0] == DONE
    code, said = run("check", str(tmp_path / "甘谷.xlsx"))
    assert code == DONE and said.startswith("甘谷县：1 张表")
    code, said = run("new", str(tmp_path / "甘谷.xlsx"), "--name", "甲县")
    assert code == INPUT_FAULTS and "文件已经存在" in said
    assert "缺少 --name" in run("new", str(tmp_path / "b"))[1]
    code, said = run("roll", str(tmp_path / "甘谷.xlsx"), "--to-year", "2024")
    assert code == INPUT_FAULTS and "单独一个填报表不能滚动" in said
