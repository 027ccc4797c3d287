"""People by age carried forward: cases worked by hand, identities, laws; the persons of guarantee items; exact faults."""

import csv
import shutil
import tomllib
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from fiscal_model.arithmetic.spending.cohorts import FEMALE, drivers, project_population
from fiscal_model.blocks.guarantees.age_rates import age_rates, driver_rates, laid_out
from fiscal_model.blocks.guarantees.persons import persons_by_driver
from fiscal_model.inputs.place import read_place
from fiscal_model.law.rules import rule_table
from fiscal_model.report.one_rounding import rounded
from fiscal_model.report.tables.population_tables import population_table
from fiscal_model.words.errors import InputError
from fiscal_model.words.vocabulary import RateKind, Sex

YUNSHUI = ROOT / "data" / "places" / "yunshui"
AHEAD = (2026, 2027, 2028, 2029, 2030)
YEARS = (2025, *AHEAD)


def case(name):
    return tomllib.loads((ROOT / "tests" / "cases" / f"{name}.toml").read_text(encoding="utf-8"))


def projected(given_case):
    names = ("persons", "fertility", "survival", "migration", "sex_ratio", "newborn_survival")
    return project_population(*(np.array(given_case[name], dtype=float) for name in names))


# worked by hand --------------------------------------------------------------------------------------------


def test_two_ages_worked_by_hand():
    worked = case("population_two_ages")
    done = projected(worked)
    for name in ("persons", "births", "deaths", "migrants"):
        made = getattr(done, name)[1 if name == "persons" else 0]
        np.testing.assert_allclose(made, worked["expected"][name], rtol=0, atol=1e-9)


def test_a_leslie_matrix_over_three_years():
    worked = case("population_leslie")
    done = projected(worked)
    np.testing.assert_allclose(done.persons[:, FEMALE], worked["expected"]["women"])
    np.testing.assert_allclose(done.deaths[:, FEMALE], worked["expected"]["deaths"])
    assert not done.persons[:, 0].any()


def test_newborn_live_on_like_age_zero_when_nothing_else_is_known():
    start = np.array([[0.0, 0.0], [0.0, 100.0]])
    survival = np.array([[[0.98, 1.0], [0.99, 1.0]]])
    done = project_population(start, np.array([[0.0, 0.2]]), survival, np.zeros((1, 2, 2)), 1.0)
    np.testing.assert_allclose(done.persons[1, :, 0], [10 * 0.98, 10 * 0.99])


def test_pupils_and_insured_are_parts_of_their_ages():
    """3 boys and 5 girls of age 0, 7 and 11 of age 1: all of age 1 at school, half of the girls insured."""
    people = np.array([[3.0, 7.0], [5.0, 11.0]])
    rates = np.array([[[0.0, 1.0], [0.0, 1.0]], [[0.0, 0.0], [0.5, 0.5]]])
    assert drivers(people[None], rates).tolist() == [[18.0, 8.0]]
    by_year = np.stack([rates, 0 * rates])
    assert drivers(np.stack([people, people]), by_year).tolist() == [[18.0, 8.0], [0.0, 0.0]]


# identities and laws ---------------------------------------------------------------------------------------


@st.composite
def populations(draw):
    ages, years = draw(st.integers(1, 8)), draw(st.integers(1, 5))
    lead = draw(st.sampled_from([(), (3,), (2, 2)]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return SimpleNamespace(
        persons=rng.uniform(0, 1e4, (*lead, 2, ages)),
        fertility=rng.uniform(0, 0.3, (*lead, years, ages)),
        survival=rng.uniform(0.2, 1, (*lead, years, 2, ages)),
        migration=rng.uniform(-0.5, 0.5, (*lead, years, 2, ages)),
        sex_ratio=rng.uniform(0.8, 1.5, (*lead, years)),
        newborn_survival=rng.uniform(0.8, 1, (*lead, years, 2)),
        lead=lead,
        years=years,
    )


def run(made, **changes):
    values = {name: value for name, value in vars(made).items() if name not in {"lead", "years"}}
    return project_population(**{**values, **changes})


@given(populations())
@settings(max_examples=60, deadline=None)
def test_people_change_by_births_deaths_and_migrants_only(made):
    done = run(made)
    total = done.persons.sum(axis=-1)
    np.testing.assert_allclose(
        total[..., 1:, :], total[..., :-1, :] + done.births - done.deaths + done.migrants, rtol=1e-12, atol=1e-8
    )
    assert (done.persons >= 0).all() and (done.births >= 0).all() and (done.deaths >= -1e-9).all()
    np.testing.assert_allclose(done.births[..., 0], done.births[..., 1] * made.sex_ratio, rtol=1e-12)


@given(populations())
@settings(max_examples=40, deadline=None)
def test_a_closed_cohort_loses_only_to_survival(made):
    done = run(made, fertility=0 * made.fertility, migration=0 * made.migration)
    ages = made.persons.shape[-1]
    for start in range(ages):
        alive = made.persons[..., start]
        for year in range(min(made.years, ages - 1 - start)):
            alive = alive * made.survival[..., year, :, start + year]
            if start + year + 1 < ages - 1:  # the open-ended age holds several cohorts
                np.testing.assert_allclose(done.persons[..., year + 1, :, start + year + 1], alive)
    assert not done.births.any() and not done.migrants.any()


@given(populations())
@settings(max_examples=30, deadline=None)
def test_nobody_dies_or_moves_or_is_born(made):
    done = run(made, fertility=0 * made.fertility, migration=0 * made.migration, survival=np.ones_like(made.survival))
    np.testing.assert_allclose(
        done.persons.sum(axis=-1), np.repeat(made.persons.sum(axis=-1)[..., None, :], made.years + 1, axis=-2)
    )


@given(populations(), st.floats(0.01, 100))
@settings(max_examples=30, deadline=None)
def test_twice_the_people_are_twice_the_people(made, factor):
    np.testing.assert_allclose(run(made, persons=made.persons * factor).persons, run(made).persons * factor, rtol=1e-9)


@given(populations())
@settings(max_examples=30, deadline=None)
def test_leading_axes_are_many_projections_at_once(made):
    done = run(made)
    assert done.persons.shape == (*made.lead, made.years + 1, *made.persons.shape[-2:])
    for index in np.ndindex(made.lead):
        single = SimpleNamespace(
            **{name: value[index] for name, value in vars(made).items() if name not in {"lead", "years"}}
        )
        np.testing.assert_allclose(run(single).persons, done.persons[index])


def test_shared_rates_broadcast_over_leading_axes():
    start = np.ones((4, 2, 3))
    shared = project_population(start, np.full((2, 3), 0.1), np.full((2, 2, 3), 0.9), np.zeros((2, 2, 3)), 1.05)
    assert shared.persons.shape == (4, 3, 2, 3)
    assert shared.births.shape == (4, 2, 2)


# rates by age ----------------------------------------------------------------------------------------------


def test_rates_hold_from_their_year_and_the_earliest_before_it():
    row = {"sex": Sex.TOTAL, "age_from": 60, "age_to": None, "rate": 0.7, "year": 2027}
    younger = {"sex": Sex.FEMALE, "age_from": 55, "age_to": 59, "rate": 0.2, "year": 2028}
    laid = laid_out([younger, row], (2026, 2027, 2028), 100)
    assert laid[:, 0, 60].tolist() == [0.7, 0.7, 0.7]
    assert laid[:, 1, 55].tolist() == [0.0, 0.0, 0.2]
    assert not laid[:, 0, :60].any()


def test_rates_of_the_rules_are_marked_and_plausible():
    rates = age_rates(pd.DataFrame({"kind": []}), (2026,), 100)
    assert {row["quality"] for row in rule_table("population_rates")} == {"unverified"}
    assert rates.borrowed == (RateKind.FERTILITY, RateKind.SURVIVAL, RateKind.SEX_RATIO)
    assert rates.fertility.sum() == pytest.approx(1.135)
    assert (rates.survival > 0).all() and not rates.migration.any()
    expectancy = [0.5 + np.cumprod(rates.survival[0, sex]).sum() for sex in (0, 1)]
    assert 74 < expectancy[0] < 76.5 and 79 < expectancy[1] < 82


def test_an_open_ended_age_takes_the_rate_of_its_youngest():
    rates = age_rates(pd.DataFrame({"kind": []}), (2026,), 85)
    assert rates.survival.shape == (1, 2, 86)
    assert rates.survival[0, 0, 85] == 0.835


# a place's persons -----------------------------------------------------------------------------------------


@pytest.fixture
def yunshui(tmp_path):
    """A copy of the invented county that a test may change."""
    folder = tmp_path / "yunshui"
    shutil.copytree(YUNSHUI, folder)
    return folder


def edited(folder, file, change):
    """Rewrite one table; ``change`` takes its rows (dicts) and returns them."""
    path = folder / file
    with path.open(encoding="utf-8-sig", newline="") as handle:
        reader = csv.DictReader(handle)
        columns, rows = reader.fieldnames, list(reader)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, columns)
        writer.writeheader()
        writer.writerows(change(rows))
    return folder


def persons_of(folder, base_year=2025, years=AHEAD):
    return persons_by_driver(read_place(folder), base_year, years)


def codes(persons):
    return [caution.code for caution in persons.cautions]


def test_the_invented_county_meets_its_registers_and_its_residents(place):
    made = persons_by_driver(place("yunshui"), 2025, AHEAD)
    assert made.cautions == ()
    items = place("yunshui").rows("guarantee_items")
    for driver in ("小学在校生", "初中在校生", "60岁以上领取人", "参保人", "常住人口", "3岁以下婴幼儿", "80岁以上老人"):
        assert made.paths[driver].shape == (6,)
        for listed in items.loc[items["driver"] == driver, "persons"]:
            assert made.paths[driver][0] == pytest.approx(listed, rel=0.05)
    assert made.paths["常住人口"][0] == 176_000
    wide = made.table.assign(key=made.table["part"] + made.table["label"])
    wide = wide.pivot_table(index="key", columns="year", values="persons", sort=False)
    ages = wide.loc[["age0—14岁", "age15—59岁", "age60岁及以上"]].sum()
    np.testing.assert_allclose(ages, made.paths["常住人口"])
    for before, year in zip(YEARS, AHEAD, strict=False):
        change = wide.at["flow出生", year] - wide.at["flow死亡", year] + wide.at["flow净迁移", year]
        assert ages[year] == pytest.approx(ages[before] + change)


@pytest.mark.parametrize("name", ["lijiang", "zhangye", "gangu"])
def test_a_place_without_people_by_age_has_no_persons(place, name):
    made = persons_by_driver(place(name), 2025, AHEAD)
    assert dict(made.paths) == {} and made.cautions == () and not len(made.table)


def test_a_count_later_than_the_base_year_is_not_used(place):
    made = persons_by_driver(place("yunshui"), 2023, (2024, 2025))
    assert dict(made.paths) == {} and codes(made) == ["population_later"]
    assert "最早是2025年，晚于基期2023年" in made.cautions[0].message


@pytest.mark.slow
def test_an_older_count_is_carried_to_the_base_year_first(yunshui):
    moved = edited(yunshui, "population.csv", lambda rows: [row | {"year": "2023"} for row in rows])
    made, straight = persons_of(moved), persons_by_driver(read_place(YUNSHUI), 2025, (2026, 2027))
    assert "population_carried" in codes(made)
    assert made.paths["常住人口"][0] == pytest.approx(straight.paths["常住人口"][2])


def test_persons_follow_a_raised_rate_from_its_year_on(yunshui):
    def school_from_five(rows):
        later = {"kind": "enrolment", "group": "小学在校生", "sex": "total", "age_from": "5", "age_to": "5"}
        return [*rows, later | {"rate": "0.5", "year": "2028", "source": "x"}]

    before = persons_of(yunshui).paths["小学在校生"]
    after = persons_of(edited(yunshui, "population_rates.csv", school_from_five)).paths["小学在校生"]
    assert (after[:3] == before[:3]).all() and (after[3:] > before[3:] + 500).all()


def test_each_doubt_is_a_caution(yunshui):
    def change(rows):
        for row in rows:
            if row["group"] == "小学在校生":
                row["rate"] = "0.9"
            if row["group"] == "大班在园幼儿":
                row["rate"] = "0"
            if row["group"] == "中职受助学生":
                row["group"] = "中职学生"
        return [row for row in rows if row["kind"] not in {"migration", "survival"}]

    made = persons_of(edited(yunshui, "population_rates.csv", change))
    assert sorted(codes(made)) == [
        "population_driver_gap",
        "population_driver_unknown",
        "population_driver_zero",
        "population_no_migration",
        "population_rates_borrowed",
    ]
    said = {caution.code: caution.message for caution in made.cautions}
    assert said["population_driver_gap"].startswith(
        "“小学在校生”台账登记 11,200 人，按人口和比率为 10,179 人，相差超过 5%"
    )
    assert said["population_rates_borrowed"] == (
        "没有本地的存活率，借用规则数据里的大致水平（未经核实），应以本地数据替换"
    )
    assert "“中职学生”在三保项目清单里没有" in said["population_driver_unknown"]
    assert "大班在园幼儿" not in made.paths
    assert made.notes[1:] == ("存活率未经核实，见 data/rules/population_rates.csv。", "没有净迁移率，按没有迁移测算。")


def test_people_without_sexes_are_halved_and_said(yunshui):
    def joined(rows):
        half = len(rows) // 2
        return [
            man | {"sex": "合计", "persons": str(int(man["persons"]) + int(woman["persons"]))}
            for man, woman in zip(rows[:half], rows[half:], strict=True)
        ]

    made = persons_of(edited(yunshui, "population.csv", joined))
    assert codes(made) == ["population_unsexed"]
    assert made.paths["常住人口"][0] == pytest.approx(176_000)


def test_people_who_are_not_the_published_residents_are_named(yunshui):
    def tenth_more(rows):
        return [row | {"persons": str(1.1 * float(row["persons"]))} for row in rows]

    made = persons_of(edited(yunshui, "population.csv", tenth_more))
    said = next(caution for caution in made.cautions if caution.code == "population_resident_gap")
    assert "合计 193,600 人，与经济指标表的常住人口 176,000 人相差 +10.0%" in said.message


# faults ----------------------------------------------------------------------------------------------------


def row_of(rows, **wanted):
    return next(row for row in rows if all(row[name] == value for name, value in wanted.items()))


def with_cell(column, value, **wanted):
    def change(rows):
        row_of(rows, **wanted)[column] = value
        return rows

    return change


def without(**wanted):
    return lambda rows: [row for row in rows if not all(row[name] == value for name, value in wanted.items())]


def with_row(**cells):
    return lambda rows: [*rows, {**dict.fromkeys(rows[0], ""), "source": "x", "year": "2025", **cells}]


MAN = {"sex": "male", "age": "3"}
CASES = {
    "an age missing": (
        "population.csv", without(**MAN),
        "population.csv 第 4 行“age”列：2025年“男”缺少 3 岁。从 0 岁到最高年龄每岁一行，最后一岁代表该岁及以上；确实没有人的填 0。",
    ),
    "a sex missing": ("population.csv", without(sex="female"), "population.csv 第 2 行“age”列：2025年“女”缺少 0—100 岁。"),
    "an age twice": (
        "population.csv", with_row(sex="male", age="3", persons="5"),
        "population.csv 第 204 行：与第 5 行重复（year=2025，sex=male，age=3）。同一个数只保留一行。",
    ),
    "fewer than nobody": (
        "population.csv", with_cell("persons", "-5", **MAN),
        "population.csv 第 5 行“persons”列：不得小于 0，填写的是“-5”。常住人口，人；这个年龄确实没有人的填 0。",
    ),
    "half a year of age": (
        "population.csv", with_cell("age", "3.5", **MAN),
        "population.csv 第 5 行“age”列：应为整数，填写的是“3.5”。周岁，从 0 岁起每岁一行；最后一岁代表该岁及以上。",
    ),
    "total and sexes": (
        "population.csv", with_row(sex="total", age="3", persons="5"),
        "population.csv 第 204 行“sex”列：2025年既有合计又分了性别。分性别的删去合计行；只有合计的，删去分性别的行。",
    ),
    "counted in ten thousands": (
        "population.csv", lambda rows: [row | {"persons": f"{float(row['persons']) / 1e4}"} for row in rows],
        "population.csv 第 2 行“persons”列：2025年各年龄合计 17.6 人，像是以万人填写。请按人填写，例如 1520。",
    ),
    "too young a last age": (
        "population.csv", lambda rows: [row for row in rows if int(row["age"]) <= 50],
        "population.csv 第 52 行“age”列：2025年最高年龄只到 50 岁。最高年龄至少填到 60 岁（最后一岁代表该岁及以上）。",
    ),
    "survival in percent": (
        "population_rates.csv", with_cell("rate", "99.6", kind="survival", age_from="0"),
        "“rate”列：存活率 99.6 大于 1。填活过一年的比例，用小数：99.5% 写 0.995；填的是死亡率的，改成 1 减死亡率。",
    ),
    "deaths for survival": (
        "population_rates.csv", with_cell("rate", "0.0045", kind="survival", age_from="0"),
        "“rate”列：存活率 0.0045 小于 0.3。填活过一年的比例，用小数：99.5% 写 0.995；填的是死亡率的，改成 1 减死亡率。",
    ),
    "births a thousand": (
        "population_rates.csv", with_cell("rate", "90", kind="fertility", age_from="25"),
        "population_rates.csv 第 4 行“rate”列：生育率 90 大于 1。每名妇女一年生育数用小数：千分之 45 写 0.045。",
    ),
    "negative births": (
        "population_rates.csv", with_cell("rate", "-0.1", kind="fertility", age_from="25"),
        "population_rates.csv 第 4 行“rate”列：生育率 -0.1 小于 0。",
    ),
    "births of men": (
        "population_rates.csv", with_cell("sex", "男", kind="fertility", age_from="25"),
        "population_rates.csv 第 4 行“sex”列：生育率填了男。生育率按妇女填写，性别填 female。",
    ),
    "boys a hundred girls": (
        "population_rates.csv", with_cell("rate", "108", kind="sex_ratio"),
        "“rate”列：出生性别比 108 大于 1.5。填每个女婴对应的男婴数：108 写 1.08。",
    ),
    "pupils of no school": (
        "population_rates.csv", with_cell("group", "", group="小学在校生"),
        "“group”列：在学率没有填写对象。请填三保项目清单里“对象”的名称，例如 小学在校生。",
    ),
    "a group that births do not have": (
        "population_rates.csv", with_cell("group", "全县", kind="fertility", age_from="25"),
        "population_rates.csv 第 4 行“group”列：生育率填了对象“全县”。这一列请留空；在学率、享受率才填对象。",
    ),
    "ages turned round": (
        "population_rates.csv", with_cell("age_to", "20", kind="fertility", age_from="25"),
        "population_rates.csv 第 4 行“age_to”列：终止年龄 20 小于起始年龄 25。请核对两个年龄。",
    ),
    "ages that overlap": (
        "population_rates.csv", with_cell("age_to", "31", kind="fertility", age_from="25"),
        "population_rates.csv 第 5 行“age_from”列：生育率2025年起的 30—31 岁与第 4 行重叠。"
        "同一年起用的同一年龄只保留一行；每人一年只有一个数。",
    ),
    "survival with a gap": (
        "population_rates.csv", without(kind="survival", sex="female", age_from="45"),
        "population_rates.csv 第 41 行“age_to”列：2025年起的存活率缺少女 45—54 岁。请从 0 岁补到最高年龄；一行可以写一个年龄段。",
    ),
    "an age beyond the last": (
        "population.csv", lambda rows: [row for row in rows if int(row["age"]) <= 65],
        "“age_from”列：起始年龄 80 超过人口表的最高年龄（65 岁及以上）。请改成不超过 65，或把人口表填到更高的年龄。",
    ),
    "an unknown rate": (
        "population_rates.csv", with_cell("kind", "death", kind="fertility", age_from="25"),
        "population_rates.csv 第 4 行“kind”列：填写的是“death”。",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_spoilt_tables_are_refused_with_a_clear_text(name, yunshui):
    file, change, expected = CASES[name]
    with pytest.raises(InputError) as caught:
        read_place(edited(yunshui, file, change))
    assert expected in str(caught.value)


def test_rates_without_people_are_refused(yunshui):
    (yunshui / "population.csv").unlink()
    with pytest.raises(InputError) as caught:
        read_place(yunshui)
    expected = "有人口测算率，但没有 population 表。请补上分年龄人口；暂时没有的，把 population_rates 表移出文件夹。"
    assert expected in str(caught.value)


def test_people_without_rates_are_enough(yunshui):
    (yunshui / "population_rates.csv").unlink()
    made = persons_of(yunshui)
    assert dict(made.paths) == {} and len(made.table)
    assert codes(made) == ["population_rates_borrowed", "population_no_migration"]


# the printed table -----------------------------------------------------------------------------------------


def plan_with(place, persons):
    basis = SimpleNamespace(guarantees=SimpleNamespace(persons=persons), place=place)
    return SimpleNamespace(basis=basis, base_year=2025, years=AHEAD)


def test_table_of_people_adds_up_as_printed(place):
    yunshui = place("yunshui")
    table = rounded(population_table(plan_with(yunshui, persons_by_driver(yunshui, 2025, AHEAD))))
    rows = {row.label: row.values for row in table.rows}
    assert (table.number, table.id, table.title, table.unit) == ("08-2", "population", "人口与保障对象预测", "人")
    assert rows["年末常住人口"][1] == 176_000
    for column in range(1, 7):
        groups = ("0—14岁", "15—59岁", "60岁及以上")
        assert rows["年末常住人口"][column] == sum(rows[label][column] for label in groups)
    assert rows["小学在校生"][0] == 11_200 and rows["小学在校生"][1] == 11_197
    assert rows["出生"][1] is None
    assert rows["老年人口比重"][1] == pytest.approx(38_600 / 176_000)


def test_the_plan_carries_and_prints_the_persons(plan_of):
    plan = plan_of("yunshui")
    persons = plan.basis.guarantees.persons
    table = population_table(plan)
    rows = {row.label: row.values for row in table.rows}
    np.testing.assert_allclose(rows["参保人"][1:7], persons.paths["参保人"])
    need = plan.basis.guarantees.detail.set_index(["label", "year"])["need"]
    pupils = persons.paths["小学在校生"]
    assert need["小学公用经费", 2025] == pytest.approx(11_200 * 720 / 1e4)
    assert need["小学公用经费", 2026] == pytest.approx(11_200 * pupils[1] / pupils[0] * 720 / 1e4)


@pytest.mark.parametrize("persons", [None, "empty"])
def test_no_people_no_table(place, persons):
    gangu = place("gangu")
    given_persons = None if persons is None else persons_by_driver(gangu, 2025, AHEAD)
    assert population_table(plan_with(gangu, given_persons)) is None


def test_driver_rates_keep_the_order_of_the_register(place):
    names, rates = driver_rates(place("yunshui").rows("population_rates"), YEARS, 100)
    assert names[:2] == ("小学在校生", "初中在校生") and rates.shape == (6, len(names), 2, 101)
