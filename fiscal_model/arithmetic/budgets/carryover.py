"""Money carried over from year to year, cohort by cohort: how old it is, and when it may no longer be kept."""

from __future__ import annotations

import numpy as np


def roll_carryover(
    opening: np.ndarray, age: np.ndarray, unspent: np.ndarray, closing: np.ndarray, kept: int
) -> tuple[np.ndarray, np.ndarray]:
    """Age what is carried over and say what may no longer be kept.

    ``opening``: (row,) float, carried out of the base year, 万元.
    ``age``: (row,) int, years since each row first came, at the end of the base year.
    ``unspent``: (year,) float, part of a row that is still there a year later.
    ``closing``: (..., year) float, carried out of each plan year.
    ``kept``: years that money may be carried over.
    Returns ``held``, ``due``: (..., year, row + year) float, closing balances, and what has been kept so long and may
    not be kept on, in the year in which it is taken; the rows of ``opening``, then the money of each plan year.
    ``held`` adds up to ``closing``: what the older rows do not fill is money of the year itself.

    Examples
    --------
    >>> held, due = roll_carryover(np.array([6.0, 20.0]), np.array([2, 0]), np.array([0.5, 0.5]), np.array([12.0, 12.0]), 2)
    >>> held.tolist(), due.tolist()
    ([[0.0, 10.0, 2.0, 0.0], [0.0, 5.0, 1.0, 6.0]], [[6.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]])
    """
    closing = np.asarray(closing, dtype=float)
    rows, years = len(opening), closing.shape[-1]
    held, due = (np.zeros((*closing.shape, rows + years)) for _ in range(2))
    ages = np.concatenate([np.asarray(age, dtype=int), -np.arange(1, years + 1)])
    before = np.concatenate([np.asarray(opening, dtype=float), np.zeros(years)])
    for year in range(years):
        too_old = ages + year >= kept
        due[..., year, :] = np.where(too_old, before, 0.0)
        stays = np.where(too_old, 0.0, before) * unspent[year]
        whole, most = stays.sum(axis=-1), closing[..., year]
        part = np.where(whole > most, most, whole) / np.where(whole > 0, whole, 1.0)
        before = stays * part[..., None]
        before[..., rows + year] = most - before.sum(axis=-1)
        held[..., year, :] = before
    return held, due


def unspent_share(amount: np.ndarray, age: np.ndarray, kept: int) -> float:
    """Return the part of carried-over money that is still there a year later, read off one register; NaN without any.

    What is one to ``kept`` years old over what is one year younger, as if each year left as much behind.

    Examples
    --------
    >>> unspent_share(np.array([80.0, 20.0, 5.0]), np.array([0, 1, 2]), 2)
    0.25
    """
    amount, age = np.asarray(amount, dtype=float), np.asarray(age, dtype=int)
    younger = amount[(age >= 0) & (age < kept)].sum()
    older = amount[(age >= 1) & (age <= kept)].sum()
    return float(min(older / younger, 1.0)) if younger > 0 else float("nan")
