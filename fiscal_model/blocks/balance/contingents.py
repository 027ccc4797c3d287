"""Contingent liabilities of a place: what each costs in the mean, which is a duty of the plan, and in the worst of many years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from fiscal_model.arithmetic.risk.contingent_cash import (
    PoolPath,
    calls_at,
    calls_expected,
    cash_called,
    interest_subsidy,
    lent_in_a_year,
    loss_borne,
    roll_pool,
)
from fiscal_model.arithmetic.risk.credit_loss import DefaultShares, default_shares
from fiscal_model.inputs.place import Place
from fiscal_model.law.rules import rules
from fiscal_model.words.vocabulary import FUNDS_LENT, ContingentKind, YesNo

_RISKS = ("default_rate", "loss_given_default", "correlation")


_spread_of = lru_cache(maxsize=64)(default_shares)  # the same pool is counted out again in every plan of its place


@dataclass(frozen=True, eq=False)
class Contingent:
    """One row of the register, 万元; arrays of shape (year,)."""

    name: str
    kind: ContingentKind
    row: Mapping[str, Any]
    running: np.ndarray  # bool, whether it runs in the year
    exposure: np.ndarray  # loans subsidised, in the pool or guaranteed; what a fund lends in the year
    fixed: np.ndarray  # what a subsidy costs, whatever happens
    risks: Mapping[str, float]  # default_rate, loss_given_default, correlation
    assumed: tuple[str, ...]  # those that the row left to `data/rules/contingent.toml`
    bears: float  # share of a loss that the pool, company or fund bears
    stop: np.ndarray  # most of the exposure that it pays
    reserve: float
    refilled: bool
    limit: float  # most that the budgets behind it may be called for in a year
    county_share: float

    @cached_property
    def shares(self) -> DefaultShares:
        """How defaults spread in a year."""
        borrowers = self.row["borrowers"]
        many = int(borrowers) if np.isfinite(borrowers) else None
        return _spread_of(self.risks["default_rate"], self.risks["correlation"], many)

    @cached_property
    def pool(self) -> PoolPath:
        """The reserve year by year."""
        return roll_pool(self._paid(self.shares.share), self.shares, self.reserve, self.refilled, self.limit)

    @property
    def expected(self) -> np.ndarray:
        """Cash of the county in the mean, (year,)."""
        return self.fixed + self.county_share * self.pool.cash

    def loss_at(self, levels: np.ndarray) -> np.ndarray:
        """Loss borne that is not passed with these chances, before any reserve, (year, level)."""
        return self._paid(self.shares.quantile(levels))

    def cash_at(self, levels: np.ndarray) -> np.ndarray:
        """Cash of the county that is not passed with these chances, (year, level)."""
        called = cash_called(self.loss_at(levels), self.pool.opening[:, None], self.refilled, self.limit)
        return self.fixed[:, None] + self.county_share * called

    def _paid(self, share: np.ndarray) -> np.ndarray:
        return loss_borne(share, self.exposure, self.risks["loss_given_default"], self.bears, self.stop)


@dataclass(frozen=True, eq=False)
class Contingents:
    """All contingent liabilities of a place over the plan years."""

    years: tuple[int, ...]
    items: tuple[Contingent, ...]
    calls: np.ndarray  # (year, call) float, capital that may be called
    chances: np.ndarray  # (call,) float, one where it is signed
    base_paid: float  # what the base year's spending already held for them

    @cached_property
    def expected(self) -> np.ndarray:
        """Cash of the county in the mean, (year,) float: a duty of the plan."""
        return sum((each.expected for each in self.items), calls_expected(self.calls, self.chances))

    def cash_at(self, levels: np.ndarray) -> np.ndarray:
        """Cash of the county that is not passed with these chances, (year, level): all items fare badly together."""
        levels = np.atleast_1d(levels)
        return sum((each.cash_at(levels) for each in self.items), calls_at(self.calls, self.chances, levels))

    @cached_property
    def stressed(self) -> np.ndarray:
        """Cash at the level of `data/rules/contingent.toml`, (year,) float, never below the mean."""
        return np.maximum(self.cash_at(stress_level())[:, 0], self.expected)


def stress_level() -> np.ndarray:
    """Return the chance with which the stressed cash is not passed, shape (1,)."""
    return np.array([float(rules("contingent")["level"]["value"])])


@lru_cache(maxsize=16)  # no assumption moves them
def contingents_of(place: Place, base: int, years: tuple[int, ...]) -> Contingents | None:
    """Read the registers of contingent liabilities; None without one."""
    if not (place.has("contingent_liabilities") or place.has("capital_calls")):
        return None
    rows, calls = place.rows("contingent_liabilities"), place.rows("capital_calls")
    amount = (calls["year"].to_numpy(dtype=int) == np.array(years)[:, None]) * calls["amount"].to_numpy(dtype=float)
    return Contingents(
        years,
        tuple(_item(row, base, np.array(years)) for row in rows.to_dict("records")),
        amount,
        calls["probability"].to_numpy(dtype=float, na_value=1.0),
        float(np.nansum(rows["base_paid"].to_numpy(dtype=float))),
    )


def _item(row: Mapping[str, Any], base: int, years: np.ndarray) -> Contingent:
    kind = ContingentKind(row["kind"])
    number = {name: float(value) for name, value in row.items() if isinstance(value, int | float)}

    def given(name: str, otherwise: float) -> float:
        value = number.get(name, np.nan)
        return value if np.isfinite(value) else otherwise

    running = (years >= given("from_year", -np.inf)) & (years <= given("to_year", np.inf))
    grown = (1 + given("growth", 0.0)) ** (years - given("year", base))
    exposure = running * given("balance", np.inf) * grown
    fund, lends = given("fund", 0.0), kind in FUNDS_LENT
    if lends:
        exposure = running * np.minimum(given("balance", np.inf) * grown, lent_in_a_year(fund, given("days", np.nan)))
    usual = rules("contingent").get(str(kind), dict.fromkeys(_RISKS, 0.0))
    stop = np.full(len(years), given("stop_rate", 1.0))
    subsidised = kind in (ContingentKind.INTEREST_SUBSIDY, ContingentKind.GUARANTEE)
    own_share = given("county_share", 1.0)
    return Contingent(
        name=str(row["item"]),
        kind=kind,
        row=row,
        running=running,
        exposure=exposure,
        fixed=interest_subsidy(
            exposure, given("rate", 0.0) * subsidised, own_share if kind == ContingentKind.INTEREST_SUBSIDY else 1.0
        ),
        risks={name: given(name, float(usual[name])) for name in _RISKS},
        assumed=tuple(
            name
            for name in _RISKS
            if kind != ContingentKind.INTEREST_SUBSIDY and not np.isfinite(number.get(name, np.nan))
        ),
        bears=given("bearing_share", 1.0) if kind != ContingentKind.INTEREST_SUBSIDY else 0.0,
        # A fund that is lent again and again can be lost once.
        stop=np.minimum(stop, np.divide(fund, exposure, out=np.ones(len(years)), where=exposure > 0))
        if lends
        else stop,
        reserve=fund,
        refilled=row["refilled"] == YesNo.YES,
        limit=given("net_assets", np.inf),
        county_share=own_share,
    )
