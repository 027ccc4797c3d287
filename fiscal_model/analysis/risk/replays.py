"""Bad years of the past as they would hit a plan: the nation's, the province's, the place's own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from fiscal_model.law.common_growth import NATION, common_growth, printed_growth
from fiscal_model.model.projection import Plan

YEARS = {2020: "疫情", 2022: "留抵退税"}
"""Years of the nation that are replayed as they were."""
SLOWDOWN = (2015, 2016)
"""Years whose slower growth is replayed: how far below the years before, on the same rules."""
_BEFORE = 3
WORST = 3
"""As many of the place's own worst years."""
OWN = "own_revenue"


@dataclass(frozen=True)
class Replay:
    """A bad year as a plan would meet it in its first years; what follows grows as in the plan."""

    id: str
    name: str
    description: str
    growth: tuple[float, ...]  # Of own revenue in the first plan years, fractions; or points beside the plan's growth
    land: float = np.nan  # Growth of land revenue in the same year; NaN where not known
    beside: bool = False  # Whether ``growth`` is held against the plan's own


def replays_of(plan: Plan) -> tuple[Replay, ...]:
    """Return the bad years that a plan is held against, each from published figures or the place's own history."""
    province = plan.basis.place.province
    regions = {"nation": NATION, **({"province": province} if len(printed_growth(OWN, province)) else {})}
    found = [
        _year(f"{key}_{year}", year, word, region, printed_growth(OWN, region))
        for year, word in YEARS.items()
        for key, region in regions.items()
        if year in printed_growth(OWN, region).index
    ]
    return (*found, _slowdown(common_growth(OWN)), *_own(plan))


def _year(id: str, year: int, word: str, region: str, growth: pd.Series) -> Replay:
    seen = float(np.expm1(growth[year]))
    text = f"规划第一年自有收入按{region}{year}年地方一般公共预算收入的增速（{seen:+.1%}，{word}）变动，以后各年按规划增速。"
    return Replay(id, f"重演{year}年（{region}{seen:+.1%}）", text, (seen,))


def _slowdown(growth: pd.Series) -> Replay:
    """How many points growth fell below the mean of the years before, year by year."""
    rates = np.expm1(growth)
    usual = float(rates.loc[SLOWDOWN[0] - _BEFORE : SLOWDOWN[0] - 1].mean())
    points = tuple(float(rates[year]) - usual for year in SLOWDOWN)
    said = "、".join(f"{-100 * each:.1f}" for each in points)
    span = "、".join(map(str, SLOWDOWN))
    text = (
        f"规划前{len(SLOWDOWN)}年自有收入增速比规划分别低{said}个百分点：{span}年全国地方一般公共预算收入（同口径）"
        f"增速比前{_BEFORE}年平均低这么多；以后各年按规划增速。"
    )
    return Replay(
        f"slowdown_{SLOWDOWN[0]}", f"重演{SLOWDOWN[0]}—{SLOWDOWN[-1]}年放缓（全国）", text, points, beside=True
    )


def _own(plan: Plan) -> list[Replay]:
    """The place's own worst years: own revenue, and land revenue of the same year where both years are known."""
    history, base = plan.basis.history, plan.base_year
    own, land = (_growth(history.series(line, base)) for line in (OWN, "land_revenue"))
    found = []
    for year, seen in own.nsmallest(WORST).items():
        with_land = float(land.get(year, np.nan))
        beside = f"，土地出让收入按同年增速（{with_land:+.1%}）变动" if np.isfinite(with_land) else ""
        text = f"规划第一年自有收入按本地{year}年的增速（{seen:+.1%}）变动{beside}，以后各年按规划增速。"
        found.append(Replay(f"own_{year}", f"重演{year}年（本地{seen:+.1%}）", text, (float(seen),), with_land))
    return found


def _growth(series: pd.Series) -> pd.Series:
    """Growth from one known year to the next; a gap or nothing before it gives none."""
    before = series.reindex(series.index - 1).to_numpy()
    rates = series / np.where(before > 0, before, np.nan) - 1
    return rates.dropna()
