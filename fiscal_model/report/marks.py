"""Where the marks of a drawn figure stand and what each stands for, so that a picture is read bar by bar and point by point."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.container import Container
    from matplotlib.figure import Figure

_LEAST = 0.008
"""Share of a picture that a mark takes at least, or a pointer would not find it."""
_REACH = 5.0
"""Points around the middle of a mark that has no extent."""


class Mark(NamedTuple):
    """One bar, point, band of a year, cell or strip of a figure.

    ``box``: left, top, width, height as shares of the picture. ``panel``: the title of its axes. ``at``: what its axis says
    there; ``place``: the position itself. ``values``: what is drawn, a band's two ends. ``axes``: of a map, both axes in words.
    """

    box: tuple[float, float, float, float]
    panel: str
    series: str
    at: str
    place: float
    values: tuple[float, ...]
    axes: tuple[tuple[str, str], ...] = ()


def marks_of(figure: Figure) -> list[Mark]:
    """Return the marks of a figure that has been laid out, those in front last; lines by their points, maps by strips.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> from fiscal_model.report import canvas
    >>> figure = fm.figures.draw_rating(fm.rate(fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))))
    >>> laid_out = canvas.png(figure)
    >>> [(mark.at, round(mark.values[0], 1)) for mark in marks_of(figure)][0]
    ('收入稳健（权重15%）', 66.5)
    """
    return [
        mark
        for axes in figure.axes
        for kind in (_bands, _cells, _strips, _bars, _points)
        for mark in kind(axes)
        if mark.box[2] > 0 and mark.box[3] > 0
    ]


def _bars(axes: Axes) -> Iterator[Mark]:
    for bars in axes.containers:
        upright = bars.orientation == "vertical"  # type: ignore[attr-defined]
        said = _said(axes, upright)
        for bar, value in zip(bars, np.atleast_1d(getattr(bars, "datavalues", ())), strict=False):
            place = bar.get_x() + bar.get_width() / 2 if upright else bar.get_y() + bar.get_height() / 2
            if np.isfinite(value) and value:
                box = _box(axes, bar.get_window_extent().extents)
                yield Mark(box, _panel(axes), _name(bars), said(place), place, (float(value),))


def _points(axes: Axes) -> Iterator[Mark]:
    lying = any(bars.orientation == "horizontal" for bars in axes.containers)  # type: ignore[attr-defined]
    is_map = bool(axes.collections) and axes.collections[0].get_gid() is not None
    said = (lambda place: "") if is_map else _said(axes, not lying)
    for line in axes.lines:
        if not _name(line) or line.get_transform() != axes.transData or line.get_marker() in ("None", "", None):
            continue
        for x, y in np.asarray(line.get_xydata(), dtype=float):
            if np.isfinite(x) and np.isfinite(y):
                place, value = (y, x) if lying else (x, y)
                pixel = axes.transData.transform((x, y))
                box = _box(axes, np.concatenate([pixel, pixel]), _REACH)
                told = _both(axes, (x, x), y) if is_map else ()
                yield Mark(box, _panel(axes), _name(line), said(place), float(place), (float(value),), told)


def _bands(axes: Axes) -> Iterator[Mark]:
    """What is filled between two lines, at each place that either bends."""
    said = _said(axes, True)
    for band in axes.collections:
        if not _name(band) or band.get_gid() or not hasattr(band, "get_paths"):
            continue
        points = np.concatenate([path.vertices for path in band.get_paths()])
        for place in np.unique(points[:, 0]):
            ends = points[points[:, 0] == place, 1]
            low, high = float(ends.min()), float(ends.max())
            pixels = axes.transData.transform([(place, low), (place, high)]).ravel()
            yield Mark(_box(axes, pixels, _REACH), _panel(axes), _name(band), said(place), place, (low, high))


def _cells(axes: Axes) -> Iterator[Mark]:
    column_said, row_said = _said(axes, True), _said(axes, False)
    for image in axes.images:
        for (row, column), value in np.ndenumerate(np.asarray(image.get_array(), dtype=float)):
            pixels = axes.transData.transform([(column - 0.5, row + 0.5), (column + 0.5, row - 0.5)]).ravel()
            at = column_said(column)
            yield Mark(_box(axes, pixels), _panel(axes), row_said(row), at, float(column), (float(value),))


def _strips(axes: Axes) -> Iterator[Mark]:
    """Of a map, what lies side by side in one region."""
    for mesh in axes.collections:
        if not mesh.get_gid():
            continue
        corners = mesh.get_coordinates()  # type: ignore[attr-defined]
        inside = ~np.ma.getmaskarray(np.ma.asarray(mesh.get_array()))
        for row, cells in enumerate(inside.reshape(len(corners) - 1, -1)):
            for is_in, run in groupby(enumerate(cells), key=lambda cell: bool(cell[1])):
                columns = [at for at, _ in run]
                if is_in:
                    low, high = corners[row, columns[0]], corners[row + 1, columns[-1] + 1]
                    half = (corners[0, 1, 0] - corners[0, 0, 0]) / 2
                    box = _box(axes, axes.transData.transform([low, high]).ravel())
                    told = _both(axes, (low[0] + half, high[0] - half), float((low[1] + high[1]) / 2))
                    yield Mark(box, _panel(axes), str(mesh.get_gid()), "", 0.0, (), told)


def _both(axes: Axes, across: tuple[float, float], up: float) -> tuple[tuple[str, str], ...]:
    x, y = axes.xaxis.get_major_formatter(), axes.yaxis.get_major_formatter()
    ends = "～".join(dict.fromkeys(x(value) for value in across))
    return (axes.get_xlabel(), ends), (axes.get_ylabel(), y(up))


def _box(axes: Axes, pixels: np.ndarray, around: float = 0.0) -> tuple[float, float, float, float]:
    """A rectangle on the surface, cut where the axes end, as shares of the picture; empty where it lies beyond them."""
    frame, whole, reach = axes.bbox, axes.figure.bbox, around * axes.figure.dpi / 72
    (left, right), (bottom, top) = np.sort(pixels[[0, 2]]), np.sort(pixels[[1, 3]])
    if right < frame.x0 or left > frame.x1 or top < frame.y0 or bottom > frame.y1:
        return 0.0, 0.0, 0.0, 0.0
    x = np.clip((left - reach, right + reach), frame.x0, frame.x1) / whole.width
    y = np.clip((bottom - reach, top + reach), frame.y0, frame.y1) / whole.height
    width, height = max(np.ptp(x), _LEAST), max(np.ptp(y), _LEAST)
    return float(x.mean() - width / 2), float(1 - y.mean() - height / 2), float(width), float(height)


def _said(axes: Axes, across: bool) -> Callable[[float], str]:
    """What an axis says at a place: the label of its tick, or a year between years."""
    axis = axes.xaxis if across else axes.yaxis
    labels = [each.get_text() for each in axis.get_ticklabels()]
    if not any(labels):  # panels side by side say it once
        first = axes.figure.axes[0]
        labels = [each.get_text() for each in (first.xaxis if across else first.yaxis).get_ticklabels()]
    if labels and all(re.fullmatch(r"\d{4}", each) for each in labels):
        return lambda place: f"{round(place)}年"
    known = [*zip(axis.get_ticklocs(), labels, strict=False)]
    return lambda place: next((text.strip() for at, text in known if abs(at - place) < 0.01), "")


def _name(artist: Artist | Container) -> str:
    label = str(artist.get_label())
    return "" if label.startswith("_") else label


def _panel(axes: Axes) -> str:
    return axes.get_title(loc="left") or axes.get_title(loc="center")
