"""What a fund keeps for its own coming years before it gives anything away."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fiscal_model.arithmetic.budgets.purses import NOTHING, FundSplit, Purses, less, part_of, take, together


def service_due(at: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return interest, fees and own principal that fall on the funds in a year, 万元."""
    return np.maximum(at["interest"] + at["fees"] + at["repaid"] - at["refinanced"] - at["taken_over"], 0.0)


def levies_of(at: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return what must be set aside of what land brings beyond its cost in a year, 万元."""
    land = at["land_revenue"]
    return np.maximum(land - at["land_cost_share"] * land, 0.0) * at["levied_share"]


def own_income(at: Mapping[str, np.ndarray], split: FundSplit, year: int) -> Purses:
    """Return the revenue of every fund in a year, 万元."""
    return [
        together([part_of(at["land_revenue"], land), part_of(at["other_revenue"], other)])
        for land, other in zip(split.land, split.other[year], strict=True)
    ]


def reserves(yearly: Mapping[str, np.ndarray], split: FundSplit, remitted_share: float) -> list[Purses]:
    """Return what every fund keeps at the end of each year for claims that its later revenue does not cover, 万元.

    ``yearly``: mapping of str to (..., year) float, the yearly inputs of the funds.
    Returns one list of (...) float a year.

    Notes
    -----
    Claims are debt service, land costs and levies. Funds that may give or that serve the debt of others keep; the others spend what they have
    for their own use. Backwards: what a year is short of, with what it has to keep itself as far as the limit of carry-over goes,
    is asked of the year before; nothing is known of what comes after the last. What is kept beyond the limit leaves the fund by
    the rule of that limit, not as a gift.
    """
    funds = range(len(split.land))
    helps = split.serves_others / max(int(split.serves_others.sum()), 1)
    needed: Purses = [NOTHING for _ in funds]
    asked: list[Purses] = []
    for year in reversed(range(np.shape(yearly["land_revenue"])[-1])):
        at = {name: each[..., year] for name, each in yearly.items()}
        income = own_income(at, split, year)
        asked.insert(0, needed)
        kept, _ = take(needed, [part_of(each, at["carryover_limit"]) for each in income])
        land = at["land_cost_share"] * at["land_revenue"] + levies_of(at)
        due = service_due(at)
        short = [
            less(
                together([part_of(due, split.debtor[fund]), part_of(land, split.land[fund]), kept[fund]]),
                less(income[fund], part_of(income[fund], remitted_share)),
            )
            for fund in funds
        ]
        behind = [np.maximum(amount, 0.0) for amount in short]
        others = together([part_of(behind[fund], not split.serves_others[fund] and split.debtor[fund] > 0) for fund in funds])  # fmt: skip
        needed = [
            NOTHING
            if not (split.serves_others[fund] or (split.may_give[fund] and split.debtor[fund]))
            else np.maximum(together([short[fund], part_of(others, helps[fund])]), 0.0)
            for fund in funds
        ]
    return asked
