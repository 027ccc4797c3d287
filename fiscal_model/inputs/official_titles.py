"""What the cover and the titles of a budget workbook say: place, document, what each table is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from fiscal_model.inputs.official_tables import Cells, PrintedTable, compact, is_title
from fiscal_model.words.vocabulary import Budget, Scope

INSURANCE = "社会保险基金预算"
DEBT = "政府债务"

_NOT_STATEMENTS = (
    ("预备费安排", "预备费的分项安排，不是按科目的收支表"),
    ("对下转移支付", "对下转移支付的项目清单，金额已含在按科目的支出表里"),
    ("分地区", "按地区分列，一个地方的规划用不上"),
    ("经济分类", "按经济分类列示，与按功能科目的支出是同一笔钱"),
    ("重点项目", "重点项目清单，金额已含在按科目的支出表里"),
    ("明细", "项目明细，金额已含在按科目的支出表里"),
    ("债务投向", "债务按投向列示，余额合计已含在限额和余额表里"),
)
_SUBJECTS = (
    (r"社会保险基金", INSURANCE),
    (r"债务限额(?:和|及|、)?余额", DEBT),
    (r"政府性基金", Budget.FUNDS.label),
    (r"国有资本经营", Budget.STATE_CAPITAL.label),
    (r"一般公共预算", Budget.GENERAL.label),
)
_PLACE = r"([\u4e00-\u9fff]{2,15}?[市县区州旗盟])"
_PLACE_IN_TITLE = re.compile(
    rf"(?:\d{{4}}年{_PLACE}|{_PLACE}\d{{4}}年)(?:[市县区州旗盟]本级)?(?:一般公共|政府|国有资本|社会保险|地方)"
)
_PLACE_ALONE = re.compile(_PLACE)
_DOCUMENT = re.compile(r"[^\d]{0,20}\d{4}年[^.…]*预算[^.…]*")


def subject_of(table: PrintedTable) -> str:
    """Return what a table is about: the Chinese name of a budget, `DEBT`, or empty when nothing is known."""
    return next((subject for pattern, subject in _SUBJECTS if re.search(pattern, table.title)), "")


def why_not(table: PrintedTable) -> str:
    """Say in Chinese why a table is not imported; empty when it is."""
    for word, reason in _NOT_STATEMENTS:
        if word in table.title:
            return reason
    if not subject_of(table):
        return "标题不属于四本预算或政府债务限额余额"
    if not table.rows:
        return "表头里没有“项目”，或没有“某年决算数、预算数、执行数”这样的列"
    return ""


def place_and_document(
    sheets: Mapping[str, Cells], tables: Iterable[PrintedTable], name: str | None
) -> tuple[str, str]:
    """Find the place's name and the document's title, (str, str).

    The name given, else the one on the cover, else the one most titles carry; the document as the cover prints it with
    the place before it. Either is empty when the workbook does not say.
    """
    with_tables = {table.sheet for table in tables}
    covers = (cells for sheet, cells in sheets.items() if sheet.strip() not in with_tables)
    place, document = next((found for found in map(_cover, covers) if found[1]), ("", ""))
    in_titles = Counter(
        next(group for group in match.groups() if group)
        for table in tables
        if table.scope is Scope.WHOLE and (match := _PLACE_IN_TITLE.search(table.title))
    )
    place = name or place or (in_titles.most_common(1)[0][0] if in_titles else "")
    if document and not document.startswith(place):
        document = place + document
    return place, document


def short_title(document: str) -> str:
    """Return a document's title without the words that every budget document carries: it stands in every row.

    Examples
    --------
    >>> short_title("云水县2025年地方财政预算执行情况和2026年地方财政预算（草案）")
    '云水县2025年预算执行和2026年预算（草案）'
    """
    return document.replace("地方财政", "").replace("情况", "")


def _cover(cells: Cells) -> tuple[str, str]:
    """Place and document of a cover page; a table of contents, whose lines are titles, is no cover."""
    texts = [text for line in cells for cell in line if (text := compact(cell))]
    if any(map(is_title, texts)):
        return "", ""
    document = next((text for text in texts if _DOCUMENT.fullmatch(text)), "")
    before = texts[: texts.index(document)] if document else []
    return next((text for text in reversed(before) if _PLACE_ALONE.fullmatch(text)), ""), document
