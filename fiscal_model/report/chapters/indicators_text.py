"""What the plan says of the ten percent rule on interest."""

from __future__ import annotations

import numpy as np

from fiscal_model.analysis.debt.interest_rule import check_interest
from fiscal_model.law.limits import interest_mark
from fiscal_model.law.rules import rules
from fiscal_model.model.debt_ratios import crossing_of
from fiscal_model.model.projection import Plan
from fiscal_model.report.chapters.restructuring_text import restructuring_sentences
from fiscal_model.report.material import Material
from fiscal_model.report.wording import UNVERIFIED, money, odds_percent, percent
from fiscal_model.words.spans import spans
from fiscal_model.words.vocabulary import DebtKind


def rule_sentences(m: Material) -> list[str]:
    """Say where the ten percent rule on interest bites: year, excess, probability, cure, owner and actions; else that it does not."""
    rule, judged = rules("interest_rule"), check_interest(m.plan)
    law = (
        f"按{rule['source']}（条文{UNVERIFIED}），一般债务付息支出占一般公共预算支出、"
        f"或专项债务付息支出占政府性基金支出超过{interest_mark()}的，"
    )
    if not judged:
        return [f"付息支出资料未提供，是否超过{interest_mark()}未作判断。{law}须{rule['consequence']}。"]
    hit = [found for found in judged if found.first_year is not None]
    unknown = [
        kind.label
        for kind in DebtKind
        if kind not in {found.kind for found in judged if np.isfinite(found.burden).all()}
    ]
    said = [f"{'、'.join(unknown)}付息支出资料不全，是否超过{interest_mark()}未作判断。"] if unknown else []
    if not hit:
        kinds = "、".join(found.kind.label for found in judged)
        within = f"规划期{kinds}付息支出占比{'均' if len(judged) > 1 else ''}未超过{interest_mark()}"
        return [*said, f"{within}{_earlier(m.plan)}。{law}须{rule['consequence']}，本规划逐年监测。"]
    for found in hit:
        chance = m.fan.probabilities.get(f"interest_burden_{found.kind}")
        tail = f"模拟显示，{m.years[-1]}年超过的概率为{odds_percent(chance[-1])}。" if chance is not None else ""
        highest = float(np.nanmax(found.burden))
        said.append(
            f"{found.kind.label}付息占支出{crossing_of(m.plan, f'interest_burden_{found.kind}').years}超过{interest_mark()}，"
            f"规划期最高{percent(highest)}。{tail}"
        )
    said.append(cure_sentence(m.plan))
    said.append(
        f"{law}必须{rule['consequence']}。据此应由{m.government}{rule['owner']}牵头，"
        f"先核实规则原文和计算口径，再按程序研究以下措施：{'，'.join(rule['actions'])}。"
    )
    return [*said, *restructuring_sentences(m)]


def cure_sentence(plan: Plan) -> str:
    """Say in one sentence what would cure a breach of the ten percent rule in its first year; empty without one."""
    said = []
    for found in check_interest(plan):
        if found.first_year is None:
            continue
        at = found.years.index(found.first_year)
        retire = float(found.debt_to_retire[at])
        said.append(
            f"{found.kind.label}{found.first_year}年付息超出{money(found.excess[at])}，"
            f"须少付息{money(found.excess[at])}" + (f"（相当于少{money(retire)}债务）" if np.isfinite(retire) else "")
        )
    return f"{'；'.join(said)}，才能回到{interest_mark()}以内。" if said else ""


def _earlier(plan: Plan) -> str:
    """Name the published years that were over the line though no plan year is; empty where there are none."""
    crossings = {kind: crossing_of(plan, f"interest_burden_{kind}").before for kind in DebtKind}
    listed = "，".join(f"{kind.label}{spans(years)}年曾超过" for kind, years in crossings.items() if years)
    return f"（{listed}）" if listed else ""
