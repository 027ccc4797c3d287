"""What a plan cannot say or should not be trusted on: lines without data, cautions on the result."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from fiscal_model.law.limits import interest_mark
from fiscal_model.law.rules import rules
from fiscal_model.model.basis import Basis
from fiscal_model.model.compute import Lines
from fiscal_model.model.debt_limits import over_limit
from fiscal_model.model.known_later import known_later
from fiscal_model.model.observed import find_crossing, observed_values
from fiscal_model.words.cautions import Caution
from fiscal_model.words.lines import LINES, RATIO
from fiscal_model.words.spans import spans

_OF_SPECIAL_DEBT = {"interest_special", "debt_proceeds_special", "principal_special"}
"""Lines of the fund budget that the debt register tells, whatever is known of the funds."""

_OVER_FUNDS = {f"comprehensive_capacity_{convention}" for convention in "abc"}
"""Sums over both budgets: without the funds they would be too small, and the debt ratios over them too high."""

_FREE_OF_FUNDS = {
    "fund_own_continuing", "fund_own_free", "fund_continuing_spending", "fund_uncommitted", "fund_tied_left", "fund_short",
    "fund_offset_capacity",
}  # fmt: skip
"""What can only be told where the ledger shows the funds one by one: totals do not say which money is tied."""


def unavailable_lines(basis: Basis) -> frozenset[str]:
    """Lines the data do not carry, with every ratio over one of them: computed with zeros inside, printed as absent."""
    place = basis.place
    kinds = ("rebates", "general_transfers", "special_transfers")
    reasons = [
        (_unpublished(basis, *kinds), set(kinds)),
        (_unpublished(basis, "fund_revenue"), (_block("funds") | _OVER_FUNDS) - _OF_SPECIAL_DEBT),
        (basis.balance.funds is None, _FREE_OF_FUNDS),
        (_unpublished(basis, "land_revenue"), {"land_revenue", "fund_other_revenue", "land_cost", "land_cost_gap"}),
        (_unpublished(basis, "tax_revenue"), {"tax_revenue", "nontax_revenue"}),
        (_unpublished(basis, "state_capital_revenue") and not place.has("firms"), _block("state_capital")),
        (_unpublished(basis, "revolving_fund_stock"), {"revolving_fund_stock"}),
        (
            not basis.balance.insurance.schemes,
            _block("social_insurance") | {"insurance_subsidy", "insurance_shortfall"},
        ),
        (not place.has("hidden_debt"), _beginning("hidden_debt_")),
        (not place.has("temporary_payments"), {"digestion"} | _beginning("temporary_payments_")),
        (not np.isfinite(basis.revenue.gdp).all(), {"gdp"}),
    ]
    for kind, known in basis.debt.known.items():
        stocks = {f"debt_{kind}_{name}" for name in ("opening_stock", "stock", "headroom")}
        reasons.append((not known, stocks | {"debt_stock"}))
        no_limit = not np.isfinite(basis.debt.legal[kind].terms.limit).all()
        reasons.append((no_limit, {f"debt_limit_{kind}_stock", f"debt_{kind}_headroom"}))
        reasons.append((not known and _unpublished(basis, f"interest_{kind}"), {f"interest_{kind}"}))
    missing = {line for absent, lines in reasons if absent for line in lines}
    ratios = {line.id for line in LINES.values() if line.unit == RATIO and missing & set(line.names)}
    return frozenset(missing | ratios)


def _unpublished(basis: Basis, *lines: str) -> bool:
    return not np.isfinite([basis.history.value(line, basis.base_year) for line in lines]).all()


def _block(name: str) -> set[str]:
    return {line.id for line in LINES.values() if line.block == name}


def _beginning(word: str) -> set[str]:
    return {name for name in LINES if name.startswith(word)}


def plan_cautions(basis: Basis, lines: Lines) -> tuple[Caution, ...]:
    """Return the cautions on the data and on the computed result, in the order in which they are printed."""
    found = list(basis.cautions)
    line_told = f"{interest_mark()}（该线见{rules('interest_rule')['source']}关于财政重整的规定，条文未经核实）"
    checks = (
        ("funding_gap", "一般公共预算", "出现无法弥补的收支缺口"),
        ("fund_debt_gap", "政府性基金", "专项债务偿还来源不落实，政府性基金出现缺口"),
        ("land_cost_gap", "政府性基金", "土地出让收入在偿债之后不足以支付土地成本，政府性基金出现缺口"),
        ("fund_transfer_in", "政府性基金", "专项债务付息还本须由一般公共预算调出补足"),
        ("guarantees_shortfall", "三保", "可用财力不足以保障三保"),
        ("interest_burden_general", "政府债务", f"一般债务付息超过支出{line_told}"),
        ("interest_burden_special", "政府债务", f"专项债务付息超过基金支出{line_told}"),
    )
    unknown = unavailable_lines(basis)
    for name, where, text in checks:
        if name in unknown:
            continue
        when = _when(basis, name, lines[name])
        if when:
            found.append(Caution(f"{name}_breach", where, f"{when}{text}"))
    found += _insurance_cautions(basis)
    if lines["flexible_spending"].min() < -0.5:
        message = f"三保、付息等测算数超过{basis.base_year}年一般公共预算支出，其他一般支出为负，请核对三保数据"
        found.append(Caution("duties_exceed_spending", "支出", message))
    known = {name: np.full_like(values, np.nan) if name in unknown else values for name, values in lines.items()}
    found += [*_over_limit(basis, known), *_unmatched_transfer(basis, lines), *known_later(basis, known)]
    if basis.balance.commitments.digestion_stock[-1] > 0.5 and basis.place.has("temporary_payments"):
        found.append(
            Caution(
                "temporary_payments_left",
                "暂付款",
                f"规划期末仍有暂付款 {basis.balance.commitments.digestion_stock[-1]:,.0f} 万元",
            )
        )
    return tuple(replace(caution, message=basis.place.in_its_words(caution.message)) for caution in found)


def _over_limit(basis: Basis, lines: Lines) -> list[Caution]:
    """More debt than a limit that was published: a breach whatever the plan makes of it."""
    return [
        Caution(
            f"{found.kind}_over_limit",
            "政府债务",
            f"{'、'.join(f'{year}年末{found.kind.label}余额超过公布的限额 {more:,.0f} 万元' for year, more in found.published.items())}，"
            "违反预算法实施条例第四十三条，请核实余额和限额，确实超过的必须调减举债",
        )
        for found in over_limit(basis, lines)
        if found.published
    ]


def _unmatched_transfer(basis: Basis, lines: Lines) -> list[Caution]:
    """Money moved in from neither funds nor state capital: not in the plan; how often there was some, and what it would do to the gap."""
    history, base = basis.history, basis.base_year
    seen = {year: unmatched_transfer(history.actual, year) for year in map(int, history.actual.index) if year <= base}
    now = seen.pop(base, np.nan)
    if not now > 0.5:
        return []
    told = np.isfinite([history.value(f"{name}_transfer_out", base) for name in ("fund", "state_capital")]).any()
    source = (
        "应是从其他资金（收回的存量资金等）调入，用完即止，没有逐年来源"
        if told
        else "基金和国资的调出没有公布，无法核对来源"
    )
    text = f"{base}年调入资金中 {now:,.0f} 万元没有对应的基金或国资调出，{source}，按一次性处理，规划期不预计，由它支持的支出照常延续"
    before = [f"{year}年 {amount:,.0f} 万元" for year, amount in seen.items() if amount > 0.5][-3:]
    text += f"；此前也有：{'、'.join(before)}" if before else ""
    budgeted = unmatched_transfer(history.planned, base + 1, history.actual)
    text += f"；{base + 1}年预算的调入资金中仍有 {budgeted:,.0f} 万元没有对应调出" if budgeted > 0.5 else ""
    spared = float(np.minimum(lines["funding_gap"], now).sum())
    if spared > 0.5:
        text += f"。若每年仍能同额调入，规划期收支缺口合计 {lines['funding_gap'].sum():,.0f} 万元至多减少 {spared:,.0f} 万元，请说明来源"
    return [Caution("transfer_in_unmatched", "一般公共预算", text)]


def unmatched_transfer(frame: pd.DataFrame, year: int, else_in: pd.DataFrame | None = None) -> float:
    """Return what of a year's money moved into the general budget left no fund and no state capital, 万元; NaN without a figure.

    ``else_in``: of the year before, for what a budget does not print.

    Examples
    --------
    >>> frame = pd.DataFrame({"transfer_in": [42.5], "fund_transfer_out": [4.0]}, index=[2025])
    >>> unmatched_transfer(frame, 2025), unmatched_transfer(frame, 2026)
    (38.5, nan)
    """
    if year not in frame.index or "transfer_in" not in frame.columns:
        return float("nan")
    left = float(frame.at[year, "transfer_in"])
    for name in ("fund_transfer_out", "state_capital_transfer_out"):
        given = frame.at[year, name] if name in frame.columns else np.nan
        if np.isnan(given) and else_in is not None and name in else_in.columns and year - 1 in else_in.index:
            given = else_in.at[year - 1, name]
        left -= float(np.nan_to_num(given))
    return left


def _when(basis: Basis, name: str, values: np.ndarray) -> str:
    """The years of a breach: since when where it lasts, an indicator's from the first year with a figure; else one by one."""
    if name in rules("indicators"):
        of = LINES[name].formula
        seen = observed_values(basis, of) if of is not None else {}
        return find_crossing(name, seen, values, basis.years).years
    hits = [year for year, value in zip(basis.years, values, strict=True) if value > 0.5]
    if not hits:
        return ""
    lasts = hits == list(basis.years[basis.years.index(hits[0]) :])
    return f"{hits[0]}年起" if lasts and len(hits) > 1 else f"{spans(hits)}年"


def _insurance_cautions(basis: Basis) -> list[Caution]:
    """Say of each scheme that spends more than it takes in when its balance is used up, and who pays then."""
    insurance, found = basis.balance.insurance, []
    path = insurance.path
    for at, scheme in enumerate(insurance.schemes):
        balance, shortfall, stock = path.own_balance[:, at], path.shortfall[:, at], path.stock[:, at]
        short = _years_of(balance < -0.5, basis.years)
        emptied = _first_year(shortfall > 0.5, basis.years)
        if not short:
            continue
        before = f"（{basis.base_year}年已收不抵支）" if insurance.base_balance[at] < -0.5 else ""
        text = f"{scheme}{short}当年收不抵支{before}"
        if emptied is None:
            months = 12 * stock[-1] / path.expenditure[-1, at]
            text += f"，{basis.years[-1]}年末滚存结余 {stock[-1]:,.0f} 万元，可支付 {months:.1f} 个月"
            found.append(Caution("insurance_deficit", "社会保险基金", text))
        else:
            text += (
                f"，滚存结余{emptied}年用完，规划期须由一般公共预算在现行补贴以外追加 {shortfall.sum():,.0f} 万元，"
                "已列入规划支出（社会保险法第六十五条）"
            )
            found.append(Caution("insurance_exhausted", "社会保险基金", text))
    return found


def _years_of(hits: np.ndarray, years: tuple[int, ...]) -> str:
    """The years in which something holds: all of them, or one by one; empty when it never does."""
    if hits.all():
        return f"{years[0]}—{years[-1]}年各年"
    listed = spans(year for year, hit in zip(years, hits, strict=True) if hit)
    return f"{listed}年" if listed else ""


def _first_year(beyond: np.ndarray, years: tuple[int, ...]) -> int | None:
    return next((year for year, hit in zip(years, beyond, strict=True) if hit), None)
