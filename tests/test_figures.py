"""The charts: the same bytes each time, Chinese on any machine, silent about what is not there."""

import hashlib
import warnings

import numpy as np
import pytest
from matplotlib.text import Text

from fiscal_model.analysis.rating.rating import rate
from fiscal_model.analysis.risk.simulate import SAMPLES, simulate
from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.scenario import read_scenario
from fiscal_model.model.projection import project
from fiscal_model.report import canvas
from fiscal_model.report.figures import plan_figures as figures
from fiscal_model.report.figures import risk_figures
from fiscal_model.report.series import TITLES

NEED_A_REGISTER = {"plan_bridge", "measures", "hidden_debt", "project_coverage"}


def of(place):
    plan = project(read_place(f"data/places/{place}"), read_scenario("baseline"))
    return plan, simulate(plan, paths=300)


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
