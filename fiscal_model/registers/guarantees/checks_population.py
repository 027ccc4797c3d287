"""What must hold within and between the tables of people by age and of the rates that carry them forward."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from fiscal_model.registers.refusals import Complaint
from fiscal_model.registers.schema import ReadTables
from fiscal_model.words.errors import Fault
from fiscal_model.words.vocabulary import RateKind, Sex

LOWEST_LAST_AGE = 60
"""The open-ended age must not begin below it, or people of 60 and more cannot be told apart."""
FEWEST_PERSONS = 1_000
"""A place with fewer is one counted in ten thousands."""
_BOUNDS = {
    RateKind.FERTILITY: (0.0, 1.0, "每名妇女一年生育数用小数：千分之 45 写 0.045"),
    RateKind.SURVIVAL: (0.3, 1.0, "填活过一年的比例，用小数：99.5% 写 0.995；填的是死亡率的，改成 1 减死亡率"),
    RateKind.NEWBORN_SURVIVAL: (0.3, 1.0, "填活到年末的比例，用小数：99.5% 写 0.995；填的是死亡率的，改成 1 减死亡率"),
    RateKind.SEX_RATIO: (0.8, 1.5, "填每个女婴对应的男婴数：108 写 1.08"),
    RateKind.MIGRATION: (-1.0, 1.0, "净迁移占同龄人的比例用小数：迁出 2% 写 -0.02"),
    RateKind.ENROLMENT: (0.0, 2.0, "占同龄人的比例用小数：98% 写 0.98；外来学生多的可以大于 1"),
    RateKind.ELIGIBILITY: (0.0, 2.0, "占同龄人的比例用小数：98% 写 0.98；户籍人口多于常住的可以大于 1"),
}
"""Lowest and highest value of each rate, and what to write instead."""


def population_rate_fault(row: dict[str, Any]) -> list[Complaint]:
    """Check one row of the table of rates.

    Examples
    --------
    >>> ages = {"age_from": 15, "age_to": 19, "group": "", "sex": Sex.FEMALE}
    >>> population_rate_fault({"kind": RateKind.FERTILITY, "rate": 45.0, **ages})[0][1]
    '生育率 45 大于 1'
    """
    kind, rate, found = row["kind"], row["rate"], []
    lowest, highest, remedy = _BOUNDS[kind]
    if rate > highest:
        found.append(("rate", f"{kind.label} {rate:g} 大于 {highest:g}", remedy))
    if rate < lowest:
        found.append(("rate", f"{kind.label} {rate:g} 小于 {lowest:g}", remedy))
    return found


def population_table_faults(tables: ReadTables) -> list[Fault]:
    """Check both tables as a whole: every age of each sex, no age twice, everyone with a chance to live on."""
    people, rates = tables.get("population"), tables.get("population_rates")
    faults, last_ages = [], None
    if people is not None:
        for year, rows in people.groupby("year", sort=True):
            faults += _people_faults(int(year), rows, tables.stem("population"))
        last_ages = people.groupby("year")["age"].max()
    if rates is None:
        return faults
    shown = tables.stem("population_rates")
    if last_ages is None:
        remedy = "请补上分年龄人口；暂时没有的，把 population_rates 表移出文件夹"
        return [Fault(shown, "有人口测算率，但没有 population 表", remedy)]
    faults += _overlaps(rates, shown)
    return faults or _reach_faults(rates, int(last_ages.min()), int(last_ages.max()), shown)


def ages_of(row: Mapping[str, Any], oldest: int) -> range:
    """Return the ages one row of rates speaks of, an empty end being the first or last age.

    Examples
    --------
    >>> ages_of({"age_from": 98, "age_to": None}, 100)
    range(98, 101)
    """
    first, last = row["age_from"], row["age_to"]
    return range(0 if pd.isna(first) else int(first), oldest + 1 if pd.isna(last) else int(last) + 1)


def sexes_of(sex: Sex) -> tuple[Sex, ...]:
    """Return the sexes a row speaks of: both when it gives the total."""
    return (Sex.MALE, Sex.FEMALE) if sex is Sex.TOTAL else (sex,)


def _people_faults(year: int, rows: pd.DataFrame, shown: str) -> list[Fault]:
    given = set(rows["sex"])
    if Sex.TOTAL in given and len(given) > 1:
        line = int(rows.loc[rows["sex"] == Sex.TOTAL, "row_line"].iloc[0])
        remedy = "分性别的删去合计行；只有合计的，删去分性别的行"
        return [Fault(shown, f"{year}年既有合计又分了性别", remedy, line, "sex")]
    faults = []
    oldest = int(rows["age"].max())
    remedy = "从 0 岁到最高年龄每岁一行，最后一岁代表该岁及以上；确实没有人的填 0"
    for sex in (Sex.TOTAL,) if Sex.TOTAL in given else (Sex.MALE, Sex.FEMALE):
        absent = sorted(set(range(oldest + 1)) - set(rows.loc[rows["sex"] == sex, "age"]))
        if absent:
            faults.append(Fault(shown, f"{year}年“{sex.label}”缺少 {_spans(absent)} 岁", remedy))
    if oldest < LOWEST_LAST_AGE:
        remedy = f"最高年龄至少填到 {LOWEST_LAST_AGE} 岁（最后一岁代表该岁及以上）"
        faults.append(Fault(shown, f"{year}年最高年龄只到 {oldest} 岁", remedy))
    total = float(rows["persons"].sum())
    if total < FEWEST_PERSONS:
        found = f"{year}年各年龄合计 {total:g} 人，像是以万人填写"
        faults.append(Fault(shown, found, "请按人填写，例如 1520"))
    return faults


def _overlaps(rates: pd.DataFrame, shown: str) -> list[Fault]:
    """No age may have two values of the same rate from the same year on."""
    faults = []
    for (kind, group, year), rows in rates.groupby(["kind", "group", "year"], sort=False):
        taken: dict[tuple[Sex, int], int] = {}
        for row in rows.to_dict("records"):
            cells = [(sex, age) for sex in sexes_of(row["sex"]) for age in ages_of(row, 120)]
            before = {taken[cell] for cell in cells if cell in taken}
            if before:
                ages = _spans(sorted({age for sex, age in cells if (sex, age) in taken}))
                name = f"{RateKind(kind).label}“{group}”" if group else RateKind(kind).label
                found = f"{name}{year}年起的 {ages} 岁与第 {'、'.join(map(str, sorted(before)))} 行重叠"
                remedy = "同一年起用的同一年龄只保留一行；每人一年只有一个数"
                faults.append(Fault(shown, found, remedy, int(row["row_line"]), "age_from"))
            taken.update(dict.fromkeys(cells, int(row["row_line"])))
    return faults


def _reach_faults(rates: pd.DataFrame, first_open: int, oldest: int, shown: str) -> list[Fault]:
    """Ages beyond the last one, and ages nobody gave a chance of living on."""
    faults = []
    for row in rates.to_dict("records"):
        if not pd.isna(row["age_from"]) and int(row["age_from"]) > first_open:
            found = f"起始年龄 {int(row['age_from'])} 超过人口表的最高年龄（{first_open} 岁及以上）"
            remedy = f"请改成不超过 {first_open}，或把人口表填到更高的年龄"
            faults.append(Fault(shown, found, remedy, int(row["row_line"]), "age_from"))
    survival = rates[rates["kind"] == RateKind.SURVIVAL]
    first = survival[survival["year"] == survival["year"].min()]
    for sex in (Sex.MALE, Sex.FEMALE) if len(first) else ():
        given = _ages_given(first, sex, oldest)
        absent = sorted(set(range(oldest + 1)) - given)
        if absent:
            remedy = "请从 0 岁补到最高年龄；一行可以写一个年龄段"
            found = f"{int(first['year'].iloc[0])}年起的存活率缺少{sex.label} {_spans(absent)} 岁"
            faults.append(Fault(shown, found, remedy))
    return faults


def _ages_given(rows: pd.DataFrame, sex: Sex, oldest: int) -> set[int]:
    return {age for row in rows.to_dict("records") if sex in sexes_of(row["sex"]) for age in ages_of(row, oldest)}


def _spans(ages: Iterable[int]) -> str:
    """Write ages as runs.

    Examples
    --------
    >>> _spans([3, 7, 8, 9])
    '3、7—9'
    """
    runs: list[list[int]] = []
    for age in ages:
        if runs and age == runs[-1][1] + 1:
            runs[-1][1] = age
        else:
            runs.append([age, age])
    return "、".join(str(first) if first == last else f"{first}—{last}" for first, last in runs)
