"""Files as planners hand them in: bytes, text and TOML, every fault with file and line and none as a Python error."""

from __future__ import annotations

import re
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fiscal_model.words.errors import Fault
from fiscal_model.words.plain import one_line

MOST_BYTES = 100 * 1024**2
"""Bytes of a table file; a county's largest register has a few million."""
_MOST_TOML = 4 * 1024**2
_DEEPEST = 10
"""Levels of tables and lists within one another; the files of this package have four."""
_LARGEST = 2**63
"""TOML's own bound of a whole number."""
_SAID = {
    "Cannot overwrite": "同一项目写了两次",
    "Cannot declare": "同一张表写了两次",
    "Expected '='": "项目后面缺少等号",
    "Expected ']'": "方括号没有写完",
    "Unclosed": "括号没有写完",
    "Unterminated": "引号没有写完",
    "Illegal": "有不能出现的字符",
    "Expected newline": "一行里写了多余的内容",
    "Invalid statement": "不是“项目 = 值”的写法",
    "Invalid value": "值的写法不对",
    "Invalid date": "日期不存在",
}


def read_bytes(path: Path, shown: str, most: int = MOST_BYTES) -> tuple[bytes, list[Fault]]:
    """Read a file whole; one that cannot be read, is none or has more than ``most`` bytes is a fault, with no bytes."""
    try:
        about = path.stat()
        if not (stat.S_ISREG(about.st_mode) or stat.S_ISDIR(about.st_mode)):
            return b"", [Fault(shown, "不是普通文件（是设备或管道）", "请换成一个普通文件")]
        if about.st_size > most:
            found = f"文件有 {sized(about.st_size)}，超过上限 {sized(most)}，没有读取"
            return b"", [Fault(shown, found, "请删去不用的行列和图片，或先汇总再填")]
        with path.open("rb") as file:
            return file.read(about.st_size), []
    except OSError as error:
        return b"", [Fault(shown, f"文件不能读取（{why(error)}）", "请检查权限，并关闭正在使用它的程序")]


def sized(count: int) -> str:
    """Say how large a file is.

    Examples
    --------
    >>> sized(104_857_601), sized(5_000), sized(3 * 1024**3)
    ('100 MB', '5 KB', '3,072 MB')
    """
    return f"{count / 1024**2:,.0f} MB" if count >= 1024**2 else f"{count / 1024:,.0f} KB"


def why(error: OSError) -> str:
    """Say in Chinese why the system refused a file or folder."""
    known: dict[type[OSError], str] = {
        PermissionError: "没有权限",
        FileNotFoundError: "不存在",
        IsADirectoryError: "是一个文件夹",
        NotADirectoryError: "路径中间有一个不是文件夹",
        FileExistsError: "同名的文件已经存在",
    }
    numbered = {28: "磁盘已满", 30: "磁盘只读", 36: "名称太长", 40: "链接互相指向"}
    return known.get(type(error)) or numbered.get(error.errno or 0) or f"系统提示：{error.strerror or error}"


def decode(content: bytes) -> str | None:
    """Decode UTF-8 or UTF-16 (with or without mark), or GBK; None when none of them fits.

    Examples
    --------
    >>> [decode("项目,金额\\n".encode(code)) for code in ("utf-16-le", "utf-16-be", "gbk")] == ["项目,金额\\n"] * 3
    True
    """
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ("utf-16",) if marked else _unmarked_utf16(content) or ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\x00" in text else text
    return None


def _unmarked_utf16(content: bytes) -> tuple[str, ...]:
    """UTF-16 without its mark: the empty half of every comma and line break stands on one side."""
    odd, even = content[1::2].count(0), content[::2].count(0)
    if len(content) % 2 or min(odd, even) or not max(odd, even):
        return ()
    return ("utf-16-le",) if odd else ("utf-16-be",)


def unreadable(content: bytes, shown: str, remedy: str = "请用 UTF-8 保存") -> Fault:
    """Return the fault of bytes that `decode` cannot read, with the line of the first that is no text."""
    try:
        content.decode("gb18030")
        first = max(content.find(b"\x00"), 0)
    except UnicodeDecodeError as error:
        first = min([error.start, *(at for at in (content.find(b"\x00"),) if at >= 0)])
    return Fault(shown, "文字编码无法识别", remedy, 1 + content.count(b"\n", 0, first))


def read_toml(path: Path, shown: str, remedy: str) -> tuple[dict[str, Any], list[Fault]]:
    """Read a TOML file; ``shown`` is its name in messages, ``remedy`` what to do when its syntax is wrong.

    Nesting deeper than ten levels and whole numbers beyond 64 bits are faults too: nothing here needs them.
    """
    content, faults = read_bytes(path, shown, _MOST_TOML)
    if faults:
        return {}, faults
    text = decode(content)
    if text is None:
        return {}, [unreadable(content, shown)]
    lines = text.splitlines() or [""]
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return {}, [_syntax(str(error), lines, shown, remedy)]
    except RecursionError:
        brackets = [line.count("[") + line.count("{") for line in lines]
        return {}, [_nested(shown, 1 + brackets.index(max(brackets)))]
    except ValueError:  # Python itself refuses to read thousands of digits
        digits = [max(map(len, re.findall(r"\d+", line)), default=0) for line in lines]
        return {}, [_too_large(shown, 1 + digits.index(max(digits)))]
    return (_plain(given), []) if not (faults := _monsters(given, text, shown)) else ({}, faults)


def line_of(text: str, *keys: str) -> int | None:
    """Return the line of a TOML text on which a key is given: each key after the line of the one before.

    Examples
    --------
    >>> line_of('name = "a"\\n[assumptions.pay_growth]\\nvalue = 1', "pay_growth", "value")
    3
    """
    found = None
    lines = text.splitlines()
    for key in keys:
        given = re.compile(rf"""(^|[\s.\["'{{,]){re.escape(key)}["']?\s*[\].=]""")
        start = 0 if found is None else found - 1
        found = next((number for number in range(start + 1, len(lines) + 1) if given.search(lines[number - 1])), found)
    return found


def lines_in(path: Path, *keys: str) -> int | None:
    """Return `line_of` in a file, None where it cannot be read."""
    return line_of(decode(read_bytes(path, "", _MOST_TOML)[0]) or "", *keys)


def as_word(value: object) -> str:
    """Show in a message what stands where a word belongs.

    Examples
    --------
    >>> as_word(["county"]), as_word("town"), as_word(True)
    ('一个列表', 'town', 'true')
    """
    if isinstance(value, list | Mapping):
        return "一个列表" if isinstance(value, list) else "一张表"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= 40 else f"{text[:40]}……"


def _plain(value: Any) -> Any:
    """The same with every text in one line."""
    if isinstance(value, dict):
        return {key: _plain(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_plain(below) for below in value]
    return one_line(value) if isinstance(value, str) else value


def _syntax(said: str, lines: list[str], shown: str, remedy: str) -> Fault:
    at = re.search(r"\(at line (\d+)", said)
    plain = next((chinese for english, chinese in _SAID.items() if said.startswith(english)), "写法不对")
    return Fault(shown, f"TOML 格式有误（{plain}）", remedy, int(at[1]) if at else len(lines))


def _nested(shown: str, line: int | None) -> Fault:
    return Fault(shown, "括号或项目一层套一层，太深了", f"最多 {_DEEPEST} 层，请删去多余的括号", line)


def _too_large(shown: str, line: int | None) -> Fault:
    return Fault(shown, "有一个数太长，不能读取", "请检查是否多写了数字", line)


def _monsters(given: dict[str, Any], text: str, shown: str) -> list[Fault]:
    """Values no reader of ours could even print."""
    waiting: list[tuple[tuple[str, ...], int, object]] = [((), 0, given)]
    while waiting:
        keys, depth, value = waiting.pop()
        if depth > _DEEPEST:
            return [_nested(shown, line_of(text, *keys[:2]))]
        if isinstance(value, int) and not -_LARGEST <= value < _LARGEST:
            return [_too_large(shown, line_of(text, *keys))]
        if isinstance(value, dict):
            waiting += [((*keys, key), depth + 1, below) for key, below in value.items()]
        elif isinstance(value, list):
            waiting += [(keys, depth + 1, below) for below in value]
    return []
