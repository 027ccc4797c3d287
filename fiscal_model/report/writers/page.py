"""The plan as one web page that answers alone: opens from a memory stick, loads nothing, sends nothing."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

from fiscal_model.analysis.risk.simulate import Fan
from fiscal_model.law.indicators import BAND_WORDS
from fiscal_model.model.projection import Plan
from fiscal_model.report import canvas
from fiscal_model.report.chapters.all_chapters import ANNEX, figure_title, plan_title
from fiscal_model.report.decision_summary import Summary
from fiscal_model.report.figures.readings import read_marks
from fiscal_model.report.marks import Mark
from fiscal_model.report.material import SUBHEADING, Chapter
from fiscal_model.report.writers.page_charts import cards_of, charts_of, fan_of, lines_of, values_of
from fiscal_model.report.writers.page_model import model_of
from fiscal_model.words.lines import LINES
from fiscal_model.words.shortened import shortened
from fiscal_model.words.table import ReportRow, ReportTable, kind_at, printed_row

_TEMPLATES = Path(__file__).parent / "templates" / "page"
_SCRIPTS = ("charts.js", "model.js", "futures.js", "trial.js", "explain.js", "page.js", "tables.js")
_POLICY = (
    "default-src 'none'; img-src data:; script-src {script}; style-src {style}; base-uri 'none'; form-action 'none'"
)
"""What a browser may do for the page: run our script and style, known by their digests, show pictures that it holds, nothing else."""


def write_page(
    path: str | Path,
    plan: Plan,
    fan: Fan,
    chapters: Sequence[Chapter],
    tables: Sequence[ReportTable],
    figures: Mapping[str, str | Path],
    alternatives: Mapping[str, Plan],
    summary: Summary,
    marks: Mapping[str, Sequence[Mark]] = MappingProxyType({}),
) -> None:
    """Write the plan as a web page: the page for one who decides first, then scenarios line by line, chapters, every table.

    ``marks``: of the figures that stay pictures, where their bars and points stand, which tell the cells of tables behind them.

    Equal input gives equal bytes. Texts from data are escaped; the page's policy lets a browser load and send nothing.
    """
    script = "\n".join((_TEMPLATES / name).read_text(encoding="utf-8") for name in _SCRIPTS)
    style = (_TEMPLATES / "page.css").read_text(encoding="utf-8").replace("/* lights */", _lights())
    drawn = charts_of(plan)
    page = _environment().get_template("page.html.j2").render(
        title=plan_title(plan),
        plan=plan,
        summary=summary,
        cards=_cards(summary),
        chapters=[_chapter(each, drawn, figures) for each in chapters if each.number != f"{ANNEX}1"],
        tables={each.id: _table(shortened(each)) for each in tables},
        data=_embedded(_data(plan, fan, alternatives, drawn) | {"pictures": _read(marks, plan, tables)}),
        script=script,
        style=style,
        policy=_POLICY.format(script=_digest(script), style=_digest(style)),
    )  # fmt: skip
    Path(path).write_text(page, encoding="utf-8", newline="\n")


def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(_TEMPLATES)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _lights() -> str:
    """The colours behind the numbers, as everywhere in the report."""
    known = {band: canvas.LIGHTS[word] for band, word in BAND_WORDS.items() if word in canvas.LIGHTS}
    return "\n".join(f".cards .light-{band} {{ background: #{colour}; }}" for band, colour in known.items())


def _digest(text: str) -> str:
    """What a policy knows a script or a style by."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _embedded(data: Any) -> str:
    r"""Return data as JSON that ends no script and opens no comment inside a page.

    Examples
    --------
    >>> print(_embedded("</script><!--&"))
    "\u003c/script\u003e\u003c!--\u0026"
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return re.sub(r"[<>&\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", text)


def _data(plan: Plan, fan: Fan, alternatives: Mapping[str, Plan], charts: Mapping[str, Any]) -> dict[str, Any]:
    plans = {plan.basis.scenario.id: plan, **alternatives}
    return {
        "years": list(plan.years),
        "base": plan.base_year,
        "lines": lines_of(plan),
        "scenarios": [
            {"id": id, "name": each.basis.scenario.name, "values": values_of(each)} for id, each in plans.items()
        ],
        "fan": fan_of(fan),
        "cards": cards_of(plan),
        "model": model_of(plan, fan, plans),
        "charts": charts,
        "colours": [canvas.NAVY, canvas.OCHRE, canvas.BRICK, canvas.GREY, canvas.STEEL, canvas.INK],
    }


def _cards(summary: Summary) -> list[dict[str, Any]]:
    """The eight numbers: what is printed, the light by its word, the reason."""
    bands = {word: band for band, word in BAND_WORDS.items()}
    heads = summary.tables[0].columns
    return [
        {
            "title": row.label,
            "said": str(row.values[0]),
            "light": bands.get(str(row.values[0])[-1:], "none"),
            "about": dict(zip(heads[1:], map(str, row.values[1:]), strict=True)),
        }
        for row in summary.tables[0].rows
    ]


def _read(
    marks: Mapping[str, Sequence[Mark]], plan: Plan, tables: Sequence[ReportTable]
) -> dict[str, list[dict[str, Any]]]:
    """The marks of each picture: where they stand, in shares of it, and what they tell."""
    return {
        name: [
            {"box": [round(each, 4) for each in mark.box], "title": title, "told": told}
            for mark, (title, told) in zip(found, read_marks(name, found, plan, tables), strict=True)
        ]
        for name, found in marks.items()
    }


def _chapter(chapter: Chapter, drawn: Mapping[str, Any], figures: Mapping[str, str | Path]) -> dict[str, Any]:
    apart = "　" if chapter.number.startswith(ANNEX) else "、"
    return {
        "heading": f"{chapter.number}{apart}{chapter.title}",
        "paragraphs": [(bool(SUBHEADING.fullmatch(text)), text) for text in chapter.paragraphs],
        "tables": chapter.tables,
        "charts": [name for name in chapter.figures if name in drawn],
        "pictures": [
            (name, figure_title(name), _picture(figures[name]))
            for name in chapter.figures
            if name in figures and name not in drawn
        ],
    }


def _picture(path: str | Path) -> str:
    """A drawn figure as the page holds it: half as wide, in a palette."""
    from PIL import Image

    smaller = BytesIO()
    with Image.open(path) as picture:
        size = (picture.width * 2 // 3, picture.height * 2 // 3)
        reduced = picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    reduced.quantize(64, dither=Image.Dither.NONE).save(smaller, format="png", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(smaller.getvalue()).decode()}"


def _table(table: ReportTable) -> dict[str, Any]:
    return {
        "table": table,
        "heading": f"{f'表{table.number}　' if table.number else ''}{table.title}",
        "rows": [_row(table, row) for row in table.rows],
    }


def _row(table: ReportTable, row: ReportRow) -> dict[str, Any]:
    """A row's cells as printed; words stand at the left."""
    cells = [
        (
            text,
            isinstance(value, str) and kind_at(table, row, at) == "text" and not text[:1].isdigit() and len(text) > 1,
        )
        for at, (value, text) in enumerate(zip(row.values, printed_row(table, row), strict=True))
    ]
    return {
        "label": row.label,
        "level": min(row.level, 4),
        "total": row.total,
        "line": row.line if row.line in LINES else "",
        "cells": cells,
    }
