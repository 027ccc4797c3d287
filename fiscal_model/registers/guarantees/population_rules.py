"""What must hold in the tables of people by age and of the rates that carry them forward: no age missing, none twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from fiscal_model.registers.rules import Finding, ReadTables, groups
from fiscal_model.words.spans import spans
from fiscal_model.words.vocabulary import RateKind, Sex

LOWEST_LAST_AGE = 60
"""The open-ended age must not begin below it, or people of 60 and more cannot be told apart."""
FEWEST_PERSONS = 1_000
"""A place with fewer is one counted in ten thousands."""


def age_faults(table: str, tables: ReadTables) -> Iterator[Finding]:
    """Find ages that are missing in a year of the table of people."""
    for rows in groups(sorted(tables.records(table), key=lambda row: row["year"]), ("year",)):
        yield from _people_faults(rows[0]["year"], rows)


def rate_faults(table: str, tables: ReadTables) -> Iterator[Finding]:
    """Find rates without people, an age with two values of a rate, and people without a chance to live on."""
    if "population" not in tables:
        remedy = "请补上分年龄人口；暂时没有的，把 population_rates 表移出文件夹"
        first = int(tables[table]["row_line"].iloc[0])
        yield first, None, "有人口测算率，但没有 population 表", remedy
        return
    rates = tables.records(table)
    overlaps = list(_overlaps(rates))
    yield from overlaps
    if not overlaps and not any(age_faults("population", tables)):
        last_ages = tables["population"].groupby("year")["age"].max()
        yield from _reach_faults(rates, int(last_ages.min()), int(last_ages.max()))


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


def _people_faults(year: int, rows: list[dict[str, Any]]) -> Iterator[Finding]:
    given, oldest = {row["sex"] for row in rows}, max(row["age"] for row in rows)
    if Sex.TOTAL in given and len(given) > 1:
        line = next(row["row_line"] for row in rows if row["sex"] == Sex.TOTAL)
        yield line, "sex", f"{year}年既有合计又分了性别", "分性别的删去合计行；只有合计的，删去分性别的行"
        return
    remedy = "从 0 岁到最高年龄每岁一行，最后一岁代表该岁及以上；确实没有人的填 0"
    for sex in (Sex.TOTAL,) if Sex.TOTAL in given else (Sex.MALE, Sex.FEMALE):
        absent = sorted(set(range(oldest + 1)) - {row["age"] for row in rows if row["sex"] == sex})
        if absent:
            yield (
                _before(rows, absent[0], sex),
                "age",
                f"{year}年“{sex.label}”缺少 {spans(absent, shortest=2)} 岁",
                remedy,
            )
    if oldest < LOWEST_LAST_AGE:
        remedy = f"最高年龄至少填到 {LOWEST_LAST_AGE} 岁（最后一岁代表该岁及以上）"
        yield _before(rows, oldest + 1), "age", f"{year}年最高年龄只到 {oldest} 岁", remedy
    total = sum(row["persons"] for row in rows)
    if total < FEWEST_PERSONS:
        yield (
            rows[0]["row_line"],
            "persons",
            f"{year}年各年龄合计 {total:g} 人，像是以万人填写",
            "请按人填写，例如 1520",
        )


def _before(rows: list[dict[str, Any]], age: int, sex: Sex | None = None) -> int:
    """The line of the last row before an age that is missing: of its sex, else of all."""
    own = [row for row in rows if sex in (None, row["sex"])] or rows
    younger = [row for row in own if row["age"] < age]
    return int(max(younger, key=lambda row: row["age"])["row_line"] if younger else own[0]["row_line"])


def _overlaps(rates: list[dict[str, Any]]) -> Iterator[Finding]:
    """No age may have two values of the same rate from the same year on."""
    for rows in groups(rates, ("kind", "group", "year")):
        taken: dict[tuple[Sex, int], int] = {}
        for row in rows:
            cells = [(sex, age) for sex in sexes_of(row["sex"]) for age in ages_of(row, 120)]
            before = {taken[cell] for cell in cells if cell in taken}
            if before:
                ages = spans(sorted({age for sex, age in cells if (sex, age) in taken}), shortest=2)
                name = f"{row['kind'].label}“{row['group']}”" if row["group"] else row["kind"].label
                found = f"{name}{row['year']}年起的 {ages} 岁与第 {'、'.join(map(str, sorted(before)))} 行重叠"
                yield row["row_line"], "age_from", found, "同一年起用的同一年龄只保留一行；每人一年只有一个数"
            taken.update(dict.fromkeys(cells, row["row_line"]))


def _reach_faults(rates: list[dict[str, Any]], first_open: int, oldest: int) -> Iterator[Finding]:
    """Ages beyond the last one, and ages nobody gave a chance of living on."""
    for row in rates:
        if row["age_from"] is not None and row["age_from"] > first_open:
            found = f"起始年龄 {int(row['age_from'])} 超过人口表的最高年龄（{first_open} 岁及以上）"
            yield row["row_line"], "age_from", found, f"请改成不超过 {first_open}，或把人口表填到更高的年龄"
    survival = [row for row in rates if row["kind"] == RateKind.SURVIVAL]
    year = min((row["year"] for row in survival), default=None)
    for sex in (Sex.MALE, Sex.FEMALE) if survival else ():
        first = [row for row in survival if row["year"] == year and sex in sexes_of(row["sex"])]
        absent = sorted(set(range(oldest + 1)) - {age for row in first for age in ages_of(row, oldest)})
        if absent:
            remedy = "请从 0 岁补到最高年龄；一行可以写一个年龄段"
            line = (first or survival)[-1]["row_line"]
            yield line, "age_to", f"{year}年起的存活率缺少{sex.label} {spans(absent, shortest=2)} 岁", remedy
