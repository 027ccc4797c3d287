"""JupyterLab in Chinese, opened on the exploring notebook."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from fiscal_model.report.writers.room import own_room
from fiscal_model.words.errors import ReportError
from fiscal_model.words.files import why
from fiscal_model.words.resources import notebook_file

FIRST_NOTEBOOK = "notebooks/00_explore.ipynb"
OVERRIDES = {
    "@jupyterlab/translation-extension:plugin": {"locale": "zh_CN"},
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
}
"""Chinese menus; no question about news and no call home for updates, which an intranet would only block."""


def start_lab(root: Path, open_browser: bool = True) -> int:
    """Run JupyterLab on a working folder until it is stopped; return its exit code, 0 when stopped from the keyboard.

    The exploring notebook is put into the folder's ``notebooks`` when it is not there.
    """
    root = Path(root).resolve()
    _place_notebook(root)
    with own_room() as settings:
        command = lab_command(root, settings)
        if not open_browser:
            command.append("--no-browser")
        try:
            return subprocess.call(command, cwd=root, env=lab_environment())
        except KeyboardInterrupt:
            return 0


def lab_command(root: Path, settings: Path) -> list[str]:
    """Write the settings into a private folder and return the command that starts JupyterLab with them.

    The planner's own JupyterLab settings stay untouched and win over these.
    """
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "overrides.json").write_text(json.dumps(OVERRIDES, ensure_ascii=False), encoding="utf-8")
    return [
        *(sys.executable, "-m", "jupyterlab"),
        f"--LabApp.app_settings_dir={settings}",
        f"--ServerApp.root_dir={root}",
        f"--LabApp.default_url=/lab/tree/{FIRST_NOTEBOOK}",
        *(["--allow-root"] if _is_root() else []),
    ]


def lab_environment() -> dict[str, str]:
    """Return the environment for JupyterLab: text is UTF-8 on every system."""
    return {**os.environ, "PYTHONUTF8": "1"}


def _is_root() -> bool:
    """Containers run as root, which Jupyter refuses unless it is told."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _place_notebook(root: Path) -> None:
    target = root / FIRST_NOTEBOOK
    if target.exists():
        return
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(notebook_file(target.name), target)
    except OSError as error:
        raise ReportError(f"无法在 {root.as_posix()} 放置笔记本：{why(error)}。请检查路径和写入权限。") from None
