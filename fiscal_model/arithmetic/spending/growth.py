"""What all of the three guarantees share: yuan in 万元, and an amount carried along its growth."""

from __future__ import annotations

import numpy as np

YUAN = 1e-4
"""One yuan in 万元."""


def grown(base: float, growth: np.ndarray) -> np.ndarray:
    """Carry one base-year amount along yearly growth, shape (year,)."""
    return base * np.cumprod(1 + growth)
