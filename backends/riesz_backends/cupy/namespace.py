"""`xp` on CuPy's arrays: its functions under NumPy's names, with NumPy's arguments.

`LACKS` is what CuPy 14 does not have: asking for it raises AttributeError, whatever library stands
in its place, so that the core says which operator cannot run.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from riesz_backends.cupy.library import Library

LACKS: Mapping[str, frozenset[str]] = {
    "": frozenset({"nanquantile"}),
    "special": frozenset(
        "dawsn ellipe erfi iv ive jv jvp kv kve softplus spence wofz yv".split()
    ),
    "linalg": frozenset({"solve_sylvester"}),
    "fft": frozenset(),
}  # fmt: skip


class Namespace:
    """Attributes looked up once: functions of our own, else of the first module that has one."""

    def __init__(
        self, part: str, find: Callable[[], tuple[Any, ...]], own: Mapping[str, Any]
    ) -> None:
        """`find()` imports the modules; nothing is imported before a name is asked for."""
        self._part, self._find, self._own = part, find, own

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in LACKS[self._part]:
            raise AttributeError(f"CuPy has no {self._part} {name}", name=name, obj=self)
        value = self._own[name] if name in self._own else self._first(name)
        setattr(self, name, value)
        return value

    def _first(self, name: str) -> Any:
        for module in self._find():
            if hasattr(module, name):
                return getattr(module, name)
        raise AttributeError(f"CuPy has no {self._part} {name}", name=name, obj=self)

    def __repr__(self) -> str:
        return f"<namespace of CuPy{f', {self._part}' if self._part else ''}>"


def namespace(modules: Library) -> Namespace:
    """`xp`, with the parts fft, linalg and special."""

    def arrays() -> Any:
        return modules.arrays

    linalg = Namespace(
        "linalg", lambda: (arrays().linalg, modules.part("linalg")), _linalg(modules)
    )
    fft = Namespace("fft", lambda: (arrays().fft, modules.part("fft")), {})
    special = Namespace("special", lambda: (modules.part("special"),), {})
    parts = {"linalg": linalg, "fft": fft, "special": special}
    return Namespace("", lambda: (arrays(),), {**parts, **_functions(modules)})


def _functions(modules: Library) -> dict[str, Any]:
    """Functions with more arguments in NumPy, and those that rules need besides."""

    def add_at(z: Any, index: Any, a: Any) -> None:
        """Add in place, z[index] += a, repeated indices adding up."""
        modules.arrays.add.at(z, index, a)

    def scatter(a: Any, index: Any, shape: tuple[int, ...]) -> Any:
        """Zeros of `shape`, but z[index] += a, repeated indices adding up."""
        z = modules.arrays.zeros(shape, dtype=a.dtype)
        add_at(z, index, a)
        return z

    def argsort(a: Any, axis: Any = -1, *fields: Any, **how: Any) -> Any:
        """The places of a in order: CuPy's sort is stable, and there are no fields to order by."""
        return modules.arrays.argsort(a, axis)

    def maximum(
        a: Any, axis: Any = None, out: Any = None, keepdims: bool = False, initial: Any = None
    ) -> Any:
        """The maximum; of nothing, `initial`."""
        return _extreme(modules, "max", "maximum", a, axis, out, keepdims, initial)

    def minimum(
        a: Any, axis: Any = None, out: Any = None, keepdims: bool = False, initial: Any = None
    ) -> Any:
        """The minimum; of nothing, `initial`."""
        return _extreme(modules, "min", "minimum", a, axis, out, keepdims, initial)

    return {
        "add_at": add_at, "scatter": scatter, "argsort": argsort, "max": maximum, "min": minimum,
    }  # fmt: skip


def _extreme(
    modules: Library,
    name: str,
    ufunc: str,
    a: Any,
    axis: Any,
    out: Any,
    keepdims: bool,
    initial: Any,
) -> Any:
    xp = modules.arrays
    if initial is None:
        return getattr(xp, name)(a, axis=axis, out=out, keepdims=keepdims)
    if not a.size:
        axes = _axes(axis, a.ndim)
        kept = (1 if i in axes else n for i, n in enumerate(a.shape) if keepdims or i not in axes)
        return xp.full(tuple(kept), initial, dtype=a.dtype)
    return getattr(xp, ufunc)(getattr(xp, name)(a, axis=axis, keepdims=keepdims), initial)


def _axes(axis: Any, ndim: int) -> tuple[int, ...]:
    """An `axis` argument as a sorted tuple."""
    given = range(ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    return tuple(sorted(i % ndim for i in given))


def _linalg(modules: Library) -> dict[str, Any]:
    """Functions that NumPy has with other arguments, or alone."""

    def pinv(a: Any, rtol: Any = 1e-15, hermitian: bool = False) -> Any:
        """The pseudo-inverse, by singular values also of a Hermitian matrix."""
        return modules.arrays.linalg.pinv(a, rtol)

    def vector_norm(x: Any, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
        """The norm along several axes, merged into one."""
        xp = modules.arrays
        axes = _axes(axis, x.ndim)
        kept = [i for i in range(x.ndim) if i not in axes]
        rows = xp.transpose(x, (*kept, *axes)).reshape(
            (*(x.shape[i] for i in kept), math.prod(x.shape[i] for i in axes))
        )
        y = xp.linalg.norm(rows, ord, axis=-1)
        return xp.expand_dims(y, axes) if keepdims else y

    return {"pinv": pinv, "vector_norm": vector_norm}
