"""The charts: the same bytes each time, Chinese on any machine, silent about what is not there."""

import hashlib
import warnings

import numpy as np
import pytest
from IPython.core.formatters import DisplayFormatter
from matplotlib.text import Text

import fiscal_model as fm
from fiscal_model.analysis.rating.rating import rate
from fiscal_model.analysis.risk.simulate import SAMPLES, simulate
from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.scenario import read_scenario
from fiscal_model.model.projection import project
from fiscal_model.report import canvas
from fiscal_model.report.drawn import said_of
from fiscal_model.report.figures import plan_figures as figures
from fiscal_model.report.figures import risk_figures
from fiscal_model.report.figures.bonds_figure import draw_maturity_wall
from fiscal_model.report.figures.projects_figure import draw_project_coverage
from fiscal_model.report.figures.stress_figure import draw_tornado
from fiscal_model.report.series import TITLES

NEED_A_REGISTER = {"plan_bridge", "measures", "hidden_debt", "project_coverage"}


def of(place):
    plan = project(read_place(f"data/places/{place}"), read_scenario("baseline"))
    return plan, simulate(plan, paths=300)


@pytest.mark.slow
@pytest.mark.parametrize(("place", "past"), [("zhangye", set()), ("gangu", {"plan_bridge"})])
def test_figures_are_drawn_alike_twice_and_without_a_warning(tmp_path, capfd, place, past):
    plan, fan = of(place)
    digests = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            drawn = figures.draw_figures(plan, fan, folder, {"baseline": plan}, rate(plan))
        assert tuple(drawn) == tuple(name for name in TITLES if name not in NEED_A_REGISTER - past)
        digests.append({name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in drawn.items()})
    assert digests[0] == digests[1]
    said = capfd.readouterr()
    assert said.out == "" and said.err == ""


def test_print_size_is_a4_text_width_at_200_dpi(tmp_path):
    from PIL import Image

    plan, fan = of("gangu")
    with Image.open(canvas.save(risk_figures.draw_revenue(plan, fan), tmp_path / "a.png")) as picture:
        assert picture.size == (1260, 700)
        assert "Software" not in picture.info


@pytest.mark.slow
def test_a_picture_says_the_numbers_behind_it_and_any_other_number_is_told_apart():
    plan, fan = of("yunshui")
    shown = fm.show(figures.draw_debt(plan))
    data, metadata = DisplayFormatter().format(shown)
    assert data["image/png"].startswith(b"\x89PNG") and metadata["image/png"] == {"alt": "政府债务余额、限额与债务率"}
    stock = plan.line("debt_special_stock")[-1]
    assert f"\n专项债务余额：160,600 → {stock:,.0f}（8 个数）\n" in data["text/plain"]
    charts = (figures.draw_debt, figures.draw_hidden_debt, draw_project_coverage, draw_tornado, draw_maturity_wall)
    drawn = [(lambda chart=chart: chart(plan)) for chart in charts]
    drawn += [lambda: risk_figures.draw_fan(plan, fan, "own_revenue"), lambda: risk_figures.draw_probabilities(fan)]
    for draw in drawn:
        figure = draw()
        before = said_of(figure)
        assert before == said_of(draw())
        nudge(figure)
        assert said_of(figure) != before, before


def nudge(figure):
    """Move one thing by a hundred-thousandth, as an error would: a bar's length, a point of a line, a share in a strip."""
    axes = figure.axes[0]
    if axes.images:
        axes.images[0].set_data(np.asarray(axes.images[0].get_array()) * 1.00001)
    elif axes.patches:
        axes.patches[0].set_height(axes.patches[0].get_height() * 1.00002 + 1e-4)
    else:
        axes.lines[0].set_ydata(np.asarray(axes.lines[0].get_ydata()) * 1.00001)


def test_what_a_picture_says_is_how_it_was_drawn():
    with canvas.chart("甲") as (figure, axes):
        axes.plot([1, 2, 3], [np.nan, 5.0, 1234.5], label="线")
        axes.axvline(2.5, label="界")
        axes.bar([1, 2], [3, 4], label="柱")
        axes.fill_between([1, 2], [0, 1], [2, 7], label="带")
        axes.plot([1], [np.nan], label="没有")
    assert said_of(figure).splitlines()[:-1] == [
        "线：5 → 1,234（2 个数）",
        "界：2.5",
        "柱：3 → 4（2 个数）",
        "带：0 至 7",
    ]
    before = said_of(figure)
    axes.set_title("乙", loc="left")
    assert said_of(figure) != before
    with canvas.style():
        figure, pair = canvas.new_figure(1, 2)
        for axes, name in zip(pair, "子丑", strict=True):
            axes.set_title(name)
            axes.plot([1, 2], [1, 2], label="线")
    assert said_of(figure).splitlines()[:2] == ["子，线：1 → 2（2 个数）", "丑，线：1 → 2（2 个数）"]


def test_nothing_covers_anything_where_a_legend_stands_below():
    with canvas.style():
        figure, grid = canvas.new_figure(2, 2)
        for axes in grid.flat:
            axes.plot([1, 2], [1, 1_000_000], label="线")
            axes.set_title("标题")
            canvas.money_axis(axes)
        canvas.png(canvas.legend_below(figure, 2))
        boxes = [each.get_window_extent() for each in figure.legends] + [axes.get_tightbbox() for axes in grid.flat]
    assert min(box.x0 for box in boxes) > 0 and min(box.y0 for box in boxes) > 0
    assert not any(one.overlaps(other) for at, one in enumerate(boxes) for other in boxes[:at])


def texts(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def test_what_is_not_provided_is_said_in_the_chart():
    plan, fan = of("gangu")
    assert "政府债务余额和限额：未提供" in texts(figures.draw_debt(plan))
    assert "债务付息：未提供" in texts(figures.draw_interest(plan))
    assert "债务率（口径C）：未提供" in texts(risk_figures.draw_scenarios({"baseline": plan}))
    assert any("未提供（未评）" in text for text in texts(figures.draw_rating(rate(plan))))
    assert any("未提供" in text for text in texts(risk_figures.draw_fan(plan, fan, "debt_ratio")))


def test_years_are_whole_and_the_font_is_the_packaged_one():
    plan, fan = of("zhangye")
    figure = risk_figures.draw_revenue(plan, fan)
    axes = figure.axes[0]
    assert all(float(tick).is_integer() for tick in axes.get_xticks())
    assert {text.get_fontname() for text in figure.findobj(Text)} == {canvas.FONT}
    median = fan.lines["own_revenue"][fan.quantiles.index(0.5)]
    drawn = next(line for line in axes.lines if line.get_label() == "模拟中位数").get_ydata()
    assert np.allclose(drawn[-len(median) :], median)


def test_a_fan_leaves_half_of_the_width_to_what_happened():
    plan, fan = of("lijiang")
    axes = risk_figures.draw_revenue(plan, fan).axes[0]
    known = {line.get_label(): line for line in axes.lines}
    first, last = known["实际"].get_xdata()[0], fan.years[-1]
    assert (plan.base_year - first) >= (last - plan.base_year)
    assert {band.get_label() for band in axes.collections} == {"80%区间", "50%区间"}


def test_the_strip_prints_each_chance_the_fan_holds():
    _, fan = of("gangu")
    axes = risk_figures.draw_probabilities(fan).axes[0]
    shown = [text.get_text() for text in axes.texts]
    assert shown[: len(fan.years)] == [f"{share:.1%}" for share in fan.probabilities["funding_gap"]]
    assert len(shown) == len(axes.get_yticks()) * len(fan.years)


def test_a_few_real_futures_run_through_the_fan():
    plan, fan = of("lijiang")
    lines = [line for line in risk_figures.draw_revenue(plan, fan).axes[0].lines if line.get_color() == canvas.GREY]
    assert len(lines) == SAMPLES
    for line, path in zip(lines, fan.samples["own_revenue"], strict=True):
        assert np.array_equal(line.get_ydata()[-len(path) :], path)
    again = simulate(plan, paths=3000).samples["own_revenue"]
    assert np.array_equal(again, fan.samples["own_revenue"])


def test_a_title_that_the_caption_repeats_is_left_to_it_and_any_other_stays(tmp_path):
    def saved(title, name):
        with canvas.chart(title) as (figure, axes):
            axes.plot([1, 2], [1, 2])
        written = canvas.save(figure, tmp_path / name).read_bytes()
        assert axes.get_title(loc="left") == title  # a notebook that shows the figure later has it
        return written

    assert saved(TITLES["guarantees"], "a.png") == saved(TITLES["debt_stock"], "b.png")
    assert saved("评级：一级", "c.png") != saved("评级：二级", "d.png")


def test_a_note_beside_a_title_that_is_left_to_the_caption_keeps_its_place(tmp_path, recwarn):
    """It stood infinitely high where matplotlib sought its height, and the chart lay over its legend."""
    with canvas.chart(TITLES["break_map"]) as (figure, axes):
        axes.set_title("规划本身已有缺口", loc="right")
    canvas.save(figure, tmp_path / "a.png")
    assert not recwarn.list and axes.get_position().y1 > 0.9
