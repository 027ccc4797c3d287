"""Revenue quality: each rule at its bound, small figures passed over, months, what is left out of a fit."""

import numpy as np
import pandas as pd
import pytest
from report_case import with_own

from fiscal_model.arithmetic.revenue.quality import above, even_start, growth, month_on_month, so_far, year_on_year
from fiscal_model.blocks.revenue.revenue_quality import suspect_figures, suspect_rows, without_suspects
from fiscal_model.inputs.history import read_history
from fiscal_model.inputs.history_choices import HistoryChoices
from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.scenario import QUALITIES
from fiscal_model.law.rules import rules
from fiscal_model.report.tables.outlook_tables import suspects_table

SPENDING = {"expenditure": dict.fromkeys(range(2018, 2026), 9000)}


@pytest.fixture
def suspects_of(tmp_path, tiny_place):
    """Suspects of a place made of yearly totals, ledger items and months."""

    def of(figures, items=None, months=(), until=None):
        ledger = [
            {"budget": "general", "code": code, "year": year, "amount": amount}
            for code, by_year in (items or {}).items()
            for year, amount in by_year.items()
        ]
        tables = {name: rows for name, rows in (("ledger", ledger), ("monthly", list(months))) if rows}
        place = read_place(tiny_place(tmp_path / "xian", {**SPENDING, **figures}, tables))
        return suspect_figures(place, read_history(place), until)

    return of


def told(suspects):
    return [(suspect.rule, suspect.line, suspect.year, suspect.month) for suspect in suspects]


def months_of(year, amounts, line="own_revenue"):
    return [
        {"line_or_code": line, "year": year, "month": month, "amount": amount}
        for month, amount in enumerate(amounts, 1)
    ]


# arithmetic ------------------------------------------------------------------------------------------------


def test_growth_needs_two_known_years():
    found = growth(np.array([[100.0, 150.0, np.nan, 10.0], [0.0, 5.0, -1.0, 2.0]]))
    assert found == pytest.approx(
        np.array([[np.nan, 0.5, np.nan, np.nan], [np.nan, np.nan, -1.2, np.nan]]), nan_ok=True
    )


def test_a_bound_is_not_yet_beyond_it():
    values = np.array([0.5, 0.5 + 1e-9, np.nan])
    assert above(values, 0.5, np.full(3, 9.0), 9.0).tolist() == [False, True, False]
    assert above(values, 0.4, np.full(3, 9.0), 9.1).tolist() == [False, False, False]
    assert above(values, 0.4, np.full(3, 9.0), np.nan).tolist() == [True, True, False]


def test_the_usual_step_of_a_month_is_no_sign():
    usual = np.array([[100.0, 160.0, 100.0], [100.0, 160.0, 100.0]])
    assert month_on_month(usual)[1].tolist() == pytest.approx([0, 0, -0.375])
    doubled = np.array([[100.0, 160.0, 100.0], [100.0, 320.0, 100.0]])
    assert month_on_month(doubled)[1, 1] == pytest.approx(3.2 / 1.6 - 1)


def test_months_together_are_compared_alike():
    months = np.full((2, 12), 10.0)
    months[1, :2] = [np.nan, 20.0]
    assert even_start(months)[1, :2].tolist() == [10, 10]
    assert year_on_year(even_start(months))[1, :2].tolist() == [0, 0]
    assert so_far(even_start(months))[1, 11] == 120
    assert even_start(months[:1]) is not None and even_start(months[:1])[0].tolist() == [10] * 12


# rules -----------------------------------------------------------------------------------------------------


def test_own_revenue_up_a_fifth(suspects_of):
    found = suspects_of({"own_revenue": {2020: 1000, 2021: 1200, 2022: 1441, 2023: 1450}})
    assert told(found) == [("cumulative_jump", "own_revenue", 2022, None)]
    assert found[0].message == "一般公共预算收入2022年 1,441 万元，比上年增长 20.1%，超过 20%，次年未回落"
    assert not found[0].excluded


def test_a_jump_given_back_is_left_out_of_a_fit(suspects_of):
    found = suspects_of({"own_revenue": {2020: 1000, 2021: 1300, 2022: 1050, 2023: 1100}})
    assert found[0].message.endswith("超过 20%，次年回落")
    series = pd.Series({2020: 1000.0, 2021: 1300.0, 2022: 1050.0, 2023: 1100.0})
    assert without_suspects(series, found).isna().tolist() == [False, True, False, False]
    assert without_suspects(series, found, "tax_revenue").tolist() == series.tolist()
    assert without_suspects(series, ()).tolist() == series.tolist()


def test_the_last_year_is_never_left_out(suspects_of):
    (found,) = suspects_of({"own_revenue": {2022: 1000, 2023: 1050, 2024: 1500}})
    assert found.year == 2024 and not found.excluded and found.message.endswith("超过 20%")


def test_items_beyond_half_unless_they_are_small(suspects_of):
    own = {year: 10000 for year in range(2020, 2025)}
    items = {
        "10101": {2020: 2000, 2021: 3100, 2022: 2100, 2023: 2100, 2024: 2100},
        "10111": {2020: 50, 2021: 99, 2022: 50, 2023: 50, 2024: 50},
        "10307": {2020: 200, 2021: 300, 2022: 300, 2023: 300, 2024: 300},
    }
    items["101"] = {year: items["10101"][year] + items["10111"][year] for year in own}
    items["103"] = {year: own[year] - items["101"][year] for year in own}
    items["10399"] = {year: items["103"][year] - items["10307"][year] for year in own}
    found = suspects_of({"own_revenue": own}, items)
    assert ("item_jump", "10101", 2021, None) in told(found)
    assert not [suspect for suspect in found if suspect.line in {"10111", "10307"}]  # 0.99 %; exactly 50 %
    frame = pd.DataFrame({code: items[code] for code in ("10101", "10111")}, dtype=float)
    hidden = without_suspects(frame, found)
    assert hidden["10101"].isna().tolist() == [False, True, False, False, False]
    assert hidden["10111"].tolist() == frame["10111"].tolist()


def test_land_and_shares(suspects_of):
    found = suspects_of(
        {
            "own_revenue": {2021: 1000, 2022: 1010, 2023: 1020},
            "tax_revenue": {2021: 500, 2022: 504, 2023: 520},
            "nontax_revenue": {2021: 500, 2022: 506, 2023: 500},
            "land_revenue": {2021: 400, 2022: 801, 2023: 1100},
        }
    )
    assert told(found) == [
        ("land_jump", "land_revenue", 2022, None),
        ("land_above_own", "land_revenue", 2023, None),
        ("tax_share_low", "tax_revenue", 2022, None),
    ]
    said = [suspect.message for suspect in found]
    assert said[1] == "国有土地使用权出让收入2023年是一般公共预算收入的 1.08 倍"
    assert said[2] == "税收收入2022年占一般公共预算收入 49.9%，低于 50%"
    assert not any(suspect.excluded for suspect in found)


def test_nothing_after_the_base_year_is_looked_at(suspects_of):
    figures = {"own_revenue": {2020: 1000, 2021: 1050, 2022: 1500, 2023: 1550}}
    assert suspects_of(figures, until=2021) == ()


def test_a_gap_in_the_years_is_no_growth(suspects_of):
    assert suspects_of({"own_revenue": {2019: 1000, 2021: 1500, 2022: 1510}}) == ()


# months ----------------------------------------------------------------------------------------------------


def test_single_months_and_the_months_so_far(suspects_of):
    level = [100.0] * 12
    jump = [100.0, 100.0, 100.0, 200.0, 150.0]
    months = months_of(2023, level) + months_of(2024, jump)
    found = suspects_of({"own_revenue": {2022: 1200, 2023: 1200}}, months=months)
    assert told(found) == [
        ("month_on_month", "own_revenue", 2024, 4),
        ("month_year_on_year", "own_revenue", 2024, 4),
        ("cumulative_jump", "own_revenue", 2024, 5),
    ]
    assert found[0].message == "一般公共预算收入2024年4月 200 万元，比上月多增（已扣去年同月增幅） 100.0%，超过 50%"
    assert found[2].message == "一般公共预算收入2024年1至5月累计 650 万元，同比增长 30.0%，超过 20%"
    assert not any(suspect.excluded for suspect in found)


def test_small_months_are_passed_over(suspects_of):
    months = months_of(2023, [5.0] * 12, "10307") + months_of(2024, [5.0, 11.0], "10307")
    assert suspects_of({"own_revenue": {2022: 1200, 2023: 1200}}, months=months) == ()


# shipped places --------------------------------------------------------------------------------------------


def test_lijiang_resource_tax_is_asked_about(place):
    lijiang = place("lijiang")
    found = suspect_figures(lijiang, read_history(lijiang))
    said = [suspect.message for suspect in found]
    assert "资源税2025年 28,214 万元，比上年增长 925.2%，超过 50%" in said
    table = suspects_table(with_own(suspects=found, choices=HistoryChoices(exclude_suspects=True)))
    assert table.title == "收入质量核查表"
    assert table.rows[0].values[0] == "2025年" and table.rows[0].values[-1] == "只列示"


def test_a_quiet_place_has_no_table(place):
    gangu = place("gangu")
    quiet = with_own(suspects=suspect_figures(gangu, read_history(gangu)), choices=HistoryChoices())
    assert suspects_table(quiet) is None


def test_zhangye_grew_fast_and_keeps_every_year(place):
    zhangye = place("zhangye")
    history = read_history(zhangye)
    found = suspect_figures(zhangye, history)
    assert {suspect.year for suspect in found} >= {2011, 2013, 2014}
    series = history.series("own_revenue", 2025)
    assert without_suspects(series, found).tolist() == series.tolist()


def test_rules_are_sourced_and_marked_as_ours():
    for name, rule in rules("revenue_quality").items():
        assert rule["source"] and rule["quality"] in QUALITIES and rule["quality"] != "law", name
        if name != "minimum":
            assert rule["label"] and rule["looks_at"] and rule["threshold"] > 0
    assert suspect_rows(()).columns.tolist()[:3] == ["rule", "title", "line"]
