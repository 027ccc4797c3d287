"""People by age and sex carried forward by the cohort-component method, and the persons a guarantee item counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MALE, FEMALE = 0, 1
"""Places on the sex axis."""


@dataclass(frozen=True)
class Projection:
    """A projected population with what changed it, persons.

    Notes
    -----
    ``persons(t) = persons(t-1) + births(t) - deaths(t) + migrants(t)`` holds for each sex.
    """

    persons: np.ndarray  # (…, year + 1, sex, age) float: at the end of each year; row 0 is the start
    births: np.ndarray  # (…, year, sex) float: live births during the year
    deaths: np.ndarray  # (…, year, sex) float: of those there at the start of the year and of the newborn
    migrants: np.ndarray  # (…, year, sex) float: net, negative when more leave than come


def project_population(
    persons: np.ndarray,
    fertility: np.ndarray,
    survival: np.ndarray,
    migration: np.ndarray,
    sex_ratio: float | np.ndarray,
    newborn_survival: np.ndarray | None = None,
) -> Projection:
    """Carry a population forward year by year: survive, age, migrate, add the newborn.

    ``persons``: (…, sex, age) float, at the end of the base year, male first; single years of age, the last one
    open-ended.
    ``fertility``: (…, year, age) float, births a woman of that age and year.
    ``survival``: (…, year, sex, age) float, chance that a person of that age at the start of the year lives to its end.
    ``migration``: (…, year, sex, age) float, net migrants of the year over the survivors of the age they have at its
    end.
    ``sex_ratio``: float or (…, year) float, boys born for each girl.
    ``newborn_survival``: (…, year, sex) float, chance that a child born in the year lives to its end; without it that
    of age 0.

    Raises
    ------
    ValueError
        When the shapes do not fit together.

    Notes
    -----
    ``births = fertility x mean of the women at the start and at the end of the year``; those born in the year bear no
    children in it. Survivors of the last two ages together make the open-ended one (docs/method.md).

    Examples
    --------
    Two ages, 0 and 1+: of 100 girls 90 live on, each of the 200 + 190 women's mean bears 0.2.

    >>> persons = np.array([[0.0, 0.0], [100.0, 200.0]])
    >>> survival = np.array([[[1.0, 1.0], [0.9, 0.5]]])
    >>> done = project_population(persons, np.array([[0.0, 0.2]]), survival, np.zeros((1, 2, 2)), 1.0)
    >>> done.births.round(6).tolist(), done.persons[1].round(6).tolist()
    ([[19.5, 19.5]], [[19.5, 0.0], [17.55, 190.0]])
    """
    newborn = survival[..., 0] if newborn_survival is None else newborn_survival
    lead = np.broadcast_shapes(
        persons.shape[:-2], fertility.shape[:-2], survival.shape[:-3], migration.shape[:-3], newborn.shape[:-2]
    )
    years = fertility.shape[-2]
    boys = np.broadcast_to(np.asarray(sex_ratio, dtype=float), (*lead, years))
    at_birth = np.stack([boys / (1 + boys), 1 / (1 + boys)], axis=-1)
    path = [np.broadcast_to(np.asarray(persons, dtype=float), (*lead, *persons.shape[-2:]))]
    births, deaths, migrants = [], [], []
    for year in range(years):
        start = path[-1]
        alive = start * survival[..., year, :, :]
        aged = _a_year_older(alive)
        end = aged * (1 + migration[..., year, :, :])
        women = (start[..., FEMALE, :] + end[..., FEMALE, :]) / 2
        born = (fertility[..., year, :] * women).sum(axis=-1)[..., None] * at_birth[..., year, :]
        infants = born * newborn[..., year, :]
        moved = infants * migration[..., year, :, 0]
        migrants.append((end - aged).sum(axis=-1) + moved)
        deaths.append((start - alive).sum(axis=-1) + born - infants)
        births.append(born)
        end[..., 0] += infants + moved
        path.append(end)
    return Projection(np.stack(path, axis=-3), *(np.stack(flow, axis=-2) for flow in (births, deaths, migrants)))


def drivers(persons: np.ndarray, rates: np.ndarray) -> np.ndarray:
    """Count the persons of each driver: pupils of a level, people of 60 and more, insured, recipients.

    ``persons``: (…, year + 1, sex, age) float.
    ``rates``: (driver, sex, age) or (…, year + 1, driver, sex, age) float, part of the persons of that sex and age who
    count: enrolled, insured, entitled.
    Returns (…, year + 1, driver) float.

    Examples
    --------
    >>> drivers(np.array([[[10.0, 20.0], [30.0, 40.0]]]), np.array([[[0.0, 0.5], [0.0, 1.0]]])).tolist()
    [[50.0]]
    """
    return np.einsum("...sa,...dsa->...d", persons, rates)


def _a_year_older(alive: np.ndarray) -> np.ndarray:
    """Move everyone up one age; the last one keeps its own survivors too."""
    aged = np.zeros_like(alive)
    aged[..., 1:] = alive[..., :-1]
    aged[..., -1] += alive[..., -1]
    return aged
