"""Rolling back-tests: an earlier year knows nothing of later ones, errors by hand, budgets, coverage, the command."""

import csv
import json
import re
import warnings

import numpy as np
import pytest
from conftest import ROOT
from documented_json import unlike

from fiscal_model.apps.cli import DONE, INPUT_FAULTS, main
from fiscal_model.arithmetic.revenue.rolling_origins import BUDGET, LEAST_YEARS, OURS, RIVALS, Backtest, backtest
from fiscal_model.arithmetic.revenue.series_panel import forecast_panel
from fiscal_model.blocks.revenue.accuracy import backtest_place
from fiscal_model.inputs.place import read_place
from fiscal_model.law.forecast_constants import forecast_rule
from fiscal_model.report.backtest_text import backtest_text
from fiscal_model.words.errors import InputError

RULE = forecast_rule()
YEARS = tuple(range(2016, 2026))
TOTAL = np.array([100.0, 106, 109, 118, 121, 119, 131, 138, 140, 151])
ITEM = np.array([10.0, 12, 11, 13, 15, 14, 13, 16, 18, 17])
NAN = float("nan")


@pytest.fixture(autouse=True)
def warnings_are_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def rolled(amounts=(TOTAL, ITEM), **options):
    amounts = np.array(amounts)
    return backtest(amounts, [f"row {row}" for row in range(len(amounts))], YEARS, RULE, **options)


@pytest.fixture(scope="module")
def found():
    budgets = np.stack([TOTAL * 1.02, np.full(10, NAN)])
    return rolled(driver=1000 * 1.06 ** np.arange(10.0), budgets=budgets)


def errors_of(found, method):
    return found.errors[found.methods.index(method)]


def test_every_method_is_named_once_ours_first(found):
    assert found.methods == (OURS, *RIVALS.values(), BUDGET)
    assert rolled(horizon=1).methods == found.methods[:-2], "no driver, no elasticity; no budget, no budget"
    assert found.origins == tuple(range(2016 + LEAST_YEARS - 1, 2025))
    assert found.errors.shape == (9, 2, 5, 5)


def test_errors_of_naive_and_drift_by_hand(found):
    for row, history in enumerate((TOTAL, ITEM)):
        for number, origin in enumerate(found.origins):
            known = history[: origin - 2016 + 1]
            for step in range(1, 6):
                if origin + step > 2025:
                    assert np.isnan(found.errors[:, row, number, step - 1]).all()
                    continue
                actual = history[origin - 2016 + step]
                mean_step = (known[-1] - known[0]) / (len(known) - 1)
                mean_log = np.log(known[-1] / known[0]) / (len(known) - 1)
                expected = {
                    "last_value": np.log(actual / known[-1]),
                    "linear_drift": np.log(actual / (known[-1] + mean_step * step)),
                    "log_drift": np.log(actual / known[-1]) - mean_log * step,
                }
                for name, error in expected.items():
                    got = errors_of(found, RIVALS[name])[row, number, step - 1]
                    assert got == pytest.approx(error, abs=1e-9), (name, origin, step)


def test_our_errors_are_those_of_the_forecast_made_then():
    plain = rolled(horizon=2)
    for number, origin in enumerate(plain.origins):
        past = np.stack([TOTAL, ITEM])[:, : origin - 2016 + 1]
        said = forecast_panel(past, 2, RULE, pool=np.arange(2))
        actual = np.stack([TOTAL, ITEM])[:, origin - 2015]
        np.testing.assert_allclose(plain.errors[0, :, number, 0], np.log(actual / said.mean[:, 0]), atol=1e-12)
        inside = (actual >= said.lower[:, :, 0]) & (actual <= said.upper[:, :, 0])
        np.testing.assert_array_equal(plain.covered[:, :, number, 0], inside)


DRIVER, COMMON = 1000 * 1.06 ** np.arange(10.0), np.stack([np.linspace(0.01, 0.1, 10)] * 2)


@pytest.fixture(scope="module")
def first():
    return rolled(driver=DRIVER, common=COMMON)


def test_an_earlier_year_knows_nothing_of_later_ones(first):
    """Other figures from 2024 on: whatever was said of years up to 2023 stays, and so do its errors."""
    changed = [values.copy() for values in (np.stack([TOTAL, ITEM]), DRIVER, COMMON)]
    for values in changed:
        values[..., 8:] *= [3.0, 0.2]
    second = rolled(changed[0], driver=changed[1], common=changed[2])
    compared = 0
    for number, origin in enumerate(first.origins):
        steps = 2023 - origin
        if steps > 0:
            one, other = first.errors[:, :, number, :steps], second.errors[:, :, number, :steps]
            np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)
            np.testing.assert_array_equal(first.covered[:, :, number, :steps], second.covered[:, :, number, :steps])
            compared += np.isfinite(one).sum()
    assert compared == 8 * 2 * (3 + 2 + 1)
    assert not np.allclose(first.errors[:, :, -1, 0], second.errors[:, :, -1, 0])


def test_drivers_and_common_growth_of_later_years_are_not_looked_at(first):
    later = DRIVER.copy(), COMMON.copy()
    for values in later:
        values[..., 8:] *= [3.0, 0.2]
    second = rolled(driver=later[0], common=later[1])
    known = slice(first.origins.index(2023) + 1)
    np.testing.assert_array_equal(first.errors[:, :, known], second.errors[:, :, known])
    assert not np.array_equal(first.errors[:, :, -1, 0], second.errors[:, :, -1, 0])


def test_budgets_are_scored_as_forecasts_of_the_year_before(found):
    budget = errors_of(found, BUDGET)
    np.testing.assert_allclose(budget[0, :, 0], np.log(1 / 1.02), rtol=1e-9)
    assert np.isnan(budget[0, :, 1:]).all()
    assert np.isnan(budget[1]).all()


def test_errors_are_shown_as_percentages_of_what_came(found):
    by_hand = np.abs(TOTAL[4:9] / TOTAL[5:] - 1).mean()
    mean = found.mean_error()
    assert mean[found.methods.index(RIVALS["last_value"]), 0, 0] == pytest.approx(by_hand)
    assert mean[-1, 0, 0] == pytest.approx(0.02)
    assert np.isnan(mean[-1, 1]).all()


def test_coverage_counts_what_can_be_compared(found):
    assert found.levels == (0.8, 0.95)
    known = np.isfinite(found.covered)
    assert known.sum() == 2 * 2 * (5 + 4 + 3 + 2 + 1)
    assert set(np.unique(found.covered[known])) <= {0.0, 1.0}
    assert (found.covered[1][known[1]] >= found.covered[0][known[0]]).all(), "the wider one holds more"


def test_in_sample_residuals_are_those_of_todays_interval(found):
    today = forecast_panel(np.stack([TOTAL, ITEM]), 5, RULE, pool=np.arange(2))
    expected = np.nanmean(np.abs(today.residuals[:, :, 0]), axis=0)
    np.testing.assert_allclose(found.inside[:, 0], expected, rtol=1e-12)


def test_series_too_short_or_without_the_year_are_not_forecast_from_it():
    short = np.concatenate([np.full(4, NAN), ITEM[4:]])
    gap = TOTAL.copy()
    gap[7] = NAN
    found = rolled((TOTAL, short, gap), horizon=1)
    spoke = np.isfinite(found.errors[0, :, :, 0])
    assert found.origins == (2020, 2021, 2022, 2023, 2024)
    assert spoke[0].all()
    assert spoke[1].tolist() == [False, False, False, False, True]
    # 2023 is unknown: nothing is forecast from it, and what was said of it cannot be scored.
    assert spoke[2].tolist() == [True, True, False, False, True]


def test_zeros_and_negative_years_are_never_scored_as_percentages():
    odd = ITEM.copy()
    odd[[3, 6]] = [0.0, -4.0]
    found = rolled((TOTAL, odd), horizon=1)
    assert np.isfinite(found.errors[0, 0]).all()
    assert np.isnan(found.errors[0, 1, 1, 0]), "2022 is negative"
    assert np.isfinite(found.covered[:, 1]).all(), "but it may lie in the interval"
    assert np.isnan(errors_of(found, RIVALS["ets"])[1]).all()


def result(errors, methods=("甲", "乙", "丙")):
    errors = np.array(errors, dtype=float)[:, None, None, :]
    nothing = np.full(errors.shape[1:], NAN)
    return Backtest(("row",), methods, (2020,), errors, nothing[:, 0], nothing[None], (0.8,))


def test_the_best_method_is_the_one_with_the_smallest_mean_error():
    assert result([[0.1, 0.2], [0.1, 0.1], [0.3, 0.0]]).best() == ("乙",)


def test_methods_that_spoke_less_often_are_not_compared():
    assert result([[0.1, 0.2], [0.0, NAN], [0.3, 0.3]]).best() == ("甲",)


def test_nothing_tested_has_no_best():
    assert result([[NAN, NAN]] * 3).best() == ("",)


@pytest.mark.parametrize("years", [6, 12])
def test_ets_and_theta_are_those_of_statsmodels(years):
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel
    from statsmodels.tsa.forecasting.theta import ThetaModel

    random = np.random.default_rng(3)
    history = 100 * np.exp(np.cumsum(random.normal(0.06, 0.04, years + 2)))
    found = backtest(history[None], ["row"], range(2000, 2002 + years), RULE, horizon=2)
    number = found.origins.index(1999 + years)
    past, actual = history[:years], history[years:]
    begin = "heuristic" if years >= 10 else "estimated"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ets = ETSModel(np.log(past), trend="add", damped_trend=True, initialization_method=begin)
        expected = {
            "ets": np.exp(ets.fit(disp=False).forecast(2)),
            "theta_method": np.asarray(ThetaModel(past, period=1, deseasonalize=False).fit().forecast(2)),
        }
    for name, said in expected.items():
        got = errors_of(found, RIVALS[name])[0, number]
        np.testing.assert_allclose(got, np.log(actual / said), rtol=1e-9)


# places and the command ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lijiang():
    return backtest_place(read_place(ROOT / "data" / "places" / "lijiang"))


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as caught:
        main(list(arguments))
    printed = capsys.readouterr()
    return int(caught.value.code or 0), printed.out, printed.err


def test_a_place_as_a_frame(lijiang):
    frame, mean = lijiang.frame(), lijiang.result.mean_error()
    assert list(frame.columns) == [
        "item", "label", "sample", "method", "horizon", "mean_absolute_percentage_error", "forecasts",
    ]  # fmt: skip
    assert set(frame["sample"]) == {"in", "out"}
    outside = frame[frame["sample"] == "out"]
    ours = outside[(outside["method"] == OURS) & (outside["item"] == "own_revenue")]
    assert ours["forecasts"].tolist() == [3, 2, 1]
    assert ours["mean_absolute_percentage_error"].tolist() == mean[0, 0, :3].tolist()
    budget = outside[outside["method"] == BUDGET]
    assert set(budget["horizon"]) == {1}, "a budget says nothing of later years"
    assert (frame.loc[frame["sample"] == "in", "forecasts"] == -1).all()


def test_the_text_says_how_little_an_interval_was_tested(lijiang):
    text = backtest_text(lijiang)
    assert re.search(r"区间检验（全部项目和提前年数，共 6 次）：80%区间实际包含 \d+%，95%区间实际包含 \d+%。", text)
    assert re.search(
        r"一般公共预算收入提前1年：当年预算数平均误差[\d.]+%，本模型[\d.]+%；预算知道当年政策，且是收入目标。", text
    )
    assert "年份太短、没有单独回测的项目：税收收入、非税收入、增值税、" in text


def test_a_place_whose_years_are_too_few_is_refused():
    with pytest.raises(InputError, match="没有一个收入项目的年份够长，不能回测"):
        backtest_place(read_place(ROOT / "data" / "places" / "gangu"))


def test_the_command_refuses_it_in_chinese(capsys):
    code, out, error = run(capsys, "backtest", str(ROOT / "data" / "places" / "gangu"))
    assert code == INPUT_FAULTS == 1
    assert out == ""
    assert error.splitlines()[0] == "输入有 1 处错误："
    assert error.splitlines()[1].endswith(
        "gangu：没有一个收入项目的年份够长，不能回测。回测至少需要连续 6 年的自有收入；请在 totals 表补填往年决算数。"
    )


def test_the_command_prints_tables_and_writes_a_csv(capsys, tmp_path):
    file = tmp_path / "new" / "accuracy.csv"
    code, out, error = run(capsys, "backtest", str(ROOT / "data" / "places" / "zhangye"), "--csv", str(file))
    assert (code, error) == (DONE, "")
    lines = out.splitlines()
    assert lines[0] == "张掖市：收入预测回测，1 个序列，从 2007 年到 2024 年逐年只用当时已知的数据预测。"
    assert "一、一般公共预算收入：样本外平均绝对百分比误差" in lines
    assert "二、各项目：样本外平均绝对百分比误差（各提前年数平均），及误差最小的方法" in lines
    assert "三、本模型：样本内（定区间所用的残差）与样本外误差" in lines
    for method in (OURS, *(RIVALS[name] for name in ("ets", "theta_method", "grey_model", "elasticity"))):
        assert any(re.match(rf" {re.escape(method)} +(\d+\.\d%\s*){{5}}$", line) for line in lines), method
    assert any(line.startswith("区间检验（全部项目和提前年数，共 80 次）") for line in lines)
    assert any(line.startswith("误差最小的次数：") for line in lines)
    assert lines[-1] == f"明细已写入 {file.as_posix()}"
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert {row["horizon"] for row in rows} == set("12345")
    first = next(row for row in rows if row["method"] == RIVALS["last_value"])
    assert first | {"mean_absolute_percentage_error": ""} == {
        "item": "own_revenue",
        "label": "一般公共预算收入",
        "sample": "out",
        "method": "上年水平",
        "horizon": "1",
        "mean_absolute_percentage_error": "",
        "forecasts": "18",
    }
    assert float(first["mean_absolute_percentage_error"]) == pytest.approx(0.113, abs=0.001)


def test_the_command_as_json(capsys, monkeypatch, lijiang):
    monkeypatch.setattr("fiscal_model.blocks.revenue.accuracy.backtest_place", lambda place: lijiang)
    code, out, error = run(capsys, "backtest", str(ROOT / "data" / "places" / "lijiang"), "--json")
    assert (code, error) == (DONE, "")
    answer = json.loads(out)
    assert not unlike(answer, "backtest") and answer["conclusion"].startswith(
        "结论：一般公共预算收入提前1年，本模型平均误差"
    )
    rows = answer["rows"]
    frame = lijiang.frame()
    assert len(rows) == len(frame)
    assert rows[0] == json.loads(frame.round(6).to_json(orient="records"))[0]
