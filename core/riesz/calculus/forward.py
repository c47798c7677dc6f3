"""Forward mode: the derivative in one direction, computed along with the value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from riesz.backend import namespace, zeros_like
from riesz.errors import InvalidType, InvalidValue
from riesz.tangent import Tangents
from riesz.traced import Traced
from riesz.tree import flatten, same_structure, shown

from .argument import Arguments, name_of
from .program import check_output, pair


def jvp(f: Callable[..., Any], x: Any, u: Any, *, has_aux: bool = False) -> Any:
    """`(y, dy)`: y = f(x) and dy = df(x)u, in one forward pass.

    x and u are equal trees; a tuple is the argument list, anything else is the one argument. With
    `has_aux`, f returns (y, aux) and the result is `(y, dy, aux)`. Raises InvalidType for integer
    points and complex directions at real ones, InvalidValue for directions of another shape.

    >>> import numpy as np, riesz
    >>> riesz.jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 10.0))
    (np.float64(6.0), np.float64(23.0))
    """
    args = x if isinstance(x, tuple) else (x,)
    arguments = Arguments(f, args, {}, tuple(range(len(args))))
    tangents = directions(arguments, u if isinstance(x, tuple) else (u,))
    trace = Tangents()
    try:
        result = arguments.call(
            [trace.input(p, v) for p, v in zip(arguments.leaves, tangents, strict=True)]
        )
    finally:
        trace.close()
    value, aux = pair(result) if has_aux else (result, None)
    for y in flatten(value)[0]:
        check_output(y, f)
    return (*_split(trace, value), _split(trace, aux)[0]) if has_aux else _split(trace, value)


def _split(trace: Tangents, result: Any) -> tuple[Any, Any]:
    leaves, structure = flatten(result)
    mine = [type(y) is Traced and y.tape is trace for y in leaves]
    values = [y.value if m else y for y, m in zip(leaves, mine, strict=True)]
    tangents = [y.node if m else zeros_like(y) for y, m in zip(leaves, mine, strict=True)]
    return structure.unflatten(values), structure.unflatten(tangents)


def directions(arguments: Arguments, u: Any) -> list[Any]:
    """The leaves of a direction, checked against those of the point."""
    leaves, structure = flatten(u)
    _, expected = flatten(tuple(arguments.args))
    if not same_structure(structure, expected):
        raise InvalidValue(
            f"The direction is a tree {shown(structure)}, but the arguments of "
            f"{name_of(arguments.f)} are {shown(expected)} (* is an array). Give one direction for "
            "each array, in the same tree; a tuple is the list of arguments."
        )
    return [_fit(v, p) for v, p in zip(leaves, arguments.leaves, strict=True)]


def _fit(v: Any, x: Any) -> Any:
    v = v if hasattr(v, "dtype") else namespace(x).asarray(v)
    if v.shape != x.shape:
        raise InvalidValue(
            f"A direction has shape {v.shape}, but its point has shape {x.shape}. "
            "They must be equal: directions are not broadcast."
        )
    if v.dtype.kind == "c" and x.dtype.kind != "c":
        raise InvalidType(
            f"A direction is complex ({v.dtype}), but its point is real ({x.dtype}). "
            "Make the point complex, or take real directions."
        )
    return v if v.dtype == x.dtype else v.astype(x.dtype)
