"""Where the numbers that a plan is computed from come from: what each is, how it arose, in which rows of which file it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import PurePath
from typing import Any

from fiscal_model.analysis.explain.published import how_declared
from fiscal_model.blocks.ledgers.effects import FROM_LEDGER
from fiscal_model.inputs.history import SUMS
from fiscal_model.law.balance_steps import balance_steps
from fiscal_model.law.classification import LINE_OF_CODES, label_of
from fiscal_model.law.rules import rule_table, rules
from fiscal_model.model.projection import Plan
from fiscal_model.words.drivers import DRIVERS_BY_ID
from fiscal_model.words.lines import LINES
from fiscal_model.words.vocabulary import QUALITIES, Budget, DebtKind, GuaranteeClass

_MOST_ROWS = 40  # So many rows of a file are named one by one

# Name (* stands for any ending) | what it is | axes | how it arose | tables, with what is looked for in them
_DECLARED = """
revenue.fitted.own.forecast.mean | 自有收入预测：{item} | year revenue | 模型预测（方法：{method}），历史见所列各行 | ledger:{item} totals:own_revenue
revenue.tax_share | 税收占自有收入的比重 | year | 分项预测中税收之和除以合计，没有分项的按基期 | totals:tax_revenue,own_revenue
revenue.transfers.base.rebates | 基期返还性收入 | | 基期公布数 | totals:rebates,transfers ledger:11001 transfers
revenue.transfers.base.general_purpose | 基期一般性转移支付中的财力性部分 | | 基期公布数，按科目用途划分 | totals:general_transfers,transfers ledger:11002 transfers
revenue.transfers.base.tied_general | 基期一般性转移支付中有既定用途的部分 | | 基期公布数，按科目用途划分 | totals:general_transfers,transfers ledger:11002 transfers
revenue.transfers.base.special | 基期专项转移支付 | | 基期公布数 | totals:special_transfers,transfers ledger:11003 transfers
revenue.transfers.path.rebates | 返还性收入（逐项测算之和） | year | 上级补助台账或科目明细逐项测算 | transfers ledger:11001
revenue.transfers.path.general_purpose | 财力性一般性转移支付（逐项测算之和） | year | 上级补助台账或科目明细逐项测算 | transfers ledger:11002
revenue.transfers.path.tied_general | 有既定用途的一般性转移支付（逐项测算之和） | year | 上级补助台账或科目明细逐项测算 | transfers ledger:11002
revenue.transfers.path.special | 专项转移支付（逐项测算之和） | year | 上级补助台账或科目明细逐项测算 | transfers ledger:11003
revenue.land.revenue | 土地出让收入 | year | 出让地块逐宗测算，台账以外的年份按增速 | parcels totals:land_revenue
revenue.land.levied_share | 土地出让净收入应计提各项资金的比重 | year | 计提比例表（data/rules/land_levies.csv，未经核实） |
revenue.land.cost_share | 土地出让成本占出让收入的比重 | year | 出让地块成本除以收入，台账以外的年份按假设 | parcels
revenue.remitted_up | 上解上级支出 | year | 基期数按增速延续 | totals:remitted_up
revenue.fitted.gdp | 地区生产总值 | year | 最近公布数按增速延续 | macro:gdp
base.gdp | 最近公布的地区生产总值 | | 公布数 | macro:gdp
base.remitted_quota | 体制上解（定额） | | 基期公布数 | ledger:2300601
base.remitted_rest | 其他上解支出 | | 基期公布数 | totals:remitted_up
base.land_revenue | 基期土地出让收入 | | 基期公布数 | totals:land_revenue ledger:funds/1030148
base.approved_land | 批准预算对土地出让收入的修正系数 | | 首年批准预算与推算数按历史误差加权 | totals:land_revenue
base.approved_transfers.* | 批准预算对上级补助的修正系数 | | 首年批准预算数除以推算数 | totals:transfers,general_transfers,special_transfers ledger:110
base.guarantee_living | 基期保基本民生需求 | | {grain} | totals:guarantee_living ledger:2
base.guarantee_salaries | 基期保工资需求 | | {grain} | totals:guarantee_salaries ledger:2
base.guarantee_operations | 基期保运转需求 | | {grain} | totals:guarantee_operations ledger:2
base.living_county_share | 基本民生本级负担比重 | | 假设 guarantee_living_county_share |
base.projects_committed | 已签约项目县级支出（压减、统筹之后） | year | 项目台账逐项相加 | projects project_costs measures
base.projects_candidate | 储备项目县级支出（压减、统筹之后） | year | 项目台账逐项相加 | projects project_costs measures
base.temporary_payments | 基期暂付款余额 | | 暂付款台账相加 | temporary_payments
base.temporary_payments_cleared | 暂付款按台账安排的清理 | way year | 暂付款台账按清理起止年份均摊 | temporary_payments
guarantees.items.need | 三保项目需求：{item} | base guarantee_items | 人数×标准×期数×覆盖面 | guarantee_items:{item}
guarantees.items.county | 三保项目本级负担：{item} | base guarantee_items | 按分担比例，或需求减上级专项资金 | guarantee_items:{item}
guarantees.staff.salaries | 人员经费：{item} | base staff | 人数×人均工资、缴费、年金和退休待遇 | staff:{item} pay_items
guarantees.staff.operations | 公用经费：{item} | base operations | 人数×定额，或单位定额 | staff:{item} units quotas
guarantees.need.* | 三保需求：{last} | base | {grain} |
guarantees.county.* | 三保需求本级负担：{last} | base | {grain} |
debt.legal.{kind}.terms.stock | {kind}债务基期年末余额 | | 公布数 | debt:{id}_closing_stock
debt.legal.{kind}.terms.limit | {kind}债务基期限额 | | 公布数，没有公布的不设限 | debt:{id}_limit_stock
debt.legal.{kind}.terms.old_due | 存量{kind}债务到期本金 | year | 债券台账逐只按到期日，没有台账的按平均剩余年限 | bonds:{id} debt:{id}_repaid
debt.legal.{kind}.terms.old_interest | 存量{kind}债券利息 | year | 债券台账逐只按付息日，或批准预算的付息数 | bonds:{id} totals:interest_{id}
debt.legal.{kind}.terms.old_early_share | 存量{kind}债务上半年到期比重 | year | 债券台账 | bonds:{id}
debt.legal.{kind}.terms.old_rate | 存量{kind}债务付息率 | year | 基期付息除以年初余额；有台账的利息逐只计算，此项为零 | totals:interest_{id} debt:{id}_closing_stock
debt.legal.{kind}.terms.due_share | 存量{kind}债务到期比重 | year | 假设 due_share_{id} |
debt.legal.{kind}.terms.extra_fees | 存量{kind}债券兑付费差额 | year | 债券台账所列费率与通用费率之差 | bonds:{id}
debt.legal.{kind}.terms.new_early_share | 新增{kind}债券上半年发行比重 | year | 假设 new_issue_month |
debt.legal.{kind}.terms.new_most | 额度测试允许的新增{kind}债券 | year | 限额空间、达标项目需求、债务率档次、基金偿付能力四项取小，逐年迭代 |
debt.legal.{kind}.terms.other_change | {kind}债务其他增减 | year | 批准预算的债务表 | debt:{id}_other_change
debt.legal.{kind}.terms.refinancing_share | {kind}债务再融资比例 | year | 批准预算的再融资额除以到期本金 | debt:{id}_issued_refinancing,{id}_repaid
debt.legal.{kind}.terms.less_refinanced | 多用自有资金偿还的{kind}债务本金 | year | 假设，加上待偿债再融资债券结余 | totals:refinancing_carry_out
debt.legal.{kind}.terms.* | {kind}债务条件：{last} | year | 债务台账、公布数和假设 | debt bonds:{id}
debt.legal.{kind}.held | {kind}再融资债券结余 | base | 公布数逐年用于偿债 | totals:refinancing_carry_out,fund_refinancing_carry_out
debt.hidden.swapped.{kind} | 置换隐性债务的{kind}债券 | year | 隐性债务台账逐笔 | hidden_debt hidden_debt_plan
debt.hidden.path.* | 隐性债务：{last} | year | 隐性债务台账逐笔按化解计划 | hidden_debt hidden_debt_plan
balance.opening.flows.* | 基期{line} | | 基期公布数，没有公布的由收支两边推出 | totals:{last} ledger
balance.opening.unlisted_in | 基期其他收入来源（未列明） | | 基期收支两边的差 | totals
balance.opening.unlisted_out | 基期其他支出去向（未列明） | | 基期收支两边的差 | totals
balance.opening.stabilization_stock | 预算稳定调节基金基期余额 | | 公布数 | totals:stabilization_fund_stock
balance.opening.revolving_stock | 预算周转金基期余额 | | 公布数 | totals:revolving_fund_stock
balance.spending.flexible_spending | 基期其他一般支出 | | 基期支出减三保、付息、项目等已列各项 | totals:expenditure
balance.packages.* | 措施：{last} | year | 措施台账按确定程度折算 | measures
balance.commitments.flexible_saved | 资金统筹节约的其他支出 | year | 按统筹顺序先用其他资金 | unit_funds project_money projects
balance.commitments.old_carryover | 结转满两年可收回的资金 | year | 结转资金台账按年龄滚动 | carryovers
balance.commitments.returned_carryover | 结转满两年须上交的上级资金 | year | 结转资金台账按年龄滚动 | carryovers
balance.commitments.* | 已定支出：{last} | year | 台账 |
balance.project_money.from_state_capital | 国有资本经营预算承担的项目支出 | year | 按统筹顺序 | projects
balance.contingents.expected | 或有事项预期支出 | year | 或有负债台账按概率加权 | contingent_liabilities capital_calls
balance.carry_out | 结转下年 | year | 上级补助乘以结转比重 |
balance.fund_opening.other_revenue | 基期其他政府性基金收入（按批准预算调整） | | 基期公布数 | totals:fund_revenue,land_revenue ledger:funds/103
balance.fund_opening.transfers | 基期政府性基金转移支付（按批准预算调整） | | 基期公布数 | totals:fund_transfers ledger:funds/11004
balance.fund_opening.remitted_share | 基金上解占收入比重 | | 基期公布数之比 | totals:fund_remitted_up,fund_revenue
balance.fund_opening.carryover_share | 基金结转占收入比重 | | 基期公布数之比 | totals:fund_carry_out,fund_revenue
balance.fund_opening.carry_in | 基金基期结转 | | 公布数 | totals:fund_carry_out
balance.funds.split.other | 其他基金收入中本基金的比重：{item} | year funds | 基期各基金收入之比，首年按批准预算 | ledger:funds/103
balance.funds.split.grants | 基金补助中本基金的比重：{item} | funds | 基期科目 | ledger:funds/110
balance.funds.split.debtor | 专项债务中本基金的比重：{item} | funds | 债券台账或付息科目 | bonds ledger:funds/232
balance.funds.split.carry_in | 基金结转：{item} | funds | 结转资金台账，没有的按收入分 | carryovers
balance.funds.split.excess | 基金超过规定比例的结转：{item} | funds | 结转资金台账 | carryovers
balance.funds.split.carryover_share | 基金结转比重：{item} | funds | 基期结转除以收入 | carryovers ledger:funds/103
balance.funds.split.own_spending | 本基金延续支出占收入比重：{item} | funds | 基期科目 | ledger:funds/2
balance.insurance.* | 社会保险：{last}（{item}） | schemes | 公布数按增速和参保人数延续 | insurance
balance.lower_levels.* | 与下级往来：{last} | | 基期公布数 | totals:paid_to_below,received_from_below,fund_paid_to_below
balance.state_capital.* | 国有资本经营预算：{last} | year | 公布数，或企业台账逐户测算 | totals:state_capital_revenue,state_capital_transfers firms
"""
_LAST = {
    "interest": "利息", "resolved": "化解额", "resolved_by_budget": "预算安排化解额", "stock": "年末余额", "contract_by_budget": "预算承担的合同本金",
    "flexible_cut": "压减其他支出", "projects_cut": "压减项目", "from_funds": "从基金调入", "from_state_capital": "从国资调入",
    "fund_revenue": "增加基金收入", "state_capital_revenue": "增加国有资本经营收入", "nontax_one_off": "一次性非税收入", "own_revenue": "增加自有收入", "own_revenue_nontax": "其中非税收入",
    "transfer_in": "调入资金", "guaranteed": "三保内补贴", "listed_benefits": "清单待遇支出", "opening": "基期滚存结余", "expenditure": "支出", "subsidy": "财政补贴",
    "passed_free": "补助下级（财力性）", "passed_tied": "补助下级（专用性）", "received": "下级上解", "fund_received": "基金下级上解", "fund_passed": "基金补助下级",
    "state_capital_passed": "国资补助下级", "revenue": "收入", "transfers": "上级补助", "carry_in": "上年结转",
}  # fmt: skip
"""The last part of a name, where names below one another are declared together."""
_KINDS = {kind: kind.label.removesuffix("债务") for kind in DebtKind}


@dataclass(frozen=True)
class Rows:
    """Rows of one file."""

    table: str
    file: str
    rows: tuple[int, ...]
    more: int = 0  # Rows that are not named one by one


@dataclass(frozen=True)
class Origin:
    """What a number is and where it comes from, in Chinese.

    Parameters
    ----------
    label : str
    how : str
        How it arose.
    year : int, optional
        None where it is no number of a year.
    source, quality : str
        Of an assumption or a figure of the law.
    files : tuple of Rows
    """

    label: str
    how: str
    year: int | None = None
    source: str = ""
    quality: str = ""
    files: tuple[Rows, ...] = ()


def origin_of(plan: Plan, name: str, at: tuple[int, ...]) -> Origin:
    """Say where an input of a plan's tape comes from; ``at``: its position in the array that bears the name.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/gangu"), "baseline")
    >>> origin_of(plan, "balance.opening.stabilization_stock", ()).label
    '预算稳定调节基金基期余额'
    >>> origin_of(plan, "limit.reserve_lowest", ()).source
    '预算法（2018年修正）第四十条'
    """
    first, _, rest = name.partition(".")
    year = plan.years[at[0]] if len(at) == 1 and at[0] < len(plan.years) else None
    match first:
        case "assumed":
            return _assumption(plan, rest, year)
        case "limit":
            law = rules("limits")[rest]
            return Origin(law["label"], "法规规定", None, law["source"], QUALITIES[law["quality"]])
        case "law":
            tenor = rest.partition(".")[2]
            row = next(
                (row for row in rule_table("coupon_curve") if row["tenor_years"] == tenor),
                rule_table("coupon_curve")[0],
            )
            return Origin(
                f"新发债券票面利率（{tenor}年期）", "利率曲线", year, row["source"], QUALITIES[row["quality"]]
            )
        case "drivers" | "percentile":
            return Origin(DRIVERS_BY_ID[rest].label, "情景所取的分位和冲击", year)
        case "history":
            line, _, of_year = rest.rpartition(".")
            return Origin(
                _line_label(line), "公布的决算数或执行数", int(of_year), files=published_rows(plan, line, int(of_year))
            )
        case "measures":
            code, _, of_year = rest.rpartition(".")
            ledger = code.removeprefix(FROM_LEDGER)
            named = (ledger, "") if ledger != code else ("measures", code)
            return Origin(f"措施 {code}", "措施台账按确定程度折算", int(of_year), files=_rows(plan, *named, None))
    return _declared(plan, name, at)


_NOTED = {
    "income": "本年可用收入（未动用措施前）", "earmarked": "专用资金安排的其他支出（未收回前）", "claims": "支出要求（不含预备费）", "reserve": "按支出要求设置的预备费",
    "outgo": "转移性支出和还本等", "difference": "收支差额（未动用措施前）", "surplus": "结余", "shortage": "短缺",
}  # fmt: skip
"""Steps on the way that have a name in the arithmetic."""


def noted_label(name: str) -> str:
    """Return what a step on the way is called in Chinese.

    Examples
    --------
    >>> noted_label("difference"), noted_label("left_after_draw")
    ('收支差额（未动用措施前）', '“动用预算稳定调节基金”之后仍缺')
    """
    step = name.removeprefix("left_after_")
    return _NOTED[name] if step == name else f"“{balance_steps()[step].label}”之后仍缺"


def published_rows(plan: Plan, line: str, year: int) -> tuple[Rows, ...]:
    """Return the rows in which a line of one year was published: totals, its codes in the ledger, the debt table."""
    looked = [("totals", line), *(("ledger", code) for code in _codes().get(line, ()))]
    looked += [("debt", line)] if line.partition("_")[0] in _KINDS else []
    return tuple(rows for table, what in looked for rows in _rows(plan, table, what, year))


@cache
def _codes() -> dict[str, tuple[str, ...]]:
    """Codes of the ledger that a published line is read from, each with its budget; sums with those of their parts."""
    found = {
        name: tuple(f"{budget}/{code}" for code in codes)
        for budget, lines in LINE_OF_CODES.items()
        for name, codes in lines
    }
    found |= {
        "expenditure": (f"{Budget.GENERAL}/2",),
        "fund_revenue": (f"{Budget.FUNDS}/103",),
        "fund_expenditure": (f"{Budget.FUNDS}/2",),
    }
    for total in ("own_revenue", "transfers"):
        found[total] = tuple(code for part in SUMS[total] for code in found.get(part, ()))
    return found


def _assumption(plan: Plan, name: str, year: int | None) -> Origin:
    entry, rule = plan.basis.assumed.entries[name], rules("assumptions")[name]
    source = entry.source.replace("{years}", "近三年内有数的年份")
    return Origin(
        f"假设：{rule['label']}", "情景、地区文件或缺省值", year, source, QUALITIES.get(entry.quality, entry.quality)
    )


def _declared(plan: Plan, name: str, at: tuple[int, ...]) -> Origin:
    label, axes, how, tables, last, kind = _entry(name)
    year, item = _position(plan, axes.split(), at)
    words = {
        "item": item[1] if item else "", "last": last, "line": _line_label(name.rpartition(".")[2]), "kind": _KINDS.get(kind, ""),  # type: ignore[call-overload]
        "grain": plan.basis.guarantees.grain, "method": plan.basis.revenue.forecast.method(item[0]) if item and "revenue" in axes else "", "id": kind,
    }  # fmt: skip
    looked = tuple(
        rows
        for table, what in _tables(tables, item[0] if item else "", name.rpartition(".")[2], kind)
        for rows in _rows(plan, table, what, None if table not in {"totals", "ledger", "debt"} else plan.base_year)
    )
    how = how_declared(plan, name, how.format(**words), bool(looked))
    return Origin(label.format(**words), how, year, files=looked)


@cache
def _register() -> tuple[tuple[str, ...], ...]:
    rows = (tuple(part.strip() for part in row.split("|")) for row in _DECLARED.strip().splitlines())
    return tuple(
        (row[0].replace("{kind}", kind), *row[1:], kind)
        for row in rows
        for kind in (DebtKind if "{kind}" in row[0] else ("",))
    )


@lru_cache(maxsize=4096)
def _entry(name: str) -> tuple[str, str, str, str, str, str]:
    """Label, axes, how it arose, tables, the last part of the name in words, and the kind of debt; a name that nobody declared is a slip."""
    last = name.rpartition(".")[2]
    for declared, label, axes, how, tables, kind in _register():
        if name == declared or (declared.endswith("*") and name.startswith(declared[:-1])):
            known = {**_LAST, **{str(group): group.label for group in GuaranteeClass}}
            return label, axes, how, tables, known.get(last, last), str(kind)
    raise KeyError(f"nobody declared where {name} comes from")


def _position(plan: Plan, axes: list[str], at: tuple[int, ...]) -> tuple[int | None, tuple[str, str] | None]:
    """Year and item (id and label) that a position stands for."""
    year, item = None, None
    if axes == ["schemes"] and at:  # of schemes some are by year, some are not
        axes = ["year", "schemes"][-len(at) :]
    for axis, position in zip(axes, at, strict=False):
        if axis == "year":
            year = plan.years[position]
        elif axis == "base":
            year = (plan.base_year, *plan.years)[position]
        elif axis != "way":
            item = _items(plan, axis)[position]
    return year, item


def _items(plan: Plan, axis: str) -> list[tuple[str, str]]:
    basis = plan.basis
    guarantees, funds = basis.guarantees, basis.balance.funds
    match axis:
        case "revenue":
            return [(code, _revenue_label(code)) for code in basis.revenue.forecast.items]
        case "guarantee_items" if guarantees.items is not None:
            return list(zip(guarantees.items.codes, guarantees.items.names, strict=True))
        case "staff" if guarantees.staff is not None:
            return [(group, group) for group in guarantees.staff.groups]
        case "operations" if guarantees.staff is not None:
            departments = guarantees.staff.units.departments if guarantees.staff.units is not None else ()
            return [(name, name) for name in (*guarantees.staff.groups, *departments)]
        case "funds" if funds is not None:
            return list(zip(funds.codes, funds.labels, strict=True))
    return [(name, name) for name in basis.balance.insurance.schemes]


def _revenue_label(code: str) -> str:
    return LINES[code].label if code in LINES else label_of(Budget.GENERAL, code)


def _line_label(line: str) -> str:
    return LINES[line].label if line in LINES else line


def _tables(declared: str, item: str, last: str, kind: str) -> Iterator[tuple[str, str]]:
    for each in declared.split():
        table, _, what = each.partition(":")
        for one in what.format(item=item, last=last, id=kind).split(",") if what else [""]:
            yield table, one


@lru_cache(maxsize=4096)
def _rows(plan: Plan, table: str, what: str, year: int | None) -> tuple[Rows, ...]:
    """The rows of a table that hold what is looked for; nothing where the place has no such table or row."""
    held = _held(plan, table, year)
    if what and table == "ledger":
        budget, _, code = what.rpartition("/")
        found = [line for line, key, owner in held if key.startswith(code) and owner == (budget or Budget.GENERAL)]
    else:
        found = [line for line, key, _ in held if key in (None, what) or not what]
    file = PurePath(plan.basis.place.files.get(table, table)).name
    return (Rows(table, file, tuple(found[:_MOST_ROWS]), max(len(found) - _MOST_ROWS, 0)),) if found else ()


@lru_cache(maxsize=256)
def _held(plan: Plan, table: str, year: int | None) -> list[tuple[int, Any, Any]]:
    """Of every row of a table its line in the file, what it is looked for by, if anything, and its budget."""
    place = plan.basis.place
    if not place.has(table):
        return []
    rows = place.rows(table)
    for name, kept in (("year", year), ("scope", place.scope)):
        rows = rows if kept is None or name not in rows else rows[rows[name] == kept]
    column = next((name for name in _SOUGHT if name in rows), None)
    keys = rows[column].astype(str) if column else [None] * len(rows)
    if table == "debt":
        keys = rows["kind"].astype(str) + "_" + rows["item"].astype(str)
    return list(zip(rows["row_line"].astype(int), keys, rows.get("budget", [None] * len(rows)), strict=True))


_SOUGHT = ("line", "package_code", "item_code", "code", "group", "indicator", "kind")
"""Columns in which a table is searched, the first that it has."""


@cache
def rules_of(line: str) -> tuple[dict[str, Any], ...]:
    """Return what the law and practice say of a line of the plan: rule, article, source, quality.

    Examples
    --------
    >>> [(rule["article"], rule["quality"]) for rule in rules_of("contingency_reserve")]
    [('预算法第四十条', '法规')]
    """
    found = [
        {
            "rule": f"{row['id']} {row['name']}",
            "article": row["article"],
            "source": row["source"],
            "quality": QUALITIES[row["quality"]],
        }
        for row in rule_table("balance_rules")
        if line in row["lines"].split()
    ]
    found += [
        {
            "rule": row["label"].split("{")[0],
            "article": row["article"],
            "source": row["source"],
            "quality": QUALITIES[row["quality"]],
        }
        for row in rule_table("budget_flows")
        if line in {row["line_out"], row["line_in"]}
    ]
    if line in rules("indicators"):
        mark = rules("indicators")[line]
        found.append({"rule": "分档线", "article": "", "source": mark["source"], "quality": QUALITIES[mark["quality"]]})
    return tuple(found)
