"""Social insurance of a place, scheme by scheme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.budgets.stock_funds import InsurancePath, project_insurance
from fiscal_model.blocks.approved_budget import Approved, figure, taken
from fiscal_model.blocks.assumptions import Assumed
from fiscal_model.blocks.guarantees.guarantees_block import Guarantees
from fiscal_model.inputs.place import Place
from fiscal_model.law.rules import rules
from fiscal_model.words.traced import as_array
from fiscal_model.words.vocabulary import ACTUAL, BUDGETED, GuaranteeClass, Status

_NEEDED = ["revenue", "expenditure", "balance_stock"]
"""Items of the base year without which a scheme is not projected."""


@dataclass(frozen=True)
class Insurance:
    """Schemes with all three base-year figures, each by itself; what is not published stands as no scheme."""

    schemes: tuple[str, ...]
    path: InsurancePath
    own_revenue: np.ndarray  # Without subsidies, (year, scheme)
    # What is paid out as benefits of the guarantee list, (year, scheme); zero where living needs are one sum
    listed_benefits: np.ndarray
    opening: np.ndarray  # Balance at the end of the base year, (scheme,)
    # Subsidy that is among the three guarantees already, (year, scheme), 万元; the rest of ``path.subsidy`` is a duty of its own
    guaranteed: np.ndarray
    base_outside: np.ndarray  # The base year's subsidy outside the three guarantees, shape (scheme,), 万元
    base_balance: np.ndarray  # Revenue less expenditure of the base year, shape (scheme,)
    # observed, budgeted: by `InsuranceItem` what was booked and what was budgeted, frames of year by scheme, as published
    observed: Mapping[str, pd.DataFrame]
    budgeted: Mapping[str, pd.DataFrame]
    approved: tuple[Approved, ...] = ()  # Figures of the first plan year's approved budget: scheme and item

    def moved(self, benefits: np.ndarray | float, living: np.ndarray | float) -> tuple[InsurancePath, ...]:
        """Roll the schemes forward in other futures, each by itself, (..., year, 1); subsidies beside the list stay.

        ``benefits``: (..., year), level of what schemes pay out beside the guarantee list.
        ``living``: (..., year), level of the living needs: the subsidy among them that more persons or a higher standard
        bring is paid out to them again, so that it fills no hole of the scheme.
        """
        level, more = (as_array(values)[..., None] for values in (benefits, as_array(living) - 1))

        def one(at: int) -> InsurancePath:
            only = np.s_[:, at : at + 1]
            brought, listed = self.guaranteed[only] * more, self.listed_benefits[only]
            paid = (self.path.expenditure[only] - listed) * level + listed + brought
            subsidy = self.path.subsidy[only] + brought
            return project_insurance(self.own_revenue[only], subsidy, paid, self.opening[at : at + 1])

        return tuple(map(one, range(len(self.schemes))))

    @property
    def base_subsidy(self) -> float:
        """The base year's subsidy outside the three guarantees, 万元."""
        return float(self.base_outside.sum())

    def totals(self, item: str, base: int, budgeted: bool = False) -> dict[int, float]:
        """Years in which every scheme of the base year published the item, with the schemes' sum, 万元."""
        if item not in self.observed or base not in self.observed[item].index:
            return {}
        schemes = self.observed[item].loc[base].dropna().index
        figures = (self.budgeted if budgeted else self.observed).get(item)
        if figures is None:
            return {}
        whole = figures.reindex(columns=schemes).dropna()
        return {int(str(year)): float(amount) for year, amount in whole.sum(axis=1).items()}


def insurance_of(place: Place, base: int, assumed: Assumed, guarantees: Guarantees, usual: Assumed) -> Insurance:
    """Project each social-insurance scheme from the best version of its base-year figures and its approved budget.

    ``usual``: assumptions without the scenario. A scheme's approved income, spending and subsidy of the first plan year are
    taken, what a scenario adds to the usual growth on top; later years grow from there.

    A subsidy that the guarantee list holds is the list's in every year, and so are the benefits it pays for; elsewhere the
    base year's subsidy grows with revenue, or, where the class of living needs is known as a whole, with that class.
    """
    observed, budgeted = _figures(place, ACTUAL), _figures(place, BUDGETED)
    table = pd.DataFrame(
        {item: frame.loc[base] for item, frame in observed.items() if base in frame.index}, dtype=float
    )
    table = table.reindex(columns=[*table.columns.union([*_NEEDED, "subsidy"], sort=False)]).dropna(subset=_NEEDED)
    revenue, expenditure, stock = (table[name].to_numpy() for name in _NEEDED)
    growth = {
        side: np.cumprod(1 + assumed.path(f"insurance_{side}_growth"))[:, None] for side in ("revenue", "expenditure")
    }
    booked = table["subsidy"].fillna(0.0).to_numpy()
    subsidy, benefits, inside = booked * growth["revenue"], np.zeros((len(assumed.years), len(table))), booked * 0.0
    base_benefits = np.zeros(len(table))
    for at, scheme in enumerate(table.index):
        listed = guaranteed_subsidy(str(scheme), guarantees, booked[at])
        if listed is not None:
            inside[at] = 1.0
            subsidy[:, at], benefits[:, at] = listed.subsidy[1:], listed.benefits[1:]
            base_benefits[at] = listed.benefits[0]
    own = (revenue - booked) * growth["revenue"]
    other = np.maximum(expenditure - base_benefits, 0.0) * growth["expenditure"]
    weight, plain = assumed.path("approved_budget_weight")[0], {}
    for side in growth:
        plain[side] = (1 + usual.path(f"insurance_{side}_growth")[0]) / growth[side][0, 0]
    approved = []

    def scale(item: str, at: int, grown: np.ndarray, beside: float, plain: float) -> None:
        """Bring what grows of a scheme's side to the approved figure less what stands ``beside`` it."""
        scheme, usually = str(table.index[at]), grown[0, at] * plain
        budget = figure(budgeted.get(item, pd.DataFrame()), base + 1, scheme)
        if np.isfinite(budget) and usually > 0:
            approved.append(taken(f"{scheme}_{item}", budget, usually + beside, weight))
            grown[:, at] *= max(approved[-1].value - beside, 0.0) / usually

    for at in range(len(table)):
        if not inside[at]:
            scale("subsidy", at, subsidy, 0.0, plain["revenue"])
        scale("revenue", at, own, subsidy[0, at] * (1.0 if inside[at] else plain["revenue"]), plain["revenue"])
        scale("expenditure", at, other, benefits[0, at], plain["expenditure"])
    path = project_insurance(own, subsidy, other + benefits, stock)
    return Insurance(
        tuple(map(str, table.index)), path, own, benefits, stock, subsidy * inside, booked * (1 - inside),
        revenue - expenditure, observed, budgeted, tuple(approved),
    )  # fmt: skip


@dataclass(frozen=True)
class GuaranteedSubsidy:
    """What the three guarantees hold of a scheme by year, row 0 the base year, 万元, shape (year + 1,)."""

    subsidy: np.ndarray
    benefits: (
        np.ndarray
    )  # The part that the scheme pays out as benefits of the list; zero where living needs are one sum


def guaranteed_subsidy(scheme: str, guarantees: Guarantees, booked: float) -> GuaranteedSubsidy | None:
    """Return what the three guarantees hold of a scheme (`data/rules/budget_adjustment.toml`); None when nothing.

    ``booked``: the base year's subsidy in the scheme's own books, 万元; it follows the class where that is one sum.
    """
    pair = next((pair for pair in rules("budget_adjustment")["insurance_pairs"] if pair["scheme"] in scheme), None)
    if pair is None:
        return None
    items, living = guarantees.items, guarantees.need[GuaranteeClass.LIVING]
    if items is None or not items.inside(GuaranteeClass.LIVING).any():
        return GuaranteedSubsidy(booked * living / living[0], np.zeros(len(living)))
    mine, paid = (
        np.array([any(word in name for word in pair[key]) for name in items.names]) for key in ("items", "benefits")
    )
    return GuaranteedSubsidy(items.need[:, mine].sum(axis=1), items.need[:, paid].sum(axis=1)) if mine.any() else None


@lru_cache(maxsize=16)
def _figures(place: Place, statuses: tuple[Status, ...]) -> dict[str, pd.DataFrame]:
    """The best version of every published figure by item: year by scheme, schemes in the order of the table."""
    rows = place.rows("insurance")
    rows = rows[(rows["scope"] == place.scope) & rows["status"].isin(statuses)]
    schemes = list(dict.fromkeys(rows["scheme"]))
    rows = rows.sort_values("status", key=lambda column: column.map(statuses.index), kind="stable")
    rows = rows.drop_duplicates(["scheme", "item", "year"])
    found = {
        str(item): part.pivot(index="year", columns="scheme", values="amount").reindex(columns=schemes).astype(float)
        for item, part in rows.groupby("item")
    }
    if {"revenue", "expenditure"} <= set(found):
        found["balance"] = found["revenue"] - found["expenditure"]  # published ones are rounded by themselves
    return found
