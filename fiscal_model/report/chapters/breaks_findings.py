"""What would break the plan, for the templates that tell it in short and at length."""

from __future__ import annotations

from typing import Any

from fiscal_model.analysis.guarantees.coverage_ground import coverage_is_judged
from fiscal_model.analysis.risk.first_sign import REACH
from fiscal_model.analysis.risk.likely_break import CHECKED, LikelyBreak
from fiscal_model.analysis.risk.red_lines import RED_LINES
from fiscal_model.analysis.risk.reverse_stress import change_text, reverse_stress
from fiscal_model.report.material import Material
from fiscal_model.words.drivers import DRIVERS_BY_ID

_COUNTS = 0.05
"""From which part of a joint shock on a driver is named."""


def breaks(m: Material) -> list[dict[str, Any]]:
    """For each red line: the years that cross it already and what repairs them; else what crosses it, alone and together; its first sign."""
    found, said = reverse_stress(m.plan), []
    for line, already in found.already.items():
        if line == "guarantees_shortfall" and not already and not coverage_is_judged(m.plan.basis):
            continue  # Nothing says how near a line is that was not judged
        ways: dict[str, list[dict[str, Any]]] = {"breaks": [], "repairs": []}
        for each in found.lasting(line):
            if each.status in ways:
                ways[each.status].append(_way(each.driver, each.size) | {"year": each.crossed_in, "deviations": each.deviations})  # fmt: skip
        breaking, signs = ways["breaks"], found.signs[line]
        sign = next((each for each in signs if each.year < each.crossed_in or each.month < 12), None)
        said.append({
            "id": line, "line": RED_LINES[line], "already": already, "repairs": ways["repairs"], "reach": REACH,
            "nearest": breaking[0] if breaking else {}, "near": [each for each in breaking if each["deviations"] <= REACH],
            "likely": _likely(found.years, found.likely.get(line)),
            "sign": sign, "sign_is_nearest": bool(signs) and sign is signs[0],
        })  # fmt: skip
    return said


def _way(driver: str, size: float) -> dict[str, Any]:
    return {"label": DRIVERS_BY_ID[driver].label, "change": change_text(driver, size)}


def _likely(years: tuple[int, ...], likely: LikelyBreak | None) -> dict[str, Any]:
    """The joint shock that most likely crosses a line, its largest parts first; empty where none does within reach."""
    if not likely:
        return {}
    at, parts = years.index(likely.year), sorted(likely.shares, key=lambda name: -likely.shares[name])
    ways = [_way(name, float(likely.drivers[name][at])) for name in parts if likely.shares[name] >= _COUNTS]
    return {"year": likely.year, "ways": ways, "checked": f"{CHECKED:,}", "share": likely.sampled_share}


FINDINGS = {"breaks": breaks}
