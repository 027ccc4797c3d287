"""What stands beside the volume of ledgers: handbook, platform rows, masked registers, pages of disclosure, progress note, forms of performance targets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from fiscal_model.model.projection import Plan
from fiscal_model.report.ledgers.performance_ledgers import sector_indicators
from fiscal_model.report.writers.disclosure_pages import write_disclosure
from fiscal_model.report.writers.masked_registers import write_masked_registers
from fiscal_model.report.writers.progress_note import write_progress_note
from fiscal_model.report.writers.supervision_products import write_supervision_products
from fiscal_model.words.ledger_terms import YesNo
from fiscal_model.words.library_terms import IndicatorKind
from fiscal_model.words.performance_terms import Sector
from fiscal_model.words.plain import csv_frame
from fiscal_model.words.table import ReportTable


def write_ledger_products(folder: Path, plan: Plan, tables: Sequence[ReportTable]) -> tuple[Path, ...]:
    """Write each product whose register is kept; return what was written."""
    written = (
        write_supervision_products(folder, plan) + write_masked_registers(folder, plan) + write_disclosure(folder, plan)
    )
    if plan.basis.place.has("sector_indicators"):
        path = folder / "indicators.csv"
        csv_frame(target_forms(plan)).to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")
        written += (path,)
    return written + write_progress_note(folder, plan, tables)


def target_forms(plan: Plan) -> pd.DataFrame:
    """Return the form that a department fills for a project: the common indicators of its sector, and an empty row for each
    kind of indicator that the sector has none of; project and target are left to fill.
    """  # fmt: skip
    rows = sector_indicators.find(plan)
    rows = rows[rows["common"] == YesNo.YES]
    missing = [
        {"sector": sector, "kind": kind}
        for sector in Sector
        for kind in IndicatorKind
        if not ((rows["sector"] == sector) & (rows["kind"] == kind)).any()
    ]
    whole = pd.concat([rows, pd.DataFrame(missing)], ignore_index=True)
    at = [(list(Sector).index(sector), list(IndicatorKind).index(kind)) for sector, kind in zip(whole["sector"], whole["kind"], strict=True)]  # fmt: skip
    whole = whole.loc[sorted(range(len(whole)), key=lambda row: at[row])]
    names = {"name": "指标名称", "measured_in": "计量单位", "standard": "标准值", "document": "标准依据"}
    form = whole[list(names)].rename(columns=names)
    form.insert(0, "指标类型", [kind.label for kind in whole["kind"]])
    form.insert(0, "行业", [sector.label for sector in whole["sector"]])
    return form.astype(object).assign(项目编号="", 目标值="").fillna("")
