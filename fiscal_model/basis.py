"""Everything a plan starts from: fitted once, before any future is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fiscal_model.calibration import Assumed, calibrate
from fiscal_model.cautions import Caution
from fiscal_model.debt.bonds import bond_schedule, months_of
from fiscal_model.debt.hidden import HiddenPath, project_hidden
from fiscal_model.debt.portfolio import DebtPath, DebtTerms, project_debt
from fiscal_model.errors import Fault, InputError
from fiscal_model.inputs.history import History, read_history
from fiscal_model.inputs.place import Place
from fiscal_model.opening import Opening, open_base_year
from fiscal_model.revenue.backtest import Settings
from fiscal_model.revenue.forecast import RevenueForecast, forecast_own_revenue
from fiscal_model.rigid import Guarantees, guarantees_of
from fiscal_model.rules import rules
from fiscal_model.scenario import Scenario, assumptions_of, defaults
from fiscal_model.spending.commitments import spread_clearing
from fiscal_model.tables import Budget, DebtKind, HiddenFunding, ProjectFunding, ProjectStatus

FEWEST_YEARS, MOST_YEARS = 3, 10


@dataclass(frozen=True)
class Fitted:
    """History and revenue forecast: the slow part, shared by every scenario with the same output path."""

    history: History
    base_year: int
    years: tuple[int, ...]
    revenue: RevenueForecast
    gdp: np.ndarray


@dataclass(frozen=True)
class Commitments:
    """Signed duties and candidate projects by year, 万元, arrays of shape (year,)."""

    digestion: np.ndarray
    digestion_stock: np.ndarray
    committed_projects: np.ndarray
    candidate_projects: np.ndarray
    base_projects: float
    candidates: pd.DataFrame
    old_carryover: np.ndarray


@dataclass(frozen=True)
class Basis:
    """A place under a scenario, ready for the arithmetic."""

    place: Place
    scenario: Scenario
    fitted: Fitted
    assumed: Assumed
    opening: Opening
    guarantees: Guarantees
    debt: Mapping[DebtKind, DebtPath]
    debt_known: Mapping[DebtKind, bool]
    hidden: HiddenPath
    commitments: Commitments
    grain: Mapping[str, str]
    cautions: tuple[Caution, ...]

    @property
    def years(self) -> tuple[int, ...]:
        return self.fitted.years

    @property
    def base_year(self) -> int:
        return self.fitted.base_year

    def base(self, line: str) -> float:
        """Return a base-year figure, zero when it was not published."""
        value = self.fitted.history.value(line, self.base_year)
        return value if np.isfinite(value) else 0.0


def plan_years(
    history: History, base_year: int | None, count: int, shown: str
) -> tuple[int, tuple[int, ...]]:
    """Settle the base year and the plan years, refusing what the figures cannot carry.

    Raises
    ------
    InputError
        No base year, a base year without figures, or a gap in the yearly totals.
    """
    if not FEWEST_YEARS <= count <= MOST_YEARS:
        raise InputError([Fault("--years", f"规划年数是 {count}", f"请填 {FEWEST_YEARS} 到 {MOST_YEARS}")])
    if not history.last_year:
        raise InputError(
            [
                Fault(
                    shown,
                    "没有任何一年同时有一般公共预算收入和支出的实际数",
                    "请在 totals 表至少填三年的 own_revenue 和 expenditure",
                )
            ]
        )
    base = base_year if base_year is not None else history.last_year
    known = history.actual.reindex(columns=["own_revenue", "expenditure"]).dropna()
    if base not in known.index:
        have = "、".join(str(year) for year in known.index)
        raise InputError([Fault("--base-year", f"{base} 年没有收入和支出的实际数", f"可用的基期年：{have}")])
    return base, tuple(range(base + 1, base + 1 + count))


def fit(
    place: Place,
    scenario: Scenario,
    base_year: int | None = None,
    count: int = 5,
    history: History | None = None,
) -> Fitted:
    """Fit the revenue forecast of a place once.

    Parameters
    ----------
    place : Place
    scenario : Scenario
        Only its output growth matters here.
    base_year : int, optional
        Last year with actual figures by default.
    count : int
        Number of plan years, 3 to 10.
    history : History, optional
        Saves reading it again.

    Returns
    -------
    Fitted

    Raises
    ------
    InputError
        When the place has no usable base year.
    """
    history = history or read_history(place)
    base, years = plan_years(history, base_year, count, place.folder.as_posix())
    growth = assumptions_of(place.assumptions, scenario, f"{place.folder.as_posix()}/place.toml")[
        "gdp_growth"
    ].path(years)
    macro = place.rows("macro")
    gdp = macro[macro["indicator"] == "gdp"].set_index("year")["amount"].astype(float).sort_index()
    total = _unbroken(history.series("own_revenue", base), base)
    codes = history.codes[Budget.GENERAL]
    items = (
        codes[[code for code in codes.columns if code.startswith(("101", "103")) and len(code) == 5]]
        if len(codes)
        else codes
    )
    revenue = forecast_own_revenue(
        total, _whole_items(items, total, base), gdp, growth, years, _settings(), _floor(len(years))
    )
    known_gdp = gdp[gdp.index <= base]
    level = (
        float(known_gdp.iloc[-1]) * float(np.prod([1 + growth[0]] * (base - int(known_gdp.index[-1]))))
        if len(known_gdp)
        else np.nan
    )
    return Fitted(history, base, years, revenue, level * np.cumprod(1 + growth))


def prepare(place: Place, scenario: Scenario, fitted: Fitted) -> Basis:
    """Put a place under a scenario: assumptions with numbers, opening balance, rigid duties, debt.

    Parameters
    ----------
    place : Place
    scenario : Scenario
    fitted : Fitted

    Returns
    -------
    Basis
    """
    history, base, years = fitted.history, fitted.base_year, fitted.years
    merged = assumptions_of(place.assumptions, scenario, f"{place.folder.as_posix()}/place.toml")
    assumed = calibrate(merged, history, base, years)
    debt, debt_known = {}, {}
    for kind in DebtKind:
        debt[kind], debt_known[kind] = _debt_path(place, history, base, assumed, kind)
    general = debt[DebtKind.GENERAL] if debt_known[DebtKind.GENERAL] else None
    shares = (
        assumed.number("transfers_general_purpose_share"),
        assumed.number("general_transfers_general_purpose_share"),
    )
    opening = open_base_year(history, base, general, *shares)
    guarantees = guarantees_of(place, history, base, assumed)
    grain = _grain(place, fitted, guarantees, debt_known)
    cautions = (*opening.cautions, *guarantees.cautions, *_data_cautions(place, fitted, debt_known, assumed))
    return Basis(
        place,
        scenario,
        fitted,
        assumed,
        opening,
        guarantees,
        debt,
        debt_known,
        _hidden(place, years),
        _commitments(place, base, years, assumed),
        grain,
        cautions,
    )


def _settings() -> Settings:
    given, shrinkage = rules("forecast")["backtest"], rules("forecast")["elasticity"]["shrinkage_years"]
    return Settings(given["minimum_years"], given["minimum_window"], given["longest_horizon"], shrinkage)


def _floor(horizon: int) -> np.ndarray:
    """Published mean absolute errors as standard deviations: a normal law's is sqrt(pi / 2) times its mean absolute."""
    given = rules("forecast")["interval"]
    first, fifth = given["floor_first_year"], given["floor_fifth_year"]
    return np.sqrt(np.pi / 2) * (first + (fifth - first) * np.arange(horizon) / 4)


def _unbroken(series: pd.Series, base: int) -> pd.Series:
    first = next(
        (year for year in range(base, int(series.index.min()) - 1, -1) if year not in series.index), None
    )
    return series.loc[first + 1 :] if first is not None else series


def _whole_items(items: pd.DataFrame, total: pd.Series, base: int) -> pd.DataFrame:
    """Keep the items only when the base year's add up to the total: half a list would bias every share."""
    if base not in items.index or abs(items.loc[base].sum() - total[base]) > 0.5 * max(items.shape[1], 1):
        return items.iloc[:, :0]
    return items


def _debt_path(
    place: Place, history: History, base: int, assumed: Assumed, kind: DebtKind
) -> tuple[DebtPath, bool]:
    stock = history.value(f"{kind}_closing_stock", base)
    if not np.isfinite(stock):
        stock = _latest_stock(history, base, kind)
    known = np.isfinite(stock)
    bonds = place.rows("bonds")
    # Bonds issued after the base year are no part of its closing balance.
    issued = np.array([date.year <= base for date in bonds["issue_date"]], dtype=bool)
    bonds = bonds[(bonds["kind"] == kind).to_numpy(dtype=bool) & issued]
    due = old_interest = None
    if len(bonds):
        issue, maturity = months_of(bonds["issue_date"]), months_of(bonds["maturity_date"])
        interest, principal = bond_schedule(
            bonds["face"].to_numpy(dtype=float),
            bonds["coupon_rate"].to_numpy(dtype=float),
            issue,
            maturity,
            bonds["interest_frequency"].to_numpy(dtype=int),
            (bonds["amortisation"] == "equal_principal").to_numpy(),
            assumed.years,
        )
        due, old_interest = principal.sum(axis=1), interest.sum(axis=1)
    elif not known:
        flow = history.value(f"principal_{kind}", base)
        due = np.full(len(assumed.years), flow if np.isfinite(flow) else 0.0)
        interest_now = history.value(f"interest_{kind}", base)
        old_interest = np.full(len(assumed.years), interest_now if np.isfinite(interest_now) else 0.0)
    limit = history.value(f"{kind}_limit_stock", base)
    limit = limit if np.isfinite(limit) else (stock if known else np.inf)
    share = np.clip(assumed.path(f"refinancing_share_{kind}") + assumed.path("refinancing_shift"), 0.0, 1.0)
    opening = stock if known else float(np.sum(due))  # type: ignore[arg-type]
    terms = DebtTerms(
        stock=opening,
        limit=limit,
        due=due,
        old_interest=old_interest,
        due_share=assumed.path(f"due_share_{kind}"),
        effective_rate=assumed.path(f"effective_rate_{kind}"),
        refinancing_share=share,
        new_issue=assumed.path(f"new_issue_{kind}"),
        limit_growth=assumed.path(f"limit_growth_{kind}"),
        new_rate=assumed.path("new_issue_rate") if known else np.zeros(len(assumed.years)),
        fee_rate=assumed.path("issue_fee_rate"),
    )
    return project_debt(terms), bool(known)


def _latest_stock(history: History, base: int, kind: DebtKind) -> float:
    """The last balance published within two years before the base year stands in for it."""
    known = history.series(f"{kind}_closing_stock", base)
    recent = known[known.index >= base - 2]
    return float(recent.iloc[-1]) if len(recent) else float("nan")


def _hidden(place: Place, years: tuple[int, ...]) -> HiddenPath:
    rows = place.rows("hidden_debt")
    return project_hidden(
        rows["balance"].to_numpy(dtype=float),
        rows["rate"].to_numpy(dtype=float),
        rows["planned_year"].to_numpy(dtype=int),
        (rows["funding"] == HiddenFunding.BUDGET).to_numpy(dtype=bool),
        (rows["after_2028"] == "yes").to_numpy(dtype=bool),
        years,
    )


def _commitments(place: Place, base: int, years: tuple[int, ...], assumed: Assumed) -> Commitments:
    payments = place.rows("temporary_payments")
    balance = payments["balance"].to_numpy(dtype=float)
    cleared = spread_clearing(
        balance, payments["clear_from"].to_numpy(dtype=int), payments["clear_to"].to_numpy(dtype=int), years
    )
    costs = place.rows("project_costs").merge(
        place.rows("projects")[["project_code", "name", "priority", "status", "category"]],
        on="project_code",
        how="inner",
    )
    costs = costs[costs["funding"] == ProjectFunding.COUNTY]
    by_status = {
        status: costs[costs["status"] == status]
        .groupby("year")["amount"]
        .sum()
        .reindex(years, fill_value=0.0)
        .to_numpy(dtype=float)
        for status in ProjectStatus
    }
    carried = place.rows("carryovers")
    old = carried[(carried["budget"] == Budget.GENERAL) & (carried["origin_year"] <= base - 2)][
        "amount"
    ].sum()
    old_carryover = np.zeros(len(years))
    old_carryover[0] = float(old)
    return Commitments(
        digestion=cleared.sum(axis=1),
        digestion_stock=float(balance.sum()) - np.cumsum(cleared.sum(axis=1)),
        committed_projects=by_status[ProjectStatus.COMMITTED] + assumed.path("new_project"),
        candidate_projects=by_status[ProjectStatus.CANDIDATE] * assumed.path("candidate_projects_share"),
        base_projects=float(costs.loc[costs["year"] == base, "amount"].sum()),
        candidates=costs[costs["status"] == ProjectStatus.CANDIDATE],
        old_carryover=old_carryover,
    )


def _grain(
    place: Place, fitted: Fitted, guarantees: Guarantees, debt_known: Mapping[DebtKind, bool]
) -> dict[str, str]:
    items = fitted.revenue.items
    flows = "债券台账" if place.has("bonds") else "债务余额和历史比例"
    return {
        "revenue": f"按 {len(items)} 个税种和非税项目" if items != ("own_revenue",) else "按总量",
        "transfers": "按类别"
        if np.isfinite(fitted.history.value("general_transfers", fitted.base_year))
        else "按总量",
        "guarantees": guarantees.grain,
        "debt": flows if any(debt_known.values()) else "历史还本和转贷数（无余额）",
        "funds": "按基金科目" if len(fitted.history.codes[Budget.FUNDS]) else "按总量",
        "state_capital": "企业名录" if place.has("firms") else "按总量",
        "projects": "项目库" if place.has("projects") else "无项目库",
        "social_insurance": "分险种" if place.has("insurance") else "无数据",
    }


def _data_cautions(
    place: Place, fitted: Fitted, debt_known: Mapping[DebtKind, bool], assumed: Assumed
) -> list[Caution]:
    found = []
    base, history = fitted.base_year, fitted.history
    if place.invented:
        found.append(Caution("invented", "全部", "本地区为虚构，全部数据仅供演示"))
    if fitted.revenue.backtest is None:
        found.append(
            Caution(
                "revenue_no_backtest", "自有收入", "历史年份不足，收入预测未经回测，区间采用公布的误差下限"
            )
        )
    for kind in DebtKind:
        stock = history.series(f"{kind}_closing_stock", base)
        if not debt_known[kind]:
            found.append(
                Caution(f"{kind}_stock_unknown", "政府债务", f"{kind.label}余额未提供，债务率等指标不计算")
            )
        elif base not in stock.index:
            found.append(
                Caution(
                    f"{kind}_stock_old",
                    "政府债务",
                    f"{base}年末{kind.label}余额未提供，按{stock.index[-1]}年末余额代替",
                )
            )
        elif f"{kind}_limit_stock" not in history.actual.columns or not np.isfinite(
            history.value(f"{kind}_limit_stock", base)
        ):
            found.append(
                Caution(
                    f"{kind}_limit_unknown", "政府债务", f"{base}年{kind.label}限额未提供，按余额等于限额处理"
                )
            )
    if not debt_known[DebtKind.GENERAL] and not np.isfinite(history.value("interest_general", base)):
        found.append(Caution("interest_unknown", "政府债务", "一般债务付息未提供，刚性支出合计不含利息，偏低"))
    if not np.isfinite(history.value("fund_revenue", base)):
        found.append(Caution("funds_unknown", "政府性基金", "政府性基金收支未提供，未测算"))
    missing = _unlisted_fund_money(history, base)
    if missing > 0.5:
        text = f"{base}年政府性基金支出中 {missing:,.0f} 万元没有已公布的收入来源，规划期不预计"
        found.append(Caution("fund_unlisted", "政府性基金", text))
    unverified = sum(entry.quality == "unverified" for entry in assumed.entries.values())
    found.append(
        Caution("unverified_assumptions", "假设", f"{unverified} 项假设未经核实（见假设表），本地数据可替换")
    )
    return found


def _unlisted_fund_money(history: History, base: int) -> float:
    """Fund spending of the base year beyond the fund money that was published."""
    income = ("fund_revenue", "fund_transfers", "debt_proceeds_special", "fund_carry_in", "fund_transfer_in")
    outgo = ("fund_expenditure", "fund_remitted_up", "fund_transfer_out", "principal_special", "fund_carry_out")
    sums = [float(np.nansum([history.value(line, base) for line in lines])) for lines in (outgo, income)]
    return sums[0] - sums[1]


def default_names() -> tuple[str, ...]:
    """Return the names of all assumptions, in the order of the rules file."""
    return tuple(defaults())
