"""NumPy's two protocols: from a NumPy function or ufunc to the operator that stands for it."""

from __future__ import annotations

import difflib
import sys
from typing import Any

import numpy as np

from riesz.backend import without_lists
from riesz.errors import InvalidType, UnsupportedOperator
from riesz.registry import registry

from .replacement import REPLACEMENTS, instead_of_conversion

FUNCTIONS = registry.functions
REDUCTIONS = {
    "add": "sum", "multiply": "prod", "maximum": "max", "minimum": "min",
    "logical_and": "all", "logical_or": "any", "logaddexp": "special.logsumexp",
}  # fmt: skip
ACCUMULATIONS = {
    "add": "cumsum", "multiply": "cumprod", "maximum": "cummax", "minimum": "cummin",
}  # fmt: skip
NEUTRAL = {"where": True, "dtype": None, "casting": "same_kind", "order": "K", "subok": True}
GENERALISED = frozenset(("axis", "keepdims"))  # what generalised ufuncs (vecdot) take besides

AT = "It works in place; use b = riesz.at(b)[index].add(x): equal indices add up, as in np.add.at."

LOST = "with a traced value: overwriting would lose what the derivative needs. Write "
OUT = f"out=, or updates an array in place (`b += x`), {LOST}b = b + x, or riesz.at(b)[i].add(x)."
MASKED = (
    f"out= and where= {LOST}np.where(mask, y, out), with a y of arguments that are harmless where "
    "the mask is false: np.where(b != 0, a / np.where(b != 0, b, 1), 0)."
)

SPECIAL_ALIASES = {"psi": "digamma"}  # the ufunc's own name -> SciPy's public one


def call_ufunc(ufunc: Any, method: str, inputs: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """A ufunc, or one of its methods, applied to traced values."""
    if method == "__call__":
        return _lookup(ufunc)(*without_lists(*inputs), **_neutral(ufunc, keywords))
    if method == "reduce" and ufunc.__name__ in REDUCTIONS:
        return _reduce(registry.names[REDUCTIONS[ufunc.__name__]], *inputs, **keywords)
    if method == "accumulate" and ufunc.__name__ in ACCUMULATIONS:
        return _reduce(registry.names[ACCUMULATIONS[ufunc.__name__]], *inputs, **keywords)
    if method == "outer" and len(inputs) == 2:
        x, y = inputs
        return ufunc(np.reshape(x, (*np.shape(x), *(1,) * np.ndim(y))), y, **keywords)
    instead = (
        AT
        if method == "at"
        else f"Write it with np.{ufunc.__name__} itself, np.sum, np.cumsum or indexing."
    )
    raise UnsupportedOperator(f"np.{ufunc.__name__}.{method} has no operator. {instead}")


def call_function(function: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """A NumPy function applied to traced values."""
    return _lookup(function)(*args, **keywords)


def _reduce(function: Any, x: Any, axis: Any = 0, **keywords: Any) -> Any:
    return function(x, axis=axis, **{k: v for k, v in keywords.items() if v is not np._NoValue})


def _lookup(function: Any) -> Any:
    found = FUNCTIONS.get(function) or _special(function)
    if found is None:
        raise UnsupportedOperator(_unsupported(function))
    return found


def _special(function: Any) -> Any:
    """What stands for a ufunc of SciPy, known by its name: SciPy is never imported for this."""
    module, name = sys.modules.get("scipy.special"), getattr(function, "__name__", "")
    if name.startswith("_"):  # what a function of that name calls: lambertw
        module = sys.modules.get("scipy.special._ufuncs")
    if module is None or getattr(module, name, None) is not function:
        return None
    name = SPECIAL_ALIASES.get(name, name).lstrip("_")
    return registry.names.get(f"special.{name}") or registry.names.get(name)


def _neutral(ufunc: Any, keywords: dict[str, Any]) -> dict[str, Any]:
    for name, value in keywords.items():
        if name == "out":
            raise InvalidType(
                f"np.{ufunc.__name__} was given {MASKED if 'where' in keywords else OUT}"
            )
        if ufunc.signature and name in GENERALISED:
            continue
        if name not in NEUTRAL or not _is_neutral(name, value):
            raise UnsupportedOperator(
                f"np.{ufunc.__name__} was given {name}={value!r} with a traced value. Leave it out "
                "and use np.where(condition, a, b), or .astype(dtype) on the result."
            )
    return {k: v for k, v in keywords.items() if ufunc.signature and k in GENERALISED}


def _is_neutral(name: str, value: Any) -> bool:
    default = NEUTRAL[name]
    return value is None or value is default or (not hasattr(value, "shape") and value == default)


def _unsupported(function: Any) -> str:
    name = getattr(function, "__name__", repr(function))
    if name == "copyto":  # what np.full_like comes to, whose array is not traced
        return instead_of_conversion(f"copyto has no operator. {REPLACEMENTS[name]}")
    if name in REPLACEMENTS:
        return f"{name} has no operator. {REPLACEMENTS[name]}"
    near = difflib.get_close_matches(name, registry.names, 3)
    hint = f" Near in name: {', '.join(near)}." if near else ""
    return (
        f"{name} has no operator, so it cannot be differentiated.{hint} Write it with functions "
        "that `riesz operators` lists, wrap riesz.stop_gradient(x) around what is constant, or "
        "declare an operator of your own with riesz.operator."
    )
