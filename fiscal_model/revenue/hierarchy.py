"""Items, their groups and the total made to add up: forecast proportions, from the top down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np


def parents_of(names: Sequence[str], amounts: np.ndarray, tolerance: float = 0.5) -> dict[str, str]:
    """Find which series is the sum of which others.

    Parameters
    ----------
    names : sequence of str
        Official codes (``101`` is the parent of ``10101``), or any names of which one may be everybody's total.
    amounts : (series, year) float
    tolerance : float
        万元 of rounding allowed for each child and year.

    Returns
    -------
    dict of str to str
        Child to parent. A parent whose children do not add up to it in every common year is no parent.

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
        # Whoever is half of everything is the sum of the others.
        apart = np.nanmax(np.abs(np.where(np.isfinite(rows), 2 * rows - rows.sum(axis=0), np.inf)), axis=1)
        most = int(apart.argmin())
        rest = [row for row in range(len(tops)) if row != most]
        if _adds_up(rows[most], rows[rest], tolerance):
            return found | dict.fromkeys((tops[row] for row in rest), tops[most])
    return found


def forecast_proportions(mean: np.ndarray, names: Sequence[str], parents: Mapping[str, str]) -> np.ndarray:
    """Scale children to their parent, from the total down: the total's own forecast is kept.

    Parameters
    ----------
    mean : (..., series) float
        Forecasts of every series, in the order of ``names``; any leading axes, years or simulated paths.
    names : sequence of str
    parents : mapping of str to str
        Child to parent.

    Returns
    -------
    (..., series) float
        Children add up to their parent everywhere. Where all children are zero, the parent is shared out equally.

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
    for parent in sorted(set(parents.values()), key=lambda name: _depth(name, parents)):
        children = [place[name] for name, above in parents.items() if above == parent]
        total = whole[..., children].sum(axis=-1, keepdims=True)
        shares = np.divide(
            whole[..., children],
            total,
            out=np.full_like(whole[..., children], 1 / len(children)),
            where=total != 0,
        )
        whole[..., children] = shares * whole[..., [place[parent]]]
    return whole


def _adds_up(parent: np.ndarray, children: np.ndarray, tolerance: float) -> bool:
    known = np.isfinite(parent) & np.isfinite(children).all(axis=0)
    if known.sum() < 2 or not len(children):
        return False
    apart = np.abs(parent[known] - children[:, known].sum(axis=0))
    return bool((apart <= tolerance * len(children)).all() and np.abs(parent[known]).max() > 0)


def _depth(name: str, parents: Mapping[str, str]) -> int:
    depth = 0
    while name in parents:
        name, depth = parents[name], depth + 1
    return depth
