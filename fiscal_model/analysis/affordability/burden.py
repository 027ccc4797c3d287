"""What a proposal puts on a plan, year by year of its life: cost in both budgets, its bonds and their service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from fiscal_model.analysis.guarantees.reprice import cost_together
from fiscal_model.arithmetic.debt.portfolio import DebtPath, DebtTerms, Issue, project_debt
from fiscal_model.arithmetic.elementary import longer
from fiscal_model.arithmetic.spending.life_cycle import LifeCycle
from fiscal_model.inputs.proposal import Proposal
from fiscal_model.law.affordability_method import Method
from fiscal_model.model.basis import Basis
from fiscal_model.model.projection import Plan
from fiscal_model.words.vocabulary import DebtKind

Named = Mapping[DebtKind, tuple[Issue, np.ndarray]]
"""Bonds of an item in the plan years, by kind: what they carry, and how much a year."""


@dataclass(frozen=True)
class Sizing:
    """How a proposal is changed for a trial; as it stands: as proposed."""

    scale: float = 1.0
    delay: int = 0  # Years that all of it is put off
    overrun: float = 0.0  # Of the investment
    own_share: float | None = None  # The county's, in place of what others were to give
    rate: float | None = None  # Coupon of its bonds


AS_PROPOSED = Sizing()


@dataclass(frozen=True, eq=False)
class Burden:
    """What a proposal puts on a plan, 万元, arrays of shape (year,) from the first plan year to the last of its life.

    What is before the plan is left out. ``service`` is what its general bonds cost in own money, ``fund_service`` what its special
    bonds cost beyond the project's own income.
    """

    proposal: Proposal
    sizing: Sizing
    years: tuple[int, ...]
    life: LifeCycle
    whole: np.ndarray  # Whoever pays
    one_off: np.ndarray  # County, general budget
    running: np.ndarray  # County, general budget
    priced: np.ndarray  # Raised standards, pay: the county's part as the guarantee block prices it
    service: np.ndarray
    fund_one_off: np.ndarray
    fund_service: np.ndarray
    one_time: np.ndarray  # The county's own money that comes once and pays part of it
    bonds: Named

    @property
    def recurrent(self) -> np.ndarray:
        """What goes on year after year."""
        return self.running + self.priced

    @property
    def cost(self) -> np.ndarray:
        """What the general budget bears, what funds cannot pay aside."""
        return self.one_off + self.running + self.priced + self.service


def burden_of(plan: Plan, proposal: Proposal, by: Method, sizing: Sizing = AS_PROPOSED) -> Burden:
    """Work out what a proposal, as proposed or resized, puts on a plan.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> from fiscal_model.inputs.proposal import list_proposals
    >>> from fiscal_model.law.affordability_method import method
    >>> plan = fm.project(fm.read_place("data/places/yunshui"), "baseline")
    >>> school = next(each for each in list_proposals(plan.basis.place) if each.proposal_code == "YSA03")
    >>> burden_of(plan, school, method()).cost[:4].round(6).tolist()
    [0.0, 700.0, 800.0, 108.0]
    """
    life = proposal.life(by, scale=sizing.scale, delay=sizing.delay, overrun=sizing.overrun, own_share=sizing.own_share)
    years = tuple(range(plan.years[0], max(plan.years[-1], life.years[-1]) + 1))
    at = {name: life.within(getattr(life, name), years) for name in _OF_LIFE}
    bonds = {
        kind: (_issue(plan, proposal, sizing, kind, len(years)), life.within(getattr(life, f"{kind}_bonds"), years))
        for kind in DebtKind
        if getattr(life, f"{kind}_bonds").any()
    }
    paid = {kind: _own_money(_alone(plan, kind, *named)) for kind, named in bonds.items()}
    nothing = np.zeros(len(years))
    return Burden(
        proposal,
        sizing,
        years,
        life,
        **{name: at[name] for name in ("whole", "one_off", "running", "fund_one_off", "one_time")},
        priced=_priced(plan, proposal, sizing, years),
        service=paid.get(DebtKind.GENERAL, nothing),
        fund_service=np.maximum(paid.get(DebtKind.SPECIAL, nothing) - at["income"], 0.0),
        bonds={kind: (_within(issue, plan), amount[: len(plan.years)]) for kind, (issue, amount) in bonds.items()},
    )


def with_bonds(basis: Basis, bonds: Named) -> Basis:
    """Let a plan issue bonds of an item too; its own new bonds are what they were, and the limit may be passed."""
    legal = dict(basis.debt.legal)
    for kind, named in bonds.items():
        debt = legal[kind]
        most = debt.path.issued_new - sum(amount for _, amount in debt.terms.of_items)
        terms = replace(debt.terms, of_items=(*debt.terms.of_items, named), new_most=most)
        legal[kind] = replace(debt, terms=terms, path=project_debt(terms))
    return replace(basis, debt=replace(basis.debt, legal=legal)) if bonds else basis


_OF_LIFE = ("whole", "one_off", "running", "fund_one_off", "one_time", "income")


def _priced(plan: Plan, proposal: Proposal, sizing: Sizing, years: tuple[int, ...]) -> np.ndarray:
    if not proposal.priced_item:
        return np.zeros(len(years))
    add = float(proposal.priced_add or 0.0) * sizing.scale
    county = longer(_cost_of(plan, proposal.priced_item, proposal.priced_column, add), len(years))
    at = np.array(years)
    return county * (at >= proposal.start_year + sizing.delay) * (at <= proposal.last_year + sizing.delay)


@lru_cache(maxsize=256)  # a search asks for the same sizes again
def _cost_of(plan: Plan, item: str, column: str, add: float) -> np.ndarray:
    return cost_together(plan, {item: {column: {"add": add}}})[1]


def _issue(plan: Plan, proposal: Proposal, sizing: Sizing, kind: DebtKind, years: int) -> Issue:
    usual = plan.basis.debt.legal[kind].terms.new
    rate = proposal.bond_rate if sizing.rate is None else sizing.rate
    tenor = longer(usual.tenor, years) if proposal.bond_years is None else np.full(years, proposal.bond_years)
    return Issue(
        longer(usual.rate, years) if rate is None else np.full(years, float(rate)),
        tenor,
        tenor >= plan.basis.assumed.number("half_yearly_from_years"),
    )


def _within(issue: Issue, plan: Plan) -> Issue:
    return Issue(*(values[: len(plan.years)] for values in (issue.rate, issue.tenor, issue.half_yearly)))


def _alone(plan: Plan, kind: DebtKind, issue: Issue, amount: np.ndarray) -> DebtPath:
    """Roll the bonds of an item forward by themselves, as far as its life goes, refinanced as the plan's bonds are."""
    terms, years = plan.basis.debt.legal[kind].terms, len(amount)
    nothing = np.zeros(years)
    kept = {
        name: longer(np.broadcast_to(getattr(terms, name), (len(plan.years),)), years)
        for name in ("refinancing_share", "new_early_share", "issue_fee_rate", "payment_fee_rate")
    }
    again = Issue(*(longer(values, years) for values in vars(terms.refinancing).values()))
    return project_debt(
        DebtTerms(
            stock=0.0, limit=np.inf, old_due=nothing, old_interest=nothing, old_early_share=nothing, old_rate=nothing,
            due_share=nothing + np.nan, new_issue=nothing, limit_growth=nothing, swapped=nothing, other_change=nothing,
            refinancing=again, new=again, swap=again, of_items=((issue, amount),), **kept,  # type: ignore[arg-type]
        )
    )  # fmt: skip


def _own_money(path: DebtPath) -> np.ndarray:
    return path.interest + path.fees + path.own_principal
