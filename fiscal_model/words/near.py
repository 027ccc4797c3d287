"""Which known word was meant: nearly the same letters first, then the words it is made of, then the Chinese head word at its end."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_NEARLY = 0.85
"""From this likeness of letters on a word is taken for a slip of the pen."""


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> list[str]:
    """Return the known word that was most likely meant, two where both hold its parts alike, none where none is near.

    Examples
    --------
    >>> nearest("transfers_growth", ["fund_transfers_growth", "transfers_earmarked_growth", "pay_growth"])
    ['transfers_earmarked_growth']
    >>> nearest("债务限额", ["年末限额", "逾期债务余额"]), nearest("staf", ["staff"]), nearest("x", ["staff"])
    (['年末限额'], ['staff'], [])
    """
    words = list(dict.fromkeys(known))
    alike = difflib.get_close_matches(word, words, n=1, cutoff=cutoff)
    if alike and difflib.SequenceMatcher(None, word, alike[0]).ratio() >= _NEARLY and not _whole(word, alike[0]):
        return alike
    return _with_its_parts(word, words) or _with_its_end(word, words) or alike


def _whole(word: str, other: str) -> bool:
    """Tell whether another name only puts parts before or behind: then another order of its parts may be nearer."""
    return "_" in word and set(word.split("_")) < set(other.split("_"))


def _with_its_parts(word: str, words: list[str]) -> list[str]:
    """Names of identifiers that begin with the same part and hold all others, those with the fewest more."""
    parts = word.split("_")
    if not word.isascii() or len(parts) < 2:
        return []
    fitting = [each for each in words if each.split("_")[0] == parts[0] and set(parts) <= set(each.split("_"))]
    return sorted(fitting, key=lambda each: (each.count("_"), each))[:2]


def _with_its_end(word: str, words: list[str]) -> list[str]:
    """The Chinese word with the longest end in common, at least half of the word: the head of a Chinese noun stands last."""
    if word.isascii():
        return []
    shared = {each: _end_in_common(word, each) for each in words}
    best = max(shared.values(), default=0)
    return [each for each in words if shared[each] == best][:1] if best >= max(2, len(word) / 2) else []


def _end_in_common(word: str, other: str) -> int:
    pairs = zip(reversed(word), reversed(other), strict=False)
    return next((count for count, (one, two) in enumerate(pairs) if one != two), min(len(word), len(other)))
