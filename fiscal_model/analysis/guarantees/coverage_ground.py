"""Whether what a place published can show that its three guarantees are covered, or not: a check that cannot fail is none."""

from __future__ import annotations

import numpy as np

from fiscal_model.blocks.guarantees.guarantees_block import BORROWED
from fiscal_model.model.basis import Basis
from fiscal_model.model.projection import Plan

NOT_JUDGED = "未评"


def coverage_is_judged(basis: Basis) -> bool:
    """Tell whether coverage may be judged.

    Where the need is a borrowed share of spending and transfers are what closes spending, free money is a share of spending
    too: coverage is then the ratio of assumed shares, whatever the place is like.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> coverage_is_judged(fm.project(fm.read_place("data/places/gangu"), "baseline").basis)
    True
    """
    return basis.guarantees.grain != BORROWED or "transfers" in basis.balance.opening.published


def unjudged_said(plan: Plan) -> str:
    """Say that coverage was not judged, with what the borrowed shares come to, for what it is worth."""
    least = float(np.nanmin(plan.line("guarantee_coverage")))
    return f"没有“三保”数据，未作判断（需求按外地比例借用、上级补助为倒算，推算的保障倍数最低{least:.2f}倍，只供参考）"
