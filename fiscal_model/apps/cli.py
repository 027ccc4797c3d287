"""The command line: every message in Chinese, every outcome an exit code, nothing asked.

Exit codes: 0 done, 1 input faults, 2 usage, 3 failure.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from fiscal_model.words.errors import FiscalModelError, InputError, TargetError
from fiscal_model.words.files import why

DONE, INPUT_FAULTS, USAGE, FAILURE = 0, 1, 2, 3
DEBUG = "FISCAL_MODEL_DEBUG"
STEPS = 7
"""What `write_report` tells of, for the bar's length."""

_place = click.argument("place", metavar="PLACE", type=click.Path(path_type=Path))
_years = click.option("--years", metavar="N", type=click.IntRange(3, 10), default=5, show_default=True, help="规划年数")
_to = click.option(
    "--to", metavar="DIR", type=click.Path(path_type=Path), help="报告文件夹，缺省为 reports/地区-首年/情景"
)
_scope = click.option("--scope", metavar="WORD", default="", help="口径：whole 全辖、own_level 本级；缺省按 place.toml")
_quiet = click.option("--quiet", is_flag=True, help="不显示进度")
_json = click.option("--json", "as_json", is_flag=True, help="用 JSON 输出结果，供其他程序读取")


@click.group(help="县级中期财政规划与财政承受能力评估。")
def app() -> None:
    """Group the commands."""


@app.command(help="编制规划：测算并写出报告文件夹。PLACE 是地区文件夹，例如 data/places/lijiang。")
@_place
@click.option(
    "--scenario",
    metavar="FILE",
    default="baseline",
    help="情景文件，或自带情景名：baseline、optimistic、pessimistic、land_slump、refinancing_squeeze",
)
@click.option("--base-year", metavar="Y", type=int, help="基期年，缺省为最近有实际数的一年")
@_years
@click.option(
    "--paths", metavar="N", type=click.IntRange(100, 1_000_000), default=10_000, show_default=True, help="模拟路径条数"
)
@click.option("--seed", metavar="S", type=click.IntRange(0), default=2026, show_default=True, help="随机种子")
@_scope
@_to
@_quiet
@_json
def plan(place: Path, scenario: str, quiet: bool, as_json: bool, **chosen: Any) -> None:
    """Write a report folder."""
    with _progress(quiet or as_json) as tell:
        tell("启动")
        from fiscal_model.report.writers.bundle import write_report

        folder = write_report(place, scenario, progress=tell, **chosen)
    shown = folder.as_posix()
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    text = f"报告已写入 {shown}\n  文档 plan.docx、表格 plan.xlsx、网页 plan.html、数据 tables/plan.csv"
    _say(as_json, text, report=shown, files=names)


@app.command(help="滚动规划：按 Y 年执行结果重编，与上轮规划逐项对照，两轮底稿都存进地区文件夹的 vintages。")
@_place
@click.option("--to-year", metavar="Y", type=int, required=True, help="新的基期年，表里须有这一年的执行结果")
@click.option("--scenario", metavar="FILE", default="baseline", help="情景文件，或自带情景名")
@_years
@_to
@_quiet
@_json
def roll(place: Path, to_year: int, scenario: str, years: int, to: Path | None, quiet: bool, as_json: bool) -> None:
    """Re-base a plan on a new outturn and hold it against the plan before."""
    with _progress(quiet or as_json) as tell:
        tell("启动")
        from fiscal_model.report.writers.roll import roll as roll_forward

        rolled = roll_forward(place, to_year, scenario, years=years, to=to, progress=tell)
    kept = [path.as_posix() for path in rolled.kept]
    shown = rolled.report.as_posix()
    text = "\n".join([*rolled.said, f"报告已写入 {shown}", f"规划底稿已保存：{'、'.join(kept)}"])
    _say(as_json, text, report=shown, earlier=rolled.earlier.name, kept=kept, said=list(rolled.said))


@app.command(help="检查一个地区的全部表格，列出所有错误，并做 V1 至 V25 核对。")
@_place
@_scope
@_json
def check(place: Path, scope: str, as_json: bool) -> None:
    """Check a place folder."""
    from fiscal_model.blocks.checks.all_checks import OUTCOMES, faults_of, run_checks
    from fiscal_model.inputs.place import read_place

    found = read_place(place, scope)
    checks = run_checks(found)
    faults = faults_of(found, checks)
    rows = [
        {"id": each.id, "title": each.title, "outcome": each.outcome, "details": list(each.details)} for each in checks
    ]
    if not as_json or not faults:
        lines = [f"{found.title}：{len(found.tables)} 张表，{sum(map(len, found.tables.values())):,} 行"]
        if found.unread:
            lines.append(f"  没有读取：{'、'.join(found.unread)}（不是认识的表，其中的数不进入规划）")
        for each in checks:
            lines.append(f"  {each.id:<4}{OUTCOMES[each.outcome]}  {each.title}")
            lines += [f"        {detail}" for detail in each.details if each.outcome != "ok"]
        counts = {name: sum(each.outcome == name for each in checks) for name in OUTCOMES}
        lines.append("、".join(f"{OUTCOMES[name]} {count} 项" for name, count in counts.items()))
        _say(as_json, "\n".join(lines), checks=rows, unread=list(found.unread))
    if faults:
        raise InputError(faults)


@app.command(help="回测收入预测：逐年只用当时已知的数据预测，与通行方法和当年预算比较误差。")
@_place
@click.option("--csv", "csv_file", metavar="FILE", type=click.Path(path_type=Path), help="另存明细为 CSV")
@_json
def backtest(place: Path, csv_file: Path | None, as_json: bool) -> None:
    """Back-test a place's revenue forecast."""
    from fiscal_model.blocks.revenue.accuracy import backtest_place
    from fiscal_model.inputs.place import read_place
    from fiscal_model.report.backtest_text import backtest_text

    found = backtest_place(read_place(place))
    frame = found.frame()
    if csv_file is not None:
        csv_file.parent.mkdir(parents=True, exist_ok=True)
        frame.round(6).to_csv(csv_file, index=False, encoding="utf-8-sig", lineterminator="\n")
    saved = f"\n明细已写入 {csv_file.as_posix()}" if csv_file is not None else ""
    _say(as_json, backtest_text(found) + saved, rows=json.loads(frame.round(6).to_json(orient="records")))


@app.command(help="新建一个地区文件夹：表头、place.toml 和填表说明。FOLDER 例如 data/places/shandan。")
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path))
@click.option("--name", required=True, help="地区名称，例如 山丹县")
@click.option("--chinese-headers", is_flag=True, help="表头用中文（两种表头都能读）")
@_json
def new(folder: Path, name: str, chinese_headers: bool, as_json: bool) -> None:
    """Lay a new place folder."""
    from fiscal_model.inputs.template import new_place

    written = new_place(folder, name, chinese_headers=chinese_headers)
    text = f"已建立 {folder.as_posix()}（{len(written)} 个文件）。请先读“填表说明.md”。"
    _say(as_json, text, folder=folder.as_posix(), files=[path.name for path in written])


@app.command("import", help="从财政局公布的预算附表（Excel 工作簿 FILE）导入一个地区。")
@click.argument("workbook", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--to", metavar="DIR", type=click.Path(path_type=Path), required=True, help="写到哪个地区文件夹")
@click.option("--name", help="地区名称，缺省从封面和表名识别")
@_json
def import_(workbook: Path, to: Path, name: str | None, as_json: bool) -> None:
    """Import a bureau's workbook."""
    from fiscal_model.inputs.official import import_official, summary, write_place

    imported = import_official(workbook, name=name)
    written = write_place(imported, to)
    files = [path.as_posix() for path in written]
    not_tying = [str(tie) for tie in imported.not_tying]
    _say(as_json, f"{summary(imported)}\n已写入：{'、'.join(files)}", files=files, not_tying=not_tying)


@app.command(help="打开 JupyterLab（中文菜单）。")
@click.option("--no-browser", is_flag=True, help="不自动打开浏览器")
def lab(no_browser: bool) -> None:
    """Open JupyterLab."""
    from fiscal_model.apps.lab import start_lab

    code = start_lab(Path.cwd(), open_browser=not no_browser)
    if code:
        raise FiscalModelError(f"JupyterLab 退出，代码 {code}")


@app.command(help="重新执行笔记本并存回输出（维护者用）。")
@click.argument("folder", metavar="FOLDER", default="notebooks", type=click.Path(path_type=Path))
def notebooks(folder: Path) -> None:
    """Refresh the notebooks' stored outputs."""
    from fiscal_model.report.writers.notebook import refresh_notebooks

    with _progress(False) as tell:
        tell("执行笔记本")
        refresh_notebooks(folder)
    _say(False, f"已更新 {folder.as_posix()} 里的笔记本")


@app.command(help="显示版本。")
def version() -> None:
    """Print the version."""
    from importlib.metadata import version as installed

    _say(False, installed("fiscal-model"))


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a GBK console lacks some signs
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # a run that is ended tidies up like one broken off
    arguments = sys.argv[1:] if arguments is None else arguments
    sys.exit(_run(lambda: app(arguments, standalone_mode=False), "--json" in arguments))


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
        return _fail(as_json, USAGE, "usage", f"用法错误：{_usage(error)}\n用 fiscal-model --help 查看用法。")
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
        if not isinstance(kind, click.IntRange):
            return f"{name} 的值不对，应为整数"
        return f"{name} 的值不对，应为 {kind.min} 到 {kind.max if kind.max is not None else '任意大'} 的整数"
    if "No such command" in error.message:
        return f"没有这个命令，可用的命令：{'、'.join(sorted(app.commands))}"
    if "unexpected extra" in error.message:
        return "多了不认识的参数"
    return error.message


def _fault_row(fault: Any) -> dict[str, Any]:
    return {"file": fault.where, **{name: getattr(fault, name) for name in ("line", "column", "found", "remedy")}}


def _say(as_json: bool, text: str, **data: Any) -> None:
    if as_json:
        print(json.dumps({"status": "done", **data}, ensure_ascii=False))
    else:
        print(text)


def _fail(as_json: bool, code: int, status: str, text: str, faults: list[dict[str, Any]] | None = None) -> int:
    if as_json:
        said = {"status": status, "message": text} | ({"faults": faults} if faults is not None else {})
        print(json.dumps(said, ensure_ascii=False))
    else:
        print(text, file=sys.stderr)
    return code


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[str], None]]:
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
