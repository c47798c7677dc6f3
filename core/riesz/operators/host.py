"""Kernels that only SciPy has: they work on NumPy arrays, and say so for others."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from riesz import errors


def scipy_kernel(module: str, name: str, *x: Any) -> Any:
    """scipy.`module`.`name`, for the arrays x; raises MissingExtra, UnsupportedOperator."""
    for xi in x:
        if not isinstance(xi, np.ndarray | np.generic):
            raise errors.UnsupportedOperator(
                f"{name} has SciPy's kernel only, for NumPy arrays, but was given a "
                f"{type(xi).__name__}. Use riesz.to_numpy(x), or register a kernel for its backend."
            )
    try:
        return getattr(import_module(f"scipy.{module}"), name)
    except ModuleNotFoundError as error:
        raise errors.MissingExtra(name, "scipy", "scipy") from error
