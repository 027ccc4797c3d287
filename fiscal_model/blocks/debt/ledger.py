"""The bond ledger of a place as one array of bonds."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.arithmetic.debt.bond_schedule import BondArray
from fiscal_model.blocks.debt.bond_arrays import bond_array, usual_frequency
from fiscal_model.inputs.place import Place
from fiscal_model.words.cautions import Caution
from fiscal_model.words.vocabulary import DebtKind

__all__ = ["bond_array", "bonds_of", "ledger_cautions", "ledger_rows", "usual_frequency"]


def ledger_rows(place: Place, kind: DebtKind | None = None, issued_by: int | None = None) -> pd.DataFrame:
    """Return rows of the bond ledger, in the order of the file.

    Parameters
    ----------
    place : Place
    kind : DebtKind, optional
        Only bonds of this kind.
    issued_by : int, optional
        Only bonds issued up to the end of this year: later ones are no part of its closing balance.

    Returns
    -------
    DataFrame

    Examples
    --------
    >>> from fiscal_model.inputs.place import read_place
    >>> ledger_rows(read_place("data/places/gangu")).empty
    True
    """
    rows = place.rows("bonds")
    wanted = np.ones(len(rows), dtype=bool)
    if kind is not None:
        wanted &= (rows["kind"] == kind).to_numpy(dtype=bool)
    if issued_by is not None:
        wanted &= np.array([day.year <= issued_by for day in rows["issue_date"]], dtype=bool)
    return rows[wanted]


def bonds_of(
    place: Place, kind: DebtKind | None = None, issued_by: int | None = None, payment_fee_rate: float = 0.0
) -> BondArray:
    """Return the bonds of a place's ledger, in the order of the file.

    Parameters
    ----------
    place : Place
    kind : DebtKind, optional
    issued_by : int, optional
        As for `ledger_rows`.
    payment_fee_rate : float
        Of bonds whose row gives none.

    Returns
    -------
    BondArray
        Of no bonds where the place has no ledger.

    Examples
    --------
    >>> from fiscal_model.arithmetic.debt.bond_schedule import outstanding
    >>> from fiscal_model.inputs.place import read_place
    >>> bonds = bonds_of(read_place("data/places/yunshui"), DebtKind.GENERAL, issued_by=2025)
    >>> float(outstanding(bonds, [2025]).sum())
    168000.0
    """
    return bond_array(ledger_rows(place, kind, issued_by), payment_fee_rate)


def ledger_cautions(place: Place, base: int) -> tuple[Caution, ...]:
    """Say which bonds a plan leaves out, and where it fills in an empty cell.

    Parameters
    ----------
    place : Place
    base : int
        Base year: bonds issued after it are no part of the balance the plan starts from.

    Returns
    -------
    tuple of Caution

    Examples
    --------
    >>> from fiscal_model.inputs.place import read_place
    >>> print(ledger_cautions(read_place("data/places/yunshui"), 2024)[0].message)
    债券 YSG2501、YSG2502、YSZ2501、YSZ2502 在2024年末以后发行，不在基期余额内，规划没有计入
    """
    rows = place.rows("bonds")
    later = np.array([day.year > base for day in rows["issue_date"]], dtype=bool)
    guessed = pd.to_numeric(rows["interest_frequency"]).isna().to_numpy(dtype=bool) & ~later
    texts = (
        ("bonds_left_out", later, f"在{base}年末以后发行，不在基期余额内，规划没有计入"),
        ("bond_frequency_usual", guessed, "没有填每年付息次数，按10年以下每年1次、10年及以上每年2次测算（未经核实）"),
    )
    return tuple(
        Caution(code, "政府债务", f"债券 {'、'.join(rows.loc[which, 'bond_code'])} {text}")
        for code, which, text in texts
        if which.any()
    )
