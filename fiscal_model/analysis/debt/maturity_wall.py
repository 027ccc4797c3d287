"""When the debt of today falls due: principal and interest by kind and year, to the last maturity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fiscal_model.arithmetic.debt.bond_schedule import schedule
from fiscal_model.model.projection import Plan
from fiscal_model.words.vocabulary import DebtKind


@dataclass(frozen=True)
class Wall:
    """What falls due on the debt outstanding at the end of the base year, 万元."""

    years: tuple[int, ...]  # From the first plan year to the last maturity in the ledger, at least the plan years
    # principal, interest: mapping of DebtKind to (year,) float, NaN in years for which nothing is known of a kind
    # without a ledger
    principal: Mapping[DebtKind, np.ndarray]
    interest: Mapping[DebtKind, np.ndarray]
    # Kinds counted bond by bond; the others are the plan's own principal and interest, within the plan years
    from_ledger: frozenset[DebtKind]

    @property
    def total_principal(self) -> np.ndarray:
        """Principal of both kinds by year, (year,)."""
        return np.nan_to_num(np.array(list(self.principal.values()))).sum(axis=0)

    @property
    def total_interest(self) -> np.ndarray:
        """Interest of both kinds by year, (year,)."""
        return np.nan_to_num(np.array(list(self.interest.values()))).sum(axis=0)

    @property
    def total(self) -> np.ndarray:
        """Principal and interest of both kinds by year, (year,)."""
        return self.total_principal + self.total_interest


def wall_of(plan: Plan) -> Wall:
    """Add up what falls due by kind and year.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> wall = wall_of(fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline")))
    >>> wall.years[0], wall.years[-1], float(wall.total_principal.sum())
    (2026, 2045, 382000.0)
    """
    base, ledgers = plan.base_year, {kind: plan.basis.debt.ledger.of(kind) for kind in DebtKind}
    held = {kind: ledger.bonds for kind, ledger in ledgers.items() if len(ledger)}
    lasts = [int(str(bonds.last_day.max())[:4]) for bonds in held.values()]
    years = tuple(range(base + 1, max(plan.years[-1], *lasts) + 1)) if lasts else plan.years
    principal, interest = {}, {}
    for kind in DebtKind:
        if kind in held:
            paid = schedule(held[kind], years)
            principal[kind], interest[kind] = paid.principal.sum(axis=1), paid.interest.sum(axis=1)
        else:
            principal[kind] = _of_plan(plan, f"debt_{kind}_repaid", years)
            interest[kind] = _of_plan(plan, f"interest_{kind}", years)
    return Wall(years, principal, interest, frozenset(held))


def _of_plan(plan: Plan, line: str, years: tuple[int, ...]) -> np.ndarray:
    known = dict(zip(plan.years, plan.line(line), strict=True))
    return np.array([known.get(year, np.nan) for year in years], dtype=float)
