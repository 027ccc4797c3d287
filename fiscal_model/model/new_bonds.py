"""How many new special bonds a plan issues: no more than its own quota test allows, unless its scenario says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

import numpy as np

from fiscal_model.arithmetic.budgets.funds import revenue_of
from fiscal_model.arithmetic.debt.portfolio import DebtPath
from fiscal_model.arithmetic.debt.quota_formula import least_term, room_below, service_rate
from fiscal_model.arithmetic.elementary import divided
from fiscal_model.blocks.debt.legal_debt import debt_lines, hold_back, issue_of
from fiscal_model.blocks.fund_ledger import pays_special_debt
from fiscal_model.law.rules import rules
from fiscal_model.model.basis import HELD_BACK, Basis
from fiscal_model.model.compute import compute, fund_split
from fiscal_model.model.doubts import unavailable_lines
from fiscal_model.model.futures import Drivers
from fiscal_model.model.observed import observed_values
from fiscal_model.words.cautions import Caution
from fiscal_model.words.lines import LINES, compute_line
from fiscal_model.words.spans import spans
from fiscal_model.words.vocabulary import DebtKind

TERMS = {
    "headroom": "限额空间",
    "projects": "收益达标项目的需求",
    "band": "债务率不差于基期所在档",
    "service": "基金收入付得起本息",
}
"""The terms of the test, by id."""
SWITCH = "new_issue_within_quota"
_ROUNDS, _STILL, _REMEMBERED = 60, 1e-8, 5
"""The service of a year's own bonds is part of the test: it is asked again until nothing moves, 万元, by what the last rounds found."""


def quota_terms(basis: Basis, lines: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the most that each term of the test allows, in the order of `TERMS`; (year,) float, 万元.

    ``lines``: of the plan, with its new bonds in them. NaN where a term is not known; ``projects`` is absent without a
    register of projects.
    """
    return _terms(basis, lines, unavailable_lines(basis))


def _terms(basis: Basis, lines: Mapping[str, np.ndarray], missing: frozenset[str]) -> dict[str, np.ndarray]:
    known = {**lines, **{name: np.full_like(lines[name], np.nan) for name in missing & lines.keys()}}
    found = {
        "headroom": known["debt_limit_special_stock"] - known["debt_special_stock"] + known["debt_special_issued_new"],
        "band": _band_room(basis, known),
        "service": _service_room(basis, known),
    }
    found |= {} if basis.debt.project_need is None else {"projects": basis.debt.project_need}
    return {name: found[name] for name in TERMS if name in found}


def within_quota(basis: Basis) -> Basis:
    """Hold the new special bonds of a plan to its quota test, in the years in which its scenario follows it.

    A year whose new bonds the place has published is taken as approved. Later years start from what is left.
    """
    assumed, debt = basis.assumed, basis.debt
    follows = (assumed.path(SWITCH) > 0.5) & ~assumed.is_published("new_issue_special")
    # Without published issues, principal and interest are assumed: too little to hold back what the balances show.
    follows &= "new_issue_special" not in assumed.off_balances
    special = debt.legal[DebtKind.SPECIAL]
    if not follows.any() or not special.path.wanted.any():
        return basis
    found, missing = basis, unavailable_lines(basis)
    lines, _ = compute(basis, Drivers.unchanged(len(basis.years)))
    tried: list[np.ndarray] = []
    most = None
    for _ in range(_ROUNDS):
        # Of what the terms ask for, only the debt's own lines move with its new bonds.
        lines |= debt_lines(found.debt.paths)
        lines |= {name: compute_line(name, lines) for name in ("principal_special_own", "debt_stock")}
        terms = _terms(found, lines, missing)
        quota, _ = least_term(terms)
        allowed = np.where(follows & np.isfinite(quota), quota, np.inf)
        tried += [] if most is None else [np.stack([most, allowed])]
        most = _ahead(tried) if tried else allowed
        before, held = found.debt.legal[DebtKind.SPECIAL].path, hold_back(special, most, assumed)
        found = replace(found, debt=replace(debt, legal={**debt.legal, DebtKind.SPECIAL: held}))
        if np.abs(held.path.issued_new - before.issued_new).max() <= _STILL:
            break
    cut = f"{DebtKind.SPECIAL}_new_issue_cut"
    kept = [caution for caution in basis.cautions if caution.code != cut]
    return replace(found, cautions=(*kept, *held.cautions, *_held_back(held.path, terms, basis.years)))


def _ahead(tried: list[np.ndarray]) -> np.ndarray:
    """Return what to try next, (year,): what was found last, drawn on to where nothing would move (Anderson 1965).

    ``tried``: what was allowed and what was then found, (2, year) each, infinite in years without a test; too old ones, and those
    that led astray, go.
    """
    del tried[:-_REMEMBERED]
    asked = np.isfinite(tried[-1][1])
    most, quota = np.stack(tried)[..., asked].swapaxes(0, 1)
    missed = quota - most
    following = tried[-1][1].copy()
    if len(tried) > 1 and np.abs(missed[-1]).max() < np.abs(missed[-2]).max():
        weights = np.linalg.lstsq(np.diff(missed, axis=0).T, missed[-1], rcond=None)[0]
        following[asked] = np.maximum(quota[-1] - weights @ np.diff(quota, axis=0), 0.0)
    else:
        del tried[:-1]
    return following


def _band_room(basis: Basis, known: Mapping[str, np.ndarray]) -> np.ndarray:
    """What keeps the debt ratio in the band of the base year, of the first plan year before its new bonds where nobody knows that."""
    rule, capacity = rules("indicators")["debt_ratio"], known["comprehensive_capacity_c"]
    debt = known["debt_stock"] - known["debt_special_issued_new"]
    held = _ratio_then(basis)
    held = held if np.isfinite(held) else float(divided(debt, capacity)[0])
    room = room_below(debt, capacity, [float(rule[band]) for band in ("yellow", "orange", "red")], held)
    return np.where(np.isfinite(debt), room, np.nan)


@lru_cache(maxsize=16)  # every round asks
def _ratio_then(basis: Basis) -> float:
    """The debt ratio of the base year, NaN where it was not published."""
    of = LINES["debt_ratio"].formula
    seen = observed_values(basis, of, unavailable_lines(basis)) if of is not None else {}
    return seen.get(basis.base_year, float("nan"))


def own_service(known: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return what special debt costs the funds in own money: interest, fees, principal not refinanced; (year,)."""
    return np.sum([known[name] for name in ("interest_special", "issue_fees_special", "principal_special_own")], axis=0)


def debt_income(basis: Basis, known: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return the revenue of the funds whose money may pay special debt, (year,) 万元; all of it where only totals are known."""
    funds = basis.balance.funds
    if funds is None:
        return known["fund_revenue"]
    pays = np.array([pays_special_debt(code) for code in funds.codes])
    return revenue_of(fund_split(basis), pays, known["land_revenue"], known["fund_other_revenue"])


def tied_funds(basis: Basis) -> tuple[str, ...]:
    """Name the funds with revenue whose money pays no special debt; none where only totals are known."""
    funds = basis.balance.funds
    if funds is None:
        return ()
    earns = (funds.split.land + funds.split.other.sum(axis=0)) > 0
    named = zip(funds.codes, funds.labels, earns, strict=True)
    return tuple(label for code, label, has in named if has and not pays_special_debt(code))


def own_debt_only(basis: Basis) -> tuple[str, ...]:
    """Name the funds with revenue whose money pays special debt raised for themselves and no other."""
    funds = basis.balance.funds
    if funds is None:
        return ()
    earns = (funds.split.land + funds.split.other.sum(axis=0)) > 0
    named = zip(funds.codes, funds.labels, earns & ~funds.split.serves_others, strict=True)
    return tuple(label for code, label, has in named if has and pays_special_debt(code))


def _service_room(basis: Basis, known: Mapping[str, np.ndarray]) -> np.ndarray:
    issue = issue_of(basis.assumed, "new_issue", DebtKind.SPECIAL)
    income = debt_income(basis, known)
    # What land costs is owed before new debt, even in years in which the fund budget cannot pay it in full.
    owed = divided(known["fund_remitted_up"], known["fund_revenue"]) * income + np.nan_to_num(known["land_cost"])
    # Principal that the general budget has taken over costs the funds nothing.
    owed = owed + own_service(known) - basis.debt.paths[DebtKind.SPECIAL].extra_repaid
    owed = owed + _land_spending(basis, known["land_revenue"])
    return np.maximum(income - owed, 0.0) / service_rate(issue.rate, issue.tenor)


def _land_spending(basis: Basis, land_revenue: np.ndarray) -> np.ndarray:
    """What the land fund's own spending goes on at beside its costs, (year,): no money for new bonds."""
    funds = basis.balance.funds
    share = float(funds.split.own_spending @ funds.split.land) if funds else 0.0
    return np.nan_to_num(share * land_revenue)


def _held_back(path: DebtPath, terms: Mapping[str, np.ndarray], years: tuple[int, ...]) -> tuple[Caution, ...]:
    """Say which new bonds the test held back, and which term of it."""
    alike: dict[str, list[int]] = {}
    for at, (year, less) in enumerate(zip(years, path.held_back, strict=True)):
        if less > 0.5:
            binds = "、".join(TERMS[name] for name, most in terms.items() if most[at] <= path.issued_new[at] + 0.5)
            said = f"少发 {less:,.0f} 万元（情景拟发 {path.wanted[at]:,.0f}，可承受 {path.issued_new[at]:,.0f}，起约束作用的是{binds}）"
            alike.setdefault(said, []).append(year)
    if not alike:
        return ()
    listed = [f"{spans(when)}年{'每年' if len(when) > 1 else ''}{said}" for said, when in alike.items()]
    message = f"新增专项债券按额度测试安排（设计办法，未经核实）：{'、'.join(listed)}；不按测试安排的，把“{rules('assumptions')[SWITCH]['label']}”设为0"
    return (Caution(HELD_BACK, "政府债务", message),)
