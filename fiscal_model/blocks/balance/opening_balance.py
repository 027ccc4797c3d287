"""The opening balance: the base year's general budget made to close, every inferred figure said aloud."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fiscal_model.arithmetic.debt.portfolio import DebtPath
from fiscal_model.inputs.history import History
from fiscal_model.law.classification import SIDES
from fiscal_model.words.cautions import Caution
from fiscal_model.words.vocabulary import Budget

RESOURCES, USES = SIDES[Budget.GENERAL]


@dataclass(frozen=True)
class Opening:
    """Base-year flows of the general budget, 万元, with nothing left unknown."""

    flows: Mapping[str, float]  # Every line of `RESOURCES` and `USES`
    published: frozenset[str]  # Lines that were really published
    # unlisted_in, unlisted_out: what closes the two sides: items the published figures do not list
    unlisted_in: float
    unlisted_out: float
    stabilization_stock: float
    revolving_stock: float
    cautions: tuple[Caution, ...]


def open_base_year(history: History, base: int, general_debt: DebtPath | None, transfers: float) -> Opening:
    """Close the base year's general budget on what was published.

    ``general_debt``: stands in for unpublished principal and proceeds when the stock of debt is known.
    ``transfers``: transfers from above, published or inferred, 万元.

    Notes
    -----
    An unpublished carry-in equals the published
    carry-out and the other way round. What then still separates the sides is kept as ``unlisted`` and goes on in the plan by
    ``unlisted_growth``: it is there in the accounts, only not itemised.
    """
    given = {line: history.value(line, base) for line in (*RESOURCES, *USES)}
    published = frozenset(line for line, amount in given.items() if np.isfinite(amount))
    flows = {line: amount if line in published else 0.0 for line, amount in given.items()}
    cautions: list[Caution] = []
    if "transfers" not in published:
        flows["transfers"] = transfers
        cautions.append(Caution("transfers_inferred", "上级补助", f"{base}年上级补助未提供，按支出减自有收入倒算"))
    for known, missing in (("carry_out", "carry_in"), ("carry_in", "carry_out")):
        if known in published and missing not in published:
            flows[missing] = flows[known]
            name = "上年结转" if missing == "carry_in" else "结转下年"
            cautions.append(
                Caution(f"{missing}_inferred", "一般公共预算", f"{base}年{name}未提供，按与另一端结转相等处理")
            )
    if general_debt is not None:
        for line, amount in (
            ("principal_general", general_debt.repaid[0]),
            ("debt_proceeds_general", general_debt.refinanced[0] + general_debt.issued_new[0]),
        ):
            if line not in published:
                flows[line] = float(amount)
    difference = sum(flows[line] for line in RESOURCES) - sum(flows[line] for line in USES)
    if abs(difference) > 0.5:
        side = "收大于支" if difference > 0 else "支大于收"
        cautions.append(
            Caution(
                "unlisted",
                "一般公共预算",
                f"{base}年已公布项目{side} {abs(difference):,.0f} 万元，按未列明项目处理，规划期按“未列明收支增速”变动",
            )
        )
    stock, stock_cautions = _stabilization_stock(history, base)
    return Opening(
        flows=flows,
        published=published,
        unlisted_in=max(-difference, 0.0) if abs(difference) > 0.5 else 0.0,
        unlisted_out=max(difference, 0.0) if abs(difference) > 0.5 else 0.0,
        stabilization_stock=stock,
        revolving_stock=history.booked("revolving_fund_stock", base),
        cautions=(*cautions, *stock_cautions),
    )


def _stabilization_stock(history: History, base: int) -> tuple[float, list[Caution]]:
    stock = history.value("stabilization_fund_stock", base)
    if np.isfinite(stock):
        return stock, []
    topup = history.value("stabilization_topup", base)
    least = topup if np.isfinite(topup) else 0.0
    taken = f"按不少于当年安排数 {least:,.0f} 万元计" if least > 0.5 else "按没有余额起算"
    message = f"{base}年末预算稳定调节基金余额未提供，{taken}"
    return least, [Caution("stabilization_stock_unknown", "预算稳定调节基金", message)]
