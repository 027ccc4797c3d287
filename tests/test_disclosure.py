"""Disclosure tables in the official layout: published ones reproduced digit by digit."""

import pytest
from report_case import tables_in

from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.scenario import read_scenario
from fiscal_model.model.projection import project
from fiscal_model.report.tables import disclosure_tables
from fiscal_model.words.table import printed_row

BASELINE = read_scenario("baseline")
SHUCHENG = {
    "general": {
        "opening_stock": 32.5340, "limit_stock": 35.5, "issued": 3.8038, "borrowed_abroad": 0.0, "repaid": 1.7615,
        "closing_stock": 34.5763,
    },
    "special": {
        "opening_stock": 133.2224, "limit_stock": 138.8228, "issued": 18.0311, "repaid": 14.7551, "closing_stock": 136.4984,
    },
}  # fmt: skip
"""舒城县 2024, 亿元: 表1-1 to 表1-3 as the county published them."""


def tables_of(plan):
    return tables_in(disclosure_tables, plan=plan)


def column(table, heading):
    """What a column prints, a dash as None."""
    at = table.columns.index(heading)
    cells = {row.label: printed_row(table, row)[at] for row in table.rows}
    return {label: None if cell == "—" else cell for label, cell in cells.items()}


_SPENDS = {
    "own_revenue": {2023: 57_000, 2024: 60_000, 2022: 54_000},
    "expenditure": {2022: 540_000, 2023: 570_000, 2024: 600_000},
}
"""A county that spends enough to owe what these tables print."""


@pytest.fixture(scope="module")
def shucheng(tmp_path_factory, tiny_place):
    debt = [
        {"kind": kind, "item": item, "year": 2024, "amount": amount, "unit": "100m_yuan", "status": "estimate"}
        for kind, items in SHUCHENG.items()
        for item, amount in items.items()
    ]
    return tables_of(
        project(read_place(tiny_place(tmp_path_factory.mktemp("d") / "x", _SPENDS, tables={"debt": debt})), BASELINE)
    )


def test_shuchengs_printed_tables_are_reproduced(shucheng):
    assert printed_row(shucheng["21-1"], shucheng["21-1"].rows[0]) == (
        "174.3228",
        "35.5000",
        "138.8228",
        "171.0747",
        "34.5763",
        "136.4984",
    )
    budget, done = (column(shucheng["21-2"], f"本地区{word}") for word in ("预算数", "执行数"))
    assert budget["二、2024年末地方政府一般债务余额限额"] == "35.5000"
    assert [value for value in done.values() if value] == ["32.5340", "3.8038", "0.0000", "3.8038", "1.7615", "34.5763"]
    special = column(shucheng["21-3"], "本地区执行数")
    assert [value for value in special.values() if value] == ["133.2224", "18.0311", "14.7551", "136.4984"]
    assert list(special)[4] == "五、2024年末地方政府专项债务余额预计执行数"
    assert list(special)[-1] == "七、2025年末地方政府专项债务余额限额"
    assert list(done)[-2:] == ["六、2025年地方财政赤字", "七、2025年地方政府一般债务余额限额"]


def test_lijiangs_printed_figures_are_reproduced(plan_of):
    """表四十四, 表四十七 and 表四十八 of the bureau's attachment; the last one is printed in 亿元 with four decimals."""
    tables = tables_of(plan_of("lijiang"))
    rows = {row.label: printed_row(tables["21-1"], row) for row in tables["21-1"].rows}
    assert rows["本地区"] == ("486.6591", "161.5791", "325.0800", "478.0774", "156.2724", "321.8050")
    assert rows["本级"] == ("133.0316", "66.3364", "66.6952", "131.0553", "64.8721", "66.1832")
    special = column(tables["21-3"], "本级执行数")
    assert [value for value in special.values() if value] == ["63.4540", "8.1742", "8.0421", "66.1832"]
    limits = column(tables["21-3"], "本地区预算数")
    assert [value for value in limits.values() if value] == ["325.0800", "24.0000", "349.0800"]
    issues = column(tables["21-4"], "本地区")
    assert issues["一、2025年发行预计执行数（A=B+D）"] == "72.0975"  # 72.5275 with foreign loans of 0.43
    assert issues["二、2025年还本预计执行数（F=G+H）"] == "59.5421"
    assert issues["三、2025年付息预计执行数（I=J+K）"] == "14.2600"
    assert column(tables["21-4"], "本级")["三、2025年付息预计执行数（I=J+K）"] == "4.1180"


def test_budgets_of_the_next_year_are_the_published_ones_and_never_the_plans(plan_of):
    """表四十七: 丽江 repays 232,500 + 237,600 = 470,100 万元 in 2026, of which 215,000 + 220,000 by refinancing bonds; 表二十一 and
    表二十九: interest 42,819 + 95,844. What the plan expects in their place, 59.54, was once printed under 预算数."""
    plan = plan_of("lijiang")
    table = tables_of(plan)["21-4"]
    rows = [printed_row(table, row) for row in table.rows[11:]]
    assert [row[0] for row in rows] == [
        "47.0100", "23.2500", "21.5000", "1.7500", "23.7600", "22.0000", "1.7600", "13.8663", "4.2819", "9.5844",
    ]  # fmt: skip
    assert [row[1] for row in rows] == [
        "16.1400", "9.8750", "8.9316", "0.9434", "6.2650", "5.8750", "0.3900", "3.9054", "1.7836", "2.1218",
    ]  # fmt: skip
    other = tables_of(plan_of("lijiang", "pessimistic"))["21-4"]
    assert [printed_row(other, row) for row in other.rows] == [printed_row(table, row) for row in table.rows]
    assert not any("没有公布" in note for note in table.notes)


def test_budgets_that_were_not_published_stay_empty_and_the_form_says_so(plan_of):
    table = tables_of(plan_of("yunshui"))["21-4"]
    shown = [printed_row(table, row)[0] for row in table.rows[11:]]
    assert shown == ["—"] * 7 + ["1.1285", "0.4727", "0.6558"]
    assert table.notes[-1] == "2026年还本预算数没有公布或没有公布全，相应各栏留空。"


def test_more_refinancing_than_is_due_is_not_split(tmp_path, tiny_place):
    items = {"repaid": 100.0, "issued_refinancing": 130.0}
    debt = [
        {"kind": kind, "item": item, "year": 2025, "amount": amount, "unit": "100m_yuan", "status": "budget"}
        for kind in ("general", "special")
        for item, amount in items.items()
    ]
    table = tables_of(project(read_place(tiny_place(tmp_path / "x", _SPENDS, tables={"debt": debt})), BASELINE))["21-4"]
    shown = [printed_row(table, row)[0] for row in table.rows[11:18]]
    assert shown == ["200.0000", "100.0000", "—", "—", "100.0000", "—", "—"]


def test_sums_add_up_as_printed(plan_of, place_id):
    tables = tables_of(plan_of(place_id))
    if "21-1" in tables:
        for row in tables["21-1"].rows:
            cells = [float(value.replace(",", "")) for value in printed_row(tables["21-1"], row)]
            assert round(cells[1] + cells[2], 4) == cells[0]
            assert round(cells[4] + cells[5], 4) == cells[3]
    for at in range(len(tables["21-4"].columns) if "21-4" in tables else 0):
        shown = [printed_row(tables["21-4"], row)[at] for row in tables["21-4"].rows]
        cells = [None if cell == "—" else float(cell.replace(",", "")) for cell in shown]
        for total, parts in (
            (0, (1, 3)),
            (5, (6, 7)),
            (8, (9, 10)),
            (11, (12, 15)),
            (12, (13, 14)),
            (15, (16, 17)),
            (18, (19, 20)),
        ):
            given = [cells[part] for part in parts]
            if cells[total] is not None and not (total in {12, 15} and given == [None, None]):
                assert round(sum(given), 4) == cells[total]


def test_a_place_that_published_nothing_of_a_form_has_no_such_form(plan_of):
    """The test once held the plan's own figures under 预算数 of 张掖, which published none."""
    assert tables_of(plan_of("zhangye")) == {}


def test_a_place_without_debt_figures_prints_no_disclosure(plan_of):
    assert tables_of(plan_of("gangu")) == {}


def test_letters_are_those_of_the_form(plan_of):
    labels = [row.label for row in tables_of(plan_of("lijiang"))["21-4"].rows]
    assert [label for label in labels if "=" in label] == [
        "一、2025年发行预计执行数（A=B+D）", "二、2025年还本预计执行数（F=G+H）", "三、2025年付息预计执行数（I=J+K）",
        "四、2026年还本预算数（L=M+O）", "五、2026年付息预算数（Q=R+S）",
    ]  # fmt: skip
    assert labels[13:15] == ["其中：再融资", "财政预算安排（N）"]
    assert labels[16:18] == ["其中：再融资", "财政预算安排（P）"]
