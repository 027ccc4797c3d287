"""The tape of a plan: every figure again to the last bit, and under other inputs what Python makes of them."""

import numpy as np
import pytest

from fiscal_model.model.projection import project
from fiscal_model.model.trace import Trace, trace, with_inputs
from fiscal_model.words.traced import INPUT, Named, Tape

APPLIED = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "min": np.minimum, "max": np.maximum, ">": np.greater,
    ">=": np.greater_equal, "<": np.less, "<=": np.less_equal, "==": np.equal, "!=": np.not_equal, "and": np.logical_and,
}  # fmt: skip


def replayed(found: Trace, changed: dict[int, np.ndarray]) -> dict[str, np.ndarray]:
    """Run a tape again with other inputs, (case, year) a line."""
    values: list[np.ndarray] = []
    with np.errstate(divide="ignore", invalid="ignore"):
        for at, node in enumerate(found.tape.nodes):
            operands = [values[each] for each in node.operands]
            if node.kind in APPLIED:
                values.append(np.asarray(APPLIED[node.kind](*operands), dtype=float))
            elif node.kind == "if":
                values.append(np.where(operands[0] != 0, operands[1], operands[2]))
            else:
                values.append(np.asarray(changed.get(at, node.value)))
    return {
        name: np.stack(np.broadcast_arrays(*(values[at] for at in nodes)), -1) for name, nodes in found.lines.items()
    }


@pytest.mark.parametrize("general", [False, True])
def test_every_figure_of_the_plan_stands_on_the_tape_to_the_last_bit(plan, general):
    found = trace(plan, general)
    value = np.array([node.value for node in found.tape.nodes])
    for name, values in plan.lines.items():
        np.testing.assert_array_equal(value[found.lines[name]], values, err_msg=name)
    np.testing.assert_array_equal(value[found.items], plan.revenue_items)
    for name, values in plan.steps.items():
        np.testing.assert_array_equal(value[found.steps[name]], values, err_msg=name)


def test_a_tape_run_again_gives_the_plan(plan):
    found = replayed(trace(plan), {})
    for name, values in plan.lines.items():
        np.testing.assert_array_equal(found[name], values, err_msg=name)


def test_other_inputs_on_the_tape_come_to_what_python_makes_of_them(plan):
    """Every input moves by up to 5 % in half of the cases; shares stay below one."""
    found, draw = trace(plan, general=True), np.random.default_rng(7)
    arrays, changed = [{} for _ in range(20)], {}
    for name, nodes in found.inputs.items():
        for at, node in nodes.items():
            level = 1 - 0.05 * draw.random(len(arrays)) * (draw.random(len(arrays)) < 0.5)
            if name.startswith("drivers."):
                level = np.ones(len(arrays))
            changed[node] = found.tape.nodes[node].value * level
            for case, values in enumerate(arrays):
                shape = tuple(1 + max(each) for each in zip(*nodes, strict=True))
                values.setdefault(name, np.zeros(shape))[at] = changed[node][case]
    again = replayed(found, changed)
    for case, values in enumerate(arrays):
        for name, expected in with_inputs(plan, values).items():
            got = np.broadcast_to(again[name], (len(arrays), len(plan.years)))[case]
            np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-6, err_msg=name)


def test_new_bonds_of_a_year_without_any_cost_interest_on_the_tape(plan_of):
    """What the plan does not issue stands on the tape as nothing, not nowhere."""
    plan = plan_of("yunshui")
    found, name = trace(plan, general=True), "debt.legal.special.terms.new_most"
    assert plan.line("debt_special_issued_new")[1] == 0
    node = found.inputs[name][(1,)]
    changed = np.array([found.tape.nodes[at].value for at in found.inputs[name].values()])
    changed[1] = 2_600.0
    expected = with_inputs(plan, {name: changed})["interest_special"]
    assert expected[2] > plan.line("interest_special")[2]
    np.testing.assert_allclose(found.tape.run({node: 2_600.0})[found.lines["interest_special"]], expected)


def test_every_number_of_a_plan_has_a_name_but_those_that_are_no_figures(plan):
    found = trace(plan)
    nameless = {
        found.tape.nodes[at].value
        for at in found.reached
        if found.tape.nodes[at].kind == "constant" and not found.tape.nodes[at].name
    }
    assert {value for value in nameless if value == value} <= {0.0, 0.5, 1.0}


LIVE = {
    "carryover_share": 0.01, "fund_transfer_out_share": 0.02, "fund_transfers_growth": 0.05, "living_growth": 0.02, "new_issue_general": 900.0,
    "new_payments": 500.0, "new_project": 800.0, "operations_growth": 0.03, "other_spending_growth": 0.02, "own_revenue_shift": -0.04,
    "pay_growth": 0.03, "pay_shift": 0.02, "persons_shift": 0.01, "rebates_growth": 0.02, "refinancing_share_general": -0.1,
    "remitted_up_growth": 0.05, "revolving_topup": 300.0, "standards_shift": 0.03, "tax_shift": -0.05, "transfers_earmarked_growth": 0.04,
    "transfers_general_purpose_growth": -0.03, "transfers_shift": -0.06,
}  # fmt: skip
"""Assumptions and by how much they move from the second year on: the tape alone then gives the plan of the other scenario."""


def test_a_moved_assumption_on_the_tape_is_the_plan_of_that_scenario(plan_of):
    """Gangu grows everything from its base year: no register, no quota test and no scheme stands between."""
    before = plan_of("gangu")
    for name, step in LIVE.items():
        path = before.basis.assumed.path(name)
        moved = path + step * (np.arange(len(path)) > 0)
        scenario = before.basis.scenario.with_(**{name: dict(zip(before.years, moved.tolist(), strict=True))})
        after = project(before.basis.place, scenario)
        for line, expected in with_inputs(before, {f"assumed.{name}": moved}).items():
            np.testing.assert_allclose(expected, after.lines[line], rtol=1e-9, atol=1e-6, err_msg=f"{name} {line}")


def test_what_would_lose_the_trace_is_refused():
    traced = Tape().name("x", [1.0, 2.0])
    with pytest.raises(TypeError, match="would lose its trace"):
        np.asarray(traced)
    with pytest.raises(TypeError, match="would lose its trace"):
        np.median(traced)


def test_equal_operations_stand_once_and_what_moves_nothing_leaves_no_node():
    tape = Tape()
    x = tape.name("x", [1.0, 2.0])
    assert (x * 1.0 + 0.0).nodes.tolist() == x.nodes.tolist()
    assert (x + 3.0).nodes.tolist() == (x + 3.0).nodes.tolist()
    assert sum(node.kind == INPUT for node in tape.nodes) == 2


def test_a_number_of_the_law_keeps_its_name():
    tape = Tape()
    limited = Named(0.05, "limit.fund") * tape.name("x", [100.0])
    assert [(node.name, node.value) for node in tape.nodes if node.kind == "constant"] == [("limit.fund", 0.05)]
    assert limited.values.tolist() == [5.0]
