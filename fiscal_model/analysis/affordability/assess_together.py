"""Several proposals assessed in their order, each on what those before it leave; and whether that order matters."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from fiscal_model.analysis.affordability.assess import Assessment, assess_on
from fiscal_model.analysis.affordability.gate import CONDITIONAL, PASSED, REFUSED
from fiscal_model.analysis.affordability.trial import Ground, Trial, stand_behind, stand_on, try_out
from fiscal_model.inputs.proposal import Proposal, list_proposals
from fiscal_model.law.affordability_method import Method
from fiscal_model.law.affordability_method import method as method_of
from fiscal_model.model.projection import Plan
from fiscal_model.words.markup import Sheet, sheet_of, shows_itself


def try_in_order(plan: Plan) -> tuple[Trial, ...]:
    """Try the place's proposals in the order of their priority, each on what those before it that were not refused leave.

    What `assess_together` decides, without what would change it: a report asks for no more.
    """
    return _tried_in_order(plan)


@lru_cache(maxsize=4)  # a report asks in several places
def _tried_in_order(plan: Plan) -> tuple[Trial, ...]:
    ground, found = stand_on(plan, method_of(plan.basis.place)), []
    for each in list_proposals(plan.basis.place):
        trial = try_out(ground, each)
        found.append(trial)
        ground = ground if trial.verdict.outcome == REFUSED else stand_behind(ground, trial)
    return tuple(found)


@shows_itself
@dataclass(frozen=True, eq=False, repr=False)
class Batch:
    """Proposals in the order of their priority.

    ``assessments``: each on what those before it that were let in leave. ``first``, ``last``: the outcome of each were it first, and
    were it last, by code.
    """

    assessments: tuple[Assessment, ...]
    first: dict[str, str]
    last: dict[str, str]

    @property
    def order_matters(self) -> tuple[str, ...]:
        """Codes of proposals whose outcome depends on where they stand."""
        return tuple(
            each.proposal.proposal_code
            for each in self.assessments
            if len({each.outcome, self.first[each.proposal.proposal_code], self.last[each.proposal.proposal_code]}) > 1
        )

    @property
    def let_in(self) -> tuple[Assessment, ...]:
        """Those that pass, with conditions or without."""
        return tuple(each for each in self.assessments if each.outcome != REFUSED)

    @property
    def sheet(self) -> Sheet:
        """One row a proposal: outcome, score, what binds, its outcome first and last."""
        rows = [
            (
                f"{each.proposal.proposal_code} {each.proposal.name}",
                [each.outcome, f"{each.score:.1f}", each.binding.label, self.first[code], self.last[code]],
            )
            for each in self.assessments
            for code in [each.proposal.proposal_code]
        ]
        return sheet_of(
            "按优先级逐项评估", ("结论", "得分", "起决定作用的", "若排最前", "若排最后"), rows, (self.order_text,)
        )

    @property
    def order_text(self) -> str:
        """Say whether the order matters."""
        codes = self.order_matters
        if not codes:
            return "排在前面或后面都不改变任何一项的结论"
        return f"排序影响结论的：{'、'.join(codes)}；其余各项排在哪里结论都一样"

    def data(self) -> dict[str, Any]:
        """Return it as plain data, for JSON (docs/json.md)."""
        return {
            "assessments": [
                each.data() | {"outcome_first": self.first[code], "outcome_last": self.last[code]}
                for each in self.assessments
                for code in [each.proposal.proposal_code]
            ],
            "order_matters": list(self.order_matters),
            "passed": [each.proposal.proposal_code for each in self.assessments if each.outcome == PASSED],
            "conditional": [each.proposal.proposal_code for each in self.assessments if each.outcome == CONDITIONAL],
        }


def assess_together(
    plan: Plan,
    proposals: Iterable[Proposal] | None = None,
    *,
    only: Collection[str] | None = None,
    alone: bool = False,
    method: Method | None = None,
    paths: int = 10_000,
    seed: int = 2026,
) -> Batch:
    """Assess proposals in the order of their priority; what is let in takes its money before the next.

    Parameters
    ----------
    plan : Plan
    proposals : iterable of Proposal, optional
        Those of the place by default.
    only : collection of str, optional
        Codes of those that are asked about; of the others it is only found whether they take their money first. All by default.
    alone : bool
        Nothing takes its money first: each is assessed as if it were the only one.
    method, paths, seed
        As in `assess`.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/yunshui"), "baseline")
    >>> found = assess_together(plan, fm.list_proposals(plan.basis.place)[:2], paths=100)
    >>> [each.outcome for each in found.assessments]
    ['有条件通过', '有条件通过']
    """
    given = list_proposals(plan.basis.place) if proposals is None else proposals
    ranked = sorted(given, key=lambda each: each.priority)
    start = stand_on(plan, method or method_of(plan.basis.place))
    ground, before, found = start, tuple[str, ...](), []
    for each in ranked:
        trial = try_out(ground, each)
        if only is None or each.proposal_code in only:
            found.append(assess_on(ground, each, before, paths, seed))
        if trial.verdict.outcome != REFUSED and not alone:
            ground, before = stand_behind(ground, trial), (*before, each.proposal_code)
    asked = [each.proposal for each in found]
    first = {each.proposal_code: try_out(start, each).verdict.outcome for each in asked}
    last = {each.proposal_code: _when_last(start, ranked, each) for each in asked}
    return Batch(tuple(found), first, last)


def _when_last(ground: Ground, ranked: list[Proposal], last: Proposal) -> str:
    """Let in what passes of all others first, in their order, then try this one."""
    for each in ranked:
        if each is not last:
            trial = try_out(ground, each)
            ground = ground if trial.verdict.outcome == REFUSED else stand_behind(ground, trial)
    return try_out(ground, last).verdict.outcome
