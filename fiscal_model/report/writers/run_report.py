"""A report is a run of its notebook: parameters in, folder out, the executed notebook kept in it as the record."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from fiscal_model.inputs.working_folder import find_root
from fiscal_model.report.writers.folder import (
    RECORD,
    digest,
    read_manifest,
    refuse_target,
    whole_folder,
    write_manifest,
)
from fiscal_model.report.writers.office_template import KEPT_AS, check_template
from fiscal_model.words.resources import notebook_file

if TYPE_CHECKING:
    from fiscal_model.inputs.scenario import Scenario

NOTEBOOK, SCENARIO = "90_report.ipynb", "scenario.toml"


def write_report(
    place_folder: str | Path,
    scenario: str | Path | Scenario = "baseline",
    *,
    to: str | Path | None = None,
    base_year: int | None = None,
    years: int = 5,
    paths: int = 10_000,
    seed: int = 2026,
    scope: str = "",
    template: str | Path | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> Path:
    """Run the report's notebook through papermill and move the folder that it filled into place whole.

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
    template : str or Path, optional
        A Word document of the office's own, in whose styles, page, header and footer the documents are written.
    progress : callable
        Is told in Chinese what is being done.

    Returns
    -------
    Path
        The report folder.

    Raises
    ------
    InputError, ScenarioError
        The input or the template has faults; nothing is written.
    TargetError
        Something that is no report stands at ``to``.
    ReportError
        A step failed, and which; the last good report is untouched.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> fm.write_report("data/places/lijiang", "pessimistic", to="reports/lijiang-pessimistic")  # doctest: +SKIP
    PosixPath('reports/lijiang-pessimistic')
    """
    from fiscal_model.report.writers.notebook import run_notebook

    refuse_target(to)
    if template:
        check_template(template)
    target = Path(to) if to is not None else None
    with whole_folder(target or _usual_place) as folder:
        asked = {
            "base_year": base_year,
            "years": years,
            "seed": seed,
            "paths": paths,
            "scope": scope,
            "template": str(template or ""),
            "to": str(folder),
        }
        chosen = _file_of(scenario, folder)
        parameters = {"place": str(place_folder), "scenario": chosen, **asked}
        run_notebook(notebook_file(NOTEBOOK), folder / RECORD, parameters, cwd=Path.cwd(), tell=progress)
        target = target or _usual_place(folder)
        _keep_record(folder, _where(place_folder), target)
    return target


def _where(place: str | Path) -> Path:
    """Find a place as its notebook did; registers and forms are the notebook's, here they would only be loaded again."""
    if Path(place).exists():
        return Path(place)
    from fiscal_model.inputs.find import find_place

    return find_place(place)


def _file_of(scenario: str | Path | Scenario, folder: Path) -> str:
    """Name a scenario as the notebook is given it; one that is no file yet becomes one."""
    if isinstance(scenario, str | Path):
        return str(scenario)
    file = folder / SCENARIO
    file.write_text(scenario.to_toml(), encoding="utf-8", newline="\n")
    return str(file)


def _usual_place(folder: Path) -> Path:
    """Tell from a finished folder where it goes: ``reports/<place>-<first plan year>/<scenario>``."""
    manifest = read_manifest(folder)
    return Path("reports", f"{manifest['place']}-{manifest['years'][0]}", manifest["scenario"])


def _keep_record(folder: Path, place: Path, target: Path) -> None:
    """State the parameters with which the record is performed again where it lies, writing nothing beside it; close the manifest.

    Relative paths: no machine's folders enter the report, which may be carried elsewhere with its place.
    """
    from fiscal_model.report.writers.notebook import restate

    told = read_manifest(folder)
    given = {name: told[name] for name in ("base_year", "seed", "paths", "scope")} | {"years": len(told["years"])}
    kept = KEPT_AS if (folder / KEPT_AS).exists() else ""
    restate(
        folder / RECORD, {"place": _relative(place, target), "scenario": SCENARIO, **given, "template": kept, "to": ""}
    )
    told["files"] = dict(sorted({**told["files"], RECORD: digest(folder / RECORD)}.items()))
    write_manifest(folder, told)


def _relative(path: Path, folder: Path) -> str:
    """Say where a place lies, seen from a report; from the working folder where the two share nothing but the disk.

    A path that climbs to the root of the disk would spell out the folders of this machine, and hold on no other.
    """
    path, folder = path.resolve(), folder.resolve()
    root = find_root(folder)
    if path.parts[:2] == folder.parts[:2]:
        return Path(os.path.relpath(path, folder)).as_posix()
    if path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    same_disk = path.anchor == folder.anchor
    return (Path(os.path.relpath(path, folder)) if same_disk else path).as_posix()
