"""The scenarios a planner can choose from, and those he keeps from the exploring screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from fiscal_model.inputs.find import place_scenarios
from fiscal_model.inputs.scenario import ID_RULE, SHIPPED, Scenario, may_be_id, read_scenario
from fiscal_model.words.errors import Fault, FiscalModelError, ScenarioError
from fiscal_model.words.resources import STRESSES


def scenario_options(target: Path, place: str | Path | None = None) -> list[tuple[str, str]]:
    """Shipped scenarios by name, then the planner's own and those of the place; a file that cannot be read is left out."""
    options = [(read_scenario(name).name, name) for name in SHIPPED]
    for path in (*sorted(target.glob("*.toml")), *place_scenarios(place)):
        try:
            options.append((f"{read_scenario(path).name}（自定）", path.as_posix()))
        except FiscalModelError:
            continue
    return options


def save_scenario(scenario: Scenario, name: str, folder: str | Path) -> Path:
    """Write a scenario file under a name that the planner chose: its id, its name and the file's.

    A name that is empty, cannot be a file's or is taken is a `ScenarioError`.
    """
    name = name.strip()
    path = Path(folder) / f"{name}.toml"
    wrong = None
    if not name:
        wrong = ("没有填写名称", "请给情景起一个名称，例如“教育园区方案”")
    elif not may_be_id(name):
        wrong = (f"“{name}”不能作文件名", ID_RULE)
    elif name in (*SHIPPED, *STRESSES):
        wrong = (f"“{name}”是自带情景的名称", "请换一个名称")
    elif path.exists():
        wrong = ("同名情景文件已经存在", "请换一个名称，或先删除旧文件")
    if wrong:
        raise ScenarioError([Fault(path.as_posix(), *wrong)])
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = replace(scenario, id=name, name=name, description=f"在“{scenario.name}”基础上试算得出。")
    path.write_text(kept.to_toml(), encoding="utf-8", newline="\n")
    return path
