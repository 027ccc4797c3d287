"""The page for one who decides: where the plan stands, in three sentences; what to decide; what would change the answer."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fiscal_model.analysis.affordability.assess_together import try_in_order
from fiscal_model.analysis.affordability.gate import CONDITIONAL, REFUSED
from fiscal_model.analysis.debt.restructuring import restructure
from fiscal_model.analysis.guarantees.coverage_ground import coverage_is_judged, unjudged_said
from fiscal_model.analysis.risk.simulate import Fan
from fiscal_model.analysis.risk.stress import BREACHES, PLAN, stress_test
from fiscal_model.analysis.rolling.plan_bridge import Bridge, bridge_of
from fiscal_model.law.limits import interest_line, interest_mark
from fiscal_model.law.rules import rule_table
from fiscal_model.model.debt_limits import over_limit
from fiscal_model.model.projection import Plan
from fiscal_model.report.eight_numbers import KeyNumber, eight_numbers
from fiscal_model.report.standing import (
    chance_said,
    closes_by_itself,
    duties_unknown,
    gap_is_likely,
    growth_alone,
    guarantees_estimated,
    has_gap,
    left_open,
    not_judged,
    owed_unknown,
    stands_against,
    transfers_inferred,
)
from fiscal_model.report.standing import taken as taken_steps
from fiscal_model.report.wording import money
from fiscal_model.words.markup import Sheet, shows_itself
from fiscal_model.words.spans import spans
from fiscal_model.words.table import ReportRow, ReportTable, printed
from fiscal_model.words.vocabulary import DebtKind

MOST = 5
"""Decisions that a page holds."""
_SEEN = 0.5


@dataclass(frozen=True)
class Decision:
    """One thing to decide: what, how much (万元 of the plan years, NaN where nobody knows) of what, who, by when, what happens otherwise."""

    id: str
    said: str
    amount: float
    of_what: str
    owner: str
    by: str
    otherwise: str

    @property
    def amount_said(self) -> str:
        """The amount as printed, and what it is of."""
        known = f"{printed(self.amount, 'money')}万元" if np.isfinite(self.amount) else "金额未知"
        return f"{known}（{self.of_what}）"


@shows_itself
@dataclass(frozen=True, repr=False)
class Summary:
    """The page: three sentences, the eight numbers and what to decide as tables, two things that would change the answer."""

    conclusion: tuple[str, ...]
    tables: tuple[ReportTable, ...]
    changes: tuple[str, ...]

    @property
    def said(self) -> ReportTable:
        """The sentences as a table."""
        about = ("收支", "三保", "新增支出", *("最能改变结论的" for _ in self.changes))
        rows = zip(about, (*self.conclusion, *self.changes), strict=True)
        made = tuple(ReportRow(name, (text,), "text", 0) for name, text in rows)
        return ReportTable("", "conclusion", "结论", "", "方面", ("判断",), made)

    @property
    def decided(self) -> tuple[str, ...]:
        """What to decide, a sentence each: amount, who, by when, what happens otherwise."""
        return tuple(
            f"{row.label}：{row.values[0]}。{row.values[1]}，{row.values[2]}。否则{row.values[3]}。"
            for row in self.tables[1].rows
        )

    @property
    def sheet(self) -> Sheet:
        """The eight numbers, what they come to and what to decide, as a table with notes."""
        asked = (f"需要决定的第{at}件：{said}" for at, said in enumerate(self.decided, 1))
        changes = (f"最能改变结论的：{said}" for said in self.changes)
        return Sheet(replace(self.tables[0], title="决策摘要", notes=(*self.conclusion, *asked, *changes)))


def summarise(plan: Plan, fan: Fan) -> Summary:
    """Put together the page for one who decides.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline"))
    >>> len(summarise(plan, fm.simulate(plan, paths=100)).tables[0].rows)
    8
    """
    return Summary(conclusion(plan, fan), summary_tables(plan, fan), what_would_change(plan))


def conclusion(plan: Plan, fan: Fan) -> tuple[str, str, str]:
    """Say in three sentences whether the plan balances, whether the three guarantees are held, whether there is money for anything new.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/gangu"), fm.read_scenario("baseline"))
    >>> conclusion(plan, fm.simulate(plan, paths=100))[2]
    '2027—2029年延续性支出超过当年财力，没有压减或新的财力，不能再开新的支出口子。'
    """
    return _balanced(plan, fan), _guaranteed(plan), _anything_new(plan)


def _balanced(plan: Plan, fan: Fan) -> str:
    gap, against, chance = (
        plan.line("funding_gap"),
        stands_against(plan),
        chance_said(fan, "funding_gap", "一般公共预算出现缺口"),
    )
    if has_gap(plan):
        at = int(np.argmax(gap))
        said = [f"采取全部平衡措施后仍有收支缺口，最大{money(gap[at])}（{plan.years[at]}年），规划不能平衡"]
        said += [*_rests_on_unlisted(plan), chance]
    else:
        how = "不用平衡措施即" if closes_by_itself(plan) else "采取平衡措施后"
        closes = f"{'一般公共预算' if against or not_judged(plan) else ''}各年{how}收支相抵"
        doubts = [chance, *against] if gap_is_likely(fan) else against
        said = [f"按{plan.basis.scenario.name}测算，{closes}，但{doubts[0]}", *doubts[1:]] if doubts else [closes]
        said += [] if gap_is_likely(fan) else [chance]
    return f"{'；'.join(filter(None, (*said, left_open(plan))))}。"


def _rests_on_unlisted(plan: Plan) -> list[str]:
    """Say that the gaps are less than what spending nobody listed is thought to grow by; empty where they are not."""
    unlisted, gap = plan.basis.balance.opening.unlisted_out, plan.line("funding_gap")
    grown = unlisted * (np.cumprod(1 + plan.basis.assumed.path("unlisted_growth")) - 1)
    if unlisted <= _SEEN or (gap > grown + _SEEN).any():
        return []
    return [f"缺口小于未列明支出{money(unlisted)}的推算增长，该数核实以前不宜定论"]


def _guaranteed(plan: Plan) -> str:
    cover, short = plan.line("guarantee_coverage"), np.nan_to_num(plan.line("guarantees_shortfall"))
    if short.max() > _SEEN:
        at = int(np.argmax(short))
        return f"“三保”有缺口{guarantees_estimated(plan)}，最大{money(short[at])}（{plan.years[at]}年），其他支出一律让路。"
    if not coverage_is_judged(plan.basis):
        return f"{unjudged_said(plan)}。"
    at = int(np.nanargmin(cover))
    return (
        f"“三保”有保障{guarantees_estimated(plan)}：可用财力最低为本级负担的{cover[at]:.2f}倍（{plan.years[at]}年）。"
    )


def _anything_new(plan: Plan) -> str:
    free = plan.line("uncommitted_resources")
    short = [year for year, value in zip(plan.years, free, strict=True) if value < -_SEEN]
    if short:
        ground = f"（{growth_alone(plan)}）" if transfers_inferred(plan) else ""
        return f"{spans(short)}年延续性支出超过当年财力{ground}，没有压减或新的财力，不能再开新的支出口子。"
    if transfers_inferred(plan):
        return f"能不能新增支出无法判断：{growth_alone(plan)}，不能作为新增支出的限额；先提供上级补助数，再逐项评估。"
    at, unknown = int(np.argmin(free)), duties_unknown(plan)
    rider = f"；{'、'.join(unknown)}没有数据，没有扣除" if unknown else ""
    return f"全部延续性支出之后各年都有余，最少{money(free[at])}（{plan.years[at]}年{rider}），新增支出以此为限、先评估后安排。"


def decisions(plan: Plan) -> tuple[Decision, ...]:
    """Return what is to be decided, the most pressing first, at most `MOST`; what a plan does not need is not asked for.

    What each is called, who is to answer for it and what happens otherwise: `data/rules/decisions.csv` (design).
    """
    amounts, unknown = _amounts(plan), "、".join(owed_unknown(plan))
    found = []
    for rule in (each for each in rule_table("decisions") if each["id"] in amounts):
        amount, year = amounts[rule["id"]]
        adjusting = year == plan.years[0]  # Its budget has passed review
        drawn_up = f"{year}年调整预算时" if adjusting else f"{year - 1}年12月底前，编制{year}年预算时"
        words = {
            "year": year, "when": drawn_up, "mark": interest_mark(), "unknown": unknown, "base": plan.base_year,
            "borne": _borne(plan, rule["id"]),
        }  # fmt: skip
        otherwise = (rule["otherwise_adjusting"] if adjusting else "") or rule["otherwise"]
        decision, of_what, by, otherwise = (
            text.format_map(words) for text in (rule["decision"], rule["amount"], rule["by"], otherwise)
        )
        found.append(Decision(rule["id"], decision, amount, of_what, rule["owner"], by, otherwise))
    return tuple(found[:MOST])


def _amounts(plan: Plan) -> dict[str, tuple[float, int]]:
    """Amount in question over the plan years and the first year with any, by id of the decision."""
    over = {
        f"interest_{kind}": plan.line(f"interest_{kind}")
        - interest_line() * plan.line("expenditure" if kind == DebtKind.GENERAL else "fund_expenditure")
        for kind in DebtKind
    }
    asked = {
        "guarantees": plan.line("guarantees_shortfall"),
        "gap": plan.line("funding_gap"),
        "overcommitted_with_gap" if has_gap(plan) else "overcommitted": _to_approve(plan),
        "fund_debt_gap": plan.line("fund_debt_gap"),
        "land_cost_gap": plan.line("land_cost_gap"),
        "insurance": plan.line("insurance_shortfall"),
        "proposals": _held_back(plan),
        **over,
    }
    found = {}
    for name, values in asked.items():
        amount = np.maximum(np.nan_to_num(values), 0.0)
        if amount.max() > _SEEN:
            found[name] = (float(amount.sum()), plan.years[int(np.argmax(amount > _SEEN))])
    if not np.isfinite(plan.line("debt_stock")).all():
        found["debt_figures"] = (float("nan"), plan.years[0])
    breaches = [each.published for each in over_limit(plan.basis, {name: plan.line(name) for name in plan.lines})]
    if any(breaches):  # a stock: of each kind what is over at its worst, not added up over the years
        found["over_limit"] = (sum(max(each.values()) for each in breaches if each), plan.years[0])
    if any(caution.code.endswith("known_later") for caution in plan.cautions):
        found["newer_figures"] = (float("nan"), plan.years[0])
    if not coverage_is_judged(plan.basis):
        found["guarantee_figures"] = (float("nan"), plan.years[0])
    return found


def _to_approve(plan: Plan) -> np.ndarray:
    """What goes on beyond the money there is, (year,) float; where steps of balancing meet it all, what the steps come to."""
    beyond = -plan.line("uncommitted_resources")
    found = sum((plan.steps[name] for name in taken_steps(plan.steps)), np.zeros(len(plan.years)))
    return beyond if has_gap(plan) or beyond.max() <= _SEEN else found


def _borne(plan: Plan, id: str) -> str:
    """Say what the restructuring of a kind of debt costs the general budget; nothing where it costs nothing."""
    costs = {f"interest_{one.kind}": float(one.together.cost.sum()) for one in restructure(plan)}
    cost = costs.get(id, 0.0)
    return f"；重整措施另须一般公共预算承担{printed(cost, 'money')}万元" if cost > _SEEN else ""


def _held_back(plan: Plan) -> np.ndarray:
    """What the proposals would cost that were refused or passed under conditions, (year,) float."""
    costs = [each.cost for each in try_in_order(plan) if each.verdict.outcome in (REFUSED, CONDITIONAL)]
    return np.sum([np.zeros(len(plan.years)), *(cost[: len(plan.years)] for cost in costs)], axis=0)


def what_would_change(plan: Plan) -> tuple[str, ...]:
    """Name the two single shocks that take most uncommitted money, how much, and what breaks under them that holds in the plan."""
    test = stress_test(plan)
    taken = {id: -shock for id, (shock, _) in test.swings.items() if shock < -_SEEN}
    said = []
    for id in sorted(taken, key=lambda each: -taken[each])[:2]:
        before = test.first_breaches(PLAN)
        broken = [BREACHES[line] for line in test.first_breaches(id) if line not in before]
        opened = f"，新出现{'、'.join(broken)}" if broken else ""
        said.append(f"{test.stresses[test.row(id)].name}，规划期未安排财力合计减少{money(taken[id])}{opened}")
    return tuple(said)


def summary_tables(plan: Plan, fan: Fan) -> tuple[ReportTable, ReportTable]:
    """Return the eight numbers with their lights, and what to decide, as tables of the page; change only against a plan that is kept."""
    moved = bridge_of(plan)
    numbers = tuple(
        ReportRow(
            each.title,
            (
                f"{each.text} {each.word}" if each.light != "none" else each.text,
                str(each.year or "—"),
                each.why,
                *([_change(moved, each)] if moved else []),
            ),
            "text",
            0,
        )
        for each in eight_numbers(plan, fan)
    )
    asked = tuple(
        ReportRow(each.said, (each.amount_said, each.owner, each.by, each.otherwise), "text", 0)
        for each in decisions(plan)
    )
    heads = ("数值和灯", "年度", "依据", *(["比上轮规划"] if moved else []))
    return (
        ReportTable("", "key_numbers", "八个数", "", "项目", heads, numbers),
        ReportTable("", "decisions", "需要决定的事", "", "事项", ("金额（规划期合计）", "责任单位（建议）", "时限（建议）", "否则"), asked),
    )  # fmt: skip


def _change(moved: Bridge, number: KeyNumber) -> str:
    """How far the number's line stands from the last plan kept, in the number's year; a dash where that plan did not say it."""
    rows = moved.frame[(moved.frame["line"] == number.id) & (moved.frame["year"] == number.year)]
    return f"{float((rows['later'] - rows['earlier']).iloc[0]):+,.0f}万元" if len(rows) else "—"
