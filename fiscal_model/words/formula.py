"""Formulas over lines and named terms as data: read from a line of text, evaluated on arrays, walked by whoever explains.

``formula("debt_stock / gdp")`` reads what Python's own grammar allows: names, numbers, ``+ - * /`` and the functions of
`OPERATIONS`. A division is a ratio: no number where the whole is not positive.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from fiscal_model.words.traced import as_array


@dataclass(frozen=True)
class Name:
    """A line or a named term."""

    id: str

    def __call__(self, values: Mapping[str, np.ndarray]) -> np.ndarray:
        return values[self.id]


@dataclass(frozen=True)
class Number:
    """A constant."""

    value: float

    def __call__(self, values: Mapping[str, np.ndarray]) -> np.ndarray:
        return np.float64(self.value)  # type: ignore[return-value]


@dataclass(frozen=True)
class Operation:
    """An operation of `OPERATIONS` on other formulas."""

    kind: str
    operands: tuple[Formula, ...]

    def __call__(self, values: Mapping[str, np.ndarray]) -> np.ndarray:
        return OPERATIONS[self.kind](*[each(values) for each in self.operands])


Formula = Name | Number | Operation


def ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Divide, giving NaN where the whole is not positive: a ratio to nothing is not a number to print."""
    part, whole = as_array(part), as_array(whole)
    if (whole > 0).all():
        return as_array(part / whole)
    part, whole = np.broadcast_arrays(part, whole)
    return np.divide(part, whole, out=np.full(part.shape, np.nan, order="F", like=part), where=whole > 0)


def _lag(values: np.ndarray, opening: np.ndarray) -> np.ndarray:
    values, opening = np.broadcast_arrays(values, opening)
    return np.concatenate([opening[..., :1], values[..., :-1]], axis=-1)


OPERATIONS: dict[str, Callable[..., np.ndarray]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": ratio,
    "min": np.minimum,
    "max": np.maximum,
    "lag": _lag,
}
"""``lag(x, opening)`` is x of the year before, ``opening`` in the first year."""

_SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


@lru_cache(maxsize=1024)  # the method's are asked at every trial of a proposal
def formula(text: str) -> Formula:
    """Read a formula.

    Examples
    --------
    >>> names_in(formula("min(max(available_resources, 0), guarantees_county)"))
    ('available_resources', 'guarantees_county')
    """
    return _read(ast.parse(text, mode="eval").body)


def _read(node: ast.expr) -> Formula:
    match node:
        case ast.Name(id=name):
            return Name(name)
        case ast.Constant(value=float() | int() as number):
            return Number(float(number))
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _SIGNS:
            return Operation(_SIGNS[type(sign)], (_read(left), _read(right)))
        case ast.Call(func=ast.Name(id=kind), args=operands) if kind in OPERATIONS:
            return Operation(kind, tuple(map(_read, operands)))
    raise ValueError(f"not a formula: {ast.unparse(node)}")


def evaluate(of: Formula, values: Mapping[str, np.ndarray]) -> np.ndarray:
    """Compute a formula from the values of its names, shape (..., year) or without years.

    Examples
    --------
    >>> values = {"stock": np.array([30.0, 40.0]), "opening": np.array([20.0, 99.0]), "gdp": np.array([0.0, 80.0])}
    >>> evaluate(formula("stock / gdp"), values).tolist(), evaluate(formula("lag(stock, opening)"), values).tolist()
    ([nan, 0.5], [20.0, 30.0])
    """
    return of(values)


def names_in(of: Formula) -> tuple[str, ...]:
    """Return the names of a formula, each once, in the order in which they stand."""
    match of:
        case Name(id=name):
            return (name,)
        case Operation(operands=operands):
            return tuple(dict.fromkeys(name for each in operands for name in names_in(each)))
    return ()


def signed_names(of: Formula) -> tuple[tuple[str, int], ...]:
    """Return what is added (1) and taken off (-1) in a sum of names; nothing for any other formula.

    Examples
    --------
    >>> signed_names(formula("limit - (stock - paid)")), signed_names(formula("stock / gdp + debt"))
    ((('limit', 1), ('stock', -1), ('paid', 1)), ())
    """
    match of:
        case Name(id=name):
            return ((name, 1),)
        case Operation(kind="+" | "-" as kind, operands=(left, right)):
            first, second = signed_names(left), signed_names(right)
            turn = 1 if kind == "+" else -1
            return (*first, *((name, turn * sign) for name, sign in second)) if first and second else ()
    return ()
