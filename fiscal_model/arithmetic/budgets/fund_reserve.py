"""What a fund keeps for the next year before it gives anything away."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fiscal_model.arithmetic.budgets.purses import NOTHING, FundSplit, Purses, part_of, together


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
