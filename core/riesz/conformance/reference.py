"""References: values and covectors of every operator, computed in high precision.

They come from no backend and from none of our rules: mpmath evaluates each operator's definition
with 120 digits, derivatives are central differences of step 1e-40, and the results are rounded to
double precision. The points are numbers that single precision has too, so that one reference serves
both. `tests/references` holds the definitions, and the script that writes the files read here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any, ClassVar

import numpy as np

from riesz.backend import current_backend
from riesz.calculus import vjp
from riesz.operators.index import split

from .application import host
from .finding import Finding, ratio
from .reference_format import decode
from .reference_gauge import GAUGES

Arrays = tuple[Any, ...]
NARROW = {"f": np.float32, "c": np.complex64}
TINY = float(np.finfo(np.float32).tiny)

#: Units in the last place allowed to values and to covectors, where a reference says nothing else.
VALUE_ULPS, COVECTOR_ULPS = 8.0, 16.0


@dataclass(frozen=True)
class Reference:
    """F(x) = y and dF(x)'a = g, of the arguments in `active`; g is empty for a constant operator.

    `entrywise` compares each entry with its own size, otherwise with the largest of the array.
    `seen` names the functions of the results that are compared, where the results are not unique.
    """

    operator: str
    x: Arrays
    static: dict[str, Any]
    active: tuple[int, ...]
    a: Arrays
    y: Arrays
    g: Arrays
    entrywise: bool
    seen: str | None = None
    ulps: tuple[float, float] = (VALUE_ULPS, COVECTOR_ULPS)
    reason: str = ""  # of ulps that are not the usual ones
    exceptions: ClassVar[dict[str, str]] = {}  # values and covectors are defined by being right

    @property
    def kind(self) -> str:
        """ "c" if an argument is complex, else "f"."""
        return "c" if any(x.dtype.kind == "c" for x in self.x) else "f"


KNOWN: dict[str, dict[str, tuple[Reference, ...]]] = {}  # by place: read once


def references(place: Traversable) -> dict[str, tuple[Reference, ...]]:
    """The references in a JSON file, or in those of a folder, by operator."""
    if str(place) not in KNOWN:
        KNOWN[str(place)] = dict(item for file in files(place) for item in read(file))
    return KNOWN[str(place)]


def files(place: Traversable) -> list[Traversable]:
    """The file itself, or the JSON files of a folder by name."""
    if place.is_file():
        return [place]
    return sorted((f for f in place.iterdir() if f.name.endswith(".json")), key=lambda f: f.name)


def read(file: Traversable) -> Iterable[tuple[str, tuple[Reference, ...]]]:
    """The references in one file, with their operators."""
    return parse(file.read_text(encoding="utf-8")).items()


def parse(text: str) -> dict[str, tuple[Reference, ...]]:
    """The references in the text of one file, by operator."""
    stored = json.loads(text)["operators"]
    return {name: tuple(_cases(name, entry)) for name, entry in stored.items()}


def _cases(name: str, entry: dict[str, Any]) -> Iterator[Reference]:
    seen, ulps = entry.get("seen"), tuple(entry.get("ulps", (VALUE_ULPS, COVECTOR_ULPS)))
    reason = entry.get("reason", "")
    for case in entry["cases"]:
        x, a, y, g = (tuple(map(decode, case.get(key, ()))) for key in "xayg")
        static = {key: decode(value) for key, value in case.get("static", {}).items()}
        if "index" in case:
            indices, static["key"] = split(decode(case["index"]))
            x = (*x, *indices)
        active, entrywise = tuple(case.get("active", ())), case.get("entrywise", False)
        yield Reference(name, x, static, active, a, y, g, entrywise, seen, ulps, reason)


def reference_values(op: Any, reference: Reference, dtype: Any) -> Finding:
    """How far the operator's values are from the reference, in units of the last place."""
    points = _moved(reference.x, dtype)
    y = host(_applied(op, reference, points)(*(points[i] for i in reference.active)))
    error = _error(y, reference.y, reference, dtype)
    about, why = "units in the last place of the reference values", reference.reason
    return Finding(error, reference.ulps[0], about, _ratio(y, reference.y), why)


def reference_covectors(op: Any, reference: Reference, dtype: Any) -> Finding | None:
    """The same of its covectors; None where the operator has none."""
    if not reference.g:
        return None
    points, a = _moved(reference.x, dtype), _moved(reference.a, dtype)
    F = _applied(op, reference, points)
    g = vjp(F, *(points[i] for i in reference.active))[1](a)
    g = host(g if isinstance(g, tuple) else (g,))
    error = _error(g, reference.g, reference, dtype)
    about, why = "units in the last place of the reference covectors", reference.reason
    return Finding(error, reference.ulps[1], about, _ratio(g, reference.g), why)


def _moved(x: Arrays, dtype: Any) -> Arrays:
    return tuple(map(current_backend().asarray, in_precision(x, dtype)))


def _ratio(given: Arrays, expected: Arrays) -> float | None:
    alike = len(given) == len(expected) and all(map(_same_shape, given, expected))
    return ratio(given, expected) if alike else None


def _same_shape(x: Any, y: Any) -> bool:
    return bool(x.shape == y.shape)


def in_precision(x: Arrays, dtype: Any) -> Arrays:
    """The floating arrays in the precision of `dtype`, real ones real and complex ones complex."""
    return tuple(_cast(xi) if np.finfo(dtype).eps > 1e-10 else xi for xi in x)


def _cast(x: Any) -> Any:
    return x.astype(NARROW[x.dtype.kind]) if x.dtype.kind in NARROW else x


def _applied(op: Any, reference: Reference, points: Arrays) -> Callable[..., Arrays]:
    """The operator as a function of the active arguments, its results as a tuple."""

    def F(*active: Any) -> Arrays:
        x = list(points)
        for i, point in zip(reference.active, active, strict=True):
            x[i] = point
        y = op(*x, **reference.static)
        y = tuple(y) if isinstance(y, tuple) else (y,)
        return y if reference.seen is None else GAUGES[reference.seen](*y)

    return F


def _error(given: Arrays, expected: Arrays, reference: Reference, dtype: Any) -> float:
    if len(given) != len(expected):
        return float("inf")
    eps = float(np.finfo(dtype).eps)
    worst = 0.0
    for array, right in zip(given, expected, strict=True):
        worst = max(worst, distance(np.asarray(array), right, reference.entrywise) / eps)
    return worst


def distance(given: np.ndarray, expected: np.ndarray, entrywise: bool) -> float:
    """The largest error relative to the entry, or to the largest entry; infinite if it is NaN."""
    if given.shape != expected.shape:
        return float("inf")
    if not given.size or np.array_equal(given, expected, equal_nan=given.dtype.kind in "fc"):
        return 0.0
    with np.errstate(invalid="ignore", over="ignore"):
        right = expected.astype(complex)
        error = np.abs(given.astype(complex) - right)
        error = np.where(_alike(given, expected), 0.0, error)
        scale = np.abs(np.where(np.isfinite(right), right, 0.0))
        ratio = error / np.maximum(scale if entrywise else scale.max(), TINY)
    return float("inf") if np.isnan(ratio).any() else float(ratio.max())


def _alike(given: np.ndarray, expected: np.ndarray) -> Any:
    """Equal, or NaN both."""
    both = np.isnan(given) & np.isnan(expected) if given.dtype.kind in "fc" else False
    return (given == expected) | both
