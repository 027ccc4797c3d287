"""The registers of the project library: what a row may not say, and V26: no new start above the exemption without a certificate."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from fiscal_model.blocks.checks.all_checks import run_checks
from fiscal_model.blocks.checks.certificates import asked_by_year, list_starts
from fiscal_model.inputs.place import read_place
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.registers.rules import ReadTables
from fiscal_model.words.library_terms import CertificateOutcome, Linkage, Maturity
from fiscal_model.words.vocabulary import ProjectFunding, ProjectStatus, YesNo

POINTS = {"necessity": 18.0, "economy": 16.0, "goals": 17.0, "feasibility": 16.0, "financing": 17.0}


@pytest.mark.parametrize(
    ("table", "row", "complaints"),
    [
        ("projects", POINTS | {"score": 90.0}, [("score", "事前绩效得分 90 与五个维度相加折成百分的 84 不一致", "请核对，或者只填五个维度")]),
        ("projects", POINTS | {"score": 84.0}, []),
        ("projects", POINTS | {"score": None}, []),
        ("projects", POINTS | {"goals": None}, [("goals", "五个维度没有填全，缺少“绩效目标合理性”", "五个维度一起填，或者都不填")]),
        ("projects", dict.fromkeys(POINTS), []),
        ("projects", {"status": ProjectStatus.COMMITTED, "maturity": Maturity.RESERVE},
         [("maturity", "已签约的项目，成熟度填写的是“储备”", "已签约的填 budgeted 或 executing，没有签约的把状态改为 candidate")]),
        ("projects", {"status": ProjectStatus.COMMITTED, "maturity": Maturity.EXECUTING}, []),
        ("projects", {"status": ProjectStatus.COMMITTED, "dropped": YesNo.YES},
         [("dropped", "已签约的项目，决定不安排填写的是“是”", "已签约的必须履行，请删去；解除合同的先改状态")]),
        ("projects", {"entered": dt.date(2025, 3, 1), "valid_until": dt.date(2024, 3, 1)},
         [("valid_until", "入库有效期止 2024-03-01 早于入库日期 2025-03-01", "请核对两个日期")]),
        ("policies", {"start_year": 2025, "end_year": 2024}, [("end_year", "终止年度 2024 早于起始年度 2025", "请核对两个年度")]),
        ("policies", {"linkage": Linkage.GDP, "clause": ""},
         [("clause", "填写了挂钩条款“与生产总值挂钩”，没有写条款原文", "请抄写原文，没有这样的条款就留空")]),
        ("policies", {"linkage": Linkage.GDP, "clause": "随生产总值增长"}, []),
        ("spending_standards", {"standard": 0.0}, [("standard", "标准为 0", "没有标准的不必登记，请删去这一行")]),
        ("project_lines", {"quantity": 0.0, "price": 5.0}, [("quantity", "数量或单价为 0", "没有支出的事项不必登记，请删去这一行")]),
        ("project_lines", {"quantity": 2.0, "price": 0.0}, [("price", "数量或单价为 0", "没有支出的事项不必登记，请删去这一行")]),
        ("certificates", {"date": dt.date(2026, 5, 1), "valid_until": dt.date(2026, 4, 1)},
         [("valid_until", "有效期止 2026-04-01 早于出具日期 2026-05-01", "请核对两个日期")]),
    ],
)  # fmt: skip
def test_what_a_row_may_not_say(table, row, complaints):
    assert TABLES[table].complaints(row | {"function_code": ""}) == complaints


def between(table, **tables):
    rows = {
        name: pd.DataFrame([{"row_line": 2 + at, **row} for at, row in enumerate(each)])
        for name, each in tables.items()
    }
    read = ReadTables(rows, "地方", {name: f"地方/{name}.csv" for name in tables})
    return [str(fault) for rule in TABLES[table].rules for fault in _told(rule, table, read)]


def _told(rule, table, read):
    try:
        yield from (f"{line} {column} {said}；{remedy}" for line, column, said, remedy in rule(table, read))
    except KeyError:  # a rule on columns that this small table has not
        return


def test_codes_must_be_known():
    line = {"project_code": "P2", "standard_code": "B02"}
    said = between("project_lines", project_lines=[line], projects=[{"project_code": "P1"}], spending_standards=[{"standard_code": "B01"}],
                   guarantee_items=[{"item_code": "L01"}])  # fmt: skip
    assert said == [
        "2 project_code 项目库没有编号“P2”；请核对编号，或者在 projects 表登记",
        "2 standard_code 标准库没有编号“B02”；是否想写“B01”？请填标准库或三保项目的编号；库里没有标准的留空",
    ]
    line = {"project_code": "P1", "standard_code": "L01"}
    assert not between(
        "project_lines", project_lines=[line], projects=[{"project_code": "P1"}], guarantee_items=[{"item_code": "L01"}]
    )
    target = {"project_code": "P1", "indicator_code": "I9"}
    assert between("project_targets", project_targets=[target], projects=[{"project_code": "P1"}]) == [
        "2 indicator_code 绩效指标库没有编号“I9”；请从指标库选用，或者先登记指标"
    ]
    assert "2 policy_code 政策库没有编号“Z9”；请核对政策编号，或者在 policies 表登记" in between(
        "projects", projects=[{"project_code": "P1", "policy_code": "Z9"}]
    )


@pytest.fixture(scope="module")
def place():
    return read_place("data/places/yunshui")


def with_one(place, *costs, certificates=(), lines=(), **cells):
    """The place with one project whose county money is (year, amount)."""
    project = (
        place.rows("projects")
        .iloc[[3]]
        .assign(project_code="P1", name="新项目", maturity=None, certificate="", row_line=2)
    )
    projects = project.assign(**cells)
    cost = pd.DataFrame([{"project_code": "P1", "year": year, "funding": ProjectFunding.COUNTY, "amount": amount, "row_line": 2}
                         for year, amount in costs], columns=["project_code", "year", "funding", "amount", "row_line"])  # fmt: skip
    issued = pd.DataFrame([{"code": code, "outcome": outcome, "valid_until": until} for code, outcome, until in certificates],
                          columns=["code", "outcome", "valid_until"])  # fmt: skip
    drop = {"project_money", "measures", "approved_budget"}
    kept = {name: rows for name, rows in place.tables.items() if name not in drop}
    return replace(place, tables={**kept, "projects": projects, "project_costs": cost, "certificates": issued,
                                  "project_lines": place.rows("project_lines").iloc[:0]})  # fmt: skip


def v26(place):
    return next(check for check in run_checks(place) if check.id == "V26")


@pytest.mark.parametrize(
    ("costs", "needs"),
    [
        ([(2026, 99.9)], False),  # below 100 a year and 300 in all
        ([(2026, 100.0)], True),
        ([(2026, 99.0), (2027, 99.0), (2028, 99.0)], False),
        ([(2026, 99.0), (2027, 99.0), (2028, 99.0), (2029, 3.0)], True),  # 300 in all
        ([(2025, 500.0), (2026, 500.0)], False),  # went on already
    ],
)
def test_what_starts_in_the_plan_above_the_exemption_needs_a_certificate(place, costs, needs):
    assert [start.code for start in list_starts(with_one(place, *costs), 2025)] == ["P1"] * needs


def test_the_check_says_amount_limit_and_remedy(place):
    found = v26(with_one(place, (2026, 480.0), (2027, 480.0)))
    assert (found.outcome, found.details) == (
        "caution",
        (
            "“新项目”2026 年开始，县级财力一年最多 480 万元、合计 960 万元：没有评估意见书",
            "小额免评为每年低于 100 万元、合计低于 300 万元；其余的先做财政承受能力评估，通过后在 projects 表填写评估意见书编号，没有通过的不得安排预算",
        ),
    )
    assert v26(with_one(place, (2026, 80.0))).outcome == "not_run", "nothing above the exemption: nothing to say"


UNTIL = dt.date(2026, 9, 30)


@pytest.mark.parametrize(
    ("given", "issued", "outcome", "said"),
    [
        ("评1", ("评1", CertificateOutcome.PASSED, UNTIL), "ok", ""),
        ("评1", ("评1", CertificateOutcome.CONDITIONAL, dt.date(2026, 1, 1)), "ok", ""),
        ("评1", ("评1", CertificateOutcome.PASSED, dt.date(2025, 12, 31)), "caution", "评估意见书“评1”2025-12-31到期，须复评"),
        ("评2026-1", ("评2026-2", CertificateOutcome.PASSED, UNTIL), "caution",
         "评估意见书“评2026-1”不在 certificates 表，是否想写“评2026-2”"),
        ("评1", ("评1", CertificateOutcome.REFUSED, UNTIL), "fault", "评估意见书“评1”的结论是不通过"),
    ],
)  # fmt: skip
def test_a_certificate_must_be_known_valid_and_passed(place, given, issued, outcome, said):
    found = v26(with_one(place, (2026, 480.0), certificates=[issued], certificate=given))
    assert found.outcome == outcome
    assert said in found.details[0]


def test_money_of_the_pool_is_worked_out_of_its_lines(place):
    """9 stations x 80,000 yuan, all of it the county's: 72 万元; listed costs come before lines of the same project."""
    asked = asked_by_year(place, 2025)
    assert asked.loc["YSP13", [2026, 2027, 2028]].tolist() == pytest.approx([72.0, 72.0, 72.0])
    assert asked.loc["YSP05", [2026, 2027]].tolist() == [700.0, 500.0]
    assert asked.loc["YSP07", 2025] == pytest.approx(280.0)


def test_a_place_without_a_library_has_no_doubts():
    assert v26(read_place("data/places/gangu")).outcome == "not_run"
