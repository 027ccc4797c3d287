"""The model on one page: resources, rigid spending, debt service, balance, capacity, indicators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fiscal_model.basis import Basis, Fitted, fit, prepare
from fiscal_model.budgets.stock_funds import (
    FundPath,
    FundTerms,
    StateCapitalPath,
    firm_income,
    project_funds,
    project_insurance,
    project_state_capital,
)
from fiscal_model.budgets.waterfall import GeneralPath, GeneralTerms, balance_general
from fiscal_model.capacity import available_resources, comprehensive_capacity, ratio
from fiscal_model.cautions import Caution
from fiscal_model.inputs.history import read_history
from fiscal_model.inputs.place import Place
from fiscal_model.revenue.transfers import project_transfers
from fiscal_model.scenario import Scenario
from fiscal_model.statements import LINES, add_up, check_identities
from fiscal_model.tables import ACTUAL, DebtKind, GuaranteeClass

Lines = dict[str, np.ndarray]


@dataclass(frozen=True)
class Drivers:
    """What a future multiplies the plan by, arrays of shape (..., year); ones are the plan itself."""

    own_revenue: np.ndarray
    general_purpose: np.ndarray
    land: np.ndarray

    @classmethod
    def unchanged(cls, years: int) -> Drivers:
        """Return the drivers of the plan itself."""
        return cls(np.ones(years), np.ones(years), np.ones(years))


@dataclass(frozen=True)
class Plan:
    """A computed plan of one place under one scenario.

    Parameters
    ----------
    basis : Basis
        What it was computed from.
    lines : mapping of str to (year,) float
        Every line of `statements.LINES`, 万元 or fractions, plan years only.
    revenue_items : (year, item) float
        Own revenue by item; adds up to ``own_revenue``.
    steps : mapping of str to (year,) float
        The waterfall's log, by step of `budgets.waterfall.STEPS`.
    unavailable : frozenset of str
        Lines that the place's data do not carry; printed empty, never as zero.
    cautions : tuple of Caution
    """

    basis: Basis
    lines: Mapping[str, np.ndarray]
    revenue_items: np.ndarray
    steps: Mapping[str, np.ndarray]
    unavailable: frozenset[str]
    cautions: tuple[Caution, ...]

    @property
    def years(self) -> tuple[int, ...]:
        return self.basis.years

    @property
    def base_year(self) -> int:
        return self.basis.base_year

    def line(self, name: str) -> np.ndarray:
        """Return a line by plan year, NaN where the data do not carry it."""
        values = np.asarray(self.lines[name], dtype=float)
        return np.full(values.shape, np.nan) if name in self.unavailable else values


def project(
    place: Place,
    scenario: Scenario,
    *,
    base_year: int | None = None,
    years: int = 5,
    fitted: Fitted | None = None,
) -> Plan:
    """Project a place under a scenario.

    Parameters
    ----------
    place : Place
    scenario : Scenario
    base_year : int, optional
        The last year with actual figures by default.
    years : int
        Plan years, 3 to 10.
    fitted : Fitted, optional
        From `basis.fit`, to save fitting again; ``base_year`` and ``years`` are then its own.

    Returns
    -------
    Plan

    Raises
    ------
    InputError
        When the place's figures cannot carry a plan.
    IdentityError
        When a sum of the computed plan does not hold.

    Examples
    --------
    >>> from fiscal_model.inputs.place import read_place
    >>> from fiscal_model.scenario import read_scenario
    >>> plan = project(read_place("data/places/gangu"), read_scenario("baseline"))
    >>> plan.years
    (2025, 2026, 2027, 2028, 2029)
    """
    basis = prepare(place, scenario, fitted or fit(place, scenario, base_year, years))
    lines, steps = compute(basis, Drivers.unchanged(len(basis.years)))
    check_identities(lines, basis.years)
    scale = _over(lines["own_revenue"], basis.fitted.revenue.total)
    return Plan(
        basis,
        lines,
        basis.fitted.revenue.mean * scale[:, None],
        steps,
        _unavailable(basis),
        _cautions(basis, lines),
    )


def project_all(
    place: Place, scenarios: Sequence[Scenario], base_year: int | None = None, years: int = 5
) -> tuple[Plan, ...]:
    """Project a place under several scenarios, fitting once for each assumed path of output.

    Parameters
    ----------
    place : Place
    scenarios : sequence of Scenario
    base_year : int, optional
    years : int

    Returns
    -------
    tuple of Plan
        In the order of the scenarios.
    """
    history, fits, plans = read_history(place), {}, []
    for scenario in scenarios:
        output = repr(scenario.assumptions.get("gdp_growth"))
        if output not in fits:
            fits[output] = fit(place, scenario, base_year, years, history)
        plans.append(project(place, scenario, fitted=fits[output]))
    return tuple(plans)


def compute(basis: Basis, drivers: Drivers) -> tuple[Lines, Lines]:
    """Run the whole arithmetic for one future or for many at once.

    Parameters
    ----------
    basis : Basis
    drivers : Drivers
        Arrays of shape (..., year); any leading axes.

    Returns
    -------
    lines, steps : mapping of str to (..., year) float
        The lines of `statements.LINES` and the log of the waterfall.
    """
    lines = _resources(basis, drivers)
    lines |= _rigid(basis)
    lines |= _debt(basis)
    funds = _funds(basis, lines)
    state_capital = _state_capital(basis)
    general = _general(basis, lines, funds, state_capital)
    lines |= _fund_lines(funds, lines)
    lines |= _state_capital_lines(state_capital, general)
    lines |= _general_lines(general, funds, basis)
    lines |= _insurance(basis)
    lines |= _capacity(lines)
    lines |= _indicators(basis, lines)
    return lines, general.steps


def _resources(basis: Basis, drivers: Drivers) -> Lines:
    revenue, assumed, opening = basis.fitted.revenue, basis.assumed, basis.opening
    shift = np.cumprod(1 + assumed.path("own_revenue_shift"))
    own = revenue.total * shift * drivers.own_revenue
    general_purpose, earmarked = project_transfers(
        opening.transfers,
        assumed.path("rebates_growth"),
        assumed.path("transfers_general_purpose_growth"),
        assumed.path("transfers_earmarked_growth"),
    )
    land = basis.base("land_revenue") * np.cumprod(1 + assumed.path("land_revenue_growth")) * drivers.land
    other = max(basis.base("fund_revenue") - basis.base("land_revenue"), 0.0)
    tax_share = _tax_share(basis)
    return {
        "own_revenue": own,
        "tax_revenue": own * tax_share,
        "nontax_revenue": own * (1 - tax_share),
        "transfers_general_purpose": general_purpose * drivers.general_purpose,
        "transfers_earmarked": earmarked,
        "land_revenue": land,
        "fund_other_revenue": other * np.cumprod(1 + assumed.path("fund_revenue_growth")),
        "fund_transfers": basis.base("fund_transfers")
        * np.cumprod(1 + assumed.path("fund_transfers_growth")),
    }


def _over(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Divide, giving zero where there is nothing to divide by."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _tax_share(basis: Basis) -> np.ndarray:
    """Taxes' share of own revenue: from the items, else the base year's."""
    revenue = basis.fitted.revenue
    taxes = [position for position, code in enumerate(revenue.items) if code.startswith("101")]
    if taxes:
        return _over(revenue.mean[:, taxes].sum(axis=1), revenue.total)
    own = basis.base("own_revenue")
    return np.full(len(basis.years), basis.base("tax_revenue") / own if own else 0.0)


def _rigid(basis: Basis) -> Lines:
    guarantees, commitments, hidden = basis.guarantees, basis.commitments, basis.hidden
    lines = {f"guarantee_{group}": guarantees.need[group][1:] for group in GuaranteeClass}
    lines["guarantees_total"] = guarantees.need_total[1:]
    lines["guarantees_county"] = guarantees.county_total[1:]
    lines["guarantees_from_above"] = lines["guarantees_total"] - lines["guarantees_county"]
    return lines | {
        "digestion": commitments.digestion,
        "temporary_payments_stock": commitments.digestion_stock,
        "committed_projects": commitments.committed_projects,
        "hidden_debt_resolved": hidden.resolved,
        "hidden_debt_budget": hidden.resolved_by_budget + hidden.interest,
        "hidden_debt_stock": hidden.stock,
    }


def _debt(basis: Basis) -> Lines:
    lines: Lines = {}
    for kind in DebtKind:
        path = basis.debt[kind]
        lines |= {
            f"debt_{kind}_opening_stock": path.opening,
            f"debt_{kind}_refinanced": path.refinanced,
            f"debt_{kind}_issued_new": path.issued_new,
            f"debt_{kind}_repaid": path.repaid,
            f"debt_{kind}_other_change": np.zeros(len(basis.years)),
            f"debt_{kind}_stock": path.stock,
            f"debt_limit_{kind}_stock": path.limit,
            f"principal_{kind}": path.repaid,
            f"principal_{kind}_own": path.own_principal,
            f"debt_proceeds_{kind}": path.proceeds,
            f"interest_{kind}": path.interest,
            f"issue_fees_{kind}": path.fees,
        }
    lines["debt_stock"] = lines["debt_general_stock"] + lines["debt_special_stock"]
    return lines


def _funds(basis: Basis, lines: Lines) -> FundPath:
    assumed = basis.assumed
    revenue, carried = basis.base("fund_revenue"), basis.base("fund_carry_out")
    income = revenue + basis.base("fund_transfers")
    return project_funds(
        FundTerms(
            land_revenue=lines["land_revenue"],
            other_revenue=lines["fund_other_revenue"],
            transfers=lines["fund_transfers"],
            proceeds=lines["debt_proceeds_special"],
            refinanced=lines["debt_special_refinanced"],
            repaid=lines["debt_special_repaid"],
            interest=lines["interest_special"],
            fees=lines["issue_fees_special"],
            remitted_share=basis.base("fund_remitted_up") / revenue if revenue else 0.0,
            land_cost_share=assumed.path("land_cost_share"),
            transfer_out_share=assumed.path("fund_transfer_out_share"),
            carryover_share=carried / income if income else 0.0,
            carryover_limit=assumed.path("fund_carryover_limit"),
            covered_by_general=assumed.path("general_covers_special_debt"),
            carry_in=carried,
        )
    )


def _state_capital(basis: Basis) -> StateCapitalPath:
    years, assumed = len(basis.years), basis.assumed
    firms = basis.place.rows("firms")
    if len(firms):
        columns = ("net_profit", "prior_loss", "ownership_share", "pay_ratio", "profit_growth")
        revenue = firm_income(*(firms[name].to_numpy(dtype=float) for name in columns), years=years).sum(
            axis=1
        )
    else:
        revenue = basis.base("state_capital_revenue") * np.cumprod(
            1 + assumed.path("state_capital_revenue_growth")
        )
    transfers = np.full(years, basis.base("state_capital_transfers"))
    return project_state_capital(
        revenue,
        transfers,
        assumed.path("state_capital_transfer_share"),
        basis.base("state_capital_carry_out"),
    )


def _general(basis: Basis, lines: Lines, funds: FundPath, state_capital: StateCapitalPath) -> GeneralPath:
    assumed, opening, commitments = basis.assumed, basis.opening, basis.commitments
    level = np.ones(len(basis.years))
    spread = base_spending(basis)
    carryover = assumed.path("carryover_share") * opening.flows["transfers"]
    protected = sum(
        lines[name]
        for name in (
            "guarantees_total",
            "interest_general",
            "issue_fees_general",
            "digestion",
            "hidden_debt_budget",
            "committed_projects",
        )
    )
    return balance_general(
        GeneralTerms(
            own_revenue=lines["own_revenue"],
            general_purpose=lines["transfers_general_purpose"],
            earmarked=lines["transfers_earmarked"],
            proceeds=lines["debt_proceeds_general"],
            transfer_in=funds.transfer_out + state_capital.transfer_out,
            other_resources=(opening.unlisted_in + opening.flows["received_from_below"]) * level,
            remitted_up=opening.flows["remitted_up"] * level,
            principal=lines["principal_general"],
            transfer_out=funds.transfer_in,
            other_uses=(opening.unlisted_out + opening.flows["paid_to_below"]) * level,
            carry_out=carryover,
            protected=protected,
            tied_by_bonds=lines["debt_general_issued_new"],
            guarantees_from_above=lines["guarantees_from_above"],
            flexible=spread["flexible_spending"] * np.cumprod(1 + assumed.path("other_spending_growth")),
            projects=commitments.candidate_projects,
            old_carryover=commitments.old_carryover,
            extra_transfer_in=state_capital.revenue - state_capital.transfer_out,
            reserve_rate=assumed.path("reserve_rate"),
            stabilization_cap=assumed.path("stabilization_cap_share"),
            development_cut=assumed.path("development_cut_share"),
            operations_cut=assumed.path("operations_cut_share"),
            rescue_limit=assumed.path("rescue_limit_share"),
            carry_in=opening.flows["carry_out"],
            stabilization_stock=opening.stabilization_stock,
        )
    )


def base_spending(basis: Basis) -> dict[str, float]:
    """Spread the base year's expenditure over the plan's spending lines, 万元.

    Returns
    -------
    dict
        Guarantees, interest and fees as published or estimated; new-bond spending as issued; earmarked money beyond the
        guarantees; what is left is flexible. They add up to expenditure.
    """
    flows, guarantees = basis.opening.flows, basis.guarantees
    debt = basis.debt[DebtKind.GENERAL]
    published = basis.fitted.history
    spread = {f"guarantee_{group}": float(guarantees.need[group][0]) for group in GuaranteeClass}
    interest = published.value("interest_general", basis.base_year)
    spread["interest_general"] = interest if np.isfinite(interest) else float(debt.interest[0])
    spread["issue_fees_general"] = basis.base("issue_fees_general")
    spread["committed_projects"] = basis.commitments.base_projects
    refinanced = published.value("general_issued_refinancing", basis.base_year)
    if not np.isfinite(refinanced):
        refinanced = min(flows["principal_general"], flows["debt_proceeds_general"])
    spread["bond_spending_general"] = max(flows["debt_proceeds_general"] - refinanced, 0.0)
    left = flows["expenditure"] - sum(spread.values())
    from_above = float(guarantees.need_total[0] - guarantees.county_total[0])
    earmarked = basis.opening.transfers.earmarked + flows["carry_in"] - flows["carry_out"] - from_above
    spread["earmarked_spending"] = float(np.clip(earmarked, 0.0, max(left, 0.0)))
    spread["flexible_spending"] = left - spread["earmarked_spending"]
    return spread


def _fund_lines(funds: FundPath, lines: Lines) -> Lines:
    tied = lines["fund_transfers"] + lines["debt_special_issued_new"]
    nothing = np.zeros(len(lines["fund_transfers"]))
    return {
        "fund_revenue": funds.revenue,
        "fund_carry_in": funds.carry_in,
        "fund_transfer_in": funds.transfer_in,
        "fund_gap": funds.gap,
        "fund_resources_total": funds.resources_total,
        "land_cost": funds.land_cost,
        "fund_tied_spending": tied,
        "fund_other_spending": funds.other_spending,
        "fund_expenditure": funds.expenditure,
        "fund_remitted_up": funds.remitted_up,
        "fund_transfer_out": funds.transfer_out,
        "fund_carry_out": funds.carry_out,
        "fund_uses_total": funds.uses_total,
        "fund_other_resources": nothing,
        "fund_other_uses": nothing,
    }


def _state_capital_lines(path: StateCapitalPath, general: GeneralPath) -> Lines:
    """What the waterfall takes beyond the planned share leaves state-capital spending."""
    extra = general.steps["extra_transfer_in"]
    return {
        "state_capital_revenue": path.revenue,
        "state_capital_transfers": path.transfers,
        "state_capital_carry_in": path.carry_in,
        "state_capital_resources_total": path.resources_total,
        "state_capital_expenditure": path.expenditure - extra,
        "state_capital_transfer_out": path.transfer_out + extra,
        "state_capital_carry_out": path.carry_out,
        "state_capital_uses_total": path.uses_total,
    }


def _general_lines(general: GeneralPath, funds: FundPath, basis: Basis) -> Lines:
    opening, level = basis.opening, np.ones(len(basis.years))
    reserve = basis.assumed.path("reserve_rate")
    return {
        "carry_in": general.carry_in,
        "transfer_in": general.transfer_in,
        "stabilization_draw": general.stabilization_draw,
        "rescue_in": general.rescue_in,
        "funding_gap": general.funding_gap,
        "resources_total": general.resources_total,
        "other_resources": (opening.unlisted_in + opening.flows["received_from_below"]) * level,
        "bond_spending_general": basis.debt[DebtKind.GENERAL].issued_new,
        "earmarked_spending": general.earmarked_spending,
        "flexible_spending": general.flexible_spending,
        "candidate_projects": general.project_spending,
        "contingency_reserve": general.reserve,
        "unallocated": general.unallocated,
        "reserve_unallocated": general.unallocated * reserve / (1 - reserve),
        "expenditure": general.expenditure,
        "remitted_up": opening.flows["remitted_up"] * level,
        "stabilization_topup": general.stabilization_topup,
        "transfer_out": funds.transfer_in,
        "other_uses": (opening.unlisted_out + opening.flows["paid_to_below"]) * level,
        "rescue_repaid": general.rescue_repaid,
        "carry_out": general.carry_out,
        "uses_total": general.uses_total,
        "stabilization_fund_stock": general.stabilization_stock,
    }


def insurance_schemes(basis: Basis) -> tuple[tuple[str, ...], np.ndarray, np.ndarray, np.ndarray]:
    """Project each social-insurance scheme.

    Returns
    -------
    schemes, revenue, expenditure, stock
        Names, then arrays of shape (year, scheme), 万元; only schemes with all three base-year figures.
    """
    rows = basis.place.rows("insurance")
    rows = rows[
        (rows["scope"] == basis.place.scope) & (rows["year"] == basis.base_year) & rows["status"].isin(ACTUAL)
    ]
    rows = rows.sort_values("status", key=lambda column: column.map(ACTUAL.index), kind="stable")
    rows = rows.drop_duplicates(["scheme", "item"])
    table = rows.pivot(index="scheme", columns="item", values="amount") if len(rows) else rows
    wanted = ["revenue", "expenditure", "balance_stock"]
    if not len(rows) or not set(wanted) <= set(table.columns):
        empty = np.zeros((len(basis.years), 0))
        return (), empty, empty, empty
    table = table.loc[list(dict.fromkeys(rows["scheme"])), wanted].dropna().astype(float)
    paths = project_insurance(
        *(table[name].to_numpy() for name in wanted),
        basis.assumed.path("insurance_revenue_growth"),
        basis.assumed.path("insurance_expenditure_growth"),
    )
    return tuple(table.index), *paths


def _insurance(basis: Basis) -> Lines:
    _, revenue, expenditure, stock = insurance_schemes(basis)
    income, outgo = revenue.sum(axis=1), expenditure.sum(axis=1)
    return {
        "insurance_revenue": income,
        "insurance_expenditure": outgo,
        "insurance_balance": income - outgo,
        "insurance_stock": stock.sum(axis=1),
    }


def _capacity(lines: Lines) -> Lines:
    found = {"available_resources": available_resources(lines)}
    found["rigid_total"] = add_up(LINES["rigid_total"], lines)
    found["fiscal_space"] = found["available_resources"] - found["rigid_total"]
    found["guarantees_arranged"] = np.clip(found["available_resources"], 0.0, lines["guarantees_county"])
    found["guarantees_shortfall"] = lines["guarantees_county"] - found["guarantees_arranged"]
    return found


def _indicators(basis: Basis, lines: Lines) -> Lines:
    capacity = comprehensive_capacity(lines)
    own_service = (
        lines["principal_general_own"]
        + lines["principal_special_own"]
        + lines["interest_general"]
        + lines["interest_special"]
    )
    return {
        "gdp": basis.fitted.gdp,
        **{f"comprehensive_capacity_{name}": value for name, value in capacity.items()},
        "debt_ratio": ratio(lines["debt_stock"], capacity["c"]),
        "debt_ratio_a": ratio(lines["debt_stock"], capacity["a"]),
        "debt_ratio_b": ratio(lines["debt_stock"], capacity["b"]),
        "debt_to_gdp": ratio(lines["debt_stock"], basis.fitted.gdp),
        "interest_burden_general": ratio(lines["interest_general"], lines["expenditure"]),
        "interest_burden_special": ratio(lines["interest_special"], lines["fund_expenditure"]),
        "debt_service_ratio": ratio(own_service, capacity["c"]),
        "limit_use_general": ratio(lines["debt_general_stock"], lines["debt_limit_general_stock"]),
        "limit_use_special": ratio(lines["debt_special_stock"], lines["debt_limit_special_stock"]),
        "self_sufficiency_ratio": ratio(lines["own_revenue"], lines["expenditure"]),
        "rigid_share": ratio(lines["rigid_total"], lines["available_resources"]),
        "refinancing_dependence": ratio(
            lines["debt_general_refinanced"] + lines["debt_special_refinanced"],
            lines["debt_general_repaid"] + lines["debt_special_repaid"],
        ),
        "guarantee_coverage": ratio(lines["available_resources"], lines["guarantees_county"]),
    }


def _unavailable(basis: Basis) -> frozenset[str]:
    """Lines the data do not carry: computed with zeros inside, printed as absent."""
    history, base = basis.fitted.history, basis.base_year
    missing: set[str] = set()
    for kind, known in basis.debt_known.items():
        if not known:
            stocks = (
                f"debt_{kind}_opening_stock",
                f"debt_{kind}_stock",
                f"debt_limit_{kind}_stock",
                f"limit_use_{kind}",
            )
            missing |= {*stocks, "debt_stock", "debt_ratio", "debt_ratio_a", "debt_ratio_b", "debt_to_gdp"}
            if not np.isfinite(history.value(f"interest_{kind}", base)):
                missing |= {f"interest_{kind}", f"interest_burden_{kind}", "debt_service_ratio"}
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
    if not insurance_schemes(basis)[0]:
        missing |= {line.id for line in LINES.values() if line.block == "social_insurance"}
    if not basis.place.has("hidden_debt"):
        missing |= {"hidden_debt_resolved", "hidden_debt_stock", "hidden_debt_budget"}
    if not basis.place.has("temporary_payments"):
        missing |= {"digestion", "temporary_payments_stock"}
    if not np.isfinite(basis.fitted.gdp).all():
        missing |= {"gdp", "debt_to_gdp"}
    return frozenset(missing)


def _cautions(basis: Basis, lines: Lines) -> tuple[Caution, ...]:
    found = list(basis.cautions)
    first = lambda name, beyond: next(
        (year for year, hit in zip(basis.years, beyond(lines[name]), strict=True) if hit), None
    )
    checks = (
        ("funding_gap", lambda x: x > 0.5, "一般公共预算", "年起出现无法弥补的收支缺口"),
        ("fund_gap", lambda x: x > 0.5, "政府性基金", "年起政府性基金出现缺口"),
        ("fund_transfer_in", lambda x: x > 0.5, "政府性基金", "年起专项债务付息还本须由一般公共预算调出补足"),
        ("guarantees_shortfall", lambda x: x > 0.5, "三保", "年起可用财力不足以保障三保"),
        (
            "interest_burden_general",
            lambda x: x > 0.10,
            "政府债务",
            "年起一般债务付息超过支出10%；该线（国办函〔2016〕88号财政重整）条文未经核实",
        ),
        (
            "interest_burden_special",
            lambda x: x > 0.10,
            "政府债务",
            "年起专项债务付息超过基金支出10%；该线（国办函〔2016〕88号财政重整）条文未经核实",
        ),
    )
    for name, beyond, where, text in checks:
        year = first(name, beyond)
        if year is not None:
            found.append(Caution(f"{name}_breach", where, f"{year}{text}"))
    booked = basis.opening.flows["transfer_in"]
    matched = basis.base("fund_transfer_out") + basis.base("state_capital_transfer_out")
    if booked - matched > 0.5:
        message = f"{basis.base_year}年调入资金中 {booked - matched:,.0f} 万元没有对应的基金或国资调出，按一次性处理，规划期不预计"
        found.append(Caution("transfer_in_unmatched", "一般公共预算", message))
    if basis.commitments.digestion_stock[-1] > 0.5 and basis.place.has("temporary_payments"):
        found.append(
            Caution(
                "temporary_payments_left",
                "暂付款",
                f"规划期末仍有暂付款 {basis.commitments.digestion_stock[-1]:,.0f} 万元",
            )
        )
    return tuple(found)
