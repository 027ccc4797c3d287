"""What stands behind the grade, for the template of its details: how firm it is, where it is heading, what would change it."""

from __future__ import annotations

from typing import Any

from fiscal_model.analysis.rating.rating_board import rating_board
from fiscal_model.analysis.rating.rating_levers import LIFT, LOWER, levers
from fiscal_model.analysis.rating.rating_outlook import UNCLEAR, outlook
from fiscal_model.analysis.rating.rating_sensitivity import fill_gaps, judge_plan, weigh_at_random
from fiscal_model.law.rules import rules
from fiscal_model.report.material import Material
from fiscal_model.report.tables.rating_tables import OUTLOOKS


def grade_weightings(m: Material) -> dict[str, Any]:
    """What becomes of the grade under weights drawn at random, by how they are drawn; and how many are drawn."""
    return {"ways": weigh_at_random(judge_plan(m.plan)), "drawn": f"{int(rules('rating')['weightings']['count']):,}"}


def grade_outlook(m: Material) -> dict[str, Any]:
    """Where the grade is heading by the plan and by the futures, and the indicators that move it; empty without a grade."""
    found = outlook(m.plan, m.fan.outlook)
    if found is None:
        return {}
    unclear = found.outlook == UNCLEAR
    return {**vars(found), "word": OUTLOOKS[found.outlook], "way": OUTLOOKS[found.way], "unclear": unclear}


def grade_levers(m: Material) -> dict[str, Any]:
    """Gates to be mended and single ways to the next grade, and what lowers it with the least money; nothing without a grade."""
    found = levers(m.plan)
    lift = [each for each in found if each.way == LIFT and not each.gate]
    lower = [each for each in found if each.way == LOWER]
    mend = [each for each in found if each.way == LIFT and each.gate]
    return {
        "mend": [{"label": each.label.removeprefix("否决项"), "money": each.money} for each in mend],
        "ways": len(lift),
        "cheapest": min(lift, key=lambda each: float("inf") if each.amounts is None else abs(each.money), default=None),
        "only_together": bool(lower and not lift and m.rating.grade and m.rating.grade == m.rating.by_score),
        "nearest": min((each for each in lower if each.amounts is not None), key=lambda each: abs(each.money), default=None),
    }  # fmt: skip


FINDINGS = {each.__name__: each for each in (grade_weightings, grade_outlook, grade_levers)} | {
    "grade_board": lambda m: rating_board(m.plan),
    "grade_gaps": lambda m: fill_gaps(m.plan),
}
