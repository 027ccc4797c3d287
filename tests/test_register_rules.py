"""What the cells of one row may not say together, each register's own words."""

import datetime as dt

import pandas as pd
import pytest

from fiscal_model.registers import schema
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.registers.refusals import below, refuse
from fiscal_model.registers.rules import OneValue, ReadTables, Rule
from fiscal_model.words.cells import Year
from fiscal_model.words.vocabulary import (
    Amortisation,
    HiddenFunding,
    OneOffKind,
    PayEventKind,
    PaymentKind,
    RateKind,
    Sex,
    YesNo,
)

DEBT = {"restructured_rate": None, "balance": 0.0, "funding": HiddenFunding.BUDGET, "restructured_to": None}
PROJECT = {"total_investment": 100.0, "start_year": 2024, "operation_year": 2026, "end_year": 2040}
FERTILITY = {"kind": RateKind.FERTILITY, "age_from": 15, "age_to": 19, "group": "", "sex": Sex.FEMALE}


@pytest.mark.parametrize(
    ("table", "row", "complaints"),
    [
        (
            "temporary_payments",
            {"clear_from": 2027, "clear_to": 2026, "clearing": None, "debtor": ""},
            [("clear_to", "消化完成年 2026 早于起始年 2027", "请核对两个年度")],
        ),
        (
            "hidden_debt",
            DEBT | {"rate": 0.46, "after_2028": YesNo.NO, "planned_year": 2027, "year": 2025},
            [("rate", "利率 0.46 高于 20%", "利率用小数：4.6% 写 0.046")],
        ),
        (
            "swap_ledger",
            {"amount": 0.0, "payment_date": None, "payment_amount": None, "balance_before": None},
            [("amount", "置换金额是 0", "没有置换的整行不写")],
        ),
        (
            "platforms",
            {"exited": YesNo.YES, "exit_date": None, "exit_proof": ""},
            [("exit_date", "已退出但没有填写退出日期", "请填写退出日期，或把是否退出改为 no")],
        ),
        (
            "assets",
            {"months_to_cash": 600.0, "haircut": 0.3},
            [("months_to_cash", "变现月数填写的是 600", "请按月填写，例如 18")],
        ),
        (
            "special_projects",
            PROJECT | {"capital": 120.0, "on_negative_list": YesNo.NO, "negative_item": ""},
            [("capital", "资本金 120 万元大于总投资 100 万元", "请核对两列的金额和单位")],
        ),
        (
            "pay_dates",
            {"kind": PaymentKind.SALARIES, "share": None, "day": None},
            [("share", "占全年比例和发放日都没有填写", "至少填一个；这个月没有安排的，整行不写")],
        ),
        (
            "staff",
            {"pay_per_person": 7.2, "employer_rate": 0.3, "fiscal_share": 1.0, "exits": 5.0},
            [("pay_per_person", "人均年工资 7.2 元，像是以万元填写", "请按元填写，例如 72000")],
        ),
        (
            "staff_ages",
            {"age": 9, "persons": 3.0},
            [("age", "9 岁有 3 名在职人员", "请核对年龄，应在 16 至 75 岁之间")],
        ),
        (
            "pay_items",
            {"item": "住房公积金"},
            [("item", "“住房公积金”不是工资项目", "单位缴费、公积金、离退休和编外人员由 staff 表计算，请删去这一行")],
        ),
        (
            "pay_events",
            {"kind": PayEventKind.RATE, "value": 5.0},
            [("value", "涨幅填写的是 5", "涨幅用小数：5% 写 0.05；按金额调整的方式填 amount")],
        ),
        ("quotas", {"quota": 1.2}, [("quota", "人均定额 1.2 元，像是以万元填写", "请按元填写，例如 12000")]),
        (
            "guarantee_items",
            {f"{level}_share": 0.25 for level in ("central", "province", "city", "county")}
            | {"rule": "", "standard": 700.0, "local_standard": 680.0},
            [
                (
                    "local_standard",
                    "地方标准 680 元低于国家标准 700 元",
                    "地方标准含国家标准，不得低于它；没有地方提高的留空",
                )
            ],
        ),
        (
            "population_rates",
            FERTILITY | {"rate": 45.0},
            [("rate", "生育率 45 大于 1", "每名妇女一年生育数用小数：千分之 45 写 0.045")],
        ),
        (
            "tax_bases",
            {"code": "10107", "effective_rate": 5.0, "unit": "10k_yuan"},
            [
                (
                    "effective_rate",
                    "有效税率 5 大于 1",
                    "金额税基的税率用小数：5% 写 0.05；按数量计征的请把“unit”列写成吨、平方米等",
                )
            ],
        ),
        ("tax_bases", {"code": "10107", "effective_rate": 5.0, "unit": "tonnes"}, []),
        ("transfers", {"code": "1100202", "logic": None, "growth": None, "tied_to": ""}, []),
        (
            "one_offs",
            {"line_or_code": "10307", "kind": OneOffKind.ONE_OFF, "lasting": YesNo.YES, "amount": 5.0},
            [
                (
                    "lasting",
                    "一次性因素填了持续",
                    "只影响一年的填 no；从此一直有的，性质请填 scope（口径变化）或 policy（政策调整）",
                )
            ],
        ),
        (
            "opinions",
            {"line_or_code": "own_revenue", "made_in": 2026, "year": 2025, "amount": 5.0},
            [("year", "预测年度 2025 早于作出年度 2026", "请核对两个年度；事后的估计不是预测，不要填")],
        ),
        (
            "monthly",
            {"line_or_code": "税收收入", "amount": None, "cumulative": None},
            [("amount", "当月数和累计数都没有填写", "至少填一个；这个月还没有数的，整行不写")],
        ),
        (
            "firms",
            {"pay_ratio": None, "pay_class": None},
            [
                (
                    "pay_ratio",
                    "收益上交比例和收益上交类别都没有填",
                    "填本级规定的上交比例；没有规定的填类别，按 data/rules/firm_pay_classes.csv 的缺省比例（未经核实）",
                )
            ],
        ),
        (
            "bonds",
            {
                "issue_date": dt.date(2025, 5, 20),
                "maturity_date": dt.date(2020, 5, 20),
                "coupon_rate": 0.03,
                "amortisation": Amortisation.BULLET,
                "interest_frequency": 1,
                "grace_years": None,
                "principal_frequency": None,
                "call_date": None,
            },
            [("maturity_date", "到期日 2020-05-20 不晚于起息日 2025-05-20", "请核对两个日期")],
        ),
        ("collections", {"code": "10101"}, []),
        (
            "collections",
            {"code": "101"},
            [("code", "科目编码“101”不是收入科目的款", "请填 5 位的收入科目，例如 10101 增值税")],
        ),
        ("transfers", {"code": "1100202", "tied_to": "", "growth": None}, []),
        (
            "transfers",
            {"code": "11011", "tied_to": "", "growth": None},
            [
                (
                    "code",
                    "科目编码“11011”不是上级补助",
                    "只能填 11001 返还性、11002 一般性、11003 专项或其下级科目；债券、调入、结转不在本表",
                )
            ],
        ),
        (
            "parcels",
            {"pay_first": 0.5, "pay_second": 0.3, "pay_third": 0.1},
            [("pay_third", "三年付款比例相加为 0.9", "当年、次年、第三年相加必须等于 1")],
        ),
        (
            "guarantee_items",
            {"central_share": 0.3, "province_share": 0.3, "city_share": 0.3, "county_share": 0.3, "rule": ""},
            [("county_share", "四级负担比例相加为 1.2", "中央、省、市、县四级相加必须等于 1")],
        ),
        (
            "population_rates",
            FERTILITY | {"rate": 45.0},
            [("rate", "生育率 45 大于 1", "每名妇女一年生育数用小数：千分之 45 写 0.045")],
        ),
    ],
)
def test_a_row_is_refused_in_its_registers_words(table, row, complaints):
    assert TABLES[table].complaints(dict(row)) == complaints


@pytest.mark.parametrize("name", TABLES)
def test_a_declaration_names_columns_that_exist(name):
    table = TABLES[name]
    assert set(table.key) <= set(table.columns)
    for refusal in table.refusals:
        assert {refusal.column, *refusal.when} <= set(table.columns)
        assert set(refusal.of) <= set(table.columns)
    for rule in table.rules:
        if isinstance(rule, Rule):
            seen, other = set(table.columns), rule.beside.split(".")[0]
            if other:
                seen |= {f"{other}.{column}" for column in TABLES[other].columns}
                assert rule.beside in seen
                assert rule.beside.split(".")[1] in table.columns
            assert {*rule.per, *(rule.where or ()), *filter(None, [rule.add])} <= seen
            assert all({refusal.column, *refusal.when} <= seen for refusal in rule.refusals)
        elif isinstance(rule, OneValue):
            assert {rule.column, *rule.per, *(rule.where or ())} <= set(table.columns)
    for column in table.fields:
        assert column.meaning_in_english, column.name
        if column.reference is not None:
            target, key = column.reference.to.split(".")
            assert key in TABLES[target].columns


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"key": ("lease_cod",)}, "lease_cod"),
        ({"parts": (refuse("begin_year", "早于", "改", end_year=below("start_year")),)}, "begin_year"),
        ({"parts": (refuse("end_year", "早于", "改", end_yaer=below("start_year")),)}, "end_yaer"),
        ({"parts": ("oops",)}, "oops"),
    ],
)
def test_a_declaration_that_names_what_is_not_there_is_refused(wrong, said):
    columns = [schema.column(name, Year, name, name, name) for name in ("start_year", "end_year")]
    with pytest.raises(TypeError, match=said):
        schema.table(
            "leases", "租约", wrong.get("key", ("start_year",)), "试", "试", "try", *columns, *wrong.get("parts", ())
        )


@pytest.mark.parametrize(
    ("years", "last"),
    [
        ((1990, 1991, 1992, 1993, *range(1999, 2025)), 2024),  # six years were never published
        ((*range(2018, 2025), 2204), 2024),  # a slip stands alone
        ((1900, *range(2018, 2025)), 2024),
        ((2010, 2020), 2020),
        ((), None),
    ],
)
def test_the_last_year_of_accounts_is_that_of_the_most_years_together(years, last):
    rows = pd.DataFrame({"year": list(years), "status": ["final_accounts"] * len(years)})
    assert ReadTables({"totals": rows}, "甲县", {}).last_year == last
