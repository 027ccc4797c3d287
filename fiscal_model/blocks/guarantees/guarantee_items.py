"""The guarantee items of a place, year by year: need, who pays, what is arranged, what is missing."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.elementary import divided
from fiscal_model.arithmetic.spending.item_levels import county_part, item_need, own_need, split
from fiscal_model.blocks.guarantees.persons import Persons
from fiscal_model.blocks.guarantees.standards import ItemStandards, standards_of
from fiscal_model.inputs.place import Place
from fiscal_model.law.limits import limit
from fiscal_model.words.cautions import Caution
from fiscal_model.words.vocabulary import GuaranteeClass

UNVERIFIED = "未经核实"
_SAME = 0.005
"""Register and law may differ by half a percent without a word."""


@dataclass(frozen=True)
class ItemNeeds:
    """Needs of the rows of ``guarantee_items``, 万元; row 0 of the arrays is the base year, shape (year + 1, item)."""

    years: tuple[int, ...]  # Base year and plan years
    codes: tuple[str, ...]
    names: tuple[str, ...]
    classes: tuple[GuaranteeClass, ...]
    rules: tuple[str, ...]  # Id of the law's rule, empty without one
    by_law: tuple[bool, ...]  # Whether the law's data give a standard or shares for the plan years
    # ``未经核实`` where a plan year rests on a figure of the law that nobody has checked, or on a local standard that names
    # neither a rule nor a document; else empty
    marks: tuple[str, ...]
    # persons, periods, coverage: persons by year; periods and coverage of shape (item,)
    persons: np.ndarray
    periods: np.ndarray
    coverage: np.ndarray
    national_standard: np.ndarray  # Yuan a person and period
    local_standard: np.ndarray  # Includes the national one; NaN where there is no local extra
    # national_need, local_extra: need by the national standard, and what the local standard adds
    national_need: np.ndarray
    local_extra: np.ndarray
    by_level: np.ndarray  # (year + 1, item, 4) float: the national part by who pays: centre, province, city, county
    # What the county pays: by its shares, or the need less the superior's earmarked money where that is given
    county: np.ndarray
    arranged: (
        np.ndarray
    )  # Arranged by all levels: the base year's budget, then the last one that `guarantee_execution` has
    detail: pd.DataFrame = field(repr=False)  # Columns label, guarantee, year, need, county
    cautions: tuple[Caution, ...] = ()

    @cached_property
    def need(self) -> np.ndarray:
        """Need of all levels together, shape (year + 1, item)."""
        return self.national_need + self.local_extra

    @cached_property
    def gap(self) -> np.ndarray:
        """Need beyond what is arranged, never below zero, shape (year + 1, item)."""
        return np.maximum(self.need - self.arranged, 0.0)

    def inside(self, group: GuaranteeClass) -> np.ndarray:
        """Tell which items are of a class, shape (item,) bool."""
        return np.array([each == group for each in self.classes], dtype=bool)


@lru_cache(maxsize=16)
def item_needs(place: Place, base_year: int, years: tuple[int, ...], persons: Persons) -> ItemNeeds | None:
    """Compute the guarantee items of a place. None without the register.

    ``persons``: projected persons by driver; an item whose driver is among them follows their growth, the others their
    own rate.

    Examples
    --------
    >>> from fiscal_model.blocks.guarantees.persons import persons_by_driver
    >>> import fiscal_model as fm
    >>> place = fm.read_place("data/places/yunshui")
    >>> needs = item_needs(place, 2025, (2026, 2027), persons_by_driver(place, 2025, (2026, 2027)))
    >>> needs.names[0], needs.need[0, 0].round(2).item(), needs.county[0, 0].round(2).item()
    ('小学公用经费', 806.4, 40.32)
    """
    rows = place.rows("guarantee_items")
    if not len(rows):
        return None
    laid = standards_of(place, base_year, years)
    heads = _persons(rows, len(years), persons)
    periods, coverage = _numbers(rows, "periods"), _numbers(rows, "coverage")
    national, extra = item_need(heads, laid.national, laid.local_extra, periods, coverage)
    county = _county(rows, laid, national, extra)
    span, names = (base_year, *years), rows["name"].astype(str)
    return ItemNeeds(
        years=span,
        codes=tuple(rows["item_code"].astype(str)),
        names=tuple(names),
        classes=tuple(GuaranteeClass(group) for group in rows["guarantee"]),
        rules=tuple(str(rule or "") for rule in rows["rule"]),
        by_law=tuple(bool(given) for given in laid.by_law),
        marks=tuple("" if sure else UNVERIFIED for sure in laid.verified & ~laid.local_unfounded),
        persons=heads,
        periods=periods,
        coverage=coverage,
        national_standard=laid.national,
        local_standard=np.where(laid.local_extra > 0, laid.national + laid.local_extra, np.nan),
        national_need=national,
        local_extra=extra,
        by_level=split(national, laid.shares),
        county=county,
        arranged=_arranged_by_year(place, rows, span),
        detail=needs_by_year(names, rows["guarantee"], span, national + extra, county),
        cautions=_cautions(rows, base_year, laid, national[0] + extra[0]),
    )


def needs_by_year(
    labels: pd.Series, group: object, years: tuple[int, ...], need: np.ndarray, county: np.ndarray
) -> pd.DataFrame:
    """Lay needs out long: columns label, guarantee, year, need, county; ``group`` is one class or one a label."""
    frame = pd.DataFrame({"label": labels.to_numpy()})
    frame["guarantee"] = group if isinstance(group, str) else np.asarray(group)
    parts = [frame.assign(year=year, need=need[row], county=county[row]) for row, year in enumerate(years)]
    return pd.concat(parts, ignore_index=True)


def _arranged_by_year(place: Place, rows: pd.DataFrame, span: tuple[int, ...]) -> np.ndarray:
    """The base year's budget; a later year that the execution register has replaces it, and holds from then on."""
    found = np.repeat(_numbers(rows, "arranged")[None], len(span), axis=0)
    budgets = place.rows("guarantee_execution").sort_values(["year", "month"])
    for row in budgets[budgets["year"].isin(span[1:])].itertuples():
        found[span.index(int(row.year)) :, (rows["item_code"] == row.item_code).to_numpy()] = float(row.budget)
    return found


def _numbers(rows: pd.DataFrame, column: str) -> np.ndarray:
    """A column as floats; what may stay empty is NaN."""
    return pd.to_numeric(rows[column]).to_numpy(dtype=float)


def _persons(rows: pd.DataFrame, years: int, persons: Persons) -> np.ndarray:
    """The register's count in the base year, moved by the projection of its driver, else by its own yearly rate."""
    count = np.arange(years + 1)[:, None]
    heads = _numbers(rows, "persons") * (1 + _numbers(rows, "persons_growth")) ** count
    drivers = rows["driver"].astype(str).to_numpy(dtype=object)
    for driver, path in persons.paths.items():
        if path[0] > 0:
            mine = drivers == driver
            heads[:, mine] = heads[0, mine] * path[:, None] / path[0]
    return heads + _counted_more(rows, heads)


def _counted_more(rows: pd.DataFrame, heads: np.ndarray) -> np.ndarray:
    """What small schools count beyond their pupils, (year + 1, item): each counts as the least number; pupils move as all do."""
    places, pupils = (np.nan_to_num(_numbers(rows, name)) for name in ("small_places", "small_persons"))
    return np.maximum(places * limit("small_school") - pupils * divided(heads, heads[:1], 1.0), 0.0)


def _county(rows: pd.DataFrame, laid: ItemStandards, national: np.ndarray, extra: np.ndarray) -> np.ndarray:
    """By the county's shares; the superior's earmarked money, where given, keeps its base-year part of the need."""
    above = np.where(np.isnan(_numbers(rows, "extra_county_share")), 1.0, _numbers(rows, "extra_county_share"))
    county = county_part(laid.shares[..., 3], above, (national, extra))
    earmarked, need = _numbers(rows, "earmarked"), national + extra
    paid = divided(earmarked, need[0])
    return np.where(np.isfinite(earmarked), own_need(need, need * np.minimum(paid, 1.0)), county)


def _cautions(rows: pd.DataFrame, base_year: int, laid: ItemStandards, need: np.ndarray) -> tuple[Caution, ...]:
    found = [*_arranged(rows, need), *_beside_the_law(rows, base_year, laid)]
    over = rows["name"][_numbers(rows, "earmarked") > need + 0.5]
    found += [
        Caution("guarantee_earmarked_beyond_need", "三保", f"“{name}”上级专项资金多于基期需求，超出部分没有计入")
        for name in over
    ]
    doubtful = [str(name) for name, verified in zip(rows["name"], laid.verified, strict=True) if not verified]
    if doubtful:
        text = f"以下项目规划期的国家标准或分担比例取自规则数据，{UNVERIFIED}：{'、'.join(doubtful)}"
        found.append(Caution("guarantee_rules_unverified", "三保", text))
    more = _counted_more(rows, _numbers(rows, "persons")[None])[0]
    if (more > 0).any():
        said = "、".join(f"“{name}”{extra:,.0f}人" for name, extra in zip(rows["name"], more, strict=True) if extra > 0)
        text = f"小规模学校按{limit('small_school'):g}人核定（{UNVERIFIED}），基期对象数比实有人数多：{said}"
        found.append(Caution("guarantee_small_schools", "三保", text))
    unfounded = [str(name) for name, without in zip(rows["name"], laid.local_unfounded, strict=True) if without]
    if unfounded:
        text = f"以下项目的地方标准没有填规则编号，也没有在备注写明文号，{UNVERIFIED}：{'、'.join(unfounded)}"
        found.append(Caution("guarantee_local_unverified", "三保", text))
    return tuple(found)


def _arranged(rows: pd.DataFrame, need: np.ndarray) -> list[Caution]:
    arranged = _numbers(rows, "arranged")
    short = arranged < need * (1 - _SAME)
    return [
        Caution("arranged_below_need", "三保", f"“{name}”基期安排 {given:,.1f} 万元，低于需求 {required:,.1f} 万元")
        for name, given, required in zip(rows["name"][short], arranged[short], need[short], strict=True)
    ]


def _beside_the_law(rows: pd.DataFrame, base_year: int, laid: ItemStandards) -> list[Caution]:
    """Where the register's base year is not what the law's data say."""
    found = []
    for name, own, law in zip(rows["name"], laid.national[0], laid.law_standard, strict=True):
        if np.isfinite(law) and abs(own - law) > _SAME * law:
            text = f"“{name}”台账的国家标准 {own:g} 元，规则数据{base_year}年为 {law:g} 元；基期按台账，以后各年按规则，请核对"
            found.append(Caution("guarantee_standard_differs", "三保", text))
    for name, own, law in zip(rows["name"], laid.shares[0, :, 0], laid.law_central, strict=True):
        if np.isfinite(law) and abs(own - law) > _SAME:
            text = f"“{name}”台账的中央负担 {own:.0%}，规则数据{base_year}年为 {law:.0%}；基期按台账，以后各年按规则，请核对"
            found.append(Caution("guarantee_share_differs", "三保", text))
    return found
