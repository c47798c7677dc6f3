"""Derivatives by central differences of step 1e-40 in 120 digits, and what is made of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from declare import NO_INDEX, Case, covectors, exact
from mpmath import mp, mpc, mpf

STEP, OTHER_STEP = mpf(10) ** -40, mpf(10) ** -42
DIGITS = 40  # to which two steps must agree
NOISE = mpf(10) ** -70

Arrays = tuple[Any, ...]


def computed(case: Case) -> dict[str, Arrays]:
    """y = F(x), a covector a of y, and g = dF(x)'a, in double precision."""
    x = tuple(map(exact, case.x))
    y = tuple(map(rounded, results(case, x)))
    if not case.active:
        return {"y": y}
    a = covectors(y)
    exact_a = tuple(map(exact, a))
    g, other = (transposed(case, x, exact_a, h) for h in (STEP, OTHER_STEP))
    for one, two in zip(g, other, strict=True):
        confirm(one, two)
    wide = tuple(case.x[i].dtype.kind == "c" for i in case.active)
    pairs = zip(g, wide, strict=True)
    return {"y": y, "a": a, "g": tuple(rounded(without_noise(gi), w) for gi, w in pairs)}


def results(case: Case, x: Arrays) -> Arrays:
    """F(x), as a tuple of arrays."""
    if case.each:
        scalar = np.frompyfunc(lambda *v: case.forward(*v, **case.static), len(x), 1)
        return (np.asarray(scalar(*x), object),)
    static = case.static if case.index is NO_INDEX else {**case.static, "index": case.index}
    y = case.forward(*x, **static)
    return tuple(np.asarray(v) for v in (y if isinstance(y, tuple) else (y,)))


def transposed(case: Case, x: Arrays, a: Arrays, h: Any) -> Arrays:
    """g_i = the gradient of Re<a, F(x)> by argument i, for each active argument."""
    rule = _entry_by_entry if case.each else _coordinate_by_coordinate
    return tuple(rule(case, x, a, i, h) for i in case.active)


def _entry_by_entry(case: Case, x: Arrays, a: Arrays, i: int, h: Any) -> Any:
    """All entries are moved at once: F is elementwise, so that each moves its own results only."""

    def slope(direction: Any) -> Any:
        up, down = (results(case, moved(x, i, x[i] + s * h * direction))[0]
                    for s in (1, -1))  # fmt: skip
        return summed(real_part(conjugate(a[0]) * (up - down)) / (2 * h), x[i].shape)

    g = slope(mpf(1))
    return g + slope(mpc(0, 1)) * mpc(0, 1) if case.x[i].dtype.kind == "c" else g


def _coordinate_by_coordinate(case: Case, x: Arrays, a: Arrays, i: int, h: Any) -> Any:
    g = np.empty(x[i].shape, object)
    for place in np.ndindex(x[i].shape):
        g[place] = _slope(case, x, a, i, place, h)
        if case.x[i].dtype.kind == "c":
            g[place] += mpc(0, 1) * _slope(case, x, a, i, place, mpc(0, h))
    return g


def _slope(case: Case, x: Arrays, a: Arrays, i: int, place: Any, h: Any) -> Any:
    pairings = []
    for step in (h, -h):
        z = x[i].copy()
        z[place] = z[place] + step
        y = results(case, moved(x, i, z))
        terms = (np.sum(real_part(conjugate(ai) * yi)) for ai, yi in zip(a, y, strict=True))
        pairings.append(sum(terms, mpf(0)))
    return (pairings[0] - pairings[1]) / (2 * abs(h))


def moved(x: Arrays, i: int, z: Any) -> Arrays:
    """x with z for its argument i."""
    return (*x[:i], z, *x[i + 1 :])


def summed(a: Any, shape: tuple[int, ...]) -> Any:
    """The sum over the axes along which `shape` was broadcast."""
    a = a.sum(axis=tuple(range(a.ndim - len(shape)))) if a.ndim > len(shape) else a
    thin = tuple(i for i, n in enumerate(shape) if n == 1 and a.shape[i] != 1)
    return np.asarray(a.sum(axis=thin, keepdims=True) if thin else a, object)


real_part = np.frompyfunc(mp.re, 1, 1)
conjugate = np.frompyfunc(mp.conj, 1, 1)


def confirm(one: Any, two: Any) -> None:
    """Two steps give the same 40 digits, before or after the point."""
    scale = max((abs(v) for v in one.ravel() if mp.isfinite(v)), default=mpf(0)) + 1
    for v, w in zip(one.ravel(), two.ravel(), strict=True):
        if mp.isfinite(v) and abs(v - w) > scale * mpf(10) ** -DIGITS:
            raise ArithmeticError(f"two steps disagree: {mp.nstr(v, 20)} and {mp.nstr(w, 20)}")


def without_noise(g: Any) -> Any:
    """Zeros for what h^2 = 1e-80 leaves of a derivative that vanishes."""
    return np.where(np.abs(g) < NOISE, mpf(0), g) if g.size else g


def rounded(y: Any, wide: bool = False) -> np.ndarray:
    """In double precision; complex if `wide` or an entry is; integers and booleans stay."""
    y = np.asarray(y)
    if y.dtype != object:
        return y
    entries = y.ravel().tolist()
    if wide or any(isinstance(v, mpc | complex) for v in entries):
        return np.array([complex(v) for v in entries], complex).reshape(y.shape)
    if entries and all(isinstance(v, bool | int) for v in entries):
        return np.array(entries).reshape(y.shape)
    return np.array([float(v) for v in entries], float).reshape(y.shape)
