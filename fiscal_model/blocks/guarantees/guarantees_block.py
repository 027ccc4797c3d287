"""The three guarantees of a place at the finest grain its tables allow: registers, published split, mapped codes, shares."""

from __future__ import annotations

import fnmatch
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.spending.growth import grown
from fiscal_model.blocks.assumptions import Assumed
from fiscal_model.blocks.guarantees.guarantee_items import ItemNeeds, item_needs
from fiscal_model.blocks.guarantees.persons import Persons, persons_by_driver
from fiscal_model.blocks.guarantees.staffing import StaffNeed, staff_need
from fiscal_model.inputs.history import History
from fiscal_model.inputs.place import Place
from fiscal_model.law import classification as accounts
from fiscal_model.law.rules import rule_table
from fiscal_model.words.cautions import Caution
from fiscal_model.words.traced import as_array
from fiscal_model.words.vocabulary import Budget, GuaranteeClass

CLASSES = tuple(GuaranteeClass)
CLASS_GROWTH = {
    GuaranteeClass.LIVING: "living_growth",
    GuaranteeClass.SALARIES: "pay_growth",
    GuaranteeClass.OPERATIONS: "operations_growth",
}
"""The assumption that a class without registers grows by."""


BORROWED = "借用外地比例"
"""Grain of a need that nobody gave: another place's shares of spending."""


@dataclass(frozen=True, repr=False)
class Guarantees:
    """The three guarantees by class, 万元; row 0 of the arrays is the base year, shape (year + 1,)."""

    # need, county: need paid by all levels together, and the part the county's own resources carry
    need: dict[GuaranteeClass, np.ndarray]
    county: dict[GuaranteeClass, np.ndarray]
    grain: str  # At which grain it was computed, in Chinese
    # Staff groups and items by year where there are registers; columns label, class, year, need, county
    detail: pd.DataFrame
    cautions: tuple[Caution, ...]
    # items, staff, persons: where the registers are there: what the classes are added up from
    items: ItemNeeds | None = None
    staff: StaffNeed | None = None
    persons: Persons | None = None

    @property
    def need_total(self) -> np.ndarray:
        """Need of all classes, shape (year + 1,)."""
        return sum(self.need.values())  # type: ignore[return-value]

    @property
    def county_total(self) -> np.ndarray:
        """County-funded need of all classes, shape (year + 1,)."""
        return sum(self.county.values())  # type: ignore[return-value]

    @property
    def from_above(self) -> np.ndarray:
        """What earmarked money of superior governments carries, shape (year + 1,)."""
        return self.need_total - self.county_total

    def moved(self, factors: Mapping[GuaranteeClass, np.ndarray | float]) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """Return each class's need of the plan years as ``guarantee_<class>``, and what superiors bear of all, (..., year).

        ``factors``: by class, (..., year); superiors bear their part of what moves.
        """
        need = {group: self.need[group][1:] * factors[group] for group in CLASSES}
        own = {group: self.county[group][1:] * factors[group] for group in CLASSES}
        above = sum(need[group] for group in self.need) - sum(own[group] for group in self.county)
        return {f"guarantee_{group}": need[group] for group in CLASSES}, as_array(above)


def guarantees_of(place: Place, history: History, base: int, assumed: Assumed) -> Guarantees:
    """Compute the three guarantees at the finest grain a place has.

    Classes with a register from it, the others from the coarser estimate.
    """
    has_staff, has_items = place.has("staff"), place.has("guarantee_items")
    coarse = None if has_staff and has_items else _coarse(history, base, assumed)
    if coarse is not None and not has_staff and not has_items:
        return coarse
    persons = persons_by_driver(place, base, assumed.years)
    items = item_needs(place, base, assumed.years, persons)
    return _from_registers(persons, items, staff_need(place, base, assumed.years, assumed), coarse)


def with_changed_registers(
    before: Guarantees, place: Place, history: History, base: int, assumed: Assumed, changed: Collection[str]
) -> Guarantees:
    """Compute again what rests on changed registers, ``staff`` or ``guarantee_items``; the rest stays as it was."""
    if before.persons is None:
        return guarantees_of(place, history, base, assumed)
    years, items, staff = assumed.years, before.items, before.staff
    if "guarantee_items" in changed:
        items = item_needs(place, base, years, before.persons)
    if "staff" in changed:
        staff = staff_need(place, base, years, assumed)
    coarse = None if items and staff else _coarse(history, base, assumed)
    return _from_registers(before.persons, items, staff, coarse)


def _coarse(history: History, base: int, assumed: Assumed) -> Guarantees:
    """The published split, else mapped functional codes, else another place's shares."""
    published = _published_split(history, base)
    if published is not None:
        amounts, year = published
        caution = Caution("guarantees_published", "三保", f"三保按{year}年公布的分类数测算，未到项目和人员")
        return _from_amounts(amounts, assumed, "公布的三保分类数", (caution,), county_living=1.0)
    mapped = _mapped_codes(history, base)
    if mapped is not None:
        text = "三保按功能科目对应推算（对应比例未经核实），应以本地三保清单替换"
        return _from_amounts(mapped, assumed, "功能科目对应", (Caution("guarantees_mapped", "三保", text),))
    expenditure = history.value("expenditure", base)
    amounts = {group: expenditure * assumed.number(f"guarantee_{group}_share") for group in CLASSES}
    text = "没有三保数据，按张掖市公布比例借用估计，须以本地数据替换"
    caution = Caution("guarantees_borrowed", "三保", text)
    return _from_amounts(amounts, assumed, BORROWED, (caution,), county_living=1.0)


def _from_registers(
    persons: Persons, items: ItemNeeds | None, staff: StaffNeed | None, coarse: Guarantees | None
) -> Guarantees:
    """Add up the registers by class; a class without one comes from the coarser estimate."""
    need, county, grains = {}, {}, []
    for group in CLASSES:
        if _covered(group, items, staff) or coarse is None:
            of_staff = _staff_class(staff, group)
            of_items, of_county = _item_class(items, group)
            need[group], county[group] = of_staff + of_items, of_staff + of_county
        else:
            listed, of_county = _item_class(items, group)
            # What the list holds stays as listed; the coarser estimate stands for the rest, so that nothing counts twice.
            left = float(np.clip(1 - listed[0] / coarse.need[group][0], 0.0, 1.0)) if coarse.need[group][0] > 0 else 0.0
            need[group], county[group] = listed + left * coarse.need[group], of_county + left * coarse.county[group]
            beside = "清单项目加" if listed.any() else ""
            grains.append(f"{group.label}按{beside}{coarse.grain}")
    registers = [name for name, found in (("人员台账", staff), ("三保项目清单", items)) if found is not None]
    parts = [found for found in (staff, items) if found is not None]
    return Guarantees(
        need,
        county,
        "，".join(["和".join(registers), *grains]),
        pd.concat([found.detail for found in parts], ignore_index=True),
        (
            *(caution for found in (persons, *parts) for caution in found.cautions),
            *(coarse.cautions if coarse is not None else ()),
        ),
        items,
        staff,
        persons,
    )


def _covered(group: GuaranteeClass, items: ItemNeeds | None, staff: StaffNeed | None) -> bool:
    """Running costs are whole only with the staff's own; living needs only with items."""
    if group is GuaranteeClass.LIVING:
        return items is not None and bool(items.inside(group).any())
    return staff is not None


def _staff_class(staff: StaffNeed | None, group: GuaranteeClass) -> np.ndarray:
    if staff is None or group is GuaranteeClass.LIVING:
        return np.zeros(1)
    amounts = staff.salaries if group is GuaranteeClass.SALARIES else staff.operations
    return np.asarray(amounts.sum(axis=1))


def _item_class(items: ItemNeeds | None, group: GuaranteeClass) -> tuple[np.ndarray, np.ndarray]:
    if items is None:
        return np.zeros(1), np.zeros(1)
    inside = items.inside(group)
    return items.need[:, inside].sum(axis=1), items.county[:, inside].sum(axis=1)


def _from_amounts(
    amounts: dict[GuaranteeClass, float],
    assumed: Assumed,
    grain: str,
    cautions: tuple[Caution, ...],
    county_living: float | None = None,
) -> Guarantees:
    living_share = assumed.number("guarantee_living_county_share") if county_living is None else county_living
    need, county = {}, {}
    for group in CLASSES:
        path = np.concatenate([[amounts[group]], grown(amounts[group], assumed.path(CLASS_GROWTH[group]))])
        need[group] = path
        county[group] = path * (living_share if group is GuaranteeClass.LIVING else 1.0)
    empty = pd.DataFrame(columns=["label", "guarantee", "year", "need", "county"])
    return Guarantees(need, county, grain, empty, cautions)


def _published_split(history: History, base: int) -> tuple[dict[GuaranteeClass, float], int] | None:
    """The split published for the base year; else the next year's, moved back to the base year's published total."""
    for source, year in ((history.actual, base), (history.planned, base), (history.planned, base + 1)):
        columns = [f"guarantee_{group}" for group in CLASSES]
        if year in source.index and set(columns) <= set(source.columns) and source.loc[year, columns].notna().all():
            amounts = {group: float(source.at[year, f"guarantee_{group}"]) for group in CLASSES}
            total = history.value("guarantees_total", base)
            if year != base and np.isfinite(total):
                scale = total / sum(amounts.values())
                amounts = {group: amount * scale for group, amount in amounts.items()}
            return amounts, year
    return None


def _mapped_codes(history: History, base: int) -> dict[GuaranteeClass, float] | None:
    parts = mapped_parts(history, base)
    if parts is None:
        return None
    amounts = dict.fromkeys(CLASSES, 0.0)
    for part in parts:
        amounts[part.group] += part.amount
    return amounts


@dataclass(frozen=True)
class MappedPart:
    """What a functional code of the base year holds of a class, 万元."""

    group: GuaranteeClass
    code: str
    economic: str  # Economic class, empty where it is not known
    amount: float


@lru_cache(maxsize=16)
def mapped_parts(history: History, base: int) -> tuple[MappedPart, ...] | None:
    """Read the classes out of the base year's functional codes (`data/rules/guarantee_items.csv`); None without fine codes."""
    codes = history.codes[Budget.GENERAL]
    if base not in codes.index:
        return None
    given = codes.loc[base].dropna()
    if not any(len(code) == 7 and code.startswith("205") for code in given.index):
        return None
    spent = {str(code): float(amount) for code, amount in given.items()}
    found = [
        (rule, code)
        for rule in rule_table("guarantee_items")
        for code in fnmatch.filter(spent, rule["code"])
        if rule["printed_label"] in {"", accounts.label_of(Budget.GENERAL, code)}
    ]
    mapped = {code for _, code in found}
    return tuple(
        MappedPart(
            GuaranteeClass(rule["guarantee"]), code, rule["economic"], float(rule["share"]) * _own(code, spent, mapped)
        )
        for rule, code in found
    )


def _own(code: str, spent: Mapping[str, float], mapped: Collection[str]) -> float:
    """What a code holds beside the codes below it that have a rule of their own: nothing counts twice."""
    return spent[code] - sum(spent[below] for below in mapped if below != code and below.startswith(code))
