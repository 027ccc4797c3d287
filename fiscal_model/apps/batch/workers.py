"""Who does the work: this process alone, processes of this machine, or a cluster by its address (dask.distributed)."""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from fiscal_model.apps.batch.kept_rows import version_digest
from fiscal_model.apps.batch.one_place import FAILED, Question, Row, row_of
from fiscal_model.inputs.find import find_scenario, place_title
from fiscal_model.inputs.scenario import SHIPPED
from fiscal_model.words.errors import ReportError, ScenarioError

_FEW = 4
"""So few places are done sooner than processes start."""
_AHEAD = 4
"""Places handed out beyond what is being worked on, per worker: memory stays flat however many there are."""
_PATIENCE = 30
"""Seconds in which a running scheduler must have a worker."""
WITHOUT = '没有安装 dask.distributed，逐个测算。要多进程并行，请安装：pip install "fiscal-model[batch]"'


def has_dask() -> bool:
    """Tell whether places can be done side by side."""
    return importlib.util.find_spec("distributed") is not None


def rows_of(
    places: list[Path], question: Question, workers: int | None = None, scheduler: str = ""
) -> Iterator[tuple[Path, Row]]:
    """Yield each place with its row as soon as it is done, in any order.

    ``workers``: processes of this machine; as many as it has cores by default.
    ``scheduler``: address of a running dask scheduler, whose workers must see the same folders.
    """
    count = min(workers or os.cpu_count() or 1, len(places))
    if scheduler and not has_dask():
        raise ReportError(WITHOUT)
    if not scheduler and (count < 2 or len(places) < _FEW or not has_dask()):
        yield from ((place, row_of(str(place.absolute()), question)) for place in places)
        return
    with _client(count, scheduler) as client:
        yield from _as_done(client, places, question, _AHEAD * max(count, len(client.scheduler_info()["workers"])))


def _client(count: int, scheduler: str) -> Any:
    """Start processes of our own, or join a cluster that runs."""
    import dask
    from distributed import Client, LocalCluster

    # A worker that is killed takes its place along at most twice: then the place, not the machine, is at fault.
    # A profile of every call stack, which workers keep by default, would grow with each place.
    dask.config.set({"distributed.scheduler.allowed-failures": 2, "distributed.worker.profile.enabled": False})
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what went wrong is said below, in Chinese
    if scheduler:
        try:
            client = Client(scheduler, timeout=10)
        except OSError:
            raise ReportError(f"连不上调度器 {scheduler}。请检查地址和网络，或去掉 --scheduler 用本机测算。") from None
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError:
            client.close()
            raise ReportError(f"调度器 {scheduler} 上没有工作进程。请先启动：dask worker {scheduler}") from None
        return client
    cluster = LocalCluster(n_workers=count, threads_per_worker=1, dashboard_address=":0", silence_logs=logging.CRITICAL)
    client = Client(cluster)
    client.cluster = cluster
    return client


def _as_done(client: Any, places: Iterable[Path], question: Question, most: int) -> Iterator[tuple[Path, Row]]:
    from distributed import as_completed

    waiting = iter(places)

    def hand_out(count: int) -> list[Any]:
        handed = list(islice(waiting, count))
        found = [
            client.submit(row_elsewhere, str(place.absolute()), _whole(question, place), version, pure=False)
            for place in handed
        ]
        of.update({future.key: place for future, place in zip(found, handed, strict=True)})
        return found

    of: dict[str, Path] = {}
    version = version_digest()
    done = as_completed(hand_out(most))
    for future in done:
        place = of.pop(future.key)
        if future.cancelled() or client.status != "running":
            raise ReportError("和调度器的连接断了，算完的地区已经保存。请启动调度器再运行一次，只补算没算完的。")
        yield place, future.result() if future.status == "finished" else _lost(place, future.exception())
        done.update(hand_out(1))


def row_elsewhere(folder: str, question: Question, version: str) -> Row:
    """Return a place's row from a worker that may sit on another machine: it must see the place, and be the same program and rules.

    ``version``: `version_digest` where the question was asked.
    """
    place = Path(folder)
    if not place.exists():
        return _not_done(place, f"工作进程看不到文件夹 {folder}；请放在各台机器路径相同的共享目录里")
    if version != version_digest():
        return _not_done(place, "工作进程的程序或规则和这里的版本不同；请在各台机器安装同一版本")
    return row_of(folder, question)


def _whole(question: Question, place: Path) -> Question:
    """Name a saved scenario by its whole path: a worker looks for names in a working folder of its own."""
    with contextlib.suppress(ScenarioError):  # the worker says so
        found = find_scenario(question.scenario, place)
        return question if str(found) in SHIPPED else replace(question, scenario=str(Path(found).absolute()))
    return question


def _lost(place: Path, error: BaseException) -> Row:
    reason = f"工作进程出错（{type(error).__name__}：{error}）；请在各台机器安装同一版本的 fiscal_model"
    if type(error).__name__ == "KilledWorker":
        reason = "算到一半，进程几次被系统结束（多半是内存不足）；再运行一次只补算这样的地区"
    return _not_done(place, reason)


def _not_done(place: Path, reason: str) -> Row:
    return {"place": place.name, "name": place_title(place), "status": FAILED, "reason": reason}
