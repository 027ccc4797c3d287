"""The verb that plans many places."""

from __future__ import annotations

import json
from pathlib import Path

import click

from fiscal_model.apps.cli import verb
from fiscal_model.apps.cli.verb import app, say
from fiscal_model.apps.cli.waiting import counted


@app.command(
    help="批量测算：一个文件夹下的所有地区，或一张长表里的所有地区，汇成一张表。\n"
    "SOURCE 是放着地区文件夹的文件夹，或长表（列：地区、省份、项目、年度、金额、单位、来源）。\n"
    "每算完一个地区就保存；中断后再运行，只算没算完的和有改动的。",
    examples=(
        "fiscal-model batch data/places",
        "fiscal-model batch 全省各县.csv --to reports/全省 --workers 4",
        "fiscal-model batch data/places --scenario pessimistic --reports",
    ),
)
@click.argument("source", metavar="SOURCE", type=click.Path(path_type=Path))
@verb.scenario()
@verb.years
@click.option("--to", metavar="DIR", type=click.Path(path_type=Path), help="结果文件夹，缺省为 reports/batch-名称")
@click.option("--workers", metavar="N", type=click.IntRange(1, 1024), help="进程数，缺省为处理器核数")
@click.option("--scheduler", metavar="ADDRESS", default="", help="已有的 dask 调度器地址，例如 tcp://10.0.0.5:8786")
@click.option("--reports", is_flag=True, help="同时写出每个地区的完整报告")
@click.option("--seed", metavar="S", type=click.IntRange(0), default=2026, show_default=True, help="随机种子")
@verb.quiet
@verb.as_json
def batch(
    source: Path, scenario: str, years: int, to: Path | None, workers: int | None, scheduler: str, reports: bool,
    seed: int, quiet: bool, as_json: bool,
) -> int:  # fmt: skip
    """Plan many places."""
    with counted(quiet or as_json, "测算各地区") as tell:
        from fiscal_model.apps.batch.many_places import batch as plan_many

        found = plan_many(
            source, scenario, to=to, years=years, workers=workers, scheduler=scheduler, reports=reports, seed=seed,
            progress=tell,
        )  # fmt: skip
    shown = found.folder.as_posix()
    rows = json.loads(found.frame.to_json(orient="records", force_ascii=False))
    text = "\n".join([f"结果已写入 {shown}/results.xlsx 和 results.csv", *found.reasons, found.text])
    say(as_json, text, folder=shown, computed=found.computed, summary=found.text, rows=rows)
    return found.exit_code
