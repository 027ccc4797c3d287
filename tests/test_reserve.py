"""The stabilisation fund that a place needs: least, monotone, checked by running it again, and the plan's own without surprises."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from report_case import said as said_in
from report_case import tables_in

from fiscal_model.analysis.risk import reserve as module
from fiscal_model.analysis.risk.drawn_futures import CHUNK, sampled
from fiscal_model.analysis.risk.reserve import LEVELS, MAIN, Reserve, reserve
from fiscal_model.model.compute import compute
from fiscal_model.model.futures import Drivers
from fiscal_model.report.tables import reserve_tables

PATHS = 1_000
PLACES = ("lijiang", "zhangye", "gangu", "yunshui")


@pytest.fixture(params=PLACES)
def found(request, plan_of):
    plan = plan_of(request.param)
    return plan, reserve(plan, paths=PATHS)


def with_fund(plan, fund):
    balance = plan.basis.balance
    return replace(
        plan.basis, balance=replace(balance, opening=replace(balance.opening, stabilization_stock=float(fund)))
    )


def holds(basis, drivers):
    """No gap of more than half a unit, guarantees covered, in every year."""
    lines, _ = compute(basis, drivers)
    short = lines["guarantees_county"] - np.maximum(lines["available_resources"], 0)
    return ((lines["funding_gap"] <= 0.5) & (short <= 0.5)).all(axis=-1)


def share(plan, fund):
    ((drivers, _),) = sampled(plan, PATHS, 2026)
    return holds(with_fund(plan, fund), drivers).mean()


def test_the_fund_run_again_holds_what_it_promises_and_one_percent_less_does_not(found):
    plan, answer = found
    for level, fund in zip(answer.levels, answer.funds, strict=True):
        assert share(plan, fund) >= level
        assert fund == 0 or share(plan, fund - 1) < level
    assert answer.check == (share(plan, answer.needed), share(plan, 0.99 * answer.needed))
    assert answer.check[0] >= LEVELS[MAIN] > answer.check[1] or answer.needed == 0


def test_the_shares_told_are_the_shares_run(found):
    plan, answer = found
    assert answer.held_with == share(plan, answer.has) and answer.held_without == share(plan, 0)
    assert answer.held_without <= answer.held_with <= answer.held_at_most
    assert answer.has == plan.basis.balance.opening.stabilization_stock
    assert answer.limit == pytest.approx(0.05 * plan.lines["expenditure"][0])


def test_more_fund_never_holds_fewer_paths(plan_of):
    plan = plan_of("yunshui")
    shares = [share(plan, fund) for fund in np.linspace(0, 1e5, 9)]
    assert shares == sorted(shares)


def test_more_certainty_never_takes_less_and_its_price_is_the_difference(found):
    _, answer = found
    assert list(answer.funds) == sorted(answer.funds)
    assert answer.error[0] <= answer.needed <= answer.error[1]
    assert answer.short == max(answer.needed - answer.has, 0)
    assert answer.point == pytest.approx(answer.funds[2] - answer.funds[1])
    assert answer.price(4) == pytest.approx((answer.funds[4] - answer.funds[3]) / 1.5)
    assert np.isnan(answer.price(0))


def test_without_surprises_it_is_what_the_plan_needs(plan_of, monkeypatch):
    for place in ("zhangye", "lijiang"):
        plan = plan_of(place)
        still = Drivers(own_revenue=np.ones((50, 5)))
        monkeypatch.setattr(
            module, "sampled", lambda plan, paths, seed, still=still: [(still, compute(plan.basis, still)[0])]
        )
        answer = reserve(plan, paths=50, seed=7)
        assert set(answer.funds) == {answer.plan_needs} and answer.check[0] == 1
        assert holds(with_fund(plan, answer.plan_needs), Drivers())
        if place == "zhangye":
            assert answer.plan_needs > 0 and not holds(with_fund(plan, answer.plan_needs - 1), Drivers())
        else:
            assert answer.plan_needs == 0


def test_two_years_by_hand(monkeypatch):
    # Each path lacks a known sum; its order statistics are the answer. Four paths: 0, 100, 200 and beyond help.
    lacks = np.array([0.0, 100.0, 200.0, np.inf])

    def run(search, funds):
        for fund in funds:
            held = fund >= lacks
            search.held = np.where(held, np.minimum(search.held, fund), search.held)
            search.short = np.where(held, search.short, np.maximum(search.short, fund))
        return len(lacks)

    monkeypatch.setattr(module._Search, "run", run)
    search = module._Search(SimpleNamespace(lines={"expenditure": np.array([500.0, 500.0])}), {}, 0.0, lacks <= 0)
    quarter, half, most, all_ = search.funds((0.25, 0.5, 0.75, 1.0))
    assert quarter == 0 and half == pytest.approx(100, abs=0.5) and most == pytest.approx(200, abs=0.5)
    assert half >= 100 and most >= 200 and np.isinf(all_)
    assert search.share(150) == 0.5


def test_land_and_other_funds_are_none_of_it(plan_of):
    """The funds of yunshui have gaps in the plan itself; its general budget needs nothing."""
    plan = plan_of("yunshui")
    assert plan.line("fund_gap").max() > 0.5 and reserve(plan, paths=PATHS).plan_needs == 0


def answer_of(needed, has, limit=1e9, at_most=1.0):
    funds = (needed,) * 2 + (needed + 70,) * 3
    return Reserve(
        (2026, 2027), 100, 1, LEVELS, funds, (needed, needed), has, True, 0.5, 0.4, at_most, 0.0, limit, (0.95, 0.9)
    )


@pytest.mark.parametrize(
    ("answer", "said", "unsaid"),
    [
        (answer_of(300.0, 400.0), "已经够用", "还缺"),
        (answer_of(300.0, 100.0), "还缺200万元。在此之上，把握每再多一个百分点，约需再加70万元。这个数没有超过", "已经够用"),
        (answer_of(300.0, 100.0, limit=299.0), "单靠基金守不住", "没有超过"),
        (answer_of(np.inf, 100.0, at_most=0.8), "再多也做不到，最多守住80.0%", "还缺"),
    ],
)  # fmt: skip
def test_sentences_say_what_was_found(monkeypatch, plan_of, answer, said, unsaid):
    for where in ("fiscal_model.report.chapters.risk_findings", "fiscal_model.report.tables.reserve_tables"):
        monkeypatch.setattr(f"{where}.reserve", lambda plan, paths, seed: answer)
    sources = {"plan": SimpleNamespace(years=(2026, 2027)), "fan": SimpleNamespace(paths=100, seed=1)}
    text = said_in(plan_of("yunshui"), "93_16_simulation").split("\n")[-1]
    assert said in text and unsaid not in text
    rows = {row.line: row.values for row in tables_in(reserve_tables, **sources)["29-7"].rows}
    assert (rows["level_950"][0] == "再多也守不住") == np.isinf(answer.needed)
    assert rows["has"][0] == answer.has


def test_paths_of_several_chunks_stay_whole(plan_of):
    """What moves a path comes from that path alone, however many are drawn at once."""
    plan = plan_of("gangu")
    drawn = [drivers for drivers, _ in sampled(plan, CHUNK + 500, 2026)]
    answer = reserve(plan, paths=CHUNK + 500)
    assert len(drawn) == 2 and 0 < answer.held_without < answer.held_with < 1
    for fund, told in ((0, answer.held_without), (answer.has, answer.held_with), (answer.needed, answer.check[0])):
        assert told == np.concatenate([holds(with_fund(plan, fund), drivers) for drivers in drawn]).mean()
