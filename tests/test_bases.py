"""Taxes from their bases: hand-worked cases, derived taxes, key taxpayers, and what the plan's workings show."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from fiscal_model.arithmetic.revenue.bases import (
    carried_base,
    derived_tax,
    effective_rate,
    held,
    structural_revenue,
    taxpayer_past,
)
from fiscal_model.blocks.checks.all_checks import run_checks
from fiscal_model.blocks.revenue.structural import (
    WORKING_COLUMNS,
    derived_paths,
    rest_of_items,
    rest_of_total,
    structural_items,
    whole_items,
    with_derived,
)
from fiscal_model.inputs.history import read_history
from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.scenario import defaults, read_scenario
from fiscal_model.report.one_rounding import rounded
from fiscal_model.report.tables.tax_workings_tables import tax_workings_table
from fiscal_model.words.errors import InputError
from fiscal_model.words.table import printed, printed_row
from fiscal_model.words.vocabulary import Budget

YEARS = (2025, 2026, 2027)
GANSU = ("某省", "甘肃省")


def written(tiny_place, folder, ledger, tables=None, province=GANSU):
    """A place with a ledger by code and year, and registers; returns it with its history."""
    rows = [
        {"budget": "general", "code": code, "year": year, "amount": amount}
        for code, amounts in ledger.items()
        for year, amount in amounts.items()
    ]
    tiny_place(folder, tables={"ledger": rows, **(tables or {})})
    text = (folder / "place.toml").read_text(encoding="utf-8").replace(*province)
    (folder / "place.toml").write_text(text, encoding="utf-8")
    place = read_place(folder)
    return place, read_history(place)


def structure(place, history, **changes):
    assumed = dict(defaults())
    for name, value in changes.items():
        assumed[name] = replace(assumed[name], value=value)
    return structural_items(place, history, 2024, YEARS, assumed)


def over(first, *amounts):
    return dict(enumerate(amounts, first))


RESOURCE_TAX = {"10107": over(2022, 100, 110, 120)}


def base_rows(amounts, **columns):
    return [
        {"code": "10107", "base": "销售额", "year": year, "amount": amount, **columns}
        for year, amount in amounts.items()
    ]


# arithmetic ------------------------------------------------------------------------------------------------


def test_a_tax_is_base_times_rate_times_collection_times_share():
    revenue = structural_revenue(np.array([1000.0, 2000.0]), 0.05, np.array([1.0, 0.9]), 0.5)
    assert revenue.tolist() == [25.0, 45.0]
    paths = structural_revenue(np.ones((4, 1, 2)) * 1000, 0.05, 0.9, np.array([0.5, 0.4]))
    assert paths.shape == (4, 1, 2) and paths[3, 0].tolist() == [22.5, 18.0]


def test_the_effective_rate_gives_the_books_back():
    base, share = np.array([900.0, 1000.0, 1100.0]), np.array([0.25, 0.5, 0.5])
    booked = structural_revenue(base, 0.06, 0.95, share)
    assert effective_rate(booked, base, 0.95, share) == pytest.approx(0.06, rel=1e-12)


def test_a_planned_base_goes_before_growth():
    path = carried_base(np.array([[100.0, np.nan, 130.0, np.nan], [10.0, np.nan, np.nan, np.nan]]), 0.1)
    np.testing.assert_allclose(path, [[100, 110, 130, 143], [10, 11, 12.1, 13.31]])
    assert held(np.array([[np.nan, 0.0, np.nan]]))[0, 1:].tolist() == [0.0, 0.0]


def test_urban_maintenance_tax_of_the_published_county():
    paid = derived_tax(np.array([7833 * 0.325]), 0.325, 17 / 7833, np.array([0.07, 0.05, 0.01]), 1.0, 1.0)
    np.testing.assert_allclose(paid, [549.5, 392.5, 78.5], rtol=1e-12)


def test_a_taxpayer_keeps_its_share_before_its_first_known_year():
    item = np.array([50.0, 100.0, 200.0, 200.0, 200.0])
    past = taxpayer_past(np.array([np.nan, 10.0, np.nan, 30.0, np.nan]), item)
    assert past.tolist() == [5.0, 10.0, 20.0, 30.0, 30.0]
    assert taxpayer_past(np.full(5, np.nan), item).tolist() == [0.0] * 5
    assert taxpayer_past(np.array([np.nan, 0, 0, 0, 0]), item).tolist() == [0.0] * 5, "zero is really nothing"


# known bases -----------------------------------------------------------------------------------------------


def test_a_calibrated_base_by_hand(tmp_path, tiny_place):
    rows = base_rows(over(2022, 4000, 4400, 4800)) + base_rows({2026: 5000}, growth=0.02)
    found = structure(*written(tiny_place, tmp_path / "a", RESOURCE_TAX, {"tax_bases": rows}), gdp_growth=0.05)
    # Half of 5 % of 4800, 5040 (with GDP), 5000 (planned) and 5100 (its own growth).
    np.testing.assert_allclose(found.paths["10107"], [126.0, 125.0, 127.5], rtol=1e-12)
    table = found.workings.set_index("year")
    assert list(found.workings.columns) == list(WORKING_COLUMNS)
    np.testing.assert_allclose(table["effective_rate"], 0.05, rtol=1e-12)
    assert table.loc[2024, "income"] == pytest.approx(120.0)
    assert [caution.message for caution in found.cautions] == [
        "资源税的分成比例取自分成表，是否适用于本地未经核实；填 collections 表可据实推算"
    ]
    assert "甘肃省分成表（未经核实）" in table.loc[2025, "method"]


def test_a_quantity_is_taxed_in_yuan_a_unit_and_stays_level(tmp_path, tiny_place):
    rows = base_rows({2024: 500_000}, unit="tonnes", effective_rate=5, collection_rate=0.96)
    found = structure(*written(tiny_place, tmp_path / "a", RESOURCE_TAX, {"tax_bases": rows}))
    np.testing.assert_allclose(found.paths["10107"], 50 * 5 * 0.96 * 0.5, rtol=1e-12)
    assert set(found.workings["unit"]) == {"万吨"}


def test_a_rate_may_change_by_year_and_bases_add_up(tmp_path, tiny_place):
    first = base_rows({2024: 2000}, effective_rate=0.06) + base_rows({2026: 2000}, effective_rate=0.09)
    second = [{**row, "base": "砂石", "effective_rate": 0.06} for row in base_rows({2024: 2000}, growth=0.0)]
    rows = [*first, *second]
    found = structure(*written(tiny_place, tmp_path / "a", RESOURCE_TAX, {"tax_bases": rows}), gdp_growth=0.0)
    np.testing.assert_allclose(found.paths["10107"], [120.0, 150.0, 150.0], rtol=1e-12)
    summed = found.workings.groupby("year")["income"].sum()
    np.testing.assert_allclose(summed.loc[2025:], found.paths["10107"], rtol=1e-12)


def test_a_rate_far_from_the_books_is_named(tmp_path, tiny_place):
    rows = base_rows({2024: 4800}, effective_rate=0.06)
    found = structure(*written(tiny_place, tmp_path / "a", RESOURCE_TAX, {"tax_bases": rows}))
    text = "资源税按税基和所填税率计算，2024年应为 144 万元，实际入库 120 万元，请核对税率或征收率"
    assert text in [caution.message for caution in found.cautions]


@pytest.mark.parametrize(
    ("ledger", "rows", "province", "text"),
    [
        ({"10107": over(2022, 100, 110)}, base_rows({2024: 4800}), GANSU, "资源税没有2024年入库数，未按税基测算"),
        (
            RESOURCE_TAX,
            base_rows({2024: 4800}, effective_rate=0.05),
            ("某省", "云南省"),
            "资源税填了税率，但省、市、县分成比例未知（请填 collections 表），未按税基测算",
        ),
        (RESOURCE_TAX, base_rows({2026: 4800}), GANSU, "资源税的税基没有2024年及以前的数，未按税基测算"),
        (
            {"10199": over(2022, 5, 5, 5)},
            [{**base_rows({2024: 4800})[0], "code": "10199"}],
            GANSU,
            "其他税收收入的分成比例未知（请填 collections 表），未按税基测算",
        ),
        (
            RESOURCE_TAX,
            [*base_rows({2024: 4800}), {**base_rows({2024: 5}, unit="10k_tonnes")[0], "base": "原煤"}],
            GANSU,
            "资源税的税基既有金额又有数量，须填有效税率，未按税基测算",
        ),
    ],
)  # fmt: skip
def test_a_base_that_cannot_be_used_says_why(tmp_path, tiny_place, ledger, rows, province, text):
    found = structure(*written(tiny_place, tmp_path / "a", ledger, {"tax_bases": rows}, province))
    assert not found.paths
    assert text in [caution.message for caution in found.cautions]


def test_unknown_shares_below_the_province_are_absorbed_by_a_measured_rate(tmp_path, tiny_place):
    rows = base_rows({2024: 4800}, growth=0.1)
    found = structure(*written(tiny_place, tmp_path / "a", RESOURCE_TAX, {"tax_bases": rows}, ("某省", "云南省")))
    np.testing.assert_allclose(found.paths["10107"], [132.0, 145.2, 159.72], rtol=1e-12)


# derived taxes ---------------------------------------------------------------------------------------------

VAT_LEDGER = {
    "10101": over(2022, 325, 650, 975),
    "10109": over(2022, 50, 100, 150),
    "10302": over(2022, 90, 150, 190),
    "1030203": over(2022, 30, 60, 90),
}


def vat_place(tiny_place, folder, ledger=VAT_LEDGER, **tables):
    collected = [
        {"code": "10101", "year": year, "amount": amount} for year, amount in over(2022, 1000, 2000, 3000).items()
    ]
    return written(tiny_place, folder, ledger, {"collections": collected, **tables})


def test_derived_taxes_follow_vat(tmp_path, tiny_place):
    found = structure(*vat_place(tiny_place, tmp_path / "a"))
    paths = derived_paths(found.derived, np.array([325.0, 650.0, 0.0]))
    np.testing.assert_allclose(paths["10109"], [50.0, 100.0, 0.0], rtol=1e-12)
    np.testing.assert_allclose(paths["1030203"], [30.0, 60.0, 0.0], rtol=1e-12)
    many = derived_paths(found.derived, np.full((6, 2, 3), 325.0))
    assert many["10109"].shape == (6, 2, 3)
    np.testing.assert_allclose(many["10109"], 50.0, rtol=1e-12)


def test_a_surcharge_leaves_its_item_before_the_rest_is_forecast_and_comes_back(tmp_path, tiny_place):
    place, history = vat_place(tiny_place, tmp_path / "a")
    found = structure(place, history)
    codes = ("10101", "10109", "10302")
    rest = rest_of_items(history.codes[Budget.GENERAL][list(codes)], found)
    assert rest["10302"].tolist() == [60.0, 90.0, 100.0]
    assert rest["10109"].tolist() == [50.0, 100.0, 150.0]
    forecast = np.array([[1300.0, 999.0, 110.0]] * 3)
    whole = whole_items(forecast, codes, found)
    np.testing.assert_allclose(whole, [[1300.0, 200.0, 110.0 + 120.0]] * 3, rtol=1e-12)
    assert whole_items(np.stack([forecast] * 5), codes, found).shape == (5, 3, 3)


def test_a_change_of_the_rate_moves_the_tax_in_its_year(tmp_path, tiny_place):
    place, history = vat_place(tiny_place, tmp_path / "a")
    assumed = dict(defaults())
    assumed["urban_maintenance_rate"] = replace(assumed["urban_maintenance_rate"], by_year={2027: 0.07})
    found = structural_items(place, history, 2024, YEARS, assumed)
    paths = derived_paths(found.derived, np.full(3, 325.0))
    np.testing.assert_allclose(paths["10109"], [50.0, 50.0, 70.0], rtol=1e-12)


def test_consumption_tax_is_part_of_the_base(tmp_path, tiny_place):
    collected = [{"code": code, "year": 2024, "amount": amount} for code, amount in (("10101", 3000), ("10102", 600))]
    place, history = written(tiny_place, tmp_path / "a", VAT_LEDGER, {"collections": collected})
    found = with_derived(structure(place, history), np.full(3, 975.0))
    table = found.workings[found.workings["code"] == "10109"].set_index("year")
    assert table.loc[2025, "base"] == pytest.approx(3600.0)
    assert table.loc[2024, "income"] == pytest.approx(150.0), "the base year shows what was booked"


def test_without_a_register_nothing_is_derived(tmp_path, tiny_place):
    found = structure(*written(tiny_place, tmp_path / "a", VAT_LEDGER))
    assert (found.paths, found.taxpayer_past, found.derived, found.cautions) == ({}, {}, (), ())
    assert not len(found.workings) and list(found.workings.columns) == list(WORKING_COLUMNS)
    items = pd.DataFrame({"10101": [1.0, 2.0]}, index=[2023, 2024])
    pd.testing.assert_frame_equal(rest_of_items(items, found), items)
    assert whole_items(np.ones((3, 1)), ("10101",), found).tolist() == [[1.0]] * 3
    assert with_derived(found, np.ones(3)).paths == {}


# key taxpayers ---------------------------------------------------------------------------------------------


def firm(amounts, name="水泥厂", code="10101"):
    return [{"firm": name, "code": code, "year": year, "amount": amount} for year, amount in amounts.items()]


def test_a_closure_takes_out_exactly_its_amount(tmp_path, tiny_place):
    codes, paths = ("10101",), {}
    for name, last in (("open", 80), ("closed", 0)):
        rows = firm({2022: 40, 2023: 60, 2024: 80, 2026: last})
        place, history = written(tiny_place, tmp_path / name, {"10101": over(2022, 400, 500, 600)}, {"taxpayers": rows})
        found = structure(place, history)
        rest = rest_of_items(history.codes[Budget.GENERAL][list(codes)], found)
        assert rest["10101"].tolist() == [360.0, 440.0, 520.0]
        paths[name] = whole_items(np.array([[540.0], [560.0], [580.0]]), codes, found)[:, 0]
    assert paths["open"].tolist() == [620.0, 640.0, 660.0]
    assert (paths["open"] - paths["closed"]).tolist() == [0.0, 80.0, 80.0]


def test_years_without_items_lose_the_same_share_of_the_total(tmp_path, tiny_place):
    rows = firm({2023: 50, 2024: 60})
    place, history = written(tiny_place, tmp_path / "a", {"10101": over(2023, 500, 600)}, {"taxpayers": rows})
    items = history.codes[Budget.GENERAL][["10101"]]
    total = pd.Series(over(2021, 300.0, 400.0, 1000.0, 1200.0))
    rest = rest_of_total(total, items, structure(place, history))
    np.testing.assert_allclose(rest, [270.0, 360.0, 900.0, 1080.0], rtol=1e-12)


def test_an_opening_is_added_and_said_aloud(tmp_path, tiny_place):
    place, history = written(
        tiny_place, tmp_path / "a", {"10101": over(2022, 400, 500, 600)}, {"taxpayers": firm({2026: 30})}
    )
    found = structure(place, history)
    assert found.taxpayer_ahead["10101"].tolist() == [0.0, 30.0, 30.0]
    assert found.taxpayer_past["10101"].tolist() == [0.0, 0.0, 0.0]
    assert [caution.message for caution in found.cautions] == ["水泥厂没有2024年及以前的增值税，按新投产计入"]


def test_a_plan_made_back_then_knows_no_later_facts(tmp_path, tiny_place):
    rows = [
        *firm({2022: 40, 2023: 60, 2024: 0}),
        *firm({2024: 30, 2025: 35}, name="新厂"),
        *firm({2026: 20}, name="计划中的厂"),
    ]
    tables = {"taxpayers": rows, "tax_bases": base_rows(over(2022, 4000, 4400, 9999), growth=0.0)}
    ledger = {**RESOURCE_TAX, "10101": over(2022, 400, 500, 600)}
    place, history = written(tiny_place, tmp_path / "a", ledger, tables)
    found = structural_items(place, history, 2023, (2024, 2025, 2026), defaults())
    assert found.taxpayer_ahead["10101"].tolist() == [60.0, 60.0, 80.0]
    np.testing.assert_allclose(found.paths["10107"], 110.0, rtol=1e-12)


def test_a_firm_of_an_item_nobody_booked_is_left_out_and_said_aloud(tmp_path, tiny_place):
    tables = {"taxpayers": firm({2024: 30}, code="10106")}
    found = structure(*written(tiny_place, tmp_path / "a", RESOURCE_TAX, tables))
    assert not found.taxpayer_ahead
    assert [caution.message for caution in found.cautions] == ["个人所得税没有2024年入库数，该税种的重点税源未计入"]


def test_a_firm_beside_a_base_counts_once(tmp_path, tiny_place):
    tables = {
        "tax_bases": base_rows(over(2022, 4000, 4400, 4800), growth=0.0),
        "taxpayers": firm({2022: 20, 2023: 30, 2024: 40, 2025: 0}, code="10107"),
    }
    found = structure(*written(tiny_place, tmp_path / "a", RESOURCE_TAX, tables))
    rate = np.mean([80 / 2000, 80 / 2200, 80 / 2400])
    np.testing.assert_allclose(found.paths["10107"], 2400 * rate, rtol=1e-12)
    assert not found.taxpayer_past
    summed = found.workings.groupby("year")["income"].sum()
    assert summed[2024] == pytest.approx(120.0)


def test_a_firm_of_a_derived_tax_keeps_it_from_being_derived(tmp_path, tiny_place):
    rows = firm({2024: 10}, code="10109")
    found = structure(*vat_place(tiny_place, tmp_path / "a", taxpayers=rows))
    assert [tax.code for tax in found.derived] == ["1030203"]
    assert found.taxpayer_ahead["10109"].tolist() == [10.0] * 3


# faults ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tables", "text"),
    [
        (
            {"tax_bases": base_rows({2024: 10}, effective_rate=5)},
            "tax_bases.csv 第 2 行“effective_rate”列：有效税率 5 大于 1。金额税基的税率用小数：5% 写 0.05；"
            "按数量计征的请把“unit”列写成吨、平方米等。",
        ),
        (
            {"taxpayers": firm({2024: 10}, code="101")},
            "taxpayers.csv 第 2 行“code”列：科目编码“101”不是收入科目的款。请填 5 位的收入科目，例如 10101 增值税。",
        ),
        (
            {"collections": [{"code": "19999", "year": 2024, "amount": 1}]},
            "collections.csv 第 2 行“code”列：科目编码“19999”不在一般公共预算的科目表里。请填 5 位的收入科目，例如 10101 增值税。",
        ),
        (
            {"tax_bases": base_rows({2023: 10}) + base_rows({2024: 10}, unit="tonnes")},
            "tax_bases.csv 第 3 行“unit”列：“10107”的税基“销售额”有的年份按金额、有的年份按吨。同一税基各年用同一种单位。",
        ),
        (
            {"tax_bases": [*base_rows({2024: 10}, effective_rate=0.1), {**base_rows({2024: 10})[0], "base": "砂石"}]},
            "tax_bases.csv 第 3 行“effective_rate”列：“10107”的几个税基只有一部分填了有效税率，没有填的是“砂石”。"
            "同一税种的税基要么都填，要么都不填。",
        ),
        (
            {"tax_bases": base_rows({2024: 10}, effective_rate=0.1), "taxpayers": firm({2024: 1}, code="10107")},
            "tax_bases.csv 第 2 行“effective_rate”列：“10107”填了有效税率，taxpayers 表又列有该税种的企业。两处会重复计算："
            "请清空有效税率（按扣除这些企业后的入库数反推），或从 taxpayers 表删去该税种。",
        ),
    ],
)
def test_faults_of_the_registers(tmp_path, tiny_place, tables, text):
    with pytest.raises(InputError) as caught:
        written(tiny_place, tmp_path / "a", RESOURCE_TAX, tables)
    assert [str(fault) for fault in caught.value.faults] == [f"{tmp_path.as_posix()}/a/{text}"]


def test_registers_that_exceed_the_books_are_faults(tmp_path, tiny_place):
    tables = {
        "taxpayers": firm({2024: 130}, code="10107"),
        "collections": [{"code": "10107", "year": 2023, "amount": 90}],
    }
    place, history = written(tiny_place, tmp_path / "a", RESOURCE_TAX, tables)
    (check,) = [check for check in run_checks(place, history) if check.id == "V21"]
    assert (check.outcome, check.details) == (
        "fault",
        (
            "2024年资源税：重点税源合计 130.00 万元，大于本级入库 120.00 万元",
            "2023年资源税：本级入库 110.00 万元，大于全口径征收 90.00 万元",
        ),
    )


# the invented county and the printed table -----------------------------------------------------------------


@pytest.fixture(scope="module")
def yunshui():
    place = read_place("data/places/yunshui")
    history = read_history(place)
    found = structural_items(place, history, 2025, tuple(range(2026, 2031)), defaults())
    return place, history, found


def test_the_invented_county_shows_every_kind(yunshui):
    _, history, found = yunshui
    assert set(found.paths) == {"10107", "10110", "10112"}
    assert [tax.code for tax in found.derived] == ["10109", "1030203", "1030216"]
    assert found.taxpayer_ahead["10101"].tolist() == [990.0, 1000.0, 950.0, 990.0, 990.0]
    now = found.workings[found.workings["year"] == 2025].groupby("code")["income"].sum()
    for code in found.paths:
        assert now[code] == pytest.approx(history.codes[Budget.GENERAL].at[2025, code], rel=1e-3)
    rest = rest_of_items(history.codes[Budget.GENERAL][["10101", "10302"]], found)
    assert rest.loc[2025].tolist() == [7620.0, 690.0]


def test_a_shorter_horizon_gives_the_same_first_years(yunshui):
    place, history, found = yunshui
    short = structural_items(place, history, 2025, (2026, 2027, 2028), defaults())
    for code, path in short.paths.items():
        np.testing.assert_allclose(found.paths[code][:3], path, rtol=1e-12)
    vat = np.linspace(9000, 10000, 5)
    for code, path in derived_paths(short.derived, vat[:3]).items():
        np.testing.assert_allclose(derived_paths(found.derived, vat)[code][:3], path, rtol=1e-12)


def test_the_printed_workings_add_up_to_the_items(plan_of, yunshui):
    _, _, found = yunshui
    plan = plan_of("yunshui")
    codes = plan.basis.revenue.forecast.items
    vat = plan.revenue_items[:, codes.index("10101")]
    revenue, own = plan.basis.revenue, replace(plan.basis.revenue.own, structural=with_derived(found, vat))
    revenue = replace(revenue, fitted=replace(revenue.fitted, own=own))
    shown = replace(plan, basis=replace(plan.basis, revenue=revenue))
    table = rounded(tax_workings_table(shown))
    assert table.number == "03" and table.columns[-1] == "测算方法"
    by_label = {row.label: row for row in table.rows}
    assert by_label["应税土地面积：税基（万平方米）"].values[:2] == (195.8, 195.8)
    assert by_label["应税土地面积：有效税率"].values[0] == "5.00元"
    assert printed_row(table, by_label["计税房产原值：有效税率"])[1] == "0.84%"
    assert printed(by_label["矿产品销售额：县级分成"].values[1], "ratio") == "50.0%"
    assert by_label["云水水泥有限责任公司：县级收入"].values[:2] in {(560.0, 540.0), (90.0, 80.0)}
    for row in table.rows:
        for column in range(1, len(plan.years) + 1):
            if row.parts:
                assert row.values[column] == sum(table.rows[part].values[column] for part, _ in row.parts)
    assert any("未经核实" in note for note in table.notes)


def test_without_workings_the_table_names_the_method(plan_of):
    plan = plan_of("lijiang")
    table = tax_workings_table(plan)
    assert len(table.rows) == len(plan.basis.revenue.forecast.items)
    assert all(row.values[-1] for row in table.rows)
    assert table.notes == ("没有税基台账和重点税源的项目，按所列方法预测。",)
    assert tax_workings_table(plan_of("gangu")) is None


def test_every_scenario_may_change_the_rate():
    changed = read_scenario("baseline").with_(urban_maintenance_rate=0.07)
    assert changed.assumptions["urban_maintenance_rate"].value == 0.07
