"""Whether a figure of the base year may be called published: only where it was, else what stands in for it."""

from __future__ import annotations

from fiscal_model.model.planbook import inferred_lines
from fiscal_model.model.projection import Plan

_TRANSFERS = "revenue.transfers.base."
_CLAIMS = ("公布数", "基期公布数")


def how_observed(plan: Plan, line: str, year: int) -> str:
    """Say how a figure of an observed year arose."""
    if year != plan.base_year or line not in inferred_lines(plan):
        return "公布的决算数或执行数"
    said = [each.message for each in plan.cautions if each.code == "transfers_inferred"]
    of_transfers = said if line.startswith("transfers") or line == "available_resources" else []
    return f"基期没有公布，是推算数（由公布的其他各数推算、分拆或平衡得出）{'：' if of_transfers else ''}{''.join(of_transfers)}"


def how_declared(plan: Plan, name: str, how: str, found: bool) -> str:
    """Say how an input of the plan arose: what is declared to be published and stands in no row was not.

    ``how``: as declared; ``found``: whether any row of the place holds it.
    """
    if name.startswith(_TRANSFERS) and "transfers" not in plan.basis.balance.opening.published:
        return "基期没有公布，按全部去向减其他来源倒算，再按假设的比重划分"
    if found or not how.startswith(_CLAIMS) or "没有公布" in how:
        return how
    return "没有公布，由规划推算或按没有计"
