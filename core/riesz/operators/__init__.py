"""The standard operators, by family: a plugin like any other, behind its own entry point."""

from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np

from ..front import Adapter
from ..hookspecs import hookimpl
from ..protocol.elementwise import Elementwise

FAMILIES = ("arithmetic", "elementary", "comparison", "parts", "reduction", "index")


@hookimpl
def riesz_register_operators(registry: Any) -> None:
    """Register every operator and every NumPy function of every family."""
    for family in FAMILIES:
        module = import_module(f"{__name__}.{family}")
        claim_ufuncs(module, np)
        registry.add_module(module)


def claim_ufuncs(module: ModuleType, library: Any) -> None:
    """Let each elementwise operator of a family stand for the ufunc of its name in `library`.

    A ufunc that an adapter of the family stands for is left to it.
    """
    members = list(vars(module).values())
    adapted = {f for x in members if isinstance(x, Adapter) for f in x.functions}
    for op in members:
        ufunc = getattr(library, getattr(op, "name", ""), None)
        if isinstance(op, Elementwise) and callable(ufunc) and ufunc not in adapted:
            op.functions = (ufunc,)
