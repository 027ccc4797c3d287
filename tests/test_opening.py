"""The base year closes on what was published, and what was inferred is said aloud."""

import numpy as np
import pytest

from fiscal_model.blocks.balance.opening_balance import RESOURCES, USES
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


def test_published_transfers_are_kept_and_the_difference_is_unlisted(opened):
    opening = opened(transfers=9300)
    assert (opening.unlisted_in, opening.unlisted_out) == (0, 300)
    message = next(caution.message for caution in opening.cautions if caution.code == "unlisted")
    assert message == "2024年已公布项目收大于支 300 万元，按未列明项目处理并在规划期保持不变"
    short = opened(transfers=8900)
    assert (short.unlisted_in, short.unlisted_out) == (100, 0)
    assert "支大于收 100 万元" in next(caution.message for caution in short.cautions if caution.code == "unlisted")


def test_unlisted_money_stays_in_the_plan(tmp_path, tiny_place):
    figures = {"own_revenue": {2024: 1000}, "expenditure": {2024: 10_000}, "transfers": {2024: 9300}}
    plan = project(read_place(tiny_place(tmp_path / "x", figures)), BASELINE)
    np.testing.assert_array_equal(plan.line("other_uses"), 300)


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
