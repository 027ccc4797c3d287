"""Which fund a gap of the fund budget belongs to, and how far the funds live on what they carried over."""

from __future__ import annotations

import numpy as np

from fiscal_model.arithmetic.budgets.funds import each_fund
from fiscal_model.model.compute import fund_terms
from fiscal_model.model.projection import Plan
from fiscal_model.words.identities import TOLERANCE
from fiscal_model.words.lines import LINES


def fund_gaps(plan: Plan) -> dict[str, np.ndarray]:
    """Return the gap of every fund that has one, by year.

    Returns
    -------
    dict of str to (year,) float
        Chinese name of the fund to 万元; they add up to ``fund_gap``. With totals only the gaps are named by what is not
        paid: debt service, land costs.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> list(fund_gaps(fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline"))))
    ['国有土地使用权出让收入']
    """
    accounts = plan.basis.balance.funds
    if accounts is None:
        found = {LINES[name].label: plan.line(name) for name in ("fund_debt_gap", "land_cost_gap")}
    else:
        gaps = each_fund(fund_terms(plan.basis, dict(plan.lines)))["gap"]
        found = dict(zip(accounts.labels, gaps.T, strict=True))
    return {label: gap for label, gap in found.items() if (gap > TOLERANCE).any()}
