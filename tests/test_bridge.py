"""From plan to plan: parts that sum exactly, each input in its own part; plan against outturn; the record of errors."""

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from conftest import WITHOUT_BUDGET
from report_case import tables_in
from scipy.special import ndtri

from fiscal_model.analysis.rolling.carried import carried_commitments
from fiscal_model.analysis.rolling.kept_plans import vintage_of
from fiscal_model.analysis.rolling.plan_bridge import PARTS, bridge, bridge_of
from fiscal_model.blocks.revenue.past_errors import (
    FEWEST_PLANS,
    PATIENCE,
    compare_with_outturn,
    measure_errors,
    widened,
)
from fiscal_model.inputs.fingerprints import history_fingerprint
from fiscal_model.inputs.history import read_history
from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.scenario import read_scenario
from fiscal_model.model.projection import project
from fiscal_model.report.chapters.bridge_text import movement_sentences
from fiscal_model.report.figures.bridge_figure import draw_bridge
from fiscal_model.report.tables import bridge_tables
from fiscal_model.report.writers.vintage import store_vintage

DAY = "2026-03-01"
STATES = ["earlier", *PARTS]


def _sums(found):
    return np.abs(found.frame[STATES].sum(axis=1) - found.frame["later"]).max()


def _assert_only(found, part):
    others = [name for name in PARTS if name != part]
    assert found.frame[others].abs().to_numpy().max() == 0
    assert found.frame[part].abs().max() > 1


@pytest.mark.parametrize("scenario", ["baseline", "land_slump"])
def test_parts_sum_to_the_difference(plan_of, place_id, scenario):
    later = plan_of(place_id, scenario)
    earlier = plan_of(place_id, "baseline", base_year=later.base_year - 1)
    found = bridge(earlier, later)
    assert found.years == later.years[:-1]
    assert _sums(found) < 0.01
    assert found.frame["rest"].abs().max() == 0
    kept = bridge(vintage_of(earlier, DAY), later)
    assert _sums(kept) < 0.01
    assert kept.frame[[*PARTS]].to_numpy() == pytest.approx(found.frame[[*PARTS]].to_numpy(), abs=0.01)


@pytest.mark.parametrize("seed", range(6))
def test_parts_sum_under_random_scenarios(plan_of, place, seed):
    random = np.random.default_rng(seed)
    name = ("gangu", "yunshui")[seed % 2]
    changes = {
        "own_revenue_shift": random.uniform(-0.05, 0.05),
        "pay_growth": random.uniform(0, 0.1),
        "land_revenue_growth": {2026: random.uniform(-0.3, 0.3)},
        "reserve_rate": random.uniform(0.01, 0.03),
    }
    later = project(place(name), read_scenario("pessimistic").with_(**changes))
    found = bridge(plan_of(name, base_year=later.base_year - 1), later)
    assert _sums(found) < 0.01
    assert found.frame["policy"].abs().max() > 1
    assert found.frame["price_headcount"].abs().max() > 1


@pytest.mark.slow
def test_each_input_moves_its_own_part(plan_of, place):
    base = plan_of("yunshui")
    _assert_only(bridge(base, plan_of("yunshui", reserve_rate=0.03)), "policy")
    _assert_only(bridge(base, plan_of("yunshui", pay_growth=0.09)), "price_headcount")
    given = place("yunshui")
    for table, column, part in (
        ("staff", "serving_persons", "price_headcount"),
        ("project_costs", "amount", "policy"),
        ("temporary_payments", "balance", "new_data"),
    ):
        rows = given.rows(table)
        changed = {**given.tables, table: rows.assign(**{column: rows[column] * 1.1})}
        later = project(replace(given, tables=MappingProxyType(changed)), read_scenario("baseline"))
        _assert_only(bridge(base, later), part)


def test_the_outturn_is_carried_at_the_growth_of_the_earlier_plan(plan_of):
    earlier, later = plan_of("gangu", base_year=2023), plan_of("gangu", base_year=2024)
    planned = earlier.line("own_revenue")
    found = bridge(earlier, later).line("own_revenue")
    assert found["outturn"].to_numpy() == pytest.approx(planned[1:] * (42100 / planned[0] - 1))


def test_a_kept_plan_tells_method_from_new_data(plan_of):
    later = plan_of("gangu", base_year=2024)
    kept = vintage_of(plan_of("gangu", base_year=2023), DAY)
    kept.rows.loc[kept.rows["line"] == "own_revenue", "amount"] += 1000.0

    def parts(vintage):
        row = bridge(vintage, later).line("own_revenue").loc[2025]
        return row["forecast_method"], row["new_data"], row["rest"]

    method = parts(replace(kept, rules="of another year"))
    data = parts(replace(kept, history="revised"))
    both = bridge(replace(kept, history="revised", rules="of another year"), later)
    assert data[1] == pytest.approx(-1000.0) and data[2] == 0
    assert method[0] == pytest.approx(data[0] - 1000.0) and method[1] == method[2] == 0
    assert both.line("own_revenue").loc[2025, "rest"] == pytest.approx(-1000.0)
    assert both.notes == (
        "往年规划保存以后2023年及以前的历史数据和规则都有变动，两者的影响不能分开，列入“其他（不能分开）”",
    )
    assert _sums(both) < 0.01


def test_a_kept_plan_of_another_place_is_said(plan_of):
    kept = replace(vintage_of(plan_of("gangu", base_year=2023), DAY), place="zhangye")
    moved = bridge(kept, plan_of("gangu", base_year=2024))
    assert moved.notes == ("往年规划底稿登记的地区是“zhangye”，本地区是“gangu”，请确认没有放错文件夹",)


@pytest.mark.slow
def test_registers_then_and_now_are_told_apart(plan_of, place):
    """The registers of the time are kept with the plan, so that a year's renewal of all of them can be taken apart."""
    given = place("yunshui")
    before = {
        **given.tables,
        "staff_ages": given.rows("staff_ages").iloc[:-3],
        "project_costs": given.rows("project_costs").assign(amount=given.rows("project_costs")["amount"] * 0.8),
        "temporary_payments": given.rows("temporary_payments").iloc[1:],
    }
    then = replace(given, tables=MappingProxyType(before))
    earlier = project(then, read_scenario("baseline"), base_year=2024)
    later = plan_of("yunshui")
    found, kept = bridge(earlier, later), bridge(vintage_of(earlier, DAY), later)
    assert _sums(found) < 0.01 and _sums(kept) < 0.01
    for part in ("new_data", "policy"):
        assert kept.frame[part].abs().max() > 1
        assert kept.frame[part].to_numpy() == pytest.approx(found.frame[part].to_numpy(), abs=0.01)


def test_what_cannot_be_run_again_is_rest(plan_of):
    later = plan_of("gangu", base_year=2024)
    kept = replace(vintage_of(plan_of("gangu", base_year=2023), DAY), base_year=1999)
    found = bridge(kept, later)
    assert found.notes == ("以1999年为基期的往年规划不能用现有软件和历史数据重新测算，差额全部列入“其他（不能分开）”",)
    assert _sums(found) < 0.01
    assert (found.frame["later"] - found.frame["earlier"]).to_numpy() == pytest.approx(found.frame["rest"].to_numpy())


@pytest.mark.parametrize("name", ["gangu", "yunshui"])
def test_order_of_rows_does_not_matter(plan_of, place, name):
    given = place(name)
    shuffled = replace(given, tables=MappingProxyType({table: rows.iloc[::-1] for table, rows in given.tables.items()}))
    assert history_fingerprint(shuffled, 2023) == history_fingerprint(given, 2023)
    scenario = read_scenario("baseline")
    later = plan_of(name)
    turned = bridge(project(shuffled, scenario, base_year=later.base_year - 1), project(shuffled, scenario))
    straight = bridge(plan_of(name, base_year=later.base_year - 1), later)
    assert list(turned.frame["line"]) == list(straight.frame["line"])
    assert turned.frame[STATES].to_numpy() == pytest.approx(straight.frame[STATES].to_numpy(), abs=0.01)


# plan and outturn ------------------------------------------------------------------------------------------


def test_plan_against_published_outturn(plan_of, place):
    kept = vintage_of(plan_of("gangu", base_year=2023), DAY)
    held = compare_with_outturn(kept, read_history(place("gangu"))).set_index("line")
    assert set(held["year"]) == {2024}
    assert held.at["own_revenue", "outturn"] == 42100
    assert held.at["transfers", "outturn"] == 387613
    assert held["difference"].to_numpy() == pytest.approx((held["outturn"] - held["planned"]).to_numpy())
    assert held.at["expenditure", "cause"].startswith(
        "上级补助收入比规划少"
    )  # a move of carry-over that never came is planned no more
    assert held.at["own_revenue", "percent"] == pytest.approx(42100 / kept.line("own_revenue")[0] - 1)


def test_registered_events_are_named(plan_of, place):
    given = place("yunshui")
    kept = vintage_of(plan_of("yunshui", base_year=2022), DAY)
    held = compare_with_outturn(kept, read_history(given), given)
    cause = held[(held["line"] == "revenue_10307") & (held["year"] == 2023)]["cause"].item()
    assert cause.endswith("县酒店资产处置")


def _kept_for(plan_of, errors, deviation=0.1):
    """Past plans of one place whose first year missed by given log errors."""
    found = []
    for base, error in errors.items():
        vintage = vintage_of(plan_of("zhangye", base_year=2023), DAY)
        shift = base - vintage.base_year
        rows = vintage.rows.assign(year=vintage.rows["year"] + shift)
        years = tuple(year + shift for year in vintage.years)
        fact = HISTORY_OF["zhangye"].value("own_revenue", base + 1)
        for kind, score in (
            ("plan", 0.0),
            ("quantile_10", ndtri(0.1)),
            ("quantile_50", 0.0),
            ("quantile_90", ndtri(0.9)),
        ):
            mine = (rows["kind"] == kind) & (rows["line"] == "own_revenue") & (rows["year"] == base + 1)
            rows.loc[mine, "amount"] = fact * np.exp(-error + score * deviation)
        found.append(replace(vintage, name=f"{base}-baseline", base_year=base, years=years, rows=rows))
    return found


HISTORY_OF = {}


@pytest.fixture(autouse=True)
def _histories(place):
    HISTORY_OF["zhangye"] = read_history(place("zhangye"))


def test_record_by_line_and_horizon(plan_of):
    vintages = _kept_for(plan_of, {2020: 0.3, 2021: -0.05, 2022: 0.02})
    record = measure_errors(vintages[::-1], HISTORY_OF["zhangye"])
    row = record[(record["line"] == "own_revenue") & (record["horizon"] == 1)].iloc[0]
    shares = np.expm1([0.3, -0.05, 0.02])
    assert row["count"] == 3
    assert row["bias"] == pytest.approx(shares.mean())
    assert row["mean_absolute_percent"] == pytest.approx(np.abs(shares).mean())
    assert row["coverage"] == pytest.approx(2 / 3)


def _with_vintages(root, tmp_path, vintages):
    import shutil

    folder = tmp_path / "zhangye"
    shutil.copytree(root / "data" / "places" / "zhangye", folder, ignore=shutil.ignore_patterns("vintages"))
    for vintage in vintages:
        store_vintage(vintage, folder)
    return read_place(folder)


def test_without_past_plans_every_bit_is_kept(place):
    deviation = np.array([0.05, 0.06, 0.07])
    same, factor = widened(place("zhangye"), HISTORY_OF["zhangye"], 2025, deviation)
    assert same is deviation
    assert factor.tolist() == [1.0, 1.0, 1.0]


def test_large_errors_widen_the_interval_and_small_ones_never_narrow_it(plan_of, root, tmp_path):
    errors = {2020: 0.3, 2021: -0.25, 2022: 0.2}
    place = _with_vintages(root, tmp_path / "large", _kept_for(plan_of, errors))
    deviation = np.array([0.05, 0.06])
    wider, factor = widened(place, HISTORY_OF["zhangye"], 2025, deviation)
    scores = np.array(list(errors.values())) / 0.1
    expected = np.sqrt((np.sum(scores**2) + PATIENCE) / (3 + PATIENCE))
    assert factor[0] == pytest.approx(expected, rel=1e-6)
    assert wider[0] == pytest.approx(0.05 * expected, rel=1e-6)
    assert (np.diff(wider) >= 0).all() and (wider >= deviation).all()
    # What is not known yet when a plan is made says nothing of it: only one error before 2022.
    early, _ = widened(place, HISTORY_OF["zhangye"], 2021, deviation)
    assert early is deviation
    plan, usual = (
        project(place, read_scenario("baseline").with_(**WITHOUT_BUDGET)),
        plan_of("zhangye", **WITHOUT_BUDGET),
    )
    assert plan.line("own_revenue").tolist() == usual.line("own_revenue").tolist()
    assert plan.basis.revenue.forecast.deviation[0] == pytest.approx(
        usual.basis.revenue.forecast.deviation[0] * expected, rel=1e-6
    )
    assert FEWEST_PLANS == 3


def test_small_errors_never_narrow_the_interval(plan_of, root, tmp_path):
    quiet = {2020: 0.01, 2021: -0.01, 2022: 0.0}
    # Only the first year of each is close; the later years of the moved plans are far off and must not count below three.
    vintages = [
        replace(
            each, rows=each.rows[~((each.rows["line"] == "own_revenue") & (each.rows["year"] > each.base_year + 1))]
        )
        for each in _kept_for(plan_of, quiet)
    ]
    place = _with_vintages(root, tmp_path, vintages)
    deviation = np.array([0.05, 0.06])
    same, factor = widened(place, HISTORY_OF["zhangye"], 2025, deviation)
    assert same is deviation and factor.tolist() == [1.0, 1.0]


# carried over, tables, chart -------------------------------------------------------------------------------


def test_open_duties_of_past_years_are_carried_over(place, plan_of):
    given = place("yunshui")
    payments = given.rows("temporary_payments").copy()
    payments.loc[payments.index[0], ["clear_from", "clear_to"]] = [2024, 2025]
    debts = given.rows("hidden_debt").copy()
    debts.loc[debts.index[2], "planned_year"] = 2025
    costs = given.rows("project_costs").copy()
    costs.loc[(costs["project_code"] == "YSP01") & (costs["year"] == 2026), "year"] = 2025
    tables = {**given.tables, "temporary_payments": payments, "hidden_debt": debts, "project_costs": costs}
    plan = replace(plan_of("yunshui"))
    plan = replace(plan, basis=replace(plan.basis, place=replace(given, tables=MappingProxyType(tables))))
    carried = carried_commitments(plan)
    rows = {(row.kind, row.label): row for row in carried.itertuples()}
    assert rows["暂付款", payments["item"].iloc[0]].amount == payments["balance"].iloc[0]
    assert rows["隐性债务", "YSH03 县医院新区工程欠款"].amount == 3600
    assert rows["已签约项目", "县城供水水源改扩建工程"].amount > 0
    assert carried[carried["kind"] == "新发债券"]["planned_year"].unique().tolist() == [2025]


def test_rescue_money_of_the_last_plan_is_carried_over(plan_of):
    plan = plan_of("gangu")
    kept = vintage_of(plan_of("gangu", base_year=2023), DAY)
    kept.rows.loc[
        (kept.rows["line"] == "rescue_in") & (kept.rows["kind"] == "plan") & (kept.rows["year"] == 2024), "amount"
    ] = 777.0
    (row,) = carried_commitments(plan, kept).itertuples()
    assert (row.kind, row.amount, row.year) == ("上级临时救助", 777.0, 2025)
    assert row.note == "上轮规划2024年借入，2025年须归还；实际借入的请核对"


def test_tables_add_up_as_printed_and_the_chart_is_stable(plan_of, root, tmp_path):
    import shutil

    folder = tmp_path / "gangu"
    shutil.copytree(root / "data" / "places" / "gangu", folder, ignore=shutil.ignore_patterns("vintages"))
    assert tables_in(bridge_tables, plan=project(read_place(folder), read_scenario("baseline"))) == {}
    store_vintage(vintage_of(plan_of("gangu", base_year=2023), DAY), folder)
    plan = project(read_place(folder), read_scenario("baseline"))
    assert bridge_of(plan) is bridge_of(plan)
    tables = tables_in(bridge_tables, plan=plan)
    assert list(tables) == ["01-1", "01-2", "01-3"]
    for row in tables["01-1"].rows:
        if row.parts:
            for column, value in enumerate(row.values):
                assert value == sum(sign * tables["01-1"].rows[at].values[column] for at, sign in row.parts)
    from fiscal_model.report.canvas import png

    assert png(draw_bridge(plan)) == png(draw_bridge(plan))
    assert png(draw_bridge(plan_of("gangu", base_year=2023)))


def test_sentences_tie(plan_of):
    import re

    found = bridge(plan_of("gangu", base_year=2023), plan_of("gangu"))
    sentences = movement_sentences(found)
    assert len(sentences) == 3
    for sentence in sentences:
        head, parts = sentence.split("，其中：")
        signed = [
            (1 if word == "增加" else -1) * int(number.replace(",", ""))
            for word, number in re.findall(r"(增加|减少)([\d,]+)万元", parts)
        ]
        before, after = (int(number.replace(",", "")) for number in re.findall(r"轮(?:规划)?([\d,]+)万元", head))
        assert sum(signed) == after - before
