"""Plan every place below a folder, or every place of one long table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fiscal_model.apps.batch.kept_rows import KeptRows
from fiscal_model.apps.batch.one_place import Question, Row
from fiscal_model.apps.batch.results import BatchResult, frame_of, write_results
from fiscal_model.apps.batch.workers import rows_of
from fiscal_model.inputs.find import place_folders
from fiscal_model.inputs.place_panel import lay_places
from fiscal_model.words.errors import Fault, InputError

PLACES, REPORTS = "places", "reports"


def batch(
    source: str | Path,
    scenario: str | Path = "baseline",
    *,
    to: str | Path | None = None,
    years: int = 5,
    workers: int | None = None,
    scheduler: str = "",
    reports: bool = False,
    seed: int = 2026,
    progress: Callable[[int, int], None] = lambda done, whole: None,
) -> BatchResult:
    """Plan many places and gather them in one table.

    Each place is kept as soon as it is done (``rows`` of the target folder): a run that was cut off, and a second call,
    compute only what is missing, has changed or did not get through. The table is the same whoever computed it.

    Parameters
    ----------
    source : str or Path
        A folder of place folders, or a long table (CSV or Excel): ``place, province, line, year, amount, unit, source``.
    scenario : str or Path
        A shipped or saved one by name, or a file.
    to : str or Path, optional
        Where the table and what belongs to it goes; ``reports/batch-<name>`` by default.
    years, seed : int
    workers : int, optional
        Processes; as many as there are cores by default. Side by side only where ``dask.distributed`` is installed.
    scheduler : str
        Address of a running dask scheduler whose workers see the same folders.
    reports : bool
        Write each place's full report too.
    progress : callable
        Told how many places of how many are done.

    Returns
    -------
    BatchResult

    Raises
    ------
    InputError
        There is no place, or the long table cannot be read. Faults of one place are its row's reason.
    TargetError, ReportError
        The target is not ours to write to, or the scheduler cannot be reached.

    Examples
    --------
    >>> import tempfile, fiscal_model as fm
    >>> with tempfile.TemporaryDirectory() as room:
    ...     found = fm.batch("data/places", to=Path(room) / "all", workers=1)
    >>> found.frame.loc[found.frame["status"] == "planned", "place"].tolist()
    ['gangu', 'lijiang', 'yunshui', 'zhangye']
    """
    source = Path(source)
    folder = Path(to) if to is not None else Path("reports", f"batch-{source.stem}")
    # Whole paths: a worker of a cluster has another working folder.
    chosen = str(Path(scenario).absolute() if Path(scenario).is_file() else scenario)
    question = Question(chosen, years, seed=seed, reports=str((folder / REPORTS).absolute()) if reports else "")
    if not source.exists():
        raise InputError([Fault(source.as_posix(), "没有这个文件夹或文件", "请检查路径")])
    laid = None if source.is_dir() else KeptRows(folder, question)
    places = place_folders(source) if laid is None else lay_places(source, folder / PLACES)
    if not places:
        remedy = "文件夹下每个地区一个文件夹（有 place.toml 或填报表.xlsx），或给出一张长表"
        raise InputError([Fault(source.as_posix(), "里面没有地区文件夹", remedy)])
    kept = laid or KeptRows(folder, question)
    rows: dict[str, Row] = {place.name: row for place in places if (row := kept.get(place)) is not None}
    left = [place for place in places if place.name not in rows]
    progress(len(rows), len(places))
    for place, row in rows_of(left, question, workers, scheduler):
        kept.put(place, row)
        rows[place.name] = row
        progress(len(rows), len(places))
    frame = frame_of(rows.values())
    write_results(frame, folder)
    return BatchResult(frame, folder, len(left))
