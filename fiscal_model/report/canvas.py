"""How every chart looks: Chinese font, paper size, greys that survive a copier, stable bytes."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FONT = "Noto Sans SC"
"""The family that zhplot brings along; no font of the machine is relied on."""
WIDTH, HEIGHT = 6.3, 3.5
"""Inches; the width is the text width of an A4 page in the official layout."""
PRINT_DPI, SCREEN_DPI = 200, 130
INK, NAVY, STEEL, MIST = "#222222", "#1f3a5f", "#6f8fb3", "#c9d6e4"
BRICK, OCHRE, SAND, GREY = "#a8432f", "#c08a2e", "#ead9b5", "#8a8a8a"
ABSENT = "未提供"
Part = tuple[str, np.ndarray, str, str]
"""One part of a stacked bar: label, values, colour, hatch."""
_STYLE: dict[Any, Any] = {
    "font.family": [FONT],
    "font.size": 9,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.labelsize": 8.5,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 10,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": "#e3e3e3",
    "grid.linewidth": 0.5,
    "hatch.linewidth": 0.5,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "lines.linewidth": 1.6,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
}


@contextmanager
def style() -> Iterator[None]:
    """Draw inside this house style; the reader's own matplotlib settings come back afterwards."""
    import matplotlib as mpl

    with mpl.rc_context():
        import zhplot  # noqa: F401  registers the font; its own settings end with this context

        mpl.rcParams.update(_STYLE)
        yield


def new_figure(rows: int = 1, columns: int = 1, height: float = HEIGHT) -> tuple[Figure, Any]:
    """Return an empty figure of the report's width and its axes; use inside `style`."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    return figure, figure.subplots(rows, columns)


def png(figure: Figure, dpi: int = SCREEN_DPI, colours: int | None = 128) -> bytes:
    """Return a figure as PNG, the same bytes for the same numbers; a palette makes it three times smaller, None keeps all colours."""
    target = io.BytesIO()
    with style():
        figure.savefig(target, format="png", dpi=dpi, metadata={"Software": None})
    if colours is None:
        return target.getvalue()
    from PIL import Image

    smaller = io.BytesIO()
    Image.open(target).convert("RGB").quantize(colours, dither=Image.Dither.NONE).save(
        smaller, format="png", optimize=True
    )
    return smaller.getvalue()


def save(figure: Figure, path: Path) -> Path:
    """Write a figure for print and return its path."""
    path.write_bytes(png(figure, PRINT_DPI, None))
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
    axes.text(
        *spot,
        f"{what}：{ABSENT}",
        transform=axes.transAxes,
        ha="center" if empty else "right",
        va="center" if empty else "top",
        color=GREY,
        fontsize=9 if empty else 8,
    )
    if empty:
        axes.set_xticks([])
        axes.set_yticks([])


def legend_below(figure: Figure, columns: int, handles: list[Any] | None = None) -> None:
    """Put one legend under the chart, so that it never covers a line."""
    found = handles
    if found is None:
        found = [handle for axes in figure.axes for handle in axes.get_legend_handles_labels()[0]]
    if found:
        figure.legend(handles=found, loc="outside lower center", ncols=columns, handlelength=2.2, columnspacing=1.4)


def stack(axes: Axes, places: np.ndarray, parts: Sequence[Part], width: float) -> list:
    """Stack bars of several parts at the same places; return their handles for the legend."""
    bottom, handles = np.zeros(len(places)), []
    for label, values, colour, hatch in parts:
        known = np.nan_to_num(np.asarray(values, dtype=float))
        edge: dict[str, Any] = {"edgecolor": GREY, "linewidth": 0} if hatch else {}
        handles.append(
            axes.bar(places, known, width, bottom=bottom, color=colour, hatch=hatch or None, label=label, **edge)
        )
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


def label_points(
    axes: Axes, years: Sequence[int], values: np.ndarray, text: Callable[[float], str], colour: str = INK
) -> None:
    """Write each known value above its point."""
    for year, value in zip(years, values, strict=True):
        if np.isfinite(value):
            axes.annotate(
                text(value),
                (year, value),
                xytext=(0, 5),
                textcoords="offset points",
                ha="center",
                fontsize=7.5,
                color=colour,
            )
