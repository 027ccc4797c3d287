"""The eight numbers that one who decides looks at first, each with its light by the rules of the report."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fiscal_model.analysis.balance.temporary_payments import roll_temporary_payments
from fiscal_model.analysis.guarantees.coverage_ground import coverage_is_judged, unjudged_said
from fiscal_model.analysis.guarantees.early_warning import GRADES, grades_on_paths
from fiscal_model.analysis.risk.fan_counts import GUARANTEE_LIGHT
from fiscal_model.analysis.risk.simulate import Fan
from fiscal_model.law.indicators import BAND_WORDS, band_of, label_of_indicator
from fiscal_model.law.limits import clear_by, interest_mark
from fiscal_model.model.projection import Plan
from fiscal_model.report.standing import (
    chance_said,
    closes_by_itself,
    growth_alone,
    has_gap,
    overcommitted,
    transfers_inferred,
)
from fiscal_model.report.wording import doubt, money, percent
from fiscal_model.words.table import Kind, printed
from fiscal_model.words.vocabulary import DebtKind

NO_DATA = "无数据"
_BURDENS = tuple(f"interest_burden_{kind}" for kind in DebtKind)


@dataclass(frozen=True)
class KeyNumber:
    """One number with its light.

    Parameters
    ----------
    id, title : str
    value : float
        At its worst year; NaN where the data do not carry it.
    kind : Kind
        How the value is printed; money is 万元.
    year : int or None
        The worst year.
    light : str
        One of `law.indicators.BANDS`; ``none`` without data or rule.
    why : str
        What the light rests on, in Chinese.
    worse : int
        1 where more is worse, -1 where less is.
    """

    id: str
    title: str
    value: float
    kind: Kind
    year: int | None
    light: str
    why: str
    worse: int

    @property
    def word(self) -> str:
        """The light in a word."""
        return BAND_WORDS.get(self.light, NO_DATA if not np.isfinite(self.value) else "不分档")

    @property
    def text(self) -> str:
        """The value as printed, with its unit."""
        if not np.isfinite(self.value):
            return NO_DATA
        unit = {"money": "万元", "number": "倍"}.get(self.kind, "")
        return printed(self.value, self.kind) + unit


def eight_numbers(plan: Plan, fan: Fan) -> tuple[KeyNumber, ...]:
    """Return the eight numbers of a plan, always all of them and in this order.

    Notes
    -----
    No threshold is set here: debt, interest and self-sufficiency go by the bands of table 26, the three guarantees by the
    early warning of table 08-3, a gap and money overcommitted by what stands against "balanced", hidden debt and temporary
    payments by what chapter 8 says of them.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/gangu"), fm.read_scenario("baseline"))
    >>> [f"{each.title} {each.word}" for each in eight_numbers(plan, fm.simulate(plan, paths=100))][2:4]
    ['三保保障倍数最低 绿', '债务率最高 无数据']
    """
    found = (
        _own_revenue(plan), _uncommitted(plan), _guarantees(plan, fan), _debt(plan), _interest(plan), _gap(plan, fan), hidden_debt_number(plan),
        _payments(plan),
    )  # fmt: skip
    absent = {} if coverage_is_judged(plan.basis) else {"guarantee_coverage": unjudged_said(plan)}
    return tuple(
        each
        if np.isfinite(each.value)
        else replace(each, year=None, light="none", why=absent.get(each.id, "没有提供所需的数据"))
        for each in found
    )


def _own_revenue(plan: Plan) -> KeyNumber:
    values, own = plan.line("own_revenue"), plan.line("self_sufficiency_ratio")
    _, least = _worst(plan, own, -1)
    why = f"{label_of_indicator('self_sufficiency_ratio')}最低{percent(least)}{_doubted('self_sufficiency_ratio')}"
    light = band_of("self_sufficiency_ratio", least)
    return KeyNumber("own_revenue", "自有收入首年", float(values[0]), "money", plan.years[0], light, why, -1)


def _uncommitted(plan: Plan) -> KeyNumber:
    year, least = _worst(plan, plan.line("uncommitted_resources"), -1)
    light = "red" if overcommitted(plan) else "green"
    why = "延续性支出超过当年财力" if light == "red" else "各年延续性支出都有财力安排"
    why += f"；{growth_alone(plan)}" if transfers_inferred(plan) else ""
    return KeyNumber("uncommitted_resources", "未安排财力最少", least, "money", year, light, why, -1)


def _guarantees(plan: Plan, fan: Fan) -> KeyNumber:
    year, least = _worst(plan, plan.line("guarantee_coverage"), -1)
    least = least if coverage_is_judged(plan.basis) else float("nan")
    grades, _ = grades_on_paths(plan.basis, plan.lines)
    at = int(np.argmax(grades))
    light = GRADES[int(grades[at])]
    graded = f"最差为{plan.years[at]}年的" if np.ptp(grades) else "各年均为"
    why = f"“三保”预警{graded}{BAND_WORDS[light]}（分档为设计值）"
    if GUARANTEE_LIGHT in fan.odds and fan.odds[GUARANTEE_LIGHT].ever > 0:
        why += f"；{chance_said(fan, GUARANTEE_LIGHT, '为橙或红')}"
    return KeyNumber("guarantee_coverage", "三保保障倍数最低", least, "number", year, light, why, -1)


def _debt(plan: Plan) -> KeyNumber:
    year, most = _worst(plan, plan.line("debt_ratio"), 1)
    why = f"债务余额比综合财力（口径C）{_doubted('debt_ratio')}"
    return KeyNumber("debt_ratio", "债务率最高", most, "ratio", year, band_of("debt_ratio", most), why, 1)


def _interest(plan: Plan) -> KeyNumber:
    found = [(*_worst(plan, plan.line(name), 1), name) for name in _BURDENS]
    year, most, name = max(found, key=lambda each: -np.inf if np.isnan(each[1]) else each[1])
    why = f"{label_of_indicator(name)}，{interest_mark()}为财政重整线{_doubted(name)}"
    return KeyNumber("interest_burden", "付息占支出最高", most, "ratio", year, band_of(name, most), why, 1)


def _gap(plan: Plan, fan: Fan) -> KeyNumber:
    year, most = _worst(plan, plan.line("funding_gap"), 1)
    year = year if most > 0.5 else None
    light = "red" if has_gap(plan) else "green" if closes_by_itself(plan) else "yellow"
    said = {
        "red": "采取全部平衡措施后仍有缺口",
        "yellow": "须采取平衡措施才能收支相抵",
        "green": "不用平衡措施即收支相抵",
    }
    why = "；".join(filter(None, (chance_said(fan, "funding_gap", "一般公共预算出现缺口"), said[light])))
    return KeyNumber("funding_gap", "收支缺口最大", most, "money", year, light, why, 1)


def hidden_debt_number(plan: Plan) -> KeyNumber:
    """Return what is left of hidden debt at the end; its light goes by the register alone, whatever else moves."""
    stock, path = plan.line("hidden_debt_stock"), plan.basis.debt.hidden.path
    now = float(path.stock[0] + path.resolved[0])
    until = [left for year, left in zip(plan.years, stock, strict=True) if year >= clear_by()]
    if float(path.late) > 0.5 or (until and until[0] > 0.5):
        light, why = "red", f"原计划达不到{clear_by()}年底清零"
    elif float(path.shortfall.max()) > 0.5:
        light, why = "yellow", "化解进度落后于逐年均衡"
    else:
        light, why = "green", f"按计划{clear_by()}年底清零"
    why = f"{plan.base_year}年末{money(now)}，{why}"
    if (contract := float(path.contract_stock)) > 0.5:
        why += f"；另有{money(contract)}按合同以后偿还"
    return KeyNumber("hidden_debt_stock", "隐性债务期末余额", float(stock[-1]), "money", plan.years[-1], light, why, 1)


def _payments(plan: Plan) -> KeyNumber:
    title, found = "暂付款期末余额", roll_temporary_payments(plan)
    if found is None:
        return KeyNumber("temporary_payments_stock", title, float("nan"), "money", None, "none", "", 1)
    late = found.ledger.loc[found.ledger["overdue"], "balance"]
    light = "green" if found.passes.all() and not len(late) else "yellow" if found.passes.all() else "red"
    why = f"余额占支出最高{percent(float(found.share.max()))}，控制线{found.limit:.0%}" + (
        "" if found.verified else "（未经核实）"
    )
    why += f"；逾期未清{len(late)}笔、{money(float(late.sum()))}" if len(late) else ""
    why = f"{plan.base_year}年末{money(float(found.path.opening[0]))}，{why}"
    left = float(found.path.closing[-1])
    return KeyNumber("temporary_payments_stock", title, left, "money", plan.years[-1], light, why, 1)


def _worst(plan: Plan, values: np.ndarray, worse: int) -> tuple[int | None, float]:
    """The year and the value that stands worst; nothing where no year has a number."""
    if not np.isfinite(values).any():
        return None, float("nan")
    at = int(np.nanargmax(values * worse))
    return plan.years[at], float(values[at])


def _doubted(indicator: str) -> str:
    unsure = doubt(indicator)
    return f"（分档{unsure}）" if unsure else ""
