"""Which line a word means: its id, its Chinese name, what page one calls it, else the names that hold the word."""

from __future__ import annotations

from collections.abc import Mapping

from fiscal_model.words.lines import CALLED
from fiscal_model.words.near import nearest

MOST = 8
"""So many candidates are named."""


def lines_meant(word: str, labels: Mapping[str, str]) -> list[str]:
    """Return the ids of the lines that a word means: one where it is clear, several where it is not, none where no name holds it.

    ``labels``: Chinese name of every line, by id.

    Examples
    --------
    >>> known = {"debt_ratio": "债务率（口径C）", "debt_ratio_a": "债务率（口径A）", "funding_gap": "收支缺口（待弥补）", "fund_gap": "基金缺口（待弥补）"}
    >>> [lines_meant(word, known) for word in ("fund_gap", "债务率", "收支缺口", "缺口", "外星")]
    [['fund_gap'], ['debt_ratio'], ['funding_gap'], ['funding_gap', 'fund_gap'], []]
    """
    word = word.strip().replace("“", "").replace("”", "")
    same = [each for each, label in labels.items() if word in {each, label}]
    if same or word.isascii():
        return same[:1]
    called = [each for each in CALLED.get(word, ()) if each in labels]
    begun = [each for each, label in labels.items() if label.partition("（")[0] == word]
    return called or begun or [each for each, label in labels.items() if word and word in label]


def meant_said(word: str, labels: Mapping[str, str]) -> str:
    """Name the lines that a word may mean, or those nearest to it."""
    several = lines_meant(word, labels)
    if several:
        named = "、".join(f"{labels[each]} {each}" for each in several[:MOST])
        return f"可能是：{named}{'等' if len(several) > MOST else ''}，请写其中一个"
    if word.isascii():
        near = nearest(word, labels)
    else:
        by_label = {label: each for each, label in labels.items()}
        near = [f"{by_label[label]} {label}" for label in nearest(word, by_label)]
    return f"相近的行：{'、'.join(near) or '行名见 tables/plan.csv 的 line 列'}"
