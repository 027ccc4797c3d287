"""Assumptions about the future: what they are called, where they come from, how one scenario differs from the defaults."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from numbers import Real
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from fiscal_model.inputs.balance_choices import BalanceChoices, balance_choices_of
from fiscal_model.inputs.history_choices import HistoryChoices, choices_of
from fiscal_model.law.rules import rules
from fiscal_model.words.errors import Fault, ScenarioError, unknown_keys
from fiscal_model.words.files import as_word, lines_in, read_toml
from fiscal_model.words.markup import Sheet, card, shows_itself
from fiscal_model.words.near import nearest
from fiscal_model.words.plain import LONGEST_NAME, toml_text
from fiscal_model.words.resources import STRESSES, scenario_file
from fiscal_model.words.table import Kind, printed
from fiscal_model.words.vocabulary import QUALITIES

AUTO = "auto"
SHIPPED = ("baseline", "optimistic", "pessimistic", "land_slump", "refinancing_squeeze")
OWN_SCENARIOS = "scenarios"
"""Folder of a place in which its own scenarios lie."""
_KEYS_REMEDY = "可填：id、name、description、assumptions、history、balance"
ID_RULE = "只能用汉字、字母、数字、“-”和“_”，最多 60 个字，且不能是系统保留的名称"
_ID = re.compile(r"[\w-]{1,60}")
"""An id names folders: letters of any script, digits, ``-`` and ``_``, so never a path."""
_DEVICES = re.compile(r"con|prn|aux|nul|(com|lpt)\d", re.IGNORECASE)
"""Names that Windows keeps for itself."""
_ENDLESS = 1e300


@dataclass(frozen=True)
class Assumption:
    """One assumption of a scenario."""

    name: str  # A key of ``data/rules/assumptions.toml``
    # For every plan year; ``auto`` calibrates from the place's history; None keeps the default
    value: float | str | None
    source: str  # Where it comes from
    quality: str  # A key of `QUALITIES`
    by_year: Mapping[int, float] = field(default_factory=dict)  # Calendar years that differ
    # First, second … plan year that differs (1 is the first year after the base year)
    by_plan_year: Mapping[int, float] = field(default_factory=dict)

    def path(self, years: tuple[int, ...], value: float | None = None) -> np.ndarray:
        """Return the assumption for each plan year, shape (year,)."""
        level = self.value if value is None else value
        steps = [self.by_year.get(year, self.by_plan_year.get(count, level)) for count, year in enumerate(years, 1)]
        return np.array(steps, dtype=float)

    def said(self) -> str:
        """Say its values and where they come from in one Chinese line."""
        usual = {"": self.value} if isinstance(self.value, Real) else {"自动推算": None} if self.value == AUTO else {}
        dated = {f"{year}年 ": value for year, value in self.by_year.items()}
        counted = {f"规划第{count}年 ": value for count, value in self.by_plan_year.items()}
        steps = (usual | dated | counted).items()
        values = "，".join(
            at if value is None else at + printed(value, kind_of_assumption(self.name)) for at, value in steps
        )
        source = self.source.replace("{years}", "近三年内有数的年份")  # which ones they are, each place tells
        return f"{values}（{QUALITIES.get(self.quality, self.quality)}：{source}）"


@shows_itself
@dataclass(frozen=True, repr=False)
class Scenario:
    """A named set of assumptions on top of the defaults, and what it decides about the past and about balancing."""

    id: str
    name: str
    description: str = ""
    assumptions: Mapping[str, Assumption] = field(default_factory=dict)
    history: HistoryChoices = field(default_factory=HistoryChoices)
    balance: BalanceChoices = field(default_factory=BalanceChoices)
    file: str = field(default="", compare=False)  # Where it was read from, for messages

    def __post_init__(self) -> None:
        _refuse_faults(_id_faults(self.id, "情景"))

    @property
    def sheet(self) -> Sheet:
        """What it decides, as a table: every assumption that is not left at its default."""
        decided = [(str(rules("assumptions")[each.name]["label"]), each.said()) for each in self.assumptions.values()]
        said = self.description and (self.description,)
        return card(f"{self.name}（{self.id}）", decided, (*said, *self.history.said(), *self.balance.said()))

    def with_(self, **changes: float | str | Mapping[int, float]) -> Scenario:
        """Return a copy with some assumptions changed.

        ``**changes``: a number for every plan year, or ``{year: number}`` for some calendar years only.

        Raises
        ------
        ScenarioError
            Lists every unknown name and every value out of bounds.

        Examples
        --------
        >>> slump = Scenario("baseline", "基准情景").with_(land_revenue_growth={2027: -0.3})
        >>> slump.assumptions["land_revenue_growth"].by_year[2027]
        -0.3
        """
        shown, merged, faults = f"情景“{self.id}”", dict(self.assumptions), []
        for name, change in changes.items():
            changed = Assumption(name, None if isinstance(change, Mapping) else change, "规划人员设定", "planner")
            if isinstance(change, Mapping):
                old = merged.get(name, changed)
                years, wrong = _steps(name, "by_year", change, shown)
                faults += wrong
                changed = replace(
                    changed, value=old.value, by_year={**old.by_year, **years}, by_plan_year=old.by_plan_year
                )
            merged[name] = changed
            faults += _faults_of(changed, shown)
        _refuse_faults(faults)
        return replace(self, assumptions=MappingProxyType(merged), file="")

    def within(self, first: int, last: int) -> Scenario:
        """Return a copy that says nothing of calendar years outside a span."""
        kept = {
            name: replace(each, by_year={year: value for year, value in each.by_year.items() if first <= year <= last})
            for name, each in self.assumptions.items()
        }
        return replace(self, assumptions=MappingProxyType(kept))

    def to_toml(self) -> str:
        """Return the scenario as the text of a scenario file that `read_scenario` reads back."""
        lines = [
            f"id = {toml_text(self.id)}",
            f"name = {toml_text(self.name)}",
            f"description = {toml_text(self.description)}",
            "",
        ]
        lines.append("[assumptions]")
        for assumption in self.assumptions.values():
            lines += ["", f"[assumptions.{assumption.name}]"]
            if assumption.value is not None:
                lines.append(
                    f"value = {toml_text(assumption.value) if assumption.value == AUTO else repr(float(assumption.value))}"
                )
            lines += [f"source = {toml_text(assumption.source)}", f"quality = {toml_text(assumption.quality)}"]
            for key, steps in (("by_year", assumption.by_year), ("by_plan_year", assumption.by_plan_year)):
                if steps:
                    lines.append(f"[assumptions.{assumption.name}.{key}]")
                    lines += [f"{year} = {float(value)!r}" for year, value in sorted(steps.items())]
        return "\n".join([*lines, *self.history.to_toml(), *self.balance.to_toml()]) + "\n"


def read_scenario(source: str | Path) -> Scenario:
    """Read a scenario file, or a shipped scenario by its name.

    Parameters
    ----------
    source : str or Path
        Path of a TOML file, or one of `SHIPPED` or `STRESSES`.

    Raises
    ------
    ScenarioError
        Lists every fault of the file.

    Examples
    --------
    >>> read_scenario("pessimistic").assumptions["percentile"].value
    0.1
    """
    path = scenario_file(f"{source}.toml") if str(source) in (*SHIPPED, *STRESSES) else Path(source)
    shown = path.as_posix()
    if not path.is_file():
        raise ScenarioError([Fault(shown, "没有这个情景文件", f"请检查路径，或用自带情景：{'、'.join(SHIPPED)}")])
    given, faults = read_toml(path, shown, "请对照 data/scenarios 里的样例，用 UTF-8 保存")
    _refuse_faults(faults)
    return _scenario_of(given, path, shown)


def kind_of_assumption(name: str) -> Kind:
    """Say how an assumption is printed: money in whole 万元, bare numbers as a planner writes them, all else in percent.

    Examples
    --------
    >>> kind_of_assumption("pay_growth"), kind_of_assumption("land_tail_degrees")
    ('ratio', 'plain')
    """
    rule = rules("assumptions")[name]
    return "money" if "万元" in rule["label"] else "plain" if rule.get("form") == "number" else "ratio"


def defaults() -> Mapping[str, Assumption]:
    """Return the default of every assumption this model knows."""
    table = rules("assumptions")
    return {name: Assumption(name, rule["value"], rule["source"], rule["quality"]) for name, rule in table.items()}


def list_defaults() -> list[dict[str, Any]]:
    """Return every assumption as `data/rules/assumptions.toml` declares it: name, Chinese, unit, default, bounds, meaning."""
    units = {"money": "10k_yuan", "ratio": "fraction", "plain": "number"}
    return [
        {
            "name": name,
            "label": rule["label"],
            "unit": units[kind_of_assumption(name)],
            "default": None if rule["value"] == AUTO else rule["value"],
            "fallback": rule.get("fallback"),
            "low": rule["low"],
            "high": rule["high"],
            "meaning": str(rule["source"]).replace("{years}", "近三年内有数的年份"),
            "quality": rule["quality"],
        }
        for name, rule in rules("assumptions").items()
    ]


def assumptions_of(
    place_assumptions: Mapping[str, Mapping[str, Any]], scenario: Scenario, shown: str, years: tuple[int, ...] = ()
) -> dict[str, Assumption]:
    """Lay a scenario over a place's own known assumptions over the defaults.

    ``place_assumptions``: the ``[assumptions]`` of ``place.toml``.
    ``shown``: the place file's name in messages.
    ``years``: the plan's years, where they are known; what a scenario says of another year would change nothing.

    Raises
    ------
    ScenarioError
        When ``place.toml`` names an unknown assumption or one out of bounds, or the scenario a year outside the plan.
    """
    own, faults = {}, _outside(scenario, years) if years else []
    for name, given in place_assumptions.items():
        assumption, found = _assumption_of(name, given, shown)
        faults += [replace(fault, line=fault.line or lines_in(Path(shown), name)) for fault in found]
        if assumption is not None:
            own[name] = assumption
    _refuse_faults(faults)
    merged = {**defaults(), **own}
    for name, assumption in scenario.assumptions.items():
        below = merged[name]
        merged[name] = replace(assumption, value=below.value) if assumption.value is None else assumption
    return merged


def refuse_other_years(scenario: Scenario, years: tuple[int, ...]) -> None:
    """Refuse what a scenario says of other years than these (`ScenarioError`)."""
    _refuse_faults(_outside(scenario, years))


def _outside(scenario: Scenario, years: tuple[int, ...]) -> list[Fault]:
    """Years that a scenario changes and the plan does not have."""
    span = f"规划期 {years[0]}—{years[-1]} 年（{len(years)} 年）"
    found = [
        (each.name, key, step, f"{step} 年" if key == "by_year" else f"规划期第 {step} 年")
        for each in scenario.assumptions.values()
        for key, known, steps in (
            ("by_year", years, each.by_year),
            ("by_plan_year", range(1, len(years) + 1), each.by_plan_year),
        )
        for step in steps
        if step not in known
    ]
    return [
        Fault(
            scenario.file or f"情景“{scenario.id}”",
            f"“{name}”（{rules('assumptions')[name]['label']}）写了{said}，不在{span}内",
            "请改年份，或删去这一年；要编到这一年，用 --years 或 --base-year",
            lines_in(Path(scenario.file), name, key, str(step)) if scenario.file else None,
        )
        for name, key, step, said in found
    ]


def _id_faults(name: str, shown: str) -> list[Fault]:
    """Report folders and past plans are named by the id of a scenario."""
    return [] if may_be_id(name) else [Fault(shown, f"情景的 id 是“{name}”", f"id 用作文件夹名，{ID_RULE}")]


def may_be_id(name: str) -> bool:
    """Tell whether a name may be the id of a scenario, as `ID_RULE` says it: neither ``甲/乙`` nor ``con`` may."""
    return bool(_ID.fullmatch(name)) and not _DEVICES.fullmatch(name)


def _scenario_of(given: dict[str, Any], path: Path, shown: str) -> Scenario:
    scenario_id = given["id"] if isinstance(given.get("id"), str) else re.sub(r"[^\w-]+", "-", path.stem)[:60]
    faults = [
        *_id_faults(scenario_id, shown),
        *(
            Fault(shown, f"不认识的项目“{key}”", _KEYS_REMEDY, lines_in(path, key))
            for key in given
            if key not in {"id", "name", "description", "assumptions", "history", "balance"}
        ),
        *(
            Fault(shown, f"{key} 填写的是{as_word(given[key])}，不是文字", f'请写成 {key} = "……"', lines_in(path, key))
            for key in ("id", "name", "description")
            if not isinstance(given.get(key, ""), str)
        ),
    ]
    title = str(given.get("name", path.stem[:LONGEST_NAME]))
    if len(title) > LONGEST_NAME:
        remedy = f"情景名称印在各表标题上，请不超过 {LONGEST_NAME} 个字"
        faults.append(Fault(shown, f"name 有 {len(title)} 个字", remedy, lines_in(path, "name")))
    history, found = choices_of(given.get("history", {}), shown)
    faults += [replace(fault, line=lines_in(path, "history")) for fault in found]
    balance, found = balance_choices_of(given.get("balance", {}), shown)
    faults += [replace(fault, line=lines_in(path, "balance")) for fault in found]
    assumptions = {}
    table = given.get("assumptions", {})
    if not isinstance(table, dict):
        remedy = "请写成 [assumptions.名称] 加 value、source、quality"
        raise ScenarioError([Fault(shown, "assumptions 不是一张表", remedy, lines_in(path, "assumptions"))])
    for name, entry in table.items():
        assumption, found = _assumption_of(name, entry, shown)
        faults += [replace(fault, line=fault.line or lines_in(path, "assumptions", name)) for fault in found]
        if assumption is not None:
            assumptions[name] = assumption
    _refuse_faults(faults)
    return Scenario(
        scenario_id, title, str(given.get("description", "")), MappingProxyType(assumptions), history, balance, shown
    )


def _assumption_of(name: str, entry: Any, shown: str) -> tuple[Assumption | None, list[Fault]]:
    if not isinstance(entry, dict):
        said = "只有数，没有写来源 source" if isinstance(entry, Real) else "的写法不对"
        return None, [Fault(shown, f"假设“{name}”{said}", "请写成 [assumptions.名称] 加 value、source、quality")]
    allowed = ("value", "by_year", "by_plan_year", "source", "quality")
    faults = unknown_keys(sorted(entry), allowed, f"假设“{name}”", shown)
    if not isinstance(entry.get("source", ""), str):
        faults.append(Fault(shown, f"“{name}”的来源 source 是{as_word(entry['source'])}，不是文字", "请写一句话"))
    (years, wrong), (counts, more) = (
        _steps(name, key, entry.get(key, {}), shown) for key in ("by_year", "by_plan_year")
    )
    source, quality = (str(entry.get(key, "")) for key in ("source", "quality"))
    assumption = Assumption(name, entry.get("value"), source, quality, years, counts)
    return assumption, [*faults, *wrong, *more, *_faults_of(assumption, shown)]


def _steps(name: str, key: str, given: Any, shown: str) -> tuple[dict[int, float], list[Fault]]:
    """Read a table of years and numbers; true and false are no numbers, and neither is a number in quotes."""
    if not isinstance(given, Mapping):
        return {}, [Fault(shown, f"“{name}”的 {key} 不是一张表", f"请写成 {key} = {{2027 = 0.02}}")]
    steps, faults = {}, []
    for at, value in given.items():
        number = isinstance(value, Real) and not isinstance(value, bool) and abs(value) < _ENDLESS  # type: ignore[operator]
        if number and re.fullmatch("[0-9]{1,4}", str(at)):
            steps[int(at)] = float(value)
        else:
            said = f"“{name}”的 {key} 里“{as_word(at)} = {as_word(value)}”不是数字"
            line = lines_in(Path(shown), name, key, str(at))
            faults.append(Fault(shown, said, "左边写年份，右边写小数，不加引号，例如 2027 = 0.02", line))
    return steps, faults


def _faults_of(assumption: Assumption, shown: str) -> list[Fault]:
    table = rules("assumptions")
    name = assumption.name
    if name not in table:
        near = "或".join(f"“{each}”（{table[each]['label']}）" for each in nearest(name, table))
        hint = f"是否想写{near}？" if near else ""
        return [Fault(shown, f"“{name}”不是本模型的假设", f"{hint}全部假设见 data/rules/assumptions.toml")]
    rule, faults = table[name], []
    values = [assumption.value, *assumption.by_year.values(), *assumption.by_plan_year.values()]
    for value in values:
        if value is None or (value == AUTO and rule["value"] == AUTO):
            continue
        if isinstance(value, bool) or not isinstance(value, Real):
            said = f"“{name}”（{rule['label']}）的值是“{as_word(value)}”，不是数字"
            faults.append(Fault(shown, said, "请写小数，例如 0.02"))
        elif not rule["low"] <= value <= rule["high"]:
            hint = "；比例用小数，90% 写 0.9" if rule["high"] <= 3 else ""
            remedy = f"应在 {rule['low']:g} 到 {rule['high']:g} 之间{hint}"
            faults.append(Fault(shown, f"“{name}”（{rule['label']}）的值 {value:g} 超出范围", remedy))
    for year in assumption.by_year:
        if not 1990 <= year <= 2100:
            faults.append(Fault(shown, f"“{name}”的 by_year 里有年份 {year}", "请写四位公历年份，例如 2027"))
    for count in assumption.by_plan_year:
        if not 1 <= count <= 10:
            faults.append(Fault(shown, f"“{name}”的 by_plan_year 里有 {count}", "请写规划期第几年，1 到 10"))
    if not assumption.source.strip():
        faults.append(Fault(shown, f"“{name}”（{rule['label']}）没有写来源 source", "请写明这个假设从哪里来"))
    if assumption.quality not in QUALITIES:
        faults.append(
            Fault(shown, f"“{name}”的 quality 是“{as_word(assumption.quality)}”", f"只能填：{'、'.join(QUALITIES)}")
        )
    return faults


def _refuse_faults(faults: list[Fault]) -> None:
    if faults:
        raise ScenarioError(faults)
