"""The verbs about the future a plan assumes: scenario new, list, compare; stress; assumptions."""

from __future__ import annotations

from pathlib import Path

import click

from fiscal_model.apps.cli import verb
from fiscal_model.apps.cli.verb import app, cells, say
from fiscal_model.apps.cli.waiting import progress

_for = click.option("--for", "place", metavar="PLACE", type=click.Path(path_type=Path), help="哪个地区（文件夹或名称）")
_KINDS = {"shipped": "自带", "stress": "自带压力情景", "custom": "自己的", "place": "本地区"}


@app.group(
    help="情景：新建、列出、比较。",
    examples=(
        "fiscal-model scenario list",
        "fiscal-model scenario new 调资 --for data/places/lijiang",
        "fiscal-model scenario compare data/places/lijiang baseline 调资",
    ),
)
def scenario() -> None:
    """Group the verbs about scenarios."""


@scenario.command(
    help="新建一个情景文件，列出全部假设和这个地区的现值、范围、依据。\n都写成注释；要改哪一项就去掉那几行行首的“#”。",
    examples=("fiscal-model scenario new 调资 --for data/places/lijiang",),
)
@click.argument("name", metavar="NAME")
@click.option("--for", "place", metavar="PLACE", type=click.Path(path_type=Path), required=True, help="为哪个地区")
@verb.as_json
def new(name: str, place: Path, as_json: bool) -> None:
    """Write a scenario to fill in."""
    with progress(as_json, f"scenario {place.absolute()}", "启动", "测算各情景"):
        from fiscal_model.report.writers.scenario_form import new_scenario

        file = new_scenario(place, name)
    text = f"已建立 {file.as_posix()}。用记事本打开，改好后：fiscal-model plan {place.as_posix()} --scenario {name}"
    say(as_json, text, file=file.as_posix(), name=name)


@app.command(
    "import-scenario",
    help="把 plan.xlsx“输入”表里改过的假设变成情景文件；改了的其他数列出来，告诉到哪里改。",
    examples=(
        "fiscal-model import-scenario reports/lijiang-2026/baseline/plan.xlsx --to data/scenarios/custom/调资.toml",
    ),
)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--to",
    "to",
    metavar="FILE",
    type=click.Path(path_type=Path),
    required=True,
    help="写到哪个文件，以 .toml 结尾；已有的不覆盖",
)
@verb.as_json
def import_scenario(file: Path, to: Path, as_json: bool) -> None:
    """Turn the changed cells of a workbook into a scenario."""
    from fiscal_model.inputs.scenario_sheet import as_data, beside_text, scenario_from_workbook, write_scenario

    found, beside = scenario_from_workbook(file)
    changed = sorted(name for name, each in found.assumptions.items() if each.quality == "planner")
    written = write_scenario(found, to).as_posix()
    text = (
        f"已写入 {written}：{len(changed)} 项假设（{'、'.join(changed)}）。"
        if changed
        else f"“输入”表的假设没有改动；已写入 {written}。"
    )
    say(as_json, "\n".join(filter(None, (text, beside_text(beside)))), file=written, changed=changed,
        beside=[dict(as_data(each)) for each in beside])  # fmt: skip


@scenario.command(
    "list",
    help="列出可用的情景：自带的、自带的压力情景、data/scenarios/custom 里的、一个地区自己的。",
    examples=("fiscal-model scenario list", "fiscal-model scenario list --for data/places/lijiang"),
)
@_for
@verb.as_json
def list_(place: Path | None, as_json: bool) -> None:
    """List scenarios."""
    from fiscal_model.inputs.find import list_scenarios

    found = list_scenarios(place)
    lines = [
        f"{each['id']}{' ' * max(22 - cells(each['id']), 1)}{each['name']}（{_KINDS[str(each['kind'])]}）：{each['fault'] or each['description']}"
        for each in found
    ]
    say(as_json, "\n".join(lines), scenarios=found)


@scenario.command(
    help="比较一个地区的几个情景：假设有什么不同，各年主要指标差多少。\n只写一个情景时与 baseline 比较。",
    examples=(
        "fiscal-model scenario compare data/places/lijiang baseline pessimistic",
        "fiscal-model scenario compare data/places/lijiang land_slump --years 3",
    ),
)
@verb.place
@click.argument("scenarios", metavar="A B…", nargs=-1, required=True)
@verb.years
@verb.scope
@verb.as_json
def compare(place: Path, scenarios: tuple[str, ...], years: int, scope: str, as_json: bool) -> None:
    """Hold scenarios against each other."""
    with progress(as_json, f"compare {place.absolute()} {len(scenarios)}", "启动", "测算各情景") as tell:
        from fiscal_model.report.scenario_text import compare_scenarios, compared, comparison_text

        tell("测算各情景")
        plans = compare_scenarios(place, scenarios, years=years, scope=scope)
    say(as_json, "" if as_json else comparison_text(plans), **compared(plans))


@app.command(
    help="压力测试：在规划上逐项加压（税收、转移支付、土地、再融资、工资等），再几项同时发生、重演历史上的坏年份。\n列出未安排财力、三保、债务率、缺口比规划差多少，哪一年首次突破。",
    examples=(
        "fiscal-model stress data/places/lijiang",
        "fiscal-model stress data/places/lijiang --scenario pessimistic",
    ),
)
@verb.place
@verb.scenario()
@verb.years
@verb.scope
@verb.as_json
def stress(place: Path, scenario: str, years: int, scope: str, as_json: bool) -> None:
    """Hold a plan against stress."""
    with progress(as_json, f"stress {place.absolute()}", "启动", "测算各项压力") as tell:
        from fiscal_model.analysis.risk.stress import stress_test
        from fiscal_model.model.from_folder import plan
        from fiscal_model.report.scenario_text import stress_text

        tell("测算各项压力")
        found = stress_test(plan(place, scenario, years=years, scope=scope))
    say(as_json, "" if as_json else stress_text(found), years=list(found.years), stresses=found.data())


@app.command(
    help="列出全部假设：名称、单位、缺省值、范围、含义。\n缺省值是“自动”的由本地历史数推算。",
    examples=("fiscal-model assumptions", "fiscal-model assumptions --json"),
)
@verb.as_json
def assumptions(as_json: bool) -> None:
    """List every assumption."""
    from fiscal_model.inputs.scenario import list_defaults

    found = list_defaults()
    text = [] if as_json else [_said(each) for each in found]
    say(
        as_json,
        "\n".join([*text, "写进情景文件的方法：fiscal-model scenario new 名称 --for 地区文件夹"]),
        assumptions=found,
    )


def _said(each: dict[str, object]) -> str:
    auto = f"自动（推算不出时 {each['fallback']:g}）" if each["default"] is None else f"{each['default']:g}"
    unit = {"10k_yuan": "万元", "fraction": "小数", "number": "数"}[str(each["unit"])]
    return (
        f"{each['name']}  {each['label']}\n"
        f"    {unit}，缺省 {auto}，范围 {each['low']:g} 至 {each['high']:g}；{each['meaning']}"
    )
