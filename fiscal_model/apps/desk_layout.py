"""How the exploring screen is laid out: what is chosen above, eight numbers, sliders and switches beside chart and tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fiscal_model.apps.live import unit_of
from fiscal_model.apps.setting import ITEM, PROJECT, YEARS, Level
from fiscal_model.report.canvas import NAVY
from fiscal_model.words.lines import LINES
from fiscal_model.words.plain import widget_text

if TYPE_CHECKING:
    import ipywidgets as widgets

Options = Sequence[tuple[str, str]]
Ranges = Mapping[str, tuple[str, float, float, float]]
VIEWS = {"逐年指标": "years", "情景并排": "scenarios", "A/B 对照": "pins"}
SECTIONS = {"假设": "sliders", "三保项目": ITEM, "支出项目": PROJECT, "保存": "keep"}
SWITCH_WORDS = {
    ITEM: "不勾＝从规划首年起不安排，只用来看这一项占多少财力：三保项目依法必须足额保障。数字为首年需求，最多列 60 项。",
    PROJECT: "不勾＝从规划首年起不再花钱；已经花的不变。数字为规划期县级资金，最多列 60 项。",
}
NOTHING_TO_SWITCH = {ITEM: "没有提供三保项目清单。", PROJECT: "没有提供项目库，或项目在规划期没有县级资金。"}
STYLE = f"""<style>
.fm-desk {{ background:#fff; color:#222; font-family:"Microsoft YaHei","PingFang SC","Noto Sans SC","Noto Sans CJK SC",sans-serif; padding:6px 10px 14px; max-width:1480px; container-type:inline-size; overflow:hidden; }}
.fm-desk .widget-html-content {{ line-height:1.5; }}
.fm-desk .widget-label, .fm-desk select, .fm-desk button {{ font-size:13px; }}
.fm-title {{ font-size:20px; font-weight:600; color:{NAVY}; }}
.fm-grey, .fm-note {{ color:#5c5c5c; overflow-wrap:anywhere; }}
.fm-note {{ font-size:12px; }}
.fm-wrong {{ color:#8c2f1f; background:#fdf1ee; border-left:4px solid #a8432f; padding:8px 12px; overflow-wrap:anywhere; }}
.fm-cards {{ display:grid; grid-template-columns:repeat(8,minmax(0,1fr)); gap:8px; }}
.fm-card {{ border:1px solid #d5dbe2; border-top:4px solid #b9c0c8; padding:6px 9px; background:#fff; min-width:0; }}
.fm-card i {{ font-style:normal; font-size:12px; font-weight:600; padding:1px 7px; border-radius:9px; background:#e6e8eb; color:#444; white-space:nowrap; }}
.fm-card.fm-green {{ border-top-color:#3d8b4c; }} .fm-green i {{ background:#d5ebcf; color:#1f5a2b; }}
.fm-card.fm-yellow {{ border-top-color:#d9b400; }} .fm-yellow i {{ background:#fff4b8; color:#6b5600; }}
.fm-card.fm-orange {{ border-top-color:#e08a1e; }} .fm-orange i {{ background:#fbddb5; color:#7a4300; }}
.fm-card.fm-red {{ border-top-color:#b8321f; }} .fm-red i {{ background:#f8cbc6; color:#84170a; }}
.fm-name, .fm-change, .fm-why {{ font-size:12px; color:#5c5c5c; }}
.fm-value {{ display:flex; flex-wrap:wrap; gap:2px 8px; align-items:center; font-size:18px; font-weight:600; color:{NAVY}; font-variant-numeric:tabular-nums; }}
.fm-value small {{ font-size:12px; font-weight:400; }}
.fm-change b {{ font-weight:400; }} .fm-worse {{ color:#a8432f; }} .fm-better {{ color:#2f6b3a; }}
.fm-why {{ font-size:11px; line-height:1.35; }}
.fm-picture svg {{ width:100%; height:auto; display:block; font-size:10.5px; fill:#222; }}
.fm-legend {{ font-size:12px; color:#5c5c5c; display:flex; flex-wrap:wrap; gap:2px 14px; padding-left:10px; }}
.fm-legend i {{ display:inline-block; width:24px; height:10px; margin-right:5px; }}
.fm-legend svg {{ margin-right:5px; vertical-align:middle; }}
.fm-table {{ overflow-x:auto; }}
.fm-table table {{ border-collapse:collapse; width:100%; font-size:13px; border-top:2px solid {NAVY}; border-bottom:2px solid {NAVY}; }}
.fm-table th, .fm-table td {{ padding:4px 8px; text-align:right; font-weight:400; font-variant-numeric:tabular-nums; border-top:1px solid #e2e5e9; }}
.fm-table thead th {{ font-weight:600; white-space:nowrap; background:#eef2f6; border-top:0; }}
.fm-table tbody th {{ position:sticky; left:0; background:#fff; white-space:nowrap; }}
.fm-table td {{ text-align:right !important; }}
.fm-table p {{ margin:4px 0; }}
.fm-body {{ display:grid; grid-template-columns:minmax(280px,330px) minmax(0,1fr); gap:6px 20px; }}
.fm-body > * {{ min-width:0; }} .fm-body, .fm-body > *, .fm-left > * {{ overflow:visible; }} .fm-left {{ grid-column:1; grid-row:1 / span 2; }} .fm-chart, .fm-tables {{ grid-column:2; }}
.fm-row {{ flex-flow:row wrap; align-items:center; gap:4px 8px; overflow:visible; }}
.fm-scroll {{ max-height:560px; overflow-y:auto; }}
.fm-group {{ border-top:1px solid #e2e5e9; padding-top:2px; overflow:visible; }}
.fm-group .widget-label-basic {{ font-size:12px; }}
.fm-desk .noUi-handle:focus-visible, .fm-desk button:focus-visible, .fm-desk select:focus-visible, .fm-desk input:focus-visible {{ outline:3px solid #e08a1e; outline-offset:1px; }}
@container (max-width:1100px) {{ .fm-cards {{ grid-template-columns:repeat(4,minmax(0,1fr)); }} .fm-picture svg {{ font-size:13.5px; }} }}
@container (max-width:760px) {{
  .fm-body {{ grid-template-columns:minmax(0,1fr); }} .fm-body > * {{ grid-column:1; grid-row:auto; }}
  .fm-cards {{ grid-template-columns:repeat(2,minmax(0,1fr)); }}
  .fm-picture svg {{ font-size:19px; }} .fm-other {{ display:none; }} .fm-scroll {{ max-height:none; }}
  .fm-table tbody th {{ white-space:normal; min-width:7em; }}
}}
</style>"""


@dataclass(frozen=True)
class Slider:
    """The widgets of one assumption: one value for all years, or one a year."""

    box: widgets.VBox
    whole: widgets.FloatSlider
    by_year: widgets.Checkbox
    yearly: tuple[widgets.FloatSlider, ...]

    @property
    def level(self) -> Level:
        """What it stands at."""
        return tuple(float(each.value) for each in self.yearly) if self.by_year.value else float(self.whole.value)

    def put(self, level: Level, years: Sequence[int], reach: tuple[float, float, float]) -> None:
        """Stand at a level; ``reach`` is the lowest, the highest and the step, widened where the level lies outside."""
        levels = level if isinstance(level, tuple) else (level,) * len(self.yearly)
        low, high, step = min(reach[0], *levels), max(reach[1], *levels), reach[2]
        values = (levels[0], *levels)
        for slider, value in zip((self.whole, *self.yearly), values, strict=True):
            slider.max = max(slider.max, high)  # the far end first: a slider refuses a minimum above its maximum
            slider.min, slider.max, slider.step, slider.value = low, high, step, value
        for slider, year in zip(self.yearly, years, strict=True):
            slider.description = f"{year}"
        self.by_year.value = isinstance(level, tuple)
        self.show()

    def show(self) -> None:
        """Show one slider, or one a year."""
        self.whole.layout.display = "none" if self.by_year.value else ""
        for slider in self.yearly:
            slider.layout.display = "" if self.by_year.value else "none"


@dataclass(frozen=True)
class Screen:
    """The widgets of the exploring screen."""

    box: widgets.VBox
    place: widgets.Dropdown
    scenario: widgets.Dropdown
    line: widgets.Dropdown
    view: widgets.ToggleButtons
    section: widgets.ToggleButtons
    sliders: Mapping[str, Slider]
    switches: Mapping[str, widgets.VBox]
    buttons: Mapping[str, widgets.Button]
    name: widgets.Text
    message: widgets.HTML
    about: widgets.HTML
    numbers: widgets.HTML
    picture: widgets.HTML
    legend: widgets.HTML
    table: widgets.HTML

    @property
    def panels(self) -> tuple[widgets.HTML, ...]:
        """What shows figures of a place."""
        return (self.about, self.numbers, self.picture, self.legend, self.table)


_BUTTONS = {
    "reread": ("重新读取", "refresh", "表格改好以后，重新读取这个地区"),
    "undo": ("撤销", "undo", "退回上一步"),
    "redo": ("重做", "repeat", "恢复刚才撤销的一步"),
    "reset": ("恢复原值", "eraser", "假设和开关都回到所选情景"),
    "pin_a": ("钉为 A", "thumb-tack", "把当前设定留作 A，画在图上，与后面的设定对照"),
    "pin_b": ("钉为 B", "thumb-tack", "把当前设定留作 B"),
    "unpin": ("取下 A、B", "times", "不再对照"),
    "save": ("保存为情景文件", "save", "写到 data/scenarios/custom，编规划时用 --scenario 指定"),
}


def make_screen(places: Options, scenarios: Options, ranges: Ranges, lines: Sequence[str]) -> Screen:
    """Make all widgets and put them in their places: one slider a range, ``lines`` are what the chart can show."""
    import ipywidgets as widgets

    wide, auto = {"width": "100%"}, {"width": "auto"}
    parts: dict[str, Any] = {
        "place": _dropdown("地区", places),
        "scenario": _dropdown("从哪个情景出发", scenarios),
        "line": _dropdown("图中显示", [(f"{LINES[line].label}（{unit_of(line)}）", line) for line in lines]),
        "view": widgets.ToggleButtons(options=list(VIEWS.items()), style={"button_width": "auto"}),
        "section": widgets.ToggleButtons(options=list(SECTIONS.items()), style={"button_width": "auto"}),
        "sliders": {name: _slider(name, *given) for name, given in ranges.items()},
        "switches": {name: _named(widgets.VBox(layout=wide), "fm-scroll") for name in SWITCH_WORDS},
        "buttons": {
            name: _named(widgets.Button(description=word, icon=icon, tooltip=told, layout=auto), f"explore-{name}")
            for name, (word, icon, told) in _BUTTONS.items()
        },
        "name": widgets.Text(placeholder="给情景起一个名称", continuous_update=False, layout=wide),
        **{name: widgets.HTML(layout=wide) for name in ("message", "about", "numbers", "legend", "table", "picture")},
    }
    for name in ("place", "scenario", "line", "view", "section", "message", "about", "numbers", "picture", "table"):
        parts[name].add_class(f"explore-{name}")
    parts["picture"].add_class("fm-picture")
    return Screen(box=_arranged(parts), **parts)


def make_switch(label: str, on: bool, told: Callable[[object], None]) -> widgets.Checkbox:
    """Make the switch of one row."""
    import ipywidgets as widgets

    box = widgets.Checkbox(value=on, description=widget_text(label), indent=False, layout={"width": "auto"})
    box.observe(told, "value")
    return box


def note(text: str) -> widgets.HTML:
    """Make a small remark; the text is ours."""
    import ipywidgets as widgets

    return widgets.HTML(f"<div class='fm-note'>{text}</div>")


def _named(widget: Any, *names: str) -> Any:
    for name in names:
        widget.add_class(name)
    return widget


def _dropdown(label: str, options: Options) -> widgets.Dropdown:
    import ipywidgets as widgets

    style = {"description_width": "initial"}
    return widgets.Dropdown(
        options=options, description=label, style=style, layout={"width": "auto", "max_width": "100%"}
    )


def _slider(name: str, label: str, low: float, high: float, step: float) -> Slider:
    import ipywidgets as widgets

    given = {"min": low, "max": high, "step": step, "value": max(low, 0.0), "continuous_update": False}
    look = {"readout_format": ",.0f" if name == "new_project" else ".1%", "layout": {"width": "98%"}, "tooltip": label}
    whole = _named(widgets.FloatSlider(**given, **look), f"explore-{name}")
    narrow = {"description_width": "42px"}
    yearly = tuple(
        _named(widgets.FloatSlider(**given, **look, style=narrow), f"explore-{name}-{count}")
        for count in range(1, YEARS + 1)
    )
    by_year = widgets.Checkbox(
        description="分年", indent=False, layout={"width": "auto"}, tooltip=f"{label}：每年填一个值"
    )
    _named(by_year, f"explore-{name}-by-year")
    head = widgets.HBox(
        [widgets.Label(label, layout={"flex": "1 1 auto", "width": "auto"}), by_year], layout={"width": "98%"}
    )
    return Slider(_named(widgets.VBox([head, whole, *yearly]), "fm-group"), whole, by_year, yearly)


def _arranged(parts: Mapping[str, Any]) -> widgets.VBox:
    import ipywidgets as widgets

    def row(*inside: Any) -> Any:
        return _named(widgets.HBox(list(inside)), "fm-row")

    buttons = parts["buttons"]
    sections = {
        "sliders": widgets.VBox([each.box for each in parts["sliders"].values()]),
        **parts["switches"],
        "keep": widgets.VBox(
            [
                note(
                    "只保存假设：开关关的是本地区台账里的行，情景文件不带台账，换一个地区也能用；要长期不列，请改三保项目清单、支出项目表。"
                ),
                parts["name"],
                buttons["save"],
            ]
        ),
    }
    _show_one(parts["section"], sections)
    left = widgets.VBox([parts["section"], *sections.values()])
    chart = widgets.VBox(
        [
            row(parts["line"], *(buttons[name] for name in ("undo", "redo", "reset", "pin_a", "pin_b", "unpin"))),
            parts["picture"],
            parts["legend"],
        ]
    )
    tables = widgets.VBox([parts["view"], parts["table"]])
    head = row(
        widgets.HTML("<div class='fm-title'>财政规划试算</div>"), parts["place"], parts["scenario"], buttons["reread"]
    )
    named = (_named(chart, "fm-chart"), _named(left, "fm-left"), _named(tables, "fm-tables"))
    body = _named(widgets.Box(named), "fm-body")
    inside = [widgets.HTML(STYLE), head, parts["about"], parts["message"], parts["numbers"], body]
    return _named(widgets.VBox(inside), "fm-desk")


def _show_one(chooser: widgets.ToggleButtons, sections: Mapping[str, widgets.Widget]) -> None:
    """Show the section that is chosen and no other."""

    def show(_: object = None) -> None:
        for name, section in sections.items():
            section.layout.display = "" if name == chooser.value else "none"

    chooser.observe(show, "value")
    show()
