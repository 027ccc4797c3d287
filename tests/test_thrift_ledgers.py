"""Cases of the ledgers of task 7, worked by hand from the rows of 云水."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fiscal_model.blocks.ledgers.thrift_effects import thrift_cut
from fiscal_model.law.rules import rules
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.report.all_ledgers import declared_ledgers
from fiscal_model.report.ledgers.thrift_score_ledgers import _SCORED
from fiscal_model.words.thrift_terms import BuildingWork, EventClass, EventKind


@pytest.fixture(scope="module")
def found(plan_of):
    plan = plan_of("yunshui")
    return lambda name, key="name": declared_ledgers()[name].find(plan).set_index(key)


def test_three_publics_only_go_down(found):
    """应急局 2025: 23.2 + 2.4 = 25.6, budget 21.5 + 2.6 = 24.1, 2024 21.5 + 2.6 = 24.1; a head 256,000 / 46 = 5,565.

    文体局: 19.4 after 20.3, but 2026 budgets 8 + 6.6 + 12.5 = 27.1 against 20.3."""
    rows = found("three_publics", "department")
    assert rows.loc["县应急管理局", ["before", "budget", "actual", "per_head"]].tolist() == pytest.approx(
        [24.1, 24.1, 25.6, 256_000 / 46]
    )
    assert rows.loc["县应急管理局", "doubt"] == "超预算支出，查明原因并核减"
    assert rows.loc["县文体广旅局", ["change", "saving"]].tolist() == pytest.approx([-0.9, -6.8])
    assert rows.loc["县文体广旅局", "doubt"] == "预算安排增加，退回重编"
    assert rows.loc["县农业农村局", "doubt"] == "决算比上年增加，下年压减"
    assert rows.loc["县财政局", "doubt"] == ""


def test_meetings_and_courses_cost_quota_by_persons_by_days(found):
    """550 x 90 x 1 = 4.95 万元, asked 6.2; 550 x 100 x 4 = 22, asked 26; 550 x 180 x 1 = 9.9, paid 9.6.

    What is not planned goes whole: 2.4, though its ceiling is 2.75."""
    meetings, trainings = found("meetings"), found("trainings")
    assert meetings.loc["春耕生产现场会", ["ceiling", "overrun"]].tolist() == pytest.approx([4.95, 1.25])
    assert meetings.loc["春耕生产现场会", "doubt"] == "超过定额标准，核减到上限"
    assert meetings.loc["城市更新推进会", ["cut", "doubt"]].tolist() == [2.4, "没有列入年度计划，不予安排"]
    assert meetings.loc["全县教育工作会", ["ceiling", "overrun", "doubt"]].tolist() == [pytest.approx(9.9), 0, ""]
    assert trainings.loc["高素质农民培训班", "overrun"] == pytest.approx(4)
    assert trainings.loc["骨干教师培训班", "doubt"] == ""


def test_long_events(plan_of):
    """40 days of a course count 15 + 15 x 0.7 + 10 x 0.5 = 30.5; a meeting of class three lasts four days, of class one any."""
    plan = plan_of("yunshui")
    events = plan.basis.place.tables["events"].assign(days=40.0, planned="yes", budget=1.0, actual=None)
    events.loc[events["name"] == "全县教育工作会", "grade"] = EventClass.ONE
    place = replace(plan.basis.place, tables={**plan.basis.place.tables, "events": events})
    longer = replace(plan, basis=replace(plan.basis, place=place))
    courses, meetings = (declared_ledgers()[name].find(longer).set_index("name") for name in ("trainings", "meetings"))
    assert courses.loc["骨干教师培训班", "ceiling"] == pytest.approx(550 * 200 * 30.5 / 1e4)
    assert (
        meetings.loc["全县教育工作会", "doubt"] == ""
        and meetings.loc["防汛抗旱部署会", "doubt"] == "天数过长，压缩会期"
    )


def test_cuts_and_standards(found):
    """农业局: 190 less 5 % is 180.5, the budget holds 186. A fire station 1,080 a square metre for 1,000: 80 x 1,200 = 9.6 万元."""
    cuts = found("general_cuts", "department")
    assert cuts.loc["县农业农村局", ["target", "cut", "short"]].tolist() == pytest.approx([9.5, 4, 5.5])
    assert cuts.loc["县农业农村局", "doubt"] == "安排没有压减到位，退回重编"
    assert cuts.loc["县教育局", "doubt"] == ""
    paid = found("standard_payments")
    assert paid.loc["消防站运行", ["standard", "excess"]].tolist() == pytest.approx([1000, 9.6])
    assert paid.loc["社区养老服务站运营补助", ["standard", "doubt"]].tolist() == [80000, ""]  # 75,000 holds from 2028
    assert paid.loc["机房设备托管", "doubt"] == "没有执行中的标准，先定标准再支付"


def test_contract_staff_beyond_their_cap(found):
    """住建局: 24 for 20 at 88.8 / 24 = 3.7 each: 14.8. 文体局: 33.6 after 30.4 for the same eight, +10.5 %."""
    rows = found("contract_staff", "department")
    assert rows.loc["县住房和城乡建设局", ["over", "excess"]].tolist() == pytest.approx([4, 14.8])
    assert rows.loc["县住房和城乡建设局", "doubt"] == "超控制数，清退或转岗"
    assert rows.loc["县文体广旅局", "growth"] == pytest.approx(33.6 / 30.4 - 1)
    assert rows.loc["县教育局", "doubt"] == ""


def test_new_assets_and_offices_against_what_is_there(found):
    """The party school's hall has 300 - 72 = 228 days to spare, 40 go to the bureau: 188 of 300 cover 24 x 188 / 300 = 15.04 万元.

    财政局: 2 x 18 + 5 x 12 + 35 x 9 = 411 square metres for 405; 教育局: 36 + 48 + 144 = 228 for 360, seven rooms of 18."""
    asked, space = found("asset_requests"), found("office_space", "unit_name")
    assert asked.loc["租用演出排练场", ["free", "gap", "saving"]].tolist() == pytest.approx([188, 112, 15.04])
    assert asked.loc["租用会议室", "doubt"] == "调剂可以满足，不予配置"
    assert asked.loc["新建种子仓库", "doubt"] == "有同类闲置资产，先查询调剂"
    assert asked.loc["应急通信终端", "doubt"] == ""
    assert space.loc["县财政局机关", ["standard", "excess", "doubt"]].tolist() == [411, 0, ""]
    assert space.loc["县教育局机关", ["standard", "excess", "rooms"]].tolist() == [228, 132, 7]


def test_platforms_buildings_and_repairs(found):
    """140 + 18 x 6 = 248; 6,500 / 5,800 is 12 % more; 352 for 335; 190 万元 on 1,400 square metres is 1,357 each."""
    systems = found("information_systems")
    assert systems.loc["智慧教育管理平台", ["whole_cost", "doubt"]].tolist() == [248, "已有同类平台，复用不新建"]
    assert systems.loc["非税收缴接口改造", "doubt"] == ""
    forbidden = found("forbidden_buildings")
    assert forbidden.loc["建设局办公楼加层", ["forbidden", "doubt"]].tolist() == [
        "办公楼",
        "属楼堂馆所，停止并退出项目库",
    ]
    assert forbidden.loc["第二初级中学迁建工程", "doubt"] == "" and "财政局屋面防水" not in forbidden.index
    estimates = found("estimate_overruns")
    assert estimates.loc["县医院感染病楼", ["rise", "excess"]].tolist() == pytest.approx([700 / 5800, 700])
    assert estimates.loc["农技推广中心实验室改扩建", ["over", "doubt"]].tolist() == [17, "超概算，先报概算核定部门"]
    assert estimates.loc["第二初级中学迁建工程", "doubt"] == ""
    repaired = found("repairs")
    assert repaired.loc["建设局机关外立面改造", ["price", "gap", "over"]].tolist() == pytest.approx(
        [190e4 / 1400, 5, 22]
    )
    assert repaired.loc["教育局机关消防改造", "doubt"] == ""


def test_score_weighs_what_a_department_has(plan_of, found):
    """财政局 has ten ledgers, weight 90 (no new building); lost: a payment without standard 10, a room to share 8: 72 / 90 = 80.

    卫健局: a price within its standard 10, a building that is none forbidden 6, an estimate too high 4: 16 / 20 = 80."""
    scores = found("thrift_scores", "department")
    assert scores.loc[["县财政局", "县卫生健康局"], "score"].tolist() == pytest.approx([80, 80])
    assert scores.loc["县财政局", ["rows", "doubted", "doubt"]].tolist() == [10, 2, ""]
    assert scores.loc["县农业农村局", "doubt"] == "低于及格线，约谈整改"
    advice = "give the ledger a weight in ledger_thrift.toml, or put it into a file that is not scored"
    assert set(rules("ledger_thrift")["weight"]["value"]) == set(_SCORED), advice


def test_a_low_score_cuts_the_ceiling(plan_of, found):
    """52.6 points lose 6 % of 140, 80 points 1 % of 110; 60 confirmed where the ledgers say 28.9 is to be checked."""
    rows = found("thrift_ceilings", ["department", "year"]).sort_index()
    assert rows.loc[("县住房和城乡建设局", 2026), ["cut", "ceiling"]].tolist() == pytest.approx([8.4, 131.6])
    assert rows.loc[("县财政局", 2026), ["cut", "doubt"]].tolist() == [pytest.approx(1.1), "未决定，不计入规划"]
    assert rows.loc[("县文体广旅局", 2026), "doubt"] == "得分与台账不符，核对"
    assert rows.loc[("县文体广旅局", 2025), "doubt"] == ""
    place = plan_of("yunshui").basis.place
    cut = thrift_cut(place, place.rows("thrift_ceilings"))
    assert cut.loc[cut["owner"] == "县住房和城乡建设局", "amount"].tolist() == pytest.approx([8.4])


@pytest.mark.parametrize("register", sorted({each.register for each in _SCORED.values()}))
def test_a_place_may_keep_one_ledger_alone(plan_of, register):
    """Of a register that is alone, or has one row, a table is made all the same."""
    plan = plan_of("yunshui")
    tables = plan.basis.place.tables
    others = {name: rows for name, rows in tables.items() if name not in _REGISTERS - {register}}
    for rows in (tables[register], tables[register].head(1)):
        place = replace(plan.basis.place, tables={**others, register: rows})
        alone = replace(plan, basis=replace(plan.basis, place=place))
        made = [each(alone) for each in declared_ledgers().values() if each.task == 7]
        assert any(made)


_REGISTERS = {each.register for each in declared_ledgers().values() if each.task == 7}


def test_what_a_row_cannot_say():
    course = dict(kind=EventKind.TRAINING, grade=EventClass.FOUR)
    assert TABLES["events"].complaints(course) == [("grade", "培训没有“四类”", "培训只分一类、二类、三类")]
    assert TABLES["events"].complaints({**course, "kind": EventKind.MEETING}) == []
    work = dict(kind=BuildingWork.NEW, last_repaired=2020, year=2026)
    assert TABLES["building_works"].complaints(work)[0][1] == "“新建”又写了上次维修年度"
    assert TABLES["building_works"].complaints({**work, "kind": BuildingWork.REPAIR}) == []
    late = TABLES["building_works"].complaints({**work, "kind": BuildingWork.REPAIR, "last_repaired": 2027})
    assert late == [("last_repaired", "上次维修年度 2027 晚于 2026", "请核对年度")]
