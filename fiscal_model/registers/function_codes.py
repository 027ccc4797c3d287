"""The column that says in which function a row's spending lands; several registers have it."""

from __future__ import annotations

from fiscal_model.law.spending_classes import is_function
from fiscal_model.registers.refusals import refuse
from fiscal_model.registers.schema import remark

FUNCTION = remark(
    "function_code",
    "功能科目",
    "本行支出列在哪个功能分类科目（类、款或项编码，例如 205、2050202）；空＝按 data/rules/spending_classes.csv 对应。",
    "code of the function (类, 款 or 项) it is booked under; empty: as in `data/rules/spending_classes.csv`",
)
NO_FUNCTION = refuse(
    "function_code",
    "“{function_code}”不是一般公共预算的支出功能科目编码",
    "请填 2 开头的类、款、项编码（不含230、231），例如 205 或 2050202",
    function_code=lambda code, row: bool(code) and not is_function(code),
)
