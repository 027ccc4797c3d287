"""The zero-based library by hand: one project at a time, each reason just on either side; growth by rule; policies; last year."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest
from report_case import said, tables_in

import fiscal_model as fm
from fiscal_model.analysis.affordability.library_doubts import regular_growth
from fiscal_model.analysis.affordability.library_review import review_library, valid_until
from fiscal_model.analysis.balance.priority import project_cuts
from fiscal_model.report.tables import library_tables
from fiscal_model.words.library_terms import CertificateOutcome, LibraryOutcome, Linkage, Maturity
from fiscal_model.words.vocabulary import ProjectFunding, ProjectStatus

ENTERS, DEFERRED, EXPIRED, EXITS = LibraryOutcome
DIMENSIONS = ("necessity", "economy", "goals", "feasibility", "financing")
GOOD = dict.fromkeys(DIMENSIONS, 16.0)
PLAIN = {"maturity": Maturity.MATURE, "entered": dt.date(2025, 3, 1), "certificate": "评1"} | GOOD
LINE = {
    "year": 2026,
    "item": "一",
    "quantity": 100.0,
    "standard_code": "",
    "price": 20_000.0,
    "share": 0.5,
    "evidence": "合同",
}


@pytest.fixture(scope="module")
def plan(plan_of):
    return plan_of("yunshui")


def framed(rows, columns):
    return pd.DataFrame([{"row_line": 2 + at, **row} for at, row in enumerate(rows)], columns=[*columns, "row_line"])


def one(plan, asked=(100.0,), lines=(LINE,), last_year=0.0, policy=None, standards=(), **cells):
    """Review a library of one project P1 that asks for county money from 2026 on; the price of its one line gives 100 万元."""
    place = plan.basis.place
    empty = {name: None for name in ("maturity", "entered", "valid_until", "performance", "score", *DIMENSIONS)}
    row = (
        place.rows("projects")
        .iloc[[3]]
        .assign(project_code="P1", name="甲", certificate="", policy_code="", central_work="", **empty)
    )
    row = row.astype(object).assign(**PLAIN | cells | ({"policy_code": "Z1"} if policy else {}))
    costs = [{"project_code": "P1", "year": 2025 + at, "funding": ProjectFunding.COUNTY, "amount": amount}
             for at, amount in enumerate((last_year, *asked)) if amount]  # fmt: skip
    made = {
        "projects": row,
        "project_costs": framed(costs, ["project_code", "year", "funding", "amount"]),
        "project_lines": framed([{"project_code": "P1", **each} for each in lines], ["project_code", *LINE]),
        "policies": framed([{"policy_code": "Z1", "name": "办法", "start_year": 2024, "end_year": None, "reviewed": None, "target_group": "",
                             "linkage": None, "clause": "", "legal_basis": "文", **(policy or {})}] * bool(policy), place.rows("policies").columns[:-1]),
        "spending_standards": framed(standards, ["standard_code", "start_year", "standard"]),
        "project_targets": place.rows("project_targets").iloc[:0],
        "certificates": framed([{"code": "评1", "outcome": CertificateOutcome.PASSED, "valid_until": dt.date(2026, 6, 30)}],
                               ["code", "outcome", "valid_until"]),
    }  # fmt: skip
    changed = replace(plan, basis=replace(plan.basis, place=replace(place, tables={**place.tables, **made})))
    found = review_library(changed)
    return found.projects["outcome"].iloc[0], found.projects["reason"].iloc[0], found.reviewed[0].round(6).tolist()


def test_what_is_worked_out_proven_and_certified_enters(plan):
    """100 things x 20,000 yuan x half = 100 万元."""
    assert one(plan) == (ENTERS, "按申报核定", [100.0, 0, 0, 0, 0])


@pytest.mark.parametrize(
    ("changed", "money", "reason"),
    [
        ({"asked": (130.0,)}, 100.0, "没有测算明细核减30万元"),
        ({"asked": (80.0,)}, 80.0, "按申报核定"),  # never more than was asked for
        ({"lines": (LINE, LINE | {"item": "二", "quantity": 10.0, "evidence": ""}), "asked": (110.0,)}, 100.0, "没有凭证核减10万元"),
        ({"lines": (LINE | {"standard_code": "B1"},), "standards": ({"standard_code": "B1", "start_year": 2026, "standard": 18_000.0},)},
         90.0, "单价高于标准核减10万元"),
        ({"lines": (LINE | {"standard_code": "B1"},), "standards": ({"standard_code": "B1", "start_year": 2026, "standard": 21_000.0},)},
         100.0, "按申报核定"),
        ({"lines": (LINE | {"standard_code": "B1"},), "standards": ({"standard_code": "B1", "start_year": 2027, "standard": 18_000.0},)},
         100.0, "按申报核定"),  # not yet in force
        ({"last_year": 90.0, "performance": 80.0}, 100.0, "按申报核定"),
        ({"last_year": 90.0, "performance": 79.9}, 90.0, "上年绩效“中”核减10万元"),
        ({"last_year": 90.0, "performance": 60.0}, 90.0, "上年绩效“中”核减10万元"),
        ({"policy": {"end_year": 2026}}, 100.0, "按申报核定"),
    ],
)  # fmt: skip
def test_what_enters_is_cut_to_what_is_worked_out(plan, changed, money, reason):
    assert one(plan, **changed) == (ENTERS, reason, [money, 0, 0, 0, 0])


def test_nothing_is_arranged_after_the_policy_ends(plan):
    lines = (LINE, LINE | {"year": 2027})
    assert one(plan, asked=(100.0, 100.0), lines=lines, policy={"end_year": 2026}) == (
        ENTERS, "政策到期以后不安排100万元", [100.0, 0, 0, 0, 0])  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "outcome", "reason"),
    [
        ({"maturity": Maturity.EXITED}, EXITS, "已经退出"),
        ({"policy": {"end_year": 2025}}, EXITS, "依据的政策2025年到期"),
        ({"last_year": 90.0, "performance": 59.9}, EXITS, "上年绩效59.9分，“差”，退出"),
        ({"valid_until": dt.date(2025, 12, 31)}, EXPIRED, "入库有效期止2025-12-31，重新论证后再入库"),
        ({"entered": dt.date(2022, 12, 31)}, EXPIRED, "入库有效期止2025-12-31，重新论证后再入库"),
        ({"maturity": Maturity.RESERVE}, DEFERRED, "还在储备，条件不成熟"),
        (dict.fromkeys(DIMENSIONS, 11.9), DEFERRED, "事前绩效59.5分，不予支持"),
        (dict.fromkeys(DIMENSIONS), DEFERRED, "没有事前绩效评估"),
        ({"certificate": ""}, DEFERRED, "没有评估意见书"),
        ({"last_year": 90.0, "certificate": ""}, DEFERRED, "没有上年绩效评价"),
        ({"lines": ()}, DEFERRED, "没有测算明细"),
        ({"lines": (LINE | {"evidence": ""},)}, DEFERRED, "各行测算都没有凭证"),
    ],
)
def test_what_keeps_a_project_out(plan, changed, outcome, reason):
    assert one(plan, **changed) == (outcome, reason, [0, 0, 0, 0, 0])


@pytest.mark.parametrize(
    "changed",
    [
        {"valid_until": dt.date(2026, 1, 1)},
        {"entered": dt.date(2023, 1, 1)},
        dict.fromkeys(DIMENSIONS, 12.0),
        {"score": 60.0} | dict.fromkeys(DIMENSIONS),
        {"asked": (99.0,), "certificate": ""} | dict.fromkeys(DIMENSIONS),  # below the exemption: neither is needed
    ],
)
def test_on_the_other_side_of_each_line_it_enters(plan, changed):
    assert one(plan, **changed)[0] is ENTERS


def test_what_is_signed_stays_whatever_else_is_said(plan):
    signed = one(
        plan,
        status=ProjectStatus.COMMITTED,
        maturity=Maturity.EXECUTING,
        performance=10.0,
        lines=(),
        policy={"end_year": 2020},
    )
    assert signed == (ENTERS, "已签约，按合同安排", [100.0, 0, 0, 0, 0])


def test_a_pool_entry_lasts_three_years_of_the_calendar():
    assert valid_until({"valid_until": None, "entered": dt.date(2024, 2, 29)}) == dt.date(2027, 3, 1)
    assert valid_until({"valid_until": None, "entered": None}) is None


@pytest.mark.parametrize(
    ("amounts", "kinds"),
    [
        ([100, 103, 106.09, 109.27], ["固定增幅"]),
        ([100, 103, 106.09], []),  # two rates are no rule
        ([100, 103, 106.09, 112.5], []),
        ([100, 100, 100, 100], []),  # level is not growth
        ([100, 102, 107.1, 108.171], ["与地区生产总值同步"]),  # 2 %, 5 %, 1 %
    ],
)
def test_growth_by_rule_is_seen(amounts, kinds):
    years = list(range(2026, 2026 + len(amounts)))
    path = pd.Series([500.0, 510.0, 535.5, 540.855], range(2026, 2030))
    assert [kind for kind, _ in regular_growth(pd.Series(amounts, years, dtype=float), {"gdp": path})] == kinds


def test_the_county_that_is_invented_has_every_outcome(plan):
    found = review_library(plan)
    assert {outcome: found.of(outcome)["project_code"].tolist() for outcome in LibraryOutcome} == {
        ENTERS: ["YSP03", "YSP07", "YSP02", "YSP05", "YSP13", "YSP04", "YSP01", "YSP10"],
        DEFERRED: ["YSP06", "YSP08", "YSP11"],
        EXPIRED: ["YSP09"],
        EXITS: ["YSP12"],
    }  # fmt: skip
    assert (found.reviewed <= found.asked + 1e-9).all()
    events = dict(zip(found.moved["project_code"], found.moved["event"], strict=True))
    assert [events[code] for code in ("YSP04", "YSP07", "YSP10", "YSP12", "YSP03")] == [
        "新进",
        "压减",
        "增加",
        "退出",
        "不变",
    ]
    advice = dict(zip(found.policies["policy_code"], found.policies["advice"], strict=True))
    assert advice["YSZ02"] == "取消挂钩条款；与“科技型企业奖励办法”对象相同，研究整合"
    assert advice["YSZ06"] == "到期退出，需要延续的重新评估" and advice["YSZ05"] == "—"
    assert found.doubts["code"].tolist() == ["YSZ02", "YSZ03", "YSP11"]


def test_last_year_is_another_library_where_one_is_given(plan):
    """What it had and this one has not is listed as gone."""
    place = plan.basis.place
    costs = framed([{"project_code": code, "year": 2025, "funding": ProjectFunding.COUNTY, "amount": amount}
                    for code, amount in (("YSP04", 300.0), ("OLD", 50.0))], ["project_code", "year", "funding", "amount"])  # fmt: skip
    old = pd.concat(
        [place.rows("projects").iloc[3:4], place.rows("projects").iloc[[4]].assign(project_code="OLD", name="老项目")]
    )
    against = replace(
        place,
        tables={
            **place.tables,
            "projects": old,
            "project_costs": costs,
            "project_lines": place.rows("project_lines").iloc[:0],
        },
    )
    moved = review_library(plan, against).moved.set_index("project_code")
    assert moved.loc["YSP04", ["before", "now", "event", "reason"]].tolist() == [300.0, 0.0, "退出", "没有上年绩效评价"]
    assert moved.loc["OLD", ["name", "before", "event", "reason"]].tolist() == [
        "老项目",
        50.0,
        "退出",
        "今年项目库没有",
    ]


def test_the_tables_add_up_and_are_left_out_without_a_library(plan):
    tables = tables_in(library_tables, plan=plan)
    assert list(tables) == ["11-3", "11-4", "11-5", "11-6", "11-7", "11-8"]
    found = review_library(plan)
    classes = {row.line: row.values for row in tables["11-4"].rows}
    assert classes["reviewed_total"][0] == pytest.approx(found.reviewed[:, 0].sum(), abs=1)
    assert any("项目库评审只提意见，不改变规划" in note for note in tables["11-3"].notes)
    assert any(
        "目标没有达到指标库标杆值的：县医院感染病楼的单位面积造价3500（标杆3200）" in note
        for note in tables["11-3"].notes
    )
    place = plan.basis.place
    bare = {name: rows for name, rows in place.tables.items() if name != "projects"}
    assert not tables_in(
        library_tables, plan=replace(plan, basis=replace(plan.basis, place=replace(place, tables=bare)))
    )


def test_a_clause_is_quoted_as_a_doubt(plan):
    linked = review_library(plan).doubts.iloc[0]
    assert (linked["kind"], linked["said"]) == (
        Linkage.REVENUE.label,
        "条款：奖补资金增幅不低于当年财政收入增幅（虚构条款）",
    )


def test_projects_that_may_not_be_budgeted_are_held_for_and_said_so(plan_of):
    told = said(plan_of("yunshui"), "12_projects")
    cuts = project_cuts(plan_of("yunshui"))
    held = cuts.loc[cuts["name"].isin(["乡村道路提升改造", "高原夏菜冷链物流园二期"]), "kept"].sum()
    assert f"；规划期为其预留{held:,.0f}万元，取得意见书以前不列入年度预算、不下达。" in told


def test_signed_projects_that_count_on_bonds_the_plan_does_not_issue_are_named(plan_of):
    told = said(plan_of("yunshui"), "12_projects")
    assert "已签约项目2027年拟用新增专项债券2,600万元，其中2,600万元规划没有安排，须改变资金来源或推迟。" in told
    generous = plan_of("yunshui").basis.scenario.with_(new_issue_within_quota=0.0, new_issue_special=9_200.0)
    assert "拟用新增专项债券" not in said(fm.plan(plan_of("yunshui").basis.place, generous), "12_projects")
