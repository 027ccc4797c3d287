"""A printed figure followed home: the tree of its operations down to inputs, rules, assumptions and rows of files.

The tree says everything that the figure rests on: whoever runs it again, without this program, gets the same number to the last bit.
"""

from __future__ import annotations

import json
import math
import platform
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from typing import Any

from fiscal_model.analysis.explain.meant import lines_meant, meant_said
from fiscal_model.analysis.explain.origins import Rows, noted_label, origin_of, published_rows, rules_of
from fiscal_model.analysis.explain.published import how_observed
from fiscal_model.law.balance_steps import balance_steps
from fiscal_model.law.classification import label_of
from fiscal_model.model.planbook import observed_lines, revenue_items
from fiscal_model.model.projection import Plan
from fiscal_model.model.trace import Trace, trace
from fiscal_model.words.errors import Fault, InputError
from fiscal_model.words.lines import LINES
from fiscal_model.words.markup import Sheet, kind_of, sheet_of, shows_itself
from fiscal_model.words.spans import spans
from fiscal_model.words.table import printed
from fiscal_model.words.traced import CONSTANT, IF, INPUT
from fiscal_model.words.vocabulary import Budget

REVENUE = "revenue_"
STEP = "step_"
_SIGNS = {"-": "−", "*": "×", "/": "÷"}
_LOOSE = {"+": 1, "-": 1, "*": 2, "/": 2}
"""How tightly an operation binds: a looser one inside it stands in brackets."""


@shows_itself
@dataclass(frozen=True, repr=False)
class Explanation:
    """How one figure of a plan came about.

    Parameters
    ----------
    line, label : str
    year : int
    value : float
        万元, or a fraction.
    tree : tuple of mapping
        Nodes in the order in which they are computed, the figure's own last: ``id``, ``op``, ``of`` (ids), ``value``; beside them
        ``lines`` (those of the plan that the node is), ``label``, ``year``, ``how``, ``source``, ``quality``, ``files``, ``rules``.
    about : mapping
        Place, scenario, versions and digests of what was read.
    """

    line: str
    label: str
    year: int
    value: float
    tree: tuple[Mapping[str, Any], ...]
    about: Mapping[str, Any]

    @property
    def data(self) -> dict[str, Any]:
        """The tree as what JSON holds: what is no number is None."""
        own = {"line": self.line, "label": self.label, "year": self.year, "value": _told(self.value)}
        return {**own, **self.about, "tree": list(self.tree)}

    def to_json(self) -> str:
        """Return the tree as JSON, numbers to the last bit."""
        return json.dumps(self.data, ensure_ascii=False, indent=1)

    def text(self, depth: int = 2) -> str:
        """Return the tree as indented Chinese text, ``depth`` lines of the plan deep."""
        return "\n".join(self._told_from(len(self.tree) - 1, depth, "", set()))

    def __str__(self) -> str:
        return self.text()

    @property
    def sheet(self) -> Sheet:
        """The tree two lines deep, as a table: what each figure is and how it came about."""
        rows = [line.partition("：") for line in self.text(1).splitlines()]
        cells = [(name if mark else "", [value if mark else name]) for name, mark, value in rows]
        return sheet_of(f"{self.label}（{self.year}年）的来历", ["数值和算式"], cells, ())

    def _told_from(self, at: int, depth: int, margin: str, told: set[int]) -> Iterator[str]:
        node = self.tree[at]
        if at in told:
            yield f"{margin}{_heading(node)}（见上）"
            return
        told.add(at)
        yield f"{margin}{_heading(node)}"
        inner = margin + "　"
        if node["op"] in {INPUT, CONSTANT}:
            yield from (f"{inner}{said}" for said in _provenance(node))
            return
        yield f"{inner}＝{self._formula(at)}"
        yield from (f"{inner}依据：{_rule(rule)}" for rule in node.get("rules", ()))
        below = self._named_below(at)
        nothing = [each for each in below if self.tree[each]["value"] == 0]
        nothing = nothing[1:] if len(nothing) == len(below) else nothing  # of a figure that is nothing one way is shown
        for each in below:
            if each in nothing:
                continue
            if depth > 0:
                yield from self._told_from(each, depth - 1, inner, told)
            else:
                yield f"{inner}{_heading(self.tree[each])}"
        if nothing:
            yield f"{inner}为零的：{'、'.join(_named(self.tree[each]) for each in nothing)}"

    def _formula(self, at: int, inside: int = 0) -> str:
        """Write a node over the named nodes below it."""
        node = self.tree[at]
        written = [self._term(each, _LOOSE.get(node["op"], 0), right) for right, each in enumerate(node["of"])]
        if node["op"] == IF:
            return f"若（{written[0]}）则 {written[1]} 否则 {written[2]}"
        if node["op"] in {"min", "max"}:
            return f"{'取小' if node['op'] == 'min' else '取大'}（{'，'.join(written)}）"
        told = f" {_SIGNS.get(node['op'], node['op'])} ".join(written)
        return f"（{told}）" if _LOOSE.get(node["op"], 0) < inside else told

    def _term(self, at: int, inside: int, right: int) -> str:
        node = self.tree[at]
        if "label" in node:
            year = node.get("year", self.year)
            return node["label"] if year == self.year else f"{node['label']}〔{year}年〕"
        if node["op"] == CONSTANT:
            return f"{node['value']:g}" if node["value"] is not None else "—"
        return self._formula(at, inside + right)

    def _named_below(self, at: int) -> list[int]:
        """Named nodes nearest below, each once, in the order of the formula."""
        found: dict[int, None] = {}
        for each in self.tree[at]["of"]:
            found |= dict.fromkeys([each] if "label" in self.tree[each] else self._named_below(each))
        return [*found]


def explain(plan: Plan, line: str, year: int) -> Explanation:
    """Follow one figure of a plan home.

    Parameters
    ----------
    plan : Plan
    line : str
        A line id, ``revenue_<code>`` for own revenue of one item, ``step_<step>`` for a step of the balance; or its Chinese name,
        what page one calls it, a part of its name that no other line has.
    year : int
        A plan year, or an observed one that the plan prints.

    Raises
    ------
    InputError
        No such line or year; the message names the nearest, or all that a word may mean.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), "baseline")
    >>> found = explain(plan, "debt_stock", 2026)
    >>> bool(found.value == plan.line("debt_stock")[0]), found.tree[-1]["op"]
    (True, '+')
    """
    known = _nodes(plan)
    meant = lines_meant(line, {each: _label(each) for each in known})
    line = meant[0] if len(meant) == 1 else line
    _refuse(plan, known, line, year)
    about = _about(plan)
    label = _label(line)
    if year not in plan.years:
        value = _observed(plan)[line][year]
        files = [_files(rows) for rows in published_rows(plan, line, year)]
        node = {
            "id": 0,
            "op": INPUT,
            "of": [],
            "value": value,
            "label": label,
            "year": year,
            "how": how_observed(plan, line, year),
            "files": files,
        }
        return Explanation(line, label, year, value, (node,), about)
    if line in plan.unavailable:
        how = "数据没有载明，报告印“—”；相加时按没有该项处理"
        node = {"id": 0, "op": CONSTANT, "of": [], "value": None, "label": label, "year": year, "how": how}
        return Explanation(line, label, year, math.nan, (node,), about)
    found, at = trace(plan), plan.years.index(year)
    tree = _tree(plan, found, int(known[line][at]))
    own = tree[-1]
    own |= {"label": label, "year": year, "rules": list(rules_of(line))}
    return Explanation(line, label, year, found.tape.nodes[int(known[line][at])].value, tuple(tree), about)


def explainable(plan: Plan) -> tuple[str, ...]:
    """Return every line that `explain` takes.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/lijiang"), "baseline")
    >>> {"own_revenue", "revenue_10101", "step_draw"} <= {*explainable(plan)}
    True
    """
    return tuple(_nodes(plan))


@lru_cache(maxsize=8)
def _nodes(plan: Plan) -> dict[str, Any]:
    found = trace(plan)
    codes = plan.basis.revenue.forecast.items
    items = (
        {f"{REVENUE}{code}": found.items[:, at] for at, code in enumerate(codes)} if codes != ("own_revenue",) else {}
    )
    return {**found.lines, **items, **{f"{STEP}{name}": nodes for name, nodes in found.steps.items()}}


@lru_cache(maxsize=8)
def _observed(plan: Plan) -> dict[str, Mapping[int, float]]:
    return {**observed_lines(plan), **{f"{REVENUE}{code}": seen for code, _, seen, _ in revenue_items(plan)}}


@lru_cache(maxsize=8)
def _names_of(plan: Plan) -> dict[int, list[tuple[str, int]]]:
    """Which lines and years a node of the tape is; lines that only pass another's figure on come last."""
    found: dict[int, list[tuple[str, int]]] = {}
    for line, nodes in _nodes(plan).items():
        for node, year in zip(nodes, plan.years, strict=True):
            found.setdefault(int(node), []).append((line, year))
    return found


def _tree(plan: Plan, found: Trace, root: int) -> list[dict[str, Any]]:
    """The nodes below one of the tape's, numbered anew; each says what it is."""
    below, ends = {root}, [root]
    while ends:
        for operand in found.tape.nodes[ends.pop()].operands:
            if operand not in below:
                below.add(operand)
                ends.append(operand)
    order = {at: number for number, at in enumerate(sorted(below))}
    return [_node(plan, found, at, order) for at in order]


def _node(plan: Plan, found: Trace, at: int, order: Mapping[int, int]) -> dict[str, Any]:
    node = found.tape.nodes[at]
    told: dict[str, Any] = {
        "id": order[at], "op": node.kind, "of": [order[each] for each in node.operands], "value": _told(node.value),
    }  # fmt: skip
    if node.name:
        return told | _said(plan, node.name, node.at)
    named = _names_of(plan).get(at, []) if node.kind != CONSTANT else []
    if named:
        year = min(of_year for _, of_year in named)  # what one year leaves is what the next opens with
        lines = [name for name, of_year in named if of_year == year]
        told |= {"lines": lines, "label": _label(lines[0]), "year": year}
        told |= {"rules": list(rules)} if (rules := rules_of(lines[0])) else {}
    elif at in found.tape.noted:
        name, position = found.tape.noted[at]
        told |= {"label": noted_label(name), "year": plan.years[position]}
    return told


@lru_cache(maxsize=16_384)
def _said(plan: Plan, name: str, at: tuple[int, ...]) -> dict[str, Any]:
    origin = origin_of(plan, name, at)
    said: dict[str, Any] = {"label": origin.label, "how": origin.how}
    said |= {} if origin.year is None else {"year": origin.year}
    said |= {"source": origin.source, "quality": origin.quality} if origin.source else {}
    return said | ({"files": [_files(rows) for rows in origin.files]} if origin.files else {})


def _files(rows: Rows) -> dict[str, Any]:
    return {
        "table": rows.table,
        "file": rows.file,
        "rows": list(rows.rows),
        **({"more": rows.more} if rows.more else {}),
    }


def _label(line: str) -> str:
    if line in LINES:
        return LINES[line].label
    if line.startswith(STEP):
        step = balance_steps().get(line.removeprefix(STEP))
        return step.label if step else line
    return label_of(Budget.GENERAL, line.removeprefix(REVENUE))


def _told(value: float) -> float | None:
    """JSON knows no infinity: what has no bound is the largest number there is; what is no number is null."""
    return None if math.isnan(value) else min(value, sys.float_info.max)


def _named(node: Mapping[str, Any]) -> str:
    year = node.get("year")
    return f"{node.get('label', '')}{f'（{year}年）' if year else ''}"


def _heading(node: Mapping[str, Any]) -> str:
    lines = node.get("lines", ())
    value = node["value"]
    kind = kind_of(lines[0]) if lines and lines[0] in LINES else "money"
    plain = (
        "—"
        if value is None
        else "不限"
        if value == sys.float_info.max
        else printed(value, kind)
        if lines or abs(value) >= 10
        else f"{value:.6g}"
    )
    return f"{_named(node)}：{plain}"


def _provenance(node: Mapping[str, Any]) -> Iterator[str]:
    if node.get("how"):
        yield f"来历：{node['how']}"
    if node.get("source"):
        yield f"依据：{node['source']}（{node['quality']}）"
    for each in node.get("files", ()):
        rows = "、".join(map(str, each["rows"][:8]))
        more = f"等{len(each['rows']) + each.get('more', 0)}行" if len(each["rows"]) > 8 else "行"
        yield f"出处：{each['file']} 第{rows}{more}"


def _rule(rule: Mapping[str, Any]) -> str:
    return f"{rule['rule']}　{rule['article'] or rule['source']}（{rule['quality']}）"


def _refuse(plan: Plan, known: Mapping[str, Any], line: str, year: int) -> None:
    faults = []
    if line not in known:
        faults.append(Fault("explain", f"没有“{line}”这一行", meant_said(line, {each: _label(each) for each in known})))
    elif year not in plan.years and year not in _observed(plan).get(line, {}):
        have = sorted({*_observed(plan).get(line, {}), *plan.years})
        faults.append(Fault("explain", f"“{_label(line)}”没有{year}年的数", f"可用的年份：{spans(have)}"))
    if faults:
        raise InputError(faults)


@lru_cache(maxsize=8)
def _about(plan: Plan) -> dict[str, Any]:
    place = plan.basis.place
    return {
        "place": place.id,
        "name": place.title,
        "scenario": plan.basis.scenario.id,
        "base_year": plan.base_year,
        "unit": "万元",
        "inputs": dict(sorted(place.digests.items())),
        "versions": {
            "fiscal-model": version("fiscal-model"),
            "python": platform.python_version(),
            "numpy": version("numpy"),
        },
    }
