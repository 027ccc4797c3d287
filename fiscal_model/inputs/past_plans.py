"""Which past plans a place has, and which of them a new plan is held against."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version

from fiscal_model.inputs.place import Place
from fiscal_model.inputs.vintages import Vintage, read_vintage_folders
from fiscal_model.words.lines import LINES

USUAL = "baseline"


def read_vintages(place: Place) -> tuple[Vintage, ...]:
    """Read the past plans kept beside a place.

    Parameters
    ----------
    place : Place

    Returns
    -------
    tuple of Vintage
        By base year; empty when the place keeps none.

    Raises
    ------
    InputError
        Lists every fault of every past plan.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> read_vintages(fm.read_place("data/places/yunshui"))
    ()
    """
    kept = read_vintage_folders(place.folder, LINES, version("fiscal-model"))
    return (
        tuple(vintage for vintage in kept if vintage.place == place.id)
        if place.id != place.folder.resolve().name
        else kept
    )


def last_before(vintages: Sequence[Vintage], base_year: int, scenario: str = USUAL) -> Vintage | None:
    """Return the past plan that a plan of some base year follows: the latest one, of the same scenario if kept.

    ``base_year``: of the later plan.
    ``scenario``: id of the later plan's scenario.
    """
    earlier = [vintage for vintage in vintages if vintage.base_year < base_year]
    if not earlier:
        return None
    latest = max(vintage.base_year for vintage in earlier)
    return _chosen([vintage for vintage in earlier if vintage.base_year == latest], scenario)


def one_a_year(vintages: Sequence[Vintage], until: int) -> tuple[Vintage, ...]:
    """Return one past plan for each base year before a year: the baseline, where it was kept.

    A second plan of the same base year is no second piece of evidence, and an alternative scenario is no forecast.
    """
    years = sorted({vintage.base_year for vintage in vintages if vintage.base_year < until})
    return tuple(_chosen([vintage for vintage in vintages if vintage.base_year == year], USUAL) for year in years)


def _chosen(same_year: Sequence[Vintage], scenario: str) -> Vintage:
    for wanted in (scenario, USUAL):
        mine = [vintage for vintage in same_year if vintage.scenario.id == wanted]
        if mine:
            return max(mine, key=lambda vintage: (vintage.made_on, len(vintage.name), vintage.name))
    return same_year[-1]
