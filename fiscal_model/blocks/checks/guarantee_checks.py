"""What checks V11 and V12 need of the guarantee items: their need in the register's year, their sum by class."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.blocks.guarantees.standards import standards_of
from fiscal_model.inputs.found import Found, tolerance
from fiscal_model.inputs.history import History
from fiscal_model.inputs.place import Place
from fiscal_model.words.vocabulary import GuaranteeClass


def base_needs(place: Place) -> pd.Series:
    """Return the need of each item in the register's own year, by the local standard where there is one, 万元."""
    items = place.rows("guarantee_items")
    if not len(items):
        return pd.Series(dtype=float)
    laid = standards_of(place, int(items["year"].max()), ())
    standard = laid.national[0] + laid.local_extra[0]
    return items["persons"] * standard * items["periods"] * items["coverage"] * 1e-4


def item_sums(place: Place, history: History) -> Found:
    """Hold the items of living needs, added up, against the class total that was published for their year.

    Only living needs consist of items alone; salaries and running costs also come from the staff register.
    """
    items = place.rows("guarantee_items")
    if not len(items):
        return Found(0)
    living = (items["guarantee"] == GuaranteeClass.LIVING).to_numpy(dtype=bool)
    year, added = int(items["year"].max()), float(base_needs(place)[living].sum())
    published = history.value("guarantee_living", year)
    if not living.any() or not np.isfinite(published):
        return Found(0)
    if abs(added - published) <= tolerance(int(living.sum())):
        return Found(1)
    text = f"{year}年三保项目清单中保基本民生各项相加 {added:,.2f}，公布的分类数 {published:,.2f} 万元"
    return Found(1, (), (text,))
