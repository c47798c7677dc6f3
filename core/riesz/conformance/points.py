"""The points at which a check is run: an operator's samples, or its references."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from riesz.backend import Backend
from riesz.registry import registry

from .checks import AT_REFERENCES, Check
from .reference import Reference, references
from .sample import DECLARED, Draw

REFERENCES = (
    " Register them with registry.add_references(path): docs/add-an-operator.md has a script that"
    " writes them."
)
SAMPLES = ' Declare them with @samples("{0}") and register them with registry.add_samples.'


def points(check: Check, op: Any, dtype: np.dtype[Any], backend: Backend) -> Iterator[Any]:
    """The points of `check` for an operator in a dtype, on a backend."""
    if check in AT_REFERENCES:
        yield from (r for r in references_of(op.name) if r.kind == dtype.kind)
        return
    draw = registry.samples.get(op.name) or DECLARED[op.name]
    for sample in draw(Draw(dtype)):
        yield sample.on_backend(backend)


def references_of(operator: str) -> tuple[Reference, ...]:
    """Every reference of an operator that a plugin has registered."""
    places = registry.references.values()
    return tuple(r for place in places for r in references(place).get(operator, ()))


def missing(check: Check, op: Any) -> str | None:
    """Why a check has nowhere to be run though the operator is registered, if so."""
    if check not in AT_REFERENCES:
        known = op.name in registry.samples or op.name in DECLARED
        return None if known else f"{op.name} has no samples." + SAMPLES.format(op.name)
    found = references_of(op.name)
    if registry.operators.get(op.name) != op:
        return None
    if not found:
        return f"{op.name} has no reference values.{REFERENCES}"
    if not op.constant and not any(r.g for r in found):
        return f"{op.name} has no reference covectors.{REFERENCES}"
    return None
