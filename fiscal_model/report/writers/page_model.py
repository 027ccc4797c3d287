"""The plan as the web page computes it: the tape of its own arithmetic, what may be moved, how futures are drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from fiscal_model.analysis.explain.origins import Origin, origin_of, rules_of
from fiscal_model.analysis.risk.drawn_futures import CALLED, SCORES, shock_model
from fiscal_model.analysis.risk.fan_counts import SOME
from fiscal_model.analysis.risk.simulate import CHANCES, Fan
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.model.switch import switch
from fiscal_model.model.trace import Trace, inputs_of, trace
from fiscal_model.report.standing import taken
from fiscal_model.report.writers.page_charts import named_step
from fiscal_model.words.drivers import DRIVERS, DRIVERS_BY_ID
from fiscal_model.words.lines import LINES
from fiscal_model.words.traced import CONSTANT, INPUT, OPERATIONS
from fiscal_model.words.vocabulary import DebtKind

Spot = tuple[str, tuple[int, ...]]
"""An input by name and position in the array that bears it."""


@dataclass(frozen=True)
class Slider:
    """What a reader may move: the inputs behind it, whether it multiplies by one plus the share or adds, and how far.

    ``kind``: ``share`` (of what the input is), ``points`` (of a rate or share) or ``money`` (万元).
    """

    id: str
    label: str
    inputs: tuple[str, ...]
    kind: str
    low: float
    high: float
    step: float


def _of_driver(id: str, low: float, high: float, step: float, kind: str = "share") -> Slider:
    return Slider(id, DRIVERS_BY_ID[id].label, (f"drivers.{id}",), kind, low, high, step)


def _of_bonds(kind: DebtKind, name: str) -> Slider:
    inputs = (f"assumed.new_issue_{kind}", f"debt.legal.{kind}.terms.new_issue")
    return Slider(f"new_{kind}", f"新增{name}债券", inputs, "share", -1.0, 1.0, 0.05)


SLIDERS = (
    _of_driver("own_revenue", -0.3, 0.3, 0.01),
    _of_driver("general_purpose", -0.3, 0.3, 0.01),
    _of_driver("earmarked", -0.3, 0.3, 0.01),
    _of_driver("land", -0.8, 0.8, 0.02),
    _of_driver("fund_other", -0.5, 0.5, 0.02),
    _of_driver("pay", -0.1, 0.2, 0.005),
    _of_driver("prices", -0.1, 0.2, 0.005),
    _of_driver("persons", -0.2, 0.2, 0.01),
    _of_driver("standards", -0.2, 0.2, 0.01),
    _of_driver("insurance", -0.2, 0.2, 0.01),
    _of_driver("coupon", -0.02, 0.02, 0.001, "points"),
    _of_driver("refinancing", -0.5, 0.5, 0.05, "points"),
    _of_bonds(DebtKind.GENERAL, "一般"),
    _of_bonds(DebtKind.SPECIAL, "专项"),
    _of_driver("gdp", -0.2, 0.2, 0.01),
    _of_driver("duties", 0.0, 20_000.0, 100.0, "money"),
)
"""In the order of the page; one without any of its inputs in the plan is not shown."""


def model_of(plan: Plan, fan: Fan, plans: Mapping[str, Plan]) -> dict[str, Any]:
    """Return everything the page computes with, for each plan: its program, its inputs and how its futures are drawn.

    Plans that compute alike share a program.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/gangu"), fm.read_scenario("baseline"))
    >>> made = model_of(plan, fm.simulate(plan, paths=100), {"baseline": plan})
    >>> len(made["programs"]), made["scenarios"]["baseline"]["program"], len(made["programs"][0]["lines"]["own_revenue"])
    (1, 0, 5)
    """
    programs: list[dict[str, Any]] = []
    own = _program(trace(plan, general=True))
    scenarios, texts, known = {}, dict[str, int](), dict[Spot, list[int]]()
    for id, each in plans.items():
        program = own if _computes_alike(plan, each) else _program(trace(each, general=True))
        if program not in programs:
            programs.append(program)
        origins = _origins(each, program, texts, known)
        scenarios[id] = {
            "program": programs.index(program), "inputs": _values(program, each), "futures": _futures(each), "origins": origins,
        }  # fmt: skip
    return {
        "operations": list(OPERATIONS),
        "programs": programs,
        "scenarios": scenarios,
        "sliders": [asdict(each) for each in SLIDERS],
        "chances": _chances(fan),
        "texts": [*texts],
        "rules": {line: said for line in LINES if (said := [_rule_said(rule) for rule in rules_of(line)])},
        "seed": fan.seed,
    }


def _computes_alike(plan: Plan, other: Plan) -> bool:
    """Tell whether a plan's program takes the inputs of another scenario and comes to its lines."""
    return plan is other or (inputs_of(plan).keys() == inputs_of(other).keys() and not switch(plan, other).reason)


def _values(program: Mapping[str, Any], plan: Plan) -> list[float | str | None]:
    known = inputs_of(plan)
    return [_number(known[name, tuple(at)]) for name, *at in program["inputs"]]


def _program(found: Trace) -> dict[str, Any]:
    """What the lines stand on, renumbered: inputs, then constants, then operations."""
    nodes = found.tape.nodes
    needed = _reached(found)
    inputs = sorted((at for at in needed if nodes[at].kind == INPUT), key=lambda at: (nodes[at].name, nodes[at].at))
    constants = [at for at in needed if nodes[at].kind == CONSTANT]
    ordered = [*inputs, *constants]
    ordered += [at for at in needed if nodes[at].kind not in (INPUT, CONSTANT)]
    place = {at: number for number, at in enumerate(ordered)}
    code: list[int] = []
    for at in ordered:
        if nodes[at].kind in OPERATIONS:
            code += [OPERATIONS.index(nodes[at].kind), *(place[each] for each in nodes[at].operands)]
    return {
        "inputs": [[nodes[at].name, *nodes[at].at] for at in inputs],
        "constants": [[_number(nodes[at].value), nodes[at].name] for at in constants],
        "code": code,
        "lines": {name: [place[int(at)] for at in found.lines[name]] for name in sorted(found.lines)},
        "steps": {named_step(name): [place[int(at)] for at in found.steps[name]] for name in taken(found.steps)},
    }


def _origins(
    plan: Plan, program: Mapping[str, Any], texts: dict[str, int], known: dict[Spot, list[int]]
) -> list[list[int] | None]:
    """What each input and constant is and where it comes from: label, year (none: 0) and what is told, as places among ``texts``.

    ``known``: those of an earlier plan of the place; assumptions alone are another scenario's.
    """
    named = [(name, tuple(at)) for name, *at in program["inputs"]] + [(name, ()) for _, name in program["constants"]]
    for spot in named:
        name, at = spot
        if name and (spot not in known or name.startswith("assumed.")):
            origin = origin_of(plan, name, at)
            label, *told = (texts.setdefault(text, len(texts)) for text in (origin.label, *_provenance(origin)))
            known[spot] = [label, origin.year or 0, *told]
    return [known.get(spot) for spot in named]


def _provenance(origin: Origin) -> Iterator[str]:
    yield f"来历：{origin.how}"
    if origin.source:
        yield f"依据：{origin.source}（{origin.quality}）"
    for each in origin.files:
        shown, more = "、".join(map(str, each.rows[:8])), len(each.rows) + each.more
        yield f"出处：{each.file} 第{shown}{f'等{more}' if more > 8 else ''}行"


def _rule_said(rule: Mapping[str, str]) -> str:
    return f"{rule['rule']}　{rule['article'] or rule['source']}（{rule['quality']}）"


def _reached(found: Trace) -> list[int]:
    """Positions of the nodes that any line or step of balancing stands on, each behind its operands; the same order whatever that of the tape."""
    nodes, done = found.tape.nodes, dict[int, None]()
    rows = [found.lines[name] for name in sorted(found.lines)] + [found.steps[name] for name in taken(found.steps)]
    left = [(int(at), False) for row in reversed(rows) for at in reversed(row)]
    while left:
        at, ready = left.pop()
        if ready:
            done[at] = None
        elif at not in done:
            left.append((at, True))
            left += [(each, False) for each in reversed(nodes[at].operands) if each not in done]
    return [*done]


def _futures(plan: Plan) -> dict[str, Any]:
    """How the drivers of a plan move together, as `analysis.risk.drawn_futures` draws them."""
    model = shock_model(plan.basis)
    terms = model.terms
    return {
        "names": model.names,
        "added": [name for name in DRIVERS if not DRIVERS_BY_ID[name].neutral],
        "deviation": terms.deviation.tolist(),
        "carry": terms.carry.tolist(),
        "loadings": terms.loadings.tolist(),
        "own": terms.own.tolist(),
        "degrees": [_number(each) if np.isfinite(each) else None for each in terms.degrees],
        "events": [
            {
                "probability": each.probability, "size": each.size, "spread": each.spread, "duration": each.duration,
                "moves": each.moves, "whole": float(np.nan_to_num(model.wholes[each.share_of])) if each.share_of else 0.0,
                "register": each.id == CALLED and model.called is not None,
            }
            for each in model.events
        ],
        "called": None if model.called is None else {"scores": SCORES.tolist(), "amounts": model.called.tolist()},
    }  # fmt: skip


def _chances(fan: Fan) -> list[dict[str, Any]]:
    """What is warned of, with the line that is passed and the chances that the plan prints."""
    found = []
    for line, label in CHANCES.items():
        if line in fan.probabilities:
            rule = rules("indicators").get(line, {})
            limit, more = (
                (SOME, True) if line.endswith("_gap") else (rule["breach"], rule["direction"] == "higher_is_worse")
            )
            chance = fan.probabilities[line].tolist()
            found.append(
                {
                    "line": line,
                    "label": label,
                    "limit": limit,
                    "more": more,
                    "strict": line.endswith("_gap"),
                    "chance": chance,
                }
            )
    return found


def _number(value: float) -> float | str | None:
    """A number as JSON can say it: nothing for what is not there, a word for what has no bounds."""
    return None if np.isnan(value) else float(value) if np.isfinite(value) else "Infinity" if value > 0 else "-Infinity"
