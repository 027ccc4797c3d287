"""The year that is under way: its full-year revenue from the months so far, and the base year that rests on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.elementary import MONTHS
from fiscal_model.arithmetic.revenue.nowcast import Nowcast, nowcast, share_out
from fiscal_model.inputs.history import History
from fiscal_model.inputs.monthly_totals import read_months
from fiscal_model.inputs.place import Place
from fiscal_model.law.classification import TOTALS_LINES, revenue_label
from fiscal_model.law.rules import rules
from fiscal_model.words.cautions import Caution
from fiscal_model.words.vocabulary import Budget, Status

Role = Literal["first_plan_year", "base_year", "beside"]
"""What estimates are for: the plan's first year takes them, the plan starts from them, or the bureau's own estimate stands
and they are printed beside it."""
LEVELS = (0.8, 0.95)
_GROUPS = {"tax_revenue": "101", "nontax_revenue": "103"}
_OWN, _FUNDS = ("own_revenue", "tax_revenue", "nontax_revenue"), ("fund_revenue", "land_revenue")


@dataclass(frozen=True)
class YearLine:
    """One revenue line of the current year, 万元."""

    # line, label: line id or official code, Chinese name
    line: str
    label: str
    # so_far, share: year to date, and the part of a usual year that these months are
    so_far: float
    share: float
    mean: float  # Full-year estimate
    # lower, upper: (level,) tuple of float, interval at each of `LEVELS`
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    # budget, last_year: approved budget of the year and outturn of the year before, NaN where unknown
    budget: float
    last_year: float

    @property
    def growth(self) -> float:
        """Estimate against the year before, NaN where that is unknown."""
        return self.mean / self.last_year - 1 if self.last_year > 0 else float("nan")


@dataclass(frozen=True)
class Months:
    """What the table of months knows of the year under way."""

    year: int
    role: Role
    lines: Mapping[
        str, pd.DataFrame
    ]  # Line id or official code to amounts up to that year, index year, columns 1 to 12


@dataclass(frozen=True)
class CurrentYear:
    """What the months so far say of the current year."""

    # year, months_known: the year, and its last known month
    year: int
    months_known: int
    role: Role
    # ``own_revenue`` always; ``tax_revenue``, ``nontax_revenue``, official codes, ``fund_revenue`` and ``land_revenue``
    # where their months are given. Parts add up to their whole.
    lines: Mapping[str, YearLine]
    explained: str  # How the estimates came about, in Chinese
    cautions: tuple[Caution, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """Official codes of own revenue that were estimated one by one."""
        return tuple(line for line in self.lines if line.startswith(tuple(_GROUPS.values())) and len(line) == 5)

    def mean(self, line: str) -> float:
        """Return a line's estimate, NaN where there is none."""
        return self.lines[line].mean if line in self.lines else float("nan")


def months_of(place: Place, history: History, base_year: int | None = None) -> Months | None:
    """Read the months of the year under way, in the table of months; None without months that bear on this plan.

    ``base_year``: as the planner asked for it; by default the last year with actual figures.
    """
    frames = _own_frames(read_months(place))
    settled = _role(frames, history, base_year)
    if settled is None:
        return None
    year, role = settled
    return Months(year, role, {line: frame.loc[:year] for line, frame in frames.items() if _last_month(frame, year)})


def current_year(months: Months, history: History, annual_forecast: float | None = None) -> CurrentYear:
    """Estimate the full year from its months.

    ``annual_forecast``: the annual forecast of own revenue for that year, 万元; one of the ways that are weighed.

    Examples
    --------
    >>> from fiscal_model.inputs.history import read_history
    >>> import fiscal_model as fm
    >>> place = fm.read_place("data/places/yunshui")
    >>> history = read_history(place)
    >>> found = current_year(months_of(place, history), history)
    >>> found.year, found.months_known, found.role
    (2026, 9, 'first_plan_year')
    >>> round(found.mean("tax_revenue") + found.mean("nontax_revenue") - found.mean("own_revenue"), 6)
    0.0
    """
    year, role = months.year, months.role
    lines, explained, incomplete = _own_revenue(months.lines, history, year, annual_forecast)
    funds, of_funds = _funds(months.lines, history, year)
    known = _last_month(months.lines["own_revenue"], year)
    told = [*explained, *of_funds]
    cautions = [*_plan_cautions(history, lines, year, known, role), *_data_cautions(told, incomplete, year)]
    text = "\n".join(found.explain() for found in told)
    return CurrentYear(year, known, role, {**lines, **funds}, text, tuple(cautions))


def _own_frames(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Derive own revenue from its two parts, or one part from the other two."""
    found = dict(frames)
    own, taxes, others = (found.get(line) for line in _OWN)
    if own is None and taxes is not None and others is not None:
        found["own_revenue"] = taxes + others
    if own is not None and (taxes is None) != (others is None):
        missing, given = ("tax_revenue", others) if taxes is None else ("nontax_revenue", taxes)
        found[missing] = own - given
    return found


def _last_month(frame: pd.DataFrame, year: int) -> int:
    """Return the last known month of a year, 0 without any."""
    if year not in frame.index:
        return 0
    given = np.flatnonzero(np.isfinite(frame.loc[year].to_numpy(dtype=float)))
    return int(given[-1]) + 1 if len(given) else 0


def _role(frames: Mapping[str, pd.DataFrame], history: History, base_year: int | None) -> tuple[int, Role] | None:
    """Settle which year's months count and for what; None when the months say nothing about this plan."""
    own, last = frames.get("own_revenue"), history.last_year
    if own is None or not last or (base_year is not None and base_year < last):
        return None
    if base_year is not None and base_year > last:
        budget = history.planned.reindex(index=[base_year], columns=["own_revenue", "expenditure"])
        follows = base_year == last + 1 and bool(budget.notna().to_numpy().all())
        return (base_year, "base_year") if follows and _last_month(own, base_year) else None
    if _last_month(own, last + 1):
        return last + 1, "first_plan_year"
    estimated = "own_revenue" in history.status and history.status.at[last, "own_revenue"] == Status.ESTIMATE
    return (last, "beside") if estimated and 0 < _last_month(own, last) < MONTHS else None


def _own_revenue(
    months: Mapping[str, pd.DataFrame], history: History, year: int, annual_forecast: float | None
) -> tuple[dict[str, YearLine], list[Nowcast], bool]:
    """Estimate own revenue, its two parts and, where their months are whole, its items."""
    parts = tuple(line for line in _GROUPS if line in months)
    parts = parts if len(parts) == len(_GROUPS) else ("own_revenue",)
    found = _nowcast_of(parts, months, history, year, annual_forecast)
    lines = {"own_revenue": _whole_line("own_revenue", found, history, year)}
    told, incomplete = [found], False
    for position, line in enumerate(parts if len(parts) > 1 else ()):
        lines[line] = _line(line, found, position, 0.0, history, year)
        codes = tuple(sorted(code for code in months if code.startswith(_GROUPS[line]) and len(code) == 5))
        if codes and _add_up(months, codes, line, year):
            items = _nowcast_of(codes, months, history, year, None)
            moved = share_out(items.mean, items.mean - items.so_far, float(found.mean[position]))
            for item, code in enumerate(codes):
                shift = float(moved[item] - items.mean[item])
                lines[code] = _line(code, items, item, shift, history, year)
            told.append(items)
        incomplete |= bool(codes) and not any(code in lines for code in codes)
    return lines, told, incomplete


def _add_up(months: Mapping[str, pd.DataFrame], codes: tuple[str, ...], line: str, year: int) -> bool:
    """Tell whether items make up their whole in this year's months and in last year's."""
    for one in (year - 1, year):
        whole = months[line].reindex(index=[one]).to_numpy(dtype=float)
        added = sum(months[code].reindex(index=[one]).to_numpy(dtype=float) for code in codes)
        if not np.allclose(np.nan_to_num(added - whole), 0.0, atol=0.5 * (len(codes) + 1)):
            return False
        if (np.isfinite(added) != np.isfinite(whole)).any():
            return False
    return True


def _funds(
    months: Mapping[str, pd.DataFrame], history: History, year: int
) -> tuple[dict[str, YearLine], list[Nowcast]]:
    """Estimate land revenue and all fund revenue; each by itself where only one is given."""
    lines, told = {}, []
    given = [line for line in _FUNDS if line in months]
    if len(given) == len(_FUNDS):
        rest = {"land_revenue": months["land_revenue"], "fund_other": months["fund_revenue"] - months["land_revenue"]}
        found = _nowcast_of(("land_revenue", "fund_other"), rest, history, year, None)
        lines["fund_revenue"] = _whole_line("fund_revenue", found, history, year)
        lines["land_revenue"] = _line("land_revenue", found, 0, 0.0, history, year)
        told.append(found)
    elif given:
        found = _nowcast_of(tuple(given), months, history, year, None)
        lines[given[0]] = _line(given[0], found, 0, 0.0, history, year)
        told.append(found)
    return lines, told


def _nowcast_of(
    names: Sequence[str], months: Mapping[str, pd.DataFrame], history: History, year: int, annual_forecast: float | None
) -> Nowcast:
    """Lay the lines' months and full years out as arrays and estimate the year."""
    first = min(int(months[name].index.min()) for name in names)
    amounts = np.stack([months[name].reindex(range(first, year + 1)).to_numpy(dtype=float) for name in names], axis=2)
    series = [_annual(history, name, year - 1) for name in names]
    start = min([first, *(int(one.index.min()) for one in series if len(one))])
    annual = np.stack([one.reindex(range(start, year + 1)).to_numpy(dtype=float) for one in series], axis=1)
    last = annual[-2]
    forecast = None
    if annual_forecast is not None and np.isfinite(last).all() and last.sum() > 0:
        forecast = annual_forecast * last / last.sum()
    return nowcast(
        amounts,
        annual,
        annual_forecast=forecast,
        levels=LEVELS,
        names=[_label(name) for name in names],
        floor=rules("forecast")["interval"]["floor_first_year"],
    )


def _annual(history: History, name: str, until: int) -> pd.Series:
    if name == "fund_other":
        both = history.actual.reindex(columns=list(_FUNDS)).loc[:until].dropna()
        return both["fund_revenue"] - both["land_revenue"]
    if name in TOTALS_LINES:
        return history.series(name, until)
    codes = history.codes[Budget.GENERAL]
    return codes.loc[:until, name].dropna() if name in codes.columns else pd.Series(dtype=float)


def _label(name: str) -> str:
    if name == "fund_other":
        return "其他政府性基金收入"
    return revenue_label(name)


def _line(line: str, found: Nowcast, item: int, shift: float, history: History, year: int) -> YearLine:
    return YearLine(
        line,
        _label(line),
        float(found.so_far[item]),
        float(found.share[item]),
        float(found.mean[item] + shift),
        tuple(float(low + shift) for low in found.lower[:, item]),
        tuple(float(high + shift) for high in found.upper[:, item]),
        *_beside(line, history, year),
    )


def _whole_line(line: str, found: Nowcast, history: History, year: int) -> YearLine:
    usual = found.so_far / np.where(found.share > 0, found.share, np.nan)
    share = float(found.so_far.sum() / usual.sum()) if np.isfinite(usual.sum()) and usual.sum() > 0 else 0.0
    return YearLine(
        line,
        _label(line),
        float(found.so_far.sum()),
        share,
        found.total,
        tuple(found.total_lower.tolist()),
        tuple(found.total_upper.tolist()),
        *_beside(line, history, year),
    )


def _beside(line: str, history: History, year: int) -> tuple[float, float]:
    """Return the approved budget of the year and the outturn of the year before."""
    if line in TOTALS_LINES:
        known = line in history.planned.columns and year in history.planned.index
        return float(history.planned.at[year, line]) if known else float("nan"), history.value(line, year - 1)
    found = []
    for frame, one in ((history.planned_codes[Budget.GENERAL], year), (history.codes[Budget.GENERAL], year - 1)):
        known = line in frame.columns and one in frame.index
        found.append(float(frame.at[one, line]) if known else float("nan"))
    return found[0], found[1]


def _plan_cautions(history: History, lines: Mapping[str, YearLine], year: int, known: int, role: Role) -> list[Caution]:
    """Say what the plan took from the months, or what the months say against the bureau's own estimate."""
    own = lines["own_revenue"]
    text = (
        f"{year}年1—{known}月收入 {own.so_far:,.0f} 万元，推算全年 {own.mean:,.0f} 万元"
        f"（80% 区间 {own.lower[0]:,.0f} 至 {own.upper[0]:,.0f}）"
    )
    if role == "beside":
        given = history.value("own_revenue", year)
        if own.lower[0] <= given <= own.upper[0]:
            return []
        message = f"{text}，执行数 {given:,.0f} 万元在区间之外；仍按执行数测算，请核对"
        return [Caution("estimate_against_months", "自有收入", message)]
    use = "作为规划第一年" if role == "first_plan_year" else "作为基期"
    if not np.isfinite(own.budget):
        return [Caution("current_year_estimated", "自有收入", f"{text}，{use}")]
    gap = own.mean - own.budget
    side = "超" if gap > 0 else "短"
    against = f"，比预算 {own.budget:,.0f} 万元{side}收 {abs(gap):,.0f} 万元" if abs(gap) >= 0.5 else "，与预算相同"
    return [Caution("current_year_estimated", "自有收入", f"{text}，{use}{against}")]


def _data_cautions(told: Sequence[Nowcast], incomplete: bool, year: int) -> list[Caution]:
    found = []
    guessed = sorted({name for one in told for name, count in zip(one.names, one.guessed, strict=True) if count})
    if guessed:
        message = f"{year}年{'、'.join(guessed)}有月份缺数，按往年份额补入后推算全年"
        found.append(Caution("months_missing", "自有收入", message))
    if told[0].years_tested < 2:
        message = f"以往分月数据不足，{year}年全年推算未经充分回测，区间采用一般误差"
        found.append(Caution("current_year_untested", "自有收入", message))
    if incomplete:
        message = f"{year}年分项目月份收入加不到合计，未按项目推算全年"
        found.append(Caution("month_items_incomplete", "自有收入", message))
    return found
