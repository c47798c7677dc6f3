"""The dtypes that NumPy's functions give: asked of NumPy, which looks at types alone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

from riesz.errors import InvalidType
from riesz.formula.vocabulary import SPECIAL

DType = np.dtype[Any]
WIDEST = {
    bool: np.dtype(bool), int: np.dtype(np.int64), float: np.dtype(np.float64),
    complex: np.dtype(np.complex128),
}  # fmt: skip
PYTHON = tuple(WIDEST)
COMPLEX_VALUED = frozenset(("wofz", "lambertw"))


def common_dtype(kinds: Sequence[Any]) -> DType | None:
    """The dtype in which dtypes and types of Python's numbers meet; None for numbers alone."""
    if not any(isinstance(k, np.dtype) for k in kinds):
        return None
    return np.result_type(*(_probe(k) for k in kinds))


def result_dtype(name: str, kinds: Sequence[Any]) -> Any:
    """The dtype of a function of the vocabulary; a type of Python's for numbers alone."""
    return _result(name, tuple(kinds))


@cache
def _result(name: str, kinds: tuple[Any, ...]) -> Any:
    with np.errstate(all="ignore"):
        found = _strong(name, kinds)
    if any(isinstance(k, np.dtype) for k in kinds):
        return found
    return next(T for T, widest in WIDEST.items() if widest.kind == found.kind)


def _strong(name: str, kinds: tuple[Any, ...]) -> DType:
    probes = [_probe(k) for k in kinds]
    if name in SPECIAL:
        return _special(name, probes)
    if name == "conj":
        name = "conjugate"
    try:
        return np.asarray(getattr(np, name)(*probes)).dtype
    except TypeError as error:
        raise InvalidType(f"{name} is not defined for {', '.join(map(str, kinds))}.") from error


def _special(name: str, probes: list[Any]) -> DType:
    """The dtype that SciPy gives; that in which the arguments meet where there is no SciPy."""
    try:
        special: Any = import_module("scipy.special")
    except ModuleNotFoundError:
        special = None
    if hasattr(special, name):
        return np.asarray(getattr(special, name)(*probes)).dtype
    common = np.result_type(*probes, *([np.complex64] if name in COMPLEX_VALUED else []))
    return np.dtype(np.float64) if common.kind in "biu" else common


def _probe(kind: Any) -> Any:
    """Something that promotes like the kind."""
    return np.ones(1, kind) if isinstance(kind, np.dtype) else kind(1)
