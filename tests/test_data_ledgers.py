"""Cases of the ledgers of task 3, worked by hand from the rows of 云水."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from fiscal_model.registers.catalogue import TABLES
from fiscal_model.report.all_ledgers import declared_ledgers
from fiscal_model.report.writers.masked_registers import masked_registers
from fiscal_model.words.data_terms import CodeKind


@pytest.fixture(scope="module")
def found(plan_of):
    plan = plan_of("yunshui")
    return lambda name, key: declared_ledgers()[name].find(plan).set_index(key)


def test_records_are_joined_by_credit_code(found):
    """自然资源局 sends eight rows, one of a firm that is not registered; 人社局 names a known code otherwise."""
    rows = found("department_match", "department")
    assert rows.loc["县自然资源局", ["records", "matched", "rate"]].tolist() == [8, 7, 0.875]
    assert rows.loc["县人力资源和社会保障局", ["rate", "renamed"]].tolist() == [0.8, 1]
    assert rows["doubt"].tolist() == ["", "匹配率低，退回核对代码", "匹配率低，退回核对代码"]


def test_leads_of_tax_not_declared(found):
    """矿业: 61 million kWh x 1.5 = 9150 of sales, 8800 declared: 350 x 3 % = 10.5. 冷链: 42000 square metres x 3 yuan = 12.6.

    乳业 bought for 460, no deed tax: 13.8. 物流: 700000 kWh, no VAT at all: 105 x 3 % = 3.15."""
    rows = found("tax_leads", ["firm", "kind"])["estimated"]
    leads = {firm: amount for (firm, _), amount in rows[rows > 0].items()}
    assert leads == pytest.approx(
        {"云水矿业有限公司": 10.5, "云水物流有限公司": 3.15, "云水夏菜冷链有限公司": 12.6, "云水河滩砂石场": 4.8, "云水乳业有限公司": 13.8}
    )  # fmt: skip


def test_where_tax_comes_from(found):
    """房地产 2024: 420 + 96 = 516; 2025: 260 + 40 + 27 = 327, 189 of 3821 less. Sums are the same by sector, town, firm."""
    sector, town, firm = (
        found(*pair)
        for pair in (("tax_by_sector", "sector"), ("tax_by_township", "township"), ("top_taxpayers", "firm"))
    )
    row = sector.loc["房地产"]
    assert row[["before", "now", "growth", "pull"]].tolist() == pytest.approx([516, 327, 327 / 516 - 1, -189 / 3821])
    assert row["doubt"] == "降幅大，走访核实原因" and sector.loc["采矿", "doubt"] == ""
    assert sector["now"].sum() == town["now"].sum() == firm["now"].sum() == 3749
    assert sector.loc["电力", "largest"] == pytest.approx(858 / 1193)
    assert firm["cumulative"].iloc[-1] == pytest.approx(1)


def test_a_firm_pays_the_same_in_both_registers(plan_of, found):
    """`taxpayers` has what the plan's revenue rests on; 水泥 paid 560 of VAT in 2025 in both, until one says 600."""
    assert found("top_taxpayers", "firm").loc["云水水泥有限责任公司", "doubt"] == ""
    plan = plan_of("yunshui")
    rows = plan.basis.place.tables["tax_payments"]
    rows = rows.assign(paid=rows["paid"].where(rows["paid"] != 560, 600.0))
    place = replace(plan.basis.place, tables={**plan.basis.place.tables, "tax_payments": rows})
    firms = declared_ledgers()["top_taxpayers"].find(replace(plan, basis=replace(plan.basis, place=place)))
    assert firms.set_index("firm").loc["云水水泥有限责任公司", "doubt"] == "与重点税源表不符，核对"


def test_fields_are_tagged_and_masked(plan_of, found):
    """A person's name is sensitive wherever it stands: the table of experts may not be shared without condition."""
    fields = found("data_fields", ["dataset", "field"])
    assert fields.loc[("supervision_experts", "name"), ["tag", "doubt"]].tolist() == [
        "敏感",
        "敏感字段，数据表改为有条件共享",
    ]
    assert fields.loc[("tax_payments", "credit_code"), ["tag", "doubt"]].tolist() == ["敏感", ""]
    assert fields.loc[("debt", "amount"), "tag"] == "重要"
    place = plan_of("yunshui").basis.place
    copies = masked_registers(place)
    names = set(place.rows("tax_registrations")["firm"]) | set(place.rows("tax_registrations")["credit_code"])
    assert not any(copies[name].isin(names).to_numpy().any() for name in copies)
    codes = [copies[name]["统一社会信用代码"] for name in ("tax_registrations", "tax_payments")]
    assert set(codes[1]) <= set(codes[0]) and codes[0].is_unique
    assert copies["tax_payments"]["县级入库数"].sum() == place.rows("tax_payments")["paid"].sum()


def test_who_submits_late(found):
    rows = found("data_submissions", ["department", "due_date"])
    assert rows["days"].tolist() == [0, 0, 14, 0, 0, 0]
    assert rows["doubt"].tolist() == ["", "", "迟报，通报并约定时限", "报送不全，补报", "", "没有报送，催报"]


def test_every_register_that_is_kept_is_classed(plan_of, found):
    classes = found("data_classes", "dataset")["doubt"]
    assert classes["opinions"] == "没有分类分级，补登"
    assert classes["taxpayers"] == "非一般数据共享过宽，改为有条件"
    assert (classes["macro"], classes["staff"]) == ("没有责任单位，明确", "")
    plan = plan_of("yunshui")
    kept = {name: rows for name, rows in plan.basis.place.tables.items() if name != "population"}
    fewer = replace(plan, basis=replace(plan.basis, place=replace(plan.basis.place, tables=kept)))
    catalogue = declared_ledgers()["data_catalogue"].find(fewer).set_index("dataset")["doubt"]
    assert catalogue["population"] == "没有数据，列入缺失清单"
    assert catalogue["population_rates"] == "更新过期，催更"
    assert catalogue["staff"] == ""
    assert catalogue["opinions"] == "没有登记目录，补登"
    assert set(TABLES) <= set(catalogue.index)


def test_codes_hold_in_their_years(plan_of, found):
    """北山乡 became 北山镇 in 2025 and firms stand there still; 招商局 ended in 2024 and was paid in 2026. 1030216 is in no table of any year."""
    rows = found("code_versions", "code")
    assert rows["doubt"].to_dict() == {
        "1030203": "", "1030299": "", "1030216": "孤立编码，补登版本或改正", "2081099": "新编码不在编码表，改正",
        "2140203": "", "216001": "", "216002": "停用后仍在使用，改用新编码", "999901100": "", "999901200": "",
        "999901101": "", "999901201": "停用后仍在使用，改用新编码", "999901102": "", "999901103": "",
    }  # fmt: skip
    assert rows.loc["999901201", ["years", "label"]].tolist() == ["2025", "北山镇"]
    assert rows.loc["216002", ["years", "label"]].tolist() == ["2026", "县商务局"]
    ledger = plan_of("yunshui").basis.place.rows("ledger")
    orphan = ledger[ledger["code"] == "1030216"]
    assert rows.loc["1030216", "amount"] == orphan["amount"].sum() > 0
    assert rows.loc["1030216", "years"] == "、".join(str(year) for year in sorted(orphan["year"].unique()))


@pytest.mark.parametrize(("code", "refused"), [("91350100M000100Y43", 0), ("91350100M000100Y34", 1), ("9135", 1)])
def test_a_credit_code_with_a_wrong_check_digit_is_refused(code, refused):
    said = [found for _, found, _ in TABLES["department_records"].complaints({"credit_code": code})]
    assert said == [f"“{code}”不是统一社会信用代码"] * refused


def test_units_outside_the_register_of_units(found):
    """县财政局预算股 is in no register of units, 县财政局 is; 县教育局机关 is known; a power company sends data and needs no budget."""
    names = found("unit_names", "name")
    assert names.loc["县财政局预算股", ["near", "doubt"]].tolist() == ["县财政局", "与登记名称相近，统一名称"]
    assert names.loc[["县教育局机关", "县民政局"], "doubt"].tolist() == ["", "不在预算单位表，补登或改正"]
    assert "县供电公司" not in names.index


@pytest.mark.parametrize(
    ("table", "cells", "said"),
    [
        ("tax_payments", {"code": "101", "taxable_base": 9.0, "paid": 8.0}, "“101”不是税收科目的款"),
        ("tax_payments", {"code": "10101", "taxable_base": 15.8, "paid": 560.0}, "申报计税依据 15.8 小于入库数 560"),
        ("code_versions", {"code": "1030299", "new_code": "1030299"}, "新编码与旧编码相同（1030299）"),
        ("code_versions", {"kind": CodeKind.TOWNSHIP, "code": "999901100", "name": ""}, "乡镇没有填写名称"),
        (
            "code_versions",
            {"code": "1030299", "new_code": "10302", "to_year": None},
            "填写了新编码 10302，没有填停用年度",
        ),
        ("asset_allocation_requests", {"unit_price": 0.48}, "申请单价 0.48 元过低"),
        (
            "budget_cycle",
            {"year": 2024, "due_date": dt.date(2033, 9, 30)},
            "应完成日期 2033-09-30 离预算年度 2024 太远",
        ),
    ],
)
def test_what_a_row_may_not_say(table, cells, said):
    assert said in [found for _, found, _ in TABLES[table].complaints(cells)]
