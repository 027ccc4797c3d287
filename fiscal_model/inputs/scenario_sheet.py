"""What a planner changed in the yellow cells of `plan.xlsx`, as a scenario: the way back from the workbook."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fiscal_model.inputs.scenario import Scenario, read_scenario
from fiscal_model.inputs.workbooks import no_workbook, open_workbook
from fiscal_model.words.errors import Fault, InputError
from fiscal_model.words.files import read_bytes

INPUTS = "输入"
"""The sheet of inputs."""
LABEL, UNIT, NAME, FIXED = "项目", "单位", "名称", "基期或定值"
AS_WRITTEN = "原值"
"""Ends the header of the column that keeps what a cell held when the workbook was written."""
ASSUMED = "assumed."
_NEARLY = 1e-9
_AGAIN = "请用 fiscal-model plan 生成的 plan.xlsx，不要改“输入”表的表头和“名称”列"


@dataclass(frozen=True)
class SheetChange:
    """A yellow cell that does not hold what it held: row of the sheet, what it is, in which year, before and after."""

    row: int
    name: str
    label: str
    year: int | None
    before: float
    after: float


def scenario_from_workbook(file: str | Path, base: Scenario | None = None) -> tuple[Scenario, tuple[SheetChange, ...]]:
    """Turn what was changed in the assumptions of a workbook into a scenario.

    Parameters
    ----------
    file : str or Path
        A ``plan.xlsx`` of this package, saved again by Excel, WPS or LibreOffice.
    base : Scenario, optional
        The scenario of the workbook; by default ``scenario.toml`` beside it, else the baseline.

    Returns
    -------
    scenario : Scenario
        ``base`` with the changed assumptions.
    beside : tuple of SheetChange
        Changed cells that are no assumptions: they stand in registers and published figures, not in a scenario.

    Raises
    ------
    InputError
        The file cannot be read, is no such workbook, or a cell holds no number; every fault is listed.
    ScenarioError
        A changed assumption is out of its bounds.
    """
    path = Path(file)
    changes = tuple(_changes(path))
    assumed: dict[str, dict[int, float]] = {}
    for change in changes:
        if change.name.startswith(ASSUMED) and change.year is not None:
            assumed.setdefault(change.name.removeprefix(ASSUMED), {})[change.year] = change.after
    started = base or _beside(path)
    changed = started.with_(**assumed)
    named = replace(changed, id=path.stem, name=f"{started.name}（按 {path.name} 修改）") if assumed else changed
    return named, tuple(each for each in changes if not each.name.startswith(ASSUMED))


def _beside(path: Path) -> Scenario:
    file = path.with_name("scenario.toml")
    return read_scenario(file if file.is_file() else "baseline")


def _changes(path: Path) -> Iterator[SheetChange]:
    shown = path.as_posix()
    rows = _rows(path, shown)
    head = next((at for at, row in enumerate(rows) if NAME in row and LABEL in row), None)
    if head is None:
        raise InputError([Fault(f"{shown}“{INPUTS}”", f"没有“{LABEL}”“{NAME}”一行表头", _AGAIN)])
    columns = {str(title): at for at, title in enumerate(rows[head])}
    pairs = {title: columns.get(f"{title}{AS_WRITTEN}") for title in columns if f"{title}{AS_WRITTEN}" in columns}
    if not pairs:
        raise InputError([Fault(f"{shown}“{INPUTS}”", "没有原值各列，看不出改了什么", _AGAIN, head + 1)])
    found, faults = [], []
    for number, row in enumerate(rows[head + 1 :], head + 2):
        for title, written in pairs.items():
            before, after = _cell(row, written), _cell(row, columns[title])
            if not isinstance(before, float | int) or isinstance(before, bool):
                continue
            if not isinstance(after, float | int) or isinstance(after, bool):
                said = (
                    f"“{_cell(row, columns[LABEL])}”{title}是“{after}”"
                    if after not in ("", None)
                    else f"“{_cell(row, columns[LABEL])}”{title}是空的"
                )
                faults.append(Fault(f"{shown}“{INPUTS}”", said, f"请填数字；原值是 {before:g}", number))
            elif abs(after - before) > _NEARLY * max(1.0, abs(before)):
                year = int(title[:4]) if re.fullmatch(r"\d{4}年", title) else None
                found.append(
                    SheetChange(
                        number,
                        str(_cell(row, columns[NAME])),
                        str(_cell(row, columns[LABEL])),
                        year,
                        float(before),
                        float(after),
                    )
                )
    if faults:
        raise InputError(faults)
    yield from found


def _cell(row: Sequence[Any], at: int | None) -> Any:
    return row[at] if at is not None and at < len(row) else ""


def _rows(path: Path, shown: str) -> list[list[Any]]:
    from python_calamine import CalamineError

    content, faults = read_bytes(path, shown)
    book, wrong = open_workbook(content, shown) if not faults else (None, [])
    if book is None:
        raise InputError([*faults, *wrong])
    if INPUTS not in book.sheet_names:
        raise InputError([Fault(shown, f"没有工作表“{INPUTS}”", _AGAIN)])
    try:
        return book.get_sheet_by_name(INPUTS).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError):
        raise InputError([no_workbook(shown)]) from None


def write_scenario(scenario: Scenario, to: str | Path) -> Path:
    """Write a scenario file; its name is the scenario's id. What stands there is not overwritten (`InputError`)."""
    path = Path(to)
    faults = []
    if path.suffix != ".toml":
        faults.append(Fault("--to", f"文件名是 {path.name}", "情景文件名请以 .toml 结尾"))
    elif path.exists():
        faults.append(Fault("--to", f"{path.as_posix()} 已经存在", "请换一个文件名，或先移走原来的文件"))
    elif not path.parent.is_dir():
        faults.append(Fault("--to", f"没有文件夹 {path.parent.as_posix()}", "请先建立文件夹"))
    if faults:
        raise InputError(faults)
    path.write_text(replace(scenario, id=path.stem).to_toml(), encoding="utf-8", newline="\n")
    read_scenario(path)  # a name that no scenario may bear is said now, not at the next run
    return path


def beside_text(beside: Sequence[SheetChange]) -> str:
    """Say which changed cells no scenario can hold, and where to change them.

    Examples
    --------
    >>> beside_text(())
    ''
    >>> print(beside_text((SheetChange(64, "base.guarantee_living", "基期保基本民生需求", None, 100.0, 120.0),)))
    另有 1 处修改不是假设，情景里写不下，应在数据表里改：
      输入表第64行 基期保基本民生需求：100 → 120
    """
    if not beside:
        return ""
    lines = [
        f"  输入表第{each.row}行 {each.label}{f' {each.year}年' if each.year else ''}：{each.before:,.6g} → {each.after:,.6g}"
        for each in beside
    ]
    return "\n".join([f"另有 {len(beside)} 处修改不是假设，情景里写不下，应在数据表里改：", *lines])


def as_data(change: SheetChange) -> Mapping[str, Any]:
    """Return a change as JSON holds it."""
    return vars(change)
