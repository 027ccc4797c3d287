"""Notebooks run with parameters through papermill, step by step, and refreshed in place."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fiscal_model.report.writers.room import own_room
from fiscal_model.words import errors
from fiscal_model.words.errors import DEBUG, FAULTS_TYPE, Fault, FiscalModelError, ReportError
from fiscal_model.words.files import why

if TYPE_CHECKING:
    from jupyter_client.manager import KernelManager
    from nbformat import NotebookNode

KERNEL = "python3"
UNSTORED_TAG = "nbval-ignore-output"
STEP_TAG = "step:"
"""A cell's tag that begins so names in Chinese what is done from that cell on."""
_QUIET_KERNEL = [
    "--IPKernelApp.log_level=50",
    "--InteractiveShellApp.ignore_cwd=True",
    "--InteractiveShellApp.exec_lines=import gc; gc.set_threshold(100_000, 50, 100)",
]
"""The kernel's own remarks would land on the planner's console; its failures come back through the notebook. It imports nothing
of the folder that it works in: a planner's ``calendar.py`` there is no module of ours. It lives for one notebook, whose plans stay to
its end: looking through them for what may be thrown away is done seldom."""
_KERNEL_ROOM = {
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(512 << 20),
    "OPENBLAS_NUM_THREADS": "1",
}
"""glibc: an array of thousands of paths lies where the last one lay, instead of being asked of the system page by page.
Products of matrices here are too small for a second thread: it would only wait, at full speed."""
_GRAMMARS = frozenset({
    "fqdn", "isoduration", "jsonpointer", "rfc3986_validator", "rfc3987", "rfc3987_syntax", "uri_template", "webcolors"
})  # fmt: skip
"""Optional packages of `jsonschema`."""
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def run_notebook(
    template: Path,
    output: Path,
    parameters: Mapping[str, Any],
    *,
    cwd: Path,
    tell: Callable[[str], None] = lambda step: None,
) -> None:
    """Run a notebook with parameters and keep the executed copy; on failure it stays, with the error marked.

    Parameters are literals; ``tell`` hears of each step. Unknown parameters, a missing kernel and a failed cell are a `ReportError`;
    what a cell refuses is the error that it raised, with every fault.
    """
    _import_schemas()
    import papermill

    with _silence():
        known = papermill.inspect_notebook(_unformatted(template))
        unknown = [name for name in parameters if name not in known]
        if unknown:
            from fiscal_model.report.screens import unknown_parameters

            raise ReportError(unknown_parameters(unknown, known))
        strange = [name for name, value in parameters.items() if not _is_literal(value)]
        if strange:
            raise ReportError(f"笔记本参数 {'、'.join(strange)} 不是文字、数字、真假、空值或它们的列表。")
        try:
            output.parent.mkdir(parents=True, exist_ok=True)
            with _kernels() as manager:
                _execute_twice(template, output, parameters, cwd, _Watch(tell), manager)
            _write(_cleaned(_read(output)), output)
        except OSError as error:
            raise ReportError(f"笔记本无法写入 {output.as_posix()}：{why(error)}。请检查路径和权限。") from None


def restate(notebook: Path, parameters: Mapping[str, Any]) -> None:
    """Write other parameters into an executed notebook: those with which it can be performed again where it lies."""
    from papermill.translators import translate_parameters

    kept = _read(notebook)
    (given,) = (cell for cell in kept.cells if "injected-parameters" in cell.metadata.get("tags", []))
    given.source = translate_parameters(KERNEL, "python", dict(parameters), "Parameters").rstrip("\n")
    _write(kept, notebook)


def refresh_notebooks(folder: str | Path) -> tuple[Path, ...]:
    """Run every notebook of a folder in place with its own parameters and store the outputs, in reading order.

    Timings and machine details are left out. When a cell fails (`ReportError`), it and the later notebooks are as they were.
    """
    notebooks = tuple(sorted(Path(folder).glob("*.ipynb")))
    if not notebooks:
        raise ReportError(f"{Path(folder).as_posix()} 里没有笔记本（.ipynb）。请检查文件夹。")
    for path in notebooks:
        _refresh(path)
    return notebooks


def _is_literal(value: Any) -> bool:
    """Tell whether papermill writes a value as a Python literal; a text is written with every quote and break escaped."""
    if isinstance(value, list | tuple):
        return all(map(_is_literal, value))
    return value is None or type(value) in {str, int, float, bool}


def _unformatted(path: Path) -> str:
    """A path as papermill takes it: braces in it would be filled with parameters."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _execute_twice(
    template: Path, output: Path, parameters: Mapping[str, Any], cwd: Path, watch: _Watch, manager: type
) -> None:
    """Run; a kernel that did not come up (a port taken by another run) is tried once more."""
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient.exceptions import DeadKernelError
    from papermill import PapermillExecutionError, execute_notebook

    for attempt in (1, 2):
        try:
            execute_notebook(
                _unformatted(template),
                _unformatted(output),
                parameters=dict(parameters),
                kernel_name=KERNEL,
                resources={"metadata": {"path": str(cwd)}},  # of the kernel alone: ``cwd`` would move this process too
                progress_bar=False,
                request_save_on_cell_execute=False,  # once, at the end or at the failure
                on_cell_start=watch.begins,
                on_cell_error=watch.fails,
                shutdown_kernel="immediate",  # nothing in it waits to be written
                extra_arguments=_QUIET_KERNEL,
                kernel_manager_class=manager,
                coalesce_streams=True,  # a busy machine sends what one cell prints in pieces
            )
            return
        except PapermillExecutionError as error:
            raise watch.said(error.ename, error.evalue) from None
        except NoSuchKernel:
            raise ReportError(
                "没有找到 Python 内核。请重新运行安装，或执行 python -m ipykernel install --sys-prefix。"
            ) from None
        except (DeadKernelError, RuntimeError, TimeoutError) as error:
            if watch.step:
                raise watch.said("ReportError", "计算进程中断了，可能是内存不足，请关闭其他程序后重试") from None
            if attempt == 2:
                raise ReportError(f"笔记本内核两次都没有启动：{error}。请关闭其他程序后重试。") from None


@dataclass
class _Watch:
    """What a running notebook does, and what it met when it failed."""

    tell: Callable[[str], None]
    step: str = ""
    faults: list[Fault] = field(default_factory=list)
    code: str = ""  # The lines on which it failed

    def begins(self, cell: NotebookNode, cell_index: int) -> None:
        """Hear that a cell begins."""
        steps = [tag.removeprefix(STEP_TAG) for tag in cell.metadata.get("tags", []) if tag.startswith(STEP_TAG)]
        if steps:
            self.step = steps[0]
            self.tell(self.step)

    def fails(self, cell: NotebookNode, execute_reply: Mapping[str, Any], **_: Any) -> None:
        """Hear that a cell failed; the faults of an input error lie beside it, as often as it was shown."""
        shown = [output.data for output in cell.outputs if output.output_type == "display_data"]
        found = [data[FAULTS_TYPE] for data in shown if FAULTS_TYPE in data]
        self.faults = [Fault(**fault) for fault in found[-1]] if found else []
        self.code = _COLOUR.sub("", "\n".join(execute_reply["content"].get("traceback", [])))

    def said(self, name: str, message: str) -> FiscalModelError:
        """Return the error of a cell as it was raised there; one of another kind says which step failed."""
        message = _COLOUR.sub("", message or "")
        kind = getattr(errors, name, None)
        if self.faults and isinstance(kind, type) and issubclass(kind, errors.InputError):
            return kind(self.faults)
        if kind is errors.TargetError:
            return kind(message)
        where = f"“{self.step}”这一步失败" if self.step else "笔记本运行失败"
        said = (message if kind else f"{name}：{message}").rstrip("。")
        hint = "" if kind else f"设置环境变量 {DEBUG}=1 再运行可看到细节。"
        shown = f"\n{self.code}" if hint and os.environ.get(DEBUG) else hint
        return ReportError(f"{where}：{said}。原有报告没有改动。{shown}")


def _refresh(path: Path) -> None:
    _import_schemas()
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    notebook = _read(path)
    client = NotebookClient(
        notebook,
        timeout=600,
        kernel_name=KERNEL,
        record_timing=False,
        extra_arguments=_QUIET_KERNEL,
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
    )
    with _silence(), _kernels() as manager:
        client.kernel_manager_class = manager
        try:
            client.execute()
        except CellExecutionError as error:
            said = _COLOUR.sub("", error.evalue or "")
            shown = said if hasattr(errors, error.ename) else f"{error.ename}：{said}"
            raise ReportError(f"笔记本 {path.name} 有一个单元运行失败：{shown}") from None
    _write(_cleaned(notebook), path)


def _cleaned(notebook: NotebookNode) -> NotebookNode:
    """Leave what a reader needs: tags, counts and outputs; no times, paths or versions of this machine."""
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": KERNEL},
        "language_info": {"name": "python"},
    }
    for number, cell in enumerate(notebook.cells, 1):
        cell.metadata = {name: cell.metadata[name] for name in ("jupyter", "tags") if cell.metadata.get(name)}
        cell["id"] = f"cell-{number:02d}"
        if UNSTORED_TAG in cell.metadata.get("tags", []):
            cell.outputs = []
    return notebook


def _import_schemas() -> None:
    """Import what checks notebooks without its grammars of web addresses, colours and dates, which cost seconds and of which none holds any."""
    if "jsonschema" in sys.modules:
        return
    barred = dict.fromkeys(_GRAMMARS - sys.modules.keys())
    sys.modules.update(barred)  # type: ignore[arg-type]  # Python's own way to make an optional import fail
    try:
        import jsonschema  # noqa: F401
    finally:
        for grammar in barred:
            del sys.modules[grammar]


def _read(path: Path) -> NotebookNode:
    import nbformat

    return nbformat.read(path, as_version=4)


def _write(notebook: NotebookNode, path: Path) -> None:
    import nbformat

    path.write_text(nbformat.writes(notebook).rstrip("\n") + "\n", encoding="utf-8", newline="\n")


@contextlib.contextmanager
def _kernels() -> Iterator[type[KernelManager]]:
    """Yield a manager whose kernels keep their connection files in a room of this run, so that none outlives it."""
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from jupyter_core.paths import jupyter_path

    # Named, lest it imports IPython to ask where kernels of its own might lie.
    specs = KernelSpecManager(kernel_dirs=jupyter_path("kernels"))

    with own_room() as room:

        class Manager(AsyncKernelManager):
            def __init__(self, **settings: Any) -> None:
                super().__init__(
                    connection_file=str(room / f"kernel-{uuid.uuid4()}.json"), kernel_spec_manager=specs, **settings
                )

            async def start_kernel(self, *given: Any, **settings: Any) -> None:  # type: ignore[override]
                await super().start_kernel(*given, env={**_KERNEL_ROOM, **os.environ}, **settings)

        yield Manager


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Keep the tools' log lines off the console: what went wrong is said once, in the error."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
