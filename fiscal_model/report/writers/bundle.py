"""Everything a run leaves behind: notebook, web page, document, workbook, figures, tables, manifest."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import platform
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from fiscal_model.analysis.rating.rating import Rating, rate
from fiscal_model.analysis.risk.simulate import DEFAULT_PATHS, Fan, simulate
from fiscal_model.analysis.spending.functions import by_function
from fiscal_model.inputs.find import place_at, scenario_of
from fiscal_model.inputs.past_plans import read_vintages
from fiscal_model.inputs.place import Place
from fiscal_model.inputs.scenario import SHIPPED, Scenario, read_scenario
from fiscal_model.model.from_folder import read_checked
from fiscal_model.model.planbook import plan_table
from fiscal_model.model.projection import Plan, project_all
from fiscal_model.report.answers import (
    answer_affordability,
    answer_balance,
    answer_debt,
    answer_guarantees,
    answer_revenue,
    answer_uncertainty,
)
from fiscal_model.report.decision_summary import Summary, summarise
from fiscal_model.report.summary import summary_of
from fiscal_model.report.tables.annex import build_tables
from fiscal_model.report.writers.folder import MANIFEST, refuse_target, whole_folder
from fiscal_model.report.writers.handover import handed_over, question_key, received
from fiscal_model.words.markup import Sheet, card, shows_itself
from fiscal_model.words.plain import csv_frame, csv_text
from fiscal_model.words.resources import notebook_file, rules_files
from fiscal_model.words.table import ReportTable, Value

Progress = Callable[[str], None]
_REPORTED_PACKAGES = ("numpy", "pandas", "statsmodels", "matplotlib", "papermill", "python-docx", "xlsxwriter")


@shows_itself
@dataclass(frozen=True, repr=False)
class Answers:
    """A plan with everything that is said about it."""

    plan: Plan
    fan: Fan
    rating: Rating
    alternatives: Mapping[str, Plan]
    tables: tuple[ReportTable, ...]

    @property
    def summary(self) -> Summary:
        """The page for one who decides."""
        return summarise(self.plan, self.fan)

    @property
    def sheet(self) -> Sheet:
        """The answer to each of the six questions, as a table."""
        plan, fan = self.plan, self.fan
        said = {
            "收入": answer_revenue(plan, fan),
            "三保": answer_guarantees(plan, fan),
            "债务": answer_debt(plan),
            "平衡": answer_balance(plan, fan),
            "不确定性": answer_uncertainty(plan, fan, self.alternatives),
            "承受能力": answer_affordability(plan, self.rating),
        }
        return card(plan.sheet.table.title, said.items())


def answer(
    place: str | Path | Place,
    scenario: str | Path | Scenario = "baseline",
    *,
    base_year: int | None = None,
    years: int = 5,
    paths: int = DEFAULT_PATHS,
    seed: int = 2026,
    scope: str = "",
) -> Answers:
    """Compute a plan, its fan, its rating, the shipped scenarios beside it and the annex.

    Parameters
    ----------
    place : str, Path or Place
        A folder, or its name under ``data/places``.
    scenario : Scenario, path of a scenario file, or name of a shipped, saved or own one
    base_year : int, optional
    years, paths, seed : int
    scope : str
        Of a place not yet read: ``whole`` or ``own_level``; what ``place.toml`` says by default.

    Returns
    -------
    Answers

    Raises
    ------
    InputError, ScenarioError
        The input has faults.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> fm.answer("data/places/zhangye", paths=100)
    <Answers 张掖市2026—2030年财政规划（基准情景）>
    """
    found = place if isinstance(place, Place) else place_at(place)
    chosen = scenario_of(scenario, found.folder if isinstance(found, Place) else found)
    before: Answers | None = received(question_key(found, scope, chosen, base_year, years, paths, seed))
    if before is not None:
        return before
    read = found if isinstance(found, Place) else read_checked(found, scope)
    others = [read_scenario(name) for name in SHIPPED if name != chosen.id]
    computed = {plan.basis.scenario.id: plan for plan in project_all(read, [*others, chosen], base_year, years)}
    alternatives = {name: computed[name] for name in dict.fromkeys((*SHIPPED, chosen.id))}
    plan = alternatives[chosen.id]
    fan, rating = simulate(plan, paths=paths, seed=seed), rate(plan)
    return Answers(plan, fan, rating, alternatives, build_tables(plan, fan, rating, alternatives))


def report_folder(plan: Plan, root: Path = Path("reports")) -> Path:
    """Return the folder of a report: ``reports/<place>-<first plan year>/<scenario>``."""
    return root / f"{plan.basis.place.id}-{plan.years[0]}" / plan.basis.scenario.id


def write_report(
    place_folder: str | Path,
    scenario: str | Path | Scenario = "baseline",
    *,
    to: str | Path | None = None,
    base_year: int | None = None,
    years: int = 5,
    paths: int = DEFAULT_PATHS,
    seed: int = 2026,
    scope: str = "",
    progress: Progress = lambda message: None,
) -> Path:
    """Compute a plan and write its report folder whole.

    Parameters
    ----------
    place_folder : str or Path
    scenario : Scenario, path of a scenario file, or name of a shipped, saved or own one
    to : str or Path, optional
        The report folder itself; ``reports/<place>-<first plan year>/<scenario>`` by default.
    base_year : int, optional
    years, paths, seed : int
    scope : str
        ``whole`` or ``own_level``; what ``place.toml`` says by default.
    progress : callable
        Is told in Chinese what is being done.

    Returns
    -------
    Path
        The report folder.

    Raises
    ------
    InputError, ScenarioError
        The input has faults; nothing is written.
    TargetError
        Something that is no report stands at ``to``.
    ReportError
        The report could not be written; the last good one is untouched.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> fm.write_report("data/places/lijiang", "pessimistic", to="reports/lijiang-pessimistic")  # doctest: +SKIP
    PosixPath('reports/lijiang-pessimistic')
    """
    progress("读取和核对数据")
    refuse_target(to)
    place = read_checked(place_folder, scope)
    progress("测算规划、情景和模拟")
    answers = answer(place, scenario, base_year=base_year, years=years, paths=paths, seed=seed)
    target = Path(to) if to is not None else report_folder(answers.plan)
    with whole_folder(target) as folder:
        _write_all(answers, folder, progress)
    return target


def _write_all(answers: Answers, folder: Path, progress: Progress) -> None:
    # Whole before two threads run: matplotlib looks at it while the notebook's libraries are still importing it.
    import IPython  # noqa: F401

    from fiscal_model.report import canvas
    from fiscal_model.report.chapters.all_chapters import write_chapters
    from fiscal_model.report.figures.plan_figures import draw_figures
    from fiscal_model.report.figures.summary_figure import draw_summary
    from fiscal_model.report.writers.document import write_document
    from fiscal_model.report.writers.page import write_page
    from fiscal_model.report.writers.workbook import write_workbook

    plan = answers.plan
    (folder / "scenario.toml").write_text(plan.basis.scenario.to_toml(), encoding="utf-8", newline="\n")
    with ThreadPoolExecutor(
        1
    ) as aside:  # the notebook has a kernel, a process of its own, and needs nothing of the rest
        notebook = aside.submit(_run_notebook, answers, folder)
        progress("写表格")
        _write_tables(answers, folder / "tables")
        write_workbook(folder / "plan.xlsx", plan, answers.tables)
        progress("画图")
        figures = draw_figures(plan, answers.fan, folder / "figures", answers.alternatives, answers.rating)
        progress("写文档")
        chapters = write_chapters(plan, answers.fan, answers.rating, answers.tables, answers.alternatives)
        canvas.save(draw_summary(plan, answers.fan), folder / "summary.png")
        write_document(folder / "plan.docx", plan, chapters, answers.tables, figures, answers.summary)
        progress("写网页")
        page = (chapters, answers.tables, figures, answers.alternatives, answers.summary)
        write_page(folder / "plan.html", plan, answers.fan, *page)
        progress("运行报告笔记本")
        notebook.result()
    _write_manifest(answers, folder)


def _run_notebook(answers: Answers, folder: Path) -> None:
    from fiscal_model.report.writers.notebook import own_loop, run_notebook

    plan, fan = answers.plan, answers.fan
    # Relative paths: a reviewer re-performs the notebook where it lies, and no machine's folders enter the report.
    place, scope = plan.basis.place, str(plan.basis.place.scope)
    parameters = {
        "place": _relative(place.folder, folder),
        "scenario": "scenario.toml",
        "base_year": plan.base_year,
        "years": len(plan.years),
        "seed": fan.seed,
        "paths": fan.paths,
        "scope": scope,
    }
    asked = question_key(place, scope, plan.basis.scenario, plan.base_year, len(plan.years), fan.paths, fan.seed)
    with handed_over(answers, asked, folder), own_loop():
        run_notebook(notebook_file("90_report.ipynb"), folder / "plan.ipynb", parameters, cwd=folder)


def _relative(path: Path, folder: Path) -> str:
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive on Windows
        return path.resolve().as_posix()


def _write_tables(answers: Answers, folder: Path) -> None:
    import pandas as pd

    folder.mkdir()
    frames = {
        "plan": plan_table(answers.plan),
        "plan_without_measures": plan_table(answers.plan.without_measures),
        "fan": answers.fan.frame(),
        "scenarios": pd.concat([plan_table(plan) for plan in answers.alternatives.values()], ignore_index=True),
    }
    if (spent := by_function(answers.plan)) is not None:
        frames["functions"] = spent.frame
    for name, frame in frames.items():
        path = folder / f"{name}.csv"
        csv_frame(frame).to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n", float_format="%.6f")
    for printed in answers.tables:
        _write_printed(printed, folder / f"{printed.number}_{printed.id}.csv")


def _write_printed(table: ReportTable, path: Path) -> None:
    rows = [[row.label, *map(_cell, row.values), row.line] for row in table.rows]
    text = csv_text([[table.stub, *table.columns, "行代码"], *rows])
    path.write_text(text, encoding="utf-8-sig", newline="")


def _cell(value: Value) -> float | str:
    """Ratios to six decimals: enough to read, and the same bytes on machines whose last digit differs."""
    if value is None:
        return ""
    return round(value, 6) if isinstance(value, float) else value


def _write_manifest(answers: Answers, folder: Path) -> None:
    plan, place = answers.plan, answers.plan.basis.place
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    manifest = {
        "place": place.id,
        "name": place.title,
        "scenario": plan.basis.scenario.id,
        "scope": str(place.scope),
        "base_year": plan.base_year,
        "years": list(plan.years),
        "paths": answers.fan.paths,
        "seed": answers.fan.seed,
        "inputs": dict(sorted(place.digests.items())),
        "rules": {path.name: _digest(path) for path in rules_files()},
        "vintages": [vintage.name for vintage in read_vintages(place)],
        "grain": dict(plan.basis.grain),
        "summary": summary_of(plan),
        "cautions": [
            {"code": caution.code, "where": caution.where, "message": caution.message} for caution in plan.cautions
        ],
        "files": {path.relative_to(folder).as_posix(): _digest(path) for path in files},
        "versions": {
            "fiscal-model": version("fiscal-model"),
            "python": platform.python_version(),
            **{name: version(name) for name in _REPORTED_PACKAGES},
        },
        "created": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
