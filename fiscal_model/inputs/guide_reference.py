"""The Chinese reference behind the guide: every table, every column and every line that may be filled in."""

from __future__ import annotations

from fiscal_model.inputs.filling_order import STEPS
from fiscal_model.law.classification import TOTALS_LINES
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.registers.schema import Column, Table
from fiscal_model.words.plain import markdown_text
from fiscal_model.words.vocabulary import Term


def filling_reference(name: str) -> str:
    """Write the reference as Markdown, its tables in the order in which they are best filled.

    ``name``: Chinese name of the place.

    Examples
    --------
    >>> filling_reference("山丹县").splitlines()[0]
    '# 山丹县填表参考'
    """
    parts = [
        f"# {markdown_text(name)}填表参考\n\n本参考由程序按读表规则生成，与检查时用的规则完全一致；怎样开始见“填表说明.md”。\n",
        _order(),
        "## 二、各表的列\n\n“必填”的列每一行都要有；其余可以留空或删掉。在填报表里，工作表名是表的中文名，"
        "列是中文列名，金额的单位写在表头里。\n",
        *(_table(TABLES[table]) for tables, _ in STEPS for table in tables),
        _lines(),
    ]
    return "\n".join(parts)


def _order() -> str:
    rows = [
        f"| {number} | {'、'.join(f'`{table}`（{TABLES[table].label}）' for table in tables)} | {gain} |"
        for number, (tables, gain) in enumerate(STEPS, 1)
    ]
    return (
        "## 一、先后\n\n有一张填一张，按下面的先后见效最快：\n\n"
        "| 顺序 | 表 | 填了以后 |\n|---|---|---|\n" + "\n".join(rows) + "\n"
    )


def _table(table: Table) -> str:
    unique = "、".join(table.label_of(column) for column in table.key)
    rows = [
        f"| `{column.name}` | {column.label} | {'必填' if column.required else ''} | {_meaning(column)} |"
        for column in table.fields
    ]
    return (
        f"### `{table.name}` {table.label}\n\n"
        f"- 用途：{table.purpose}\n- 从哪里取数：{table.where_found}。\n"
        f"- 同一个数只写一行：{unique}相同的行不能重复。\n\n"
        "| 列名 | 中文列名 | 必填 | 填什么 |\n|---|---|---|---|\n" + "\n".join(rows) + "\n"
    )


def _meaning(column: Column) -> str:
    if column.default is None or not column.terms:
        return column.meaning
    mentioned = sum(word.value in column.meaning for word in column.terms)
    complete = mentioned > 1 and "等" not in column.meaning  # the description lists its words itself
    return column.meaning if complete else f"{column.meaning}只能填：{words_of(column.kind)}。"


def _lines() -> str:
    rows = [f"| `{line}` | {label} |" for line, label in TOTALS_LINES.items()]
    return (
        "## 三、年度总量可填的项目\n\n"
        "表“年度总量”（`totals`）的“项目”列填下面的代码或中文名；知道几项填几项，其余不写。\n\n"
        "| 代码 | 中文名 |\n|---|---|\n" + "\n".join(rows) + "\n"
    )


def words_of(terms: type[Term]) -> str:
    """The words that a column takes, each with its Chinese."""
    return "、".join(f"`{word.value}`（{word.label}）" for word in terms)
