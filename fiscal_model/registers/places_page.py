"""The English page on the tables of a place folder (docs/places.md), written from their declarations.

``python -m fiscal_model.registers.places_page docs/places.md`` writes it anew below its heading of the tables; what
stands above is prose and stays.
"""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

from fiscal_model.law.classification import TOTALS_LINES
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.registers.schema import Table

BEGINS = "<!-- From here on written by fiscal_model/registers/places_page.py -->\n"


def with_tables(page: str) -> str:
    """Return the page with its prose kept and its tables written anew.

    Examples
    --------
    >>> with_tables("# Prose" + BEGINS + "old tables").splitlines()[2]
    '### `totals` — 年度总量'
    """
    lines = "\n".join(f"| `{line}` | {label} |" for line, label in TOTALS_LINES.items())
    parts = [*map(_section, TABLES.values()), f"#### Lines of `totals`\n\n| line | 中文 |\n|---|---|\n{lines}\n"]
    return page.split(BEGINS)[0] + BEGINS + "\n" + "\n".join(parts)


def _section(table: Table) -> str:
    unique = ", ".join(f"`{name}`" for name in table.key)
    rows = "\n".join(
        f"| `{column.name}` | {column.label} | {'yes' if column.required else ''} | {column.meaning_in_english} |"
        for column in table.fields
    )
    below = f"\n{textwrap.fill(table.remarks, 140)}\n" if table.remarks else ""
    return (
        f"### `{table.name}` — {table.label}\n\n"
        f"{textwrap.fill(f'{table.english} Unique by {unique}.', 140, break_on_hyphens=False)}\n\n"
        f"| column | header may also be | required | meaning |\n|---|---|---|---|\n{rows}\n{below}"
    )


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(with_tables(file.read_text(encoding="utf-8")), encoding="utf-8")
