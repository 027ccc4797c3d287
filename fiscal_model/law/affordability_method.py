"""The method of the affordability assessment: what is tested, from where on it fails, what weighs how much.

`data/rules/affordability.toml` is a design, no law; a county's own file of that name in its place folder wins key by key.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from fiscal_model.law.rules import broken_settings, rules
from fiscal_model.words.assessment import OVER, SENSES
from fiscal_model.words.errors import Fault, InputError
from fiscal_model.words.files import lines_in, read_toml
from fiscal_model.words.formula import Formula, formula, names_in

METHOD_FILE = "affordability.toml"
_NAME = "affordability"
_FREE = ("changes", "gate", "condition", "test", "running")
_WORDS = {
    "triggers": "评估范围", "steps": "程序", "exemption": "小额免评", "yearly": "每年", "total": "合计", "outcome": "结论分界", "passed": "通过",
    "conditional": "有条件通过", "valid_months": "有效月数", "confidence": "把握程度", "probability": "概率", "stress": "压力情景",
    "evidence": "凭证折算", "letter": "有文件", "budgeted": "已列预算或计划", "expected": "争取中", "running": "建成后运行费比例",
    "running_basis": "运行费比例的依据", "limit": "合格线", "good": "满分线", "bad": "零分线", "weight": "权重", "formula": "公式",
    "sense": "比较", "over": "取值", "share": "比例", "label": "名称", "source": "依据", "quality": "把握", "name": "名称",
    "version": "版本", "own_revenue": "自有收入", "general_purpose": "财力性补助", "earmarked": "专用性补助", "land": "土地收入",
    "refinancing": "再融资比例", "only_if_worse": "只看是否变差", "only_years_with_cost": "只看有支出的年份",
}  # fmt: skip


class HasFolder(Protocol):
    """A place, or whatever else lies in a folder."""

    @property
    def folder(self) -> Path:
        """Where it lies."""


@dataclass(frozen=True)
class Condition:
    """One condition of a gate: the value of a formula in every plan year against a limit."""

    id: str
    label: str
    written: str
    sense: str
    limit: float
    only_if_worse: bool
    """A place that breaks it without the proposal is held to not making it worse."""
    only_years_with_cost: bool
    source: str
    quality: str

    @property
    def formula(self) -> Formula:
        """The formula over lines of the plan and `words.assessment.TERMS`."""
        return formula(self.written)

    @property
    def said(self) -> str:
        """The comparison as read out."""
        return f"{SENSES[self.sense]}{self.limit:g}"


@dataclass(frozen=True)
class Gate:
    """Conditions of which one that is broken refuses the proposal."""

    id: str
    label: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class Test:
    """One scored test: full marks at ``good``, none at ``bad``, in proportion between them; passed up to ``limit``."""

    __test__ = False  # nothing for pytest

    id: str
    label: str
    written: str
    over: str
    limit: float
    good: float
    bad: float
    weight: float
    source: str
    quality: str

    @property
    def formula(self) -> Formula:
        """The formula over lines of the plan and `words.assessment.TERMS`."""
        return formula(self.written)

    def score(self, value: float) -> float:
        """Return the marks of a value, 0 to 100.

        Examples
        --------
        >>> method().test("T1").score(0.65), method().test("T8").score(0.2), method().test("T8").score(0.9)
        (50.0, 50.0, 100.0)
        """
        return round(100 * min(max((self.bad - value) / (self.bad - self.good), 0.0), 1.0), 9)

    def passes(self, value: float) -> bool:
        """Tell whether a value is on the good side of the limit."""
        return value <= self.limit + 1e-12 if self.good < self.bad else value >= self.limit - 1e-12

    @property
    def said(self) -> str:
        """What is compared, as read out."""
        return f"{OVER[self.over]}{'不高于' if self.good < self.bad else '不低于'}{self.limit:g}"


@dataclass(frozen=True)
class RunningShare:
    """The usual yearly running cost of what was built in a sector, as a share of the investment."""

    label: str
    share: float


@dataclass(frozen=True)
class Method:
    """A version of the method. Money is 万元, shares are fractions."""

    name: str
    version: str
    changes: Mapping[str, str]
    """What each version changed, the shipped file's first."""
    own: str
    """The county's file that changed it; empty for the shipped method."""
    triggers: tuple[str, ...]
    steps: tuple[str, ...]
    exempt_yearly: float
    exempt_total: float
    passed: float
    conditional: float
    valid_months: int
    probability: float
    stress: Mapping[str, float]
    evidence: Mapping[str, float]
    gates: tuple[Gate, ...]
    tests: tuple[Test, ...]
    running: Mapping[str, RunningShare]
    given: Mapping[str, Any]
    """The file itself, with the county's changes."""

    def test(self, name: str) -> Test:
        """Return a scored test."""
        return next(test for test in self.tests if test.id == name)

    def gate(self, name: str) -> Gate:
        """Return a gate."""
        return next(gate for gate in self.gates if gate.id == name)

    @property
    def names(self) -> frozenset[str]:
        """Lines and terms that its formulas are over."""
        of = [each.formula for gate in self.gates for each in gate.conditions] + [each.formula for each in self.tests]
        return frozenset(name for each in of for name in names_in(each))

    @property
    def digest(self) -> str:
        """SHA-256 of everything the method says: two that agree in it give the same outcomes."""
        return hashlib.sha256(json.dumps(dict(self.given), sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def outcome(self, score: float) -> str:
        """Return what a score means where no gate refuses: ``passed``, ``conditional`` or ``refused``.

        Examples
        --------
        >>> [method().outcome(score) for score in (80, 79.9, 60, 59.9)]
        ['passed', 'conditional', 'conditional', 'refused']
        """
        return "passed" if score >= self.passed else "conditional" if score >= self.conditional else "refused"

    def running_share(self, sector: str) -> RunningShare:
        """Return the usual share of a sector, of 其他 where it is not listed."""
        return self.running.get(sector, self.running["other"])

    def is_exempt(self, yearly: float, total: float) -> bool:
        """Tell whether so small a county cost needs no assessment: below both sizes."""
        return yearly < self.exempt_yearly and total < self.exempt_total


@dataclass(frozen=True)
class MethodDifference:
    """One thing two versions say differently; empty text where one does not have it."""

    key: str
    label: str
    before: str
    after: str


def method(place: HasFolder | Path | None = None) -> Method:
    """Return the method that holds for a place: the shipped one, changed by the place's own file.

    Raises
    ------
    InputError
        Every fault of the place's file.

    Examples
    --------
    >>> found = method()
    >>> found.version, [gate.id for gate in found.gates], sum(test.weight for test in found.tests)
    ('2026.1', ['G1', 'G2', 'G3'], 100)
    """
    folder = place if isinstance(place, Path) or place is None else place.folder
    path = None if folder is None else folder / METHOD_FILE if folder.is_dir() else folder
    if path is None or path.name != METHOD_FILE or not path.is_file():
        return _shipped()
    return read_method(path)


def read_method(path: Path) -> Method:
    """Read a file that says what differs from the shipped method, and under which version."""
    shown = path.as_posix()
    own, faults = read_toml(path, shown, "请按 data/rules/affordability.toml 的写法改正")
    if faults:
        raise InputError(faults)
    for key, remedy in (
        ("version", '请写版本，例如 version = "某县2026.1"'),
        ("changes", "请写 [changes]，一行一个版本"),
    ):
        if key not in own:
            faults.append(Fault(shown, f"缺少“{key}”", remedy, 1))
    if own.get("version") == rules(_NAME)["version"]:
        said = f"版本“{own['version']}”是软件自带办法的版本"
        faults.append(Fault(shown, said, "请另起一个版本名", lines_in(path, "version")))
    given = _merged(deepcopy(dict(rules(_NAME))), own)
    faults = faults or [
        Fault(shown, said, remedy, lines_in(path, *keys) or 1) for keys, said, remedy in broken_settings(_NAME, given)
    ]
    if faults:
        raise InputError(faults)
    return _method(given, shown)


def compare_methods(before: Method, after: Method) -> tuple[MethodDifference, ...]:
    """Return what two versions say differently, in the order of the file.

    Examples
    --------
    >>> compare_methods(method(), method())
    ()
    """
    old, new = dict(_leaves(before.given)), dict(_leaves(after.given))
    return tuple(
        MethodDifference(".".join(keys), _label(keys, new if keys in new else old), *map(_said, (old.get(keys), new.get(keys))))
        for keys in dict.fromkeys((*old, *new))
        if old.get(keys) != new.get(keys)
    )  # fmt: skip


@cache
def _shipped() -> Method:
    return _method(rules(_NAME), "")


def _method(given: Mapping[str, Any], own: str) -> Method:
    plain = {"source", "quality"}
    return Method(
        given["name"], given["version"], given["changes"], own, tuple(given["triggers"]), tuple(given["steps"]),
        given["exemption"]["yearly"], given["exemption"]["total"],
        **{key: given["outcome"][key] for key in ("passed", "conditional", "valid_months")},
        probability=given["confidence"]["probability"],
        stress={key: value for key, value in given["stress"].items() if key not in plain},
        evidence={key: value for key, value in given["evidence"].items() if key not in plain},
        gates=tuple(Gate(key, gate["label"], tuple(_conditions(gate))) for key, gate in given["gate"].items()),
        tests=tuple(
            Test(id=key, written=test["formula"], **{each: value for each, value in test.items() if each != "formula"})
            for key, test in given["test"].items()
        ),
        running={key: RunningShare(each["label"], each["share"]) for key, each in given["running"].items()},
        given=given,
    )  # fmt: skip


def _conditions(gate: Mapping[str, Any]) -> Iterator[Condition]:
    for key, entry in gate["condition"].items():
        said = {name: value for name, value in entry.items() if name != "formula"}
        yield Condition(
            id=key, written=entry["formula"], **{"only_if_worse": False, "only_years_with_cost": False, **said}
        )


def _merged(given: dict[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    for key, value in own.items():
        below = given.get(key)
        given[key] = _merged(below, value) if isinstance(below, dict) and isinstance(value, Mapping) else value
    return given


def _leaves(given: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key, value in given.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, (*above, key))
        else:
            yield (*above, key), value


def _label(keys: tuple[str, ...], said: Mapping[tuple[str, ...], Any]) -> str:
    """Name a key in Chinese: the labels of the tables on the way, then the item."""
    named = [
        str(said[*keys[:depth], "label"])
        if (*keys[:depth], "label") in said
        else _WORDS.get(keys[depth - 1], "" if keys[depth - 1] in _FREE else keys[depth - 1])
        for depth in range(1, len(keys) + 1)
    ]
    return "·".join(filter(None, named))


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return "；".join(map(str, value)) if isinstance(value, list) else f"{value:g}" if isinstance(value, int | float) else str(value)  # fmt: skip
