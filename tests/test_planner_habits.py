"""Tables as planners really type them: each is read to the right figures and says how, or is refused with file, line and value."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from fiscal_model.inputs.sheets import ReadFile, read_file
from fiscal_model.registers.catalogue import TABLES

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
