"""What a plan cannot say or should not be trusted on: lines without data, cautions on the result."""

from __future__ import annotations

import numpy as np

from fiscal_model.law.limits import interest_line
from fiscal_model.model.basis import Basis
from fiscal_model.model.compute import Lines
from fiscal_model.words.cautions import Caution
from fiscal_model.words.lines import LINES


def unavailable_lines(basis: Basis) -> frozenset[str]:
    """Lines the data do not carry: computed with zeros inside, printed as absent."""
    history, base = basis.history, basis.base_year
    missing: set[str] = set()
    for kind, known in basis.debt.known.items():
        if not known:
            stocks = (
                f"debt_{kind}_opening_stock",
                f"debt_{kind}_stock",
                f"debt_limit_{kind}_stock",
                f"debt_{kind}_headroom",
                f"limit_use_{kind}",
            )
            missing |= {*stocks, "debt_stock", "debt_ratio", "debt_ratio_a", "debt_ratio_b", "debt_to_gdp"}
            if not np.isfinite(history.value(f"interest_{kind}", base)):
                missing |= {f"interest_{kind}", f"interest_burden_{kind}", "debt_service_ratio"}
    kinds = ("rebates", "general_transfers", "special_transfers")
    if not np.isfinite([history.value(kind, base) for kind in kinds]).all():
        missing |= set(kinds)
    if not np.isfinite(history.value("fund_revenue", base)):
        missing |= {line.id for line in LINES.values() if line.block == "funds"} - {
            "interest_special",
            "debt_proceeds_special",
            "principal_special",
        }
        missing.add("interest_burden_special")
    if not np.isfinite(history.value("land_revenue", base)):
        missing |= {"land_revenue", "fund_other_revenue", "land_cost"}
    if not np.isfinite(history.value("tax_revenue", base)):
        missing |= {"tax_revenue", "nontax_revenue"}
    if not np.isfinite(history.value("state_capital_revenue", base)) and not basis.place.has("firms"):
        missing |= {line.id for line in LINES.values() if line.block == "state_capital"}
    if not np.isfinite(history.value("revolving_fund_stock", base)):
        missing.add("revolving_fund_stock")
    if not basis.balance.insurance.schemes:
        missing |= {line.id for line in LINES.values() if line.block == "social_insurance"}
    if not basis.place.has("hidden_debt"):
        missing |= {"hidden_debt_resolved", "hidden_debt_stock", "hidden_debt_budget"}
    if not basis.place.has("temporary_payments"):
        missing |= {
            "digestion",
            *(f"temporary_payments_{name}" for name in ("opening_stock", "new", "collected", "in_kind", "stock")),
        }
    if not np.isfinite(basis.revenue.gdp).all():
        missing |= {"gdp", "debt_to_gdp"}
    return frozenset(missing)


def plan_cautions(basis: Basis, lines: Lines) -> tuple[Caution, ...]:
    """Return the cautions on the data and on the computed result, in the order in which they are printed."""
    found = list(basis.cautions)
    checks = (
        ("funding_gap", lambda x: x > 0.5, "一般公共预算", "年起出现无法弥补的收支缺口"),
        ("fund_gap", lambda x: x > 0.5, "政府性基金", "年起政府性基金出现缺口"),
        ("fund_transfer_in", lambda x: x > 0.5, "政府性基金", "年起专项债务付息还本须由一般公共预算调出补足"),
        ("guarantees_shortfall", lambda x: x > 0.5, "三保", "年起可用财力不足以保障三保"),
        (
            "interest_burden_general",
            lambda x: x > interest_line(),
            "政府债务",
            "年起一般债务付息超过支出10%；该线（国办函〔2016〕88号财政重整）条文未经核实",
        ),
        (
            "interest_burden_special",
            lambda x: x > interest_line(),
            "政府债务",
            "年起专项债务付息超过基金支出10%；该线（国办函〔2016〕88号财政重整）条文未经核实",
        ),
    )
    for name, beyond, where, text in checks:
        year = _first_year(beyond(lines[name]), basis.years)
        if year is not None:
            found.append(Caution(f"{name}_breach", where, f"{year}{text}"))
    if lines["flexible_spending"].min() < -0.5:
        message = f"三保、付息等测算数超过{basis.base_year}年一般公共预算支出，其他一般支出为负，请核对三保数据"
        found.append(Caution("duties_exceed_spending", "支出", message))
    booked = basis.balance.opening.flows["transfer_in"]
    matched = basis.base("fund_transfer_out") + basis.base("state_capital_transfer_out")
    if booked - matched > 0.5:
        message = f"{basis.base_year}年调入资金中 {booked - matched:,.0f} 万元没有对应的基金或国资调出，按一次性处理，规划期不预计"
        found.append(Caution("transfer_in_unmatched", "一般公共预算", message))
    if basis.balance.commitments.digestion_stock[-1] > 0.5 and basis.place.has("temporary_payments"):
        found.append(
            Caution(
                "temporary_payments_left",
                "暂付款",
                f"规划期末仍有暂付款 {basis.balance.commitments.digestion_stock[-1]:,.0f} 万元",
            )
        )
    return tuple(found)


def _first_year(beyond: np.ndarray, years: tuple[int, ...]) -> int | None:
    return next((year for year, hit in zip(years, beyond, strict=True) if hit), None)
