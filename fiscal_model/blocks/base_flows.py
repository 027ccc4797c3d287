"""The base year's general budget as published, with what stands in for what was not: the other end of a carry-over, debt, transfers."""

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
LEAST = 0.5


@dataclass(frozen=True)
class BaseFlows:
    """Flows of the general budget in the base year, 万元, each published or inferred."""

    flows: Mapping[str, float]  # Every line of `RESOURCES` and `USES`
    published: frozenset[str]  # Lines that were really published
    cautions: tuple[Caution, ...]

    @property
    def difference(self) -> float:
        """By what the resources exceed the uses."""
        return sum(self.flows[line] for line in RESOURCES) - sum(self.flows[line] for line in USES)


def base_flows_of(history: History, base: int, general_debt: DebtPath | None) -> BaseFlows:
    """Put together what is known of the base year's flows; transfers that were not published are what then closes them.

    ``general_debt``: stands in for unpublished principal and proceeds when the stock of debt is known.

    Notes
    -----
    An unpublished carry-in equals the published carry-out and the other way round. Transfers come last: all uses less all
    other resources, so that what borrowing brings is not counted a second time as money from above.
    """
    given = {line: history.value(line, base) for line in (*RESOURCES, *USES)}
    published = frozenset(line for line, amount in given.items() if np.isfinite(amount))
    flows = {line: amount if line in published else 0.0 for line, amount in given.items()}
    cautions: list[Caution] = []
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
    found = BaseFlows(flows, published, ())
    if "transfers" not in published:
        short = flows["expenditure"] - flows["own_revenue"]
        flows["transfers"] = max(-found.difference, 0.0)
        others = short - flows["transfers"]
        beside = f"，其他已知收支（举债、还本、结转等）净得 {others:,.0f} 万元已扣除" if abs(others) > LEAST else ""
        message = f"{base}年上级补助未提供，按支出减自有收入倒算{beside}"
        cautions.insert(0, Caution("transfers_inferred", "上级补助", message))
    return BaseFlows(flows, published, tuple(cautions))
