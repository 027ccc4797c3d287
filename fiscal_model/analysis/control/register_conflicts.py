"""The registers of a place against each other and against the base year's books."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from fiscal_model.analysis.control.conflict import Conflict, apart, rows_of
from fiscal_model.blocks.balance.insurance import guaranteed_subsidy
from fiscal_model.blocks.checks.bond_checks import bonds_match_stock
from fiscal_model.blocks.checks.register_checks import base_needs
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.words.library_terms import Maturity
from fiscal_model.words.vocabulary import Budget, HiddenFunding, InsuranceItem, ProjectFunding, ProjectStatus

_NONE = float("nan")


def project_library(plan: Plan) -> Iterator[Conflict]:
    """Hold the project list against its costs: none without the other, none after its end, none listed twice."""
    place = plan.basis.place
    projects, costs = place.rows("projects"), place.rows("project_costs")
    if not len(projects) and not len(costs):
        return
    listed, paid = set(projects["project_code"]), set(costs["project_code"])
    for code, rows in costs[~costs["project_code"].isin(listed)].groupby("project_code", sort=True):
        amount, where = float(rows["amount"].sum()), rows_of(rows["row_line"], "project_costs")
        remedy = "在 projects 表补登这个项目；没有入库的项目不进入规划"
        yield Conflict("项目分年支出", "项目库", f"项目“{code}”有支出、没有入库", amount, _NONE, where, remedy)
    pooled = projects["maturity"].isin((Maturity.RESERVE, Maturity.MATURE, Maturity.EXITED))
    for row in projects[~projects["project_code"].isin(paid) & ~pooled].itertuples():
        remedy = "在 project_costs 表补登分年支出，或者从项目库删去"
        what = f"“{row.name}”已入库、没有分年支出"
        yield Conflict("项目库", "项目分年支出", what, _NONE, _NONE, rows_of([row.row_line], "projects"), remedy)
    yield from _after_end(projects, costs)
    for name, rows in projects[projects.duplicated("name", keep=False)].groupby("name", sort=True):
        what = f"“{name}”登记了 {len(rows)} 次（{'、'.join(sorted(rows['project_code']))}）"
        remedy = "同一个项目只保留一个编号，以免重复安排"
        yield Conflict("项目库", "项目库", what, _NONE, _NONE, rows_of(rows["row_line"], "projects"), remedy)


def _after_end(projects: pd.DataFrame, costs: pd.DataFrame) -> Iterator[Conflict]:
    at = costs.groupby("project_code").indices
    for project in projects[projects["end_year"].notna()].itertuples():
        mine = costs.iloc[at.get(project.project_code, [])]
        late = mine[mine["year"] > project.end_year]
        if len(late):
            what = f"“{project.name}”{int(project.end_year)}年完成后仍有支出"
            remedy = "核对完成年度；尾款、运维费确需支出的，改完成年度或者另立项目"
            amount, where = float(late["amount"].sum()), rows_of(late["row_line"], "project_costs")
            yield Conflict("项目分年支出", "项目库", what, amount, 0.0, where, remedy)


def special_bond_projects(plan: Plan) -> Iterator[Conflict]:
    """Hold projects that want special bonds against the register of special-bond projects, which says whether they carry them."""
    place = plan.basis.place
    if "special_projects" not in place.tables:
        return
    special, projects = place.rows("special_projects"), place.rows("projects")
    costs = place.rows("project_costs")
    ahead = costs[(costs["funding"] == ProjectFunding.SPECIAL_BOND) & (costs["year"] > plan.base_year)]
    at, named = ahead.groupby("project_code").indices, special.groupby("name").indices
    codes = set(special["project_code"])
    for row in projects.itertuples():
        if row.project_code in at and row.project_code not in codes and row.name not in named:
            wanted = ahead.iloc[at[row.project_code]]
            kind = "储备" if row.status == ProjectStatus.CANDIDATE else "已签约"
            what = f"{kind}项目“{row.name}”用专项债券，没有收益测算"
            where, remedy = (rows_of(wanted["row_line"], "project_costs"), "在专项债券项目表登记收支，测算偿债覆盖倍数")
            yield Conflict("项目库", "专项债券项目", what, float(wanted["amount"].sum()), _NONE, where, remedy)
        for other in special.iloc[named[row.name]].itertuples() if row.name in named else ():
            if other.project_code == row.project_code:
                continue
            what = f"“{row.name}”在两张表的编号不同（{row.project_code}、{other.project_code}）"
            where = f"projects 表第 {row.row_line} 行，special_projects 表第 {other.row_line} 行"
            yield Conflict("项目库", "专项债券项目", what, _NONE, _NONE, where, "两张表用同一个编号，以免重复")


def staff_posts(plan: Plan) -> Iterator[Conflict]:
    """Hold serving persons against authorised posts, group by group."""
    remedy = "超出编制的人员核实原因，逐年消化；编制有调整的更新编制数"
    for row in plan.basis.place.rows("staff").itertuples():
        if row.serving_persons > row.posts + 0.5:
            what, where = f"“{row.group}”在职人数与编制（人）", rows_of([row.row_line], "staff")
            yield Conflict(
                "人员台账实有", "核定编制", what, float(row.serving_persons), float(row.posts), where, remedy
            )


def hidden_by_project_income(plan: Plan) -> Iterator[Conflict]:
    """Hold hidden debt to be cleared by project income against the projects' net income of that year."""
    place = plan.basis.place
    if "special_project_flows" not in place.tables:
        return
    flows = place.rows("special_project_flows")
    net = (flows["income"] - flows["operating_cost"] - flows["tax"]).groupby(flows["year"]).sum()
    debts = place.rows("hidden_debt")
    debts = debts[debts["funding"] == HiddenFunding.PROJECT_INCOME]
    for year, rows in debts.groupby("planned_year", sort=True):
        need, income = float(rows["balance"].sum()), float(max(net.get(year, 0.0), 0.0))
        if year > plan.base_year and need > income + 0.5:
            remedy = "项目收益不够的部分另行落实化解来源，或者分年化解"
            what = f"{year}年用项目收益化解的隐性债务与项目净收益"
            yield Conflict(
                "隐性债务台账", "专项债券项目", what, need, income, rows_of(rows["row_line"], "hidden_debt"), remedy
            )


def insurance_subsidies(plan: Plan) -> Iterator[Conflict]:
    """Hold the guarantee items of a social-insurance fund against what it booked, and against the plan in every year."""
    place, base = plan.basis.place, plan.base_year
    items, insurance = place.rows("guarantee_items"), place.rows("insurance")
    if len(items) and len(insurance):
        needs = base_needs(place)
        booked = insurance[(insurance["year"] == base) & (insurance["scope"] == place.scope)]
        for pair in rules("budget_adjustment")["insurance_pairs"]:
            funds = booked[[pair["scheme"] in scheme for scheme in booked["scheme"]]]
            for item, key in ((InsuranceItem.SUBSIDY, "items"), (InsuranceItem.BENEFITS, "benefits")):
                mine = np.array([any(word in name for word in pair[key]) for name in items["name"]])
                fund = funds[funds["item"] == item].drop_duplicates("scheme", keep="last")
                need, amount = float(needs[mine].sum()), float(fund["amount"].sum())
                # A scheme pays more than the list's benefits: individual accounts; it never pays less.
                agrees = not apart(need, amount) or (item is InsuranceItem.BENEFITS and need < amount)
                if not mine.any() or not len(fund) or agrees:
                    continue
                lines = items.loc[mine, "row_line"]
                where = f"{rows_of(lines, 'guarantee_items')}，{rows_of(fund['row_line'], 'insurance')}"
                what = f"{base}年{fund['scheme'].iloc[0]}{_BOOKED_AS[item]}"
                remedy = "核对参保人数、标准和补贴到位数，两张表用同一口径"
                yield Conflict("三保项目清单", "社会保险基金", what, need, amount, where, remedy)
    yield from _planned_subsidies(plan)


_BOOKED_AS = {InsuranceItem.SUBSIDY: "财政补贴", InsuranceItem.BENEFITS: "待遇支出"}


def _planned_subsidies(plan: Plan) -> Iterator[Conflict]:
    """The list's subsidy is what its scheme takes in, the list's benefits are among what it pays out, year by year."""
    path, guarantees = plan.basis.balance.insurance.path, plan.basis.guarantees
    for at, scheme in enumerate(plan.basis.balance.insurance.schemes):
        listed = guaranteed_subsidy(scheme, guarantees, 0.0) if guarantees.items is not None else None
        if listed is None:
            continue
        subsidy, paid = path.subsidy[:, at], path.expenditure[:, at]
        sides = {
            "财政补贴": (listed.subsidy[1:], subsidy),
            "待遇支出": (listed.benefits[1:], np.minimum(listed.benefits[1:], paid)),
        }
        for name, (need, planned) in sides.items():
            for year, asked, amount in zip(plan.years, need, planned, strict=True):
                if abs(asked - amount) > 1.0:
                    what, remedy = f"{year}年{scheme}{name}", "清单数就是险种的补贴数和待遇数，两边改成同一个数"
                    yield Conflict("三保项目清单", "社会保险基金", what, float(asked), float(amount), "规划", remedy)


def stock_ledgers(plan: Plan) -> Iterator[Conflict]:
    """Hold the ledgers of carry-over and temporary payments against the base year's totals, and bonds against balances (V6)."""
    place, base = plan.basis.place, plan.base_year
    history = plan.basis.history
    carried = place.rows("carryovers")
    for budget, line, name in (
        (Budget.GENERAL, "carry_out", "一般公共预算结转下年"),
        (Budget.FUNDS, "fund_carry_out", "政府性基金结转下年"),
    ):
        rows = carried[carried["budget"] == budget]
        remedy = "两边应分毫不差：补登漏记的结转资金，或者核对决算的结转下年"
        yield from _ledger(rows, "amount", "结转资金台账", "carryovers", name, history.value(line, base), base, remedy)
    rows = place.rows("temporary_payments")
    remedy = "台账合计应等于总会计账的暂付款余额，请补登或者更正"
    total = history.value("temporary_payments_stock", base)
    yield from _ledger(rows, "balance", "暂付款台账", "temporary_payments", "暂付款年末余额", total, base, remedy)
    bonds = bonds_match_stock(place, history)
    remedy = "核对漏登的债券、已还本的债券和余额的口径"
    for text in (*(said for said, _ in bonds.faults), *bonds.cautions):
        yield Conflict("债券台账", "债务余额", text, _NONE, _NONE, "bonds 表、debt 表", remedy)


def _ledger(
    rows: pd.DataFrame, column: str, area: str, table: str, name: str, total: float, base: int, remedy: str
) -> Iterator[Conflict]:
    if not len(rows):
        return
    other = rows[rows["year"] != base]
    if len(other):
        amount, listed = (float(other[column].sum()), "、".join(sorted({str(int(year)) for year in other["year"]})))
        what = f"{name}的台账年度是 {listed}，基期是 {base}"
        yield Conflict(area, "基期", what, amount, _NONE, rows_of(other["row_line"], table), "台账更新到基期年末")
    added = float(rows.loc[rows["year"] == base, column].sum())
    if np.isfinite(total) and abs(added - total) > 1.0:
        where = rows_of(rows["row_line"], table)
        yield Conflict(area, "决算、执行数", f"{base}年{name}", added, float(total), where, remedy)
