"""Loops with one body: `scan` carries a state and collects results, `iterate` only carries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from riesz.backend import namespace, select_backend
from riesz.calculus.argument import name_of
from riesz.checking import count
from riesz.errors import InvalidType, InvalidValue
from riesz.space import Space
from riesz.traced import strip
from riesz.tree import flatten, same_structure, shown, tree_map

from . import recomputation
from .leaves import as_array, is_array
from .recurrence import recurrence

Body = Callable[[Any, Any], tuple[Any, Any]]
BACKWARDS = slice(None, None, -1)


def scan(
    f: Body, carry: Any, xs: Any = None, length: int | None = None, *, reverse: bool = False,
    checkpoint: int | None = None,
) -> tuple[Any, Any]:  # fmt: skip
    """`(carry, ys)` after carry, y = f(carry, x) for each x along the first axis of xs.

    carry, xs and y are trees of arrays (None: no array); the carry keeps its tree, shapes and
    dtypes, the ys are stacked. Without xs, `length` says how often. With `reverse` it goes from the
    last x to the first, and the y of an x stands in its place. With `checkpoint=k` a backward
    pass keeps the carry of every k-th step only and computes those between again. A long loop of
    a compiled program is recorded once: see docs/decisions/0012.

    Raises InvalidValue for lengths that differ and for a carry that changes its form.

    >>> import numpy as np, riesz
    >>> riesz.scan(lambda c, x: (c + x, c), 0.0, np.array([1.0, 2.0, 3.0]))
    (np.float64(6.0), array([0., 1., 3.]))
    """
    n = _length(xs, length)
    if reverse:
        carry, ys = scan(f, carry, _at(xs, BACKWARDS), n, checkpoint=checkpoint)
        return carry, _at(ys, BACKWARDS)
    body = _checked(f)
    given = [x for x in flatten((carry, xs))[0] if is_array(x)]
    carry = tree_map(lambda c: as_array(c, "the first carry", *given), carry)
    if n == 0:
        return carry, _none_of(body, carry, xs)
    once = recurrence(body, carry, xs, n)
    if once is not None:
        return once
    if checkpoint is None:
        return _steps(body, carry, xs, n)
    return _in_blocks(body, carry, xs, n, count("checkpoint", checkpoint))


def iterate(f: Callable[[Any], Any], x: Any, n: int, *, checkpoint: int | None = None) -> Any:
    """f(f(...f(x))), n times; x is a tree that keeps its shapes and dtypes.

    `checkpoint` is that of `scan`. Raises InvalidValue if n is no integer, or x changes its form.

    >>> import numpy as np, riesz
    >>> float(riesz.iterate(lambda x: x * x, 2.0, 3))
    256.0
    """

    def body(carry: Any, _: None) -> tuple[Any, None]:
        return f(carry), None

    body.__name__ = name_of(f)
    return scan(body, x, None, n, checkpoint=checkpoint)[0]


def _steps(body: Body, carry: Any, xs: Any, n: int) -> tuple[Any, Any]:
    ys = []
    for i in range(n):
        carry, y = body(carry, _at(xs, i))
        ys.append(y)
    return carry, _joined("stack", ys)


def _in_blocks(body: Body, carry: Any, xs: Any, n: int, k: int) -> tuple[Any, Any]:
    """The same in blocks of k steps, each of which is computed again in a backward pass."""
    blocks = []
    for i in range(0, n, k):
        m = min(k, n - i)

        def block(carry: Any, part: Any, m: int = m) -> tuple[Any, Any]:
            return _steps(body, carry, part, m)

        block.__name__ = body.__name__
        carry, ys = recomputation.checkpoint(block)(carry, _at(xs, slice(i, i + m)))
        blocks.append(ys)
    return carry, _joined("concatenate", blocks)


def _at(xs: Any, index: Any) -> Any:
    return tree_map(lambda x: x[index], xs)


def _joined(how: str, trees: list[Any]) -> Any:
    """One tree whose leaves are the stacked (or concatenated) leaves of these."""
    columns = zip(*(flatten(tree)[0] for tree in trees), strict=True)
    return flatten(trees[0])[1].unflatten([getattr(namespace(*c), how)(c) for c in columns])


def _none_of(body: Body, carry: Any, xs: Any) -> Any:
    """The ys of no step: empty arrays, whose form one step on zeros tells."""
    row = tree_map(lambda x: select_backend(x).xp.zeros(x.shape[1:], dtype=x.dtype), xs)
    _, y = body(tree_map(strip, carry), row)
    return tree_map(lambda v: namespace(v).zeros((0, *v.shape), dtype=v.dtype), y)


def _checked(f: Body) -> Body:
    """f, whose results are arrays, and whose carry and y keep the form they have."""
    first: list[Any] = []

    def body(carry: Any, x: Any) -> tuple[Any, Any]:
        result = f(carry, x)
        if not isinstance(result, tuple) or len(result) != 2:
            raise InvalidType(
                f"{name_of(f)} returned {type(result).__name__}; a pair (carry, y) is expected. "
                "Return (carry, None) where nothing is collected."
            )
        given = flatten(carry)[0]
        new, y = (tree_map(lambda v: as_array(v, name_of(f), *given), part) for part in result)
        _same_form(carry, new, f"The carry of {name_of(f)}")
        first[:] = first or [tree_map(Space.of, y)]
        _same_form(first[0], y, f"The y of {name_of(f)}")
        return new, y

    body.__name__ = name_of(f)
    return body


def _same_form(old: Any, new: Any, what: str) -> None:
    (was, before), (now, after) = flatten(old), flatten(new)
    if not same_structure(before, after):
        raise InvalidValue(
            f"{what} was a tree {shown(before)} and became {shown(after)}. Return the tree it was "
            "given."
        )
    for i, (x, y) in enumerate(zip(was, now, strict=True)):
        if x.shape != y.shape or x.dtype != y.dtype:
            raise InvalidValue(
                f"{what} had shape {x.shape} and dtype {x.dtype} in its array {i}, and became "
                f"{y.shape}, {y.dtype}. Every step must keep them: start with the shape and dtype "
                "that the step returns, or cast (.astype, np.broadcast_to) in the step."
            )


def _length(xs: Any, length: int | None) -> int:
    if length is not None and (int(length) != length or length < 0):
        raise InvalidValue(
            f"The number of steps is {length!r}; an integer, 0 or more, is expected."
        )
    axes = {np.shape(x)[:1] for x in flatten(xs)[0]}
    axes |= set() if length is None else {(int(length),)}
    if len(axes) != 1 or axes == {()}:
        raise InvalidValue(
            f"scan was given xs with the first axes {sorted(axes)} (length={length}); one length "
            "is expected. Give xs of equal lengths, or no xs and a length."
        )
    return int(axes.pop()[0])
