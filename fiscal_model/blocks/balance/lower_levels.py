"""What a level takes from the governments below it and passes on to them; nothing for a whole area."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fiscal_model.arithmetic.elementary import divided
from fiscal_model.arithmetic.revenue.transfers import TransferBase
from fiscal_model.inputs.history import History
from fiscal_model.words.vocabulary import Budget

_REBATES, _GENERAL, _SPECIAL = "23001", "23002", "23003"


@dataclass(frozen=True)
class LowerLevels:
    """The base year's dealings with lower levels, 万元."""

    received: float
    passed_free: float  # Of transfers passed on: rebates and general transfers free of a use
    passed_tied: float
    fund_received: float
    fund_passed: float
    state_capital_passed: float


def lower_levels_of(history: History, base: int, transfers: TransferBase) -> LowerLevels:
    """Read what the base year booked; general transfers passed on are free of a use in the part that those received are.

    Where only the total passed on is known it is split like all transfers received.
    """
    passed = history.booked("paid_to_below", base)
    codes = history.codes[Budget.GENERAL]
    kinds = codes.reindex(index=[base], columns=[_REBATES, _GENERAL, _SPECIAL]).iloc[0].fillna(0.0)
    general = transfers.general_purpose + transfers.tied_general
    if abs(float(kinds.sum()) - passed) > 1.0:
        received = transfers.rebates + general + transfers.special
        kinds[:] = passed * divided([transfers.rebates, general, transfers.special], received)
    tied = float(kinds[_SPECIAL] + kinds[_GENERAL] * divided(transfers.tied_general, general))
    return LowerLevels(
        history.booked("received_from_below", base),
        passed - tied,
        tied,
        history.booked("fund_received_from_below", base),
        history.booked("fund_paid_to_below", base),
        history.booked("state_capital_paid_to_below", base),
    )


def moved_with(base: float, path: np.ndarray, start: float) -> np.ndarray:
    """What is passed on moves with what is received, (..., year); level where nothing was received.

    Examples
    --------
    >>> moved_with(60.0, np.array([110.0, 90.0]), 100.0).tolist(), moved_with(5.0, np.array([0.0]), 0.0).tolist()
    ([66.0, 54.0], [5.0])
    """
    return base * divided(path, start, 1.0)
