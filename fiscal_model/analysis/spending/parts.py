"""A plan's general expenditure in parts, each with the function and the economic class in which it lands, once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from fiscal_model.analysis.balance.priority import project_cuts_on, ranked_projects
from fiscal_model.arithmetic.elementary import divided
from fiscal_model.blocks.guarantees.guarantees_block import mapped_parts
from fiscal_model.law import classification as accounts
from fiscal_model.law.spending_classes import Landing, landings, scheme_landing
from fiscal_model.model.projection import Plan
from fiscal_model.registers.guarantees.staff_registers import CONTRACT
from fiscal_model.words.lines import LINES
from fiscal_model.words.vocabulary import Budget, GuaranteeClass, ProjectFunding, ProjectStatus, UnitClass

PROJECT_LINES = ("committed_projects", "candidate_projects")
_NOT_IN_ACCOUNTS = frozenset({"contingency_reserve", "unallocated"})
"""Set aside in a budget; accounts show what they were used for, so the base year's amount is in the rest."""


@dataclass(frozen=True)
class Part:
    """One part of general expenditure, 万元; together the parts of a plan are all of it, each yuan once."""

    line: str  # Line of the plan that it is part of
    label: str
    function: str  # Code; empty: it follows the rest of the base year
    economic: str  # Code; empty: not known
    base: float
    path: np.ndarray  # (..., year)
    key: str = ""  # Code of the project, if it is one


def spending_parts(plan: Plan, lines: Mapping[str, np.ndarray] | None = None) -> tuple[Part, ...]:
    """Return the parts of general expenditure; what is known within a line first, then the remainder of each line.

    ``lines``: of other futures of the same start, out of `fiscal_model.model.compute.compute`; any leading axes.
    """
    lines = plan.lines if lines is None else lines
    known = [*_items(plan), *_staff(plan), *_mapped(plan), *_schemes(plan), *_projects(plan, lines)]
    started, rest = plan.basis.balance.spending, []
    for line in LINES["expenditure"].parts:
        inside = [part for part in known if part.line == line]
        landing, base = landings("line")[line], started.get(line, 0.0) - sum(part.base for part in inside)
        path = np.asarray(lines[line], dtype=float) - sum(part.path for part in inside)
        label = LINES[line].label + ("（未列明细）" if inside else "")
        if line in _NOT_IN_ACCOUNTS:
            rest.append(Part(line, label, "", "", base, np.zeros_like(path)))
            base = 0.0
        rest.append(Part(line, label, landing.function, landing.economic, base, path))
    return tuple(part for part in (*known, *rest) if abs(part.base) > 1e-9 or np.abs(part.path).max() > 1e-9)


def _items(plan: Plan) -> Iterator[Part]:
    items = plan.basis.guarantees.items
    if items is None:
        return
    given = plan.basis.place.rows("guarantee_items")["function_code"]
    for at, (name, group, rule, code) in enumerate(zip(items.names, items.classes, items.rules, given, strict=True)):
        landing, need = landings("item").get(rule, Landing()), items.need[:, at]
        yield Part(
            f"guarantee_{group}", name, str(code or landing.function), landing.economic, float(need[0]), need[1:]
        )


def _staff(plan: Plan) -> Iterator[Part]:
    """Pay and running costs by group; contributions and retirees in the functions that pay them for everyone."""
    staff = plan.basis.guarantees.staff
    if staff is None:
        return
    register = plan.basis.place.rows("staff")
    salaries, running_costs = (f"guarantee_{group}" for group in (GuaranteeClass.SALARIES, GuaranteeClass.OPERATIONS))
    operations = staff.operations[:, : len(staff.groups)]
    operations = operations if staff.units is None else operations + staff.units.by_group
    for at, (group, given, kind) in enumerate(
        zip(register["group"], register["function_code"], register["unit_class"], strict=True)
    ):
        word = str(kind or UnitClass.OTHER)
        pay, running = landings("staff_pay")[word], landings("staff_operations")[word]
        mine = str(given or pay.function)
        for name, amounts in staff.components.items():
            landing, cost = landings("staff_part").get(name, Landing(mine, "")), amounts[:, at]
            economic = landing.economic or (running.economic if name == CONTRACT else pay.economic)
            yield Part(
                salaries,
                f"{LINES[salaries].label}：{group}{name}",
                landing.function,
                economic,
                float(cost[0]),
                cost[1:],
            )
        cost = operations[:, at]
        yield Part(
            running_costs, f"{LINES[running_costs].label}：{group}", mine, running.economic, float(cost[0]), cost[1:]
        )


def _mapped(plan: Plan) -> Iterator[Part]:
    """What a class needs beyond its registers, by the functional codes that the coarser estimate was made of."""
    guarantees = plan.basis.guarantees
    parts = mapped_parts(plan.basis.history, plan.base_year)
    if parts is None:
        return
    listed = [*_items(plan), *_staff(plan)]
    for group in GuaranteeClass:
        line = f"guarantee_{group}"
        mine = [part for part in parts if part.group == group]
        left = guarantees.need[group][1:] - sum((part.path for part in listed if part.line == line), np.zeros(1))
        base = float(guarantees.need[group][0]) - sum(part.base for part in listed if part.line == line)
        whole = sum(part.amount for part in mine)
        for part in mine if base > 0.5 and whole > 0 else ():
            share = part.amount / whole
            yield Part(
                line,
                f"{LINES[line].label}：{accounts.label_of(Budget.GENERAL, part.code)}",
                part.code,
                part.economic,
                base * share,
                left * share,
            )


def _schemes(plan: Plan) -> Iterator[Part]:
    found = plan.basis.balance.insurance
    outside, base = found.path.subsidy - found.guaranteed, found.base_outside
    for at, scheme in enumerate(found.schemes):
        landing = scheme_landing(scheme)
        for line, start, path, word in (
            ("insurance_subsidy", float(base[at]), outside[:, at], "补贴"),
            ("insurance_shortfall", 0.0, found.path.shortfall[:, at], "追加补贴"),
        ):
            yield Part(line, f"{scheme}{word}", landing.function, landing.economic, start, path)


def _projects(plan: Plan, lines: Mapping[str, np.ndarray]) -> Iterator[Part]:
    """County money of each project that names its function; in the base year all of it stands as signed."""
    place, money = plan.basis.place, plan.basis.balance.commitments.project_money
    register = place.rows("projects")
    if not len(register):
        return
    costs = place.rows("project_costs")
    costs = costs[(costs["funding"] == ProjectFunding.COUNTY) & (costs["year"] == plan.base_year)]
    costs = costs[costs["project_code"].isin(register["project_code"])].groupby("project_code")["amount"].sum()
    started = plan.basis.balance.spending["committed_projects"]
    scale, nothing = float(divided(started, costs.sum())), np.zeros(len(plan.years))
    signed = {
        str(code): money.county[:, at]
        for at, (code, status) in enumerate(zip(money.projects["project_code"], money.projects["status"], strict=True))
        if status == ProjectStatus.COMMITTED
    }
    candidates = _candidates(plan, lines)
    spent = costs.to_dict()
    columns = ("project_code", "name", "function_code", "category")
    for code, name, function, category in zip(*(register[column] for column in columns), strict=True):
        landing = Landing(str(function or ""), landings("project")[str(category)].economic)
        base = scale * float(spent.get(code, 0.0))
        for line, start, path in (
            ("committed_projects", base, signed.get(str(code), nothing)),
            ("candidate_projects", 0.0, candidates.get(str(code), nothing)),
        ):
            yield Part(line, str(name), landing.function, landing.economic, start, path, str(code))


def _candidates(plan: Plan, lines: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What the balance leaves of each candidate, by its rank."""
    if not len(plan.basis.balance.commitments.candidates):
        return {}
    asked, kept = project_cuts_on(plan, np.zeros(len(plan.years))), np.asarray(lines["candidate_projects"])
    left = asked - project_cuts_on(plan, kept)
    return {str(code): left[..., at] for at, code in enumerate(ranked_projects(plan)["project_code"])}
