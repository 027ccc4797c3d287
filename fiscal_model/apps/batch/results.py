"""The table of results: every place a row, written for programs (CSV) and for people (Excel)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from fiscal_model.apps.batch.one_place import COLUMNS, FAILED, PLANNED, STATUS_WORDS, Row
from fiscal_model.law.indicators import BAND_WORDS
from fiscal_model.words.markup import Sheet, shows_itself
from fiscal_model.words.plain import csv_frame
from fiscal_model.words.table import printed

FORMATS = {"money": "#,##0", "ratio": "0.0%", "number": "0.00"}
_WIDTHS = {"reason": 80, "name": 16, "grain": 24}
_LOOK = {"green": "#E2F0D9", "yellow": "#FFF2CC", "orange": "#FCE4D6", "red": "#F8CBAD"}


@shows_itself
@dataclass(frozen=True, repr=False)
class BatchResult:
    """The rows of all places, by place, and the folder in which they are kept.

    Parameters
    ----------
    frame : DataFrame
        Columns `COLUMNS`; money 万元, ratios fractions, lights as in `fiscal_model.report.eight_numbers`.
    folder : Path
    computed : int
        Places computed in this run; the others were kept from an earlier one.
    """

    frame: pd.DataFrame
    folder: Path
    computed: int

    @property
    def reasons(self) -> tuple[str, ...]:
        """One line for each place without a plan."""
        left = self.frame[self.frame["status"] != PLANNED]
        return tuple(f"{row.place}：{row.reason}" for row in left.itertuples())

    @property
    def exit_code(self) -> int:
        """0: every place got through; 1: no place has a plan, for its figures; 3: some did not get through, run again."""
        found = set(self.frame["status"])
        return 3 if FAILED in found else 0 if PLANNED in found else 1

    @property
    def text(self) -> str:
        """Say in one line how many places there are and how it went."""
        count = Counter(self.frame["status"])
        lights = Counter(self.frame.loc[self.frame["status"] == PLANNED, "funding_gap_light"])
        said = "、".join(f"{STATUS_WORDS[status]} {count[status]}" for status in STATUS_WORDS if count[status])
        kept = f"（其中 {len(self.frame) - self.computed} 个沿用上次的结果）" if self.computed < len(self.frame) else ""
        gaps = (
            f"；收支缺口 {'、'.join(f'{BAND_WORDS[light]} {lights[light]}' for light in BAND_WORDS if lights[light])}"
        )
        return f"{len(self.frame)} 个地区：{said}{kept}{gaps if lights else ''}。"

    @property
    def sheet(self) -> Sheet:
        """The table as people read it."""
        from fiscal_model.words.markup import sheet_of

        shown = ("own_revenue", "uncommitted_resources", "guarantee_coverage", "debt_ratio", "funding_gap")
        rows = [
            (row["name"], [printed(row[name], COLUMNS[name][1]) for name in shown])
            for row in self.frame.to_dict("records")
        ]
        return sheet_of(self.text, [COLUMNS[name][0] for name in shown], rows)


def frame_of(rows: Iterable[Row]) -> pd.DataFrame:
    """Put rows into a table, by place: the same whoever computed them and in whatever order."""
    ordered = sorted(rows, key=lambda row: str(row["place"]))
    return pd.DataFrame([{name: row.get(name) for name in COLUMNS} for row in ordered], columns=list(COLUMNS))


def write_results(frame: pd.DataFrame, folder: Path) -> tuple[Path, Path]:
    """Write ``results.csv`` and ``results.xlsx`` into a folder."""
    table, book = folder / "results.csv", folder / "results.xlsx"
    csv_frame(frame).to_csv(table, index=False, encoding="utf-8-sig", lineterminator="\n")
    _write_book(frame, book)
    return table, book


def _write_book(frame: pd.DataFrame, path: Path) -> None:
    import datetime as dt

    import xlsxwriter

    from fiscal_model.report.writers.workbook import TEXTS_STAY_TEXTS

    book = xlsxwriter.Workbook(str(path), TEXTS_STAY_TEXTS)
    book.set_properties({"title": "批量测算结果", "author": "", "comments": "", "created": dt.datetime(2000, 1, 1)})
    sheet = book.add_worksheet("结果")
    head = book.add_format({"bold": True, "bg_color": "#D9E2F3", "border": 1, "text_wrap": True, "valign": "vcenter"})
    looks = {kind: book.add_format({"num_format": form}) for kind, form in FORMATS.items()}
    lights = {light: book.add_format({"bg_color": colour}) for light, colour in _LOOK.items()}
    for column, (name, (heading, kind)) in enumerate(COLUMNS.items()):
        sheet.set_column(column, column, _WIDTHS.get(name, 13), looks.get(kind))
        sheet.write_string(0, column, heading, head)
        for row, value in enumerate(frame[name].tolist(), 1):
            if value is None or value != value:
                continue
            if isinstance(value, str):
                word = STATUS_WORDS.get(value) or (BAND_WORDS.get(value, "—") if name.endswith("_light") else value)
                sheet.write_string(row, column, word, lights.get(value))
            else:
                sheet.write_number(row, column, value)
    sheet.freeze_panes(1, 2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.autofilter(0, 0, len(frame), len(COLUMNS) - 1)
    book.close()
