"""What a place's staff costs over the plan: salaries by group and part, running costs by quota, and what is doubtful."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.spending.dated_steps import carried, opening_level
from fiscal_model.arithmetic.spending.quotas import operations_of_groups
from fiscal_model.arithmetic.spending.staff_groups import Heads, Salaries, head_paths, salary_bill
from fiscal_model.blocks.assumptions import Assumed
from fiscal_model.blocks.guarantees.staff_cautions import staff_cautions
from fiscal_model.blocks.guarantees.staff_register import StaffRegister, staff_register
from fiscal_model.blocks.guarantees.unit_quotas import UnitOperations, unit_operations
from fiscal_model.inputs.place import Place
from fiscal_model.registers.guarantees.staff_registers import ANNUITY, CONTRACT, KINDS, RETIREES
from fiscal_model.words.cautions import Caution
from fiscal_model.words.vocabulary import GuaranteeClass


@dataclass(frozen=True)
class StaffNeed:
    """Need for salaries and running costs, 万元; row 0 of the arrays is the base year."""

    salaries: np.ndarray  # (year + 1, group) float
    operations: np.ndarray  # (year + 1, row) float: staff groups outside the units, then departments
    detail: pd.DataFrame = field(repr=False)  # Columns ``label``, ``guarantee``, ``year``, ``need``, ``county``
    cautions: tuple[Caution, ...]
    groups: tuple[str, ...]
    heads: Heads = field(repr=False)  # Arrays of shape (year + 1, group)
    # mapping of str to (year + 1, group) float: pay items, contributions and the rest by Chinese name; they add up to
    # ``salaries``
    components: Mapping[str, np.ndarray] = field(repr=False)
    units: UnitOperations | None = field(repr=False)
    notes: tuple[str, ...]  # What a reader of the tables must know, in Chinese

    @property
    def by_group(self) -> np.ndarray:
        """Salaries and running costs of each staff group, shape (year + 1, group)."""
        outside_units = self.salaries + self.operations[:, : len(self.groups)]
        return outside_units if self.units is None else outside_units + self.units.by_group


def staff_need(place: Place, base_year: int, years: tuple[int, ...], assumed: Assumed) -> StaffNeed | None:
    """Work out salaries and running costs of a place's staff. None without a staff register.

    ``assumed``: growth of pay and of running costs.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> from fiscal_model.inputs.scenario import assumptions_of, read_scenario
    >>> place = fm.read_place("data/places/yunshui")
    >>> assumed = Assumed((2026, 2027), assumptions_of(place.assumptions, read_scenario("baseline"), "place.toml"))
    >>> need = staff_need(place, 2025, (2026, 2027), assumed)
    >>> need.salaries.shape, bool(np.isclose(sum(need.components.values()), need.salaries).all())
    ((3, 8), True)
    """
    if not place.has("staff"):
        return None
    register = staff_register(place, base_year, len(years))
    heads = head_paths(register.staff, len(years), register.retirements)
    bill = _bill(register, heads, assumed.path("pay_growth"))
    growth = assumed.path("operations_growth")
    share = register.staff.fiscal_share
    units = unit_operations(place, register.groups, heads.serving, share, base_year, growth)
    operations = _group_operations(register, heads, units, growth)
    labels = [f"{group}（公用经费）" for group in register.groups]
    if units is not None:
        operations = np.hstack([operations, units.by_department])
        labels += [f"{department}（公用经费定额）" for department in units.departments]
    every = (base_year, *years)
    detail = pd.concat(
        [
            _long([f"{group}（工资）" for group in register.groups], GuaranteeClass.SALARIES, every, bill.total),
            _long(labels, GuaranteeClass.OPERATIONS, every, operations),
        ],
        ignore_index=True,
    )
    return StaffNeed(
        bill.total,
        operations,
        detail,
        staff_cautions(place, register, heads, bill, units, every),
        register.groups,
        heads,
        _components(register, bill),
        units,
        _notes(register),
    )


def _bill(register: StaffRegister, heads: Heads, growth: np.ndarray) -> Salaries:
    rise = (1 + growth)[..., None] * (1 + register.grade_drift)
    pay = carried(opening_level(register.pay, register.rounds), rise, register.rounds)
    first = np.ones((*growth.shape[:-1], 1))
    # Contract staff have no pay scale: their cost follows pay in general, not rounds or promotions.
    contract_index = np.concatenate([first, np.cumprod(1 + growth, axis=-1)], axis=-1)
    return salary_bill(register.staff, heads, pay, contract_index)


def _group_operations(
    register: StaffRegister, heads: Heads, units: UnitOperations | None, growth: np.ndarray
) -> np.ndarray:
    index = np.concatenate([[1.0], np.cumprod(1 + growth)])[:, None]
    in_units = np.zeros_like(heads.serving) if units is None else units.in_units
    return operations_of_groups(heads.serving, in_units, register.operations_quota * index, register.staff.fiscal_share)


def _components(register: StaffRegister, bill: Salaries) -> Mapping[str, np.ndarray]:
    parts = {item: bill.pay * register.item_shares[:, position] for position, item in enumerate(register.items)}
    parts |= {kind: bill.contributions[..., position] for position, kind in enumerate(KINDS)}
    parts |= {ANNUITY: bill.annuity_funding, RETIREES: bill.retirees, CONTRACT: bill.contract_staff}
    return MappingProxyType({name: amounts for name, amounts in parts.items() if amounts.any()})


def _notes(register: StaffRegister) -> tuple[str, ...]:
    doubt = "（未经核实）" if register.ages_unverified else ""
    profiled = [
        group for group, persons in zip(register.groups, register.profile_persons, strict=True) if np.isfinite(persons)
    ]
    notes = ["各部分均为财政负担数，差额单位按负担比例计；基期年不列新进、退出和年金做实。"]
    if profiled:
        names = "、".join(f"“{group}”" for group in profiled)
        notes.append(f"{names}按年龄和法定退休年龄{doubt}推算退休人数，其余各组按每年退出数。")
    return tuple(notes)


def _long(labels: list[str], guarantee: GuaranteeClass, years: tuple[int, ...], amounts: np.ndarray) -> pd.DataFrame:
    """Rows of the detail; staff is wholly the county's."""
    parts = [
        pd.DataFrame(
            {"label": labels, "guarantee": str(guarantee), "year": year, "need": amounts[row], "county": amounts[row]}
        )
        for row, year in enumerate(years)
    ]
    return pd.concat(parts, ignore_index=True)
