"""Items, their groups and the total made to add up: forecast proportions, from the top down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

SMALLEST_GAP, LARGEST_GAP = 1e-4, 0.01
"""Bounds of the rounding allowed, as shares of a parent's largest year: amounts may come in any unit."""


def parents_of(names: Sequence[str], amounts: np.ndarray, tolerance: float = 0.5) -> dict[str, str]:
    """Find which series is the sum of which others: dict of str to str.

    Child to parent. A parent whose children do not add up to it in every common year is no parent.

    ``names``: official codes (``101`` is the parent of ``10101``), or any names of which one may be everybody's total.
    ``amounts``: (series, year) float.
    ``tolerance``: 万元 of rounding allowed for each child and year, within a ten-thousandth and a hundredth of the
    parent.

    Examples
    --------
    >>> parents_of(["合计", "税收", "非税"], np.array([[10.0, 12.0], [7.0, 9.0], [3.0, 3.0]]))
    {'税收': '合计', '非税': '合计'}
    """
    place = {name: position for position, name in enumerate(names)}
    families: dict[str, list[str]] = {}
    for name in names:
        above = next((name[:size] for size in range(len(name) - 1, 2, -1) if name[:size] in place), None)
        if above is not None and name.isdigit():
            families.setdefault(above, []).append(name)
    found = {
        child: parent
        for parent, children in families.items()
        if _adds_up(amounts[place[parent]], amounts[[place[child] for child in children]], tolerance)
        for child in children
    }
    tops = [name for name in names if name not in found]
    if len(tops) > 2:
        rows = amounts[[place[name] for name in tops]]
        common = rows[:, np.isfinite(rows).all(axis=0)]
        # Whoever is half of everything is the sum of the others; of two such, beside nothing but zeros, the larger one.
        apart = np.abs(2 * common - common.sum(axis=0)).max(axis=1, initial=0.0)
        size = np.where(np.isfinite(rows), np.abs(rows), 0.0).sum(axis=1)
        most = int(np.where(apart <= apart.min() + 1e-9 * size.max(), size, -1.0).argmax())
        rest = [row for row in range(len(tops)) if row != most]
        if _adds_up(rows[most], rows[rest], tolerance):
            return found | dict.fromkeys((tops[row] for row in rest), tops[most])
    return found


def forecast_proportions(
    mean: np.ndarray,
    names: Sequence[str],
    parents: Mapping[str, str],
    signed: Sequence[bool] | np.ndarray | None = None,
) -> np.ndarray:
    """Scale children to their parent, from the total down: the total's own forecast is kept, (..., series) float.

    Children add up to their parent everywhere. Where all children are zero, the parent is shared out equally. Where
    some are negative, the gap is shared out by size: proportions of a sum that nearly cancels would be wild.

    ``mean``: (..., series) float, forecasts of every series, in the order of ``names``; any leading axes, years or
    simulated paths.
    ``parents``: child to parent.
    ``signed``: (series,) sequence of bool, which items may be negative; all by default.

    Notes
    -----
    On real hierarchies this rule was never harmful at any level, while least-squares reconciliation doubled the error of
    leaves of unequal size (docs/accuracy.md).

    Examples
    --------
    >>> forecast_proportions(np.array([[110.0, 60.0, 40.0]]), ["t", "a", "b"], {"a": "t", "b": "t"}).round(6).tolist()
    [[110.0, 66.0, 44.0]]
    """
    whole = np.array(mean, dtype=float)
    place = {name: position for position, name in enumerate(names)}
    free = np.ones(len(names), dtype=bool) if signed is None else np.array(signed, dtype=bool)
    families = [
        (place[parent], [place[name] for name, above in parents.items() if above == parent])
        for parent in sorted(set(parents.values()), key=lambda name: _depth(name, parents))
    ]
    for parent, children in reversed(families):
        free[parent] &= free[children].any()
    whole = np.where(free, whole, np.maximum(whole, 0.0))
    for parent, children in families:
        whole[..., children] = _shared_out(whole[..., children], whole[..., [parent]], free[children])
    return whole


def _shared_out(parts: np.ndarray, total: np.ndarray, free: np.ndarray) -> np.ndarray:
    """Children that add up to a total; those not free stay at or above zero."""
    shares = _shares(parts, np.ones(len(free), dtype=bool))
    moved = parts + (total - parts.sum(axis=-1, keepdims=True)) * shares
    # Where the others would fall below zero, the free ones alone carry the total.
    kept = np.where(free, parts, 0.0)
    carried = kept + (total - kept.sum(axis=-1, keepdims=True)) * _shares(kept, free)
    short = ((moved < 0) & ~free).any(axis=-1, keepdims=True)
    plain = (parts >= 0).all(axis=-1, keepdims=True) & (total >= 0)
    return np.where(plain, shares * total, np.where(short, carried, moved))


def _shares(parts: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Share of each part by its size; equal shares among some where all are zero."""
    size = np.abs(parts)
    whole = size.sum(axis=-1, keepdims=True)
    equal = np.broadcast_to(among / max(int(among.sum()), 1), parts.shape).copy()
    return np.divide(size, whole, out=equal, where=whole != 0)


def _adds_up(parent: np.ndarray, children: np.ndarray, tolerance: float) -> bool:
    known = np.isfinite(parent) & np.isfinite(children).all(axis=0)
    if known.sum() < 2 or not len(children):
        return False
    apart = np.abs(parent[known] - children[:, known].sum(axis=0))
    size = float(np.abs(parent[known]).max())
    allowed = np.clip(tolerance * len(children), SMALLEST_GAP * size, LARGEST_GAP * size)
    return bool((apart <= allowed).all() and size > 0)


def _depth(name: str, parents: Mapping[str, str]) -> int:
    depth = 0
    while name in parents:
        name, depth = parents[name], depth + 1
    return depth
