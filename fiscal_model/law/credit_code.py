"""The unified social credit code of organisations: eighteen characters, the last one a check digit (GB 32100-2015)."""

from __future__ import annotations

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_LENGTH = 18


def is_credit_code(code: str) -> bool:
    """Tell whether a code has eighteen characters of the standard's alphabet and the check digit that they demand.

    Examples
    --------
    >>> [is_credit_code(code) for code in ("91350100M000100Y43", "91350100M000100Y44", "91350100M000100Y4")]
    [True, False, False]
    """
    if len(code) != _LENGTH or any(each not in _ALPHABET for each in code):
        return False
    total = sum(_ALPHABET.index(each) * pow(3, at, 31) for at, each in enumerate(code[:-1]))
    return _ALPHABET[-total % 31] == code[-1]
