"""The verbs about the software itself: lab, desk, notebooks, version."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from fiscal_model.apps.cli import verb
from fiscal_model.apps.cli.verb import app, say
from fiscal_model.apps.cli.waiting import progress
from fiscal_model.words.errors import FiscalModelError


@app.command(help="打开 JupyterLab（中文菜单）。", examples=("fiscal-model lab", "fiscal-model lab --no-browser"))
@click.option("--no-browser", is_flag=True, help="不自动打开浏览器")
@verb.as_json
def lab(no_browser: bool, as_json: bool) -> None:
    """Open JupyterLab."""
    from fiscal_model.apps.lab import start_lab

    code = start_lab(Path.cwd(), open_browser=not no_browser)
    if code:
        raise FiscalModelError(f"JupyterLab 退出，代码 {code}")
    if as_json:
        say(as_json, "", folder=Path.cwd().as_posix())


@app.command(
    help="打开试算页面：滑块、开关、八个带灯的数，不用笔记本。PLACE 是地区文件夹或名称。",
    examples=("fiscal-model desk", "fiscal-model desk lijiang", "fiscal-model desk data/places/lijiang --no-browser"),
)
@click.argument("place", metavar="[PLACE]", required=False, type=click.Path(path_type=Path))
@click.option("--no-browser", is_flag=True, help="不自动打开浏览器")
@verb.as_json
def desk(place: Path | None, no_browser: bool, as_json: bool) -> None:
    """Open the exploring screen as a page of its own."""
    from fiscal_model.apps.desk import start_desk

    def tell(address: str) -> None:
        say(as_json, f"试算页面：{address}　按 Ctrl+C 结束。", address=address)
        sys.stdout.flush()  # whoever waits for the address reads it now, not when the page is closed

    start_desk(place, tell, not no_browser)


@app.command(
    help="重新执行笔记本并存回输出（维护者用）。",
    examples=("fiscal-model notebooks", "fiscal-model notebooks notebooks --json"),
)
@click.argument("folder", metavar="FOLDER", default="notebooks", type=click.Path(path_type=Path))
@verb.quiet
@verb.as_json
def notebooks(folder: Path, quiet: bool, as_json: bool) -> None:
    """Refresh the notebooks' stored outputs."""
    with progress(quiet or as_json, f"notebooks {folder.absolute()}", "执行笔记本"):
        from fiscal_model.report.writers.notebook import refresh_notebooks

        refresh_notebooks(folder)
    say(as_json, f"已更新 {folder.as_posix()} 里的笔记本", folder=folder.as_posix())


@app.command(help="显示版本。", examples=("fiscal-model version", "fiscal-model --version"))
@verb.as_json
def version(as_json: bool) -> None:
    """Print the version."""
    from importlib.metadata import version as installed

    found = installed("fiscal-model")
    say(as_json, found, version=found)
