"""What a chart shows, in numbers: whoever cannot compare pictures compares these."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_DIGITS = 6
"""Significant digits that are compared: more would differ between two machines that add in another order."""


def said_of(figure: Figure) -> str:
    """Say each named series by its ends, and a digest of everything drawn, words included.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/zhangye"), fm.read_scenario("baseline"))
    >>> print(said_of(fm.figures.draw_guarantees(plan)))  # doctest: +ELLIPSIS
    三保需求：本级财力负担：867,000 → ...
    """
    named, everything = dict[str, str](), []
    titled = [axes for axes in figure.axes if _title(axes)]
    for axes in figure.axes:
        where = f"{_title(axes)}，" if len(titled) > 1 and axes in titled else ""
        for label, said, numbers in _drawn(axes):
            everything.append(
                " ".join((label, *(f"{value:.{_DIGITS}g}" for value in (numbers.ravel() + 0.0).tolist())))
            )
            if said and label and not label.startswith("_"):
                named.setdefault(f"{where}{label}", said)
        everything += [_title(axes), *(text.get_text() for text in axes.texts)]
    digest = hashlib.sha256("\n".join(everything).encode()).hexdigest()[:12]
    return "\n".join((*(f"{label}：{said}" for label, said in named.items()), f"全部数据和文字的摘要：{digest}"))


def _drawn(axes: Axes) -> Iterator[tuple[str, str, np.ndarray]]:
    """Yield of everything that stands in the axes its name, its ends in words, and its numbers in data coordinates."""
    for line in axes.lines:
        points = _numbers(line.get_xydata())
        upright = len(points) > 1 and np.ptp(points[:, 0]) == 0
        yield str(line.get_label()), _ends(points[:1, 0] if upright else points[:, 1]), points
    for bars in axes.containers:
        lengths = _numbers(getattr(bars, "datavalues", ()))
        yield str(bars.get_label()), _ends(lengths), lengths
    for patch in axes.patches:
        yield "", "", _numbers(patch.get_patch_transform().transform_path(patch.get_path()).vertices)
    for shapes in axes.collections:
        points = _numbers(np.concatenate([np.empty((0, 2)), *(path.vertices for path in shapes.get_paths())]))
        known = points[np.isfinite(points[:, 1]), 1]
        span = f"{_short(known.min())} 至 {_short(known.max())}" if known.size else ""
        yield str(shapes.get_label()), span, points
        yield "", "", _numbers(shapes.get_offsets())
    for image in axes.images:
        yield "", "", _numbers(image.get_array())


def _title(axes: Axes) -> str:
    return axes.get_title(loc="left") or axes.get_title(loc="center")


def _numbers(values: Any) -> np.ndarray:
    return np.ma.filled(np.ma.asarray(values, dtype=float), np.nan)


def _ends(values: np.ndarray) -> str:
    known = values[np.isfinite(values)]
    if known.size < 2:
        return "".join(map(_short, known))
    return f"{_short(known[0])} → {_short(known[-1])}（{known.size} 个数）"


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value + 0.0:.4g}"
