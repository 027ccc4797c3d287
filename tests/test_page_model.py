"""What the web page computes with is the plan's own arithmetic: replayed here by a few lines that know nothing of it."""

import operator

import numpy as np
import pytest
from page_case import inputs_of, moved_inputs, random_inputs, random_moves, unlike, vector_of

from fiscal_model.analysis.risk.simulate import simulate
from fiscal_model.report.writers.page_model import SLIDERS, model_of

OPERATIONS = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "min": min, "max": max, ">": operator.gt, ">=": operator.ge,
    "<": operator.lt, "<=": operator.le, "==": operator.eq, "!=": operator.ne, "and": lambda a, b: bool(a) and bool(b),
    "/": lambda a, b: a / b if b else np.nan, "if": lambda a, b, c: b if a else c,
}  # fmt: skip


def replay(model, program, vector):
    """The lines of a program from the values of its inputs."""
    values = [*vector, *(np.nan if value is None else float(value) for value, _ in program["constants"])]
    code = iter(program["code"])
    for kind in code:
        name = model["operations"][kind]
        values.append(float(OPERATIONS[name](*(values[next(code)] for _ in range(3 if name == "if" else 2)))))
    return {
        line: [values[node] if np.isfinite(values[node]) else None for node in row]
        for line, row in program["lines"].items()
    }


@pytest.fixture(scope="module", params=["yunshui", "zhangye"])
def made(request, plan_of):
    plan = plan_of(request.param)
    return plan, model_of(plan, simulate(plan, paths=100), {"baseline": plan})


def test_the_program_gives_back_every_line_of_the_plan(made):
    plan, model = made
    [program], given = model["programs"], model["scenarios"]["baseline"]["inputs"]
    found = replay(model, program, [np.nan if value is None else float(value) for value in given])
    assert found and not [*unlike(found, plan, {})]


def test_and_every_line_that_python_gives_when_inputs_move(made):
    plan, model = made
    [program], arrays, generator = model["programs"], inputs_of(plan), np.random.default_rng(17)
    for _ in range(6):
        for changed in (
            moved_inputs(arrays, random_moves(generator), int(generator.integers(len(plan.years)))),
            random_inputs(arrays, generator),
        ):
            found = replay(model, program, vector_of(program, arrays, changed))
            assert not [*unlike(found, plan, changed)]


FELT = {"own_revenue": "own_revenue", "land": "land_revenue", "duties": "sudden_duties", "gdp": "gdp", "coupon": "interest_special",
        "new_general": "debt_general_issued_new", "new_special": "debt_special_issued_new", "pay": "guarantee_salaries",
        "earmarked": "transfers_earmarked", "refinancing": "debt_general_refinanced", "fund_other": "fund_other_revenue"}  # fmt: skip


@pytest.mark.parametrize("slider", SLIDERS, ids=lambda each: each.id)
def test_every_slider_moves_what_it_is_named_for(plan_of, slider):
    """In 云水, where new special bonds already stand at their highest and can only fall."""
    plan = plan_of("yunshui")
    as_planned = {name: plan.line(name).tolist() for name in plan.lines}
    changed = moved_inputs(inputs_of(plan), {slider.id: slider.low or slider.high}, 0)
    moved = {line for line, *_ in unlike(as_planned, plan, changed)}
    assert FELT.get(slider.id, "uncommitted_resources") in moved
    assert "hidden_debt_stock" not in moved, "its light is fixed"
    assert slider.low <= 0 < slider.high and slider.kind in {"share", "points", "money"}


def test_scenarios_that_compute_alike_share_a_program(plan_of):
    plan, other = plan_of("yunshui"), plan_of("yunshui", "pessimistic")
    made = model_of(plan, simulate(plan, paths=100), {"baseline": plan, "pessimistic": other, "again": plan})
    assert made["scenarios"]["again"] == made["scenarios"]["baseline"] != made["scenarios"]["pessimistic"]
    assert len(made["programs"]) <= 2
