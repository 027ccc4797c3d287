"""The tables of `data/rules/`, declared: what each column holds, what must hold between rows, which rows the plan needs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from fiscal_model.law.rule_kinds import (
    CODE,
    COUNT,
    DATED,
    DAY,
    GROWTH,
    NOTE,
    SHARE,
    TEXT,
    YEAR,
    Book,
    Kind,
    Line,
    RowRule,
    RuleTable,
    adds_up,
    in_order,
    named,
    no_gap,
    number,
    one_meaning,
    only_once,
    optional,
    parts_of,
    phrase,
    refers,
    rising,
    rule_rows,
    several,
    word,
)
from fiscal_model.words.lines import LINES
from fiscal_model.words.vocabulary import (
    Budget,
    GuaranteeClass,
    PayClass,
    ProjectCategory,
    ProjectSector,
    Sex,
    TransferKind,
    TransferLogic,
    Unit,
    UnitClass,
)

TIERS = ("第一档", "第二档", "第三档", "第四档", "第五档")
_STEPS = """surplus_from_funds surplus_to_fund surplus_unallocated surplus_carryover draw recover_carryover extra_transfer_in
cut_projects cut_operations rescue gap rescue_repaid carry_in fund_carry_in carryover_returned state_capital_carry_in revolving
carry_out fund_carry_out state_capital_carry_out fund_transfer_out state_capital_transfer_out transfer_out reserve"""
_LEVERS = """draw recover_carryover extra_transfer_in recover_payments put_off_projects cut_development cut_operations rescue
over_posts"""
_FLOWS = """fund_usual fund_excess state_usual state_extra special_debt insurance_guaranteed insurance_subsidy
insurance_shortfall"""
_LANDING_LINES = """interest_general issue_fees_general contingency_reserve unallocated insurance_shortfall insurance_subsidy
committed_projects candidate_projects bond_spending_general guarantee_living guarantee_salaries guarantee_operations digestion
hidden_debt_budget earmarked_spending flexible_spending contingent_duties sudden_duties"""
_LANDINGS = {
    "line": tuple(_LANDING_LINES.split()),
    "staff_pay": tuple(map(str, UnitClass)),
    "staff_operations": tuple(map(str, UnitClass)),
    "project": tuple(map(str, ProjectCategory)),
}
_PROVINCES = """北京 天津 河北 山西 内蒙古 辽宁 吉林 黑龙江 上海 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 广西 海南 重庆 四川
贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆"""
_RULES_B = tuple(f"B{count}" for count in range(1, 15))
_CATEGORIES = ("male", "female_cadre", "female_worker")
_YES_NO = word("yes", "no")
_BUDGET = word(*map(str, Budget))
_LINE = named("规划行", "", "请填规划表里的行名，名称见 docs/method.md", *LINES, "staff_over_posts")
_ECONOMIC = optional(refers("economic_classes.code"))
_AGE = number(0, 120, whole=True)
_MOST_A_YEAR = 3.0
"""A figure of the nation or a province that grows or falls by more within a year is a slip of digits."""


def _revenue_code(*others: str) -> Kind:
    return replace(CODE, wrong=lambda code, book: "" if code in others else CODE.wrong(code, book))


def _province(*others: str) -> Kind:
    """A province by its short or full name."""
    short = _PROVINCES.split()

    def wrong(name: str, book: Book) -> str:
        if name in others or any(name in {one, f"{one}省", f"{one}市", f"{one}自治区"} for one in short):
            return ""
        full = name.endswith("自治区") and any(name.startswith(one) for one in short)
        return "" if full else f"没有省级地区“{name}”"

    return replace(TEXT, remedy=f"写省级地区的名称，例如 甘肃省{'、'.join(('', *others))}", wrong=wrong)


def _effect_wrong(part: str, book: Book) -> str:
    return "" if re.fullmatch(r"\d{4}:-?(0\.\d+|0|1)", part) else f"“{part}”不是“年份:影响”"


def _parents(rows: Sequence[Line]) -> Iterator[tuple[int, str | None, str, str]]:
    known = {(row["budget"], row["code"]) for row in rows}
    for row in rows:
        above = row["code"][:-2] if len(row["code"]) > 3 else ""
        if above and (row["budget"], above) not in known:
            yield int(row["line"]), "code", f"科目 {row['code']} 没有上级科目 {above}", f"请补上 {above} 一行"


def _steady(*of: str) -> RowRule:
    """No amount leaps from one year of a series to the next; ``of`` names the columns that make a series."""

    def leaps(rows: Sequence[Line]) -> Iterator[tuple[int, str | None, str, str]]:
        before = {(*(row[name] for name in of), int(row["year"])): float(row["amount"]) for row in rows}
        for row in rows:
            last = before.get((*(row[name] for name in of), int(row["year"]) - 1))
            amount = float(row["amount"])
            if last and not last / _MOST_A_YEAR <= amount <= last * _MOST_A_YEAR:
                yield int(row["line"]), "amount", f"{amount:g} 与上年的 {last:g} 相差过大", "请核对单位和位数"

    return leaps


def _rectangle(rows: Sequence[Line]) -> Iterator[tuple[int, str | None, str, str]]:
    """Every size has every horizon: the table is read as a grid."""
    for size in dict.fromkeys(row["least_size"] for row in rows):
        group = [row for row in rows if row["least_size"] == size]
        absent = sorted({"1", "2", "3", "4", "5"} - {row["horizon"] for row in group})
        if absent:
            yield (
                int(group[-1]["line"]),
                "horizon",
                f"规模 {size} 缺少 {'、'.join(absent)} 年",
                "每一规模要有第 1 至 5 年",
            )


def _every_age(rows: Sequence[Line]) -> Iterator[tuple[int, str | None, str, str]]:
    for sex in (Sex.MALE, Sex.FEMALE):
        group = sorted(
            (row for row in rows if row["kind"] == "survival" and row["sex"] == sex),
            key=lambda row: int(row["age_from"]),
        )
        if not group or group[0]["age_from"] != "0" or group[-1]["age_to"]:
            said = f"存活率（{sex.label}）没有从 0 岁填到最高年龄"
            yield int((group or rows)[-1]["line"]), "age_from", said, "第一行从 0 岁起，最后一行的 age_to 留空"


def _every_landing(rows: Sequence[Line]) -> Iterator[tuple[int, str | None, str, str]]:
    for kind, keys in _LANDINGS.items():
        absent = [key for key in keys if key not in {row["key"] for row in rows if row["kind"] == kind}]
        if absent:
            line = max((int(row["line"]) for row in rows if row["kind"] == kind), default=int(rows[-1]["line"]))
            yield line, "key", f"{kind} 缺少 {'、'.join(absent)}", "请补上这些行；不知道去向的两列留空"
        for row in rows:
            if row["kind"] == kind and row["key"] not in keys:
                yield int(row["line"]), "key", f"{kind} 没有“{row['key']}”", f"只能填：{'、'.join(keys)}"


# fmt: off
TABLES: dict[str, RuleTable] = {
    "accounts": rule_rows(
        {"budget": _BUDGET, "code": replace(CODE, remedy="科目编码写 3、5、7 或 9 位数字"), "label": TEXT}, "budget code",
        _parents, founded=False),
    "balance_rules": rule_rows(
        {"id": word(*_RULES_B), "name": TEXT, "article": TEXT, "text": TEXT, "lines": optional(several(_LINE))}, "id",
        needs={"id": _RULES_B}),
    "balance_steps": rule_rows({"step": word(*_STEPS.split()), "label": TEXT, "measure": NOTE, "owner": NOTE, "by": NOTE}, "step", needs={"step": _STEPS.split()}),
    "budget_flows": rule_rows(
        {"flow": word(*_FLOWS.split()), "label": phrase("limit"), "source_budget": _BUDGET, "target_budget": _BUDGET,
         "line_out": _LINE, "line_in": _LINE, "article": TEXT}, "flow", needs={"flow": _FLOWS.split()}),
    "capital_ratio": rule_rows(
        {"sector": word(*ProjectSector), "minimum": SHARE, "valid_from": optional(DAY)}, "sector",
        needs={"sector": ProjectSector}),
    "category_order": rule_rows(
        {"category": word(*ProjectCategory), "rank": number(1, len(ProjectCategory), whole=True)}, "category",
        only_once("rank"), needs={"category": ProjectCategory}),
    "coupon_curve": rule_rows(
        {"tenor_years": number(1, 100), "rate": number(0.0001, 0.2, said="利率写小数：2% 写 0.02"), "as_of": DAY, "issues": TEXT},
        "tenor_years"),
    "economic_classes": rule_rows({"code": number(501, 599, whole=True), "label": TEXT}, "code"),
    "firm_pay_classes": rule_rows({"class": word(*PayClass), "ratio": SHARE}, "class", needs={"class": PayClass}),
    "funds": rule_rows(
        {"code": _revenue_code("*"), "name": TEXT, "serves": word("own", "any"), "interest": optional(several(CODE)),
         "gives": word("no", "yes", "excess"), "spending": optional(several(CODE)), "costs": optional(several(CODE)),
         "rule": phrase("limit")}, "code", needs={"code": ("*", "1030148", "10310", "11004")}),
    "growth_of_the_nation": rule_rows(
        {"region": _province("全国"), "item": word("own_revenue", "expenditure"), "year": YEAR, "amount": number(0.01),
         "unit": word(*Unit), "growth": optional(GROWTH), "comparable_growth": optional(GROWTH), "published": optional(DAY)},
        "region item year", _steady("region", "item"), needs={"region": ("全国",)}),
    "guarantee_items": rule_rows(
        {"code": CODE, "printed_label": NOTE, "guarantee": word(*GuaranteeClass), "share": SHARE, "label": TEXT,
         "economic": _ECONOMIC}, "code guarantee", parts_of("code", "share"), one_meaning("code", "printed_label")),
    "guarantee_shares": rule_rows(
        {"rule": refers("guarantee_standards.rule"), "tier": word(*TIERS), **DATED,
         **dict.fromkeys(("central", "province", "city", "county"), optional(SHARE))}, "",
        in_order("valid_from", "valid_to"), no_gap("rule tier"), adds_up(1, "central", "province", "city", "county")),
    "guarantee_standards": rule_rows(
        {"rule": TEXT, "name": TEXT, "class": word(*GuaranteeClass), "driver": TEXT, "unit": TEXT,
         "periods": number(1, 366, said="按月发放填 12，按年填 1"), "national_standard": optional(number(0, 1e6)), **DATED,
         "step": optional(number(-1e5, 1e5)), "growth": optional(GROWTH), "legal_reference": NOTE, "note": NOTE}, "",
        in_order("valid_from", "valid_to"), no_gap("rule"), one_meaning("rule", "name", "class", "driver", "unit", "periods")),
    "land_levies": rule_rows(
        {"name": TEXT, "label": TEXT, "valid_from": optional(YEAR), "valid_to": optional(YEAR), "share_of_net": SHARE}, "",
        in_order("valid_from", "valid_to"), no_gap("name"), one_meaning("name", "label")),
    "levers": rule_rows(
        {"lever": word(*_LEVERS.split()), "label": TEXT, "tier": number(1, 3, whole=True), "step": optional(refers("balance_steps.step")),
         "takes_from": several(_LINE), "closes": _YES_NO}, "lever", needs={"lever": _LEVERS.split()}),
    "national_revenue": rule_rows(
        {"code": _revenue_code("own_revenue"), "name": TEXT, "year": YEAR, "amount": number(0.01), "unit": word(*Unit)},
        "code year", _steady("code"), one_meaning("code", "name", "unit"), needs={"code": ("own_revenue",)}),
    "offsets": rule_rows(
        {"id": TEXT, "name": phrase("reserve"), "lines": several(_LINE), "may": _YES_NO,
         "article": optional(refers("balance_rules.id")), "reason": TEXT}, "id"),
    "decisions": rule_rows(
        {"id": TEXT, "decision": phrase("unknown"), "amount": phrase("mark", "borne"), "owner": TEXT, "by": phrase("year", "when"),
         "otherwise": phrase("year", "mark", "base"), "otherwise_adjusting": optional(phrase("year", "mark"))}, "id"),
    "scenario_triggers": rule_rows(
        {"scenario": TEXT, "indicator": _LINE, "trigger": phrase("year", "value"), "owner": TEXT}, "scenario"),
    "population_rates": rule_rows(
        {"kind": word("fertility", "survival", "sex_ratio"), "sex": word(*Sex), "age_from": optional(_AGE),
         "age_to": optional(_AGE), "rate": number(0, 1.3), "note": NOTE}, "",
        in_order("age_from", "age_to"), no_gap("kind sex", "age_from", "age_to"), _every_age,
        needs={"kind": ("fertility", "survival", "sex_ratio")}),
    "project_negative_list": rule_rows({"item": TEXT, "label": TEXT, "words": NOTE, "valid_from": optional(DAY)}, "item"),
    "retirement_ages": rule_rows(
        {"category": word(*_CATEGORIES), "label": TEXT, "age_before": number(40, 75, whole=True),
         "age_after": number(40, 75, whole=True), "step_months": number(1, 12, whole=True), "valid_from": DAY,
         "legal_reference": TEXT, "note": NOTE}, "category",
        in_order("age_before", "age_after"), needs={"category": _CATEGORIES}),
    "revenue_breaks": rule_rows(
        {"id": TEXT, "name": TEXT, "codes": several(_revenue_code("own_revenue", "land_revenue"), ";"), "from_year": YEAR,
         "to_year": optional(YEAR), "kind": word("scope", "transitory", "level_shift"),
         "effect": optional(several(Kind("写成 2020:-0.07，几个年份用分号隔开", wrong=_effect_wrong), ";")), "note": NOTE,
         "document": NOTE}, "id codes", in_order("from_year", "to_year")),
    "revenue_drivers": rule_rows(
        {"code": _revenue_code("own_revenue"), "name": TEXT, "driver": word("gdp", "retail_sales", "land_revenue")}, "code"),
    "revenue_shares": rule_rows(
        {"jurisdiction": _province("全国"), "code": CODE, "name": TEXT, **DATED, "central": SHARE, "local": SHARE,
         **dict.fromkeys(("province", "city", "county"), optional(SHARE))}, "",
        in_order("valid_from", "valid_to"), no_gap("jurisdiction code"), adds_up(1, "central", "local", whole=True),
        adds_up("local", "province", "city", "county", whole=True)),
    "revenue_widths": rule_rows(
        {"least_size": number(0), "unit": word(*Unit), "money_of": YEAR, "horizon": number(1, 5, whole=True),
         "deviation": number(0.001, 2), "places": COUNT, "forecasts": COUNT, "first_target": YEAR, "last_target": YEAR},
        "least_size horizon", rising("deviation", "horizon", per="least_size"), _rectangle, one_meaning("unit", "money_of"),
        in_order("first_target", "last_target")),
    "sharing_tiers": rule_rows(
        {"province": _province(), "tier": word(*TIERS), **DATED}, "", in_order("valid_from", "valid_to"), no_gap("province")),
    "spending_classes": rule_rows(
        {"kind": word(*_LANDINGS, "scheme", "item", "staff_part"), "key": TEXT, "function": optional(CODE),
         "economic": _ECONOMIC}, "kind key", _every_landing),
    "tax_rates": rule_rows(
        {"code": CODE, "name": TEXT, "location": NOTE, "base_codes": several(CODE), "rate": SHARE, **DATED}, "",
        in_order("valid_from", "valid_to"), no_gap("code location")),
    "transfer_lines": rule_rows(
        {"code": CODE, "name": TEXT, "kind": word(*TransferKind), "logic": word(*TransferLogic), "general_purpose": _YES_NO,
         "cap": optional(SHARE), "notified_share": optional(SHARE)}, "code", needs={"code": ("11001", "11002", "11003")}),
}
# fmt: on
