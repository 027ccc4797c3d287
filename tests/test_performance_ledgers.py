"""Cases of the ledgers of task 10, worked by hand from the rows of 云水."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from fiscal_model.blocks.ledgers.performance_effects import multiplier_of, result_cut, standard_saving
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.registers.ledgers.topics import topics
from fiscal_model.report.all_ledgers import declared_ledgers
from fiscal_model.report.writers.ledger_products import target_forms
from fiscal_model.words.ledger_terms import YesNo
from fiscal_model.words.performance_terms import Sector

_REGISTERS = [table.name for topic in topics() if topic.task == 10 for table in topic.registers]


@pytest.fixture(scope="module")
def found(plan_of):
    plan = plan_of("yunshui")
    return lambda name, key="name": declared_ledgers()[name].find(plan).set_index(key)


def test_documents_and_checklists(found):
    """Of five stage documents four were issued and one of them lapsed in May 2025: three in force. An item without evidence scores nothing: 28 + 30 of 100."""
    tiers, themes = found("performance_documents", "tier"), found("theme_checks", "theme")
    assert tiers.loc["stage", ["due", "issued", "in_force", "share"]].tolist() == [5, 4, 3, 0.6]
    assert tiers.loc["stage", "doubt"] == "缺2项，补齐"
    assert tiers.loc["opinion", "doubt"] == ""
    assert themes.loc["purchased_services", ["scored", "rate"]].tolist() == pytest.approx([58, 0.58])
    assert themes.loc["purchased_services", "doubt"] == "得分率偏低，补齐失分事项"
    assert themes.loc["procurement", "doubt"] == ""


def test_quality_of_targets(found):
    """YSP04: 30 quantified + 30 benchmarked + 20 reached + 20 x 1 kind of 3 = 86.7; YSP05 costs more than its benchmark: 66.7."""
    rows = found("target_quality", "project_code")
    assert rows["score"][["YSP04", "YSP05", "YSP01"]].tolist() == [86.7, 66.7, 0]
    assert rows["doubt"][["YSP04", "YSP05", "YSP01"]].tolist() == ["", "修改完善后再报", "没有绩效目标，退回补报"]


def test_tree_and_frameworks_of_the_six_departments(found):
    """农业 has four kinds of six; 住建 none; 单位面积造价 is chosen by YSP05."""
    tree, sectors = found("sector_indicators"), found("sector_frameworks", "sector")
    assert tree["sector"].drop_duplicates().tolist() == [each for each in Sector if each is not Sector.HOUSING]
    assert tree.loc["单位面积造价", ["used", "doubt"]].tolist() == [1, ""]
    assert tree.loc["亩均建设成本", "doubt"] == "没有标准值，测算补齐"
    assert sectors.loc["agriculture", "coverage"] == pytest.approx(4 / 6)
    assert sectors.loc["agriculture", "missing"] == "时效指标、满意度指标"
    assert sectors["doubt"][["education", "housing"]].tolist() == ["", "没有框架，先行建立"]


def test_one_opinion_of_both_reviews(found):
    """70 points: 610 x 0.7 = 427; 600 cut to 390 is 35 %; without a score there is no opinion."""
    rows = found("joint_reviews", "project_code")
    assert rows["opinion"][["YSP04", "YSP05", "YSP06", "YSP09"]].tolist() == ["支持", "部分支持", "不予支持", "未完成"]
    assert rows["advised"][["YSP04", "YSP05", "YSP06", "YSP09"]].tolist() == pytest.approx([462, 427, 0, 0])
    assert rows["doubt"][["YSP04", "YSP08"]].tolist() == ["", "核减过大，退回重新编报"]


def test_cost_of_a_unit_and_the_standard_that_follows(plan_of, found):
    """消防站: (108 + 24) x 10,000 / 1,200 = 1,100 yuan for 950: 150 x 1,200 = 18 万元; the standard falls from 1,000 to 950 on 1,300: -6.5.

    初中公用经费: 1,030 a pupil, at most 1,000, against 940: 60 x 5,540 x 5 % = 1.662 万元, a guarantee."""
    costs, standards = found("unit_costs"), found("proposed_standards")
    assert costs.loc["应急仓库和消防站运行", ["unit_cost", "excess"]].tolist() == pytest.approx([1100, 18])
    assert costs.loc["应急仓库和消防站运行", "doubt"] == "高于标杆，查明原因并压降"
    assert costs.loc["机房运维托管", "doubt"] == "间接成本偏高，核实分摊"
    assert costs.loc["城区道路保洁", "doubt"] == ""
    assert standards.loc["应急仓库和消防站运行", ["proposed", "more"]].tolist() == pytest.approx([950, -6.5])
    assert standards.loc["初中公用经费", ["current", "proposed", "more"]].tolist() == pytest.approx([940, 1000, 1.662])
    assert standards.loc["初中公用经费", "doubt"] == "属三保，登记标准调整"
    assert standards.loc["社区养老服务站运营", ["more", "doubt"]].tolist() == [0, ""]
    place = plan_of("yunshui").basis.place
    saved = standard_saving(place, place.rows("cost_studies"))
    assert saved.groupby("year")["amount"].sum()[[2026, 2030]].tolist() == pytest.approx([6.5, 6.5])
    assert "县教育局" not in set(saved["owner"])


def test_bands_and_trends(found):
    rows, trends = found("evaluations"), found("department_trends", "department")
    assert rows["band"][["社区养老服务", "应急物资储备", "招商引资企业奖补", "节庆灯会", "乡村道路提升"]].tolist() == [
        "优",
        "良",
        "中",
        "差",
        "未评",
    ]
    assert rows["doubt"][["社区养老服务", "节庆灯会"]].tolist() == ["", "评为差，退出或重新立项"]
    assert trends.loc["县农业农村局", ["before", "latest", "change", "mean"]].tolist() == [85, 79, -6, 84]
    assert trends["doubt"][["县农业农村局", "县住房和城乡建设局", "县教育局"]].tolist() == [
        "得分下降，查明原因", "指标没有及时更新，修订", "",
    ]  # fmt: skip


def test_results_change_the_next_budget(plan_of, found):
    """79 points: 180 x 0.9; 45 points: nothing left of 12. Projects of the library are cut there, not here."""
    assert multiplier_of(pd.Series([100, 90, 80, 79.9, 60, 59.9, 0])).tolist() == [1, 1, 1, 0.9, 0.9, 0, 0]
    rows = found("result_applications")
    assert rows.loc["农业农村局部门整体", ["cut", "ceiling"]].tolist() == pytest.approx([18, 162])
    assert rows["doubt"][["农业农村局部门整体", "教育局部门整体"]].tolist() == ["未决定，不计入规划", ""]
    assert rows["doubt"][["城区节庆灯会", "招商引资企业奖补"]].tolist() == [
        "应退出，项目库登记退出",
        "项目库得分没有更新，补填",
    ]
    place = plan_of("yunshui").basis.place
    cut = result_cut(place, place.rows("result_applications"))
    assert cut[cut["year"] == 2026]["amount"].sum() == pytest.approx(18 + 12)


@pytest.mark.parametrize("register", _REGISTERS)
def test_a_place_may_keep_one_row_alone(plan_of, register):
    plan = plan_of("yunshui")
    kept = {name: rows for name, rows in plan.basis.place.tables.items() if name not in _REGISTERS}
    for rows in (plan.basis.place.tables[register], plan.basis.place.tables[register].head(1)):
        place = replace(plan.basis.place, tables={**kept, register: rows})
        alone = replace(plan, basis=replace(plan.basis, place=place))
        assert any(each(alone) for each in declared_ledgers().values() if each.register == register)


def test_what_a_row_cannot_say():
    faults = TABLES["result_applications"].complaints(dict(project_code="YSP10", adopted=YesNo.YES))
    assert faults == [("adopted", "项目库的项目不在这里计入规划", "请在 projects 表填绩效得分，这一格填 no")]
    study = dict(output=0, year=2026, from_year=2026)
    assert [fault[0] for fault in TABLES["cost_studies"].complaints(study)] == ["output", "from_year"]
    assert TABLES["cost_studies"].complaints(dict(output=1, year=2025, from_year=2026)) == []
    assert TABLES["sector_indicators"].complaints(dict(standard=None, document="文件"))[0][0] == "document"
    assert (
        TABLES["performance_documents"].complaints(dict(document="1号", issued_on=None))[0][1] == "有文号没有印发日期"
    )


def test_the_form_of_targets_has_every_kind_for_every_sector(plan_of):
    """17 common indicators; of six kinds 教育 has all, 农业 4, 林草 1, 水务 3, 卫健 3, 住建 none: 2 + 5 + 3 + 3 + 6 rows to fill."""
    form = target_forms(plan_of("yunshui"))
    assert len(form) == 17 + 19 and (form["指标名称"] == "").sum() == 19
    assert form.groupby("行业")["指标类型"].nunique().tolist() == [6] * 6
    assert form.iloc[0].tolist() == [
        "教育",
        "数量指标",
        "生均校舍面积",
        "平方米",
        6,
        "云教发〔2024〕2号（虚构）",
        "",
        "",
    ]
