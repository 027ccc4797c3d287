"""Nothing in a place folder is passed over in silence: a quote left open, a file or a sheet that is not read is named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fiscal_model.inputs.place import read_place
from fiscal_model.inputs.sheets import read_raw
from fiscal_model.words.errors import InputError

CLOSE = "请删去多余的英文引号，或在该格末尾补上；格内确有换行的，改成一行。"


@pytest.fixture
def yunshui(root: Path, tmp_path: Path) -> Path:
    """A copy of the invented county."""
    folder = tmp_path / "yunshui"
    shutil.copytree(root / "data" / "places" / "yunshui", folder)
    return folder


def _said(folder: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_place(folder)
    return [str(fault).removeprefix(f"{folder.as_posix()}/") for fault in caught.value.faults]


def _quoted(folder: Path, opened: int, closed: int | None = None) -> None:
    """Open a quote before the note of one line, close it after the note of another."""
    path = folder / "debt.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    before, note = lines[opened - 1].rsplit(",", 1)
    lines[opened - 1] = f'{before},"{note}'
    if closed is not None:
        lines[closed - 1] += '"'
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")


def test_a_quote_never_closed_is_refused_where_it_opens(yunshui: Path) -> None:
    """73 lines, header included: opened on line 2 it takes the 71 below it; opened on the last it takes none."""
    _quoted(yunshui, 2)
    assert _said(yunshui) == [
        f"debt.csv 第 2 行“note”列：这里打开的引号到文件末尾也没有关上，其后 71 行被吞进一格。{CLOSE}"
    ]


def test_a_quote_left_open_in_the_last_row(yunshui: Path) -> None:
    _quoted(yunshui, 73)
    assert _said(yunshui) == [f"debt.csv 第 73 行“note”列：这里打开的引号到文件末尾也没有关上。{CLOSE}"]


def test_a_quote_closed_too_late(yunshui: Path) -> None:
    """Closed on line 5 it took lines 3 to 5."""
    _quoted(yunshui, 2, 5)
    assert _said(yunshui) == [f"debt.csv 第 2 行“note”列：这里打开的引号到第 5 行才关上，其后 3 行被吞进一格。{CLOSE}"]


def test_a_quote_closed_in_its_line_is_read(root: Path, yunshui: Path) -> None:
    _quoted(yunshui, 2, 2)
    assert read_place(yunshui).rows("debt").equals(read_place(root / "data" / "places" / "yunshui").rows("debt"))


def test_a_swallowed_cell_too_long_to_read_is_named_alike(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a,b\n1,2\n3,"4\n' + "5,6\n" * 50_000, encoding="utf-8")
    raw, (fault,) = read_raw(path, "a.csv")
    assert raw is None
    assert str(fault) == f"a.csv 第 3 行：引号一直没有关上，以下各行都被吞进一格。{CLOSE}"


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_line_ends_do_not_matter(end: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f'a,b{end or chr(10)}1,"2,3"{end}'.encode())
    raw, faults = read_raw(path, "a.csv")
    assert not faults
    assert raw is not None
    assert raw.rows == ((2, ("1", "2,3")),)
