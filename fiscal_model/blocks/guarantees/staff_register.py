"""The staff register and the tables around it, laid out as arrays that the arithmetic takes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.elementary import divided
from fiscal_model.arithmetic.spending.dated_steps import Change, Steps, month_in_force, steps_of
from fiscal_model.arithmetic.spending.retirement import RetirementAges, retirement_shares, retirements_by_group
from fiscal_model.arithmetic.spending.staff_groups import StaffGroups
from fiscal_model.inputs.place import Place
from fiscal_model.law.rules import rule_table
from fiscal_model.registers.guarantees.staff_registers import EVERY_GROUP, ONE_ITEM, RATES
from fiscal_model.words.vocabulary import PayEventKind, Sex, UnitClass, YesNo


@dataclass(frozen=True)
class StaffRegister:
    """What the tables say about a place's staff; arrays of shape (group,) unless said otherwise."""

    groups: tuple[str, ...]
    staff: StaffGroups
    pay: np.ndarray  # Mean pay of the base year, yuan
    items: tuple[str, ...]  # Pay items; groups without any have `ONE_ITEM`
    item_shares: np.ndarray  # (group, item) array: part of pay that each item is
    stated_pay: np.ndarray  # What the staff table itself gives
    grade_drift: np.ndarray
    operations_quota: np.ndarray
    rounds: Steps  # Dated pay rounds
    retirements: np.ndarray  # (year, group) array: from the age profile, NaN where a group has none
    profile_persons: np.ndarray  # Persons in the age profile, NaN where a group has none
    without_sex: tuple[str, ...]  # Groups whose age profile does not tell men from women
    ages_unverified: bool  # Whether a retirement age was used that nobody verified


@lru_cache(maxsize=16)
def staff_register(place: Place, base_year: int, years: int) -> StaffRegister:
    """Lay a place's staff tables out.

    ``place``: has a staff table.
    ``years``: number of plan years.
    """
    rows = place.rows("staff")
    groups = tuple(str(name) for name in rows["group"])
    pay, items, item_shares, contribution_base = _pay_of(rows, place.rows("pay_items"), groups)
    retirements, profile, without_sex, unverified = _retirements(place, groups, base_year, years)
    return StaffRegister(
        groups,
        _groups_of(rows, contribution_base),
        pay,
        items,
        item_shares,
        _numbers(rows, "pay_per_person"),
        _numbers(rows, "grade_drift"),
        _numbers(rows, "operations_quota"),
        steps_of(pay_changes(place.rows("pay_events"), groups, base_year), years, len(groups)),
        retirements,
        profile,
        without_sex,
        unverified,
    )


def pay_changes(events: pd.DataFrame, groups: Sequence[str], base_year: int) -> list[Change]:
    """Read the pay rounds as dated changes of the groups' pay.

    ``events``: rows of the table of pay events, possibly none.
    """
    names = np.array(groups)
    changes = []
    for _, event in events.iterrows():
        touched = np.full(len(names), True) if event["group"] == EVERY_GROUP else names == event["group"]
        by_rate = event["kind"] == PayEventKind.RATE
        year, month = month_in_force(event["effective_date"], base_year)
        factor, amount = (1 + event["value"], 0.0) if by_rate else (1.0, float(event["value"]))
        changes.append(Change(year, month, touched, factor, amount))
    return changes


def _numbers(rows: pd.DataFrame, column: str) -> np.ndarray:
    """A column of numbers; what a group leaves empty does not arise in it."""
    return np.nan_to_num(rows[column].to_numpy(dtype=float))


def _groups_of(rows: pd.DataFrame, contribution_base: np.ndarray) -> StaffGroups:
    parts = np.stack([_numbers(rows, name) for name in RATES], axis=-1)
    split = rows["pension_rate"].notna().to_numpy()
    whole = np.where(split, 0.0, _numbers(rows, "employer_rate"))
    housing = _numbers(rows, "housing_rate")
    as_given = (
        "posts", "serving_persons", "retired_persons", "entries", "exits", "transfers_out", "annuity_funding",
        "contract_persons", "contract_cost", "fiscal_share",
    )  # fmt: skip
    return StaffGroups(
        contribution_base=contribution_base,
        contributions=np.column_stack([whole, parts, housing]),
        retiree_cost=_numbers(rows, "retiree_cost_per_person"),
        **{name: _numbers(rows, name) for name in as_given},
    )


def _pay_of(
    rows: pd.DataFrame, items: pd.DataFrame, groups: tuple[str, ...]
) -> tuple[np.ndarray, tuple[str, ...], np.ndarray, np.ndarray]:
    """Mean pay, names of the pay items, the part of pay each is, the part on which contributions are due."""
    stated = _numbers(rows, "pay_per_person")
    itemised = set(items["group"])
    names = tuple(dict.fromkeys(items["item"]))
    if set(groups) - itemised:
        names = (*names, ONE_ITEM)
    amounts, due = np.zeros((len(groups), len(names))), np.zeros(len(groups))
    for _, item in items.iterrows():
        position = groups.index(item["group"])
        amounts[position, names.index(item["item"])] += item["amount"]
        due[position] += item["amount"] if item["pensionable"] == YesNo.YES else 0.0
    for position, group in enumerate(groups):
        if group not in itemised:
            amounts[position, -1] = due[position] = stated[position]
    pay = amounts.sum(axis=1)
    paid = np.where(pay > 0, pay, 1.0)
    base = np.where(pay > 0, due / paid, 1.0)
    return pay, names, amounts / paid[:, None], base


def _retirements(
    place: Place, groups: tuple[str, ...], base_year: int, years: int
) -> tuple[np.ndarray, np.ndarray, tuple[str, ...], bool]:
    """Retirements from the age profile, scaled to the serving persons; persons in it; groups without sex; doubt."""
    profile, staff = place.rows("staff_ages"), place.rows("staff").set_index("group")
    retirements, persons = np.full((years, len(groups)), np.nan), np.full(len(groups), np.nan)
    if not len(profile):
        return retirements, persons, (), False
    rules = [
        _rule_of(sex, staff.at[group, "unit_class"])
        for sex, group in zip(profile["sex"], profile["group"], strict=True)
    ]
    before, after, step = (
        np.array([int(rule[name]) for rule in rules]) for name in ("age_before", "age_after", "step_months")
    )
    begins = np.array([dt.date.fromisoformat(rule["valid_from"]).year for rule in rules])
    ages = RetirementAges(before, after, step, begins)
    born = staff.loc[profile["group"], "year"].to_numpy(dtype=int) - profile["age"].to_numpy(dtype=int)
    owner = np.array([groups.index(group) for group in profile["group"]])
    counted = profile["persons"].to_numpy(dtype=float)
    shares = retirement_shares(born, ages, base_year, years)
    inside = np.bincount(owner, counted, len(groups))
    there = np.bincount(owner, minlength=len(groups)) > 0
    scale = divided(_numbers(place.rows("staff"), "serving_persons"), inside, 1.0)
    found = retirements_by_group(counted, owner, shares, len(groups)) * scale
    without_sex = tuple(dict.fromkeys(profile["group"][profile["sex"] == Sex.TOTAL]))
    return (
        np.where(there, found, np.nan),
        np.where(there, inside, np.nan),
        without_sex,
        any(rule["quality"] == "unverified" for rule in rules),
    )


def _rule_of(sex: Sex, unit_class: object) -> dict[str, str]:
    female = "female_worker" if unit_class == UnitClass.WORKERS else "female_cadre"
    category = female if sex == Sex.FEMALE else "male"
    return dict(next(rule for rule in rule_table("retirement_ages") if rule["category"] == category))
