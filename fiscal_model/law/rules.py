"""Law and practice as dated data: the files of `data/rules/`, read once."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from fiscal_model.words.resources import rules_file


@cache
def rules(name: str) -> Mapping[str, Any]:
    """Return a TOML rules file as a read-only mapping.

    ``name``: file stem, e.g. ``assumptions``.

    Examples
    --------
    >>> rules("assumptions")["reserve_rate"]["source"]
    '预算法第四十条：1%至3%'
    """
    with rules_file(f"{name}.toml").open("rb") as file:
        return MappingProxyType(tomllib.load(file))


@cache
def rule_table(name: str) -> tuple[Mapping[str, str], ...]:
    """Return a CSV rules file as rows, in file order."""
    with rules_file(f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return tuple(MappingProxyType(row) for row in csv.DictReader(file))
