"""Whole numbers in a row, as Chinese writes them: years, ages, lines."""

from __future__ import annotations

from collections.abc import Iterable


def spans(numbers: Iterable[int], dash: str = "—", shortest: int = 3) -> str:
    """Write numbers in rising order; so many in a row as a run.

    Examples
    --------
    >>> spans((2026, 2027)), spans((2026, 2028, 2029, 2030)), spans(())
    ('2026、2027', '2026、2028—2030', '')
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return "、".join(f"{run[0]}{dash}{run[-1]}" if len(run) >= shortest else "、".join(map(str, run)) for run in runs)
