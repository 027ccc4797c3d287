"""The least costly way for a place to clear its hidden debt, against what its register plans."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from fiscal_model.analysis.debt.assets import asset_rows, cash_by_year
from fiscal_model.arithmetic.debt.hidden import NEVER, SOURCES
from fiscal_model.arithmetic.debt.strategy_solver import Outcome, Strategy, outcome_of, solve_strategy
from fiscal_model.arithmetic.debt.strategy_terms import (
    ASSET_SALE,
    BUDGET,
    PROJECT_INCOME,
    RESTRUCTURING,
    SWAP,
    StrategyTerms,
)
from fiscal_model.arithmetic.elementary import divided
from fiscal_model.blocks.debt.hidden_plan import HiddenPlan
from fiscal_model.blocks.debt.legal_debt import issue_of
from fiscal_model.law.limits import clear_by
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.words.markup import Sheet, shows_itself, years_sheet
from fiscal_model.words.vocabulary import Amortisation, DebtKind, HiddenFunding

LIMIT_LABELS = {
    "space": "可用于偿债的财力",
    "swap_quota": "置换额度",
    "asset_cash": "资产变现资金",
    "project_income": "项目收益",
}
"""How the limits of a strategy are printed."""


@shows_itself
@dataclass(frozen=True, repr=False)
class DebtStrategy:
    """A place's strategy for hidden debt beside the plan of its register, 万元.

    Parameters
    ----------
    baseline : Outcome
        The register's plan in the same terms.
    debts : DataFrame
        debt_code, creditor, instrument of each debt, in the order of ``strategy.outcome.amounts``.
    """

    strategy: Strategy
    baseline: Outcome
    debts: pd.DataFrame

    @property
    def sheet(self) -> Sheet:
        """The strategy beside the plan of the register, as a table."""
        best = self.strategy.outcome
        amounts = {
            "原计划：自有资金支出": self.baseline.service, "策略：自有资金支出": best.service,
            "原计划：年末隐性债务": self.baseline.stock, "策略：年末隐性债务": best.stock, "可用于偿债的财力": self.strategy.terms.space,
        }  # fmt: skip
        return years_sheet("化债策略", self.years, amounts.items(), (f"成本现值节省 {self.saving:,.0f} 万元",))

    @property
    def years(self) -> tuple[int, ...]:
        return self.strategy.terms.years

    @property
    def saving(self) -> float:
        """Present cost of the register's plan less that of the strategy."""
        return self.baseline.cost - self.strategy.outcome.cost

    @property
    def peak_avoided(self) -> float:
        """Highest yearly service from own money of the register's plan less that of the strategy; below zero it is higher."""
        return float(self.baseline.service.max() - self.strategy.outcome.service.max())

    @property
    def beyond_space(self) -> np.ndarray:
        """What the register's plan pays beyond the space of each year, (year,)."""
        return np.maximum(self.baseline.service - self.strategy.terms.space, 0.0)

    @property
    def avoided(self) -> np.ndarray:
        """How much of that the strategy does without, (year,); all of it where the strategy can be done."""
        beyond = np.maximum(self.strategy.outcome.service - self.strategy.terms.space, 0.0)
        return np.maximum(self.beyond_space - beyond, 0.0)

    @property
    def decisions(self) -> pd.DataFrame:
        """One row a decision: debt_code, creditor, instrument, year, source (of `SOURCES`), amount."""
        amounts = self.strategy.outcome.amounts
        debt, year, source = np.nonzero(amounts > 0.005)
        chosen = self.debts.iloc[debt].reset_index(drop=True)
        return chosen.assign(
            year=np.array(self.years)[year],
            source=[SOURCES[position] for position in source],
            amount=amounts[debt, year, source],
        )


def plan_strategy(
    plan: Plan,
    *,
    swap_quota: Mapping[int, float] | None = None,
    refinancing_cap: float | None = None,
    squeeze: float | None = None,
    discount_rate: float | None = None,
    horizon: int | None = None,
) -> DebtStrategy | None:
    """Find the least costly way to clear hidden debt by the end of 2028 within what a plan leaves each year.

    Parameters
    ----------
    plan : Plan
    swap_quota : mapping of int to float, optional
        Swap bonds that may be issued by year, 万元; by default as much each year as the register plans to swap in it.
    refinancing_cap : float, optional
        Highest share of maturing general principal that may be refinanced; by default what the plan refinances.
    squeeze : float, optional
        Share of other general spending that may be cut for debt.
    discount_rate : float, optional
    horizon : int, optional
        Years over which interest is counted; all three from ``hidden_debt.toml`` by default.

    Returns
    -------
    DebtStrategy or None
        None without a register of hidden debt.

    Notes
    -----
    The space of a year is what the plan already pays on hidden debt and general principal, what it leaves unallocated and
    the share of other spending that may be cut, less its gap; never more than what the three guarantees and the other
    duties leave (fiscal space before that debt is paid). Interest of swap
    bonds is counted against it whichever budget pays it, which is on the safe side for special ones. Project income pays
    only debts that the register pays from it; contracts after 2028 stay as they are.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan_strategy(fm.project(fm.read_place("data/places/gangu"), fm.read_scenario("baseline"))) is None
    True
    """
    place, years = plan.basis.place, plan.years
    if not place.has("hidden_debt"):
        return None
    hidden = plan.basis.debt.hidden
    given = {"squeeze": squeeze, "discount_rate": discount_rate, "horizon": horizon}
    settings = {
        name: float(rules("hidden_debt")[name]["value"] if value is None else value) for name, value in given.items()
    }
    debts, amounts = _baseline(hidden)
    terms = _terms(plan, hidden, debts, amounts, settings)
    if swap_quota is not None:
        terms = replace(terms, swap_quota=np.array([float(swap_quota.get(year, 0.0)) for year in years]))
    if refinancing_cap is not None:
        terms = replace(terms, refinancing_cap=np.full(len(years), refinancing_cap))
    refinanced = np.minimum(plan.lines["debt_general_refinanced"], terms.legal_due)
    baseline = outcome_of(terms, amounts, refinanced, _called_on_time(terms))
    columns = ["debt_code", "creditor", "instrument"]
    return DebtStrategy(solve_strategy(terms), baseline, debts[columns].reset_index(drop=True))


def _baseline(hidden: HiddenPlan) -> tuple[pd.DataFrame, np.ndarray]:
    """Debts without contracts, and what the register plans for them by year and source."""
    inside = hidden.parts[~hidden.parts["contract"].astype(bool)]
    inside = inside[inside["amount"].astype(float) > 0]
    debts = inside.drop_duplicates("debt_code").copy()
    totals = inside.groupby("debt_code", sort=False)["amount"].sum()
    debts["last_year"] = (
        inside.groupby("debt_code", sort=False)["year"].max().loc[debts["debt_code"]].to_numpy(dtype=int)
    )
    debts["amount"] = totals.loc[debts["debt_code"]].to_numpy(dtype=float)
    place = {code: position for position, code in enumerate(debts["debt_code"])}
    amounts = np.zeros((len(debts), len(hidden.years), len(SOURCES)))
    for part in inside.to_dict("records"):
        eased = part["eased_from"] != NEVER
        when = part["eased_from"] if eased else min(part["year"], clear_by())
        year = int(np.clip(when - hidden.years[0], 0, len(hidden.years) - 1))
        amounts[place[part["debt_code"]], year, SOURCES.index(part["funding"])] += part["amount"]
    return debts, amounts


def _terms(
    plan: Plan, hidden: HiddenPlan, debts: pd.DataFrame, planned: np.ndarray, settings: Mapping[str, float]
) -> StrategyTerms:
    place, years, lines = plan.basis.place, plan.years, plan.lines
    balance = debts["amount"].to_numpy(dtype=float)
    by_source = planned.sum(axis=0)
    if place.has("assets"):
        pool = asset_rows(place)
        cash, free = cash_by_year(pool, years), pool[~pool["encumbered"]]
        worth = float(free["value"].sum())
        haircut = 1 - float(free["usable"].sum()) / worth if worth else 0.0
    else:
        cash, haircut = by_source[:, ASSET_SALE], 0.0
    eased = _eased(hidden, debts)
    due = lines["principal_general"]
    refinanced = divided(lines["debt_general_refinanced"], due)
    assumed = plan.basis.assumed
    coupons = {kind: issue_of(assumed, "new_issue", kind).rate for kind in DebtKind}
    swap_rate = np.array([coupons[kind] for kind in debts["swap_kind"]]).reshape(len(debts), len(years))
    calls = _callable(plan)
    return StrategyTerms(
        years=years,
        balance=balance,
        rate=debts["rate"].to_numpy(dtype=float),
        settle_by=_settle_by(debts, years),
        whole=balance <= float(rules("hidden_debt")["small_creditor"]["value"]),
        allowed=_allowed(hidden, debts, eased),
        eased_rate=eased["rate"].to_numpy(dtype=float),
        eased_to=eased["to"].to_numpy(dtype=int),
        space=_space(plan, hidden, settings["squeeze"]) - calls.kept_interest,
        swap_quota=by_source[:, SWAP],
        asset_cash=cash,
        project_income=by_source[:, PROJECT_INCOME],
        legal_due=np.maximum(due - calls.called + calls.matured, 0.0),
        refinancing_cap=np.clip(refinanced, 0.0, 1.0),
        swap_rate=swap_rate,
        refinancing_rate=issue_of(assumed, "refinancing", DebtKind.GENERAL).rate,
        fee_rate=float(assumed.path("issue_fee_rate").mean()),
        asset_loss=haircut / (1 - haircut) if haircut < 1 else 0.0,
        discount_rate=settings["discount_rate"],
        horizon=max(int(settings["horizon"]), len(years)),
        call_amount=calls.amount,
        call_rate=calls.rate,
        call_from=calls.first,
        call_end=calls.end,
    )


def _space(plan: Plan, hidden: HiddenPlan, squeeze: float) -> np.ndarray:
    """Own money for hidden debt and general principal, after the service of contracts after 2028.

    The plan already bears the interest of general bonds issued in exchange; the strategy counts it itself.
    """
    lines = plan.lines
    paid = lines["hidden_debt_budget"] + lines["principal_general_own"]
    after_guarantees = lines["fiscal_space"] + paid
    free = lines["unallocated"] + squeeze * lines["flexible_spending"] - lines["funding_gap"]
    contracts = hidden.path.contract_interest + hidden.path.contract_by_budget
    rate = issue_of(plan.basis.assumed, "new_issue", DebtKind.GENERAL).rate
    decided = (hidden.parts["funding"] == HiddenFunding.SWAP) & ~hidden.parts["contract"].astype(bool)
    decided &= hidden.parts["swap_kind"] == DebtKind.GENERAL
    general = hidden.path.part_resolved[:, decided.to_numpy(dtype=bool)].sum(axis=1)
    counted = np.cumsum(rate * general) - rate * general
    return np.minimum(after_guarantees, paid + free) - contracts + counted


def _settle_by(debts: pd.DataFrame, years: tuple[int, ...]) -> np.ndarray:
    """By its contract, without one (arrears) by the register's plan: creditors are not made to wait because it is free."""
    ends = [
        day.year if isinstance(day, dt.date) and not pd.isna(day) else int(last)
        for day, last in zip(debts["maturity_date"], debts["last_year"], strict=True)
    ]
    return np.clip(np.array(ends, dtype=int), years[0], max(clear_by(), years[0]))


def _eased(hidden: HiddenPlan, debts: pd.DataFrame) -> pd.DataFrame:
    """Rate and end of the extension of each debt; NaN-free, a year before the plan where none is agreed."""
    agreed = hidden.parts[hidden.parts["eased_from"] != NEVER].drop_duplicates("debt_code").set_index("debt_code")
    known = [code in agreed.index for code in debts["debt_code"]]
    return pd.DataFrame(
        {
            "known": known,
            "rate": [
                float(agreed.loc[code, "eased_rate"]) if there else 0.0  # type: ignore[arg-type]
                for code, there in zip(debts["debt_code"], known, strict=True)
            ],
            "to": [
                int(agreed.loc[code, "year"]) if there else hidden.years[0] - 1  # type: ignore[arg-type,call-overload]
                for code, there in zip(debts["debt_code"], known, strict=True)
            ],
        }
    )


def _allowed(hidden: HiddenPlan, debts: pd.DataFrame, eased: pd.DataFrame) -> np.ndarray:
    allowed = np.zeros((len(debts), len(SOURCES)), dtype=bool)
    allowed[:, [BUDGET, ASSET_SALE, SWAP]] = True
    allowed[:, RESTRUCTURING] = eased["known"].to_numpy(dtype=bool)
    by_income = hidden.parts.loc[hidden.parts["funding"] == HiddenFunding.PROJECT_INCOME, "debt_code"]
    allowed[:, PROJECT_INCOME] = debts["debt_code"].isin(set(by_income)).to_numpy(dtype=bool)
    return allowed


@dataclass(frozen=True)
class _Calls:
    """Callable general bonds: what the plan takes as called on its day, and what running on would mean, (year,)."""

    amount: np.ndarray
    rate: np.ndarray
    first: np.ndarray
    end: np.ndarray
    called: np.ndarray
    matured: np.ndarray
    kept_interest: np.ndarray


def _callable(plan: Plan) -> _Calls:
    years = np.array(plan.years)
    bonds = plan.basis.debt.ledger.of(DebtKind.GENERAL).bonds
    call, end = (days.astype("datetime64[Y]").astype(float) + 1970 for days in (bonds.call, bonds.maturity))
    chosen = (bonds.amortisation == Amortisation.CALL) & ~np.isnat(bonds.call) & (call >= years[0]) & (call < end)
    face, rate = bonds.face[chosen], bonds.rate[chosen]
    first, last = call[chosen].astype(int), end[chosen].astype(int)
    on = (years[:, None] > first) & (years[:, None] <= last)
    return _Calls(
        amount=face,
        rate=rate,
        first=first,
        end=last,
        called=((years[:, None] == first) * face).sum(axis=1),
        matured=((years[:, None] == last) * face).sum(axis=1),
        kept_interest=(on * face * rate).sum(axis=1),
    )


def _called_on_time(terms: StrategyTerms) -> np.ndarray:
    """The plan as it is repays callable bonds on the day of their call."""
    at = terms.call_from[:, None] == np.array(terms.years)
    return np.where(at, terms.call_amount[:, None], 0.0)
