"""The method of the assessment: the shipped figures by hand, a county's own file, what differs, faults with line and remedy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fiscal_model.law.affordability_method import METHOD_FILE, compare_methods, method
from fiscal_model.law.rules import rules
from fiscal_model.words.assessment import TERMS
from fiscal_model.words.errors import InputError
from fiscal_model.words.formula import evaluate, names_in
from fiscal_model.words.lines import LINES

OWN = """version = "某县2027.1"
[changes]
"某县2027.1" = "年度财力占用从严"
[test.T1]
limit = 0.7
[exemption]
yearly = 50
"""


def _own(folder: Path, text: str) -> Path:
    (folder / METHOD_FILE).write_text(text, encoding="utf-8")
    return folder


def test_shipped_method_says_what_the_design_says() -> None:
    found = method()
    assert [(test.id, test.weight, test.good, test.bad) for test in found.tests] == [
        ("T1", 25, 0.3, 1.0),
        ("T2", 10, 0.005, 0.02),
        ("T3", 10, -0.01, 0.02),
        ("T4", 15, 0, 0.02),
        ("T5", 5, 0.05, 0.10),
        ("T6", 15, 0, 0.4),
        ("T7", 10, 1.0, 0.6),
        ("T8", 10, 0.3, 0.1),
    ]
    assert (found.passed, found.conditional, found.exempt_yearly, found.exempt_total) == (80, 60, 100, 300)
    assert found.is_exempt(99, 299) and not found.is_exempt(100, 100) and not found.is_exempt(50, 300)
    limits = {each.id: each.limit for each in found.gate("G2").conditions}
    assert limits["interest_general"] == limits["interest_special"] == rules("interest_rule")["line"]


def test_marks_by_hand() -> None:
    """(bad - x) / (bad - good): 舟曲's school, 1,200 of 10,651, is below good; a share of 72 % of the superior money gets 30."""
    found = method()
    assert found.test("T1").score(1200 / 10651) == 100
    assert found.test("T1").score(0.86) == pytest.approx(20)
    assert found.test("T7").score(0.72) == pytest.approx(30)
    assert found.test("T1").passes(0.8) and not found.test("T1").passes(0.801)
    assert found.test("T8").passes(0.3) and not found.test("T8").passes(0.29)


def test_formulas_are_over_lines_and_terms_and_all_terms_have_a_meaning() -> None:
    found = method()
    for each in (*found.tests, *(condition for gate in found.gates for condition in gate.conditions)):
        assert set(names_in(each.formula)) <= set(LINES) | set(TERMS), each.id
    share = evaluate(found.test("T1").formula, {"cost": np.array([80.0, 5.0]), "payable": np.array([100.0, -1.0])})
    assert share[0] == 0.8 and np.isnan(share[1])


def test_nothing_but_the_county_debt_law_claims_to_be_law() -> None:
    """No published method has weights: every scored test is a design or unverified."""
    assert {test.quality for test in method().tests} <= {"design", "unverified"}
    laws = {each.id for gate in method().gates for each in gate.conditions if each.quality == "law"}
    assert laws == {"limit_general", "limit_special", "hidden_debt", "financing", "advance", "estimate", "approved"}


def test_a_countys_own_file_wins_key_by_key(tmp_path: Path) -> None:
    own = method(_own(tmp_path, OWN))
    assert own.version == "某县2027.1" and own.own.endswith(METHOD_FILE)
    assert (own.test("T1").limit, own.test("T1").weight, own.exempt_yearly, own.exempt_total) == (0.7, 25, 50, 300)
    assert list(own.changes) == ["2026.1", "某县2027.1"]
    assert own.digest != method().digest and method().test("T1").limit == 0.8
    said = {(each.key, each.label, each.before, each.after) for each in compare_methods(method(), own)}
    assert said == {
        ("version", "版本", "2026.1", "某县2027.1"),
        ("changes.某县2027.1", "某县2027.1", "", "年度财力占用从严"),
        ("test.T1.limit", "年度财力占用·合格线", "0.8", "0.7"),
        ("exemption.yearly", "小额免评·每年", "100", "50"),
    }


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[test.T1]\nlimit = 0.7\n", 1, "缺少“version”"),
        (OWN.replace("某县2027.1", "2026.1"), 1, "版本“2026.1”是软件自带办法的版本。请另起一个版本名"),
        (OWN.replace("limit = 0.7", "weight = 30"), None, "各项权重相加为 105。相加必须等于 100"),
        (OWN.replace("limit = 0.7", "limit = 1.7"), 5, "合格线 1.7 不在 0.3 和 1 之间"),
        (OWN.replace("limit = 0.7", 'formula = "cost / payabel"'), 5, "没有规划行或评估用词“payabel”是否想写“payable”"),
        (OWN.replace("limit = 0.7", 'formula = "cost //"'), 5, "“cost //”不是一个算式"),
        (OWN.replace("yearly = 50", "yearly = 500"), None, "300 小于 yearly 的 500"),
        (OWN.replace("limit = 0.7", "limitt = 0.7"), 5, "有不认识的项目“limitt”。是否想写“limit”"),
        (OWN.replace("limit = 0.7", "limit = "), 5, "TOML 格式有误"),
        (OWN.replace('"某县2027.1" = "年', '"某县" = "年'), 2, "没有写版本“某县2027.1”改了什么"),
    ],
)
def test_faults_are_said_with_line_and_remedy(tmp_path: Path, text: str, line: int | None, said: str) -> None:
    with pytest.raises(InputError) as error:
        method(_own(tmp_path, text))
    assert said in str(error.value)
    assert line is None or f"{METHOD_FILE} 第 {line} 行" in str(error.value), str(error.value)
