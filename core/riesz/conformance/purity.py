"""Checks of side effects: on the arguments, on later results, and copies behind one's back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from riesz.backend import Backend, current_backend
from riesz.calculus import vjp

from .application import Application, Points, derived, host, pull, random_like, rng
from .finding import Finding, distance, same
from .sample import Sample

Types = tuple[type, ...]


def purity(op: Any, sample: Sample, dtype: Any) -> Finding | None:
    """Read-only arguments are enough, stay as they were, and give the same result twice."""
    before = _copied(sample.x)
    frozen = replace(sample, x=tuple(map(_frozen, sample.x)))
    F = Application(op, frozen)
    first = derived(F)
    kept = _copied(first)
    for array in first:  # results are the caller's: spoiling them must not matter
        _spoil(array, F.points)
    again, once_more = (host(derived(Application(op, s))) for s in (frozen, sample))
    error = max((*map(distance, kept, again), *map(distance, again, once_more)), default=0.0)
    change = max(map(distance, host(frozen.x), before), default=0.0)
    return Finding(error + change, 0.0, "same result twice, arguments unchanged")


def pullback_again(op: Any, sample: Sample, dtype: Any) -> Finding | None:
    """A pullback may be called again: it gives the same, and the values stay as they were."""
    F = Application(op, sample)
    if op.constant or not F.points:
        return None
    y, pullback = vjp(F, *F.points)
    a, kept = random_like(y, rng(2)), _copied(y)
    first, second = (_copied(_tuple(pullback(a))) for _ in range(2))
    error = max((*map(distance, first, second), *map(distance, host(y), kept)), default=0.0)
    return Finding(error, 0.0, "a pullback called twice")


def host_copies(op: Any, sample: Sample, dtype: Any) -> Finding | None:
    """What is copied to the host is a copy: writing to it leaves the backend's array as it was."""
    backend = current_backend()
    if backend.owns(np.ndarray):
        return None
    results = Application(op, sample).results(*Application(op, sample).points)
    changed = []
    for y in filter(lambda y: hasattr(y, "dtype"), results):
        taken = backend.to_numpy(y)
        before = np.array(taken)
        if taken.flags.writeable and taken.size:
            taken[...] = 1 - before if before.dtype.kind != "b" else ~before
        changed.append(distance(backend.to_numpy(y), before))
    return Finding(max(changed, default=0.0), 0.0, "copies on the host are written to")


def transfers(op: Any, sample: Sample, dtype: Any) -> Finding | None:
    """Neither the operator nor its adjoint copies between host and device."""
    backend, F = current_backend(), Application(op, sample)
    a = () if op.constant or not F.points else random_like(F(*F.points), rng(2))
    with counted(backend) as copies:
        F.results(*F.points)
        if a:
            pull(F, F.points, a)
    return same("copies between host and device", copies, [])


@contextmanager
def counted(backend: Backend) -> Iterator[list[str]]:
    """The transfers of a backend while it is inside, by name."""
    copies: list[str] = []
    host, device = (np.ndarray,), backend.array_types
    backend.asarray = _noted(backend.asarray, host, device, copies)  # type: ignore[method-assign]
    backend.to_numpy = _noted(backend.to_numpy, device, host, copies)  # type: ignore[method-assign]
    try:
        yield copies
    finally:
        del backend.asarray, backend.to_numpy


def _noted(
    transfer: Callable[..., Any], of: Types, to: Types, copies: list[str]
) -> Callable[..., Any]:
    """The transfer, noting its name for arrays that do not lie there already."""

    def noted(x: Any, *rest: Any, **options: Any) -> Any:
        if isinstance(x, of) and not isinstance(x, to):
            copies.append(transfer.__name__)
        return transfer(x, *rest, **options)

    return noted


def _tuple(x: Any) -> Points:
    return x if isinstance(x, tuple) else (x,)


def _copied(x: Points) -> Points:
    return tuple(np.array(v) if isinstance(v, np.ndarray) else v for v in host(x))


def _frozen(x: Any) -> Any:
    if isinstance(x, np.ndarray):
        x = x.copy()
        x.flags.writeable = False
    return x


def _spoil(y: Any, points: Points) -> None:
    mine = isinstance(y, np.ndarray) and y.flags.writeable
    if mine and not any(np.shares_memory(y, x) for x in points):
        y[...] = 0
