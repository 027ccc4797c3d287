"""What brings an interest ratio back under the ten percent line: each lever alone, all together, by when, at what cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from fiscal_model.analysis.debt.assets import match_assets
from fiscal_model.analysis.debt.interest_rule import InterestRule, check_interest
from fiscal_model.arithmetic.debt.portfolio import DebtTerms, project_debt
from fiscal_model.law.limits import interest_line
from fiscal_model.law.rules import rules
from fiscal_model.model.basis import Basis, with_debt
from fiscal_model.model.compute import compute
from fiscal_model.model.futures import Drivers
from fiscal_model.model.projection import Plan, reproject
from fiscal_model.words.markup import Sheet, shows_itself, years_sheet
from fiscal_model.words.vocabulary import DebtKind

LEVERS: tuple[str, ...] = tuple(rules("restructuring")["lever"])
"""The levers in their declared order."""
TOGETHER = "together"
_GAPS = ("funding_gap", "fund_gap", "guarantees_shortfall")
_INCOME = {DebtKind.GENERAL: "own_revenue", DebtKind.SPECIAL: "fund_revenue"}
_CUTS, _PARTS, _MOST, _SEEN, _ROUNDS = 10, 16, 2.0**12, 0.5, 6
"""Cuts of a size that is searched, and into how many parts; the largest multiple of income tried; from where on an amount
counts; rounds of trimming."""
Changes = dict[str, float | Mapping[int, float]]
"""Assumptions of a scenario that differ from the plan's."""


@dataclass(frozen=True)
class LeverPath:
    """What one lever, or all together, does to a plan: the plan projected under the changed scenario; (year,) float, 万元."""

    lever: str  # Of `LEVERS`, or `TOGETHER`
    label: str
    changes: Changes  # What its scenario says otherwise than the plan's
    burden: np.ndarray  # Interest over spending
    back: int | None  # First year from which the ratio stays within the line, None when it is not within the plan
    interest_saved: np.ndarray
    extra_repaid: np.ndarray  # Principal repaid that the plan refinances
    assets: np.ndarray  # What registered assets bring towards it
    spending_lost: np.ndarray  # Spending of the ratio's own budget that falls away
    cost: np.ndarray  # What the general budget's uncommitted money loses, before the assets
    gap_added: np.ndarray  # Gaps that the plan does not have
    carried: bool  # Whether uncommitted money, offsets and assets pay for it, without a new gap


@shows_itself
@dataclass(frozen=True, repr=False)
class Restructuring:
    """The way back of one kind of debt whose interest is above the line in a plan year; arrays of shape (year,).

    Parameters
    ----------
    rule : InterestRule
        How far the plan is above the line.
    room : (year,) float
        Money that the general budget can give: uncommitted and what may lawfully be cut or put off, 万元.
    levers : tuple of LeverPath
        In the declared order; those that a place has nothing for are left out.
    together : LeverPath
    repay_share : (year,) float
        Share of what is refinanced that own money would have to repay from the first year on for the ratio to be within the line in
        that year; NaN where not even all of it is enough, 0 where it is within already.
    coupon_cut : (year,) float
        By how much new coupons would have to fall for it, likewise.
    income_needed : (year,) float
        Income of its own budget needed in that year beyond the plan's, with as much more in the years before it, 万元; likewise.
    """

    kind: DebtKind
    years: tuple[int, ...]
    rule: InterestRule
    room: np.ndarray
    levers: tuple[LeverPath, ...]
    together: LeverPath
    repay_share: np.ndarray
    coupon_cut: np.ndarray
    income_needed: np.ndarray

    @property
    def sheet(self) -> Sheet:
        """The ratio by year under every lever, as a table."""
        rows = {"现行规划": self.rule.burden, **{each.label: each.burden for each in (*self.levers, self.together)}}
        back = f"{self.together.back}年起回到线内" if self.together.back else "规划期内不能回到线内"
        title = f"{self.kind.label}付息占比的重整路径"
        return years_sheet(title, self.years, rows.items(), (f"各项合计：{back}",), kinds=dict.fromkeys(rows, "ratio"))


@lru_cache(maxsize=16)
def restructure(plan: Plan) -> tuple[Restructuring, ...]:
    """Find what brings each interest ratio above the ten percent line back, by when, and at what cost.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    tuple of Restructuring
        Kinds that are above the line in a plan year; none for a place that is not.

    Notes
    -----
    Every lever is a scenario: the plan is projected again under it, so that its figures are those that a plan under that
    scenario prints. Stopping new bonds ends what they pay for too: the ratio can rise by it. Principal repaid from own money is
    the general budget's for both kinds (special debt: a transfer to the funds), as much as ``room`` gives, general debt first.
    Income is never assumed, only how much would be needed.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> (special,) = restructure(fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline")))
    >>> str(special.kind), special.together.back is None, [each.lever for each in special.levers]
    ('special', True, ['stop_new', 'repay', 'coupon'])
    """
    found, room = [], np.maximum(plan.line("uncommitted_resources") + plan.line("offset_capacity"), 0.0)
    pool = match_assets(plan)
    assets = np.zeros(len(plan.years)) if pool is None else pool.legal
    for rule in check_interest(plan):
        if rule.first_year is None:
            continue
        made = _one(plan, rule, room, assets)
        found.append(made)
        # What one kind is repaid with is not there for the other.
        used = made.together.extra_repaid
        room, assets = np.maximum(room - np.maximum(used - assets, 0.0), 0.0), np.maximum(assets - used, 0.0)
    return tuple(found)


def _one(plan: Plan, rule: InterestRule, room: np.ndarray, assets: np.ndarray) -> Restructuring:
    declared, kind = rules("restructuring")["lever"], rule.kind
    # What is repaid after the last year above the line brings nothing back.
    last = int(np.flatnonzero(rule.over)[-1])
    most = np.where(np.arange(len(plan.years)) <= last, plan.lines[f"debt_{kind}_refinanced"], 0.0)
    from_assets = np.minimum(assets, most)
    amounts = {"repay": _affordable(plan, rule, np.minimum(room, most)), "assets": from_assets}
    levers, changed = [], Changes()
    for lever in LEVERS:
        changes = _changes(plan, kind, lever, amounts)
        if changes:
            paid = from_assets if lever == "assets" else 0.0 * assets
            levers.append(_path(plan, rule, lever, declared[lever]["label"], changes, room, paid))
            changed = changes | changed
    both = np.minimum(amounts["repay"] + from_assets, most)
    if (both > _SEEN).any():
        changed[f"extra_repayment_{kind}"] = _by_year(plan, both)
    together = _path(plan, rule, TOGETHER, "各项措施合计", changed, room, from_assets)
    repay, coupon, income = _needed(plan, rule)
    return Restructuring(kind, plan.years, rule, room, tuple(levers), together, repay, coupon, income)


def _affordable(plan: Plan, rule: InterestRule, amount: np.ndarray) -> np.ndarray:
    """Take off what would open a gap: money of one year that the plan itself keeps for a later one is there once."""
    for _ in range(_ROUNDS):
        changes = _changes(plan, rule.kind, "repay", {"repay": amount})
        gap = _path(plan, rule, "repay", "", changes, amount, 0.0 * amount).gap_added if changes else 0.0 * amount
        if not (gap > _SEEN).any():
            break
        amount = np.maximum(amount - np.where(gap > _SEEN, gap + 1.0, 0.0), 0.0)
    return amount


def _changes(plan: Plan, kind: DebtKind, lever: str, amounts: Mapping[str, np.ndarray]) -> Changes:
    """What a lever's scenario says otherwise; nothing where the place has nothing for it."""
    issued, name = plan.lines[f"debt_{kind}_issued_new"], f"new_issue_{kind}"
    # What is published for a year has been approved; no lever makes room for bonds that the plan does not issue.
    free = ~plan.basis.assumed.is_published(name)
    if lever == "stop_new":
        return {name: _by_year(plan, 0.0 * issued, free)} if (issued[free] > _SEEN).any() else {}
    kept: Changes = {name: _by_year(plan, issued, free)}
    if lever == "coupon":
        shift = float(rules("restructuring")["lever"]["coupon"]["coupon_shift"])
        return kept | {"coupon_shift": _by_year(plan, plan.basis.assumed.path("coupon_shift") + shift)}
    amount = amounts[lever]
    return kept | {f"extra_repayment_{kind}": _by_year(plan, amount)} if (amount > _SEEN).any() else {}


def _by_year(plan: Plan, values: np.ndarray, of: np.ndarray | None = None) -> dict[int, float]:
    keep = np.ones(len(plan.years), dtype=bool) if of is None else of
    return {year: float(value) for year, value, kept in zip(plan.years, values, keep, strict=True) if kept}


def _path(
    plan: Plan, rule: InterestRule, lever: str, label: str, changes: Changes, room: np.ndarray, assets: np.ndarray
) -> LeverPath:
    kind, basis = rule.kind, plan.basis
    changed = reproject(with_debt(basis, changes)) if changes else plan
    lost = {name: plan.lines[name] - changed.lines[name] for name in plan.lines}
    burden = changed.line(f"interest_burden_{kind}")
    cost = lost["uncommitted_resources"]
    # What sold assets bring is not in the scenario: they pay before anything is called a gap.
    gaps = np.maximum(np.sum([np.maximum(-lost[name], 0.0) for name in _GAPS], axis=0) - assets, 0.0)
    carried = bool((cost <= np.maximum(room + assets, 0.0) + _SEEN).all() and (gaps <= _SEEN).all())
    return LeverPath(
        lever,
        label,
        changes,
        burden,
        back_in(burden, plan.years),
        lost[f"interest_{kind}"],
        lost[f"debt_{kind}_refinanced"],
        assets,
        lost["expenditure" if kind == DebtKind.GENERAL else "fund_expenditure"],
        cost,
        gaps,
        carried,
    )


def back_in(burden: np.ndarray, years: tuple[int, ...]) -> int | None:
    """Return the first year from which a ratio stays within the line; None where it is above it in the last year.

    Examples
    --------
    >>> back_in(np.array([0.12, 0.1, 0.11, 0.1]), (2026, 2027, 2028, 2029)), back_in(np.array([0.12]), (2026,)) is None
    (2029, True)
    """
    within = ~(np.nan_to_num(burden, nan=np.inf) > interest_line())
    lasting = np.logical_and.accumulate(within[::-1])[::-1]
    return years[int(np.argmax(lasting))] if lasting.any() else None


def _needed(plan: Plan, rule: InterestRule) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The least size of repaying, of lower coupons and of more income that is enough for each year, all years at once."""
    basis, kind, years = plan.basis, rule.kind, len(plan.years)
    debt, path = basis.debt.legal[kind], basis.debt.paths[kind]

    def still(size: np.ndarray) -> Drivers:
        return Drivers(*(np.ones((len(size), years)) for _ in range(3)))

    def repaying(size: np.ndarray) -> tuple[Basis, Drivers]:
        more = debt.terms.less_refinanced + size[:, None] * path.refinanced
        return _with_terms(basis, kind, replace(debt.terms, less_refinanced=more)), still(size)

    def cheaper(size: np.ndarray) -> tuple[Basis, Drivers]:
        lower = {
            use: replace(issue, rate=np.maximum(issue.rate - size[:, None], 0.0))
            for use in ("refinancing", "new", "swap")
            for issue in (getattr(debt.terms, use),)
        }
        return _with_terms(basis, kind, replace(debt.terms, **lower)), still(size)

    def richer(size: np.ndarray) -> tuple[Basis, Drivers]:
        factor = np.broadcast_to(1 + size[:, None], (len(size), years))
        if kind == DebtKind.GENERAL:
            return basis, replace(still(size), own_revenue=factor)
        return basis, replace(still(size), land=factor, fund_other=factor)

    highest = float(np.max([getattr(debt.terms, use).rate.max() for use in ("refinancing", "new", "swap")]))
    share, coupon = (_least(make, rule, top) for make, top in ((repaying, 1.0), (cheaper, highest)))
    return share, coupon, _least(richer, rule, 1.0, _MOST) * plan.lines[_INCOME[kind]]


def _with_terms(basis: Basis, kind: DebtKind, terms: DebtTerms) -> Basis:
    legal = basis.debt.legal
    changed = replace(legal[kind], terms=terms, path=project_debt(terms))
    return replace(basis, debt=replace(basis.debt, legal={**legal, kind: changed}))


def _least(
    make: Callable[[np.ndarray], tuple[Basis, Drivers]], rule: InterestRule, top: float, most: float = 0.0
) -> np.ndarray:
    """Narrow the size of a lever until it is just enough for each year: a lane a year, NaN where the top is not enough."""
    line, lanes = interest_line(), np.arange(len(rule.years))

    def enough(size: np.ndarray) -> np.ndarray:
        """Tell whether sizes, (lane, ...) float, are enough for the year of their lane."""
        burden = f"interest_burden_{rule.kind}"
        lines, _ = compute(*make(size.ravel()), (burden,))
        found = np.broadcast_to(lines[burden], (size.size, len(lanes)))
        mine = found[np.arange(size.size), np.repeat(lanes, size.size // len(lanes))].reshape(size.shape)
        return ~(np.nan_to_num(mine, nan=np.inf) > line)

    low, high = np.zeros(len(lanes)), np.full(len(lanes), top)
    reached = enough(high)
    while not reached.all() and high.max() < most:
        low, high = np.where(reached, low, high), np.where(reached, high, 2 * high)
        reached = enough(high)
    for _ in range(_CUTS if reached.any() else 0):
        width = (high - low) / _PARTS
        hit = enough(low[:, None] + width[:, None] * np.arange(1, _PARTS))
        # The first that is enough; the top of the stretch where none inside it is.
        first = np.where(hit.any(axis=1), hit.argmax(axis=1), _PARTS - 1)
        low, high = low + width * first, low + width * (first + 1)
    return np.where(rule.over, np.where(reached, high, np.nan), 0.0)
