"""The exploring screen in JupyterLab: move an assumption, see the plan move, keep it as a scenario file."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from fiscal_model.analysis.risk.simulate import Fan, simulate
from fiscal_model.apps.live import CHART_LINES, draw_chart, key_numbers, key_table, new_chart
from fiscal_model.apps.slider_panel import Screen, make_screen
from fiscal_model.blocks.revenue.revenue_block import Fitted, fit
from fiscal_model.inputs.find import CUSTOM, find_root, place_folders, place_title
from fiscal_model.inputs.history import read_history
from fiscal_model.inputs.place import Place, read_place
from fiscal_model.inputs.scenario import SHIPPED, Scenario, read_scenario
from fiscal_model.model.planbook import observed_lines
from fiscal_model.model.projection import Plan, project
from fiscal_model.words.errors import Fault, FiscalModelError, ScenarioError

if TYPE_CHECKING:
    import ipywidgets as widgets

Act = Callable[[object], None]
PATHS, SEED, YEARS = 2000, 2026, 5
SLIDERS = {
    "percentile": ("收入所处的模拟分位", 0.05, 0.95, 0.05),
    "own_revenue_shift": ("自有收入增速调整", -0.10, 0.10, 0.005),
    "transfers_general_purpose_growth": ("财力性转移支付增速", -0.10, 0.10, 0.005),
    "land_revenue_growth": ("土地出让收入增速", -0.50, 0.50, 0.05),
    "refinancing_shift": ("再融资比重调整", -0.50, 0.20, 0.05),
    "pay_growth": ("工资增速", -0.02, 0.15, 0.005),
    "new_project": ("新增项目每年县级支出（万元）", 0.0, 1000.0, 10.0),
}
_WINDOWS_NAMES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)


@dataclass(frozen=True)
class Start:
    """A place under an untouched scenario: where the sliders begin."""

    place: Place
    scenario: Scenario
    fitted: Fitted
    plan: Plan
    fan: Fan
    observed: Mapping[str, Mapping[int, float]]


def explore(
    place_root: str | Path = "data/places", place: str | None = None, save_to: str | Path | None = None
) -> widgets.VBox:
    """Show the exploring screen.

    Parameters
    ----------
    place_root : str or Path
        Folder with the place folders, as given or from the repository's root.
    place : str, optional
        The place folder to begin with; the first one by default.
    save_to : str or Path, optional
        Where scenarios are saved; ``data/scenarios/custom`` of the repository by default.

    Returns
    -------
    ipywidgets VBox
        The last expression of a notebook cell shows it.

    Raises
    ------
    InputError
        There is no place folder.
    """
    return build(place_root, place, save_to).box


def build(
    place_root: str | Path = "data/places", place: str | None = None, save_to: str | Path | None = None
) -> Screen:
    """Build the exploring screen with its first plan already drawn."""
    _start.cache_clear()
    root = find_root()
    folder = Path(place_root) if Path(place_root).is_dir() else root / place_root
    target = Path(save_to) if save_to is not None else root / CUSTOM
    places = place_folders(folder)
    if not places:
        raise ScenarioError([Fault(str(place_root), "这里没有地区文件夹", "请检查路径，或用 fiscal-model new 新建")])
    places.sort(key=lambda path: path.name != place)
    named = [(place_title(path), path.as_posix()) for path in places]
    screen = make_screen(named, _scenario_options(target), SLIDERS, CHART_LINES, new_chart())
    redraw = _guarded(screen, lambda: _redraw(screen))
    choose = _guarded(screen, lambda: _choose(screen, redraw))
    for chooser in (screen.place, screen.scenario):
        chooser.observe(choose, "value")
    for trigger in (screen.line, *screen.sliders.values()):
        trigger.observe(redraw, "value")
    screen.reset.on_click(choose)
    screen.save.on_click(_guarded(screen, lambda: _save(screen, target, choose)))
    choose(None)
    return screen


def save_scenario(scenario: Scenario, name: str, folder: str | Path) -> Path:
    """Write a scenario file under a name that the planner chose: its id, its name and the file's.

    A name that is empty, cannot be a file's or is taken is a `ScenarioError`.
    """
    name = name.strip()
    path = Path(folder) / f"{name}.toml"
    wrong = None
    if not name:
        wrong = ("没有填写名称", "请给情景起一个名称，例如“教育园区方案”")
    elif re.search(r'[\\/:*?"<>|\x00-\x1f]', name) or name.startswith(".") or _WINDOWS_NAMES.match(name):
        wrong = (f"“{name}”不能作文件名", '请不要用 \\ / : * ? " < > | 这些符号，也不要以点开头')
    elif name in SHIPPED:
        wrong = (f"“{name}”是自带情景的名称", "请换一个名称")
    elif path.exists():
        wrong = ("同名情景文件已经存在", "请换一个名称，或先删除旧文件")
    if wrong:
        raise ScenarioError([Fault(path.as_posix(), *wrong)])
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = replace(scenario, id=name, name=name, description=f"在“{scenario.name}”基础上试算得出。")
    path.write_text(kept.to_toml(), encoding="utf-8", newline="\n")
    return path


@lru_cache(maxsize=32)
def _start(folder: str, scenario: str) -> Start:
    """Read and fit once per place and scenario; every slider move after that only projects."""
    place, chosen = read_place(folder), read_scenario(scenario)
    fitted = fit(place, chosen, None, YEARS, read_history(place))
    plan = project(place, chosen, fitted=fitted)
    return Start(place, chosen, fitted, plan, simulate(plan, paths=PATHS, seed=SEED), observed_lines(plan))


def _scenario_options(target: Path) -> list[tuple[str, str]]:
    """Shipped scenarios by name, then the planner's own; a file that cannot be read is left out."""
    options = [(read_scenario(name).name, name) for name in SHIPPED]
    for path in sorted(target.glob("*.toml")):
        try:
            options.append((f"{read_scenario(path).name}（自定）", path.as_posix()))
        except FiscalModelError:
            continue
    return options


def _now(screen: Screen) -> Start:
    return _start(screen.place.value, screen.scenario.value)


def _adjusted(screen: Screen) -> Scenario:
    """The chosen scenario with the sliders that were moved; the others keep the scenario's own path."""
    start = _now(screen)
    moved = {
        name: float(slider.value)
        for name, slider in screen.sliders.items()
        if abs(slider.value - start.plan.basis.assumed.number(name)) > 1e-9
    }
    return start.scenario.with_(**moved)


def _choose(screen: Screen, redraw: Act) -> None:
    """Put the sliders where the chosen scenario has them, then draw once."""
    screen.about.value = _grey("正在读取和测算……")
    start = _now(screen)
    for name, slider in screen.sliders.items():
        slider.unobserve(redraw, "value")
        _, low, high, step = SLIDERS[name]
        if name == "new_project":
            high, step = _project_range(start.plan)
        level = start.plan.basis.assumed.number(name)
        # The far end first: a slider refuses a minimum above its maximum.
        slider.max = max(slider.max, high, level)
        slider.min, slider.max, slider.step = min(low, level), max(high, level), step
        slider.value = level
        slider.observe(redraw, "value")
    redraw(None)


def _redraw(screen: Screen) -> None:
    start, usual = _now(screen), _start(screen.place.value, "baseline")
    plan = project(start.place, _adjusted(screen), fitted=start.fitted)
    fan = simulate(plan, paths=PATHS, seed=SEED)
    line = screen.line.value
    screen.picture.value = draw_chart(screen.chart, plan, fan, usual.plan, usual.observed.get(line, {}), line)
    screen.numbers.value = key_numbers(plan, fan, usual.plan, usual.fan)
    screen.table.value = key_table(plan, usual.plan)
    screen.about.value = _grey(
        f"{start.place.title}　基期 {plan.base_year} 年　规划期 {plan.years[0]}—{plan.years[-1]} 年　"
        f"收入{plan.basis.grain['revenue']}　三保按{plan.basis.grain['guarantees']}"
    )


def _save(screen: Screen, target: Path, choose: Act) -> None:
    path = save_scenario(_adjusted(screen), screen.name.value, target)
    chosen = screen.scenario.value
    # The new file joins the list; the sliders must stay where they are.
    screen.scenario.unobserve(choose, "value")
    screen.scenario.options = _scenario_options(target)
    screen.scenario.value = chosen
    screen.scenario.observe(choose, "value")
    shown = path.relative_to(find_root()) if path.is_relative_to(find_root()) else path
    screen.message.value = _grey(f"已保存：{shown.as_posix()}")


def _guarded(screen: Screen, act: Callable[[], None]) -> Act:
    """Show what is wrong with the input in words on the screen, never as a traceback."""

    def run(_: object) -> None:
        screen.message.value = ""
        try:
            act()
        except FiscalModelError as error:
            text = html.escape(str(error)).replace("\n", "<br>")
            screen.message.value = f"<div style='color:#a8432f;line-height:1.5'>{text}</div>"

    return run


def _grey(text: str) -> str:
    return f"<span style='color:#5c5c5c;line-height:1.5;overflow-wrap:anywhere'>{html.escape(text)}</span>"


def _project_range(plan: Plan) -> tuple[float, float]:
    """Upper end and step of the project slider: about a fifth of own revenue, in round numbers."""
    own = max(float(plan.lines["own_revenue"][0]) / 5, 100.0)
    high = 10 ** math.floor(math.log10(own))
    high *= next(times for times in (1, 2, 5, 10) if high * times >= own)
    return float(high), high / 100
