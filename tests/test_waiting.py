"""What is shown while a verb works: the time left by hand, a bar on a terminal, nothing anywhere else."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from fiscal_model.apps.cli import waiting
from fiscal_model.apps.cli.waiting import Pace, progress
from fiscal_model.report.writers.room import VARIABLE


def pace(*times: float) -> Pace:
    return Pace({"a": 4.0, "b": 10.0, "c": 6.0}, clock=iter(times).__next__)


def test_time_left_is_what_is_usual_until_the_pace_of_this_computer_is_known() -> None:
    first = pace(100.0, 101.0, 106.0)
    first.begin("a")
    assert first.left() == 3 + 10 + 6
    assert first.left() == 0 + 10 + 6, "a step that takes longer than usual is about to end"


def test_time_left_is_scaled_by_what_the_steps_so_far_took() -> None:
    second = pace(
        0.0, 8.0, 13.0, 13.0
    )  # the first step took 8 seconds instead of 4: with five at the usual pace 13 instead of 9
    second.begin("a")
    second.begin("b")
    assert second.left() == pytest.approx((10 * 13 / 9 - 5) + 6 * 13 / 9)
    assert second.spent() == 13


def test_a_step_nobody_announced_and_the_end_do_not_disturb() -> None:
    third = pace(0.0, 4.0, 5.0, 5.0, 25.0, 25.5, 25.5, 25.5, *[80.0] * 3)
    for step in ("a", "other", "b"):
        third.begin(step)
    assert third.left() == pytest.approx((10 + 6) * (5 + 5) / (4 + 5))
    third.begin("c")
    assert third.said().startswith("已用 26 秒，约剩 ")
    assert third.said() == "已用 1 分 20 秒，比预计的久，请稍候"


def _terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> io.StringIO:
    """Stand in for a terminal; called within a test, since pytest puts its own streams back before one."""
    screen = io.StringIO()
    screen.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(sys, "stderr", screen)
    return screen


def test_a_terminal_sees_the_step_and_the_time_left_and_the_next_run_knows_how_long_it_took(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    terminal = _terminal(monkeypatch, tmp_path)
    with progress(False, "plan x", "启动", "画图") as tell:
        tell("画图")
    assert "画图" in terminal.getvalue() and "已用 0 秒，约剩 " in terminal.getvalue()
    kept = waiting._kept("plan x")
    assert kept is not None and set(waiting._durations(kept)) == {"启动", "画图"}
    kept.write_text("[1]")
    assert waiting._durations(kept) == {}


@pytest.mark.parametrize("quiet", [True, False])
def test_nothing_is_shown_when_quiet_in_ci_or_on_a_pipe(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, quiet: bool
) -> None:
    terminal = _terminal(monkeypatch, tmp_path)
    if not quiet:
        monkeypatch.setenv("CI", "true")
    with progress(quiet, "plan x", "启动") as tell:
        tell("画图")
    terminal.isatty = lambda: False  # type: ignore[method-assign]
    monkeypatch.delenv("CI", raising=False)
    with progress(False, "plan x", "启动") as tell:
        tell("画图")
    assert terminal.getvalue() == ""
