"""What the text calls a place follows its name, not its level alone; one name for one amount of what waits to be arranged."""

import pytest
from conftest import ENOUGH
from report_case import said

import fiscal_model as fm
from fiscal_model.words.vocabulary import Scope


@pytest.mark.parametrize(
    ("name", "level", "word"),
    [
        ("大理白族自治州", "prefecture", "州"),
        ("锡林郭勒盟", "prefecture", "盟"),
        ("苏州", "prefecture", "市"),
        ("瑞丽市", "county", "市"),
        ("小县", "county", "县"),
    ],
)
def test_the_text_calls_a_place_what_its_name_says(tiny_place, tmp_path, name, level, word):
    folder = tiny_place(tmp_path / "x")
    about = (folder / "place.toml").read_text(encoding="utf-8")
    about = about.replace("小县", name).replace('level = "county"', f'level = "{level}"')
    (folder / "place.toml").write_text(about, encoding="utf-8")
    plan = fm.project(fm.read_place(folder), "baseline")
    text = said(plan, "01_basis")
    assert f"{word}级不列赤字" in text and f"口径为全辖（全{word}）" in text
    assert said(plan, "02_base_year").count(f"全{word}一般公共预算收入") == 1


def test_scopes_are_read_in_the_words_of_every_kind_of_place():
    assert {Scope(f"全{word}") for word in "县市区州旗盟"} == {Scope.WHOLE}
    assert {Scope(f"{word}本级") for word in ("县", "市", "区", "州", "旗", "盟", "地区")} == {Scope.OWN_LEVEL}


def test_what_waits_has_one_amount(tiny_place, tmp_path):
    """Chapter 五 left out the reserve that goes with it, chapter 七 did not: two amounts under one name."""
    figures = {**ENOUGH, "transfers": {2024: 11_000}, "stabilization_fund_stock": {2024: 900}}
    folder = tiny_place(tmp_path / "xian", figures)
    plan = fm.project(fm.read_place(folder), fm.read_scenario("baseline").with_(unlisted_growth=-0.5))
    waiting = plan.steps["surplus_unallocated"]
    assert waiting.max() > 1 and waiting == pytest.approx(plan.line("unallocated") + plan.line("reserve_unallocated"))
    at = int(waiting.argmax())
    amount = f"{waiting[at]:,.0f}万元"
    assert (
        f"{plan.years[at]}年{amount}" in said(plan, "05_spending").partition("平衡后待安排财力")[2].partition("（")[0]
    )
    assert f"待安排{amount}" in said(plan, "07_measures")
