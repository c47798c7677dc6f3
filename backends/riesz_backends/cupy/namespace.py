"""`xp` on CuPy's arrays: its functions under NumPy's names, with NumPy's arguments.

`LACKS` is what neither CuPy 14 nor this package has: asking for it raises AttributeError, whatever
library stands in CuPy's place, so that the core says which operator cannot run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from riesz_backends.cuda.quantile import quantile
from riesz_backends.cuda.rows import axes_of
from riesz_backends.cupy import cosine, linalg
from riesz_backends.cupy.library import Library
from riesz_backends.cupy.special import Special

LACKS: Mapping[str, frozenset[str]] = {
    "": frozenset(),
    "special": frozenset({"jvp", "softplus"}),
    "linalg": frozenset({"solve_sylvester"}),
    "fft": frozenset(),
}
LOGICAL = ("logical_and", "logical_or", "logical_xor", "logical_not")


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


def namespace(modules: Library, launcher: Callable[[], Any]) -> Namespace:
    """`xp`, with the parts fft, linalg and special; `launcher()` launches kernels of our own."""

    def both(part: str) -> tuple[Any, ...]:
        return getattr(modules.arrays, part), modules.part(part)

    own = {"polygamma": partial(_polygamma, modules), **Special(modules, launcher).functions()}
    parts = {
        "linalg": Namespace("linalg", partial(both, "linalg"), linalg.functions(modules)),
        "fft": Namespace("fft", partial(both, "fft"), cosine.functions(modules)),
        "special": Namespace("special", lambda: (modules.part("special"),), own),
    }
    return Namespace("", lambda: (modules.arrays,), {**parts, **_functions(modules)})


def _polygamma(modules: Library, n: Any, x: Any) -> Any:
    """CuPy's, whose order is an array."""
    return modules.part("special").polygamma(modules.arrays.asarray(n), x)


def _logical(modules: Library, name: str, *x: Any, **how: Any) -> Any:
    """CuPy's, which takes no complex numbers."""
    found: Any = getattr(modules.arrays, name)
    return found(*(v != 0 if np.iscomplexobj(v) else v for v in x), **how)


def _quantile(
    modules: Library, skip_nan: bool, a: Any, q: Any, axis: Any = None, out: Any = None,
    overwrite_input: bool = False, method: str = "linear", keepdims: bool = False,
) -> Any:  # fmt: skip
    """Every method of NumPy's, and NaN where there is one; CuPy has five, and takes no notice."""
    xp, get = modules.arrays, modules.to_numpy
    q = get(q) if isinstance(q, xp.ndarray) else q
    return quantile(xp, get, a, q, axis, method, keepdims, skip_nan=skip_nan)


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
        "quantile": partial(_quantile, modules, False),
        "nanquantile": partial(_quantile, modules, True),
        **{name: partial(_logical, modules, name) for name in LOGICAL},
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
        axes = axes_of(axis, a.ndim)
        kept = (1 if i in axes else n for i, n in enumerate(a.shape) if keepdims or i not in axes)
        return xp.full(tuple(kept), initial, dtype=a.dtype)
    return getattr(xp, ufunc)(getattr(xp, name)(a, axis=axis, keepdims=keepdims), initial)
