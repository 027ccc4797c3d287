"""How every chart looks: Chinese font, paper size, greys that survive a copier, stable bytes."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from fiscal_model.report.series import TITLES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FONT = "Noto Sans SC"
"""The family that zhplot brings along; no font of the machine is relied on."""
WIDTH, HEIGHT = 6.3, 3.5
"""Inches; the width is the text width of an A4 page in the official layout."""
PRINT_DPI, SCREEN_DPI = 200, 130
_PAD = 3.0
"""Points of room around a chart and around its legend, twice as many between charts side by side."""
INK, NAVY, STEEL, MIST = "#222222", "#1f3a5f", "#6f8fb3", "#c9d6e4"
BRICK, OCHRE, SAND, GREY = "#a8432f", "#c08a2e", "#ead9b5", "#8a8a8a"
ABSENT = "未提供"
_LONGEST_NAME = 24
Part = tuple[str, np.ndarray, str, str]
"""One part of a stacked bar: label, values, colour, hatch."""
_STYLE: dict[Any, dict[str, Any]] = {
    "font": {"family": [FONT], "size": 9},
    "axes": {"edgecolor": GREY, "labelcolor": INK, "labelsize": 8.5, "linewidth": 0.6, "axisbelow": True}
    | {"titlelocation": "left", "titlesize": 10, "titley": 1.0, "grid": True, "grid.axis": "y"}
    | {"spines.top": False, "spines.right": False},
    "grid": {"color": "#e3e3e3", "linewidth": 0.5},
    "hatch": {"linewidth": 0.5},
    "legend": {"fontsize": 8, "frameon": False},
    "lines": {"linewidth": 1.6},
    "text": {"color": INK, "parse_math": False},
    "xtick": {"color": INK, "labelsize": 8.5, "major.size": 0},
    "ytick": {"color": INK, "labelsize": 8.5, "major.size": 0},
}
"""matplotlib's settings by group; the height of titles is given, for which it would search all that stands above the axes."""


def named(text: str) -> str:
    """Return a name from the data as a chart prints it: not too long, and never one that hides itself from a legend.

    Examples
    --------
    >>> named("_甲"), named("县人民医院综合楼及附属配套设施改扩建工程（二期）项目")
    (' _甲', '县人民医院综合楼及附属配套设施改扩建工程（二……')
    """
    short = text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 2]}……"
    return f" {short}" if short.startswith("_") else short


_CAPTION = "caption"
"""Marks a title that a document prints as the caption."""
LIGHTS = {"红": "F8CBC6", "橙": "FBDDB5", "黄": "FFF4B8", "绿": "D5EBCF"}
"""Colour behind what stands in a band, by the last letter of its text."""


@contextmanager
def style() -> Iterator[None]:
    """Draw inside this house style; the reader's own matplotlib settings come back afterwards."""
    import matplotlib as mpl

    with mpl.rc_context():
        import zhplot  # noqa: F401  registers the font; its own settings end with this context

        for group, looks in _STYLE.items():
            mpl.rc(group, **looks)
        yield


def new_figure(rows: int = 1, columns: int = 1, height: float = HEIGHT) -> tuple[Figure, Any]:
    """Return an empty figure of the report's width and its axes; use inside `style`."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, height))
    figure.set_layout_engine(_layout())
    return figure, figure.subplots(rows, columns)


@cache
def _layout() -> Any:
    """Make room for what stands around the axes, looking once; the constrained layout looks twice."""
    from matplotlib.layout_engine import TightLayoutEngine

    class Layout(TightLayoutEngine):
        def execute(self, fig: Figure) -> None:
            super().execute(fig)
            pad = 2 * _PAD * fig.dpi / 72
            below = sum(legend.get_window_extent().height + pad for legend in fig.legends) / fig.bbox.height
            held, rows = fig.subplotpars, fig.axes[0].get_gridspec().nrows  # type: ignore[union-attr]
            gap = held.hspace * (held.top - held.bottom) / (rows + held.hspace * (rows - 1))
            each = (held.top - held.bottom - below - gap * (rows - 1)) / rows
            fig.subplots_adjust(bottom=held.bottom + below, hspace=gap / each)

    size = _STYLE["font"]["size"]
    return Layout(pad=_PAD / size, h_pad=2 * _PAD / size, w_pad=2 * _PAD / size, rect=None)  # type: ignore[arg-type]


@contextmanager
def chart(title: str, height: float = HEIGHT) -> Iterator[tuple[Figure, Any]]:
    """Draw one chart inside the house style: an empty figure and its axes, titled."""
    with style():
        figure, axes = new_figure(height=height)
        axes.set_title(title, gid=_CAPTION)
        yield figure, axes


def png(figure: Figure, dpi: int = SCREEN_DPI, colours: int | None = 48) -> bytes:
    """Return a figure as PNG, the same bytes for the same numbers; a palette makes it three times smaller, None keeps all colours."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    with style():
        figure.set_dpi(dpi)
        surface = FigureCanvasAgg(figure)
        surface.draw()  # lays out and draws in one; savefig draws a second time after its layout
    picture, target = Image.fromarray(np.asarray(surface.buffer_rgba())).convert("RGB"), io.BytesIO()
    if colours is not None:
        picture = picture.quantize(colours, dither=Image.Dither.NONE)
    # Flat charts pack as small at level 3 as at 6, in half the time.
    picture.save(target, format="png", dpi=(dpi, dpi), optimize=colours is not None, compress_level=3)
    return target.getvalue()


def save(figure: Figure, path: Path) -> Path:
    """Write a figure for print and return its path; its title is left to the caption below it."""
    from matplotlib.text import Text

    texts = (each for axes in figure.axes for each in axes.get_children() if isinstance(each, Text))
    titles = [each for each in texts if each.get_gid() == _CAPTION and each.get_text() in TITLES.values()]
    for each in titles:
        each.set_visible(False)
    path.write_bytes(png(figure, PRINT_DPI, None))
    for each in titles:
        each.set_visible(True)
    return path


def year_ticks(axes: Axes, years: Sequence[int]) -> None:
    """Put whole years on the axis, every second one when there are many."""
    step = 1 if len(years) <= 12 else 2
    shown = list(years)[::-1][::step][::-1]
    axes.set_xticks(shown, [str(year) for year in shown])


def money_axis(axes: Axes, label: str = "万元") -> None:
    """Label the value axis with thousands separators."""
    from matplotlib.ticker import FuncFormatter

    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.set_ylabel(label)


def percent_axis(axes: Axes, label: str = "") -> None:
    """Label the value axis in percent."""
    from matplotlib.ticker import FuncFormatter

    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.4g}%"))
    axes.set_ylabel(label)


def absent(axes: Axes, what: str) -> None:
    """Say in an empty chart, or in a corner of one with other lines, that figures were not provided."""
    empty = not axes.lines and not axes.patches and not axes.collections
    spot = (0.5, 0.5) if empty else (0.99, 0.98)
    anchor = {"ha": "center", "va": "center", "fontsize": 9} if empty else {"ha": "right", "va": "top", "fontsize": 8}
    axes.text(*spot, f"{what}：{ABSENT}", transform=axes.transAxes, color=GREY, **anchor)  # type: ignore[arg-type]
    if empty:
        axes.set_xticks([])
        axes.set_yticks([])


def legend_below(figure: Figure, columns: int, handles: list[Any] | None = None) -> Figure:
    """Return the figure with one legend under the chart, so that it never covers a line."""
    if handles is None:
        handles = [handle for axes in figure.axes for handle in axes.get_legend_handles_labels()[0]]
    handles = list({handle.get_label(): handle for handle in handles}.values())
    if handles:
        figure.legend(handles=handles, loc="lower center", ncols=columns, handlelength=2.2, columnspacing=1.4)
    return figure


def stack(axes: Axes, places: np.ndarray, parts: Sequence[Part], width: float) -> list:
    """Stack bars of several parts at the same places; return their handles for the legend."""
    bottom, handles = np.zeros(len(places)), []
    for label, values, colour, hatch in parts:
        known = np.nan_to_num(np.asarray(values, dtype=float))
        edge: dict[str, Any] = {"edgecolor": GREY, "linewidth": 0} if hatch else {}
        bars = axes.bar(places, known, width, bottom=bottom, color=colour, hatch=hatch or None, label=label, **edge)
        handles.append(bars)
        bottom = bottom + known
    return handles


def mark_base_year(axes: Axes, base_year: int) -> None:
    """Mark where the observed years end."""
    axes.axvline(base_year + 0.5, color=GREY, linewidth=0.7, linestyle=(0, (2, 2)))


def right_axis(axes: Axes, label: str) -> Axes:
    """Add a second value axis on the right."""
    twin = axes.twinx()
    twin.spines["right"].set_visible(True)
    twin.grid(visible=False)
    twin.set_ylabel(label)
    return twin


def note(axes: Axes, text: str, at: tuple[Any, Any], shift: tuple[float, float] = (0, 5), **look: Any) -> None:
    """Write a few words beside a point, ``shift`` points away from it."""
    axes.annotate(text, at, **{"xytext": shift, "textcoords": "offset points", "ha": "center", "fontsize": 7.5, **look})


def label_points(
    axes: Axes, years: Sequence[int], values: np.ndarray, text: Callable[[float], str], colour: str = INK
) -> None:
    """Write each known value above its point."""
    for year, value in zip(years, values, strict=True):
        if np.isfinite(value):
            note(axes, text(value), (year, value), color=colour)
