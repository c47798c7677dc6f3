"""`xp` of the backend: NumPy's names, for what there are kernels for.

Any other name is an AttributeError, from which the operator that asked for it makes an
UnsupportedOperator that names itself and the backend.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from riesz.errors import UnsupportedOperator
from riesz.formula.c_rules import LOGICAL, RULES
from riesz.formula.dialect import CUDA
from riesz.formula.python import Printed
from riesz.formula.vocabulary import SPECIAL, VOCABULARY
from riesz_backends.cuda.promotion import result_dtype
from riesz_backends.pycuda.algebra import contraction, linalg, product
from riesz_backends.pycuda.arrays import indexing, shape
from riesz_backends.pycuda.arrays.array import ACCUMULATIONS, REDUCTIONS, Array
from riesz_backends.pycuda.elementwise import composed
from riesz_backends.pycuda.elementwise.fusion import Fused
from riesz_backends.pycuda.elementwise.pointwise import pointwise, stored
from riesz_backends.pycuda.fourier.cosine import TRANSFORMS
from riesz_backends.pycuda.reductions import reduction, scan, statistics
from riesz_backends.pycuda.sorting import counting, ordering

CONSTANTS = "pi e inf nan newaxis float32 float64 complex64 complex128 int64 int32 bool_".split()
TABLES = (*RULES.values(), *CUDA.special.values())
PRINTED = {name for table in TABLES for name in table} | set(LOGICAL) | {"where", "power"}
UFUNCS = {name: getattr(np, name, None) for name in PRINTED}
ARITY = {name: f.nin for name, f in UFUNCS.items() if isinstance(f, np.ufunc)}
ALIASES = {"abs": "absolute", "conjugate": "conj", "pow": "power", "mod": "remainder"}
MODULES = "asarray array ascontiguousarray full empty zeros ones zeros_like ones_like empty_like \
full_like arange linspace eye identity reshape ravel transpose matrix_transpose swapaxes moveaxis \
expand_dims squeeze broadcast_to broadcast_arrays flip diagonal concatenate stack roll tril triu \
repeat tri take copyto copy astype result_type shape size ndim".split()


class Namespace:
    """The functions of one part of the namespace."""

    def __init__(self, name: str, functions: Mapping[str, Any]) -> None:
        """`name`: as it stands in errors."""
        self._name = name
        vars(self).update(functions)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"{self._name} has no {name}", name=name, obj=self)

    @staticmethod
    def fuse(printed: Printed, rule: Callable[..., Any]) -> Fused:
        """A rule that was printed for this namespace, as one kernel."""
        return Fused(printed, rule)

    def __repr__(self) -> str:
        return f"<namespace of {self._name}>"


class Function:
    """A function of the vocabulary, with `out` and the methods that NumPy gives its ufuncs."""

    def __init__(self, name: str) -> None:
        """`name`: that of the vocabulary."""
        self.__name__ = name

    def __call__(self, *x: Any, out: Any = None) -> Any:
        """The function, in a new array or in `out`, which may come last among the arguments."""
        n = ARITY.get(self.__name__, len(x))
        x, out = x[:n], x[n] if len(x) > n else out
        return stored(pointwise(self.__name__, *x, out=out), out)

    def reduce(
        self, x: Array, axis: Any = 0, dtype: Any = None, out: Any = None, keepdims: bool = False
    ) -> Any:
        """The reduction along `axis`."""
        if self.__name__ not in REDUCTIONS:
            raise UnsupportedOperator(f"{self.__name__}.reduce has no kernel.")
        axes = range(x.ndim) if axis is None else shape.normalize(axis, x.ndim)
        rule = REDUCTIONS[self.__name__]
        return stored(reduction.reduce(rule, x, tuple(sorted(axes)), keepdims, dtype, out), out)

    def accumulate(self, x: Array, axis: int = 0, dtype: Any = None, out: Any = None) -> Any:
        """The cumulative reduction along `axis`."""
        if self.__name__ not in ACCUMULATIONS:
            raise UnsupportedOperator(f"{self.__name__}.accumulate has no kernel.")
        return stored(scan.scan(ACCUMULATIONS[self.__name__], x, axis, dtype, out), out)

    def __getattr__(self, name: str) -> Any:
        """Another method of NumPy's ufuncs: there is none."""
        text = f"the backend 'pycuda' has no {self.__name__}.{name}"
        raise AttributeError(text, name=name, obj=xp)


def _matmul(x: Array, y: Array, out: Any = None) -> Array:
    """np.matmul."""
    return stored(product.matmul(x, y, out), out)


def _where(condition: Any, x: Any, y: Any) -> Array:
    """np.where with three arguments."""
    return pointwise("where", condition, x, y)


def _logical(name: str, *x: Array) -> Array:
    """Bitwise operations of truth values."""
    if any((v if hasattr(v, "dtype") else np.asarray(v)).dtype.kind != "b" for v in x):
        raise TypeError(f"{name} of numbers has no kernel; of truth values it has.")
    return pointwise(name, *x)


def _real(x: Any) -> Any:
    return x.real if isinstance(x, Array) else np.real(x)


def _imag(x: Any) -> Any:
    return x.imag if isinstance(x, Array) else np.imag(x)


def _clip(x: Any, lowest: Any = None, highest: Any = None) -> Any:
    """np.clip."""
    x = x if lowest is None else pointwise("maximum", x, lowest)
    return x if highest is None else pointwise("minimum", x, highest)


def _functions() -> dict[str, Any]:
    found: dict[str, Any] = {name: getattr(np, name) for name in CONSTANTS}
    found |= {name: Function(name) for name in PRINTED & VOCABULARY - SPECIAL}
    found |= {name: getattr(shape, name) for name in MODULES}
    found |= {
        "where": _where, "real": _real, "imag": _imag, "clip": _clip,
        "sum": statistics.sum_, "prod": statistics.prod, "all": statistics.all_,
        "any": statistics.any_, "max": statistics.max_, "min": statistics.min_,
        "amax": statistics.max_, "amin": statistics.min_,
        "cumsum": partial(_scan, "cumsum"), "cumprod": partial(_scan, "cumprod"),
        "matmul": _matmul, "tensordot": product.tensordot, "dot": product.dot,
        "finfo": np.finfo, "iinfo": np.iinfo, "result_dtype": result_dtype,
    }  # fmt: skip
    for name, other in (("and", "logical_and"), ("or", "logical_or"), ("xor", "logical_xor")):
        found[f"bitwise_{name}"] = partial(_logical, other)
    found["invert"] = partial(_logical, "logical_not")
    for part in (indexing, statistics, ordering, counting, contraction, composed):
        found |= part.FUNCTIONS
    return found | {alias: found[name] for alias, name in ALIASES.items()}


def _scan(
    name: str, x: Array, axis: int | None = None, dtype: Any = None, out: Any = None
) -> Array:
    return stored(scan.scan(name, x, axis, dtype, out), out)


def _zeta(x: Any, q: Any = None) -> Any:
    """scipy.special.zeta with two arguments."""
    if q is None:
        raise UnsupportedOperator(
            "zeta(x), Riemann's, has no kernel; zeta(x, q), Hurwitz's, has one: for x > 1, "
            "zeta(x, 1) is the same."
        )
    return pointwise("zeta", x, q)


SPECIAL_FUNCTIONS: dict[str, Any] = {n: partial(pointwise, n) for n in PRINTED & SPECIAL}
SPECIAL_FUNCTIONS["zeta"] = _zeta
LINALG: dict[str, Any] = {
    "norm": statistics.norm, "vector_norm": statistics.vector_norm, "matmul": product.matmul,
    **linalg.FUNCTIONS,
}  # fmt: skip
PARTS = {
    "special": Namespace("special of the backend 'pycuda'", SPECIAL_FUNCTIONS),
    "linalg": Namespace("linalg of the backend 'pycuda'", LINALG),
    "fft": Namespace("fft of the backend 'pycuda'", TRANSFORMS),
}
xp = Namespace("the backend 'pycuda'", _functions() | PARTS)
