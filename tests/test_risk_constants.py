"""The constants of risk: read in order, refused where they cannot be, positive definite by construction, each with its source."""

from __future__ import annotations

import shutil
from math import inf, isfinite
from pathlib import Path

import numpy as np
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
    assert SHOCKS["own_revenue"].degrees < inf and not events["key_taxpayer"].counted
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
