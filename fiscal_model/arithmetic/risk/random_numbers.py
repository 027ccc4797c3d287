"""Random numbers in blocks of paths: each block has its own seed, so that neither threads nor the number of paths move them."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

if TYPE_CHECKING:
    from scipy.stats.qmc import Sobol

BLOCK = 1_024
"""Paths that one seed draws; a power of two, as Sobol points want; no pair of mirrored paths is torn."""
SAMPLINGS = ("antithetic", "plain", "sobol")
"""Every second path mirrors the one before it; every path by itself; scrambled Sobol points."""


def blocks(start: int, stop: int) -> Iterator[tuple[int, slice, slice]]:
    """Cut paths into blocks: the block's number, which of its paths are wanted, where they stand from ``start`` on.

    Examples
    --------
    >>> [(block, inside.start, inside.stop) for block, inside, _ in blocks(900, 2100)]
    [(0, 900, 1024), (1, 0, 1024), (2, 0, 52)]
    """
    for block in range(start // BLOCK, -(-stop // BLOCK)):
        first, last = max(start, block * BLOCK), min(stop, (block + 1) * BLOCK)
        yield block, slice(first - block * BLOCK, last - block * BLOCK), slice(first - start, last - start)


def generator_of(seed: int, block: int) -> np.random.Generator:
    """Return the generator of one block: a child of the seed, whichever thread asks for it."""
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=(block,))))


def standard_normals(
    generator: np.random.Generator, shape: tuple[int, int], sampling: str, seed: int, block: int
) -> np.ndarray:
    """Draw the standard normals of one block, (number, year, `BLOCK`) float.

    ``shape``: how many numbers a path needs in a year, and years.
    ``sampling``: of `SAMPLINGS`; path 2k + 1 of antithetic ones is path 2k with every sign turned.

    Examples
    --------
    >>> found = standard_normals(generator_of(1, 0), (3, 5), "antithetic", 1, 0)
    >>> found.shape, bool((found[..., 0::2] == -found[..., 1::2]).all())
    ((3, 5, 1024), True)
    """
    if sampling == "sobol":
        points = copy.deepcopy(_sobol(seed, shape[0] * shape[1]))
        points = (points.fast_forward(block * BLOCK) if block else points).random(BLOCK)
        # A point of nothing would be a fall without end.
        return ndtri(np.maximum(points, np.finfo(float).tiny)).T.reshape(*shape, BLOCK)
    if sampling == "plain":
        return generator.standard_normal((*shape, BLOCK))
    found = np.empty((*shape, BLOCK))
    half = generator.standard_normal((*shape, BLOCK // 2))
    found[..., 0::2] = half
    np.negative(half, out=found[..., 1::2])
    return found


@lru_cache(maxsize=4)
def _sobol(seed: int, numbers: int) -> Sobol:
    from scipy.stats.qmc import Sobol

    return Sobol(numbers, scramble=True, rng=np.random.default_rng(seed))
