"""The first plan year beside the approved budget, item by item: what was taken, whose record is better, what is new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from fiscal_model.arithmetic.budgets.funds import each_fund
from fiscal_model.blocks.approved_budget import Approved, Treatment, figure
from fiscal_model.blocks.fund_ledger import GRANTS, LAND
from fiscal_model.blocks.revenue.revenue_block import fit
from fiscal_model.blocks.revenue.second_opinions import BUDGET
from fiscal_model.inputs.history import History, read_history
from fiscal_model.inputs.place import Place
from fiscal_model.inputs.scenario import Scenario
from fiscal_model.model.approved_year import SAME, Difference, Reason, debt_differences
from fiscal_model.model.compute import fund_terms
from fiscal_model.model.observed import FROM_HISTORY
from fiscal_model.model.planbook import published_first_year, revenue_items
from fiscal_model.model.projection import Plan, project
from fiscal_model.words.errors import InputError
from fiscal_model.words.lines import LINES
from fiscal_model.words.vocabulary import Budget

YEARS_BACK = 3
"""Earlier years in which budget and plan are held against what came."""
_SIDES = ("revenue", "expenditure")
_TREE = {
    "resources_total": (
        "own_revenue", "transfers", "debt_proceeds_general", "carry_in", "transfer_in", "stabilization_draw",
    ),
    "own_revenue": ("tax_revenue", "nontax_revenue"),
    "uses_total": (
        "expenditure", "remitted_up", "principal_general", "stabilization_topup", "transfer_out", "carry_out",
    ),
    "expenditure": ("interest_general", "issue_fees_general", "contingency_reserve"),
    "fund_resources_total": ("fund_revenue", "fund_transfers", "debt_proceeds_special", "fund_carry_in", "fund_transfer_in"),
    "fund_uses_total": (
        "fund_expenditure", "fund_remitted_up", "fund_transfer_out", "principal_special", "fund_carry_out",
    ),
    "fund_expenditure": ("interest_special", "issue_fees_special"),
    "state_capital_resources_total": ("state_capital_revenue", "state_capital_transfers", "state_capital_carry_in"),
    "state_capital_uses_total": ("state_capital_expenditure", "state_capital_transfer_out", "state_capital_carry_out"),
}  # fmt: skip
_ROOTS = (*(line for line in _TREE if line.endswith("_total")), "insurance_revenue", "insurance_expenditure")
_RESULTS = frozenset({
    "transfer_in", "stabilization_draw", "stabilization_topup", "expenditure", "carry_out", "transfer_out",
    "contingency_reserve", "fund_expenditure", "fund_transfer_in", "fund_transfer_out", "fund_carry_out", "fund_remitted_up",
    "state_capital_expenditure", "state_capital_transfer_out",
})  # fmt: skip
"""Lines that follow from the balance of a budget."""
_KINDS, _USES = (
    ("rebates", "general_transfers", "special_transfers"),
    ("transfers_general_purpose", "transfers_earmarked"),
)
_REPAID = {f"principal_{kind}": f"debt_{kind}_repaid" for kind in ("general", "special")}


@dataclass(frozen=True)
class Entry:
    """One row: an item, or a sum with the rows that add up to it."""

    label: str
    level: int
    difference: Difference
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class PastErrors:
    """Mean absolute errors, as fractions of what came, over the same years."""

    years: tuple[int, ...]
    budget: float
    model: float


def first_year_differences(plan: Plan) -> tuple[Entry, ...]:
    """Return every item with an approved figure for the first plan year, sums before their parts; empty without a budget.

    The differences of a sum's parts add up to its own: what was not budgeted apart stands in a row of its own.
    """
    published, planned, labels = _published(plan), _planned(plan), _labels(plan)
    entries = tuple(one for root in _ROOTS for one in _below(plan, root, 0, published, planned, labels))
    shown = {one.difference.line for one in entries} | {*_REPAID.values()}
    debts = [one for one in debt_differences(plan) if one.line not in shown]
    return (*entries, *(Entry(LINES[one.line].label, 0, one) for one in debts))


def past_errors(plan: Plan) -> Mapping[str, PastErrors]:
    """Return how far earlier budgets and this model, from what was known the year before, lay from what came, by item.

    The model is asked without any budget and without the scenario.
    """
    place = plan.basis.place
    known = tuple(sorted(place.digests.items()))
    return _past_errors(_Asked(known, str(place.scope), repr(place.assumptions), plan.base_year, place))


@dataclass(frozen=True)
class _Asked:
    """What the records of a place rest on; the place itself is only carried along."""

    digests: tuple[tuple[str, str], ...]
    scope: str
    assumptions: str
    base_year: int
    place: Place = field(compare=False)


@lru_cache(maxsize=16)  # several scenarios of a place ask
def _past_errors(asked: _Asked) -> Mapping[str, PastErrors]:
    history = read_history(asked.place)
    bare = Scenario("bare", "不用预算").with_(approved_budget_weight=0.0, budget_opinion_weight=0.0)
    errors: dict[str, list[tuple[int, float, float]]] = {}
    for year in [int(year) for year in history.planned.index if year <= asked.base_year][-YEARS_BACK:]:
        try:
            earlier = project(asked.place, bare, fitted=fit(asked.place, bare, year - 1, 3, history))
        except InputError:
            continue  # too little was known then
        budgets, said = _published(earlier), _planned(earlier)
        for key in (key for key in budgets if key in said):
            came = _outturn(asked.place, earlier, history, key, year)
            if came > 0 and np.isfinite(said[key]):
                both = (abs(budgets[key] / came - 1), abs(said[key] / came - 1))
                errors.setdefault(key, []).append((year, *both))
    return {key: PastErrors(*_means(rows)) for key, rows in errors.items()}


def _means(rows: list[tuple[int, float, float]]) -> tuple[tuple[int, ...], float, float]:
    years, budget, model = zip(*rows, strict=True)
    return years, float(np.mean(budget)), float(np.mean(model))


def _outturn(place: Place, plan: Plan, history: History, key: str, year: int) -> float:
    for prefix, budget in (("revenue_", Budget.GENERAL), ("fund_", Budget.FUNDS)):
        if key.startswith(prefix) and key.removeprefix(prefix).isdigit():
            return figure(history.codes[budget], year, key.removeprefix(prefix))
    insurance = plan.basis.balance.insurance
    for side in _SIDES:
        if key == f"insurance_{side}":
            return insurance.totals(side, plan.base_year).get(year, np.nan)
        if key.startswith("insurance_") and key.endswith(f"_{side}") and side in insurance.observed:
            return figure(insurance.observed[side], year, key[len("insurance_") : -len(side) - 1])
    return history.value(FROM_HISTORY.get(key, key), year)


def _published(plan: Plan) -> dict[str, float]:
    """Approved figures of the first plan year by key: lines, items of own revenue, funds, schemes."""
    history, first, insurance = plan.basis.history, plan.years[0], plan.basis.balance.insurance
    found = dict(published_first_year(plan))
    general, funds = (history.planned_codes[budget] for budget in (Budget.GENERAL, Budget.FUNDS))
    found |= {f"revenue_{code}": figure(general, first, code) for code, *_ in revenue_items(plan)}
    found |= {f"fund_{code}": figure(funds, first, code) for code in _other_funds(plan)}
    for side in _SIDES:
        if side in insurance.budgeted:
            each = ((scheme, figure(insurance.budgeted[side], first, scheme)) for scheme in insurance.schemes)
            found |= {f"insurance_{scheme}_{side}": amount for scheme, amount in each}
    return {key: amount for key, amount in found.items() if np.isfinite(amount)}


def _planned(plan: Plan) -> dict[str, float]:
    found = {line: float(plan.line(line)[0]) for line in LINES}
    found |= {f"revenue_{code}": float(values[0]) for code, _, _, values in revenue_items(plan)}
    accounts, insurance = plan.basis.balance.funds, plan.basis.balance.insurance
    if accounts is not None:
        income = each_fund(fund_terms(plan.basis, dict(plan.lines)))["revenue"][0]
        found |= {f"fund_{code}": float(amount) for code, amount in zip(accounts.codes, income, strict=True)}
    for side, path in zip(_SIDES, (insurance.path.revenue, insurance.path.expenditure), strict=True):
        found |= {f"insurance_{scheme}_{side}": float(path[0, at]) for at, scheme in enumerate(insurance.schemes)}
    return found


def _labels(plan: Plan) -> dict[str, str]:
    accounts = plan.basis.balance.funds
    found = {f"revenue_{code}": label for code, label, *_ in revenue_items(plan)}
    found |= {f"fund_{c}": label for c, label in zip(accounts.codes, accounts.labels, strict=True)} if accounts else {}
    words = dict(zip(_SIDES, ("收入", "支出"), strict=True))
    return found | {
        f"insurance_{scheme}_{side}": f"{scheme}{words[side]}"
        for scheme in plan.basis.balance.insurance.schemes
        for side in _SIDES
    }


def _other_funds(plan: Plan) -> tuple[str, ...]:
    accounts = plan.basis.balance.funds
    return tuple(code for code in accounts.codes if code not in {LAND, GRANTS}) if accounts else ()


def _children(plan: Plan, key: str, published: Mapping[str, float]) -> tuple[str, ...]:
    if key in {"tax_revenue", "nontax_revenue"}:
        start = "101" if key == "tax_revenue" else "103"
        return tuple(f"revenue_{code}" for code, *_ in revenue_items(plan) if code.startswith(start))
    if key == "fund_revenue":
        others = tuple(f"fund_{code}" for code in _other_funds(plan))
        return ("land_revenue", *(others or ("fund_other_revenue",)))
    if key == "transfers":
        return _KINDS if published.keys() >= {*_KINDS} else _USES
    if key in {"insurance_revenue", "insurance_expenditure"}:
        side = key.removeprefix("insurance_")
        return tuple(f"insurance_{scheme}_{side}" for scheme in plan.basis.balance.insurance.schemes)
    return _TREE.get(key, ())


def _below(
    plan: Plan,
    key: str,
    level: int,
    published: Mapping[str, float],
    planned: Mapping[str, float],
    labels: Mapping[str, str],
) -> Iterator[Entry]:
    """A row and those that add up to it; where a sum was not published its parts stand for themselves."""
    here = key in published and np.isfinite(planned.get(key, np.nan))
    lower = level + 1 if here else level
    below = [
        one
        for child in _children(plan, key, published)
        for one in _below(plan, child, lower, published, planned, labels)
    ]
    if not here:
        yield from below
        return
    parts = [one for one in below if one.level == lower]
    rest = Difference(
        f"{key}_rest",
        planned[key] - sum(one.difference.planned for one in parts),
        published[key] - sum(one.difference.published for one in parts),
        Reason.RESULT,
        "预算没有单列，含四舍五入",
    )
    if parts and max(abs(rest.planned), abs(rest.published)) >= SAME:
        parts.append(Entry("其他（预算未单列）", lower, rest))
        below.append(parts[-1])
    own = Difference(key, planned[key], published[key], Reason.RESULT, "")
    used = _used(plan).get(key)
    itself = key in _RESULTS or (used is not None and used.weight > 0)
    reason, why = _of_parts(parts) if parts and not itself else _why(plan, own)
    label = labels.get(key) or LINES[key].label
    yield Entry(label, level, replace(own, reason=reason, why=why), tuple(one.difference.line for one in parts))
    yield from below


def _of_parts(parts: list[Entry]) -> tuple[Reason, str]:
    if all(one.difference.reason is Reason.TAKEN for one in parts):
        return Reason.TAKEN, "各项之和"
    most = max(parts, key=lambda one: abs(one.difference.amount))
    named = f"，差额主要在{most.label}" if abs(most.difference.amount) >= SAME else ""
    return most.difference.reason, f"各项之和{named}"


def _why(plan: Plan, own: Difference) -> tuple[Reason, str]:
    """Why an item is what it is."""
    told = {one.line: one for one in debt_differences(plan)}.get(_REPAID.get(own.line, own.line))
    if told is not None:
        return told.reason, told.why
    used = _used(plan).get(own.line)
    record = past_errors(plan).get(own.line)
    said = ""
    if record is not None:
        years = "、".join(map(str, record.years))
        said = f"{years}年平均绝对误差：预算{record.budget:.1%}，本模型{record.model:.1%}"
    if used is not None and used.treatment is Treatment.TAKEN and used.weight > 0:
        extra = "" if abs(own.amount) < SAME else "，措施和情景假设另计"
        return Reason.TAKEN, f"约束性数字，照批准数起步{extra}"
    if used is not None and used.treatment is Treatment.FLOOR:
        return Reason.NEW, "预算只列已提前下达的部分，年中还会下达，作为下限"
    better = record is not None and record.model < record.budget
    if used is not None and used.weight > 0:
        said = f"预算占{used.weight:.0%}；{said or '没有可比的往年预算，按一般误差'}"
        return (Reason.BETTER if better else Reason.WEIGHED), said
    if abs(own.amount) < SAME:
        return Reason.TAKEN, "与批准的预算一致"
    if own.line == "land_revenue" and plan.basis.revenue.land.covered[0]:
        return Reason.NEW, "按出让地块台账逐宗测算"
    if own.line in {*_KINDS, *_USES} and any(np.isfinite(line.notice) for line in plan.basis.revenue.transfers.lines):
        return Reason.NEW, "按逐项补助和提前下达通知测算，见附表04-1"
    if better:
        return Reason.BETTER, said
    if own.line in _RESULTS:
        return Reason.RESULT, said or "由收入、债务、结转和支出规则得出"
    if own.line.startswith("revenue_") and plan.basis.assumed.path("budget_opinion_weight")[0] > 0:
        return Reason.RESULT, "分项没有可比的往年预算；预算在合计数上加权，分项随合计调整"
    return Reason.OWN, said or "没有可比的往年预算"


def _used(plan: Plan) -> dict[str, Approved]:
    """What the blocks made of approved figures, by the keys of this table."""
    revenue, balance = plan.basis.revenue, plan.basis.balance
    found = {one.line: one for one in revenue.transfers.approved}
    found |= {"land_revenue": revenue.land.approved} if revenue.land.approved else {}
    for line, one in balance.fund_opening.approved.items():
        found[line if line in LINES else f"fund_{line}"] = one
    found |= {f"insurance_{one.line}": one for one in balance.insurance.approved}
    for row in revenue.own.comparisons:
        if row.forecaster == BUDGET and row.year == plan.years[0]:
            line = row.line if row.line in LINES else f"revenue_{row.line}"
            found[line] = Approved(row.line, Treatment.WEIGHED, row.theirs, row.ours, row.blended, row.weight)
    return found
