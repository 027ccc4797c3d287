"""What a government's area is called in running text, by the end of its name: 县, 市, 区, 州, 盟, 旗, 地区."""

from __future__ import annotations

_ENDS = {"自治州": "州", "地区": "地区", "盟": "盟", "旗": "旗", "县": "县", "市": "市", "区": "区"}
"""End of a name to the word, the longer end first; 州 alone tells nothing: 苏州 is a city."""


def area_word(name: str, level: str) -> str:
    """Return the word for a place by its name, else by its level.

    Examples
    --------
    >>> [area_word(name, "prefecture") for name in ("大理白族自治州", "大兴安岭地区", "锡林郭勒盟", "苏州", "张掖市本级")]
    ['州', '地区', '盟', '市', '市']
    >>> [area_word(name, "county") for name in ("瑞丽市", "玉龙纳西族自治县", "鄂温克族自治旗", "古城区", "甘谷")]
    ['市', '县', '旗', '区', '县']
    """
    plain = name.removesuffix("本级")
    usual = "县" if level == "county" else "市"
    return next((word for end, word in _ENDS.items() if plain.endswith(end)), usual)
