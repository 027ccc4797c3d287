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
        Classes with a register from it, the others from the coarser estimate.
    """
    has_staff, has_items = place.has("staff"), place.has("guarantee_items")
    if has_staff and has_items:
        return _from_registers(place, base, assumed, None)
    coarse = _coarse(history, base, assumed)
    return _from_registers(place, base, assumed, coarse) if has_staff or has_items else coarse


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
    return _from_amounts(amounts, assumed, "借用外地比例", (caution,), county_living=1.0)


def _from_registers(place: Place, base: int, assumed: Assumed, coarse: Guarantees | None) -> Guarantees:
    """Add up the registers by class; a class without one comes from the coarser estimate."""
    years = (base, *assumed.years)
    staff_need, staff_detail = _staff_by_class(place.rows("staff"), assumed, years)
    item_need_by, item_county_by, item_detail = _items_by_class(place.rows("guarantee_items"), years)
    need, county, grains = {}, {}, []
    for group in CLASSES:
        # Running costs are whole only with the staff's own; living needs only with items.
        covered = {
            GuaranteeClass.LIVING: group in item_need_by,
            GuaranteeClass.SALARIES: group in staff_need,
            GuaranteeClass.OPERATIONS: group in staff_need,
        }[group]
        if covered or coarse is None:
            nothing = np.zeros(len(years))
            need[group] = staff_need.get(group, nothing) + item_need_by.get(group, nothing)
            county[group] = staff_need.get(group, nothing) + item_county_by.get(group, nothing)
        else:
            need[group], county[group] = coarse.need[group], coarse.county[group]
            grains.append(f"{group.label}按{coarse.grain}")
    registers = [
        name for name, rows in (("人员台账", staff_detail), ("三保项目清单", item_detail)) if len(rows)
    ]
    detail = pd.concat([rows for rows in (staff_detail, item_detail) if len(rows)], ignore_index=True)
    cautions = _register_cautions(place.rows("guarantee_items"), base, item_detail)
    return Guarantees(
        need,
        county,
        "，".join(["和".join(registers), *grains]),
        detail,
        (*cautions, *(coarse.cautions if coarse is not None else ())),
    )


def _staff_by_class(
    rows: pd.DataFrame, assumed: Assumed, years: tuple[int, ...]
) -> tuple[dict[GuaranteeClass, np.ndarray], pd.DataFrame]:
    if not len(rows):
        return {}, rows
    staff = Staff(**{name: rows[name].to_numpy(dtype=float) for name in _STAFF_FIELDS})
    now = staff_cost_now(staff)
    ahead = staff_cost(staff, assumed.path("pay_growth"), assumed.path("operations_growth"))
    salaries, operations = (np.vstack([first, later]) for first, later in zip(now, ahead, strict=True))
    detail = pd.concat(
        [
            _long(rows["group"] + "（工资）", "salaries", years, salaries, salaries),
            _long(rows["group"] + "（公用经费）", "operations", years, operations, operations),
        ],
        ignore_index=True,
    )
    need = {GuaranteeClass.SALARIES: salaries.sum(axis=1), GuaranteeClass.OPERATIONS: operations.sum(axis=1)}
    return need, detail


def _items_by_class(
    rows: pd.DataFrame, years: tuple[int, ...]
) -> tuple[dict[GuaranteeClass, np.ndarray], dict[GuaranteeClass, np.ndarray], pd.DataFrame]:
    if not len(rows):
        return {}, {}, rows
    items = Items(**{name: rows[name].to_numpy(dtype=float) for name in _ITEM_FIELDS})
    need, county = item_need(items, len(years) - 1)
    inside = {group: (rows["guarantee"] == group).to_numpy() for group in CLASSES}
    present = [group for group in CLASSES if inside[group].any()]
    return (
        {group: need[:, inside[group]].sum(axis=1) for group in present},
        {group: county[:, inside[group]].sum(axis=1) for group in present},
        _long(rows["name"], rows["guarantee"], years, need, county),
    )


def _long(
    labels: pd.Series, group: object, years: tuple[int, ...], need: np.ndarray, county: np.ndarray
) -> pd.DataFrame:
    frame = pd.DataFrame({"label": labels.to_numpy()})
    frame["guarantee"] = group if isinstance(group, str) else np.asarray(group)
    parts = [frame.assign(year=year, need=need[row], county=county[row]) for row, year in enumerate(years)]
    return pd.concat(parts, ignore_index=True)


def _register_cautions(items: pd.DataFrame, base: int, detail: pd.DataFrame) -> tuple[Caution, ...]:
    if not len(items):
        return ()
    need = detail.loc[detail["year"] == base, "need"].to_numpy(dtype=float)
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
