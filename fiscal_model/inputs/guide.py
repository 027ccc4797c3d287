"""The Chinese guide to filling in a place folder: one page that leads, written from the definitions that the reader checks."""

from __future__ import annotations

from fiscal_model.inputs.filling_order import ADVISED, STEPS
from fiscal_model.inputs.guide_reference import filling_reference, words_of
from fiscal_model.law.classification import TOTALS_LINES, TOTALS_NEGATIVE
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.words.plain import csv_text, markdown_text
from fiscal_model.words.vocabulary import Scope, Status, Unit

GUIDE_FILES = ("填表说明.md", "填表参考.md")

_FIRST_LINES = ("own_revenue", "expenditure")
_NEXT_LINES = ("transfers", "carry_out", "stabilization_fund_stock", "fund_revenue", "fund_expenditure", "remitted_up")

_RULES = """\
## 二、怎样填

- **没有的数留空，或者整行不写；不要写 0。** 0 的意思是“确实为零”。
- **每一行都要写来源**：文件名、表号、页码或网址。没有来源的数不能用。
- **金额带单位**：写在“单位”列（{units}，可以混用），或写进表头，如“金额（亿元）”，或在表的上方写“单位：亿元”。几处写得不一样不读。
- **收入和支出都填正数**，方向由项目或科目决定。只有个别项目可以为负：{negative}（调回时）、社保基金当年结余、
  亏损企业的利润、债务的其他增减。
- **数据版本**：{statuses}。同一年同一项可以各占一行，有决算数时以决算数为准。
- **口径**：{scopes}。两种口径分开写，绝不相加。
- **选项和表头**中文、英文代码都认。列的先后可以变，不用的非必填列可以删掉；文件名、工作表名不要改。
- **照平常的习惯填也能读**：上方的标题、底下的合计和注、年份横排、合并单元格，`3.05%`、`1,234.5`、`2018年`、`2025.12.31`。
  跳过了什么、怎样换算，检查时每张表说一句；看不准的不猜，指出是哪一格。公式要计算并存盘。
- **保存**：`.xlsx` 或 CSV（UTF-8、GBK 都行）；`.xls`、`.et` 请另存为 `.xlsx`。同一张表只在一处填，空表不碍事，不必删除。
"""


def guide_files(name: str, folder: str, *, chinese_headers: bool = False) -> dict[str, bytes]:
    """Write the guide and the reference behind it, by file name.

    Examples
    --------
    >>> list(guide_files("山丹县", "data/places/shandan"))
    ['填表说明.md', '填表参考.md']
    """
    texts = (filling_guide(name, folder, chinese_headers=chinese_headers), filling_reference(name))
    return dict(zip(GUIDE_FILES, map(str.encode, texts), strict=True))


def filling_guide(name: str, folder: str, *, chinese_headers: bool = False) -> str:
    """Write the page that leads as Markdown.

    ``name``: Chinese name of the place.
    ``folder``: the folder as the planner typed it, for the commands.
    ``chinese_headers``: show the filled example with Chinese titles.

    Examples
    --------
    >>> filling_guide("山丹县", "data/places/shandan").splitlines()[0]
    '# 山丹县填表说明'
    """
    parts = [
        f"# {markdown_text(name)}填表说明\n\n一页看完就能动手；每张表、每一列的含义见“填表参考.md”。\n",
        _where_to_start(),
        _rules(),
        _example(chinese_headers),
        _afterwards(folder),
    ]
    return "\n".join(parts)


def _where_to_start() -> str:
    first = "、".join(f"“{TOTALS_LINES[line]}”" for line in _FIRST_LINES)
    then = "、".join(f"“{TOTALS_LINES[line]}”" for line in _NEXT_LINES)
    advised = [(tables, gain) for tables, gain in STEPS if ADVISED & {*tables}]
    rows = [
        f"| {number} | {'、'.join(f'{TABLES[table].label}（`{table}`）' for table in tables if table in ADVISED)} | {gain} |"
        for number, (tables, gain) in enumerate(advised, 1)
    ]
    return (
        "## 一、从哪张表开始\n\n"
        "**最省事的是一个 Excel 填报表**（`fiscal-model new 文件夹 --name 地区名称 --excel`）：一张工作表一张表，按必填、建议填、有则填排好，"
        "表头有批注，选项有下拉表，最前面看得见填了多少。用 CSV 的，一张表一个文件，例如 `totals.csv`。\n\n"
        f"**出第一份规划只要一张表**“{TABLES['totals'].label}”（`totals`）：填{first}，至少 3 年，最好 8 到 10 年；接着补{then}。\n\n"
        "其余有一张填一张，填了就替换相应部分的粗略估计，报告写明每一部分用的是哪一级数据。建议先填：\n\n"
        "| 先后 | 表 | 填了以后 |\n|---|---|---|\n"
        + "\n".join(rows)
        + "\n\n还有的表按“填表参考.md”里的先后，有则填。\n"
    )


def _rules() -> str:
    return _RULES.format(
        units=words_of(Unit),
        statuses=words_of(Status),
        scopes=words_of(Scope),
        negative="、".join(TOTALS_LINES[line] for line in sorted(TOTALS_NEGATIVE)),
    )


def _example(chinese: bool) -> str:
    totals = TABLES["totals"]
    columns = [column for column in totals.columns if column in totals.required]
    figures = (("own_revenue", "31000"), ("expenditure", "298000"), ("transfers", "25.2"))
    rows = [[totals.label_of(column) for column in columns] if chinese else columns]
    for line, amount in figures:
        unit = Unit.HUNDRED_MILLION_YUAN if "." in amount else Unit.TEN_THOUSAND_YUAN
        terms = (Scope.WHOLE, Status.FINAL_ACCOUNTS, unit)
        scope, status, unit_word = (term.label if chinese else term.value for term in terms)
        shown = TOTALS_LINES[line] if chinese else line
        cells = dict(line=shown, scope=scope, year="2024", status=status, amount=amount, unit=unit_word)
        cells["source"] = "2024年财政决算公开表一（示例）"
        rows.append([cells[column] for column in columns])
    return f"## 三、一个填好的例子\n\n表“年度总量”（CSV 为 `totals.csv`）的三行（数字是编的，第三行用亿元）：\n\n```csv\n{csv_text(rows)}```\n"


def _afterwards(folder: str) -> str:
    path = f'"{folder}"' if " " in folder else folder
    return (
        "## 四、填完以后\n\n"
        "先检查。程序一次列出所有错误，写明哪张表、第几行、哪一列、应该怎样填（填报表另有标红的副本 `填报表-核对.xlsx`），改完再查：\n\n"
        f"```\nfiscal-model check {path}\n```\n\n"
        "没有错误后编制规划：\n\n"
        f"```\nfiscal-model plan {path}\n```\n"
    )
