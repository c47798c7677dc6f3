"""Checks at the edges: strides, shapes, special numbers, the other precision."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from riesz.backend import current_backend, to_numpy, use_backend
from riesz.plan.compilation import compile

from .application import Application, Points, derived, host, is_floating, pull
from .compiled import accompanied
from .finding import Finding, agreement, worst
from .reference import distance as entry_distance
from .sample import Sample
from .tolerance import tolerance

#: Shapes of the first, third, ... argument and of the second, fourth, ...
SHAPES = [((), (1,)), ((1,), (0,)), ((0,), (1,)), ((3, 1), (4,)), ((4,), (3, 1)), ((3,), ())]
WIDE = {np.dtype(np.float32): np.float64, np.dtype(np.complex64): np.complex128}


def layout(op: Any, sample: Sample, dtype: Any) -> Finding | None:
    """Arrays with negative strides give what contiguous ones give."""
    turned = replace(sample, x=tuple(map(_turned, sample.x)))
    given, expected = derived(Application(op, turned)), derived(Application(op, sample))
    return agreement(given, expected, tolerance(dtype).agreement, "negative strides")


def entrywise(op: Any, sample: Sample, dtype: Any) -> Finding | None:
    """An elementwise operator of arrays of 0, 1 and no entries, and broadcast, is that of entries.

    Where all entries of each argument are alike, so are those of the result, and an argument's
    covector is that of one entry times how often the entry was used.
    """
    if op.kind != "elementwise" or _has_empty(sample):
        return None
    single = _reshaped(sample, [()] * len(sample.x))
    values, slopes = _with_covectors(op, single)
    found = []
    for shapes in SHAPES:
        reshaped = _reshaped(sample, [shapes[i % 2] for i in range(len(sample.x))])
        y, g = _with_covectors(op, reshaped)
        used = [y[0].size / max(v.size, 1) for v in g]
        filled = [np.full(v.shape, values[0]) for v in y]
        filled += [np.full(v.shape, s * n) for v, s, n in zip(g, slopes, used, strict=True)]
        found.append(agreement((*y, *g), tuple(filled), tolerance(dtype).agreement, f"{shapes}"))
    return worst(found)


@np.errstate(all="ignore")
def special_values(op: Any, sample: Sample, dtype: Any) -> Finding | None:
    """NaN, infinities, zeros of either sign, both sides of a cut: what the host's arrays give."""
    floating = [i for i, v in enumerate(sample.x) if is_floating(v)]
    if op.kind != "elementwise" or not floating or _has_empty(sample):
        return None
    grids = np.meshgrid(*[_special(dtype)] * len(floating), indexing="ij")
    x = list(_reshaped(sample, [()] * len(sample.x)).x)
    for i, grid in zip(floating, grids, strict=True):
        x[i] = grid.ravel()
    on_host = replace(sample, x=tuple(host(tuple(x))))
    moved = on_host.on_backend(current_backend())
    F = Application(op, moved)
    eager = F.results(*F.points)
    compiled = compile(accompanied(F.results), current_backend())(*F.points)[: len(eager)]
    expected = Application(op, on_host)
    with use_backend("numpy"):
        wanted = host(expected.results(*expected.points))
    pairs = [(eager, "eager"), (compiled, "compiled")]
    return worst(_entry_by_entry(host(y), wanted, dtype, about) for y, about in pairs)


def precision_of_values(op: Any, sample: Sample, dtype: Any) -> Finding | None:
    """Single precision gives what double precision on the host gives, up to rounding."""
    if dtype not in WIDE:
        return None
    static = {k: _wide(v) for k, v in sample.static.items()}
    wide = replace(sample, x=tuple(map(_widened, host(sample.x))), static=static)
    given = derived(Application(op, sample), seen=True)
    with use_backend("numpy"):
        expected = derived(Application(op, wide), seen=True)
    return agreement(host(given), expected, tolerance(dtype).agreement, "against double")


def _has_empty(sample: Sample) -> bool:
    return any(np.size(v) == 0 for v in host(sample.x))


def _with_covectors(op: Any, sample: Sample) -> tuple[Points, Points]:
    """Values, and the covectors for ones."""
    F = Application(op, sample)
    y = F(*F.points)
    if op.constant or not F.points or not y:
        return host(F.results(*F.points)), ()
    ones = tuple(current_backend().asarray(np.ones(v.shape, v.dtype)) for v in y)
    return host(y), host(pull(F, F.points, ones))


def _reshaped(sample: Sample, shapes: list[tuple[int, ...]]) -> Sample:
    """The first entry of every array, filling an array of another shape."""
    x = [_filled(v, shape) for v, shape in zip(host(sample.x), shapes, strict=True)]
    return replace(sample, x=tuple(x)).on_backend(current_backend())


def _filled(x: Any, shape: tuple[int, ...]) -> Any:
    return np.full(shape, x.flat[0]) if isinstance(x, np.ndarray) else x


def _special(dtype: Any) -> np.ndarray:
    """Numbers at which formulas go wrong; complex ones on both sides of the usual cuts."""
    if dtype.kind == "c":
        parts = [complex(s * x, t * 0.0) for s in (1, -1) for t in (1, -1) for x in (0.5, 2.0)]
        return np.array([*parts, *(complex(z.imag, z.real) for z in parts)], dtype)
    limits = np.finfo(dtype)
    numbers = [0.0, 1.0, 0.5, np.inf, float(limits.max), float(limits.tiny)]
    return np.array([np.nan, *numbers, *(-x for x in numbers)], dtype)


def _entry_by_entry(given: Points, expected: Points, dtype: Any, about: str) -> Finding:
    """Every entry by its own size; NaN and infinities in the same places."""
    error = max(map(_by_entry, given, expected), default=0.0)
    return Finding(error, tolerance(dtype).agreement, f"{about} at special values")


def _by_entry(given: Any, expected: Any) -> float:
    return entry_distance(given, expected, entrywise=True)


def _turned(x: Any) -> Any:
    """The same values in an array whose strides are negative."""
    if not hasattr(x, "dtype") or not x.ndim:
        return x
    flip = (slice(None, None, -1),) * x.ndim
    return current_backend().asarray(np.ascontiguousarray(to_numpy(x)[flip]))[flip]


def _widened(x: Any) -> Any:
    return x.astype(WIDE[x.dtype]) if isinstance(x, np.ndarray) and x.dtype in WIDE else x


def _wide(static: Any) -> Any:
    return np.dtype(WIDE[static]) if isinstance(static, np.dtype) and static in WIDE else static
