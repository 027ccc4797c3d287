"""Tables as planners really type them: each is read to the right figures and says how, or is refused with file, line and value."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.scenario import read_scenario
from fiscal_model.inputs.sheets import ReadFile, read_file
from fiscal_model.inputs.template import new_place
from fiscal_model.law.line_or_code import line_or_code
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.words.errors import InputError, ScenarioError
from fiscal_model.words.vocabulary import Budget

Sheet = list[list[Any]]

HEAD = ["项目", "口径", "年度", "数据版本", "金额", "单位", "来源"]
SOURCE = "2024年决算"


def year(amount: Any, year: Any = 2024, unit: str = "万元", line: str = "own_revenue") -> list[Any]:
    """One row of the yearly totals."""
    return [line, "全县", year, "决算数", amount, unit, SOURCE]


def without(column: str, rows: Sheet) -> Sheet:
    """The same rows without a column."""
    place = rows[0].index(column)
    return [row[:place] + row[place + 1 :] for row in rows]


BOND_HEAD = ["债券编码", "债务类别", "用途", "转贷金额", "票面利率", "起息日", "到期日", "还本方式", "单位", "来源"]


def bond(
    code: str = "A1", face: Any = 1000, rate: Any = 0.0305, start: Any = "2020-05-20", end: Any = "2025-12-31"
) -> list[Any]:
    """One bond."""
    return [code, "一般", "新增", face, rate, start, end, "到期一次还本", "万元", SOURCE]


def text_file(folder: Path, table: str, rows: Sheet, encoding: str = "utf-8-sig", delimiter: str = ",") -> ReadFile:
    path = folder / f"{table}.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return read_file(path, TABLES[table], path.name)


def workbook(
    folder: Path, table: str, rows: Sheet, dress: Callable[[Any, Any], object] = lambda book, sheet: None
) -> ReadFile:
    """Read a workbook; ``dress`` does to its book and sheet what values alone cannot show."""
    path = folder / f"{table}.xlsx"
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy/m/d"}) as book:
        sheet = book.add_worksheet("表一")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        dress(book, sheet)
    return read_file(path, TABLES[table], path.name)


def refused(read: ReadFile) -> list[str]:
    return [str(fault) for fault in read.faults]


def amounts(read: ReadFile) -> list[tuple[int, float]]:
    assert refused(read) == []
    return [(row.values["year"], row.values["amount"]) for row in read.rows]


# what stands above and below ---------------------------------------------------------------------------------
TITLE = ["云水县2024年财政收支总量表"]
UNIT_ABOVE: dict[str, tuple[Sheet, float, str]] = {
    "title and unit in 亿元": (
        [TITLE, ["", "", "", "", "", "单位：亿元"], *without("单位", [HEAD, year(3.1)])],
        31_000,
        "跳过第 1–2 行（标题）；按“单位：亿元”换算",
    ),
    "unit with a half-width colon": (
        [["单位:万元"], *without("单位", [HEAD, year(31000)])],
        31_000,
        "按“单位：万元”换算",
    ),
    "unit of amounts, spaced": (
        [TITLE, ["金额单位： 人民币万元"], *without("单位", [HEAD, year(31000)])],
        31_000,
        "按“单位：万元”换算",
    ),
    "unit in the same cell as the title": (
        [["云水县财政收支表（单位：亿元）"], *without("单位", [HEAD, year(3.1)])],
        31_000,
        "按“单位：亿元”换算",
    ),
    "unit above and the same unit in each row": (
        [["单位：亿元"], HEAD, year(3.1, unit="亿元")],
        31_000,
        "跳过第 1 行（标题）",
    ),
    "unit below the table": (
        [*without("单位", [HEAD, year(3.1)]), ["单位：亿元"]],
        31_000,
        "跳过第 3 行（注或签名）",
    ),
    "an office is no unit of money": (
        [["填报单位：云水县财政局", "", "", "单位：万元"], *without("单位", [HEAD, year(31000)])],
        31_000,
        "按“单位：万元”换算",
    ),
    "source above for all rows": (
        [["资料来源：2024年决算公开"], *without("来源", [HEAD, year(31000)])],
        31_000,
        "各行来源按“2024年决算公开”",
    ),
    "line that numbers the columns": (
        [HEAD, [str(number) for number in range(1, 8)], year(31000)],
        31_000,
        "跳过第 2 行（栏次）",
    ),
    "titles repeated on the next page": (
        [HEAD, year(31000), HEAD],
        31_000,
        "跳过第 3 行（重复的表头）",
    ),
    "notes and signatures at the foot": (
        [HEAD, year(31000), ["注：含开发区"], ["填表人：张三", "", "审核人：李四"], ["2. 本表由预算股填报，口径为全县。"]],
        31_000,
        "跳过第 3–5 行（注或签名）",
    ),
    "an empty row in between": ([HEAD, [""] * 7, year(31000)], 31_000, ""),
    "rows counted in a column 序号": (
        [["序号", *HEAD], [1, *year(31000)]],
        31_000,
        "“序号”列没有读取",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("name", UNIT_ABOVE)
def test_what_stands_above_and_below_is_read_and_said(name: str, kind: str, tmp_path: Path) -> None:
    rows, amount, said = UNIT_ABOVE[name]
    read = (text_file if kind == "csv" else workbook)(tmp_path, "totals", rows)
    assert amounts(read) == [(2024, amount)]
    assert said in "；".join(read.said)
    assert bool(read.said) == bool(said)


DOUBTFUL: dict[str, tuple[Sheet, str]] = {
    "two units above": (
        [["单位：万元、亿元"], *without("单位", [HEAD, year(3.1)])],
        "totals.csv 第 1 行：这里写“单位：万元、亿元”，不知各列按哪一个。请在各列表头写明单位，例如“金额（万元）”，或加一列“单位”。",
    ),
    "a unit that is not converted": (
        [["单位：千元"], *without("单位", [HEAD, year(3.1)])],
        "第 1 行：这里写“单位：千元”，不能换算。请换算成万元、元、亿元之一，并改写这一行。",
    ),
    "above and below differ": (
        [["单位：万元"], *without("单位", [HEAD, year(3.1)]), ["单位：亿元"]],
        "第 4 行：这里写“单位：亿元”，前面写“单位：万元”。请只留一处，或改成一致。",
    ),
    "above and the row differ": (
        [["单位：万元"], HEAD, year(3.1, unit="亿元")],
        "第 3 行“金额”列：单位前后不一致：单位列写“亿元”，表上方写“万元”。请只留一处，或改成一致。",
    ),
    "the title and the row differ": (
        [[*HEAD[:4], "金额（万元）", *HEAD[5:]], year(3.1, unit="亿元")],
        "第 2 行“金额（万元）”列：单位前后不一致：表头写“万元”，单位列写“亿元”。请只留一处，或改成一致。",
    ),
    "the cell and the row differ": (
        [HEAD, year("3.1亿元")],
        "第 2 行“金额”列：单位前后不一致：格内写“亿元”，单位列写“万元”。请只留一处，或改成一致。",
    ),
    "no unit anywhere": (without("单位", [HEAD, year(3.1)]), "第 1 行：缺少必填列“unit”（单位）"),
    "figures above the titles": (
        [year(30000, 2023), HEAD, year(31000)],
        "第 1 行：这一行在表头上面，却像是数据。请把它移到表头下面，或删去。",
    ),
    "a note in the middle is no foot": (
        [HEAD, year(31000, 2023), ["注：以下为新口径"], year(31000)],
        "第 3 行“年度”列：没有填写",
    ),
}


@pytest.mark.parametrize("name", DOUBTFUL)
def test_what_is_doubtful_above_and_below_is_refused(name: str, tmp_path: Path) -> None:
    rows, said = DOUBTFUL[name]
    assert said in "\n".join(refused(text_file(tmp_path, "totals", rows)))


def test_a_unit_above_is_not_laid_over_counts_of_people(tmp_path: Path) -> None:
    """A table with money and persons below 单位：亿元 keeps asking for the unit of each row."""
    rows = [["单位：亿元"], ["指标", "年度", "数值", "来源"], ["常住人口", 2024, 23.5, SOURCE]]
    assert "缺少必填列“unit”（单位）" in refused(text_file(tmp_path, "macro", rows))[0]


# totals ------------------------------------------------------------------------------------------------------
COSTS_HEAD = ["项目编号", "年度", "资金来源", "金额", "单位", "来源"]


def cost(code: str, amount: Any, when: Any = 2027) -> list[Any]:
    return [code, when, "县级财力", amount, "万元", SOURCE]


def test_a_total_that_adds_up_is_skipped(tmp_path: Path) -> None:
    """100 + 250.5 = 350.5."""
    rows = [COSTS_HEAD, cost("P1", 100), cost("P2", 250.5), ["合 计", "", "", 350.5]]
    read = workbook(tmp_path, "project_costs", rows)
    assert amounts(read) == [(2027, 100), (2027, 250.5)]
    assert read.said == ("跳过第 4 行（合计）",)


def test_subtotals_and_a_total_are_skipped(tmp_path: Path) -> None:
    """100 + 200 = 300, 50 = 50, 300 + 50 = 350."""
    rows = [
        COSTS_HEAD, cost("P1", 100), cost("P2", 200), ["小计", "", "", 300], cost("P3", 50), ["小计", "", "", 50],
        ["总计", "", "", 350],
    ]  # fmt: skip
    read = text_file(tmp_path, "project_costs", rows)
    assert [amount for _, amount in amounts(read)] == [100, 200, 50]
    assert read.said == ("跳过第 4、6 行（小计）、第 7 行（总计）",)


def test_a_total_of_one_year_is_held_against_the_rows_of_that_year(tmp_path: Path) -> None:
    """2027: 100 + 200 = 300; 2028 has 50 more."""
    rows = [COSTS_HEAD, cost("P1", 100), cost("P2", 200), cost("P1", 50, 2028), ["合计", 2027, "", 300]]
    assert len(amounts(text_file(tmp_path, "project_costs", rows))) == 3


def test_a_total_above_the_rows_is_held_against_those_below(tmp_path: Path) -> None:
    rows = [COSTS_HEAD, ["合计", "", "", 300], cost("P1", 100), cost("P2", 200)]
    assert len(amounts(text_file(tmp_path, "project_costs", rows))) == 2


def test_a_total_that_does_not_add_up_is_refused(tmp_path: Path) -> None:
    """100 + 200 = 300, not 320: a row is missing or wrong."""
    rows = [COSTS_HEAD, cost("P1", 100), cost("P2", 200), ["合计", "", "", 320]]
    assert refused(text_file(tmp_path, "project_costs", rows)) == [
        "project_costs.csv 第 4 行：“金额”合计写 320，各行相加是 300。请核对各行和单位；合计行不必有，也可以删去。"
    ]


def test_rounded_rows_may_miss_their_total_by_half_a_digit_each(tmp_path: Path) -> None:
    """0.1 + 0.2 = 0.3 printed as 0.4: three figures rounded at 0.05 each may be 0.15 off."""
    rows = [COSTS_HEAD, cost("P1", "0.1"), cost("P2", "0.2"), ["合计", "", "", "0.4"]]
    assert len(amounts(text_file(tmp_path, "project_costs", rows))) == 2


def test_the_word_total_stays_where_a_table_knows_it(tmp_path: Path) -> None:
    """Ages without the sexes told apart are typed 合计: such rows are rows."""
    rows = [["性别", "年度", "年龄", "人数", "来源"], ["合计", 2024, 5, "1,200人", SOURCE]]
    read = text_file(tmp_path, "population", rows)
    assert refused(read) == []
    assert [(row.values["sex"], row.values["persons"]) for row in read.rows] == [("total", 1200)]


# titles ------------------------------------------------------------------------------------------------------
TITLES: dict[str, tuple[list[str], Any, float]] = {
    "full-width brackets": (["项目", "口径", "年度", "数据版本", "金额（亿元）", "来源"], 3.1, 31_000),
    "half-width brackets": (["项目", "口径", "年度", "数据版本", "金额(万元)", "来源"], 31000, 31_000),
    "square brackets of a unit said out": (
        ["项目", "口径", "年度", "数据版本", "金额（单位：元）", "来源"],
        310_000_000,
        31_000,
    ),
    "blanks": (["项 目", "口　径", "年 度", "数据版本 ", "金  额（万元）", "来 源"], 31000, 31_000),
    "line breaks": (["项目", "口径", "年度", "数据\n版本", "金额\n（万元）", "来源"], 31000, 31_000),
    "a star and 必填": (["*项目", "口径（必填）", "年度＊", "数据版本*", "金额(万元)", "来源"], 31000, 31_000),
    "other words": (["项目", "统计口径", "年份", "版本", "数额（万元）", "资料来源"], 31000, 31_000),
    "unit behind without brackets": (["项目", "口径", "年度", "数据版本", "金额：亿元", "来源"], 3.1, 31_000),
    "English names in capitals": (["Line", "SCOPE", "Year", "Status", "Amount(万元)", "Source"], 31000, 31_000),
}


@pytest.mark.parametrize("name", TITLES)
def test_titles_are_understood(name: str, tmp_path: Path) -> None:
    head, figure, amount = TITLES[name]
    for read in (text_file(tmp_path, "totals", [head, without("单位", [HEAD, year(figure)])[1]]),
                 workbook(tmp_path, "totals", [head, without("单位", [HEAD, year(figure)])[1]])):  # fmt: skip
        assert amounts(read) == [(2024, amount)]
        assert any("元读" in said for said in read.said)


def test_a_title_in_another_unit_than_the_column_is_refused(tmp_path: Path) -> None:
    head = ["人员组", "年度", "人均工资（万元）"]
    said = refused(text_file(tmp_path, "staff", [head, ["行政", 2024, 7.2]]))
    assert (
        "staff.csv 第 1 行：表头“人均工资（万元）”的单位“万元”不能换算。在职人均年工资（国家规定部分），元/年。" in said
    )


def test_two_titles_for_one_column_are_refused(tmp_path: Path) -> None:
    head = [*HEAD, "金额（亿元）"]
    assert "totals.csv 第 1 行：列“金额、金额（亿元）”出现了 2 次。每列只保留一次。" in refused(
        text_file(tmp_path, "totals", [head, [*year(1), 1]])
    )


# cells -------------------------------------------------------------------------------------------------------
CELLS: dict[str, tuple[str, Any, Any, str]] = {
    "3.05%": ("票面利率", "3.05%", 0.0305, "“票面利率”列百分数按小数读（3.05%＝0.0305）"),
    "full-width percent": ("票面利率", "３．０５％", 0.0305, "百分数按小数读"),
    "plain fraction": ("票面利率", "0.0305", 0.0305, ""),
    "dots": ("到期日", "2025.12.31", dt.date(2025, 12, 31), ""),
    "年月日": ("到期日", "2025年12月31日", dt.date(2025, 12, 31), ""),
    "slashes": ("到期日", "2025/12/1", dt.date(2025, 12, 1), ""),
    "eight digits": ("到期日", "20251231", dt.date(2025, 12, 31), ""),
    "eight digits as a number": ("到期日", 20251231, dt.date(2025, 12, 31), ""),
    "serial number": ("到期日", 46022, dt.date(2025, 12, 31), "日期序号按日期读（46022＝2025-12-31）"),
    "midnight": ("到期日", "2025-12-31 00:00:00", dt.date(2025, 12, 31), ""),
    "blanks between digits": ("转贷金额", "56 200", 56_200, ""),
    "hard blanks between digits": ("转贷金额", "56\u00a0200", 56_200, ""),
    "commas": ("转贷金额", "1,234,567.5", 1_234_567.5, ""),
    "full-width commas": ("转贷金额", "１，２３４", 1_234, ""),
    "full-width digits": ("转贷金额", "１２", 12, ""),
    "unit behind the figure": ("转贷金额", "1,234.5万元", 1_234.5, ""),
    "万 for 万元": ("转贷金额", "1234.5万", 1_234.5, ""),
    "words with blanks": ("还本方式", "到期一次 还本", "bullet", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", CELLS)
def test_cells_are_understood(name: str, tmp_path: Path) -> None:
    column, typed, meant, said = CELLS[name]
    row = bond()
    row[BOND_HEAD.index(column)] = typed
    for read in (text_file(tmp_path, "bonds", [BOND_HEAD, row]), workbook(tmp_path, "bonds", [BOND_HEAD, row])):
        assert refused(read) == []
        named = {TABLES["bonds"].label_of(each): value for each, value in read.rows[0].values.items()}
        assert named[column] == meant
        assert said in "；".join(read.said)
        assert bool(read.said) == bool(said)


OTHER_CELLS: dict[str, tuple[str, Sheet, str, Any]] = {
    "2018年": ("totals", [HEAD, year(1, "2018年")], "year", 2018),
    "2018年度": ("totals", [HEAD, year(1, "2018 年度")], "year", 2018),
    "1月": ("pay_dates", [["月份", "支出类别", "发放日", "来源"], ["1月", "工资", "15日", SOURCE]], "month", 1),
    "十二月": ("pay_dates", [["月份", "支出类别", "发放日", "来源"], ["十二月", "工资", 15, SOURCE]], "month", 12),
    "9,200人": ("population", [["年度", "性别", "年龄", "人数", "来源"], [2024, "合计", "5岁", "9,200人", SOURCE]], "persons", 9200),
    "1.2万人": ("population", [["年度", "性别", "年龄", "人数", "来源"], [2024, "合计", 5, "1.2万人", SOURCE]], "persons", 12_000),
    "unit only in the cell": ("totals", without("单位", [HEAD, year("3.1亿元")]), "amount", 31_000),
    "persons with their unit": ("macro", [["指标", "年度", "数值", "单位", "来源"], ["常住人口", 2024, "23.5万人", "", SOURCE]], "amount", 235_000),
    "a rise in percent": ("macro", [["指标", "年度", "数值", "单位", "来源"], ["居民消费价格涨幅", 2024, "2%", "", SOURCE]], "amount", 0.02),
    "a share of 100%": ("firms", [["企业", "年度", "归母净利润", "以前年度亏损", "国有股比", "利润年增幅", "单位", "来源"],
                                   ["甲", 2024, 1, 0, "100%", "-5%", "万元", SOURCE]], "ownership_share", 1.0),
    "percent in the title": ("bonds", [[*BOND_HEAD[:4], "票面利率（%）", *BOND_HEAD[5:]], bond(rate="3.05")], "coupon_rate", 0.0305),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHER_CELLS)
def test_other_cells_are_understood(name: str, tmp_path: Path) -> None:
    table, rows, column, meant = OTHER_CELLS[name]
    for read in (text_file(tmp_path, table, rows), workbook(tmp_path, table, rows)):
        assert refused(read) == []
        assert read.rows[0].values[column] == pytest.approx(meant, rel=1e-12)


REFUSED_CELLS: dict[str, tuple[str, Any, str]] = {
    "one comma that groups nothing": ("转贷金额", "1,5", "应为数字，填写的是“1,5”"),
    "blanks that group nothing": ("转贷金额", "56 20", "应为数字，填写的是“56 20”"),
    "about": ("转贷金额", "约1200", "应为数字，填写的是“约1200”"),
    "people in an amount": ("转贷金额", "9,200人", "应为数字，填写的是“9,200人”"),
    "percent in an amount": ("转贷金额", "5%", "应为数字，填写的是“5%”"),
    "a currency sign": ("转贷金额", "￥1,234", "应为数字，填写的是“￥1,234”"),
    "month without a day": ("到期日", "2025年12月", "应为日期，填写的是“2025年12月”"),
    "day first": ("到期日", "31/12/2025", "应为日期，填写的是“31/12/2025”"),
    "two-digit year": ("到期日", "25.12.31", "应为日期，填写的是“25.12.31”"),
    "a day that is none": ("到期日", "20251331", "应为日期，填写的是“20251331”"),
    "a number that is no day": ("到期日", 12345, "应为日期，填写的是“12345”"),
    "3.05 without percent": ("票面利率", 3.05, "不得大于 1，填写的是“3.05”"),
    "an empty mark": ("转贷金额", "—", "没有填写"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED_CELLS)
def test_doubtful_cells_are_refused_as_typed(name: str, tmp_path: Path) -> None:
    column, typed, said = REFUSED_CELLS[name]
    row = bond()
    row[BOND_HEAD.index(column)] = typed
    (text,) = refused(text_file(tmp_path, "bonds", [BOND_HEAD, row]))
    assert text.startswith(f"bonds.csv 第 2 行“{column}”列：{said}。")
    letter = "ABCDEFGHIJ"[BOND_HEAD.index(column)]
    (text,) = refused(workbook(tmp_path, "bonds", [BOND_HEAD, row]))
    assert text.startswith(f"bonds.xlsx 第 2 行 {letter} 列“{column}”：{said}。")


def test_a_fraction_below_a_title_of_percent_is_refused(tmp_path: Path) -> None:
    """A cell that shows 3.05% holds 0.0305: whether 3.05 % or 0.0305 % was meant cannot be seen."""
    head = [*BOND_HEAD[:4], "票面利率（%）", *BOND_HEAD[5:]]
    (said,) = refused(text_file(tmp_path, "bonds", [head, bond(rate="0.0305")]))
    assert said.startswith(
        "bonds.csv 第 2 行“票面利率（%）”列：表头写的是 %，填写的是“0.0305”，不知是 3.05% 还是 0.0305%。"
    )


# years side by side ------------------------------------------------------------------------------------------
ACROSS = ["项目", "口径", "数据版本", "单位", "来源"]


def across(*figures: Any, line: str = "own_revenue") -> list[Any]:
    return [line, "全县", "决算数", "万元", SOURCE, *figures]


def test_years_side_by_side_become_rows(tmp_path: Path) -> None:
    """An empty figure and a dash give no row."""
    rows = [[*ACROSS, "2022年", "2023", "2024年度"], across(1, "", 3), across("2,000", "—", "３", line="expenditure")]
    for read in (text_file(tmp_path, "totals", rows), workbook(tmp_path, "totals", rows)):
        assert amounts(read) == [(2022, 1), (2024, 3), (2022, 2000), (2024, 3)]
        assert [row.line for row in read.rows] == [2, 2, 3, 3]
        assert "各年并排（2022—2024年 3 列），按一年一行读" in read.said


def test_years_with_their_version_below_a_unit(tmp_path: Path) -> None:
    """3.1 亿元 are 31,000 万元."""
    rows = [
        ["单位：亿元"],
        ["项目", "口径", "来源", "2023年决算数", "2024年预算"],
        ["own_revenue", "全县", SOURCE, 3.1, 3.2],
    ]
    read = text_file(tmp_path, "totals", rows)
    assert amounts(read) == [(2023, 31_000), (2024, 32_000)]
    assert [row.values["status"] for row in read.rows] == ["final_accounts", "budget"]


TWO_LINES: Sheet = [
    ["云水县财政收支"],
    ["项目", "口径", "单位", "来源", "2023年", "", "2024年", ""],
    ["", "", "", "", "预算数", "决算数", "预算数", "决算数"],
    ["一般公共预算收入", "全县", "万元", SOURCE, 1, 2, 3, 4],
]


def test_the_year_over_its_versions_is_one_heading(tmp_path: Path) -> None:
    """Written once in a text file, merged over two columns in a workbook."""

    def merged(book: Any, sheet: Any) -> None:
        for column, year in ((4, "2023年"), (6, "2024年")):
            sheet.merge_range(1, column, 1, column + 1, year)
        for column, word in enumerate(TWO_LINES[1][:4]):
            sheet.merge_range(1, column, 2, column, word)

    for read in (text_file(tmp_path, "totals", TWO_LINES), workbook(tmp_path, "totals", TWO_LINES, merged)):
        assert amounts(read) == [(2023, 1), (2023, 2), (2024, 3), (2024, 4)]
        assert [row.values["status"] for row in read.rows] == ["budget", "final_accounts"] * 2
        assert {row.line for row in read.rows} == {4}
        assert "第 2、3 行合为一行表头" in "；".join(read.said)


def test_rows_of_figures_are_no_second_line_of_titles(tmp_path: Path) -> None:
    """A year beside an empty version, above a row that says its version."""
    rows = [HEAD, ["own_revenue", "全县", 2023, "", 1, "万元", SOURCE], year(2)]
    said = refused(text_file(tmp_path, "totals", rows))
    assert len(said) == 1 and said[0].startswith("totals.csv 第 2 行“数据版本”列：")


PRINTED_NAMES = {
    "一、税收收入": "tax_revenue",
    "(二) 非税收入": "nontax_revenue",
    "其中：一般性转移支付": "general_transfers",
    "地方一般公共预算收入": "own_revenue",
    "县级一般公共预算支出": "expenditure",
    "地方政府一般债务转贷收入": "debt_proceeds_general",
    "安排(补充)预算稳定调节基金": "stabilization_topup",
    "上级补助收入": "transfers",
    "政府性基金预算收入": "fund_revenue",
}


@pytest.mark.parametrize(("printed", "line"), PRINTED_NAMES.items())
def test_lines_are_named_as_accounts_print_them(printed: str, line: str) -> None:
    row = {"line": printed, "amount": 1.0}
    assert TABLES["totals"].check_row(row) == [] and row["line"] == line


def test_a_printed_name_of_several_budgets_is_asked_for_unless_the_budget_is_said() -> None:
    ((column, found, remedy),) = TABLES["totals"].check_row({"line": "债务还本支出", "amount": 1.0})
    assert (column, found) == ("line", "“债务还本支出”各本预算都有")
    assert remedy == "请写明是“一般债务还本支出”、“专项债务还本支出”中的哪一个"
    assert line_or_code(Budget.FUNDS, "债务还本支出") == ("principal_special", None)
    assert line_or_code(Budget.GENERAL, "二、上年结余") == ("carry_in", None)


def test_years_as_numbers_in_a_workbook_with_a_total(tmp_path: Path) -> None:
    """Each year's total is held against that year: 1 + 2 = 3, 10 + 20 = 30."""
    rows = [["债务类别", "口径", "项目", "数据版本", "单位", "来源", 2023, 2024]]
    rows += [
        [kind, "全县", "年末余额", "决算数", "万元", SOURCE, *two]
        for kind, two in (("一般债务", (1, 10)), ("专项债务", (2, 20)))
    ]
    assert len(amounts(workbook(tmp_path, "debt", [*rows, ["合计", "", "", "", "", "", 3, 30]]))) == 4
    (said,) = refused(workbook(tmp_path, "debt", [*rows, ["合计", "", "", "", "", "", 3, 35]]))
    assert said.startswith("debt.xlsx 第 4 行：“2024”合计写 35，各行相加是 30。")


def test_a_bad_figure_is_named_by_its_year(tmp_path: Path) -> None:
    rows = [[*ACROSS, "2022年", "2023年"], across(1, "三")]
    assert refused(workbook(tmp_path, "totals", rows))[0].startswith(
        "totals.xlsx 第 2 行 G 列“2023年”：应为数字，填写的是“三”。"
    )
    assert refused(text_file(tmp_path, "totals", rows))[0].startswith("totals.csv 第 2 行“2023年”列：应为数字")


def test_years_side_by_side_beside_a_column_of_years_are_refused(tmp_path: Path) -> None:
    said = refused(text_file(tmp_path, "totals", [[*HEAD, "2023年"], [*year(1), 2]]))
    assert "totals.csv 第 1 行：表头既有各年的列（2023年等），又有“年度”列。一行一年，或各年并排，请只用一种。" in said


def test_a_growth_beside_the_years_is_not_read_as_a_year(tmp_path: Path) -> None:
    said = refused(text_file(tmp_path, "totals", [[*ACROSS, "2023年", "2023年增幅"], across(1, 0.05)]))
    assert any("不认识的列“2023年增幅”" in each for each in said)


# what only a workbook can do ---------------------------------------------------------------------------------
def test_a_merged_key_holds_for_every_row_below_it(tmp_path: Path) -> None:
    rows = [COSTS_HEAD, cost("P1", 100), ["", 2028, "", 200, "", ""], ["", 2029, "", 300, "", ""], cost("P2", 50)]

    def merge(book: Any, sheet: Any) -> None:
        for column, word in ((0, "P1"), (2, "县级财力"), (4, "万元"), (5, SOURCE)):
            sheet.merge_range(1, column, 3, column, word)

    read = workbook(tmp_path, "project_costs", rows, merge)
    assert [(row.values["project_code"], row.values["year"], row.values["amount"]) for row in read.rows] == [
        ("P1", 2027, 100), ("P1", 2028, 200), ("P1", 2029, 300), ("P2", 2027, 50),
    ]  # fmt: skip
    assert "“项目编号”、“资金来源”、“单位”、“来源”列的合并单元格按每行都填了读" in read.said
    faults = refused(workbook(tmp_path, "project_costs", rows))
    assert len(faults) == 8 and all("第 3 行" in each or "第 4 行" in each for each in faults)


def test_a_merged_amount_is_refused(tmp_path: Path) -> None:
    rows = [COSTS_HEAD, cost("P1", 100), cost("P2", "")]
    read = workbook(tmp_path, "project_costs", rows, lambda book, sheet: sheet.merge_range(1, 3, 2, 3, 100))
    assert refused(read)[0] == (
        "project_costs.xlsx 第 2 行 D 列“金额”：第 2–3 行合并成一格“100”，不知各行各是多少。"
        "请取消合并，把数分到各行，或只留一行。"
    )


def test_a_merged_title_above_is_a_title(tmp_path: Path) -> None:
    rows = [TITLE, HEAD, year(31000)]
    read = workbook(tmp_path, "totals", rows, lambda book, sheet: sheet.merge_range(0, 0, 0, 6, TITLE[0]))
    assert amounts(read) == [(2024, 31_000)]


def test_real_dates_and_percent_formats_are_read(tmp_path: Path) -> None:
    rows = [BOND_HEAD, bond(start=dt.date(2020, 5, 20), end=dt.date(2025, 12, 31))]
    read = workbook(
        tmp_path, "bonds", rows, lambda book, sheet: sheet.write(1, 4, 0.0305, book.add_format({"num_format": "0.00%"}))
    )
    assert refused(read) == []
    assert read.rows[0].values["maturity_date"] == dt.date(2025, 12, 31)
    assert read.rows[0].values["coupon_rate"] == 0.0305


def test_hidden_rows_are_read_and_said(tmp_path: Path) -> None:
    rows = [HEAD, year(1, 2022), year(2, 2023), year(3, 2024)]

    def hide(book: Any, sheet: Any) -> None:
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_row(2, None, None, {"hidden": True})

    read = workbook(tmp_path, "totals", rows, hide)
    assert amounts(read) == [(2022, 1), (2023, 2), (2024, 3)]
    assert read.said == ("隐藏的第 2–3 行也已读取",)


def _with_sheet(name: str, rows: Sheet, hidden: bool = False) -> Callable[[Any, Any], None]:
    def add(book: Any, sheet: Any) -> None:
        other = book.add_worksheet(name)
        for number, row in enumerate(rows):
            other.write_row(number, 0, row)
        if hidden:
            other.hide()

    return add


BOTH = [HEAD, year(31000)]
OTHER_SHEETS: dict[str, tuple[Callable[[Any, Any], None], str]] = {
    "a guide": (_with_sheet("填表说明", [["一、怎样填"], ["1", "金额写数字"]]), "读工作表“表一”，没有读 “填表说明”"),
    "a guide under any name, without figures": (_with_sheet("Sheet2", [["怎样填"], ["金额写数字"]]), "读工作表“表一”，没有读 “Sheet2”"),
    "a hidden copy": (_with_sheet("旧表", BOTH, hidden=True), "读工作表“表一”，没有读 “旧表”（隐藏）"),
    "an example": (_with_sheet("示例", BOTH), "读工作表“表一”，没有读 “示例”"),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHER_SHEETS)
def test_further_sheets_that_hold_no_rows_of_the_table_are_named(name: str, tmp_path: Path) -> None:
    add, said = OTHER_SHEETS[name]
    read = workbook(tmp_path, "totals", BOTH, add)
    assert amounts(read) == [(2024, 31_000)]
    assert read.said == (said,)


def test_a_second_filled_sheet_is_refused(tmp_path: Path) -> None:
    (said,) = refused(workbook(tmp_path, "totals", BOTH, _with_sheet("2023", [HEAD, year(30000, 2023)])))
    assert said.startswith("totals.xlsx：只读工作表“表一”，“2023” 也有内容，不会被读取。")
    (said,) = refused(workbook(tmp_path, "totals", BOTH, _with_sheet("测算", [[1, 2], [3, 4]])))
    assert "“测算” 也有内容" in said


def test_the_sheet_with_the_table_is_found_behind_a_cover(tmp_path: Path) -> None:
    read = workbook(tmp_path, "totals", [["云水县财政局"], ["2026年11月"]], _with_sheet("总量", BOTH))
    assert amounts(read) == [(2024, 31_000)]
    assert read.said == ("读工作表“总量”，没有读 “表一”",)


def test_a_formula_that_was_never_calculated_is_refused(tmp_path: Path) -> None:
    rows = [HEAD, year(1)]
    read = workbook(tmp_path, "totals", rows, lambda book, sheet: sheet.write_formula("E2", "=1+2", None, ""))
    assert refused(read)[0] == (
        "totals.xlsx 第 2 行 E 列：公式没有算出的值。请在 Excel/WPS 中打开这个文件，按 F9 计算，保存后再读；或改填数值。"
    )
    read = workbook(tmp_path, "totals", rows, lambda book, sheet: sheet.write_formula("E2", "=1+2", None, 3))
    assert amounts(read) == [(2024, 3)]


def test_a_formula_that_shows_an_error_is_refused(tmp_path: Path) -> None:
    read = workbook(
        tmp_path, "totals", [HEAD, year(1)], lambda book, sheet: sheet.write_formula("E2", "=1/0", None, "#DIV/0!")
    )
    assert refused(read)[0] == "totals.xlsx 第 2 行 E 列：公式出错，显示 #DIV/0!。请改正公式，或改填数值。"


# text files --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [
        ("gbk", ","),
        ("gb18030", ","),
        ("utf-8", ","),
        ("utf-8-sig", ";"),
        ("utf-16", "\t"),
        ("gbk", "\t"),
        ("utf-16-le", ","),
        ("utf-16-be", "\t"),
    ],
)
def test_encodings_and_separators_are_read(encoding: str, delimiter: str, tmp_path: Path) -> None:
    rows = [["云水县财政收支"], ["单位：亿元"], *without("单位", [HEAD, year(3.1)])]
    assert amounts(text_file(tmp_path, "totals", rows, encoding, delimiter)) == [(2024, 31_000)]


def test_line_breaks_typed_with_alt_enter_are_read(tmp_path: Path) -> None:
    rows = [
        [*HEAD[:4], "金额\n（万元）", "来源", "备注"],
        ["own_revenue", "全县", 2024, "决算数", 31000, "决算\r\n公开", "含开发区\n不含乡镇"],
    ]
    read = text_file(tmp_path, "totals", rows)
    assert amounts(read) == [(2024, 31_000)]
    assert (read.rows[0].values["source"], read.rows[0].values["note"]) == ("决算公开", "含开发区不含乡镇")


def test_line_breaks_that_hold_rows_are_refused(tmp_path: Path) -> None:
    """The quote that opens before the source of line 2 closes at the end of line 3: it took a row."""
    path = tmp_path / "totals.csv"
    lines = [",".join(map(str, row)) for row in (HEAD, year(1, 2022), year(2, 2023), year(3, 2024))]
    lines[1] = lines[1].replace(SOURCE, f'"{SOURCE}')
    lines[2] += '"'
    path.write_text("\n".join(lines), encoding="utf-8")
    (said,) = refused(read_file(path, TABLES["totals"], path.name))
    assert said.startswith("totals.csv 第 2 行“来源”列：这里打开的引号到第 3 行才关上，其后 1 行被吞进一格。")


# files and names ---------------------------------------------------------------------------------------------
def test_an_empty_template_yields_to_the_workbook_beside_it(tmp_path: Path) -> None:
    new_place(tmp_path / "a", "云水县")
    workbook(tmp_path / "a", "totals", [HEAD, *(year(3000 + each, each) for each in (2022, 2023, 2024))])
    place = read_place(tmp_path / "a")
    assert place.rows("totals")["amount"].tolist() == [5022, 5023, 5024]
    text_file(tmp_path / "a", "totals", [HEAD, year(1)])
    with pytest.raises(InputError, match=r"totals\.csv|totals\.xlsx"):
        read_place(tmp_path / "a")


def test_an_old_workbook_beside_an_empty_template_is_told_what_to_do(tmp_path: Path) -> None:
    new_place(tmp_path / "a", "云水县")
    text_file(tmp_path / "a", "totals", [HEAD, year(1)])
    (tmp_path / "a" / "ledger.xls").write_bytes(b"1")
    with pytest.raises(InputError) as caught:
        read_place(tmp_path / "a")
    assert str(caught.value.faults[0]).endswith(
        "ledger.xls：科目明细表不能从 .xls 读取。请在 Excel/WPS 中打开，另存为 ledger.xlsx（只有表头的 ledger.csv 不必删），再把这个文件移出。"
    )


def test_the_right_near_name_is_suggested(tmp_path: Path) -> None:
    head = ["债务类别", "口径", "项目", "年度", "数据版本", "金额", "单位", "来源"]
    (said,) = refused(
        text_file(tmp_path, "debt", [head, ["一般", "全县", "债务限额", 2024, "决算", 1, "万元", SOURCE]])
    )
    assert "“项目”列：填写的是“债务限额”。是否想写“年末限额”？" in said
    with pytest.raises(
        ScenarioError, match=r"是否想写“transfers_earmarked_growth”（.+）或“transfers_general_purpose_growth”"
    ):
        read_scenario("baseline").with_(transfers_growth=0.02)


def test_the_same_fault_is_said_once_with_its_lines(tmp_path: Path) -> None:
    rows = [HEAD, *(year("" if each in (2019, 2021, 2022) else 1, each) for each in range(2018, 2024))]
    error = InputError(text_file(tmp_path, "totals", rows).faults)
    assert str(error).startswith("输入有 3 处错误（归为 1 条）：\n  1. totals.csv 第 3、5–6 行“金额”列：没有填写。")
