"""What is done is kept place by place: a run that is cut off goes on where it stopped."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path

from fiscal_model.apps.batch.one_place import FAILED, Question, Row
from fiscal_model.inputs.find import scenario_of
from fiscal_model.inputs.fingerprints import rules_digest
from fiscal_model.inputs.place import digests_of
from fiscal_model.report.writers.folder import MANIFEST, refuse_foreign
from fiscal_model.report.writers.room import UNFINISHED
from fiscal_model.words.errors import ReportError, ScenarioError
from fiscal_model.words.files import why

ROWS = "rows"


class KeptRows:
    """The rows of a batch folder, each under the digest of what it was computed from."""

    def __init__(self, folder: Path, question: Question) -> None:
        self.folder, self.question = folder / ROWS, question
        _claim(folder)
        self.folder.mkdir(exist_ok=True)

    def key(self, place: Path) -> str:
        """Return a digest of a place's files, the rules, the program and the question."""
        try:
            scenario = scenario_of(self.question.scenario, place).to_toml()
        except ScenarioError as error:
            scenario = str(error)
        known = [digests_of(place), scenario, version_digest(), asdict(self.question)]
        return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()

    def get(self, place: Path) -> Row | None:
        """Return the row of a place unless something it rests on has changed, or it did not get through."""
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            kept = json.loads(self._file(place).read_text(encoding="utf-8"))
            row: Row = kept["row"]
            if kept["key"] == self.key(place) and row["status"] != FAILED:
                return row
        return None

    def put(self, place: Path, row: Row) -> None:
        """Keep a row, whole or not at all."""
        file, part = self._file(place), self.folder / f".{place.name}{UNFINISHED}"
        text = json.dumps({"key": self.key(place), "row": row}, ensure_ascii=False, indent=1)
        part.write_text(text + "\n", encoding="utf-8", newline="\n")
        os.replace(part, file)

    def _file(self, place: Path) -> Path:
        return self.folder / f"{place.name}.json"


@cache
def version_digest() -> str:
    """Return a digest of this package's own code and rules: another program may say something else of the same figures."""
    package = Path(__file__).resolve().parents[2]
    whole = hashlib.sha256(json.dumps(rules_digest(), sort_keys=True).encode())
    for path in sorted(package.rglob("*.py")):
        whole.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return whole.hexdigest()


def is_batch(folder: Path) -> bool:
    """Tell whether a folder was begun by a batch of ours."""
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
        return bool(json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["batch"])
    return False


def _claim(folder: Path) -> None:
    """Make the folder, or go on in one that a batch began; refuse anything else (`TargetError`)."""
    refuse_foreign(folder, is_batch, "结果", "批量测算的结果文件夹，不会写入")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not is_batch(folder):
            text = json.dumps({"batch": 1, "versions": {"fiscal-model": version("fiscal-model")}})
            (folder / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")
    except OSError as error:
        raise ReportError(f"{folder.as_posix()} 不能写入（{why(error)}）。请检查路径、权限和磁盘空间。") from None
