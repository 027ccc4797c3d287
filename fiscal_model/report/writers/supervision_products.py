"""What financial supervision hands out beside its ledgers: the handbook of documents and rules, the rows for the platform."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from fiscal_model.law.rule_settings import SETTINGS
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.report.declaration import Column, Content, table
from fiscal_model.report.ledger import DOUBT
from fiscal_model.report.ledgers.supervision_ledgers import platform_rows
from fiscal_model.report.ledgers.supervision_library_ledgers import regulations
from fiscal_model.report.method_text import Part
from fiscal_model.report.writers.short_document import write_short_document
from fiscal_model.words.plain import csv_frame
from fiscal_model.words.table import ReportTable
from fiscal_model.words.vocabulary import QUALITIES


def write_supervision_products(folder: Path, plan: Plan) -> tuple[Path, ...]:
    """Write the handbook and the platform's rows where their registers are kept; return what was written."""
    place, written = plan.basis.place, []
    if place.has("regulations"):
        titles = ("财会监督制度汇编", place.title, f"截至{plan.base_year}年12月31日")
        written.append(write_short_document(folder / "handbook.docx", titles, handbook_parts(plan), "财会监督制度汇编"))
    if place.has("platform_money"):
        written.append(folder / "platform.csv")
        csv_frame(platform_frame(plan)).to_csv(written[-1], index=False, encoding="utf-8-sig", lineterminator="\n")
    return tuple(written)


def platform_frame(plan: Plan) -> pd.DataFrame:
    """Return the rows that may be exported, in the layout of the rule file, words as printed, money in 万元."""
    rows, label = platform_rows.find(plan), TABLES["platform_money"].label_of
    layout = rules("ledger_supervision")["platform_layout"]["value"]
    valid = rows.loc[rows[DOUBT] == "", list(layout)]
    valid = valid.assign(kind=[kind.label for kind in valid["kind"]]) if "kind" in valid else valid
    return valid.rename(columns=label)


def handbook_parts(plan: Plan) -> list[Part]:
    """Return the chapters: documents by topic, those in force first, then the rules that the program itself goes by."""
    found = regulations.find(plan).sort_values("state", key=lambda state: state != "有效", kind="stable")
    parts = [
        Part(f"第{at}章　{topic}", tuple(map(_document, rows.to_dict("records"))))
        for at, (topic, rows) in enumerate(found.groupby("topic", sort=False), 1)
    ]
    said = "以下是本软件使用的判断线和参数，逐条写明来源和核实情况；标“未经核实”“设计”的不是法规，应以当地文件替换。"
    return [
        *parts,
        Part(f"第{len(parts) + 1}章　软件使用的规则", (said,), tuple(filter(None, map(_rule_table, sorted(SETTINGS))))),
    ]


def _document(row: Mapping[Any, Any]) -> str:
    until = (
        f"有效期至{row['valid_until']}" if isinstance(row["valid_until"], type(row["issued_on"])) else "没有规定有效期"
    )
    return (
        f"{row['title']}，{row['number'] or '没有文号'}，{row['issuer']}{row['issued_on']}印发，{until}（{row['state']}）。"
        f"要点：{row['key_article'] or '没有摘录'}"
    )


def _rule_table(file: str) -> ReportTable | None:
    """Every entry of a rule file that names its source; a value of many parts is read in the file."""
    rows = [
        {**rule, "id": name, "label": rule.get("label", f"“{name}”一节"), "value": _shown(rule.get("value")),
         "source": rule["source"].replace("{years}", "有实际数的各年"),
         "sure": QUALITIES.get(rule["quality"], "设计")}
        for name, rule in rules(file).items()
        if isinstance(rule, Mapping) and {"source", "quality"} <= set(rule)
    ]  # fmt: skip
    columns = [Column("取值", "value", "text"), Column("来源", "source", "text"), Column("核实情况", "sure", "text")]
    listed = table("", f"rules_{file}", f"data/rules/{file}.toml", "规则", columns, row_id="id", unit="")
    return listed(lambda plan: Content(rows))(None) if rows else None


def _shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, int | float) else "见原文件"
