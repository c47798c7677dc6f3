"""The tangent of an operator that states none: its adjoint, transposed once more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riesz.backend import zeros_like
from riesz.tape import Tape, backward
from riesz.traced import Traced

if TYPE_CHECKING:
    from .operator import Operator


def transpose_adjoint(
    op: Operator, u: list[Any], y: Any, x: tuple[Any, ...], static: dict[str, Any]
) -> Any:
    """dF(x)u, as the transpose of the linear map a -> dF(x)'a applied to u."""
    tape = Tape()
    outputs = y if isinstance(y, tuple) else (y,)
    seeds = tuple(tape.input(zeros_like(yi)) for yi in outputs)
    active = tuple(i for i, ui in enumerate(u) if ui is not None)
    kept_y, kept_x = op.save(y, x)
    a = seeds if isinstance(y, tuple) else seeds[0]
    try:
        covectors = op.pull(a, kept_y, kept_x, active, static)
    finally:
        tape.close()
    ends: dict[int, Any] = {}
    for i, g in zip(active, covectors, strict=True):
        g = g.dense() if getattr(g, "is_lazy", False) else g
        if type(g) is Traced and g.tape is tape:
            ends[g.node] = ends[g.node] + u[i] if g.node in ends else u[i]
    found = backward(tape, ends, keep=False)
    result = tuple(
        zeros_like(yi) if found[s.node] is None else found[s.node]
        for s, yi in zip(seeds, outputs, strict=True)
    )
    return result if isinstance(y, tuple) else result[0]
