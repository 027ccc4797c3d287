"""The funds of a place: which there are, what each starts from, what its money may do; firms' income."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.budgets.ageing import above_share
from fiscal_model.arithmetic.budgets.funds import FundSplit
from fiscal_model.arithmetic.budgets.stock_funds import firm_income
from fiscal_model.arithmetic.elementary import divided
from fiscal_model.blocks.approved_budget import Approved, figure, notified, taken, weighed
from fiscal_model.blocks.assumptions import Assumed
from fiscal_model.blocks.fund_ledger import GRANTS, LAND, PROJECTS, debtor_shares, fund_incomes, fund_rule, own_spending
from fiscal_model.blocks.revenue.transfer_listing import rule_of
from fiscal_model.inputs.history import History
from fiscal_model.inputs.place import Place
from fiscal_model.law.classification import label_of
from fiscal_model.law.limits import limit
from fiscal_model.words.vocabulary import Budget


@dataclass(frozen=True)
class FundOpening:
    """What the totals of the fund budget start from: the base year, 万元, zero where nothing was published.

    Other revenue and grants are brought to the level from which their usual growth leads to the first year's approved budget.
    """

    other_revenue: float  # Beside land
    transfers: float
    remitted_share: float  # Of revenue
    carryover_share: float  # Carried out of revenue and grants
    carry_in: float
    known: bool = True  # Whether any fund revenue was published: without it nobody can tell what the funds pay
    # By the code of a fund, ``fund_other_revenue`` or ``fund_revenue`` for all of them, or ``fund_transfers``: what the approved budget of the
    # first plan year did to it
    approved: Mapping[str, Approved] = field(default_factory=dict)


@dataclass(frozen=True)
class StateCapitalOpening:
    """What the state-capital budget starts from, 万元."""

    revenue: np.ndarray  # (year,) float: income of the plan years
    transfers: float  # Of the base year, held
    carry_in: float


@dataclass(frozen=True)
class FundAccounts:
    """The funds that the ledger shows, in the order of their codes, grants without a fund of their own last."""

    codes: tuple[str, ...]
    labels: tuple[str, ...]
    split: FundSplit
    carry_known: bool  # Whether the carry-over of each fund is registered; otherwise the total is spread by income


def fund_opening_of(history: History, base: int, assumed: Assumed, usual: Assumed) -> FundOpening:
    """Read what the fund budget starts from, and what the approved budget says of its first year; shares of nothing are nothing."""
    revenue, land, transfers, remitted, carried = (
        history.booked(line, base)
        for line in ("fund_revenue", "land_revenue", "fund_transfers", "fund_remitted_up", "fund_carry_out")
    )
    income = revenue + transfers + _net_of_lower_levels(history, base)
    other = max(revenue - land, 0.0)
    approved = _approved(history, base, other, transfers, assumed, usual)
    grants = approved["fund_transfers"].ratio if "fund_transfers" in approved else 1.0
    grown = other * float(1 + usual.path("fund_revenue_growth")[0])
    more = sum(one.value - one.own for line, one in approved.items() if line != "fund_transfers")
    return FundOpening(
        other_revenue=other * (1 + more / grown) if grown > 0 else other,
        transfers=transfers * grants,
        remitted_share=remitted / revenue if revenue else 0.0,
        carryover_share=carried / income if income else 0.0,
        carry_in=carried,
        known=bool(np.isfinite(history.value("fund_revenue", base))),
        approved=approved,
    )


def _approved(
    history: History, base: int, other: float, transfers: float, assumed: Assumed, usual: Assumed
) -> dict[str, Approved]:
    """Approved income of the first year: every fund but land, and grants, as approved; a mere total is weighed by its record."""
    weight, first = assumed.path("approved_budget_weight")[0], base + 1
    growth, grown = (float(1 + usual.path(f"fund_{name}_growth")[0]) for name in ("revenue", "transfers"))
    incomes, planned = fund_incomes(history.codes[Budget.FUNDS], base), history.planned_codes[Budget.FUNDS]
    found = {
        code: taken(code, budget, amount * growth, weight)
        for code, amount in incomes.items()
        if code != LAND and (budget := figure(planned, first, code)) >= 0
    }
    if not found and other > 0:
        found = _weighed_total(history, base, other * growth, assumed)
    budget, share = figure(history.planned, first, "fund_transfers"), float(rule_of("11003")["notified_share"])
    if budget > 0 and transfers > 0:
        own = transfers * grown
        found["fund_transfers"] = notified("fund_transfers", budget, own, transfers, share, weight)
    return found


def _weighed_total(history: History, base: int, own: float, assumed: Assumed) -> dict[str, Approved]:
    """Other fund revenue, all of it where land is not known apart, between the plan's own and the budget's."""
    known = np.isfinite(history.value("land_revenue", base))

    def other(frame: pd.DataFrame) -> pd.Series:
        whole = frame.get("fund_revenue", pd.Series(dtype=float))
        return (whole - frame.get("land_revenue", np.nan) if known else whole).dropna()

    budgets, outturns = other(history.planned), other(history.actual)
    budget, deviation = budgets.get(base + 1, np.nan), float(assumed.path("land_deviation")[0])
    if not (budget > 0 and deviation > 0):
        return {}
    trust = assumed.path("budget_opinion_weight")[0]
    line = "fund_other_revenue" if known else "fund_revenue"
    return {line: weighed(line, budget, own, deviation, budgets.loc[:base], outturns.loc[:base], "funds", trust)}


def fund_accounts_of(
    place: Place, history: History, base: int, assumed: Assumed, opening: FundOpening
) -> FundAccounts | None:
    """Find the funds of a place; None where only totals are known.

    ``opening``: with what the approved budget says of each fund's first year.

    None unless land revenue and at least one other fund stand in the ledger of the base year.

    Examples
    --------
    >>> from fiscal_model.inputs.history import read_history
    >>> import fiscal_model as fm
    >>> basis = fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline")).basis
    >>> opening = basis.balance.fund_opening
    >>> fund_accounts_of(basis.place, read_history(basis.place), 2025, basis.assumed, opening).codes
    ('1030147', '1030148', '1030156', '1030178', '1030199', '10310', '11004')
    """
    incomes = fund_incomes(history.codes[Budget.FUNDS], base)
    if not incomes:
        return None
    grants = max(history.booked("fund_transfers", base) + _net_of_lower_levels(history, base), 0.0)
    codes = (*incomes, GRANTS)
    income = np.array([*incomes.values(), grants])
    total = history.booked("fund_carry_out", base)
    carried = _carried(place, codes)
    known = carried is not None
    carry_in = _spread(total, carried if carried is not None else income)
    rules = [fund_rule(code) for code in codes]
    whole = float(income.sum())
    split = FundSplit(
        land=np.array([float(code == LAND) for code in codes]),
        other=_other_shares(incomes, opening.approved, len(assumed.years)),
        grants=np.array([float(code == GRANTS) for code in codes]),
        debtor=debtor_shares(history.codes[Budget.FUNDS], codes, base),
        carry_in=carry_in,
        excess=_excess(place, codes, base, income, assumed),
        carryover_share=divided(carry_in, income) if known else np.full(len(codes), total / whole if whole else 0.0),
        own_spending=np.array([own_spending(history.codes[Budget.FUNDS], code, base) for code in codes]),
        serves_others=np.array([rule["serves"] == "any" for rule in rules]),
        may_give=np.array([rule["gives"] == "yes" for rule in rules]),
        gives_excess=np.array([rule["gives"] != "no" for rule in rules]),
    )
    labels = tuple("上级补助安排的基金" if code == GRANTS else label_of(Budget.FUNDS, code) for code in codes)
    return FundAccounts(codes, labels, split, known)


def _net_of_lower_levels(history: History, base: int) -> float:
    """What lower levels remit to the funds less what the funds pass on to them, 万元."""
    return history.booked("fund_received_from_below", base) - history.booked("fund_paid_to_below", base)


def state_capital_opening_of(place: Place, history: History, base: int, assumed: Assumed) -> StateCapitalOpening:
    """Read what the state-capital budget starts from; income firm by firm where they are listed, else last year's grown."""
    transfers, carried = (history.booked(f"state_capital_{name}", base) for name in ("transfers", "carry_out"))
    firms = place.rows("firms")
    if not len(firms):
        growth = np.cumprod(1 + assumed.path("state_capital_revenue_growth"))
        return StateCapitalOpening(history.booked("state_capital_revenue", base) * growth, transfers, carried)
    columns = ("net_profit", "prior_loss", "ownership_share", "pay_ratio", "profit_growth")
    profit, loss, share, ratio, growth = (firms[name].to_numpy(dtype=float) for name in columns)
    income = firm_income(profit, loss, share, ratio, growth, len(assumed.years), limit("statutory_reserve"))
    return StateCapitalOpening(income.sum(axis=1), transfers, carried)


def _excess(place: Place, codes: tuple[str, ...], base: int, income: np.ndarray, assumed: Assumed) -> np.ndarray:
    """Registered carry-over of each fund above the legal share of its income; what is due for its age is no part of it."""
    young = _carried(place, codes, base - int(limit("carryover_years")) + 1)
    line = assumed.path("fund_carryover_limit")[0]
    return above_share(young, income, line) if young is not None else np.zeros(len(codes))


@lru_cache(maxsize=16)
def _carried(place: Place, codes: tuple[str, ...], since: int = 0) -> np.ndarray | None:
    """Registered carry-over by fund; a purpose that names no fund goes with the grants, or with the bonds it names.

    ``since``: only what first came in that year or later: older money is due for its age.
    """
    rows = place.rows("carryovers")
    rows = rows[rows["budget"] == Budget.FUNDS]
    if not len(rows):
        return None
    rows = rows[rows["origin_year"] >= since]
    names = {label_of(Budget.FUNDS, code): code for code in codes}
    amounts = dict.fromkeys(codes, 0.0)
    for code, purpose, amount in zip(rows["code"], rows["purpose"], rows["amount"], strict=True):
        bonds = PROJECTS if "专项债券" in purpose and PROJECTS in amounts else GRANTS
        named = names.get(purpose, names.get(f"{purpose}收入", bonds))
        amounts[code if code in amounts else named] += float(amount)
    return np.array(list(amounts.values()))


def _spread(total: float, weights: np.ndarray) -> np.ndarray:
    return total * weights / weights.sum() if weights.sum() > 0 else np.zeros(len(weights))


def _other_shares(incomes: Mapping[str, float], approved: Mapping[str, Approved], years: int) -> np.ndarray:
    """Shares of the funds in other fund revenue, (year, fund): the first year's, so that no fund's fall feeds another."""
    ratios = {code: approved[code].ratio if code in approved else 1.0 for code in incomes}
    start = np.array([*(0.0 if code == LAND else amount * ratios[code] for code, amount in incomes.items()), 0.0])
    return np.tile(start / start.sum(), (years, 1))
