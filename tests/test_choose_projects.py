"""The project library as choices: starts, what binds candidates together, the reasons of those left out, futures not seen before."""

from dataclasses import replace

import numpy as np
import pytest

from fiscal_model.analysis.affordability import choose_projects as module
from fiscal_model.analysis.affordability.candidates import Candidate, list_candidates, ways_of
from fiscal_model.analysis.affordability.choose_projects import choose_projects
from fiscal_model.analysis.affordability.left_out import short_of
from fiscal_model.analysis.affordability.portfolio import portfolio
from fiscal_model.arithmetic.spending.project_choice import choose
from fiscal_model.report.portfolio_text import given_beyond, portfolio_sentences, portfolio_text
from fiscal_model.words.vocabulary import ProjectCategory

YEARS = (2026, 2027, 2028)
SOCIAL, INDUSTRY = ProjectCategory.SOCIAL, ProjectCategory.INDUSTRY


def candidate(code, county, score=80.0, category=SOCIAL, first=2026, latest=2028, **others):
    county = np.array(county, dtype=float)
    return Candidate(
        code, f"项目{code}", category, county, np.zeros(len(county)), county.sum(), first, latest, score, **others
    )


def starts(candidates, money, **conditions):
    """Start year of each candidate under the same money in every future; 0 when left out."""
    ways = ways_of(candidates, YEARS, **conditions)
    wide = np.concatenate([money, np.repeat(money[-1:], len(ways.years) - len(money))])
    found = choose(ways.options, np.tile(wide, (20, 1)))
    return dict(zip([each.code for each in candidates], module._starts(ways, found).tolist(), strict=True))


def by_start(found):
    return dict(zip(found.projects["project_code"], found.projects["start"], strict=True))


@pytest.fixture(scope="module")
def plan(plan_of):
    return plan_of("yunshui")


def test_a_project_is_delayed_until_it_is_paid_and_no_longer():
    assert starts([candidate("A", [6.0, 6.0])], np.array([3.0, 7.0, 9.0])) == {"A": 2027}


def test_costs_after_the_plan_are_paid_from_what_its_last_year_leaves():
    """Three years of 6: from 2026 to 2028 the money is there, from 2027 on the last year falls behind 2028, which has 5."""
    assert starts([candidate("A", [6.0, 6.0, 6.0])], np.array([9.0, 9.0, 5.0])) == {"A": 0}
    assert starts([candidate("A", [6.0, 6.0])], np.array([9.0, 9.0, 5.0])) == {"A": 2026}


def test_what_needs_another_waits_for_its_start():
    found = starts([candidate("A", [5.0], requires="B"), candidate("B", [5.0], score=50.0)], np.array([5.0, 5.0, 5.0]))
    assert found == {"A": 2027, "B": 2026}
    assert starts([candidate("A", [5.0], requires="B"), candidate("B", [9.0])], np.array([5.0, 5.0, 5.0])) == {
        "A": 0,
        "B": 0,
    }


def test_of_a_group_one_is_taken():
    one, other = candidate("A", [2.0], score=70.0, group="甲"), candidate("B", [2.0], score=75.0, group="甲")
    assert starts([one, other], np.full(3, 9.0)) == {"A": 0, "B": 2026}


def test_what_must_be_funded_starts_even_where_another_scores_higher():
    found = starts(
        [candidate("A", [5.0], score=10.0, latest=2026, must=True), candidate("B", [5.0], latest=2026)], np.full(3, 5.0)
    )
    assert found == {"A": 2026, "B": 0}


def test_a_class_takes_no_more_than_its_share():
    both = [candidate("A", [4.0], category=INDUSTRY), candidate("B", [4.0], score=60.0)]
    assert starts(both, np.full(3, 9.0)) == {"A": 2026, "B": 2026}
    assert starts(both, np.full(3, 9.0), class_shares={INDUSTRY: (0.0, 0.4)}) == {"A": 0, "B": 2026}


def test_bonds_are_used_once():
    built = [replace(candidate(code, [1.0]), bonds=np.array([8.0]), total=9.0, latest=2026) for code in "AB"]
    assert (
        sum(start > 0 for start in starts(built, np.full(3, 9.0), bond_room=np.array([10.0, 0.0, 0.0])).values()) == 1
    )


def test_the_library_is_read_with_its_costs_and_conditions(plan):
    found = {each.code: each for each in list_candidates(plan)}
    assert list(found) == ["YSP04", "YSP05", "YSP07", "YSP10"], "of the reviewed library what enters the budget"
    ward = found["YSP05"]
    assert ward.county.tolist() == pytest.approx([640.0, 350.0]) and ward.total == pytest.approx(4200 - 60 - 150)
    assert (ward.first, ward.latest, ward.score) == (2026, 2030, 70.0)
    assert found["YSP10"].county.tolist() == pytest.approx([720.0, 720.0, 720.0, 0.0, 0.0])


def test_a_library_without_maturity_is_taken_as_it_is_listed(plan):
    place = plan.basis.place
    bare = place.rows("projects").assign(maturity=None)
    listed = replace(plan, basis=replace(plan.basis, place=replace(place, tables={**place.tables, "projects": bare})))
    found = {each.code: each for each in list_candidates(listed)}
    assert list(found) == ["YSP04", "YSP05", "YSP06", "YSP07", "YSP08", "YSP09", "YSP10"]
    road = found["YSP08"]
    assert road.county.tolist() == [650.0] * 3 and road.bonds.tolist() == [1000.0] * 3 and road.total == 9450.0
    assert (road.first, road.latest, road.score) == (2027, 2030, 79.0)
    assert road.value == pytest.approx(0.79 * 9450)


def test_a_choice_is_held_on_futures_it_has_not_seen_and_names_why_others_stay_out(plan):
    """Small candidates of the first year, paid in 13 of 20 futures by what is cut for them."""
    small = [
        candidate(code, [size], score=score, latest=2026)
        for code, size, score in (("A", 300, 90), ("B", 300, 80), ("C", 9e4, 99))
    ]
    found = choose_projects(plan, small, paths=4000, offsets=8000.0, held=0.65)
    by_code = found.projects.set_index("project_code")
    assert found.held >= 0.65 and found.held_afresh >= 0.63
    assert by_start(found) == {"A": 2026, "B": 2026, "C": 0}
    assert by_code.loc["C", "start"] == 0 and "单独安排也只在0%的未来付得起" in by_code.loc["C", "reason"]
    assert by_code.loc["C", "subsidy"] == pytest.approx(9e4 - found.money[0, 0], rel=0.02)
    assert found.value <= found.bound and found.gap <= 1e-3


def test_more_money_never_makes_the_choice_worth_less(plan):
    less, more = (choose_projects(plan, paths=1000, offsets=each) for each in (0.0, 8000.0))
    assert more.value >= less.value


def test_nothing_to_choose_from_is_said(plan):
    found = choose_projects(plan, [], paths=100)
    assert len(found.projects) == 0 and found.value == 0 and "0个项目入选" in found.sheet.table.notes[0]


def test_what_a_project_lacks_alone_by_hand():
    """Costs 6 a year, latest start 2026. Futures leave 4, 4, 4, 3 in 2026, 2027 more; three of four must hold: 2 a year more, two thirds of the size, or a year later."""
    money = np.array([[4.0, 7, 7], [4, 7, 7], [4, 7, 7], [3, 7, 7]])
    ways = ways_of([candidate("A", [6.0], latest=2026)], YEARS)
    found = short_of(ways, 0, money, 0.75)
    assert found == pytest.approx({"alone": 0.0, "extra": 2.0, "fits": 4 / 6, "delay": 2027})
    assert short_of(ways, 0, money + 2, 0.75) == {"alone": 0.75}
    assert short_of(ways, 0, np.full((4, 3), -1.0), 0.75)["delay"] == 0


def test_a_postponed_candidate_frees_nothing_for_another_and_no_unlawful_cut_pays(plan):
    """All that may be cut: the plan's capacity without the candidates, by hand; the guarantees are no kind."""
    lines = {name: plan.line(name) for name in plan.lines}
    cut = module._cut(np.inf, lines)
    assert (
        cut == pytest.approx(lines["offset_capacity"] - lines["candidate_projects"])
        and lines["candidate_projects"].max() > 0
    )
    assert module._cut({"development": 1e9}, lines) == pytest.approx(lines["offset_development"])
    with pytest.raises(ValueError, match="不能为项目压减：guarantees"):
        module._cut({"guarantees": 1.0}, lines)


@pytest.mark.slow
def test_where_nothing_is_paid_it_is_said_with_what_would_be_needed_and_where_something_is_it_is_named(plan):
    none = portfolio(plan, paths=500)
    assert (
        none.chosen.empty
        and "没有一个可以列入" in portfolio_sentences(none)[0]
        and "每年须另有财力" in portfolio_sentences(none)[0]
    )
    some = portfolio(plan, paths=500, held=0.55, offsets=(("development", 6000.0), ("operations", 3000.0)))
    said = "".join(portfolio_sentences(some))
    assert len(some.chosen) and "没有一个" not in said and some.chosen["name"].iloc[0] in said
    assert sum(some.class_shares.values()) == pytest.approx(1) and "储备项目组合" in portfolio_text(some)
    sure = float(some.totals.sum())
    assert given_beyond(some, sure, "基准情景") == [] and "多200万元" in given_beyond(some, sure + 200, "基准情景")[0]
