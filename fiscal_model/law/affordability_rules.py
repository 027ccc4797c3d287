"""The method file of the affordability assessment, declared: its keys, its formulas, what its values may not say together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fiscal_model.law.rule_kinds import FOUNDED, SHARE, SWITCH, TEXT, Each, Kind, Listed, alike, number, settings, word
from fiscal_model.words.assessment import OVER, SENSES, TERMS
from fiscal_model.words.errors import did_you_mean
from fiscal_model.words.formula import formula, names_in
from fiscal_model.words.lines import LINES
from fiscal_model.words.proposal_words import Evidence

_RISING = (("exemption", "yearly", "total"), ("outcome", "conditional", "passed"),
           ("evidence", "expected", "budgeted"), ("evidence", "budgeted", "letter"))  # fmt: skip


def _formula_wrong(text: str, book: object) -> str:
    try:
        names = names_in(formula(text))
    except (ValueError, SyntaxError):
        return f"“{text}”不是一个算式"
    unknown = next((name for name in names if name not in LINES and name not in TERMS), "")
    return f"没有规划行或评估用词“{unknown}”{did_you_mean(unknown, {*LINES, *TERMS})}" if unknown else ""


def _agrees(given: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    total = sum(test["weight"] for test in given["test"].values())
    if abs(total - 100) > 1e-9:
        yield ("test", list(given["test"])[-1], "weight"), f"各项权重相加为 {total:g}", "相加必须等于 100"
    for name, test in given["test"].items():
        good, bad, limit = test["good"], test["bad"], test["limit"]
        if good == bad:
            yield ("test", name, "bad"), "good 和 bad 相等", "得满分和得零分的线要分开"
        elif not min(good, bad) <= limit <= max(good, bad):
            yield ("test", name, "limit"), f"合格线 {limit:g} 不在 {good:g} 和 {bad:g} 之间", "请核对 limit、good、bad"
    for name, low, high in _RISING:
        if given[name][low] > given[name][high]:
            said = f"{given[name][high]:g} 小于 {low} 的 {given[name][low]:g}"
            yield (name, high), said, f"{high} 不得小于 {low}"
    if given["version"] not in given["changes"]:
        yield ("changes",), f"没有写版本“{given['version']}”改了什么", "请在 [changes] 补一行：版本 = 改动"
    if "other" not in given["running"]:
        yield ("running",), "缺少 [running.other]", "没有列出的领域要用到，请补上"


FORMULA = Kind("公式用规划行名、评估用词和 + - * / min max", (str,), str, _formula_wrong)
_MARKS = number(0, 100, said="请填 0 到 100 之间的数")
_CONDITION = {"label": TEXT, "formula": FORMULA, "sense": word(*SENSES), "limit": number(-1e9, 1e9),
              "only_if_worse?": SWITCH, "only_years_with_cost?": SWITCH, **FOUNDED}  # fmt: skip
_SCORED = {"label": TEXT, "formula": FORMULA, "over": word(*OVER),
           **alike("limit good bad", number(-10, 100, said="比例、倍数写小数：80% 写 0.8")), "weight": _MARKS, **FOUNDED}  # fmt: skip
_STRESSED = number(-1, 1, said="变动写小数：下降一成写 -0.1")
AFFORDABILITY = settings({
    "name": TEXT, "version": TEXT, **FOUNDED, "triggers": Listed(TEXT), "steps": Listed(TEXT), "changes": Each(TEXT),
    "exemption": {"yearly": number(0, 1e6), "total": number(0, 1e7), **FOUNDED},
    "outcome": {**alike("passed conditional", _MARKS), "valid_months": number(1, 120, whole=True), **FOUNDED},
    "confidence": {"probability": SHARE, **FOUNDED},
    "stress": {**alike("own_revenue general_purpose earmarked land refinancing", _STRESSED), **FOUNDED},
    "evidence": {**alike(" ".join(Evidence), SHARE), **FOUNDED},
    "gate": Each({"label": TEXT, "condition": Each(_CONDITION)}), "test": Each(_SCORED),
    "running": Each({"label": TEXT, "share": SHARE}), "running_basis": {**FOUNDED},
}, _agrees)  # fmt: skip
