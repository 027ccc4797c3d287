"""A figure of the law stands once, in the rules: no text that is printed carries it bare."""

import ast
import re

import pytest
from conftest import ROOT

from fiscal_model.law.limits import as_percent, breach_mark, clear_by, fund_carryover_mark, interest_mark
from fiscal_model.law.rules import rules

SHARES = {as_percent(entry["value"]) for entry in rules("limits").values() if entry["value"] < 1}
SHARES |= {interest_mark(), fund_carryover_mark(), breach_mark("debt_ratio")}
BARE = re.compile(rf"(?<![\d.])(?:{'|'.join(map(re.escape, sorted(SHARES)))})|(?<![\d_]){clear_by()}(?!\d)")
NOT_LAW = re.compile(r"\d\d%区间|10%分位|10%至90%分位|约低 10%|[\d.]+% 写 ")
"""Intervals, quantiles, and examples of how a share is written as a fraction."""
CHINESE = re.compile("[\u4e00-\u9fff]")


def bare_figures(source):
    """The texts of a module that carry a figure of the law, docstrings apart."""
    tree = ast.parse(source)
    told = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        f"{node.lineno}: {node.value}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in told
        if CHINESE.search(node.value) and BARE.search(NOT_LAW.sub("", node.value))
    ]


def test_no_text_carries_a_figure_of_the_law_bare():
    files = sorted((ROOT / "fiscal_model").rglob("*.py"))
    assert len(files) > 300
    found = {file.relative_to(ROOT).as_posix(): bare_figures(file.read_text(encoding="utf-8")) for file in files}
    assert not {name: said for name, said in found.items() if said}


@pytest.mark.parametrize(
    ("said", "bare"),
    [
        ("预备费在1%至3%之间", True),
        ("付息超过支出10%；", True),
        ("2028年底清零", True),
        ("基金结转超过30%部分", True),
        ("增长 110%", False),
        ("10%分位", False),
        ("5% 写 0.05", False),
        ("列 after_2028 填 yes", False),
    ],
)
def test_what_counts_as_bare(said, bare):
    assert bool(bare_figures(f"text = {said!r}")) is bare
