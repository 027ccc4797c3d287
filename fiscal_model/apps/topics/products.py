"""What a report is made of: one function a product, which the report's notebook calls in order.

Examples
--------
>>> import fiscal_model as fm
>>> run = fm.products.begin_report("data/places/yunshui")
>>> run
<Run 数据和核对>
>>> run.finish()
"""

from fiscal_model.report.writers.bundle import (
    begin_report,
    close_report,
    make_document,
    make_figures,
    make_ledgers,
    make_page,
    make_summary,
    make_tables,
    make_workbook,
)

__all__ = [
    "begin_report",
    "close_report",
    "make_document",
    "make_figures",
    "make_ledgers",
    "make_page",
    "make_summary",
    "make_tables",
    "make_workbook",
]
