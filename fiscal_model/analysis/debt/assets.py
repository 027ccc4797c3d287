"""Assets that can resolve debt: what they bring after their haircut, when, and whether that is in time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.debt.asset_matching import match_cash
from fiscal_model.arithmetic.elementary import MONTHS
from fiscal_model.blocks.debt.hidden_plan import HiddenPlan
from fiscal_model.inputs.place import Place
from fiscal_model.model.projection import Plan
from fiscal_model.words.markup import Sheet, shows_itself, years_sheet
from fiscal_model.words.vocabulary import HiddenFunding, YesNo


@shows_itself
@dataclass(frozen=True, repr=False)
class AssetPool:
    """Convertible assets against what is to be paid from them, 万元.

    Parameters
    ----------
    rows : DataFrame
        One row an asset: asset_code, name, owner, value, haircut, usable, ready (date), encumbered (bool), matched (to
        hidden debt in time), row_line; encumbered ones last, each group by the day on which the cash is there.
    cash : (year,) float
        Usable money of assets free of encumbrance; what was ready before counts in the first year.
    need : (year,) float
        Hidden debt that the plan resolves by selling assets, contracts that fall due included.
    in_time, bridged, uncovered : (year,) float
        What of the need cash in time covers, what only later cash covers, what nothing covers.
    wait : (year,) int
        Longest wait in months for the cash that bridges.
    legal : (year,) float
        What is left over in time for legal principal paid from own money.
    months_covered : (year,) float
        Cash of all years up to then, over a month's debt service from own money in that year, NaN without service.
    """

    years: tuple[int, ...]
    rows: pd.DataFrame
    cash: np.ndarray
    need: np.ndarray
    in_time: np.ndarray
    bridged: np.ndarray
    uncovered: np.ndarray
    wait: np.ndarray
    legal: np.ndarray
    months_covered: np.ndarray

    @property
    def sheet(self) -> Sheet:
        """The cash of each year against what is to be paid from it, as a table."""
        amounts = {
            "可变现资金": self.cash, "需要资产偿还": self.need, "按期覆盖": self.in_time, "晚到资金覆盖": self.bridged,
            "没有资产覆盖": self.uncovered,
        }  # fmt: skip
        return years_sheet("可化债资产", self.years, amounts.items())

    @property
    def gap(self) -> np.ndarray:
        """Need that no cash covers in time, by year."""
        return self.bridged + self.uncovered

    @property
    def encumbered(self) -> pd.DataFrame:
        """Assets that cannot be sold as they stand."""
        return self.rows[self.rows["encumbered"]]


def asset_rows(place: Place) -> pd.DataFrame:
    """Return a place's convertible assets with what each brings and when.

    asset_code, name, owner, value, haircut, usable (万元 after the haircut), ready (date), encumbered, row_line.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> asset_rows(fm.read_place("data/places/gangu")).empty
    True
    """
    rows = place.rows("assets")
    book, appraised, haircut = (rows[name].astype(float) for name in ("book_value", "appraised_value", "haircut"))
    value = appraised.fillna(book)
    frame = rows[["asset_code", "name", "owner", "row_line"]].assign(
        value=value,
        haircut=haircut,
        usable=value * (1 - haircut),
        ready=[_later(day, months) for day, months in zip(rows["available_from"], rows["months_to_cash"], strict=True)],
        encumbered=(rows["encumbered"] == YesNo.YES).astype(bool),
    )
    return frame.sort_values(["encumbered", "ready"], kind="stable").reset_index(drop=True)


def cash_by_year(rows: pd.DataFrame, years: tuple[int, ...]) -> np.ndarray:
    """Return what assets free of encumbrance bring in each year, (year,); what is ready before counts in the first."""
    free = rows[~rows["encumbered"]]
    when = np.maximum(np.array([day.year for day in free["ready"]], dtype=int), years[0])
    return np.array([float(free["usable"].to_numpy(dtype=float)[when == year].sum()) for year in years])


def match_assets(plan: Plan) -> AssetPool | None:
    """Match a place's convertible assets to what its plan pays by selling assets.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    AssetPool or None
        None without a register of assets.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> match_assets(fm.project(fm.read_place("data/places/gangu"), fm.read_scenario("baseline"))) is None
    True
    """
    place, years = plan.basis.place, plan.years
    if not place.has("assets"):
        return None
    rows = asset_rows(place)
    usable = np.where(rows["encumbered"], 0.0, rows["usable"].to_numpy(dtype=float))
    ready = np.array([_month(day) for day in rows["ready"]], dtype=int)
    hidden = plan.basis.debt.hidden
    amount, due, year = _needs(hidden)
    given = match_cash(usable, ready, amount, due, late=True)
    in_time = ready[:, None] <= due[None, :]
    matched, late = np.where(in_time, given, 0.0), np.where(in_time, 0.0, given)
    legal_need, legal_due = _legal_principal(plan)
    over = usable - matched.sum(axis=1) - late.sum(axis=1)
    legal = match_cash(over, ready, legal_need, legal_due)
    waits = np.where(late > 0.005, ready[:, None] - due[None, :], 0)
    cash = cash_by_year(rows, years)
    service = own_service(plan)
    with np.errstate(divide="ignore", invalid="ignore"):
        covered = np.where(service > 0, np.cumsum(cash) / (service / MONTHS), np.nan)
    return AssetPool(
        years=years,
        rows=rows.assign(matched=matched.sum(axis=1)),
        cash=cash,
        need=_by_year(amount, year, years),
        in_time=_by_year(matched.sum(axis=0), year, years),
        bridged=_by_year(late.sum(axis=0), year, years),
        uncovered=_by_year(amount - matched.sum(axis=0) - late.sum(axis=0), year, years),
        wait=np.array([int(waits[:, year == each].max(initial=0)) for each in years], dtype=int),
        legal=legal.sum(axis=0),
        months_covered=covered,
    )


def own_service(plan: Plan) -> np.ndarray:
    """Return what a plan pays on debt from own money: legal principal and interest of both kinds, hidden debt; (year,)."""
    names = (
        "principal_general_own", "interest_general", "principal_special_own", "interest_special",
        "hidden_debt_budget",
    )  # fmt: skip
    return np.sum([plan.lines[name] for name in names], axis=0)


def _needs(hidden: HiddenPlan) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Amount, month due and year of the parts resolved by selling assets: at maturity, else at the end of the year."""
    parts = hidden.parts
    chosen = (parts["funding"] == HiddenFunding.ASSET_SALE).to_numpy(dtype=bool)
    resolved = hidden.path.part_resolved[:, chosen]
    inside = resolved.sum(axis=0) > 0
    year = np.array(hidden.years)[np.argmax(resolved[:, inside] > 0, axis=0)]
    amount = parts["amount"].to_numpy(dtype=float)[chosen][inside]
    maturity = parts["maturity_date"][chosen][inside]
    due = [
        _month(day) if isinstance(day, dt.date) and day.year == when else when * MONTHS + MONTHS - 1
        for day, when in zip(maturity, year, strict=True)
    ]
    return amount, np.array(due, dtype=int), year.astype(int)


def _legal_principal(plan: Plan) -> tuple[np.ndarray, np.ndarray]:
    own = plan.lines["principal_general_own"] + plan.lines["principal_special_own"]
    return own, np.array(plan.years, dtype=int) * MONTHS + MONTHS - 1


def _by_year(values: np.ndarray, year: np.ndarray, years: tuple[int, ...]) -> np.ndarray:
    return np.array([float(values[year == each].sum()) for each in years])


def _month(day: dt.date) -> int:
    return day.year * MONTHS + day.month - 1


def _later(day: dt.date, months: float) -> dt.date:
    """Return the first day of the month in which the cash is there; part of a month counts whole."""
    month = _month(day) + int(np.ceil(months))
    return dt.date(month // MONTHS, month % MONTHS + 1, 1)
