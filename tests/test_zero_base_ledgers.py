"""Cases of the ledgers of task 4, worked by hand from the rows of 云水."""

from __future__ import annotations

import zipfile
from dataclasses import replace

import pytest

from fiscal_model.model.projection import project
from fiscal_model.report.all_ledgers import build_ledgers, declared_ledgers
from fiscal_model.report.ledgers.zero_base_ledgers import room_of
from fiscal_model.report.writers.ledger_volume import write_ledger_document
from fiscal_model.words.vocabulary import YesNo


@pytest.fixture(scope="module")
def found(lean_county):
    plan = lean_county
    return lambda name, key="name": declared_ledgers()[name].find(plan).set_index(key)


def test_ending_and_merging_policies_saves(lean_county, found):
    """房租补贴 ended in 2024: 45. Two policies for 企业: 800 and 120, the lesser could go."""
    rows = found("policy_library")
    assert rows.loc["小微企业房租补贴办法", ["saving", "doubt"]].tolist() == [45, "到期退出，延续的重新评估"]
    assert rows.loc["科技型企业奖励办法", ["saving", "doubt"]].tolist() == [120, "受益对象相同，研究整合"]
    assert rows.loc["招商引资企业奖补办法", ["saving", "doubt"]].tolist() == [0, "取消挂钩条款，按数量测算"]
    assert rows.loc["社区养老服务站运营补助办法", "doubt"] == ""
    basis = lean_county.basis
    same = basis.place.tables["policies"].assign(legal_basis="云政办〔2025〕2号（虚构）")
    place = replace(basis.place, tables={**basis.place.tables, "policies": same})
    again = declared_ledgers()["policy_library"].find(replace(lean_county, basis=replace(basis, place=place)))
    assert again.set_index("name").loc["社区养老服务站运营补助办法", "doubt"] == "文号与另一项相同，核对是否同一项"


def test_a_one_off_card_is_not_used_twice(found):
    """灯会 had 60 last year and asks again; 冷链园二期 came in 2022 and stays three years; 消防站 is lasting and was scored."""
    rows = found("project_pool")
    assert rows.loc["城区节庆灯会", ["before", "doubt"]].tolist() == [60, "一次性项目再申报，重新入库"]
    assert rows.loc["高原夏菜冷链物流园二期", ["until", "doubt"]].tolist() == ["2025-03-01", "入库到期，重新论证或退库"]
    assert rows.loc["特色种植补贴", "doubt"] == "没有登记能否重复使用，补登"
    assert rows.loc["应急物资储备和乡镇消防站运维", "doubt"] == ""


def test_three_factors_order_projects_down_to_the_line(lean_county, found):
    """感染病楼: need (640 + 350) / 1200 = 82.5; 0.4 x 85 + 0.3 x 82.5 + 0.3 x 70 = 79.75, behind 93.8, 91.2, 83.8.

    260 + 480 + 72 = 812 fit into 1,443; with 640 more they do not."""
    rows = found("project_order")
    assert rows.loc["县医院感染病楼", ["need", "rating", "rank"]].tolist() == pytest.approx([82.5, 79.75, 4])
    assert rows["running"].tolist()[:4] == pytest.approx([260, 740, 812, 1452])
    assert 812 < room_of(lean_county)[0] < 1452
    assert rows["line"].tolist()[:5] == ["线上", "线上", "线上", "线下", "线下"]
    assert rows.loc["县医院感染病楼", "doubt"] == "在财力线以下，推迟或压减"
    assert rows.loc["特色种植补贴", "doubt"] == "评审没有通过，本年不安排"


def test_classes_grow_on_last_year(found):
    """产业发展: 800 + 200 asked after 700, 720 accepted: +42.9 %, +2.9 %. 社会事业 had nothing."""
    rows = found("class_growth", "class")
    assert rows.loc["产业发展", ["asked_growth", "growth"]].tolist() == pytest.approx([3 / 7, 2 / 70])
    assert rows.loc["产业发展", "doubt"] == "申报增加多，逐项说明再核定"
    assert rows.loc["社会事业", "doubt"] == "上年没有安排，按新增逐项评估"
    assert rows.loc["保障运转", ["before", "asked", "doubt"]].tolist() == [900, 880, ""]


def test_ex_ante_scores_stop_or_support(found):
    """感染病楼 16 + 13 + 14 + 13 + 14 = 70; 雨污分流 55."""
    rows = found("ex_ante_scores")
    assert rows.loc["县医院感染病楼", ["score", "verdict", "weakest"]].tolist() == [70, "部分支持", "投入经济性"]
    assert rows.loc["老城区雨污分流改造", ["kept", "doubt"]].tolist() == [pytest.approx(1100), "不予支持，退出规划安排"]
    assert rows.loc["特色种植补贴", "doubt"] == "没有事前评估，不得安排"
    assert rows.loc["地质灾害避险搬迁", "doubt"] == ""


def test_what_did_not_pass_leaves_the_plan_once_it_is_decided(lean_county, found):
    """雨污分流 scored 55; of 900 in 2027 and 2028 half is put off by two years, and 250 from above pay in 2027."""
    rows, plan = found("blocked_projects"), lean_county
    assert rows.loc["老城区雨污分流改造", ["total", "blocked", "doubt"]].tolist() == [
        1800,
        pytest.approx(1100),
        "没有通过，决定不安排或补评估",
    ]
    assert rows.loc["地质灾害避险搬迁", "doubt"] == rows.loc["特色种植补贴", "doubt"] == ""

    def run(code, how):
        place = plan.basis.place
        library = place.tables["projects"]
        named = library.assign(dropped=library["dropped"].mask(library["project_code"] == code, how))
        place = replace(place, tables={**place.tables, "projects": named})
        return project(place, plan.basis.scenario, fitted=plan.basis.revenue.fitted)

    dropped, back, passed = run("YSP06", YesNo.YES), run("YSP06", YesNo.NO), run("YSP04", YesNo.YES)
    asked = [each.basis.balance.commitments.candidate_projects for each in (plan, dropped, back)]
    assert (asked[0] - asked[1]).tolist() == pytest.approx([0, 450 - 250, 450, 450, 450])
    assert (asked[0] == asked[2]).all() and (back.line("expenditure") == plan.line("expenditure")).all()
    ledger = declared_ledgers()["blocked_projects"]
    assert ledger.find(dropped).set_index("name").loc["老城区雨污分流改造", ["kept", "doubt"]].tolist() == [0, ""]
    assert ledger.find(passed).set_index("name").loc["地质灾害避险搬迁", "doubt"] == "通过了却不安排，核对决定"


def test_who_goes_first_when_more_is_asked_than_is_free(lean_county, found):
    """2026: 480 + 700 + 260 + 800 + 200 + 60 + 72 = 2,572 asked; the best three, 812, fit. The gate of 42-2 is open by 55.59."""
    rows, room = found("project_ceilings", "year"), room_of(lean_county)
    assert rows.loc[2026, ["asked", "over"]].tolist() == pytest.approx([2572, 2572 - room[0]])
    assert rows.loc[2026, "dropped"] == "特色种植补贴、城区节庆灯会、招商引资企业奖补、县医院感染病楼"
    assert rows.loc[2026, ["gap", "doubt"]].tolist() == [pytest.approx(55.59, abs=0.01), "先补足三保，再安排新上项目"]
    assert rows.loc[2027, "doubt"] == "申报超财力，按次序退出或推迟" and rows.loc[2030, "doubt"] == ""


def test_how_much_has_a_standard(found):
    """感染病楼: 700 of 1,200 have a standard, 300 yuan a square metre above it: 4,000 x 300 x 0.5 = 60."""
    rows = found("standard_coverage")
    assert rows.loc["县医院感染病楼", ["share", "cut", "doubt"]].tolist() == [pytest.approx(700 / 1200), 60, ""]
    assert rows.loc["特色种植补贴", "doubt"] == "多数没有标准，先定标准"


def test_a_library_without_maturity_or_gate_has_no_such_ledgers(plan_of):
    plan = plan_of("yunshui")
    tables = dict(plan.basis.place.tables)

    def made(**changed):
        place = replace(plan.basis.place, tables={**tables, **changed})
        return [
            each(replace(plan, basis=replace(plan.basis, place=place)))
            for each in declared_ledgers().values()
            if each.task == 4
        ]

    assert not any(made(projects=tables["projects"].assign(maturity=None)))
    assert all(made(guarantee_execution=tables["guarantee_execution"].head(0)))


@pytest.mark.slow
def test_the_volume_holds_a_chapter_of_every_task(plan_of, tmp_path):
    plan = plan_of("yunshui")
    write_ledger_document(tmp_path / "ledgers.docx", plan, build_ledgers(plan))
    text = zipfile.ZipFile(tmp_path / "ledgers.docx").read("word/document.xml").decode()
    assert "任务四　深化零基预算改革" in text
