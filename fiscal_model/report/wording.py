"""How figures and findings are put into words: amounts, percents, bands, cautions, lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np

from fiscal_model.law.indicators import BAND_WORDS, band_of
from fiscal_model.law.rules import rules
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.words.cautions import Caution
from fiscal_model.words.table import ReportTable, printed

LARGE = 100_000.0
"""From 10 亿元 on, an amount reads better in 亿元."""

UNVERIFIED = "未经核实"
DOUBT_MARK = "※"
"""Stands in the text for 未经核实; what the mark means is said once, what bears it is listed in an appendix."""
_AMOUNT = re.compile("\ue000([^|]+)\\|([^\ue001]*)\ue001")
_YI, _SMALLEST_IN_YI = 10_000.0, 50_000.0
_TABLE = re.compile(r" ?(?<![A-Za-z_])([a-z][a-z_]+) 表")
_RULE_ID = re.compile(r"(?<![A-Za-z0-9])[BVS]\d{1,2} (?=\S)")
_UNVERIFIED_ASIDE = re.compile(r"（[^（）。；“]{0,14}未经核实）|，[^，。；（）“]{0,6}未经核实|(?:条文|该线)未经核实")

_ALMOST = 0.95
_COUNTED = ((0.5, "每两种未来中约有一种"), (1 / 3, "每三种未来中约有一种"), (0.25, "每四种未来中约有一种"), (0.2, "每五种未来中约有一种"),
            (0.1, "每十种未来中约有一种"), (0.05, "每二十种未来中约有一种"), (0.02, "每五十种未来中约有一种"), (0.01, "每一百种未来中约有一种"))  # fmt: skip
_TURNED = ((2 / 3, "每三种未来中约有两种"), (0.75, "每四种未来中约有三种"), (0.9, "每十种未来中约有九种"))


_ROUNDED: ContextVar[Callable[..., float] | None] = ContextVar("rounded", default=None)
"""How the tables that a text stands beside round their amounts."""


@contextmanager
def beside(tables: Sequence[ReportTable]) -> Iterator[None]:
    """Let every amount in 万元 print as these tables print it: one quantity has one last digit in tables and text."""
    before = _ROUNDED.set(tables[0].rounds if tables else None)
    try:
        yield
    finally:
        _ROUNDED.reset(before)


def whole(value: float, *tags: str) -> int:
    """Return an amount in whole 万元, as the tables print it; ``tags`` name its year or line where that matters."""
    rounds = _ROUNDED.get()
    return int(printed(rounds(float(value), *tags) if rounds else float(value), "money").replace(",", ""))


def known(*values: float) -> bool:
    """Tell whether every value is a finite number."""
    return all(bool(np.isfinite(value)) for value in values)


def money(value: float) -> str:
    """Print an amount given in 万元.

    Examples
    --------
    >>> money(12345.6), money(1234567.0), money(float("nan"))
    ('12,346万元', '123.46亿元', '（未提供）')
    """
    if not np.isfinite(value):
        return "（未提供）"
    return f"{value / 1e4:,.2f}亿元" if abs(value) >= LARGE else f"{whole(value):,d}万元"


def amount(value: float, tag: str = "") -> str:
    """Return an amount given in 万元, of the year of the tag, whose unit is not chosen yet: `one_unit` prints it."""
    return f"\ue000{float(value)!r}|{tag}\ue001" if np.isfinite(value) else "（未提供）"


def one_unit(text: str) -> str:
    """Print the amounts of every sentence in one unit: 亿元 where the largest reads better so and none gets lost, else 万元.

    Examples
    --------
    >>> one_unit(f"收入{amount(1234567)}，支出{amount(120000)}。结余{amount(1234567)}，少{amount(229.4)}，0的是{amount(0)}。")
    '收入123.46亿元，支出12.00亿元。结余1,234,567万元，少229万元，0的是0。'
    """
    return "。".join(_in_one_unit(sentence) for sentence in text.split("。"))


def _in_one_unit(sentence: str) -> str:
    given = [abs(float(each)) for each, _ in _AMOUNT.findall(sentence)]
    sizes = [each for each in given if each >= 0.5]
    large = bool(sizes) and max(sizes) >= LARGE and min(sizes) >= _SMALLEST_IN_YI and "万元" not in sentence

    def shown(found: re.Match[str]) -> str:
        value = float(found[1])
        if large and abs(value) >= 0.5:
            return f"{value / _YI:,.2f}亿元"
        shown = whole(value, found[2])
        return f"{shown:,d}万元" if shown else "0"

    return _AMOUNT.sub(shown, sentence)


def marked(text: str) -> str:
    """Put the mark of doubt in the place of words that say so again and again.

    Examples
    --------
    >>> marked("须启动财政重整（条文未经核实），比例为设计值，未经核实。")
    '须启动财政重整※，比例为设计值※。'
    """
    return _UNVERIFIED_ASIDE.sub(DOUBT_MARK, text)


def plainly(text: str) -> str:
    """Call tables by their Chinese names and leave out the ids of rules: for a text that one who decides reads.

    Examples
    --------
    >>> plainly("请在 debt 表补余额"), plainly("B7 压减支出")
    ('请在“政府债务”表补余额', '压减支出')
    """
    named = _TABLE.sub(lambda found: f"“{TABLES[found[1]].label}”表" if found[1] in TABLES else found[0], text)
    return _RULE_ID.sub("", named)


def percentile_text(shares: Iterable[float]) -> str:
    """Print percentiles by year, each once.

    Examples
    --------
    >>> percentile_text([0.1, 0.1, 0.25])
    '10、25'
    """
    return "、".join(f"{100 * one:g}" for one in dict.fromkeys(float(each) for each in shares))


def percent(value: float) -> str:
    """Print a fraction as a percent with one decimal.

    Examples
    --------
    >>> percent(0.1234), percent(-0.0001)
    ('12.3%', '0.0%')
    """
    text = f"{float(value):.1%}"  # as a cell of a table is printed
    return ("0.0%" if text == "-0.0%" else text) if np.isfinite(value) else "（未提供）"


def odds_percent(share: float) -> str:
    """Print odds: a share that is not nothing, or not all, is never rounded to it.

    Examples
    --------
    >>> odds_percent(0.0), odds_percent(0.0004), odds_percent(0.123), odds_percent(0.9996), odds_percent(1.0)
    ('0', '不到0.1%', '12.3%', '99.9%以上', '100.0%')
    """
    if share == 0:
        return "0"
    return "不到0.1%" if share < 0.0005 else "99.9%以上" if 0.9995 <= share < 1 else percent(share)


def in_futures(share: float) -> str:
    """Say a share of futures in whole numbers.

    Examples
    --------
    >>> in_futures(0.23), in_futures(0.7), in_futures(0.004), in_futures(0.98), in_futures(0.0)
    ('每四种未来中约有一种', '每三种未来中约有两种', '一百种未来中不到一种', '几乎所有未来', '没有一种未来')
    """
    if share <= 0:
        return "没有一种未来"
    if share >= _ALMOST:
        return "几乎所有未来"
    if share < _COUNTED[-1][0] * 0.7:
        return "一百种未来中不到一种"
    return min((*_COUNTED, *_TURNED), key=lambda each: abs(np.log(each[0] / share)))[1]


def band(indicator: str, value: float) -> str:
    """Return an indicator's colour word, empty without a number."""
    return BAND_WORDS.get(band_of(indicator, value), "")


def doubt(indicator: str) -> str:
    """Return what to say of an indicator's bands: nothing for law, that they are unverified otherwise."""
    quality = rules("indicators")[indicator]["quality"]
    return "" if quality in {"law", "official"} else UNVERIFIED


def numbered(texts: Iterable[str]) -> list[str]:
    """Number short points 1. 2. 3., as the third level of an official text."""
    return [point(count, text) for count, text in enumerate(texts, 1)]


def point(number: int, text: str) -> str:
    """Put its number before a point, apart from a figure that it begins with.

    Examples
    --------
    >>> point(1, "收支缺口"), point(2, "2026年起有缺口")
    ('1.收支缺口', '2. 2026年起有缺口')
    """
    return f"{number}.{' ' if text[:1].isdigit() else ''}{text}"


def warning(caution: Caution) -> str:
    """Return a caution as a sentence."""
    return f"{caution.message}。"


def tidy(text: str) -> str:
    """Close the gaps that messages leave between Chinese and figures; what prints as nothing has no sign.

    Examples
    --------
    >>> tidy("基期安排 270.0 万元，得 5 分"), tidy("增速-0.0%，差-0万元，差-0.4%")
    ('基期安排270.0万元，得5分', '增速0.0%，差0万元，差-0.4%')
    """
    text = re.sub(r"(?<![\d.])-(?=0(?:\.0+)?(?:%|万元|亿元))", "", text)
    return re.sub(r"(?<=[\u4e00-\u9fff”）]) (?=[\d“-])|(?<=[\d%]) (?=[\u4e00-\u9fff])", "", text)
