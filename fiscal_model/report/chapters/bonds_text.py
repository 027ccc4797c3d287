"""Sentences on when the bonds fall due: the wall, the months of next year, the largest bond."""

from __future__ import annotations

import numpy as np

from fiscal_model.analysis.debt.maturity_wall import wall_of
from fiscal_model.arithmetic.debt.bond_schedule import monthly, outstanding
from fiscal_model.report.material import Material
from fiscal_model.report.wording import money, percent
from fiscal_model.words.spans import spans
from fiscal_model.words.vocabulary import DebtKind

_MONTHS_NAMED = 3


def maturity_sentences(m: Material) -> list[str]:
    """Say when principal peaks, what falls due in which month of next year, which bond is the largest; empty without a ledger."""
    if not len(m.plan.basis.debt.ledger):
        return []
    said = [text for text in (_wall(m), _next_year(m), _largest(m)) if text]
    return ["".join(said)] if said else []


def _wall(m: Material) -> str:
    wall = wall_of(m.plan)
    due = wall.total_principal
    if not due.any():
        return ""
    within, peak = due[: len(m.years)], int(np.argmax(due))
    own = {kind.label: float(np.nan_to_num(wall.principal[kind])[peak]) for kind in DebtKind}
    split = "、".join(f"{name}{money(amount)}" for name, amount in own.items() if amount > 0.5)
    said = f"按债券台账，{m.base}年末未偿还本金{money(due.sum())}，其中规划期到期{money(within.sum())}，"
    said += f"占{percent(within.sum() / due.sum())}，最后一笔在{wall.years[-1]}年到期；"
    highest_years = [year for year, amount in zip(wall.years, due, strict=True) if amount > due[peak] - 0.5]
    if len(highest_years) == 1:
        said += f"还本高峰在{wall.years[peak]}年，到期{money(due[peak])}（{split}）"
    else:
        said += f"到期最多的是{spans(highest_years)}年，各{money(due[peak])}"
    if peak >= len(m.years) and within.any():
        highest = int(np.argmax(within))
        said += f"，规划期内最高的是{m.years[highest]}年的{money(within[highest])}"
    return f"{said}。"


def _next_year(m: Material) -> str:
    interest, principal = (part[0] for part in monthly(m.plan.basis.debt.ledger.bonds, m.years[:1]))
    whole, year = interest + principal, m.years[0]
    if whole.sum() < 0.5:
        return f"{year}年没有到期的债券本息。"
    order = [month for month in np.argsort(-whole, kind="stable")[:_MONTHS_NAMED] if whole[month] > 0.5]
    listed = "、".join(
        f"{month + 1}月{money(whole[month])}（其中还本{money(principal[month])}）"
        if principal[month] > 0.5
        else f"{month + 1}月{money(whole[month])}"
        for month in order
    )
    return f"{year}年到期本息{money(whole.sum())}，集中在{listed}，须提前备足库款。"


def _largest(m: Material) -> str:
    ledger = m.plan.basis.debt.ledger
    left = outstanding(ledger.bonds, [m.base])[0]
    if left.max() <= 0.5:
        return ""
    bond = ledger.rows.iloc[int(np.argmax(left))]
    return (
        f"余额最大的一笔是{bond['kind'].label.removesuffix('债务')}债券{bond['bond_code']}，余额{money(left.max())}、"
        f"票面利率{bond['coupon_rate']:.2%}、{bond['maturity_date'].year}年到期。"
    )
