"""The opening balance: the base year's general budget made to close, every inferred figure said aloud."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fiscal_model.blocks.approved_budget import figure
from fiscal_model.blocks.base_flows import LEAST, BaseFlows
from fiscal_model.inputs.history import History
from fiscal_model.words.cautions import Caution


@dataclass(frozen=True)
class Opening:
    """Base-year flows of the general budget, 万元, with nothing left unknown."""

    flows: Mapping[str, float]  # Every line of both sides
    published: frozenset[str]  # Lines that were really published
    # unlisted_in, unlisted_out: what closes the two sides: items the published figures do not list
    unlisted_in: float
    unlisted_out: float
    stabilization_stock: float
    revolving_stock: float
    cautions: tuple[Caution, ...]


def open_base_year(history: History, base: int, known: BaseFlows) -> Opening:
    """Close the base year's general budget on what is known of its flows.

    Notes
    -----
    What still separates the sides is kept as ``unlisted`` and goes on in the plan by ``unlisted_growth``: it is there in the
    accounts, only not itemised.
    """
    difference = known.difference
    cautions = [*known.cautions]
    if abs(difference) > LEAST:
        side = "收大于支" if difference > 0 else "支大于收"
        inferred = sum(abs(amount) for line, amount in known.flows.items() if line not in known.published) > LEAST
        items = "已列项目（部分为推算数）" if inferred else "已公布项目"
        cautions.append(
            Caution(
                "unlisted",
                "一般公共预算",
                f"{base}年{items}{side} {abs(difference):,.0f} 万元，按未列明项目处理，规划期按“未列明收支增速”变动",
            )
        )
    stock, stock_cautions = _stabilization_stock(history, base)
    return Opening(
        flows=known.flows,
        published=known.published,
        unlisted_in=max(-difference, 0.0) if abs(difference) > LEAST else 0.0,
        unlisted_out=max(difference, 0.0) if abs(difference) > LEAST else 0.0,
        stabilization_stock=stock,
        revolving_stock=history.booked("revolving_fund_stock", base),
        cautions=(*cautions, *stock_cautions),
    )


def _stabilization_stock(history: History, base: int) -> tuple[float, list[Caution]]:
    stock = history.value("stabilization_fund_stock", base)
    if np.isfinite(stock):
        return stock, []
    # What the year put in is there, and what the next year's approved budget takes out.
    shown = {
        "当年安排数": history.value("stabilization_topup", base),
        f"{base + 1}年预算动用数": figure(history.planned, base + 1, "stabilization_draw"),
    }
    whose, least = max(((name, float(np.nan_to_num(amount))) for name, amount in shown.items()), key=lambda one: one[1])
    taken = f"按不少于{whose} {least:,.0f} 万元计" if least > 0.5 else "按没有余额起算"
    message = f"{base}年末预算稳定调节基金余额未提供，{taken}"
    return least, [Caution("stabilization_stock_unknown", "预算稳定调节基金", message)]
