"""Spoilt registers of pooling, stock funds, temporary payments and measures: each gives one clear error, and never a plan."""

import shutil

import pytest
from test_input_faults import PLACES, cell, doubled, replaced

from fiscal_model.inputs.place import read_place
from fiscal_model.words.errors import InputError

CASES = {
    "unknown certainty": (
        cell("measures.csv", 2, "certainty", "maybe"),
        "measures.csv 第 2 行“certainty”列：填写的是“maybe”。只能填：certain（确定）、likely（较有把握）、possible（可能）",
    ),
    "unknown project": (
        cell("measures.csv", 16, "target", "YSP66"),
        "measures.csv 第 16 行“target”列：项目库没有编号“YSP66”。请填 projects 表的项目编号；压减一般性支出填 flexible_spending",
    ),
    "a target that is no revenue": (
        cell("measures.csv", 2, "target", "201"),
        "measures.csv 第 2 行“target”列：增收的对象填写的是“201”。请填收入科目编码（101、103 开头），或 own_revenue（本级收入）、"
        "fund_revenue（基金收入）",
    ),
    "a transfer from nowhere": (
        cell("measures.csv", 14, "target", "social_insurance"),
        "measures.csv 第 14 行“target”列：调入的对象填写的是“social_insurance”。只能填：funds（政府性基金）、state_capital（国有资本经营）",
    ),
    "the same package twice": (
        doubled("measures.csv", 2),
        "measures.csv 第 3 行：与第 2 行重复（package_code=YSM01，target=10307，year=2026）",
    ),
    "one code for two measures": (
        cell("measures.csv", 8, "name", "处置旧车"),
        "措施“YSM02”的措施名称前后不一致。同一编号只能是同一项措施；另一项措施请换一个编号",
    ),
    "effect before the start": (
        cell("measures.csv", 2, "year", "2025"),
        "measures.csv 第 2 行“year”列：见效年度 2025 早于开始日期 2026-07-01。请核对年度和开始日期",
    ),
    "done before it began": (
        cell("measures.csv", 2, "finish_date", "2026-06-30"),
        "measures.csv 第 2 行“finish_date”列：完成日期 2026-06-30 早于开始日期 2026-07-01。请核对两个日期",
    ),
    "a wrong date": (
        cell("measures.csv", 2, "start_date", "2026年七月"),
        "measures.csv 第 2 行“start_date”列：应为日期，填写的是“2026年七月”",
    ),
    "a negative amount": (
        cell("measures.csv", 2, "amount", "-240"),
        "measures.csv 第 2 行“amount”列：不得小于 0，填写的是“-240”。收支都填正数",
    ),
    "no amount at all": (
        cell("measures.csv", 2, "amount", "0"),
        "measures.csv 第 2 行“amount”列：金额为 0。没有效果的年度不必登记，请删去这一行",
    ),
    "yuan told as 万元": (
        cell("measures.csv", 2, "amount", "2400000"),
        "measures.csv 第 2 行“amount”列：金额 2,400,000 万元，大于一般公共预算支出 ",
    ),
    "put off to nowhere": (
        cell("measures.csv", 16, "postponed_to", ""),
        "measures.csv 第 16 行“postponed_to”列：推迟的措施没有填写推迟到哪一年。请填写年度；取消项目的改填 cut 压减",
    ),
    "put off backwards": (
        cell("measures.csv", 16, "postponed_to", "2027"),
        "measures.csv 第 16 行“postponed_to”列：推迟到 2027 年，不晚于原来的 2027 年。推迟到的年度应更晚",
    ),
    "put off beyond any plan": (
        cell("measures.csv", 16, "postponed_to", "2040"),
        "measures.csv 第 16 行“postponed_to”列：推迟到 2040 年，超出最长的规划期（10 年）。请填规划期内的年度",
    ),
    "a raise put off": (
        cell("measures.csv", 2, "postponed_to", "2028"),
        "measures.csv 第 2 行“postponed_to”列：增收措施填写了推迟到 2028。只有推迟类填写本列，请删去",
    ),
    "more put off than it costs": (
        cell("measures.csv", 16, "amount", "950"),
        "measures.csv 第 16 行“amount”列：项目“YSP06”2027 年县级资金 900 万元，推迟和压减合计 950 万元",
    ),
    "money for an unknown project": (
        cell("project_money.csv", 2, "project_code", "YSP77"),
        "project_money.csv 第 2 行“project_code”列：项目库没有编号“YSP77”。请核对编号，或者在 projects 表登记",
    ),
    "an unknown kind of money": (
        cell("project_money.csv", 2, "money", "lottery"),
        "project_money.csv 第 2 行“money”列：填写的是“lottery”。只能填：superior（上级资金）",
    ),
    "a unit of two departments": (
        cell("unit_funds.csv", 6, "department", "县农业农村局"),
        "单位“县第一中学”登记在两个主管部门：县教育局、县农业农村局。一个单位只归一个部门",
    ),
    "carried over twice": (
        cell("unit_funds.csv", 3, "carried_over", "50"),
        "unit_funds.csv 第 3 行“carried_over”列：2027 年又填写了上年结转。只在第一个年度（2026 年）填写，以后由程序滚算，请删去",
    ),
    "more bound than there is": (
        cell("unit_funds.csv", 2, "earmarked", "500"),
        "unit_funds.csv 第 2 行“earmarked”列：限定用途 500 万元大于结转与收入之和 420 万元",
    ),
    "a project of an unknown unit": (
        replaced("projects.csv", "第二初级中学,20502", "第三初级中学,20502"),
        "projects.csv 第 3 行“unit_name”列：unit_funds 表没有单位“第三初级中学”。请与 unit_funds 表的单位名称一致，或者留空",
    ),
    "nobody to collect from": (
        cell("temporary_payments.csv", 2, "debtor", ""),
        "temporary_payments.csv 第 2 行“debtor”列：消化方式是收回，没有填写欠款单位。请写明向谁收回，否则消化方式填 budget",
    ),
    "cleared before it begins": (
        cell("temporary_payments.csv", 2, "clear_to", "2025"),
        "temporary_payments.csv 第 2 行“clear_to”列：消化完成年 2025 早于起始年 2026。请核对两个年度",
    ),
    "an unknown way of clearing": (
        cell("temporary_payments.csv", 2, "clearing", "forgive"),
        "temporary_payments.csv 第 2 行“clearing”列：填写的是“forgive”。只能填：budget（预算列支）、collect（收回）、asset（以资抵顶）",
    ),
    "money from the future": (
        cell("carryovers.csv", 2, "origin_year", "2027"),
        "carryovers.csv 第 2 行“origin_year”列：形成年度 2027 晚于余额年度 2025。请填资金最初下达的年度",
    ),
    "superior money half told": (
        cell("carryovers.csv", 9, "distributed", ""),
        "carryovers.csv 第 9 行“distributed”列：上级专项没有填写是否已分配。已分配到单位或项目填 yes，没有分配填 no",
    ),
    "a fund's code in the general budget": (
        cell("carryovers.csv", 2, "code", "1030148"),
        "carryovers.csv 第 2 行“code”列：基金科目只用于政府性基金的结转。请填基金收入科目编码，例如 1030148，或者留空",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_spoilt_register_is_refused(name, tmp_path):
    spoil, expected = CASES[name]
    folder = tmp_path / "yunshui"
    shutil.copytree(PLACES / "yunshui", folder)
    spoil(folder)
    with pytest.raises(InputError) as caught:
        read_place(folder)
    assert expected in str(caught.value)
    assert "输入有 1 处错误" in str(caught.value)


def test_yuan_are_read_as_yuan(tmp_path):
    folder = tmp_path / "yunshui"
    shutil.copytree(PLACES / "yunshui", folder)
    cell("measures.csv", 2, "amount", "2400000")(folder)
    cell("measures.csv", 2, "unit", "yuan")(folder)
    assert read_place(folder).rows("measures")["amount"].iloc[0] == 240


def test_chinese_words_are_read(tmp_path):
    folder = tmp_path / "yunshui"
    shutil.copytree(PLACES / "yunshui", folder)
    cell("measures.csv", 2, "certainty", "较有把握")(folder)
    cell("measures.csv", 2, "kind", "增收")(folder)
    rows = read_place(folder).rows("measures")
    assert (rows["kind"].iloc[0], rows["certainty"].iloc[0]) == ("raise", "likely")
