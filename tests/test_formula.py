"""Formulas as data: every operation, what is read and refused, what is walked."""

import numpy as np
import pytest

from fiscal_model.words.formula import evaluate, formula, names_in, signed_names
from fiscal_model.words.lines import COUNTED_TWICE, LEAVES, LINES, TERMS, complete

VALUES = {"a": np.array([6.0, -2.0, 0.0]), "b": np.array([3.0, 0.0, -4.0]), "c": np.array([1.0, 2.0, 3.0])}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a + b - c", [8, -4, -7]), ("a - (b - c)", [4, 0, 7]), ("a * b", [18, 0, 0]), ("a / b", [2, np.nan, np.nan]),
        ("min(a, b)", [3, -2, -4]), ("max(a, 0)", [6, 0, 0]), ("lag(a, c)", [1, 6, -2]),
        ("c / (1 + c)", [1 / 2, 2 / 3, 3 / 4]),
    ],
)  # fmt: skip
def test_every_operation(text, found):
    np.testing.assert_allclose(evaluate(formula(text), VALUES), found)


def test_paths_and_a_single_year_at_once():
    paths = {"a": np.ones((4, 3)), "b": np.full(3, 2.0)}
    assert evaluate(formula("lag(a, b)"), paths).tolist() == [[2.0, 1.0, 1.0]] * 4
    assert float(evaluate(formula("a / b"), {"a": np.float64(1), "b": np.float64(4)})) == 0.25


@pytest.mark.parametrize("text", ["a ** b", "abs(a)", "where(a, b, c)", "a if b else c", "'a'", "a.b"])
def test_what_is_no_formula_is_refused(text):
    with pytest.raises(ValueError, match="not a formula"):
        formula(text)


def test_names_and_signs():
    assert names_in(formula("max(a, b) / (b - c)")) == ("a", "b", "c")
    assert signed_names(formula("a - (b - c)")) == (("a", 1), ("b", -1), ("c", 1))
    assert signed_names(formula("a - b * c")) == ()
    assert formula("a + b") == formula("a+b") != formula("b + a")


def test_every_name_of_a_line_is_a_line_or_a_term():
    assert {"reserve_rate", "operations_cut_share", "development_cut_share"} == TERMS
    assert set(COUNTED_TWICE) <= LEAVES
    for line in LINES.values():
        assert set(line.names) <= set(LINES) | TERMS, line.id
        assert (line.id in LEAVES) == (line.formula is None or line.id in COUNTED_TWICE)


def test_a_missing_leaf_is_missed():
    leaves = {name: np.ones(2) for name in LEAVES - {"gdp"}}
    with pytest.raises(KeyError, match="gdp"):
        complete(leaves, dict.fromkeys(TERMS, np.array([0.02, 0.02])))
    assert list(complete({**leaves, "gdp": np.ones(2)}, dict.fromkeys(TERMS, np.array([0.02, 0.02])))) == list(LINES)
