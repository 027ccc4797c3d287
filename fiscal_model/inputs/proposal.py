"""What is proposed anew, as the assessment reads it: one proposal of a place's registers or of a file an applicant filled in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np

from fiscal_model.arithmetic.spending.life_cycle import LifeCycle, LifeTerms, go_on, grow, life_cycle
from fiscal_model.inputs.place import Place
from fiscal_model.law.affordability_method import Method, method
from fiscal_model.words.markup import Sheet, card, shows_itself
from fiscal_model.words.proposal_words import (
    BONDS,
    BUILT,
    ONE_TIME,
    CostMoney,
    CostPart,
    Evidence,
    ProposalKind,
    ProposalSource,
    Rigidity,
)
from fiscal_model.words.vocabulary import DebtKind, YesNo

PROPOSAL_TABLES = ("proposals", "proposal_costs", "proposal_sources", "proposal_offsets")
LASTING_YEARS = 20
"""Years that a lasting proposal is looked at, its first included (design)."""
_IN_TEN_THOUSAND = 1e-4


@dataclass(frozen=True)
class Cost:
    """The whole cost of a part of a proposal in a year, 万元."""

    year: int
    part: CostPart
    money: CostMoney
    amount: float


@dataclass(frozen=True)
class Source:
    """What somebody else pays in a year, 万元, and how sure that is."""

    year: int
    funding: ProposalSource
    amount: float
    evidence: Evidence
    document: str


@dataclass(frozen=True)
class Offset:
    """What is given up in a year, 万元: an id of `data/rules/offsets.csv`, what exactly, when it was decided."""

    year: int
    offset: str
    named: str
    amount: float
    decided: dt.date
    document: str


@shows_itself
@dataclass(frozen=True, eq=False, repr=False)
class Proposal:
    """One proposal. Money is 万元, rates are fractions; None or an empty text: not given."""

    proposal_code: str
    name: str
    kind: ProposalKind
    department: str
    priority: int
    start_year: int
    end_year: int | None  # None: lasting
    legal_basis: str
    rigidity: Rigidity | None
    exit_clause: str
    sector: str
    completion_year: int | None
    beneficiaries: float | None
    unit_cost: float | None  # yuan a person and year
    beneficiaries_growth: float | None
    cost_growth: float | None
    own_share: float | None
    priced_item: str  # priced by `analysis.guarantees.reprice`
    priced_column: str
    priced_add: float | None
    function_code: str
    fund_code: str
    bond_rate: float | None
    bond_years: int | None
    project_income: float | None
    guaranteed: float | None
    call_rate: float | None
    feasibility_estimate: float | None
    design_estimate: float | None
    approved_estimate: float | None
    approvals: YesNo | None
    negative_item: str
    advance_funding: YesNo | None
    hidden_debt: YesNo | None
    costs: tuple[Cost, ...]
    sources: tuple[Source, ...]
    offsets: tuple[Offset, ...]
    said_in: str  # The file that says it

    @property
    def is_lasting(self) -> bool:
        """Tell whether it has no last year."""
        return self.end_year is None

    @property
    def last_year(self) -> int:
        """The last year that is looked at: its own, or of `LASTING_YEARS`."""
        given = [*(each.year for each in self.costs), *(each.year for each in self.sources)]
        return self.end_year or max(self.start_year + LASTING_YEARS - 1, *given, self.start_year)

    @property
    def changes(self) -> Mapping[str, Mapping[str, Any]]:
        """What it changes in the registers of the three guarantees, as `analysis.guarantees.reprice` takes it; empty: nothing."""
        return {self.priced_item: {self.priced_column: {"add": self.priced_add}}} if self.priced_item else {}

    @property
    def bonds(self) -> Mapping[DebtKind, Mapping[int, float]]:
        """Bonds by kind and year of issue, as the debt block counts them; kinds without any are absent."""
        found: dict[DebtKind, dict[int, float]] = {}
        for each in self.sources:
            if each.funding in BONDS:
                kind = DebtKind.GENERAL if each.funding == ProposalSource.GENERAL_BOND else DebtKind.SPECIAL
                of_kind = found.setdefault(kind, {})
                of_kind[each.year] = of_kind.get(each.year, 0.0) + each.amount
        return found

    @property
    def is_long_commitment(self) -> bool:
        """Tell whether its cost counts among the long commitments (PPP, concession, purchase over years)."""
        return self.kind in {ProposalKind.PPP, ProposalKind.PURCHASE}

    @cached_property
    def investment(self) -> float:
        """Its whole one-off cost."""
        return sum(each.amount for each in self.costs if each.part == CostPart.ONE_OFF)

    def confirmed_share(self, by: Method | None = None) -> float:
        """Return the part of the superior money that its evidence bears out; 1 where none is declared.

        Examples
        --------
        >>> import fiscal_model as fm
        >>> found = {each.proposal_code: each for each in list_proposals(fm.read_place("data/places/yunshui"))}
        >>> found["YSA03"].confirmed_share(), found["YSA10"].confirmed_share()
        (1.0, 0.3)
        """
        weights = (by or method()).evidence
        given = [each for each in self.sources if each.funding == ProposalSource.SUPERIOR]
        total = sum(each.amount for each in given)
        return sum(each.amount * weights[each.evidence] for each in given) / total if total else 1.0

    def answers(self, *, scale: float = 1.0, overrun: float = 0.0) -> dict[str, float]:
        """Return what the gate of legality asks, by the names of `words.assessment.TERMS`: counts, and the estimates compared."""
        design, study, approved = self.design_estimate, self.feasibility_estimate, self.approved_estimate
        promised = float(self.hidden_debt == YesNo.YES)
        return {
            "negative_list_hits": float(bool(self.negative_item)),
            "approvals_missing": float(self.kind in BUILT and self.approvals != YesNo.YES),
            "advance_funding": float(self.advance_funding == YesNo.YES),
            "hidden_debt_new": promised,
            "forbidden_financing": promised,
            "estimate_over": design / study - 1 if design and study else 0.0,
            "estimate_excess": self.investment * scale * (1 + overrun) - approved if approved else 0.0,
        }

    def terms(self, by: Method | None = None) -> LifeTerms:
        """Return its figures by year of its life; without a running cost what is built runs at the usual share of its sector."""
        years = tuple(range(self.start_year, self.last_year + 1))
        growth = self.cost_growth or 0.0
        by_part = {(part, money): self._by_year(years, part, money) for part in CostPart for money in CostMoney}
        running = by_part[CostPart.RUNNING, CostMoney.GENERAL]
        given = bool(running.any())
        running = go_on(running, growth, years, years[-1]) + self._for_persons(years, growth) + self._called(years)
        is_run = self.kind in BUILT and not given and self.investment > 0
        return LifeTerms(
            years,
            by_part[CostPart.ONE_OFF, CostMoney.GENERAL],
            by_part[CostPart.ONE_OFF, CostMoney.FUNDS],
            running,
            self._given(years, ProposalSource.GENERAL_BOND),
            self._given(years, ProposalSource.SPECIAL_BOND),
            self._given(years, *(each for each in ProposalSource if each not in (*BONDS, *ONE_TIME))) + self._for_persons(years, growth, others=True),
            self._given(years, *ONE_TIME),
            running_share=(by or method()).running_share(self.sector).share if is_run else 0.0,
            completed=self.completion_year or max((each.year for each in self.costs), default=self.start_year),
            growth=growth,
            income=self.project_income or 0.0,
        )  # fmt: skip

    def life(self, by: Method | None = None, **sized: Any) -> LifeCycle:
        """Return its cost over the whole life; ``sized`` as `life_cycle` takes it: scale, delay, overrun, own_share.

        Rises priced by the guarantee block and the service of its bonds are not in it.

        Examples
        --------
        >>> import fiscal_model as fm
        >>> school = {each.proposal_code: each for each in list_proposals(fm.read_place("data/places/yunshui"))}["YSA03"]
        >>> life = school.life()
        >>> life.years[:4], life.cost[:4].round(2).tolist(), life.running_assumed
        ((2027, 2028, 2029, 2030), [700.0, 800.0, 108.0, 110.16], True)
        """
        return life_cycle(self.terms(by), **sized)

    @property
    def sheet(self) -> Sheet:
        """What it is, as a card."""
        life = self.life()
        said = {
            "种类": self.kind.label,
            "申报单位": self.department or "—",
            "起止": f"{self.start_year}—{self.end_year}年" if self.end_year else f"{self.start_year}年起，长期",
            "全部支出（万元）": f"{life.whole.sum():,.2f}",
            "其中本级一般公共预算（万元）": f"{life.cost.sum():,.2f}",
            "计价": "由三保测算计价" if self.changes else "由债务测算计入还本付息" if self.bonds else "按申报",
            "运行支出": "没有填写，按领域的常见比例估计" if life.running_assumed else "按申报",
            "指名的抵顶": "；".join(dict.fromkeys(each.named for each in self.offsets)) or "没有",
        }
        return card(f"{self.proposal_code} {self.name}", said.items())

    def _by_year(self, years: tuple[int, ...], part: CostPart, money: CostMoney) -> np.ndarray:
        return _laid(
            years, ((each.year, each.amount) for each in self.costs if (each.part, each.money) == (part, money))
        )

    def _given(self, years: tuple[int, ...], *fundings: ProposalSource) -> np.ndarray:
        return _laid(years, ((each.year, each.amount) for each in self.sources if each.funding in fundings))

    def _for_persons(self, years: tuple[int, ...], growth: float, others: bool = False) -> np.ndarray:
        """What persons times the cost of one come to: the whole, or what is left to others."""
        first = (self.beneficiaries or 0.0) * (self.unit_cost or 0.0) * _IN_TEN_THOUSAND
        share = 1.0 if self.own_share is None else self.own_share
        grown = (1 + growth) * (1 + (self.beneficiaries_growth or 0.0)) - 1
        return grow(first * ((1 - share) if others else 1.0), grown, years, years[0], years[-1])

    def _called(self, years: tuple[int, ...]) -> np.ndarray:
        """The expected calls of what is guaranteed."""
        return np.full(len(years), (self.guaranteed or 0.0) * (self.call_rate or 0.0))


def list_proposals(place: Place) -> tuple[Proposal, ...]:
    """Return a place's proposals in the order of their priority, then as they stand.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> [each.kind.label for each in list_proposals(fm.read_place("data/places/yunshui"))][:3]
    ['支出政策', '执行中追加', '提标扩面']
    """
    rows = {name: _records(place, name) for name in PROPOSAL_TABLES}
    return proposals_in(rows, (place.folder / place.files.get("proposals", "proposals")).as_posix())


def proposals_in(rows: Mapping[str, list[dict[str, Any]]], said_in: str) -> tuple[Proposal, ...]:
    """Return the proposals that checked rows of `PROPOSAL_TABLES` tell, in the order of their priority."""
    kinds: dict[str, tuple[str, type[Any]]] = {
        "costs": ("proposal_costs", Cost),
        "sources": ("proposal_sources", Source),
        "offsets": ("proposal_offsets", Offset),
    }
    names = [each.name for each in fields(Proposal) if each.name not in {*kinds, "said_in"}]
    found = []
    for row in rows["proposals"]:
        parts = {
            name: tuple(
                made(**{each.name: part[each.name] for each in fields(made)})
                for part in rows[table]
                if part["proposal_code"] == row["proposal_code"]
            )
            for name, (table, made) in kinds.items()
        }
        cells = {name: row[name] for name in names}
        whole = {name: int(cells[name]) for name in ("priority", "start_year")}
        years = {name: cells[name] and int(cells[name]) for name in ("end_year", "completion_year", "bond_years")}
        found.append(Proposal(**{**cells, **whole, **years, **parts}, said_in=said_in))  # type: ignore[arg-type]
    return tuple(sorted(found, key=lambda each: each.priority))


def _records(place: Place, name: str) -> list[dict[str, Any]]:
    rows = place.rows(name)
    return rows.astype(object).where(rows.notna(), None).to_dict("records")  # type: ignore[return-value]


def _laid(years: tuple[int, ...], amounts: Any) -> np.ndarray:
    found = np.zeros(len(years))
    for year, amount in amounts:
        found[years.index(year)] += amount
    return found
