"""A table as plain text for a terminal or a log."""

from __future__ import annotations

from collections.abc import Sequence

_WIDTH = 132


def text_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """Lay a table out with rich, which knows how wide Chinese characters are; ``left``: columns of words.

    Examples
    --------
    >>> text_table("表", ("项目", "数"), [("收入", "1.0%"), ("支出", "2.5%")]).split()[-4:]
    ['收入', '1.0%', '支出', '2.5%']
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(*columns[:left], box=box.SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False)
    for column in columns[left:]:
        table.add_column(column, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    console = Console(
        width=max(_WIDTH, 14 * len(columns)),
        color_system=None,
        force_jupyter=False,
        highlight=False,
        markup=False,
        emoji=False,
    )
    with console.capture() as captured:
        console.print(table)
    return "\n".join(line.rstrip() for line in captured.get().splitlines())
