"""What users are handed shows itself: a titled table in a notebook, one line at a prompt, everything escaped."""

import dataclasses
import importlib
import inspect
import re
import types
from dataclasses import replace

import pandas as pd
import pytest

import fiscal_model as fm
from fiscal_model.report.writers.bundle import Answers

NAMES = ("Place", "Scenario", "Plan", "Fan", "Rating", "Answers")
EVIL = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def shown(plan_of):
    plan = plan_of("yunshui", "pessimistic")
    fan, rating = fm.simulate(plan, paths=200), fm.rate(plan)
    answers = Answers(plan, fan, rating, {"pessimistic": plan}, ())
    faces = (plan.basis.place, plan.basis.scenario, plan, fan, rating, answers)
    return dict(zip(NAMES, faces, strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_it_shows_a_titled_table_in_a_notebook(shown, name):
    text = shown[name]._repr_html_()
    title, rows = shown[name].sheet.table.title, shown[name].sheet.table.rows
    assert text.startswith("<div class='mathjax_ignore tex2jax_ignore'><p class='caption'><b>") and title in text
    assert text.count("<table") == 1
    # The shipped pessimistic scenario decides three assumptions since it stands at a percentile.
    assert 3 <= text.count("<tr>") - 1 == len(rows) <= 12


@pytest.mark.parametrize("name", NAMES)
def test_it_is_one_short_line_at_a_prompt(shown, name):
    line = repr(shown[name])
    assert line.startswith(f"<{name} ") and line.endswith(">")
    assert "\n" not in line and len(line) < 80


def test_a_plan_shows_its_main_lines_by_year_with_their_units(shown):
    text = repr(shown["Plan"].sheet)
    assert text.startswith("云水县（虚构）2026—2030年财政规划（悲观情景）（单位：万元）\n项目｜2026年｜2027年")
    assert re.search(r"一般公共预算收入｜\d\d,\d{3}｜", text) and re.search(r"债务率（口径C）｜\d+\.\d%｜", text)
    assert "注：基期 2025年；提示事项" in text


def test_a_line_that_the_data_do_not_carry_is_a_dash(shown):
    plan = replace(shown["Plan"], unavailable=frozenset({"debt_ratio"}))
    assert "债务率（口径C）｜—｜—｜—｜—｜—" in repr(plan.sheet)


def test_a_scenario_says_every_assumption_that_it_moves_and_every_decision():
    scenario = fm.read_scenario("baseline").with_(land_revenue_growth={2027: -0.3}, pay_growth=0.03)
    decided = replace(
        scenario,
        history=replace(scenario.history, shock_years={2020: "transitory"}, exclude_suspects=True),
        balance=replace(scenario.balance, measures=False, cut_order=("operations",)),
    )
    text = repr(decided.sheet)
    assert "土地出让收入增速｜2027年 -30.0%（规划人员设定" in text
    assert "工资增速｜3.0%（" in text
    assert "注：异常年份：2020年（一时因素）" in text and "注：存疑的历史数据不参与拟合" in text
    assert "注：不采取平衡措施" in text and "注：先压减：" in text


def test_a_fan_shows_medians_intervals_and_chances(shown):
    text = repr(shown["Fan"].sheet)
    assert "2026—2030年模拟（200 条路径）" in text
    assert re.search(r"一般公共预算收入｜[\d,]+（[\d,]+ 至 [\d,]+）", text) and "出现收支缺口的概率｜" in text


def test_the_answers_are_the_six_sentences(shown):
    answers = shown["Answers"]
    cells = [row.values[0] for row in answers.sheet.table.rows]
    assert cells[0] == fm.revenue.answer(answers.plan, answers.fan)
    assert cells[-1] == fm.affordability.answer(answers.plan, answers.rating)


def test_names_that_are_markup_are_escaped(shown):
    place = replace(shown["Place"], name=EVIL, note=EVIL, province=EVIL)
    scenario = replace(shown["Scenario"], name=EVIL, description=EVIL)
    answers = shown["Answers"]
    basis = replace(answers.plan.basis, place=place, scenario=scenario)
    plan = replace(answers.plan, basis=basis)
    faces = (place, scenario, plan, replace(answers, plan=plan, alternatives={"x": plan}))
    faces += (replace(answers.rating, grade=EVIL, reasons=(EVIL,), indices={EVIL: 1.0}),)
    for face in faces:
        text = face._repr_html_()
        assert "<script" not in text and "&lt;script&gt;" in text


def test_a_name_over_several_lines_is_still_one_line(shown):
    assert "\n" not in repr(replace(shown["Place"], name="甲\n乙"))


@pytest.fixture(scope="module")
def found(plan_of):
    """What the topics find for a place with every register."""
    plan, debt, balance = plan_of("yunshui"), fm.debt, fm.balance
    strategy = debt.plan_strategy(plan)
    months = pd.Series(10.0, index=pd.period_range("2022-01", "2025-06", freq="M"), name=EVIL)
    answers = [
        fm.guarantees.follow_treasury(plan), fm.guarantees.judge_warning(plan), fm.guarantees.review_findings(plan),
        debt.account_hidden(plan), debt.follow_reserve(plan), debt.judge_projects(plan), debt.match_assets(plan), strategy,
        strategy.strategy, strategy.strategy.terms, debt.rank_swaps(plan), debt.review_platforms(plan),
        debt.check_interest(plan)[1], debt.check_quota(plan), balance.age_stock_money(plan), balance.compare_measures(plan),
        balance.find_approved(plan.basis.place, 2026), balance.roll_temporary_payments(plan), balance.trace_pooling(plan),
        fm.nowcast(months),
    ]  # fmt: skip
    return {type(answer).__name__: answer for answer in answers}


ROWS = {
    "Months": ("2026—2030年库款（单位：万元）", "最低保障水平（月）｜0.31｜0.24｜0.27｜0.32｜0.35"),
    "EarlyWarning": ("2026—2030年“三保”预警", "2026年｜绿｜三保保障倍数2.42；三保预算安排到位率100.0%"),
    "Findings": (
        "逾期未销号的问题（2025-12-31，共 9 项，已销号 4 项）（单位：万元）",
        "YSF03｜财政暂付款超过两年未清理｜2,300｜县财政局国库股｜184",
    ),
    "HiddenAccount": ("隐性债务化解资金（单位：万元）", "债券置换｜12,400｜12,000｜0｜0｜0"),
    "Reserve": ("偿债备付金（单位：万元）", "偿债资金覆盖率｜102.8%｜109.7%｜117.9%｜132.7%｜213.7%"),
    "DebtProjects": ("专项债券项目本息覆盖倍数", "县城集中供热工程｜0.99｜0.83"),
    "AssetPool": ("可化债资产（单位：万元）", "晚到资金覆盖｜0｜2,280｜0｜0｜0"),
    "DebtStrategy": ("化债策略（单位：万元）", "原计划：年末隐性债务｜34,000｜11,000｜0｜0｜0"),
    "Strategy": ("成本最低的化债安排（单位：万元）", "超出财力｜0｜0｜0｜0｜0"),
    "StrategyTerms": ("化债条件（8 笔隐性债务）（单位：万元）", "置换额度｜12,400｜12,000｜0｜0｜0"),
    "Swaps": ("隐性债务置换次序（2025-12-31）（单位：万元）", "2｜某融资租赁公司｜4,400｜6.8%｜72｜4,400"),
    "Platforms": (
        "融资平台债务和退出（单位：万元）",
        "云水县城市建设投资有限公司｜25,400｜6,800｜2027-12-31｜8,000｜退出前未清零",
    ),
    "InterestRule": ("专项债务付息占比（单位：万元）", "注：规划期各年都超过界线"),
    "QuotaTest": ("新增专项债券额度测试（单位：万元）", "计划新增｜9,200｜0｜0｜0｜0"),
    "StockMoney": ("存量资金账龄（单位：万元）", "一般公共预算｜7,020｜1,460｜560｜560"),
    "Measures": ("增收节支措施（单位：万元）", "压减会议、差旅和信息化运维｜县财政局｜确定｜1,800｜1,800"),
    "Approved": ("2026年批准预算（单位：万元）", "动用预算稳定调节基金｜1,300｜2,100｜2,100"),
    "TemporaryPayments": ("财政暂付款（单位：万元）", "占支出（界线 5%）｜1.3%｜0.6%｜0.2%｜0.0%｜0.0%"),
    "Pooling": ("资金统筹节约的县级财力（单位：万元）", "同部门其他单位的结余｜298｜-25｜0｜27｜30"),
    "Nowcast": ("当年收入预计", "合计｜—｜120｜102｜142"),
}


@pytest.mark.parametrize("name", ROWS)
def test_what_a_topic_finds_shows_itself(found, name):
    answer = found[name]
    title, row = ROWS[name]
    text = repr(answer.sheet).splitlines()
    assert text[0] == title and row in text
    assert repr(answer) == f"<{name} {answer.sheet.table.title}>" and len(repr(answer)) < 80
    assert answer._repr_html_().count("<table") == 1 and "<script" not in answer._repr_html_()


def test_every_answer_that_is_published_shows_itself():
    topics = [fm, *(getattr(fm, name) for name in fm.__all__ if inspect.ismodule(getattr(fm, name)))]
    verbs = {getattr(topic, name) for topic in topics for name in topic.__all__}
    said = {
        verb: inspect.signature(verb).return_annotation
        for verb in verbs
        if not isinstance(verb, type | types.ModuleType)
    }
    dumps = set()
    for verb, annotation in said.items():
        for word in re.findall(r"\w+", str(annotation)):
            answer = getattr(importlib.import_module(verb.__module__), word, None)
            shows = hasattr(answer, "_repr_html_") or hasattr(answer, "_repr_png_")
            if dataclasses.is_dataclass(answer) and not shows:
                dumps.add(word)
    assert dumps == {"ReportTable"}, "fm.show_table shows those in a notebook"
    assert repr(fm.show_table((), "cautions").table) == "<ReportTable 提示事项>"


def test_what_a_plan_was_computed_from_is_no_dump_either(shown):
    basis = shown["Plan"].basis
    parts = [basis, *(getattr(basis, field.name) for field in dataclasses.fields(basis))]
    assert max(len(repr(part)) for part in parts if dataclasses.is_dataclass(part)) < 120
