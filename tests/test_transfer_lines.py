"""Transfers line by line: the logic of each, notices, sums by kind, remittances; 舟曲 2024 as published."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import PLACES, ROOT, WITHOUT_BUDGET, write_tiny_place
from report_case import said, tables_in

from fiscal_model.arithmetic.revenue.transfers import (
    line_growth,
    project_remittances,
    project_transfer_lines,
    sum_transfer_lines,
)
from fiscal_model.blocks.checks.all_checks import run_checks
from fiscal_model.blocks.revenue.transfer_listing import general_purpose_codes
from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.scenario import QUALITIES, read_scenario
from fiscal_model.law import classification as accounts
from fiscal_model.law.rules import rule_table
from fiscal_model.model.compute import compute, fund_terms
from fiscal_model.model.futures import Drivers
from fiscal_model.model.projection import project
from fiscal_model.report.one_rounding import rounded
from fiscal_model.report.tables import grants_tables
from fiscal_model.report.tables.grants_tables import transfer_lines_table
from fiscal_model.words.errors import InputError
from fiscal_model.words.vocabulary import Budget, TransferKind, TransferLogic

BASELINE = read_scenario("baseline")
NOTHING = np.full((1, 3), np.nan)
KINDS = {
    "rebates": {2024: 100},
    "general_transfers": {2024: 8000},
    "special_transfers": {2024: 900},
    "own_revenue": {2022: 900, 2023: 950, 2024: 1000},
    "expenditure": {2022: 9000, 2023: 9500, 2024: 10000},
}
ITEMS = {"1100202": 4000.0, "1100227": 1500.0, "1100245": 2500.0}
ITEM_ROW = {
    "item_code": "L01", "name": "小学公用经费", "guarantee": "living", "driver": "小学在校生", "year": 2024,
    "persons": 1000, "persons_growth": -0.1, "standard": 720, "standard_step": 0, "periods": 1, "coverage": 1,
    "central_share": 0.8, "province_share": 0.1, "city_share": 0.0, "county_share": 0.1, "arranged": 72,
}  # fmt: skip


def row(code, amount, year=2024, status="final_accounts", **more):
    return {"code": code, "name": f"项目{code}", "year": year, "status": status, "amount": amount, **more}


def notice(code, amount, year=2025, **more):
    return row(code, amount, year, "prenotified", **more)


def project_tiny(tmp_path, register, figures=KINDS, tables=None, scenario=BASELINE):
    folder = write_tiny_place(tmp_path / "xian", figures, {"transfers": register, **(tables or {})})
    return project(read_place(folder), scenario, years=3)


def line_of(plan, code, free=None):
    """Return a line of the plan and its path."""
    found = [
        (line, path)
        for line, path in zip(plan.basis.revenue.transfers.lines, plan.basis.revenue.transfers.amounts, strict=True)
        if line.code == code and free in {None, line.general_purpose}
    ]
    assert len(found) == 1, code
    return found[0]


def codes_of(plan):
    return {caution.code for caution in plan.cautions}


# the logic of one line -------------------------------------------------------------------------------------


def test_a_formula_grant_grows_at_most_by_its_cap():
    growth = line_growth(TransferLogic.FORMULA, np.array([0.12, 0.03, -0.05]), cap=0.08)
    assert growth.tolist() == [0.08, 0.03, -0.05]
    path = project_transfer_lines(np.array([100.0]), growth[None], NOTHING)
    np.testing.assert_allclose(path, [[108.0, 111.24, 105.678]])


def test_a_fixed_line_stays():
    growth = line_growth(TransferLogic.FIXED, np.zeros(3))
    assert project_transfer_lines(np.array([70.0]), growth[None], NOTHING).tolist() == [[70.0] * 3]


def test_a_one_off_ends_and_lives_only_as_long_as_it_is_announced():
    growth = line_growth(TransferLogic.ONE_OFF, np.array([0.5, 0.5, 0.5]))[None]
    assert project_transfer_lines(np.array([500.0]), growth, NOTHING).tolist() == [[0.0] * 3]
    announced = np.array([[80.0, np.nan, np.nan]])
    assert project_transfer_lines(np.array([500.0]), growth, announced).tolist() == [[80.0, 0.0, 0.0]]


@pytest.mark.parametrize(("share", "sure"), [(0.9, 90.0), (0.7, 70.0)])
def test_a_line_counted_by_notices_is_sure_of_the_announced_share(share, sure):
    growth = line_growth(TransferLogic.PRENOTIFIED, np.full(3, 0.1), notified_share=share)[None]
    np.testing.assert_allclose(project_transfer_lines(np.array([100.0]), growth, NOTHING), [[sure] * 3])
    assert line_growth(TransferLogic.PRENOTIFIED, np.full(3, 0.1)).tolist() == [
        0,
        0,
        0,
    ]  # all of it where no share is said
    more = np.array([[95.0, np.nan, np.nan]])
    np.testing.assert_allclose(project_transfer_lines(np.array([100.0]), growth, more), [[95.0] * 3])


def test_an_earmarked_line_follows_the_spending_it_pays():
    need = np.array([200.0, 210.0, 189.0, 189.0])
    growth = line_growth(TransferLogic.EARMARKED, np.full(3, 0.5), tied_spending=need)
    path = project_transfer_lines(np.array([100.0]), growth[None], NOTHING)
    np.testing.assert_allclose(path, [[105.0, 94.5, 94.5]])
    from_nothing = line_growth(TransferLogic.EARMARKED, np.zeros(2), tied_spending=np.array([0.0, 5.0, 0.0]))
    assert from_nothing.tolist() == [0.0, -1.0]


def test_a_notice_is_a_floor_and_growth_goes_on_from_it():
    growth = np.full((2, 3), 0.02)
    notices = np.array([[110.0, np.nan, np.nan], [90.0, np.nan, np.nan]])
    path = project_transfer_lines(np.array([100.0, 100.0]), growth, notices)
    np.testing.assert_allclose(path[0], [110.0, 112.2, 114.444])
    np.testing.assert_allclose(path[1], [102.0, 104.04, 106.1208])


def test_leading_axes_are_carried_along():
    generator = np.random.default_rng(1)
    base, growth = generator.uniform(10, 100, (4, 2)), generator.normal(0, 0.1, (4, 2, 3))
    notices = np.where(generator.random((4, 2, 3)) < 0.3, 60.0, np.nan)
    together = project_transfer_lines(base, growth, notices)
    for path in range(4):
        alone = project_transfer_lines(base[path], growth[path], notices[path])
        np.testing.assert_array_equal(together[path], alone)


def test_lines_add_up_by_kind_and_use():
    kinds = [TransferKind.REBATE, TransferKind.GENERAL, TransferKind.GENERAL, TransferKind.SPECIAL]
    split = sum_transfer_lines(np.array([[1.0], [2.0], [4.0], [8.0]]), kinds, [True, True, False, False])
    parts = (split.rebates, split.general_purpose, split.tied_general, split.special)
    assert [float(part[0]) for part in parts] == [1.0, 2.0, 4.0, 8.0]


def test_remittances_keep_their_quota():
    assert project_remittances(300.0, 0.0, np.array([0.1, 0.1])).tolist() == [300.0, 300.0]
    np.testing.assert_allclose(project_remittances(300.0, 100.0, np.array([0.1, 0.1])), [410.0, 421.0])
    futures = np.array([[0.1, 0.1], [0.0, 0.5]])
    np.testing.assert_allclose(project_remittances(300.0, 100.0, futures), [[410.0, 421.0], [400.0, 450.0]])


# rules -----------------------------------------------------------------------------------------------------


def test_rules_are_well_formed():
    rules = rule_table("transfer_lines")
    assert len({rule["code"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["name"] == accounts.chart()[Budget.GENERAL, rule["code"]].label
        assert TransferKind(rule["kind"]) and TransferLogic(rule["logic"])
        assert rule["general_purpose"] in {"yes", "no"} and rule["source"] and rule["quality"] in QUALITIES
        assert bool(rule["cap"]) == (rule["logic"] == "formula")
        # Implementing regulation, article 48: 90 % of general, 70 % of special transfers.
        assert rule["notified_share"] == {"rebate": "", "general": "0.9", "special": "0.7"}[rule["kind"]]


def test_zhouqu_2024_by_lines(tmp_path):
    """127 243.26 of general-purpose transfers, rebates included, and 57 760.22 + 11 148.54 with a set use."""
    published = {
        "1100202": 72267.0, "1100207": 12992.0, "1100214": 698.0, "1100226": 12247.5, "1100227": 14596.6,
        "1100208": 3295.16, "1100229": 9325.0,
    }  # fmt: skip
    assert set(published) <= general_purpose_codes()
    figures = {
        **KINDS,
        "rebates": {2024: 1822},
        "general_transfers": {2024: sum(published.values()) + 57760.22},
        "special_transfers": {2024: 11148.54},
        "own_revenue": {2022: 11000, 2023: 11100, 2024: 11200},
        "expenditure": {2022: 200000, 2023: 205000, 2024: 210000},
    }
    register = [row(code, amount) for code, amount in published.items()] + [row("1100245", 57760.22)]
    plan = project_tiny(tmp_path, register, figures)
    base = plan.basis.revenue.transfers.base
    assert base.rebates + base.general_purpose == pytest.approx(127243.26)
    assert base.earmarked == pytest.approx(57760.22 + 11148.54)
    assert "general_transfers_not_split" not in codes_of(plan)


# a place's register ----------------------------------------------------------------------------------------


def test_sums_by_kind_are_the_lines_of_the_plan(tmp_path):
    plan = project_tiny(tmp_path, [row(code, amount) for code, amount in ITEMS.items()])
    lines, amounts = plan.basis.revenue.transfers.lines, plan.basis.revenue.transfers.amounts

    def added(*kinds):
        return sum(path for line, path in zip(lines, amounts, strict=True) if line.kind in kinds)

    np.testing.assert_allclose(plan.line("rebates"), added(TransferKind.REBATE))
    np.testing.assert_allclose(plan.line("general_transfers"), added(TransferKind.GENERAL))
    np.testing.assert_allclose(plan.line("special_transfers"), added(TransferKind.SPECIAL))
    np.testing.assert_allclose(plan.line("transfers"), added(*TransferKind))
    free = sum(path for line, path in zip(lines, amounts, strict=True) if line.general_purpose)
    np.testing.assert_allclose(plan.line("transfers_general_purpose"), free)


def test_each_line_goes_its_own_way(tmp_path):
    plan = project_tiny(tmp_path, [row(code, amount) for code, amount in ITEMS.items()])
    assert line_of(plan, "1100202")[1] == pytest.approx(4000 * 1.02 ** np.arange(1, 4))
    assert line_of(plan, "1100227")[1].tolist() == [1500.0] * 3
    assert line_of(plan, "1100245")[1] == pytest.approx(2500 * 1.01 ** np.arange(1, 4))
    assert line_of(plan, "11001")[1].tolist() == [100.0] * 3
    assert line_of(plan, "11003")[1] == pytest.approx(900 * 1.01 ** np.arange(1, 4))


def test_a_generous_scenario_stops_at_the_caps(tmp_path):
    generous = BASELINE.with_(transfers_general_purpose_growth=0.2)
    plan = project_tiny(tmp_path, [row(code, amount) for code, amount in ITEMS.items()], scenario=generous)
    assert line_of(plan, "1100202")[1] == pytest.approx(4000 * 1.08 ** np.arange(1, 4))
    assert line_of(plan, "1100227")[1].tolist() == [1500.0] * 3


def test_a_growth_of_its_own_moves_with_the_scenario(tmp_path):
    register = [row("1100202", 4000, growth=0.05), row("1100227", 1500), row("1100245", 2500)]
    plan = project_tiny(tmp_path / "a", register)
    assert line_of(plan, "1100202")[1][0] == pytest.approx(4200)
    worse = BASELINE.with_(transfers_general_purpose_growth=-0.01)  # three points below the default
    plan = project_tiny(tmp_path / "b", register, scenario=worse)
    assert line_of(plan, "1100202")[1][0] == pytest.approx(4080)


def test_an_earmarked_line_is_tied_to_guarantee_items(tmp_path):
    register = [row("1100202", 4000), row("1100227", 1500), row("1100245", 2500, tied_to="L01")]
    plan = project_tiny(tmp_path, register, tables={"guarantee_items": [ITEM_ROW]})
    assert line_of(plan, "1100245")[1] == pytest.approx(2500 * 0.9 ** np.arange(1, 4))


def test_a_tie_to_spending_without_a_projection_is_said(tmp_path):
    register = [row("1100202", 4000), row("1100227", 1500), row("1100245", 2500, tied_to="205")]
    plan = project_tiny(tmp_path, register)
    assert line_of(plan, "1100245")[1][0] == pytest.approx(2525)
    message = next(caution.message for caution in plan.cautions if caution.code == "transfers_tie_unknown")
    assert message == "项目1100245对应的支出没有分项预测，按专用性转移支付增速测算"


def test_the_register_may_say_another_logic(tmp_path):
    register = [row("1100202", 4000), row("1100227", 1500), row("1100245", 2500, logic="one_off")]
    plan = project_tiny(tmp_path, register)
    assert line_of(plan, "1100245")[1].tolist() == [0.0] * 3
    assert plan.line("general_transfers")[0] == pytest.approx(4080 + 1500)


def test_a_low_notice_and_a_plan_beyond_the_notice_are_said(tmp_path):
    listed = [row(code, amount) for code, amount in ITEMS.items()]
    plan = project_tiny(tmp_path / "a", [*listed, notice("1100202", 3500)])
    told = {caution.code: caution.message for caution in plan.cautions}
    assert told["notice_low_general"] == (
        "提前下达的一般性转移支付 3,500 万元，为相同项目基期数 4,000 万元的 87.5%，低于实施条例第四十八条的一般比例 90%，"
        "可能减少或尚未全部下达"
    )
    plan = project_tiny(tmp_path / "b", [*listed, notice("1100202", 3640)])
    told = {caution.code: caution.message for caution in plan.cautions}
    assert told["notice_below_plan_general"] == (
        "提前下达的一般性转移支付 3,640 万元，按一般比例 90% 还原为 4,044 万元，低于测算数 4,080 万元，请核实增幅"
    )
    plan = project_tiny(tmp_path / "c", [*listed, notice("1100202", 4300)])
    assert line_of(plan, "1100202")[1] == pytest.approx(4300 * 1.02 ** np.arange(3))
    assert not {code for code in codes_of(plan) if code.startswith("notice")}


def test_a_notice_for_a_later_year_is_not_known_yet(tmp_path):
    listed = [row(code, amount) for code, amount in ITEMS.items()]
    plan = project_tiny(tmp_path, [*listed, notice("1100202", 9000, year=2026)])
    assert line_of(plan, "1100202")[1][0] == pytest.approx(4080)


def test_a_notice_without_a_base_figure_does_not_count_twice(tmp_path):
    """Only the kinds are booked: the announced line is carved out of its kind."""
    plan = project_tiny(tmp_path, [notice("1100202", 4200), notice("11003", 950)])
    line, path = line_of(plan, "1100202")
    assert line.base == 4200 and path[0] == pytest.approx(4200 * 1.02)
    assert line_of(plan, "11003")[0].base == 900 and line_of(plan, "11003")[1][0] == 950
    base = plan.basis.revenue.transfers.base
    assert base.rebates + base.general_purpose + base.earmarked == pytest.approx(9000)
    assert base.general_purpose == pytest.approx(8000 * 0.685)
    message = next(caution.message for caution in plan.cautions if caution.code == "transfers_base_assumed")
    assert message == "项目1100202的基期数未提供，按与提前下达数相等处理"


def test_lines_beyond_what_was_booked_are_not_used(tmp_path):
    plan = project_tiny(tmp_path / "a", [row("1100202", 9000)])
    assert plan.basis.revenue.transfers.lines == ()
    message = next(caution.message for caution in plan.cautions if caution.code == "transfers_register_unused")
    assert message == "分项补助相加 9,000 万元，大于一般性转移支付 8,000 万元，未按分项测算，请核对台账"
    folder = write_tiny_place(tmp_path / "b", KINDS)
    plain = project(read_place(folder), BASELINE, years=3)
    for name in ("rebates", "general_transfers", "special_transfers", "transfers_general_purpose"):
        assert np.array_equal(plan.line(name), plain.line(name))


def test_some_lines_of_a_total_leave_a_rest(tmp_path):
    """Nothing but a total is booked: the rest is split so that the whole keeps the assumed share."""
    figures = {name: KINDS[name] for name in ("own_revenue", "expenditure")} | {"transfers": {2024: 9000}}
    plan = project_tiny(tmp_path, [row("1100202", 4000), row("11003", 1000)], figures)
    base = plan.basis.revenue.transfers.base
    assert base.rebates + base.general_purpose == pytest.approx(9000 * 0.649)
    assert base.general_purpose + base.earmarked == pytest.approx(9000)
    names = {line.name for line in plan.basis.revenue.transfers.lines}
    assert names == {"项目1100202", "未分项的一般性转移支付（财力性）", "项目11003", "未分项的专项转移支付"}


def test_the_ledger_alone_gives_lines(plan_of, tmp_path):
    folder = tmp_path / "yunshui"
    shutil.copytree(ROOT / "data" / "places" / "yunshui", folder)
    (folder / "transfers.csv").unlink()
    bare = BASELINE.with_(**WITHOUT_BUDGET)
    plan, with_register = project(read_place(folder), bare), plan_of("yunshui", **WITHOUT_BUDGET)
    assert plan.basis.grain["transfers"] == "科目明细（13 项）"
    assert with_register.basis.grain["transfers"] == "上级补助台账（13 项）"
    assert plan.basis.revenue.transfers.base == with_register.basis.revenue.transfers.base
    assert line_of(plan, "1100227")[1].tolist() == [18_900.0] * 5


@pytest.mark.parametrize("name", [name for name in PLACES if name != "yunshui"])
def test_a_place_without_lines_is_carried_by_kind(plan_of, name):
    plan = plan_of(name, **WITHOUT_BUDGET)
    assert plan.basis.revenue.transfers.lines == ()
    years = np.arange(1, 6)
    base = plan.basis.revenue.transfers.base
    np.testing.assert_allclose(plan.line("transfers_earmarked"), base.earmarked * 1.01**years)
    np.testing.assert_allclose(
        plan.line("transfers_general_purpose"), base.rebates + base.general_purpose * 1.02**years
    )
    assert transfer_lines_table(plan) is None and said(plan, "93_02_transfers") == ""


def test_remittances_move_only_when_someone_says_so(plan_of):
    assert plan_of("yunshui").line("remitted_up").tolist() == [3600.0] * 5
    raised = plan_of("yunshui", remitted_up_growth=0.05)
    np.testing.assert_allclose(raised.line("remitted_up"), 3600 * 1.05 ** np.arange(1, 6))


def test_the_quota_of_the_sharing_system_stays(tmp_path):
    ledger = [
        {"budget": "general", "code": code, "year": 2024, "status": "final_accounts", "amount": amount}
        for code, amount in (("2300601", 200), ("2300602", 100))
    ]
    growing = BASELINE.with_(remitted_up_growth=0.1)
    folder = write_tiny_place(tmp_path / "xian", KINDS, {"ledger": ledger})
    plan = project(read_place(folder), growing, years=3)
    np.testing.assert_allclose(plan.line("remitted_up"), [310.0, 321.0, 333.1])


# what is printed -------------------------------------------------------------------------------------------


def test_the_table_adds_up_as_printed(plan_of):
    table = rounded(transfer_lines_table(plan_of("yunshui")))
    assert (table.number, table.id) == ("04-1", "transfer_lines")
    for entry in table.rows:
        for column in range(4, len(entry.values)):
            parts = [table.rows[part].values[column] for part, _ in entry.parts]
            if parts and column != 5:
                assert entry.values[column] == sum(parts), entry.label
    assert "未经核实" in table.notes[1]


def test_the_sentences_name_grain_notices_and_ties(plan_of):
    plan = plan_of("yunshui")
    tables = tuple(tables_in(grants_tables, plan=plan).values())
    lines, notices, tied = said(plan, "93_02_transfers", tables=tables).split("\n")
    assert lines.startswith("上级补助按上级补助台账（13项）逐项测算：固定数额3项，基期28,400万元")
    assert lines.endswith("测算方式和增幅上限未经核实，见附表04-1。")
    assert notices.startswith("2026年已提前下达11项22.44亿元，相同项目测算")
    assert tied.endswith("随所补助的支出变动。")


# faults ----------------------------------------------------------------------------------------------------

FAULTS = {
    "bonds": (row("11011", 5), "第 2 行“code”列：科目编码“11011”不是上级补助。只能填 11001 返还性"),
    "a sum of general transfers": (row("11002", 5), "一般性转移支付填写的是合计。一般性转移支付有的可统筹"),
    "unknown logic": (
        row("1100202", 5, logic="formulas"),
        "第 2 行“logic”列：填写的是“formulas”。是否想写“formula”？只能填：fixed（固定数额）",
    ),
    "growth in percent": (row("1100202", 5, growth=3), "第 2 行“growth”列：不得大于 1，填写的是“3”"),
    "negative": (row("1100202", -5), "第 2 行“amount”列：金额为负（-5 万元）。只有返还性收入（11001）可以为负"),
    "a tie of a formula grant": (
        row("1100202", 5, logic="formula", tied_to="205"),
        "第 2 行“tied_to”列：测算方式是“因素法”，却填了对应支出“205”",
    ),
    "a growing one-off": (
        row("1100202", 5, logic="one_off", growth=0.1),
        "第 2 行“growth”列：测算方式是“一次性”，却填了年增幅",
    ),
    "a tie to nothing": (
        row("1100245", 5, tied_to="L01、L99"),
        "transfers.csv 第 2 行“tied_to”列：对应支出“L99”找不到。请填 guarantee_items 表的项目编号",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_faulty_row_is_refused_with_a_clear_text(name: str, tmp_path: Path) -> None:
    given, expected = FAULTS[name]
    tables = {"transfers": [given], "guarantee_items": [ITEM_ROW]}
    with pytest.raises(InputError) as caught:
        read_place(write_tiny_place(tmp_path / "xian", KINDS, tables))
    assert expected in str(caught.value)


def test_a_tie_without_the_items_is_no_fault(tmp_path):
    plan = project_tiny(tmp_path, [row("1100245", 2500, tied_to="L01")])
    assert "transfers_tie_unknown" in codes_of(plan)


def test_a_code_never_stands_beside_its_parent(tmp_path):
    register = [row("11003", 900), row("1100313", 300)]
    with pytest.raises(InputError) as caught:
        read_place(write_tiny_place(tmp_path / "xian", KINDS, {"transfers": register}))
    assert (
        "transfers.csv 第 3 行“code”列：2024年决算数既有“11003”（第 2 行）又有其下级“1100313”。同一年同一版本只填一级"
        in str(caught.value)
    )


def test_a_line_that_contradicts_the_ledger_is_a_fault(tmp_path):
    folder = tmp_path / "yunshui"
    shutil.copytree(ROOT / "data" / "places" / "yunshui", folder)
    text = (folder / "transfers.csv").read_text(encoding="utf-8-sig")
    (folder / "transfers.csv").write_text(text.replace(",88600,", ",86800,"), encoding="utf-8-sig")
    check = next(check for check in run_checks(read_place(folder)) if check.id == "V10")
    assert check.outcome == "fault"
    assert (
        "2025年执行数1100202均衡性转移支付收入：transfers 表第 3 行 86,800.00，ledger 表 88,600.00 万元，应一致"
        in "".join(check.details)
    )


def test_in_a_poorer_future_money_free_of_a_use_shrinks_rebates_too_and_tied_money_stays(plan_of):
    plan, factor = plan_of("lijiang"), np.array([np.ones(5), np.full(5, 0.9)])
    lines, _ = compute(plan.basis, replace(Drivers.unchanged(5), general_purpose=factor))
    assert (lines["rebates"][0] > 0).all()
    for name in ("rebates", "transfers_general_purpose"):
        np.testing.assert_allclose(lines[name][1], 0.9 * lines[name][0])
    np.testing.assert_allclose(*np.broadcast_to(lines["transfers_earmarked"], (2, 5)))


def test_totals_do_not_say_whose_fund_money_lies_above_the_line_so_none_moves(plan_of):
    plan = plan_of("zhangye")
    assert fund_terms(plan.basis, dict(plan.lines)).split.gives_excess.tolist() == [False]
