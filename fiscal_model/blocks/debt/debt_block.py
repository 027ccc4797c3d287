"""The debt block: hidden debt and how it is resolved, the bond ledger, then general and special debt with the bonds that swap it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fiscal_model.arithmetic.debt.portfolio import DebtPath
from fiscal_model.blocks.assumptions import Assumed
from fiscal_model.blocks.debt.contracted_projects import contracted_projects
from fiscal_model.blocks.debt.hidden_plan import HiddenPlan, hidden_plan_of
from fiscal_model.blocks.debt.issue_review import passing_reviews
from fiscal_model.blocks.debt.ledger import Ledger, ledger_cautions, ledger_of
from fiscal_model.blocks.debt.legal_debt import LegalDebt, legal_debt_of
from fiscal_model.inputs.history import History
from fiscal_model.inputs.place import Place
from fiscal_model.words.cautions import Caution
from fiscal_model.words.vocabulary import DebtKind


@dataclass(frozen=True, repr=False)
class Debt:
    """Legal debt by kind, hidden debt, and what was filled in or left out."""

    ledger: Ledger  # Bonds that are in the base year's closing balance; empty without a ledger
    legal: Mapping[DebtKind, LegalDebt]
    hidden: HiddenPlan
    # (year,) float: new special bonds planned by projects that the review does not return, 万元; None without a register
    project_need: np.ndarray | None
    cautions: tuple[Caution, ...]

    @property
    def paths(self) -> dict[DebtKind, DebtPath]:
        return {kind: debt.path for kind, debt in self.legal.items()}

    @property
    def known(self) -> dict[DebtKind, bool]:
        """Whether a balance of each kind was published; without one only flows are carried on."""
        return {kind: debt.known for kind, debt in self.legal.items()}


def debt_of(place: Place, history: History, base: int, assumed: Assumed) -> Debt:
    """Resolve hidden debt by its plan and run each kind of legal debt forward, bonds in exchange included."""
    hidden = hidden_plan_of(place, base, assumed.years)
    ledger = ledger_of(place, base, assumed.number("payment_fee_rate"))
    legal = {
        kind: legal_debt_of(ledger.of(kind).bonds, history, base, assumed, kind, hidden.swapped[kind])
        for kind in DebtKind
    }
    cut = (caution for found in legal.values() for caution in found.cautions)
    return Debt(ledger, legal, hidden, _project_need(place, base, assumed), (*ledger_cautions(place, base), *cut))


def standing_in(place: Place, history: History, base: int, debt: Debt, usual: Assumed) -> LegalDebt:
    """General debt as the place by itself carries it on: what the base year did not publish is no scenario's to move.

    ``usual``: with numbers, without the scenario.
    """
    lines = ("principal_general", "debt_proceeds_general", "interest_general")
    if np.isfinite([history.value(line, base) for line in lines]).all():
        return debt.legal[DebtKind.GENERAL]
    bonds, swapped = debt.ledger.of(DebtKind.GENERAL).bonds, debt.hidden.swapped[DebtKind.GENERAL]
    return legal_debt_of(bonds, history, base, usual, DebtKind.GENERAL, swapped)


def _project_need(place: Place, base: int, assumed: Assumed) -> np.ndarray | None:
    projects = contracted_projects(place, base, assumed)
    if projects is None:
        return None
    return projects.service.planned[[review.position for review in passing_reviews(projects)]].sum(axis=0)
