"""What the stress test found, for the template of its details."""

from __future__ import annotations

from typing import Any

import pandas as pd

from fiscal_model.analysis.risk.stress import PLAN, StressTest, stress_test
from fiscal_model.report.material import Material

_KINDS = {
    "single": "单项",
    "combined": "几项同时发生",
    "contingent": "或有负债集中支出",
    "replay": "历史重演",
    "relief": "减轻（对照）",
}
_GAPS = {"funding_gap": "收支缺口", "fund_gap": "政府性基金缺口"}
_TOGETHER = "revenue_with_transfers"
_SEEN = 0.5
"""From where on an amount counts, 万元."""


def stress_effects(m: Material) -> dict[str, Any]:
    """Stresses by kind, the hardest of each with what it takes, the gaps they open, whether the three guarantees stay covered."""
    found = stress_test(m.plan)
    rows = found.summary()
    own, stressed = rows.index.str.startswith("own_"), rows[~rows["kind"].isin(["plan", "relief"])]
    return {
        "counts": [
            {"word": word, "count": int((rows["kind"] == kind).sum())}
            for kind, word in _KINDS.items()
            if kind in {*rows["kind"]}
        ],
        "compared": bool(rows["uncommitted"].notna().any()),
        "planned_coverage": rows.loc[PLAN, "coverage"],
        "single": _hardest(rows[rows["kind"] == "single"]),
        "together": _hardest(rows[rows.index == _TOGETHER]),
        "combined": _hardest(rows[rows["kind"] == "combined"]),
        "own_year": _hardest(rows[own]),
        "has_own_years": bool(own.any()),
        "gaps": [_gap(found, rows, line) for line in _GAPS if rows[line].notna().any()],
        "covered": bool(stressed["coverage"].notna().any()),
        "uncovered": [*stressed.loc[stressed["coverage"] < 1, "name"]],
        "least_coverage": stressed["coverage"].min(),
    }


def _hardest(rows: pd.DataFrame) -> dict[str, Any]:
    """Which of them takes most of the money that is free; empty where none takes any."""
    harmful = rows[rows["uncommitted_change"] < -_SEEN]
    if harmful.empty:
        return {}
    worst = harmful.loc[harmful["uncommitted_change"].idxmin()]
    return {"name": worst["name"], "lost": -worst["uncommitted_change"], "coverage": worst["coverage"]}


def _gap(found: StressTest, rows: pd.DataFrame, line: str) -> dict[str, Any]:
    """Which stresses open a gap that the plan does not have, or widen one: the widest first."""
    before = float(rows.loc[PLAN, line])
    worse = rows[rows[line] > before + _SEEN].sort_values(line, ascending=False, kind="stable")
    return {
        "word": _GAPS[line],
        "before": before,
        "names": [*worse["name"]],
        "first": min((found.first_breaches(str(id))[line] for id in worse.index), default=None),
        "most": float(worse[line].max()),
    }


FINDINGS = {"stress_effects": stress_effects}
