"""The exploring screen without a browser: sliders by year, switches, undo, pins, what cannot be read, the cost of a move."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from fiscal_model.apps import setting as settings
from fiscal_model.apps.custom_scenarios import save_scenario
from fiscal_model.apps.desk_layout import VIEWS
from fiscal_model.apps.explore import SLIDERS, open_session
from fiscal_model.apps.live_chart import draw_chart
from fiscal_model.apps.setting import ITEM, PROJECT, Setting, describe, start_of, switches_of, try_out
from fiscal_model.inputs.scenario import read_scenario
from fiscal_model.report.eight_numbers import eight_numbers
from fiscal_model.words.errors import ScenarioError

ROOT = Path(__file__).resolve().parents[1]
PLACES = ROOT / "data" / "places"


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    return open_session(PLACES, "gangu", tmp_path_factory.mktemp("custom"))


@pytest.fixture
def session(opened):
    """The one screen, put back to where it began."""
    opened.screen.place.value, opened.screen.scenario.value = (PLACES / "gangu").as_posix(), "baseline"
    opened.screen.view.value = "years"
    opened.screen.buttons["reset"].click()
    return opened


def test_it_opens_on_the_asked_place_and_on_the_baseline(session):
    screen = session.screen
    assert Path(screen.place.value).name == "gangu" and screen.scenario.value == "baseline"
    assert "甘谷县" in screen.about.value and "没有改动" in screen.about.value
    assert screen.numbers.value.count("class='fm-card ") == 8 and screen.numbers.value.count("无数据") == 4
    assert screen.sliders["transfers_general_purpose_growth"].level == pytest.approx(0.02)
    assert screen.buttons["undo"].disabled is False or session.trail.at == 0


def test_history_is_as_wide_as_the_plan(session):
    """Five plan years, five years before them: 2020 to 2029 on the axis, the observed ones of them drawn."""
    picture = session.screen.picture.value
    assert [year for year in range(2015, 2035) if f">{year}</text>" in picture] == [*range(2020, 2030)]
    assert "2024年 实际 42,100" in picture and "2029年 当前设定" in picture


def test_a_move_redraws_everything_and_reset_brings_it_back(session):
    screen = session.screen
    before = screen.picture.value, screen.table.value, screen.numbers.value
    screen.sliders["pay_growth"].whole.value = 0.08
    assert "比基准情景" in screen.table.value and "fm-worse" in screen.numbers.value
    assert "工资增速 8.0%" in screen.about.value
    screen.buttons["reset"].click()
    assert (screen.picture.value, screen.table.value, screen.numbers.value) == before


def test_a_scenario_puts_the_sliders_where_it_has_them(session):
    session.screen.scenario.value = "pessimistic"
    assert session.screen.sliders["percentile"].level == pytest.approx(0.1)
    assert "fm-worse" in session.screen.numbers.value


def test_a_slider_is_one_for_all_years_or_one_a_year(session):
    slider = session.screen.sliders["pay_growth"]
    slider.by_year.value = True
    assert [each.description for each in slider.yearly] == ["2025", "2026", "2027", "2028", "2029"]
    assert session.shown.setting.moved == {}  # split, not moved: every year stands where all stood
    slider.yearly[2].value = 0.1
    path = session.shown.plan.basis.assumed.path("pay_growth")
    assert path.round(6).tolist() == [0.02, 0.02, 0.1, 0.02, 0.02]
    slider.by_year.value = False
    assert slider.whole.layout.display == "" and session.shown.setting.moved == {}
    assert slider.yearly[0].layout.display == "none"


def test_undo_and_redo_walk_the_settings(session):
    screen, trail = session.screen, session.trail
    first = session.shown.setting
    screen.sliders["pay_growth"].whole.value = 0.05
    screen.sliders["land_revenue_growth"].whole.value = -0.3
    last, shown = session.shown.setting, screen.numbers.value
    assert set(last.moved) == {"pay_growth", "land_revenue_growth"}
    screen.buttons["undo"].click()
    assert set(session.shown.setting.moved) == {"pay_growth"}
    assert screen.sliders["land_revenue_growth"].level == pytest.approx(0.0)
    screen.buttons["undo"].click()
    assert session.shown.setting == first and screen.buttons["redo"].disabled is False
    screen.buttons["redo"].click()
    screen.buttons["redo"].click()
    assert session.shown.setting == last and screen.numbers.value == shown
    assert screen.buttons["redo"].disabled is True
    screen.buttons["undo"].click()
    screen.sliders["percentile"].whole.value = 0.3
    assert screen.buttons["redo"].disabled is True and trail.at == len(trail.steps) - 1  # what was undone is gone


def test_pinned_settings_stand_beside_the_present_one(session):
    screen = session.screen
    screen.sliders["pay_growth"].whole.value = 0.05
    screen.buttons["pin_a"].click()
    screen.sliders["pay_growth"].whole.value = 0.10
    screen.buttons["pin_b"].click()
    screen.buttons["reset"].click()
    assert screen.view.value == "pins"
    for said in ("<th>A</th><th>B</th><th>当前设定</th>", "A：基准情景，工资增速 5.0%", "B：基准情景，工资增速 10.0%"):
        assert said in screen.table.value
    assert "2029年 A " in screen.picture.value and "2029年 B " in screen.picture.value
    screen.buttons["unpin"].click()
    assert "还没有钉住" in screen.table.value and "2029年 A " not in screen.picture.value


def test_all_scenarios_stand_side_by_side(session):
    screen = session.screen
    screen.view.value = VIEWS["情景并排"]
    for label, name in screen.scenario.options:
        start = start_of(screen.place.value, name)
        gap = eight_numbers(start.plan, start.fan)[5]
        assert f"<th>{label}</th>" in screen.table.value and f"{gap.text}（{gap.word}）" in screen.table.value


def test_a_county_that_cannot_be_read_empties_the_screen(tmp_path):
    """No figure of the former county stays under the other's name; undo goes back to it."""
    shutil.copytree(PLACES / "gangu", tmp_path / "good")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "place.toml").write_text('name = "破<b>损</b>县"\n', encoding="utf-8")
    session = open_session(tmp_path, "good", tmp_path / "custom")
    screen = session.screen
    screen.buttons["pin_a"].click()
    shown = screen.numbers.value
    own = tmp_path / "good" / "scenarios" / "own.toml"
    own.parent.mkdir()
    own.write_text(read_scenario("pessimistic").to_toml().replace("悲观情景", "本县方案"), encoding="utf-8")
    screen.buttons["reread"].click()
    screen.scenario.value = own.as_posix()  # of this place alone
    screen.scenario.value = "baseline"
    screen.place.value = (tmp_path / "broken").as_posix()
    assert "totals 表和 ledger 表都没有数" in screen.message.value
    assert [panel.value for panel in screen.panels] == [""] * 5 and session.shown is None and not session.pinned
    assert screen.sliders["pay_growth"].whole.disabled and screen.buttons["save"].disabled
    screen.view.value = "scenarios"
    screen.sliders["pay_growth"].whole.value = 0.07
    assert [panel.value for panel in screen.panels] == [""] * 5
    screen.buttons["undo"].click()
    assert screen.place.value == (tmp_path / "good").as_posix() and screen.numbers.value == shown
    assert screen.message.value == "" and not screen.sliders["pay_growth"].whole.disabled
    screen.place.value = (tmp_path / "broken").as_posix()
    shutil.copyfile(PLACES / "gangu" / "totals.csv", tmp_path / "broken" / "totals.csv")
    (tmp_path / "broken" / "place.toml").write_text(
        (PLACES / "gangu" / "place.toml").read_text(encoding="utf-8").replace("甘谷县", "破<b>损</b>县"),
        encoding="utf-8",
    )
    screen.buttons["reread"].click()  # mended meanwhile
    assert "破&lt;b&gt;损&lt;/b&gt;县" in screen.about.value and "<b>损" not in screen.about.value


def test_the_setting_is_saved_and_can_be_chosen_again(session):
    screen = session.screen
    slider = screen.sliders["new_project"]
    slider.by_year.value = True
    slider.yearly[1].value = slider.yearly[1].max / 2
    screen.name.value = "园区方案"
    screen.buttons["save"].click()
    assert "已保存" in screen.message.value
    path = Path(next(value for label, value in screen.scenario.options if label.startswith("园区方案")))
    saved = read_scenario(path)
    assert saved.id == "园区方案" and set(saved.assumptions) == {"new_project"}
    assert saved.assumptions["new_project"].by_year[2026] == slider.yearly[1].value
    screen.buttons["save"].click()
    assert "同名情景文件已经存在" in screen.message.value
    screen.scenario.value = path.as_posix()  # a path that is not level comes as one slider a year
    assert (
        slider.by_year.value and slider.level[:2] == (0.0, slider.yearly[1].value) and session.shown.setting.moved == {}
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("  ", "没有填写名称"),
        ("甲/乙", "不能作文件名"),
        ("con", "不能作文件名"),
        ("甲 乙", "不能作文件名"),
        ("baseline", "自带情景的名称"),
    ],
)
def test_names_that_cannot_be_files_are_refused(tmp_path, name, said):
    with pytest.raises(ScenarioError, match=said):
        save_scenario(read_scenario("baseline"), name, tmp_path)
    assert not list(tmp_path.iterdir())


def test_what_is_switched_off_costs_nothing_from_the_first_plan_year():
    usual = try_out(Setting((PLACES / "yunshui").as_posix(), "baseline"))
    rows = switches_of(usual.plan)
    assert {row.register for row in rows} == {ITEM, PROJECT} and len(rows) == 38
    items = usual.plan.basis.guarantees.items
    for row in [row for row in rows if row.register == ITEM][:24:8]:
        off = try_out(Setting(usual.setting.place, "baseline", {}, frozenset({(ITEM, row.code)})))
        saved = usual.plan.line("guarantees_total") - off.plan.line("guarantees_total")
        np.testing.assert_allclose(saved, items.need[1:, items.codes.index(row.code)], atol=1e-6)
        assert off.plan.basis.guarantees.need_total[0] == usual.plan.basis.guarantees.need_total[0]
    contract = next(row for row in rows if row.code == "YSP03")  # 620 a year, signed
    off = try_out(Setting(usual.setting.place, "baseline", {}, frozenset({(PROJECT, contract.code)})))
    saved = usual.plan.line("committed_projects") - off.plan.line("committed_projects")
    assert saved.round(6).tolist() == [620.0] * 5 and contract.amount == 3100.0
    assert off.plan.basis.balance.commitments.base_projects == usual.plan.basis.balance.commitments.base_projects
    labels = {name: label for name, (label, *_) in SLIDERS.items()}
    assert describe(off.setting, labels) == "关掉1个支出项目"


def test_a_line_without_figures_is_said_in_the_chart():
    start = start_of((PLACES / "gangu").as_posix(), "baseline")
    assert "未提供" in draw_chart(start.plan, start.fan, start.plan, {}, "debt_ratio", {})


def test_a_move_only_projects_and_many_moves_leave_no_trace(session, monkeypatch):
    """Reading and fitting are paid for once a place; what is remembered between moves never reaches another plan."""
    before = {name: values.copy() for name, values in session.shown.plan.lines.items()}
    for paid_once in ("read_place", "fit", "read_history"):
        monkeypatch.setattr(settings, paid_once, lambda *_, **__: pytest.fail("a move reads or fits again"))
    for move in range(5):
        shown = session.screen.numbers.value
        session.screen.sliders["pay_growth"].whole.value = 0.05 + 0.004 * move
        assert session.screen.numbers.value != shown
    session.screen.sliders["pay_growth"].whole.value = 0.02
    for name, values in session.shown.plan.lines.items():
        np.testing.assert_array_equal(values, before[name])
