"""Proposals: their registers, their cost over the whole life worked by hand, and that being registered moves nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import fiscal_model as fm
from fiscal_model.arithmetic.spending.life_cycle import LifeTerms, life_cycle
from fiscal_model.inputs.proposal import LASTING_YEARS, PROPOSAL_TABLES, Proposal, list_proposals
from fiscal_model.law.affordability_method import method
from fiscal_model.model.planbook import plan_table
from fiscal_model.model.projection import Plan
from fiscal_model.words.errors import InputError
from fiscal_model.words.proposal_words import ProposalKind
from fiscal_model.words.vocabulary import DebtKind

YUNSHUI = Path(__file__).parents[1] / "data" / "places" / "yunshui"
NONE = np.zeros(4)
YEARS = (2027, 2028, 2029, 2030)


@pytest.fixture(scope="module")
def plan(plan_of) -> Plan:
    return plan_of("yunshui", years=3)


@pytest.fixture(scope="module")
def known(place) -> dict[str, Proposal]:
    return {each.proposal_code: each for each in list_proposals(place("yunshui"))}


def _terms(**given: object) -> LifeTerms:
    usual = dict(
        years=YEARS,
        one_off=NONE,
        fund_one_off=NONE,
        running=NONE,
        general_bonds=NONE,
        special_bonds=NONE,
        received=NONE,
        one_time=NONE,
    )
    return LifeTerms(**{**usual, **given})  # type: ignore[arg-type]


def test_what_others_and_bonds_pay_by_hand() -> None:
    """1,000 in the fund budget and 500 in the general one: 1,200 of special bonds pay the fund part and 200; a grant of 400 pays the other 300, then 100 of 150 running."""
    found = life_cycle(
        _terms(
            one_off=np.array([500.0, 0, 0, 0]),
            fund_one_off=np.array([1000.0, 0, 0, 0]),
            running=np.array([150.0, 150, 0, 0]),
            special_bonds=np.array([1200.0, 0, 0, 0]),
            received=np.array([400.0, 0, 0, 0]),
        )
    )
    assert found.one_off.tolist() == [0, 0, 0, 0]
    assert found.running.tolist() == [50, 150, 0, 0]
    assert found.fund_one_off.tolist() == [0, 0, 0, 0]
    assert (found.special_bonds.sum(), found.received.sum()) == (1200, 400)
    assert found.whole.sum() == found.cost.sum() + found.fund_one_off.sum() + 1200 + 400


def test_overrun_delay_size_and_own_share_by_hand() -> None:
    """A school of 3,600 with 2,100 from above, run at 3 % from 2029: 108, then 2 % more."""
    school = _terms(
        one_off=np.array([1800.0, 1800, 0, 0]), received=np.array([1100.0, 1000, 0, 0]), running_share=0.03, completed=2028, growth=0.02
    )  # fmt: skip
    np.testing.assert_allclose(life_cycle(school).cost, [700, 800, 108, 110.16])
    # a tenth more: the county bears all of 180 a year, and 3 % of 3,960
    np.testing.assert_allclose(life_cycle(school, overrun=0.1).cost, [880, 980, 118.8, 121.176])
    np.testing.assert_allclose(life_cycle(school, scale=0.5).cost, life_cycle(school).cost / 2)
    # 30 % of 3,818.16 is the county's in place of 45 %: two thirds of its part of every year; at 45 % nothing moves; at 60 % others give less
    whole, now = 3818.16, 1718.16 / 3818.16
    np.testing.assert_allclose(life_cycle(school, own_share=0.3).cost, np.array([700, 800, 108, 110.16]) * 0.3 / now)
    np.testing.assert_allclose(life_cycle(school, own_share=now).cost, life_cycle(school).cost)
    np.testing.assert_allclose(life_cycle(school, own_share=0.6).cost.sum(), 0.6 * whole)
    late = life_cycle(school, delay=2)
    assert late.years == (2029, 2030, 2031, 2032)
    np.testing.assert_allclose(late.within(late.cost, YEARS), [0, 0, 700, 800])
    sizes = life_cycle(school, scale=np.array([0.5, 1.0]), overrun=np.array([0.0, 0.1]))
    np.testing.assert_allclose(sizes.cost, [[350, 400, 54, 55.08], [880, 980, 118.8, 121.176]])


def test_every_kind_is_there_and_comes_out_as_declared(known: dict[str, Proposal]) -> None:
    assert {each.kind for each in known.values()} == set(ProposalKind)
    old_age = known["YSA01"].life().cost  # 4,200 x 60 yuan = 25.2, 3 % more persons a year
    np.testing.assert_allclose(old_age[:2], [25.2, 25.2 * 1.03])
    assert len(old_age) == LASTING_YEARS and known["YSA01"].is_lasting
    assert known["YSA02"].changes == {"L23": {"standard": {"add": 20}}}
    assert known["YSA04"].bonds == {DebtKind.SPECIAL: {2028: 2600, 2029: 1600}}
    assert known["YSA04"].life().fund_one_off.sum() == 0  # bonds and the firm's capital pay all that is built
    np.testing.assert_allclose(known["YSA07"].life().cost, [420, 120, 120, 120, 120])  # 6,000 x 2 % a year, 300 paid in
    ppp = known["YSA05"].life()  # 560, 620, then 2 % more a year, less what users pay
    np.testing.assert_allclose(ppp.cost[:3], [410, 460, 620 * 1.02 - 163.2])
    assert ppp.years[-1] == 2047 and not ppp.running_assumed
    assert [known[code].is_long_commitment for code in ("YSA05", "YSA06", "YSA03")] == [True, True, False]


def test_the_school_borrows_its_running_cost_from_the_method(known: dict[str, Proposal]) -> None:
    life = known["YSA03"].life()
    assert life.running_assumed and method().running_share("school").share == 0.03
    np.testing.assert_allclose(life.cost[:4], [700, 800, 108, 110.16])
    assert known["YSA03"].investment == 3600 == known["YSA03"].approved_estimate


def test_answers_of_legality(known: dict[str, Proposal]) -> None:
    park = known["YSA10"].answers()
    assert (park["negative_list_hits"], park["approvals_missing"], park["advance_funding"]) == (1, 1, 1)
    assert park["estimate_over"] == pytest.approx(0.15)  # 9,200 / 8,000
    school = known["YSA03"].answers(overrun=0.1)
    assert school["estimate_excess"] == pytest.approx(360) and school["negative_list_hits"] == 0
    assert known["YSA03"].answers()["estimate_excess"] == 0
    assert known["YSA10"].confirmed_share() == pytest.approx(0.3) and known["YSA01"].confirmed_share() == 1


def test_the_raise_is_priced_by_the_guarantee_block(known: dict[str, Proposal], plan: Plan) -> None:
    priced = fm.guarantees.reprice(plan, known["YSA02"].changes)
    assert (priced[priced["item"] == "total"]["county"] > 50).all()


def test_no_plan_number_moves_by_the_mere_presence_of_proposals(tmp_path: Path, plan: Plan) -> None:
    without = Path(shutil.copytree(YUNSHUI, tmp_path / "yunshui"))
    for name in PROPOSAL_TABLES:
        (without / f"{name}.csv").unlink()
    after = fm.project(fm.read_place(without), fm.read_scenario("baseline"), years=3)
    pd.testing.assert_frame_equal(plan_table(plan), plan_table(after))


# fmt: off
FAULTS = {
    "unknown code": ("proposal_costs", "YSA06,2029", "YSA66,2029", "申报事项里没有编号“YSA66”"),
    "bond for running": ("proposal_sources", "YSA05,2028,income,150,budgeted,", "YSA05,2028,general_bond,150,budgeted,", "债券只能用于建设，不得用于经常性支出"),
    "paid twice": ("proposal_sources", "YSA03,2027,superior,1100", "YSA03,2027,superior,1900", "资金来源 1900 万元，支出只有 1800 万元"),
    "letter without number": ("proposal_sources", "省级抗旱补助资金通知（虚构）", "", "没有填写凭证"),
    "guarantees cut": ("proposal_offsets", "YSA07,2027,operations", "YSA07,2027,guarantees", "不得压减或抵顶"),
    "used twice": ("proposal_offsets", "YSA07,2027,operations,会议、培训和公务用车购置", "YSA07,2027,development,招商引资奖补、旅游节会补助", "同一笔压减只能抵一次"),
    "fund pays running": ("proposal_costs", "YSA06,2029,running,general", "YSA06,2029,running,funds", "基金结余是一次性的钱"),
    "outside its life": ("proposal_costs", "YSA08,2028", "YSA08,2029", "不在起止年度（2028—2028年）以内"),
    "unknown item": ("proposals", ",L23,standard,", ",L77,standard,", "三保项目清单和人员台账里没有“L77”"),
    "unknown sector": ("proposals", ",school,", ",学堂,", "没有领域“学堂”"),
    "no sector": ("proposals", ",school,", ",,", "政府投资项目没有填写领域"),
    "ends before it starts": ("proposals", "2028,2028,设立方案", "2028,2026,设立方案", "终止年度 2026 早于起始年度 2028"),
    "persons without a cost": ("proposals", ",4200,60,", ",4200,,", "没有填写人均标准"),
    "an unknown fund": ("proposals", ",21303,,", ",21303,999,", "999"),
}
# fmt: on


@pytest.mark.parametrize(("table", "before", "after", "said"), FAULTS.values(), ids=FAULTS)
def test_faults_are_said_with_file_and_line(tmp_path: Path, table: str, before: str, after: str, said: str) -> None:
    folder = tmp_path / "yunshui"
    folder.mkdir()
    for name in (
        "place.toml",
        "totals.csv",
        "guarantee_items.csv",
        "staff.csv",
        *(f"{each}.csv" for each in PROPOSAL_TABLES),
    ):
        shutil.copy(YUNSHUI / name, folder / name)
    path = folder / f"{table}.csv"
    text = path.read_text(encoding="utf-8-sig")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8-sig")
    with pytest.raises(InputError) as error:
        fm.read_place(folder)
    assert said in str(error.value) and f"{table}.csv 第 " in str(error.value), str(error.value)
