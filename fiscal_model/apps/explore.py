"""The exploring screen: move an assumption, switch a project off, see the plan move, keep it as a scenario file."""

from __future__ import annotations

import html
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from fiscal_model.apps.custom_scenarios import save_scenario, scenario_options
from fiscal_model.apps.desk_layout import (
    NOTHING_TO_SWITCH,
    SWITCH_WORDS,
    Screen,
    Slider,
    make_screen,
    make_switch,
    note,
)
from fiscal_model.apps.live import CHART_LINES, key_table, number_cards, side_by_side
from fiscal_model.apps.live_chart import BASELINE, NOW, SEEN, draw_chart, legend
from fiscal_model.apps.setting import (
    Level,
    Setting,
    Start,
    Switch,
    Trail,
    Trial,
    describe,
    forget,
    level_of,
    moved_scenario,
    start_of,
    switches_of,
    try_out,
)
from fiscal_model.inputs.find import CUSTOM, place_folders, place_title
from fiscal_model.inputs.working_folder import find_root
from fiscal_model.model.projection import Plan
from fiscal_model.words.errors import Fault, FiscalModelError, ScenarioError

if TYPE_CHECKING:
    import ipywidgets as widgets

SLIDERS = {
    "percentile": ("收入所处的模拟分位", 0.05, 0.95, 0.05),
    "own_revenue_shift": ("自有收入增速调整", -0.10, 0.10, 0.005),
    "transfers_general_purpose_growth": ("财力性转移支付增速", -0.10, 0.10, 0.005),
    "land_revenue_growth": ("土地出让收入增速", -0.50, 0.50, 0.05),
    "refinancing_shift": ("再融资比重调整", -0.50, 0.20, 0.05),
    "pay_growth": ("工资增速", -0.02, 0.15, 0.005),
    "new_project": ("新增项目每年县级支出（万元）", 0.0, 1000.0, 10.0),
}
_LABELS = {name: label for name, (label, *_) in SLIDERS.items()}
_SAME = 1e-9


@dataclass
class Session:
    """What the screen remembers: its widgets, the settings gone through, the pinned ones."""

    screen: Screen
    target: Path
    trail: Trail = field(default_factory=Trail)
    pinned: dict[str, Trial] = field(default_factory=dict)
    switches: dict[tuple[str, str], widgets.Checkbox] = field(default_factory=dict)
    shown: Trial | None = None
    quiet: bool = False  # While the screen moves its own widgets


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
    return open_session(place_root, place, save_to).screen


def open_session(
    place_root: str | Path = "data/places", place: str | None = None, save_to: str | Path | None = None
) -> Session:
    """Build the screen, tell its widgets what they do, and draw the first plan."""
    forget()
    root = find_root()
    folder = Path(place_root) if Path(place_root).is_dir() else root / place_root
    target = Path(save_to) if save_to is not None else root / CUSTOM
    places = place_folders(folder)
    if not places:
        raise ScenarioError([Fault(str(place_root), "这里没有地区文件夹", "请检查路径，或用 fiscal-model new 新建")])
    places.sort(key=lambda path: path.name != place)
    named = [(place_title(path), path.as_posix()) for path in places]
    session = Session(make_screen(named, scenario_options(target), SLIDERS, CHART_LINES), target)
    _connect(session)
    _guarded(session, _choose)(None)
    return session


def _connect(session: Session) -> None:
    screen, moved = session.screen, _guarded(session, _moved)
    for chooser in (screen.place, screen.scenario):
        chooser.observe(_guarded(session, _choose), "value")
    for slider in screen.sliders.values():
        slider.by_year.observe(_guarded(session, partial(_split, slider=slider)), "value")
        for each in (slider.whole, *slider.yearly):
            each.observe(moved, "value")
    for trigger in (screen.line, screen.view):
        trigger.observe(_guarded(session, _show), "value")
    acts: dict[str, Callable[[Session], None]] = {
        "reread": _reread, "undo": partial(_walk, steps=-1), "redo": partial(_walk, steps=1), "reset": _choose,
        "pin_a": partial(_pin, name="A"), "pin_b": partial(_pin, name="B"), "unpin": _unpin, "save": _save,
    }  # fmt: skip
    for name, act in acts.items():
        screen.buttons[name].on_click(_guarded(session, act))


def _guarded(session: Session, act: Callable[[Session], None]) -> Callable[[object], None]:
    """Show what is wrong with the input in words, never as a traceback; figures of another county never stay beside it."""

    def run(_: object) -> None:
        if session.quiet:
            return
        session.screen.message.value = ""
        try:
            act(session)
        except FiscalModelError as error:
            text = html.escape(str(error)).replace("\n", "<br>")
            session.screen.message.value = f"<div class='fm-wrong' role='alert'>{text}</div>"
        finally:
            session.quiet = False
            _allow(session)

    return run


def _choose(session: Session) -> None:
    """Begin at the chosen place and scenario, untouched; a scenario of the former place's own gives way to the baseline."""
    place, scenario = session.screen.place.value, session.screen.scenario.value
    known = [name for _, name in scenario_options(session.target, place)]
    _begin(session, Setting(place, scenario if scenario in known else known[0]))


def _begin(session: Session, setting: Setting) -> None:
    """Empty the screen, then put it at a setting; what cannot be read leaves it empty."""
    _empty(session, keep_pins=session.shown is not None and session.shown.setting.place == setting.place)
    _put(session, setting)
    _draw(session, setting)


def _empty(session: Session, keep_pins: bool) -> None:
    session.shown = None
    if not keep_pins:
        session.pinned.clear()
    for panel in session.screen.panels:
        panel.value = ""


def _put(session: Session, setting: Setting) -> None:
    """Move every widget to a setting without working anything out."""
    screen, session.quiet = session.screen, True
    screen.place.value = setting.place
    screen.scenario.options = scenario_options(session.target, setting.place)
    screen.scenario.value = setting.scenario
    start = start_of(setting.place, setting.scenario)
    for name, slider in screen.sliders.items():
        _, low, high, step = SLIDERS[name]
        if name == "new_project":
            high, step = _project_range(start.plan)
        slider.put(setting.moved.get(name, level_of(start.plan, name)), start.plan.years, (low, high, step))
    _lay_switches(session, switches_of(start.plan), setting.off)
    session.quiet = False


def _lay_switches(session: Session, switches: tuple[Switch, ...], off: frozenset[tuple[str, str]]) -> None:
    """Make the switches of a place, or set those that are there already."""
    keys = [(each.register, each.code) for each in switches]
    if list(session.switches) != keys:
        moved = _guarded(session, _moved)
        session.switches = {
            key: make_switch(f"{each.label}　{each.amount:,.0f}万元", True, moved)
            for key, each in zip(keys, switches, strict=True)
        }
        for register, box in session.screen.switches.items():
            rows = [check for (name, _), check in session.switches.items() if name == register]
            box.children = [note(SWITCH_WORDS[register] if rows else NOTHING_TO_SWITCH[register]), *rows]
    for key, check in session.switches.items():
        check.value = key not in off


def _setting(session: Session) -> Setting:
    """Read the widgets."""
    screen = session.screen
    start = start_of(screen.place.value, screen.scenario.value)
    moved = {
        name: slider.level
        for name, slider in screen.sliders.items()
        if _differs(slider.level, level_of(start.plan, name))
    }
    off = frozenset(key for key, check in session.switches.items() if not check.value)
    return Setting(screen.place.value, screen.scenario.value, moved, off)


def _differs(level: Level, usual: Level) -> bool:
    one, other = (each if isinstance(each, tuple) else (each,) for each in (level, usual))
    span = max(len(one), len(other))
    one, other = (each * (span // len(each)) for each in (one, other))
    return any(abs(a - b) > _SAME for a, b in zip(one, other, strict=True))


def _moved(session: Session) -> None:
    _draw(session, _setting(session))


def _split(session: Session, slider: Slider) -> None:
    """Show one slider a year instead of one for all, or back; both begin where the other stood."""
    session.quiet = True
    if slider.by_year.value:
        for each in slider.yearly:
            each.value = slider.whole.value
    else:
        slider.whole.value = slider.yearly[0].value
    slider.show()
    session.quiet = False
    _moved(session)


def _draw(session: Session, setting: Setting) -> None:
    """Work a setting out, show it, and remember it as a step."""
    try:
        session.shown = try_out(setting)
    except FiscalModelError:
        _empty(session, keep_pins=True)
        raise
    session.trail.go(setting)
    _show(session)


def _show(session: Session) -> None:
    """Show what was worked out: numbers, chart, table."""
    screen, trial = session.screen, session.shown
    if trial is None:
        return
    start, usual = (start_of(trial.setting.place, name) for name in (trial.setting.scenario, "baseline"))
    line, pinned = screen.line.value, {name: each.plan for name, each in session.pinned.items()}
    screen.numbers.value = number_cards(trial.numbers, usual.numbers)
    screen.picture.value = draw_chart(trial.plan, trial.fan, usual.plan, usual.observed.get(line, {}), line, pinned)
    screen.legend.value = legend([SEEN, NOW, BASELINE, *pinned])
    views = {"years": _years_view, "scenarios": _scenarios_view, "pins": _pins_view}
    screen.table.value = views[screen.view.value](session, trial, usual)
    plan = trial.plan
    screen.about.value = _grey(
        f"{start.place.title}　基期 {plan.base_year} 年　规划期 {plan.years[0]}—{plan.years[-1]} 年　"
        f"收入{plan.basis.grain['revenue']}　三保按{plan.basis.grain['guarantees']}　当前设定：{describe(trial.setting, _LABELS)}"
    )


def _years_view(session: Session, trial: Trial, usual: Start) -> str:
    return key_table(trial.plan, usual.plan, usual.observed)


def _scenarios_view(session: Session, trial: Trial, usual: Start) -> str:
    """Every scenario of the list beside the present setting; one that cannot be computed is named below."""
    found, left = {}, []
    for label, name in session.screen.scenario.options:
        try:
            found[label] = start_of(trial.setting.place, name).numbers
        except FiscalModelError:
            left.append(f"情景“{label}”在这个地区算不出来，没有列出。")
    return side_by_side("情景并排", found | {NOW: trial.numbers}, tuple(left))


def _pins_view(session: Session, trial: Trial, usual: Start) -> str:
    found = (
        {BASELINE: usual.numbers} | {name: each.numbers for name, each in session.pinned.items()} | {NOW: trial.numbers}
    )
    notes = [
        f"{name}：{start_of(each.setting.place, each.setting.scenario).scenario.name}，{describe(each.setting, _LABELS)}。"
        for name, each in session.pinned.items()
    ]
    notes = notes or ["还没有钉住的设定：先点“钉为 A”，再改动，就能看到前后的差别。"]
    return side_by_side("A/B 对照", found, tuple(notes))


def _walk(session: Session, steps: int) -> None:
    """Undo or redo; after a county that could not be read, undo first goes back to what was shown before it."""
    _begin(session, session.trail.walk(0 if session.shown is None and steps < 0 else steps))


def _reread(session: Session) -> None:
    forget()
    _choose(session)


def _pin(session: Session, name: str) -> None:
    if session.shown is not None:
        session.pinned = {key: each for key, each in sorted({**session.pinned, name: session.shown}.items())}
        session.screen.view.value = "pins"
        _show(session)


def _unpin(session: Session) -> None:
    session.pinned.clear()
    _show(session)


def _allow(session: Session) -> None:
    """Only what can be done can be pressed."""
    screen, trail, ready = session.screen, session.trail, session.shown is not None
    for name in ("reset", "pin_a", "pin_b", "save"):
        screen.buttons[name].disabled = not ready
    screen.buttons["undo"].disabled = not (trail.at > 0 or (trail.at == 0 and not ready))
    screen.buttons["redo"].disabled = trail.at + 1 >= len(trail.steps)
    screen.buttons["unpin"].disabled = not session.pinned
    for slider in screen.sliders.values():
        for each in (slider.whole, slider.by_year, *slider.yearly):
            each.disabled = not ready
    for check in session.switches.values():
        check.disabled = not ready


def _save(session: Session) -> None:
    screen, setting = session.screen, _setting(session)
    path = save_scenario(moved_scenario(setting), screen.name.value, session.target)
    # The new file joins the list; the sliders must stay where they are.
    session.quiet = True
    screen.scenario.options = scenario_options(session.target, setting.place)
    screen.scenario.value = setting.scenario
    session.quiet = False
    shown = path.relative_to(find_root()) if path.is_relative_to(find_root()) else path
    left = f"；关掉的 {len(setting.off)} 项没有写进去，要长期去掉请改登记表" if setting.off else ""
    screen.message.value = _grey(f"已保存：{shown.as_posix()}{left}")


def _grey(text: str) -> str:
    return f"<span class='fm-grey'>{html.escape(text)}</span>"


def _project_range(plan: Plan) -> tuple[float, float]:
    """Upper end and step of the project slider: about a fifth of own revenue, in round numbers."""
    own = max(float(plan.lines["own_revenue"][0]) / 5, 100.0)
    high = 10 ** math.floor(math.log10(own))
    high *= next(times for times in (1, 2, 5, 10) if high * times >= own)
    return float(high), high / 100
