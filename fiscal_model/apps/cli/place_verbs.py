"""The verbs about what a place hands in: new, import, check."""

from __future__ import annotations

from pathlib import Path

import click

from fiscal_model.apps.cli import verb
from fiscal_model.apps.cli.verb import app, say
from fiscal_model.apps.cli.waiting import progress
from fiscal_model.words.errors import InputError


@app.command(
    help="检查一个地区的全部表格，列出所有错误，并做 V1 至 V26 核对。",
    examples=(
        "fiscal-model check data/places/shandan",
        "fiscal-model check data/places/shandan/填报表.xlsx",
        "fiscal-model check data/places/lijiang --scope own_level",
    ),
)
@verb.place
@verb.scope
@verb.as_json
@verb.faults_marked
def check(place: Path, scope: str, as_json: bool) -> None:
    """Check a place folder."""
    with progress(as_json, f"check {place.absolute()}", "启动", "核对") as tell:
        from fiscal_model.blocks.checks.all_checks import OUTCOMES, faults_of, run_checks
        from fiscal_model.inputs.find import place_at
        from fiscal_model.inputs.place import read_place

        found = read_place(place_at(place), scope)
        tell("核对")
        checks = run_checks(found)
    faults = faults_of(found, checks)
    rows = [
        {"id": each.id, "title": each.title, "outcome": each.outcome, "details": list(each.details)} for each in checks
    ]
    if not as_json or not faults:
        lines = [f"{found.title}：{len(found.tables)} 张表，{sum(map(len, found.tables.values())):,} 行"]
        if found.unread:
            lines.append(f"  没有读取：{'、'.join(found.unread)}（不是认识的表，其中的数不进入规划）")
        lines += [f"  {said}" for said in found.made_of]
        for each in checks:
            lines.append(f"  {each.id:<4}{OUTCOMES[each.outcome]}  {each.title}")
            lines += [f"        {detail}" for detail in each.details if each.outcome != "ok"]
        counts = {name: sum(each.outcome == name for each in checks) for name in OUTCOMES}
        lines.append("、".join(f"{OUTCOMES[name]} {count} 项" for name, count in counts.items()))
        say(as_json, "\n".join(lines), checks=rows, unread=list(found.unread), made_of=list(found.made_of))
    if faults:
        raise InputError(faults)


@app.command(
    help="新建一个地区：加 --excel 只有一个 Excel 填报表，不加则是各表的 CSV。\nFOLDER 例如 data/places/shandan。",
    examples=(
        "fiscal-model new data/places/shandan --name 山丹县 --excel",
        "fiscal-model new 山丹.xlsx --name 山丹县",
        "fiscal-model new 甘谷.xlsx --from data/places/gangu",
        "fiscal-model new data/places/shandan --name 山丹县 --chinese-headers",
    ),
)
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path))
@click.option("--name", help="地区名称，例如 山丹县")
@click.option(
    "--excel", is_flag=True, help="生成 填报表.xlsx，一个文件填全部的表；FOLDER 写成 某某.xlsx 则只生成这一个文件"
)
@click.option("--from", "like", metavar="PLACE", help="用这个地区已有的数填好填报表")
@click.option("--chinese-headers", is_flag=True, help="CSV 的表头用中文（两种表头都能读）")
@verb.as_json
def new(folder: Path, name: str | None, excel: bool, like: str | None, chinese_headers: bool, as_json: bool) -> None:
    """Lay a new place folder or an Excel form."""
    from fiscal_model.inputs.template import new_place

    if not name and not like:
        raise click.MissingParameter(param=click.Option(["--name"]), param_hint="--name")
    if excel or like or folder.suffix.lower() == ".xlsx":
        from fiscal_model.inputs.find import find_place
        from fiscal_model.inputs.new_form import new_form

        written = new_form(folder, name or "", like=find_place(like) if like else "")
        form = written[0].as_posix()
        text = f"已生成 {form}。填好存盘后运行：fiscal-model check {form}"
    else:
        written = new_place(folder, name or "", chinese_headers=chinese_headers)
        text = f"已建立 {folder.as_posix()}（{len(written)} 个文件）。请先读“填表说明.md”。"
    say(as_json, text, folder=folder.as_posix(), files=[path.name for path in written])


@app.command(
    "import",
    help="从财政局公布的预算附表（Excel 工作簿 FILE）导入一个地区。",
    examples=(
        "fiscal-model import 预算附表.xlsx --to data/places/shandan",
        "fiscal-model import 预算附表.xlsx --to data/places/shandan --name 山丹县",
    ),
)
@click.argument("workbook", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--to", metavar="DIR", type=click.Path(path_type=Path), required=True, help="写到哪个地区文件夹")
@click.option("--name", help="地区名称，缺省从封面和表名识别")
@verb.as_json
def import_(workbook: Path, to: Path, name: str | None, as_json: bool) -> None:
    """Import a bureau's workbook."""
    from fiscal_model.inputs.official import import_official, summary, write_place

    imported = import_official(workbook, name=name)
    written = write_place(imported, to)
    files = [path.as_posix() for path in written]
    not_tying = [str(tie) for tie in imported.not_tying]
    say(as_json, f"{summary(imported)}\n已写入：{'、'.join(files)}", files=files, not_tying=not_tying)
