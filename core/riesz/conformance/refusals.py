"""Checks of errors: what cannot be computed is a `RieszError`, and its message says something."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from riesz.backend import Backend, backends, current_backend
from riesz.calculus import jvp, vjp
from riesz.errors import RieszError

from .application import Application
from .finding import Finding, same
from .sample import Sample


class Elsewhere:
    """An array on a machine that there is not."""

    def __init__(self, like: Any) -> None:
        """Of the shape and dtype of an array."""
        self.shape, self.dtype, self.ndim = like.shape, like.dtype, like.ndim


class ElsewhereBackend(Backend):
    """Owns these arrays and computes nothing."""

    name = "elsewhere (a stand-in of the conformance suite)"
    array_types = (Elsewhere,)
    xp = None


def refusals(op: Any, sample: Sample, dtype: Any) -> Finding | None:
    """Arrays of nobody or of two backends, covectors and tangents of no space: refused by name."""
    F = Application(op, sample)
    if not F.points:
        return None
    wrong = [name for name, attempt in _attempts(F) if not _refused(attempt)]
    return same("not refused by a RieszError that says why", wrong, [])


def _attempts(F: Application) -> Iterator[tuple[str, Callable[[], Any]]]:
    first = F.positions[0]
    yield "an object that is no array", lambda: F.op(*_put(F, first, object()), **F.sample.static)
    if sum(hasattr(x, "dtype") for x in F.sample.x) > 1:
        stranger = Elsewhere(F.points[0])
        yield "arrays of two backends", lambda: F.op(*_put(F, first, stranger), **F.sample.static)
    if F.op.constant:
        return
    too_large = current_backend().asarray(np.ones((7, *F.points[0].shape), F.points[0].dtype))
    yield "a tangent of another shape", lambda: jvp(F, F.points, (too_large, *F.points[1:]))
    y, pullback = vjp(F, *F.points)
    a = current_backend().asarray(np.ones((7, *y[0].shape), y[0].dtype))
    yield "a covector of another shape", lambda: pullback((a, *y[1:]))


def _put(F: Application, i: int, x: Any) -> tuple[Any, ...]:
    return (*F.sample.x[:i], x, *F.sample.x[i + 1 :])


def _refused(attempt: Callable[[], Any]) -> bool:
    try:
        with elsewhere():
            attempt()
    except RieszError as error:
        return bool(str(error))
    except Exception:
        return False
    return False


@contextmanager
def elsewhere() -> Iterator[None]:
    """The stand-in is known while it is inside."""
    backend = ElsewhereBackend()
    backends.add(backend)
    try:
        yield
    finally:
        backends.remove(backend.name)
