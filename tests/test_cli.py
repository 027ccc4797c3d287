"""The command line: exit codes, Chinese messages, JSON, nothing half-written."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from importlib.metadata import version as installed
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete

from fiscal_model.apps.cli import DONE, FAILURE, INPUT_FAULTS, USAGE, app, main
from fiscal_model.apps.cli.verb import Verb

ROOT = Path(__file__).parents[1]
PLACES = ROOT / "data" / "places"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as caught:
        main(list(arguments))
    printed = capsys.readouterr()
    return int(caught.value.code or 0), printed.out, printed.err


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["plan"], "用法错误：缺少 PLACE"),
        (["plan", "x", "--yeers", "3"], "没有选项 --yeers，是否想写 --years"),
        (["plan", "x", "--years", "2"], "--years 的值不对，应为 3 到 10 的整数"),
        (["plan", "x", "--years", "五"], "--years 的值不对，应为 3 到 10 的整数"),
        (["plan", "x", "--paths", "1"], "--paths 的值不对，应为 100 到 1000000 的整数"),
        (["plan", "x", "y"], "多了不认识的参数"),
        (["paln"], f"没有命令“paln”。是否想写“plan”？可用的命令：{'、'.join(sorted(app.commands))}"),
        (["zzz"], "没有命令“zzz”。可用的命令：assess、assumptions、"),
        (["new", "somewhere"], "缺少 --name"),
    ],
)
def test_usage_errors_are_chinese_and_exit_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str], expected: str
) -> None:
    code, _, error = run(capsys, *arguments)
    assert code == USAGE
    assert expected in error and "用 fiscal-model" in error and " -h 查看用法和例子。" in error


@pytest.mark.parametrize("place", sorted(path.name for path in PLACES.iterdir()))
def test_check_passes_every_shipped_place(capsys: pytest.CaptureFixture[str], place: str) -> None:
    code, out, _ = run(capsys, "check", str(PLACES / place))
    assert code == DONE
    assert "V1 " in out and "V20" in out and "错误 0 项" in out


def test_check_lists_what_could_not_be_run(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "check", str(PLACES / "gangu"))
    assert "V6  未做  债券台账与债务余额一致" in out
    assert "缺少数据：bonds 表和 debt 表余额" in out


def test_check_exits_1_with_faults_as_json(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = tmp_path / "gangu"
    shutil.copytree(PLACES / "gangu", folder)
    text = (folder / "totals.csv").read_text(encoding="utf-8-sig")
    (folder / "totals.csv").write_text(text.replace(",37756,", ",三万,"), encoding="utf-8-sig")
    code, out, _ = run(capsys, "check", str(folder), "--json")
    answer = json.loads(out)
    assert code == INPUT_FAULTS
    assert answer["status"] == "input_faults"
    assert answer["faults"] == [
        {
            "file": (folder / "totals.csv").as_posix(),
            "line": 2,
            "column": "amount",
            "found": "应为数字，填写的是“三万”",
            "remedy": "请只填阿拉伯数字，例如 12345.6，单位写在“unit”列",
        }
    ]


def test_plan_of_a_faulty_place_writes_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = tmp_path / "gangu"
    shutil.copytree(PLACES / "gangu", folder)
    text = (folder / "totals.csv").read_text(encoding="utf-8-sig")
    (folder / "totals.csv").write_text(text.replace(",409525,", ",419525,"), encoding="utf-8-sig")
    code, _, error = run(capsys, "plan", str(folder), "--to", str(tmp_path / "out"), "--quiet")
    assert code == INPUT_FAULTS
    assert "V1 各本预算收支两边相等" in error
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("verb", ["check", "plan", "backtest"])
def test_a_place_may_be_named_and_a_mistyped_one_is_answered_with_the_nearest(
    capsys: pytest.CaptureFixture[str], verb: str
) -> None:
    code, _, error = run(capsys, verb, "ganggu")
    assert code == INPUT_FAULTS and "ganggu：没有这个地区文件夹。是否想写“gangu”？现有：gangu、" in error
    if verb == "check":
        assert run(capsys, verb, "gangu")[0] == DONE


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--scenario", "no.toml"], "没有这个情景文件"),
        (["--base-year", "1999"], "1999 年没有收入和支出的实际数。可用的基期年：2020、2021、2022、2023、2024"),
    ],
)
def test_plan_refuses_a_bad_scenario_or_base_year(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: list[str], expected: str
) -> None:
    code, _, error = run(capsys, "plan", str(PLACES / "gangu"), "--to", str(tmp_path / "out"), "--quiet", *arguments)
    assert code == INPUT_FAULTS
    assert expected in error
    assert not (tmp_path / "out").exists()


def test_an_unexpected_failure_is_one_line_and_exit_3(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("disk on fire")

    monkeypatch.delenv("FISCAL_MODEL_DEBUG", raising=False)
    monkeypatch.setattr("fiscal_model.report.writers.run_report.write_report", crash)
    code, _, error = run(capsys, "plan", str(PLACES / "gangu"), "--to", str(tmp_path / "out"), "--quiet")
    assert code == FAILURE
    assert "程序出错（RuntimeError：disk on fire）。原有报告没有改动" in error
    assert "Traceback" not in error


@pytest.mark.parametrize("target", ["file/a.csv", "folder"])
def test_a_csv_that_cannot_be_written_is_one_chinese_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, target: str
) -> None:
    monkeypatch.delenv("FISCAL_MODEL_DEBUG", raising=False)
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder").mkdir()
    code, _, error = run(capsys, "backtest", str(PLACES / "zhangye"), "--csv", str(tmp_path / target))
    assert code == FAILURE and error.startswith(f"文件或文件夹“{tmp_path}/f")
    assert any(said in error for said in ("（同名的文件已经存在）", "（是一个文件夹）", "（路径中间有一个不是文件夹）"))
    assert "Error" not in error and len(error.splitlines()) == 1


def test_a_full_disk_is_said_in_chinese(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.delenv("FISCAL_MODEL_DEBUG", raising=False)
    monkeypatch.setattr("fiscal_model.report.writers.run_report.write_report", full)
    code, _, error = run(capsys, "plan", str(PLACES / "gangu"), "--to", str(tmp_path / "out"), "--quiet")
    assert (code, error) == (
        FAILURE,
        "文件或文件夹不能读写（磁盘已满）。请检查路径、权限和磁盘空间；原有报告没有改动。\n",
    )


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps a folder in which a program works")
@pytest.mark.parametrize(
    "arguments", [["check", "lijiang"], ["new", "x", "--name", "甲"], ["plan", str(PLACES / "gangu")]]
)
def test_a_working_folder_that_is_gone_is_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: list[str]
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    code, _, error = run(capsys, *arguments)
    assert code == FAILURE and error.startswith("当前文件夹已经不在了") and len(error.splitlines()) == 1


def _folder(path: Path) -> None:
    path.mkdir()


def _nowhere(path: Path) -> None:
    path.symlink_to(path.with_name("nowhere.csv"))


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


@pytest.mark.parametrize(
    ("make", "why"),
    [(_folder, "是一个文件夹"), (_nowhere, "不存在"), (_loop, "链接互相指向")],
    ids=("folder", "nowhere", "loop"),
)
def test_a_table_that_cannot_be_read_is_named_not_passed_over(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, make: Callable[[Path], None], why: str
) -> None:
    folder = Path(shutil.copytree(PLACES / "gangu", tmp_path / "gangu"))
    make(folder / "bonds.csv")
    code, _, error = run(capsys, "check", str(folder))
    assert code == INPUT_FAULTS and f"bonds.csv：文件不能读取（{why}）" in error


def test_new_county_checks_plans_after_three_years_of_totals(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from fiscal_model.inputs.place import read_place
    from fiscal_model.inputs.scenario import read_scenario
    from fiscal_model.model.projection import project

    folder = tmp_path / "shandan"
    code, out, _ = run(capsys, "new", str(folder), "--name", "山丹县")
    assert code == DONE and "填表说明.md" in out
    assert run(capsys, "new", str(folder), "--name", "山丹县")[0] == INPUT_FAULTS
    header = (folder / "totals.csv").read_text(encoding="utf-8-sig").strip().split(",")
    rows = [",".join(header)]
    for year, own, spending in ((2023, 31000, 250000), (2024, 32000, 256000), (2025, 33500, 262000)):
        for line, amount in (("own_revenue", own), ("expenditure", spending)):
            given = {
                "line": line,
                "scope": "whole",
                "year": str(year),
                "status": "final_accounts",
                "amount": str(amount),
            }
            given |= {"unit": "10k_yuan", "source": "决算书"}
            rows.append(",".join(given.get(column, "") for column in header))
    (folder / "totals.csv").write_text("\n".join(rows), encoding="utf-8")
    assert run(capsys, "check", str(folder))[0] == DONE
    plan = project(read_place(folder), read_scenario("baseline"))
    assert plan.years == (2026, 2027, 2028, 2029, 2030)
    assert plan.lines["resources_total"] == pytest.approx(plan.lines["uses_total"], abs=0.01)


def _leaves(group: click.Group, *words: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _leaves(command, *words, name)
        else:
            yield (*words, name), command


VERBS = dict(_leaves(app))


@pytest.mark.parametrize("words", VERBS, ids=" ".join)
def test_every_verb_explains_itself_in_chinese_with_examples_that_parse(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    for flag in ("-h", "--help"):
        code, out, error = run(capsys, *words, flag)
        assert (code, error) == (DONE, "")
        assert out.startswith(f"用法：fiscal-model {' '.join(words)} [选项]") and "\n例：\n  fiscal-model" in out
        assert not re.search(r"Usage|Options|Show this|default|required|<=x", out)
        assert max(_cells(line) for line in out.splitlines()) <= 80
    verb = VERBS[words]
    assert "--json" in {name for option in verb.params for name in option.opts}
    assert isinstance(verb, Verb) and verb.examples
    for example in verb.examples:
        given = shlex.split(example.split("  ")[0].replace("\\", "/"))
        assert tuple(given[1 : 1 + len(words)]) == words or given[1:] == ["--version"]
        if given[1:] != ["--version"]:
            verb.make_context(words[-1], given[1 + len(words) :])


def _cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


@pytest.mark.parametrize("arguments", [["--version"], ["-V"], ["version"]])
def test_the_version_is_told_in_three_ways(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert run(capsys, *arguments)[:2] == (DONE, f"{installed('fiscal-model')}\n")


def test_a_call_without_a_verb_shows_the_help_and_counts_as_usage(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, error = run(capsys)
    assert (code, out) == (USAGE, "") and "命令：\n  assess" in error and "例：" in error


def test_shells_complete_verbs_options_and_scenarios() -> None:
    complete = ShellComplete(app, {}, "fiscal-model", "_FISCAL_MODEL_COMPLETE")
    found = [
        [item.value for item in complete.get_completions(words, part)]
        for words, part in (([], "ch"), (["plan"], "--ye"), (["plan", "x", "--scenario"], "pes"))
    ]
    assert found == [["check", "choose"], ["--years"], ["pessimistic"]]


def test_help_starts_without_the_heavy_libraries() -> None:
    script = "import sys, fiscal_model.apps.cli; print([name for name in ('pandas', 'numpy', 'matplotlib', 'rich') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
