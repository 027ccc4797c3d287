"""Four budgets under their rules: published balances close, the log replays, the baseline takes no measure, flows tie."""

import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from conftest import WITHOUT_BUDGET, write_tiny_place
from report_case import said, tables_in
from risk_case import futures_by

from fiscal_model.analysis.balance.carryover_ages import age_carryover
from fiscal_model.analysis.balance.flows import check_flows, list_flows
from fiscal_model.analysis.balance.log import STOCKS, log_of, opening_balances, replay, trace_steps
from fiscal_model.analysis.balance.priority import funding_of, project_cuts, project_cuts_on, ranked_projects
from fiscal_model.analysis.balance.rule_outcomes import DONE, MET, NOT_APPLICABLE, NOT_MET, review_rules
from fiscal_model.arithmetic.budgets.carryover import roll_carryover, unspent_share
from fiscal_model.arithmetic.budgets.funds import each_fund
from fiscal_model.arithmetic.budgets.waterfall import LEGAL_STEPS, SHORTAGE_STEPS
from fiscal_model.blocks.fund_ledger import debtor_shares
from fiscal_model.inputs.balance_choices import MEASURES, balance_choices_of
from fiscal_model.inputs.closing import close_budget
from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.scenario import read_scenario
from fiscal_model.model.compute import compute, fund_terms
from fiscal_model.model.futures import Drivers
from fiscal_model.model.projection import project
from fiscal_model.report.tables import four_budgets_tables
from fiscal_model.report.tables.risk_tables import between_budgets_table
from fiscal_model.words.errors import IdentityError, InputError, ScenarioError

# published balances ------------------------------------------------------------------------------------------

LINES = (
    "own_revenue", "transfers", "debt_proceeds_general", "carry_in", "transfer_in", "stabilization_draw", "expenditure",
    "remitted_up", "principal_general", "stabilization_topup", "carry_out",
)  # fmt: skip
GENERAL = {
    "甘谷2024": (42100, 387613, 13038, 7546, 199, 731, 409525, 6456, 8200, 182, 25694, {"regional_out": 1170}, 451227),
    "甘谷2023": (46900, 403127, 18195, 11080, 335, 1705, 456269, 3370, 12667, 731, 7546,
               {"regional_out": 780, "revolving_topup": -21}, 481342),
    "渠县2024": (251510, 568709, 44377, 21728, 1396, 10767, 782634, 40088, 33988, 122, 41655, {}, 898487),
    "温泉2024": (30284, 152736, 47100, 40407, 7, 626, 230362, 2832, 10540, 973, 26453, {}, 271160),
    "城口2024": (71919, 364785, 77180, 78940, 15200, 0, 453537, 9099, 69343, 35227, 40818, {}, 608024),
    "彭水2024": (260586, 459263, 95810, 59975, 54618, 31493, 763133, 20440, 51698, 20368, 106106, {}, 961745),
}  # fmt: skip
FUNDS = {
    "彭水2024": ({"fund_revenue": 120318, "fund_transfers": 31621, "fund_carry_in": 1888, "debt_proceeds_special": 240600,
                "fund_expenditure": 150881, "fund_remitted_up": 7976, "fund_transfer_out": 46618,
                "fund_carry_out": 29252, "principal_special": 159700}, 394427),
    "甘谷2024": ({"fund_revenue": 3089, "fund_transfers": 3753, "fund_carry_in": 28501, "debt_proceeds_special": 25130,
                "fund_expenditure": 40907, "principal_special": 11680, "fund_carry_out": 7886}, 60473),
}  # fmt: skip


def totals(closed):
    return closed.set_index("label")["amount"].loc[["收入总计", "支出总计"]].tolist()


@pytest.mark.parametrize("name", GENERAL)
def test_published_general_budgets_close(name):
    *amounts, more, total = GENERAL[name]
    closed = close_budget(dict(zip(LINES, amounts, strict=True)) | more)
    assert totals(closed) == [total, total]
    assert closed["note"].iloc[-1] == "平衡"


@pytest.mark.parametrize("name", FUNDS)
def test_published_fund_budgets_close(name):
    figures, total = FUNDS[name]
    closed = close_budget(figures, "政府性基金预算")
    assert totals(closed) == [total, total]
    assert closed["note"].iloc[-1] == "平衡"


def test_what_is_missing_and_what_is_wrong_is_said():
    *amounts, more, _ = GENERAL["甘谷2024"]
    figures = dict(zip(LINES, amounts, strict=True))
    said = close_budget(figures)["note"].iloc[-1]
    assert said.startswith("资料不全：收入多 1,170.00 万元；未给出：") and "区域间转移性支出" in said
    whole = {
        line: 0.0
        for line in (
            "transfer_out",
            "received_from_below",
            "regional_in",
            "paid_to_below",
            "onlent_to_below",
            "revolving_topup",
        )
    }
    said = close_budget(figures | more | whole | {"expenditure": 409625})["note"].iloc[-1]
    assert said == "不平衡：支出多 100.00 万元，请核对收入各项"
    closed = close_budget(figures | more | {"resources_total": 451000}).set_index("label")
    assert closed.at["收入总计", "note"] == "公布的总计为 451,000.00 万元，与各项合计相差 -227.00 万元"
    assert close_budget({"own_revenue": None})["label"].tolist() == ["收入总计", "支出总计", "收入总计减支出总计"]


@pytest.mark.parametrize(
    ("figures", "budget", "said"),
    [
        ({"own_revenu": 1}, "general", "“own_revenu”不是一般公共预算收支两边的项目；是否想写“own_revenue”？"),
        (
            {"transfers": -1},
            "general",
            "“transfers”的金额 -1.00 是负数；收支两边都填正数，只有返还性收入和周转金可以为负",
        ),
        ({"transfers": "多"}, "general", "“transfers”的金额“多”不是数字；请填数字，不带千分号和单位"),
        ({"transfers": 1, "上级补助收入": 1}, "general", "“transfers”和“上级补助收入”是同一个项目，给了两次；只写一个"),
        ({}, "fifth", "没有预算“fifth”可以核对；可填：general（一般公共预算）"),
        ({"政府性基金收入": 1}, "general", "“政府性基金收入”不是一般公共预算收支两边的项目；它是政府性基金预算的项目"),
        ({5: 1}, "general", "“5”不是一般公共预算收支两边的项目；可填："),
        ([1, 2], "general", "给出的不是各项目的金额；请给出“项目：金额”的对照表"),
    ],
)
def test_faults_of_figures_are_named(figures, budget, said):
    with pytest.raises(InputError) as caught:
        close_budget(figures, budget)
    fault = caught.value.faults[0]
    assert f"{fault.found}；{fault.remedy}".startswith(said)


PRINTED = {
    "一、税收收入": 20000, "非税收入": 26900, "税收返还": 4599, "一般性转移支付": 374685, "专项转移支付": 23843,
    "（三）债务转贷收入": 18195, "上年结余": 11080, "调入资金": 335, "动用稳调": 1705, "一般公共预算支出": 456269, "上解支出": 3370,
    "还本": 12667, "安排（补充）预算稳定调节基金": 731, "补充周转金": -21, "援助其他地区支出": 700, "区域间转移性支出": 80,
    "年终结转": 7546,
}  # fmt: skip


def test_lines_are_read_as_accounts_print_them():
    closed = close_budget(pd.Series(PRINTED))
    assert closed["note"].iloc[-1] == "平衡"
    assert totals(closed) == [481342, 481342]
    assert closed.set_index("line").at["own_revenue", "note"] == "由税收收入、非税收入相加"
    yuan = close_budget({name: amount * 10_000 for name, amount in PRINTED.items()}, unit="yuan")
    assert totals(yuan) == [481342, 481342]
    wrong = close_budget(PRINTED | {"own_revenue": 46000}).set_index("line")
    assert wrong.at["own_revenue", "note"] == "税收收入、非税收入合计 46,900.00 万元，相差 900.00 万元"


def test_a_total_printed_without_the_carry_over_is_understood():
    closed = close_budget(PRINTED | {"支出总计": 473796}).set_index("label")
    assert closed.at["支出总计", "note"].endswith("恰为结转下年，公布的总计没有包括它")


def test_what_is_no_balance_is_not_called_one():
    assert close_budget({})["note"].iloc[-1] == "资料不全：没有给出收入、支出各项"
    assert close_budget({"own_revenue": np.int64(5)})["note"].iloc[-1] == "资料不全：没有给出支出各项"
    off = close_budget(PRINTED | {"上年结余": 11083})["note"].iloc[-1]
    assert off == "平衡（四舍五入相差 3.00 万元）"
    assert close_budget(PRINTED | {"上年结余": 11092})["note"].iloc[-1].startswith("资料不全：收入多 12.00 万元")
    exact = {name: amount + 0.25 for name, amount in PRINTED.items()}
    assert "多" in close_budget(exact | {"上年结余": 11085.25})["note"].iloc[-1]
    one_unit_wrong = PRINTED | {"上年结余": 110800000}
    assert close_budget(one_unit_wrong)["note"].iloc[-1].endswith("“上年结转”如果是元数，两边就相等，请核对单位")


def test_social_insurance_closes_scheme_by_scheme():
    scheme = {"本年收入": 10, "上年结余": 5, "本年支出": 8, "年末结余": 7}
    assert close_budget(scheme, "社会保险基金预算")["note"].iloc[-1] == "平衡"


def test_a_closed_plan_year_closes_as_published_figures_do(plan):
    lines = plan.lines
    names = {"transfers": lines["transfers_general_purpose"] + lines["transfers_earmarked"]}
    for at in range(len(plan.years)):
        figures = {name: float(names.get(name, lines.get(name))[at]) for name in LINES}
        rest = lines["other_resources"][at] + lines["rescue_in"][at] + lines["funding_gap"][at]
        figures["regional_in"] = float(rest)
        uses = lines["other_uses"][at] + lines["rescue_repaid"][at] + lines["carryover_returned"][at]
        figures["revolving_topup"] = float(uses + lines["revolving_topup"][at])
        figures["transfer_out"] = float(lines["transfer_out"][at])
        assert close_budget(figures)["note"].iloc[-1] == "平衡"


# log and replay ----------------------------------------------------------------------------------------------


def closing(lines, at=-1):
    names = ("stabilization_fund_stock", "carry_out", "fund_carry_out", "state_capital_carry_out",
             "revolving_fund_stock", "rescue_in")  # fmt: skip
    return {stock: float(np.asarray(lines[name])[at]) for stock, name in zip(STOCKS, names, strict=True)}


def test_the_log_replayed_gives_the_closing_balances(plan):
    found = replay(trace_steps(plan), opening_balances(plan))
    assert found == pytest.approx(closing(plan.lines), abs=0.05)


@pytest.mark.parametrize("name", ["gangu", "yunshui"])
def test_the_log_of_random_futures_replays(plan_of, name):
    plan = plan_of(name, "pessimistic", rescue_limit_share=0.02, revolving_topup=-40.0)
    horizon = np.sqrt(np.arange(1, 6))
    deviation = np.vstack([plan.basis.revenue.forecast.deviation, 0.06 * horizon, 0.5 * horizon])
    lines, steps = compute(plan.basis, futures_by(11, deviation, 40))
    shape = (40, 5)
    opening = opening_balances(plan)
    for path in range(40):
        one = {name: np.broadcast_to(values, shape)[path] for name, values in lines.items()}
        taken = {name: np.broadcast_to(values, shape)[path] for name, values in steps.items()}
        log = log_of(one, taken, plan.years, opening)
        assert replay(log, opening) == pytest.approx(closing(one), abs=0.05)
        short = log[log["account"] == "shortage"]
        for _, year in short.groupby("year"):
            assert year["after"].iloc[-1] == pytest.approx(0, abs=0.05)
            assert year["before"].iloc[1:].to_numpy() == pytest.approx(year["after"].iloc[:-1].to_numpy())


def test_a_forged_log_does_not_replay(plan_of):
    plan = plan_of("yunshui", **WITHOUT_BUDGET)
    log, opening = trace_steps(plan), opening_balances(plan)
    log.loc[log["step"] == "draw", "amount"] += 500.0
    with pytest.raises(
        IdentityError,
        match=r"平衡措施日志不能重演（模型错误，请报告）：2026年“动用预算稳定调节基金”前余额 3,465\.66 万元",
    ):
        replay(log, opening)


# two plans ---------------------------------------------------------------------------------------------------


def test_the_baseline_takes_no_measure_and_its_gap_is_the_larger(plan):
    bare = plan.without_measures
    for step in SHORTAGE_STEPS:
        assert not bare.steps[step].any(), step
    assert bare.lines["funding_gap"].sum() >= plan.lines["funding_gap"].sum() - 0.01
    assert bare is plan.without_measures
    assert not bare.basis.balance.packages.codes


def test_the_baseline_is_what_measures_false_projects(place):
    asked = project(place("yunshui"), read_scenario("baseline"), measures=False)
    stored = project(place("yunshui"), read_scenario("baseline")).without_measures
    for name, values in asked.lines.items():
        np.testing.assert_array_equal(values, stored.lines[name], err_msg=name)


def test_a_scenario_may_set_the_order_and_the_classes_cut_first(tmp_path, place):
    text = 'id = "x"\nname = "x"\n[balance]\norder = ["cut_operations", "cut_projects"]\ncut_order = ["social"]\n'
    path = tmp_path / "x.toml"
    path.write_text(text, encoding="utf-8")
    scenario = read_scenario(path).with_(**WITHOUT_BUDGET)
    plan = project(place("yunshui"), scenario)
    assert ranked_projects(plan)["category"].iloc[-1] == "social"
    assert plan.steps["cut_operations"][0] > 0
    usual = project(place("yunshui"), read_scenario("baseline").with_(**WITHOUT_BUDGET))
    assert usual.steps["cut_operations"][0] == 0
    (tmp_path / "again.toml").write_text(scenario.to_toml(), encoding="utf-8")
    assert read_scenario(tmp_path / "again.toml").balance == scenario.balance
    (tmp_path / "off.toml").write_text('id = "y"\nname = "y"\n[balance]\nmeasures = false\n', encoding="utf-8")
    off = project(place("yunshui"), read_scenario(tmp_path / "off.toml").with_(**WITHOUT_BUDGET))
    assert off.lines["funding_gap"] == pytest.approx(usual.without_measures.lines["funding_gap"])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (5, "balance 不是一张表"),
        ({"x": 1}, "balance 里有不认识的项目“x”"),
        ({"measures": "no"}, "balance.measures 的值是“no”"),
        ({"order": "draw"}, "balance.order 不是列表"),
        ({"order": ["guarantees", "draw"]}, "balance.order 里有“guarantees”：三保支出不得压减或后置"),
        ({"order": ["debt_service"]}, "balance.order 里有“debt_service”：政府债务还本付息不得压减或后置"),
        ({"order": ["borrow"]}, "balance.order 里有不认识的“borrow”"),
        ({"order": ["draw", "draw"]}, "balance.order 里“draw”写了两次"),
        ({"order": ["rescue", "draw"]}, "balance.order 把上级临时救助（rescue）放在其他措施前面"),
        ({"cut_order": ["luxury"]}, "balance.cut_order 里有不认识的“luxury”"),
    ],
)
def test_unlawful_and_unknown_orders_are_refused(given, said):
    _, faults = balance_choices_of(given, "情景.toml")
    assert [fault.found for fault in faults] == [said]


def test_an_unlawful_order_stops_the_scenario(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text('id = "x"\nname = "x"\n[balance]\norder = ["interest"]\n', encoding="utf-8")
    with pytest.raises(ScenarioError, match="政府债务付息不得压减或后置"):
        read_scenario(path)


def test_the_measures_a_scenario_may_name_are_those_of_the_waterfall():
    assert tuple(MEASURES) == SHORTAGE_STEPS


# projects, tiers, ages ---------------------------------------------------------------------------------------


def test_projects_are_cut_from_the_last_in_the_order(plan_of):
    plan = plan_of("yunshui", "pessimistic")
    cuts = project_cuts(plan)
    for at, (_, year) in enumerate(cuts.groupby("year")):
        assert year["kept"].sum() == pytest.approx(plan.lines["candidate_projects"][at], abs=0.01)
        asked, cut = year["asked"].to_numpy(), year["cut"].to_numpy()
        touched = np.flatnonzero(cut > 0.01)
        if len(touched):
            after = touched[0] + 1
            assert cut[after:] == pytest.approx(asked[after:]), "a later row is kept while an earlier one is cut"


def test_the_order_of_rows_does_not_matter(tmp_path, place, plan_of):
    folder = tmp_path / "yunshui"
    shutil.copytree(place("yunshui").folder, folder)
    for name in ("projects", "project_costs", "carryovers", "firms", "insurance"):
        path = folder / f"{name}.csv"
        head, *rows = path.read_text(encoding="utf-8-sig").splitlines()
        path.write_text("\n".join([head, *reversed(rows)]) + "\n", encoding="utf-8-sig")
    plan, usual = project(read_place(folder), read_scenario("pessimistic")), plan_of("yunshui", "pessimistic")
    for name, values in usual.lines.items():
        np.testing.assert_allclose(plan.lines[name], values, atol=1e-6, err_msg=name)
    pd.testing.assert_frame_equal(project_cuts(plan), project_cuts(usual))


def test_tiers_are_all_of_expenditure_and_the_guarantees_come_first(plan):
    funding = funding_of(plan)
    wanted = funding.groupby("year")["wanted"].sum().to_numpy()
    assert wanted == pytest.approx(plan.lines["expenditure"], abs=0.01)
    first = funding[funding["tier"] == "三保"]
    if (plan.lines["funding_gap"] < plan.lines["expenditure"] - plan.lines["guarantees_total"]).all():
        assert not first["open"].any()


def test_ages_add_up_to_what_is_carried_over(plan):
    ages = age_carryover(plan)
    by_year = ages.groupby("year")["amount"].sum()
    assert by_year.loc[list(plan.years)].to_numpy() == pytest.approx(plan.lines["carry_out"], abs=0.05)
    assert (ages.loc[ages["year"] > plan.base_year, "age"] <= 2).all()


def test_each_cohort_is_taken_back_once_in_its_third_year():
    """Three rows of ages 2, 1, 0 and a quarter left each year: hand-worked."""
    held, due = roll_carryover(np.array([8.0, 16.0, 64.0]), np.array([2, 1, 0]), np.full(4, 0.25), np.full(4, 40.0), 2)
    assert due.tolist() == [
        [8, 0, 0, 0, 0, 0, 0], [0, 4, 0, 0, 0, 0, 0], [0, 0, 4, 0, 0, 0, 0], [0, 0, 0, 1.25, 0, 0, 0],
    ]  # fmt: skip
    assert held[0].tolist() == [0, 4, 16, 20, 0, 0, 0]
    assert held.sum(axis=-1).tolist() == [40, 40, 40, 40]
    many, _ = roll_carryover(np.array([8.0]), np.array([0]), np.full(2, 0.5), np.array([[[3.0, 1.0]], [[9.0, 9.0]]]), 2)
    assert many[0, 0].tolist() == [[3, 0, 0], [1, 0, 0]]
    assert unspent_share(np.array([8.0, 16.0, 64.0]), np.array([2, 1, 0]), 2) == pytest.approx(24 / 80)
    assert np.isnan(unspent_share(np.zeros(0), np.zeros(0), 2))


def test_carryover_of_later_years_is_taken_back_too(plan_of):
    plan = plan_of("yunshui", carryover_unspent_share=0.5)
    old = plan.basis.balance.commitments.old_carryover
    # 560 of 2023 at once; half of the 1 460 of 2024 a year later; a quarter of the 7 020 of 2025 after that.
    assert old[:3] == pytest.approx([560, 730, 1755])
    assert plan.lines["carryover_returned"].tolist() == [560, 0, 0, 0, 0]
    taken = plan.steps["recover_carryover"] + plan.steps["surplus_carryover"]
    assert taken * (1 - plan.basis.assumed.path("reserve_rate")) == pytest.approx(old)


# funds, flows, rules -----------------------------------------------------------------------------------------


def test_the_funds_of_a_place_make_its_fund_budget(plan):
    lines, found = dict(plan.lines), each_fund(fund_terms(plan.basis, dict(plan.lines)))
    for name, line in (("revenue", "fund_revenue"), ("carry_out", "fund_carry_out"), ("expenditure", "fund_expenditure"),
                       ("principal", "principal_special"), ("transfer_out", "fund_transfer_out"), ("gap", "fund_gap")):  # fmt: skip
        assert found[name].sum(axis=-1) == pytest.approx(lines[line], abs=0.01), line


def test_every_flow_stands_once_on_either_side(plan):
    flows = list_flows(plan)
    assert not check_flows(flows, plan)
    assert "社会保险基金预算" not in set(flows["source"])
    year = plan.years[0]
    forged = flows.copy()
    forged.loc[(forged["flow"] == "基金统筹调出") & (forged["year"] == year), "amount"] += 5.0
    assert check_flows(forged, plan)[0] == f"{year}年政府性基金预算调出与预算间流向合计相差 -5.00 万元"
    stolen = pd.DataFrame([("挪用", "社会保险基金预算", "一般公共预算", "", "", "", year, 5.0)], columns=flows.columns)
    said = check_flows(pd.concat([flows, stolen]), plan)
    assert said == [f"{year}年社会保险基金调出 5.00 万元，社会保险基金不得用于其他支出（预算法第十一条）"]


def test_every_rule_has_an_outcome(plan):
    outcomes = review_rules(plan)
    assert outcomes["id"].tolist() == [f"B{number}" for number in range(1, 15)]
    assert set(outcomes["status"]) <= {MET, DONE, NOT_APPLICABLE, NOT_MET}
    status = outcomes.set_index("id")["status"]
    gap = (plan.lines["funding_gap"] + plan.lines["fund_gap"] > 0.5).any()
    assert (status["B1"] == NOT_MET) == gap
    assert status["B2"] == MET


def test_over_collection_of_the_base_year_belongs_to_the_fund(tmp_path):
    figures = {"own_revenue": {2023: 950, 2024: 1000}, "expenditure": {2023: 9500, 2024: 10000}}

    def outcome(name, budget, topup):
        given = figures | {"stabilization_topup": {2024: topup}}
        folder = write_tiny_place(tmp_path / name, given, {"totals": _rows(given, budget)})
        plan = project(read_place(folder), read_scenario("baseline"))
        return review_rules(plan).set_index("id").loc["B4", ["status", "said"]].tolist()

    def _rows(given, budget):
        rows = [
            {"line": line, "year": year, "amount": amount}
            for line, by_year in given.items()
            for year, amount in by_year.items()
        ]
        return [*rows, {"line": "own_revenue", "year": 2024, "amount": budget, "status": "budget"}]

    assert outcome("met", 900, 100) == [MET, "2024年超收 100 万元，补充稳调基金 100 万元"]
    assert outcome("short", 900, 60) == [NOT_MET, "2024年超收 100 万元，只补充稳调基金 60 万元"]
    assert outcome("none", 1100, 60) == [NOT_APPLICABLE, "2024年收入比预算少 100 万元，没有超收"]


def test_legal_steps_alone_leave_spending_to_be_closed(plan_of):
    bare = plan_of("yunshui").without_measures
    assert bare.steps["surplus_carryover"][0] > 0
    assert all(bare.steps[step].min() >= 0 for step in LEGAL_STEPS)


def test_firms_without_ratio_and_class_are_named(tmp_path):
    firm = {
        "firm": "县城投",
        "year": 2024,
        "net_profit": 100,
        "prior_loss": 0,
        "ownership_share": 1,
        "profit_growth": 0,
    }
    folder = write_tiny_place(tmp_path / "x", None, {"firms": [firm]})
    with pytest.raises(InputError, match="收益上交比例和收益上交类别都没有填"):
        read_place(folder)
    folder = write_tiny_place(tmp_path / "y", None, {"firms": [firm | {"pay_class": "resource"}]})
    assert read_place(folder).rows("firms")["pay_ratio"].tolist() == [0.1]


# report ------------------------------------------------------------------------------------------------------


def test_tables_and_sentences_are_written(plan):
    tables = list(tables_in(four_budgets_tables, plan=plan).values())
    assert len({table.id for table in tables}) == len(tables)
    for table in tables:
        assert all(len(row.values) == len(table.columns) for row in table.rows), table.number
    assert said(plan, "93_05_balance_rules").startswith("两套方案对照：")


@pytest.mark.parametrize(
    ("name", "told", "untold"),
    [
        ("zhangye", ["采取措施后仍有缺口2026年", "有2条未满足：B1各级", "措施用尽后仍有缺口。", "的最后几级：2026年“其他一般支出”"], ["储备项目", "没有违反"]),
        ("gangu", ["采取措施后各年没有缺口。", "（B1至B14），没有违反。"], ["储备项目", "未满足", "缺口落在", "拨付台账", "申请", "新出台"]),
        ("yunshui", ["逐项压减储备项目：", "新出台的增支减收政策1项：“提高高龄津贴标准"], ["全部予以安排", "缺口落在", "没有发现无预算"]),
    ],
)  # fmt: skip
def test_the_section_on_rules_says_it_both_ways(plan_of, name, told, untold):
    text = said(plan_of(name), "93_05_balance_rules")
    assert [each for each in told if each not in text] == [each for each in untold if each in text] == []


def test_what_was_looked_for_and_not_found_is_said(plan_of):
    none = {"gap_without_measures": lambda: (0.0,) * 5, "cut_projects": tuple, "breaches": tuple, "adjustments": tuple}
    asked = ({"request_id": "A1", "needed": False},)
    text = said(plan_of("gangu"), "93_05_balance_rules", requests=lambda: asked, **none)
    for sentence in (
        "两套方案对照：不采取任何措施，各年也没有收支缺口。",
        "储备项目全部予以安排。",
        "登记的调剂、追加申请1件，都不需要预算调整。",
        "拨付台账没有发现无预算、超预算拨付。",
    ):
        assert sentence in text.split("\n"), sentence


# every rule acts ---------------------------------------------------------------------------------------------


def outcome_of(plan, rule):
    return review_rules(plan).set_index("id").loc[rule]


def changed(folder, place, old, new):
    """Yunshui with one row of its totals changed."""
    shutil.copytree(place("yunshui").folder, folder)
    text = (folder / "totals.csv").read_text(encoding="utf-8-sig")
    assert text.count(old) == 1
    (folder / "totals.csv").write_text(text.replace(old, new), encoding="utf-8-sig")
    return project(read_place(folder), read_scenario("baseline"))


def test_a_revolving_fund_above_its_limit_is_drawn_back_in_the_plan(tmp_path, place):
    row = "revolving_fund_stock,whole,2025,estimate,"
    plan = changed(tmp_path / "x", place, f"{row}1500,", f"{row}9000,")
    limit = 0.01 * plan.lines["expenditure"]
    assert plan.lines["revolving_topup"][0] < -5000
    assert (plan.lines["revolving_fund_stock"] <= limit + 0.01).all()
    assert outcome_of(plan, "B3")["status"] == DONE
    assert replay(trace_steps(plan), opening_balances(plan)) == pytest.approx(closing(plan.lines), abs=0.05)


def test_over_collection_of_the_funds_is_carried_over_and_pays_debt_first(tmp_path, place):
    cell = "fund_revenue,whole,2025,budget,"
    plan = changed(tmp_path / "x", place, f"{cell}14000,", f"{cell}11320,")
    row = outcome_of(plan, "B8")
    assert row["status"] == DONE
    assert row["said"] == "2025年基金比预算超收 800 万元；已结转下年，首先用于2026年专项债务还本付息 800 万元"
    assert row[2026] == 800
    plan = changed(tmp_path / "y", place, f"{cell}14000,", f"{cell}4120,")
    row = outcome_of(plan, "B8")
    assert row["status"] == NOT_MET and "结转下年只有 4,800 万元，超收应结转下年安排" in row["said"]


def test_new_policies_within_an_approved_year_are_named(plan_of):
    row = outcome_of(plan_of("yunshui"), "B11")
    assert row["status"] == NOT_MET
    assert row["said"].startswith("预算批准后出台增支或减收政策 1 项：2026年“提高高龄津贴标准")
    assert row[2026] == 260


def test_matching_money_that_a_superior_asks_for_is_named(plan_of):
    plan = plan_of("yunshui")
    assert outcome_of(plan, "B13")["status"] == MET
    rows = plan.basis.place.rows("reallocations").copy()
    rows.loc[rows["money_from"] == "superior", "matching"] = 150.0
    place = replace(plan.basis.place, tables={**plan.basis.place.tables, "reallocations": rows})
    row = outcome_of(project(place, read_scenario("baseline")), "B13")
    assert row["status"] == NOT_MET and row[2026] == 150
    assert row["said"].startswith("上级追加专项要求本级配套的 1 笔：省级追加抗旱救灾专项；")


def test_candidate_projects_are_cut_row_by_row_on_many_paths(plan_of):
    plan = plan_of("yunshui", "pessimistic")
    horizon = np.sqrt(np.arange(1, 6))
    deviation = np.vstack([plan.basis.revenue.forecast.deviation, 0.06 * horizon, 0.5 * horizon])
    lines, _ = compute(plan.basis, futures_by(3, deviation, 50))
    kept = np.broadcast_to(lines["candidate_projects"], (50, 5)).reshape(5, 10, 5)
    cuts = project_cuts_on(plan, kept)
    assert cuts.shape[:3] == (5, 10, 5)
    asked = project_cuts(plan).pivot_table(index="year", columns="project_code", values="asked", sort=False)
    assert (asked.to_numpy() - cuts).sum(axis=-1) == pytest.approx(kept, abs=0.01)
    one = project_cuts(plan).pivot_table(index="year", columns="project_code", values="cut", sort=False)
    assert project_cuts_on(plan, plan.lines["candidate_projects"]) == pytest.approx(one.to_numpy())


# money tied to a use -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "code"), [("lijiang", "1030155"), ("lijiang", "11004"), ("yunshui", "1030178"), ("yunshui", "11004")])  # fmt: skip
def test_tied_money_of_a_fund_reaches_no_other_fund_and_no_other_budget(plan_of, name, code):
    """1,000 万元 more in the lottery fund, sewage fees or grants: they are spent or carried there, nothing else moves."""
    plan = plan_of(name)
    funds = plan.basis.balance.funds
    at = funds.codes.index(code)
    carry_in = np.array(funds.split.carry_in)
    carry_in[at] += 1000
    split = replace(funds.split, carry_in=carry_in)
    basis = replace(plan.basis, balance=replace(plan.basis.balance, funds=replace(funds, split=split)))
    lines, _ = compute(basis, Drivers.unchanged(len(plan.years)))
    own = {"fund_carry_in", "fund_carry_out", "fund_other_spending", "fund_expenditure", "fund_resources_total",
           "fund_uses_total", "interest_burden_special", "comprehensive_capacity_a", "debt_ratio_a", "fund_tied_left"}  # fmt: skip
    for line, values in lines.items():
        if line not in own:
            np.testing.assert_allclose(values, plan.lines[line], err_msg=line)
    spent = (lines["fund_other_spending"] - plan.lines["fund_other_spending"]).sum()
    carried = lines["fund_carry_out"][-1] - plan.lines["fund_carry_out"][-1]
    assert spent + carried == pytest.approx(1000)
    found = each_fund(fund_terms(plan.basis, dict(plan.lines)))
    assert not found["transfer_out"][:, at].any()


@pytest.mark.parametrize("name", ["lijiang", "yunshui"])
@pytest.mark.parametrize("scenario", ["baseline", "land_slump"])
def test_the_gaps_of_all_budgets_do_not_depend_on_the_order_of_the_funds(plan_of, name, scenario):
    plan = plan_of(name, scenario)
    funds = plan.basis.balance.funds
    order = np.random.default_rng(4).permutation(len(funds.codes))
    split = replace(funds.split, **{key: value[..., order] for key, value in vars(funds.split).items()
                                    if isinstance(value, np.ndarray)})  # fmt: skip
    codes, labels = (tuple(names[at] for at in order) for names in (funds.codes, funds.labels))
    turned = replace(funds, split=split, codes=codes, labels=labels)
    basis = replace(plan.basis, balance=replace(plan.basis.balance, funds=turned))
    lines, _ = compute(basis, Drivers.unchanged(len(plan.years)))
    gaps = ("funding_gap", "fund_gap", "insurance_shortfall", "guarantees_shortfall")
    for line in gaps:
        np.testing.assert_allclose(lines[line], plan.lines[line], atol=1e-6, err_msg=line)
    assert sum(lines[line].sum() for line in gaps) == pytest.approx(sum(plan.lines[line].sum() for line in gaps))
    for line, values in lines.items():
        np.testing.assert_allclose(values, plan.lines[line], rtol=1e-9, atol=1e-6, err_msg=line)


def test_the_lottery_fund_spends_what_it_takes_in(plan_of):
    """丽江: 7,703 less 0.876 % remitted = 7,636 a year, the 1,877 carried in are carried on; it spent 0 when it was swept."""
    plan = plan_of("lijiang", **WITHOUT_BUDGET)
    found = each_fund(fund_terms(plan.basis, dict(plan.lines)))
    at = plan.basis.balance.funds.codes.index("1030155")
    remitted = 7_703 * 1_495 / 170_713
    np.testing.assert_allclose(found["expenditure"][:, at], 7_703 - remitted)
    np.testing.assert_allclose(found["carry_out"][:, at], 51_358 * 7_703 / (170_713 + 40_064))


def test_land_serves_the_bonds_raised_for_land(plan_of):
    """丽江 2025: land 1,577, land reserves 2,552 and shantytowns 1,708 of 96,233 of interest; tolls have no fund of their own."""
    plan = plan_of("lijiang")
    funds = plan.basis.balance.funds
    land, projects = (funds.codes.index(code) for code in ("1030148", "10310"))
    share = (1_577 + 2_552 + 1_708) / 96_233
    np.testing.assert_allclose(funds.split.debtor[[land, projects]], [share, 1 - share])
    found = each_fund(fund_terms(plan.basis, dict(plan.lines)))
    own = sum(plan.lines[name] for name in ("interest_special", "issue_fees_special", "principal_special_own"))
    np.testing.assert_allclose(found["service"][:, land], share * own)
    # Without interest by fund it is all project income's (云水), and without that fund land's.
    assert plan_of("yunshui").basis.balance.funds.split.debtor.tolist() == [0, 0, 0, 0, 0, 1, 0]
    ledger = pd.DataFrame([{"1030148": 5.0, "1030155": 1.0, "2320432": 3.0, "2320411": 1.0}], index=[2025])
    assert debtor_shares(ledger, ("1030148", "1030155"), 2025).tolist() == [1, 0]
    assert debtor_shares(ledger, ("1030148", "1030159", "10310"), 2025).tolist() == [0.25, 0.75, 0]


@pytest.mark.parametrize("name", ["lijiang", "yunshui", "gangu"])
def test_the_two_tables_of_flows_say_one_thing(plan_of, name):
    plan = plan_of(name)
    flows = {row.label: row.values for row in four_budgets_tables.flows_table(plan).rows}
    printed = {row.label.split("：")[1]: row.values for row in between_budgets_table(plan).rows}
    for label, values in printed.items():
        np.testing.assert_array_equal(values[-5:], flows[label][-5:])
    inside = {"社会保险基金财政补贴（三保以内）", "社会保险基金财政补贴（三保以外）", "弥补社会保险基金支付缺口"}
    assert set(flows) - set(printed) <= inside
