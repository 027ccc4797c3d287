"""Everything a run leaves behind, one function a product; the report's notebook calls them in order."""

from __future__ import annotations

import atexit
import contextlib
import datetime as dt
import platform
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fiscal_model.analysis.spending.functions import by_function
from fiscal_model.blocks.checks.all_checks import OUTCOMES, Check
from fiscal_model.inputs.find import place_at
from fiscal_model.inputs.past_plans import read_vintages
from fiscal_model.inputs.place import Place, read_place
from fiscal_model.model.from_folder import checked
from fiscal_model.model.planbook import plan_table
from fiscal_model.report.all_answers import Answers
from fiscal_model.report.marks import Mark
from fiscal_model.report.series import TITLES
from fiscal_model.report.summary import summary_of
from fiscal_model.report.writers.contents import contents_of, write_printed
from fiscal_model.report.writers.folder import (
    RECORD,
    digest,
    is_unfinished,
    refuse_target,
    whole_folder,
    write_manifest,
)
from fiscal_model.report.writers.office_template import KEPT_AS
from fiscal_model.report.writers.room import own_room
from fiscal_model.words.errors import ReportError
from fiscal_model.words.files import why
from fiscal_model.words.markup import Sheet, card, sheet_of, shows_itself
from fiscal_model.words.plain import csv_frame
from fiscal_model.words.resources import rules_files

_REPORTED_PACKAGES = ("numpy", "pandas", "statsmodels", "matplotlib", "papermill", "python-docx", "xlsxwriter")


@shows_itself
@dataclass(frozen=True, repr=False)
class Run:
    """A report under way.

    Parameters
    ----------
    place : Place
    checks : tuple of Check
        How its checks came out.
    folder : Path
        Where its products go until it is closed.
    finish : callable
        Moves the folder to where it belongs.
    """

    place: Place
    checks: tuple[Check, ...]
    folder: Path
    finish: Callable[[], None]

    @property
    def sheet(self) -> Sheet:
        """What was read, each file with the beginning of its digest, and how each check came out."""
        read = [(name, ("读取", f"摘要 {known[:16]}")) for name, known in sorted(self.place.digests.items())]
        found = [(f"{each.id} {each.title}", (OUTCOMES[each.outcome], "；".join(each.details))) for each in self.checks]
        return sheet_of("数据和核对", ("结果", "摘要、说明"), [*read, *found])


@shows_itself
@dataclass(frozen=True, repr=False)
class Drawn:
    """The figures of a report: the file of each, what each draws in words and numbers, and where its marks stand."""

    files: Mapping[str, Path]
    said: Mapping[str, str]
    marks: Mapping[str, Sequence[Mark]]

    @property
    def sheet(self) -> Sheet:
        """What each draws."""
        return card("图中的数", ((TITLES[name], said.replace("\n", "；")) for name, said in self.said.items()))


def begin_report(place: str | Path, scope: str = "", to: str | Path = "") -> Run:
    """Read and check a place, and open the folder that the products of a report go to.

    Parameters
    ----------
    place : str or Path
        A folder, or its name under ``data/places``.
    scope : str
        ``whole`` or ``own_level``; what ``place.toml`` says by default.
    to : str or Path
        The report folder, moved into place whole when the run is closed; without one the products are made and compared, not kept.

    Returns
    -------
    Run

    Raises
    ------
    InputError
        The tables are at fault or contradict each other; nothing is written.
    TargetError
        Something that is no report stands at ``to``.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> run = fm.products.begin_report("data/places/gangu")
    >>> run.place.title, run.folder.is_dir()
    ('甘谷县', True)
    >>> run.finish()
    >>> run.folder.exists()
    False
    """
    target = Path(to)
    filled = bool(to) and is_unfinished(
        target
    )  # the folder of the run that started this notebook, which moves it itself
    if to and not filled:
        refuse_target(target)
    read = read_place(place_at(place), scope)
    checks = checked(read)
    if filled:
        return Run(read, checks, target, lambda: None)
    opened = whole_folder(target) if to else own_room()
    folder = opened.__enter__() / ("" if to else "report")
    folder.mkdir(exist_ok=True)

    def abandon() -> None:
        with contextlib.suppress(BaseException):
            opened.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)

    def finish() -> None:
        atexit.unregister(abandon)
        opened.__exit__(None, None, None)

    atexit.register(abandon)
    return Run(read, checks, folder, finish)


def make_summary(answers: Answers, folder: Path) -> Sheet:
    """Write the page for one who decides as a picture, and the scenario that it was computed under.

    Parameters
    ----------
    answers : Answers
    folder : Path

    Examples
    --------
    >>> import fiscal_model as fm
    >>> fm.products.make_summary(answers, run.folder)  # doctest: +SKIP
    """
    from fiscal_model.report import canvas
    from fiscal_model.report.figures.summary_figure import draw_summary

    with _written("决策摘要"):
        (folder / "scenario.toml").write_text(answers.plan.basis.scenario.to_toml(), encoding="utf-8", newline="\n")
        canvas.save(draw_summary(answers.plan, answers.fan), folder / "summary.png")
    return contents_of(folder / "scenario.toml")


def make_figures(answers: Answers, folder: Path) -> Drawn:
    """Draw every figure and write it; what each draws shows beside it, since pictures are not compared.

    Parameters
    ----------
    answers : Answers
    folder : Path

    Examples
    --------
    >>> import fiscal_model as fm
    >>> fm.products.make_figures(answers, run.folder).files["debt_stock"].name  # doctest: +SKIP
    'debt_stock.png'
    """
    from fiscal_model.report import canvas
    from fiscal_model.report.drawn import said_of
    from fiscal_model.report.figures.plan_figures import all_figures
    from fiscal_model.report.figures.readings import READINGS
    from fiscal_model.report.marks import marks_of

    figures = all_figures(answers.plan, answers.fan, answers.alternatives, answers.rating)
    with _written("figures"):
        (folder / "figures").mkdir()
        files = {name: canvas.save(figure, folder / "figures" / f"{name}.png") for name, figure in figures.items()}
    said = {name: said_of(each) for name, each in figures.items()}
    return Drawn(files, said, {name: marks_of(figures[name]) for name in READINGS if name in figures})


def make_document(answers: Answers, figures: Drawn, folder: Path, template: str | Path = "") -> Sheet:
    """Write the plan as an official document, and its annex as a volume of its own.

    Parameters
    ----------
    answers : Answers
    figures : Drawn
    folder : Path
    template : str or Path
        A Word document of the office's own, in whose styles, page, header and footer both are written; kept beside them.

    Raises
    ------
    InputError
        The template is no Word document without macros and password.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> fm.products.make_document(answers, figures, run.folder)  # doctest: +SKIP
    """
    from fiscal_model.report.writers.annex_document import write_annex
    from fiscal_model.report.writers.document import write_document

    plan, annex = folder / "plan.docx", folder / "annex.docx"
    with _written(plan.name):
        write_document(plan, answers.plan, answers.chapters, answers.tables, figures.files, answers.summary, template)
    with _written(annex.name):
        write_annex(annex, answers.plan, answers.chapters, answers.tables, figures.files, template)
    if template and Path(template).resolve() != (folder / KEPT_AS).resolve():
        shutil.copyfile(template, folder / KEPT_AS)
    return contents_of(plan, annex)


def make_workbook(answers: Answers, folder: Path) -> Sheet:
    """Write the plan as a workbook.

    Parameters
    ----------
    answers : Answers
    folder : Path

    Examples
    --------
    >>> import fiscal_model as fm
    >>> fm.products.make_workbook(answers, run.folder)  # doctest: +SKIP
    """
    from fiscal_model.report.writers.workbook import write_workbook

    with _written("plan.xlsx"):
        write_workbook(folder / "plan.xlsx", answers.plan, answers.tables, answers.alternatives.values())
    return contents_of(folder / "plan.xlsx")


def make_ledgers(answers: Answers, folder: Path) -> Sheet:
    """Write the management ledgers as a volume of their own, to read and to filter; nothing where the place keeps none.

    Beside it, where their registers are kept: `handbook.docx` (documents and rules of supervision), `platform.csv` (rows for
    the supervision platform), `masked` (registers with names and codes replaced), `indicators.csv` (a form of performance targets by sector),
    `disclosure.docx` (the tables that have to be published, with their figures),
    `progress.docx` for the level above.

    Parameters
    ----------
    answers : Answers
    folder : Path

    Examples
    --------
    >>> import fiscal_model as fm
    >>> fm.products.make_ledgers(answers, run.folder)  # doctest: +SKIP
    """
    from fiscal_model.report.all_ledgers import build_ledgers
    from fiscal_model.report.writers.ledger_products import write_ledger_products
    from fiscal_model.report.writers.ledger_volume import write_ledger_document, write_ledger_workbook

    tables = build_ledgers(answers.plan)
    if not tables:
        return card("管理台账", [("管理台账", "没有登记，不编制")])
    document, workbook = folder / "ledgers.docx", folder / "ledgers.xlsx"
    with _written("管理台账"):
        write_ledger_document(document, answers.plan, tables)
        write_ledger_workbook(workbook, answers.plan, tables)
        beside = write_ledger_products(folder, answers.plan, tables[1:])
    return contents_of(document, workbook, *beside)


def make_page(answers: Answers, figures: Drawn, folder: Path) -> Sheet:
    """Write the plan as a page that opens without a network.

    Parameters
    ----------
    answers : Answers
    figures : Drawn
    folder : Path

    Examples
    --------
    >>> import fiscal_model as fm
    >>> fm.products.make_page(answers, figures, run.folder)  # doctest: +SKIP
    """
    from fiscal_model.report.writers.page import write_page

    path = folder / "plan.html"
    with _written(path.name):
        made = answers.chapters, answers.tables, figures.files, answers.alternatives, answers.summary, figures.marks
        write_page(path, answers.plan, answers.fan, *made)
    return contents_of(path)


def make_tables(answers: Answers, folder: Path) -> Sheet:
    """Write every table as CSV: those of the annex as printed, and the lines of plan, simulation and scenarios in full.

    Parameters
    ----------
    answers : Answers
    folder : Path

    Examples
    --------
    >>> import fiscal_model as fm
    >>> fm.products.make_tables(answers, run.folder)  # doctest: +SKIP
    """
    import pandas as pd

    folder = folder / "tables"
    frames = {
        "plan": plan_table(answers.plan),
        "plan_without_measures": plan_table(answers.plan.without_measures),
        "fan": answers.fan.frame(),
        "scenarios": pd.concat([plan_table(plan) for plan in answers.alternatives.values()], ignore_index=True),
    }
    if (spent := by_function(answers.plan)) is not None:
        frames["functions"] = spent.frame
    with _written("tables"):
        folder.mkdir()
        for name, frame in frames.items():
            path = folder / f"{name}.csv"
            csv_frame(frame).to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n", float_format="%.6f")
        for printed in answers.tables:
            write_printed(printed, folder / f"{printed.number}_{printed.id}.csv")
    return contents_of(*sorted(folder.iterdir()))


def close_report(answers: Answers, run: Run) -> Sheet:
    """Write the manifest, which says what was read, under which rules and versions, and what was made; move the folder into place.

    Parameters
    ----------
    answers : Answers
    run : Run

    Examples
    --------
    >>> import fiscal_model as fm
    >>> fm.products.close_report(answers, run)  # doctest: +SKIP
    """
    plan, place, folder = answers.plan, answers.plan.basis.place, run.folder
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != RECORD)
    manifest: dict[str, Any] = {
        "place": place.id,
        "name": place.title,
        "scenario": plan.basis.scenario.id,
        "scope": str(place.scope),
        "base_year": plan.base_year,
        "years": list(plan.years),
        "paths": answers.fan.paths,
        "seed": answers.fan.seed,
        "inputs": dict(sorted(place.digests.items())),
        "rules": {path.name: digest(path) for path in rules_files()},
        "vintages": [vintage.name for vintage in read_vintages(place)],
        "grain": dict(plan.basis.grain),
        "summary": summary_of(plan),
        "cautions": [
            {"code": caution.code, "where": caution.where, "message": caution.message} for caution in plan.cautions
        ],
        "files": {path.relative_to(folder).as_posix(): digest(path) for path in files},
        "versions": {
            "fiscal-model": version("fiscal-model"),
            "python": platform.python_version(),
            **{name: version(name) for name in _REPORTED_PACKAGES},
        },
        "created": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    }
    with _written("manifest.json"):
        write_manifest(folder, manifest)
    run.finish()
    said = {"读取": f"{len(manifest['inputs'])} 个文件", "依据": f"{len(manifest['rules'])} 个规则文件"}
    return card("报告", [*said.items(), ("写出", f"{len(files)} 个文件"), ("提示", f"{len(plan.cautions)} 条")])


@contextlib.contextmanager
def _written(what: str) -> Iterator[None]:
    """Say in Chinese which product the disk refused."""
    try:
        yield
    except OSError as error:
        raise ReportError(f"{what} 不能写入（{why(error)}）。请检查权限和磁盘空间") from error
