"""Cases of the ledgers of task 2, worked by hand from the rows of 云水; arrears that are open turn the light red."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

import fiscal_model as fm
from fiscal_model.analysis.guarantees.early_warning import judge_warning
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.registers.rules import ReadTables
from fiscal_model.report.all_ledgers import declared_ledgers


@pytest.fixture(scope="module")
def found(plan_of):
    plan = plan_of("yunshui")
    return lambda name, key: declared_ledgers()[name].find(plan).set_index(key)


def test_what_is_in_scope(found):
    """村级运转 is booked under 保基本民生, its item is 保运转; 机关大院绿化 is 2010302, on no list; 2120303 is no 机关服务."""
    scope = found("guarantee_scope", "payment_code")["doubt"]
    assert scope["YSZF09"] == "类别与清单不符，改列"
    assert scope[["YSZF05", "YSZF10"]].tolist() == ["不在三保范围，移出三保支出"] * 2
    assert (scope == "").sum() == 7


def test_the_gate_takes_no_surplus_for_a_gap(plan_of, found):
    """高龄津贴 has 280 for what the plan says it needs; 小学公用经费 has more than it needs, which fills no other gap."""
    gate, items = found("guarantee_gate", "name"), plan_of("yunshui").basis.guarantees.items
    need = items.need[1, items.codes.index("L23")]
    assert gate.loc["高龄津贴", ["gap", "doubt"]].tolist() == [pytest.approx(need - 280), "没有足额安排，补足缺口"]
    assert gate.loc["小学公用经费", ["gap", "doubt"]].tolist() == [0, ""]
    assert gate["gap"].sum() == pytest.approx(gate.loc[["高龄津贴", "城乡居民养老保险缴费补贴"], "gap"].sum())


def test_the_budget_of_a_plan_year_is_what_is_arranged_from_then_on(plan_of, found):
    """Table 08-9 shows the gap of the gate in 2026; 08-1 and 08-3 say 99.9 % of 2025: 25 of 39808 lack."""
    plan, items = plan_of("yunshui"), plan_of("yunshui").basis.guarantees.items
    assert items.gap[1].sum() == pytest.approx(found("guarantee_gate", "name")["gap"].sum())
    assert (items.arranged[2] == items.arranged[1]).all()
    total = fm.show_table(plan, "guarantee_items").table.rows[-1]
    assert total.values[-2] == pytest.approx(1 - items.gap[0].sum() / items.need[0].sum(), abs=5e-5)


def test_progress_by_nine_months(found):
    """75 % of the year is gone: 55 % is 20 points behind, 68 % seven, 72 % three; 449 x 0.75 - 247 = 89.75."""
    rows = found("guarantee_progress", "item_code")
    assert rows.loc[["L04", "L23", "L17"], "light"].tolist() == ["红", "黄", "绿"]
    assert rows.loc["L04", ["behind", "doubt"]].tolist() == [89.75, "严重滞后，立即拨付"]


def test_accounts_cover_the_next_month(found):
    """August: 5750 + 5250 - 5750 = 5250 for 5750 in September. June closes with 3260, July opens with 3248."""
    rows = found("guarantee_accounts", ["account", "month"])
    assert rows.loc[("wages", 8), ["short", "doubt"]].tolist() == [500, "不够下月支付，月末前补足"]
    assert rows.loc[("living", 7), "doubt"] == "月初与上月末不符，对账"
    assert rows.loc[("wages", 7), "doubt"] == ""


def test_what_left_the_accounts(found):
    rows = found("guarantee_diversion", "payment_code")["doubt"]
    assert rows[["YSZF01", "YSZF03", "YSZF05", "YSZF06", "YSZF07"]].tolist() == [
        "", "用于专户以外用途，退回专户", "用于专户以外用途，退回专户", "转到单位账户，改为直接支付", "转出专户，限期退回",
    ]  # fmt: skip
    assert "YSZF08" not in rows.index


def test_open_arrears_turn_the_light_red(plan_of):
    """Paid late is a doubt of the ledger; open since 2025: the base year and the first plan year are red, no other."""
    plan = plan_of("yunshui")
    rows = plan.basis.place.tables["guarantee_arrears"]
    found = declared_ledgers()["guarantee_arrears"].find(plan).set_index("arrears_code")
    assert found["days"].tolist() == [6, 36, 6]
    assert found["doubt"].tolist() == ["", "拖得过久，查明责任", ""]
    assert judge_warning(plan).words == ("绿",) * 5
    still = rows.assign(paid_on=rows["paid_on"].where(rows["arrears_code"] != "YSQ01", None))
    place = replace(plan.basis.place, tables={**plan.basis.place.tables, "guarantee_arrears": still})
    warning = judge_warning(replace(plan, basis=replace(plan.basis, place=place)))
    assert (warning.base_grade, warning.words) == (3, ("红", "绿", "绿", "绿", "绿"))
    assert warning.reasons[0] == "登记的拖欠120万元没有付清"


@pytest.mark.parametrize(
    ("table", "cells", "said"),
    [
        ("guarantee_execution", {"paid": 5.0, "budget": 4.0}, "已拨付 5 大于预算安排 4"),
        (
            "guarantee_accounts",
            {"account": "wages", "opening": 1.0, "inflow": 2.0, "outflow": 1.0, "closing": 3.0},
            "月初 1＋流入 2－流出 1 不等于月末 3",
        ),
    ],
)
def test_what_a_row_may_not_say(table, cells, said):
    assert said in [found for _, found, _ in TABLES[table].complaints(cells)]


def test_what_is_paid_since_january_never_falls():
    rows = [
        {"item_code": "L01", "year": 2026, "month": 9 - at, "paid": 613.3 + 86.7 * at, "row_line": 2 + at}
        for at in (0, 1)
    ]
    found = [
        each
        for held in TABLES["guarantee_execution"].rules
        for each in held("guarantee_execution", ReadTables({"guarantee_execution": pd.DataFrame(rows)}, "", {}))
    ]
    assert (2, "paid", "9 月累计已拨付 613.3 小于 8 月的 700", "已拨付填年初以来累计数，请核对") in found


def test_the_base_year_s_deviation_is_that_of_its_december(plan_of):
    """Every fourth of the 28 items paid 98.5 % of its budget of 2025, the others all."""
    place = plan_of("yunshui").basis.place
    rows = place.rows("guarantee_execution").query("year == 2025")
    shown = judge_warning(plan_of("yunshui")).measures.query("measure == 'deviation' and year == 2025")
    assert shown["value"].item() == pytest.approx((rows["budget"] - rows["paid"]).sum() / rows["budget"].sum())
    assert 0 < shown["value"].item() < 0.015
