"""How real a plan's assumptions are: each against the place's own record and comparable places, and what the answer does when it is off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.elementary import divided
from fiscal_model.blocks.revenue.past_errors import measure_errors
from fiscal_model.inputs.past_plans import read_vintages
from fiscal_model.law.common_growth import growth_of_provinces
from fiscal_model.law.risk_constants import driver_shocks
from fiscal_model.law.rules import rules
from fiscal_model.model.basis import with_debt
from fiscal_model.model.compute import compute
from fiscal_model.model.futures import Drivers, deviations
from fiscal_model.model.new_bonds import within_quota
from fiscal_model.model.planbook import observed_lines
from fiscal_model.model.projection import Plan
from fiscal_model.words.markup import Sheet, frame_sheet, shows_itself
from fiscal_model.words.vocabulary import DebtKind

ANSWERS: Mapping[str, Callable[[np.ndarray], float]] = {
    "uncommitted_resources": np.min, "funding_gap": np.max, "guarantee_coverage": np.min, "debt_ratio": np.max,
}  # fmt: skip
"""What is asked of each assumption, and which of its years is the worst."""
LAST, WORST = 0, 1
FORECAST, DECLARED, OWN, SCENARIO, DESIGN = "收入预测的误差", "各地数据或设计值", "本地历史", "测算假设", "设计值"
"""Where a deviation comes from."""


@dataclass(frozen=True)
class Position:
    """Where an assumption stands in a record: the share of its periods that were less favourable to the budget; NaN without one."""

    share: float = np.nan
    periods: int = 0
    span: int = 1  # Years that a period is the mean of

    @property
    def optimistic(self) -> bool:
        """Whether it is more favourable than nearly all of the record."""
        return self.share > rules("realism")["optimism"]["value"]


@dataclass(frozen=True)
class Tried:
    """One assumption against the record, and what the answer does when it is one deviation off, the others as they are."""

    id: str
    label: str
    value: float  # Mean yearly growth over the plan, a rate or a share; NaN where the plan has none
    better: int  # 1 where more is better for the budget, -1 where less is
    own: Position
    peers: Position
    deviation: float  # Of ``value``
    deviation_of: str
    # Line of `ANSWERS` to its change in the last year and in the worst year (of the changed plan and of the plan)
    worse: Mapping[str, tuple[float, float]]
    kinder: Mapping[str, tuple[float, float]]

    @property
    def optimistic(self) -> bool:
        return self.own.optimistic or self.peers.optimistic

    @property
    def swing(self) -> tuple[float, float]:
        """How far it moves uncommitted money and the gap of the last or the worst year, to either side, 万元."""
        uncommitted, gap = (
            float(np.abs(np.nan_to_num([self.worse[line], self.kinder[line]])).max())
            for line in ("uncommitted_resources", "funding_gap")
        )
        return uncommitted, gap


@shows_itself
@dataclass(frozen=True, eq=False, repr=False)
class Realism:
    """The assumptions of a plan that drive its answer, what matters most first, and the forecast's own track record."""

    title: str
    tried: tuple[Tried, ...]
    error: float  # Of own revenue one year ahead on earlier years, mean absolute, in logs; NaN without a test
    records: int
    bias: float  # Outturn of own revenue over the place's own past plans, mean share; NaN without past plans

    @property
    def optimistic(self) -> tuple[Tried, ...]:
        """Those that are more favourable than nearly all of the own record or of comparable places."""
        return tuple(one for one in self.tried if one.optimistic)

    @property
    def matters(self) -> tuple[Tried, ...]:
        """Those that move the answer at all, the one that matters most first."""
        return tuple(one for one in self.tried if max(one.swing) > 0.5)

    @property
    def frame(self) -> pd.DataFrame:
        """One row an assumption: ``id, label, value, own, periods, peers, judged, deviation, deviation_of``, then ``worse_`` and
        ``kinder_`` with a line of `ANSWERS` and ``_last`` or ``_worst``."""
        rows = [
            {
                "id": one.id, "label": one.label, "value": one.value, "own": one.own.share, "periods": one.own.periods,
                "span": one.own.span, "peers": one.peers.share, "judged": judged(one), "deviation": one.deviation,
                "deviation_of": one.deviation_of,
            }
            | {
                f"{side}_{line}_{when}": change[at]
                for side, changes in (("worse", one.worse), ("kinder", one.kinder))
                for line, change in changes.items()
                for at, when in ((LAST, "last"), (WORST, "worst"))
            }
            for one in self.tried
        ]  # fmt: skip
        return pd.DataFrame(rows)

    @property
    def sheet(self) -> Sheet:
        """What each assumption does to uncommitted money of the worst year."""
        heads = {
            "label": "假设", "value": "规划取值", "own": "比本地多大比例的时期有利", "peers": "比可比地区多大比例有利", "judged": "判断",
            "worse_uncommitted_resources_worst": "偏不利一个标准差，最差年未安排财力", "kinder_uncommitted_resources_worst": "偏有利一个标准差",
        }  # fmt: skip
        return frame_sheet(self.title, self.frame, heads, kinds=dict.fromkeys(("value", "own", "peers"), "ratio"))


def judged(one: Tried) -> str:
    """Say in a word where an assumption stands."""
    known = [each.share for each in (one.own, one.peers) if np.isfinite(each.share)]
    if not known:
        return "无从比较"
    if one.optimistic:
        return "偏乐观"
    return "偏谨慎" if max(known) < 1 - rules("realism")["optimism"]["value"] else "居中"


def position_of(value: float, record: np.ndarray, better: int, span: int = 1) -> Position:
    """Return where a value stands in a record; equals count half.

    Examples
    --------
    >>> position_of(0.05, np.array([0.01, 0.03, 0.05, 0.08]), better=1).share
    0.625
    >>> position_of(0.05, np.array([0.01, 0.03, 0.05, 0.08]), better=-1).share
    0.375
    """
    known = record[np.isfinite(record)]
    if not np.isfinite(value) or len(known) < rules("realism")["least_periods"]["value"]:
        return Position()
    ahead = better * (value - known)
    near = np.abs(ahead) < 1e-9
    return Position(float(((ahead > 0) & ~near).mean() + 0.5 * near.mean()), len(known), span)


def periods_of(growth: pd.DataFrame | pd.Series, years: int) -> tuple[np.ndarray, int]:
    """Return means of growth over as many running years as the plan has, fewer where that would leave less than five periods.

    ``growth``: logs by year, one column a place. Returns the means of all places together and the span.

    Examples
    --------
    >>> means, span = periods_of(pd.Series([1.0, 2, 3, 4, 5, 6], index=range(2019, 2025)), 5)
    >>> means.tolist(), span
    ([1.5, 2.5, 3.5, 4.5, 5.5], 2)
    """
    table = pd.DataFrame(growth).dropna(how="all")
    if not len(table):
        return np.array([]), 1
    table = table.reindex(range(int(table.index.min()), int(table.index.max()) + 1))
    span = int(np.clip(int(table.notna().sum().max()) - 4, 1, years))
    means = table.rolling(span).mean().to_numpy(dtype=float)
    return means[np.isfinite(means)], span


@lru_cache(maxsize=16)
def realism(plan: Plan) -> Realism:
    """Hold the assumptions that drive a plan against the record, and move each by one deviation.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    Realism

    Notes
    -----
    A value is the mean yearly growth over the plan (a rate, a share where the label says so); a record is the mean over as many
    years in the place's history (`periods_of`), comparable places are the provinces (`data/rules/growth_of_the_nation.csv`).
    What is off is off in every plan year: growth by the deviation of its mean, a rate or share by its own. Each trial runs
    through the plan's own arithmetic, measures and balancing included; trials of debt hold new special bonds to the quota test again.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> found = fm.risk.realism(fm.plan("data/places/gangu"))
    >>> found.matters[0].label, found.matters[0].better
    ('财力性转移支付年均增速', 1)
    """
    tried = [_tried(plan, each) for each in _ASKED if each.known(plan)]
    tried.sort(key=lambda one: one.swing, reverse=True)
    forecast, past = plan.basis.revenue.forecast, _past_plans(plan)
    return Realism(f"{plan.basis.place.title}主要假设的现实性", tuple(tried), forecast.error, forecast.records, past)


def _past_plans(plan: Plan) -> float:
    """How far outturns of own revenue lay above the place's own past plans, as a share."""
    errors = measure_errors(read_vintages(plan.basis.place), plan.basis.history)
    mine = errors[errors["line"] == "own_revenue"]
    return float(np.average(mine["bias"], weights=mine["count"])) if len(mine) else float("nan")


@dataclass(frozen=True)
class Asked:
    """An assumption that may drive the answer: what it is in a plan, what happened, what a trial of it moves."""

    id: str  # Of the driver, or of the trial of debt
    label: str
    better: int
    value: Callable[[Plan], float]
    needs: str = "own_revenue"  # A line without which it is not asked
    past: Callable[[Plan], pd.Series] = lambda plan: pd.Series(dtype=float)  # by year
    peers: str = ""  # Item of the provinces' growth
    grows: bool = True  # Whether it is a rate of growth: the deviation is that of its mean over the plan
    debt: Callable[[Plan, float], dict[str, dict[int, float]]] | None = None

    def known(self, plan: Plan) -> bool:
        """Tell whether the place has what it is about."""
        return self.needs not in plan.unavailable


def _growth(line: str) -> Callable[[Plan], float]:
    """Mean growth a year of a line of the plan, in logs, from the base year where it was observed."""

    def value(plan: Plan) -> float:
        path = plan.line(line)
        first = observed_lines(plan).get(line, {}).get(plan.base_year, np.nan)
        steps = np.concatenate([[first], path]) if np.isfinite(first) else path
        good = len(steps) > 1 and steps[0] > 0 and steps[-1] > 0
        return float(np.log(steps[-1] / steps[0]) / (len(steps) - 1)) if good else float("nan")

    return value


def _assumed(name: str) -> Callable[[Plan], float]:
    """Mean of an assumed growth, in logs."""
    return lambda plan: float(np.log1p(plan.basis.assumed.path(name)).mean())


def _coupon(plan: Plan) -> float:
    return float((plan.basis.assumed.path("new_issue_rate") + plan.basis.assumed.path("coupon_shift")).mean())


def _grew(line: str) -> Callable[[Plan], pd.Series]:
    """Growth of a line of the history from year to year, in logs."""

    def past(plan: Plan) -> pd.Series:
        seen = plan.basis.history.series(line, plan.base_year)
        seen = seen[seen > 0]
        return pd.Series(np.diff(np.log(seen)), seen.index[1:])[np.diff(seen.index) == 1] if len(seen) else seen

    return past


def _ratio(part: str, whole: str) -> Callable[[Plan], pd.Series]:
    """Ratio of two items of the debt table, both kinds together, in the years in which they are published."""

    def past(plan: Plan) -> pd.Series:
        kinds = [
            [plan.basis.history.series(item.format(kind), plan.base_year) for kind in DebtKind]
            for item in (part, whole)
        ]
        sums = [pd.concat(each, axis=1).dropna().sum(axis=1) for each in kinds]
        return (sums[0] / sums[1][sums[1] > 0]).dropna()

    return past


def _refinanced(plan: Plan) -> float:
    sums = [sum(plan.lines[f"debt_{kind}_{name}"].sum() for kind in DebtKind) for name in ("refinanced", "repaid")]
    return float(divided(*map(np.asarray, sums))) if sums[1] > 0 else float("nan")


def _limits(plan: Plan) -> float:
    stocks = np.sum([plan.line(f"debt_limit_{kind}_stock") for kind in DebtKind], axis=0)
    return float(np.log(stocks[-1] / stocks[0]) / (len(stocks) - 1)) if stocks[0] > 0 and stocks[-1] > 0 else np.nan


def _limits_grew(plan: Plan) -> pd.Series:
    both = [plan.basis.history.series(f"{kind}_limit_stock", plan.base_year) for kind in DebtKind]
    seen = pd.concat(both, axis=1).dropna().sum(axis=1)
    seen = seen[seen > 0]
    return pd.Series(np.diff(np.log(seen)), seen.index[1:]) if len(seen) else pd.Series(dtype=float)


def _new_debt(plan: Plan, share: float) -> dict[str, dict[int, float]]:
    """Limits and new bonds of both kinds off by a share, in the years that no budget has settled."""
    assumed, found = plan.basis.assumed, {}
    for name in (f"{item}_{kind}" for item in ("limit_growth", "new_issue") for kind in DebtKind):
        moved = assumed.path(name) * (1 + share)
        open_years = ~assumed.is_published(name)
        found[name] = {year: float(moved[at]) for at, year in enumerate(plan.years) if open_years[at]}
    return found


def _all_years(name: str) -> Callable[[Plan, float], dict[str, dict[int, float]]]:
    return lambda plan, step: {
        name: dict(zip(plan.years, map(float, plan.basis.assumed.path(name) + step), strict=True))
    }


_ASKED = (
    Asked("own_revenue", "一般公共预算收入年均增速", 1, _growth("own_revenue"), past=_grew("own_revenue"), peers="own_revenue"),
    Asked("general_purpose", "财力性转移支付年均增速", 1, _growth("transfers_general_purpose"), past=_grew("transfers")),
    Asked("earmarked", "专用性转移支付年均增速", 1, _growth("transfers_earmarked")),
    Asked("land", "土地出让收入年均增速", 1, _growth("land_revenue"), "land_revenue", _grew("land_revenue")),
    Asked("fund_other", "其他政府性基金收入年均增速", 1, _growth("fund_other_revenue"), "fund_other_revenue"),
    Asked("prices", "运转和其他延续性支出年均增速", -1, _assumed("other_spending_growth"), past=_grew("expenditure"), peers="expenditure"),
    Asked("pay", "人均工资年均增速", -1, _assumed("pay_growth")),
    Asked("standards", "基本民生支出年均增速", -1, _growth("guarantee_living")),
    Asked("insurance", "社会保险基金支出年均增速", -1, _assumed("insurance_expenditure_growth"), "insurance_subsidy"),
    Asked("coupon", "新发行债券利率", -1, _coupon, "debt_general_stock",
          grows=False, debt=_all_years("coupon_shift")),
    Asked("refinancing", "到期本金再融资比重", 1, _refinanced, "principal_general",
          _ratio("{}_issued_refinancing", "{}_repaid"), grows=False, debt=_all_years("refinancing_shift")),
    Asked("new_debt", "债务限额年均增速（连同新增债券）", 1, _limits, "debt_limit_general_stock", _limits_grew, debt=_new_debt),
)  # fmt: skip
"""In the order of the budget; what is left at its id moves the driver of a future of that name."""


def _tried(plan: Plan, each: Asked) -> Tried:
    value, past, years = each.value(plan), each.past(plan), len(plan.years)
    record, span = periods_of(past, years) if each.grows else (past.to_numpy(dtype=float), 1)
    others = growth_of_provinces(each.peers).loc[: plan.base_year] if each.peers else pd.DataFrame()
    provinces, among = periods_of(others, years)
    deviation, step, source = _deviation(plan, each, past, value)
    worse, kinder = (_changes(plan, lines) for lines in _both_sides(plan, each, each.better * step))
    return Tried(
        each.id,
        each.label,
        float(np.expm1(value)) if each.grows else value,
        each.better,
        position_of(value, record, each.better, span),
        position_of(value, provinces, each.better, among),
        deviation,
        source,
        worse,
        kinder,
    )


def _deviation(plan: Plan, each: Asked, past: pd.Series, value: float) -> tuple[float, float, str]:
    """One deviation of the value, what a trial is moved by, and where it comes from."""
    years = len(plan.years)
    if each.id in _OF_THE_FAN:
        found = float(deviations(plan.basis)[list(_OF_THE_FAN).index(each.id), -1]) / years
        return found, found, _OF_THE_FAN[each.id]
    if each.id == "new_debt":
        share = float(rules("realism")["new_debt"]["value"])
        return share * abs(value), share, DESIGN
    yearly, source = {one.driver: one.deviation for one in driver_shocks()}[each.id], DECLARED
    if len(past) >= rules("realism")["least_own"]["value"]:
        yearly, source = float(past.std()), OWN
    found = yearly / np.sqrt(years) if each.grows else yearly
    return found, found, source


_OF_THE_FAN = {"own_revenue": FORECAST, "general_purpose": SCENARIO, "land": SCENARIO}
"""What the simulation draws by deviations of the plan's own, in the order of `deviations`."""


def _both_sides(plan: Plan, each: Asked, step: float) -> list[dict[str, np.ndarray]]:
    """The answer's lines through the plan's arithmetic with one assumption off in every year, less favourable and more."""
    years = len(plan.years)
    if each.debt is None:
        off = np.exp(np.outer((-step, step), np.arange(1, years + 1)))
        lines, _ = compute(plan.basis, Drivers(**{"own_revenue": np.ones(off.shape), each.id: off}))
        return [{line: np.broadcast_to(lines[line], off.shape)[side] for line in ANSWERS} for side in (0, 1)]
    bases = [within_quota(with_debt(plan.basis, each.debt(plan, sign * step))) for sign in (-1, 1)]
    return [compute(basis, Drivers.unchanged(years))[0] for basis in bases]


def _changes(plan: Plan, lines: Mapping[str, np.ndarray]) -> dict[str, tuple[float, float]]:
    """What became of the answer in the last year and in its worst one, less what it was; NaN where the plan has none."""
    found = {}
    for line, worst in ANSWERS.items():
        was, now = plan.line(line), lines[line]
        found[line] = (float(now[-1] - was[-1]), float(worst(now) - worst(was)))
    return found
