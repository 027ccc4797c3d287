"""Cases of the ledgers of task 6, worked by hand from the rows of 云水."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fiscal_model.analysis.debt.quota_test import check_quota
from fiscal_model.report.all_ledgers import declared_ledgers


@pytest.fixture(scope="module")
def found(plan_of):
    plan = plan_of("yunshui")
    return lambda name, key="name": declared_ledgers()[name].find(plan).set_index(key)


def test_done_accepted_booked(found):
    """工业集中区: 21000 + 9800 = 30800 accepted, 9800 of it booked. 实训基地: 20600 done, not accepted."""
    rows = found("project_asset_record")
    assert rows.loc["工业集中区基础设施", ["accepted", "booked", "open"]].tolist() == [30800, 9800, 21000]
    assert rows["doubt"].drop(["工业集中区基础设施", "职业教育实训基地", "棚户区改造（二期）"]).eq("").all()
    assert rows.loc["职业教育实训基地", "doubt"] == "已完工未验收，抓紧验收"
    assert "城北片区土地储备" not in rows.index


def test_assets_against_the_state_asset_ledgers(plan_of, found):
    """9800 - 9200 = 600 is 6 % off; 21000 is in no ledger; 17600 is in no project."""
    rows = found("project_asset_entries", "asset")
    assert rows.loc["园区道路和管网", ["difference", "doubt"]].tolist() == [600, "价值不一致，按决算调整"]
    assert rows.loc["标准化厂房", ["difference", "doubt"]].tolist() == [21000, "已验收未登记，限期登记入账"]
    assert rows.loc["二期安置房", "difference"] == -17600
    assert rows.loc[["供热管网和换热站", "实训楼"], "doubt"].tolist() == ["", ""]
    assert rows.loc["门诊住院综合楼", "doubt"] == "资产台账没有此编号，补登卡片"
    plan = plan_of("yunshui")
    tables = dict(plan.basis.place.tables)
    tables["unit_assets"] = tables["unit_assets"].assign(asset_code="YSGZ03")
    place = replace(plan.basis.place, tables=tables)
    found_now = declared_ledgers()["project_asset_entries"].find(replace(plan, basis=replace(plan.basis, place=place)))
    assert found_now.set_index("asset").loc["门诊住院综合楼", "doubt"] == ""


def test_the_index_is_the_lesser_of_two_covers(plan_of, found):
    """Lines at 1.5 and 1.2 for years, at the approval line 1.2 and the alert line 1.1 for projects.

    2026: land 6,813.4 and project income 4,500 are 11,313.4, less 4,674 of land costs 6,639.4, for 7,089.2 of service; the
    sewage and other fees pay no debt of others."""
    years = found("debt_match_years", "year")
    assert years.loc[2026, ["index", "after_cost"]].tolist() == [1.6, 0.94]
    assert (
        years.loc[2026, "income"] == pytest.approx(11_313.4)
        and (years["income"] <= check_quota(plan_of("yunshui")).income).all()
    )
    assert (years["index"] <= years["by_projects"]).all()
    assert years["light"].tolist() == ["绿", "黄", "黄", "黄", "黄"]
    projects = found("debt_match_projects")
    assert projects.loc["县人民医院新区", ["index", "light", "doubt"]].tolist() == [1.76, "绿", ""]
    assert projects.loc["高原夏菜冷链物流园二期", ["index", "light"]].tolist() == [1.14, "黄"]
    assert projects.loc["城乡供水一体化工程", ["index", "doubt"]].tolist() == [1.09, "不匹配，暂停新增专项债"]
