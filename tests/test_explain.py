"""A figure followed home: the tree alone gives it back, and every input says where it stands."""

import json
import re

import pytest
from conftest import ROOT
from replay import replay
from test_cli import run

import fiscal_model as fm
from fiscal_model.analysis.explain.explanation import explain, explainable
from fiscal_model.analysis.explain.origins import origin_of
from fiscal_model.apps.cli import DONE, INPUT_FAULTS
from fiscal_model.model.planbook import plan_table
from fiscal_model.model.trace import trace
from fiscal_model.words.lines import CALLED


def test_the_replay_imports_nothing_of_ours_and_is_short():
    text = (ROOT / "tests" / "replay.py").read_text(encoding="utf-8")
    assert "fiscal_model" not in text and len(text.splitlines()) <= 60


def _cells(plan, every):
    cells = plan_table(plan).dropna(subset=["amount"])
    assert {*cells["line"]} <= {*explainable(plan)}
    shown = cells if every else cells[cells["year"].isin((plan.years[-1], plan.base_year))]
    return shown[["line", "year", "amount"]].itertuples(index=False)


def test_a_printed_cell_comes_back_from_its_tree_to_the_last_bit(plan_of, place_id):
    """The last year stands on all before it."""
    plan = plan_of(place_id)
    for line, year, amount in _cells(plan, every=False):
        assert replay(explain(plan, line, year).tree) == amount, (line, year)
    assert (
        replay(json.loads(explain(plan, "uses_total", plan.years[-1]).to_json())["tree"])
        == plan.lines["uses_total"][-1]
    )


@pytest.mark.slow
def test_every_printed_cell_does_so_under_every_scenario(plan):
    for line, year, amount in _cells(plan, every=True):
        assert replay(explain(plan, line, year).tree) == amount, (line, year)


def test_every_input_of_every_place_says_what_it_is_and_how_it_arose(plan_of, place_id):
    found = trace(plan_of(place_id))
    for node in (found.tape.nodes[at] for at in found.reached):
        if node.name:
            origin = origin_of(plan_of(place_id), node.name, node.at)
            assert re.search("[一-鿿]", origin.label) and origin.how, node


def test_a_forecast_names_its_engine_and_the_rows_behind_it(plan_of, place):
    plan = plan_of("yunshui")
    leaf = next(
        node for node in explain(plan, "revenue_10101", 2027).tree if node.get("label") == "自有收入预测：增值税"
    )
    assert plan.basis.revenue.forecast.method("10101") in leaf["how"]
    ledger = place("yunshui").rows("ledger").set_index("row_line")
    [of_ledger] = [each for each in leaf["files"] if each["table"] == "ledger"]
    assert {ledger.loc[row, "code"][:5] for row in of_ledger["rows"]} == {"10101"}
    assert {int(ledger.loc[row, "year"]) for row in of_ledger["rows"]} == {plan.base_year}


def test_a_need_of_the_list_names_its_row(plan_of, place):
    tree = explain(plan_of("yunshui"), "guarantee_living", 2027).tree
    rows = place("yunshui").rows("guarantee_items").set_index("row_line")["name"]
    for node in tree:
        if node.get("label", "").startswith("三保项目需求："):
            assert {rows[row] for row in node["files"][0]["rows"]} == {node["label"].partition("：")[2]}


def test_the_law_stands_where_it_binds(plan_of):
    plan = plan_of("yunshui")
    reserve = explain(plan, "contingency_reserve", 2027).tree[-1]["rules"]
    assert [(rule["article"], rule["quality"]) for rule in reserve] == [("预算法第四十条", "法规")]
    marks = explain(plan, "debt_ratio", 2027).tree[-1]["rules"]
    assert [rule["rule"] for rule in marks] == ["分档线"]
    assert explain(plan, "own_revenue", 2027).tree[-1]["rules"] == []


def test_an_unverified_assumption_is_said_to_be_so(plan_of):
    tree = explain(plan_of("yunshui"), "fund_other_revenue", 2027).tree
    assert {node["quality"] for node in tree if node.get("label") == "假设：其他政府性基金收入增速"} == {"未经核实"}


def test_what_the_data_do_not_carry_is_no_zero(plan_of):
    plan = plan_of("gangu")
    assert "insurance_balance" in plan.unavailable
    found = plan.explain("insurance_balance", 2026)
    assert json.loads(found.to_json())["value"] is None and "没有载明" in found.text()
    assert "没有载明" not in plan.explain("own_revenue", 2026).text()


def test_a_published_year_names_its_rows(plan_of, place):
    node = explain(plan_of("lijiang"), "own_revenue", 2024).tree[-1]
    assert node["op"] == "input" and node["files"]
    found = explain(plan_of("gangu"), "own_revenue", 2024).tree[-1]["files"][0]
    row = place("gangu").rows(found["table"]).set_index("row_line").loc[found["rows"][0]]
    assert row["year"] == 2024


def test_a_name_is_as_good_as_an_id_and_a_wrong_one_names_the_nearest(capsys):
    place = str(ROOT / "data" / "places" / "gangu")
    code, out, _ = run(capsys, "explain", place, "可用财力", "2026", "--depth", "0")
    assert code == DONE and out.startswith("可用财力（2026年）：")
    code, _, error = run(capsys, "explain", place, "funding_gop", "2026")
    assert code == INPUT_FAULTS and "相近的行：funding_gap" in error
    code, _, error = run(capsys, "explain", place, "funding_gap", "2040")
    assert code == INPUT_FAULTS and "可用的年份：" in error and "Traceback" not in error


def test_words_of_page_one_find_their_lines_and_an_ambiguous_one_names_all(plan_of, capsys):
    plan, place = plan_of("lijiang"), str(ROOT / "data" / "places" / "lijiang")
    meant = {
        "债务率": "debt_ratio", "收支缺口": "funding_gap", "未安排财力": "uncommitted_resources", "自有收入": "own_revenue",
        "“三保”保障倍数": "guarantee_coverage",
    }  # fmt: skip
    assert {word: explain(plan, word, plan.years[0]).line for word in meant} == meant
    assert all(called in explainable(plan) for several in CALLED.values() for called in several)
    code, _, error = run(capsys, "explain", place, "付息占比", "2027")
    assert code == INPUT_FAULTS and "interest_burden_general" in error and "interest_burden_special" in error
    code, _, error = run(capsys, "explain", place, "外星收入", "2027")
    assert code == INPUT_FAULTS and "可能是" not in error


def test_what_nobody_published_is_not_said_to_be_published(tiny_place, tmp_path, plan_of):
    figures = {"own_revenue": {2023: 900, 2024: 1000}, "expenditure": {2023: 9500, 2024: 10_000}}
    poor = fm.project(fm.read_place(tiny_place(tmp_path / "xian", figures)), "baseline")
    assert explain(poor, "transfers_general_purpose", 2024).tree[-1]["how"].startswith("基期没有公布，是推算数")
    assert explain(poor, "own_revenue", 2024).tree[-1]["how"] == "公布的决算数或执行数"
    assert "来历：基期没有公布，按全部去向减其他来源倒算" in explain(poor, "transfers_general_purpose", 2025).text(3)
    told = plan_of("lijiang")
    published = explain(told, "transfers_general_purpose", 2027)
    assert not any(
        "没有公布" in node.get("how", "") for node in published.tree if node.get("label", "").startswith("基期一般性")
    )


def test_the_text_shows_what_the_figure_is_made_of(plan_of):
    text = plan_of("lijiang").explain("debt_ratio", 2027).text(1)
    assert text.splitlines()[1] == "　＝政府债务余额合计 ÷ 综合财力（口径C）"
    assert "　　一般债务年末余额（2027年）：" in text
