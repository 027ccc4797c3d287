"""What a conflict between two sets of figures is, and when two amounts count as different."""

from __future__ import annotations

from dataclasses import dataclass

from fiscal_model.law.rules import rules


@dataclass(frozen=True)
class Conflict:
    """Two figures of a place that should agree and do not."""

    # area_a, area_b: the two sides, in Chinese: which list, which budget, the plan
    area_a: str
    area_b: str
    what: str  # What is compared
    # amount_a, amount_b: 万元 unless ``what`` names another unit; NaN where the conflict is no amount
    amount_a: float
    amount_b: float
    where: str  # Table and row
    remedy: str  # What to do, in Chinese


def apart(first: float, second: float) -> bool:
    """Tell whether two forecasts or lists of the same thing differ by more than the tolerance of the rules.

    Examples
    --------
    >>> apart(10_000.0, 10_400.0), apart(10_000.0, 10_600.0), apart(100.0, 190.0)
    (False, True, False)
    """
    rule = rules("budget_adjustment")["consistency"]
    share = float(rule["tolerance_share"]) * max(abs(first), abs(second))
    return abs(first - second) > max(share, float(rule["tolerance_amount"]))


def rows_of(numbers: object, table: str) -> str:
    """Say in which rows of a table something stands.

    Examples
    --------
    >>> rows_of([4, 2], "staff")
    'staff 表第 2、4 行'
    """
    listed = sorted(int(number) for number in numbers)  # type: ignore[attr-defined]
    return f"{table} 表第 {'、'.join(map(str, listed))} 行"
