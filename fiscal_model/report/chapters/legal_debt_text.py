"""What the plan says of legal debt still to be issued: room under the limits, coupons, how much depends on refinancing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fiscal_model.arithmetic.debt.portfolio import project_debt
from fiscal_model.blocks.debt.legal_debt import LegalDebt
from fiscal_model.report.material import Material
from fiscal_model.report.wording import UNVERIFIED, known, money
from fiscal_model.report.wording_by_year import money_in_years, percent_range
from fiscal_model.words.spans import spans
from fiscal_model.words.vocabulary import DebtKind

LESS_REFINANCING = 0.2
"""How much lower the refinancing share is in the what-if: the design's usual shock."""


def legal_debt_sentences(m: Material) -> list[str]:
    """Write on new issues and refinancing: headroom and what was cut, coupons, dependence, the cost of refinancing less."""
    return [*_headroom(m), *_coupons(m), *_dependence(m), *_shock(m)]


def shocked_own_principal(debt: LegalDebt, less: float = LESS_REFINANCING) -> np.ndarray:
    """Return principal from own money if a smaller share of what falls due were refinanced, 万元, shape (..., year)."""
    share = np.maximum(debt.terms.refinancing_share - less, 0.0)
    return project_debt(replace(debt.terms, refinancing_share=share)).own_principal


def _headroom(m: Material) -> list[str]:
    found = []
    for kind in DebtKind:
        if not m.knows(f"debt_{kind}_headroom"):
            continue
        room, path = m.line(f"debt_{kind}_headroom"), m.plan.basis.debt.paths[kind]
        said = f"{kind.label}限额空间（限额减余额）{m.years[0]}年末为{money(room[0])}，{m.years[-1]}年末为{money(room[-1])}。"
        if cut := money_in_years(m.years, path.cut):
            said += f"超过限额空间、没有安排的新增债券：{cut}。"
        swapped = float(path.swapped.sum())
        if swapped > 0.5:
            said += f"另有置换存量隐性债务的债券{money(swapped)}，限额按同额增加测算，实际以上级下达为准。"
        found.append(said)
    return found


def _coupons(m: Material) -> list[str]:
    listed = []
    for kind, debt in m.plan.basis.debt.legal.items():
        name = kind.label.removesuffix("债务")
        for issue, word in ((debt.terms.new, "新增"), (debt.terms.refinancing, "再融资")):
            if debt.known:
                listed.append(f"{word}{name}债券{int(issue.tenor[0])}年期{percent_2(float(issue.rate[0]))}")
    if not listed:
        return []
    source = f"按期限查发行利率曲线，曲线取自山东省2025年7—12月的发行结果，用于本地{UNVERIFIED}"
    if m.plan.basis.assumed.is_given("new_issue_rate")[0]:
        source = "由规划人员设定"
    return [f"新发债券的期限和票面利率（{m.years[0]}年）：{'、'.join(listed)}；利率{source}，期限为设计值。"]


def percent_2(rate: float) -> str:
    """Print a coupon with two decimals.

    Examples
    --------
    >>> percent_2(0.01972)
    '1.97%'
    """
    return f"{rate:.2%}"


def _dependence(m: Material) -> list[str]:
    share = m.line("refinancing_dependence")
    if not known(*share):
        return []
    rest = "，其余须以自有资金偿还" if float(share.min()) < 1 - 1e-9 else ""
    return [f"到期本金中以再融资债券偿还的占{percent_range(share)}（借新还旧依赖度）{rest}。"]


def _shock(m: Material) -> list[str]:
    debts = [debt for debt in m.plan.basis.debt.legal.values() if debt.path.repaid.sum() > 0.5]
    if not debts:
        return []
    planned = np.sum([debt.path.own_principal for debt in debts], axis=0)
    shocked = np.sum([shocked_own_principal(debt) for debt in debts], axis=0)
    peak = int(np.argmax(shocked))
    more = shocked - planned
    pairs = [(money(before), money(after)) for before, after in zip(planned, shocked, strict=True)]
    alike = [year for year, pair in zip(m.years, pairs, strict=True) if pair == pairs[peak]]
    when = "每年" if len(alike) == len(pairs) > 1 else f"最高的{spans(alike)}年"
    when += "每年" if 1 < len(alike) < len(pairs) else ""
    return [
        f"若再融资比重低{LESS_REFINANCING * 100:.0f}个百分点，自有资金还本{when}由{money(planned[peak])}增至"
        f"{money(shocked[peak])}，多{money(more[peak])}；规划期合计多{money(more.sum())}。"
    ]
