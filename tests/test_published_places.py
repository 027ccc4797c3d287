"""What real places print is accepted: published figures with their source, a check and a plan each."""

import numpy as np
import pytest
from report_case import tables_in

import fiscal_model as fm
from fiscal_model.blocks.checks.all_checks import run_checks
from fiscal_model.inputs.place import read_place
from fiscal_model.model.planbook import inferred_lines
from fiscal_model.report.standing import balance_sentence, nobody_knows_who_pays
from fiscal_model.report.tables import debt_tables
from fiscal_model.words.errors import InputError

DAQING = {
    "own_revenue": {2021: 1847905, 2022: 1829950, 2023: 1700789},
    "expenditure": {2021: 3368514, 2022: 3677299, 2023: 3689535},
    "rebates": {2023: -141436},
    "general_transfers": {2023: 898229},
    "special_transfers": {2023: 174881},
    "transfers": {2023: 931674},
}
"""大庆市, 万元: 中国城市统计年鉴 2022—2024; transfers of 大庆市本级, 黑龙江省2023年财政决算报告 表2.6 (more is returned than is rebated)."""
LINCANG = {
    "own_revenue": {2022: 417300, 2023: 501900, 2024: 505600, 2025: 515444},
    "expenditure": {2022: 2460100, 2023: 2681100, 2025: 2665184},
}
"""临沧市, 万元: 城市统计年鉴 2023—2024, 关于临沧市2025年地方财政预算执行情况…的报告及附表; spending of 2024 was found nowhere."""
LINCANG_DEBT = {
    "debt_proceeds_general": 293262, "principal_general": 269976, "debt_proceeds_special": 1021100, "principal_special": 435000,
}  # fmt: skip
"""The same report, 2025: 债务转贷收入 and 债务还本支出 of both budgets; balances below are examples."""
GANSU = {"opening_stock": 22824400, "issued": 3506600, "repaid": 2200300, "closing_stock": 24135600}
"""甘肃省 2022, 一般债务, 万元: 中国地方政府债券信息公开平台, 甘肃_2022_57718.pdf; it closes 0.49 亿元 short."""


def told(place, number):
    check = next(one for one in run_checks(place) if one.id == number)
    return check.outcome, check.details


def placed(tmp_path, tiny_place, figures, **tables):
    return read_place(tiny_place(tmp_path / "x", figures, tables))


def test_rebates_below_nothing_are_real(tmp_path, tiny_place):
    """They were refused; they come off the money free of a use and add up with the other kinds: 898,229 + 174,881 - 141,436."""
    place = placed(tmp_path, tiny_place, DAQING)
    assert told(place, "V10")[0] == "ok"
    plan = fm.plan(place)
    assert plan.line("rebates")[0] == pytest.approx(-141436)
    kinds = [plan.line(name)[0] for name in ("rebates", "general_transfers", "special_transfers")]
    assert sum(kinds) == pytest.approx(plan.line("transfers")[0])
    assert plan.line("transfers_general_purpose")[0] < kinds[1]


def test_only_rebates_are_below_nothing_in_the_register_of_transfers(tmp_path, tiny_place):
    rows = [
        {"code": code, "name": code, "year": 2024, "amount": amount}
        for code, amount in (("11001", -50.0), ("11003", -5.0))
    ]
    with pytest.raises(InputError) as caught:
        read_place(tiny_place(tmp_path / "x", tables={"transfers": rows}))
    assert "第 3 行“amount”列：金额为负（-5 万元）。只有返还性收入（11001）可以为负" in str(caught.value)
    assert "输入有 1 处错误" in str(caught.value)


def test_a_year_missing_among_totals_stops_no_plan_and_is_said(tmp_path, tiny_place):
    place = placed(tmp_path, tiny_place, LINCANG)
    outcome, details = told(place, "V16")
    assert outcome == "caution"
    assert details == (
        "一般公共预算支出缺少 2024 年，年度不连续，规划不用这一年，按其余年份测算；公布了的请补在 totals 表",
    )
    assert fm.plan(place).years[0] == 2026
    whole = {
        line: {year: by_year.get(year, 2670000) for year in range(2022, 2026)} for line, by_year in LINCANG.items()
    }
    assert told(placed(tmp_path, tiny_place, whole), "V16")[0] == "ok"


def test_a_year_missing_from_own_revenue_is_said_in_the_plan(tmp_path, tiny_place):
    gap = {"own_revenue": {2021: 100, 2022: 105, 2024: 116, 2025: 120}, "expenditure": {2024: 500, 2025: 510}}
    plan = fm.plan(placed(tmp_path, tiny_place, gap))
    said = [one.message for one in plan.cautions if one.code == "revenue_years_missing"]
    assert said == ["历史缺少 2023 年，按其余年份预测；公布了的请补在 totals 表"]


def test_a_line_known_further_than_the_other_says_what_would_move_the_base_year(tmp_path, tiny_place):
    """东营 2024: revenue was printed to 2025, spending to 2023, and nobody said why the plan starts in 2024."""
    late = {"own_revenue": {2022: 100, 2023: 105, 2024: 109}, "expenditure": {2022: 300, 2023: 310}}
    outcome, details = told(placed(tmp_path, tiny_place, late), "V16")
    assert outcome == "caution"
    assert details == ("一般公共预算收入已有 2024 年，一般公共预算支出没有，规划以 2023 年为基期，补上即可顺延",)


def test_an_official_roll_forward_that_does_not_close_stops_no_plan(tmp_path, tiny_place):
    figures = {"own_revenue": {2021: 10018589, 2022: 9076000}, "expenditure": {2021: 40325582, 2022: 42572000}}
    debt = [{"kind": "general", "item": item, "year": 2022, "amount": amount} for item, amount in GANSU.items()]
    place = placed(tmp_path, tiny_place, figures, debt=debt)
    outcome, details = told(place, "V5")
    assert (
        outcome == "caution"
        and "差 -4,900.00 万元" in details[0]
        and details[0].endswith("（other_change）4,900.00 万元")
    )
    assert fm.plan(place).years[0] == 2023


def test_interest_is_held_against_last_years_closing_where_no_opening_was_published(tmp_path, tiny_place):
    """甘肃省 2016, 亿元 on the disclosure platform: 4.12 of interest on 525 is 0.78 %; the check did not run."""
    debt = [
        {"kind": "special", "item": "closing_stock", "year": year, "amount": amount, "unit": "100m_yuan"}
        for year, amount in ((2015, 525.0), (2016, 521.07))
    ]
    figures = {
        "own_revenue": {2015: 7438600, 2016: 7869669},
        "expenditure": {2015: 29583117, 2016: 31500340},
        "interest_special": {2016: 41200},
    }
    outcome, details = told(placed(tmp_path, tiny_place, figures, debt=debt), "V18")
    assert outcome == "caution" and "2016年专项债务付息与年初余额之比 0.78%" in details[0]


@pytest.fixture
def lincang(tmp_path, tiny_place):
    def planned(flows=LINCANG_DEBT, limit=1500000, closing=()):
        figures = LINCANG | {line: {2025: amount} for line, amount in flows.items()}
        stocks = {("general", 2024): 1400000, ("special", 2024): 3000000, **dict(closing)}
        debt = [
            {"kind": kind, "item": "closing_stock", "year": year, "amount": amount, "status": "final_accounts"}
            for (kind, year), amount in stocks.items()
        ]
        debt.append({"kind": "general", "item": "limit_stock", "year": 2024, "amount": limit})
        folder = tmp_path / f"x{len(list(tmp_path.iterdir()))}"
        return fm.plan(read_place(tiny_place(folder, figures, {"debt": debt})))

    return planned


def test_an_older_balance_is_carried_on_by_the_flows_published_since(lincang):
    """It opened the plan as it stood a year before: 1,400,000 + 293,262 - 269,976 and 3,000,000 + 1,021,100 - 435,000."""
    plan = lincang()
    openings = {kind: plan.line(f"debt_{kind}_opening_stock")[0] for kind in ("general", "special")}
    assert openings == {"general": pytest.approx(1423286), "special": pytest.approx(3586100)}
    said = {one.code: one.message for one in plan.cautions}
    assert (
        "按2024年末余额加公布的发行额、减公布的还本额推算为 1,423,286 万元，限额沿用该年、不低于余额"
        in said["general_stock_rolled"]
    )
    assert said["special_stock_rolled"].endswith("推算为 3,586,100 万元") and "special_limit_unknown" in said
    assert not {"general_stock_old", "special_stock_old"} & set(said)
    assert {"debt_general_stock", "debt_special_stock", "debt_stock"} <= inferred_lines(plan)
    assert plan.basis.debt.legal["general"].terms.limit == 1500000


def test_a_limit_that_the_balance_outgrew_rises_with_it(lincang):
    assert lincang(limit=1410000).basis.debt.legal["general"].terms.limit == pytest.approx(1423286)


def test_without_both_flows_or_with_the_years_own_balance_nothing_is_rolled(lincang):
    one_sided = {line: amount for line, amount in LINCANG_DEBT.items() if line != "principal_general"}
    plan = lincang(one_sided)
    said = {one.code: one.message for one in plan.cautions}
    assert plan.line("debt_general_opening_stock")[0] == pytest.approx(1400000)
    assert (
        "2025年以来的发行和还本也不全，按2024年末余额代替" in said["general_stock_old"]
        and "special_stock_rolled" in said
    )
    published = lincang(closing={("general", 2025): 1420000}.items())
    assert published.line("debt_general_opening_stock")[0] == pytest.approx(1420000)
    assert not {"general_stock_rolled", "general_stock_old"} & {one.code for one in published.cautions}


def test_dependence_on_refinancing_is_absent_where_nothing_falls_due(tmp_path, tiny_place):
    """It was a NaN that called itself a figure."""
    plan = fm.plan(placed(tmp_path, tiny_place, DAQING))
    assert "refinancing_dependence" in plan.unavailable


DALI = {
    "own_revenue": 202612, "rebates": 114395, "general_transfers": 2038885, "special_transfers": 382072, "received_from_below": 182000,
    "transfer_in": 2204, "stabilization_draw": 14000, "debt_proceeds_general": 460005, "carry_in": 173549, "resources_total": 3569722,
    "expenditure": 508075, "remitted_up": 97000, "paid_to_below": 2311403, "onlent_to_below": 367687, "principal_general": 77027,
    "transfer_out": 25491, "stabilization_topup": 48000, "carry_out": 135039, "uses_total": 3569722,
}  # fmt: skip
"""大理白族自治州 2025, own level, 万元: 关于大理白族自治州2025年地方财政预算执行情况…的报告及附表."""


def test_a_prefectures_own_level_passes_on_a_multiple_of_what_it_spends(tmp_path, tiny_place):
    """Total, transfers and grants to those below, 4 to 7 times its own spending, were refused as slipped digits."""
    totals = [{"line": line, "scope": "own_level", "year": 2025, "amount": amount} for line, amount in DALI.items()]
    folder = tiny_place(tmp_path / "x", {}, {"totals": totals}, status="estimate")
    text = (folder / "place.toml").read_text(encoding="utf-8").replace('"whole"', '"own_level"')
    (folder / "place.toml").write_text(text, encoding="utf-8")
    place = read_place(folder)
    assert told(place, "V1")[0] == told(place, "V15")[0] == "ok"
    assert fm.plan(place).years[0] == 2026
    slipped = (folder / "totals.csv").read_text(encoding="utf-8-sig").replace("2311403", "231140300")
    (folder / "totals.csv").write_text(slipped, encoding="utf-8")
    with pytest.raises(InputError, match=r"补助下级支出 2025年.*的 455 倍"):
        read_place(folder)


STOCKS = [
    {"kind": kind, "item": "closing_stock", "year": 2023, "amount": amount, "unit": "100m_yuan"}
    for kind, amount in (("general", 120.0), ("special", 380.0))
]


def test_unknown_funds_are_unknown_and_special_debt_falls_on_nobody(tmp_path, tiny_place):
    """All of its service was paid by the general budget, which then had gaps, and the debt ratio was over half of what there is."""
    folder = tiny_place(tmp_path / "x", DAQING, {"debt": STOCKS})
    plan = fm.plan(folder)
    assert plan.line("interest_special").min() > 0
    assert plan.line("transfer_out").max() == 0
    assert {
        "fund_transfer_in",
        "fund_debt_gap",
        "comprehensive_capacity_c",
        "debt_ratio",
        "debt_service_ratio",
    } <= plan.unavailable
    codes = {one.code for one in plan.cautions}
    assert not {"fund_transfer_in_breach", "fund_debt_gap_breach", "interest_burden_special_breach"} & codes
    (said,) = nobody_knows_who_pays(plan)
    assert said.startswith("2023年政府性基金收支未提供，规划期专项债务自有资金偿债") and "无法判断" in said
    assert f"{said}。" in tables_in(debt_tables, plan=plan)["21"].notes
    assert "政府性基金预算（连同专项债务的偿还）" in balance_sentence(plan)


def test_known_funds_and_a_place_without_special_debt_say_nothing_of_it(tmp_path, tiny_place):
    funds = {**DAQING, "fund_revenue": {2023: 150000}, "fund_expenditure": {2023: 300000}}
    plan = fm.plan(tiny_place(tmp_path / "x", funds, {"debt": STOCKS}))
    assert nobody_knows_who_pays(plan) == [] and np.isfinite(plan.line("debt_ratio")).all()
    assert plan.line("transfer_out").max() > 0
    assert nobody_knows_who_pays(fm.plan(tiny_place(tmp_path / "y", DAQING))) == []


PANJIN = {
    "own_revenue": 150.1, "transfers": 78.5, "debt_proceeds_general": 94.5, "carry_in": 31.6, "上年待偿债再融资一般债券结余": 4.6,
    "transfer_in": 42.5, "stabilization_draw": 11.2, "resources_total": 413.0, "expenditure": 216.3, "remitted_up": 34.2,
    "principal_general": 108.8, "stabilization_topup": 11.5, "transfer_out": 0.2, "carry_out": 41.1, "年末待偿债再融资一般债券结余": 0.9,
    "uses_total": 413.0,
}  # fmt: skip
"""盘锦市 2025, 亿元: 关于盘锦市2025年预算执行情况和2026年预算草案的报告."""


@pytest.fixture
def panjin(tmp_path, tiny_place):
    def planned(stock=430.0, refinanced=None, held=0.9):
        figures = {**PANJIN, "年末待偿债再融资一般债券结余": held, "carry_out": 42.0 - held}
        totals = [
            {"line": line, "year": 2025, "amount": amount, "unit": "100m_yuan"} for line, amount in figures.items()
        ]
        rows = [{"kind": "general", "item": "closing_stock", "year": 2025, "amount": stock}]
        if refinanced is not None:
            budget = {"repaid": 155.6, "issued_refinancing": refinanced}
            rows += [
                {"kind": "general", "item": item, "year": 2026, "amount": amount, "status": "budget"}
                for item, amount in budget.items()
            ]
        debt = [{"unit": "100m_yuan", **row} for row in rows]
        place = read_place(
            tiny_place(
                tmp_path / f"x{len(list(tmp_path.iterdir()))}", {}, {"totals": totals, "debt": debt}, status="estimate"
            )
        )
        assert told(place, "V1") == ("ok", ("核对 3 处",))
        return fm.plan(place)

    return planned


def test_refinancing_money_that_waits_stands_on_both_sides_and_repays_first(panjin):
    """Without a line for it the published sides differed from their totals; 0.9 亿元 left takes the place of 9,000 万元 of new bonds."""
    plan, without = panjin(), panjin(held=0.0)
    assert plan.line("refinancing_carry_in").tolist() == [9000, 0, 0, 0, 0]
    assert plan.line("refinancing_carry_out").tolist() == [0] * 5
    assert (without.line("debt_general_refinanced") - plan.line("debt_general_refinanced"))[0] == pytest.approx(9000)
    assert plan.line("principal_general_own").tolist() == pytest.approx(
        without.line("principal_general_own").tolist(), rel=1e-3
    )
    assert plan.line("resources_total").tolist() == pytest.approx(plan.line("uses_total").tolist())


PANJIN_FUNDS = {
    "fund_revenue": 16.1, "fund_transfers": 8.6, "fund_carry_in": 9.9, "fund_transfer_in": 4.7, "debt_proceeds_special": 90.0,
    "fund_expenditure": 65.7, "fund_transfer_out": 4.0, "fund_remitted_up": 0.1, "principal_special": 46.6, "fund_carry_out": 12.9,
}  # fmt: skip
"""The same report, 2025, 政府性基金, 亿元."""


@pytest.mark.parametrize(
    ("moved", "said"), [({2025: 42.5}, True), ({2024: 13.5, 2025: 42.5}, True), ({2025: 4.0}, False)]
)
def test_money_moved_in_from_nowhere_is_told_with_its_past_and_its_part_of_the_gap(tmp_path, tiny_place, moved, said):
    """42.5 came in, the funds gave 4.0: 385,000 万元 that no later year has; only that it was left out was said."""
    figures = {**PANJIN, **PANJIN_FUNDS, "transfer_in": moved[2025], "carry_out": 41.1 + moved[2025] - 42.5}
    for name in ("resources_total", "uses_total"):
        figures.pop(name)
    totals = [{"line": line, "year": 2025, "amount": amount} for line, amount in figures.items()]
    totals += [{"line": "transfer_in", "year": year, "amount": amount} for year, amount in moved.items() if year < 2025]
    totals.append({"line": "transfer_in", "year": 2026, "amount": 28.4, "status": "budget"})
    rows = [{"unit": "100m_yuan", "status": "estimate", **row} for row in totals]
    plan = fm.plan(read_place(tiny_place(tmp_path / "x", {}, {"totals": rows})))
    found = [one.message for one in plan.cautions if one.code == "transfer_in_unmatched"]
    assert len(found) == said
    if said:
        gap = plan.line("funding_gap")
        assert found[0].startswith("2025年调入资金中 385,000 万元没有对应的基金或国资调出")
        assert "2026年预算的调入资金中仍有 244,000 万元没有对应调出" in found[0]
        assert ("此前也有：2024年 135,000 万元" in found[0]) == (2024 in moved)
        assert f"合计 {gap.sum():,.0f} 万元至多减少 {np.minimum(gap, 385000).sum():,.0f} 万元" in found[0]
        assert gap.max() > 0 and "应是从其他资金" in found[0]


def test_where_no_budget_told_what_it_gave_the_source_is_left_open(plan_of):
    found = [one.message for one in plan_of("gangu").cautions if one.code == "transfer_in_unmatched"]
    assert "基金和国资的调出没有公布，无法核对来源" in found[0] and "应是从其他资金" not in found[0]


def test_published_refinancing_stands_and_the_waiting_money_spares_own_money(panjin):
    plan = panjin(refinanced=140.0)
    assert plan.line("debt_general_refinanced")[0] == pytest.approx(1400000)
    assert plan.line("principal_general_own")[0] == pytest.approx(1556000 - 1400000 - 9000)


def test_what_falls_due_is_all_that_waiting_money_repays(panjin):
    """A tenth of 2 亿元 falls due each year: of 0.9 the first four years use 0.2 each, the rest waits."""
    plan = panjin(stock=2.0)
    assert plan.line("refinancing_carry_out").tolist() == pytest.approx([7000, 5000, 3000, 1000, 0])
    assert plan.line("debt_general_refinanced")[0] == pytest.approx(0.9 * 2000 - 1800)
