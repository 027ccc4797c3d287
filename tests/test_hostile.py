"""Spoilt copies of a small place, always the same: refused with file and line, read as it was, or doubted aloud."""

from __future__ import annotations

import csv
import io
import random
import re
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from fiscal_model.blocks.checks.all_checks import Check, faults_of, run_checks
from fiscal_model.inputs.place import Place, read_place
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.words.errors import InputError

YUNSHUI = Path(__file__).parents[1] / "data" / "places" / "yunshui"
KEPT = ("totals", "macro", "debt", "bonds", "guarantee_items", "transfers", "hidden_debt", "insurance")
Rows = list[list[str]]
Spoil = Callable[[Rows, int, int], str | None]
"""Spoils the rows in place, given a row and a column of it; None where there is nothing of the kind to spoil."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("places") / "yunshui"
    folder.mkdir()
    for name in ("place.toml", *(f"{table}.csv" for table in KEPT)):
        shutil.copy(YUNSHUI / name, folder)
    return folder


def text_of(rows: Rows) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def is_number(cell: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", cell) is not None


def setting(make: Callable[[str], str], suits: Callable[[str, str], bool] = lambda name, cell: True) -> Spoil:
    """Put something else into a cell of the row that suits, by the name of its column and what stands there."""

    def spoil(rows: Rows, row: int, column: int) -> str | None:
        fit = [at for at, name in enumerate(rows[0]) if suits(name, rows[row][at])]
        if not fit:
            return None
        at = fit[column % len(fit)]
        rows[row][at] = make(rows[row][at])
        return text_of(rows)

    return spoil


def whole(change: Callable[[Rows, int, int], Rows]) -> Spoil:
    return lambda rows, row, column: text_of(change(rows, row, column))


def an_amount(name: str, cell: str) -> bool:
    return name in {"amount", "balance", "face", "principal"} and is_number(cell) and abs(float(cell)) >= 1_000


def a_number(name: str, cell: str) -> bool:
    return is_number(cell) and name not in {"code", "note", "source", "year"}


def a_word(name: str, cell: str) -> bool:
    """A cell that takes only words of a list."""
    return cell != "" and name in {each.name for table in KEPT for each in TABLES[table].fields if each.terms}


def needed(name: str, cell: str) -> bool:
    return cell != "" and all(name in TABLES[table].required for table in KEPT if name in TABLES[table].columns)


MINUS = setting(lambda cell: f"-{cell}", an_amount)
REFUSED: dict[str, Spoil] = {
    "a needed cell is empty": setting(lambda cell: "", needed),
    "another word": setting(lambda cell: f"{cell}错", a_word),
    "a text for a number": setting(lambda cell: "一百", a_number),
    "an underscore": setting(lambda cell: f"{cell[:1]}_{cell[1:]}0", a_number),
    "no number at all": setting(lambda cell: "nan", a_number),
    "endless": setting(lambda cell: "1e999", a_number),
    "a year of two digits": setting(lambda cell: cell[2:], lambda name, cell: name == "year"),
    "a year far ahead": setting(lambda cell: "2090", lambda name, cell: name == "year"),
    "a day that is none": setting(
        lambda cell: f"{cell[:4]}-13-40", lambda name, cell: re.fullmatch(r"\d{4}-\d\d-\d\d", cell) is not None
    ),
    "a row twice": whole(lambda rows, row, column: [*rows, rows[row]]),
    "a cell too many": whole(lambda rows, row, column: [*rows[:row], [*rows[row], "x"], *rows[row + 1 :]]),
    "a column lost": whole(
        lambda rows, row, column: [
            line[: rows[0].index("source")] + line[rows[0].index("source") + 1 :] for line in rows
        ]
    ),
    "a strange column": whole(
        lambda rows, row, column: [[*line, "备用" if at == 0 else "x"] for at, line in enumerate(rows)]
    ),
    "a title misspelt": whole(
        lambda rows, row, column: [
            [name + ("s" if at == column % len(rows[0]) else "") for at, name in enumerate(rows[0])],
            *rows[1:],
        ]
    ),
    "a quote left open": lambda rows, row, column: text_of(rows[:row]) + '"' + text_of(rows[row:]),
    "empty": lambda rows, row, column: "",
}
SAME: dict[str, Spoil] = {
    "lines turned": whole(lambda rows, row, column: [rows[0], *reversed(rows[1:])]),
    "columns turned": whole(lambda rows, row, column: [line[::-1] for line in rows]),
    "an empty line": whole(lambda rows, row, column: [*rows[:row], [""] * len(rows[0]), *rows[row:]]),
    "blanks": setting(lambda cell: f" {cell} "),
    "thousands": setting(lambda cell: f"{int(cell):,}", lambda name, cell: an_amount(name, cell) and "." not in cell),
    "semicolons": lambda rows, row, column: (
        text_of(rows).replace(",", ";")
        if not any("," in cell or ";" in cell for line in rows for cell in line)
        else None
    ),
    "windows lines": lambda rows, row, column: text_of(rows).replace("\n", "\r\n"),
}
DOUBTED: dict[str, Spoil] = {
    "yuan for 万元": setting(lambda cell: f"{float(cell) * 10_000:.6g}", an_amount),
    "three digits more": setting(lambda cell: f"{float(cell) * 1_000:.6g}", an_amount),
    "a hundred times": setting(lambda cell: f"{float(cell) * 100:.6g}", an_amount),
    "a minus": lambda rows, row, column: None if "balance" in "".join(rows[row]) else MINUS(rows, row, column),
}


def outcome(folder: Path, file: str, before: Place, known: set[str]) -> tuple[str, str]:
    """Say what becomes of a spoilt place, and in which words; ``known`` are the cautions of the checks before."""
    try:
        place = read_place(folder)
        if same(place, before):
            return "equal", ""
        doubts = [each.text for each in place.doubts if each not in before.doubts and file in each.text]
        if doubts:
            return "doubted", doubts[0]
        checks = run_checks(place)
        if faults := faults_of(place, checks):
            raise InputError(faults)
        new = sorted(cautions_of(checks) - known)
        return ("doubted", new[0]) if new else ("silent", "")
    except InputError as error:
        lost = [str(fault) for fault in error.faults if fault.line is None or not fault.where.endswith(".csv")]
        return ("refused without a line", lost[0]) if lost else ("refused", str(error.faults[0]))


def cautions_of(checks: tuple[Check, ...]) -> set[str]:
    return {said for check in checks if check.outcome == "caution" for said in check.details}


def same(place: Place, before: Place) -> bool:
    return place.tables.keys() == before.tables.keys() and all(
        sorted(map(repr, rows.drop(columns="row_line").sort_index(axis=1).to_dict("records")))
        == sorted(map(repr, before.tables[name].drop(columns="row_line").sort_index(axis=1).to_dict("records")))
        for name, rows in place.tables.items()
    )


@pytest.mark.parametrize(("mutations", "seed"), [(40, 26), pytest.param(200, 13, marks=pytest.mark.slow)])
def test_a_spoilt_place_is_refused_read_as_it_was_or_doubted(mutations: int, seed: int, folder: Path) -> None:
    rng, before, seen, wrong = random.Random(seed), read_place(folder), Counter[str](), list[str]()
    known = cautions_of(run_checks(before))
    kinds = {**REFUSED, **SAME, **DOUBTED}
    while sum(seen.values()) < mutations:
        kind, table = rng.choice(list(kinds)), rng.choice(KEPT)
        path = folder / f"{table}.csv"
        kept = path.read_bytes()
        rows = list(csv.reader(io.StringIO(kept.decode("utf-8-sig"), newline="")))
        row = rng.randrange(1, len(rows))
        spoilt = kinds[kind]([list(line) for line in rows], row, rng.randrange(100))
        if spoilt is None:
            continue
        path.write_text(spoilt, encoding="utf-8", newline="")
        found, said = outcome(folder, path.name, before, known)
        path.write_bytes(kept)
        expected = {"refused"} if kind in REFUSED else {"equal"} if kind in SAME else {"refused", "doubted"}
        if found not in expected:
            wrong.append(f"{kind} in {table} line {row + 1}: {found} {said}")
        seen[found] += 1
    assert not wrong, "\n".join(wrong)
    assert {"refused", "equal", "doubted"} == set(seen)
