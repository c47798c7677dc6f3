"""How references are written: arrays, static parameters and indices as JSON.

A number is written so that reading it gives the same double; a complex one as two of them. A static
parameter of a plugin's own type, a frozen dataclass, is written as its class and fields.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from importlib import import_module
from typing import Any

import numpy as np

from riesz.errors import InvalidType
from riesz.sparse_matrix import Pattern

PLAIN = (str, int, float, bool, type(None))


def encode(value: Any) -> Any:
    """An array, or a static parameter, as what JSON can hold; raises InvalidType for others."""
    if isinstance(value, PLAIN):
        return value
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    if isinstance(value, np.ndarray):
        return encode_array(value)
    if isinstance(value, tuple):
        return {"tuple": [encode(v) for v in value]}
    if isinstance(value, slice):
        return {"slice": [value.start, value.stop, value.step]}
    if isinstance(value, np.dtype):
        return {"dtype": value.name}
    if isinstance(value, Pattern):
        return {"pattern": [encode(getattr(value, f.name)) for f in fields(value)]}
    if value is Ellipsis:
        return {"ellipsis": True}
    if is_dataclass(value) and not isinstance(value, type):
        cls = type(value)
        named = {f.name: encode(getattr(value, f.name)) for f in fields(value)}
        return {"class": f"{cls.__module__}:{cls.__qualname__}", "fields": named}
    raise InvalidType(
        f"{value!r:.60} of type {type(value).__name__} cannot be written to a reference file. It "
        "has arrays, numbers, strings, dtypes, slices, tuples of these and frozen dataclasses."
    )


def decode(value: Any) -> Any:
    """What `encode` was given."""
    if not isinstance(value, dict):
        return value
    if "shape" in value:
        return decode_array(value)
    if "complex" in value:
        return complex(*value["complex"])
    if "tuple" in value:
        return tuple(decode(v) for v in value["tuple"])
    if "slice" in value:
        return slice(*value["slice"])
    if "pattern" in value:
        return Pattern(*map(decode, value["pattern"]))
    if "class" in value:
        module, _, name = value["class"].partition(":")
        named = {key: decode(v) for key, v in value["fields"].items()}
        return getattr(import_module(module), name)(**named)
    return np.dtype(value["dtype"]) if "dtype" in value else Ellipsis


def encode_array(x: np.ndarray) -> dict[str, Any]:
    """Shape, dtype and entries in C order."""
    flat = x.reshape(-1)
    entries = flat.view(flat.real.dtype) if x.dtype.kind == "c" else flat
    return {"shape": list(x.shape), "of": x.dtype.name, "entries": entries.tolist()}


def decode_array(value: dict[str, Any]) -> np.ndarray:
    """The array that `encode_array` was given."""
    dtype = np.dtype(value["of"])
    real = np.zeros((), dtype).real.dtype
    entries = np.array(value["entries"], real).view(dtype)
    return np.reshape(entries, value["shape"])
