"""Cases of the ledgers of task 1, worked by hand from the rows of 云水."""

from __future__ import annotations

import zipfile
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import fiscal_model as fm
from fiscal_model.law.rules import rules
from fiscal_model.report.all_ledgers import declared_ledgers
from fiscal_model.report.writers import disclosure_pages
from fiscal_model.report.writers.disclosure_pages import disclosure_parts, write_disclosure
from fiscal_model.words.ledger_terms import YesNo


@pytest.fixture(scope="module")
def found(plan_of):
    plan = plan_of("yunshui")
    return lambda name, key: declared_ledgers()[name].find(plan).set_index(key)


def test_departments_roll_up_against_ceilings_less_what_was_decided(plan_of, found):
    """农业农村 2026: 897 + 68 + 370 = 1335 for 1290. 财政 2025: 570 + 59.2 + 136 = 765.2 for 765.7 less 0.84 of YSF02."""
    rows = found("department_budgets", ["department", "year"])
    assert rows.loc[("县农业农村局", 2026), ["over", "doubt"]].tolist() == [45, "超控制数，退回部门压减"]
    assert rows.loc[("县财政局", 2025), "over"] == pytest.approx(0.34)
    assert rows.loc[("县教育局", 2026), ["over", "doubt"]].tolist() == [0, "单位超控制数，部门内调剂"]
    assert rows.loc[("县财政局", 2026), "doubt"] == ""
    assert rows.attrs["missing"] == ["县农业农村局2026年县动物疫病预防控制中心"]
    place = plan_of("yunshui").basis.place
    tables = {
        **place.tables,
        "supervision_deductions": place.tables["supervision_deductions"].assign(adopted=YesNo.YES),
    }
    plan = replace(plan_of("yunshui"), basis=replace(plan_of("yunshui").basis, place=replace(place, tables=tables)))
    again = declared_ledgers()["department_budgets"].find(plan).set_index(["department", "year"])
    assert again.loc[("县财政局", 2026), "deducted"] == pytest.approx(194.4)  # (2300 - 400 + 64 - 20) x 0.1


def test_bands(found):
    """事业一类一档: 92 persons x 4800 + 1.84 = 46 万元, 5000 a head; 行政一类 has no band."""
    rows = found("basic_bands", "named")
    assert rows.loc["事业一类·一档", "cost"] == pytest.approx(46)
    assert rows.loc["事业一类·一档", "per_head"] == pytest.approx(5000)
    assert rows.loc["行政一类", "doubt"] == "只分类没有分档，补定档次"


def test_procurement_of_one_budget_is_added_up(found):
    """18 + 30 = 48 of 50.4 for 财政局机关; 16 of 13.8 for 职教中心; 文体广旅局 has no draft."""
    rows = found("procurement_plans", "procurement_code")
    assert rows.loc["YSC05", ["limit", "asked", "doubt"]].tolist() == [pytest.approx(50.4), 48, ""]
    assert rows.loc["YSC06", ["over", "doubt"]].tolist() == [pytest.approx(2.2), "超过对应预算，压减或先调剂"]
    assert rows.loc["YSC07", "doubt"] == "没有对应预算，不得采购"


def test_assets_by_standard_stock_and_price(found):
    """22 x 0.5 = 11 notebooks, 9 on hand: 2 of 6 at 6800, 4 x 0.68 saved; a copier at 42000 is granted at 35000."""
    rows = found("asset_allocation_requests", "request_code")
    assert rows.loc["YSQ02", ["granted", "saving"]].tolist() == [2, pytest.approx(2.72)]
    assert rows.loc["YSQ03", ["allowed", "doubt"]].tolist() == [3.5, "单价超上限，按上限核定"]
    assert rows.loc["YSQ04", ["allowed", "doubt"]].tolist() == [0, "没有配置标准，单独论证"]
    assert rows["asked"].sum() == pytest.approx(rows[["allowed", "saving", "pending"]].to_numpy().sum())
    assert rows.loc["YSQ01", "doubt"] == ""


def test_transfers_from_document_to_payment(found):
    rows = found("transfer_documents", "name")
    assert rows.loc["义务教育薄弱环节补助", ["lead", "doubt"]].tolist() == [71, "分配超过期限，查明原因"]
    assert rows.loc["基本公共卫生补助", ["idle", "doubt"]].tolist() == [720, "支付过慢，推进或收回"]
    assert rows.loc["地质灾害防治", "doubt"] == "过期没有分配，立即下达"
    assert rows.loc["农田建设补助", "doubt"] == "没有分完，分解到项目"
    assert rows.loc["保障性安居工程补助", ["lead", "doubt"]].tolist() == [19, ""]


def test_cuts_by_score_and_pace(found):
    """灯会: 52 points keep nothing, 60 - 12 paid. 奖补: 72 points cut a tenth. 运维: 620 x 9/12 - 240 = 225. 86 points cut nothing."""
    rows = found("budget_cuts", ["project_code", "year"])
    assert rows["cut"].tolist() == pytest.approx([48, 80, 0, 225, 19])
    assert rows.loc[("YSP10", 2026), "doubt"] == "绩效不高，决定是否调减"
    assert rows.loc[("YSP12", 2025), "doubt"] == ""


def test_disclosure_sets(found):
    """28 August 2025 and 20 days is 17 September; the two debt tables came on the 24th."""
    rows = found("disclosures", ["publisher", "year"])
    assert rows.loc[("县财政局", 2024), ["due", "late", "doubt"]].tolist() == [
        "2025-09-17",
        7,
        "公开超过期限，下次提前",
    ]
    assert rows.loc[("县农业农村局", 2026), ["shown", "doubt"]].tolist() == [6, "缺表，立即补齐公开"]
    assert rows.loc[("县教育局", 2026), "doubt"] == ""
    assert rows.loc[("政府", 2026), ["kind", "doubt"]].tolist() == ["adjusted", "没有登记公开的表，补登"]


def test_findings_and_what_they_take(found):
    """YSF03: 2300 - 400 got back, overdue at the end of 2025: a tenth. YSF07 was closed in time: nothing."""
    recovered = found("findings_recovered", "finding")
    assert recovered.loc[["YSF02", "YSF03", "YSF07", "YSF08"], "doubt"].tolist() == [
        "销号没有登记追回金额，补登", "逾期未销号，挂牌督办", "", "没有发现机构，补登来源",
    ]  # fmt: skip
    taken = found("supervision_deductions", "finding")
    assert taken.loc["YSF03", ["deduction", "doubt"]].tolist() == [190, "未决定，预算没有扣减，提请决定"]
    assert taken.loc["YSF07", ["deduction", "doubt"]].tolist() == [0, ""]


def test_the_loop_is_closed_or_not(found):
    rows = found("budget_cycle", ["year", "step"])
    assert rows.loc[(2024, "evaluate"), ["gap", "doubt"]].tolist() == [18, "迟于期限完成，下轮提前"]
    assert rows.loc[(2025, "evaluate"), ["gap", "doubt"]].tolist() == [31, "逾期没有完成，限期完成"]
    assert rows.loc[(2025, "feedback"), "doubt"] == "没有登记这一步，补登"
    assert rows.loc[(2025, "budget"), "doubt"] == ""


def test_the_library_is_told_by_maturity_and_by_what_expires(plan_of):
    """Reserve: 冷链 800 and 种植补贴 1105; 冷链 entered in March 2022, 乡村道路 in October 2023, three years each."""
    notes = fm.show_table(plan_of("yunshui"), "library").table.notes
    assert "储备2个1,905万元" in "".join(notes)
    assert "2026-12-31以前储备到期的：高原夏菜冷链物流园二期（2025-03-01）、乡村道路提升改造（2026-10-01）。" in notes


def test_sectors_add_up_to_output_in_table_01(plan_of):
    rows = {row.label: row.values for row in fm.show_table(plan_of("yunshui"), "economy").table.rows}
    sectors = [rows[f"第{name}产业增加值"][:3] for name in "一二三"]
    assert [sum(year) for year in zip(*sectors, strict=True)] == list(rows["地区生产总值（现价）"][:3])
    assert not any(np.isfinite(value) for value in rows["固定资产投资"][3:] if value is not None)


def test_departments_got_their_budget_in_time(plan_of):
    """Approved on 22 January 2026; the latest department had it on 10 February, within twenty days."""
    rows = fm.show_table(plan_of("yunshui"), "disclosure_dates").frame
    assert "2026-02-10" in rows.loc[rows["事项"] == "财政部门向各部门批复", "完成日期"].astype(str).tolist()


def test_approved_figures_by_the_table_that_publishes_them(found):
    """213 was approved with 56,880 and adjusted to 57,680; nothing of social insurance was put to congress."""
    rows = found("disclosed_figures", "label")
    general = rows[rows["sheet"] == "一般公共预算支出表"]
    assert general.loc["213 农林水支出", ["original", "adjusted"]].tolist() == [56880, 57680]
    assert set(rows["sheet"][rows["doubt"] != ""]) == {
        "一般公共预算本级支出表", "一般公共预算本级基本支出表", "社会保险基金收入表", "社会保险基金支出表",
    }  # fmt: skip
    assert rows.loc["上级补助收入", "sheet"] == "税收返还和转移支付表"


def test_final_accounts_by_the_table_that_publishes_them(plan_of, found):
    """213 was 61,145 in 2023 and 62,584 in 2024: + 2.35 %. With the budget of 2026 dated 2024, 56,880 had been approved."""
    rows = found("disclosed_accounts", "label")
    farming = rows[rows["sheet"] == "一般公共预算支出表"].loc["213 农林水支出"]
    assert farming[["before", "amount", "growth"]].tolist() == pytest.approx([61145, 62584, 1439 / 61145])
    assert rows.loc["城乡居民基本养老保险基金", "sheet"].tolist() == ["社会保险基金收入表", "社会保险基金支出表"]
    assert set(rows["sheet"][rows["doubt"] != ""]) == {"一般公共预算本级支出表", "一般公共预算本级基本支出表"}
    basis = plan_of("yunshui").basis
    dated = basis.place.tables["approved_budget"].assign(year=2024)
    place = replace(basis.place, tables={**basis.place.tables, "approved_budget": dated})
    again = declared_ledgers()["disclosed_accounts"].find(
        replace(plan_of("yunshui"), basis=replace(basis, place=place))
    )
    assert again.set_index("label").loc["213 农林水支出", "original"].tolist()[0] == 56880


def test_departments_by_the_table_that_publishes_them(found):
    """教育局: 228 + 1,860 + 905 = 2,993 for staff, 68.1, 490; 240 + 130 + 0 + 180 + 95 + 20 = 665 of its units' own money. Both sides balance."""
    rows = found("disclosed_departments", "department").loc["县教育局"]
    whole = rows[rows["sheet"] == "部门收支总体情况表"].set_index("label")["amount"]
    assert whole["收入：财政拨款"] == pytest.approx(2993 + 68.1 + 490) and whole["收入：单位资金（含上年结转）"] == 665
    sides = whole.groupby(whole.index.str[:2]).sum()
    assert sides["收入"] == pytest.approx(sides["支出"])
    assert rows["sheet"][rows["doubt"] != ""].tolist() == ["政府性基金预算支出情况表"]


def test_pages_of_disclosure_print_every_required_table_and_nobody(plan_of, tmp_path):
    plan = plan_of("yunshui")
    parts = disclosure_parts(plan)
    assert [part.heading for part in parts] == [
        "2026年政府预算", "2024年政府决算", "政府债务", "县财政局2026年部门预算", "县教育局2026年部门预算", "县农业农村局2026年部门预算",
    ]  # fmt: skip
    required = rules("ledger_budget_chain")["department_tables"]["value"]
    for part in parts[3:]:
        printed = [each.title for each in part.tables]
        assert [each for each in required if each in printed or each in part.paragraphs[0]] == required
        assert "意见" not in {heading for each in part.tables for heading in each.columns}
    (path,) = write_disclosure(tmp_path, plan)
    with zipfile.ZipFile(path) as opened:
        text = opened.read("word/document.xml").decode()
    place, fields = plan.basis.place, [each.split() for each in rules("ledger_data")["sensitive_fields"]["value"]]
    hidden = {str(value) for name, _ in fields for value in place.rows(name.split(".")[0])[name.split(".")[1]]} - {""}
    assert "62,584" in text and not [each for each in hidden if each in text]
    assert write_disclosure(tmp_path, plan_of("lijiang")) == ()


def test_a_published_table_is_whole(plan_of, tmp_path, monkeypatch):
    """Two hundred subjects more, all printed."""
    more = pd.DataFrame(
        {"sheet": "一般公共预算支出表", "label": [f"科目{at}" for at in range(200)], "amount": 1.0, "doubt": ""}
    )
    find = declared_ledgers()["disclosed_accounts"].find
    longer = replace(disclosure_pages.disclosed_accounts, find=lambda plan: _longer(find(plan), more))
    monkeypatch.setattr(disclosure_pages, "_SETS", ((longer, "政府决算"),))
    (path,) = write_disclosure(tmp_path, plan_of("yunshui"))
    with zipfile.ZipFile(path) as opened:
        text = opened.read("word/document.xml").decode()
    assert all(f">科目{at}<" in text for at in range(200))


def _longer(found, more):
    made = pd.concat([found, more], ignore_index=True)
    made.attrs = found.attrs
    return made
