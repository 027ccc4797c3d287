"""The progress note of the pilot (`progress.docx`), one page for the level above: each task's duties, documents and ledgers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.registers.ledgers.topics import task_titles
from fiscal_model.report.ledger import NO_OPINION, set_by
from fiscal_model.report.ledgers.safeguard_ledgers import TASKS, overdue
from fiscal_model.report.method_text import Part
from fiscal_model.report.writers.short_document import write_short_document
from fiscal_model.words.ledger_terms import FIRST_LEDGER
from fiscal_model.words.table import ReportTable


def write_progress_note(folder: Path, plan: Plan, tables: Sequence[ReportTable]) -> tuple[Path, ...]:
    """Write the note where duties are kept; return what was written."""
    place = plan.basis.place
    if not place.has("pilot_duties"):
        return ()
    titles = ("财政科学管理试点进展情况", place.title, f"截至{plan.base_year}年12月31日")
    return (write_short_document(folder / "progress.docx", titles, progress_parts(plan, tables), titles[0]),)


def progress_parts(plan: Plan, tables: Sequence[ReportTable]) -> list[Part]:
    """Return one chapter for each level that set tasks, a paragraph a task."""
    duties, documents = _counts(plan, "pilot_duties", "done_on"), _counts(plan, "pilot_documents", "issued_on")
    titles = task_titles()
    parts = []
    for at, (group, tasks) in enumerate(groupby(TASKS, key=set_by)):
        said = [_said(task, titles[task], duties, documents, tables) for task in tasks]
        parts.append(Part(f"{'一二三四'[at]}、{group}", tuple(said)))
    return parts


def _counts(plan: Plan, register: str, done: str) -> dict[int, tuple[int, int, int]]:
    """How many rows a task has, how many are done, how many overdue."""
    rows = plan.basis.place.rows(register)
    finished, late = overdue(plan, rows["due_date"], rows[done])
    by = rows.assign(finished=finished, late=late).groupby("task")[["finished", "late"]].agg(["size", "sum"])
    return {
        int(task): (int(row["finished", "size"]), int(row["finished", "sum"]), int(row["late", "sum"]))
        for task, row in by.iterrows()
    }


def _said(
    task: int, title: str, duties: dict[int, tuple[int, int, int]], documents: dict[int, tuple[int, int, int]],
    tables: Sequence[ReportTable],
) -> str:  # fmt: skip
    held = [table for table in tables if int(table.number.split("-")[0]) == FIRST_LEDGER + task]
    doubts = sum(row.values[-1] != NO_OPINION for table in held for row in table.rows if not row.total)
    parts = [f"测算见附表{rules('ledger_safeguards')['annex_tables']['value'][task - 1]}"]
    parts += [f"登记台账{len(held)}张，有意见{doubts}条"] if held else []
    for named, verb, (count, done, late) in (
        ("职责", "完成", duties.get(task, (0, 0, 0))), ("文件", "印发", documents.get(task, (0, 0, 0))),
    ):  # fmt: skip
        state = f"，逾期{late}项" if late else ""
        parts.append(f"{named}{count}项、{verb}{done}项{state}" if count else f"没有登记{named}")
    return f"{title}：{'；'.join(parts)}。"
