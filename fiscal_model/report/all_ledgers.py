"""Every management ledger, in the order of the tasks, behind a list of them with their conclusions."""

from __future__ import annotations

from collections.abc import Sequence

from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column, Content, table
from fiscal_model.report.ledger import NO_OPINION, Ledger, set_by
from fiscal_model.report.ledgers.every_ledger import declared_ledgers
from fiscal_model.report.one_rounding import rounded
from fiscal_model.words.ledger_terms import FIRST_LEDGER
from fiscal_model.words.table import ReportTable


def build_ledgers(plan: Plan) -> tuple[ReportTable, ...]:
    """Build every ledger that the place keeps, behind a list of them; none where it keeps none.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> build_ledgers(fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline")))
    ()
    """
    built = [(each, made) for each in declared_ledgers().values() if (made := each(plan)) is not None]
    return (rounded(_overview(built)), *(rounded(made) for _, made in built)) if built else ()


def _overview(built: Sequence[tuple[Ledger, ReportTable]]) -> ReportTable:
    """Table 40: how many rows each ledger has, and how many with a doubt."""
    rows = []
    for each, made in built:
        opinions = [row.values[-1] for row in made.rows if not row.total]
        doubts = sum(opinion != NO_OPINION for opinion in opinions)
        rows.append({"label": f"{each.number} {each.title}", "id": each.id, "rows": float(len(opinions)),
                     "doubts": float(doubts), "group": set_by(each.task), "sentence": made.notes[0]})  # fmt: skip
    columns = [
        Column("行数", "rows", "count"),
        Column("有意见的", "doubts", "count"),
        Column("任务来源", "group", "text"),
        Column("结论", "sentence", "text"),
    ]
    listed = table(str(FIRST_LEDGER), "ledgers", "管理台账总览", "台账", columns, row_id="id", unit="")(
        lambda plan: Content(rows)
    )
    overview = listed(None)
    assert overview is not None
    return overview
