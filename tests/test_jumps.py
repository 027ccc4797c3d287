"""What the body says of amounts that jump, fall or differ: each sentence where it holds, and not where it does not."""

from __future__ import annotations

import re

import numpy as np
import pytest
from report_case import said

from fiscal_model.report.chapters.jump_findings import fund_jumps, spending_jump
from fiscal_model.report.chapters.money_findings import fund_carry
from fiscal_model.report.material import Material


def material(plan, **lines):
    """A plan's material with some of its lines, and of the base year, put otherwise."""
    found = Material.of(plan, None, None, (), {})
    kept, seen = found.line, found.seen

    class Moved:
        years, base = found.years, found.base
        plan = found.plan

        def line(self, name):
            return np.array(lines[name][1:], dtype=float) if name in lines else kept(name)

        def seen(self, name, year=None):
            return float(lines[name][0]) if name in lines else seen(name, year)

    return Moved()


def test_a_first_year_that_jumps_names_its_sources(plan_of):
    text = said(plan_of("gangu"), "05_spending")
    assert "2025年比基期增长6.7%，主要是动用的结转（减结转下年）增加17,730万元、上级补助增加6,312万元。" in text
    assert "2026年比基期" not in said(plan_of("lijiang"), "05_spending")
    assert spending_jump(material(plan_of("gangu"), expenditure=[409525, 425000, 1, 1, 1, 1])) == {}
    assert spending_jump(material(plan_of("gangu"), expenditure=[np.nan, 425000, 1, 1, 1, 1])) == {}


def test_fund_spending_that_jumps_in_any_year_says_why_and_where_the_ratio_peaks(plan_of):
    text = said(plan_of("lijiang"), "05_spending")
    assert "2027年比上年下降45.0%，主要是专项债券（减还本）减少" in text
    assert "新增专项债券按额度测试可承受的数安排。" in text and "专项债务付息占比2027年最高。" in text
    level = material(plan_of("lijiang"), fund_expenditure=[100, 90, 80, 100, 110, 100])
    assert fund_jumps(level)["jumps"] == [] and not fund_jumps(level)["rated"]
    slid = fund_jumps(material(plan_of("lijiang"), fund_expenditure=[100, 90, 80, 70, 60, 55]))
    assert [(each["year"], each["against"]) for each in slid["jumps"]] == [(2030, "2025年")]
    risen = fund_jumps(material(plan_of("lijiang"), fund_expenditure=[100, 100, 150, 150, 150, 150]))
    assert [each["year"] for each in risen["jumps"]] == [2027] and not risen["rated"], "a rise makes no ratio higher"
    unlisted = said(plan_of("zhangye"), "05_spending")
    assert "没有分项公布来源的资金（规划期不预计，不代表支出真的下降）减少28.60亿元" in unlisted
    assert "与基金支出相比的指标" not in said(plan_of("gangu"), "05_spending"), "no interest is known"


@pytest.mark.parametrize(
    ("path", "falling", "used_up"),
    [
        ([9, 8, 7, 6, 5, 4], True, None), ([9, 8, 7, 7, 8, 6], False, None), ([9, 2, 2, 2, 2, 2], False, None),
        ([9, 5, 0, 0, 0, 0], False, 2027), ([9, 5, 0, 0, 3, 0], False, 2027), ([9, 5, 0, 0, 0, 3], False, None),
    ],
)  # fmt: skip
def test_the_funds_carry_is_called_used_up_only_where_it_is(plan_of, path, falling, used_up):
    found = fund_carry(material(plan_of("lijiang"), fund_carry_in=[0, *path[:-1]], fund_carry_out=path))
    assert (found["falling"], found["used_up"]) == (falling, used_up)


def test_the_carry_that_comes_back_is_not_said_to_run_out(plan_of):
    assert "不再有这一来源" not in said(plan_of("lijiang"), "06_resources")
    assert "不再有这一来源" not in said(plan_of("gangu"), "06_resources")
    ending = {"before": 9.0, "after": 4.0, "falling": True, "used_up": None}
    assert "逐年减少到2030年末的4万元，用完后" in said(plan_of("lijiang"), "06_resources", fund_carry=lambda: ending)
    gone = {"before": 9.0, "after": 0.0, "falling": False, "used_up": 2028}
    assert "2025年末的基金结转9万元2028年用完" in said(plan_of("lijiang"), "06_resources", fund_carry=lambda: gone)


def test_other_spending_tells_its_pace_before_steps_cut_it(plan_of):
    text = said(plan_of("zhangye"), "05_spending")
    assert "压减前2026年34,495万元，按每年3.0%延续※，平衡措施压减2026年5,174万元" in text
    level = {"base": 9.0, "growth": (0.02,) * 5, "doubt": "", "before": (9.0,) * 5, "cut": (0.0,) * 5}
    text = said(plan_of("zhangye"), "05_spending", other_spending=lambda: level)
    assert "按每年2.0%延续。" in text and "压减前" not in text


def test_transfers_that_grow_less_than_assumed_say_so(plan_of):
    assert "每年增2.0%※（照上年数的返还和首年公布、下达数不按此增长，合计比基期年均增长1.8%）" in said(
        plan_of("lijiang"), "04_revenue"
    )
    assert "照上年数的返还" not in said(plan_of("gangu"), "04_revenue")


def test_an_adjustment_spares_special_transfers_and_names_its_budget(plan_of):
    text = said(plan_of("yunshui"), "07_measures")
    assert "比批准的调整预算2026年一般公共预算支出多29,665万元（其中专项转移支付比预算多12,365万元，属于" in text
    assert "预算法第七十一条）、2026年" in text and "政府性基金预算仍有缺口" in text
    bare = {"against": "年初预算", "from_above": 0.0, "label": "甲", "article": "乙"}
    acts = [{"year": 2026, "label": "支出", "difference": 5.0, "trigger": "total"}]
    text = said(plan_of("yunshui"), "07_measures", adjustments=lambda: acts, spared_from_adjustment=lambda: bare)
    assert "比批准的年初预算2026年支出多5万元。" in text and "其中专项转移支付" not in text
    assert "照规划执行须先" not in said(plan_of("zhangye"), "07_measures")
    assert "一般公共预算仍有缺口" in said(plan_of("zhangye"), "07_measures")


def test_both_chapters_tell_the_librarys_amounts_apart_from_the_plans(plan_of):
    plan = plan_of("yunshui")
    assert "（项目库登记的县级财力已签约7,300万元、储备12,490万元，减去统筹资金和措施压减、推迟2,595万元）" in said(
        plan, "05_spending"
    )
    assert "减去统筹资金和措施压减、推迟2,595万元后，已签约6,415万元、储备10,780万元。" in said(plan, "12_projects")
    same = {"asked": 9.0, "given": 9.0, "listed": {"committed": 1.0, "candidate": 9.0}, "less": 0.0}
    assert "登记的县级财力已签约" not in said(plan, "05_spending", project_money=lambda: same)
    assert "登记数" not in said(plan, "12_projects", project_money=lambda: same)


def test_compared_amounts_have_one_unit_and_a_chance_its_month(plan_of):
    text = said(plan_of("lijiang"), "11_scenarios", beside=(plan_of("lijiang", "refinancing_squeeze"),))
    assert text.count("2030年收入663,651万元") == 2 and "2030年收入66.37亿元" not in text
    months = said(plan_of("yunshui"), "09_guarantees")
    assert re.search(r"单月最高为20\d\d年\d+月的", months)


def test_a_thin_plan_keeps_the_comparison_with_the_budget(plan_of):
    assert "与公布预算比较" in said(plan_of("zhangye"), "04_revenue")
