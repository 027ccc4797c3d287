"""The first plan year beside the approved budget: what was taken from it, what differs and why; here the lines of debt."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

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


_DEBT_LINES: dict[str, tuple[str, ...]] = {
    "debt_limit_{kind}_stock": ("limit",),
    "debt_{kind}_repaid": ("repaid",),
    "debt_{kind}_refinanced": ("refinanced",),
    "debt_{kind}_issued_new": ("issued_new",),
    "debt_{kind}_swapped": (),
    "debt_{kind}_other_change": ("other_change",),
    "debt_{kind}_stock": ("repaid", "refinanced", "issued_new", "other_change"),
    "debt_{kind}_headroom": ("limit", "repaid", "refinanced", "issued_new", "other_change"),
    "debt_proceeds_{kind}": ("refinanced", "issued_new"),
    "interest_{kind}": ("interest",),
    "issue_fees_{kind}": (),
}
"""Line of debt and the figures of `LegalDebt.taken` that make it up; without any it is the plan's own."""
_SETTING = {
    "limit": "limit_growth", "repaid": "due_share", "refinanced": "refinancing_share", "issued_new": "new_issue",
    "interest": "effective_rate",
}  # fmt: skip
"""Figure and the assumption that a planner sets against it."""


@lru_cache(maxsize=16)  # every item of the first year asks
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
        for pattern, figures in _DEBT_LINES.items():
            line = pattern.format(kind=kind)
            planned = float(plan.line(line)[0])
            if line in published and planned == planned:  # NaN where the data do not carry the line
                reason, why = _told(plan, kind, figures, abs(planned - published[line]) < SAME, pattern)
                found.append(Difference(line, planned, published[line], reason, why))
    return tuple(found)


def _told(plan: Plan, kind: DebtKind, figures: tuple[str, ...], same: bool, pattern: str) -> tuple[Reason, str]:
    """Why a line is what it is: taken only where every figure in it was taken by rule, not where it happens to agree."""
    debt, assumed = plan.basis.debt, plan.basis.assumed
    own = [name for name in figures if name not in debt.legal[kind].taken]
    if figures and not own:
        if same:
            return Reason.TAKEN, "与批准的预算一致"
        if "interest" in figures:
            return Reason.OWN, "情景对该年另有设定"
        return Reason.OWN, "批准数中超过限额空间或到期本金的部分没有安排"
    said = "与批准数相同，但不是照批准数：" if same else ""
    if len(debt.ledger.of(kind)) and {"repaid", "interest"} & set(own):
        return Reason.NEW, f"{said}按债券台账逐只的到期日和票面利率测算"
    set_apart = [name for name in own if name in _SETTING and assumed.is_chosen(f"{_SETTING[name]}_{kind}")[0]]
    if set_apart or ("refinanced" in own and assumed.path("refinancing_shift")[0]):
        return Reason.OWN, f"{said}情景对该年另有设定"
    if not figures:
        rule = "按隐性债务化解计划测算" if "swapped" in pattern else "按发行额、兑付额和费率假设测算"
        return Reason.OWN, f"{said}{rule}"
    return Reason.OWN, f"{said}预算没有分列得出这一行的各项"
