"""The constants of risk: read in order, refused where they cannot be, positive definite by construction, each with its source."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from math import isfinite
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from fiscal_model.law.risk_constants import correlation, driver_shocks, loadings, risk_events
from fiscal_model.law.rules import read_rules
from fiscal_model.words.drivers import DRIVERS
from fiscal_model.words.errors import InputError
from fiscal_model.words.resources import rules_folder

SHOCKS = {each.driver: each for each in driver_shocks()}
# fmt: off
CHANGED = {
    # what stands there first, what is written instead, line, what is said
    "no room for its own": ("nation = {nation}\n", "nation = 0.99\n", "driver.own_revenue.nation 与 province 的平方和为", "平方和不得超过 0.95"),
    "degrees too few": ("degrees = {degrees}", "degrees = 2.0", "driver.own_revenue.degrees 填写的是“2.0”", '正态写 "normal"'),
    "percent": ("deviation = {deviation}", "deviation = 14", "driver.own_revenue.deviation 14 不在 0 到 1 之间", "80% 写 0.8"),
    "no date": ("estimated = 2026-11-28\n", "", "[driver.own_revenue] 里缺少“estimated”", "请补上"),
}
# fmt: on


def test_every_driver_has_its_shock_in_the_one_order() -> None:
    assert tuple(SHOCKS) == DRIVERS
    assert loadings().shape == (len(DRIVERS), 2)
    for each in SHOCKS.values():
        assert each.source and each.years and each.quality, each.driver
        assert each.degrees > 2
    assert SHOCKS["duties"].deviation == 0, "only events call for duties"


def test_the_correlation_is_one_on_the_diagonal_and_positive_definite() -> None:
    found = correlation()
    np.testing.assert_allclose(found, found.T)
    np.testing.assert_allclose(np.diag(found), 1.0)
    assert np.linalg.eigvalsh(found).min() > 0.05


def test_revenue_the_economy_and_land_move_together_and_transfers_are_no_insurance() -> None:
    at = {name: number for number, name in enumerate(DRIVERS)}
    found = correlation()
    assert found[at["own_revenue"], at["gdp"]] > 0.15
    assert found[at["own_revenue"], at["land"]] > 0
    assert found[at["own_revenue"], at["general_purpose"]] >= 0
    assert found[at["general_purpose"], at["earmarked"]] >= 0


def test_an_event_falls_on_drivers_or_is_paid_and_what_tails_hold_already_is_not_counted() -> None:
    events = {each.id: each for each in risk_events()}
    assert {"disaster", "transfer_cut", "key_taxpayer", "guarantee_call", "adverse_shock"} <= set(events)
    for each in events.values():
        assert bool(each.moves) != bool(each.share_of), each.id
        assert set(each.moves) <= set(DRIVERS)
        assert each.source and each.quality
    # The place's own record is as wide as usual years and collapses together.
    assert events["revenue_collapse"].counted and SHOCKS["own_revenue"].width < 1
    assert not events["key_taxpayer"].counted
    shock = events["adverse_shock"]
    assert (round(1 / shock.probability), shock.size, shock.share_of, shock.counted) == (12, 0.06, "gdp", False)
    cut = events["transfer_cut"]
    assert cut.moves["general_purpose"] > 0 and cut.moves["own_revenue"] > 0, "they came together"


@pytest.mark.parametrize("name", CHANGED)
def test_a_spoilt_file_is_refused_with_line_and_remedy(name: str, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(rules_folder(), tmp_path / "rules"))
    path, (before, after, said, remedy) = folder / "risk.toml", CHANGED[name]
    text, own = path.read_text(encoding="utf-8"), SHOCKS["own_revenue"]
    stands = before.format(**{key: _written(getattr(own, key)) for key in ("nation", "degrees", "deviation")})
    assert stands in text
    path.write_text(text.replace(stands, after, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_rules(folder)
    assert len(caught.value.faults) == 1
    message = str(caught.value.faults[0])
    assert "risk.toml" in message and said in message and remedy in message, message
    line = next(number for number, row in enumerate(text.splitlines(), 1) if "driver.own_revenue" in row)
    assert line <= (caught.value.faults[0].line or 0) <= line + 9


def test_an_event_that_moves_and_is_paid_is_refused(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(rules_folder(), tmp_path / "rules"))
    text = (folder / "risk.toml").read_text(encoding="utf-8")
    both = 'moves = {{ {driver} = 1.0 }}\nshare_of = "expenditure"'
    for driver, said in (("own_revenue", "moves 与 share_of 没有写对"), ("own_revenu", "不认识的项目“own_revenu”")):
        changed = text.replace('share_of = "expenditure"', both.format(driver=driver), 1)
        (folder / "risk.toml").write_text(changed, encoding="utf-8")
        with pytest.raises(InputError) as caught:
            read_rules(folder)
        assert said in str(caught.value)


def _written(value: float) -> str:
    return f"{value:g}" if isfinite(value) and value != int(value) else f"{value:.1f}"


def _benchmark() -> ModuleType:
    path = Path(__file__).parents[1] / "benchmarks" / "risk_constants.py"
    spec = importlib.util.spec_from_file_location("benchmark_of_risk", path)
    assert spec is not None and spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = found
    spec.loader.exec_module(found)
    return found


def test_the_estimates_are_what_a_hand_works_out_on_a_tiny_panel() -> None:
    of = _benchmark()
    # Growth 0.1, 0.1, 0.1, 0.4 and 0.1, 0.1, 0.1, 0.0: expected 0.1 of both (own mean 0.1, middle of all 0.1).
    steps = np.array([[0.0, 0.1, 0.1, 0.1, 0.4], [0.0, 0.1, 0.1, 0.1, 0.0]])
    index = pd.MultiIndex.from_tuples([("甲", "一"), ("乙", "二")], names=["province", "place"])
    panel = pd.DataFrame(np.exp(steps.cumsum(axis=1)), index=index, columns=range(2010, 2015))
    np.testing.assert_allclose(of.surprises(panel)[2014], [0.3, -0.1])
    # Yearly means 0.1 and -0.1 of one place, the mirror of the other: nothing in common; both alike: everything.
    apart = pd.DataFrame([[0.1, -0.1, 0.1], [-0.1, 0.1, -0.1]])
    assert of.common_share(apart) == 0
    assert of.common_share(pd.DataFrame([[0.1, -0.1, 0.1], [0.1, -0.1, 0.1]])) == pytest.approx(1)
    # Two standardised columns of correlation r over forty rows: sample less the unit matrix is 2 r² apart, and the sample's own
    # noise is (2 (1 - r²) + Σy⁴/40 - 1) / 40: with r² = 0.9 and Σy⁴/40 = 1.36 it is 0.56 / 40, shrunk by 0.56 / 72.
    rows = np.tile([[1.0, 1.0], [-1.0, -1.0], [1.0, 0.5], [-1.0, -0.5]], (10, 1)) / [1.0, np.sqrt(0.625)]
    matrix, share = of.shrunk(rows)
    assert share == pytest.approx(0.56 / 72)
    assert matrix[0, 1] == pytest.approx((1 - 0.56 / 72) * np.sqrt(0.9))
    # Loadings whose products are given back: 0.6 · 0.5, 0.6 · 0.4, 0.5 · 0.4.
    given = np.array([[1.0, 0.3, 0.24], [0.3, 1.0, 0.2], [0.24, 0.2, 1.0]])
    np.testing.assert_allclose(of.one_factor(given), [0.6, 0.5, 0.4], atol=1e-4)
    # A tail heavier than the normal's is seen as one.
    drawn = pd.DataFrame(np.random.default_rng(1).standard_t(4, (200, 20)) * 0.1 / np.sqrt(2))
    deviation, degrees = of.student(drawn)
    assert deviation == pytest.approx(0.1, rel=0.05) and 3 <= degrees <= 6


def test_the_place_says_how_wide_and_the_file_how_wild() -> None:
    assert [each.driver for each in driver_shocks() if each.width != 1] == ["own_revenue"]
