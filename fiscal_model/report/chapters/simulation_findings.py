"""What the simulation says of the plan and of the other scenarios, for the templates of their details."""

from __future__ import annotations

from typing import Any

from fiscal_model.analysis.risk.fan_counts import GUARANTEE_LIGHT
from fiscal_model.analysis.risk.positions import positions_of
from fiscal_model.analysis.risk.realism import realism
from fiscal_model.model.futures import moved_by_percentile
from fiscal_model.report.material import Material
from fiscal_model.report.wording import percentile_text

_WARNED = ("funding_gap", "fund_gap", "guarantee_coverage", GUARANTEE_LIGHT)


def scenario_positions(m: Material) -> list[dict[str, Any]]:
    """Where the revenue of each percentile scenario stands by construction, and where its last year is found in the plan's simulation."""
    said = []
    for other in m.alternatives.values():
        if not moved_by_percentile(other.basis):
            continue
        found = positions_of(other, m.fan) if other is not m.plan and other.years == m.years else {}
        gap = found.pop("funding_gap", None)
        said.append({
            "name": other.basis.scenario.name, "own": other is m.plan,
            "percentiles": percentile_text(other.basis.assumed.path("percentile")),
            "positions": {line: f"{100 * path[-1]:.0f}" for line, path in found.items()},
            "gap": gap[-1] if gap is not None and other.line("funding_gap")[-1] > 0.5 else None,
        })  # fmt: skip
    return said


def odds_ever(m: Material) -> list[dict[str, Any]]:
    """In which share of the futures what goes wrong goes wrong in any plan year, with the error of sampling."""
    found = {name: m.fan.odds[name] for name in _WARNED if name in m.fan.odds}
    return [{"id": name, "share": each.ever, "error": each.ever_error} for name, each in found.items()]


FINDINGS = {
    "scenario_positions": scenario_positions,
    "odds_ever": odds_ever,
    "assumptions_tried": lambda m: realism(m.plan),
}
