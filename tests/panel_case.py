"""A long table of a few small places for the tests: one that plans, two of one name, one that cannot be planned."""

from pathlib import Path

LINES = {"own_revenue": 4.0, "expenditure": 20.0, "gdp": 60.0, "special_closing_stock": 8.0}
GOOD = (("甲县", "甘肃省"), ("丙县", "甘肃省"), ("丙县", "云南省"))


def panel_rows(growth: float = 0.05) -> list[str]:
    """Rows of the good places, 2019 to 2024, 亿元, and of 乙县, whose line nobody knows."""
    rows = [
        f"{place},{province},{line},{year},{amount * (1 + growth) ** (year - 2019):.4f},100m_yuan,示例"
        for place, province in GOOD
        for line, amount in LINES.items()
        for year in range(2019, 2025)
    ]
    return [*rows, "乙县,甘肃省,own_revenu,2024,3,100m_yuan,示例", "乙县,甘肃省,expenditure,2024,一百,100m_yuan,示例"]


def write_panel(path: Path, growth: float = 0.05) -> None:
    """Write the table as a CSV file."""
    head = "place,province,line,year,amount,unit,source"
    path.write_text("\n".join([head, *panel_rows(growth)]) + "\n", encoding="utf-8-sig")
