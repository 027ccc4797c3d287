"""Spoilt registers of special-bond projects: each fault is named with file, line, value and remedy."""

import pytest
from conftest import copy_place
from test_input_faults import cell, doubled, replaced, without_lines

from fiscal_model.inputs.place import read_place
from fiscal_model.words.errors import InputError

TABLES = (
    "ledger",
    "debt",
    "bonds",
    "special_projects",
    "special_project_flows",
    "special_project_bonds",
    "special_project_assets",
)
"""What the registers of special-bond projects are held against."""
PROJECTS, FLOWS = "special_projects.csv", "special_project_flows.csv"
LINKS, ASSETS = "special_project_bonds.csv", "special_project_assets.csv"

CASES = {
    "unknown project in the flows": (
        cell(FLOWS, 2, "project_code", "YSS99"),
        "special_project_flows.csv 第 2 行“project_code”列：special_projects 表里没有项目“YSS99”。"
        "请填 special_projects 表的项目编号，或先登记这个项目。",
    ),
    "unknown project of an asset": (
        cell(ASSETS, 3, "project_code", "YSS98"),
        "special_project_assets.csv 第 3 行“project_code”列：special_projects 表里没有项目“YSS98”。",
    ),
    "unknown bond": (
        cell(LINKS, 2, "bond_code", "YSZ9999"),
        "special_project_bonds.csv 第 2 行“bond_code”列：债券台账里没有债券“YSZ9999”。"
        "请填 bonds 表（债券台账）的债券编码。",
    ),
    "a general bond": (
        cell(LINKS, 2, "bond_code", "YSG1801"),
        "special_project_bonds.csv 第 2 行“bond_code”列：债券“YSG1801”是一般债券。只有专项债券才对应项目，请核对债券编码。",
    ),
    "more than the face": (
        cell(LINKS, 3, "bond_code", "YSZ1701"),
        "special_project_bonds.csv 第 3 行“amount”列：债券“YSZ1701”分给各项目的金额合计 32,700 万元，"
        "大于转贷金额 15,700 万元。请核对各项目的使用金额和单位。",
    ),
    "flows before the start": (
        cell(FLOWS, 2, "year", "2015"),
        "special_project_flows.csv 第 2 行“year”列：2015年的收支早于开工年度 2017。"
        "请核对年度，或修改 special_projects 表的开工、期满年度。",
    ),
    "flows after the end": (
        cell(FLOWS, 2, "year", "2040"),
        "special_project_flows.csv 第 2 行“year”列：2040年的收支晚于期满年度 2037。",
    ),
    "income in yuan": (
        cell(FLOWS, 5, "income", "24000000"),
        "special_project_flows.csv 第 5 行“income”列：一年收入 24,000,000 万元，超过总投资 20,500 万元的 3 倍。"
        "请核对“单位”列：以元填写的单位写 yuan。",
    ),
    "investment in yuan": (
        cell(PROJECTS, 2, "total_investment", "205000000"),
        "special_projects.csv 第 2 行“total_investment”列：总投资 205,000,000 万元。"
        "金额过大，请核对“单位”列：以元填写的单位写 yuan。",
    ),
    "capital above the investment": (
        cell(PROJECTS, 2, "capital", "21000"),
        "special_projects.csv 第 2 行“capital”列：资本金 21000 万元大于总投资 20500 万元。请核对两列的金额和单位。",
    ),
    "rate as percent": (
        cell(PROJECTS, 10, "bond_rate", "2.15"),
        "special_projects.csv 第 10 行“bond_rate”列：不得大于 1，填写的是“2.15”。比例用小数：90% 写 0.9，3.05% 写 0.0305。",
    ),
    "operation before the start": (
        cell(PROJECTS, 2, "operation_year", "2016"),
        "special_projects.csv 第 2 行“operation_year”列：运营年度 2016 早于开工年度 2017。请核对两个年度。",
    ),
    "end before operation": (
        cell(PROJECTS, 2, "end_year", "2017"),
        "special_projects.csv 第 2 行“end_year”列：期满年度 2017 早于运营年度 2018。请核对两个年度。",
    ),
    "listed without an item": (
        cell(PROJECTS, 13, "negative_item", ""),
        "special_projects.csv 第 13 行“negative_item”列：属于负面清单但没有填写条目。可填：no_income（完全没有收益的项目）、",
    ),
    "unknown item": (
        cell(PROJECTS, 13, "negative_item", "golf"),
        "special_projects.csv 第 13 行“negative_item”列：负面清单没有条目“golf”。",
    ),
    "item but not listed": (
        cell(PROJECTS, 13, "on_negative_list", "no"),
        "special_projects.csv 第 13 行“on_negative_list”列：填写了负面清单条目，却填写不属于负面清单。请改为 yes，或删去条目。",
    ),
    "unknown sector": (
        cell(PROJECTS, 2, "sector", "municipall"),
        "special_projects.csv 第 2 行“sector”列：填写的是“municipall”。是否想写“municipal”？只能填：",
    ),
    "the same flow twice": (
        doubled(FLOWS, 2),
        "special_project_flows.csv 第 3 行：与第 2 行重复（project_code=YSS01，year=2017）。同一个数只保留一行。",
    ),
    "booked without a date": (
        cell(ASSETS, 2, "booked_date", ""),
        "special_project_assets.csv 第 2 行“booked_date”列：已入账但没有填写入账日期。请填写入账日期，或把入账改为 no。",
    ),
    "accepted without completion": (
        cell(ASSETS, 8, "accepted", "yes"),
        "special_project_assets.csv 第 8 行“completed_date”列：已验收但没有填写完工日期。",
    ),
    "booked before completion": (
        cell(ASSETS, 2, "booked_date", "2018-06-30"),
        "special_project_assets.csv 第 2 行“booked_date”列：入账日期 2018-06-30 早于完工日期 2018-10-20。请核对两个日期。",
    ),
    "a date though not booked": (
        cell(ASSETS, 4, "booked_date", "2025-01-01"),
        "special_project_assets.csv 第 4 行“booked”列：未入账却填写了入账日期 2025-01-01。已入账的请改为 yes，否则请删去日期。",
    ),
    "no register at all": (
        lambda folder: (folder / PROJECTS).unlink(),
        "special_project_flows.csv 第 2 行“project_code”列：没有 special_projects 表，这张表不会用到。请先填写 special_projects 表（专项债券项目）。",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_fault_is_named(tmp_path, name):
    spoil, said = CASES[name]
    folder = copy_place("yunshui", tmp_path / "yunshui", *TABLES)
    spoil(folder)
    with pytest.raises(InputError) as caught:
        read_place(folder)
    assert said in str(caught.value)


def test_the_chinese_label_of_an_item_is_read(tmp_path):
    folder = copy_place("yunshui", tmp_path / "yunshui", *TABLES)
    replaced(PROJECTS, "image_project", "形象工程和政绩工程")(folder)
    assert read_place(folder).rows("special_projects")["negative_item"].tolist()[-1] == "image_project"


@pytest.mark.slow
def test_a_place_may_lack_any_of_the_lesser_registers(tmp_path):
    for file in (FLOWS, LINKS, ASSETS):
        folder = copy_place("yunshui", tmp_path / file.removesuffix(".csv"))
        (folder / file).unlink()
        assert read_place(folder).has("special_projects")
    folder = copy_place("yunshui", tmp_path / "half")
    without_lines(FLOWS, "YSS05,")(folder)
    assert "YSS05" not in set(read_place(folder).rows("special_project_flows")["project_code"])
