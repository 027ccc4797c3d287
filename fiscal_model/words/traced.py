"""Arrays that remember how they were computed: the same formulas, run once more, leave a tape of every operation.

A `Traced` array holds numbers and, beside each number, the node of a `Tape` that made it. NumPy's own protocols (NEP 13, 18 and 35)
carry it through the arithmetic, so that no formula is written twice: what runs on plain arrays runs on traced ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

CONSTANT, INPUT = "constant", "input"
IF = "if"
_BINARY: dict[np.ufunc, str] = {
    np.add: "+", np.subtract: "-", np.multiply: "*", np.divide: "/", np.minimum: "min", np.maximum: "max",
    np.greater: ">", np.greater_equal: ">=", np.less: "<", np.less_equal: "<=", np.equal: "==",
    np.not_equal: "!=", np.logical_and: "and", np.bitwise_and: "and",
}  # fmt: skip
_APPLIED = {kind: ufunc for ufunc, kind in reversed(_BINARY.items())}
OPERATIONS = (*dict.fromkeys(_BINARY.values()), IF)
"""What a node does with its operands; ``if`` takes a condition, what holds under it and what holds otherwise."""


class Named(float):
    """A number with a name: a constant that can be followed to where it stands.

    Examples
    --------
    >>> Named(0.01, "limit.reserve_lowest").name, 2 * Named(0.01, "limit.reserve_lowest")
    ('limit.reserve_lowest', 0.02)
    """

    name: str

    def __new__(cls, value: float, name: str) -> Named:
        found = super().__new__(cls, value)
        found.name = name
        return found

    def __reduce__(self) -> tuple[type[Named], tuple[float, str]]:
        return Named, (float(self), self.name)


@dataclass(frozen=True)
class Node:
    """One number of a tape: how it came about, from which nodes before it, and what it is.

    Parameters
    ----------
    kind : str
        One of `OPERATIONS`, `CONSTANT` or `INPUT`.
    operands : tuple of int
        Positions of earlier nodes on the tape.
    value : float
    name : str
        Of an input or a constant of the law; empty for all others.
    at : tuple of int
        Position in the array that was named.
    """

    kind: str
    operands: tuple[int, ...]
    value: float
    name: str = ""
    at: tuple[int, ...] = ()


@dataclass
class Tape:
    """Nodes in the order in which they were computed: each stands on earlier ones, and equal ones stand once.

    ``general``: whether questions to a whole array (``any``, ``all``) take the general way, which holds whatever the inputs,
    in place of the short cut that these inputs allow.
    """

    general: bool = False
    noted: dict[int, tuple[str, int]] = field(default_factory=dict)
    """Names and years of nodes that are neither inputs nor results but have a name in the arithmetic."""
    nodes: list[Node] = field(default_factory=list)
    _known: dict[tuple[Any, ...], int] = field(default_factory=dict, repr=False)

    def name(self, name: str, values: Any) -> Traced:
        """Return an array whose every number is an input of this tape.

        Examples
        --------
        >>> tape = Tape()
        >>> grown = tape.name("base", [100.0]) * (1 + tape.name("growth", [0.05]))
        >>> grown.values.tolist(), [node.kind for node in tape.nodes]
        ([105.0], ['input', 'input', 'constant', '+', '*'])
        """
        array = np.asarray(values, dtype=float)
        nodes = np.empty(array.shape, dtype=np.int64)
        for at in np.ndindex(array.shape):
            nodes[at] = self._append(Node(INPUT, (), float(array[at]), name, at), (INPUT, name, at))
        return Traced(array, nodes, self)

    def constant(self, value: float) -> int:
        """Return the node of a number that no input moves; one with a name of its own keeps it."""
        name, number = value.name if isinstance(value, Named) else "", float(value)
        return self._append(Node(CONSTANT, (), number, name), (CONSTANT, name, number.hex()))

    def apply(self, kind: str, operands: tuple[int, ...], value: float) -> int:
        """Return the node of an operation; what moves nothing (adding zero, multiplying by one) leaves none."""
        nodes = [self.nodes[each] for each in operands]
        if all(node.kind == CONSTANT and not node.name for node in nodes):
            return self.constant(value)
        plain = [node.value if node.kind == CONSTANT and not node.name else None for node in nodes]
        if kind == "*" and 0.0 in plain and value == 0:
            return self.constant(0.0)
        if kind in "+*" and plain[0] == (0.0 if kind == "+" else 1.0):
            return operands[1]
        if kind in "+-*/" and plain[-1] == (0.0 if kind in "+-" else 1.0):
            return operands[0]
        if kind == IF and plain[0] is not None:
            return operands[1 if plain[0] else 2]
        if kind in {"min", "max", IF} and operands[-1] == operands[-2]:
            return operands[-1]
        return self._append(Node(kind, operands, float(value)), (kind, operands))

    def run(self, added: Mapping[int, float]) -> np.ndarray:
        """Return the numbers of all nodes once more, with something added to inputs, by their nodes.

        Examples
        --------
        >>> tape = Tape()
        >>> grown = tape.name("base", [100.0]) * (1 + tape.name("growth", [0.05]))
        >>> tape.run({1: 0.05})[grown.nodes].tolist()
        [110.00000000000001]
        """
        values = np.array([node.value for node in self.nodes])
        with np.errstate(divide="ignore", invalid="ignore"):
            for at, node in enumerate(self.nodes):
                if node.kind == IF:
                    condition, found, otherwise = node.operands
                    values[at] = values[found if values[condition] != 0 else otherwise]
                elif node.operands:
                    values[at] = _APPLIED[node.kind](*values[list(node.operands)])
                else:
                    values[at] += added.get(at, 0.0)
        return values

    def _append(self, node: Node, key: tuple[Any, ...]) -> int:
        if key not in self._known:
            self._known[key] = len(self.nodes)
            self.nodes.append(node)
        return self._known[key]


class Traced(NDArrayOperatorsMixin):
    """An array of numbers and of the nodes that made them, of the same shape.

    What a shape or a missing number (NaN) decides is decided as it stands; what the size of a number decides stays a node. Whatever would lose the nodes raises a `TypeError`.
    """

    __slots__ = ("nodes", "tape", "values")

    def __init__(self, values: np.ndarray, nodes: np.ndarray, tape: Tape) -> None:
        self.values, self.nodes, self.tape = values, nodes, tape

    @property
    def shape(self) -> tuple[int, ...]:
        return self.values.shape

    @property
    def ndim(self) -> int:
        return self.values.ndim

    def __repr__(self) -> str:
        return f"Traced({self.values!r})"

    def __len__(self) -> int:
        return len(self.values)

    def __bool__(self) -> bool:
        return bool(self.values)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        raise TypeError("a traced array would lose its trace")

    def __getitem__(self, at: Any) -> Traced:
        return Traced(np.asarray(self.values[at]), np.asarray(self.nodes[at]), self.tape)

    def __setitem__(self, at: Any, value: Any) -> None:
        numbers, nodes = _parts(value, self.tape)
        self.values[at], self.nodes[at] = numbers, nodes

    def copy(self) -> Traced:
        """Return the same numbers, to be written into."""
        return Traced(self.values.copy(), self.nodes.copy(), self.tape)

    def any(self) -> bool:
        """Tell whether any number is not zero; on a general tape that is taken to be so."""
        return self.tape.general or bool(self.values.any())

    def all(self) -> bool:
        """Tell whether no number is zero; on a general tape that is not relied on."""
        return not self.tape.general and bool(self.values.all())

    def sum(self, axis: int | None = None) -> Traced:
        """Add in the order in which NumPy does: in a row, or in its pairs where that gives the same last bit."""
        axis = axis if axis is None else axis % self.ndim
        rows = self if axis is None else _moved(self, axis)
        whole = np.asarray(self.values.sum(axis=axis))
        if not rows.values.size:
            return as_traced(whole, self.tape)
        for added in (_in_a_row, _in_eights):
            total = added(rows)
            if np.array_equal(total.values, whole, equal_nan=True):
                return total
        raise TypeError("a sum of so many numbers is added in another order")

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        if method != "__call__":
            return NotImplemented
        out, where = (options.pop("out", (None,)))[0], options.pop("where", True)
        if ufunc in _PLAIN:
            return ufunc(*(each.values if isinstance(each, Traced) else each for each in inputs))
        if ufunc is np.negative:
            return 0.0 - inputs[0]
        if ufunc is np.power:  # of whole years
            return _product([inputs[0]] * int(inputs[1]), self.tape)
        found = _applied(ufunc, inputs, self.tape, where)
        return found if out is None or where is True else _chosen(where, found, out)

    def __array_function__(self, func: Callable[..., Any], types: Any, args: Any, kwargs: Any) -> Any:
        if func not in _FUNCTIONS:
            raise TypeError(f"{func.__name__} of a traced array would lose its trace")
        return _FUNCTIONS[func](self.tape, *args, **kwargs)


_PLAIN = {np.isnan, np.isfinite}
"""Whether a number is there at all is no matter of its size."""


def _parts(value: Any, tape: Tape) -> tuple[np.ndarray, np.ndarray]:
    """The numbers of anything and their nodes; what is no traced array is constant."""
    if isinstance(value, Traced):
        return value.values, value.nodes
    numbers = np.asarray(value, dtype=float)
    if numbers.ndim == 0:
        return numbers, np.asarray(tape.constant(value if isinstance(value, Named) else float(numbers)))
    nodes = np.array([tape.constant(each) for each in numbers.ravel().tolist()], dtype=np.int64)
    return numbers, nodes.reshape(numbers.shape)


def _applied(ufunc: np.ufunc, inputs: Sequence[Any], tape: Tape, where: Any = True) -> Traced:
    kind = _BINARY[ufunc]
    parts = [_parts(each, tape) for each in inputs]
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.asarray(ufunc(*(numbers for numbers, _ in parts)), dtype=float)
    return _nodes_of(kind, values, [nodes for _, nodes in parts], tape)


def _nodes_of(kind: str, values: np.ndarray, operands: Sequence[np.ndarray], tape: Tape) -> Traced:
    spread = np.broadcast_arrays(*operands)
    values = np.broadcast_to(values, spread[0].shape)
    rows = zip(values.ravel().tolist(), *(each.ravel().tolist() for each in spread), strict=True)
    nodes = [tape.apply(kind, tuple(row[1:]), row[0]) for row in rows]
    return Traced(values.copy(), np.array(nodes, dtype=np.int64).reshape(values.shape), tape)


def _chosen(condition: Any, found: Any, otherwise: Any) -> Traced:
    tape = next(each.tape for each in (condition, found, otherwise) if isinstance(each, Traced))
    if not isinstance(condition, Traced):  # what is missing is missing: no number of the tape decides it
        (a, nodes), (b, others) = _parts(found, tape), _parts(otherwise, tape)
        return Traced(np.where(condition, a, b), np.where(condition, nodes, others), tape)
    parts = [_parts(each, tape) for each in (condition, found, otherwise)]
    values = np.where(parts[0][0] != 0, parts[1][0], parts[2][0])
    return _nodes_of(IF, values, [nodes for _, nodes in parts], tape)


def _running(ufunc: np.ufunc, array: Traced) -> Traced:
    """Apply an operation along the last axis, keeping every step."""
    steps = [array[..., 0]]
    for at in range(1, array.shape[-1]):
        steps.append(ufunc(steps[-1], array[..., at]))
    return _joined(np.stack, steps, array.tape, axis=-1)


def _in_a_row(array: Traced) -> Traced:
    return _running(np.add, array)[..., -1]


def _in_eights(array: Traced) -> Traced:
    """Add as NumPy adds eight and more numbers that lie side by side: in eight columns, then the columns in pairs, then the rest."""
    whole = array.shape[-1] // 8 * 8
    if not whole:
        return _in_a_row(array)
    columns = [_in_a_row(array[..., first:whole:8]) for first in range(8)]
    while len(columns) > 1:
        columns = [one + other for one, other in zip(columns[::2], columns[1::2], strict=True)]
    for rest in range(whole, array.shape[-1]):
        columns[0] = columns[0] + array[..., rest]
    return columns[0]


def _product(factors: Sequence[Any], tape: Tape) -> Any:
    found: Any = as_traced(1.0, tape)
    for factor in factors:
        found = found * factor
    return found


def _joined(join: Callable[..., np.ndarray], arrays: Iterable[Any], tape: Tape, axis: int = 0) -> Traced:
    parts = [_parts(each, tape) for each in arrays]
    return Traced(
        join([numbers for numbers, _ in parts], axis=axis), join([nodes for _, nodes in parts], axis=axis), tape
    )


def _moved(array: Traced, axis: int) -> Traced:
    return Traced(np.moveaxis(array.values, axis, -1), np.moveaxis(array.nodes, axis, -1), array.tape)


def _filled(tape: Tape, shape: Any, value: Any) -> Traced:
    numbers, nodes = _parts(value, tape)
    return Traced(np.broadcast_to(numbers, shape).copy(), np.broadcast_to(nodes, shape).copy(), tape)


def as_traced(values: Any, tape: Tape) -> Traced:
    """Return an array of a tape; numbers that are not traced are constants of it."""
    return values if isinstance(values, Traced) else Traced(*_parts(values, tape), tape)


def _broadcast(tape: Tape, *arrays: Any, **_: Any) -> list[Traced]:
    shape = np.broadcast_shapes(*(np.shape(each) for each in arrays))
    return [_filled(tape, shape, each) for each in arrays]


_FUNCTIONS: dict[Any, Callable[..., Any]] = {
    np.shape: lambda tape, array: array.shape,
    np.ndim: lambda tape, array: array.ndim,
    np.any: lambda tape, array: array.any(),
    np.all: lambda tape, array: array.all(),
    np.asarray: lambda tape, array, *_, **__: as_traced(array, tape),
    np.empty: lambda tape, shape, *_, **__: _filled(tape, shape, 0.0),
    np.zeros: lambda tape, shape, *_, **__: _filled(tape, shape, 0.0),
    np.full: lambda tape, shape, value, *_, **__: _filled(tape, shape, value),
    np.zeros_like: lambda tape, array, **_: _filled(tape, array.shape, 0.0),
    np.full_like: lambda tape, array, value, **_: _filled(tape, array.shape, value),
    np.where: lambda tape, condition, found, otherwise: _chosen(condition, found, otherwise),
    np.clip: lambda tape, array, low, high: np.minimum(np.maximum(array, low), high),
    np.cumsum: lambda tape, array, axis=-1: _running(np.add, array),
    np.cumprod: lambda tape, array, axis=-1: _running(np.multiply, array),
    np.sum: lambda tape, array, axis=None: array.sum(axis=axis),
    np.concatenate: lambda tape, arrays, axis=0: _joined(np.concatenate, arrays, tape, axis=axis),
    np.stack: lambda tape, arrays, axis=0: _joined(np.stack, arrays, tape, axis=axis),
    np.broadcast_to: lambda tape, array, shape: _filled(tape, shape, array),
    np.broadcast_arrays: _broadcast,
    np.nan_to_num: lambda tape, array: _chosen(~np.isnan(array.values), array, 0.0),
}  # fmt: skip


def noted(values: Any, name: str, year: int) -> Any:
    """Give the nodes of a step on the way a name; nothing happens to numbers that are not traced.

    ``year``: counted from the first plan year.

    Examples
    --------
    >>> tape = Tape()
    >>> left = noted(tape.name("money", 5.0) - tape.name("cost", 3.0), "left", 0)
    >>> tape.noted
    {2: ('left', 0)}
    """
    if isinstance(values, Traced) and values.ndim == 0:
        values.tape.noted.setdefault(int(values.nodes), (name, year))
    return values


_LEFT_ALONE = (Traced, Named)


def as_array(values: Any) -> Any:
    """Return an array of floats; what is traced stays so.

    Examples
    --------
    >>> as_array(3)
    array(3.)
    """
    return values if isinstance(values, _LEFT_ALONE) else np.asarray(values, dtype=float)
