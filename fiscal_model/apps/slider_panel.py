"""How the exploring screen is laid out: choosers and sliders at the left, numbers, chart and table at the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fiscal_model.apps.live import Chart, chart_legend, unit_of
from fiscal_model.report.canvas import NAVY
from fiscal_model.words.lines import LINES

if TYPE_CHECKING:
    import ipywidgets as widgets

Options = Sequence[tuple[str, str]]
Ranges = Mapping[str, tuple[str, float, float, float]]
_LEFT_WIDTH = "330px"


@dataclass(frozen=True)
class Screen:
    """The widgets of the exploring screen."""

    box: widgets.VBox
    place: widgets.Dropdown
    scenario: widgets.Dropdown
    line: widgets.Dropdown
    sliders: Mapping[str, widgets.FloatSlider]
    reset: widgets.Button
    name: widgets.Text
    save: widgets.Button
    message: widgets.HTML
    about: widgets.HTML
    numbers: widgets.HTML
    picture: widgets.Image
    table: widgets.HTML
    chart: Chart


def make_screen(places: Options, scenarios: Options, ranges: Ranges, lines: Sequence[str], chart: Chart) -> Screen:
    """Make all widgets and put them in their places: one slider a range, ``lines`` are what the chart can show."""
    import ipywidgets as widgets

    wide, half = {"width": "100%"}, {"width": "49%"}
    parts = {
        "place": widgets.Dropdown(options=places, layout=wide),
        "scenario": widgets.Dropdown(options=scenarios, layout=wide),
        "line": widgets.Dropdown(
            options=[(f"{LINES[line].label}（{unit_of(line)}）", line) for line in lines], layout={"width": "260px"}
        ),
        "sliders": {name: _slider(name, *given) for name, (_, *given) in ranges.items()},
        "reset": widgets.Button(description="恢复情景原值", icon="undo", layout=half),
        "name": widgets.Text(placeholder="给情景起一个名称", continuous_update=False, layout=wide),
        "save": widgets.Button(description="保存为情景文件", icon="save", button_style="primary", layout=half),
        "message": widgets.HTML(layout=wide),
        "about": widgets.HTML(),
        "numbers": widgets.HTML(layout=wide),
        "picture": widgets.Image(format="png", layout={"max_width": "100%", "object_fit": "contain"}),
        "table": widgets.HTML(layout=wide),
    }
    for name in ("place", "scenario", "line", "reset", "save", "numbers", "picture", "table"):
        parts[name].add_class(f"explore-{name}")
    return Screen(box=_arranged(parts, {name: label for name, (label, *_) in ranges.items()}), chart=chart, **parts)  # type: ignore[arg-type]


def _slider(name: str, low: float, high: float, step: float) -> widgets.FloatSlider:
    import ipywidgets as widgets

    slider = widgets.FloatSlider(
        value=max(low, 0.0),
        min=low,
        max=high,
        step=step,
        continuous_update=False,
        readout_format=",.0f" if name == "new_project" else ".1%",
        layout={"width": "100%"},
    )
    slider.add_class(f"explore-{name}")
    return slider


def _arranged(parts: Mapping, labels: Mapping[str, str]) -> widgets.VBox:
    import ipywidgets as widgets

    column = {"width": _LEFT_WIDTH, "flex": f"0 0 {_LEFT_WIDTH}", "padding": "0 18px 0 0"}
    moves = [widget for name, slider in parts["sliders"].items() for widget in (_caption(labels[name]), slider)]
    left = widgets.VBox(
        [
            _caption("地区"),
            parts["place"],
            _caption("从哪个情景出发"),
            parts["scenario"],
            _heading("调整假设"),
            *moves,
            _heading("留下这个方案"),
            parts["name"],
            widgets.HBox([parts["save"], parts["reset"]]),
            parts["message"],
        ],
        layout=column,
    )
    right = widgets.VBox(
        [
            parts["numbers"],
            widgets.HBox([_caption("图中显示"), parts["line"]], layout={"margin": "10px 0 0 0"}),
            parts["picture"],
            widgets.HTML(chart_legend()),
            parts["table"],
        ],
        layout={"flex": "1 1 600px", "min_width": "0", "overflow": "hidden"},
    )
    title = widgets.HTML(f"<div style='font-size:20px;font-weight:600;color:{NAVY};line-height:1.6'>财政规划试算</div>")
    return widgets.VBox(
        [title, parts["about"], widgets.HBox([left, right], layout={"margin": "10px 0 0 0"})],
        layout={"max_width": "1240px", "padding": "4px 8px 12px"},
    )


def _caption(text: str) -> widgets.HTML:
    import ipywidgets as widgets

    return widgets.HTML(f"<div style='font-size:13px;line-height:1.5;white-space:nowrap'>{text}</div>")


def _heading(text: str) -> widgets.HTML:
    import ipywidgets as widgets

    look = f"margin-top:12px;border-bottom:2px solid {NAVY};color:{NAVY};font-weight:600;font-size:14px;line-height:1.7"
    return widgets.HTML(f"<div style='{look}'>{text}</div>", layout={"width": "100%"})
