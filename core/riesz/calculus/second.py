"""Jacobians and second derivatives."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from riesz.backend import asarray, namespace
from riesz.errors import InvalidValue
from riesz.traced import strip
from riesz.tree import flatten

from .argument import Argnums, Arguments, name_of
from .forward import jvp
from .program import Program
from .reverse import differentiate, sharp

Function = Callable[..., Any]


def hvp(f: Function, x: Any, u: Any, *, metric: Any = None) -> Any:
    """D^2 f(x) u, the covector that the Hessian of a real scalar f makes of the direction u.

    x and u as in `jvp`. Forward over reverse: a few times the cost of f. With `metric`, its Riesz
    representative: the derivative of the gradient in that metric, if it does not follow the point.
    Raises what `grad` and `jvp` do.

    >>> import numpy as np, riesz
    >>> riesz.hvp(lambda x: np.sum(x**3), np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    array([ 6., 12.])
    """
    args = x if isinstance(x, tuple) else (x,)
    argnums = tuple(range(len(args)))

    def covector(*point: Any) -> Any:
        arguments, _, found = differentiate(f, point, {}, argnums, has_aux=False)
        return arguments.result(found)

    _, second = jvp(covector, args, u if isinstance(x, tuple) else (u,))
    arguments = Arguments(f, args, {}, argnums)
    mirrored = metric if metric is None or isinstance(x, tuple) else (metric,)
    result = arguments.result(sharp(arguments, flatten(second)[0], mirrored))
    return result if isinstance(x, tuple) else result[0]


def jacobian(f: Function, argnums: Argnums = 0) -> Function:
    """A function returning df(x) as arrays of shape (*y.shape, *x.shape).

    For trees: the tree of y, in each leaf the tree of x. Rows by reverse or columns by forward
    mode, whichever are fewer. Complex x: f must be holomorphic (checked); raises InvalidValue.

    >>> import numpy as np, riesz
    >>> riesz.jacobian(lambda x: x * x[0])(np.array([1.0, 2.0]))
    array([[2., 0.],
           [2., 1.]])
    """

    @functools.wraps(f, assigned=("__name__", "__doc__"), updated=())
    def jacobian_of(*args: Any, **kwargs: Any) -> Any:
        arguments = Arguments(f, args, kwargs, argnums)
        program = Program(arguments)
        real = all(x.dtype.kind == "f" for x in [*arguments.leaves, *_arrays(program.outputs)])
        if real and _size(program.outputs) <= _size(arguments.leaves):
            return _by_rows(arguments, program)
        return _by_columns(arguments)

    return jacobian_of


def hessian(f: Function, argnums: Argnums = 0) -> Function:
    """A function returning D^2 f(x) as arrays of shape (*x.shape, *x.shape), f a real scalar.

    For trees: the tree of x, in each leaf the tree of x. Forward over reverse, a column at a time.
    Raises what `grad` does.

    >>> import numpy as np, riesz
    >>> riesz.hessian(lambda x: x[0] ** 2 * x[1])(np.array([1.0, 2.0]))
    array([[4., 2.],
           [2., 0.]])
    """

    @functools.wraps(f, assigned=("__name__", "__doc__"), updated=())
    def hessian_of(*args: Any, **kwargs: Any) -> Any:
        def covector(*point: Any) -> Any:
            arguments, _, found = differentiate(f, point, kwargs, argnums, has_aux=False)
            return arguments.result(found)

        covector.__name__ = f"the gradient of {name_of(f)}"
        return _by_columns(Arguments(covector, args, {}, argnums))

    return hessian_of


def _by_rows(arguments: Arguments, program: Program) -> Any:
    """J[i] = df(x)' e_i, one backward pass for each entry of y."""
    blocks = []
    for k, y in enumerate(map(_as_array, program.outputs)):
        rows = []
        for e in basis(y):
            seeds = [e if j == k else z * 0 for j, z in enumerate(program.outputs)]
            rows.append(program.pull(seeds, keep=True))
        columns = [_stacked([row[i] for row in rows], y, x) for i, x in enumerate(arguments.leaves)]
        blocks.append(arguments.result(columns))
    return program.structure.unflatten(blocks)


def _by_columns(arguments: Arguments) -> Any:
    """J[:, i] = df(x) e_i, one forward pass for each entry of x."""

    columns = []  # per input leaf: per entry: the tangent's leaves
    for k, x in enumerate(arguments.leaves):
        columns.append([_pushed(arguments, _alone(arguments, k, e)) for e in basis(x)])
        _check_holomorphic(arguments, k, columns[-1])
    y, structure = flatten(arguments.call(arguments.leaves))
    blocks = []
    for i, yi in enumerate(y):
        parts = [
            _stacked_last([column[i] for column in columns[k]], yi, x)
            for k, x in enumerate(arguments.leaves)
        ]
        blocks.append(arguments.result(parts))
    return structure.unflatten(blocks)


def _pushed(arguments: Arguments, u: list[Any]) -> list[Any]:
    def f(leaves: list[Any]) -> Any:
        return arguments.call(leaves)

    _, dy = jvp(f, (list(arguments.leaves),), (u,))
    return flatten(dy)[0]


def _check_holomorphic(arguments: Arguments, k: int, columns: list[list[Any]]) -> None:
    """Raise unless df(x)(iu) = i df(x)u, for a direction u that has a part along every entry."""
    x = arguments.leaves[k]
    if x.dtype.kind != "c" or not columns:
        return
    xp = namespace(x)
    u = xp.exp(1j * xp.arange(len(columns))).astype(x.dtype)
    turned = _pushed(arguments, _alone(arguments, k, 1j * u.reshape(x.shape)))
    for i, dy in enumerate(turned):
        terms = [u[j] * column[i] for j, column in enumerate(columns)]
        scale = sum(map(np.abs, terms)) + np.abs(dy)
        if strip(np.any(np.abs(dy - 1j * sum(terms)) > 1e-5 * scale)).item():
            raise InvalidValue(
                f"{name_of(arguments.f)} is not holomorphic, so it has no complex Jacobian. Write "
                "it as a function of the real and imaginary parts, or use riesz.vjp, jvp or hvp."
            )


def _alone(arguments: Arguments, k: int, e: Any) -> list[Any]:
    """The direction that is e in leaf k and zero in the others."""
    return [e if j == k else z * 0 for j, z in enumerate(arguments.leaves)]


def basis(x: Any) -> Any:
    """The unit arrays of the space of x, in C order."""
    n = int(np.prod(x.shape, dtype=int))
    eye = namespace(x).eye(n, dtype=x.dtype)
    return (eye[i].reshape(x.shape) for i in range(n))


def _as_array(y: Any) -> Any:
    return y if hasattr(y, "dtype") else asarray(float(y))


def _stacked(rows: list[Any], y: Any, x: Any) -> Any:
    xp = namespace(x, *rows[:1])
    shape = (*getattr(y, "shape", ()), *x.shape)
    return xp.stack(rows).reshape(shape) if rows else xp.zeros(shape, dtype=x.dtype)


def _stacked_last(columns: list[Any], y: Any, x: Any) -> Any:
    xp = namespace(x, *columns[:1])
    shape = (*getattr(y, "shape", ()), *x.shape)
    return xp.stack(columns, axis=-1).reshape(shape) if columns else xp.zeros(shape, dtype=x.dtype)


def _arrays(leaves: list[Any]) -> list[Any]:
    return [x for x in leaves if hasattr(x, "dtype")]


def _size(leaves: list[Any]) -> int:
    return sum(int(np.prod(getattr(x, "shape", ()), dtype=int)) for x in leaves)
