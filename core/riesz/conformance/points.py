"""The points at which a check is run: an operator's samples, its references, or the operator itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from riesz.backend import Backend
from riesz.registry import registry

from .checks import Check
from .sample import DECLARED, Draw, Sample


def points(check: Check, op: Any, dtype: np.dtype[Any], backend: Backend) -> Iterable[Sample]:
    """The points of `check` for an operator in a dtype, on a backend."""
    drawn = registry.samples.get(op.name) or DECLARED.get(op.name)
    return (sample.on_backend(backend) for sample in drawn(Draw(dtype)))
