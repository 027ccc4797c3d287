"""Is a request an adjustment of the budget? The four triggers, the two exceptions, and who has to approve it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from fiscal_model.inputs.approvals import Approved, find_approved, line_label
from fiscal_model.inputs.place import Place
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.words.vocabulary import Budget, MoneyFrom, ReallocationKind, YesNo

TRIGGERS = ("total", "stabilization", "key_spending", "debt")
_ADDED = (MoneyFrom.STABILIZATION, MoneyFrom.DEBT, MoneyFrom.OVER_COLLECTION, MoneyFrom.OTHER, MoneyFrom.SUPERIOR)
_EQUAL = 0.5


@dataclass(frozen=True)
class Request:
    """One request to move or add money within a budget year. Money is 万元."""

    request_id: str
    requested_on: dt.date
    budget: Budget
    kind: ReallocationKind
    from_line: str  # Line id or code
    to_line: str  # Line id or code; both empty where nothing is cut or nothing is added to
    amount: float
    money_from: MoneyFrom
    matching: float = float("nan")  # County money that an extra special transfer asks for; NaN where it does not matter
    new_policy: bool = False  # A measure newly made within the year
    reason: str = ""


@dataclass(frozen=True)
class Judgement:
    """What the law says of a request."""

    triggers: Mapping[str, str]  # Each of `TRIGGERS` that is met, with its Chinese reason
    exception: str  # ``superior`` or ``thrift`` where one of the two exceptions takes it out, else empty
    frozen: bool  # A new measure within the year that raises spending or cuts revenue
    path: str  # Who approves: a key of ``paths`` in ``data/rules/budget_adjustment.toml``
    reason: str  # Chinese, one or more sentences

    @property
    def needed(self) -> bool:
        """Whether the budget must be adjusted."""
        return bool(self.triggers) and self.path != "refused"


def judge(request: Request, approved: Approved | None) -> Judgement:
    """Test one request against the four triggers of 预算法第六十七条 and the exceptions.

    ``approved``: the approved budget of the request's year: which spending is key.

    Examples
    --------
    >>> request = Request("A", dt.date(2026, 8, 1), Budget.GENERAL, ReallocationKind.CODES, "", "213", 800.0,
    ...                   MoneyFrom.STABILIZATION)
    >>> verdict = judge(request, None)
    >>> verdict.needed, sorted(verdict.triggers), verdict.path
    (True, ['stabilization', 'total'], 'committee')
    """
    exception = _exception(request)
    triggers = _triggers(request, approved, exception)
    path = _path(request, triggers, exception)
    parts = [*triggers.values()]
    if exception:
        rule = rules("budget_adjustment")["exceptions"][exception]
        parts.append(f"{rule['label']}，不属于预算调整（{rule['article']}）")
    if path == "refused":
        parts.append("一般公共预算超收收入只能冲减赤字或者补充预算稳定调节基金，不能安排支出（预算法第六十六条）")
    if not parts:
        parts.append("总支出不变，不动用稳调基金，不调减重点支出，不增加债务")
    parts += _doubts(request, approved)
    frozen = request.new_policy
    if frozen:
        freeze = rules("budget_adjustment")["freeze"]
        parts.append(f"属于年度中新出台的政策，{freeze['text']}（{freeze['article']}）")
    return Judgement(triggers, exception, frozen, path, "；".join(parts))


def _exception(request: Request) -> str:
    if request.money_from is MoneyFrom.SUPERIOR and request.matching < _EQUAL:
        return "superior"
    return "thrift" if request.money_from is MoneyFrom.THRIFT else ""


def _over_collected(request: Request) -> bool:
    return request.money_from is MoneyFrom.OVER_COLLECTION and request.budget is Budget.GENERAL


def _triggers(request: Request, approved: Approved | None, exception: str) -> dict[str, str]:
    found: dict[str, str] = {}
    amount = f"{request.amount:,.0f}万元"
    to_fund = _over_collected(request) and request.to_line == "stabilization_topup"
    if not exception and not to_fund:
        if request.money_from in _ADDED and request.to_line:
            more = request.matching if request.money_from is MoneyFrom.SUPERIOR else request.amount
            extra = "（需本级配套）" if request.money_from is MoneyFrom.SUPERIOR else ""
            found["total"] = _said("total", f"总支出增加{more:,.0f}万元{extra}")
        elif request.from_line and not request.to_line:
            found["total"] = _said("total", f"总支出减少{amount}")
    if request.money_from is MoneyFrom.STABILIZATION or "stabilization_draw" in (request.to_line, request.from_line):
        found["stabilization"] = _said("stabilization", f"动用预算稳定调节基金{amount}")
    cut = _key_cut(request, approved)
    if cut:
        found["key_spending"] = _said("key_spending", f"调减重点支出“{cut}”{amount}")
    if request.money_from is MoneyFrom.DEBT:
        found["debt"] = _said("debt", f"增加举借债务{amount}")
    return found


def _said(trigger: str, text: str) -> str:
    return f"{text}（{rules('budget_adjustment')['triggers'][trigger]['article']}）"


def _key_cut(request: Request, approved: Approved | None) -> str:
    """Label of the key spending that a request cuts; moving money within it leaves its approved amount as it is."""
    if approved is None or not request.from_line:
        return ""
    for budget, line in approved.key_lines:
        if budget is request.budget and request.from_line.startswith(line) and not request.to_line.startswith(line):
            return line_label(budget, line)
    return ""


def _path(request: Request, triggers: Mapping[str, str], exception: str) -> str:
    if _over_collected(request):
        return "bureau" if request.to_line == "stabilization_topup" else "refused"
    if triggers:
        return "committee"
    if exception == "superior":
        return "report"
    if request.money_from is MoneyFrom.RESERVE or request.from_line == "227":
        return "reserve"
    both = bool(request.from_line and request.to_line)
    across = both and request.from_line[:3] != request.to_line[:3]
    return "government" if across or request.kind is ReallocationKind.LEVELS else "bureau"


def _doubts(request: Request, approved: Approved | None) -> list[str]:
    if approved is None:
        return [f"{request.requested_on.year}年没有登记批准的预算，是否调减重点支出未能核对"]
    known = approved.amount(request.budget, request.from_line) if request.from_line else float("nan")
    if np.isfinite(known) and request.amount > known + _EQUAL:
        label = line_label(request.budget, request.from_line)
        return [f"“{label}”批准{known:,.0f}万元，不够调减{request.amount:,.0f}万元"]
    return []


def requests_of(place: Place) -> tuple[Request, ...]:
    """Return the requests of a place, by date and id."""
    rows = place.rows("reallocations")
    as_given = ("request_id", "requested_on", "budget", "kind", "from_line", "to_line", "money_from", "reason")
    found = [
        Request(
            **{name: row[name] for name in as_given},
            amount=float(row["amount"]),
            matching=float("nan") if row["matching"] is None else float(row["matching"]),
            new_policy=row["new_policy"] == YesNo.YES,
        )
        for row in rows.to_dict("records")
    ]
    return tuple(sorted(found, key=lambda request: (request.requested_on, request.request_id)))


def check_adjustments(place: Place, year: int | None = None) -> pd.DataFrame:
    """Test every request of a place: is the budget to be adjusted, and who approves.

    Parameters
    ----------
    place : Place
    year : int, optional
        Only requests of one year.

    Returns
    -------
    DataFrame
        request_id, requested_on, budget, from_label, to_label, amount, total, stabilization, key_spending, debt (bool),
        exception, frozen, needed (bool), path (Chinese), quality (of the path), reason; by date. Empty without requests.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> frame = check_adjustments(fm.read_place("data/places/yunshui"))
    >>> frame[["request_id", "needed", "path"]].head(3).values.tolist()
    [['YST01', False, '本级政府决定'], ['YST02', False, '本级政府审定'], ['YST03', False, '财政部门办理，报告人大常委会']]
    """
    wanted = [request for request in requests_of(place) if year is None or request.requested_on.year == year]
    asked = {request.requested_on.year for request in wanted}
    budgets = {year_asked: find_approved(place, year_asked) for year_asked in sorted(asked)}
    rows = []
    for request in wanted:
        verdict = judge(request, budgets[request.requested_on.year])
        path = _rule("paths", verdict.path)
        rows.append(
            {
                "request_id": request.request_id,
                "requested_on": request.requested_on,
                "budget": request.budget.label,
                "from_label": line_label(request.budget, request.from_line) if request.from_line else "",
                "to_label": line_label(request.budget, request.to_line) if request.to_line else "",
                "amount": request.amount,
                **{name: name in verdict.triggers for name in TRIGGERS},
                "exception": _rule("exceptions", verdict.exception)["label"] if verdict.exception else "",
                "frozen": verdict.frozen,
                "needed": verdict.needed,
                "path": path["label"],
                "quality": path["quality"],
                "reason": verdict.reason,
            }
        )
    columns = [
        "request_id", "requested_on", "budget", "from_label", "to_label", "amount", *TRIGGERS, "exception", "frozen",
        "needed", "path", "quality", "reason",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _rule(group: str, name: str) -> Mapping[str, Any]:
    return rules("budget_adjustment")[group][name]


_STEPS: tuple[tuple[str, Budget, str, str], ...] = (
    ("total", Budget.GENERAL, "expenditure", "一般公共预算支出"),
    ("stabilization", Budget.GENERAL, "stabilization_draw", "动用预算稳定调节基金"),
    ("debt", Budget.GENERAL, "debt_proceeds_general", "一般债务转贷收入"),
    ("total", Budget.FUNDS, "fund_expenditure", "政府性基金支出"),
    ("debt", Budget.FUNDS, "debt_proceeds_special", "专项债务转贷收入"),
    ("key_spending", Budget.GENERAL, "guarantees_total", "三保支出合计"),
    ("key_spending", Budget.GENERAL, "interest_general", "一般债务付息支出"),
)
"""Plan lines that would change an approved budget: the trigger, the budget, the line."""


def check_plan_steps(plan: Plan) -> pd.DataFrame:
    """Hold the plan's own steps against every approved plan year: what carrying it out would make an adjustment.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    DataFrame
        year, trigger, label, approved, planned, difference, needed (bool), reason; empty when no plan year has been approved.
        Spending counts both ways, the draw on the fund and debt only upwards, key spending only downwards.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline"))
    >>> fm.balance.check_plan_steps(plan)["label"].tolist()[:2]
    ['一般公共预算支出', '动用预算稳定调节基金']
    """
    rows = []
    for position, year in enumerate(plan.years):
        approved = find_approved(plan.basis.place, year)
        for trigger, budget, line, label in _STEPS if approved is not None else ():
            limit = approved.amount(budget, line)  # type: ignore[union-attr]
            planned = float(plan.line(line)[position])
            if not np.isfinite(limit) or not np.isfinite(planned):
                continue
            if trigger == "key_spending" and (budget, line) not in approved.key_lines:  # type: ignore[union-attr]
                continue
            gap = planned - limit
            needed = {"total": abs(gap), "key_spending": -gap}.get(trigger, gap) > _EQUAL
            article = rules("budget_adjustment")["triggers"][trigger]["article"]
            said = f"规划{planned:,.0f}万元，批准{limit:,.0f}万元，{'多' if gap > 0 else '少'}{abs(gap):,.0f}万元"
            reason = f"{said}，照此执行须先作预算调整（{article}）" if needed else "不超出批准数"
            if needed and trigger == "total" and gap > 0:
                spared = rules("budget_adjustment")["exceptions"]["superior"]
                reason += f"；其中由{spared['label']}引起的部分除外（{spared['article']}）"
            rows.append((year, trigger, label, limit, planned, gap, needed, reason))
    columns = ["year", "trigger", "label", "approved", "planned", "difference", "needed", "reason"]
    return pd.DataFrame(rows, columns=columns)
