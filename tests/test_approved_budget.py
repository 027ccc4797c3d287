"""The approved budget: frozen figures, V24, the adjustment test, breaches, policy dates, deadlines; every fault's text."""

import datetime as dt
import random
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest
from conftest import copy_place

from fiscal_model.analysis.control.adjustment import (
    TRIGGERS,
    Request,
    check_adjustments,
    check_plan_steps,
    judge,
    requests_of,
)
from fiscal_model.analysis.control.disclosure_dates import list_disclosure_dates
from fiscal_model.analysis.control.execution import list_breaches
from fiscal_model.analysis.control.policy_dates import list_midyear_policies
from fiscal_model.blocks.checks.all_checks import run_checks
from fiscal_model.inputs.approvals import approvals_match, approved_years, find_approved, published_figures
from fiscal_model.inputs.history import read_history
from fiscal_model.inputs.place import read_place
from fiscal_model.law.rules import rules
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.words.errors import InputError
from fiscal_model.words.vocabulary import ApprovalKind, Budget, MoneyFrom, ReallocationKind, Status

HELD = ("ledger", "approved_budget", "payments", "reallocations")
"""What approvals are held against."""


def with_rows(place, **tables):
    return replace(place, tables=MappingProxyType({**place.tables, **tables}))


@pytest.fixture(scope="module")
def yunshui(place):
    return place("yunshui")


# what was approved ------------------------------------------------------------------------------------------


def test_the_last_adjustment_is_in_force(yunshui):
    approved = find_approved(yunshui, 2026)
    assert approved_years(yunshui) == (2026,)
    assert approved.amount(Budget.GENERAL, "213") == 57_680.0
    assert approved.amount(Budget.GENERAL, "205") == 50_266.0
    assert np.isnan(approved.amount(Budget.GENERAL, "219"))
    row = approved.lines.set_index("line").loc["stabilization_draw"]
    assert (row["original"], row["adjusted"], row["in_force"]) == (1_300.0, 2_100.0, 2_100.0)
    assert {line for _, line in approved.key_lines} == {"205", "208", "210", "213"}
    assert find_approved(yunshui, 2030) is None


def test_in_force_by_date(yunshui):
    approved = find_approved(yunshui, 2026)
    days = pd.to_datetime(["2026-01-05", "2026-08-31", "2026-09-30"])
    assert approved.amounts_on(Budget.GENERAL, "213", days).tolist() == [56_880.0, 56_880.0, 57_680.0]


def test_the_fingerprint_tells_a_later_change_and_not_the_order(yunshui):
    rows = yunshui.rows("approved_budget")
    before = find_approved(yunshui, 2026).approvals["digest"].tolist()
    turned = with_rows(yunshui, approved_budget=rows.iloc[::-1].reset_index(drop=True))
    assert find_approved(turned, 2026).approvals["digest"].tolist() == before
    changed = rows.copy()
    changed.loc[changed["line_or_code"] == "205", "amount"] += 1.0
    after = find_approved(with_rows(yunshui, approved_budget=changed), 2026).approvals["digest"].tolist()
    assert after[0] != before[0] and after[1] == before[1]


def test_v24_names_draft_and_approved_figure(yunshui):
    found = approvals_match(yunshui, read_history(yunshui))
    assert found.looked_at == 45 and found.cautions == ()
    rows = yunshui.rows("approved_budget").copy()
    rows.loc[rows["line_or_code"] == "205", "amount"] = 50_000.0
    found = approvals_match(with_rows(yunshui, approved_budget=rows), read_history(yunshui))
    assert found.faults == ()
    assert found.cautions == (
        "2026年年初预算“205教育支出”批准 50,000.00 万元（2026-01-22，第十九届人民代表大会第五次会议，approved_budget 表第 13 行），"
        "ledger 或 totals 表预算数 50,266.00 万元，相差 -266.00 万元",
    )


def test_v24_does_not_run_without_the_table(place):
    check = next(check for check in run_checks(place("gangu")) if check.id == "V24")
    assert (check.outcome, check.details) == ("not_run", ("缺少数据：approved_budget 表和同一版本的 ledger 或 totals",))


def test_published_figures_keep_versions_apart(yunshui):
    budget, final = (published_figures(yunshui, status) for status in (Status.BUDGET, Status.FINAL_ACCOUNTS))
    assert budget[Budget.GENERAL, "expenditure", 2026] == 272_300.0
    assert final[Budget.GENERAL, "expenditure", 2024] == 292_900.0
    assert (Budget.GENERAL, "expenditure", 2026) not in final


# adjustment ---------------------------------------------------------------------------------------------------


def ask(**given):
    usual = {
        "request_id": "R", "requested_on": dt.date(2026, 6, 1), "budget": Budget.GENERAL,
        "kind": ReallocationKind.CODES, "from_line": "201", "to_line": "207", "amount": 100.0,
        "money_from": MoneyFrom.WITHIN,
    }  # fmt: skip
    return Request(**{**usual, **given})


@pytest.mark.parametrize(
    ("given", "triggers", "path"),
    [
        ({}, (), "government"),
        ({"from_line": "20101", "to_line": "20103"}, (), "bureau"),
        ({"from_line": "20101", "to_line": "20103", "kind": ReallocationKind.LEVELS}, (), "government"),
        ({"from_line": "20502", "to_line": "214"}, ("key_spending",), "committee"),
        ({"from_line": "20502", "to_line": "20503"}, (), "bureau"),
        ({"from_line": "", "money_from": MoneyFrom.STABILIZATION}, ("total", "stabilization"), "committee"),
        ({"from_line": "", "money_from": MoneyFrom.DEBT}, ("total", "debt"), "committee"),
        ({"from_line": "", "money_from": MoneyFrom.OTHER}, ("total",), "committee"),
        ({"to_line": "", "money_from": MoneyFrom.OTHER}, ("total",), "committee"),
        ({"to_line": "", "money_from": MoneyFrom.THRIFT}, (), "bureau"),
        ({"from_line": "205", "to_line": "", "money_from": MoneyFrom.THRIFT}, ("key_spending",), "committee"),
        ({"from_line": "", "money_from": MoneyFrom.SUPERIOR, "matching": 0.0}, (), "report"),
        ({"from_line": "", "money_from": MoneyFrom.SUPERIOR, "matching": 30.0}, ("total",), "committee"),
        ({"from_line": "227", "to_line": "224", "money_from": MoneyFrom.RESERVE}, (), "reserve"),
        ({"from_line": "", "money_from": MoneyFrom.OVER_COLLECTION}, ("total",), "refused"),
        ({"from_line": "", "to_line": "stabilization_topup", "money_from": MoneyFrom.OVER_COLLECTION}, (), "bureau"),
    ],
)  # fmt: skip
def test_the_four_triggers_and_the_two_exceptions(yunshui, given, triggers, path):
    verdict = judge(ask(**given), find_approved(yunshui, 2026))
    assert set(verdict.triggers) == set(triggers)
    assert verdict.path == path
    assert verdict.needed == (path == "committee")


def test_reasons_are_said_in_full(yunshui):
    approved = find_approved(yunshui, 2026)
    said = judge(ask(from_line="205", to_line="214"), approved).reason
    assert said == "调减重点支出“205教育支出”100万元（预算法第六十七条第三项）"
    matching = ask(from_line="", money_from=MoneyFrom.SUPERIOR, matching=30.0)
    assert judge(matching, approved).reason == "总支出增加30万元（需本级配套）（预算法第六十七条第一项）"
    free = ask(from_line="", money_from=MoneyFrom.SUPERIOR, matching=0.0)
    assert judge(free, approved).reason == "上级增加不需要配套的专项转移支付，不属于预算调整（预算法第七十一条）"
    assert judge(ask(), None).reason.endswith("2026年没有登记批准的预算，是否调减重点支出未能核对")
    assert judge(ask(amount=1e6), approved).reason.endswith(
        "“201一般公共服务支出”批准26,985万元，不够调减1,000,000万元"
    )
    new = judge(ask(new_policy=True), approved)
    assert new.frozen and new.reason.endswith("可以推迟的，编入下年预算（预算法第六十八条）")


def test_requests_of_the_example(yunshui):
    frame = check_adjustments(yunshui)
    assert frame["needed"].tolist() == [False, False, False, True, False]
    assert frame["frozen"].tolist() == [False, False, False, False, True]
    row = frame[frame["needed"]].iloc[0]
    assert [row[name] for name in TRIGGERS] == [True, True, False, False]
    assert len(check_adjustments(yunshui, 2025)) == 0
    turned = yunshui.rows("reallocations").iloc[::-1].reset_index(drop=True)
    pd.testing.assert_frame_equal(check_adjustments(with_rows(yunshui, reallocations=turned)), frame)
    assert [request.request_id for request in requests_of(yunshui)] == [f"YST0{n}" for n in range(1, 6)]


def test_the_plans_own_steps(plan_of):
    plan = plan_of("yunshui")
    frame = check_plan_steps(plan).set_index("label")
    draw = float(plan.line("stabilization_draw")[0])
    row = frame.loc["动用预算稳定调节基金"]
    assert row["difference"] == draw - 2_100.0
    assert row["needed"] == (draw > 2_100.5)
    spending = frame.loc["一般公共预算支出"]
    assert spending["needed"] and "（预算法第六十七条第一项）；其中由上级增加不需要配套的" in spending["reason"]
    assert not len(check_plan_steps(plan_of("gangu")))


def test_every_rule_says_where_it_comes_from():
    book = rules("budget_adjustment")
    groups = [*book["triggers"].values(), *book["exceptions"].values(), *book["paths"].values()]
    for rule in [*groups, *book["deadlines"].values(), book["freeze"], book["payments"], book["consistency"]]:
        assert rule["source"] and rule["quality"] in {"law", "unverified"}
    assert {name for name, rule in book["paths"].items() if rule["quality"] == "unverified"} == {"government", "bureau"}


# payments -----------------------------------------------------------------------------------------------------


def paid(place, *rows):
    columns = TABLES["payments"].columns
    usual = dict.fromkeys(columns, "") | {"year": 2026, "budget": Budget.GENERAL}
    frame = pd.DataFrame([{**usual, **row, "row_line": number} for number, row in enumerate(rows, 2)])
    return list_breaches(with_rows(place, payments=frame), 2026)


def test_one_breach_in_the_example(yunshui):
    (row,) = list_breaches(yunshui, 2026).to_dict("records")
    assert (row["label"], row["over"], row["from_above"]) == ("216商业服务业等支出", 126.0, 0.0)
    assert row["reason"] == (
        "“216商业服务业等支出”批准794万元，已拨920万元，超126万元，8月起超出（预算法第十三条、实施条例第五十七条）"
    )
    assert not len(list_breaches(yunshui, 2025))


def test_no_line_at_all(yunshui):
    frame = paid(yunshui, {"month": 3, "code": "21901", "amount": 50.0})
    (row,) = frame.to_dict("records")
    assert (row["kind"], row["paid"], row["over"]) == ("无预算", 50.0, 50.0)
    assert np.isnan(row["approved"])
    assert row["reason"] == (
        f"批准的预算里没有“{row['label']}”，已拨50万元，未列入预算的不得支出（预算法第十三条、实施条例第五十七条）"
    )


def test_extra_special_transfers_are_no_breach(yunshui):
    above = {"month": 5, "code": "21901", "amount": 900.0, "superior_document": "省发1号"}
    assert not len(paid(yunshui, above))
    frame = paid(yunshui, {**above, "code": "216"}, {"month": 6, "code": "21602", "amount": 800.0})
    (row,) = frame.to_dict("records")
    assert (row["paid"], row["from_above"], row["over"]) == (800.0, 900.0, 6.0)


def test_paying_first_and_adjusting_later_is_a_breach(yunshui):
    early = {"month": 8, "code": "213", "amount": 57_200.0}
    (row,) = paid(yunshui, early).to_dict("records")
    assert (row["first_month"], row["over"]) == (8, 320.0)
    assert "属于先支后调" in row["reason"]
    assert not len(paid(yunshui, {**early, "month": 9}))


def test_totals_and_children_are_held_too(yunshui):
    frame = paid(
        yunshui, {"month": 1, "code": "20502", "amount": 60_000.0}, {"month": 2, "code": "201", "amount": 300_000.0}
    )
    assert set(frame["line"]) == {"201", "205", "expenditure"}
    assert frame.set_index("line").at["expenditure", "over"] == 360_000.0 - 273_100.0


def test_a_project_that_is_not_in_the_library(yunshui):
    (row,) = paid(yunshui, {"month": 4, "code": "214", "amount": 10.0, "project_code": "X1"}).to_dict("records")
    assert (row["kind"], row["where"]) == ("项目不在项目库", "payments 表第 2 行")


def test_random_payments_are_over_by_what_exceeds_the_line(yunshui):
    generator, approved = random.Random(8), find_approved(yunshui, 2026)
    for _ in range(20):
        rows = [
            {"month": generator.randint(1, 8), "code": generator.choice(("216", "21602", "217")), "amount": float(generator.randint(0, 500))}
            for _ in range(6)
        ]  # fmt: skip
        frame = paid(yunshui, *rows).set_index("line")
        for code in ("216", "217"):
            over = sum(row["amount"] for row in rows if row["code"].startswith(code)) - approved.amount(
                Budget.GENERAL, code
            )
            assert (code in frame.index) == (over > 0.5)
            if over > 0.5:
                assert frame.at[code, "over"] == pytest.approx(over)


# dates ----------------------------------------------------------------------------------------------------------


def test_policies_that_start_within_the_year(yunshui):
    frame = list_midyear_policies(yunshui)
    assert frame["table"].tolist() == ["reallocations", "pay_events", "standard_changes"]
    assert frame["approved"].tolist() == [True, False, False]
    staff = yunshui.rows("staff")
    pay = float((staff["serving_persons"] * staff["fiscal_share"]).sum()) * 3_000 / 1e4 / 2
    assert frame["first_year_amount"].iloc[1] == pytest.approx(pay)
    villages = float(yunshui.rows("guarantee_items").set_index("item_code").at["O02", "persons"])
    assert frame["first_year_amount"].iloc[2] == pytest.approx(villages * 5_000 / 1e4 / 2)


def test_the_first_of_january_and_cuts_are_no_exceptions(yunshui):
    events = yunshui.rows("pay_events").copy()
    events["effective_date"] = dt.date(2027, 1, 1)
    assert "pay_events" not in set(list_midyear_policies(with_rows(yunshui, pay_events=events))["table"])
    events["effective_date"], events["value"] = dt.date(2027, 7, 1), -100.0
    assert "pay_events" not in set(list_midyear_policies(with_rows(yunshui, pay_events=events))["table"])


def test_a_revenue_cut_in_an_approved_year_is_listed(yunshui):
    cuts = yunshui.rows("one_offs").copy()
    cuts.loc[cuts["year"] == 2027, "year"] = 2026
    frame = list_midyear_policies(with_rows(yunshui, one_offs=cuts))
    row = frame[frame["table"] == "one_offs"].iloc[0]
    assert (row["first_year_amount"], row["what"]) == (90.0, "小微企业城镇土地使用税减征（城镇土地使用税，只知年度）")


def test_deadlines(yunshui):
    frame = list_disclosure_dates(yunshui)
    made = frame[frame["duty"] == "向社会公开"]
    assert made["state"].tolist() == ["按期", "按期", "逾期"]
    assert made["days_late"].tolist() == [0.0, 0.0, 7.0]
    assert made["due"].tolist() == [dt.date(2025, 9, 17), dt.date(2026, 2, 11), dt.date(2026, 10, 8)]
    assert set(frame.loc[frame["kind"] == ApprovalKind.ADJUSTED, "duty"]) == {"向社会公开"}
    units = frame[frame["duty"] == "各部门向所属单位批复"]
    assert units["due"].tolist() == [dt.date(2025, 10, 2), dt.date(2026, 2, 26)]


# faults ---------------------------------------------------------------------------------------------------------


def spoilt(tmp_path, file, line, column, value):
    folder = copy_place("yunshui", tmp_path / "yunshui", *HELD)
    frame = pd.read_csv(folder / file, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    frame.at[line - 2, column] = value
    frame.to_csv(folder / file, index=False, encoding="utf-8-sig")
    with pytest.raises(InputError) as caught:
        read_place(folder)
    return [str(fault).replace(folder.as_posix(), "D") for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("file", "line", "column", "value", "said"),
    [
        ("approved_budget.csv", 4, "meeting", "",
         "D/approved_budget.csv 第 4 行“meeting”列：没有填写。例如 第十九届人民代表大会第五次会议。"),
        ("approved_budget.csv", 4, "approved_on", "",
         "D/approved_budget.csv 第 4 行“approved_on”列：没有填写。人民代表大会或者常务委员会批准的日期。"),
        ("approved_budget.csv", 4, "line_or_code", "本级土地收入",
         "D/approved_budget.csv 第 4 行“line_or_code”列：不认识的项目“本级土地收入”。"
         "请填年度总量的项目或当年政府收支分类科目编码，并检查“budget”列。"),
        ("approved_budget.csv", 4, "line_or_code", "土地收入", "不认识的项目“土地收入”"),
        ("approved_budget.csv", 4, "budget", "funds",
         "“一般公共预算收入”属于一般公共预算，budget 列填写的是政府性基金预算"),
        ("approved_budget.csv", 4, "budget", "social_insurance",
         "社会保险基金预算不在这张表登记。请登记在 insurance 表，数据版本填 budget（预算数）。"),
        ("approved_budget.csv", 10, "line_or_code", "29901", "科目编码“29901”不在一般公共预算的科目表里"),
        ("approved_budget.csv", 4, "amount", "-3", "批准数为负（-3 万元）。收支两边都填正数。"),
        ("approved_budget.csv", 4, "approved_on", "2025-05-01",
         "2026年年初预算的批准日期是 2025-05-01。年初预算在上年底到当年内批准，请核对年度和日期。"),
        ("approved_budget.csv", 4, "approved_on", "2026-02-01",
         "D/approved_budget.csv 第 46 行：2026年年初预算有 2 个批准日期（2026-01-22、2026-02-01）。一年只批准一次，请核对；以后的变动填 adjusted（调整预算）。"),
        ("approved_budget.csv", 47, "approved_on", "2027-01-05",
         "2026年调整预算的批准日期是 2027-01-05。预算调整在预算年度内批准，请核对年度和日期。"),
        ("approved_budget.csv", 47, "approved_on", "2026-01-05",
         "2026年调整预算的批准日期 2026-01-05 不晚于年初预算 2026-01-22。请核对两个日期。"),
        ("approved_budget.csv", 2, "approved_on", "2024-08-28",
         "2024年决算的批准日期是 2024-08-28。决算在年度终了后批准，请核对年度和日期。"),
        ("approved_budget.csv", 4, "published_on", "2026-01-02",
         "公开日期 2026-01-02 早于批准日期 2026-01-22。请核对两个日期。"),
        ("approved_budget.csv", 4, "meeting", "另一次会议",
         "2026年年初预算（2026-01-22 批准）有 2 个会议届次（另一次会议、第十九届人民代表大会第五次会议）。同一次批准的各行应一致。"),
        ("approved_budget.csv", 47, "key", "yes",
         "调整预算的行填写了重点支出。重点支出按年初预算认定，请填在年初预算的行，这里留空。"),
        ("approved_budget.csv", 5, "line_or_code", "一般公共预算收入",
         "D/approved_budget.csv 第 5 行：与第 4 行是同一个项目（own_revenue，代码和中文名是一样的）。同一个数只保留一行。"),
        ("payments.csv", 2, "code", "101", "“101”不是支出科目。拨付台账只登记支出，请填 2 开头的支出科目编码。"),
        ("payments.csv", 2, "code", "2999", "科目编码应为 3、5、7 或 9 位数字，填写的是“2999”"),
        ("payments.csv", 2, "month", "13", "不得大于 12，填写的是“13”"),
        ("payments.csv", 2, "amount", "-5", "不得小于 0，填写的是“-5”。收支都填正数，方向由列或科目决定。"),
        ("reallocations.csv", 3, "to_line", "201",
         "调出、调入科目都是“201”。两个科目应不同；同一科目内的项目之间调剂请填到项级科目。"),
        ("reallocations.csv", 3, "to_line", "",
         "资金来源是原预算调剂，但只填了一边的科目。原预算调剂要同时填写调出科目和调入科目；追加的请改填资金来源。"),
        ("reallocations.csv", 4, "matching", "",
         "上级增加专项没有填写是否需要本级配套。不需要本级配套的填 0，需要的填配套金额；是否属于预算调整由它决定。"),
        ("reallocations.csv", 4, "to_line", "", "调出科目和调入科目都没有填写。调减的填调出科目，追加的填调入科目。"),
        ("reallocations.csv", 3, "money_from", "thrift",
         "资金来源是节约开支，却填写了调入科目。节约开支只填调出科目；节约的钱改作他用的，资金来源填 within（原预算调剂）。"),
        ("reallocations.csv", 3, "from_line", "机关", "不认识的项目“机关”"),
        ("reallocations.csv", 3, "money_from", "借款", "填写的是“借款”"),
        ("reallocations.csv", 3, "request_id", "YST01", "与第 2 行重复（request_id=YST01）"),
    ],
)  # fmt: skip
def test_faults(tmp_path, file, line, column, value, said):
    faults = spoilt(tmp_path, file, line, column, value)
    assert any(said in fault for fault in faults), faults


def test_an_adjustment_without_an_original_budget(tmp_path):
    folder = copy_place("yunshui", tmp_path / "yunshui", *HELD)
    frame = pd.read_csv(folder / "approved_budget.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    frame[frame["kind"] != "original"].to_csv(folder / "approved_budget.csv", index=False, encoding="utf-8-sig")
    with pytest.raises(InputError, match="2026年只有调整预算，没有年初预算。请先登记年初批准的预算"):
        read_place(folder)


def test_chinese_words_and_units_are_read(tmp_path):
    folder = copy_place("yunshui", tmp_path / "yunshui", *HELD)
    for file, old, new in (
        ("approved_budget.csv", "general,expenditure,original,272300", "一般公共预算,一般公共预算支出,年初预算,272300"),
        ("reallocations.csv", "within,,,", "调剂,,,"),
    ):
        text = (folder / file).read_text(encoding="utf-8-sig")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8-sig")
    place = read_place(folder)
    assert find_approved(place, 2026).amount(Budget.GENERAL, "expenditure") == 273_100.0
    assert check_adjustments(place)["path"].iloc[1] == "本级政府审定"
