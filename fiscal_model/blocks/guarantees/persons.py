"""Who will be there to be paid for: people by age of a place carried forward, and the persons each guarantee item counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.spending.cohorts import Projection, drivers, project_population
from fiscal_model.blocks.guarantees.age_rates import AgeRates, age_rates, driver_rates
from fiscal_model.inputs.place import Place
from fiscal_model.words.cautions import Caution
from fiscal_model.words.vocabulary import Indicator, Sex

TOLERANCE = 0.05
"""A register and the people of the age times its rate may differ by this much without a word."""
AGE_GROUPS = (("0—14岁", 0, 15), ("15—59岁", 15, 60), ("60岁及以上", 60, None))
FLOWS = ("出生", "死亡", "净迁移")
COLUMNS = ("part", "label", "year", "persons")
_WHERE = "人口预测"


@dataclass(frozen=True, eq=False)
class Persons:
    """Persons by year, row 0 the base year."""

    # mapping of str to (year + 1,) float: driver as the item register writes it, to persons; empty without people by
    # age
    paths: Mapping[str, np.ndarray]
    # Columns ``part`` (``age``, ``flow``, ``driver``), ``label``, ``year``, ``persons``
    table: pd.DataFrame = field(repr=False)
    cautions: tuple[Caution, ...] = ()
    notes: tuple[str, ...] = ()  # What a reader of the numbers must know, in Chinese


@lru_cache(maxsize=16)
def persons_by_driver(place: Place, base_year: int, years: tuple[int, ...]) -> Persons:
    """Project a place's people by age and count the persons of each driver.

    Empty without the table of people by age, or when it begins after the base year.

    ``years``: plan years, the base year not among them.

    Notes
    -----
    Starts from the last count up to the base year; an older one is carried to the base year first (docs/method.md).

    Examples
    --------
    >>> import fiscal_model as fm
    >>> persons_by_driver(fm.read_place("data/places/gangu"), 2024, (2025, 2026)).paths
    mappingproxy({})
    """
    people, rates = place.rows("population"), place.rows("population_rates")
    known = [int(year) for year in people["year"].unique() if year <= base_year]
    if not known:
        return _nobody(people, base_year)
    counted = max(known)
    start, by_sex = _start(people[people["year"] == counted])
    oldest = start.shape[-1] - 1
    ahead = tuple(range(counted + 1, max((base_year, *years)) + 1))
    laid = age_rates(rates, ahead, oldest)
    projected = project_population(
        start, laid.fertility, laid.survival, laid.migration, laid.sex_ratio, laid.newborn_survival
    )
    shown = np.isin((counted, *ahead), (base_year, *years))
    names, shares = driver_rates(rates, (base_year, *years), oldest)
    counts = drivers(projected.persons[shown], shares)
    table = _table(projected, shown, (base_year, *years), names, counts)
    paths = {name: counts[:, place_of] for place_of, name in enumerate(names) if counts[0, place_of] > 0}
    cautions = (
        *_start_cautions(place, counted, base_year, start, by_sex),
        *_rate_cautions(laid),
        *_driver_cautions(place, names, paths),
    )
    notes = (f"以{counted}年分年龄人口为起点，逐年推算存活、年龄增长、迁移和出生。", *_notes(laid))
    return Persons(MappingProxyType(paths), table, cautions, notes)


def _nobody(people: pd.DataFrame, base_year: int) -> Persons:
    cautions: tuple[Caution, ...] = ()
    if len(people):
        first = int(people["year"].min())
        text = f"分年龄人口最早是{first}年，晚于基期{base_year}年，没有采用；保障对象按台账增幅推算"
        cautions = (Caution("population_later", _WHERE, text),)
    return Persons(MappingProxyType({}), pd.DataFrame(columns=list(COLUMNS)), cautions)


def _start(rows: pd.DataFrame) -> tuple[np.ndarray, bool]:
    """Lay one year's people out, shape (sex, age); without sexes half of each age are men."""
    by_sex = Sex.TOTAL not in set(rows["sex"])
    sexes = (Sex.MALE, Sex.FEMALE) if by_sex else (Sex.TOTAL, Sex.TOTAL)
    start = np.stack([rows[rows["sex"] == sex].sort_values("age")["persons"].to_numpy(dtype=float) for sex in sexes])
    return (start if by_sex else start / 2), by_sex


def _table(
    projected: Projection, shown: np.ndarray, years: Sequence[int], names: Sequence[str], counts: np.ndarray
) -> pd.DataFrame:
    people = projected.persons[shown].sum(axis=-2)
    flows = (projected.births, projected.deaths, projected.migrants)
    blank = np.full(1, np.nan)
    series = [("age", label, people[:, first:last].sum(axis=-1)) for label, first, last in AGE_GROUPS]
    series += [
        ("flow", label, np.concatenate([blank, flow.sum(axis=-1)])[shown])
        for label, flow in zip(FLOWS, flows, strict=True)
    ]
    series += [("driver", name, counts[:, position]) for position, name in enumerate(names)]
    return pd.DataFrame(
        [
            (part, label, year, float(value))
            for part, label, values in series
            for year, value in zip(years, values, strict=True)
        ],
        columns=list(COLUMNS),
    )


def _start_cautions(place: Place, counted: int, base_year: int, start: np.ndarray, by_sex: bool) -> list[Caution]:
    found = []
    if counted < base_year:
        text = f"分年龄人口是{counted}年的，先推算到基期{base_year}年再用；有新的人口数请补充"
        found.append(Caution("population_carried", _WHERE, text))
    if not by_sex:
        text = "分年龄人口没有分性别，按男女各半测算，出生人数因此只是约数"
        found.append(Caution("population_unsexed", _WHERE, text))
    macro = place.rows("macro")
    residents = macro.loc[(macro["indicator"] == Indicator.RESIDENT_POPULATION) & (macro["year"] == counted), "amount"]
    total = float(start.sum())
    if len(residents) and abs(total / float(residents.iloc[0]) - 1) > TOLERANCE:
        text = (
            f"{counted}年分年龄人口合计 {total:,.0f} 人，与经济指标表的常住人口 {float(residents.iloc[0]):,.0f} 人"
            f"相差 {total / float(residents.iloc[0]) - 1:+.1%}，请核对口径"
        )
        found.append(Caution("population_resident_gap", _WHERE, text))
    return found


def _rate_cautions(laid: AgeRates) -> list[Caution]:
    found = []
    if laid.borrowed:
        text = f"没有本地的{_borrowed(laid)}，借用规则数据里的大致水平（未经核实），应以本地数据替换"
        found.append(Caution("population_rates_borrowed", _WHERE, text))
    if not laid.moves:
        text = "没有填净迁移率，按没有迁移测算；人口外流的地方会高估对象人数"
        found.append(Caution("population_no_migration", _WHERE, text))
    return found


def _driver_cautions(place: Place, names: Sequence[str], paths: Mapping[str, np.ndarray]) -> list[Caution]:
    found = []
    items = place.rows("guarantee_items")
    for name in names:
        rows = items[items["driver"] == name]
        if name not in paths:
            text = f"“{name}”按人口和比率计算的基期人数为零，没有采用，请核对年龄段和起用年度"
            found.append(Caution("population_driver_zero", _WHERE, text))
        elif len(items) and not len(rows):
            text = f"测算率的对象“{name}”在三保项目清单里没有，不影响需求；请核对名称是否一字不差"
            found.append(Caution("population_driver_unknown", _WHERE, text))
        for listed in dict.fromkeys(rows["persons"]) if name in paths else ():
            made = float(paths[name][0])
            if abs(made - listed) > TOLERANCE * listed:
                text = (
                    f"“{name}”台账登记 {listed:,.0f} 人，按人口和比率为 {made:,.0f} 人，相差超过 {TOLERANCE:.0%}；"
                    "基期以台账为准，以后各年按人口推算的增减变动"
                )
                found.append(Caution("population_driver_gap", _WHERE, text))
    return found


def _notes(laid: AgeRates) -> list[str]:
    notes = []
    if laid.borrowed:
        notes.append(f"{_borrowed(laid)}未经核实，见 data/rules/population_rates.csv。")
    if not laid.moves:
        notes.append("没有净迁移率，按没有迁移测算。")
    return notes


def _borrowed(laid: AgeRates) -> str:
    return "、".join(kind.label for kind in laid.borrowed)
