"""Years side by side become rows: one row a year, where the table has a year and one amount."""

from __future__ import annotations

import re
from dataclasses import replace

from fiscal_model.inputs.habits.grid import Grid
from fiscal_model.registers.schema import Table
from fiscal_model.registers.titles import plain_words, read_title, value_column
from fiscal_model.words.errors import Fault
from fiscal_model.words.vocabulary import Status

_YEAR = re.compile(r"((?:19|20)\d\d)年?度?(.*)")
_EMPTY = {"", "-", "--", "—", "——", "/", "…"}


def year_title(title: str) -> tuple[str, str] | None:
    """Return the year that a title names and the version of its figures, empty where it says none.

    Examples
    --------
    >>> year_title("2024年决算数"), year_title("2018"), year_title("2018年增幅")
    (('2024', 'final_accounts'), ('2018', ''), None)
    """
    found = _YEAR.fullmatch(plain_words(title).replace("(", "").replace(")", ""))
    if found is None:
        return None
    words = {word: str(term) for term in Status for word in (term.value, term.label, *term.others)}
    return (found[1], words.get(found[2], "")) if found[2] in {"", *words} else None


def years_down(grid: Grid, table: Table, shown: str) -> Grid:
    """Lay years that stand side by side below one another; an empty figure gives no row."""
    value = value_column(table)
    across = {place: found for place, title in enumerate(grid.titles) if (found := year_title(title))}
    if value is None or not across:
        return grid
    names = {read_title(title, table).name for title in grid.titles} - {""}
    both = [name for name in ("year", value.name) if name in names]
    if both:
        said = f"表头既有各年的列（{grid.titles[next(iter(across))]}等），又有“{table.label_of(both[0])}”列"
        return grid.refusing(Fault(shown, said, "一行一年，或各年并排，请只用一种", line=grid.header))
    told = {status for _, status in across.values()}
    if told != {""} and ("" in told or "status" in names or "status" not in table.columns):
        said = "各年的列有的写了决算、预算等版本，有的没有，或另有“数据版本”列"
        return grid.refusing(Fault(shown, said, "请在每一年的表头写明版本，或只用“数据版本”列", line=grid.header))
    return _laid(grid, table, across, value.label, "" not in told)


def _laid(grid: Grid, table: Table, across: dict[int, tuple[str, str]], amount: str, with_status: bool) -> Grid:
    stay = [place for place in range(len(grid.titles)) if place not in across]
    rows, value_titles = [], []
    for line, cells in grid.rows:
        cells = (*cells, *[""] * (len(grid.titles) - len(cells)))
        for place, (year, status) in across.items():
            if cells[place].strip() in _EMPTY:
                continue
            kept = tuple(cells[each] for each in stay)
            rows.append(
                (line, (*kept, year, *([status] if with_status else []), cells[place], *cells[len(grid.titles) :]))
            )
            value_titles.append((grid.titles[place], grid.letters[place] if grid.letters else ""))
    new = (table.label_of("year"), *([table.label_of("status")] if with_status else []), amount)
    years = sorted(year for year, _ in across.values())
    letters = (*(grid.letters[each] for each in stay), *[""] * len(new)) if grid.letters else ()
    return replace(
        grid,
        titles=(*(grid.titles[each] for each in stay), *new),
        letters=letters,
        rows=tuple(rows),
        value_titles=tuple(value_titles),
    ).telling(f"各年并排（{years[0]}—{years[-1]}年 {len(across)} 列），按一年一行读")
