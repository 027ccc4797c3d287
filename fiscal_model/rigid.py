"""The three guarantees of a place at the finest grain its tables allow: registers, published split, mapped codes, shares."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fiscal_model import accounts
from fiscal_model.calibration import Assumed
from fiscal_model.cautions import Caution
from fiscal_model.inputs.history import History
from fiscal_model.inputs.place import Place
from fiscal_model.rules import rule_table
from fiscal_model.spending.guarantees import Items, Staff, grown, item_need, staff_cost, staff_cost_now
from fiscal_model.vocabulary import Budget, GuaranteeClass

CLASSES = tuple(GuaranteeClass)
_STAFF_FIELDS = tuple(Staff.__dataclass_fields__)
_ITEM_FIELDS = tuple(Items.__dataclass_fields__)


@dataclass(frozen=True)
class Guarantees:
    """The three guarantees by class, 万元; row 0 of the arrays is the base year, shape (year + 1,).

    Parameters
    ----------
    need, county : mapping of GuaranteeClass to array
        Need paid by all levels together, and the part the county's own resources carry.
    grain : str
        At which grain it was computed, in Chinese.
    detail : DataFrame
        Staff groups and items by year where there are registers; columns label, class, year, need, county.
    cautions : tuple of Caution
    """

    need: dict[GuaranteeClass, np.ndarray]
    county: dict[GuaranteeClass, np.ndarray]
    grain: str
    detail: pd.DataFrame
    cautions: tuple[Caution, ...]

    @property
    def need_total(self) -> np.ndarray:
        """Need of all classes, shape (year + 1,)."""
        return sum(self.need.values())  # type: ignore[return-value]

    @property
    def county_total(self) -> np.ndarray:
        """County-funded need of all classes, shape (year + 1,)."""
        return sum(self.county.values())  # type: ignore[return-value]


def guarantees_of(place: Place, history: History, base: int, assumed: Assumed) -> Guarantees:
    """Compute the three guarantees at the finest grain a place has.

    Parameters
    ----------
    place : Place
    history : History
    base : int
        Base year.
    assumed : Assumed

    Returns
    -------
    Guarantees
    """
    if place.has("staff") and place.has("guarantee_items"):
        return _from_registers(place, base, assumed)
    published = _published_split(history, base)
    if published is not None:
        amounts, year = published
        caution = Caution("guarantees_published", "三保", f"三保按{year}年公布的分类数测算，未到项目和人员")
        return _from_amounts(amounts, assumed, "公布的三保分类数", (caution,), county_living=1.0)
    mapped = _mapped_codes(history, base)
    if mapped is not None:
        caution = Caution(
            "guarantees_mapped", "三保", "三保按功能科目对应推算（对应比例未经核实），应以本地三保清单替换"
        )
        return _from_amounts(mapped, assumed, "功能科目对应", (caution,))
    expenditure = history.value("expenditure", base)
    amounts = {group: expenditure * assumed.number(f"guarantee_{group}_share") for group in CLASSES}
    caution = Caution(
        "guarantees_borrowed", "三保", "没有三保数据，按张掖市公布比例借用估计，须以本地数据替换"
    )
    return _from_amounts(amounts, assumed, "借用外地比例", (caution,), county_living=1.0)


def _from_registers(place: Place, base: int, assumed: Assumed) -> Guarantees:
    staff_rows, item_rows = place.rows("staff"), place.rows("guarantee_items")
    staff = Staff(**{name: staff_rows[name].to_numpy(dtype=float) for name in _STAFF_FIELDS})
    salaries_now, operations_now = staff_cost_now(staff)
    salaries, operations = staff_cost(staff, assumed.path("pay_growth"), assumed.path("operations_growth"))
    salaries, operations = np.vstack([salaries_now, salaries]), np.vstack([operations_now, operations])
    items = Items(**{name: item_rows[name].to_numpy(dtype=float) for name in _ITEM_FIELDS})
    need, county = item_need(items, len(assumed.years))
    need_by, county_by = {}, {}
    for group in CLASSES:
        inside = (item_rows["guarantee"] == group).to_numpy()
        own = {GuaranteeClass.SALARIES: salaries, GuaranteeClass.OPERATIONS: operations}.get(group)
        extra = own.sum(axis=1) if own is not None else 0.0
        need_by[group] = need[:, inside].sum(axis=1) + extra
        county_by[group] = county[:, inside].sum(axis=1) + extra
    years = (base, *assumed.years)
    detail = pd.concat(
        [
            _long(staff_rows["group"] + "（工资）", "salaries", years, salaries, salaries),
            _long(staff_rows["group"] + "（公用经费）", "operations", years, operations, operations),
            _long(item_rows["name"], item_rows["guarantee"], years, need, county),
        ],
        ignore_index=True,
    )
    return Guarantees(
        need_by, county_by, "人员台账和三保项目清单", detail, _register_cautions(item_rows, need[0])
    )


def _long(
    labels: pd.Series, group: object, years: tuple[int, ...], need: np.ndarray, county: np.ndarray
) -> pd.DataFrame:
    frame = pd.DataFrame({"label": labels.to_numpy()})
    frame["guarantee"] = group if isinstance(group, str) else np.asarray(group)
    parts = [frame.assign(year=year, need=need[row], county=county[row]) for row, year in enumerate(years)]
    return pd.concat(parts, ignore_index=True)


def _register_cautions(items: pd.DataFrame, need: np.ndarray) -> tuple[Caution, ...]:
    short = items["arranged"].to_numpy(dtype=float) < need * 0.995
    return tuple(
        Caution(
            "arranged_below_need",
            "三保",
            f"“{name}”基期安排 {arranged:,.1f} 万元，低于需求 {required:,.1f} 万元",
        )
        for name, arranged, required in zip(
            items["name"][short], items["arranged"][short], need[short], strict=True
        )
    )


def _from_amounts(
    amounts: dict[GuaranteeClass, float],
    assumed: Assumed,
    grain: str,
    cautions: tuple[Caution, ...],
    county_living: float | None = None,
) -> Guarantees:
    growth = {
        GuaranteeClass.LIVING: "living_growth",
        GuaranteeClass.SALARIES: "pay_growth",
        GuaranteeClass.OPERATIONS: "operations_growth",
    }
    living_share = assumed.number("guarantee_living_county_share") if county_living is None else county_living
    need, county = {}, {}
    for group in CLASSES:
        path = np.concatenate([[amounts[group]], grown(amounts[group], assumed.path(growth[group]))])
        need[group] = path
        county[group] = path * (living_share if group is GuaranteeClass.LIVING else 1.0)
    empty = pd.DataFrame(columns=["label", "guarantee", "year", "need", "county"])
    return Guarantees(need, county, grain, empty, cautions)


def _published_split(history: History, base: int) -> tuple[dict[GuaranteeClass, float], int] | None:
    """The split published for the base year; else the next year's, moved back to the base year's published total."""
    for source, year in ((history.actual, base), (history.planned, base), (history.planned, base + 1)):
        columns = [f"guarantee_{group}" for group in CLASSES]
        if (
            year in source.index
            and set(columns) <= set(source.columns)
            and source.loc[year, columns].notna().all()
        ):
            amounts = {group: float(source.at[year, f"guarantee_{group}"]) for group in CLASSES}
            total = history.value("guarantees_total", base)
            if year != base and np.isfinite(total):
                scale = total / sum(amounts.values())
                amounts = {group: amount * scale for group, amount in amounts.items()}
            return amounts, year
    return None


def _mapped_codes(history: History, base: int) -> dict[GuaranteeClass, float] | None:
    codes = history.codes[Budget.GENERAL]
    if base not in codes.index:
        return None
    given = codes.loc[base].dropna()
    if not any(len(code) == 7 and code.startswith("205") for code in given.index):
        return None
    amounts = dict.fromkeys(CLASSES, 0.0)
    spent = {str(code): float(amount) for code, amount in given.items()}
    for rule in rule_table("guarantee_items"):
        for code in fnmatch.filter(spent, rule["code"]):
            if rule["printed_label"] and accounts.label_of(Budget.GENERAL, code) != rule["printed_label"]:
                continue
            amounts[GuaranteeClass(rule["guarantee"])] += float(rule["share"]) * spent[code]
    return amounts
