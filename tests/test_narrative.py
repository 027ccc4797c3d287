"""The words of the plan: complete everywhere, true to the plan, honest about what is missing or unverified."""

import re
from dataclasses import replace

import numpy as np
import pytest
from report_case import Case, case_of, said, shipped_case

from fiscal_model.analysis.rating.rating import rate
from fiscal_model.analysis.risk.simulate import simulate
from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.scenario import read_scenario
from fiscal_model.law.indicators import first_breach
from fiscal_model.model.projection import project
from fiscal_model.report import wording, wording_by_year
from fiscal_model.report.chapters import all_chapters
from fiscal_model.report.chapters.all_chapters import figure_title, plan_title

NUMBERS = (*"一二三四五六七八九十", "十一", "十二", "十三", "附件1", "附件2", "附件3")


@pytest.fixture(scope="module")
def case(plan_of, place_id) -> Case:
    """Every shipped place under the baseline, with one other scenario beside it."""
    return shipped_case(plan_of, place_id)


@pytest.fixture(scope="module")
def bare(tmp_path_factory) -> Case:
    """A place with three years of two totals and nothing else."""
    folder = tmp_path_factory.mktemp("places") / "bare"
    folder.mkdir()
    (folder / "place.toml").write_text('name = "小县"\nlevel = "county"\n', encoding="utf-8")
    rows = [
        f"{line},whole,{year},final_accounts,{amount},10k_yuan,小县决算公开表一"
        for line, start in (("own_revenue", 900), ("expenditure", 9000))
        for year, amount in zip((2022, 2023, 2024), (start, start * 1.05, start * 1.1), strict=True)
    ]
    header = "line,scope,year,status,amount,unit,source"
    (folder / "totals.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8-sig")
    return case_of(project(read_place(folder), read_scenario("baseline")))


def test_thirteen_chapters_and_two_annexes_in_order(case: Case) -> None:
    assert tuple(chapter.number for chapter in case.chapters) == NUMBERS
    assert [chapter.title for chapter in case.chapters][:3] == [
        "依据与原则",
        "上轮规划与基期执行",
        "经济社会与财政形势",
    ]
    assert all(len("".join(chapter.paragraphs)) > 60 for chapter in case.chapters)


def test_no_gap_in_the_text(case: Case) -> None:
    for broken in ("nan", "None", "inf", "：。", "，。", "，，", "、。", "；。", "。。", "（）", "{", "}", "  "):
        assert broken not in case.text, broken
    assert not re.search(r"比基期[，。]", case.text)
    assert all(paragraph and paragraph.strip() == paragraph for paragraph in case.text.split("\n"))


def test_every_table_is_printed_whole_in_one_annex(case: Case) -> None:
    annexes = [table for chapter in case.chapters if chapter.number.startswith("附件") for table in chapter.tables]
    assert sorted(annexes) == sorted(table.id for table in case.tables)
    assert {table for chapter in case.chapters for table in chapter.tables} <= {table.id for table in case.tables}


def test_figures_have_captions(case: Case) -> None:
    named = [figure for chapter in case.chapters for figure in chapter.figures]
    assert len(named) == len(set(named)) >= 6
    assert all(figure_title(figure) != figure for figure in named)


def test_figures_of_the_plan_are_in_the_text(case: Case) -> None:
    own = case.plan.line("own_revenue")
    assert re.search(f"合计({wording.money(float(own.sum()))}|{own.sum():,.0f}万元)", case.chapter("四"))
    assert wording_by_year.money_by_year(case.plan.years, own) in case.chapter("四")
    assert f"{case.plan.line('guarantee_coverage').min():.2f}倍" in case.chapter("九")
    if case.rating.rated and case.rating.grade == case.rating.by_score:
        assert f"{case.rating.total:.1f}分，评定为“{case.rating.grade}”" in case.chapter("十")
    else:
        assert ("资料不足，不评级" in case.chapter("十")) == (not case.rating.rated)
    assert all(plan.basis.scenario.name in case.chapter("十一") for plan in case.alternatives.values())


def test_gap_is_said_by_year(plan_of) -> None:
    plan = plan_of("yunshui", "pessimistic")
    measures = said(plan, "07_measures")
    for year, gap in zip(plan.years, plan.line("funding_gap"), strict=True):
        assert (f"{year}年{wording.money(float(gap))}" in measures) == (gap > 0.5)
    assert "不得带缺口编制预算" in measures


def test_why_the_gap_without_measures_is_more_than_what_goes_on_beyond_the_money(plan_of) -> None:
    lead, parts = (
        "大于未安排财力的缺额（第六部分）：未安排财力",
        ("已计入措施增加的财力", "已计入措施减少的延续性支出", "不含候选项目"),
    )
    for name, given in (("lijiang", parts[:2]), ("gangu", parts[1:2]), ("yunshui", parts)):
        text = said(plan_of(name), "07_measures")
        assert lead in text and [part for part in parts if part in text] == [*given], name
    plan = plan_of("gangu")
    free = replace(plan, lines={**plan.lines, "uncommitted_resources": np.full(5, 30.0)})
    assert lead not in said(free, "07_measures")


def test_ten_percent_rule_is_unverified_and_names_its_first_year(case: Case) -> None:
    debt = case.chapter("八")
    assert "国办函〔2016〕88号※" in debt
    over = first_breach("interest_burden_special", case.plan.line("interest_burden_special"), case.plan.years)
    assert ("必须启动财政重整" in debt) == (over is not None)
    if over is not None:  # the year is that of the first breach with data, which may lie before the plan
        since = {"lijiang": "2024年（此前无数据）起", "zhangye": "2026年（此前无数据）起", "yunshui": "2023年起"}
        assert f"专项债务付息占支出{since[case.plan.basis.place.folder.name]}超过10%" in debt
    for paragraph in case.text.split("\n"):
        if "财政重整" in paragraph and "须启动" in paragraph:
            assert "未经核实" in paragraph or "※" in paragraph, paragraph


def test_design_values_are_never_printed_as_law(case: Case) -> None:
    """The mark ※ stands for 未经核实 in the body; what it means is said at the beginning."""
    assert "标※的没有找到正式依据或本地数据" in case.chapter("一")
    assert "指标、权重和分界均为设计值，没有找到正式办法，未经核实" in case.chapter("附件2")
    assert "评分办法为设计值※" in case.chapter("十")
    assert "分档为设计值※" in case.chapter("九")
    for paragraph in case.chapter("八").split("\n"):
        # The bands of 债务率 have published papers behind them since; no other line does.
        if "的警戒线" in paragraph:
            assert ("的警戒线※" in paragraph) == ("120%的警戒线" not in paragraph), paragraph


def test_only_allowed_documents_are_cited(case: Case) -> None:
    cited = set(re.findall(r"《(.+?)》", case.chapter("一")))
    assert cited == {
        "中华人民共和国预算法", "中华人民共和国预算法实施条例", "政府投资条例", "国务院关于实行中期财政规划管理的意见",
    }  # fmt: skip
    chapters = "\n".join(c for c in case.text.split("\n") if "来源" not in c and "设计缺省值" not in c)
    cited = set(re.findall(r"\w+〔\d{4}〕\d+号", chapters))
    assert all(each.endswith(("国发〔2015〕3号", "国办函〔2016〕88号")) for each in cited), cited


def test_invented_place_says_so_first(plan_of) -> None:
    case = shipped_case(plan_of, "yunshui")
    assert case.chapters[0].paragraphs[0].startswith("特别声明：云水县为虚构地区")
    assert plan_title(case.plan) == "云水县（虚构）2026—2030年财政规划（中期财政规划）"
    assert "虚构" not in shipped_case(plan_of, "gangu").text


def test_missing_data_are_named_not_zero(bare: Case) -> None:
    """All that is missing is listed in one sentence; chapters do not say it again and again."""
    assert tuple(chapter.number for chapter in bare.chapters) == NUMBERS
    for words in (
        "政府性基金收支", "一般债务余额", "专项债务余额", "隐性债务", "财政暂付款", "地区生产总值", "项目库", "分税种收入",
    ):  # fmt: skip
        lacking = bare.chapter("一").partition("没有数据、未作测算的有：")[2].partition("。")[0]
        assert words in lacking.split("、"), words
    assert "nan" not in bare.text
    assert "（未提供）" not in bare.text
    assert not re.search(r"(?<![\d,.])0万元", bare.chapter("二"))


def test_words_for_amounts() -> None:
    assert wording_by_year.change(100.0, 0.0) == ""
    assert wording_by_year.against_base(float("nan"), np.ones(5)) == ""
    assert wording_by_year.against_base(100.0, np.full(5, 100.0)) == "与基期总体持平"
    assert wording.percent(float("nan")) == "（未提供）"
    assert wording.doubt("debt_ratio") == "" and wording.doubt("debt_to_gdp") == "未经核实"
    assert wording.doubt("limit_use_general") == ""


def test_a_chapter_that_names_a_table_nobody_declares_is_refused(plan_of, monkeypatch) -> None:
    plan = plan_of("gangu")
    monkeypatch.setattr(all_chapters, "_CHAPTERS", (all_chapters.Slot("一", "01_basis", ("lease",)),))
    with pytest.raises(ValueError, match="lease"):
        all_chapters.write_chapters(plan, simulate(plan, paths=50), rate(plan), (), {})
