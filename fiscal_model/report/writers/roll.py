"""Roll a plan forward: re-base it on the new outturn, hold it against the plan before, keep both."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from fiscal_model.analysis.risk.simulate import DEFAULT_PATHS
from fiscal_model.analysis.rolling.carried import carried_commitments
from fiscal_model.analysis.rolling.kept_plans import vintage_of
from fiscal_model.analysis.rolling.plan_bridge import Bridge, bridge
from fiscal_model.inputs.find import scenario_of
from fiscal_model.inputs.history import History, read_history
from fiscal_model.inputs.past_plans import last_before, read_vintages
from fiscal_model.inputs.place import Place
from fiscal_model.inputs.scenario import Scenario, refuse_other_years
from fiscal_model.inputs.vintages import Vintage
from fiscal_model.law.classification import TOTALS_LINES
from fiscal_model.model.from_folder import read_checked
from fiscal_model.model.projection import Plan, project
from fiscal_model.report.chapters.bridge_text import carried_sentence, movement_sentences
from fiscal_model.report.writers.folder import refuse_target
from fiscal_model.report.writers.run_report import write_report
from fiscal_model.report.writers.vintage import store_vintage
from fiscal_model.words.errors import Fault, InputError
from fiscal_model.words.markup import Sheet, card, shows_itself

_NEEDED = ("own_revenue", "expenditure")


@shows_itself
@dataclass(frozen=True, repr=False)
class Rolled:
    """What a roll left behind.

    Parameters
    ----------
    report : Path
        The report folder.
    earlier : Vintage
        The plan it was held against.
    kept : tuple of Path
        Folders of the past plans that this roll kept, the new plan's last.
    bridge : Bridge or None
        None where the two plans have no year in common.
    carried : DataFrame
        See `rolling.carried.carried_commitments`.
    said : tuple of str
        Chinese sentences: what moved.
    """

    report: Path
    earlier: Vintage
    kept: tuple[Path, ...]
    bridge: Bridge | None
    carried: pd.DataFrame
    said: tuple[str, ...]

    @property
    def sheet(self) -> Sheet:
        """What moved since the earlier plan, as a table."""
        said = {"报告": self.report.as_posix(), "上轮规划": self.earlier.name, "顺延事项": f"{len(self.carried)} 项"}
        return card("滚动编制", said.items(), self.said)


def roll(
    place_folder: str | Path,
    to_year: int,
    scenario: str | Path | Scenario = "baseline",
    *,
    years: int = 5,
    to: str | Path | None = None,
    paths: int = DEFAULT_PATHS,
    seed: int = 2026,
    made_on: str | None = None,
    progress: Callable[[str], None] = lambda message: None,
) -> Rolled:
    """Roll a place's plan to a new base year.

    Parameters
    ----------
    place_folder : str or Path
        Holds the outturn of ``to_year``.
    to_year : int
        The new base year.
    scenario : Scenario, path of a scenario file, or name of a shipped one
    years, paths, seed : int
    to : str or Path, optional
        The report folder; as `writers.run_report.write_report` by default.
    made_on : str, optional
        ISO day written into what is kept; today by default.
    progress : callable

    Returns
    -------
    Rolled

    Raises
    ------
    InputError
        No outturn of the year, or a later plan is kept already; nothing is written.
    ReportError
        The report or the past plan could not be written.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> fm.roll("data/places/gangu", 2024).said[0]  # doctest: +SKIP
    '已按2024年执行结果滚动：基期2024年，规划期2025—2029年。'
    """
    progress("读取执行结果")
    refuse_target(to)
    place = read_checked(place_folder)
    if place.folder.is_file():
        remedy = "请新建一个地区文件夹，把填报表改名为 填报表.xlsx 放进去，再对文件夹运行 roll"
        raise InputError([Fault(place.folder.as_posix(), "单独一个填报表不能滚动：历次规划要存在地区文件夹里", remedy)])
    asked = scenario_of(scenario, place.folder)
    refuse_other_years(
        asked, tuple(range(to_year, to_year + years + 1))
    )  # those of the earlier plan and of the later one
    chosen, before = asked.within(to_year + 1, 9999), asked.within(0, to_year - 1 + years)
    vintages = read_vintages(place)
    _refuse(place, read_history(place), vintages, to_year)
    day = made_on or dt.date.today().isoformat()
    progress("测算本轮和上轮规划")
    later = project(place, chosen, base_year=to_year, years=years)
    earlier = last_before(vintages, to_year, chosen.id)
    made_now = earlier is None
    if earlier is None:
        _refuse_first(place, to_year)
        earlier = vintage_of(project(place, before, base_year=to_year - 1, years=years), day)
    common = set(earlier.years) & set(later.years)
    moved = bridge(earlier, later) if common else None
    carried = carried_commitments(later, earlier)
    with ExitStack() as undo:
        kept = [store_vintage(earlier, place.folder)] if made_now else []
        undo.callback(_take_back, kept)
        report = write_report(
            place_folder, chosen, to=to, base_year=to_year, years=years, paths=paths, seed=seed, progress=progress
        )
        kept.append(store_vintage(vintage_of(later, day), place.folder))
        undo.pop_all()
    said = _said(later, earlier, made_now, moved, carried)
    return Rolled(report, earlier, tuple(kept), moved, carried, said)


def _take_back(kept: Sequence[Path]) -> None:
    """The report reads what is kept, so that comes first; without a report nothing new stays."""
    for path in kept:
        shutil.rmtree(path, ignore_errors=True)
        if not any(path.parent.iterdir()):
            path.parent.rmdir()


def _refuse(place: Place, history: History, vintages: Sequence[Vintage], year: int) -> None:
    shown = place.folder.as_posix()
    missing = [line for line in _NEEDED if not np.isfinite(history.value(line, year))]
    if missing:
        names = "、".join(f"{TOTALS_LINES[line]}（{line}）" for line in missing)
        raise InputError(
            [
                Fault(
                    f"{shown}/totals",
                    f"没有 {year} 年的执行结果，缺 {names}",
                    f"请在 totals 表填写 {year} 年决算数或执行数（也可在 ledger 表填写科目明细），再滚动",
                )
            ]
        )
    last = max((vintage.base_year for vintage in vintages), default=year)
    if year < last:
        raise InputError(
            [
                Fault(
                    "--to-year",
                    f"{year} 年早于已保存的最近一轮规划的基期 {last} 年",
                    f"请填 {last} 或以后的年份；要重编较早的规划，请用 fiscal-model plan --base-year {year}",
                )
            ]
        )


def _refuse_first(place: Place, year: int) -> None:
    """Without a kept plan the one before is made now, which needs an outturn of its own base year."""
    history = read_history(place)
    if all(np.isfinite(history.value(line, year - 1)) for line in _NEEDED):
        return
    said = f"没有保存的往年规划，也没有 {year - 1} 年的执行结果可以补算上轮规划"
    remedy = f"请在 totals 表补填 {year - 1} 年的收入和支出；第一次编制请用 fiscal-model plan --base-year {year}"
    raise InputError([Fault("--to-year", said, remedy)])


def _said(
    later: Plan, earlier: Vintage, made_now: bool, moved: Bridge | None, carried: pd.DataFrame
) -> tuple[str, ...]:
    base = later.base_year
    found = [f"已按{base}年执行结果滚动：基期{base}年，规划期{later.years[0]}—{later.years[-1]}年。"]
    if made_now:
        found.append(f"没有保存的往年规划，已用同一情景补算并保存{earlier.base_year}年为基期的规划，与它比较。")
    else:
        found.append(f"与{earlier.made_on}保存的往年规划 {earlier.name} 比较。")
    if base - earlier.base_year > 1:
        found.append(f"上轮规划的基期是{earlier.base_year}年，与本轮相隔{base - earlier.base_year}年。")
    if earlier.scenario.id != later.basis.scenario.id:
        found.append(
            f"上轮为“{earlier.scenario.name}”、本轮为“{later.basis.scenario.name}”，情景不同的影响列入“政策和假设”。"
        )
    if moved is None:
        found.append("两轮规划没有共同的年份，不作比较。")
    else:
        found += [*movement_sentences(moved), *(f"{note}。" for note in moved.notes)]
    carried_over = carried_sentence(carried)
    return (*found, *([carried_over] if carried_over else []))
