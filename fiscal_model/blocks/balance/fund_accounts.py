"""The funds of a place: which there are, what each starts from, what its money may do; firms' income."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fiscal_model.arithmetic.budgets.ageing import above_share
from fiscal_model.arithmetic.budgets.funds import FundSplit
from fiscal_model.arithmetic.budgets.stock_funds import firm_income
from fiscal_model.arithmetic.elementary import divided
from fiscal_model.blocks.assumptions import Assumed
from fiscal_model.blocks.fund_ledger import GRANTS, LAND, PROJECTS, debtor_shares, fund_incomes, fund_rule, own_spending
from fiscal_model.inputs.history import History
from fiscal_model.inputs.place import Place
from fiscal_model.law.classification import label_of
from fiscal_model.law.limits import limit
from fiscal_model.words.vocabulary import Budget


@dataclass(frozen=True)
class FundOpening:
    """What the totals of the fund budget start from: the base year, 万元, zero where nothing was published."""

    other_revenue: float  # Beside land
    transfers: float
    remitted_share: float  # Of revenue
    carryover_share: float  # Carried out of revenue and grants
    carry_in: float


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


def fund_opening_of(history: History, base: int) -> FundOpening:
    """Read what the fund budget starts from; shares of nothing are nothing."""
    revenue, land, transfers, remitted, carried = (
        history.booked(line, base)
        for line in ("fund_revenue", "land_revenue", "fund_transfers", "fund_remitted_up", "fund_carry_out")
    )
    income = revenue + transfers + _net_of_lower_levels(history, base)
    return FundOpening(
        other_revenue=max(revenue - land, 0.0),
        transfers=transfers,
        remitted_share=remitted / revenue if revenue else 0.0,
        carryover_share=carried / income if income else 0.0,
        carry_in=carried,
    )


def fund_accounts_of(place: Place, history: History, base: int, assumed: Assumed) -> FundAccounts | None:
    """Find the funds of a place; None where only totals are known.

    None unless land revenue and at least one other fund stand in the ledger of the base year.

    Examples
    --------
    >>> from fiscal_model.inputs.history import read_history
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline"))
    >>> fund_accounts_of(plan.basis.place, read_history(plan.basis.place), 2025, plan.basis.assumed).codes
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
        other=_other_shares(incomes, len(assumed.years)),
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


def _other_shares(incomes: Mapping[str, float], years: int) -> np.ndarray:
    """Shares of the funds in other fund revenue, (year, fund): the base year's, so that no fund's fall feeds another."""
    start = np.array([*(0.0 if code == LAND else amount for code, amount in incomes.items()), 0.0])
    return np.tile(start / start.sum(), (years, 1))
