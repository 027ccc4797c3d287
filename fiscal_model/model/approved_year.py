"""The first plan year beside the approved budget: what was taken from it, what differs and why; here the lines of debt."""

from __future__ import annotations

from dataclasses import dataclass

from fiscal_model.model.planbook import published_first_year
from fiscal_model.model.projection import Plan
from fiscal_model.words.vocabulary import DebtKind, Term

SAME = 0.5
"""Figures that differ by less, 万元, are the same one as printed."""


class Reason(Term):
    """Why a line of the first plan year is what it is."""

    TAKEN = "taken", "照批准数采用"
    OWN = "own_forecast", "采用本模型预测"
    BETTER = "better_record", "本模型记录更好"
    WEIGHED = "weighed", "按记录加权"
    NEW = "new_information", "有新信息"
    RESULT = "result", "由其他项目得出"


@dataclass(frozen=True)
class Difference:
    """One line of the first plan year beside the published budget, 万元."""

    line: str  # Id of `LINES`
    planned: float
    published: float
    reason: Reason
    why: str  # Chinese, no full stop

    @property
    def amount(self) -> float:
        """Plan less budget."""
        return self.planned - self.published


_DEBT_LINES = (
    "debt_limit_{kind}_stock", "debt_{kind}_repaid", "debt_{kind}_refinanced", "debt_{kind}_issued_new",
    "debt_{kind}_swapped", "debt_{kind}_other_change", "debt_{kind}_stock", "debt_{kind}_headroom",
    "debt_proceeds_{kind}", "interest_{kind}", "issue_fees_{kind}",
)  # fmt: skip


def debt_differences(plan: Plan) -> tuple[Difference, ...]:
    """Return the lines of legal debt of the first plan year for which a budget was published, general debt first.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), fm.read_scenario("baseline"))
    >>> found = {each.line: each for each in debt_differences(plan)}
    >>> found["debt_limit_special_stock"].published, found["debt_limit_special_stock"].reason.label
    (3490800.0, '照批准数采用')
    """
    published, found = published_first_year(plan), []
    for kind in DebtKind:
        for line in (pattern.format(kind=kind) for pattern in _DEBT_LINES):
            planned = float(plan.line(line)[0])
            if line in published and planned == planned:  # NaN where the data do not carry the line
                found.append(_told(plan, kind, line, planned, published[line]))
    return tuple(found)


def _told(plan: Plan, kind: DebtKind, line: str, planned: float, published: float) -> Difference:
    if abs(planned - published) < SAME:
        return Difference(line, planned, published, Reason.TAKEN, "与批准的预算一致")
    if len(plan.basis.debt.ledger.of(kind)):
        return Difference(line, planned, published, Reason.NEW, "按债券台账逐只的到期日和票面利率测算")
    return Difference(line, planned, published, Reason.OWN, "预算没有分到逐只债券，按余额和期限推算")
