"""How a call ends: an exit code, and whatever went wrong said in Chinese (or as JSON).

Exit codes: 0 done, 1 input faults, 2 usage, 3 failure.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import click

from fiscal_model.apps.cli.verb import SCHEMA, app
from fiscal_model.words.errors import DEBUG, FiscalModelError, InputError, TargetError
from fiscal_model.words.files import why

DONE, INPUT_FAULTS, USAGE, FAILURE = 0, 1, 2, 3
MOMENT = 0.02
"""Seconds after which a run is broken off that could not be at once."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a GBK console lacks some signs
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, break_off)  # a run that is ended tidies up like one broken off
    arguments = sys.argv[1:] if arguments is None else arguments
    sys.exit(_run(lambda: app(arguments, prog_name="fiscal-model", standalone_mode=False), "--json" in arguments))


def break_off(number: int, frame: FrameType | None) -> None:
    """Break a run off like Ctrl+C, a moment later where it is just inside the import machinery.

    Broken off there it may keep the lock of all imports, and the thread that draws the progress would wait for it for ever.
    """
    inside = frame is not None and frame.f_code.co_filename.startswith("<frozen importlib")
    if inside and hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, break_off)
        signal.setitimer(signal.ITIMER_REAL, MOMENT)
        return
    raise KeyboardInterrupt


def _run(command: Callable[[], Any], as_json: bool) -> int:
    try:
        Path.cwd()
    except OSError:
        text = "当前文件夹已经不在了（被移走或删除）。请用 cd 换到一个存在的文件夹再运行。"
        return _fail(as_json, FAILURE, "failure", text)
    try:
        outcome = command()
        return outcome if isinstance(outcome, int) else DONE
    except InputError as error:
        return _fail(as_json, INPUT_FAULTS, "input_faults", str(error), [_fault_row(fault) for fault in error.faults])
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.ctx.get_help() if error.ctx is not None else "", file=sys.stderr)
        return USAGE
    except click.UsageError as error:
        verb = error.ctx.command_path if error.ctx is not None else "fiscal-model"
        return _fail(as_json, USAGE, "usage", f"用法错误：{_usage(error)}\n用 {verb} -h 查看用法和例子。")
    except click.exceptions.Exit as error:
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _fail(as_json, FAILURE, "failure", "已中断，原有报告没有改动。")
    except TargetError as error:
        return _fail(as_json, USAGE, "usage", str(error))
    except FiscalModelError as error:
        return _fail(as_json, FAILURE, "failure", str(error))
    except OSError as error:
        if os.environ.get(DEBUG):
            raise
        named = f"“{error.filename}”" if error.filename else ""
        text = f"文件或文件夹{named}不能读写（{why(error)}）。请检查路径、权限和磁盘空间；原有报告没有改动。"
        return _fail(as_json, FAILURE, "failure", text)
    except Exception as error:  # the last line of defence: a planner never sees a traceback
        if os.environ.get(DEBUG):
            raise
        text = (
            f"程序出错（{type(error).__name__}：{error}）。原有报告没有改动。设置环境变量 {DEBUG}=1 再运行可看到细节。"
        )
        return _fail(as_json, FAILURE, "failure", text)


def _usage(error: click.UsageError) -> str:
    """Say in Chinese what click found wrong with the words of the call."""
    name = ""
    if isinstance(error, click.BadParameter) and error.param is not None:
        name = error.param.opts[0] if error.param.param_type_name == "option" else str(error.param.metavar)
    if isinstance(error, click.MissingParameter):
        return f"缺少 {name}"
    if isinstance(error, click.NoSuchOption):
        near = f"，是否想写 {'、'.join(error.possibilities)}？" if error.possibilities else ""
        return f"没有选项 {error.option_name}{near}"
    if isinstance(error, click.BadParameter):
        kind = error.param.type if error.param is not None else None
        if isinstance(kind, click.FloatRange):
            return f"{name} 的值不对，应为 {kind.min:g} 到 {kind.max:g} 的数"
        if not isinstance(kind, click.IntRange):
            return f"{name} 的值不对，应为整数"
        return f"{name} 的值不对，应为 {kind.min} 到 {kind.max if kind.max is not None else '任意大'} 的整数"
    if "unexpected extra" in error.message:
        return "多了不认识的参数"
    return error.message


def _fault_row(fault: Any) -> dict[str, Any]:
    return {"file": fault.where, **{name: getattr(fault, name) for name in ("line", "column", "found", "remedy")}}


def _fail(as_json: bool, code: int, status: str, text: str, faults: list[dict[str, Any]] | None = None) -> int:
    if as_json:
        said = {"schema": SCHEMA, "status": status, "message": text} | (
            {"faults": faults} if faults is not None else {}
        )
        print(json.dumps(said, ensure_ascii=False))
    else:
        print(text, file=sys.stderr)
    return code
