"""Riesz as three more peers of a side-by-side harness: eager, compiled on NumPy, compiled to C.

The harness is not part of this repository. It asks `get_adapters(Adapter, XpAdapter)` for classes
with `name`, `skip` and `build(workload, params, consts) -> {"fwd": f, "grad": f, "hvp": f}`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import riesz


def get_adapters(Adapter: Any, XpAdapter: Any) -> list[Any]:
    """The three adapters, made from the harness's own base classes."""

    class Eager(XpAdapter):
        name = "riesz"
        np_like = np
        backend: str | None = None
        skip = ("kernel_stream_2k", "kernel_stream_10k")

        def matmul(self, a: Any, b: Any) -> Any:
            return a @ b

        def logsumexp(self, a: Any, axis: int) -> Any:
            return riesz.scipy.special.logsumexp(a, axis=axis)

        def checkpoint(self, f: Any) -> Any:
            return riesz.checkpoint(f)

        def build(self, wl: Any, p: dict[str, Any], c: dict[str, Any]) -> dict[str, Any]:
            names, x = list(p), list(p.values())

            def f(*x: Any) -> Any:
                return wl.objective(self, dict(zip(names, x, strict=True)), c)

            forward = self.made(f)
            both = self.made(riesz.value_and_grad(f, argnums=tuple(range(len(x)))))
            calls = {"fwd": lambda: forward(*x), "grad": lambda: both(*x)}
            if "hvp" in wl.kinds:
                product = self.made(lambda x, v: riesz.hvp(f, (x,), (v,))[0])
                calls["hvp"] = lambda: product(*x, c["v"])
            return calls

        def made(self, f: Any) -> Any:
            return f if self.backend is None else riesz.compile(f, self.backend)

    class OnNumpy(Eager):
        name, backend = "riesz-numpy", "numpy"

    class Native(Eager):
        name, backend = "riesz-native", "native"

    return [Eager, OnNumpy, Native]
