"""Transfers: which are free, which are tied, and how they grow."""

import numpy as np
import pytest

from fiscal_model.arithmetic.revenue.transfers import TransferBase, project_transfers, split_transfers
from fiscal_model.blocks.revenue.transfer_listing import general_purpose_codes

ZHOUQU = {
    "1100202": 72267.0,
    "1100207": 12992.0,
    "1100214": 698.0,
    "1100226": 12247.5,
    "1100227": 14596.6,
    "1100208": 3295.16,
    "1100229": 9325.0,
}
"""舟曲 2024, general-purpose items of general transfers, 万元 (docs/method.md)."""
REBATES, TIED, SPECIAL = 1822.0, 57760.22, 11148.54


def test_general_purpose_codes_make_up_the_published_sum():
    free = sum(amount for code, amount in ZHOUQU.items() if code in general_purpose_codes())
    assert REBATES + free == pytest.approx(127243.26)


def test_codes_with_a_set_use_are_not_free():
    for code in ("1100231", "1100245", "1100248", "1100249", "1100258"):
        assert code not in general_purpose_codes()


def test_the_published_split():
    free = sum(ZHOUQU.values())
    base = split_transfers(REBATES, free + TIED, SPECIAL, free / (free + TIED))
    assert base.rebates + base.general_purpose == pytest.approx(127243.26)
    assert base.earmarked == pytest.approx(TIED + SPECIAL)


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_a_split_loses_nothing(share):
    base = split_transfers(10.0, 100.0, 20.0, share)
    assert base.rebates + base.general_purpose + base.earmarked == pytest.approx(130.0)
    assert base.general_purpose == pytest.approx(100 * share)


def test_each_kind_grows_at_its_own_rate():
    path = project_transfers(
        TransferBase(10.0, 100.0, 30.0, 20.0), np.array([0.0, 0.1]), np.array([0.05, 0.05]), np.array([-0.1, 0.2])
    )
    assert path.rebates.round(6).tolist() == [10.0, 11.0]
    assert path.general_purpose.round(6).tolist() == [105.0, 110.25]
    assert path.tied_general.round(6).tolist() == [27.0, 32.4]
    assert path.special.round(6).tolist() == [18.0, 21.6]


def test_kinds_and_uses_add_up_to_the_same_transfers(plan):
    lines = plan.lines
    by_kind = lines["rebates"] + lines["general_transfers"] + lines["special_transfers"]
    by_use = lines["transfers_general_purpose"] + lines["transfers_earmarked"]
    np.testing.assert_allclose(by_kind, lines["transfers"], atol=0.005)
    np.testing.assert_allclose(by_use, lines["transfers"], atol=0.005)


def test_items_of_the_ledger_split_the_invented_county(plan_of):
    """222 000 of general transfers; 146 200 of it in the six free lines that the ledger lists."""
    transfers = plan_of("yunshui").basis.revenue.transfers
    assert transfers.base.general_purpose == pytest.approx(88_600 + 17_200 + 5_600 + 9_800 + 18_900 + 6_100)
    assert "general_transfers_not_split" not in {caution.code for caution in transfers.cautions}


def test_kinds_without_items_are_split_by_the_assumption(plan_of):
    base = plan_of("lijiang").basis.revenue.transfers.base
    assert base.rebates == 44_029
    assert base.general_purpose == pytest.approx(997_380 * 0.685)
    assert base.earmarked == pytest.approx(997_380 * 0.315 + 144_850)
