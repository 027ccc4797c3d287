"""Print what the tape of a plan costs, and what is made of it, each beside something of its kind done in the same run.

    python benchmarks/live.py [PLACE]

Tape: beside computing the lines on plain arrays. Explain: a fifth of the lines in the last year, beside the tape. Workbook: its sheets of scenarios, inputs and
model, beside the same number of cells written as plain numbers by the same library. Recalculation: IronCalc on the whole workbook, beside Python
computing the lines. Processor time, least of three; a ratio says more than its milliseconds, which are of this machine.
"""

import sys
import tempfile
import time
from pathlib import Path

import ironcalc
import xlsxwriter
from python_calamine import CalamineWorkbook

import fiscal_model as fm
from fiscal_model.model.compute import compute
from fiscal_model.model.futures import at_percentile
from fiscal_model.model.trace import trace
from fiscal_model.report.writers.workbook import write_workbook

RUNS = 3


def least(act, runs=RUNS):
    """Return the least processor time of a call, milliseconds."""
    spent = []
    for _ in range(runs):
        start = time.process_time()
        act()
        spent.append(1000 * (time.process_time() - start))
    return min(spent)


def said(what, own, beside, other):
    """Print one measurement."""
    print(f"{what:<34} {own:9.1f} ms   {beside:<34} {other:9.1f} ms   ratio {own / other:7.2f}")


def plain(path, cells):
    """Write so many numbers."""
    book = xlsxwriter.Workbook(str(path), {"in_memory": True})
    sheet = book.add_worksheet()
    for at in range(cells):
        sheet.write_number(at // 20, at % 20, float(at))
    book.close()


def main(name):
    """Measure one place."""
    read = fm.read_place(f"data/places/{name}")
    plan, other = fm.project(read, "baseline"), fm.project(read, "pessimistic")
    arithmetic = least(lambda: compute(plan.basis, at_percentile(plan.basis)))
    tape = least(lambda: trace.__wrapped__(plan, general=True))  # kept once made
    said("tape", tape, "the lines on plain arrays", arithmetic)
    asked = [(line, plan.years[-1]) for line in list(plan.lines)[::5]]
    plan.explain(*asked[0])  # what is made once a plan
    spent = sorted(least(lambda at=at: plan.explain(*at), 1) for at in asked)
    said("explain, median cell", spent[len(spent) // 2], "tape", tape)
    said("explain, slowest cell", spent[-1], "tape", tape)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.xlsx"
        written = least(lambda: write_workbook(path, plan, [], [plan, other]))
        book = CalamineWorkbook.from_path(path)
        cells = sum(
            cell != ""
            for sheet in book.sheet_names
            for row in book.get_sheet_by_name(sheet).to_python()
            for cell in row
        )
        said(
            f"workbook, {cells:,} cells",
            written,
            "as many plain numbers",
            least(lambda: plain(Path(folder) / "x.xlsx", cells)),
        )
        engine = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
        said("recalculation (IronCalc)", least(engine.evaluate), "the lines on plain arrays", arithmetic)


main(*(sys.argv[1:] or ["yunshui"]))
