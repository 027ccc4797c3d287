"""Which printed rows add up to another, told from the values themselves: an independent check of rounded tables."""

import math

from fiscal_model.words.table import ADDED_IN, kind_at


def sum_parts(table, row, column):
    """Return index and sign of the parts of a row, those with a number, when their sum is the row's; else nothing."""
    values = [entry.values[column] if column < len(entry.values) else None for entry in table.rows]

    def known(value):
        return isinstance(value, int | float) and math.isfinite(value)

    step = ADDED_IN.get(kind_at(table, table.rows[row], column), 0)
    if not known(values[row]) or not step:
        return ()
    parts = tuple((part, sign) for part, sign in table.rows[row].parts if known(values[part]))
    return parts if parts and abs(sum(sign * values[part] for part, sign in parts) - values[row]) < 0.01 / step else ()
