"""Law and practice as dated data: the files of `data/rules/`, read once."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from fiscal_model.words.errors import Fault, InputError
from fiscal_model.words.files import decode, read_bytes, read_toml
from fiscal_model.words.resources import rules_file

_REMEDY = "请改正这一行；不清楚原来怎么写的，请重新安装 fiscal_model"


@cache
def rules(name: str) -> Mapping[str, Any]:
    """Return a TOML rules file as a read-only mapping.

    ``name``: file stem, e.g. ``assumptions``.

    Examples
    --------
    >>> rules("assumptions")["reserve_rate"]["source"]
    '预算法第四十条：1%至3%'
    """
    path = rules_file(f"{name}.toml")
    given, faults = read_toml(path, path.as_posix(), _REMEDY)
    if faults:
        raise InputError(faults)
    return MappingProxyType(given)


@cache
def rule_table(name: str) -> tuple[Mapping[str, str], ...]:
    """Return a CSV rules file as rows, in file order."""
    path = rules_file(f"{name}.csv")
    shown = path.as_posix()
    content, faults = read_bytes(path, shown)
    text = decode(content)
    if text is None:
        faults = [Fault(shown, "文字编码无法识别", "请用 UTF-8 保存")]
    if faults:
        raise InputError(faults)
    return tuple(MappingProxyType(row) for row in csv.DictReader(io.StringIO(text, newline="")))
