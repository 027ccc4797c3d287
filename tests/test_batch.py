"""Many places: the table is the same whoever computed it, nothing done is lost, one bad place stops no other."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from panel_case import panel_rows, write_panel

import fiscal_model as fm
from fiscal_model.apps.batch import workers
from fiscal_model.apps.batch.kept_rows import version_digest
from fiscal_model.apps.batch.one_place import COLUMNS, Question, row_of
from fiscal_model.apps.batch.results import BatchResult, frame_of
from fiscal_model.apps.cli.outcomes import INPUT_FAULTS, main
from fiscal_model.inputs.place_panel import lay_places
from fiscal_model.words.errors import InputError, ReportError, TargetError

PLANNED = ["丙县", "丙县", "甲县"]


@pytest.fixture(scope="module")
def room(tmp_path_factory) -> Path:
    """A panel and the results of its first run, alone."""
    room = tmp_path_factory.mktemp("batch")
    write_panel(room / "panel.csv")
    fm.batch(room / "panel.csv", to=room / "all", workers=1)
    return room


def table(folder: Path) -> str:
    return (folder / "results.csv").read_text(encoding="utf-8-sig")


def test_every_place_has_a_row_and_the_one_without_a_plan_its_reason(room):
    found = pd.read_csv(room / "all" / "results.csv").set_index("place")
    assert sorted(found.loc[found["status"] == "planned", "name"]) == PLANNED
    assert list(found.columns) == list(COLUMNS)[1:]
    reason = found.loc["乙县", "reason"]
    assert found.loc["乙县", "status"] == "refused"
    assert reason.startswith("totals.csv 第 3 行“amount”列：应为数字，填写的是“一百”")
    assert "（另有 1 处）" in reason and "\n" not in reason


def test_the_row_says_what_the_plan_says(room):
    found = pd.read_csv(room / "all" / "results.csv").set_index("place")
    plan = fm.plan(room / "all" / "places" / "甲县")
    assert found.loc["甲县", "own_revenue"] == pytest.approx(plan.line("own_revenue")[0], abs=1e-3)
    assert found.loc["甲县", "uncommitted_resources"] == pytest.approx(
        plan.line("uncommitted_resources").min(), abs=1e-3
    )
    assert (
        np.isnan(found.loc["甲县", "debt_ratio"]) and np.isnan(plan.line("debt_ratio")).all()
    )  # no general debt is known


def test_places_of_one_name_are_told_apart_by_province(room):
    assert {path.name for path in (room / "all" / "places").iterdir()} == {"甲县", "乙县", "云南省丙县", "甘肃省丙县"}
    assert 'province = "云南省"' in (room / "all" / "places" / "云南省丙县" / "place.toml").read_text(encoding="utf-8")


def test_figures_go_where_they_belong(room):
    place = fm.read_place(room / "all" / "places" / "甲县")
    assert place.rows("debt")["item"].unique().tolist() == ["closing_stock"]
    assert place.rows("macro")["amount"].iloc[0] == pytest.approx(600_000)
    assert sorted(place.rows("totals")["line"].unique()) == ["expenditure", "own_revenue"]


def test_a_second_call_computes_nothing_and_one_change_one_place(room):
    before = table(room / "all")
    again = fm.batch(room / "panel.csv", to=room / "all", workers=1)
    assert again.computed == 0 and table(room / "all") == before
    totals = room / "all" / "places" / "甲县" / "totals.csv"
    rows = [row for row in panel_rows() if not row.startswith("甲县,甘肃省,own_revenue,2024")]
    changed = room / "changed.csv"
    changed.write_text("\n".join(["place,province,line,year,amount,unit,source", *rows,
                                  "甲县,甘肃省,own_revenue,2024,5.3,100m_yuan,示例"]), encoding="utf-8")  # fmt: skip
    assert fm.batch(changed, to=room / "all", workers=1).computed == 1
    assert "5.3" in totals.read_text(encoding="utf-8")
    fm.batch(room / "panel.csv", to=room / "all", workers=1)


def test_a_scenario_that_changed_is_computed_again_whatever_name_it_goes_by(room, tmp_path, monkeypatch):
    """A saved scenario is named by its id: what it says counts, not what it is called."""
    monkeypatch.chdir(tmp_path)
    saved = tmp_path / "data" / "scenarios" / "custom" / "mine.toml"
    (tmp_path / "data" / "places").mkdir(parents=True)
    saved.parent.mkdir(parents=True)
    for shift, computed in ((0.0, 4), (0.0, 0), (-0.1, 4)):
        saved.write_text(
            f'id = "mine"\nname = "甲"\n[assumptions.own_revenue_shift]\nvalue = {shift}\nsource = "示例"\nquality = "planner"\n',
            encoding="utf-8",
        )
        assert fm.batch(room / "panel.csv", "mine", to=tmp_path / "b", workers=1).computed == computed


def test_a_row_cut_short_is_computed_again(room):
    kept = room / "all" / "rows" / "甲县.json"
    before = table(room / "all")
    kept.write_text(kept.read_text(encoding="utf-8")[:40], encoding="utf-8")
    assert fm.batch(room / "panel.csv", to=room / "all", workers=1).computed == 1
    assert table(room / "all") == before


@pytest.mark.slow
def test_a_run_that_is_killed_goes_on_where_it_stopped(room, tmp_path):
    command = [sys.executable, "-m", "fiscal_model", "batch", str(room / "panel.csv"), "--to", str(tmp_path / "b")]
    with subprocess.Popen([*command, "--workers", "1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        until = time.monotonic() + 60
        while not list((tmp_path / "b" / "rows").glob("*.json")) and time.monotonic() < until:
            time.sleep(0.01)
        run.send_signal(signal.SIGKILL)
    done = len(list((tmp_path / "b" / "rows").glob("*.json")))
    assert 1 <= done < 4
    found = fm.batch(room / "panel.csv", to=tmp_path / "b", workers=1)
    assert found.computed == 4 - done
    assert table(tmp_path / "b") == table(room / "all")


@pytest.mark.slow
def test_side_by_side_gives_the_same_table(room):
    before = table(room / "all")
    for kept in (room / "all" / "rows").iterdir():
        kept.unlink()
    assert fm.batch(room / "panel.csv", to=room / "all", workers=2).computed == 4
    assert table(room / "all") == before


def test_a_worker_that_sees_no_place_or_is_another_program_has_not_done_it(room):
    """Its row said that the figures carry no plan, and was kept for good."""
    question, here = Question(), str((room / "all" / "places" / "甲县").absolute())
    gone = workers.row_elsewhere("/nowhere/甲县", question, version_digest())
    assert gone["status"] == "failed" and "看不到文件夹 /nowhere/甲县" in gone["reason"]
    other = workers.row_elsewhere(here, question, "another")
    assert other["status"] == "failed" and "版本不同" in other["reason"]
    assert workers.row_elsewhere(here, question, version_digest()) == row_of(here, question)
    bare = workers._lost(Path(here), ModuleNotFoundError("No module named 'fiscal_model'"))
    assert "工作进程出错（ModuleNotFoundError：No module named 'fiscal_model'）" in bare["reason"]


def start(words: str, room: Path, name: str) -> subprocess.Popen[bytes]:
    """Start a part of a cluster with a working folder and an environment of its own."""
    (room / name).mkdir(exist_ok=True)
    code = Path(fm.__file__).parents[1]
    bare = {"PATH": os.environ["PATH"], "HOME": str(room / name), "PYTHONPATH": str(code), "LANG": "C"}
    command = [sys.executable, "-m", "dask", *words.split(), "--no-dashboard"]
    return subprocess.Popen(command, cwd=room / name, env=bare, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.mark.slow
def test_a_cluster_whose_parts_die_loses_nothing(room, tmp_path, monkeypatch):
    """Scheduler and worker elsewhere; a saved scenario by name; both are killed on the way, the scheduler for good first."""
    pytest.importorskip("distributed")
    monkeypatch.chdir(tmp_path)
    saved = tmp_path / "data" / "scenarios" / "custom" / "mine.toml"
    (tmp_path / "data" / "places").mkdir(parents=True)
    saved.parent.mkdir(parents=True)
    said = '[assumptions.own_revenue_shift]\nvalue = -0.05\nsource = "示例"\nquality = "planner"\n'
    saved.write_text(f'id = "mine"\nname = "甲"\n{said}', encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address, parts = f"tcp://127.0.0.1:{port}", []

    def scheduler() -> None:
        parts.append(start(f"scheduler --host 127.0.0.1 --port {port}", tmp_path, "s"))
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=0.2):
                return
            time.sleep(0.1)

    def killed(done: int, _: int) -> None:
        if done:
            for part in parts:
                part.kill()

    def worker() -> None:
        parts.append(start(f"worker {address} --nthreads 1 --no-nanny", tmp_path, "w"))

    try:
        scheduler()
        with (
            monkeypatch.context() as soon,
            pytest.raises(ReportError, match=f"没有工作进程。请先启动：dask worker {address}"),
        ):
            soon.setattr(workers, "_PATIENCE", 0.5)
            fm.batch(room / "panel.csv", "mine", to="out", scheduler=address)
        worker()
        with pytest.raises(ReportError, match="调度器的连接断了"):
            fm.batch(room / "panel.csv", "mine", to="out", scheduler=address, progress=killed)
        kept = len(list((tmp_path / "out" / "rows").iterdir()))
        assert 0 < kept < 4
        scheduler()
        worker()
        found = fm.batch(room / "panel.csv", "mine", to="out", scheduler=address)
    finally:
        for part in parts:
            part.kill()
            part.wait()
    assert found.computed == 4 - kept
    fm.batch(room / "panel.csv", "mine", to="alone", workers=1)
    assert table(tmp_path / "out") == table(tmp_path / "alone") != table(room / "all")


def test_without_dask_places_are_done_one_by_one_and_a_scheduler_is_refused(monkeypatch, room):
    monkeypatch.setattr(workers, "has_dask", lambda: False)
    assert fm.batch(room / "panel.csv", to=room / "all", workers=8).computed == 0
    with pytest.raises(ReportError, match="没有安装 dask"):
        fm.batch(room / "panel.csv", to=room / "other", scheduler="tcp://127.0.0.1:1")


def test_foreign_folders_are_left_alone(room, tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "工作.txt").write_text("保留", encoding="utf-8")
    with pytest.raises(TargetError, match="不会写入"):
        fm.batch(room / "panel.csv", to=mine)
    assert [path.name for path in mine.iterdir()] == ["工作.txt"]
    (tmp_path / "link").symlink_to(room / "all")
    with pytest.raises(TargetError, match="是一个链接"):
        fm.batch(room / "panel.csv", to=tmp_path / "link")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("place,line,year,amount,unit\n甲县,own_revenue,2024,1,亿元\n", "缺少"),
        ("place,line,year,amount,unit,source\n../甲,own_revenue,2024,1,亿元,示例\n", "名称用作文件夹名"),
        ("place,line,year,amount,unit,source\n", "表里没有数"),
    ],
)
def test_a_panel_that_cannot_be_read_is_refused_whole(tmp_path, text, said):
    (tmp_path / "panel.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        lay_places(tmp_path / "panel.csv", tmp_path / "places")
    assert not (tmp_path / "places").exists()


def test_a_folder_without_places_and_a_path_without_anything_are_named(tmp_path):
    with pytest.raises(InputError, match="没有地区文件夹"):
        fm.batch(tmp_path, to=tmp_path / "to")
    with pytest.raises(InputError, match="没有这个文件夹或文件"):
        fm.batch(tmp_path / "nowhere", to=tmp_path / "to")
    assert not (tmp_path / "to").exists()


@pytest.mark.parametrize(
    ("statuses", "code"),
    [("planned", 0), ("planned refused", 0), ("refused", 1), ("planned refused failed", 3), ("refused failed", 3)],
)
def test_the_exit_code_tells_whether_there_are_plans_and_whether_to_run_again(statuses, code):
    """It was 0 where no place had a plan, so that an unattended run never told."""
    frame = frame_of({"place": str(at), "status": status} for at, status in enumerate(statuses.split()))
    assert BatchResult(frame, Path(), 0).exit_code == code


def test_the_command_leaves_with_the_code_of_its_table(tmp_path, capsys):
    rows = [row for row in panel_rows() if row.startswith("乙县")]
    (tmp_path / "panel.csv").write_text("\n".join(["place,province,line,year,amount,unit,source", *rows]), "utf-8")
    with pytest.raises(SystemExit) as left:
        main(["batch", str(tmp_path / "panel.csv"), "--to", str(tmp_path / "all"), "--json"])
    assert left.value.code == INPUT_FAULTS
    assert json.loads(capsys.readouterr().out)["rows"][0]["status"] == "refused"


def test_the_manifest_marks_the_folder_as_ours(room):
    assert json.loads((room / "all" / "manifest.json").read_text(encoding="utf-8"))["batch"] == 1
