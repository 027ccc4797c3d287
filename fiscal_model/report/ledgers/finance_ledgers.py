"""Task 12: what each way of putting money in moves, and what funds, equity, projects and grants ask of the plan."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.analysis.affordability.contingent import contingent
from fiscal_model.arithmetic.risk.contingent_cash import DAYS_A_YEAR
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column
from fiscal_model.report.ledger import ledger, rule_note
from fiscal_model.words.ledger_terms import YesNo
from fiscal_model.words.vocabulary import ContingentKind

_MOVED = (
    Column("财政投入", "fiscal", "number"), Column("带动贷款", "loans", "number"), Column("带动社会资本", "capital", "number"),
    Column("倍数", "leverage", "number"),
)  # fmt: skip


def _moved_by(plan: Plan, by: str) -> pd.DataFrame:
    """Sum the programmes; target weighed by public money, cost without what is expected back."""
    rows = plan.basis.place.rows("finance_programmes")
    rows = rows.assign(way_label=[each.label for each in rows["way"]], wanted=rows["target"] * rows["fiscal"])
    found = (
        rows.groupby(by, sort=by == "year")[["fiscal", "recovered", "loans", "capital", "wanted"]].sum().reset_index()
    )
    moved = found["loans"] + found["capital"]
    return found.assign(
        leverage=moved / found["fiscal"], target=found["wanted"] / found["fiscal"],
        cost=100 * (found["fiscal"] - found["recovered"]) / moved.where(moved > 0),
    )  # fmt: skip


@ledger(
    "52-1", "finance_ways", "投入方式比较", "finance_programmes",
    [*_MOVED, Column("带动百元净成本（元）", "cost", "number")],
    label="way_label", stub="投入方式", totals=("fiscal", "loans", "capital"), at_stake="fiscal",
    said="{total}种投入方式中{count}种撬动不足，财政投入{at_stake}万元：{names}。", fine="{total}种投入方式的撬动都不低于下限。",
    notes=lambda plan, found: ("倍数＝带动的贷款和社会资本÷财政投入；净成本已减预计收回。", rule_note("ledger_finance", "least_leverage")),
)  # fmt: skip
def finance_ways(plan: Plan) -> pd.DataFrame:
    """Each way's leverage and net cost; where one moves little, the way that moves most is named."""
    found = _moved_by(plan, "way_label")
    best = found.loc[found["leverage"].idxmax(), "way_label"]
    low = found["leverage"] < rules("ledger_finance")["least_leverage"]["value"]
    return found.assign(doubt=np.where(low, f"撬动不足，研究改用{best}", ""))


@ledger(
    "52-2", "finance_years", "分年撬动倍数和目标", "finance_programmes", [*_MOVED, Column("目标倍数", "target", "number")],
    label="{year}年", stub="年度", said="{total}年中{count}年撬动倍数没有达到目标：{names}。", fine="{total}年撬动倍数都达到目标。",
)  # fmt: skip
def finance_years(plan: Plan) -> pd.DataFrame:
    """Leverage by year against what was agreed."""
    found = _moved_by(plan, "year")
    return found.assign(doubt=np.where(found["leverage"] < found["target"], "没有达到目标，查明原因", ""))


@ledger(
    "52-3", "guidance_effect", "融资引导效应", "finance_programmes",
    [*_MOVED, Column("目标倍数", "target", "number"), Column("总投入÷财政", "effect", "number")],
    label="programme", totals=("fiscal", "loans", "capital"), at_stake="fiscal",
    said="{total}项资金中{count}项引导效应没有达到约定，财政投入{at_stake}万元：{names}。", fine="{total}项资金的引导效应都达到约定。",
)  # fmt: skip
def guidance_effect(plan: Plan) -> pd.DataFrame:
    """Whole money over public money, by programme."""
    found = _moved_by(plan, "programme")
    short = found["leverage"] < found["target"]
    return found.assign(effect=1 + found["leverage"], doubt=np.where(short, "没有达到约定，核减后续投入", ""))


@ledger(
    "52-4", "fund_agreements", "基金认缴和规划核对", "fund_agreements",
    ["size", "committed", "paid", Column("尚未缴", "outstanding", "number"), Column("已登记分年出资", "called", "number"),
     Column("计入规划", "planned", "number")],
    label="fund_name", totals=("committed", "paid", "outstanding", "called", "planned"), at_stake="outstanding",
    said="{total}只基金中{count}只的认缴和分年出资不符，尚未缴{at_stake}万元：{names}。",
    fine="{total}只基金的认缴都已登记分年出资，计入规划。",
    notes=("计入规划＝规划期内的出资×出资可能（表25-3“基金和股权出资”）。",),
)  # fmt: skip
def fund_agreements(plan: Plan) -> pd.DataFrame:
    """What is still to be paid against the calls that are registered, and what of them the plan holds."""
    rows = plan.basis.place.rows("fund_agreements")
    outstanding = rows["committed"] - rows["paid"]
    called, planned = (rows["fund_name"].map(each).fillna(0.0).astype(float) for each in _calls(plan))
    doubt = np.select(
        [outstanding > called + 0.005, called > outstanding + 0.005],
        ["认缴没有列全，补登分年出资", "分年出资多于认缴，核对协议"], "",
    )  # fmt: skip
    return rows.assign(outstanding=outstanding, called=called, planned=planned, doubt=doubt)


def _calls(plan: Plan) -> tuple[pd.Series, pd.Series]:
    """Calls after the base year by fund: all of them, and what the plan expects of those in its years."""
    calls = plan.basis.place.rows("capital_calls")
    calls = calls[calls["year"] > plan.base_year]
    chance = calls["probability"].astype(float).fillna(1.0) * calls["year"].isin(plan.years)
    calls = calls.assign(planned=calls["amount"].astype(float) * chance)
    sums = calls.groupby("fund_name")[["amount", "planned"]].sum()
    return sums["amount"], sums["planned"]


@ledger(
    "52-5", "equity_investments", "财政股权投资收益", "equity_investments",
    [Column("已投入", "put", "number"), Column("以后投入", "to_pay", "number"), Column("预期收到", "expected", "number"),
     Column("分年现金流（预期）", "flow", "text"), Column("预期收到÷投入", "multiple", "number"), Column("现值", "present_value", "number")],
    label="firm", totals=("put", "to_pay", "expected", "present_value"), at_stake="present_value",
    said="{total}项股权投资中{count}项须处理，现值{at_stake}万元：{names}。", fine="{total}项股权投资的预期现值都不为负。",
    notes=lambda plan, found: (rule_note("ledger_finance", "equity_rate"),),
)  # fmt: skip
def equity_investments(plan: Plan) -> pd.DataFrame:
    """Expected return of each holding, discounted to the base year; calls to come must stand in `capital_calls`."""
    rows, rate = plan.basis.place.rows("equity_investments"), rules("ledger_finance")["equity_rate"]["value"]
    expected, later = rows["received"] * rows["probability"], rows["year"] > plan.base_year
    factor = (1 + rate) ** (plan.base_year - rows["year"].astype(float))
    rows = rows.assign(put=rows["paid"] * ~later, to_pay=rows["paid"] * later, expected=expected,
                       present_value=(expected - rows["paid"]) * factor)  # fmt: skip
    found = rows.groupby("firm", sort=False)[["paid", "put", "to_pay", "expected", "present_value"]].sum().reset_index()
    rows["flow"] = [f"{year}年{net:,.0f}" for year, net in zip(rows["year"], expected - rows["paid"], strict=True)]
    found = found.merge(rows.groupby("firm")["flow"].agg("、".join), on="firm")
    called = found["firm"].map(_calls(plan)[0]).fillna(0.0).astype(float)
    doubt = np.select(
        [found["to_pay"] > called + 0.005, found["present_value"] < 0],
        ["以后投入没有登记分年出资", "预期现值为负，不再追加"], "",
    )  # fmt: skip
    return found.assign(multiple=found["expected"] / found["paid"].where(found["paid"] > 0), doubt=doubt)


@ledger(
    "52-6", "project_financing", "重大项目资金缺口", "project_financing",
    [Column("资金需求", "need", "number"), Column("来源合计", "amount", "number"),
     Column("已落实", "sure", "number"), Column("缺口", "gap", "number")],
    label="{project_code} {name}", stub="项目", totals=("need", "amount", "sure", "gap"), at_stake="gap",
    said="{total}个重大项目中{count}个资金没有落实，缺口{at_stake}万元：{names}。", fine="{total}个重大项目的资金都已落实。",
    notes=("资金需求为项目库（project_costs）各年各来源合计；缺口＝需求－已落实。",),
)  # fmt: skip
def project_financing(plan: Plan) -> pd.DataFrame:
    """What each project needs against sources that are sure."""
    place = plan.basis.place
    rows = place.rows("project_financing")
    rows = rows.assign(sure=rows["amount"] * (rows["secured"] == YesNo.YES))
    found = rows.groupby("project_code", sort=False)[["amount", "sure"]].sum().reset_index()
    need = found["project_code"].map(place.rows("project_costs").groupby("project_code")["amount"].sum()).fillna(0.0)
    name = found["project_code"].map(place.rows("projects").set_index("project_code")["name"])
    gap = (need.astype(float) - found["sure"]).clip(lower=0)
    doubt = np.select(
        [need > found["amount"] + 0.005, gap > 0.005], ["来源不足，调整融资方案", "来源没有落实，先落实再开工"], ""
    )
    return found.assign(name=name, need=need.astype(float), gap=gap, doubt=doubt)


@ledger(
    "52-7", "inclusive_grants", "普惠金融奖补和分配", "inclusive_grants",
    ["amount", "to_pool", "to_interest", "to_fees", Column("尚未分配", "rest", "number"),
     Column("上级补助台账", "booked", "number"), Column("规划该科目收入", "planned", "number"), "adopted"],
    label="{code}（{year}年）", stub="奖补", totals=("amount", "to_pool", "to_interest", "to_fees", "rest"), at_stake="amount",
    said="{total}笔奖补中{count}笔没有列入补助或没有分配，{at_stake}万元：{names}。", fine="{total}笔奖补都已列入上级补助台账并分配。",
    notes=("科目在上级补助台账里的，随那一行计入规划，不另计收入；台账没有的，决定以后列为当年有既定用途的转移支付，同额安排支出（附表04-1）。",),
)  # fmt: skip
def inclusive_grants(plan: Plan) -> pd.DataFrame:
    """Grants with what is not yet given to a use, and the row of `transfers` that carries them into the plan."""
    place = plan.basis.place
    rows, booked = place.rows("inclusive_grants"), place.rows("transfers").groupby(["code", "year"])["amount"].max()
    held = booked.reindex(pd.MultiIndex.from_frame(rows[["code", "year"]])).to_numpy(dtype=float)
    transfers = plan.basis.revenue.transfers
    lines = (
        pd.DataFrame(transfers.amounts, [line.code for line in transfers.lines], list(plan.years))
        .groupby(level=0)
        .sum()
    )
    planned = [
        lines.get(year, pd.Series(dtype=float)).get(code, np.nan)
        for code, year in zip(rows["code"], rows["year"], strict=True)
    ]
    rest = rows["amount"] - rows["to_pool"] - rows["to_interest"] - rows["to_fees"]
    decided = (rows["adopted"] == YesNo.YES) & (
        pd.Series(planned, rows.index).notna() | (rows["year"] <= plan.base_year)
    )
    counted = (held >= rows["amount"].to_numpy(dtype=float)) | decided.to_numpy()
    doubt = np.select(
        [~counted, rest > 0.005], ["上级补助台账没有列，补登或决定计入", "没有分配完，尽快下达"], "",
    )  # fmt: skip
    return rows.assign(rest=rest, booked=held, planned=planned, doubt=doubt)


@ledger(
    "52-13", "interest_subsidies", "财政贴息：应贴和已贴", "interest_subsidies",
    ["loans", Column("贷款利率", "loan_rate", "rate"), Column("利率上限", "cap", "rate"), "subsidy_rate", "days", "borrowers", Column("应贴（各级）", "due", "number"),
     Column("县级应贴", "own", "number"), "paid", Column("户均贴息（元）", "each", "count")],
    label="{item}（{year}年）", stub="贴息事项", totals=("loans", "borrowers", "due", "own", "paid"), at_stake="own",
    said="{total}项贴息中{count}项事项不符、利率超上限或多贴，县级应贴{at_stake}万元：{names}。", fine="{total}项贴息的利率都在上限以内，没有多贴。",
    notes=("应贴＝年均贷款余额×贴息率×天数÷365；县级应贴按或有负债台账的县级比例，以后年度的预期支出见表25-2、25-3；利率上限＝LPR＋加点。",),
)  # fmt: skip
def interest_subsidies(plan: Plan) -> pd.DataFrame:
    """What is due by loans, points and days, whether the loans' rate is within the cap, and what was paid."""
    place = plan.basis.place
    rows = place.rows("interest_subsidies")
    held = place.rows("contingent_liabilities").drop_duplicates("item").set_index("item")
    shares, kind = held["county_share"].astype(float), rows["item"].map(held["kind"])
    due = rows["loans"].astype(float) * rows["subsidy_rate"].astype(float) * rows["days"] / DAYS_A_YEAR
    own, cap = due * rows["item"].map(shares), (rows["lpr"] + rows["over_lpr"]).astype(float)
    paid = rows["paid"].astype(float)
    doubt = np.select(
        [kind != ContingentKind.INTEREST_SUBSIDY, rows["loan_rate"] > cap + 1e-9, paid > own + 0.005],
        ["不是或有负债台账的贴息事项，核对", "贷款利率超上限，不予贴息", "已贴多于应贴，核减收回"], "",
    )  # fmt: skip
    each = due * 10_000 / rows["borrowers"].where(rows["borrowers"] > 0)
    return rows.assign(due=due, own=own, cap=cap, each=each, paid=paid.fillna(0.0), doubt=doubt)


@ledger(
    "52-8", "guarantee_room", "融资担保扩面和降费", "contingent_liabilities",
    [Column("在保余额", "exposure", "number"), Column("担保倍数", "multiple", "exact"), Column("倍数上限", "allowed", "exact"),
     Column("还可担保", "headroom", "number"), Column("每年降费补贴", "fixed", "number")],
    label="item", totals=("exposure", "fixed"),
    said="{total}家担保公司中{count}家超过倍数或没有降费：{names}。", fine="{total}家担保公司都在倍数以内，都有降费补贴。",
    notes=("降费补贴＝在保余额×县级补贴的费率，已列入规划的或有事项预期支出；倍数上限见表25-2。",),
)  # fmt: skip
def guarantee_room(plan: Plan) -> pd.DataFrame:
    """Companies with what they may still guarantee and what the county pays so that their fee falls."""
    found = contingent(plan)
    if found is None or not len(rows := found.items[found.items["kind"] == ContingentKind.GUARANTEE]):
        return pd.DataFrame()
    doubt = np.select([rows["headroom"] < 0, rows["fixed"] == 0], ["超过倍数，压降或增资", "没有降费，研究补贴"], "")
    return rows.assign(doubt=doubt)
