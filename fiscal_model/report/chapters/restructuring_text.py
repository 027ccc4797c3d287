"""What the plan says of the way back under the ten percent line: each lever, all together, what it would take, what to decide."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from fiscal_model.analysis.debt.restructuring import LeverPath, Restructuring, restructure
from fiscal_model.law.limits import interest_mark
from fiscal_model.law.rules import rules
from fiscal_model.report.material import Material
from fiscal_model.report.wording import UNVERIFIED, and_so, money, percent
from fiscal_model.words.vocabulary import DebtKind


def restructuring_sentences(m: Material) -> list[str]:
    """Write the way back of every kind above the line, and what is to be decided; nothing where none is above it."""
    said = []
    for one in restructure(m.plan):
        levers = "；".join(_SAID[path.lever](one, path) for path in one.levers)
        lead = f"{one.kind.label}的重整路径（附表26-4、26-5，措施力度为设计值，{UNVERIFIED}）"
        said += [f"{lead}：{levers}。" if levers else f"{lead}：没有可用的措施。", _together(one)]
        if one.together.back is None:
            said.append(_needed(m, one))
        said.append(_decision(m, one))
    return said


def _end(one: Restructuring, path: LeverPath) -> str:
    return f"{one.years[-1]}年比值为{percent(path.burden[-1])}（现行规划{percent(one.rule.burden[-1])}）"


def _stop(one: Restructuring, path: LeverPath) -> str:
    higher = path.burden[-1] > one.rule.burden[-1] + 5e-4
    return and_so(
        f"停止新增债券，规划期少付息{money(path.interest_saved.sum())}，债券安排的支出同时减少，{_end(one, path)}",
        "比值上升是分母变小所致，债务和付息都在减少" if higher else "",
    )


def _repay(one: Restructuring, path: LeverPath) -> str:
    return (
        f"以可动用财力多还本金{money(path.extra_repaid.sum())}，由一般公共预算承担{money(path.cost.sum())}"
        f"（最多一年{money(path.cost.max())}），{_end(one, path)}"
    )


def _assets(one: Restructuring, path: LeverPath) -> str:
    return f"处置已登记资产可得{money(path.assets.sum())}用于还本，{_end(one, path)}"


def _coupon(one: Restructuring, path: LeverPath) -> str:
    label = rules("restructuring")["lever"]["coupon"]["label"]
    return f"{label}，规划期少付息{money(path.interest_saved.sum())}，{_end(one, path)}"


_SAID: dict[str, Callable[[Restructuring, LeverPath], str]] = {
    "stop_new": _stop,
    "repay": _repay,
    "assets": _assets,
    "coupon": _coupon,
}


def _together(one: Restructuring) -> str:
    path, mark = one.together, interest_mark()
    back = f"{path.back}年起回到{mark}以内" if path.back else f"规划期内不能回到{mark}以内"
    cost = float(path.cost.sum())
    borne = f"一般公共预算承担{money(cost)}" if cost > 0.5 else "不增加一般公共预算负担"
    means = "" if cost <= 0.5 else "在可动用财力和资产处置收入之内" if path.carried else "超出可动用财力和资产处置收入"
    return f"各项措施合计，{_end(one, path)}，{back}；{and_so(borne, means)}。"


def _needed(m: Material, one: Restructuring) -> str:
    """How much of one thing alone would bring the last year back; that full use of the others is not enough."""
    last, kind = one.years[-1], one.kind
    income = "政府性基金收入" if kind == DebtKind.SPECIAL else "自有收入"
    planned = float(m.line("fund_revenue" if kind == DebtKind.SPECIAL else "own_revenue")[-1])
    retire, more = float(one.rule.debt_to_retire[-1]), float(one.income_needed[-1])
    ways = []
    if np.isfinite(retire):
        stock = float(m.line(f"debt_{kind}_opening_stock")[-1])
        share = f"（年初余额的{percent(retire / stock)}）" if np.isfinite(stock) and stock > 0 else ""
        ways.append(f"减少债务{money(retire)}{share}")
    if np.isfinite(more) and planned > 0:
        ways.append(f"{income}比规划多{money(more)}（规划数的{more / planned:.1f}倍）")
    if np.isfinite(one.repay_share[-1]):
        ways.append(f"到期再融资的{percent(one.repay_share[-1])}改由自有资金偿还")
    if np.isfinite(one.coupon_cut[-1]):
        ways.append(f"新发债券利率再低{100 * one.coupon_cut[-1]:.2f}个百分点")
    beyond = [
        words
        for words, size in (
            ("到期本金全部以自有资金偿还", one.repay_share[-1]),
            ("新发债券不付利息", one.coupon_cut[-1]),
        )
        if not np.isfinite(size)
    ]
    said = (
        f"要在{last}年回到{interest_mark()}以内，只靠一项的，须{'，或'.join(ways)}（所需规模，不是预测）"
        if ways
        else ""
    )
    return (
        "；".join(part for part in (said, f"即使{'、'.join(beyond)}，单独一项也不能回到线内" if beyond else "") if part)
        + "。"
    )


def _decision(m: Material, one: Restructuring) -> str:
    rule, path = rules("interest_rule"), one.together
    start = (
        f"建议由{m.government}{rule['owner']}启动{one.kind.label}财政重整计划（{rule['source']}，条文{UNVERIFIED}），"
        f"{rule['approval']}"
    )
    if path.back and path.carried:
        return f"{start}；按上述措施实施，{path.back}年结束重整，逐年公布比值。"
    if path.back:
        return f"{start}；上述措施须承担的资金超出财力，先压减或落实来源，不足部分{rule['rescue']}。"
    return (
        f"{start}；上述措施本级能做的先做，不足部分按上列所需规模{rule['rescue']}；"
        f"回到{interest_mark()}以内之前，{rule['new_projects']}。"
    )
