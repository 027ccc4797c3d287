"""The base year closes on what was published, and what was inferred is said aloud."""

import numpy as np
import pytest
from report_case import case_of

from fiscal_model.blocks.base_flows import RESOURCES, USES
from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.scenario import read_scenario
from fiscal_model.model.projection import project

BASELINE = read_scenario("baseline")


def sides(opening):
    resources = sum(opening.flows[line] for line in RESOURCES) + opening.unlisted_in
    return resources, sum(opening.flows[line] for line in USES) + opening.unlisted_out


def codes(cautions):
    return {caution.code for caution in cautions}


@pytest.fixture
def basis_of(tmp_path, tiny_place):
    def of_tiny(**changes):
        figures = {"own_revenue": 1000, "expenditure": 10_000, **changes}
        folder = tiny_place(tmp_path / "xian", {line: {2024: amount} for line, amount in figures.items()})
        return project(read_place(folder), BASELINE).basis

    return of_tiny


@pytest.fixture
def opened(basis_of):
    return lambda **changes: basis_of(**changes).balance.opening


@pytest.mark.parametrize(
    ("name", "base_year", "total"),
    [
        ("lijiang", 2025, 2_081_074),
        ("gangu", 2024, 451_227),
        ("gangu", 2023, 481_342),
        ("gangu", 2021, 411_143),
        ("yunshui", 2025, 338_020),
    ],
)
def test_published_years_close_by_themselves(plan_of, name, base_year, total):
    opening = plan_of(name, base_year=base_year).basis.balance.opening
    assert sides(opening) == pytest.approx((total, total))
    assert opening.unlisted_in == opening.unlisted_out == 0
    assert "unlisted" not in codes(opening.cautions)
    assert "transfers_inferred" not in codes(opening.cautions)


def test_every_opening_closes(plan):
    resources, uses = sides(plan.basis.balance.opening)
    assert resources == pytest.approx(uses, abs=0.5)
    assert min(plan.basis.balance.opening.unlisted_in, plan.basis.balance.opening.unlisted_out) == 0


def test_transfers_that_were_not_published_are_spending_less_own_revenue(opened):
    opening = opened()
    assert opening.flows["transfers"] == 9000
    assert "transfers" not in opening.published
    assert "transfers_inferred" in codes(opening.cautions)
    message = next(caution.message for caution in opening.cautions if caution.code == "transfers_inferred")
    assert message == "2024年上级补助未提供，按支出减自有收入倒算"


BALANCES = [
    {"kind": "general", "item": item, "year": year, "amount": amount}
    for item, years in {"closing_stock": {2023: 2000, 2024: 2400}, "limit_stock": {2024: 3000}}.items()
    for year, amount in years.items()
]


def test_inferred_transfers_leave_room_for_what_borrowing_brings(tmp_path, tiny_place):
    """New bonds read off balances were added to transfers that already closed the sides, and sank into what nobody listed every year."""
    figures = {"own_revenue": {2024: 1000}, "expenditure": {2024: 10_000}}
    plan = project(read_place(tiny_place(tmp_path / "owing", figures, {"debt": BALANCES})), BASELINE)
    opening = plan.basis.balance.opening
    net = opening.flows["debt_proceeds_general"] - opening.flows["principal_general"]
    assert net > 100 and opening.flows["transfers"] == pytest.approx(9000 - net)
    assert opening.unlisted_in == opening.unlisted_out == 0 and "unlisted" not in codes(opening.cautions)
    assert plan.line("other_uses").max() == 0
    message = next(caution.message for caution in opening.cautions if caution.code == "transfers_inferred")
    assert message.endswith(f"倒算，其他已知收支（举债、还本、结转等）净得 {net:,.0f} 万元已扣除")
    given = {**figures, "transfers": {2024: 9000}}
    told = project(read_place(tiny_place(tmp_path / "told", given, {"debt": BALANCES})), BASELINE).basis.balance.opening
    assert told.flows["transfers"] == 9000 and told.unlisted_out == pytest.approx(net)
    message = next(caution.message for caution in told.cautions if caution.code == "unlisted")
    assert message.startswith("2024年已列项目（部分为推算数）收大于支")


def test_a_place_that_gives_more_than_it_spends_gets_nothing_from_above(opened):
    rich = opened(own_revenue=12_000)
    assert rich.flows["transfers"] == 0 and rich.unlisted_out == 2000


def test_published_transfers_are_kept_and_the_difference_is_unlisted(opened):
    opening = opened(transfers=9300)
    assert (opening.unlisted_in, opening.unlisted_out) == (0, 300)
    message = next(caution.message for caution in opening.cautions if caution.code == "unlisted")
    assert message == "2024年已公布项目收大于支 300 万元，按未列明项目处理，规划期按“未列明收支增速”变动"
    short = opened(transfers=8900)
    assert (short.unlisted_in, short.unlisted_out) == (100, 0)
    assert "支大于收 100 万元" in next(caution.message for caution in short.cautions if caution.code == "unlisted")


def test_unlisted_money_goes_on_by_its_own_growth(tmp_path, tiny_place):
    """One year of accounts shows no trend: 2 % a year; it stood still in silence before."""
    figures = {"own_revenue": {2024: 1000}, "expenditure": {2024: 10_000}, "transfers": {2024: 9300}}
    plan = project(read_place(tiny_place(tmp_path / "x", figures)), BASELINE)
    np.testing.assert_allclose(plan.line("other_uses"), 300 * 1.02 ** np.arange(1, 6))
    level = project(plan.basis.place, BASELINE.with_(unlisted_growth=0.0))
    np.testing.assert_array_equal(level.line("other_uses"), 300)


@pytest.mark.parametrize(("given", "missing"), [("carry_in", "carry_out"), ("carry_out", "carry_in")])
def test_an_unpublished_carry_over_equals_the_other_end(opened, given, missing):
    opening = opened(**{given: 70})
    assert opening.flows[missing] == 70
    assert f"{missing}_inferred" in codes(opening.cautions)
    assert f"{given}_inferred" not in codes(opening.cautions)


def test_carry_overs_that_were_published_are_not_touched(opened):
    opening = opened(carry_in=70, carry_out=20)
    assert (opening.flows["carry_in"], opening.flows["carry_out"]) == (70, 20)
    assert not {"carry_in_inferred", "carry_out_inferred"} & codes(opening.cautions)


def test_the_fund_is_at_least_what_was_put_in(opened):
    assert opened(stabilization_fund_stock=55, stabilization_topup=20).stabilization_stock == 55
    unknown = opened(stabilization_topup=20)
    assert unknown.stabilization_stock == 20
    assert "stabilization_stock_unknown" in codes(unknown.cautions)
    assert opened().stabilization_stock == 0


def test_the_fund_is_at_least_what_the_next_budget_draws(plan_of):
    """张掖 publishes no balance; its budget of 2026 draws 1.3 亿元."""
    opening = plan_of("zhangye").basis.balance.opening
    assert opening.stabilization_stock == 13_000
    (said,) = (each.message for each in opening.cautions if each.code == "stabilization_stock_unknown")
    assert said == "2025年末预算稳定调节基金余额未提供，按不少于2026年预算动用数 13,000 万元计"
    assert plan_of("zhangye").line("stabilization_draw")[0] == pytest.approx(13_000)


def test_transfers_are_split_by_what_is_known(basis_of, plan_of):
    whole = basis_of(transfers=9000).revenue.transfers
    assert whole.base.general_purpose == pytest.approx(9000 * 0.649)
    assert "transfers_not_split" in codes(whole.cautions)
    kinds = basis_of(rebates=100, general_transfers=8000, special_transfers=900).revenue.transfers
    assert kinds.base.rebates == 100
    assert kinds.base.general_purpose == pytest.approx(8000 * 0.685)
    assert kinds.base.earmarked == pytest.approx(8000 * 0.315 + 900)
    assert "general_transfers_not_split" in codes(kinds.cautions)
    answered = plan_of("yunshui").basis.revenue.transfers.cautions
    assert not {"transfers_not_split", "general_transfers_not_split"} & codes(answered)


def test_every_transfer_lands_in_one_class(plan):
    transfers = plan.basis.revenue.transfers.base
    split = transfers.rebates + transfers.general_purpose + transfers.earmarked
    assert split == pytest.approx(plan.basis.balance.opening.flows["transfers"])


# carried over ------------------------------------------------------------------------------------------------


def carrying(tiny_place, folder, carried, **changes):
    """10,000 of spending a year; transfers of 8,000, 8,000 and 5,000; what is carried out of 2022 to 2024."""
    figures = {
        "own_revenue": {2022: 900, 2023: 950, 2024: 1_000}, "expenditure": dict.fromkeys((2022, 2023, 2024), 10_000),
        "transfers": {2022: 8_000, 2023: 8_000, 2024: 5_000}, **carried,
    }  # fmt: skip
    return project(read_place(tiny_place(folder, figures)), BASELINE.with_(**changes))


@pytest.mark.slow
def test_carry_over_starts_from_the_last_known_and_moves_with_transfers(tiny_place, tmp_path):
    """100 of 5,000 is 2 %; the mean of three years, 1,700 of 21,000, would take some 300 out of the first year."""
    plan = carrying(tiny_place, tmp_path / "xian", {"carry_out": {2022: 800, 2023: 800, 2024: 100}})
    assert plan.basis.assumed.number("carryover_share") == pytest.approx(0.02)
    np.testing.assert_allclose(plan.line("carry_out"), 0.02 * plan.line("transfers"))
    level = carrying(
        tiny_place, tmp_path / "level", {"carry_out": {2024: 100}},
        **dict.fromkeys(("transfers_general_purpose_growth", "transfers_earmarked_growth", "rebates_growth"), 0.0),
    )  # fmt: skip
    np.testing.assert_allclose(level.line("carry_out"), 100)
    text = case_of(level).chapter("六")
    assert "2024年末结转100万元" in text and "每年2.0%" in text and "比年初" not in text
    less = case_of(carrying(tiny_place, tmp_path / "less", {"carry_out": {2024: 100}}, carryover_share=0.0)).chapter(
        "六"
    )
    assert "2025年末比年初少结转100万元，当年支出相应增加" in less
    none = case_of(carrying(tiny_place, tmp_path / "none", {"carry_out": {2024: 0}})).chapter("六")
    assert "各年末没有结转资金" in none and "结转0" not in none


def test_what_is_carried_in_stands_in_for_an_unpublished_carry_out(tiny_place, tmp_path):
    plan = carrying(
        tiny_place, tmp_path / "xian", {"carry_in": {2023: 700, 2024: 250}, "carry_out": {2022: 700, 2023: 250}}
    )
    assert plan.basis.assumed.number("carryover_share") == pytest.approx(250 / 5_000)


def test_carry_over_is_the_same_in_every_future(plan_of):
    plan = plan_of("yunshui")
    assert plan.line("carry_out")[0] == pytest.approx(9_600 / 262_400 * plan.line("transfers")[0])
    np.testing.assert_allclose(plan.basis.balance.cohorts.held.sum(axis=1), plan.line("carry_out"))
