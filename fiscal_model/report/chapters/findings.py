"""What the analyses found, by the name under which a template asks for it; `sandbox.plain` makes it plain data.

Each file of this folder whose name ends in ``_findings`` lists its own in ``FINDINGS``.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from fiscal_model.report import chapters

_FILES = sorted(each.name for each in iter_modules(chapters.__path__) if each.name.endswith("_findings"))

FINDINGS: dict[str, Callable[..., Any]] = {
    name: look for file in _FILES for name, look in import_module(f"{chapters.__name__}.{file}").FINDINGS.items()
}
"""Name to what finds it in the material."""
