"""The tables of yearly figures, one row a figure: totals, ledger, economy, debt, social insurance."""

from __future__ import annotations

from pydantic import Field

from fiscal_model.words.cells import AS_OF, NOTE, SCOPE, SOURCE, STATUS, UNIT, Day, Number, Row, Text, Year
from fiscal_model.words.vocabulary import (
    Budget,
    DebtItem,
    DebtKind,
    Indicator,
    InsuranceItem,
    MacroUnit,
    Scope,
    Status,
    Unit,
)


class TotalsRow(Row):
    line: Text = Field(title="项目", description="指标代码或中文名，见下方“年度总量可填的项目”。")
    scope: Scope = SCOPE
    year: Year = Field(title="年度", description="公历年份，例如 2025。")
    status: Status = STATUS
    amount: Number = Field(title="金额", description="金额。没有这个数就不要写这一行，不要写 0。")
    unit: Unit = UNIT
    as_of: Day | None = AS_OF
    source: Text = SOURCE
    note: str = NOTE


class LedgerRow(Row):
    budget: Budget = Field(
        title="预算", description="general 一般公共预算、funds 政府性基金、state_capital 国有资本经营。"
    )
    scope: Scope = SCOPE
    code: Text = Field(
        title="科目编码", description="政府收支分类科目编码（类 3 位、款 5 位、项 7 位），照预算书填写。"
    )
    name: str = Field(default="", title="科目名称", description="科目名称，可不填；填了便于核对。")
    year: Year = Field(title="年度", description="公历年份。")
    status: Status = STATUS
    amount: Number = Field(title="金额", description="金额，收支两边都填正数。")
    unit: Unit = UNIT
    as_of: Day | None = AS_OF
    source: Text = SOURCE
    note: str = NOTE


class MacroRow(Row):
    indicator: Indicator = Field(title="指标", description="gdp 地区生产总值、resident_population 常住人口等。")
    year: Year = Field(title="年度", description="公历年份。")
    amount: Number = Field(title="数值", description="数值。")
    unit: MacroUnit = Field(title="单位", description="亿元、万元、元、人、万人；涨幅用“小数”（2% 写 0.02）。")
    source: Text = SOURCE
    note: str = NOTE


class DebtRow(Row):
    kind: DebtKind = Field(title="债务类别", description="general 一般债务或 special 专项债务。")
    scope: Scope = SCOPE
    item: DebtItem = Field(
        title="项目",
        description="opening_stock 上年末余额、limit_stock 限额、issued 发行额、issued_new 新增、issued_refinancing "
        "再融资、repaid 还本额、other_change 其他增减、closing_stock 年末余额、overdue_stock 逾期债务余额等。",
    )
    year: Year = Field(title="年度", description="公历年份。")
    status: Status = STATUS
    amount: Number = Field(title="金额", description="金额。")
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class InsuranceRow(Row):
    scheme: Text = Field(title="险种", description="险种名称，例如 城乡居民基本养老保险基金。")
    item: InsuranceItem = Field(
        title="项目", description="revenue 收入、expenditure 支出、balance_stock 年末滚存结余等。"
    )
    scope: Scope = SCOPE
    year: Year = Field(title="年度", description="公历年份。")
    status: Status = STATUS
    amount: Number = Field(title="金额", description="金额；当年收不抵支时结余填负数。")
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE
