"""The verbs that make a plan and show how good its forecast is: plan, roll, backtest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from fiscal_model.apps.cli import verb
from fiscal_model.apps.cli.verb import app, say
from fiscal_model.apps.cli.waiting import progress

STEPS = (
    "读取和核对数据", "测算规划、情景和模拟", "写决策摘要", "画图", "写文档", "写工作簿", "写网页", "写数据表", "写清单，报告就位",
)  # fmt: skip
"""Those of the report's notebook."""
PLAN = ("启动", *STEPS)
ROLL = ("启动", "读取执行结果", "测算本轮和上轮规划", *STEPS)
"""What the two tell of while they work."""


@app.command(
    help="编制规划：测算并写出报告文件夹。\nPLACE 是地区文件夹或 Excel 填报表，例如 data/places/lijiang。",
    examples=(
        "fiscal-model plan data/places/lijiang",
        "fiscal-model plan data/places/lijiang --scenario pessimistic --years 3",
        "fiscal-model plan data/places/lijiang --scope own_level --to D:\\报告\\本级",
        "fiscal-model plan data/places/lijiang --template D:\\模板\\本局公文.docx",
        "fiscal-model plan data/places/lijiang --quiet --json",
    ),
)
@verb.place
@verb.scenario("情景文件，或自带情景名：baseline、optimistic、pessimistic、land_slump、refinancing_squeeze")
@click.option("--base-year", metavar="Y", type=int, help="基期年，缺省为最近有实际数的一年")
@verb.years
@click.option(
    "--paths", metavar="N", type=click.IntRange(100, 1_000_000), default=10_000, show_default=True, help="模拟路径条数"
)
@click.option("--seed", metavar="S", type=click.IntRange(0), default=2026, show_default=True, help="随机种子")
@verb.scope
@verb.to
@click.option(
    "--template",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="本单位的 Word 模板：文档用它的样式、页面、页眉页脚",
)
@verb.quiet
@verb.as_json
@verb.faults_marked
def plan(place: Path, scenario: str, template: Path | None, quiet: bool, as_json: bool, **chosen: Any) -> None:
    """Write a report folder."""
    with progress(quiet or as_json, f"plan {place.absolute()}", *PLAN) as tell:
        from fiscal_model.report.writers.office_template import check_template
        from fiscal_model.report.writers.run_report import write_report

        lacking = check_template(template) if template is not None else ""
        folder = write_report(place, scenario, template=template, progress=tell, **chosen)
    said, data = _written(folder)
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    files = "  文档 plan.docx 和 annex.docx（附表册）、表格 plan.xlsx、网页 plan.html、数据 tables/plan.csv"
    noted = [f"  {lacking}"] if lacking else []
    say(as_json, "\n".join([said[0], files, *noted, *said[1:]]), **data, files=names, template=lacking)


@app.command(
    help="说明一个数的来历：算式、各项数值、法规、假设和来源、数据文件和行号。\nLINE 是行代码或行名，代码见报告 tables/plan.csv 的 line 列。",
    examples=(
        "fiscal-model explain data/places/lijiang funding_gap 2028",
        "fiscal-model explain data/places/lijiang 可用财力 2027 --depth 3",
        "fiscal-model explain data/places/lijiang debt_ratio 2027 --json",
    ),
)
@verb.place
@click.argument("line", metavar="LINE")
@click.argument("year", metavar="YEAR", type=int)
@verb.scenario()
@verb.scope
@click.option("--depth", metavar="N", type=click.IntRange(0, 20), default=2, show_default=True, help="往下说几层")
@verb.as_json
@verb.faults_marked
def explain(place: Path, line: str, year: int, scenario: str, scope: str, depth: int, as_json: bool) -> None:
    """Follow one figure of a plan home."""
    with progress(as_json, f"explain {place.absolute()}", "启动", "读取和核对数据") as tell:
        from fiscal_model.model.from_folder import plan as plan_of

        tell("读取和核对数据")
        found = plan_of(place, scenario, scope=scope).explain(line, year)
    say(as_json, "" if as_json else found.text(depth), **found.data)


@app.command(
    help="滚动规划：按 Y 年执行结果重编，与上轮规划逐项对照。\n两轮底稿都存进地区文件夹的 vintages。",
    examples=(
        "fiscal-model roll data/places/shandan --to-year 2026",
        "fiscal-model roll data/places/shandan --to-year 2026 --scenario pessimistic",
    ),
)
@verb.place
@click.option("--to-year", metavar="Y", type=int, required=True, help="新的基期年，表里须有这一年的执行结果")
@verb.scenario()
@verb.years
@verb.to
@verb.quiet
@verb.as_json
@verb.faults_marked
def roll(place: Path, to_year: int, scenario: str, years: int, to: Path | None, quiet: bool, as_json: bool) -> None:
    """Re-base a plan on a new outturn and hold it against the plan before."""
    with progress(quiet or as_json, f"roll {place.absolute()}", *ROLL) as tell:
        from fiscal_model.report.writers.roll import roll as roll_forward

        rolled = roll_forward(place, to_year, scenario, years=years, to=to, progress=tell)
    kept = [path.as_posix() for path in rolled.kept]
    said, data = _written(rolled.report)
    text = "\n".join([*rolled.said, *said, f"规划底稿已保存：{'、'.join(kept)}"])
    say(as_json, text, **data, earlier=rolled.earlier.name, kept=kept, said=list(rolled.said))


@app.command(
    help="回测收入预测：逐年只用当时已知的数据预测，与通行方法和当年预算比较误差。",
    examples=(
        "fiscal-model backtest data/places/lijiang",
        "fiscal-model backtest data/places/lijiang --csv 回测明细.csv",
    ),
)
@verb.place
@click.option("--csv", "csv_file", metavar="FILE", type=click.Path(path_type=Path), help="另存明细为 CSV")
@verb.quiet
@verb.as_json
def backtest(place: Path, csv_file: Path | None, quiet: bool, as_json: bool) -> None:
    """Back-test a place's revenue forecast."""
    _try(csv_file)
    with progress(quiet or as_json, f"backtest {place.absolute()}", "启动", "回测") as tell:
        from fiscal_model.blocks.revenue.accuracy import backtest_place
        from fiscal_model.inputs.find import place_at
        from fiscal_model.inputs.place import read_place
        from fiscal_model.report.backtest_text import backtest_text, conclusion
        from fiscal_model.words.plain import csv_frame

        read = read_place(place_at(place))
        tell("回测")
        found = backtest_place(read)
    frame = found.frame()
    if csv_file is not None:
        csv_frame(frame.round(6)).to_csv(csv_file, index=False, encoding="utf-8-sig", lineterminator="\n")
    saved = f"\n明细已写入 {csv_file.as_posix()}" if csv_file is not None else ""
    rows = json.loads(frame.round(6).to_json(orient="records"))
    say(as_json, backtest_text(found) + saved, conclusion=conclusion(found), rows=rows)


def _try(file: Path | None) -> None:
    """Fail before anything is computed where a file cannot be written."""
    if file is None:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    there = file.exists()
    with file.open("a", encoding="utf-8"):
        pass
    if not there:
        file.unlink()


def _written(folder: Path) -> tuple[list[str], dict[str, Any]]:
    """Say where a report lies, which file was held open, and what it comes to in one line; and the same as data."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    shown, beside, summary = folder.as_posix(), manifest.get("beside", {}), manifest["summary"]
    held = [
        f"注意：{old} 正在 Word、Excel 等程序里打开，没有替换；新的存为 {new}。关闭后再运行一次即可替换。"
        for old, new in beside.items()
    ]
    return [f"报告已写入 {shown}", *held, summary["text"]], {"report": shown, "summary": summary, "beside": beside}
