"""The exploring screen as a page of its own, without JupyterLab: Voila serves one notebook of one cell."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from fiscal_model.apps.lab import lab_environment
from fiscal_model.inputs.find import find_place
from fiscal_model.inputs.working_folder import PLACES, find_root
from fiscal_model.report.writers.room import own_room
from fiscal_model.words.errors import FiscalModelError

TITLE, _PORT = "财政规划试算", 8866
_MISSING = (
    '没有安装试算页面需要的 Voila。请运行：python -m pip install voila（或 pip install "fiscal-model[desk]"）；'
    "不安装也可以用 fiscal-model lab 打开同样的界面。"
)
_CELL = """import os
os.chdir({root!r})
from fiscal_model.apps.explore import explore
explore({places!r}, {place!r})
"""


_TEMPLATE = """{%- extends 'voila/templates/lab/index.html.j2' -%}
{% import "spinner.macro.html.j2" as spinner %}
{%- block notebook_css -%}
{{ resources.include_js("static/voila-style.js") }}
{{ spinner.css() }}
<style>
.jp-mod-noOutputs.jp-mod-noInput { display: none; }
#loading_text { font-size: 0; }
#loading_text::after { content: "正在打开试算页面……"; font-size: 18px; }
</style>
{{ super.super() }}
{%- endblock notebook_css -%}
"""
"""Voila's own page without its style sheets from the internet, which an intranet would wait for; what it says is Chinese."""


def start_desk(place: str | Path | None, tell: Callable[[str], None], open_browser: bool = True) -> None:
    """Serve the exploring screen to this computer's browser until it is stopped.

    ``tell``: is told the page's address.
    ``place``: the county to begin with, a folder or the name of one; the first one by default.
    """
    if find_spec("voila") is None:
        raise FiscalModelError(_MISSING)
    root = find_root()
    folder = find_place(place).resolve() if place is not None else root / PLACES / "_"
    port = _free_port()
    with own_room() as room:
        command = desk_command(room, root, folder.parent, folder.name if place is not None else None, port)
        if not open_browser:
            command.append("--no-browser")
        tell(f"http://127.0.0.1:{port}/")
        log = room / "desk.log"
        try:
            with log.open("w", encoding="utf-8") as told:
                code = subprocess.call(command, cwd=root, env=desk_environment(room), stdout=told, stderr=told)
        except KeyboardInterrupt:
            return
        if code:
            said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
            raise FiscalModelError(f"试算页面退出，代码 {code}。{''.join(said)}")


def _free_port() -> int:
    """Return Voila's usual port, or another one when that is taken."""
    for wanted in (_PORT, 0):
        with contextlib.suppress(OSError), socket.socket() as free:
            if os.name != "nt":
                free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            free.bind(("127.0.0.1", wanted))
            return int(free.getsockname()[1])
    raise FiscalModelError("本机没有可用的端口，试算页面打不开")


def desk_environment(room: Path) -> dict[str, str]:
    """Return the environment for Voila: its page is looked for in the private folder first."""
    found = lab_environment()
    return found | {"JUPYTER_PATH": os.pathsep.join(filter(None, (str(room), found.get("JUPYTER_PATH", ""))))}


def desk_command(room: Path, root: Path, places: Path, place: str | None, port: int) -> list[str]:
    """Write the page's notebook into a private folder and return the command that serves it."""
    import nbformat

    source = _CELL.format(root=root.as_posix(), places=places.as_posix(), place=place)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)], metadata={"title": TITLE})
    notebook.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    nbformat.write(notebook, room / "desk.ipynb")
    page = room / "voila" / "templates" / "desk"
    page.mkdir(parents=True)
    (page / "conf.json").write_text('{"base_template": "lab"}', encoding="utf-8")
    (page / "index.html.j2").write_text(_TEMPLATE, encoding="utf-8")
    return [
        *(sys.executable, "-m", "voila", str(room / "desk.ipynb")),
        *("--Voila.ip=127.0.0.1", f"--Voila.port={port}", "--Voila.port_retries=0"),
        f"--Voila.connection_dir_root={room}",
        "--VoilaConfiguration.template=desk",
        "--VoilaConfiguration.theme=light",
    ]
