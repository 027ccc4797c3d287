"""The report folder: complete, moved into place whole, the same bytes on every run but for time stamps."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import shutil
import threading
from pathlib import Path

import pytest
from documented_json import unlike
from test_planbook import STABLE_LINES

from fiscal_model.apps.cli import main
from fiscal_model.report.writers.folder import is_unfinished, whole_folder
from fiscal_model.report.writers.run_report import write_report
from fiscal_model.words.errors import ReportError, TargetError

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
YUNSHUI = ROOT / "data" / "places" / "yunshui"
VOLATILE = {"manifest.json"}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report from the command line; beside it what the command said."""
    folder = tmp_path_factory.mktemp("reports")
    told = io.StringIO()
    with contextlib.redirect_stdout(told), pytest.raises(SystemExit) as left:
        command = ["plan", str(YUNSHUI), "--scenario", "land_slump", "--to", str(folder / "one"), "--paths", "500"]
        main([*command, "--json"])
    assert left.value.code == 0
    (folder / "told.json").write_text(told.getvalue(), encoding="utf-8")
    return folder / "one"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_report_holds_every_format(report: Path) -> None:
    names = {path.relative_to(report).as_posix() for path in report.rglob("*") if path.is_file()}
    assert {"plan.ipynb", "plan.html", "plan.docx", "plan.xlsx", "manifest.json", "scenario.toml"} <= names
    assert {
        "tables/plan.csv",
        "tables/fan.csv",
        "tables/scenarios.csv",
        "tables/functions.csv",
        "tables/05_general_balance.csv",
    } <= names
    assert sum(name.startswith("figures/") and name.endswith(".png") for name in names) >= 6


@pytest.mark.slow
def test_two_runs_give_the_same_bytes_but_for_time_stamps(report: Path) -> None:
    """The second from Python."""
    one, two = report, report.parent / "two"
    write_report(YUNSHUI, "land_slump", to=two, paths=500)
    names = sorted(path.relative_to(one) for path in one.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(two) for path in two.rglob("*") if path.is_file())
    differing = [name.as_posix() for name in names if (one / name).read_bytes() != (two / name).read_bytes()]
    assert set(differing) <= VOLATILE
    first, second = (json.loads((folder / "manifest.json").read_text(encoding="utf-8")) for folder in (one, two))
    assert first | {"created": ""} == second | {"created": ""}


def test_the_long_table_is_stable(report: Path) -> None:
    table = rows(report / "tables" / "plan.csv")
    assert list(table[0]) == ["scenario", "block", "line", "label", "year", "amount", "unit", "grain"]
    assert set(STABLE_LINES) <= {row["line"] for row in table}
    assert {row["scenario"] for row in table} == {"land_slump"}
    amounts = {(row["line"], row["year"]): row["amount"] for row in table}
    for year in range(2025, 2031):
        assert float(amounts["resources_total", str(year)]) == pytest.approx(
            float(amounts["uses_total", str(year)]), abs=0.01
        )


def test_the_fan_table_has_its_columns(report: Path) -> None:
    fan = rows(report / "tables" / "fan.csv")
    assert list(fan[0]) == ["line", "year", "quantile", "amount"]
    assert {"own_revenue", "funding_gap", "guarantee_coverage", "debt_ratio"} <= {row["line"] for row in fan}


def test_the_scenario_of_a_report_reads_back(report: Path) -> None:
    from fiscal_model.inputs.scenario import read_scenario

    assert read_scenario(report / "scenario.toml").assumptions == read_scenario("land_slump").assumptions


def test_the_manifest_names_inputs_rules_seed_and_cautions(report: Path) -> None:
    manifest = json.loads((report / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["place"] == "yunshui" and manifest["seed"] == 2026 and manifest["paths"] == 500
    assert len(manifest["inputs"]["ledger.csv"]) == 64 and len(manifest["rules"]["assumptions.toml"]) == 64
    assert any(caution["code"] == "invented" for caution in manifest["cautions"])
    assert str(ROOT) not in json.dumps(manifest)


def test_the_command_and_the_manifest_tell_the_plan_in_one_line_with_its_figures(report: Path) -> None:
    told = json.loads((report.parent / "told.json").read_text(encoding="utf-8"))
    summary = json.loads((report / "manifest.json").read_text(encoding="utf-8"))["summary"]
    assert not unlike(told, "plan")
    assert told["summary"] == summary and told["report"] == report.as_posix() and told["beside"] == {}
    amounts = {(row["line"], row["year"]): float(row["amount"]) for row in rows(report / "tables" / "plan.csv")}
    years = [str(year) for year in range(2026, 2031)]
    for line in ("own_revenue", "uncommitted_resources", "funding_gap", "fund_gap", "insurance_shortfall"):
        assert summary[line] == {year: pytest.approx(amounts[line, year], abs=0.006) for year in years}
    assert list(summary["light"]) == years and set(summary["light"].values()) <= {"green", "yellow", "orange", "red"}
    text, own = summary["text"], summary["own_revenue"]
    assert text.startswith("云水县（虚构）2026—2030年（土地下滑情景）：一般公共预算收入 ")
    assert f"{own['2026']:,.0f} → {own['2030']:,.0f} 万元；未安排财力最少 " in text and "政府性基金缺口最大 " in text


def test_a_crash_leaves_the_last_good_report(tmp_path: Path) -> None:
    target = tmp_path / "report"
    with whole_folder(target) as folder:
        (folder / "plan.txt").write_text("good")
        _close(folder)

    def crash() -> None:
        with whole_folder(target) as folder:
            (folder / "plan.txt").write_text("half")
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        crash()
    assert (target / "plan.txt").read_text() == "good"
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == ["report"]


def test_a_folder_may_tell_its_place_when_it_is_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    def named(folder: Path) -> Path:
        return Path("reports", (folder / "name.txt").read_text())

    with whole_folder(named) as folder:
        assert folder.parent.name == "reports" and is_unfinished(folder)
        (folder / "name.txt").write_text("one")
    assert [path.name for path in (tmp_path / "reports").iterdir()] == ["one"]
    (tmp_path / "reports" / "two").mkdir()
    (tmp_path / "reports" / "two" / "mine").write_text("mine")
    with pytest.raises(TargetError, match="reports/two 里已有其他文件"), whole_folder(named) as folder:
        (folder / "name.txt").write_text("two")
    assert sorted(path.name for path in (tmp_path / "reports").iterdir()) == ["one", "two"]


def test_folders_made_for_a_report_that_fails_go_again(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    with pytest.raises(RuntimeError), whole_folder(tmp_path / "old" / "new" / "report") as folder:
        assert folder.is_dir()
        raise RuntimeError
    assert [path.name for path in tmp_path.rglob("*")] == ["old"]


def test_two_runs_of_one_report_do_not_mix(tmp_path: Path) -> None:
    target, inside, leave = tmp_path / "report", threading.Event(), threading.Event()

    def first() -> None:
        with whole_folder(target) as folder:
            (folder / "a").write_text("first")
            inside.set()
            leave.wait(10)

    thread = threading.Thread(target=first)
    thread.start()
    inside.wait(10)
    with pytest.raises(ReportError, match="另一个任务正在写"), whole_folder(target, wait=0.1):
        pass
    leave.set()
    thread.join()
    assert [path.name for path in target.iterdir()] == ["a"]


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "report").write_text("x")
    with pytest.raises(TargetError, match="是一个文件，不能作为报告文件夹"), whole_folder(tmp_path / "report"):
        pass


def _close(folder: Path) -> None:
    (folder / "manifest.json").write_text(json.dumps({"files": {}, "versions": {"fiscal-model": "0"}}))


def _report(folder: Path, **texts: str) -> None:
    """Fill an unfinished report: a file for each name, and its manifest."""
    files = {f"{name}.docx": text for name, text in texts.items()}
    for name, text in files.items():
        (folder / name).write_text(text)
    (folder / "manifest.json").write_text(json.dumps({"files": files, "versions": {"fiscal-model": "0"}}))


def _told(folder: Path) -> dict[str, dict[str, str]]:
    return json.loads((folder / "manifest.json").read_text())


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Names of files that another program keeps open, as Windows does it: neither they nor their folder can be renamed."""
    names: set[str] = set()
    rename = Path.rename

    def refused(self: Path, target: Path) -> Path:
        inside = {path.name for path in self.iterdir()} if self.is_dir() else {self.name}
        if not self.name.endswith(".new") and self.suffix != ".new" and ".new" not in str(self) and inside & names:
            raise PermissionError(13, "sharing violation", str(self))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refused)
    return names


def test_a_file_open_in_word_stays_and_the_new_one_goes_beside_it(tmp_path: Path, held: set[str]) -> None:
    target = tmp_path / "report"
    with whole_folder(target) as folder:
        _report(folder, plan="old", gone="old", other="old")
    held |= {"plan.docx"}
    with whole_folder(target) as folder:
        _report(folder, plan="new", other="new", more="new")
    texts = {path.name: path.read_text() for path in target.glob("*.docx")}
    assert texts == {"plan.docx": "old", "plan-2.docx": "new", "other.docx": "new", "more.docx": "new"}
    told = _told(target)
    assert told["beside"] == {"plan.docx": "plan-2.docx"}
    assert told["files"] == {"plan-2.docx": "new", "other.docx": "new", "more.docx": "new"}
    held |= {"plan-2.docx"}
    with whole_folder(target) as folder:
        _report(folder, plan="third", other="third")
    assert (target / "plan-3.docx").read_text() == "third" and _told(target)["beside"] == {"plan.docx": "plan-3.docx"}
    held.clear()
    with whole_folder(target) as folder:
        _report(folder, plan="fourth")
    assert [path.name for path in sorted(target.iterdir())] == ["manifest.json", "plan.docx"]
    assert "beside" not in _told(target) and [path.name for path in tmp_path.iterdir()] == ["report"]


def test_a_report_of_which_nothing_can_be_replaced_stays_as_it_was(tmp_path: Path, held: set[str]) -> None:
    target = tmp_path / "report"
    with whole_folder(target) as folder:
        _report(folder, a="old", plan="old")
    held |= {"manifest.json"}
    with (
        pytest.raises(ReportError, match=r"无法替换 .*请关闭正在打开的报告文件后重试，原报告没有改动。"),
        whole_folder(target) as folder,
    ):
        _report(folder, a="new", plan="new", more="new")
    assert {path.name: path.read_text() for path in target.glob("*.docx")} == {"a.docx": "old", "plan.docx": "old"}
    assert _told(target)["files"] == {"a.docx": "old", "plan.docx": "old"}
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


@pytest.mark.parametrize("target", ["file/report", "file/a/b"])
def test_a_target_that_cannot_be_written_fails_before_anything_is_read(tmp_path: Path, target: str) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ReportError, match=r"不能写入（.*file：路径中间有一个不是文件夹）。请换一个 --to。"):
        write_report(tmp_path / "no place", to=tmp_path / target)
    assert (tmp_path / "file").read_text() == "x"


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a file system that takes no folders")
def test_a_working_folder_that_takes_no_reports_is_refused_at_once_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/proc")
    with pytest.raises(ReportError, match=r"^reports 不能写入（/proc：系统不允许在这里建立文件夹）。请换一个 --to。$"):
        write_report(ROOT / "no place")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a file system that takes no folders")
def test_a_system_folder_is_refused_at_once_and_no_other_run_is_blamed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["plan", str(ROOT / "data" / "places" / "gangu"), "--to", "/proc/x"])
    told = capsys.readouterr().err
    assert left.value.code == 3
    assert told == "/proc/x 不能写入（/proc：系统不允许在这里建立文件夹）。请换一个 --to。\n"


def _write_again(target: Path) -> None:
    with whole_folder(target) as folder:
        (folder / "plan.txt").write_text("new")


@pytest.mark.parametrize("manifest", [None, "", "[]", "{}", '{"files": {}, "versions": {"other": "1"}}'])
def test_a_folder_that_is_no_report_of_ours_is_never_replaced(tmp_path: Path, manifest: str | None) -> None:
    target = tmp_path / "photos"
    target.mkdir()
    (target / "a.jpg").write_text("mine")
    if manifest is not None:
        (target / "manifest.json").write_text(manifest)
    with pytest.raises(
        TargetError, match=r"不是本程序写出的报告（没有本程序的 manifest.json），不会覆盖。请换一个 --to。"
    ):
        _write_again(target)
    assert (target / "a.jpg").read_text() == "mine"


def test_an_empty_folder_and_an_older_report_are_replaced(tmp_path: Path) -> None:
    target = tmp_path / "report"
    target.mkdir()
    _write_again(target)
    _close(target)
    (target / "plan.txt").write_text("old")
    _write_again(target)
    assert (target / "plan.txt").read_text() == "new"


def test_a_link_is_not_followed_and_a_folder_named_like_ours_is_left(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    with pytest.raises(TargetError, match="是一个链接"):
        _write_again(tmp_path / "link")
    target = tmp_path / "report"
    _write_again(target)
    _close(target)
    (tmp_path / ".report.old").mkdir()
    (tmp_path / ".report.old" / "mine").write_text("mine")
    with pytest.raises(TargetError, match="里已有其他文件"):
        _write_again(target)
    assert (tmp_path / ".report.old" / "mine").exists() and (target / "plan.txt").read_text() == "new"


def test_the_place_folder_is_refused_before_anything_is_computed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "gangu"
    shutil.copytree(ROOT / "data" / "places" / "gangu", place)
    before = sorted(path.name for path in place.iterdir())
    with pytest.raises(SystemExit) as left:
        main(["plan", str(place), "--to", str(place), "--quiet"])
    assert left.value.code == 2
    assert "不会覆盖。请换一个 --to。" in capsys.readouterr().err
    assert sorted(path.name for path in place.iterdir()) == before
