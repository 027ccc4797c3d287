"""The long table of many places: one row a figure, from which each place's own tables are laid."""

from __future__ import annotations

from fiscal_model.registers.schema import column, optional, remark, table
from fiscal_model.words.cells import Money, Text
from fiscal_model.words.vocabulary import DebtItem, DebtKind

DEBT_LINES = {
    f"{kind}_{item}": (kind, item, f"{kind.label}{item.label}") for kind in DebtKind for item in DebtItem
}  # fmt: skip
"""What a line of the panel names in the table ``debt``: ``general_closing_stock`` or 一般债务年末余额."""

# fmt: off
PLACE_PANEL = table(
    "panel", "多地区长表", (), "很多地区放在一张表里，一行一个数。", "各地预决算公开、统计年鉴",
    "Many places in one table, one row a figure.",
    column("place", Text, "地区", "地区名称，例如 山丹县。", "name of the place"),
    remark("province", "省份", "所属省份。", "province"),
    remark("level", "层级", "county 县级或 prefecture 地市级；不填时按名称判断。", "`county` or `prefecture`"),
    column("line", Text, "项目", "年度总量、经济指标的项目，或 一般债务年末余额 这样的债务项目。", "a line of totals, macro or debt"),
    column("year", Text, "年度", "公历年份。", "calendar year"),
    remark("status", "数据版本", "不填为决算数。", "version of the figure"),
    column("amount", Money, "金额", "金额。", "money"),
    optional("scope", str, "口径", "不填为全辖。", "scope"),
)
