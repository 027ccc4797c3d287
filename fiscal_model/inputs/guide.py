"""The Chinese guide to filling in a place folder, written from the definitions that the reader checks."""

from __future__ import annotations

from fiscal_model.law.classification import TOTALS_LINES, TOTALS_NEGATIVE
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.registers.schema import Column, Table
from fiscal_model.words.plain import csv_text, markdown_text
from fiscal_model.words.vocabulary import Scope, Status, Term, Unit

STEPS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("totals",), "够出第一份规划。至少 3 年的收入和支出，最好 8 到 10 年，预测区间才可靠"),
    (("debt",), "限额、余额和还本，用来算债务指标和还本付息"),
    (("ledger",), "收入改为按税种、支出改为按科目测算，四本预算和调入调出都能核对"),
    (("staff", "guarantee_items"), "“三保”改为按人数和标准测算，能看出缺口在哪一项"),
    (("standard_changes",), "已确定的提标按执行日期计入，年中提标按月算"),
    (
        ("staff_ages", "pay_items", "pay_events", "units", "quotas"),
        "退休高峰、调资、缴费和公用经费定额逐组、逐单位测算",
    ),
    (("population", "population_rates"), "学生、老人、参保人等对象按人口逐年推算，不再用一个增幅"),
    (("bonds",), "还本付息改为逐笔计算，到期高峰看得见"),
    (("hidden_debt", "temporary_payments", "carryovers"), "化债、暂付款消化和存量资金进入刚性支出与平衡"),
    (
        ("hidden_debt_plan", "swap_ledger", "platforms", "assets"),
        "化债分年分来源，核对置换闭环，看得见平台退出和资产变现赶不赶得上到期，并给出最省的化债安排",
    ),
    (
        ("special_projects", "special_project_flows", "special_project_bonds", "special_project_assets"),
        "专项债券项目的收支平衡、须补助的金额、备付金、新增额度和资产入账逐个项目看得见",
    ),
    (("projects", "project_costs"), "项目排序、承受能力评估和年度上限"),
    (("macro",), "收入弹性、负债率和人均指标"),
    (("treasury", "insurance", "firms"), "库款保障、社保基金和国资收益"),
    (
        ("tax_bases", "collections", "taxpayers"),
        "有税基的税种按税基测算，分成比例据实推算，附加税随增值税，重点企业投产停产按年计入",
    ),
    (("monthly",), "当年收入按已有月份推算全年，规划第一年更准，区间更窄"),
    (("one_offs", "opinions"), "一次性因素不再带偏预测，税务部门的预测按以往准确度参与"),
    (("pay_dates", "findings"), "库款按工资发放日逐月测算，看得见发不出工资的月份；整改销号率和逾期一目了然"),
    (("approved_budget", "payments", "reallocations"), "人大批准的预算冻结在案，规划、拨付、调剂和公开期限都与它核对"),
    (("unit_funds", "project_money"), "先用上级资金和单位自己的钱，看得见每条统筹规则节约多少县级财力"),
    (("measures",), "增收节支措施带责任部门和把握程度计入规划，看得见每项措施值多少"),
    (("transfers", "parcels"), "上级补助按项目、土地收入按地块测算，提前下达数和已签合同直接进入预测"),
)
"""Which tables to fill first, and what each step buys."""
ADVISED = frozenset(
    [
        "debt",
        "ledger",
        "staff",
        "guarantee_items",
        "bonds",
        "hidden_debt",
        "temporary_payments",
        "carryovers",
        "macro",
        "monthly",
        "transfers",
        "parcels",
        "projects",
        "project_costs",
    ]
)
"""Tables to fill once the first is filled; the others where the bureau has them."""

_FIRST_LINES = ("own_revenue", "expenditure")
_NEXT_LINES = ("transfers", "carry_out", "stabilization_fund_stock", "fund_revenue", "fund_expenditure", "remitted_up")

_HABITS = """\
## 二、怎样填、怎样保存

- **没有的数留空，或者整行不写；不要写 0。** 0 的意思是“确实为零”。
- **每一行都要写来源**：文件名、表号、页码或网址。没有来源的数不能用。
- **单位**写在每一行的“单位”列：{units}。一张表里可以混用，程序统一换算成万元。
  金额列只写数字，千分位逗号可以有。
- **比例用小数**：90% 写 0.9，3.05% 写 0.0305。**日期**写成 2025-12-31。
- **收入和支出都填正数**，方向由项目或科目决定。只有个别项目可以为负：{negative}（调回时）、社保基金当年结余、
  亏损企业的利润、债务的其他增减。
- **数据版本**（status）：{statuses}。
  同一年同一项可以同时有预算数和决算数，各占一行；有决算数时以决算数为准。
- **口径**（scope）：{scopes}。两种口径分开写，绝不相加。
- 可选的词，英文代码和中文名都认，例如 `final_accounts` 和“决算数”是一样的；表头的英文列名和中文列名也都认。
- **保存**：在 Excel 或 WPS 中选“另存为”→“CSV UTF-8（逗号分隔）”。GBK 编码的 CSV 也能读；也可以直接放同名的
  `.xlsx` 工作簿，例如用 `ledger.xlsx` 代替 `ledger.csv`；同一张表只在一处填，空的 CSV 不碍事。
- 不要改文件名，不要增加列；列的先后顺序可以变，不用的非必填列可以删掉。
- **只有表头、没有数的表等于没有这张表**，不必删除。
"""


def filling_guide(name: str, folder: str, *, chinese_headers: bool = False) -> str:
    """Write the guide as Markdown.

    ``name``: Chinese name of the place.
    ``folder``: the folder as the planner typed it, for the commands.
    ``chinese_headers``: show the filled example with Chinese titles.

    Examples
    --------
    >>> filling_guide("山丹县", "data/places/shandan").splitlines()[0]
    '# 山丹县填表说明'
    """
    parts = [
        f"# {markdown_text(name)}填表说明\n\n本说明由程序按读表规则生成，与检查时用的规则完全一致。\n",
        _where_to_start(),
        _habits(),
        _example(chinese_headers),
        "## 四、各表的列\n\n“必填”的列每一行都要有；其余可以留空或删掉。\n",
        *(_table(table) for table in TABLES.values()),
        _lines(),
        _afterwards(folder),
    ]
    return "\n".join(parts)


def _where_to_start() -> str:
    first = "、".join(f"`{line}`（{TOTALS_LINES[line]}）" for line in _FIRST_LINES)
    then = "、".join(f"`{line}`（{TOTALS_LINES[line]}）" for line in _NEXT_LINES)
    rows = [
        f"| {number} | {'、'.join(f'`{table}.csv`（{TABLES[table].label}）' for table in tables)} | {gain} |"
        for number, (tables, gain) in enumerate(STEPS, 1)
    ]
    return (
        "## 一、从哪张表开始\n\n"
        "**最省事的是一个 Excel 填报表**（`fiscal-model new 文件夹 --name 地区名称 --excel`）：一张工作表一张表，按必填、建议填、有则填排好，"
        "表头有批注，选项有下拉表，最前面看得见填了多少；`check`、`plan` 直接读，错处标在副本 `填报表-核对.xlsx` 里。"
        "工作表名是下面各表的中文名，列是各表的中文列名；金额的单位写在表头里，不用“单位”列。\n\n"
        f"**出第一份规划只要一张表**：`totals.csv` 里填 {first}，至少 3 年，最好 8 到 10 年。\n"
        f"接着补 {then}，并在 `debt.csv` 填一般债务、专项债务的限额和年末余额，主要指标就齐了。\n\n"
        "其余各表有一张填一张，填了的表会替换相应部分的粗略估计，报告里会写明每一部分用的是哪一级数据。"
        "按下面的先后填，见效最快：\n\n"
        "| 顺序 | 表 | 填了以后 |\n|---|---|---|\n" + "\n".join(rows) + "\n"
    )


def _habits() -> str:
    return _HABITS.format(
        units=_words(Unit),
        statuses=_words(Status),
        scopes=_words(Scope),
        negative="、".join(TOTALS_LINES[line] for line in sorted(TOTALS_NEGATIVE)),
    )


def _words(terms: type[Term]) -> str:
    return "、".join(f"`{word.value}`（{word.label}）" for word in terms)


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
    return (
        f"## 三、一个填好的例子\n\n`totals.csv` 的三行（数字是编的，第三行用亿元）：\n\n```csv\n{csv_text(rows)}```\n"
    )


def _lines() -> str:
    rows = [f"| `{line}` | {label} |" for line, label in TOTALS_LINES.items()]
    return (
        "## 五、年度总量可填的项目\n\n"
        "`totals.csv` 的“项目”列填下面的代码或中文名；知道几项填几项，其余不写。\n\n"
        "| 代码 | 中文名 |\n|---|---|\n" + "\n".join(rows) + "\n"
    )


def _table(table: Table) -> str:
    unique = "、".join(table.label_of(column) for column in table.key)
    rows = [
        f"| `{column.name}` | {column.label} | {'必填' if column.required else ''} | {_meaning(column)} |"
        for column in table.fields
    ]
    return (
        f"### `{table.name}.csv` {table.label}\n\n"
        f"- 用途：{table.purpose}\n- 从哪里取数：{table.where_found}。\n"
        f"- 同一个数只写一行：{unique}相同的行不能重复。\n\n"
        "| 列名 | 中文列名 | 必填 | 填什么 |\n|---|---|---|---|\n" + "\n".join(rows) + "\n"
    )


def _meaning(column: Column) -> str:
    if column.default is None or not column.terms:
        return column.meaning
    mentioned = sum(word.value in column.meaning for word in column.terms)
    complete = mentioned > 1 and "等" not in column.meaning  # the description lists its words itself
    return column.meaning if complete else f"{column.meaning}只能填：{_words(column.kind)}。"


def _afterwards(folder: str) -> str:
    path = f'"{folder}"' if " " in folder else folder
    return (
        "## 六、填完以后\n\n"
        "先检查。程序一次列出所有错误，写明哪张表、第几行、哪一列、应该怎样填，改完再查：\n\n"
        f"```\nfiscal-model check {path}\n```\n\n"
        "没有错误后编制规划：\n\n"
        f"```\nfiscal-model plan {path}\n```\n"
    )
