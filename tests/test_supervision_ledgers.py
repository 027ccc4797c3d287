"""Cases of the ledgers of task 8, worked by hand from the rows of 云水; the handbook and the platform's rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from fiscal_model.law.rules import rules
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.report.all_ledgers import declared_ledgers
from fiscal_model.report.ledgers.supervision_ledgers import draw_by_risk
from fiscal_model.report.writers.supervision_products import handbook_parts, platform_frame, write_supervision_products


@pytest.fixture(scope="module")
def found(plan_of):
    plan = plan_of("yunshui")
    return lambda name, key: declared_ledgers()[name].find(plan).set_index(key)


def test_themes_are_checked_in_time_and_broadly(found, plan_of):
    """9800 / 16500 = 59.4 %; 11000 / 52000 = 21.2 %, below 30 %; 7 of 9 units by 31 August; one that ends in 2026 is not late."""
    rows = found("supervision_themes", "theme_code")
    assert rows["coverage"].iloc[[0, 2]].tolist() == pytest.approx([9800 / 16500, 11000 / 52000])
    assert rows["doubt"].tolist() == ["", "到期没有查完，补查", "覆盖面低，扩大检查范围", "", ""]
    assert (
        declared_ledgers()["supervision_themes"](plan_of("yunshui")).notes[1] == "没有安排专项行动的专题：收入真实性。"
    )


def test_the_draw_follows_size_and_anomalies_and_its_seed(found, plan_of):
    """Weights: 3200 x 3 + 1500 x 4 + 21000 x 2 + 22000 + 2600 x 2 + 420 x 3 + 780 x 5 + 2600 x 3 + 6400 x 2 + 960 = 111,520."""
    rows = found("supervision_sample", "object_code")
    assert rows["chance"].loc[["YSD01", "YSD04"]].tolist() == pytest.approx([9600 / 111520, 22000 / 111520])
    assert (rows["doubt"] != "").sum() == rules("ledger_supervision")["sample_size"]["value"]
    turned = plan_of("yunshui").basis.place.rows("supervision_objects")[::-1]
    place = replace(
        plan_of("yunshui").basis.place, tables=plan_of("yunshui").basis.place.tables | {"supervision_objects": turned}
    )
    again = replace(plan_of("yunshui"), basis=replace(plan_of("yunshui").basis, place=place))
    assert declared_ledgers()["supervision_sample"].find(again).set_index("object_code")["doubt"].equals(rows["doubt"])


def test_over_many_seeds_each_is_drawn_by_its_weight():
    weight = np.array([1.0, 2.0, 0.0, 5.0])
    drawn = np.mean([draw_by_risk(weight, 1, seed) for seed in range(4000)], axis=0)
    np.testing.assert_allclose(drawn, weight / 8, atol=0.03)
    assert draw_by_risk(weight, 9, 1).tolist() == [True, True, False, True]
    assert not draw_by_risk(np.zeros(3), 2, 1).any()


def test_cases_are_settled_when_the_money_is_back(found):
    """58 found, 20 to recover, 12 came back: 8 open. From 16 May to 31 December are 229 days, beyond 180."""
    rows = found("supervision_cases", "case_code")
    assert rows.loc["YSA2502", ["open", "doubt"]].tolist() == [8, "没有追回就结案，继续追缴"]
    assert rows.loc["YSA2503", ["days", "doubt"]].tolist() == [229, "久查未结，限期办结"]
    assert rows.loc[["YSA2401", "YSA2504"], "doubt"].tolist() == ["", ""]
    cards = found("typical_cases", "case_code")
    assert cards.loc["YSA2401", ["rule", "doubt"]].tolist() == ["云水县专项资金管理办法（虚构）", ""]
    assert cards.loc["YSA2504", "doubt"] == "没有结案，结案后再入库"


def test_self_checks_are_handed_in_good_and_mended(found):
    assert found("unit_self_checks", "unit_name")["doubt"].tolist() == [
        "", "", "得分低，列入重点检查", "到期没有报送，催报", "问题没有改完，跟踪整改", "",
    ]  # fmt: skip


def test_one_problem_of_two_bodies_counts_once(found):
    """YSF03 was found twice with 2300, YSF04 with 25 and 29.5; 118 of 县教育局 without a number is like YSF07."""
    rows = found("joint_findings", "shared")
    assert rows.loc["YSF03", ["amount", "twice", "doubt"]].tolist() == [2300, 2300, ""]
    assert rows.loc["YSF04", ["amount", "twice", "doubt"]].tolist() == [29.5, 25, "各家金额不一致，核对"]
    assert rows.loc["未编号（审2025-08）", "doubt"] == "疑与YSF07是同一问题，核对合并"
    assert rows.loc["未编号（纪2025-02）", "doubt"] == "没有统一编号，登记到整改台账"


def test_what_is_not_on_the_platform_is_seen(found):
    """16500 due, 9000 + 6200 entered: 1300 missing, 92.1 %; 28000 of bonds, 20000 entered."""
    rows = found("platform_coverage", "code")
    assert rows.loc["1100231", ["missing", "share"]].tolist() == pytest.approx([1300, 15200 / 16500])
    assert rows.loc[["1100208", "YSS09", "11003"], "doubt"].tolist() == ["没有纳入平台，补录", "纳入不全，补录差额", ""]
    doubts = found("platform_rows", "code")["doubt"]
    assert doubts[doubts != ""].to_dict() == {
        "11003": "缺用款单位，补填", "1100299": "台账没有这个编码，核对", "YSS05": "支付大于下达，核对",
    }  # fmt: skip
    assert doubts["11003"].tolist() == ["", "缺文号，补填", "缺用款单位，补填"]


def test_codes_are_held_only_against_registers_that_are_kept(plan_of):
    plan = plan_of("yunshui")
    place = replace(plan.basis.place, tables={k: v for k, v in plan.basis.place.tables.items() if k != "transfers"})
    found = declared_ledgers()["platform_rows"].find(replace(plan, basis=replace(plan.basis, place=place)))
    assert "台账没有这个编码，核对" not in set(found["doubt"])


def test_findings_by_owner_experts_and_scores(found):
    """县财政局国库股: two findings, one closed. 0.4 x 60 + 0.3 x 100 + 0.3 x 80 = 78; 0.4 x 100 + 0.3 x 80 + 0.3 x 70 = 85."""
    owners = found("findings_by_owner", "owner")
    assert owners.loc["县财政局国库股", ["count", "closed", "rate", "late"]].tolist() == [2, 1, 0.5, 1]
    scores = found("assessment_indicators", "department")
    assert scores["total"].tolist() == pytest.approx([85, 82.5, 78])
    assert scores.loc["县财政局", ["rank", "weakest", "doubt"]].tolist() == [3, "整改销号率", "得分偏低，约谈整改"]
    assert found("supervision_experts", "name")["doubt"].tolist() == [
        "", "", "聘期已过，续聘或者出库", "没有用过，安排任务或者出库", "聘期将满，考核后续聘",
    ]  # fmt: skip


def test_rules_say_how_they_ran(found):
    rows = found("business_rules", "id")
    assert rows.loc[["V1", "V11", "V12", "B1", "B2"], "doubt"].tolist() == [
        "", "缺少数据，补登以后再核对", "按说明逐项核对", "没有满足，按说明整改", "",
    ]  # fmt: skip


def test_documents_end_are_repealed_and_are_public(found):
    """7 March 2026 lies 66 days after the base year, within 180."""
    assert found("regulations", "document_code")["doubt"].tolist() == [
        "", "已过有效期，修订、延期或者废止", "有效期将满，提前评估", "没有摘录要点，补录", "已废止，不得再引用", "",
    ]  # fmt: skip
    assert found("regulations_published", "document_code").loc[["YSW04", "YSW05", "YSW06"], "doubt"].tolist() == [
        "没有发布，发布或者注明理由", "已失效，撤下或者注明失效", "",
    ]  # fmt: skip


def test_only_valid_rows_go_to_the_platform(plan_of):
    frame = platform_frame(plan_of("yunshui"))
    label = TABLES["platform_money"].label_of
    assert frame.columns.tolist() == [label(name) for name in rules("ledger_supervision")["platform_layout"]["value"]]
    assert len(frame) == 19 and "YSS05" not in set(frame[label("code")])
    assert set(frame[label("kind")]) == {"转移支付", "专项债券"}


def test_the_handbook_holds_every_document_and_every_rule_with_its_source(plan_of, tmp_path):
    import docx

    plan = plan_of("yunshui")
    first, *_, last = handbook_parts(plan)
    assert first.paragraphs[0] == (
        "云水县财会监督工作办法（虚构），云政办〔2024〕21号（虚构），云水县人民政府办公室2024-05-20印发，有效期至2029-05-19（有效）。"
        "要点：主管部门对所属单位每三年至少检查一遍。"
    )  # fmt: skip
    seed = next(row for listed in last.tables for row in listed.rows if row.label == "抽样随机种子")
    assert seed.values == ("2026", "设计值：改种子等于重新抽取，应留痕", "设计")
    assert not any("{" in str(cell) for listed in last.tables for row in listed.rows for cell in row.values)
    paths = write_supervision_products(tmp_path, plan)
    assert [path.name for path in paths] == ["handbook.docx", "platform.csv"]
    texts = [each.text for each in docx.Document(str(paths[0])).paragraphs]
    titles = plan.basis.place.rows("regulations")["title"]
    assert all(any(title in text for text in texts) for title in titles)
    assert len(pd.read_csv(paths[1], dtype=str, encoding="utf-8-sig")) == 19
    assert write_supervision_products(tmp_path, plan_of("lijiang")) == ()


@pytest.mark.parametrize(
    ("table", "cells", "said"),
    [
        ("supervision_cases", {"to_recover": 1.0, "recovered": 2.0}, "已追回 2 大于应追回 1"),
        ("unit_self_checks", {"submitted_on": None, "score": 80.0}, "没有报送，却填写了得分"),
        ("supervision_themes", {"units_planned": 1.0, "units_done": 2.0}, "已查单位 2 多于应查单位 1"),
    ],
)
def test_what_a_row_may_not_say(table, cells, said):
    assert said in [found for _, found, _ in TABLES[table].complaints(cells)]
