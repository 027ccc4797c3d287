"""Medium-term fiscal plans and affordability assessment for county governments in China.

The verbs of a plan stand here, what belongs to one topic in ``fm.revenue``, ``fm.spending``, ``fm.guarantees``, ``fm.debt``,
``fm.balance``, ``fm.risk``, ``fm.affordability``, ``fm.figures`` and ``fm.products``. All of it is listed in ``__init__.pyi``, which
editors read, and imported on first use, so that ``import fiscal_model`` stays light.
"""

from __future__ import annotations

from functools import cache
from typing import Any

_TOPICS = "fiscal_model.apps.topics"


@cache
def _public() -> dict[str, str]:
    """Read the stub: public name to the module that holds it."""
    import ast
    from pathlib import Path

    stub = ast.parse(Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
    given = [node for node in stub.body if isinstance(node, ast.ImportFrom)]
    return {alias.name: str(node.module) for node in given for alias in node.names}


def __getattr__(name: str) -> Any:
    if name == "__all__":
        return sorted(_public())
    if name.startswith("__") or name not in _public():
        raise AttributeError(f"module 'fiscal_model' has no attribute {name!r}")
    from importlib import import_module

    module = _public()[name]
    value = import_module(f"{module}.{name}") if module == _TOPICS else getattr(import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_public()})
