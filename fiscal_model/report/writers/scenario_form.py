"""A scenario to fill in: every assumption with its present value at a place, bounds and meaning, all of it as comments."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from fiscal_model.inputs.find import own_scenarios, place_scenarios
from fiscal_model.inputs.scenario import SHIPPED, Scenario, read_scenario
from fiscal_model.law.rules import rules
from fiscal_model.model.from_folder import read_checked
from fiscal_model.model.projection import Plan, project
from fiscal_model.words.errors import Fault, ScenarioError
from fiscal_model.words.plain import one_line, toml_text
from fiscal_model.words.resources import STRESSES
from fiscal_model.words.vocabulary import QUALITIES

_HEAD = """# {title}的情景。现在与基准情景完全相同：以“#”开头的行都不起作用。
# 要改哪一项，就把那一项下面几行行首的“#”删去，改 value 或各年的数，写明来源 source。没有改的项不要动。
# 每一项写在方括号里的名称下面；value 是各年通用的值，by_year 只改写明的年份（规划期 {first} 至 {last} 年）。
# 比例用小数，90% 写 0.9。依据级别 quality 只能填：{qualities}。
# 改完后：fiscal-model plan {folder} --scenario {name}
#         fiscal-model scenario compare {folder} {name}
"""


def new_scenario(folder: str | Path, name: str) -> Path:
    """Write a scenario for a place into its own ``scenarios`` folder and return the file.

    Raises
    ------
    ScenarioError
        The name is not one, or there already.
    """
    place = read_checked(folder)
    Scenario(name, name)
    path = own_scenarios(place.folder) / f"{name}.toml"
    if name in (*SHIPPED, *STRESSES) or path.exists():
        known = [*SHIPPED, *(each.stem for each in place_scenarios(place.folder))]
        raise ScenarioError([Fault(path.as_posix(), f"已有情景“{name}”", f"请换一个名称。现有：{'、'.join(known)}")])
    text = scenario_form(project(place, read_scenario("baseline")), name)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def scenario_form(plan: Plan, name: str) -> str:
    """Return the text of a scenario that changes nothing yet and shows what could be."""
    place, years = plan.basis.place, plan.years
    head = _HEAD.format(
        title=place.title,
        first=years[0],
        last=years[-1],
        name=name,
        folder=one_line(place.folder.as_posix()),
        qualities="、".join(f"{key} {label}" for key, label in QUALITIES.items()),
    )
    about = f'id = {toml_text(name)}\nname = {toml_text(name)}\ndescription = ""\n\n[assumptions]\n'
    return "\n".join([head, about, *(_entry(plan, name) for name in plan.basis.assumed.entries)])


def _entry(plan: Plan, name: str) -> str:
    assumption, path = plan.basis.assumed.entries[name], plan.basis.assumed.path(name)
    rule = rules("assumptions")[name]
    usual = float(assumption.value)  # type: ignore[arg-type]
    steps = [f"{year} = {_number(value)}" for year, value in zip(plan.years, path, strict=True) if value != usual]
    shown = f"#by_year = {{{', '.join(steps)}}}\n" if steps else ""
    source = " ".join(assumption.source.split())
    return (
        f"# {rule['label']}。范围 {rule['low']:g} 至 {rule['high']:g}。\n"
        f"# 现值的依据（{QUALITIES[assumption.quality]}）：{source}\n"
        f'#[assumptions.{name}]\n#value = {_number(usual)}\n{shown}#source = ""\n#quality = "planner"\n'
    )


def _number(value: float) -> str:
    return repr(float(np.round(value, 6)) + 0.0)
