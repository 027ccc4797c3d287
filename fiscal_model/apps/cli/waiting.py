"""What is shown while a verb works: what is being done, a bar and the time left, on a terminal only."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

USUAL = {
    "启动": 6, "读取执行结果": 3, "读取和核对数据": 4, "测算规划、情景和模拟": 10, "测算本轮和上轮规划": 5, "写决策摘要": 1,
    "画图": 8, "写文档": 2, "写工作簿": 1, "写网页": 2, "写数据表": 1, "写清单，报告就位": 1,
    "核对": 2, "回测": 20, "测算各情景": 5, "执行笔记本": 300,
}  # fmt: skip
"""Seconds that a step takes on a common computer, until one run on this computer has told."""
_LATE = 3.0
_TRUST = 5.0
"""Seconds of work at the usual pace that are taken as seen before the first step ends."""


@dataclass
class Pace:
    """How far a job of known steps has come and how long it will still take."""

    usual: Mapping[str, float]  # Seconds by step, in order
    clock: Callable[[], float] = time.monotonic
    taken: dict[str, float] = field(default_factory=dict)  # Seconds of the steps that are over
    step: str = ""
    since: float = 0.0

    def begin(self, step: str) -> None:
        """End the step before and begin another."""
        now = self.clock()
        if self.step:
            self.taken[self.step] = now - self.since
        self.step, self.since = step, now

    def left(self) -> float:
        """Seconds still to go: what is usual, scaled by what the steps so far took against their usual time."""
        usual = sum(self.usual.get(step, 0.0) for step in self.taken)
        speed = (sum(self.taken.values()) + _TRUST) / (usual + _TRUST)
        current = max(self.usual.get(self.step, 0.0) * speed - (self.clock() - self.since), 0.0)
        return current + speed * sum(s for step, s in self.usual.items() if step not in {*self.taken, self.step})

    def spent(self) -> float:
        """Seconds gone."""
        return sum(self.taken.values()) + self.clock() - self.since

    def said(self) -> str:
        """Say both in Chinese.

        Examples
        --------
        >>> pace = Pace({"读": 4.0, "写": 90.0}, clock=iter([0.0, *[3.0] * 3]).__next__)
        >>> pace.begin("读")
        >>> pace.said()
        '已用 3 秒，约剩 1 分 31 秒'
        """
        left, late = self.left(), self.clock() - self.since - self.usual.get(self.step, 0.0)
        rest = f"约剩 {_time(left)}" if left >= 1 else "就要完成" if late < _LATE else "比预计的久，请稍候"
        return f"已用 {_time(self.spent())}，{rest}"


@contextmanager
def progress(quiet: bool, job: str, *steps: str) -> Iterator[Callable[[str], None]]:
    """Tell on standard error what is being done and how long it will take; nothing when quiet, on a pipe or in CI.

    ``job``: what is done with what; how long its steps took is kept in the cache for the next time.
    ``steps``: what will be told, in order.
    """
    if quiet or not _terminal():
        yield lambda message: None
        return
    from rich.console import Console

    kept = _kept(job)
    pace = Pace({step: _durations(kept).get(step, USUAL.get(step, 0.0)) for step in steps})
    pace.begin(steps[0])
    with _bar(pace, Console(stderr=True)):
        yield pace.begin
    pace.begin("")
    with suppress(OSError):
        if kept is not None:
            kept.write_text(json.dumps(pace.taken), encoding="utf-8")


@contextmanager
def counted(quiet: bool, what: str) -> Iterator[Callable[[int, int], None]]:
    """Tell on standard error how many of how many are done and how long the rest will take; nothing as in `progress`."""
    if quiet or not _terminal():
        yield lambda done, whole: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    shown = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("已用"),
        TimeElapsedColumn(),
    )
    left = (TextColumn("约剩"), TimeRemainingColumn())
    with Progress(*shown, *left, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, whole: bar.update(task, completed=done, total=whole)


@contextmanager
def _bar(pace: Pace, console: Console) -> Iterator[None]:
    from rich.live import Live
    from rich.progress_bar import ProgressBar
    from rich.spinner import Spinner
    from rich.table import Table

    spinner = Spinner("line")

    def row() -> Table:
        grid = Table.grid(padding=(0, 1))
        spent, left = pace.spent(), pace.left()
        grid.add_row(spinner, pace.step, ProgressBar(spent + left, spent, width=24), pace.said())
        return grid

    with Live(get_renderable=row, console=console, refresh_per_second=4, transient=True):
        yield


def _terminal() -> bool:
    return sys.stderr.isatty() and not os.environ.get("CI")


def _kept(job: str) -> Path | None:
    from fiscal_model.report.writers.room import cache_folder
    from fiscal_model.words.errors import ReportError

    with suppress(ReportError):
        return cache_folder("durations") / f"{sha256(job.encode()).hexdigest()[:20]}.json"
    return None


def _durations(kept: Path | None) -> dict[str, float]:
    with suppress(OSError, ValueError, AttributeError):
        if kept is not None:
            return {str(step): float(seconds) for step, seconds in json.loads(kept.read_text()).items()}
    return {}


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} 分 {rest} 秒" if minutes else f"{rest} 秒"
