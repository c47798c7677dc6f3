"""Special functions that CuPy lacks, of all or of complex arguments, in the clusters' CUDA."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import numpy as np

from riesz.errors import UnsupportedOperator
from riesz.formula.expression import Symbols
from riesz_backends.cupy.library import Library

LACKING = "dawsn ellipe erfi iv ive jv kv kve spence wofz yv".split()
REAL_ONLY = "erf erfc erfcx exp1 expi log_ndtr ndtr".split()  # CuPy's take no complex arguments
Operand = tuple[Any, Any]  # dtype and shape of an array, or type and value of a number


class Special:
    """Functions of the vocabulary, each a kernel of one expression."""

    def __init__(self, modules: Library, launcher: Callable[[], Any]) -> None:
        """`launcher()`: what launches kernels, asked for when one is."""
        self.modules, self.launcher = modules, launcher
        self.kernel = lru_cache(maxsize=256)(self._kernel)

    def functions(self) -> dict[str, Callable[..., Any]]:
        """Those that CuPy lacks, and those that are CuPy's for real arguments."""
        own = {name: partial(self, name) for name in LACKING}
        return own | {name: partial(self._of_real_or_complex, name) for name in REAL_ONLY}

    def _of_real_or_complex(self, name: str, x: Any) -> Any:
        if np.iscomplexobj(x):
            return self(name, x)
        return getattr(self.modules.part("special"), name)(x)

    def __call__(self, name: str, *x: Any) -> Any:
        """The function, broadcast; UnsupportedOperator where there are no raw kernels."""
        if not hasattr(self.modules.arrays, "RawModule"):
            raise UnsupportedOperator(
                f"CuPy has no special.{name} of these arguments, and {self.modules.array} no raw "
                "kernels for ours"
            )
        launcher = self.launcher()
        x = tuple(launcher.array(v) if hasattr(v, "dtype") else v for v in x)
        shape, dtype, kernel = self.kernel(name, tuple(map(_operand, x)))
        y = launcher.empty(shape, dtype)
        kernel((y,), tuple(v for v in x if hasattr(v, "dtype")))
        return y

    def _kernel(self, name: str, operands: tuple[Operand, ...]) -> tuple[Any, Any, Any]:
        """The shape and the dtype of the result, and the kernel."""
        from riesz.plan.cluster import Cluster, Load, Result
        from riesz_backends.cuda.kernel import kernels
        from riesz_backends.cuda.part import refusal
        from riesz_backends.cuda.promotion import result_dtype

        m, loads = Symbols(), [Load(*k) for k in operands if isinstance(k[0], np.dtype)]
        leaves = [m.argument(i) for i in range(len(loads))]
        left = iter(leaves)
        root = m.node(name, *(next(left) if isinstance(T, np.dtype) else v for T, v in operands))
        dtype = result_dtype(name, [T for T, _ in operands])
        shape = np.broadcast_shapes(*(x.shape for x in loads))
        dtypes = {**{x: load.dtype for x, load in zip(leaves, loads, strict=True)}, root: dtype}
        cluster = Cluster(shape, m, tuple(loads), (Result(root, dtype),), dtypes)
        (kernel,) = kernels((cluster,), self.launcher())
        if kernel is None:
            raise UnsupportedOperator(f"special.{name} has no kernel of ours: {refusal(cluster)}")
        return shape, dtype, kernel


def _operand(x: Any) -> Operand:
    return (x.dtype, x.shape) if hasattr(x, "dtype") else (type(x), x)
