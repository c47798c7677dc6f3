"""`xp` of the backend: NumPy's names, for what there are kernels for.

Any other name is an AttributeError, from which the operator that asked for it makes an
UnsupportedOperator that names itself and the backend.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from riesz.formula.c_rules import LOGICAL, RULES
from riesz.formula.python import Printed
from riesz.formula.vocabulary import SPECIAL, VOCABULARY
from riesz_backends.pycuda import indexing, product, scan, shape, statistics
from riesz_backends.pycuda.array import Array
from riesz_backends.pycuda.fusion import Fused
from riesz_backends.pycuda.pointwise import pointwise

CONSTANTS = "pi e inf nan newaxis float32 float64 complex64 complex128 int64 int32 bool_".split()
PRINTED = {name for rules in RULES.values() for name in rules} | set(LOGICAL) | {"where", "power"}
ALIASES = {"abs": "absolute", "conjugate": "conj", "pow": "power", "mod": "remainder"}
MODULES = "asarray array ascontiguousarray full empty zeros ones zeros_like ones_like empty_like \
full_like arange linspace eye identity reshape ravel transpose matrix_transpose swapaxes moveaxis \
expand_dims squeeze broadcast_to broadcast_arrays flip diagonal concatenate stack roll tril triu \
repeat take copyto copy astype result_type shape size ndim".split()


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


def _where(condition: Any, x: Any, y: Any) -> Array:
    """np.where with three arguments."""
    return pointwise("where", condition, x, y)


def _logical(name: str, *x: Array) -> Array:
    """Bitwise operations of truth values."""
    if any(getattr(v, "dtype", np.asarray(v).dtype).kind != "b" for v in x):
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


def _functions() -> dict[str, Callable[..., Any]]:
    found: dict[str, Any] = {name: getattr(np, name) for name in CONSTANTS}
    found |= {name: partial(pointwise, name) for name in PRINTED & VOCABULARY - SPECIAL}
    found |= {name: getattr(shape, name) for name in MODULES}
    found |= {
        "where": _where, "real": _real, "imag": _imag, "clip": _clip,
        "sum": statistics.sum_, "prod": statistics.prod, "all": statistics.all_,
        "any": statistics.any_, "max": statistics.max_, "min": statistics.min_,
        "amax": statistics.max_, "amin": statistics.min_, "argmax": statistics.argmax,
        "argmin": statistics.argmin, "mean": statistics.mean, "var": statistics.var,
        "std": statistics.std, "trace": statistics.trace,
        "cumsum": partial(_scan, "cumsum"), "cumprod": partial(_scan, "cumprod"),
        "matmul": product.matmul, "tensordot": product.tensordot, "dot": product.dot,
        "add_at": indexing.add_at,
        "finfo": np.finfo, "iinfo": np.iinfo,
    }  # fmt: skip
    for name, other in (("and", "logical_and"), ("or", "logical_or"), ("xor", "logical_xor")):
        found[f"bitwise_{name}"] = partial(_logical, other)
    found["invert"] = partial(_logical, "logical_not")
    return found | {alias: found[name] for alias, name in ALIASES.items()}


def _scan(name: str, x: Array, axis: int | None = None, dtype: Any = None) -> Array:
    return scan.scan(name, x, axis, dtype)


xp = Namespace("the backend 'pycuda'", _functions())
xp.special = Namespace(
    "special of the backend 'pycuda'",
    {name: partial(pointwise, name) for name in PRINTED & SPECIAL},
)
xp.linalg = Namespace(
    "linalg of the backend 'pycuda'",
    {"norm": statistics.norm, "vector_norm": statistics.vector_norm, "matmul": product.matmul},
)
xp.fft = Namespace("fft of the backend 'pycuda'", {})
