"""Rates by age as a place's register gives them, laid out by year; what it does not give comes from the rules, marked so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from fiscal_model.law.rules import rule_table
from fiscal_model.registers.guarantees.population_rules import ages_of, sexes_of
from fiscal_model.words.vocabulary import DRIVER_RATES, RateKind, Sex

_SEX_AXIS = (Sex.MALE, Sex.FEMALE)
_BORROWED = (RateKind.FERTILITY, RateKind.SURVIVAL, RateKind.SEX_RATIO)


@dataclass(frozen=True)
class AgeRates:
    """Rates of the projected years, male before female; shapes as `arithmetic.spending.cohorts` takes them."""

    fertility: np.ndarray  # (year, age) float
    survival: np.ndarray  # (year, sex, age) float
    migration: np.ndarray  # (year, sex, age) float
    newborn_survival: np.ndarray  # (year, sex) float
    sex_ratio: np.ndarray  # (year,) float
    borrowed: tuple[RateKind, ...]  # What the register does not give and the rules stand in for
    moves: bool  # Whether the register gives any migration


def age_rates(register: pd.DataFrame, years: Sequence[int], oldest: int) -> AgeRates:
    """Lay out what carries a population forward.

    No migration where none is given; newborn survive like those of age 0 unless given.

    ``register``: rows of the table of rates, possibly none.
    ``years``: the years to be projected.
    ``oldest``: the open-ended age.

    Examples
    --------
    >>> rates = age_rates(pd.DataFrame({"kind": []}), (2026, 2027), 100)
    >>> rates.survival.shape, [kind.label for kind in rates.borrowed], rates.moves
    ((2, 2, 101), ['生育率', '存活率', '出生性别比'], False)
    """
    given = {kind: register[register["kind"] == kind].to_dict("records") for kind in RateKind}
    borrowed = tuple(kind for kind in _BORROWED if not given[kind])
    rows = {kind: _of_the_rules(kind) if kind in borrowed else given[kind] for kind in RateKind}
    laid = {kind: laid_out(rows[kind], years, oldest) for kind in RateKind if kind not in DRIVER_RATES}
    survival = laid[RateKind.SURVIVAL]
    newborn = laid[RateKind.NEWBORN_SURVIVAL][..., 0]
    return AgeRates(
        fertility=laid[RateKind.FERTILITY][:, 1],
        survival=survival,
        migration=laid[RateKind.MIGRATION],
        newborn_survival=np.where(newborn > 0, newborn, survival[..., 0]),
        sex_ratio=laid[RateKind.SEX_RATIO][:, 0, 0],
        borrowed=borrowed,
        moves=bool(given[RateKind.MIGRATION]),
    )


def driver_rates(register: pd.DataFrame, years: Sequence[int], oldest: int) -> tuple[tuple[str, ...], np.ndarray]:
    """Lay out which part of each age counts for each driver.

    Returns ``names``: tuple of str, drivers in the order of the register.
    Returns ``rates``: (year, driver, sex, age) float.
    """
    rows = [row for row in register.to_dict("records") if row["kind"] in DRIVER_RATES]
    names = tuple(dict.fromkeys(str(row["group"]) for row in rows))
    laid = [laid_out([row for row in rows if row["group"] == name], years, oldest) for name in names]
    return names, np.stack(laid, axis=1) if laid else np.zeros((len(years), 0, 2, oldest + 1))


def laid_out(rows: Sequence[Mapping[str, Any]], years: Sequence[int], oldest: int) -> np.ndarray:
    """Lay rows out by year, sex and age: each holds from its year on, the earliest ones before it too.

    ``rows``: keys ``sex``, ``age_from``, ``age_to``, ``rate``, ``year``.
    Returns (year, sex, age) float: zero where nothing is said.

    Examples
    --------
    >>> row = {"sex": Sex.TOTAL, "age_from": 1, "age_to": None, "rate": 0.5, "year": 2025}
    >>> later = row | {"rate": 0.7, "year": 2027}
    >>> laid_out([row, later], (2026, 2027), 2)[:, 0].tolist()
    [[0.0, 0.5, 0.5], [0.0, 0.7, 0.7]]
    """
    laid = np.zeros((len(years), len(_SEX_AXIS), oldest + 1))
    first = min((int(row["year"]) for row in rows), default=0)
    for row in sorted(rows, key=lambda entry: int(entry["year"])):
        ages = [age for age in ages_of(row, oldest) if age <= oldest]
        for sex in sexes_of(row["sex"]):
            for position, year in enumerate(years):
                if row["year"] <= max(year, first):
                    laid[position, _SEX_AXIS.index(sex), ages] = row["rate"]
    return laid


def _of_the_rules(kind: RateKind) -> list[dict[str, Any]]:
    return [
        {
            "sex": Sex(row["sex"]),
            "age_from": int(row["age_from"]) if row["age_from"] else None,
            "age_to": int(row["age_to"]) if row["age_to"] else None,
            "rate": float(row["rate"]),
            "year": 0,
        }
        for row in rule_table("population_rates")
        if row["kind"] == kind
    ]
