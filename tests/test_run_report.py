"""The report is its notebook's run: what fails leaves the last good report, the record is performed again without touching it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest

from fiscal_model.apps.cli.plan_verbs import STEPS
from fiscal_model.report.writers import bundle, notebook, run_report, workbook
from fiscal_model.report.writers.contents import contents_of
from fiscal_model.report.writers.folder import whole_folder, write_manifest
from fiscal_model.report.writers.notebook import STEP_TAG
from fiscal_model.report.writers.run_report import write_report
from fiscal_model.words.errors import DEBUG, InputError, ReportError
from fiscal_model.words.resources import notebook_file

ROOT = Path(__file__).parents[1]
PLACE = ROOT / "data" / "places" / "zhangye"
FAULTY = ROOT / "data" / "places" / "gangu"


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A report of an earlier run."""
    with whole_folder(tmp_path / "reports" / "one") as folder:
        (folder / "plan.docx").write_text("good")
        write_manifest(folder, {"files": {}, "versions": {"fiscal-model": "0"}})
    return tmp_path / "reports" / "one"


def broken(step: str, source: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let one cell of the report's notebook do something else."""
    book = nbformat.read(notebook_file(run_report.NOTEBOOK), as_version=4)
    (cell,) = (each for each in book.cells if f"{STEP_TAG}{step}" in each.metadata.get("tags", []))
    cell.source = source
    nbformat.write(book, tmp_path / "broken.ipynb")
    monkeypatch.setattr(run_report, "notebook_file", lambda name: tmp_path / "broken.ipynb")


def test_a_step_that_fails_is_named_and_leaves_the_last_good_report(
    good: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before, told = files(good), list[str]()
    source = "(run.folder / 'plan.docx').write_text('half')\nraise ZeroDivisionError('甲')"
    broken(STEPS[1], source, monkeypatch, tmp_path)
    monkeypatch.setenv(DEBUG, "1")
    with pytest.raises(ReportError) as caught:
        write_report(PLACE, to=good, paths=100, progress=told.append)
    said, *code = str(caught.value).splitlines()
    assert said == "“测算规划、情景和模拟”这一步失败：ZeroDivisionError：甲。原有报告没有改动。"
    assert "raise ZeroDivisionError('甲')" in "\n".join(code), "asked for; else only how to ask for it"
    assert files(good) == before and [path.name for path in good.parent.iterdir()] == ["one"]
    assert told == ["读取和核对数据", "测算规划、情景和模拟"]


@pytest.mark.slow
def test_a_process_that_ends_within_a_step_is_said_and_not_tried_again(
    good: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before, told = files(good), list[str]()
    broken(STEPS[1], "import os\nos._exit(1)", monkeypatch, tmp_path)
    with pytest.raises(
        ReportError, match=r"^“测算规划、情景和模拟”这一步失败：计算进程中断了，可能是内存不足，.*。原有报告没有改动。$"
    ):
        write_report(PLACE, to=good, paths=100, progress=told.append)
    assert files(good) == before and [path.name for path in good.parent.iterdir()] == ["one"]
    assert told == ["读取和核对数据", "测算规划、情景和模拟"]


def test_without_a_kernel_one_sentence_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook, "KERNEL", "nowhere")
    with pytest.raises(ReportError, match=r"^没有找到 Python 内核。请重新运行安装，或执行 python -m ipykernel install"):
        write_report(PLACE, to=tmp_path / "out" / "report")
    assert not list(tmp_path.iterdir())


def test_faults_of_the_input_come_whole_and_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By their place as the planner named it, though another process found them."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "place").mkdir()
    for name, text in {path.name: path.read_text(encoding="utf-8-sig") for path in FAULTY.glob("*.*")}.items():
        wrong = text.replace(",409525,", ",四,").replace(",37756,", ",三万,") if name == "totals.csv" else text
        (tmp_path / "place" / name).write_text(wrong, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        write_report("place", "pessimistic", to="out/deep/report")
    assert {(fault.where, fault.column) for fault in caught.value.faults} == {("place/totals.csv", "amount")}
    assert len(caught.value.faults) == 2 and all(fault.line for fault in caught.value.faults)
    assert [path.name for path in tmp_path.iterdir()] == ["place"]


def test_a_product_that_the_disk_refuses_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(workbook, "write_workbook", full)
    answers: Any = SimpleNamespace(plan=None, tables=(), alternatives={})
    with pytest.raises(ReportError, match=r"^plan.xlsx 不能写入（磁盘已满）。请检查权限和磁盘空间$"):
        bundle.make_workbook(answers, tmp_path)


def test_contents_are_alike_where_only_pictures_and_last_digits_differ(tmp_path: Path) -> None:
    one, two, other = tmp_path / "1.html", tmp_path / "2.html", tmp_path / "3.html"
    one.write_text('<table>0.1234567<img src="data:image/png;base64,AA=="></table>')
    two.write_text('<table>0.1234568<img src="data:image/png;base64,BB=="></table>')
    other.write_text('<table>0.1234668<img src="data:image/png;base64,AA=="></table>')
    first, second, third = contents_of(one, two, other).frame.to_numpy().tolist()
    assert first == second and first[0] == third[0] == "1 张表、1 幅图" and first[1] != third[1]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(PLACE, "land_slump", to=tmp_path_factory.mktemp("reports") / "one", paths=100, years=3)


@pytest.mark.slow
def test_papermill_by_hand_gives_the_folder_that_the_command_gives(report: Path, tmp_path: Path) -> None:
    given = {"place": PLACE, "scenario": "land_slump", "paths": 100, "years": 3, "to": tmp_path / "by hand"}
    command = [sys.executable, "-m", "papermill", str(notebook_file(run_report.NOTEBOOK)), str(tmp_path / "out.ipynb")]
    command += [word for name, value in given.items() for word in ("-p", name, str(value))]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    ours, theirs = files(report), files(tmp_path / "by hand")
    record = ours.pop("plan.ipynb")
    told, theirs_told = (json.loads(each.pop("manifest.json")) for each in (ours, theirs))
    assert ours == theirs
    assert told.pop("created") and theirs_told.pop("created") and told["files"].pop("plan.ipynb")
    assert told == theirs_told
    shown, by_hand = nbformat.reads(record.decode(), 4), nbformat.read(tmp_path / "out.ipynb", 4)
    assert [cell.get("outputs") for cell in shown.cells] == [cell.get("outputs") for cell in by_hand.cells]


def place_in(record: dict[str, Any]) -> str:
    """The place with which a record is performed again."""
    (given,) = (cell for cell in record["cells"] if "injected-parameters" in cell["metadata"].get("tags", []))
    (said,) = re.findall(r'^place = "(.*)"$', "".join(given["source"]), re.MULTILINE)
    return str(said)


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("reports/places/zhangye", "../places/zhangye"),  # they share a folder of the machine
        (PLACE, "data/places/zhangye"),  # the report lies elsewhere: found from the working folder
    ],
)
def test_a_record_says_no_folder_of_the_machine(place: str | Path, said: str) -> None:
    elsewhere = Path(PLACE.anchor, "no such folder", "reports", "one")
    place = elsewhere.parents[1] / place if isinstance(place, str) else place
    assert run_report._relative(place, elsewhere) == said


@pytest.mark.slow
def test_nbval_performs_the_record_again_strictly_and_leaves_the_report_alone(report: Path) -> None:
    before = files(report)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval", "--nbval-current-env"]
    done = subprocess.run([*command, str(report / "plan.ipynb")], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0 and "12 passed" in done.stdout, done.stdout
    assert files(report) == before
    record = json.loads(before["plan.ipynb"])
    assert (report / place_in(record)).is_dir() or (ROOT / place_in(record)).is_dir()
    assert str(ROOT) not in before["plan.ipynb"].decode() and str(report.parent) not in before["plan.ipynb"].decode()
    assert not [output for cell in record["cells"] for output in cell.get("outputs", []) if "image/png" in output]


def test_a_fault_of_the_program_says_how_to_see_its_lines_and_a_refusal_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(DEBUG, raising=False)
    watch = notebook._Watch(lambda step: None, step="画图", code="line 1")
    assert str(watch.said("KeyError", "'甲'")) == (
        "“画图”这一步失败：KeyError：'甲'。原有报告没有改动。设置环境变量 FISCAL_MODEL_DEBUG=1 再运行可看到细节。"
    )
    assert str(watch.said("ReportError", "磁盘已满。")) == "“画图”这一步失败：磁盘已满。原有报告没有改动。"
