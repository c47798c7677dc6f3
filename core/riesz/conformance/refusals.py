"""Checks of errors: what cannot be computed is a `RieszError`, and its message says something."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
    wrong = [attempt.name for attempt in _attempts(F) if not _refused(attempt)]
    return same("not refused by a RieszError that says why", wrong, [])


@dataclass(frozen=True)
class Attempt:
    """What must be refused, and what the message must name: the given and the expected."""

    name: str
    run: Callable[[], Any]
    named: tuple[str, ...]


def _attempts(F: Application) -> Iterator[Attempt]:
    first = F.positions[0]

    def apply(x: Any) -> Any:
        return F.op(*_put(F, first, x), **F.sample.static)

    yield Attempt("an object that is no array", lambda: apply(object()), ("object",))
    beside = [x for i, x in enumerate(F.sample.x) if i != first and hasattr(x, "dtype")]
    if beside:
        stranger, own = Elsewhere(F.points[0]), type(beside[0]).__qualname__
        names = (ElsewhereBackend.name, own)  # by its type: several backends may share the array
        yield Attempt("arrays of two backends", lambda: apply(stranger), names)
    if F.op.constant:
        return
    u, shapes = _too_large(F.points[0])
    tangents = (u, *F.points[1:])
    yield Attempt("a tangent of another shape", lambda: jvp(F, F.points, tangents), shapes)
    y, pullback = vjp(F, *F.points)
    a, shapes = _too_large(y[0])
    yield Attempt("a covector of another shape", lambda: pullback((a, *y[1:])), shapes)


def _too_large(x: Any) -> tuple[Any, tuple[str, str]]:
    """An array with an axis more than x, and both shapes as text."""
    shape = (7, *x.shape)
    return current_backend().asarray(np.ones(shape, x.dtype)), (str(shape), str(tuple(x.shape)))


def _put(F: Application, i: int, x: Any) -> tuple[Any, ...]:
    return (*F.sample.x[:i], x, *F.sample.x[i + 1 :])


def _refused(attempt: Attempt) -> bool:
    try:
        with elsewhere():
            attempt.run()
    except RieszError as error:
        return all(word in str(error) for word in attempt.named)
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
