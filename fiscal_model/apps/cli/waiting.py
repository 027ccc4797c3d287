"""What is shown while a verb works: a bar with the time left, on a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

STEPS = 7
"""What `write_report` tells of, for the bar's length."""


@contextmanager
def progress(quiet: bool) -> Iterator[Callable[[str], None]]:
    """Tell on standard error what is being done: a bar on a terminal, plain lines elsewhere, nothing when quiet."""
    if quiet:
        yield lambda message: None
    elif not sys.stderr.isatty():
        yield lambda message: print(f"{message}……", file=sys.stderr, flush=True)
    else:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("启动", total=STEPS)
            yield lambda message: bar.update(task, description=message, advance=1)
