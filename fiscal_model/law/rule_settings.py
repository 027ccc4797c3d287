"""The settings files of `data/rules/`, declared: which keys each has, what a value may be, what values may not say together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

from fiscal_model.law.affordability_rules import AFFORDABILITY, FORMULA
from fiscal_model.law.ledger_rules import LEDGER_RULES
from fiscal_model.law.rule_kinds import (
    DAY,
    FOUNDED,
    GROWTH,
    QUALITY,
    SHARE,
    SWITCH,
    TEXT,
    Each,
    KeyRule,
    Kind,
    Listed,
    Settings,
    alike,
    named,
    number,
    settings,
    word,
)
from fiscal_model.words.drivers import DRIVERS
from fiscal_model.words.lines import LINES
from fiscal_model.words.vocabulary import ProjectCategory

Broken = tuple[tuple[str, ...], str, str]
AUTO = "auto"
_ASSUMPTIONS = """gdp_growth own_revenue_shift common_growth percentile opinion_weight budget_opinion_weight approved_budget_weight
rebates_growth transfers_general_purpose_growth transfers_earmarked_growth remitted_up_growth
general_transfers_general_purpose_share transfers_general_purpose_share land_revenue_growth fund_revenue_growth
fund_transfers_growth land_cost_share fund_transfer_out_share state_capital_revenue_growth state_capital_transfer_share
insurance_revenue_growth insurance_expenditure_growth pay_growth living_growth operations_growth guarantee_living_share
guarantee_salaries_share guarantee_operations_share guarantee_living_county_share other_spending_growth unlisted_growth
base_duties_share reserve_rate revolving_topup carryover_share carryover_unspent_share refinancing_share_general
refinancing_share_special refinancing_shift extra_repayment_general extra_repayment_special new_issue_general
new_issue_special new_issue_within_quota limit_growth_general limit_growth_special average_remaining_years_general
average_remaining_years_special due_share_general due_share_special effective_rate_general effective_rate_special
new_issue_rate coupon_shift new_issue_tenor_general new_issue_tenor_special refinancing_tenor_general
refinancing_tenor_special new_issue_month half_yearly_from_years issue_fee_rate payment_fee_rate
general_covers_special_debt stabilization_cap_share fund_carryover_limit candidate_projects_share development_cut_share
operations_cut_share rescue_limit_share transfers_deviation land_deviation land_tail_degrees new_project new_payments
new_payments_cleared_share urban_maintenance_rate tax_shift transfers_shift land_shift
pay_shift persons_shift pupils_shift standards_shift insurance_shift"""
_INDICATORS = """debt_ratio debt_ratio_a debt_ratio_b interest_burden_general interest_burden_special debt_service_ratio
debt_service_ratio_a debt_service_ratio_b debt_ratio_with_hidden new_debt_ratio overdue_ratio debt_spending_share_general
debt_spending_share_special debt_to_gdp limit_use_general limit_use_special guarantee_coverage self_sufficiency_ratio
rigid_share refinancing_dependence"""
_BANDS_OF_FIGURES = """core economy people item volatile stock economy_size people_size budget_part passed_on fund_part debt_size debt_limit
debt_flow scope_part insurance_part insurance_whole whole_part same likely_same within_pay retired staffed
turnover pay population_part age month land_price land_cost parcel_size investment project investment_size
one_off restless approved guarantee_operations guarantee_class month_part growth coupon loan_rate appraised
step quota_of_pay quota fixed_sum raise collected taxpayer realisation
alike transfer_general transfer_sum sum_total free_money debt_service guarantee_kind issues one_bond earmarked_part ownership migration births employer"""
_RATED = {
    "revenue": "own_revenue_to_gdp self_sufficiency_ratio tax_share land_dependence",
    "structure": "rigid_share guarantees_share administration_share education_share",
    "debt": "debt_ratio interest_burden_general interest_burden_special debt_service_ratio limit_use",
    "insurance": "insurance_surplus_rate insurance_months",
    "management": "revenue_deviation clearing_rate treasury_cover",
    "guarantee": "guarantee_coverage gap_share uncommitted_share",
}
_ANY = number(-1e9, 1e9)
_RATIO = number(-10, 100, said="比例、倍数写小数：120% 写 1.2")
_DAYS = number(1, 3660, whole=True)
_DIRECTION = word("higher_is_worse", "lower_is_worse")
_ARTICLE = {"article": TEXT, **FOUNDED}
_VALUED = {"label": TEXT, **FOUNDED}
_NAMED_LINE = named("规划行", "", "请填规划表里的行名，名称见 docs/method.md", *LINES)
_NAMED_INDICATOR = named("指标", "indicators", "请填 indicators.toml 里的指标")
_NAMED_GRADE = named("等级", "rating.grades", "请填 [grades] 里的等级")


def _assumption_value_wrong(value: object) -> str:
    return "" if value == AUTO or isinstance(value, int | float) else f"填写的是“{value}”"


_ASSUMED = {
    "label": TEXT, "value": replace(_ANY, types=(int, float, str), wrong=lambda value, book: _assumption_value_wrong(value),
                                    remedy='请填数字，或写 "auto" 由历史数据推算'),
    "low": _ANY, "high": _ANY, **FOUNDED, "form?": word("number"), "fallback?": _ANY, "fallback_source?": TEXT,
    "whole_source?": TEXT, "approved_source?": TEXT, "balances_source?": TEXT, "balances_years?": number(1, 50, whole=True), "history_years?": number(2, 50, whole=True), "history_low?": _ANY,
    "history_high?": _ANY,
}  # fmt: skip
_BANDS = {"direction": _DIRECTION, "yellow": _RATIO, "orange": _RATIO, "red": _RATIO, "breach?": _RATIO, **FOUNDED}
_WARNED = {**_VALUED, "direction": _DIRECTION, "green": _RATIO, "yellow": _RATIO, "orange": _RATIO, "counts": SWITCH}
_SUSPECT = {**_VALUED, "threshold": number(0, 10), "excluded": SWITCH, "looks_at": TEXT}
_VETO = {"label": TEXT, "index": word(*_RATED), "cap": _NAMED_GRADE, "lines?": Listed(_NAMED_LINE), "indicators?": Listed(_NAMED_INDICATOR),
         "line?": word("yellow", "orange", "red", "breach")}  # fmt: skip
_POINTS_OF_100 = number(0, 100, whole=True, said="请填 0 到 100 之间的整数")
_FOREIGN = {
    "label": TEXT,
    "formula": FORMULA,
    "years?": number(1, 10, whole=True),
    "early": Listed(_RATIO, 2),
    "rebuild?": _RATIO,
    "lacks": TEXT,
}
_POINTS = {"label": TEXT, "good": _RATIO, "bad": _RATIO}


def _rated(names: str) -> dict[str, Any]:
    known = tuple(names.split())
    needs = Listed(word(*known))
    return {
        "label": TEXT,
        "weight": SHARE,
        "needs": needs,
        "least": number(1, len(known), whole=True),
        "fill": TEXT,
        "indicators": alike(names, _POINTS),
    }


def _rise(*steps: tuple[str, ...], strict: bool = False) -> KeyRule:
    """Values at some places that rise in that order."""

    def rule(given: Mapping[str, Any]) -> Iterator[Broken]:
        values = [(keys, _at(given, keys)) for keys in steps]
        for (_, lower), (keys, upper) in pairwise(values):
            if lower > upper or (strict and lower == upper):
                yield (
                    keys,
                    f"{upper:g} 小于前一条线的 {lower:g}",
                    f"应依次增大：{'、'.join(step[-1] for step in steps)}",
                )

    return rule


def _usual_inside_possible(given: Mapping[str, Any]) -> Iterator[Broken]:
    for name in _BANDS_OF_FIGURES.split():
        (low, high), (lowest, highest) = given[name]["usual"], given[name]["possible"]
        if not lowest <= low < high <= highest:
            said = f"常见范围 {low:g} 至 {high:g} 不在可能范围 {lowest:g} 至 {highest:g} 以内"
            yield (name, "possible"), said, "可能范围应包住常见范围，各写下限、上限"


def _hundred_points(given: Mapping[str, Any]) -> Iterator[Broken]:
    total = sum(each["points"] for each in given["dimension"].values())
    if total != 100:
        yield ("dimension", "financing", "points"), f"五个维度的满分相加为 {total:g}", "相加必须等于 100"


def _at(given: Mapping[str, Any], keys: tuple[str, ...]) -> Any:
    for key in keys:
        given = given[key]
    return given


def _assumed_bounds(given: Mapping[str, Any]) -> Iterator[Broken]:
    for name, entry in given.items():
        if entry["low"] > entry["high"]:
            yield (name, "high"), f"上限 {entry['high']:g} 小于下限 {entry['low']:g}", "请核对 low 和 high"
            continue
        key = "fallback" if entry["value"] == AUTO else "value"
        if key not in entry:
            yield (name, "value"), 'value 是 "auto"，没有写推算不出时用的 fallback', "请补 fallback 和 fallback_source"
        elif not entry["low"] <= entry[key] <= entry["high"]:
            found = f"{entry[key]:g} 不在 low {entry['low']:g} 到 high {entry['high']:g} 之间"
            yield (name, key), found, "请核对这个数，或改 low、high"
        if ("fallback" in entry) != ("fallback_source" in entry):
            yield (name, "fallback"), "fallback 和 fallback_source 只写了一个", "两项都要写，或都不写"
        if len({"history_low", "history_high", "history_years"} & set(entry)) not in {0, 3}:
            yield (name, "history_years"), "history_years、history_low、history_high 没有写全", "三项都要写，或都不写"


def _bands_in_order(*names: str) -> KeyRule:
    """Lines from good to bad go one way, the one that ``direction`` says."""

    def rule(given: Mapping[str, Any]) -> Iterator[Broken]:
        for name, entry in given.items():
            if "direction" not in entry:
                continue
            sign = 1 if entry["direction"] == "higher_is_worse" else -1
            for before, after in pairwise(names):
                if sign * entry[before] > sign * entry[after]:
                    found = f"{after} {entry[after]:g} 没有比 {before} {entry[before]:g} 更差"
                    yield (name, after), found, f"{'、'.join(names)} 应依次变差（direction 是 {entry['direction']}）"

    return rule


def _labels(given: Mapping[str, Any]) -> Iterator[Broken]:
    for name, entry in given.items():
        if "label" not in entry and name not in LINES:
            yield (name,), "没有写名称 label", "不是规划行的指标要写中文名称"


def _weights(given: Mapping[str, Any]) -> Iterator[Broken]:
    total = sum(entry["weight"] for entry in given["index"].values())
    if abs(total - 1) > 1e-9:
        last = list(given["index"])[-1]
        yield ("index", last, "weight"), f"各组权重相加为 {total:g}", "相加必须等于 1"
    for name, group in given["index"].items():
        for each, entry in group["indicators"].items():
            if entry["good"] == entry["bad"]:
                yield ("index", name, "indicators", each, "bad"), "good 和 bad 相等", "得满分和得零分的线要分开"
    least = list(given["grades"].values())
    if least != sorted(set(least), reverse=True) or least[-1] != 0:
        yield ("grades",), f"各等级的最低分是 {'、'.join(map(str, least))}", "应从高到低，最后一级为 0"
    for name, entry in given["veto"].items():
        if ("lines" in entry) == ("indicators" in entry) or ("indicators" in entry) != ("line" in entry):
            yield ("veto", name), "lines 与 indicators、line 没有写对", "写 lines，或者写 indicators 和 line"


def _steps_fall(given: Mapping[str, Any]) -> Iterator[Broken]:
    steps = given["secured_sources"]["steps"]
    if steps != sorted(steps, reverse=True):
        yield ("secured_sources", "steps"), "各档没有从高到低排列", "覆盖率和得分都应从高到低"


def _widths_rise(given: Mapping[str, Any]) -> Iterator[Broken]:
    constants = given["interval"]["constants"]
    levels = [entry["level"] for entry in constants]
    if levels != sorted(set(levels)):
        yield ("interval", "constants"), "各置信水平没有从小到大", "应从小到大，不重复"
    for entry in constants:
        if entry["multiples"] != sorted(entry["multiples"]):
            yield ("interval", "constants"), f"置信水平 {entry['level']:g} 的倍数没有逐年增大", "越远的年份倍数越大"


def _own_part_left(given: Mapping[str, Any]) -> Iterator[Broken]:
    for name, entry in given["driver"].items():
        common = entry["nation"] ** 2 + entry["province"] ** 2
        if common > 1 - _LEAST_OWN:
            said = f"与 province 的平方和为 {common:.2f}，没有给这个因素自己留下余地"
            yield ("driver", name, "nation"), said, f"nation、province 的平方和不得超过 {1 - _LEAST_OWN:g}"


def _event_moves_one_thing(given: Mapping[str, Any]) -> Iterator[Broken]:
    for name, entry in given["event"].items():
        if ("moves" in entry) == ("share_of" in entry):
            yield (
                ("event", name),
                "moves 与 share_of 没有写对",
                "使因素下降的写 moves，增加刚性支出的写 share_of，只写一项",
            )


_LEAST_OWN = 0.05
_CORRELATION = number(-1, 1)
_SHOCK = {
    **alike("deviation carry", SHARE), "width?": number(0.1, 3), **alike("nation province", _CORRELATION),
    "degrees": Kind('请填大于 2 的自由度，正态写 "normal"', (int, float, str),
                    wrong=lambda value, book: "" if value == "normal" or (not isinstance(value, str) and 2 < value < 1e6)
                    else f"填写的是“{value}”"),
    "years": TEXT, "estimated": DAY, **FOUNDED,
}  # fmt: skip
_EVENT = {
    "label": TEXT, **alike("probability size", SHARE), "spread": number(0, 3), "duration": number(1, 10, whole=True),
    "moves?": {f"{driver}?": SHARE for driver in DRIVERS}, "share_of?": word("expenditure", "gdp"),
    "counted": SWITCH, **FOUNDED,
}  # fmt: skip
_FIRM = {"label": TEXT, **_ARTICLE}
_ADVISED = {"label": TEXT, "advice": TEXT}
_SMALL = number(0, 10)
_YEARS = number(0, 100, whole=True)
# fmt: off
SETTINGS: dict[str, Settings] = {
    "affordability": AFFORDABILITY,
    "assumptions": settings(alike(_ASSUMPTIONS, _ASSUMED), _assumed_bounds),
    "budget_adjustment": settings({
        "triggers": alike("total stabilization key_spending debt", _FIRM),
        "exceptions": alike("superior thrift", _FIRM),
        "paths": alike("committee report reserve government bureau refused", {**_FIRM, "text": TEXT}),
        "freeze": {**_FIRM, "text": TEXT}, "payments": _ARTICLE,
        "deadlines": alike("published to_departments to_units", {**_FIRM, "days": _DAYS}),
        "consistency": {"tolerance_share": SHARE, "tolerance_amount": number(0, 1e7), **FOUNDED},
        "insurance_pairs": Listed({"scheme": TEXT, "items": Listed(TEXT), "benefits": Listed(TEXT, may_be_empty=True)}),
    }),
    "forecast": settings({
        "interval": {"floor_first_year": SHARE, "floor_fifth_year": SHARE, **FOUNDED,
                     "constants": Listed({"level": SHARE, "multiples": Listed(_SMALL, 5)}), "constants_quality": QUALITY,
                     **alike("growth_power error_power errors_expected usual", SHARE), **alike("own_years prior_years", _YEARS),
                     **alike("shortness half_life", _SMALL)},
        "events": {"threshold": _SMALL, "recovered": SHARE, "usual_deviation": SHARE, "prior_years": _YEARS,
                   "least_others": number(1, 50, whole=True), **FOUNDED},
        "growth": {**alike("half_life winsor own_years members", _SMALL), "usual": GROWTH, **alike("""spread_long_run shared_long_run
                   spread_alone spread_common volatility last_year ordinary fading boom_fading rebound rebound_left fastest
                   giveback going_on""", SHARE), "quality": QUALITY},
        "method": {"driver_share": SHARE, "origins": number(1, 50, whole=True), "least_years": number(1, 50, whole=True),
                   "tested": number(1, 20, whole=True), "quality": QUALITY},
        "opinions": {"deviation_by_horizon": Listed(SHARE), "prior_years": _YEARS, "bias_years": _YEARS, "correlation": SHARE,
                     "most": SHARE, "most_untried": SHARE, **FOUNDED,
                     "budget_deviation": {"total": number(0, 2), "item": number(0, 2), "funds": number(0, 2),
                                          "quality": QUALITY}},
    }, _rise(("interval", "floor_first_year"), ("interval", "floor_fifth_year")), _widths_rise),
    "contingent": settings({
        "level": {**_VALUED, "value": SHARE}, "multiple": {**alike("usual small", number(1, 100)), **FOUNDED}, "government": FOUNDED,
        **alike("risk_pool guarantee bridge_fund maturity_fund",
                {**alike("default_rate loss_given_default", SHARE), "correlation": number(0, 0.99), **FOUNDED}),
    }, _rise(("multiple", "usual"), ("multiple", "small"))),
    "guarantee_warning": settings({
        "grades": alike("green yellow orange red", _ADVISED),
        **alike("coverage arranged_rate share_of_resources deviation treasury_cover", _WARNED),
        "treasury_states": {"alert": _SMALL, "low": _SMALL, "idle": _SMALL, **FOUNDED},
    }, _bands_in_order("green", "yellow", "orange"),
       _rise(("treasury_states", "alert"), ("treasury_states", "low"), ("treasury_states", "idle"))),
    "hidden_debt": settings({
        "clear_by": {**_VALUED, "value": number(2018, 2060, whole=True)},
        **alike("closure_days payment_days", {**_VALUED, "value": _DAYS}),
        "small_creditor": {**_VALUED, "value": number(0, 1e7)}, "swap_order": {**_VALUED, "value": Listed(TEXT, 4)},
        "discount_rate": {**_VALUED, "value": number(0, 0.3)}, "horizon": {**_VALUED, "value": number(1, 60, whole=True)},
        "squeeze": {**_VALUED, "value": SHARE},
    }),
    "indicators": settings(alike(_INDICATORS, {"label?": TEXT, **_BANDS}),
                           _labels, _bands_in_order("yellow", "orange", "red")),
    "interest_rule": settings({"line": SHARE, **FOUNDED, "consequence": TEXT, "owner": TEXT, "approval": TEXT, "rescue": TEXT, "new_projects": TEXT,
                               "actions": Listed(TEXT)}),
    "limits": settings({
        **alike("reserve_lowest reserve_highest revolving_fund statutory_reserve interest_rate_low interest_rate_high interest_off_usual swap_share_of_rise", {**_VALUED, "value": SHARE}),
        **alike("carryover_years small_school", {**_VALUED, "value": number(1, 1000, whole=True)}),
        **alike("swap_first_year swap_last_year", {**_VALUED, "value": number(2000, 2100, whole=True)}),
    }, _rise(("reserve_lowest", "value"), ("reserve_highest", "value"), strict=True),
       _rise(("interest_rate_low", "value"), ("interest_rate_high", "value"), strict=True),
       _rise(("swap_first_year", "value"), ("swap_last_year", "value"))),
    "measure_certainty": settings(
        alike("certain likely possible", {"share": SHARE, **FOUNDED}),
        _rise(("possible", "share"), ("likely", "share"), ("certain", "share"))),
    "project_library": settings({
        "linkage": FOUNDED, "growth": {"rates": number(2, 10, whole=True), "tolerance": SHARE, **FOUNDED},
        "dimension": alike("necessity economy goals feasibility financing", {"label": TEXT, "points": _POINTS_OF_100}),
        "ex_ante": {**alike("support partial", _POINTS_OF_100), **FOUNDED}, **alike("reserve review", {"years": number(1, 20, whole=True), **FOUNDED}),
        "performance": alike("excellent good fair poor", {"label": TEXT, "least": _POINTS_OF_100, "multiplier": SHARE}), "performance_basis": FOUNDED,
        "class": alike(" ".join(ProjectCategory), {"basis": TEXT, "rule": TEXT}), "class_basis": FOUNDED,
    }, _rise(("ex_ante", "partial"), ("ex_ante", "support")), _hundred_points,
       _rise(*(("performance", name, "least") for name in ("poor", "fair", "good", "excellent")), strict=True),
       _rise(*(("performance", name, "multiplier") for name in ("poor", "fair", "good", "excellent")))),
    "plausible": settings({
        "material": {**_VALUED, "date": TEXT, **alike("share share_of_register", SHARE)}, "breaks": {**_VALUED, "date": TEXT, "year": number(1949, 2100, whole=True)},
        **alike(_BANDS_OF_FIGURES, {**_VALUED, "date": TEXT, **alike("usual possible", Listed(number(0, 1e12), 2))}),
    }, _usual_inside_possible),
    "rating": settings({
        **FOUNDED, "not_rated": TEXT, "weights_moved": SHARE,
        "weightings": {"count": number(100, 1_000_000, whole=True), "seed": number(0, 1e9, whole=True), "concentration": number(1, 1000)},
        "outlook": {"points": number(0, 100), "odds": SHARE}, "board": alike("green yellow orange", number(0, 100)), "grades": Each(number(0, 100)),
        "index": {name: _rated(names) for name, names in _RATED.items()},
        "second_opinion": {"shown": SWITCH, "label": TEXT, **FOUNDED, "line": alike("deficit consolidated debt_service future_burden", _FOREIGN)},
        "veto": alike("guarantees general_gap fund_gap insurance limit interest debt_red", _VETO),
    }, _weights, _rise(("board", "orange"), ("board", "yellow"), ("board", "green"), strict=True)),
    "realism": settings({**alike("optimism new_debt", {**_VALUED, "value": SHARE}),
                         **alike("least_periods least_own", {**_VALUED, "value": number(2, 100, whole=True)})}),
    "restructuring": settings({
        **FOUNDED, "lever": {"stop_new": {"label": TEXT}, "repay": {"label": TEXT}, "assets": {"label": TEXT},
                             "coupon": {"label": TEXT, "coupon_shift": number(-0.05, 0, said="利率写小数：降 0.5 个百分点写 -0.005")}},
    }),
    "revenue_quality": settings({
        "minimum": {"share": SHARE, **FOUNDED},
        **alike("month_on_month month_year_on_year cumulative_jump item_jump land_jump tax_share_low land_above_own", _SUSPECT),
    }),
    "risk": settings({"driver": alike(" ".join(DRIVERS), _SHOCK), "event": Each(_EVENT)},
                     _own_part_left, _event_moves_one_thing),
    "special_projects": settings({
        "coverage": {"alert": _SMALL, "approval": _SMALL, "implausible": _SMALL, **FOUNDED},
        "sensitivity": {"change": SHARE, "steps": number(1, 101, whole=True), **FOUNDED},
        "planned_bonds": {"month": number(1, 12, whole=True), **FOUNDED},
        "reserve": {"income_share": SHARE, "stop_at_target": SWITCH, **FOUNDED},
        "secured_sources": {"steps": Listed(Listed(number(0, 1000), 2)), **FOUNDED}, "quota": {**FOUNDED},
    }, _rise(("coverage", "alert"), ("coverage", "approval"), ("coverage", "implausible")), _steps_fall),
    "temporary_payments": settings({"limit": {**_VALUED, "value": SHARE}}),
    **LEDGER_RULES,
}
# fmt: on
