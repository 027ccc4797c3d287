"""The plan once more, on arrays that remember: every figure as a tree of operations over what the blocks gave.

`trace` runs `model.compute` itself, so that a tape can say nothing that the plan does not do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cached_property, lru_cache
from types import MappingProxyType, SimpleNamespace
from typing import Any

import numpy as np

from fiscal_model.arithmetic.budgets.stock_funds import project_insurance
from fiscal_model.arithmetic.debt.portfolio import project_debt
from fiscal_model.blocks.assumptions import Assumed
from fiscal_model.blocks.balance.balance_block import Balance
from fiscal_model.blocks.debt.legal_debt import LegalDebt
from fiscal_model.model.basis import Basis
from fiscal_model.model.compute import compute
from fiscal_model.model.futures import MEDIAN, Drivers, at_percentile
from fiscal_model.model.projection import Plan, items_of
from fiscal_model.model.roots import Ground, Put, rooted
from fiscal_model.words.drivers import DRIVERS
from fiscal_model.words.traced import INPUT, Named, Tape, as_traced
from fiscal_model.words.vocabulary import DebtKind

_AS_GIVEN = re.compile("_tenor_|_month$|_from_years$|_deviation$|_weight$")
"""Assumptions that count years or say how sure something is: no amount moves with them along a formula."""
_SPLIT = "balance.funds.split"
_BLOCKS = ("guarantees", "revenue", "debt", "balance")
_AS_THEY_ARE = frozenset({
    "history", "ledger", "courses", "schemes", "observed", "budgeted", "approved", "tenor", "half_yearly", "project_money", "contingents",
    "cohorts", "deviation", "items", "staff", "persons", "detail", "error", "postponed_beyond", "ratios",
})  # fmt: skip
"""Fields of the blocks that no formula of the plan moves: structure, records, and what stands behind a figure of its own."""


@dataclass(frozen=True)
class Trace:
    """A plan with the tape of how it was computed.

    Parameters
    ----------
    tape : Tape
    lines, steps : mapping of str to (year,) int
        Nodes of every line of the plan, and of the log of the waterfall.
    items : (year, item) int
        Nodes of own revenue by item.
    """

    tape: Tape
    lines: Mapping[str, np.ndarray]
    steps: Mapping[str, np.ndarray]
    items: np.ndarray

    @cached_property
    def inputs(self) -> dict[str, dict[tuple[int, ...], int]]:
        """Nodes of the inputs, by name and by position in the array that bears it."""
        found: dict[str, dict[tuple[int, ...], int]] = {}
        for at, node in enumerate(self.tape.nodes):
            if node.kind == INPUT:
                found.setdefault(node.name, {})[node.at] = at
        return found

    @cached_property
    def reached(self) -> frozenset[int]:
        """Nodes that some line, step or item stands on."""
        found: set[int] = set()
        arrays = (*self.lines.values(), *self.steps.values(), self.items)
        open_ends = [int(at) for array in arrays for at in array.ravel()]
        while open_ends:
            at = open_ends.pop()
            if at not in found:
                found.add(at)
                open_ends += self.tape.nodes[at].operands
        return frozenset(found)


@lru_cache(maxsize=8)
def trace(plan: Plan, general: bool = False) -> Trace:
    """Compute a plan again on traced arrays.

    Parameters
    ----------
    plan : Plan
    general : bool
        Take the way that holds whatever the inputs, not the one that this plan took, and take what a future moves
        (``drivers.<name>``) for inputs too. Figures then equal the plan's but for the last bit.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/gangu"), "baseline")
    >>> found = trace(plan)
    >>> found.tape.nodes[found.lines["debt_stock"][0]].kind
    '+'
    """
    tape, years = Tape(general), len(plan.years)
    lines, steps, items = _computed(plan.basis, tape.name, general)

    def nodes(values: Any, shape: tuple[int, ...] = (years,)) -> np.ndarray:
        return np.broadcast_to(as_traced(values, tape).nodes, shape)

    by_line, by_step = ({name: nodes(values) for name, values in each.items()} for each in (lines, steps))
    return Trace(tape, by_line, by_step, nodes(items, plan.revenue_items.shape))


def with_inputs(plan: Plan, changes: Mapping[str, np.ndarray]) -> Mapping[str, np.ndarray]:
    """Compute the lines of a plan from other inputs of its `trace`: what a change on the tape must come to.

    ``changes``: by name, arrays of the shape of the input.
    Returns mapping of str to (year,) float.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/gangu"), "baseline")
    >>> less = with_inputs(plan, {"revenue.transfers.path.general_purpose": np.zeros(5)})
    >>> bool((less["funding_gap"] >= plan.line("funding_gap")).all())
    True
    """
    return _computed(plan.basis, lambda name, values: changes.get(name, values), True)[0]


@lru_cache(maxsize=8)
def inputs_of(plan: Plan) -> Mapping[tuple[str, tuple[int, ...]], float]:
    """Return the inputs of a plan's general `trace`, by name and position, without the tape of what is made of them.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/gangu"), "baseline")
    >>> inputs_of(plan)["assumed.reserve_rate", (0,)]
    0.01
    """
    found: dict[tuple[str, tuple[int, ...]], float] = {}

    def put(name: str, values: Any) -> Any:
        for at, value in np.ndenumerate(np.asarray(values, dtype=float)):
            found.setdefault((name, at), float(value))
        return values

    _computed(plan.basis, put, True)
    return MappingProxyType(found)


def _computed(basis: Basis, put: Put, drivers: bool) -> tuple[Mapping[str, Any], Mapping[str, Any], Any]:
    replaced = _replaced(basis, put)
    lines, steps = compute(replaced, _drivers(basis, put, drivers))
    return lines, steps, items_of(replaced, lines)


def _drivers(basis: Basis, put: Put, all_of_them: bool) -> Drivers:
    """What the scenario's percentile of the simulation moves stands among the drivers."""
    scenario = at_percentile(basis)
    named = DRIVERS if all_of_them else scenario.moved()
    years = np.zeros(len(basis.years))
    return replace(scenario, **{name: put(f"drivers.{name}", getattr(scenario, name) + years) for name in named})


def _replaced(basis: Basis, put: Put) -> Basis:
    paths = _Paths(basis.assumed, put)
    grounds = Ground(basis, basis.assumed, lambda name, values: values), Ground(basis, paths, put)
    named = {block: _put_in(getattr(basis, block), block, *grounds) for block in _BLOCKS}
    named["debt"] = replace(named["debt"], legal=_rolled(named["debt"].legal))
    named["balance"] = _summed(named["balance"], basis.balance, put)
    return replace(basis, assumed=paths, **named)  # type: ignore[arg-type]


def _rolled(legal: Mapping[DebtKind, LegalDebt]) -> dict[DebtKind, LegalDebt]:
    """Debt follows its terms."""
    return {kind: replace(each, path=project_debt(each.terms)) for kind, each in legal.items()}


def _summed(balance: Balance, plain: Balance, put: Put) -> Balance:
    """Insurance follows its terms; of contingent liabilities and of pooled money for projects the plan takes the sum alone."""
    insurance, path = balance.insurance, balance.insurance.path
    rolled = project_insurance(insurance.own_revenue, path.subsidy, path.expenditure, insurance.opening)
    sums: dict[str, Any] = {}
    if plain.contingents is not None:
        sums["contingents"] = SimpleNamespace(expected=put("balance.contingents.expected", plain.contingents.expected))
    pooled = put("balance.project_money.from_state_capital", plain.commitments.project_money.from_state_capital)
    commitments = replace(balance.commitments, project_money=SimpleNamespace(from_state_capital=pooled))  # type: ignore[arg-type]
    return replace(balance, insurance=replace(insurance, path=rolled), commitments=commitments, **sums)


def _put_in(value: Any, name: str, plain: Ground, ground: Ground) -> Any:
    """Put every number of a block in its place under the name of the field it stands in, grown from its root where it has one."""
    if isinstance(value, Named):
        return value
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        found = rooted(name, value, plain, ground) if value.size else value
        # Who has no part in something, or all of it, is how the funds are built.
        return np.where((value == 0) | (value == 1), value, found) if name.startswith(_SPLIT) else found
    if isinstance(value, float | np.floating):
        return ground.put(name, value)
    if isinstance(value, Mapping):
        return {key: _put_in(each, f"{name}.{key}", plain, ground) for key, each in value.items()}
    if isinstance(value, tuple):
        return tuple(_put_in(each, f"{name}.{at}", plain, ground) for at, each in enumerate(value))
    if is_dataclass(value):
        moved = (each.name for each in fields(value) if each.init and each.name not in _AS_THEY_ARE)
        return replace(
            value, **{each: _put_in(getattr(value, each), f"{name}.{each}", plain, ground) for each in moved}
        )  # type: ignore[type-var]
    return value


class _Paths:
    """Assumptions whose yearly paths are inputs; all else of them is as it was."""

    def __init__(self, assumed: Assumed, put: Put) -> None:
        self._assumed, self._put = assumed, put

    def path(self, name: str) -> Any:
        values = self._assumed.path(name)
        if name == "percentile":  # what it comes to stands among the drivers
            return np.full(values.shape, MEDIAN)
        if _AS_GIVEN.search(name):
            return values
        return self._put(f"assumed.{name}", values)

    def curve(self, tenor: np.ndarray) -> Any:
        return self._put(
            f"law.coupon_curve.{'.'.join(map(str, dict.fromkeys(tenor.tolist())))}", self._assumed.curve(tenor)
        )

    def __getattr__(self, name: str) -> Any:
        return getattr(self._assumed, name)
