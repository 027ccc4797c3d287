"""The revenue block: history and own revenue as fitted, transfers from above, land sales, remittances to the superior."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fiscal_model.arithmetic.elementary import divided
from fiscal_model.arithmetic.revenue.series_forecast import RevenueForecast
from fiscal_model.arithmetic.revenue.transfers import project_remittances
from fiscal_model.blocks.assumptions import Assumed
from fiscal_model.blocks.balances_history import with_rolled_balances
from fiscal_model.blocks.guarantees.guarantees_block import Guarantees
from fiscal_model.blocks.revenue.approved_transfers import as_approved
from fiscal_model.blocks.revenue.current_base import with_current_year
from fiscal_model.blocks.revenue.current_year import current_year, months_of
from fiscal_model.blocks.revenue.drivers import gdp_in, gdp_path
from fiscal_model.blocks.revenue.own_revenue import OwnRevenue, own_revenue
from fiscal_model.blocks.revenue.parcels import Land, land_of, with_budget
from fiscal_model.blocks.revenue.transfer_lines import Transfers, remitted_in, transfers_of
from fiscal_model.inputs.history import History, read_history
from fiscal_model.inputs.history_choices import HistoryChoices
from fiscal_model.inputs.place import Place
from fiscal_model.inputs.scenario import Assumption, Scenario, assumptions_of
from fiscal_model.words.cautions import Caution
from fiscal_model.words.errors import Fault, InputError

FEWEST_YEARS, MOST_YEARS = 3, 10
DRIVING = {
    "gdp_growth": True, "land_revenue_growth": True, "common_growth": True, "urban_maintenance_rate": False,
    "opinion_weight": False, "budget_opinion_weight": False,
}  # fmt: skip
"""Assumptions that own revenue follows, and whether a percentile of the simulation already holds what they may do."""


@dataclass(frozen=True, repr=False)
class Fitted:
    """History and own revenue of one place under one scenario."""

    history: History  # With the current year's estimates where it is the base year
    base_year: int
    years: tuple[int, ...]
    own: OwnRevenue
    gdp: np.ndarray  # (year,) float: 万元; NaN where unknown
    cautions: tuple[Caution, ...]


@dataclass(frozen=True, repr=False)
class Revenue:
    """What a plan's resources start from, before any future is drawn."""

    fitted: Fitted  # History and the forecast of own revenue
    transfers: Transfers
    land: Land
    remitted_up: np.ndarray  # (year,) float: 万元
    tax_share: np.ndarray  # (year,) float: taxes' part of own revenue

    @property
    def own(self) -> OwnRevenue:
        return self.fitted.own

    @property
    def forecast(self) -> RevenueForecast:
        """Own revenue by item as the plan uses it."""
        return self.fitted.own.forecast

    @property
    def gdp(self) -> np.ndarray:
        return self.fitted.gdp


def fit(
    place: Place, scenario: Scenario, base_year: int | None = None, count: int = 5, history: History | None = None
) -> Fitted:
    """Read what happened and forecast own revenue: `fit_all` for one scenario."""
    return fit_all(place, [scenario], base_year, count, history)[0]


def fit_all(
    place: Place,
    scenarios: Sequence[Scenario],
    base_year: int | None = None,
    count: int = 5,
    history: History | None = None,
) -> tuple[Fitted, ...]:
    """Read what happened and forecast own revenue, once for all scenarios that assume the same of it.

    ``base_year``: last year with actual figures by default; a year under way with months and an approved budget may be
    asked for.
    ``count``: number of plan years, 3 to 10.
    ``history``: saves reading it again.

    Raises
    ------
    InputError
        When the place has no usable base year.
    """
    history = history or read_history(place)
    months = months_of(place, history, base_year)
    # Months of the first plan year are weighed with the annual forecast, once there is one.
    ahead = months if months and months.role == "first_plan_year" else None
    current = current_year(months, history) if months and not ahead else None
    history, cautions = with_current_year(history, current)
    base, years = _plan_years(history, base_year, count, place.folder.as_posix())
    history = with_rolled_balances(history, base)
    known: list[tuple[HistoryChoices, dict[str, Assumption], OwnRevenue]] = []
    found = []
    for scenario in scenarios:
        assumed = assumptions_of(place.assumptions, scenario, place.said_in, years)
        choices, driving = scenario.history, _driving(place, assumed)
        own = next((own for *asked, own in known if asked == [choices, driving]), None)
        if own is None:
            own = own_revenue(place, choices, history, base, years, driving, current, ahead)
            known.append((choices, driving, own))
        gdp = gdp_path(*gdp_in(place, base), base, assumed["gdp_growth"].path(years))
        found.append(Fitted(history, base, years, own, gdp, (*own.cautions, *cautions)))
    return tuple(found)


def revenue_of(
    place: Place, fitted: Fitted, assumed: Assumed, guarantees: Guarantees, transfers_total: float
) -> Revenue:
    """Put transfers, land and remittances beside own revenue; earmarked transfers may be tied to the guarantees' need.

    ``transfers_total``: of the base year, published or inferred, 万元.
    """
    history, base = fitted.history, fitted.base_year
    usual = without_scenario(place, assumed)
    transfers = transfers_of(place, history, base, transfers_total, guarantees, assumed, usual)
    transfers = as_approved(transfers, history, base, assumed, usual)
    land = with_budget(land_of(place, history, base, assumed, usual), history, base, assumed, usual)
    remitted_up = project_remittances(*remitted_in(history, base), assumed.path("remitted_up_growth"))
    return Revenue(fitted, transfers, land, remitted_up, tax_share(fitted))


def tax_share(fitted: Fitted) -> np.ndarray:
    """Return taxes' share of own revenue, (year,): from the items, else the base year's."""
    forecast = fitted.own.forecast
    taxes = [position for position, code in enumerate(forecast.items) if code.startswith("101")]
    if taxes:
        return divided(forecast.mean[:, taxes].sum(axis=1), forecast.total)
    tax, own = (fitted.history.booked(line, fitted.base_year) for line in ("tax_revenue", "own_revenue"))
    return np.full(len(fitted.years), tax / own if own else 0.0)


def _plan_years(history: History, base_year: int | None, count: int, shown: str) -> tuple[int, tuple[int, ...]]:
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


def without_scenario(place: Place, assumed: Assumed) -> Assumed:
    """Return what a place assumes by itself, for the same years."""
    return Assumed(assumed.years, _usual(place))


def _usual(place: Place) -> dict[str, Assumption]:
    """What a place assumes by itself: the scenario's difference from it moves what has a growth of its own."""
    return assumptions_of(place.assumptions, Scenario("usual", "usual"), place.said_in)


def _driving(place: Place, assumed: dict[str, Assumption]) -> dict[str, Assumption]:
    """What own revenue follows, `DRIVING`: where a scenario takes a percentile of the simulation, that already holds all that may
    move own revenue, and the scenario's output and land sales must not move it once more."""
    percentile, usual = assumed["percentile"], _usual(place)
    if {percentile.value, *percentile.by_year.values(), *percentile.by_plan_year.values()} == {
        usual["percentile"].value
    }:
        usual = assumed
    return {name: (usual if moves else assumed)[name] for name, moves in DRIVING.items()}
