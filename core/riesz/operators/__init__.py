"""The standard operators, by family: a plugin like any other, behind its own entry point."""

from collections.abc import Callable
from importlib import import_module
from importlib.resources import files
from types import ModuleType
from typing import Any

import numpy as np

from riesz.conformance.sample import DeferredSamples
from riesz.front import Adapter
from riesz.front.value import install
from riesz.hookspecs import hookimpl
from riesz.protocol import Operator
from riesz.protocol.elementwise import Elementwise

FAMILIES = (
    "arithmetic", "elementary", "comparison", "parts",
    "reduction", "extremum", "cumulative", "ordering", "shape", "joining", "tiling", "padding",
    "index", "update", "selection", "diagonal", "constant",
    "counting", "application", "polynomial", "progression",
    "product", "contraction", "sparse", "fourier", "cosine",
    "linear_system", "determinant", "factorization", "spectrum", "norm", "matrix_function",
    "matrix_root", "banded",
    "covariance",
    "convolution", "error_function", "gamma_function", "bessel", "entropy", "special", "activation",
)  # fmt: skip

SAMPLES = "riesz.conformance.standard_samples"


@hookimpl
def riesz_register_operators(registry: Any) -> None:
    """Register every operator and every NumPy function of every family."""
    for family in FAMILIES:
        module = import_module(f"{__name__}.{family}")
        claim_ufuncs(module, np)
        registry.add_module(module)
    install(registry.names)


@hookimpl
def riesz_register_conformance(registry: Any) -> None:
    """Register the samples of every operator, imported when first drawn, and the references."""
    registry.add_references(files("riesz.conformance") / "references")
    for family in FAMILIES:
        for thing in vars(import_module(f"{__name__}.{family}")).values():
            if isinstance(thing, Operator) and thing.family == family:
                registry.add_samples(thing.name, DeferredSamples(thing.name, f"{SAMPLES}.{family}"))


def claim_ufuncs(module: ModuleType, library: Any) -> None:
    """Let each operator of a family stand for the ufunc of its name in `library`.

    An elementwise one may also stand for a function (`where`, `real`). What an adapter of the
    family stands for is left to it.
    """
    members = list(vars(module).values())
    adapted = {f for x in members if isinstance(x, Adapter) for f in x.functions}
    for op in (x for x in members if isinstance(x, Operator)):
        function = getattr(library, op.name, None)
        kinds = np.ufunc if not isinstance(op, Elementwise) else Callable
        if isinstance(function, kinds) and function not in adapted:
            op.functions = (function,)
