"""What is kept is what comes out: the committed sample of Lijiang to 0.01 万元, every printed cell of every place by its digest.

When figures move on purpose, renew `reports/sample` and `golden.json` in a commit that says what moved and why.
"""

import json

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from golden import KEPT, PLACES, fingerprints

from fiscal_model.model.planbook import plan_table


def test_a_fresh_projection_matches_the_committed_sample(plan_of):
    path = ROOT / "reports" / "sample" / "lijiang-2026" / "tables" / "plan.csv"
    golden = pd.read_csv(path, encoding="utf-8-sig")
    fresh = plan_table(plan_of("lijiang", "baseline"))
    keys = ["scenario", "block", "line", "label", "year", "unit", "grain"]
    assert fresh[keys].to_numpy().tolist() == golden[keys].to_numpy().tolist()
    np.testing.assert_allclose(fresh["amount"], golden["amount"], rtol=0, atol=0.01, equal_nan=True)


@pytest.mark.parametrize(
    "place_name", [name if name == "gangu" else pytest.param(name, marks=pytest.mark.slow) for name in PLACES]
)
def test_nothing_that_is_printed_moved(place_name):
    kept = json.loads(KEPT.read_text(encoding="utf-8"))[place_name]
    fresh = fingerprints(place_name)
    moved = [name for name in sorted({*kept, *fresh}) if kept.get(name) != fresh.get(name)]
    assert not moved, "renew with `python tests/golden.py` only when this is meant"
