"""Own revenue by item on the paths: adds up, moves the total as its record says, names who carries the risk."""

from types import SimpleNamespace

import numpy as np
import pytest

from fiscal_model.analysis.risk.drawn_futures import sampled
from fiscal_model.analysis.risk.revenue_items import revenue_items
from fiscal_model.arithmetic.risk.item_shocks import split_total
from fiscal_model.report.tables import variance_tables

FAN = SimpleNamespace(seed=2026)


def test_parts_of_a_drawn_total_have_the_spread_they_were_given():
    """Shares 0.5, 0.3, 0.2, own 0.02, 0.06, 0.1, total 0.05: apart 0.0287, so 0.0409 in common; log deviations by hand."""
    generator = np.random.default_rng(5)
    mean, own, deviation = np.array([50.0, 30.0, 20.0]), np.array([0.02, 0.06, 0.1]), 0.05
    total = 100 * np.exp(deviation * generator.standard_normal(200_000))
    parts = split_total(total, mean, own, np.array(deviation), generator.standard_normal((200_000, 4)))
    np.testing.assert_allclose(parts.sum(axis=1), total, rtol=1e-12)
    logs = np.log(parts / mean)
    np.testing.assert_allclose(logs.std(axis=0), [0.0456, 0.0726, 0.1081], rtol=0.02)
    # 0.0409² lies in every pair
    assert np.cov(logs.T)[0, 2] == pytest.approx(0.00168, rel=0.05)
    gain = np.cov(parts.T, total)[:3, 3] / total.var()
    np.testing.assert_allclose(gain, [0.375, 0.330, 0.295], atol=0.01)


def test_without_a_record_or_without_movement_all_parts_move_as_the_total():
    mean, none, numbers = np.array([60.0, 40.0]), np.zeros(2), np.random.default_rng(1).standard_normal((3, 3))
    for deviation in (0.1, 0.0):
        parts = split_total(np.array([90.0, 100.0, 120.0]), mean, none, np.array(deviation), numbers)
        np.testing.assert_allclose(parts, [[54, 36], [60, 40], [72, 48]])


def test_items_of_yunshui_add_up_and_the_wild_ones_carry_more_than_their_part(plan_of):
    plan = plan_of("yunshui")
    found = revenue_items(plan, paths=1_000)
    np.testing.assert_allclose(found.shares.sum(axis=1), 1)
    ((_, lines),) = sampled(plan, 1_000, found.seed)
    median = np.median(lines["own_revenue"], axis=0)
    # Items are more skewed than their sum: their middles come to a little less.
    np.testing.assert_allclose(found.quantiles[1].sum(axis=1), median, rtol=0.03)
    by = dict(zip(found.items, (found.shares[0] * found.plan[0].sum() / found.plan[0]), strict=True))
    assert by["10307"] > 1.5 and by["10110"] < 0.8  # 国有资源有偿使用收入 and 房产税 beside their part of the revenue
    table = variance_tables.revenue_items_table(plan, FAN)
    assert len(table.rows) == len(found.items)


def test_where_items_have_no_record_their_risk_is_their_part(plan_of):
    plan = plan_of("lijiang")
    found = revenue_items(plan, paths=200)
    assert not found.deviation.any()
    np.testing.assert_allclose(found.shares, found.plan / found.plan.sum(axis=1, keepdims=True), rtol=1e-6)
    assert variance_tables.revenue_items_table(plan, FAN) is None
    assert revenue_items(plan_of("zhangye")) is None, "only the total is known"
