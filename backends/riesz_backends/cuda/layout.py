"""How entry i of an array lies in memory: lengths of axes, and a stride in bytes for each array.

Axes that lie together in every array are merged, those of length 1 dropped, so that a kernel counts
as few as possible.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

Shape = tuple[int, ...]
SMALL = 2**31 - 2**11  # entries and offsets below this are counted with 32 bits: a block has room


def collapse(shape: Shape, strides: Sequence[Shape]) -> tuple[Shape, list[Shape]]:
    """The same entries in the same order, in as few axes as possible.

    >>> collapse((2, 1, 3), [(24, 8, 8), (0, 0, 8)])
    ((2, 3), [(24, 8), (0, 8)])
    >>> collapse((2, 3), [(24, 8)])
    ((6,), [(8,)])
    """
    axes: list[tuple[int, list[int]]] = []
    for i, n in enumerate(shape):
        if n == 1:
            continue
        inner = [s[i] for s in strides]
        if axes and all(a == n * b for a, b in zip(axes[-1][1], inner, strict=True)):
            axes[-1] = (axes[-1][0] * n, inner)
        else:
            axes.append((n, inner))
    lengths = tuple(n for n, _ in axes)
    return lengths, [tuple(s[k] for _, s in axes) for k in range(len(strides))]


def broadcast(shape: Shape, strides: Shape, target: Shape) -> Shape:
    """The strides of an array of `shape` seen as one of the shape `target`."""
    lead = len(target) - len(shape)
    kept = (0 if n == 1 else s for n, s in zip(shape, strides, strict=True))
    return (*(0,) * lead, *kept)


def contiguous(shape: Shape, itemsize: int) -> Shape:
    """The strides of an array in C order."""
    strides, size = [], itemsize
    for n in reversed(shape):
        strides.append(size)
        size *= max(n, 1)
    return tuple(reversed(strides))


def is_contiguous(shape: Shape, strides: Shape, itemsize: int) -> bool:
    """Whether entries lie one after another in C order."""
    if math.prod(shape) == 0:
        return True
    pairs = zip(shape, strides, contiguous(shape, itemsize), strict=True)
    return all(s == expected for n, s, expected in pairs if n != 1)


def is_small(shape: Shape, strides: Sequence[Shape]) -> bool:
    """Whether every index and every offset fits in 32 bits."""
    reach = (sum(abs(s) * (n - 1) for n, s in zip(shape, t, strict=True)) for t in strides)
    return math.prod(shape) < SMALL and all(r < SMALL for r in reach)


def reshaped(shape: Shape, strides: Shape, target: Shape) -> Shape | None:
    """The strides of a view in another shape, None if there is none without a copy."""
    lengths, (steps,) = collapse(shape, [strides])
    found: list[int] = []
    axes = list(zip(lengths, steps, strict=True))
    for n in reversed(target):
        if n == 1:
            found.append(0)
            continue
        if not axes or axes[-1][0] % n:
            return None
        length, step = axes.pop()
        found.append(step)
        if length != n:
            axes.append((length // n, step * n))
    return tuple(reversed(found)) if not axes else None
