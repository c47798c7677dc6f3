"""The checks: what must hold of every operator, at every point, in every dtype.

Each is a function `check(op, sample, dtype)` returning a `Finding`, or None where the question does
not arise. The arrays of the sample are those of the current backend. Errors of the operator itself
are let through.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .carrying import nan_carried
from .compiled import compiled, compiled_covector, compiled_second, compiled_tangent
from .derivatives import (
    adjoint_identity,
    differential,
    double_transpose,
    second_differential,
    second_identity,
)
from .edges import entrywise, layout, precision_of_values, special_values
from .finding import Finding
from .geometry import gradient_in_a_metric, riesz_map
from .keeping import backend_kept, constant, metric, precision_kept, spaces_kept
from .purity import host_copies, pullback_again, purity, transfers
from .reference import reference_covectors, reference_values
from .refusals import refusals

Check = Callable[[Any, Any, Any], Finding | None]

#: In the order in which the design asks for them.
CHECKS: tuple[Check, ...] = (
    reference_values, reference_covectors,
    adjoint_identity, double_transpose,
    differential,
    second_identity, second_differential,
    riesz_map, gradient_in_a_metric,
    metric, precision_kept, spaces_kept, backend_kept, constant,
    purity, pullback_again, transfers, host_copies,
    layout, entrywise, special_values, nan_carried, precision_of_values,
    compiled, compiled_tangent, compiled_covector, compiled_second,
    refusals,
)  # fmt: skip

#: Run at an operator's references, the others at its samples.
AT_REFERENCES: tuple[Check, ...] = (reference_values, reference_covectors)
AT_SAMPLES: tuple[Check, ...] = tuple(check for check in CHECKS if check not in AT_REFERENCES)

#: All that a dtype is asked which is not among those tested in full: what its precision can change.
LIGHT: tuple[Check, ...] = (
    reference_values, reference_covectors, adjoint_identity, metric, precision_kept, spaces_kept,
    precision_of_values, compiled,
)  # fmt: skip
