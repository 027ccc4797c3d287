"""The exploring screen without a browser: sliders, comparison, saved scenarios."""

from pathlib import Path

import pytest

from fiscal_model.apps import explore
from fiscal_model.apps.explore import build, save_scenario
from fiscal_model.inputs.scenario import read_scenario
from fiscal_model.words.errors import ScenarioError

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def screen(tmp_path_factory):
    return build(ROOT / "data" / "places", "gangu", tmp_path_factory.mktemp("custom"))


def test_it_opens_on_the_asked_place_and_on_the_baseline(screen):
    assert Path(screen.place.value).name == "gangu" and screen.scenario.value == "baseline"
    assert "甘谷县" in screen.about.value and "与基准情景相同" in screen.numbers.value
    assert screen.picture.value[:8] == b"\x89PNG\r\n\x1a\n"
    assert screen.sliders["transfers_general_purpose_growth"].value == pytest.approx(0.02)


def test_a_move_redraws_everything_and_reset_brings_it_back(screen):
    before = screen.picture.value, screen.table.value
    screen.sliders["pay_growth"].value = 0.08
    assert screen.picture.value != before[0] or screen.table.value != before[1]
    assert "+" in screen.table.value and "个百分点" in screen.numbers.value
    screen.reset.click()
    assert (screen.picture.value, screen.table.value) == before


def test_a_scenario_puts_the_sliders_where_it_has_them(screen):
    screen.scenario.value = "pessimistic"
    assert screen.sliders["percentile"].value == pytest.approx(0.1)
    assert "与基准情景相同" not in screen.numbers.value.split("未安排财力最小")[1].split("债务率")[0]
    screen.scenario.value = "baseline"


def test_the_setting_is_saved_and_can_be_chosen_again(screen):
    screen.sliders["new_project"].value = screen.sliders["new_project"].max / 2
    screen.name.value = "园区方案"
    screen.save.click()
    assert "已保存" in screen.message.value
    path = Path(next(value for label, value in screen.scenario.options if label.startswith("园区方案")))
    saved = read_scenario(path)
    assert saved.id == "园区方案" and set(saved.assumptions) == {"new_project"}
    assert screen.sliders["new_project"].value == screen.sliders["new_project"].max / 2
    screen.save.click()
    assert "同名情景文件已经存在" in screen.message.value
    screen.reset.click()


@pytest.mark.parametrize(
    ("name", "said"),
    [("  ", "没有填写名称"), ("甲/乙", "不能作文件名"), ("con", "不能作文件名"), ("baseline", "自带情景的名称")],
)
def test_names_that_cannot_be_files_are_refused(tmp_path, name, said):
    with pytest.raises(ScenarioError, match=said):
        save_scenario(read_scenario("baseline"), name, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_place_with_faults_is_said_in_words(tmp_path):
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "place.toml").write_text('name = "破损县"\n', encoding="utf-8")
    screen = build(tmp_path, None, tmp_path / "custom")
    assert "既没有 totals 表也没有 ledger 表" in screen.message.value


def test_a_move_only_projects(screen, monkeypatch):
    """Reading and fitting are paid for once a place; how long a move takes is measured in `benchmarks/explore.py`."""
    screen.reset.click()
    for paid_once in ("read_place", "fit", "read_history"):
        monkeypatch.setattr(explore, paid_once, lambda *_, **__: pytest.fail("a move reads or fits again"))
    for move in range(5):
        shown = screen.picture.value
        screen.sliders["pay_growth"].value = 0.05 + 0.004 * move
        assert screen.picture.value != shown
