"""Rolling a plan: what is kept, what is said, what is refused; nothing half-written."""

import json
import shutil

import pytest
from documented_json import unlike

from fiscal_model.apps.cli import DONE, FAILURE, INPUT_FAULTS, USAGE, main
from fiscal_model.inputs.past_plans import read_vintages
from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.scenario import read_scenario
from fiscal_model.report.summary import summary_of
from fiscal_model.report.writers import roll as rolling
from fiscal_model.words.errors import InputError, ReportError, ScenarioError

DAY = "2026-03-01"


@pytest.fixture
def gangu(root, tmp_path):
    """A copy of a small place."""
    folder = tmp_path / "gangu"
    shutil.copytree(root / "data" / "places" / "gangu", folder, ignore=shutil.ignore_patterns("vintages"))
    return folder


@pytest.fixture
def no_report(monkeypatch, tmp_path, plan_of):
    """The report itself is tested elsewhere; here it is one folder with a manifest."""

    def write(place, scenario, *, to=None, **_):
        target = tmp_path / "out"
        target.mkdir(exist_ok=True)
        manifest = {"summary": summary_of(plan_of("gangu"))}
        (target / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        return target

    monkeypatch.setattr(rolling, "write_report", write)


def _files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as caught:
        main(list(arguments))
    printed = capsys.readouterr()
    return int(caught.value.code or 0), printed.out, printed.err


def test_the_first_roll_makes_the_plan_before_and_keeps_both(gangu, no_report):
    rolled = rolling.roll(gangu, 2024, made_on=DAY)
    assert [path.name for path in rolled.kept] == ["2023-baseline", "2024-baseline"]
    assert rolled.bridge.earlier_base == 2023
    assert rolled.said[:2] == (
        "已按2024年执行结果滚动：基期2024年，规划期2025—2029年。",
        "没有保存的往年规划，已用同一情景补算并保存2023年为基期的规划，与它比较。",
    )
    assert rolled.said[2].startswith("2025年一般公共预算收入，上轮规划")
    kept = read_vintages(read_place(gangu))
    assert [vintage.name for vintage in kept] == ["2023-baseline", "2024-baseline"]
    assert repr(kept[1]) == "<Vintage 历次规划 2024-baseline>" and f"编制日期｜{DAY}" in repr(kept[1].sheet)
    assert repr(rolled) == "<Rolled 滚动编制>" and "上轮规划｜2023-baseline" in repr(rolled.sheet)
    assert "可用财力｜" in repr(rolled.bridge.sheet)
    assert repr(rolled.bridge).startswith("<Bridge 2028年规划数的变动（基期 2023 年与 2024 年的规划）")


@pytest.mark.slow
def test_rolling_twice_gives_the_same_bytes(gangu, no_report, tmp_path):
    other = tmp_path / "again" / "gangu"
    shutil.copytree(gangu, other)
    rolling.roll(gangu, 2024, made_on=DAY)
    rolling.roll(other, 2024, made_on=DAY)
    assert _files(gangu) == _files(other)
    again = rolling.roll(gangu, 2024, made_on="2026-12-31")
    assert _files(gangu) == _files(other)
    assert again.said[1] == "与2026-03-01保存的往年规划 2023-baseline 比较。"


def test_a_longer_gap_and_another_scenario_are_said(gangu, no_report):
    rolling.roll(gangu, 2022, made_on=DAY)
    rolled = rolling.roll(gangu, 2024, "pessimistic", made_on=DAY)
    assert rolled.said[2:4] == (
        "上轮规划的基期是2022年，与本轮相隔2年。",
        "上轮为“基准情景”、本轮为“悲观情景”，情景不同的影响列入“政策和假设”。",
    )


def test_no_outturn_is_refused(gangu, no_report):
    before = _files(gangu)
    with pytest.raises(InputError) as caught:
        rolling.roll(gangu, 2025)
    assert (
        "gangu/totals：没有 2025 年的执行结果，缺 一般公共预算收入（own_revenue）、一般公共预算支出（expenditure）。"
        "请在 totals 表填写 2025 年决算数或执行数（也可在 ledger 表填写科目明细），再滚动。" in str(caught.value)
    )
    assert _files(gangu) == before


def test_the_first_year_with_accounts_has_no_plan_before(gangu, no_report):
    before = _files(gangu)
    with pytest.raises(InputError) as caught:
        rolling.roll(gangu, 2020)
    assert (
        "--to-year：没有保存的往年规划，也没有 2019 年的执行结果可以补算上轮规划。"
        "请在 totals 表补填 2019 年的收入和支出；第一次编制请用 fiscal-model plan --base-year 2020。"
        in str(caught.value)
    )
    assert _files(gangu) == before


def test_an_earlier_year_than_the_last_plan_is_refused(gangu, no_report):
    rolling.roll(gangu, 2024, made_on=DAY)
    before = _files(gangu)
    with pytest.raises(InputError) as caught:
        rolling.roll(gangu, 2023)
    assert (
        "--to-year：2023 年早于已保存的最近一轮规划的基期 2024 年。"
        "请填 2024 或以后的年份；要重编较早的规划，请用 fiscal-model plan --base-year 2023。" in str(caught.value)
    )
    assert _files(gangu) == before


def test_without_a_report_nothing_new_is_kept(gangu, monkeypatch):
    def fail(*_, **__):
        raise ReportError("磁盘已满")

    before = _files(gangu)
    monkeypatch.setattr(rolling, "write_report", fail)
    with pytest.raises(ReportError):
        rolling.roll(gangu, 2024)
    assert _files(gangu) == before
    assert not (gangu / "vintages").exists()


def test_a_scenario_that_speaks_of_years_of_both_plans_rolls_and_one_of_no_plan_is_refused(gangu, no_report):
    usual = read_scenario("baseline")
    rolled = rolling.roll(
        gangu, 2024, usual.with_(pay_growth={2024: 0.03, 2028: 0.05, 2029: 0.04}), years=5, made_on=DAY
    )
    assert rolled.earlier.name == "2023-baseline"
    for year in (2023, 2030):
        shutil.rmtree(gangu / "vintages", ignore_errors=True)
        with pytest.raises(ScenarioError, match=f"写了{year} 年，不在规划期 202"):
            rolling.roll(gangu, 2024, usual.with_(pay_growth={year: 0.03}), made_on=DAY)


def test_command(capsys, gangu, no_report, monkeypatch):
    code, out, _ = run(capsys, "roll", str(gangu), "--to-year", "2024", "--quiet")
    assert code == DONE
    assert (
        "报告已写入" in out
        and "\n甘谷县2025—2029年（基准情景）：一般公共预算收入 " in out
        and "规划底稿已保存：" in out
    )
    code, out, _ = run(capsys, "roll", str(gangu), "--to-year", "2024", "--json")
    answer = json.loads(out)
    assert (code, answer["status"], answer["earlier"]) == (DONE, "done", "2023-baseline")
    assert not unlike(answer, "roll") and answer["report"].endswith("/out") and answer["beside"] == {}
    assert [path.rsplit("/", 1)[1] for path in answer["kept"]] == ["2024-baseline"]
    assert run(capsys, "roll", str(gangu), "--to-year", "2025", "--quiet")[0] == INPUT_FAULTS
    code, _, error = run(capsys, "roll", str(gangu))
    assert code == USAGE and "缺少 --to-year" in error

    def fail(*_, **__):
        raise ReportError("磁盘已满")

    monkeypatch.setattr(rolling, "write_report", fail)
    assert run(capsys, "roll", str(gangu), "--to-year", "2024", "--quiet")[0] == FAILURE
