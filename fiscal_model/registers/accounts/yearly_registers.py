"""The tables of yearly figures, one row a figure: totals, ledger, economy, debt, social insurance."""

from __future__ import annotations

from typing import Any

from fiscal_model.law import classification as accounts
from fiscal_model.law.printed_names import lines_of
from fiscal_model.registers.refusals import Complaint, below, other_than, refuse
from fiscal_model.registers.relations import Ratio, ratio, steady
from fiscal_model.registers.schema import AS_OF, SCOPE, STATUS, UNIT, column, remark, table
from fiscal_model.words.cells import Money, Text, Year
from fiscal_model.words.errors import did_you_mean
from fiscal_model.words.vocabulary import Budget, DebtItem, DebtKind, Indicator, InsuranceItem, MacroUnit, Scope


def _is_of_funds(line: str) -> bool:
    return line.startswith(("fund_", "land_", "state_capital")) or line.endswith("_special")


_CORE = (
    "own_revenue", "tax_revenue", "expenditure", "transfers", "general_transfers", "resources_total", "uses_total", "guarantees_total",
    "guarantee_living", "guarantee_salaries", "guarantee_operations",
)  # fmt: skip
_OF_FUNDS = tuple(line for line in accounts.TOTALS_LINES if _is_of_funds(line))
_OF_GENERAL = tuple(line for line in accounts.TOTALS_LINES if not _is_of_funds(line))
_VOLATILE = (
    *_OF_FUNDS,
    *(
        line
        for line in _OF_GENERAL
        if line.startswith(("debt_p", "principal", "carry", "transfer_", "stabil", "onlent", "regional", "revolving"))
    ),
)
_OTHER_BUDGETS = (Budget.FUNDS, Budget.STATE_CAPITAL)
_RESTLESS = ("105", "11008", "11009", "11011", "11015", "11021", "23008", "23009", "23011", "23015", "231", "23103")
_DEEP = 5
"""Digits of a code below which a single decision moves a figure manifold."""


def _is_restless(code: str) -> bool:
    return code in _RESTLESS or len(code) > _DEEP


_PEOPLE = (Indicator.RESIDENT_POPULATION, Indicator.REGISTERED_POPULATION)
_STOCKS = (DebtItem.OPENING_STOCK, DebtItem.LIMIT_STOCK, DebtItem.CLOSING_STOCK)
_ISSUES = (DebtItem.ISSUED_NEW, DebtItem.ISSUED_REFINANCING, DebtItem.ISSUED_SWAP, DebtItem.BORROWED_ABROAD)
_FLOWS = (*_ISSUES, DebtItem.ISSUED, DebtItem.REPAID, DebtItem.OTHER_CHANGE)
_NO_SWAPS = tuple(range(2020, 2101))
"""Years in which new and refinancing bonds are all that is issued; before, swaps are often not told apart."""
_PARTS_OF_REVENUE = (InsuranceItem.CONTRIBUTIONS, InsuranceItem.INTEREST, InsuranceItem.SUBSIDY)
_DEBT_KEY, _SCHEME_KEY = ("kind", "scope", "year", "status"), ("scheme", "scope", "year", "status")


_PARTS = (
    ("expenditure", "guarantee_operations", "guarantee_operations"),
    ("expenditure", "guarantee_kind", ("guarantee_living", "guarantee_salaries")),
    ("expenditure", "free_money", ("guarantees_total", "available_resources")),
    ("expenditure", "debt_service", "debt_service_total"),
    ("transfers", "transfer_general", "transfers_general_purpose"),
)
"""What yearly totals are a part of, or about equal to, the band and the lines."""


_SUMS = ("resources_total", "uses_total")
_PASSED_ON = (
    "transfers", "general_transfers", "special_transfers", "transfers_general_purpose", "transfers_earmarked",
    "paid_to_below", "onlent_to_below", "received_from_below", "debt_proceeds_general", "carry_in", "carry_out",
)  # fmt: skip
"""Lines of a government's own level that also hold what it passes on to those below: a multiple of what it spends itself."""
_PASSED_CODES = ("11002", "11003", "11006", "11008", "11011", "23001", "23002", "23003", "23009", "23011")


def _is_passed_on(code: str) -> bool:
    return code.startswith(_PASSED_CODES)


def _stays(code: str) -> bool:
    return not _is_passed_on(code)


_WHOLE: dict[str, Any] = {"scope": Scope.WHOLE}
_OWN: dict[str, Any] = {"scope": Scope.OWN_LEVEL}


def _part_of_whole(table: str, *same: str, **also: tuple[str, ...]) -> Ratio:
    """Declare that what is of the place's own level is part of the whole."""
    return ratio(
        "amount",
        f"{table}.amount",
        "scope_part",
        on=(*same, "year", "status"),
        where=_OWN | also,
        there=_WHOLE,
        named="全辖数",
    )


def _totals_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check one yearly total, and write its line as an id."""
    meant = lines_of(row["line"])
    if len(meant) > 1:
        words = "、".join(f"“{accounts.TOTALS_LINES[line]}”" for line in meant)
        return [("line", f"“{row['line']}”各本预算都有", f"请写明是{words}中的哪一个")]
    if not meant:
        hint = did_you_mean(row["line"], [*accounts.TOTALS_LINES, *accounts.TOTALS_LINES.values()])
        return [("line", f"不认识的项目“{row['line']}”", f"{hint}可填的项目见填表参考")]
    row["line"] = line = meant[0]
    return [] if line in accounts.TOTALS_NEGATIVE else _negative(row, "收支两边都填正数")


def _ledger_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check one figure by code: the code is one of its budget, and nothing is negative that may not be."""
    wrong = accounts.why_not_a_code(row["budget"], row["code"])
    found = [("code", wrong, "请照当年政府收支分类科目填写，并检查“budget”列")] if wrong else []
    if accounts.may_be_negative(row["code"], row["note"]):
        return found
    return found + _negative(row, "收支两边都填正数，方向由科目决定；款、项支出确为冲减的，请在 note 列写明")


def _negative(row: dict[str, Any], remedy: str) -> list[Complaint]:
    return [("amount", f"金额为负（{row['amount']:g} 万元）", remedy)] if row["amount"] < 0 else []


_MAY_BE_NEGATIVE = (InsuranceItem.BALANCE, InsuranceItem.BALANCE_STOCK)
# fmt: off
YEARLY = (
    table("totals", "年度总量", ("line", "scope", "year", "status", "as_of"), "各年的大数。只有这一张表也能出规划。", "历年财政决算、预算执行报告、统计年鉴",
        "Yearly totals. The big figures of each year; this table alone gives a plan.",
        column("line", Text, "项目", "指标代码或中文名，见下方“年度总量可填的项目”；决算表上的叫法也认得，例如 一、税收收入。",
            "a line below, id or Chinese name, or as accounts print it",
            choices=accounts.TOTALS_LINES.values()),
        SCOPE,
        column("year", Year, "年度", "公历年份，例如 2025。", "calendar year"),
        STATUS,
        column("amount", Money, "金额", "金额。没有这个数就不要写这一行，不要写 0。"),
        UNIT,
        AS_OF,
        steady("amount", "line", "scope", bands={"core": {"line": _CORE}, "volatile": {"line": _VOLATILE}}),
        ratio("amount", "expenditure", "budget_part", account=True, where={"line": tuple(line for line in _OF_GENERAL if line not in (*_SUMS, *_PASSED_ON))}),
        ratio("amount", "expenditure", "budget_part", account=True, where=_WHOLE | {"line": _PASSED_ON}),
        ratio("amount", "expenditure", "sum_total", account=True, where=_WHOLE | {"line": _SUMS}),
        ratio("amount", "expenditure", "passed_on", account=True, where=_OWN | {"line": (*_SUMS, *_PASSED_ON)}),
        ratio("amount", "expenditure", "fund_part", account=True, where=_WHOLE | {"line": _OF_FUNDS}),
        ratio("amount", "expenditure", "passed_on", account=True, where=_OWN | {"line": _OF_FUNDS}),
        *(ratio("amount", of, band, account=True, where=_WHOLE | {"line": lines}) for of, band, lines in _PARTS),
        _part_of_whole("totals", "line", line=("own_revenue", "tax_revenue", "expenditure")),
        check_row=_totals_fault,
        example=dict(line="一般公共预算收入", amount=31000),
    ),
    table("ledger", "科目明细", ("budget", "scope", "code", "year", "status", "as_of"),
        "按科目编码的收支明细；有它，收入按税种、支出按科目测算。", "预算草案附表、决算公开表、预算管理一体化系统",
        "Ledger by code. Revenue and spending by official code; revenue is then forecast by item and guarantees are "
        "mapped from codes.",
        column("budget", Budget, "预算", "general 一般公共预算、funds 政府性基金、state_capital 国有资本经营。",
            "`general`, `funds`, `state_capital`"),
        SCOPE,
        column("code", Text, "科目编码", "政府收支分类科目编码（类 3 位、款 5 位、项 7 位），照预算书填写。",
            "3, 5, 7 or 9 digits, as in the budget book"),
        remark("name", "科目名称", "科目名称，可不填；填了便于核对。", "label, for the reader"),
        column("year", Year, "年度", "公历年份。", "calendar year"),
        STATUS,
        column("amount", Money, "金额", "金额，收支两边都填正数。", "money, positive on both sides"),
        UNIT,
        AS_OF,
        steady("amount", "budget", "scope", "code", bands={"volatile": {"budget": _OTHER_BUDGETS}, "restless": {"code": _is_restless}}),
        ratio("amount", "expenditure", "budget_part", account=True, where={"budget": Budget.GENERAL, "code": _stays}),
        ratio("amount", "expenditure", "budget_part", account=True, where=_WHOLE | {"budget": Budget.GENERAL, "code": _is_passed_on}),
        ratio("amount", "expenditure", "passed_on", account=True, where=_OWN | {"budget": Budget.GENERAL, "code": _is_passed_on}),
        ratio("amount", "expenditure", "fund_part", account=True, where=_WHOLE | {"budget": _OTHER_BUDGETS}),
        ratio("amount", "expenditure", "passed_on", account=True, where=_OWN | {"budget": _OTHER_BUDGETS}),
        check_row=_ledger_fault,
        example=dict(code="10101", name="增值税", amount=12900),
    ),
    table("macro", "经济指标", ("indicator", "year"), "地区生产总值等，用于收入弹性和负债率。", "统计公报、统计年鉴",
        "Economy. GDP drives the elasticity of revenue and the debt-to-GDP ratio.",
        column("indicator", Indicator, "指标", "gdp 地区生产总值、resident_population 常住人口等。"),
        column("year", Year, "年度", "公历年份。", "calendar year"),
        column("amount", Money, "数值", "数值。", "value"),
        column("unit", MacroUnit, "单位", "亿元、万元、元、人、万人；涨幅用“小数”（2% 写 0.02）。",
            "also `persons`, `10k_persons`, `fraction`"),
        steady("amount", "indicator", band="economy", where={"indicator": (Indicator.GDP, Indicator.RETAIL_SALES)}),
        steady("amount", "indicator", band="people", where={"indicator": _PEOPLE}),
        ratio("amount", "expenditure", "economy_size", account=True, where={"indicator": Indicator.GDP}),
        ratio("amount", "expenditure", "people_size", account=True, where={"indicator": _PEOPLE}),
        example=dict(amount=62.8, unit="亿元"),
    ),
    table("debt", "政府债务", ("kind", "scope", "item", "year", "status"), "限额、余额、发行、还本，一般与专项分开。", "政府债务限额和余额情况表（预决算公开附表）",
        "Government debt. Limits, balances, issues, repayment, general and special apart.",
        column("kind", DebtKind, "债务类别", "general 一般债务或 special 专项债务。"),
        SCOPE,
        column("item", DebtItem, "项目",
            "opening_stock 上年末余额、limit_stock 限额、issued 发行额、issued_new 新增、issued_refinancing 再融资、repaid 还本额、"
            "other_change 其他增减、closing_stock 年末余额、overdue_stock 逾期债务余额等。"),
        column("year", Year, "年度", "公历年份。", "calendar year"),
        STATUS,
        column("amount", Money, "金额", "金额。"),
        refuse("amount", "金额为负（{amount:g} 万元）", "除“其他增减”外都填正数", item=other_than(DebtItem.OTHER_CHANGE), amount=below(0)),
        steady("amount", "kind", "scope", "item", band="volatile", bands={"stock": {"item": _STOCKS}}),
        ratio("amount", "expenditure", "debt_size", account=True),
        ratio("amount", "debt.amount", "debt_limit", on=_DEBT_KEY, where={"item": DebtItem.LIMIT_STOCK}, there={"item": DebtItem.CLOSING_STOCK}, named="同年年末余额"),
        ratio("amount", "debt.amount", "debt_flow", on=_DEBT_KEY, where={"item": _FLOWS}, there={"item": DebtItem.CLOSING_STOCK}, named="同年年末余额"),
        ratio("amount", "debt.amount", "whole_part", on=_DEBT_KEY, where={"item": _ISSUES}, there={"item": DebtItem.ISSUED}, named="同年发行额"),
        ratio("amount", "debt.amount", "issues", on=_DEBT_KEY, per=_DEBT_KEY, parts=2, where={"item": _ISSUES, "year": _NO_SWAPS}, there={"item": DebtItem.ISSUED}, named="同年发行额"),
        _part_of_whole("debt", "kind", "item"),
        example=dict(amount=128000),
    ),
    table("insurance", "社会保险基金", ("scheme", "item", "scope", "year", "status"), "分险种收支与滚存结余。", "社会保险基金预算表",
        "Social insurance. Income, spending and balance by scheme; what a scheme cannot pay is the place's to add.",
        column("scheme", Text, "险种", "险种名称，例如 城乡居民基本养老保险基金；不够支付的由本地区补足，上级统筹的险种不填。",
            "name of the scheme; leave out those pooled above the place"),
        column("item", InsuranceItem, "项目", "revenue 收入、expenditure 支出、balance_stock 年末滚存结余等。"),
        SCOPE,
        column("year", Year, "年度", "公历年份。", "calendar year"),
        STATUS,
        column("amount", Money, "金额", "金额；当年收不抵支时结余填负数。", "money; a deficit is negative"),
        refuse("amount", "{item.label}为负（{amount:g} 万元）", "除结余外都填正数", item=other_than(*_MAY_BE_NEGATIVE), amount=below(0)),
        steady("amount", "scheme", "scope", "item", bands={"volatile": {"item": (InsuranceItem.BALANCE,)}}),
        ratio("amount", "expenditure", "insurance_part", account=True),
        ratio("amount", "expenditure", "insurance_whole", account=True, where={"item": InsuranceItem.EXPENDITURE}, per=("scope", "year", "status")),
        ratio("amount", "insurance.amount", "whole_part", on=_SCHEME_KEY, where={"item": _PARTS_OF_REVENUE}, there={"item": InsuranceItem.REVENUE}, named="同年收入"),
        ratio("amount", "insurance.amount", "whole_part", on=_SCHEME_KEY, where={"item": InsuranceItem.BENEFITS}, there={"item": InsuranceItem.EXPENDITURE}, named="同年支出"),
        _part_of_whole("insurance", "scheme", "item"),
        example=dict(scheme="城乡居民基本养老保险基金", amount=8520),
    ),
)
# fmt: on
