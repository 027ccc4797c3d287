"""The annex: numbered tables of a plan, each built from lines that are defined once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from fiscal_model.affordability.rating import Rating
from fiscal_model.budgets.waterfall import STEPS
from fiscal_model.capacity import band_of, first_breach
from fiscal_model.planbook import assumption_rows, observed_lines, published_first_year, revenue_items
from fiscal_model.projection import Plan, insurance_schemes
from fiscal_model.report.table import Kind, ReportRow, ReportTable, Value, rounded
from fiscal_model.risk.simulate import Fan
from fiscal_model.rules import rules
from fiscal_model.scenario import QUALITIES
from fiscal_model.statements import LINES, RATIO
from fiscal_model.tables import DebtKind, GuaranteeClass

BANDS = {"green": "绿", "yellow": "黄", "orange": "橙", "red": "红", "none": "—"}
_OBSERVED_YEARS = 3


def build_tables(
    plan: Plan, fan: Fan, rating: Rating, alternatives: Mapping[str, Plan]
) -> tuple[ReportTable, ...]:
    """Build every table of the annex that the place's data carry.

    Parameters
    ----------
    plan : Plan
    fan : Fan
    rating : Rating
    alternatives : mapping of str to Plan
        Scenario id to plan, for the comparison.

    Returns
    -------
    tuple of ReportTable
        Rounded so that every sum adds up as printed.
    """
    tables = [
        _economy(plan),
        _revenue(plan),
        _transfers(plan),
        _general_balance(plan),
        _spending(plan),
        _guarantees(plan),
        _capacity(plan),
        _projects(plan),
        _funds(plan),
        _state_capital(plan),
        _insurance(plan),
        _between_budgets(plan),
        _waterfall(plan),
        _debt(plan),
        _debt_service(plan),
        _hidden_debt(plan),
        _temporary_payments(plan),
        _indicators(plan),
        _rating(rating),
        _scenarios(alternatives),
        _fan(fan),
        _assumptions(plan),
        _cautions(plan),
        _grain(plan),
    ]
    return tuple(rounded(table) for table in tables if table is not None and table.rows)


def _columns(plan: Plan) -> tuple[str, ...]:
    history = plan.basis.fitted.history
    names = []
    for year in range(plan.base_year - _OBSERVED_YEARS + 1, plan.base_year + 1):
        status = history.status.reindex(index=[year], columns=["own_revenue"]).iat[0, 0]
        names.append(
            f"{year}年{'决算' if status == 'final_accounts' else '执行'}"
            if isinstance(status, str)
            else f"{year}年"
        )
    budget = (f"{plan.years[0]}年公布预算",) if published_first_year(plan) else ()
    return (*names, *budget, *(f"{year}年预测" for year in plan.years), "年均增速")


def _statement(
    plan: Plan,
    number: str,
    table_id: str,
    title: str,
    layout: str,
    notes: tuple[str, ...] = (),
    unit: str = "万元",
) -> ReportTable:
    """Lay out lines as a table: ``layout`` names one line a row, two spaces an indent, ``*`` a total in bold."""
    observed, budget = observed_lines(plan), published_first_year(plan)
    entries = [(len(text) - len(text.lstrip()), text.strip()) for text in layout.splitlines() if text.strip()]
    names = [name.lstrip("*") for _, name in entries]
    rows = []
    for (indent, name), line_id in zip(entries, names, strict=True):
        line = LINES[line_id]
        parts = [(names.index(part), 1) for part in line.parts if part in names]
        parts += [(names.index(part), -1) for part in line.less if part in names]
        whole = len(parts) == len(line.parts) + len(line.less)
        seen = observed.get(line_id, {})
        if line_id not in plan.unavailable or seen:
            rows.append(
                ReportRow(
                    line.label,
                    _values(plan, seen, plan.line(line_id), budget, line_id, line.unit),
                    _kind(line_id),
                    indent // 2,
                    line_id,
                    tuple(parts) if whole and line.parts else (),
                    name.startswith("*"),
                )
            )
        else:
            rows.append(ReportRow(line.label, (None,) * len(_columns(plan)), "money", indent // 2, line_id))
    return ReportTable(number, table_id, title, unit, "项目", _columns(plan), tuple(rows), notes)


def _kind(line: str) -> Kind:
    """A multiple is printed as a number, other ratios as percent."""
    if LINES[line].unit != RATIO:
        return "money"
    return "number" if line == "guarantee_coverage" else "ratio"


def _values(
    plan: Plan,
    seen: Mapping[int, float],
    planned: np.ndarray,
    budget: Mapping[str, float],
    line: str,
    unit: str,
) -> tuple[Value, ...]:
    window = range(plan.base_year - _OBSERVED_YEARS + 1, plan.base_year + 1)
    history = [seen.get(year) for year in window]
    comparison = [budget.get(line)] if budget else []
    ahead = [_number(value) for value in planned]
    return (*history, *comparison, *ahead, _growth(history[-1], ahead) if unit != RATIO else None)


def _growth(base: Value, ahead: list[Value]) -> Value:
    """Yearly average growth over the plan as printed percent; None where it says nothing."""
    last = ahead[-1] if ahead else None
    if not isinstance(base, float) or not isinstance(last, float) or base <= 0 or last <= 0:
        return None
    return f"{(last / base) ** (1 / len(ahead)) - 1:.1%}"


def _number(value: float) -> Value:
    return float(value) if np.isfinite(value) else None


def _economy(plan: Plan) -> ReportTable | None:
    macro = plan.basis.place.rows("macro")
    window = range(plan.base_year - _OBSERVED_YEARS + 1, plan.base_year + 1)
    gdp = macro[macro["indicator"] == "gdp"].set_index("year")["amount"] if len(macro) else {}
    seen = {year: float(gdp[year]) for year in window if year in gdp}
    if "gdp" in plan.unavailable:
        return None
    row = ReportRow(
        "地区生产总值（现价）", _values(plan, seen, plan.line("gdp"), {}, "gdp", "万元"), "money", 0, "gdp"
    )
    budget = published_first_year(plan)
    columns = tuple(name for name in _columns(plan) if "公布预算" not in name) if budget else _columns(plan)
    growth = plan.basis.assumed.path("gdp_growth")
    rate = ReportRow("名义增速（假设）", (*[None] * len(window), *map(float, growth), None), "rate", 1)
    return ReportTable("01", "economy", "主要经济指标预测", "万元", "指标", columns, (row, rate))


def _revenue(plan: Plan) -> ReportTable:
    items = revenue_items(plan)
    observed, budget = observed_lines(plan), published_first_year(plan)
    engines = plan.basis.fitted.revenue.engines
    planned_codes = plan.basis.fitted.history.planned_codes
    rows: list[ReportRow] = []
    groups = (("101", "tax_revenue"), ("103", "nontax_revenue"))
    totals = []
    for prefix, line in groups:
        children = [item for item in items if item[0].startswith(prefix)]
        first = len(rows) + 1
        parts = tuple((first + count, 1) for count in range(len(children)))
        totals.append((len(rows), 1))
        rows.append(
            ReportRow(
                LINES[line].label,
                _values(plan, observed.get(line, {}), plan.line(line), budget, line, "万元"),
                "money",
                1,
                line,
                parts,
                True,
            )
        )
        for code, label, seen, values in children:
            codes = next(iter(planned_codes.values()))
            published = (
                {"": float(codes.at[plan.years[0], code])} if _given(codes, plan.years[0], code) else {}
            )
            shown = _values(plan, seen, values, {**budget, **published} if budget else {}, "", "万元")
            rows.append(ReportRow(label, shown, "money", 2, f"revenue_{code}"))
    own = "own_revenue"
    known = own not in plan.unavailable and "tax_revenue" not in plan.unavailable
    rows.append(
        ReportRow(
            LINES[own].label,
            _values(plan, observed.get(own, {}), plan.line(own), budget, own, "万元"),
            "money",
            0,
            own,
            tuple(totals) if known else (),
            True,
        )
    )
    methods = f"合计采用“{engines['total']}”（{plan.basis.grain['revenue']}）"
    tested = plan.basis.fitted.revenue.backtest
    if tested is not None:
        scores = "、".join(f"{name} {score:.1%}" for name, score in tested.scores.items())
        methods += f"；滚动回测平均绝对误差：{scores}"
    return ReportTable(
        "02", "own_revenue", "一般公共预算收入预测", "万元", "科目", _columns(plan), tuple(rows), (methods,)
    )


def _given(codes: object, year: int, code: str) -> bool:
    frame = codes
    return (
        len(frame) > 0
        and year in frame.index
        and code in frame.columns
        and bool(np.isfinite(frame.at[year, code]))
    )  # type: ignore[attr-defined,arg-type]


def _transfers(plan: Plan) -> ReportTable:
    gp, tied = "transfers_general_purpose", "transfers_earmarked"
    table = _statement(plan, "04", "transfers", "上级补助测算", f"  {gp}\n  {tied}")
    values = [row.values for row in table.rows]
    total = tuple(_added(a, b) for a, b in zip(*values, strict=True))
    ahead = [value for value in total[-len(plan.years) - 1 : -1]]
    base = total[_OBSERVED_YEARS - 1]
    row = ReportRow(
        "上级补助合计", (*total[:-1], _growth(base, ahead)), "money", 0, "transfers", ((0, 1), (1, 1)), True
    )
    split = {caution.code: caution.message for caution in plan.cautions}
    notes = tuple(
        split[code]
        for code in ("transfers_not_split", "general_transfers_not_split", "transfers_inferred")
        if code in split
    )
    return replace(table, rows=(*table.rows, row), notes=notes)


def _added(first: Value, second: Value) -> Value:
    return first + second if isinstance(first, float) and isinstance(second, float) else None


def _general_balance(plan: Plan) -> ReportTable:
    return _statement(
        plan,
        "05",
        "general_balance",
        "一般公共预算收支平衡表",
        """
  own_revenue
  transfers_general_purpose
  transfers_earmarked
  debt_proceeds_general
  carry_in
  transfer_in
  stabilization_draw
  other_resources
  rescue_in
  funding_gap
*resources_total
  expenditure
  remitted_up
  principal_general
  stabilization_topup
  transfer_out
  other_uses
  rescue_repaid
  carry_out
*uses_total
stabilization_fund_stock""",
        ("收入总计与支出总计每年相等；收支缺口如实列在收入一侧。",),
    )


def _spending(plan: Plan) -> ReportTable:
    return _statement(
        plan,
        "06",
        "spending",
        "一般公共预算支出预测",
        """
  guarantee_living
  guarantee_salaries
  guarantee_operations
  interest_general
  issue_fees_general
  digestion
  hidden_debt_budget
  committed_projects
  bond_spending_general
  earmarked_spending
  flexible_spending
  candidate_projects
  contingency_reserve
  unallocated
*expenditure""",
        (f"三保测算口径：{plan.basis.grain['guarantees']}。",),
    )


def _guarantees(plan: Plan) -> ReportTable:
    table = _statement(
        plan,
        "08",
        "guarantees",
        "“三保”需求与保障",
        """
  guarantee_living
  guarantee_salaries
  guarantee_operations
*guarantees_total
  guarantees_from_above
  guarantees_county
  guarantees_arranged
  guarantees_shortfall
guarantee_coverage""",
    )
    detail = plan.basis.guarantees.detail
    if not len(detail):
        return table
    rows = list(table.rows)
    labels = {group.value: group.label for group in GuaranteeClass}
    years = (plan.base_year, *plan.years)
    width = len(table.columns)
    for (label, group), part in detail.groupby(["label", "guarantee"], sort=False):
        amounts = part.set_index("year")["need"]
        shown: list[Value] = [None] * width
        offset = _OBSERVED_YEARS - 1
        shown[offset] = float(amounts[plan.base_year])
        for count, year in enumerate(years[1:], 1):
            shown[width - 1 - len(plan.years) + count - 1] = float(amounts[year])
        shown[-1] = _growth(shown[offset], [shown[-2]] * len(plan.years))
        rows.append(
            ReportRow(f"{label}（{labels[str(group)]}）", tuple(shown), "money", 2, f"guarantee_item_{label}")
        )
    return replace(table, rows=tuple(rows), notes=("下列各项为分组、分项需求（各级合计）。",))


def _capacity(plan: Plan) -> ReportTable:
    return _statement(
        plan,
        "10",
        "capacity",
        "可用财力与财政空间",
        """
  own_revenue
  transfer_in
  stabilization_draw
  transfers_general_purpose
  remitted_up
*available_resources
  guarantees_county
  interest_general
  principal_general_own
  hidden_debt_budget
  digestion
  contingency_reserve
  committed_projects
*rigid_total
*fiscal_space
rigid_share""",
        ("可用财力＝自有收入＋调入＋动用稳调＋财力性转移支付－上解。",),
    )


def _projects(plan: Plan) -> ReportTable | None:
    place = plan.basis.place
    if not place.has("projects") or not place.has("project_costs"):
        return None
    costs = place.rows("project_costs").merge(
        place.rows("projects"), on="project_code", suffixes=("", "_project")
    )
    rows = []
    for (_category, code), part in costs.groupby(["category", "project_code"], sort=True):
        county = part[part["funding"] == "county"].groupby("year")["amount"].sum()
        first = part.iloc[0]
        values = (
            first["category"].label,
            first["status"].label,
            str(first["priority"]),
            *(float(county.get(year, 0.0)) for year in plan.years),
        )
        rows.append(ReportRow(str(first["name"]), values, "money", 1, f"project_{code}"))
    columns = ("类别", "状态", "优先级", *(f"{year}年" for year in plan.years))
    total = (
        "",
        "",
        "",
        *(float(sum(row.values[position] for row in rows)) for position in range(3, len(columns))),
    )  # type: ignore[misc]
    parts = tuple((index, 1) for index in range(len(rows)))
    rows.append(ReportRow("县级财力合计（压减前）", total, "money", 0, "projects_total", parts, True))
    return ReportTable("11", "projects", "项目支出规划（县级财力部分）", "万元", "项目", columns, tuple(rows))


def _funds(plan: Plan) -> ReportTable:
    return _statement(
        plan,
        "12",
        "funds",
        "政府性基金预算收支平衡表",
        """
    land_revenue
    fund_other_revenue
  fund_revenue
  fund_transfers
  debt_proceeds_special
  fund_carry_in
  fund_transfer_in
  fund_other_resources
  fund_gap
*fund_resources_total
    interest_special
    issue_fees_special
    land_cost
    fund_tied_spending
    fund_other_spending
  fund_expenditure
  fund_remitted_up
  fund_transfer_out
  principal_special
  fund_other_uses
  fund_carry_out
*fund_uses_total""",
    )


def _state_capital(plan: Plan) -> ReportTable | None:
    if "state_capital_revenue" in plan.unavailable:
        return None
    return _statement(
        plan,
        "14",
        "state_capital",
        "国有资本经营预算收支平衡表",
        """
  state_capital_revenue
  state_capital_transfers
  state_capital_carry_in
*state_capital_resources_total
  state_capital_expenditure
  state_capital_transfer_out
  state_capital_carry_out
*state_capital_uses_total""",
    )


def _insurance(plan: Plan) -> ReportTable | None:
    schemes, revenue, expenditure, stock = insurance_schemes(plan.basis)
    if not schemes:
        return None
    table = _statement(
        plan,
        "15",
        "insurance",
        "社会保险基金预算",
        "insurance_revenue\ninsurance_expenditure\ninsurance_balance\ninsurance_stock",
    )
    width, rows = len(table.columns), list(table.rows)
    for position, scheme in enumerate(schemes):
        for name, values in (("收入", revenue), ("支出", expenditure), ("滚存结余", stock)):
            shown: list[Value] = [None] * width
            shown[width - 1 - len(plan.years) : width - 1] = [float(value) for value in values[:, position]]
            rows.append(ReportRow(f"{scheme}{name}", tuple(shown), "money", 2, f"insurance_{scheme}_{name}"))
    return replace(table, rows=tuple(rows), notes=("社会保险基金不得调出（预算法第十一条）。",))


def _between_budgets(plan: Plan) -> ReportTable:
    rows = [
        ("政府性基金预算 → 一般公共预算", "fund_transfer_out", "统筹使用规定，超过30%结转部分必须调出"),
        ("国有资本经营预算 → 一般公共预算", "state_capital_transfer_out", "预算法第十条"),
        ("一般公共预算 → 政府性基金预算", "transfer_out", "专项债务偿债缺口补助"),
    ]
    columns = ("依据", *(f"{year}年" for year in plan.years))
    return ReportTable(
        "16",
        "between_budgets",
        "预算间调入调出",
        "万元",
        "流向",
        columns,
        tuple(
            ReportRow(label, (basis, *map(float, plan.lines[line])), "money", 1, line)
            for label, line, basis in rows
        ),
        ("每笔在调出预算和调入预算各记一次。",),
    )


def _waterfall(plan: Plan) -> ReportTable:
    rows = [
        ReportRow("平衡前收支差额", ("", *map(float, _before(plan))), "money", 0, "before_measures", (), True)
    ]
    for step, (label, rule) in STEPS.items():
        rows.append(ReportRow(label, (rule, *map(float, plan.steps[step])), "money", 1, f"step_{step}"))
    columns = ("依据", *(f"{year}年" for year in plan.years))
    notes = ("按表中顺序逐项采取，前一项用尽才用后一项；三保支出不压减。", *_cut_projects(plan))
    return ReportTable("17", "waterfall", "跨年度平衡措施", "万元", "步骤", columns, tuple(rows), notes)


def _before(plan: Plan) -> np.ndarray:
    steps = plan.steps
    surplus = steps["surplus_to_fund"] + steps["surplus_unallocated"]
    return surplus - sum(steps[name] for name in STEPS if not name.startswith("surplus"))


def _cut_projects(plan: Plan) -> tuple[str, ...]:
    """Name the candidate projects that a cut reaches, the least urgent first."""
    candidates, notes = plan.basis.commitments.candidates, []
    for count, year in enumerate(plan.years):
        left = float(plan.steps["cut_projects"][count])
        named = []
        for _, row in (
            candidates[candidates["year"] == year].sort_values("priority", ascending=False).iterrows()
        ):
            if left > 0.5 and row["amount"] > 0:
                named.append(f"{row['name']} {min(left, row['amount']):,.0f} 万元")
                left -= row["amount"]
        if named:
            notes.append(f"{year}年压减储备项目：{'、'.join(named)}。")
    return tuple(notes)


def _debt(plan: Plan) -> ReportTable:
    layout = "\n".join(
        f"  debt_{kind}_opening_stock\n  debt_{kind}_refinanced\n  debt_{kind}_issued_new\n  debt_{kind}_other_change\n"
        f"  debt_{kind}_repaid\n*debt_{kind}_stock\n  debt_limit_{kind}_stock"
        for kind in DebtKind
    )
    return _statement(
        plan,
        "19",
        "debt",
        "政府债务限额和余额",
        f"{layout}\n*debt_stock",
        (f"测算口径：{plan.basis.grain['debt']}。",),
    )


def _debt_service(plan: Plan) -> ReportTable:
    return _statement(
        plan,
        "20",
        "debt_service",
        "政府债务还本付息与偿债来源",
        """
debt_general_repaid
  debt_general_refinanced
  principal_general_own
interest_general
debt_special_repaid
  debt_special_refinanced
  principal_special_own
interest_special""",
        ("一般债务付息列一般公共预算，专项债务付息列政府性基金预算；专项债券利息不得用新发债券支付。",),
    )


def _hidden_debt(plan: Plan) -> ReportTable | None:
    if "hidden_debt_stock" in plan.unavailable:
        return None
    contract = plan.basis.hidden.contract_stock
    notes = (f"2028年底清零目标；2029年及以后按合同偿还的 {contract:,.0f} 万元单列，不在余额内。",)
    return _statement(
        plan,
        "22",
        "hidden_debt",
        "隐性债务化解",
        "  hidden_debt_resolved\n  hidden_debt_budget\n*hidden_debt_stock",
        notes,
    )


def _temporary_payments(plan: Plan) -> ReportTable | None:
    if "digestion" in plan.unavailable:
        return None
    return _statement(
        plan, "25", "temporary_payments", "财政暂付款消化", "  digestion\n*temporary_payments_stock"
    )


def _indicators(plan: Plan) -> ReportTable:
    table = rules("indicators")
    rows = []
    for name, rule in table.items():
        values = plan.line(name)
        bands = [
            f"{value:.1%} {BANDS[band_of(name, value)]}"
            if name != "guarantee_coverage"
            else f"{value:.2f} {BANDS[band_of(name, value)]}"
            for value in values
        ]
        shown = tuple(text if np.isfinite(value) else None for text, value in zip(bands, values, strict=True))
        breach = first_breach(name, values, plan.years)
        verified = "" if rule["quality"] in {"law", "official"} else "（未经核实）"
        line = "—" if "breach" not in rule else _line_text(name, rule)
        rows.append(
            ReportRow(
                str(rule["label"]),
                (*shown, line, f"{breach}年" if breach else "无", f"{rule['source']}{verified}"),
                "text",
                1,
                name,
            )
        )
    columns = (*(f"{year}年" for year in plan.years), "突破线", "首次突破", "分档依据")
    return ReportTable("26", "indicators", "财政与债务指标红橙黄绿总览", "", "指标", columns, tuple(rows))


def _line_text(name: str, rule: Mapping[str, object]) -> str:
    sign = "≥" if rule["direction"] == "higher_is_worse" else "<"
    value = float(rule["breach"])  # type: ignore[arg-type]
    return f"{sign}{value:.2f}" if name == "guarantee_coverage" else f"{sign}{value:.0%}"


def _rating(rating: Rating) -> ReportTable:
    rows = [
        ReportRow(
            label,
            (
                "",
                "",
                None if not np.isfinite(score) else f"{score:.1f}",
                f"{rating.weights.get(label, 0):.0%}",
            ),
            "text",
            0,
            "",
            (),
            True,
        )
        for label, score in rating.indices.items()
    ]
    detailed = []
    for row in rows:
        detailed.append(row)
        for score in rating.scores:
            if score.index == row.label:
                value = None if not np.isfinite(score.value) else f"{score.value:.3f}"
                points = None if not np.isfinite(score.score) else f"{score.score:.0f}"
                detailed.append(
                    ReportRow(
                        score.label,
                        (value, f"{score.good:g} / {score.bad:g}", points, ""),
                        "text",
                        1,
                        score.name,
                    )
                )
    detailed.append(
        ReportRow("综合", ("", "", f"{rating.total:.1f}", rating.grade), "text", 0, "rating_total", (), True)
    )
    notes = (*rating.reasons, "权重和分界为设计值，未见正式文件，可在 data/rules/rating.toml 修改。")
    return ReportTable(
        "27",
        "rating",
        "财政承受能力评估汇总",
        "",
        "指数和指标",
        ("数值", "满分/零分线", "得分", "权重或等级"),
        tuple(detailed),
        notes,
    )


def _scenarios(alternatives: Mapping[str, Plan]) -> ReportTable | None:
    if not alternatives:
        return None
    lines = (
        "own_revenue",
        "available_resources",
        "guarantee_coverage",
        "fiscal_space",
        "funding_gap",
        "fund_gap",
        "fund_transfer_in",
        "debt_ratio",
    )
    first = next(iter(alternatives.values()))
    rows = []
    for line in lines:
        for plan in alternatives.values():
            rows.append(
                ReportRow(
                    LINES[line].label,
                    (plan.basis.scenario.name, *(_number(value) for value in plan.line(line))),
                    _kind(line),
                    1,
                    line,
                )
            )
    columns = ("情景", *(f"{year}年" for year in first.years))
    return ReportTable("28", "scenarios", "情景比较", "万元", "项目", columns, tuple(rows))


def _fan(fan: Fan) -> ReportTable:
    names = ("own_revenue", "available_resources", "guarantee_coverage", "fiscal_space", "debt_ratio")
    rows = []
    for name in names:
        if name not in fan.lines:
            continue
        for level, label in ((0.1, "10%分位"), (0.5, "中位"), (0.9, "90%分位")):
            values = fan.lines[name][fan.quantiles.index(level)]
            rows.append(
                ReportRow(
                    LINES[name].label, (label, *(_number(value) for value in values)), _kind(name), 1, name
                )
            )
    labels = {
        "funding_gap": "出现收支缺口的概率",
        "fund_gap": "出现基金缺口的概率",
        "guarantee_coverage": "三保保障倍数低于1的概率",
        "debt_ratio": "债务率超过120%的概率",
        "interest_burden_general": "一般债务付息超过10%的概率",
        "interest_burden_special": "专项债务付息超过10%的概率",
    }
    for name, label in labels.items():
        if name in fan.probabilities:
            rows.append(
                ReportRow(
                    label, ("", *map(float, fan.probabilities[name])), "ratio", 1, f"probability_{name}"
                )
            )
    notes = (f"{fan.paths:,} 条模拟路径，随机种子 {fan.seed}；每条路径经过与规划相同的计算和平衡规则。",)
    return ReportTable(
        "29",
        "fan",
        "不确定性（模拟区间与概率）",
        "万元",
        "项目",
        ("分位", *(f"{year}年" for year in fan.years)),
        tuple(rows),
        notes,
    )


def _assumptions(plan: Plan) -> ReportTable:
    rows = []
    for _, entry in assumption_rows(plan).iterrows():
        values = [float(entry[year]) for year in plan.years]
        money = "万元" in str(entry["label"])
        shown = tuple(f"{value:,.0f}" if money else f"{value:.1%}" for value in values)
        rows.append(
            ReportRow(
                str(entry["label"]),
                (*shown, QUALITIES[str(entry["quality"])], str(entry["source"])),
                "text",
                1,
                str(entry["name"]),
            )
        )
    columns = (*(f"{year}年" for year in plan.years), "依据级别", "来源")
    return ReportTable("30", "assumptions", "假设与参数", "", "假设", columns, tuple(rows))


def _cautions(plan: Plan) -> ReportTable:
    rows = tuple(
        ReportRow(caution.where, (caution.message,), "text", 1, caution.code) for caution in plan.cautions
    )
    return ReportTable("31", "cautions", "提示事项", "", "范围", ("内容",), rows)


def _grain(plan: Plan) -> ReportTable:
    labels = {
        "revenue": "自有收入",
        "transfers": "上级补助",
        "guarantees": "三保",
        "debt": "政府债务",
        "funds": "政府性基金",
        "state_capital": "国有资本经营",
        "projects": "项目",
        "social_insurance": "社会保险",
    }
    rows = tuple(
        ReportRow(labels[block], (text,), "text", 1, block) for block, text in plan.basis.grain.items()
    )
    return ReportTable("32", "grain", "各部分测算粒度", "", "部分", ("测算粒度",), rows)
