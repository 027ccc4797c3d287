"""What a future may move: each driver by itself, by amounts worked by hand, and all of them at once on many paths."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from fiscal_model.model.compute import compute
from fiscal_model.model.futures import Drivers
from fiscal_model.words.drivers import DRIVERS, DRIVERS_BY_ID


def test_every_driver_is_declared_once() -> None:
    assert {field.name for field in fields(Drivers)} == {*DRIVERS}
    assert len({driver.label for driver in DRIVERS_BY_ID.values()}) == len(DRIVERS)
    assert Drivers.unchanged(5).moved() == ()


@pytest.mark.parametrize("name", ["lijiang", "yunshui"])
def test_drivers_that_move_nothing_are_the_plan_bit_for_bit(plan_of, name) -> None:
    plan = plan_of(name)
    still = Drivers(**{each: np.full((2, 5), driver.neutral) for each, driver in DRIVERS_BY_ID.items()})
    for drivers in (still, Drivers(), Drivers.unchanged(5)):
        lines, steps = compute(plan.basis, drivers)
        for found, kept in ((lines, plan.lines), (steps, plan.steps)):
            assert all(
                np.array_equal(found[line], np.broadcast_to(kept[line], found[line].shape), equal_nan=True)
                for line in kept
            )
