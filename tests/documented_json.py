"""What docs/json.md says of a verb's JSON, held against what the verb printed."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parents[1] / "docs" / "json.md"
_TYPES = {"string": (str,), "integer": (int,), "number": (int, float), "null": (type(None),), "boolean": (bool,)}


@cache
def sections() -> dict[str, dict[str, str]]:
    """Heading to the names below it with their types; ``lab``, ``notebooks`` share one."""
    found: dict[str, dict[str, str]] = {}
    for heading, body in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE.read_text(encoding="utf-8"), re.M | re.S):
        rows = dict(re.findall(r"^\| `(\S+)` \| ([^|]+) \|", body, re.M))
        found |= {verb.strip("`"): rows for verb in heading.split(", ")}
    every = found["Every answer"]
    failed = {name: every.pop(name) for name in [*every] if name.startswith(("message", "faults"))}
    found["roll"] = {
        name: kind for name, kind in (found["plan"] | found["roll"]).items() if name not in {"files[]", "template"}
    }
    return {name: every | rows for name, rows in found.items()} | {"failure": every | failed}


def unlike(answer: dict[str, Any], verb: str) -> list[str]:
    """Name what an answer holds that is not documented or of another type, and what is documented and not there."""
    declared, seen, wrong = sections()[verb], set(), []

    def walk(value: Any, name: str) -> None:
        if isinstance(value, dict):
            wild = next((known for known in declared if re.match(re.escape(name) + r"\.\{\w+\}", known)), "")
            for key, below in value.items():
                given = f"{name}.{key}" if name else key
                plain = any(known == given or known.startswith((f"{given}.", f"{given}[")) for known in declared)
                walk(below, given if plain or not wild else re.match(re.escape(name) + r"\.\{\w+\}", wild)[0])  # type: ignore[index]
            seen.update(known for known in declared if not value and known.startswith(f"{name}."))
        elif isinstance(value, list):
            for below in value:
                walk(below, f"{name}[]")
            seen.update(known for known in declared if not value and known.startswith(f"{name}[]"))
        else:
            seen.add(name)
            kinds = tuple(kind for word in declared.get(name, "").split(" or ") for kind in _TYPES.get(word, ()))
            if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
                wrong.append(f"{name}: {value!r} is not {declared.get(name, 'documented')}")

    walk(answer, "")
    return wrong + [f"{name} is documented and missing" for name in declared if name not in seen]
