"""What stands behind the figures that the blocks hand over: the same functions once more, over assumptions and registers.

A block hands over a path; where it grew by an assumption, or is the sum of a register, the path has a root. A root is believed
where it gives what the block handed over; where an approved budget or a register went another way, the figure is its own root.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np

from fiscal_model.arithmetic.budgets.payment_movements import PaymentPath
from fiscal_model.arithmetic.revenue.transfers import TransferPath, project_remittances, project_transfers
from fiscal_model.arithmetic.spending.growth import grown
from fiscal_model.blocks.balance.commitments import payment_path, payments_in
from fiscal_model.blocks.debt.legal_debt import common_terms
from fiscal_model.blocks.guarantees.guarantees_block import CLASS_GROWTH
from fiscal_model.blocks.revenue.drivers import gdp_in, gdp_path
from fiscal_model.blocks.revenue.transfer_lines import GROWTH_OF_USE, remitted_in
from fiscal_model.model.basis import Basis
from fiscal_model.words.traced import as_array
from fiscal_model.words.vocabulary import DebtKind, GuaranteeClass, ProjectStatus

Put = Callable[[str, Any], Any]
"""From the name of an input and its numbers to what stands in its place."""


@dataclass(frozen=True)
class Ground:
    """What roots grow from: a start, its assumptions (`path` of a name), and what stands in the place of its numbers."""

    basis: Basis
    assumed: Any
    put: Put

    def item(self, name: str) -> Any:
        """Return a field of the start, by its name, as it is put."""
        found: Any = self.basis
        for part in name.split("."):
            found = found[part] if isinstance(found, Mapping) else getattr(found, part)
        return self.put(name, found)

    @cached_property
    def payments(self) -> Any:
        """Temporary payments: what the register clears, what is made anew and how fast that is cleared."""
        balance, cleared = payments_in(self.basis.place, self.basis.years)
        new, share = (self.assumed.path(name) for name in ("new_payments", "new_payments_cleared_share"))
        of_rows = "base.temporary_payments", "base.temporary_payments_cleared"
        return payment_path(self.put(of_rows[0], balance), self.put(of_rows[1], cleared), new, share)

    def transfers(self, part: str) -> Any:
        """Transfers of a kind and use, as the approved budget of the first year moves them; line by line they are their own root."""
        found = self.basis.revenue.transfers
        if found.lines:
            return self.item(f"revenue.transfers.path.{part}")
        base = replace(found.base, **{name: self.item(f"revenue.transfers.base.{name}") for name in vars(found.base)})
        path = project_transfers(base, *(self.assumed.path(name) for name in GROWTH_OF_USE.values()))
        return getattr(path, part) * self.put(f"base.approved_transfers.{part}", found.ratios.get(part, 1.0))


Root = Callable[[Ground], Any]


def _own_revenue(ground: Ground) -> Any:
    return ground.item("revenue.fitted.own.forecast.mean").sum(axis=1)


def _gdp(ground: Ground) -> Any:
    base = ground.basis.base_year
    gdp, published = gdp_in(ground.basis.place, base)
    return gdp_path(ground.put("base.gdp", gdp), published, base, ground.assumed.path("gdp_growth"))


def _remitted_up(ground: Ground) -> Any:
    quota, rest = remitted_in(ground.basis.history, ground.basis.base_year)
    named = ground.put("base.remitted_quota", quota), ground.put("base.remitted_rest", rest)
    return project_remittances(*named, ground.assumed.path("remitted_up_growth"))


def _land(ground: Ground) -> Any:
    """Without parcels: the base year's sales grow; the approved budget moves them."""
    base, approved = (
        ground.basis.history.booked("land_revenue", ground.basis.base_year),
        ground.basis.revenue.land.approved,
    )
    grown = ground.put("base.land_revenue", base) * np.cumprod(1 + ground.assumed.path("land_revenue_growth"))
    ratio = approved.ratio if approved is not None and approved.weight else 1.0
    return grown * ground.put("base.approved_land", ratio)


def _carry_out(ground: Ground) -> Any:
    parts = [ground.transfers(part) for part in vars(ground.basis.revenue.transfers.path)]
    return ground.assumed.path("carryover_share") * sum(parts)


def _need(group: GuaranteeClass) -> Root:
    """Of registers their sum; without them the base year's amount, grown."""

    def root(ground: Ground) -> Any:
        known = ground.basis.guarantees
        if known.items is None and known.staff is None:
            start = ground.put(f"base.guarantee_{group}", known.need[group][:1])
            return np.concatenate([start, grown(start, ground.assumed.path(CLASS_GROWTH[group]))])
        return _of_registers(ground, group, "need")

    return root


def _county(group: GuaranteeClass) -> Root:
    """The part of it that the county bears: all of it, or its share of basic living needs."""

    def root(ground: Ground) -> Any:
        known = ground.basis.guarantees
        if known.items is None and known.staff is None:
            bears = known.county[group][0] / known.need[group][0] if known.need[group][0] else 1.0
            whole = _need(group)(ground)
            return whole if bears == 1 else whole * ground.put("base.living_county_share", _living_share(ground))
        return _of_registers(ground, group, "county")

    return root


def _living_share(ground: Ground) -> float:
    return ground.basis.assumed.number("guarantee_living_county_share")


def _of_registers(ground: Ground, group: GuaranteeClass, side: str) -> Any:
    items, staff = ground.basis.guarantees.items, ground.basis.guarantees.staff
    found: Any = np.zeros(1)
    if staff is not None and group is not GuaranteeClass.LIVING:
        name = "salaries" if group is GuaranteeClass.SALARIES else "operations"
        found = ground.item(f"guarantees.staff.{name}").sum(axis=1)
    if items is None:
        return found
    return found + ground.item(f"guarantees.items.{side}")[:, items.inside(group)].sum(axis=1)


def _term_of_debt(kind: DebtKind, name: str) -> Root:
    def root(ground: Ground) -> Any:
        found: Any = common_terms(ground.assumed, kind, ground.item(f"debt.hidden.swapped.{kind}"))
        for part in name.split("."):
            found = getattr(found, part)
        return found

    return root


def _old_rate(kind: DebtKind) -> Root:
    return lambda ground: ground.assumed.path(f"effective_rate_{kind}")


def _payments(name: str) -> Root:
    return lambda ground: getattr(ground.payments, name)


def _transfers(part: str) -> Root:
    return lambda ground: ground.transfers(part)


def _projects(status: ProjectStatus) -> Root:
    def root(ground: Ground) -> Any:
        money = ground.basis.balance.commitments.project_money.by_status(status)
        planned = ground.put(f"base.projects_{status}", money)
        if status is ProjectStatus.COMMITTED:
            return planned + ground.assumed.path("new_project")
        return planned * ground.assumed.path("candidate_projects_share")

    return root


_TERMS_OF_DEBT = (
    "refinancing_share", "less_refinanced", "new_issue", "limit_growth", "issue_fee_rate", "payment_fee_rate", "swapped", "new.rate",
    "refinancing.rate", "swap.rate",
)  # fmt: skip

ROOTS: Mapping[str, Root] = MappingProxyType({
    **{f"guarantees.need.{group}": _need(group) for group in GuaranteeClass},
    **{f"guarantees.county.{group}": _county(group) for group in GuaranteeClass},
    "revenue.fitted.own.forecast.total": _own_revenue,
    "revenue.fitted.gdp": _gdp,
    "revenue.remitted_up": _remitted_up,
    **{f"revenue.transfers.path.{part}": _transfers(part) for part in TransferPath.__dataclass_fields__},
    "revenue.land.revenue": _land,
    "revenue.land.cost_share": lambda ground: ground.assumed.path("land_cost_share"),
    **{f"debt.legal.{kind}.terms.{name}": _term_of_debt(kind, name) for kind in DebtKind for name in _TERMS_OF_DEBT},
    **{f"debt.legal.{kind}.terms.old_rate": _old_rate(kind) for kind in DebtKind},
    "balance.carry_out": _carry_out,
    "balance.commitments.digestion": _payments("by_budget"),
    "balance.commitments.digestion_stock": _payments("closing"),
    **{f"balance.commitments.payments.{name}": _payments(name) for name in PaymentPath.__dataclass_fields__},
    "balance.commitments.committed_projects": _projects(ProjectStatus.COMMITTED),
    "balance.commitments.candidate_projects": _projects(ProjectStatus.CANDIDATE),
})  # fmt: skip
"""The root of a field of the start, by the field's name."""


def rooted(name: str, value: np.ndarray, plain: Ground, ground: Ground) -> Any:
    """Return a field of the start from its root, as far as the root gives what the block handed over.

    ``plain``: the start as it is, ``ground``: with what is put in the place of its numbers.
    """
    root = ROOTS.get(name)
    if root is None:
        return ground.put(name, value)
    found = root(plain)
    same = (
        np.zeros(1, dtype=bool) if found is None else np.asarray(found == value) | (np.isnan(found) & np.isnan(value))
    )
    if not same.any():
        return ground.put(name, value)
    grown = as_array(root(ground))
    if same.all():
        return grown
    chosen = np.full(value.shape, ground.put(name, value), like=ground.put(name, value))
    for at in zip(*np.nonzero(np.broadcast_to(same, value.shape)), strict=True):
        chosen[at] = grown[at]
    return chosen
