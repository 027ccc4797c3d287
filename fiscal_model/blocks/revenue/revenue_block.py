"""The revenue block: own revenue as fitted, transfers from above, land sales, remittances to the superior."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fiscal_model.arithmetic.revenue.series_forecast import RevenueForecast
from fiscal_model.blocks.assumptions import Assumed
from fiscal_model.blocks.guarantees.guarantees_block import Guarantees
from fiscal_model.blocks.revenue.fitting import Fitted
from fiscal_model.blocks.revenue.own_revenue import OwnRevenue
from fiscal_model.blocks.revenue.parcels import Land, land_of
from fiscal_model.blocks.revenue.transfer_lines import Transfers, remittances, transfers_of
from fiscal_model.inputs.place import Place
from fiscal_model.inputs.scenario import Scenario, assumptions_of


@dataclass(frozen=True)
class Revenue:
    """What a plan's resources start from, before any future is drawn.

    Parameters
    ----------
    fitted : Fitted
        History and the forecast of own revenue.
    remitted_up : (year,) float
        万元.
    """

    fitted: Fitted
    transfers: Transfers
    land: Land
    remitted_up: np.ndarray

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


def revenue_of(place: Place, fitted: Fitted, assumed: Assumed, guarantees: Guarantees) -> Revenue:
    """Put transfers, land and remittances beside own revenue; earmarked transfers may be tied to the guarantees' need."""
    history, base = fitted.history, fitted.base_year
    usual = _without_scenario(place, assumed)
    transfers = transfers_of(place, history, base, guarantees, assumed, usual)
    land = land_of(place, history, base, assumed, usual)
    return Revenue(fitted, transfers, land, remittances(history, base, assumed.path("remitted_up_growth")))


def _without_scenario(place: Place, assumed: Assumed) -> Assumed:
    """What a place assumes by itself: the scenario's difference from it moves what has a growth of its own."""
    shown = f"{place.folder.as_posix()}/place.toml"
    return Assumed(assumed.years, assumptions_of(place.assumptions, Scenario("usual", "usual"), shown))
