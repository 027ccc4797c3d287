"""The committed sample report of Lijiang: a fresh projection gives the same figures to 0.01 万元.

When figures move on purpose, renew `reports/sample` in a commit that says what moved and why.
"""

import numpy as np
import pandas as pd
from conftest import ROOT

from fiscal_model.planbook import plan_table


def test_a_fresh_projection_matches_the_committed_sample(plan_of):
    path = ROOT / "reports" / "sample" / "lijiang-2026" / "tables" / "plan.csv"
    golden = pd.read_csv(path, encoding="utf-8-sig")
    fresh = plan_table(plan_of("lijiang", "baseline"))
    keys = ["scenario", "block", "line", "label", "year", "unit", "grain"]
    assert fresh[keys].to_numpy().tolist() == golden[keys].to_numpy().tolist()
    np.testing.assert_allclose(fresh["amount"], golden["amount"], rtol=0, atol=0.01, equal_nan=True)
