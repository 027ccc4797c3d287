"""What a fund keeps for its own coming years before it gives anything away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from fiscal_model.arithmetic.budgets.purses import NOTHING, FundSplit, Purses, part_of, together


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


def reserves(kept: Sequence[Purses], lacking: Sequence[Purses], split: FundSplit) -> list[Purses]:
    """Return what every fund keeps at the end of each year before it gives anything away, 万元.

    ``kept``: one list of (...) float a year: what each fund carries on anyhow.
    ``lacking``: the same: debt service, land costs and levies that it then cannot pay.
    Returns the same: what is kept anyhow and what the next year lacks; nothing in the last year, of which the next is not known.

    Notes
    -----
    Funds that may give keep, for themselves and, where they serve the debt of others, for those; the others carry on what they
    are used to and spend the rest for their own use. What is kept beyond the limit of carry-over leaves the fund by the rule of
    that limit, not as a gift.
    """
    funds = range(len(split.land))
    helps = split.serves_others * split.may_give / max(int((split.serves_others & split.may_give).sum()), 1)
    asked: list[Purses] = []
    for usual, short in zip(kept[:-1], lacking[1:], strict=True):
        short = [np.maximum(amount, 0.0) if amount is not NOTHING else NOTHING for amount in short]
        others = together([part_of(short[fund], not split.may_give[fund]) for fund in funds])
        asked.append([
            together([usual[fund], short[fund], part_of(others, helps[fund])]) if split.may_give[fund] else NOTHING for fund in funds
        ])  # fmt: skip
    return [*asked, [NOTHING for _ in funds]]
