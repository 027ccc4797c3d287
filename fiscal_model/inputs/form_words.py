"""What the Excel form calls things: its sheets, the titles of columns with their unit, English ids said in Chinese."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from fiscal_model.inputs.filling_order import ADVISED, STEPS
from fiscal_model.law.rules import rules
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.registers.schema import Column, Table, column, optional, table
from fiscal_model.words.cells import Number, Text, Year
from fiscal_model.words.errors import Fault
from fiscal_model.words.vocabulary import QUALITIES, Unit

FORM_FILE = "填报表.xlsx"
MARKED_FILE = "填报表-核对.xlsx"
PROGRESS, FACTS_SHEET, WORDS, FAULTS_SHEET = "填报进度", "基本情况", "词表", "核对结果"
ASSUMED = "assumptions"
BACK = "← 填报进度"
TITLE_ROW, HEADER_ROW, EXAMPLE_ROW = 1, 2, 3
"""Rows of a sheet as the spreadsheet counts them; what is filled in begins on the example's row or below it."""
NEEDS = ("必填", "建议填", "有则填")
MONEY_UNIT = Unit.TEN_THOUSAND_YUAN


@cache
def form_tables() -> dict[str, Table]:
    """Every table of the form in the order of need, the place's own assumptions last."""
    ordered = sorted((name for names, _ in STEPS for name in names), key=lambda name: NEEDS.index(need_of(name)))
    return {name: TABLES[name] for name in ordered} | {ASSUMED: _assumed_table()}


def need_of(name: str) -> str:
    """Return how much a table is needed, a word of `NEEDS`."""
    return NEEDS[0] if name in STEPS[0][0] else NEEDS[1] if name in ADVISED else NEEDS[2]


def gain_of(name: str) -> str:
    """Return what the plan gains by a table."""
    return next((gain for names, gain in STEPS if name in names), "本地已知的测算参数代替缺省值")


def columns_of(table: Table) -> tuple[Column, ...]:
    """Return the columns of a sheet: where ``unit`` counts nothing but money its place is the titles."""
    return tuple(each for each in table.fields if each.kind is not Unit)


def title_of(table: Table, column: Column) -> str:
    """Return a column's title on its sheet.

    Examples
    --------
    >>> title_of(TABLES["bonds"], TABLES["bonds"].column("face"))
    '转贷金额（万元）'
    """
    return f"{column.label}（{MONEY_UNIT.label}）" if column.is_money and has_unit(table) else column.label


def has_unit(table: Table) -> bool:
    """Tell whether the money of a table is counted in one unit, row by row."""
    return any(each.kind is Unit for each in table.fields)


def in_chinese(text: str, table: Table) -> str:
    """Say the English ids of tables, columns and words in Chinese, as the sheets of the form show them.

    Examples
    --------
    >>> in_chinese("general 一般或 special 专项。", TABLES["bonds"]), in_chinese("请填“face”列，不超过 hidden_debt 表", TABLES["bonds"])
    ('一般或 专项。', '请填“转贷金额”列，不超过“隐性债务台账”表')
    """
    words, columns = {word.value: word.label for each in table.fields for word in each.terms}, _labels(table)

    def word(found: re.Match[str]) -> str:
        label = words[found[1]]
        return "" if found[2] and found.string[found.end() :].startswith(label[:2]) else label

    if has_unit(table):
        text = re.sub(r"，?(按|单位写在|单位见)“(单位|unit)”列计?", "", text)
    text = _one_of(*words).sub(word, text) if words else text
    text = re.sub(r"“(\w+)”", lambda found: f"“{columns.get(found[1], found[1])}”", text)
    text = _one_of(*columns).sub(lambda found: f"“{columns[found[1]]}”", text) if " 列" in text else text
    text = _one_of(*TABLES).sub(lambda found: f"“{TABLES[found[1]].label}”表", text)
    text = re.sub(r" (?=“)|(?<=表) ?表", "", text)
    return re.sub(r"(“?)(\w+)(”表)?（\2）", r"\1\2\3", text)


def _labels(table: Table) -> dict[str, str]:
    return {each.name: each.label for each in table.fields}


@cache
def _one_of(*ids: str) -> re.Pattern[str]:
    """Any of some ids as a word of its own, a table's with the ending of its file, and a blank behind it."""
    return re.compile(rf"(?<![\w/“])({'|'.join(sorted(ids, key=len, reverse=True))})(?:\.csv)?(?![\w/])( ?)", re.ASCII)


def fault_on_sheet(fault: Fault, name: str, shown: str) -> Fault:
    """Say a fault of a table as one of its sheet: the sheet, the Chinese title of the column, no English ids."""
    table = form_tables()[name]
    titles = {each.name: title_of(table, each) for each in columns_of(table)}
    column = titles.get(fault.column or "", fault.column)
    found, remedy = (in_chinese(said, table) for said in (fault.found, fault.remedy))
    return replace(fault, where=shown, column=column, found=found, remedy=remedy)


def _assumed_table() -> Table:
    return table(
        ASSUMED,
        "本地参数",
        ("assumption", "year"),
        "本地已知的测算参数，填了就代替缺省值；不填按附表 30 所列的缺省值。",
        "本地文件、历年实际数",
        "",
        column(
            "assumption", Text, "参数", "从下拉表里选。", choices=[rule["label"] for rule in rules(ASSUMED).values()]
        ),
        optional("year", Year, "年度", "只改某一年的，填那一年；各年相同的留空。"),
        column("value", Number, "数值", "比例用小数：90% 写 0.9。"),
        column("quality", Text, "依据级别", "从下拉表里选。", choices=QUALITIES.values()),
        example={"assumption": rules(ASSUMED)["gdp_growth"]["label"], "value": 0.05, "quality": QUALITIES["official"]},
    )
