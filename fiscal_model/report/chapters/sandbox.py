"""Where a template runs: what it may do is listed, everything else is refused, for an edited template comes from anywhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from jinja2 import StrictUndefined, Undefined
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from fiscal_model.words.vocabulary import Term

_BUILT_IN = ("abs", "first", "items", "join", "last", "length", "list", "max", "min", "rejectattr", "round", "selectattr", "sort", "sum", "unique")  # fmt: skip
_TESTS = ("defined", "eq", "equalto", "even", "false", "ge", "gt", "in", "le", "lt", "ne", "none", "odd", "true", "undefined")  # fmt: skip
LONGEST_LOOP_NEST = 3
LARGEST_TEMPLATE = 200_000


class TemplateSlip(Exception):
    """What a template asks for is not there; said in Chinese."""


class Finding:
    """A result of an analysis as a template sees it: its fields by name, as plain data; no methods, nothing private.

    Examples
    --------
    >>> from fiscal_model.words.errors import Fault
    >>> Finding(Fault("a.csv", "x", "y"))["where"]
    'a.csv'
    """

    __slots__ = ("_held",)

    def __init__(self, held: object) -> None:
        self._held = held

    def __getitem__(self, name: str) -> Any:
        if name.startswith("_"):
            raise KeyError(name)
        try:
            value = getattr(self._held, name)
        except AttributeError:
            raise KeyError(name) from None
        if callable(value):
            raise KeyError(name)
        return plain(value)


def plain(value: Any) -> Any:
    """Return a value as a template may hold it: numbers, texts, tuples, dictionaries, `Finding`.

    Examples
    --------
    >>> plain(np.array([1.0, 2.0])), plain({"a": np.float64(1.5)}), plain(pd.DataFrame({"x": [1]}))
    ((1.0, 2.0), {'a': 1.5}, ({'x': 1},))
    """
    if value is None or isinstance(value, bool | int | float | str | Finding):
        return value.label if isinstance(value, Term) else value.item() if isinstance(value, np.generic) else value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, pd.DataFrame):
        return tuple({str(name): plain(cell) for name, cell in row.items()} for row in value.to_dict("records"))
    if isinstance(value, pd.Series):
        return {plain(key): plain(each) for key, each in value.items()}
    if isinstance(value, Mapping):
        return {str(key) if isinstance(key, str) else plain(key): plain(each) for key, each in value.items()}
    if isinstance(value, np.ndarray) and not value.ndim:
        return plain(value.item())
    if isinstance(value, list | tuple | set | frozenset | np.ndarray) and not hasattr(value, "_fields"):
        return tuple(plain(each) for each in value)
    return Finding(value)


class _Environment(ImmutableSandboxedEnvironment):
    """Looks up items of plain data and nothing else: no method of a text, a list or an array can be called."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def getattr(self, obj: Any, attribute: str) -> Any:
        return super().getattr(obj, attribute) if isinstance(obj, LoopContext) else self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        try:
            if isinstance(obj, dict | tuple | list | Finding):
                return obj[argument]
        except (LookupError, TypeError):
            pass
        return self.undefined(obj=obj, name=argument)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Numbers may be multiplied; a text repeated or a power taken could go on without end."""
        if operator == "**" or not all(isinstance(each, int | float) for each in (left, right)):
            raise TemplateSlip(f"“{operator}”只能用于数字的乘法")
        return super().call_binop(context, operator, left, right)


def _shown(value: Any) -> Any:
    """A number is printed by a format or not at all; text from data stays on its line; a condition without 否则 prints nothing."""
    if isinstance(value, Undefined):
        return "" if "inline if" in (value._undefined_hint or "") else value
    if isinstance(value, float) or value is None:
        raise TemplateSlip("数字没有写格式，如 | money、| percent")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise TemplateSlip("这里不是一个数或一段文字，不能直接印出")
    return " ".join(value.split()) if "\n" in value else value


def build_environment(filters: Mapping[str, Any]) -> _Environment:
    """Return the environment of the templates: a few filters and tests of Jinja2, ours, no globals, no loader."""
    environment = _Environment(
        autoescape=False, undefined=StrictUndefined, finalize=_shown, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters = {name: environment.filters[name] for name in _BUILT_IN} | dict(filters)
    environment.tests = {name: environment.tests[name] for name in _TESTS}
    environment.globals = {}
    return environment


def listed(parts: Iterable[object]) -> str:
    """Join what is there with the Chinese enumeration comma."""
    return "、".join(str(part) for part in parts if part)
